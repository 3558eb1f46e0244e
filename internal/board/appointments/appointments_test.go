package appointments_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/board/appointments"
	"maplegrid/internal/clock"
	"maplegrid/internal/playbook"
	"maplegrid/internal/store"
	"maplegrid/internal/store/postgres"
	"maplegrid/internal/store/postgres/pgtest"
	"maplegrid/internal/store/sqlite"
	"maplegrid/internal/work/appointment"
	"maplegrid/playbooks"
)

// hall is a playbook with twenty windows, all of which do everything, open on workdays, an evening, Saturdays and market days.
func hall(tb testing.TB) *playbook.Book {
	tb.Helper()
	rows, keys := "key,zh,en,letter,serves,staff,places,source\n-household,,,,,,,\n-general,,,,,,,\n", []string{}
	for i := range 20 {
		rows += fmt.Sprintf("w%d,%d号窗口,window %d,%c,id_card|household|residence|vehicle|certificate|surrender|venue,window_clerk,1,本所规定\n", i, i, i, 'A'+i)
		keys = append(keys, fmt.Sprintf("w%d", i))
	}
	opening := "key,windows,on,lunar,from,until,slot,capacity\n-workday.morning,,,,,,,\n-workday.afternoon,,,,,,,\n-wednesday.evening,,,,,,,\n-saturday.morning,,,,,,,\n-summer.evening,,,,,,,\n"
	for i, x := range []string{"workday,,08:30,12:00,15,2", "workday,,14:30,17:30,15,2", "wed,,17:30,19:30,15,1", "sat,,09:00,12:00,15,1", "market,3|8|13|18|23|28,07:30,08:30,15,1"} {
		opening += fmt.Sprintf("h%d,%s,%s\n", i, strings.Join(keys, "|"), x)
	}
	dir := fstest.MapFS{"hall/playbook.toml": {Data: []byte("name = \"hall\"\nzh = \"大厅\"\nen = \"Hall\"\nfrom = \"2026-01-01\"\non_top_of = \"base\"\n")},
		"hall/windows.csv": {Data: []byte(rows)}, "hall/opening.csv": {Data: []byte(opening)}}
	b, err := playbook.Load(dir, "hall", playbooks.FS)
	if err != nil {
		tb.Fatal(err)
	}
	return b
}

var from = time.Date(2026, 3, 2, 0, 0, 0, 0, time.UTC)

// busy fills the board with nine months at 20 windows, half to all of every slot taken.
func busy(tb testing.TB, e *store.Engine) {
	tb.Helper()
	ctx := context.Background()
	if _, err := board.New(ctx, e, &appointments.Board{}); err != nil {
		tb.Fatal(err)
	}
	session, err := store.NewSession(ctx, e.Boards.Write, e.Boards.Engine)
	if err != nil {
		tb.Fatal(err)
	}
	defer session.Close()
	var rows [][]any
	for d := -90; d < 180; d++ { // what is past and far ahead stands in the same table
		for w := range 20 {
			var holds []string
			for s := 510; s < 1050; s += 15 {
				if s < 720 || s >= 870 {
					holds = append(holds, fmt.Sprintf("%d.1.%d", s, taken(s, w)))
				}
			}
			rows = append(rows, []any{"s1", from.AddDate(0, 0, d).Format(time.DateOnly), fmt.Sprintf("w%d", w), strings.Join(holds, ";"), ""})
		}
	}
	if err := store.Insert(ctx, session, "board_window_day", "station, day, win, holds, changes", "", rows); err != nil {
		tb.Fatal(err)
	}
}

// taken is how many of a slot of two are taken at a window.
func taken(slot, window int) int { return 1 + (slot/15+window)%2 }

func open(tb testing.TB, name string) *store.Engine {
	tb.Helper()
	var e *store.Engine
	var err error
	if name == "sqlite" {
		e, err = sqlite.Open(context.Background(), tb.TempDir())
	} else {
		e, err = postgres.Open(context.Background(), pgtest.Start(tb))
	}
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = e.Close() })
	return e
}

func search(q *appointments.Query, book *playbook.Book, item playbook.Service, days int) ([]appointment.OfferDay, error) {
	taken, err := q.Days(context.Background(), access.System("s1"), from.Format(time.DateOnly), from.AddDate(0, 0, days-1).Format(time.DateOnly))
	if err != nil {
		return nil, err
	}
	return appointment.Search(book, clock.China(), item, from.Format(time.DateOnly), days, func(p appointment.Place) (appointment.Changes, []appointment.Hold) {
		return taken[p].Changes, taken[p].Holds
	}, from), nil
}

// BenchmarkSlotSearch looks for free slots of an item over 90 days at 20 windows and reports the slowest but one in a hundred.
func BenchmarkSlotSearch(b *testing.B) {
	book := hall(b)
	item, _ := book.Service("id_renew")
	for _, name := range []string{"sqlite", "postgres"} {
		b.Run(name, func(b *testing.B) {
			e := open(b, name)
			busy(b, e)
			q := appointments.NewQuery(e.Boards)
			var took []time.Duration
			for b.Loop() {
				began := time.Now()
				list, err := search(q, book, item, 90)
				if err != nil || len(list) < 60*20 {
					b.Fatal(len(list), err)
				}
				took = append(took, time.Since(began))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "ms-p99")
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "ms-p50")
		})
	}
}

func TestSlotSearch(t *testing.T) {
	book := hall(t)
	item, _ := book.Service("id_renew")
	for _, name := range []string{"sqlite", "postgres"} {
		e := open(t, name)
		busy(t, e)
		list, err := search(appointments.NewQuery(e.Boards), book, item, 90)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(name+"：先推荐最空的时段，都有空位", func(t *testing.T) {
			best := appointment.Quietest(list, 10)
			if len(best) != 10 {
				t.Fatal(best)
			}
			for i, o := range best {
				if o.Room == 0 || o.Busy != appointment.Quiet || i > 0 && o.On < best[i-1].On {
					t.Errorf("%+v", o)
				}
			}
		})
		t.Run(name+"：空位数就是每段人数减去已约的", func(t *testing.T) {
			looked := 0
			for _, d := range list {
				var window int
				fmt.Sscanf(d.Window, "w%d", &window)
				for _, o := range d.Slots {
					if o.Capacity != 2 {
						continue
					}
					if looked++; o.Room != 2-taken(o.Slot, window) {
						t.Fatalf("%+v", o)
					}
				}
			}
			if looked < 20000 {
				t.Fatalf("only %d slots looked at", looked)
			}
		})
	}
}
