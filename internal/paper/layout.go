package paper

import (
	"fmt"
	"strings"
)

// Measures of A4 in points: margins that leave 28 characters of 三号 to a line, as an official paper has.
const (
	short, long  = 595.28, 841.89
	left, high   = 79.4, 80.0 // high and bottom are the margins above and below
	right        = short - left - 28*bodySize
	sideways     = 56.0 // the margins of a page laid on its side
	bottom       = 88.0
	leading      = 1.75 // line to line, in sizes; a table is closer
	tableLeading = 1.4
	cellPad      = 3.5
)

// op is one stroke of the pen: a text at its baseline, a line, a picture. Its place is relative to its slab, then to its page.
type op struct {
	x, y, w, h float64
	text       string
	style      style
	spread     float64 // points added after every character
	image      []byte
	rule       bool
	scan       string // a QR code of these words
	mark       bool   // large, grey and aslant, under everything else
}

// slab is a strip of a page that is never cut.
type slab struct {
	h       float64
	ops     []op
	keep    bool   // stays on the page of the slab after it
	blank   bool   // room only: goes at the top of a page
	newPage bool   // begins a page
	bare    bool   // fills a page that has no foot of its own: cards to be cut
	header  []slab // comes again before it on a new page
	opened  []op   // closes the box above when the page ends after this slab …
	closed  []op   // … and opens it again when the page begins with it
}

// page is what is printed on one side of a sheet.
type page struct {
	width, height float64
	ops           []op
	doc           *Document
	number, total int // none when 0
	bare          bool
}

// sheet lays the blocks of one document.
type sheet struct {
	faces
	doc           *Document
	width, height float64
	left, room    float64
	top           float64
	slabs         []slab
}

func newSheet(f faces, d *Document) *sheet {
	s := &sheet{faces: f, doc: d, width: short, height: long, left: left, room: short - left - right, top: high}
	if d.Landscape {
		s.width, s.height = long, short
		s.left, s.room, s.top = sideways, long-2*sideways, 60
	}
	return s
}

func (s *sheet) body() float64 { return s.height - s.top - bottom }

// pages lays a document out.
func (d *Document) pages(f faces) []page {
	s := newSheet(f, d)
	for _, b := range d.Blocks {
		s.block(b)
	}
	return s.paginate()
}

func (s *sheet) put(one ...slab) { s.slabs = append(s.slabs, one...) }

func (s *sheet) space(h float64) { s.put(slab{h: h, blank: true}) }

func (s *sheet) block(b Block) {
	size := b.Size
	if size == 0 {
		size = bodySize
	}
	body := style{size: size}
	switch b.Kind {
	case Cover:
		s.put(slab{h: 120})
		s.centred(b.Text, style{36, true}, 1.5)
		s.put(slab{h: 60})
	case Heading:
		s.centred(b.Text, style{22, true}, 1.6)
		s.space(10)
		s.tie()
	case Subtitle:
		s.centred(b.Text, style{16, true}, 1.5)
		s.space(6)
		s.tie()
	case Centred:
		s.centred(b.Text, body, leading)
	case Right:
		s.lines(b.Text, body, 0, func(l line) float64 { return s.room - l.width })
	case Section:
		s.lines(b.Text, style{size, true}, 2*size, nil)
		s.tie()
	case Paragraph:
		s.lines(b.Text, body, 2*size, nil)
	case Flush:
		s.lines(b.Text, body, 0, nil)
	case Small:
		s.lines(b.Text, style{size: 9}, 0, nil)
	case Space:
		s.space(float64(b.Lines) * size * leading)
	case NewPage:
		s.put(slab{newPage: true})
	case Table:
		s.table(b)
	case Signs:
		s.signs(b.Signs, size)
	case Seal:
		s.seal(b, body)
	case Picture:
		s.picture(b)
	case Cards:
		s.cards(b)
	}
}

// tie keeps what was laid last on the page of what follows.
func (s *sheet) tie() {
	for i := len(s.slabs) - 1; i >= 0; i-- {
		s.slabs[i].keep = true
		if !s.slabs[i].blank {
			return
		}
	}
}

