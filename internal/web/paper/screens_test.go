package paper_test

import (
	"bytes"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/web/webtest"
	"maplegrid/internal/work/appointment"
)

// The card sheet and the day sheet as they come out of the printer: the PDF itself and its first page as a picture.
func TestScreensOfPrintedSheets(t *testing.T) {
	s := webtest.Stage(t)
	s.GivePassword(t, "window_clerk")
	batch, _ := s.PrintCards(t, "officer_1", "c1", "officer_1")
	names := []string{"孙玉梅", "李守田", "周小芳", "吴建华", "郑老汉", "王秀英"}
	for i, slot := range []string{"08:30", "08:45", "08:45", "09:00", "10:00", "15:00"} {
		s.Do(t, desk.Public(desktest.Station), "appointment.book", &appointment.Book{Window: "household", On: "2026-03-03", Slot: slot,
			Service: []string{"id_renew", "hh_book", "cert_kin"}[i%3], Name: names[i], Phone: fmt.Sprintf("1390000124%d", i), First: i == 4})
	}
	s.Clock.Set(time.Date(2026, 3, 3, 7, 50, 0, 0, clock.Shanghai))
	s.Settle(t)
	for name, x := range map[string][3]string{
		"card-sheet": {"officer_1", batch + "/cards.pdf", "紧急情况请拨110"},
		"day-sheet":  {"window_clerk", "/appointments/sheet?day=2026-03-03&window=household", "还可约"},
	} {
		a := s.As(t, x[0]).Get(x[1])
		if a.StatusCode != http.StatusOK || a.Header.Get("Content-Type") != "application/pdf" {
			t.Fatalf("%s: %d %s", name, a.StatusCode, webtest.Words(a.Body))
		}
		text := webtest.Squeezed(webtest.PdfText(t, []byte(a.Body)))
		if !strings.Contains(text, x[2]) {
			t.Errorf("%s does not say %s: %s", name, x[2], text)
		}
		for _, bad := range append(names, "1390000124", "校验码", "缺字") {
			if strings.Contains(text, bad) {
				t.Errorf("%s says %s", name, bad)
			}
		}
		keepPaper(t, "paper-"+name, []byte(a.Body))
	}
}

// keepPaper writes a printed paper and a picture of its first page where `make screens` wants the pictures of the handbook.
func keepPaper(t *testing.T, name string, pdf []byte) {
	t.Helper()
	folder := os.Getenv("MAPLEGRID_SCREENS")
	if folder == "" {
		return
	}
	if err := os.WriteFile(filepath.Join(folder, name+".pdf"), pdf, 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("pdftoppm", "-r", "100", "-gray", "-png", "-singlefile", "-", filepath.Join(folder, name))
	cmd.Stdin = bytes.NewReader(pdf)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}
