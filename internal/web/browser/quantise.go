package browser

import (
	"bytes"
	"cmp"
	"image"
	"image/color"
	"image/png"
	"slices"
)

// quantise writes a picture again with its 256 most frequent colours, every other pixel taking the nearest of them. Pages
// are flat, so nothing is seen of it, and the file is a third of the size.
func quantise(full []byte) ([]byte, error) {
	src, err := png.Decode(bytes.NewReader(full))
	if err != nil {
		return nil, err
	}
	b := src.Bounds()
	count := map[color.RGBA]int{}
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(src.At(x, y)).(color.RGBA) }
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			count[at(x, y)]++
		}
	}
	seen := make([]color.RGBA, 0, len(count))
	for c := range count {
		seen = append(seen, c)
	}
	slices.SortFunc(seen, func(a, b color.RGBA) int { // by frequency, then by value: the same page gives the same bytes
		return cmp.Or(count[b]-count[a], int(a.R)-int(b.R), int(a.G)-int(b.G), int(a.B)-int(b.B), int(a.A)-int(b.A))
	})
	palette := color.Palette{}
	index := make(map[color.RGBA]uint8, len(seen))
	for i, c := range seen {
		if i < 256 {
			palette = append(palette, c)
		}
		index[c] = uint8(palette.Index(c))
	}
	dst := image.NewPaletted(b, palette)
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			dst.SetColorIndex(x, y, index[at(x, y)])
		}
	}
	var out bytes.Buffer
	err = (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&out, dst)
	return out.Bytes(), err
}
