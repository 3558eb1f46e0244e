package surrender

import (
	"strings"
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/worktest"
	"maplegrid/playbooks"
)

// desk is arms handed in, in the making: an hour passes with each step.
type desk struct {
	*Surrender
	t     testing.TB
	after time.Duration
}

func begun(t testing.TB) *desk {
	d := &desk{Surrender: &Surrender{}, t: t}
	return d.then(matter.Opened{ID: "m1", Kind: "surrender", Cell: "c1", Title: title}, matter.Assigned{To: "p1"}, matter.Acknowledged{})
}

func (d *desk) then(events ...work.Event) *desk {
	d.t.Helper()
	d.after += time.Hour
	at := worktest.Start.Add(d.after)
	for _, e := range events {
		if err := d.Apply(e, work.At{HappenedAt: at, RecordedAt: at, Actor: "p1", Version: d.Version + 1}); err != nil {
			d.t.Fatal(err)
		}
	}
	return d
}

func (d *desk) by(actor string) Moment { return momentOf(actor, d.after+time.Hour) }

func momentOf(actor string, after time.Duration) Moment {
	mo := worktest.Moment(actor, after)
	mo.Role = mo.Book.Role(actor)
	return Moment{Moment: mo, Number: func(p string) string { return strings.NewReplacer("{year}", "2026", "{no}", "1").Replace(p) },
		Notice: func(at time.Time) (playbook.ArmsNotice, bool) {
			return playbook.ArmsNotice{Key: "arms_2026", Until: "2026-12-31"}, at.Before(time.Date(2027, 1, 1, 0, 0, 0, 0, clock.Shanghai))
		},
		Reveal: func(t vault.Text) string { s, _ := t.Reveal(); return s }}
}

// ten is ten rifle rounds, handed in by somebody.
func ten(change func(*HandIn)) HandIn {
	a := HandIn{Items: []Counted{{Arm: "round", Model: "步枪弹", Calibre: "7.62", Count: 10, Again: 10}}, Second: "p2", At: worktest.Start, Name: "石木生", Phone: "13900000003",
		Origin: "收拾老屋翻出来的", Voluntary: true}
	if change != nil {
		change(&a)
	}
	return a
}

func secured(t testing.TB) *desk {
	return begun(t).then(ScenesSecured{Evacuated: "两家八口人", Unit: "food"})
}

func received(t testing.TB) *desk {
	d := begun(t)
	events, err := d.Receive(Receive{HandIn: ten(nil)}, d.by("p1"))
	if err != nil {
		t.Fatal(err)
	}
	return d.then(events...)
}

func handed(t testing.TB) *desk {
	d := received(t)
	return d.then(HandedOver{Unit: "food", Letter: "收字7号", Count: 10, Second: "p2", At: worktest.Start.Add(d.after)})
}

type ruled struct {
	rule string
	make func(testing.TB) *desk
	act  func(*desk) ([]work.Event, error)
	code string
}

func put(t *testing.T, rules []ruled) {
	for _, c := range rules {
		t.Run(c.rule, func(t *testing.T) {
			got, err := c.act(c.make(t))
			worktest.Check(t, got, err, c.code)
		})
	}
}

func receiving(by string, change func(*HandIn)) func(*desk) ([]work.Event, error) {
	return func(d *desk) ([]work.Event, error) { return d.Receive(Receive{HandIn: ten(change)}, d.by(by)) }
}

