package web_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/journal"
	"maplegrid/internal/work"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// tabled is a station with three disputes: one settled and kept, one with a minor and a sealed home, one that became a case.
func tabled(t *testing.T) (s *scene, kept, hidden, filed string) {
	t.Helper()
	h := open(t)
	calls(t, h)
	s = &scene{house: h}
	officer := s.Cast["officer_1"]
	between := func(kind, words string, parties ...matter.AddParty) (id string, ids []string) {
		id = s.Do(t, officer, "matter.open", &matter.Open{Kind: "dispute", Title: "两家争水渠", Words: words, Cell: "c1", Place: "村东水渠",
			Extra: map[string]string{"dispute_type": kind, "people": "12", "amount": "1200.50"}}).ID
		for _, p := range parties {
			p.On = matter.On{Matter: id}
			s.Do(t, officer, "matter.add_party", &p)
		}
		events, err := s.Engine.Journal.Stream(context.Background(), desktest.Station, matter.Stream(id), 0)
		if err != nil {
			t.Fatal(err)
		}
		return id, partiesOf(t, events)
	}
	person := func(name, side, phone, home string) matter.AddParty {
		return matter.AddParty{Name: name, Side: side, Phone: phone, IDNo: "999999199001010019", Home: home}
	}
	kept, ids := between("land", "赵甲与钱乙争水渠，电话13900001001", person("赵甲", "a", "13900001001", "和平路12号3栋2单元501"), person("钱乙", "b", "13900001002", ""))
	now := s.Clock.Now()
	s.Tell(t, officer, kept, dispute.TrackChosen{No: 1, Track: dispute.People, From: now},
		dispute.SessionHeld{Session: "s1", Course: 1, No: 1, Track: dispute.People, At: now, Preside: s.Cast["mediator_1"].Person, Outcome: "agreed"},
		dispute.AgreementDrafted{Agreement: "a1", Course: 1, Track: dispute.People, Number: "(2026)人调字第1号", Form: "written", No: 1,
			Clauses: []dispute.Clause{{Promise: &dispute.Terms{Payer: ids[0], Receiver: ids[1], What: "money", Amount: 1200_50, DueOn: "2026-03-20"}}}},
		dispute.AgreementEffective{Agreement: "a1", Promises: []string{"pr1"}},
		dispute.PromiseKept{Promise: "pr1", Keeping: dispute.Keeping{N: 1, Amount: 1200_50, On: "2026-03-02"}, Done: true, All: true},
		matter.Assigned{To: officer.Person}, matter.Acknowledged{}, matter.Started{}, matter.Finished{Outcome: "agreement_performed"}, matter.VerifiedAs{Pass: true}, matter.ClosedWith{})
	hidden, ids = between("family", "孙小明和李丁在家里吵", person("孙小明", "a", "13900001003", "下湾村一组8号"), person("李丁", "b", "13900001004", "桥头社区保密院7号"))
	s.Tell(t, officer, hidden, dispute.PartySet{Party: ids[0], Minor: true}, dispute.PartySet{Party: ids[1], SealHome: true})
	filed, _ = between("neighbour", "争吵", person("周戊", "a", "13900001005", ""), person("吴己", "b", "13900001006", ""))
	s.Tell(t, officer, filed, dispute.CaseFiled{Number: "(2026)1号"}, matter.Assigned{To: officer.Person}, matter.Acknowledged{}, matter.Started{}, matter.Finished{Outcome: "to_penalty"})
	s.settle(t)
	return s, kept, hidden, filed
}

func partiesOf(t *testing.T, events []journal.Event) (ids []string) {
	t.Helper()
	for i := range events {
		v, err := work.Decode(&events[i])
		if err != nil {
			t.Fatal(err)
		}
		if p, ok := v.(matter.PartyAdded); ok {
			ids = append(ids, p.Party)
		}
	}
	return ids
}

