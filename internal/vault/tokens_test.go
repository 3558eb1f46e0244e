package vault

import (
	"regexp"
	"slices"
	"strings"
	"testing"
)

var oneToken = regexp.MustCompile(`^[a-p][a-z2-7]{9}$`)

// found tells whether a text is hit by a query as the index does it: all tokens present.
func found(k *Keyring, text, q string) bool {
	have := k.Tokens(nil, text)
	want, ok := k.QueryTokens(q)
	return ok && !slices.ContainsFunc(want, func(t string) bool { return !slices.Contains(have, t) })
}

func TestSearch(t *testing.T) {
	k := ring(t, "s1", 1)
	const text = "村口３号楼WiFi盒被偷，王某与邻居因宅基地争吵；电话13900001234，超长单词supercalifragilistic 𠮷野家"
	for q, want := range map[string]bool{
		"宅基地": true, "宅": true, "争吵": true, "邻居 争吵": true, "wifi": true, "ＷＩＦＩ": true, "3": true, "3号楼": true, "号楼": true,
		"supercalifragilistic": true, "supercalifragilistik": false, "𠮷野": true, "地基": false, "13900001234": false,
		"电话13900001234": true, "偷王": false, "居争": false, "": false, "，。！": false, "1390000": false, "邻居争": false, "宅\u200b基地": true,
	} {
		if got := found(k, text, q); got != want {
			t.Errorf("%q: %v", q, got)
		}
	}
}

func TestTokensShape(t *testing.T) {
	k := ring(t, "s1", 1)
	got := k.Tokens([]string{"c1", "S_x"}, "东街东街 Abc", "东街")
	if got[0] != "sc1" || got[1] != "sz53z5fx" {
		t.Errorf("scope: %v", got[:2])
	}
	got = got[2:]
	if len(got) != 5 { // 东 街 东街 街东 abc
		t.Errorf("%d tokens: %v", len(got), got)
	}
	for _, x := range got {
		if !oneToken.MatchString(x) {
			t.Errorf("%q is no plain token", x)
		}
	}
	if slices.ContainsFunc(ring(t, "s2", 1).Tokens(nil, "东街"), func(x string) bool { return slices.Contains(got, x) }) {
		t.Error("two stations share tokens")
	}
	if len(k.Tokens(nil, "", "。")) != 0 {
		t.Error("tokens of nothing")
	}
}

func TestTokensKeepNoOrder(t *testing.T) {
	k := ring(t, "s1", 1)
	a, b := k.Tokens(nil, "春夏 秋冬"), k.Tokens(nil, "秋冬 春夏")
	if !slices.Equal(a, b) {
		t.Error("the order of tokens follows the text")
	}
}

func TestManyTokens(t *testing.T) {
	k := ring(t, "s1", 1)
	var text strings.Builder
	for r := rune(0x4E00); r < 0x9000; r++ {
		text.WriteRune(r)
	}
	n := 0x9000 - 0x4E00
	got := k.Tokens(nil, text.String())
	slices.Sort(got)
	if len(slices.Compact(got)) != 2*n-1 {
		t.Errorf("%d tokens of %d characters", len(got), n)
	}
}

func FuzzTokens(f *testing.F) {
	k := ring(f, "s1", 1)
	for _, s := range []string{"宅基地 3号楼", "a中a中a", "１３９００００１２３４", "\xff\u200b", "é é é"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, x := range k.Tokens(nil, s) {
			if !oneToken.MatchString(x) {
				t.Fatalf("%q", x)
			}
		}
		if _, ok := k.QueryTokens(s); ok && !found(k, s, s) {
			t.Fatalf("%q does not find itself", s)
		}
	})
}

func text200() string {
	var b strings.Builder
	for i := range 190 {
		b.WriteRune(rune(0x4E00 + i*97%6000))
		if i%20 == 19 {
			b.WriteString("，")
		}
	}
	return b.String()
}

func BenchmarkTokens200(b *testing.B) {
	k, text, scope := ring(b, "s1", 1), text200(), []string{"s1", "c1", "c1b2"}
	b.ReportAllocs()
	for b.Loop() {
		k.Tokens(scope, text)
	}
}

func BenchmarkFindPersonal200(b *testing.B) {
	text := text200() + "电话139-0000-1234"
	for b.Loop() {
		FindPersonal(text)
	}
}
