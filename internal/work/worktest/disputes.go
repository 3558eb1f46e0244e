package worktest

import (
	"strconv"
	"strings"

	"maplegrid/internal/grid"
	"maplegrid/internal/playbook"
)

// Rules is what the small invented playbook says of disputes: five tracks, red yellow green, two safety questions. Numbers are
// drawn from 1 on.
type Rules struct{ drawn int }

// Track implements dispute.Rules. The police host their own; committee, court and women are bodies.
func (*Rules) Track(key string) (playbook.Track, bool) {
	police := []grid.Role{grid.Officer, grid.DutyLead, grid.Head}
	t, ok := map[string]playbook.Track{
		playbook.TrackPolice: {Host: []grid.BodyID{playbook.HostStation}, Presides: police, MaxSessions: 2, Written: true, OnSpot: true, Signs: []string{"parties", "organ_seal"},
			Copies: 3, Number: "公治调字〔{year}〕第{no}号", Moves: []string{"people", "judicial"}, Checklist: true, Recording: true},
		playbook.TrackPeople: {Host: []grid.BodyID{"committee"}, Presides: []grid.Role{grid.Mediator}, Written: true, Oral: true,
			Signs: []string{"parties", "mediator", "committee_seal"}, Copies: 3, Number: "({year})人调字第{no}号", Moves: []string{"police", "judicial"}},
		"judicial":             {Host: []grid.BodyID{"court"}, Presides: []grid.Role{grid.Mediator}, Written: true, Signs: []string{"parties", "mediator", "organ_seal"}},
		playbook.TrackInformal: {Host: []grid.BodyID{playbook.HostStation, "village"}, Presides: append([]grid.Role{grid.AuxOfficer, grid.CellWorker, grid.Mediator}, police...), Oral: true, Moves: []string{"police", "people", "judicial"}},
	}[key]
	t.Key, t.Name = key, grid.Name{Zh: key, En: key}
	return t, ok
}

var riskGrades = []playbook.RiskGrade{
	{Key: "red", Name: grid.Name{Zh: "红色", En: "red"}, Lead: grid.Head, LookDays: 1, FollowDays: 90},
	{Key: "yellow", Name: grid.Name{Zh: "黄色", En: "yellow"}, Lead: grid.DutyLead, LookDays: 7, FollowDays: 60},
	{Key: "green", Name: grid.Name{Zh: "绿色", En: "green"}, Lead: grid.Officer, LookDays: 15, FollowDays: 30},
}

// RiskGrades implements dispute.Rules, the gravest first.
func (*Rules) RiskGrades() []playbook.RiskGrade { return riskGrades }

// RiskGrade implements dispute.Rules.
func (*Rules) RiskGrade(key string) (playbook.RiskGrade, bool) {
	for _, g := range riskGrades {
		if g.Key == key {
			return g, true
		}
	}
	return playbook.RiskGrade{}, false
}

// Risk implements dispute.Rules.
func (*Rules) Risk(facts map[string]string) (key, because string) {
	n := func(fact string) int { i, _ := strconv.Atoi(facts[fact]); return i }
	yes := func(fact string) bool { return facts[fact] == "yes" }
	switch {
	case yes("family_violence") && !yes("settled"):
		return "red", "可能有家庭暴力"
	case (yes("weapon") || yes("threat")) && !yes("settled"):
		return "red", "有威胁或凶器"
	case yes("settled"):
		return "green", "承诺已履行"
	case n("people") >= 10:
		return "red", "十人以上"
	case n("calls") >= 3:
		return "red", "第三次求助"
	case n("promises_broken") >= 2:
		return "red", "两次没有做到"
	case n("promises_broken") == 1, n("failed_sessions") >= 2, n("days_open") > 30, yes("group"), yes("worsening"):
		return "yellow", "有风险"
	}
	return "green", "平稳"
}

// SafetyQuestions implements dispute.Rules.
func (*Rules) SafetyQuestions() []playbook.SafetyQuestion {
	return []playbook.SafetyQuestion{{Key: "beaten"}, {Key: "afraid"}}
}

// Dangers implements dispute.Rules.
func (*Rules) Dangers(text string) (facts []string) {
	for _, d := range [][2]string{{"刀", "weapon"}, {"弄死", "threat"}, {"家暴", "family_violence"}} {
		if strings.Contains(text, d[0]) {
			facts = append(facts, d[1])
		}
	}
	return facts
}

// Offences implements dispute.Rules.
func (*Rules) Offences() []playbook.Offence {
	return []playbook.Offence{{Key: "assault"}, {Key: "insult"}, {Key: "damage"}}
}

// Grounds implements dispute.Rules.
func (*Rules) Grounds() []playbook.Offence {
	return []playbook.Offence{{Key: "close"}, {Key: "injured_first"}, {Key: "better"}}
}