// lines lays a paragraph: at least two of its lines stay together at either end of a page.
func (s *sheet) lines(text string, st style, indent float64, at func(line) float64) {
	all := s.wrap(text, st, indent, s.room)
	h := st.size * leading
	fresh := true
	for i, l := range all {
		x, spread := 0.0, 0.0
		if fresh {
			x = indent
		}
		if at != nil {
			x = at(l)
		} else if n := len([]rune(l.text)); !l.end && n > 1 {
			if rest := s.room - x - l.width; rest > 0 && rest < 3*st.size {
				spread = rest / float64(n-1)
			}
		}
		s.put(slab{h: h, keep: len(all) > 1 && (i == 0 || i == len(all)-2),
			ops: []op{{x: s.left + x, y: baseline(h, st), text: l.text, style: st, spread: spread}}})
		fresh = l.end
	}
}

func (s *sheet) centred(text string, st style, leading float64) {
	for _, l := range s.wrap(text, st, 0, s.room) {
		h := st.size * leading
		s.put(slab{h: h, keep: true, ops: []op{{x: s.left + (s.room-l.width)/2, y: baseline(h, st), text: l.text, style: st}}})
	}
	if n := len(s.slabs); n > 0 {
		s.slabs[n-1].keep = false
	}
}

// baseline of a line of type in a strip of height h: the em stands in the middle.
func baseline(h float64, st style) float64 { return h/2 + 0.37*st.size }

// signs lays places to sign abreast, two to a strip and three on a page laid on its side, each with room for a thumb; they
// never stand on a page without words.
func (s *sheet) signs(all []Sign, size float64) {
	s.tieWords(2)
	st, abreast := style{size: min(size, 14)}, 2
	if s.doc.Landscape {
		abreast = 3
	}
	s.space(size)
	s.tie()
	room := s.room / float64(abreast)
	from, total := len(s.slabs), 0.0
	for i := 0; i < len(all); i += abreast {
		strip := slab{}
		for j, sign := range all[i:min(i+abreast, len(all))] {
			if len(all) == 1 {
				j = abreast - 1 // alone it stands to the right
			}
			h, ops := s.sign(sign, st, s.left+float64(j)*room, room-10)
			strip.h = max(strip.h, h)
			strip.ops = append(strip.ops, ops...)
		}
		s.put(strip)
		total += strip.h
	}
	for i := from; total < s.body()*0.45 && i < len(s.slabs)-1; i++ {
		s.slabs[i].keep = true // all signatures under the words they sign, while they are few
	}
}

func (s *sheet) sign(sign Sign, st style, x, room float64) (h float64, ops []op) {
	step := st.size * 1.4
	say := func(text string) {
		for _, l := range s.wrap(text, st, 0, room) {
			ops = append(ops, op{x: x, y: h + baseline(step, st), text: l.text, style: st})
			h += step
		}
	}
	say(sign.Label)
	image, w, tall, ok := pixels(sign.Image)
	switch {
	case ok:
		scale := min(120/w, 40/tall)
		ops = append(ops, op{x: x, y: h + 2, w: w * scale, h: tall * scale, image: image})
		h += 44
	case len(sign.Image) > 0:
		say(unreadable)
	case sign.Name != "":
		say(sign.Name)
	default:
		h += 40 // a thumb
		ops = append(ops, op{rule: true, x: x, y: h - 4, w: min(room, 150)})
	}
	say(orDate(sign.Date))
	return h + st.size*0.7, ops
}

// tieWords keeps the last n lines of words on the page of what follows.
func (s *sheet) tieWords(n int) {
	for i := len(s.slabs) - 1; i >= 0 && n > 0; i-- {
		if s.slabs[i].newPage {
			return
		}
		s.slabs[i].keep = true
		if !s.slabs[i].blank {
			n--
		}
	}
}

// seal leaves room for the seal of an organ over its name and date.
func (s *sheet) seal(b Block, st style) {
	s.tieWords(1)
	strip := slab{h: 16}
	step := st.size * leading
	for _, text := range []string{b.Text, "（盖章处）", orDate(b.Date)} {
		for _, l := range s.wrap(text, st, 0, s.room*0.6) {
			strip.ops = append(strip.ops, op{x: s.left + s.room - 2*st.size - s.room*0.3 - l.width/2 + 1.2*st.size,
				y: strip.h + baseline(step, st), text: l.text, style: st})
			strip.h += step
		}
	}
	strip.h += 8
	s.put(strip)
}

func (s *sheet) picture(b Block) {
	st := style{size: 10.5}
	image, w, h, ok := pixels(b.Image)
	if !ok {
		s.centred(unreadable+b.Text, st, leading)
		return
	}
	scale := min(s.room/w, s.body()*0.45/h, 1.2)
	s.put(slab{h: h*scale + 6, keep: b.Text != "", ops: []op{{x: s.left + (s.room-w*scale)/2, w: w * scale, h: h * scale, image: image}}})
	if b.Text != "" {
		s.centred(b.Text, st, 1.6)
	}
}

