package app_test

import (
	"slices"
	"strings"

	"maplegrid/internal/desk/desktest"
)

// where is where a thing lies, as the askers of the first station see it.
type where string

// The places. Joined lies in the other cell too, and everybody of the street has a task in it; none is a thing that does not exist.
const (
	own    where = "own"
	other  where = "other"
	joined where = "joined"
	abroad where = "abroad"
	none   where = "none"
)

var places = []where{own, other, joined, abroad}

// class is what kind of information a canary stands for.
type class string

const (
	label    class = "label"    // that a thing is there at all: its id, its number
	content  class = "content"  // title, words, place, task, picture
	answer   class = "answer"   // what the reporter is told
	personal class = "personal" // full name, phone, ID number, door: on no page but the answer of the unmask act
	receipt  class = "receipt"  // the reporter's own secret
	purpose  class = "purpose"  // why somebody looked
	house    class = "house"    // cells and people of a station, as its own people call them
	sealed   class = "sealed"   // the address of somebody threatened, the name of a minor: by the unmask act alone, and there for police alone
	offence  class = "offence"  // the record of a violation: its number, its words
	safety   class = "safety"   // what somebody answered when asked alone
	meeting  class = "meeting"  // words of a joint conference
	finds    class = "finds"    // what is sealed of somebody sought or missing: for who works on it
	calling  class = "calling"  // what people called to look out read
	staffing class = "staffing" // full name and phone of the station's own people: leave with the head's export only
)

// sight says what a role sees of things in own cell, other cell, joined; a letter each: f reads, masked; c counts without reading; - knows
// nothing of. It is written down here once more, so that a slip in the policies shows.
var sight = map[string]string{
	"officer": "fff", "duty_lead": "fff", "head": "fff",
	"cell_worker": "f-f", "mediator": "f-f", "village_cadre": "f-f", "aux_officer": "f-f",
	"window_clerk": "--f", "volunteer": "--f", "guard": "--f",
	"bureau": "ccc", "auditor": "ccc",
	"admin": "---", "public": "---",
}

// seen gives the letter of an asker for a place.
func (a *asker) seen(p where) byte {
	at := map[where]int{own: 0, other: 1, joined: 2, abroad: 0}[p]
	if p == none || a.station != stationOf(p) {
		return '-'
	}
	return sight[a.role][at]
}

func stationOf(p where) string {
	if p == abroad {
		return desktest.Elsewhere
	}
	return desktest.Station
}

// right tells whether a canary may appear in an answer to somebody.
func (a *asker) right(c class, p where) bool {
	letter := a.seen(p)
	switch c {
	case label:
		return letter != '-'
	case content, answer:
		return letter == 'f'
	case purpose:
		return a.station == stationOf(p) && (a.role == "head" || a.role == "auditor")
	case offence:
		return letter == 'f' && records[a.role] != "" && records[a.role][map[where]int{own: 0, other: 1, joined: 2, abroad: 0}[p]] == 'y'
	case safety:
		return letter == 'f' && mediates[a.role] != "" && mediates[a.role][map[where]int{own: 0, other: 1, joined: 2, abroad: 0}[p]] == 'y'
	case finds:
		return finders[a.role] != "" && a.station == stationOf(p) && finders[a.role][map[where]int{own: 0, other: 1, joined: 2, abroad: 0}[p]] == 'y'
	case calling:
		return letter == 'f' || a.called(p)
	case meeting:
		return letter == 'f' && records[a.role] != ""
	case house:
		return a.station == stationOf(p) // the public reads cells and who handles their report, of the station it reports to
	case booked:
		return a.station == stationOf(p) && slices.Contains(hall, a.role)
	case rated:
		return a.follows(p) || a.station == stationOf(p) && slices.Contains(leaders, a.role)
	case said:
		return a.station == stationOf(p) && slices.Contains(leaders, a.role)
	case personal, receipt, staffing, sealed:
	}
	return false
}

