package triage

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"maplegrid/internal/vault"
)

// voices are the files of labelled messages in the shipped playbook and the letters their ids begin with.
var voices = []struct{ file, letters string }{
	{"village", "Vi"}, {"town", "To"}, {"market", "Ma"}, {"factory", "Fa"}, {"school", "Sc"}, {"pasture", "Pa"},
}

var corpusKinds = []string{"纠纷", "治安警情", "求助", "便民服务", "安全隐患", "寻人寻物", "线索", "咨询", "闲聊"}

const corpusHeader = "id\ttext\tcategory\turgency\tplace_mention\tsame_event_as\tpersonal_data_spans"

// corpusLine is one line of a voice's file, cell by cell as it stands there.
type corpusLine struct {
	where                                              string
	id, text, kind, urgency, places, sameAs, personals string
}

func corpus(t *testing.T) map[string][]corpusLine {
	t.Helper()
	out := map[string][]corpusLine{}
	for _, v := range voices {
		src, err := os.ReadFile(filepath.Join("../../playbooks/base/triage", v.file+".tsv"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(string(src), "\n"), "\n")
		if lines[0] != corpusHeader {
			t.Fatalf("%s：表头是 %q", v.file, lines[0])
		}
		for n, line := range lines[1:] {
			where := fmt.Sprintf("%s.tsv 第%d行", v.file, n+2)
			c := strings.Split(line, "\t")
			if len(c) != 7 {
				t.Errorf("%s：应有 7 格，有 %d 格", where, len(c))
				continue
			}
			out[v.file] = append(out[v.file], corpusLine{where, c[0], c[1], c[2], c[3], c[4], c[5], c[6]})
		}
	}
	return out
}

func TestCorpusLines(t *testing.T) {
	all := corpus(t)
	known, said := map[string]string{}, map[string]string{} // ids and what stands there; texts and where
	for _, v := range voices {
		for n, l := range all[v.file] {
			if want := fmt.Sprintf("%s%04d", v.letters, n+1); l.id != want {
				t.Errorf("%s：编号应接着排到 %s，写的是 %s", l.where, want, l.id)
			}
			if l.text != strings.TrimSpace(l.text) || l.text == "" {
				t.Errorf("%s：文字空着或者两头有空白", l.where)
			}
			if !slices.Contains(corpusKinds, l.kind) {
				t.Errorf("%s：没有“%s”这一类", l.where, l.kind)
			}
			if !slices.Contains([]string{Critical, Urgent, Ordinary, NoHurry}, l.urgency) {
				t.Errorf("%s：没有“%s”这一档缓急", l.where, l.urgency)
			}
			for _, part := range append(cellParts(l.places), cellParts(l.personals)...) {
				if part == "" || !strings.Contains(l.text, part) {
					t.Errorf("%s：“%s”不在原文里", l.where, part)
				}
			}
			key := fold(l.text).String()
			if at, ok := said[key]; ok {
				t.Errorf("%s：文字与 %s 相同", l.where, at)
			}
			if l.sameAs != "" && known[l.sameAs] == "" {
				t.Errorf("%s：说与 %s 同一事件，前面没有这一条", l.where, l.sameAs)
			}
			known[l.id], said[key] = l.text, l.where
		}
	}
}

func cellParts(cell string) []string {
	if cell == "" {
		return nil
	}
	return strings.Split(cell, "；")
}

func TestCorpusLabelsAgree(t *testing.T) {
	for _, lines := range corpus(t) {
		for _, l := range lines {
			asks := l.kind == "咨询" || l.kind == "闲聊"
			switch {
			case asks && l.urgency != NoHurry:
				t.Errorf("%s：%s没有缓急可言，写了“%s”", l.where, l.kind, l.urgency)
			case asks && l.places != "":
				t.Errorf("%s：%s没有要去的地方，标了“%s”", l.where, l.kind, l.places)
			case l.kind == "便民服务" && l.urgency != Ordinary:
				t.Errorf("%s：便民服务一律一般，写了“%s”", l.where, l.urgency)
			}
		}
	}
}

// Whatever a pattern can tell for personal data is marked, and every mark is such a thing: invented ones only.
func TestCorpusPersonalData(t *testing.T) {
	invented := map[vault.Kind]*regexp.Regexp{
		vault.Mobile:     regexp.MustCompile(`^(86)?1390000\d{4}$`),
		vault.ResidentID: regexp.MustCompile(`^999999\d{11}[\dx]$`),
		vault.BankCard:   regexp.MustCompile(`^6222(99|02)\d{13}$`),
		vault.Plate:      regexp.MustCompile(`^\p{Han}[a-z][0-9a-z]{5,6}$`),
	}
	seen := map[vault.Kind]int{}
	for _, lines := range corpus(t) {
		for _, l := range lines {
			var found []string
			for _, s := range vault.FindPersonal(l.text) {
				words := l.text[s.From:s.To]
				found = append(found, words)
				plain := strings.Map(func(r rune) rune {
					if strings.ContainsRune(" -+·", r) {
						return -1
					}
					return r
				}, fold(words).String())
				if re := invented[s.Kind]; re == nil || !re.MatchString(plain) {
					t.Errorf("%s：“%s”（%s）不是编造的号码", l.where, words, s.Kind)
				}
				seen[s.Kind]++
			}
			if want := cellParts(l.personals); !slices.Equal(found, want) {
				t.Errorf("%s：标了 %q，认出 %q", l.where, want, found)
			}
		}
	}
	for kind := range invented {
		if seen[kind] < 10 {
			t.Errorf("%s只有 %d 处，至少 10 处", kind, seen[kind])
		}
	}
}

func TestCorpusIsLargeEnough(t *testing.T) {
	total, kinds, urgencies, personal := 0, map[string]int{}, map[string]int{}, 0
	events, sizes, repeats := map[string]string{}, map[string]int{}, 0
	all := corpus(t)
	for _, v := range voices {
		if n := len(all[v.file]); n < 200 {
			t.Errorf("%s只有 %d 条，至少 200 条", v.file, n)
		}
		for _, l := range all[v.file] {
			total++
			kinds[l.kind]++
			urgencies[l.urgency]++
			if l.personals != "" {
				personal++
			}
			first := l.id
			if l.sameAs != "" {
				repeats++
				first = events[l.sameAs]
			}
			events[l.id] = first
			sizes[first]++
		}
	}
	for rule, c := range map[string]struct{ n, min int }{
		"全部": {total, 1550}, "特急": {urgencies[Critical], 170}, "同一事件的后几条": {repeats, 90}, "有个人信息的": {personal, 90},
	} {
		if c.n < c.min {
			t.Errorf("%s只有 %d 条，至少 %d 条", rule, c.n, c.min)
		}
	}
	for _, kind := range corpusKinds {
		if kinds[kind] < 110 {
			t.Errorf("%s只有 %d 条，至少 110 条", kind, kinds[kind])
		}
	}
	for first, n := range sizes {
		if n > 5 {
			t.Errorf("%s 一件事有 %d 条，最多 5 条", first, n)
		}
	}
	t.Logf("%d 条，%v，%v，同一事件 %d，个人信息 %d", total, kinds, urgencies, repeats, personal)
}
