// Package notice holds what people are told (告知): that something was given to them, that a clock runs out, what became of a report.
// What is to be told is data (tellings.csv); a notice is one message to one receiver through one channel. Its words hold nothing
// personal: a number, a kind, a day. Whom it goes to is a colleague's id, or the reference to a phone in the vault.
package notice

import (
	"slices"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Channels a notice goes through: on the page of a colleague, as a text message, into the group chat of a cell.
const (
	Page  = "page"
	SMS   = "sms"
	Robot = "robot"
)

// States of a notice that leaves the house.
const (
	Waiting = "waiting"
	Sent    = "sent"
	Failed  = "failed"
	Dropped = "dropped" // too old to be of use, or nobody to send it to any more
)

// States lists them.
var States = []string{Waiting, Sent, Failed, Dropped}

// Notice is one message to one receiver.
type Notice struct {
	ID      string            `json:"id"`
	Telling string            `json:"telling"`         // its row in tellings.csv
	Thing   string            `json:"thing,omitempty"` // the stream it is about: "matter/m_…"
	Channel string            `json:"channel"`
	To      string            `json:"to,omitempty"`    // a colleague
	Phone   *vault.Ref        `json:"phone,omitempty"` // of somebody outside
	Cell    string            `json:"cell,omitempty"`  // whose group chat; "" with Robot is the station's
	Code    *vault.Ref        `json:"code,omitempty"`  // of a code that is put in when it is sent, and kept nowhere else
	Urgent  bool              `json:"urgent,omitempty"`
	Blanks  map[string]string `json:"blanks,omitempty"`
}

// Stream is the journal stream of a run of notices.
func Stream(id string) string { return "notices/" + id }

// ReadStream is the stream of what a colleague has read.
func ReadStream(person string) string { return "notices-read/" + person }

// Make (生成告知) makes the notices that a stretch of the journal asks for. The program does it; Upto is the last event it looked at, so
// that the next stretch begins there, also after a restart.
type Make struct {
	Upto journal.Seq `json:"upto"`
	List []Notice    `json:"list"`
}

// Made is a run of notices.
type Made struct{ Make }

// EventKind implements work.Event.
func (Made) EventKind() string { return "notice.made/1" }

// MaxRun is how many notices one act makes.
const MaxRun = 200

// Decide gives every notice its id.
func (a Make) Decide(mo work.Moment) (id string, events []work.Event, err error) {
	if err := work.AtMost("list", len(a.List), MaxRun); err != nil {
		return "", nil, err
	}
	a.List = slices.Clone(a.List)
	for i := range a.List {
		a.List[i].ID = mo.NewID("n_")
	}
	return mo.NewID("nr_"), []work.Event{Made{a}}, nil
}

// Result is what became of one notice that was to leave the house.
type Result struct {
	Notice string `json:"notice"`
	State  string `json:"state"`
	Tries  int    `json:"tries,omitempty"`
	Why    string `json:"why,omitempty"` // no_gateway, refused, unreachable, too_late, no_phone, personal
}

// Whys are the reasons of a result that is not "sent".
var Whys = []string{"no_gateway", "refused", "unreachable", "too_late", "no_phone", "personal"}

// Deliver (登记送达) records what became of notices. The program does it.
type Deliver struct {
	Results []Result `json:"results"`
}

// Delivered is what became of notices.
type Delivered struct{ Deliver }

// EventKind implements work.Event.
func (Delivered) EventKind() string { return "notice.delivered/1" }

// Decide checks the states.
func (a Deliver) Decide(mo work.Moment) (id string, events []work.Event, err error) {
	for _, r := range a.Results {
		if !slices.Contains(States, r.State) || r.Why != "" && !slices.Contains(Whys, r.Why) {
			return "", nil, fault.New(fault.Invalid, "form.unknown_choice", nil).On("results")
		}
	}
	return mo.NewID("nd_"), []work.Event{Delivered{a}}, nil
}

// Read (全部已读) marks everything up to an event as read by who does it.
type Read struct {
	Upto int `json:"upto" form:"hidden"`
}

// WasRead says up to where a colleague has read.
type WasRead struct {
	Upto int `json:"upto"`
}

// EventKind implements work.Event.
func (WasRead) EventKind() string { return "notice.read/1" }

// Decide refuses nothing: who read further before stays there, the board takes the greater.
func (a Read) Decide(work.Moment) ([]work.Event, error) {
	return []work.Event{WasRead{max(a.Upto, 0)}}, nil
}

func init() {
	work.Know[Made]()
	work.Know[Delivered]()
	work.Know[WasRead]()
}
