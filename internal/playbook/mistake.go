package playbook

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Ref is where a row stands: file (with its playbook), line, and the row's own key.
type Ref struct {
	File string
	Line int
	Key  string
}

// String names the row for a reader.
func (r Ref) String() string { return fmt.Sprintf("%s 第%d行（%s）", r.File, r.Line, r.Key) }

// Mistake is one thing wrong with a playbook, as a sentence for the station head.
type Mistake struct {
	File     string
	Line     int
	Sentence string
}

// String is file:line: sentence.
func (m Mistake) String() string { return fmt.Sprintf("%s:%d: %s", m.File, m.Line, m.Sentence) }

// Errors is everything wrong with a playbook, by file and line. One mistake refuses the whole.
type Errors []Mistake

// Error gives one line per mistake.
func (e Errors) Error() string {
	lines := make([]string, len(e))
	for i, m := range e {
		lines[i] = m.String()
	}
	return strings.Join(lines, "\n")
}

// list collects mistakes while the rest is still being read.
type list struct{ all Errors }

func (l *list) add(file string, line int, format string, a ...any) {
	m := Mistake{file, line, fmt.Sprintf(format, a...)}
	if !slices.Contains(l.all, m) { // the same base row is read again for every edition
		l.all = append(l.all, m)
	}
}

func (l *list) at(r *row, format string, a ...any) { l.add(r.File, r.Line, format, a...) }

func (l *list) err() error {
	if len(l.all) == 0 {
		return nil
	}
	slices.SortStableFunc(l.all, func(a, b Mistake) int { return cmp.Or(strings.Compare(a.File, b.File), a.Line-b.Line) })
	return l.all
}
