package app_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
	"maplegrid/internal/work/right"
)

// TestErasure follows a request to be forgotten from the asking to the last board, on every engine.
func TestErasure(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		ctx := context.Background()
		cast := d.Cast(t, desktest.Station)
		public, head := desk.Public(desktest.Station), cast["head"]
		follow := func() {
			t.Helper()
			if _, err := a.Boards.CatchUp(ctx); err != nil {
				t.Fatal(err)
			}
		}
		told := func(words string) string {
			return d.Do(t, public, "report.submit", &report.Submit{Words: words, Cell: "c1", Name: "赵小满", Phone: "13900003333"}).ID
		}
		gone, kept := told("晒谷场的音响太吵"), told("晒谷场的灯不亮")
		d.Do(t, public, "report.add", &report.Add{On: report.On{Report: gone}, Words: "半夜还在放"})
		d.Do(t, cast["officer_1"], "report.triage", &report.Triage{On: report.On{Report: gone}, Decline: "not_police", Answer: "请找村委会商量"})
		opened := d.Do(t, cast["officer_1"], "report.triage", &report.Triage{On: report.On{Report: kept}, Open: []report.NewMatter{{Kind: "hazard", Title: "路灯不亮"}}})
		follow()
		found := func(words string) int {
			t.Helper()
			hits, _, err := a.Boards.Search.Find(ctx, access.System(desktest.Station), words, "report", 10)
			if err != nil {
				t.Fatal(err)
			}
			return len(hits)
		}
		ask := func(id, want string) string {
			return d.Do(t, public, "right.ask", &right.Ask{Thing: "report/" + id, Want: want}).ID
		}

		t.Run("没办完的事删不掉，说明原因", func(t *testing.T) {
			q := ask(kept, right.Erase)
			_, err := d.Try(head, "right.answer", &right.Answer{Right: q, Result: right.Granted, Words: "删"})
			if fault.Code(err) != "right.running" {
				t.Fatalf("%v, matter %v", err, opened.Matters)
			}
			d.Do(t, head, "right.answer", &right.Answer{Right: q, Result: right.Refused, Words: "这件事还在办，办完再删"})
		})
		t.Run("所长同意后原话、姓名、电话都没了", func(t *testing.T) {
			if found("音响") != 1 || found("半夜") != 1 {
				t.Fatal("not found before")
			}
			q := ask(gone, right.Erase)
			if _, err := d.Try(cast["officer_1"], "right.answer", &right.Answer{Right: q, Result: right.Granted, Words: "删"}); fault.Code(err) != "access.denied" {
				t.Fatalf("an officer erases: %v", err)
			}
			d.Do(t, head, "right.answer", &right.Answer{Right: q, Result: right.Granted, Words: "已经删除"})
			if _, ok, err := d.Journal.Key(ctx, desktest.Station, gone); ok || err != nil {
				t.Fatalf("the key is still there: %v", err)
			}
			events, err := d.Journal.Stream(ctx, desktest.Station, report.Stream(gone), 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range events {
				for _, seal := range e.Seals {
					if _, _, ok, err := d.Journal.Open(ctx, desktest.Station, seal.Subject, seal.Field, seal.Version); ok || err != nil {
						t.Errorf("%s/%s still opens: %v", seal.Subject, seal.Field, err)
					}
				}
			}
			follow()
			if found("音响") != 0 || found("半夜") != 0 || found("灯不亮") != 1 {
				t.Errorf("found after: %d %d %d", found("音响"), found("半夜"), found("灯不亮"))
			}
		})
		t.Run("删后再写什么都不收，免得又存起来", func(t *testing.T) {
			for name, act := range map[string]any{"report.add": &report.Add{On: report.On{Report: gone}, Words: "再说一句"}, "report.reopen": &report.Reopen{On: report.On{Report: gone}, Words: "重办"},
				"report.triage": &report.Triage{On: report.On{Report: gone}, Open: []report.NewMatter{{Kind: "hazard", Title: "音响"}}}} {
				who := public
				if name == "report.triage" {
					who = cast["officer_1"]
				}
				if _, err := d.Try(who, name, act); fault.Code(err) != "report.erased" {
					t.Errorf("%s: %v", name, err)
				}
			}
			d.Do(t, public, "right.ask", &right.Ask{Thing: "report/" + gone, Want: right.Explain, Words: "还留着什么"}) // may still be asked
			if _, ok, _ := d.Journal.Key(ctx, desktest.Station, gone); ok {
				t.Error("a new key for who was erased: what was erased could no longer be told from what was lost")
			}
		})
		t.Run("日志照样验得过", func(t *testing.T) {
			if err := journal.VerifyChain(ctx, d.Journal, desktest.Station); err != nil {
				t.Fatal(err)
			}
		})
		t.Run("跟随与重建逐行相同，哪里都没有原话", func(t *testing.T) {
			follow()
			before := dump(t, a)
			if _, err := a.Boards.Rebuild(ctx); err != nil {
				t.Fatal(err)
			}
			after := dump(t, a)
			if !reflect.DeepEqual(before, after) {
				t.Errorf("a rebuild gave other rows:\n%v\n%v", before["board_right"], after["board_right"])
			}
			if found("音响") != 0 {
				t.Error("found after a rebuild")
			}
			for table, rows := range after {
				if s := strings.Join(rows, "\n"); strings.Contains(s, "音响") || strings.Contains(s, "赵小满") || strings.Contains(s, "13900003333") {
					t.Errorf("%s holds it", table)
				}
			}
		})
		t.Run("更正姓名电话立即生效，旧的打不开别处", func(t *testing.T) {
			q := d.Do(t, public, "right.ask", &right.Ask{Thing: "report/" + kept, Want: right.Correct, Field: "phone", Value: "13900004444"}).ID
			d.Do(t, head, "right.answer", &right.Answer{Right: q, Result: right.Granted, Words: "已更正"})
			events, _ := d.Journal.Stream(ctx, desktest.Station, report.Stream(kept), 0)
			r, err := report.Fold(events)
			if err != nil {
				t.Fatal(err)
			}
			words, err := d.Reveal(ctx, desktest.Station, r.Phone)
			if err != nil || words[r.Phone.Ref()] != "13900004444" {
				t.Errorf("%v %v", words, err)
			}
		})
		t.Run("当事人的信息删除后，纠纷板不再认得出", func(t *testing.T) {
			id := d.Do(t, cast["officer_1"], "matter.open", &matter.Open{Kind: "dispute", Title: "两家争水", Cell: "c1", To: cast["officer_1"].Person}).ID
			on := matter.On{Matter: id}
			d.Do(t, cast["officer_1"], "matter.add_party", &matter.AddParty{On: on, Side: "a", Name: "钱一", Phone: "13900005551"})
			d.Do(t, cast["officer_1"], "matter.add_party", &matter.AddParty{On: on, Side: "b", Name: "孙二", Phone: "13900005552"})
			events, _ := d.Journal.Stream(ctx, desktest.Station, matter.Stream(id), 0)
			m, err := matter.Fold(events)
			if err != nil {
				t.Fatal(err)
			}
			follow()
			if n := len(dump(t, a)["board_dispute_key"]); n == 0 {
				t.Fatal("no pair before")
			}
			q := d.Do(t, public, "right.ask", &right.Ask{Thing: "party/" + id + "/" + m.Parties[0].ID, Want: right.Erase}).ID
			if _, err := d.Try(head, "right.answer", &right.Answer{Right: q, Result: right.Granted, Words: "删"}); fault.Code(err) != "right.running" {
				t.Fatal(err)
			}
			d.Tell(t, cast["officer_1"], id, matter.Assigned{To: cast["officer_1"].Person}, matter.Acknowledged{}, matter.Started{}, matter.Finished{Outcome: "withdrawn"}, matter.VerifiedAs{Pass: true}, matter.ClosedWith{})
			if _, err := d.Try(head, "right.answer", &right.Answer{Right: q, Result: right.Granted, Words: "删"}); fault.Code(err) != "right.kept" {
				t.Fatalf("the file is kept by law: %v", err)
			}
			d.Clock.Advance(61 * 31 * 24 * 3600e9)
			d.Do(t, head, "right.answer", &right.Answer{Right: q, Result: right.Granted, Words: "期满删除"})
			follow()
			before := dump(t, a)
			if n := strings.Count(strings.Join(before["board_dispute_key"], "\n"), "pair"); n != 0 {
				t.Errorf("the pair is still known: %v", before["board_dispute_key"])
			}
			if _, err := a.Boards.Rebuild(ctx); err != nil {
				t.Fatal(err)
			}
			if after := dump(t, a); !reflect.DeepEqual(before, after) {
				t.Error("a rebuild gave other rows")
			}
			if err := journal.VerifyChain(ctx, d.Journal, desktest.Station); err != nil {
				t.Error(err)
			}
		})
	})
}
