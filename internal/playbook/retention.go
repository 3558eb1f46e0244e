package playbook

import "maplegrid/internal/grid"

// Retention (保存期限) says of one sort of data why it is kept and until when (law-and-standards 15.2, 15.5, 17).
type Retention struct {
	Ref
	Name   grid.Name
	Why    grid.Name // the legal basis in plain words
	Months int       // after the matter has ended
	Hold   bool      // the law wants it kept so long: it cannot be erased before; otherwise it is erased when its person asks
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

func (b *builder) makeRetentions() {
	for _, r := range b.rows("retention") {
		x := Retention{Ref: r.Ref, Name: b.name(r, "zh", "en"), Why: b.name(r, "why", "why_en"), Months: b.number(r, "months", 1), Hold: b.yes(r, "hold"), Source: b.source(r)}
		if x.Months > MostMonths {
			b.bad.at(r, "“months”列写了%d，最多%d个月：个人信息只留必要的最短时间，到期删除。", x.Months, MostMonths)
		}
		b.retentions = append(b.retentions, x)
	}
}