// book opens a workbook that was answered, and gives its rows as they are read and the place of the header.
func book(t *testing.T, a answer) (f *excelize.File, rows [][]string) {
	t.Helper()
	if a.StatusCode != 200 {
		t.Fatalf("export: %d %.300s", a.StatusCode, a.Body)
	}
	f, err := excelize.OpenReader(strings.NewReader(a.Body))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	if rows, err = f.GetRows(f.GetSheetName(0)); err != nil {
		t.Fatal(err)
	}
	return f, rows
}

// isDate fails unless a cell holds a real date.
func isDate(t *testing.T, f *excelize.File, cell, want string) {
	t.Helper()
	raw, err := f.GetCellValue(f.GetSheetName(0), cell, excelize.Options{RawCellValue: true})
	if err != nil || raw == "" || strings.Contains(raw, "-") {
		t.Errorf("%s is no date: %q %v", cell, raw, err)
	}
	if shown, _ := f.GetCellValue(f.GetSheetName(0), cell); shown != want {
		t.Errorf("%s shows %q, want %q", cell, shown, want)
	}
}

func isText(t *testing.T, f *excelize.File, cell string) {
	t.Helper()
	if k, err := f.GetCellType(f.GetSheetName(0), cell); err != nil || k != excelize.CellTypeInlineString && k != excelize.CellTypeSharedString {
		t.Errorf("%s is no text: %v %v", cell, k, err)
	}
}

func TestRegisterOfDisputesIsFiledAsTheOfficeWantsIt(t *testing.T) {
	s, _, _, _ := tabled(t)
	f, rows := book(t, s.as(t, "head").post("/disputes/register.xlsx", "purpose", "报县局季度台账", "key", "r1", "period", "month", "on", "2026-03"))
	want := strings.Split("序号,编号,排查日期,所属网格,排查人,来源,纠纷类型,风险等级,当事人（姓名/电话/住址）,涉及人数,金额（元）,主要情况,诉求,责任单位,责任领导,责任人,调解员,化解时限,措施及进展,稳控措施,化解方式,是否成功,协议编号,履行情况,回访日期及情况,办结日期,备注", ",")
	if len(rows) != 5 || !slices.Equal(rows[1], want) {
		t.Fatalf("%d rows, header %v", len(rows), rows[1])
	}
	if !strings.Contains(rows[0][0], "填报单位（盖章）：枫桥路派出所") || !strings.Contains(rows[0][0], "报县局季度台账") {
		t.Errorf("head %v", rows[0])
	}
	row := func(kind string) (int, []string) {
		i := slices.IndexFunc(rows, func(r []string) bool { return len(r) > 6 && r[6] == kind })
		if i < 0 {
			t.Fatalf("no row of %s: %v", kind, rows)
		}
		return i + 1, rows[i]
	}
	n, land := row("土地山林水利")
	isDate(t, f, "C"+string(rune('0'+n)), s.Clock.Now().In(time.FixedZone("", 8*3600)).Format(time.DateOnly))
	isDate(t, f, "Z"+string(rune('0'+n)), s.Clock.Now().In(time.FixedZone("", 8*3600)).Format(time.DateOnly))
	isText(t, f, "B"+string(rune('0'+n)))
	isText(t, f, "I"+string(rune('0'+n)))
	if land[9] != "12" || land[10] != "1200.5" || land[21] != "是" || land[22] != "(2026)人调字第1号" || !strings.Contains(land[8], "赵*") || !strings.Contains(land[8], "139****1001") {
		t.Errorf("%v", land)
	}
	_, home := row("婚姻家庭")
	if !strings.Contains(home[8], "未成年人") {
		t.Errorf("%v", home)
	}
	_, other := row("邻里关系")
	if !strings.Contains(strings.Join(other, "|"), "其他程序") {
		t.Errorf("%v", other)
	}
	for _, secret := range []string{"赵甲", "13900001001", "501", "孙小明", "保密院", "下湾村一组8", "999999199001010019", "处罚", "(2026)1号"} {
		for _, r := range rows {
			if s := strings.Join(r, "|"); strings.Contains(s, secret) {
				t.Errorf("%s stands in %s", secret, s)
			}
		}
	}
}

