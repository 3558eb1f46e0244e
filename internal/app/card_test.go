package app_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/board/cards"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/card"
	"maplegrid/internal/work/report"
)

// The board of cards: what it says after each step, on both engines, and that it comes back row for row.
func TestBoardOfCards(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, h *desktest.Desk) {
		ctx, scope := context.Background(), access.System(desktest.Station)
		cast := h.Cast(t, desktest.Station)
		head := cast["head"]
		q := a.Boards.Cards
		batch := h.Do(t, head, "card.print", &card.Print{Cell: "c1", Person: cast["officer_1"].Person, DutyPhone: "0398-2123110", Hours: "全天", Sheets: 1})
		events, err := h.Journal.Stream(ctx, desktest.Station, card.Stream(batch.ID), 0)
		if err != nil {
			t.Fatal(err)
		}
		b, err := card.Fold(events)
		if err != nil {
			t.Fatal(err)
		}
		says := func(what, want string) {
			t.Helper()
			if _, err := a.Boards.CatchUp(ctx); err != nil {
				t.Fatal(err)
			}
			sums, err := q.Sums(ctx, scope)
			if err != nil {
				t.Fatal(err)
			}
			never, _, _ := q.Households(ctx, scope, nil, cards.Never, "", 10)
			lost, _, _ := q.Households(ctx, scope, nil, cards.Without, "", 10)
			twice, _ := q.Twice(ctx, scope, 10)
			open, _, _ := q.Asked(ctx, scope, true, "", 10)
			if got := fmt.Sprint(sums["c1"], sums["c2"], len(never), len(lost), len(twice), len(open)); got != want {
				t.Errorf("%s: %s, want %s", what, got, want)
			}
		}
		set := func(cell, label string) string {
			return h.Do(t, head, "household.set", &card.SetHousehold{Cell: cell, Label: label}).ID
		}
		one, two := set("c1", "三组12号"), set("c1", "三组13号")
		says("two households", "{2 0 0 10 0 0} {0 0 0 0 0 0} 2 0 0 0")
		h.Do(t, head, "card.give", &card.Give{Code: b.Cards[0].Code, Household: one})
		says("one has a card", "{2 1 1 10 1 0} {0 0 0 0 0 0} 1 0 0 0")
		h.Do(t, head, "card.withdraw", &card.Withdraw{Code: b.Cards[0].Code, Reason: "lost"})
		says("it was lost", "{2 0 1 10 0 1} {0 0 0 0 0 0} 1 1 0 0")
		h.Do(t, head, "card.replace", &card.Replace{Code: b.Cards[0].Code, New: b.Cards[1].Code, Reason: "lost"})
		says("another came", "{2 1 1 10 1 1} {0 0 0 0 0 0} 1 0 0 0")
		h.Do(t, head, "household.set", &card.SetHousehold{ID: two, Cell: "c2", Label: "三组13号"})
		says("one lies in another cell", "{1 1 1 10 1 1} {1 0 0 0 0 0} 1 0 0 0")
		bridge := set("c1", "东关大桥1号")
		set("c2", "东关大桥一号")
		says("one address in two cells", "{2 1 1 10 1 1} {2 0 0 0 0 0} 3 0 2 0")
		h.Do(t, head, "household.retire", &card.RetireHousehold{ID: bridge, Reason: "in_other_cell"})
		says("settled", "{1 1 1 10 1 1} {2 0 0 0 0 0} 2 0 0 0")
		asked := h.Do(t, desk.Public(desktest.Station), "card.ask", &card.Ask{Code: b.Cards[1].Code, About: card.CallBack, Phone: "13900001234"})
		h.Do(t, head, "card.called", &card.Called{Code: b.Cards[1].Code, Report: asked.ID, Result: card.NotReached})
		says("somebody waits for a call", "{1 1 1 10 1 1} {2 0 0 0 0 0} 2 0 0 1")
		h.Do(t, head, "report.triage", &report.Triage{On: report.On{Report: asked.ID}, Decline: "not_police", Answer: "已经电话里说清楚了。"})
		says("answered with the report", "{1 1 1 10 1 1} {2 0 0 0 0 0} 2 0 0 0")
		h.Do(t, desk.Public(desktest.Station), "report.reopen", &report.Reopen{On: report.On{Report: asked.ID}, Words: "没有人打来"})
		says("and asked again", "{1 1 1 10 1 1} {2 0 0 0 0 0} 2 0 0 1")

		t.Run("网格员只看见自己的格", func(t *testing.T) {
			mine := h.Policy.Scope(cast["cell_worker_2"])
			sums, _ := q.Sums(ctx, mine)
			list, _, _ := q.Households(ctx, mine, []string{"c1"}, cards.All, "", 10)
			waiting, _, _ := q.Asked(ctx, mine, true, "", 10)
			if len(sums) != 1 || len(list) != 0 || len(waiting) != 0 {
				t.Errorf("%v %v %v", sums, list, waiting)
			}
		})
		t.Run("一页一页翻，不重不漏", func(t *testing.T) {
			for i := range 7 {
				set("c2", fmt.Sprintf("五组%d号", i+1))
			}
			if _, err := a.Boards.CatchUp(ctx); err != nil {
				t.Fatal(err)
			}
			seen := map[string]bool{}
			for after := ""; ; {
				list, next, err := q.Households(ctx, scope, []string{"c2"}, cards.All, after, 2)
				if err != nil {
					t.Fatal(err)
				}
				for _, x := range list {
					if seen[x.ID] {
						t.Errorf("%s twice", x.Label)
					}
					seen[x.ID] = true
				}
				if after = next; after == "" {
					break
				}
			}
			if len(seen) != 9 {
				t.Errorf("%d households", len(seen))
			}
		})
		before := dump(t, a)
		if len(before["board_card"]) != 10 || len(before["board_household"]) == 0 || len(before["board_card_asked"]) != 1 {
			t.Fatal("nothing to compare")
		}
		if _, err := a.Boards.Rebuild(ctx, "cards"); err != nil {
			t.Fatal(err)
		}
		if after := dump(t, a); !reflect.DeepEqual(before, after) {
			t.Error("rebuilt, the board is another one")
		}
	})
}
