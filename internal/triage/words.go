package triage

import (
	"cmp"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"maplegrid/internal/fault"
)

// Words are the word lists of a playbook, from triage/words.tsv.
type Words struct {
	kinds, dangers, urgencies   []list
	topics                      []list // what is another body's to handle, by the values of topic in routes.csv
	calm, follow, over, retract list
	places                      func() *placeModel // learned from the rows; nil before they are read
	vocabulary                  func() *lexicon    // by which texts are cut into words; nil before they are read
}

// list is words of one meaning. A word may hold gaps: its parts then follow one another within a few letters.
type list struct {
	name   string
	words  [][][]rune // each word as its parts
	except [][]rune
}

// gap is how many letters may lie between the parts of a word.
const gap = 6

// Hit is a word of a list found in a text: bytes From to To.
type Hit struct {
	List, Word string
	From, To   int
}

// ReadWords reads the word lists and the labelled rows of playbooks, the lowest layer first: triage/words.tsv and every
// other triage/*.tsv. Lists add up over the layers, unless a words.tsv has a row `only`: then the kinds and rows of the
// layers below are left out, while dangers and urgency stay.
func ReadWords(layers ...fs.FS) (Words, []Row, error) {
	var w Words
	var rows, placed []Row
	for _, layer := range layers {
		names, err := fs.Glob(layer, "triage/*.tsv")
		if err != nil {
			return w, nil, err
		}
		if slices.Contains(names, "triage/words.tsv") {
			src, err := fs.ReadFile(layer, "triage/words.tsv")
			if err != nil {
				return w, nil, err
			}
			examples, only, err := w.add(string(src))
			if err != nil {
				return w, nil, err
			}
			if only {
				rows = nil
			}
			rows = append(rows, examples...)
		}
		for _, name := range names {
			if !isRows(name) {
				continue
			}
			f, err := layer.Open(name)
			if err != nil {
				return w, nil, err
			}
			more, err := ReadRows(name, f)
			f.Close()
			if err != nil {
				return w, nil, err
			}
			rows = append(rows, more...)
			if slices.ContainsFunc(more, func(r Row) bool { return len(r.Places) > 0 }) { // in others places are not labelled
				placed = append(placed, more...)
			}
		}
	}
	w.places = placesOf(placed)
	var texts []string
	for _, r := range rows {
		texts = append(texts, r.Text)
	}
	lists := slices.Concat(w.kinds, w.dangers, w.urgencies, w.topics)
	w.vocabulary = sync.OnceValue(func() *lexicon { return newLexicon(lists, texts) })
	return w, rows, nil
}

// add takes the rows of one words.tsv in: list, name, words, except, parted by tabs; a line beginning with # is a note.
// A row `example` holds whole messages of a kind, written as people write.
func (w *Words) add(src string) (examples []Row, only bool, err error) {
	for n, line := range strings.Split(strings.TrimPrefix(src, "\ufeff"), "\n") {
		line = strings.TrimRight(line, "\r")
		cells := append(strings.Split(line, "\t"), "", "", "")
		if line == "" || line[0] == '#' || cells[0] == "list" {
			continue
		}
		for i := range cells {
			cells[i] = unquote(cells[i])
		}
		if cells[0] == "only" {
			only, w.kinds, examples = true, nil, nil
			continue
		}
		if cells[0] == "example" {
			for text := range strings.SplitSeq(cells[2], "|") {
				examples = append(examples, Row{Text: text, Kind: cells[1]})
			}
			continue
		}
		if !w.put(cells[0], cells[1], wordsOf(cells[2]), cells[3]) {
			return nil, false, fault.New(fault.Invalid, "triage.bad_words", fault.Args{"line": n + 1, "list": cells[0]})
		}
	}
	return examples, only, nil
}

func (w *Words) put(kind, name string, words [][][]rune, except string) bool {
	var except2 [][]rune
	for e := range strings.SplitSeq(except, "|") {
		if e != "" {
			except2 = append(except2, fold(e).r)
		}
	}
	var one *list
	switch kind {
	case "kind":
		one = named(&w.kinds, name)
	case "danger":
		one = named(&w.dangers, name)
	case "urgency":
		one = named(&w.urgencies, name)
	case "topic":
		one = named(&w.topics, name)
	case "calm":
		one = &w.calm
	case "follow":
		one = &w.follow
	case "over":
		one = &w.over
	case "retract":
		one = &w.retract
	default:
		return false
	}
	one.words, one.except = append(one.words, words...), append(one.except, except2...)
	return true
}

