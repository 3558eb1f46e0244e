package surrender

import (
	"errors"
	"slices"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Secure (现场保护) keeps people away from what must not be moved until the county's people come.
type Secure struct {
	matter.On
	NotMoved  bool      `json:"not_moved" form:"yesno,required"`
	Evacuated string    `json:"evacuated" form:"line,required"` // how far, whom
	Unit      string    `json:"county_unit" form:"body,required"`
	CalledAt  time.Time `json:"called_at" form:"datetime,required"`
	Words     string    `json:"words,omitempty" form:"words"`
	Photos    []string  `json:"photos,omitempty" form:"photos"`
}

// ScenesSecured is what was done.
type ScenesSecured struct {
	Evacuated string              `json:"evacuated"`
	Unit      string              `json:"county_unit"`
	CalledAt  time.Time           `json:"called_at"`
	Words     vault.Text          `json:"words,omitzero"`
	Photos    []matter.Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (ScenesSecured) EventKind() string { return "surrender.secured/1" }

// Tell implements matter.Built.
func (v ScenesSecured) Tell(m *matter.Matter, at work.At) {
	m.Reach(SecuredStep, at.HappenedAt)
	m.Reach("arrived", at.HappenedAt)
	m.Reach("started", at.HappenedAt)
	m.Help(at.Actor)
	m.Attached(v.Photos)
}

func (v ScenesSecured) apply(s *Surrender, at work.At) { s.Secured, s.SecuredAt = &v, at.HappenedAt }

// Secure decides it. Whoever comes first may do it: keep away, clear the place, call.
func (s *Surrender) Secure(a Secure, mo Moment) ([]work.Event, error) {
	if err := s.Stands(); err != nil {
		return nil, err
	}
	if err := work.Must(a.NotMoved, "not_moved", "surrender.do_not_move", nil); err != nil {
		return nil, err
	}
	evacuated, err := work.Line("evacuated", a.Evacuated, work.MaxShort, true)
	if err != nil {
		return nil, err
	}
	if err := work.Must(mo.Book.Body(a.Unit), "county_unit", "form.unknown_body", nil); err != nil {
		return nil, err
	}
	if err := work.Must(!a.CalledAt.IsZero() && !a.CalledAt.After(mo.Now), "called_at", "surrender.not_yet", nil); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	photos, err := matter.Attach(a.Photos)
	if err != nil {
		return nil, err
	}
	return []work.Event{ScenesSecured{evacuated, a.Unit, a.CalledAt, s.text("secured", words), photos}}, nil
}

// Counted is one sort of thing as the form asks for it: counted by the first officer, counted again by the second.
type Counted struct {
	Arm     string `json:"arm" form:"armsort"`
	Model   string `json:"arm_model,omitempty" form:"line"`
	Calibre string `json:"arm_calibre,omitempty" form:"line"`
	Serial  string `json:"arm_serial,omitempty" form:"line"`
	Count   int    `json:"arm_count" form:"number"`
	Again   int    `json:"arm_count_again" form:"number"`
	State   string `json:"state_of_it,omitempty" form:"line"`
}

// HandIn is what is asked when somebody hands arms in.
type HandIn struct {
	Items     []Counted `json:"arm_items"`
	Second    string    `json:"second" form:"person,required"`
	At        time.Time `json:"handed_in_at" form:"datetime,required"`
	Name      string    `json:"handed_by,omitempty" form:"line"`
	Unnamed   bool      `json:"unnamed,omitempty" form:"yesno"` // left at the door, or they will not say
	Phone     string    `json:"phone,omitempty" form:"phone"`
	IDNo      string    `json:"id_no,omitempty" form:"id"`
	Origin    string    `json:"origin_told" form:"words,required"`
	Voluntary bool      `json:"voluntary" form:"yesno,required"`
	Photos    []string  `json:"photos,omitempty" form:"photos"`
}

// Register (收下上交物品) opens a matter for what was brought to the station, and receives it.
type Register struct {
	Kind  string `json:"kind,omitempty" form:"hidden"`
	Cell  string `json:"cell" form:"cell,required"`
	Place string `json:"place,omitempty" form:"line"`
	HandIn
}

// Receive (清点收下) receives what a matter that was opened already is about.
type Receive struct {
	matter.On
	HandIn
}

// ArmsReceived is what two officers received.
type ArmsReceived struct {
	Receipt   string              `json:"receipt"`
	Items     []Item              `json:"arm_items"`
	Second    string              `json:"second"`
	At        time.Time           `json:"at"`
	Person    string              `json:"person,omitempty"`
	Name      vault.Text          `json:"name,omitzero"`
	Phone     vault.Text          `json:"phone,omitzero"`
	IDNo      vault.Text          `json:"id_no,omitzero"`
	IDWrong   bool                `json:"id_wrong,omitempty"`
	Origin    vault.Text          `json:"origin_told,omitzero"`
	Voluntary bool                `json:"voluntary"`
	Notice    string              `json:"notice,omitempty"`
	Title     string              `json:"title,omitempty"`
	Until     string              `json:"until,omitempty"`
	OnSpot    bool                `json:"on_spot,omitempty"`
	Photos    []matter.Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (ArmsReceived) EventKind() string { return "surrender.received/1" }

// Tell implements matter.Built.
func (v ArmsReceived) Tell(m *matter.Matter, at work.At) {
	m.Reach(ReceivedStep, at.HappenedAt)
	m.Reach("arrived", at.HappenedAt)
	m.Reach("started", at.HappenedAt)
	m.Help(at.Actor)
	m.Help(v.Second)
	m.Attached(v.Photos)
}

func (v ArmsReceived) apply(s *Surrender, at work.At) {
	s.Receipt, s.Items, s.Second, s.At, s.By, s.Received = v.Receipt, v.Items, v.Second, v.At, at.Actor, at.HappenedAt
	s.Person, s.Name, s.Phone, s.IDNo, s.IDWrong, s.Origin = v.Person, v.Name, v.Phone, v.IDNo, v.IDWrong, v.Origin
	s.Voluntary, s.Notice, s.Title, s.Until, s.OnSpot = v.Voluntary, v.Notice, v.Title, v.Until, v.OnSpot
}

// ReceiptPattern numbers the receipts.
const ReceiptPattern = "枪爆收{year}-{no}"

// title is what such a matter is called: nothing of who handed it in.
const title = "群众上交枪弹爆炸物"

// Open decides a new matter with what was received. What is dangerous must be secured first, on a matter that was opened for it.
func Open(a Register, mo Moment) ([]work.Event, error) {
	open := matter.Open{Kind: a.Kind, Title: title, Cell: a.Cell, Place: a.Place, To: mo.Actor}
	if err := pair(a.Second, mo); err != nil {
		return nil, err
	}
	events, err := matter.Matter{}.Open(open, "", mo.Moment)
	if err != nil {
		return nil, err
	}
	s := &Surrender{}
	s.ID, s.Version, s.State = events[0].(matter.Opened).ID, 1, matter.UnderWay
	more, err := s.Receive(Receive{HandIn: a.HandIn}, mo)
	if err != nil {
		return nil, err
	}
	return append(append(events, matter.Acknowledged{}, matter.Started{}), more...), nil
}

// Receive decides what two officers received: each counted, and the counts agree (law-and-standards 7.7).
func (s *Surrender) Receive(a Receive, mo Moment) ([]work.Event, error) {
	if err := s.Stands(); err != nil {
		return nil, err
	}
	if !s.Received.IsZero() {
		return nil, fault.New(fault.Stale, "surrender.received_already", fault.Args{"receipt": s.Receipt})
	}
	if err := pair(a.Second, mo); err != nil {
		return nil, err
	}
	v := ArmsReceived{Second: a.Second, At: a.At, Voluntary: a.Voluntary}
	var err error
	if v.Items, err = counted(a.Items); err != nil {
		return nil, err
	}
	if slices.ContainsFunc(v.Items, func(i Item) bool { return Dangerous(i.Arm) }) {
		if s.Secured == nil {
			return nil, fault.New(fault.Stale, "surrender.secure_first", nil)
		}
		v.OnSpot = true
	}
	if err := work.Must(!a.At.IsZero() && !a.At.After(mo.Now), "handed_in_at", "surrender.not_yet", nil); err != nil {
		return nil, err
	}
	if err := s.who(a.HandIn, &v, mo); err != nil {
		return nil, err
	}
	if n, ok := mo.Notice(a.At); ok {
		v.Notice, v.Title, v.Until = n.Key, n.Name.Zh, string(n.Until)
	}
	v.Receipt = mo.Number(ReceiptPattern)
	return []work.Event{v}, nil
}

// counted checks what was counted twice.
func counted(rows []Counted) (list []Item, err error) {
	if err := work.Must(len(rows) > 0, "arm_items", "surrender.nothing", nil); err != nil {
		return nil, err
	}
	if err := work.AtMost("arm_items", len(rows), 30); err != nil {
		return nil, err
	}
	for i, r := range rows {
		x := Item{ID: itemID(i), Arm: r.Arm, Count: r.Count}
		if err := work.Must(slices.Contains(Sorts, r.Arm), "arm", "form.unknown_choice", nil); err != nil {
			return nil, err
		}
		for _, f := range []struct {
			field, value string
			into         *string
		}{{"arm_model", r.Model, &x.Model}, {"arm_calibre", r.Calibre, &x.Calibre}, {"arm_serial", r.Serial, &x.Serial}, {"state_of_it", r.State, &x.State}} {
			if *f.into, err = oneLine(f.field, f.value, 60); err != nil {
				return nil, err
			}
		}
		if err := work.Must(r.Count > 0 && r.Count <= 100_000, "arm_count", "surrender.count", nil); err != nil {
			return nil, err
		}
		if err := work.Must(r.Again == r.Count, "arm_count_again", "surrender.counts_differ", fault.Args{"first": r.Count, "second": r.Again}); err != nil {
			return nil, err
		}
		list = append(list, x)
	}
	return list, nil
}

// who checks who handed it in: their words of where it comes from are sealed, like their name.
func (s *Surrender) who(a HandIn, v *ArmsReceived, mo Moment) error {
	name, err := work.Line("handed_by", a.Name, 40, !a.Unnamed)
	if err != nil {
		return err
	}
	if err := work.Must(!a.Unnamed || name == "" && a.Phone == "" && a.IDNo == "", "unnamed", "surrender.unnamed_has_name", nil); err != nil {
		return err
	}
	phone, err := work.Line("phone", a.Phone, 40, false)
	if err != nil {
		return err
	}
	idNo := ""
	if a.IDNo != "" {
		idNo, err = ident.CheckResidentID(a.IDNo)
		if err != nil && !errors.Is(err, ident.ErrCheck) {
			return fault.New(fault.Invalid, "surrender.id_shape", nil).On("id_no")
		}
		v.IDWrong = errors.Is(err, ident.ErrCheck)
	}
	origin, err := work.Words("origin_told", a.Origin, true)
	if err != nil {
		return err
	}
	v.Origin = s.text("origin", origin)
	if name != "" {
		v.Person = mo.NewID("p")
		v.Name, v.Phone, v.IDNo = vault.Plain(v.Person, "name", name), vault.Plain(v.Person, "phone", phone), vault.Plain(v.Person, "id_no", idNo)
	}
	v.Photos, err = matter.Attach(a.Photos)
	return err
}

// Recount (重新清点) corrects a count by two officers, with the reason; the first count stays in the story.
type Recount struct {
	matter.On
	Item   string `json:"arm_item" form:"armitem,required"`
	Count  int    `json:"arm_count" form:"number,required"`
	Again  int    `json:"arm_count_again" form:"number,required"`
	Second string `json:"second" form:"person,required"`
	Words  string `json:"words" form:"words,required"`
}

// Recounted is the count that holds from then on.
type Recounted struct {
	Item   string     `json:"item"`
	Before int        `json:"before"`
	Count  int        `json:"arm_count"`
	Second string     `json:"second"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (Recounted) EventKind() string { return "surrender.recounted/1" }

// Tell implements matter.Built.
func (v Recounted) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Help(v.Second)
}

func (v Recounted) apply(s *Surrender, _ work.At) {
	s.Items = slices.Clone(s.Items)
	for i := range s.Items {
		if s.Items[i].ID == v.Item {
			s.Items[i].Count = v.Count
		}
	}
}

// Recount decides it.
func (s *Surrender) Recount(a Recount, mo Moment) ([]work.Event, error) {
	if err := s.here(); err != nil {
		return nil, err
	}
	if err := pair(a.Second, mo); err != nil {
		return nil, err
	}
	i := slices.IndexFunc(s.Items, func(x Item) bool { return x.ID == a.Item })
	if err := work.Must(i >= 0, "arm_item", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if err := work.Must(a.Count >= 0 && a.Count <= 100_000, "arm_count", "surrender.count", nil); err != nil {
		return nil, err
	}
	if err := work.Must(a.Again == a.Count, "arm_count_again", "surrender.counts_differ", fault.Args{"first": a.Count, "second": a.Again}); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{Recounted{a.Item, s.Items[i].Count, a.Count, a.Second, s.text("recounted", words)}}, nil
}
