// Package promises is the board of the promise ledger (承诺台账): a row for each promise of an agreement in force with its next open
// instalment, and a row for each agreement whose judicial confirmation may be applied for. It holds ids and sealed references, never
// a name.
package promises

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"maplegrid/internal/board"
	"maplegrid/internal/store"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/dispute"
)

// Board is the projection. Is tells whether a kind of a station is built on disputes.
type Board struct {
	Is func(ctx context.Context, station, kind string) (bool, error)

	disputes board.Disputes[written]
}

// written is what was last written of a dispute, as text by its id; nil when it is not known.
type written struct{ rows map[string]string }

// Name implements board.Board.
func (*Board) Name() string { return "promises" }

// Version implements board.Board.
func (*Board) Version() int { return 2 }

// Forget drops what is kept in memory.
func (b *Board) Forget() { b.disputes.Forget() }

// Tables implements board.Board.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_promise", "board_promise_sight", "board_confirmation"}, []string{
		`create table board_promise (
  station text not null, id text not null, matter text not null, number text not null, title text not null, kind text not null,
  cell text not null, handler text not null, track text not null, agreement text not null, agreement_no text not null,
  what text not null, amount bigint not null, every text not null, times bigint not null, security text not null, seen_by text not null,
  payer text not null, payer_name text not null, payer_minor bigint not null,
  receiver text not null, receiver_name text not null, receiver_minor bigint not null,
  n bigint not null, due_on text not null, open_amount bigint not null, left_amount bigint not null, is_open bigint not null,
  state text not null, kept bigint not null, broken bigint not null, reminded text not null, told bigint not null,
  effective_on text not null, ended_on text not null, words text not null,
  primary key (station, id))`,
		"create index board_promise_due on board_promise (station, is_open, due_on, id)",
		"create index board_promise_told on board_promise (station, is_open, told, due_on, id)",
		"create index board_promise_state on board_promise (station, state, due_on, id)",
		"create index board_promise_all on board_promise (station, due_on, id)",
		"create index board_promise_payer on board_promise (station, payer)",
		"create index board_promise_matter on board_promise (station, matter)",
		`create table board_promise_sight (
  station text not null, who text not null, id text not null, is_open bigint not null, state text not null, what text not null,
  due_on text not null, primary key (station, id, who))`,
		"create index board_promise_sight_due on board_promise_sight (station, who, is_open, due_on, id, state, what)",
		`create table board_confirmation (
  station text not null, agreement text not null, agreement_no text not null, matter text not null, number text not null,
  title text not null, cell text not null, handler text not null, cells text not null, people text not null, track text not null,
  effective_at bigint not null, applied_at bigint not null, result text not null, reminded text not null, waits bigint not null,
  primary key (station, agreement))`,
		"create index board_confirmation_waits on board_confirmation (station, waits, effective_at, agreement)",
		"create index board_confirmation_matter on board_confirmation (station, matter)",
	}
}

const columns = "station, id, matter, number, title, kind, cell, handler, track, agreement, agreement_no, what, amount, every, times, " +
	"security, seen_by, payer, payer_name, payer_minor, receiver, receiver_name, receiver_minor, n, due_on, open_amount, left_amount, " +
	"is_open, state, kept, broken, reminded, told, effective_on, ended_on, words"

const confirmColumns = "station, agreement, agreement_no, matter, number, title, cell, handler, cells, people, track, effective_at, " +
	"applied_at, result, reminded, waits"

const sightColumns = "station, who, id, is_open, state, what, due_on"

// Where of a row's columns those stand that both tables have.
var atID, atOpen, atState, atWhat, atDue = at("id"), at("is_open"), at("state"), at("what"), at("due_on")

func at(column string) int { return slices.Index(strings.Split(columns, ", "), column) }

var (
	upsert        = store.Upsert(columns, "station", "id")
	upsertConfirm = store.Upsert(confirmColumns, "station", "agreement")
	upsertSight   = store.Upsert(sightColumns, "station", "id", "who")
)

// Apply implements board.Board.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	b.disputes.Is = b.Is
	changed, err := b.disputes.Apply(ctx, batch, nil)
	if err != nil {
		return err
	}
	var rows, sights, confirms [][]any
	for _, e := range changed {
		if len(e.Promises) == 0 && len(e.Agreements) == 0 {
			continue
		}
		before := e.Written.rows
		now := map[string]string{}
		for i := range e.Promises {
			p := &e.Promises[i]
			row := b.row(batch.Station, e.Dispute, p)
			if now[p.ID] = fmt.Sprint(row...); now[p.ID] != before[p.ID] {
				rows = append(rows, row)
			}
			list := sight(batch.Station, e.Dispute, row)
			if now["s/"+p.ID] = fmt.Sprint(list); now["s/"+p.ID] == before["s/"+p.ID] {
				continue
			}
			if !e.Fresh && (before == nil || before["s/"+p.ID] != "") {
				if _, err := batch.Tx.ExecContext(ctx, "delete from board_promise_sight where station = $1 and id = $2", batch.Station, p.ID); err != nil {
					return fmt.Errorf("clear who sees promise %s: %w", p.ID, err)
				}
			}
			sights = append(sights, list...)
		}
		for i := range e.Agreements {
			row, id := confirmation(batch.Station, e.Dispute, &e.Agreements[i]), "c/"+e.Agreements[i].ID
			if row == nil {
				continue
			}
			if now[id] = fmt.Sprint(row...); now[id] != before[id] {
				confirms = append(confirms, row)
			}
		}
		e.Written.rows = now
	}
	for _, w := range []struct {
		table, columns, tail string
		rows                 [][]any
	}{{"board_promise", columns, upsert, rows}, {"board_promise_sight", sightColumns, upsertSight, sights},
		{"board_confirmation", confirmColumns, upsertConfirm, confirms}} {
		if err := store.Insert(ctx, batch.Tx, w.table, w.columns, w.tail, w.rows); err != nil {
			return err
		}
	}
	b.disputes.Done(batch, changed)
	return nil
}

