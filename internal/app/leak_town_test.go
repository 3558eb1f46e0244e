package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/grid"
	"maplegrid/internal/ident"
	"maplegrid/internal/photo"
	rounds "maplegrid/internal/round"
	"maplegrid/internal/web/keep"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/report"
	"maplegrid/internal/work/tour"
)

// canary is a piece of text, or a picture, that stands for one field of one thing in one place.
type canary struct {
	text  string
	class class
	place where
	what  string
}

// asker is somebody who looks around: a session of the pages and a token of the JSON surface.
type asker struct {
	name, role, station string
	who                 access.Who
	cookie, token       string
}

func (a *asker) String() string { return a.station + "/" + a.name }

// town is two stations in one app, with things in every place, each field of them a canary.
type town struct {
	*desktest.Matrix
	app      *app.App
	handler  http.Handler
	canaries []canary
	targets  map[where]map[string]string
	askers   []*asker
	seed     int // counts whatever must differ: canaries, keys, addresses
	phones   int
	bookings int // appointments made so far: each takes a slot of its own
}

func openTown(t *testing.T) *town {
	t.Helper()
	ctx := context.Background()
	closing := make(chan struct{})
	close(closing) // a live stream ends after its first word
	a, err := app.Open(ctx, app.Config{Data: t.TempDir(), Clock: clock.NewStepped(desktest.Start), Rand: desktest.Random(3), Demo: true, Closing: closing})
	if err != nil {
		t.Fatal(err)
	}
	follow, stop := context.WithCancel(ctx)
	ended := make(chan struct{})
	t.Cleanup(func() { stop(); <-ended; _ = a.Close() })
	go func() {
		defer close(ended)
		a.Boards.Run(follow, func(err error) { t.Errorf("boards: %v", err) })
	}()
	d := &desktest.Desk{Desk: a.Desk, Clock: a.Clock.(*clock.Stepped), Engine: a.Engine}
	w := &town{Matrix: d.Matrix(t), app: a, handler: a.Handler(), targets: map[where]map[string]string{}}
	for p, cell := range map[where]string{own: "c1", other: "c2", abroad: "c-abroad"} {
		w.settleIn(t, p, cell)
	}
	w.people(t)
	w.tell(t) // what is told begins here
	for _, p := range places {
		w.targets[p] = w.fill(t, p)
		w.Clock.Advance(time.Minute)
	}
	w.cross(t)
	w.targets[none] = w.nothing()
	w.targets[joined]["cell"], w.targets[joined]["person"], w.targets[joined]["call"] = w.targets[other]["cell"], w.targets[other]["person"], w.targets[other]["call"]
	w.Clock.Advance(5 * time.Hour)
	w.tell(t)
	return w
}

func (w *town) cast(p where) map[string]access.Who {
	if p == abroad {
		return w.Foreign
	}
	return w.Cast
}

// can makes a canary of letters only, which no mask touches.
func (w *town) can(p where, c class, what string) string {
	w.seed++
	n := ""
	for x := w.seed; x > 0; x /= 26 {
		n = string(rune('a'+x%26)) + n
	}
	text := fmt.Sprintf("qz%sxx%szq", what, strings.Repeat("a", 4-len(n))+n)
	w.canaries = append(w.canaries, canary{text, c, p, what})
	return text
}

func (w *town) keep(p where, c class, what, text string) string {
	w.canaries = append(w.canaries, canary{text, c, p, what})
	return text
}

// phone and idNumber are as good as real ones, and all different.
func (w *town) phone(p where, c class) string {
	w.phones++
	return w.keep(p, c, "phone", fmt.Sprintf("1390%07d", 1234567+w.phones*7919))
}

func (w *town) idNumber(p where) string {
	w.phones++
	for _, last := range "0123456789X" {
		if n, err := ident.CheckResidentID(fmt.Sprintf("99999919900307%03d%c", w.seed%1000, last)); err == nil {
			return w.keep(p, personal, "id number", n)
		}
	}
	panic("no check digit")
}

