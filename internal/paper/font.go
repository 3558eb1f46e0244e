package paper

import (
	"bytes"
	"compress/gzip"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"unicode"
)

//go:embed font/song.ttf.gz font/heavy.ttf.gz
var fontFiles embed.FS

// Font is a TrueType font taken apart once, from which each document cuts the few glyphs it prints.
// The PDF library would parse all of a font for every document and knows no character beyond U+FFFF; names have such.
type Font struct {
	table   map[string][]byte
	glyphOf map[rune]uint16
	unit    float64 // units of the em
	metrics int     // glyphs with a width of their own
	glyphs  int
}

// ReadFont reads an additional TrueType font (.ttf), such as one with all of GB18030, for the characters that the built-in
// fonts (GB2312) lack.
func ReadFont(path string) (*Font, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read font: %w", err)
	}
	f, err := parseFont(data)
	if err != nil {
		return nil, fmt.Errorf("read font %s: %w", path, err)
	}
	return f, nil
}

// builtIn unpacks the two faces once per process.
var builtIn = sync.OnceValue(func() [2]*Font {
	var out [2]*Font
	for i, name := range []string{"song", "heavy"} {
		packed, err := fontFiles.Open("font/" + name + ".ttf.gz")
		if err != nil {
			panic(err) // embedded: cannot be missing
		}
		r, err := gzip.NewReader(packed)
		if err != nil {
			panic(err)
		}
		data, err := io.ReadAll(r)
		if err != nil {
			panic(err)
		}
		if out[i], err = parseFont(data); err != nil {
			panic(err)
		}
	}
	return out
})

var errFont = errors.New("not a TrueType font with a Unicode character map (TTC and CFF outlines are not read)")

func u16(b []byte, at int) int {
	if at < 0 || at+2 > len(b) {
		return 0
	}
	return int(binary.BigEndian.Uint16(b[at:]))
}

func u32(b []byte, at int) int {
	if at < 0 || at+4 > len(b) {
		return 0
	}
	return int(binary.BigEndian.Uint32(b[at:]))
}

func parseFont(data []byte) (*Font, error) {
	if kind := u32(data, 0); kind != 0x00010000 && kind != 0x74727565 {
		return nil, errFont
	}
	f := &Font{table: map[string][]byte{}, glyphOf: map[rune]uint16{}}
	for i := range u16(data, 4) {
		entry := 12 + 16*i
		from, n := u32(data, entry+8), u32(data, entry+12)
		if entry+16 > len(data) || from+n > len(data) {
			return nil, errFont
		}
		f.table[string(data[entry:entry+4])] = data[from : from+n]
	}
	for name, least := range map[string]int{"head": 54, "hhea": 36, "maxp": 6, "post": 32, "hmtx": 4, "cmap": 4, "loca": 4, "glyf": 1} {
		if len(f.table[name]) < least {
			return nil, errFont
		}
	}
	f.unit, f.metrics, f.glyphs = float64(u16(f.table["head"], 18)), u16(f.table["hhea"], 34), u16(f.table["maxp"], 4)
	f.readCharacters()
	if f.unit == 0 || f.metrics == 0 || len(f.glyphOf) == 0 || len(f.table["hmtx"]) < 4*f.metrics+2*(f.glyphs-f.metrics) {
		return nil, errFont
	}
	return f, nil
}

// readCharacters reads the character maps of format 4 (to U+FFFF) and 12 (all).
func (f *Font) readCharacters() {
	cmap := f.table["cmap"]
	add := func(r, glyph int) {
		if glyph > 0 && glyph < f.glyphs && r <= unicode.MaxRune {
			f.glyphOf[rune(r)] = uint16(glyph)
		}
	}
	for i := range u16(cmap, 2) {
		from := u32(cmap, 4+8*i+4)
		if platform := u16(cmap, 4+8*i); from >= len(cmap) || platform != 0 && platform != 3 {
			continue
		}
		switch t := cmap[from:]; u16(t, 0) {
		case 4:
			n := u16(t, 6) / 2
			for s := range n {
				end, start := u16(t, 14+2*s), u16(t, 16+2*n+2*s)
				delta, offset := u16(t, 16+4*n+2*s), u16(t, 16+6*n+2*s)
				for c := start; c <= end && c < 0xFFFF; c++ {
					glyph := c
					if offset != 0 {
						if glyph = u16(t, 16+6*n+2*s+offset+2*(c-start)); glyph == 0 {
							continue
						}
					}
					add(c, (glyph+delta)&0xFFFF)
				}
			}
		case 12:
			for g := range min(u32(t, 12), len(t)/12) {
				start, end, glyph := u32(t, 16+12*g), u32(t, 20+12*g), u32(t, 24+12*g)
				for c := start; c <= end && c-start < f.glyphs; c++ {
					add(c, glyph+c-start)
				}
			}
		}
	}
}

func (f *Font) has(r rune) bool { return f.glyphOf[r] != 0 }

// width is the advance of a character in ems.
func (f *Font) width(r rune) float64 {
	return float64(u16(f.table["hmtx"], 4*min(int(f.glyphOf[r]), f.metrics-1))) / f.unit
}

// outline is the description of one glyph; empty for a blank.
func (f *Font) outline(glyph int) []byte {
	loca, glyf := f.table["loca"], f.table["glyf"]
	from, to := u32(loca, 4*glyph), u32(loca, 4*glyph+4)
	if u16(f.table["head"], 50) == 0 {
		from, to = 2*u16(loca, 2*glyph), 2*u16(loca, 2*glyph+2)
	}
	if from >= to || to > len(glyf) {
		return nil
	}
	return glyf[from:to]
}