// hidden tells whether a target must not be told from one that does not exist; its placeholders say what of it was asked for.
func (a *asker) hidden(p where, used []string, holder bool) bool {
	if holder {
		return stationOf(p) != desktest.Station || !slices.ContainsFunc(used, func(x string) bool {
			return slices.Contains([]string{"receipt", "cell", "card", "booking", "partycode"}, x)
		})
	}
	for _, x := range used {
		switch x {
		case "cell":
			if p != abroad { // both stations have one of that id
				return false
			}
			if a.station == stationOf(p) {
				return false
			}
		case "person", "call", "handler":
			if a.station == stationOf(p) {
				return false
			}
		case "conference":
			if a.station == stationOf(p) {
				return false
			}
		case "bookedon": // a day of the calendar, with the id of a visit
		case "visit":
			if a.station == stationOf(p) && slices.Contains(hall, a.role) {
				return false
			}
		case "rating", "right":
			if x == "rating" && a.follows(p) {
				return false
			}
			if a.station == stationOf(p) && slices.Contains(leaders, a.role) {
				return false
			}
		case "tour": // a day of the calendar: every station has it
			return false
		case "missing":
			if a.seen(p) == 'f' || a.called(p) {
				return false
			}
		case "number", "matter":
			if a.seen(p) != '-' {
				return false
			}
		default:
			if a.seen(p) == 'f' {
				return false
			}
		}
	}
	return len(used) > 0
}

// unmasks says who may ask for a value in full, for what reason they name, in own cell, other cell, joined.
var unmasks = map[string]string{"officer": "y-y", "duty_lead": "--y", "head": "yyy"}

// records says who sees the record of a violation in own cell, other cell, joined: police in whose cell it is, leaders everywhere
// (law-and-standards 5.6). The officers who ask handle none of these disputes. mediates says who works on the mediation, and so reads
// what was answered alone. opens says who, with a purpose, gets a sealed address or the name of a minor (5.2, 5.4).
var (
	records  = map[string]string{"officer": "y--", "duty_lead": "yyy", "head": "yyy"}
	mediates = map[string]string{"officer": "yyy", "duty_lead": "yyy", "head": "yyy", "cell_worker": "--y", "mediator": "--y", "village_cadre": "--y", "aux_officer": "--y", "window_clerk": "--y"}
	opens    = map[string]string{"officer": "y--", "duty_lead": "--y", "head": "yyy"}
)

// finders says who works on finding somebody in own cell, other cell, joined: leaders everywhere, others where they take part.
var finders = map[string]string{"officer": "--y", "duty_lead": "yyy", "head": "yyy", "cell_worker": "--y", "mediator": "--y", "village_cadre": "--y", "aux_officer": "--y", "window_clerk": "--y"}

// called tells whether somebody was called to look out: everybody of the cell of the missing person.
func (a *asker) called(p where) bool {
	return a.station == stationOf(p) && p == own && (a.role == "volunteer" || a.role == "guard")
}

// row is what a route is asked: addresses with {placeholders} of a target, after a "|" the form of a POST.
type row struct {
	asks   []string
	holder bool // speaks for the first station, whoever asks: everybody reads its cells, and who has a receipt the number and the answer
	does   bool // would be done to what one may: only what is hidden is asked
	tell   bool // asks for values in full, with a purpose: unmasks says who gets them, and the head takes out the list of people
}

func asks(list ...string) row { return row{asks: list} }

