package paper

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/skip2/go-qrcode"
)

// Card is one of the small cards that a sheet is cut into (@卡片): a QR code with words under it, lines, and a stub to tear off.
type Card struct {
	Scan  string // what the QR code holds; none when empty
	Under string // the words under it
	Lines []CardLine
	Stub  string // what is torn off, below a row of dots
}

// CardLine is a line on a card: large and bold, plain, or small.
type CardLine struct {
	Text  string
	Large bool
	Small bool
}

// Measures of a sheet of cards in points: the margins around the grid leave room for cut marks and for one line at the foot.
const (
	cardSide  = 42.5
	cardTop   = 38.3
	cutMark   = 14.0
	cardPad   = 9.0
	cardScan  = 66.0
	cardQuiet = 9.0 // left white around a code so that it can be read: four of its dots
	stubHigh  = 27.0
	cardFoot  = 9.0
	cardLarge = 15.0
	cardPlain = 10.0
	cardSmall = 8.0
)

// gridOf reads the words after @卡片: how many cards abreast, how many below one another, and what the paper is called.
func gridOf(words string) (across, down int, title string, ok bool) {
	w := strings.Fields(words)
	if len(w) < 2 {
		return 0, 0, "", false
	}
	across, err1 := strconv.Atoi(w[0])
	down, err2 := strconv.Atoi(w[1])
	return across, down, strings.Join(w[2:], " "), err1 == nil && err2 == nil && across >= 1 && across <= 3 && down >= 1 && down <= 8
}

// cardLine takes a line that stands on a card; false for one that ends the sheet of cards.
func (a *arranger) cardLine(line, word, rest string) bool {
	block := a.last(Cards)
	if block == nil {
		return false
	}
	if word == "卡" && strings.HasPrefix(line, "@") {
		scan, under, _ := strings.Cut(rest, "|")
		block.Cards = append(block.Cards, Card{Scan: clean(scan), Under: clean(under)})
		return true
	}
	if len(block.Cards) == 0 {
		return false
	}
	c := &block.Cards[len(block.Cards)-1]
	switch {
	case !strings.HasPrefix(line, "@"):
		c.Lines = append(c.Lines, CardLine{Text: clean(line)})
	case word == "大字":
		c.Lines = append(c.Lines, CardLine{Text: clean(rest), Large: true})
	case word == "小字":
		c.Lines = append(c.Lines, CardLine{Text: clean(rest), Small: true})
	case word == "存根":
		c.Stub = clean(rest)
	default:
		return false
	}
	return true
}

// cards lays sheets of cards. A sheet is a whole page: what stands before it ends there, what follows begins a new one.
func (s *sheet) cards(b Block) {
	across, down := max(len(b.Columns), 1), max(b.Lines, 1)
	w, h := (s.width-2*cardSide)/float64(across), (s.height-2*cardTop)/float64(down)
	for from := 0; from < len(b.Cards); from += across * down {
		one := slab{h: s.body(), bare: true}
		for i, c := range b.Cards[from:min(from+across*down, len(b.Cards))] {
			one.ops = append(one.ops, s.card(c, cardSide+float64(i%across)*w, cardTop+float64(i/across)*h, w, h)...)
		}
		one.ops = append(one.ops, s.cutMarks(across, down, w, h)...)
		for i := range one.ops {
			one.ops[i].y -= s.top
		}
		s.put(slab{newPage: true}, one)
	}
	s.put(slab{newPage: true})
}

// cutMarks are short lines outside the cards where the knife is set.
func (s *sheet) cutMarks(across, down int, w, h float64) (ops []op) {
	for i := range across + 1 {
		x := cardSide + float64(i)*w
		ops = append(ops, op{rule: true, x: x, y: cardTop - cutMark, h: cutMark - 3}, op{rule: true, x: x, y: s.height - cardTop + 3, h: cutMark - 3})
	}
	for i := range down + 1 {
		y := cardTop + float64(i)*h
		ops = append(ops, op{rule: true, x: cardSide - cutMark, y: y, w: cutMark - 3}, op{rule: true, x: s.width - cardSide + 3, y: y, w: cutMark - 3})
	}
	return ops
}

