package demo

import (
	"strings"
	"testing"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/board/cards"
	"maplegrid/internal/desk/desktest"
)

// Cards alone are lived through in every playbook: printed in every cell, given to most, one lost, some asked for a call.
func TestCardsAreLivedThrough(t *testing.T) {
	for _, name := range []string{"base", "shengrenjian", "caochuan"} {
		t.Run(name, func(t *testing.T) {
			l, begin, e := alone(t, name, 90)
			l.cards(begin)
			if err := l.run(begin, l.end); err != nil {
				t.Fatal(err)
			}
			f, err := board.New(l.ctx, e, &cards.Board{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.CatchUp(l.ctx); err != nil {
				t.Fatal(err)
			}
			q, scope := cards.NewQuery(e.Boards), access.System(desktest.Station)
			sums, err := q.Sums(l.ctx, scope)
			if err != nil {
				t.Fatal(err)
			}
			var all cards.Sum
			for _, s := range sums {
				all.Households, all.Carded, all.Ever, all.Cards = all.Households+s.Households, all.Carded+s.Carded, all.Ever+s.Ever, all.Cards+s.Cards
			}
			asked, _, err := q.Asked(l.ctx, scope, true, "", 20)
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
			twice, err := q.Twice(l.ctx, scope, 10)
			if err != nil {
				t.Fatal(err)
			}
			if len(l.town.cells) > 1 && (len(twice) != 2 || !strings.Contains(twice[0].Label, "东关大桥")) {
				t.Errorf("in two cells: %+v", twice)
			}
		})
	}
}
