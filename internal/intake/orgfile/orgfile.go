// Package orgfile takes the organisation in from tables and gives it out again: cells, bodies, posts, people, leads, duty times, the
// calendar, and outlines as GeoJSON. A file is checked whole before anything is done and refused whole with every mistake told; rows
// equal to what is there make no event, so the same file twice adds nothing.
package orgfile

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/sheet"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/organisation"
)

// Kind is one table of the organisation.
type Kind string

// The tables, in the order in which a new station takes them in: each may name what the ones before it hold.
const (
	Cells    Kind = "cells"
	Outlines Kind = "outlines"
	Bodies   Kind = "bodies"
	Posts    Kind = "posts"
	People   Kind = "people"
	Leads    Kind = "leads"
	Duty     Kind = "duty"
	Calendar Kind = "calendar"
)

// Kinds lists the tables.
var Kinds = []Kind{Cells, Outlines, Bodies, Posts, People, Leads, Duty, Calendar}

// Known tells whether there is such a table.
func (k Kind) Known() bool { return slices.Contains(Kinds, k) }

// MaxBytes is how large a file may be, and MaxRows how many rows it may have.
const (
	MaxBytes = 8 << 20
	MaxRows  = 5000
)

// Mistake is one thing wrong with a row, in words for a person. A column is named as the file names it where that is known.
type Mistake struct {
	Line   int
	Column string // key: "parent"
	Header string // as the file calls it: 上级
	Fault  *fault.Fault
}

// Sentence says what is wrong and what to do.
func (m Mistake) Sentence(lang string) string { return m.Fault.Sentence(lang) }

// Fate is what becomes of a row.
type Fate string

// The fates.
const (
	New     Fate = "new"
	Changed Fate = "changed"
	Same    Fate = "same"
	Wrong   Fate = "wrong"
)

// Row is one act of a file: a row, or several that make one thing (the seats of a post, the hours of a person).
type Row struct {
	Line     int
	Name     string // what it is about, never a full name or number of a person
	Fate     Fate
	Mistakes []Mistake

	name string
	act  any
}

// Plan is what a file would do, row by row.
type Plan struct {
	Kind     Kind
	Rows     []Row
	Mistakes []Mistake    // of the file as a whole
	Skipped  []sheet.Skip // notes and totals
	Unknown  []string     // columns that nobody reads
	key      string
}

// Wrong lists every mistake, in the order of the file.
func (p *Plan) Wrong() []Mistake {
	all := slices.Clone(p.Mistakes)
	for _, r := range p.Rows {
		all = append(all, r.Mistakes...)
	}
	slices.SortStableFunc(all, func(a, b Mistake) int { return a.Line - b.Line })
	return all
}

// Count tells how many rows have a fate.
func (p *Plan) Count(f Fate) (n int) {
	for _, r := range p.Rows {
		if r.Fate == f {
			n++
		}
	}
	return n
}

// Done is what an import did.
type Done struct{ New, Changed, Same int }

// Check reads a file and tells what it would do. An error is a fault about the file as a whole, or trouble of ours. The caller must
// have asked whether who may change the organisation: names and phones are compared with what is sealed.
func Check(ctx context.Context, d *desk.Desk, who access.Who, k Kind, name string, file []byte) (*Plan, error) {
	if !d.Policy.May(who, "org.set_cell", access.Thing{Kind: "org", Station: who.Station}).Allow {
		return nil, fault.New(fault.Denied, "access.denied", nil)
	}
	if !k.Known() {
		return nil, fault.New(fault.Invalid, "form.unknown_choice", nil).On("kind")
	}
	if len(file) > MaxBytes {
		return nil, fault.New(fault.TooLarge, "web.too_large", fault.Args{"mib": MaxBytes >> 20}).On("file")
	}
	if len(bytes.TrimSpace(file)) == 0 {
		return nil, fault.New(fault.Invalid, "orgfile.empty", nil).On("file")
	}
	c, err := newChecker(ctx, d, who, k, file)
	if err != nil {
		return nil, err
	}
	if k == Outlines {
		return c.plan, c.outlines(file)
	}
	t, err := readTable(k, name, file)
	if err != nil {
		return nil, err
	}
	c.table, c.plan.Skipped, c.plan.Unknown = t, t.skipped, t.unknown
	if len(t.missing) > 0 {
		c.plan.Mistakes = append(c.plan.Mistakes, Mistake{Line: max(1, t.header), Fault: fault.New(fault.Invalid, "orgfile.columns", fault.Args{"columns": strings.Join(t.missing, "、")})})
		return c.plan, nil
	}
	return c.plan, c.rows()
}

