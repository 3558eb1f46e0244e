// Package intake takes over what other systems hold: rows of a file become acts at the desk. The same file twice, under another name
// or from the middle on adds nothing: every row claims where it came from, so an import that was cut off is simply run again.
package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/sheet"
	"maplegrid/internal/work"
	"maplegrid/internal/work/report"
)

// inFlight is how many rows knock at the desk at once: the journal commits them together.
const inFlight = 64

// Columns are the columns of a file of reports, by the names that offices and hotlines give them.
var Columns = []sheet.Column{
	{Key: "text", Names: []string{"内容", "诉求", "诉求内容", "反映内容", "留言详情", "留言内容", "事件描述", "问题描述", "描述", "message", "words", "content", "description"}},
	{Key: "title", Names: []string{"主题", "留言主题", "标题", "subject"}},
	{Key: "time", Names: []string{"时间", "留言时间", "发生时间", "上报时间", "登记时间", "受理时间", "来电时间", "日期", "date", "created_at"}},
	{Key: "name", Names: []string{"姓名", "报事人", "报案人", "来电人", "联系人", "诉求人", "reporter"}},
	{Key: "user", Names: []string{"留言用户", "用户", "账号"}},
	{Key: "phone", Names: []string{"电话", "手机", "手机号", "手机号码", "联系电话", "联系方式", "来电号码", "mobile", "tel"}},
	{Key: "cell", Names: []string{"网格", "网格名称", "所属网格", "网格编号", "grid"}},
	{Key: "place", Names: []string{"地点", "地址", "发生地点", "事发地点", "位置", "location", "address"}},
	{Key: "id", Names: []string{"编号", "留言编号", "工单编号", "工单号", "事件编号", "受理编号", "流水号", "no"}},
}

// Options say how a file is taken over.
type Options struct {
	Try    bool         // check everything, write nothing
	System string       // which system numbered the rows, when two number theirs alike
	Lang   string       // of the sentences; "" is Chinese
	Each   func(Became) // told of every row when it is done, one at a time
}

// Outcome is what a row became.
type Outcome string

// The outcomes of a row.
const (
	New     Outcome = "new"
	Already Outcome = "already" // taken over before, or the same row twice in the file
	Refused Outcome = "refused"
)

// Became is one row and what it became.
type Became struct {
	Line    int
	Outcome Outcome
	ID      string // of the report
	Fault   RowFault
}

// RowFault is what is wrong with a row. Line is as a person sees it; Column is named as the file names it.
type RowFault struct {
	Line     int    `json:"line"`
	Column   string `json:"column,omitempty"`
	Code     string `json:"code"`
	Sentence string `json:"sentence"`
}

// Result is what became of a file. Notes are rows taken over though something in them had to be put right.
type Result struct {
	Rows    int        `json:"rows"`
	New     int        `json:"new"`
	Already int        `json:"already"`
	Refused []RowFault `json:"refused"`
	Notes   []RowFault `json:"notes,omitempty"`
	Unknown []string   `json:"unknown_columns,omitempty"` // columns nothing was taken from
	Skipped int        `json:"skipped"`                   // lines that are no rows: notes, totals, repeated headers
}

// taking is a file being taken over.
type taking struct {
	Options
	desk  *desk.Desk
	who   access.Who
	names map[string]string   // of the columns, as the file has them
	cells map[string][]string // ids by id and by name
	seen  map[string][32]byte // what rows of this file claim

	mu     sync.Mutex
	result Result
}

// Reports takes a file of reports over, as somebody. What is wrong with one row refuses that row; an error ends the import, and the
// Result says how far it came. It may be run again at any time.
func Reports(ctx context.Context, d *desk.Desk, who access.Who, name string, file io.ReaderAt, size int64, o Options) (Result, error) {
	r, err := sheet.Open(name, file, size, sheet.Options{Columns: Columns, Limits: sheet.Limits{MaxCell: 1 << 20}}) // a rule refuses what is too long: nothing is cut
	if err != nil {
		return Result{}, fileFault(err)
	}
	defer r.Close()
	t := &taking{Options: o, desk: d, who: who, cells: map[string][]string{}, seen: map[string][32]byte{}}
	head, _ := r.Header()
	if t.names = maps.Clone(head.Mapped); t.names["text"] == "" && t.names["title"] == "" {
		return Result{}, fault.New(fault.Invalid, "intake.no_text", fault.Args{"columns": strings.Join(head.Unknown, "、")})
	}
	org, err := d.Org(ctx, who.Station)
	if err != nil {
		return Result{}, err
	}
	for _, c := range org.Cells {
		for _, n := range []string{string(c.ID), c.Name.Zh, c.Name.En} {
			if id := string(c.ID); n != "" && !slices.Contains(t.cells[n], id) {
				t.cells[n] = append(t.cells[n], id)
			}
		}
	}
	err = t.rows(ctx, r)
	head, _ = r.Header() // of a jsonl: every key met
	t.result.Unknown, t.result.Skipped = head.Unknown, len(r.Skipped())
	for _, list := range [][]RowFault{t.result.Refused, t.result.Notes} {
		slices.SortStableFunc(list, func(a, b RowFault) int { return a.Line - b.Line })
	}
	return t.result, err
}

