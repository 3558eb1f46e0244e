package desktest

import (
	"fmt"
	"testing"

	"maplegrid/internal/access"
	"maplegrid/internal/work/draft"
)

// DraftIn makes a draft in a place: taken in by the one who asks, or by another; ok is false where there can be none.
func (m *Matrix) DraftIn(t testing.TB, a Asker, p Place, c Condition) (id string, ok bool) {
	t.Helper()
	cast, ok := m.stage(a, p, c)
	if !ok {
		return "", false
	}
	var taker access.Who
	switch c {
	case Mine:
		if taker = a.Who; !m.Policy.May(taker, "draft.paste", access.Thing{Kind: "draft", Station: Station}).Allow {
			return "", false
		}
	case Others:
		taker = cast["officer_2"]
	case Unassigned:
		taker = cast["head"]
	default:
		return "", false
	}
	m.sources++
	return m.Do(t, taker, "draft.paste", &draft.Paste{Text: fmt.Sprintf("路人甲：第%d个井盖不见了，快来人", m.sources), Cell: p.Cell()}).Drafts[0], true
}
