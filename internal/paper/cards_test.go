package paper

import (
	"bytes"
	"fmt"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/skip2/go-qrcode"
)

// cardsOf makes the facts of so many cards for the template of the base playbook.
func cardsOf(n int) m {
	var list []any
	for i := range n {
		list = append(list, m{"网址": fmt.Sprintf("https://lianxin.example.cn/k/H3J4K5M6%02d", i), "编码": fmt.Sprintf("WMHM-MMWK-%02d", i), "本所": "枫桥县城关派出所",
			"称呼": "李警官", "身份": "民警", "网格": "东街第三网格", "办公电话": "0398-2123456", "值班电话": "0398-2123110 转 2", "服务时间": "周一至周五 8:30—18:00，赶集日全天"})
	}
	return m{"卡": list}
}

func contactCards(t testing.TB, n int) Document {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "playbooks", "base", "documents", "contact_card.tmpl"))
	if err != nil {
		t.Fatal(err)
	}
	return filled(t, parsed(t, "contact_card", string(text)), cardsOf(n))
}

func Test卡片一页十张裁得开(t *testing.T) {
	d := contactCards(t, 23)
	if d.Title != "警民连心卡" {
		t.Errorf("called %q", d.Title)
	}
	pages := d.pages(facesOf(nil))
	if len(pages) != 3 {
		t.Fatalf("23 cards on %d pages", len(pages))
	}
	for i, p := range pages {
		scans, marks := 0, 0
		for _, o := range p.ops {
			if o.x < 0 || o.y < 0 || o.x+o.w > p.width || o.y+o.h > p.height {
				t.Errorf("page %d: %+v lies beside the paper", i+1, o)
			}
			if o.scan != "" {
				scans++
				if o.w < 60 {
					t.Errorf("a code of %.0f points is too small to scan", o.w)
				}
			}
			if o.rule && (o.y < cardTop && o.h > 0 || o.y > p.height-cardTop) {
				marks++
			}
		}
		if want := []int{10, 10, 3}[i]; scans != want || marks != 6 {
			t.Errorf("page %d: %d codes, %d cut marks", i+1, scans, marks)
		}
	}
}

func Test卡片上的字都在自己的卡里(t *testing.T) {
	d := contactCards(t, 10)
	f := facesOf(nil)
	w, h := (short-2*cardSide)/2, (long-2*cardTop)/5
	for _, o := range d.pages(f)[0].ops {
		if o.text == "" {
			continue
		}
		column := int((o.x - cardSide) / w)
		if right := cardSide + float64(column+1)*w; o.x+f.textWidth(o.text, o.style) > right {
			t.Errorf("%s runs over the edge of its card", o.text)
		}
		if row := (o.y - cardTop) / h; o.y-o.style.size < cardTop+float64(int(row))*h-1 {
			t.Errorf("%s runs over the top of its card", o.text)
		}
	}
	pages := extracted(t, pdfOf(t, d))
	for i := range 10 {
		if code := fmt.Sprintf("WMHM-MMWK-%02d", i); strings.Count(pages[0], code) != 2 {
			t.Errorf("%s stands %d times, on the card and on its stub it should", code, strings.Count(pages[0], code))
		}
	}
}

// What the printer lays down is read back dot by dot, and the white around a code is really white.
func Test印出来的二维码扫得出(t *testing.T) {
	if _, err := exec.LookPath("pdftoppm"); err != nil && os.Getenv("MAPLEGRID_NEED_POPPLER") == "" {
		t.Skip("没有 pdftoppm（poppler-utils）")
	}
	const sharp = 4 // pixels to a point
	d := contactCards(t, 10)
	cmd := exec.Command("pdftoppm", "-r", strconv.Itoa(72*sharp), "-gray", "-png", "-singlefile", "-")
	cmd.Stdin = bytes.NewReader(pdfOf(t, d))
	drawn, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	sheet, err := png.Decode(bytes.NewReader(drawn))
	if err != nil {
		t.Fatal(err)
	}
	dark := func(x, y float64) bool {
		grey, _, _, _ := sheet.At(int(x*sharp), int(y*sharp)).RGBA()
		return grey < 0x8000
	}
	codes := 0
	for _, o := range d.pages(facesOf(nil))[0].ops {
		if o.scan == "" {
			continue
		}
		codes++
		code, err := qrcode.New(o.scan, qrcode.Medium)
		if err != nil {
			t.Fatal(err)
		}
		dots := code.Bitmap() // with its white border of four
		side := o.w / float64(len(dots)-8)
		for i, row := range dots {
			for j, want := range row {
				if dark(o.x+(float64(j)-3.5)*side, o.y+(float64(i)-3.5)*side) != want {
					t.Fatalf("%s: dot %d,%d is not printed as it should be", o.scan, i, j)
				}
			}
		}
	}
	if codes != 10 {
		t.Errorf("%d codes on the sheet", codes)
	}
}

func Test卡片的校验码随内容变(t *testing.T) {
	one, other := contactCards(t, 1), contactCards(t, 1)
	if one.Digest() != other.Digest() {
		t.Error("the same cards have two digests")
	}
	other.Blocks[0].Cards[0].Scan += "0"
	if one.Digest() == other.Digest() {
		t.Error("a card that leads elsewhere has the same digest")
	}
}

func Test卡片写错了说哪一行(t *testing.T) {
	for text, want := range map[string]string{
		"@卡片 2\n":            "@卡片 后面要写横着几张",
		"@卡片 9 9\n":          "@卡片 后面要写横着几张",
		"@卡 https://x | a\n": "@卡 只能写在 @卡片 后面",
		"@卡片 2 5\n@居中 完\n@大字 李\n": "@大字 只能写在 @卡片 后面",
	} {
		if _, err := ParseTemplate("x", []byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %s", text, err, want)
		}
	}
}

func Test卡片也能编辑和预览(t *testing.T) {
	d := contactCards(t, 3)
	d.PrintedAt = time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC)
	if page := d.HTML(); strings.Count(page, "李警官") != 3 || strings.Count(page, "<img") != 3 {
		t.Errorf("%.400s", page)
	}
	var b bytes.Buffer
	if err := d.DOCX(&b); err != nil || b.Len() < 1000 {
		t.Error(err, b.Len())
	}
}
