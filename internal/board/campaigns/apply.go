// Package campaigns is the board of campaigns (专项活动、走访检查): how far each is, and which faults are still open.
package campaigns

import (
	"context"
	"fmt"
	"strings"

	"maplegrid/internal/board"
	"maplegrid/internal/store"
	"maplegrid/internal/work/campaign"
)

// Board is the projection.
type Board struct{}

// Name implements board.Board.
func (*Board) Name() string { return "campaigns" }

// Version implements board.Board.
func (*Board) Version() int { return 1 }

// Tables implements board.Board.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_campaign", "board_campaign_sight", "board_campaign_place", "board_campaign_fault"}, []string{
		`create table board_campaign (
  station text not null, id text not null, plan text not null, title text not null, checklist text not null, inspection bigint not null,
  from_on text not null, until_on text not null, started_at bigint not null, closed_at bigint not null, running bigint not null,
  places bigint not null, checked bigint not null, faults bigint not null, open bigint not null,
  primary key (station, id))`,
		"create index board_campaign_until on board_campaign (station, running, until_on, id)",
		"create index board_campaign_plan on board_campaign (station, plan, from_on, id)",
		"create table board_campaign_sight (station text not null, who text not null, id text not null, primary key (station, who, id))",
		"create index board_campaign_sight_id on board_campaign_sight (station, id)",
		`create table board_campaign_place (
  station text not null, firm text not null, id text not null, cell text not null, state text not null, at bigint not null, faults bigint not null,
  primary key (station, firm, id))`,
		`create table board_campaign_fault (
  station text not null, fault text not null, id text not null, firm text not null, cell text not null, question text not null,
  due_on text not null, state text not null, is_open bigint not null, matter text not null, words text not null,
  primary key (station, fault))`,
		"create index board_campaign_fault_due on board_campaign_fault (station, is_open, due_on, fault)",
		"create index board_campaign_fault_firm on board_campaign_fault (station, firm)",
		"create index board_campaign_fault_matter on board_campaign_fault (station, matter)",
	}
}

const (
	columns      = "station, id, plan, title, checklist, inspection, from_on, until_on, started_at, closed_at, running, places, checked, faults, open"
	placeColumns = "station, firm, id, cell, state, at, faults"
	faultColumns = "station, fault, id, firm, cell, question, due_on, state, is_open, matter, words"
)

var (
	upsert      = store.Upsert(columns, "station", "id")
	upsertPlace = store.Upsert(placeColumns, "station", "firm", "id")
	upsertFault = store.Upsert(faultColumns, "station", "fault")
)

// Apply implements board.Board. Of a campaign only the places and faults that the run's events speak of are written again.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	touched := map[string]map[string]bool{}
	var order []string
	for _, item := range batch.Items {
		id, ok := strings.CutPrefix(item.Stream, "campaign/")
		if !ok {
			continue
		}
		if touched[id] == nil {
			touched[id], order = map[string]bool{}, append(order, id)
		}
		for _, x := range spoken(item.Payload) {
			touched[id][x] = true
		}
	}
	var rows, places, faults [][]any
	for _, id := range order {
		c, err := fold(ctx, batch, id)
		if err != nil {
			return err
		}
		rows = append(rows, row(batch.Station, c))
		if touched[id][whole] {
			if err := sight(ctx, batch, c); err != nil {
				return err
			}
		}
		for i := range c.Places {
			if p := &c.Places[i]; touched[id][whole] || touched[id][p.Firm] {
				places = append(places, placeRow(batch.Station, c, p))
			}
		}
		for i := range c.Faults {
			if f := &c.Faults[i]; touched[id][f.ID] || touched[id][f.Firm] {
				faults = append(faults, faultRow(batch.Station, c, f))
			}
		}
	}
	if err := store.Insert(ctx, batch.Tx, "board_campaign", columns, upsert, rows); err != nil {
		return err
	}
	if err := store.Insert(ctx, batch.Tx, "board_campaign_place", placeColumns, upsertPlace, places); err != nil {
		return err
	}
	return store.Insert(ctx, batch.Tx, "board_campaign_fault", faultColumns, upsertFault, faults)
}

// whole marks an event that changes which places there are.
const whole = "*"

// spoken are the places and faults an event speaks of.
func spoken(v any) []string {
	switch e := v.(type) {
	case campaign.Started, campaign.Added:
		return []string{whole}
	case campaign.Checked:
		return []string{e.Firm}
	case campaign.Missed:
		return []string{e.Firm}
	case campaign.Dropped:
		return []string{e.Firm}
	case campaign.WasFixed:
		return []string{e.Fault}
	case campaign.SeenAgain:
		return []string{e.Fault}
	case campaign.Grown:
		return []string{e.Fault}
	}
	return nil
}

// fold makes a campaign as far as the run at hand goes.
func fold(ctx context.Context, batch *board.Batch, id string) (*campaign.Campaign, error) {
	events, err := batch.Stream(ctx, campaign.Stream(id))
	if err != nil {
		return nil, err
	}
	return campaign.Fold(events)
}

func row(station string, c *campaign.Campaign) []any {
	p := c.Progress()
	return []any{station, c.ID, c.Plan, c.Title, c.Checklist, board.Flag(c.Inspection), c.From, c.Until, board.Micros(c.StartedAt), board.Micros(c.ClosedAt),
		board.Flag(c.ClosedAt.IsZero()), p.Places, p.Checked, p.Faults, p.Open}
}

func placeRow(station string, c *campaign.Campaign, p *campaign.Place) []any {
	state, at, faults := "open", int64(0), 0
	switch {
	case p.Check != nil:
		state, at, faults = "checked", board.Micros(p.Check.At), len(p.Check.Faults)
	case p.Dropped != "":
		state = "dropped"
	case len(p.Misses) > 0:
		state = "missed"
	}
	return []any{station, p.Firm, c.ID, p.Cell, state, at, faults}
}

func faultRow(station string, c *campaign.Campaign, f *campaign.Fault) []any {
	return []any{station, f.ID, c.ID, f.Firm, f.Cell, f.Question, f.DueOn, f.State(), board.Flag(f.Open()), f.Matter, board.Sealed(f.Words)}
}

// sight writes who sees a campaign: the cells of its places ("c/…") and who takes part ("p/…").
func sight(ctx context.Context, batch *board.Batch, c *campaign.Campaign) error {
	if _, err := batch.Tx.ExecContext(ctx, "delete from board_campaign_sight where station = $1 and id = $2", batch.Station, c.ID); err != nil {
		return fmt.Errorf("clear who sees campaign %s: %w", c.ID, err)
	}
	var rows [][]any
	for _, who := range board.SeenBy(c.Cells(), c.Everybody()) {
		rows = append(rows, []any{batch.Station, who, c.ID})
	}
	return store.Insert(ctx, batch.Tx, "board_campaign_sight", "station, who, id", "", rows)
}
