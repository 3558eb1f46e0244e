package sheet

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

const maxLine = 8 << 20 // bytes of one line, and of one quoted record

// charset finds the encoding of a text: by its byte order mark, else UTF-8 when it is valid or nearly so, else GB18030
// (which contains GBK and GB 2312). A UTF-8 file with a few damaged bytes must not turn into GBK nonsense as a whole.
func charset(r io.ReaderAt, size int64) (name string, enc encoding.Encoding, skip int64, err error) {
	br := bufio.NewReaderSize(io.NewSectionReader(r, 0, size), 64<<10)
	switch first, _ := br.Peek(3); {
	case bytes.HasPrefix(first, []byte("\xEF\xBB\xBF")):
		return "UTF-8", encoding.Nop, 3, nil
	case bytes.HasPrefix(first, []byte("\xFF\xFE")), bytes.HasPrefix(first, []byte("\xFE\xFF")):
		return "UTF-16", unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM), 0, nil
	}
	good, bad := 0, 0
	for {
		c, n, err := br.ReadRune()
		switch {
		case err == io.EOF && (bad == 0 || good > 10*bad):
			return "UTF-8", encoding.Nop, 0, nil
		case err == io.EOF:
			return "GB18030", simplifiedchinese.GB18030, 0, nil
		case err != nil:
			return "", nil, 0, err
		case c == utf8.RuneError && n == 1:
			bad++
		case n > 1:
			good++
		}
	}
}

func openText(ext string, r io.ReaderAt, size int64, opt Options) (source, Header, error) {
	name, enc, skip, err := charset(r, size)
	if err != nil {
		return nil, Header{}, err
	}
	fresh := func() *lines {
		var text io.Reader = io.NewSectionReader(r, skip, size-skip)
		if enc != encoding.Nop {
			text = transform.NewReader(text, enc.NewDecoder())
		}
		return &lines{r: bufio.NewReaderSize(text, 64<<10)}
	}
	if ext == ".jsonl" || ext == ".ndjson" || ext != ".csv" && ext != ".tsv" && startsObject(fresh()) {
		return &jsonLines{fresh()}, Header{Kind: JSONL, Encoding: name}, nil
	}
	if ext != ".csv" && ext != ".tsv" && ext != ".txt" && ext != ".xlsx" && ext != "" {
		return nil, Header{}, ErrKind
	}
	d, err := delimiter(ext, fresh, newColumns(opt.Columns))
	if err != nil {
		return nil, Header{}, err
	}
	kind := CSV
	if d == '\t' {
		kind = TSV
	}
	return &delimited{lines: fresh(), comma: d}, Header{Kind: kind, Encoding: name, Delimiter: string(d)}, nil
}

func startsObject(l *lines) bool {
	for range lookAhead {
		s, _, err := l.next()
		if err != nil {
			return false
		}
		if s = strings.TrimSpace(s); s != "" {
			return s[0] == '{'
		}
	}
	return false
}

// delimiter tries comma, tab and semicolon on the first records: the one that shows most known column names wins, then
// the one that cuts most records into the same number (at least two) of cells.
func delimiter(ext string, fresh func() *lines, known columns) (byte, error) {
	candidates := []byte{',', '\t', ';'}
	if ext == ".tsv" || ext == ".txt" {
		candidates = []byte{'\t', ',', ';'}
	}
	best, bestScore := candidates[0], -1
	for _, c := range candidates {
		src, names, widths, score := &delimited{lines: fresh(), comma: c}, 0, map[int]int{}, 0
		for range lookAhead {
			rec, err := src.next()
			if err == io.EOF {
				break
			} else if err != nil {
				return 0, err
			}
			if src.told != 0 {
				return src.told, nil
			}
			names = max(names, known.matches(rec.fields))
			if n := len(rec.fields); n > 1 {
				widths[n]++
				score = max(score, widths[n])
			}
		}
		if score += names * 1000; score > bestScore {
			best, bestScore = c, score
		}
	}
	return best, nil
}

// lines reads physical lines without their end, and takes lines back.
type lines struct {
	r    *bufio.Reader
	n    int // number of the line last returned, from 1
	back []line
}

type line struct {
	text string
	cut  bool
}

func (l *lines) next() (string, bool, error) {
	l.n++
	if len(l.back) > 0 {
		x := l.back[0]
		l.back = l.back[1:]
		return x.text, x.cut, nil
	}
	var buf []byte
	over := false
	for {
		part, err := l.r.ReadSlice('\n')
		if room := maxLine - len(buf); len(part) > room {
			part, over = part[:room], true
		}
		if buf = append(buf, part...); err == bufio.ErrBufferFull {
			continue
		}
		if err != nil && (err != io.EOF || len(buf) == 0) {
			return "", false, err
		}
		return strings.TrimSuffix(strings.TrimSuffix(string(buf), "\n"), "\r"), over, nil
	}
}

// unread puts lines back in front, the first of them being read again next.
func (l *lines) unread(ls []line) {
	l.n -= len(ls)
	l.back = append(ls, l.back...)
}