// settleIn gives a cell of a station a name, and the station somebody with a full name and a phone.
func (w *town) settleIn(t *testing.T, p where, cell string) {
	t.Helper()
	f := desktest.Founder(stationOf(p))
	w.Do(t, f, "org.set_cell", &organisation.SetCell{ID: cell, Parent: "v1", Kind: "cell", Zh: "网格" + w.can(p, house, "cell"), En: "Cell"})
	call := w.can(p, house, "call")
	id := w.Do(t, f, "org.set_person", &organisation.SetPerson{Role: "volunteer", Call: call, Name: "欧阳" + w.can(p, staffing, "staffname"), Phone: w.phone(p, staffing),
		Cells: []string{cell}, User: "user" + string(p)}).ID
	w.targets[p] = map[string]string{"cell": cell, "person": id, "call": call}
}

// people opens a session and a token for one of every role, for some of the other station, and for nobody.
func (w *town) people(t *testing.T) {
	t.Helper()
	w.askers = append(w.askers, &asker{name: "public", role: "public", station: desktest.Station})
	add := func(station string, role grid.Role, name string, who access.Who) {
		token := fmt.Sprintf("session of %s in %s", name, station)
		now := w.Clock.Now()
		if err := w.app.Site.Sessions.Open(context.Background(), keep.Session{Hash: keep.HashToken(strings.ReplaceAll(token, " ", "-")), Station: station, Person: who.Person, Stage: keep.Full, Factor: true,
			MadeAt: now, SeenAt: now.Add(5 * time.Hour)}); err != nil {
			t.Fatal(err)
		}
		w.askers = append(w.askers, &asker{name, string(role), station, who, strings.ReplaceAll(token, " ", "-"), w.Do(t, who, "account.make_token", &desk.MakeToken{Person: who.Person}).Secret})
	}
	for _, x := range w.Askers() {
		if x.Role == grid.Resident || x.Role == access.Machine {
			continue
		}
		for name, who := range w.Cast {
			if who.Person == x.Who.Person {
				add(desktest.Station, x.Role, name, who)
			}
		}
	}
	for _, name := range []string{"cell_worker_1", "officer_1", "head", "auditor"} {
		add(desktest.Elsewhere, w.Foreign[name].Role, name, w.Foreign[name])
	}
}

// fill makes an open matter with all that can be on one, the report it came from, a closed matter, a fresh and a declined report.
func (w *town) fill(t *testing.T, p where) map[string]string {
	t.Helper()
	cell, station := w.cell(p), stationOf(p)
	cast, public := w.cast(p), desk.Public(stationOf(p))
	head, handler := cast["head"], cast["officer_2"]
	x := map[string]string{"handler": handler.Person, "title": w.can(p, content, "title"), "words": w.can(p, content, "words"), "place": w.can(p, content, "place"),
		"name": w.can(p, personal, "name"), "phone": w.phone(p, personal), "blob": w.picture(t, p)}
	for _, k := range []string{"cell", "person", "call"} {
		x[k] = w.targets[p][k]
	}
	r := w.Do(t, public, "report.submit", &report.Submit{Words: "护栏松了 " + x["words"] + " 我的电话" + w.phone(p, personal), Place: x["place"], Cell: cell, Name: x["name"], Phone: x["phone"],
		Photos: []string{x["blob"]}})
	if err := w.app.Site.Blobs.Attach(context.Background(), station, x["blob"], "report/"+r.ID); err != nil {
		t.Fatal(err)
	}
	x["report"], x["receipt"] = w.keep(p, label, "report", r.ID), w.keep(p, receipt, "receipt", r.Receipt)
	w.keep(p, receipt, "receipt", ident.Receipt(r.Receipt).String())
	x["matter"] = w.open(t, p, r.ID, x["title"])
	x["tied"], x["merged"] = x["matter"], x["matter"] // of own cell: see cross
	on := matter.On{Matter: x["matter"]}
	x["number"] = w.keep(p, label, "number", w.number(t, p, x["matter"]))
	w.Do(t, handler, "matter.note", &matter.Note{On: on, Words: "看过 " + w.can(p, content, "note") + " 电话" + w.phone(p, personal)})
	w.Do(t, handler, "matter.visit", &matter.Visit{On: on, At: w.Clock.Now(), Place: w.can(p, content, "visit"), Words: w.can(p, content, "visited"), Next: w.can(p, content, "next")})
	w.Do(t, handler, "matter.add_party", &matter.AddParty{On: on, Name: "钱" + w.can(p, personal, "party"), Side: "a", Role: w.can(p, content, "role"), Phone: w.phone(p, personal), IDNo: w.idNumber(p),
		Home: "和平路12号3栋2单元" + w.can(p, personal, "home")})
	x["party"] = w.party(t, p, x["matter"])
	w.Do(t, handler, "matter.set_task", &matter.SetTask{On: on, Title: w.can(p, content, "task"), Person: handler.Person})
	w.Do(t, head, "person.unmask", &desk.Unmask{Thing: "matter", ID: x["matter"], Subject: x["party"], Field: "name", Purpose: "核实 " + w.can(p, purpose, "purpose")})
	w.Do(t, head, "ledger.export", &desk.ExportLedger{Purpose: "考核 " + w.can(p, purpose, "purpose")})
	if p == joined {
		for _, a := range w.askers {
			if sight[a.role] != "---" && sight[a.role] != "ccc" && a.station == station {
				w.Do(t, handler, "matter.set_task", &matter.SetTask{On: on, Title: w.can(p, content, "task"), Person: a.who.Person})
			}
		}
	}
	x["fresh"] = w.said(t, p, "护栏")
	x["declined"] = w.said(t, p, "请问")
	w.Do(t, head, "report.triage", &report.Triage{On: report.On{Report: x["declined"]}, Decline: "not_police", Answer: w.can(p, answer, "declined")})
	w.close(t, p, x)
	w.quarrel(t, p, x)
	w.round(t, p, x)
	w.finding(t, p, x)
	w.carried(t, p, x)
	w.tended(t, p, x)
	w.visited(t, p, x)
	w.keepThings(t, p, x)
	w.gossiped(t, p, x)
	w.comes(t, p, x)
	w.answersTo(t, p, x)
	return x
}