// card draws one card into its box: lines to the left, the code to the right, the stub below.
func (s *sheet) card(c Card, x, y, w, h float64) (ops []op) {
	if c.Stub != "" {
		h -= stubHigh
		for at := x + 4; at < x+w-4; at += 5 {
			ops = append(ops, op{rule: true, x: at, y: y + h, w: 2.5})
		}
		st := style{size: cardSmall}
		text, _ := s.printable(c.Stub)
		st.size *= min(1, (w-2*cardPad)/s.textWidth(text, st)) // codes differ in width, and the knife is set at the edge
		ops = append(ops, op{x: x + cardPad, y: y + h + baseline(stubHigh, st), text: text, style: st})
	}
	room := w - 2*cardPad
	if c.Scan != "" {
		room -= cardScan + cardQuiet
		scan := min(cardScan, h-2*cardPad-10-cardQuiet)
		at := y + (h-scan-10-cardQuiet)/2
		ops = append(ops, op{x: x + w - cardPad - scan, y: at, w: scan, h: scan, scan: c.Scan})
		st := style{size: cardSmall, heavy: true}
		under, _ := s.printable(c.Under)
		ops = append(ops, op{x: x + w - cardPad - scan/2 - s.textWidth(under, st)/2, y: at + scan + cardQuiet + baseline(10, st), text: under, style: st})
	}
	return append(ops, s.cardWords(c.Lines, x+cardPad, y, room, h)...)
}

// cardWords sets the lines in the middle of a card's height. Where they do not fit, all of them are set smaller.
func (s *sheet) cardWords(lines []CardLine, x, y, room, h float64) (ops []op) {
	for scale := 1.0; ; scale -= 0.08 {
		at := 0.0
		ops = ops[:0]
		for _, l := range lines {
			st := style{size: cardPlain * scale}
			switch {
			case l.Large:
				st = style{cardLarge * scale, true}
			case l.Small:
				st.size = cardSmall * scale
			}
			step := st.size * 1.4
			for _, one := range s.wrap(l.Text, st, 0, room) {
				ops = append(ops, op{x: x, y: at + baseline(step, st), text: one.text, style: st})
				at += step
			}
		}
		if at > h-8 && scale > 0.6 {
			continue
		}
		for i := range ops {
			ops[i].y += y + max(4, (h-at)/2)
		}
		return ops
	}
}

// scan draws a QR code as squares: sharp at any size, and small in the file.
func (p *press) scan(o op) {
	code, err := qrcode.New(o.scan, qrcode.Medium)
	if err != nil {
		return // longer than a QR code holds; the words beside it remain
	}
	code.DisableBorder = true
	dots := code.Bitmap()
	side := o.w / float64(len(dots))
	for i, row := range dots {
		for j := 0; j < len(row); j++ {
			n := 0
			for j+n < len(row) && row[j+n] {
				n++
			}
			if n > 0 {
				p.pdf.Rect(o.x+float64(j)*side, o.y+float64(i)*side, float64(n)*side, side, "F")
				j += n
			}
		}
	}
}

// cardFootOf is the one line at the foot of a sheet of cards, outside them: which sheet it is and who printed it.
func (p *page) cardFootOf(f faces) {
	st := style{size: 7.5}
	text := fmt.Sprintf("%s　第 %d 张 共 %d 张", p.doc.Title, p.number, p.total)
	if by := p.doc.footLines(); len(by) > 0 {
		text += "　" + by[len(by)-1]
	}
	text, _ = f.printable(text)
	p.ops = append(p.ops, op{x: cardSide + cutMark, y: p.height - cardFoot, text: text, style: st})
}

// asTable is a sheet of cards where nothing can be laid freely: a table with a card in each box.
func (b Block) asTable() Block {
	t := Block{Kind: Table, Size: 9, Columns: b.Columns}
	across := max(len(b.Columns), 1)
	for i, c := range b.Cards {
		if i%across == 0 {
			t.Rows = append(t.Rows, Row{})
		}
		words := []string{}
		for _, l := range c.Lines {
			words = append(words, l.Text)
		}
		for _, more := range []string{c.Under, c.Stub} {
			if more != "" {
				words = append(words, more)
			}
		}
		cell := Cell{Span: 1, Text: strings.Join(words, "\n")}
		if c.Scan != "" {
			cell.Image = qr(c.Scan)
		}
		row := &t.Rows[len(t.Rows)-1]
		row.Cells = append(row.Cells, cell)
	}
	if n := len(t.Rows); n > 0 {
		for len(t.Rows[n-1].Cells) < across {
			t.Rows[n-1].Cells = append(t.Rows[n-1].Cells, Cell{Span: 1, Open: true})
		}
	}
	return t
}
