package triage

import (
	"os"
	"reflect"
	"strings"
	"testing"

	"maplegrid/internal/fault"
)

func TestParseAddress(t *testing.T) {
	for rule, c := range map[string]struct{ text, want string }{
		"镇村路号":        {"龙山镇慈东村海丰北路602号", "town=龙山镇 community=慈东村 road=海丰北路 roadno=602号"},
		"省市区跳过":       {"浙江省台州市临海市古城街道江南大道288号", "town=古城街道 road=江南大道 roadno=288号"},
		"幢单元室":        {"竹海花园12幢3单元1001室", "houseno=12幢 cellno=3单元 roomno=1001室"},
		"短横分开幢单元室":    {"竹海花园12-3-1001", "houseno=12 cellno=3 roomno=1001"},
		"汉字数字":        {"红星巷五号三号楼二单元", "road=红星巷 roadno=五号 houseno=三号楼 cellno=二单元"},
		"全角数字":        {"人民路１２号", "road=人民路 roadno=１２号"},
		"小区不是区划":      {"幸福小区3号楼501", "houseno=3号楼 roomno=501"},
		"省市县不写全也跳过":   {"浙江温州苍南白石镇青禾路12号", "town=白石镇 road=青禾路 roadno=12号"},
		"市后面跟着镇字开头的区": {"宁波市镇海区白石街道青禾西路1400号", "town=白石街道 road=青禾西路 roadno=1400号"},
		"改了名的县":       {"富阳市青禾北路8号", "road=青禾北路 roadno=8号"},
		"路名前面有别的名字":   {"上塘青禾路7号", "road=青禾路 roadno=7号"},
		"门牌从几号到几号":    {"青禾路136-138号", "road=青禾路 roadno=136-138号"},
		"门牌后面是楼栋":     {"青禾南路127-25号", "road=青禾南路 roadno=127 houseno=25号"},
		"支路不算路":       {"青禾路与白石路交叉口", "road=青禾路"},
		"一当短横":        {"白石街青禾公寓6一3一145", "road=白石街 houseno=6 cellno=3 roomno=145"},
		"商场的排":        {"白石小商品市场11街2158", "cellno=11街 roomno=2158"},
		"楼层写字母":       {"青禾路白石国际34F", "road=青禾路 floorno=34F"},
		"村民小组":        {"白石村上河组5号", "community=白石村 road=上河组 roadno=5号"},
		"镇街不写全也认":     {"温州市瓯海区娄桥青禾路10号", "town=娄桥 road=青禾路 roadno=10号"},
		"不在这个县的不认":    {"温州市瓯海区九堡青禾路10号", "road=青禾路 roadno=10号"},
		"镇街名字后面是小区":   {"杭州市江干区九堡家苑5幢", "houseno=5幢"},
		"旧县街道不是县":     {"桐庐县旧县街道青禾村", "town=旧县街道 community=青禾村"},
		"广场西路是一条路":    {"白石镇广场西路5号", "town=白石镇 road=广场西路 roadno=5号"},
		"国道的数字都在":     {"白石镇104国道12号", "town=白石镇 road=104国道 roadno=12号"},
		"一位数的门牌从几到几":  {"青禾路3-6号", "road=青禾路 roadno=3-6号"},
		"园区里面的村":      {"白石镇东区青禾村", "town=白石镇 community=青禾村"},
		"没有地址就没有部分":   {"谢谢大家", ""},
	} {
		t.Run(rule, func(t *testing.T) {
			var got []string
			for _, p := range ParseAddress(c.text) {
				got = append(got, p.Label+"="+c.text[p.From:p.To])
			}
			if strings.Join(got, " ") != c.want {
				t.Errorf("%s: got %s, want %s", c.text, strings.Join(got, " "), c.want)
			}
		})
	}
}

// shared opens a file of the public sets beside the checkout, or skips.
func shared(t testing.TB, name string) *os.File {
	t.Helper()
	for _, up := range []string{"../../../shared/data/", "../../../../shared/data/"} {
		if f, err := os.Open(up + name); err == nil {
			t.Cleanup(func() { f.Close() })
			return f
		}
	}
	t.Skipf("the public set %s is not beside this checkout (../shared/data)", name)
	return nil
}

func TestReadAddresses(t *testing.T) {
	all, err := ReadAddresses("a.txt", strings.NewReader("\ufeff青 B-road\n禾 I-road\n路 I-road\n5 B-roadno\n号 I-roadno\n。 O\n\n\n白 B-poi\n"))
	want := []Address{{"青禾路5号。", []AddressPart{{"road", 0, 9}, {"roadno", 9, 13}}}, {"白", []AddressPart{{"poi", 0, 3}}}}
	if err != nil || !reflect.DeepEqual(all, want) {
		t.Errorf("got %v, %v", all, err)
	}
	for rule, text := range map[string]string{"没有标注": "青 B-road\n禾\n", "标注不全": "青 road\n", "空文件": "\n\n"} {
		t.Run(rule+"的不收", func(t *testing.T) {
			if f, ok := fault.Of(second(ReadAddresses("a.txt", strings.NewReader(text)))); !ok || f.Code != "triage.bad_address" {
				t.Errorf("got %v", f)
			}
		})
	}
}

func second(_ []Address, err error) error { return err }

func TestMarkAddresses(t *testing.T) {
	m := MarkAddresses([]Address{
		{"青禾路5号", []AddressPart{{"road", 0, 9}, {"roadno", 9, 13}}},
		{"白石村", []AddressPart{{"road", 0, 9}}}, // said community: one missed, one too many
	})
	if m.N != 2 || m.F1 != 2.0*2/(3+3) || m.PerPart["road"].Recall != 0.5 || m.PerPart["road"].Precision != 1 || m.PerPart["community"].Precision != 0 {
		t.Errorf("got %+v", m)
	}
}

func TestAddressesOfThePublicSet(t *testing.T) {
	const name = "address-parsing/test.txt"
	all, err := ReadAddresses(name, shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	m := MarkAddresses(all)
	t.Logf("%+v", m)
	if m.F1 < 0.89 {
		t.Errorf("F1 %.3f", m.F1)
	}
}
