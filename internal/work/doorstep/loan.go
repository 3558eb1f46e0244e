package doorstep

import (
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// AskLoan (申请借用设备) asks the county unit for its kit.
type AskLoan struct {
	OnKit
	Matter string    `json:"for_matter,omitempty" form:"doorvisit"`
	From   time.Time `json:"from" form:"datetime,required"`
	Until  time.Time `json:"until" form:"datetime,required"`
	Reason string    `json:"reason" form:"words,required"`
}

// LoanAskedFor is that request.
type LoanAskedFor struct {
	Loan   string     `json:"loan"`
	Matter string     `json:"matter,omitempty"`
	From   time.Time  `json:"from"`
	Until  time.Time  `json:"until"`
	Reason vault.Text `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (LoanAskedFor) EventKind() string { return "kit.loan_asked/1" }

func (e LoanAskedFor) tell(k *Kit, at work.At) {
	k.Loans = append(k.Loans, Loan{ID: e.Loan, Matter: e.Matter, From: e.From, Until: e.Until, Why: e.Reason, AskedBy: at.Actor, AskedAt: at.HappenedAt, State: LoanAsked})
}

// AskLoan decides the request.
func (k *Kit) AskLoan(a AskLoan, mo Moment) ([]work.Event, error) {
	if err := k.there(); err != nil {
		return nil, err
	}
	if k.Home != AtCounty {
		return nil, fault.New(fault.Stale, "kit.our_own", nil)
	}
	if slices.ContainsFunc(k.Loans, func(l Loan) bool { return l.State == LoanAsked }) {
		return nil, fault.New(fault.Stale, "kit.loan_waits", nil)
	}
	if err := span(a.From, a.Until, longestBooking, mo); err != nil {
		return nil, err
	}
	reason, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{LoanAskedFor{mo.NewID("l"), a.Matter, a.From.UTC(), a.Until.UTC(), vault.Plain(k.ID, "loan", reason)}}, nil
}

// AnswerLoan (批复借用) is the county unit's answer: granted by whom, from when until when, or refused.
type AnswerLoan struct {
	OnKit
	Grant    bool      `json:"lend" form:"yesno,required"`
	Approver string    `json:"approver" form:"line,required"`
	From     time.Time `json:"from,omitzero" form:"datetime"`
	Until    time.Time `json:"until,omitzero" form:"datetime"`
	Words    string    `json:"words,omitempty" form:"words"`
}

// LoanAnswered is that answer.
type LoanAnswered struct {
	Loan     string     `json:"loan"`
	Granted  bool       `json:"granted"`
	Approver vault.Text `json:"approver,omitzero"`
	From     time.Time  `json:"from"`
	Until    time.Time  `json:"until"`
	Note     vault.Text `json:"note,omitzero"`
}

// EventKind implements work.Event.
func (LoanAnswered) EventKind() string { return "kit.loan_answered/1" }

func (e LoanAnswered) tell(k *Kit, at work.At) {
	for i := range k.Loans {
		if l := &k.Loans[i]; l.ID == e.Loan {
			l.From, l.Until, l.Approver, l.Note, l.AnsweredBy, l.AnsweredAt = e.From, e.Until, e.Approver, e.Note, at.Actor, at.HappenedAt
			if l.State = LoanRefused; e.Granted {
				l.State = LoanGranted
			}
		}
	}
}

// AnswerLoan decides the answer to the request that waits. Nobody writes down the approval of what they asked for themselves.
func (k *Kit) AnswerLoan(a AnswerLoan, mo Moment) ([]work.Event, error) {
	if err := k.there(); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(k.Loans, func(l Loan) bool { return l.State == LoanAsked })
	if i < 0 {
		return nil, fault.New(fault.Stale, "kit.no_loan_waits", nil)
	}
	l := k.Loans[i]
	if l.AskedBy == mo.Actor {
		return nil, fault.New(fault.Denied, "kit.own_loan", nil)
	}
	approver, err := work.Line("approver", a.Approver, 40, true)
	if err != nil {
		return nil, err
	}
	if a.From.IsZero() {
		a.From = l.From
	}
	if a.Until.IsZero() {
		a.Until = l.Until
	}
	if a.Grant {
		if err := span(a.From, a.Until, longestBooking, mo); err != nil {
			return nil, err
		}
	}
	words, err := work.Words("words", a.Words, !a.Grant)
	if err != nil {
		return nil, err
	}
	return []work.Event{LoanAnswered{l.ID, a.Grant, vault.Plain(k.ID, "approver", approver), a.From.UTC(), a.Until.UTC(), vault.Plain(k.ID, "loan_note", words)}}, nil
}

// shown is an instant as a sentence shows it.
func shown(t time.Time) string { return t.In(clock.Shanghai).Format("01-02 15:04") }
