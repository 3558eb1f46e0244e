package app_test

import (
	"context"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/board"
	"maplegrid/internal/board/appointments"
	"maplegrid/internal/board/campaigns"
	"maplegrid/internal/board/cards"
	"maplegrid/internal/board/disputes"
	"maplegrid/internal/board/firms"
	"maplegrid/internal/board/found"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/board/promises"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/draft"
)

// lists are all that is read page by page, by what is asked of them: what comes after a cursor.
func lists(a *app.App, s access.Scope) map[string]func(after string) error {
	ctx, b, now, today := context.Background(), a.Boards, time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC), "2026-03-02"
	return map[string]func(string) error{
		"work list": func(c string) error {
			return page(b.Matters.WorkList(ctx, s, matters.AllOpen, matters.Filter{}, now, c, 2))
		},
		"ledger":        func(c string) error { return page(b.Matters.Ledger(ctx, s, matters.Filter{}, c, 2)) },
		"inbox":         func(c string) error { return page(b.Inbox.List(ctx, s, "", "", c, 2)) },
		"looks":         func(c string) error { return page(b.Looks.List(ctx, s, "", c, 2)) },
		"ratings":       func(c string) error { return page(b.Ratings.List(ctx, s, true, "", c, 2)) },
		"rights":        func(c string) error { return page(b.Rights.List(ctx, s, true, c, 2)) },
		"disputes":      func(c string) error { return page(b.Disputes.List(ctx, s, disputes.Filter{}, today, c, 2)) },
		"promises":      func(c string) error { return page(b.Promises.List(ctx, s, promises.Filter{}, today, c, 2)) },
		"confirmations": func(c string) error { return rows(b.Promises.Confirmations(ctx, s, time.Time{}, now, c, 2)) },
		"conferences":   func(c string) error { return rows(b.Meetings.Conferences(ctx, s, c, 2)) },
		"firms":         func(c string) error { return page(b.Firms.List(ctx, s, firms.Filter{}, today, c, 2)) },
		"campaigns":     func(c string) error { return rows(b.Campaigns.List(ctx, s, true, c, 2)) },
		"faults":        func(c string) error { return rows(b.Campaigns.Faults(ctx, s, campaigns.Wanted{}, c, 2)) },
		"findings":      func(c string) error { return rows(b.Findings.Open(ctx, s, c, 2)) },
		"home visits":   func(c string) error { return page(b.Doorsteps.Stage(ctx, s, doorstep.ToPlan, c, 2)) },
		"complaints":    func(c string) error { return page(b.Doorsteps.Complaints(ctx, s, c, 2)) },
		"notices":       func(c string) error { return page(b.Notices.Out(ctx, s, "", c, 2)) },
		"card batches":  func(c string) error { return rows(b.Cards.Batches(ctx, s, nil, c, 2)) },
		"households":    func(c string) error { return rows(b.Cards.Households(ctx, s, nil, cards.All, c, 2)) },
		"asked by card": func(c string) error { return rows(b.Cards.Asked(ctx, s, true, c, 2)) },
		"rounds":        func(c string) error { return rows(b.Tours.Days(ctx, s, c, 2)) },
		"things found":  func(c string) error { return page(b.Found.List(ctx, s, found.Running, now, c, 2)) },
		"public":        func(c string) error { return page(b.Found.Public(ctx, s, "", c, 2)) },
		"appointments":  func(c string) error { return page(b.Appointments.List(ctx, s, appointments.Filter{}, c, 2)) },
		"drafts":        func(c string) error { return page(b.Drafts.List(ctx, s, draft.Waiting, c, 2)) },
	}
}

func page[P any](_ P, err error) error             { return err }
func rows[R any](_ []R, _ string, err error) error { return err }

func TestCursors(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, _ *desktest.Desk) {
		for name, list := range lists(a, access.System(desktest.Station)) {
			t.Run("只认自己清单的位置/"+name, func(t *testing.T) {
				if err := list(""); err != nil {
					t.Errorf("without a cursor: %v", err)
				}
				for _, forged := range []string{"nonsense", "2026-03-02", "这里", board.Order[board.ByTime]("elsewhere").Cursor(board.ByTime{At: 1, ID: "m_1"})} {
					if err := list(forged); fault.Code(err) != "list.cursor" {
						t.Errorf("%q: %v", forged, err)
					}
				}
			})
		}
	})
}
