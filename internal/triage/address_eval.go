package triage

import (
	"bufio"
	"io"
	"slices"
	"strings"

	"maplegrid/internal/fault"
)

// Address is an address whose parts are known.
type Address struct {
	Text  string
	Parts []AddressPart
}

// ReadAddresses reads addresses in the form of the Chinese address parsing set: a line for each piece, “路 I-road”, B- where a
// part begins, an empty line between addresses. A line without a label after its piece is refused
// as triage.bad_address, and so is a file without any.
func ReadAddresses(name string, r io.Reader) (all []Address, err error) {
	lines := bufio.NewScanner(r)
	var one Address
	done := func() {
		if one.Text != "" {
			all = append(all, one)
		}
		one = Address{}
	}
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimPrefix(strings.TrimSpace(lines.Text()), "\ufeff")
		if line == "" {
			done()
			continue
		}
		piece, tag, ok := strings.Cut(line, " ")
		head, label, labelled := strings.Cut(tag, "-")
		if !ok || tag != "O" && !labelled {
			return nil, fault.New(fault.Invalid, "triage.bad_address", fault.Args{"file": name, "line": n})
		}
		last := len(one.Parts) - 1
		switch {
		case tag == "O":
		case head == "I" && last >= 0 && one.Parts[last].Label == label:
			one.Parts[last].To += len(piece)
		default:
			one.Parts = append(one.Parts, AddressPart{label, len(one.Text), len(one.Text) + len(piece)})
		}
		one.Text += piece
	}
	if done(); len(all) == 0 && lines.Err() == nil {
		return nil, fault.New(fault.Invalid, "triage.bad_address", fault.Args{"file": name, "line": 1})
	}
	return all, lines.Err()
}

// AddressMarks are how well ParseAddress does: F1 over all parts it claims to tell, and of each; a part counts when both
// its ends and its label are right.
type AddressMarks struct {
	N       int              `json:"n"` // addresses
	F1      float64          `json:"f1"`
	PerPart map[string]Class `json:"per_part"`
}

// MarkAddresses marks ParseAddress on addresses whose parts are known.
func MarkAddresses(all []Address) AddressMarks {
	out := AddressMarks{N: len(all), PerPart: map[string]Class{}}
	hit, said, gold := map[string]int{}, map[string]int{}, map[string]int{}
	for _, a := range all {
		got := ParseAddress(a.Text)
		for _, p := range a.Parts {
			gold[p.Label]++
			if slices.Contains(got, p) {
				hit[p.Label]++
			}
		}
		for _, p := range got {
			said[p.Label]++
		}
	}
	h, s, g := 0, 0, 0
	for _, label := range AddressParts {
		out.PerPart[label] = Class{F1: ratio(2*hit[label], said[label]+gold[label]), Precision: ratio(hit[label], said[label]),
			Recall: ratio(hit[label], gold[label]), N: gold[label]}
		h, s, g = h+hit[label], s+said[label], g+gold[label]
	}
	out.F1 = ratio(2*h, s+g)
	return out
}

// ratio is 0 of nothing.
func ratio(part, whole int) float64 { return float64(part) / max(1, float64(whole)) }
