// Package part holds the pieces every page is made of. Each piece is a plain struct that is itself a
// templ.Component: a page writes @part.Status{Tone: part.Due, Label: "临期"}, and a table cell takes the same value.
//
// Texts come in already translated; the few words a piece says by itself (跳到正文, 上一页) follow the language
// set by WithLang. No piece needs script, and none writes a style attribute or an inline script.
package part

import (
	"context"
	"io"

	"github.com/a-h/templ"
)

// Tone is what a colour says. It never says it alone: every toned piece also carries words or an icon.
type Tone string

// The tones. Plain is grey, Info the colour of links.
const (
	Plain   Tone = ""
	Info    Tone = "info"
	OK      Tone = "ok"
	Due     Tone = "due"
	Overdue Tone = "overdue"
	Paused  Tone = "paused"
)

func (t Tone) class() string {
	if t == Plain {
		return "tone-plain"
	}
	return "tone-" + string(t)
}

// icon is what stands for the tone where the caller named no icon.
func (t Tone) icon() string {
	switch t {
	case OK:
		return "circle-check"
	case Due:
		return "clock-alert"
	case Overdue:
		return "triangle-alert"
	case Paused:
		return "circle-pause"
	case Info, Plain:
	}
	return "info"
}

// Link is an address with its words.
type Link struct {
	Href, Label, Icon string
}

// Some puts components one after the other, where one is asked for.
func Some(all ...templ.Component) templ.Component { return templ.Join(all...) }

// Plainly is text as a component, for cells and values.
func Plainly(text string) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		_, err := io.WriteString(w, templ.EscapeString(text))
		return err
	})
}

// Cells are plain texts as the cells of a row.
func Cells(texts ...string) []templ.Component {
	cells := make([]templ.Component, len(texts))
	for i, text := range texts {
		cells[i] = Plainly(text)
	}
	return cells
}
