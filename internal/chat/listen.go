package chat

import (
	"errors"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// Call is a callback as it came in.
type Call struct {
	Method string
	Query  url.Values
	Header http.Header
	Body   []byte
}

// MaxCall is the longest body of a callback; the vendors' own are a few kilobytes.
const MaxCall = 64 << 10

// Why a callback is not listened to. The caller answers 401, counts it and stores nothing, whichever it is: who forges one
// learns nothing from the answer.
var (
	ErrForged    = errors.New("the signature is not the vendor's")
	ErrStale     = errors.New("signed too long ago, or for a time to come")
	ErrReplayed  = errors.New("the same signature was seen before")
	ErrTooLarge  = errors.New("larger than any message")
	ErrMalformed = errors.New("signed, but not of the form the vendor publishes")
)

// Heard is what a callback says once it is believed.
type Heard struct {
	Lines []Line // with ID, the vendor's own of the message; none for an event, a check of the address, a greeting
	Group string // the vendor's id of the group; "" when it was said to the robot alone
	Title string // what the group is called, where the vendor says
	User  string // the vendor's id of the sender; Line.Sender is the name, or this when there is none

	Pictures []Picture // of the message, as far as the vendor says where they are; voices and videos are counted alone

	Answer     []byte // what the vendor wants to hear back, with 200
	AnswerType string

	signature string
}

// vendor reads the callbacks of one vendor: signature and time first, then the words.
type vendor interface {
	hear(c Call, now time.Time) (Heard, signed, error)
}

// signed is by what a callback is known again.
type signed struct {
	signature string
	at        time.Time
	window    time.Duration
}

// timely says whether a callback was signed about now. Clocks differ: as far ahead as behind.
func (s signed) timely(now time.Time) error {
	if d := now.Sub(s.at); d > s.window || d < -s.window {
		return ErrStale
	}
	return nil
}

// Counts say how many messages were heard and how many callbacks refused.
type Counts struct{ Heard, Forged, Stale, Replayed, TooLarge, Malformed int }

// Refused is how many were refused in all.
func (c Counts) Refused() int { return c.Forged + c.Stale + c.Replayed + c.TooLarge + c.Malformed }

// Listener listens to one configured chat. It remembers what it heard, so that nothing is heard twice, as long as a signature
// is good; what survives a restart is the message's id, by which the desk knows it. It is safe for concurrent use.
type Listener struct {
	vendor vendor
	mu     sync.Mutex
	seen   map[string]time.Time // until when
	order  []string
	counts Counts
}

// newListener makes a Listener for a vendor.
func newListener(v vendor) *Listener { return &Listener{vendor: v, seen: map[string]time.Time{}} }

// maxSeen bounds what is remembered: more than any group says within a window.
const maxSeen = 20_000

// Hear reads a callback. Every error is one of the five above.
func (l *Listener) Hear(c Call, now time.Time) (Heard, error) {
	h, s, err := l.vendor.hear(c, now)
	if len(c.Body) > MaxCall {
		err = ErrTooLarge
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err == nil && !l.remember(s, now) {
		err = ErrReplayed
	}
	if err != nil {
		l.refuse(err)
		return Heard{}, err
	}
	if len(h.Lines) > 0 {
		l.counts.Heard++
	}
	h.signature = s.signature
	return h, nil
}

// Unheard forgets a callback that could not be kept after all, so that the vendor may send it again.
func (l *Listener) Unheard(h Heard) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.seen, h.signature)
	if len(h.Lines) > 0 {
		l.counts.Heard--
	}
}

// Resume goes on counting from what was counted before a restart.
func (l *Listener) Resume(from Counts) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts = from
}

// Counts gives the counters.
func (l *Listener) Counts() Counts {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.counts
}

// remember notes a signature until it is no longer good; false when it was noted before.
func (l *Listener) remember(s signed, now time.Time) bool {
	if until, ok := l.seen[s.signature]; ok && now.Before(until) {
		return false
	}
	for len(l.order) > 0 && (len(l.order) >= maxSeen || !now.Before(l.seen[l.order[0]])) {
		delete(l.seen, l.order[0])
		l.order = l.order[1:]
	}
	l.seen[s.signature] = s.at.Add(s.window + time.Second)
	l.order = append(l.order, s.signature)
	return true
}

func (l *Listener) refuse(err error) {
	c := &l.counts
	for e, n := range map[error]*int{ErrForged: &c.Forged, ErrStale: &c.Stale, ErrReplayed: &c.Replayed, ErrTooLarge: &c.TooLarge, ErrMalformed: &c.Malformed} {
		if errors.Is(err, e) {
			*n++
		}
	}
}
