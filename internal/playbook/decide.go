package playbook

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Table is a decision table: rows in order, the first whose every condition holds decides (design 7.4). It is pure.
type Table struct {
	Name string
	Rows []Rule
}

// Rule is one row of a decision table.
type Rule struct {
	Ref
	Conditions []Condition
	Results    map[string]string
}

// Condition is what a row asks of one fact: "a|b" any of, "!a|b" none of (and true when nothing is known),
// ">=3" "<=3" ">3" "<3" "3..5" a number, "*" or nothing asks nothing.
type Condition struct {
	Fact, Wants string
	not         bool
	any         []string
	num         bool
	lo, hi      int
}

// Match is one condition that held and what it met.
type Match struct{ Fact, Wants, Has string }

// Decision is what a table said and why. Ref names the row; Matched is false when no row applied.
type Decision struct {
	Matched bool
	Ref     Ref
	Why     []Match
	Results map[string]string
}

// Get is one result column.
func (d Decision) Get(col string) string { return d.Results[col] }

// Because is the row's own reason, in a language.
func (d Decision) Because(lang string) string {
	if lang == "en" {
		return d.Results["because_en"]
	}
	return d.Results["because"]
}

// String tells which row of which file applied and what it looked at.
func (d Decision) String() string {
	if !d.Matched {
		return "没有适用的行"
	}
	why := make([]string, len(d.Why))
	for i, m := range d.Why {
		why[i] = fmt.Sprintf("%s=%s（要求%s）", m.Fact, m.Has, m.Wants)
	}
	return fmt.Sprintf("依据 %s：%s", d.Ref, strings.Join(why, "，"))
}

const endless = int(^uint(0) >> 1)

// parseCondition reads one cell; ok is false when its numbers make no sense.
func parseCondition(fact, cell string) (c Condition, ok bool) {
	c = Condition{Fact: fact, Wants: cell, lo: -endless, hi: endless}
	rest, not := strings.CutPrefix(cell, "!")
	c.not = not
	var err error
	number := func(s string, plus int) int {
		n, e := strconv.Atoi(strings.TrimSpace(s))
		if e != nil {
			err = e
		}
		return n + plus
	}
	lo, hi, span := strings.Cut(rest, "..")
	switch {
	case rest == "*" || rest == "":
		return c, !not
	case strings.HasPrefix(rest, ">="):
		c.num, c.lo = true, number(rest[2:], 0)
	case strings.HasPrefix(rest, "<="):
		c.num, c.hi = true, number(rest[2:], 0)
	case rest[0] == '>':
		c.num, c.lo = true, number(rest[1:], 1)
	case rest[0] == '<':
		c.num, c.hi = true, number(rest[1:], -1)
	case span:
		c.num, c.lo, c.hi = true, number(lo, 0), number(hi, 0)
	default:
		c.any = split(rest)
	}
	return c, err == nil && c.lo <= c.hi
}

func (c Condition) asksNothing() bool { return !c.num && c.any == nil }

// holds looks at the values of one fact; a kind is also each kind it is built on.
func (c Condition) holds(values []string) bool {
	if c.asksNothing() {
		return true
	}
	return c.not != slices.ContainsFunc(values, func(v string) bool {
		if !c.num {
			return slices.Contains(c.any, v)
		}
		n, err := strconv.Atoi(v)
		return err == nil && c.lo <= n && n <= c.hi
	})
}

// Decide finds the first row that holds. A fact that is not known meets only a row that does not ask for it, or that
// asks what it must not be. kin may widen a value (a kind to the kinds it is built on); nil widens nothing.
func (t Table) Decide(facts map[string]string, kin func(fact, value string) []string) Decision {
	for _, r := range t.Rows {
		if why, ok := r.holds(facts, kin); ok {
			return Decision{true, r.Ref, why, r.Results}
		}
	}
	return Decision{}
}

func (r Rule) holds(facts map[string]string, kin func(fact, value string) []string) (why []Match, ok bool) {
	for _, c := range r.Conditions {
		if c.asksNothing() {
			continue
		}
		var values []string
		if v, known := facts[c.Fact]; known && v != "" {
			values = []string{v}
			if kin != nil {
				values = append(values, kin(c.Fact, v)...)
			}
		}
		if !c.holds(values) {
			return nil, false
		}
		why = append(why, Match{c.Fact, c.Wants, facts[c.Fact]})
	}
	return why, true
}

// shadows tells whether every case of o is already decided by r.
func (r Rule) shadows(o Rule) bool {
	for _, c := range r.Conditions {
		if c.asksNothing() {
			continue
		}
		if !slices.ContainsFunc(o.Conditions, func(d Condition) bool { return d.Fact == c.Fact && d.Wants == c.Wants }) {
			return false
		}
	}
	return true
}
