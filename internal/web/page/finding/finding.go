// Package finding is the pages around people sought: the list, the call to look out, the map of sightings, the comparison of
// candidates.
package finding

import (
	"context"
	"io"
	"strconv"

	"maplegrid/internal/web/page/part"
)

// List is the open ones somebody may see.
type List struct {
	Heading part.Heading
	Actions []part.Button
	Called  part.Table // calls to oneself
	Table   part.Table
	Pager   *part.Pager
}

// Call is what somebody who was called to look out reads, and how they answer.
type Call struct {
	Heading part.Heading
	State   part.Status
	Words   string
	Photos  part.Attachments
	Facts   part.Definitions
	Over    string // the search is over: what to do now
	Reply   *part.Form
	Sight   *part.Form
	Matter  *part.Link // the matter, for who may see it
}

// Way is how far a search is, and what can be done now.
type Way struct {
	Steps   part.Steps
	Buttons []part.Button
	More    []part.Link
}

// Facts is what is sealed of somebody, with the way to see one of them in full.
type Facts struct {
	Title  string
	ID     string
	Note   string
	Pairs  part.Definitions
	Photos part.Attachments
	Link   *part.Link
}

// Candidate is somebody who may be the one sought, beside what is known, point by point.
type Candidate struct {
	Title   string
	Status  part.Status
	Pairs   part.Definitions
	Table   part.Table
	Asks    part.Timeline
	Buttons []part.Link
}

// Candidates are all of them.
type Candidates struct {
	Title, Note string
	Empty       *part.Empty
	Items       []Candidate
}

// Table is a table under its own title.
type Table struct {
	Title, ID, Note string
	Table           part.Table
	Link            *part.Link
}

// Map is where somebody was seen, on the outlines of the cells, in the order of time. All of it stands in words below.
type Map struct {
	Title         string
	Width, Height int
	Shapes        []Shape
	Track         string
	Points        []Point
	Legend        []Point
	List          part.Timeline
	Empty         *part.Empty
}

// Shape is the outline of a cell.
type Shape struct{ Path, Class, Title string }

// Point is a place on the map.
type Point struct {
	X, Y         float64
	Mark         string // its number
	Class, Title string
}

// Notice is the notice as it can be pasted and printed.
type Notice struct {
	Title, Note, Text string
	Print             *part.Link
	State             part.Status
}

func num(f float64) string { return strconv.FormatFloat(f, 'f', 1, 64) }

// Render implements templ.Component.
func (w Way) Render(ctx context.Context, out io.Writer) error { return w.Show().Render(ctx, out) }

// Render implements templ.Component.
func (f Facts) Render(ctx context.Context, out io.Writer) error { return f.Show().Render(ctx, out) }

// Render implements templ.Component.
func (c Candidates) Render(ctx context.Context, out io.Writer) error {
	return c.Show().Render(ctx, out)
}

// Render implements templ.Component.
func (x Table) Render(ctx context.Context, out io.Writer) error { return x.Show().Render(ctx, out) }

// Render implements templ.Component.
func (m Map) Render(ctx context.Context, out io.Writer) error { return m.Show().Render(ctx, out) }

// Render implements templ.Component.
func (n Notice) Render(ctx context.Context, out io.Writer) error { return n.Show().Render(ctx, out) }
