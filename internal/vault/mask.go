package vault

import (
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Masking as screens, exports and public pages show it (law-and-standards 15.13). Every function answers something
// for any input, and never more of an unknown shape than its ends.

var compoundSurnames = map[string]bool{}

func init() {
	for s := range strings.FieldsSeq(`欧阳 太史 端木 上官 司马 东方 独孤 南宫 万俟 闻人 夏侯 诸葛 尉迟 公羊 赫连 澹台 皇甫
		宗政 濮阳 公冶 太叔 申屠 公孙 慕容 仲孙 钟离 长孙 宇文 司徒 鲜于 司空 闾丘 子车 亓官 司寇 巫马 公西 颛孙 壤驷 公良
		漆雕 乐正 宰父 谷梁 拓跋 夹谷 轩辕 令狐 段干 百里 呼延 东郭 南门 羊舌 微生 梁丘 左丘 东门 西门 南荣 第五 纳兰`) {
		compoundSurnames[s] = true
	}
}

// MaskName keeps the surname and one star: 张*, 欧阳*. A compound surname (复姓) counts from three characters on.
func MaskName(name string) string {
	runes := []rune(strings.TrimSpace(name))
	switch {
	case len(runes) == 0:
		return ""
	case len(runes) > 2 && compoundSurnames[string(runes[:2])]:
		return string(runes[:2]) + "*"
	}
	return string(runes[:1]) + "*"
}

// MaskPhone gives 138****1234 for a mobile number, without country code, and 0599-****567 for a landline.
func MaskPhone(phone string) string {
	d := onlyDigits(phone)
	if isMobile(strings.TrimPrefix(strings.TrimLeft(d, "0"), "86")) {
		d = strings.TrimPrefix(strings.TrimLeft(d, "0"), "86")
		return d[:3] + "****" + d[7:]
	}
	if len(d) < 11 || d[0] != '0' {
		return middle(d, 0, min(3, len(d)/2))
	}
	area := 4
	if d[1] < '3' {
		area = 3
	}
	return d[:area] + "-" + middle(d[area:], 0, 3)
}

// MaskResidentID gives 1101**********002X; a document of another length keeps less.
func MaskResidentID(id string) string {
	id = strings.Map(func(r rune) rune {
		if between(r) {
			return -1
		}
		return r
	}, strings.ToUpper(norm.NFKC.String(id)))
	if utf8.RuneCountInString(id) == 18 {
		return middle(id, 4, 4)
	}
	return middle(id, 1, 2)
}

const numeral = `[0-9A-Za-z０-９Ａ-Ｚａ-ｚ一二三四五六七八九十百零〇两甲乙丙丁]+`

var (
	building = regexp.MustCompile(numeral + `\s*(?:号楼|栋|幢|座)`)
	inside   = regexp.MustCompile(numeral + `(?:[-—–]` + numeral + `)*\s*(?:单元|室|户|层|楼|房|门)`)
	street   = regexp.MustCompile(`(?:路|街|巷|道|弄|胡同|里)` + numeral + `(?:[-—–]` + numeral + `)?号(?:院|大院)?`)
	door     = regexp.MustCompile(`[\p{Han}](` + numeral + `(?:[-—–]` + numeral + `)*号?)[^\p{Han}]*$`)
	doorMid  = regexp.MustCompile(`[村组屯社寨庄队沟湾坪堡岭](` + numeral + `(?:[-—–]` + numeral + `)*号)`)
	houses   = regexp.MustCompile(`(` + numeral + `)[-—–]` + numeral + `(?:[-—–]` + numeral + `)?\D*$`)
)

// MaskAddress keeps an address to the building and puts two stars for unit, floor, room and door: 和平路12号3栋**.
// A number on a street is a building (和平路12号), a number in a village is somebody's door (李家堡村**).
func MaskAddress(address string) string {
	address = strings.TrimSpace(address)
	keep := len(address)
	if all := building.FindAllStringIndex(address, -1); all != nil {
		keep = all[len(all)-1][1]
	} else if at := street.FindStringIndex(address); at != nil {
		keep = at[1]
	} else if at := inside.FindStringIndex(address); at != nil {
		keep = at[0]
	} else if at := houses.FindStringSubmatchIndex(address); at != nil {
		keep = at[3]
	}
	if keep == len(address) && street.FindString(address) == "" && building.FindString(address) == "" {
		if at := door.FindStringSubmatchIndex(address); at != nil {
			keep = at[2]
		}
	}
	if at := doorMid.FindStringSubmatchIndex(address[:keep]); at != nil {
		keep = at[2]
	}
	if keep < len(address) {
		return MaskFree(address[:keep]) + "**"
	}
	return MaskFree(address)
}

// MaskFree masks every personal span FindPersonal sees in text and leaves the rest as it is.
func MaskFree(text string) string {
	spans := FindPersonal(text)
	if len(spans) == 0 {
		return text
	}
	var b strings.Builder
	done := 0
	for _, s := range spans {
		b.WriteString(text[done:s.From])
		b.WriteString(maskKind(s.Kind, text[s.From:s.To]))
		done = s.To
	}
	b.WriteString(text[done:])
	return b.String()
}

func maskKind(k Kind, s string) string {
	switch k {
	case Mobile, Landline:
		return MaskPhone(s)
	case ResidentID, ResidentIDMistyped:
		return MaskResidentID(s)
	case BankCard:
		return middle(onlyDigits(s), 0, 4)
	case Plate:
		return middle(s, 2, 2)
	default: // mail
		name, host, _ := strings.Cut(strings.ReplaceAll(s, "＠", "@"), "@")
		return middle(name, min(1, utf8.RuneCountInString(name)-1), 0) + "@" + host
	}
}

// middle puts stars for all characters but head at the beginning and tail at the end; for all of a short s.
func middle(s string, head, tail int) string {
	r := []rune(s)
	if len(r) <= head+tail {
		return strings.Repeat("*", len(r))
	}
	return string(r[:head]) + strings.Repeat("*", len(r)-head-tail) + string(r[len(r)-tail:])
}

func onlyDigits(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			r -= '０' - '0'
		}
		if n := spelled(r); n >= 0 {
			return rune('0' + n)
		}
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
