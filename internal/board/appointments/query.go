package appointments

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/store"
	"maplegrid/internal/work/appointment"
)

// Query asks the board; every reader demands a Scope.
type Query struct{ db *sql.DB }

// NewQuery reads from the boards of an engine.
func NewQuery(b store.Boards) *Query { return &Query{b.Read} }

// Taken is what is taken and changed of a window's day.
type Taken struct {
	Changes appointment.Changes
	Holds   []appointment.Hold
}

// Days gives what is taken and changed from a day until another, both included. Days on which nothing happened are not in it. It tells
// nothing of anybody, so that the page of residents may ask it in the scope of the program.
func (q *Query) Days(ctx context.Context, s access.Scope, from, until string) (map[appointment.Place]Taken, error) {
	if s.Station() == "" {
		return nil, nil
	}
	rows, err := q.db.QueryContext(ctx, "select day, win, holds, changes from board_window_day where station = $1 and day >= $2 and day <= $3",
		s.Station(), from, until)
	if err != nil {
		return nil, fmt.Errorf("look for slots: %w", err)
	}
	defer rows.Close()
	days := map[appointment.Place]Taken{}
	for rows.Next() {
		var p appointment.Place
		var holds, changes string
		if err := rows.Scan(&p.On, &p.Window, &holds, &changes); err != nil {
			return nil, fmt.Errorf("look for slots: %w", err)
		}
		t := Taken{Holds: readHolds(holds)}
		if changes != "" {
			if err := json.Unmarshal([]byte(changes), &t.Changes); err != nil {
				return nil, fmt.Errorf("changes of %s: %w", p.Stream(), err)
			}
		}
		days[p] = t
	}
	return days, rows.Err()
}

// Row is one visit in a list.
type Row struct {
	ID        string    `json:"id"`
	Window    string    `json:"window"`
	On        string    `json:"on"`
	Slot      int       `json:"slot"` // minutes after midnight; -1 for a number of the day
	Service   string    `json:"service"`
	Channel   string    `json:"channel"`
	State     string    `json:"state"`
	Ticket    string    `json:"ticket,omitempty"`
	Displaced bool      `json:"displaced,omitempty"`
	Reminded  bool      `json:"reminded,omitempty"`
	Result    string    `json:"result,omitempty"`
	MadeAt    time.Time `json:"made_at"`
}

// Filter narrows a list; empty fields do not.
type Filter struct {
	From, Until string // days
	Window      string
	State       string
	Displaced   bool
}

// Page is a run of rows and the cursor of the next run ("" at the end).
type Page struct {
	Rows []Row  `json:"rows"`
	Next string `json:"next,omitempty"`
}

// List gives visits by day, slot and id.
func (q *Query) List(ctx context.Context, s access.Scope, f Filter, cursor string, limit int) (Page, error) {
	if s.Station() == "" {
		return Page{}, nil
	}
	after, err := places.After(cursor, place{})
	if err != nil {
		return Page{}, err
	}
	text := "select id, win, day, slot, service, channel, state, ticket, displaced, reminded, result, made_at from board_appointment where station = $1 and (day, slot, id) > ($2, $3, $4)"
	args := []any{s.Station(), after.Day, after.Slot, after.ID}
	and := func(cond string, value any) {
		args = append(args, value)
		text += fmt.Sprintf(" and "+cond, len(args))
	}
	if f.From != "" {
		and("day >= $%d", f.From)
	}
	if f.Until != "" {
		and("day <= $%d", f.Until)
	}
	if f.Window != "" {
		and("win = $%d", f.Window)
	}
	if f.State != "" {
		and("state = $%d", f.State)
	}
	if f.Displaced {
		text += " and displaced = 1"
	}
	args = append(args, limit+1)
	text += fmt.Sprintf(" order by day, slot, id limit $%d", len(args))
	list, err := board.Ask(ctx, q.db, "list appointments", text, args, scan)
	if err != nil {
		return Page{}, err
	}
	list, next := board.Cut(places, list, limit, func(r Row) place { return place{r.On, r.Slot, r.ID} })
	return Page{list, next}, nil
}

