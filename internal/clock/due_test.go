package clock

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// at reads an instant in Shanghai: to the minute, or to the microsecond.
func at(s string) time.Time {
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02 15:04:05.999999"} {
		if t, err := time.ParseInLocation(layout, s, Shanghai); err == nil {
			return t
		}
	}
	panic(s)
}

const lastInstant = " 23:59:59.999999"

func limit(n int, u Unit) Limit { return Limit{Key: "k", Amount: n, Unit: u} }

func stretched(n int, u Unit) Limit {
	return Limit{Key: "k", Amount: n, Unit: u, StretchesOverHoliday: true}
}

func TestDueAt(t *testing.T) {
	for _, c := range []struct {
		rule   string
		limit  Limit
		start  string
		pauses []Pause
		extra  []Extension
		due    string
	}{
		{"小时从起算的下一小时数满", limit(24, Hours), "2025-09-30 17:50", nil, nil, "2025-10-01 17:50"},
		{"分钟精确到起算的瞬间", limit(5, Minutes), "2025-09-30 23:58:30.000001", nil, nil, "2025-10-01 00:03:30.000001"},
		{"小时遇节假日不顺延", stretched(2, Hours), "2025-09-30 23:00", nil, nil, "2025-10-01 01:00"},
		{"起算当日不算", limit(3, Days), "2026-03-02 00:00", nil, nil, "2026-03-05" + lastInstant},
		{"当日最后一刻起算也只除去当日", limit(3, Days), "2026-03-02" + lastInstant, nil, nil, "2026-03-05" + lastInstant},
		{"零日即当日", limit(0, Days), "2026-03-02 09:00", nil, nil, "2026-03-02" + lastInstant},
		{"零个工作日遇休息日顺到上班当天", limit(0, Workdays), "2025-10-03 09:00", nil, nil, "2025-10-09" + lastInstant},
		{"三十日跨过月末", limit(30, Days), "2026-01-31 10:00", nil, nil, "2026-03-02" + lastInstant},
		{"闰年二月末", limit(1, Days), "2024-02-28 10:00", nil, nil, "2024-02-29" + lastInstant},
		{"没有对应日以月末为满", limit(6, Months), "2025-08-31 10:00", nil, nil, "2026-02-28" + lastInstant},
		{"闰日起算一年", limit(12, Months), "2024-02-29 10:00", nil, nil, "2025-02-28" + lastInstant},
		{"有对应日到对应日", limit(13, Months), "2025-12-15 10:00", nil, nil, "2027-01-15" + lastInstant},

		{"国庆前一天起七个工作日", limit(7, Workdays), "2025-09-30 17:50", nil, nil, "2025-10-16" + lastInstant},
		{"假期里起算从节后第一日数", limit(1, Workdays), "2025-10-04 12:00", nil, nil, "2025-10-09" + lastInstant},
		{"调休的星期六是工作日", limit(1, Workdays), "2025-10-10 09:00", nil, nil, "2025-10-11" + lastInstant},
		{"调休的星期日是工作日", limit(1, Workdays), "2025-09-27 09:00", nil, nil, "2025-09-28" + lastInstant},
		{"平常周末不是工作日", limit(3, Workdays), "2026-03-05 09:00", nil, nil, "2026-03-10" + lastInstant},

		{"末日是节假日顺延到节后第一个工作日", stretched(1, Days), "2025-09-30 09:00", nil, nil, "2025-10-09" + lastInstant},
		{"末日是星期日顺延到星期一", stretched(2, Days), "2026-03-06 09:00", nil, nil, "2026-03-09" + lastInstant},
		{"末日是调休上班日不顺延", stretched(1, Days), "2025-10-10 09:00", nil, nil, "2025-10-11" + lastInstant},
		{"限制人身自由的期限不顺延", limit(1, Days), "2025-09-30 09:00", nil, nil, "2025-10-01" + lastInstant},
		{"节假日在中间不影响末日", stretched(10, Days), "2025-09-30 09:00", nil, nil, "2025-10-10" + lastInstant},

		{"延期从原末日接着数", limit(30, Days), "2026-03-02 09:00", nil, []Extension{{30, Days}}, "2026-05-01" + lastInstant},
		{"延期后才顺延，只顺延一次", stretched(30, Days), "2026-03-02 09:00", nil, []Extension{{30, Days}}, "2026-05-06" + lastInstant},
		{"原末日在假期，延期不从节后数", stretched(1, Days), "2025-09-30 09:00", nil, []Extension{{9, Days}}, "2025-10-10" + lastInstant},
		{"工作日延期", limit(7, Workdays), "2025-09-30 17:50", nil, []Extension{{2, Workdays}, {1, Workdays}}, "2025-10-21" + lastInstant},
		{"小时的期限按日延期到当日终了", limit(24, Hours), "2026-03-02 09:00", nil, []Extension{{1, Days}}, "2026-03-04" + lastInstant},
		{"按日的期限延小时也到当日终了", limit(1, Days), "2026-03-02 09:00", nil, []Extension{{2, Hours}}, "2026-03-04" + lastInstant},

		{"小时中止多久补多久", limit(24, Hours), "2026-03-02 09:00",
			[]Pause{{at("2026-03-02 10:00"), at("2026-03-02 10:30")}, {at("2026-03-03 09:00"), at("2026-03-05 09:00:00.000001")}}, nil, "2026-03-05 09:30:00.000001"},
		{"中止整三天补三天", limit(30, Days), "2026-03-02 09:00", []Pause{{at("2026-03-10 15:00"), at("2026-03-13 15:00")}}, nil, "2026-04-04" + lastInstant},
		{"零头补足当日", limit(30, Days), "2026-03-02 09:00", []Pause{{at("2026-03-10 15:00"), at("2026-03-13 15:01")}}, nil, "2026-04-05" + lastInstant},
		{"几段零头合起来才补一日", limit(30, Days), "2026-03-02 09:00",
			[]Pause{{at("2026-03-10 15:00"), at("2026-03-10 16:00")}, {at("2026-03-11 15:00"), at("2026-03-11 16:00")}, {at("2026-03-12 15:00"), at("2026-03-12 16:00")}}, nil, "2026-04-02" + lastInstant},
		{"中止跨过国庆，余下两日节后数", stretched(7, Days), "2025-09-25 09:00", []Pause{{at("2025-09-30 18:00"), at("2025-10-10 18:00")}}, nil, "2025-10-13" + lastInstant},
		{"同样的期限不顺延", limit(7, Days), "2025-09-25 09:00", []Pause{{at("2025-09-30 18:00"), at("2025-10-10 18:00")}}, nil, "2025-10-12" + lastInstant},
		{"工作日只补误掉的工作时间", limit(7, Workdays), "2025-09-29 09:00", []Pause{{at("2025-09-30 12:00"), at("2025-10-09 12:00")}}, nil, "2025-10-16" + lastInstant},
		{"只在假期里中止不补工作日", limit(7, Workdays), "2025-09-29 09:00", []Pause{{at("2025-10-01 00:00"), at("2025-10-09 00:00")}}, nil, "2025-10-15" + lastInstant},
		{"周末两夜的中止只补星期五晚和星期一早", limit(2, Workdays), "2026-03-05 09:00", []Pause{{at("2026-03-06 18:00"), at("2026-03-09 09:00")}}, nil, "2026-03-10" + lastInstant},
		{"中止含调休的星期六", limit(2, Workdays), "2025-10-10 09:00", []Pause{{at("2025-10-11 00:00"), at("2025-10-12 12:00")}}, nil, "2025-10-14" + lastInstant},
		{"顺延期内中止，接着顺延后的末日补", stretched(1, Days), "2025-09-30 09:00", []Pause{{at("2025-10-08 10:00"), at("2025-10-10 10:00")}}, nil, "2025-10-11" + lastInstant},
		{"重叠的中止只算一次", limit(24, Hours), "2026-03-02 09:00", []Pause{{at("2026-03-02 10:00"), at("2026-03-02 12:00")}, {at("2026-03-02 11:00"), at("2026-03-02 13:00")}, {at("2026-03-02 11:00"), at("2026-03-02 11:30")}}, nil, "2026-03-03 12:00"},
		{"次序颠倒的中止照样算", limit(24, Hours), "2026-03-02 09:00", []Pause{{at("2026-03-02 15:00"), at("2026-03-02 16:00")}, {at("2026-03-02 10:00"), at("2026-03-02 12:00")}}, nil, "2026-03-03 12:00"},
		{"起算前开始的中止从起算时算", limit(24, Hours), "2026-03-02 09:00", []Pause{{at("2026-03-01 09:00"), at("2026-03-02 10:00")}}, nil, "2026-03-03 10:00"},
		{"超时以后的中止不算", limit(24, Hours), "2026-03-02 09:00", []Pause{{at("2026-03-03 09:01"), at("2026-03-04 09:00")}}, nil, "2026-03-03 09:00"},
		{"倒着写的中止不算", limit(24, Hours), "2026-03-02 09:00", []Pause{{at("2026-03-02 12:00"), at("2026-03-02 11:00")}}, nil, "2026-03-03 09:00"},
		{"延期与中止各算各的", stretched(30, Days), "2026-03-02 09:00", []Pause{{at("2026-03-10 00:00"), at("2026-03-12 00:00")}}, []Extension{{30, Days}}, "2026-05-06" + lastInstant},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got := Due(c.limit, at(c.start), c.pauses, c.extra, China(), at("2028-01-01 00:00"))
			if !got.DueAt.Equal(at(c.due)) || got.State != Overdue {
				t.Errorf("%s at %v, want due %s", got.State, got.DueAt, c.due)
			}
		})
	}
}

