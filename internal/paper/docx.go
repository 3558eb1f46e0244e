package paper

import (
	"archive/zip"
	"encoding/xml"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// DOCX writes the document for an office that must still change it: the same blocks, in the fonts an official paper names.
func (d Document) DOCX(w io.Writer) error {
	x := &docx{width: short - left - right}
	if d.Landscape {
		x.width = long - 2*sideways
	}
	for _, b := range d.Blocks {
		x.block(b)
	}
	z := zip.NewWriter(w)
	put := func(name, text string) error {
		f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate}) // no time: the same document, the same bytes
		if err != nil {
			return err
		}
		_, err = io.WriteString(f, text)
		return err
	}
	parts := [][2]string{{"[Content_Types].xml", contentTypes}, {"_rels/.rels", packageRels},
		{"word/document.xml", x.document(d)}, {"word/footer1.xml", x.footer(d)}, {"word/styles.xml", docxStyles},
		{"word/_rels/document.xml.rels", x.relations()}}
	for i, image := range x.images {
		parts = append(parts, [2]string{fmt.Sprintf("word/media/image%d.%s", i+1, pictureType(image)), string(image)})
	}
	for _, part := range parts {
		if err := put(part[0], part[1]); err != nil {
			return fmt.Errorf("write %s: %w", part[0], err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("write DOCX: %w", err)
	}
	return nil
}

const (
	xmlHead      = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"
	contentTypes = xmlHead + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Default Extension="png" ContentType="image/png"/><Default Extension="jpg" ContentType="image/jpeg"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/><Override PartName="/word/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.styles+xml"/><Override PartName="/word/footer1.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/></Types>`
	packageRels  = xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`
	docxStyles   = xmlHead + `<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman" w:eastAsia="仿宋_GB2312"/><w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault></w:docDefaults></w:styles>`
	docxSpaces   = ` xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"`
	titleFont    = "方正小标宋简体"
	headFont     = "黑体"
	bodyFont     = "仿宋_GB2312"
)

type docx struct {
	b      strings.Builder
	images [][]byte
	width  float64
}

func (x *docx) document(d Document) string {
	w, h, side, orient := short, long, left, ""
	if d.Landscape {
		w, h, side, orient = long, short, sideways, ` w:orient="landscape"`
	}
	return xmlHead + "<w:document" + docxSpaces + "><w:body>" + x.b.String() +
		fmt.Sprintf(`<w:sectPr><w:footerReference w:type="default" r:id="rId2"/><w:pgSz w:w="%d" w:h="%d"%s/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="720" w:footer="720" w:gutter="0"/></w:sectPr>`,
			twips(w), twips(h), orient, twips(high), twips(w-side-x.width), twips(bottom), twips(side)) + "</w:body></w:document>"
}

func (x *docx) footer(d Document) string {
	field := func(name string) string {
		return `<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> ` + name + ` </w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>`
	}
	s := xmlHead + "<w:ftr" + docxSpaces + ">"
	for _, line := range d.footLines() {
		s += "<w:p>" + run(line, bodyFont, 8, false) + "</w:p>"
	}
	return s + `<w:p><w:pPr><w:jc w:val="right"/></w:pPr>` + run("第 ", bodyFont, 10.5, false) + field("PAGE") + run(" 页 共 ", bodyFont, 10.5, false) +
		field("NUMPAGES") + run(" 页", bodyFont, 10.5, false) + "</w:p></w:ftr>"
}

func (x *docx) relations() string {
	const kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"
	s := xmlHead + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + kind + `styles" Target="styles.xml"/><Relationship Id="rId2" Type="` + kind + `footer" Target="footer1.xml"/>`
	for i, image := range x.images {
		s += fmt.Sprintf(`<Relationship Id="rId%d" Type="%simage" Target="media/image%d.%s"/>`, i+3, kind, i+1, pictureType(image))
	}
	return s + "</Relationships>"
}

func twips(points float64) int { return int(points*20 + 0.5) }

// run is a piece of text; line breaks in it stay. What XML cannot hold is left out.
func run(text, font string, size float64, bold bool) string {
	weight := ""
	if bold {
		weight = "<w:b/>"
	}
	s := fmt.Sprintf(`<w:r><w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="%s" w:hint="eastAsia"/>%s<w:sz w:val="%d"/></w:rPr>`, font, weight, int(size*2+0.5))
	for i, line := range strings.Split(text, "\n") {
		if i > 0 {
			s += "<w:br/>"
		}
		var b strings.Builder
		_ = xml.EscapeText(&b, []byte(strings.Map(func(r rune) rune {
			if unicode.IsControl(r) && r != '\t' || r == 0xFFFE || r == 0xFFFF {
				return -1
			}
			return r
		}, line)))
		s += `<w:t xml:space="preserve">` + b.String() + "</w:t>"
	}
	return s + "</w:r>"
}

// paragraph writes one: how it stands (left, center, right), the indent of its first line in characters, and what else it needs.
func (x *docx) paragraph(align string, chars int, size, leading float64, inner, more string) {
	fmt.Fprintf(&x.b, `<w:p><w:pPr>%s<w:spacing w:before="0" w:after="0" w:line="%d" w:lineRule="%s"/><w:ind w:firstLineChars="%d" w:firstLine="%d"/><w:jc w:val="%s"/></w:pPr>%s</w:p>`,
		more, twips(size*leading), "atLeast", chars*100, twips(float64(chars)*size), align, inner)
}

func (x *docx) block(b Block) {
	size := b.Size
	if size == 0 {
		size = bodySize
	}
	switch b.Kind {
	case Cover:
		x.paragraph("center", 0, 120, 1, "", "")
		x.paragraph("center", 0, 36, 1.5, run(b.Text, titleFont, 36, false), "")
		x.paragraph("center", 0, 60, 1, "", "")
	case Heading:
		x.paragraph("center", 0, 22, 1.8, run(b.Text, titleFont, 22, false), "<w:keepNext/>")
	case Subtitle:
		x.paragraph("center", 0, 16, 1.6, run(b.Text, headFont, 16, false), "<w:keepNext/>")
	case Section:
		x.paragraph("both", 2, size, leading, run(b.Text, headFont, size, false), "<w:keepNext/>")
	case Paragraph:
		for _, line := range strings.Split(b.Text, "\n") {
			x.paragraph("both", 2, size, leading, run(line, bodyFont, size, false), "")
		}
	case Flush:
		x.paragraph("both", 0, size, leading, run(b.Text, bodyFont, size, false), "")
	case Centred:
		x.paragraph("center", 0, size, leading, run(b.Text, bodyFont, size, false), "")
	case Right:
		x.paragraph("right", 0, size, leading, run(b.Text, bodyFont, size, false), "")
	case Small:
		x.paragraph("both", 0, 9, leading, run(b.Text, bodyFont, 9, false), "")
	case Space:
		x.paragraph("left", 0, size*float64(b.Lines), leading, "", "")
	case NewPage:
		x.b.WriteString(`<w:p><w:r><w:br w:type="page"/></w:r></w:p>`)
	case Table:
		x.table(b)
	case Cards:
		x.table(b.asTable())
	case Signs:
		x.signs(b, min(size, 14))
	case Seal:
		x.paragraph("right", 0, size, leading, run(b.Text+"\n（盖章处）　\n"+orDate(b.Date), bodyFont, size, false), "<w:keepLines/>")
	case Picture:
		x.paragraph("center", 0, 10.5, 1, x.picture(b.Image, x.width, 300), "")
		x.paragraph("center", 0, 10.5, 1.5, run(b.Text, bodyFont, 10.5, false), "")
	}
}

func orDate(s string) string {
	if s == "" {
		return "　　　年　　月　　日"
	}
	return s
}

// picture is a picture in a run, no larger than the room given.
func (x *docx) picture(data []byte, w, h float64) string {
	image, pw, ph, ok := pixels(data)
	if !ok {
		return run(unreadable, bodyFont, 10.5, false)
	}
	x.images = append(x.images, image)
	n, scale := len(x.images), min(w/pw, h/ph, 1)
	cx, cy := int(pw*scale*12700), int(ph*scale*12700)
	return fmt.Sprintf(`<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="%d" cy="%d"/><wp:docPr id="%d" name="image%d"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr><pic:cNvPr id="%d" name="image%d"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip r:embed="rId%d"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="%d" cy="%d"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>`,
		cx, cy, n, n, n, n, n+2, cx, cy)
}

const docxBorders = `<w:tblBorders><w:top w:val="single" w:sz="6"/><w:left w:val="single" w:sz="6"/><w:bottom w:val="single" w:sz="6"/><w:right w:val="single" w:sz="6"/><w:insideH w:val="single" w:sz="6"/><w:insideV w:val="single" w:sz="6"/></w:tblBorders>`

func (x *docx) table(t Block) {
	size, sum := t.Size, 0.0
	if size == 0 {
		size = tableSize
	}
	for _, c := range t.Columns {
		sum += c.Share
	}
	x.b.WriteString(`<w:tbl><w:tblPr><w:tblW w:w="` + fmt.Sprint(twips(x.width)) + `" w:type="dxa"/>` + docxBorders + `<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`)
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		widths[i] = twips(x.width * c.Share / sum)
		fmt.Fprintf(&x.b, `<w:gridCol w:w="%d"/>`, widths[i])
	}
	x.b.WriteString("</w:tblGrid>")
	for i, r := range t.Rows {
		x.b.WriteString("<w:tr><w:trPr>")
		if r.Lines < 3 {
			x.b.WriteString("<w:cantSplit/>")
		}
		fmt.Fprintf(&x.b, `<w:trHeight w:val="%d" w:hRule="atLeast"/>`, twips(float64(max(r.Lines, 1))*size*tableLeading+2*cellPad))
		if r.Header {
			x.b.WriteString("<w:tblHeader/>")
		}
		x.b.WriteString("</w:trPr>")
		at := 0
		for _, c := range r.Cells {
			x.cell(t, i, at, c, size, widths)
			at += c.Span
		}
		x.b.WriteString("</w:tr>")
	}
	x.b.WriteString("</w:tbl>")
	x.paragraph("left", 0, 6, 1, "", "")
}

