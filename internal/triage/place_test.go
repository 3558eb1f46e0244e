package triage

import (
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
)

// country is a town of two villages with groups, a bridge, schools and a market.
func country(t testing.TB) *Gazetteer {
	tree, err := grid.NewTree([]grid.Cell{
		{ID: "station", Kind: grid.KindStation, Name: grid.Name{Zh: "渡口派出所"}},
		{ID: "town", Parent: "station", Kind: grid.KindTown, Name: grid.Name{Zh: "渡口乡（虚构辖区）"}},
		{ID: "v1", Parent: "town", Kind: grid.KindVillage, Name: grid.Name{Zh: "芦滩村"}},
		{ID: "v2", Parent: "town", Kind: grid.KindVillage, Name: grid.Name{Zh: "石碾村"}},
		{ID: "g11", Parent: "v1", Kind: grid.KindCell, Name: grid.Name{Zh: "芦滩一组"}},
		{ID: "g13", Parent: "v1", Kind: grid.KindCell, Name: grid.Name{Zh: "芦滩三组"}},
		{ID: "g21", Parent: "v2", Kind: grid.KindCell, Name: grid.Name{Zh: "石碾一组"}},
		{ID: "s1", Parent: "v1", Kind: grid.KindSchool, Name: grid.Name{Zh: "芦滩小学"}},
		{ID: "s2", Parent: "v2", Kind: grid.KindSchool, Name: grid.Name{Zh: "石碾初级中学"}},
		{ID: "m", Parent: "v2", Kind: grid.KindMarket, Name: grid.Name{Zh: "渡口牲畜交易市场"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	places, err := ReadPlaces(
		fstest.MapFS{"triage/places.tsv": {Data: []byte("# 地名\nname\taliases\tcell\n老石桥\t驼背桥|石拱桥\tg13\n红旗商店\t\tg11\n")}},
		fstest.MapFS{}, fstest.MapFS{"triage/places.tsv": {Data: []byte("\ufeff红旗商店\t\tg21\r\n红旗饭店\t红旗\tg11\n红旗旅馆\t红旗\tg21\n")}})
	if err != nil {
		t.Fatal(err)
	}
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	return NewGazetteer(append(EntriesOf(tree, day,
		grid.Post{Name: grid.Name{Zh: "启明电子厂保安岗"}, Cells: []grid.CellID{"g21"}},
		grid.Post{Name: grid.Name{Zh: "值班室"}, Cells: []grid.CellID{"station"}},
		grid.Post{Name: grid.Name{Zh: "两村联防岗"}, Cells: []grid.CellID{"v1", "v2"}}), places...))
}

func TestPlacesAreResolved(t *testing.T) {
	g := country(t)
	for _, c := range []struct {
		rule, text string
		cells      []grid.CellID
		words      string
		name       string
		cell       grid.CellID
		vague      bool
	}{
		{"村里是发消息的人的村", "村里来了收破烂的", []grid.CellID{"g13"}, "村里", "芦滩村", "v1", true},
		{"不知道谁发的，看是哪个群", "村里来了收破烂的", []grid.CellID{"", "g21"}, "村里", "石碾村", "v2", true},
		{"发消息的人先于群", "村里来了收破烂的", []grid.CellID{"g13", "g21"}, "村里", "芦滩村", "v1", true},
		{"桥头是跟前那座桥", "桥头有人打架", []grid.CellID{"g11"}, "桥头", "老石桥", "g13", true},
		{"跟前没有桥就归本网格", "桥头有人打架", []grid.CellID{"town2"}, "桥头", "", "town2", true},
		{"几组是本村的几组", "三组路灯坏了", []grid.CellID{"g11"}, "三组", "芦滩三组", "g13", true},
		{"数字写法不同也是它", "芦滩3组路灯坏了", nil, "芦滩3组", "芦滩三组", "g13", false},
		{"村名后面跟着组，归到组", "石碾村一组吵架", []grid.CellID{"g11"}, "石碾村一组", "石碾一组", "g21", false},
		{"乡名、村名、学校，取最里面的", "渡口乡芦滩村小学门口", nil, "渡口乡芦滩村小学门口", "芦滩小学", "s1", false},
		{"学校就是跟前的学校", "学校门口有人闹", []grid.CellID{"g21"}, "学校门口", "石碾初级中学", "s2", true},
		{"初中是初级中学", "石碾初中有人翻墙", nil, "石碾初中", "石碾初级中学", "s2", false},
		{"一个简称两处，看是谁说的", "红旗吵起来了", []grid.CellID{"g21"}, "红旗", "红旗旅馆", "g21", false},
		{"看不出是哪处就不认", "红旗吵起来了", nil, "红旗", "", "", false},
		{"别名", "驼背桥塌了", nil, "驼背桥", "老石桥", "g13", false},
		{"后一层改了地方", "红旗商店失火", nil, "红旗商店", "红旗商店", "g21", false},
		{"岗所在的单位", "启明电子厂门口堵了", nil, "启明电子厂门口", "启明电子厂保安岗", "g21", false},
		{"去掉乡名和中间的词", "牲畜市场丢了牛", []grid.CellID{"g11"}, "牲畜市场", "渡口牲畜交易市场", "m", false},
		{"繁体、全角也认", "蘆灘村３組着火", nil, "蘆灘村３組", "芦滩三组", "g13", false},
		{"夹了表情和网页标记也认", "<b>芦滩</b>🚨村口着火", nil, "芦滩</b>🚨村口", "芦滩村", "v1", false},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got := g.FindPlaces(c.text, c.cells...)
			if len(got) == 0 || got[0].Words != c.words || got[0].Name != c.name || got[0].Cell != c.cell || got[0].Vague != c.vague {
				t.Errorf("got %+v", got)
			}
		})
	}
}

func TestPlacesFile(t *testing.T) {
	for rule, line := range map[string]string{"没写网格": "老石桥\t\t\n", "只有一个字": "桥\t\tg1\n"} {
		_, err := ReadPlaces(fstest.MapFS{"triage/places.tsv": {Data: []byte(line)}})
		if f, ok := fault.Of(err); !ok || f.Code != "triage.bad_place" || f.Args["line"] != 1 {
			t.Errorf("%s应拒收：%v", rule, err)
		}
	}
	_, rows, err := ReadWords(fstest.MapFS{"triage/places.tsv": {Data: []byte("name\taliases\tcell\n老石桥\t\tg1\n")}})
	if err != nil || len(rows) > 0 {
		t.Errorf("地名表不是标好的消息：%v %v", rows, err)
	}
}

func TestEverydayWordsAreNoVillages(t *testing.T) {
	g := NewGazetteer([]Entry{{Name: "平安村", Cell: "v1"}, {Name: "上坡村", Cell: "v2"}, {Name: "驿站社区", Cell: "v3"}})
	for _, text := range []string{"祝大家平安", "上坡路滑，慢点", "包裹放驿站了"} {
		for _, p := range g.FindPlaces(text) {
			if p.Cell != "" {
				t.Errorf("%s：%+v", text, p)
			}
		}
	}
	if got := g.FindPlaces("平安村着火了"); len(got) != 1 || got[0].Cell != "v1" {
		t.Errorf("说全名就是它：%+v", got)
	}
}

func TestPlacesOfAPost(t *testing.T) {
	if e := country(t).entries; slices.ContainsFunc(e, func(e Entry) bool { return e.Name == "值班室" || e.Name == "两村联防岗" }) {
		t.Error("管全所和几个网格的岗不是一个地方")
	}
}

func TestPlacesAreLearned(t *testing.T) {
	e := shipped(t)
	for text, want := range map[string]string{
		"有人拿着钢管在五号宿舍楼后面打架": "五号宿舍楼后面", "青石桥栏杆断了，差点掉下去": "青石桥", "电瓶车着火了，12号楼楼道": "12号楼楼道",
	} {
		got := e.Read(Message{Text: text}).Places
		if !slices.ContainsFunc(got, func(p Place) bool { return p.Words == want }) {
			t.Errorf("%s：应有“%s”，得 %+v", text, want, got)
		}
	}
	known := e.At(NewGazetteer([]Entry{{Name: "请问", Cell: "c1"}}), Market{})
	if got := known.Read(Message{Text: "请问几点上班"}).Places; len(got) != 1 || got[0].Cell != "c1" {
		t.Errorf("本所知道的地名一律要认：%+v", got)
	}
	p := e.Read(Message{Text: "煤气味好重，快来，红旗小区5号楼2单元301"}).Places
	if len(p) != 1 || p[0].Building != "5" || p[0].Unit != "2" || p[0].Room != "301" {
		t.Errorf("楼、单元、房号：%+v", p)
	}
}

func TestPlacesOfTheModelStations(t *testing.T) {
	for _, station := range []string{"lijiabao", "caochuan", "baihe", "hubin", "shengrenjian"} {
		folder := os.DirFS("../../playbooks/" + station)
		places, err := ReadPlaces(folder)
		if err != nil || len(places) < 10 {
			t.Fatalf("%s：%v %v", station, places, err)
		}
		org, err := fs.ReadFile(folder, "org.csv")
		if err != nil {
			t.Fatal(err)
		}
		var cells []grid.CellID
		for line := range strings.Lines(string(org)) {
			key, _, _ := strings.Cut(line, ",")
			cells = append(cells, grid.CellID(key))
		}
		said := map[string]string{}
		for _, p := range places {
			if !slices.Contains(cells, p.Cell) {
				t.Errorf("%s的“%s”写的网格“%s”没有", station, p.Name, p.Cell)
			}
			for _, name := range append(p.Aliases, p.Name) {
				if said[name] != "" {
					t.Errorf("%s的“%s”既是%s又是%s", station, name, said[name], p.Name)
				}
				said[name] = p.Name
			}
		}
	}
}
