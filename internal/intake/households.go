package intake

import (
	"context"
	"encoding/hex"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sync/errgroup"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/sheet"
	"maplegrid/internal/work/card"
)

// HouseholdColumns are the columns of a file of households. Columns of names and telephones are none of them: they are told as not
// taken (law-and-standards 15.6, minimal collection).
var HouseholdColumns = []sheet.Column{
	{Key: "cell", Names: []string{"网格", "网格名称", "所属网格", "网格编号", "grid"}},
	{Key: "address", Names: []string{"地址", "住址", "门牌地址", "详细地址", "居住地址", "房屋地址"}},
	{Key: "village", Names: []string{"村", "村名", "社区", "小区", "小区名称", "行政村", "自然村", "village"}},
	{Key: "group", Names: []string{"组", "村民小组", "小组", "组别", "group"}},
	{Key: "number", Names: []string{"门牌号", "门牌", "户号", "number"}},
	{Key: "building", Names: []string{"楼栋", "楼号", "栋", "幢", "building"}},
	{Key: "unit", Names: []string{"单元", "单元号", "unit"}},
	{Key: "room", Names: []string{"室", "房号", "房间号", "室号", "room"}},
	{Key: "living", Names: []string{"居住人数", "人数", "人口", "常住人数", "people"}},
}

// Households takes a file of households over, as somebody, into cell where a row names none. The same row twice, in one file or the
// next, is one household; a row that says something else of an address that is there changes it.
func Households(ctx context.Context, d *desk.Desk, who access.Who, name string, file io.ReaderAt, size int64, cell string, o Options) (Result, error) {
	r, err := sheet.Open(name, file, size, sheet.Options{Columns: HouseholdColumns})
	if err != nil {
		return Result{}, fileFault(err)
	}
	defer r.Close()
	org, err := d.Org(ctx, who.Station)
	if err != nil {
		return Result{}, err
	}
	h := &homes{taking: taking{Options: o, desk: d, who: who, cells: map[string][]string{}, seen: map[string][32]byte{}}, cell: cell,
		parent: func(cell string) string { x, _ := org.Cell(cell); return string(x.Parent) }}
	head, _ := r.Header()
	h.names = maps.Clone(head.Mapped)
	if h.names["address"] == "" && h.names["number"] == "" && h.names["room"] == "" {
		return Result{}, fault.New(fault.Invalid, "intake.no_address", fault.Args{"columns": strings.Join(head.Unknown, "、")})
	}
	for _, c := range org.Cells {
		for _, n := range []string{string(c.ID), c.Name.Zh, c.Name.En} {
			if id := string(c.ID); n != "" && !slices.Contains(h.cells[n], id) {
				h.cells[n] = append(h.cells[n], id)
			}
		}
	}
	err = h.rows(ctx, r)
	h.result.Unknown, h.result.Skipped = head.Unknown, len(r.Skipped())
	slices.SortStableFunc(h.result.Refused, func(a, b RowFault) int { return a.Line - b.Line })
	return h.result, err
}

// homes is a file of households being taken over.
type homes struct {
	taking
	cell   string // of rows that name none
	parent func(cell string) string
}

func (h *homes) rows(ctx context.Context, r *sheet.Reader) error {
	g, going := errgroup.WithContext(ctx)
	g.SetLimit(inFlight)
	var broken error
	for going.Err() == nil && broken == nil {
		row, err := r.Next()
		if err != nil {
			if err != io.EOF {
				broken = fileFault(err)
			}
			break
		}
		a, column, err := h.read(row)
		if err != nil {
			broken = h.refuse(row.Line, column, err)
			continue
		}
		at := a.Cell + "|" + card.Key(a.Label, h.parent(a.Cell))
		if _, twice := h.seen[at]; twice {
			h.done(Became{Line: row.Line, Outcome: Already})
			continue
		}
		h.seen[at] = [32]byte{}
		g.Go(func() error { return h.set(going, row.Line, a, at) })
	}
	if err := g.Wait(); err != nil {
		return err
	}
	if broken == nil {
		broken = ctx.Err()
	}
	return broken
}

// set hands one row to the desk. An error ends the import.
func (h *homes) set(ctx context.Context, line int, a *card.SetHousehold, at string) error {
	holder, err := h.desk.Journal.Holder(ctx, h.who.Station, desk.Households, at)
	if err != nil {
		return err
	}
	sum, err := digest(h.who.Station, h.who.Person, a)
	if err != nil {
		return err
	}
	// The key is of the row and of what stands there: a row that is taken off and comes again is taken over again.
	key := "households-" + hex.EncodeToString(sum[:])[:32] + "-" + strconv.FormatInt(h.desk.Clock.Now().UnixMicro(), 36)
	if _, err := h.desk.Do(ctx, h.who, desk.Envelope{Key: key, Try: h.Try}, "household.set", a); err != nil {
		if f, ok := fault.Of(err); ok && f.Kind == fault.Denied { // a row of a cell that is not theirs; the others go on
			h.done(Became{Line: line, Outcome: Refused, Fault: h.fault(line, "cell", f)})
			return nil
		}
		return h.refuse(line, map[string]string{"house_address": "address", "living": "living", "cell": "cell"}[fieldOf(err)], err)
	}
	outcome := New
	if holder != "" {
		outcome = Already
	}
	h.done(Became{Line: line, Outcome: outcome, ID: holder})
	return nil
}

func fieldOf(err error) string {
	if f, ok := fault.Of(err); ok {
		return f.Field
	}
	return ""
}

// read makes the act of a row: an address as it stands, or put together of village, group and number, of building, unit and room.
func (h *homes) read(row sheet.Row) (a *card.SetHousehold, column string, err error) {
	if p, f := h.problems(row); f != nil {
		return nil, p, f
	}
	a = &card.SetHousehold{Cell: h.cell, Label: row.Get("address")}
	if a.Label == "" {
		a.Label = row.Get("village")
		for _, x := range []struct{ key, ends string }{{"group", "组"}, {"building", "栋"}, {"unit", "单元"}, {"number", "号"}, {"room", "室"}} {
			v := row.Get(x.key)
			if v != "" && strings.Trim(v, "0123456789") == "" {
				v += x.ends
			}
			a.Label += v
		}
	}
	if a.Label == "" {
		return nil, "address", fault.New(fault.Invalid, "form.required", fault.Args{"field": "house_address"})
	}
	if cell := row.Get("cell"); cell != "" {
		switch ids := h.cells[cell]; len(ids) {
		case 0:
			return nil, "cell", fault.New(fault.Invalid, "form.unknown_cell", fault.Args{"cell": cell})
		case 1:
			a.Cell = ids[0]
		default:
			return nil, "cell", fault.New(fault.Invalid, "intake.two_cells", fault.Args{"cell": cell})
		}
	}
	if a.Cell == "" {
		return nil, "cell", fault.New(fault.Invalid, "form.required", fault.Args{"field": "cell"})
	}
	if n := strings.TrimSuffix(row.Get("living"), "人"); n != "" {
		if a.Living, err = strconv.Atoi(n); err != nil {
			return nil, "living", fault.New(fault.Invalid, "form.number", nil)
		}
	}
	return a, "", nil
}
