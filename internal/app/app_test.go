package app_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/store/postgres/pgtest"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/campaign"
	"maplegrid/internal/work/firm"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/report"
)

// engines opens an app on each engine.
func engines(t *testing.T, f func(t *testing.T, a *app.App, d *desktest.Desk)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			c := app.Config{Data: t.TempDir(), Clock: clock.NewStepped(desktest.Start), Rand: desktest.Random(1)}
			if engine == "postgres" {
				c.DB = pgtest.Start(t)
			}
			a, err := app.Open(context.Background(), c)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = a.Close() })
			f(t, a, &desktest.Desk{Desk: a.Desk, Clock: c.Clock.(*clock.Stepped), Engine: a.Engine})
		})
	}
}

// dump gives every row of every board table as text, sorted.
func dump(t *testing.T, a *app.App) map[string][]string {
	t.Helper()
	out := map[string][]string{}
	for _, table := range []string{"board_matter", "board_matter_cell", "board_matter_person", "board_task", "board_report", "board_search",
		"board_dispute", "board_dispute_sight", "board_dispute_session", "board_dispute_key", "board_dispute_call", "board_promise", "board_promise_sight",
		"board_rating", "board_rating_item", "board_rating_follow", "board_right", "board_session_set", "board_window_day", "board_appointment", "board_reminder", "board_finding", "board_finding_sight", "board_doorstep", "board_doorstep_sight", "board_doorstep_visit", "board_kit", "board_kit_booking", "board_session_seat", "board_conference", "board_notice", "board_notice_read", "board_notice_upto",
		"board_card_batch", "board_card", "board_household", "board_household_cell", "board_household_twice", "board_card_asked", "board_draft", "board_chat_group",
		"board_firm", "board_firm_sight", "board_campaign", "board_campaign_sight", "board_campaign_place", "board_campaign_fault", "board_confirmation", "board_tour", "board_tour_person", "board_found", "board_found_sight", "board_sought", "board_retention"} {
		columns := "*"
		if table == "board_search" {
			columns = "doc, station, thing, id"
		}
		rows, err := a.Engine.Boards.Read.Query("select " + columns + " from " + table)
		if err != nil {
			t.Fatal(err)
		}
		names, _ := rows.Columns()
		for rows.Next() {
			values, into := make([]any, len(names)), make([]any, len(names))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			out[table] = append(out[table], fmt.Sprint(values...))
		}
		rows.Close()
		slices.Sort(out[table])
	}
	return out
}

