// Package meetings is the board of what is set for a day: sessions of disputes (调解会) that were planned, and joint conferences
// (联席会议). What was said at them is in their streams.
package meetings

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/store"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// Board is the projection.
type Board struct{}

// Name implements board.Board.
func (*Board) Name() string { return "meetings" }

// Version implements board.Board.
func (*Board) Version() int { return 2 }

// Tables implements board.Board.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_session_set", "board_session_seat", "board_conference"}, []string{
		`create table board_session_set (
  station text not null, id text not null, matter text not null, at bigint not null, place text not null, planned bigint not null,
  primary key (station, id))`,
		`create table board_session_seat (
  station text not null, person text not null, at bigint not null, id text not null, primary key (station, person, at, id))`,
		`create table board_conference (
  station text not null, id text not null, at bigint not null, place text not null, agenda bigint not null, decisions bigint not null,
  closed_at bigint not null, people text not null, primary key (station, id))`,
		"create index board_conference_at on board_conference (station, at, id)",
	}
}

// Apply implements board.Board. A session set is a fact of its own event: nothing of the dispute around it is needed.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	var conferences []string
	for _, item := range batch.Items {
		if id, ok := strings.CutPrefix(item.Stream, "conference/"); ok {
			if !slices.Contains(conferences, id) {
				conferences = append(conferences, id)
			}
			continue
		}
		if err := session(ctx, batch, item); err != nil {
			return err
		}
	}
	var rows [][]any
	for _, id := range conferences {
		c, err := conference(ctx, batch, id)
		if err != nil {
			return err
		}
		rows = append(rows, []any{batch.Station, c.ID, board.Micros(c.At), c.Place, len(c.Agenda), len(c.Decisions), board.Micros(c.ClosedAt), "|" + strings.Join(c.People, "|") + "|"})
	}
	const columns = "station, id, at, place, agenda, decisions, closed_at, people"
	return store.Insert(ctx, batch.Tx, "board_conference", columns, store.Upsert(columns, "station", "id"), rows)
}

func session(ctx context.Context, batch *board.Batch, item board.Item) error {
	id := ""
	switch e := item.Payload.(type) {
	case dispute.SessionPlanned:
		if err := store.Insert(ctx, batch.Tx, "board_session_set", "station, id, matter, at, place, planned", "",
			[][]any{{batch.Station, e.Session, strings.TrimPrefix(item.Stream, "matter/"), board.Micros(e.At), e.Place, 1}}); err != nil {
			return err
		}
		var seats [][]any
		for _, p := range people(e) {
			seats = append(seats, []any{batch.Station, p, board.Micros(e.At), e.Session})
		}
		return store.Insert(ctx, batch.Tx, "board_session_seat", "station, person, at, id", "", seats)
	case matter.Forgotten:
		if _, err := batch.Tx.ExecContext(ctx, "update board_session_set set place = '' where station = $1 and matter = $2", batch.Station, strings.TrimPrefix(item.Stream, "matter/")); err != nil {
			return fmt.Errorf("forget where was met: %w", err)
		}
		return nil
	case dispute.SessionCancelled:
		id = e.Session
	case dispute.SessionHeld:
		id = e.Session
	default:
		return nil
	}
	_, err := batch.Tx.ExecContext(ctx, "update board_session_set set planned = 0 where station = $1 and id = $2", batch.Station, id)
	if err != nil {
		return fmt.Errorf("session is over: %w", err)
	}
	return nil
}

// people are those who are to be there, each once.
func people(e dispute.SessionPlanned) (list []string) {
	for _, p := range append([]string{e.Preside}, e.With...) {
		if p != "" && !slices.Contains(list, p) {
			list = append(list, p)
		}
	}
	return list
}

// conference folds a conference as far as the run at hand goes.
func conference(ctx context.Context, batch *board.Batch, id string) (dispute.Conference, error) {
	events, err := batch.Stream(ctx, dispute.ConferenceStream(id))
	if err != nil {
		return dispute.Conference{}, err
	}
	return dispute.FoldConference(events)
}

// Query asks the board; every reader demands a Scope.
type Query struct{ db *sql.DB }

// NewQuery reads from the boards of an engine.
func NewQuery(b store.Boards) *Query { return &Query{b.Read} }

// Session is a meeting of a dispute that is set.
type Session struct {
	ID, Matter, Place string
	At                time.Time
}

// Mine gives the sessions somebody is to be at, from an instant to another, the earliest first. Whose dispute it is the reader may see
// is for the page to ask: who presides over a session takes part in its dispute.
func (q *Query) Mine(ctx context.Context, s access.Scope, from, until time.Time, limit int) ([]Session, error) {
	if s.Station() == "" || s.Person() == "" {
		return nil, nil
	}
	return board.Ask(ctx, q.db, "list sessions", `select x.id, x.matter, x.at, x.place from board_session_seat p
		join board_session_set x on x.station = p.station and x.id = p.id
		where p.station = $1 and p.person = $2 and p.at >= $3 and p.at < $4 and x.planned = 1 order by p.at, p.id limit $5`,
		[]any{s.Station(), s.Person(), board.Micros(from), board.Micros(until), limit}, func(rows *sql.Rows) (x Session, err error) {
			var at int64
			err = rows.Scan(&x.ID, &x.Matter, &at, &x.Place)
			x.At = time.UnixMicro(at).UTC()
			return x, err
		})
}

// Conference is a joint conference in a list.
type Conference struct {
	ID, Place         string
	At                time.Time
	Agenda, Decisions int
	Closed            bool
}

// Conferences gives the joint conferences of a station, the latest first, and the cursor of the next run ("" at the end): all of them
// to who sees the whole station, to others those they were called to. That somebody may read of conferences at all is the policy's to say.
func (q *Query) Conferences(ctx context.Context, s access.Scope, cursor string, limit int) ([]Conference, string, error) {
	if s.Station() == "" {
		return nil, "", nil
	}
	from, err := places.After(cursor, board.ByTime{At: 1 << 62})
	if err != nil {
		return nil, "", err
	}
	args := []any{s.Station(), from.At, from.ID, limit + 1, board.Flag(s.Whole()), "%|" + s.Person() + "|%"}
	list, err := board.Ask(ctx, q.db, "list conferences", `select id, at, place, agenda, decisions, closed_at from board_conference
		where station = $1 and (at, id) < ($2, $3) and ($5 = 1 or people like $6) order by at desc, id desc limit $4`,
		args, func(rows *sql.Rows) (c Conference, err error) {
			var at, closed int64
			err = rows.Scan(&c.ID, &at, &c.Place, &c.Agenda, &c.Decisions, &closed)
			c.At, c.Closed = time.UnixMicro(at).UTC(), closed != 0
			return c, err
		})
	if err != nil {
		return nil, "", err
	}
	list, next := board.Cut(places, list, limit, func(c Conference) board.ByTime { return board.ByTime{At: c.At.UnixMicro(), ID: c.ID} })
	return list, next, nil
}

const places = board.Order[board.ByTime]("conferences")
