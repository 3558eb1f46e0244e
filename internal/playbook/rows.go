package playbook

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// layout says which columns a table has. A decision table may also have a column for each fact; those are conditions.
type layout struct {
	must, may []string
	decision  bool
}

// layouts is every table of a playbook (design section 5). The first column of each is key.
var layouts = map[string]layout{
	"facts":    {must: strings.Fields("zh en type"), may: strings.Fields("values source")},
	"fields":   {must: strings.Fields("zh en type"), may: strings.Fields("options sealed source")},
	"events":   {must: strings.Fields("zh en"), may: strings.Fields("source")},
	"scale":    {must: strings.Fields("zh en colour arrive_minutes notify source")},
	"ratings":  {must: strings.Fields("zh en stars bad source")},
	"outcomes": {must: strings.Fields("zh en settled needs source")},
	"reasons":  {must: strings.Fields("use zh en stops_clock source")},
	"bodies":   {must: strings.Fields("zh en kind outside call transfer"), may: strings.Fields("phone source")},
	"kinds":    {must: strings.Fields("zh en base icon grade required fields outcomes mediation visit source")},
	"org":      {must: strings.Fields("parent kind name name_en"), may: strings.Fields("id nature code code_scheme from until")},
	"posts":    {must: strings.Fields("post kind zh en cells role count stand_ins"), may: strings.Fields("from until")},
	"leads":    {must: strings.Fields("party_cell beat from until")},
	"staffing": {must: strings.Fields("post for role count stand_ins source")},
	"teams":    {must: strings.Fields("team level zh en role count stand_ins body source")},
	"points":   {must: strings.Fields("indicator zh en points source")},
	"grades":   {must: strings.Fields("grade because because_en source"), may: []string{"law"}, decision: true},
	"routes":   {must: strings.Fields("act to handler team notify because because_en source"), may: []string{"law"}, decision: true},
	"risk":     {must: strings.Fields("risk because because_en source"), may: []string{"law"}, decision: true},
	"risks":    {must: strings.Fields("zh en colour lead tell look_days follow_days team source")},
	"tracks": {must: strings.Fields(`zh en host presides max_sessions forms signs copies number moves effect effect_en
		checklist recording source`)},
	"ease":      {must: strings.Fields("use zh en words words_en source")},
	"safety":    {must: strings.Fields("zh en source"), may: []string{"law"}},
	"dangers":   {must: strings.Fields("fact words source"), may: []string{"except"}},
	"offences":  {must: strings.Fields("use zh en source"), may: []string{"law"}},
	"notices":   {must: strings.Fields("zh en from until source")},
	"tellings":  {must: strings.Fields("event to channels urgent zh en source")},
	"sorting":   {must: strings.Fields("zh en dangers words kind source")},
	"retention": {must: strings.Fields("zh en why why_en months hold source"), may: []string{"ask"}},
	"papers":    {must: strings.Fields("zh en template tracks no needed of number source")},
	"types":     {must: strings.Fields("grid mediation source")},
	"kits":      {must: strings.Fields("zh en items charge_minutes least source")},
	"services": {must: strings.Fields(`zh en group who who_en proxy in_person min_age kit officer minutes limit unit remote fee grounds
		window source`), may: strings.Fields("note note_en")},
	"windows":        {must: strings.Fields("zh en letter serves staff places source")},
	"opening":        {must: strings.Fields("windows on from until slot capacity"), may: strings.Fields("lunar since till")},
	"service_papers": {must: strings.Fields("services zh en when when_en original")},
	"firms":          {must: strings.Fields("zh en group brief_days visit_days checklist source")},
	"checklists":     {must: strings.Fields("zh en inspection number source")},
	"questions":      {must: strings.Fields("checklist group group_en zh en answer fault due_days source")},
	"campaigns":      {must: strings.Fields("zh en checklist sorts when days run_days who source")},
	"clocks":         {must: strings.Fields("clock zh en kind grade amount unit starts stops warn stretches source"), may: []string{"law"}, decision: true},
}

// row is one line of a table.
type row struct {
	Ref
	cells map[string]string
	head  int // the line of its table's header
}

func (r *row) get(col string) string { return r.cells[col] }

// list splits a cell at |.
func (r *row) list(col string) []string { return split(r.cells[col]) }

func split(s string) (out []string) {
	for _, x := range strings.Split(s, "|") {
		if x = strings.TrimSpace(x); x != "" {
			out = append(out, x)
		}
	}
	return out
}

// sheet is a table as it stands after its layers were put together.
type sheet struct {
	conds []string // the fact columns, in the order they were met
	rows  []*row
}

var keyForm = regexp.MustCompile(`^-?[a-z0-9][a-z0-9_.@-]*$`)

