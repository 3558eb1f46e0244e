package orgfile

import (
	"context"
	"io"
	"slices"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/sheet"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/organisation"
)

// Export says what is given out. Names and phones are masked unless Purpose says what for; that is for the head alone, and in the
// journal before anything is written.
type Export struct {
	Kind    Kind
	Format  sheet.Kind // xlsx or csv; outlines are always GeoJSON
	Purpose string
	Key     string // idempotency key of the export of people with a purpose
	Note    string // stands above the header: who, when
}

// Write gives a table of the organisation out.
func Write(ctx context.Context, w io.Writer, d *desk.Desk, who access.Who, x Export) error {
	if !x.Kind.Known() {
		return fault.New(fault.Invalid, "form.unknown_choice", nil).On("kind")
	}
	may, thing := "org.read", access.Thing{Kind: "org", Station: who.Station}
	if x.Kind == People || x.Kind == Duty {
		may = "org.set_person" // the list of everybody is for those who keep it
	}
	if !d.Policy.May(who, may, thing).Allow && !d.Policy.May(who, "org.set_cell", thing).Allow {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	if x.Kind == People && x.Purpose != "" {
		if _, err := d.Do(ctx, who, desk.Envelope{Key: x.Key}, "people.export", &desk.ExportPeople{Purpose: x.Purpose}); err != nil {
			return err
		}
	}
	org, err := d.Org(ctx, who.Station)
	if err != nil {
		return err
	}
	if x.Kind == Outlines {
		return grid.WriteGeoJSON(w, org.Cells)
	}
	out, err := sheet.NewWriter(w, x.Format, x.Kind.Title("zh"), outColumns(x.Kind), x.Note)
	if err != nil {
		return err
	}
	e := exporter{ctx, d, who, org, x, out}
	if err := e.rows(); err != nil {
		return err
	}
	return out.Close()
}

func outColumns(k Kind) (cols []sheet.OutColumn) {
	for _, c := range columns[k] {
		col := sheet.OutColumn{Title: c.Names[0]}
		switch c.Key {
		case "from", "until":
			col.Width = 18
		case "zh", "cells", "seats":
			col.Width = 28
		}
		cols = append(cols, col)
	}
	return cols
}

type exporter struct {
	ctx context.Context
	d   *desk.Desk
	who access.Who
	org *organisation.Org
	x   Export
	out *sheet.Writer
}

func (e exporter) rows() error {
	switch e.x.Kind {
	case Cells:
		return e.cells()
	case Bodies:
		for _, b := range e.org.Bodies {
			if err := e.out.Write(string(b.ID), b.Name.Zh, b.Name.En, b.Kind, yes(b.Outside), yes(b.MayCall), yes(b.MayTransfer), b.Phone); err != nil {
				return err
			}
		}
	case Posts:
		return e.posts()
	case People:
		return e.people()
	case Leads:
		for _, l := range e.org.Leads {
			if err := e.out.Write(string(l.PartyCell), string(l.Beat), string(l.From), string(l.Until)); err != nil {
				return err
			}
		}
	case Duty:
		return e.duty()
	case Calendar:
		for _, c := range calendarDays(e.org) {
			if err := e.out.Write(c.On, word("day", c.Kind), c.Name); err != nil {
				return err
			}
		}
	case Outlines:
	}
	return nil
}

func yes(b bool) string {
	if b {
		return "是"
	}
	return "否"
}

func (e exporter) cells() error {
	for _, last := range e.org.Cells {
		for _, c := range e.org.Versions(string(last.ID)) {
			if err := e.out.Write(string(c.ID), string(c.Parent), word("kind", string(c.Kind)), c.Name.Zh, c.Name.En, c.Code, c.CodeScheme, word("nature", string(c.Nature)),
				string(c.From), string(c.Until)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e exporter) posts() error {
	for _, p := range e.org.Posts {
		cells := make([]string, len(p.Cells))
		for i, c := range p.Cells {
			cells[i] = string(c)
		}
		seats := p.Seats
		if len(seats) == 0 {
			seats = []grid.Seat{{}}
		}
		for _, s := range seats {
			var by []string
			for _, r := range s.StandIns {
				by = append(by, r.Name().Zh)
			}
			role, count := "", any(nil)
			if s.Role != "" {
				role, count = s.Role.Name().Zh, s.HowMany
			}
			if err := e.out.Write(string(p.ID), string(p.Kind), p.Name.Zh, p.Name.En, strings.Join(cells, "|"), role, count, strings.Join(by, "|"),
				string(p.From), string(p.Until)); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e exporter) people() error {
	var texts []vault.Text
	for _, p := range e.org.Everyone() {
		texts = append(texts, p.Name, p.Phone)
	}
	plain, err := e.d.Reveal(e.ctx, e.who.Station, slices.DeleteFunc(texts, func(t vault.Text) bool { return t.Ref().Version == 0 })...)
	if err != nil {
		return err
	}
	for _, p := range e.org.Everyone() {
		if p.Gone {
			continue
		}
		name, phone := plain[p.Name.Ref()], plain[p.Phone.Ref()]
		if e.x.Purpose == "" {
			name, phone = vault.MaskName(name), masked(phone)
		}
		var seats []string
		for _, s := range p.Seats {
			seats = append(seats, seatText(s))
		}
		if err := e.out.Write(p.ID, p.Role.Name().Zh, p.Call, p.Badge, p.User, strings.Join(p.Cells, "|"), strings.Join(seats, "|"), name, phone); err != nil {
			return err
		}
	}
	return nil
}

func masked(phone string) string {
	if phone == "" {
		return ""
	}
	return vault.MaskPhone(phone)
}

func (e exporter) duty() error {
	const form = "2006-01-02 15:04"
	for _, p := range e.org.Everyone() {
		if p.Gone {
			continue
		}
		for _, h := range dutyAct(p).Hours {
			if err := e.out.Write(p.ID, h.From.In(clock.Shanghai).Format(form), h.Until.In(clock.Shanghai).Format(form)); err != nil {
				return err
			}
		}
	}
	return nil
}
