package vault

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"
)

// invented: division 999999 exists nowhere.
const goodIDX = "99999919900307002X"

// withCheck adds the check digit of GB 11643.
func withCheck(body string) string {
	for _, c := range "0123456789X" {
		if id := body + string(c); c == 'X' && checkDigit([]byte(body), true) || c != 'X' && checkDigit([]byte(id), false) {
			return id
		}
	}
	return ""
}

// luhn adds the check digit of a card.
func luhn(body string) string {
	for c := '0'; c <= '9'; c++ {
		if d := body + string(c); (number{digits: []byte(d), sizes: []int{len(d)}}).bankCard() {
			return d
		}
	}
	return ""
}

// show renders what was found as kind=text, for tables.
func show(text string) string {
	var out []string
	for _, s := range FindPersonal(text) {
		out = append(out, fmt.Sprintf("%s=%s", s.Kind, text[s.From:s.To]))
	}
	return strings.Join(out, "; ")
}

func TestFindPersonal(t *testing.T) {
	id, idX, card := withCheck("99999919900307001"), "", luhn("622202000000000123")
	for i := 0; idX == ""; i++ { // the first invented person whose check digit is X
		if got := withCheck(fmt.Sprintf("99999919900307%03d", i)); strings.HasSuffix(got, "X") {
			idX = got
		}
	}
	wrong := id[:17] + string('0'+(id[17]-'0'+1)%10)
	for _, c := range []struct{ rule, text, want string }{
		{"手机", "张三13900001234报警", "mobile=13900001234"},
		{"手机分段", "打139 0000 1234或139-0000-5678", "mobile=139 0000 1234; mobile=139-0000-5678"},
		{"全角手机", "电话：１３９００００１２３４。", "mobile=１３９００００１２３４"},
		{"汉字写的手机", "打一三九零零零零一二三四找他，或幺三九 零零零零 五六七八", "mobile=一三九零零零零一二三四; mobile=幺三九 零零零零 五六七八"},
		{"数字汉字掺着写的手机", "139零零零零1234", "mobile=139零零零零1234"},
		{"点隔开的手机", "139.0000.1234。139．0000．5678", "mobile=139.0000.1234; mobile=139．0000．5678"},
		{"国家码", "+8613900001234，0086 139 0000 1234，86-13900001234", "mobile=+8613900001234; mobile=0086 139 0000 1234; mobile=86-13900001234"},
		{"隐形字符", "1390000\u200b1234", "mobile=1390000\u200b1234"},
		{"日期后的手机", "2024-01-15 13900001234", "mobile=13900001234"},
		{"并列手机", "13900001234 13900005678", "mobile=13900001234; mobile=13900005678"},
		{"元姓元旦", "13900001234元旦前来", "mobile=13900001234"},
		{"固话", "0999-6123456、(0999)6123456、０９９９－６１２３４５６、010-61234567、02061234567",
			"landline=0999-6123456; landline=(0999)6123456; landline=０９９９－６１２３４５６; landline=010-61234567; landline=02061234567"},
		{"无区号的固话要有前缀", "座机：6123456，6123457，电话20240115", "landline=6123456"},
		{"身份证", "身份证" + id + "，" + strings.ToLower(idX), "resident_id=" + id + "; resident_id=" + strings.ToLower(idX)},
		{"身份证分段", id[:6] + " " + id[6:14] + " " + id[14:], "resident_id=" + id[:6] + " " + id[6:14] + " " + id[14:]},
		{"身份证校验错", "身份证" + wrong, "resident_id_mistyped=" + wrong},
		{"证件编号仍是证件", "证件编号：" + wrong, "resident_id_mistyped=" + wrong},
		{"编号里的真身份证", "编号" + id, "resident_id=" + id},
		{"银行卡", "卡号" + card + "，" + card[:4] + " " + card[4:8] + " " + card[8:12] + " " + card[12:16] + " " + card[16:],
			"bank_card=" + card + "; bank_card=" + card[:4] + " " + card[4:8] + " " + card[8:12] + " " + card[12:16] + " " + card[16:]},
		{"车牌", "京A12345，闽d·1234学，新Ａ９９９９９Ｄ", "plate=京A12345; plate=闽d·1234学; plate=新Ａ９９９９９Ｄ"},
		{"邮箱", "a.b_c@example.com.cn。13900001234@example.com，x@y", "email=a.b_c@example.com.cn; email=13900001234@example.com"},
	} {
		if got := show(c.text); got != c.want {
			t.Errorf("%s %q:\n got %s\nwant %s", c.rule, c.text, got, c.want)
		}
	}
}