// Apply does what a plan says, one act for every row that is new or changed. A plan with a mistake is refused and nothing is done.
// What stops on the way (somebody else changed the same thing) has done the rows before it; the same file again does the rest.
func Apply(ctx context.Context, d *desk.Desk, who access.Who, p *Plan) (Done, error) {
	var done Done
	if wrong := p.Wrong(); len(wrong) > 0 {
		return done, fault.New(fault.Invalid, "orgfile.refused", fault.Args{"n": len(wrong)}).On("file")
	}
	for _, r := range p.Rows {
		if r.Fate == Same || r.act == nil {
			done.Same++
			continue
		}
		if _, err := d.Do(ctx, who, desk.Envelope{Key: fmt.Sprintf("%s-%d", p.key, r.Line)}, r.name, r.act); err != nil {
			if f, ok := fault.Of(err); ok && f.Kind == fault.Invalid {
				return done, fault.New(fault.Stale, "orgfile.stopped", fault.Args{"line": r.Line, "done": done.New + done.Changed, "why": f.Sentence("zh")})
			}
			return done, fmt.Errorf("import line %d: %w", r.Line, err)
		}
		if r.Fate == New {
			done.New++
		} else {
			done.Changed++
		}
	}
	return done, nil
}

// checker decides every row on a copy of the organisation, one after the other.
type checker struct {
	ctx    context.Context
	d      *desk.Desk
	who    access.Who
	org    *organisation.Org // the copy
	moment work.Moment
	plan   *Plan
	table  table
}

func newChecker(ctx context.Context, d *desk.Desk, who access.Who, k Kind, file []byte) (*checker, error) {
	org, err := d.Org(ctx, who.Station)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%d\x00%s", who.Station, k, org.Version, file))
	n, now := 0, d.Clock.Now()
	return &checker{ctx: ctx, d: d, who: who, org: org.Draft(), plan: &Plan{Kind: k, key: "org-" + hex.EncodeToString(sum[:12])},
		moment: work.Moment{Now: now, HappenedAt: now, Actor: who.Person, Role: who.Role, NewID: func(prefix string) string {
			n++
			return fmt.Sprintf("%s:%d", prefix, n) // never an id of anybody: these have an underscore
		}}}, nil
}

// wish is what one row, or a few rows together, want.
type wish struct {
	line  int
	name  string // what it is called
	wrong []Mistake
}

func (w *wish) bad(line int, column, code string, args fault.Args) {
	w.wrong = append(w.wrong, Mistake{Line: line, Column: column, Fault: fault.New(fault.Invalid, code, args).On(column)})
}

// same notes a row that changes nothing.
func (c *checker) same(w wish) {
	c.plan.Rows = append(c.plan.Rows, Row{Line: w.line, Name: w.name, Fate: Same, Mistakes: w.wrong})
}

// refuse notes a row with mistakes.
func (c *checker) refuse(w wish) {
	for i, m := range w.wrong {
		w.wrong[i].Header = c.table.mapped[m.Column]
	}
	c.plan.Rows = append(c.plan.Rows, Row{Line: w.line, Name: w.name, Fate: Wrong, Mistakes: w.wrong})
}

// decide lets the rule of an act decide a row on the copy, and notes what becomes of it.
func decide[A any](c *checker, w wish, fate Fate, name string, rule func(*organisation.Org, A, work.Moment) ([]work.Event, error), a A) error {
	if len(w.wrong) > 0 {
		c.refuse(w)
		return nil
	}
	events, err := rule(c.org, a, c.moment)
	if err != nil {
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		w.wrong = append(w.wrong, Mistake{Line: w.line, Column: f.Field, Fault: f})
		c.refuse(w)
		return nil
	}
	for _, e := range events {
		if err := c.org.ApplyEvent(e, work.At{Version: c.org.Version + 1, HappenedAt: c.moment.HappenedAt}); err != nil {
			return err
		}
	}
	c.plan.Rows = append(c.plan.Rows, Row{Line: w.line, Name: w.name, Fate: fate, name: name, act: &a})
	return nil
}

