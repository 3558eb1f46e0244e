package demo

import (
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/grid"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

type limit = work.Limit

// How the work stands when the demonstration begins.
const (
	mostLate = 8  // matters that a clock has run out on
	mostSoon = 11 // and will soon
	tidying  = 45 * time.Minute
)

// window is how long before the end a clock may run out on a matter that is then left for the demonstration, and how many of each.
var window = map[string]struct {
	before time.Duration
	most   int
}{"acknowledge": {20 * hour, 1}, "first_contact": {30 * hour, 2}, "verify": {3 * day, 2}, "finish": {6 * day, 4}}

// hold leaves a matter where it is until the demonstration begins: some so that a clock runs out before, some so that it soon will,
// and some with whoever they are waiting for.
func (l *life) hold(j *job, m *matter.Matter, cal *clock.Calendar, next time.Time) bool {
	if l.clk == nil || !m.IsOpen() || j.waiting != "" {
		return false
	}
	due, key := m.Due(cal)
	w, sum := window[key], 0
	for k, n := range l.held {
		if _, ok := window[k]; ok {
			sum += n
		}
	}
	late, near := stands(m.Clocks(cal, l.end), l.end)
	switch {
	case late && sum < l.some(mostLate) && l.held[key] < w.most && due.After(l.end.Add(-w.before)) && due.Before(l.end.Add(-hour)) && l.chance(60):
		j.waiting = key
	case resting(m.State) && next.After(l.end.Add(-40*hour)) && l.held[string(m.State)] < l.some(4),
		m.State == matter.HandedOver && next.After(l.end.Add(-4*day)) && l.held[string(m.State)] < l.some(2):
		j.waiting = string(m.State)
	case near && !late && due.After(l.end.Add(hour)) && l.held[soon] < l.some(mostSoon-2) && l.chance(75):
		j.waiting = soon
	}
	if j.waiting != "" {
		l.held[j.waiting]++
	}
	return j.waiting != ""
}

// nearEnd tells whether what is put aside now is still so when the demonstration begins.
func (l *life) nearEnd() bool {
	return l.clk != nil && l.held[string(matter.OnHold)] < 3 && l.now().After(l.end.Add(-4*day))
}

// some is a share of a number for lives too short to have as many.
func (l *life) some(n int) int { return max(1, n*min(l.opt.Days, 30)/30) }

// soon is the reason to wait of a matter on which a clock will run out.
const soon = "soon"

// resting tells whether somebody else is waited for.
func resting(s matter.State) bool { return s == matter.OnHold || s == matter.HandedOver }

// tidy is the last look of the command room: matters that are about to run out are moved on until only some are left.
func (l *life) tidy() error {
	cal, err := l.d.Calendar(l.ctx, l.station)
	if err != nil {
		return err
	}
	near, over, free := l.held[soon], 0, (*job)(nil)
	for _, j := range l.jobList {
		m, err := l.load(j.id)
		if err != nil {
			return err
		}
		if m.State == matter.HandedOver {
			over++
		}
		if j.waiting != "" || !m.IsOpen() || m.State == matter.OnHold {
			continue
		}
		if late, next := stands(m.Clocks(cal, l.end), l.end); late || next {
			if !late {
				near++
			}
			if late || near > mostSoon {
				l.after(minute, tidying-5*minute, func() error { return l.hurry(j) })
			}
		} else if m.State == matter.UnderWay && len(l.town.in(j.topic.scenes)) > 1 {
			free = j
		}
	}
	if over == 0 && free != nil { // one is always on its way to somebody else
		m, err := l.load(free.id)
		if err != nil {
			return err
		}
		if _, err := l.transfer(free, &m); err != nil {
			return err
		}
		free.waiting = string(matter.HandedOver)
	}
	for _, r := range []grid.Role{grid.CellWorker, grid.Guard, grid.Volunteer, grid.VillageCadre} {
		if err := l.something(l.town.byRole[r][0]); err != nil {
			return err
		}
	}
	return nil
}

// something gives a person a step to do, so that their account has something to show: in their own cell when there is work.
func (l *life) something(person string) error {
	var found *matter.Matter
	for _, j := range l.jobList {
		m, err := l.load(j.id)
		if err != nil {
			return err
		}
		if m.State != matter.UnderWay || m.Handler == person || len(m.Tasks) > 0 {
			continue
		}
		if mine := slices.Contains(l.town.who[person].Cells, m.Cell); found == nil || mine {
			if found = &m; mine {
				break
			}
		}
	}
	if found == nil {
		return nil
	}
	_, err := l.by(found.Handler, "matter.set_task", &matter.SetTask{On: matter.On{Matter: found.ID}, Title: pick(l, lines["task"]), Person: person,
		DueOn: l.now().Add(8*hour).AddDate(0, 0, 2).Format(time.DateOnly)})
	return err
}

// stands tells whether the nearest clock of a matter has run out at a time, or will within a day or its own warning.
func stands(clocks []matter.Clock, at time.Time) (late, near bool) {
	var due, warn time.Time
	for _, c := range clocks {
		if c.StoppedAt.IsZero() && !c.DueAt.IsZero() && (due.IsZero() || c.DueAt.Before(due)) {
			due, warn = c.DueAt, c.WarnAt
		}
	}
	if due.IsZero() {
		return false, false
	}
	return due.Before(at), due.Sub(at) < day || !warn.IsZero() && !warn.After(at)
}

// hurry takes a few steps at once.
func (l *life) hurry(j *job) error {
	for range 3 {
		m, err := l.load(j.id)
		if err != nil || !m.IsOpen() || m.State == matter.OnHold || m.State == matter.HandedOver {
			return err
		}
		j.left = 0
		if _, err := l.act(j, &m); err != nil {
			return err
		}
	}
	return nil
}

// samples are receipt codes to try at the public page: of a closed report, of one under way, of one just come in.
func (l *life) samples() []string {
	var done, going, fresh string
	for _, a := range l.reports {
		if a.left {
			fresh = a.receipt
			continue
		}
		for _, id := range a.matters {
			if m, err := l.load(id); err == nil && m.State == matter.UnderWay {
				going = a.receipt
			} else if err == nil && !m.IsOpen() {
				done = a.receipt
			}
		}
	}
	return []string{done, going, fresh}
}
