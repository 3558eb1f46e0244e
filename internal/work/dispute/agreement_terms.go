package dispute

import (
	"fmt"
	"slices"

	"maplegrid/internal/fault"
	"maplegrid/internal/work"
)

// Terms are a promise as agreed: who owes whom what by when.
type Terms struct {
	Payer    string   `json:"payer"`            // party or companion (a payer who is no party)
	Receiver string   `json:"receiver"`         // party; "" the village, the public
	What     string   `json:"what"`             // money, deed, forbear, apology, rotation
	Amount   Fen      `json:"amount,omitempty"` // of money: the whole
	DueOn    string   `json:"due_on"`           // first or only day, Asia/Shanghai
	Every    string   `json:"every,omitempty"`  // "", week, month, quarter, year, lunar_year
	Times    int      `json:"times,omitempty"`  // instalments; 0 with Every: without end
	Each     Fen      `json:"each,omitempty"`   // of each instalment; the last takes the rest of Amount
	Turns    []string `json:"turns,omitempty"`  // parties who take turns, the first first
	Security string   `json:"security,omitempty"`
	SeenBy   string   `json:"seen_by,omitempty"` // who watches over it: person id
	AtOnce   bool     `json:"at_once,omitempty"` // performed at signing
}

// Promises are of these sorts, and recur so.
var (
	PromiseWhats = []string{"money", "deed", "forbear", "apology", "rotation"}
	PromiseEvery = []string{"week", "month", "quarter", "year", "lunar_year"}
)

// ClauseDraft is a clause as the form asks for it.
type ClauseDraft struct {
	Words    string   `json:"words" form:"words,required"`
	What     string   `json:"what,omitempty" form:"promisewhat"` // "" no promise
	Payer    string   `json:"payer,omitempty" form:"payer"`
	Receiver string   `json:"receiver,omitempty" form:"party"`
	Amount   string   `json:"amount,omitempty" form:"money"`
	DueOn    string   `json:"due_on,omitempty" form:"date"`
	Every    string   `json:"every,omitempty" form:"every"`
	Times    int      `json:"times,omitempty" form:"number"`
	Each     string   `json:"each,omitempty" form:"money"`
	Turns    []string `json:"turns,omitempty" form:"parties"`
	Security string   `json:"security,omitempty" form:"line"`
	SeenBy   string   `json:"seen_by,omitempty" form:"person"`
	AtOnce   bool     `json:"at_once,omitempty" form:"yesno"`
}

// clauses reads the terms and checks that the money in them adds up to the agreed sum. Money without end has no sum.
func (d *Dispute) clauses(a DraftAgreement, e *AgreementDrafted, mo Moment) error {
	if err := work.Must(len(a.Clauses) > 0, "clauses", "dispute.no_clauses", nil); err != nil {
		return err
	}
	if err := work.AtMost("clauses", len(a.Clauses), maxClauses); err != nil {
		return err
	}
	var sum Fen
	for i, c := range a.Clauses {
		at := fmt.Sprintf("clauses.%d.", i)
		words, err := work.Words(at+"words", c.Words, true)
		if err != nil {
			return err
		}
		clause := Clause{Words: d.text(fmt.Sprintf("clause.%d", i), words)}
		if c.What != "" {
			if clause.Promise, err = d.terms(at, c, mo); err != nil {
				return err
			}
			if p := clause.Promise; p.What == "money" && (p.Every == "" || p.Times > 0) {
				sum += p.Amount
			}
		}
		e.Clauses = append(e.Clauses, clause)
	}
	total, err := money("total", a.Total)
	if err != nil || total == nil {
		e.Total = sum
		return err
	}
	e.Total = *total
	return work.Must(*total == sum, "total", "dispute.sums_differ", fault.Args{"total": *total, "sum": sum})
}

// terms reads the promise in a clause; at is the place of its fields.
func (d *Dispute) terms(at string, c ClauseDraft, mo Moment) (*Terms, error) {
	p := &Terms{Payer: c.Payer, Receiver: c.Receiver, What: c.What, DueOn: c.DueOn, Every: c.Every, Times: c.Times, Turns: c.Turns, AtOnce: c.AtOnce, SeenBy: c.SeenBy}
	if err := each(at+"what", []string{c.What}, PromiseWhats); err != nil {
		return nil, err
	}
	for _, check := range []func(string, *Terms, Moment) error{d.recurs, d.who, d.when} {
		if err := check(at, p, mo); err != nil {
			return nil, err
		}
	}
	if err := p.sums(at, c); err != nil {
		return nil, err
	}
	var err error
	if p.Security, err = work.Line(at+"security", c.Security, work.MaxShort, false); err != nil {
		return nil, err
	}
	return p, work.Must(c.SeenBy == "" || mo.Book.Person(c.SeenBy), at+"seen_by", "form.unknown_person", nil)
}

