package web

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	page "maplegrid/internal/web/page/matter"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/surrender"
)

// showSurrender adds to the page of a matter what was handed in. Who has no police powers reads that something was, and no more.
func (l *teller) showSurrender(p *page.Page, m *matter.Matter, events []journal.Event) error {
	s, err := surrender.Fold(events)
	if err != nil {
		return err
	}
	if acts := l.surrenderWays(s); acts != nil {
		p.Next, p.Own = acts, !s.Received.IsZero() && s.HandedAt.IsZero()
	}
	thing := desk.MatterThing(l.who.Station, m)
	if !l.May("arms.read", thing) {
		p.Main = append(p.Main, Around(part.Section{Title: l.t("surrender.section"), Card: true}, Paragraph(l.t("surrender.police_only"))))
		return nil
	}
	if s.Secured == nil && s.Received.IsZero() {
		p.Notices = append(p.Notices, page.Notice{Tone: part.Overdue, Icon: "triangle-alert", Text: l.t("surrender.danger")})
	}
	if s.Received.IsZero() {
		return nil
	}
	facts, err := l.surrenderFacts(s)
	if err != nil {
		return err
	}
	papers := []string{"surrender_receipt"}
	if !s.HandedAt.IsZero() {
		papers = append(papers, "surrender_handover")
	}
	p.Main = append(p.Main, Around(part.Section{Title: l.t("surrender.section"), ID: "arms", Card: true, Action: l.paperLinks(s.ID, papers)}, l.armsTable(s), facts))
	return nil
}

func (l *teller) surrenderWays(s *surrender.Surrender) templ.Component {
	switch {
	case s.State.Gone():
		return nil
	case s.Received.IsZero():
		return l.doActs(&s.Matter, "surrender.receive", "surrender.receive", "surrender.secure")
	case s.HandedAt.IsZero():
		acts := []string{"surrender.hand_over", "surrender.store", "surrender.recount"}
		if s.OnSpot {
			acts = []string{"surrender.hand_over", "surrender.recount"}
		}
		return l.doActs(&s.Matter, "surrender.hand_over", acts...)
	case s.Reference == "":
		return l.doActs(&s.Matter, "surrender.destroy", "surrender.destroy", "surrender.thank")
	}
	return l.doActs(&s.Matter, "", "surrender.thank")
}

