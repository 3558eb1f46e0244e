package paper

import (
	"encoding/base64"
	"fmt"
	"html"
	"strings"
)

// HTML shows the document in a page before it is printed: a fragment with classes paper-…, every word escaped.
func (d Document) HTML() string {
	var b strings.Builder
	b.WriteString(`<article class="paper-document">`)
	for _, block := range d.Blocks {
		block.html(&b)
	}
	b.WriteString(`<footer class="paper-foot">`)
	for _, line := range d.footLines() {
		b.WriteString("<p>" + escape(line) + "</p>")
	}
	b.WriteString("</footer></article>")
	return b.String()
}

// escape makes words of a page; what is printed on a new line begins one here too.
func escape(s string) string { return strings.ReplaceAll(html.EscapeString(s), "\n", "<br>") }

var elements = map[Kind]string{Cover: "h2", Heading: "h2", Subtitle: "h3", Section: "h3"}

func (k Block) html(b *strings.Builder) {
	element := elements[k.Kind]
	if element == "" {
		element = "p"
	}
	switch k.Kind {
	case Table:
		k.htmlTable(b)
	case Cards:
		k.asTable().htmlTable(b)
	case Signs:
		b.WriteString(`<ul class="paper-signs">`)
		for _, s := range k.Signs {
			fmt.Fprintf(b, `<li><span class="paper-label">%s</span>%s<span class="paper-name">%s</span><span class="paper-date">%s</span></li>`,
				escape(s.Label), htmlPicture(s.Image), escape(s.Name), escape(s.Date))
		}
		b.WriteString("</ul>")
	case Seal:
		fmt.Fprintf(b, `<p class="paper-seal">%s<br>（盖章处）<br>%s</p>`, escape(k.Text), escape(k.Date))
	case Picture:
		fmt.Fprintf(b, `<figure class="paper-picture">%s<figcaption>%s</figcaption></figure>`, htmlPicture(k.Image), escape(k.Text))
	case NewPage:
		b.WriteString(`<hr class="paper-newpage">`)
	case Space:
	default:
		fmt.Fprintf(b, `<%[1]s class="paper-%[2]s">%[3]s</%[1]s>`, element, k.Kind, escape(k.Text))
	}
}

func (k Block) htmlTable(b *strings.Builder) {
	b.WriteString(`<table class="paper-table">`)
	for i, row := range k.Rows {
		b.WriteString("<tr>")
		at := 0
		for _, c := range row.Cells {
			if !c.Up {
				k.htmlCell(b, i, at, c)
			}
			at += c.Span
		}
		b.WriteString("</tr>")
	}
	b.WriteString("</table>")
}

func (k Block) htmlCell(b *strings.Builder, row, at int, c Cell) {
	element, class, rows := "td", "paper-cell", 1
	for row+rows < len(k.Rows) && k.upAt(row+rows, at, c.Span) {
		rows++
	}
	text := escape(c.Text)
	switch {
	case k.Rows[row].Header:
		element = "th"
	case c.Open:
		class = "paper-open"
	case text == "" && len(c.Image) == 0:
		class, text = "paper-struck", slash
	}
	fmt.Fprintf(b, `<%s class="%s" colspan="%d" rowspan="%d">%s%s</%s>`, element, class, c.Span, rows, htmlPicture(c.Image), text, element)
}

// upAt says whether the box of a row at a column belongs to the one above it.
func (k Block) upAt(row, column, span int) bool {
	at := 0
	for _, c := range k.Rows[row].Cells {
		if at == column {
			return c.Up && c.Span == span
		}
		at += c.Span
	}
	return false
}

func htmlPicture(data []byte) string {
	if len(data) == 0 {
		return ""
	}
	image, _, _, ok := pixels(data)
	if !ok {
		return unreadable
	}
	return `<img alt="" src="data:image/` + strings.Replace(pictureType(image), "jpg", "jpeg", 1) + `;base64,` + base64.StdEncoding.EncodeToString(image) + `">`
}
