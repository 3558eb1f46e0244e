package hotspot

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/grid"
	"maplegrid/internal/triage"
)

// Message is a message as hot spots (热点) remember it: who sent it only as an opaque key, to tell different reporters
// apart, and its words not at all.
type Message struct {
	ID, Reporter string
	At           time.Time
	Cell         grid.CellID
	Places       []string // known names; without any the names of places are read from Text
	Kind         string
	Text         string // what stands first (a title) says most
}

// Spots finds what is being reported now: groups of like messages by place and theme. Each message is linked, when it
// comes, to the earlier ones whose rare pairs of letters it shares, found through an inverted index and never by comparing
// all with all; Hot cuts the links of a span into groups. docs/hotspots.md tells the method. The same messages in the same
// order give the same groups. It is not safe for concurrent use.
type Spots struct {
	Least   int // different people from which a group is told; 0 tells the repeats of one too
	text    func(id string) string
	nodes   []spotNode
	byID    map[string]int32
	byTime  []int32 // numbers of nodes in order of At
	posts   map[uint32]*spotPosts
	names   map[string]int32 // of places, folded
	called  []string         // the places of names, as first written
	heard   []uint16         // how often stretches of letters stood before the end of a place's name
	likes   []spotShare      // by node: what the message being added shares with it
	touched []int32
}

type spotNode struct {
	id, reporter, kind string
	cell               grid.CellID
	at                 time.Time
	places             []int32
	told               bool // the places were known beside the words
	links              []spotLink
	print              uint64 // of the words
	grams              int32  // how many it is known by
	gone               bool
}

type spotLink struct {
	to int32
	w  float32
}

// spotShare is what two messages share, and in how many letters: one rare word alone makes no like messages.
type spotShare struct {
	w       float32
	at      int16 // the place of the last pair, from 1
	letters int16
}

// spotPosts are the latest messages with one gram; seen counts all there ever were.
type spotPosts struct {
	seen int32
	list []spotLink
}

// New is empty. text gives the words of a message while they are kept, "" when not: the title and the words of a
// group are made from them when it is asked for.
func New(text func(id string) string) *Spots {
	return &Spots{text: text, byID: map[string]int32{}, posts: map[uint32]*spotPosts{}, names: map[string]int32{}, heard: make([]uint16, 1<<18)}
}

const (
	spotHead      = 30   // letters that count in full: people say first what it is about
	spotLetters   = 200  // letters looked at
	spotBack      = 0.15 // weight of those behind the head
	spotGrams     = 64   // the rarest of one message
	spotPosted    = 300  // latest messages looked at for one gram
	spotBest      = 8    // links of one message: so many of the likest
	spotLatest    = 8    // and of the latest
	spotLike      = 0.15 // likeness from which two messages are linked
	spotSame      = 0.12 // the same, when both name one place
	spotApart     = 0.30 // the same, when each lies in another cell
	spotShort     = 0.20 // by so much more, the fewer pairs there are: in a few words a single one is much
	spotLong      = 40   // pairs from which a message is long
	spotNotWeight = 0.5
	spotFewWords  = 24 // letters of a text in which 不 and 没 count
	spotWord      = 4  // letters that two messages must share: one word (派出所, 身份证) is no event
)

// Add remembers a message. What it costs does not grow with what is remembered. Of an id that is known with the same words and time
// only the rest is taken anew.
func (s *Spots) Add(m Message) {
	l := fold(m.Text)
	node := spotNode{id: m.ID, reporter: m.Reporter, kind: m.Kind, cell: m.Cell, at: m.At, told: len(m.Places) > 0, print: triage.Hash(l.r)}
	for _, name := range m.Places {
		name = withoutDoorBehind(name)
		node.places = s.place(node.places, name, fold(name).String())
	}
	if k, ok := s.byID[m.ID]; ok {
		if old := &s.nodes[k]; old.print == node.print && old.at.Equal(m.At) {
			if len(m.Places) == 0 {
				node.places = old.places
			}
			node.links, node.grams = old.links, old.grams
			*old = node
			return
		}
		s.Drop(m.ID)
	}
	if len(m.Places) == 0 {
		node.places = s.placesIn(m.Text, l)
	}
	n := int32(len(s.nodes))
	grams := s.weighed(spotGramsOf(l))
	node.grams = int32(len(grams))
	node.links = s.like(&node, grams)
	for _, g := range grams {
		p := s.posts[g.id]
		if p.list = append(p.list, spotLink{n, g.w}); len(p.list) > 2*spotPosted {
			p.list = slices.Clone(p.list[spotPosted:])
		}
	}
	s.nodes, s.likes = append(s.nodes, node), append(s.likes, spotShare{})
	s.byID[m.ID] = n
	at := len(s.byTime)
	for at > 0 && s.nodes[s.byTime[at-1]].at.After(m.At) {
		at--
	}
	s.byTime = slices.Insert(s.byTime, at, n)
}

