package grid

import "time"

// CellID names a cell for ever; a cell whose outline or parent changes keeps its id and gains a version.
type CellID string

// Kind is what sort of cell it is. Kinds are data: a station may use others than these.
type Kind string

// Kinds of cells that most stations have.
const (
	KindStation   Kind = "station"
	KindTown      Kind = "town"
	KindVillage   Kind = "village"
	KindCommunity Kind = "community"
	KindCell      Kind = "cell" // 网格, led by a party cell where there is one
	KindBeat      Kind = "beat" // 警格
	KindZone      Kind = "zone"
	KindSchool    Kind = "school"
	KindMarket    Kind = "market"
)

// Nature tells a basic grid (基础网格) from an exclusive one (专属网格: a market, school, park or firm)
// (DB6101/T 3185-2024, a local standard; law-and-standards 10.5).
type Nature string

// The two natures of a grid.
const (
	Basic     Nature = "basic"
	Exclusive Nature = "exclusive"
)

// Point is longitude and latitude in CGCS2000/WGS-84 degrees, in GeoJSON order.
type Point [2]float64

// Ring is a closed line; its last point equals its first.
type Ring []Point

// Cell is one area of responsibility, in force during Span. Code keeps the code of an outside register as it is
// written there and CodeScheme says which: lengths differ between versions (law-and-standards 10.8).
// Outline holds all rings of the area; what lies within an odd number of them is inside, so holes and islands need no marks.
type Cell struct {
	ID, Parent       CellID
	Kind             Kind
	Name             Name
	Code, CodeScheme string
	Outline          []Ring
	Nature           Nature
	Span
}

// BodyID names a body.
type BodyID string

// Body is an organisation that takes part: party branch, village committee, justice office, hotline, another department.
type Body struct {
	ID                   BodyID
	Kind                 string
	Name                 Name
	Outside              bool // not part of the station: it answers for itself
	MayCall, MayTransfer bool // may be called to a joint action; may be handed a matter
	Phone                string
}

// PostID names a post.
type PostID string

// PostKind is what sort of post: data, such as beat_office, grid_post, area_post.
type PostKind string

// Post (岗) is a place to be staffed, covering some cells.
type Post struct {
	ID    PostID
	Kind  PostKind
	Name  Name
	Cells []CellID
	Seats []Seat
	Span
}

// Seat asks for HowMany people of Role; StandIns may sit there when they are missing.
type Seat struct {
	Role     Role
	HowMany  int
	StandIns []Role
}

// PersonID names a person; the name itself is in the vault.
type PersonID string

// Person is someone of the station or beside it, by id only.
type Person struct {
	ID     PersonID
	Role   Role
	Seats  []Sitting
	OnDuty []Hours // empty: no roster known, taken as present
}

// Sitting says that a person holds a seat of a post in a span.
type Sitting struct {
	Post PostID
	Span
}

// Hours is one stretch of duty, Until not included.
type Hours struct{ From, Until time.Time }

func (p Person) sitsAt(post PostID, at time.Time) bool {
	onDuty := len(p.OnDuty) == 0
	for _, h := range p.OnDuty {
		onDuty = onDuty || !at.Before(h.From) && at.Before(h.Until)
	}
	for _, s := range p.Seats {
		if onDuty && s.Post == post && s.Covers(DayOf(at)) {
			return true
		}
	}
	return false
}

// Lead says that a party cell (党格) leads a beat (警格). The two need not match one to one (law-and-standards 10.6).
type Lead struct {
	PartyCell, Beat CellID
	Span
}

// Leads is who leads what.
type Leads []Lead

// Of lists the party cells that lead beat at that time.
func (l Leads) Of(beat CellID, at time.Time) (cells []CellID) {
	for _, x := range l {
		if x.Beat == beat && x.Covers(DayOf(at)) {
			cells = append(cells, x.PartyCell)
		}
	}
	return cells
}

// By lists the beats that party cell leads at that time.
func (l Leads) By(cell CellID, at time.Time) (beats []CellID) {
	for _, x := range l {
		if x.PartyCell == cell && x.Covers(DayOf(at)) {
			beats = append(beats, x.Beat)
		}
	}
	return beats
}

// Org is a station's map of responsibility as a playbook tells it; people come from the journal.
type Org struct {
	Tree   *Tree
	Bodies []Body
	Posts  []Post
	Leads  Leads
	Rules  []StaffingRule
}
