package doorstep_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/worktest"
)

func allIn(kind string) (names []string) {
	k, _ := base().KitKind(kind)
	for _, x := range k.Items {
		names = append(names, x.Zh)
	}
	return names
}

func at(h time.Duration) time.Time { return worktest.Start.Add(h) }

func TestKit(t *testing.T) {
	full := allIn("id_card_kit")
	t.Run("同一时间一套设备只给一家", func(t *testing.T) {
		w := open(t, nil).must(doorstep.ReserveKit{OnKit: on("k_1"), Purpose: "下湾村集中办证", From: at(24 * time.Hour), Until: at(30 * time.Hour)}, slip())
		w.want("kit.taken", "p_1", tuesday("09:00", "11:00", "p_1"))
		w.want("kit.taken", "p_1", doorstep.ReserveKit{OnKit: on("k_1"), Purpose: "另一个村", From: at(29 * time.Hour), Until: at(31 * time.Hour)})
		w.want("", "p_1", doorstep.ReserveKit{OnKit: on("k_1"), Purpose: "另一个村", From: at(30 * time.Hour), Until: at(31 * time.Hour)})
	})
	t.Run("路上的时间也算占用", func(t *testing.T) {
		w := open(t, nil).must(slip(), tuesday("09:00", "11:00", "p_1"))
		b := w.kits["k_1"].Bookings[0]
		if !b.From.Equal(at(23*time.Hour)) || !b.Until.After(at(27*time.Hour)) {
			t.Fatalf("%s to %s", b.From, b.Until)
		}
	})
	t.Run("上门占用的不能在设备页取消", func(t *testing.T) {
		w := open(t, nil).must(slip(), tuesday("09:00", "11:00", "p_1"))
		w.want("kit.of_a_visit", "p_1", doorstep.ReleaseKit{OnKit: on("k_1"), Booking: w.kits["k_1"].Bookings[0].ID})
	})
	t.Run("交接要点清箱子，少了要说明", func(t *testing.T) {
		w := open(t, nil)
		w.want("kit.say_what_lacks", "p_clerk", doorstep.HandOverKit{OnKit: on("k_1"), To: "p_aux", Charge: 90, Items: full[1:]})
		w.want("", "p_clerk", doorstep.HandOverKit{OnKit: on("k_1"), To: "p_aux", Charge: 90, Items: full[1:], Words: full[0] + "送修"})
		if k := w.kits["k_1"]; k.Out == nil || k.Out.To != "p_aux" || len(k.Lacks) != 1 || k.Charge != 90 {
			t.Fatalf("%+v", k)
		}
	})
	t.Run("电量不够先充电", func(t *testing.T) {
		w := open(t, nil)
		w.want("kit.charge_first", "p_clerk", doorstep.HandOverKit{OnKit: on("k_1"), To: "p_aux", Charge: 40, Items: full})
		w.want("", "p_clerk", doorstep.HandOverKit{OnKit: on("k_1"), To: "p_aux", Charge: 40, Items: full, Words: "就在隔壁，急"})
		w.want("kit.charge", "p_aux", doorstep.ReturnKit{OnKit: on("k_1"), Charge: 140, Items: full})
	})
	t.Run("超过应还时间就是超期，归还时记下", func(t *testing.T) {
		w := open(t, nil).must(doorstep.HandOverKit{OnKit: on("k_1"), To: "p_aux", Charge: 90, Items: full, Due: at(4 * time.Hour)})
		if w.after = 4 * time.Hour; w.kits["k_1"].Overdue(w.moment().Now) {
			t.Fatal("overdue at the minute it is due")
		}
		w.after = 5 * time.Hour
		if !w.kits["k_1"].Overdue(w.moment().Now) {
			t.Fatal("not overdue")
		}
		w.must(doorstep.ReturnKit{OnKit: on("k_1"), Charge: 30, Items: full})
		if w.kits["k_1"].Out != nil || w.kits["k_1"].Overdue(w.moment().Now) {
			t.Fatal("still out")
		}
		w.want("kit.not_out", "p_aux", doorstep.ReturnKit{OnKit: on("k_1"), Charge: 30, Items: full})
	})
	t.Run("别人预留的时间不能交出去", func(t *testing.T) {
		w := open(t, nil).must(doorstep.ReserveKit{OnKit: on("k_1"), Purpose: "集中办证", From: at(2 * time.Hour), Until: at(6 * time.Hour)})
		w.want("kit.taken", "p_1", doorstep.HandOverKit{OnKit: on("k_1"), To: "p_aux", Charge: 90, Items: full, Due: at(3 * time.Hour)})
		w.must(doorstep.HandOverKit{OnKit: on("k_1"), To: "p_aux", Charge: 90, Items: full})
		if due := w.kits["k_1"].Due(); !due.Equal(at(2 * time.Hour)) {
			t.Fatalf("due %s", due)
		}
	})
	t.Run("到了预留的时间，交接就算这次预留", func(t *testing.T) {
		w := open(t, nil).must(slip(), tuesday("09:00", "11:00", "p_1"))
		w.after = 23*time.Hour + time.Minute
		w.must(doorstep.HandOverKit{OnKit: on("k_1"), To: "p_1", Charge: 90, Items: full})
		if b := w.kits["k_1"].Bookings[0]; b.State != doorstep.KitTaken || !w.kits["k_1"].Due().Equal(b.Until) {
			t.Fatalf("%+v", b)
		}
	})
	t.Run("坏了的不能交接，修好才行", func(t *testing.T) {
		w := open(t, nil).must(doorstep.BreakKit{OnKit: on("k_1"), Words: "镜头裂了"})
		w.want("kit.broken", "p_1", doorstep.HandOverKit{OnKit: on("k_1"), To: "p_aux", Charge: 90, Items: full})
		w.must(doorstep.RepairKit{OnKit: on("k_1"), Words: "换了镜头"})
		w.want("kit.works", "p_1", doorstep.RepairKit{OnKit: on("k_1"), Words: "再修"})
	})
	t.Run("还在用的不能停用", func(t *testing.T) {
		w := open(t, nil).must(slip(), tuesday("09:00", "11:00", "p_1"))
		w.want("kit.in_use", "p_1", doorstep.RetireKit{OnKit: on("k_1"), Words: "旧了"})
		w.must(doorstep.CallOff{Reason: "改日"}, doorstep.RetireKit{OnKit: on("k_1"), Words: "旧了"})
		w.want("kit.retired", "p_1", doorstep.BreakKit{OnKit: on("k_1"), Words: "坏了"})
	})
}

