package round

import (
	"slices"
	"time"
)

// ByHand is why a visit is left that somebody took out.
const ByHand Why = "round.by_hand"

// Along works out the times of tours in an order that somebody has chosen: stops that are done stay as they are, the others follow one
// another as early as can be, but none before the BeginAt it carries, which is the time its household was told. A kit goes along where it is
// needed, as far as one is to be had. Whether everything is kept is for [Breaches] to say; false when no way is known.
func Along(day Day, tours []Tour, left []Left, now time.Time, travel Travel) (Plan, bool) {
	plan, ok := Plan{Left: slices.Clone(left)}, true
	for _, t := range tours {
		i := slices.IndexFunc(day.Teams, func(o Team) bool { return o.ID == t.Team })
		if len(t.Stops) == 0 {
			continue
		}
		if i < 0 {
			plan.Tours = append(plan.Tours, t)
			continue
		}
		walked, known := along(day, day.Teams[i], t, now, travel)
		plan.Tours, ok = append(plan.Tours, walked), ok && known
	}
	equip(day, plan.Tours)
	return plan, ok
}

func along(day Day, team Team, t Tour, now time.Time, travel Travel) (out Tour, known bool) {
	out, known = Tour{Team: t.Team, Kits: t.Kits, LeaveAt: t.LeaveAt}, true
	place, free := team.From, team.Shift.From
	if now.After(free) {
		free = now
	}
	for _, s := range t.Stops {
		j := slices.IndexFunc(day.Visits, func(v Visit) bool { return v.ID == s.Visit })
		if j < 0 {
			continue
		}
		v := day.Visits[j]
		if s.Done {
			out.Stops, out.Travel, place = append(out.Stops, s), out.Travel+s.Travel, v.Place
			if s.EndAt.After(free) {
				free = s.EndAt
			}
			continue
		}
		leg, ok := travel.Between(place, v.Place, team.By)
		known = known && ok
		told := s.BeginAt
		s = Stop{Visit: v.ID, Travel: leg, ArriveAt: free.Add(leg)}
		s.BeginAt = v.opens(latestOf(s.ArriveAt, told))
		if len(out.Stops) == 0 { // nobody waits at the first door
			s.ArriveAt, out.LeaveAt = s.BeginAt, s.BeginAt.Add(-leg)
		}
		s.EndAt = s.BeginAt.Add(time.Duration(v.Minutes) * time.Minute)
		out.Stops, out.Travel, place, free = append(out.Stops, s), out.Travel+leg, v.Place, s.EndAt
	}
	leg, ok := travel.Between(place, team.home(), team.By)
	out.BackAt, out.Travel = free.Add(leg), out.Travel+leg
	return out, known && ok
}

func latestOf(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// opens is the first instant from at on in which the visit may begin; at when there is none.
func (v Visit) opens(at time.Time) time.Time {
	begin := at
	if !v.Agreed.IsZero() {
		begin = latestOf(begin, v.Agreed.From)
	}
	for _, w := range merged(v.Open) {
		if !latestOf(begin, w.From).Add(time.Duration(v.Minutes) * time.Minute).After(w.Until) {
			return latestOf(begin, w.From)
		}
	}
	return begin
}

// equip gives each tour the kits it needs: those it has first, then any that no other team has at the time.
func equip(day Day, tours []Tour) {
	need := func(t Tour, kind string) bool {
		return slices.ContainsFunc(t.Stops, func(s Stop) bool {
			return slices.ContainsFunc(day.Visits, func(v Visit) bool { return v.ID == s.Visit && v.Kit == kind })
		})
	}
	kind := func(kit string) string {
		for _, k := range day.Kits {
			if k.ID == kit {
				return k.Kind
			}
		}
		return ""
	}
	for i := range tours {
		tours[i].Kits = slices.DeleteFunc(slices.Clone(tours[i].Kits), func(kit string) bool { return !need(tours[i], kind(kit)) })
	}
	for i := range tours {
		for _, k := range day.Kits {
			if !need(tours[i], k.Kind) || slices.ContainsFunc(tours[i].Kits, func(kit string) bool { return kind(kit) == k.Kind }) {
				continue
			}
			tours[i].Kits = append(tours[i].Kits, k.ID)
			if len(kitBreaches(day, Plan{Tours: tours})) > 0 {
				tours[i].Kits = tours[i].Kits[:len(tours[i].Kits)-1]
			}
		}
	}
}