// armsTable lists what was counted.
func (l *teller) armsTable(s *surrender.Surrender) templ.Component {
	t := part.Table{Caption: l.t("surrender.items"), Columns: []part.Column{{Label: l.t("surrender.arm")}, {Label: l.t("surrender.model")}, {Label: l.t("surrender.calibre")},
		{Label: l.t("surrender.serial")}, {Label: l.t("surrender.state")}, {Label: l.t("surrender.count"), Num: true}}}
	for _, x := range s.Items {
		row := part.Row{}
		for _, cell := range []string{l.t("opt.armsort." + x.Arm), x.Model, x.Calibre, x.Serial, x.State, strconv.Itoa(x.Count)} {
			row.Cells = append(row.Cells, part.Plainly(cell))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

func (l *teller) surrenderFacts(s *surrender.Surrender) (templ.Component, error) {
	texts := []vault.Text{s.Name, s.Phone, s.IDNo, s.Origin, s.Receiver}
	if s.Custodian(l.who.Person) {
		texts = append(texts, s.KeptAt)
	}
	o, err := l.Open(texts...)
	if err != nil {
		return nil, err
	}
	may := l.MayUnmask(desk.MatterThing(l.who.Station, &s.Matter))
	d := &defined{l: l}
	hidden := func(key string, x vault.Text, field string, mask func(string) string) {
		d.sealed(key, l.Masked(o, x, "matter", s.ID, field, mask, may))
	}
	d.text("surrender.receipt", s.Receipt)
	d.text("surrender.at", l.When(s.At))
	d.text("surrender.officers", l.Person(s.By)+l.t("say.and")+l.Person(s.Second))
	d.text("surrender.total", strconv.Itoa(s.Count()))
	d.text("surrender.voluntary", l.t("choice."+aye(s.Voluntary)))
	switch {
	case s.Notice == "":
		d.text("surrender.notice", l.t("surrender.no_notice"))
	case s.Lenient():
		d.text("surrender.notice", s.Title+" · "+l.t("surrender.lenient", "day", s.Until))
	default:
		d.text("surrender.notice", s.Title)
	}
	if s.Person == "" {
		d.text("surrender.by", l.t("found.unnamed"))
	}
	hidden("surrender.by", s.Name, "name", vault.MaskName)
	hidden("surrender.phone", s.Phone, "phone", vault.MaskPhone)
	hidden("surrender.id_no", s.IDNo, "id_no", vault.MaskResidentID)
	if s.IDWrong {
		d.text("surrender.id_no", l.t("surrender.id_wrong"))
	}
	hidden("surrender.origin", s.Origin, "origin_told", func(string) string { return l.t("found.sealed") })
	if s.OnSpot {
		d.text("surrender.kept", l.t("surrender.on_spot"))
	}
	l.custody(d, s, o)
	if !s.HandedAt.IsZero() {
		d.text("surrender.handed", strings.Join([]string{l.body(s.Unit), s.Letter, l.When(s.HandedAt)}, " · "))
		hidden("surrender.receiver", s.Receiver, "name", vault.MaskName)
	}
	d.text("surrender.destroyed", strings.Trim(s.Destroyed+" · "+s.Reference, " ·"))
	for _, x := range s.Thanks {
		d.text("surrender.thanked", l.When(x.At)+" · "+l.Person(x.By))
		d.text("surrender.public", x.Public)
	}
	return d.Definitions, nil
}

// custody shows where it is kept to the named custodians; everybody else reads who they are.
func (l *teller) custody(d *defined, s *surrender.Surrender, o Opened) {
	if len(s.Custody) == 0 {
		return
	}
	var names []string
	for _, p := range s.Custody {
		names = append(names, l.Person(p))
	}
	d.text("surrender.custodians", strings.Join(names, l.t("say.and")))
	if words := o[s.KeptAt.Ref()]; s.Custodian(l.who.Person) && l.May("custody.read", desk.Custody(l.who.Station, s)) && s.HandedAt.IsZero() {
		d.text("surrender.kept", words)
	} else {
		d.text("surrender.kept", l.t("surrender.kept_sealed"))
	}
}

// askSurrender gives the choices of a form about arms handed in.
func (l *teller) askSurrender(act any, _ *matter.Matter, events []journal.Event, o *FormOptions) error {
	s, err := surrender.Fold(events)
	if err != nil {
		return err
	}
	if o.Options == nil {
		o.Options = map[string][]part.Option{}
	}
	switch a := act.(type) {
	case *surrender.Receive:
		l.armsForm(o)
	case *surrender.Recount:
		for _, x := range s.Items {
			o.Options["arm_item"] = append(o.Options["arm_item"], part.Option{Value: x.ID, Label: strings.TrimSpace(l.t("opt.armsort."+x.Arm)+" "+x.Model) + " × " + strconv.Itoa(x.Count)})
		}
		o.Options["second"] = l.sworn()
	case *surrender.Store:
		o.Options["custodians"] = l.sworn()
		_ = a
	case *surrender.HandOver:
		o.Options["second"] = l.sworn()
	}
	return nil
}

func (l *teller) armsForm(o *FormOptions) {
	if o.RowsOf == nil {
		o.RowsOf = map[string]int{}
	}
	o.RowsOf["arm_items"] = max(o.RowsOf["arm_items"], 1)
	if o.Options == nil {
		o.Options = map[string][]part.Option{}
	}
	var others []part.Option
	for _, x := range l.sworn() {
		if x.Value != l.who.Person {
			others = append(others, x)
		}
	}
	o.Options["second"] = others
}

// sworn are those with police powers.
func (l *teller) sworn() (list []part.Option) {
	for _, x := range l.s.PeopleOptions(l.lang, l.org, l.who) {
		if p, ok := l.org.People[x.Value]; ok && p.Role.HasPolicePowers() {
			list = append(list, x)
		}
	}
	return list
}

// surrenderNew is the page on which two officers take in what was brought to the station.
func (s *Site) surrenderNew(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	title := l.t("surrender.title")
	o := FormOptions{Next: "/matters/{id}", Icon: "clipboard-check", Draft: "surrender", RowsOf: map[string]int{"arm_items": 2}}
	l.armsForm(&o)
	o.RowsOf["arm_items"] = 2
	f, err := l.openingForm(&surrender.Register{Cell: l.ownCell(), HandIn: surrender.HandIn{At: l.now}}, "surrender.register", o)
	if fault.Code(err) == "access.denied" {
		return err
	}
	if err != nil {
		return err
	}
	notice := l.t("surrender.no_notice")
	if n, ok := l.book.ArmsNotice(l.now); ok {
		notice = n.Name.In(l.lang) + " · " + l.t("surrender.lenient", "day", string(n.Until))
	}
	return s.Page(w, r, http.StatusOK, title, "services", Narrow(part.Heading{Title: title, Sub: l.t("surrender.sub"), Back: &part.Link{Href: "/services", Label: l.t("services.title")}},
		noticeOf(part.Overdue, "triangle-alert", l.t("surrender.danger")), noticeOf(part.Info, "info", notice), f))
}