// next is the open instalment that is due first; ok is false when the promise has ended.
func next(p *dispute.Promise) (i dispute.Instalment, ok bool) {
	if !p.EndedAt.IsZero() {
		return i, false
	}
	for _, x := range p.Instalments("", 1000) {
		if x.State != "kept" && x.State != "waived" {
			return x, true
		}
	}
	return i, false
}

func (b *Board) row(station string, d *dispute.Dispute, p *dispute.Promise) []any {
	i, open := next(p)
	payer, state, due := p.Payer, i.State, i.DueOn
	var openAmount, left dispute.Fen
	if open {
		openAmount = max(0, i.Amount-i.Paid)
		if i.Payer != "" {
			payer = i.Payer // whose turn it is
		}
	} else {
		if state = p.Ended; state == "" {
			state = "kept"
		}
		due = last(p)
	}
	if open && p.Amount > 0 {
		left = p.Amount
		for _, k := range p.Kept {
			left -= k.Amount
		}
	}
	a := d.Agreement(p.Agreement)
	if a == nil {
		a = &dispute.Agreement{}
	}
	payerName, payerMinor := who(d, payer)
	receiverName, receiverMinor := who(d, p.Receiver)
	return []any{station, p.ID, d.ID, d.Number, d.Title, d.Kind, d.Cell, d.Handler, a.Track, p.Agreement, a.Number, p.What, int64(p.Amount), p.Every,
		p.Times, p.Security, p.SeenBy, payer, payerName, payerMinor, p.Receiver, receiverName, receiverMinor, i.N, due, int64(openAmount),
		int64(max(0, left)), board.Flag(open), state, keptCount(p, i), len(p.Broken), strings.Join(p.Reminded, ","), board.Flag(open && told(p, i.N)),
		board.Day(p.From), board.Day(p.EndedAt), board.Sealed(p.Words)}
}

// last is the day of the last performance of a promise that has ended, or the day it was due.
func last(p *dispute.Promise) string {
	on := p.DueOn
	for _, k := range p.Kept {
		on = max(on, k.On)
	}
	return on
}

// keptCount counts the instalments performed in full.
func keptCount(p *dispute.Promise, open dispute.Instalment) int {
	seen := map[int]bool{}
	for _, k := range p.Kept {
		if k.N != open.N {
			seen[k.N] = true
		}
	}
	return len(seen)
}

// told tells whether nothing is to be reminded of an instalment any more: it was reminded of that it is overdue, or it is a forbearance,
// of which there is nothing to perform.
func told(p *dispute.Promise, n int) bool {
	return p.What == forbear || slices.Contains(p.Reminded, fmt.Sprintf("%d:overdue", n))
}

// forbear is the promise to leave something undone: it is never overdue.
const forbear = "forbear"

// who gives the sealed name of a party or companion, and whether it may never be shown.
func who(d *dispute.Dispute, id string) (name string, minor int) {
	var t vault.Text
	if p, ok := d.Party(id); ok {
		t = p.Name
	}
	for _, c := range d.Companions {
		if c.ID == id {
			t = c.Name
		}
	}
	return board.Sealed(t), board.Flag(d.Minor(id))
}

// sight lists who sees a promise: the cells of its matter ("c/…") and those who take part ("p/…").
func sight(station string, d *dispute.Dispute, row []any) (list [][]any) {
	for _, who := range board.SeenBy(d.Cells(), d.People()) {
		list = append(list, []any{station, who, row[atID], row[atOpen], row[atState], row[atWhat], row[atDue]})
	}
	return list
}

// confirmation is the row of an agreement that was in force, nil before. One that is void or touches status cannot be confirmed
// (law-and-standards 4.4); one of the police or of no legal effect neither (4.1, 4.2).
func confirmation(station string, d *dispute.Dispute, a *dispute.Agreement) []any {
	if a.EffectiveAt.IsZero() {
		return nil
	}
	var applied, waits int64
	result, reminded := "", ""
	if c := d.Confirming; c != nil {
		reminded = strings.Join(c.Reminded, ",")
		if c.Agreement == a.ID {
			applied, result = board.Micros(c.AppliedAt), c.Result
		}
	}
	if a.Effective() && !a.Status && applied == 0 && a.Track != dispute.Order && a.Track != dispute.Informal && !d.State.Gone() {
		waits = 1
	}
	return []any{station, a.ID, a.Number, d.ID, d.Number, d.Title, d.Cell, d.Handler, strings.Join(d.Cells(), ","), strings.Join(d.People(), ","), a.Track,
		board.Micros(a.EffectiveAt), applied, result, reminded, waits}
}
