// Package hotspot is the page of hot spots (热点): what several people report now.
package hotspot

import (
	"maplegrid/internal/web/page/part"
)

// Page is the hot spots of one span, and the places from which many things are reported.
type Page struct {
	Heading part.Heading
	Tabs    part.Tabs
	Spots   []Spot
	Places  []Spot
	Empty   *part.Empty
	More    string // that only so many are told
}

// Spot is one of them.
type Spot struct {
	ID, Title string
	Growth    part.Status
	Facts     []string
	Words     string
	Days      []Day
	Few       string // what the bars say, in words
	Reports   part.Matters
	Matters   part.Matters
	More      string // how many are not listed
	Summary   string // of the list
	Act       *part.Button
}

// Day is one bar. Now says that it is of the span; the days before it are paler.
type Day struct {
	Label    string
	Messages int
	Now      bool
}

const (
	barWidth  = 8
	barGap    = 2
	barHeight = 36
)

// bar is where the bar of a day stands.
func (s Spot) bar(i int) (x, y, height int) {
	most := 1
	for _, d := range s.Days {
		most = max(most, d.Messages)
	}
	height = s.Days[i].Messages * barHeight / most
	if s.Days[i].Messages > 0 {
		height = max(height, 3)
	}
	return i * (barWidth + barGap), barHeight - height, height
}

func (s Spot) width() int { return len(s.Days)*(barWidth+barGap) - barGap }
