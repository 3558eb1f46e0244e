package web

import (
	"net/url"
	"slices"
	"strconv"

	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/dispute"
)

// prefill fills in what is known already: nobody types a thing twice. What the address said stays.
func (l *teller) prefill(act any, ask url.Values, d *dispute.Dispute, o *FormOptions) error {
	o.RowsOf = map[string]int{}
	switch a := act.(type) {
	case *dispute.AskSafety:
		if a.Party == "" {
			a.Party = first(unasked(d))
		}
	case *dispute.SetParty:
		l.prefillParty(a, d)
	case *dispute.ChooseTrack:
		for _, p := range d.Parties {
			if s := d.Sides[p.ID]; s != nil && s.Willing == "yes" {
				a.Consents = append(a.Consents, p.ID)
			}
		}
		if t, ok := l.book.Track(a.Track); ok && a.Host == "" && len(t.Host) == 1 && t.Host[0] != playbook.HostStation {
			a.Host = string(t.Host[0])
		}
	case *dispute.PlanSession:
		a.Preside, a.How = l.who.Person, "room"
	case *dispute.HoldSession:
		l.prefillSession(a, d, o)
	case *dispute.SaveSheet:
		return l.prefillSheet(a, d, o)
	case *dispute.SignSheet:
		a.Way = "screen"
	case *dispute.DraftAgreement:
		return l.prefillAgreement(a, d, o)
	case *dispute.SignAgreement:
		l.prefillSigning(a, d)
	case *dispute.KeepPromise:
		l.prefillKeeping(a, d)
	case *dispute.CallTeam:
		l.prefillTeam(a, o)
	case *dispute.CheckBack, *dispute.ApplyConfirmation, *dispute.VoidAgreement:
		if x := inForce(d); x != nil && ask.Get("agreement") == "" {
			asked(act, url.Values{"agreement": {x.ID}})
		}
	}
	return nil
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// unasked are the parties that the safety questions still have to be put to; nobody asks a firm.
func unasked(d *dispute.Dispute) (list []string) {
	for _, p := range d.Parties {
		if _, ok := d.Safety.Asked[p.ID]; !ok && !isBody(d, p.ID) {
			list = append(list, p.ID)
		}
	}
	return list
}

// inForce is the agreement in force, nil without one.
func inForce(d *dispute.Dispute) *dispute.Agreement {
	for i := range slices.Backward(d.Agreements) {
		if d.Agreements[i].Effective() {
			return &d.Agreements[i]
		}
	}
	return nil
}

// drafted is the agreement that waits for signatures, nil without one.
func drafted(d *dispute.Dispute) *dispute.Agreement {
	for i := range slices.Backward(d.Agreements) {
		if x := &d.Agreements[i]; x.VoidAt.IsZero() && !x.Effective() {
			return x
		}
	}
	return nil
}

// planned is the next meeting that is set, nil without one.
func planned(d *dispute.Dispute) (next *dispute.Session) {
	for i := range d.Sessions {
		if x := &d.Sessions[i]; x.State == "planned" && (next == nil || x.At.Before(next.At)) {
			next = x
		}
	}
	return next
}

func (l *teller) prefillParty(a *dispute.SetParty, d *dispute.Dispute) {
	if s := d.Sides[a.Party]; s != nil {
		a.Body, a.Minor, a.OwnWages, a.Suspect, a.SealHome = s.Body, s.Minor, s.OwnWages, s.Suspect, s.SealHome
		a.Interpreter, a.People, a.Remind = s.Interpreter, s.People, s.Remind
	}
}

// mostAsked is how many parties get a row of their own in the form of a session; more are added by hand.
const mostAsked = 8

func (l *teller) prefillSession(a *dispute.HoldSession, d *dispute.Dispute, o *FormOptions) {
	a.Preside = l.who.Person
	at := planned(d)
	for i := range d.Sessions {
		if d.Sessions[i].ID == a.Session && a.Session != "" {
			at = &d.Sessions[i]
		}
	}
	if at != nil {
		a.Session, a.Place, a.How, a.Preside, a.With = at.ID, at.Place, at.How, at.Preside, at.With
		if at.At.Before(l.now) {
			a.At = at.At
		}
	}
	for _, p := range d.Parties {
		if p.Side == "" {
			continue
		}
		a.Present = append(a.Present, p.ID)
		if len(a.Accounts) < mostAsked {
			o.Given = append(o.Given, "accounts."+strconv.Itoa(len(a.Accounts))+".party="+p.ID)
			a.Accounts = append(a.Accounts, dispute.AccountSaid{Party: p.ID})
		}
	}
	for _, side := range []string{"a", "b"} {
		if all := d.OnSide(side); len(all) > 0 {
			o.Given = append(o.Given, "offers."+strconv.Itoa(len(a.Offers))+".party="+all[0].ID)
			a.Offers = append(a.Offers, dispute.OfferSaid{Party: all[0].ID})
		}
	}
}

func (l *teller) prefillSheet(a *dispute.SaveSheet, d *dispute.Dispute, o *FormOptions) error {
	o.RowsOf["lines"] = 4
	for _, x := range d.Sheets {
		if x.ID != a.Sheet || a.Sheet == "" {
			continue
		}
		opened, err := l.Open(x.Note)
		if err != nil {
			return err
		}
		a.Kind, a.Title, a.Lines, a.From, a.Note = x.Kind, x.Title, slices.Clone(x.Lines), x.From, opened[x.Note.Ref()]
		if x.Advanced > 0 {
			a.Advanced = x.Advanced.String()
		}
		o.RowsOf["lines"] = len(a.Lines) + 1
	}
	return nil
}

func (l *teller) prefillAgreement(a *dispute.DraftAgreement, d *dispute.Dispute, o *FormOptions) error {
	o.RowsOf["clauses"] = 2
	if x := d.Agreement(a.Agreement); x != nil {
		return l.draftAgain(a, x, o)
	}
	if d.Track != nil {
		if t, ok := l.book.Track(d.Track.Track); ok && !t.Written {
			a.Form = "oral"
		} else {
			a.Form = "written"
		}
	}
	for _, x := range d.Sheets {
		a.Sheets = append(a.Sheets, x.ID)
		a.Total = positive(x.Total)
	}
	for _, x := range slices.Backward(d.Sessions) {
		if x.State == "held" && !x.Agreed.Empty() {
			opened, err := l.Open(x.Agreed)
			a.Facts = opened[x.Agreed.Ref()]
			return err
		}
	}
	return nil
}

func positive(f dispute.Fen) string {
	if f <= 0 {
		return ""
	}
	return f.String()
}

// draftAgain fills the form with the version that stands, to be corrected.
func (l *teller) draftAgain(a *dispute.DraftAgreement, x *dispute.Agreement, o *FormOptions) error {
	texts := []vault.Text{x.Facts, x.Duty}
	for _, c := range x.Clauses {
		texts = append(texts, c.Words)
	}
	opened, err := l.Open(texts...)
	if err != nil {
		return err
	}
	a.Form, a.Facts, a.Duty, a.Total = x.Form, opened[x.Facts.Ref()], opened[x.Duty.Ref()], positive(x.Total)
	a.Sheets, a.Place, a.Status = x.Sheets, x.Place, x.Status
	for _, c := range x.Clauses {
		row := dispute.ClauseDraft{Words: opened[c.Words.Ref()]}
		if t := c.Promise; t != nil {
			row.What, row.Payer, row.Receiver, row.Amount, row.DueOn, row.Every, row.Times = t.What, t.Payer, t.Receiver, positive(t.Amount), t.DueOn, t.Every, t.Times
			row.Each, row.Turns, row.Security, row.SeenBy, row.AtOnce = positive(t.Each), t.Turns, t.Security, t.SeenBy, t.AtOnce
		}
		a.Clauses = append(a.Clauses, row)
	}
	o.RowsOf["clauses"] = len(a.Clauses)
	return nil
}

func (l *teller) prefillSigning(a *dispute.SignAgreement, d *dispute.Dispute) {
	x := d.Agreement(a.Agreement)
	if x == nil {
		x = drafted(d)
	}
	if x == nil {
		return
	}
	a.Agreement, a.Way = x.ID, "screen"
	if a.Who == "" {
		a.Who = first(unsigned(l.book, d, x))
	}
	if x.Status || a.Who == "organ_seal" || a.Who == "committee_seal" {
		a.Way = map[bool]string{true: "ink", false: "seal"}[x.Status] // never on the screen where a status is touched (20.2)
	}
}

func (l *teller) prefillKeeping(a *dispute.KeepPromise, d *dispute.Dispute) {
	p := d.Promise(a.Promise)
	a.On_, a.SeenBy = l.Today(), l.who.Person
	if p == nil {
		return
	}
	if x := nextOpen(p, a.N); x != nil {
		a.N = x.N
		a.Amount = positive(x.Amount - x.Paid)
	}
}

// nextOpen is the instalment asked for, or the first that is still open; nil when none is.
func nextOpen(p *dispute.Promise, n int) *dispute.Instalment {
	for _, x := range p.Instalments("9999-12-31", 400) {
		if (n == 0 || x.N == n) && (x.State == "open" || x.State == "part" || x.State == "broken") {
			return &x
		}
	}
	return nil
}

func (l *teller) prefillTeam(a *dispute.CallTeam, o *FormOptions) {
	t, ok := l.book.Team(a.Team)
	if !ok {
		return
	}
	for _, x := range t.Seats {
		for range max(1, x.HowMany) {
			o.Given = append(o.Given, "seats."+strconv.Itoa(len(a.Seats))+".seat="+seatKey(x), "seats."+strconv.Itoa(len(a.Seats))+".body="+string(x.Body))
			a.Seats = append(a.Seats, dispute.SeatFilled{Seat: seatKey(x), Body: string(x.Body)})
		}
	}
}
