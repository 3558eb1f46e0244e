// Package notify tells people what concerns them: it follows the journal and, where the playbook says that somebody is to be told
// (tellings.csv), makes a notice of it; what is to leave the house goes through the gateways that are configured. Quiet hours are kept,
// what comes close together goes out as one message, and what became of every message is recorded. No message holds anything personal.
package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"maplegrid/internal/board/notices"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work/notice"
)

// Post makes and sends notices. Several may run on one database: each notice is made once; the id of a message tells a gateway that it
// had it before.
type Post struct {
	desk     *desk.Desk
	board    *notices.Query
	gateways Gateways

	// reached is how far the boards of a station have come.
	reached func(station string) journal.Seq

	mu sync.Mutex // one run at a time in this process
	at map[string]journal.Seq
	// told is the event by which the last deliveries were recorded, untold are those that could not be: before the board knows of all of
	// them nothing more is sent, or it would go out twice.
	told   map[string]journal.Seq
	untold map[string][]notice.Result
	// unwritten is how many events were read since the last one that is known in the journal to have been looked at.
	unwritten map[string]int
}

// New makes a Post that sends through some gateways; the zero Gateways send nothing.
func New(d *desk.Desk, b *notices.Query, reached func(station string) journal.Seq, g Gateways) *Post {
	return &Post{desk: d, board: b, gateways: g, reached: reached, at: map[string]journal.Seq{}, told: map[string]journal.Seq{}, untold: map[string][]notice.Result{}, unwritten: map[string]int{}}
}

// Gateways tells which channels are there.
func (p *Post) Gateways() Gateways { return p.gateways }

// Run makes notices of what is new, then sends what is due. What fails is tried again by the next call.
func (p *Post) Run(ctx context.Context) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	stations, err := p.desk.Journal.Stations(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, s := range stations {
		if err := p.follow(ctx, s); err != nil {
			errs = append(errs, fmt.Errorf("make notices of %s: %w", s, err))
		}
		if err := p.send(ctx, s); err != nil {
			errs = append(errs, fmt.Errorf("send notices of %s: %w", s, err))
		}
	}
	return errors.Join(errs...)
}

const (
	run     = 500  // events read at once
	persist = 5000 // events without a notice after which the journal is told how far they were looked at
)

// follow makes the notices of everything new in a station's journal. A station that never had any begins now: nobody wants to hear of
// last year.
func (p *Post) follow(ctx context.Context, station string) error {
	at, known := p.at[station]
	if !known {
		var err error
		if at, err = p.board.Upto(ctx, station); err != nil {
			return err
		}
		if at == 0 {
			if at, _, err = p.desk.Journal.Head(ctx, station); err != nil {
				return err
			}
			if err := p.make(ctx, station, at, nil); err != nil {
				return err
			}
		}
		p.at[station] = at
	}
	book, err := p.desk.Book(ctx, station)
	if err != nil {
		return err
	}
	for {
		events, err := p.desk.Journal.Read(ctx, station, at, run)
		if err != nil || len(events) == 0 {
			return err
		}
		for i := range events {
			list, err := p.of(ctx, book, &events[i])
			if err != nil {
				return fmt.Errorf("event %d: %w", events[i].Seq, err)
			}
			if p.unwritten[station]++; len(list) > 0 || p.unwritten[station] >= persist {
				if err := p.make(ctx, station, events[i].Seq, list); err != nil {
					return err
				}
			}
			at = events[i].Seq
			p.at[station] = at
		}
	}
}

// make records the notices of one event. The key is the event's: made twice, they are there once.
func (p *Post) make(ctx context.Context, station string, upto journal.Seq, list []notice.Notice) error {
	for n := 0; n == 0 || len(list) > 0; n++ {
		some := list[:min(len(list), notice.MaxRun)]
		list = list[len(some):]
		if _, err := p.do(ctx, station, p.key(station, "make", int64(upto), n), "notice.make", &notice.Make{Upto: upto, List: some}); err != nil {
			return err
		}
	}
	p.unwritten[station] = 0
	return nil
}

func (p *Post) do(ctx context.Context, station, key, name string, act any) (journal.Seq, error) {
	a, err := p.desk.Do(ctx, desk.Program(station), desk.Envelope{Key: key}, name, act)
	if f, ok := fault.Of(err); ok && f.Code == journal.CodeKeyReused {
		return 0, nil // another process made them, when a phone or a seat was another
	}
	return a.Seq, err
}

// key is drawn from the station key, so that nobody can take it before it is used.
func (p *Post) key(what ...any) string {
	mac := hmac.New(sha256.New, p.desk.Master[:])
	fmt.Fprintf(mac, "notify\x00%q", fmt.Sprint(what...))
	return "notify-" + hex.EncodeToString(mac.Sum(nil)[:16])
}

