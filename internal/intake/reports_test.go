package intake_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/simplifiedchinese"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/intake"
	"maplegrid/internal/journal"
	"maplegrid/internal/sheet"
	"maplegrid/internal/work"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/report"
)

type world struct {
	*desktest.Desk
	cast map[string]access.Who
}

func newWorld(t testing.TB) world {
	d := desktest.New(t)
	return world{d, d.Cast(t, desktest.Station)}
}

func (w world) take(t testing.TB, name, file string, o intake.Options) intake.Result {
	t.Helper()
	r, err := w.try(name, file, o)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return r
}

func (w world) try(name, file string, o intake.Options) (intake.Result, error) {
	return intake.Reports(context.Background(), w.Desk.Desk, w.cast["duty_lead"], name, strings.NewReader(file), int64(len(file)), o)
}

// reports reads back every report submitted: the event and its words.
func (w world) reports(t testing.TB) (list []journal.Event, words []string) {
	t.Helper()
	ctx := context.Background()
	for after := journal.Seq(0); ; {
		events, err := w.Journal.Read(ctx, desktest.Station, after, 2000)
		if err != nil {
			t.Fatal(err)
		}
		if len(events) == 0 {
			return list, words
		}
		for i := range events {
			after = events[i].Seq
			if v, err := work.Decode(&events[i]); err != nil {
				t.Fatal(err)
			} else if s, ok := v.(report.Submitted); ok {
				plain, err := w.Reveal(ctx, desktest.Station, s.Words)
				if err != nil {
					t.Fatal(err)
				}
				list, words = append(list, events[i]), append(words, plain[s.Words.Ref()])
			}
		}
	}
}

func codes(list []intake.RowFault) (out []string) {
	for _, f := range list {
		out = append(out, fmt.Sprintf("%d %s %s", f.Line, f.Column, f.Code))
		if f.Sentence == "" || strings.HasPrefix(f.Sentence, f.Code) {
			out = append(out, "no sentence")
		}
	}
	return out
}

