package sheet

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// CellKind says what a column of an export holds.
type CellKind int

// The kinds. Numbers of identity cards, phones, bank cards and matters are Text (law-and-standards 19.5).
const (
	Text CellKind = iota
	Date
	DateTime
	Number
)

// OutColumn is a column of an export. Width is in characters of Excel; 0 lets the kind decide.
type OutColumn struct {
	Title string
	Kind  CellKind
	Width float64
}

// Writer writes one table. Nothing it writes is ever a formula, whatever the text says; a workbook carries no author
// and no hidden sheet. It is not safe for concurrent use.
type Writer struct {
	cols []OutColumn
	row  int
	put  func(row int, cells []any) error
	end  func() error
}

const maxCellText = 32_767 // UTF-16 units Excel holds in a cell

// NewWriter starts a table of kind XLSX or CSV (UTF-8 with a byte order mark) on w. title names the worksheet. note, when
// not empty, stands alone above the header and says who exported, when, for what purpose and whether masked
// (law-and-standards 19.5). A csv holds digits as they are, and Excel shortens long ones when it opens a csv by itself:
// give people .xlsx. A workbook is held in temporary files until Close, which writes it.
func NewWriter(w io.Writer, kind Kind, title string, cols []OutColumn, note string) (*Writer, error) {
	out := &Writer{cols: cols}
	var err error
	switch kind {
	case XLSX:
		err = out.startXLSX(w, title, note != "")
	case CSV:
		err = out.startCSV(w)
	default:
		err = ErrKind
	}
	if err != nil {
		return nil, fmt.Errorf("start %s: %w", kind, err)
	}
	if note != "" {
		if err := out.write([]any{export(note)}); err != nil {
			return nil, err
		}
	}
	titles := make([]any, len(cols))
	for i, c := range cols {
		titles[i] = export(c.Title)
	}
	return out, out.write(titles)
}

// Write adds a row: a string, time.Time (its own zone's wall clock is written; zero is empty), integer or float64 per
// column; nil is empty. A value that is not of its column's kind is written as text. ErrTooBig past Excel's last row.
func (w *Writer) Write(cells ...any) error {
	if len(cells) > len(w.cols) {
		return fmt.Errorf("write row %d: %d cells for %d columns", w.row+1, len(cells), len(w.cols))
	}
	out := make([]any, len(cells))
	for i, c := range cells {
		switch c := c.(type) {
		case string:
			out[i] = export(c)
		case time.Time:
			if !c.IsZero() {
				out[i] = c
			}
		case nil, int, int64, float64:
			out[i] = c
		default:
			out[i] = export(fmt.Sprint(c))
		}
		if k := w.cols[i].Kind; k == Text && out[i] != nil {
			if t, ok := out[i].(time.Time); ok {
				out[i] = timeText(t, DateTime)
			}
			out[i] = fmt.Sprint(out[i])
		}
	}
	return w.write(out)
}

func (w *Writer) write(cells []any) error {
	if w.row++; w.row > excelize.TotalRows {
		return fmt.Errorf("write row %d: %w", w.row, ErrTooBig)
	}
	if err := w.put(w.row, cells); err != nil {
		return fmt.Errorf("write row %d: %w", w.row, err)
	}
	return nil
}

// Close finishes the table. What w holds before Close is not a table yet.
func (w *Writer) Close() error { return w.end() }

// export makes text fit for a cell: no control characters, no longer than Excel holds, saying so when cut.
func export(s string) string {
	s, _ = strip(strings.ToValidUTF8(s, "\uFFFD"))
	if len(s) <= maxCellText {
		return s
	}
	units, at := 0, 0
	for i, c := range s {
		if units++; c > 0xFFFF {
			units++
		}
		if units <= maxCellText-20 {
			at = i + utf8.RuneLen(c)
		}
	}
	if units <= maxCellText {
		return s
	}
	return s[:at] + fmt.Sprintf("…（余%d字未导出）", utf8.RuneCountInString(s[at:]))
}

func timeText(t time.Time, k CellKind) string {
	if k == Date {
		return t.Format("2006-01-02")
	}
	return t.Format("2006-01-02 15:04:05")
}

// formulaLike says that a spreadsheet might take text for a formula: its first character after blanks and apostrophes
// starts one, in half or full width. (OWASP, CSV Injection.)
func formulaLike(s string) bool {
	if s != "" && strings.ContainsRune("\t\r\n", rune(s[0])) {
		return true
	}
	c, _ := utf8.DecodeRuneInString(strings.TrimLeft(s, " \u00A0\u3000\t\r\n'"))
	return strings.ContainsRune("=+-@＝＋－＠−", c)
}

