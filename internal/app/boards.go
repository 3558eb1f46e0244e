package app

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/board/appointments"
	"maplegrid/internal/board/campaigns"
	"maplegrid/internal/board/cards"
	"maplegrid/internal/board/disputes"
	"maplegrid/internal/board/doorsteps"
	"maplegrid/internal/board/drafts"
	"maplegrid/internal/board/findings"
	"maplegrid/internal/board/firms"
	"maplegrid/internal/board/found"
	"maplegrid/internal/board/inbox"
	"maplegrid/internal/board/looks"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/board/meetings"
	"maplegrid/internal/board/notices"
	"maplegrid/internal/board/promises"
	"maplegrid/internal/board/ratings"
	"maplegrid/internal/board/retention"
	"maplegrid/internal/board/rights"
	"maplegrid/internal/board/search"
	"maplegrid/internal/board/tours"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/store"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/matter"
)

// Boards are the questions pages ask, and the follower that keeps their tables up to the journal.
type Boards struct {
	*board.Follower
	Matters      *matters.Query
	Inbox        *inbox.Query
	Search       *search.Query
	Looks        *looks.Query
	Ratings      *ratings.Query
	Rights       *rights.Query
	Disputes     *disputes.Query
	Promises     *promises.Query
	Meetings     *meetings.Query
	Firms        *firms.Query
	Campaigns    *campaigns.Query
	Findings     *findings.Query
	Doorsteps    *doorsteps.Query
	Notices      *notices.Query
	Cards        *cards.Query
	Tours        *tours.Query
	Found        *found.Query
	Appointments *appointments.Query
	Drafts       *drafts.Query
	Retention    *retention.Query
}

// OpenBoards makes the boards of an engine, and what they are asked with.
func OpenBoards(ctx context.Context, e *store.Engine, d *desk.Desk) (Boards, error) {
	keyring := func(station string) (*vault.Keyring, error) { return d.Keyring(context.Background(), station) }
	calendar := func(station string) *clock.Calendar {
		cal, err := d.Calendar(context.Background(), station)
		if err != nil {
			return clock.China()
		}
		return cal
	}
	builtOn := func(base string) func(ctx context.Context, station, kind string) (bool, error) {
		return func(ctx context.Context, station, kind string) (bool, error) {
			b, err := d.Book(ctx, station)
			if err != nil {
				return false, err
			}
			k, _ := b.Kind(kind)
			return k.Base == base, nil
		}
	}
	baseOf := func(ctx context.Context, station, kind string) (string, error) {
		b, err := d.Book(ctx, station)
		if err != nil {
			return "", err
		}
		k, _ := b.Kind(kind)
		return k.Base, nil
	}
	ruleOf := func(ctx context.Context, station string, m *matter.Matter) (string, error) {
		b, err := d.Book(ctx, station)
		if err != nil {
			return "", err
		}
		return desk.KeptAs(b, m), nil
	}
	isDispute := builtOn(dispute.Base)
	grade := func(station, risk string) (lookDays, followDays int) {
		b, err := d.Book(context.Background(), station)
		if err != nil {
			return 0, 0
		}
		g, _ := b.RiskGrade(risk)
		return g.LookDays, g.FollowDays
	}
	f, err := board.New(ctx, e, &matters.Board{Calendar: calendar, Renew: d.Refresh}, &inbox.Board{}, &search.Board{Keyring: keyring}, &looks.Board{}, &ratings.Board{}, &rights.Board{},
		&promises.Board{Is: isDispute}, &disputes.Board{Is: isDispute, Keyring: keyring}, &meetings.Board{}, &appointments.Board{}, &firms.Board{}, &campaigns.Board{}, &findings.Board{Base: baseOf}, &found.Board{Calendar: calendar}, &doorsteps.Board{Is: builtOn(doorstep.Base)}, &notices.Board{}, &cards.Board{}, &tours.Board{}, &drafts.Board{}, &retention.Board{RuleOf: ruleOf})
	if err != nil {
		return Boards{}, err
	}
	return Boards{f, matters.NewQuery(e.Boards), inbox.NewQuery(e.Boards), search.NewQuery(e.Boards, keyring), looks.NewQuery(e.Boards), ratings.NewQuery(e.Boards), rights.NewQuery(e.Boards),
		disputes.NewQuery(e.Boards, grade), promises.NewQuery(e.Boards), meetings.NewQuery(e.Boards), firms.NewQuery(e.Boards), campaigns.NewQuery(e.Boards), findings.NewQuery(e.Boards), doorsteps.NewQuery(e.Boards), notices.NewQuery(e.Boards), cards.NewQuery(e.Boards), tours.NewQuery(e.Boards), found.NewQuery(e.Boards), appointments.NewQuery(e.Boards), drafts.NewQuery(e.Boards), retention.NewQuery(e.Boards)}, nil
}

