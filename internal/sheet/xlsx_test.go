package sheet

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// workbookOf makes a real workbook: fill gets the file, whose first sheet is called Sheet1.
func workbookOf(t testing.TB, fill func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	fill(f)
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func setRows(t testing.TB, f *excelize.File, sheet string, rows ...[]any) {
	t.Helper()
	for i, row := range rows {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		if err := f.SetSheetRow(sheet, cell, &row); err != nil {
			t.Fatal(err)
		}
	}
}

func TestWorkbookWithNotesMergedHeaderAndTotal(t *testing.T) {
	b := workbookOf(t, func(f *excelize.File) {
		setRows(t, f, "Sheet1",
			[]any{"某某派出所 2026 年报事登记表"}, []any{"填报人：某某"},
			[]any{"编号", "报事情况", nil, "内容（必填）", "备注"}, []any{nil, "电话", "时间"},
			[]any{"1", "13900008000", "2026-11-22", "井盖丢失"}, nil,
			[]any{"2", "13900009000", "2026-11-23", "路灯不亮", "急"},
			[]any{"总计", 2})
		for _, m := range [][2]string{{"A1", "E1"}, {"A3", "A4"}, {"B3", "C3"}, {"D3", "D4"}, {"E3", "E4"}} {
			if err := f.MergeCell("Sheet1", m[0], m[1]); err != nil {
				t.Fatal(err)
			}
		}
	})
	r := openBytes(t, "a.xlsx", b, Options{})
	h, err := r.Header()
	if err != nil || h.Line != 3 || h.Mapped["phone"] != "电话" || !slices.Equal(h.Unknown, []string{"备注"}) {
		t.Fatalf("%+v %v", h, err)
	}
	rows := readRows(t, r)
	if len(rows) != 2 || rows[0].Line != 5 || rows[1].Line != 7 || rows[1].Get("time") != "2026-11-23" || rows[1].Extra["备注"] != "急" {
		t.Errorf("%+v", rows)
	}
	if len(r.Skipped()) != 3 {
		t.Errorf("%+v", r.Skipped())
	}
}

func TestDatesAndLongNumbers(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 5, 6, 0, time.UTC)
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for name, c := range map[string]struct {
		value  any
		id     int
		code   string
		want   string
		report string
	}{
		"内置日期14":       {day, 14, "", "2026-11-22", ""},
		"内置日期时间22":     {at, 22, "", "2026-11-22 14:05:06", ""},
		"日期时间恰为零点":     {day, 22, "", "2026-11-22 00:00:00", ""},
		"中文日期":         {day, 0, `yyyy"年"m"月"d"日";@`, "2026-11-22", ""},
		"带区域的长日期":      {day, 0, `[$-804]yyyy"年"m"月"d"日" dddd`, "2026-11-22", ""},
		"只显示日期却有时刻":    {at, 0, "yyyy/m/d", "2026-11-22 14:05:06", ""},
		"只有时刻":         {0.5, 20, "", "12:00:00", ""},
		"手机号是数":        {13900008000, 0, "", "13900008000", ""},
		"手机号带分隔格式":     {13900008000, 0, "000-0000-0000", "13900008000", ""},
		"科学记数格式":       {13900008000, 11, "", "13900008000", ""},
		"身份证号是数,后三位已丢": {9.99999199001011e17, 0, "", "999999199001011000", DigitsLost},
		"身份证号是字":       {"999999199001011237", 0, "", "999999199001011237", ""},
		"小数":           {12.5, 2, "", "12.5", ""},
		"金额格式不是日期":     {1234.5, 0, `[Red]"度"#,##0.00_);("h"0)`, "1234.5", ""},
		"文字存于日期格式":     {"十一月廿二", 14, "", "十一月廿二", ""},
		"是否":           {true, 0, "", "TRUE", ""},
		"公式的错误":        {"#REF!", 0, "", "", ExcelError},
	} {
		t.Run(name, func(t *testing.T) {
			b := workbookOf(t, func(f *excelize.File) {
				setRows(t, f, "Sheet1", []any{"编号", "内容"}, []any{"1", c.value})
				style := excelize.Style{NumFmt: c.id}
				if c.code != "" {
					style.CustomNumFmt = &c.code
				}
				s, err := f.NewStyle(&style)
				if err != nil {
					t.Fatal(err)
				}
				if err := f.SetCellStyle("Sheet1", "B2", "B2", s); err != nil {
					t.Fatal(err)
				}
			})
			row := readRows(t, openBytes(t, "a.xlsx", b, Options{}))[0]
			if row.Get("text") != c.want {
				t.Errorf("%q, want %q", row.Get("text"), c.want)
			}
			if got := codes(row); len(got) > 1 || c.report != "" && !slices.Equal(got, []string{"text:" + c.report}) || c.report == "" && got != nil {
				t.Errorf("problems %q, want %q", got, c.report)
			}
		})
	}
}

func TestWhichSheet(t *testing.T) {
	b := workbookOf(t, func(f *excelize.File) {
		for i, name := range []string{"报事", "第二张"} {
			if _, err := f.NewSheet(name); err != nil {
				t.Fatal(err)
			}
			setRows(t, f, name, []any{"编号", "内容"}, []any{i, name})
		}
		f.SetActiveSheet(1)
		if err := f.SetSheetVisible("Sheet1", false); err != nil {
			t.Fatal(err)
		}
	})
	for sheet, want := range map[string]string{"": "报事", "第二张": "第二张"} {
		if got := readRows(t, openBytes(t, "a.xlsx", b, Options{Sheet: sheet}))[0].Get("text"); got != want {
			t.Errorf("sheet %q: %q", sheet, got)
		}
	}
	if _, err := Open("a.xlsx", bytes.NewReader(b), int64(len(b)), Options{Sheet: "没有"}); !errors.Is(err, ErrNoSheet) {
		t.Error(err)
	}
}

