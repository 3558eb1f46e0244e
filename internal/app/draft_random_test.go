package app_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// stir lets one person do anything to any draft.
func stir(d *desktest.Desk, who access.Who, seed uint64, steps int, pool *drafted) error {
	rng := rand.New(rand.NewPCG(seed, 1))
	texts := []string{"三号楼漏水。还有路灯坏了。东门有人吵架", "楼上楼下吵架", "井盖没了，有人摔了；路灯也不亮", "人已经走了", "收到"}
	for i := range steps {
		id, other := pool.any(rng)
		on := draft.On{Draft: id}
		var name string
		var act any
		switch x := rng.IntN(20); {
		case id == "" || x < 3:
			text := fmt.Sprintf("李梅：第%d-%d条%s\n王强：第%d-%d条%s", seed, i, texts[rng.IntN(len(texts))], seed, i, texts[rng.IntN(len(texts))])
			name, act = "draft.paste", &draft.Paste{Text: text, Group: "东街群", Cell: "c1"}
		case x < 7:
			name, act = "draft.accept", &draft.Accept{On: on, Kind: "hazard", Title: "随便一件", Cell: "c1", Grade: "normal"}
		case x < 9:
			name, act = "draft.accept", &draft.Accept{On: on}
		case x < 12:
			name, act = "draft.join", &draft.Join{On: on, Into: other}
		case x < 14:
			name, act = "draft.part", &draft.Part{On: on, Cuts: []int{2 + rng.IntN(6)}}
		case x < 15:
			name, act = "draft.put_aside", &draft.PutAside{On: on, Reason: draft.Known}
		default:
			name, act = "draft.undo", &draft.Undo{On: on}
		}
		a, err := d.Desk.Do(context.Background(), who, desk.Envelope{Key: fmt.Sprintf("stir-%d-%d", seed, i)}, name, act)
		if _, refused := fault.Of(err); err != nil && !refused {
			return fmt.Errorf("%s: %w", name, err)
		}
		pool.done(name, a, err)
	}
	return nil
}

// drafted are the drafts of several people, and how often each act was done.
type drafted struct {
	sync.Mutex
	ids   []string
	times map[string]int
}

func (p *drafted) any(rng *rand.Rand) (one, other string) {
	p.Lock()
	defer p.Unlock()
	if len(p.ids) == 0 {
		return "", ""
	}
	late := p.ids[max(0, len(p.ids)-12):]
	return late[rng.IntN(len(late))], late[rng.IntN(len(late))]
}

func (p *drafted) done(name string, a desk.Answer, err error) {
	p.Lock()
	defer p.Unlock()
	if p.ids = append(p.ids, a.Drafts...); err == nil {
		p.times[name]++
	}
}

func TestDraftsHoldWhateverThreePeopleDoAtOnce(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		ctx := context.Background()
		cast := d.Cast(t, desktest.Station)
		pool := &drafted{times: map[string]int{}}
		failed := make(chan error, 3)
		for i, name := range []string{"officer_1", "duty_lead", "head"} {
			go func() { failed <- stir(d, cast[name], uint64(i+1), 150, pool) }()
		}
		for range 3 {
			if err := <-failed; err != nil {
				t.Fatal(err)
			}
		}
		for _, name := range []string{"draft.paste", "draft.accept", "draft.join", "draft.part", "draft.put_aside", "draft.undo"} {
			if pool.times[name] == 0 {
				t.Errorf("%s was never done", name)
			}
		}
		found := gather(t, a)
		t.Run("立了的恰有一件报事，没有撤回，撤销的都撤回了", func(t *testing.T) { found.filed(t) })
		t.Run("撤销的所立事项作废，没撤销的不作废", func(t *testing.T) { found.voided(t) })
		t.Run("记录连得上，清单重建逐行相同", func(t *testing.T) {
			if err := journal.VerifyChain(ctx, a.Engine.Journal, desktest.Station); err != nil {
				t.Error(err)
			}
			if _, err := a.Boards.CatchUp(ctx); err != nil {
				t.Fatal(err)
			}
			if err := a.VerifyBoards(ctx); err != nil {
				t.Error(err)
			}
		})
	})
}

// made is everything that was made, folded.
type made struct {
	drafts  map[string]*draft.Draft
	reports map[string]report.Report
	matters map[string]matter.Matter
}

func gather(t *testing.T, a *app.App) made {
	t.Helper()
	events, err := a.Engine.Journal.Read(context.Background(), desktest.Station, 0, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	streams := map[string][]journal.Event{}
	for _, e := range events {
		streams[e.Stream] = append(streams[e.Stream], e)
	}
	m := made{map[string]*draft.Draft{}, map[string]report.Report{}, map[string]matter.Matter{}}
	for stream, list := range streams {
		room, id, _ := strings.Cut(stream, "/")
		var err error
		switch room {
		case "draft":
			m.drafts[id], err = draft.Fold(list)
		case "report":
			m.reports[id], err = report.Fold(list)
		case "matter":
			m.matters[id], err = matter.Fold(list)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func (m made) filed(t *testing.T) {
	live, filed := map[string]int{}, 0
	for id, r := range m.reports {
		if r.Draft == "" {
			continue
		}
		if d := m.drafts[r.Draft]; d == nil {
			t.Errorf("report %s is of no draft", id)
		}
		if r.State != report.Withdrawn {
			live[r.Draft]++
		}
	}
	for id, d := range m.drafts {
		if d.State == draft.Filed {
			filed++
			if r, ok := m.reports[d.Filing.Report]; !ok || r.State == report.Withdrawn {
				t.Errorf("%s is filed, its report is not there or withdrawn", id)
			}
		}
		want := 0
		if d.State == draft.Filed {
			want = 1
		}
		if d.State == draft.Joined && m.drafts[d.Into].State == draft.Filed {
			continue // one of its own when somebody else said it
		}
		if live[id] != want {
			t.Errorf("%s is %s and has %d reports", id, d.State, live[id])
		}
	}
	if filed == 0 {
		t.Error("nothing is filed")
	}
}

func (m made) voided(t *testing.T) {
	kept := map[string]bool{}
	for _, d := range m.drafts {
		if d.State == draft.Filed && d.Filing.Matter != "" {
			kept[d.Filing.Matter] = true
		}
	}
	voided := 0
	for id, x := range m.matters {
		if x.State == matter.Voided {
			voided++
		}
		if kept[id] != (x.State != matter.Voided) {
			t.Errorf("matter %s is %s, a filing stands: %v", id, x.State, kept[id])
		}
	}
	if voided == 0 {
		t.Error("no matter was voided")
	}
}
