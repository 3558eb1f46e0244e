package missing

import (
	"slices"
	"time"

	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Describe (走失人情况) says who is looked for, as far as it is known now; it may be said again when more is known. Everything personal
// is sealed; no diagnosis and no medical paper is asked for (law-and-standards 8.8, 15.6).
type Describe struct {
	matter.On
	Who         string   `json:"missing_who" form:"one:missingwho,required"`
	Name        string   `json:"name,omitempty" form:"line"`
	Age         int      `json:"person_age,omitempty" form:"number"`
	Clothes     string   `json:"clothes,omitempty" form:"words"`
	Marks       string   `json:"body_marks,omitempty" form:"words"`
	Family      string   `json:"family_name,omitempty" form:"line"`
	FamilyPhone string   `json:"family_phone,omitempty" form:"phone"`
	Photos      []string `json:"photos,omitempty" form:"photos"`
}

// Described is who is looked for.
type Described struct {
	Subject string              `json:"subject"`
	Who     string              `json:"who"`
	Age     int                 `json:"age,omitempty"`
	Name    vault.Text          `json:"name,omitzero"`
	Clothes vault.Text          `json:"clothes,omitzero"`
	Marks   vault.Text          `json:"marks,omitzero"`
	Family  vault.Text          `json:"family,omitzero"`
	Phone   vault.Text          `json:"phone,omitzero"` // of the family
	Photos  []matter.Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (Described) EventKind() string { return "missing.described/1" }

// Tell implements matter.Built. The pictures are no attachments of the matter, since not everybody who sees it may see them.
func (Described) Tell(m *matter.Matter, at work.At) { helped(m, at) }

func (e Described) apply(x *Missing, _ work.At) {
	x.Subject, x.Who, x.Age = e.Subject, e.Who, e.Age
	x.Photos = append(slices.Clip(x.Photos), e.Photos...)
	for _, t := range []struct {
		into *vault.Text
		text vault.Text
	}{{&x.Name, e.Name}, {&x.Clothes, e.Clothes}, {&x.Marks, e.Marks}, {&x.Family, e.Family}, {&x.FamilyPhone, e.Phone}} {
		if !t.text.Empty() {
			*t.into = t.text
		}
	}
}

// oldest is older than anybody becomes.
const oldest = 125

// Describe decides who is looked for. A child, an elder or somebody ill is critical from that moment on.
func (x *Missing) Describe(a Describe, mo Moment) ([]work.Event, error) {
	if err := x.looking(); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(Whos, a.Who), "missing_who", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if err := work.Must(a.Age >= 0 && a.Age <= oldest, "person_age", "missing.age", nil); err != nil {
		return nil, err
	}
	e := Described{Subject: x.Subject, Who: a.Who, Age: a.Age}
	if e.Subject == "" {
		e.Subject = mo.NewID("p")
	}
	for _, f := range []struct {
		name, field, value string
		max                int
		into               *vault.Text
	}{{"name", "name", a.Name, work.MaxShort, &e.Name}, {"clothes", "clothes", a.Clothes, 500, &e.Clothes}, {"body_marks", "body_marks", a.Marks, 500, &e.Marks},
		{"family_name", "family_name", a.Family, work.MaxShort, &e.Family}, {"family_phone", "phone", a.FamilyPhone, 30, &e.Phone}} {
		s, err := work.Line(f.name, f.value, f.max, false)
		if err != nil {
			return nil, err
		}
		*f.into = vault.Plain(e.Subject, f.field, s)
	}
	var err error
	if e.Photos, err = matter.Attach(a.Photos); err != nil {
		return nil, err
	}
	events := []work.Event{e}
	if grade := mo.Book.GradeOf(x.Kind, map[string]string{"missing_vulnerable": "yes"}); Frail(a.Who) && !Frail(x.Who) && grade != x.Grade {
		events = append(events, matter.Regraded{Grade: grade, Limits: mo.Book.Limits(x.Kind, grade), Reason: x.text("reason", "走失的是老幼病弱")})
	}
	return events, nil
}

// SetLastSeen (最后见到) says when and where the person was last seen by somebody who knows them, on the map where it is known.
type SetLastSeen struct {
	matter.On
	At    time.Time `json:"at" form:"datetime,required"`
	Place string    `json:"place" form:"line,required"`
	Lon   float64   `json:"lon,omitempty" form:"number"`
	Lat   float64   `json:"lat,omitempty" form:"number"`
	Words string    `json:"words,omitempty" form:"words"`
}

// LastSeenSet is that.
type LastSeenSet struct {
	At    time.Time  `json:"at"`
	Place string     `json:"place"`
	Lon   float64    `json:"lon,omitempty"`
	Lat   float64    `json:"lat,omitempty"`
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (LastSeenSet) EventKind() string { return "missing.last_seen_set/1" }

// Tell implements matter.Built.
func (LastSeenSet) Tell(m *matter.Matter, at work.At) { helped(m, at) }

func (e LastSeenSet) apply(x *Missing, _ work.At) {
	x.LastSeen = &Spot{e.At, e.Place, e.Lon, e.Lat, e.Words}
}

// SetLastSeen decides where the search begins.
func (x *Missing) SetLastSeen(a SetLastSeen, mo Moment) ([]work.Event, error) {
	if err := x.looking(); err != nil {
		return nil, err
	}
	at, err := between("at", a.At, time.Time{}, mo)
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
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{LastSeenSet{at, place, a.Lon, a.Lat, x.text("last_seen", words)}}, nil
}