// Eases implements dispute.Rules.
func (*Rules) Eases() []playbook.Ease {
	return []playbook.Ease{{Key: "three_feet", Use: "proverb"}, {Key: "song", Use: "music"}}
}

var papers = []playbook.Paper{
	{Key: "warning", Template: "warning", Needed: "if_any", Of: "warning", Number: "公告诫字〔{year}〕第{no}号"},
	{Key: "referral", Template: "referral", Needed: "if_any", Of: "referral", Number: "转介〔{year}〕{no}号"},
	{Key: "application", Template: "application", Tracks: []string{"people"}, No: 1, Needed: "always", Of: "matter"},
	{Key: "police_agreement", Template: "police_agreement", Tracks: []string{"police"}, Needed: "always", Of: "agreement"},
	{Key: "people_agreement", Template: "people_agreement", Tracks: []string{"people"}, No: 8, Needed: "always", Of: "agreement"},
	{Key: "follow_up", Template: "follow_up", Needed: "if_any", Of: "visit"},
	{Key: "spot_agreement", Template: "spot_agreement", Tracks: []string{"police"}, Of: "agreement", Number: "公现调字〔{year}〕第{no}号"},
}

// Paper implements dispute.Rules.
func (*Rules) Paper(key string) (playbook.Paper, bool) {
	for _, p := range papers {
		if p.Key == key {
			return p, true
		}
	}
	return playbook.Paper{}, false
}

// Team implements dispute.Rules: an officer (a lead may stand in), a mediator, and the cadre of the village.
func (*Rules) Team(key string) (playbook.Team, bool) {
	seat := func(r grid.Role, n int, body grid.BodyID, in ...grid.Role) playbook.TeamSeat {
		return playbook.TeamSeat{Seat: grid.Seat{Role: r, HowMany: n, StandIns: in}, Body: body}
	}
	return playbook.Team{Key: key, Name: grid.Name{Zh: "联合调解组", En: "joint team"}, Seats: []playbook.TeamSeat{
		seat(grid.Officer, 1, "", grid.DutyLead), seat(grid.Mediator, 1, ""), seat(grid.VillageCadre, 1, "village")}}, key == "joint"
}

// Settings implements dispute.Rules.
func (*Rules) Settings() playbook.DisputeSettings {
	return playbook.DisputeSettings{Calls: 3, WithinDays: 90, MemoryDays: 730, RemindBeforeDays: []int{7, 1}, Young: 18}
}

// Scale implements dispute.Rules, the gravest first.
func (*Rules) Scale() []playbook.ScaleGrade {
	return []playbook.ScaleGrade{{Key: "critical"}, {Key: "urgent"}, {Key: "planned"}}
}

// Ratings implements dispute.Rules.
func (*Rules) Ratings() []playbook.Rating {
	return []playbook.Rating{{Key: "satisfied", Stars: 4}, {Key: "dissatisfied", Stars: 2, Bad: true}}
}

// Reasons implements dispute.Rules.
func (*Rules) Reasons(use string) []playbook.Reason {
	var list []playbook.Reason
	for _, key := range map[string][]string{"mediation_stop": {"hired_assault", "gang_or_provocation", "repeated_acts", "party_refuses", "new_act", "ran_off", "unsuitable",
		"not_order_breach", "dam_broke"}, "promise_break": {"second_round", "ask_confirmation", "go_court", "go_penalty", "new_date"}}[use] {
		list = append(list, playbook.Reason{Key: key, Use: use, Name: grid.Name{Zh: key, En: key}})
	}
	return list
}

// Outcomes implements dispute.Rules.
func (*Rules) Outcomes(string) []playbook.Outcome {
	return []playbook.Outcome{{Key: "agreement_performed", Settled: true, Needs: []string{"performed"}}, {Key: "settled_on_spot", Settled: true, Needs: []string{"performed"}},
		{Key: "self_settled", Settled: true, Needs: []string{"performed"}}, {Key: "to_people_mediation", Needs: []string{"transferred"}}, {Key: "to_court", Needs: []string{"told"}},
		{Key: "to_penalty", Needs: []string{"case_filed"}}, {Key: "dv_warned", Needs: []string{"dv_warning_issued"}}, {Key: "party_withdrew", Needs: []string{"told"}}, {Key: "duplicate"}}
}

// Kinds implements dispute.Rules: boundary is a kind built on disputes.
func (*Rules) Kinds() []playbook.Kind {
	return []playbook.Kind{{Key: "dispute", Base: "dispute"}, {Key: "boundary", Base: "dispute"}, {Key: "tip", Base: "tip"}, {Key: "hazard", Base: "hazard"}}
}

// Number implements dispute.Rules.
func (r *Rules) Number(pattern string) string {
	if pattern == "" {
		return ""
	}
	r.drawn++
	return strings.NewReplacer("{year}", "2026", "{no}", strconv.Itoa(r.drawn)).Replace(pattern)
}
