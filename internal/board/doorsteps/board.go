package doorsteps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"maplegrid/internal/board"
	"maplegrid/internal/store"
	"maplegrid/internal/work"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/matter"
)

// Board is the projection. Is tells whether a kind of a station is done at people's doors.
type Board struct {
	Is func(ctx context.Context, station, kind string) (bool, error)

	known map[string]map[string]bool // by station: the home visits there are
}

// Name implements board.Board.
func (*Board) Name() string { return "doorsteps" }

// Version implements board.Board.
func (*Board) Version() int { return 1 }

// Forget drops what is kept in memory.
func (b *Board) Forget() { b.known = nil }

// Tables implements board.Board.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_doorstep", "board_doorstep_sight", "board_doorstep_visit", "board_kit", "board_kit_booking"}, []string{
		`create table board_doorstep (
  station text not null, id text not null, number text not null, title text not null, kind text not null, grade text not null,
  service text not null, ground text not null, cell text not null, place text not null, lon double precision not null, lat double precision not null,
  handler text not null, stage text not null, is_open bigint not null, day text not null, from_at bigint not null, until_at bigint not null,
  kit_kind text not null, kit text not null, told bigint not null, tries bigint not null, complaint bigint not null,
  receipt text not null, served_at bigint not null, ready_at bigint not null, since bigint not null, primary key (station, id))`,
		"create index board_doorstep_stage on board_doorstep (station, stage, since, id)",
		"create index board_doorstep_day on board_doorstep (station, is_open, day, from_at, id)",
		"create index board_doorstep_complaint on board_doorstep (station, complaint, since, id)",
		`create table board_doorstep_sight (
  station text not null, who text not null, id text not null, primary key (station, id, who))`,
		"create index board_doorstep_sight_who on board_doorstep_sight (station, who, id)",
		`create table board_doorstep_visit (
  station text not null, id text not null, matter text not null, what text not null, day text not null, from_at bigint not null,
  until_at bigint not null, open_from bigint not null, open_until bigint not null, minutes bigint not null, kit text not null,
  officer bigint not null, team text not null, state text not null, primary key (station, id))`,
		"create index board_doorstep_visit_day on board_doorstep_visit (station, day, from_at, id)",
		"create index board_doorstep_visit_matter on board_doorstep_visit (station, matter)",
		`create table board_kit (
  station text not null, id text not null, kind text not null, name text not null, home text not null, holder text not null,
  out_at bigint not null, due_at bigint not null, charge bigint not null, charged_at bigint not null, lacks text not null,
  broken_at bigint not null, retired bigint not null, loan text not null, loan_from bigint not null, loan_until bigint not null,
  primary key (station, id))`,
		`create table board_kit_booking (
  station text not null, id text not null, kit text not null, matter text not null, purpose text not null, from_at bigint not null,
  until_at bigint not null, person text not null, state text not null, primary key (station, id))`,
		"create index board_kit_booking_kit on board_kit_booking (station, kit, until_at, from_at, id)",
	}
}

const (
	columns = "station, id, number, title, kind, grade, service, ground, cell, place, lon, lat, handler, stage, is_open, day, from_at, until_at, " +
		"kit_kind, kit, told, tries, complaint, receipt, served_at, ready_at, since"
	visitColumns = "station, id, matter, what, day, from_at, until_at, open_from, open_until, minutes, kit, officer, team, state"
	kitColumns   = "station, id, kind, name, home, holder, out_at, due_at, charge, charged_at, lacks, broken_at, retired, loan, loan_from, loan_until"
	bookColumns  = "station, id, kit, matter, purpose, from_at, until_at, person, state"
)

var (
	upsert      = store.Upsert(columns, "station", "id")
	upsertVisit = store.Upsert(visitColumns, "station", "id")
	upsertKit   = store.Upsert(kitColumns, "station", "id")
	upsertBook  = store.Upsert(bookColumns, "station", "id")
)

// Apply implements board.Board: every home visit and every kit that the run touched is folded once, as far as the run goes.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	var doors, kits []string
	for _, item := range batch.Items {
		if id, ok := strings.CutPrefix(item.Stream, "matter/"); ok {
			is, err := b.isDoor(ctx, batch, id, item.Payload)
			if err != nil {
				return err
			}
			if is && !slices.Contains(doors, id) {
				doors = append(doors, id)
			}
		}
		if id, ok := strings.CutPrefix(item.Stream, "kit/"); ok && !slices.Contains(kits, id) {
			kits = append(kits, id)
		}
	}
	if err := b.doors(ctx, batch, doors); err != nil {
		return err
	}
	return b.kits(ctx, batch, kits)
}

// isDoor tells whether a matter is a home visit: asked at its opening, remembered from then on.
func (b *Board) isDoor(ctx context.Context, batch *board.Batch, id string, v work.Event) (bool, error) {
	if b.known == nil {
		b.known = map[string]map[string]bool{}
	}
	known := b.known[batch.Station]
	if known == nil {
		known = map[string]bool{}
		ids, err := board.Ask(ctx, batch.Tx, "list home visits", "select id from board_doorstep where station = $1", []any{batch.Station}, board.Word)
		if err != nil {
			return false, err
		}
		for _, one := range ids {
			known[one] = true
		}
		b.known[batch.Station] = known
	}
	if e, ok := v.(matter.Opened); ok {
		is, err := b.Is(ctx, batch.Station, e.Kind)
		if err != nil || !is {
			return false, err
		}
		known[id] = true
	}
	return known[id], nil
}

