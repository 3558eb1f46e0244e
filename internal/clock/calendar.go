package clock

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"sort"
	"strings"
	"sync"
	"time"
)

// A Kind says in which way a day differs from its weekday.
type Kind string

// The kinds of a [Day], as they stand in the table.
const (
	Holiday Kind = "holiday" // public holiday (节假日)
	MakeUp  Kind = "workday" // make-up working day (调休上班), or any day declared a working day
)

// A Day is one row of a holiday table. On is any instant of that day in Shanghai; the parser gives 00:00.
type Day struct {
	On   time.Time `json:"on"`
	Kind Kind      `json:"kind"`
	Name string    `json:"name,omitempty"` // 国庆节; for a make-up day the holiday it makes up for
}

// A Calendar says which days are working days (工作日): Monday to Friday, save public holidays, and the weekend days
// worked in their stead. It is immutable and safe for concurrent use; the zero value knows weekends only.
type Calendar struct {
	days  []Day  // the whole table by date, one row a date
	turns []turn // those of the days that differ from their weekday
}

// A turn is a day that is not what its weekday says.
type turn struct {
	day     int64
	working bool
	shift   int64 // working days won or lost up to and with this day, against weekdays alone
	through int64 // rank of the day after
}

//go:embed holidays.csv
var holidays []byte

// China is the calendar of the public holidays of mainland China as published each year by the General Office of the
// State Council, from 2004 to the last year [Calendar.Knows] owns up to.
var China = sync.OnceValue(func() *Calendar {
	days, err := ParseCalendar(bytes.NewReader(holidays))
	if err != nil {
		panic(fmt.Sprintf("clock: embedded holidays.csv: %v", err))
	}
	return new(Calendar).With(days)
})

// With returns a calendar in which days count over the rows c has for the same dates; of two rows for one date the
// later in days counts. c stays as it is.
func (c *Calendar) With(days []Day) *Calendar {
	all := append(slices.Clone(c.days), days...)
	slices.SortStableFunc(all, func(a, b Day) int { return int(dayOf(a.On) - dayOf(b.On)) })
	with := &Calendar{}
	for i, d := range all {
		if i+1 == len(all) || dayOf(all[i+1].On) != dayOf(d.On) {
			with.days = append(with.days, d)
		}
	}
	var shift int64
	for _, d := range with.days {
		n, working := dayOf(d.On), d.Kind == MakeUp
		if working == isWeekday(n) {
			continue
		}
		if shift--; working {
			shift += 2
		}
		with.turns = append(with.turns, turn{n, working, shift, weekdaysBefore(n+1) + shift})
	}
	return with
}

// Working reports whether the day of t in Shanghai is a working day.
func (c *Calendar) Working(t time.Time) bool { return c.working(dayOf(t)) }

// On returns the row for the day of t in Shanghai, and false for a day the table does not name.
func (c *Calendar) On(t time.Time) (Day, bool) {
	n := dayOf(t)
	i := sort.Search(len(c.days), func(i int) bool { return dayOf(c.days[i].On) >= n })
	if i < len(c.days) && dayOf(c.days[i].On) == n {
		return c.days[i], true
	}
	return Day{}, false
}

// Knows reports whether the table covers year: it does when National Day (1 October), the year's last holiday, is a
// holiday in it. In a year it does not know only weekends are free, so limits that reach into it may still move.
func (c *Calendar) Knows(year int) bool {
	d, ok := c.On(time.Date(year, time.October, 1, 0, 0, 0, 0, Shanghai))
	return ok && d.Kind == Holiday
}

// A Mistake is a fault in one line of a holiday table.
type Mistake struct {
	Line  int    // counted from 1
	Code  string // calendar.bad_header, .no_rows, .bad_row, .bad_date, .bad_kind or .same_date_twice
	Value string // what stood there
}

func (m Mistake) Error() string { return fmt.Sprintf("line %d: %s: %q", m.Line, m.Code, m.Value) }

// Mistakes are all the faults of a table, in the order of its lines.
type Mistakes []Mistake

func (ms Mistakes) Error() string {
	s := make([]string, len(ms))
	for i, m := range ms {
		s[i] = m.Error()
	}
	return strings.Join(s, "\n")
}

var kinds = map[string]Kind{"holiday": Holiday, "workday": MakeUp, "休": Holiday, "班": MakeUp}