func (t *taking) rows(ctx context.Context, r *sheet.Reader) error {
	g, going := errgroup.WithContext(ctx)
	g.SetLimit(inFlight)
	var broken error
	for going.Err() == nil {
		row, err := r.Next()
		if err != nil {
			if err != io.EOF {
				broken = fileFault(err)
			}
			break
		}
		act, column, err := t.read(row)
		if err != nil {
			if err := t.refuse(row.Line, column, err); err != nil {
				broken = err
				break
			}
			continue
		}
		sum, err := digest(t.who.Station, t.who.Person, act)
		if err != nil {
			broken = err
			break
		}
		// Rows of one number within the file are settled here: in flight, either could be first.
		first, twice := t.seen[act.Source]
		switch {
		case twice && first == sum:
			t.done(Became{Line: row.Line, Outcome: Already})
		case twice:
			broken = t.refuse(row.Line, "id", fault.New(fault.Stale, "intake.changed", nil))
		default:
			t.seen[act.Source] = sum
			g.Go(func() error { return t.submit(going, row.Line, act, sum) })
		}
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return errors.Join(broken, ctx.Err())
}

// read makes the act of a row. The error is a fault; column is the key of the column at fault.
func (t *taking) read(row sheet.Row) (a *report.Submit, column string, err error) {
	if p, f := t.problems(row); f != nil {
		return nil, p, f
	}
	a = &report.Submit{Channel: "import", Words: row.Get("text"), Place: row.Get("place"), Name: row.Get("name"), Phone: row.Get("phone")}
	if title := row.Get("title"); !strings.HasPrefix(a.Words, title) {
		a.Words = strings.TrimSpace(title + "\n" + a.Words)
	}
	if a.Words, err = work.Words("words", a.Words, true); err != nil {
		return nil, "text", err
	}
	if a.Name == "" {
		a.Name = row.Get("user")
	}
	if at := row.Get("time"); at != "" {
		if a.At, err = t.time(at); err != nil {
			return nil, "time", err
		}
	}
	if cell := row.Get("cell"); cell != "" {
		switch ids := t.cells[cell]; len(ids) {
		case 0:
			return nil, "cell", fault.New(fault.Invalid, "form.unknown_cell", fault.Args{"cell": cell})
		case 1:
			a.Cell = ids[0]
		default:
			return nil, "cell", fault.New(fault.Invalid, "intake.two_cells", fault.Args{"cell": cell})
		}
	}
	id, err := work.Line("id", row.Get("id"), 100, false)
	if err != nil {
		return nil, "id", err
	}
	a.Source, err = t.source(id, a)
	return a, "", err
}

func (t *taking) time(s string) (time.Time, error) {
	at, _, err := sheet.ParseTime(s, clock.Shanghai)
	switch {
	case errors.Is(err, sheet.ErrAmbiguousTime):
		return at, fault.New(fault.Invalid, "intake.ambiguous_time", nil)
	case err != nil:
		return at, fault.New(fault.Invalid, "intake.time", nil)
	case at.After(t.desk.Clock.Now()):
		return at, fault.New(fault.Invalid, "intake.future", nil)
	}
	return at.UTC(), nil
}

// source is what a row claims: the number it has elsewhere or, without one, a keyed hash of everything in it.
func (t *taking) source(id string, a *report.Submit) (string, error) {
	if id != "" {
		return "import:" + t.System + ":" + id, nil
	}
	ring, err := t.desk.Keyring(context.Background(), t.who.Station)
	if err != nil {
		return "", err
	}
	sum, err := digest(a)
	return "import:" + t.System + "#" + ring.Blind("source", hex.EncodeToString(sum[:])), err
}

func digest(parts ...any) ([32]byte, error) {
	text, err := json.Marshal(parts)
	return sha256.Sum256(text), err
}

// submit hands one row to the desk. An error ends the import.
func (t *taking) submit(ctx context.Context, line int, a *report.Submit, sum [32]byte) error {
	ring, err := t.desk.Keyring(ctx, t.who.Station)
	if err != nil {
		return err
	}
	env := desk.Envelope{Key: "import-" + ring.Blind("import", hex.EncodeToString(sum[:])), HappenedAt: a.At, History: true, Try: t.Try}
	done, err := t.desk.Do(ctx, t.who, env, "report.submit", a)
	switch code := fault.Code(err); {
	case err == nil && done.Repeat:
		t.done(Became{Line: line, Outcome: Already, ID: done.ID})
	case err == nil:
		t.done(Became{Line: line, Outcome: New, ID: done.ID})
	case code == journal.CodeClaimed || code == journal.CodeKeyReused:
		return t.claimed(ctx, line, a, err)
	default:
		return t.refuse(line, "", err)
	}
	return nil
}

// claimed tells a row that was taken over before from another one with the same number.
func (t *taking) claimed(ctx context.Context, line int, a *report.Submit, refusal error) error {
	id, err := t.desk.Journal.Holder(ctx, t.who.Station, "source", a.Source)
	if err != nil || id == "" {
		return errors.Join(err, refusal)
	}
	events, err := t.desk.Journal.Stream(ctx, t.who.Station, report.Stream(id), 0)
	if err != nil {
		return err
	}
	r, err := report.Fold(events)
	if err != nil {
		return err
	}
	words, err := t.desk.Reveal(ctx, t.who.Station, r.Words)
	if err != nil {
		return err
	}
	if was, ok := words[r.Words.Ref()]; ok && was != a.Words {
		return t.refuse(line, "id", fault.New(fault.Stale, "intake.changed", nil))
	}
	t.done(Became{Line: line, Outcome: Already, ID: id})
	return nil
}

// columnOf is the column in which a field of the act was typed.
var columnOf = map[string]string{"words": "text", "place": "place", "name": "name", "phone": "phone", "cell": "cell"}

// refuse notes a row as refused. What is no fault of the row (no right to import, a full disk) ends the import instead.
func (t *taking) refuse(line int, column string, err error) error {
	f, ok := fault.Of(err)
	if !ok || f.Kind != fault.Invalid && f.Kind != fault.Stale {
		return err
	}
	if column == "" {
		column = columnOf[f.Field]
	}
	t.done(Became{Line: line, Outcome: Refused, Fault: t.fault(line, column, f)})
	return nil
}

func (t *taking) fault(line int, column string, f *fault.Fault) RowFault {
	if name := t.names[column]; name != "" {
		column = name
	}
	lang := t.Lang
	if lang == "" {
		lang = "zh"
	}
	return RowFault{line, column, f.Code, f.Sentence(lang)}
}

func (t *taking) done(b Became) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.result.Rows++
	switch b.Outcome {
	case New:
		t.result.New++
	case Already:
		t.result.Already++
	case Refused:
		t.result.Refused = append(t.result.Refused, b.Fault)
	}
	if t.Each != nil {
		t.Each(b)
	}
}

