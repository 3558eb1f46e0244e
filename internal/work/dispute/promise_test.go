package dispute

import (
	"fmt"
	"slices"
	"testing"

	"maplegrid/internal/work"
	"maplegrid/internal/work/worktest"
)

// owed puts a promise of an agreement in force into a dispute.
func owed(terms Terms) func(*tale) *tale { return owedOn(People, terms) }

func owedOn(track string, terms ...Terms) func(*tale) *tale {
	return func(d *tale) *tale {
		host := ""
		if track == People {
			host = "committee"
		}
		d.on(track, host).held("agreed")
		var clauses []Clause
		var ids []string
		for i := range terms {
			clauses, ids = append(clauses, Clause{Promise: &terms[i]}), append(ids, fmt.Sprintf("k%d", i+1))
		}
		return d.then("p1", AgreementDrafted{Agreement: "a1", Course: 1, Track: track, Form: "written", No: 1, Clauses: clauses, Mediator: "p1"},
			AgreementEffective{Agreement: "a1", Promises: ids})
	}
}

// loan is 10,000 yuan in 24 monthly instalments from 31 March 2026: 416.66 each, the last 416.82.
var loan = Terms{Payer: "b", Receiver: "a", What: "money", Amount: 1_000_000, DueOn: "2026-03-31", Every: "month", Times: 24, Each: 41_666}

// turn is three children who take turns to care each lunar New Year, without end.
var turn = Terms{Payer: "b", Receiver: "a", What: "rotation", DueOn: "2026-04-01", Every: "lunar_year", Turns: []string{"b", "c", "e"}}

func sums(list []Instalment) (total, paid Fen) {
	for _, in := range list {
		total, paid = total+in.Amount, paid+in.Paid
	}
	return total, paid
}

func TestInstalments(t *testing.T) {
	p := &Promise{Terms: loan}
	all := p.Instalments("2030-01-01", 3)
	if total, _ := sums(all); len(all) != 24 || total != loan.Amount || all[22].Amount != 41_666 || all[23].Amount != 41_682 {
		t.Errorf("二十四期，最后一期不同：%d %v %v", len(all), total, all[23])
	}
	var days []string
	for _, in := range all[:12] {
		days = append(days, in.DueOn)
	}
	if want := []string{"2026-03-31", "2026-04-30", "2026-05-31", "2026-06-30", "2026-07-31", "2026-08-31", "2026-09-30", "2026-10-31", "2026-11-30", "2026-12-31", "2027-01-31", "2027-02-28"}; !slices.Equal(days, want) {
		t.Errorf("31日的，小月在月末：%v", days)
	}
	if next := p.Instalments("2026-01-01", 3); len(next) != 1 || next[0].N != 1 {
		t.Errorf("没有到期的，也给下一期：%v", next)
	}
	children := &Promise{Terms: turn}
	var who []string
	for _, in := range children.Instalments("2030-12-31", 10) {
		who = append(who, in.DueOn+in.Payer)
	}
	if want := []string{"2026-04-01b", "2027-02-06c", "2028-01-26e", "2029-02-13b", "2030-02-03c"}; !slices.Equal(who, want) {
		t.Errorf("每年春节轮流：%v", who)
	}
	if got := children.Instalments("2090-12-31", 4); len(got) != 4 {
		t.Errorf("没有尽头的，最多给 4 期：%d", len(got))
	}
	for every, want := range map[string]string{"week": "2026-03-10", "quarter": "2026-06-03", "year": "2027-03-03", "lunar_year": "2027-02-06", "": ""} {
		if got := dueOn("2026-03-03", every, 2); got != want {
			t.Errorf("%s: %s", every, got)
		}
	}
	if got := dueOn("2026-01-20", "lunar_year", 2); got != "2026-02-17" {
		t.Errorf("当年春节还没有到：%s", got)
	}
	if got := dueOn("2099-03-01", "lunar_year", 4); got != "" {
		t.Errorf("春节表到 2100 年为止：%s", got)
	}
	gone := &Promise{Terms: turn, Waived: []int{0}, EndedAt: worktest.Start}
	if got := gone.Instalments("2026-01-01", 5); len(got) != 0 {
		t.Errorf("放弃了的没有下一期：%v", got)
	}
}

