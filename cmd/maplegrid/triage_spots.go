package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/hotspot"
)

// spotsFound is what triage spots tells.
type spotsFound struct {
	Messages     int            `json:"messages"`
	Microseconds float64        `json:"us_per_message"`
	Milliseconds float64        `json:"ms_hot"`
	Spots        []hotspot.Spot `json:"spots"`
	Months       []spotMonth    `json:"months,omitempty"`
	Truth        *hotspot.Marks `json:"truth,omitempty"`
}

type spotMonth struct {
	Month string         `json:"month"`
	Spots []hotspot.Spot `json:"spots"`
}

// everySpot is more groups than any file has.
const everySpot = 1 << 20

// triageSpots replays a file of messages in the order of their time and tells the hot spots, whole and month by month.
func triageSpots(_ context.Context, c *call) error {
	truth := c.flags.String("truth", "", "另一家找出的热点问题（问题ID,留言编号,…），与之比较 / issues another found, to compare with")
	asJSON := c.flags.Bool("json", false, "输出 JSON / JSON out")
	top := c.flags.Int("top", 5, "列出几个 / how many to tell")
	from := c.flags.String("from", "", "起日，如 2019-07-01，缺省为全部 / first day")
	until := c.flags.String("until", "", "止日，含当天 / last day, included")
	months := c.flags.Bool("months", false, "再逐月列出 / month by month as well")
	args, err := c.parse("FILE")
	if err != nil {
		return err
	}
	if len(args) != 1 || *top < 1 {
		c.flags.Usage()
		return errUsage
	}
	all, err := readFile(args[0], hotspot.ReadMessages)
	if err != nil {
		return err
	}
	slices.SortStableFunc(all, func(a, b hotspot.Message) int { return a.At.Compare(b.At) })
	first, past, err := spotSpan(all, *from, *until)
	if err != nil {
		return err
	}
	out, spots := replay(all)
	begin := clock.System().Now()
	out.Spots = spots.Hot(first, past, nil, *top)
	out.Milliseconds = float64(clock.System().Now().Sub(begin).Microseconds()) / 1000
	if *months {
		out.Months = spotMonths(spots, later(first, all[0].At), past, *top)
	}
	if *truth != "" {
		issues, err := readFile(*truth, hotspot.ReadIssues)
		if err != nil {
			return err
		}
		marks := hotspot.Mark(spots.Hot(first, past, nil, everySpot), issues)
		out.Truth = &marks
	}
	if *asJSON {
		return json.NewEncoder(c.out).Encode(out)
	}
	printSpots(c, out)
	return nil
}

// replay adds the messages one by one, as they came.
func replay(all []hotspot.Message) (spotsFound, *hotspot.Spots) {
	texts := make(map[string]string, len(all))
	spots := hotspot.New(func(id string) string { return texts[id] })
	begin := clock.System().Now()
	for _, m := range all {
		texts[m.ID] = m.Text
		spots.Add(m)
	}
	return spotsFound{Messages: len(all), Microseconds: float64(clock.System().Now().Sub(begin).Microseconds()) / float64(len(all))}, spots
}

// spotSpan is from the first day (a zero time without one) to the end of the last.
func spotSpan(all []hotspot.Message, from, until string) (first, past time.Time, err error) {
	past = all[len(all)-1].At.Add(time.Second)
	day := func(s string) (time.Time, error) {
		t, err := time.ParseInLocation(time.DateOnly, s, clock.Shanghai)
		if err != nil {
			return t, fault.New(fault.Invalid, "triage.bad_spot_day", fault.Args{"value": s})
		}
		return t, nil
	}
	if from != "" {
		if first, err = day(from); err != nil {
			return first, past, err
		}
	}
	if until != "" {
		if past, err = day(until); err != nil {
			return first, past, err
		}
		past = past.AddDate(0, 0, 1)
	}
	if !past.After(first) {
		err = fault.New(fault.Invalid, "triage.bad_spot_day", fault.Args{"value": until})
	}
	return first, past, err
}

func spotMonths(spots *hotspot.Spots, first, past time.Time, top int) (out []spotMonth) {
	first = first.In(clock.Shanghai)
	for m := time.Date(first.Year(), first.Month(), 1, 0, 0, 0, 0, clock.Shanghai); m.Before(past); m = m.AddDate(0, 1, 0) {
		if hot := spots.Hot(m, m.AddDate(0, 1, 0), nil, top); len(hot) > 0 {
			out = append(out, spotMonth{m.Format("2006-01"), hot})
		}
	}
	return out
}

func readFile[T any](name string, read func(string, io.Reader) (T, error)) (T, error) {
	f, err := os.Open(name)
	if err != nil {
		var none T
		return none, err
	}
	defer f.Close()
	return read(name, f)
}

func printSpots(c *call, out spotsFound) {
	printf(c, "%d 条消息 / messages, %.0f µs/message, %.1f ms/board", out.Messages, out.Microseconds, out.Milliseconds)
	list := func(spots []hotspot.Spot) {
		for i, s := range spots {
			printf(c, "%3d  %s", i+1, spotLine(s))
		}
	}
	list(out.Spots)
	for _, m := range out.Months {
		printf(c, "%s", m.Month)
		list(m.Spots)
	}
	if t := out.Truth; t != nil {
		for _, i := range t.Issues {
			printf(c, "问题 / issue %s: %d 条，最合的一组第 %d 位 %d 条 P %.2f R %.2f  %s", i.Issue, i.Messages, i.Rank, i.Group, i.Precision, i.Recall, i.Title)
		}
		printf(c, "precision %.3f  recall %.3f  pairwise precision %.3f  pairwise recall %.3f", t.Precision, t.Recall, t.PairwisePrecision, t.PairwiseRecall)
	}
}

// spotLine tells one hot spot in a line.
func spotLine(s hotspot.Spot) string {
	what := cmp.Or(s.Title, strings.Join(s.Words[:min(2, len(s.Words))], " "))
	switch {
	case s.Mixed:
		what += "（同一地方，不同的事）"
	case s.Reporters == 1:
		what += "（同一人反复反映）"
	}
	before := ""
	if s.Before > 0 {
		before = fmt.Sprintf("（上一段 %d 人）", s.Before)
	}
	return fmt.Sprintf("%s  热度 %.1f  %d 条 %d 人%s %s 至 %s  [%s]", what, s.Heat, s.Messages, s.Reporters, before,
		s.First.In(clock.Shanghai).Format(time.DateOnly), s.Last.In(clock.Shanghai).Format(time.DateOnly), strings.Join(s.Words, "、"))
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
