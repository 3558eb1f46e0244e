package report

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/worktest"
)

func tell(events ...work.Event) Report {
	var r Report
	for i, e := range events {
		at := worktest.Start.Add(time.Duration(i) * time.Hour)
		if err := r.ApplyEvent(e, work.At{HappenedAt: at, Actor: "p_lead", Version: i + 1}); err != nil {
			panic(err)
		}
	}
	return r
}

func text(field, words string) vault.Text { return vault.Plain("r1", field, words) }

var (
	submitted = Submitted{ID: "r1", Receipt: "K7", Channel: "page", Cell: "c1", Place: "东街", Words: text("words", "井盖坏了")}
	declined  = TriagedInto{Decline: "not_police", Answer: text("answer", "请找市政")}
	into      = func(ids ...string) TriagedInto { return TriagedInto{Matters: ids} }
)

// matterIn is a matter of the report in a state.
func matterIn(id string, events ...work.Event) matter.Matter {
	var m matter.Matter
	for i, e := range append([]work.Event{matter.Opened{ID: id, Kind: "tip", Cell: "c1"}, matter.Assigned{To: "p_1"}, matter.Acknowledged{}}, events...) {
		if err := m.ApplyEvent(e, work.At{HappenedAt: worktest.Start, Actor: "p_1", Version: i + 1}); err != nil {
			panic(err)
		}
	}
	return m
}

var closing = []work.Event{matter.Finished{Outcome: "settled"}, matter.VerifiedAs{Pass: true}, matter.ClosedWith{}}

func TestSubmit(t *testing.T) {
	for _, c := range []struct {
		rule, by string
		act      Submit
		want     []work.Event
		code     string
	}{
		{"只写内容就能报", work.Public, Submit{Words: "井盖坏了", Receipt: "K7"}, []work.Event{Submitted{ID: "r_00001", Receipt: "K7", Channel: "page", Words: vault.Plain("r_00001", "words", "井盖坏了")}}, ""},
		{"没有账号的人只能走网页渠道", work.Public, Submit{Words: "井盖坏了", Channel: "patrol"}, []work.Event{Submitted{ID: "r_00001", Channel: "page", Words: vault.Plain("r_00001", "words", "井盖坏了")}}, ""},
		{"窗口代记写明渠道，姓名电话封存", "p_2", Submit{Words: "井盖坏了", Channel: "phone", Name: "张三", Phone: "139"}, []work.Event{Submitted{ID: "r_00001", Channel: "phone",
			Words: vault.Plain("r_00001", "words", "井盖坏了"), Name: vault.Plain("r_00001", "name", "张三"), Phone: vault.Plain("r_00001", "phone", "139")}}, ""},
		{"内容必填", work.Public, Submit{Words: " \x00\n"}, nil, "form.required"},
		{"一兆字节的内容不收", work.Public, Submit{Words: strings.Repeat("a", 1<<20)}, nil, "form.too_long"},
		{"姓名最多四十字", work.Public, Submit{Words: "x", Name: strings.Repeat("字", 41)}, nil, "form.too_long"},
		{"一兆字节的来源不收", "p_2", Submit{Words: "x", Source: strings.Repeat("a", 1<<20)}, nil, "form.too_long"},
		{"没有的渠道不收", "p_2", Submit{Words: "x", Channel: "pigeon"}, nil, "form.unknown_choice"},
		{"别的所转来的只由程序带来", "", Submit{Words: "x", Channel: "transfer", Source: "transfer:s2:m1:3"}, []work.Event{Submitted{ID: "r_00001", Channel: "transfer",
			Words: vault.Plain("r_00001", "words", "x"), Source: "transfer:s2:m1:3"}}, ""},
		{"人不能冒充别的所转来", "p_2", Submit{Words: "x", Channel: "transfer", Source: "transfer:s2:m1:3"}, nil, "form.unknown_choice"},
		{"别的来源不能占转办的名字", "", Submit{Words: "x", Channel: "import", Source: "transfer:s2:m1:3"}, nil, "form.unknown_choice"},
		{"没有的网格不收", work.Public, Submit{Words: "x", Cell: "c9"}, nil, "form.unknown_cell"},
		{"地图外的位置不收", work.Public, Submit{Words: "x", Lat: 91}, nil, "form.position"},
		{"最多六张照片", work.Public, Submit{Words: "x", Photos: make([]string, 7)}, nil, "form.too_many_photos"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got, err := Report{}.Submit(c.act, worktest.Moment(c.by, 0))
			worktest.Check(t, got, err, c.code, c.want...)
		})
	}
}

