package triage

import (
	"math"
	"slices"
)

// grams are hashed: no dictionary is kept, and a word never seen costs nothing.
const (
	gramBits = 20
	gramMask = 1<<gramBits - 1
	maxGram  = 2
)

// gram is a run of letters of one text: where it stands, how long it is, and its number.
type gram struct {
	at, n int32
	id    uint32
}

// gramsOf lists the runs of one to maxGram letters, none across a stop. All digits count as one digit and all stops
// as one stop, so that house numbers and phone numbers teach nothing.
func gramsOf(l letters) []gram {
	out := make([]gram, 0, len(l.r)*maxGram)
	stopped := false
	for i, r := range l.r {
		if isStop(r) {
			if !stopped && r != ' ' {
				out = append(out, gram{int32(i), 1, gramID(seed, ',')})
			}
			stopped = stopped || r != ' '
			continue
		}
		stopped = false
		h := seed
		for n := 1; n <= maxGram && i+n <= len(l.r); n++ {
			c := l.r[i+n-1]
			if isStop(c) {
				break
			}
			if isDigit(c) {
				c = '0'
			}
			h = mix(h, c)
			out = append(out, gram{int32(i), int32(n), uint32(h*0x9E3779B97F4A7C15>>40) & gramMask})
		}
	}
	return out
}

const seed uint64 = 14695981039346656037

func mix(h uint64, r rune) uint64 {
	h = (h ^ uint64(r)) * 1099511628211
	return h ^ h>>29
}

func gramID(h uint64, r rune) uint32 { return uint32(mix(h, r)*0x9E3779B97F4A7C15>>40) & gramMask }

// bag is the grams of a text in rising order, each with how often it stands in it.
type bag []counted

// counted is a gram's number and, in the last eight bits, how often it was seen.
type counted uint32

func (c counted) id() uint32 { return uint32(c) >> 8 }
func (c counted) times() int { return int(c & 0xFF) }

func bagOf(grams []gram) bag {
	ids := make([]uint32, len(grams))
	for i, g := range grams {
		ids[i] = g.id
	}
	slices.Sort(ids)
	b := make(bag, 0, len(ids))
	for i := 0; i < len(ids); {
		j := i
		for j < len(ids) && ids[j] == ids[i] {
			j++
		}
		b = append(b, counted(ids[i]<<8|uint32(min(255, j-i))))
		i = j
	}
	return slices.Clip(b)
}

// counts is a text as a model sees it: the grams it knows, by their place in the model, and how heavily each stands in it.
type counts struct {
	at []uint32
	v  []float32
}

// heaviness of a gram seen so many times: the tenth time says less than the second.
var heaviness = func() (t [256]float32) {
	for n := range t {
		t[n] = float32(1 + math.Log(float64(max(1, n))))
	}
	return t
}()

// vocabulary (认得的字串) is the grams of a model in rising order, how rare each is, and where to find it.
type vocabulary struct {
	ids    []uint32
	rarity []float32
	place  []uint32 // by gram: one more than its place in ids, 0 for one not known
}

func newVocabulary(ids []uint32, rarity []float32) vocabulary {
	v := vocabulary{ids, rarity, make([]uint32, 1<<gramBits)}
	for i, id := range ids {
		v.place[id] = uint32(i) + 1
	}
	return v
}

// vocabularyOf takes every gram that stands in at least so many bags, with its inverse document frequency for rarity.
func vocabularyOf(bags []bag, least int) vocabulary {
	seen := make([]int32, 1<<gramBits)
	for _, b := range bags {
		for _, g := range b {
			seen[g.id()]++
		}
	}
	var ids []uint32
	var rarity []float32
	for id, n := range seen {
		if int(n) >= least {
			idf := math.Log(float64(len(bags)+1)/float64(n+1)) + 1
			ids, rarity = append(ids, uint32(id)), append(rarity, float32(math.Pow(idf, rarityPower)))
		}
	}
	return newVocabulary(ids, rarity)
}

// weigh multiplies by the rarity of each gram and brings the whole to length one; grams the model does not know fall out.
func (k vocabulary) weigh(b bag) counts {
	out := counts{make([]uint32, 0, len(b)), make([]float32, 0, len(b))}
	sum := 0.0
	for _, g := range b {
		if at := k.place[g.id()]; at > 0 {
			v := heaviness[g.times()] * k.rarity[at-1]
			sum += float64(v) * float64(v)
			out.at, out.v = append(out.at, at-1), append(out.v, v)
		}
	}
	if sum > 0 {
		scale := float32(1 / math.Sqrt(sum))
		for i := range out.v {
			out.v[i] *= scale
		}
	}
	return out
}
