package paper

import (
	"encoding"
	"encoding/base64"
	"fmt"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"text/template"
	"text/template/parse"
	"time"
	"unicode/utf8"
)

// Template is the form of one kind of document, as a station keeps it in documents/*.tmpl of its playbook: lines of a small
// markup (docs/documents.md) with blanks in the manner of text/template.
type Template struct {
	name string
	form *template.Template
}

// Mistake is what is wrong with a template, at which line, in a sentence for the person who wrote it.
type Mistake struct {
	Line     int
	Sentence string
}

func (m *Mistake) Error() string { return fmt.Sprintf("第%d行：%s", m.Line, m.Sentence) }

func mistake(line int, format string, args ...any) *Mistake {
	return &Mistake{Line: line, Sentence: fmt.Sprintf(format, args...)}
}

// ParseTemplate reads a template. Its error is a *Mistake. Every line is checked, in all branches, and the template is filled once
// with nothing: a fault shows when the playbook is checked and not when somebody waits at the printer.
func ParseTemplate(name string, text []byte) (*Template, error) {
	source := strings.ReplaceAll(strings.TrimPrefix(string(text), "\ufeff"), "\r\n", "\n")
	if i := invalidAt(source); i >= 0 {
		return nil, mistake(1+strings.Count(source[:i], "\n"), "这里有不是 UTF-8 的字，请用 UTF-8 编码保存。")
	}
	form, err := template.New(name).Funcs(functions).Parse(source)
	if err != nil {
		return nil, parseMistake(err)
	}
	for _, t := range form.Templates() {
		if t.Tree != nil {
			if err := plainly(t.Tree, t.Root); err != nil {
				return nil, err
			}
		}
	}
	if err := checkMarkup(source); err != nil {
		return nil, err
	}
	t := &Template{name: name, form: form}
	if _, err := t.Fill(nil); err != nil {
		return nil, err
	}
	return t, nil
}

func invalidAt(s string) int {
	for i, r := range s {
		if r == utf8.RuneError {
			if _, n := utf8.DecodeRuneInString(s[i:]); n == 1 {
				return i
			}
		}
	}
	return -1
}

// Name is what ParseTemplate was told.
func (t *Template) Name() string { return t.name }

// Fill makes a document from the template and what the case holds. What is not there leaves an empty box, which prints struck
// out; what people typed stays words, whatever marks it contains. Data may be maps, structs, slices, text, numbers, times and
// pictures ([]byte, PNG or JPEG); methods are out of a template's reach. Its error is a *Mistake.
func (t *Template) Fill(data any) (Document, error) {
	var b strings.Builder
	if err := t.form.Execute(&b, tree(reflect.ValueOf(data), 0)); err != nil {
		return Document{}, parseMistake(err)
	}
	return arrange(b.String()), nil
}

var (
	atLine  = regexp.MustCompile(`^template: .*?:(\d+)(?::\d+)?: (?s:(.*))$`)
	unknown = regexp.MustCompile(`function "([^"]+)" not defined`)
)

// parseMistake says in Chinese what text/template found.
func parseMistake(err error) *Mistake {
	line, said := 1, err.Error()
	if m := atLine.FindStringSubmatch(said); m != nil {
		line, _ = strconv.Atoi(m[1])
		said = m[2]
	}
	switch {
	case unknown.MatchString(said):
		return mistake(line, "没有“%s”这个写法，可用的见 docs/documents.md。", unknown.FindStringSubmatch(said)[1])
	case strings.Contains(said, "unexpected EOF"):
		return mistake(line, "{{range}}、{{if}} 或 {{with}} 没有用 {{end}} 收尾。")
	case strings.Contains(said, "unclosed") || strings.Contains(said, "unterminated"):
		return mistake(line, "{{ 与 }} 或引号没有成对。")
	case strings.Contains(said, "unexpected {{end}}") || strings.Contains(said, "unexpected {{else}}"):
		return mistake(line, "多了一个 {{end}} 或 {{else}}。")
	case strings.Contains(said, "range can't iterate"):
		return mistake(line, "{{range}} 后面的内容不是一张清单。")
	}
	return mistake(line, "{{ }} 里的写法看不懂（%s）。", said)
}

