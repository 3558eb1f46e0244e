package board_test

import (
	"reflect"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/vault"
)

func TestColumns(t *testing.T) {
	t.Run("时刻写进去读得回来，没有就是没有", func(t *testing.T) {
		for _, at := range []time.Time{{}, time.Date(2026, 3, 1, 16, 0, 0, 1000, time.UTC)} {
			if got := board.Instant(board.Micros(at)); !got.Equal(at) {
				t.Errorf("%v read back: %v", at, got)
			}
		}
	})
	t.Run("过几天跨月跨年都算得对", func(t *testing.T) {
		for _, c := range []struct {
			day  string
			n    int
			want string
		}{{"2026-12-31", 1, "2027-01-01"}, {"2028-02-28", 1, "2028-02-29"}, {"2026-03-01", -1, "2026-02-28"}, {"2026-03-01", 0, "2026-03-01"}, {"", 7, ""}} {
			if got := board.DayAfter(c.day, c.n); got != c.want {
				t.Errorf("%s and %d days: %s, not %s", c.day, c.n, got, c.want)
			}
		}
	})
	t.Run("空的一列里一个也没有", func(t *testing.T) {
		if got := board.Split(""); got != nil {
			t.Errorf("%q", got)
		}
		if got := board.Split("a,b"); !reflect.DeepEqual(got, []string{"a", "b"}) {
			t.Errorf("%q", got)
		}
		if got := board.Sealed(vault.Text{}); got != "" {
			t.Errorf("no text: %q", got)
		}
	})
}

func TestArgs(t *testing.T) {
	t.Run("输入的字只作参数，不进语句", func(t *testing.T) {
		args := board.Args{"s1"}
		text := "station = $1 and name = " + args.Add("'; drop table") + " and " + args.In("cell", []string{"c1", "c2"})
		if text != "station = $1 and name = $2 and cell in ($3, $4)" || !reflect.DeepEqual(args, board.Args{"s1", "'; drop table", "c1", "c2"}) {
			t.Errorf("%s %q", text, args)
		}
	})
}

func TestSight(t *testing.T) {
	t.Run("网格和经手人各按自己的看见", func(t *testing.T) {
		if got := board.SeenBy([]string{"c1"}, []string{"p1", "p2"}); !reflect.DeepEqual(got, []string{"c/c1", "p/p1", "p/p2"}) {
			t.Errorf("%q", got)
		}
		if got := board.SeesAs(access.System("s1")); len(got) != 0 { // nobody in particular: it sees the whole station, or nothing
			t.Errorf("%q", got)
		}
	})
}