func (x *docx) cell(t Block, row, at int, c Cell, size float64, widths []int) {
	width, merge := 0, ""
	for _, w := range widths[at:min(at+c.Span, len(widths))] {
		width += w
	}
	switch {
	case c.Up:
		merge = "<w:vMerge/>"
	case row+1 < len(t.Rows) && t.upAt(row+1, at, c.Span):
		merge = `<w:vMerge w:val="restart"/>`
	}
	r := t.Rows[row]
	align := map[string]string{"中": "center", "右": "right"}[t.Columns[min(at, len(t.Columns)-1)].Align]
	text := c.Text
	switch {
	case r.Header || r.Total && at == 0:
		align = "center"
	case text == "" && len(c.Image) == 0 && !c.Up && !c.Open:
		text, align = slash, "center"
	case align == "" || c.Span > 1:
		align = "left"
	}
	fmt.Fprintf(&x.b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:gridSpan w:val="%d"/>%s<w:vAlign w:val="center"/></w:tcPr>`, width, c.Span, merge)
	inner := ""
	if len(c.Image) > 0 {
		inner = x.picture(c.Image, float64(width)/20-12, 160)
	}
	if text != "" {
		inner += run(text, bodyFont, size, r.Header || r.Total)
	}
	x.paragraph(align, 0, size, tableLeading, inner, "")
	x.b.WriteString("</w:tc>")
}

// signs is a table without lines, two places abreast.
func (x *docx) signs(b Block, size float64) {
	half := twips(x.width / 2)
	fmt.Fprintf(&x.b, `<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid><w:gridCol w:w="%d"/><w:gridCol w:w="%d"/></w:tblGrid>`, 2*half, half, half)
	for i := 0; i < len(b.Signs); i += 2 {
		x.b.WriteString("<w:tr><w:trPr><w:cantSplit/></w:trPr>")
		for j := i; j < i+2; j++ {
			fmt.Fprintf(&x.b, `<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/></w:tcPr>`, half)
			if j < len(b.Signs) {
				x.sign(b.Signs[j], size, float64(half)/20)
			} else {
				x.paragraph("left", 0, size, 1, "", "")
			}
			x.b.WriteString("</w:tc>")
		}
		x.b.WriteString("</w:tr>")
	}
	x.b.WriteString("</w:tbl>")
	x.paragraph("left", 0, 6, 1, "", "")
}

func (x *docx) sign(s Sign, size, width float64) {
	x.paragraph("left", 0, size, 1.4, run(s.Label, bodyFont, size, false), "<w:keepNext/>")
	switch {
	case len(s.Image) > 0:
		x.paragraph("left", 0, size, 1.4, x.picture(s.Image, min(120, width), 40), "<w:keepNext/>")
	case s.Name != "":
		x.paragraph("left", 0, size, 1.4, run(s.Name, bodyFont, size, false), "<w:keepNext/>")
	default:
		x.paragraph("left", 0, 36, 1, "", "<w:keepNext/>")
	}
	x.paragraph("left", 0, size, 1.4, run(orDate(s.Date), bodyFont, size, false), "")
}
