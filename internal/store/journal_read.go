package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"maplegrid/internal/journal"
)

// Read implements journal.Store.
func (j *Journal) Read(ctx context.Context, station string, after journal.Seq, limit int) ([]journal.Event, error) {
	return j.events(ctx, "ReadAfter", limit, station, int64(after), limit)
}

// Stream implements journal.Store.
func (j *Journal) Stream(ctx context.Context, station, stream string, after int) ([]journal.Event, error) {
	return j.events(ctx, "ReadStream", 16, station, stream, after)
}

func (j *Journal) events(ctx context.Context, name string, room int, args ...any) ([]journal.Event, error) {
	rows, err := j.reads[name].QueryContext(ctx, args...)
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	defer rows.Close()
	list := make([]journal.Event, 0, min(room, 1024))
	for rows.Next() {
		var e journal.Event
		var happened, recorded int64
		var data, seals string
		var hash []byte
		if err := rows.Scan(&e.Station, &e.Seq, &e.Stream, &e.Version, &e.Kind, &happened, &recorded, &e.Actor, &e.OnBehalfOf,
			&e.Act, &data, &seals, &hash); err != nil {
			return nil, fmt.Errorf("read events: %w", err)
		}
		e.HappenedAt, e.RecordedAt, e.Data = time.UnixMicro(happened).UTC(), time.UnixMicro(recorded).UTC(), json.RawMessage(data)
		if len(hash) == len(e.Hash) {
			e.Hash = journal.Hash(hash)
		}
		if seals != "[]" {
			if err := json.Unmarshal([]byte(seals), &e.Seals); err != nil {
				return nil, fmt.Errorf("read the seals of %s/%d: %w", e.Station, e.Seq, err)
			}
		}
		list = append(list, e)
	}
	return list, rows.Err()
}

// Head implements journal.Store.
func (j *Journal) Head(ctx context.Context, station string) (journal.Seq, journal.Hash, error) {
	var seq journal.Seq
	var hash []byte
	err := j.reads["Head"].QueryRowContext(ctx, station).Scan(&seq, &hash)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, journal.Hash{}, nil
	}
	if err != nil {
		return 0, journal.Hash{}, fmt.Errorf("head of %s: %w", station, err)
	}
	return seq, journal.Hash(hash), nil
}

// Recall implements journal.Store.
func (j *Journal) Recall(ctx context.Context, station, key string) (journal.Receipt, [32]byte, bool, error) {
	var r journal.Receipt
	var answer string
	var digest []byte
	err := j.reads["Recall"].QueryRowContext(ctx, station, key).Scan(&r.First, &r.Last, &answer, &digest)
	if errors.Is(err, sql.ErrNoRows) {
		return r, [32]byte{}, false, nil
	}
	if err != nil {
		return r, [32]byte{}, false, fmt.Errorf("recall %s: %w", key, err)
	}
	r.Answer, r.Repeat = json.RawMessage(answer), true
	return r, [32]byte(digest), true, nil
}

// Holder implements journal.Store.
func (j *Journal) Holder(ctx context.Context, station, space, value string) (string, error) {
	var holder string
	err := j.reads["Holder"].QueryRowContext(ctx, station, space, value).Scan(&holder)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("holder of %s: %w", space, err)
	}
	return holder, nil
}

// Open implements journal.Store.
func (j *Journal) Open(ctx context.Context, station, subject, field string, version int) (sealed, wrapped []byte, ok bool, err error) {
	err = j.reads["OpenText"].QueryRowContext(ctx, station, subject, field, version).Scan(&sealed, &wrapped)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, nil, false, nil
	}
	if err != nil {
		return nil, nil, false, fmt.Errorf("open %s/%s/%d: %w", subject, field, version, err)
	}
	return sealed, wrapped, true, nil
}

// Key implements journal.Store.
func (j *Journal) Key(ctx context.Context, station, subject string) ([]byte, bool, error) {
	var wrapped []byte
	err := j.reads["OpenKey"].QueryRowContext(ctx, station, subject).Scan(&wrapped)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("key of %s: %w", subject, err)
	}
	return wrapped, true, nil
}

// AnyKey gives one wrapped key of a station, to try whether the station key at hand opens it; ok is false when there is none.
func (j *Journal) AnyKey(ctx context.Context, station string) (subject string, wrapped []byte, ok bool, err error) {
	err = j.reads["AnyKey"].QueryRowContext(ctx, station).Scan(&subject, &wrapped)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil, false, nil
	}
	if err != nil {
		return "", nil, false, fmt.Errorf("look for a key of %s: %w", station, err)
	}
	return subject, wrapped, true, nil
}

// Stations implements journal.Store.
func (j *Journal) Stations(ctx context.Context) ([]string, error) {
	rows, err := j.reads["Stations"].QueryContext(ctx)
	if err != nil {
		return nil, fmt.Errorf("list stations: %w", err)
	}
	defer rows.Close()
	var list []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, fmt.Errorf("list stations: %w", err)
		}
		list = append(list, s)
	}
	return list, rows.Err()
}
