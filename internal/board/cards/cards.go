// Package cards is the board of contact cards (警民连心卡) and of the households (户) they are carried to: what was printed, what was
// given, which addresses have no card, and who asked to be called back. What came through the cards of a person is not counted: it
// would be a score (law-and-standards 21.7).
package cards

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"maplegrid/internal/board"
	"maplegrid/internal/store"
	"maplegrid/internal/work/card"
	"maplegrid/internal/work/report"
)

// Board is the projection.
type Board struct{}

// Name implements board.Board.
func (*Board) Name() string { return "cards" }

// Version implements board.Board.
func (*Board) Version() int { return 1 }

// Tables implements board.Board.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_card_batch", "board_card", "board_household", "board_household_cell", "board_household_twice", "board_card_asked"}, []string{
		`create table board_card_batch (
  station text not null, id text not null, cell text not null, person text not null, badge_only bigint not null, office_phone text not null,
  duty_phone text not null, hours text not null, at bigint not null, made_by text not null, cards bigint not null, given bigint not null,
  gone bigint not null, primary key (station, id))`,
		"create index board_card_batch_at on board_card_batch (station, at, id)",
		"create index board_card_batch_cell on board_card_batch (station, cell, at, id)",
		`create table board_card (
  station text not null, code text not null, batch text not null, cell text not null, state text not null, household text not null,
  matter text not null, given_at bigint not null, given_by text not null, reason text not null, primary key (station, code))`,
		"create index board_card_batch_code on board_card (station, batch, code)",
		"create index board_card_household on board_card (station, household, state)",
		`create table board_household (
  station text not null, id text not null, cell text not null, label text not null, address text not null, living bigint not null,
  retired bigint not null, cards bigint not null, ever bigint not null, version bigint not null, primary key (station, id))`,
		"create index board_household_cell_at on board_household (station, cell, retired, ever, label, id)",
		"create index board_household_address on board_household (station, address, retired)",
		`create table board_household_cell (
  station text not null, cell text not null, households bigint not null, carded bigint not null, ever bigint not null, primary key (station, cell))`,
		`create table board_household_twice (
  station text not null, address text not null, cells bigint not null, households bigint not null, primary key (station, address))`,
		`create table board_card_asked (
  station text not null, report text not null, code text not null, batch text not null, about text not null, cell text not null,
  person text not null, at bigint not null, due bigint not null, done_at bigint not null, tries bigint not null, primary key (station, report))`,
		"create index board_card_asked_due on board_card_asked (station, cell, done_at, due, report)",
	}
}

// touched is what one run of events changed, so that its sums are made anew once.
type touched struct{ batches, households, addresses map[string]bool }

// Apply implements board.Board. What was sent is applied event by event; sums are then made of the few rows they are about.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	t := touched{map[string]bool{}, map[string]bool{}, map[string]bool{}}
	for _, item := range batch.Items {
		if err := b.one(ctx, batch, item, t); err != nil {
			return fmt.Errorf("%s: %w", item.Kind, err)
		}
	}
	return b.sum(ctx, batch, t)
}

func (b *Board) one(ctx context.Context, batch *board.Batch, item board.Item, t touched) error {
	at := board.Micros(item.HappenedAt)
	_, id, _ := strings.Cut(item.Stream, "/")
	do := func(text string, args ...any) error {
		_, err := batch.Tx.ExecContext(ctx, text, append([]any{batch.Station}, args...)...)
		return err
	}
	switch e := item.Payload.(type) {
	case card.CardsPrinted:
		return printed(ctx, batch, e, at, item.Actor)
	case card.CardGiven:
		t.batches[id], t.households[e.Household] = true, true
		return do("update board_card set state = 'given', household = $3, matter = $4, given_at = $5, given_by = $6 where station = $1 and code = $2",
			e.Code, e.Household, e.Matter, at, item.Actor)
	case card.CardWithdrawn:
		t.batches[id] = true
		var was string
		if err := batch.Tx.Scan(ctx, "select household from board_card where station = $1 and code = $2", []any{batch.Station, e.Code}, &was); err != nil {
			return err
		}
		t.households[was] = true
		return do("update board_card set state = 'withdrawn', reason = $3 where station = $1 and code = $2", e.Code, e.Reason)
	case card.CardAsked:
		return do(`insert into board_card_asked (station, report, code, batch, about, cell, person, at, due, done_at, tries) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, 0)`,
			e.Report, e.Code, id, e.About, e.Cell, e.To, at, board.Micros(e.Due))
	case card.CardCalled:
		if e.Result == card.Reached {
			return do("update board_card_asked set tries = tries + 1, done_at = $3 where station = $1 and report = $2 and done_at = 0", e.Report, at)
		}
		return do("update board_card_asked set tries = tries + 1 where station = $1 and report = $2", e.Report)
	case report.TriagedInto, report.WithdrawnWith:
		return do("update board_card_asked set done_at = $3 where station = $1 and report = $2 and done_at = 0", id, at)
	case report.ReopenAsked:
		return do("update board_card_asked set done_at = 0 where station = $1 and report = $2", id)
	case card.HouseholdSet:
		return b.set(ctx, batch, e, item.Version, t)
	case card.HouseholdRetired:
		t.households[id] = true
		return do("update board_household set retired = 1, version = $3 where station = $1 and id = $2", id, item.Version)
	}
	return nil
}