func (b *Board) doors(ctx context.Context, batch *board.Batch, ids []string) error {
	var rows, visits, sights [][]any
	for _, id := range ids {
		events, err := batch.Stream(ctx, matter.Stream(id))
		if err != nil {
			return err
		}
		d, err := doorstep.Fold(events)
		if err != nil {
			return err
		}
		rows = append(rows, row(batch.Station, d))
		for i := range d.Visits {
			visits = append(visits, visitRow(batch.Station, d, &d.Visits[i]))
		}
		if _, err := batch.Tx.ExecContext(ctx, "delete from board_doorstep_sight where station = $1 and id = $2", batch.Station, id); err != nil {
			return fmt.Errorf("clear who sees home visit %s: %w", id, err)
		}
		for _, who := range sight(d) {
			sights = append(sights, []any{batch.Station, who, id})
		}
	}
	if err := store.Insert(ctx, batch.Tx, "board_doorstep", columns, upsert, rows); err != nil {
		return err
	}
	if err := store.Insert(ctx, batch.Tx, "board_doorstep_visit", visitColumns, upsertVisit, visits); err != nil {
		return err
	}
	return store.Insert(ctx, batch.Tx, "board_doorstep_sight", "station, who, id", "", sights)
}

// sight lists who sees a home visit: the cells of its matter ("c/…") and those who take part ("p/…"), each once.
func sight(d *doorstep.Doorstep) (list []string) {
	list = board.SeenBy(d.Cells(), d.People())
	slices.Sort(list)
	return slices.Compact(list)
}

func row(station string, d *doorstep.Doorstep) []any {
	kitKind, ground, told := "", d.Extra["why_home"], false
	if p := d.Plan; p != nil {
		kitKind, ground, told = p.Kit, p.Ground, p.ToldTo != ""
	}
	day, kit := "", ""
	var from, until, since int64
	since = board.Micros(d.OpenedAt)
	if v := d.Current(); v != nil {
		day, kit, from, until = v.On, v.Kit, board.Micros(v.From), board.Micros(v.Until)
	}
	stage := d.Stage()
	switch stage {
	case doorstep.Waiting, doorstep.Completed:
		since = board.Micros(d.ServedAt)
	case doorstep.ToBring:
		since = board.Micros(d.ReadyAt)
	case doorstep.ThirdTry:
		since = board.Micros(d.Visits[len(d.Visits)-1].EndedAt)
	}
	complaint := slices.ContainsFunc(d.Heard, func(h doorstep.Heard) bool { return h.What == "complaint" && h.AnsweredAt.IsZero() })
	return []any{station, d.ID, d.Number, d.Title, d.Kind, d.Grade, d.Service(), ground, d.Cell, d.Place, d.Lon, d.Lat, d.Handler, string(stage),
		board.Flag(d.IsOpen()), day, from, until, kitKind, kit, board.Flag(told), len(d.Tries()), board.Flag(complaint), d.Receipt,
		board.Micros(d.ServedAt), board.Micros(d.ReadyAt), since}
}

func visitRow(station string, d *doorstep.Doorstep, v *doorstep.Visit) []any {
	minutes, officer := cardMinutes, false
	var openFrom, openUntil int64
	if p := d.Plan; p != nil {
		from, until := p.Opens(v.On)
		openFrom, openUntil = board.Micros(from), board.Micros(until)
		if v.For == doorstep.ForService {
			minutes, officer = p.Minutes, p.Officer
		}
	}
	return []any{station, v.ID, d.ID, v.For, v.On, board.Micros(v.From), board.Micros(v.Until), openFrom, openUntil, minutes, v.Kit, board.Flag(officer),
		strings.Join(v.With, ","), v.State}
}

// cardMinutes is how long it takes to hand a card over.
const cardMinutes = 5

func (b *Board) kits(ctx context.Context, batch *board.Batch, ids []string) error {
	var rows, books [][]any
	for _, id := range ids {
		events, err := batch.Stream(ctx, doorstep.KitStream(id))
		if err != nil {
			return err
		}
		k, err := doorstep.FoldKit(events)
		if err != nil {
			return err
		}
		rows = append(rows, kitRow(batch.Station, k))
		for i := range k.Bookings {
			x := &k.Bookings[i]
			books = append(books, []any{batch.Station, x.ID, k.ID, x.Matter, x.Purpose, board.Micros(x.From), board.Micros(x.Until), x.By, x.State})
		}
	}
	if err := store.Insert(ctx, batch.Tx, "board_kit", kitColumns, upsertKit, rows); err != nil {
		return err
	}
	return store.Insert(ctx, batch.Tx, "board_kit_booking", bookColumns, upsertBook, books)
}

func kitRow(station string, k *doorstep.Kit) []any {
	holder, loan := "", ""
	var out, due, broken, from, until int64
	if k.Out != nil {
		holder, out, due = k.Out.To, board.Micros(k.Out.Since), board.Micros(k.Out.Due)
	}
	if k.Broken != nil {
		broken = board.Micros(k.Broken.At)
	}
	if n := len(k.Loans); n > 0 {
		l := k.Loans[n-1]
		loan, from, until = l.State, board.Micros(l.From), board.Micros(l.Until)
	}
	return []any{station, k.ID, k.Kind, k.Name, k.Home, holder, out, due, k.Charge, board.Micros(k.ChargedAt), strings.Join(k.Lacks, "、"), broken,
		board.Flag(!k.RetiredAt.IsZero()), loan, from, until}
}
