package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/web/keep"
	"maplegrid/internal/work/report"
)

func TestPhotosAreCleanedSealedAndShownOnlyWithARight(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	one, two := snap(t, 3), snap(t, 5)
	a := c.upload("/report", map[string]string{"key": "p1", "words": "墙裂了", "cell": "c1"}, one, two)
	if a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, words(a.Body))
	}
	code := strings.TrimSuffix(strings.TrimPrefix(a.Header.Get("Location"), "/progress/"), "/receipt")
	rep := h.report(t, code)
	if len(rep.Photos) != 2 {
		t.Fatalf("%d photos", len(rep.Photos))
	}
	id := rep.Photos[0].ID
	path := "/blob/" + id + "?of=report/" + rep.ID

	officer := h.caller(t)
	officer.signIn("officer_1")
	for _, p := range []string{path, path + "&thumb"} {
		a := officer.get(p)
		if a.StatusCode != 200 || a.Header.Get("Content-Type") != "image/jpeg" || a.Header.Get("X-Content-Type-Options") != "nosniff" ||
			!strings.HasPrefix(a.Header.Get("Cache-Control"), "private") || !strings.Contains(a.Header.Get("Content-Disposition"), "photo.jpg") {
			t.Fatalf("%s: %d %v", p, a.StatusCode, a.Header)
		}
		if strings.Contains(a.Body, "GPS-CANARY") || strings.Contains(a.Body, "Exif") {
			t.Errorf("%s carries its tags", p)
		}
		if _, err := jpeg.Decode(strings.NewReader(a.Body)); err != nil {
			t.Error(err)
		}
	}

	volunteer := h.caller(t)
	volunteer.signIn("volunteer_1")
	worker := h.caller(t)
	worker.signIn("cell_worker_1")
	for name, x := range map[string]struct {
		who  *caller
		path string
		want int
	}{
		"the public":                    {c, path, 303},
		"no thing named":                {officer, "/blob/" + id, 404},
		"another thing named":           {officer, "/blob/" + id + "?of=report/r_none", 404},
		"a volunteer who takes no part": {volunteer, path, 404},
		"an id of another kind":         {officer, "/blob/b_00?of=report/" + rep.ID, 404},
		"the cell's own worker":         {worker, path, 200},
	} {
		if a := x.who.get(x.path); a.StatusCode != x.want {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}

	// Naming somebody else's picture in an act of one's own is refused, or it would be shown there.
	own := c.reported("words", "另一件", "cell", "c2")
	a = c.post("/progress/"+own+"/add", "key", "steal", "words", "看看", "photos", id)
	if a.StatusCode != 422 || !strings.Contains(a.Body, "照片已经不在") {
		t.Errorf("a picture of another report: %d %s", a.StatusCode, words(a.Body))
	}
	if again := c.upload("/report", map[string]string{"key": "p1", "words": "墙裂了", "cell": "c1"}); again.StatusCode == 500 {
		t.Errorf("%d", again.StatusCode)
	}

	blobs := h.Site.Blobs
	original, ok, err := blobs.Get(context.Background(), desktest.Station, id, keep.Original)
	if err != nil || !ok || !bytes.Equal(original, one) {
		t.Errorf("the sealed original is not what was sent: %v %v", ok, err)
	}
	if m, _, _ := blobs.Meta(context.Background(), desktest.Station, id); m.Thing != "report/"+rep.ID || len(m.Sum) != 64 {
		t.Errorf("%+v", m)
	}
	h.nowhere(t, []byte("GPS-CANARY"), []byte("Exif\x00"), one[len(one)-300:len(one)-200], []byte("JFIF"))

	h.Clock.Advance(48 * time.Hour)
	if err := h.Site.Tidy(context.Background()); err != nil {
		t.Fatal(err)
	}
	officer.signIn("officer_1")
	if a := officer.get(path); a.StatusCode != 200 {
		t.Errorf("an attached picture is gone after two days: %d", a.StatusCode)
	}
}

// nowhere looks through every file of the store for bytes that must not lie there openly.
func (h *house) nowhere(t testing.TB, what ...[]byte) {
	t.Helper()
	var seq int
	var name, file string
	if err := h.Engine.Blobs.Read.QueryRow("pragma database_list").Scan(&seq, &name, &file); err != nil {
		t.Fatal(err)
	}
	names, err := filepath.Glob(filepath.Join(filepath.Dir(file), "*"))
	if err != nil || len(names) < 3 {
		t.Fatal(names, err)
	}
	for _, n := range names {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range what {
			if bytes.Contains(b, w) {
				t.Errorf("%s holds %q openly", filepath.Base(n), w)
			}
		}
	}
}

