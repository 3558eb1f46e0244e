package work_test

import (
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/work"
)

type town struct{ work.Book }

func (town) Person(id string) bool { return id == "p1" || id == "p2" }

func TestPeople(t *testing.T) {
	mo := work.Moment{Book: town{}}
	for name, c := range map[string]struct {
		people []string
		want   string
	}{
		"一个人也没有也行": {nil, ""}, "都认得": {[]string{"p1", "p2"}, ""},
		"有不认得的不行": {[]string{"p1", "p9"}, "form.unknown_person"}, "人太多不行": {[]string{"p1", "p2", "p1"}, "form.too_many"},
	} {
		t.Run(name, func(t *testing.T) {
			if err := mo.People("with", c.people, 2); fault.Code(err) != c.want {
				t.Errorf("%v: %v", c.people, err)
			}
		})
	}
}

func TestDayWithin(t *testing.T) {
	late := time.Date(2026, 3, 2, 16, 30, 0, 0, time.UTC) // half past midnight of 3 March
	t.Run("当天不算", func(t *testing.T) {
		if got := work.DayWithin(late, 3, clock.China()); got != "2026-03-06" {
			t.Error(got)
		}
	})
	t.Run("末日逢节假日顺延", func(t *testing.T) {
		if got := work.DayWithin(late.AddDate(0, 0, 1), 3, clock.China()); got != "2026-03-09" { // 7 March is a Saturday
			t.Error(got)
		}
	})
}
