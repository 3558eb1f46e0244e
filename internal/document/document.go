// Package document makes the papers of a dispute (文书): it gathers what the journal and the vault hold into the facts that a template
// of the playbook asks for, and puts the papers of a file in their prescribed order. A minor's name and a sealed address never get
// into the facts, so no template can print them (law-and-standards 5.1, 5.2).
package document

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/paper"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// Maker makes papers. Picture gives the bytes of an upload (a signature on the screen, a photograph); nil leaves pictures out.
type Maker struct {
	Desk    *desk.Desk
	Picture func(ctx context.Context, station, id string) ([]byte, error)
	// Masked hides names, numbers and addresses as pages do, and leaves pictures out: a draft to look at before printing, which is a
	// recorded look.
	Masked bool
}

// One is a paper that can be made of a dispute as it stands: which, of what, what it is called.
type One struct {
	Paper  playbook.Paper
	Of     string // id of the session, agreement, promise …; "" the dispute
	Label  string // which of several: the session's day, the party's side
	Number string // it was last printed under, or is known to get
	// Version it was last printed in, and that paper's row in dispute.Printed; 0 when it never was.
	Version int
	Digest  string
	Missing bool // always needed, and there is nothing yet it could be made of
}

// InFile tells whether a paper belongs into the file whether or not it was printed: always needed, or about something that happened.
func (o One) InFile() bool {
	return o.Paper.No > 0 && (o.Version > 0 || o.Paper.Needed == "always" || o.Paper.Of != "matter")
}

// Facts are what a template is filled with, by Chinese names.
type Facts = map[string]any

// Papers lists what can be printed of a dispute now, and what its file still lacks, in the order of the file (law-and-standards 3); those outside it come last.
func (m Maker) Papers(ctx context.Context, station string, d *dispute.Dispute) ([]One, error) {
	book, err := m.Desk.Book(ctx, station)
	if err != nil {
		return nil, err
	}
	return papersOf(book, d), nil
}

func papersOf(book *playbook.Book, d *dispute.Dispute) (list []One) {
	for _, p := range book.Papers() {
		if len(p.Tracks) > 0 && !slices.ContainsFunc(p.Tracks, func(t string) bool { return wasOn(d, t) }) {
			continue
		}
		all := subjects(p, d)
		if len(all) == 0 && p.Needed == "always" && p.No > 0 && !slices.ContainsFunc(list, func(o One) bool { return o.Paper.No == p.No }) {
			list = append(list, One{Paper: p, Missing: true})
		}
		for _, one := range all {
			one.Paper = p
			if x := Latest(d, p.Key, one.Of); x != nil {
				one.Number, one.Version, one.Digest = x.Number, x.Version, x.Digest
			} else if a := d.Agreement(one.Of); a != nil && p.Number == "" {
				one.Number = a.Number
			}
			list = append(list, one)
		}
	}
	return slices.DeleteFunc(list, func(o One) bool { // what another paper at its place does for
		return o.Missing && slices.ContainsFunc(list, func(x One) bool { return !x.Missing && x.Paper.No == o.Paper.No })
	})
}

// wasOn tells whether a dispute is or was on a track.
func wasOn(d *dispute.Dispute, track string) bool {
	return d.Track != nil && d.Track.Track == track || slices.ContainsFunc(d.Courses, func(c dispute.Course) bool { return c.Track == track })
}

// sheetPapers says which worksheet each paper of one is of; a paper not named here is of all.
var sheetPapers = map[string]string{"compensation": "compensation", "measured_line": "line", "wage_sheet": "wages", "running_account": "account"}

// subjects are the things a paper is made of: each session, each agreement, each party.
func subjects(p playbook.Paper, d *dispute.Dispute) (list []One) {
	add := func(of, label string) { list = append(list, One{Of: of, Label: label}) }
	switch p.Of {
	case "matter", "cover", "contents", "end":
		add("", "")
	case "party":
		for _, x := range d.Parties {
			if p.Template != "mandate" || slices.ContainsFunc(d.Companions, func(c dispute.Companion) bool { return c.Party == x.ID && c.As == "agent" }) {
				add(x.ID, sideOf(d, x.ID))
			}
		}
	case "session":
		for _, x := range d.Sessions {
			if x.State == "held" && p.Template != "invitation" || p.Template == "invitation" && x.State == "planned" {
				add(x.ID, day(x.At))
			}
		}
	case "agreement":
		for _, x := range d.Agreements {
			if fits(p, x) {
				add(x.ID, x.Number)
			}
		}
	case "promise":
		for i, x := range d.Promises {
			if len(x.Kept) > 0 {
				add(x.ID, fmt.Sprintf("第%d项", i+1))
			}
		}
	case "sheet":
		for _, x := range d.Sheets {
			if kind := sheetPapers[p.Template]; kind == x.Kind || kind == "" {
				add(x.ID, x.Title)
			}
		}
	case "warning":
		for _, x := range d.Warnings {
			add(x.ID, sideOf(d, x.Party)+" "+day(x.At))
		}
	case "referral":
		for _, x := range d.Referrals {
			add(x.ID, sideOf(d, x.Party)+" "+day(x.At))
		}
	case "confirmation":
		if c := d.Confirming; c != nil && !c.AppliedAt.IsZero() {
			add("", day(c.AppliedAt))
		}
	case "visit":
		return visits(p, d)
	}
	return list
}

// visits are looks in on a party after an agreement, or an inquiry before it: what the record of either is made of.
func visits(p playbook.Paper, d *dispute.Dispute) (list []One) {
	if p.Template != "investigation" {
		for _, x := range d.Backs {
			list = append(list, One{Of: x.ID, Label: sideOf(d, x.Party) + " " + day(x.At)})
		}
		return list
	}
	for _, x := range d.Parties {
		if s := d.Sides[x.ID]; s != nil && !s.Account.IsZero() {
			list = append(list, One{Of: x.ID, Label: sideOf(d, x.ID)})
		}
	}
	return list
}

