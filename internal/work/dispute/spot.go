package dispute

import (
	"maplegrid/internal/work/matter"
)

// PartyOnSpot is a party as the one page of on-the-spot mediation asks for it.
type PartyOnSpot struct {
	Party string `json:"party,omitempty" form:"hidden"` // one the matter has already: nothing else of them is asked but the signature
	Name  string `json:"name,omitempty" form:"line"`    // required of a new one
	Side  string `json:"side,omitempty" form:"side"`    // the same
	Phone string `json:"phone,omitempty" form:"phone"`
	IDNo  string `json:"id_no,omitempty" form:"id"`
	Sign  string `json:"sign,omitempty" form:"signature"` // upload id of the signature on the screen
}

// SettleOnSpot (现场调解) is mediation at a market table or a roadside, done on one page: parties, safety gate, facts, terms,
// performed at once, signatures (law-and-standards 2.12). It stands for the acts it is made of and leaves the same events: parties,
// answers of the gate, the course, one session, an agreement, its promises kept. Parties are those of the matter already (by id) or
// new ones; one of the matter who is not named was not there.
type SettleOnSpot struct {
	matter.On
	Track         string        `json:"track" form:"track,required"` // Order or Informal, or a committee's
	Offence       string        `json:"offence,omitempty" form:"offence"`
	Ground        string        `json:"ground,omitempty" form:"ground"`
	Parties       []PartyOnSpot `json:"parties,omitempty"`
	SafetyAsked   bool          `json:"safety_asked" form:"yesno"` // the questions were put to each alone
	SafetyYes     []string      `json:"safety_yes,omitempty" form:"safety"`
	Trifling      bool          `json:"trifling,omitempty" form:"yesno"`     // circumstances trifling, facts and causation clear (2.12)
	LossClear     bool          `json:"loss_clear,omitempty" form:"yesno"`   // no cost or loss, or its amount undisputed
	WillPerform   bool          `json:"will_perform,omitempty" form:"yesno"` // both agree to settle and perform on the spot
	RecordingRef  string        `json:"recording_ref,omitempty" form:"line"`
	RecordingHash string        `json:"recording_hash,omitempty" form:"line"`
	NoPaper       bool          `json:"no_paper,omitempty" form:"yesno"` // the recording holds parties, facts and terms: no written agreement
	Officers      int           `json:"officers" form:"number,required"`
	Facts         string        `json:"facts" form:"words,required"`
	Terms         string        `json:"terms" form:"words,required"`
	Amount        string        `json:"amount,omitempty" form:"money"`
	PayerSide     string        `json:"payer_side,omitempty" form:"side"`
	Photos        []string      `json:"photos,omitempty" form:"photos"`
}
