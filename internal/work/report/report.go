// Package report holds the life of a report (报事): one message from one person through one channel, until its reporter has had an
// answer. It is triaged into none, one or several matters, or linked to an open one.
package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// On is what every act on a report carries.
type On struct {
	Report  string `json:"report" form:"hidden"`
	Version int    `json:"version,omitempty" form:"hidden"`
}

// Target gives the report's id and the version the person saw.
func (o On) Target() (id string, version int) { return o.Report, o.Version }

// State is where a report is.
type State string

// The states of a report.
const (
	Fresh     State = "fresh"     // 待分流
	Triaged   State = "triaged"   // 已分流: it has matters
	Declined  State = "declined"  // 不予受理, or answered at once
	Withdrawn State = "withdrawn" // 报事人撤回
)

// ByTransfer is the channel of what another station of the instance passed on; only the program brings it.
const ByTransfer = "transfer"

// Channels a report can come through.
var Channels = []string{"page", "phone", "walkin", "patrol", "import", "chat", "card", ByTransfer}

// Addition is what its reporter added later.
type Addition struct {
	Words vault.Text
	At    time.Time
}

// Report is one message as it stands after its events.
type Report struct {
	ID, Receipt string
	Version     int
	State       State
	Channel     string
	Cell, Place string
	Lon, Lat    float64
	Words       vault.Text
	Name, Phone vault.Text
	Anonymous   bool
	Photos      []matter.Attachment
	Source      string // where an import took it from
	Draft       string // what was said in a group chat, of which it was made
	At          time.Time
	TakenBy     string
	TriagedBy   string
	TriagedAt   time.Time
	Reason      string // why it was declined
	Answer      vault.Text
	Matters     []string
	Additions   []Addition
	Rating      int // 1…5, 0 not rated
	RatedAt     time.Time
	RatingWords vault.Text
	Reopens     int
	Limited     bool      // they asked that what is held about them is no longer used
	WithdrawnAt time.Time // its reporter took it back
	NoContact   bool      // they took back that they may be called or written to
	ErasedAt    time.Time // its reporter had everything personal in it destroyed
}

// Stream is the journal stream of a report.
func Stream(id string) string { return "report/" + id }

type applier interface{ apply(r *Report, at work.At) }

// Apply folds one event of the report's stream.
func (r *Report) Apply(e *journal.Event) error {
	v, err := work.Decode(e)
	if err != nil {
		return err
	}
	return r.ApplyEvent(v, work.Where(e))
}

// ApplyEvent folds a decoded event.
func (r *Report) ApplyEvent(v work.Event, at work.At) error {
	a, ok := v.(applier)
	if !ok {
		return fmt.Errorf("event %s is not of a report", v.EventKind())
	}
	r.Matters, r.Additions, r.Photos = slices.Clip(r.Matters), slices.Clip(r.Additions), slices.Clip(r.Photos) // never write into an earlier copy's list
	a.apply(r, at)
	r.Version = at.Version
	return nil
}

// Fold makes a report from its stream.
func Fold(events []journal.Event) (Report, error) {
	var r Report
	for i := range events {
		if err := r.Apply(&events[i]); err != nil {
			return Report{}, err
		}
	}
	return r, nil
}

// Submit (报事) is the message. Without an account the channel is the page; at the desk somebody takes it down for another.
type Submit struct {
	Words   string    `json:"words" form:"words,required"`
	Cell    string    `json:"cell,omitempty" form:"cell"`
	Place   string    `json:"place,omitempty" form:"line"`
	Lon     float64   `json:"lon,omitempty" form:"hidden"`
	Lat     float64   `json:"lat,omitempty" form:"hidden"`
	Name    string    `json:"name,omitempty" form:"line"`
	Phone   string    `json:"phone,omitempty" form:"phone"`
	Channel string    `json:"channel,omitempty" form:"channel"`
	At      time.Time `json:"at,omitzero" form:"datetime"`
	Photos  []string  `json:"photos,omitempty" form:"photos"`
	Source  string    `json:"source,omitempty" form:"hidden"`
	Receipt string    `json:"-"` // drawn by the desk: randomness is handed in
	Draft   string    `json:"-"` // the draft it is made of: what was said in a group chat
}

