package demo

import (
	"fmt"
	"slices"
	"sort"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/report"
)

// arrival is one report on its way.
type arrival struct {
	at            time.Time
	topic, other  *topic // other: a second issue in the same message
	cell          place
	where, beside string // beside is where the second issue is
	said, second  sentence
	repeats       *arrival // the same event, told by somebody else
	left          bool     // nobody has come to it yet when the demonstration begins

	id, receipt, takenBy, channel string
	matters                       []string
	gone                          bool // taken back
}

// How much comes in: about 2,000 incidents a year.
const (
	perNinety = 490
	ownNinety = 100
	surge     = 8  // on the last day more comes in than on others
	untriaged = 12 // and is still waiting
)

// hours are the weights of the hours of a day, by the topic's habit.
var hours = map[string][24]int{
	"day":     {1, 0, 0, 0, 0, 1, 3, 6, 9, 11, 11, 9, 6, 6, 8, 10, 11, 10, 8, 6, 4, 3, 2, 1},
	"evening": {3, 1, 1, 0, 0, 0, 1, 3, 4, 4, 4, 5, 6, 4, 4, 5, 7, 10, 13, 14, 13, 10, 7, 5},
	"night":   {9, 4, 2, 1, 1, 1, 2, 2, 2, 2, 2, 2, 6, 5, 2, 2, 2, 3, 5, 8, 11, 15, 17, 13},
	"office":  {0, 0, 0, 0, 0, 0, 0, 1, 8, 14, 13, 8, 2, 2, 8, 12, 12, 8, 2, 0, 0, 0, 0, 0},
	"school":  {0, 0, 0, 0, 0, 0, 1, 14, 2, 0, 0, 6, 2, 2, 0, 2, 10, 12, 1, 0, 0, 0, 0, 0},
}

// weekdays are the weights of the days of a week, from Sunday.
var weekdays = [7]int{9, 12, 10, 10, 10, 12, 11}

// plan writes down everything that will come in, in order of time.
func (l *life) plan(begin time.Time) {
	var reported, own []*topic
	for _, t := range topics {
		switch {
		case l.town.kind(t) == "":
		case t.own:
			own = append(own, t)
		default:
			reported = append(reported, t)
		}
	}
	last := l.end.Add(-11 * time.Hour)
	var list []*arrival
	for i := range perNinety * l.opt.Days / 90 {
		t := l.weighted(reported)
		a := &arrival{topic: t, at: l.moment(begin, t)}
		if i < surge {
			a.at = last.Add(l.between(0, 10*time.Hour+30*time.Minute))
		}
		list = append(list, a)
	}
	sort.SliceStable(list, func(i, j int) bool { return list[i].at.Before(list[j].at) })
	for i, a := range list {
		a.left = i >= len(list)-untriaged
		l.tell(a, list[max(0, i-12):i])
		if l.chance(12) {
			l.tellMore(a, l.weighted(reported))
		}
		l.at(a.at, func() error { return l.arrive(a) })
	}
	for range ownNinety * l.opt.Days / 90 {
		t := l.weighted(own)
		l.at(l.moment(begin, t), func() error { return l.round(t) })
	}
	for month := 25; month < l.opt.Days; month += 30 {
		l.at(begin.AddDate(0, 0, month).Truncate(24*time.Hour).Add(time.Hour), l.confer) // nine in the morning
	}
	if officers := l.town.byRole["officer"]; len(officers) > 1 && l.opt.Days > 20 {
		l.at(begin.AddDate(0, 0, l.opt.Days/3), func() error { // an officer goes on leave for ten days
			_, err := l.by(l.town.byRole["head"][0], "org.set_stand_in", &organisation.SetStandIn{Person: officers[1], By: officers[0], From: l.now(), Until: l.now().AddDate(0, 0, 10)})
			return err
		})
	}
}

func (l *life) weighted(list []*topic) *topic {
	sum := 0
	for _, t := range list {
		sum += t.weight
	}
	n := l.rng.IntN(sum)
	for _, t := range list {
		if n -= t.weight; n < 0 {
			return t
		}
	}
	return list[0]
}

