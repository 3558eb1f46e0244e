package web

import (
	"maps"
	"slices"
	"strings"

	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	page "maplegrid/internal/web/page/finding"
	mpage "maplegrid/internal/web/page/matter"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/missing"
	"maplegrid/internal/work/seek"
)

// choicesOf are the fixed choices of a form, by the family their names are in.
var choicesOf = map[string][]string{"missingwho": missing.Whos, "sure": missing.Sures, "calledanswer": missing.Answers, "noticechannel": missing.Channels,
	"foundcondition": missing.Conditions, "takerelation": missing.Relations, "cardanswer": missing.CardAnswers, "lookresult": seek.Results,
	"compared": seek.Verdicts, "alive": seek.Alive, "soughtanswer": seek.Answers, "soughtcondition": seek.Conditions, "soughtgive": seek.Gives, "saying": seek.Sayings}

// oneOf is how one of some choices is asked for: side by side while they are few; what the page itself lists is a list.
func oneOf(choices []string) part.Kind {
	if len(choices) == 0 || len(choices) > 4 {
		return part.KindSelect
	}
	return part.KindRadio
}

func init() {
	maps.Copy(looksOf, map[string]look{"seek.identified/1": {"user-round", part.Info}, "seek.safety_asked/1": {"shield-check", part.Info}, "seek.safety_flagged/1": {"triangle-alert", part.Overdue},
		"seek.safety_lifted/1": {"shield-check", part.OK}, "seek.described/1": {"pencil", part.Plain}, "seek.looked/1": {"search", part.Info}, "seek.compared/1": {"list-checks", part.Plain},
		"seek.ruled_out/1": {"undo-2", part.Plain}, "seek.asked_first/1": {"message-square-text", part.Due}, "seek.withdrawn/1": {"undo-2", part.Due}, "seek.seeker_told/1": {"phone", part.Info},
		"seek.passed_on/1": {"send", part.OK}, "seek.brought_together/1": {"users-round", part.OK}, "seek.thanked/1": {"heart-handshake", part.OK},
		"missing.described/1": {"pencil", part.Plain}, "missing.last_seen_set/1": {"map-pin", part.Info}, "missing.dispatched/1": {"footprints", part.Due}, "missing.called_out/1": {"megaphone", part.Overdue},
		"missing.replied/1": {"message-square-text", part.Plain}, "missing.sighted/1": {"eye", part.Due}, "missing.area_searched/1": {"check", part.Info}, "missing.camera_asked/1": {"eye", part.Plain},
		"missing.published/1": {"megaphone", part.Due}, "missing.withheld/1": {"circle-pause", part.Paused}, "missing.taken_down/1": {"check", part.OK}, "missing.found/1": {"circle-check", part.OK},
		"missing.handed_over/1": {"users-round", part.OK}, "missing.looked_in_after/1": {"footprints", part.OK}})
}

// finding is one matter about finding somebody on its way to a page.
type finding struct {
	*teller
	m     *matter.Matter
	opens Opened
	reads bool // may see what is sealed
	full  bool // may ask for it in full
}

func (l *teller) finding(m *matter.Matter, texts ...vault.Text) (finding, error) {
	thing := desk.MatterThing(l.who.Station, m)
	f := finding{teller: l, m: m, reads: l.May("finding.read", thing)}
	f.full = f.reads && l.MayUnmask(thing)
	if !f.reads {
		return f, nil
	}
	var err error
	f.opens, err = l.Open(texts...)
	return f, err
}

// button is the way to an act, for who may do it.
func (f finding) button(act string, ask ...string) (part.Button, bool) {
	area, short, _ := strings.Cut(act, ".")
	if area == "" || !f.mayDo(act, f.m) {
		return part.Button{}, false
	}
	href := "/matters/" + f.m.ID + "/do/" + short
	if len(ask) > 0 {
		href += "?" + strings.Join(ask, "&")
	}
	return part.Button{Href: href, Label: f.Called("act." + act), Icon: looksOf[act].icon, Kind: part.Quiet}, true
}

// way shows how far it is and what can be done: the first of acts as a button, the others as links.
func (f finding) way(steps part.Steps, acts, more []string) page.Way {
	w := page.Way{Steps: steps}
	for _, act := range acts {
		if b, ok := f.button(act); ok {
			if len(w.Buttons) == 0 {
				b.Kind = part.Primary
			}
			w.Buttons = append(w.Buttons, b)
		}
	}
	for _, act := range more {
		if b, ok := f.button(act); ok {
			w.More = append(w.More, part.Link{Href: b.Href, Label: b.Label})
		}
	}
	return w
}

