package bench

import (
	"context"
	"fmt"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/board/disputes"
	"maplegrid/internal/board/promises"
	"maplegrid/internal/clock"
	"maplegrid/internal/ident"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// perDispute is how many promises an invented dispute has.
const perDispute = 5

// disputeFilled is a dispute between two with an agreement of five promises: money by instalments, money at once, a deed, an apology and
// something left undone. In two of three disputes all that could be kept was; the others are at every stage.
func disputeFilled(w *writer, i int, ids *ident.Source, officer string, limits []work.Limit) error {
	m, a, b := string(ids.New("m")), string(ids.New("p")), string(ids.New("p"))
	on := func(days int) string { return w.at.AddDate(0, 0, days).In(clock.Shanghai).Format(time.DateOnly) }
	terms := []dispute.Terms{
		{Payer: a, Receiver: b, What: "money", Amount: 2400_00, DueOn: on(30), Every: "month", Times: 24, Each: 100_00},
		{Payer: a, Receiver: b, What: "money", Amount: 800_00, DueOn: on(i % 60)},
		{Payer: b, Receiver: a, What: "deed", DueOn: on(10 + i%90)},
		{Payer: a, Receiver: b, What: "apology", DueOn: on(3)},
		{Payer: b, Receiver: a, What: "forbear", DueOn: on(365)},
	}
	agreement := dispute.AgreementDrafted{Agreement: "a_" + m, Course: 1, Track: dispute.People, Number: fmt.Sprintf("(2026)人调字第%d号", i), Form: "written", No: 1, Mediator: officer}
	effective := dispute.AgreementEffective{Agreement: agreement.Agreement}
	for n := range terms {
		agreement.Clauses = append(agreement.Clauses, dispute.Clause{Promise: &terms[n]})
		effective.Promises = append(effective.Promises, fmt.Sprintf("pr_%s_%d", m, n))
	}
	events := []work.Event{
		matter.Opened{ID: m, Number: fmt.Sprintf("N%d", i), Kind: "dispute", Grade: "normal", Title: fmt.Sprintf("第%d号院邻里纠纷", i), Place: fmt.Sprintf("第%d号院", i%900),
			Cell: fmt.Sprintf("c%d", i%40), Limits: limits, Extra: map[string]string{"dispute_type": "neighbour"}},
		matter.Assigned{To: officer},
		matter.PartyAdded{Party: a, Side: "a", Name: vault.Plain(a, "name", "赵甲"), Phone: vault.Plain(a, "phone", fmt.Sprintf("1390000%04d", i%10000))},
		matter.PartyAdded{Party: b, Side: "b", Name: vault.Plain(b, "name", "钱乙"), Phone: vault.Plain(b, "phone", fmt.Sprintf("1390000%04d", (i+5000)%10000))},
		dispute.TrackChosen{No: 1, Track: dispute.People, From: w.at},
		dispute.SessionHeld{Session: "s_" + m, Course: 1, No: 1, Track: dispute.People, At: w.at, Preside: officer, Outcome: "agreed"},
		agreement, effective,
	}
	kept := i % 3 * 2 // none, two, four of them
	for n := range kept {
		k := dispute.Keeping{N: 1, On: on(1), Amount: terms[n].Amount, SeenBy: officer}
		if n == 0 {
			k.Amount = 50_00 // half an instalment
		}
		events = append(events, dispute.PromiseKept{Promise: effective.Promises[n], Keeping: k, Done: n > 0})
	}
	return w.stream(matter.Stream(m), events...)
}

// Promises measures the promise ledger at two sizes, given in promises.
func Promises(ctx context.Context, o Options) ([]Figure, error) {
	o.defaults()
	fill := func(ctx context.Context, name string, n int) (*app.App, map[string]access.Who, error) {
		return o.filledWith(ctx, name, "dispute", n/perDispute, disputeFilled)
	}
	list := func(who string, f func(i int) promises.Filter) question {
		return func(a *app.App, cast map[string]access.Who) func(int) error {
			s := a.Policy.Scope(cast[who])
			today := a.Desk.Clock.Now().In(clock.Shanghai).Format(time.DateOnly)
			cursor := ""
			return func(i int) error {
				if i%10 == 0 {
					cursor = ""
				}
				p, err := a.Boards.Promises.List(ctx, s, f(i/10), today, cursor, 50)
				cursor = p.Next
				return err
			}
		}
	}
	views := func(i int) promises.Filter { return promises.Filter{View: promises.Views[i%len(promises.Views)]} }
	return o.compare(ctx, fill, map[string]question{
		"promise ledger, whole station, ten pages of every view": list("duty_lead", views),
		"promise ledger, one cell, ten pages of every view":      list("cell_worker", views),
		"promise ledger, overdue in one cell of a leader": list("duty_lead", func(int) promises.Filter {
			return promises.Filter{View: promises.Overdue, Cell: "c7"}
		}),
		"promise ledger, tabs": func(a *app.App, cast map[string]access.Who) func(int) error {
			s := a.Policy.Scope(cast["duty_lead"])
			today := a.Desk.Clock.Now().In(clock.Shanghai).Format(time.DateOnly)
			return func(int) error {
				_, err := a.Boards.Promises.Counts(ctx, s, today)
				return err
			}
		},
		"promises to be reminded of": func(a *app.App, cast map[string]access.Who) func(int) error {
			until := a.Desk.Clock.Now().In(clock.Shanghai).AddDate(0, 0, 7).Format(time.DateOnly)
			return func(int) error {
				_, err := a.Boards.Promises.Due(ctx, access.System(cast["duty_lead"].Station), until, "", 200)
				return err
			}
		},
	})
}

// Disputes measures the lists, counts and memory of disputes at two sizes, given in promises of five a dispute.
func Disputes(ctx context.Context, o Options) ([]Figure, error) {
	o.defaults()
	fill := func(ctx context.Context, name string, n int) (*app.App, map[string]access.Who, error) {
		return o.filledWith(ctx, name, "dispute", n/perDispute, disputeFilled)
	}
	asked := func(who string, ask func(a *app.App, s access.Scope, now time.Time, i int) error) question {
		return func(a *app.App, cast map[string]access.Who) func(int) error {
			s, now := a.Policy.Scope(cast[who]), a.Desk.Clock.Now().In(clock.Shanghai)
			return func(i int) error { return ask(a, s, now, i) }
		}
	}
	list := func(a *app.App, s access.Scope, now time.Time, i int) error {
		f := []disputes.Filter{{}, {Track: dispute.People}, {Type: "neighbour"}, {LookLate: true}}[i%4]
		_, err := a.Boards.Disputes.List(ctx, s, f, now.Format(time.DateOnly), "", 50)
		return err
	}
	month := func(now time.Time) (from, until string) {
		return now.AddDate(0, 0, 1-now.Day()).Format(time.DateOnly), now.Format(time.DateOnly)
	}
	return o.compare(ctx, fill, map[string]question{
		"disputes, whole station": asked("duty_lead", list),
		"disputes, one cell":      asked("cell_worker", list),
		"figures of a month": asked("duty_lead", func(a *app.App, s access.Scope, now time.Time, _ int) error {
			from, until := month(now)
			_, err := a.Boards.Disputes.Figures(ctx, s, from, until, until)
			return err
		}),
		"table of a month": asked("duty_lead", func(a *app.App, s access.Scope, now time.Time, _ int) error {
			from, until := month(now)
			_, err := a.Boards.Disputes.Month(ctx, s, from, until)
			return err
		}),
		"earlier disputes of the same pair or place": func(a *app.App, cast map[string]access.Who) func(int) error {
			s := a.Policy.Scope(cast["duty_lead"])
			p, err := a.Boards.Disputes.List(ctx, s, disputes.Filter{}, "", "", 200)
			return func(i int) error {
				if err != nil {
					return err
				}
				_, err := a.Boards.Disputes.Earlier(ctx, s, p.Rows[i%len(p.Rows)].ID, "2000-01-01")
				return err
			}
		},
	})
}