// plainly ends every pipeline that prints with the function that takes the meaning out of its marks, as html/template does, and
// refuses functions beyond those of the handbook.
func plainly(t *parse.Tree, n parse.Node) error {
	branch := func(b parse.BranchNode) error {
		for _, list := range []*parse.ListNode{b.List, b.ElseList} {
			if list != nil {
				if err := plainly(t, list); err != nil {
					return err
				}
			}
		}
		return known(t, b.Pipe)
	}
	switch n := n.(type) {
	case *parse.ListNode:
		for _, child := range n.Nodes {
			if err := plainly(t, child); err != nil {
				return err
			}
		}
	case *parse.ActionNode:
		err := known(t, n.Pipe)
		if len(n.Pipe.Decl) == 0 {
			n.Pipe.Cmds = append(n.Pipe.Cmds, &parse.CommandNode{NodeType: parse.NodeCommand, Pos: n.Pos,
				Args: []parse.Node{parse.NewIdentifier("plain").SetTree(t).SetPos(n.Pos)}})
		}
		return err
	case *parse.IfNode:
		return branch(n.BranchNode)
	case *parse.RangeNode:
		return branch(n.BranchNode)
	case *parse.WithNode:
		return branch(n.BranchNode)
	case *parse.TemplateNode:
		return known(t, n.Pipe)
	}
	return nil
}

func known(t *parse.Tree, pipe *parse.PipeNode) error {
	if pipe == nil {
		return nil
	}
	for _, cmd := range pipe.Cmds {
		for _, arg := range cmd.Args {
			switch arg := arg.(type) {
			case *parse.IdentifierNode:
				if (functions[arg.Ident] == nil || arg.Ident == "plain") && !strings.Contains(" and or not eq ne lt le gt ge len index ", " "+arg.Ident+" ") {
					return mistake(pipe.Line, "没有“%s”这个写法，可用的见 docs/documents.md。", arg.Ident)
				}
			case *parse.PipeNode:
				if err := known(t, arg); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// veil is where marks hide that are somebody's words: private characters far from any that a font has. unveiled brings them back.
// A picture travels as its digits between two more of them.
const (
	veil    = 0x10FE00
	picture = rune(veil + 0x80)
)

func plain(v any) string {
	switch v := v.(type) {
	case []byte:
		if len(v) == 0 {
			return ""
		}
		return string(picture) + base64.RawURLEncoding.EncodeToString(v) + string(picture)
	case nil:
		return ""
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r >= veil:
			return utf8.RuneError
		case r < 0x80 && !('0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'):
			return veil + r
		}
		return r
	}, words(v))
}

func unveiled(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= veil && r < veil+0x80 {
			return r - veil
		}
		return r
	}, s)
}

// words is how a value reads when no function says otherwise.
func words(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case string:
		return strings.TrimSpace(strings.ReplaceAll(v, "\r\n", "\n"))
	case bool:
		if v {
			return "是"
		}
		return "否"
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case time.Time:
		return date(v)
	case []any:
		return join("、", v)
	case map[string]any:
		return ""
	}
	return fmt.Sprint(v)
}

// tree is a value as maps, lists and plain values: a template reaches nothing else, no method and no unexported field.
func tree(v reflect.Value, depth int) any {
	if depth > 32 || !v.IsValid() {
		return nil
	}
	if v.CanInterface() {
		switch x := v.Interface().(type) {
		case time.Time:
			if x.IsZero() {
				return nil
			}
			return x
		case []byte:
			return x
		case encoding.TextMarshaler:
			if v.Kind() == reflect.Pointer && v.IsNil() {
				return nil
			}
			if text, err := x.MarshalText(); err == nil {
				return string(text)
			}
		}
	}
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		return tree(v.Elem(), depth+1)
	case reflect.Map:
		m := map[string]any{}
		for it := v.MapRange(); it.Next(); {
			put(m, fmt.Sprint(it.Key()), it.Value(), depth)
		}
		return m
	case reflect.Struct:
		m := map[string]any{}
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				put(m, f.Name, v.Field(i), depth)
			}
		}
		return m
	case reflect.Slice, reflect.Array:
		list := make([]any, v.Len())
		for i := range list {
			list[i] = tree(v.Index(i), depth+1)
		}
		return list
	case reflect.String:
		return v.String()
	case reflect.Bool:
		return v.Bool()
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return v.Int()
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return v.Uint()
	case reflect.Float32, reflect.Float64:
		return v.Float()
	}
	return nil
}

// put leaves out what is nothing, so that a path through it is an empty box too.
func put(m map[string]any, key string, v reflect.Value, depth int) {
	if x := tree(v, depth+1); x != nil {
		m[key] = x
	}
}
