package part

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// Layout is the frame of a page for people with an account. Its children are the page.
type Layout struct {
	Title   string // of the page; the browser's title adds the station
	Station string
	Product string // under the station's name
	Home    string // where the station's name leads; "/" when empty
	Nav     []NavItem
	User    *User
	Search  *Search
	Switch  string // address of this page in the other language; no switch when empty
	Flash   []Flash
	Notice  templ.Component // in the footer, beside 紧急情况请拨打 110
	Head    templ.Component // what a page adds to head: its own stylesheet or script
	Wall    bool            // for a wall screen: larger, full width
}

// NavItem is an entry of the main navigation. At phone width the first four become the tab bar and the
// others go behind 更多; five in all are shown as five.
type NavItem struct {
	Href, Label, Icon string
	Current           bool
	Count             int
}

// User is who is signed in.
type User struct {
	Name, Role string
	Links      []Link
	SignOut    string // address a POST signs out at
}

// Search is the search box of the top bar.
type Search struct {
	Action, Name, Value, Hint string // Name is q when empty
}

// Flash is a message about what was just done.
type Flash struct {
	Tone Tone
	Text string
	Link *Link
}

// PublicLayout is the frame of a page for residents: large type, no navigation.
type PublicLayout struct {
	Title   string
	Station string
	Product string
	Home    string
	Phone   string // the station's telephone, shown at the top and dialled by a tap
	Switch  string
	Type    string // address of this page in larger or plain type; no switch when empty
	Big     bool   // larger type was chosen (大字版)
	Flash   []Flash
	Head    templ.Component
}

// tabs is how many entries of the navigation stand in the tab bar of a phone.
func (l Layout) tabs() int {
	if len(l.Nav) <= 5 {
		return len(l.Nav)
	}
	return 4
}

func (l Layout) laterCurrent() bool {
	for _, item := range l.Nav[l.tabs():] {
		if item.Current {
			return true
		}
	}
	return false
}

func (s Search) name() string {
	if s.Name == "" {
		return "q"
	}
	return s.Name
}

func title(page, station string) string {
	if page == "" || page == station {
		return station
	}
	return page + " · " + station
}

func home(href string) string {
	if href == "" {
		return "/"
	}
	return href
}

// Render writes the whole page.
func (l Layout) Render(ctx context.Context, w io.Writer) error { return layout(l).Render(ctx, w) }

// Render writes the whole page.
func (l PublicLayout) Render(ctx context.Context, w io.Writer) error {
	return publicLayout(l).Render(ctx, w)
}
