package photo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"
	"testing/synctest"
)

var (
	red  = color.RGBA{220, 20, 20, 255}
	blue = color.RGBA{20, 20, 220, 255}
)

// halves is red on the left, blue on the right.
func halves(w, h int) *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for i := range w * h {
		m.Set(i%w, i/w, map[bool]color.Color{true: red, false: blue}[i%w < w/2])
	}
	return m
}

func jpegOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pngOf(t testing.TB, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// exif is a block with a serial number, an orientation and, if wanted, a GPS directory.
func exif(order binary.AppendByteOrder, orientation uint16, gps bool) []byte {
	b := []byte("II*\x00")
	if order.AppendUint16(nil, 1)[0] == 0 {
		b = []byte("MM\x00*")
	}
	b = order.AppendUint32(b, 8)
	n := uint16(1)
	if gps {
		n = 2
	}
	b = order.AppendUint16(b, n)
	b = order.AppendUint32(order.AppendUint16(order.AppendUint16(b, 0x0112), 3), 1)
	b = append(order.AppendUint16(b, orientation), 0, 0)
	if gps {
		b = order.AppendUint32(order.AppendUint32(order.AppendUint16(order.AppendUint16(b, 0x8825), 4), 1), 38)
	}
	return append(b, "\x00\x00\x00\x00SERIAL-0001"...)
}

func withExif(picture, block []byte) []byte {
	block = append([]byte("Exif\x00\x00"), block...)
	head := binary.BigEndian.AppendUint16([]byte{0xFF, 0xD8, 0xFF, 0xE1}, uint16(len(block)+2))
	return append(append(head, block...), picture[2:]...)
}

func chunk(name string, data []byte) []byte {
	b := append(binary.BigEndian.AppendUint32(nil, uint32(len(data))), name...)
	b = append(b, data...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE(b[4:]))
}

func bomb(w, h uint32) []byte {
	head := append(binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h), 8, 6, 0, 0, 0)
	return bytes.Join([][]byte{[]byte("\x89PNG\r\n\x1a\n"), chunk("IHDR", head), chunk("IDAT", []byte{0x78, 1}), chunk("IEND", nil)}, nil)
}

func webpOf(t testing.TB, block []byte) []byte {
	t.Helper()
	lossy, err := base64.StdEncoding.DecodeString("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")
	if err != nil {
		t.Fatal(err)
	}
	if block == nil {
		return lossy
	}
	part := func(name string, d []byte) []byte {
		b := append(binary.LittleEndian.AppendUint32([]byte(name), uint32(len(d))), d...)
		return append(b, make([]byte, len(d)&1)...)
	}
	body := bytes.Join([][]byte{[]byte("WEBP"), part("VP8X", []byte{8, 9: 0}), lossy[12:], part("EXIF", block)}, nil)
	return part("RIFF", body)
}

