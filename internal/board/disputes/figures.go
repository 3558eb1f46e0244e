package disputes

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
)

// Share is a part of a whole. Of 0 has none: it is shown blank, not as nothing.
type Share struct{ N, Of int }

// Figures are how disputes opened within a range of days went. None of them is of a person.
type Figures struct {
	Opened      int
	Met         int           // had a session
	FirstMedian time.Duration // from opening to the first session, of those that had one
	Sessions    int           // held in all of them
	Kept30      Share         // of those whose agreement is so many days old: all that was due by then was performed
	Kept90      Share
	Kept180     Share
	Relapsed    Share // broken out again, of those closed or under an agreement
}

// PerCase is how many sessions a dispute had, of those that had any.
func (f Figures) PerCase() (float64, bool) {
	if f.Met == 0 {
		return 0, false
	}
	return float64(f.Sessions) / float64(f.Met), true
}

// Figures gives how disputes opened within days (both included) went, as of today.
func (q *Query) Figures(ctx context.Context, s access.Scope, from, until, today string) (Figures, error) {
	var f Figures
	b := newBuilder(s)
	if b.none {
		return f, nil
	}
	b.where("d.opened_on >= " + b.args.Add(from))
	b.where("d.opened_on <= " + b.args.Add(until))
	b.where("d.state <> 'merged'")
	rows, err := q.db.QueryContext(ctx, "select d.opened_at, d.first_at, d.sessions, d.effective_on, d.closed_on, d.relapse, d.kept_30, d.kept_90, d.kept_180 "+
		"from board_dispute d where "+b.seen(), b.args...)
	if err != nil {
		return f, fmt.Errorf("figures of disputes: %w", err)
	}
	defer rows.Close()
	var waits []int64
	for rows.Next() {
		var opened, first int64
		var sessions, relapse, k30, k90, k180 int
		var effective, closed string
		if err := rows.Scan(&opened, &first, &sessions, &effective, &closed, &relapse, &k30, &k90, &k180); err != nil {
			return f, fmt.Errorf("figures of disputes: %w", err)
		}
		f.Opened++
		f.Sessions += sessions
		if first != 0 {
			f.Met++
			waits = append(waits, max(0, first-opened))
		}
		for _, k := range []struct {
			days, kept int
			into       *Share
		}{{30, k30, &f.Kept30}, {90, k90, &f.Kept90}, {180, k180, &f.Kept180}} {
			if k.kept >= 0 && board.DayAfter(effective, k.days) <= today {
				k.into.Of++
				k.into.N += k.kept
			}
		}
		if closed != "" || effective != "" || relapse == 1 {
			f.Relapsed.Of++
			f.Relapsed.N += relapse
		}
	}
	f.FirstMedian = median(waits)
	return f, rows.Err()
}

func median(us []int64) time.Duration {
	if len(us) == 0 {
		return 0
	}
	slices.Sort(us)
	n := len(us)
	return time.Duration((us[(n-1)/2]+us[n/2])/2) * time.Microsecond
}

// Tally is a line of the monthly table (矛盾纠纷排查情况表, law-and-standards 19.1) of one type of the playbook: found (排查数), taken in
// hand (调处数), settled with its promises kept (成功数).
type Tally struct {
	Type                    string
	Found, Handled, Settled int
}

// Month tallies disputes found within days (both included) by type: of them those taken in hand and those settled by the last of the
// days, so that a table filed once stays as it was filed. What was merged into another or registered twice is found once. Nothing
// found is an empty list: the caller files a full table all the same (零报告). Cells, when there are any, narrow it to those.
func (q *Query) Month(ctx context.Context, s access.Scope, from, until string, cells ...string) ([]Tally, error) {
	b := newBuilder(s)
	if b.none {
		return nil, nil
	}
	last := b.args.Add(until)
	b.where("d.opened_on >= " + b.args.Add(from))
	b.where("d.opened_on <= " + last)
	b.where("d.state <> 'merged' and d.outcome <> 'duplicate'")
	if len(cells) > 0 {
		b.where(b.args.In("d.cell", cells))
	}
	return board.Ask(ctx, q.db, "tally disputes", "select d.type, count(*), sum(case when d.handled_on <> '' and d.handled_on <= "+last+
		" then 1 else 0 end), sum(case when d.performed_on <> '' and d.performed_on <= "+last+" then 1 else 0 end) from board_dispute d where "+
		b.seen()+" group by d.type order by d.type", b.args, func(rows *sql.Rows) (t Tally, err error) {
		err = rows.Scan(&t.Type, &t.Found, &t.Handled, &t.Settled)
		return t, err
	})
}