func TestLoan(t *testing.T) {
	ask := doorstep.AskLoan{OnKit: on("k_2"), From: at(20 * time.Hour), Until: at(60 * time.Hour), Reason: "两位老人要在家办证"}
	t.Run("本所的设备不用借", func(t *testing.T) {
		a := ask
		a.OnKit = on("k_1")
		open(t, nil).want("kit.our_own", "p_1", a)
	})
	t.Run("自己的申请不能自己登记批复", func(t *testing.T) {
		w := open(t, nil).must(ask)
		w.want("kit.own_loan", "p_1", doorstep.AnswerLoan{OnKit: on("k_2"), Grant: true, Approver: "县局户政大队"})
		w.want("kit.loan_waits", "p_1", ask)
	})
	t.Run("批了才能带，不能超出借期", func(t *testing.T) {
		w := open(t, nil).must(slip(), ask)
		visit := tuesday("09:00", "11:00", "p_1")
		visit.Kit = "k_2"
		w.want("kit.not_lent", "p_1", visit)
		w.want("", "p_lead", doorstep.AnswerLoan{OnKit: on("k_2"), Grant: true, Approver: "县局户政大队"})
		late := visit
		late.Day = "2026-03-05"
		w.want("kit.not_lent", "p_1", late)
		w.want("", "p_1", visit)
		w.after = 23 * time.Hour
		w.must(doorstep.HandOverKit{OnKit: on("k_2"), Booking: w.kits["k_2"].Bookings[0].ID, To: "p_1", Charge: 95, Items: allIn("id_card_kit"), Due: at(80 * time.Hour)})
		if due := w.kits["k_2"].Due(); !due.Equal(at(60 * time.Hour)) {
			t.Fatalf("due %s", due)
		}
	})
	t.Run("不同意要说为什么", func(t *testing.T) {
		w := open(t, nil).must(ask)
		w.want("form.required", "p_lead", doorstep.AnswerLoan{OnKit: on("k_2"), Approver: "县局户政大队"})
		w.want("", "p_lead", doorstep.AnswerLoan{OnKit: on("k_2"), Approver: "县局户政大队", Words: "另一个所在用，后天可以"})
		w.want("kit.no_loan_waits", "p_lead", doorstep.AnswerLoan{OnKit: on("k_2"), Grant: true, Approver: "县局户政大队"})
	})
}

// What a journal can hold of a home visit is what its payloads have fields for (law-and-standards 8.2).
func TestNothingOfTheBodyIsKept(t *testing.T) {
	files, err := filepath.Glob("../testdata/golden/doorstep.*.json")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d payloads, %v", len(files), err)
	}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, word := range []string{"photo", "fingerprint", "chip", "face", "scan", "id_no", "born", "medical"} {
			if strings.Contains(string(text), `"`+word) {
				t.Errorf("%s keeps %s", f, word)
			}
		}
	}
}
