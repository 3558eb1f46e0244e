// Package hotspot finds hot spots of talk (热点): what several people report in one span of time, or a place from which many
// things are reported. It counts what is said, where and by how many; it scores nobody. docs/hotspots.md tells the method.
package hotspot

import (
	"slices"

	"maplegrid/internal/triage"
)

// letters is a text as triage folds it. Letter i stands at bytes at[i] to ends[i] of the original.
type letters struct {
	r        []rune
	at, ends []int
}

func fold(text string) (l letters) {
	l.r, l.at, l.ends = triage.Fold(text)
	return l
}

func (l letters) String() string { return string(l.r) }

// word is the original stretch of letters i to j, one letter at least.
func (l letters) word(text string, i, j int) string { return text[l.at[i]:l.ends[j-1]] }

// has tells whether a word stands at letter i.
func (l letters) has(word []rune, i int) bool {
	return i >= 0 && i+len(word) <= len(l.r) && slices.Equal(l.r[i:i+len(word)], word)
}