// decode reads what a Chinese office saves: UTF-8 with or without a mark, else GB 18030.
func decode(b []byte) []byte {
	b = bytes.TrimPrefix(b, []byte("\ufeff"))
	if utf8.Valid(b) {
		return b
	}
	if gb, err := simplifiedchinese.GB18030.NewDecoder().Bytes(b); err == nil {
		return gb
	}
	return b
}

// readRows reads one CSV file. Lines whose first cell starts with # and empty lines are left out.
func readRows(file, table string, src []byte, bad *list) (s sheet) {
	r := csv.NewReader(bytes.NewReader(decode(src)))
	r.FieldsPerRecord = -1
	var header []string
	head := 0
	for {
		cells, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			var p *csv.ParseError
			errors.As(err, &p)
			bad.add(file, p.Line, "这一行的引号不成对，读不下去。")
			break
		}
		line, _ := r.FieldPos(0)
		for i := range cells {
			cells[i] = strings.TrimSpace(cells[i])
		}
		switch {
		case strings.HasPrefix(cells[0], "#") || strings.Join(cells, "") == "":
		case header == nil:
			header, head = cells, line
			s.conds = checkHeader(file, line, table, header, bad)
		default:
			s.add(&row{Ref: Ref{File: file, Line: line}, cells: map[string]string{}, head: head}, header, cells, bad)
		}
	}
	if header == nil {
		bad.add(file, 1, "文件是空的，至少要有表头。")
	}
	return s
}

func checkHeader(file string, line int, table string, header []string, bad *list) (conds []string) {
	l := layouts[table]
	all := append([]string{"key"}, l.must...)
	for _, col := range all {
		if !slices.Contains(header, col) {
			bad.add(file, line, "缺少“%s”列。", col)
		}
	}
	for i, col := range header {
		switch {
		case col == "" || slices.Contains(header[:i], col):
			bad.add(file, line, "第%d列的列名“%s”空着或重复。", i+1, col)
		case table == "clocks" && (col == "kind" || col == "grade"):
			conds = append(conds, col)
		case slices.Contains(all, col) || slices.Contains(l.may, col):
		case l.decision && table != "clocks":
			conds = append(conds, col) // that it is a fact is checked when the facts are known
		default:
			bad.add(file, line, "不认识“%s”列。", col)
		}
	}
	return conds
}

func (s *sheet) add(r *row, header, cells []string, bad *list) {
	for i, v := range cells {
		switch {
		case i < len(header):
			r.cells[header[i]] = v
		case v != "":
			bad.at(r, "比表头多出一格“%s”，可能少了引号或多了逗号。", v)
		}
	}
	r.Key = r.get("key")
	if !keyForm.MatchString(r.Key) {
		bad.at(r, "键“%s”只能用小写字母、数字、点、下划线。", r.Key)
		return
	}
	for _, o := range s.rows {
		if o.Key == r.Key {
			bad.at(r, "键“%s”与第%d行重复。", r.Key, o.Line)
			return
		}
	}
	s.rows = append(s.rows, r)
}

// over lays top on s: a row with the same key takes the place of the lower one, -key takes it away, a new key is added,
// before the lower rows in a decision table (so that the station's own line is met first), after them elsewhere.
// Lower rows marked law=yes stay first and cannot be replaced: a station does not overrule a statute.
func (s sheet) over(top sheet, decision bool, bad *list) sheet {
	out := sheet{conds: slices.Clone(s.conds), rows: slices.Clone(s.rows)}
	for _, c := range top.conds {
		if !slices.Contains(out.conds, c) {
			out.conds = append(out.conds, c)
		}
	}
	var added []*row
	for _, r := range top.rows {
		key, retire := strings.CutPrefix(r.Key, "-")
		i := slices.IndexFunc(out.rows, func(o *row) bool { return o.Key == key })
		switch {
		case retire && i < 0:
			bad.at(r, "要停用的“%s”在下层并不存在。", key)
		case i >= 0 && out.rows[i].get("law") == "yes":
			bad.at(r, "“%s”是法律规定的（%s 第%d行），不能停用或改写。", key, out.rows[i].File, out.rows[i].Line)
		case retire:
			out.rows = slices.Delete(out.rows, i, i+1)
		case i >= 0:
			out.rows[i] = r
		default:
			added = append(added, r)
		}
	}
	if !decision {
		out.rows = append(out.rows, added...)
		return out
	}
	var statute, rest []*row
	for _, r := range out.rows {
		if r.get("law") == "yes" {
			statute = append(statute, r)
		} else {
			rest = append(rest, r)
		}
	}
	out.rows = slices.Concat(statute, added, rest)
	return out
}
