package grid_test

import (
	"slices"
	"testing"
	"time"

	"maplegrid/internal/grid"
)

func TestAround(t *testing.T) {
	square := func(x, y float64) []grid.Ring {
		const d = 0.01
		return []grid.Ring{{{x, y}, {x + d, y}, {x + d, y + d}, {x, y + d}, {x, y}}}
	}
	cells := []grid.Cell{{ID: "st", Kind: grid.KindStation}, {ID: "v1", Parent: "st", Kind: grid.KindVillage, Outline: square(110, 35)}}
	for _, c := range []struct {
		id      grid.CellID
		outline []grid.Ring
	}{{"middle", square(110, 35)}, {"east", square(110.0105, 35)}, {"corner", square(110.01, 35.01)}, {"far", square(110.05, 35)}, {"blank", nil}, {"bare", nil}} {
		cells = append(cells, grid.Cell{ID: c.id, Parent: "v1", Kind: grid.KindCell, Outline: c.outline})
	}
	tree, err := grid.NewTree(cells)
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, of string
		want     []grid.CellID
	}{
		{"挨着的、角上碰着的算周边，隔远的不算", "middle", []grid.CellID{"middle", "bare", "blank", "corner", "east"}},
		{"没画边界的看同一个上级", "bare", []grid.CellID{"bare", "blank", "corner", "east", "far", "middle"}},
		{"没有这个格子", "none", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got []grid.CellID
			for _, x := range tree.Around(grid.CellID(c.of), at) {
				got = append(got, x.ID)
			}
			if len(got) > 1 {
				slices.Sort(got[1:])
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
}
