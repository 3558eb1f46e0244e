package missing

import (
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Sighting (目击) is one time that somebody saw, or thinks they saw, the person.
type Sighting struct {
	ID              string
	At              time.Time
	Place           string
	Lon, Lat        float64
	Sure            string // of Sures
	Toward          string
	From, FromPhone vault.Text // who saw it, when it is none of ours
	By              string
	Words           vault.Text
}

// Sures are how sure somebody is of what they saw.
var Sures = []string{"certain", "likely", "unsure"}

// Sight (登记目击) adds a sighting: what somebody called saw, or what was told to them.
type Sight struct {
	matter.On
	At        time.Time `json:"at" form:"datetime,required"`
	Place     string    `json:"place" form:"line,required"`
	Lon       float64   `json:"lon,omitempty" form:"number"`
	Lat       float64   `json:"lat,omitempty" form:"number"`
	Sure      string    `json:"sure" form:"one:sure,required"`
	Toward    string    `json:"toward,omitempty" form:"line"`
	From      string    `json:"seen_from,omitempty" form:"line"`
	FromPhone string    `json:"from_phone,omitempty" form:"phone"`
	Words     string    `json:"words,omitempty" form:"words"`
	Photos    []string  `json:"photos,omitempty" form:"photos"`
}

// Sighted is a sighting.
type Sighted struct {
	Sighting string              `json:"sighting"`
	At       time.Time           `json:"at"`
	Place    string              `json:"place"`
	Lon      float64             `json:"lon,omitempty"`
	Lat      float64             `json:"lat,omitempty"`
	Sure     string              `json:"sure"`
	Toward   string              `json:"toward,omitempty"`
	From     vault.Text          `json:"from,omitzero"`
	Phone    vault.Text          `json:"phone,omitzero"`
	Words    vault.Text          `json:"words,omitzero"`
	Photos   []matter.Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (Sighted) EventKind() string { return "missing.sighted/1" }

// Tell implements matter.Built. Who was only called does not come to see what is sealed: no Help.
func (Sighted) Tell(m *matter.Matter, at work.At) {
	m.Reach("missing_sighted", at.HappenedAt)
}

func (e Sighted) apply(x *Missing, at work.At) {
	x.Sightings = append(slices.Clip(x.Sightings), Sighting{e.Sighting, e.At, e.Place, e.Lon, e.Lat, e.Sure, e.Toward, e.From, e.Phone, at.Actor, e.Words})
	x.SeenPhotos = append(slices.Clip(x.SeenPhotos), e.Photos...)
	x.heard(at.Actor, "seen", at.HappenedAt)
}

const maxSightings = 300

// Sight decides a sighting; it lies between the last time the person was seen by who knows them and now.
func (x *Missing) Sight(a Sight, mo Moment) ([]work.Event, error) {
	if err := x.looking(); err != nil {
		return nil, err
	}
	if err := work.AtMost("place", len(x.Sightings)+1, maxSightings); err != nil {
		return nil, err
	}
	at, err := between("at", a.At, x.since(), mo)
	if err != nil {
		return nil, err
	}
	e := Sighted{Sighting: mo.NewID("w"), At: at, Lon: a.Lon, Lat: a.Lat, Sure: a.Sure}
	if e.Place, err = work.Line("place", a.Place, work.MaxShort, true); err != nil {
		return nil, err
	}
	if err := onMap(a.Lon, a.Lat); err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(Sures, a.Sure), "sure", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if e.Toward, err = work.Line("toward", a.Toward, 80, false); err != nil {
		return nil, err
	}
	from, err := work.Line("seen_from", a.From, work.MaxShort, false)
	if err != nil {
		return nil, err
	}
	phone, err := work.Line("from_phone", a.FromPhone, 30, false)
	if err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	e.From, e.Phone, e.Words = vault.Plain(e.Sighting, "name", from), vault.Plain(e.Sighting, "phone", phone), x.text("sighting", words)
	if e.Photos, err = matter.Attach(a.Photos); err != nil {
		return nil, err
	}
	return []work.Event{e}, nil
}

// Area is a place that was looked through.
type Area struct {
	Cell, Place string
	People      []string
	At          time.Time
	Words       vault.Text
}

// SearchArea (勾掉搜过的地方) ticks off a cell, or a spot in it, that was looked through.
type SearchArea struct {
	matter.On
	Cell   string   `json:"cell" form:"cell,required"`
	Place  string   `json:"place,omitempty" form:"line"`
	People []string `json:"people,omitempty" form:"people"`
	Words  string   `json:"words,omitempty" form:"words"`
}

// AreaSearched is a place looked through.
type AreaSearched struct {
	Cell   string     `json:"cell"`
	Place  string     `json:"place,omitempty"`
	People []string   `json:"people,omitempty"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (AreaSearched) EventKind() string { return "missing.area_searched/1" }

// Tell implements matter.Built.
func (e AreaSearched) Tell(m *matter.Matter, at work.At) { helped(m, at, e.People...) }

func (e AreaSearched) apply(x *Missing, at work.At) {
	x.Areas = append(slices.Clip(x.Areas), Area{e.Cell, e.Place, e.People, at.HappenedAt, e.Words})
}

// SearchArea decides a place ticked off.
func (x *Missing) SearchArea(a SearchArea, mo Moment) ([]work.Event, error) {
	if err := x.looking(); err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Cell(a.Cell), "cell", "form.unknown_cell", fault.Args{"cell": a.Cell}); err != nil {
		return nil, err
	}
	place, err := work.Line("place", a.Place, work.MaxShort, false)
	if err != nil {
		return nil, err
	}
	who, err := people("people", a.People, mo)
	if err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{AreaSearched{a.Cell, place, who, x.text("area", words)}}, nil
}

// Camera is whose camera was asked. What it shows is looked at where it is (law-and-standards 12.6): nothing of it is kept here.
type Camera struct {
	Place, Whose string
	At           time.Time
	Words        vault.Text
}

// AskCamera (问过监控) notes that somebody's camera was asked.
type AskCamera struct {
	matter.On
	Place string `json:"place" form:"line,required"`
	Whose string `json:"camera_of" form:"line,required"`
	Words string `json:"words,omitempty" form:"words"`
}

// CameraAsked is that note.
type CameraAsked struct {
	Place string     `json:"place"`
	Whose string     `json:"whose"`
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (CameraAsked) EventKind() string { return "missing.camera_asked/1" }

// Tell implements matter.Built.
func (CameraAsked) Tell(m *matter.Matter, at work.At) { helped(m, at) }

func (e CameraAsked) apply(x *Missing, at work.At) {
	x.Cameras = append(slices.Clip(x.Cameras), Camera{e.Place, e.Whose, at.HappenedAt, e.Words})
}

// AskCamera decides the note that a camera was asked.
func (x *Missing) AskCamera(a AskCamera, _ Moment) ([]work.Event, error) {
	if err := x.looking(); err != nil {
		return nil, err
	}
	place, err := work.Line("place", a.Place, work.MaxShort, true)
	if err != nil {
		return nil, err
	}
	whose, err := work.Line("camera_of", a.Whose, work.MaxShort, true)
	if err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{CameraAsked{place, whose, x.text("camera", words)}}, nil
}
