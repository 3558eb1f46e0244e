package ident

import (
	"errors"
	"strings"
	"time"
)

// Errors of [CheckResidentID] and [CheckUSCC].
var (
	ErrShape = errors.New("wrong length or characters")
	ErrDate  = errors.New("no such date of birth")
	ErrCheck = errors.New("wrong check character")
)

// CheckResidentID checks a resident ID number (公民身份号码, GB 11643) and returns it as it is stored: half-width, X in upper
// case, without spaces and hyphens. Any division code is taken, as abolished ones stay valid for life. The error is [ErrShape],
// [ErrDate] or [ErrCheck]; the number comes with ErrCheck too, because one copied from paper is kept and marked, not
// refused (law-and-standards 11.1).
func CheckResidentID(s string) (string, error) {
	id := plain(s)
	if len(id) != 18 || id[0] == '0' || strings.Trim(id[:17], digits) != "" || strings.Trim(id[17:], digits+"X") != "" {
		return "", ErrShape
	}
	if BornOn(id).IsZero() {
		return "", ErrDate
	}
	sum, weight := 0, 1 // from the right the weights are the powers of 2 modulo 11: … 8 4 2
	for i := 16; i >= 0; i-- {
		weight = weight * 2 % 11
		sum += weight * int(id[i]-'0')
	}
	if id[17] != "10X98765432"[sum%11] {
		return id, ErrCheck
	}
	return id, nil
}

const digits = "0123456789"

// BornOn is the date of birth in an 18-character resident ID number, at 00:00 UTC; zero when there is none.
func BornOn(id string) time.Time {
	if len(id) != 18 {
		return time.Time{}
	}
	on, err := time.Parse("20060102", id[6:14])
	if err != nil || on.Year() < 1800 {
		return time.Time{}
	}
	return on
}

// IsMale reports the sex in an 18-character resident ID number: the 17th digit is odd for men (GB 11643).
func IsMale(id string) bool { return len(id) == 18 && (id[16]-'0')%2 == 1 }

const usccAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"

// CheckUSCC checks a unified social credit code (统一社会信用代码, GB 32100) and returns it as it is stored: half-width, upper
// case, without spaces and hyphens. The error is [ErrShape] or, with the code, [ErrCheck] (law-and-standards 11.2).
func CheckUSCC(s string) (string, error) {
	code := plain(s)
	if len(code) != 18 || strings.Trim(code, usccAlphabet) != "" {
		return "", ErrShape
	}
	sum, weight := 0, 1
	for i := range 17 {
		sum += weight * strings.IndexByte(usccAlphabet, code[i])
		weight = weight * 3 % 31
	}
	if code[17] != usccAlphabet[(31-sum%31)%31] {
		return code, ErrCheck
	}
	return code, nil
}

// IsMobile reports whether s is a mainland mobile number of eleven bare digits, 1[3-9] and nine more
// (law-and-standards 11.8).
func IsMobile(s string) bool {
	return len(s) == 11 && s[0] == '1' && s[1] >= '3' && strings.Trim(s, digits) == ""
}
