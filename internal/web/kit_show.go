package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	"maplegrid/internal/board/doorsteps"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/document"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/web/keep"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/doorstep"
)

// kitList is which portable kit is where: who has it, how full it is, free when, broken, overdue.
func (s *Site) kitList(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	kits, err := s.Boards.Doorsteps.Kits(l.ctx, l.scope, l.now)
	if err != nil {
		return err
	}
	t := part.Table{Caption: l.t("kits.title"), Empty: &part.Empty{Icon: "package", Text: l.t("kits.none"), Hint: l.t("kits.none_hint")},
		Columns: []part.Column{{Label: l.t("kits.kit")}, {Label: l.t("kits.where")}, {Label: l.t("kits.charge"), Num: true}, {Label: l.t("kits.booked")}, {Label: l.t("kits.state")}}}
	for i := range kits {
		k := &kits[i]
		t.Rows = append(t.Rows, part.Row{Href: "/kits/" + url.PathEscape(k.ID), Cells: []templ.Component{
			part.Plainly(k.Name + " · " + l.KitCalled(k.Kind)), part.Plainly(l.kitWhere(k)), part.Plainly(strconv.Itoa(k.Charge) + "%"), part.Plainly(l.bookedOn(k.Bookings, "")), l.kitState(k)}})
	}
	body := []templ.Component{part.Heading{Title: l.t("kits.title"), Sub: l.t("kits.sub"), Back: &part.Link{Href: "/doorsteps", Label: l.t("doors.title")}}}
	if l.May("kit.register", access.Thing{Kind: "kit"}) {
		body = append(body, beside(part.Button{Label: l.Called("act.kit.register"), Icon: "plus", Href: "/kits/new"}))
	}
	return s.Page(w, r, http.StatusOK, l.t("kits.title"), "services", part.Some(append(body, t)...))
}

func (l *teller) kitWhere(k *doorsteps.Kit) string {
	if k.Holder != "" {
		return l.t("kits.with", "name", l.Person(k.Holder))
	}
	return fault.Name(l.lang, "kithome."+k.Home)
}

func (l *teller) kitState(k *doorsteps.Kit) part.Status {
	switch {
	case !k.BrokenAt.IsZero():
		return part.Status{Tone: part.Overdue, Label: l.t("kits.broken")}
	case k.Overdue(l.now):
		return part.Status{Tone: part.Overdue, Label: l.t("kits.overdue", "when", l.When(k.DueAt))}
	case k.Holder != "":
		return part.Status{Tone: part.Info, Label: l.t("kits.out", "when", l.When(k.DueAt))}
	case k.Loan == doorstep.LoanAsked:
		return part.Status{Tone: part.Due, Label: l.t("kits.loan_waits")}
	case k.Home == doorstep.AtCounty && (k.Loan != doorstep.LoanGranted || l.now.After(k.LoanUntil)):
		return part.Status{Tone: part.Paused, Label: l.t("kits.to_borrow")}
	}
	if free := k.FreeFrom(l.now); free.After(l.now) {
		return part.Status{Tone: part.Info, Label: l.t("kits.free_from", "when", l.When(free))}
	}
	return part.Status{Tone: part.OK, Label: l.t("kits.free")}
}

func (s *Site) kitNew(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	f, err := s.ActForm(l.ctx, l.who, &doorstep.RegisterKit{Home: doorstep.AtStation}, FormOptions{Next: "/kits/{id}", Icon: "plus", Cancel: &part.Link{Href: "/kits", Label: l.t("act.cancel")}})
	if err != nil {
		return err
	}
	title := l.Called("act.kit.register")
	return s.Page(w, r, http.StatusOK, title, "services", part.Some(part.Heading{Title: title, Back: &part.Link{Href: "/kits", Label: l.t("kits.title")}}, Around(part.Section{Card: true}, f)))
}

