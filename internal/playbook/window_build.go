package playbook

import (
	"regexp"
	"slices"
	"strconv"
	"time"
)

// makeWindows reads the windows of the hall, their hours and the numbers of [appointments].
func (b *builder) makeWindows(layers []*folder) {
	for _, r := range b.rows("windows") {
		w := Window{Ref: r.Ref, Name: b.name(r, "zh", "en"), Letter: r.get("letter"), Items: b.items(r), Staff: b.roles(r, "staff"),
			Places: b.number(r, "places", 1), Source: b.source(r)}
		if len(w.Staff) == 0 {
			b.bad.at(r, "“%s”没有写谁在窗口（staff）。", r.Key)
		}
		if len(w.Letter) != 1 || w.Letter[0] < 'A' || w.Letter[0] > 'X' {
			b.bad.at(r, "“%s”的排队号字头“%s”要写一个大写字母 A 至 X（Y 留给预约的人）。", r.Key, w.Letter)
		} else if o, twice := find(b.windows, func(o Window) bool { return o.Letter == w.Letter }); twice {
			b.bad.at(r, "排队号字头“%s”与“%s”的重复，大厅里分不清。", w.Letter, o.Name.Zh)
		}
		b.windows = append(b.windows, w)
	}
	b.makeOpening()
	for _, w := range b.windows {
		if len(w.Hours) == 0 {
			b.bad.add(w.File, w.Line, "“%s”没有写什么时候开（opening.csv）。", w.Key)
		}
	}
	for _, s := range b.services {
		if s.Window && len(b.WindowsFor(s.Key)) == 0 {
			b.bad.add(s.File, s.Line, "“%s”说可以预约窗口，却没有一个窗口办它（windows.csv）。", s.Key)
		}
	}
	b.makeAppointmentSettings(layers)
}

// items reads what a window does: keys of items or of whole groups.
func (b *builder) items(r *row) (items []string) {
	for _, k := range r.list("serves") {
		group := slices.Contains(ServiceGroups, k)
		found := false
		for _, s := range b.services {
			if (s.Key == k || group && s.Group == k) && s.Window {
				found = true
				if !slices.Contains(items, s.Key) {
					items = append(items, s.Key)
				}
			}
		}
		if !found {
			b.bad.at(r, "“serves”列的“%s”既不是可以在窗口办的事项，也不是事项的组。", k)
		}
	}
	if len(items) == 0 {
		b.bad.at(r, "“%s”没有写办什么（serves）。", r.Key)
	}
	return items
}

var dayOfYear = regexp.MustCompile(`^(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$`)

func (b *builder) makeOpening() {
	for _, r := range b.rows("opening") {
		o := Opening{Ref: r.Ref, On: b.anyOf(r, "on", OpeningDays), From: b.timeOfDay(r, "from"), Until: b.timeOfDay(r, "until"),
			Slot: b.number(r, "slot", 5), Capacity: b.number(r, "capacity", 1), Since: r.get("since"), Till: r.get("till")}
		for _, d := range r.list("lunar") {
			n, err := strconv.Atoi(d)
			if err != nil || n < 1 || n > 30 {
				b.bad.at(r, "“lunar”列写了“%s”，要写农历日子 1 至 30。", d)
			}
			o.Lunar = append(o.Lunar, n)
		}
		b.checkOpening(r, o)
		windows := b.refs(r, "windows", "窗口", func(k string) bool { _, ok := b.Window(k); return ok })
		if len(windows) == 0 {
			b.bad.at(r, "“%s”没有写是哪个窗口（windows）。", r.Key)
		}
		for i := range b.windows {
			w := &b.windows[i]
			if !slices.Contains(windows, w.Key) {
				continue
			}
			for _, x := range w.Hours {
				if x.File == o.File && slices.Equal(x.On, o.On) && x.From < o.Until && o.From < x.Until && x.Since == o.Since {
					b.bad.at(r, "“%s”与第%d行的时间重叠。", r.Key, x.Line)
				}
			}
			w.Hours = append(w.Hours, o)
		}
	}
}

func (b *builder) checkOpening(r *row, o Opening) {
	if len(o.On) == 0 {
		b.bad.at(r, "“%s”没有写哪些天开（on）。", r.Key)
	}
	if slices.Contains(o.On, "market") != (len(o.Lunar) > 0) {
		b.bad.at(r, "“%s”：逢集开的要写农历哪几天（lunar），别的不写。", r.Key)
	}
	if o.Slot > 0 && (o.Until <= o.From || (o.Until-o.From)%o.Slot != 0) {
		b.bad.at(r, "“%s”从%s到%s，按%d分钟一段分不整。", r.Key, r.get("from"), r.get("until"), o.Slot)
	}
	if (o.Since == "") != (o.Till == "") || o.Since != "" && (!dayOfYear.MatchString(o.Since) || !dayOfYear.MatchString(o.Till)) {
		b.bad.at(r, "“%s”的起止（since、till）要写成 07-01 这样的月日，或者都空着。", r.Key)
	}
}

// timeOfDay reads 08:30 as minutes after midnight.
func (b *builder) timeOfDay(r *row, col string) int {
	t, err := time.Parse("15:04", r.get(col))
	if err != nil {
		b.bad.at(r, "“%s”列写了“%s”，要写成 08:30 这样的时间。", col, r.get(col))
		return 0
	}
	return t.Hour()*60 + t.Minute()
}

// makeAppointmentSettings reads [appointments] of playbook.toml, each number from the uppermost layer that states it.
func (b *builder) makeAppointmentSettings(layers []*folder) {
	s := &b.appointments
	for _, f := range layers {
		d := f.Appointments
		for _, x := range []struct{ to, from *int }{{&s.AheadDays, &d.AheadDays}, {&s.PerPhone, &d.PerPhone}, {&s.Changes, &d.Changes},
			{&s.LateMinutes, &d.LateMinutes}, {&s.InRow, &d.InRow}, {&s.Missed, &d.Missed}, {&s.MissedDays, &d.MissedDays}, {&s.RemindBefore, &d.RemindBefore}} {
			inherit(x.to, *x.from, *x.from != 0)
		}
		s.Remote = s.Remote || d.Remote
	}
	for key, n := range map[string]int{"ahead_days": s.AheadDays, "per_phone": s.PerPhone, "changes": s.Changes, "late_minutes": s.LateMinutes,
		"in_row": s.InRow, "missed_days": s.MissedDays, "remind_before": s.RemindBefore} {
		if n < 1 {
			b.bad.add(b.top.file("playbook.toml"), lineOf(b.top.src, key), "[appointments] 的 %s 要写不小于1的整数。", key)
		}
	}
	if s.AheadDays > 180 {
		b.bad.add(b.top.file("playbook.toml"), lineOf(b.top.src, "ahead_days"), "[appointments] 的 ahead_days 最多180天：约得太远记不住。")
	}
	if s.Missed == 1 {
		b.bad.add(b.top.file("playbook.toml"), lineOf(b.top.src, "missed"), "[appointments] 的 missed 不能是1：谁都有来不了的时候。")
	}
}
