package grid

import "time"

// Day is a calendar day of Asia/Shanghai, as 2006-01-02. Days compare as strings; "" is no day.
type Day string

// China has kept one time, eight hours ahead, for as long as the product's records can reach.
var china = time.FixedZone("Asia/Shanghai", 8*60*60)

// DayOf is the day on which t falls in China.
func DayOf(t time.Time) Day { return Day(t.In(china).Format(time.DateOnly)) }

// ParseDay reads 2006-01-02.
func ParseDay(s string) (Day, error) {
	_, err := time.Parse(time.DateOnly, s)
	return Day(s), err
}

// Start is the instant at which the day begins in China.
func (d Day) Start() time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, string(d), china)
	return t
}

// Span is the days in which something is in force. From and Until both belong to it, since "within" includes the
// number itself (Public Security Administration Penalties Law, article 143); "" leaves that end open.
type Span struct{ From, Until Day }

// Covers tells whether the span holds d.
func (s Span) Covers(d Day) bool { return s.From <= d && (s.Until == "" || d <= s.Until) }

// Overlaps tells whether two spans share a day.
func (s Span) Overlaps(o Span) bool {
	return (s.Until == "" || o.From <= s.Until) && (o.Until == "" || s.From <= o.Until)
}
