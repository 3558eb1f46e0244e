package ident

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// A Receipt (回执码) is what a reporter keeps to ask again: ten characters, nine of them random (40.7 bits) and the last a
// check. It holds no vowels, so it spells nothing, and no letter that could be taken for a digit or another letter.
// The value is bare, as it is stored and compared; [Receipt.String] is how it is printed and read out.
type Receipt string

// The number of characters is prime, which the check rests on.
const (
	receiptAlphabet = "0123456789CFHJKMNPRTWXY"
	receiptLength   = 10
)

// Errors of [ParseReceipt].
var (
	ErrReceiptShape = errors.New("not the shape of a receipt code")
	ErrReceiptCheck = errors.New("receipt code mistyped")
)

// NewReceipt draws a receipt code. random must be unpredictable where the code guards something; NewReceipt panics when
// it fails.
func NewReceipt(random io.Reader) Receipt {
	const n = len(receiptAlphabet)
	var code, b [receiptLength]byte
	for i := 0; i < receiptLength-1; {
		if _, err := io.ReadFull(random, b[:1]); err != nil {
			panic(fmt.Sprintf("ident: read randomness: %v", err))
		}
		if int(b[0]) < 256/n*n { // the rest would favour the first characters
			code[i] = receiptAlphabet[int(b[0])%n]
			i++
		}
	}
	// The last character has weight 1, so it is what the others lack.
	code[receiptLength-1] = receiptAlphabet[0]
	code[receiptLength-1] = receiptAlphabet[(n-receiptSum(string(code[:])))%n]
	return Receipt(code[:])
}

// receiptSum weighs the characters 10, 9, … 1 modulo 23, as ISBN-10 does modulo 11; a good code gives 0. As 23 is prime
// and no two weights are equal, one wrong character or any two changed about never give 0.
func receiptSum(code string) int {
	sum := 0
	for i := range len(code) {
		sum += (receiptLength - i) * strings.IndexByte(receiptAlphabet, code[i])
	}
	return sum % len(receiptAlphabet)
}

// lookalikes are typed for the characters a code does have. None of them is in the alphabet.
var lookalikes = strings.NewReplacer("O", "0", "D", "0", "Q", "0", "I", "1", "L", "1", "Z", "2", "S", "5", "G", "6", "B", "8")

// ParseReceipt reads a code as people type it: in lower case or full width, with spaces and hyphens of any kind or none,
// and with look-alikes (O for 0, I or L for 1, …). The error is [ErrReceiptShape] or [ErrReceiptCheck].
func ParseReceipt(s string) (Receipt, error) {
	code := lookalikes.Replace(plain(s))
	if len(code) != receiptLength || strings.Trim(code, receiptAlphabet) != "" {
		return "", ErrReceiptShape
	}
	if receiptSum(code) != 0 {
		return "", ErrReceiptCheck
	}
	return Receipt(code), nil
}

// String is the code in groups: XXXX-XXXX-XX.
func (r Receipt) String() string {
	if len(r) != receiptLength {
		return string(r)
	}
	return string(r[:4] + "-" + r[4:8] + "-" + r[8:])
}

// plain takes out spaces and hyphens, and makes letters and digits half-width and upper-case.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		switch {
		case unicode.IsSpace(r), unicode.Is(unicode.Pd, r), r == '−', r == 'ー', r == '\u200b', r == '\ufeff':
			return -1
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		}
		return r
	}, s)
}
