package keep

import (
	"context"
	"crypto/rand"
	"database/sql"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
	"time"

	"maplegrid/internal/chat"
	"maplegrid/internal/vault"
)

//go:embed hook.sql
var hookSQL string

// Hooks keeps what webhooks of group chats need beyond a restart: their counters, and the pictures that are still to be fetched.
type Hooks struct {
	write, read *sql.DB
	keys        Keyrings
	random      io.Reader
	q           map[string]string
}

// NewHooks makes the tables where they are missing. random is crypto/rand when nil.
func NewHooks(ctx context.Context, write, read *sql.DB, keys Keyrings, random io.Reader) (*Hooks, error) {
	if random == nil {
		random = rand.Reader
	}
	h := &Hooks{write, read, keys, random, queries(hookSQL)}
	if err := build(ctx, write, h.q, "MakeHookCount", "MakeHookPicture", "MakeHookPictureIndex"); err != nil {
		return nil, fmt.Errorf("make the tables of webhooks: %w", err)
	}
	return h, nil
}

// KeepCounts keeps the counters of a chat.
func (h *Hooks) KeepCounts(ctx context.Context, station, name string, n chat.Counts) error {
	if _, err := h.write.ExecContext(ctx, h.q["KeepHookCount"], station, name, n.Heard, n.Forged, n.Stale, n.Replayed, n.TooLarge, n.Malformed); err != nil {
		return fmt.Errorf("keep the counters of a webhook: %w", err)
	}
	return nil
}

// Counts gives the counters of a chat as they were kept.
func (h *Hooks) Counts(ctx context.Context, station, name string) (n chat.Counts, err error) {
	err = h.read.QueryRowContext(ctx, h.q["HookCount"], station, name).Scan(&n.Heard, &n.Forged, &n.Stale, &n.Replayed, &n.TooLarge, &n.Malformed)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return n, fmt.Errorf("read the counters of a webhook: %w", err)
	}
	return n, nil
}

// Wanted is a picture of a message that is still to be fetched for its draft. Where it lies is sealed: it opens the picture to
// whoever reads it.
type Wanted struct {
	Station, Draft, Chat string
	Place                int // of the message's pictures, from 1
	Tries                int // that failed
	Picture              chat.Picture
}

// Name is by what a wanted picture is known.
func (w Wanted) Name() string { return w.Draft + "/" + strconv.Itoa(w.Place) }

// Want keeps that a picture is to be fetched, from a time on. The same one is wanted once.
func (h *Hooks) Want(ctx context.Context, w Wanted, from time.Time) error {
	ring, err := h.keys.Keyring(ctx, w.Station)
	if err != nil {
		return err
	}
	plain, err := json.Marshal(w.Picture)
	if err != nil {
		return err
	}
	wrapped, key, err := ring.NewSubjectKey(w.Name(), h.random)
	if err != nil {
		return err
	}
	sealed, err := ring.Seal(key, vault.Ref{Subject: w.Name(), Field: "picture", Version: 1}, plain, h.random)
	if err != nil {
		return err
	}
	if _, err := h.write.ExecContext(ctx, h.q["WantPicture"], w.Station, w.Draft, w.Place, w.Chat, from.UnixMicro(), wrapped, sealed); err != nil {
		return fmt.Errorf("keep that a picture is wanted: %w", err)
	}
	return nil
}

// Wanted gives the pictures to be fetched now, at most limit of each chat, the longest due first.
func (h *Hooks) Wanted(ctx context.Context, now time.Time, limit int) (list []Wanted, err error) {
	rows, err := h.read.QueryContext(ctx, h.q["WantedPictures"], now.UnixMicro(), limit)
	if err != nil {
		return nil, fmt.Errorf("list wanted pictures: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var w Wanted
		var wrapped, sealed []byte
		if err := rows.Scan(&w.Station, &w.Draft, &w.Place, &w.Chat, &w.Tries, &wrapped, &sealed); err != nil {
			return nil, fmt.Errorf("list wanted pictures: %w", err)
		}
		if w.Picture, err = h.open(ctx, w, wrapped, sealed); err != nil {
			return nil, err
		}
		list = append(list, w)
	}
	return list, rows.Err()
}

func (h *Hooks) open(ctx context.Context, w Wanted, wrapped, sealed []byte) (p chat.Picture, err error) {
	ring, err := h.keys.Keyring(ctx, w.Station)
	if err != nil {
		return p, err
	}
	key, err := ring.Unwrap(w.Name(), wrapped)
	if err != nil {
		return p, err
	}
	plain, err := ring.Open(key, vault.Ref{Subject: w.Name(), Field: "picture", Version: 1}, sealed)
	if err != nil {
		return p, err
	}
	return p, json.Unmarshal(plain, &p)
}

// PutOff notes that a picture could not be fetched and is to be tried again.
func (h *Hooks) PutOff(ctx context.Context, w Wanted, until time.Time) error {
	if _, err := h.write.ExecContext(ctx, h.q["PutOffPicture"], w.Station, w.Draft, w.Place, until.UnixMicro()); err != nil {
		return fmt.Errorf("put a picture off: %w", err)
	}
	return nil
}

// Settled notes that a picture is wanted no more: it is there, or cannot be had.
func (h *Hooks) Settled(ctx context.Context, w Wanted) error {
	if _, err := h.write.ExecContext(ctx, h.q["DropWanted"], w.Station, w.Draft, w.Place); err != nil {
		return fmt.Errorf("drop a wanted picture: %w", err)
	}
	return nil
}
