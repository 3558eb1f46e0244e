package appointment

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/playbooks"
)

var base = func() *playbook.Book {
	b, err := playbook.Load(playbooks.FS, "base")
	if err != nil {
		panic(err)
	}
	return b
}()

// Monday 2 March 2026, nine in the morning in Shanghai.
var monday = time.Date(2026, 3, 2, 9, 0, 0, 0, clock.Shanghai)

// bench is a window's day and who acts on it.
type bench struct {
	t      *testing.T
	day    *Day
	now    time.Time
	actor  string
	missed int
	n      int
}

func at(t *testing.T, window, on string) *bench {
	return &bench{t: t, day: NewDay(Place{window, on}), now: monday, actor: work.Public}
}

func (b *bench) moment() Moment {
	return Moment{Moment: work.Moment{Now: b.now, HappenedAt: b.now, Actor: b.actor, Calendar: clock.China(),
		NewID: func(p string) string { b.n++; return fmt.Sprintf("%s_%d", p, b.n) }}, Playbook: base, Code: "CODE",
		PhoneKey: func(phone string, p Place) string { return phone + "@" + p.Stream() },
		MissKey:  func(phone, month string) string { return phone + "@" + month },
		Missed:   func(string) (int, error) { return b.missed, nil },
		Open:     func(v vault.Text) (string, error) { return "13900000001", nil }}
}

// take folds what a rule decided and gives its code when it was refused.
func (b *bench) take(events []work.Event, err error) string {
	b.t.Helper()
	if err != nil {
		f, ok := fault.Of(err)
		if !ok {
			b.t.Fatal(err)
		}
		return f.Code
	}
	for _, e := range events {
		b.day.Apply(e, work.At{HappenedAt: b.now, RecordedAt: b.now, Actor: b.actor, Version: b.day.Version + 1})
	}
	return ""
}

func (b *bench) book(slot string, more ...func(*Book)) string {
	b.t.Helper()
	a := Book{Window: b.day.Window, On: b.day.On, Slot: slot, Service: "id_renew", Name: "李某", Phone: fmt.Sprintf("1390000%04d", b.n)}
	for _, f := range more {
		f(&a)
	}
	return b.take(b.day.Book(a, b.moment()))
}

func (b *bench) last() *Visit { return b.day.Visits[len(b.day.Visits)-1] }

// number is an ID number of the division that does not exist, with its check character.
func number(born string) string {
	for _, c := range "0123456789X" {
		if n := "999999" + born + "001" + string(c); func() bool { _, err := ident.CheckResidentID(n); return err == nil }() {
			return n
		}
	}
	panic(born)
}

