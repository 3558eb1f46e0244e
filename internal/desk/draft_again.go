package desk

import (
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/chat"
	"maplegrid/internal/clock"
	"maplegrid/internal/grid"
	"maplegrid/internal/journal"
)

// A stretch may be copied once in a form with times and once in one without. A line alone cannot tell then whether somebody said the same
// again; its neighbours can. The rule: the same sender said the same words, among the same neighbours in the same order: three lines in a
// row when both copies are of one day (a copy without times counts as of the day it was pasted), five or the whole paste when the copy
// without times was pasted one or two days later; of a paste of two lines both, on the same day. Its limits are that whoever says the same
// again in the same row of three, to be pasted without times, is known only up to the numbering of such rows: the second row of a day is
// the second, and no copy stands for two. What was said after the copy without times was pasted does not stand in it.
const (
	runOfLines  = 3
	longRun     = 5
	copiedLater = 2 // days
)

// copies compares a paste with copies of the other sort that were taken before it.
type copies struct {
	*call
	group string
	lines []chat.Line
	bare  []string       // each line without its time
	wide  int            // lines of a run
	given map[string]int // how often this paste has numbered a run
	nth   map[int]int    // the number it gave, by the first line
	held  map[string]string
}

func (c *call) copies(group string, lines []chat.Line) *copies {
	k := &copies{call: c, group: group, lines: lines, wide: min(runOfLines, max(len(lines), 2)), given: map[string]int{}, nth: map[int]int{}, held: map[string]string{}}
	for _, l := range lines {
		l.At, l.About, l.Nth = time.Time{}, false, 1
		k.bare = append(k.bare, l.Print(group))
	}
	return k
}

// timedLine tells whether a line has a time of its own.
func timedLine(l chat.Line) bool { return !l.At.IsZero() && !l.About }

// run is what a run of lines from one on says, without times; "" when it is none.
func (k *copies) run(from int) string {
	if from < 0 || from+k.wide > len(k.lines) {
		return ""
	}
	parts := []string{"run", strconv.Itoa(k.wide)}
	for i := from; i < from+k.wide; i++ {
		if l := k.lines[i]; l.ID != "" || timedLine(l) != timedLine(k.lines[from]) {
			return ""
		}
		parts = append(parts, k.bare[i])
	}
	return strings.Join(parts, "\x1e")
}

// day is the day of a line: its own, that of the time above it, or that of the paste.
func (k *copies) day(l chat.Line) time.Time {
	d := orNow(l.At, k.moment.Now).In(clock.Shanghai)
	return time.Date(d.Year(), d.Month(), d.Day(), 12, 0, 0, 0, clock.Shanghai)
}

// print is the blind print of the nth run of a sort on a day.
func (k *copies) print(run string, timed bool, day time.Time, nth int) string {
	return k.st.keyring.Blind(SaidBefore, strings.Join([]string{run, strconv.FormatBool(timed), string(grid.DayOf(day)), strconv.Itoa(nth)}, "|"))
}

func (k *copies) holder(print string) (string, error) {
	if h, ok := k.held[print]; ok {
		return h, nil
	}
	h, err := k.Journal.Holder(k.ctx, k.who.Station, SaidBefore, print)
	k.held[print] = h
	return h, err
}

// next is the number of a run of this paste among those of its sort and day, and its print; 0 when there are too many.
func (k *copies) next(from int) (nth int, print string, err error) {
	run, l := k.run(from), k.lines[from]
	if nth = k.nth[from]; nth > 0 {
		return nth, k.print(run, timedLine(l), k.day(l), nth), nil
	}
	for nth = 1; nth <= sameWords; nth++ {
		print = k.print(run, timedLine(l), k.day(l), nth)
		h, err := k.holder(print)
		if err != nil {
			return 0, "", err
		}
		if h == "" {
			break
		}
	}
	if nth += k.given[run]; nth > sameWords {
		return 0, "", nil
	}
	return nth, k.print(run, timedLine(l), k.day(l), nth), nil
}

// twin is the draft of the run in a copy of the other sort, that was taken so many days after the copy with times was said; "" when there
// is none.
func (k *copies) twin(from, later int) (string, error) {
	run := k.run(from)
	if run == "" {
		return "", nil
	}
	nth, _, err := k.next(from)
	if err != nil || nth == 0 {
		return "", err
	}
	l := k.lines[from]
	day := k.day(l).AddDate(0, 0, later)
	if !timedLine(l) {
		day = k.day(l).AddDate(0, 0, -later)
	}
	id, err := k.holder(k.print(run, !timedLine(l), day, nth))
	if err != nil || id == "" || !timedLine(l) {
		return id, err
	}
	d, err := k.draftAsItIs(id)
	if err != nil || l.At.After(d.TakenAt.Add(chat.Slack)) {
		return "", err
	}
	return id, nil
}

// known gives the draft that a line, unknown by itself, is already by its neighbours; "" when it is new.
func (k *copies) known(i int) (string, error) {
	if k.lines[i].ID != "" || len(k.lines) < 2 {
		return "", nil
	}
	for later := 0; later <= copiedLater; later++ {
		for from := max(0, i-k.wide+1); from <= i; from++ {
			id, err := k.twin(from, later)
			if err != nil {
				return "", err
			}
			if id == "" {
				continue
			}
			enough, err := k.enough(from, later)
			if err != nil || enough {
				return id, err
			}
		}
	}
	return "", nil
}

// enough tells whether the lines around a run that has a twin agree too, as far as it takes.
func (k *copies) enough(from, later int) (bool, error) {
	if later == 0 {
		return true, nil
	}
	if k.wide < runOfLines {
		return false, nil
	}
	first, last := from, from
	for _, step := range []int{-1, 1} {
		for at := from + step; last-first+k.wide < longRun; at += step {
			id, err := k.twin(at, later)
			if err != nil {
				return false, err
			}
			if id == "" {
				break
			}
			first, last = min(first, at), max(last, at)
		}
	}
	n := last - first + k.wide
	return n >= longRun || n == len(k.lines), nil
}

// number takes the number of the run that begins with a line, so that a copy of the other sort finds it.
func (k *copies) number(i int, prints []string) ([]string, error) {
	run := k.run(i)
	if run == "" {
		return prints, nil
	}
	nth, print, err := k.next(i)
	if err != nil || nth == 0 {
		return prints, err
	}
	k.given[run]++
	k.nth[i] = nth
	return append(prints, print), nil
}

// same notes that a line is in both copies: it is known by itself from now on.
func (k *copies) same(i int, id string, prints []string) error {
	prints, err := k.number(i, prints)
	if err != nil {
		return err
	}
	for _, p := range prints {
		k.batch.Claims = append(k.batch.Claims, journal.Claim{Space: SaidBefore, Value: p, Holder: id})
	}
	k.answer.Known++
	return nil
}