// fits tells whether a paper is the form of an agreement; a paper of a station's own fits all on its tracks.
func fits(p playbook.Paper, a dispute.Agreement) bool {
	if len(p.Tracks) > 0 && !slices.Contains(p.Tracks, a.Track) {
		return false
	}
	switch p.Template {
	case "spot_agreement":
		return a.Form == "on_spot"
	case "oral_register":
		return a.Form == "oral"
	case "police_agreement", "people_agreement":
		return a.Form == "written"
	}
	return true
}

// sideOf names a party by side and number alone: 甲方, 甲方2.
func sideOf(d *dispute.Dispute, party string) string {
	p, ok := d.Matter.Party(party)
	if !ok {
		return ""
	}
	if p.Side == "" {
		n := 1 + slices.IndexFunc(d.OnSide(""), func(x matter.Party) bool { return x.ID == party })
		return fmt.Sprintf("其他当事人%d", n)
	}
	side := d.OnSide(p.Side)
	name := fault.Name("zh", "side."+p.Side)
	if len(side) > 1 {
		return fmt.Sprintf("%s%d", name, 1+slices.IndexFunc(side, func(x matter.Party) bool { return x.ID == party }))
	}
	return name
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(clock.Shanghai).Format(time.DateOnly)
}

// Latest is how a paper was last printed: its highest version; nil when it never was.
func Latest(d *dispute.Dispute, key, of string) (last *dispute.Printed) {
	for i := range d.Printed {
		if p := &d.Printed[i]; p.Paper == key && p.Of == of && (last == nil || p.Version >= last.Version) {
			last = p
		}
	}
	return last
}

// Make fills one paper. number and version are those it was or will be printed under.
func (m Maker) Make(ctx context.Context, station string, d *dispute.Dispute, key, of, number string, version int) (paper.Document, error) {
	s, err := m.Open(ctx, station, d)
	if err != nil {
		return paper.Document{}, err
	}
	return s.Make(key, of, number, version)
}

// Next makes a paper as it would be printed now: under the version it was last printed in when nothing in it changed, else under the
// next one. number is that of a paper that was never printed.
func (s *Folder) Next(key, of, number string) (paper.Document, error) {
	last := Latest(s.d, key, of)
	if last == nil {
		return s.Make(key, of, number, 1)
	}
	doc, err := s.Make(key, of, last.Number, last.Version)
	if err == nil && Digest(doc) != last.Digest {
		return s.Make(key, of, last.Number, last.Version+1)
	}
	return doc, err
}

// Digest is the digest of a paper as dispute.Print keeps it.
func Digest(d paper.Document) string { return fmt.Sprintf("%x", d.Digest()) }

// Make fills one paper under a number and a version.
func (s *Folder) Make(key, of, number string, version int) (paper.Document, error) {
	p, ok := s.book.Paper(key)
	if !ok {
		return paper.Document{}, fault.New(fault.Missing, "dispute.nothing_to_print", nil)
	}
	facts := s.common()
	facts["文号"] = number
	if err := s.add(facts, p, of); err != nil {
		return paper.Document{}, err
	}
	doc, err := Sheet(s.book, p.Template, facts)
	if err != nil {
		return paper.Document{}, err
	}
	if doc.Title == "" {
		doc.Title = p.Name.Zh
	}
	doc.Number, doc.Version = number, version
	return doc, nil
}

// FileDigest is the digest of a whole file: its cover and every paper in it.
func FileDigest(cover paper.Document, docs []paper.Document) string {
	h := sha256.New()
	for _, d := range append([]paper.Document{cover}, docs...) {
		sum := d.Digest()
		h.Write(sum[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}

// File lists the papers of the whole file in the prescribed order (law-and-standards 3), and its cover. Contents are left to
// paper.Bundle, which knows the pages. Of papers that stand in for one another the printed ones are taken, else the one that fits how
// the dispute began.
func (s *Folder) File() (cover One, papers []One, err error) {
	list := papersOf(s.book, s.d)
	i := slices.IndexFunc(list, func(o One) bool { return o.Paper.Of == "cover" })
	if i < 0 {
		return cover, nil, fault.New(fault.Missing, "dispute.no_file", nil)
	}
	for _, one := range list {
		if !one.Missing && one.Paper.No > 0 && (one.InFile() || s.happened(one.Paper)) && !s.stoodIn(one, list) {
			papers = append(papers, one)
		}
	}
	return list[i], papers, nil
}

// happened tells whether a paper of the whole dispute that is not always needed has something to hold.
func (s *Folder) happened(p playbook.Paper) bool {
	return p.Template == "evidence" && slices.ContainsFunc(s.d.Parties, func(x matter.Party) bool {
		side := s.d.Sides[x.ID]
		return side != nil && (!side.Evidence.IsZero() || len(side.Evidences) > 0)
	})
}

// stoodIn tells whether another paper of the whole dispute at the same place of the file does for this one.
func (s *Folder) stoodIn(one One, list []One) bool {
	if one.Paper.Of != "matter" || one.Version > 0 {
		return false
	}
	applied := len(s.d.Reports) > 0
	return slices.ContainsFunc(list, func(o One) bool {
		same := o.Paper.No == one.Paper.No && o.Paper.Of == "matter" && o.Paper.Key != one.Paper.Key
		return same && (o.Version > 0 || applied == (one.Paper.Template == "acceptance"))
	})
}
