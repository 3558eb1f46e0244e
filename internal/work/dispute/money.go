package dispute

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"maplegrid/internal/fault"
	"maplegrid/internal/work"
)

// Fen is money in fen (分): no rounding, no floating point.
type Fen int64

// MostYuan is the largest sum the program takes; more is a slip of the hand.
const MostYuan = 1_000_000_000

// ParseMoney reads yuan as people type them: "1200", "1,200.50", "¥300", "3万". field is the field a refusal is on.
func ParseMoney(field, s string) (Fen, error) {
	s = strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '．':
			return '.'
		case r == ',' || r == '，' || r == ' ' || r == '¥' || r == '￥' || r == '元':
			return -1
		}
		return r
	}, s)
	times := int64(100)
	if rest, ok := strings.CutSuffix(s, "万"); ok {
		s, times = rest, 100*10_000
	}
	bad := fault.New(fault.Invalid, "form.money", nil).On(field)
	if s == "" || strings.Trim(s, "0123456789.") != "" || strings.Count(s, ".") > 1 || len(s) > 40 {
		return 0, bad
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok {
		return 0, bad
	}
	r.Mul(r, new(big.Rat).SetInt64(times))
	if !r.IsInt() {
		return 0, bad
	}
	if r.Num().Cmp(big.NewInt(MostYuan*100)) > 0 {
		return 0, fault.New(fault.Invalid, "form.money_too_much", fault.Args{"max": "10亿"}).On(field)
	}
	return Fen(r.Num().Int64()), nil
}

// String writes yuan: "1,200.50", "300".
func (f Fen) String() string {
	sign := ""
	if f < 0 {
		sign, f = "-", -f
	}
	yuan, fen := int64(f)/100, int64(f)%100
	s := fmt.Sprint(yuan)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	if fen > 0 {
		s += fmt.Sprintf(".%02d", fen)
	}
	return sign + s
}

// money reads an optional sum; nothing typed is nil.
func money(field, s string) (*Fen, error) {
	if strings.TrimSpace(s) == "" {
		return nil, nil
	}
	f, err := ParseMoney(field, s)
	return &f, err
}

// each refuses a list with something in it that is not known.
func each(field string, list, known []string) error {
	if err := work.AtMost(field, len(list), 200); err != nil {
		return err
	}
	for _, x := range list {
		if err := work.Must(slices.Contains(known, x), field, "form.unknown_choice", nil); err != nil {
			return err
		}
	}
	return nil
}
