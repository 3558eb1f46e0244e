package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

var reports = []Column{
	{Key: "id", Names: []string{"编号"}},
	{Key: "name", Names: []string{"姓名", "报事人"}},
	{Key: "phone", Names: []string{"电话", "手机号"}},
	{Key: "time", Names: []string{"时间", "发生时间"}},
	{Key: "text", Names: []string{"内容", "content"}, Required: true},
}

func openBytes(t testing.TB, name string, b []byte, opt Options) *Reader {
	t.Helper()
	if opt.Columns == nil {
		opt.Columns = reports
	}
	r, err := Open(name, bytes.NewReader(b), int64(len(b)), opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

func readRows(t testing.TB, r *Reader) (rows []Row) {
	t.Helper()
	for {
		row, err := r.Next()
		if err == io.EOF {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
}

func codes(row Row) (out []string) {
	for _, p := range row.Problems {
		out = append(out, p.Column+":"+p.Code)
	}
	return out
}

func encoded(t testing.TB, e encoding.Encoding, s string) []byte {
	t.Helper()
	b, err := e.NewEncoder().Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEncodingsAndDelimiters(t *testing.T) {
	table := "编号,姓名,内容\n1,张三,\"楼道堆物，\n有\"\"杂物\"\"\"\n2,李四,井盖丢失\n"
	tabs := strings.NewReplacer(",", "\t").Replace(table)
	for name, c := range map[string]struct {
		file     string
		content  []byte
		encoding string
		delim    string
	}{
		"UTF-8":            {"a.csv", []byte(table), "UTF-8", ","},
		"带BOM":             {"a.csv", []byte("\uFEFF" + table), "UTF-8", ","},
		"GBK":              {"a.csv", encoded(t, simplifiedchinese.GBK, table), "GB18030", ","},
		"GB18030":          {"a.csv", encoded(t, simplifiedchinese.GB18030, table), "GB18030", ","},
		"UTF-16 小端":        {"a.csv", encoded(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), tabs), "UTF-16", "\t"},
		"UTF-16 大端":        {"a.txt", encoded(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), tabs), "UTF-16", "\t"},
		"分号":               {"a.csv", []byte(strings.ReplaceAll(table, ",", ";")), "UTF-8", ";"},
		"名为csv实为制表符":       {"a.csv", []byte(tabs), "UTF-8", "\t"},
		"名为xlsx实为文本":       {"a.xlsx", []byte(table), "UTF-8", ","},
		"Excel的sep行":       {"a.csv", []byte("sep=;\n" + strings.ReplaceAll(table, ",", ";")), "UTF-8", ";"},
		"回车换行":             {"a.csv", []byte(strings.ReplaceAll(table, "\n", "\r\n")), "UTF-8", ","},
		"没有扩展名":            {"a", []byte(table), "UTF-8", ","},
		"大写扩展名、末行无换行":      {"A.CSV", []byte(strings.TrimSuffix(table, "\n")), "UTF-8", ","},
		"UTF-8夹一个坏字节不变GBK": {"a.csv", []byte(table + "3,王五,好\xFF坏\n"), "UTF-8", ","},
	} {
		t.Run(name, func(t *testing.T) {
			r := openBytes(t, c.file, c.content, Options{})
			h, err := r.Header()
			if err != nil || h.Encoding != c.encoding || h.Delimiter != c.delim {
				t.Fatalf("%+v, %v", h, err)
			}
			rows := readRows(t, r)
			if got := rows[0].Get("text"); got != "楼道堆物，\n有\"杂物\"" || rows[1].Get("name") != "李四" {
				t.Errorf("%q %q", got, rows[1].Get("name"))
			}
			if want := h.Line + 3; rows[1].Line != want {
				t.Errorf("line %d, want %d: an editor counts the line inside the cell", rows[1].Line, want)
			}
			if len(rows) == 3 && !slices.Equal(codes(rows[2]), []string{"text:bad_encoding"}) {
				t.Error(codes(rows[2]))
			}
		})
	}
}

func TestColumnNames(t *testing.T) {
	r := openBytes(t, "a.csv", []byte("* 编 号,报事人（必填）,手机号[11位],发生时间（年-月-日）,ＣＯＮＴＥＮＴ：,备注,备注,\n1,张三,138,2026-1-1,在,甲,乙,丙\n"), Options{})
	h, err := r.Header()
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"备注", "备注 (2)"}; !slices.Equal(h.Unknown, want) {
		t.Errorf("unknown %q", h.Unknown)
	}
	row := readRows(t, r)[0]
	if want := map[string]string{"id": "1", "name": "张三", "phone": "138", "time": "2026-1-1", "text": "在"}; !reflect.DeepEqual(row.Cells, want) {
		t.Error(row.Cells)
	}
	if want := map[string]string{"备注": "甲", "备注 (2)": "乙"}; !reflect.DeepEqual(row.Extra, want) {
		t.Error(row.Extra)
	}
	if got := codes(row); !slices.Equal(got, []string{":extra_cells"}) {
		t.Error(got)
	}

	h, err = openBytes(t, "a.csv", []byte("编号,电话\n1,2\n"), Options{}).Header()
	if !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "内容") || h.Mapped["phone"] != "电话" {
		t.Error(h, err)
	}
}

func TestNotesTotalsAndRepeatedHeaders(t *testing.T) {
	r := openBytes(t, "a.csv", []byte("某某派出所报事登记表,,\n填报单位：某所 电话：110,,\n\n编号,姓名,内容\n1,张三,井盖\n编号,姓名,内容\n,,\n2,李四,路灯\n合 计：,2件,\n"), Options{})
	rows := readRows(t, r)
	if len(rows) != 2 || rows[0].Line != 5 || rows[1].Line != 8 {
		t.Fatalf("%+v", rows)
	}
	var lines []int
	for _, s := range r.Skipped() {
		lines = append(lines, s.Line)
	}
	if !slices.Equal(lines, []int{1, 2, 6, 9}) {
		t.Errorf("skipped %+v", r.Skipped())
	}
}

func TestRaggedAndDirtyRowsNeverStopTheFile(t *testing.T) {
	long := strings.Repeat("长", 350_000) // about 1 MB
	r := openBytes(t, "a.csv", []byte("编号,姓名,内容\n1,短\n2,多,内容,又一格\n3,控,a\x00b\x07c\n4,长,"+long+
		"\n5,\"没有闭合,内容\n6,正常,内容\n7,\"引\"号,内容\n8,身份证,1.10101E+17\n"), Options{})
	var got []string
	for _, row := range readRows(t, r) {
		got = append(got, fmt.Sprintf("%d %s %v", row.Line, row.Get("id"), codes(row)))
		switch row.Get("id") {
		case "3":
			if row.Get("text") != "abc" {
				t.Errorf("%q", row.Get("text"))
			}
		case "4":
			if row.Get("text") != long[:20_000*3] {
				t.Error("cell not cut to 20,000 characters")
			}
		case "5":
			if row.Get("name") != `"没有闭合` {
				t.Errorf("%q", row.Cells)
			}
		}
	}
	want := []string{"2 1 [:missing_cells]", "3 2 [:extra_cells]", "4 3 [text:control_character]", "5 4 [text:too_long]",
		"6 5 [:open_quote]", "7 6 []", "8 7 [:open_quote]", "9 8 [text:digits_lost]"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestJSONL(t *testing.T) {
	r := openBytes(t, "a.jsonl", []byte(`{"id": 12345678901234567890, "内容": "井盖", "ok": true, "none": null}

{"id":"2","text":{"a":1}}
{"id":"3"
[1]
{"id":"4"} {"id":"5"}
{"id":"6","text":"a\u0000b"}
null
{"id":"7","later":1.50}`), Options{})
	rows := readRows(t, r)
	var got []string
	for _, row := range rows {
		got = append(got, fmt.Sprint(row.Line, " ", row.Get("id"), codes(row)))
	}
	want := []string{"1 12345678901234567890[]", "3 2[text:nested]", "4 [:bad_json]", "5 [:bad_json]", "6 [:bad_json]",
		"7 6[text:control_character]", "8 [:bad_json]", "9 7[]"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if rows[0].Get("text") != "井盖" || rows[0].Extra["ok"] != "true" || rows[7].Extra["later"] != "1.50" {
		t.Error(rows[0], rows[7])
	}
	if h, _ := r.Header(); h.Kind != JSONL || !slices.Contains(h.Unknown, "later") {
		t.Errorf("%+v", h)
	}
}

func TestRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		file, content string
		want          error
	}{
		"空文件":        {"a.csv", "", ErrEmpty},
		"只有空行":       {"a.csv", "\n \n,,\n", ErrEmpty},
		"空的jsonl":    {"a.jsonl", "\n\n", ErrEmpty},
		"旧版xls或加密文件": {"a.xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1........", ErrOldKind},
		"图片":         {"a.csv", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR\x00\x00\x01\x00\x00\x00", ErrKind},
		"别的扩展名":      {"a.docx", "编号,内容", ErrKind},
		"断掉的压缩包":     {"a.xlsx", "PK\x03\x04\x14\x00\x06\x00", ErrBroken},
		"xlsx里是乱码":   {"a.xlsx", "\x01\x02\x03\x04\x05", ErrBroken},
		"超过大小":       {"a.csv", strings.Repeat("编号,内容\n", 200), ErrTooBig},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(c.file, strings.NewReader(c.content), int64(len(c.content)), Options{Columns: reports, Limits: Limits{MaxBytes: 1000}})
			if !errors.Is(err, c.want) {
				t.Errorf("got %v, want %v", err, c.want)
			}
		})
	}
}

func TestOnlyAHeader(t *testing.T) {
	r := openBytes(t, "a.csv", []byte("编号,内容"), Options{})
	if rows := readRows(t, r); len(rows) != 0 {
		t.Error(rows)
	}
	r = openBytes(t, "a.csv", []byte("编号,内容\n1,a\n2,b\n"), Options{Limits: Limits{MaxRows: 1}})
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Next(); !errors.Is(err, ErrTooBig) {
		t.Error(err)
	}
}

// A quote that opens on every other line must not make the reader scan the rest of the file again each time.
func TestStrayQuotesStayLinear(t *testing.T) {
	var b strings.Builder
	b.WriteString("编号,内容\n")
	for i := range 20_000 {
		fmt.Fprintf(&b, "%d,\"\"\"\n%d,a\"\"b\n", i, i)
	}
	counted := &countingReader{r: strings.NewReader(b.String())}
	r, err := Open("a.csv", counted, int64(b.Len()), Options{Columns: reports})
	if err != nil {
		t.Fatal(err)
	}
	readRows(t, r)
	if most := int64(10 * b.Len()); counted.n > most {
		t.Errorf("read %d bytes of a file of %d", counted.n, b.Len())
	}
}

func TestTooManyColumns(t *testing.T) {
	wide := []byte("编号,内容" + strings.Repeat(",同名", 20_000) + "\n")
	if _, err := Open("a.csv", bytes.NewReader(wide), int64(len(wide)), Options{Columns: reports}); !errors.Is(err, ErrTooBig) {
		t.Error(err)
	}
	wide = []byte("编号,内容" + strings.Repeat(",同名", 16_000) + "\n")
	if h, err := openBytes(t, "a.csv", wide, Options{}).Header(); err != nil || len(h.Unknown) != 16_000 || h.Unknown[15_999] != "同名 (16000)" {
		t.Error(len(h.Unknown), err)
	}
	var b bytes.Buffer
	for i := range 20_000 {
		fmt.Fprintf(&b, "{\"id\":%d,\"k%d\":1}\n", i, i)
	}
	r := openBytes(t, "a.jsonl", b.Bytes(), Options{})
	rows := readRows(t, r)
	if h, _ := r.Header(); len(h.Unknown) != maxColumns-1 {
		t.Error(len(h.Unknown))
	}
	if last := rows[19_999]; last.Get("id") != "19999" || !slices.Equal(codes(last), []string{":extra_cells"}) {
		t.Errorf("%+v", last)
	}
}

// The citizen stream: 4,326 messages, each with an id, a user, a title, a time and a text.
func TestCitizenStream(t *testing.T) {
	f, err := os.Open(filepath.Join("..", "..", "..", "shared", "data", "citizen-stream-2020c", "stream.jsonl"))
	if err != nil {
		t.Skip("the citizen stream is not beside the repository (../shared/data)")
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	keys := []string{"id", "user", "title", "time", "text"}
	var cols []Column
	for _, k := range keys {
		cols = append(cols, Column{Key: k, Required: true})
	}
	r, err := Open(f.Name(), f, info.Size(), Options{Columns: cols})
	if err != nil {
		t.Fatal(err)
	}
	if h, err := r.Header(); err != nil || !slices.Equal(h.Unknown, []string{"against", "likes"}) {
		t.Error(h, err)
	}
	rows := readRows(t, r)
	if len(rows) != 4326 {
		t.Fatalf("%d rows", len(rows))
	}
	for _, row := range rows {
		for _, k := range keys {
			if row.Get(k) == "" {
				t.Fatalf("line %d: no %s", row.Line, k)
			}
		}
		if _, p, err := ParseTime(row.Get("time"), shanghai); err != nil || p != ToSecond {
			t.Fatalf("line %d: %v", row.Line, err)
		}
		for _, p := range row.Problems {
			if p.Code != ControlCharacter {
				t.Errorf("line %d: %+v", row.Line, p)
			}
		}
	}
}

type countingReader struct {
	r io.ReaderAt
	n int64
}

func (c *countingReader) ReadAt(p []byte, off int64) (int, error) {
	n, err := c.r.ReadAt(p, off)
	c.n += int64(n)
	return n, err
}

func BenchmarkCSV200k(b *testing.B) {
	var buf bytes.Buffer
	buf.WriteString("编号,姓名,电话,时间,内容\n")
	for i := range 200_000 {
		fmt.Fprintf(&buf, "%d,张三,13900008000,2026-11-22 14:05,\"某小区3号楼2单元楼道堆放杂物，堵塞通道\"\n", i)
	}
	b.SetBytes(int64(buf.Len()))
	b.ReportAllocs()
	for b.Loop() {
		if n := len(readRows(b, openBytes(b, "a.csv", buf.Bytes(), Options{}))); n != 200_000 {
			b.Fatal(n)
		}
	}
}

func FuzzText(f *testing.F) {
	f.Add("a.csv", []byte("编号,内容\n1,\"a\nb\"\n"))
	f.Add("a.jsonl", []byte(`{"id":1}`))
	f.Add("a.txt", []byte("\xFF\xFE1\x00"))
	f.Fuzz(func(t *testing.T, name string, b []byte) {
		r, err := Open(name, bytes.NewReader(b), int64(len(b)), Options{Columns: reports})
		if err != nil {
			return
		}
		defer r.Close()
		for {
			row, err := r.Next()
			if err != nil {
				return
			}
			if row.Line < 1 || len(row.Cells)+len(row.Extra)+len(row.Problems) == 0 {
				t.Fatalf("%+v", row)
			}
		}
	})
}
