package app_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/board/retention"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/photo"
	"maplegrid/internal/work"
	"maplegrid/internal/work/appointment"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
	rule "maplegrid/internal/work/retention"
	"maplegrid/internal/work/right"
)

// archive is a station with one thing of each sort that ended, and some that did not.
type archive struct {
	*testing.T
	a    *app.App
	d    *desktest.Desk
	cast map[string]access.Who
	ctx  context.Context
}

const station = desktest.Station

// round does what the program does every minute, and lets the boards follow.
func (x *archive) round() {
	x.Helper()
	for range 2 {
		if _, err := x.a.Boards.CatchUp(x.ctx); err != nil {
			x.Fatal(err)
		}
		if err := x.a.Watch(x.ctx); err != nil {
			x.Fatal(err)
		}
	}
	if _, err := x.a.Boards.CatchUp(x.ctx); err != nil {
		x.Fatal(err)
	}
}

// seals tells whether what was sealed in a stream can still be opened: all of it, or none.
func (x *archive) seals(stream string) bool {
	x.Helper()
	events, err := x.d.Journal.Stream(x.ctx, station, stream, 0)
	if err != nil {
		x.Fatal(err)
	}
	open, shut := 0, 0
	for _, e := range events {
		for _, s := range e.Seals {
			if _, _, ok, err := x.d.Journal.Open(x.ctx, station, s.Subject, s.Field, s.Version); err != nil {
				x.Fatal(err)
			} else if ok {
				open++
			} else {
				shut++
			}
		}
	}
	if open+shut == 0 || open > 0 && shut > 0 {
		x.Errorf("%s: %d open, %d shut", stream, open, shut)
	}
	return open > 0
}

func (x *archive) told(words string) string {
	return x.d.Do(x.T, desk.Public(station), "report.submit", &report.Submit{Words: words, Cell: "c1", Place: "晒谷场东头", Name: "赵小满", Phone: "13900003333"}).ID
}

// opened makes a matter with a party; ends brings it to its end.
func (x *archive) opened(kind, title string) string {
	id := x.d.Do(x.T, x.cast["officer_1"], "matter.open", &matter.Open{Kind: kind, Title: title, Place: "晒谷场西头", Words: "音响扰民", Cell: "c1", To: x.cast["officer_1"].Person, Extra: map[string]string{}}).ID
	x.d.Do(x.T, x.cast["officer_1"], "matter.add_party", &matter.AddParty{On: matter.On{Matter: id}, Side: "a", Name: "钱一宝", Phone: "13900005551"})
	return id
}

func (x *archive) ends(id string, before ...work.Event) {
	list := append(slices.Clone(before), matter.Acknowledged{}, matter.Started{}, matter.Finished{Outcome: "nothing_found"}, matter.VerifiedAs{Pass: true}, matter.ClosedWith{})
	x.d.Tell(x.T, x.cast["officer_1"], id, list...)
}

func (x *archive) found(words string) int {
	x.Helper()
	hits, _, err := x.a.Boards.Search.Find(x.ctx, access.System(station), words, "", 20)
	if err != nil {
		x.Fatal(err)
	}
	return len(hits)
}