func TestBook(t *testing.T) {
	t.Run("一段两个位子，第三个约不上", func(t *testing.T) {
		b := at(t, "household", "2026-03-03")
		for i, want := range []string{"", "", "appointment.taken"} {
			if got := b.book("08:30"); got != want {
				t.Fatalf("%d: %q, want %q", i, got, want)
			}
		}
	})
	t.Run("要两段才办得完的占两段，隔着午休的接不上", func(t *testing.T) {
		b := at(t, "household", "2026-03-03")
		long := func(a *Book) { a.Service = "hh_name" } // 25 minutes
		if got := b.book("08:30", long); got != "" {
			t.Fatal(got)
		}
		b.book("08:45")
		if got := b.book("08:45"); got != "appointment.taken" {
			t.Errorf("the second slot was not taken too: %q", got)
		}
		if got := b.book("11:45", long); got == "" {
			t.Error("goes over lunch")
		}
	})
	t.Run("单条规矩", func(t *testing.T) {
		for _, x := range []struct {
			rule, on, slot, want string
			set                  func(*Book)
		}{
			{"过了的时段不能约", "2026-03-02", "08:45", "appointment.past", nil},
			{"过了的日子不能约", "2026-03-01", "09:00", "appointment.past", nil},
			{"清明放假不办", "2026-04-05", "09:00", "appointment.closed", nil},
			{"周日不办", "2026-03-08", "09:00", "appointment.closed", nil},
			{"午休不办", "2026-03-03", "13:00", "appointment.closed", nil},
			{"不是整段的时间没有", "2026-03-03", "08:31", "appointment.closed", nil},
			{"太远不约", "2026-09-01", "09:00", "appointment.too_far", nil},
			{"窗口不办这件事", "2026-03-03", "09:00", "appointment.not_here", func(a *Book) { a.Service = "veh_ebike" }},
			{"爆炸物不能约到窗口来", "2026-03-03", "09:00", "appointment.no_service", func(a *Book) { a.Service = "sur_explosives" }},
			{"8.1 不满十六岁没有监护人不行", "2026-03-03", "09:00", "appointment.guardian", func(a *Book) { a.Young = true }},
			{"8.1 不满十六岁有监护人可以", "2026-03-03", "09:00", "", func(a *Book) { a.Young, a.Guardian = true, "李父" }},
			{"8.1 号码里看得出不满十六岁", "2026-03-03", "09:00", "appointment.guardian", func(a *Book) { a.IDNumber = number("20120304") }},
			{"号码最后一位不对", "2026-03-03", "09:00", "appointment.id_check", func(a *Book) { a.IDNumber = "999999199001010011" }},
			{"号码写得不像", "2026-03-03", "09:00", "appointment.id_shape", func(a *Book) { a.IDNumber = "12345" }},
			{"要本人到场的不能代办", "2026-03-03", "09:00", "appointment.in_person", func(a *Book) { a.Agent, a.Mandate = "王某", true }},
			{"代办要有委托书", "2026-03-03", "09:00", "appointment.mandate", func(a *Book) { a.Service, a.Agent = "hh_book", "王某" }},
			{"有委托书可以代办", "2026-03-03", "09:00", "", func(a *Book) { a.Service, a.Agent, a.Mandate = "hh_book", "王某", true }},
			{"没有名字不行", "2026-03-03", "09:00", "form.required", func(a *Book) { a.Name = " " }},
			{"电话不对", "2026-03-03", "09:00", "appointment.phone", func(a *Book) { a.Phone = "abc" }},
			{"带区号的座机可以", "2026-03-03", "09:00", "", func(a *Book) { a.Phone = "0599-6123456" }},
		} {
			t.Run(x.rule, func(t *testing.T) {
				b := at(t, "household", x.on)
				set := x.set
				if set == nil {
					set = func(*Book) {}
				}
				if got := b.book(x.slot, set); got != x.want {
					t.Errorf("%q, want %q", got, x.want)
				}
			})
		}
	})
	t.Run("身份证号码只核对，哪里都不留", func(t *testing.T) {
		b := at(t, "household", "2026-03-03")
		events, err := b.day.Book(Book{Window: "household", On: "2026-03-03", Slot: "09:00", Service: "id_renew", Name: "李某", Phone: "13900000001",
			IDNumber: number("19900101")}, b.moment())
		if err != nil || len(vault.Collect(events[0])) != 3 { // name, phone, code
			t.Errorf("%v %v", vault.Collect(events[0]), err)
		}
	})
	t.Run("一家五口合用一个电话都能约，约到上限给个说法，不同窗口互不相连", func(t *testing.T) {
		b := at(t, "household", "2026-03-03")
		same := func(a *Book) { a.Phone = "13900000001" }
		for i, slot := range []string{"08:30", "08:30", "08:45", "08:45", "09:00", "09:00"} {
			if got := b.book(slot, same); got != "" {
				t.Fatalf("%d: %s", i, got)
			}
		}
		if got := b.book("09:15", same); got != "appointment.phone_full" {
			t.Error(got)
		}
		if v := b.last(); v.PhoneKey == (&Visit{}).PhoneKey || v.PhoneKey != "13900000001@windowday/household/2026-03-03" {
			t.Error(v.PhoneKey)
		}
	})
	t.Run("约了两次没来，三十天里只能取当天的号，窗口代约不限", func(t *testing.T) {
		b := at(t, "household", "2026-03-03")
		b.missed = 2
		if got := b.book("09:00"); got != "appointment.only_today" {
			t.Error(got)
		}
		b.actor = "p_clerk"
		if got := b.book("09:00", func(a *Book) { a.Channel = "phone" }); got != "" {
			t.Error(got)
		}
		today := at(t, "household", "2026-03-02")
		today.missed = 2
		if got := today.book("10:00"); got != "" {
			t.Error(got)
		}
	})
}

