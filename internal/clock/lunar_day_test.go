package clock

import (
	"strings"
	"testing"
	"time"
)

func TestLunarDay(t *testing.T) {
	t.Run("正月初一都是初一，前一天是廿九或三十", func(t *testing.T) {
		for year := firstLunar; year < firstLunar+len(newYears); year++ {
			m, d := LunarNewYear(year)
			first := time.Date(year, m, d, 12, 0, 0, 0, Shanghai)
			if LunarDay(first) != 1 {
				t.Errorf("%s is %d", first.Format(time.DateOnly), LunarDay(first))
			}
			if before := LunarDay(first.AddDate(0, 0, -1)); before != 29 && before != 30 {
				t.Errorf("the day before %s is %d", first.Format(time.DateOnly), before)
			}
		}
	})
	t.Run("端午初五、中秋十五，和国务院公布的放假日对得上", func(t *testing.T) {
		seen := 0
		// The days off of a festival reach from before it, or its own day, to it or after it.
		type run struct{ from, until time.Time }
		for name, lunar := range map[string]int{"端午": 5, "中秋": 15} {
			runs := map[int]*run{}
			for _, d := range China().days {
				if d.Kind == Holiday && strings.HasPrefix(d.Name, name) {
					if r := runs[d.On.Year()]; r != nil {
						r.until = d.On
					} else {
						runs[d.On.Year()] = &run{d.On, d.On}
					}
				}
			}
			for year, r := range runs {
				found := false
				for on := r.from; !on.After(r.until); on = on.AddDate(0, 0, 1) {
					found = found || LunarDay(on) == lunar
				}
				if seen++; !found {
					t.Errorf("%d %s: no day from %s to %s is the %dth", year, name, r.from.Format(time.DateOnly), r.until.Format(time.DateOnly), lunar)
				}
			}
		}
		if seen < 20 {
			t.Fatalf("only %d days looked at", seen)
		}
	})
	t.Run("一天一天往后数，不跳不重", func(t *testing.T) {
		day := time.Date(2026, 1, 1, 12, 0, 0, 0, Shanghai)
		for was := LunarDay(day); day.Year() < 2031; {
			day = day.AddDate(0, 0, 1)
			is := LunarDay(day)
			if is != was+1 && (is != 1 || was < 29) {
				t.Fatalf("%s: %d after %d", day.Format(time.DateOnly), is, was)
			}
			was = is
		}
	})
}