// repack copies a zip, letting change replace a part's content.
func repack(t testing.TB, b []byte, change func(name string, content []byte) []byte) []byte {
	t.Helper()
	zr, err := zip.NewReader(bytes.NewReader(b), int64(len(b)))
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	zw := zip.NewWriter(&out)
	for _, f := range zr.File {
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(part)
		if err != nil {
			t.Fatal(err)
		}
		w, _ := zw.Create(f.Name)
		w.Write(change(f.Name, content))
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestBrokenWorkbooks(t *testing.T) {
	whole := workbookOf(t, func(f *excelize.File) {
		rows := [][]any{{"编号", "内容"}}
		for i := range 200 {
			rows = append(rows, []any{i, strings.Repeat("井", i)})
		}
		setRows(t, f, "Sheet1", rows...)
	})
	in := func(part string, change func([]byte) []byte) []byte {
		return repack(t, whole, func(name string, content []byte) []byte {
			if strings.HasSuffix(name, part) {
				return change(content)
			}
			return content
		})
	}
	half := func(b []byte) []byte { return b[:len(b)/2] }
	flipped := bytes.Clone(whole)
	for i := len(flipped) / 3; i < len(flipped)/3+64; i++ {
		flipped[i] ^= 0xA5
	}
	var notBook bytes.Buffer
	zw := zip.NewWriter(&notBook)
	w, _ := zw.Create("readme.txt")
	w.Write([]byte("not a workbook"))
	zw.Close()
	for name, b := range map[string][]byte{
		"下载到一半":       whole[:len(whole)/2],
		"中间坏了几个字节":    flipped,
		"工作表断了":       in("sheet1.xml", half),
		"工作表不是XML":    in("sheet1.xml", func([]byte) []byte { return []byte("<<<") }),
		"工作表是空的":      in("sheet1.xml", func([]byte) []byte { return nil }),
		"共享字串断了":      in("sharedStrings.xml", half),
		"工作簿断了":       in("workbook.xml", half),
		"普通压缩包改名xlsx": notBook.Bytes(),
	} {
		t.Run(name, func(t *testing.T) {
			r, err := Open("a.xlsx", bytes.NewReader(b), int64(len(b)), Options{Columns: reports})
			if !errors.Is(err, ErrBroken) {
				t.Fatalf("got %v %v", r, err)
			}
		})
	}
}

// bomb is a workbook whose worksheet is 1 GiB of blanks, about 1 MB as sent.
func bomb(t testing.TB, size int64) []byte {
	t.Helper()
	var b bytes.Buffer
	zw := zip.NewWriter(&b)
	w, err := zw.Create("xl/worksheets/sheet1.xml")
	if err != nil {
		t.Fatal(err)
	}
	blanks := bytes.Repeat([]byte(" "), 1<<20)
	for n := int64(0); n < size; n += int64(len(blanks)) {
		if _, err := w.Write(blanks); err != nil {
			t.Fatal(err)
		}
	}
	if err := zw.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestBombIsRefusedFromItsDirectory(t *testing.T) {
	b := bomb(t, 64<<20)
	for name, lim := range map[string]Limits{"太陡": {}, "太大": {MaxInflated: 1 << 20, MaxRatio: 2000}} {
		t.Run(name, func(t *testing.T) {
			counted := &countingReader{r: bytes.NewReader(b)}
			_, err := Open("a.xlsx", counted, int64(len(b)), Options{Limits: lim})
			if !errors.Is(err, ErrTooBig) {
				t.Fatal(err)
			}
			// The first 4 KB to know the kind, then only the directory at the end: nothing was there to inflate.
			if counted.n > 10<<10 || counted.n > int64(len(b)) {
				t.Errorf("read %d of %d bytes", counted.n, len(b))
			}
		})
	}
}

// A directory that lies about the size is found out when the part reaches what was declared.
func TestLyingBomb(t *testing.T) {
	b := bomb(t, 64<<20)
	at := bytes.LastIndex(b, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(b[at+24:], 1000)
	counted := &countingReader{r: bytes.NewReader(b)}
	if _, err := Open("a.xlsx", counted, int64(len(b)), Options{}); !errors.Is(err, ErrBroken) {
		t.Fatal(err)
	}
	if counted.n > 20<<10 {
		t.Errorf("read %d of %d bytes", counted.n, len(b))
	}
}

func FuzzXLSX(f *testing.F) {
	f.Add(`<worksheet><sheetData><row r="1"><c r="A1" t="str"><v>编号</v></c></row></sheetData></worksheet>`)
	f.Add(`<worksheet><sheetData><row r="9"><c r="XFD9" s="1" t="s"><v>-1</v></c><c t="d"><v>x</v></c></row></sheetData></worksheet>`)
	whole := workbookOf(f, func(x *excelize.File) { setRows(f, x, "Sheet1", []any{"编号", "内容"}, []any{1, "井盖"}) })
	f.Fuzz(func(t *testing.T, sheet string) {
		b := repack(t, whole, func(name string, content []byte) []byte {
			if strings.HasSuffix(name, "sheet1.xml") {
				return []byte(sheet)
			}
			return content
		})
		r, err := Open("a.xlsx", bytes.NewReader(b), int64(len(b)), Options{Columns: reports})
		if err != nil {
			return
		}
		defer r.Close()
		for err == nil {
			_, err = r.Next()
		}
	})
}