func keep(promise, amount string, n int) func(*tale) ([]work.Event, error) {
	return func(d *tale) ([]work.Event, error) {
		mo := d.by("p1")
		return d.KeepPromise(KeepPromise{Promise: promise, Amount: amount, N: n, On_: work.Day(mo.HappenedAt), SeenBy: "p1"}, mo)
	}
}

func TestKeepPromise(t *testing.T) {
	once := Terms{Payer: "b", Receiver: "a", What: "money", Amount: 100_000, DueOn: "2026-03-20"}
	wall := Terms{Payer: "b", Receiver: "a", What: "deed", DueOn: "2026-03-20"}
	quiet := Terms{Payer: "b", What: "forbear", DueOn: "2026-03-20"}
	kept := func(n int, amount Fen, done, all bool) work.Event {
		return PromiseKept{Promise: "k1", Keeping: Keeping{N: n, Amount: amount, On: "2026-03-02", SeenBy: "p1"}, Done: done, All: all}
	}
	put(t, []ruled{
		{"一次付清", from(owed(once)), keep("k1", "1000", 0), "", []work.Event{kept(1, 100_000, true, true)}},
		{"付一部分，没有完", from(owed(once)), keep("k1", "400.5", 0), "", []work.Event{kept(1, 40_050, false, false)}},
		{"多付的拒收，说明还差多少", from(owed(once)), keep("k1", "1000.01", 0), "dispute.paid_too_much", nil},
		{"1e12 太大", from(owed(once)), keep("k1", "1000000000000", 0), "form.money_too_much", nil},
		{"零不是付", from(owed(once)), keep("k1", "0", 0), "dispute.amount_zero", nil},
		{"没有填金额", from(owed(once)), keep("k1", "", 0), "form.money", nil},
		{"提前付的，余下的算到下一期", from(owed(loan)), keep("k1", "500", 0), "", []work.Event{kept(1, 41_666, false, false), kept(2, 8_334, false, false)}},
		{"指定第三期", from(owed(loan)), keep("k1", "416.66", 3), "", []work.Event{kept(3, 41_666, false, false)}},
		{"没有第二十五期", from(owed(loan)), keep("k1", "1", 25), "dispute.instalment_not_open", nil},
		{"做事的不填金额", from(owed(wall)), keep("k1", "5", 0), "dispute.no_amount", nil},
		{"做完了", from(owed(wall)), keep("k1", "", 0), "", []work.Event{kept(1, 0, true, true)}},
		{"不做某事的没有到期不算", from(owed(quiet)), keep("k1", "", 0), "dispute.forbear_not_over", nil},
		{"不做某事的到期后凭话算", from(owed(quiet), func(d *tale) *tale { return d.days(20) }), keep("k1", "", 0), "", nil},
		{"没有这项承诺", from(owed(once)), keep("k7", "1", 0), "dispute.unknown_promise", nil},
		{"已经履行完的不再记", from(owed(once), told(PromiseKept{Promise: "k1", Keeping: Keeping{N: 1, Amount: 100_000}, Done: true})), keep("k1", "1", 0), "dispute.promise_ended", nil},
		{"2.16 还有别的承诺，没有全部履行", from(owedOn(People, once, wall)), keep("k1", "1000", 0), "", []work.Event{kept(1, 100_000, true, false)}},
	})
	mo := from(owed(once))(t).by("p1")
	for on, code := range map[string]string{"2026-03-01": "dispute.before_promise", "2026-03-03": "form.future", "3月1日": "form.date", "": "form.required"} {
		refused(t, code)(from(owed(once))(t).KeepPromise(KeepPromise{Promise: "k1", Amount: "1", On_: on, SeenBy: "p1"}, mo))
	}
}

func TestAllPaidEarly(t *testing.T) {
	d := from(owed(loan))(t)
	d.does("p1")(keep("k1", "1万", 0)(d))
	p := d.Promises[0]
	if last := p.Kept[len(p.Kept)-1]; len(p.Kept) != 24 || last.Amount != 41_682 || p.Ended != "kept" || d.Reached["performed"].IsZero() {
		t.Errorf("提前全部付清，最后一期付到分：%+v", p)
	}
	refused(t, "dispute.promise_ended")(keep("k1", "0.01", 0)(d))
}

