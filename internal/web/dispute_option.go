package web

import (
	"slices"
	"strings"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/grid"
	"maplegrid/internal/playbook"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/dispute"
)

// The choices that acts on disputes ask for, by the kind of their tag: fixed keys called by the texts "opt.KIND.KEY", tables of the
// playbook, and what the dispute at hand has.

// fixed are choices of fixed keys; short ones are cards, long ones a list to drop down.
var fixed = map[string][]string{
	"companion": dispute.CompanionsAs, "willing": {"yes", "no"}, "courseend": dispute.CourseEnds, "relation": dispute.Relations,
	"sessionhow": dispute.SessionHows, "closed": dispute.SessionClosed, "sessionend": dispute.SessionOutcomes, "sheetkind": dispute.SheetKinds,
	"agreementform": playbook.Forms, "signway": dispute.SignWays, "promisewhat": dispute.PromiseWhats, "every": dispute.PromiseEvery,
	"caseresult": dispute.CaseResults, "confirmresult": dispute.ConfirmResults, "performed": dispute.Performances,
	"ways": dispute.Ways, "confirmchecks": dispute.ConfirmChecks, "confirmmaterials": dispute.ConfirmMaterials,
}

// chosenFrom are those asked for by a list to drop down, or by any number of ticks; the rest are cards of which one is chosen.
var (
	dropped = []string{"closed", "relation", "promisewhat", "every"}
	ticked  = []string{"ways", "confirmchecks", "confirmmaterials", "stops", "papers", "parties", "companions", "safety", "sheets"}
)

// ofDispute gives the kind of control and the choices of a blank that only disputes ask; false for any other blank.
func (a *asker) ofDispute(b blank) (part.Kind, []part.Option, bool) {
	kind := part.KindRadio
	switch {
	case slices.Contains(dropped, b.kind):
		kind = part.KindSelect
	case slices.Contains(ticked, b.kind):
		kind = part.KindChecks
	}
	if keys, ok := fixed[b.kind]; ok {
		return kind, called(a.lang, "opt."+b.kind+".", keys), true
	}
	if list, ok := a.ofTables(b.kind); ok {
		return kind, list, true
	}
	if !slices.Contains(ofThisOne, b.kind) {
		return "", nil, false
	}
	if kind == part.KindRadio {
		kind = part.KindSelect
	}
	if a.o.Dispute == nil {
		return kind, nil, true
	}
	return kind, a.ofThis(b.kind), true
}

// called makes choices of fixed keys called by the texts of the pages.
func called(lang, prefix string, keys []string) (list []part.Option) {
	for _, k := range keys {
		list = append(list, part.Option{Value: k, Label: tr(lang, prefix+k)})
	}
	return list
}

// ofTables are choices that the playbook brings.
func (a *asker) ofTables(kind string) (list []part.Option, ok bool) {
	switch kind {
	case "safety":
		for _, q := range a.book.SafetyQuestions() {
			list = append(list, part.Option{Value: q.Key, Label: q.Name.In(a.lang)})
		}
	case "track":
		list = a.trackOptions()
	case "offence":
		list = offenceOptions(a.lang, a.book.Offences())
	case "ground":
		list = offenceOptions(a.lang, a.book.Grounds())
	case "stops":
		list = reasonOptions(a.lang, a.book, "mediation_stop")
	case "papers":
		for _, p := range a.book.Papers() {
			list = append(list, part.Option{Value: p.Key, Label: p.Name.In(a.lang)})
		}
	case "risk":
		for _, g := range a.book.RiskGrades() {
			list = append(list, part.Option{Value: g.Key, Label: g.Name.In(a.lang)})
		}
	case "team":
		for _, t := range a.book.Teams() {
			list = append(list, part.Option{Value: t.Key, Label: t.Name.In(a.lang)})
		}
	case "ease":
		for _, e := range a.book.Eases() {
			list = append(list, part.Option{Value: e.Key, Label: e.Name.In(a.lang) + " · " + tr(a.lang, "opt.ease."+e.Use), Hint: e.Words.In(a.lang)})
		}
	case "step":
		for _, e := range a.book.Events() {
			if desk.MayMark(a.book, a.kindOf(), e.Key) && (a.o.Matter == nil || a.o.Matter.Reached[e.Key].IsZero()) {
				list = append(list, part.Option{Value: e.Key, Label: e.Name.In(a.lang)})
			}
		}
	default:
		return nil, false
	}
	return list, true
}

