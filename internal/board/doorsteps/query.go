// Package doorsteps is the board of home visits (上门服务) and of the portable kits (便携设备) that go along: what is to be planned,
// who is called on today and tomorrow, whose card is waited for or is to be brought, which kit is where and free when.
package doorsteps

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/store"
	"maplegrid/internal/work/doorstep"
)

// Query asks the board; every reader demands a Scope.
type Query struct{ db *sql.DB }

// NewQuery reads from the boards of an engine.
func NewQuery(b store.Boards) *Query { return &Query{b.Read} }

// Row is a home visit in a list. It holds no name and no phone.
type Row struct {
	ID, Number, Title, Kind, Grade, Service, Ground, Cell, Place, Handler string
	Stage                                                                 doorstep.Stage
	Open                                                                  bool
	Day                                                                   string // of the visit agreed
	From, Until                                                           time.Time
	KitKind, Kit                                                          string
	KitBroken                                                             bool // the kit booked does not work
	Told                                                                  bool
	Tries                                                                 int
	Complaint                                                             bool // one waits for its answer
	Receipt                                                               string
	ServedAt, ReadyAt, Since                                              time.Time
}

// Page is a run of rows and the cursor of the next run ("" at the end).
type Page struct {
	Rows []Row
	Next string
}

// MaxPage is how many rows a page has at most.
const MaxPage = 200

const rowColumns = `d.id, d.number, d.title, d.kind, d.grade, d.service, d.ground, d.cell, d.place, d.handler, d.stage, d.is_open, d.day, d.from_at,
	d.until_at, d.kit_kind, d.kit, d.told, d.tries, d.complaint, d.receipt, d.served_at, d.ready_at, d.since,
	coalesce((select k.broken_at from board_kit k where k.station = d.station and k.id = d.kit), 0)`

// seen is the condition that a row may be seen by a scope, with its arguments appended; none tells that nothing may.
func seen(s access.Scope, column string, args []any) (cond string, _ []any, none bool) {
	who := board.SeesAs(s)
	if s.Station() == "" || !s.Whole() && len(who) == 0 {
		return "", args, true
	}
	if s.Whole() {
		return "", args, false
	}
	more := board.Args(args)
	return " and exists (select 1 from board_doorstep_sight x where x.station = $1 and x.id = " + column + " and " + more.In("x.who", who) + ")", more, false
}

const places = board.Order[board.ByTime]("doorsteps")

// Stage gives the home visits that stand at a stage, the longest waiting first.
func (q *Query) Stage(ctx context.Context, s access.Scope, stage doorstep.Stage, cursor string, limit int) (Page, error) {
	return q.list(ctx, s, "d.stage = $2", string(stage), cursor, limit)
}

// Complaints gives those of which a complaint waits for its answer, the longest waiting first.
func (q *Query) Complaints(ctx context.Context, s access.Scope, cursor string, limit int) (Page, error) {
	return q.list(ctx, s, "d.complaint = $2", 1, cursor, limit)
}

func (q *Query) list(ctx context.Context, s access.Scope, cond string, value any, cursor string, limit int) (Page, error) {
	limit = board.Limit(limit, MaxPage)
	args := []any{s.Station(), value}
	in, args, none := seen(s, "d.id", args)
	if none {
		return Page{}, nil
	}
	after, err := places.After(cursor, board.ByTime{At: -1})
	if err != nil {
		return Page{}, err
	}
	n := len(args)
	args = append(args, after.At, after.ID, limit+1)
	list, err := board.Ask(ctx, q.db, "list home visits", "select "+rowColumns+" from board_doorstep d where d.station = $1 and "+cond+in+
		fmt.Sprintf(" and (d.since, d.id) > ($%d, $%d) order by d.since, d.id limit $%d", n+1, n+2, n+3), args, scan)
	if err != nil {
		return Page{}, err
	}
	list, next := board.Cut(places, list, limit, func(r Row) board.ByTime { return board.ByTime{At: r.Since.UnixMicro(), ID: r.ID} })
	return Page{list, next}, nil
}

// On gives the home visits agreed for a day (2006-01-02 in Asia/Shanghai) and not made yet, in the order of their windows.
func (q *Query) On(ctx context.Context, s access.Scope, day string) ([]Row, error) {
	return q.days(ctx, s, "d.day = $2", day)
}