// fatal and notes are what the reader of a file says of a row: the first refuse it, the others are told.
var (
	fatal = map[string]string{sheet.BadJSON: "intake.bad_json", sheet.LineTooLong: "intake.line_too_long", sheet.TooLong: "intake.line_too_long"}
	notes = map[string]string{sheet.ControlCharacter: "intake.control_character", sheet.BadEncoding: "intake.bad_encoding", sheet.ExtraCells: "intake.extra_cells",
		sheet.OpenQuote: "intake.open_quote", sheet.DigitsLost: "intake.digits_lost", sheet.ExcelError: "intake.excel_error", sheet.Nested: "intake.nested"}
)

func (t *taking) problems(row sheet.Row) (column string, refusal error) {
	for _, p := range row.Problems {
		if code, ok := fatal[p.Code]; ok {
			return p.Column, fault.New(fault.Invalid, code, nil)
		}
	}
	for _, p := range row.Problems {
		if code, ok := notes[p.Code]; ok {
			t.mu.Lock()
			t.result.Notes = append(t.result.Notes, t.fault(row.Line, p.Column, fault.New(fault.Invalid, code, nil)))
			t.mu.Unlock()
		}
	}
	return "", nil
}

// fileFault says why a file cannot be read, or not to its end.
func fileFault(err error) error {
	refusals := map[error]*fault.Fault{
		sheet.ErrKind:    fault.New(fault.Unsupported, "intake.kind", nil),
		sheet.ErrOldKind: fault.New(fault.Unsupported, "intake.old_kind", nil),
		sheet.ErrBroken:  fault.New(fault.Unsupported, "intake.broken", nil),
		sheet.ErrEmpty:   fault.New(fault.Invalid, "intake.empty", nil),
		sheet.ErrTooBig:  fault.New(fault.TooLarge, "intake.too_big", nil),
	}
	for cause := range maps.Keys(refusals) {
		if errors.Is(err, cause) {
			return fmt.Errorf("%w: %w", refusals[cause], err)
		}
	}
	return err
}
