package ident

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"maplegrid/internal/clock"
)

var start = time.Date(2026, 3, 2, 9, 0, 0, 0, clock.Shanghai)

func seeded(n byte) *rand.ChaCha8 { return rand.NewChaCha8([32]byte{n}) }

func TestNew(t *testing.T) {
	t.Run("同样的钟和种子得同样的编号", func(t *testing.T) {
		a, b := NewSource(clock.NewStepped(start), seeded(1)), NewSource(clock.NewStepped(start), seeded(1))
		other := NewSource(clock.NewStepped(start), seeded(2))
		for range 100 {
			id := a.New("m")
			if id != b.New("m") || id == other.New("m") {
				t.Fatal(id)
			}
		}
	})
	t.Run("时间在前的排在前，倒拨也不回头", func(t *testing.T) {
		c := clock.NewStepped(start)
		s := NewSource(c, seeded(1))
		r := rand.New(rand.NewPCG(1, 2))
		for last := ID(""); c.Now().Before(start.Add(time.Hour)); c.Advance(time.Duration(r.Int64N(3e9) - 1e9)) {
			id := s.New("m")
			if id <= last {
				t.Fatalf("%s after %s", id, last)
			}
			last = id
		}
	})
	t.Run("一毫秒用尽就借下一毫秒", func(t *testing.T) {
		s := NewSource(clock.NewStepped(start), bytes.NewReader(bytes.Repeat([]byte{255}, 20)))
		a, b := s.New("m"), s.New("m")
		if b <= a || b.MadeAt().Sub(a.MadeAt()) != time.Millisecond {
			t.Errorf("%s then %s", a, b)
		}
	})
	t.Run("同时要号不重号", func(t *testing.T) {
		s := NewSource(clock.System(), seeded(1))
		got := make([][]ID, 8)
		var wg sync.WaitGroup
		for i := range got {
			wg.Go(func() {
				for range 1000 {
					got[i] = append(got[i], s.New("m"))
				}
			})
		}
		wg.Wait()
		all := slices.Concat(got...)
		slices.Sort(all)
		if len(slices.Compact(all)) != 8000 {
			t.Error("an id was given twice")
		}
	})
	t.Run("没有随机数就不给号", func(t *testing.T) {
		defer func() {
			if recover() == nil {
				t.Error("gave an id")
			}
		}()
		NewSource(clock.System(), bytes.NewReader(nil)).New("m")
	})
}

func TestParseID(t *testing.T) {
	id := NewSource(clock.NewStepped(start), seeded(1)).New("m")
	if got, err := ParseID("m", string(id)); got != id || err != nil {
		t.Errorf("got %s, %v", got, err)
	}
	if !id.MadeAt().Equal(start) || !ID("m_1").MadeAt().IsZero() {
		t.Errorf("%s made at %v", id, id.MadeAt())
	}
	for _, bad := range []string{"", "m_", string(id[2:]), "r" + string(id[1:]), strings.ToUpper(string(id)), string(id) + "0", "m_8" + string(id[3:]), "m_0u" + string(id[4:])} {
		if _, err := ParseID("m", bad); err == nil {
			t.Errorf("%q is taken", bad)
		}
	}
}

func TestReceiptCatchesMistyping(t *testing.T) {
	random := seeded(1)
	for range 500 {
		code := string(NewReceipt(random))
		if got, err := ParseReceipt(code); string(got) != code || err != nil {
			t.Fatalf("%s: %s, %v", code, got, err)
		}
		for i := range code {
			for _, c := range receiptAlphabet {
				wrong := code[:i] + string(c) + code[i+1:]
				if _, err := ParseReceipt(wrong); wrong != code && err != ErrReceiptCheck {
					t.Fatalf("%s for %s: %v", wrong, code, err)
				}
			}
			for j := range i { // any two changed about, neighbours among them
				b := []byte(code)
				b[i], b[j] = b[j], b[i]
				if _, err := ParseReceipt(string(b)); string(b) != code && err != ErrReceiptCheck {
					t.Fatalf("%s for %s: %v", b, code, err)
				}
			}
		}
	}
}

func TestReceiptDrawsEvenly(t *testing.T) {
	count, random := map[rune]int{}, seeded(1)
	const n = 20_000
	for range n {
		for _, c := range NewReceipt(random) {
			count[c]++
		}
	}
	for _, c := range receiptAlphabet {
		if want := n * receiptLength / len(receiptAlphabet); count[c] < want*95/100 || count[c] > want*105/100 {
			t.Errorf("%c: %d times, expected about %d", c, count[c], want)
		}
	}
}