// Before gives the home visits agreed for a day before one and not made: nobody said what became of them.
func (q *Query) Before(ctx context.Context, s access.Scope, day string) ([]Row, error) {
	return q.days(ctx, s, "d.day > '' and d.day < $2", day)
}

func (q *Query) days(ctx context.Context, s access.Scope, cond, day string) ([]Row, error) {
	in, args, none := seen(s, "d.id", []any{s.Station(), day})
	if none {
		return nil, nil
	}
	return board.Ask(ctx, q.db, "list home visits of a day", "select "+rowColumns+" from board_doorstep d where d.station = $1 and d.is_open = 1 and "+cond+in+
		" order by d.day, d.from_at, d.id limit 500", args, scan)
}

func scan(rows *sql.Rows) (r Row, err error) {
	var stage string
	var open, told, complaint int
	var from, until, served, ready, since, broken int64
	err = rows.Scan(&r.ID, &r.Number, &r.Title, &r.Kind, &r.Grade, &r.Service, &r.Ground, &r.Cell, &r.Place, &r.Handler, &stage, &open, &r.Day,
		&from, &until, &r.KitKind, &r.Kit, &told, &r.Tries, &complaint, &r.Receipt, &served, &ready, &since, &broken)
	r.Stage, r.Open, r.Told, r.Complaint, r.KitBroken = doorstep.Stage(stage), open == 1, told == 1, complaint == 1, broken != 0
	r.From, r.Until, r.ServedAt, r.ReadyAt, r.Since = board.Instant(from), board.Instant(until), board.Instant(served), board.Instant(ready), board.Instant(since)
	return r, err
}

// Counts gives how many open home visits stand at each stage.
func (q *Query) Counts(ctx context.Context, s access.Scope) (map[doorstep.Stage]int, error) {
	in, args, none := seen(s, "d.id", []any{s.Station()})
	if none {
		return nil, nil
	}
	rows, err := q.db.QueryContext(ctx, "select d.stage, count(*) from board_doorstep d where d.station = $1 and d.stage <> 'ended'"+in+" group by d.stage", args...)
	if err != nil {
		return nil, fmt.Errorf("count home visits: %w", err)
	}
	defer rows.Close()
	counts := map[doorstep.Stage]int{}
	for rows.Next() {
		var stage string
		var n int
		if err := rows.Scan(&stage, &n); err != nil {
			return nil, fmt.Errorf("count home visits: %w", err)
		}
		counts[doorstep.Stage(stage)] = n
	}
	return counts, rows.Err()
}

// Day gives the visits agreed for a day (2006-01-02 in Asia/Shanghai), in the order of their windows, those for the whole day first.
// One that was called off or moved away is not among them.
func (q *Query) Day(ctx context.Context, s access.Scope, day string) ([]Visit, error) {
	in, args, none := seen(s, "d.id", []any{s.Station(), day})
	if none {
		return nil, nil
	}
	return board.Ask(ctx, q.db, "list the visits of a day", `select d.id, d.number, d.title, d.kind, d.service, d.cell, d.place, v.what, d.lon, d.lat, v.from_at, v.until_at,
		v.open_from, v.open_until, v.minutes, d.kit_kind, v.kit, v.officer, d.grade, d.handler, v.team, v.state
		from board_doorstep_visit v join board_doorstep d on d.station = v.station and d.id = v.matter
		where v.station = $1 and v.day = $2 and v.state <> 'called_off'`+in+` order by v.from_at, v.id limit 500`,
		args, func(rows *sql.Rows) (v Visit, err error) {
			var from, until, openFrom, openUntil int64
			var officer int
			var grade, team, state string
			err = rows.Scan(&v.Matter, &v.Number, &v.Title, &v.Kind, &v.Service, &v.Cell, &v.Place, &v.For, &v.Lon, &v.Lat, &from, &until, &openFrom, &openUntil,
				&v.Minutes, &v.Kit, &v.KitID, &officer, &grade, &v.Handler, &team, &state)
			if v.For == doorstep.ForCard {
				v.Kit, v.KitID = "", ""
			}
			v.From, v.Until, v.OpenFrom, v.OpenUntil = board.Instant(from), board.Instant(until), board.Instant(openFrom), board.Instant(openUntil)
			v.Officer, v.Urgent = officer == 1, grade == "urgent" || grade == "critical"
			v.Done = state != doorstep.Booked && state != doorstep.UnderWay
			v.With = board.Split(team)
			return v, err
		})
}
