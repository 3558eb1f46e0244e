package vault

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Kind says what a personal span is.
type Kind string

// The kinds of personal data that are found in free text. Names and addresses are not: no pattern tells them.
const (
	Mobile             Kind = "mobile"               // 手机号, 11 digits, with or without 86
	Landline           Kind = "landline"             // 固定电话
	ResidentID         Kind = "resident_id"          // 身份证号 whose check digit is right (GB 11643)
	ResidentIDMistyped Kind = "resident_id_mistyped" // shape and date of one, wrong check digit
	BankCard           Kind = "bank_card"            // 16–19 digits passing Luhn (GB/T 15694)
	Plate              Kind = "plate"                // 车牌 (GA 36)
	Email              Kind = "email"
)

// Span is a stretch of text, byte offsets From (inclusive) to To (exclusive), both on character boundaries.
type Span struct {
	From, To int
	Kind     Kind
}

// FindPersonal finds phones, ID and card numbers, plates and mail addresses in text, in order and without overlap.
// Full-width digits, spaces, hyphens and invisible characters between digits are seen through. Amounts of money,
// dates, and the numbers of cases, documents and orders are left alone, except where one is a valid ID number.
func FindPersonal(text string) []Span {
	cells := fold(text)
	var out []Span
	for _, s := range findPersonal(cells) {
		out = append(out, Span{cells[s.from].at, cells[s.to].at, s.kind})
	}
	return out
}

// cell is one character, folded in width and case, and where it began.
type cell struct {
	r  rune
	at int
}

const zeroWidth = '\u200b'

// fold gives the characters of text and one more, 0, at its end.
func fold(text string) []cell {
	cells := make([]cell, 0, utf8.RuneCountInString(text)+1)
	for at, r := range text {
		switch {
		case r >= 'A' && r <= 'Z':
			r += 'a' - 'A'
		case r < 0x80 || r >= 0x3001 && r <= 0xD7FF:
		case r >= 0xFF01 && r <= 0xFF5E:
			r = unicode.ToLower(r - 0xFEE0)
		case r == 0x3000:
			r = ' '
		case r >= 0x200B && r <= 0x200D || r == 0x2060 || r == 0xFEFF:
			r = zeroWidth
		default:
			r = unicode.ToLower(r)
		}
		cells = append(cells, cell{r, at})
	}
	return append(cells, cell{0, len(text)})
}

type span struct {
	from, to int // cells
	kind     Kind
}

func findPersonal(cells []cell) []span {
	var out []span
	for i := 0; i < len(cells)-1; {
		s := span{}
		switch r := cells[i].r; {
		case digit(r):
			if s = findNumber(cells, i); s.kind == "" {
				s = findSpelled(cells, i)
			}
			if s.kind == "" {
				for i < len(cells)-1 && digit(cells[i].r) {
					i++
				}
				continue
			}
		case spelled(r) >= 0:
			s = findSpelled(cells, i)
		case r == '@':
			s = findEmail(cells, i)
			for s.kind != "" && len(out) > 0 && out[len(out)-1].to > s.from { // a number before the @ is part of it
				s.from = min(s.from, out[len(out)-1].from)
				out = out[:len(out)-1]
			}
		case r >= 0x4E00 && letter(cells[i+1].r):
			s = findPlate(cells, i)
		}
		if s.kind == "" {
			i++
			continue
		}
		out = append(out, s)
		i = s.to
	}
	return out
}

func digit(r rune) bool  { return r >= '0' && r <= '9' }
func letter(r rune) bool { return r >= 'a' && r <= 'z' }

// between: what people put between the digits of one number. A line break is not.
func between(r rune) bool {
	return r == ' ' || r == '-' || r == zeroWidth || r == '\t' || r == 0xA0 ||
		r >= 0x2000 && r <= 0x2015 || r == 0x2212 || r == 0x202F || r == 0x3000 || r == 0xFEFF || r == 0x2060
}

// number is some groups of digits in a row: their digits, the size of each group, and whether an X closes it.
type number struct {
	digits []byte
	sizes  []int
	x      bool
}

// findNumber looks at the groups of digits from cell i on and takes the longest row of them that means something.
func findNumber(cells []cell, i int) span {
	var digits [24]byte
	var sizes, ends, counts [6]int
	n, groups := 0, 0
	for j := i; groups < len(sizes); {
		start := j
		for ; digit(cells[j].r) && n < len(digits); j++ {
			digits[n] = byte(cells[j].r)
			n++
		}
		if j == start || digit(cells[j].r) {
			break // no digits, or too many to be anything of ours
		}
		sizes[groups], ends[groups], counts[groups] = j-start, j, n
		groups++
		for gap := 0; gap < 2 && (between(cells[j].r) || groups == 1 && cells[j].r == ')' || cells[j].r == '.' && digit(cells[j+1].r)); gap++ {
			j++
		}
	}
	for g := groups; g > 0; g-- {
		end := ends[g-1]
		no := number{digits[:counts[g-1]], sizes[:g], cells[end].r == 'x' && !alnum(cells[end+1].r)}
		kind := no.kind()
		if kind == "" && phoneCue(cells, i) && no.local() {
			kind = Landline
		}
		if kind == "" || kind != ResidentID && harmless(cells, i, end) {
			continue
		}
		return widen(cells, span{i, end, kind}, no.x)
	}
	return span{}
}

