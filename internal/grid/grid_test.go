package grid

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 7, 1, 12, 0, 0, 0, china)

func square(x, y, side float64) Ring {
	return Ring{{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}}
}

func town() []Cell {
	return []Cell{
		{ID: "station", Kind: KindStation, Outline: []Ring{square(0, 0, 10)}},
		{ID: "east", Parent: "station", Kind: KindCommunity, Outline: []Ring{square(5, 0, 5)}},
		{ID: "old", Parent: "station", Kind: KindVillage, Span: Span{Until: "2026-03-31"}},
		{ID: "beat", Parent: "old", Kind: KindBeat, Span: Span{Until: "2026-03-31"}},
		{ID: "beat", Parent: "east", Kind: KindBeat, Span: Span{From: "2026-04-01"}, Outline: []Ring{square(6, 1, 2), square(6.5, 1.5, 1)}},
	}
}

func ids(cells []Cell) string {
	var s []string
	for _, c := range cells {
		s = append(s, string(c.ID))
	}
	return strings.Join(s, " ")
}

func build(t *testing.T, cells []Cell) *Tree {
	t.Helper()
	tree, err := NewTree(cells)
	if err != nil {
		t.Fatal(err)
	}
	return tree
}

func TestTreeIsDated(t *testing.T) {
	tree, march := build(t, town()), noon.AddDate(0, -4, 0)
	for _, x := range []struct{ rule, got, want string }{
		{"并村以后警格归新社区", ids(tree.Path("beat", noon)), "station east beat"},
		{"并村以前警格归老村", ids(tree.Path("beat", march)), "station old beat"},
		{"上级由近到远", ids(tree.Ancestors("beat", noon)), "east station"},
		{"下级只列当时有效的", ids(tree.Descendants("station", noon)), "east beat"},
		{"截止日当天仍有效", ids(tree.Path("old", time.Date(2026, 3, 31, 23, 59, 0, 0, china))), "station old"},
		{"没有的格子没有路径", ids(tree.Path("nowhere", noon)), ""},
	} {
		t.Run(x.rule, func(t *testing.T) {
			if x.got != x.want {
				t.Errorf("got %q, want %q", x.got, x.want)
			}
		})
	}
	if !tree.Within("beat", "station", noon) || tree.Within("station", "beat", noon) || !tree.Within("beat", "beat", noon) {
		t.Error("Within is wrong")
	}
}

func TestTreeRefuses(t *testing.T) {
	for rule, x := range map[string]struct {
		cells []Cell
		want  string
	}{
		"上级成环":     {[]Cell{{ID: "a", Parent: "b"}, {ID: "b", Parent: "a"}, {ID: "c", Parent: "a"}}, "第1行：“a”沿上级往上走又回到自己，成了循环。\n第2行：“b”沿上级往上走又回到自己，成了循环。"},
		"自己是自己的上级": {[]Cell{{ID: "a", Parent: "a"}}, "第1行：“a”沿上级往上走又回到自己，成了循环。"},
		"后来才成环":    {[]Cell{{ID: "a", Span: Span{Until: "2025-12-31"}}, {ID: "a", Parent: "b", Span: Span{From: "2026-01-01"}}, {ID: "b", Parent: "a"}}, "第2行：“a”沿上级往上走又回到自己，成了循环。\n第3行：“b”沿上级往上走又回到自己，成了循环。"},
		"上级不存在":    {[]Cell{{ID: "a", Parent: "x"}}, "第1行：“a”的上级“x”不存在，或在同一时期没有启用。"},
		"上级已停用":    {[]Cell{{ID: "a", Span: Span{Until: "2025-12-31"}}, {ID: "b", Parent: "a", Span: Span{From: "2026-01-01"}}}, "第2行：“b”的上级“a”不存在，或在同一时期没有启用。"},
		"两个上级":     {[]Cell{{ID: "a"}, {ID: "b"}, {ID: "c", Parent: "a"}, {ID: "c", Parent: "b"}}, "第4行：“c”同时有两个上级：“a”（第3行）和“b”。"},
		"重复":       {[]Cell{{ID: "a"}, {ID: "a"}}, "第2行：“a”与第1行重复，日期也重叠。"},
		"日期颠倒":     {[]Cell{{ID: "a", Span: Span{"2026-02-01", "2026-01-01"}}}, "第1行：“a”的截止日2026-01-01早于起始日2026-02-01。"},
	} {
		t.Run(rule, func(t *testing.T) {
			tree, err := NewTree(x.cells)
			var wrong Mistakes
			if tree != nil || !errors.As(err, &wrong) || err.Error() != x.want {
				t.Errorf("got %v\nwant %s", err, x.want)
			}
		})
	}
}

