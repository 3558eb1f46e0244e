package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

var ledger = []OutColumn{{Title: "编号"}, {Title: "姓名"}, {Title: "电话"}, {Title: "时间", Kind: DateTime}, {Title: "内容", Width: 40},
	{Title: "日期", Kind: Date}, {Title: "件数", Kind: Number}}

const note = "导出人：某民警，时间：2026-11-22 14:05，用途：=月度通报，已脱敏"

func exported(t testing.TB, kind Kind, rows ...[]any) []byte {
	t.Helper()
	var b bytes.Buffer
	w, err := NewWriter(&b, kind, "报事/台账", ledger, note)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if err := w.Write(row...); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

var dangerous = []string{"=1+1", "+8613900008000", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠a", "'=1", " =1", "'", "=cmd|' /C calc'!A0"}

func TestRoundTrip(t *testing.T) {
	at, day := time.Date(2026, 11, 22, 14, 5, 6, 0, shanghai), time.Date(2026, 2, 3, 0, 0, 0, 0, shanghai)
	rows := [][]any{
		{"999999199001011237", "张三", "013900008000", at, "楼道，\"堆物\"\n第二行", day, 12},
		{"2", nil, 13900008000, time.Time{}, "合计", nil, 1.5},
	}
	for _, text := range dangerous {
		rows = append(rows, []any{"3", "某", "1", at, text, day, -4})
	}
	for _, kind := range []Kind{XLSX, CSV} {
		t.Run(string(kind), func(t *testing.T) {
			r := openBytes(t, "a."+string(kind), exported(t, kind, rows...), Options{})
			h, err := r.Header()
			if err != nil || h.Line != 2 || len(r.Skipped()) != 1 || !strings.Contains(r.Skipped()[0].Text, "导出人") {
				t.Fatalf("%+v %v %+v", h, err, r.Skipped())
			}
			got := readRows(t, r)
			if len(got) != len(rows) {
				t.Fatalf("%d rows", len(got))
			}
			if want := map[string]string{"id": "999999199001011237", "name": "张三", "phone": "013900008000", "time": "2026-11-22 14:05:06", "text": "楼道，\"堆物\"\n第二行"}; !reflect.DeepEqual(got[0].Cells, want) {
				t.Errorf("%q", got[0].Cells)
			}
			if want := map[string]string{"日期": "2026-02-03", "件数": "12"}; !reflect.DeepEqual(got[0].Extra, want) {
				t.Errorf("%q", got[0].Extra)
			}
			if want := map[string]string{"id": "2", "phone": "13900008000", "text": "合计"}; !reflect.DeepEqual(got[1].Cells, want) {
				t.Errorf("%q", got[1].Cells)
			}
			for i, text := range dangerous {
				if row := got[i+2]; row.Get("text") != strings.TrimSpace(text) || len(row.Problems) > 0 {
					t.Errorf("%q came back as %q %+v", text, row.Get("text"), row.Problems)
				}
			}
		})
	}
}

func TestCSVIsInertAndMarked(t *testing.T) {
	var rows [][]any
	for _, text := range dangerous {
		rows = append(rows, []any{text})
	}
	b := string(exported(t, CSV, rows...))
	if !strings.HasPrefix(b, "\uFEFF") || !strings.HasSuffix(b, "\r\n") {
		t.Error("no byte order mark or line end")
	}
	in := csv.NewReader(strings.NewReader(b))
	in.FieldsPerRecord = -1
	cells, err := in.ReadAll()
	if err != nil || len(cells) != len(dangerous)+2 {
		t.Fatal(len(cells), err)
	}
	for _, row := range cells {
		if c, _ := utf8.DecodeRuneInString(strings.TrimLeft(row[0], " \r\n")); strings.ContainsRune("=+-@\t＝＋－＠", c) {
			t.Errorf("%q is a formula", row[0])
		}
	}
}

// What lies in the parts of the workbook: no formula, no author, nothing hidden; text is text and dates are dates.
func TestWorkbookParts(t *testing.T) {
	at := time.Date(2026, 11, 22, 12, 0, 0, 0, shanghai)
	var rows [][]any
	for _, text := range dangerous {
		rows = append(rows, []any{text, text, 13900008000, at, text + "\x00\x1b", at, 3})
	}
	b := exported(t, XLSX, rows...)
	zr, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range zr.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		for _, never := range []string{"<f>", "<f ", "xuri", "creator", "xcelize", `state="hidden"`, "veryHidden", "\x1b"} {
			if bytes.Contains(content, []byte(never)) {
				t.Errorf("%s holds %q", f.Name, never)
			}
		}
	}
	f, err := excelize.OpenReader(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if names := f.GetSheetList(); len(names) != 1 || names[0] != "报事_台账" {
		t.Error(names)
	}
	for cell, want := range map[string]excelize.CellType{"A3": excelize.CellTypeInlineString, "C3": excelize.CellTypeInlineString, "D3": excelize.CellTypeUnset, "G3": excelize.CellTypeUnset} {
		if got, err := f.GetCellType("报事_台账", cell); err != nil || got != want {
			t.Errorf("%s is of type %v, %v", cell, got, err)
		}
	}
	if raw, err := f.GetCellValue("报事_台账", "D3", excelize.Options{RawCellValue: true}); err != nil || raw != "46348.5" {
		t.Error(raw, err)
	}
	if shown, err := f.GetCellValue("报事_台账", "F3"); err != nil || shown != "2026-11-22" {
		t.Error(shown, err)
	}
}

func TestWriterLimits(t *testing.T) {
	long := strings.Repeat("长", 40_000)
	for _, kind := range []Kind{XLSX, CSV} {
		r := openBytes(t, "a", exported(t, kind, []any{"1", nil, nil, nil, long}), Options{Limits: Limits{MaxCell: 100_000}})
		if got := readRows(t, r)[0].Get("text"); !strings.HasPrefix(got, long[:30_000*3]) || !strings.HasSuffix(got, "字未导出）") {
			t.Errorf("%s: %d bytes", kind, len(got))
		}
	}
	w, err := NewWriter(io.Discard, CSV, "", ledger[:1], "")
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write("1", "2"); err == nil {
		t.Error("two cells for one column")
	}
	if w.row = excelize.TotalRows; !errors.Is(w.Write("1"), ErrTooBig) {
		t.Error("a row past Excel's last")
	}
	if _, err := NewWriter(io.Discard, JSONL, "", ledger, ""); !errors.Is(err, ErrKind) {
		t.Error(err)
	}
	for in, want := range map[string]string{"": "Sheet1", "[a]": "_a_", "'": "Sheet1", strings.Repeat("长", 40): strings.Repeat("长", 31)} {
		if got := sheetTitle(in); got != want {
			t.Errorf("title %q is %q", in, got)
		}
	}
}