// What was kept as long as retention.csv says is destroyed by the program itself; what goes on, is held, or is an archive that nobody
// agreed to destroy, stays (law-and-standards 15.5, 17, 17.1).
func TestWhatWasKeptLongEnoughIsDestroyed(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		ctx := context.Background()
		x := &archive{t, a, d, d.Cast(t, station), ctx}
		officer, head, public := x.cast["officer_1"], x.cast["head"], desk.Public(station)
		picture, err := a.Site.Blobs.Put(ctx, station, "", photo.Picture{Original: []byte("音"), JPEG: []byte("音"), Thumb: []byte("音"), Type: "image/jpeg", W: 4, H: 3}, d.Clock.Now())
		if err != nil {
			t.Fatal(err)
		}

		declined := d.Do(t, public, "report.submit", &report.Submit{Words: "晒谷场音响太吵", Cell: "c1", Place: "晒谷场东头", Name: "赵小满", Phone: "13900003333", Photos: []string{picture}}).ID
		if err := a.Site.Blobs.Attach(ctx, station, picture, "report/"+declined); err != nil {
			t.Fatal(err)
		}
		d.Do(t, officer, "report.triage", &report.Triage{On: report.On{Report: declined}, Decline: "not_police", Answer: "请找村委会商量音响的事"})
		waiting := x.told("晒谷场的灯不亮")
		asked := x.told("晒谷场的树倒了")
		d.Do(t, officer, "report.triage", &report.Triage{On: report.On{Report: asked}, Decline: "not_police", Answer: "请找村委会"})

		quiet, tied, open := x.opened("hazard", "晒谷场音响"), x.opened("hazard", "晒谷场音响又响"), x.opened("hazard", "晒谷场音响还响")
		d.Do(t, officer, "matter.tie", &matter.Tie{On: matter.On{Matter: tied}, Other: open, How: "repeats"})
		held, filed := x.opened("hazard", "晒谷场音响被投诉"), x.opened("hazard", "晒谷场音响立案")
		for _, id := range []string{quiet, tied, held} {
			x.ends(id)
		}
		x.ends(filed, matter.Marked{Step: "case_filed", At: d.Clock.Now()})
		quarrel := x.opened("dispute", "两家争晒谷场")
		x.ends(quarrel)
		booked := d.Do(t, public, "appointment.book", &appointment.Book{Window: "household", On: "2026-03-03", Slot: "09:00", Service: "id_renew", Name: "赵小满", Phone: "13900003333"})
		request := d.Do(t, public, "right.ask", &right.Ask{Thing: "report/" + declined, Want: right.Explain, Words: "晒谷场的事还留着什么"}).ID
		d.Do(t, head, "right.answer", &right.Answer{Right: request, Result: right.Granted, Words: "只留您写的晒谷场的事"})
		d.Do(t, head, "person.unmask", &desk.Unmask{Thing: "report", ID: waiting, Subject: waiting, Field: "name", Purpose: "联系晒谷场报事人"})
		d.Do(t, head, "retention.hold", &rule.Hold{Thing: "matter/" + held, Words: "法院要调卷：晒谷场"})
		x.round()

		t.Run("没到期的一样不少，什么也不写", func(t *testing.T) {
			d.Clock.Advance(300 * 24 * time.Hour)
			before, _, _ := d.Journal.Head(ctx, station)
			for range 3 {
				if err := a.Site.Tidy(ctx); err != nil {
					t.Fatal(err)
				}
			}
			for _, s := range []string{"report/" + declined, "matter/" + quiet, "windowday/household/2026-03-03", "right/" + request} {
				if !x.seals(s) {
					t.Errorf("%s is gone", s)
				}
			}
			if after, _, _ := d.Journal.Head(ctx, station); after != before {
				t.Errorf("%d events were written", after-before)
			}
		})
		t.Run("预约满十二个月，姓名电话销毁", func(t *testing.T) {
			d.Clock.Advance(90 * 24 * time.Hour)
			x.round()
			if x.seals("windowday/household/2026-03-03") {
				t.Error("the appointment can still be opened")
			}
			day, v, err := d.Appointment(ctx, station, booked.Receipt)
			if err != nil || v.ErasedAt.IsZero() || v.PhoneKey != "" || day.On != "2026-03-03" {
				t.Errorf("%+v %v", v, err)
			}
			if !x.seals("report/" + declined) {
				t.Error("the report went with it")
			}
		})
		d.Do(t, public, "right.ask", &right.Ask{Thing: "report/" + asked, Want: right.Explain, Words: "还留着吗"})
		d.Clock.Advance(360 * 24 * time.Hour)
		x.round()
		t.Run("满二十四个月：报事、事项、照片销毁", func(t *testing.T) {
			for _, s := range []string{"report/" + declined, "matter/" + quiet} {
				if x.seals(s) {
					t.Errorf("%s can still be opened", s)
				}
			}
			if _, ok, err := a.Site.Blobs.Meta(ctx, station, picture); ok || err != nil {
				t.Errorf("the picture is there: %v", err)
			}
		})
		t.Run("还没办完的、有在办的事连着的、扣住的、本人问了还没答的，不动", func(t *testing.T) {
			for _, s := range []string{"report/" + waiting, "report/" + asked, "matter/" + tied, "matter/" + open, "matter/" + held} {
				if !x.seals(s) {
					t.Errorf("%s is gone", s)
				}
			}
		})
		t.Run("依法留存的按自己的期限：纠纷六十个月，案件三百六十个月", func(t *testing.T) {
			for _, s := range []string{"matter/" + quarrel, "matter/" + filed} {
				if !x.seals(s) {
					t.Errorf("%s is gone", s)
				}
			}
		})
		t.Run("销毁是日志里的一件事：谁、按哪条、几个", func(t *testing.T) {
			events, err := d.Journal.Stream(ctx, station, rule.Stream("report/"+declined), 0)
			if err != nil || len(events) != 1 || events[0].Actor != "" {
				t.Fatalf("%d events, %v", len(events), err)
			}
			v, _ := work.Decode(&events[0])
			if e, ok := v.(rule.Forgotten); !ok || e.Rule != "report" || e.Months != 24 || e.Subjects == 0 {
				t.Errorf("%+v", v)
			}
			went, err := a.Boards.Retention.Went(ctx, access.System(station), 10)
			if err != nil || !slices.ContainsFunc(went, func(w retention.Went) bool { return w.Rule == "party" || w.Rule == "report" && w.N == 1 }) {
				t.Errorf("%+v %v", went, err)
			}
		})
		t.Run("销毁以后哪里都没有原话：看板、搜索、台账", func(t *testing.T) {
			if n := x.found("音响太吵"); n != 0 {
				t.Errorf("found %d times", n)
			}
			for table, rows := range dump(t, a) {
				for _, row := range rows {
					if strings.Contains(row, quiet) && (strings.Contains(row, "音响") || strings.Contains(row, "晒谷场")) || strings.Contains(row, declined) && strings.Contains(row, "晒谷场") ||
						strings.Contains(row, "赵小满") || strings.Contains(row, "13900003333") || strings.Contains(row, "钱一宝") {
						t.Errorf("%s: %s", table, row)
					}
				}
			}
		})
		t.Run("销毁以后什么也不能再写", func(t *testing.T) {
			for name, act := range map[string]any{"matter.reopen": &matter.Reopen{On: matter.On{Matter: quiet}, Reason: "又响了"}, "matter.add_party": &matter.AddParty{On: matter.On{Matter: quiet}, Name: "孙二"},
				"retention.hold": &rule.Hold{Thing: "matter/" + quiet, Words: "晚了"}} {
				if _, err := d.Try(head, name, act); fault.Code(err) != "matter.forgotten" && fault.Code(err) != "retention.gone" {
					t.Errorf("%s: %v", name, err)
				}
			}
		})
		t.Run("再走一遍什么也不写", func(t *testing.T) {
			before, _, _ := d.Journal.Head(ctx, station)
			x.round()
			if after, _, _ := d.Journal.Head(ctx, station); after != before {
				t.Errorf("from %d to %d", before, after)
			}
		})
		t.Run("不再扣住就到期", func(t *testing.T) {
			d.Do(t, head, "retention.release", &rule.Release{Thing: "matter/" + held})
			x.round()
			if x.seals("matter/" + held) {
				t.Error("it can still be opened")
			}
			if events, _ := d.Journal.Stream(ctx, station, rule.Stream("matter/"+held), 0); len(events) == 0 || x.seals(rule.Stream("matter/"+held)) {
				t.Error("why it was held can still be read")
			}
		})
		t.Run("连着的事办完，隔些日子再看，就到期", func(t *testing.T) {
			x.ends(open)
			d.Clock.Advance(31 * 24 * time.Hour)
			x.round()
			if x.seals("matter/"+tied) || !x.seals("matter/"+open) {
				t.Errorf("tied %v, open %v", x.seals("matter/"+tied), x.seals("matter/"+open))
			}
		})
		t.Run("档案到期不自动销毁，所长同意后销毁", func(t *testing.T) {
			d.Clock.Advance(28 * 365 * 24 * time.Hour)
			x.round()
			if x.seals("matter/"+quarrel) || !x.seals("matter/"+filed) {
				t.Fatalf("quarrel %v, filed %v", x.seals("matter/"+quarrel), x.seals("matter/"+filed))
			}
			list, err := a.Boards.Retention.Waiting(ctx, access.System(station), retention.Term{Rule: "case", Until: d.Clock.Now().AddDate(0, -360, 0)}, d.Clock.Now(), 10)
			if err != nil || len(list) != 1 || list[0].Thing != "matter/"+filed {
				t.Fatalf("%+v %v", list, err)
			}
			if _, err := d.Try(officer, "retention.agree", &rule.Agree{Things: []string{"matter/" + filed}}); fault.Code(err) != "access.denied" {
				t.Errorf("an officer agrees: %v", err)
			}
			if _, err := d.Try(head, "retention.agree", &rule.Agree{Things: []string{"matter/" + filed, "report/" + waiting}}); fault.Code(err) != "retention.not_due" {
				t.Errorf("what goes on is agreed to: %v", err)
			}
			d.Do(t, head, "retention.agree", &rule.Agree{Things: []string{"matter/" + filed}})
			x.round()
			if x.seals("matter/" + filed) {
				t.Error("it can still be opened")
			}
		})
		t.Run("问的答了，过了期就销毁；查看记录满三十六个月不再列出", func(t *testing.T) {
			if rows, err := a.Boards.Looks.Of(ctx, access.System(station), waiting); err != nil || len(rows) != 0 {
				t.Errorf("%d looks, %v", len(rows), err)
			}
			if x.seals("right/" + request) {
				t.Error("the request can still be opened")
			}
			if !x.seals("report/" + waiting) {
				t.Error("what nobody triaged is gone")
			}
		})
		t.Run("日志验得过，跟随与重建逐行相同", func(t *testing.T) {
			if err := journal.VerifyChain(ctx, d.Journal, station); err != nil {
				t.Error(err)
			}
			before := dump(t, a)
			if _, err := a.Boards.Rebuild(ctx); err != nil {
				t.Fatal(err)
			}
			after := dump(t, a)
			for table := range before {
				if !reflect.DeepEqual(before[table], after[table]) {
					t.Errorf("%s: a rebuild gave other rows:\n%s\n\n%s", table, strings.Join(before[table], "\n"), strings.Join(after[table], "\n"))
				}
			}
			for table, rows := range after {
				if s := strings.Join(rows, "\n"); strings.Contains(s, "音响") || strings.Contains(s, "钱一宝") {
					if table != "board_matter" && table != "board_search" { // what was left open has its title
						t.Errorf("%s holds it", table)
					}
				}
			}
		})
	})
}

