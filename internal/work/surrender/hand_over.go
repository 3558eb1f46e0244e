package surrender

import (
	"slices"
	"strings"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Store (临时存放) keeps it until the county comes. Where, only the named custodians can read (law-and-standards 7.7).
type Store struct {
	matter.On
	Custodians []string `json:"custodians" form:"people,required"`
	KeptAt     string   `json:"arms_kept_at" form:"line,required"`
}

// Stored is that place, sealed.
type Stored struct {
	Custodians []string   `json:"custodians"`
	KeptAt     vault.Text `json:"kept_at,omitzero"`
}

// EventKind implements work.Event.
func (Stored) EventKind() string { return "surrender.stored/1" }

// Tell implements matter.Built.
func (v Stored) Tell(m *matter.Matter, _ work.At) {
	m.Help(v.Custodians...)
}

func (v Stored) apply(s *Surrender, _ work.At) { s.Custody, s.KeptAt = v.Custodians, v.KeptAt }

// Custodian tells whether a person may read where it is kept.
func (s *Surrender) Custodian(person string) bool { return slices.Contains(s.Custody, person) }

// PlaceField is the field of the vault that holds where arms are kept.
const PlaceField = "arms_kept_at"

// Store decides it: custodians are officers, and what must not be moved is stored nowhere.
func (s *Surrender) Store(a Store, mo Moment) ([]work.Event, error) {
	if err := s.here(); err != nil {
		return nil, err
	}
	if s.OnSpot {
		return nil, fault.New(fault.Stale, "surrender.left_on_spot", nil)
	}
	if err := work.Must(len(a.Custodians) > 0, "custodians", "form.required", fault.Args{"field": "custodians"}); err != nil {
		return nil, err
	}
	if err := work.AtMost("custodians", len(a.Custodians), 5); err != nil {
		return nil, err
	}
	for _, p := range a.Custodians {
		if err := work.Must(mo.Book.Person(p) && mo.Book.Role(p).HasPolicePowers(), "custodians", "surrender.custodian_officer", nil); err != nil {
			return nil, err
		}
	}
	at, err := work.Line("arms_kept_at", a.KeptAt, work.MaxShort, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{Stored{slices.Clone(a.Custodians), s.text(PlaceField, at)}}, nil
}

// HandOver (移交县局) gives it to the county unit, counted before their eyes.
type HandOver struct {
	matter.On
	Unit     string    `json:"county_unit" form:"body,required"`
	Receiver string    `json:"county_officer" form:"line,required"`
	Letter   string    `json:"county_letter" form:"line,required"` // number of their receipt
	Count    int       `json:"arm_count" form:"number,required"`
	Second   string    `json:"second" form:"person,required"`
	At       time.Time `json:"at,omitzero" form:"datetime"`
	Photos   []string  `json:"photos,omitempty" form:"photos"`
}

// HandedOver is who took how much, and when.
type HandedOver struct {
	Unit     string              `json:"county_unit"`
	Person   string              `json:"person"`
	Receiver vault.Text          `json:"receiver,omitzero"`
	Letter   string              `json:"county_letter"`
	Count    int                 `json:"arm_count"`
	Second   string              `json:"second"`
	At       time.Time           `json:"at"`
	Photos   []matter.Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (HandedOver) EventKind() string { return "surrender.handed_over/1" }

// Tell implements matter.Built.
func (v HandedOver) Tell(m *matter.Matter, at work.At) {
	m.Reach(HandedStep, v.At)
	m.Help(at.Actor)
	m.Help(v.Second)
	m.Attached(v.Photos)
}

func (v HandedOver) apply(s *Surrender, _ work.At) {
	s.HandedAt, s.Unit, s.Receiver, s.Letter = v.At, v.Unit, v.Receiver, v.Letter
}

// HandOver decides it: by two officers, and the count is what was received.
func (s *Surrender) HandOver(a HandOver, mo Moment) ([]work.Event, error) {
	if err := s.here(); err != nil {
		return nil, err
	}
	if err := pair(a.Second, mo); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Body(a.Unit), "county_unit", "form.unknown_body", nil); err != nil {
		return nil, err
	}
	receiver, err := work.Line("county_officer", a.Receiver, 40, true)
	if err != nil {
		return nil, err
	}
	letter, err := work.Line("county_letter", a.Letter, 60, true)
	if err != nil {
		return nil, err
	}
	if err := work.Must(a.Count == s.Count(), "arm_count", "surrender.count_at_handover", fault.Args{"count": s.Count(), "n": a.Count}); err != nil {
		return nil, err
	}
	if a.At.IsZero() {
		a.At = mo.HappenedAt
	}
	if err := work.Must(!a.At.After(mo.Now) && !a.At.Before(s.At), "at", "surrender.not_yet", nil); err != nil {
		return nil, err
	}
	photos, err := matter.Attach(a.Photos)
	if err != nil {
		return nil, err
	}
	id := mo.NewID("p")
	return []work.Event{HandedOver{a.Unit, id, vault.Plain(id, "name", receiver), letter, a.Count, a.Second, a.At, photos}}, nil
}

// Destroy (登记销毁) notes what the county wrote of the destruction; guns are destroyed under the province (L15 §27).
type Destroy struct {
	matter.On
	Reference string `json:"destroy_no" form:"line,required"`
	Day       string `json:"destroyed_on" form:"date,required"`
}

// DestroyedAs is that reference.
type DestroyedAs struct {
	Reference string `json:"destroy_no"`
	Day       string `json:"destroyed_on"`
}

// EventKind implements work.Event.
func (DestroyedAs) EventKind() string { return "surrender.destroyed/1" }

// Tell implements matter.Built.
func (v DestroyedAs) Tell(m *matter.Matter, at work.At) { m.Reach(DestroyedStep, at.HappenedAt) }

func (v DestroyedAs) apply(s *Surrender, _ work.At) { s.Reference, s.Destroyed = v.Reference, v.Day }

// Destroy decides it: after the hand-over, not before it and not in the future.
func (s *Surrender) Destroy(a Destroy, mo Moment) ([]work.Event, error) {
	if err := s.received(); err != nil {
		return nil, err
	}
	if s.HandedAt.IsZero() {
		return nil, fault.New(fault.Stale, "surrender.still_here", nil)
	}
	if s.Reference != "" {
		return nil, fault.New(fault.Stale, "surrender.destroyed_already", fault.Args{"number": s.Reference})
	}
	reference, err := work.Line("destroy_no", a.Reference, 60, true)
	if err != nil {
		return nil, err
	}
	day, err := grid.ParseDay(a.Day)
	if err := work.Must(err == nil && day >= grid.DayOf(s.HandedAt) && day <= grid.DayOf(mo.Now), "destroyed_on", "surrender.day", nil); err != nil {
		return nil, err
	}
	return []work.Event{DestroyedAs{reference, a.Day}}, nil
}

// Thank (致谢) keeps how somebody was thanked: their name is sealed, public words name nobody (law-and-standards 7.7).
type Thank struct {
	matter.On
	Words  string `json:"words" form:"words,required"`
	Public string `json:"public_words,omitempty" form:"words"`
}

// Thanked is the thanks.
type Thanked struct {
	Words  vault.Text `json:"words,omitzero"`
	Public string     `json:"public_words,omitempty"`
	At     time.Time  `json:"at"`
	By     string     `json:"by"`
}

// EventKind implements work.Event.
func (Thanked) EventKind() string { return "surrender.thanked/1" }

// Tell implements matter.Built.
func (v Thanked) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (v Thanked) apply(s *Surrender, _ work.At) { s.Thanks = append(slices.Clip(s.Thanks), v) }

// Thank decides it. Public words are held against the name, the phone and the number of who handed it in, and carry nothing personal.
func (s *Surrender) Thank(a Thank, mo Moment) ([]work.Event, error) {
	if err := s.received(); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	public, err := work.Words("public_words", a.Public, false)
	if err != nil {
		return nil, err
	}
	if err := work.Must(len(vault.FindPersonal(public)) == 0, "public_words", "surrender.thanks_names", nil); err != nil {
		return nil, err
	}
	for _, t := range []vault.Text{s.Name, s.Phone, s.IDNo} {
		if x := mo.Reveal(t); x != "" && strings.Contains(strings.Join(strings.Fields(public), ""), strings.Join(strings.Fields(x), "")) {
			return nil, fault.New(fault.Invalid, "surrender.thanks_names", nil).On("public_words")
		}
	}
	return []work.Event{Thanked{s.text("thanks", words), public, mo.HappenedAt, mo.Actor}}, nil
}