// quarrel makes a dispute with all that may not be told of one: a party whose address is sealed, a minor, what each answered alone, the
// record of a violation; mediated, agreed on, with a promise, and on the agenda of a joint conference.
func (w *town) quarrel(t *testing.T, p where, x map[string]string) {
	t.Helper()
	head, handler := w.cast(p)["head"], w.cast(p)["officer_2"]
	x["dispute"] = w.keep(p, label, "matter", w.Do(t, head, "matter.open", &matter.Open{Kind: "dispute", Title: "争吵 " + w.can(p, content, "title"), Words: w.can(p, content, "words"),
		Cell: w.cell(p), Place: w.can(p, content, "place"), To: handler.Person, Extra: map[string]string{"appeal": w.can(p, content, "appeal")}}).ID)
	on := matter.On{Matter: x["dispute"]}
	w.keep(p, label, "number", w.number(t, p, x["dispute"]))
	w.Do(t, handler, "matter.acknowledge", &matter.Acknowledge{On: on})
	w.Do(t, handler, "matter.start", &matter.Start{On: on})
	w.Do(t, handler, "matter.add_party", &matter.AddParty{On: on, Name: "赵" + w.can(p, sealed, "minor"), Side: "a", Phone: w.phone(p, personal), Home: "南街" + w.can(p, personal, "home")})
	w.Do(t, handler, "matter.add_party", &matter.AddParty{On: on, Name: "钱" + w.can(p, personal, "party"), Side: "b", Phone: w.phone(p, personal), Home: "北街" + w.can(p, sealed, "home")})
	x["minor"], x["threatened"] = w.fold(t, p, x["dispute"]).Parties[0].ID, w.fold(t, p, x["dispute"]).Parties[1].ID
	w.Do(t, handler, "dispute.set_party", &dispute.SetParty{On: on, Party: x["minor"], Minor: true})
	w.Do(t, handler, "dispute.set_party", &dispute.SetParty{On: on, Party: x["threatened"], SealHome: true, Home: "新住处 " + w.can(p, sealed, "home")})
	w.Do(t, handler, "dispute.add_companion", &dispute.AddCompanion{On: on, Party: x["minor"], As: "guardian", Name: "孙" + w.can(p, personal, "guardian"), Phone: w.phone(p, personal), Relation: "母亲"})
	present := []string{x["minor"], x["threatened"]}
	for _, party := range present {
		w.Do(t, handler, "dispute.ask_safety", &dispute.AskSafety{On: on, Party: party, Alone: true, Words: w.can(p, safety, "answer")})
		w.Do(t, handler, "dispute.say", &dispute.Say{On: on, Party: party, Willing: "yes", Account: "说 " + w.can(p, content, "account") + " 电话" + w.phone(p, personal), Demand: w.can(p, content, "demand"),
			Offer: w.can(p, content, "offer"), Evidence: w.can(p, content, "evidence")})
	}
	w.Do(t, head, "dispute.choose_track", &dispute.ChooseTrack{On: on, Track: dispute.Order, OrderBreach: true, Offence: "damage", Ground: "close", FactsFound: true, Consents: present})
	guardian := w.quarrelled(t, p, x["dispute"]).Companions[0].ID
	w.Do(t, head, "dispute.hold_session", &dispute.HoldSession{On: on, At: w.Clock.Now(), Place: w.can(p, content, "place"), How: "room", Preside: head.Person, Officers: 2, Present: present, Stood: []string{guardian},
		Accounts: []dispute.AccountSaid{{Party: x["minor"], Words: w.can(p, content, "account")}}, Agreed: w.can(p, content, "agreed"), Outcome: "agreed"})
	w.Do(t, head, "dispute.draft_agreement", &dispute.DraftAgreement{On: on, Form: "written", Facts: w.can(p, content, "facts"), Place: w.can(p, content, "place"),
		Clauses: []dispute.ClauseDraft{{Words: w.can(p, content, "clause"), What: "money", Payer: x["threatened"], Receiver: x["minor"], Amount: "200", DueOn: "2026-03-20"}}})
	agreement := w.quarrelled(t, p, x["dispute"]).Agreements[0].ID
	for who, way := range map[string]string{guardian: "ink", x["threatened"]: "ink", "organ_seal": "seal"} {
		w.Do(t, head, "dispute.sign_agreement", &dispute.SignAgreement{On: on, Agreement: agreement, Who: who, Way: way})
	}
	w.Do(t, head, "dispute.file_case", &dispute.FileCase{On: on, Number: "公受字" + w.can(p, offence, "case"), Words: w.can(p, offence, "case")})
	w.Do(t, head, "dispute.decide_case", &dispute.DecideCase{On: on, Result: "penalty", Words: w.can(p, offence, "decision")})
	conference := &dispute.PlanConference{At: w.Clock.Now(), Place: w.can(p, meeting, "room"), Agenda: []string{x["dispute"]}}
	x["conference"] = w.Do(t, head, "conference.plan", conference).ID
	w.Do(t, head, "conference.close", &dispute.CloseConference{OnConference: dispute.OnConference{Conference: x["conference"]}, Words: w.can(p, meeting, "minutes")})
	if p == joined {
		for _, a := range w.askers {
			if sight[a.role] != "---" && sight[a.role] != "ccc" && a.station == stationOf(p) {
				w.Do(t, handler, "matter.set_task", &matter.SetTask{On: on, Title: w.can(p, content, "task"), Person: a.who.Person})
			}
		}
	}
}

