package card

import (
	"testing"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/work"
)

var now = time.Date(2026, 3, 2, 1, 30, 0, 0, time.UTC)

// town is a station of two cells; c9 was merged into c1, c8 ended and nothing came after it.
type town struct{ work.Book }

func (town) Cell(id string) bool   { return id == "c1" || id == "c2" || id == "c9" }
func (town) Person(id string) bool { return id == "li" || id == "wang" }
func (town) Reason(list, key string) bool {
	return list == "card" && key == "lost" || list == "household" && key == "torn_down"
}

func moment() Moment {
	n := 0
	return Moment{Moment: work.Moment{Now: now, HappenedAt: now, Book: town{}, NewID: func(p string) string { n++; return p + "_" + string(rune('0'+n)) }},
		Contact: func(cell, person string) (string, string) {
			switch cell {
			case "c1", "c9":
				return "c1", "li"
			case "c2":
				return "c2", ""
			}
			return "", ""
		},
		Badge:  func(p string) string { return map[string]string{"li": "034521"}[p] },
		Parent: func(string) string { return "v1" }}
}

func batch(t *testing.T, cell string, codes ...string) *Batch {
	t.Helper()
	b := &Batch{index: map[string]int{}}
	b.Apply(CardsPrinted{ID: "k_1", Design: Design{Cell: cell, Person: "li", DutyPhone: "0398-1234567", Hours: "全天"}, Codes: codes}, work.At{Version: 1})
	return b
}

func (b *Batch) then(events ...work.Event) *Batch {
	for _, e := range events {
		b.Apply(e, work.At{HappenedAt: now, Actor: "li", Version: b.Version + 1})
	}
	return b
}

func TestRefusals(t *testing.T) {
	mo := moment()
	print := func(change func(*Print)) error {
		a := Print{Cell: "c1", Person: "li", DutyPhone: "0398-1234567", Hours: "全天", Sheets: 1}
		change(&a)
		_, err := Batch{}.Print(a, mo)
		return err
	}
	give := func(b *Batch, h *Household, of string) error { _, err := b.Give("A", h, of, mo); return err }
	ask := func(a Ask) error { a.Code = "A"; _, err := batch(t, "c1", "A").Ask(a, "r_1", 24, mo); return err }
	set := func(a SetHousehold) error { _, err := Household{}.Set(a, mo); return err }
	replace := func(b *Batch, next string) error { _, err := b.Replaceable(Replace{Code: "A", New: next}); return err }
	withdraw := func(b *Batch, why string) error { _, err := b.Withdraw("A", why, "", mo); return err }
	home := &Household{ID: "h_1", Version: 1, Cell: "c1"}
	given := batch(t, "c1", "A", "B").then(CardGiven{Code: "A", Household: "h_1"})
	lost := batch(t, "c1", "A", "B").then(CardWithdrawn{Code: "A", Reason: "lost"})
	for name, x := range map[string]struct {
		err  error
		want string
	}{
		"照章可印":       {print(func(*Print) {}), ""},
		"不加印也可更正":    {print(func(a *Print) { a.Sheets = 0 }), ""},
		"不得印给不管这格的人": {print(func(a *Print) { a.Person = "wang" }), "card.not_of_cell"},
		"并掉的网格不再印卡":  {print(func(a *Print) { a.Cell = "c9" }), "card.cell_ended"},
		"没有警号不能只印警号": {print(func(a *Print) { a.Person, a.BadgeOnly = "wang", true }), "card.not_of_cell"},
		"一次不超过二十张":   {print(func(a *Print) { a.Sheets = 21 }), "card.sheets"},
		"电话只写数字":     {print(func(a *Print) { a.DutyPhone = "找老李" }), "card.phone"},
		"服务时间要写":     {print(func(a *Print) { a.Hours = " " }), "form.required"},
		"发给登记的户":     {give(batch(t, "c1", "A"), home, ""), ""},
		"走访时可只留给当事人": {give(batch(t, "c1", "A"), nil, "m_1"), ""},
		"不在走访中要写哪一户": {give(batch(t, "c1", "A"), nil, ""), "form.required"},
		"发过的不得再发":    {give(given, home, ""), "card.is_given"},
		"挂失的不得再发":    {give(lost, home, ""), "card.is_withdrawn"},
		"别格的户用别格的卡":  {give(batch(t, "c2", "A"), home, ""), "card.other_cell"},
		"并格以后旧卡照发":   {give(batch(t, "c9", "A"), home, ""), ""},
		"注销的户不发卡":    {give(batch(t, "c1", "A"), &Household{ID: "h_1", Cell: "c1", Retired: true}, ""), "household.is_retired"},
		"没有的编码不能发":   {give(batch(t, "c1", "B"), home, ""), "card.unknown"},
		"丢了可以挂失":     {withdraw(given, "lost"), ""},
		"理由要在表里":     {withdraw(given, "bored"), "form.unknown_reason"},
		"挂失一次就够":     {withdraw(lost, "lost"), "card.is_withdrawn"},
		"发过的可以换":     {replace(given, "B"), ""},
		"新旧不能是同一张":   {replace(given, "A"), "card.same_code"},
		"没发过的不用换":    {replace(batch(t, "c1", "A"), "B"), "card.never_given"},
		"请回电话要留号码":   {ask(Ask{About: CallBack}), "form.required"},
		"号码位数要对":     {ask(Ask{About: CallBack, Phone: "12"}), "card.their_phone"},
		"留了号码就回":     {ask(Ask{About: CallBack, Phone: "139 0000 0000"}), ""},
		"咨询要有内容":     {ask(Ask{About: Inquiry}), "form.required"},
		"只有这几样":      {ask(Ask{About: "gossip", Words: "喂"}), "form.unknown_choice"},
		"地址要到户":      {set(SetHousehold{Cell: "c1", Label: "城关村"}), "household.no_number"},
		"底册不记电话":     {set(SetHousehold{Cell: "c1", Label: "三组12号 13900001234"}), "household.personal"},
		"底册不记证件号":    {set(SetHousehold{Cell: "c1", Label: "三组12号 999999194910010010"}), "household.personal"},
		"居住人数有限":     {set(SetHousehold{Cell: "c1", Label: "三组12号", Living: 61}), "household.living"},
		"只写门牌也行":     {set(SetHousehold{Cell: "c1", Label: "三组12号"}), ""},
		"没登记的户不能注销":  {func() error { _, err := Household{}.Retire(RetireHousehold{Reason: "torn_down"}, mo); return err }(), "household.not_found"},
		"没有人求助就没有回电登记": {func() error {
			_, err := batch(t, "c1", "A").Called(Called{Code: "A", Report: "r_1", Result: Reached})
			return err
		}(), "report.not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := fault.Code(x.err); got != x.want || x.want == "" && x.err != nil {
				t.Errorf("%v, want %q", x.err, x.want)
			}
		})
	}
}

