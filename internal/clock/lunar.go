package clock

import "time"

// newYears holds the day of the lunar New Year (正月初一) of each year from firstLunar on: month and day as 212 for 12 February.
// The dates follow the rules of the Chinese calendar (GB/T 33661-2017).
var newYears = [...]uint16{
	127, 215, 204, 123, 210, 131, 219, 207, 128, 216,
	205, 124, 212, 201, 122, 209, 129, 218, 207, 126,
	214, 203, 123, 210, 131, 219, 208, 128, 216, 205,
	125, 212, 201, 122, 210, 129, 217, 206, 126, 213,
	203, 123, 211, 131, 219, 208, 128, 215, 204, 124,
	212, 201, 122, 210, 130, 217, 206, 126, 214, 202,
	123, 211, 201, 219, 208, 128, 215, 204, 124, 212,
	202, 121, 209, 129, 217, 205, 126, 214, 203, 123,
	211, 131, 219, 207, 127, 215, 205, 124, 212, 202,
	122, 209, 129, 217, 206, 126, 214, 203, 124, 210,
	130, 218, 207, 127, 215, 205, 125, 212, 201, 121,
	209,
}

const firstLunar = 1990

// LunarNewYear is the day of the lunar New Year in a year of the common calendar; 0, 0 for a year before 1990 or after 2100.
func LunarNewYear(year int) (month time.Month, day int) {
	if year < firstLunar || year >= firstLunar+len(newYears) {
		return 0, 0
	}
	n := int(newYears[year-firstLunar])
	return time.Month(n / 100), n % 100
}
