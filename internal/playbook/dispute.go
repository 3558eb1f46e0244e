package playbook

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/text/width"

	"maplegrid/internal/grid"
)

// Tracks that the law itself tells apart and that every playbook therefore has (law-and-standards 2, 3, 21.2).
const (
	TrackPolice   = "police"   // 治安调解
	TrackPeople   = "people"   // 人民调解
	TrackInformal = "informal" // 群众、现场帮助，不是法律上的调解
)

// HostStation stands among the hosts of a track for the police station itself.
const HostStation grid.BodyID = "station"

// Track is a way of settling a dispute (调解途径). Public-order mediation, people's mediation and informal help are
// different legal acts with different hosts, forms and effects, never mixed (law-and-standards 21.2).
type Track struct {
	Ref
	Key                   string
	Name                  grid.Name
	Host                  []grid.BodyID // HostStation for the police station
	Presides              []grid.Role
	MaxSessions           int // 0: no limit
	Written, Oral, OnSpot bool
	Signs                 []string // of Signers
	Copies                int
	Number                string   // pattern of the agreement's number, blanks {year} {no}; "": not numbered
	Moves                 []string // tracks it may be moved to
	Effect                grid.Name
	Checklist             bool // what 2.1-2.3 of law-and-standards ask is asked first
	Recording             bool // one officer alone needs a recording of the whole session (《治安管理处罚法》第108条)
	Source                string
}

// Forms are the shapes an agreement may take, Signers who signs or seals it.
var (
	Forms   = []string{"written", "oral", "on_spot"}
	Signers = []string{"parties", "mediator", "organ_seal", "committee_seal"}
)

// RiskGrade is a step of red, yellow, green or of the station's own, the gravest first. It is the dispute that is
// graded, never a person.
type RiskGrade struct {
	Ref
	Key                  string
	Name                 grid.Name
	Colour               string
	Lead                 grid.Role
	Tell                 []string // roles or bodies
	LookDays, FollowDays int      // looked at every so many days; followed up so long after it was settled
	Team                 string
	Source               string
}

// EaseUses are the five ways to ease (五让): wake by a proverb, explain by a story, ease by music, soften by a child's
// word, bring closer by a service.
var EaseUses = []string{"proverb", "story", "music", "child", "service"}

// Ease is one thing a mediator may pick to ease a dispute.
type Ease struct {
	Ref
	Key, Use    string
	Name, Words grid.Name
	Source      string
}

// SafetyQuestion is asked of each party alone before any mediation starts; the answer yes raises a flag
// (《反家庭暴力法》; law-and-standards 5.1).
type SafetyQuestion struct {
	Key    string
	Name   grid.Name
	Source string
}

// Offence is an act against public order that the police may mediate, or a ground for it (《公安机关办理行政案件程序规定》
// 第178条; law-and-standards 2.1).
type Offence struct {
	Key    string
	Name   grid.Name
	Source string
}

// Paper is one document of a dispute's file (文书). Its template is documents/<Template>.tmpl.
type Paper struct {
	Ref
	Key      string
	Name     grid.Name
	Template string
	Tracks   []string // none: every track
	No       int      // place in the file, 0: not part of it; papers of one place stand in for one another
	Needed   string   // of PaperNeeds
	Of       string   // of PaperSubjects
	Number   string   // pattern, blanks {year} {no}; "": not numbered, an agreement as its track says
	Source   string
}

// PaperNeeds and PaperSubjects are what the columns needed and of may say.
var (
	PaperNeeds    = []string{"always", "if_any"}
	PaperSubjects = []string{"matter", "session", "agreement", "promise", "party", "confirmation", "warning", "referral",
		"visit", "sheet", "cover", "contents", "end"}
)

// DisputeType is a type of dispute: the station's own key, never exported, and what it is called on the lists of the
// offices (law-and-standards 10.2, 10.3).
type DisputeType struct {
	Key       string
	Name      grid.Name
	Grid      string // code of GridTypes
	Mediation string // one of MediationTypes
}

