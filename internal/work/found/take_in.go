package found

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Point is a proof detail as the form asks for it: what it is about, and the detail.
type Point struct {
	What   string `json:"proof_point" form:"line"`
	Secret string `json:"proof_detail" form:"line"`
}

// Find is what is asked when a thing is taken in.
type Find struct {
	Sort    string    `json:"thing_sort" form:"foundsort,required"`
	Looks   string    `json:"public_looks" form:"line,required"`
	Area    string    `json:"found_area" form:"line,required"`
	FoundAt time.Time `json:"found_at" form:"datetime,required"`
	Points  []Point   `json:"proof_points,omitempty"`
	Spot    string    `json:"spot,omitempty" form:"line"`
	Source  string    `json:"brought_by" form:"foundsource,required"`
	LeftOn  string    `json:"left_in_hotel,omitempty" form:"date"`
	Unnamed bool      `json:"unnamed,omitempty" form:"yesno"`
	Name    string    `json:"finder,omitempty" form:"line"`
	Phone   string    `json:"phone,omitempty" form:"phone"`
	Wish    string    `json:"wish,omitempty" form:"finderwish"`
	KeptAt  string    `json:"kept_at" form:"line,required"`
	Keeper  string    `json:"thing_keeper,omitempty" form:"person"`
	Photos  []string  `json:"photos,omitempty" form:"photos"`
}

// Register (收下) opens a matter for a thing brought to the window, and takes it in.
type Register struct {
	Kind string `json:"kind,omitempty" form:"hidden"`
	Cell string `json:"cell" form:"cell,required"`
	Find
}

// TakeIn (收下) takes in the thing of a matter that was opened already.
type TakeIn struct {
	matter.On
	Find
}

// TakenIn is a thing in the hands of the police.
type TakenIn struct {
	Receipt string              `json:"receipt"`
	Sort    string              `json:"thing_sort"`
	Looks   string              `json:"public_looks"`
	Area    string              `json:"found_area"`
	FoundAt time.Time           `json:"found_at"`
	Proofs  []ProofTaken        `json:"proofs,omitempty"`
	Spot    vault.Text          `json:"spot,omitzero"`
	Source  string              `json:"source"`
	LeftOn  string              `json:"left_in_hotel,omitempty"`
	Unnamed bool                `json:"unnamed,omitempty"`
	Finder  string              `json:"finder,omitempty"`
	Name    vault.Text          `json:"name,omitzero"`
	Phone   vault.Text          `json:"phone,omitzero"`
	Wish    string              `json:"wish,omitempty"`
	KeptAt  string              `json:"kept_at"`
	Keeper  string              `json:"thing_keeper"`
	Photos  []matter.Attachment `json:"photos,omitempty"`
}

// ProofTaken is a proof detail in the event.
type ProofTaken struct {
	ID     string     `json:"id"`
	What   string     `json:"what"`
	Secret vault.Text `json:"secret,omitzero"`
}

// EventKind implements work.Event.
func (TakenIn) EventKind() string { return "found.taken_in/1" }

// Tell implements matter.Built.
func (v TakenIn) Tell(m *matter.Matter, at work.At) {
	m.Reach(TakenInStep, at.HappenedAt)
	m.Reach("started", at.HappenedAt)
	m.Help(at.Actor)
	m.Help(v.Keeper)
	m.Attached(v.Photos)
}

func (v TakenIn) apply(t *Thing, at work.At) {
	t.Receipt, t.Sort, t.Looks, t.Area, t.FoundAt, t.Spot, t.Source, t.LeftOn = v.Receipt, v.Sort, v.Looks, v.Area, v.FoundAt, v.Spot, v.Source, v.LeftOn
	t.Unnamed, t.Finder, t.Name, t.Phone, t.Wish, t.KeptAt, t.Keeper = v.Unnamed, v.Finder, v.Name, v.Phone, v.Wish, v.KeptAt, v.Keeper
	t.TakenAt, t.TakenBy = at.HappenedAt, at.Actor
	for _, p := range v.Proofs {
		t.Proofs = append(t.Proofs, Proof(p))
	}
	for _, p := range v.Photos {
		t.Pictures = append(t.Pictures, Picture{ID: p.ID})
	}
}