func TestParseReceipt(t *testing.T) {
	code := code(t, "0125680CF")
	for _, c := range []struct{ rule, typed string }{
		{"印出来的样子", code.String()},
		{"小写", strings.ToLower(string(code))},
		{"空格和各种横线", " " + string(code[:4]) + " — " + string(code[4:8]) + "－\u3000" + string(code[8:]) + "\n"},
		{"全角", full(string(code))},
		{"形近字", "olzsgbdcf" + string(code[9:])},
		{"另一些形近字", "QIZ5GBOCF" + string(code[9:])},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got, err := ParseReceipt(c.typed); got != code || err != nil {
				t.Errorf("%q: %s, %v", c.typed, got, err)
			}
		})
	}
	for _, bad := range []string{"", string(code[:9]), string(code) + "0", "A" + string(code[1:]), "回执" + string(code[6:])} {
		if _, err := ParseReceipt(bad); err != ErrReceiptShape {
			t.Errorf("%q: %v", bad, err)
		}
	}
	if got := code.String(); len(got) != 12 || got[4] != '-' || got[9] != '-' {
		t.Errorf("printed as %s", got)
	}
}

// code adds the check character to nine others.
func code(t *testing.T, nine string) Receipt {
	for _, c := range receiptAlphabet {
		if r, err := ParseReceipt(nine + string(c)); err == nil {
			return r
		}
	}
	t.Fatalf("no check character for %s", nine)
	return ""
}

func full(s string) string {
	return strings.Map(func(r rune) rune { return r - '!' + '！' }, s)
}

func TestCheckResidentID(t *testing.T) {
	for _, c := range []struct {
		rule, typed, want string
		err               error
	}{
		{"样号一", "11010519491231002X", "11010519491231002X", nil},
		{"样号二", "440524188001010014", "440524188001010014", nil},
		{"小写校验码存为大写", "11010519491231002x", "11010519491231002X", nil},
		{"全角带空格", "１１０１０５ 19491231 ００２Ｘ", "11010519491231002X", nil},
		{"虚构区划照样校验", "99999919850615001X", "99999919850615001X", nil},
		{"闰日出生", "99999920000229014X", "99999920000229014X", nil},
		{"校验码不对仍交回号码", "110105194912310021", "110105194912310021", ErrCheck},
		{"没有这一天", "110105194902300021", "", ErrDate},
		{"平年没有闰日", "110105190002290021", "", ErrDate},
		{"十五位旧号", "110105491231002", "", ErrShape},
		{"区划不以零开头", "01010519491231002X", "", ErrShape},
		{"校验码以外不得有X", "1101051949123100X2", "", ErrShape},
		{"汉字", "一二三四五六", "", ErrShape},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got, err := CheckResidentID(c.typed); got != c.want || !errors.Is(err, c.err) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
	if !BornOn("11010519491231002X").Equal(time.Date(1949, 12, 31, 0, 0, 0, 0, time.UTC)) || !BornOn("1").IsZero() {
		t.Error("date of birth")
	}
	if IsMale("11010519491231002X") || !IsMale("440524188001010014") {
		t.Error("sex")
	}
}

func TestCheckUSCC(t *testing.T) {
	for _, c := range []struct {
		rule, typed, want string
		err               error
	}{
		{"样号一", "91350100M000100Y43", "91350100M000100Y43", nil},
		{"样号二", "91110000802100433B", "91110000802100433B", nil},
		{"小写存为大写", "91350100m000100y43", "91350100M000100Y43", nil},
		{"虚构区划照样校验", "91999999MA0000001N", "91999999MA0000001N", nil},
		{"校验码不对", "91350100M000100Y44", "91350100M000100Y44", ErrCheck},
		{"没有字母I", "9135010I0000100Y43", "", ErrShape},
		{"短一位", "91350100M000100Y4", "", ErrShape},
		{"空", "", "", ErrShape},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got, err := CheckUSCC(c.typed); got != c.want || !errors.Is(err, c.err) {
				t.Errorf("got %q, %v", got, err)
			}
		})
	}
}

// A wrong character anywhere in an official number is found.
func TestOfficialNumbersCatchOneWrongCharacter(t *testing.T) {
	for _, c := range []struct {
		good, alphabet string
		check          func(string) (string, error)
	}{
		{"11010519491231002X", digits + "X", CheckResidentID},
		{"91350100M000100Y43", usccAlphabet, CheckUSCC},
	} {
		for i := range c.good {
			for _, r := range c.alphabet {
				wrong := c.good[:i] + string(r) + c.good[i+1:]
				if _, err := c.check(wrong); (err == nil) != (wrong == c.good) {
					t.Errorf("%s: %v", wrong, err)
				}
			}
		}
	}
}

func TestIsMobile(t *testing.T) {
	for s, want := range map[string]bool{
		"13800000000": true, "19999999999": true, "12800000000": false, "1380000000": false,
		"138000000000": false, "23800000000": false, "1380000000a": false, "+8613800000": false, "": false,
	} {
		if IsMobile(s) != want {
			t.Errorf("IsMobile(%q) = %v", s, !want)
		}
	}
}

func FuzzParseReceipt(f *testing.F) {
	f.Add("0125-680C-F3")
	f.Add("０１２５－ｏｌｚ")
	f.Fuzz(func(t *testing.T, s string) {
		r, err := ParseReceipt(s)
		if err != nil {
			return
		}
		if back, err := ParseReceipt(r.String()); back != r || err != nil {
			t.Fatalf("%q: %s, %v", s, back, err)
		}
	})
}
