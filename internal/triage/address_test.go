package triage

import (
	"bufio"
	"os"
	"slices"
	"strings"
	"testing"
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

type tagged struct {
	text  string
	parts []AddressPart
}

func taggedAddresses(t testing.TB, name string) (all []tagged) {
	lines := bufio.NewScanner(shared(t, name))
	var one tagged
	for lines.Scan() {
		piece, tag, ok := strings.Cut(lines.Text(), " ")
		if !ok {
			if one.text != "" {
				all = append(all, one)
			}
			one = tagged{}
			continue
		}
		head, label, _ := strings.Cut(tag, "-")
		if n := len(one.parts); head == "I" && n > 0 && one.parts[n-1].Label == label {
			one.parts[n-1].To += len(piece)
		} else {
			one.parts = append(one.parts, AddressPart{label, len(one.text), len(one.text) + len(piece)})
		}
		one.text += piece
	}
	return all
}

func TestAddressesOfThePublicSet(t *testing.T) {
	hit, said, gold := map[string]int{}, map[string]int{}, map[string]int{}
	wrong := map[string]int{}
	for _, a := range taggedAddresses(t, "address-parsing/test.txt") {
		got := ParseAddress(a.text)
		for _, p := range a.parts {
			if slices.Contains(AddressParts, p.Label) {
				if gold[p.Label]++; slices.Contains(got, p) {
					hit[p.Label]++
				} else if os.Getenv("TRIAGE_SHOW") == p.Label && len(wrong) < 1<<20 {
					t.Log("missed ", p.Label, a.text[p.From:p.To], " in ", a.text)
				}
			}
		}
		for _, p := range got {
			if said[p.Label]++; !slices.Contains(a.parts, p) && os.Getenv("TRIAGE_SHOW") == p.Label {
				t.Log("said ", p.Label, a.text[p.From:p.To], " in ", a.text)
			}
		}
	}
	h, s, g := 0, 0, 0
	for _, label := range AddressParts {
		t.Logf("%-10s F1 %.3f (precision %.3f, recall %.3f, %d)", label, 2*float64(hit[label])/float64(said[label]+gold[label]),
			float64(hit[label])/float64(said[label]), float64(hit[label])/float64(gold[label]), gold[label])
		h, s, g = h+hit[label], s+said[label], g+gold[label]
	}
	f1 := 2 * float64(h) / float64(s+g)
	t.Logf("all parts claimed: F1 %.4f", f1)
	if f1 < 0.89 {
		t.Errorf("F1 %.3f", f1)
	}
}