// equal compares two acts by what they would write.
func equal(a, b any) bool {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	return err1 == nil && err2 == nil && bytes.Equal(x, y)
}

func (c *checker) rows() error {
	var err error
	switch c.plan.Kind {
	case Cells:
		err = c.cells()
	case Bodies:
		err = c.bodies()
	case Posts:
		err = c.posts()
	case People:
		err = c.people()
	case Leads:
		err = c.leads()
	case Duty:
		err = c.duty()
	case Calendar:
		err = c.calendar()
	case Outlines:
		err = errors.New("outlines are no table")
	}
	slices.SortStableFunc(c.plan.Rows, byLine(c.plan.Kind))
	return err
}

// byLine keeps the order in which acts must be done: cells stay parent before child.
func byLine(k Kind) func(a, b Row) int {
	return func(a, b Row) int {
		if k == Cells {
			return 0
		}
		return a.Line - b.Line
	}
}

// table is a file as read: rows of cells by column.
type table struct {
	rows    []sheet.Row
	mapped  map[string]string
	missing []string
	unknown []string
	skipped []sheet.Skip
	header  int
}

func (t table) has(column string) bool { return t.mapped[column] != "" }

func readTable(k Kind, name string, file []byte) (table, error) {
	r, err := sheet.Open(name, bytes.NewReader(file), int64(len(file)), sheet.Options{Columns: columns[k], Limits: sheet.Limits{MaxBytes: MaxBytes, MaxRows: MaxRows, MaxCell: 2000}})
	if err != nil {
		return table{}, unreadable(err)
	}
	defer r.Close()
	head, err := r.Header()
	t := table{mapped: head.Mapped, unknown: head.Unknown, header: head.Line}
	if err != nil {
		for _, c := range columns[k] {
			if c.Required && head.Mapped[c.Key] == "" {
				t.missing = append(t.missing, c.Names[0])
			}
		}
	}
	for {
		row, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return t, unreadable(err)
		}
		t.rows = append(t.rows, row)
	}
	t.skipped = r.Skipped()
	if len(t.rows) == 0 && len(t.missing) == 0 {
		return t, fault.New(fault.Invalid, "orgfile.empty", nil).On("file")
	}
	return t, nil
}

// unreadable says in a sentence why a file cannot be read.
func unreadable(err error) error {
	switch {
	case errors.Is(err, sheet.ErrTooBig):
		return fault.New(fault.TooLarge, "orgfile.too_big", fault.Args{"rows": MaxRows}).On("file")
	case errors.Is(err, sheet.ErrOldKind):
		return fault.New(fault.Unsupported, "orgfile.old_kind", nil).On("file")
	case errors.Is(err, sheet.ErrEmpty):
		return fault.New(fault.Invalid, "orgfile.empty", nil).On("file")
	}
	return fault.New(fault.Unsupported, "orgfile.kind", nil).On("file")
}

// serious are the problems of a row that must be put right before it is taken: something of it would be lost.
var serious = []string{sheet.TooLong, sheet.BadEncoding, sheet.ExtraCells, sheet.OpenQuote, sheet.LineTooLong, sheet.DigitsLost, sheet.ExcelError, sheet.BadJSON, sheet.Nested}

// begin makes the wish of a row with what was wrong in reading it.
func (c *checker) begin(r sheet.Row, name string) wish {
	w := wish{line: r.Line, name: name}
	for _, p := range r.Problems {
		if slices.Contains(serious, p.Code) {
			column := c.table.mapped[p.Column]
			if column == "" {
				column = p.Column
			}
			w.bad(r.Line, p.Column, "sheet."+p.Code, fault.Args{"column": column, "value": p.Value})
		}
	}
	return w
}

// reveal opens sealed texts to compare them with a file; they go no further.
func (c *checker) reveal(texts ...vault.Text) (map[vault.Ref]string, error) {
	return c.d.Reveal(c.ctx, c.who.Station, slices.DeleteFunc(texts, func(t vault.Text) bool { return t.Ref().Version == 0 })...)
}
