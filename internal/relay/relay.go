// Package relay passes matters on between the stations of an instance (law-and-standards 4.6, 9.3). Each station has its own journal;
// nothing is shared but messages: a transfer becomes a report at the other station, and what becomes of that report is told to the
// sender's matter. Every message is an act of the program with a key of its own, so that reading the journals again, from anywhere,
// passes nothing on twice.
package relay

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	_ "embed" // the queries are part of the program
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"

	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

//go:embed relay.sql
var relaySQL string

// Post carries messages between stations. Several may run on one database.
type Post struct {
	desk *desk.Desk
	db   *sql.DB
	q    map[string]string
	mu   sync.Mutex // one delivery at a time in this process
}

// New makes the tables where they are missing. They are kept beside the boards: losing them loses time, nothing else.
func New(ctx context.Context, d *desk.Desk, db *sql.DB) (*Post, error) {
	p := &Post{desk: d, db: db, q: map[string]string{}}
	for _, piece := range strings.Split("\n"+relaySQL, "\n-- name: ")[1:] {
		name, text, _ := strings.Cut(piece, "\n")
		p.q[name] = strings.TrimSuffix(strings.TrimSpace(text), ";")
	}
	for _, name := range []string{"MakePosition", "MakeWatch"} {
		if _, err := db.ExecContext(ctx, p.q[name]); err != nil {
			return nil, fmt.Errorf("make the tables of the relay: %w", err)
		}
	}
	return p, nil
}

// Deliver passes on everything the journals hold that was not passed on yet. What fails is tried again by the next call; one
// station's trouble does not keep the others waiting.
func (p *Post) Deliver(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	stations, err := p.desk.Journal.Stations(ctx)
	if err != nil || len(stations) < 2 {
		return err
	}
	for moved := true; moved; {
		moved = false
		var errs []error
		for _, s := range stations {
			did, err := p.follow(ctx, s)
			if moved = moved || did; err != nil {
				errs = append(errs, fmt.Errorf("relay of %s: %w", s, err))
			}
		}
		if err := errors.Join(errs...); err != nil {
			return err
		}
	}
	return nil
}

const run = 1000 // events read at once

// follow reads the next run of a station's events; did tells that there were any.
func (p *Post) follow(ctx context.Context, station string) (did bool, err error) {
	var at journal.Seq
	if err := p.db.QueryRowContext(ctx, p.q["Position"], station).Scan(&at); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, fmt.Errorf("read the position: %w", err)
	}
	head, _, err := p.desk.Journal.Head(ctx, station)
	switch {
	case err != nil || at == head:
		return false, err
	case at > head: // the journal came back from a backup
		at = 0
	}
	events, err := p.desk.Journal.Read(ctx, station, at, run)
	if err != nil {
		return false, err
	}
	for i := range events {
		if err := p.pass(ctx, &events[i]); err != nil {
			return false, fmt.Errorf("event %d: %w", events[i].Seq, err)
		}
		at = events[i].Seq
	}
	if _, err := p.db.ExecContext(ctx, p.q["Move"], station, int64(at)); err != nil {
		return false, fmt.Errorf("keep the position: %w", err)
	}
	return len(events) > 0, nil
}

// pass does what one event asks for at other stations.
func (p *Post) pass(ctx context.Context, e *journal.Event) error {
	v, err := work.Decode(e)
	if err != nil {
		return err
	}
	switch v := v.(type) {
	case matter.TransferredTo:
		if err := p.recall(ctx, e); err != nil || v.ToStation == "" {
			return err
		}
		return p.send(ctx, e, v)
	case matter.SentBack:
		if e.Actor != "" { // not the other station's own refusal
			return p.recall(ctx, e)
		}
	case report.Submitted:
		if v.Channel == report.ByTransfer {
			return p.watch(ctx, e.Station, e.Stream, v.Source)
		}
	case report.TriagedInto:
		into := []string{}
		for _, m := range v.Matters {
			into = append(into, matter.Stream(m))
		}
		return p.lead(ctx, e.Station, e.Stream, into)
	case matter.MergeTaken:
		for _, r := range v.Reports {
			if err := p.lead(ctx, e.Station, report.Stream(r), []string{e.Stream}); err != nil {
				return err
			}
		}
	case matter.Acknowledged, matter.Taken, matter.ClosedWith:
		return p.lead(ctx, e.Station, e.Stream, nil)
	}
	return nil
}

// lead tells the senders of the transfers that led to a stream how it stands, and notes which streams they lead to from there.
func (p *Post) lead(ctx context.Context, station, stream string, into []string) error {
	sources, err := p.sources(ctx, station, stream)
	if err != nil {
		return err
	}
	for _, source := range sources {
		for _, s := range into {
			if err := p.watch(ctx, station, s, source); err != nil {
				return err
			}
		}
		if err := p.tell(ctx, station, source); err != nil {
			return err
		}
	}
	return nil
}

func (p *Post) watch(ctx context.Context, station, stream, source string) error {
	if _, err := p.db.ExecContext(ctx, p.q["Watch"], station, stream, source); err != nil {
		return fmt.Errorf("watch %s: %w", stream, err)
	}
	return nil
}

func (p *Post) sources(ctx context.Context, station, stream string) (list []string, err error) {
	rows, err := p.db.QueryContext(ctx, p.q["Sources"], station, stream)
	if err != nil {
		return nil, fmt.Errorf("what led to %s: %w", stream, err)
	}
	defer rows.Close()
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		list = append(list, s)
	}
	return list, rows.Err()
}

// key is the idempotency key of one message. It is drawn from the station key, so that nobody can take it before it is used.
func (p *Post) key(what ...any) string {
	mac := hmac.New(sha256.New, p.desk.Master[:])
	fmt.Fprintf(mac, "relay\x00%q", what)
	return "relay-" + hex.EncodeToString(mac.Sum(nil)[:16])
}

// do takes an act as the program. refused is why a rule said no; err is what to try again later.
func (p *Post) do(ctx context.Context, station, key, name string, act any) (refused *fault.Fault, err error) {
	_, err = p.desk.Do(ctx, desk.Program(station), desk.Envelope{Key: key}, name, act)
	f, ok := fault.Of(err)
	if !ok || f.Kind == fault.Unavailable || f.Code == journal.CodeStale || f.Code == "act.meanwhile" {
		return nil, err
	}
	slog.InfoContext(ctx, "a message between stations was refused", "station", station, "key", key, "code", f.Code)
	return f, nil
}