func TestEndlessPromiseNeverEnds(t *testing.T) {
	d := from(owedOn(People, turn, Terms{Payer: "b", Receiver: "a", What: "apology", DueOn: "2026-03-09"}))(t).days(40)
	d.does("p1")(keep("k2", "", 0)(d))
	if !d.Reached["performed"].IsZero() {
		t.Error("第一轮到期没有做，不算履行完")
	}
	d.does("p1")(keep("k1", "", 0)(d))
	if d.Reached["performed"].IsZero() || !d.Promises[0].EndedAt.IsZero() {
		t.Error("到期的都做了就算履行，轮流本身没有尽头")
	}
	for range 5 {
		d.days(400).does("p1")(keep("k1", "", 0)(d))
	}
	if !d.Promises[0].EndedAt.IsZero() || d.Promises[0].Overdue("2026-04-20") != 0 {
		t.Errorf("%+v", d.Promises[0])
	}
}

func TestOverdue(t *testing.T) {
	p := &Promise{Terms: loan, Kept: []Keeping{{N: 1, Amount: 41_666}, {N: 2, Amount: 100}}}
	for today, want := range map[string]int{"2026-03-31": 0, "2026-04-30": 0, "2026-05-01": 1, "2026-06-01": 2, "2040-01-01": 23} {
		if got := p.Overdue(today); got != want {
			t.Errorf("%s: %d, want %d", today, got, want)
		}
	}
	p.Waived = []int{2}
	if p.Overdue("2026-05-01") != 0 {
		t.Error("放弃了的不算超期")
	}
	if (&Promise{Terms: Terms{What: "forbear", DueOn: "2026-03-01"}}).Overdue("2027-01-01") != 0 {
		t.Error("不做某事的没有超期")
	}
	if got := p.Instalments("2026-04-30", 0)[1]; got.State != "waived" || got.Paid != 100 {
		t.Errorf("%+v", got)
	}
}

func TestBreakAndWaive(t *testing.T) {
	late := func(d *tale) *tale { return d.days(60) }
	breaks := func(n int, next string) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) {
			return d.BreakPromise(BreakPromise{Promise: "k1", N: n, Next: next, Words: "没有付"}, d.by("p1"))
		}
	}
	waive := func(n int) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) {
			return d.WaivePromise(WaivePromise{Promise: "k1", N: n, Words: "算了"}, d.by("p1"))
		}
	}
	put(t, []ruled{
		{"没有到期不算未履行", from(owed(loan)), breaks(0, "go_court"), "dispute.not_yet_due", nil},
		{"到期当天还不算未履行", from(owed(loan), func(d *tale) *tale { return d.days(29) }), breaks(0, "go_court"), "dispute.not_yet_due", nil},
		{"到期第二天就算", from(owed(loan), func(d *tale) *tale { return d.days(30) }), breaks(0, "go_court"), "", nil},
		{"到期没有履行", from(owed(loan), late), breaks(0, "go_court"), "", nil},
		{"2.13 人民调解的不转治安处罚", from(owed(loan), late), breaks(0, "go_penalty"), "dispute.no_penalty_here", nil},
		{"2.13 治安调解的不履行转治安处罚", from(owedOn(Order, loan), late), breaks(1, "go_penalty"), "", nil},
		{"2.5 治安调解还有一次可以再谈", from(owedOn(Order, loan), late), breaks(0, "second_round"), "", nil},
		{"2.5 治安调解两次后不能再谈", from(owedOn(Order, loan), heldAs("continue"), late), breaks(0, "second_round"), "dispute.no_more_rounds", nil},
		{"下一步从名单里选", from(owed(loan), late), breaks(0, "shout"), "form.unknown_reason", nil},
		{"不做某事的随时可能违反", from(owed(Terms{Payer: "b", What: "forbear", DueOn: "2027-01-01"})), breaks(0, "go_court"), "", nil},
		{"放弃一期", from(owed(loan)), waive(1), "", nil},
		{"放弃全部", from(owed(loan)), waive(0), "", nil},
		{"没有的期不能放弃", from(owed(loan)), waive(30), "dispute.instalment_not_open", nil},
		{"结束了的不能再放弃", from(owed(loan), told(PromiseWaived{Promise: "k1"})), waive(0), "dispute.promise_ended", nil},
	})
	d := from(owed(loan), late)(t)
	d.does("p1")(breaks(0, "go_court")(d))
	if in := d.Promises[0].Instalments("2026-03-31", 0)[0]; in.State != "broken" || d.Risk != "yellow" {
		t.Errorf("违约后重新评级：%v %s", in, d.Risk)
	}
	d.does("p1")(keep("k1", "416.66", 1)(d)).does("p1")(waive(0)(d))
	if p := d.Promises[0]; p.Ended != "waived" || p.Instalments("2026-03-31", 0)[0].State != "kept" || d.Reached["performed"].IsZero() {
		t.Errorf("违约后仍可履行，放弃余下的：%+v", p)
	}
}