// unquote takes off the apostrophe that startCSV put before a formula-like text.
func unquote(s string) string {
	if strings.HasPrefix(s, "'") && formulaLike(s[1:]) {
		return s[1:]
	}
	return s
}

func (w *Writer) startCSV(to io.Writer) error {
	if _, err := io.WriteString(to, "\uFEFF"); err != nil {
		return err
	}
	out := csv.NewWriter(to)
	out.UseCRLF = true
	w.put = func(_ int, cells []any) error {
		fields := make([]string, len(cells))
		for i, c := range cells {
			switch c := c.(type) {
			case nil:
			case time.Time:
				fields[i] = timeText(c, w.cols[i].Kind)
			case string:
				if fields[i] = c; formulaLike(c) {
					fields[i] = "'" + c
				}
			default:
				fields[i] = fmt.Sprint(c)
			}
		}
		return out.Write(fields)
	}
	w.end = func() error {
		out.Flush()
		return out.Error()
	}
	return nil
}

func (w *Writer) startXLSX(to io.Writer, title string, noted bool) (err error) {
	f := excelize.NewFile()
	defer func() {
		if err != nil {
			f.Close()
		}
	}()
	if err := f.SetSheetName("Sheet1", sheetTitle(title)); err != nil {
		return err
	}
	f.Pkg.Store("docProps/core.xml", []byte(noAuthor))
	f.Pkg.Store("docProps/app.xml", []byte(noApplication))
	s, err := f.NewStreamWriter(sheetTitle(title))
	if err != nil {
		return err
	}
	styles, heading, err := w.styles(f)
	if err != nil {
		return err
	}
	header := 1
	if noted {
		header = 2
	}
	for i, c := range w.cols {
		if err := s.SetColWidth(i+1, i+1, or(c.Width, []float64{18, 12, 20, 12}[c.Kind])); err != nil {
			return err
		}
	}
	below := fmt.Sprintf("A%d", header+1)
	if err := s.SetPanes(&excelize.Panes{Freeze: true, YSplit: header, TopLeftCell: below, ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	w.put = func(row int, cells []any) error {
		styled := make([]any, len(cells))
		for i, c := range cells {
			_, text := c.(string)
			switch {
			case c == nil:
			case row <= header:
				styled[i] = excelize.Cell{StyleID: heading, Value: c}
			case text:
				styled[i] = excelize.Cell{StyleID: styles[Text], Value: c}
			default:
				styled[i] = excelize.Cell{StyleID: styles[w.cols[i].Kind], Value: c}
			}
		}
		return s.SetRow(fmt.Sprintf("A%d", row), styled)
	}
	w.end = func() error {
		defer f.Close()
		if err := s.Flush(); err != nil {
			return fmt.Errorf("finish workbook: %w", err)
		}
		return f.Write(to)
	}
	return nil
}

// styles defines one cell style per kind, and the heading's. Text is format 49 (@): Excel leaves such a cell alone even
// when it is edited.
func (w *Writer) styles(f *excelize.File) (byKind [4]int, heading int, err error) {
	day, both := "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
	for kind, style := range map[CellKind]excelize.Style{Text: {NumFmt: 49}, Date: {CustomNumFmt: &day}, DateTime: {CustomNumFmt: &both}, Number: {}} {
		if byKind[kind], err = f.NewStyle(&style); err != nil {
			return byKind, 0, err
		}
	}
	heading, err = f.NewStyle(&excelize.Style{NumFmt: 49, Font: &excelize.Font{Bold: true}})
	return byKind, heading, err
}

// sheetTitle fits a title to what Excel allows: 31 characters, none of : \ / ? * [ ], no apostrophe at the ends.
func sheetTitle(s string) string {
	s, _ = strip(s)
	s = cut(strings.Trim(strings.Map(func(c rune) rune {
		if strings.ContainsRune(`:\/?*[]：＼／？＊［］`, c) || c > 0xFFFF {
			return '_'
		}
		return c
	}, s), " '"), 31)
	return or(strings.Trim(s, " '"), "Sheet1")
}

const (
	noAuthor = xmlHead + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>`

	noApplication = xmlHead + `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>`

	xmlHead = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
)
