package matter

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/worktest"
)

const hour = time.Hour

// step is one event of a history; it happens an hour after the one before, or after wait.
type step struct {
	by   string
	e    work.Event
	wait time.Duration
}

func by(person string, e work.Event) step { return step{person, e, hour} }

func (s step) after(d time.Duration) step { s.wait = d; return s }

// tell folds a history that begins at worktest.Start, and says how long it took.
func tell(steps ...step) (Matter, time.Duration) {
	var m Matter
	var at time.Duration
	for i, s := range steps {
		if i > 0 {
			at += s.wait
		}
		when := worktest.Start.Add(at)
		if err := m.ApplyEvent(s.e, work.At{HappenedAt: when, RecordedAt: when, Actor: s.by, Version: i + 1}); err != nil {
			panic(err)
		}
	}
	return m, at
}

func given(steps ...[]step) []step { return slices.Concat(steps...) }

func text(field, words string) vault.Text { return vault.Plain("m1", field, words) }

var (
	book       = worktest.Book{}
	opened     = []step{by("p_lead", Opened{ID: "m1", Number: "260302-00001", Kind: "tip", Grade: "planned", Title: "井盖", Cell: "c1", Report: "r1", Limits: book.Limits("tip", "planned")})}
	assigned   = given(opened, []step{by("p_lead", Assigned{To: "p_1"})})
	inHand     = given(assigned, []step{by("p_1", Acknowledged{})})
	underWay   = given(inHand, []step{by("p_1", Started{})})
	paused     = given(underWay, []step{by("p_1", PausedFor{Reason: "appraisal", StopsClock: true})})
	toCell     = given(underWay, []step{by("p_1", TransferredTo{ToCell: "c2"})})
	toBody     = given(underWay, []step{by("p_1", TransferredTo{ToBody: "food"})})
	toStation  = given(underWay, []step{by("p_1", TransferredTo{ToStation: "s2"})})
	elsewhere  = given(toBody, []step{by("p_lead", Taken{Body: "food"})})
	outcomeIn  = given(underWay, []step{by("p_1", Finished{Outcome: "settled"})})
	checked    = given(outcomeIn, []step{by("p_lead", VerifiedAs{Pass: true})})
	done       = given(checked, []step{by("p_lead", ClosedWith{})})
	answered   = given(done, []step{by("p_2", FollowedUpWith{Held: true, Way: "visit"})})
	mergedAway = given(underWay, []step{by("p_lead", MergedInto{Into: "m2"})})
	withTask   = given(underWay, []step{by("p_1", TaskSet{Task: "t1", Title: "拍照", Person: "p_2"})})
	withCall   = given(underWay, []step{by("p_1", BodiesCalled{Action: "j1", Bodies: []string{"food", "roads"}})})
	asked      = given(underWay, []step{by("p_1", ExtensionAsked{Limit: "finish", By: clock.Extension{Amount: 5, Unit: clock.Workdays}})})
)

var inState = map[State][]step{Unassigned: opened, AwaitingAck: assigned, InHand: inHand, UnderWay: underWay, OnHold: paused, HandedOver: toBody,
	Elsewhere: elsewhere, OutcomeIn: outcomeIn, Checked: checked, Done: done, Answered: answered, MergedAway: mergedAway,
	Voided: given(opened, []step{by("p_lead", VoidedFor{"dr1"})})}

type rule func(Matter, work.Moment) ([]work.Event, error)

// does makes a rule of a verb and its act.
func does[A any](verb func(Matter, A, work.Moment) ([]work.Event, error), act A) rule {
	return func(m Matter, mo work.Moment) ([]work.Event, error) { return verb(m, act, mo) }
}

var other, _ = tell(by("p_lead", Opened{ID: "m2", Kind: "tip", Grade: "planned", Title: "另一件", Cell: "c1"}))

// one act for every verb of the life, and who may do it.
var verbs = map[Verb]struct {
	by string
	do rule
}{
	VerbAssign:      {"p_lead", does(Matter.Assign, Assign{To: "p_3"})},
	VerbAcknowledge: {"p_1", does(Matter.Acknowledge, Acknowledge{})},
	VerbStart:       {"p_1", does(Matter.Start, Start{})},
	VerbWork:        {"p_2", does(Matter.Note, Note{Words: "看过了"})},
	VerbPause:       {"p_1", does(Matter.Pause, Pause{Reason: "appraisal"})},
	VerbResume:      {"p_1", does(Matter.Resume, Resume{})},
	VerbExtend:      {"p_1", does(Matter.Extend, Extend{Limit: "finish", Days: 5, Reason: "等鉴定"})},
	VerbTransfer:    {"p_1", does(Matter.Transfer, Transfer{ToCell: "c2", Reason: "在二格"})},
	VerbTake:        {"p_3", does(Matter.Take, Take{Reference: "食药〔2026〕3号"})},
	VerbSendBack:    {"p_1", does(Matter.SendBack, SendBack{Reason: "wrong_cell", Words: "不是这里"})},
	VerbOutcome:     {"p_1", does(Matter.Finish, Finish{Outcome: "settled", Words: "修好了"})},
	VerbVerify:      {"p_lead", does(Matter.Verify, Verify{Pass: true})},
	VerbReject:      {"p_lead", does(Matter.Verify, Verify{Note: "没修好"})},
	VerbClose:       {"p_lead", does(Matter.Close, Close{})},
	VerbFollowUp:    {"p_2", does(Matter.FollowUp, FollowUp{Held: true, Way: "phone", Words: "没再坏"})},
	VerbReopen:      {"p_lead", does(Matter.Reopen, Reopen{Reason: "又坏了"})},
	VerbSupervise:   {"p_lead", does(Matter.Supervise, Supervise{Words: "盯一下"})},
	VerbVoid:        {"p_lead", func(m Matter, _ work.Moment) ([]work.Event, error) { return m.Void("dr1", m.Version) }},
	VerbMerge: {"p_lead", func(m Matter, _ work.Moment) ([]work.Event, error) {
		from, _, err := m.Merge(Merge{Into: "m2"}, other)
		return from, err
	}},
}