func TestLocate(t *testing.T) {
	tree := build(t, town())
	for _, x := range []struct {
		rule string
		p    Point
		want CellID
	}{
		{"落在最小的格子里", Point{6.2, 1.2}, "beat"},
		{"空洞里归上一级", Point{7, 2}, "east"},
		{"不在社区里归全所", Point{1, 1}, "station"},
		{"辖区外无归属", Point{11, 1}, ""},
	} {
		t.Run(x.rule, func(t *testing.T) {
			if c, ok := tree.Locate(x.p[0], x.p[1], noon); c.ID != x.want || ok != (x.want != "") {
				t.Errorf("got %q, want %q", c.ID, x.want)
			}
		})
	}
	if c, _ := tree.Locate(6.2, 1.2, noon, KindCommunity); c.ID != "east" {
		t.Errorf("asked for a community, got %q", c.ID)
	}
	if c, _ := tree.Locate(6.2, 1.2, noon.AddDate(0, -4, 0)); c.ID != "east" {
		t.Errorf("before the beat was drawn, got %q", c.ID)
	}
}

// Neighbours share slanting lines walked in opposite directions; no point may fall between them or in both.
func Test边界上的点恰好归一个格子(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	const n = 6
	var at [n + 1][n + 1]Point
	for i := range at {
		for j := range at[i] {
			at[i][j] = Point{float64(i), float64(j)}
			if i > 0 && i < n && j > 0 && j < n {
				at[i][j] = Point{float64(i) + r.Float64()*0.6 - 0.3, float64(j) + r.Float64()*0.6 - 0.3}
			}
		}
	}
	var rings []Ring
	for i := range n {
		for j := range n {
			rings = append(rings, Ring{at[i][j], at[i+1][j], at[i+1][j+1], at[i][j+1], at[i][j]})
		}
	}
	owners := func(p Point) (n int) {
		for _, r := range rings {
			if inside(p, []Ring{r}) {
				n++
			}
		}
		return n
	}
	for _, ring := range rings {
		for k := 1; k < len(ring); k++ {
			for _, f := range []float64{0, 0.25, 1.0 / 3, 0.5, r.Float64()} {
				p := Point{ring[k-1][0] + f*(ring[k][0]-ring[k-1][0]), ring[k-1][1] + f*(ring[k][1]-ring[k-1][1])}
				if p[0] > 0 && p[1] > 0 && p[0] < n && p[1] < n && owners(p) != 1 {
					t.Fatalf("%v belongs to %d cells", p, owners(p))
				}
			}
		}
	}
	for range 2000 {
		if p := (Point{r.Float64() * n, r.Float64() * n}); owners(p) != 1 {
			t.Fatalf("%v belongs to %d cells", p, owners(p))
		}
	}
}

