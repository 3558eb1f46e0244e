package asset

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// Colour is a custom property of the stylesheet that holds a colour.
type Colour struct {
	Name string // without the leading --
	Hex  string // #rrggbb
}

// Pair is a text colour and the ground it is allowed on. The stylesheet declares it in a comment:
//
//	/* contrast 4.5: ink/paper ink/wash */
type Pair struct {
	Fore, Back Colour
	Least      float64 // what the stylesheet promises
}

var (
	property = regexp.MustCompile(`--([a-z0-9-]+):\s*(#[0-9a-fA-F]{6})\s*;`)
	promise  = regexp.MustCompile(`/\*\s*contrast ([0-9.]+):([^*]*)\*/`)
)

// Colours are the colours the stylesheet names, in the order it names them.
var Colours = sync.OnceValue(func() []Colour {
	var all []Colour
	for _, m := range property.FindAllStringSubmatch(string(served["app.css"].plain), -1) {
		all = append(all, Colour{Name: m[1], Hex: strings.ToLower(m[2])})
	}
	return all
})

// Pairs are the colours the stylesheet promises to be readable on one another. A pair that names a colour
// nobody declared has an empty Hex.
var Pairs = sync.OnceValue(func() []Pair {
	named := map[string]Colour{}
	for _, c := range Colours() {
		named[c.Name] = c
	}
	find := func(name string) Colour {
		if c, ok := named[name]; ok {
			return c
		}
		return Colour{Name: name}
	}
	var all []Pair
	for _, m := range promise.FindAllStringSubmatch(string(served["app.css"].plain), -1) {
		least, _ := strconv.ParseFloat(m[1], 64)
		for _, word := range strings.Fields(m[2]) {
			fore, back, _ := strings.Cut(word, "/")
			all = append(all, Pair{Fore: find(fore), Back: find(back), Least: least})
		}
	}
	return all
})

// Contrast is the WCAG contrast ratio of the pair, from 1 to 21; 0 when one of the colours is not declared.
func (p Pair) Contrast() float64 {
	fore, err := luminance(p.Fore.Hex)
	if err != nil {
		return 0
	}
	back, err := luminance(p.Back.Hex)
	if err != nil {
		return 0
	}
	return (math.Max(fore, back) + 0.05) / (math.Min(fore, back) + 0.05)
}

func luminance(hex string) (float64, error) {
	var r, g, b uint8
	if _, err := fmt.Sscanf(hex, "#%02x%02x%02x", &r, &g, &b); err != nil {
		return 0, fmt.Errorf("read colour %q: %w", hex, err)
	}
	return 0.2126*linear(r) + 0.7152*linear(g) + 0.0722*linear(b), nil
}

func linear(channel uint8) float64 {
	c := float64(channel) / 255
	if c <= 0.04045 {
		return c / 12.92
	}
	return math.Pow((c+0.055)/1.055, 2.4)
}