// The board names what may be due; a report ends with its matter, and a matter that was merged with the one it went into.
func TestWhatEndsIsFollowed(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		x := &archive{t, a, d, d.Cast(t, station), context.Background()}
		officer := x.cast["officer_1"]
		into := func(words string) (told, id string) {
			told = x.told(words)
			return told, d.Do(t, officer, "report.triage", &report.Triage{On: report.On{Report: told}, Open: []report.NewMatter{{Kind: "hazard", Title: words, To: officer.Person}}}).Matters[0]
		}
		ended := func(rule string) (list []string) {
			t.Helper()
			x.round()
			far := d.Clock.Now().AddDate(50, 0, 0)
			ask := a.Boards.Retention.Due
			if rule == "case" {
				ask = a.Boards.Retention.Waiting
			}
			rows, err := ask(x.ctx, access.System(station), retention.Term{Rule: rule, Until: far}, far, 100)
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range rows {
				list = append(list, r.Thing)
			}
			slices.Sort(list)
			return list
		}
		sorted := func(list ...string) []string { slices.Sort(list); return list }
		same := func(rule string, want ...string) {
			t.Helper()
			if got := ended(rule); !slices.Equal(got, sorted(want...)) {
				t.Errorf("%s: got %v, want %v", rule, got, want)
			}
		}
		r1, m1 := into("晒谷场音响太吵")
		r2, m2 := into("晒谷场的灯不亮")
		r3, m3 := into("晒谷场的灯坏了")
		t.Run("事项没办完，报事也没完", func(t *testing.T) {
			same("report")
			same("matter")
		})
		t.Run("事项办结，它的报事跟着", func(t *testing.T) {
			x.ends(m1)
			same("report", "report/"+r1)
			same("matter", "matter/"+m1)
		})
		t.Run("重新办理，都不算完", func(t *testing.T) {
			d.Tell(t, officer, m1, matter.ReopenedFor{})
			same("report")
			same("matter")
		})
		t.Run("并过去的，跟着并入的那件，立了案就按案件", func(t *testing.T) {
			d.Do(t, officer, "matter.merge", &matter.Merge{On: matter.On{Matter: m2}, Into: m3, Reason: "同一盏灯"})
			same("report")
			x.ends(m3, matter.Marked{Step: "case_filed", At: d.Clock.Now()})
			same("case", "report/"+r2, "report/"+r3, "matter/"+m2, "matter/"+m3)
			same("report")
		})
		t.Run("重建与跟随逐行相同", func(t *testing.T) {
			before := dump(t, a)["board_retention"]
			if _, err := a.Boards.Rebuild(x.ctx); err != nil {
				t.Fatal(err)
			}
			if after := dump(t, a)["board_retention"]; len(after) < 6 || !slices.Equal(before, after) {
				t.Errorf("before\n%s\nafter\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
			}
		})
	})
}
