package document_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/document"
	"maplegrid/internal/paper"
)

// drawn is what uploads of a test hold: a scrawl for a signature, lines for a sketch.
func drawn(_ context.Context, _, id string) ([]byte, error) {
	w, h := 300, 110
	if id == "sketch" {
		w, h = 900, 420
	}
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	ink := color.NRGBA{20, 20, 60, 255}
	seed := float64(len(id)%7) + 1
	for i := 10; i < w-10; i++ {
		for j := range 4 {
			if id == "sketch" {
				m.Set(i, 90+j, ink)
				m.Set(i, 300+int(float64(i)/18)+j, ink)
				if i < 110 {
					m.Set(200+j, 90+2*(i-10), ink)
					m.Set(700+j, 90+2*(i-10)+j, ink)
				}
				continue
			}
			m.Set(i, 50+int(34*math.Sin(float64(i)/(9+seed))*math.Cos(float64(i)/(30+2*seed)))+j, ink)
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, m)
	return b.Bytes(), err
}

type town struct {
	*desktest.Desk
	maker    document.Maker
	quarrels map[string]*desktest.Quarrel
}

// lived is a station under a playbook in which one dispute of every sort was lived through.
func lived(t *testing.T, book string) *town {
	t.Helper()
	d := desktest.New(t)
	cast := d.Cast(t, desktest.Station)
	d.Town(t, cast, book)
	id := func(what string) string { return what }
	return &town{Desk: d, maker: document.Maker{Desk: d.Desk, Picture: drawn}, quarrels: map[string]*desktest.Quarrel{
		"line": d.Line(t, cast, id), "blow": d.Blow(t, cast), "spot": d.Spot(t, cast, id), "violence": d.Violence(t, cast), "talk": d.Talk(t, cast)}}
}

// printed is one paper of one quarrel.
type printed struct {
	quarrel string
	document.One
	doc paper.Document
}

// all makes every paper of every quarrel.
func (w *town) all(t *testing.T) (list []printed) {
	t.Helper()
	ctx := context.Background()
	for _, name := range slices.Sorted(maps.Keys(w.quarrels)) {
		d := w.quarrels[name].Now()
		papers, err := w.maker.Papers(ctx, desktest.Station, d)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range papers {
			number := one.Number
			if number == "" && one.Paper.Number != "" {
				number = strings.NewReplacer("{year}", "2026", "{no}", "1").Replace(one.Paper.Number)
			}
			doc, err := w.maker.Make(ctx, desktest.Station, d, one.Paper.Key, one.Of, number, 1)
			if err != nil {
				t.Errorf("%s %s: %v", name, one.Paper.Key, err)
			}
			list = append(list, printed{name, one, doc})
		}
	}
	return list
}

// words are all that a paper says.
func words(d paper.Document) string {
	var b strings.Builder
	for _, x := range d.Blocks {
		fmt.Fprintln(&b, x.Text, x.Date)
		for _, r := range x.Rows {
			for _, c := range r.Cells {
				fmt.Fprint(&b, c.Text, " ")
			}
			fmt.Fprintln(&b)
		}
		for _, s := range x.Signs {
			fmt.Fprintln(&b, s.Label, s.Name, s.Date)
		}
	}
	return b.String()
}

var books = []string{"base", "caochuan", "lijiabao", "shengrenjian", "hubin"}

func TestEveryPaperIsMadeUnderEveryPlaybook(t *testing.T) {
	for _, book := range books {
		t.Run(book, func(t *testing.T) {
			w := lived(t, book)
			made := map[string]bool{}
			for _, p := range w.all(t) {
				made[p.Paper.Key] = true
				if len(p.doc.Blocks) < 2 {
					t.Errorf("%s %s is empty", p.quarrel, p.Paper.Key)
				}
				text := words(p.doc)
				for _, bad := range []string{desktest.MinorName, desktest.MinorID, desktest.MinorHome, desktest.SealedHome, "13900001299"} {
					if strings.Contains(text, bad) {
						t.Errorf("未成年人和保密地址不上文书：%s %s 里有 %q", p.quarrel, p.Paper.Key, bad)
					}
				}
				if missing := p.doc.Missing(); len(missing) > 0 {
					t.Errorf("%s: no type for %v", p.Paper.Key, missing)
				}
			}
			b, err := w.Book(context.Background(), desktest.Station)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range b.Papers() {
				if !made[p.Key] && p.Key != "invitation" {
					t.Errorf("%s is never made", p.Key)
				}
			}
		})
	}
}

// TestSamples writes what to look at: MAPLEGRID_PAPERS=folder.
func TestSamples(t *testing.T) {
	folder := os.Getenv("MAPLEGRID_PAPERS")
	if folder == "" {
		t.Skip("MAPLEGRID_PAPERS names no folder")
	}
	w := lived(t, "base")
	for i, p := range w.all(t) {
		var b bytes.Buffer
		if err := p.doc.PDF(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(fmt.Sprintf("%s/%s-%02d-%s.pdf", folder, p.quarrel, i, p.Paper.Key), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