// recurs checks how often: instalments have a rhythm, a rotation has one and at least two who take turns.
func (d *Dispute) recurs(at string, p *Terms, _ Moment) error {
	if err := work.Must(p.Every == "" || slices.Contains(PromiseEvery, p.Every), at+"every", "form.unknown_choice", nil); err != nil {
		return err
	}
	if err := work.Must(p.Times >= 0 && p.Times <= maxTimes, at+"times", "dispute.times", fault.Args{"max": maxTimes}); err != nil {
		return err
	}
	if p.Every == "" && p.Times == 1 {
		p.Times = 0
	}
	turns := p.What == "rotation" || len(p.Turns) > 0
	if err := work.Must(p.Every != "" || p.Times == 0 && !turns, at+"every", "dispute.every_missing", nil); err != nil {
		return err
	}
	if err := work.Must(!p.AtOnce || p.Every == "", at+"at_once", "dispute.at_once_recurs", nil); err != nil {
		return err
	}
	return work.Must(!turns || len(p.Turns) >= 2 && len(p.Turns) <= 50, at+"turns", "dispute.turns", nil)
}

// who checks who owes whom: the payer a party or a payer who is none (employer, insurer); nobody owes themselves. What is done or
// left undone may be for the village: no receiver.
func (d *Dispute) who(at string, p *Terms, _ Moment) error {
	for _, id := range p.Turns {
		if _, err := d.party(at+"turns", id); err != nil {
			return err
		}
		if err := work.Must(id != p.Receiver, at+"receiver", "dispute.owes_self", nil); err != nil {
			return err
		}
	}
	if len(p.Turns) > 0 {
		p.Payer = p.Turns[0]
	}
	if c, ok := d.companion(p.Payer); !ok || c.As != "payer" {
		if _, err := d.party(at+"payer", p.Payer); err != nil {
			return err
		}
	}
	if err := work.Must(p.Payer != p.Receiver, at+"receiver", "dispute.owes_self", nil); err != nil {
		return err
	}
	if p.Receiver == "" {
		return work.Must(p.What == "deed" || p.What == "forbear", at+"receiver", "dispute.receiver_missing", nil)
	}
	_, err := d.party(at+"receiver", p.Receiver)
	return err
}

// when checks the day: every promise has one (2.11, 3.8), and it is still to come.
func (d *Dispute) when(at string, p *Terms, mo Moment) error {
	today := work.Day(mo.HappenedAt)
	if p.AtOnce {
		p.DueOn = today
		return nil
	}
	if err := work.Must(p.DueOn != "", at+"due_on", "dispute.no_due_day", nil); err != nil {
		return err
	}
	_, err := onDay(at+"due_on", p.DueOn, today, "", mo)
	return err
}

// sums reads the money of terms: the whole, or what each instalment comes to, or both; they must agree.
func (t *Terms) sums(at string, c ClauseDraft) error {
	whole, err := money(at+"amount", c.Amount)
	if err != nil {
		return err
	}
	one, err := money(at+"each", c.Each)
	if err != nil {
		return err
	}
	if err := work.Must(whole == nil || *whole > 0, at+"amount", "dispute.amount_zero", nil); err != nil {
		return err
	}
	if t.What != "money" && t.What != "rotation" {
		return work.Must(whole == nil && one == nil, at+"amount", "dispute.only_money_has_amount", nil)
	}
	switch n := Fen(t.Times); {
	case whole == nil && one == nil:
		return work.Must(t.What == "rotation", at+"amount", "form.required", fault.Args{"field": "amount"})
	case t.Every == "" || n == 0: // once, or each time without end
		if whole == nil {
			whole = one
		}
		t.Amount = *whole
		return work.Must(t.Amount > 0 && (one == nil || *one == *whole), at+"each", "dispute.instalments_differ", fault.Args{"total": *whole, "sum": pick(one, whole)})
	default:
		if whole == nil {
			product := *one * n
			whole = &product
		}
		if one == nil {
			share := *whole / n
			one = &share
		}
		t.Amount, t.Each = *whole, *one
	}
	last := t.Sum(t.Times)
	uneven := c.Each == "" || last < 2*t.Each // a last one that holds another whole instalment is a slip of the hand
	return work.Must(t.Each > 0 && last > 0 && uneven && t.Amount <= MostYuan*100, at+"each", "dispute.instalments_differ",
		fault.Args{"total": t.Amount, "sum": t.Each * Fen(t.Times)})
}

func pick(a, b *Fen) Fen {
	if a != nil {
		return *a
	}
	return *b
}