func TestAddress(t *testing.T) {
	for _, same := range [][]string{
		{"城关村三组12号", "城关村3组12号", "城关村 ３组１２号", "城关村三组十二号"},
		{"幸福小区3栋2单元501", "幸福小区三栋二单元五〇一", "幸福小区3栋2单元501室"},
		{"三组一百零五号", "3组105号"}, {"二十组7号", "20组7号"}, {"A座12-3", "a座12—3"},
	} {
		for _, other := range same[1:] {
			if Address(other) != Address(same[0]) {
				t.Errorf("%s is %s, %s is %s", same[0], Address(same[0]), other, Address(other))
			}
		}
	}
	t.Run("门牌不同就是两户", func(t *testing.T) {
		if Address("三组12号") == Address("三组102号") || Address("十一组2号") == Address("一组12号") {
			t.Error("two addresses are taken for one")
		}
	})
	t.Run("只写门牌的，各村各算", func(t *testing.T) {
		if Key("三组12号", "v1") == Key("三组12号", "v2") || Key("城关村三组12号", "v1") != Key("城关村3组12号", "v2") {
			t.Error("a number without a village is one in every village")
		}
	})
}

func TestWhatBecomesOfACard(t *testing.T) {
	b := batch(t, "c1", "A", "B").then(CardGiven{Code: "A", Household: "h_1"}, CardWithdrawn{Code: "A", Reason: "lost", After: "B"}, CardGiven{Code: "B", Household: "h_1"})
	a, _ := b.Card("A")
	c, _ := b.Card("B")
	if a.State != Withdrawn || a.After != "B" || a.Household != "h_1" || c.State != Given || c.GivenBy != "li" || !c.GivenAt.Equal(now) {
		t.Errorf("%+v %+v", a, c)
	}
	t.Run("旧卡求助到现在负责的人", func(t *testing.T) {
		events, err := batch(t, "c9", "A").Ask(Ask{Code: "A", About: CallBack, Phone: "13900001234"}, "r_1", 24, moment())
		if err != nil {
			t.Fatal(err)
		}
		if e := events[0].(CardAsked); e.Cell != "c1" || e.To != "li" || !e.Due.Equal(now.Add(24*time.Hour)) {
			t.Errorf("%+v", e)
		}
	})
	t.Run("没有变化就不记", func(t *testing.T) {
		h := Household{}
		events, err := h.Set(SetHousehold{Cell: "c1", Label: "三组12号", Living: 3}, moment())
		if err != nil {
			t.Fatal(err)
		}
		h.Apply(events[0], work.At{Version: 1})
		if again, err := h.Set(SetHousehold{Cell: "c1", Label: "三组12号", Living: 3}, moment()); err != nil || again != nil {
			t.Errorf("%v %v", again, err)
		}
	})
}
