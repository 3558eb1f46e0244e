package dispute

import "maplegrid/internal/work"

// Guard refuses an act of the base life that a dispute does not allow now: finishing, verifying, closing or merging while a flag is
// open, promises run or a matter that grew out of it is open; a new party under a gate that was passed is asked first.
func (d *Dispute) Guard(act any, mo Moment) error { panic("to come") }

// relapse begins another round after a reopening: the course ended, facts stay.
func (d *Dispute) relapse(at work.At) { d.endCourse("failed", at.HappenedAt) }

// Allowed names what each rule is called; the desk's table of acts is made of them.