// Run keeps everything going that nobody asks for: boards follow the journal, the organisation is refreshed, what goes to another
// station is passed on, clocks that ran out are told to the head, promises are reminded of. It returns when ctx ends.
func (a *App) Run(ctx context.Context) {
	var others sync.WaitGroup
	defer others.Wait()
	a.checkChats(ctx)
	others.Go(func() { a.every(ctx, time.Second, "refresh the organisation", a.Desk.Refresh) })
	others.Go(func() { a.every(ctx, time.Second, "pass on what goes to another station", a.Relay.Deliver) })
	others.Go(func() { a.every(ctx, time.Minute, "tell of late matters", a.Escalate) })
	others.Go(func() { a.every(ctx, time.Minute, "watch over promises and disputes", a.Watch) })
	others.Go(func() { a.every(ctx, 2*time.Second, "tell people", a.Notify.Run) })
	others.Go(func() { a.every(ctx, 5*time.Second, "find hot spots", a.Hot.Follow) })
	others.Go(func() { a.every(ctx, time.Second, "read what was said", a.Reader.Run) })
	others.Go(func() { a.every(ctx, time.Second, "learn from corrections", a.Reader.Train) })
	others.Go(func() { a.every(ctx, time.Second, "ask for a second opinion", a.Reader.Ask) })
	if len(a.chats) > 0 {
		others.Go(func() { a.every(ctx, time.Second, "fetch pictures of group chats", a.FetchPictures) })
		others.Go(func() {
			a.every(ctx, 5*time.Second, "keep the counters of webhooks", a.KeepCounts)
			_ = a.KeepCounts(context.WithoutCancel(ctx)) // what came last; a failure was logged the time before
		})
	}
	others.Go(func() { a.every(ctx, 5*time.Minute, "tidy sessions and uploads", a.Site.Tidy) })
	a.Boards.Run(ctx, func(err error) { slog.ErrorContext(ctx, "boards do not follow", "error", err) })
}

func (a *App) every(ctx context.Context, d time.Duration, what string, do func(context.Context) error) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for {
		if err := do(ctx); err != nil && ctx.Err() == nil {
			slog.ErrorContext(ctx, "cannot "+what, "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
	}
}

// Escalate tells the head of every matter whose clock ran out, once for each clock.
func (a *App) Escalate(ctx context.Context) error {
	stations, err := a.Engine.Journal.Stations(ctx)
	if err != nil {
		return err
	}
	for _, s := range stations {
		late, err := a.Boards.Matters.LateUntold(ctx, access.System(s), a.Desk.Clock.Now(), 500)
		if err != nil {
			return err
		}
		for _, l := range late {
			// The stream's version is in the key: a clock that starts anew after a reopening is told of anew.
			row, err := a.Boards.Matters.One(ctx, access.System(s), l.ID)
			if err != nil {
				return err
			}
			key := fmt.Sprintf("escalate-%s-%s-%d", l.ID, l.Limit, row.Version)
			if err := a.program(ctx, s, key, "matter.escalate", &matter.Escalate{On: matter.On{Matter: l.ID}, Limit: l.Limit}); err != nil {
				return err
			}
		}
	}
	return nil
}