// ReceiptPattern numbers the receipts of things found.
const ReceiptPattern = "拾{year}-{no}"

// Open decides a new matter with its thing.
func Open(a Register, mo Moment) ([]work.Event, error) {
	looks, err := work.Line("public_looks", a.Looks, work.MaxTitle, true)
	if err != nil {
		return nil, err
	}
	open := matter.Open{Kind: a.Kind, Title: looks, Cell: a.Cell, Place: a.Area}
	mine := mo.Book.CanHandle(mo.Actor)
	if mine {
		open.To = mo.Actor
	}
	events, err := matter.Matter{}.Open(open, "", mo.Moment)
	if err != nil {
		return nil, err
	}
	if mine {
		events = append(events, matter.Acknowledged{}, matter.Started{})
	}
	t := &Thing{}
	t.ID, t.Version, t.State = events[0].(matter.Opened).ID, 1, matter.UnderWay
	taken, err := t.takeIn(a.Find, mo)
	if err != nil {
		return nil, err
	}
	return append(events, taken), nil
}

// TakeIn decides it for a matter that stands already.
func (t *Thing) TakeIn(a TakeIn, mo Moment) ([]work.Event, error) {
	if t.Version == 0 {
		return nil, fault.New(fault.Missing, "matter.not_found", nil)
	}
	if !t.TakenAt.IsZero() {
		return nil, fault.New(fault.Stale, "found.taken_already", fault.Args{"receipt": t.Receipt})
	}
	v, err := t.takeIn(a.Find, mo)
	if err != nil {
		return nil, err
	}
	return []work.Event{v}, nil
}

// takeIn checks what was typed. Arms are never taken in as lost property (law-and-standards 7.7).
func (t *Thing) takeIn(a Find, mo Moment) (v TakenIn, err error) {
	if v, err = a.described(mo); err != nil {
		return v, err
	}
	if err := a.source(&v, mo); err != nil {
		return v, err
	}
	if v.Keeper, err = keeper(a.Keeper, mo); err != nil {
		return v, err
	}
	if v.KeptAt, err = work.Line("kept_at", a.KeptAt, work.MaxShort, true); err != nil {
		return v, err
	}
	if v.Photos, err = matter.Attach(a.Photos); err != nil {
		return v, err
	}
	spot, err := work.Line("spot", a.Spot, work.MaxShort, false)
	if err != nil {
		return v, err
	}
	v.Spot = t.text("spot", spot)
	for i, p := range v.Proofs {
		secret, _ := p.Secret.Reveal()
		v.Proofs[i].Secret = t.text("proof."+p.ID, secret)
	}
	if a.Name != "" || a.Phone != "" {
		v.Finder = mo.NewID("p")
		v.Name, v.Phone = vault.Plain(v.Finder, "name", strings.TrimSpace(a.Name)), vault.Plain(v.Finder, "phone", strings.TrimSpace(a.Phone))
	}
	v.Receipt = mo.Number(ReceiptPattern)
	return v, nil
}

