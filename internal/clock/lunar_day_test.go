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
		want, seen := map[string]int{"端午": 5, "中秋": 15}, 0
		for _, d := range China().days {
			for name, lunar := range want {
				// A holiday of three days holds the festival in it.
				if d.Kind != Holiday || !strings.HasPrefix(d.Name, name) {
					continue
				}
				ok := false
				for i := -3; i <= 3; i++ {
					on := d.On.AddDate(0, 0, i)
					if x, named := China().On(on); named && x.Name == d.Name && LunarDay(on) == lunar {
						ok = true
					}
				}
				if seen++; !ok {
					t.Errorf("%s %s: no day of it is the %dth", d.On.Format(time.DateOnly), d.Name, lunar)
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
