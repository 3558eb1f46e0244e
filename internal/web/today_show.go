package web

import (
	"net/http"
	"slices"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/clock"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/today"
	"maplegrid/internal/work/matter"
)

// todayRows is how many matters a section of one's day shows; the list has the rest.
const todayRows = 8

// today is one's own day: what is late, what waits for a word of mine, what nobody has taken yet.
func (s *Site) today(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	p := page.Page{Heading: part.Heading{Title: l.greeting(), Sub: l.dateLine()}}
	if s.Boards.Matters == nil {
		return s.Page(w, r, http.StatusOK, l.t("nav.today"), "today", p.Heading)
	}
	if l.May("report.submit", access.Thing{Kind: "report"}) {
		p.Actions = append(p.Actions, part.Button{Label: l.t("today.take_down"), Icon: "plus", Href: "/reports/new"})
	}
	if l.scope.Station() != "" { // who only counts or runs the system has nothing of this waiting
		if err := l.myDay(&p); err != nil {
			return err
		}
		if err := l.myTasks(&p); err != nil {
			return err
		}
		if err := l.myDisputes(&p); err != nil {
			return err
		}
		if p.Hot.Items, err = l.hotToday(); err != nil {
			return err
		}
	}
	if len(p.Sections) == 0 && len(p.Tasks) == 0 && len(p.Sessions) == 0 && len(p.Promises.Items) == 0 {
		p.Free = &part.Empty{Icon: "circle-check", Text: l.t("today.free"), Hint: l.t("today.free_hint")}
	}
	return s.Page(w, r, http.StatusOK, l.t("nav.today"), "today", p.Show())
}

func (l *teller) greeting() string {
	key := "greet.evening"
	switch hour := l.now.In(clock.Shanghai).Hour(); {
	case hour >= 5 && hour < 11:
		key = "greet.morning"
	case hour >= 11 && hour < 13:
		key = "greet.noon"
	case hour >= 13 && hour < 18:
		key = "greet.afternoon"
	}
	return l.t(key, "name", l.Person(l.who.Person))
}

// dateLine says the day, and what kind of day it is.
func (l *teller) dateLine() string {
	at := l.now.In(clock.Shanghai)
	line := at.Format("2006年1月2日") + " " + l.t("weekday."+at.Format("Mon"))
	if l.lang == "en" {
		line = at.Format("Monday, 2 January 2006")
	}
	if d, ok := l.cal.On(at); ok {
		line += " · " + l.t("day."+string(d.Kind), "name", d.Name)
	}
	return line
}

// sortOut puts what is mine or may be mine into what it waits for.
type sortOut struct{ late, acknowledge, due, verify, rest []matters.Row }

func (l *teller) sortMine() (o sortOut, err error) {
	mine, err := l.s.Boards.Matters.WorkList(l.ctx, l.scope, matters.Mine, matters.Filter{}, l.now, "", matters.MaxPage)
	if err != nil {
		return o, err
	}
	for _, r := range mine.Rows {
		switch handles := r.Handler == l.who.Person; {
		case handles && r.State == string(matter.AwaitingAck):
			o.acknowledge = append(o.acknowledge, r)
		case !handles || r.State == string(matter.OutcomeIn) || r.State == string(matter.Checked):
			// the word is another's
		case !r.DueAt.IsZero() && r.DueAt.Before(l.now):
			o.late = append(o.late, r)
		case !r.DueAt.IsZero() && (r.DueAt.Sub(l.now) < 24*time.Hour || !r.WarnAt.IsZero() && !l.now.Before(r.WarnAt)):
			o.due = append(o.due, r)
		default:
			o.rest = append(o.rest, r)
		}
	}
	waiting, err := l.s.Boards.Matters.WorkList(l.ctx, l.scope, matters.AllOpen, matters.Filter{State: string(matter.OutcomeIn)}, l.now, "", todayRows*4)
	for _, r := range waiting.Rows {
		thing := access.Thing{Kind: "matter", Cells: []string{r.Cell}, Handler: r.Handler, People: append(slices.Clone(r.Helpers), r.Handler)}
		if r.Handler != l.who.Person && l.May("matter.verify", thing) {
			o.verify = append(o.verify, r)
		}
	}
	return o, err
}