func TestStanding(t *testing.T) {
	const start = "2025-09-30 17:50" // the eve of the holiday
	warned := Limit{Key: "k", Amount: 7, Unit: Workdays, WarnBefore: []Span{{4, Hours}, {2, Workdays}}}
	for _, c := range []struct {
		rule   string
		limit  Limit
		pauses []Pause
		now    string
		state  State
		left   time.Duration
		warn   string
	}{
		{"没有时限", Limit{}, nil, "2025-10-01 00:00", Unlimited, 0, ""},
		{"工作日只剩工作时间", warned, nil, "2025-10-05 12:00", Running, 7*24*time.Hour - time.Microsecond, "2025-10-14" + lastInstant},
		{"最早的预警到了就是将超时", warned, nil, "2025-10-14" + lastInstant, DueSoon, 48 * time.Hour, "2025-10-14" + lastInstant},
		{"预警前一刻还不是", warned, nil, "2025-10-14 23:59:59.999998", Running, 48*time.Hour + time.Microsecond, "2025-10-14" + lastInstant},
		{"末日最后一刻不算超时", warned, nil, "2025-10-16" + lastInstant, DueSoon, 0, "2025-10-14" + lastInstant},
		{"过了最后一刻就是超时", warned, nil, "2025-10-17 00:00", Overdue, -time.Microsecond, "2025-10-14" + lastInstant},
		{"超时的时间连休息日一起算", warned, nil, "2025-10-19 00:00", Overdue, -48*time.Hour - time.Microsecond, "2025-10-14" + lastInstant},
		{"中止中不会超时", limit(24, Hours), []Pause{{From: at("2025-09-30 20:50")}}, "2027-01-01 00:00", Paused, 21 * time.Hour, ""},
		{"最后一刻中止也停得住", limit(1, Hours), []Pause{{From: at("2025-09-30 18:50")}}, "2027-01-01 00:00", Paused, 0, ""},
		{"超时后中止仍是超时", limit(1, Hours), []Pause{{From: at("2025-09-30 18:51")}}, "2025-09-30 19:50", Overdue, -time.Hour, ""},
		{"按工作日的中止冻结工作时间", limit(2, Workdays), []Pause{{From: at("2025-10-04 10:00")}}, "2025-11-01 00:00", Paused, 48*time.Hour - time.Microsecond, ""},
		{"将来的中止还没有发生", limit(24, Hours), []Pause{{at("2025-09-30 20:50"), at("2025-09-30 22:50")}}, "2025-09-30 19:50", Running, 22 * time.Hour, ""},
		{"将来才恢复的此刻仍中止", limit(24, Hours), []Pause{{at("2025-09-30 20:50"), at("2025-09-30 22:50")}}, "2025-09-30 21:50", Paused, 21 * time.Hour, ""},
		{"恢复后接着走", limit(24, Hours), []Pause{{at("2025-09-30 20:50"), at("2025-09-30 22:50")}}, "2025-09-30 22:50", Running, 21 * time.Hour, ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got := Due(c.limit, at(start), c.pauses, nil, China(), at(c.now))
			if got.State != c.state || got.Remaining != c.left || got.Paused != (c.state == Paused) || got.DueAt.IsZero() != (c.state == Paused || c.state == Unlimited) {
				t.Errorf("got %+v, want %s with %v", got, c.state, c.left)
			}
			if got.WarnAt.IsZero() != (c.warn == "") || c.warn != "" && !got.WarnAt.Equal(at(c.warn)) {
				t.Errorf("warned at %v, want %q", got.WarnAt, c.warn)
			}
			if stopped := got.Stop(); stopped.State != Stopped || stopped.Late() != (c.state == Overdue) || stopped.Paused {
				t.Errorf("stopped: %+v", stopped)
			}
		})
	}
}