func TestEveryVerbInEveryState(t *testing.T) {
	for state, steps := range inState {
		for verb, v := range verbs {
			next, can := Life[state][verb]
			t.Run(fmt.Sprintf("%s %s", fault.Name("zh", "state."+string(state)), fault.Name("zh", "verb."+string(verb))), func(t *testing.T) {
				m, at := tell(steps...)
				if m.State != state {
					t.Fatalf("the history leads to %s", m.State)
				}
				events, err := v.do(m, worktest.Moment(v.by, at+hour))
				switch {
				case !can && state == Voided:
					worktest.Check(t, events, err, "matter.not_open")
					return
				case !can && state == MergedAway:
					worktest.Check(t, events, err, "matter.merged_away")
					return
				case !can:
					worktest.Check(t, events, err, "matter.cannot_"+string(verb))
					return
				case err != nil:
					t.Fatal(err)
				}
				for i, e := range events {
					if err := m.ApplyEvent(e, work.At{HappenedAt: worktest.Start.Add(at + hour), Actor: v.by, Version: m.Version + i + 1}); err != nil {
						t.Fatal(err)
					}
				}
				if next == same {
					next = state
				}
				if m.State != next {
					t.Fatalf("leads to %s, the table says %s", m.State, next)
				}
			})
		}
	}
	if len(inState) != len(Life) || len(verbs) != 19 {
		t.Fatalf("%d states and %d verbs are told of", len(inState), len(verbs))
	}
}

func TestNothingIsDoneToWhatIsNotThere(t *testing.T) {
	for verb, v := range verbs {
		events, err := v.do(Matter{}, worktest.Moment(v.by, 0))
		if fault.Code(err) != "matter.not_found" || events != nil {
			t.Errorf("%s: %v", verb, err)
		}
	}
}

// Whatever event is folded into a copy, the matter it was copied from stays as it was, also when two copies go different ways.
func TestAnEarlierCopyNeverChanges(t *testing.T) {
	steps := given(withTask, []step{by("p_4", Noted{Photos: []Attachment{{ID: "f1"}, {ID: "f2"}}}), by("p_1", BodiesCalled{Bodies: []string{"food"}}),
		by("p_5", Noted{Photos: []Attachment{{ID: "f3"}}}), by("p_1", PartyAdded{Party: "x"}), by("p_1", Invited{Person: "p_6", Role: "翻译"}),
		by("p_1", Tied{Other: "m9", How: "repeats"}), by("p_1", ReportLinked{Report: "r2"}), by("p_1", ExtensionAsked{Limit: "finish"}),
		by("p_1", PausedFor{Reason: "appraisal", StopsClock: true}), by("", EscalatedFor{Limit: "ack"})})
	next := []work.Event{Noted{Photos: []Attachment{{ID: "new"}}}, PartyAdded{Party: "new"}, Invited{Person: "p_new"}, Tied{Other: "new"}, ReportLinked{Report: "new"},
		ExtensionAsked{Limit: "new"}, ExtensionDecided{Granted: true}, Resumed{}, PausedFor{StopsClock: true}, EscalatedFor{Limit: "new"}, TaskSet{Task: "new"},
		TaskDone{Task: "t1"}, BodiesCalled{Bodies: []string{"new"}}, CallAnswered{Body: "food", Step: "coming"}, Assigned{To: "p_new"}, SentBack{},
		TransferredTo{ToCell: "c2"}, VerifiedAs{}, Finished{}, ReopenedFor{}, MergeTaken{From: "m8", Reports: []string{"new"}, Helpers: []string{"p_new"}}, Visited{At: worktest.Start, With: []string{"p_new"}}}
	m, at := tell(steps...)
	for _, first := range next {
		was, _ := tell(steps...)
		a, b := m, m
		apply := func(m *Matter, e work.Event) {
			if err := m.ApplyEvent(e, work.At{HappenedAt: worktest.Start.Add(at), Actor: "p_9", Version: 99}); err != nil {
				t.Fatal(err)
			}
		}
		apply(&a, first)
		alone, _ := tell(steps...)
		apply(&alone, first)
		for _, second := range next {
			apply(&b, second)
		}
		if !reflect.DeepEqual(m, was) {
			t.Errorf("%s changed the matter it was folded into a copy of", first.EventKind())
		}
		if !reflect.DeepEqual(a, alone) {
			t.Errorf("what was folded into another copy shows in the one with %s", first.EventKind())
		}
		m = was
	}
}

func TestForeignEventsAreRefused(t *testing.T) {
	if err := new(Matter).ApplyEvent(foreign{}, work.At{}); err == nil || !strings.Contains(err.Error(), "not of a matter") {
		t.Fatal(err)
	}
}

type foreign struct{}

// EventKind implements work.Event.
func (foreign) EventKind() string { return "report.rated/1" }