func TestTriage(t *testing.T) {
	open := func(n int) []NewMatter {
		list := make([]NewMatter, n)
		for i := range list {
			list[i] = NewMatter{Kind: "tip", Title: "井盖"}
		}
		return list
	}
	fresh, second := tell(submitted), matterIn("m2")
	for _, c := range []struct {
		rule   string
		given  Report
		act    Triage
		linked []matter.Matter
		want   TriagedInto
		code   string
	}{
		{"立一件，网格和地点随报事", fresh, Triage{Open: open(1)}, nil, into("m_00001"), ""},
		{"立几件", fresh, Triage{Open: open(3), Answer: "已受理"}, nil, TriagedInto{Matters: []string{"m_00001", "m_00002", "m_00003"}, Answer: text("answer", "已受理")}, ""},
		{"关联到在办的一件", fresh, Triage{Link: []string{"m2"}}, []matter.Matter{second}, into("m2"), ""},
		{"又立又关联", fresh, Triage{Open: open(1), Link: []string{"m2"}}, []matter.Matter{second}, into("m_00001", "m2"), ""},
		{"不予受理要有答复", fresh, Triage{Decline: "not_police"}, nil, into(), "form.required"},
		{"不予受理写明理由和答复", fresh, Triage{Decline: "not_police", Answer: "请找市政"}, nil, declined, ""},
		{"不予受理的理由须在名单里", fresh, Triage{Decline: "tired", Answer: "x"}, nil, into(), "form.unknown_reason"},
		{"不能什么都不选", fresh, Triage{}, nil, into(), "report.triage_one_way"},
		{"不能又受理又不受理", fresh, Triage{Open: open(1), Decline: "not_police", Answer: "x"}, nil, into(), "report.triage_one_way"},
		{"一次最多十件", fresh, Triage{Open: open(11)}, nil, into(), "report.too_many_matters"},
		{"同一件不能关联两次", fresh, Triage{Link: []string{"m2", "m2"}}, []matter.Matter{second, second}, into(), "matter.report_already_linked"},
		{"不能关联到已办结的", fresh, Triage{Link: []string{"m2"}}, []matter.Matter{matterIn("m2", closing...)}, into(), "matter.not_open"},
		{"类别错了整个不办", fresh, Triage{Open: []NewMatter{{Kind: "tip", Title: "好"}, {Kind: "no", Title: "坏"}}}, nil, into(), "matter.unknown_kind"},
		{"撤回的不能分流", tell(submitted, WithdrawnWith{}), Triage{Open: open(1)}, nil, into(), "report.withdrawn"},
		{"分流过的不能再不予受理", tell(submitted, into("m9")), Triage{Decline: "not_police", Answer: "x"}, nil, into(), "report.already_triaged"},
		{"别人刚分流过，照旧页面再分流不办", tell(submitted, into("m9")), Triage{On: On{Version: 1}, Open: open(1)}, nil, into(), "report.already_triaged"},
		{"看过新情况可以再立一件", tell(submitted, into("m9")), Triage{On: On{Version: 2}, Open: open(1)}, nil, into("m_00001"), ""},
		{"不予受理后可以再受理", tell(submitted, declined), Triage{Open: open(1)}, nil, into("m_00001"), ""},
		{"不予受理不能重复", tell(submitted, declined), Triage{Decline: "not_police", Answer: "x"}, nil, into(), "report.already_triaged"},
		{"没有的报事不能分流", Report{}, Triage{Open: open(1)}, nil, into(), "report.not_found"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got, err := c.given.Triage(c.act, c.linked, worktest.Moment("p_lead", time.Hour))
			worktest.Check(t, got.Report, err, c.code, c.want)
			if err != nil {
				return
			}
			for _, id := range got.Order {
				if e := got.Opened[id][0].(matter.Opened); e.Report != "r1" || e.Cell != "c1" || e.Place != "东街" {
					t.Errorf("opened %+v", e)
				}
			}
			if len(got.Order) != len(c.act.Open) || len(got.Linked) != len(c.linked) {
				t.Errorf("opened %v, linked %v", got.Order, got.Linked)
			}
		})
	}
}

func TestAddAndWithdraw(t *testing.T) {
	full := tell(submitted)
	for range MaxAdditions {
		if err := full.ApplyEvent(Added{Words: text("added", "又")}, work.At{Version: 2}); err != nil {
			t.Fatal(err)
		}
	}
	mo := worktest.Moment(work.Public, time.Hour)
	check := func(rule string, code string, want work.Event, got []work.Event, err error) {
		t.Helper()
		t.Run(rule, func(t *testing.T) {
			if want == nil {
				worktest.Check(t, got, err, code)
				return
			}
			worktest.Check(t, got, err, code, want)
		})
	}
	try := func(r Report, a Add) ([]work.Event, error) { return r.Add(a, mo) }
	got, err := try(tell(submitted, into("m1")), Add{Words: "还冒水", Photos: []string{"f1"}})
	check("办理中可以补充", "", Added{text("added", "还冒水"), []matter.Attachment{{ID: "f1"}}}, got, err)
	got, err = try(full, Add{Words: "又"})
	check("补充最多五十次", "report.too_many_additions", nil, got, err)
	got, err = try(tell(submitted), Add{Words: "又", Photos: make([]string, 7)})
	check("照片多了说的是照片", "form.too_many_photos", nil, got, err)
	got, err = try(tell(submitted), Add{})
	check("补充不能空", "form.required", nil, got, err)
	got, err = try(tell(submitted, WithdrawnWith{}), Add{Words: "又"})
	check("撤回后不能补充", "report.withdrawn", nil, got, err)
	got, err = try(Report{}, Add{Words: "又"})
	check("没有的报事不能补充", "report.not_found", nil, got, err)
	got, err = tell(submitted).Withdraw(Withdraw{Words: "修好了"}, mo)
	check("撤回", "", WithdrawnWith{text("added", "修好了")}, got, err)
	got, err = tell(submitted, WithdrawnWith{}).Withdraw(Withdraw{}, mo)
	check("只撤回一次", "report.withdrawn", nil, got, err)
}