// pages has a row for every route of the table; a route without one fails the test.
var pages = map[string]row{
	"GET /{$}":                 asks("/"),
	"GET /sign-in":             asks("/sign-in", "/sign-in?next=/matters/{matter}"),
	"POST /sign-in":            asks("/sign-in|user=nobody&password="),
	"GET /sign-in/factor":      asks("/sign-in/factor"),
	"POST /sign-in/factor":     asks("/sign-in/factor|code=000000"),
	"GET /sign-in/enrol":       asks("/sign-in/enrol"),
	"POST /sign-in/enrol":      asks("/sign-in/enrol|code=000000"),
	"POST /sign-out":           asks(), // ends the session that asks; the door's own test has it
	"GET /setup":               asks("/setup"),
	"POST /setup":              asks("/setup|code=x"),
	"GET /account":             asks("/account"),
	"POST /account/password":   asks("/account/password|now=x"),
	"GET /account/factor":      asks("/account/factor"),
	"POST /account/factor":     asks("/account/factor|code=000000"),
	"POST /account/tokens":     asks("/account/tokens|person={person}&label=" + strings.Repeat("x", 60)),
	"POST /account/tokens/end": asks("/account/tokens/end|token=k_none"),

	"POST /account/factor/remove":        asks("/account/factor/remove|password=wrong"),
	"POST /account/sessions/end":         asks("/account/sessions/end|person={person}"),
	"GET /people/{id}/account":           asks("/people/{person}/account"),
	"POST /people/{id}/account/password": asks("/people/{person}/account/password|password=weak"),
	"POST /people/{id}/account/factor":   asks("/people/{person}/account/factor|key={key}"),
	"GET /report":                        {asks: []string{"/report"}, holder: true},
	"GET /report/{cell}":                 {asks: []string{"/report/{cell}"}, holder: true},
	"POST /report":                       {asks: []string{"/report|words="}, holder: true},
	"POST /report/{cell}":                {asks: []string{"/report/{cell}|words="}, holder: true},
	"GET /progress":                      asks("/progress"),
	"POST /progress":                     {asks: []string{"/progress|code={receipt}"}, holder: true},
	"GET /progress/{code}":               {asks: []string{"/progress/{receipt}", "/progress/{matter}", "/progress/{number}"}, holder: true},
	"GET /progress/{code}/receipt":       {asks: []string{"/progress/{receipt}/receipt"}, holder: true},
	"POST /progress/{code}/{act}":        {asks: []string{"/progress/{receipt}/add|words=&key={key}", "/progress/{receipt}/rate|key={key}"}, holder: true},
	"GET /privacy":                       asks("/privacy"),
	"POST /act/{name}":                   asks("/act/matter.note|matter={matter}&key={key}", "/act/report.add|report={report}&key={key}&words=x", "/act/matter.none|key={key}"),
	"POST /uploads":                      asks("/uploads|x=1"),
	"GET /blob/{id}":                     asks("/blob/{blob}", "/blob/{blob}?thumb", "/blob/{blob}?of=report/{report}", "/blob/{blob}?of=report/{report}&thumb", "/blob/{blob}?of=matter/{matter}", "/blob/{blob}?of=matter/{minematter}", "/blob/{blob}?of=report/{minereport}"),
	"GET /cells/{id}/qr.png":             asks("/cells/{cell}/qr.png"),
	"GET /cells/{id}/poster":             asks("/cells/{cell}/poster"),
	"GET /inbox":                         asks("/inbox", "/inbox?state=fresh", "/inbox?state=triaged", "/inbox?state=declined", "/inbox?state=withdrawn", "/inbox?part=rows", "/inbox?state=triaged&part=rows", "/inbox?after={cursor}", "/inbox?cell={cell}"),
	"GET /inbox/{id}":                    asks("/inbox/{report}"),
	"GET /reports/new":                   asks("/reports/new"),
	"POST /reports/new":                  asks("/reports/new|words="),
	"GET /reports/{id}":                  asks("/reports/{report}", "/reports/{fresh}", "/reports/{declined}", "/reports/{matter}"),
	"POST /reports/{id}/triage":          asks("/reports/{report}/triage|mode=open&more=1", "/reports/{report}/triage|mode=link&key={key}", "/reports/{minefresh}/triage|mode=link&number={number}&key={key}", "/reports/{minefresh}/triage|mode=decline&number={number}&key={key}"),
	"GET /matters":                       asks("/matters", "/matters?tab=mine", "/matters?tab=cell", "/matters?tab=unassigned", "/matters?tab=due_soon", "/matters?tab=overdue", "/matters?tab=open", "/matters?tab=open&part=rows", "/matters?tab=open&kind=hazard", "/matters?tab=open&grade=urgent", "/matters?tab=open&after={cursor}", "/matters?tab=open&cell={cell}"),
	"GET /matters/new":                   asks("/matters/new", "/matters/new?kind=hazard", "/matters/new?kind=dispute"),
	"POST /matters/new":                  asks("/matters/new|kind=hazard&key={key}", "/matters/new|kind=hazard&title=&cell={cell}&to={person}&key={key}"),
	"GET /matters/{id}":                  asks("/matters/{matter}", "/matters/{lost}", "/matters/{seek}", "/matters/{dispute}", "/matters/{closed}", "/matters/{tied}", "/matters/{merged}", "/matters/{report}"),
	"GET /finding":                       asks("/finding"),
	"GET /finding/{id}":                  asks("/finding/{missing}", "/finding/{matter}"),
	"POST /finding/{id}/{act}":           asks("/finding/{missing}/reply|key={key}&heard=", "/finding/{missing}/sight|key={key}&place="),
	"GET /matters/{id}/finding.pdf":      asks("/matters/{lost}/finding.pdf"),
	"GET /matters/{id}/do/{act}":         asks("/matters/{seek}/do/ask_first", "/matters/{seek}/do/compare?candidate={candidate}", "/matters/{lost}/do/publish", "/matters/{lost}/do/call_out", "/matters/{dispute}/do/dispute.say", "/matters/{dispute}/do/dispute.set_party", "/matters/{dispute}/do/dispute.decide_case", "/matters/{dispute}/do/dispute.keep_promise", "/matters/{matter}/do/matter.note"),
	"GET /check":                         asks("/check"),
	"POST /check":                        asks("/check|code=ABCD-EFGH-JKLM"),
	"GET /check/{code}":                  asks("/check/ABCDEFGHJKLM"),
	"GET /matters/{id}/papers":           asks("/matters/{dispute}/papers", "/matters/{matter}/papers"),
	"POST /matters/{id}/papers":          asks("/matters/{dispute}/papers|key={key}"),
	"GET /matters/{id}/papers/draft.pdf": asks("/matters/{dispute}/papers/draft.pdf"),
	"GET /matters/{id}/papers/{file}":    asks("/matters/{dispute}/papers/d_none.pdf"),
	"GET /matters/{id}/file.pdf":         asks("/matters/{dispute}/file.pdf?none=1"),
	"POST /matters/{id}/file.pdf":        asks(), // prints; what is on the papers has a test of its own
	"GET /disputes/spot":                 asks("/disputes/spot"),
	"POST /disputes/spot":                asks("/disputes/spot|key={key}"),
	"GET /matters/{id}/spot":             asks("/matters/{dispute}/spot"),
	"POST /matters/{id}/spot":            asks("/matters/{dispute}/spot|key={key}"),
	"GET /matters/{id}/handover":         asks("/matters/{dispute}/handover"),
	"GET /promises":                      asks("/promises", "/promises?view=all", "/promises?view=overdue", "/promises?view=all&cell={cell}"),
	"POST /promises.xlsx":                asks("/promises.xlsx|purpose=月度考核核对&key={key}"),
	"GET /disputes":                      asks("/disputes", "/disputes?cell={cell}"),
	"GET /disputes/month":                asks("/disputes/month", "/disputes/month?month=2026-03"),
	"POST /disputes/month.xlsx":          asks("/disputes/month.xlsx|month=2026-03&purpose=月度考核核对&key={key}"),
	"GET /disputes/register":             asks("/disputes/register", "/disputes/register?month=2026-03"),
	"POST /disputes/register.xlsx":       asks("/disputes/register.xlsx|month=2026-03&purpose=月度考核核对&key={key}"),
	"GET /tours":                         asks("/tours", "/tours?after=2030-01-01"),
	"GET /tours/{day}":                   asks("/tours/{tour}"),
	"GET /tours/{day}/plan":              asks("/tours/{tour}/plan"),
	"POST /tours/{day}/plan":             asks("/tours/{tour}/plan|key={key}&typed=某处"),
	"GET /tours/{day}/move":              asks("/tours/{tour}/move?visit={stop}&team=-", "/tours/{tour}/move?visit={matter}&team=-"),
	"POST /tours/{day}/move":             asks("/tours/{tour}/move|visit={stop}&team=t9&key={key}"),
	"POST /tours/{day}/close":            asks(), // ends the day; who may is in desk's oracle
	"GET /tours/{day}/{team}":            asks("/tours/{tour}/t1"),
	"POST /tours/{day}/{team}/{act}":     asks("/tours/{tour}/t1/miss_stop|visit={stop}&reason=&key={key}"),
	"GET /tours/{day}/{team}/sheet.pdf":  asks("/tours/{tour}/t1/sheet.pdf"),
	"GET /conferences":                   asks("/conferences"),
	"GET /conferences/new":               asks("/conferences/new"),
	"POST /conferences/new":              asks("/conferences/new|key={key}"),
	"GET /conferences/{id}":              asks("/conferences/{conference}"),
	"POST /conferences/{id}/{act}":       asks("/conferences/{conference}/close|key={key}&words="),
	"GET /look":                          asks("/look?thing=matter&id={seek}&subject={candidate}&field=phone&v=0", "/look?thing=matter&id={lost}&subject={lostperson}&field=name&v=0", "/look?thing=matter&id={matter}&subject={party}&field=name&v=0", "/look?thing=matter&id={dispute}&subject={threatened}&field=home&v=0", "/look?thing=matter&id={dispute}&subject={minor}&field=name&v=0", "/look?thing=report&id={report}&subject={report}&field=name&v=0", "/look?thing=person&id={person}&subject={person}&field=name&v=0"),
	"POST /look":                         {asks: []string{"/look|thing=matter&id={dispute}&subject={threatened}&field=home&purpose=联系当事人核实&key={key}", "/look|thing=matter&id={dispute}&subject={minor}&field=name&purpose=联系当事人核实&key={key}", "/look|thing=matter&id={matter}&subject={party}&field=phone&purpose=联系当事人核实&key={key}", "/look|thing=report&id={report}&subject={report}&field=phone&purpose=联系报事人核实&key={key}"}, tell: true},
	"GET /looks":                         asks("/looks", "/looks?person={person}", "/looks?after={cursor}"),
	"GET /ledger":                        asks("/ledger", "/ledger?kind=hazard", "/ledger?state=answered", "/ledger?from=2026-03-01&until=2026-03-31", "/ledger?grade=urgent", "/ledger?cell={cell}", "/ledger?after={cursor}"),
	"GET /ledger.xlsx":                   asks("/ledger.xlsx"),
	"POST /ledger.xlsx":                  asks("/ledger.xlsx|purpose=月度考核核对&key={key}", "/ledger.xlsx|purpose=月度考核核对&cell={cell}&key={key}", "/ledger.xlsx|purpose=月度考核核对&from=2026-03-01&until=2026-03-31&key={key}"),
	"GET /search":                        asks("/search", "/search?q={number}", "/search?q={receipt}", "/search?q={title}", "/search?q={words}", "/search?q={place}", "/search?q={phone}", "/search?q={name}", "/search?q={call}", "/search?q={matter}", "/search?q=护栏"),
	"GET /playbook":                      asks("/playbook"),
	"GET /settings":                      asks("/settings"),
	"GET /style":                         asks("/style"),
	"GET /live":                          asks("/live"),
	"GET /org":                           asks("/org", "/org?map=cell"),
	"GET /org/cells/{id}":                asks("/org/cells/{cell}"),
	"GET /org/staffing":                  asks("/org/staffing", "/org/staffing?at=2026-03-02T10:00"),
	"GET /org/do/{act}":                  asks("/org/do/set_cell?cell={cell}", "/org/do/set_person?person={person}", "/org/do/leave?person={person}", "/org/do/swap_seats?person={person}", "/org/do/set_stand_in?person={person}", "/org/do/merge_cells?cell={cell}", "/org/do/set_post?cell={cell}", "/org/do/close_account?person={person}", "/org/do/set_duty?person={person}"),
	"GET /org/files":                     asks("/org/files"),
	"POST /org/import":                   asks("/org/import|kind=people"),
	"POST /org/import/apply":             asks("/org/import/apply|kind=people"),
	"GET /org/export/{file}":             asks("/org/export/people.csv", "/org/export/people.xlsx", "/org/export/cells.csv", "/org/export/cells.xlsx", "/org/export/bodies.csv", "/org/export/posts.csv", "/org/export/outlines.geojson"),
	"POST /org/export/{file}":            {asks: []string{"/org/export/people.xlsx|purpose=年度名册核对&key={key}"}, tell: true},
	"GET /people":                        asks("/people", "/people?role=officer", "/people?cell={cell}"),
	"GET /people/new":                    asks("/people/new"),
	"GET /people/{id}":                   asks("/people/{person}"),
}

