// Package disputes is the board of disputes (矛盾纠纷): a row for each with its risk, track, sessions, effect, performance and relapse;
// the sessions held, for the mediators' load; and the memory of earlier disputes of the same pair, place or line. Memory is by link
// between matters: there is no list by person, no score, no label.
package disputes

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/board"
	"maplegrid/internal/store"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// Board is the projection. Is tells whether a kind of a station is built on disputes; Keyring gives the keys of a station, for the
// blind tokens of pairs: a number that was erased leaves none.
type Board struct {
	Is      func(ctx context.Context, station, kind string) (bool, error)
	Keyring func(station string) (*vault.Keyring, error)

	disputes board.Disputes[written]
}

// written is what was last written of a dispute, as text; and the tokens of its parties, each opened once.
type written struct {
	row, sight, sessions, keys string
	tokens                     map[vault.Ref]string
}

// Name implements board.Board.
func (*Board) Name() string { return "disputes" }

// Version implements board.Board.
func (*Board) Version() int { return 1 }

// Forget drops what is kept in memory.
func (b *Board) Forget() { b.disputes.Forget() }

// Tables implements board.Board.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_dispute", "board_dispute_sight", "board_dispute_session", "board_dispute_key", "board_dispute_call"}, []string{
		`create table board_dispute (
  station text not null, id text not null, number text not null, title text not null, place text not null, kind text not null,
  grade text not null, type text not null, state text not null, is_open bigint not null, risk text not null, track text not null,
  course bigint not null, host text not null, passing text not null, cell text not null, handler text not null, opened_by text not null,
  presiders text not null, people text not null, source text not null, opened_at bigint not null, opened_on text not null,
  first_at bigint not null, sessions bigint not null, last_outcome text not null, handled_on text not null, method text not null,
  agreement_no text not null, effective_on text not null, performed_on text not null, closed_on text not null,
  followed_on text not null, outcome text not null, relapse bigint not null, flagged bigint not null, violation bigint not null,
  looked_on text not null, calls bigint not null, kept_30 bigint not null, kept_90 bigint not null, kept_180 bigint not null,
  promises bigint not null, promises_kept bigint not null, promises_broken bigint not null, back_on text not null, back text not null,
  involved bigint not null, amount bigint not null, eased text not null, team text not null, lon double precision not null,
  lat double precision not null, parties text not null, words text not null, appeal text not null,
  primary key (station, id))`,
		"create index board_dispute_opened on board_dispute (station, is_open, opened_at, id)",
		"create index board_dispute_all on board_dispute (station, opened_at, id)",
		"create index board_dispute_on on board_dispute (station, opened_on)",
		`create table board_dispute_sight (
  station text not null, who text not null, id text not null, is_open bigint not null, opened_at bigint not null,
  primary key (station, id, who))`,
		"create index board_dispute_sight_who on board_dispute_sight (station, who, is_open, opened_at, id)",
		`create table board_dispute_session (
  station text not null, matter text not null, session text not null, preside text not null, held_on text not null, track text not null,
  outcome text not null, primary key (station, matter, session))`,
		"create index board_dispute_session_on on board_dispute_session (station, held_on, preside)",
		`create table board_dispute_key (
  station text not null, way text not null, token text not null, id text not null, primary key (station, way, token, id))`,
		"create index board_dispute_key_id on board_dispute_key (station, id, way)",
		`create table board_dispute_call (
  station text not null, id text not null, call text not null, at bigint not null, primary key (station, id, call))`,
		"create index board_dispute_call_at on board_dispute_call (station, at, id)",
	}
}

const columns = "station, id, number, title, place, kind, grade, type, state, is_open, risk, track, course, host, passing, cell, handler, " +
	"opened_by, presiders, people, source, opened_at, opened_on, first_at, sessions, last_outcome, handled_on, method, agreement_no, " +
	"effective_on, performed_on, closed_on, followed_on, outcome, relapse, flagged, violation, looked_on, calls, kept_30, kept_90, " +
	"kept_180, promises, promises_kept, promises_broken, back_on, back, involved, amount, eased, team, lon, lat, parties, words, appeal"

var upsert = store.Upsert(columns, "station", "id")