func TestRateAndReopen(t *testing.T) {
	mo := worktest.Moment(work.Public, time.Hour)
	triaged, open, closed := tell(submitted, into("m1")), matterIn("m1"), matterIn("m1", closing...)
	for _, c := range []struct {
		rule    string
		given   Report
		matters []matter.Matter
		stars   int
		code    string
	}{
		{"办结了可以评价", triaged, []matter.Matter{closed}, 5, ""},
		{"几件里办结一件就可以评价", triaged, []matter.Matter{open, closed}, 1, ""},
		{"不予受理的答复也可以评价", tell(submitted, declined), nil, 2, ""},
		{"没办结不能评价", triaged, []matter.Matter{open}, 5, "report.nothing_to_rate"},
		{"待分流不能评价", tell(submitted), nil, 5, "report.nothing_to_rate"},
		{"重新办理后要等再办结才能评价", triaged, []matter.Matter{matterIn("m1", append(closing, matter.ReopenedFor{})...)}, 5, "report.nothing_to_rate"},
		{"只评价一次", tell(submitted, into("m1"), Rated{Stars: 5}), []matter.Matter{closed}, 1, "report.already_rated"},
		{"没有零分", triaged, []matter.Matter{closed}, 0, "report.stars"},
		{"没有六分", triaged, []matter.Matter{closed}, 6, "report.stars"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got, err := c.given.Rate(Rate{Stars: c.stars, Words: "谢谢"}, c.matters, mo)
			worktest.Check(t, got, err, c.code, Rated{c.stars, text("rating", "谢谢"), nil})
		})
	}
	asked := ReopenAsked{text("added", "又坏了")}
	for _, c := range []struct {
		rule    string
		given   Report
		matters []matter.Matter
		opens   []string
		code    string
	}{
		{"办结的重新办理", triaged, []matter.Matter{closed}, []string{"m1"}, ""},
		{"只重开办结的那件", triaged, []matter.Matter{closed, matterIn("m2")}, []string{"m1"}, ""},
		{"不予受理的回到待分流", tell(submitted, declined), nil, nil, ""},
		{"还在办不用重开", triaged, []matter.Matter{open}, nil, "report.still_going_on"},
		{"待分流不用重开", tell(submitted), nil, nil, "report.still_going_on"},
		{"最多三次", tell(submitted, into("m1"), asked, asked, asked), []matter.Matter{closed}, nil, "report.reopened_too_often"},
		{"撤回的不能要求重新办理", tell(submitted, into("m1"), WithdrawnWith{}), []matter.Matter{closed}, nil, "report.withdrawn"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			mine, theirs, err := c.given.Reopen(Reopen{Words: "又坏了"}, c.matters, mo)
			worktest.Check(t, mine, err, c.code, asked)
			if len(theirs) != len(c.opens) {
				t.Fatalf("opens %v", theirs)
			}
			for _, id := range c.opens {
				worktest.Check(t, theirs[id], nil, "", matter.ReopenedFor{By: "reporter"})
			}
		})
	}
	t.Run("要求重新办理后可以再评价，不予受理的回到待分流", func(t *testing.T) {
		if r := tell(submitted, declined, Rated{Stars: 1}, asked); r.Rating != 0 || r.State != Fresh || r.Reopens != 1 || len(r.Additions) != 1 {
			t.Fatalf("%+v", r)
		}
	})
}

func TestReceipt(t *testing.T) {
	if _, err := ParseReceipt("不是回执"); fault.Code(err) != "report.receipt_wrong" {
		t.Fatal(err)
	}
}

func TestAnEarlierCopyNeverChanges(t *testing.T) {
	steps := []work.Event{submitted, into("m1", "m2", "m3"), Added{Photos: []matter.Attachment{{ID: "f1"}, {ID: "f2"}, {ID: "f3"}}}, Added{}, Added{}}
	next := []work.Event{into("new"), Added{Photos: []matter.Attachment{{ID: "new"}}}, ReopenAsked{}, Rated{Stars: 1}}
	for _, first := range next {
		r, alone := tell(steps...), tell(steps...)
		a, b := r, r
		for _, x := range []struct {
			r *Report
			e []work.Event
		}{{&a, []work.Event{first}}, {&alone, []work.Event{first}}, {&b, next}} {
			for _, e := range x.e {
				if err := x.r.ApplyEvent(e, work.At{Version: 9}); err != nil {
					t.Fatal(err)
				}
			}
		}
		if !reflect.DeepEqual(r, tell(steps...)) || !reflect.DeepEqual(a, alone) {
			t.Errorf("%s shows in another copy", first.EventKind())
		}
	}
}