// paginate fills pages with slabs: chains that belong together go on together, if one page can hold them at all.
func (s *sheet) paginate() (pages []page) {
	p, used, broke := s.blankPage(), 0.0, false
	turn := func() {
		pages = append(pages, p)
		p, used = s.blankPage(), 0
	}
	place := func(one slab) {
		for _, o := range one.ops {
			o.y += s.top + used
			p.ops = append(p.ops, o)
		}
		used += one.h
		p.bare = p.bare || one.bare
	}
	for i := 0; i < len(s.slabs); {
		n, h := s.chain(i)
		if s.slabs[i].newPage {
			if used > 0 || len(p.ops) > 0 {
				turn()
			}
			i++
			continue
		}
		if used > 0 && used+h > s.body()+0.1 {
			if i > 0 {
				for _, o := range s.slabs[i-1].opened {
					o.y += s.top + used - s.slabs[i-1].h
					p.ops = append(p.ops, o)
				}
			}
			turn()
			broke = true
		}
		for _, one := range s.slabs[i : i+n] {
			if used == 0 && one.blank {
				continue
			}
			if used == 0 && broke {
				for _, head := range one.header {
					place(head)
				}
				for _, o := range one.closed {
					o.y += s.top + used
					p.ops = append(p.ops, o)
				}
			}
			place(one)
			broke = false
		}
		i += n
	}
	if len(p.ops) > 0 || len(pages) == 0 {
		turn()
	}
	return pages
}

// chain is how many slabs from i on want one page, and their height; one when no page holds them all.
func (s *sheet) chain(i int) (n int, h float64) {
	for n = 1; s.slabs[i+n-1].keep && i+n < len(s.slabs) && !s.slabs[i+n].newPage; n++ {
	}
	head := 0.0
	for _, one := range s.slabs[i].header {
		head += one.h
	}
	for _, one := range s.slabs[i : i+n] {
		h += one.h
	}
	if h+head > s.body() {
		return 1, s.slabs[i].h
	}
	return n, h
}

func (s *sheet) blankPage() page { return page{width: s.width, height: s.height, doc: s.doc} }

// foot writes what every page ends with: number and version, who printed it, how to check it, and its place among the pages.
func (p *page) foot(f faces, margin float64) {
	if p.bare {
		p.cardFootOf(f)
		return
	}
	st := style{size: 7.5}
	y := p.height - 62
	x := margin
	if p.doc.CheckURL != "" {
		p.ops = append(p.ops, op{x: x, y: y - 6, w: 42, h: 42, image: qr(p.doc.CheckURL)})
		x += 48
	}
	for i, text := range p.doc.footLines() {
		text, _ = f.printable(text)
		p.ops = append(p.ops, op{x: x, y: y + 6 + float64(i)*11, text: text, style: st})
	}
	if p.total > 0 {
		st.size = 10.5
		text := fmt.Sprintf("第 %d 页 共 %d 页", p.number, p.total)
		p.ops = append(p.ops, op{x: p.width - margin - f.textWidth(text, st), y: y + 18, text: text, style: st})
	}
}

func (d *Document) footLines() (lines []string) {
	if d.Draft {
		return []string{"草稿：姓名、号码已隐去，不作凭证"}
	}
	var id []string
	if d.Number != "" {
		id = append(id, "编号："+d.Number)
	}
	switch {
	case d.Versions > 1:
		id = append(id, fmt.Sprintf("第%d版（共%d版）", d.Version, d.Versions))
	case d.Version > 0:
		id = append(id, fmt.Sprintf("第%d版", d.Version))
	}
	lines = append(lines, strings.Join(id, "　"))
	if !d.Loose {
		lines = append(lines, "校验码："+d.Code())
	}
	var by []string
	if d.PrintedBy != "" {
		by = append(by, "打印人："+d.PrintedBy)
	}
	if !d.PrintedAt.IsZero() {
		by = append(by, "打印时间："+dateTime(d.PrintedAt))
	}
	if d.CheckURL != "" {
		by = append(by, "扫码核对真伪")
	}
	lines = append(lines, strings.Join(by, "　"))
	if lines[0] == "" {
		return lines[1:]
	}
	return lines
}
