package found

import "time"

// Likeness is why something sought may be something found; nothing is ever joined by it, people look (house rule).
type Likeness struct {
	Sort, Cell bool // the same sort of thing; the same cell
	Days       int  // between the day it was lost and the day it was found
}

// mostDays is how long after it was lost a thing is still looked for among those found.
const mostDays = 90

// Match compares what an owner seeks with what was found: the same sort, found on the day it was lost or within ninety days after it. Two of
// the sort "other" are alike only in the same cell. ok is false where there is nothing to suggest.
func Match(lostSort, lostCell string, lostOn time.Time, sort, cell string, foundAt time.Time) (l Likeness, ok bool) {
	if lostSort == "" || lostSort != sort {
		return l, false
	}
	l.Sort, l.Cell = true, lostCell != "" && lostCell == cell
	if !lostOn.IsZero() {
		l.Days = int(foundAt.Sub(lostOn).Hours() / 24)
		if foundAt.Before(lostOn) || l.Days > mostDays {
			return Likeness{}, false
		}
	}
	if sort == "other" && !l.Cell {
		return Likeness{}, false
	}
	return l, true
}
