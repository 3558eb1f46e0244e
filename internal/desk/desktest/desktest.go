// Package desktest sets a desk up on a fresh embedded store with a stepped clock and an invented cast, for tests, stories and the demo.
package desktest

import (
	"context"
	"fmt"
	"io"
	"sync"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/ident"
	"maplegrid/internal/playbook"
	"maplegrid/internal/store"
	"maplegrid/internal/store/sqlite"
	"maplegrid/internal/work/organisation"
	"maplegrid/playbooks"
)

// Station is the station of a desk under test.
const Station = "s1"

// Start is when the clock of a desk under test stands at first: a Monday morning.
var Start = time.Date(2026, 3, 2, 1, 0, 0, 0, time.UTC)

// Random is a reader of reproducible bytes, safe for concurrent use. Never for a real station.
func Random(seed uint64) io.Reader { return ident.Seeded(seed) }

// Books finds shipped playbooks, each loaded once.
func Books() func(string) (*playbook.Book, error) {
	var mu sync.Mutex
	loaded := map[string]*playbook.Book{}
	return func(name string) (*playbook.Book, error) {
		mu.Lock()
		defer mu.Unlock()
		if b, ok := loaded[name]; ok {
			return b, nil
		}
		b, err := playbook.Load(playbooks.FS, name)
		if err == nil {
			loaded[name] = b
		}
		return b, err
	}
}

// Desk is a desk with its clock and store.
type Desk struct {
	*desk.Desk
	Clock  *clock.Stepped
	Engine *store.Engine
	keys   int
}

// On makes a desk on an opened engine.
func On(e *store.Engine, seed uint64) (*Desk, error) {
	c := clock.NewStepped(Start)
	random := Random(seed)
	policy, err := access.New()
	if err != nil {
		return nil, err
	}
	return &Desk{Desk: &desk.Desk{Journal: e.Journal, Clock: c, Rand: random, IDs: ident.NewSource(c, random), Policy: policy, Books: Books(),
		Master: [32]byte{1, 2, 3}}, Clock: c, Engine: e}, nil
}

// New makes a desk on SQLite in a temporary folder.
func New(t testing.TB) *Desk {
	t.Helper()
	e, err := sqlite.Open(context.Background(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	d, err := On(e, 1)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Do takes an act with a key of its own and fails the test when it is refused.
func (d *Desk) Do(t testing.TB, who access.Who, name string, act any) desk.Answer {
	t.Helper()
	a, err := d.Try(who, name, act)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return a
}

// Try takes an act with a key of its own.
func (d *Desk) Try(who access.Who, name string, act any) (desk.Answer, error) {
	d.keys++
	return d.Desk.Do(context.Background(), who, desk.Envelope{Key: fmt.Sprintf("t%d", d.keys)}, name, act)
}

// Founder is who sets a station up before it has people: the program itself.
func Founder(station string) access.Who { return desk.Program(station) }

// Cast registers a small station: two cells in one village each, and one person of every role; people are named by role and cell
// ("officer_1" covers cell c1). It gives who they are by that name.
func (d *Desk) Cast(t testing.TB, station string) map[string]access.Who {
	t.Helper()
	f := Founder(station)
	d.Do(t, f, "org.set_station", &organisation.SetStation{Name: "测试派出所"})
	d.Do(t, f, "org.set_cell", &organisation.SetCell{ID: "st", Kind: "station", Zh: "测试派出所", En: "Test Station"})
	cast := map[string]access.Who{}
	for _, n := range []string{"1", "2"} {
		d.Do(t, f, "org.set_cell", &organisation.SetCell{ID: "v" + n, Parent: "st", Kind: "village", Zh: "第" + n + "村", En: "Village " + n})
		d.Do(t, f, "org.set_cell", &organisation.SetCell{ID: "c" + n, Parent: "v" + n, Kind: "cell", Zh: "第" + n + "网格", En: "Cell " + n})
	}
	for _, b := range []string{"village_committee", "food_drug", "commerce"} {
		d.Do(t, f, "org.set_body", &organisation.SetBody{ID: b, Zh: b, En: b, Outside: true, MayCall: true, MayTransfer: true})
	}
	for _, role := range []string{"cell_worker", "volunteer", "guard", "mediator", "village_cadre", "aux_officer", "officer"} {
		for _, n := range []string{"1", "2"} {
			d.person(t, cast, station, role+"_"+n, role, []string{"c" + n})
		}
	}
	for _, role := range []string{"window_clerk", "duty_lead", "head", "bureau", "auditor", "admin"} {
		d.person(t, cast, station, role, role, nil)
	}
	return cast
}

func (d *Desk) person(t testing.TB, cast map[string]access.Who, station, name, role string, cells []string) {
	t.Helper()
	a := d.Do(t, Founder(station), "org.set_person", &organisation.SetPerson{Role: role, Call: name, Cells: cells, User: name})
	who, ok, err := d.Known(context.Background(), station, a.ID)
	if err != nil || !ok {
		t.Fatalf("person %s: %v %v", name, ok, err)
	}
	cast[name] = who
}
