package clock

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func date(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02", s, Shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

func TestChina(t *testing.T) {
	for _, c := range []struct {
		rule    string
		on      string
		working bool
		name    string
	}{
		{"国庆中秋连休八天，首日", "2025-10-01", false, "国庆节"},
		{"国庆中秋连休八天，末日", "2025-10-08", false, "国庆节"},
		{"节后第一个工作日", "2025-10-09", true, ""},
		{"节前调休的星期日上班", "2025-09-28", true, "国庆节"},
		{"节后调休的星期六上班", "2025-10-11", true, "国庆节"},
		{"平常的星期日休息", "2025-10-12", false, ""},
		{"二〇二〇年春节延长至二月二日", "2020-01-31", false, "春节"},
		{"原定调休的二月一日不上班", "2020-02-01", false, "春节"},
		{"二〇〇四年最早一行", "2004-01-01", false, "元旦"},
		{"抗战胜利七十周年", "2015-09-03", false, "中国人民抗日战争暨世界反法西斯战争胜利70周年纪念日"},
		{"没有名字的平日", "2026-03-04", true, ""},
		{"表外年份的元旦只看星期", "2029-01-01", true, ""},
	} {
		t.Run(c.rule, func(t *testing.T) {
			on := date(c.on)
			if got := China().Working(on); got != c.working {
				t.Errorf("Working(%s) = %v", c.on, got)
			}
			if d, ok := China().On(on.Add(23 * time.Hour)); d.Name != c.name || ok != (c.name != "") {
				t.Errorf("On(%s) = %v, %v", c.on, d, ok)
			}
		})
	}
	t.Run("以北京时间分日", func(t *testing.T) {
		if China().Working(time.Date(2025, 9, 30, 16, 0, 0, 0, time.UTC)) {
			t.Error("16:00 UTC on 30 September is 1 October in Shanghai")
		}
	})
}

func TestKnows(t *testing.T) {
	for year, want := range map[int]bool{2003: false, 2004: true, 2025: true, 2026: true, 2027: false} {
		if got := China().Knows(year); got != want {
			t.Errorf("Knows(%d) = %v", year, got)
		}
	}
	if c := China().With([]Day{{date("2027-01-01"), Holiday, "元旦"}}); c.Knows(2027) {
		t.Error("one row does not make a year known")
	}
	if c := China().With([]Day{{date("2027-10-01"), Holiday, "国庆节"}}); !c.Knows(2027) || !c.Knows(2026) {
		t.Error("a table that reaches National Day makes its year known")
	}
}

func TestWith(t *testing.T) {
	base := China()
	over := base.With([]Day{
		{date("2025-10-08"), Holiday, "先写的一行"},
		{date("2025-10-08"), MakeUp, "后写的一行为准"},
		{date("2025-11-05"), Holiday, "本地节日"},
	})
	if !over.Working(date("2025-10-08")) || over.Working(date("2025-11-05")) {
		t.Error("the overlay does not count")
	}
	if base.Working(date("2025-10-08")) || !base.Working(date("2025-11-05")) {
		t.Error("the base has changed")
	}
	if len(over.days) != len(base.days)+1 {
		t.Errorf("%d rows over %d", len(over.days), len(base.days))
	}
}

// Ranks are what every working-day sum rests on: they are held against counting day by day.
func TestRankAgreesWithCounting(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for round := range 20 {
		c := new(Calendar)
		switch {
		case round == 1:
			c = China()
		case round > 1:
			var days []Day
			for range r.IntN(400) {
				days = append(days, Day{timeOf((r.Int64N(800) - 400) * day), []Kind{Holiday, MakeUp}[r.IntN(2)], ""})
			}
			c = c.With(days)
		}
		from, to := int64(-600), int64(600)
		if round == 1 {
			from, to = dayOf(date("2003-01-01")), dayOf(date("2028-01-01"))
		}
		count := c.rank(from)
		for n := from; n < to; n++ {
			if got := c.rank(n); got != count {
				t.Fatalf("round %d: rank(%d) = %d, counted %d", round, n, got, count)
			}
			if c.working(n) {
				if got := c.ranked(count); got != n {
					t.Fatalf("round %d: ranked(%d) = %d, want %d", round, count, got, n)
				}
				count++
			}
		}
	}
}

func TestParseCalendar(t *testing.T) {
	t.Run("认得表格软件改写过的日期和休班二字", func(t *testing.T) {
		days, err := ParseCalendar(strings.NewReader("\ufeffdate,kind,name\r\n2027/1/1,休,元旦\r\n2027-01-03, workday ,元旦\r\n"))
		if err != nil || len(days) != 2 || days[0] != (Day{date("2027-01-01"), Holiday, "元旦"}) || days[1].Kind != MakeUp {
			t.Errorf("got %v, %v", days, err)
		}
	})
	for _, c := range []struct{ rule, table, want string }{
		{"每一处错都报行号", "date,kind,name\n2027-02-30,holiday,春节\n2027-01-01,holiday,元旦\n\n2027-01-02,fest,元旦\n2027-01-01,holiday,元旦\n2027-01-03,holiday\n",
			"line 2: calendar.bad_date: \"2027-02-30\"\nline 5: calendar.bad_kind: \"fest\"\nline 6: calendar.same_date_twice: \"2027-01-01\"\nline 7: calendar.bad_row: \"2027-01-03,holiday\""},
		{"表头不对", "日期,kind,name\n", `line 1: calendar.bad_header: "日期,kind,name"`},
		{"空文件不是日历", "", `line 1: calendar.bad_header: ""`},
		{"只有表头不是日历", "date,kind,name\n", `line 1: calendar.no_rows: ""`},
		{"引号不成对", "date,kind,name\n2027-01-01,holiday,\"元旦\n", `line 2: calendar.bad_row: "extraneous or missing \" in quoted-field"`},
	} {
		t.Run(c.rule, func(t *testing.T) {
			days, err := ParseCalendar(strings.NewReader(c.table))
			if ms := (Mistakes)(nil); !errors.As(err, &ms) || err.Error() != c.want || days != nil {
				t.Errorf("got %v\n%v\nwant\n%s", days, err, c.want)
			}
		})
	}
	t.Run("读不下去时交回读的错", func(t *testing.T) {
		if _, err := ParseCalendar(iotest.ErrReader(iotest.ErrTimeout)); !errors.Is(err, iotest.ErrTimeout) {
			t.Errorf("got %v", err)
		}
	})
}

func FuzzParseCalendar(f *testing.F) {
	f.Add("date,kind,name\n2027-01-01,holiday,元旦\n")
	f.Add("date,kind,name\n0000-01-01,workday,\n9999/12/31,休,\"a\nb\"\n")
	f.Fuzz(func(t *testing.T, s string) {
		days, err := ParseCalendar(strings.NewReader(s))
		if (err == nil) != (len(days) > 0) {
			t.Fatalf("%d days and %v", len(days), err)
		}
		if c := China().With(days); err == nil && c.Working(days[0].On) != (days[0].Kind == MakeUp) {
			t.Fatalf("%v does not count", days[0])
		}
	})
}