// widen takes in the X of an ID number, the plus of a country code and the bracket of an area code.
func widen(cells []cell, s span, x bool) span {
	if x && (s.kind == ResidentID || s.kind == ResidentIDMistyped) && s.digits(cells) == 17 {
		s.to++
	}
	if s.from > 0 && (s.kind == Mobile && cells[s.from-1].r == '+' || s.kind == Landline && cells[s.from-1].r == '(') {
		s.from--
	}
	return s
}

func (s span) digits(cells []cell) (n int) {
	for _, c := range cells[s.from:s.to] {
		if digit(c.r) {
			n++
		}
	}
	return n
}

func alnum(r rune) bool { return digit(r) || letter(r) }

func (n number) kind() Kind {
	switch {
	case n.residentID():
		if checkDigit(n.digits, n.x) {
			return ResidentID
		}
		if len(n.sizes) == 1 || slices.Equal(n.sizes, []int{6, 8, 4}) {
			return ResidentIDMistyped
		}
	case n.mobile():
		return Mobile
	case n.bankCard():
		return BankCard
	case n.landline():
		return Landline
	}
	return ""
}

// residentID: division (6), birth date (8), sequence (3), check digit (GB 11643-1999).
func (n number) residentID() bool {
	d := n.digits
	if len(d) != 18 && !(len(d) == 17 && n.x) || d[0] == '0' {
		return false
	}
	year, month, day := number2(d[6:8])*100+number2(d[8:10]), number2(d[10:12]), number2(d[12:14])
	if year < 1880 || year > 2099 || month < 1 || month > 12 || day < 1 {
		return false
	}
	last := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		last = 29
	}
	return day <= last
}

func number2(d []byte) int { return int(d[0]-'0')*10 + int(d[1]-'0') }

func checkDigit(d []byte, x bool) bool {
	sum, weight := 0, [...]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	for i, w := range weight {
		sum += int(d[i]-'0') * w
	}
	want := "10X98765432"[sum%11]
	if len(d) == 17 {
		return x && want == 'X'
	}
	return d[17] == want
}

// spelled gives the digit a character spells (一三九, 幺 for one on the telephone), or -1.
func spelled(r rune) int {
	switch r {
	case '〇':
		return 0
	case '幺':
		return 1
	case '两':
		return 2
	}
	const list = "零一二三四五六七八九"
	if i := strings.IndexRune(list, r); i >= 0 {
		return i / len("零")
	}
	return -1
}

// findSpelled looks for a mobile number or an ID number that is spelled out, wholly or in part, from cell i on.
func findSpelled(cells []cell, i int) span {
	if i > 0 && (digit(cells[i-1].r) || spelled(cells[i-1].r) >= 0) {
		return span{}
	}
	var digits []byte
	end, words := i, 0
	for j := i; len(digits) <= 18; j++ {
		r := cells[j].r
		if n := spelled(r); n >= 0 {
			digits, end, words = append(digits, byte('0'+n)), j+1, words+1
		} else if digit(r) {
			digits, end = append(digits, byte(r)), j+1
		} else if !between(r) {
			break
		}
	}
	switch {
	case words == 0:
	case isMobile(string(digits)):
		return span{i, end, Mobile}
	case number{digits: digits, sizes: []int{len(digits)}}.residentID() && checkDigit(digits, false):
		return span{i, end, ResidentID}
	}
	return span{}
}

var mobileGroups = [][]int{{11}, {3, 4, 4}, {3, 8}, {7, 4}, {4, 3, 4}, {3, 3, 5}}

func (n number) mobile() bool {
	for _, code := range [...]string{"", "86", "0086", "086"} {
		rest, ok := strings.CutPrefix(string(n.digits), code)
		if !ok || !isMobile(rest) || n.sizes[0] < len(code) {
			continue
		}
		var sizes [6]int
		s := sizes[:copy(sizes[:], n.sizes)]
		if s[0] -= len(code); s[0] == 0 {
			s = s[1:]
		}
		if slices.ContainsFunc(mobileGroups, func(g []int) bool { return slices.Equal(g, s) }) {
			return true
		}
	}
	return false
}

func isMobile(d string) bool {
	return len(d) == 11 && d[0] == '1' && d[1] >= '3' && d[1] <= '9' && strings.Trim(d, "0123456789") == ""
}

