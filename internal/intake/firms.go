package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/sheet"
	"maplegrid/internal/work/firm"
	"maplegrid/internal/work/organisation"
)

// FirmColumns are the columns of a file of firms, schools and venues, by the names that offices give them.
var FirmColumns = []sheet.Column{
	{Key: "firm_name", Names: []string{"单位名称", "名称", "企业名称", "学校名称", "场所名称", "单位", "name"}},
	{Key: "firm_sort", Names: []string{"种类", "类别", "单位类别", "行业类别", "性质", "sort", "kind"}},
	{Key: "cell", Names: []string{"网格", "网格名称", "所属网格", "警格", "社区", "grid", "cell"}},
	{Key: "firm_place", Names: []string{"地址", "单位地址", "详细地址", "经营地址", "place", "address"}},
	{Key: "firm_phone", Names: []string{"单位电话", "对外电话", "固定电话", "电话", "phone"}},
	{Key: "uscc", Names: []string{"统一社会信用代码", "信用代码", "社会信用代码", "uscc"}},
	{Key: "contact", Names: []string{"联系人", "负责人", "法定代表人", "安保负责人", "保卫负责人", "contact"}},
	{Key: "contact_phone", Names: []string{"联系人电话", "负责人电话", "联系电话", "手机", "contact_phone"}},
	{Key: "hazards", Names: []string{"重点", "风险", "危险物品", "hazards"}},
	{Key: "pupils", Names: []string{"学生人数", "学生数", "在校生", "pupils"}},
	{Key: "boarding", Names: []string{"住校", "寄宿", "住校生", "boarding"}},
}

// Known finds a firm that is registered already: of that name in that cell, "" for none.
type Known func(name, cell string) (string, error)

// firmTaking is a file of firms being taken over.
type firmTaking struct {
	Options
	desk   *desk.Desk
	who    access.Who
	org    *organisation.Org
	book   *playbook.Book
	known  Known
	names  map[string]string
	key    string
	result Result
	seen   map[string]int // name and cell, with the line it stood in
}

// Firms takes a file of firms, schools and venues over: new ones are registered, known ones put right; a row equal to what is known
// makes no event. What is wrong with one row refuses that row and is told with its line and column.
func Firms(ctx context.Context, d *desk.Desk, who access.Who, name string, file io.ReaderAt, size int64, known Known, o Options) (Result, error) {
	r, err := sheet.Open(name, file, size, sheet.Options{Columns: FirmColumns})
	if err != nil {
		return Result{}, fileFault(err)
	}
	defer r.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, io.NewSectionReader(file, 0, size)); err != nil {
		return Result{}, err
	}
	t := &firmTaking{Options: o, desk: d, who: who, known: known, seen: map[string]int{}, key: hex.EncodeToString(sum.Sum(nil)[:12])}
	head, _ := r.Header()
	if t.names = head.Mapped; t.names["firm_name"] == "" || t.names["firm_sort"] == "" || t.names["cell"] == "" {
		return Result{}, fault.New(fault.Invalid, "intake.firm_columns", fault.Args{"columns": strings.Join(head.Unknown, "、")})
	}
	t.result.Unknown = head.Unknown
	if t.org, err = d.Org(ctx, who.Station); err != nil {
		return Result{}, err
	}
	if t.book, err = d.Book(ctx, who.Station); err != nil {
		return Result{}, err
	}
	for {
		row, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return t.result, fileFault(err)
		}
		if err := t.row(ctx, row); err != nil {
			return t.result, err
		}
	}
	t.result.Skipped = len(r.Skipped())
	return t.result, ctx.Err()
}

func (t *firmTaking) row(ctx context.Context, row sheet.Row) error {
	t.result.Rows++
	a, column, err := t.read(row)
	if err != nil {
		return t.refuse(row.Line, column, err)
	}
	at := a.Name + "\x00" + a.Cell
	if line, twice := t.seen[at]; twice {
		return t.refuse(row.Line, "firm_name", fault.New(fault.Invalid, "intake.firm_twice", fault.Args{"line": line}))
	}
	t.seen[at] = row.Line
	if a.Firm, err = t.known(a.Name, a.Cell); err != nil {
		return err
	}
	if a.Firm != "" {
		same, err := t.same(ctx, a)
		if err != nil {
			return err
		}
		if same {
			t.result.Already++
			t.tell(Became{Line: row.Line, Outcome: Already, ID: a.Firm})
			return nil
		}
	}
	answer, err := t.desk.Do(ctx, t.who, desk.Envelope{Key: fmt.Sprintf("firms-%s-%s-%d", t.key, t.who.Person, row.Line), Try: t.Try}, "firm.set", a)
	if err != nil {
		return t.refuse(row.Line, "", err)
	}
	t.result.New++
	t.tell(Became{Line: row.Line, Outcome: New, ID: answer.ID})
	return nil
}