func named(all *[]list, name string) *list {
	for i := range *all {
		if (*all)[i].name == name {
			return &(*all)[i]
		}
	}
	*all = append(*all, list{name: name})
	return &(*all)[len(*all)-1]
}

func wordsOf(cell string) (out [][][]rune) {
	for word := range strings.SplitSeq(cell, "|") {
		var one [][]rune
		for part := range strings.SplitSeq(word, "~") {
			if part != "" {
				one = append(one, fold(part).r)
			}
		}
		if len(one) > 0 {
			out = append(out, one)
		}
	}
	return out
}

// span is letters from–to.
type span struct{ from, to int }

func (s span) within(o span) bool { return s.from >= o.from && s.to <= o.to }

// find lists where the words of the list stand, each word once, what an exception covers left out.
func (t *list) find(l letters) (found []span) {
	for _, word := range t.words {
		for i := 0; ; i++ {
			s, ok := findParts(l, word, i)
			if !ok {
				break
			}
			if i = s.from; !t.excepted(l, s) {
				found = append(found, s)
				break
			}
		}
	}
	return found
}

func findParts(l letters, word [][]rune, from int) (span, bool) {
	for i := l.index(word[0], from); i >= 0; i = l.index(word[0], i+1) {
		end, ok := i+len(word[0]), true
		for _, part := range word[1:] {
			at := -1
			for j := end; j <= end+gap && j < len(l.r) && at < 0; j++ {
				if l.has(part, j) {
					at = j
				} else if isStop(l.r[j]) {
					break
				}
			}
			if ok = at >= 0; !ok {
				break
			}
			end = at + len(part)
		}
		if ok {
			return span{i, end}, true
		}
	}
	return span{}, false
}

// excepted: an exception covers the beginning of the word, or the word the exception's.
func (t *list) excepted(l letters, s span) bool {
	for _, e := range t.except {
		for i := l.index(e, max(0, s.from-len(e))); i >= 0 && i <= s.to; i = l.index(e, i+1) {
			x := span{i, i + len(e)}
			if s.within(x) || x.within(s) || s.from >= x.from && s.from < x.to {
				return true
			}
		}
	}
	return false
}

func (t *list) hits(text string, l letters) []Hit { return t.hitsAt(text, l, t.find(l)) }

func (t *list) hitsAt(text string, l letters, found []span) (out []Hit) {
	for _, s := range found {
		out = append(out, Hit{t.name, l.word(text, s.from, s.to), l.at[s.from], l.end(s.to)})
	}
	return out
}

// leaning is how much the word lists speak for each kind.
func (w *Words) leaning(l letters) map[string]float64 {
	out := map[string]float64{}
	for i := range w.kinds {
		if weight := weightOf(w.kinds[i].find(l)); weight > 0 {
			out[w.kinds[i].name] = weight
		}
	}
	return out
}

// weightOf words found: longer words say more, each further word less.
func weightOf(found []span) (weight float64) {
	for n, s := range found {
		weight += float64(min(4, s.to-s.from)) / float64(n+2)
	}
	return weight
}

// elsewhere lists the words of the likeliest topic and of those nearly as likely, likeliest first.
func (w *Words) elsewhere(text string, l letters) (out []Hit) {
	type leaning struct {
		weight float64
		hits   []Hit
	}
	var all []leaning
	best := 0.0
	for i := range w.topics {
		if found := w.topics[i].find(l); len(found) > 0 {
			all = append(all, leaning{weightOf(found), w.topics[i].hitsAt(text, l, found)})
			best = max(best, weightOf(found))
		}
	}
	slices.SortStableFunc(all, func(a, b leaning) int { return cmp.Compare(b.weight, a.weight) })
	for _, one := range all {
		if one.weight >= best*nearly {
			out = append(out, one.hits...)
		}
	}
	return out
}

const nearly = 0.7
