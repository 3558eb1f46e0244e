package triage

import (
	"fmt"
	"time"
)

// How far back a follow-up may reach, and from which score one is told.
const (
	followWithin = 2 * time.Hour
	followFrom   = 0.4
)

// Follows finds the message that a follow-up (人已经走了, 还没人来, 就是刚才说的那个) most likely goes on from: one of the same
// group within two hours that tells of something to be done, the sender's own before those of others; of others' the one
// that shares place, danger or words, else the last one. quote is the beginning of the message that it answers, when the
// platform tells; it says more than all else.
func (x *Index) Follows(text, quote string, p Past) (Candidate, bool) {
	return x.before(text, quote, p, false)
}

// TakesBack finds the message that a retraction (发错了) takes back: the last one of the same sender in the same group.
func (x *Index) TakesBack(text, quote string, p Past) (Candidate, bool) {
	return x.before(text, quote, p, true)
}

func (x *Index) before(text, quote string, p Past, own bool) (best Candidate, ok bool) {
	l := fold(text)
	f := followUp{newPast(text, p), own, pairGrams(fold(quote))}
	x.mu.RLock()
	defer x.mu.RUnlock()
	group := x.byGroup[p.Group]
	for k := x.until(group, p.At) - 1; k >= 0; k-- {
		m := &x.past[group[k]]
		if p.At.Sub(m.At) > followWithin {
			break
		}
		if m.ID == p.ID {
			continue
		}
		if c := f.compare(m); c.Score > best.Score { // of equals the last one said
			best = c
		}
	}
	if best.Score < followFrom {
		return Candidate{}, false
	}
	best.Because = append(quotes(sharedWords(text, l, x.past[x.byID[best.ID]].grams)), best.Because...)
	return best, true
}

type followUp struct {
	pastMessage
	own   bool // only the sender's own count
	quote []uint32
}

func (f *followUp) compare(m *pastMessage) Candidate {
	c := Candidate{ID: m.ID, At: m.At}
	quoted := len(f.quote) > 0 && shareOf(f.quote, m.grams) >= 0.8
	mine := f.Sender != "" && m.Sender == f.Sender
	if !quoted && (!m.Matter && !f.own || f.own && !mine) {
		return c
	}
	said := "本群"
	c.Score = 0.45
	if mine {
		said, c.Score = "同一人", 0.7
	}
	if quoted {
		c.Score += 0.5
		c.Because = append(c.Because, "引用的就是这一条")
	}
	if place := samePlace(m, f.places); place >= 0 {
		c.Score += 0.3
		c.Because = append(c.Because, "同一地点“"+f.Places[place]+"”")
	} else if len(f.Places) > 0 && len(m.places) > 0 && !mine {
		c.Score -= 0.2 // speaks of another place
	}
	if !f.own {
		c.Score += 0.2*shareOf(f.grams, m.grams) + 0.05*float64(inCommon(f.Themes, m.Themes))
	}
	minutes := f.At.Sub(m.At).Minutes()
	c.Score = min(1, c.Score) - 0.2*minutes/followWithin.Minutes()
	c.Because = append(c.Because, fmt.Sprintf("%s%.0f分钟前说的", said, minutes))
	return c
}

// shareOf is which share of some grams, in rising order, the others have too.
func shareOf(grams, others []uint32) float64 {
	if len(grams) == 0 {
		return 0
	}
	n, k := 0, 0
	for _, id := range grams {
		for k < len(others) && others[k] < id {
			k++
		}
		if k < len(others) && others[k] == id {
			n++
		}
	}
	return float64(n) / float64(len(grams))
}

func inCommon(a, b []string) (n int) {
	seen := map[string]bool{}
	for _, s := range a {
		seen[s] = true
	}
	for _, s := range b {
		if seen[s] {
			n++
			delete(seen, s)
		}
	}
	return n
}
