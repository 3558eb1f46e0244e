package desk_test

import (
	"context"
	"strings"
	"testing"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/work/found"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/surrender"
)

func TestKeeping(t *testing.T) {
	d := desktest.New(t)
	cast := d.Cast(t, desktest.Station)
	k := d.Keep(t, cast)
	see := func(who, id, subject, field string) string {
		_, err := d.Try(cast[who], "person.unmask", &desk.Unmask{Thing: "matter", ID: id, Subject: subject, Field: field, Purpose: "核对上交登记"})
		if err == nil {
			return "yes"
		}
		return fault.Code(err)
	}
	purse := d.Thing(t, k.Purse)
	for _, c := range []struct{ rule, who, id, subject, field, want string }{
		{"7.7 指定保管人看得到存放处", "head", k.Rounds, k.Rounds, surrender.PlaceField, "yes"},
		{"7.7 接收的民警不是保管人，看不到存放处", "officer_1", k.Rounds, k.Rounds, surrender.PlaceField, "unmask.custody"},
		{"7.7 值班领导不是保管人，看不到存放处", "duty_lead", k.Rounds, k.Rounds, surrender.PlaceField, "access.denied"},
		{"7.5 经办民警说明用途看证明细节", "officer_1", k.Purse, k.Purse, "proof.1", "yes"},
		{"7.5 网格员看不到证明细节", "cell_worker_1", k.Purse, k.Purse, "proof.1", "access.denied"},
		{"7.5 辅警看不到证明细节", "aux_officer_1", k.Purse, k.Purse, "proof.1", "access.denied"},
		{"拾得人的电话，经办民警可以看", "officer_1", k.Purse, purse.Finder, "phone", "yes"},
		{"拾得人的电话，志愿者看不到", "volunteer_1", k.Purse, purse.Finder, "phone", "matter.not_found"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := see(c.who, c.id, c.subject, c.field); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
	on := matter.On{Matter: k.Rounds}
	t.Run("7.7 公开感谢里写了上交人姓名，当场拒绝", func(t *testing.T) {
		_, err := d.Try(cast["officer_1"], "surrender.thank", &surrender.Thank{On: on, Words: "当面表扬", Public: "感谢石木生"})
		if fault.Code(err) != "surrender.thanks_names" {
			t.Error(err)
		}
	})
	t.Run("7.5 改写公告也不能写出封存的细节", func(t *testing.T) {
		d.Do(t, cast["officer_1"], "found.check_card", &found.CheckCard{On: matter.On{Matter: k.Card}, Card: "current", Entry: "挂失2026-9", Told: true})
		_, err := d.Try(cast["officer_1"], "found.publish", &found.Publish{On: matter.On{Matter: k.Card}, Looks: "谷满仓的身份证", Where: "窗口"})
		if fault.Code(err) != "found.looks_proof" {
			t.Error(err)
		}
	})
	t.Run("7.7 没有移交不得报结果", func(t *testing.T) {
		_, err := d.Try(cast["officer_1"], "matter.finish", &matter.Finish{On: on, Outcome: "surrender_handed", Words: "办完了"})
		if fault.Code(err) != "surrender.still_here" {
			t.Error(err)
		}
	})
	t.Run("节点由办理动作记，不能手工标", func(t *testing.T) {
		book, err := d.Book(context.Background(), desktest.Station)
		if err != nil {
			t.Fatal(err)
		}
		for kind, step := range map[string]string{"errand": "errand_handed", "found": "notice_published", "surrender": "arms_handed"} {
			if desk.MayMark(book, kind, step) {
				t.Errorf("%s may be marked by hand", step)
			}
		}
	})
	t.Run("收据号不重复", func(t *testing.T) {
		if a, b := d.Thing(t, k.Purse).Receipt, d.Thing(t, k.Card).Receipt; a == b || a == "" {
			t.Errorf("%s and %s", a, b)
		}
	})
	plain(t, d)
}

// plain demands that the journal holds no personal word of these kinds in clear.
func plain(t *testing.T, d *desktest.Desk) {
	t.Helper()
	var from journal.Seq
	for {
		events, err := d.Journal.Read(context.Background(), desktest.Station, from, 500)
		if err != nil {
			t.Fatal(err)
		}
		if len(events) == 0 {
			return
		}
		for i := range events {
			from = events[i].Seq
			for _, word := range []string{"石木生", "罗根生", "童招弟", "牛二宝", "石桂兰", "白秀英", "谷满仓", "三百二十七", "4471", "1390000550", "专柜"} {
				if strings.Contains(string(events[i].Data), word) {
					t.Errorf("%s holds %s in clear", events[i].Kind, word)
				}
			}
		}
	}
}