// delimited reads csv and tsv. A quoted cell may span lines; one that never closes is read literally, so that a stray
// quote costs its own line and not the rest of the file.
type delimited struct {
	*lines
	comma byte
	told  byte // by a first line sep=; as Excel understands it
}

func (*delimited) Close() error { return nil }

func (d *delimited) next() (record, error) {
	text, over, err := d.lines.next()
	if err != nil {
		return record{}, err
	}
	rec := record{line: d.n}
	if over {
		rec.problems = append(rec.problems, Problem{"", LineTooLong, cut(text, 40)})
	}
	if d.n == 1 && len(text) == 5 && strings.HasPrefix(strings.ToLower(text), "sep=") && strings.Contains(",;\t|", text[4:]) {
		d.told = text[4]
		return rec, nil
	}
	if !strings.Contains(text, `"`) {
		rec.fields = strings.Split(text, string(d.comma))
		return rec, nil
	}
	fields, stray, err := d.quoted(text)
	if err != nil {
		return rec, err
	}
	if rec.fields = fields; stray {
		rec.problems = append(rec.problems, Problem{"", OpenQuote, cut(text, 40)})
	}
	return rec, nil
}

// quoted splits a record that holds quotes, reading on while one is open. Work stays linear: the lines between a
// quote that opens and the one that should close it hold only doubled quotes, so none of them can open another.
func (d *delimited) quoted(text string) (fields []string, stray bool, err error) {
	rest, more, size := text, []line(nil), 0
	for {
		if !strings.HasPrefix(rest, `"`) {
			cell, after, found := strings.Cut(rest, string(d.comma))
			if fields = append(fields, cell); !found {
				return fields, stray, nil
			}
			rest = after
			continue
		}
		var cell strings.Builder
		mark, closed := rest, false
		more = more[:0]
		for rest = rest[1:]; !closed; {
			i := strings.IndexByte(rest, '"')
			switch {
			case i >= 0 && strings.HasPrefix(rest[i+1:], `"`):
				cell.WriteString(rest[:i+1])
				rest = rest[i+2:]
			case i >= 0:
				cell.WriteString(rest[:i])
				rest, closed = rest[i+1:], true
			default:
				cell.WriteString(rest + "\n")
				next, over, err := d.lines.next()
				if err != nil && err != io.EOF {
					return nil, false, err
				}
				if err == io.EOF {
					d.n-- // the line that is not there
				} else {
					more = append(more, line{next, over})
				}
				if size += len(next); err == io.EOF || size > maxLine {
					return append(fields, d.literally(mark, more)...), true, nil
				}
				rest = next
			}
		}
		tail, after, found := strings.Cut(rest, string(d.comma))
		junk := strings.TrimSpace(tail) != ""
		if stray = stray || junk; junk && len(more) > 0 { // it was the next stray quote, lines below, that closed this one
			return append(fields, d.literally(mark, more)...), true, nil
		}
		cell.WriteString(tail)
		if fields = append(fields, cell.String()); !found {
			return fields, stray, nil
		}
		rest = after
	}
}

// literally splits the rest of a record at every comma and puts back the lines read beyond it.
func (d *delimited) literally(rest string, beyond []line) []string {
	d.unread(slices.Clone(beyond))
	return strings.Split(rest, string(d.comma))
}

// jsonLines reads one JSON object a line; values are strings, numbers (as written), booleans or null.
type jsonLines struct{ *lines }

func (*jsonLines) Close() error { return nil }

func (j *jsonLines) next() (record, error) {
	text, over, err := j.lines.next()
	if err != nil {
		return record{}, err
	}
	rec := record{line: j.n, raw: text}
	if strings.TrimSpace(text) == "" {
		return record{line: j.n}, nil
	}
	rec.pairs = map[string]string{}
	if over {
		rec.problems = append(rec.problems, Problem{"", LineTooLong, cut(text, 40)})
		return rec, nil
	}
	if !utf8.ValidString(text) {
		rec.problems = append(rec.problems, Problem{"", BadEncoding, cut(strings.ToValidUTF8(text, "\uFFFD"), 40)})
	}
	if err := rec.decode(text); err != nil {
		rec.pairs = map[string]string{}
		rec.problems = append(rec.problems, Problem{"", BadJSON, cut(text, 40)})
	}
	return rec, nil
}

func (rec *record) decode(text string) error {
	dec := json.NewDecoder(strings.NewReader(text))
	dec.UseNumber()
	var object map[string]any
	if err := dec.Decode(&object); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF || object == nil {
		return errors.New("not one object")
	}
	for k, v := range object {
		switch v := v.(type) {
		case nil:
			rec.pairs[k] = ""
		case map[string]any, []any:
			b, _ := json.Marshal(v)
			rec.problems = append(rec.problems, Problem{k, Nested, cut(string(b), 40)})
		default:
			rec.pairs[k] = fmt.Sprint(v)
		}
	}
	return nil
}
