package part

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// Heading is the title of a page. Its children are the actions beside it.
type Heading struct {
	Title  string
	Kicker string // above the title: kind and number
	Sub    string // below it
	Back   *Link
}

// Section is a titled stretch of a page; its children follow the title.
type Section struct {
	Title, ID string
	Note      string          // a sentence under the title
	Count     int             // beside the title, when above zero
	Action    templ.Component // at the far end of the title's line
	Card      bool            // on its own white ground
}

// Tabs are views of one list.
type Tabs struct {
	Label string // what screen readers call them
	Items []Tab
}

// Tab is one view. A count below zero is not shown.
type Tab struct {
	Href, Label string
	Count       int
	Current     bool
}

// Status is a matter's state as a badge.
type Status struct {
	Tone  Tone
	Label string
	Icon  string // of the tone when empty
}

// Grade is a risk grade: level 1 is the gravest and 4 the lightest. The label says it in words.
type Grade struct {
	Level int
	Label string
	Why   string // shown on hover and to screen readers
}

// Clock is a limit that runs: 剩余 2 天, 已超时 3 小时, 已暂停.
type Clock struct {
	Tone   Tone // OK, Due, Overdue, Paused
	Label  string
	Source string // which rule sets it, shown on hover and to screen readers
	At     string // due instant for machines, RFC 3339
}

// Definitions is a list of terms and what is known of them.
type Definitions struct {
	Pairs []Pair
	Wide  bool // one column of pairs, terms above their values
}

// Pair is a term and its value: Value when set, else Text; an empty one shows a dash.
type Pair struct {
	Term, Text string
	Value      templ.Component
}

// KeyCard is the few facts that must be seen first, beside or above the rest. Children follow the pairs.
type KeyCard struct {
	Title string
	Icon  string
	Tone  Tone
	Pairs []Pair
}

// Disclosure hides what is seldom needed; its children open on request.
type Disclosure struct {
	Summary string
	Icon    string
	Note    string
	Open    bool
}

// Empty is a place with nothing in it, and what to do about that.
type Empty struct {
	Icon   string // inbox when empty
	Text   string
	Hint   string
	Action templ.Component
}

// Stat is one figure.
type Stat struct {
	Label, Value, Unit string
	Note               string
	Tone               Tone
	Href               string
}

// Stats stand side by side.
type Stats struct {
	Items []Stat
}

// Masked is a value shown in part. The eye asks for the whole of it, by a link or, where Post is set, a form.
type Masked struct {
	Shown string // 张*
	What  string // 姓名: for screen readers
	Href  string
	Post  string
	Field string // name of a hidden field sent along
	Value string
}

// Steps show a resident how far the matter has come.
type Steps struct {
	Label string
	Items []Step
}

// Step is one of the steps. Exactly one is current unless all are done.
type Step struct {
	Label, When string
	Done        bool
	Current     bool
}

// QR is a code to be scanned, and the same in words for who cannot.
type QR struct {
	Src     string // an address of our own or a data: picture
	Alt     string
	Caption string // 扫码查看 when empty
	Code    string
}

// Sheet is a page of paper, as printed. Its children are the text.
type Sheet struct {
	Station, Title string
	Number, Date   string
	Foot           string
	Print          bool // a print button on the screen
}

// ErrorPage is what is shown instead of a page. Title and Text fall back to our own words for the status.
type ErrorPage struct {
	Status      int // 403, 404, 409, 413, 422, 429, 500
	Title, Text string
	Ref         string // number to quote to the administrator
	Links       []Link // home when none
}

// Pager moves by cursor; an empty address greys the link out.
type Pager struct {
	Prev, Next string
	Note       string // in the middle: 第 21–40 条
}

// Live is a stretch of a page that fetches itself again when the stream says that something newer exists.
// Its children are the first state. The answer of Href must be this same element. Without script it stays as it was.
type Live struct {
	ID     string
	Stream string // address of the event stream: /live
	Href   string // address of the fragment
	Seq    uint64 // up to where this state has read
}

func (s Status) icon() string {
	if s.Icon != "" {
		return s.Icon
	}
	if s.Tone == Plain || s.Tone == Info {
		return "circle-dot"
	}
	return s.Tone.icon()
}

func (c Clock) icon() string {
	switch c.Tone {
	case Due:
		return "hourglass"
	case Overdue:
		return "clock-alert"
	case Paused:
		return "circle-pause"
	case OK, Info, Plain:
	}
	return "clock"
}

// level keeps an unknown grade harmless to look at.
func (g Grade) level() string {
	return [...]string{"grade-0", "grade-1", "grade-2", "grade-3", "grade-4"}[max(0, min(4, g.Level))]
}

func (e Empty) icon() string {
	if e.Icon == "" {
		return "inbox"
	}
	return e.Icon
}

func (p Pair) blank() bool { return p.Value == nil && p.Text == "" }

// Render writes the piece.
func (p Heading) Render(ctx context.Context, w io.Writer) error { return heading(p).Render(ctx, w) }

// Render writes the piece.
func (p Section) Render(ctx context.Context, w io.Writer) error { return section(p).Render(ctx, w) }

// Render writes the piece.
func (p Tabs) Render(ctx context.Context, w io.Writer) error { return tabs(p).Render(ctx, w) }

// Render writes the piece.
func (p Status) Render(ctx context.Context, w io.Writer) error { return status(p).Render(ctx, w) }

// Render writes the piece.
func (p Grade) Render(ctx context.Context, w io.Writer) error { return grade(p).Render(ctx, w) }

// Render writes the piece.
func (p Clock) Render(ctx context.Context, w io.Writer) error { return clock(p).Render(ctx, w) }

// Render writes the piece.
func (p Definitions) Render(ctx context.Context, w io.Writer) error {
	return definitions(p).Render(ctx, w)
}

// Render writes the piece.
func (p KeyCard) Render(ctx context.Context, w io.Writer) error { return keyCard(p).Render(ctx, w) }

// Render writes the piece.
func (p Disclosure) Render(ctx context.Context, w io.Writer) error {
	return disclosure(p).Render(ctx, w)
}

// Render writes the piece.
func (p Empty) Render(ctx context.Context, w io.Writer) error { return empty(p).Render(ctx, w) }

// Render writes the piece.
func (p Stat) Render(ctx context.Context, w io.Writer) error { return stat(p).Render(ctx, w) }

// Render writes the piece.
func (p Stats) Render(ctx context.Context, w io.Writer) error { return stats(p).Render(ctx, w) }

// Render writes the piece.
func (p Masked) Render(ctx context.Context, w io.Writer) error { return masked(p).Render(ctx, w) }

// Render writes the piece.
func (p Steps) Render(ctx context.Context, w io.Writer) error { return steps(p).Render(ctx, w) }

// Render writes the piece.
func (p QR) Render(ctx context.Context, w io.Writer) error { return qr(p).Render(ctx, w) }

// Render writes the piece.
func (p Sheet) Render(ctx context.Context, w io.Writer) error { return sheet(p).Render(ctx, w) }

// Render writes the piece, to stand inside a Layout.
func (p ErrorPage) Render(ctx context.Context, w io.Writer) error { return errorPage(p).Render(ctx, w) }

// Render writes the piece.
func (p Pager) Render(ctx context.Context, w io.Writer) error { return pager(p).Render(ctx, w) }

// Render writes the piece.
func (p Live) Render(ctx context.Context, w io.Writer) error { return live(p).Render(ctx, w) }