// parts finds where an outline made of others names them.
func parts(outline []byte) (at []int) {
	if len(outline) < 12 || outline[0]&0x80 == 0 {
		return nil
	}
	for p := 10; p+4 <= len(outline); {
		flags := u16(outline, p)
		at = append(at, p+2)
		p += 6
		if flags&0x01 != 0 {
			p += 2
		}
		switch {
		case flags&0x08 != 0:
			p += 2
		case flags&0x40 != 0:
			p += 4
		case flags&0x80 != 0:
			p += 8
		}
		if flags&0x20 == 0 {
			break
		}
	}
	return at
}

// cut makes a small font of the characters wanted, each under its code: its own below U+10000, a private one beyond.
func (f *Font) cut(codes map[rune]uint16) []byte {
	glyphs, place := []int{0}, map[int]int{0: 0}
	take := func(glyph int) int {
		if _, ok := place[glyph]; !ok {
			place[glyph] = len(glyphs)
			glyphs = append(glyphs, glyph)
		}
		return place[glyph]
	}
	glyphAt := map[uint16]int{}
	for _, r := range sortedKeys(codes) {
		glyphAt[codes[r]] = take(int(f.glyphOf[r]))
	}
	var glyf, hmtx []byte
	loca := binary.BigEndian.AppendUint32(nil, 0)
	for i := 0; i < len(glyphs); i++ { // grows while glyphs made of others name them
		outline := slices.Clone(f.outline(glyphs[i]))
		for _, at := range parts(outline) {
			binary.BigEndian.PutUint16(outline[at:], uint16(take(u16(outline, at))))
		}
		glyf = append(glyf, outline...)
		glyf = append(glyf, make([]byte, -len(glyf)&3)...)
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		own := min(glyphs[i], f.metrics-1)
		bearing := 4*own + 2
		if glyphs[i] >= f.metrics {
			bearing = 4*f.metrics + 2*(glyphs[i]-f.metrics)
		}
		hmtx = append(hmtx, f.table["hmtx"][4*own:4*own+2]...)
		hmtx = binary.BigEndian.AppendUint16(hmtx, uint16(u16(f.table["hmtx"], bearing)))
	}
	with := func(name string, at, value int) []byte {
		t := slices.Clone(f.table[name])
		binary.BigEndian.PutUint16(t[at:], uint16(value))
		return t
	}
	return assemble(map[string][]byte{"cmap": characterMap(glyphAt), "glyf": glyf, "loca": loca, "hmtx": hmtx,
		"head": with("head", 50, 1), "hhea": with("hhea", 34, len(glyphs)), "maxp": with("maxp", 4, len(glyphs)),
		"post": with("post", 2, 0)[:32], "name": {0, 0, 0, 0, 0, 6}})
}

// characterMap writes a character map of format 4, a segment a character.
func characterMap(glyphAt map[uint16]int) []byte {
	n := len(glyphAt) + 1
	var end, start, delta []byte
	for _, c := range append(sortedKeys(glyphAt), 0xFFFF) {
		end = binary.BigEndian.AppendUint16(end, c)
		start = binary.BigEndian.AppendUint16(start, c)
		delta = binary.BigEndian.AppendUint16(delta, uint16(glyphAt[c])-c)
	}
	var b bytes.Buffer
	for _, v := range []int{0, 1, 3, 1, 0, 12, 4, min(16+8*n, 0xFFFF), 0, 2 * n, 0, 0, 0} {
		_ = binary.Write(&b, binary.BigEndian, uint16(v))
	}
	for _, part := range [][]byte{end, {0, 0}, start, delta, make([]byte, 2*n)} {
		b.Write(part)
	}
	return b.Bytes()
}

func assemble(tables map[string][]byte) []byte {
	names := sortedKeys(tables)
	out := binary.BigEndian.AppendUint32(nil, 0x00010000)
	out = binary.BigEndian.AppendUint16(out, uint16(len(names)))
	out = append(out, make([]byte, 6)...)
	at := 12 + 16*len(names)
	var body []byte
	for _, name := range names {
		out = append(out, name...)
		out = binary.BigEndian.AppendUint32(out, 0) // nobody here reads the checksum; the PDF library computes it again
		out = binary.BigEndian.AppendUint32(out, uint32(at+len(body)))
		out = binary.BigEndian.AppendUint32(out, uint32(len(tables[name])))
		body = append(body, tables[name]...)
		body = append(body, make([]byte, -len(body)&3)...)
	}
	return append(out, body...)
}

func sortedKeys[K interface{ ~string | ~int32 | ~uint16 }, V any](m map[K]V) []K {
	keys := make([]K, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

// faces are the fonts of one print.
type faces struct {
	song, heavy *Font
	more        []*Font
}

func facesOf(more []*Font) faces {
	f := builtIn()
	return faces{song: f[0], heavy: f[1], more: more}
}

// of gives the font a character is printed in; nil when there is none.
func (f faces) of(r rune, heavy bool) *Font {
	if heavy && f.heavy.has(r) {
		return f.heavy
	}
	if f.song.has(r) {
		return f.song
	}
	for _, m := range f.more {
		if m.has(r) {
			return m
		}
	}
	return nil
}

// gap is printed where a character has no glyph: a name with a hole would be a wrong name.
const gap = "〔缺字〕"

// printable is text as it can be printed: what is invisible goes, what cannot be drawn is marked.
func (f faces) printable(s string) (text string, missing []rune) {
	var b []rune
	for _, r := range s {
		switch {
		case r == '\n':
			b = append(b, r)
		case r == '\t' || r == '\u00a0':
			b = append(b, ' ')
		case unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r):
		case f.of(r, false) == nil:
			b = append(b, []rune(gap)...)
			missing = append(missing, r)
		default:
			b = append(b, r)
		}
	}
	return string(b), missing
}
