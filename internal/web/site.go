// Package web is the pages: for residents without an account, and for the people of a station. Every page works without script;
// everything that changes something is an act handed to the desk.
package web

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/chat"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/journal"
	"maplegrid/internal/photo"
	"maplegrid/internal/web/keep"
)

// SessionStore keeps who is signed in; keep.Sessions is the one that runs.
type SessionStore interface {
	Open(ctx context.Context, s keep.Session) error
	Find(ctx context.Context, hash string) (keep.Session, bool, error)
	Touch(ctx context.Context, hash string, at time.Time) error
	Close(ctx context.Context, hash string) error
	CloseOthers(ctx context.Context, station, person, but string) error
	Of(ctx context.Context, station, person string) ([]keep.Session, error)
	Purge(ctx context.Context, idle, absolute time.Time) error
}

// BlobStore keeps pictures sealed; keep.Blobs is the one that runs.
type BlobStore interface {
	Put(ctx context.Context, station, sender string, p photo.Picture, at time.Time) (string, error)
	PutPaper(ctx context.Context, station, sender string, p keep.Paper, at time.Time) (string, error)
	Meta(ctx context.Context, station, id string) (keep.Blob, bool, error)
	Get(ctx context.Context, station, id string, size keep.Size) ([]byte, bool, error)
	Attach(ctx context.Context, station, id, thing string) error
	Move(ctx context.Context, station, id, thing string) error
	Drop(ctx context.Context, station, id string) error
	DropOf(ctx context.Context, station, thing string) error
	Purge(ctx context.Context, before time.Time) (int, error)
}

// Site is the pages of one running Maplegrid. Set the fields, then take Handler; none may change afterwards.
type Site struct {
	Desk     *desk.Desk
	Policy   *access.Policy
	Clock    clock.Clock
	Rand     io.Reader
	Sessions SessionStore
	Blobs    BlobStore
	Station  string // the station that pages without an account speak for
	BaseURL  string // as residents reach it, https://…; it decides about cookies and is printed in QR codes
	Log      *slog.Logger
	Boards   Boards       // what the pages of the station ask; without it those pages are not there
	Ways     Ways         // travel times that are given; none when nil
	Hot      Hot          // what several people report; its pages are not there when nil
	Chats    []*chat.Chat // group chats whose vendors call this house; their addresses are not there without
	Rooms    []Room       // pages besides those of the core; see rooms.All
	Reader   Reader       // proposes what a message is about; nothing when nil

	// Demo is for invented people only: nobody is made to set up a second factor before looking round.
	Demo bool

	// Books lists the playbooks that may be chosen at setup: name and title.
	Books func(ctx context.Context) []Choice
	// Await waits, bounded, until the boards have seen an event of a station. Nil waits for nothing.
	Await func(ctx context.Context, station string, seq journal.Seq)
	// Counts gives the small figures beside entries of the navigation, by their key. Nil shows none.
	Counts func(ctx context.Context, who access.Who) map[string]int
	// Want keeps that a picture of a message of a group chat is to be fetched from its vendor. Nil fetches none.
	Want func(ctx context.Context, w keep.Wanted, from time.Time) error
	// Texts tells whether a station can send text messages; a one-time code may then be asked for by one. Nil sends none.
	Texts func(station string) bool
	// Idle and Absolute end a session: unused for so long, or so long after sign-in. Zero means 30 minutes and 12 hours.
	Idle, Absolute time.Duration
	// More are handlers mounted beside the pages: "/api/", "/live". They come behind the same walls as the pages.
	More map[string]http.Handler

	once   sync.Once
	cookie []byte // key of what is signed in cookies
	gates  gates
	setup  setupCode
}

// Choice is something to choose: its value and what it is called.
type Choice struct{ Value, Zh, En string }

func (s *Site) init() {
	s.once.Do(func() {
		if s.Log == nil {
			s.Log = slog.Default()
		}
		if s.Idle == 0 {
			s.Idle = 30 * time.Minute
		}
		if s.Absolute == 0 {
			s.Absolute = 12 * time.Hour
		}
		if s.Boards.Matters != nil && s.Counts == nil {
			s.Counts = s.navCounts
		}
		if s.Boards.Wait != nil && s.Await == nil {
			s.Await = s.await
		}
		s.BaseURL = strings.TrimSuffix(s.BaseURL, "/")
		key, err := hkdf.Key(sha256.New, s.Desk.Master[:], nil, "maplegrid web cookie", 32)
		if err != nil {
			panic(err) // only a wrong length can fail
		}
		s.cookie = key
		s.gates = newGates(s.Clock)
	})
}

// Tidy removes what has run out: sessions, and pictures that were sent and never used. The server calls it every few minutes.
func (s *Site) Tidy(ctx context.Context) error {
	s.init()
	now := s.Clock.Now()
	if err := s.Sessions.Purge(ctx, now.Add(-s.Idle), now.Add(-s.Absolute)); err != nil {
		return err
	}
	if s.Blobs == nil {
		return nil
	}
	if err := s.dropErased(ctx); err != nil {
		return err
	}
	_, err := s.Blobs.Purge(ctx, now.Add(-looseFor))
	return err
}

// looseFor is how long a picture that belongs to nothing is kept: somebody may still be writing the words to it.
const looseFor = 24 * time.Hour