func (n number) bankCard() bool {
	d := n.digits
	if len(d) < 16 || len(d) > 19 || !strings.ContainsRune("34569", rune(d[0])) {
		return false
	}
	if g := n.sizes; len(g) > 1 && !(len(g) == 2 && g[0] == 6) {
		for _, size := range g[:len(g)-1] {
			if size != 4 {
				return false
			}
		}
	}
	sum := 0
	for i := range d {
		v := int(d[len(d)-1-i] - '0')
		if i%2 == 1 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return sum%10 == 0
}

// landline: 010 and 02x have three digits and eight more, other area codes four digits and seven or eight more.
func (n number) landline() bool {
	d := n.digits
	if len(d) < 11 || len(d) > 12 || d[0] != '0' {
		return false
	}
	area := 4
	if d[1] == '1' && d[2] == '0' || d[1] == '2' {
		area = 3
	} else if d[1] < '3' {
		return false
	}
	if area == 3 && len(d) != 11 || n.sizes[0] != area && len(n.sizes) > 1 {
		return false
	}
	rest := number{digits: d[area:], sizes: n.sizes[min(1, len(n.sizes)-1):]}
	return len(n.sizes) == 1 && d[area] >= '2' || rest.local()
}

// local is a landline number without its area code: 7 or 8 digits, whole or halved, and no date.
func (n number) local() bool {
	d, g := n.digits, n.sizes
	if len(d) < 7 || len(d) > 8 || d[0] < '2' || len(g) > 2 || len(g) == 2 && g[1] != 4 {
		return false
	}
	return !(len(d) == 8 && d[0] == '2' && d[1] == '0' && d[2] < '5' && number2(d[4:]) <= 12)
}

// harmless tells money and the numbers of things from numbers of people, by what stands around the cells from–to.
func harmless(cells []cell, from, to int) bool {
	after, next := cells[to].r, rune(0)
	if to+1 < len(cells) {
		next = cells[to+1].r
	}
	before := cells[max(from-1, 0)].r
	switch {
	case after == '.' && digit(next), before == '.' && from > 1 && digit(cells[from-2].r): // a decimal
		return true
	case before == '¥' || before == '￥' || before == '$':
		return true
	case after == '块', after == '元' && !strings.ContainsRune("旦宵宝月件气凶老素", next):
		return true
	case after == '号' && strings.ContainsRune("〕]】)第", before):
		return true
	}
	lead := lead(cells, from)
	for _, word := range [...]string{"编号", "单号", "案号", "文号", "流水号", "警情", "警情号", "案件号", "批号", "字第",
		"序号", "档号", "票号", "订单", "工单", "警单", "条码", "事项号"} {
		if before, ok := strings.CutSuffix(lead, word); ok {
			return !strings.HasSuffix(before, "证") && !strings.HasSuffix(before, "证件")
		}
	}
	return false
}

func phoneCue(cells []cell, from int) bool {
	lead := lead(cells, from)
	for _, word := range [...]string{"电话", "电话号码", "座机", "固话", "tel"} {
		if strings.HasSuffix(lead, word) {
			return true
		}
	}
	return false
}

// lead is the few characters before a number, without the colon, space or copula between.
func lead(cells []cell, from int) string {
	for from > 0 && strings.ContainsRune(" :：为是#", cells[from-1].r) {
		from--
	}
	var b [32]byte
	out := b[:0]
	for _, c := range cells[max(0, from-6):from] {
		out = utf8.AppendRune(out, c.r)
	}
	return string(out)
}

func findEmail(cells []cell, at int) span {
	from := at
	for from > 0 && (alnum(cells[from-1].r) || strings.ContainsRune("._%+-", cells[from-1].r)) {
		from--
	}
	for from < at && !alnum(cells[from].r) {
		from++
	}
	to, dot := at+1, 0 // to: end of the last whole label; dot: labels before it
	for j := at + 1; ; j++ {
		start := j
		for alnum(cells[j].r) || cells[j].r == '-' {
			j++
		}
		if j == start {
			break
		}
		to, dot = j, dot+1
		if cells[j].r != '.' {
			break
		}
	}
	if from == at || dot < 2 {
		return span{}
	}
	return span{from, to, Email}
}

const provinces = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼"

// findPlate: province, letter, five characters or six (new energy), of which the last may be 挂学警港澳; at least two
// digits, so that words beginning with a province's character stay words.
func findPlate(cells []cell, i int) span {
	if !strings.ContainsRune(provinces, cells[i].r) {
		return span{}
	}
	j := i + 2
	for gap := 0; gap < 2 && (between(cells[j].r) || strings.ContainsRune("·•.", cells[j].r)); gap++ {
		j++
	}
	n, digits := 0, 0
	for ; alnum(cells[j].r) && n < 7; j++ {
		if n++; digit(cells[j].r) {
			digits++
		}
	}
	if n == 4 && cells[j].r != 0 && strings.ContainsRune("挂学警港澳", cells[j].r) {
		n, j = 5, j+1
	}
	if n < 5 || n > 6 || digits < 2 || cells[i+1].r == 'i' {
		return span{}
	}
	return span{i, j, Plate}
}
