package chat

import (
	"slices"
	"strings"
)

// form is how one paste begins its messages.
type form struct {
	heads  map[int]head  // by row
	stamps map[int]stamp // rows that hold a time or a day alone and stand above what follows
	plain  bool          // no row begins a message by its shape
}

// survey is everything in a paste that may begin a message.
type survey struct {
	rows         []string
	first        int // first row with words that are not a head of the whole, -1 when there is none
	forwarded    bool
	timed, colon []head
	odd          []head // rows that hold a whole time behind what is hardly a name
	tagged       []head
	alone        []head // rows that may be a name and nothing else
	stamps       []stampRow
}

type stampRow struct {
	row   int
	stamp stamp
	ruled bool // between dashes: “————— 2026-11-20 —————”
}

// longestAlone is the longest row that is looked at as a name alone, in bytes.
const longestAlone = 36

// look goes once over all rows.
func look(rows []string) *survey {
	s := &survey{rows: rows, first: -1}
	for i, row := range rows {
		if row == "" {
			continue
		}
		if isPreface(row) {
			s.forwarded = true
			continue
		}
		if t, ruled, ok := stampAlone(row); ok {
			s.stamps = append(s.stamps, stampRow{i, t, ruled})
			continue
		}
		if s.first < 0 && !isNotice(row) {
			s.first = i
		}
		s.candidate(i, row)
	}
	return s
}

func (s *survey) candidate(i int, row string) {
	body, tagged := untagged(row)
	h, ok := timedHead(body)
	if wide := narrow(body); !ok && wide != body {
		h, ok = timedHead(wide)
		ok = ok && h.stamp.full() && h.text == "" // words stay as wide as they were written
	}
	if ok && (h.called() || !endsWith(h.name, timeTails)) && !labels[h.name] {
		h.row = i
		s.timed = append(s.timed, h)
		return
	}
	if h, ok := oddHead(body); ok {
		h.row = i
		s.odd = append(s.odd, h)
	}
	if h, ok := colonHead(body); ok && !s.answered(i, h) {
		h.row = i
		s.colon = append(s.colon, h)
		return
	}
	h = head{row: i, name: body, shape: shape{order: 'g'}}
	switch {
	case tagged && nameLike(body):
		s.tagged = append(s.tagged, h)
	case len(body) <= longestAlone && personLike(body) && nameLike(body) && listNumber(body) == 0:
		s.alone = append(s.alone, h)
	}
}

// answered says that a row is what somebody answers, “李梅：「…」” with a line drawn below it. In “王强：「李梅：…」” it is 王强 who answers.
func (s *survey) answered(i int, h head) bool {
	return i+1 < len(s.rows) && isRule(s.rows[i+1]) && !(strings.HasPrefix(h.text, "「") && colonAt(h.text) > 0)
}

// stampAlone reads a row that is a time or a day and nothing else.
func stampAlone(row string) (t stamp, ruled, ok bool) {
	if len(row) > 90 {
		return t, false, false
	}
	body := strings.TrimSpace(strings.Trim(row, "-—─–━ "))
	ruled = len(row)-len(body) >= 4 && body != row && strings.ContainsAny(row[:3], "-—─–━")
	t, n := readStamp(body)
	return t, ruled, n > 0 && n == len(body)
}

// isRule says that a row is a drawn line.
func isRule(row string) bool {
	n := 0
	for _, r := range row {
		switch r {
		case '-', '—', '─', '–', '━', '_', '=', '－', '＿':
			n++
		case ' ':
		default:
			return false
		}
	}
	return n >= 3
}

// choose finds the form of a paste.
func choose(s *survey) form {
	f := form{heads: map[int]head{}, stamps: map[int]stamp{}}
	s.chooseTimed(&f)
	if len(f.heads) == 0 {
		s.chooseTwoRows(&f)
	}
	if len(f.heads) == 0 {
		s.chooseTagged(&f)
	}
	if len(f.heads) == 0 {
		s.chooseColon(&f)
	}
	if len(f.heads) == 0 {
		s.chooseAlone(&f)
	}
	f.plain = len(f.heads) == 0
	s.chooseStamps(&f)
	return f
}

// family is what speaks for one shape.
type family struct {
	heads []head
	names map[string]int
}

func families(heads []head) (order []shape, of map[shape]*family) {
	of = map[shape]*family{}
	for _, h := range heads {
		f := of[h.shape]
		if f == nil {
			f = &family{names: map[string]int{}}
			of[h.shape] = f
			order = append(order, h.shape)
		}
		f.heads = append(f.heads, h)
		f.names[h.name]++
	}
	return order, of
}

// strong says whether a name is surely one: of a person, or met again.
func (f *family) strong(name string, known map[string]bool) bool {
	return f.names[name] > 1 || known[name] || personLike(name)
}

