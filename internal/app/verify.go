package app

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"maplegrid/internal/store/sqlite"
)

// WrongRow names the first row of a board that is not what the journal says.
type WrongRow struct{ Table, Have, Want string }

// Error says which row, with its keys only: the rest may be about people.
func (w *WrongRow) Error() string {
	return fmt.Sprintf("%s: a row differs from the journal (have %s, want %s)", w.Table, w.Have, w.Want)
}

// VerifyBoards builds every board a second time from the journal, beside the real ones, and compares them row by row. It gives
// *WrongRow for the first difference. While a server writes it looks again a few times before it believes one.
func (a *App) VerifyBoards(ctx context.Context) error {
	var err error
	for range 3 {
		if err = a.verifyBoards(ctx); err == nil {
			return nil
		}
		if wrong := (*WrongRow)(nil); !errors.As(err, &wrong) {
			return err
		}
	}
	return err
}

func (a *App) verifyBoards(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "maplegrid-verify-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	e, err := sqlite.Scratch(dir)
	if err != nil {
		return err
	}
	defer func() { e.Journal = nil; err = errors.Join(err, e.Close()) }()
	e.Journal = a.Engine.Journal
	second, err := OpenBoards(ctx, e, a.Desk)
	if err != nil {
		return err
	}
	if _, err := second.CatchUp(ctx); err != nil {
		return err
	}
	if _, err := a.Boards.CatchUp(ctx); err != nil {
		return err
	}
	for _, table := range second.Tables() {
		have, err := rowsOf(ctx, a.Engine.Boards.Read, table)
		if err != nil {
			return err
		}
		want, err := rowsOf(ctx, e.Boards.Read, table)
		if err != nil {
			return err
		}
		if i := firstDifference(have, want); i >= 0 {
			return &WrongRow{table, keysOf(have, i), keysOf(want, i)}
		}
	}
	return nil
}

func firstDifference(a, b []string) int {
	for i := range max(len(a), len(b)) {
		if i >= len(a) || i >= len(b) || a[i] != b[i] {
			return i
		}
	}
	return -1
}

// keysOf gives the first fields of a row: its keys.
func keysOf(rows []string, i int) string {
	if i >= len(rows) {
		return "-"
	}
	fields := strings.SplitN(rows[i], "\x1f", 4)
	return strings.Join(fields[:min(3, len(fields))], " ")
}

func rowsOf(ctx context.Context, db *sql.DB, table string) ([]string, error) {
	columns := "*"
	if table == "board_search" {
		columns = "station, thing, id, doc" // its index is the engine's own
	}
	rows, err := db.QueryContext(ctx, "select "+columns+" from "+table)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return nil, err
	}
	values, into := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	var list []string
	for rows.Next() {
		if err := rows.Scan(into...); err != nil {
			return nil, err
		}
		fields := make([]string, len(values))
		for i, v := range values {
			fields[i] = fmt.Sprint(v)
		}
		list = append(list, strings.Join(fields, "\x1f"))
	}
	slices.Sort(list)
	return list, rows.Err()
}