// Drop forgets a message: it was taken back, or is no talk of the place.
func (s *Spots) Drop(id string) {
	if n, ok := s.byID[id]; ok {
		s.nodes[n].gone = true
		delete(s.byID, id)
		if l := fold(s.text(id)); triage.Hash(l.r) == s.nodes[n].print { // or what was said once would count as said elsewhere
			for _, g := range spotGramsOf(l) {
				if p := s.posts[g.id]; p != nil {
					p.seen = max(0, p.seen-1)
				}
			}
		}
		i, _ := slices.BinarySearchFunc(s.byTime, s.nodes[n].at, func(k int32, at time.Time) int { return s.nodes[k].at.Compare(at) })
		for s.byTime[i] != n {
			i++
		}
		s.byTime = slices.Delete(s.byTime, i, i+1)
	}
}

// Before lists the messages remembered that are older than t, the oldest first.
func (s *Spots) Before(t time.Time) (ids []string) {
	for _, k := range s.byTime[:s.since(t)] {
		ids = append(ids, s.nodes[k].id)
	}
	return ids
}

// Len is how many messages are remembered.
func (s *Spots) Len() int { return len(s.byID) }

type spotGram struct {
	id uint32
	w  float32
	at int16 // where it stands first, from 1
}

// spotGramsOf lists the pairs of letters of a text, each once, with how heavily it stands there.
func spotGramsOf(l letters) []spotGram {
	out := make([]spotGram, 0, min(len(l.r), spotLetters))
	for i := 0; i+1 < min(len(l.r), spotLetters); i++ {
		id, w := spotPair(l.r[i], l.r[i+1]), float32(1)
		if id == 0 && len(l.r) <= spotFewWords {
			id, w = spotNot(l.r[i], l.r[i+1]), spotNotWeight
		}
		if id != 0 {
			if i >= spotHead {
				w = spotBack
			}
			out = append(out, spotGram{id, w, int16(i + 1)})
		}
	}
	slices.SortFunc(out, func(a, b spotGram) int { return cmp.Or(cmp.Compare(a.id, b.id), cmp.Compare(a.at, b.at)) })
	one := out[:0]
	for _, g := range out {
		if n := len(one); n > 0 && one[n-1].id == g.id {
			one[n-1].w += g.w
			continue
		}
		one = append(one, g)
	}
	return one
}

// spotNot is the number of two letters of which one is 不 or 没: in a few words they say what is wrong (路灯不亮, 没水).
func spotNot(a, b rune) uint32 {
	if (a == '不' || a == '没') && spotLetter(b) || (b == '不' || b == '没') && spotLetter(a) {
		return uint32(a)<<16 | uint32(b)&0xFFFF
	}
	return 0
}

// spotPair is the number of two letters that say something; 0 for those that do not.
func spotPair(a, b rune) uint32 {
	if !spotLetter(a) || !spotLetter(b) || triage.IsDigit(a) && triage.IsDigit(b) {
		return 0
	}
	return uint32(a)<<16 | uint32(b)&0xFFFF
}

// spotLetter: a letter or digit that may be part of a word that says something.
func spotLetter(r rune) bool {
	return (triage.IsHan(r) || triage.IsAlpha(r) || triage.IsDigit(r)) && !spotEmpty[r&0xFFFF]
}

var spotEmpty = func() *[0x10000]bool {
	t := new([0x10000]bool)
	for _, r := range triage.SmallLetters {
		t[r] = true
	}
	return t
}()