// kit loads a kit as it stands, for somebody who may read of kits.
func (l *teller) kit(id string) (*doorstep.Kit, error) {
	events, err := l.s.Desk.Journal.Stream(l.ctx, l.who.Station, doorstep.KitStream(id), 0)
	if err != nil {
		return nil, err
	}
	if len(events) == 0 {
		return nil, fault.New(fault.Missing, "kit.not_found", nil)
	}
	return doorstep.FoldKit(events)
}

// kitAct is an act on a kit as its page offers it: when there is sense in it.
type kitAct struct {
	name, icon string
	fits       func(k *doorstep.Kit) bool
	new        func(on doorstep.OnKit) any
}

var kitActs = []kitAct{
	{"kit.hand_over", "users-round", func(k *doorstep.Kit) bool { return k.Broken == nil && (k.Home == doorstep.AtStation || lent(k)) }, func(on doorstep.OnKit) any { return &doorstep.HandOverKit{OnKit: on} }},
	{"kit.return", "undo-2", func(k *doorstep.Kit) bool { return k.Out != nil }, func(on doorstep.OnKit) any { return &doorstep.ReturnKit{OnKit: on} }},
	{"kit.answer_loan", "gavel", loanWaits, func(on doorstep.OnKit) any { return &doorstep.AnswerLoan{OnKit: on} }},
	{"kit.ask_loan", "send", func(k *doorstep.Kit) bool { return k.Home == doorstep.AtCounty && !loanWaits(k) }, func(on doorstep.OnKit) any { return &doorstep.AskLoan{OnKit: on} }},
	{"kit.reserve", "calendar", func(k *doorstep.Kit) bool { return k.Broken == nil }, func(on doorstep.OnKit) any { return &doorstep.ReserveKit{OnKit: on} }},
	{"kit.release", "circle-x", func(k *doorstep.Kit) bool {
		return slices.ContainsFunc(k.Bookings, func(b doorstep.KitBooking) bool { return b.State == doorstep.KitBooked && b.Visit == "" })
	}, func(on doorstep.OnKit) any { return &doorstep.ReleaseKit{OnKit: on} }},
	{"kit.break", "triangle-alert", func(k *doorstep.Kit) bool { return k.Broken == nil }, func(on doorstep.OnKit) any { return &doorstep.BreakKit{OnKit: on} }},
	{"kit.repair", "badge-check", func(k *doorstep.Kit) bool { return k.Broken != nil }, func(on doorstep.OnKit) any { return &doorstep.RepairKit{OnKit: on} }},
	{"kit.retire", "trash-2", func(k *doorstep.Kit) bool { return k.Out == nil }, func(on doorstep.OnKit) any { return &doorstep.RetireKit{OnKit: on} }},
}

// lent tells whether the county unit lent it at all; whether the loan covers a time the rule says.
func lent(k *doorstep.Kit) bool {
	return slices.ContainsFunc(k.Loans, func(l doorstep.Loan) bool { return l.State == doorstep.LoanGranted })
}

func loanWaits(k *doorstep.Kit) bool {
	return slices.ContainsFunc(k.Loans, func(l doorstep.Loan) bool { return l.State == doorstep.LoanAsked })
}

// kitOne is one kit: where it is, what is in it, what it is booked for, the loans of it, and what may be done with it.
func (s *Site) kitOne(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	k, err := l.kit(r.PathValue("id"))
	if err != nil {
		return err
	}
	var acts []templ.Component
	for _, a := range kitActs {
		if k.RetiredAt.IsZero() && a.fits(k) && l.May(a.name, desk.KitThing()) {
			b := part.Button{Label: l.Called("act." + a.name), Icon: a.icon, Href: "/kits/" + k.ID + "/do/" + strings.TrimPrefix(a.name, "kit.")}
			if len(acts) > 0 {
				b.Kind = part.Quiet
			}
			acts = append(acts, b)
		}
	}
	body := []templ.Component{part.Heading{Title: k.Name, Kicker: l.KitCalled(k.Kind), Back: &part.Link{Href: "/kits", Label: l.t("kits.title")}}, beside(acts...)}
	facts, err := l.kitFacts(k)
	if err != nil {
		return err
	}
	var print templ.Component
	if k.Out != nil {
		print = part.Button{Label: l.t("kits.print"), Icon: "printer", Kind: part.Quiet, Href: "/kits/" + k.ID + "/handover.pdf"}
	}
	body = append(body, Around(part.Section{Title: l.t("kits.now"), Card: true, Action: print}, facts))
	if t := l.kitBookings(k); len(t.Rows) > 0 {
		body = append(body, Around(part.Section{Title: l.t("kits.booked"), Card: true}, t))
	}
	loans, err := l.kitLoans(k)
	if err != nil {
		return err
	}
	if len(loans.Rows) > 0 {
		body = append(body, Around(part.Section{Title: l.t("kits.loans"), Card: true}, loans))
	}
	return s.Page(w, r, http.StatusOK, k.Name, "services", part.Some(body...))
}

