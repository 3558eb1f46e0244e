package errand

import (
	"testing"
	"time"

	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/worktest"
)

// night is an errand in the making: an hour passes with each step unless minutes are said.
type night struct {
	*Errand
	t     testing.TB
	after time.Duration
}

func begun(t testing.TB, needing string) *night {
	n := &night{Errand: &Errand{}, t: t}
	return n.then(0, matter.Opened{ID: "m1", Number: "260302-00001", Kind: "errand", Cell: "c1", Title: "护送孩子就医"}, matter.Assigned{To: "p1"}, matter.Acknowledged{},
		Called{Needing: needing, Ailing: vault.Plain("m1", "ailing", "发烧")})
}

func (n *night) then(minutes int, events ...work.Event) *night {
	n.t.Helper()
	n.after += time.Duration(minutes) * time.Minute
	at := worktest.Start.Add(n.after)
	for _, e := range events {
		if err := n.Apply(e, work.At{HappenedAt: at, RecordedAt: at, Actor: "p1", Version: n.Version + 1}); err != nil {
			n.t.Fatal(err)
		}
	}
	return n
}

func (n *night) by(actor string) work.Moment { return worktest.Moment(actor, n.after+10*time.Minute) }

func (n *night) out() *night {
	return n.then(5, WentOut{Driver: "p1", At: worktest.Start.Add(n.after + 5*time.Minute)})
}

func (n *night) there_() *night {
	return n.then(30, ArrivedAt{Destination: "县医院", At: worktest.Start.Add(n.after + 30*time.Minute)})
}

func (n *night) given() *night {
	return n.then(10, HandedOver{To: "doctor", At: worktest.Start.Add(n.after + 10*time.Minute)})
}

func TestErrand(t *testing.T) {
	at := func(n *night, minutes int) time.Time {
		return worktest.Start.Add(n.after + time.Duration(minutes)*time.Minute)
	}
	for _, c := range []struct {
		rule string
		make func(testing.TB) *night
		act  func(*night) ([]work.Event, error)
		code string
	}{
		{"9.5 出发记时间，驾驶人默认是本人", func(t testing.TB) *night { return begun(t, Child) }, func(n *night) ([]work.Event, error) {
			events, err := n.SetOut(SetOut{}, n.by("p1"))
			if err == nil && (events[0].(WentOut).Driver != "p1" || !events[0].(WentOut).At.Equal(at(n, 10))) {
				t.Errorf("left as %+v", events[0])
			}
			return events, err
		}, ""},
		{"9.5 记过的时间不能改", func(t testing.TB) *night { return begun(t, Child).out() }, func(n *night) ([]work.Event, error) { return n.SetOut(SetOut{}, n.by("p1")) }, "errand.stamped"},
		{"9.5 补记的时间不能晚于现在", func(t testing.TB) *night { return begun(t, Child) }, func(n *night) ([]work.Event, error) {
			return n.SetOut(SetOut{At: at(n, 60)}, n.by("p1"))
		}, "errand.not_yet"},
		{"9.5 到达不能早于出发", func(t testing.TB) *night { return begun(t, Child).out() }, func(n *night) ([]work.Event, error) {
			return n.Arrive(Arrive{Destination: "县医院", At: at(n, -3)}, n.by("p1"))
		}, "errand.before_step"},
		{"9.5 早几分钟出发的可以补记", func(t testing.TB) *night { return begun(t, Child) }, func(n *night) ([]work.Event, error) {
			return n.SetOut(SetOut{At: at(n, 4)}, n.by("p1"))
		}, ""},
		{"没有出发，不能到达", func(t testing.TB) *night { return begun(t, Child) }, func(n *night) ([]work.Event, error) {
			return n.Arrive(Arrive{Destination: "县医院"}, n.by("p1"))
		}, "errand.step_first"},
		{"没有接到人也可以直接记到达", func(t testing.TB) *night { return begun(t, Child).out() }, func(n *night) ([]work.Event, error) {
			return n.Arrive(Arrive{Destination: "县医院"}, n.by("p1"))
		}, ""},
		{"送到哪里要写明", func(t testing.TB) *night { return begun(t, Child).out() }, func(n *night) ([]work.Event, error) { return n.Arrive(Arrive{}, n.by("p1")) }, "form.required"},
		{"没有送到，不能交接", func(t testing.TB) *night { return begun(t, Child).out() }, func(n *night) ([]work.Event, error) {
			return n.HandOver(HandOver{To: "doctor", Name: "白大夫"}, n.by("p1"))
		}, "errand.step_first"},
		{"交接要有姓名或签名", func(t testing.TB) *night { return begun(t, Child).out().there_() }, func(n *night) ([]work.Event, error) {
			return n.HandOver(HandOver{To: "doctor"}, n.by("p1"))
		}, "errand.name_or_signature"},
		{"有签名，不用写姓名", func(t testing.TB) *night { return begun(t, Child).out().there_() }, func(n *night) ([]work.Event, error) {
			return n.HandOver(HandOver{To: "doctor", Signature: "b_1"}, n.by("p1"))
		}, ""},
		{"送回家要有人接", func(t testing.TB) *night { return begun(t, Child).out().there_().given() }, func(n *night) ([]work.Event, error) {
			return n.BringBack(BringBack{}, n.by("p1"))
		}, "form.required"},
		{"留院的不用送回", func(t testing.TB) *night { return begun(t, Child).out().there_().given() }, func(n *night) ([]work.Event, error) {
			return n.BringBack(BringBack{Stays: true}, n.by("p1"))
		}, ""},
		{"没打通也记下", func(t testing.TB) *night { return begun(t, Child) }, func(n *night) ([]work.Event, error) {
			return n.TellFamily(TellFamily{Relation: "母亲", Phone: "13900000001"}, n.by("p1"))
		}, ""},
		{"交接以后才有次日回访", func(t testing.TB) *night { return begun(t, Child).out() }, func(n *night) ([]work.Event, error) {
			return n.LookIn(LookIn{Way: "phone", Health: "better"}, n.by("p1"))
		}, "errand.step_first"},
		{"次日回访", func(t testing.TB) *night { return begun(t, Child).out().there_().given() }, func(n *night) ([]work.Event, error) {
			return n.LookIn(LookIn{Way: "phone", Health: "better"}, n.by("p1"))
		}, ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got, err := c.act(c.make(t))
			worktest.Check(t, got, err, c.code)
		})
	}
}