func TestTableOfDisputesIsFiledAsTheFormHasIt(t *testing.T) {
	s, _, _, _ := tabled(t)
	lead := s.as(t, "head")
	_, rows := book(t, lead.post("/disputes/month.xlsx", "purpose", "报县局月报", "key", "m1", "period", "month", "on", "2026-03"))
	if !slices.Equal(rows[1], []string{"项目", "县市区", "乡镇街道", "村居", "小计", "年度累计"}) || !strings.Contains(rows[0][0], "填报期间：2026年03月") {
		t.Fatalf("%v", rows[:2])
	}
	cell := func(rows [][]string, label string, column int) string {
		i := slices.IndexFunc(rows, func(r []string) bool { return len(r) > 0 && r[0] == label })
		if i < 0 {
			t.Fatalf("no line %s", label)
		}
		if column >= len(rows[i]) {
			return ""
		}
		return rows[i][column]
	}
	for _, c := range []struct{ label, want string }{{"排查数", "3"}, {"调处数", "1"}, {"调处率", "33.3%"}, {"成功数", "1"}, {"成功率", "33.3%"},
		{"土地、山林、水利资源权属：排查数", "1"}, {"土地、山林、水利资源权属：调处数", "1"}, {"婚姻家庭：排查数", "1"}, {"婚姻家庭：调处数", "0"}, {"民族宗教：排查数", ""}} {
		if got := cell(rows, c.label, 4); got != c.want {
			t.Errorf("%s: %q, want %q", c.label, got, c.want)
		}
		if got := cell(rows, c.label, 5); got != c.want {
			t.Errorf("%s of the year: %q, want %q", c.label, got, c.want)
		}
	}
	t.Run("零报告也是一张全表，没有分母的率留空", func(t *testing.T) {
		_, nothing := book(t, lead.post("/disputes/month.xlsx", "purpose", "报县局月报", "key", "m2", "period", "month", "on", "2025-03"))
		if len(nothing) != len(rows) || cell(nothing, "排查数", 4) != "0" || cell(nothing, "调处率", 4) != "" || cell(nothing, "成功率", 4) != "" {
			t.Errorf("%d of %d lines: %v", len(nothing), len(rows), nothing)
		}
	})
}

func TestPromisesLeaveWithNamesInPart(t *testing.T) {
	s, _, _, _ := tabled(t)
	f, rows := book(t, s.as(t, "head").post("/promises.xlsx", "purpose", "核对履行情况", "key", "p1", "tab", "all"))
	if len(rows) != 3 || !strings.Contains(strings.Join(rows[2], "|"), "赵*") || strings.Contains(strings.Join(rows[2], "|"), "赵甲") {
		t.Fatalf("%v", rows)
	}
	isDate(t, f, "I3", "2026-03-20")
	isText(t, f, "A3")
	if rows[2][6] != "1200.5" {
		t.Errorf("amount %q", rows[2][6])
	}
}

func TestTablesOfDisputesLeaveWithAPurposeOnly(t *testing.T) {
	s, _, _, _ := tabled(t)
	lead := s.as(t, "head")
	for _, at := range []string{"/disputes/register.xlsx", "/disputes/month.xlsx", "/promises.xlsx"} {
		before, _, _ := s.Engine.Journal.Head(context.Background(), desktest.Station)
		if a := lead.post(at, "purpose", "", "key", "n"+at); a.StatusCode != 422 {
			t.Errorf("%s without a purpose: %d", at, a.StatusCode)
		}
		if a := s.as(t, "officer_1").post(at, "purpose", "看看而已吧", "key", "o"+at); a.StatusCode != 403 {
			t.Errorf("%s by an officer: %d", at, a.StatusCode)
		}
		if after, _, _ := s.Engine.Journal.Head(context.Background(), desktest.Station); after != before {
			t.Errorf("%s: a refused export is on record", at)
		}
		book(t, lead.post(at, "purpose", "报县局月报", "key", "y"+at))
		if after, _, _ := s.Engine.Journal.Head(context.Background(), desktest.Station); after != before+1 {
			t.Errorf("%s: %d events for one export", at, after-before)
		}
	}
}
