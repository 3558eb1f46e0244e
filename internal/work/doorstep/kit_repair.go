package doorstep

import (
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// BreakKit (设备报修) says that a kit does not work.
type BreakKit struct {
	OnKit
	Words string `json:"words" form:"words,required"`
}

// KitBroken is a kit that does not work.
type KitBroken struct {
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (KitBroken) EventKind() string { return "kit.broken/1" }

func (e KitBroken) tell(k *Kit, at work.At) { k.Broken = &KitFault{at.HappenedAt, at.Actor, e.Words} }

// Break decides that a kit is broken; visits that booked it are shown to be without one.
func (k *Kit) Break(a BreakKit, _ Moment) ([]work.Event, error) {
	if err := k.there(); err != nil {
		return nil, err
	}
	if k.Broken != nil {
		return nil, fault.New(fault.Stale, "kit.broken", fault.Args{"kit": k.Name})
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{KitBroken{vault.Plain(k.ID, "broken", words)}}, nil
}

// RepairKit (设备修好) says that it works again.
type RepairKit struct {
	OnKit
	Words string `json:"words" form:"words,required"`
}

// KitRepaired is a kit that works again.
type KitRepaired struct {
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (KitRepaired) EventKind() string { return "kit.repaired/1" }

func (KitRepaired) tell(k *Kit, _ work.At) { k.Broken = nil }

// Repair decides that it works again.
func (k *Kit) Repair(a RepairKit, _ Moment) ([]work.Event, error) {
	if err := k.there(); err != nil {
		return nil, err
	}
	if k.Broken == nil {
		return nil, fault.New(fault.Stale, "kit.works", fault.Args{"kit": k.Name})
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	return []work.Event{KitRepaired{vault.Plain(k.ID, "repaired", words)}}, nil
}