func TestUploadsThatAreNoPictures(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	var bomb bytes.Buffer
	if err := png.Encode(&bomb, image.NewPaletted(image.Rect(0, 0, 20000, 20000), color.Palette{color.Black})); err != nil {
		t.Fatal(err)
	}
	whole := snap(t, 9)
	for name, x := range map[string]struct {
		file []byte
		want int
		says string
	}{
		"a text called .jpg":     {[]byte("<script>alert(1)</script> this is not a picture"), 415, "JPG"},
		"a bomb of 400 M pixels": {bomb.Bytes(), 413, "照片太大"},
		"a photo cut in half":    {whole[:len(whole)/2], 422, "照片打不开"},
		"13 MB of one photo":     {append(bytes.Clone(whole), make([]byte, 13_000_000)...), 413, "照片太大"},
	} {
		t.Run(name, func(t *testing.T) {
			a := c.upload("/report", map[string]string{"key": "u", "words": "写了很久的字"}, x.file)
			if a.StatusCode != x.want || !strings.Contains(a.Body, x.says) {
				t.Errorf("%d %s", a.StatusCode, words(a.Body))
			}
			if !strings.Contains(a.Body, "写了很久的字") {
				t.Errorf("what was typed is lost")
			}
		})
	}
	t.Run("seven photos", func(t *testing.T) {
		a := c.upload("/report", map[string]string{"key": "u", "words": "x"}, whole, whole, whole, whole, whole, whole, whole)
		if a.StatusCode != 422 && a.StatusCode != 413 {
			t.Errorf("%d", a.StatusCode)
		}
	})
}

// endless counts how much of a body was taken before the server had enough.
type endless struct{ left, taken int64 }

func (e *endless) Read(p []byte) (int, error) {
	if e.left <= 0 {
		return 0, io.EOF
	}
	n := min(int64(len(p)), e.left)
	e.left -= n
	e.taken += n
	return int(n), nil
}

func TestTwoHundredMegabytesAreRefusedUnread(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	c.signIn("officer_1")
	for _, path := range []string{"/report", "/uploads", "/act/matter.note", "/sign-in", "/progress"} {
		for _, announced := range []bool{true, false} {
			body := &endless{left: 200 << 20}
			r, err := http.NewRequest(http.MethodPost, h.Server.URL+path, body)
			if err != nil {
				t.Fatal(err)
			}
			if announced {
				r.ContentLength = 200 << 20
			}
			r.Header.Set("Content-Type", "multipart/form-data; boundary=x")
			r.Header.Set("Expect", "100-continue")
			resp, err := (&http.Client{Jar: c.http.Jar, Transport: &http.Transport{ExpectContinueTimeout: time.Second}}).Do(r)
			if err != nil { // the server hung up while we were still sending: that is a refusal too
				var cut interface{ Timeout() bool }
				if errors.As(err, &cut) && cut.Timeout() {
					t.Errorf("%s: %v", path, err)
				}
			} else {
				if resp.StatusCode != 413 && announced {
					t.Errorf("%s: %d", path, resp.StatusCode)
				}
				_ = resp.Body.Close()
			}
			if most := int64(82 << 20); body.taken > most || announced && body.taken > 1<<20 {
				t.Errorf("%s announced=%v: %d MB were read", path, announced, body.taken>>20)
			}
		}
	}
}

func TestUploadsBeforeTheFormAndForgottenOnes(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	c.signIn("officer_1")
	a := c.upload("/uploads", nil, snap(t, 3), snap(t, 7))
	var sent struct{ Photos []string }
	if err := json.Unmarshal([]byte(a.Body), &sent); err != nil || a.StatusCode != 201 || len(sent.Photos) != 2 {
		t.Fatalf("%d %s %v", a.StatusCode, a.Body, err)
	}
	id := sent.Photos[0]
	if a := c.get("/blob/" + id); a.StatusCode != 200 {
		t.Errorf("who sent it cannot see it: %d", a.StatusCode)
	}
	other := h.caller(t)
	other.signIn("officer_2")
	if a := other.get("/blob/" + id); a.StatusCode != 404 {
		t.Errorf("somebody else sees it: %d", a.StatusCode)
	}

	code := h.caller(t).reported("words", "一件事", "cell", "c1")
	rep := h.report(t, code)
	open := h.Do(t, h.Cast["duty_lead"], "report.triage", &report.Triage{On: report.On{Report: rep.ID}, Open: []report.NewMatter{{Kind: "hazard", Title: "隐患", Cell: "c1", To: h.Cast["officer_1"].Person}}})
	m := open.Matters[0]
	if a := c.post("/act/matter.note", "key", "n1", "matter", m, "words", "现场照片", "photos", id, "next", "/matters/"+m); a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, words(a.Body))
	}
	if a := c.get(fmt.Sprintf("/blob/%s?of=matter/%s", id, m)); a.StatusCode != 200 {
		t.Errorf("on the matter: %d", a.StatusCode)
	}
	h.Clock.Advance(25 * time.Hour)
	if err := h.Site.Tidy(context.Background()); err != nil {
		t.Fatal(err)
	}
	for i, want := range []bool{true, false} {
		if _, ok, _ := h.Site.Blobs.Meta(context.Background(), desktest.Station, sent.Photos[i]); ok != want {
			t.Errorf("photo %d after a day: %v", i, ok)
		}
	}
}