// stepsOf marks the first step that was not reached as the one that comes now.
func (l *teller) stepsOf(label string, m *matter.Matter, reached map[string]bool, names ...string) part.Steps {
	s := part.Steps{Label: label}
	now := false
	for _, n := range names {
		done := reached[n]
		x := part.Step{Label: l.t("finding.step." + n), Done: done, Current: !done && !now && m.IsOpen()}
		now = now || x.Current
		s.Items = append(s.Items, x)
	}
	return s
}

// pair adds a sealed fact, masked, under its own name.
func (f finding) pair(d *part.Definitions, term string, t vault.Text, mask func(string) string) {
	v := f.Masked(f.opens, t, "matter", f.m.ID, t.Ref().Field, mask, f.full)
	if v == nil {
		return
	}
	v.What = term
	d.Pairs = append(d.Pairs, part.Pair{Term: term, Value: v})
}

// hush stands where something is sealed from who reads.
func (f finding) hush(title, id string) page.Facts {
	return page.Facts{Title: title, ID: id, Note: f.t("finding.sealed")}
}

func (f finding) names(ids []string) string {
	var list []string
	for _, p := range ids {
		list = append(list, f.Person(p))
	}
	return strings.Join(list, f.t("say.and"))
}

func cells(texts ...string) part.Row { return part.Row{Cells: part.Cells(texts...)} }

func columns(labels ...string) (list []part.Column) {
	for _, x := range labels {
		list = append(list, part.Column{Label: x})
	}
	return list
}

// showSeek puts what a seeking knows on its page.
func (l *teller) showSeek(p *mpage.Page, m *matter.Matter, events []journal.Event) error {
	s, err := seek.Fold(events)
	if err != nil {
		return err
	}
	seeker, sealed := s.Texts()
	texts := append(seeker, sealed...)
	for _, x := range s.Searches {
		texts = append(texts, x.Asked, x.Words)
	}
	for _, c := range s.Candidates {
		texts = append(texts, c.Words)
		for _, a := range c.Asks {
			texts = append(texts, a.Told)
		}
	}
	for _, x := range s.Met {
		texts = append(texts, x.Place, x.Words)
	}
	for _, x := range s.Thanks {
		texts = append(texts, x.Words)
	}
	f, err := l.finding(m, texts...)
	if err != nil {
		return err
	}
	if s.Safety.Flagged {
		p.Notices = append(p.Notices, mpage.Notice{Tone: part.Overdue, Icon: "triangle-alert", Text: l.t("seek.flagged", "name", l.Person(s.Safety.FlaggedBy), "when", l.When(s.Safety.FlaggedAt))})
	}
	p.Next = f.seekWay(s)
	if !f.reads {
		p.Main = append(p.Main, f.hush(l.t("seek.facts"), "sought"))
		return nil
	}
	p.Main = append(p.Main, f.seekerFacts(s))
	for i := range s.Sought {
		p.Main = append(p.Main, f.soughtFacts(s, i))
	}
	p.Main = append(p.Main, f.candidates(s), f.searches(s))
	if len(s.Tellings)+len(s.Given)+len(s.Met)+len(s.Thanks) > 0 {
		p.Main = append(p.Main, f.heard(s))
	}
	return nil
}

func (f finding) seekWay(s *seek.Seek) page.Way {
	agrees := slices.ContainsFunc(s.Candidates, func(c seek.Candidate) bool { return c.Agrees() })
	done := map[string]bool{"who": s.Seeker != nil && s.Seeker.Checked != "", "safety": !s.Safety.AskedAt.IsZero() && !s.Safety.Flagged, "look": len(s.Searches) > 0,
		"compare": len(s.Candidates) > 0, "ask": !s.Reached["seek_asked"].IsZero(), "tell": len(s.Given)+len(s.Met) > 0 || s.Outcome != "", "meet": len(s.Met) > 0}
	steps := f.stepsOf(f.t("seek.way"), f.m, done, "who", "safety", "look", "compare", "ask", "tell")
	if !f.m.IsOpen() {
		return f.way(steps, nil, []string{"seek.thank"})
	}
	var acts []string
	more := []string{"seek.identify", "seek.ask_safety", "seek.describe", "seek.flag_safety"}
	switch {
	case s.Safety.Flagged:
		acts, more = []string{"seek.tell_seeker"}, []string{"seek.lift_safety"}
	case !done["who"]:
		acts = []string{"seek.identify", "seek.describe"}
	case !done["safety"]:
		acts = []string{"seek.ask_safety", "seek.describe"}
	case !done["look"]:
		acts = []string{"seek.look", "seek.tell_seeker"}
	case agrees:
		acts = []string{"seek.give", "seek.bring_together", "seek.tell_seeker", "seek.look"}
	default:
		acts = []string{"seek.compare", "seek.look", "seek.tell_seeker"}
	}
	if done["meet"] {
		more = append(more, "seek.thank")
	}
	return f.way(steps, acts, slices.DeleteFunc(more, func(x string) bool { return slices.Contains(acts, x) }))
}