// chooseTimed takes the shapes with a time of their own: those with the whole day first, the others when they speak for themselves.
func (s *survey) chooseTimed(f *form) {
	order, all := families(s.timed)
	at := map[int]bool{}
	for _, h := range s.timed {
		at[h.row] = true
	}
	known := map[string]bool{}
	for pass := range 2 {
		for _, key := range order {
			fam := all[key]
			if key.full != (pass == 0) || !s.believes(fam, key, at, known, len(f.heads) > 0) {
				continue
			}
			for _, h := range fam.heads {
				f.heads[h.row] = h
				known[h.name] = known[h.name] || fam.strong(h.name, nil)
			}
		}
	}
	s.dropDoubtful(f, all, known)
	s.takeOdd(f, all)
}

// takeOdd takes names that look like none, “物业:小赵”, “水电，门窗”, “=维修=”: only in a shape of which two messages begin with a whole
// day, and where the time fits between that of the message before and that of the one after.
func (s *survey) takeOdd(f *form, all map[shape]*family) {
	for _, h := range s.odd {
		fam := all[h.shape]
		if fam == nil || len(fam.heads) < 2 || !hasHead(f, fam.heads[0].row) || h.row+1 == len(s.rows) {
			continue
		}
		i, _ := slices.BinarySearchFunc(fam.heads, h.row, func(o head, row int) int { return o.row - row })
		fits := i == 0 || fam.heads[i-1].row+1 < h.row && !fam.heads[i-1].stamp.later(h.stamp)
		if i < len(fam.heads) {
			fits = fits && h.row+1 < fam.heads[i].row && !h.stamp.later(fam.heads[i].stamp)
		}
		if fits {
			f.heads[h.row] = h
		}
	}
}

// believes says whether a shape with times begins messages in this paste.
func (s *survey) believes(fam *family, key shape, at map[int]bool, known map[string]bool, others bool) bool {
	spoken, strong, first, full := 0, 0, false, false
	for _, h := range fam.heads {
		next := h.row + 1
		for next < len(s.rows) && s.rows[next] == "" {
			next++
		}
		if h.text != "" || next < len(s.rows) && !at[next] {
			spoken++
		}
		if fam.strong(h.name, known) {
			strong++
		}
		first, full = first || h.row == s.first, full || h.stamp.full()
	}
	n := len(fam.heads)
	if key.full {
		return n >= 2 && 2*spoken >= n || n == 1 && spoken == 1 && (first || !others && strong == 1)
	}
	if others { // beside a shape with whole days, only people known from it, who say something
		return n >= 2 && 2*strong > n && 5*spoken >= 4*n
	}
	if n == 1 && strong == 0 && !full && !decorated(fam.heads[0].name) { // “停水 8:00”
		return false
	}
	return spoken > 0 && (first || n >= 2 && 2*strong >= n) && 3*spoken >= n
}

// dropDoubtful takes out the heads that stand where words belong: right below a head without words, under a name never met.
func (s *survey) dropDoubtful(f *form, all map[shape]*family, known map[string]bool) {
	for _, h := range s.timed {
		above, ok := f.heads[h.row-1]
		if _, is := f.heads[h.row]; is && ok && above.text == "" && !h.shape.full && !all[h.shape].strong(h.name, nil) && !known[h.name] {
			delete(f.heads, h.row)
		}
	}
}

// chooseTwoRows takes pastes that have the name in one row and the time in the next.
func (s *survey) chooseTwoRows(f *form) {
	colon := map[int]bool{}
	for _, h := range s.colon {
		colon[h.row] = true
	}
	var found []head
	clocks := 0
	for _, t := range s.stamps {
		if !t.stamp.clock || t.ruled {
			continue
		}
		clocks++
		i := t.row - 1
		if i >= 0 && nameLike(s.rows[i]) && !colon[i] && !endsWith(s.rows[i], timeTails) && !isLabel(s.rows[i]) && !isNotice(s.rows[i]) &&
			t.row+1 < len(s.rows) && (i == 0 || s.rows[i-1] == "" || personLike(s.rows[i])) {
			found = append(found, head{row: i, name: s.rows[i], stamp: t.stamp, shape: shape{order: 'd'}})
		}
	}
	strong, names := 0, map[string]bool{}
	for _, h := range found {
		names[h.name] = true
		if name, tagged := untagged(h.name); personLike(name) || tagged {
			strong++
		}
	}
	every := len(found) == clocks && (len(found) >= 3 || len(names) < len(found)) // each time stands below what may be a name
	if len(found) == 0 || 2*len(found) < clocks || 2*strong < len(found) && !every || len(found) == 1 && found[0].row != s.first {
		return
	}
	for _, h := range found {
		h.name, _ = untagged(h.name)
		f.heads[h.row] = h
	}
}

// chooseTagged takes names that stand alone behind the mark of a program.
func (s *survey) chooseTagged(f *form) {
	if len(s.tagged) < 2 && (len(s.tagged) == 0 || s.tagged[0].row != s.first) {
		return
	}
	for _, h := range s.tagged {
		f.heads[h.row] = h
	}
}

