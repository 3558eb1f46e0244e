package paper

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
)

const (
	capitals = "零壹贰叁肆伍陆柒捌玖"
	numerals = "零一二三四五六七八九"
)

func digit(of string, d byte) string { return string([]rune(of)[d-'0']) }

// group reads four figures or fewer in Chinese, with one zero for any run of zeros inside: 1005 is 壹仟零伍.
func group(of string, units [4]string, n string) string {
	var b strings.Builder
	gap := false
	for i := range len(n) {
		if n[i] == '0' {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteString(digit(of, '0'))
			gap = false
		}
		b.WriteString(digit(of, n[i]) + units[len(n)-1-i])
	}
	return b.String()
}

// whole reads a number without sign or leading zeros.
func whole(of string, units [4]string, n string) string {
	var b strings.Builder
	gap := false
	for len(n) > 0 {
		cut := (len(n) - 1) / 4 * 4
		head, rest := n[:len(n)-cut], n[len(n)-cut:]
		if words := group(of, units, strings.TrimLeft(head, "0")); words != "" {
			if b.Len() > 0 && (gap || head[0] == '0') {
				b.WriteString(digit(of, '0'))
			}
			unit := [...]string{"", "万", "亿", "万亿"}[cut/4]
			if cut == 12 && strings.Trim(rest[:4], "0") != "" {
				unit = "万" // 亿 is said once, after the four figures that follow
			}
			b.WriteString(words + unit)
			gap = false
		} else {
			gap = true
		}
		n = rest
	}
	return b.String()
}

// Capitals writes an amount in the capitals that cannot be altered by a stroke: 人民币壹万贰仟元整. It takes what the sheets
// and forms hold: a number or its figures, with thousands separators or not; it says false for anything else, for more than
// two decimals and from 10^16 on.
func Capitals(amount any) (string, bool) {
	fen, ok := cents(amount)
	if !ok {
		return "", false
	}
	s := "人民币"
	if strings.HasPrefix(fen, "-") {
		s, fen = s+"负", fen[1:]
	}
	yuan, jiao, last := fen[:len(fen)-2], fen[len(fen)-2], fen[len(fen)-1]
	yuan = strings.TrimLeft(yuan, "0")
	if yuan != "" {
		s += whole(capitals, [4]string{"", "拾", "佰", "仟"}, yuan) + "元"
	}
	switch {
	case jiao == '0' && last == '0' && yuan == "":
		return s + "零元整", true
	case jiao == '0' && last == '0':
		return s + "整", true
	case jiao != '0':
		s += digit(capitals, jiao) + "角"
	case yuan != "":
		s += "零"
	}
	if last != '0' {
		return s + digit(capitals, last) + "分", true
	}
	return s + "整", true
}

// figures writes an amount as 12,000.00.
func figures(amount any) (string, bool) {
	fen, ok := cents(amount)
	if !ok {
		return "", false
	}
	sign := ""
	if strings.HasPrefix(fen, "-") {
		sign, fen = "-", fen[1:]
	}
	yuan := fen[:len(fen)-2]
	for i := len(yuan) - 3; i > 0; i -= 3 {
		yuan = yuan[:i] + "," + yuan[i:]
	}
	return sign + yuan + "." + fen[len(fen)-2:], true
}

// cents gives an amount in fen as decimal figures, at least three of them, exactly: money never passes through a float of ours.
func cents(amount any) (string, bool) {
	var text string
	switch v := amount.(type) {
	case string:
		text = strings.ReplaceAll(strings.TrimSpace(v), ",", "")
	case float64:
		text = strconv.FormatFloat(v, 'f', -1, 64)
	default:
		text = fmt.Sprint(v)
	}
	if strings.Trim(text, "-.0123456789") != "" || len(text) > 24 {
		return "", false
	}
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return "", false
	}
	r.Mul(r, big.NewRat(100, 1))
	if !r.IsInt() || r.Num().CmpAbs(big.NewInt(1e18)) >= 0 {
		return "", false
	}
	s := fmt.Sprintf("%03d", new(big.Int).Abs(r.Num()))
	if r.Sign() < 0 {
		s = "-" + s
	}
	return s, true
}

// ordinal writes 1, 2, 12 as 一, 二, 十二.
func ordinal(n int) string {
	if n <= 0 {
		return strconv.Itoa(n)
	}
	s := whole(numerals, [4]string{"", "十", "百", "千"}, strconv.Itoa(n))
	if strings.HasPrefix(s, "一十") {
		s = s[len("一"):]
	}
	return s
}