// maxTries is how often a message is handed to a gateway that does not answer; the wait doubles from a minute.
const maxTries = 5

// send hands what waits to the gateways.
func (p *Post) send(ctx context.Context, station string) error {
	if err := p.record(ctx, station); err != nil || p.reached(station) < p.told[station] {
		return err
	}
	list, err := p.board.Waiting(ctx, station, 500)
	if err != nil || len(list) == 0 {
		return err
	}
	book, err := p.desk.Book(ctx, station)
	if err != nil {
		return err
	}
	now, set := p.desk.Clock.Now(), book.TellSettings()
	var results []notice.Result
	for _, group := range bundles(list) {
		late, due := split(group, now, set)
		for _, r := range late {
			results = append(results, notice.Result{Notice: r.ID, State: notice.Dropped, Tries: r.Tries, Why: "too_late"})
		}
		if len(due) > 0 {
			results = append(results, p.hand(ctx, station, book, due)...)
		}
	}
	p.untold[station] = results
	return p.record(ctx, station)
}

// record writes down what became of the messages that were handed over.
func (p *Post) record(ctx context.Context, station string) error {
	results := p.untold[station]
	if len(results) == 0 {
		return nil
	}
	seq, err := p.do(ctx, station, p.key(station, "deliver", results[0].Notice, results[0].Tries), "notice.deliver", &notice.Deliver{Results: results})
	if err != nil {
		return err
	}
	p.told[station] = seq
	delete(p.untold, station)
	return nil
}

// bundles are the notices of one receiver and channel, the oldest receivers first; one with a code goes alone.
func bundles(list []notices.Row) (all [][]notices.Row) {
	index := map[string]int{}
	for _, r := range list {
		key := r.Channel + "\x00" + r.To + "\x00" + r.Cell
		if r.Phone != nil {
			key += "\x00" + r.Phone.Subject + "\x00" + r.Phone.Field
		}
		if r.Code != nil {
			key += "\x00" + r.ID
		}
		i, ok := index[key]
		if !ok {
			i = len(all)
			index[key], all = i, append(all, nil)
		}
		all[i] = append(all[i], r)
	}
	return all
}

// split says of the notices to one receiver which are too old, and which are to go out now: nothing that can wait in quiet hours, and
// what came close together as one. One that failed waits, doubling from a minute.
func split(group []notices.Row, now time.Time, set playbook.TellSettings) (late, due []notices.Row) {
	ripe := false
	for _, r := range group {
		if set.LateHours > 0 && now.Sub(r.At) > time.Duration(set.LateHours)*time.Hour {
			late = append(late, r)
			continue
		}
		if !r.Urgent && quiet(now, set) || r.Tries > 0 && now.Sub(r.StateAt) < time.Minute<<(r.Tries-1) {
			continue
		}
		ripe = ripe || r.Urgent || r.Code != nil || r.Tries > 0 || now.Sub(r.At) >= time.Duration(set.DigestMinutes)*time.Minute
		due = append(due, r)
	}
	if !ripe {
		return late, nil
	}
	return late, due
}

// hand sends one message for the notices of one receiver and says what became of each.
func (p *Post) hand(ctx context.Context, station string, book *playbook.Book, due []notices.Row) (results []notice.Result) {
	end := func(state, why string) []notice.Result {
		for _, r := range due {
			x := notice.Result{Notice: r.ID, State: state, Tries: r.Tries + 1, Why: why}
			if state == notice.Waiting && x.Tries >= maxTries {
				x.State = notice.Failed
			}
			results = append(results, x)
		}
		return results
	}
	gateway := p.gateways.of(due[0].Notice)
	if gateway == nil {
		return end(notice.Dropped, "no_gateway")
	}
	to, err := p.receiver(ctx, station, due[0].Notice)
	if err != nil || to == "" && due[0].Channel == notice.SMS {
		return end(notice.Dropped, "no_phone")
	}
	text, ok, err := p.text(ctx, station, book, due)
	if err != nil {
		slog.ErrorContext(ctx, "notice not written", "notice", due[0].ID, "error", err.Error())
		return end(notice.Waiting, "unreachable")
	}
	if !ok {
		return end(notice.Failed, "personal")
	}
	switch err := gateway.Send(ctx, Message{ID: due[0].ID, To: to, Text: text}); {
	case errors.Is(err, ErrRefused):
		slog.WarnContext(ctx, "message refused by the gateway", "notice", due[0].ID, "error", err.Error())
		return end(notice.Failed, "refused")
	case err != nil:
		slog.WarnContext(ctx, "gateway not reached", "notice", due[0].ID, "error", err.Error())
		return end(notice.Waiting, "unreachable")
	}
	return end(notice.Sent, "")
}
