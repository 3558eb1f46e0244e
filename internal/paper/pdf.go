package paper

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"
	"slices"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/skip2/go-qrcode"
)

// PDF prints the document on A4. The same document gives the same bytes.
func (d Document) PDF(w io.Writer, more ...*Font) error {
	f := facesOf(more)
	pages := d.pages(f)
	numbered(pages)
	return print(w, f, pages, d.Title, d.PrintedAt)
}

func numbered(pages []page) {
	for i := range pages {
		pages[i].number, pages[i].total = i+1, len(pages)
	}
}

// Bundle prints many documents as one file (卷宗): the cover, a contents table in the order given, then the documents with
// continuous page numbers, each under its own number, version and check code. Cover and contents are not numbered.
func Bundle(w io.Writer, cover Document, docs []Document, more ...*Font) error {
	f := facesOf(more)
	var body []page
	first := make([]int, len(docs))
	for i := range docs {
		first[i] = len(body) + 1
		body = append(body, docs[i].pages(f)...)
	}
	numbered(body)
	pages := cover.pages(f)
	if len(docs) > 0 {
		list := contents(cover, docs, first, len(body))
		for _, one := range list.pages(f) {
			one.doc = &cover // what is checked is the cover; the contents table follows from what it holds
			pages = append(pages, one)
		}
	}
	return print(w, f, append(pages, body...), cover.Title, cover.PrintedAt)
}

// contents is the table of a bundle (卷内文书目录).
func contents(cover Document, docs []Document, first []int, last int) Document {
	t := Block{Kind: Table, Columns: []Column{{1.1, "中"}, {5, "左"}, {5.7, "左"}, {1.6, "中"}, {1.6, "中"}}}
	row := func(header bool, texts ...string) {
		r := Row{Header: header}
		for _, text := range texts {
			r.Cells = append(r.Cells, Cell{Text: text, Span: 1})
		}
		t.Rows = append(t.Rows, r)
	}
	row(true, "序号", "文书名称", "文号", "页次", "备注")
	for i, d := range docs {
		end := last
		if i+1 < len(docs) {
			end = first[i+1] - 1
		}
		place := fmt.Sprint(first[i])
		if end > first[i] {
			place = fmt.Sprintf("%d-%d", first[i], end)
		}
		row(false, fmt.Sprint(i+1), d.Title, d.Number, place, "")
	}
	list := cover
	list.Landscape = false
	list.Blocks = []Block{{Kind: Heading, Text: "卷内文书目录"}, t}
	return list
}

// qr is the QR code of an address as PNG.
func qr(url string) []byte {
	code, err := qrcode.New(url, qrcode.Medium)
	if err != nil {
		return nil // longer than a QR code holds; number and check code remain
	}
	code.DisableBorder = true
	picture, err := code.PNG(-4)
	if err != nil {
		return nil
	}
	return picture
}

// press draws pages into a PDF.
type press struct {
	faces
	pdf   *fpdf.Fpdf
	codes map[*Font]map[rune]uint16
	names map[*Font]string

	widths map[int]bool       // of pictures put so far, in pixels
	spread map[string]float64 // of each picture, how much wider it was made
}

func print(w io.Writer, f faces, pages []page, title string, at time.Time) error {
	for i := range pages {
		margin := left
		if pages[i].width > short {
			margin = sideways
		}
		pages[i].foot(f, margin)
		if pages[i].doc.Draft {
			at := op{x: pages[i].width/2 - 150, y: pages[i].height/2 + 50, text: "草稿", style: style{150, true}, mark: true}
			pages[i].ops = append([]op{at}, pages[i].ops...)
		}
	}
	p := &press{faces: f, pdf: fpdf.New("P", "pt", "A4", ""), codes: map[*Font]map[rune]uint16{}, names: map[*Font]string{}, widths: map[int]bool{}, spread: map[string]float64{}}
	p.prepare(title, at)
	p.cutFonts(pages)
	for _, one := range pages {
		orientation := "P"
		if one.width > one.height {
			orientation = "L"
		}
		p.pdf.AddPageFormat(orientation, fpdf.SizeType{Wd: short, Ht: long})
		for _, o := range one.ops {
			p.draw(o)
		}
	}
	if err := p.pdf.Output(w); err != nil {
		return fmt.Errorf("write PDF: %w", err)
	}
	return nil
}

func (p *press) prepare(title string, at time.Time) {
	if at.IsZero() {
		at = time.Unix(0, 0) // the library takes zero for now, and the same document would differ
	}
	p.pdf.SetCreationDate(at.UTC())
	p.pdf.SetModificationDate(at.UTC())
	p.pdf.SetCatalogSort(true)
	p.pdf.SetMargins(0, 0, 0)
	p.pdf.SetCellMargin(0)
	p.pdf.SetAutoPageBreak(false, 0)
	p.pdf.SetTitle(title, true)
	p.pdf.SetProducer("Maplegrid", true)
	p.pdf.SetLang("zh-CN")
	p.pdf.SetLineWidth(0.6)
}

