package dispute

import (
	"slices"
	"testing"

	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// sheet saves a worksheet of a kind with lines.
func sheet(kind string, change func(*SaveSheet), lines ...SheetLine) func(*tale) ([]work.Event, error) {
	return func(d *tale) ([]work.Event, error) {
		a := SaveSheet{Kind: kind, Title: "计算单", Lines: lines}
		if change != nil {
			change(&a)
		}
		return d.SaveSheet(a, d.by("p1"))
	}
}

func TestSaveSheet(t *testing.T) {
	fee := SheetLine{Item: "医药费", Basis: "发票", Quantity: 3, Price: "33.35", Amount: "100.05"}
	points := []SheetLine{{Item: "甲", WidthM: 1.2}, {Item: "乙", WidthM: 1.35, Lon: 110.1, Lat: 30.2}}
	with := func(l SheetLine, change func(*SheetLine)) SheetLine { change(&l); return l }
	put(t, []ruled{
		{"数量乘单价等于金额", from(), sheet("compensation", nil, fee), "", nil},
		{"差一分可以", from(), sheet("compensation", nil, with(fee, func(l *SheetLine) { l.Amount = "100.06" })), "", nil},
		{"差两分不行", from(), sheet("compensation", nil, with(fee, func(l *SheetLine) { l.Amount = "100.07" })), "dispute.line_does_not_add_up", nil},
		{"赔偿每行要有依据", from(), sheet("compensation", nil, with(fee, func(l *SheetLine) { l.Basis = "" })), "form.required", nil},
		{"金额过大", from(), sheet("compensation", nil, SheetLine{Item: "x", Basis: "y", Quantity: 1e9, Price: "1000000000"}), "form.money_too_much", nil},
		{"空单不存", from(), sheet("compensation", nil), "dispute.no_lines", nil},
		{"没有金额的行", from(), sheet("wages", nil, SheetLine{Item: "甲"}), "form.required", nil},
		{"工资已付不得多于应付", from(), sheet("wages", nil, SheetLine{Item: "甲", Month: "2026-01", Amount: "3000", Paid: "3000.01"}), "dispute.paid_more_than_owed", nil},
		{"月份写法不对", from(), sheet("wages", nil, SheetLine{Item: "甲", Month: "一月", Amount: "3000"}), "form.date", nil},
		{"丈量至少两点", from(), sheet("line", nil, points[0]), "dispute.two_points", nil},
		{"丈量两点", from(), sheet("line", nil, points...), "", nil},
		{"宽度大于零", from(), sheet("line", nil, points[0], SheetLine{Item: "乙"}), "dispute.width", nil},
		{"丈量没有金额", from(), sheet("line", nil, points[0], with(points[1], func(l *SheetLine) { l.Amount = "5" })), "dispute.line_has_no_sum", nil},
		{"种类从名单里选", from(), sheet("magic", nil, fee), "form.unknown_choice", nil},
		{"没有这张单", from(), sheet("compensation", func(a *SaveSheet) { a.Sheet = "w9" }, fee), "dispute.unknown_sheet", nil},
		{"改单不改种类", from(told(SheetSaved{Sheet: "w1", Kind: "line", No: 1})), sheet("compensation", func(a *SaveSheet) { a.Sheet = "w1" }, fee), "dispute.sheet_of_other_kind", nil},
		{"看不到的事项不能接着量", from(), sheet("line", func(a *SaveSheet) { a.From = "d7/w1" }, points...), "matter.not_found", nil},
		{"接着从前的丈量", from(func(d *tale) *tale { d.others["d7"] = matter.Matter{ID: "d7"}; return d }), sheet("line", func(a *SaveSheet) { a.From = "d7/w1" }, points...), "", nil},
		{"最多五百行", from(), sheet("compensation", nil, slices.Repeat([]SheetLine{fee}, 501)...), "form.too_many", nil},
	})
}

func TestSums(t *testing.T) {
	for _, c := range []struct {
		rule, kind, advanced string
		lines                []SheetLine
		want                 Fen
	}{
		{"赔偿减去垫付", "compensation", "60", []SheetLine{{Item: "a", Basis: "x", Quantity: 2.5, Price: "40"}, {Item: "b", Basis: "x", Amount: "10.01"}}, 5_001},
		{"垫付多了要退回差额", "compensation", "200", []SheetLine{{Item: "a", Basis: "x", Amount: "150"}}, -5_000},
		{"工资欠多少", "wages", "", []SheetLine{{Item: "甲", Amount: "3000", Paid: "1000"}, {Item: "乙", Amount: "2000"}}, 400_000},
		{"往来账结余", "account", "", []SheetLine{{Item: "沙石", Quantity: 12, Price: "85.5"}, {Item: "付款", Paid: "600"}}, 42_600},
		{"丈量没有合计", "line", "", []SheetLine{{Item: "a", WidthM: 1}, {Item: "b", WidthM: 2}}, 0},
	} {
		t.Run(c.rule, func(t *testing.T) {
			d := from()(t)
			d.does("p1")(sheet(c.kind, func(a *SaveSheet) { a.Advanced = c.advanced }, c.lines...)(d))
			if got := d.Sheets[0].Total; got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
	d := from()(t)
	d.does("p1")(sheet("account", nil, SheetLine{Item: "沙石", Amount: "100"}, SheetLine{Item: "付款", Paid: "40"}, SheetLine{Item: "水泥", Quantity: 4, Amount: "50"})(d))
	if s := d.Sheets[0]; !slices.Equal(s.Balances(), []Fen{10_000, 6_000, 11_000}) || s.Lines[2].Price != "12.50" {
		t.Errorf("%v %+v", s.Balances(), s.Lines)
	}
}

func TestWagesNameNobodyInClear(t *testing.T) {
	d := from()(t)
	events, err := sheet("wages", nil, SheetLine{Item: "张三", Amount: "1"}, SheetLine{Item: "李四", Amount: "2"}, SheetLine{Item: "张三", Amount: "3"})(d)
	if err != nil {
		t.Fatal(err)
	}
	e := events[0].(SheetSaved)
	names, _ := e.Items.Reveal()
	if e.Lines[0].Item != "1" || e.Lines[1].Item != "2" || e.Lines[2].Item != "1" || names != "张三\n李四" {
		t.Errorf("%+v %q", e.Lines, names)
	}
}

func TestSignSheet(t *testing.T) {
	saved := told(SheetSaved{Sheet: "w1", Kind: "line", No: 2, Lines: []SheetLine{{}, {}}})
	sign := func(party, way, image string) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) {
			return d.SignSheet(SignSheet{Sheet: "w1", Party: party, Way: way, Image: image}, d.by("p1"))
		}
	}
	put(t, []ruled{
		{"签现在这一版", from(saved), sign("a", "screen", "u1"), "", []work.Event{SheetSigned{"w1", 2, Signature{Who: "a", Way: "screen", Image: "u1"}}}},
		{"屏幕签名要有签名", from(saved), sign("a", "screen", ""), "dispute.signature_missing", nil},
		{"同一方不签两次", from(saved, told(SheetSigned{"w1", 2, Signature{Who: "a"}})), sign("a", "ink", ""), "dispute.signed_twice", nil},
		{"改过的一版要重签", from(saved, told(SheetSigned{"w1", 2, Signature{Who: "a"}}), saved), sign("a", "ink", ""), "", nil},
		{"签法从名单里选", from(saved), sign("a", "nod", ""), "form.unknown_choice", nil},
		{"没有这张单", from(), sign("a", "ink", ""), "dispute.unknown_sheet", nil},
	})
}