// ParseCalendar reads a table in UTF-8 with the header date,kind,name and at least one row. A date is 2027-10-01 or, as
// spreadsheets write it, 2027/10/1; a kind is holiday or workday, or 休 or 班. The table is refused whole: the error is
// then a [Mistakes] with every faulty line, or the error of r.
func ParseCalendar(r io.Reader) ([]Day, error) {
	in := csv.NewReader(r)
	in.FieldsPerRecord = -1
	var days []Day
	var wrong Mistakes
	seen := map[time.Time]bool{}
	for rows := 0; ; rows++ {
		row, err := in.Read()
		if err == io.EOF {
			if wrong == nil {
				wrong = missing(rows)
			}
			break
		}
		if bad := (*csv.ParseError)(nil); errors.As(err, &bad) {
			return nil, append(wrong, Mistake{bad.Line, "calendar.bad_row", bad.Err.Error()})
		} else if err != nil {
			return nil, fmt.Errorf("read holiday table: %w", err)
		}
		line, _ := in.FieldPos(0)
		d, code, value := parseDay(row, rows == 0)
		switch {
		case code != "":
			wrong = append(wrong, Mistake{line, code, value})
		case rows == 0:
		case seen[d.On]:
			wrong = append(wrong, Mistake{line, "calendar.same_date_twice", row[0]})
		default:
			seen[d.On] = true
			days = append(days, d)
		}
	}
	if wrong != nil {
		return nil, wrong
	}
	return days, nil
}

// missing says what a table of so few rows lacks.
func missing(rows int) Mistakes {
	switch rows {
	case 0:
		return Mistakes{{1, "calendar.bad_header", ""}}
	case 1:
		return Mistakes{{1, "calendar.no_rows", ""}}
	}
	return nil
}

// parseDay reads one row; the code is empty when it is sound.
func parseDay(row []string, header bool) (d Day, code, value string) {
	for i := range row {
		row[i] = strings.TrimSpace(strings.TrimPrefix(row[i], "\ufeff"))
	}
	all := strings.Join(row, ",")
	if header {
		if all != "date,kind,name" {
			return d, "calendar.bad_header", all
		}
		return d, "", ""
	}
	if len(row) != 3 {
		return d, "calendar.bad_row", all
	}
	on, err := time.ParseInLocation("2006-1-2", strings.ReplaceAll(row[0], "/", "-"), Shanghai)
	if err != nil {
		return d, "calendar.bad_date", row[0]
	}
	kind, ok := kinds[row[1]]
	if !ok {
		return d, "calendar.bad_kind", row[1]
	}
	return Day{on, kind, row[2]}, "", ""
}

// Days are counted from 1970-01-01 in Shanghai, and working days by their rank, so that both can be added and taken
// away: no period, however long, is walked through day by day.

// working reports whether day n is a working day.
func (c *Calendar) working(n int64) bool {
	if i := c.firstTurn(n); i < len(c.turns) && c.turns[i].day == n {
		return c.turns[i].working
	}
	return isWeekday(n)
}

// rank is the number of working days before day n, counted from a fixed day.
func (c *Calendar) rank(n int64) int64 { return weekdaysBefore(n) + c.shiftBefore(c.firstTurn(n)) }

// ranked is the working day of that rank: rank(ranked(r)) == r.
func (c *Calendar) ranked(r int64) int64 {
	i := sort.Search(len(c.turns), func(i int) bool { return c.turns[i].through > r })
	if i < len(c.turns) && c.turns[i].working && c.turns[i].through == r+1 {
		return c.turns[i].day
	}
	r -= c.shiftBefore(i)
	return floorDiv(r, 5)*7 + mod(r, 5) + firstMonday
}

func (c *Calendar) firstTurn(n int64) int {
	return sort.Search(len(c.turns), func(i int) bool { return c.turns[i].day >= n })
}

func (c *Calendar) shiftBefore(i int) int64 {
	if i == 0 {
		return 0
	}
	return c.turns[i-1].shift
}

// firstMonday is 1969-12-29.
const firstMonday = -3

func isWeekday(n int64) bool { return mod(n-firstMonday, 7) < 5 }

func weekdaysBefore(n int64) int64 {
	n -= firstMonday
	return floorDiv(n, 7)*5 + min(mod(n, 7), 5)
}

func floorDiv(a, b int64) int64 { return (a - mod(a, b)) / b }

func mod(a, b int64) int64 { return (a%b + b) % b }
