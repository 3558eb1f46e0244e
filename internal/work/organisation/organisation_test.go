package organisation

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/journal"
	"maplegrid/internal/work"
)

var morning = time.Date(2026, 3, 2, 9, 0, 0, 0, clock.Shanghai)

func moment() work.Moment {
	n := 0
	return work.Moment{Now: morning, HappenedAt: morning, Actor: "admin", Role: grid.Admin, NewID: func(p string) string { n++; return fmt.Sprintf("%s_%d", p, n) }}
}

// follow folds decided events as the desk would: through the journal's JSON.
func follow(t *testing.T, o *Org, events []work.Event) *Org {
	t.Helper()
	var list []journal.Event
	for i, e := range events {
		data, err := json.Marshal(e)
		if err != nil {
			t.Fatal(err)
		}
		list = append(list, journal.Event{Station: "s1", Kind: e.EventKind(), Data: data, Version: o.Version + i + 1, HappenedAt: morning, RecordedAt: morning})
	}
	n, err := o.Follow(list)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// act decides and folds; a refusal fails the test.
func act[A any](t *testing.T, o *Org, rule func(*Org, A, work.Moment) ([]work.Event, error), a A) *Org {
	t.Helper()
	events, err := rule(o, a, moment())
	if err != nil {
		t.Fatalf("%T: %v", a, err)
	}
	return follow(t, o, events)
}

// town is a station of two villages with two cells each, a room and its people.
func town(t *testing.T) *Org {
	t.Helper()
	o := New("s1")
	o = act(t, o, (*Org).SetCell, SetCell{ID: "st", Kind: "station", Zh: "测试所"})
	for _, v := range []string{"1", "2"} {
		o = act(t, o, (*Org).SetCell, SetCell{ID: "v" + v, Parent: "st", Kind: "village", Zh: "第" + v + "村"})
		for _, c := range []string{"a", "b"} {
			o = act(t, o, (*Org).SetCell, SetCell{ID: "c" + v + c, Parent: "v" + v, Kind: "cell", Zh: v + c + "网格"})
		}
	}
	o = act(t, o, (*Org).SetPost, SetPost{ID: "room1", Kind: "beat_office", Zh: "一警务室", Cells: []string{"v1"}, Seats: []PostSeat{{Role: "officer", HowMany: 1}, {Role: "aux_officer", HowMany: 2, StandIns: []string{"officer"}}}})
	o = act(t, o, (*Org).SetPost, SetPost{ID: "room2", Kind: "beat_office", Zh: "二警务室", Cells: []string{"v2"}, Seats: []PostSeat{{Role: "officer", HowMany: 1}}})
	for _, p := range []struct{ id, role, post string }{{"li", "officer", "room1"}, {"wang", "officer", "room2"}, {"fu", "aux_officer", "room1"}} {
		events, err := o.SetPerson(SetPerson{Role: p.role, Call: p.id, Seats: []SeatAtPost{{Post: p.post}}}, work.Moment{NewID: func(string) string { return p.id }})
		if err != nil {
			t.Fatal(err)
		}
		o = follow(t, o, events)
	}
	return o
}

func path(o *Org, cell string, at time.Time) string {
	var s []string
	for _, c := range o.Tree().Path(grid.CellID(cell), at) {
		s = append(s, c.Name.Zh)
	}
	return strings.Join(s, "/")
}

func TestCellsChangeAndKeepTheirHistory(t *testing.T) {
	june, may := time.Date(2026, 6, 1, 12, 0, 0, 0, clock.Shanghai), time.Date(2026, 5, 31, 12, 0, 0, 0, clock.Shanghai)
	t.Run("改名从某日起，之前仍用旧名", func(t *testing.T) {
		o := act(t, town(t), (*Org).RenewCell, RenewCell{ID: "c1a", From: "2026-06-01", Zh: "东头网格"})
		if a, b := path(o, "c1a", may), path(o, "c1a", june); a != "测试所/第1村/1a网格" || b != "测试所/第1村/东头网格" {
			t.Fatalf("%s then %s", a, b)
		}
		if v := o.Versions("c1a"); len(v) != 2 || v[0].Until != "2026-05-31" || v[1].From != "2026-06-01" {
			t.Fatalf("versions %+v", v)
		}
	})
	t.Run("停用当日有效，次日不再有效", func(t *testing.T) {
		o := act(t, town(t), (*Org).RetireCell, RetireCell{Cell: "c1a", Until: "2026-05-31"})
		if path(o, "c1a", may) == "" || path(o, "c1a", june) != "" {
			t.Fatal("retired on the wrong day")
		}
	})
	t.Run("并村后归新村，原来的人接着管，老编号仍看得到", func(t *testing.T) {
		o := act(t, town(t), (*Org).MergeCells, MergeCells{Cells: []string{"v1", "v2"}, ID: "v9", Zh: "新村", From: "2026-06-01"})
		if a, b := path(o, "c2b", may), path(o, "c2b", june); a != "测试所/第2村/2b网格" || b != "测试所/新村/2b网格" {
			t.Fatalf("%s then %s", a, b)
		}
		if got := strings.Join(o.CellsOf("li", may), " "); got != "c1a c1b v1" {
			t.Fatalf("before: %s", got)
		}
		if got := strings.Join(o.CellsOf("li", june), " "); got != "c1a c1b c2a c2b v1 v2 v9" {
			t.Fatalf("after: %s", got)
		}
		if e := o.Ending("li", june); len(e) != 1 || e[0].ID != "v1" {
			t.Fatalf("told of %+v", e)
		}
	})
	t.Run("并入已有的村", func(t *testing.T) {
		o := act(t, town(t), (*Org).MergeCells, MergeCells{Cells: []string{"v2"}, ID: "v1", Zh: "第1村", From: "2026-06-01"})
		if got := path(o, "c2a", june); got != "测试所/第1村/2a网格" {
			t.Fatal(got)
		}
	})
}

func TestSeatsAndStandIns(t *testing.T) {
	june := time.Date(2026, 6, 1, 12, 0, 0, 0, clock.Shanghai)
	t.Run("换岗从当日起", func(t *testing.T) {
		o := act(t, town(t), (*Org).SwapSeats, SwapSeats{Person: "li", With: "wang", From: "2026-06-01"})
		if got := strings.Join(o.CellsOf("li", june), " "); got != "c2a c2b v2" {
			t.Fatal(got)
		}
		if got := strings.Join(o.CellsOf("li", june.AddDate(0, 0, -1)), " "); got != "c1a c1b v1" {
			t.Fatal(got)
		}
	})
	t.Run("一人代几人，提前结束", func(t *testing.T) {
		o := act(t, town(t), (*Org).SetStandIns, SetStandIns{People: []string{"li", "fu"}, By: "wang", From: morning.Add(-time.Hour), Until: morning.Add(100 * time.Hour)})
		if got := o.CellsOf("wang", morning); !slices.Contains(got, "c1a") {
			t.Fatal(got)
		}
		o = act(t, o, (*Org).EndStandIn, EndStandIn{Person: "li", By: "wang"})
		o = act(t, o, (*Org).EndStandIn, EndStandIn{Person: "fu", By: "wang"})
		if got := o.CellsOf("wang", morning); slices.Contains(got, "c1a") {
			t.Fatal(got)
		}
	})
}

func TestRefusals(t *testing.T) {
	o := town(t)
	mo := moment()
	decide := func(events []work.Event, err error) string {
		if err == nil {
			return "done"
		}
		return fault.Code(err)
	}
	for rule, x := range map[string]struct{ got, want string }{
		"下级还在用不得停用":    {decide(o.RetireCell(RetireCell{Cell: "v1", Until: "2026-05-31"}, mo)), "org.cell_has_cells"},
		"没有的网格不得停用":    {decide(o.RetireCell(RetireCell{Cell: "x", Until: "2026-05-31"}, mo)), "form.unknown_cell"},
		"停用要写日期":       {decide(o.RetireCell(RetireCell{Cell: "c1a"}, mo)), "form.required"},
		"日期要写对":        {decide(o.RetireCell(RetireCell{Cell: "c1a", Until: "六月一日"}, mo)), "form.date"},
		"新版须晚于旧版":      {decide(act(t, o, (*Org).RenewCell, RenewCell{ID: "c1a", From: "2026-06-01", Zh: "甲"}).RenewCell(RenewCell{ID: "c1a", From: "2026-05-01", Zh: "乙"}, mo)), "org.cell_version_order"},
		"不得放到自己下面":     {decide(o.RenewCell(RenewCell{ID: "v1", From: "2026-06-01", Zh: "甲", Parent: "c1a"}, mo)), "org.cell_cycle"},
		"合并要两个":        {decide(o.MergeCells(MergeCells{Cells: []string{"v1"}, ID: "v9", Zh: "新", From: "2026-06-01"}, mo)), "org.merge_two"},
		"不同类不得合并":      {decide(o.MergeCells(MergeCells{Cells: []string{"v1", "c2a"}, ID: "v9", Zh: "新", From: "2026-06-01"}, mo)), "org.merge_alike"},
		"不同上级不得合并":     {decide(o.MergeCells(MergeCells{Cells: []string{"c1a", "c2a"}, ID: "c9", Zh: "新", From: "2026-06-01"}, mo)), "org.merge_alike"},
		"辅警不得换到民警的席位":  {decide(o.SwapSeats(SwapSeats{Person: "fu", With: "wang", From: "2026-06-01"}, mo)), "org.swap_role"},
		"不得和自己换":       {decide(o.SwapSeats(SwapSeats{Person: "li", With: "li", From: "2026-06-01"}, mo)), "org.swap"},
		"辅警不得代民警":      {decide(o.SetStandIns(SetStandIns{People: []string{"li"}, By: "fu", From: morning, Until: morning.Add(time.Hour)}, mo)), "org.stand_in_role"},
		"没有代班不必结束":     {decide(o.EndStandIn(EndStandIn{Person: "li", By: "wang"}, mo)), "org.no_stand_in"},
		"志愿者不排班":       {decide(withVolunteer(t, o).SetDuty(SetDuty{Person: "vol"}, mo)), "org.volunteer_not_rostered"},
		"账号不得重名":       {decide(withUser(t, o).SetPerson(SetPerson{Role: "officer", Call: "甲", User: "LI"}, mo)), "org.user_taken"},
		"不得给自己办离岗":     {decide(o.Leave(Leave{"li"}, work.Moment{Actor: "li"})), "org.leave_self"},
		"上级要先有":        {decide(o.SetCell(SetCell{ID: "n", Parent: "zz", Kind: "cell", Zh: "新"}, mo)), "form.unknown_cell"},
		"子格须在上级的有效期内":  {decide(act(t, o, (*Org).SetCell, SetCell{ID: "c1a", Parent: "v1", Kind: "cell", Zh: "甲", From: "2027-01-01"}).SetCell(SetCell{ID: "v1", Parent: "st", Kind: "village", Zh: "甲", Until: "2020-01-01"}, mo)), "org.cell_tree"},
		"截止不得早于起始":     {decide(o.SetLead(SetLead{PartyCell: "c1a", Beat: "c1b", From: "2026-02-01", Until: "2026-01-01"}, mo)), "form.until_before_from"},
		"岗上的角色要认识":     {decide(o.SetPost(SetPost{ID: "p", Kind: "k", Zh: "岗", Seats: []PostSeat{{Role: "king", HowMany: 1}}}, mo)), "org.seat"},
		"同一版经验包不必再启用":  {decide(o.AdoptPlaybook(AdoptPlaybook{Name: o.Playbook}, mo)), "org.playbook_in_force"},
		"节假日类别只有休和班":   {decide(o.SetCalendar(SetCalendar{Days: []CalendarDay{{On: "2026-05-01", Kind: "party"}}}, mo)), "org.calendar_day"},
		"单位要有名称":       {decide(o.SetBody(SetBody{ID: "b"}, mo)), "form.required"},
		"没有的令牌不能吊销":    {decide(o.RevokeToken(RevokeToken{"k"}, mo)), "org.token_not_found"},
		"派出所名称不能空":     {decide(o.SetStation(SetStation{}, mo)), "form.required"},
		"停用账号也不能停自己的":  {decide(o.CloseAccount(CloseAccount{"li"}, work.Moment{Actor: "li"})), "org.leave_self"},
		"一人代班要选别人":     {decide(o.SetStandIn(SetStandIn{Person: "li", By: "li", From: morning, Until: morning.Add(1)}, mo)), "org.stand_in"},
		"再停用一次要更早":     {decide(act(t, o, (*Org).RetireCell, RetireCell{Cell: "c1a", Until: "2026-05-31"}).RetireCell(RetireCell{Cell: "c1a", Until: "2026-06-30"}, mo)), "org.cell_already_ended"},
		"还没启用的网格不能先并掉": {decide(act(t, o, (*Org).SetCell, SetCell{ID: "v3", Parent: "st", Kind: "village", Zh: "三", From: "2027-01-01"}).MergeCells(MergeCells{Cells: []string{"v1", "v3"}, ID: "v9", Zh: "新", From: "2026-06-01"}, mo)), "org.merge_not_in_force"},
	} {
		t.Run(rule, func(t *testing.T) {
			if x.got != x.want {
				t.Errorf("got %s, want %s", x.got, x.want)
			}
		})
	}
}

func withVolunteer(t *testing.T, o *Org) *Org {
	return follow(t, o, []work.Event{PersonSet{ID: "vol", Role: "volunteer", Call: "志愿者"}})
}

func withUser(t *testing.T, o *Org) *Org {
	return follow(t, o, []work.Event{PersonSet{ID: "li", Role: "officer", Call: "li", User: "li"}})
}