// chooseAlone takes names that stand alone in their rows, with neither colon nor time: only when the first row is one, words follow
// each, and a name comes again or stands below each time.
func (s *survey) chooseAlone(f *form) {
	if len(s.alone) < 2 || s.alone[0].row != s.first {
		return
	}
	is, names, below := map[int]bool{}, map[string]int{}, 0
	for _, h := range s.alone {
		is[h.row] = true
		names[h.name]++
	}
	for _, t := range s.stamps {
		if is[t.row+1] {
			below++
		}
	}
	again := len(names) < len(s.alone)
	for _, h := range s.alone {
		next := h.row + 1
		for next < len(s.rows) && s.rows[next] == "" {
			next++
		}
		if is[next] || next == len(s.rows) || !again && below < len(s.alone) {
			return
		}
	}
	for _, h := range s.alone {
		f.heads[h.row] = h
	}
}

// chooseColon takes names with a colon: one shape of them, and of that the names that are met again, are those of people, or
// stand before nearly every row.
func (s *survey) chooseColon(f *form) {
	order, all := families(s.colon)
	var best *family
	strongest := 0
	for _, key := range order {
		fam, n := all[key], 0
		for _, h := range fam.heads {
			if fam.strong(h.name, nil) {
				n++
			}
		}
		if n > strongest {
			best, strongest = fam, n
		}
	}
	if best == nil && s.forwarded && len(order) > 0 {
		best = all[order[0]]
	}
	spoken := 0
	for _, row := range s.rows {
		if row != "" {
			spoken++
		}
	}
	if best == nil {
		best = s.shaped(order, all, spoken)
	}
	if best == nil || strongest == 1 && !s.forwarded && (best.heads[0].row != s.first || !personLike(best.heads[0].name)) {
		return
	}
	// A colon that no Chinese keyboard gives, with nothing behind it, is a program's.
	everywhere := 10*len(best.heads) >= 7*spoken || best.heads[0].shape.alone && best.heads[0].shape.tail == ':' && strongest != 1
	for _, h := range best.heads {
		if everywhere || s.forwarded && h.row == s.first || best.strong(h.name, nil) {
			f.heads[h.row] = h
		}
	}
	s.dropRepeated(f, best)
}

// shaped finds a shape that speaks for itself though no name is known: the colon of a program, three times at least, from the first
// row on, in every row or alone in its own.
func (s *survey) shaped(order []shape, all map[shape]*family, spoken int) *family {
	for _, key := range order {
		f := all[key]
		n := len(f.heads)
		if key.tail == ':' && n >= 3 && f.heads[0].row == s.first && (key.gap == ' ' && n == spoken || key.alone && 3*n >= spoken) {
			return f
		}
	}
	return nil
}

// dropRepeated takes out what stands before a colon again and again but is a list inside one message: “东单元：好的”, “西单元：停水”.
func (s *survey) dropRepeated(f *form, fam *family) {
	for _, h := range fam.heads {
		if strings.HasSuffix(h.name, "单元") || strings.HasSuffix(h.name, "楼") {
			delete(f.heads, h.row)
		}
	}
}

// chooseStamps keeps the times that stand above messages: never right below a head, where they are its words or its own time.
func (s *survey) chooseStamps(f *form) {
	for _, t := range s.stamps {
		if h, below := f.heads[t.row-1]; below && !t.ruled {
			if h.shape.order == 'd' || h.shape.order == 'g' {
				h.stamp = t.stamp
				f.heads[t.row-1] = h
				f.stamps[t.row] = t.stamp
			}
			continue
		}
		lone := t.row == 0 || s.rows[t.row-1] == "" || t.row+1 < len(s.rows) && hasHead(f, t.row+1)
		switch {
		case t.ruled, f.plain && t.stamp.clock, f.plain && t.stamp.full(), !f.plain && lone && (t.stamp.clock || t.stamp.dated()) && !s.ownTimes(f):
			f.stamps[t.row] = t.stamp
		case !f.plain && lone && t.stamp.dated() && !t.stamp.clock && s.needsDays(f):
			f.stamps[t.row] = t.stamp
		}
	}
}

func hasHead(f *form, row int) bool { _, ok := f.heads[row]; return ok }

// ownTimes says whether every head has a time of its own, needsDays whether some have but no day.
func (s *survey) ownTimes(f *form) bool {
	return anyHead(f, func(h head) bool { return h.stamp.clock })
}

func (s *survey) needsDays(f *form) bool {
	return anyHead(f, func(h head) bool { return h.stamp.clock && !h.stamp.dated() })
}

func anyHead(f *form, is func(head) bool) bool {
	for _, h := range f.heads {
		if is(h) {
			return true
		}
	}
	return false
}
