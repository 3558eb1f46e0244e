// Package playbook loads the plain data by which one station differs from another (经验包, design section 5): kinds,
// grades, routes, clocks, teams, texts. A playbook lies on top of another and is dated; every mistake is told with
// file, line and a sentence, and one mistake refuses the whole.
package playbook

import (
	"io/fs"
	"slices"
	"time"

	"maplegrid/internal/grid"
)

// Bases are the kinds of matter whose rules are written in Go; every other kind is built on one of them.
var Bases = []string{"dispute", "incident", "help", "doorstep_service", "hazard", "search", "tip", "inquiry",
	"inspection", "recovery", "outreach", "non_police", "errand", "found", "surrender", "seek", "missing"}

// Book is a playbook with everything beneath it, as in force from one date. It is read only: callers MUST NOT change
// what it hands out.
type Book struct {
	Name     string
	Title    grid.Name
	From     grid.Day // the day from which this edition is in force
	Layers   []string // folders, the lowest first
	folders  []fs.FS
	facts    []Fact
	fields   []Field
	events   []Event
	scale    []ScaleGrade
	ratings  []Rating
	outcomes []Outcome
	reasons  []Reason
	kinds    []Kind
	teams    []Team
	org      grid.Org
	grades   Table
	routes   Table
	clocks   []clockRow
	points   Points
	texts    map[string]grid.Name
	editions []*Book // all editions, the oldest first

	tracks    []Track
	risks     []RiskGrade
	risk      Table
	eases     []Ease
	safety    []SafetyQuestion
	dangers   []danger
	offences  []Offence
	grounds   []Offence
	papers    []Paper
	documents map[string][]byte
	types     []DisputeType
	settings  DisputeSettings

	kits         []KitKind
	services     []Service
	windows      []Window
	appointments AppointmentSettings
	notices      []ArmsNotice

	firmSorts  []FirmSort
	checklists []Checklist
	campaigns  []CampaignPlan
	tellings   []Telling
	sortings   []Sorting
	labels     []Sorting
	retentions []Retention
	tell       TellSettings
	cards      CardSettings
	tours      TourSettings
}

// Folders are the folders of Layers themselves, for tables that other rooms read: those of triage.
func (b *Book) Folders() []fs.FS { return b.folders }

// Fact is something decision tables may ask about.
type Fact struct {
	Ref
	Key  string
	Name grid.Name
	Type string // choice, yesno, number, kind, grade
	Vals []string
}

// Field is one box of a form. Sealed ones go to the vault.
type Field struct {
	Ref
	Key      string
	Name     grid.Name
	Type     string
	Options  []Option
	Sealed   bool
	Required bool // for the kind it was asked for
	Source   string
}

// Option is one choice of a field.
type Option struct {
	Key  string
	Name grid.Name
}

// FieldTypes are what a field may be. A "service" and a "home_ground" are choices from the catalogue and from the reasons for doing
// something at home; they come out as choices.
var FieldTypes = []string{"text", "longtext", "number", "money", "date", "time", "choice", "choices", "yesno", "phone", "place", "person", "photo",
	"service", "home_ground"}

// Event is a point in a matter's life at which a clock may start or stop.
type Event struct {
	Key  string
	Name grid.Name
}

// ScaleGrade is one step of the grades, the gravest first (four are usual: law-and-standards 9.7, local).
type ScaleGrade struct {
	Ref
	Key           string
	Name          grid.Name
	Colour        string
	ArriveMinutes int // 0: no target
	Notify        []grid.Role
	Source        string
}

// Rating is one of the five grades of 好差评 (GB/T 39734, GB/T 39735; law-and-standards 18.1).
type Rating struct {
	Key    string
	Name   grid.Name
	Stars  int
	Bad    bool
	Source string
}

// Outcome is how a matter may end. Needs names events without which it may not be chosen.
type Outcome struct {
	Ref
	Key     string
	Name    grid.Name
	Settled bool
	Needs   []string
	Source  string
}

// Reason is a ready-made reason for a verb of ReasonUses. StopsClock is for pauses.
type Reason struct {
	Ref
	Key, Use   string
	Name       grid.Name
	StopsClock bool
	Source     string
}

// ReasonUses are the verbs that take a ready-made reason. session_end: a session ended without an agreement; track_move:
// the dispute moves to another track; promise_break: what follows a broken promise; doorstep: why something is done at home;
// claim_refused: a claim to a thing found was refused; card: why a contact card is out of use; household: why an address is off the
// register; identity_check: how it was made sure who somebody is; seek_*: where somebody sought was asked for, how people were asked and told,
// what stops a search, why a candidate is not the one.
var ReasonUses = []string{"pause", "decline", "sendback", "mediation_stop", "session_end", "track_move", "promise_break", "doorstep", "claim_refused", "card", "household",
	"identity_check", "seek_where", "seek_way", "seek_safety", "seek_rule_out"}

// Colours are what a grade may be shown in.
var Colours = []string{"red", "orange", "yellow", "blue", "green", "grey"}

// Kind is a kind of matter. Base is the kind it is built on, itself for those whose rules are in Go.
type Kind struct {
	Ref
	Key, Base, Icon  string
	Name             grid.Name
	Grade            string
	Required, Extra  []string
	Outcomes         []string
	Mediation, Visit bool
	Source           string
}

// Team is a template of who works together, level 1 nearest to the ground.
type Team struct {
	Key    string
	Name   grid.Name
	Level  int
	Seats  []TeamSeat
	Source string
}

// TeamSeat is a seat of a team; Body says whose person it is, "" for the station's own.
type TeamSeat struct {
	grid.Seat
	Body grid.BodyID
}

