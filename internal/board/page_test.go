package board_test

import (
	"encoding/base64"
	"slices"
	"strconv"
	"testing"

	"maplegrid/internal/board"
	"maplegrid/internal/fault"
)

const byTime = board.Order[board.ByTime]("list")

func encoded(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

func TestCursor(t *testing.T) {
	t.Run("写下的位置读回来是同一个", func(t *testing.T) {
		for _, at := range []board.ByTime{{}, {1, "m_1"}, {1<<62 - 1, "枫桥 \"\n\\"}, {-1 << 62, `\u0000`}} {
			if got, err := byTime.After(byTime.Cursor(at), board.ByTime{}); err != nil || got != at {
				t.Errorf("%v read back: %v, %v", at, got, err)
			}
		}
	})
	t.Run("没有位置从头开始", func(t *testing.T) {
		start := board.ByTime{At: 1 << 62}
		if got, err := byTime.After("", start); err != nil || got != start {
			t.Errorf("%v, %v", got, err)
		}
	})
	t.Run("别的清单的位置和伪造的位置都不认", func(t *testing.T) {
		for name, cursor := range map[string]string{
			"not base64": "这里", "padded": "bGlzdA==", "no key": encoded("list"), "empty key": encoded("list\n"), "not JSON": encoded("list\n{"),
			"wrong types": encoded(`list` + "\n" + `{"a":"soon","i":7}`), "too large": encoded("list\n" + `{"a":9223372036854775808,"i":""}`),
			"more behind it": byTime.Cursor(board.ByTime{At: 1}) + encoded("{}"), "no name": encoded(`{"a":1,"i":"m_1"}`),
			"another list": board.Order[board.ByTime]("other").Cursor(board.ByTime{At: 1, ID: "m_1"}),
			"NUL":          byTime.Cursor(board.ByTime{At: 1, ID: "m_\x00"}),
		} {
			if got, err := byTime.After(cursor, board.ByTime{At: 5}); fault.Code(err) != "list.cursor" || got.ID != "" {
				t.Errorf("%s: %v, %v", name, got, err)
			}
		}
	})
}

func TestCut(t *testing.T) {
	const order = board.Order[string]("numbers")
	all := []string{"1", "2", "3", "4", "5", "6", "7"}
	t.Run("翻完每一页，一行不多一行不少", func(t *testing.T) {
		for limit := 1; limit <= len(all)+1; limit++ {
			var seen []string
			for cursor := ""; ; {
				after, err := order.After(cursor, "0")
				if err != nil {
					t.Fatal(err)
				}
				n, _ := strconv.Atoi(after)
				rows := all[n:min(n+limit+1, len(all))] // as a query with one row more gives them
				page, next := board.Cut(order, rows, limit, func(s string) string { return s })
				if seen = append(seen, page...); len(page) > limit || next != "" && len(page) != limit {
					t.Fatalf("limit %d: a page of %d rows, next %q", limit, len(page), next)
				}
				if cursor = next; cursor == "" {
					break
				}
			}
			if !slices.Equal(seen, all) {
				t.Errorf("limit %d: %v", limit, seen)
			}
		}
	})
	t.Run("一页的行数有上限", func(t *testing.T) {
		for asked, want := range map[int]int{-1: 200, 0: 200, 1: 1, 200: 200, 201: 200} {
			if got := board.Limit(asked, 200); got != want {
				t.Errorf("%d asked: %d, not %d", asked, got, want)
			}
		}
	})
}
