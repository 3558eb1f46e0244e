package demo

import (
	"context"
	"database/sql"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/board"
	"maplegrid/internal/board/inbox"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/ident"
	"maplegrid/internal/journal"
	"maplegrid/internal/store/sqlite"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
	"maplegrid/playbooks"
)

var end = time.Date(2026, 6, 12, 15, 20, 0, 0, clock.Shanghai)

// built is a week lived on a fresh store.
type built struct {
	*desktest.Desk
	Result
}

func week(t *testing.T, seed uint64) built {
	t.Helper()
	return live(t, Options{Days: 7, Seed: seed, End: end})
}

func live(t *testing.T, o Options) built {
	t.Helper()
	ctx := context.Background()
	e, err := sqlite.Open(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	d, err := desktest.On(e, o.Seed)
	if err != nil {
		t.Fatal(err)
	}
	r, err := Build(ctx, d.Desk, d.Clock, desktest.Station, o)
	if err != nil {
		t.Fatal(err)
	}
	return built{d, r}
}

func (b built) head(t *testing.T) journal.Hash {
	t.Helper()
	_, h, err := b.Journal.Head(context.Background(), desktest.Station)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

// everything folds all reports and matters of the journal.
func (b built) everything(t *testing.T) (map[string]*report.Report, map[string]*matter.Matter, []journal.Event) {
	t.Helper()
	rs, ms := map[string]*report.Report{}, map[string]*matter.Matter{}
	var all []journal.Event
	for at := journal.Seq(0); ; {
		events, err := b.Journal.Read(context.Background(), desktest.Station, at, 2000)
		if err != nil {
			t.Fatal(err)
		}
		if len(events) == 0 {
			return rs, ms, all
		}
		for i := range events {
			e := &events[i]
			var err error
			if id, ok := strings.CutPrefix(e.Stream, "report/"); ok {
				if rs[id] == nil {
					rs[id] = &report.Report{}
				}
				err = rs[id].Apply(e)
			} else if id, ok := strings.CutPrefix(e.Stream, "matter/"); ok {
				if ms[id] == nil {
					ms[id] = &matter.Matter{}
				}
				err = ms[id].Apply(e)
			}
			if err != nil {
				t.Fatal(err)
			}
			at = e.Seq
		}
		all = append(all, events...)
	}
}

func TestWeek(t *testing.T) {
	b := week(t, 1)
	rs, ms, events := b.everything(t)
	t.Logf("%d acts, %d events, %d reports, %d matters", b.Acts, len(events), len(rs), len(ms))
	t.Run("数目与状态像样", func(t *testing.T) {
		open, fresh, states := 0, 0, map[matter.State]int{}
		for _, r := range rs {
			if r.State == report.Fresh {
				fresh++
			}
		}
		for _, m := range ms {
			if states[m.State]++; m.IsOpen() {
				open++
			}
		}
		const byCard, byChat = 4, 21 // asked by a contact card, said in a group chat, besides the arrivals
		if len(rs) != 38+byCard+byChat || len(ms) < 25 || fresh < 10 || fresh > 15+byCard || open < 10 || states[matter.Done]+states[matter.Answered] < 1 {
			t.Fatalf("%d reports, %d matters, %d fresh, %d open, %v", len(rs), len(ms), fresh, open, states)
		}
	})
	t.Run("组织照经验包", func(t *testing.T) {
		org, err := b.Org(context.Background(), desktest.Station)
		if err != nil {
			t.Fatal(err)
		}
		kinds, roles := map[string]int{}, map[string]int{}
		for _, c := range org.Cells {
			kinds[string(c.Kind)]++
		}
		for _, p := range org.People {
			if !p.Gone { // one grid member left
				roles[string(p.Role)]++
			}
		}
		force := roles["officer"] + roles["aux_officer"] + roles["duty_lead"] + roles["head"] + roles["window_clerk"]
		if kinds["cell"] != 31 || kinds["beat"] != 28 || kinds["school"] != 19 || force != 28 || roles["cell_worker"] != 31 {
			t.Fatal(kinds, roles)
		}
	})
	t.Run("链条完好", func(t *testing.T) {
		if err := journal.VerifyChain(context.Background(), b.Journal, desktest.Station); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("日志与看板里没有个人信息", func(t *testing.T) {
		var all strings.Builder
		for i := range events {
			all.Write(events[i].Data)
		}
		all.WriteString(boards(t, b))
		if open := personal.FindString(all.String()); open != "" {
			t.Errorf("%s lies open", open)
		}
		named := 0
		for _, r := range rs {
			texts, err := b.Reveal(context.Background(), desktest.Station, r.Name, r.Words)
			if err != nil {
				t.Fatal(err)
			}
			for ref, plain := range texts {
				if named++; len([]rune(plain)) > 1 && ref.Field == "words" && strings.Contains(all.String(), plain) {
					t.Errorf("the words of %s lie open", r.ID)
				}
			}
		}
		if named < len(rs) {
			t.Errorf("only %d texts could be opened", named)
		}
	})
	t.Run("账号与回执码可用", func(t *testing.T) {
		if len(b.Accounts) != len(users) || len(b.Receipts) != 3 {
			t.Fatal(b.Accounts, b.Receipts)
		}
		for _, code := range b.Receipts {
			if _, err := ident.ParseReceipt(code); err != nil {
				t.Errorf("%q: %v", code, err)
			}
		}
	})
}

// personal finds the phones, resident ID numbers and passwords that the demonstration invents.
var personal = regexp.MustCompile(`1390000\d{4}|999999\d{11}[\dX]|` + Password)

// boards gives every row of the boards as text.
func boards(t *testing.T, b built) string {
	t.Helper()
	ctx := context.Background()
	cal := func(string) *clock.Calendar { return clock.China() }
	f, err := board.New(ctx, b.Engine, &matters.Board{Calendar: cal}, &inbox.Board{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.CatchUp(ctx); err != nil {
		t.Fatal(err)
	}
	var out []byte
	for _, table := range []string{"board_matter", "board_matter_cell", "board_matter_person", "board_task", "board_report"} {
		out = append(out, dump(t, b.Engine.Boards.Read, table)...)
	}
	return string(out)
}

func dump(t *testing.T, db *sql.DB, table string) []byte {
	t.Helper()
	rows, err := db.Query("select * from " + table)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	names, _ := rows.Columns()
	var out []byte
	for rows.Next() {
		values, into := make([]any, len(names)), make([]any, len(names))
		for i := range values {
			into[i] = &values[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		line, err := json.Marshal(values)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, line...)
	}
	return out
}

func TestSameSeedSameJournal(t *testing.T) {
	one, same, other := week(t, 7).head(t), week(t, 7).head(t), week(t, 8).head(t)
	if one != same {
		t.Error("the same seed gave another journal")
	}
	if one == other {
		t.Error("another seed gave the same journal")
	}
}

func TestWordsAreVaried(t *testing.T) {
	seen, n := map[string]bool{}, 0
	for _, x := range topics {
		if len(x.sentences) == 0 {
			t.Errorf("%s says nothing", x.key)
		}
		for _, s := range x.sentences {
			seen[s.words] = true
			n++
		}
	}
	if n < 120 || len(seen) != n {
		t.Errorf("%d sentences, %d different", n, len(seen))
	}
	names := map[string]bool{}
	for _, v := range Venues {
		names[v] = true
	}
	if len(names) != 2339 {
		t.Errorf("%d venues", len(names))
	}
}

// Every playbook that is shipped can be lived by, also one without a map of its own.
func TestEveryPlaybook(t *testing.T) {
	entries, err := playbooks.FS.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range entries {
		if !x.IsDir() {
			continue
		}
		t.Run(x.Name(), func(t *testing.T) {
			b := live(t, Options{Playbook: x.Name(), Days: 5, Seed: 3, End: end})
			if b.Reports == 0 || b.Matters == 0 {
				t.Fatal(b.Result)
			}
		})
	}
}

func TestTrickleGoesOn(t *testing.T) {
	b := week(t, 2)
	before, _, _ := b.Journal.Head(context.Background(), desktest.Station)
	l := newLife(context.Background(), b.Desk.Desk, desktest.Station, 9)
	l.keys = "trickle"
	if err := l.remember(); err != nil {
		t.Fatal(err)
	}
	for range 60 {
		b.Clock.Advance(10 * time.Minute)
		if err := l.stir(); err != nil && !refused(err) {
			t.Fatal(err)
		}
	}
	after, _, _ := b.Journal.Head(context.Background(), desktest.Station)
	if after < before+60 || len(l.reports) < 8 {
		t.Fatalf("%d events, %d reports in ten hours", after-before, len(l.reports))
	}
	if err := journal.VerifyChain(context.Background(), b.Journal, desktest.Station); err != nil {
		t.Error(err)
	}
}