const (
	batchColumns = "station, id, cell, person, badge_only, office_phone, duty_phone, hours, at, made_by, cards, given, gone"
	cardColumns  = "station, code, batch, cell, state, household, matter, given_at, given_by, reason"
	houseColumns = "station, id, cell, label, address, living, retired, cards, ever, version"
)

func printed(ctx context.Context, batch *board.Batch, e card.CardsPrinted, at int64, by string) error {
	var rows [][]any
	for _, code := range e.Codes {
		rows = append(rows, []any{batch.Station, code, e.ID, e.Cell, string(card.Printed), "", "", 0, "", ""})
	}
	if err := store.Insert(ctx, batch.Tx, "board_card", cardColumns, "", rows); err != nil {
		return err
	}
	return store.Insert(ctx, batch.Tx, "board_card_batch", batchColumns, "", [][]any{{batch.Station, e.ID, e.Cell, e.Person, board.Flag(e.BadgeOnly), e.OfficePhone,
		e.DutyPhone, e.Hours, at, by, len(e.Codes), 0, 0}})
}

// set keeps a household as it is said to be. The address and cell it had before are summed anew too.
func (b *Board) set(ctx context.Context, batch *board.Batch, e card.HouseholdSet, version int, t touched) error {
	t.households[e.ID], t.addresses[e.Key] = true, true
	if version > 1 {
		var cell, address string
		if err := batch.Tx.Scan(ctx, "select cell, address from board_household where station = $1 and id = $2", []any{batch.Station, e.ID}, &cell, &address); err != nil {
			return err
		}
		t.addresses[address] = true
		if cell != e.Cell { // the row is about to leave that cell: its sum is made of those that stay
			t.households["cell:"+cell] = true
		}
	}
	const keep = " on conflict (station, id) do update set cell = excluded.cell, label = excluded.label, address = excluded.address, living = excluded.living, retired = 0, version = excluded.version"
	return store.Insert(ctx, batch.Tx, "board_household", houseColumns, keep, [][]any{{batch.Station, e.ID, e.Cell, e.Label, e.Key, e.Living, 0, 0, 0, version}})
}

// sum makes anew what follows from the rows that changed: how many of a batch were given, whether a household has a card, how far a
// cell has come, which addresses stand in two cells.
func (b *Board) sum(ctx context.Context, batch *board.Batch, t touched) error {
	do := func(text string, arg string) error {
		_, err := batch.Tx.ExecContext(ctx, text, batch.Station, arg)
		return err
	}
	for _, id := range keys(t.batches) {
		if err := do(`update board_card_batch set
			given = (select count(*) from board_card c where c.station = $1 and c.batch = $2 and c.state = 'given'),
			gone = (select count(*) from board_card c where c.station = $1 and c.batch = $2 and c.state = 'withdrawn')
			where station = $1 and id = $2`, id); err != nil {
			return err
		}
	}
	cells := map[string]bool{}
	for _, id := range keys(t.households) {
		if cell, ok := strings.CutPrefix(id, "cell:"); ok {
			cells[cell] = true
			continue
		}
		if id == "" { // given to who was met at a visit
			continue
		}
		if err := do(`update board_household set
			cards = (select count(*) from board_card c where c.station = $1 and c.household = $2 and c.state = 'given'),
			ever = (select count(*) from board_card c where c.station = $1 and c.household = $2)
			where station = $1 and id = $2`, id); err != nil {
			return err
		}
		var cell, address string
		if err := batch.Tx.Scan(ctx, "select cell, address from board_household where station = $1 and id = $2", []any{batch.Station, id}, &cell, &address); err != nil {
			return err
		}
		cells[cell], t.addresses[address] = true, true
	}
	for _, cell := range keys(cells) {
		if err := do("delete from board_household_cell where station = $1 and cell = $2", cell); err != nil {
			return err
		}
		if err := do(`insert into board_household_cell (station, cell, households, carded, ever)
			select $1, $2, count(*), count(case when cards > 0 then 1 end), count(case when ever > 0 then 1 end)
			from board_household where station = $1 and cell = $2 and retired = 0`, cell); err != nil {
			return err
		}
	}
	for _, address := range keys(t.addresses) {
		if err := do("delete from board_household_twice where station = $1 and address = $2", address); err != nil {
			return err
		}
		if err := do(`insert into board_household_twice (station, address, cells, households)
			select $1, $2, count(distinct cell), count(*) from board_household where station = $1 and address = $2 and retired = 0 having count(distinct cell) > 1`, address); err != nil {
			return err
		}
	}
	return nil
}

func keys(m map[string]bool) []string {
	list := make([]string, 0, len(m))
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}
