package matter

import (
	"maps"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Fill (补充要素) fills in what the kind's form asks for besides the base fields, when it is known later than the matter. A field left
// empty stays as it was.
type Fill struct {
	On
	Extra map[string]string `json:"extra" form:"extra"`
}

// Filled is the fields that were filled in.
type Filled struct {
	Extra  map[string]string     `json:"extra,omitempty"`
	Sealed map[string]vault.Text `json:"sealed,omitempty"`
}

// EventKind implements work.Event.
func (Filled) EventKind() string { return "matter.filled/1" }

func (e Filled) apply(m *Matter, at work.At) {
	m.help(at.Actor)
	m.Extra, m.Sealed = merged(m.Extra, e.Extra), merged(m.Sealed, e.Sealed)
}

// merged lays one map over a copy of another.
func merged[V any](under, over map[string]V) map[string]V {
	if len(over) == 0 {
		return under
	}
	all := maps.Clone(under)
	if all == nil {
		all = map[string]V{}
	}
	maps.Copy(all, over)
	return all
}

// Fill decides the fields filled in.
func (m Matter) Fill(a Fill, mo work.Moment) ([]work.Event, error) {
	if err := m.stillOpen(); err != nil {
		return nil, err
	}
	extra, secret, err := mo.Book.Extra(m.Kind, a.Extra)
	if err != nil {
		return nil, err
	}
	if len(extra)+len(secret) == 0 {
		return nil, fault.New(fault.Invalid, "matter.nothing_filled", nil).On("extra")
	}
	return []work.Event{Filled{extra, sealed(m.ID, secret)}}, nil
}

// complete refuses a result while a field that the kind's form requires is still empty.
func (m *Matter) complete(b work.Book) error {
	for _, f := range b.Required(m.Kind) {
		if m.Extra[f.Key] == "" && m.Sealed[f.Key].Empty() {
			return fault.New(fault.Invalid, "form.required", fault.Args{"field": f.Name}).On("extra." + f.Key)
		}
	}
	return nil
}
