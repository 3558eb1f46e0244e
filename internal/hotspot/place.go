package hotspot

import (
	"math"
	"slices"
	"strings"

	"maplegrid/internal/triage"
)

// spotEnds end the names of places that people report from; the longer before the shorter.
var spotEnds = triage.LengthOf("街道|社区|小区|花园|家园|公寓|大厦|广场|新城|新村|中学|小学|大学|学院|医院|市场|工业园|镇|乡|村|苑")

const (
	spotPlaceHead   = 60 // letters in which names of places are read
	spotNameShort   = 2  // letters before the end of a name, at least
	spotNameLong    = 5  // and at most
	spotNameHolds   = 0.5
	spotPlacesOfOne = 4
)

// spotNameless stand before the end of a name without making one of it: 安置小区.
var spotNameless = strings.Split("安置|生活|住宅|居民|商品|附近|周边|旁边|我们|老旧|公租|廉租|人民|中心|农贸|生鲜|批发|综合|所有|全市|各大|本市|部分|某些|高档|新建|地下|超级|专科|美丽|新农|城中|这个|建材|房产|房地产|二手|人才|劳动力|幼儿|公办|民办|农民|乡镇|各", "|")

// placesIn reads the names of places from a text of which no places are known.
func (s *Spots) placesIn(text string, l letters) (out []int32) {
	for i := 1; i < min(len(l.r), spotPlaceHead) && len(out) < spotPlacesOfOne; i++ {
		n := spotEnds(l.r, i)
		if n == 0 || notSpotEnd(l, i, n) {
			continue
		}
		if k := s.reach(l, i, n); k > 0 && !slices.Contains(spotNameless, string(l.r[i-k:i])) {
			out = s.place(out, l.word(text, i-k, i+n), string(l.r[i-k:i+n]))
		}
	}
	return out
}

// reach is how many letters before its end a name begins. It is learned: a letter belongs to the name when it stood there
// at least every second time.
func (s *Spots) reach(l letters, i, n int) (k int) {
	last := uint16(0)
	for back := 1; back <= spotNameLong && back <= i && inSpotName(l, i-back); back++ {
		count := s.hear(l.r[i-back : i+n])
		if back == spotNameShort || k == back-1 && k > 0 && float64(count) >= spotNameHolds*float64(last) {
			k, last = back, count
		}
	}
	return k
}

func inSpotName(l letters, i int) bool {
	r := l.r[i]
	return triage.IsHan(r) && !strings.ContainsRune(triage.NotInNames, r) && !strings.ContainsRune("省市县区州的街镇乡村某诉映报问询议", r)
}

func notSpotEnd(l letters, i, n int) bool {
	next := rune(0)
	if i+n < len(l.r) {
		next = l.r[i+n]
	}
	switch l.r[i] {
	case '村', '镇', '乡':
		return n == 1 && strings.ContainsRune("民长里委干级政府路道", next)
	case '苑':
		return next == '小'
	}
	return false
}

// hear counts one stretch of letters, in a table of fixed size.
func (s *Spots) hear(name []rune) uint16 {
	c := &s.heard[triage.Hash(name)*0x9E3779B97F4A7C15>>46]
	if *c < math.MaxUint16 {
		*c++
	}
	return *c
}
