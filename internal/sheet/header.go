package sheet

import (
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// Column is a column the caller knows. Names are what people call it, in Chinese and English; Key itself is a name too.
type Column struct {
	Key      string
	Names    []string
	Required bool
}

// Header says how a file was understood.
type Header struct {
	Kind      Kind
	Encoding  string            // UTF-8, UTF-16 or GB18030; empty for a workbook
	Delimiter string            // of a text table
	Sheet     string            // worksheet that is read
	Sheets    []string          // all worksheets
	Line      int               // of the header; 0 for jsonl
	Mapped    map[string]string // Column.Key → the name the file uses
	Unknown   []string          // columns nobody asked for; kept in Row.Extra. In a jsonl it grows as rows are read
}

const (
	lookAhead  = 20     // records within which the header must stand
	maxColumns = 16_384 // Excel's own; also the most names a jsonl may use
	maxName    = 200    // bytes of a name anybody would give a column
)

var brackets = regexp.MustCompile(`[(\[{【〔<《][^()\[\]{}【】〔〕<>《》]*[)\]}】〕>》]`)

// plain reduces a column name to what people mean by it: no width, case, spaces, punctuation, nor remarks in brackets
// (必填, units).
func plain(name string) string {
	folded := strings.ToLower(width.Fold.String(name))
	for _, s := range []string{brackets.ReplaceAllString(folded, ""), folded} {
		s = strings.Map(func(c rune) rune {
			if unicode.IsLetter(c) || unicode.IsDigit(c) {
				return c
			}
			return -1
		}, s)
		if s != "" {
			return s
		}
	}
	return ""
}

// slot is where the cells of one column go: key when the caller knows it, else under the header.
type slot struct{ key, header string }

type columns struct {
	known map[string]string // plain name → key
	at    []slot            // by position
	names map[string]slot   // by name, for jsonl
	taken map[string]int    // headers of unknown columns and how often each was seen
	row   []string          // the header as it stands, to know it again
}

func (c columns) key(name string) string {
	if len(name) > maxName {
		return ""
	}
	return c.known[plain(name)]
}

func (c columns) matches(fields []string) int {
	keys := map[string]bool{}
	for _, f := range fields {
		if k := c.key(f); k != "" {
			keys[k] = true
		}
	}
	return len(keys)
}

// repeated says that a row is the header again, as printed on every page.
func (c columns) repeated(fields []string) bool {
	return hasCell(fields) && len(fields) <= len(c.row) && slices.Equal(fields, c.row[:len(fields)]) && c.matches(fields) > 1
}

// claim gives a name its slot: the first column of a key gets it, a second one is kept as unknown.
func (c *columns) claim(name string, h *Header) slot {
	name = strings.TrimSpace(name)
	if key := c.key(name); key != "" && h.Mapped[key] == "" {
		h.Mapped[key] = name
		return slot{key, name}
	}
	for name = cut(name, maxName); c.taken[name] > 0; {
		c.taken[name]++
		name = fmt.Sprintf("%s (%d)", name, c.taken[name])
	}
	c.taken[name] = 1
	h.Unknown = append(h.Unknown, name)
	return slot{"", name}
}

// named gives a JSON key its slot; none to a key that comes after too many others.
func (c *columns) named(name string, h *Header) slot {
	s, ok := c.names[name]
	if !ok && len(c.names) < maxColumns {
		s = c.claim(name, h)
		c.names[name] = s
	}
	return s
}

func newColumns(want []Column) columns {
	c := columns{known: map[string]string{}, names: map[string]slot{}, taken: map[string]int{}}
	for _, col := range want {
		for _, n := range append([]string{col.Key}, col.Names...) {
			if p := plain(n); p != "" && c.known[p] == "" {
				c.known[p] = col.Key
			}
		}
	}
	return c
}

// findHeader reads ahead and settles the columns. The header is the first of the first 20 records that names two known
// columns; failing that one known column; failing that the first with two cells; failing that the first with any.
func (r *Reader) findHeader() error {
	r.columns, r.head.Mapped = newColumns(r.opt.Columns), map[string]string{}
	for len(r.queue) < lookAhead {
		rec, err := r.src.next()
		if err != nil {
			if r.after = err; err != io.EOF {
				return err
			}
			break
		}
		if !rec.empty() {
			r.queue = append(r.queue, rec)
		}
	}
	if len(r.queue) == 0 {
		return ErrEmpty
	}
	if r.head.Kind == JSONL {
		r.nameKeys()
		return nil
	}
	i := max(0, r.headerAt())
	for _, rec := range r.queue[:i] {
		r.skip(rec)
	}
	fields := r.joinHeaders(i)
	if len(fields) > maxColumns {
		return fmt.Errorf("%w: %d columns", ErrTooBig, len(fields))
	}
	r.columns.row, r.head.Line = r.queue[i].fields, r.queue[i].line
	r.settle(fields)
	r.queue = r.queue[i+1:]
	if r.isSubHeader(fields) {
		r.queue = r.queue[1:]
	}
	return nil
}

// nameKeys claims the keys of the first lines of a jsonl in a stable order.
func (r *Reader) nameKeys() {
	for _, rec := range r.queue {
		for _, k := range slices.Sorted(maps.Keys(rec.pairs)) {
			r.columns.named(k, &r.head)
		}
	}
}

func (r *Reader) headerAt() int {
	for _, least := range []int{2, 1} {
		if i := slices.IndexFunc(r.queue, func(rec record) bool { return r.columns.matches(rec.fields) >= least }); i >= 0 {
			return i
		}
	}
	return slices.IndexFunc(r.queue, func(rec record) bool { return countCells(rec.fields) > 1 })
}

// joinHeaders fills the gaps of header row i from known names in the rows above it and below it: merged cells put
// 报事人 over 姓名 and 电话, and leave the names that span both rows in the upper one.
func (r *Reader) joinHeaders(i int) []string {
	fields := slices.Clone(r.queue[i].fields)
	fill := func(from []string) {
		for j, f := range from {
			for j >= len(fields) {
				fields = append(fields, "")
			}
			if strings.TrimSpace(fields[j]) == "" && r.columns.key(f) != "" {
				fields[j] = f
			}
		}
	}
	if i > 0 {
		fill(r.queue[i-1].fields)
	}
	if i+1 < len(r.queue) && r.subHeader(r.queue[i+1].fields) {
		// The lower name is the exact one: it also replaces a group name that nobody asked for.
		for j, f := range r.queue[i+1].fields {
			if j < len(fields) && r.columns.key(f) != "" && r.columns.key(fields[j]) == "" {
				fields[j] = ""
			}
		}
		fill(r.queue[i+1].fields)
	}
	for len(fields) > 0 && strings.TrimSpace(fields[len(fields)-1]) == "" {
		fields = fields[:len(fields)-1]
	}
	return fields
}

// subHeader says that a row holds nothing but known column names.
func (r *Reader) subHeader(fields []string) bool {
	n := countCells(fields)
	return n > 0 && r.columns.matches(fields) == n
}

func (r *Reader) isSubHeader(joined []string) bool {
	if len(r.queue) == 0 || !r.subHeader(r.queue[0].fields) {
		return false
	}
	for j, f := range r.queue[0].fields {
		if strings.TrimSpace(f) != "" && (j >= len(joined) || joined[j] != f) {
			return false
		}
	}
	return true
}

func (r *Reader) settle(fields []string) {
	for j, f := range fields {
		if strings.TrimSpace(f) == "" {
			f = columnLetters(j)
		}
		r.columns.at = append(r.columns.at, r.columns.claim(f, &r.head))
	}
}

// Header reports how the file was understood. When required columns are missing the error wraps ErrMissing and names
// them in the words of Column.Names; rows can be read all the same.
func (r *Reader) Header() (Header, error) {
	var missing []string
	for _, c := range r.opt.Columns {
		if c.Required && r.head.Mapped[c.Key] == "" {
			missing = append(missing, append(slices.Clone(c.Names), c.Key)[0])
		}
	}
	if missing != nil {
		return r.head, fmt.Errorf("%w: %s", ErrMissing, strings.Join(missing, "、"))
	}
	return r.head, nil
}

var total = regexp.MustCompile(`^(合计|总计|小计|共计|总和|本页合计|total|subtotal|grandtotal)\d*[件起人户条个次元份处名]?$`)

// isTotal says that a row sums up others (合计、总计): its first cell says so.
func isTotal(fields []string) bool {
	for _, f := range fields {
		if f = strings.TrimSpace(f); f != "" {
			return len(f) < 60 && total.MatchString(plain(f))
		}
	}
	return false
}

func countCells(fields []string) (n int) {
	for _, f := range fields {
		if strings.TrimSpace(f) != "" {
			n++
		}
	}
	return n
}

func hasCell(fields []string) bool {
	return slices.ContainsFunc(fields, func(f string) bool { return strings.TrimSpace(f) != "" })
}

// columnLetters names column i, from 0, as Excel does: A, B, … AA.
func columnLetters(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}