const (
	sightColumns   = "station, who, id, is_open, opened_at"
	sessionColumns = "station, matter, session, preside, held_on, track, outcome"
	keyColumns     = "station, way, token, id"
	callColumns    = "station, id, call, at"
)

// Apply implements board.Board.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	b.disputes.Is = b.Is
	var calls [][]any
	changed, err := b.disputes.Apply(ctx, batch, func(e *board.Followed[written], item board.Item) error {
		for _, c := range called(item) {
			calls = append(calls, []any{batch.Station, e.ID, c, item.HappenedAt.UnixMicro()})
		}
		return nil
	})
	if err != nil {
		return err
	}
	var rows, sights, sessions, keys [][]any
	for _, e := range changed {
		row, err := row(batch.Station, e.Dispute)
		if err != nil {
			return err
		}
		if s := fmt.Sprint(row...); s != e.Written.row {
			e.Written.row = s
			rows = append(rows, row)
		}
		keyed, err := b.keys(ctx, batch, e)
		if err != nil {
			return err
		}
		for _, part := range []struct {
			table, column string
			was           *string
			list          [][]any
			into          *[][]any
		}{{"board_dispute_sight", "id", &e.Written.sight, sight(batch.Station, e.Dispute), &sights},
			{"board_dispute_session", "matter", &e.Written.sessions, held(batch.Station, e.Dispute), &sessions},
			{"board_dispute_key", "id", &e.Written.keys, keyed, &keys}} {
			s := fmt.Sprint(part.list)
			if s == *part.was {
				continue
			}
			if !e.Fresh {
				if _, err := batch.Tx.ExecContext(ctx, "delete from "+part.table+" where station = $1 and "+part.column+" = $2", batch.Station, e.ID); err != nil {
					return fmt.Errorf("clear %s: %w", part.table, err)
				}
			}
			*part.was = s
			*part.into = append(*part.into, part.list...)
		}
	}
	for _, w := range []struct {
		table, columns, tail string
		rows                 [][]any
	}{{"board_dispute", columns, upsert, rows}, {"board_dispute_sight", sightColumns, "", sights}, {"board_dispute_session", sessionColumns, "", sessions},
		{"board_dispute_key", keyColumns, "", keys}, {"board_dispute_call", callColumns, " on conflict (station, id, call) do nothing", calls}} {
		if err := store.Insert(ctx, batch.Tx, w.table, w.columns, w.tail, w.rows); err != nil {
			return err
		}
	}
	b.disputes.Done(batch, changed)
	return nil
}

// called are the calls for help that an event brings to a dispute: each report is one, and a dispute somebody opened without one.
func called(item board.Item) []string {
	switch e := item.Payload.(type) {
	case matter.Opened:
		if e.Report == "" {
			return []string{"matter/" + e.ID}
		}
		return []string{e.Report}
	case matter.ReportLinked:
		return []string{e.Report}
	case matter.MergeTaken:
		return e.Reports
	}
	return nil
}

// Party is what a list may need of a party: sealed references, and what must never be shown.
type Party struct {
	ID    string     `json:"id"`
	Side  string     `json:"side,omitempty"`
	Role  string     `json:"role,omitempty"`
	Name  vault.Text `json:"name,omitzero"`
	Phone vault.Text `json:"phone,omitzero"`
	IDNo  vault.Text `json:"id_no,omitzero"`
	Home  vault.Text `json:"home,omitzero"`
	Minor bool       `json:"minor,omitempty"` // name, phone and home are never shown (law-and-standards 5.2)
	Seal  bool       `json:"seal,omitempty"`  // the home is never shown (5.1)
}

// maxParties is how many parties a row of the register names; the figure of people involved tells of the others.
const maxParties = 20

