package triage

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io"
	"path"
	"strings"

	"maplegrid/internal/fault"
)

// Row is one labelled message: what a person confirmed or corrected, or an example of a playbook. Only Text is needed.
type Row struct {
	ID, Text, Kind, Urgency string
	Places                  []string // as they stand in the text
	SameAs                  string   // id of an earlier row about the same event
	Personal                []string // as they stand in the text
	line                    int
}

// ReadRows reads .jsonl ({"text":…,"label":…}, also with the columns of a .tsv as keys) or .tsv with a header of id, text,
// category, urgency, place_mention, same_event_as, personal_data_spans; cells may be empty, columns missing but text.
// Several places or personal spans in a cell are parted by “；” or “|”. A mistake is a fault naming the line.
func ReadRows(name string, r io.Reader) ([]Row, error) {
	var rows []Row
	var err error
	read := tsvReader()
	if path.Ext(name) == ".jsonl" {
		read = jsonRow
	}
	lines := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, readErr := lines.ReadBytes('\n')
		if line = bytes.TrimRight(line, "\r\n"); n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if len(bytes.TrimSpace(line)) > 0 {
			row, ok, bad := read(line)
			if bad != "" {
				return nil, fault.New(fault.Invalid, bad, fault.Args{"file": path.Base(name), "line": n})
			}
			if row.line = n; ok {
				rows = append(rows, row)
			}
		}
		if readErr == io.EOF {
			break
		}
		if err = readErr; err != nil {
			return nil, err
		}
	}
	if len(rows) == 0 {
		return nil, fault.New(fault.Invalid, "triage.no_rows", fault.Args{"file": path.Base(name)})
	}
	return rows, nil
}

// reading of one line: the row, whether the line is one, and the code of what is wrong with it.
type lineReader func(line []byte) (row Row, ok bool, bad string)

func jsonRow(line []byte) (Row, bool, string) {
	var j struct {
		ID, Title, Text, Label, Category, Urgency string
		Labels                                    []string
		Place                                     string `json:"place_mention"`
		Same                                      string `json:"same_event_as"`
		Personal                                  string `json:"personal_data_spans"`
	}
	if json.Unmarshal(line, &j) != nil || j.Text == "" {
		return Row{}, false, "triage.bad_row"
	}
	if len(j.Labels) > 0 && j.Label == "" {
		j.Label = j.Labels[0]
	}
	if j.Label == "" {
		j.Label = j.Category
	}
	if j.Title != "" && !strings.HasPrefix(j.Text, j.Title) {
		j.Text = j.Title + "。" + j.Text
	}
	return Row{ID: j.ID, Text: j.Text, Kind: j.Label, Urgency: j.Urgency,
		Places: parts(j.Place), SameAs: j.Same, Personal: spansOf(j.Text, j.Personal)}, true, ""
}

// tsvReader takes the first line for the header.
func tsvReader() lineReader {
	var at map[string]int
	return func(line []byte) (Row, bool, string) {
		cells := strings.Split(string(line), "\t")
		for i := range cells {
			cells[i] = unquote(cells[i])
		}
		if at == nil {
			at = map[string]int{}
			for i, c := range cells {
				at[strings.ToLower(strings.TrimSpace(c))] = i + 1
			}
			if at["text"] == 0 {
				return Row{}, false, "triage.no_text_column"
			}
			return Row{}, false, ""
		}
		cell := func(name string) string {
			if i := at[name]; i > 0 && i <= len(cells) {
				return strings.TrimSpace(cells[i-1])
			}
			return ""
		}
		row := Row{ID: cell("id"), Text: cell("text"), Kind: cell("category"), Urgency: cell("urgency"),
			Places: parts(cell("place_mention")), SameAs: cell("same_event_as")}
		if row.Kind == "" {
			row.Kind = cell("label")
		}
		row.Personal = spansOf(row.Text, cell("personal_data_spans"))
		if row.Text == "" {
			return row, false, "triage.bad_row"
		}
		return row, true, ""
	}
}

// unquote takes off the quotes that a spreadsheet puts around a cell.
func unquote(s string) string {
	if len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' {
		return strings.ReplaceAll(s[1:len(s)-1], `""`, `"`)
	}
	return s
}

func parts(cell string) (out []string) {
	for _, p := range strings.FieldsFunc(cell, func(r rune) bool { return r == '；' || r == ';' || r == '|' }) {
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// spansOf reads personal spans: the words themselves, or where they stand in characters, as 12-23 or [[12,23]].
func spansOf(text, cell string) (out []string) {
	var pairs [][2]int
	if strings.HasPrefix(cell, "[") && json.Unmarshal([]byte(cell), &pairs) == nil {
		for _, p := range pairs {
			out = append(out, stretch(text, p[0], p[1])...)
		}
		return out
	}
	for _, p := range parts(cell) {
		var a, b int
		if !strings.Contains(text, p) && twoNumbers(p, &a, &b) {
			out = append(out, stretch(text, a, b)...)
			continue
		}
		out = append(out, p)
	}
	return out
}

func twoNumbers(s string, a, b *int) bool {
	for _, between := range []string{"-", ":", ",", "–"} {
		if x, y, ok := strings.Cut(s, between); ok {
			return json.Unmarshal([]byte(x), a) == nil && json.Unmarshal([]byte(y), b) == nil
		}
	}
	return false
}

func stretch(text string, from, to int) []string {
	r := []rune(text)
	if from < 0 || to > len(r) || from >= to {
		return nil
	}
	return []string{string(r[from:to])}
}
