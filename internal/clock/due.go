package clock

import (
	"slices"
	"time"
)

// Due says how limit l, begun at start, stands at now. It reads nothing but its arguments, and what begins after now is
// not looked at. cal decides what a working day is. The rules (law-and-standards 1.1, 1.2, 1.4, 1.5):
//
//   - The hour or day of the start is not counted (公安机关办理行政案件程序规定第三十五条). For minutes and hours that means
//     that the first hour is the one that follows start: due is start + amount, to the microsecond, and never rounded up
//     to a full hour of the clock. Days, working days and months begin with the day after, whatever the hour of start,
//     and end with the last instant (23:59:59.999999 in Shanghai) of their last day. An amount of 0 is the day itself,
//     for working days the first working day from it on.
//   - Each extension is counted on from the period's own last day, the first that has not been stretched. If limit or an
//     extension is in days, working days or months, the whole ends with the end of a day.
//   - A period of days that would end on a day off (a weekend or holiday) ends on the next working day, if the limit
//     stretches. Stretching is done last, once.
//   - While a pause lasts nothing runs out. A pause that begins before the period's own end moves that end by exactly as
//     long as it lasted; one that begins later, when only the rest of the last day or the stretch was left, moves the
//     stretched end. For working days only working time counts: a pause over a weekend costs no working time, so it wins
//     none. The end of the day and the stretch then apply again. So after a pause there is never less left than
//     before it, and a pause from the very start is the same as starting later, but for the rest of a day.
//   - A pause before start counts from start, overlapping pauses count once, and one that begins after the limit
//     had run out changes nothing.
//
// Due allocates nothing as long as pauses are in order of From. It panics on a unit that [ParseUnit] would refuse.
func Due(l Limit, start time.Time, pauses []Pause, extensions []Extension, cal *Calendar, now time.Time) Standing {
	if l.Unit == "" {
		return Standing{State: Unlimited}
	}
	at, begin := instantOf(now), instantOf(start)
	own, whole := cal.add(begin, l.Amount, l.Unit), l.Unit.whole()
	for _, e := range extensions {
		own, whole = cal.add(own, e.Amount, e.Unit), whole || e.Unit.whole()
	}
	due := cal.close(own, whole, l.StretchesOverHoliday)
	for _, p := range inOrder(pauses) {
		from, to := max(instantOf(p.From), begin), instantOf(p.To)
		if from > due || from > at {
			break
		}
		open := p.To.IsZero() || to > at
		if !open && to <= from {
			continue
		}
		if from > own {
			own = due
		}
		if open {
			return Standing{State: Paused, Paused: true, Remaining: span(cal.elapsed(from, own, l.Unit))}
		}
		own = cal.after(own, cal.elapsed(from, to, l.Unit), l.Unit)
		due, begin = cal.close(own, whole, l.StretchesOverHoliday), to
	}
	return standing(l, due, cal, at)
}

func standing(l Limit, due int64, cal *Calendar, at int64) Standing {
	s := Standing{State: Running, DueAt: timeOf(due), Remaining: span(due - at)}
	for _, w := range l.WarnBefore {
		if t := w.Before(s.DueAt, cal); s.WarnAt.IsZero() || t.Before(s.WarnAt) {
			s.WarnAt = t
		}
	}
	switch {
	case at > due:
		s.State = Overdue
		return s
	case !s.WarnAt.IsZero() && at >= instantOf(s.WarnAt):
		s.State = DueSoon
	}
	s.Remaining = span(cal.elapsed(at, due, l.Unit))
	return s
}

// Before is the instant that lies the span before due, in Shanghai: the same time of day so many days, working days or
// months earlier. Warnings are given at that instant.
func (s Span) Before(due time.Time, cal *Calendar) time.Time {
	t := instantOf(due)
	switch s.Unit {
	case Days:
		t -= int64(s.Amount) * day
	case Workdays:
		t = cal.after(t, -int64(s.Amount)*day, Workdays)
	case Months:
		t = addMonths(t, -s.Amount)
	default:
		t = cal.add(t, -s.Amount, s.Unit)
	}
	return timeOf(t)
}

// inOrder returns pauses by From; a phone may have told of them in another order.
func inOrder(pauses []Pause) []Pause {
	byFrom := func(a, b Pause) int { return a.From.Compare(b.From) }
	if slices.IsSortedFunc(pauses, byFrom) {
		return pauses
	}
	pauses = slices.Clone(pauses)
	slices.SortStableFunc(pauses, byFrom)
	return pauses
}

// Inside, an instant is the number of microseconds since 1970-01-01 00:00 in Shanghai.
const (
	minute = int64(time.Minute / time.Microsecond)
	day    = 24 * 60 * minute
	offset = 8 * 60 * minute
)

func instantOf(t time.Time) int64 { return t.UnixMicro() + offset }

func timeOf(t int64) time.Time { return time.UnixMicro(t - offset).In(Shanghai) }

func dayOf(t time.Time) int64 { return floorDiv(instantOf(t), day) }

func span(us int64) time.Duration { return time.Duration(us) * time.Microsecond }

// endOf is the last instant of a day.
func endOf(n int64) int64 { return (n+1)*day - 1 }

// add counts n units on from t: minutes and hours to the instant, the others to the end of the last day.
func (c *Calendar) add(t int64, n int, u Unit) int64 {
	on := floorDiv(t, day)
	switch u {
	case Minutes:
		return t + int64(n)*minute
	case Hours:
		return t + int64(n)*60*minute
	case Days:
		return endOf(on + int64(n))
	case Workdays:
		if n == 0 {
			return endOf(c.ranked(c.rank(on)))
		}
		return endOf(c.ranked(c.rank(on+1) + int64(n) - 1))
	case Months:
		return endOf(floorDiv(addMonths(t, n), day))
	}
	panic("clock: unknown unit " + string(u))
}

// addMonths keeps the time of day and falls back to the last day of a shorter month.
func addMonths(t int64, n int) int64 {
	y, m, d := timeOf(t).Date()
	last := time.Date(y, m+time.Month(n)+1, 0, 0, 0, 0, 0, Shanghai)
	return dayOf(last)*day + int64(min(d, last.Day())-last.Day())*day + mod(t, day)
}

// close rounds the end of a whole period up to the end of its day, and stretches it over days off.
func (c *Calendar) close(t int64, whole, stretches bool) int64 {
	if !whole {
		return t
	}
	on := floorDiv(t, day)
	if stretches {
		on = c.ranked(c.rank(on))
	}
	return endOf(on)
}

// elapsed is the time from a to b that a limit in u counts: working time for working days.
func (c *Calendar) elapsed(a, b int64, u Unit) int64 {
	if u == Workdays {
		return c.worked(b) - c.worked(a)
	}
	return b - a
}

// after is the instant at which the counted time d has gone by since t.
func (c *Calendar) after(t, d int64, u Unit) int64 {
	if u != Workdays || d == 0 {
		return t + d
	}
	w := c.worked(t) + d
	return c.ranked(floorDiv(w, day))*day + mod(w, day)
}

// worked is the working time before t, counted from a fixed instant; a working day has 24 hours of it.
func (c *Calendar) worked(t int64) int64 {
	on := floorDiv(t, day)
	w := c.rank(on) * day
	if c.working(on) {
		w += mod(t, day)
	}
	return w
}
