package sheet

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"math/big"
	"path"
	"regexp"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"
)

const maxParts = 10_000 // files inside a workbook

// workbook streams the rows of one worksheet.
type workbook struct {
	file *excelize.File
	rows *excelize.Rows
	line int
}

func (w *workbook) Close() error {
	w.rows.Close()
	return w.file.Close()
}

func openXLSX(r io.ReaderAt, size int64, opt Options) (source, Header, error) {
	zr, err := checkZip(r, size, opt.Limits)
	if err != nil {
		return nil, Header{}, err
	}
	if err = checkXML(zr); err != nil {
		return nil, Header{}, err
	}
	w, h := &workbook{}, Header{Kind: XLSX}
	err = sheltered(func() error {
		if w.file, err = excelize.OpenReader(io.NewSectionReader(r, 0, size), excelize.Options{UnzipSizeLimit: opt.Limits.MaxInflated,
			UnzipXMLSizeLimit: min(excelize.StreamChunkSize, opt.Limits.MaxInflated)}); err != nil {
			return fmt.Errorf("%w: %w", ErrBroken, err)
		}
		if h.Sheets = w.file.GetSheetList(); len(h.Sheets) == 0 {
			return fmt.Errorf("%w: no worksheet", ErrBroken)
		}
		h.Sheet = or(opt.Sheet, firstVisible(w.file, h.Sheets))
		if !slices.Contains(h.Sheets, h.Sheet) {
			return fmt.Errorf("%w: %q; there are %s", ErrNoSheet, h.Sheet, strings.Join(h.Sheets, "、"))
		}
		if err = plainStyles(w.file); err != nil {
			return fmt.Errorf("%w: %w", ErrBroken, err)
		}
		if w.rows, err = w.file.Rows(h.Sheet); err != nil {
			return fmt.Errorf("%w: %w", ErrBroken, err)
		}
		return nil
	})
	if err != nil {
		if w.file != nil {
			w.file.Close()
		}
		return nil, Header{}, err
	}
	return w, h, nil
}

func firstVisible(f *excelize.File, names []string) string {
	for _, n := range names {
		if visible, err := f.GetSheetVisible(n); err == nil && visible {
			return n
		}
	}
	return names[0]
}

// checkZip judges a workbook by the directory at its end, before a byte is inflated: how much it says it becomes, and
// how steep that is. A directory that lies is caught later, because archive/zip stops a part at its declared size.
func checkZip(r io.ReaderAt, size int64, lim Limits) (*zip.Reader, error) {
	zr, err := zip.NewReader(r, size)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrBroken, err)
	}
	if len(zr.File) > maxParts {
		return nil, fmt.Errorf("%w: %d parts", ErrTooBig, len(zr.File))
	}
	left := uint64(lim.MaxInflated)
	for _, f := range zr.File {
		if f.UncompressedSize64 > left {
			return nil, fmt.Errorf("%w: unzips to more than %d bytes", ErrTooBig, lim.MaxInflated)
		}
		left -= f.UncompressedSize64
		if f.UncompressedSize64 > 8<<20 && f.UncompressedSize64/max(1, f.CompressedSize64) > lim.MaxRatio {
			return nil, fmt.Errorf("%w: %s unzips to more than %d times its size", ErrTooBig, f.Name, lim.MaxRatio)
		}
	}
	return zr, nil
}

