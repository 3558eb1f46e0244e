package demo

import (
	"context"
	"strings"
	"testing"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/board/cards"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/store/sqlite"
)

// Cards alone are lived through in every playbook: printed in every cell, given to most, one lost, some asked for a call.
func TestCardsAreLivedThrough(t *testing.T) {
	for _, name := range []string{"base", "shengrenjian", "caochuan"} {
		t.Run(name, func(t *testing.T) {
			ctx := context.Background()
			e, err := sqlite.Open(ctx, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = e.Close() })
			d, err := desktest.On(e, 1)
			if err != nil {
				t.Fatal(err)
			}
			l := newLife(ctx, d.Desk, desktest.Station, 1)
			l.clk, l.end, l.opt = d.Clock, end.UTC(), Options{Days: 90, Seed: 1, End: end}
			begin := end.UTC().AddDate(0, 0, -90)
			l.clk.Set(begin.Add(-1))
			if err := l.found(name); err != nil {
				t.Fatal(err)
			}
			if l.town, err = look(ctx, d.Desk, desktest.Station); err != nil {
				t.Fatal(err)
			}
			l.cards(begin)
			if err := l.run(begin, l.end); err != nil {
				t.Fatal(err)
			}
			f, err := board.New(ctx, e, &cards.Board{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.CatchUp(ctx); err != nil {
				t.Fatal(err)
			}
			q, scope := cards.NewQuery(e.Boards), access.System(desktest.Station)
			sums, err := q.Sums(ctx, scope)
			if err != nil {
				t.Fatal(err)
			}
			var all cards.Sum
			for _, s := range sums {
				all.Households, all.Carded, all.Ever, all.Cards = all.Households+s.Households, all.Carded+s.Carded, all.Ever+s.Ever, all.Cards+s.Cards
			}
			asked, _, err := q.Asked(ctx, scope, true, "", 20)
			if err != nil {
				t.Fatal(err)
			}
			late := 0
			for _, a := range asked {
				if a.Due.Before(l.end) {
					late++
				}
			}
			t.Logf("%d acts: %+v, %d asked and open, %d late", l.acts, all, len(asked), late)
			if all.Cards < 10*len(l.town.cells) || all.Carded == 0 || all.Ever == all.Households || all.Ever == all.Carded || late == 0 || late == len(asked) {
				t.Error("a page would be without life")
			}
			twice, err := q.Twice(ctx, scope, 10)
			if err != nil {
				t.Fatal(err)
			}
			if len(l.town.cells) > 1 && (len(twice) != 2 || !strings.Contains(twice[0].Label, "东关大桥")) {
				t.Errorf("in two cells: %+v", twice)
			}
		})
	}
}
