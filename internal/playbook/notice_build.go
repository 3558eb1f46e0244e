package playbook

import (
	"slices"
	"strings"
	"time"

	"maplegrid/internal/grid"
)

// ArmsNotice is a joint notice (通告) that sets until when arms and explosives handed in of one's own accord are treated leniently
// (law-and-standards 7.7). Both days count.
type ArmsNotice struct {
	Ref
	Key    string
	Name   grid.Name
	From   grid.Day
	Until  grid.Day
	Source string
}

// ArmsNotices lists the notices, the oldest first.
func (b *Book) ArmsNotices() []ArmsNotice { return b.notices }

// ArmsNotice is the notice in force on the day of an instant, the latest where two overlap; false when there is none.
func (b *Book) ArmsNotice(at time.Time) (ArmsNotice, bool) {
	day := grid.DayOf(at)
	for _, n := range slices.Backward(b.notices) {
		if n.From <= day && day <= n.Until {
			return n, true
		}
	}
	return ArmsNotice{}, false
}

// makeNotices reads notices.csv.
func (b *builder) makeNotices() {
	for _, r := range b.rows("notices") {
		n := ArmsNotice{Ref: r.Ref, Key: r.Key, Name: b.name(r, "zh", "en"), Source: b.source(r), From: b.noticeDay(r, "from"), Until: b.noticeDay(r, "until")}
		if n.Until < n.From && n.Until != "" {
			b.bad.at(r, "通告“%s”的截止日在开始日之前。", r.Key)
		}
		b.notices = append(b.notices, n)
	}
	slices.SortStableFunc(b.notices, func(x, y ArmsNotice) int { return strings.Compare(string(x.From), string(y.From)) })
}

func (b *builder) noticeDay(r *row, col string) grid.Day {
	if _, err := grid.ParseDay(r.get(col)); err != nil {
		b.bad.at(r, "“%s”列写了“%s”，日期要写成 2026-01-01。", col, r.get(col))
		return ""
	}
	return grid.Day(r.get(col))
}