func (f finding) seekerFacts(s *seek.Seek) page.Facts {
	x := page.Facts{Title: f.t("seek.seeker"), ID: "seeker"}
	if s.Seeker == nil {
		x.Note = f.t("seek.nobody_checked")
		return x
	}
	f.pair(&x.Pairs, f.Called("field.name"), s.Seeker.Name, vault.MaskName)
	f.pair(&x.Pairs, f.Called("field.phone"), s.Seeker.Phone, vault.MaskPhone)
	x.Pairs.Pairs = append(x.Pairs.Pairs, part.Pair{Term: f.Called("field.seeker_relation"), Text: vault.MaskFree(s.Seeker.Relation)},
		part.Pair{Term: f.Called("field.seek_why"), Text: f.Words(f.opens, s.Seeker.Why)})
	checked := f.t("seek.not_checked")
	if s.Seeker.Checked != "" {
		checked = f.Reason("identity_check", s.Seeker.Checked) + " · " + f.Person(s.Seeker.CheckedBy) + " · " + f.When(s.Seeker.CheckedAt)
	}
	safety := f.t("seek.not_asked")
	if !s.Safety.AskedAt.IsZero() {
		safety = f.t("seek.asked_on", "name", f.Person(s.Safety.AskedBy), "when", f.When(s.Safety.AskedAt))
	}
	x.Pairs.Pairs = append(x.Pairs.Pairs, part.Pair{Term: f.Called("field.identity_checked"), Text: checked}, part.Pair{Term: f.Called("act.seek.ask_safety"), Text: safety})
	return x
}

// soughtName is what somebody sought is called on pages: by their number, since the name is sealed.
func (f finding) soughtName(s *seek.Seek, id string) string {
	i := slices.IndexFunc(s.Sought, func(x seek.Sought) bool { return x.ID == id })
	if len(s.Sought) == 1 {
		return f.t("seek.the_sought")
	}
	return f.t("seek.sought_n", "n", i+1)
}

func maskPoint(point string) func(string) string {
	switch point {
	case "name_then", "name_now", "relatives":
		return vault.MaskName
	}
	return vault.MaskFree
}

func (f finding) soughtFacts(s *seek.Seek, i int) page.Facts {
	x := page.Facts{Title: f.soughtName(s, s.Sought[i].ID), ID: "sought"}
	for _, point := range seek.Points {
		if t, ok := s.Sought[i].Points[point]; ok {
			f.pair(&x.Pairs, f.Called("point."+point), t, maskPoint(point))
		}
	}
	if b, ok := f.button("seek.describe", "sought="+s.Sought[i].ID); ok && f.m.IsOpen() {
		x.Link = &part.Link{Href: b.Href, Label: f.t("seek.add_facts")}
	}
	return x
}

func (f finding) candidates(s *seek.Seek) page.Candidates {
	x := page.Candidates{Title: f.t("seek.candidates"), Note: f.t("seek.candidates_note")}
	if len(s.Candidates) == 0 {
		x.Empty = &part.Empty{Icon: "users-round", Text: f.t("seek.no_candidates"), Hint: f.t("seek.no_candidates_hint")}
	}
	for i := range s.Candidates {
		x.Items = append(x.Items, f.candidateOf(s, &s.Candidates[i]))
	}
	return x
}

func (f finding) candidateName(c *seek.Candidate) string { return f.t("seek.candidate_n", "n", c.No) }

