package round

import (
	"slices"
	"time"
)

// Breach is something a plan does not keep that must be kept. What is the code of its sentence.
type Breach struct {
	What  Why    `json:"what"`
	Visit string `json:"visit,omitempty"`
	Team  string `json:"team,omitempty"`
	Other string `json:"other,omitempty"` // the other team, or the kit
}

// What a plan can fail to keep. Order, hours and windows are a matter of the plan; who and what goes along one of the team.
const (
	BreachCount   Why = "round.breach_count"   // a visit is in no place or in several, or nobody asked for it
	BreachTeam    Why = "round.breach_team"    // a tour of a team that is not out, or a second one
	BreachTimes   Why = "round.breach_times"   // one begins before the one before it has ended and the way is gone
	BreachShift   Why = "round.breach_shift"   // out before the shift or home after it
	BreachAgreed  Why = "round.breach_agreed"  // not in the time agreed with the household
	BreachClosed  Why = "round.breach_closed"  // the door is not open
	BreachOfficer Why = "round.breach_officer" // who must be present is not
	BreachKit     Why = "round.breach_kit"     // the kit needed is not with the team
	BreachKits    Why = "round.breach_kits"    // a kit rides with two teams at a time, or is not to be had
	BreachLoad    Why = "round.breach_load"    // more than the team can carry
)

// Breaches goes through a plan and says everything that must be kept and is not. It shares nothing with the search, so a plan from
// anywhere can be judged by it: one arranged by hand, one that another program sent. Stops that are done are facts and are not judged.
func Breaches(day Day, plan Plan) (all []Breach) {
	count, visits := map[string]int{}, map[string]Visit{}
	for _, v := range day.Visits {
		visits[v.ID] = v
	}
	out := map[string]bool{}
	for _, t := range plan.Tours {
		i := slices.IndexFunc(day.Teams, func(o Team) bool { return o.ID == t.Team })
		done := !slices.ContainsFunc(t.Stops, func(s Stop) bool { return !s.Done }) // of a team that is no longer out
		if i < 0 && !done || out[t.Team] {
			all = append(all, Breach{What: BreachTeam, Team: t.Team})
			continue
		}
		out[t.Team] = true
		for _, s := range t.Stops {
			if _, asked := visits[s.Visit]; asked {
				count[s.Visit]++
			} else if !s.Done {
				all = append(all, Breach{What: BreachCount, Visit: s.Visit})
			}
		}
		if i >= 0 {
			all = append(all, breachesOf(day, day.Teams[i], t, visits)...)
		}
	}
	for _, l := range plan.Left {
		count[l.Visit]++
	}
	for _, v := range day.Visits {
		if count[v.ID] != 1 {
			all = append(all, Breach{What: BreachCount, Visit: v.ID})
		}
	}
	return append(all, kitBreaches(day, plan)...)
}

func breachesOf(day Day, team Team, t Tour, visits map[string]Visit) (all []Breach) {
	load, now := 0, t.LeaveAt
	for _, s := range t.Stops {
		v := visits[s.Visit]
		load += v.Load
		if s.Done {
			now = s.EndAt
			continue
		}
		if s.Travel < 0 || s.ArriveAt.Before(now.Add(s.Travel)) || s.BeginAt.Before(s.ArriveAt) || s.EndAt.Before(s.BeginAt.Add(time.Duration(v.Minutes)*time.Minute)) {
			all = append(all, Breach{What: BreachTimes, Visit: s.Visit, Team: team.ID})
		}
		now = s.EndAt
		for what, kept := range v.keeps(day, s, team, t) {
			if !kept {
				all = append(all, Breach{What: what, Visit: v.ID, Team: team.ID})
			}
		}
	}
	slices.SortStableFunc(all, func(a, b Breach) int { return slices.Index(order, a.What) - slices.Index(order, b.What) })
	if late := t.BackAt.After(team.Shift.Until) || t.BackAt.Before(now); late || t.LeaveAt.Before(team.Shift.From) {
		all = append(all, Breach{What: BreachShift, Team: team.ID})
	}
	if team.Carry > 0 && load > team.Carry {
		all = append(all, Breach{What: BreachLoad, Team: team.ID})
	}
	return all
}

// order is the gravest first.
var order = []Why{BreachOfficer, BreachKit, BreachAgreed, BreachClosed, BreachTimes}

// keeps says what a stop keeps of what its visit asks.
func (v Visit) keeps(day Day, s Stop, team Team, t Tour) map[Why]bool {
	return map[Why]bool{
		BreachAgreed: v.Agreed.IsZero() || !s.BeginAt.Before(v.Agreed.From) && !s.BeginAt.After(v.Agreed.Until),
		BreachClosed: len(v.Open) == 0 || slices.ContainsFunc(merged(v.Open), func(w Window) bool { return !s.BeginAt.Before(w.From) && !s.EndAt.After(w.Until) }),
		BreachOfficer: v.Officer == "" || v.Officer == AnyOfficer && len(team.Officers) > 0 ||
			v.Officer != AnyOfficer && slices.Contains(team.Officers, v.Officer),
		BreachKit: v.Kit == "" || slices.ContainsFunc(day.Kits, func(k Kit) bool { return k.Kind == v.Kit && slices.Contains(t.Kits, k.ID) }),
	}
}

// kitBreaches are kits with two teams at a time, those nobody has, and those that are not free while the team is out.
func kitBreaches(day Day, plan Plan) (all []Breach) {
	shift := func(team string) (w Window) {
		for _, t := range day.Teams {
			if t.ID == team {
				w = t.Shift
			}
		}
		return w
	}
	for i, t := range plan.Tours {
		w := shift(t.Team)
		if w.IsZero() {
			continue // of a team that is no longer out
		}
		for _, kit := range t.Kits {
			k := slices.IndexFunc(day.Kits, func(k Kit) bool { return k.ID == kit })
			had := slices.ContainsFunc(t.Stops, func(s Stop) bool { return s.Done })
			if !had && (k < 0 || !day.Kits[k].free(w)) {
				all = append(all, Breach{What: BreachKits, Team: t.Team, Other: kit})
			}
			for _, o := range plan.Tours[:i] {
				if u := shift(o.Team); slices.Contains(o.Kits, kit) && !u.IsZero() && u.From.Before(w.Until.Add(day.HandOver)) && w.From.Before(u.Until.Add(day.HandOver)) {
					all = append(all, Breach{What: BreachKits, Team: t.Team, Other: kit})
				}
			}
		}
	}
	return all
}

// free tells whether a kit can be had for a whole shift.
func (k Kit) free(shift Window) bool {
	return len(k.Free) == 0 || slices.ContainsFunc(merged(k.Free), func(w Window) bool {
		return !w.From.After(shift.From) && !w.Until.Before(shift.Until)
	})
}