func offenceOptions(lang string, all []playbook.Offence) (list []part.Option) {
	for _, o := range all {
		list = append(list, part.Option{Value: o.Key, Label: o.Name.In(lang)})
	}
	return list
}

// trackOptions are the ways of settling; where a dispute is on one already, those it may be moved to.
func (a *asker) trackOptions() (list []part.Option) {
	var moves []string
	if d := a.o.Dispute; d != nil && d.Track != nil && a.name == "dispute.move_track" {
		t, _ := a.book.Track(d.Track.Track)
		moves = t.Moves
	}
	for _, t := range a.book.Tracks() {
		if a.name == "dispute.move_track" && moves != nil && !slices.Contains(moves, t.Key) {
			continue
		}
		list = append(list, part.Option{Value: t.Key, Label: t.Name.In(a.lang), Hint: t.Effect.In(a.lang)})
	}
	return list
}

// ofThisOne are the kinds whose choices are what the dispute at hand has.
var ofThisOne = []string{"party", "parties", "companions", "payer", "session", "sheet", "sheets", "agreement", "signer", "promise", "growth", "seat", "warning"}

func (a *asker) ofThis(kind string) []part.Option {
	d := a.o.Dispute
	n := a.called()
	switch kind {
	case "party", "parties":
		return partyOptions(d, n)
	case "companions":
		return companionOptions(d, n, "")
	case "payer":
		return append(partyOptions(d, n), companionOptions(d, n, "payer")...)
	case "session":
		return a.sessionOptions(d)
	case "sheet", "sheets":
		return sheetOptions(d)
	case "agreement":
		return a.agreementOptions(d)
	case "signer":
		return a.signerOptions(d, n)
	case "promise":
		return a.promiseOptions(d, n)
	case "growth":
		return a.growthOptions(d)
	case "seat":
		return a.seatOptions()
	case "warning":
		return warningOptions(d, n)
	}
	return nil
}

// called names the people of the dispute, opened once for a form.
func (a *asker) called() *names {
	if a.people == nil {
		n, err := a.s.namesOf(a.ctx, a.who.Station, a.lang, a.o.Dispute)
		if err != nil {
			n = callThem(a.lang, a.o.Dispute, nil) // a name that cannot be opened is no reason to lose the form
		}
		a.people = n
	}
	return a.people
}

func partyOptions(d *dispute.Dispute, n *names) (list []part.Option) {
	for _, side := range []string{"a", "b", ""} {
		for _, p := range d.OnSide(side) {
			list = append(list, part.Option{Value: p.ID, Label: n.party[p.ID]})
		}
	}
	return list
}

func companionOptions(d *dispute.Dispute, n *names, as string) (list []part.Option) {
	for _, c := range d.Companions {
		if as == "" || c.As == as {
			list = append(list, part.Option{Value: c.ID, Label: n.other[c.ID], Hint: n.party[c.Party]})
		}
	}
	return list
}

func (a *asker) sessionOptions(d *dispute.Dispute) (list []part.Option) {
	for _, x := range d.Sessions {
		if x.State == "planned" {
			list = append(list, part.Option{Value: x.ID, Label: a.s.when(a.ctx, x.At) + " " + x.Place})
		}
	}
	return list
}

func sheetOptions(d *dispute.Dispute) (list []part.Option) {
	for _, x := range d.Sheets {
		list = append(list, part.Option{Value: x.ID, Label: x.Title})
	}
	return list
}

// agreementOptions are those that an act can still be about: none that is void.
func (a *asker) agreementOptions(d *dispute.Dispute) (list []part.Option) {
	for _, x := range d.Agreements {
		if x.VoidAt.IsZero() {
			list = append(list, part.Option{Value: x.ID, Label: agreementName(a.lang, &x)})
		}
	}
	return list
}

// agreementName is an agreement's number, or what it is where its track gives none.
func agreementName(lang string, x *dispute.Agreement) string {
	if x.Number != "" {
		return x.Number
	}
	return tr(lang, "opt.agreementform."+x.Form) + " " + tr(lang, "dis.version", "n", x.No)
}

