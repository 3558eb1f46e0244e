package reader

import (
	"strings"
	"testing"
)

func TestImpersonal(t *testing.T) {
	names := []string{"李梅花", "李网格"}
	for text, gone := range map[string]string{
		"李梅花说楼道堆东西":               "李梅花",
		"请李网格来看看":                 "李网格",
		"电话13900001234打不通":        "1390",
		"身份证999999199001011234丢了": "9999",
		"我叫王建国，住桥头":               "王建国",
		"户主：赵小兰不在家":               "赵小兰",
		"加我微信wxid_a8b7c6":         "wxid",
		"号码一三九零零零零五六七八":           "三九",
		"三号楼302漏水":                "302",
		"京A12345挡在门口":             "12345",
		"卡号6222000011112222333":   "6222",
		"打１３９００００１１１１":            "３９",
		"写到someone@example.com":   "someone",
	} {
		if got := impersonal(text, names); strings.Contains(got, gone) {
			t.Errorf("%q became %q", text, got)
		}
	}
	if got := impersonal("A区车棚的电动车又被撬了", names); got != "A区车棚的电动车又被撬了" {
		t.Errorf("words that tell of nobody became %q", got)
	}
}
