package doorsteps

import (
	"context"
	"database/sql"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
)

// Kit is a portable kit in a list: where it is, how full, free when.
type Kit struct {
	ID, Kind, Name, Home string
	Holder               string // who has it; "" when it lies where it belongs
	OutAt, DueAt         time.Time
	Charge               int
	ChargedAt            time.Time
	Lacks                string
	BrokenAt             time.Time
	Retired              bool
	Loan                 string // state of the last loan, of a kit of the county unit
	LoanFrom, LoanUntil  time.Time
	Bookings             []Booking // those not over yet, the earliest first
}

// Overdue tells whether it should have been returned.
func (k *Kit) Overdue(now time.Time) bool { return !k.DueAt.IsZero() && now.After(k.DueAt) }

// FreeFrom is from when on nobody has booked it at an instant; the instant itself when it is free then.
func (k *Kit) FreeFrom(at time.Time) time.Time {
	for _, b := range k.Bookings {
		if !b.From.After(at) && b.Until.After(at) {
			at = b.Until
		}
	}
	return at
}

// Booking is a time for which a kit is taken. Matter is empty where the reader may not see whose it is.
type Booking struct {
	ID, Kit, Matter, Purpose string
	From, Until              time.Time
	Person                   string
	State                    string
}

// Kits gives the kits of a station that are in use, each with what is booked from an instant on. That somebody may read of kits at all
// is the policy's to say; whose visits they are booked for is for the scope.
func (q *Query) Kits(ctx context.Context, s access.Scope, now time.Time) ([]Kit, error) {
	if s.Station() == "" {
		return nil, nil
	}
	list, err := board.Ask(ctx, q.db, "list kits", `select id, kind, name, home, holder, out_at, due_at, charge, charged_at, lacks, broken_at, retired, loan, loan_from, loan_until
		from board_kit where station = $1 and retired = 0 order by home desc, kind, name, id limit 500`,
		[]any{s.Station()}, func(rows *sql.Rows) (k Kit, err error) {
			var out, due, charged, broken, from, until int64
			var retired int
			err = rows.Scan(&k.ID, &k.Kind, &k.Name, &k.Home, &k.Holder, &out, &due, &k.Charge, &charged, &k.Lacks, &broken, &retired, &k.Loan, &from, &until)
			k.OutAt, k.DueAt, k.ChargedAt, k.BrokenAt, k.LoanFrom, k.LoanUntil = board.Instant(out), board.Instant(due), board.Instant(charged), board.Instant(broken), board.Instant(from), board.Instant(until)
			k.Retired = retired == 1
			return k, err
		})
	if err != nil {
		return nil, err
	}
	at := map[string]int{}
	for i, k := range list {
		at[k.ID] = i
	}
	books, err := q.bookings(ctx, s, now)
	for _, b := range books {
		if i, ok := at[b.Kit]; ok {
			list[i].Bookings = append(list[i].Bookings, b)
		}
	}
	return list, err
}

func (q *Query) bookings(ctx context.Context, s access.Scope, now time.Time) ([]Booking, error) {
	in, args, none := seen(s, "b.matter", []any{s.Station(), now.UnixMicro()})
	hides := "1 = 1" + in
	if none {
		hides = "1 = 0"
	}
	return board.Ask(ctx, q.db, "list bookings of kits", `select b.id, b.kit, case when `+hides+` then b.matter else '' end, b.purpose, b.from_at, b.until_at, b.person, b.state
		from board_kit_booking b where b.station = $1 and b.until_at > $2 and b.state in ('booked', 'out') order by b.from_at, b.id limit 1000`,
		args, func(rows *sql.Rows) (b Booking, err error) {
			var from, until int64
			err = rows.Scan(&b.ID, &b.Kit, &b.Matter, &b.Purpose, &from, &until, &b.Person, &b.State)
			b.From, b.Until = board.Instant(from), board.Instant(until)
			return b, err
		})
}
