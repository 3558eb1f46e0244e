package demo

import (
	"fmt"
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/grid"
	rounds "maplegrid/internal/round"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/tour"
)

// tourDays is on how many days before the last one a round (一日路线) is gone; that of the last day and of the day after are planned too.
const tourDays = 6

// goRound plans the rounds of the last days, each on the afternoon before, and lets them be gone.
func (l *life) goRound() {
	last := l.end.In(clock.Shanghai)
	for i := -tourDays; i <= 1; i++ {
		on := time.Date(last.Year(), last.Month(), last.Day()+i, 0, 0, 0, 0, clock.Shanghai)
		before := on.Add(-6*hour - 30*minute)
		if i == 1 && !before.Before(l.end) { // the demonstration ends before that hour
			before = l.end.Add(-40 * minute)
		}
		if before.After(l.end.AddDate(0, 0, -l.opt.Days).Add(12 * hour)) {
			l.at(before.UTC(), func() error { return l.planRound(on) })
		}
	}
}

// planRound plans one day: the doors that are agreed, and places to pass.
func (l *life) planRound(on time.Time) error {
	day := on.Format(time.DateOnly)
	laid := tour.Laid{Roads: tour.Estimated, HandOver: 20}
	start := l.middle()
	for i, by := range []rounds.Mode{rounds.Drive, rounds.Ride} {
		officers, others := l.town.byRole[grid.Officer], l.town.byRole[[]grid.Role{grid.AuxOfficer, grid.CellWorker}[i]]
		if len(officers) <= i || len(others) == 0 {
			return nil
		}
		laid.Teams = append(laid.Teams, tour.Team{ID: fmt.Sprintf("t%d", i+1), Name: []string{"上门一组", "上门二组"}[i], People: []string{officers[i], others[i%len(others)]}, By: by,
			Shift: rounds.Window{From: on.Add(9 * hour).UTC(), Until: on.Add(17 * hour).UTC()}, From: start})
	}
	if err := l.doorsOn(day, &laid); err != nil {
		return err
	}
	for n, c := range l.passBy(day, 6) {
		v := tour.Visit{Visit: rounds.Visit{ID: fmt.Sprintf("x%d", n+1), Place: l.placeIn(c.id, start), Minutes: 10}, What: tour.Patrol, Name: c.name + "巡逻点", Cell: c.id, Near: true}
		if n >= 3 {
			v.Rank = rounds.OnTheWay
		}
		laid.Visits = append(laid.Visits, v)
	}
	plan, err := rounds.Make(laid.Round(l.officer), rounds.Usual(), 1, rounds.Steps(3000))
	if err != nil {
		return err
	}
	laid.Plan = plan
	if _, err := l.by(l.town.byRole[grid.DutyLead][0], "tour.plan", &tour.Plan{On: tour.On{Day: day}, Laid: laid}); err != nil {
		return err
	}
	l.walk(day, laid, on)
	return nil
}

func (l *life) officer(person string) bool { return l.town.who[person].Role.HasPolicePowers() }

// doorsOn adds the visits that are agreed for a day.
func (l *life) doorsOn(day string, laid *tour.Laid) error {
	for _, j := range l.jobList {
		events, err := l.d.Journal.Stream(l.ctx, l.station, matter.Stream(j.id), 0)
		if err != nil {
			return err
		}
		m, err := matter.Fold(events)
		if err != nil {
			return err
		}
		if k, _ := l.town.book.Kind(m.Kind); k.Base != doorstep.Base || !m.IsOpen() {
			continue
		}
		d, err := doorstep.Fold(events)
		if err != nil {
			return err
		}
		v := d.Current()
		if v == nil || v.On != day || d.Plan == nil || len(laid.Visits) > 20 {
			continue
		}
		x := tour.Visit{Visit: rounds.Visit{ID: tour.StopID(d.ID), Agreed: rounds.Window{From: v.From, Until: v.Until}, Minutes: max(d.Plan.Minutes, 15), Place: rounds.Place{ID: d.Cell, Lon: d.Lon, Lat: d.Lat}},
			What: tour.Doorstep, Matter: d.ID, Cell: d.Cell}
		if v.For == doorstep.ForCard {
			x.What = tour.Delivery
		} else {
			x.Kit = d.Plan.Kit
			if v.Kit != "" && !slices.ContainsFunc(laid.Kits, func(k rounds.Kit) bool { return k.ID == v.Kit }) {
				laid.Kits = append(laid.Kits, rounds.Kit{ID: v.Kit, Kind: d.Plan.Kit})
			}
			if d.Plan.Officer {
				x.Officer = rounds.AnyOfficer
			}
		}
		if d.Lon == 0 && d.Lat == 0 {
			x.Place, x.Near = l.placeIn(d.Cell, laid.Teams[0].From), true
		}
		laid.Visits = append(laid.Visits, x)
	}
	return nil
}