func (l *teller) kitFacts(k *doorstep.Kit) (templ.Component, error) {
	pairs := []part.Pair{{Term: l.t("kits.home"), Text: fault.Name(l.lang, "kithome."+k.Home)}}
	where := l.t("kits.in_place")
	if k.Home == doorstep.AtCounty {
		where = fault.Name(l.lang, "kithome."+k.Home)
	}
	if k.Out != nil {
		where = l.t("kits.with", "name", l.Person(k.Out.To)) + " · " + l.t("kits.since", "when", l.When(k.Out.Since))
		due := part.Status{Tone: part.Info, Label: l.When(k.Out.Due)}
		if k.Overdue(l.now) {
			due = part.Status{Tone: part.Overdue, Label: l.t("kits.overdue", "when", l.When(k.Out.Due))}
		}
		pairs = append(pairs, part.Pair{Term: l.t("kits.due"), Value: due}, part.Pair{Term: l.t("kits.handed_by"), Text: l.Person(k.Out.By)})
	}
	charge := strconv.Itoa(k.Charge) + "%"
	if kind, ok := l.book.KitKind(k.Kind); ok && k.Charge < kind.Least {
		charge += " · " + l.t("kits.charge_first", "least", kind.Least, "minutes", kind.ChargeMinutes*(kind.Least-k.Charge)/100)
	}
	pairs = append(pairs, part.Pair{Term: l.t("kits.where"), Text: where}, part.Pair{Term: l.t("kits.charge"), Text: charge},
		part.Pair{Term: l.t("kits.items"), Text: strings.Join(labels(l.kitItems(k.Kind)), l.t("say.and"))})
	if len(k.Lacks) > 0 {
		pairs = append(pairs, part.Pair{Term: l.t("kits.lacks"), Value: part.Status{Tone: part.Due, Label: strings.Join(k.Lacks, l.t("say.and"))}})
	}
	if k.Broken != nil {
		o, err := l.Open(k.Broken.Words)
		if err != nil {
			return nil, err
		}
		pairs = append(pairs, part.Pair{Term: l.t("kits.broken"), Value: part.Status{Tone: part.Overdue, Label: l.Words(o, k.Broken.Words) + " · " + l.Person(k.Broken.By) + " " + l.When(k.Broken.At)}})
	}
	if !k.RetiredAt.IsZero() {
		pairs = append(pairs, part.Pair{Term: l.t("kits.retired"), Text: l.When(k.RetiredAt)})
	}
	return part.Definitions{Pairs: pairs}, nil
}

// mostBookings is how many bookings the page of a kit shows.
const mostBookings = 30