func equal(t *testing.T, what string, got, want []string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("%s:\n%s\nwant\n%s", what, strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

var table = "工单编号,留言主题,留言详情,留言时间,姓名,联系电话,网格,地点,点赞数\n" +
	"1,路灯不亮,村口路灯不亮三天了,2019-05-06 07:08:09,张三,13900001234,第1网格,村口,3\n" +
	"2,,井盖坏了,2019/5/6 7:08,,,c2,,\n" +
	"3,只有主题,,2019年5月6日 下午3时,,,,,\n" +
	"4,主题在前,主题在前面又写了一遍,20190506,,,,,\n" +
	"5,网格不对,内容,,,,第9网格,,\n" +
	"6,,,2019-05-06,,,,,\n" +
	"7,时间不对,内容,前天,,,,,\n" +
	"8,时间两读,内容,05/06/2019,,,,,\n" +
	"9,将来,内容,2031-01-01,,,,,\n" +
	"10,太长,长话,,,,," + strings.Repeat("很长的地点", 50) + ",\n" +
	"合计,10,,,,,,,\n"

func TestRowsBecomeReports(t *testing.T) {
	w := newWorld(t)
	var told []string
	r := w.take(t, "工单.csv", table, intake.Options{Each: func(b intake.Became) { told = append(told, fmt.Sprint(b.Line, b.Outcome)) }})
	if r.Rows != 10 || r.New != 4 || r.Already != 0 || r.Skipped != 1 || len(told) != 10 {
		t.Fatalf("%+v", r)
	}
	equal(t, "refused", codes(r.Refused), []string{"6 网格 form.unknown_cell", "7 留言详情 form.required", "8 留言时间 intake.time",
		"9 留言时间 intake.ambiguous_time", "10 留言时间 intake.future", "11 地点 form.too_long"})
	equal(t, "unknown columns", r.Unknown, []string{"点赞数"})
	events, words := w.reports(t)
	slices.Sort(words)
	equal(t, "words", words, []string{"主题在前面又写了一遍", "井盖坏了", "只有主题", "路灯不亮\n村口路灯不亮三天了"})
	var seen []string
	for i := range events {
		v, _ := work.Decode(&events[i])
		s := v.(report.Submitted)
		seen = append(seen, fmt.Sprint(s.Source, " ", s.Channel, " ", s.Cell, " ", s.Place, " ", events[i].HappenedAt.In(clock.Shanghai).Format(time.DateTime)))
		if strings.Contains(string(events[i].Data), "139000") || strings.Contains(string(events[i].Data), "张三") {
			t.Errorf("in clear: %s", events[i].Data)
		}
	}
	slices.Sort(seen)
	equal(t, "reports", seen, []string{"import::1 import c1 村口 2019-05-06 07:08:09", "import::2 import c2  2019-05-06 07:08:00",
		"import::3 import   2019-05-06 15:00:00", "import::4 import   2019-05-06 00:00:00"})
}

func TestTheSameRowNeverComesTwice(t *testing.T) {
	w := newWorld(t)
	w.take(t, "a.csv", table, intake.Options{})
	again := w.take(t, "b.csv", table, intake.Options{})
	if again.New != 0 || again.Already != 4 || len(again.Refused) != 6 {
		t.Fatalf("%+v", again)
	}
	other, err := intake.Reports(context.Background(), w.Desk.Desk, w.cast["head"], "c.csv", strings.NewReader(table), int64(len(table)), intake.Options{})
	if err != nil || other.New != 0 || other.Already != 4 {
		t.Fatalf("by somebody else: %+v %v", other, err)
	}
	changed := w.take(t, "d.csv", strings.Replace(table, "井盖坏了", "井盖好了", 1), intake.Options{})
	if changed.New != 0 || !slices.Contains(codes(changed.Refused), "3 工单编号 intake.changed") {
		t.Fatalf("changed: %+v", changed)
	}
	if r := w.take(t, "e.csv", table, intake.Options{System: "12345"}); r.New != 4 {
		t.Fatalf("numbers of another system: %+v", r)
	}
	without := "内容,时间\n门坏了,2026-01-02\n门坏了,2026-01-02\n门坏了,2026-01-03\n"
	if r := w.take(t, "f.csv", without, intake.Options{}); r.New != 2 || r.Already != 1 {
		t.Fatalf("without numbers: %+v", r)
	}
}

func TestTryingWritesNothingAndSaysTheSame(t *testing.T) {
	w := newWorld(t)
	twice := table + "1,路灯不亮,村口路灯不亮三天了,2019-05-06 07:08:09,张三,13900001234,第1网格,村口,3\n2,,别的,,,,,,\n"
	before, _, _ := w.Journal.Head(context.Background(), desktest.Station)
	tried := w.take(t, "a.csv", twice, intake.Options{Try: true})
	if after, _, _ := w.Journal.Head(context.Background(), desktest.Station); after != before {
		t.Fatal("something was written")
	}
	if done := w.take(t, "a.csv", twice, intake.Options{}); done.New != tried.New || done.Already != tried.Already || !slices.Equal(codes(done.Refused), codes(tried.Refused)) {
		t.Fatalf("tried %+v\ndone %+v", tried, done)
	}
	if r := w.take(t, "a.csv", twice, intake.Options{Try: true}); r.New != 0 {
		t.Fatalf("tried again %+v", r)
	}
}

func TestFilesOfAnOffice(t *testing.T) {
	const rows = "内容,时间,网格,备注\n下水道堵了,2026-01-05 10:00,第2网格,请上门\n"
	gbk, err := simplifiedchinese.GBK.NewEncoder().String(rows)
	if err != nil {
		t.Fatal(err)
	}
	var book bytes.Buffer
	x, err := sheet.NewWriter(&book, sheet.XLSX, "报事", []sheet.OutColumn{{Title: "内容"}, {Title: "时间", Kind: sheet.DateTime}, {Title: "网格"}, {Title: "备注"}}, "2026 年导出")
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(x.Write("下水道堵了", time.Date(2026, 1, 5, 10, 0, 0, 0, clock.Shanghai), "第2网格", "请上门"), x.Close()); err != nil {
		t.Fatal(err)
	}
	for name, file := range map[string]string{"utf8.csv": rows, "gbk.csv": gbk, "办公.tsv": strings.ReplaceAll(rows, ",", "\t"),
		"行.jsonl": `{"message":"下水道堵了","time":"2026-01-05 10:00","cell":"c2","备注":"请上门"}`, "表.xlsx": book.String()} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			r := w.take(t, name, file, intake.Options{})
			_, words := w.reports(t)
			if r.New != 1 || len(r.Refused)+len(r.Notes) != 0 || !slices.Equal(r.Unknown, []string{"备注"}) || !slices.Equal(words, []string{"下水道堵了"}) {
				t.Fatalf("%+v %q", r, words)
			}
		})
	}
}

