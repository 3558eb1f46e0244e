package dispute

import (
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// SheetKinds are the worksheets: compensation (赔偿计算), line (界线丈量), wages (工资), account (往来账).
var SheetKinds = []string{"compensation", "line", "wages", "account"}

// Sheet (计算单) is a worksheet in its latest version; earlier ones stay in the journal.
type Sheet struct {
	ID       string
	Kind     string
	Title    string
	No       int // version, from 1
	Lines    []SheetLine
	Items    vault.Text // whom the lines of a wage sheet are for, one a line
	Advanced Fen
	Total    Fen // computed: what is still owed (compensation, wages, account)
	Sketch   []matter.Attachment
	Signed   []Signature
	From     string // the sheet of another matter it takes up again: a line disputed anew
	Note     vault.Text
}

// SheetLine is one line. Which fields count depends on the sheet's kind:
// compensation: Item, Basis, Quantity × Price = Amount; line: Item (point), Width in metres, Lon, Lat, Basis; wages: Item (worker's
// alias or number), Month, Amount owed, Paid; account: On, Item (goods), Quantity × Price = Amount delivered, Paid.
type SheetLine struct {
	Item     string  `json:"item" form:"line,required"`
	Basis    string  `json:"basis,omitempty" form:"line"`
	On       string  `json:"on,omitempty" form:"date"`
	Month    string  `json:"month,omitempty" form:"line"` // 2026-03
	Quantity float64 `json:"quantity,omitempty" form:"number"`
	Price    string  `json:"price,omitempty" form:"money"`
	Amount   string  `json:"amount,omitempty" form:"money"` // yuan; when quantity and price are given it must be their product
	Paid     string  `json:"paid,omitempty" form:"money"`
	WidthM   float64 `json:"width_m,omitempty" form:"number"`
	Lon      float64 `json:"lon,omitempty" form:"number"`
	Lat      float64 `json:"lat,omitempty" form:"number"`
}

// SaveSheet (保存计算单) keeps a new worksheet or a new version of one.
type SaveSheet struct {
	matter.On
	Sheet    string      `json:"sheet,omitempty" form:"hidden"`
	Kind     string      `json:"kind" form:"sheetkind,required"`
	Title    string      `json:"title" form:"line,required"`
	Lines    []SheetLine `json:"lines,omitempty"`
	Advanced string      `json:"advanced,omitempty" form:"money"`
	From     string      `json:"from,omitempty" form:"hidden"`
	Note     string      `json:"note,omitempty" form:"words"`
	Photos   []string    `json:"photos,omitempty" form:"photos"` // the sketch drawn on the page, photographs
}

// SheetSaved is a version of a worksheet. Wages name workers: its lines are sealed as one text for that kind, and kept in clear
// numbers for the sum.
type SheetSaved struct {
	Sheet    string              `json:"sheet"`
	Kind     string              `json:"kind"`
	Title    string              `json:"title"`
	No       int                 `json:"no"`
	Lines    []SheetLine         `json:"lines,omitempty"`
	Items    vault.Text          `json:"items,omitzero"` // the items of a wage sheet, one a line
	Advanced Fen                 `json:"advanced,omitempty"`
	Total    Fen                 `json:"total"`
	From     string              `json:"from,omitempty"`
	Note     vault.Text          `json:"note,omitzero"`
	Photos   []matter.Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (SheetSaved) EventKind() string { return "dispute.sheet_saved/1" }

// Tell implements matter.Built.
func (e SheetSaved) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor); m.Attached(e.Photos) }

func (e SheetSaved) apply(d *Dispute, _ work.At) {
	s := Sheet{ID: e.Sheet, Kind: e.Kind, Title: e.Title, No: e.No, Lines: e.Lines, Items: e.Items, Advanced: e.Advanced, Total: e.Total, Sketch: e.Photos, From: e.From, Note: e.Note}
	for i := range d.Sheets {
		if d.Sheets[i].ID == e.Sheet {
			if len(s.Sketch) == 0 {
				s.Sketch = d.Sheets[i].Sketch
			}
			d.Sheets[i] = s // signatures were for the earlier version
			return
		}
	}
	d.Sheets = append(d.Sheets, s)
}

// SignSheet (在计算单上签字) is a party's signature on a worksheet.
type SignSheet struct {
	matter.On
	Sheet string `json:"sheet" form:"sheet,required"`
	Party string `json:"party" form:"party,required"`
	Way   string `json:"way" form:"signway,required"`
	Image string `json:"image,omitempty" form:"signature"`
}

// SheetSigned is that signature.
type SheetSigned struct {
	Sheet     string    `json:"sheet"`
	No        int       `json:"no"`
	Signature Signature `json:"signature"`
}

// EventKind implements work.Event.
func (SheetSigned) EventKind() string { return "dispute.sheet_signed/1" }

// Tell implements matter.Built.
func (e SheetSigned) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e SheetSigned) apply(d *Dispute, at work.At) {
	e.Signature.At = at.HappenedAt
	for i := range d.Sheets {
		if d.Sheets[i].ID == e.Sheet {
			d.Sheets[i].Signed = append(d.Sheets[i].Signed, e.Signature)
		}
	}
}

// Sheet finds a worksheet by id.
func (d *Dispute) Sheet(id string) *Sheet {
	for i := range d.Sheets {
		if d.Sheets[i].ID == id {
			return &d.Sheets[i]
		}
	}
	return nil
}