// passBy are cells to pass on a day: other ones each day.
func (l *life) passBy(day string, n int) (list []place) {
	first := int(day[8]-'0')*10 + int(day[9]-'0')
	for i := range min(n, len(l.town.cells)) {
		c := l.town.cells[(first*3+i*5)%len(l.town.cells)]
		if !slices.ContainsFunc(list, func(x place) bool { return x.id == c.id }) {
			list = append(list, c)
		}
	}
	return list
}

// placeIn is the middle of a cell, or of the one it lies in.
func (l *life) placeIn(cell string, otherwise rounds.Place) rounds.Place {
	c, ok := l.town.org.Cell(cell)
	for ok {
		if p, drawn := c.Centre(); drawn {
			return rounds.Place{ID: cell, Lon: p[0], Lat: p[1]}
		}
		c, ok = l.town.org.Cell(string(c.Parent))
	}
	otherwise.ID = cell
	return otherwise
}

// middle is where the teams start.
func (l *life) middle() rounds.Place {
	var lon, lat, n float64
	for _, c := range l.town.org.Cells {
		if p, ok := c.Centre(); ok {
			lon, lat, n = lon+p[0], lat+p[1], n+1
		}
	}
	if n == 0 {
		return rounds.Place{ID: "station", Lon: 110.6, Lat: 33.4}
	}
	return rounds.Place{ID: "station", Lon: lon / n, Lat: lat / n}
}

// walk lets the teams go: each stop near its time, one in eight comes to nothing; the day ends in the evening.
func (l *life) walk(day string, laid tour.Laid, on time.Time) {
	o := tour.On{Day: day}
	for _, t := range laid.Plan.Tours {
		i := slices.IndexFunc(laid.Teams, func(x tour.Team) bool { return x.ID == t.Team })
		who := laid.Teams[i].People[0]
		l.at(t.LeaveAt, func() error { return l.onTheRoad(day, who, "tour.start", &tour.Start{On: o, Team: t.Team}) })
		for _, s := range t.Stops {
			missed := l.chance(12)
			l.at(s.EndAt.Add(l.between(-3*minute, 4*minute)), func() error {
				if missed {
					return l.onTheRoad(day, who, "tour.miss_stop", &tour.MissStop{On: o, Team: t.Team, Visit: s.Visit, Reason: tour.NobodyHome})
				}
				return l.onTheRoad(day, who, "tour.do_stop", &tour.DoStop{On: o, Team: t.Team, Visit: s.Visit})
			})
		}
	}
	l.at(on.Add(17*hour+20*minute).UTC(), func() error {
		return l.onTheRoad(day, l.town.byRole[grid.DutyLead][0], "tour.close", &tour.Close{On: o})
	})
}

// onTheRoad takes an act of a team, unless it was done already: what is recorded at a door ticks the stop.
func (l *life) onTheRoad(day, who, name string, act any) error {
	events, err := l.d.Journal.Stream(l.ctx, l.station, tour.Stream(day), 0)
	if err != nil {
		return err
	}
	d, err := tour.Fold(events)
	if err != nil || !d.Open() {
		return err
	}
	switch a := act.(type) {
	case *tour.Start:
		if !d.Started[a.Team].IsZero() {
			return nil
		}
	case *tour.DoStop:
		if _, made := d.Made[a.Visit]; made {
			return nil
		}
	case *tour.MissStop:
		if _, made := d.Made[a.Visit]; made {
			return nil
		}
	}
	_, err = l.by(who, name, act)
	return err
}