// weighed keeps the rarest grams, weighs each by its rarity and brings the whole to length one.
func (s *Spots) weighed(grams []spotGram) []spotGram {
	all := math.Log(float64(len(s.nodes) + 51))
	for i := range grams {
		g := &grams[i]
		p := s.posts[g.id]
		if p == nil {
			p = &spotPosts{}
			s.posts[g.id] = p
		}
		p.seen++
		if g.w > 1 {
			g.w = 1 + float32(math.Log(float64(g.w)))
		}
		g.w *= float32(max(0.1, all-math.Log(float64(p.seen)+0.5)))
	}
	slices.SortFunc(grams, func(a, b spotGram) int { return cmp.Or(cmp.Compare(b.w, a.w), cmp.Compare(a.id, b.id)) })
	grams = grams[:min(len(grams), spotGrams)]
	sum := float32(0)
	for _, g := range grams {
		sum += g.w * g.w
	}
	scale := float32(1 / math.Sqrt(float64(sum)+1e-9))
	for i := range grams {
		grams[i].w *= scale
	}
	slices.SortFunc(grams, func(a, b spotGram) int { return cmp.Compare(a.at, b.at) })
	return grams
}

// like finds the earlier messages that are like one: the likest, and the latest, so that a short span has links of its own.
func (s *Spots) like(node *spotNode, grams []spotGram) []spotLink {
	s.touched = s.touched[:0]
	for _, g := range grams {
		list := s.posts[g.id].list
		for _, p := range list[max(0, len(list)-spotPosted):] {
			x := &s.likes[p.to]
			switch {
			case x.w == 0:
				s.touched = append(s.touched, p.to)
				x.letters = 2
			case x.at == g.at-1:
				x.letters++
			default:
				x.letters += 2
			}
			x.at = g.at
			x.w += g.w * p.w
		}
	}
	best, latest := make([]spotLink, 0, spotBest+spotLatest), make([]spotLink, 0, spotLatest+1)
	for _, n := range s.touched {
		x := s.likes[n]
		w := x.w
		s.likes[n] = spotShare{}
		if w < spotSame || !spotAlike(node, &s.nodes[n], x) {
			continue
		}
		best = keepMost(best, spotLink{n, min(1, w)}, spotBest, func(a, b spotLink) bool { return a.w > b.w || a.w == b.w && a.to > b.to })
		latest = keepMost(latest, spotLink{n, min(1, w)}, spotLatest, func(a, b spotLink) bool { return a.to > b.to })
	}
	for _, l := range latest {
		if !slices.Contains(best, l) {
			best = append(best, l)
		}
	}
	return slices.Clip(best)
}

// keepMost puts a link where it belongs among the n first.
func keepMost(list []spotLink, l spotLink, n int, before func(a, b spotLink) bool) []spotLink {
	if len(list) == n && !before(l, list[n-1]) {
		return list
	}
	if len(list) < n {
		list = append(list, l)
	}
	i := len(list) - 1
	for ; i > 0 && before(l, list[i-1]); i-- {
		list[i] = list[i-1]
	}
	list[i] = l
	return list
}

// spotAlike tells whether two messages share enough to be linked: less when both name one place or are of one kind in one cell, more
// when they are from two cells, and more when they are short.
func spotAlike(a, b *spotNode, x spotShare) bool {
	if b.gone {
		return false
	}
	from, short := float32(spotLike), float32(spotShort)*max(0, 1-float32(min(a.grams, b.grams))/spotLong)
	switch apart := a.cell != "" && b.cell != "" && a.cell != b.cell; {
	case a.told && b.told && onePlace(a, b): // it need not stand in the words
		from, short = spotSame, short/2
	case onePlace(a, b), a.cell != "" && a.cell == b.cell && a.kind != "" && a.kind == b.kind:
		from = spotSame
	case x.letters < spotWord:
		return false
	case apart:
		from = spotApart
	}
	return x.w >= from+short
}

func onePlace(a, b *spotNode) bool {
	return slices.ContainsFunc(a.places, func(p int32) bool { return slices.Contains(b.places, p) })
}

// place adds the number of a name to a list.
func (s *Spots) place(list []int32, name, key string) []int32 {
	if strings.TrimSpace(key) == "" {
		return list
	}
	n, ok := s.names[key]
	if !ok {
		n = int32(len(s.called))
		s.names[key] = n
		s.called = append(s.called, name)
	}
	if slices.Contains(list, n) {
		return list
	}
	return append(list, n)
}
