package app_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/board/drafts"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/report"
	"maplegrid/internal/work/right"
)

// chatter fills a station with drafts in every state, pasted by several people for two cells.
func chatter(t *testing.T, d *desktest.Desk, cast map[string]access.Who, follow func()) (groups int) {
	t.Helper()
	takers := []string{"officer_1", "cell_worker_1", "cell_worker_2", "duty_lead"}
	for i := range 24 {
		who := cast[takers[i%len(takers)]]
		cell := []string{"c1", "c2", ""}[i%3]
		text := fmt.Sprintf("李梅：第%d处路灯不亮\n王强：第%d处也不亮\n李梅：第%d处还有人吵架\n", i, i, i)
		a := d.Do(t, who, "draft.paste", &draft.Paste{Text: text, Group: fmt.Sprintf("%d号群", i%5), Cell: cell})
		on := func(k int) draft.On { return draft.On{Draft: a.Drafts[k]} }
		switch i % 6 {
		case 1:
			d.Do(t, who, "draft.put_aside", &draft.PutAside{On: on(0), Reason: draft.Known})
		case 2:
			d.Do(t, who, "draft.accept", &draft.Accept{On: on(0)})
		case 3:
			d.Do(t, who, "draft.join", &draft.Join{On: on(1), Into: a.Drafts[0]})
			follow()
			d.Do(t, who, "draft.accept", &draft.Accept{On: on(0)})
		case 4:
			d.Do(t, who, "draft.part", &draft.Part{On: on(2), Cuts: []int{2, 4}})
		case 5:
			d.Do(t, who, "draft.accept", &draft.Accept{On: on(0)})
			d.Do(t, who, "draft.undo", &draft.Undo{On: on(0)})
			d.Do(t, who, "draft.correct", &draft.Correct{On: on(1), Label: "求助", Cell: "c2"})
		}
		follow()
		if i%4 == 0 {
			d.Clock.Advance(time.Minute) // several pastes bear the same time
		}
	}
	return 5
}