// moment draws when something comes in.
func (l *life) moment(begin time.Time, t *topic) time.Time {
	for {
		day := begin.In(clock.Shanghai).AddDate(0, 0, l.rng.IntN(l.opt.Days+1))
		h := l.hour(hours[t.hours])
		at := time.Date(day.Year(), day.Month(), day.Day(), h, l.rng.IntN(60), l.rng.IntN(60), 0, clock.Shanghai).UTC()
		office := t.hours == "office" || t.hours == "school"
		if l.rng.IntN(12) < weekdays[day.Weekday()] && at.After(begin) && at.Before(l.end.Add(-10*time.Minute)) && (!office || clock.China().Working(at)) {
			return at
		}
	}
}

func (l *life) hour(weights [24]int) int {
	sum := 0
	for _, w := range weights {
		sum += w
	}
	n := l.rng.IntN(sum)
	for h, w := range weights {
		if n -= w; n < 0 {
			return h
		}
	}
	return 12
}

// tell decides where it is and how it is said; now and then it is what somebody else has already told.
func (l *life) tell(a *arrival, before []*arrival) {
	if len(before) > 0 && l.chance(12) {
		if b := pick(l, before); a.at.Sub(b.at) < 30*time.Hour && b.repeats == nil && !slices.Contains(b.topic.scenes, "window") && !b.left {
			a.repeats, a.topic, a.cell, a.where, a.said = b, b.topic, b.cell, b.where, b.said
			return
		}
	}
	a.said = pick(l, a.topic.sentences)
	a.cell, a.where = l.place(a.said.scenes)
}

// tellMore adds a second issue nearby, when there is one that can be there.
func (l *life) tellMore(a *arrival, t *topic) {
	s := pick(l, t.sentences)
	if t == a.topic || a.repeats != nil || !slices.ContainsFunc(s.scenes, func(x string) bool { return x != "window" && slices.Contains(a.cell.scenes, x) }) {
		return
	}
	a.other, a.second, a.beside = t, s, l.where(a.cell, s.scenes)
}

// place draws a cell and a place in it; some cells are busier than others.
func (l *life) place(scenes []string) (place, string) {
	can := l.town.in(scenes)
	c := can[min(l.rng.IntN(len(can)), l.rng.IntN(len(can)))]
	return c, l.where(c, scenes)
}

// arrive is a report coming in.
func (l *life) arrive(a *arrival) error {
	words := l.fill(a.said.words, a.where)
	if a.other != nil {
		words += "另外，" + l.fill(a.second.words, a.beside)
	}
	s := &report.Submit{Words: words, Place: a.where, Cell: a.cell.id}
	if a.where == "户籍窗口" {
		s.Place = ""
	}
	s.Lon, s.Lat = l.spot(a.cell.id)
	who := desk.Public(l.station)
	switch n := l.rng.IntN(100); {
	case n < 40:
		a.channel = "page"
		if l.chance(15) { // somebody who does not know which cell it is
			s.Cell, s.Lon, s.Lat = "", 0, 0
		}
		if l.chance(45) {
			s.Phone = l.phone()
		}
		if l.chance(30) {
			s.Name = l.name()
		}
	case n < 64:
		a.channel, a.takenBy = "phone", pick(l, append(l.town.covering(a.cell.id, "aux_officer"), l.leader()))
	case n < 76:
		a.channel, a.takenBy = "walkin", pick(l, l.town.covering("", "window_clerk"))
	case n < 91:
		a.channel, a.takenBy = "patrol", pick(l, l.town.covering(a.cell.id, "cell_worker", "aux_officer"))
	case n < 96:
		a.channel, a.takenBy = "card", pick(l, l.town.covering(a.cell.id, "officer"))
	default:
		a.channel, a.takenBy = "chat", pick(l, l.town.covering(a.cell.id, "cell_worker"))
	}
	if a.takenBy != "" {
		who = l.town.who[a.takenBy]
		if a.channel != "patrol" && a.channel != "chat" {
			s.Name, s.Phone = l.name(), l.phone()
		}
	}
	s.Channel = a.channel
	ans, err := l.do(who, "report.submit", s)
	if err != nil {
		return err
	}
	a.id, a.receipt = ans.ID, ans.Receipt
	l.reports = append(l.reports, a)
	if a.left {
		return nil
	}
	if l.chance(8) {
		l.after(time.Hour, 30*time.Hour, func() error {
			if a.gone {
				return nil
			}
			_, err := l.do(desk.Public(l.station), "report.add", &report.Add{On: report.On{Report: a.id}, Words: l.line("add", "", a.where)})
			return err
		})
	}
	at := l.now().Add(l.between(8*time.Minute, 100*time.Minute))
	if !l.pressing(a.topic) {
		at = awake(l, at)
	}
	l.at(at, func() error { return l.triage(a) })
	return nil
}

