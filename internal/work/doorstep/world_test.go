package doorstep_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/worktest"
	"maplegrid/playbooks"
)

var base = sync.OnceValue(func() *playbook.Book {
	b, err := playbook.Load(playbooks.FS, "base")
	if err != nil {
		panic(err)
	}
	return b
})

// world is one home visit and the kits, as acts go on: p_1 is an officer, p_aux an auxiliary, p_grid a grid member, p_clerk a clerk.
type world struct {
	t     *testing.T
	d     *doorstep.Doorstep
	kits  map[string]*doorstep.Kit
	after time.Duration // since Monday nine o'clock
	who   string
	names int
	asked *doorstep.Asked
}

type people struct{ worktest.Book }

func (people) Role(id string) grid.Role {
	if id == "p_clerk" {
		return grid.WindowClerk
	}
	return worktest.Book{}.Role(id)
}

func open(t *testing.T, extra map[string]string) *world {
	w := &world{t: t, d: &doorstep.Doorstep{}, kits: map[string]*doorstep.Kit{}, who: "p_1"}
	w.apply(matter.Opened{ID: "m_1", Number: "1", Kind: doorstep.Base, Grade: "normal", Title: "上门办证", Place: "下湾村", Cell: "c1", Report: "r_1", Extra: extra})
	w.kit("k_1", doorstep.AtStation)
	w.kit("k_2", doorstep.AtCounty)
	return w
}

func (w *world) kit(id, home string) {
	k := &doorstep.Kit{}
	if err := k.Apply(doorstep.KitRegistered{ID: id, Kind: "id_card_kit", Name: id, Home: home}, work.At{Version: 1}); err != nil {
		w.t.Fatal(err)
	}
	w.kits[id] = k
}

func (w *world) moment() doorstep.Moment {
	mo := worktest.Moment(w.who, w.after)
	mo.Book, mo.Role = people{}, people{}.Role(w.who)
	mo.NewID = func(p string) string { w.names++; return fmt.Sprintf("%s_%03d", p, w.names) }
	return doorstep.Moment{Moment: mo, Rules: base(), Kit: func(id string) (*doorstep.Kit, error) {
		if k := w.kits[id]; k != nil {
			return k, nil
		}
		return nil, fault.New(fault.Missing, "kit.not_found", nil)
	}, Reporter: func(string) (string, string, error) { return "王芳", "13900001234", nil },
		Asked: func(string) (*doorstep.Asked, error) { return w.asked, nil }}
}

func (w *world) at(version int) work.At {
	mo := w.moment()
	return work.At{HappenedAt: mo.HappenedAt, RecordedAt: mo.Now, Actor: w.who, Version: version}
}

func (w *world) apply(events ...work.Event) {
	w.t.Helper()
	for _, e := range events {
		if err := w.d.Apply(e, w.at(w.d.Version+1)); err != nil {
			w.t.Fatal(err)
		}
	}
}

