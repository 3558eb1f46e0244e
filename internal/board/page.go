package board

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"maplegrid/internal/fault"
)

// Order is the order of one list that is read page by page. K holds the values of the columns the list is in order of, the last of them
// the row's own, so that no two rows stand at one place: a page begins after the last row of the one before it, whatever came or went
// meanwhile. An Order is named for its list, which is written into every cursor: that of another list is refused like a forged one.
type Order[K any] string

// ByTime is a place in a list in order of an instant (Micros) and an id.
type ByTime struct {
	At int64  `json:"a"`
	ID string `json:"i"`
}

// ByWord is a place in a list in order of a word or a day and an id.
type ByWord struct {
	By string `json:"b"`
	ID string `json:"i"`
}

// Cursor writes a place, for the reader to come back with. It grants nothing: what may be seen is asked anew for every page.
func (o Order[K]) Cursor(at K) string {
	raw, _ := json.Marshal(at) // words and numbers
	return base64.RawURLEncoding.EncodeToString([]byte(string(o) + "\n" + string(raw)))
}

// After reads a cursor; start is the place of who has none yet (""). What Cursor of this Order did not write is refused.
func (o Order[K]) After(cursor string, start K) (K, error) {
	if cursor == "" {
		return start, nil
	}
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	list, key, _ := strings.Cut(string(raw), "\n")
	var at K
	nul := strings.Contains(strings.ReplaceAll(key, `\\`, ""), `\u0000`) // no text of ours has one, and PostgreSQL takes none
	if err != nil || list != string(o) || nul || json.Unmarshal([]byte(key), &at) != nil {
		return start, fault.New(fault.Invalid, "list.cursor", nil)
	}
	return at, nil
}

// Cut keeps the first limit rows of a page that was asked for with one row more, and gives the cursor of the next page: "" when the
// rows end here. at is the place of a row.
func Cut[R, K any](o Order[K], rows []R, limit int, at func(R) K) (page []R, next string) {
	if len(rows) <= limit {
		return rows, ""
	}
	return rows[:limit], o.Cursor(at(rows[limit-1]))
}

// Limit is how many rows a page has: as many as were asked for, and most when none or too many were.
func Limit(asked, most int) int {
	if asked <= 0 || asked > most {
		return most
	}
	return asked
}
