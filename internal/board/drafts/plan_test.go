package drafts

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/grid"
	"maplegrid/internal/store"
	"maplegrid/internal/store/sqlite"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/draft"
)

// table makes the tables of the board and fills them with drafts of three cells, one in five of which rings.
func table(t *testing.T, n int) *Query {
	t.Helper()
	ctx := context.Background()
	e, err := sqlite.Open(ctx, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	tx, err := e.Boards.Write.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, create := (&Board{}).Tables("sqlite")
	for _, text := range create {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			t.Fatal(err)
		}
	}
	start := time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)
	for i := range n {
		id := fmt.Sprintf("dr_%05d", i)
		d := &draft.Draft{}
		taken := draft.Taken{ID: id, Paste: fmt.Sprintf("pa_%d", i/20), Place: i%20 + 1, Cell: fmt.Sprintf("c%d", i%3), Name: vault.Plain(id, "name", ""), Words: vault.Plain(id, "words", "")}
		if i%5 == 0 {
			taken.Dangers = []string{"火情"}
		}
		if err := d.Apply(taken, work.At{Version: 1, Actor: fmt.Sprintf("p_%d", i%7), HappenedAt: start.Add(time.Duration(i/20) * time.Minute)}); err != nil {
			t.Fatal(err)
		}
		if i%2 == 0 {
			if err := d.Apply(draft.SetAside{Reason: draft.Known}, work.At{Version: 2, HappenedAt: start}); err != nil {
				t.Fatal(err)
			}
		}
		row, err := (&Board{}).row("s1", d, 0)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := tx.ExecContext(ctx, "insert into board_draft ("+columns+") values ("+store.Holes(1, len(row))+")", row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	return NewQuery(e.Boards)
}

func scopes(t *testing.T) map[string]access.Scope {
	t.Helper()
	policy, err := access.New()
	if err != nil {
		t.Fatal(err)
	}
	return map[string]access.Scope{"全所": access.System("s1"),
		"两个网格": policy.Scope(access.Who{Station: "s1", Person: "p_1", Role: grid.CellWorker, Cells: []string{"c1", "c2"}}),
		"只有自己": policy.Scope(access.Who{Station: "s1", Person: "p_3", Role: grid.WindowClerk})}
}

func TestWhatRingsComesFirst(t *testing.T) {
	q := table(t, 400)
	for name, s := range scopes(t) {
		t.Run(name, func(t *testing.T) {
			var list []Row
			for cursor := ""; ; {
				p, err := q.List(context.Background(), s, draft.Waiting, cursor, 9)
				if err != nil {
					t.Fatal(err)
				}
				list = append(list, p.Rows...)
				if cursor = p.Next; cursor == "" {
					break
				}
			}
			rings := 0
			for rings < len(list) && len(list[rings].Dangers) > 0 {
				rings++
			}
			quiet := slices.ContainsFunc(list[rings:], func(r Row) bool { return len(r.Dangers) > 0 })
			if rings == 0 || rings == len(list) || quiet {
				t.Errorf("%d of %d ring at the top; others below: %v", rings, len(list), quiet)
			}
		})
	}
}

// No list reads the table through or sorts what it does not show.
func TestListsDoNotGrow(t *testing.T) {
	q := table(t, 2000)
	for name, s := range scopes(t) {
		for _, state := range draft.States {
			first, err := q.List(context.Background(), s, draft.Waiting, "", 9)
			if err != nil {
				t.Fatal(err)
			}
			for _, after := range []string{"", first.Next} {
				text, args, err := listing(s, state, after, 50)
				if err != nil {
					t.Fatal(err)
				}
				plan(t, q, name+string(state), text, args, !s.Whole())
			}
		}
	}
	for name, where := range map[string]string{"paste": "paste = $2 order by place, id", "id": "id in ($2) order by taken_at, place, id", "report": "report = $2 order by id"} {
		plan(t, q, name, "select "+columns+" from board_draft where station = $1 and "+where+" limit 2000", []any{"s1", "x"}, true)
	}
}

func plan(t *testing.T, q *Query, name, text string, args []any, sorts bool) {
	t.Helper()
	rows, err := q.db.Query("explain query plan "+text, args...)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	var lines []string
	for rows.Next() {
		var a, b, c int
		var line string
		if err := rows.Scan(&a, &b, &c, &line); err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line)
		if strings.Contains(line, "SCAN board_draft") || strings.Contains(line, "TEMP B-TREE") && !sorts {
			t.Errorf("%s: %s", name, line)
		}
	}
	if !strings.Contains(strings.Join(lines, "\n"), "board_draft USING") {
		t.Errorf("%s: no index: %q", name, lines)
	}
}
