package demo

import (
	_ "embed" // the words people use are data
	"slices"
	"strconv"
	"strings"
)

//go:embed topics.tsv
var topicsText string

//go:embed sentences.tsv
var sentencesText string

//go:embed lines.tsv
var linesText string

//go:embed names.tsv
var namesText string

// topic is one sort of thing people bring to a station.
type topic struct {
	key                                   string
	kinds, scenes, handlers, outs, bodies []string
	weight                                int
	hours, family, body                   string
	stepsLow, stepsHigh                   int
	extra                                 map[string]string
	grade                                 string
	sentences                             []sentence
	own                                   bool // opened by the station on a round: nobody reports it
}

// sentence is what is said: the title for lists and the words. Some fit only some of the topic's scenes.
type sentence struct {
	title, words string
	scenes       []string
}

var (
	topics     = readTopics()
	lines      = group(linesText)
	vocabulary = group(namesText)
	surnames   = strings.Fields(vocabulary["surname"][0])
	given      = strings.Fields(vocabulary["given"][0])
	things     = strings.Fields(vocabulary["thing"][0])
	times      = strings.Fields(vocabulary["time"][0])
	streets    = strings.Fields(vocabulary["street"][0])
	estates    = strings.Fields(vocabulary["estate"][0])
	brands     = strings.Fields(vocabulary["brand"][0])
	shops      = strings.Fields(vocabulary["shop"][0])
	works      = strings.Fields(vocabulary["factory"][0])
)

// rows gives the rows of a table without its head line and remarks.
func rows(text string) (out [][]string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimRight(line, "\n"); line != "" && !strings.HasPrefix(line, "#") {
			out = append(out, strings.Split(line, "\t"))
		}
	}
	return out[1:]
}

func group(text string) map[string][]string {
	m := map[string][]string{}
	for _, r := range rows(text) {
		m[r[0]] = append(m[r[0]], r[1])
	}
	return m
}

func list(s string) []string {
	if s == "" {
		return nil
	}
	return strings.Split(s, "|")
}

func readTopics() (out []*topic) {
	own := false
	for _, r := range rows(topicsText) {
		own = own || r[0] == "venue" // the rows from here on are of the station's own rounds
		t := &topic{key: r[0], kinds: list(r[1]), hours: r[3], scenes: list(r[4]), handlers: list(r[5]), outs: list(r[6]), family: r[7],
			body: r[8], bodies: list(r[9]), extra: map[string]string{}, grade: r[12], own: own}
		t.weight, _ = strconv.Atoi(r[2])
		low, high, _ := strings.Cut(r[10], "-")
		t.stepsLow, _ = strconv.Atoi(low)
		t.stepsHigh, _ = strconv.Atoi(high)
		for _, x := range list(r[11]) {
			k, v, _ := strings.Cut(x, "=")
			t.extra[k] = v
		}
		out = append(out, t)
	}
	for _, r := range rows(sentencesText) {
		i := slices.IndexFunc(out, func(t *topic) bool { return t.key == r[0] })
		said := sentence{r[1], r[2], out[i].scenes}
		if len(r) > 3 {
			said.scenes = list(r[3])
		}
		out[i].sentences = append(out[i].sentences, said)
	}
	return out
}

// Venues are the names of 2,339 invented shops, hotels and other public places of the town, each once.
var Venues = func() []string {
	all := make([]string, 0, venues)
	for i := range venues {
		n := i * 1009 % (len(brands) * len(shops)) // 1009 has no divisor with 2,400: every pair comes once
		all = append(all, brands[n/len(shops)]+shops[n%len(shops)])
	}
	return all
}()

const venues = 2339