// cutFonts gives the PDF of each font what the pages use of it.
func (p *press) cutFonts(pages []page) {
	for _, one := range pages {
		for _, o := range one.ops {
			for _, r := range o.text {
				if font := p.of(r, o.style.heavy); font != nil {
					if p.codes[font] == nil {
						p.codes[font] = map[rune]uint16{}
					}
					p.codes[font][r] = uint16(r)
				}
			}
		}
	}
	for i, font := range append([]*Font{p.song, p.heavy}, p.more...) {
		codes := p.codes[font]
		if len(codes) == 0 || p.names[font] != "" {
			continue
		}
		free := uint16(0xE000)
		for _, r := range sortedKeys(codes) {
			if r > 0xFFFF {
				for codes[rune(free)] != 0 {
					free++
				}
				codes[r] = free
				free++
			}
		}
		p.names[font] = fmt.Sprintf("paper%d", i)
		p.pdf.AddUTF8FontFromBytes(p.names[font], "", font.cut(codes))
	}
}

func (p *press) draw(o op) {
	switch {
	case o.image != nil:
		p.image(o)
	case o.scan != "":
		p.scan(o)
	case o.rule:
		p.pdf.Line(o.x, o.y, o.x+o.w, o.y+o.h)
	case o.mark:
		p.pdf.TransformBegin()
		p.pdf.TransformRotate(35, o.x+o.style.size, o.y-o.style.size/3)
		p.pdf.SetTextColor(226, 226, 226)
		p.text(o)
		p.pdf.SetTextColor(0, 0, 0)
		p.pdf.TransformEnd()
	case o.text != "":
		p.text(o)
	}
}

// image puts a picture, each kept once. The library orders pictures by their width alone and those of one width by chance; so that the
// same document gives the same bytes, a picture as wide as another before it gets white columns on its right.
func (p *press) image(o op) {
	sum := sha256.Sum256(o.image)
	name := hex.EncodeToString(sum[:])
	options := fpdf.ImageOptions{ImageType: pictureType(o.image)}
	if p.spread[name] == 0 {
		data := o.image
		p.spread[name] = 1
		if c, _, err := image.DecodeConfig(bytes.NewReader(data)); err == nil {
			n := c.Width
			for p.widths[n] {
				n++
			}
			p.widths[n], p.spread[name] = true, float64(n)/float64(c.Width)
			if n > c.Width {
				data = widened(data, n)
			}
		}
		p.pdf.RegisterImageOptionsReader(name, options, bytes.NewReader(data))
	}
	p.pdf.ImageOptions(name, o.x, o.y, o.w*p.spread[name], o.h, false, options, 0, "")
}

// widened is a picture with white columns on its right, of the same type.
func widened(data []byte, width int) []byte {
	m, kind, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return data
	}
	wide := image.NewRGBA(image.Rect(0, 0, width, m.Bounds().Dy()))
	draw.Draw(wide, wide.Bounds(), image.White, image.Point{}, draw.Src)
	draw.Draw(wide, m.Bounds().Sub(m.Bounds().Min), m, m.Bounds().Min, draw.Over)
	var b bytes.Buffer
	if kind == "jpeg" {
		err = jpeg.Encode(&b, wide, &jpeg.Options{Quality: 85})
	} else {
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, wide)
	}
	if err != nil {
		return data
	}
	return b.Bytes()
}

// text writes a line of type, font by font.
func (p *press) text(o op) {
	if o.spread > 0 {
		p.pdf.RawWriteStr(fmt.Sprintf("%.4f Tc", o.spread))
	}
	x := o.x
	for runes := []rune(o.text); len(runes) > 0; {
		font := p.of(runes[0], o.style.heavy)
		n := slices.IndexFunc(runes, func(r rune) bool { return p.of(r, o.style.heavy) != font })
		if n < 0 {
			n = len(runes)
		}
		if font != nil {
			shown, w := make([]rune, n), 0.0
			for i, r := range runes[:n] {
				shown[i] = rune(p.codes[font][r])
				w += font.width(r)*o.style.size + o.spread
			}
			p.pdf.SetFont(p.names[font], "", o.style.size)
			p.pdf.Text(x, o.y, string(shown))
			x += w
		}
		runes = runes[n:]
	}
	if o.spread > 0 {
		p.pdf.RawWriteStr("0 Tc")
	}
}
