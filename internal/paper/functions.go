package paper

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"text/template"
	"time"

	"maplegrid/internal/clock"
)

// functions are what a template may call; docs/documents.md tells of each. All take what is missing for empty.
var functions = template.FuncMap{
	"plain": plain,
	"len": func(v any) int {
		if r := reflect.ValueOf(v); r.IsValid() && (r.Kind() == reflect.Slice || r.Kind() == reflect.Map || r.Kind() == reflect.String) {
			return r.Len()
		}
		return 0
	},
	"日期": date,
	"时间": dateTime,
	"元":  func(v any) string { return money(v, figures) },
	"大写": func(v any) string { return money(v, Capitals) },
	"连写": join,
	"序号": func(i any) string { return counted(i, ordinal) },
	"编号": func(i any) string { return counted(i, strconv.Itoa) },
	"默认": func(otherwise, v any) any {
		if empty(v) {
			return otherwise
		}
		return v
	},
	"填": func(v any) any {
		if empty(v) {
			return slash
		}
		return v
	},
	"勾": func(v any) string {
		if yes, ok := template.IsTrue(v); ok && yes {
			return "■"
		}
		return "□"
	},
}

// slash strikes out what stays unused (law-and-standards 20.1: no blanks).
const slash = "／"

func empty(v any) bool {
	if picture, ok := v.([]byte); ok {
		return len(picture) == 0
	}
	return words(v) == ""
}

func moment(v any) (time.Time, bool) {
	switch v := v.(type) {
	case time.Time:
		return v.In(clock.Shanghai), true
	case string:
		for _, layout := range []string{time.DateOnly, time.RFC3339, "2006-01-02 15:04", "2006-01-02T15:04"} {
			if t, err := time.ParseInLocation(layout, v, clock.Shanghai); err == nil {
				return t.In(clock.Shanghai), true
			}
		}
	}
	return time.Time{}, false
}

// date writes 2026年1月2日; what is no date stays as it was typed.
func date(v any) string {
	t, ok := moment(v)
	if !ok {
		return wordsBut(v)
	}
	return t.Format("2006年1月2日")
}

func dateTime(v any) string {
	t, ok := moment(v)
	if !ok {
		return wordsBut(v)
	}
	return t.Format("2006年1月2日") + fmt.Sprintf("%d时%02d分", t.Hour(), t.Minute())
}

func wordsBut(v any) string {
	if _, ok := v.(time.Time); ok {
		return ""
	}
	return words(v)
}

func money(v any, write func(any) (string, bool)) string {
	if empty(v) {
		return ""
	}
	if s, ok := write(v); ok {
		return s
	}
	return words(v)
}

// join writes a list in one line with 、 or another mark between: {{连写 "；" .名单}}.
func join(mark any, rest ...any) string {
	list, between := mark, "、"
	if len(rest) > 0 {
		between, list = words(mark), rest[0]
	}
	items, ok := list.([]any)
	if !ok {
		return words(list)
	}
	var texts []string
	for _, item := range items {
		if s := words(item); s != "" {
			texts = append(texts, s)
		}
	}
	return strings.Join(texts, between)
}

// counted numbers from the index of {{range $i, $x := …}}, which begins at 0.
func counted(i any, write func(int) string) string {
	if v := reflect.ValueOf(i); v.IsValid() && v.CanInt() {
		return write(int(v.Int()) + 1)
	}
	return words(i)
}
