package app_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"slices"
	"strings"
	"testing"

	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/document"
)

// TestPapersTellNothingSealed reads every paper of a dispute that can be made: names and phones stand there, but never a sealed address,
// the name of a minor, the record of a violation, or what somebody answered when asked alone (law-and-standards 5.1, 5.2, 5.4, 5.6).
func TestPapersTellNothingSealed(t *testing.T) {
	w := openTown(t)
	ctx := context.Background()
	d := w.quarrelled(t, own, w.targets[own]["dispute"])
	folder, err := document.Maker{Desk: w.app.Desk}.Open(ctx, desktest.Station, d)
	if err != nil {
		t.Fatal(err)
	}
	book, err := w.app.Desk.Book(ctx, desktest.Station)
	if err != nil {
		t.Fatal(err)
	}
	subjects := []string{"", w.targets[own]["minor"], w.targets[own]["threatened"], d.Agreements[0].ID, d.Sessions[0].ID, d.Promises[0].ID}
	made, met := map[string]bool{}, false
	for _, p := range book.Papers() {
		for _, of := range subjects {
			doc, err := folder.Next(p.Key, of, "试〔2026〕1号")
			if err != nil {
				continue // not a paper of this
			}
			var b bytes.Buffer
			if err := doc.DOCX(&b); err != nil {
				t.Fatal(err)
			}
			z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
			if err != nil {
				t.Fatal(err)
			}
			made[p.Key] = true
			for _, f := range z.File {
				r, err := f.Open()
				if err != nil {
					t.Fatal(err)
				}
				text, _ := io.ReadAll(r)
				for _, c := range w.canaries {
					if !strings.Contains(string(text), c.text) {
						continue
					}
					met = met || c.class == content
					if slices.Contains([]class{sealed, offence, safety}, c.class) || c.place != own {
						t.Errorf("%s of %q shows the %s (%s) of %s", p.Key, of, c.what, c.class, c.place)
					}
				}
			}
		}
	}
	if len(made) < 5 || !met {
		t.Fatalf("only %v could be made", made)
	}
	t.Logf("%d kinds of paper read", len(made))
}
