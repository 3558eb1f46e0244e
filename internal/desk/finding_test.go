package desk_test

import (
	"context"
	"testing"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/missing"
	"maplegrid/internal/work/seek"
)

func wanderer(t testing.TB, d *desktest.Desk, id string) *missing.Missing {
	t.Helper()
	events, err := d.Journal.Stream(context.Background(), desktest.Station, matter.Stream(id), 0)
	if err != nil {
		t.Fatal(err)
	}
	x, err := missing.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestWhoIsCalledToLookOut(t *testing.T) {
	d := desktest.New(t)
	cast := d.Cast(t, desktest.Station)
	id := d.Wander(t, cast)
	on := matter.On{Matter: id}
	x := wanderer(t, d, id)
	t.Run("周边两格的人都叫到了，局里的人和发起人没叫", func(t *testing.T) {
		for _, who := range []string{"cell_worker_1", "cell_worker_2", "volunteer_2", "guard_1", "officer_2"} {
			if !x.WasCalled(cast[who].Person) {
				t.Errorf("%s was not called", who)
			}
		}
		for _, who := range []string{"officer_1", "bureau", "auditor", "admin"} {
			if x.WasCalled(cast[who].Person) {
				t.Errorf("%s was called", who)
			}
		}
	})
	t.Run("9.1 登记就是特急，派出呼叫的时限都在走", func(t *testing.T) {
		keys := map[string]bool{}
		for _, l := range x.Limits {
			keys[l.Key] = true
		}
		if x.Grade != "critical" || !keys["missing_dispatch"] || !keys["missing_call"] || !keys["missing_notice"] || keys["finish"] {
			t.Errorf("grade %s, limits %v", x.Grade, keys)
		}
	})
	for _, c := range []struct{ rule, who, want string }{
		{"叫到的志愿者可以报目击", "volunteer_1", ""},
		{"叫到的保安可以报目击", "guard_2", ""},
		{"没叫到的值班领导是民警，也可以登记", "duty_lead", ""},
		{"没叫到的窗口看不到这件事", "window_clerk", "matter.not_found"},
		{"局里看不到", "bureau", "matter.not_found"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			_, err := d.Try(cast[c.who], "missing.sight", &missing.Sight{On: on, At: d.Clock.Now(), Place: "北门", Sure: "unsure"})
			if fault.Code(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
	t.Run("叫到的人办不了别的，也看不到事项", func(t *testing.T) {
		_, err := d.Try(cast["volunteer_2"], "missing.find", &missing.FindPerson{On: on, At: d.Clock.Now(), Place: "北门", Condition: "well"})
		if fault.Code(err) != "matter.not_found" {
			t.Error(err)
		}
	})
	t.Run("本格辅警没参与，只能领命，不能自己发布启事", func(t *testing.T) {
		_, err := d.Try(cast["aux_officer_1"], "missing.publish", &missing.Publish{On: on, Consent: true})
		if fault.Code(err) != "access.denied" {
			t.Error(err)
		}
	})
}

func TestWhoSeesWhatIsSealedOfPeopleSought(t *testing.T) {
	d := desktest.New(t)
	cast := d.Cast(t, desktest.Station)
	lost := d.Wander(t, cast)
	seeking, candidate := d.Reunion(t, cast)
	person := wanderer(t, d, lost).Subject
	see := func(who, id, subject, field string) string {
		_, err := d.Try(cast[who], "person.unmask", &desk.Unmask{Thing: "matter", ID: id, Subject: subject, Field: field, Purpose: "联系家属"})
		if err == nil {
			return "yes"
		}
		return fault.Code(err)
	}
	for _, c := range []struct{ rule, who, id, subject, field, want string }{
		{"15.11 承办民警说明用途可以看走失人姓名", "officer_1", lost, person, "name", "yes"},
		{"15.11 承办民警说明用途可以看候选人电话", "officer_1", seeking, candidate, "phone", "yes"},
		{"15.11 所长可以", "head", seeking, candidate, "home", "yes"},
		{"15.11 别格的民警不可以", "officer_2", seeking, candidate, "phone", "access.denied"},
		{"15.11 本格网格员不可以", "cell_worker_1", seeking, candidate, "phone", "access.denied"},
		{"15.11 叫来留意的志愿者不可以", "volunteer_2", lost, person, "name", "matter.not_found"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := see(c.who, c.id, c.subject, c.field); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
	t.Run("5.1 住址一保密，谁都看不到全的，除了有权看保密住址的民警", func(t *testing.T) {
		d.Do(t, cast["officer_1"], "seek.compare", &seek.Compare{On: matter.On{Matter: seeking}, Candidate: candidate, Alive: "yes", SealHome: true})
		d.Do(t, cast["head"], "matter.set_task", &matter.SetTask{On: matter.On{Matter: seeking}, Title: "陪同走访", Person: cast["aux_officer_1"].Person})
		if got := see("aux_officer_1", seeking, candidate, "home"); got != "access.denied" && got != "unmask.home" {
			t.Error(got)
		}
	})
}

func TestNothingGoesToTheSeekerThroughTheDoor(t *testing.T) {
	d := desktest.New(t)
	cast := d.Cast(t, desktest.Station)
	id, candidate := d.Reunion(t, cast)
	on, by := matter.On{Matter: id}, cast["officer_1"]
	d.Do(t, by, "matter.start", &matter.Start{On: on})
	end := func(outcome, answer string) string {
		_, err := d.Try(by, "matter.finish", &matter.Finish{On: on, Outcome: outcome, Words: "见查找记录", Answer: answer})
		return fault.Code(err)
	}
	t.Run("8.9 没问过本人，什么都给不了", func(t *testing.T) {
		for _, c := range []struct{ outcome, answer, want string }{
			{"seek_together", "", "seek.not_met"}, {"seek_passed_on", "", "seek.nothing_given"},
			{"seek_nothing", "人叫" + desktest.Sought["classmate"], "seek.fixed_answer"},
			{"party_withdrew", "她住" + desktest.Sought["classmate_home"], "seek.gives_away"},
			{"party_withdrew", "找到了，她叫" + desktest.Sought["classmate"], "seek.gives_away"},
		} {
			if got := end(c.outcome, c.answer); got != c.want {
				t.Errorf("%s %q: %q, want %q", c.outcome, c.answer, got, c.want)
			}
		}
		if _, err := d.Try(by, "seek.give", &seek.Give{On: on, Candidate: candidate, What: []string{"name"}, How: "sy_phone"}); fault.Code(err) != "seek.no_yes" {
			t.Error(err)
		}
	})
	t.Run("8.9 本人愿意并按条件见面，才能报团聚", func(t *testing.T) {
		d.Do(t, by, "seek.ask_first", &seek.AskFirst{On: on, Candidate: candidate, How: "sy_visit", Told: "老同学在找您，想见一面", Answer: "conditions", Conditions: []string{"at_station"}, Give: []string{"name"}})
		d.Do(t, by, "seek.bring_together", &seek.BringTogether{On: on, Candidate: candidate, At: d.Clock.Now(), Place: "本所接待室", AtStation: true, With: []string{by.Person}})
		if got := end("seek_together", ""); got != "" {
			t.Error(got)
		}
		d.Do(t, by, "seek.thank", &seek.Thank{On: on, Words: "老人送来一面锦旗"})
	})
	t.Run("别的事项不能这样办", func(t *testing.T) {
		other := d.Wander(t, cast)
		if _, err := d.Try(by, "seek.thank", &seek.Thank{On: matter.On{Matter: other}, Words: "谢谢"}); fault.Code(err) != "seek.not_a_seek" {
			t.Error(err)
		}
		if _, err := d.Try(by, "missing.sight", &missing.Sight{On: on, At: d.Clock.Now(), Place: "北门", Sure: "unsure"}); fault.Code(err) != "missing.not_a_missing" {
			t.Error(err)
		}
	})
}