// described checks what it is and where it was found, and that the public words tell nothing of the proof.
func (a Find) described(mo Moment) (v TakenIn, err error) {
	v = TakenIn{Sort: a.Sort, FoundAt: a.FoundAt}
	if err := work.Must(slices.Contains(Sorts, a.Sort), "thing_sort", "form.unknown_choice", nil); err != nil {
		return v, err
	}
	if v.Looks, err = work.Line("public_looks", a.Looks, work.MaxTitle, true); err != nil {
		return v, err
	}
	if v.Area, err = work.Line("found_area", a.Area, 40, true); err != nil {
		return v, err
	}
	if err := work.Must(!a.FoundAt.IsZero() && !a.FoundAt.After(mo.Now), "found_at", "found.when", nil); err != nil {
		return v, err
	}
	if err := work.AtMost("proof_points", len(a.Points), 10); err != nil {
		return v, err
	}
	var secrets []string
	for i, p := range a.Points {
		what, err := work.Line("proof_point", p.What, 40, true)
		if err != nil {
			return v, err
		}
		secret, err := work.Line("proof_detail", p.Secret, work.MaxShort, true)
		if err != nil {
			return v, err
		}
		secrets = append(secrets, secret)
		v.Proofs = append(v.Proofs, ProofTaken{strconv.Itoa(i + 1), what, vault.Plain("?", "proof", secret)})
	}
	for _, f := range []struct{ field, words string }{{"public_looks", v.Looks}, {"found_area", v.Area}} {
		if arms(f.words) {
			return v, fault.New(fault.Invalid, "found.arms", nil).On(f.field)
		}
		if err := public(f.field, f.words, secrets); err != nil {
			return v, err
		}
	}
	return v, nil
}

// source checks from whom it comes. A hotel looks for the guest itself for three months (L19 §8; law-and-standards 7.4).
func (a Find) source(v *TakenIn, mo Moment) error {
	v.Source, v.Unnamed, v.Wish = a.Source, a.Unnamed, a.Wish
	if err := work.Must(slices.Contains(Sources, a.Source), "brought_by", "form.unknown_choice", nil); err != nil {
		return err
	}
	if err := work.Must(a.Wish == "" || slices.Contains(Wishes, a.Wish), "wish", "form.unknown_choice", nil); err != nil {
		return err
	}
	name, err := work.Line("finder", a.Name, 40, a.Source == "person" && !a.Unnamed)
	if err != nil {
		return err
	}
	if err := work.Must(!a.Unnamed || name == "" && a.Phone == "", "unnamed", "found.unnamed_has_name", nil); err != nil {
		return err
	}
	if _, err := work.Line("phone", a.Phone, 40, false); err != nil {
		return err
	}
	if a.Unnamed {
		v.Wish = "waived" // nobody is there whom costs or a reward could be paid to
	}
	if a.Source != "hotel" {
		return nil
	}
	left, err := grid.ParseDay(a.LeftOn)
	if err != nil {
		return fault.New(fault.Invalid, "found.hotel_day", nil).On("left_in_hotel")
	}
	v.LeftOn = a.LeftOn
	due := clock.Due(HotelWait, left.Start(), nil, nil, mo.Calendar, mo.Now).DueAt
	return work.Must(mo.Now.After(due), "left_in_hotel", "found.hotel_waits", fault.Args{"day": due.In(clock.Shanghai).Format(time.DateOnly)})
}

// HotelWait is how long a hotel looks for its guest before a thing left there becomes found property (L19 §8).
var HotelWait = clock.Limit{Key: "hotel", Amount: 3, Unit: clock.Months, Source: "《旅馆业治安管理办法》第8条"}

// keeper is who answers for the place it is kept at: never an auxiliary, guard, grid member or volunteer (law-and-standards 13.1–13.3).
func keeper(person string, mo Moment) (string, error) {
	if person == "" {
		person = mo.Actor
	}
	if err := work.Must(mo.Book.Person(person), "thing_keeper", "form.unknown_person", nil); err != nil {
		return "", err
	}
	r := mo.Book.Role(person)
	return person, work.Must(r.HasPolicePowers() || r == grid.WindowClerk, "thing_keeper", "found.keeper", nil)
}

var (
	armsWords = regexp.MustCompile(`子弹|枪弹|弹药|手榴弹|手雷|雷管|炸药|爆炸物|猎枪|步枪|手枪|气枪|火药枪|导火索|炮弹`)
	toys      = regexp.MustCompile(`玩具|模型|水枪`)
	amounts   = regexp.MustCompile(`[0-9０-９一二三四五六七八九十百千万两几]+\s*(元|块钱|块|角)|[0-9０-９]{3,}|[0-9０-９](?:[ -]?[0-9０-９]){3,}`)
)