func TestSpanBefore(t *testing.T) {
	for _, c := range []struct {
		rule string
		span Span
		want string
	}{
		{"提前一日", Span{1, Days}, "2025-10-08" + lastInstant},
		{"提前一个工作日跳过假期", Span{1, Workdays}, "2025-09-30" + lastInstant},
		{"提前三小时", Span{3, Hours}, "2025-10-09 20:59:59.999999"},
		{"提前十分钟", Span{10, Minutes}, "2025-10-09 23:49:59.999999"},
		{"提前一个月", Span{1, Months}, "2025-09-09" + lastInstant},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := c.span.Before(at("2025-10-09"+lastInstant), China()); !got.Equal(at(c.want)) {
				t.Errorf("got %v, want %s", got, c.want)
			}
		})
	}
}

// Whatever the limit and its pauses: standing still never costs time, frozen time stays frozen, and what the pauses win
// beyond their own length is less than a day.
func TestPausesInGeneral(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	base := at("2024-12-20 00:00")
	for range 20_000 {
		l := limit(1+r.IntN(12), []Unit{Hours, Days, Workdays}[r.IntN(3)])
		l.StretchesOverHoliday = r.IntN(2) == 0
		start := base.Add(time.Duration(r.Int64N(int64(400 * 24 * time.Hour)))).Truncate(time.Microsecond)
		plain := Due(l, start, nil, nil, China(), start)
		var pauses []Pause
		own, from := plain.DueAt, start
		for range 1 + r.IntN(3) {
			from = from.Add(time.Duration(r.Int64N(int64(72 * time.Hour)))).Truncate(time.Microsecond)
			before := Due(l, start, pauses, nil, China(), from)
			if before.State != Running {
				break
			}
			length := time.Duration(r.Int64N(int64(20*24*time.Hour))).Truncate(time.Microsecond) + time.Microsecond
			open := append(slices.Clip(pauses), Pause{From: from})
			frozen := Due(l, start, open, nil, China(), from)
			later := Due(l, start, open, nil, China(), from.Add(length))
			if frozen.State != Paused || frozen != later || frozen.Remaining < 0 || frozen.Remaining > before.Remaining {
				t.Fatalf("%+v from %v, paused at %v: %+v, then %+v, before %+v", l, start, from, frozen, later, before)
			}
			pauses = append(pauses, Pause{from, from.Add(length)})
			own, from = own.Add(length), from.Add(length)
			after := Due(l, start, pauses, nil, China(), from)
			if after.State != Running || after.Remaining < frozen.Remaining {
				t.Fatalf("%+v from %v with %v: %v left after %v", l, start, pauses, after.Remaining, frozen.Remaining)
			}
			if l.Unit == Hours && !after.DueAt.Equal(own) {
				t.Fatalf("%+v from %v with %v: due %v, want %v", l, start, pauses, after.DueAt, own)
			}
			if l.Unit == Days && !l.StretchesOverHoliday && len(pauses) == 1 && after.DueAt.Sub(own) >= 24*time.Hour {
				t.Fatalf("%+v from %v with %v: due %v, more than a day after %v", l, start, pauses, after.DueAt, own)
			}
		}
	}
}

