package playbook

import (
	"slices"

	"maplegrid/internal/grid"
)

// Retention (保存期限) says of one sort of data why it is kept and until when (law-and-standards 15.2, 15.5, 17).
type Retention struct {
	Ref
	Name   grid.Name
	Why    grid.Name // the legal basis in plain words
	Months int       // after the matter has ended
	Hold   bool      // the law wants it kept so long: it cannot be erased before; otherwise it is erased when its person asks
	Ask    bool      // archives: it goes only when the head has agreed to it (law-and-standards 17.1)
	Source string
}

// Retentions lists what is kept how long, in order.
func (b *Book) Retentions() []Retention { return b.retentions }

// Retention finds the rule of one sort of data.
func (b *Book) Retention(key string) (Retention, bool) {
	return find(b.retentions, func(r Retention) bool { return r.Key == key })
}

// MostMonths is the longest time a playbook may keep data: a hundred years, for archives kept for ever.
const MostMonths = 1200

// OneKey are the rows of what lies under the one key of a report: it goes at once, so they cannot say different times.
var OneKey = []string{"report", "contact", "photos", "rating"}

func (b *builder) makeRetentions() {
	for _, r := range b.rows("retention") {
		x := Retention{Ref: r.Ref, Name: b.name(r, "zh", "en"), Why: b.name(r, "why", "why_en"), Months: b.number(r, "months", 1), Hold: b.yes(r, "hold"), Source: b.source(r)}
		if x.Months > MostMonths {
			b.bad.at(r, "“months”列写了%d，最多%d个月：个人信息只留必要的最短时间，到期删除。", x.Months, MostMonths)
		}
		if x.Ask = r.get("ask") != "" && b.oneOf(r, "ask", []string{"yes", "no"}) == "yes"; slices.Contains(OneKey, x.Key) {
			if first, ok := find(b.retentions, func(y Retention) bool { return slices.Contains(OneKey, y.Key) }); ok && first.Months != x.Months {
				b.bad.at(r, "“%s”写了%d个月，“%s”写的是%d个月：报事人的这几样在同一把钥匙下，到期一起销毁，月数要一样。", x.Key, x.Months, first.Key, first.Months)
			}
		}
		b.retentions = append(b.retentions, x)
	}
}