// arms tells whether words speak of arms, ammunition or explosives.
func arms(words string) bool { return armsWords.MatchString(words) && !toys.MatchString(words) }

// public refuses public words that tell an amount, a number, a name or phone, or a detail that the claimant must supply (7.5).
func public(field, words string, secrets []string) error {
	if err := work.Must(!amounts.MatchString(words) && len(vault.FindPersonal(words)) == 0, field, "found.looks_tells", nil); err != nil {
		return err
	}
	for _, s := range secrets {
		if s = strings.TrimSpace(s); len([]rune(s)) >= 2 && strings.Contains(words, s) {
			return fault.New(fault.Invalid, "found.looks_proof", nil).On(field)
		}
	}
	return nil
}

// Move (移存) puts it into another place or other hands.
type Move struct {
	matter.On
	KeptAt string `json:"kept_at" form:"line,required"`
	Keeper string `json:"thing_keeper,omitempty" form:"person"`
}

// Moved is the new place.
type Moved struct {
	KeptAt string `json:"kept_at"`
	Keeper string `json:"thing_keeper"`
}

// EventKind implements work.Event.
func (Moved) EventKind() string { return "found.moved/1" }

// Tell implements matter.Built.
func (v Moved) Tell(m *matter.Matter, _ work.At) { m.Help(v.Keeper) }

func (v Moved) apply(t *Thing, _ work.At) { t.KeptAt, t.Keeper = v.KeptAt, v.Keeper }

// Move decides it.
func (t *Thing) Move(a Move, mo Moment) ([]work.Event, error) {
	if err := t.kept(); err != nil {
		return nil, err
	}
	if a.Keeper == "" {
		a.Keeper = t.Keeper
	}
	who, err := keeper(a.Keeper, mo)
	if err != nil {
		return nil, err
	}
	at, err := work.Line("kept_at", a.KeptAt, work.MaxShort, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{Moved{at, who}}, nil
}

// AddPhotos (加照片) adds photographs; those marked are shown with the notice.
type AddPhotos struct {
	matter.On
	Photos []string `json:"photos" form:"photos,required"`
	Show   bool     `json:"show_public" form:"yesno"`
}

// PhotosAdded are those.
type PhotosAdded struct {
	Photos []matter.Attachment `json:"photos"`
	Show   bool                `json:"show_public,omitempty"`
}

// EventKind implements work.Event.
func (PhotosAdded) EventKind() string { return "found.photos_added/1" }

// Tell implements matter.Built.
func (v PhotosAdded) Tell(m *matter.Matter, _ work.At) { m.Attached(v.Photos) }

func (v PhotosAdded) apply(t *Thing, _ work.At) {
	for _, p := range v.Photos {
		t.Pictures = append(slices.Clip(t.Pictures), Picture{p.ID, v.Show})
	}
}

// AddPhotos decides it. A card's face is proof: no picture of one is shown.
func (t *Thing) AddPhotos(a AddPhotos, _ Moment) ([]work.Event, error) {
	if err := t.kept(); err != nil {
		return nil, err
	}
	if err := work.Must(!a.Show || !slices.Contains([]string{IDCard, "bank_card", "papers"}, t.Sort), "show_public", "found.card_picture", nil); err != nil {
		return nil, err
	}
	if err := work.Must(len(t.Pictures)+len(a.Photos) <= 20, "photos", "form.too_many_photos", fault.Args{"max": 20}); err != nil {
		return nil, err
	}
	list, err := matter.Attach(a.Photos)
	if err != nil {
		return nil, err
	}
	if err := work.Must(len(list) > 0, "photos", "form.required", fault.Args{"field": "photos"}); err != nil {
		return nil, err
	}
	return []work.Event{PhotosAdded{list, a.Show}}, nil
}