// checkXML reads the worksheets once and refuses them unless they are whole: excelize takes broken XML for the end of
// the sheet, and half an import is worse than none.
func checkXML(zr *zip.Reader) error {
	for _, f := range zr.File {
		name := strings.ToLower(strings.ReplaceAll(f.Name, `\`, "/"))
		if dir := path.Dir(name); path.Ext(name) != ".xml" || dir != "xl/worksheets" && name != "xl/sharedstrings.xml" {
			continue
		}
		if err := wellFormed(f); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrBroken, f.Name, err)
		}
	}
	return nil
}

func wellFormed(f *zip.File) error {
	part, err := f.Open()
	if err != nil {
		return err
	}
	defer part.Close()
	dec, depth, elements := xml.NewDecoder(part), 0, 0
	dec.CharsetReader = excelize.NewFile().CharsetReader
	for {
		switch token, err := dec.RawToken(); {
		case err == io.EOF && depth == 0 && elements > 0:
			return nil
		case err == io.EOF:
			return io.ErrUnexpectedEOF
		case err != nil:
			return err
		default:
			switch token.(type) {
			case xml.StartElement:
				depth, elements = depth+1, elements+1
			case xml.EndElement:
				depth--
			}
		}
	}
}

// sheltered turns a panic of the workbook library over a malformed file into ErrBroken.
func sheltered(f func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("%w: %v", ErrBroken, p)
		}
	}()
	return f()
}

// Excel keeps a date as a number and only its style says that it is one, in the order of the writer's country. So every
// date style is replaced, before reading, by one that writes ISO, and every other by none: a phone number comes as its
// digits, not as 1.38E+10 or 138-0013-8000. dayMark, impossible in XML, marks styles that show no time of day.
const (
	dayMark   = "\x02"
	isoDay    = `"` + dayMark + `"yyyy-mm-dd hh:mm:ss`
	isoTime   = "hh:mm:ss"
	isoBoth   = "yyyy-mm-dd hh:mm:ss"
	noFormat  = 9999 // an id nobody defines: excelize then gives the value as it is
	midnight  = " 00:00:00"
	customFmt = 164 // ids below are built in, ECMA-376 part 1, 18.8.30
)

func plainStyles(f *excelize.File) error {
	if f.Styles == nil || f.Styles.CellXfs == nil {
		return nil
	}
	n := len(f.Styles.CellXfs.Xf)
	codes := map[int]string{}
	if f.Styles.NumFmts != nil {
		for _, nf := range f.Styles.NumFmts.NumFmt {
			codes[nf.NumFmtID] = or(nf.FormatCode16, nf.FormatCode)
		}
	}
	ids := map[string]int{"": noFormat}
	for _, code := range []string{isoDay, isoTime, isoBoth} {
		style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &code})
		if err != nil {
			return err
		}
		ids[code] = *f.Styles.CellXfs.Xf[style].NumFmtID
	}
	for i := range f.Styles.CellXfs.Xf[:n] {
		id := 0
		if old := f.Styles.CellXfs.Xf[i].NumFmtID; old != nil {
			id = *old
		}
		now := ids[dateStyle(id, codes[id])]
		f.Styles.CellXfs.Xf[i].NumFmtID = &now
	}
	return nil
}

var formatNoise = regexp.MustCompile(`"[^"]*"|\\.|_.|\*.|\[[^\]hHmMsS][^\]]*\]`)

// dateStyle returns the ISO style that stands for a number format, "" when it is no date. The built-in ids 27 to 36 and
// 50 to 58 are dates in Chinese Excel.
func dateStyle(id int, code string) string {
	if code == "" && id < customFmt {
		switch {
		case id == 22:
			return isoBoth
		case id >= 18 && id <= 21, id >= 32 && id <= 35, id >= 45 && id <= 47, id == 55, id == 56:
			return isoTime
		case id >= 14 && id <= 17, id >= 27 && id <= 36, id >= 50 && id <= 58:
			return isoDay
		}
		return ""
	}
	code, _, _ = strings.Cut(strings.ToLower(formatNoise.ReplaceAllString(code, "")), ";")
	if strings.Contains(code, "general") {
		return ""
	}
	day, hour := strings.ContainsAny(code, "yde"), strings.ContainsAny(code, "hs")
	switch {
	case strings.ContainsAny(code, "0#?") && !day && !hour:
		return ""
	case day && hour:
		return isoBoth
	case hour:
		return isoTime
	case day && !strings.ContainsAny(code, "0#"), strings.Contains(code, "m"):
		return isoDay
	}
	return ""
}

func (w *workbook) next() (rec record, err error) {
	err = sheltered(func() error {
		if !w.rows.Next() {
			if err := w.rows.Error(); err != nil {
				return fmt.Errorf("row %d: %w: %w", w.line, ErrBroken, err)
			}
			return io.EOF
		}
		w.line++
		rec.line = w.line
		if rec.fields, err = w.rows.Columns(); err != nil {
			return fmt.Errorf("row %d: %w: %w", w.line, ErrBroken, err)
		}
		return nil
	})
	for i, v := range rec.fields {
		rec.fields[i] = rec.cell(i, v)
	}
	return rec, err
}

var excelError = regexp.MustCompile(`^#(N/A|REF!|VALUE!|DIV/0!|NAME\?|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)$`)

// cell finishes what excelize gave: dates lose a midnight their style does not show, numbers their exponent.
func (rec *record) cell(i int, v string) string {
	switch {
	case len(v) > 40 || v == "":
	case strings.HasPrefix(v, dayMark):
		return strings.TrimSuffix(v[len(dayMark):], midnight)
	case excelError.MatchString(v):
		rec.problems = append(rec.problems, Problem{columnLetters(i), ExcelError, v})
		return ""
	case exponent.MatchString(v):
		if n, ok := new(big.Rat).SetString(v); ok && n.IsInt() {
			if v = n.Num().String(); len(strings.TrimLeft(v, "-")) > 15 {
				rec.problems = append(rec.problems, Problem{columnLetters(i), DigitsLost, v})
			}
		}
	}
	return v
}