func TestReceive(t *testing.T) {
	put(t, []ruled{
		{"7.7 两名民警当面清点收下", begun, receiving("p1", nil), ""},
		{"7.7 辅警不得接收", begun, receiving("p_aux", nil), "surrender.officers_only"},
		{"7.7 第二名不能是辅警", begun, receiving("p1", func(a *HandIn) { a.Second = "p_aux" }), "surrender.two_officers"},
		{"7.7 第二名不能是自己", begun, receiving("p1", func(a *HandIn) { a.Second = "p1" }), "surrender.two_officers"},
		{"7.7 两人点的数不一样，不能收", begun, receiving("p1", func(a *HandIn) { a.Items[0].Again = 9 }), "surrender.counts_differ"},
		{"7.7 数量要写", begun, receiving("p1", func(a *HandIn) { a.Items[0].Count, a.Items[0].Again = 0, 0 }), "surrender.count"},
		{"7.7 没有物品不能收", begun, receiving("p1", func(a *HandIn) { a.Items = nil }), "surrender.nothing"},
		{"7.7 来源照本人说的记", begun, receiving("p1", func(a *HandIn) { a.Origin = "" }), "form.required"},
		{"7.7 留姓名，或写明不留", begun, receiving("p1", func(a *HandIn) { a.Name = "" }), "form.required"},
		{"不留姓名的可以收", begun, receiving("p1", func(a *HandIn) { a.Name, a.Phone, a.Unnamed = "", "", true }), ""},
		{"身份证号位数不对", begun, receiving("p1", func(a *HandIn) { a.IDNo = "999999" }), "surrender.id_shape"},
		{"7.7 手榴弹没有现场保护，不能登记收下", begun, receiving("p1", func(a *HandIn) { a.Items[0].Arm = "grenade" }), "surrender.secure_first"},
		{"7.7 认不出的当危险品", begun, receiving("p1", func(a *HandIn) { a.Items[0].Arm = "unknown" }), "surrender.secure_first"},
		{"7.7 现场保护以后可以登记，不移动", secured, receiving("p1", func(a *HandIn) { a.Items[0].Arm = "grenade" }), ""},
		{"收过的不再收", received, receiving("p1", nil), "surrender.received_already"},
		{"移动了的先退开", begun, func(d *desk) ([]work.Event, error) {
			return d.Secure(Secure{Evacuated: "两家", Unit: "food", CalledAt: worktest.Start}, d.by("p_aux"))
		}, "surrender.do_not_move"},
		{"辅警可以先保护现场", begun, func(d *desk) ([]work.Event, error) {
			return d.Secure(Secure{NotMoved: true, Evacuated: "两家", Unit: "food", CalledAt: worktest.Start}, d.by("p_aux"))
		}, ""},
	})
	d := received(t)
	if d.Count() != 10 || !d.Lenient() || d.Receipt != "枪爆收2026-1" || d.Second != "p2" {
		t.Errorf("received %d, lenient %v, %s", d.Count(), d.Lenient(), d.Receipt)
	}
}

// The notice in force is that of the day on which it was handed in, not of the day it is written down.
func TestNoticeInForce(t *testing.T) {
	book, err := playbook.Load(playbooks.FS, "base")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		rule, day, key string
	}{
		{"7.7 2025年12月31日当天还从宽", "2025-12-31", "arms_2025"},
		{"7.7 第二天按新的通告", "2026-01-01", "arms_2026"},
		{"7.7 没有通告的年份", "2024-06-01", ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			at, _ := time.ParseInLocation(time.DateOnly+" 15:04", c.day+" 23:59", clock.Shanghai)
			if n, _ := book.ArmsNotice(at); n.Key != c.key {
				t.Errorf("got %q", n.Key)
			}
		})
	}
	t.Run("7.7 不主动的不从宽", func(t *testing.T) {
		d := begun(t)
		events, err := d.Receive(Receive{HandIn: ten(func(a *HandIn) { a.Voluntary = false })}, d.by("p1"))
		if err != nil {
			t.Fatal(err)
		}
		if d.then(events...); d.Lenient() || d.Notice == "" {
			t.Errorf("lenient %v under %q", d.Lenient(), d.Notice)
		}
	})
}

