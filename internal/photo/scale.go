package photo

import (
	"image"
	"image/draw"

	xdraw "golang.org/x/image/draw"
)

// shrink brings src to at most side px on its long side, on white where it is transparent. First whole blocks are
// averaged in bands, which needs little memory whatever the size of src; what remains is less than a halving, which
// bilinear sampling does without moiré.
func shrink(src image.Image, side int) *image.RGBA {
	b := src.Bounds()
	long := max(b.Dx(), b.Dy())
	m := average(src, max(1, long/side))
	w, h := m.Rect.Dx(), m.Rect.Dy()
	if max(w, h) <= side {
		return m
	}
	scale := func(n int) int { return max(1, (n*side+max(w, h)/2)/max(w, h)) }
	out := image.NewRGBA(image.Rect(0, 0, scale(w), scale(h)))
	xdraw.ApproxBiLinear.Scale(out, out.Rect, m, m.Rect, xdraw.Src, nil)
	return out
}

// average makes one pixel of each k × k block; blocks at the far edges may be smaller.
func average(src image.Image, k int) *image.RGBA {
	b := src.Bounds()
	out := image.NewRGBA(image.Rect(0, 0, (b.Dx()+k-1)/k, (b.Dy()+k-1)/k))
	band := image.NewRGBA(image.Rect(0, 0, b.Dx(), min(k, b.Dy())))
	for y := range out.Rect.Dy() {
		rows := min(k, b.Dy()-y*k)
		draw.Draw(band, band.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(band, image.Rect(0, 0, b.Dx(), rows), src, b.Min.Add(image.Pt(0, y*k)), draw.Over)
		for x := range out.Rect.Dx() {
			mean(out.Pix[out.PixOffset(x, y):], band, x*k, min(k, b.Dx()-x*k), rows)
		}
	}
	return out
}

func mean(to []byte, band *image.RGBA, x, w, rows int) {
	var r, g, b int
	for y := range rows {
		line := band.Pix[band.PixOffset(x, y):][:4*w]
		for i := 0; i < len(line); i += 4 {
			r, g, b = r+int(line[i]), g+int(line[i+1]), b+int(line[i+2])
		}
	}
	n := w * rows
	to[0], to[1], to[2], to[3] = byte((r+n/2)/n), byte((g+n/2)/n), byte((b+n/2)/n), 0xFF
}

// turn makes upright what was taken with the given orientation (Exif 2.3, tag 0x0112: 1 to 8; others count as 1).
func turn(m *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return m
	}
	w, h := m.Rect.Dx(), m.Rect.Dy()
	from := [...]func(x, y int) (int, int){
		2: func(x, y int) (int, int) { return w - 1 - x, y },
		3: func(x, y int) (int, int) { return w - 1 - x, h - 1 - y },
		4: func(x, y int) (int, int) { return x, h - 1 - y },
		5: func(x, y int) (int, int) { return y, x },
		6: func(x, y int) (int, int) { return y, h - 1 - x },
		7: func(x, y int) (int, int) { return w - 1 - y, h - 1 - x },
		8: func(x, y int) (int, int) { return w - 1 - y, x },
	}[orientation]
	size := image.Rect(0, 0, w, h)
	if orientation > 4 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range size.Dy() {
		for x := range size.Dx() {
			sx, sy := from(x, y)
			copy(out.Pix[out.PixOffset(x, y):][:4], m.Pix[m.PixOffset(sx, sy):])
		}
	}
	return out
}
