package matter

import (
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/worktest"
)

func find(t *testing.T, m Matter, key string, after time.Duration) Clock {
	t.Helper()
	for _, c := range m.Clocks(clock.China(), worktest.Start.Add(after)) {
		if c.Key == key {
			return c
		}
	}
	t.Fatalf("no clock %s", key)
	return Clock{}
}

func TestClocks(t *testing.T) {
	state := func(key string, after time.Duration, want clock.State, steps ...step) func(*testing.T) {
		return func(t *testing.T) {
			m, _ := tell(steps...)
			if c := find(t, m, key, after); c.State != want {
				t.Errorf("%s after %v: %+v, want %s", key, after, c.Standing, want)
			}
		}
	}
	due := func(key, want string, steps ...step) func(*testing.T) {
		return func(t *testing.T) {
			m, at := tell(steps...)
			if got := find(t, m, key, at).DueAt.In(clock.Shanghai).Format("01-02 15:04"); got != want {
				t.Errorf("%s is due %s, want %s", key, got, want)
			}
		}
	}
	const day = 24 * hour
	resumed := given(paused, []step{by("p_1", Resumed{}).after(10 * day)})
	t.Run("签收时限从交办起算", due("ack", "03-02 22:00", assigned...))
	t.Run("签收时限过了就是超时", state("ack", 14*hour, clock.Overdue, assigned...))
	t.Run("签收后停表", state("ack", 99*day, clock.Stopped, inHand...))
	t.Run("换人后新承办人的签收时限重新起算", due("ack", "03-04 23:00", given(inHand, []step{by("p_lead", Assigned{To: "p_3"}).after(2 * day)})...))
	t.Run("退回再交办重新起算", due("ack", "03-05 00:00", given(inHand, []step{by("p_1", SentBack{}), by("p_lead", Assigned{To: "p_3"}).after(2 * day)})...))
	t.Run("办结时限按工作日", due("finish", "03-23 23:59", opened...))
	t.Run("改级换时限", due("finish", "03-05 23:59", given(opened, []step{by("p_lead", Regraded{"urgent", book.Limits("tip", "urgent"), vault.Text{}})})...))
	t.Run("中止期间不会超时", state("finish", 400*day, clock.Paused, paused...))
	t.Run("不停表的暂停照走", state("finish", 400*day, clock.Overdue, given(underWay, []step{by("p_1", PausedFor{Reason: "await_party"})})...))
	t.Run("恢复后顺延所停的工作时间", due("finish", "04-02 23:59", resumed...)) // 8 working days lie in the pause of 10
	t.Run("延期未批不延", due("finish", "03-23 23:59", asked...))
	t.Run("不批不延", due("finish", "03-23 23:59", given(asked, []step{by("p_lead", ExtensionDecided{})})...))
	t.Run("批了延期就长五个工作日", due("finish", "03-30 23:59", given(asked, []step{by("p_lead", ExtensionDecided{Granted: true})})...))
	t.Run("核查退回后核查时限不再走", func(t *testing.T) {
		m, _ := tell(given(outcomeIn, []step{by("p_lead", VerifiedAs{})})...)
		for _, c := range m.Clocks(clock.China(), worktest.Start.Add(99*day)) {
			if c.Key == "verify" {
				t.Fatalf("%+v", c)
			}
		}
		if m.State != UnderWay || m.VerifiedBy != "" {
			t.Fatalf("%+v", m)
		}
	})
	t.Run("再报结果重新计核查时限", due("verify", "03-09 23:59", given(outcomeIn, []step{by("p_lead", VerifiedAs{}), by("p_1", Finished{}).after(2 * day)})...))
	t.Run("没记开始处置就报结果也停表", state("start", 99*day, clock.Stopped, given(inHand, []step{by("p_1", Finished{})})...))
	t.Run("签收后暂停再恢复也算开始", state("start", 99*day, clock.Stopped, given(inHand, []step{by("p_1", PausedFor{}), by("p_1", Resumed{})})...))
	t.Run("走访停首次联系时限", state("contact", 99*day, clock.Stopped, given(underWay, []step{by("p_2", Visited{At: worktest.Start.Add(hour)})})...))
	t.Run("别人记事不停首次联系时限", state("contact", 99*day, clock.Overdue, given(underWay, []step{by("p_2", Noted{})})...))
	t.Run("承办人记事停首次联系时限", state("contact", 99*day, clock.Stopped, given(underWay, []step{by("p_1", Noted{})})...))
	t.Run("重新办理所有时限重来", due("finish", "03-27 23:59", given(done, []step{by("p_lead", ReopenedFor{By: "staff"}).after(5 * day)})...))
	t.Run("上一轮的走访不停这一轮的时限", state("contact", 99*day, clock.Overdue, given(done, []step{by("p_lead", ReopenedFor{By: "staff"}).after(5 * day), by("p_1", Visited{At: worktest.Start.Add(hour)})})...))
	t.Run("上一轮的中止和延期不带进来", func(t *testing.T) {
		m, _ := tell(given(resumed, []step{by("p_1", ExtensionAsked{Limit: "finish"}), by("p_lead", ExtensionDecided{Granted: true}), by("p_1", Finished{}), by("p_lead", VerifiedAs{Pass: true}),
			by("p_lead", ClosedWith{}), by("", EscalatedFor{Limit: "follow"}), by("p_2", FollowedUpWith{}), by("p_2", ReopenedFor{By: "follow_up"})})...)
		if len(m.Pauses)+len(m.Extensions)+len(m.Escalated) != 0 || m.Reopened != 1 || m.Handler != "" || !m.Involves("p_1") || m.Outcome+m.OutcomeBy+m.VerifiedBy != "" || len(m.Reached) != 1 {
			t.Fatalf("%+v", m)
		}
	})
	t.Run("最近到期的是哪一个", func(t *testing.T) {
		m, _ := tell(assigned...)
		if at, key := m.Due(clock.China()); key != "ack" || !at.Equal(worktest.Start.Add(13*hour)) {
			t.Fatalf("%s at %v", key, at)
		}
	})
}