func take(t testing.TB, data []byte) Picture {
	t.Helper()
	p, err := Take(bytes.NewReader(data), Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func decoded(t testing.TB, data []byte) image.Image {
	t.Helper()
	m, err := jpeg.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func isRed(c color.Color) bool { r, _, b, _ := c.RGBA(); return r > 2*b }

func TestPhoneShotComesOutUprightAndBare(t *testing.T) {
	for name, order := range map[string]binary.AppendByteOrder{"II": binary.LittleEndian, "MM": binary.BigEndian} {
		data := withExif(jpegOf(t, halves(64, 48)), exif(order, 6, true))
		p := take(t, data)
		if !p.Located || p.Type != "image/jpeg" || !bytes.Equal(p.Original, data) || p.Sum != sha256.Sum256(data) {
			t.Errorf("%s: original: located %v, %s", name, p.Located, p.Type)
		}
		for _, out := range [][]byte{p.JPEG, p.Thumb} {
			m := decoded(t, out)
			if m.Bounds() != image.Rect(0, 0, 48, 64) || !isRed(m.At(24, 5)) || isRed(m.At(24, 58)) {
				t.Errorf("%s: not upright: %v %v %v", name, m.Bounds(), m.At(24, 5), m.At(24, 58))
			}
			if bytes.Contains(out, []byte("Exif")) || bytes.Contains(out, []byte("SERIAL")) || bytes.Contains(out, []byte{0xFF, 0xE1}) {
				t.Errorf("%s: tags went along", name)
			}
		}
	}
}

// The Exif standard says where row 0 and column 0 are seen; a is the corner of the first pixel, b of the end of row 0.
func TestOrientations(t *testing.T) {
	const tl, tr, bl, br = "top left", "top right", "bottom left", "bottom right"
	for o, want := range map[int][2]string{0: {tl, tr}, 1: {tl, tr}, 2: {tr, tl}, 3: {br, bl}, 4: {bl, br}, 5: {tl, bl}, 6: {tr, br}, 7: {br, tr}, 8: {bl, tl}, 9: {tl, tr}} {
		m := image.NewRGBA(image.Rect(0, 0, 3, 2))
		m.Set(0, 0, red)
		m.Set(2, 0, blue)
		got := turn(m, o)
		w, h := got.Rect.Dx()-1, got.Rect.Dy()-1
		at := map[string]image.Point{tl: {}, tr: {X: w}, bl: {Y: h}, br: {X: w, Y: h}}
		if a, b := at[want[0]], at[want[1]]; got.RGBAAt(a.X, a.Y) != red || got.RGBAAt(b.X, b.Y) != blue {
			t.Errorf("orientation %d: %v", o, got.Pix)
		}
	}
}

func TestSizes(t *testing.T) {
	for _, c := range []struct{ w, h, W, H, TW, TH int }{
		{4000, 1000, 1600, 400, 320, 80}, {1000, 3999, 400, 1600, 80, 320}, {1600, 1200, 1600, 1200, 320, 240}, {1601, 10, 1600, 10, 320, 2},
		{100, 50, 100, 50, 100, 50}, {5000, 1, 1600, 1, 320, 1}, {1, 1, 1, 1, 1, 1}, {3200, 3200, 1600, 1600, 320, 320},
	} {
		p := take(t, pngOf(t, image.NewGray(image.Rect(0, 0, c.w, c.h))))
		if p.W != c.W || p.H != c.H || p.TW != c.TW || p.TH != c.TH {
			t.Errorf("%d×%d: got %d×%d and %d×%d", c.w, c.h, p.W, p.H, p.TW, p.TH)
		}
		for _, out := range []struct {
			data []byte
			w, h int
		}{{p.JPEG, c.W, c.H}, {p.Thumb, c.TW, c.TH}} {
			if b := decoded(t, out.data).Bounds(); b.Dx() != out.w || b.Dy() != out.h {
				t.Errorf("%d×%d: encoded as %v", c.w, c.h, b)
			}
		}
	}
}

func TestTransparentBecomesWhite(t *testing.T) {
	m := decoded(t, take(t, pngOf(t, image.NewNRGBA(image.Rect(0, 0, 40, 40)))).JPEG)
	if r, g, b, _ := m.At(20, 20).RGBA(); r < 0xF000 || g < 0xF000 || b < 0xF000 {
		t.Errorf("%v", m.At(20, 20))
	}
}

func TestOtherFormats(t *testing.T) {
	if p := take(t, webpOf(t, nil)); p.Type != "image/webp" || p.Located || p.W != 1 {
		t.Errorf("webp: %s %d %v", p.Type, p.W, p.Located)
	}
	if p := take(t, webpOf(t, exif(binary.LittleEndian, 3, true))); !p.Located {
		t.Error("webp: position overlooked")
	}
	whole := pngOf(t, halves(60, 40))
	end := len(whole) - 12
	tagged := bytes.Join([][]byte{whole[:end], chunk("eXIf", exif(binary.BigEndian, 8, true)), whole[end:]}, nil)
	if p := take(t, tagged); !p.Located || p.W != 40 || p.Type != "image/png" {
		t.Errorf("png: %v %d %s", p.Located, p.W, p.Type)
	}
	xmp := append([]byte("http://ns.adobe.com/xap/1.0/\x00"), `<x exif:GPSLatitude="1,2N"/>`...)
	data := append(binary.BigEndian.AppendUint16([]byte{0xFF, 0xD8, 0xFF, 0xE1}, uint16(len(xmp)+2)), xmp...)
	if p := take(t, append(data, jpegOf(t, halves(8, 8))[2:]...)); !p.Located {
		t.Error("xmp: position overlooked")
	}
}

func TestRefused(t *testing.T) {
	good := jpegOf(t, halves(64, 48))
	for name, c := range map[string]struct {
		data []byte
		lim  Limits
		want error
	}{
		"空文件":       {nil, Limits{}, ErrNotPicture},
		"改名的文本":     {[]byte("这是一段文字，改名为 照片.jpg"), Limits{}, ErrNotPicture},
		"GIF":       {[]byte("GIF89a\x01\x00\x01\x00\x00\x00\x00;"), Limits{}, ErrNotPicture},
		"SVG":       {[]byte("<svg xmlns='http://www.w3.org/2000/svg'/>"), Limits{}, ErrNotPicture},
		"只有文件头":     {good[:4], Limits{}, ErrBroken},
		"截断的JPEG":   {good[:len(good)/2], Limits{}, ErrBroken},
		"截断的PNG":    {pngOf(t, halves(64, 48))[:80], Limits{}, ErrBroken},
		"截断的WebP":   {webpOf(t, nil)[:34], Limits{}, ErrBroken},
		"字节超限":      {good, Limits{Bytes: int64(len(good)) - 1}, ErrTooLarge},
		"像素超限":      {good, Limits{Pixels: 64*48 - 1}, ErrTooManyPixels},
		"PNG炸弹":     {bomb(20_000, 20_000), Limits{}, ErrTooManyPixels},
		"一行的PNG炸弹":  {bomb(39_000_000, 1), Limits{}, ErrTooManyPixels},
		"乘积溢出":      {bomb(1<<31-1, 1<<31-1), Limits{}, ErrBroken},
		"零宽":        {bomb(0, 10), Limits{}, ErrBroken},
		"扫描过多的JPEG": {append(good[:len(good):len(good)], bytes.Repeat([]byte("\xff\xda"), 300)...), Limits{}, ErrBroken},
	} {
		if p, err := Take(bytes.NewReader(c.data), c.lim); !errors.Is(err, c.want) || p.JPEG != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := Take(bytes.NewReader(good), Limits{Bytes: int64(len(good)), Pixels: 64 * 48}); err != nil {
		t.Errorf("exactly at the limits: %v", err)
	}
	if _, err := Take(iotest.ErrReader(io.ErrUnexpectedEOF), Limits{}); !errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, ErrBroken) {
		t.Errorf("line cut: %v", err)
	}
}

func TestBombIsRefusedFromItsHeader(t *testing.T) {
	data := bomb(20_000, 20_000)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	if _, err := Take(bytes.NewReader(data), Limits{}); !errors.Is(err, ErrTooManyPixels) {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("%d bytes allocated", used)
	}
}

func TestGarbageTagsAreTolerated(t *testing.T) {
	good := exif(binary.LittleEndian, 6, true)
	for i := range good {
		for _, block := range [][]byte{good[:i], append(append(bytes.Clone(good[:i]), 0xFF), good[i+1:]...)} {
			take(t, withExif(jpegOf(t, halves(8, 8)), block))
		}
	}
}

func TestNoMoreThanTwoDecodesAtOnce(t *testing.T) {
	data := jpegOf(t, halves(64, 48))
	synctest.Test(t, func(t *testing.T) {
		if err := gate.Acquire(context.Background(), 2); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 1)
		go func() {
			_, err := Take(bytes.NewReader(data), Limits{})
			done <- err
		}()
		synctest.Wait()
		if len(done) != 0 {
			t.Error("decoded past a full gate")
		}
		gate.Release(2)
		synctest.Wait()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	for _, broken := range []string{"\xff\xd8\xff", "\x89PNG\r\n\x1a\n"} { // a refusal gives its place back
		Take(strings.NewReader(broken), Limits{})
		Take(bytes.NewReader(data[:len(data)/2]), Limits{})
	}
	if !gate.TryAcquire(2) {
		t.Fatal("places of the gate are lost")
	}
	gate.Release(2)
}

func FuzzTake(f *testing.F) {
	f.Add(withExif(jpegOf(f, halves(16, 8)), exif(binary.BigEndian, 6, true)))
	f.Add(pngOf(f, halves(16, 8)))
	f.Add(webpOf(f, exif(binary.LittleEndian, 3, true)))
	f.Add(bomb(20_000, 20_000))
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBP"))
	f.Fuzz(func(t *testing.T, data []byte) {
		p, err := Take(bytes.NewReader(data), Limits{Pixels: 1 << 16})
		if err != nil {
			return
		}
		if m := decoded(t, p.JPEG).Bounds(); m.Dx() != p.W || m.Dy() != p.H || max(p.W, p.H) > longSide || max(p.TW, p.TH) > thumbSide {
			t.Fatalf("%v, %d×%d", m, p.W, p.H)
		}
	})
}

func BenchmarkTake12MP(b *testing.B) {
	data := jpegOf(b, halves(4000, 3000))
	b.ReportAllocs()
	for b.Loop() {
		take(b, data)
	}
}

func BenchmarkRefuseBomb(b *testing.B) {
	data := bomb(20_000, 20_000)
	for b.Loop() {
		Take(bytes.NewReader(data), Limits{})
	}
}
