package paper

import "strings"

// box is a cell as it will stand.
type box struct {
	x, w  float64
	lines []line
	image []byte
	iw    float64
	ih    float64
	align string
	heavy bool
	high  bool // begins at the top, as a long account does
	size  float64
	kind  byte // 's' struck out, 'o' open, 'u' belongs to the one above
	rows  int  // how many rows it covers
}

func (b box) height() float64 {
	h := float64(len(b.lines))*b.size*tableLeading + 2*cellPad
	if b.image != nil {
		h += b.ih
	}
	return h
}

// table lays a table: its header comes again on every page, rows are not cut, but for one too tall for a page, which is cut
// between lines.
func (s *sheet) table(t Block) {
	size := t.Size
	if size == 0 {
		size = tableSize
	}
	s.space(3)
	s.tie() // a heading over a table goes with it
	var header []slab
	for i := 0; i < len(t.Rows); {
		n := 1
		for i+n < len(t.Rows) && joins(t.Rows[i+n]) {
			n++
		}
		group := s.group(t, t.Rows[i:i+n], size)
		switch {
		case t.Rows[i].Header && (i == 0 || t.Rows[i-1].Header):
			header = append(header, group...)
			group[len(group)-1].keep = true
		case t.Rows[i].Total:
			s.tie()
		}
		if !t.Rows[i].Header {
			for j := range group {
				group[j].header = header
			}
		}
		s.put(group...)
		i += n
	}
	s.space(6)
}

func joins(r Row) bool {
	for _, c := range r.Cells {
		if c.Up {
			return true
		}
	}
	return false
}

// group lays rows that share a box.
func (s *sheet) group(t Block, rows []Row, size float64) []slab {
	grid := make([][]box, len(rows))
	heights := make([]float64, len(rows))
	for i, r := range rows {
		grid[i] = s.boxes(t, r, size)
		heights[i] = max(size*tableLeading+2*cellPad+2, float64(r.Lines)*size*tableLeading+2*cellPad)
	}
	for i := range grid {
		for j := range grid[i] {
			b := &grid[i][j]
			b.rows = 1
			for k := i + 1; k < len(grid) && below(grid[k], *b); k++ {
				b.rows++
			}
			if b.rows == 1 && b.kind != 'u' {
				heights[i] = max(heights[i], b.height())
			}
		}
	}
	total := 0.0
	for i := range grid { // a box over several rows makes the last of them taller
		for _, b := range grid[i] {
			if b.rows > 1 && b.kind != 'u' {
				have := 0.0
				for _, h := range heights[i : i+b.rows] {
					have += h
				}
				heights[i+b.rows-1] += max(0, b.height()-have)
			}
		}
		total += heights[i]
	}
	if len(rows) == 1 && total > s.body()*0.4 {
		return tall(grid[0], size, heights[0])
	}
	if total > s.body() {
		return s.apart(grid, heights, size)
	}
	out := slab{h: total}
	y := 0.0
	for i := range grid {
		for _, b := range grid[i] {
			if b.kind != 'u' {
				h := 0.0
				for _, one := range heights[i : i+b.rows] {
					h += one
				}
				out.ops = append(out.ops, b.draw(y, h)...)
			}
		}
		y += heights[i]
	}
	return []slab{out}
}

// apart lays rows joined by a box that no page can hold one by one; the shared box is closed at every row.
func (s *sheet) apart(grid [][]box, heights []float64, size float64) (out []slab) {
	for i := range grid {
		for j := range grid[i] {
			b := &grid[i][j]
			if b.kind == 'u' {
				b.kind = 'o'
			}
			if b.rows > 1 {
				heights[i] = max(heights[i], b.height())
			}
		}
		if heights[i] > s.body()*0.4 {
			out = append(out, tall(grid[i], size, heights[i])...)
			continue
		}
		one := slab{h: heights[i]}
		for _, b := range grid[i] {
			one.ops = append(one.ops, b.draw(0, heights[i])...)
		}
		out = append(out, one)
	}
	return out
}

func below(row []box, over box) bool {
	for _, b := range row {
		if b.kind == 'u' && b.x == over.x && b.w == over.w {
			return true
		}
	}
	return false
}

func (s *sheet) boxes(t Block, r Row, size float64) (out []box) {
	sum := 0.0
	for _, c := range t.Columns {
		sum += c.Share
	}
	x, at := s.left, 0
	for _, c := range r.Cells {
		w, widest := 0.0, Column{}
		for _, col := range t.Columns[at:min(at+c.Span, len(t.Columns))] {
			w += col.Share / sum * s.room
			if col.Share > widest.Share {
				widest = col
			}
		}
		b := box{x: x, w: w, align: widest.Align, heavy: r.Header || r.Total, size: size}
		b.high = r.Lines >= 3 && b.align != "中" && b.align != "右"
		switch {
		case c.Up:
			b.kind = 'u'
		case c.Open:
			b.kind = 'o'
		case c.Text == "" && len(c.Image) == 0:
			b.kind = 's'
			if r.Lines < 3 {
				b.lines, b.align = []line{{text: slash, width: size, end: true}}, "中"
			}
		default:
			s.fill(&b, c)
		}
		if r.Header || r.Total && at == 0 {
			b.align = "中"
		}
		out = append(out, b)
		x += w
		at += c.Span
	}
	return out
}

