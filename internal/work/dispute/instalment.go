package dispute

import (
	"slices"
	"strings"

	"maplegrid/internal/fault"
	"maplegrid/internal/work"
)

// Instalment is one performance that is due, as computed from the terms; never stored.
type Instalment struct {
	N      int
	DueOn  string
	Payer  string // whose turn it is
	Amount Fen
	Paid   Fen
	State  string // open, part, kept, waived, broken (and still open)
}

// ahead is how many instalments of a promise without end may be performed before their day.
const ahead = 36

// openOnes are the instalments that may be performed now, the first due first: all of a promise with an end.
func (p *Promise) openOnes() []Instalment {
	var list []Instalment
	for n := 1; (p.times() > 0 || len(list) < ahead) && !slices.Contains(p.Waived, 0); n++ {
		in, ok := p.instalment(n)
		if !ok {
			break
		}
		if in.open() {
			list = append(list, in)
		}
	}
	return list
}

// spread says to which instalments a performance goes: first to n, when one is named, then to the open ones in order.
func (p *Promise) spread(n int, amount string) ([]Keeping, error) {
	open := p.openOnes()
	if n > 0 {
		i := slices.IndexFunc(open, func(in Instalment) bool { return in.N == n })
		if err := work.Must(i >= 0, "n", "dispute.instalment_not_open", fault.Args{"n": n}); err != nil {
			return nil, err
		}
		named := open[i]
		open = append([]Instalment{named}, slices.Delete(slices.Clone(open), i, i+1)...)
	}
	if err := work.Must(n >= 0 && len(open) > 0, "n", "dispute.instalment_not_open", fault.Args{"n": n}); err != nil {
		return nil, err
	}
	if p.Amount == 0 {
		if err := work.Must(strings.TrimSpace(amount) == "", "amount", "dispute.no_amount", nil); err != nil {
			return nil, err
		}
		return []Keeping{{N: open[0].N}}, nil
	}
	left, err := ParseMoney("amount", amount)
	if err != nil {
		return nil, err
	}
	if err := work.Must(left > 0, "amount", "dispute.amount_zero", nil); err != nil {
		return nil, err
	}
	var rest Fen
	for _, in := range open {
		rest += in.Amount - in.Paid
	}
	if err := work.Must(left <= rest, "amount", "dispute.paid_too_much", fault.Args{"paid": left, "rest": rest}); err != nil {
		return nil, err
	}
	var parts []Keeping
	for _, in := range open {
		if part := min(left, in.Amount-in.Paid); part > 0 {
			parts, left = append(parts, Keeping{N: in.N, Amount: part}), left-part
		}
	}
	return parts, nil
}

// open tells whether a promise still waits for its end. One without end (every new year, in turn) runs for ever and cannot be waited for.
func (p *Promise) open() bool { return p.EndedAt.IsZero() && p.times() > 0 }

// times is how many performances there are; 0 without end.
func (p *Promise) times() int {
	if p.Every == "" {
		return 1
	}
	return p.Times
}

// Sum is what the nth performance comes to: each the same, the last takes the rest of the whole (so that a sum that does not divide
// evenly is paid to the fen). Without end every one comes to Amount.
func (t *Terms) Sum(n int) Fen {
	times := t.Times
	switch {
	case t.Every == "" || times == 0:
		return t.Amount
	case n < times:
		return t.Each
	}
	return t.Amount - t.Each*Fen(times-1)
}

// instalment is the nth performance as it stands; false when there is none.
func (p *Promise) instalment(n int) (Instalment, bool) {
	due := dueOn(p.DueOn, p.Every, n)
	if due == "" || p.times() > 0 && n > p.times() {
		return Instalment{}, false
	}
	in := Instalment{N: n, DueOn: due, Payer: p.Payer, Amount: p.Sum(n), State: "open"}
	if len(p.Turns) > 0 {
		in.Payer = p.Turns[(n-1)%len(p.Turns)]
	}
	kept := false
	for _, k := range p.Kept {
		if k.N == n {
			in.Paid, kept = in.Paid+k.Amount, true
		}
	}
	switch {
	case kept && in.Paid >= in.Amount:
		in.State = "kept"
	case slices.Contains(p.Waived, n), slices.Contains(p.Waived, 0):
		in.State = "waived"
	case slices.ContainsFunc(p.Broken, func(b Breach) bool { return b.N == n }):
		in.State = "broken"
	case kept:
		in.State = "part"
	}
	return in, true
}

func (in Instalment) open() bool { return in.State != "kept" && in.State != "waived" }

// Instalments computes the performances of a promise that are due up to a day (inclusive), and always the next open one; an endless
// promise gives no more than most. Days are Asia/Shanghai dates.
func (p *Promise) Instalments(until string, most int) []Instalment {
	var list []Instalment
	open := false
	for n := 1; p.times() > 0 || len(list) < most; n++ {
		in, ok := p.instalment(n)
		if !ok || in.DueOn > until && (open || !p.EndedAt.IsZero()) {
			break
		}
		if in.DueOn <= until || in.open() {
			list, open = append(list, in), open || in.open()
		}
	}
	return list
}

// Overdue counts the instalments that should have been performed before a day and were not. A forbearance is never overdue: there
// is nothing to perform.
func (p *Promise) Overdue(today string) int {
	if !p.EndedAt.IsZero() || p.What == "forbear" {
		return 0
	}
	late := 0
	for n := 1; ; n++ {
		in, ok := p.instalment(n)
		if !ok || in.DueOn >= today {
			return late
		}
		if in.open() {
			late++
		}
	}
}