// pressing tells whether somebody goes at once, whatever the hour.
func (l *life) pressing(t *topic) bool {
	g := t.grade
	if g == "" {
		k, _ := l.town.book.Kind(l.town.kind(t))
		g = k.Grade
	}
	return g == "critical" || g == "urgent" || t.key == "noise"
}

// awake moves what can wait from the night to the morning.
func awake(l *life, t time.Time) time.Time {
	s := t.In(clock.Shanghai)
	if s.Hour() >= 7 && s.Hour() < 21 {
		return t
	}
	if s.Hour() >= 21 {
		s = s.AddDate(0, 0, 1)
	}
	return time.Date(s.Year(), s.Month(), s.Day(), 7, 10+l.rng.IntN(50), l.rng.IntN(60), 0, clock.Shanghai).UTC()
}

// leader is who leads just now: mostly the command room, sometimes the head.
func (l *life) leader() string {
	leads, heads := l.town.byRole["duty_lead"], l.town.byRole["head"]
	if len(leads) == 0 || len(heads) > 0 && l.chance(15) {
		return pick(l, heads)
	}
	return pick(l, leads)
}

// triage is somebody looking at a report and deciding what becomes of it.
func (l *life) triage(a *arrival) error {
	on := report.On{Report: a.id}
	kind := l.town.kind(a.topic)
	switch {
	case a.repeats == nil && l.chance(1):
		a.gone = true
		_, err := l.do(desk.Public(l.station), "report.withdraw", &report.Withdraw{On: on, Words: lines["withdraw"][0]})
		return err
	case a.repeats == nil && a.other == nil && l.chance(6):
		return l.decline(a, on)
	case a.repeats != nil:
		if done, err := l.link(a, on); done || err != nil {
			return err
		}
	}
	who, to := l.triager(a)
	t := &report.Triage{On: on, Open: []report.NewMatter{{Kind: kind, Title: l.title(a.said, a.where), Cell: a.cell.id, Place: a.where, Grade: l.grade(a.topic),
		To: to, Extra: l.extra(a.topic, kind)}}}
	if a.other != nil && l.town.kind(a.other) != "" {
		k := l.town.kind(a.other)
		t.Open = append(t.Open, report.NewMatter{Kind: k, Title: l.title(a.second, a.beside), Cell: a.cell.id, Place: a.beside, Grade: l.grade(a.other), Extra: l.extra(a.other, k)})
	}
	ans, err := l.by(who, "report.triage", t)
	if err != nil {
		return err
	}
	a.matters = ans.Matters
	for i, id := range ans.Matters {
		x, where := a.topic, a.where
		if i > 0 {
			x, where = a.other, a.beside
		}
		j := l.open(id, x, a.cell, where, a)
		if a.repeats != nil && i == 0 {
			l.after(time.Hour, 5*time.Hour, func() error { return l.merge(j, a.repeats) })
		}
	}
	return nil
}

// title is what a list shows: never with names or numbers.
func (l *life) title(s sentence, where string) string { return l.fill(s.title, where) }

func (l *life) grade(t *topic) string {
	if _, ok := l.town.book.ScaleGrade(t.grade); ok {
		return t.grade
	}
	return ""
}

// extra keeps the boxes that the kind has.
func (l *life) extra(t *topic, kind string) map[string]string {
	m := map[string]string{}
	for _, f := range l.town.book.Fields(kind) {
		if v, ok := t.extra[f.Key]; ok {
			m[f.Key] = v
		}
	}
	return m
}

