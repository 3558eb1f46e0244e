package matter

import (
	"maplegrid/internal/fault"
)

// State is where a matter is in its life.
type State string

// The states of a matter.
const (
	Unassigned  State = "unassigned"  // 待交办
	AwaitingAck State = "assigned"    // 待签收
	InHand      State = "in_hand"     // 已签收
	UnderWay    State = "under_way"   // 处理中
	OnHold      State = "paused"      // 已暂停
	HandedOver  State = "transferred" // 已转办，待对方签收
	Elsewhere   State = "elsewhere"   // 外单位办理中
	OutcomeIn   State = "outcome"     // 待核查
	Checked     State = "verified"    // 已核查，待办结
	Done        State = "closed"      // 已办结，待回访
	Answered    State = "followed_up" // 已回访
	MergedAway  State = "merged"      // 已并入
	Voided      State = "voided"      // 误立，已撤销
)

// Verb is what may be done to a matter.
type Verb string

// The verbs of the base life.
const (
	VerbAssign      Verb = "assign"
	VerbAcknowledge Verb = "acknowledge"
	VerbStart       Verb = "start"
	VerbWork        Verb = "work" // note, visit, task, party, attachment, call: work that changes no state
	VerbPause       Verb = "pause"
	VerbResume      Verb = "resume"
	VerbExtend      Verb = "extend"
	VerbTransfer    Verb = "transfer"
	VerbTake        Verb = "take"
	VerbSendBack    Verb = "send_back"
	VerbOutcome     Verb = "outcome"
	VerbVerify      Verb = "verify"
	VerbReject      Verb = "reject"
	VerbClose       Verb = "close"
	VerbFollowUp    Verb = "follow_up"
	VerbReopen      Verb = "reopen"
	VerbMerge       Verb = "merge"
	VerbVoid        Verb = "void"
	VerbSupervise   Verb = "supervise"
)

const same State = "" // the verb leaves the state as it is

// Life is the one table of a matter's life: state → verb → next state. What is not here cannot be done.
var Life = map[State]map[Verb]State{
	Unassigned:  {VerbAssign: AwaitingAck, VerbWork: same, VerbTransfer: HandedOver, VerbMerge: MergedAway, VerbVoid: Voided, VerbSupervise: same, VerbExtend: same},
	AwaitingAck: {VerbAssign: AwaitingAck, VerbAcknowledge: InHand, VerbWork: same, VerbTransfer: HandedOver, VerbSendBack: Unassigned, VerbMerge: MergedAway, VerbVoid: Voided, VerbSupervise: same, VerbExtend: same},
	InHand:      {VerbAssign: AwaitingAck, VerbStart: UnderWay, VerbWork: same, VerbPause: OnHold, VerbTransfer: HandedOver, VerbSendBack: Unassigned, VerbOutcome: OutcomeIn, VerbMerge: MergedAway, VerbSupervise: same, VerbExtend: same},
	UnderWay:    {VerbAssign: AwaitingAck, VerbWork: same, VerbPause: OnHold, VerbTransfer: HandedOver, VerbSendBack: Unassigned, VerbOutcome: OutcomeIn, VerbMerge: MergedAway, VerbSupervise: same, VerbExtend: same},
	OnHold:      {VerbResume: UnderWay, VerbWork: same, VerbSupervise: same},
	HandedOver:  {VerbTake: Elsewhere, VerbSendBack: Unassigned, VerbWork: same, VerbSupervise: same},
	Elsewhere:   {VerbOutcome: OutcomeIn, VerbSendBack: Unassigned, VerbWork: same, VerbSupervise: same, VerbExtend: same},
	OutcomeIn:   {VerbVerify: Checked, VerbReject: UnderWay, VerbWork: same, VerbSupervise: same},
	Checked:     {VerbClose: Done, VerbReject: UnderWay, VerbWork: same, VerbSupervise: same},
	Done:        {VerbFollowUp: Answered, VerbReopen: Unassigned, VerbWork: same},
	Answered:    {VerbReopen: Unassigned},
	MergedAway:  {},
	Voided:      {},
}

// Gone tells whether the matter ended without a result of its own: it went into another one, or should never have been opened.
func (s State) Gone() bool { return s == MergedAway || s == Voided }

// Can tells whether a verb is possible now.
func (m *Matter) Can(v Verb) bool {
	_, ok := Life[m.State][v]
	return ok && m.ForgottenAt.IsZero()
}

// Here refuses what is done to a matter that is not there, went into another one, or should never have been opened.
func (m *Matter) Here() error {
	switch {
	case m.Version == 0:
		return fault.New(fault.Missing, "matter.not_found", nil)
	case !m.ForgottenAt.IsZero():
		return fault.New(fault.Stale, "matter.forgotten", nil)
	case m.State == MergedAway:
		return fault.New(fault.Stale, "matter.merged_away", fault.Args{"into": m.MergedInto})
	case m.State == Voided:
		return fault.New(fault.Stale, "matter.not_open", fault.Args{"state": "{state." + string(m.State) + "}"})
	}
	return nil
}

// Running refuses what only makes sense while a matter is being worked on.
func (m *Matter) Running() error {
	switch {
	case m.Version == 0:
		return fault.New(fault.Missing, "matter.not_found", nil)
	case !m.IsOpen():
		return fault.New(fault.Stale, "matter.not_open", fault.Args{"state": "{state." + string(m.State) + "}"})
	}
	return nil
}

// Stands refuses what is still possible after the work has ended, but not of a matter that is not there or went into another one.
func (m *Matter) Stands() error {
	switch {
	case m.Version == 0:
		return fault.New(fault.Missing, "matter.not_found", nil)
	case m.State.Gone():
		return m.Here()
	}
	return nil
}

// may refuses a verb that the life table does not have for the state.
func (m *Matter) may(v Verb) error {
	if err := m.Here(); err != nil || m.Can(v) {
		return err
	}
	return fault.New(fault.Stale, "matter.cannot_"+string(v), fault.Args{"state": "{state." + string(m.State) + "}"})
}

// stillOpen refuses what only makes sense while there is work to do: a closed matter must be reopened first.
func (m *Matter) stillOpen() error {
	if err := m.may(VerbWork); err != nil || m.IsOpen() {
		return err
	}
	return fault.New(fault.Stale, "matter.not_open", fault.Args{"state": "{state." + string(m.State) + "}"})
}

func (m *Matter) move(v Verb) {
	if next := Life[m.State][v]; next != same {
		m.State = next
	}
}
