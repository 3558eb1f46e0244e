package dispute

import (
	"fmt"
	"math"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/fault"
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
	From     string // the sheet of another matter it takes up again, matter/sheet: a line disputed anew
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

	RecordingRef  string `json:"recording_ref,omitempty" form:"line"` // a signature on the screen before the police is recorded (20.2)
	RecordingHash string `json:"recording_hash,omitempty" form:"line"`
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

// maxLines is how many lines one worksheet may have.
const maxLines = 500

// SaveSheet decides a worksheet or a new version of one: each line by the rules of its kind, sums to the fen.
func (d *Dispute) SaveSheet(a SaveSheet, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	e, err := d.headOf(a, mo)
	if err != nil {
		return nil, err
	}
	if err := work.Must(len(a.Lines) > 0, "lines", "dispute.no_lines", nil); err != nil {
		return nil, err
	}
	if err := work.AtMost("lines", len(a.Lines), maxLines); err != nil {
		return nil, err
	}
	if err := work.Must(a.Kind != "line" || len(a.Lines) >= 2, "lines", "dispute.two_points", nil); err != nil {
		return nil, err
	}
	var owed, paid Fen
	for i, l := range a.Lines {
		line, amount, part, err := readLine(fmt.Sprintf("lines.%d.", i), a.Kind, l)
		if err != nil {
			return nil, err
		}
		e.Lines, owed, paid = append(e.Lines, line), owed+amount, paid+part
	}
	advanced, err := money("advanced", a.Advanced)
	if err != nil {
		return nil, err
	}
	if advanced != nil {
		if err := work.Must(a.Kind != "line" || *advanced == 0, "advanced", "dispute.line_has_no_sum", nil); err != nil {
			return nil, err
		}
		e.Advanced = *advanced
	}
	e.Total = owed - paid - e.Advanced
	if a.Kind == "wages" {
		e.Lines, e.Items = d.nameless(e.Lines)
	}
	return []work.Event{e}, nil
}

// headOf reads what is no line, and numbers the version.
func (d *Dispute) headOf(a SaveSheet, mo Moment) (SheetSaved, error) {
	e := SheetSaved{Sheet: a.Sheet, Kind: a.Kind, No: 1}
	if err := each("kind", []string{a.Kind}, SheetKinds); err != nil {
		return e, err
	}
	if a.Sheet == "" {
		e.Sheet = mo.NewID("w")
	} else {
		old := d.Sheet(a.Sheet)
		if err := work.Must(old != nil, "sheet", "dispute.unknown_sheet", nil); err != nil {
			return e, err
		}
		if err := work.Must(old.Kind == a.Kind, "kind", "dispute.sheet_of_other_kind", nil); err != nil {
			return e, err
		}
		e.No = old.No + 1
	}
	var err error
	if e.Title, err = work.Line("title", a.Title, work.MaxTitle, true); err != nil {
		return e, err
	}
	note, err := work.Words("note", a.Note, false)
	if err != nil {
		return e, err
	}
	e.Note = d.text("sheet_note", note)
	if e.From, err = work.Line("from", a.From, 80, false); err != nil {
		return e, err
	}
	if e.From != "" {
		other, _, _ := strings.Cut(e.From, "/")
		if _, err := mo.Other(other); err != nil {
			return e, err
		}
	}
	e.Photos, err = matter.Attach(a.Photos)
	return e, err
}

// readLine reads one line by the rules of its sheet's kind, and gives what it adds to what is owed and what is paid.
func readLine(at, kind string, l SheetLine) (line SheetLine, owed, paid Fen, err error) {
	if l.Item, err = work.Line(at+"item", l.Item, work.MaxShort, true); err != nil {
		return l, 0, 0, err
	}
	if l.Basis, err = work.Line(at+"basis", l.Basis, work.MaxShort, kind == "compensation"); err != nil {
		return l, 0, 0, err
	}
	for _, f := range []struct{ field, value, layout string }{{"on", l.On, time.DateOnly}, {"month", l.Month, "2006-01"}} {
		_, bad := time.Parse(f.layout, f.value)
		if err := work.Must(f.value == "" || bad == nil, at+f.field, "form.date", nil); err != nil {
			return l, 0, 0, err
		}
	}
	if kind == "line" {
		return l, 0, 0, point(at, l)
	}
	if owed, err = l.product(at, kind == "account" && strings.TrimSpace(l.Paid) != ""); err != nil {
		return l, 0, 0, err
	}
	part, err := money(at+"paid", l.Paid)
	if err != nil || part == nil {
		return l, owed, 0, err
	}
	if err := work.Must(kind != "wages" || *part <= owed, at+"paid", "dispute.paid_more_than_owed", fault.Args{"paid": *part, "owed": owed}); err != nil {
		return l, 0, 0, err
	}
	l.Paid = part.String()
	return l, owed, *part, nil
}

// point checks a point of a measured line: a width of tape, and a place when it was taken down by position.
func point(at string, l SheetLine) error {
	if err := work.Must(l.WidthM > 0 && l.WidthM < 100_000, at+"width_m", "dispute.width", nil); err != nil {
		return err
	}
	if err := work.Must(l.Lon >= -180 && l.Lon <= 180 && l.Lat >= -90 && l.Lat <= 90, at+"lon", "form.position", nil); err != nil {
		return err
	}
	return work.Must(l.Amount == "" && l.Price == "" && l.Paid == "", at+"amount", "dispute.line_has_no_sum", nil)
}

// product is what a line comes to: quantity times price, rounded to the fen. When all three are given they must agree to one fen;
// when two are, the third follows where it comes out even. A line that only pays owes nothing.
func (l *SheetLine) product(at string, paysOnly bool) (Fen, error) {
	if err := work.Must(l.Quantity >= 0 && l.Quantity <= 1e9, at+"quantity", "form.number", nil); err != nil {
		return 0, err
	}
	price, err := money(at+"price", l.Price)
	if err != nil {
		return 0, err
	}
	amount, err := money(at+"amount", l.Amount)
	if err != nil {
		return 0, err
	}
	switch {
	case price != nil && l.Quantity > 0:
		sum, ok := times(l.Quantity, *price)
		if err := work.Must(ok, at+"price", "form.money_too_much", fault.Args{"max": "10亿"}); err != nil {
			return 0, err
		}
		if amount == nil {
			amount = &sum
		}
		if err := work.Must(*amount-sum <= 1 && sum-*amount <= 1, at+"amount", "dispute.line_does_not_add_up", fault.Args{"amount": *amount, "sum": sum}); err != nil {
			return 0, err
		}
	case amount != nil && l.Quantity > 0:
		one := Fen(math.Round(float64(*amount) / l.Quantity))
		if sum, ok := times(l.Quantity, one); ok && sum == *amount {
			price = &one
		}
	case amount != nil && price != nil && *price > 0:
		q := math.Round(float64(*amount)/float64(*price)*1e4) / 1e4
		if sum, ok := times(q, *price); ok && sum == *amount {
			l.Quantity = q
		}
	case amount == nil && paysOnly:
		return 0, nil
	}
	if err := work.Must(amount != nil, at+"amount", "form.required", fault.Args{"field": "amount"}); err != nil {
		return 0, err
	}
	if l.Amount = amount.String(); price != nil {
		l.Price = price.String()
	}
	return *amount, nil
}

// times is quantity × price rounded half up to the fen, exactly; false beyond the largest sum.
func times(quantity float64, price Fen) (Fen, bool) {
	q, ok := new(big.Rat).SetString(strconv.FormatFloat(quantity, 'f', -1, 64))
	if !ok {
		return 0, false
	}
	q.Mul(q, new(big.Rat).SetInt64(int64(price)))
	q.Add(q, big.NewRat(1, 2))
	whole := new(big.Int).Div(q.Num(), q.Denom())
	return Fen(whole.Int64()), whole.IsInt64() && whole.Int64() <= MostYuan*100
}

// nameless takes the workers' names out of the lines of a wage sheet: each line names its worker by a number, the names are sealed as
// one text, one a line.
func (d *Dispute) nameless(lines []SheetLine) ([]SheetLine, vault.Text) {
	var names []string
	for i := range lines {
		n := slices.Index(names, lines[i].Item)
		if n < 0 {
			n, names = len(names), append(names, lines[i].Item)
		}
		lines[i].Item = strconv.Itoa(n + 1)
	}
	return lines, d.text("sheet_items", strings.Join(names, "\n"))
}

// Balances are what is owed after each line of a running account (往来账).
func (s *Sheet) Balances() []Fen {
	list := make([]Fen, len(s.Lines))
	var owed Fen
	for i, l := range s.Lines {
		if f, err := money("", l.Amount); err == nil && f != nil {
			owed += *f
		}
		if f, err := money("", l.Paid); err == nil && f != nil {
			owed -= *f
		}
		list[i] = owed
	}
	return list
}

// SignSheet decides a party's signature on the version that stands now; a minor's guardian, a group's spokesperson or an agent signs
// in the party's stead.
func (d *Dispute) SignSheet(a SignSheet, _ Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	s := d.Sheet(a.Sheet)
	if err := work.Must(s != nil, "sheet", "dispute.unknown_sheet", nil); err != nil {
		return nil, err
	}
	track := ""
	if d.Track != nil {
		track = d.Track.Track
	}
	if err := d.signer("party", a.Party, track); err != nil {
		return nil, err
	}
	if err := each("way", []string{a.Way}, SignWays); err != nil {
		return nil, err
	}
	image, err := work.Line("image", a.Image, 64, false)
	if err != nil {
		return nil, err
	}
	if err := work.Must(a.Way != "screen" || image != "", "image", "dispute.signature_missing", nil); err != nil {
		return nil, err
	}
	recording, err := recorded(a.RecordingRef, a.RecordingHash)
	if err != nil {
		return nil, err
	}
	if err := work.Must(a.Way != "screen" || track != Order || recording.Ref != "", "recording_ref", "dispute.signing_recorded", nil); err != nil {
		return nil, err
	}
	for _, other := range s.Signed {
		if d.signsFor(other.Who) == d.signsFor(a.Party) {
			return nil, fault.New(fault.Stale, "dispute.signed_twice", nil).On("party")
		}
	}
	return []work.Event{SheetSigned{s.ID, s.No, Signature{Who: a.Party, Way: a.Way, Image: image, Recording: recording}}}, nil
}