// Submitted is a message received.
type Submitted struct {
	ID      string              `json:"id"`
	Receipt string              `json:"receipt"`
	Channel string              `json:"channel"`
	Cell    string              `json:"cell,omitempty"`
	Place   string              `json:"place,omitempty"`
	Lon     float64             `json:"lon,omitempty"`
	Lat     float64             `json:"lat,omitempty"`
	Words   vault.Text          `json:"words,omitzero"`
	Name    vault.Text          `json:"name,omitzero"`
	Phone   vault.Text          `json:"phone,omitzero"`
	Photos  []matter.Attachment `json:"photos,omitempty"`
	Source  string              `json:"source,omitempty"`
	Draft   string              `json:"draft,omitempty"`
}

// EventKind implements work.Event.
func (Submitted) EventKind() string { return "report.submitted/1" }

func (e Submitted) apply(r *Report, at work.At) {
	r.ID, r.Receipt, r.Channel, r.Cell, r.Place, r.Lon, r.Lat = e.ID, e.Receipt, e.Channel, e.Cell, e.Place, e.Lon, e.Lat
	r.Words, r.Name, r.Phone, r.Photos, r.Source, r.Draft = e.Words, e.Name, e.Phone, e.Photos, e.Source, e.Draft
	r.Anonymous = e.Name.Empty() && e.Phone.Empty()
	r.State, r.At, r.TakenBy = Fresh, at.HappenedAt, at.Actor
}

