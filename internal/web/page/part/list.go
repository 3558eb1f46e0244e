package part

import (
	"context"
	"io"
	"math"
	"strconv"

	"github.com/a-h/templ"
)

// Table is rows of cells; at phone width every row becomes a card that names its columns.
type Table struct {
	Caption string // said to screen readers; shown when Titled
	Titled  bool
	Columns []Column
	Rows    []Row
	Empty   *Empty // shown instead when there are no rows
}

// Column is the head of a column.
type Column struct {
	Label string
	Num   bool // figures, set right
}

// Row is as many cells as there are columns. With an address its first cell is the link.
type Row struct {
	Href  string
	Cells []templ.Component
	Tone  Tone
}

// Matters is the list that officers work from.
type Matters struct {
	Items []Matter
	Empty *Empty
}

// Matter is one row of the list.
type Matter struct {
	Href, Number, Title string
	Kind, Icon          string // the kind of matter and its icon
	Place, Handler      string
	When                string // 3 小时前
	Grade               *Grade
	Status              *Status
	Clock               *Clock
	Marks               []string // short words: 反复, 联动
	Unread              bool
}

// Timeline is what happened, newest first or last as the caller decides.
type Timeline struct {
	Label   string
	Entries []Entry
}

// Entry is one thing that happened. Detail follows Text; Entries are nested below it.
type Entry struct {
	ID          string
	Icon        string
	Tone        Tone
	What        string // 签收
	Who         string
	When        string // for people
	At          string // for machines, RFC 3339
	Text        string
	Detail      templ.Component
	Attachments []Attachment
	Entries     []Entry
}

// Attachment is a file; with a Thumb it is shown as a picture.
type Attachment struct {
	Href, Thumb, Label string
}

// Attachments are files side by side.
type Attachments struct {
	Items []Attachment
}

// Bars is a horizontal bar chart. Screen readers, and who folds it open, get the figures as text.
type Bars struct {
	Title string
	Unit  string
	Rows  []Bar
	Max   float64 // of the scale; the largest value when zero
}

// Bar is one row. Text is the figure as shown; the value itself when empty.
type Bar struct {
	Label string
	Value float64
	Text  string
	Tone  Tone
	Href  string
}

// Tree is nested places or bodies.
type Tree struct {
	Label string
	Nodes []Node
}

// Node is one of them. A node with children folds; Open says how it starts.
type Node struct {
	Label, Href string
	Icon        string
	Note        string
	Count       int // not shown when zero
	Current     bool
	Open        bool
	Nodes       []Node
}

func (e Entry) icon() string {
	if e.Icon == "" {
		return "circle-dot"
	}
	return e.Icon
}

func (b Bars) scale() float64 {
	top := b.Max
	if top == 0 {
		for _, row := range b.Rows {
			top = math.Max(top, row.Value)
		}
	}
	if top <= 0 {
		return 1
	}
	return top
}

func (b Bars) width(row Bar) string {
	share := math.Max(0, math.Min(1, row.Value/b.scale()))
	return strconv.FormatFloat(share*100, 'f', 1, 64) + "%"
}

func (b Bar) text() string {
	if b.Text != "" {
		return b.Text
	}
	return strconv.FormatFloat(b.Value, 'f', -1, 64)
}

func (t Table) label(i int) string {
	if i < len(t.Columns) {
		return t.Columns[i].Label
	}
	return ""
}

func (t Table) num(i int) bool { return i < len(t.Columns) && t.Columns[i].Num }

// Render writes the piece.
func (p Table) Render(ctx context.Context, w io.Writer) error { return table(p).Render(ctx, w) }

// Render writes the piece.
func (p Matters) Render(ctx context.Context, w io.Writer) error { return matters(p).Render(ctx, w) }

// Render writes the piece.
func (p Timeline) Render(ctx context.Context, w io.Writer) error { return timeline(p).Render(ctx, w) }

// Render writes the piece.
func (p Attachments) Render(ctx context.Context, w io.Writer) error {
	return attachments(p.Items).Render(ctx, w)
}

// Render writes the piece.
func (p Bars) Render(ctx context.Context, w io.Writer) error { return bars(p).Render(ctx, w) }

// Render writes the piece.
func (p Tree) Render(ctx context.Context, w io.Writer) error { return tree(p).Render(ctx, w) }
