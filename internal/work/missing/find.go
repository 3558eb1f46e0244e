package missing

import (
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Find is how somebody was found.
type Find struct {
	At        time.Time
	Place     vault.Text
	Lon, Lat  float64
	Condition string     // of Conditions
	Medical   vault.Text // where they were taken
	Private   bool       // an adult who is well and wants nobody told where (L8 §23; law-and-standards 8.9)
	By        string
}

// Conditions are how somebody was found.
var Conditions = []string{"well", "hurt", "home", "dead"}

// FindPerson (找到) ends the search: everybody called reads that it is over, the notice has to come down.
type FindPerson struct {
	matter.On
	At        time.Time `json:"at" form:"datetime,required"`
	Place     string    `json:"place" form:"line,required"`
	Lon       float64   `json:"lon,omitempty" form:"number"`
	Lat       float64   `json:"lat,omitempty" form:"number"`
	Condition string    `json:"found_condition" form:"one:foundcondition,required"`
	Medical   string    `json:"taken_to,omitempty" form:"line"`
	Private   bool      `json:"keep_private,omitempty" form:"yesno"`
	Words     string    `json:"words,omitempty" form:"words"`
}

// Found is the end of the search.
type Found struct {
	At        time.Time  `json:"at"`
	Place     vault.Text `json:"place,omitzero"`
	Lon       float64    `json:"lon,omitempty"`
	Lat       float64    `json:"lat,omitempty"`
	Condition string     `json:"condition"`
	Medical   vault.Text `json:"medical,omitzero"`
	Private   bool       `json:"private,omitempty"`
	Words     vault.Text `json:"words,omitzero"`
	Notice    bool       `json:"notice,omitempty"` // one was out: its clock runs from here
}

// EventKind implements work.Event.
func (Found) EventKind() string { return "missing.found/1" }

// Tell implements matter.Built.
func (e Found) Tell(m *matter.Matter, at work.At) {
	helped(m, at)
	m.Reach("missing_found", at.HappenedAt)
	if e.Notice {
		m.Reach("missing_notice_over", at.HappenedAt)
	}
}

func (e Found) apply(x *Missing, at work.At) {
	x.Found = &Find{e.At, e.Place, e.Lon, e.Lat, e.Condition, e.Medical, e.Private, at.Actor}
}

// downTask is the task to take down the notice.
const downTask = "撤下寻人启事（张贴的、群里发的、屏幕上的）"

// FindPerson decides the end of the search. A notice that is out gets a task and a clock to come down.
func (x *Missing) FindPerson(a FindPerson, mo Moment) ([]work.Event, error) {
	if err := x.looking(); err != nil {
		return nil, err
	}
	if x.Subject == "" {
		return nil, fault.New(fault.Stale, "missing.describe_first", nil)
	}
	at, err := between("at", a.At, x.since(), mo)
	if err != nil {
		return nil, err
	}
	place, err := work.Line("place", a.Place, work.MaxShort, true)
	if err != nil {
		return nil, err
	}
	if err := onMap(a.Lon, a.Lat); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(Conditions, a.Condition), "found_condition", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if err := work.Must(!a.Private || x.Who == "adult" && a.Condition != "dead", "keep_private", "missing.private_adult", nil); err != nil {
		return nil, err
	}
	medical, err := work.Line("taken_to", a.Medical, work.MaxShort, a.Condition == "hurt")
	if err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	events := []work.Event{Found{at, vault.Plain(x.Subject, "place", place), a.Lon, a.Lat, a.Condition, vault.Plain(x.Subject, "taken_to", medical),
		a.Private, x.text("found", words), x.noticeOut()}}
	if person := x.Handler; x.noticeOut() {
		if person == "" {
			person = mo.Actor
		}
		events = append(events, matter.TaskSet{Task: mo.NewID("t"), Title: downTask, Person: person, DueOn: mo.HappenedAt.In(clock.Shanghai).AddDate(0, 0, 1).Format(time.DateOnly)})
	}
	return events, nil
}

// HandedTo is to whom somebody was handed over.
type HandedTo struct {
	At                 time.Time
	To, Phone          vault.Text
	Relation, Checked  string
	Witness, Signature string
	By                 string
}

// Relations are who may take somebody home; "self" is an adult who goes on their own way.
var Relations = []string{"spouse", "child", "parent", "kin", "guardian", "committee", "relief", "self"}

// HandOver (交接) hands the person to somebody: who it is was checked, and they signed.
type HandOver struct {
	matter.On
	To        string `json:"taker" form:"line,required"`
	Phone     string `json:"phone,omitempty" form:"phone"`
	Relation  string `json:"taker_relation" form:"one:takerelation,required"`
	Checked   string `json:"identity_checked" form:"reason:identity_check,required"` // how it was made sure who takes the person
	Witness   string `json:"witnessed_by,omitempty" form:"person"`
	Signature string `json:"taker_signature,omitempty" form:"signature"`
	OnPaper   bool   `json:"signed_on_paper,omitempty" form:"yesno"` // signed by hand on the printed slip
	Words     string `json:"words,omitempty" form:"words"`
}

// HandedOver is that.
type HandedOver struct {
	Taker     string     `json:"taker"`
	To        vault.Text `json:"to,omitzero"`
	Phone     vault.Text `json:"phone,omitzero"`
	Relation  string     `json:"relation"`
	Checked   string     `json:"checked"`
	Witness   string     `json:"witness,omitempty"`
	Signature string     `json:"signature,omitempty"`
	OnPaper   bool       `json:"on_paper,omitempty"`
	Words     vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (HandedOver) EventKind() string { return "missing.handed_over/1" }

// Tell implements matter.Built.
func (e HandedOver) Tell(m *matter.Matter, at work.At) {
	helped(m, at, e.Witness)
	m.Reach("missing_handed_over", at.HappenedAt)
	if e.Relation != "self" {
		m.Reach("missing_taken_home", at.HappenedAt)
	}
}

func (e HandedOver) apply(x *Missing, at work.At) {
	x.Handed = &HandedTo{at.HappenedAt, e.To, e.Phone, e.Relation, e.Checked, e.Witness, e.Signature, at.Actor}
}

// HandOver decides the handing over. A child, an elder or somebody ill is never sent off alone, and whoever takes them is checked.
func (x *Missing) HandOver(a HandOver, mo Moment) ([]work.Event, error) {
	if err := x.Running(); err != nil {
		return nil, err
	}
	switch {
	case x.Found == nil:
		return nil, fault.New(fault.Stale, "missing.not_found_yet", nil)
	case x.Found.Condition == "dead":
		return nil, fault.New(fault.Stale, "missing.hand_over_dead", nil)
	case x.Handed != nil:
		return nil, fault.New(fault.Stale, "missing.already_handed", nil)
	}
	if err := work.Must(slices.Contains(Relations, a.Relation), "taker_relation", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if err := work.Must(a.Relation != "self" || x.Who == "adult", "taker_relation", "missing.not_alone", nil); err != nil {
		return nil, err
	}
	if err := work.Must(!x.Found.Private || a.Relation == "self", "taker_relation", "missing.wants_nobody", nil); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Reason("identity_check", a.Checked), "identity_checked", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if err := work.Must(a.Signature != "" || a.OnPaper, "taker_signature", "missing.sign", nil); err != nil {
		return nil, err
	}
	to, err := work.Line("taker", a.To, work.MaxShort, true)
	if err != nil {
		return nil, err
	}
	phone, err := work.Line("phone", a.Phone, 30, false)
	if err != nil {
		return nil, err
	}
	if a.Witness != "" {
		if err := work.Must(mo.Book.Person(a.Witness), "witnessed_by", "form.unknown_person", nil); err != nil {
			return nil, err
		}
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	id := mo.NewID("p")
	return []work.Event{HandedOver{id, vault.Plain(id, "name", to), vault.Plain(id, "phone", phone), a.Relation, a.Checked, a.Witness, a.Signature, a.OnPaper,
		x.text("handed", words)}}, nil
}

// LookIn is a call afterwards.
type LookIn struct {
	At    time.Time
	Card  string // of CardAnswers
	Words vault.Text
}

// CardAnswers are what became of the offer of a card with a number to call, sewn into the clothes: an offer, never a register
// (law-and-standards 15.6).
var CardAnswers = []string{"taken", "declined", "has_one", "not_offered"}

// LookInAfter (走失后回访) looks in on somebody who wandered off, and offers the card.
type LookInAfter struct {
	matter.On
	Card  string `json:"sewn_card" form:"one:cardanswer,required"`
	Words string `json:"words" form:"words,required"`
}

// LookedInAfter is that.
type LookedInAfter struct {
	Card  string     `json:"card"`
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (LookedInAfter) EventKind() string { return "missing.looked_in_after/1" }

// Tell implements matter.Built.
func (LookedInAfter) Tell(m *matter.Matter, at work.At) {
	helped(m, at)
	m.Reach("missing_looked_in", at.HappenedAt)
}

func (e LookedInAfter) apply(x *Missing, at work.At) {
	x.LookedIn = append(slices.Clip(x.LookedIn), LookIn{at.HappenedAt, e.Card, e.Words})
}

// LookInAfter decides a call afterwards; it may come when the matter is closed.
func (x *Missing) LookInAfter(a LookInAfter, _ Moment) ([]work.Event, error) {
	switch {
	case x.Version == 0:
		return nil, fault.New(fault.Missing, "matter.not_found", nil)
	case x.State.Gone():
		return nil, x.Here()
	case x.Handed == nil:
		return nil, fault.New(fault.Stale, "missing.not_handed_yet", nil)
	}
	if err := work.Must(slices.Contains(CardAnswers, a.Card), "sewn_card", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{LookedInAfter{a.Card, x.text("look_in", words)}}, nil
}