func TestGeoJSON(t *testing.T) {
	in := []Cell{
		{ID: "a", Kind: KindZone, Name: Name{Zh: "甲"}, Outline: []Ring{square(0, 0, 9), square(1, 1, 5), square(2, 2, 2), square(20, 0, 3)}},
		{ID: "b", Parent: "a", Kind: KindBeat},
	}
	var buf bytes.Buffer
	if err := WriteGeoJSON(&buf, in); err != nil {
		t.Fatal(err)
	}
	out, err := ReadGeoJSON(&buf)
	if err != nil || len(out) != 2 || out[1].Parent != "a" || out[0].Name.Zh != "甲" || out[0].Kind != KindZone {
		t.Fatalf("%v %+v", err, out)
	}
	for _, p := range []Point{{0.5, 0.5}, {1.5, 1.5}, {3, 3}, {21, 1}, {15, 1}} {
		if inside(p, in[0].Outline) != inside(p, out[0].Outline) {
			t.Errorf("%v changed sides", p)
		}
	}
	if got := len(polygonsOf(in[0].Outline)); got != 3 {
		t.Errorf("an island in a hole is a polygon of its own: got %d polygons", got)
	}
	for rule, x := range map[string][2]string{
		"不是要素集":  {`{"type":"Polygon"}`, "FeatureCollection"},
		"没有闭合":   {one(`[[[0,0],[1,0],[1,1],[0,1]]]`), "“k”的边界没有首尾相接"},
		"经纬度写反了": {one(`[[[35,111],[36,111],[36,112],[35,111]]]`), "“k”的坐标超出范围"},
		"坐标读不懂":  {one(`[["x"]]`), "“k”的坐标读不懂"},
		"只收面":    {strings.Replace(one(`[0,0]`), "Polygon", "Point", 1), "“k”的图形是 Point"},
	} {
		t.Run(rule, func(t *testing.T) {
			if _, err := ReadGeoJSON(strings.NewReader(x[0])); err == nil || !strings.Contains(err.Error(), x[1]) {
				t.Errorf("got %v, want %s", err, x[1])
			}
		})
	}
}

func one(coordinates string) string {
	return `{"type":"FeatureCollection","features":[{"type":"Feature","id":"k","properties":{},"geometry":{"type":"Polygon","coordinates":` + coordinates + `}}]}`
}

func Test真实县界也能读写和定位(t *testing.T) {
	files, _ := filepath.Glob("../../../shared/data/boundaries/*.geojson")
	if len(files) == 0 {
		t.Skip("no county outlines beside the checkout (shared/data/boundaries)")
	}
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		cells, err := ReadGeoJSON(f)
		f.Close()
		if err != nil || len(cells) == 0 {
			t.Fatalf("%s: %v, %d counties", filepath.Base(name), err, len(cells))
		}
		tree := build(t, cells)
		var buf bytes.Buffer
		if err := WriteGeoJSON(&buf, cells); err != nil {
			t.Fatal(err)
		}
		again, err := ReadGeoJSON(&buf)
		if err != nil {
			t.Fatal(err)
		}
		twin := build(t, again)
		r := rand.New(rand.NewPCG(3, 4))
		found := 0
		for _, c := range cells {
			b := boxOf(c.Outline)
			for range 200 {
				p := Point{b.min[0] + r.Float64()*(b.max[0]-b.min[0]), b.min[1] + r.Float64()*(b.max[1]-b.min[1])}
				one, ok := tree.Locate(p[0], p[1], noon)
				two, _ := twin.Locate(p[0], p[1], noon)
				if one.ID != two.ID || ok && !inside(p, one.Outline) {
					t.Fatalf("%v lies in %q, after writing and reading in %q", p, one.ID, two.ID)
				}
				if ok {
					found++
				}
			}
		}
		if found < len(cells)*100 {
			t.Errorf("%s: only %d of %d points found a county", filepath.Base(name), found, len(cells)*200)
		}
	}
}

