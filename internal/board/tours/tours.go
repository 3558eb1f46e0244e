// Package tours is the board of the rounds of the days (一日路线): a row for each day that was planned, and one for each team of it with
// how far it has come. The plans themselves are in their streams.
package tours

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/store"
	"maplegrid/internal/work/tour"
)

// Board is the projection.
type Board struct{}

// Name implements board.Board.
func (*Board) Name() string { return "tours" }

// Version implements board.Board.
func (*Board) Version() int { return 1 }

// Tables implements board.Board.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_tour", "board_tour_person"}, []string{
		`create table board_tour (
  station text not null, day text not null, teams bigint not null, stops bigint not null, done bigint not null, missed bigint not null,
  left_out bigint not null, replanned bigint not null, travel bigint not null, closed bigint not null, planned_by text not null,
  primary key (station, day))`,
		`create table board_tour_person (
  station text not null, person text not null, day text not null, team text not null, primary key (station, person, day, team))`,
		"create index board_tour_person_day on board_tour_person (station, day)",
	}
}

// Apply implements board.Board: a day that changed is written anew.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	var days []string
	for _, item := range batch.Items {
		if day, ok := strings.CutPrefix(item.Stream, "tour/"); ok && !slices.Contains(days, day) {
			days = append(days, day)
		}
	}
	for _, day := range days {
		d, err := at(ctx, batch, day)
		if err != nil {
			return err
		}
		if err := write(ctx, batch, d); err != nil {
			return err
		}
	}
	return nil
}

// at folds a day as far as the run at hand goes.
func at(ctx context.Context, batch *board.Batch, day string) (tour.Day, error) {
	events, err := batch.Stream(ctx, tour.Stream(day))
	if err != nil {
		return tour.Day{}, err
	}
	return tour.Fold(events)
}

const columns = "station, day, teams, stops, done, missed, left_out, replanned, travel, closed, planned_by"

func write(ctx context.Context, batch *board.Batch, d tour.Day) error {
	if _, err := batch.Tx.ExecContext(ctx, "delete from board_tour_person where station = $1 and day = $2", batch.Station, d.Day); err != nil {
		return fmt.Errorf("clear who goes out: %w", err)
	}
	stops, done, missed := 0, 0, 0
	var people [][]any
	for _, t := range d.Teams {
		for _, p := range t.People {
			people = append(people, []any{batch.Station, p, d.Day, t.ID})
		}
	}
	for _, t := range d.Laid.Plan.Tours {
		for _, s := range t.Stops {
			stops++
			if m, made := d.Made[s.Visit]; made && m.Missed != "" {
				missed++
			} else if made {
				done++
			}
		}
	}
	row := []any{batch.Station, d.Day, len(d.Teams), stops, done, missed, len(d.Laid.Plan.Left), len(d.Changes), int64(d.Laid.Plan.Travel().Seconds()),
		board.Flag(!d.ClosedAt.IsZero()), d.By}
	for _, w := range []struct {
		table, columns, tail string
		rows                 [][]any
	}{{"board_tour", columns, store.Upsert(columns, "station", "day"), [][]any{row}}, {"board_tour_person", "station, person, day, team", "", people}} {
		if err := store.Insert(ctx, batch.Tx, w.table, w.columns, w.tail, w.rows); err != nil {
			return err
		}
	}
	return nil
}

// Query asks the board; every reader demands a Scope.
type Query struct{ db *sql.DB }

// NewQuery reads from the boards of an engine.
func NewQuery(b store.Boards) *Query { return &Query{b.Read} }

const places = board.Order[string]("rounds")

// Row is one day in the list.
type Row struct {
	Day       string `json:"day"`
	Teams     int    `json:"teams"`
	Stops     int    `json:"stops"`
	Done      int    `json:"done"`
	Missed    int    `json:"missed"`
	Left      int    `json:"left"`
	Replanned int    `json:"replanned"`
	Minutes   int    `json:"minutes"` // on the road, all teams
	Closed    bool   `json:"closed"`
	By        string `json:"by"`
}

// Days gives the days that were planned, the latest first, and the cursor of the next run ("" at the end): all of them to who sees the
// whole station, to others those on which they go out themselves. That somebody may read rounds at all is the policy's to say.
func (q *Query) Days(ctx context.Context, s access.Scope, cursor string, limit int) ([]Row, string, error) {
	if s.Station() == "" {
		return nil, "", nil
	}
	before, err := places.After(cursor, "9999-12-31")
	if err != nil {
		return nil, "", err
	}
	// Who does not see the whole station goes by the days of their own, which have an index.
	text := "select t.day, t.teams, t.stops, t.done, t.missed, t.left_out, t.replanned, t.travel, t.closed, t.planned_by from board_tour t "
	args := []any{s.Station(), before, limit + 1}
	if s.Whole() {
		text += "where t.station = $1 and t.day < $2 order by t.day desc limit $3"
	} else {
		text += `join (select distinct day from board_tour_person where station = $1 and person = $4 and day < $2 order by day desc limit $3) p on p.day = t.day
			where t.station = $1 order by t.day desc limit $3`
		args = append(args, s.Person())
	}
	list, err := board.Ask(ctx, q.db, "list rounds", text, args, func(rows *sql.Rows) (r Row, err error) {
		var travel, closed int
		err = rows.Scan(&r.Day, &r.Teams, &r.Stops, &r.Done, &r.Missed, &r.Left, &r.Replanned, &travel, &closed, &r.By)
		r.Minutes, r.Closed = travel/60, closed == 1
		return r, err
	})
	if err != nil {
		return nil, "", err
	}
	list, next := board.Cut(places, list, limit, func(r Row) string { return r.Day })
	return list, next, nil
}

// Mine gives the teams somebody goes out with on a day.
func (q *Query) Mine(ctx context.Context, s access.Scope, day string) (teams []string, err error) {
	if s.Station() == "" || s.Person() == "" {
		return nil, nil
	}
	return board.Ask(ctx, q.db, "list own rounds", "select team from board_tour_person where station = $1 and person = $2 and day = $3 order by team",
		[]any{s.Station(), s.Person(), day}, board.Word)
}