func (l *teller) kitBookings(k *doorstep.Kit) part.Table {
	t := part.Table{Caption: l.t("kits.booked"), Columns: []part.Column{{Label: l.t("kits.from_until")}, {Label: l.t("kits.for")}, {Label: l.t("kits.by")}, {Label: l.t("kits.state")}}}
	for _, b := range slices.Backward(k.Bookings) {
		if len(t.Rows) >= mostBookings {
			break
		}
		what := part.Plainly(vault.MaskFree(b.Purpose))
		if b.Matter != "" {
			what = part.Plainly(l.t("kits.a_visit"))
			if m, err := l.s.Matter(l.ctx, l.who, b.Matter); err == nil {
				what = templ.Raw(`<a href="/matters/` + templ.EscapeString(m.ID) + `">` + templ.EscapeString(m.Number) + `</a>`)
			}
		}
		t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{part.Plainly(l.When(b.From) + " – " + l.When(b.Until)), what, part.Plainly(l.Person(b.By)),
			part.Plainly(fault.Name(l.lang, "kitbooking."+b.State))}})
	}
	return t
}

func (l *teller) kitLoans(k *doorstep.Kit) (part.Table, error) {
	t := part.Table{Caption: l.t("kits.loans"), Columns: []part.Column{{Label: l.t("kits.from_until")}, {Label: l.t("kits.by")}, {Label: l.t("kits.why")}, {Label: l.t("kits.approver")}, {Label: l.t("kits.state")}}}
	var texts []vault.Text
	for _, x := range k.Loans {
		texts = append(texts, x.Why, x.Approver, x.Note)
	}
	o, err := l.Open(texts...)
	if err != nil {
		return t, err
	}
	tones := map[string]part.Tone{doorstep.LoanAsked: part.Due, doorstep.LoanGranted: part.OK, doorstep.LoanRefused: part.Paused}
	for _, x := range slices.Backward(k.Loans) {
		state := fault.Name(l.lang, "kitloan."+x.State)
		if note := l.Words(o, x.Note); note != "" {
			state += " · " + note
		}
		approver := ""
		if x.State != doorstep.LoanAsked {
			approver = strings.Trim(l.Words(o, x.Approver)+" · "+l.t("kits.written_by", "name", l.Person(x.AnsweredBy)), " ·")
		}
		t.Rows = append(t.Rows, part.Row{Cells: []templ.Component{part.Plainly(l.When(x.From) + " – " + l.When(x.Until)), part.Plainly(l.Person(x.AskedBy)), part.Plainly(l.Words(o, x.Why)),
			part.Plainly(approver), part.Status{Tone: tones[x.State], Label: state}}})
	}
	return t, nil
}