func (f finding) candidateOf(s *seek.Seek, c *seek.Candidate) page.Candidate {
	x := page.Candidate{Title: f.candidateName(c) + " · " + f.soughtName(s, c.Sought), Status: f.candidateState(c)}
	f.pair(&x.Pairs, f.Called("field.name"), c.Name, vault.MaskName)
	f.pair(&x.Pairs, f.Called("field.phone"), c.Phone, vault.MaskPhone)
	if c.SealHome {
		x.Pairs.Pairs = append(x.Pairs.Pairs, part.Pair{Term: f.Called("field.home"), Text: f.t("seek.home_sealed")})
	} else {
		f.pair(&x.Pairs, f.Called("field.home"), c.Home, maskHome)
	}
	x.Pairs.Pairs = append(x.Pairs.Pairs, part.Pair{Term: f.Called("field.alive"), Text: fault.Name(f.lang, "alive."+c.Alive)})
	x.Table = part.Table{Caption: f.t("seek.compared"), Columns: columns(f.t("seek.point"), f.t("seek.known"), f.t("seek.verdict"))}
	sought := map[string]vault.Text{}
	for _, one := range s.Sought {
		if one.ID == c.Sought {
			sought = one.Points
		}
	}
	for _, point := range seek.Points {
		verdict := c.Compared[point]
		known, has := sought[point]
		if verdict == "" && !has {
			continue
		}
		said := "—"
		if has {
			said = maskPoint(point)(f.opens[known.Ref()])
		}
		if verdict == "" {
			verdict = "unknown"
		}
		row := cells(f.Called("point."+point), said, fault.Name(f.lang, "compared."+verdict))
		row.Tone = map[string]part.Tone{"agree": part.OK, "differ": part.Due}[verdict]
		x.Table.Rows = append(x.Table.Rows, row)
	}
	x.Asks = f.asks(c)
	if f.m.IsOpen() && c.RuledOut == "" && !s.Safety.Flagged {
		acts := []string{"seek.compare", "seek.ask_first", "seek.rule_out"}
		if c.Agrees() {
			acts = append([]string{"seek.give", "seek.bring_together", "seek.withdraw"}, acts...)
		}
		for _, act := range acts {
			if b, ok := f.button(act, "candidate="+c.ID); ok {
				x.Buttons = append(x.Buttons, part.Link{Href: b.Href, Label: b.Label})
			}
		}
	}
	return x
}

// maskHome leaves of somebody's address only its beginning: an address without a number would be shown whole.
func maskHome(home string) string {
	r := []rune(home)
	return string(r[:min(2, len(r))]) + "****"
}

func (f finding) candidateState(c *seek.Candidate) part.Status {
	a, asked := c.Last()
	switch {
	case c.RuledOut != "":
		return part.Status{Tone: part.Paused, Label: f.t("seek.out", "why", f.Reason("seek_rule_out", c.RuledOut))}
	case !asked:
		return part.Status{Tone: part.Info, Label: f.t("seek.unasked")}
	case !a.Withdrawn.IsZero():
		return part.Status{Tone: part.Overdue, Label: f.t("seek.withdrawn")}
	case a.Hidden:
		return part.Status{Tone: part.Overdue, Label: f.Called("field.keep_unknown")}
	}
	return part.Status{Tone: map[string]part.Tone{"yes": part.OK, "conditions": part.OK, "no": part.Overdue}[a.Answer], Label: fault.Name(f.lang, "soughtanswer."+a.Answer)}
}

func (f finding) asks(c *seek.Candidate) part.Timeline {
	line := part.Timeline{Label: f.t("seek.asks")}
	for _, a := range slices.Backward(c.Asks) {
		e := part.Entry{Icon: "message-square-text", Tone: part.Info, What: fault.Name(f.lang, "soughtanswer."+a.Answer), Who: f.Person(a.By), When: f.When(a.At), Text: f.Words(f.opens, a.Told)}
		var pairs []part.Pair
		add := func(term, family string, keys []string) {
			var names []string
			for _, k := range keys {
				names = append(names, fault.Name(f.lang, family+"."+k))
			}
			if len(names) > 0 {
				pairs = append(pairs, part.Pair{Term: term, Text: strings.Join(names, f.t("say.and"))})
			}
		}
		pairs = append(pairs, part.Pair{Term: f.Called("field.seek_how"), Text: f.Reason("seek_way", a.How)})
		add(f.Called("field.sought_conditions"), "soughtcondition", a.Conditions)
		add(f.Called("field.sought_gives"), "soughtgive", a.Give)
		if a.Relative {
			pairs = append(pairs, part.Pair{Term: f.t("seek.who_answered"), Text: f.Called("field.asked_relative")})
		}
		e.Detail = part.Definitions{Pairs: pairs}
		line.Entries = append(line.Entries, e)
	}
	return line
}

