package demo

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"maplegrid/internal/grid"
)

func pick[E any](l *life, from []E) E { return from[l.rng.IntN(len(from))] }

// chance is true in p of 100 cases.
func (l *life) chance(p int) bool { return l.rng.IntN(100) < p }

// fill puts words into the blanks of a sentence.
func (l *life) fill(s, place string) string {
	return strings.NewReplacer("{地}", place, "{时}", pick(l, times), "{数}", strconv.Itoa(2+l.rng.IntN(7)), "{元}", strconv.Itoa((1+l.rng.IntN(60))*100),
		"{物}", pick(l, things)).Replace(s)
}

// line is what somebody writes down on an occasion.
func (l *life) line(on, family, place string) string {
	if own := lines[on+"."+family]; own != nil {
		return l.fill(pick(l, own), place)
	}
	if all := lines[on]; all != nil {
		return l.fill(pick(l, all), place)
	}
	return "已办。"
}

// phone is an invented number.
func (l *life) phone() string { return fmt.Sprintf("1390000%04d", l.rng.IntN(10000)) }

func (l *life) name() string { return pick(l, surnames) + pick(l, given) }

// idNumber is an invented resident ID number: division 999999 does not exist.
func (l *life) idNumber() string {
	s := fmt.Sprintf("999999%04d%02d%02d%03d", 1945+l.rng.IntN(60), 1+l.rng.IntN(12), 1+l.rng.IntN(28), l.rng.IntN(1000))
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * int(s[i]-'0')
	}
	return s + string("10X98765432"[sum%11])
}

// where gives a place of a scene in a cell, as people say it.
func (l *life) where(c place, scenes []string) string {
	var can []string
	for _, s := range scenes {
		if slices.Contains(c.scenes, s) {
			can = append(can, s)
		}
	}
	if can == nil {
		can = scenes
	}
	switch pick(l, can) {
	case "village":
		return fmt.Sprintf("%s%d组", c.unit, 1+l.rng.IntN(9))
	case "street":
		return fmt.Sprintf("%s%s街%d号附近", c.unit, pick(l, streets), 1+l.rng.IntN(160))
	case "market":
		return fmt.Sprintf("%s%d排%d号", c.name, 1+l.rng.IntN(8), 1+l.rng.IntN(40))
	case "shop":
		n := len(l.town.cells) // every venue lies in one cell
		i := max(0, slices.IndexFunc(l.town.cells, func(x place) bool { return x.id == c.id }))
		return Venues[i+n*l.rng.IntN(len(Venues)/n)]
	case "factory":
		return c.unit + pick(l, brands) + pick(l, works)
	case "school":
		return c.name + "门口"
	case "window":
		return "户籍窗口"
	}
	return fmt.Sprintf("%s%s%d号楼%d单元", c.unit, pick(l, estates), 1+l.rng.IntN(18), 1+l.rng.IntN(4))
}

// spot is a point within a cell, 0 0 when the cell has no outline.
func (l *life) spot(id string) (lon, lat float64) {
	c, ok := l.town.org.Cell(id)
	if ok && len(c.Outline) == 0 {
		c, ok = l.town.org.Cell(string(c.Parent))
	}
	if !ok || len(c.Outline) == 0 || l.chance(35) {
		return 0, 0
	}
	low, high := c.Outline[0][0], c.Outline[0][0]
	for _, p := range c.Outline[0] {
		for k := range p {
			low[k], high[k] = min(low[k], p[k]), max(high[k], p[k])
		}
	}
	for range 12 {
		lon, lat = low[0]+l.rng.Float64()*(high[0]-low[0]), low[1]+l.rng.Float64()*(high[1]-low[1])
		if in, ok := l.town.org.Tree().Locate(lon, lat, l.now(), grid.Kind(c.Kind)); ok && in.ID == c.ID {
			return round(lon), round(lat)
		}
	}
	return 0, 0
}

func round(x float64) float64 { return float64(int64(x*1e5)) / 1e5 }
