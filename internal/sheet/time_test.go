package sheet

import (
	"errors"
	"testing"
	"time"
)

// China has had one zone without summer time since 1992.
var shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

func TestParseTime(t *testing.T) {
	at := func(h, m, s int) time.Time { return time.Date(2026, 11, 22, h, m, s, 0, shanghai) }
	for s, want := range map[string]struct {
		t time.Time
		p Precision
	}{
		"2026-11-22 14:05":          {at(14, 5, 0), ToMinute},
		"2026-11-22 14:05:06":       {at(14, 5, 6), ToSecond},
		"2026-11-22 14:05:06.123":   {at(14, 5, 6), ToSecond},
		"2026/11/22 14:5":           {at(14, 5, 0), ToMinute},
		"2026.11.22":                {at(0, 0, 0), ToDay},
		"2026-11-22":                {at(0, 0, 0), ToDay},
		"2026年11月22日":               {at(0, 0, 0), ToDay},
		"2026年11月22日14时":            {at(14, 0, 0), ToHour},
		"2026年11月22日 14时05分":        {at(14, 5, 0), ToMinute},
		"2026年11月22日14时05分06秒":      {at(14, 5, 6), ToSecond},
		"2026年11月22日下午2点05分":        {at(14, 5, 0), ToMinute},
		"2026年11月22日 下午2点半":         {at(14, 30, 0), ToMinute},
		"2026年11月22日（星期日）晚上8点":      {at(20, 0, 0), ToHour},
		"2026-11-22 周日 上午 9:30":     {at(9, 30, 0), ToMinute},
		"2026年11月22日中午12点":          {at(12, 0, 0), ToHour},
		"2026年11月22日凌晨1点10分":        {at(1, 10, 0), ToMinute},
		"2026-11-22 2:05 PM":        {at(14, 5, 0), ToMinute},
		"2026-11-22 12:05 am":       {at(0, 5, 0), ToMinute},
		"２０２６－１１－２２　１４：０５":          {at(14, 5, 0), ToMinute},
		" 2026 年 11 月 22 日 ":        {at(0, 0, 0), ToDay},
		"20261122":                  {at(0, 0, 0), ToDay},
		"202611221405":              {at(14, 5, 0), ToMinute},
		"20261122140506":            {at(14, 5, 6), ToSecond},
		"2026-11-22T06:05:06Z":      {at(14, 5, 6), ToSecond},
		"2026-11-22T14:05:06+08:00": {at(14, 5, 6), ToSecond},
		"2026-11-22T14:05":          {at(14, 5, 0), ToMinute},
		"46348":                     {at(0, 0, 0), ToDay},
		"46348.5":                   {at(12, 0, 0), ToMinute},
		"46348.58756944":            {at(14, 6, 6), ToSecond},
		"11/22/2026":                {at(0, 0, 0), ToDay},
		"22/11/2026 14:05":          {at(14, 5, 0), ToMinute},
		"1795327506":                {at(14, 5, 6), ToSecond},
		"1795327506000":             {at(14, 5, 6), ToSecond},
		"2026-11-21 24:00":          {at(0, 0, 0), ToMinute},
		"5/5/2026":                  {time.Date(2026, 5, 5, 0, 0, 0, 0, shanghai), ToDay},
		"45983.5":                   {time.Date(2025, 11, 22, 12, 0, 0, 0, shanghai), ToMinute},
		"2024-02-29":                {time.Date(2024, 2, 29, 0, 0, 0, 0, shanghai), ToDay},
	} {
		got, p, err := ParseTime(s, shanghai)
		if err != nil || !got.Truncate(time.Second).Equal(want.t) || p != want.p {
			t.Errorf("%s: %v %v %v, want %v %v", s, got, p, err, want.t, want.p)
		}
	}
	for s, want := range map[string]error{
		"01/02/2026": ErrAmbiguousTime, "2026年11月22日晚上1点": ErrAmbiguousTime, "2026年11月22日晚上12点": ErrAmbiguousTime,
		"": ErrTime, "昨天": ErrTime, "26-11-22": ErrTime, "2026-11": ErrTime, "14:05": ErrTime, "2026-02-30": ErrTime,
		"2026-13-01": ErrTime, "2026-11-22 25:00": ErrTime, "2026-11-22 14": ErrTime, "1899-01-01": ErrTime, "99999999": ErrTime,
		"13900008000": ErrTime, "1e5": ErrTime, "NaN": ErrTime, "2026-11-22 14:05 电话": ErrTime, "123": ErrTime,
		"20261122140506.5": ErrTime, "30/30/2026": ErrTime,
	} {
		if got, _, err := ParseTime(s, shanghai); !errors.Is(err, want) {
			t.Errorf("%q: %v %v, want %v", s, got, err, want)
		}
	}
}

func FuzzParseTime(f *testing.F) {
	for _, s := range []string{"2026-11-22 14:05", "2026年11月22日下午2点半", "46348.5", "11/22/2026", "２０２６", "2026-11-22T06:05:06Z"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		got, p, err := ParseTime(s, shanghai)
		if err != nil {
			if !errors.Is(err, ErrTime) && !errors.Is(err, ErrAmbiguousTime) {
				t.Fatal(err)
			}
			return
		}
		if got.Year() < 1900 || got.Year() > 2200 || p < ToDay || p > ToSecond || got.Location() != shanghai {
			t.Fatalf("%q: %v %v", s, got, p)
		}
		if again, _, err := ParseTime(got.Format("2006-01-02 15:04:05"), shanghai); err != nil || !again.Equal(got.Truncate(time.Second)) {
			t.Fatalf("%q: %v read again as %v, %v", s, got, again, err)
		}
	})
}