// Submit decides a new report. Everything but the words is optional.
func (Report) Submit(a Submit, mo work.Moment) ([]work.Event, error) {
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	if a.Cell != "" {
		if err := work.Must(mo.Book.Cell(a.Cell), "cell", "form.unknown_cell", fault.Args{"cell": a.Cell}); err != nil {
			return nil, err
		}
	}
	if err := work.Must(a.Lon >= -180 && a.Lon <= 180 && a.Lat >= -90 && a.Lat <= 90, "place", "form.position", nil); err != nil {
		return nil, err
	}
	channel := a.Channel
	if mo.Actor == work.Public || channel == "" {
		channel = "page"
	}
	passed := channel == ByTransfer
	if err := work.Must(slices.Contains(Channels, channel) && (!passed || mo.Actor == ""), "channel", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	// Its source leads the answer back to the sender: nobody else may take such a name.
	if err := work.Must(strings.HasPrefix(a.Source, ByTransfer+":") == passed, "source", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	id := mo.NewID("r")
	e := Submitted{ID: id, Receipt: a.Receipt, Channel: channel, Cell: a.Cell, Lon: a.Lon, Lat: a.Lat, Words: vault.Plain(id, "words", words), Draft: a.Draft}
	if e.Source, err = work.Line("source", a.Source, work.MaxShort, false); err != nil {
		return nil, err
	}
	if e.Photos, err = matter.Attach(a.Photos); err != nil {
		return nil, err
	}
	if e.Place, err = work.Line("place", a.Place, work.MaxShort, false); err != nil {
		return nil, err
	}
	name, err := work.Line("name", a.Name, 40, false)
	if err != nil {
		return nil, err
	}
	phone, err := work.Line("phone", a.Phone, 30, false)
	if err != nil {
		return nil, err
	}
	e.Name, e.Phone = vault.Plain(id, "name", name), vault.Plain(id, "phone", phone)
	return []work.Event{e}, nil
}

// NewMatter is one matter opened from a report.
type NewMatter struct {
	Kind  string            `json:"kind" form:"kind,required"`
	Title string            `json:"title" form:"line,required"`
	Cell  string            `json:"cell,omitempty" form:"cell"` // the report's own when empty
	Place string            `json:"place,omitempty" form:"line"`
	Grade string            `json:"grade,omitempty" form:"grade"`
	To    string            `json:"to,omitempty" form:"person"`
	Extra map[string]string `json:"extra,omitempty" form:"extra"`
}

// Triage (分流) opens matters from a report, ties it to open ones, or declines it with a reason and an answer.
type Triage struct {
	On
	Open    []NewMatter `json:"open,omitempty" form:"matters"`
	Link    []string    `json:"link,omitempty" form:"matters"`
	Decline string      `json:"decline,omitempty" form:"reason:decline"`
	Answer  string      `json:"answer,omitempty" form:"words"`
}

// TriagedInto is what became of the report.
type TriagedInto struct {
	Matters []string   `json:"matters,omitempty"`
	Decline string     `json:"decline,omitempty"`
	Answer  vault.Text `json:"answer,omitzero"`
}

// EventKind implements work.Event.
func (TriagedInto) EventKind() string { return "report.triaged/1" }

func (e TriagedInto) apply(r *Report, at work.At) {
	r.State = Triaged
	if e.Decline != "" {
		r.State = Declined
	}
	for _, m := range e.Matters {
		if !slices.Contains(r.Matters, m) {
			r.Matters = append(r.Matters, m)
		}
	}
	r.Reason, r.Answer, r.TriagedBy, r.TriagedAt = e.Decline, e.Answer, at.Actor, at.HappenedAt
}

// MaxMatters is how many matters one triage may open or tie.
const MaxMatters = 10

// Changes is what a triage writes: on the report, on matters it opens, and on matters it is tied to.
type Changes struct {
	Report []work.Event
	Opened map[string][]work.Event
	Linked map[string][]work.Event
	Order  []string // ids of Opened, in the order asked for
}

// Triage decides a triage. linked are the open matters named in Link, in that order. A report can be triaged again later (its
// reporter added something, or it was declined too soon): then more matters come to it.
func (r Report) Triage(a Triage, linked []matter.Matter, mo work.Moment) (Changes, error) {
	if err := r.there(); err != nil {
		return Changes{}, err
	}
	switch {
	case r.State == Withdrawn:
		return Changes{}, fault.New(fault.Stale, "report.withdrawn", nil)
	case r.State == Triaged && len(a.Open) == 0 && len(a.Link) == 0, r.State == Declined && a.Decline != "":
		return Changes{}, fault.New(fault.Stale, "report.already_triaged", nil)
	case r.State == Triaged && a.Version != 0 && a.Version < r.Version:
		return Changes{}, fault.New(fault.Stale, "report.already_triaged", nil)
	case (a.Decline != "") == (len(a.Open)+len(a.Link) > 0):
		return Changes{}, fault.New(fault.Invalid, "report.triage_one_way", nil).On("decline")
	case len(a.Open)+len(a.Link) > MaxMatters:
		return Changes{}, fault.New(fault.Invalid, "report.too_many_matters", fault.Args{"max": MaxMatters}).On("open")
	}
	answer, err := work.Words("answer", a.Answer, a.Decline != "")
	if err != nil {
		return Changes{}, err
	}
	if a.Decline != "" {
		if err := work.Must(mo.Book.Reason("decline", a.Decline), "decline", "form.unknown_reason", nil); err != nil {
			return Changes{}, err
		}
	}
	c := Changes{Opened: map[string][]work.Event{}, Linked: map[string][]work.Event{}}
	e := TriagedInto{Decline: a.Decline, Answer: vault.Plain(r.ID, "answer", answer)}
	for _, n := range a.Open {
		open := matter.Open{Kind: n.Kind, Title: n.Title, Cell: n.Cell, Place: n.Place, Grade: n.Grade, To: n.To, Extra: n.Extra, Lon: r.Lon, Lat: r.Lat}
		if open.Cell == "" {
			open.Cell = r.Cell
		}
		if open.Place == "" {
			open.Place = r.Place
		}
		events, err := matter.Matter{}.Open(open, r.ID, mo)
		if err != nil {
			return Changes{}, err
		}
		id := events[0].(matter.Opened).ID
		c.Opened[id], c.Order, e.Matters = events, append(c.Order, id), append(e.Matters, id)
	}
	for _, m := range linked {
		events, err := m.LinkReport(r.ID)
		if err != nil {
			return Changes{}, err
		}
		if c.Linked[m.ID] != nil {
			return Changes{}, fault.New(fault.Stale, "matter.report_already_linked", nil).On("link")
		}
		c.Linked[m.ID], e.Matters = events, append(e.Matters, m.ID)
	}
	c.Report = []work.Event{e}
	return c, nil
}

// Add (补充) is what the reporter adds later, with the receipt code.
type Add struct {
	On
	Words  string   `json:"words" form:"words,required"`
	Photos []string `json:"photos,omitempty" form:"photos"`
}

// Added is an addition.
type Added struct {
	Words  vault.Text          `json:"words,omitzero"`
	Photos []matter.Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (Added) EventKind() string { return "report.added/1" }

func (e Added) apply(r *Report, at work.At) {
	r.Additions = append(r.Additions, Addition{e.Words, at.HappenedAt})
	r.Photos = append(r.Photos, e.Photos...)
}

// MaxAdditions is how often a reporter may add something to one report.
const MaxAdditions = 50

// Add decides an addition.
func (r Report) Add(a Add, _ work.Moment) ([]work.Event, error) {
	if err := r.there(); err != nil {
		return nil, err
	}
	if r.State == Withdrawn {
		return nil, fault.New(fault.Stale, "report.withdrawn", nil)
	}
	if err := work.Must(len(r.Additions) < MaxAdditions, "words", "report.too_many_additions", fault.Args{"max": MaxAdditions}); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	photos, err := matter.Attach(a.Photos)
	if err != nil {
		return nil, err
	}
	return []work.Event{Added{vault.Plain(r.ID, "added", words), photos}}, nil
}

func (r Report) there() error {
	if r.Version == 0 {
		return fault.New(fault.Missing, "report.not_found", nil)
	}
	if !r.ErasedAt.IsZero() {
		return fault.New(fault.Stale, "report.erased", nil)
	}
	return nil
}

// Withdraw (撤回) takes the report back. Matters already opened from it go on: others may depend on them.
type Withdraw struct {
	On
	Words string `json:"words,omitempty" form:"words"`
}

// WithdrawnWith is that it was taken back.
type WithdrawnWith struct {
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (WithdrawnWith) EventKind() string { return "report.withdrawn/1" }

func (WithdrawnWith) apply(r *Report, at work.At) { r.State, r.WithdrawnAt = Withdrawn, at.HappenedAt }

// Withdraw decides it.
func (r Report) Withdraw(a Withdraw, _ work.Moment) ([]work.Event, error) {
	if err := r.there(); err != nil {
		return nil, err
	}
	if r.State == Withdrawn {
		return nil, fault.New(fault.Stale, "report.withdrawn", nil)
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{WithdrawnWith{vault.Plain(r.ID, "added", words)}}, nil
}

// Rate (评价) is the reporter's grade, 5 非常满意 … 1 非常不满意 (law-and-standards 18.1), once for each report.
type Rate struct {
	On
	Stars int    `json:"stars" form:"stars,required"`
	Words string `json:"words,omitempty" form:"words"`
	// The items of a rating, each in the same five grades or left out: of something done online (GB/T 39735), of a mediation only
	// attitude and course (18.3).
	Efficiency  int `json:"rate_efficiency,omitempty" form:"hidden"`
	Guide       int `json:"rate_guide,omitempty" form:"hidden"`
	Convenience int `json:"rate_convenience,omitempty" form:"hidden"`
	Operation   int `json:"rate_operation,omitempty" form:"hidden"`
	Attitude    int `json:"rate_attitude,omitempty" form:"hidden"`
	Course      int `json:"rate_course,omitempty" form:"hidden"`
}

// Items are the items of a rating beside the whole: those of something done online, and those a party of a mediation is asked.
var (
	Items          = []string{"efficiency", "guide", "convenience", "operation"}
	MediationItems = []string{"attitude", "course"}
)

// items are those that were given.
func (a Rate) items() (map[string]int, error) {
	var list map[string]int
	for key, n := range map[string]int{"efficiency": a.Efficiency, "guide": a.Guide, "convenience": a.Convenience, "operation": a.Operation,
		"attitude": a.Attitude, "course": a.Course} {
		if n == 0 {
			continue
		}
		if err := work.Must(n >= 1 && n <= 5, "rate_"+key, "report.stars", nil); err != nil {
			return nil, err
		}
		if list == nil {
			list = map[string]int{}
		}
		list[key] = n
	}
	return list, nil
}

// Rated is the grade.
type Rated struct {
	Stars int            `json:"stars"`
	Words vault.Text     `json:"words,omitzero"`
	Items map[string]int `json:"items,omitempty"`
}

// EventKind implements work.Event.
func (Rated) EventKind() string { return "report.rated/1" }

func (e Rated) apply(r *Report, at work.At) {
	r.Rating, r.RatedAt, r.RatingWords = e.Stars, at.HappenedAt, e.Words
}

// AtHome tells whether a matter is about violence at home: nobody is asked for a rating then (law-and-standards 18.3).
func AtHome(m matter.Matter) bool {
	x := m.Extra["family_violence"]
	return x != "" && x != "no" && x != "false"
}

// Rate decides the grade: once, and only when there is something to grade (an outcome or an answer).
func (r Report) Rate(a Rate, matters []matter.Matter, _ work.Moment) ([]work.Event, error) {
	if err := r.there(); err != nil {
		return nil, err
	}
	if err := work.Must(a.Stars >= 1 && a.Stars <= 5, "stars", "report.stars", nil); err != nil {
		return nil, err
	}
	if r.Rating != 0 {
		return nil, fault.New(fault.Stale, "report.already_rated", nil)
	}
	if slices.ContainsFunc(matters, AtHome) {
		return nil, fault.New(fault.Stale, "report.not_rated", nil)
	}
	if r.State != Declined && !slices.ContainsFunc(matters, func(m matter.Matter) bool { _, ok := m.Reached["closed"]; return ok }) {
		return nil, fault.New(fault.Stale, "report.nothing_to_rate", nil)
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	items, err := a.items()
	if err != nil {
		return nil, err
	}
	return []work.Event{Rated{a.Stars, vault.Plain(r.ID, "rating", words), items}}, nil
}

// Reopen (要求重新办理) is the reporter's wish that it goes on.
type Reopen struct {
	On
	Words string `json:"words" form:"words,required"`
}

// ReopenAsked is that wish.
type ReopenAsked struct {
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (ReopenAsked) EventKind() string { return "report.reopen_asked/1" }

func (e ReopenAsked) apply(r *Report, at work.At) {
	r.Reopens++
	r.Rating = 0 // a new round may be rated anew
	r.Additions = append(r.Additions, Addition{e.Words, at.HappenedAt})
	if r.State == Declined {
		r.State = Fresh
	}
}

// MaxReopens is how often a reporter may ask that it goes on.
const MaxReopens = 3

// Reopen decides it: closed matters of the report are opened again; a declined report goes back to the inbox.
func (r Report) Reopen(a Reopen, matters []matter.Matter, _ work.Moment) (mine []work.Event, theirs map[string][]work.Event, err error) {
	if err := r.there(); err != nil {
		return nil, nil, err
	}
	if r.State == Withdrawn {
		return nil, nil, fault.New(fault.Stale, "report.withdrawn", nil)
	}
	if r.Reopens >= MaxReopens {
		return nil, nil, fault.New(fault.Stale, "report.reopened_too_often", fault.Args{"max": MaxReopens})
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, nil, err
	}
	theirs = map[string][]work.Event{}
	for _, m := range matters {
		if m.Can(matter.VerbReopen) {
			theirs[m.ID] = []work.Event{matter.ReopenedFor{By: "reporter"}}
		}
	}
	if len(theirs) == 0 && r.State != Declined {
		return nil, nil, fault.New(fault.Stale, "report.still_going_on", nil)
	}
	return []work.Event{ReopenAsked{vault.Plain(r.ID, "added", words)}}, theirs, nil
}

// ParseReceipt reads a receipt code as a person typed it; the refusal never tells whether a code exists.
func ParseReceipt(s string) (string, error) {
	r, err := ident.ParseReceipt(s)
	if err != nil {
		return "", fault.New(fault.Invalid, "report.receipt_wrong", nil).On("receipt")
	}
	return string(r), nil
}

func init() {
	work.Know[Submitted]()
	work.Know[TriagedInto]()
	work.Know[Added]()
	work.Know[WithdrawnWith]()
	work.Know[Rated]()
	work.Know[ReopenAsked]()
}
