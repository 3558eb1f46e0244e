package app

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board/promises"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// Watch does what disputes ask of the program itself: it reminds of promises and of the time for judicial confirmation, and raises a
// dispute whose two sides call for help again and again.
func (a *App) Watch(ctx context.Context) error {
	stations, err := a.Engine.Journal.Stations(ctx)
	if err != nil {
		return err
	}
	for _, s := range stations {
		for _, do := range []func(context.Context, string) error{a.remind, a.remindOfConfirmation, a.raise, a.watchAppointments, a.forget} {
			if err := do(ctx, s); err != nil {
				return err
			}
		}
	}
	return nil
}

// remind tells of promises that are due soon or overdue, so many days before as the playbook sets, each stage once. A stage that was
// missed while the program stood still is left out for the one that holds now.
func (a *App) remind(ctx context.Context, station string) error {
	book, err := a.Desk.Book(ctx, station)
	if err != nil {
		return err
	}
	before := slices.Sorted(slices.Values(book.DisputeSettings().RemindBeforeDays))
	today := a.Desk.Clock.Now().In(clock.Shanghai)
	until := today
	if len(before) > 0 {
		until = today.AddDate(0, 0, before[len(before)-1])
	}
	for cursor := ""; ; {
		page, err := a.Boards.Promises.Due(ctx, access.System(station), until.Format(time.DateOnly), cursor, promises.MaxPage)
		if err != nil {
			return err
		}
		for _, row := range page.Rows {
			stage := stageOf(row.DueOn, today, before)
			if stage == "" || slices.Contains(row.Reminded, strconv.Itoa(row.N)+":"+stage) {
				continue
			}
			act := &dispute.Remind{On: matter.On{Matter: row.Matter}, Promise: row.ID, N: row.N, Stage: stage}
			if err := a.program(ctx, station, fmt.Sprintf("remind-%s-%d-%s", row.ID, row.N, stage), "dispute.remind", act); err != nil {
				return err
			}
		}
		if cursor = page.Next; cursor == "" {
			return nil
		}
	}
}

// stageOf is what to remind of today; "" of nothing. before are the days, the fewest first.
func stageOf(due string, today time.Time, before []int) string {
	day, err := time.ParseInLocation(time.DateOnly, due, clock.Shanghai)
	switch {
	case err != nil:
		return ""
	case due < today.Format(time.DateOnly):
		return "overdue"
	}
	for _, n := range before {
		if !day.After(today.AddDate(0, 0, n)) {
			return fmt.Sprintf("before_%d", n)
		}
	}
	return ""
}

// Of the thirty days for judicial confirmation (law-and-standards 4.1) the parties are told on the 20th and on the 27th.
const (
	confirmDays = 30
	firstWord   = 20
	lastWord    = 27
)

func (a *App) remindOfConfirmation(ctx context.Context, station string) error {
	now := a.Desk.Clock.Now()
	for cursor := ""; ; {
		list, next, err := a.Boards.Promises.Confirmations(ctx, access.System(station), now.AddDate(0, 0, -confirmDays), now.AddDate(0, 0, -firstWord), cursor, promises.MaxPage)
		if err != nil {
			return err
		}
		for _, c := range list {
			stage := "confirm_20"
			if !c.EffectiveAt.After(now.AddDate(0, 0, -lastWord)) {
				stage = "confirm_27"
			}
			if slices.Contains(c.Reminded, stage) {
				continue
			}
			act := &dispute.Remind{On: matter.On{Matter: c.Matter}, Stage: stage}
			if err := a.program(ctx, station, fmt.Sprintf("remind-%s-%s", c.Agreement, stage), "dispute.remind", act); err != nil {
				return err
			}
		}
		if cursor = next; cursor == "" {
			return nil
		}
	}
}

// raise tells each open dispute how often its two sides called for help within the time the playbook sets (law-and-standards 9.9).
func (a *App) raise(ctx context.Context, station string) error {
	book, err := a.Desk.Book(ctx, station)
	if err != nil {
		return err
	}
	set := book.DisputeSettings()
	if set.Calls <= 0 {
		return nil
	}
	list, err := a.Boards.Disputes.Repeats(ctx, access.System(station), a.Desk.Clock.Now().AddDate(0, 0, -set.WithinDays), set.Calls)
	if err != nil {
		return err
	}
	for _, r := range list {
		act := &dispute.Raise{On: matter.On{Matter: r.Matter}, Calls: r.Calls}
		if err := a.program(ctx, station, fmt.Sprintf("raise-%s-%d", r.Matter, r.Calls), "dispute.raise", act); err != nil {
			return err
		}
	}
	return nil
}

// program does an act of the program's own. That it is refused is no mistake: somebody was faster than the board.
func (a *App) program(ctx context.Context, station, key, name string, act any) error {
	_, err := a.Desk.Do(ctx, desk.Program(station), desk.Envelope{Key: key}, name, act)
	if _, refused := fault.Of(err); refused {
		return nil
	}
	return err
}