// kitDo is the page of one act on a kit.
func (s *Site) kitDo(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	k, err := l.kit(r.PathValue("id"))
	if err != nil {
		return err
	}
	i := slices.IndexFunc(kitActs, func(a kitAct) bool { return a.name == "kit."+r.PathValue("act") })
	if i < 0 {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	a := kitActs[i]
	if !l.May(a.name, desk.KitThing()) {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	act := a.new(doorstep.OnKit{Kit: k.ID, Version: k.Version})
	o := FormOptions{Icon: a.icon, Cancel: &part.Link{Href: "/kits/" + k.ID, Label: l.t("act.back")}}
	if err := l.askKit(act, k, &o); err != nil {
		return err
	}
	f, err := s.ActForm(l.ctx, l.who, act, o)
	if err != nil {
		return err
	}
	title := l.Called("act." + a.name)
	return s.Page(w, r, http.StatusOK, title, "services", part.Some(part.Heading{Title: title, Kicker: k.Name + " · " + l.KitCalled(k.Kind), Back: &part.Link{Href: "/kits/" + k.ID, Label: k.Name}},
		Around(part.Section{Card: true}, f)))
}

// askKit fills in the form of an act on a kit, and gives its choices; a form that comes back refused gets the same.
func (l *teller) askKit(act any, k *doorstep.Kit, o *FormOptions) error {
	o.Next = "/kits/" + k.ID
	if o.Options == nil {
		o.Options = map[string][]part.Option{}
	}
	fresh := o.Values == nil
	switch a := act.(type) {
	case *doorstep.HandOverKit:
		o.Options["kit_items"], o.Options["booking"] = l.kitItems(k.Kind), l.liveBookings(k, false)
		if fresh {
			a.Charge = k.Charge
			for _, x := range o.Options["kit_items"] {
				a.Items = append(a.Items, x.Value)
			}
			if n := len(o.Options["booking"]); n == 1 {
				a.Booking = o.Options["booking"][0].Value
			}
		}
	case *doorstep.ReturnKit:
		o.Options["kit_items"] = l.kitItems(k.Kind)
		if fresh {
			for _, x := range o.Options["kit_items"] {
				a.Items = append(a.Items, x.Value)
			}
		}
	case *doorstep.ReleaseKit:
		o.Options["booking"] = l.liveBookings(k, true)
	case *doorstep.AskLoan:
		rows, err := l.s.Boards.Doorsteps.Stage(l.ctx, l.scope, doorstep.ToPlan, "", doorsteps.MaxPage)
		if err != nil {
			return err
		}
		for _, r := range rows.Rows {
			o.Options["for_matter"] = append(o.Options["for_matter"], part.Option{Value: r.ID, Label: r.Number + " · " + MaskTitle(r.Title)})
		}
	case *doorstep.AnswerLoan:
		for _, x := range k.Loans {
			if x.State == doorstep.LoanAsked && fresh {
				a.From, a.Until = x.From, x.Until
			}
		}
	}
	return nil
}

// liveBookings are the bookings of a kit that are still to come, those of no visit alone when asked.
func (l *teller) liveBookings(k *doorstep.Kit, own bool) (list []part.Option) {
	for _, b := range k.Bookings {
		if b.State != doorstep.KitBooked || own && b.Visit != "" || b.Until.Before(l.now) {
			continue
		}
		what := b.Purpose
		if b.Matter != "" {
			what = l.t("kits.a_visit")
			if m, err := l.s.Matter(l.ctx, l.who, b.Matter); err == nil {
				what = m.Number
			}
		}
		from, until := b.From.In(clock.Shanghai), b.Until.In(clock.Shanghai)
		list = append(list, part.Option{Value: b.ID, Label: from.Format("01-02 15:04") + "–" + until.Format("01-02 15:04") + " · " + what})
	}
	return list
}

// kitContext gives the choices of a form on a kit that comes back refused.
func (s *Site) kitContext(ctx context.Context, who access.Who, act any, form url.Values, fresh bool, o *FormOptions) error {
	on, ok := act.(interface{ Target() (string, int) })
	if !ok || !strings.HasPrefix(ActName(act), "kit.") {
		return nil
	}
	l, err := s.TellTo(ctx, who)
	if err != nil {
		return err
	}
	id, _ := on.Target()
	k, err := l.kit(id)
	if err != nil {
		return err
	}
	if fresh {
		form.Set("version", strconv.Itoa(k.Version))
	}
	return l.askKit(act, k, o)
}

// kitReceipt is the paper on which a kit is handed over, signed by both.
func (s *Site) kitReceipt(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	k, err := l.kit(r.PathValue("id"))
	if err != nil {
		return err
	}
	if k.Out == nil {
		return fault.New(fault.Stale, "kit.not_out", nil)
	}
	var items []any
	for _, x := range l.kitItems(k.Kind) {
		items = append(items, map[string]any{"名称": x.Label, "在": !slices.Contains(k.Lacks, x.Value)})
	}
	facts := document.Facts{"本所": l.org.Name, "设备": k.Name, "种类": l.KitCalled(k.Kind), "归属": fault.Name(l.lang, "kithome."+k.Home), "物品": items,
		"电量": k.Charge, "交出": l.Person(k.Out.By), "接收": l.Person(k.Out.To), "时间": k.Out.Since.In(clock.Shanghai), "应还": k.Out.Due.In(clock.Shanghai)}
	if k.Out.Image != "" {
		if raw, ok, err := s.Blobs.Get(l.ctx, l.who.Station, k.Out.Image, keep.Shown); err == nil && ok {
			facts["签名"] = raw
		}
	}
	return l.SendSheet(w, "kit_handover", facts)
}