func (s *sheet) fill(b *box, c Cell) {
	room := b.w - 2*cellPad
	words := c.Text
	if len(c.Image) > 0 {
		image, w, h, ok := pixels(c.Image)
		if ok {
			scale := min(room/w, 160/h, 1)
			if h > w/2 || w < 500 { // a signature, not a sketch
				scale = min(scale, 44/h)
			}
			b.image, b.iw, b.ih = image, w*scale, h*scale
		} else {
			words = strings.TrimSpace(words + unreadable)
		}
	}
	if words == "" {
		return
	}
	if longest := s.longest(words, style{b.size, b.heavy}); longest > room && longest < room*1.5 {
		b.size *= room / longest // a telephone or identity number is not broken where a smaller type holds it
	}
	st := style{b.size, b.heavy}
	b.lines = s.wrap(words, st, 0, room)
	if n := len(b.lines); n == 2 && b.align == "中" { // a label of two lines: 被申/请人 rather than 被申请/人
		if even := s.wrap(words, st, 0, s.textWidth(words, st)/2+b.size/2); len(even) == 2 {
			b.lines = even
		}
	}
}

// longest is the width of the longest word or number.
func (s *sheet) longest(words string, st style) (most float64) {
	for _, word := range strings.FieldsFunc(words, func(r rune) bool { return !latin(r) }) {
		most = max(most, s.textWidth(word, st))
	}
	return most
}

func (b box) at(l line) float64 {
	switch b.align {
	case "中":
		return b.x + (b.w-l.width)/2
	case "右":
		return b.x + b.w - cellPad - l.width
	}
	return b.x + cellPad
}

func frame(x, y, w, h float64) []op {
	return []op{{rule: true, x: x, y: y, w: w}, {rule: true, x: x, y: y + h, w: w},
		{rule: true, x: x, y: y, h: h}, {rule: true, x: x + w, y: y, h: h}}
}

func (b box) draw(y, h float64) []op {
	ops := frame(b.x, y, b.w, h)
	if b.kind == 's' && b.lines == nil {
		return append(ops, op{rule: true, x: b.x, y: y + h, w: b.w, h: -h})
	}
	step := b.size * tableLeading
	if !b.high {
		y += (h - b.height()) / 2
	}
	y += cellPad
	if b.image != nil {
		ops = append(ops, op{x: b.at(line{width: b.iw}), y: y, w: b.iw, h: b.ih, image: b.image})
		y += b.ih
	}
	st := style{b.size, b.heavy}
	for _, l := range b.lines {
		ops = append(ops, op{x: b.at(l), y: y + baseline(step, st), text: l.text, style: st})
		y += step
	}
	return ops
}

// tall lays a row line by line; where a page ends, the boxes are closed and opened again.
func tall(row []box, size, h float64) (out []slab) {
	step, n := size*tableLeading, 0
	for _, b := range row {
		n = max(n, len(b.lines))
	}
	if n*int(step) < int(h/2) { // tall because somebody wants to write in it, or by a picture
		one := slab{h: h}
		for _, b := range row {
			one.ops = append(one.ops, b.draw(0, h)...)
		}
		return []slab{one}
	}
	for i := range n {
		one := slab{h: step}
		before, after := 0.0, 0.0
		if i == 0 {
			before = cellPad
		}
		if i == n-1 {
			after = max(cellPad, h-float64(n)*step-cellPad)
		}
		one.h += before + after
		for _, b := range row {
			one.ops = append(one.ops, op{rule: true, x: b.x, h: one.h}, op{rule: true, x: b.x + b.w, h: one.h})
			one.opened = append(one.opened, op{rule: true, x: b.x, y: one.h, w: b.w})
			one.closed = append(one.closed, op{rule: true, x: b.x, w: b.w})
			if i == 0 && b.image != nil {
				one.ops = append(one.ops, op{x: b.at(line{width: b.iw}), y: cellPad, w: b.iw, h: min(b.ih, step), image: b.image})
			}
			if i < len(b.lines) {
				st := style{b.size, b.heavy}
				one.ops = append(one.ops, op{x: b.at(b.lines[i]), y: before + baseline(step, st), text: b.lines[i].text, style: st})
			}
		}
		if i == 0 {
			one.ops = append(one.ops, one.closed...)
		}
		if i == n-1 {
			one.ops = append(one.ops, one.opened...)
		}
		out = append(out, one)
	}
	return out
}