func TestWindow(t *testing.T) {
	shut := func(b *bench, from, until string, fewer int) string {
		return b.take(b.day.Close(Close{OnWindow: OnWindow{Window: "household", On: b.day.On}, From: from, Until: until, Fewer: fewer, Reason: "停电"}, b.moment()))
	}
	t.Run("停办以后：约了的进名单，不能再约，改了才下来", func(t *testing.T) {
		b := at(t, "household", "2026-03-03")
		b.book("09:00")
		b.book("15:00")
		if got := shut(b, "08:30", "12:00", 0); got != "" {
			t.Fatal(got)
		}
		if !b.day.Visits[0].Displaced || b.day.Visits[1].Displaced {
			t.Fatal("who must be moved is wrong")
		}
		if got := b.book("09:00"); got != "appointment.closed" {
			t.Error(got)
		}
		here, _, err := b.day.Change(Change{OnVisit: OnVisit{ID: b.day.Visits[0].ID}, ToWindow: "household", ToOn: b.day.On, ToSlot: "16:00"}, b.day, b.moment())
		if got := b.take(here, err); got != "" || b.day.Visits[0].Displaced || b.day.Visits[0].Slot != 16*60 || b.day.Visits[0].Changes != 0 {
			t.Errorf("%q %+v", got, b.day.Visits[0])
		}
	})
	t.Run("少一个人坐：后约的进名单，先约的不动", func(t *testing.T) {
		b := at(t, "household", "2026-03-03")
		b.book("09:00")
		b.book("09:00")
		shut(b, "09:00", "10:00", 1)
		if b.day.Visits[0].Displaced || !b.day.Visits[1].Displaced {
			t.Error("the first booked must stay")
		}
	})
	t.Run("恢复办理：没改的不用改了，一个不丢", func(t *testing.T) {
		b := at(t, "household", "2026-03-03")
		b.book("09:00")
		shut(b, "", "", 0)
		id := b.day.Closures[0].ID
		if got := b.take(b.day.Reopen(Reopen{Window: "household", On: b.day.On, Closure: id}, b.moment())); got != "" || b.day.Visits[0].Displaced {
			t.Errorf("%q %v", got, b.day.Visits[0].Displaced)
		}
	})
	t.Run("加开：放假也能开，重叠要对齐，对齐的加位子", func(t *testing.T) {
		b := at(t, "household", "2026-03-08")
		extend := func(from, until string, minutes, capacity int) string {
			return b.take(b.day.Extend(Extend{OnWindow: OnWindow{Window: "household", On: b.day.On}, From: from, Until: until, Minutes: minutes, Capacity: capacity, Reason: "暑期"}, b.moment()))
		}
		if got := extend("09:00", "11:00", 15, 1); got != "" {
			t.Fatal(got)
		}
		if got := extend("09:10", "10:10", 20, 1); got != "window.overlap" {
			t.Error(got)
		}
		if got := extend("09:00", "10:00", 15, 2); got != "" {
			t.Error(got)
		}
		w, _ := base.Window("household")
		if s := b.day.Slots(w, clock.China()); s[0].Capacity != 3 || s[len(s)-1].Capacity != 1 {
			t.Error(s)
		}
		if got := extend("09:00", "10:00", 25, 2); got != "window.slot_minutes" {
			t.Error(got)
		}
	})
	t.Run("过去的日子不能改", func(t *testing.T) {
		if got := shut(at(t, "household", "2026-03-01"), "", "", 0); got != "form.past" {
			t.Error(got)
		}
	})
}

func TestChange(t *testing.T) {
	t.Run("换一天：两天一起改，旧位子马上空出来", func(t *testing.T) {
		b, to := at(t, "household", "2026-03-03"), at(t, "household", "2026-03-04")
		b.book("09:00")
		id := b.last().ID
		here, there, err := b.day.Change(Change{OnVisit: OnVisit{ID: id}, ToWindow: "household", ToOn: "2026-03-04", ToSlot: "10:00"}, to.day, b.moment())
		if got := b.take(here, err); got != "" {
			t.Fatal(got)
		}
		to.take(there, nil)
		if b.last().Held() || b.last().Place.On != "2026-03-04" || to.last().Slot != 600 || to.last().PhoneKey != "13900000001@windowday/household/2026-03-04" {
			t.Errorf("%+v %+v", b.last(), to.last())
		}
	})
	t.Run("改到原来的时段不算，改满五次请打电话，开始了不能改", func(t *testing.T) {
		b := at(t, "household", "2026-03-03")
		b.book("09:00")
		move := func(slot string) string {
			here, _, err := b.day.Change(Change{OnVisit: OnVisit{ID: b.last().ID}, ToWindow: "household", ToOn: b.day.On, ToSlot: slot}, b.day, b.moment())
			return b.take(here, err)
		}
		if got := move("09:00"); got != "appointment.same" {
			t.Error(got)
		}
		for i, want := range []string{"", "", "", "", "", "appointment.changes"} {
			if got := move(Clock(600 + 15*i)); got != want {
				t.Fatalf("%d: %q", i, got)
			}
		}
		b.now = b.day.At(b.last().Slot).Add(time.Minute)
		if got := move("16:00"); got != "appointment.begun" {
			t.Error(got)
		}
	})
	t.Run("取消两次，第二次说已经取消", func(t *testing.T) {
		b := at(t, "household", "2026-03-03")
		b.book("09:00")
		for i, want := range []string{"", "appointment.is_cancelled"} {
			if got := b.take(b.day.Cancel(Cancel{OnVisit: OnVisit{ID: b.last().ID}}, b.moment())); got != want {
				t.Errorf("%d: %q", i, got)
			}
		}
	})
}

