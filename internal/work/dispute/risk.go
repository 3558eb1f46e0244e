package dispute

import (
	"maps"
	"slices"
	"strconv"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// RiskGraded is the risk grade (风险等级) of a dispute after something was learnt: by the decision table, or by a leader's word. It
// follows in the same act whatever changed the facts. It is of the dispute and never of a person.
type RiskGraded struct {
	Risk    string            `json:"risk"`
	Because string            `json:"because,omitempty"`
	Facts   map[string]string `json:"facts,omitempty"` // what it was decided on
	By      string            `json:"by"`              // table, leader
	Reason  vault.Text        `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (RiskGraded) EventKind() string { return "dispute.risk_graded/1" }

// Tell implements matter.Built.
func (RiskGraded) Tell(*matter.Matter, work.At) {}

func (e RiskGraded) apply(d *Dispute, at work.At) {
	d.Risk, d.RiskWhy, d.RiskAt = e.Risk, e.Because, at.HappenedAt
	if e.By == "leader" {
		d.RiskSet = e.Risk
	}
}

// SetRisk (改定风险等级) is a leader's word over the table.
type SetRisk struct {
	matter.On
	Risk   string `json:"risk" form:"risk,required"`
	Reason string `json:"reason" form:"words,required"`
}

// Raise (升级) is the program's own: the same two sides called for help so many times within the time the playbook sets (9.9).
type Raise struct {
	matter.On
	Calls int `json:"calls"`
}

// Raised is how many calls there were.
type Raised struct {
	Calls int `json:"calls"`
}

// EventKind implements work.Event.
func (Raised) EventKind() string { return "dispute.raised/1" }

// Tell implements matter.Built.
func (Raised) Tell(*matter.Matter, work.At) {}

func (e Raised) apply(d *Dispute, _ work.At) { d.Calls = e.Calls }

// Look (研判) is a periodic look at a dispute, as often as its risk grade wants; it may say that it is getting worse.
type Look struct {
	matter.On
	Worse bool   `json:"worse" form:"yesno,required"`
	Words string `json:"words" form:"words,required"`
}

// LookedAt is such a look.
type LookedAt struct {
	Worse bool       `json:"worse"`
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (LookedAt) EventKind() string { return "dispute.looked_at/1" }

// Tell implements matter.Built.
func (LookedAt) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (e LookedAt) apply(d *Dispute, at work.At) {
	d.Facts["worsening"] = map[bool]string{true: "yes", false: "no"}[e.Worse]
	d.LookedAt = work.Later(d.LookedAt, at.HappenedAt)
}

// Growth (转化) is a matter that grew out of this dispute: an offence, a hazard. The dispute cannot close while it is open unless the
// head says so.
type Growth struct {
	Matter   string
	Kind     string
	Released bool
}

// Grow (升级为案件或隐患) opens a linked matter of another kind.
type Grow struct {
	matter.On
	Kind  string `json:"kind" form:"kind,required"`
	Title string `json:"title" form:"line,required"`
	Words string `json:"words" form:"words,required"`
}

// Grown is a matter that grew out of the dispute. The other matter is tied by "grown_from".
type Grown struct {
	Matter string `json:"matter"`
	Kind   string `json:"kind"`
}

// EventKind implements work.Event.
func (Grown) EventKind() string { return "dispute.grown/1" }

// Tell implements matter.Built.
func (e Grown) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Links = append(m.Links, matter.Link{How: GrewInto, Other: e.Matter})
}

func (e Grown) apply(d *Dispute, _ work.At) {
	d.Growths = append(d.Growths, Growth{Matter: e.Matter, Kind: e.Kind})
	d.Facts["worsening"] = "yes"
}

// ReleaseGrowth (同意先行办结) is the head's word that the dispute may close though the matter that grew out of it is open.
type ReleaseGrowth struct {
	matter.On
	Other  string `json:"other" form:"growth,required"`
	Reason string `json:"reason" form:"words,required"`
}

// GrowthReleased is that word.
type GrowthReleased struct {
	Other  string     `json:"other"`
	Reason vault.Text `json:"reason,omitzero"`
}

// EventKind implements work.Event.
func (GrowthReleased) EventKind() string { return "dispute.growth_released/1" }

// Tell implements matter.Built.
func (GrowthReleased) Tell(*matter.Matter, work.At) {}

func (e GrowthReleased) apply(d *Dispute, _ work.At) {
	for i := range d.Growths {
		if d.Growths[i].Matter == e.Other {
			d.Growths[i].Released = true
		}
	}
}

// regrade gives the risk grade anew when what is now known of the dispute, after events, gives another; and the matter's own grade
// when its table gives a graver one. Every rule that changes facts ends with it. A leader's word is only ever raised by the table,
// until the promises are kept: what is settled is followed up in the grade of the table.
func (d *Dispute) regrade(events []work.Event, mo Moment) []work.Event {
	now := d.ahead(events, mo)
	known := now.known(mo.Now)
	facts := maps.Clone(now.Extra)
	if facts == nil {
		facts = map[string]string{}
	}
	maps.Copy(facts, known)
	risk, because := mo.Risk(facts)
	if now.RiskSet != "" && known["settled"] != "yes" && !graver(mo.RiskGrades(), risk, now.RiskSet) {
		risk, because = now.RiskSet, ""
	}
	if risk != "" && risk != now.Risk {
		events = append(events, RiskGraded{Risk: risk, Because: because, Facts: known, By: "table"})
	}
	grade := mo.Book.GradeOf(d.Kind, facts)
	if now.IsOpen() && graverGrade(mo.Scale(), grade, now.Grade) {
		events = append(events, matter.Regraded{Grade: grade, Limits: mo.Book.Limits(d.Kind, grade)})
	}
	return events
}

// graver tells whether a risk grade is graver than another; the list has the gravest first.
func graver(grades []playbook.RiskGrade, a, b string) bool {
	at := func(key string) int {
		return slices.IndexFunc(grades, func(g playbook.RiskGrade) bool { return g.Key == key })
	}
	return at(a) >= 0 && (at(b) < 0 || at(a) < at(b))
}

func graverGrade(scale []playbook.ScaleGrade, a, b string) bool {
	at := func(key string) int {
		return slices.IndexFunc(scale, func(g playbook.ScaleGrade) bool { return g.Key == key })
	}
	return at(a) >= 0 && at(b) >= 0 && at(a) < at(b)
}

// known is what the tables of risk and grade may ask of the dispute besides the extra fields: what was learnt on the way, and what is
// counted. It is of the dispute, never of a person.
func (d *Dispute) known(now time.Time) map[string]string {
	f := map[string]string{}
	for _, key := range []string{"dispute_type", "family_violence"} {
		if v := d.Extra[key]; v != "" {
			f[key] = v
		}
	}
	maps.Copy(f, d.Facts)
	count := map[string]int{"people": d.people(), "calls": d.Calls, "days_open": int(now.Sub(d.Reached["opened"]).Hours() / 24)}
	for _, key := range []string{"people", "calls"} {
		if n, err := strconv.Atoi(d.Extra[key]); err == nil {
			count[key] = max(count[key], n)
		}
	}
	for _, s := range d.Sessions {
		if s.State == "held" {
			count["sessions"]++
		}
		if s.State == "held" && (s.Outcome == "failed" || s.Outcome == "broken_off") {
			count["failed_sessions"]++
		}
	}
	for _, p := range d.Promises {
		count["promises_broken"] += len(p.Broken)
	}
	for _, key := range []string{"people", "calls", "days_open", "sessions", "failed_sessions", "promises_broken"} {
		f[key] = strconv.Itoa(count[key])
	}
	f["kind"], f["grade"], f["settled"] = d.Kind, d.Grade, yesNo(d.Settled())
	for _, s := range d.Sides {
		if s.Minor {
			f["minor"] = "yes"
		}
		if s.People >= 2 {
			f["group"] = "yes"
		}
	}
	return f
}

// people counts those on all sides, each of a group.
func (d *Dispute) people() int {
	n := 0
	for _, p := range d.Parties {
		n += max(1, d.side(p.ID).People)
	}
	return n
}

// Settled tells whether what was agreed is performed: not signed, kept (L3 §258; law-and-standards 2.16), and nothing of it was broken
// since.
func (d *Dispute) Settled() bool {
	performed, ok := d.Reached["performed"]
	if !ok {
		return false
	}
	for _, p := range d.Promises {
		if slices.ContainsFunc(p.Broken, func(b Breach) bool { return b.At.After(performed) }) {
			return false
		}
	}
	return d.approved() || slices.ContainsFunc(d.Agreements, func(a Agreement) bool { return a.Effective() })
}

func yesNo(b bool) string {
	if b {
		return "yes"
	}
	return "no"
}

// SetRisk decides a leader's word over the table.
func (d *Dispute) SetRisk(a SetRisk, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	_, ok := mo.RiskGrade(a.Risk)
	if err := work.Must(ok, "risk", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if err := work.Must(a.Risk != d.Risk, "risk", "dispute.same_risk", nil); err != nil {
		return nil, err
	}
	reason, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{RiskGraded{Risk: a.Risk, By: "leader", Reason: d.text("risk", reason)}}, nil
}

// Raise decides what so many calls of the same two sides mean (law-and-standards 9.9).
func (d *Dispute) Raise(a Raise, mo Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	if err := work.Must(a.Calls >= mo.Settings().Calls, "calls", "dispute.too_few_calls", nil); err != nil {
		return nil, err
	}
	if a.Calls <= d.Calls {
		return nil, fault.New(fault.Stale, "dispute.already_raised", nil)
	}
	return d.regrade([]work.Event{Raised{a.Calls}}, mo), nil
}

// Look decides a periodic look; looks go on after the end, as long as the grade wants it.
func (d *Dispute) Look(a Look, mo Moment) ([]work.Event, error) {
	if err := d.Stands(); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return d.regrade([]work.Event{LookedAt{a.Worse, d.text("look", words)}}, mo), nil
}

// Grow decides events of this dispute, and of the matter that grew out of it (the first is matter.Opened). "Civil turned criminal" is
// counted from these links.
func (d *Dispute) Grow(a Grow, mo Moment) (mine, theirs []work.Event, err error) {
	if err := d.Running(); err != nil {
		return nil, nil, err
	}
	dispute := slices.ContainsFunc(mo.Kinds(), func(k playbook.Kind) bool { return k.Key == a.Kind && k.Base == Base })
	if err := work.Must(!dispute, "kind", "dispute.grow_other_kind", nil); err != nil {
		return nil, nil, err
	}
	if _, err := work.Words("words", a.Words, true); err != nil {
		return nil, nil, err
	}
	theirs, err = matter.Matter{}.Open(matter.Open{Kind: a.Kind, Title: a.Title, Words: a.Words, Cell: d.Cell, Place: d.Place, Lon: d.Lon, Lat: d.Lat}, "", mo.Moment)
	if err != nil {
		return nil, nil, err
	}
	theirs = append(theirs, matter.Tied{Other: d.ID, How: GrownFrom})
	return d.regrade([]work.Event{Grown{theirs[0].(matter.Opened).ID, a.Kind}}, mo), theirs, nil
}

// GrewInto is how a dispute is tied to what grew out of it, GrownFrom how that one sees it.
const (
	GrewInto  = "grew_into"
	GrownFrom = "grown_from"
)

// ReleaseGrowth decides that the dispute may close before what grew out of it.
func (d *Dispute) ReleaseGrowth(a ReleaseGrowth, _ Moment) ([]work.Event, error) {
	if err := d.Running(); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(d.Growths, func(g Growth) bool { return g.Matter == a.Other })
	if err := work.Must(i >= 0, "other", "dispute.unknown_growth", nil); err != nil {
		return nil, err
	}
	if d.Growths[i].Released {
		return nil, fault.New(fault.Stale, "dispute.already_released", nil)
	}
	reason, err := work.Words("reason", a.Reason, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{GrowthReleased{a.Other, d.text("release", reason)}}, nil
}
