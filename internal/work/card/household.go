package card

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Household (户) is an address where people live. Who they are is not kept.
type Household struct {
	ID      string
	Version int
	Cell    string
	Label   string // 城关村三组12号, 幸福小区3栋2单元501
	Key     string // the same address written otherwise has the same key
	Living  int    // how many people live there, 0 when nobody said
	Retired bool
}

// HouseholdStream is the journal stream of a household.
func HouseholdStream(id string) string { return "household/" + id }

// FoldHousehold makes a household from its stream.
func FoldHousehold(events []journal.Event) (Household, error) {
	var h Household
	err := work.Replay(events, func(v work.Event, at work.At) error { h.Apply(v, at); return nil })
	return h, err
}

// Apply folds one event.
func (h *Household) Apply(v work.Event, at work.At) {
	switch e := v.(type) {
	case HouseholdSet:
		h.ID, h.Cell, h.Label, h.Key, h.Living, h.Retired = e.ID, e.Cell, e.Label, e.Key, e.Living, false
	case HouseholdRetired:
		h.Retired = true
	}
	h.Version = at.Version
}

// SetHousehold (登记户) registers an address, or changes what is said of it.
type SetHousehold struct {
	ID     string `json:"id,omitempty" form:"hidden"`
	Cell   string `json:"cell" form:"cell,required"`
	Label  string `json:"house_address" form:"line,required"`
	Living int    `json:"living,omitempty" form:"number"`
}

// HouseholdSet is a household as it is said to be.
type HouseholdSet struct {
	ID     string `json:"id"`
	Cell   string `json:"cell"`
	Label  string `json:"label"`
	Key    string `json:"key"`
	Living int    `json:"living,omitempty"`
}

// EventKind implements work.Event.
func (HouseholdSet) EventKind() string { return "household.set/1" }

// MaxLiving is the most people that one household may be said to have.
const MaxLiving = 60

// Set decides a household; the receiver is the zero Household for a new one. Nothing comes of it when all is as it was.
func (h Household) Set(a SetHousehold, mo Moment) ([]work.Event, error) {
	if err := work.Must(mo.Book.Cell(a.Cell), "cell", "form.unknown_cell", fault.Args{"cell": a.Cell}); err != nil {
		return nil, err
	}
	label, err := work.Line("house_address", a.Label, 60, true)
	if err != nil {
		return nil, err
	}
	// The register has no names, and nobody smuggles one in: neither phone nor ID number is part of an address.
	if err := work.Must(vault.MaskFree(label) == label, "house_address", "household.personal", nil); err != nil {
		return nil, err
	}
	if err := work.Must(strings.ContainsFunc(Address(label), isDigit), "house_address", "household.no_number", nil); err != nil {
		return nil, err
	}
	if err := work.Must(a.Living >= 0 && a.Living <= MaxLiving, "living", "household.living", fault.Args{"max": MaxLiving}); err != nil {
		return nil, err
	}
	e := HouseholdSet{h.ID, a.Cell, label, Key(label, mo.Parent(a.Cell)), a.Living}
	if h.Version > 0 && !h.Retired && e == (HouseholdSet{h.ID, h.Cell, h.Label, h.Key, h.Living}) {
		return nil, nil
	}
	if e.ID == "" {
		e.ID = mo.NewID("h")
	}
	return []work.Event{e}, nil
}

// RetireHousehold (注销户) takes an address off the register: torn down, empty for good, entered twice.
type RetireHousehold struct {
	ID     string `json:"id" form:"hidden"`
	Reason string `json:"reason" form:"reason:household,required"`
}

// HouseholdRetired is a household off the register.
type HouseholdRetired struct {
	Reason string `json:"reason"`
}

// EventKind implements work.Event.
func (HouseholdRetired) EventKind() string { return "household.retired/1" }

// Retire decides it.
func (h Household) Retire(a RetireHousehold, mo Moment) ([]work.Event, error) {
	if h.Version == 0 {
		return nil, fault.New(fault.Missing, "household.not_found", nil)
	}
	if h.Retired {
		return nil, fault.New(fault.Stale, "household.is_retired", nil)
	}
	if err := work.Must(mo.Book.Reason("household", a.Reason), "reason", "form.unknown_reason", nil); err != nil {
		return nil, err
	}
	return []work.Event{HouseholdRetired{a.Reason}}, nil
}

// local is an address that begins with a number: 三组12号 is in every village.
var local = regexp.MustCompile(`^[0-9]+(组|队|号|栋|幢|座|楼|单元|排|-|$)`)

// Key is what two ways of writing one address have in common. An address that names no village or estate is one within the place its
// cell lies in; one that does is the same wherever it is entered.
func Key(label, parent string) string {
	a := Address(label)
	if local.MatchString(a) {
		return parent + "|" + a
	}
	return a
}

// Address is an address without what people write in different ways: width, blanks, hyphens, Chinese figures, small letters.
func Address(label string) string {
	var b strings.Builder
	run := []rune(nil)
	flush := func() {
		if len(run) > 0 {
			b.WriteString(figures(run))
			run = run[:0]
		}
	}
	for _, r := range label {
		if r >= '！' && r <= '～' {
			r -= '！' - '!'
		}
		if strings.ContainsRune(numerals, r) {
			run = append(run, r)
			continue
		}
		flush()
		switch {
		case unicode.IsSpace(r):
		case unicode.Is(unicode.Pd, r), r == '−', r == '#':
			b.WriteByte('-')
		default:
			b.WriteRune(unicode.ToUpper(r))
		}
	}
	flush()
	return strings.TrimSuffix(b.String(), "室")
}

const numerals = "零〇一二三四五六七八九十百"

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

// figures writes a Chinese number below a thousand in digits; a row of figures without 十 and 百 is read one by one.
func figures(run []rune) string {
	value := map[rune]int{'零': 0, '〇': 0, '一': 1, '二': 2, '三': 3, '四': 4, '五': 5, '六': 6, '七': 7, '八': 8, '九': 9}
	total, digit, unit := 0, -1, false
	plain := ""
	for _, r := range run {
		switch r {
		case '百':
			total, digit, unit = total+max(digit, 1)*100, -1, true
		case '十':
			if digit < 0 {
				digit = 1
			}
			total, digit, unit = total+digit*10, -1, true
		default:
			digit = value[r]
			plain += string(rune('0' + digit))
		}
	}
	if !unit {
		return plain
	}
	return strconv.Itoa(total + max(digit, 0))
}