// Limit is one named limit of a matter (时限). Unit is minute, hour, day, workday or month, as in clock.
type Limit struct {
	Key, Kind, Grade     string
	Name                 grid.Name
	Amount               int
	Unit                 string
	StartsAt, StopsAt    string // events
	Source               string
	WarnBeforeHours      []int
	StretchesOverHoliday bool
	Ref                  Ref
}

// Points says whether outcomes earn points. Off unless a station states scope, legal basis and approver
// (State Council Office rules on government mobile apps of 2026; law-and-standards 14.1).
type Points struct {
	Enabled                     bool
	Scope, LegalBasis, Approver string
	VisibleTo                   string // person_and_head, managers
	Rules                       []PointRule
}

// PointRule is what one verified outcome earns.
type PointRule struct {
	Ref
	Indicator string
	Name      grid.Name
	Points    int
	Source    string
}

// At is the edition in force at t. What happened before the first edition is judged by the first.
func (b *Book) At(t time.Time) *Book {
	in := b.editions[0]
	for _, e := range b.editions[1:] {
		if e.From <= grid.DayOf(t) {
			in = e
		}
	}
	return in
}

// Editions lists every edition, the oldest first.
func (b *Book) Editions() []*Book { return b.editions }

// Facts lists what decision tables may ask about.
func (b *Book) Facts() []Fact { return b.facts }

// Events lists the points at which clocks start and stop.
func (b *Book) Events() []Event { return b.events }

// Scale lists the grades, the gravest first.
func (b *Book) Scale() []ScaleGrade { return b.scale }

// Ratings lists the grades of 好差评, the best first.
func (b *Book) Ratings() []Rating { return b.ratings }

// Kinds lists the kinds of matter.
func (b *Book) Kinds() []Kind { return b.kinds }

// Teams lists the team templates.
func (b *Book) Teams() []Team { return b.teams }

// Points is the points table; Points().Enabled is false unless the station has switched it on.
func (b *Book) Points() Points { return b.points }

// Org is the station's map of responsibility.
func (b *Book) Org() grid.Org { return b.org }

// Kind finds a kind of matter.
func (b *Book) Kind(key string) (Kind, bool) {
	return find(b.kinds, func(k Kind) bool { return k.Key == key })
}

// ScaleGrade finds a grade.
func (b *Book) ScaleGrade(key string) (ScaleGrade, bool) {
	return find(b.scale, func(g ScaleGrade) bool { return g.Key == key })
}

// Team finds a team template.
func (b *Book) Team(key string) (Team, bool) {
	return find(b.teams, func(t Team) bool { return t.Key == key })
}

// Body finds a body that may be called or be handed a matter.
func (b *Book) Body(id grid.BodyID) (grid.Body, bool) {
	return find(b.org.Bodies, func(x grid.Body) bool { return x.ID == id })
}

// Fields lists the boxes of a kind's form, the required ones first.
func (b *Book) Fields(kind string) (out []Field) {
	k, _ := b.Kind(kind)
	for i, key := range append(slices.Clone(k.Required), k.Extra...) {
		if f, ok := find(b.fields, func(f Field) bool { return f.Key == key }); ok {
			f.Required = i < len(k.Required)
			out = append(out, f)
		}
	}
	return out
}

// Outcomes lists how a matter of this kind may end.
func (b *Book) Outcomes(kind string) (out []Outcome) {
	k, _ := b.Kind(kind)
	for _, key := range k.Outcomes {
		if o, ok := find(b.outcomes, func(o Outcome) bool { return o.Key == key }); ok {
			out = append(out, o)
		}
	}
	return out
}

// Reasons lists the ready-made reasons for a verb of ReasonUses.
func (b *Book) Reasons(use string) (out []Reason) {
	for _, r := range b.reasons {
		if r.Use == use {
			out = append(out, r)
		}
	}
	return out
}

// Text is a text for residents; "" when there is none of that key. Blanks stand in braces.
func (b *Book) Text(key, lang string) string { return b.texts[key].In(lang) }

// Grade decides the result "grade" from the facts. Where no row applies the kind's own grade does, and Ref names its row.
func (b *Book) Grade(facts map[string]string) Decision {
	d := b.grades.Decide(b.repeated(facts), b.kin)
	if k, ok := b.Kind(facts["kind"]); ok && !d.Matched {
		d = Decision{true, k.Ref, []Match{{"kind", k.Key, k.Key}}, map[string]string{"grade": k.Grade,
			"because": "这类事项的默认等级", "because_en": "The usual grade of this kind", "source": k.Source}}
	}
	return d
}

// Route decides who takes a matter: results act, to, handler, team, notify.
func (b *Book) Route(facts map[string]string) Decision { return b.routes.Decide(facts, b.kin) }

// Limits lists the clocks of a kind and grade: of each clock the first row that applies, none where that row has no amount.
func (b *Book) Limits(kind, grade string) (out []Limit) {
	facts, done := map[string]string{"kind": kind, "grade": grade}, map[string]bool{}
	for _, c := range b.clocks {
		if _, ok := c.rule.holds(facts, b.kin); !ok || done[c.Key] {
			continue
		}
		done[c.Key] = true
		if c.Amount > 0 {
			l := c.Limit
			l.Kind, l.Grade = kind, grade
			out = append(out, l)
		}
	}
	return out
}

type clockRow struct {
	Limit
	rule Rule
}

// kin widens a kind to the kinds it is built on, so that a row for disputes holds for every kind of dispute.
func (b *Book) kin(fact, value string) (up []string) {
	if fact != "kind" {
		return nil
	}
	for k, ok := b.Kind(value); ok && k.Base != k.Key && len(up) <= len(b.kinds); k, ok = b.Kind(k.Base) {
		up = append(up, k.Base)
	}
	return up
}

func find[T any](all []T, is func(T) bool) (T, bool) {
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i], true
	}
	var none T
	return none, false
}
