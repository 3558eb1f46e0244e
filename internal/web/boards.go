package web

import (
	"context"
	"time"

	"maplegrid/internal/access"
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
	"maplegrid/internal/journal"
	"maplegrid/internal/round"
)

// Boards are the questions the pages of the station ask.
type Boards struct {
	Matters *matters.Query
	Inbox   *inbox.Query
	Search  *search.Query
	Looks   *looks.Query
	// Ratings are what people think of the work, Rights what they ask about their own data.
	Ratings *ratings.Query
	Rights  *rights.Query
	// Retention is what is kept for how long.
	Retention *retention.Query
	// Disputes, Promises and Meetings are asked by the pages around disputes.
	Disputes *disputes.Query
	Promises *promises.Query
	Meetings *meetings.Query
	// Firms and Campaigns are asked by the pages of firms, schools and venues.
	Firms     *firms.Query
	Campaigns *campaigns.Query
	Notices   *notices.Query
	// Doorsteps are the visits at people's doors.
	Doorsteps *doorsteps.Query
	// Tours are the rounds of the days.
	Tours *tours.Query
	// Cards are contact cards and the households they are carried to.
	Cards *cards.Query
	// Found is asked by the pages of things found.
	Found *found.Query
	// Findings is asked by the pages of people sought.
	Findings *findings.Query
	// Appointments is asked by the pages of the window.
	Appointments *appointments.Query
	// Drafts is what was said in group chats.
	Drafts *drafts.Query
	// Reached gives how far the boards of a station have come, and a channel closed when they move on.
	Reached func(station string) (journal.Seq, <-chan struct{})
	// Wait waits until the boards of a station have seen an event, at most for a time; false when they have not.
	Wait func(ctx context.Context, station string, seq journal.Seq, most time.Duration) bool
	// Closing is closed when the server stops: live streams end, or it would wait for them. Nil never stops.
	Closing <-chan struct{}
}

// patience is how long a page that wrote waits to see what it wrote.
const patience = time.Second

// await waits, bounded, until the boards have seen an event: a page that just wrote shows what it wrote.
func (s *Site) await(ctx context.Context, station string, seq journal.Seq) {
	s.Boards.Wait(ctx, station, seq, patience)
}

func (s *Site) reached(station string) journal.Seq {
	if s.Boards.Reached == nil {
		return 0
	}
	seq, _ := s.Boards.Reached(station)
	return seq
}

// navCounts gives the small figures beside entries of the navigation.
func (s *Site) navCounts(ctx context.Context, who access.Who) map[string]int {
	counts := map[string]int{}
	scope := s.Policy.Scope(who)
	if n, err := s.Boards.Inbox.Waiting(ctx, scope); err == nil {
		counts["inbox"] = n
	}
	if s.Boards.Drafts != nil && s.May(who, "draft.read") {
		if n, err := s.Boards.Drafts.Waiting(ctx, scope); err == nil {
			counts["talk"] = n
		}
	}
	if n, err := s.Boards.Notices.Unread(ctx, scope); err == nil && s.Boards.Notices != nil {
		counts["notices"] = n
	}
	if n, err := s.Boards.Matters.Count(ctx, scope, matters.Mine, s.Clock.Now()); err == nil {
		counts["matters"] = n
	}
	return counts
}

// staffRoutes are the pages of the station; there are none without boards to ask.
func (s *Site) staffRoutes() []Route {
	if s.Boards.Matters == nil {
		return nil
	}
	return []Route{
		{Method: "GET", Pattern: "/inbox", Handler: s.inbox},
		{Method: "GET", Pattern: "/inbox/{id}", Handler: s.inboxOne},
		{Method: "GET", Pattern: "/reports/new", May: "report.submit", Handler: s.reportNew},
		{Method: "POST", Pattern: "/reports/new", May: "report.submit", Large: true, Handler: s.reportTakeDown},
		{Method: "GET", Pattern: "/reports/{id}", Handler: s.staffReport},
		{Method: "POST", Pattern: "/reports/{id}/triage", Handler: s.reportTriage},
		{Method: "GET", Pattern: "/matters", Handler: s.matterList},
		{Method: "GET", Pattern: "/matters/new", Handler: s.matterNew},
		{Method: "POST", Pattern: "/matters/new", Handler: s.matterOpen},
		{Method: "GET", Pattern: "/matters/{id}", Handler: s.matterPage},
		{Method: "GET", Pattern: "/look", Handler: s.lookAsk},
		{Method: "POST", Pattern: "/look", Handler: s.look},
		{Method: "GET", Pattern: "/looks", May: "looks.read", Handler: s.looks},
		{Method: "GET", Pattern: "/ledger", May: "ledger.read", Handler: s.ledger},
		{Method: "GET", Pattern: "/ledger.xlsx", May: "ledger.export", Handler: s.ledgerAgain},
		{Method: "POST", Pattern: "/ledger.xlsx", May: "ledger.export", Handler: s.ledgerExport},
		{Method: "GET", Pattern: "/search", Handler: s.search},
		{Method: "GET", Pattern: "/playbook", May: "playbook.read", Handler: s.playbook},
		{Method: "GET", Pattern: "/settings", May: "settings.read", Handler: s.settings},
		{Method: "GET", Pattern: "/style", May: "settings.read", Handler: s.stylePage},
		{Method: "GET", Pattern: "/live", Handler: s.live},
	}
}

// Ways gives travel times of a station where a table of them is given; false where there is none.
type Ways func(ctx context.Context, station string) (round.Matrix, bool, error)
