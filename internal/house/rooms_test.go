package house

import (
	"os"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// rooms says who may import whom, a room a line, as docs/architecture.md tells it; relaxing a line needs an ADR.
// "ground" stands for the rooms that everything may use, "pages" for what pages of one area stand on: the core, never another area. A name with /* covers the rooms below it; a room not named
// here belongs to the nearest one above it that is. Tests may import anything.
const rooms = `
ground       = clock ident fault
clock        :
ident        : clock
fault        :
sheet        : fault
photo        : fault
vault        : ground
journal      : ground vault
grid         : ground
paper        : ground
round        : fault
triage       : ground vault grid
hotspot      : ground vault grid triage
chat         : ground vault triage
work         : ground sheet photo vault journal grid
work/matter  : ground sheet photo vault journal grid work
work/*       : round ground sheet photo vault journal grid work work/matter playbook
work/draft   : ground vault journal work work/matter work/report
playbook     : ground grid sheet paper
access       : fault grid
desk         : chat triage round ground sheet photo vault journal grid work work/* playbook access
document     : round ground vault grid work work/* playbook access desk paper
intake       : ground sheet photo vault journal grid work work/* playbook access desk
intake/orgfile : ground sheet photo vault journal grid work work/* playbook access desk
relay        : ground journal vault grid work work/* access desk
store        : ground journal vault
store/sqlite : ground journal vault store
store/postgres : ground journal vault store
store/storetest : ground journal vault store
store/postgres/pgtest :
board        : ground sheet grid journal vault work work/* access store
board/*      : round ground sheet grid journal vault work work/* access store board
web          : chat hotspot triage round ground sheet photo vault journal grid work work/* playbook access desk intake intake/* board board/* paper document
web/browser  :
pages        = web web/keep web/page/* web/plan web/text chat triage round ground sheet photo vault journal grid work work/* playbook access desk intake intake/* board board/* paper document
web/org      : pages
web/tour     : pages
web/firm     : pages
web/appointment: pages
web/card     : pages
web/paper    : pages
web/rooms    : web web/*
web/webtest  : anything
notify       : ground vault journal grid work work/* playbook desk board/notices
reader       : ground vault journal grid hotspot triage work work/* playbook access desk store board board/*
api          : ground sheet photo vault journal grid work work/* playbook access desk board board/*
desk/desktest : ground sheet photo vault journal grid work work/* playbook access desk store store/sqlite
app          : chat hotspot triage reader notify round ground sheet photo vault journal grid work work/* playbook access desk paper document relay store store/* board board/* web web/* api intake intake/*
demo         : round ground sheet photo vault journal grid work work/* playbook access desk store store/* board board/* intake intake/*
bench        : ground triage reader round sheet photo vault journal grid work work/* playbook access desk store store/* board board/* api app
house        :
stories      : anything
stories/steps : anything
`

func table(t *testing.T) map[string][]string {
	t.Helper()
	m := map[string][]string{}
	var ground, pages string
	for line := range strings.Lines(rooms) {
		if names, ok := strings.CutPrefix(line, "ground       ="); ok {
			ground = names
		} else if names, ok := strings.CutPrefix(line, "pages        ="); ok {
			pages = names
		} else if room, may, ok := strings.Cut(line, ":"); ok {
			may = strings.Replace(may, " pages", pages, 1)
			m[strings.TrimSpace(room)] = strings.Fields(strings.Replace(may, "ground", ground, 1))
		}
	}
	return m
}

// row finds the line of the table that speaks of a room: its own, its family's, or that of the room it lies in.
func row(m map[string][]string, room string) (string, bool) {
	for ; room != "." && room != ""; room = path.Dir(room) {
		if _, ok := m[room]; ok {
			return room, true
		}
		if family := path.Dir(room) + "/*"; m[family] != nil {
			return family, true
		}
	}
	return "", false
}

func covers(may, room string) bool {
	family, isFamily := strings.CutSuffix(may, "/*")
	return room == may || may == "anything" && !strings.HasPrefix(room, "cmd/") || isFamily && strings.HasPrefix(room, family+"/")
}

func TestRoomsImportOnlyWhatTheTableAllows(t *testing.T) {
	m := table(t)
	for _, f := range goFiles(t) {
		room, ours := strings.CutPrefix(path.Dir(f.name), "internal/")
		if !ours && !strings.HasPrefix(room+"/", "stories/") || f.test {
			continue
		}
		if _, ok := row(m, room); !ok {
			t.Errorf("%s: the room %s is not in the table of rooms_test.go and docs/architecture.md", f.name, room)
			continue
		}
		for _, other := range f.imports {
			other, ours := strings.CutPrefix(other, "maplegrid/internal/")
			if !ours {
				other, ours = strings.CutPrefix(other, "maplegrid/")
				ours = ours && !strings.HasPrefix(other, "playbooks") // data
			}
			if ours && !allowed(m, room, other) {
				t.Errorf("%s: %s may not import %s", f.name, room, other)
			}
		}
	}
}

// allowed says whether a room may import another: one that its line covers, or a part of its own room.
func allowed(m map[string][]string, room, other string) bool {
	name, _ := row(m, room)
	home, _ := row(m, other)
	if home == name && (!strings.HasSuffix(name, "/*") || strings.HasPrefix(other, room+"/") || strings.HasPrefix(room, other+"/")) {
		return true
	}
	return slices.ContainsFunc(m[name], func(may string) bool { return covers(may, other) })
}

func TestTheTableBites(t *testing.T) {
	m := table(t)
	for pair, want := range map[[2]string]bool{
		{"work/dispute", "work/matter"}: true, {"work/dispute", "work/report"}: false, {"work/matter", "work/report"}: false,
		{"web", "store"}: false, {"web/page/report", "web/page/part"}: true, {"web", "api"}: false, {"web/org", "web"}: true, {"web", "web/org"}: false, {"web/org", "web/page/org"}: true,
		{"web/org", "web/firm"}: false, {"web/org", "web/rooms"}: false, {"web/org", "vault"}: true, {"board/ledger", "board/points"}: false,
		{"vault", "journal"}: false, {"journal", "vault"}: true, {"store", "store/sqlite"}: false, {"desk", "store"}: false,
		{"stories/steps", "app"}: true, {"stories/steps", "cmd/maplegrid"}: false, {"app", "stories/steps"}: false,
	} {
		if got := allowed(m, pair[0], pair[1]); got != want {
			t.Errorf("%s importing %s: %v", pair[0], pair[1], got)
		}
	}
}

func TestTheTableIsTheOneOfTheDocuments(t *testing.T) {
	text, err := os.ReadFile(root + "/docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]bool{}
	for _, line := range regexp.MustCompile("(?m)^\\| (`[^|]+) \\|").FindAllStringSubmatch(string(text), -1) {
		for _, name := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(line[1], -1) {
			told[name[1]] = true
			if _, ok := table(t)[name[1]]; !ok && name[1] != "cmd/maplegrid" {
				t.Errorf("docs/architecture.md tells of %s, rooms_test.go does not", name[1])
			}
		}
	}
	for room := range table(t) {
		top, _, _ := strings.Cut(room, "/")
		if room != "house" && !told[room] && !told[top] && !told[top+"/*"] {
			t.Errorf("rooms_test.go tells of %s, docs/architecture.md does not", room)
		}
	}
}
