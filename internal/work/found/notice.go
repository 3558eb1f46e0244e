package found

import (
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Publish (发布招领公告) puts the public words before everybody; the year to claim it begins that day (Civil Code §315, §318).
type Publish struct {
	matter.On
	Looks string `json:"public_looks,omitempty" form:"line"` // better words than those it was taken in with
	Where string `json:"claim_where" form:"line,required"`
}

// Published is the notice.
type Published struct {
	Number string `json:"number"`
	Looks  string `json:"public_looks"`
	Area   string `json:"found_area"`
	Where  string `json:"claim_where"`
}

// EventKind implements work.Event.
func (Published) EventKind() string { return "found.published/1" }

// Tell implements matter.Built.
func (v Published) Tell(m *matter.Matter, at work.At) {
	m.Reach(NoticeStep, at.HappenedAt)
	m.Help(at.Actor)
}

func (v Published) apply(t *Thing, at work.At) {
	t.Notice, t.Looks, t.Where, t.NoticeAt = v.Number, v.Looks, v.Where, at.HappenedAt
}

// NoticePattern numbers the notices.
const NoticePattern = "招领{year}-{no}"

// Publish decides the notice. What it says is held against every sealed detail, and against the finder's name.
func (t *Thing) Publish(a Publish, mo Moment) ([]work.Event, error) {
	if err := t.kept(); err != nil {
		return nil, err
	}
	if !t.NoticeAt.IsZero() {
		return nil, fault.New(fault.Stale, "found.published_already", fault.Args{"number": t.Notice})
	}
	if !t.OwnerTold.IsZero() {
		return nil, fault.New(fault.Stale, "found.owner_known", nil)
	}
	if err := work.Must(t.Sort != IDCard || t.Card != "", "", "found.card_first", nil); err != nil {
		return nil, err
	}
	if a.Looks == "" {
		a.Looks = t.Looks
	}
	looks, err := work.Line("public_looks", a.Looks, work.MaxTitle, true)
	if err != nil {
		return nil, err
	}
	where, err := work.Line("claim_where", a.Where, work.MaxShort, true)
	if err != nil {
		return nil, err
	}
	secrets := []string{mo.Reveal(t.Name), mo.Reveal(t.Phone)}
	for _, p := range t.Proofs {
		secrets = append(secrets, mo.Reveal(p.Secret))
	}
	if err := public("public_looks", looks, secrets); err != nil {
		return nil, err
	}
	if err := public("found_area", t.Area, secrets); err != nil {
		return nil, err
	}
	return []work.Event{Published{Number: mo.Number(NoticePattern), Looks: looks, Area: t.Area, Where: where}}, nil
}

// TellOwner (通知失主) tells an owner who is known (Civil Code §314).
type TellOwner struct {
	matter.On
	Name    string    `json:"owner_name" form:"line,required"`
	Phone   string    `json:"phone,omitempty" form:"phone"`
	How     string    `json:"known_by" form:"line,required"` // how one knows it is theirs
	Reached bool      `json:"got_through" form:"yesno,required"`
	At      time.Time `json:"at,omitzero" form:"datetime"`
}

// OwnerWasTold is that telling, or a try.
type OwnerWasTold struct {
	Person  string     `json:"person"`
	Name    vault.Text `json:"name,omitzero"`
	Phone   vault.Text `json:"phone,omitzero"`
	How     vault.Text `json:"how,omitzero"`
	Reached bool       `json:"got_through"`
	At      time.Time  `json:"at"`
}

// EventKind implements work.Event.
func (OwnerWasTold) EventKind() string { return "found.owner_told/1" }

// Tell implements matter.Built.
func (v OwnerWasTold) Tell(m *matter.Matter, at work.At) {
	if v.Reached {
		m.Reach(OwnerTold, v.At)
	}
	m.Help(at.Actor)
}

func (v OwnerWasTold) apply(t *Thing, _ work.At) {
	t.Owner, t.OwnerName, t.OwnerTel = v.Person, v.Name, v.Phone
	if v.Reached {
		t.OwnerTold = v.At
	}
}

// TellOwner decides it. Once the owner is reached the notice is down.
func (t *Thing) TellOwner(a TellOwner, mo Moment) ([]work.Event, error) {
	if err := t.kept(); err != nil {
		return nil, err
	}
	if _, taken := t.Accepted(); taken || !t.OwnerTold.IsZero() {
		return nil, fault.New(fault.Stale, "found.owner_known", nil)
	}
	name, err := work.Line("owner_name", a.Name, 40, true)
	if err != nil {
		return nil, err
	}
	phone, err := work.Line("phone", a.Phone, 40, false)
	if err != nil {
		return nil, err
	}
	how, err := work.Line("known_by", a.How, work.MaxShort, true)
	if err != nil {
		return nil, err
	}
	if a.At.IsZero() {
		a.At = mo.HappenedAt
	}
	if err := work.Must(!a.At.After(mo.Now) && !a.At.Before(t.FoundAt), "at", "found.when", nil); err != nil {
		return nil, err
	}
	v := OwnerWasTold{Person: mo.NewID("p"), How: t.text("known_by", how), Reached: a.Reached, At: a.At}
	v.Name, v.Phone = vault.Plain(v.Person, "name", name), vault.Plain(v.Person, "phone", phone)
	return []work.Event{v}, nil
}

// CheckCard (核查身份证) treats a found identity card: who already has a new one gets the old one destroyed and registered, else it is
// entered as lost and its holder told (law-and-standards 7.6).
type CheckCard struct {
	matter.On
	Card    string `json:"id_card_state" form:"cardstate,required"`
	Entry   string `json:"entry_no,omitempty" form:"line"`
	Told    bool   `json:"told_holder,omitempty" form:"yesno"`
	Witness string `json:"destroy_witness,omitempty" form:"person"` // the second one at the destruction
}

// CardWasChecked is what came of it.
type CardWasChecked struct {
	Card    string `json:"id_card_state"`
	Entry   string `json:"entry_no,omitempty"`
	Told    bool   `json:"told_holder,omitempty"`
	Witness string `json:"destroy_witness,omitempty"`
}

// EventKind implements work.Event.
func (CardWasChecked) EventKind() string { return "found.card_checked/1" }

// Tell implements matter.Built.
func (v CardWasChecked) Tell(m *matter.Matter, at work.At) {
	m.Reach(CardChecked, at.HappenedAt)
	m.Help(at.Actor)
	m.Help(v.Witness)
	if v.Card == "reissued" {
		ended(m, DestroyedStep, at)
	}
}

func (v CardWasChecked) apply(t *Thing, at work.At) {
	t.Card, t.CardEntry, t.CardTold = v.Card, v.Entry, v.Told
	if v.Card == "reissued" {
		t.end(DestroyedStep, at)
	}
}

// CheckCard decides it.
func (t *Thing) CheckCard(a CheckCard, mo Moment) ([]work.Event, error) {
	if err := t.kept(); err != nil {
		return nil, err
	}
	if err := work.Must(t.Sort == IDCard, "", "found.no_card", nil); err != nil {
		return nil, err
	}
	for _, known := range CardStates {
		if a.Card != known {
			continue
		}
		entry, err := work.Line("entry_no", a.Entry, 60, a.Card != "unknown")
		if err != nil {
			return nil, err
		}
		v := CardWasChecked{Card: a.Card, Entry: entry, Told: a.Told}
		if a.Card == "reissued" {
			two := mo.Book.Person(a.Witness) && a.Witness != mo.Actor && mo.Book.Role(a.Witness).HasPolicePowers()
			if err := work.Must(two && mo.Role.HasPolicePowers(), "destroy_witness", "found.destroy_by_two", nil); err != nil {
				return nil, err
			}
			v.Witness = a.Witness
		}
		return []work.Event{v}, nil
	}
	return nil, fault.New(fault.Invalid, "form.unknown_choice", nil).On("id_card_state")
}