func TestQueue(t *testing.T) {
	arrive := func(b *bench, v *Visit) {
		if got := b.take(b.day.Arrive(Arrive{OnVisit{ID: v.ID}}, b.moment())); got != "" {
			b.t.Fatal(got)
		}
	}
	number := func(b *bench, first bool) *Visit {
		if got := b.take(b.day.TakeNumber(TakeNumber{Window: "household", Service: "cert_kin", First: first}, b.moment())); got != "" {
			b.t.Fatal(got)
		}
		return b.last()
	}
	call := func(b *bench) string {
		events, err := b.day.Call(Call{Window: "household", Counter: 1}, b.moment())
		if got := b.take(events, err); got != "" {
			return got
		}
		v := b.day.find(events[0].(VisitCalled).ID)
		b.take([]work.Event{VisitFinished{ID: v.ID, Result: "done"}}, nil)
		return v.Ticket
	}
	t.Run("叫号的规矩：约的先，连叫两位轮一位现场，优先的在前，早到的等", func(t *testing.T) {
		b := at(t, "household", "2026-03-02")
		var booked []*Visit
		for _, slot := range []string{"09:15", "09:15", "09:30", "11:00"} {
			if got := b.book(slot); got != "" {
				t.Fatal(got)
			}
			booked = append(booked, b.last())
		}
		b.now = monday.Add(5 * time.Minute)
		number(b, false)
		b.now = monday.Add(6 * time.Minute)
		number(b, true)
		for _, v := range booked {
			arrive(b, v)
		}
		b.now = monday.Add(31 * time.Minute) // 09:31: three are due, one is early
		var order []string
		for range 6 {
			order = append(order, call(b))
		}
		if want := []string{"AY01", "AY02", "A02", "AY03", "A01", "AY04"}; !slices.Equal(order, want) {
			t.Errorf("%v, want %v", order, want)
		}
		if got := call(b); got != "appointment.nobody" {
			t.Error(got)
		}
	})
	t.Run("迟到超过十五分钟，按到的先后", func(t *testing.T) {
		b := at(t, "household", "2026-03-02")
		b.book("09:15")
		v := b.last()
		b.now = monday.Add(20 * time.Minute)
		number(b, false)
		b.now = monday.Add(31 * time.Minute)
		arrive(b, v)
		if got := call(b); got != "A01" {
			t.Error(got)
		}
	})
	t.Run("窗口有人时不能再叫，过号的回来再排", func(t *testing.T) {
		b := at(t, "household", "2026-03-02")
		v := number(b, false)
		b.take(b.day.Call(Call{Window: "household"}, b.moment()))
		number(b, false)
		if got := b.take(b.day.Call(Call{Window: "household"}, b.moment())); got != "appointment.serving" {
			t.Error(got)
		}
		b.take(b.day.Pass(Pass{OnVisit{ID: v.ID}}, b.moment()))
		b.now = b.now.Add(time.Minute)
		arrive(b, v)
		if line := b.day.Line(b.now, base.AppointmentSettings()); len(line) != 2 || line[1].ID != v.ID {
			t.Error("who comes back stands behind")
		}
		if got := b.take(b.day.Call(Call{Window: "household", Counter: 2}, b.moment())); got != "window.counter" {
			t.Error(got)
		}
	})
	t.Run("没过时段加宽限不能记没来；窗口停办的不算没来", func(t *testing.T) {
		b := at(t, "household", "2026-03-02")
		b.book("09:15")
		b.book("09:30")
		miss := func(v *Visit) (string, int) {
			here, counted, err := b.day.NoShow(NoShow{OnVisit{ID: v.ID}}, b.moment())
			return b.take(here, err), len(counted)
		}
		if got, _ := miss(b.day.Visits[0]); got != "appointment.may_come" {
			t.Error(got)
		}
		b.now = monday.Add(31 * time.Minute)
		if got, n := miss(b.day.Visits[0]); got != "" || n != 1 {
			t.Error(got, n)
		}
		b.day.Visits[1].Displaced = true
		b.now = monday.Add(2 * time.Hour)
		if got, _ := miss(b.day.Visits[1]); got != "appointment.must_move" {
			t.Error(got)
		}
	})
	t.Run("8.4 材料不齐要写清缺什么", func(t *testing.T) {
		b := at(t, "household", "2026-03-02")
		v := number(b, false)
		b.take(b.day.Call(Call{Window: "household"}, b.moment()))
		if got := b.take(b.day.Finish(Finish{OnVisit: OnVisit{ID: v.ID}, Result: "papers"}, b.moment())); got != "form.required" {
			t.Error(got)
		}
	})
	t.Run("前一天提醒，一人一次，要改的不提醒", func(t *testing.T) {
		b := at(t, "household", "2026-03-03")
		b.book("09:00")
		b.book("09:15")
		b.day.Visits[1].Displaced = true
		events, err := b.day.Remind(Remind{}, b.moment())
		if got := b.take(events, err); got != "" || len(events) != 1 {
			t.Fatal(got, len(events))
		}
		if got := b.take(b.day.Remind(Remind{}, b.moment())); got != "appointment.none_to_remind" {
			t.Error(got)
		}
		b.now = b.now.AddDate(0, 0, 1)
		if got := b.take(b.day.Remind(Remind{}, b.moment())); got != "appointment.not_tomorrow" {
			t.Error(got)
		}
	})
}