// Working days are held against walking the calendar.
func TestWorkdaysAgreeWithWalking(t *testing.T) {
	for d := date("2025-08-01"); d.Before(date("2026-04-01")); d = d.AddDate(0, 0, 1) {
		for n := 1; n < 30; n++ {
			want := d
			for left := n; left > 0; {
				if want = want.AddDate(0, 0, 1); China().Working(want) {
					left--
				}
			}
			if got := Due(limit(n, Workdays), d, nil, nil, China(), d).DueAt; !got.Equal(want.AddDate(0, 0, 1).Add(-time.Microsecond)) {
				t.Fatalf("%d working days from %v: %v, walked %v", n, d, got, want)
			}
		}
	}
}

func TestLimitKeepsItsJSON(t *testing.T) {
	l := Limit{"first_response", 7, Workdays, "本所规定", []Span{{1, Workdays}}, true}
	const want = `{"key":"first_response","n":7,"unit":"workday","src":"本所规定","warn":[{"n":1,"unit":"workday"}],"stretch":true}`
	if got, err := json.Marshal(l); err != nil || string(got) != want {
		t.Errorf("got %s, %v", got, err)
	}
	var back Limit
	if err := json.Unmarshal([]byte(want), &back); err != nil || back.Amount != 7 || back.WarnBefore[0] != l.WarnBefore[0] {
		t.Errorf("got %+v, %v", back, err)
	}
	if json.Unmarshal([]byte(`{"unit":"fortnight"}`), &back) == nil {
		t.Error("an unknown unit is taken")
	}
	if got, err := json.Marshal(Pause{From: at("2025-10-01 08:00")}); err != nil || string(got) != `{"from":"2025-10-01T08:00:00+08:00"}` {
		t.Errorf("got %s, %v", got, err)
	}
}

var sample = Limit{"k", 7, Workdays, "", []Span{{1, Workdays}, {4, Hours}}, true}

func TestDueAllocatesNothing(t *testing.T) {
	pauses := []Pause{{at("2025-09-30 12:00"), at("2025-10-09 12:00")}}
	if n := testing.AllocsPerRun(100, func() {
		Due(sample, at0, pauses, nil, China(), now0)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

var at0, now0 = at("2025-09-29 09:00"), at("2025-10-12 09:00")

// A board asks for 100,000 matters at once.
func BenchmarkDue(b *testing.B) {
	pauses, extra := []Pause{{at("2025-09-30 12:00"), at("2025-10-09 12:00")}}, []Extension{{30, Days}}
	b.ReportAllocs()
	for b.Loop() {
		Due(sample, at0, pauses, extra, China(), now0)
	}
}