func row(station string, d *dispute.Dispute) ([]any, error) {
	track, course, host := "", len(d.Courses), ""
	if d.Track != nil {
		track, course, host = d.Track.Track, d.Track.No, d.Track.Host
	} else if n := len(d.Courses); n > 0 {
		track, host = d.Courses[n-1].Track, d.Courses[n-1].Host
	}
	passing := ""
	if d.Passing != nil {
		passing = d.Passing.To
	}
	first, sessions, lastOutcome := sessionsHeld(d)
	base, method, number := effect(d)
	kept, broken := 0, 0
	for i := range d.Promises {
		if d.Promises[i].Ended == "kept" || d.Promises[i].Ended == "waived" {
			kept++
		}
		broken += len(d.Promises[i].Broken)
	}
	back, backOn := "", ""
	if n := len(d.Backs); n > 0 {
		back, backOn = d.Backs[n-1].Performed, board.Day(d.Backs[n-1].At)
	}
	team := ""
	if d.Team != nil {
		team = d.Team.Key
	}
	looked := d.LookedAt
	if looked.IsZero() {
		looked = d.OpenedAt
	}
	parties, words, appeal, err := sealed(d)
	if err != nil {
		return nil, err
	}
	return []any{station, d.ID, d.Number, d.Title, d.Place, d.Kind, d.Grade, d.Extra["dispute_type"], string(d.State), board.Flag(d.IsOpen()), d.Risk, track, course,
		host, passing, d.Cell, d.Handler, d.OpenedBy, strings.Join(presiders(d), ","), strings.Join(d.People(), ","), source(d), d.OpenedAt.UnixMicro(),
		board.Day(d.OpenedAt), board.Micros(first), sessions, lastOutcome, board.Day(handled(d, first)), method, number, board.Day(base), board.Day(d.Reached["performed"]),
		board.Day(d.Reached["closed"]), board.Day(d.Reached["followed_up"]), d.Outcome, board.Flag(relapsed(d)), board.Flag(d.Safety.Flagged), board.Flag(violation(d)), board.Day(looked), d.Calls,
		keptBy(d, base, 30), keptBy(d, base, 90), keptBy(d, base, 180), len(d.Promises), kept, broken, backOn, back, involved(d), int64(amount(d)),
		strings.Join(eased(d), ","), team, d.Lon, d.Lat, parties, words, appeal}, nil
}

func sessionsHeld(d *dispute.Dispute) (first time.Time, n int, lastOutcome string) {
	for _, s := range d.Sessions {
		if s.State != "held" {
			continue
		}
		n++
		lastOutcome = s.Outcome
		if first.IsZero() || s.At.Before(first) {
			first = s.At
		}
	}
	return first, n, lastOutcome
}

// effect is when the first agreement that is in force took effect, the track it was made on and its number.
func effect(d *dispute.Dispute) (at time.Time, track, number string) {
	for i := range d.Agreements {
		if a := &d.Agreements[i]; a.Effective() && (at.IsZero() || a.EffectiveAt.Before(at)) {
			at, track, number = a.EffectiveAt, a.Track, a.Number
		}
	}
	return at, track, number
}

// handled is when the dispute was first taken in hand as a dispute (调处): a track chosen or a session held; else when it was closed.
func handled(d *dispute.Dispute, first time.Time) time.Time {
	at := first
	courses := d.Courses
	if d.Track != nil {
		courses = append(slices.Clip(courses), *d.Track)
	}
	for _, c := range courses {
		if at.IsZero() || c.ChosenAt.Before(at) {
			at = c.ChosenAt
		}
	}
	if at.IsZero() {
		at = d.Reached["closed"]
	}
	return at
}

// relapsed tells whether it broke out again: opened anew, or signs of it were found on a visit (law-and-standards 3.15).
func relapsed(d *dispute.Dispute) bool {
	return d.Reopened > 0 || slices.ContainsFunc(d.Backs, func(b dispute.CheckedBack) bool { return b.Relapse })
}

// violation tells whether a public-order case or a written warning is tied to the dispute: such records are sealed and leave the house
// in no list (law-and-standards 5.6).
func violation(d *dispute.Dispute) bool {
	_, filed := d.Reached["case_filed"]
	_, warned := d.Reached["dv_warning_issued"]
	return filed || warned || d.Case != nil || len(d.Warnings) > 0
}

