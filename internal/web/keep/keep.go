// Package keep holds on the server what pages need between two requests: who is signed in, and pictures that were sent.
package keep

import (
	"context"
	"crypto/sha256"
	"database/sql"
	_ "embed"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

//go:embed session.sql
var sessionSQL string

//go:embed blob.sql
var blobSQL string

// queries reads named statements: each begins with "-- name: Name" and ends at the next one.
func queries(file string) map[string]string {
	m := map[string]string{}
	for _, piece := range strings.Split("\n"+file, "\n-- name: ")[1:] {
		name, body, _ := strings.Cut(piece, "\n")
		m[strings.TrimSpace(name)] = strings.TrimSuffix(strings.TrimSpace(body), ";")
	}
	return m
}

// build runs every statement whose name begins with Make, in order of name.
func build(ctx context.Context, db *sql.DB, q map[string]string, names ...string) error {
	for _, name := range names {
		if _, err := db.ExecContext(ctx, q[name]); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// Stage says how far a sign-in has come.
type Stage string

// A session opens only the pages of its stage: Full opens all.
const (
	Full   Stage = "full"
	Factor Stage = "factor" // the password was right, the second factor is still to come
	Enrol  Stage = "enrol"  // the role demands a second factor and there is none yet
)

// Session is somebody signed in. Hash is all that is kept of its token.
type Session struct {
	Hash            string
	Station, Person string
	Stage           Stage
	Factor          bool   // a second factor was given
	Agent           string // browser and system in two words
	MadeAt, SeenAt  time.Time
}

// HashToken is what is kept of a token: tokens are 256 random bits, so a plain hash cannot be guessed back.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// Sessions keeps sessions in a table.
type Sessions struct {
	write, read *sql.DB
	q           map[string]string
}

// NewSessions makes the table where it is missing.
func NewSessions(ctx context.Context, write, read *sql.DB) (*Sessions, error) {
	s := &Sessions{write, read, queries(sessionSQL)}
	if err := build(ctx, write, s.q, "MakeSession", "MakeSessionIndex"); err != nil {
		return nil, fmt.Errorf("make the table of sessions: %w", err)
	}
	return s, nil
}

// Open keeps a new session.
func (s *Sessions) Open(ctx context.Context, n Session) error {
	_, err := s.write.ExecContext(ctx, s.q["OpenSession"], n.Hash, n.Station, n.Person, string(n.Stage), yes(n.Factor), n.Agent, n.MadeAt.UnixMicro(), n.SeenAt.UnixMicro())
	if err != nil {
		return fmt.Errorf("open session: %w", err)
	}
	return nil
}

// Find gives a session by the hash of its token; ok is false when there is none.
func (s *Sessions) Find(ctx context.Context, hash string) (Session, bool, error) {
	n, err := scan(s.read.QueryRowContext(ctx, s.q["FindSession"], hash))
	if errors.Is(err, sql.ErrNoRows) {
		return Session{}, false, nil
	}
	if err != nil {
		return Session{}, false, fmt.Errorf("find session: %w", err)
	}
	return n, true, nil
}

// Touch notes that a session was used.
func (s *Sessions) Touch(ctx context.Context, hash string, at time.Time) error {
	return s.run(ctx, "TouchSession", at.UnixMicro(), hash)
}

// Close ends a session.
func (s *Sessions) Close(ctx context.Context, hash string) error {
	return s.run(ctx, "CloseSession", hash)
}

// CloseOthers ends every session of a person but one ("" for all).
func (s *Sessions) CloseOthers(ctx context.Context, station, person, but string) error {
	return s.run(ctx, "CloseOtherSessions", station, person, but)
}

// Of lists the sessions of a person, the latest used first.
func (s *Sessions) Of(ctx context.Context, station, person string) ([]Session, error) {
	rows, err := s.read.QueryContext(ctx, s.q["SessionsOf"], station, person)
	if err != nil {
		return nil, fmt.Errorf("list sessions: %w", err)
	}
	defer rows.Close()
	var list []Session
	for rows.Next() {
		n, err := scan(rows)
		if err != nil {
			return nil, fmt.Errorf("list sessions: %w", err)
		}
		list = append(list, n)
	}
	return list, rows.Err()
}

// Purge removes sessions last used before idle or begun before absolute.
func (s *Sessions) Purge(ctx context.Context, idle, absolute time.Time) error {
	return s.run(ctx, "PurgeSessions", idle.UnixMicro(), absolute.UnixMicro())
}

func (s *Sessions) run(ctx context.Context, name string, args ...any) error {
	if _, err := s.write.ExecContext(ctx, s.q[name], args...); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

func scan(row interface{ Scan(...any) error }) (Session, error) {
	var n Session
	var stage string
	var factor int
	var made, seen int64
	err := row.Scan(&n.Hash, &n.Station, &n.Person, &stage, &factor, &n.Agent, &made, &seen)
	n.Stage, n.Factor, n.MadeAt, n.SeenAt = Stage(stage), factor != 0, time.UnixMicro(made).UTC(), time.UnixMicro(seen).UTC()
	return n, err
}

func yes(b bool) int {
	if b {
		return 1
	}
	return 0
}