func TestNotPersonal(t *testing.T) {
	for rule, text := range map[string]string{
		"金额":       "涉案15800000000元，¥13900001234，13900001234.50，共1,390,000,1234块",
		"日期":       "2024-01-15 10:30:05 20240115103005 2024年1月15日 01-15",
		"案号":       "（2024）闽0999民初1234号，闽公受案字〔2024〕13900001234号，受案字第13900001234号",
		"案件编号":     "A9999990000002024010001，案件编号：13900001234，警情号15020240115",
		"接警单号形似证件": "警情编号：999999202401150018",
		"订单":       "快递单号13900001234，订单 6222020000000001",
		"太长":       "1390000123413900001234567890",
		"太短":       "1390000123 110 12345 96110 4008001234",
		"不存在的生日":   "999999199002300017 999999199013010011",
		"坐标和网址":    "30.123456,120.654321 192.168.100.200 v1.2.3",
		"楼栋房号":     "3栋2单元501室，新A座12345，川A1234，京A123456789",
		"汉字数数":     "一二三四五六七八九十，一三五七九单号走，二零二六年三月二日，一百三十九块，一三九零零零零一二三四五六",
		"省名起头的词":   "云abcdef，新iphone12",
		"半个邮箱":     "@全体成员 张三@ 李四@群",
		"换行不连号":    "139\n0000\n1234",
	} {
		if got := show(text); got != "" {
			t.Errorf("%s: %s", rule, got)
		}
	}
}

func FuzzFindPersonal(f *testing.F) {
	for _, s := range []string{"139 0000 1234", "一三九零零零零一二三四", "(0999)6123456", goodIDX, "京A·12345", "a@b.cn", "\xff１３９\u200b00001234@x.cn元", "86", "x@"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		last := 0
		for _, p := range FindPersonal(s) {
			if p.From < last || p.To <= p.From || p.To > len(s) || p.Kind == "" {
				t.Fatalf("%q: %+v after %d", s, p, last)
			}
			if utf8.ValidString(s) && !utf8.ValidString(s[p.From:p.To]) {
				t.Fatalf("%q: %+v cuts a character", s, p)
			}
			last = p.To
		}
		MaskFree(s)
		MaskName(s)
		MaskPhone(s)
		MaskAddress(s)
		MaskResidentID(s)
	})
}

func TestMask(t *testing.T) {
	for _, c := range []struct {
		name string
		mask func(string) string
		want map[string]string
	}{
		{"name", MaskName, map[string]string{"张三丰": "张*", "欧阳修文": "欧阳*", "欧阳": "欧*", "阿依古丽·买买提": "阿*", "李": "李*", "": "", " 王五 ": "王*"}},
		{"phone", MaskPhone, map[string]string{"13900001234": "139****1234", "+86 139-0000-1234": "139****1234", "１３９００００１２３４": "139****1234",
			"一三九零零零零一二三四":  "139****1234",
			"0999-6123456": "0999-****456", "010-61234567": "010-*****567", "6123456": "****456", "110": "**0", "": ""}},
		{"id", MaskResidentID, map[string]string{goodIDX: "9999**********002X", "99999919900307002x": "9999**********002X", "E12345678": "E******78", "12": "**"}},
		{"address", MaskAddress, map[string]string{
			"某市和平路12号3栋2单元501室": "某市和平路12号3栋**", "和平路12号501室": "和平路12号**", "和平路12号": "和平路12号",
			"幸福小区３号楼５０１": "幸福小区３号楼**", "幸福小区3-2-501": "幸福小区3**", "李家堡村三组15号": "李家堡村三组**", "李家堡村15号东屋": "李家堡村**",
			"幸福小区501": "幸福小区**", "商贸城3楼A12": "商贸城**", "和平路": "和平路", "": "", "人民街甲5号院2号楼": "人民街甲5号院2号楼",
			"和平路12号张三13900001234": "和平路12号**"}},
		{"free", MaskFree, map[string]string{"打13900001234找他": "打139****1234找他", "京A12345": "京A***45", "a.b@x.cn 和 b@x.cn": "a**@x.cn 和 *@x.cn",
			"没有号码": "没有号码", "\xff139 0000 1234": "\xff139****1234"}},
	} {
		for in, want := range c.want {
			if got := c.mask(in); got != want {
				t.Errorf("%s %q: %q, want %q", c.name, in, got, want)
			}
		}
	}
}
