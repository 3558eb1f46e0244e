package demo

import (
	"testing"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/board/campaigns"
	"maplegrid/internal/board/firms"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/campaign"
	"maplegrid/internal/work/firm"
)

// Firms alone are lived through in every playbook: told, visited, asked, advised, cards checked, gates watched; a campaign with a fault
// put right, one waiting to be seen again, one grown into a matter, a place left.
func TestFirmsAreLivedThrough(t *testing.T) {
	for _, name := range []string{"base", "shengrenjian", "caochuan"} {
		t.Run(name, func(t *testing.T) {
			l, begin, e := alone(t, name, 90)
			l.keepFirms(begin)
			if err := l.run(begin, l.end); err != nil {
				t.Fatal(err)
			}
			counts := map[string]int{}
			events, err := e.Journal.Read(l.ctx, desktest.Station, 0, 10000)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range events {
				counts[x.Kind]++
			}
			for _, x := range []interface{ EventKind() string }{firm.WasSet{}, firm.OfficerAssigned{}, firm.Briefed{}, firm.Visited{}, firm.Answered{}, firm.AdviceFollowed{}, firm.CheckAsked{},
				firm.RecruitChecked{}, firm.PostSet{}, firm.Stood{}, firm.StoodDown{}, campaign.Started{}, campaign.Checked{}, campaign.Missed{}, campaign.WasFixed{}, campaign.SeenAgain{}, campaign.Grown{}} {
				if counts[x.EventKind()] == 0 {
					t.Errorf("no %s", x.EventKind())
				}
			}
			f, err := board.New(l.ctx, e, &firms.Board{}, &campaigns.Board{})
			if err != nil {
				t.Fatal(err)
			}
			if _, err := f.CatchUp(l.ctx); err != nil {
				t.Fatal(err)
			}
			scope, today := access.System(desktest.Station), end.Format("2006-01-02")
			views, err := firms.NewQuery(e.Boards).Counts(l.ctx, scope, today)
			if err != nil {
				t.Fatal(err)
			}
			waiting, err := campaigns.NewQuery(e.Boards).Count(l.ctx, scope, campaigns.Wanted{Fixed: true})
			if err != nil {
				t.Fatal(err)
			}
			open, err := campaigns.NewQuery(e.Boards).Count(l.ctx, scope, campaigns.Wanted{})
			if err != nil {
				t.Fatal(err)
			}
			t.Logf("%v, %d events, faults open %d, waiting %d", views, len(events), open, waiting)
			if views[firms.All] < 15 || views[firms.VisitLate] == 0 || views[firms.BriefLate] == 0 || views[firms.Nobody] != 1 || waiting == 0 || open <= waiting {
				t.Errorf("%v, faults open %d, waiting %d", views, open, waiting)
			}
		})
	}
}