// triager is who triages a report, and the handler they name at once, if any.
func (l *life) triager(a *arrival) (who, to string) {
	handler := l.handler(a.topic, a.cell.id, "")
	mine := l.town.who[a.takenBy]
	switch {
	case a.channel == "patrol" && mine.Role == "cell_worker" && slices.Contains(a.topic.handlers, "cell_worker") && slices.Contains(mine.Cells, a.cell.id) && l.chance(60):
		return a.takenBy, a.takenBy
	case a.takenBy != "" && a.channel == "walkin" && slices.Contains(a.topic.handlers, "window_clerk"):
		return a.takenBy, a.takenBy
	case a.takenBy != "" && a.channel == "walkin" && l.chance(30):
		return a.takenBy, ""
	case a.channel == "card" && slices.Contains(mine.Cells, a.cell.id):
		return a.takenBy, handler
	case l.chance(20):
		return l.leader(), ""
	}
	return l.leader(), handler
}

// handler draws who handles a topic in a cell: somebody whose cell it is, other than not.
func (l *life) handler(t *topic, cell, not string) string {
	can := l.town.covering(cell, t.handlers[min(l.rng.IntN(len(t.handlers)+1), len(t.handlers)-1)])
	can = slices.DeleteFunc(slices.Clone(can), func(p string) bool { return p == not })
	if len(can) == 0 {
		can = slices.DeleteFunc(slices.Clone(l.town.byRole["officer"]), func(p string) bool { return p == not })
	}
	return pick(l, can)
}

func (l *life) decline(a *arrival, on report.On) error {
	reasons := []string{"not_police", "facts_missing", "already_in_court"}
	if strings.Contains("ask booking card elder lost", a.topic.key) {
		reasons = reasons[:2]
	}
	r := pick(l, reasons)
	_, err := l.by(l.leader(), "report.triage", &report.Triage{On: on, Decline: r, Answer: l.line("decline", r, a.where)})
	if err != nil {
		return err
	}
	l.rated(a)
	return nil
}

// link ties a report to the open matter of the same event; false when there is none, or nobody noticed.
func (l *life) link(a *arrival, on report.On) (bool, error) {
	if len(a.repeats.matters) == 0 || l.chance(35) {
		return false, nil
	}
	m, err := l.load(a.repeats.matters[0])
	if err != nil || !m.IsOpen() {
		return false, err
	}
	_, err = l.by(l.leader(), "report.triage", &report.Triage{On: on, Link: []string{m.ID}})
	a.matters = a.repeats.matters[:1]
	if j := l.jobs[m.ID]; err == nil && j != nil {
		j.reports = append(j.reports, a)
	}
	return true, err
}

// merge puts a matter into the one of the same event, when both are still being worked on.
func (l *life) merge(j *job, first *arrival) error {
	if len(first.matters) == 0 {
		return nil
	}
	m, err := l.load(j.id)
	if err != nil {
		return err
	}
	into, err := l.load(first.matters[0])
	if err != nil || !m.Can(matter.VerbMerge) || !into.IsOpen() || into.ID == m.ID {
		return err
	}
	if _, err = l.by(l.leader(), "matter.merge", &matter.Merge{On: matter.On{Matter: m.ID}, Into: into.ID, Reason: lines["merge"][0]}); err != nil {
		return err
	}
	if o := l.jobs[into.ID]; o != nil {
		o.reports = append(o.reports, j.reports...)
	}
	return nil
}

// round is a matter opened by the station itself.
func (l *life) round(t *topic) error {
	s := pick(l, t.sentences)
	c, where := l.place(s.scenes)
	who, kind := l.handler(t, c.id, ""), l.town.kind(t)
	if !slices.Contains(l.town.who[who].Cells, c.id) {
		return nil // nobody of theirs covers it
	}
	lon, lat := l.spot(c.id)
	a := &matter.Open{Kind: kind, Title: l.title(s, where), Words: l.fill(s.words, where), Cell: c.id, Place: where, Lon: lon, Lat: lat, To: who,
		Extra: l.extra(t, kind)}
	for _, f := range l.town.book.Fields(kind) {
		if f.Key == "unit_name" {
			a.Extra["unit_name"] = where
		}
	}
	ans, err := l.by(who, "matter.open", a)
	if err != nil {
		return fmt.Errorf("a round of %s: %w", t.key, err)
	}
	l.open(ans.ID, t, c, where, nil)
	return nil
}