func TestErrandTellsTheBaseLife(t *testing.T) {
	n := begun(t, Child).out()
	if n.ChildAlone() != true {
		t.Error("孩子一人乘车，没有提醒")
	}
	n.there_().given()
	if n.Reached[Handed].IsZero() || !n.Reached[Told].IsZero() {
		t.Errorf("steps %v", n.Reached)
	}
	n.then(5, FamilyTold{Relation: "母亲", Reached: false, At: worktest.Start})
	if !n.Reached[Told].IsZero() {
		t.Error("没打通算作已告知")
	}
	n.then(5, FamilyTold{Relation: "母亲", Reached: true, At: worktest.Start})
	if n.Reached[Told].IsZero() || n.Next() != Back {
		t.Errorf("told %v, next %s", n.Reached[Told], n.Next())
	}
}

// The form never asks for the name of who is brought (15.4: under 14 only with a guardian's consent).
func TestOpenAnErrand(t *testing.T) {
	mo := worktest.Moment("p1", 0)
	mo.Book = kinds{}
	call := Call{Kind: "errand", Needing: Child, Ailing: "发烧39.5度", Place: "东沟7号", Cell: "c1", Leave: true, Caller: "石奶奶", Phone: "13900000002"}
	events, err := Open(call, mo)
	if err != nil {
		t.Fatal(err)
	}
	e := &Errand{}
	for i, x := range events {
		if err := e.Apply(x, work.At{HappenedAt: mo.Now, RecordedAt: mo.Now, Actor: "p1", Version: i + 1}); err != nil {
			t.Fatal(err)
		}
	}
	if e.Title != "护送孩子就医" || e.Handler != "p1" || e.State != matter.UnderWay || e.Driver != "p1" {
		t.Errorf("opened as %q, handler %s, %s, driver %s", e.Title, e.Handler, e.State, e.Driver)
	}
	if _, left := e.Stamp(Left); !left || len(events) != 6 {
		t.Errorf("%d events, left %v", len(events), left)
	}
	call.Ailing = " "
	_, err = Open(call, mo)
	worktest.Check(t, nil, err, "form.required")
}

// kinds is the small playbook with errands in it.
type kinds struct{ worktest.Book }

func (kinds) Kind(string) (string, bool) { return "urgent", true }
