package part

import "github.com/a-h/templ"

// With is for pieces that go around others: templ takes children only after a call, so a page writes
//
//	@part.Section{Title: "经过"}.With() { … }

// With takes the page as children.
func (l Layout) With() templ.Component { return l }

// With takes the page as children.
func (l PublicLayout) With() templ.Component { return l }

// With takes the actions as children.
func (p Heading) With() templ.Component { return p }

// With takes what the section is about as children.
func (p Section) With() templ.Component { return p }

// With takes what follows the pairs as children.
func (p KeyCard) With() templ.Component { return p }

// With takes what is hidden as children.
func (p Disclosure) With() templ.Component { return p }

// With takes the fields as children.
func (f Fieldset) With() templ.Component { return f }

// With takes the text as children.
func (p Sheet) With() templ.Component { return p }

// With takes the first state as children.
func (p Live) With() templ.Component { return p }
