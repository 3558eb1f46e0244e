// Package dispute is what the page of a matter shows besides when the matter is a dispute, and the pages of the acts on one.
package dispute

import (
	"context"
	"fmt"
	"io"
	"math"

	"github.com/a-h/templ"

	"maplegrid/internal/web/page/part"
)

// Do is the page of one act: why it is asked, by which rule, its form.
type Do struct {
	Heading part.Heading
	Note    string
	Law     string
	Recap   []Standing
	Form    part.Form
}

// Standing is what a party wants and gives, in one line beside a form.
type Standing struct{ Name, Demand, Offer string }

// First asks what a form depends on before it is shown.
type First struct {
	Heading part.Heading
	Note    string
	Choices []Choice
}

// Choice is one answer to First.
type Choice struct{ Href, Label, Hint string }

// SketchPad is where a line is drawn: points, the widths between them, strokes. Without script it is not there.
type SketchPad struct{}

// Gate is the safety gate (安全询问): who was asked, who was not, and an open flag with the other path.
type Gate struct {
	Tone    part.Tone
	Icon    string
	Title   string
	Text    string
	Asked   []string
	Waiting []string
	Answers []Answer
	Links   []part.Button
}

// Answer is what one party answered, for those who may read it.
type Answer struct {
	Who, When string
	Yes       []string
	Words     string
}

// Next is the one thing to do now, and the rest by groups.
type Next struct {
	Title, Note string
	Icon        string
	Go          *part.Button
	Also        []part.Button
	Groups      []Group
}

// Group is acts of one sort as links.
type Group struct {
	Title string
	Links []part.Link
}

// Parties are both sides, the one beside the other with the same space.
type Parties struct {
	SideA, SideB string
	Pairs        []Pair
	Others       []Party
}

// Pair is a party of one side and the party of the other that stands beside it; either may be missing.
type Pair struct{ A, B *Party }

// Party is one party: every party has the same rows in the same order.
type Party struct {
	Name  string
	Look  *part.Masked
	Role  string
	Marks []string
	Rows  []Row
	Links []part.Link
}

// Row is one thing known of a party.
type Row struct {
	Label, Text, Amount string
	Tone                part.Tone
	Value               templ.Component
}

// Offers are both sides' numbers over time.
type Offers struct {
	Title string
	Lines []Line
	Table part.Table
	From  string
	Until string
	Top   string
}

// Line is the numbers of one party: what they want, or what they give.
type Line struct {
	Label  string
	Side   string
	Asks   bool
	Points []Point
}

// Point lies between 0 and 1 both ways; Y counts from below.
type Point struct{ X, Y float64 }

// Sheet is a worksheet with its sum.
type Sheet struct {
	Title, Note string
	Table       part.Table
	Sums        []part.Pair
	Sketch      part.Attachments
	Signed      string
	Links       []part.Link
}

// Agreement is one agreement: its clauses, who signed and who has not, what runs from its effect.
type Agreement struct {
	Title  string
	Status part.Status
	Facts  []part.Pair
	Words  []part.Pair // 事实, 责任
	Terms  []Term
	Signed []Sign
	Warn   string
	Links  []part.Link
}

// Term is a clause; Promise says who does what by when.
type Term struct{ Words, Promise string }

// Sign is one signature, there or awaited.
type Sign struct {
	Who, When string
	Picture   *part.Attachment
}

// Promise is one promise with its instalments.
type Promise struct {
	Title  string
	Status part.Status
	Words  string
	Note   string
	Rows   []Instalment
	More   string
	Links  []part.Link
}

// Lines are promises in one line each.
type Lines []PromiseLine

// PromiseLine is one of them.
type PromiseLine struct {
	Title, Due, Status string
	Tone               part.Tone
	Links              []part.Link
}

// Instalment is one performance.
type Instalment struct {
	Label, Due, Amount, Paid string
	Status                   part.Status
}

// Months is a long story folded by month, the latest open.
type Months struct {
	Label  string
	Tabs   part.Tabs
	Groups []Month
}

// Month is the entries of one month: those of the month asked for, and the address at which another month stands open.
type Month struct {
	Title string
	Href  string
	Story part.Timeline
}

// width and height of the drawing of offers, in its own units.
const width, height = 640, 180

func (l Line) class() string {
	c := "line side-" + l.Side
	if l.Asks {
		return c + " asks"
	}
	return c
}

func (p Point) at() (x, y string) {
	return num(30 + p.X*(width-60)), num(height - 20 - p.Y*(height-50))
}

func (p Point) x() string { x, _ := p.at(); return x }
func (p Point) y() string { _, y := p.at(); return y }

func num(f float64) string { return fmt.Sprint(math.Round(f*10) / 10) }

func (l Line) path() string {
	s := ""
	for _, p := range l.Points {
		x, y := p.at()
		s += x + "," + y + " "
	}
	return s
}

// Render writes the page.
func (p Do) Render(ctx context.Context, w io.Writer) error { return doPage(p).Render(ctx, w) }

// Render writes the page.
func (p First) Render(ctx context.Context, w io.Writer) error { return firstPage(p).Render(ctx, w) }

// Render writes the piece.
func (p SketchPad) Render(ctx context.Context, w io.Writer) error { return sketchPad().Render(ctx, w) }

// Render writes the piece.
func (p Gate) Render(ctx context.Context, w io.Writer) error { return gate(p).Render(ctx, w) }

// Render writes the piece.
func (p Next) Render(ctx context.Context, w io.Writer) error { return next(p).Render(ctx, w) }

// Render writes the piece.
func (p Parties) Render(ctx context.Context, w io.Writer) error { return parties(p).Render(ctx, w) }

// Render writes the piece.
func (p Offers) Render(ctx context.Context, w io.Writer) error { return offers(p).Render(ctx, w) }

// Render writes the piece.
func (p Sheet) Render(ctx context.Context, w io.Writer) error { return sheet(p).Render(ctx, w) }

// Render writes the piece.
func (p Agreement) Render(ctx context.Context, w io.Writer) error { return agreement(p).Render(ctx, w) }

// Render writes the piece.
func (p Promise) Render(ctx context.Context, w io.Writer) error { return promise(p).Render(ctx, w) }

// Render writes the piece.
func (p Months) Render(ctx context.Context, w io.Writer) error { return months(p).Render(ctx, w) }

// Render writes the piece.
func (p Lines) Render(ctx context.Context, w io.Writer) error { return lines(p).Render(ctx, w) }

// Links are small links in a row.
type Links []part.Link

// Render writes the piece.
func (l Links) Render(ctx context.Context, w io.Writer) error { return links(l).Render(ctx, w) }
