package reader

import (
	"cmp"
	"hash/maphash"
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/playbook"
	"maplegrid/internal/triage"
	"maplegrid/internal/work/organisation"
)

// prepare takes playbook and places as they are in force; st.mu is held.
func (r *Reader) prepare(st *station, org *organisation.Org, book *playbook.Book) error {
	g := st.ready
	if g.book != book {
		s, err := r.starter(book)
		if err != nil {
			return err
		}
		st.adopt(s, r.desk.Clock.Now())
		g.book, g.starter, g.market = book, s, triage.LunarMarket(book.MarketDays())
	}
	if print := placesPrint(org, r.desk.Clock.Now()); g.names == nil || print != g.places || g.book != st.ready.book {
		entries, err := entriesOf(org, book, r.desk.Clock.Now())
		if err != nil {
			return err
		}
		g.names, g.places = triage.NewGazetteer(entries), print
	}
	g.version = org.Version
	st.ready = g
	st.assemble()
	return nil
}

// entriesOf are the places that a station knows: its cells and posts, and those its playbook names. One whose cell the organisation does
// not have is known by name alone.
func entriesOf(org *organisation.Org, book *playbook.Book, now time.Time) ([]triage.Entry, error) {
	more, err := triage.ReadPlaces(book.Folders()...)
	if err != nil {
		return nil, err
	}
	for i := range more {
		if _, ok := org.Cell(string(more[i].Cell)); !ok {
			more[i].Cell = ""
		}
	}
	if org.Tree() == nil {
		return more, nil
	}
	return slices.Concat(triage.EntriesOf(org.Tree(), now, org.Posts...), more), nil
}

var printSeed = maphash.MakeSeed()

// placesPrint changes when the names or the order of places do: most changes of an organisation are about people.
func placesPrint(org *organisation.Org, now time.Time) uint64 {
	var h maphash.Hash
	h.SetSeed(printSeed)
	put := func(words ...string) {
		for _, w := range words {
			h.WriteString(w)
			h.WriteByte(0)
		}
	}
	put(now.In(clock.Shanghai).Format(time.DateOnly))
	for _, c := range org.Cells {
		put(string(c.ID), string(c.Parent), string(c.Kind), c.Name.Zh, string(c.From), string(c.Until))
	}
	for _, p := range org.Posts {
		put(string(p.ID), p.Name.Zh, string(p.From), string(p.Until))
		for _, c := range p.Cells {
			put(string(c))
		}
	}
	return h.Sum64()
}

// adopt takes the rows of a playbook among the lessons, in place of those of the one before; st.mu is held.
func (st *station) adopt(s *starter, now time.Time) {
	if st.trained = nil; st.due.n > 0 {
		st.due.changed(now)
	}
	for _, id := range st.rows {
		st.lessons.Drop(id)
	}
	st.rows = st.rows[:0]
	for _, row := range s.rows {
		id := cmp.Or(row.ID, row.Text)
		st.lessons.Put(id, row)
		st.rows = append(st.rows, id)
	}
}