// keptBy tells whether everything due within so many days of the agreement's effect was performed within them: 1 yes, 0 no, -1 there
// is no agreement in force. Whether the days have passed is asked by who counts.
func keptBy(d *dispute.Dispute, base time.Time, days int) int {
	if base.IsZero() {
		return -1
	}
	until := board.Day(base.AddDate(0, 0, days))
	for i := range d.Promises {
		p := &d.Promises[i]
		if p.Ended == "void" || slices.Contains(p.Waived, 0) {
			continue
		}
		if p.What == "forbear" { // there is nothing to perform: it is kept unless it was broken
			if slices.ContainsFunc(p.Broken, func(b dispute.Breach) bool { return board.Day(b.At) <= until }) {
				return 0
			}
			continue
		}
		for _, x := range p.Instalments(until, 1000) {
			if x.DueOn <= until && !slices.Contains(p.Waived, x.N) && !performed(p, x, until) {
				return 0
			}
		}
	}
	return 1
}

// performed tells whether an instalment was performed in full by a day.
func performed(p *dispute.Promise, x dispute.Instalment, until string) bool {
	var paid dispute.Fen
	any := false
	for _, k := range p.Kept {
		if k.N == x.N && k.On <= until {
			paid, any = paid+k.Amount, true
		}
	}
	return any && paid >= x.Amount
}

func presiders(d *dispute.Dispute) (list []string) {
	for _, s := range d.Sessions {
		if s.State != "cancelled" && s.Preside != "" && !slices.Contains(list, s.Preside) {
			list = append(list, s.Preside)
		}
	}
	return list
}

// eased are the ways to ease that helped, each once.
func eased(d *dispute.Dispute) (list []string) {
	for _, e := range d.Eased {
		if e.Helped && !slices.Contains(list, e.Ease) {
			list = append(list, e.Ease)
		}
	}
	return list
}

func source(d *dispute.Dispute) string {
	switch {
	case d.Passage != nil:
		return "transfer"
	case len(d.Reports) > 0:
		return "report"
	}
	return "found"
}

func involved(d *dispute.Dispute) int {
	n, err := strconv.Atoi(strings.TrimSpace(d.Extra["people"]))
	if err != nil || n < len(d.Parties) {
		n = len(d.Parties)
	}
	return n
}

// amount is what is at stake: as written down, else as agreed, else the highest demand.
func amount(d *dispute.Dispute) dispute.Fen {
	if s := d.Extra["amount"]; s != "" {
		if f, err := dispute.ParseMoney("amount", s); err == nil {
			return f
		}
	}
	var most dispute.Fen
	for i := range d.Agreements {
		if d.Agreements[i].Effective() {
			most = max(most, d.Agreements[i].Total)
		}
	}
	if most > 0 {
		return most
	}
	for _, s := range d.Sides {
		most = max(most, s.DemandAmount)
	}
	return most
}

func sealed(d *dispute.Dispute) (parties, words, appeal string, err error) {
	var list []Party
	for _, p := range d.Parties[:min(len(d.Parties), maxParties)] {
		list = append(list, Party{p.ID, p.Side, p.Role, p.Name, p.Phone, p.IDNo, p.Home, d.Minor(p.ID), d.Hidden(p.ID)})
	}
	var raw [3][]byte
	for i, v := range []any{list, d.Words, d.Sealed["appeal"]} {
		if raw[i], err = json.Marshal(v); err != nil {
			return "", "", "", err
		}
	}
	return string(raw[0]), string(raw[1]), string(raw[2]), nil
}

// sight lists who sees a dispute: its cells ("c/…") and those who take part ("p/…").
func sight(station string, d *dispute.Dispute) (list [][]any) {
	for _, who := range board.SeenBy(d.Cells(), d.People()) {
		list = append(list, []any{station, who, d.ID, board.Flag(d.IsOpen()), d.OpenedAt.UnixMicro()})
	}
	return list
}

func held(station string, d *dispute.Dispute) (list [][]any) {
	for _, s := range d.Sessions {
		if s.State == "held" {
			list = append(list, []any{station, d.ID, s.ID, s.Preside, board.Day(s.At), trackOf(d, s.Course), s.Outcome})
		}
	}
	return list
}

func trackOf(d *dispute.Dispute, course int) string {
	if d.Track != nil && d.Track.No == course {
		return d.Track.Track
	}
	for _, c := range d.Courses {
		if c.No == course {
			return c.Track
		}
	}
	return ""
}
