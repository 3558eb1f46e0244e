package reader

import "maplegrid/internal/triage"

// Borrow takes over what another reader learned from playbooks: training for every test takes long.
func (r *Reader) Borrow(o *Reader) *Reader {
	o.mu.Lock()
	defer o.mu.Unlock()
	r.starters = o.starters
	return r
}

// Lessons and Said are how many lessons and earlier messages are kept of a station's own.
func (r *Reader) Lessons(station string) int {
	st := r.station(station)
	return st.lessons.Len() - len(st.rows)
}

// Said counts what the index remembers.
func (r *Reader) Said(station string) int { return r.station(station).index.Len() }

// Index is that of a station.
func (r *Reader) Index(station string) *triage.Index { return r.station(station).index }

// Heard is how many messages of a station count for hot spots.
func (s *Spots) Heard(station string) int { return s.of[station].spots.Len() }