func TestCustody(t *testing.T) {
	over := func(change func(*HandOver)) func(*desk) ([]work.Event, error) {
		return func(d *desk) ([]work.Event, error) {
			a := HandOver{Unit: "food", Receiver: "高警官", Letter: "收字7号", Count: 10, Second: "p2"}
			if change != nil {
				change(&a)
			}
			return d.HandOver(a, d.by("p1"))
		}
	}
	thank := func(public string) func(*desk) ([]work.Event, error) {
		return func(d *desk) ([]work.Event, error) {
			return d.Thank(Thank{Words: "当面表扬", Public: public}, d.by("p1"))
		}
	}
	put(t, []ruled{
		{"7.7 数目一致，移交县局", received, over(nil), ""},
		{"7.7 数目不一致，不能移交", received, over(func(a *HandOver) { a.Count = 9 }), "surrender.count_at_handover"},
		{"7.7 移交要两名民警", received, over(func(a *HandOver) { a.Second = "p_aux" }), "surrender.two_officers"},
		{"移交一次", handed, over(nil), "surrender.handed_already"},
		{"7.7 存放处只有民警保管", received, func(d *desk) ([]work.Event, error) {
			return d.Store(Store{Custodians: []string{"p_aux"}, KeptAt: "铁柜"}, d.by("p1"))
		}, "surrender.custodian_officer"},
		{"7.7 指定保管人", received, func(d *desk) ([]work.Event, error) {
			return d.Store(Store{Custodians: []string{"p2"}, KeptAt: "铁柜"}, d.by("p1"))
		}, ""},
		{"重新清点要写原因", received, func(d *desk) ([]work.Event, error) {
			return d.Recount(Recount{Item: "1", Count: 9, Again: 9, Second: "p2"}, d.by("p1"))
		}, "form.required"},
		{"没有移交，不登记销毁", received, func(d *desk) ([]work.Event, error) {
			return d.Destroy(Destroy{Reference: "销字3号", Day: "2026-03-02"}, d.by("p1"))
		}, "surrender.still_here"},
		{"移交以后登记销毁", handed, func(d *desk) ([]work.Event, error) {
			return d.Destroy(Destroy{Reference: "销字3号", Day: "2026-03-02"}, d.by("p1"))
		}, ""},
		{"销毁不能在移交前", handed, func(d *desk) ([]work.Event, error) {
			return d.Destroy(Destroy{Reference: "销字3号", Day: "2026-03-01"}, d.by("p1"))
		}, "surrender.day"},
		{"7.7 公开感谢不点名", received, thank("感谢一位居民主动上交子弹"), ""},
		{"7.7 公开感谢里有姓名，不能发", received, thank("感谢石木生主动上交子弹"), "surrender.thanks_names"},
		{"7.7 姓名隔开写也不行", received, thank("感谢石 木 生"), "surrender.thanks_names"},
		{"7.7 公开感谢里有电话，不能发", received, thank("感谢13900000003"), "surrender.thanks_names"},
	})
	worktest.Check(t, nil, received(t).Guard(matter.Finish{Outcome: "surrender_handed"}, Moment{}), "surrender.still_here")
	worktest.Check(t, nil, handed(t).Guard(matter.Finish{Outcome: "surrender_handed"}, Moment{}), "")
	stored := received(t).then(Stored{Custodians: []string{"p2"}, KeptAt: vault.Plain("m1", PlaceField, "铁柜")})
	if stored.Custodian("p1") || !stored.Custodian("p2") {
		t.Error("存放处不只对指定保管人可见")
	}
}

func TestRegister(t *testing.T) {
	mo := momentOf("p1", time.Hour)
	mo.Book = kinds{}
	events, err := Open(Register{Kind: "surrender", Cell: "c1", Place: "本所", HandIn: ten(nil)}, mo)
	worktest.Check(t, events, err, "")
	if len(events) != 5 || strings.Contains(worktest.Show(events[0]), "石木生") {
		t.Errorf("opened with %d events", len(events))
	}
	mo = momentOf("p_aux", time.Hour)
	mo.Book = kinds{}
	events, err = Open(Register{Kind: "surrender", Cell: "c1", HandIn: ten(nil)}, mo)
	worktest.Check(t, events, err, "surrender.officers_only")
}

// kinds is the small playbook with arms handed in.
type kinds struct{ worktest.Book }

func (kinds) Kind(string) (string, bool) { return "critical", true }
