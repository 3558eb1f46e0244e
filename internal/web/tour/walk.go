package tour

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"maplegrid/internal/board/doorsteps"
	"maplegrid/internal/desk"
	"maplegrid/internal/document"
	"maplegrid/internal/fault"
	"maplegrid/internal/round"
	"maplegrid/internal/vault"
	"maplegrid/internal/web"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/tour"
	"maplegrid/internal/work/tour"
)

// tourWalk is the tour of one team for the phone: the next stop first, with what is needed at that door.
func (s Pages) tourWalk(w http.ResponseWriter, r *http.Request) error {
	return s.walk(w, r, http.StatusOK, nil, nil)
}

func (s Pages) walk(w http.ResponseWriter, r *http.Request, status int, form url.Values, wrong *fault.Fault) error {
	l, d, err := s.readTour(r)
	if err != nil {
		return err
	}
	t, ok := d.Team(r.PathValue("team"))
	if !ok {
		return fault.New(fault.Missing, "tour.no_such_team", nil)
	}
	rows, err := l.titles(d.Visits)
	if err != nil {
		return err
	}
	way, _ := d.Tour(t.ID)
	here := walkAt(d.Day, t.ID)
	p := page.Walk{Heading: part.Heading{Title: t.Name, Kicker: l.dayName(d.Day)},
		State: l.teamState(&d, t.ID), People: l.Several(t.People, l.Person) + " · " + l.Called("mode."+string(t.By)), Kits: l.kitsOf(way), Day: "/tours/" + d.Day, Print: here + "/sheet.pdf"}
	if len(way.Stops) > 0 {
		p.Heading.Sub = l.T("tour.out_and_back", "leave", l.hour(way.LeaveAt), "back", l.hour(way.BackAt), "travel", l.minutes(way.Travel))
	}
	may := d.Open() && d.Day == l.Today() && l.May("tour.do_stop", desk.TourThing(&d, t.ID))
	rest := d.Rest(t.ID)
	for i, stop := range way.Stops {
		x := l.stopOf(&d, stop, i+1, rows, false)
		switch at := slices.IndexFunc(rest, func(s round.Stop) bool { return s.Visit == stop.Visit }); {
		case at < 0:
			p.Behind = append(p.Behind, x)
		case at == 0:
			if p.Next, err = l.next(&d, t, stop, x, may, form, wrong); err != nil {
				return err
			}
		default:
			p.Rest = append(p.Rest, x)
		}
	}
	if len(rest) == 0 {
		p.Over = l.T("tour.over")
	}
	if may && d.Started[t.ID].IsZero() && len(rest) > 0 {
		p.Start = &part.Form{Action: here + "/start", Submit: l.T("tour.start"), Icon: "play", Fields: []part.Field{{Name: "key", Kind: part.KindHidden, Value: s.NewKey()}}}
	}
	return s.Page(w, r, status, t.Name, "services", p.Show())
}

// next is the stop that comes next. Phones are masked; the eye asks for a purpose and shows one.
func (l *teller) next(d *tour.Day, t tour.Team, stop round.Stop, x page.Stop, may bool, form url.Values, wrong *fault.Fault) (*page.Next, error) {
	n := &page.Next{Stop: x}
	v, _ := d.Visit(stop.Visit)
	if x.Href != "" {
		n.Open = append(n.Open, part.Button{Label: l.T("tour.to_matter"), Icon: "file-text", Href: x.Href, Kind: part.Quiet, Wide: true})
		if err := l.doorFacts(n, v); err != nil {
			return nil, err
		}
	}
	doors, err := l.doorsOn(d.Day)
	if err != nil {
		return nil, err
	}
	n.Papers = l.papersOf(doors[v.Matter])
	if !may {
		return n, nil
	}
	hidden := func() []part.Field {
		return []part.Field{{Name: "visit", Kind: part.KindHidden, Value: stop.Visit}, {Name: "key", Kind: part.KindHidden, Value: l.s.NewKey()}}
	}
	here := walkAt(d.Day, t.ID)
	n.Done = &part.Form{Action: here + "/do_stop", Submit: l.T("tour.stop_done"), Icon: "circle-check", Fields: hidden()}
	reason := part.Field{Name: "reason", Label: l.T("tour.why_missed"), Kind: part.KindRadio, Required: true, Options: web.Named(l.Lang(), "missed.", tour.Misses), Value: form.Get("reason")}
	if wrong != nil {
		n.Failed, reason.Error = true, l.s.Sentence(l.Ctx(), wrong)
	}
	n.Missed = &part.Form{Action: here + "/miss_stop", Submit: l.T("tour.missed"), Fields: append(hidden(), reason)}
	return n, nil
}