func TestCardEnds(t *testing.T) {
	for _, x := range []struct{ rule, born, issued, want string }{
		{"8.1 不满十六岁五年", "2010-03-03", "2026-03-02", "2031-03-02"},
		{"8.1 十六岁当天起十年", "2010-03-02", "2026-03-02", "2036-03-02"},
		{"8.1 二十五岁十年", "2000-03-03", "2026-03-02", "2036-03-02"},
		{"8.1 二十六岁起二十年", "2000-03-02", "2026-03-02", "2046-03-02"},
		{"8.1 四十五岁二十年", "1980-03-03", "2026-03-02", "2046-03-02"},
		{"8.1 四十六岁起长期", "1980-03-02", "2026-03-02", "forever"},
		{"8.1 二月二十九日发的，没有那一天就是月末", "2015-01-01", "2024-02-29", "2029-02-28"},
	} {
		t.Run(x.rule, func(t *testing.T) {
			ends, forever := CardEnds(Date(x.born), Date(x.issued))
			got := ends.Format(time.DateOnly)
			if forever {
				got = "forever"
			}
			if got != x.want {
				t.Errorf("%s, want %s", got, x.want)
			}
		})
	}
}

func TestMarketDays(t *testing.T) {
	w := playbook.Window{Hours: []playbook.Opening{{On: []string{"market"}, Lunar: []int{3, 8, 13, 18, 23, 28}, From: 450, Until: 510, Slot: 15, Capacity: 1}}}
	n := 0
	for day := monday; day.Before(monday.AddDate(0, 0, 60)); day = day.AddDate(0, 0, 1) {
		open := len(Slots(w, day.Format(time.DateOnly), clock.China(), Changes{})) > 0
		if open != slices.Contains([]int{3, 8, 13, 18, 23, 28}, clock.LunarDay(day)) {
			t.Errorf("%s: %v", day.Format(time.DateOnly), open)
		}
		if open {
			n++
		}
	}
	if n != 12 {
		t.Errorf("逢三逢八，两个月该有十二集，有%d集", n)
	}
}

func Test推荐的时段不挤在同一个半天(t *testing.T) {
	var d OfferDay
	for _, slot := range []int{540, 555, 570, 870, 885} {
		d.Slots = append(d.Slots, Offer{Place: Place{"household", "2026-07-06"}, Slot: slot, Room: 2, Capacity: 2, Busy: Quiet})
	}
	full := OfferDay{Slots: []Offer{{Place: Place{"household", "2026-07-07"}, Slot: 540, Capacity: 2, Busy: Full}, {Place: Place{"household", "2026-07-07"}, Slot: 600, Room: 1, Capacity: 2, Busy: Fair}}}
	var got []int
	for _, o := range Quietest([]OfferDay{d, full}, 4) {
		got = append(got, o.Slot)
	}
	if want := []int{540, 870, 600, 555}; !slices.Equal(got, want) {
		t.Errorf("proposed %v, want %v", got, want)
	}
}
