package keep

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"maplegrid/internal/photo"
	"maplegrid/internal/vault"
)

// Keyrings gives the keys of a station.
type Keyrings interface {
	Keyring(ctx context.Context, station string) (*vault.Keyring, error)
}

// Blob is what is known of a picture without opening it.
type Blob struct {
	ID            string
	Sender        string // the person who sent it; "public" somebody without an account
	Thing         string // what it is attached to: "report/r_…"; "" until then
	Type          string // of the original
	Sum           string // SHA-256 of the original
	Bytes         int64
	Width, Height int // of the picture as shown
	MadeAt        time.Time
}

// Size is which of a blob's pictures is meant.
type Size string

// The pictures of a blob. The original is evidence: it is opened for exports with a purpose, never to show it on a page.
const (
	Shown    Size = "shown"
	Thumb    Size = "thumb"
	Original Size = "original"
)

// Blobs keeps pictures, each sealed under a key of its own that the station's key wraps.
type Blobs struct {
	write, read *sql.DB
	keys        Keyrings
	random      io.Reader
	q           map[string]string
}

// NewBlobs makes the table where it is missing. random is crypto/rand when nil.
func NewBlobs(ctx context.Context, write, read *sql.DB, keys Keyrings, random io.Reader) (*Blobs, error) {
	if random == nil {
		random = rand.Reader
	}
	b := &Blobs{write, read, keys, random, queries(blobSQL)}
	if err := build(ctx, write, b.q, "MakeBlob", "MakeBlobIndex"); err != nil {
		return nil, fmt.Errorf("make the table of pictures: %w", err)
	}
	return b, nil
}

// Put seals a picture and keeps it, attached to nothing yet. Its id is 128 random bits.
func (b *Blobs) Put(ctx context.Context, station, sender string, p photo.Picture, at time.Time) (string, error) {
	ring, err := b.keys.Keyring(ctx, station)
	if err != nil {
		return "", err
	}
	raw := make([]byte, 16)
	if _, err := io.ReadFull(b.random, raw); err != nil {
		return "", fmt.Errorf("draw an id: %w", err)
	}
	id := "b_" + hex.EncodeToString(raw)
	wrapped, key, err := ring.NewSubjectKey(id, b.random)
	if err != nil {
		return "", err
	}
	var sealed [3][]byte
	for i, one := range []struct {
		size  Size
		plain []byte
	}{{Original, p.Original}, {Shown, p.JPEG}, {Thumb, p.Thumb}} {
		if sealed[i], err = ring.Seal(key, vault.Ref{Subject: id, Field: string(one.size), Version: 1}, one.plain, b.random); err != nil {
			return "", err
		}
	}
	_, err = b.write.ExecContext(ctx, b.q["PutBlob"], station, id, sender, p.Type, hex.EncodeToString(p.Sum[:]), len(p.Original), p.W, p.H, at.UnixMicro(),
		wrapped, sealed[0], sealed[1], sealed[2])
	if err != nil {
		return "", fmt.Errorf("keep picture: %w", err)
	}
	return id, nil
}

// Paper is a printed paper as it is kept.
type Paper struct{ PDF, DOCX []byte }

// The two shapes of a kept paper, in the places of a picture's.
const (
	PDF  = Original
	DOCX = Shown
)

// PutPaper seals a printed paper and keeps it, attached to nothing yet.
func (b *Blobs) PutPaper(ctx context.Context, station, sender string, p Paper, at time.Time) (string, error) {
	return b.Put(ctx, station, sender, photo.Picture{Type: "application/pdf", Original: p.PDF, JPEG: p.DOCX, Sum: sha256.Sum256(p.PDF)}, at)
}

// Meta tells of a picture; ok is false when there is none of that id.
func (b *Blobs) Meta(ctx context.Context, station, id string) (Blob, bool, error) {
	m := Blob{ID: id}
	var at int64
	err := b.read.QueryRowContext(ctx, b.q["BlobMeta"], station, id).Scan(&m.Sender, &m.Thing, &m.Type, &m.Sum, &m.Bytes, &m.Width, &m.Height, &at)
	if errors.Is(err, sql.ErrNoRows) {
		return Blob{}, false, nil
	}
	if err != nil {
		return Blob{}, false, fmt.Errorf("look up picture: %w", err)
	}
	m.MadeAt = time.UnixMicro(at).UTC()
	return m, true, nil
}

// Get opens one size of a picture; ok is false when there is none of that id.
func (b *Blobs) Get(ctx context.Context, station, id string, size Size) ([]byte, bool, error) {
	name := map[Size]string{Shown: "BlobShown", Thumb: "BlobThumb", Original: "BlobOriginal"}[size]
	var wrapped, sealed []byte
	err := b.read.QueryRowContext(ctx, b.q[name], station, id).Scan(&wrapped, &sealed)
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	if err != nil {
		return nil, false, fmt.Errorf("read picture: %w", err)
	}
	ring, err := b.keys.Keyring(ctx, station)
	if err != nil {
		return nil, false, err
	}
	key, err := ring.Unwrap(id, wrapped)
	if err != nil {
		return nil, false, err
	}
	plain, err := ring.Open(key, vault.Ref{Subject: id, Field: string(size), Version: 1}, sealed)
	return plain, err == nil, err
}

// Attach says which thing a picture belongs to; a picture never moves from one thing to another.
func (b *Blobs) Attach(ctx context.Context, station, id, thing string) error {
	r, err := b.write.ExecContext(ctx, b.q["AttachBlob"], station, id, thing)
	if err != nil {
		return fmt.Errorf("attach picture: %w", err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return errors.Join(fmt.Errorf("attach picture %s to %s: it is gone or belongs elsewhere", id, thing), err)
	}
	return nil
}

// Move gives a picture that belongs to one thing to another one, that was made of it.
func (b *Blobs) Move(ctx context.Context, station, id, thing string) error {
	if _, err := b.write.ExecContext(ctx, b.q["MoveBlob"], station, id, thing); err != nil {
		return fmt.Errorf("move picture: %w", err)
	}
	return nil
}

// Drop removes a picture that is attached to nothing.
func (b *Blobs) Drop(ctx context.Context, station, id string) error {
	_, err := b.write.ExecContext(ctx, b.q["DropBlob"], station, id)
	return err
}

// DropOf removes the pictures of a thing that is erased.
func (b *Blobs) DropOf(ctx context.Context, station, thing string) error {
	_, err := b.write.ExecContext(ctx, b.q["DropBlobsOf"], station, thing)
	return err
}

// Purge removes pictures that were sent before a time and never attached: forms that were given up. It says how many.
func (b *Blobs) Purge(ctx context.Context, before time.Time) (int, error) {
	rows, err := b.read.QueryContext(ctx, b.q["LooseBlobs"], before.UnixMicro())
	if err != nil {
		return 0, fmt.Errorf("list loose pictures: %w", err)
	}
	var loose [][2]string
	for rows.Next() {
		var one [2]string
		if err := rows.Scan(&one[0], &one[1]); err != nil {
			return 0, errors.Join(err, rows.Close())
		}
		loose = append(loose, one)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return 0, fmt.Errorf("list loose pictures: %w", err)
	}
	for _, one := range loose {
		if err := b.Drop(ctx, one[0], one[1]); err != nil {
			return 0, fmt.Errorf("drop loose picture: %w", err)
		}
	}
	return len(loose), nil
}