func TestBoardOfDrafts(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		ctx := context.Background()
		cast := d.Cast(t, desktest.Station)
		follow := func() {
			t.Helper()
			if _, err := a.Boards.CatchUp(ctx); err != nil {
				t.Fatal(err)
			}
		}
		groups := chatter(t, d, cast, follow)
		q := drafts.NewQuery(a.Engine.Boards)
		whole := access.System(desktest.Station)
		pages := func(s access.Scope, state draft.State, limit int) (list []drafts.Row) {
			t.Helper()
			for cursor := ""; ; {
				p, err := q.List(ctx, s, state, cursor, limit)
				if err != nil {
					t.Fatal(err)
				}
				if list = append(list, p.Rows...); len(p.Rows) > limit || p.Next != "" && len(p.Rows) != limit {
					t.Fatalf("%d rows on a page of %d", len(p.Rows), limit)
				}
				if cursor = p.Next; cursor == "" {
					return list
				}
			}
		}
		ids := func(list []drafts.Row) (out []string) {
			for i := range list {
				out = append(out, list[i].ID)
			}
			return out
		}
		t.Run("放着没人动的，从最早的数起", func(t *testing.T) {
			rows, err := q.Stale(ctx, whole, draft.Aside, d.Clock.Now().Add(time.Hour), 3)
			if err != nil || len(rows) != 3 || rows[0].ChangedAt.After(rows[2].ChangedAt) {
				t.Errorf("%d rows: %v", len(rows), err)
			}
			if none, err := q.Stale(ctx, whole, draft.Aside, d.Clock.Now().Add(-1000*time.Hour), 3); err != nil || len(none) != 0 {
				t.Errorf("%d rows from before anything: %v", len(none), err)
			}
		})
		t.Run("每种状态分页不漏不重，次序同一次列完一样", func(t *testing.T) {
			for _, state := range append(slices.Clone(draft.States), draft.Parted) {
				all, some := ids(pages(whole, state, drafts.MaxPage)), ids(pages(whole, state, 4))
				if len(all) == 0 || !slices.Equal(all, some) {
					t.Errorf("%s: %d rows at once, %d by fours", state, len(all), len(some))
				}
				slices.Sort(some)
				if len(slices.Compact(some)) != len(all) {
					t.Errorf("%s: a row came twice", state)
				}
			}
		})
		t.Run("待定的按收下和说的先后，办了的后办的在前", func(t *testing.T) {
			before := func(a, b drafts.Row) int {
				if c := a.TakenAt.Compare(b.TakenAt); c != 0 {
					return c
				}
				return a.Place - b.Place
			}
			if list := pages(whole, draft.Waiting, 7); !slices.IsSortedFunc(list, before) {
				t.Error("waiting are not in the order in which they were taken")
			}
			list := pages(whole, draft.Filed, 7)
			slices.Reverse(list)
			if !slices.IsSortedFunc(list, before) {
				t.Error("those filed are not the latest first")
			}
		})
		t.Run("每个人列出的正是他看得到的", func(t *testing.T) {
			for name, who := range cast {
				s := d.Policy.Scope(who)
				for _, state := range draft.States {
					var want []string
					for _, r := range pages(whole, state, drafts.MaxPage) {
						thing := access.Thing{Kind: "draft", Station: desktest.Station, Cells: []string{r.Cell}, People: []string{r.TakenBy}}
						if s.Sees(thing) {
							want = append(want, r.ID)
						}
					}
					if got := ids(pages(s, state, 4)); !slices.Equal(got, want) {
						t.Errorf("%s lists %d that are %s, may see %d", name, len(got), state, len(want))
					}
				}
			}
			for _, s := range []access.Scope{{}, access.System(desktest.Elsewhere), d.Policy.Scope(desk.Public(desktest.Station))} {
				if p, err := q.List(ctx, s, draft.Waiting, "", 10); err != nil || len(p.Rows) > 0 {
					t.Errorf("%d rows for nobody: %v", len(p.Rows), err)
				}
			}
		})
		t.Run("一次粘贴的、按编号的，也只给看得到的", func(t *testing.T) {
			narrow := d.Policy.Scope(cast["cell_worker_1"])
			for _, r := range pages(whole, draft.Waiting, drafts.MaxPage) {
				sees := slices.Contains(ids(pages(narrow, draft.Waiting, drafts.MaxPage)), r.ID)
				one, err := q.ByID(ctx, narrow, r.ID, "dr_none")
				if err != nil || (len(one) == 1) != sees {
					t.Errorf("by id: %d, may see %v (%v)", len(one), sees, err)
				}
				paste, err := q.Paste(ctx, narrow, r.Paste)
				if err != nil || slices.Contains(ids(paste), r.ID) != sees {
					t.Errorf("by paste: %v (%v)", ids(paste), err)
				}
			}
		})
		t.Run("报事认得出是哪一条立的", func(t *testing.T) {
			for _, r := range pages(whole, draft.Filed, drafts.MaxPage) {
				of, ok, err := q.OfReport(ctx, whole, r.Report)
				if err != nil || !ok || of.ID != r.ID {
					t.Errorf("%s: %v %v", r.ID, ok, err)
				}
			}
			if _, ok, err := q.OfReport(ctx, whole, ""); ok || err != nil {
				t.Errorf("no report: %v %v", ok, err)
			}
		})
		t.Run("用过的群后用的在前，别的网格的不列", func(t *testing.T) {
			list, err := q.Groups(ctx, whole, 10)
			if err != nil || len(list) != groups || !slices.IsSortedFunc(list, func(a, b drafts.Group) int { return b.UsedAt.Compare(a.UsedAt) }) {
				t.Errorf("%+v %v", list, err)
			}
			list, err = q.Groups(ctx, d.Policy.Scope(cast["mediator_2"]), 10)
			for _, g := range list {
				if g.Cell != "c2" {
					t.Errorf("lists %+v", g)
				}
			}
			if err != nil {
				t.Error(err)
			}
		})
		t.Run("别人的书签不认", func(t *testing.T) {
			if _, err := q.List(ctx, whole, draft.Waiting, "nonsense", 10); fault.Code(err) != "list.cursor" {
				t.Errorf("%v", err)
			}
		})
		t.Run("跟随与重建逐行相同，表里没有原话", func(t *testing.T) {
			filed := pages(whole, draft.Filed, 1)[0]
			lead := cast["head"]
			d.Do(t, lead, "report.triage", &report.Triage{On: report.On{Report: filed.Report}, Decline: "not_police", Answer: "请找路灯所"})
			ask := d.Do(t, desk.Public(desktest.Station), "right.ask", &right.Ask{Thing: "report/" + filed.Report, Want: right.Erase})
			d.Do(t, lead, "right.answer", &right.Answer{Right: ask.ID, Result: right.Granted, Words: "已经删除"})
			follow()
			one, err := q.ByID(ctx, whole, filed.ID)
			if err != nil || len(one) != 1 || !one[0].Words.Empty() || !one[0].Name.Empty() {
				t.Errorf("an erased one still refers to its words: %+v %v", one, err)
			}
			before := dump(t, a)
			if _, err := a.Boards.Rebuild(ctx); err != nil {
				t.Fatal(err)
			}
			after := dump(t, a)
			for _, table := range []string{"board_draft", "board_chat_group"} {
				if len(before[table]) == 0 || !reflect.DeepEqual(before[table], after[table]) {
					t.Errorf("%s: a rebuild gave other rows", table)
				}
				for _, words := range []string{"路灯", "李梅", "吵架"} {
					if strings.Contains(strings.Join(after[table], "\n"), words) {
						t.Errorf("%s holds %s", table, words)
					}
				}
			}
		})
	})
}