func TestLeads(t *testing.T) {
	leads := Leads{{"p1", "b1", Span{}}, {"p2", "b1", Span{From: "2026-07-01"}}, {"p2", "b2", Span{Until: "2026-06-30"}}}
	for _, x := range []struct {
		rule      string
		got, want []CellID
	}{
		{"一个警格可由几个党格领", leads.Of("b1", noon), []CellID{"p1", "p2"}},
		{"到期次日起不再领", leads.By("p2", noon), []CellID{"b1"}},
		{"到期前照旧", leads.By("p2", noon.AddDate(0, 0, -1)), []CellID{"b2"}},
	} {
		t.Run(x.rule, func(t *testing.T) {
			if !reflect.DeepEqual(x.got, x.want) {
				t.Errorf("got %v, want %v", x.got, x.want)
			}
		})
	}
}

func TestGaps(t *testing.T) {
	tree := build(t, []Cell{{ID: "station", Kind: KindStation}, {ID: "b1", Parent: "station", Kind: KindBeat}, {ID: "mall", Parent: "station", Kind: KindMarket}})
	posts := []Post{
		{ID: "room", Kind: "beat_office", Cells: []CellID{"b1"}},
		{ID: "gone", Kind: "beat_office", Cells: []CellID{"b1"}, Span: Span{Until: "2025-12-31"}},
	}
	rules := []StaffingRule{
		{Post: "beat_office", Role: Officer, Count: 1, StandIns: []Role{Head}},
		{Post: "beat_office", Role: AuxOfficer, Count: 2},
		{Post: "area_post", For: []Kind{KindMarket}, Role: Officer, Count: 1},
	}
	sit := func(id PersonID, r Role, duty ...Hours) Person {
		return Person{ID: id, Role: r, Seats: []Sitting{{Post: "room"}}, OnDuty: duty}
	}
	night := Hours{noon.Add(-14 * time.Hour), noon.Add(-5 * time.Hour)}
	mall := Gap{Where: "mall", Role: Officer, Want: 1}
	for _, x := range []struct {
		rule   string
		people []Person
		want   []Gap
	}{
		{"一警两辅齐了，专属格仍缺区域民警", []Person{sit("o", Officer), sit("a", AuxOfficer), sit("b", AuxOfficer)}, []Gap{mall}},
		{"所长顶民警算代岗，仍列出", []Person{sit("h", Head), sit("a", AuxOfficer), sit("b", AuxOfficer)}, []Gap{{"b1", "room", Officer, 1, 0, 1}, mall}},
		{"一个人不坐两个席位", []Person{sit("h", Head), sit("o", Officer), sit("a", AuxOfficer)}, []Gap{{"b1", "room", AuxOfficer, 2, 1, 0}, mall}},
		{"不在班的不算", []Person{sit("o", Officer), sit("a", AuxOfficer, night), sit("b", AuxOfficer)}, []Gap{{"b1", "room", AuxOfficer, 2, 1, 0}, mall}},
		{"没人就全缺", nil, []Gap{{"b1", "room", Officer, 1, 0, 0}, {"b1", "room", AuxOfficer, 2, 0, 0}, mall}},
	} {
		t.Run(x.rule, func(t *testing.T) {
			if got := Gaps(tree, posts, x.people, rules, noon); !reflect.DeepEqual(got, x.want) {
				t.Errorf("got  %+v\nwant %+v", got, x.want)
			}
		})
	}
	if (Gap{Want: 1, StandIns: 2}).Open() != 0 || (Gap{Want: 2, Have: 1}).Open() != 1 {
		t.Error("Open is wrong")
	}
}

func TestRoles(t *testing.T) {
	for _, r := range Roles() {
		if n := r.Name(); n.Zh == "" || n.En == "" || !r.Known() {
			t.Errorf("%s has no name", r)
		}
	}
	if Officer.MayStandIn(AuxOfficer) || !AuxOfficer.MayStandIn(Officer) || !Head.MayStandIn(Officer) {
		t.Error("辅警不能替民警，民警可以替辅警")
	}
	if Role("king").Known() || Role("king").Name().In("en") != "king" || Officer.Name().In("zh") != "民警" {
		t.Error("names of roles")
	}
}