func (w *town) quarrelled(t *testing.T, p where, id string) *dispute.Dispute {
	t.Helper()
	events, err := w.Journal.Stream(context.Background(), stationOf(p), matter.Stream(id), 0)
	if err != nil {
		t.Fatal(err)
	}
	d, err := dispute.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// close makes another matter and brings it to its end.
func (w *town) close(t *testing.T, p where, x map[string]string) {
	t.Helper()
	head, handler := w.cast(p)["head"], w.cast(p)["officer_2"]
	x["closed"] = w.open(t, p, w.said(t, p, "门前"), w.can(p, content, "title"))
	w.keep(p, label, "number", w.number(t, p, x["closed"]))
	on := matter.On{Matter: x["closed"]}
	if p == joined {
		for _, a := range w.askers {
			if sight[a.role] != "---" && sight[a.role] != "ccc" && a.station == stationOf(p) {
				w.Do(t, handler, "matter.invite", &matter.Invite{On: on, Person: a.who.Person, Role: "到场"})
			}
		}
	}
	w.Do(t, handler, "matter.mark", &matter.Mark{On: on, Step: "rechecked", Words: w.can(p, content, "mark")})
	w.Do(t, handler, "matter.finish", &matter.Finish{On: on, Outcome: "hazard_removed", Words: w.can(p, content, "finish"), Answer: w.can(p, answer, "answer")})
	w.Do(t, head, "matter.verify", &matter.Verify{On: on, Pass: true})
	w.Do(t, head, "matter.close", &matter.Close{On: on})
}

// cross ties things of own cell to things of the other: a report with a matter in each, matters tied to one another, one merged into another.
func (w *town) cross(t *testing.T) {
	t.Helper()
	head := w.Cast["head"]
	into := func(p where) report.NewMatter {
		return report.NewMatter{Kind: "hazard", Title: w.can(p, content, "title"), Place: w.can(p, content, "place"), Cell: w.cell(p), To: w.Cast["officer_2"].Person}
	}
	both := func() (here, there string) {
		list := w.Do(t, head, "report.triage", &report.Triage{On: report.On{Report: w.said(t, own, "门前")}, Open: []report.NewMatter{into(own), into(other)}}).Matters
		for i, p := range []where{own, other} {
			w.keep(p, label, "matter", list[i])
			w.keep(p, label, "number", w.number(t, p, list[i]))
		}
		return list[0], list[1]
	}
	here, there := both()
	w.targets[own]["tied"] = here
	w.Do(t, head, "matter.tie", &matter.Tie{On: matter.On{Matter: here}, Other: there, How: "part_of"})
	here, there = both()
	w.Do(t, head, "matter.merge", &matter.Merge{On: matter.On{Matter: here}, Into: there, Reason: "同一件事"})
	w.targets[own]["merged"] = here
}

func (w *town) cell(p where) string {
	return map[where]string{own: "c1", other: "c2", joined: "c2", abroad: "c1"}[p]
}

// said is a report, with a canary in every field.
func (w *town) said(t *testing.T, p where, words string) string {
	t.Helper()
	r := w.Do(t, desk.Public(stationOf(p)), "report.submit", &report.Submit{Words: words + " " + w.can(p, content, "words"), Place: w.can(p, content, "place"), Cell: w.cell(p),
		Name: "孙" + w.can(p, personal, "name"), Phone: w.phone(p, personal)})
	w.keep(p, receipt, "receipt", r.Receipt)
	return w.keep(p, label, "report", r.ID)
}

// open triages a report into a matter that the second officer handles.
func (w *town) open(t *testing.T, p where, from, title string) string {
	t.Helper()
	head, handler := w.cast(p)["head"], w.cast(p)["officer_2"]
	id := w.Do(t, head, "report.triage", &report.Triage{On: report.On{Report: from}, Open: []report.NewMatter{{Kind: "hazard", Title: "护栏 " + title, Place: w.can(p, content, "place"),
		To: handler.Person, Extra: map[string]string{"hazard_type": "road"}}}}).Matters[0]
	on := matter.On{Matter: id}
	w.Do(t, handler, "matter.acknowledge", &matter.Acknowledge{On: on})
	w.Do(t, handler, "matter.start", &matter.Start{On: on, Note: w.can(p, content, "start")})
	return w.keep(p, label, "matter", id)
}

func (w *town) fold(t *testing.T, p where, id string) matter.Matter {
	t.Helper()
	events, err := w.Journal.Stream(context.Background(), stationOf(p), matter.Stream(id), 0)
	if err != nil {
		t.Fatal(err)
	}
	m, err := matter.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func (w *town) number(t *testing.T, p where, id string) string { return w.fold(t, p, id).Number }

func (w *town) party(t *testing.T, p where, id string) string {
	return w.fold(t, p, id).Parties[0].Name.Ref().Subject
}

// picture keeps a picture of a colour of its own; the bytes it is shown as are a canary.
func (w *town) picture(t *testing.T, p where) string {
	t.Helper()
	w.seed++
	m := image.NewRGBA(image.Rect(0, 0, 40+w.seed%50, 30))
	for i := range m.Pix {
		m.Pix[i] = byte(i * w.seed)
	}
	m.Set(1, 1, color.RGBA{uint8(w.seed), 9, 9, 255})
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	taken, err := photo.Take(&b, photo.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	id, err := w.app.Site.Blobs.Put(context.Background(), stationOf(p), "public", taken, w.Clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	w.keep(p, content, "picture", string(taken.JPEG))
	w.keep(p, content, "picture", string(taken.Thumb))
	return w.keep(p, content, "blob", id)
}

// nothing is a target of things that do not exist, each as long as one that does.
func (w *town) nothing() map[string]string {
	x := map[string]string{}
	for k, v := range w.targets[abroad] {
		switch k {
		case "number":
			x[k] = v[:len(v)-4] + "ZZZZ"
		case "receipt", "card", "booking", "partycode":
			x[k] = string(ident.NewReceipt(desktest.Random(99)))
		case "phone":
			x[k] = "13900000000"
		case "cell":
			x[k] = "c-nobody"
		case "bookedon":
			x[k] = v
		case "name", "title", "words", "place", "call":
			x[k] = strings.NewReplacer("a", "j", "q", "j", "z", "j").Replace(v)
		default:
			x[k] = v[:len(v)-4] + "zzzz"
		}
	}
	return x
}

// settle waits until the boards of both stations have seen everything.
func (w *town) settle(t *testing.T) {
	t.Helper()
	for _, s := range []string{desktest.Station, desktest.Elsewhere} {
		seq, _, err := w.Journal.Head(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		if !w.app.Boards.Wait(context.Background(), s, seq, 20*time.Second) {
			t.Fatal("boards do not follow")
		}
	}
	if err := w.app.Reader.Run(context.Background()); err != nil { // so that pages propose, and name what is alike
		t.Fatal(err)
	}
}

// cursors are where the head's lists go on: somebody else may send them.
func (w *town) cursors(t *testing.T) map[string]string {
	t.Helper()
	c := map[string]string{}
	for _, a := range w.askers {
		if a.role != "head" || a.station != desktest.Station {
			continue
		}
		for _, board := range []string{"worklist", "ledger", "inbox"} {
			var p struct{ Next string }
			if err := json.NewDecoder(strings.NewReader(w.ask(a, "GET /api/v1/boards/"+board+"?limit=1").body)).Decode(&p); err != nil || p.Next == "" {
				t.Fatalf("%s gives no cursor: %v", board, err)
			}
			c[board] = p.Next
		}
	}
	return c
}

// round plans a day on which a team goes to the doors of these matters, a day of its own for each place.
func (w *town) round(t *testing.T, p where, x map[string]string) {
	t.Helper()
	head, handler := w.cast(p)["head"], w.cast(p)["officer_2"]
	on := w.Clock.Now().In(clock.Shanghai).AddDate(0, 0, map[where]int{own: 1, other: 2, joined: 3, abroad: 1}[p])
	nine := time.Date(on.Year(), on.Month(), on.Day(), 9, 0, 0, 0, clock.Shanghai).UTC()
	x["tour"], x["stop"] = on.Format(time.DateOnly), tour.StopID(x["matter"])
	at := rounds.Place{Lon: 110, Lat: 33}
	laid := tour.Laid{Roads: tour.Estimated, Teams: []tour.Team{{ID: "t1", Name: "一组", People: []string{handler.Person}, By: rounds.Drive, From: at, Shift: rounds.Window{From: nine, Until: nine.Add(8 * time.Hour)}}}}
	for i, id := range []string{x["matter"], x["dispute"]} {
		laid.Visits = append(laid.Visits, tour.Visit{Visit: rounds.Visit{ID: tour.StopID(id), Minutes: 20, Place: rounds.Place{Lon: 110 + float64(i+1)/100, Lat: 33}}, What: tour.Errand, Matter: id})
	}
	plan, err := rounds.Make(laid.Round(func(string) bool { return true }), rounds.Usual(), 1, rounds.Steps(50))
	if err != nil {
		t.Fatal(err)
	}
	laid.Plan = plan
	w.Do(t, head, "tour.plan", &tour.Plan{On: tour.On{Day: x["tour"]}, Laid: laid})
}