func (f finding) searches(s *seek.Seek) page.Table {
	x := page.Table{Title: f.t("seek.searches"), ID: "searches", Note: f.t("seek.searches_note")}
	x.Table = part.Table{Caption: x.Title, Empty: &part.Empty{Icon: "search", Text: f.t("seek.no_searches")},
		Columns: columns(f.Called("field.at"), f.t("finding.by"), f.Called("field.where_asked"), f.Called("field.purpose"), f.Called("field.look_result"))}
	for _, one := range slices.Backward(s.Searches) {
		result := fault.Name(f.lang, "lookresult."+one.Result)
		for _, more := range []string{one.Reference, f.Words(f.opens, one.Words)} {
			if more != "" {
				result += " · " + more
			}
		}
		where := f.Reason("seek_where", one.Where)
		if asked := f.opens[one.Asked.Ref()]; asked != "" {
			where += " · " + vault.MaskName(asked)
		}
		x.Table.Rows = append(x.Table.Rows, cells(f.When(one.At), f.Person(one.By), where, one.Purpose, result))
	}
	return x
}

// heard is what who seeks was told and given, the meeting and the thanks.
func (f finding) heard(s *seek.Seek) page.Table {
	x := page.Table{Title: f.t("seek.heard"), ID: "heard", Table: part.Table{Caption: f.t("seek.heard"), Columns: columns(f.Called("field.at"), f.t("finding.by"), f.t("finding.what"))}}
	row := func(at, by, what string) { x.Table.Rows = append(x.Table.Rows, cells(at, by, what)) }
	for _, one := range s.Tellings {
		row(f.When(one.At), f.Person(one.By), fault.Name(f.lang, "saying."+one.Saying))
	}
	for _, one := range s.Given {
		var what []string
		for _, g := range one.What {
			what = append(what, fault.Name(f.lang, "soughtgive."+g))
		}
		row(f.When(one.At), f.Person(one.By), f.Called("act.seek.give")+f.t("say.colon")+strings.Join(what, f.t("say.and")))
	}
	for _, one := range s.Met {
		place := f.Words(f.opens, one.Place)
		if one.AtStation {
			place = f.Called("field.at_station")
		}
		row(f.When(one.At), f.names(one.With), f.t("seek.met")+f.t("say.colon")+strings.Trim(place+" · "+f.Words(f.opens, one.Words), " ·"))
	}
	for _, one := range s.Thanks {
		row(f.When(one.At), "", f.t("seek.thanks")+f.t("say.colon")+f.Words(f.opens, one.Words))
	}
	return x
}

// askSeek fills in the forms of a seeking: who is sought, the candidates, what was agreed.
func (l *teller) askSeek(act any, m *matter.Matter, events []journal.Event, o *FormOptions) error {
	s, err := seek.Fold(events)
	if err != nil {
		return err
	}
	f, err := l.finding(m)
	if err != nil {
		return err
	}
	if o.Options == nil {
		o.Options = map[string][]part.Option{}
	}
	var sought, candidates []part.Option
	for _, x := range s.Sought {
		sought = append(sought, part.Option{Value: x.ID, Label: f.soughtName(s, x.ID)})
	}
	for i := range s.Candidates {
		if c := &s.Candidates[i]; c.RuledOut == "" {
			label := f.candidateName(c)
			if f.reads {
				label += " · " + f.candidateState(c).Label
			}
			candidates = append(candidates, part.Option{Value: c.ID, Label: label})
		}
	}
	o.Options["sought"], o.Options["candidate"] = sought, candidates
	switch a := act.(type) {
	case *seek.Describe:
		o.Labels = map[string]string{"sought": l.t("seek.which_sought")}
	case *seek.Compare:
		o.Labels = map[string]string{"candidate": l.t("seek.which_candidate")}
		for _, c := range s.Candidates {
			if c.ID == a.Candidate && o.Values == nil && f.reads {
				a.Alive, a.SealHome = c.Alive, c.SealHome
				a.NameThen, a.NameNow, a.Born, a.Year = c.Compared["name_then"], c.Compared["name_now"], c.Compared["born"], c.Compared["year"]
				a.Place, a.Unit, a.Relatives, a.Marks = c.Compared["place"], c.Compared["unit"], c.Compared["relatives"], c.Compared["marks"]
			}
		}
	case *seek.Look:
		if len(s.Sought) == 1 {
			o.Skip = append(o.Skip, "sought")
		}
	}
	if name := ActName(act); name == "matter.finish" {
		o.Hints = map[string]string{"answer": l.t("seek.answer_hint")}
	}
	return nil
}