// doorFacts are who is at the door: names and phones of the parties, masked, as the matter's own page shows them.
func (l *teller) doorFacts(n *page.Next, v tour.Visit) error {
	m, err := l.s.Matter(l.Ctx(), l.Who(), v.Matter)
	if err != nil {
		return nil // seen in the list a moment ago, and no longer theirs
	}
	var texts []vault.Text
	for _, x := range m.Parties {
		texts = append(texts, x.Name, x.Phone)
	}
	o, err := l.Open(texts...)
	if err != nil {
		return err
	}
	may := l.MayUnmask(desk.MatterThing(l.Who().Station, &m))
	for _, x := range m.Parties {
		if name := l.Masked(o, x.Name, "matter", m.ID, "name", vault.MaskName, may); name != nil {
			n.Facts.Pairs = append(n.Facts.Pairs, part.Pair{Term: l.T("tour.who"), Value: name})
		}
		if phone := l.Masked(o, x.Phone, "matter", m.ID, "phone", vault.MaskPhone, may); phone != nil {
			n.Facts.Pairs = append(n.Facts.Pairs, part.Pair{Term: l.T("tour.phone"), Value: phone})
		}
	}
	return nil
}

// doorsOn are the visits of a day by their matter.
func (l *teller) doorsOn(day string) (map[string]doorsteps.Visit, error) {
	all := map[string]doorsteps.Visit{}
	if l.s.Boards.Doorsteps == nil {
		return all, nil
	}
	doors, err := l.s.Boards.Doorsteps.Day(l.Ctx(), l.Scope(), day)
	for _, v := range doors {
		all[v.Matter] = v
	}
	return all, err
}

// papersOf are the papers that were told for a visit, each with its case. A finished card is brought without any.
func (l *teller) papersOf(v doorsteps.Visit) (list []string) {
	service, ok := l.Book().Service(v.Service)
	if !ok || v.For == "card" {
		return nil
	}
	for _, p := range service.Papers {
		line := p.Name.In(l.Lang())
		if when := p.When.In(l.Lang()); when != "" {
			line = l.T("tour.paper_when", "paper", line, "when", when)
		}
		list = append(list, line)
	}
	return list
}

// tourStop takes what a team says on the way: it left, a stop is made, a stop came to nothing.
func (s Pages) tourStop(w http.ResponseWriter, r *http.Request) error {
	l, d, err := s.readTour(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.Who().Person)
	if err != nil {
		return err
	}
	on, team := tour.On{Day: r.PathValue("day")}, r.PathValue("team")
	var act any
	switch r.PathValue("act") {
	case "start":
		act = &tour.Start{On: on, Team: team}
	case "do_stop":
		act = &tour.DoStop{On: on, Team: team, Visit: form.Get("visit")}
	case "miss_stop":
		act = &tour.MissStop{On: on, Team: team, Visit: form.Get("visit"), Reason: form.Get("reason")}
	default:
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	_, err = s.Do(l.Ctx(), l.Who(), form.Get("key"), "tour."+r.PathValue("act"), act)
	if f, ok := fault.Of(err); ok && f.Field == "reason" {
		return s.walk(w, r, web.StatusOf([]*fault.Fault{f}), form, f)
	}
	if err != nil {
		return err
	}
	return s.See(w, r, walkAt(d.Day, team), l.T("tour.done."+r.PathValue("act")))
}

// tourSheet is the sheet of a team for the road (巡访单).
func (s Pages) tourSheet(w http.ResponseWriter, r *http.Request) error {
	l, d, err := s.readTour(r)
	if err != nil {
		return err
	}
	t, ok := d.Team(r.PathValue("team"))
	if !ok {
		return fault.New(fault.Missing, "tour.no_such_team", nil)
	}
	facts, err := l.sheetFacts(&d, t)
	if err != nil {
		return err
	}
	return l.SendSheet(w, "tour_sheet", facts)
}

func (l *teller) sheetFacts(d *tour.Day, t tour.Team) (document.Facts, error) {
	rows, err := l.titles(d.Visits)
	if err != nil {
		return nil, err
	}
	way, _ := d.Tour(t.ID)
	facts := document.Facts{"日期": d.Day, "本所": l.Org().Name, "小组": t.Name, "人员": l.Several(t.People, l.Person), "出行": l.Called("mode." + string(t.By)),
		"设备": l.kitsOf(way), "出发": l.hour(way.LeaveAt), "返回": l.hour(way.BackAt), "路上": l.minutes(way.Travel), "依据": l.Called("roads." + d.Roads)}
	doors, err := l.doorsOn(d.Day)
	if err != nil {
		return nil, err
	}
	var stops []any
	for i, s := range way.Stops {
		v, _ := d.Visit(s.Visit)
		stops = append(stops, l.sheetStop(l.stopOf(d, s, i+1, rows, false), s, rows[v.Matter].Number, l.papersOf(doors[v.Matter])))
	}
	facts["停靠点"] = stops
	return facts, nil
}

func (l *teller) sheetStop(x page.Stop, s round.Stop, number string, papers []string) map[string]any {
	notes := slices.DeleteFunc(append(slices.Clone(x.Marks), x.Note), func(s string) bool { return s == "" })
	return map[string]any{"序号": strconv.Itoa(x.N), "时间": x.Time, "路程": l.minutes(s.Travel), "事由": x.What, "名称": strings.Trim(number+" "+x.Title, " "), "地点": x.Where,
		"要点": strings.Join(notes, "；"), "材料": strings.Join(papers, "、")}
}