func (l *teller) myDay(p *page.Page) error {
	o, err := l.sortMine()
	if err != nil {
		return err
	}
	l.section(p, "late", o.late, "/matters?tab=mine")
	l.section(p, "acknowledge", o.acknowledge, "/matters?tab=mine")
	l.section(p, "due", o.due, "/matters?tab=mine")
	l.section(p, "verify", o.verify, "/matters?tab=open")
	untriaged := 0
	if l.triages() {
		if untriaged, err = l.freshReports(p); err != nil {
			return err
		}
	}
	if l.May("matter.assign", access.Thing{Kind: "matter", Cells: l.who.Cells, Into: l.who.Cells}) {
		rows, err := l.s.Boards.Matters.WorkList(l.ctx, l.scope, matters.Unassigned, matters.Filter{}, l.now, "", todayRows)
		if err != nil {
			return err
		}
		l.section(p, "unassigned", rows.Rows, "/matters?tab=unassigned")
	}
	l.section(p, "rest", o.rest, "/matters?tab=mine")
	late, where := len(o.late), "/matters?tab=mine"
	for _, r := range o.verify { // a check of mine that is late is late too
		if !r.DueAt.IsZero() && r.DueAt.Before(l.now) {
			late, where = late+1, "/matters?tab=overdue"
		}
	}
	p.Stats = part.Stats{Items: []part.Stat{
		l.stat("late", late, part.Overdue, where), l.stat("acknowledge", len(o.acknowledge), part.Info, "/matters?tab=mine"),
		l.stat("due", len(o.due), part.Due, "/matters?tab=mine")}}
	if l.triages() {
		p.Stats.Items = append(p.Stats.Items, l.stat("untriaged", untriaged, part.Plain, "/inbox"))
	}
	if len(o.verify) > 0 {
		p.Stats.Items = append(p.Stats.Items, l.stat("verify", len(o.verify), part.Plain, "/matters?tab=open"))
	}
	return nil
}

func (l *teller) stat(key string, n int, tone part.Tone, href string) part.Stat {
	if n == 0 {
		tone = part.Plain
	}
	value := l.t("count", "n", n)
	if n >= matters.MaxCount {
		value = "99+"
	}
	return part.Stat{Label: l.t("today.stat." + key), Value: value, Unit: l.t("today.unit"), Tone: tone, Href: href}
}

// section adds a run of matters, when there are any.
func (l *teller) section(p *page.Page, key string, rows []matters.Row, more string) {
	if len(rows) == 0 {
		return
	}
	x := page.Section{Title: l.t("today." + key), Count: len(rows), Items: part.Matters{Items: l.items(rows[:min(len(rows), todayRows)])}}
	if len(rows) >= todayRows {
		x.More, x.MoreHref = l.t("today.all"), more
	}
	p.Sections = append(p.Sections, x)
}

// triages tells whether somebody triages at all; what they may do with one report its page asks.
func (l *teller) triages() bool {
	who := l.who
	who.OnDuty = true
	return l.s.May(who, "report.triage")
}

func (l *teller) freshReports(p *page.Page) (int, error) {
	fresh, err := l.s.Boards.Inbox.List(l.ctx, l.scope, "fresh", "", "", matters.MaxCount)
	if err != nil || len(fresh.Rows) == 0 {
		return 0, err
	}
	items, err := l.reportItems(fresh.Rows[:min(len(fresh.Rows), todayRows/2)])
	p.Sections = append(p.Sections, page.Section{Title: l.t("today.untriaged"), Count: len(fresh.Rows), More: l.t("today.all"), MoreHref: "/inbox",
		Items: part.Matters{Items: items}})
	return len(fresh.Rows), err
}

func (l *teller) myTasks(p *page.Page) error {
	tasks, err := l.s.Boards.Matters.MyTasks(l.ctx, l.scope, 20)
	if err != nil || len(tasks) == 0 {
		return err
	}
	var ids []string
	for _, x := range tasks {
		ids = append(ids, x.Matter)
	}
	rows, err := l.s.Boards.Matters.ByID(l.ctx, l.scope, ids...)
	if err != nil {
		return err
	}
	for _, x := range tasks {
		i := slices.IndexFunc(rows, func(r matters.Row) bool { return r.ID == x.Matter })
		if i < 0 {
			continue
		}
		p.Tasks = append(p.Tasks, page.Task{Title: x.Title, Href: "/matters/" + x.Matter + "#tasks", Matter: rows[i].Number + " · " + rows[i].Title,
			Due: l.TaskClock(x.DueOn)})
	}
	return nil
}

// TaskClock is a clock chip for the date of a task: the whole day is in time.
func (l *teller) TaskClock(on string) *part.Clock {
	day, err := time.ParseInLocation(time.DateOnly, on, clock.Shanghai)
	if err != nil {
		return nil
	}
	today, _ := time.ParseInLocation(time.DateOnly, l.now.In(clock.Shanghai).Format(time.DateOnly), clock.Shanghai)
	c := &part.Clock{Tone: part.OK, Label: l.t("task.by", "day", l.Day(day)), At: on}
	switch {
	case day.Before(today):
		c.Tone, c.Label = part.Overdue, l.t("task.late", "day", l.Day(day))
	case day.Equal(today):
		c.Tone, c.Label = part.Due, l.t("task.today")
	}
	return c
}
