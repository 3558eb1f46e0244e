package playbook

import "time"

// TourSettings are the numbers of [tours] in playbook.toml: how the round of a day (一日路线) is planned where nothing else is said.
type TourSettings struct {
	LeaveAt string `toml:"leave_at"` // hours of a team, HH:MM
	BackAt  string `toml:"back_at"`
	// Relief is how hilly the country is between two points, as a slope: 0 plain, 0.1 mountains. A pointer: a plain says 0 and means it.
	Relief          *float64 `toml:"relief"`
	Pace            int      `toml:"pace"`           // per cent of the usual travel times: more for snow, fog, market days
	DetourMinutes   int      `toml:"detour_minutes"` // how much longer a tour may become for a stop on the way
	HandOverMinutes int      `toml:"hand_over_minutes"`
	VisitMinutes    int      `toml:"visit_minutes"` // a visit whose service says nothing
	PromiseMinutes  int      `toml:"promise_minutes"`
	PatrolMinutes   int      `toml:"patrol_minutes"`
}

// TourSettings are the numbers by which the round of a day is planned.
func (b *Book) TourSettings() TourSettings { return b.tours }

// makeTours reads [tours] of playbook.toml, each number from the uppermost layer that states it.
func (b *builder) makeTours(layers []*folder) {
	s := &b.tours
	for _, f := range layers {
		x := f.Tours
		inherit(&s.LeaveAt, x.LeaveAt, x.LeaveAt != "")
		inherit(&s.BackAt, x.BackAt, x.BackAt != "")
		inherit(&s.Relief, x.Relief, x.Relief != nil)
		inherit(&s.Pace, x.Pace, x.Pace != 0)
		inherit(&s.DetourMinutes, x.DetourMinutes, x.DetourMinutes != 0)
		inherit(&s.HandOverMinutes, x.HandOverMinutes, x.HandOverMinutes != 0)
		inherit(&s.VisitMinutes, x.VisitMinutes, x.VisitMinutes != 0)
		inherit(&s.PromiseMinutes, x.PromiseMinutes, x.PromiseMinutes != 0)
		inherit(&s.PatrolMinutes, x.PatrolMinutes, x.PatrolMinutes != 0)
	}
	usual := 0.05
	inherit(&s.Relief, &usual, s.Relief == nil)
	for _, d := range []struct {
		to    *string
		usual string
	}{{&s.LeaveAt, "09:00"}, {&s.BackAt, "17:00"}} {
		inherit(d.to, d.usual, *d.to == "")
	}
	for _, d := range []struct {
		to    *int
		usual int
	}{{&s.Pace, 100}, {&s.DetourMinutes, 15}, {&s.HandOverMinutes, 20}, {&s.VisitMinutes, 30}, {&s.PromiseMinutes, 15}, {&s.PatrolMinutes, 10}} {
		inherit(d.to, d.usual, *d.to == 0)
	}
	b.checkTours()
}

func (b *builder) checkTours() {
	s := &b.tours
	miss := func(key, format string, a ...any) {
		b.bad.add(b.top.file("playbook.toml"), lineOf(b.top.src, key), format, a...)
	}
	from, err := time.Parse("15:04", s.LeaveAt)
	until, err2 := time.Parse("15:04", s.BackAt)
	if err != nil || err2 != nil || !from.Before(until) {
		miss("leave_at", "[tours] 的 leave_at 和 back_at 要写钟点，如 09:00 和 17:00，出发早于返回。")
	}
	if *s.Relief < 0 || *s.Relief > 0.5 {
		miss("relief", "[tours] 的 relief 要写0至0.5：平原0，山区0.1左右。")
	}
	if s.Pace < 50 || s.Pace > 400 {
		miss("pace", "[tours] 的 pace 要写50至400：平常100，雨雪天路上慢一半写150。")
	}
	for key, n := range map[string]int{"detour_minutes": s.DetourMinutes, "hand_over_minutes": s.HandOverMinutes, "visit_minutes": s.VisitMinutes,
		"promise_minutes": s.PromiseMinutes, "patrol_minutes": s.PatrolMinutes} {
		if n < 0 || n > 480 {
			miss(key, "[tours] 的 %s 要写1至480之间的分钟数。", key)
		}
	}
}
