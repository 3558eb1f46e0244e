// Package sheet takes rows in from the files an office sends and writes rows out to the files it wants: .xlsx, .csv,
// .tsv and .jsonl. It forgives what people do to a table (notes above the header, totals below it, GBK, stray quotes)
// and reports everything it forgave, row by row, so that no line of a file disappears without a word. Rules of
// exchange: law-and-standards 19.5.
//
// A cell may hold personal data: callers must not log Row, Problem.Value or Skip.Text.
package sheet

import (
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// What a file can be refused for. Errors returned by Open, Header and Next wrap one of these.
var (
	ErrKind    = errors.New("not a table file (.xlsx .csv .tsv .jsonl)")
	ErrOldKind = errors.New("old .xls or password-protected workbook; save it as .xlsx without a password")
	ErrBroken  = errors.New("broken workbook")
	ErrEmpty   = errors.New("empty file")
	ErrTooBig  = errors.New("file over the limit")
	ErrNoSheet = errors.New("no such worksheet")
	ErrMissing = errors.New("required columns missing")
)

// Kind is a file format.
type Kind string

// The formats. CSV and TSV are read alike: the delimiter is found by looking, not by the name.
const (
	XLSX  Kind = "xlsx"
	CSV   Kind = "csv"
	TSV   Kind = "tsv"
	JSONL Kind = "jsonl"
)

// Codes of Problem: what was wrong with a row or a cell, and what became of it.
const (
	ControlCharacter = "control_character" // taken out
	TooLong          = "too_long"          // cut to Limits.MaxCell characters
	BadEncoding      = "bad_encoding"      // undecodable bytes became U+FFFD
	ExtraCells       = "extra_cells"       // cells right of the header, or under one JSON key too many, left out; Value is the first
	MissingCells     = "missing_cells"     // a text row shorter than the header; the rest is empty
	OpenQuote        = "open_quote"        // a quote that never closes, or text after a closing one; read literally
	LineTooLong      = "line_too_long"     // the rest of the line was left out
	DigitsLost       = "digits_lost"       // Excel kept 15 digits of a longer number: an ID number stored as a number
	ExcelError       = "excel_error"       // #N/A, #REF! …: the cell is read as empty
	BadJSON          = "bad_json"          // the line is not one JSON object; the row has no cells
	Nested           = "nested"            // an object or array as a value; the cell is left out
)

// Limits bound what one file may cost. A zero field means its default.
type Limits struct {
	MaxBytes    int64  // bytes of the file as sent; default 256 MiB
	MaxInflated int64  // bytes of a workbook once unzipped; default 512 MiB
	MaxRatio    uint64 // unzipped to zipped bytes of a part of more than 8 MiB; default 200 (deflate can reach 1,032)
	MaxRows     int    // rows; default 1,048,576, Excel's own
	MaxCell     int    // characters of one cell; default 20,000
}

func (l Limits) orDefaults() Limits {
	l.MaxBytes, l.MaxInflated = or(l.MaxBytes, 256<<20), or(l.MaxInflated, 512<<20)
	l.MaxRatio, l.MaxRows, l.MaxCell = or(l.MaxRatio, 200), or(l.MaxRows, 1<<20), or(l.MaxCell, 20_000)
	return l
}

func or[T comparable](v, otherwise T) T {
	var zero T
	if v == zero {
		return otherwise
	}
	return v
}

// Options say what the caller expects of a file.
type Options struct {
	Columns []Column
	Sheet   string // name of the worksheet; empty means the first visible one
	Limits  Limits
}

// Problem is one thing wrong with a row. Column is the key of the column, its header when unknown, empty for the row.
type Problem struct {
	Column, Code string
	Value        string // at most 40 characters of what stood there
}

// Row is one record of a file.
type Row struct {
	Line     int               // as a person sees it: the row number in Excel, the line where the record starts in an editor
	Cells    map[string]string // by Column.Key; trimmed; an empty or absent cell is absent
	Extra    map[string]string // cells of unknown columns, by their header
	Raw      string            // the line of a .jsonl; otherwise the cells joined by tabs; cut at 8 MiB
	Problems []Problem
}

// Get returns the cell of column key, "" when empty.
func (r Row) Get(key string) string { return r.Cells[key] }

func (r *Row) problem(column, code, value string) {
	r.Problems = append(r.Problems, Problem{column, code, cut(value, 40)})
}

// Skip is a line that was read but is no row: a note above the header, a total, the header repeated.
type Skip struct {
	Line int
	Text string
}

// record is a row before its columns are known: fields by position, or pairs by name (jsonl).
type record struct {
	line     int
	raw      string
	fields   []string
	pairs    map[string]string
	problems []Problem
}

func (rec record) empty() bool {
	return len(rec.pairs) == 0 && len(rec.problems) == 0 && !hasCell(rec.fields)
}

// source yields records in order; io.EOF ends it.
type source interface {
	next() (record, error)
	Close() error
}

// Reader reads the rows of one file. It is not safe for concurrent use.
type Reader struct {
	src     source
	opt     Options
	head    Header
	columns columns
	queue   []record // read ahead while looking for the header
	after   error    // what the source said after the queue
	rows    int
	skipped []Skip
}

// Open reads enough of a file to know its format, encoding, delimiter and header. The content decides the format; the
// extension of name decides where the content leaves it open. r must stay readable until Close; size is in bytes.
// Errors wrap ErrKind, ErrOldKind, ErrBroken, ErrEmpty, ErrTooBig or ErrNoSheet. Missing columns are Header's to report.
func Open(name string, r io.ReaderAt, size int64, opt Options) (*Reader, error) {
	rd, err := open(name, r, size, opt)
	if err != nil {
		return nil, fmt.Errorf("open %s: %w", filepath.Base(name), err)
	}
	return rd, nil
}

func open(name string, r io.ReaderAt, size int64, opt Options) (*Reader, error) {
	opt.Limits = opt.Limits.orDefaults()
	if size == 0 {
		return nil, ErrEmpty
	}
	if size > opt.Limits.MaxBytes {
		return nil, fmt.Errorf("%w: %d bytes, at most %d", ErrTooBig, size, opt.Limits.MaxBytes)
	}
	rd := &Reader{opt: opt}
	var err error
	if rd.src, rd.head, err = sniff(strings.ToLower(filepath.Ext(name)), r, size, opt); err != nil {
		return nil, err
	}
	if err = rd.findHeader(); err != nil {
		rd.src.Close()
		return nil, err
	}
	return rd, nil
}

func sniff(ext string, r io.ReaderAt, size int64, opt Options) (source, Header, error) {
	first := make([]byte, min(size, 4096))
	if _, err := r.ReadAt(first, 0); err != nil && err != io.EOF {
		return nil, Header{}, err
	}
	switch {
	case strings.HasPrefix(string(first), "PK\x03\x04") || strings.HasPrefix(string(first), "PK\x05\x06"):
		return openXLSX(r, size, opt)
	case strings.HasPrefix(string(first), "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"):
		return nil, Header{}, ErrOldKind
	case notText(first) && ext == ".xlsx":
		return nil, Header{}, fmt.Errorf("%w: not a zip archive", ErrBroken)
	case notText(first):
		return nil, Header{}, ErrKind
	}
	return openText(ext, r, size, opt)
}

// notText says that a file is no text: more than a tenth of its start is control characters.
func notText(first []byte) bool {
	if strings.HasPrefix(string(first), "\xFF\xFE") || strings.HasPrefix(string(first), "\xFE\xFF") {
		return false
	}
	n := 0
	for _, b := range first {
		if b < 0x20 && b != '\t' && b != '\n' && b != '\r' || b == 0x7F {
			n++
		}
	}
	return n*10 > len(first)
}

// Close releases what Open took (temporary files of a large workbook), not the caller's r.
func (r *Reader) Close() error { return r.src.Close() }

// Skipped lists the lines read so far that are no rows: notes above the header, totals (合计), repeated headers.
func (r *Reader) Skipped() []Skip { return r.skipped }

// Next returns the next row, or io.EOF. What is wrong with a row is in its Problems and never stops the file; an error
// (ErrBroken, ErrTooBig, or of the underlying reader) does. Empty rows are passed over.
func (r *Reader) Next() (Row, error) {
	for {
		rec, err := r.pull()
		if err != nil {
			return Row{}, err
		}
		switch {
		case rec.empty():
		case rec.pairs == nil && (isTotal(rec.fields) || r.columns.repeated(rec.fields)):
			r.skip(rec)
		default:
			if r.rows++; r.rows > r.opt.Limits.MaxRows {
				return Row{}, fmt.Errorf("line %d: %w: more than %d rows", rec.line, ErrTooBig, r.opt.Limits.MaxRows)
			}
			return r.row(rec), nil
		}
	}
}

func (r *Reader) pull() (record, error) {
	if len(r.queue) > 0 {
		rec := r.queue[0]
		r.queue = r.queue[1:]
		return rec, nil
	}
	if r.after != nil {
		return record{}, r.after
	}
	rec, err := r.src.next()
	if err != nil {
		r.after = err
	}
	return rec, err
}

func (r *Reader) skip(rec record) {
	if !rec.empty() {
		r.skipped = append(r.skipped, Skip{rec.line, cut(strings.TrimSpace(strings.Join(rec.fields, " ")), 200)})
	}
}

func (r *Reader) row(rec record) Row {
	row := Row{Line: rec.line, Raw: rec.raw, Cells: map[string]string{}, Extra: map[string]string{}, Problems: rec.problems}
	if row.Raw == "" {
		row.Raw = strings.Join(rec.fields, "\t")
	}
	for i, p := range row.Problems {
		row.Problems[i].Column = r.keyOf(p.Column)
	}
	for name, v := range rec.pairs {
		r.put(&row, r.columns.named(name, &r.head), v)
	}
	width := len(r.columns.at)
	for i, v := range rec.fields {
		if i < width {
			r.put(&row, r.columns.at[i], v)
		} else if strings.TrimSpace(v) != "" {
			row.problem("", ExtraCells, v)
			break
		}
	}
	if r.head.Kind == CSV || r.head.Kind == TSV {
		if len(rec.fields) < width {
			row.problem("", MissingCells, "")
		}
	}
	return row
}

// keyOf turns the place a source names in a problem (a JSON key, a column's letters) into what the caller knows.
func (r *Reader) keyOf(place string) string {
	if place == "" {
		return ""
	}
	if r.head.Kind == JSONL {
		return or(r.columns.named(place, &r.head).key, place)
	}
	if i, err := excelize.ColumnNameToNumber(place); err == nil && i <= len(r.columns.at) {
		return or(r.columns.at[i-1].key, r.columns.at[i-1].header)
	}
	return place
}

var exponent = regexp.MustCompile(`^[+-]?\d(\.\d+)?[Ee]\+?\d{1,3}$`)
var longNumber = regexp.MustCompile(`^\d\.\d+[Ee]\+?1[5-9]$`)

// put cleans one cell and stores it where its column belongs.
func (r *Reader) put(row *Row, c slot, v string) {
	if v == "" {
		return
	}
	name := or(c.key, c.header)
	if name == "" {
		row.problem("", ExtraCells, v)
		return
	}
	if r.head.Kind == CSV || r.head.Kind == TSV {
		v = unquote(v)
		if longNumber.MatchString(v) {
			row.problem(name, DigitsLost, v)
		}
	}
	if strings.ContainsRune(v, utf8.RuneError) {
		row.problem(name, BadEncoding, v)
	}
	v, stripped := strip(v)
	if stripped {
		row.problem(name, ControlCharacter, v)
	}
	v = strings.TrimSpace(v)
	if short := cut(v, r.opt.Limits.MaxCell); len(short) < len(v) {
		row.problem(name, TooLong, v)
		v = short
	}
	switch {
	case v == "":
	case c.key != "":
		row.Cells[c.key] = v
	default:
		row.Extra[c.header] = v
	}
}

// strip takes out control characters except newline and tab, and byte order marks; CR LF and CR become LF.
func strip(s string) (string, bool) {
	bad := func(c rune) bool { return unicode.IsControl(c) && c != '\n' && c != '\t' || c == '\uFEFF' }
	if strings.IndexFunc(s, bad) < 0 {
		return s, false
	}
	s = strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
	out := strings.Map(func(c rune) rune {
		if bad(c) {
			return -1
		}
		return c
	}, s)
	return out, len(out) < len(s)
}

// cut shortens s to at most n characters.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for i := range s {
		if n--; n < 0 {
			return s[:i]
		}
	}
	return s
}
