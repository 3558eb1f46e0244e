package webtest

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/photo"
)

// PdfText is what a PDF says; the test is skipped where poppler is missing.
func PdfText(t *testing.T, pdf []byte) string {
	t.Helper()
	tool, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Skip("pdftotext (poppler-utils) is not installed")
	}
	file := filepath.Join(t.TempDir(), "a.pdf")
	if err := os.WriteFile(file, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, "-layout", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

// Squeezed leaves out the gaps that layout puts between words.
func Squeezed(s string) string {
	return strings.Map(func(r rune) rune {
		if r == ' ' || r == '\n' || r == '\f' || r == '　' {
			return -1
		}
		return r
	}, s)
}

// Scrawl is a signature or a sketch as the page of a phone sends it.
func Scrawl(what string) []byte {
	w, h := 300, 110
	if what == "sketch" {
		w, h = 900, 360
	}
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	for i := range m.Pix {
		m.Pix[i] = 255
	}
	ink, seed := color.NRGBA{25, 30, 60, 255}, float64(len(what)%5)+float64(what[len(what)-1]%7)
	for x := 12; x < w-12; x++ {
		for k := range 3 {
			if what != "sketch" {
				for s := range 6 { // thick enough to join
					m.Set(x, 50+int(30*math.Sin(float64(x*8+s)/(80+9*seed))*math.Cos(float64(x)/(26+3*seed)))+k+s, ink)
				}
				continue
			}
			m.Set(x, 70+k, ink)
			m.Set(x, 260+x/16+k, ink)
			if y := 70 + (x-12)/4; y < 265 {
				m.Set(200+k, y, ink)
				m.Set(690+k, y, ink)
			}
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, m)
	return b.Bytes()
}

// Quarrel lives the quarrel over a line at the station of a house, signed on the screen.
func (h *House) Quarrel(t *testing.T) *desktest.Quarrel {
	t.Helper()
	h.Town(t, h.Cast, "base")
	kept := map[string]string{}
	return h.Line(t, h.Cast, func(what string) string {
		if kept[what] == "" {
			p, err := photo.Take(bytes.NewReader(Scrawl(what)), photo.Limits{})
			if err != nil {
				t.Fatal(err)
			}
			id, err := h.Site.Blobs.Put(context.Background(), desktest.Station, h.Cast["officer_1"].Person, p, h.Clock.Now())
			if err != nil {
				t.Fatal(err)
			}
			kept[what] = id
		}
		return kept[what]
	})
}