func (t *firmTaking) tell(b Became) {
	if t.Each != nil {
		t.Each(b)
	}
}

// refuse notes a row as refused; what is no fault of a row ends the import.
func (t *firmTaking) refuse(line int, column string, err error) error {
	f, ok := fault.Of(err)
	if !ok || f.Kind == fault.Throttled {
		return err
	}
	if column == "" {
		column = f.Field
	}
	if name := t.names[column]; name != "" {
		column = name
	}
	lang := t.Lang
	if lang == "" {
		lang = "zh"
	}
	w := RowFault{line, column, f.Code, f.Sentence(lang)}
	t.result.Refused = append(t.result.Refused, w)
	t.tell(Became{Line: line, Outcome: Refused, Fault: w})
	return nil
}

// read makes the act of a row.
func (t *firmTaking) read(row sheet.Row) (a *firm.Set, column string, err error) {
	for _, p := range row.Problems {
		if code, ok := fatal[p.Code]; ok {
			return nil, p.Column, fault.New(fault.Invalid, code, nil)
		}
	}
	a = &firm.Set{Name: row.Get("firm_name"), Place: row.Get("firm_place"), Phone: row.Get("firm_phone"), USCC: row.Get("uscc"), Contact: row.Get("contact"),
		ContactPhone: row.Get("contact_phone")}
	if a.Sort = t.sort(row.Get("firm_sort")); a.Sort == "" {
		return nil, "firm_sort", fault.New(fault.Invalid, "intake.firm_sort", fault.Args{"sort": row.Get("firm_sort"), "sorts": t.sorts()})
	}
	var cells []string
	for _, c := range t.org.Cells {
		if want := row.Get("cell"); want != "" && slices.Contains([]string{string(c.ID), c.Name.Zh, c.Name.En}, want) {
			cells = append(cells, string(c.ID))
		}
	}
	switch len(cells) {
	case 0:
		return nil, "cell", fault.New(fault.Invalid, "form.unknown_cell", fault.Args{"cell": row.Get("cell")})
	case 1:
		a.Cell = cells[0]
	default:
		return nil, "cell", fault.New(fault.Invalid, "intake.two_cells", fault.Args{"cell": row.Get("cell")})
	}
	if n := row.Get("pupils"); n != "" {
		if a.Pupils, err = strconv.Atoi(n); err != nil {
			return nil, "pupils", fault.New(fault.Invalid, "firm.pupils", nil)
		}
	}
	a.Boarding = slices.Contains([]string{"是", "有", "yes", "true", "1", "√"}, row.Get("boarding"))
	for _, h := range strings.FieldsFunc(row.Get("hazards"), func(r rune) bool { return strings.ContainsRune("、，,;；|/ ", r) }) {
		key := hazardOf(h)
		if key == "" {
			return nil, "hazards", fault.New(fault.Invalid, "intake.firm_hazard", fault.Args{"word": h})
		}
		a.Hazards = append(a.Hazards, key)
	}
	return a, "", nil
}

func hazardOf(word string) string {
	for _, h := range firm.Hazards {
		if word == h || word == fault.Name("zh", "hazard."+h) || word == fault.Name("en", "hazard."+h) {
			return h
		}
	}
	return ""
}

// sort finds a sort by its key or name.
func (t *firmTaking) sort(word string) string {
	for _, s := range t.book.FirmSorts() {
		if word != "" && slices.Contains([]string{s.Key, s.Name.Zh, s.Name.En}, word) {
			return s.Key
		}
	}
	return ""
}

func (t *firmTaking) sorts() string {
	var list []string
	for _, s := range t.book.FirmSorts() {
		list = append(list, s.Name.Zh)
	}
	return strings.Join(list, "、")
}

// same tells whether a row says nothing new of a firm.
func (t *firmTaking) same(ctx context.Context, a *firm.Set) (bool, error) {
	events, err := t.desk.Journal.Stream(ctx, t.who.Station, firm.Stream(a.Firm), 0)
	if err != nil {
		return false, err
	}
	f, err := firm.Fold(events)
	if err != nil {
		return false, err
	}
	open, err := t.desk.Reveal(ctx, t.who.Station, f.Contact, f.ContactPhone)
	if err != nil {
		return false, err
	}
	a.Version = f.Version
	slices.Sort(a.Hazards)
	return f.Sort == a.Sort && f.Place == a.Place && f.Phone == a.Phone && f.USCC == a.USCC && slices.Equal(f.Hazards, a.Hazards) && f.Pupils == a.Pupils &&
		f.Boarding == a.Boarding && (a.Contact == "" || a.Contact == open[f.Contact.Ref()]) && (a.ContactPhone == "" || a.ContactPhone == open[f.ContactPhone.Ref()]), nil
}
