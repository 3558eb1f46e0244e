package clock

import (
	"testing"
	"time"
)

// Published dates of the lunar New Year; the years around 2033 are those in which faulty tables differ.
func TestLunarNewYear(t *testing.T) {
	for year, want := range map[int]string{1990: "01-27", 2000: "02-05", 2008: "02-07", 2020: "01-25", 2023: "01-22", 2024: "02-10", 2025: "01-29",
		2026: "02-17", 2027: "02-06", 2028: "01-26", 2030: "02-03", 2033: "01-31", 2034: "02-19", 2050: "01-23", 2100: "02-09"} {
		m, d := LunarNewYear(year)
		if got := time.Date(year, m, d, 0, 0, 0, 0, Shanghai).Format("01-02"); got != want {
			t.Errorf("%d: %s, want %s", year, got, want)
		}
	}
	for _, year := range []int{1989, 2101, 0} {
		if m, d := LunarNewYear(year); m != 0 || d != 0 {
			t.Errorf("%d: %d-%d", year, m, d)
		}
	}
}

// A lunar year has twelve or thirteen months of 29 or 30 days, and begins between 21 January and 21 February.
func TestLunarYearsAreAsLongAsLunarYears(t *testing.T) {
	var last time.Time
	for year := firstLunar; year <= 2100; year++ {
		m, d := LunarNewYear(year)
		at := time.Date(year, m, d, 0, 0, 0, 0, Shanghai)
		if day := at.YearDay(); day < 21 || day > 52 {
			t.Errorf("%s is no New Year", at.Format(time.DateOnly))
		}
		if days := int(at.Sub(last).Hours() / 24); !last.IsZero() && (days < 353 || days > 355 && days < 383 || days > 385) {
			t.Errorf("the year before %s has %d days", at.Format(time.DateOnly), days)
		}
		last = at
	}
}

// The public holiday of the Spring Festival covers the day wherever the table of holidays is known.
func TestSpringFestivalIsAHoliday(t *testing.T) {
	for year := 2008; China().Knows(year); year++ {
		m, d := LunarNewYear(year)
		if on := time.Date(year, m, d, 12, 0, 0, 0, Shanghai); China().Working(on) {
			t.Errorf("%s is a working day", on.Format(time.DateOnly))
		}
	}
}