// try decides an act as somebody and gives the code of its refusal; what it decides happens.
func (w *world) try(who string, act any) string {
	w.t.Helper()
	w.who = who
	var events []work.Event
	var kits []doorstep.OfKit
	var err error
	mo := w.moment()
	onKit := func(id string, rule func(k *doorstep.Kit) ([]work.Event, error)) {
		var list []work.Event
		if list, err = rule(w.kits[id]); err == nil {
			kits = []doorstep.OfKit{{Kit: w.kits[id], Events: list}}
		}
	}
	switch a := act.(type) {
	case doorstep.PlanVisit:
		events, err = w.d.PlanVisit(a, mo)
	case doorstep.Agree:
		events, kits, err = w.d.Agree(a, mo)
	case doorstep.Reschedule:
		events, kits, err = w.d.Reschedule(a, mo)
	case doorstep.Equip:
		events, kits, err = w.d.Equip(a, mo)
	case doorstep.CallOff:
		events, kits, err = w.d.CallOff(a, mo)
	case doorstep.Depart:
		events, kits, err = w.d.Depart(a, mo)
	case doorstep.Arrive:
		events, kits, err = w.d.Arrive(a, mo)
	case doorstep.Serve:
		events, kits, err = w.d.Serve(a, mo)
	case doorstep.LackPapers:
		events, kits, err = w.d.LackPapers(a, mo)
	case doorstep.NotHome:
		events, kits, err = w.d.NotHome(a, mo)
	case doorstep.FailKit:
		events, kits, err = w.d.FailKit(a, mo)
	case doorstep.Decide:
		events, kits, err = w.d.Decide(a, mo)
	case doorstep.CardReady:
		events, kits, err = w.d.CardReady(a, mo)
	case doorstep.Deliver:
		events, kits, err = w.d.Deliver(a, mo)
	case doorstep.Hear:
		events, kits, err = w.d.Hear(a, mo)
	case doorstep.AnswerComplaint:
		events, kits, err = w.d.AnswerComplaint(a, mo)
	case doorstep.ReserveKit:
		onKit(a.Kit, func(k *doorstep.Kit) ([]work.Event, error) { return k.Reserve(a, mo) })
	case doorstep.ReleaseKit:
		onKit(a.Kit, func(k *doorstep.Kit) ([]work.Event, error) { return k.Release(a, mo) })
	case doorstep.HandOverKit:
		onKit(a.Kit, func(k *doorstep.Kit) ([]work.Event, error) { return k.HandOver(a, mo) })
	case doorstep.ReturnKit:
		onKit(a.Kit, func(k *doorstep.Kit) ([]work.Event, error) { return k.Return(a, mo) })
	case doorstep.BreakKit:
		onKit(a.Kit, func(k *doorstep.Kit) ([]work.Event, error) { return k.Break(a, mo) })
	case doorstep.RepairKit:
		onKit(a.Kit, func(k *doorstep.Kit) ([]work.Event, error) { return k.Repair(a, mo) })
	case doorstep.RetireKit:
		onKit(a.Kit, func(k *doorstep.Kit) ([]work.Event, error) { return k.Retire(a, mo) })
	case doorstep.AskLoan:
		onKit(a.Kit, func(k *doorstep.Kit) ([]work.Event, error) { return k.AskLoan(a, mo) })
	case doorstep.AnswerLoan:
		onKit(a.Kit, func(k *doorstep.Kit) ([]work.Event, error) { return k.AnswerLoan(a, mo) })
	default:
		w.t.Fatalf("no rule for %T", act)
	}
	worktest.Check(w.t, events, err, fault.Code(err)) // nothing half decided, nothing sealed twice
	if err != nil {
		if fault.Code(err) == "" {
			w.t.Fatal(err)
		}
		return fault.Code(err)
	}
	w.apply(events...)
	for _, k := range kits {
		for _, e := range k.Events {
			if err := w.kits[k.Kit.ID].Apply(e, w.at(w.kits[k.Kit.ID].Version+1)); err != nil {
				w.t.Fatal(err)
			}
		}
	}
	return ""
}

// must does acts as an officer.
func (w *world) must(acts ...any) *world {
	w.t.Helper()
	for _, a := range acts {
		if code := w.try("p_1", a); code != "" {
			w.t.Fatalf("%T was refused: %s", a, code)
		}
	}
	return w
}

func (w *world) want(code string, who string, act any) {
	w.t.Helper()
	if got := w.try(who, act); got != code {
		w.t.Fatalf("%T by %s: %q, want %q", act, who, got, code)
	}
}

// guard asks what the kind says of an act of the base life.
func (w *world) guard(code string, act any) {
	w.t.Helper()
	if got := fault.Code(w.d.Guard(act, w.moment())); got != code {
		w.t.Fatalf("%T: %q, want %q", act, got, code)
	}
}

// slip is a plain slip for an old person whose card expires; told says that the papers were told.
func slip(change ...func(*doorstep.PlanVisit)) doorstep.PlanVisit {
	a := doorstep.PlanVisit{Service: "id_renew", Name: "赵大爷", Phone: "13900002222", Age: "46", Ground: "old_age", OpenFrom: "08:00", OpenUntil: "18:00",
		PapersTold: true, PapersToldTo: "family"}
	for _, c := range change {
		c(&a)
	}
	return a
}

// tuesday is a visit on the day after the world begins.
func tuesday(from, until string, with ...string) doorstep.Agree {
	return doorstep.Agree{Day: "2026-03-03", From: from, Until: until, With: with, Kit: "k_1"}
}

func papersOf(service string) (names []string) {
	s, _ := base().Service(service)
	for _, p := range s.Papers {
		names = append(names, p.Name.Zh)
	}
	return names
}

func has(list []string, s string) bool {
	return strings.Contains("|"+strings.Join(list, "|")+"|", "|"+s+"|")
}
