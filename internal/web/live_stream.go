package web

import (
	"fmt"
	"net/http"
	"sync/atomic"
	"time"

	"maplegrid/internal/fault"
)

// maxStreams is how many pages may listen at once; those beyond work as pages without script do.
const maxStreams = 2000

var streams atomic.Int64

// heartbeat keeps proxies from closing a quiet stream, and finds out that a browser has left.
const heartbeat = 25 * time.Second

// live says how far the boards have come, and again whenever they move: nothing else. The page fetches what it shows by itself.
func (s *Site) live(w http.ResponseWriter, r *http.Request) error {
	if s.Boards.Reached == nil {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	if streams.Add(1) > maxStreams {
		streams.Add(-1)
		return fault.New(fault.Throttled, "live.too_many", nil)
	}
	defer streams.Add(-1)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("X-Accel-Buffering", "no")
	out, station := http.NewResponseController(w), s.Who(r).Station
	_ = out.SetWriteDeadline(time.Time{})
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	told := int64(-1)
	for {
		seq, moved := s.Boards.Reached(station)
		line := ": \n\n"
		if int64(seq) != told {
			told, line = int64(seq), fmt.Sprintf("data: %d\n\n", seq)
		}
		if _, err := w.Write([]byte(line)); err != nil {
			return nil // they left
		}
		if err := out.Flush(); err != nil {
			return nil
		}
		select {
		case <-moved:
		case <-beat.C:
			// A session may have ended meanwhile: the browser then asks anew and is told.
			if !s.stillSignedIn(r) {
				return nil
			}
		case <-r.Context().Done():
			return nil
		case <-s.Boards.Closing:
			return nil
		}
	}
}

// stillSignedIn looks again without counting as use: an open page alone must not keep a session alive.
func (s *Site) stillSignedIn(r *http.Request) bool {
	v := visitOf(r)
	if v.session == nil {
		return false
	}
	n, ok, err := s.Sessions.Find(r.Context(), v.session.Hash)
	now := s.Clock.Now()
	return err == nil && ok && now.Sub(n.SeenAt) <= s.Idle && now.Sub(n.MadeAt) <= s.Absolute
}

// background tells requests a page makes by itself: they too must not keep a session alive that nobody uses.
func background(r *http.Request) bool { return r.URL.Path == "/live" || r.URL.Query().Has("part") }