func TestEscalate(t *testing.T) {
	m, _ := tell(assigned...)
	try := func(m Matter, key string, after time.Duration) ([]work.Event, error) {
		return m.Escalate(Escalate{Limit: key}, worktest.Moment("", after))
	}
	t.Run("没有超时不上报", func(t *testing.T) {
		got, err := try(m, "ack", 12*hour)
		worktest.Check(t, got, err, "matter.not_overdue")
	})
	t.Run("超时上报", func(t *testing.T) {
		got, err := try(m, "ack", 14*hour)
		worktest.Check(t, got, err, "", EscalatedFor{Limit: "ack"})
	})
	t.Run("同一时限一轮只上报一次", func(t *testing.T) {
		told, _ := tell(given(assigned, []step{by("", EscalatedFor{Limit: "ack"})})...)
		got, err := try(told, "ack", 14*hour)
		worktest.Check(t, got, err, "matter.already_escalated")
	})
	t.Run("已经停表的不上报", func(t *testing.T) {
		late, _ := tell(given(assigned, []step{by("p_1", Acknowledged{}).after(20 * hour)})...)
		got, err := try(late, "ack", 30*hour)
		worktest.Check(t, got, err, "matter.not_overdue")
	})
	t.Run("中止期间不上报", func(t *testing.T) {
		stopped, _ := tell(paused...)
		got, err := try(stopped, "finish", 9999*hour)
		worktest.Check(t, got, err, "matter.not_overdue")
	})
}

func TestClockStopsAtTheFirstOfSeveralSteps(t *testing.T) {
	begun := worktest.Start
	m := Matter{Version: 1, Reached: map[string]time.Time{"opened": begun}, Limits: []work.Limit{{Limit: clock.Limit{Key: "finish", Amount: 20, Unit: clock.Days},
		From: "opened", Until: "agreement_effective|closed"}}}
	now := begun.AddDate(0, 6, 0)
	if c := m.Clocks(clock.China(), now)[0]; !c.StoppedAt.IsZero() || !c.Late() {
		t.Errorf("没有协议也没有办结，半年后应当超时：%+v", c)
	}
	m.Reached["agreement_effective"] = begun.AddDate(0, 0, 9)
	m.Reached["closed"] = begun.AddDate(0, 5, 0)
	if c := m.Clocks(clock.China(), now)[0]; !c.StoppedAt.Equal(begun.AddDate(0, 0, 9)) || c.Late() {
		t.Errorf("协议生效那天停下，分期付款的日子不算：%+v", c)
	}
}
