package app_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/work/appointment"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/report"
	rule "maplegrid/internal/work/retention"
	"maplegrid/internal/work/right"
)

// crowd is what several people at once have made: drafts, reports, requests, things that are kept.
type crowd struct {
	sync.Mutex
	drafts, reports, rights, kept []string
	times                         map[string]int
}

func late(rng *rand.Rand, list []string) string {
	if len(list) == 0 {
		return ""
	}
	list = list[max(0, len(list)-15):]
	return list[rng.IntN(len(list))]
}

func (p *crowd) done(name string, a desk.Answer) {
	p.Lock()
	defer p.Unlock()
	p.times[name]++
	p.drafts = append(p.drafts, a.Drafts...)
	for _, id := range a.Drafts {
		p.kept = append(p.kept, "draft/"+id)
	}
	for _, id := range a.Matters {
		p.kept = append(p.kept, "matter/"+id)
	}
	switch name {
	case "report.submit":
		p.reports, p.kept = append(p.reports, a.ID), append(p.kept, "report/"+a.ID)
	case "right.ask":
		p.rights, p.kept = append(p.rights, a.ID), append(p.kept, "right/"+a.ID)
	}
}

// chance draws what somebody does next.
func (p *crowd) chance(rng *rand.Rand, mark string) (name string, act any) {
	p.Lock()
	defer p.Unlock()
	on, rep, thing := draft.On{Draft: late(rng, p.drafts)}, report.On{Report: late(rng, p.reports)}, late(rng, p.kept)
	switch rng.IntN(22) {
	case 0:
		return "draft.paste", &draft.Paste{Text: "李梅：" + mark + "井盖没了\n王强：" + mark + "有人落水了快来\n", Group: "东街群", Cell: "c1"}
	case 1:
		return "draft.hear", &draft.Hear{Channel: "wecom", ID: mark, Group: "东街群", Cell: "c1", Sender: "王强", Text: mark + "路灯坏了", Quote: "灯怎么了", Pictures: 1}
	case 2, 3:
		return "draft.accept", &draft.Accept{On: on, Kind: "hazard", Title: "随便一件", Cell: "c1", Grade: "normal"}
	case 4:
		return "draft.accept", &draft.Accept{On: on}
	case 5:
		return "draft.join", &draft.Join{On: on, Into: late(rng, p.drafts)}
	case 6:
		return "draft.part", &draft.Part{On: on, Cuts: []int{2 + rng.IntN(6)}}
	case 7, 8:
		return "draft.put_aside", &draft.PutAside{On: on, Reason: draft.Known}
	case 9, 10:
		return "draft.undo", &draft.Undo{On: on}
	case 11:
		return "draft.picture", &draft.Picture{On: on}
	case 12:
		return "draft.forget", &draft.Forget{On: on}
	case 13:
		return "report.submit", &report.Submit{Words: mark + "晒谷场音响太吵", Cell: "c1", Name: "赵小满", Phone: "13900003333"}
	case 14:
		return "report.triage", &report.Triage{On: rep, Decline: "not_police", Answer: "请找村委会"}
	case 15:
		want := []string{right.Erase, right.Limit, right.Resume}[rng.IntN(3)]
		return "right.ask", &right.Ask{Thing: "report/" + rep.Report, Want: want, Words: "请停用"}
	case 16:
		return "right.answer", &right.Answer{Right: late(rng, p.rights), Result: right.Granted, Words: "同意"}
	case 17, 18:
		return "retention.hold", &rule.Hold{Thing: thing, Words: "法院要调卷"}
	case 19:
		return "retention.release", &rule.Release{Thing: thing}
	case 20:
		return "appointment.book", &appointment.Book{Window: "household", On: "2026-03-03", Slot: "09:00", Service: "id_renew", Name: "赵小满", Phone: "13900003333"}
	}
	return "retention.forget", &rule.Forget{Thing: thing}
}

// by is who does an act: those that nobody signed in does, and that the program does, besides one of the people.
func by(name string, cast map[string]access.Who, rng *rand.Rand) access.Who {
	switch name {
	case "draft.hear", "draft.picture", "draft.forget", "retention.forget":
		return desk.Program(station)
	case "report.submit", "right.ask", "appointment.book":
		return desk.Public(station)
	case "right.answer", "retention.hold", "retention.release":
		return cast["head"]
	}
	return cast[[]string{"officer_1", "cell_worker_1", "duty_lead"}[rng.IntN(3)]]
}

// jostled is how many steps each of them takes.
const jostled = 150

func TestWhatIsKeptHoldsWhateverPeopleDoAtOnce(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		ctx := context.Background()
		cast := d.Cast(t, station)
		pool := &crowd{times: map[string]int{}, kept: []string{"windowday/household/2026-03-03"}}
		failed := make(chan error, 5)
		for i := range 5 {
			go func() {
				rng := rand.New(rand.NewPCG(uint64(i), 7))
				for n := range jostled {
					mark := fmt.Sprintf("%d-%d", i, n)
					name, act := pool.chance(rng, mark)
					if i == 0 && n > 0 && n%10 == 0 {
						d.Clock.Advance(100 * 24 * time.Hour)
					}
					answer, err := d.Desk.Do(ctx, by(name, cast, rng), desk.Envelope{Key: "jostle-" + mark}, name, act)
					if _, refused := fault.Of(err); err != nil && !refused {
						failed <- fmt.Errorf("%s: %w", name, err)
						return
					}
					if err == nil {
						pool.done(name, answer)
					}
					if _, err := a.Boards.CatchUp(ctx); i == 1 && err != nil {
						failed <- err
						return
					}
				}
				failed <- nil
			}()
		}
		for range 5 {
			if err := <-failed; err != nil {
				t.Fatal(err)
			}
		}
		t.Log(pool.times)
		d.Clock.Advance(2000 * 24 * time.Hour)
		for i, thing := range pool.kept { // in the end everything whose time is over goes
			name, act := "retention.forget", any(&rule.Forget{Thing: thing})
			if id, ok := strings.CutPrefix(thing, "draft/"); ok {
				name, act = "draft.forget", &draft.Forget{On: draft.On{Draft: id}}
			}
			_, err := d.Desk.Do(ctx, desk.Program(station), desk.Envelope{Key: fmt.Sprintf("end-%d", i)}, name, act)
			if _, refused := fault.Of(err); err != nil && !refused {
				t.Fatal(err)
			}
		}
		t.Run("记录连得上，清单重建逐行相同", func(t *testing.T) {
			if err := journal.VerifyChain(ctx, a.Engine.Journal, station); err != nil {
				t.Error(err)
			}
			if _, err := a.Boards.CatchUp(ctx); err != nil {
				t.Fatal(err)
			}
			if err := a.VerifyBoards(ctx); err != nil {
				t.Error(err)
			}
		})
		t.Run("扣住的时候什么也没有销毁", func(t *testing.T) {
			events, err := a.Engine.Journal.Read(ctx, station, 0, 100_000)
			if err != nil {
				t.Fatal(err)
			}
			held, gone := map[string]bool{}, 0
			for _, e := range events {
				thing, kept := strings.CutPrefix(e.Stream, "kept/")
				switch {
				case kept && e.Kind == "retention.held/1":
					held[thing] = true
				case kept && e.Kind == "retention.released/1":
					held[thing] = false
				case e.Kind == "draft.erased/1", e.Kind == "report.erased/1", e.Kind == "matter.forgotten/1":
					if gone++; held[e.Stream] {
						t.Errorf("%s was destroyed while it was held", e.Stream)
					}
				}
			}
			if gone == 0 {
				t.Error("nothing was destroyed")
			}
		})
	})
}