// DisputeSettings are the numbers of [disputes] in playbook.toml.
type DisputeSettings struct {
	Calls            int   `toml:"calls"`       // so many calls of the same pair
	WithinDays       int   `toml:"within_days"` // within so many days raise the grade (law-and-standards 9.9)
	MemoryDays       int   `toml:"memory_days"` // how long an earlier dispute is shown beside a new one
	RemindBeforeDays []int `toml:"remind_before_days"`
	Young            int   `toml:"young"` // below this age a guardian attends (《公安机关办理行政案件程序规定》第181条)
}

// Tracks lists the ways of settling.
func (b *Book) Tracks() []Track { return b.tracks }

// Track finds a way of settling.
func (b *Book) Track(key string) (Track, bool) {
	return find(b.tracks, func(t Track) bool { return t.Key == key })
}

// RiskGrades lists the steps of a dispute's risk, the gravest first.
func (b *Book) RiskGrades() []RiskGrade { return b.risks }

// RiskGrade finds a step of a dispute's risk.
func (b *Book) RiskGrade(key string) (RiskGrade, bool) {
	return find(b.risks, func(g RiskGrade) bool { return g.Key == key })
}

// Risk decides the result "risk" of a dispute from the facts; some row always applies.
func (b *Book) Risk(facts map[string]string) Decision { return b.risk.Decide(b.repeated(facts), b.kin) }

// repeated adds the fact repeat once the calls of the same pair have reached the number of [disputes]
// (law-and-standards 9.9), so that the number stands in one place.
func (b *Book) repeated(facts map[string]string) map[string]string {
	if n, err := strconv.Atoi(facts["calls"]); err != nil || n < b.settings.Calls {
		return facts
	}
	facts = maps.Clone(facts)
	facts["repeat"] = "yes"
	return facts
}

// Eases lists what a mediator may pick from to ease a dispute.
func (b *Book) Eases() []Ease { return b.eases }

// SafetyQuestions lists what is asked of each party alone before any mediation.
func (b *Book) SafetyQuestions() []SafetyQuestion { return b.safety }

// Offences lists the acts against public order that the police may mediate.
func (b *Book) Offences() []Offence { return b.offences }

// Grounds lists what must hold besides, one of them (第178条 (一)(二)(三)).
func (b *Book) Grounds() []Offence { return b.grounds }

// Papers lists the documents of a dispute's file, in the order of the file; those outside it come last.
func (b *Book) Papers() []Paper { return b.papers }

// Paper finds a document.
func (b *Book) Paper(key string) (Paper, bool) {
	return find(b.papers, func(p Paper) bool { return p.Key == key })
}

// PaperTemplate is the text of documents/<name>.tmpl of the uppermost layer that has it.
func (b *Book) PaperTemplate(name string) ([]byte, bool) {
	src, ok := b.documents[name]
	return src, ok
}

// DisputeTypes lists the types of dispute in the order of the form.
func (b *Book) DisputeTypes() []DisputeType { return b.types }

// DisputeSettings are the numbers by which repeats, memory and reminders go.
func (b *Book) DisputeSettings() DisputeSettings { return b.settings }

// Outcome finds how a matter may end.
func (b *Book) Outcome(key string) (Outcome, bool) {
	return find(b.outcomes, func(o Outcome) bool { return o.Key == key })
}

// danger is a family of words that speak of one fact.
type danger struct {
	fact          string
	words, except []string
}

// Dangers are the facts of danger that a text speaks of, each once, in the order of dangers.csv. It only raises: who
// reads the text decides whether it is so. Letters match whatever their case and width.
func (b *Book) Dangers(text string) (facts []string) {
	text = fold(text)
	for _, d := range b.dangers {
		rest := text
		for _, harmless := range d.except {
			rest = strings.ReplaceAll(rest, harmless, "\n")
		}
		if !slices.Contains(facts, d.fact) && slices.ContainsFunc(d.words, func(w string) bool { return strings.Contains(rest, w) }) {
			facts = append(facts, d.fact)
		}
	}
	return facts
}

func fold(s string) string { return strings.ToLower(width.Fold.String(s)) }