func TestBoards(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		ctx := context.Background()
		cast := d.Cast(t, desktest.Station)
		follow := func() {
			t.Helper()
			if _, err := a.Boards.CatchUp(ctx); err != nil {
				t.Fatal(err)
			}
		}
		lead := cast["duty_lead"]
		var ids []string
		for i := range 12 {
			cell := fmt.Sprintf("c%d", 1+i%2)
			r := d.Do(t, desk.Public(desktest.Station), "report.submit", &report.Submit{Words: fmt.Sprintf("第%d号井盖坏了，有小孩经过", i), Cell: cell})
			follow()
			n := report.NewMatter{Kind: "hazard", Title: fmt.Sprintf("井盖破损%d", i)}
			if i%3 == 0 {
				n.To = cast["officer_1"].Person
			}
			tri := d.Do(t, lead, "report.triage", &report.Triage{On: report.On{Report: r.ID}, Open: []report.NewMatter{n}})
			ids = append(ids, tri.Matters[0])
			d.Clock.Advance(time.Minute)
		}
		on := matter.On{Matter: ids[0]}
		d.Do(t, cast["officer_1"], "matter.acknowledge", &matter.Acknowledge{On: on})
		d.Do(t, cast["officer_1"], "matter.set_task", &matter.SetTask{On: on, Title: "拍照", Person: cast["aux_officer_1"].Person, DueOn: "2026-03-05"})
		follow()
		d.Do(t, lead, "matter.merge", &matter.Merge{On: matter.On{Matter: ids[2]}, Into: ids[4]})
		d.Do(t, lead, "matter.transfer", &matter.Transfer{On: matter.On{Matter: ids[6]}, ToCell: "c2", Reason: "属二网格"})
		follow()

		school := d.Do(t, cast["head"], "firm.set", &firm.Set{Name: "镇小学", Sort: "school", Cell: "c1", Place: "学府路1号"}).ID
		d.Do(t, cast["head"], "firm.assign_officer", &firm.AssignOfficer{On: firm.On{Firm: school}, Officer: cast["officer_1"].Person})
		follow()
		round := d.Do(t, cast["head"], "campaign.start", &campaign.Start{Plan: "school_term", Title: "开学走访", From: "2026-03-02", Until: "2026-03-20", Places: []string{school}}).ID
		d.Do(t, cast["officer_1"], "campaign.miss", &campaign.GoneInVain{On: campaign.On{Campaign: round}, Firm: school, Words: "关门"})
		follow()

		whole := access.System(desktest.Station)
		t.Run("跟随与重建逐行相同", func(t *testing.T) {
			before := dump(t, a)
			if len(before["board_matter"]) != 12 || len(before["board_report"]) != 12 || len(before["board_search"]) != 24 || len(before["board_task"]) != 1 {
				t.Fatalf("rows: %d %d %d %d", len(before["board_matter"]), len(before["board_report"]), len(before["board_search"]), len(before["board_task"]))
			}
			if _, err := a.Boards.Rebuild(ctx); err != nil {
				t.Fatal(err)
			}
			if after := dump(t, a); !reflect.DeepEqual(before, after) {
				for table := range before {
					for i := range before[table] {
						if i >= len(after[table]) || before[table][i] != after[table][i] {
							t.Errorf("%s:\n%s\n%s", table, before[table][i], after[table][i])
						}
					}
				}
				t.Fatal("a rebuild gave other rows")
			}
		})
		t.Run("分页不漏不重", func(t *testing.T) {
			seen := map[string]bool{}
			for cursor := ""; ; {
				p, err := a.Boards.Matters.WorkList(ctx, whole, matters.AllOpen, matters.Filter{}, d.Clock.Now(), cursor, 5)
				if err != nil {
					t.Fatal(err)
				}
				for _, r := range p.Rows {
					if seen[r.ID] {
						t.Fatalf("%s came twice", r.ID)
					}
					seen[r.ID] = true
				}
				if cursor = p.Next; cursor == "" {
					break
				}
			}
			if len(seen) != 11 { // one was merged away
				t.Fatalf("%d rows", len(seen))
			}
		})
		count := func(tab matters.Tab) int {
			t.Helper()
			n, err := a.Boards.Matters.Count(ctx, whole, tab, d.Clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		t.Run("待交办与超时", func(t *testing.T) {
			if n := count(matters.Unassigned); n != 7 { // neither the one merged away nor the one another cell is to take
				t.Fatalf("unassigned %d", n)
			}
			if n := count(matters.Overdue); n != 0 {
				t.Fatalf("overdue too early: %d", n)
			}
			d.Clock.Advance(40 * 24 * time.Hour)
			if n := count(matters.Overdue); n != 11 {
				t.Fatalf("overdue %d", n)
			}
			for range 4 { // one clock of a matter each minute
				if err := a.Escalate(ctx); err != nil {
					t.Fatal(err)
				}
				follow()
			}
			// Nobody was in touch and nothing was finished: the head hears of both, not only of what ran out first.
			r, err := a.Boards.Matters.One(ctx, whole, ids[1])
			if err != nil || !reflect.DeepEqual(r.Escalated, []string{"first_contact", "finish"}) {
				t.Fatalf("escalated %v %v", r.Escalated, err)
			}
			head, _, _ := a.Engine.Journal.Head(ctx, desktest.Station)
			if err := a.Escalate(ctx); err != nil {
				t.Fatal(err)
			}
			if again, _, _ := a.Engine.Journal.Head(ctx, desktest.Station); again != head {
				t.Fatal("the head was told twice of the same clock")
			}
		})
		t.Run("两个字也搜得到", func(t *testing.T) {
			for q, want := range map[string]int{"井盖": 24, "小孩": 12, "破损7": 1, "没有的": 0} {
				hits, ok, err := a.Boards.Search.Find(ctx, whole, q, "", 100)
				if err != nil || !ok || len(hits) != want {
					t.Errorf("%s: %d hits, want %d (%v %v)", q, len(hits), want, ok, err)
				}
			}
		})
		t.Run("台账被改一行就查得出", func(t *testing.T) {
			if err := a.VerifyBoards(ctx); err != nil {
				t.Fatal(err)
			}
			if _, err := a.Engine.Boards.Write.ExecContext(ctx, "update board_matter set handler = 'somebody' where id = $1", ids[3]); err != nil {
				t.Fatal(err)
			}
			var wrong *app.WrongRow
			if err := a.VerifyBoards(ctx); !errors.As(err, &wrong) || wrong.Table != "board_matter" || !strings.Contains(wrong.Have, ids[3]) {
				t.Fatalf("a changed row was not named: %v", err)
			}
			if _, err := a.Boards.Rebuild(ctx, "matters"); err != nil {
				t.Fatal(err)
			}
			if err := a.VerifyBoards(ctx); err != nil {
				t.Fatal(err)
			}
		})
		t.Run("节假日表一改，期限跟着改", func(t *testing.T) {
			before, err := a.Boards.Matters.One(ctx, whole, ids[1])
			if err != nil {
				t.Fatal(err)
			}
			day := before.DueAt.In(clock.Shanghai).Format(time.DateOnly)
			d.Do(t, desk.Program(desktest.Station), "org.set_calendar", &organisation.SetCalendar{Days: []organisation.CalendarDay{{On: day, Kind: "holiday", Name: "本县放假"}}})
			follow()
			after, err := a.Boards.Matters.One(ctx, whole, ids[1])
			if err != nil || !after.DueAt.After(before.DueAt) && before.DueLimit != "acknowledge" && before.DueLimit != "first_contact" {
				t.Fatalf("due %v before, %v after (%s) %v", before.DueAt, after.DueAt, before.DueLimit, err)
			}
			if err := a.VerifyBoards(ctx); err != nil {
				t.Fatal(err)
			}
		})
		t.Run("数据库里没有报事原话", func(t *testing.T) {
			for table, rows := range dump(t, a) {
				if s := strings.Join(rows, "\n"); strings.Contains(s, "小孩") {
					t.Fatalf("%s holds the words of a report", table)
				}
			}
		})
	})
}

func TestLostKeyIsNotReplaced(t *testing.T) {
	c := app.Config{Data: t.TempDir(), Clock: clock.NewStepped(desktest.Start), Rand: desktest.Random(1)}
	a, err := app.Open(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	d := &desktest.Desk{Desk: a.Desk, Engine: a.Engine}
	d.Cast(t, desktest.Station)
	d.Do(t, desk.Public(desktest.Station), "report.submit", &report.Submit{Words: "井盖坏了", Cell: "c1"})
	if err := errors.Join(a.Close(), os.Remove(filepath.Join(c.Data, "keys", "station.key"))); err != nil {
		t.Fatal(err)
	}
	if a, err := app.Open(context.Background(), c); !errors.Is(err, app.ErrKeyGone) {
		t.Fatalf("opened beside a journal without its key: %v %v", a, err)
	}
	if _, _, err := vault.LoadOrMakeKey(filepath.Join(c.Data, "keys", "station.key"), desktest.Random(2)); err != nil {
		t.Fatal(err)
	}
	if a, err := app.Open(context.Background(), c); !errors.Is(err, app.ErrKeyWrong) {
		t.Fatalf("opened with another station's key: %v %v", a, err)
	}
}
