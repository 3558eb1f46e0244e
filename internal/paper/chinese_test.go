package paper

import (
	"encoding/json"
	"testing"
)

func Test金额大写(t *testing.T) {
	for _, c := range []struct {
		in   any
		want string
	}{
		{0, "人民币零元整"}, {"0.01", "人民币壹分"}, {0.1, "人民币壹角整"}, {"10.05", "人民币壹拾元零伍分"}, {12000, "人民币壹万贰仟元整"},
		{"12,000.00", "人民币壹万贰仟元整"}, {100000, "人民币壹拾万元整"}, {10010, "人民币壹万零壹拾元整"}, {1005, "人民币壹仟零伍元整"},
		{1e12, "人民币壹万亿元整"}, {"1000000000001", "人民币壹万亿零壹元整"}, {100_000_000, "人民币壹亿元整"}, {100_010_000, "人民币壹亿零壹万元整"},
		{120_003_400, "人民币壹亿贰仟万叁仟肆佰元整"}, {-380, "人民币负叁佰捌拾元整"}, {"-0.50", "人民币负伍角整"}, {json.Number("6007.14"), "人民币陆仟零柒元壹角肆分"},
		{"9999999999999999.99", "人民币玖仟玖佰玖拾玖万玖仟玖佰玖拾玖亿玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元玖角玖分"},
	} {
		if got, ok := Capitals(c.in); !ok || got != c.want {
			t.Errorf("%v：%s，应为%s", c.in, got, c.want)
		}
	}
	for _, bad := range []any{"一万", "1.234", "", "1e9", nil, "--1", "10000000000000000"} {
		if got, ok := Capitals(bad); ok {
			t.Errorf("%v 不是金额，却写成%s", bad, got)
		}
	}
}

func Test数字读法(t *testing.T) {
	for n, want := range map[int]string{1: "一", 10: "十", 12: "十二", 20: "二十", 105: "一百零五", 110: "一百一十"} {
		if got := ordinal(n); got != want {
			t.Errorf("%d：%s，应为%s", n, got, want)
		}
	}
	for in, want := range map[string]string{"1234567.5": "1,234,567.50", "-1000": "-1,000.00", "0": "0.00", "999": "999.00"} {
		if got, _ := figures(in); got != want {
			t.Errorf("%s：%s，应为%s", in, got, want)
		}
	}
}