// boards has a row for every board of the JSON surface.
var boards = map[string][]string{
	"worklist": {"", "tab=mine", "tab=cell", "tab=unassigned", "tab=due_soon", "tab=overdue", "tab=open", "tab=none", "kind=hazard", "grade=urgent", "state=in_hand", "outcome=hazard_removed",
		"from=2026-03-01&to=2026-03-31", "limit=1", "limit=100000", "cell={cell}", "handler={handler}", "handler={person}", "cursor={cursor}", "tab=unassigned&cell={cell}", "tab=mine&handler={handler}"},
	"ledger":   {"", "kind=hazard", "grade=urgent", "state=done", "outcome=hazard_removed", "from=2026-03-01&to=2026-03-31", "limit=1", "cell={cell}", "handler={handler}", "handler={person}", "cursor={cursor}"},
	"inbox":    {"", "state=fresh", "state=triaged", "state=declined", "state=withdrawn", "state=none", "limit=1", "cell={cell}", "cursor={cursor}"},
	"search":   {"", "q={number}", "q={receipt}", "q={title}", "q={words}", "q={place}", "q={phone}", "q={name}", "q={matter}", "q={report}", "q=护栏", "q=护栏&limit=1", "q={title}&thing=matter", "q={words}&thing=report"},
	"tasks":    {"", "limit=1"},
	"promises": {"", "view=all", "view=overdue", "limit=1", "cell={cell}", "view=all&handler={handler}"},
}