// signerOptions are who still has to sign an agreement, by the signs its track demands (law-and-standards 2.11, 3.8).
func (a *asker) signerOptions(d *dispute.Dispute, n *names) (list []part.Option) {
	for _, x := range d.Agreements {
		if x.VoidAt.IsZero() && !x.Effective() {
			for _, who := range unsigned(a.book, d, &x) {
				label := n.who(who)
				if label == "" {
					label = tr(a.lang, "opt.signer."+who)
				}
				if !slices.ContainsFunc(list, func(o part.Option) bool { return o.Value == who }) {
					list = append(list, part.Option{Value: who, Label: label})
				}
			}
		}
	}
	for _, c := range d.Companions { // an agent signs for a party, a guardian beside one
		if c.As == "agent" || c.As == "guardian" || c.As == "spokesperson" {
			list = append(list, part.Option{Value: c.ID, Label: n.other[c.ID] + "（" + n.party[c.Party] + "）"})
		}
	}
	return list
}

// unsigned are those whose signature an agreement still lacks, parties first.
func unsigned(book *playbook.Book, d *dispute.Dispute, x *dispute.Agreement) (list []string) {
	has := func(who string) bool {
		return slices.ContainsFunc(x.Signed, func(s dispute.Signature) bool { return s.Who == who || agentOf(d, s.Who) == who })
	}
	t, _ := book.Track(x.Track)
	for _, sign := range t.Signs {
		if sign != "parties" {
			if !has(sign) {
				list = append(list, sign)
			}
			continue
		}
		for _, p := range d.Parties {
			if p.Side != "" && !has(p.ID) {
				list = append(list, p.ID)
			}
		}
	}
	return list
}

// agentOf is the party an agent signs for; "" for anybody else.
func agentOf(d *dispute.Dispute, companion string) string {
	for _, c := range d.Companions {
		if c.ID == companion && (c.As == "agent" || c.As == "spokesperson") {
			return c.Party
		}
	}
	return ""
}

func (a *asker) promiseOptions(d *dispute.Dispute, n *names) (list []part.Option) {
	for _, p := range d.Promises {
		if p.EndedAt.IsZero() {
			list = append(list, part.Option{Value: p.ID, Label: promiseName(a.lang, &p, n)})
		}
	}
	return list
}

// promiseName says a promise in one line: 甲方 李* → 乙方 张*：¥3,000.
func promiseName(lang string, p *dispute.Promise, n *names) string {
	what := tr(lang, "opt.promisewhat."+p.What)
	if p.Amount > 0 {
		what = "¥" + p.Amount.String()
	}
	to := n.who(p.Receiver)
	if to == "" {
		return n.who(p.Payer) + "：" + what
	}
	return n.who(p.Payer) + " → " + to + "：" + what
}

func (a *asker) growthOptions(d *dispute.Dispute) (list []part.Option) {
	for _, g := range d.Growths {
		if !g.Released {
			label := g.Kind
			if k, ok := a.book.Kind(g.Kind); ok {
				label = k.Name.In(a.lang)
			}
			list = append(list, part.Option{Value: g.Matter, Label: label})
		}
	}
	return list
}

// seatOptions are the seats of the team templates, called by their role and whose person it is.
func (a *asker) seatOptions() (list []part.Option) {
	for _, t := range a.book.Teams() {
		for _, x := range t.Seats {
			o := part.Option{Value: seatKey(x), Label: a.seatName(x)}
			if !slices.Contains(list, o) {
				list = append(list, o)
			}
		}
	}
	return list
}

// seatKey is how an act names a seat: its role, or role@body.
func seatKey(x playbook.TeamSeat) string {
	if x.Body == "" {
		return string(x.Role)
	}
	return string(x.Role) + "@" + string(x.Body)
}

func (a *asker) seatName(x playbook.TeamSeat) string {
	return seatName(a.lang, seatKey(x), func(id string) string { return bodyName(a.lang, a.org, a.book, id) })
}

func seatName(lang, key string, body func(string) string) string {
	role, b, _ := strings.Cut(key, "@")
	name := grid.Role(role).Name().In(lang)
	if b != "" {
		name += "（" + body(b) + "）"
	}
	return name
}

func warningOptions(d *dispute.Dispute, n *names) (list []part.Option) {
	for _, w := range d.Warnings {
		list = append(list, part.Option{Value: w.ID, Label: n.who(w.Party) + " · " + w.At.In(clock.Shanghai).Format("2006-01-02")})
	}
	return list
}

// bodyOr is what a body is called; the station itself where none is named.
func bodyOr(body, station string, called func(string) string) string {
	if body == "" || body == string(playbook.HostStation) {
		return station
	}
	return called(body)
}
