package found

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
)

// Fen is money in fen (分).
type Fen int64

// most is the largest sum taken; more is a slip of the hand.
const most = 10_000_000_00

// money reads an optional sum in yuan with at most two decimals; nothing typed is nothing.
func money(field, s string) (Fen, error) {
	s = strings.Map(func(r rune) rune {
		switch r {
		case ',', '，', ' ', '¥', '￥', '元':
			return -1
		}
		return r
	}, s)
	if s == "" {
		return 0, nil
	}
	r, ok := new(big.Rat).SetString(s)
	if !ok || strings.Trim(s, "0123456789.") != "" {
		return 0, fault.New(fault.Invalid, "form.money", nil).On(field)
	}
	r.Mul(r, big.NewRat(100, 1))
	if !r.IsInt() {
		return 0, fault.New(fault.Invalid, "form.money", nil).On(field)
	}
	if r.Num().Cmp(big.NewInt(most)) > 0 {
		return 0, fault.New(fault.Invalid, "form.money_too_much", fault.Args{"max": "1000万"}).On(field)
	}
	return Fen(r.Num().Int64()), nil
}

// String writes yuan: "1200.50", "300".
func (f Fen) String() string {
	if f%100 == 0 {
		return fmt.Sprint(int64(f) / 100)
	}
	return fmt.Sprintf("%d.%02d", f/100, f%100)
}

func dayText(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(clock.Shanghai).Format(time.DateOnly)
}
