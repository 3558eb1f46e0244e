// Package paper prints: a template of the playbook and the facts of a case become a document, a document becomes pages
// (PDF, .docx) or a fragment of a web page. It decides nothing and knows no law; what a form must hold is the template's.
package paper

import (
	"bytes"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"hash"
	"image"
	"image/jpeg"
	"image/png"
	"time"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // what phones send
)

// Document is one printed paper: what it says, and what law-and-standards 20.3 wants on it.
type Document struct {
	Title     string // from @标题 or @封面
	Number    string // 文号, e.g. （2026）人调字第12号
	Version   int    // a corrected document is a new version
	Versions  int    // how many there are by now; not part of the digest
	PrintedBy string
	PrintedAt time.Time
	CheckURL  string // what the QR code at the foot leads to; none when empty
	Landscape bool
	Draft     bool // to look at before printing: says so across every page and at the foot; not part of the digest
	Loose     bool // stands in no register: no check code at its foot, which nobody could look up; not part of the digest
	Blocks    []Block
}

// Kind is what a block is.
type Kind string

const (
	Cover     Kind = "cover" // the large title of a cover page
	Heading   Kind = "title"
	Subtitle  Kind = "subtitle"
	Section   Kind = "section" // a heading inside
	Paragraph Kind = "paragraph"
	Flush     Kind = "flush" // a paragraph without indent
	Centred   Kind = "centred"
	Right     Kind = "right"
	Small     Kind = "small"
	Table     Kind = "table"
	Signs     Kind = "signs"
	Seal      Kind = "seal"
	Picture   Kind = "picture"
	Space     Kind = "space"
	NewPage   Kind = "newpage"
	Cards     Kind = "cards"
)

// Block is a piece of a document; which of its parts are used follows from Kind.
type Block struct {
	Kind    Kind
	Text    string
	Date    string // Seal
	Image   []byte // Picture
	Size    float64
	Lines   int // Space; of Cards, how many stand below one another
	Columns []Column
	Rows    []Row
	Signs   []Sign
	Cards   []Card
}

// Column is a column of a table: its share of the width and how its words stand ("左", "中", "右").
type Column struct {
	Share float64
	Align string
}

// Row is a row of a table.
type Row struct {
	Header bool // repeated on every page
	Total  bool // stays with the row before it
	Lines  int  // at least so many lines high
	Cells  []Cell
}

// Cell is a box. Up is a box that belongs to the one above it; Open stays free for handwriting; any other empty box is struck out.
type Cell struct {
	Text  string
	Image []byte
	Span  int
	Up    bool
	Open  bool
}

// Sign is a place to sign: by hand, or with what was signed on a screen.
type Sign struct {
	Label string
	Name  string
	Image []byte
	Date  string
}

// Digest is the same for the same title, number, version, words and pictures, whoever prints them and whenever.
// Another version of this program must give the same: a paper printed years ago is checked against it.
func (d Document) Digest() [32]byte {
	h := sha256.New()
	text(h, "maplegrid.paper/1", d.Title, d.Number)
	number(h, d.Version, len(d.Blocks))
	for _, b := range d.Blocks {
		text(h, string(b.Kind), b.Text, b.Date)
		pictureDigest(h, b.Image)
		number(h, len(b.Rows), len(b.Signs))
		for _, row := range b.Rows {
			number(h, len(row.Cells))
			for _, c := range row.Cells {
				text(h, c.Text)
				pictureDigest(h, c.Image)
				number(h, c.Span, flag(c.Up), flag(c.Open))
			}
		}
		for _, s := range b.Signs {
			text(h, s.Label, s.Name, s.Date)
			pictureDigest(h, s.Image)
		}
		for _, c := range b.Cards {
			text(h, c.Scan, c.Under, c.Stub)
			number(h, len(c.Lines))
			for _, l := range c.Lines {
				text(h, l.Text)
			}
		}
	}
	return [32]byte(h.Sum(nil))
}

func flag(b bool) int {
	if b {
		return 1
	}
	return 0
}

func text(h hash.Hash, all ...string) {
	for _, s := range all {
		number(h, len(s))
		h.Write([]byte(s))
	}
}

func number(h hash.Hash, all ...int) {
	for _, n := range all {
		h.Write(binary.BigEndian.AppendUint64(nil, uint64(n)))
	}
}

func pictureDigest(h hash.Hash, image []byte) {
	number(h, len(image))
	sum := sha256.Sum256(image)
	h.Write(sum[:])
}

// Code is the short form of the digest for people who have no camera: ABCD-EFGH-JKLM.
func (d Document) Code() string {
	sum := d.Digest()
	s := base32.NewEncoding("ABCDEFGHJKLMNPQRSTUVWXYZ23456789").EncodeToString(sum[:8])
	return s[:4] + "-" + s[4:8] + "-" + s[8:12]
}

// Missing lists the characters that neither the built-in fonts nor the additional ones can draw; they print as 〔缺字〕.
func (d Document) Missing(more ...*Font) []string {
	f, seen, list := facesOf(more), map[rune]bool{}, []string(nil)
	d.texts(func(s string) {
		_, missing := f.printable(s)
		for _, r := range missing {
			if !seen[r] {
				seen[r] = true
				list = append(list, string(r))
			}
		}
	})
	return list
}

// texts visits every word that is printed.
func (d Document) texts(each func(string)) {
	each(d.Title + d.Number + d.PrintedBy)
	for _, b := range d.Blocks {
		each(b.Text)
		each(b.Date)
		for _, row := range b.Rows {
			for _, c := range row.Cells {
				each(c.Text)
			}
		}
		for _, s := range b.Signs {
			each(s.Label)
			each(s.Name)
			each(s.Date)
		}
		for _, c := range b.Cards {
			each(c.Under)
			each(c.Stub)
			for _, l := range c.Lines {
				each(l.Text)
			}
		}
	}
}

const (
	unreadable = "〔图片无法读取〕"
	maxPixels  = 40_000_000
	maxSide    = 1400.0 // the width of a page at 225 to the inch
)

// pixels reads a picture and gives it back as every reader of PDF and .docx takes it: on white, no finer than print, PNG for
// drawings and JPEG for photographs; false when it is none.
func pixels(data []byte) (out []byte, width, height float64, ok bool) {
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || c.Width <= 0 || c.Height <= 0 || c.Width > maxPixels/c.Height {
		return nil, 0, 0, false
	}
	m, format, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, 0, 0, false
	}
	scale := min(1, maxSide/float64(max(c.Width, c.Height)))
	flat := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(c.Width)*scale)), max(1, int(float64(c.Height)*scale))))
	draw.Draw(flat, flat.Bounds(), image.White, image.Point{}, draw.Src)
	draw.ApproxBiLinear.Scale(flat, flat.Bounds(), m, m.Bounds(), draw.Over, nil)
	var b bytes.Buffer
	if format == "png" {
		err = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, flat)
	} else {
		err = jpeg.Encode(&b, flat, &jpeg.Options{Quality: 85})
	}
	return b.Bytes(), float64(flat.Rect.Dx()), float64(flat.Rect.Dy()), err == nil
}

// pictureType is what pixels made of a picture, in the words of the PDF library and of a .docx.
func pictureType(data []byte) string {
	if bytes.HasPrefix(data, []byte("\x89PNG")) {
		return "png"
	}
	return "jpg"
}