func TestFilesThatCannotBeRead(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct{ file, code string }{
		"空.csv":    {"", "intake.empty"},
		"旧.xls":    {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1" + strings.Repeat("\x00", 600), "intake.old_kind"},
		"坏.xlsx":   {"PK\x03\x04 this was a workbook once", "intake.broken"},
		"图.png":    {"\x89PNG\r\n\x1a\n" + strings.Repeat("\x00\x01", 300), "intake.kind"},
		"没有内容.csv": {"颜色,大小\n红,大\n", "intake.no_text"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.try(name, c.file, intake.Options{})
			if f, ok := fault.Of(err); !ok || f.Code != c.code || f.Sentence("zh") == f.Error() {
				t.Fatalf("%v", err)
			}
		})
	}
	r := w.take(t, "半.jsonl", "{\"text\":\"好的一行\"}\n{\"text\":\"坏的\n{\"text\":{\"a\":1}}\n{\"text\":\"有\x01控制符\"}\n", intake.Options{})
	if r.New+len(r.Refused) != r.Rows || r.New < 1 || !slices.Contains(codes(r.Refused), "2  intake.bad_json") {
		t.Fatalf("%+v", r)
	}
}

func TestOnlyWhoMayReportImports(t *testing.T) {
	w := newWorld(t)
	_, err := intake.Reports(context.Background(), w.Desk.Desk, w.cast["auditor"], "a.csv", strings.NewReader(table), int64(len(table)), intake.Options{})
	if fault.Code(err) != "access.denied" {
		t.Fatalf("%v", err)
	}
}

func TestHistoryIsForImportsOnly(t *testing.T) {
	w := newWorld(t)
	long := desktest.Start.AddDate(-3, 0, 0)
	for channel, code := range map[string]string{"phone": "act.too_long_ago", "import": ""} {
		_, err := w.Desk.Desk.Do(context.Background(), w.cast["duty_lead"], desk.Envelope{Key: channel, HappenedAt: long, History: true}, "report.submit",
			&report.Submit{Words: "旧事", Channel: channel})
		if fault.Code(err) != code {
			t.Errorf("%s: %v", channel, err)
		}
	}
	// Somebody outside cannot take the place of a row that is yet to come.
	w.Do(t, desk.Public(desktest.Station), "report.submit", &report.Submit{Words: "占位", Source: "import::1"})
	if r := w.take(t, "a.csv", table, intake.Options{}); r.New != 4 {
		t.Fatalf("%+v", r)
	}
}

func TestTwoCellsOfOneName(t *testing.T) {
	w := newWorld(t)
	w.Do(t, desktest.Founder(desktest.Station), "org.set_cell", &organisation.SetCell{ID: "c3", Parent: "v1", Kind: "cell", Zh: "第1网格", En: "Cell 3"})
	r := w.take(t, "a.csv", "内容,网格\n灯坏了,第1网格\n门坏了,c3\n", intake.Options{})
	if r.New != 1 || !slices.Equal(codes(r.Refused), []string{"2 网格 intake.two_cells"}) {
		t.Fatalf("%+v", r)
	}
}

const stream = "../../../shared/data/citizen-stream-2020c/stream.jsonl"

func TestARealStream(t *testing.T) {
	file, err := os.ReadFile(stream)
	if err != nil {
		t.Skip("the stream of citizens' messages is not here: ", err)
	}
	w := newWorld(t)
	start := time.Now()
	r := w.take(t, "stream.jsonl", string(file), intake.Options{})
	took := time.Since(start)
	if r.Rows != 4326 || r.New != 4326 || len(r.Refused) != 0 {
		t.Fatalf("%d rows, %d new, refused %v", r.Rows, r.New, codes(r.Refused))
	}
	t.Logf("%.0f rows/s", float64(r.New)/took.Seconds())
	if again := w.take(t, "again.jsonl", string(file), intake.Options{}); again.New != 0 || again.Already != 4326 {
		t.Fatalf("again %+v", again)
	}
	if err := journal.VerifyChain(context.Background(), w.Journal, desktest.Station); err != nil {
		t.Fatal(err)
	}
}