func scan(rows *sql.Rows) (r Row, err error) {
	var displaced, reminded, made int64
	err = rows.Scan(&r.ID, &r.Window, &r.On, &r.Slot, &r.Service, &r.Channel, &r.State, &r.Ticket, &displaced, &reminded, &r.Result, &made)
	r.Displaced, r.Reminded, r.MadeAt = displaced == 1, reminded == 1, time.UnixMicro(made).UTC()
	return r, err
}

type place struct {
	Day  string `json:"d"`
	Slot int    `json:"s"`
	ID   string `json:"i"`
}

const places = board.Order[place]("appointments")

// One finds a visit.
func (q *Query) One(ctx context.Context, s access.Scope, id string) (Row, bool, error) {
	if s.Station() == "" {
		return Row{}, false, nil
	}
	list, err := board.Ask(ctx, q.db, "find an appointment", `select id, win, day, slot, service, channel, state, ticket, displaced, reminded, result, made_at
		from board_appointment where station = $1 and id = $2`, []any{s.Station(), id}, scan)
	if err != nil || len(list) == 0 {
		return Row{}, false, err
	}
	return list[0], true, nil
}

// Displaced gives those whose slot fell away and who have no other yet, from a day on: the list of those that must be moved.
func (q *Query) Displaced(ctx context.Context, s access.Scope, from string, limit int) ([]Row, error) {
	p, err := q.List(ctx, s, Filter{From: from, Displaced: true}, "", limit)
	return p.Rows, err
}

// Count is what became of the visits of a window over some days.
type Count struct {
	Window string `json:"window"`
	State  string `json:"state"`
	WalkIn bool   `json:"walk_in"`
	N      int    `json:"n"`
}

// Counts sums up what became of visits from a day until another: how many were done, did not come, were called off. Nobody is told apart.
func (q *Query) Counts(ctx context.Context, s access.Scope, from, until string) (list []Count, err error) {
	if s.Station() == "" {
		return nil, nil
	}
	return board.Ask(ctx, q.db, "count appointments", `select win, state, case when slot < 0 then 1 else 0 end as walk_in, count(*) from board_appointment
		where station = $1 and day >= $2 and day <= $3 group by 1, 2, 3 order by 1, 2, 3`,
		[]any{s.Station(), from, until}, func(rows *sql.Rows) (c Count, err error) {
			var walkIn int64
			err = rows.Scan(&c.Window, &c.State, &walkIn, &c.N)
			c.WalkIn = walkIn == 1
			return c, err
		})
}

// ToRemind gives the windows at which somebody has an appointment on a day and was not reminded yet, for the program.
func (q *Query) ToRemind(ctx context.Context, s access.Scope, day string) (list []appointment.Place, err error) {
	if s.Station() == "" {
		return nil, nil
	}
	return board.Ask(ctx, q.db, "look for whom to remind", `select distinct win from board_appointment where station = $1 and day = $2 and state = 'booked'
		and reminded = 0 and displaced = 0 order by win`, []any{s.Station(), day}, func(rows *sql.Rows) (appointment.Place, error) {
		window, err := board.Word(rows)
		return appointment.Place{On: day, Window: window}, err
	})
}

// RemindersDue gives the reminders that are to be told by a day, for the program.
func (q *Query) RemindersDue(ctx context.Context, s access.Scope, day string, limit int) (ids []string, err error) {
	if s.Station() == "" {
		return nil, nil
	}
	return board.Ask(ctx, q.db, "look for reminders", "select id from board_reminder where station = $1 and state = 'open' and due_on <= $2 order by due_on, id limit $3",
		[]any{s.Station(), day, limit}, board.Word)
}