func TestRemind(t *testing.T) {
	remind := func(a Remind) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) { return d.Remind(a, d.by("")) }
	}
	agreed := told(PartySet{Party: "b", Remind: true})
	put(t, []ruled{
		{"提前七天，提醒同意的人", from(owed(loan), agreed), remind(Remind{Promise: "k1", N: 1, Stage: "before_7"}), "", []work.Event{Reminded{"k1", 1, "before_7", []string{"b"}}}},
		{"没有同意的不提醒", from(owed(loan)), remind(Remind{Promise: "k1", N: 1, Stage: "overdue"}), "", []work.Event{Reminded{"k1", 1, "overdue", nil}}},
		{"同一次不提醒两遍", from(owed(loan), told(Reminded{Promise: "k1", N: 1, Stage: "before_7"})), remind(Remind{Promise: "k1", N: 1, Stage: "before_7"}), "dispute.already_reminded", nil},
		{"不认识的时点", from(owed(loan)), remind(Remind{Promise: "k1", N: 1, Stage: "before_3"}), "form.unknown_choice", nil},
		{"4.1 第二十天提醒申请司法确认", from(owed(loan)), remind(Remind{Stage: "confirm_20"}), "", nil},
		{"4.1 第二十天不提醒两遍", from(owed(loan), told(Reminded{Stage: "confirm_20"})), remind(Remind{Stage: "confirm_20"}), "dispute.already_reminded", nil},
		{"4.1 申请过的不再提醒", from(owed(loan), told(ConfirmationApplied{Agreement: "a1"})), remind(Remind{Stage: "confirm_27"}), "dispute.already_reminded", nil},
	})
}

// However money is promised and paid: instalments add up to the promise, and nobody is taken for more than is owed.
func FuzzPromise(f *testing.F) {
	f.Add(int64(1_000_000), 24, int64(41_666), int64(12_345), 3)
	f.Add(int64(100), 1, int64(0), int64(100), 0)
	f.Add(int64(7), 3, int64(2), int64(5), 2)
	f.Fuzz(func(t *testing.T, amount int64, times int, each, pay int64, n int) {
		terms := Terms{What: "money"}
		draft := ClauseDraft{Amount: Fen(amount).String()}
		if each > 0 {
			draft.Each = Fen(each).String()
		}
		if times > 1 && times <= maxTimes {
			terms.Every, terms.Times = "month", times
		}
		terms.DueOn, terms.Payer = "2026-01-31", "b"
		if amount <= 0 || terms.sums("", draft) != nil {
			return
		}
		p := &Promise{Terms: terms}
		for range 50 {
			parts, err := p.spread(n, Fen(pay).String())
			n = 0
			if err != nil {
				break
			}
			p.Kept = append(p.Kept, parts...)
		}
		total, paid := sums(p.Instalments("2100-01-01", 0))
		var took Fen
		for _, k := range p.Kept {
			took += k.Amount
		}
		if total != terms.Amount || paid != took || paid > total {
			t.Fatalf("%+v: %d of %d, taken %d", terms, paid, total, took)
		}
		for _, in := range p.Instalments("2100-01-01", 0) {
			if in.Amount <= 0 || in.Paid > in.Amount {
				t.Fatalf("%+v", in)
			}
		}
	})
}
