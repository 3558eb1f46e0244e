package desk_test

import (
	"context"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/work/card"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/proof"
	"maplegrid/internal/work/report"
	"maplegrid/internal/work/right"
)

// columns are the roles of the oracle, a letter of a row each.
var columns = strings.Fields(`cell_worker volunteer guard mediator village_cadre aux_officer officer window_clerk duty_lead head
	bureau auditor admin resident machine`)

// oracle says in words of its own who may do what, so that a slip in the policies shows. A letter for each role of columns:
//
//   - never   A anywhere in the station   o in own cell   p where they take part   h what they handle
//     b own cell or taking part   H own cell or handling   s taking part, or in own cell while nobody handles it
//     r what was passed to another station, or came from one
//
// An act with ! is a police step: on a police kind it is for police alone, whatever the letter says.
var oracle = map[string]string{
	//                    C V G M V A O W D H  B A A R M
	"matter.acknowledge":       "p--h-pbpAA-----",
	"matter.start":             "p--h-pbpAA-----",
	"matter.pause":             "p--h-pbpAA-----",
	"matter.resume":            "p--h-pbpAA-----",
	"matter.extend":            "p--h-pbpAA-----",
	"matter.set_task":          "p--h-pbpAA-----",
	"matter.fill":              "p--h-pbpAA-----",
	"matter.mark":              "p--h-pbpAA-----",
	"matter.mark+case":         "------b-AA-----",
	"matter.add_party":         "p--h-pbpAA-----",
	"matter.invite":            "p--h-pbpAA-----",
	"matter.tie":               "p--h-pbpAA-----",
	"matter.retitle":           "p--h-pbpAA-----",
	"matter.finish!":           "p--h-pbpAA-----",
	"matter.send_back":         "s--h-sbpAA----r",
	"matter.note":              "bppppbbpAA----r",
	"matter.visit":             "bppppbbpAA-----",
	"matter.do_task":           "ppppppbpAA-----",
	"matter.answer_call":       "p--pppbpAA-----",
	"matter.take":              "b--h-bbpAA----r",
	"matter.transfer":          "------H-AA-----",
	"matter.call_bodies":       "------H-AA-----",
	"matter.assign":            "-----oo-AA-----",
	"matter.verify!":           "------o-AA-----",
	"matter.close!":            "------o-AA-----",
	"matter.regrade!":          "------o-AA-----",
	"matter.merge!":            "------o-AA-----",
	"matter.reopen":            "------o-AA-----",
	"matter.follow_up":         "o----oo-AA-----",
	"matter.chase":             "------o-AAA----",
	"matter.supervise":         "--------AAA----",
	"matter.decide_extension!": "---------A-----",
	"matter.escalate":          "--------------A",
	"matter.open":              "o--ooooAAA-----",
	"matter.open+name":         "-----oo-AA-----",

	"dispute.flag_safety":          "ppppppbpAA-----",
	"dispute.keep_promise":         "p--pppbpAA-----",
	"dispute.check_back":           "p--pppbpAA-----",
	"dispute.note_ease":            "p--pppbpAA-----",
	"dispute.visit_after_warning":  "p--pppbpAA-----",
	"dispute.choose_track+order":   "------b-AA-----",
	"dispute.settle_on_spot+order": "------b-AA-----",
	"dispute.move_track":           "p--pp-bpAA-----",
	"dispute.answer_move":          "p--pp-bpAA-----",
	"dispute.stop_mediation":       "p--pp-bpAA-----",
	"dispute.void_agreement":       "p--pp-bpAA-----",
	"dispute.warn":                 "------H-AA-----",
	"dispute.file_case":            "------H-AA-----",
	"dispute.decide_case":          "------H-AA-----",
	"dispute.set_risk":             "------o-AA-----",
	"dispute.lift_safety":          "---------A-----",
	"dispute.decide_recusal":       "---------A-----",
	"dispute.release_growth":       "---------A-----",
	"dispute.decide_settlement":    "---------A-----",
	"dispute.remind":               "--------------A",
	"dispute.raise":                "--------------A",
	"conference.":                  "------A-AA-----",
	"tour.plan":                    "-----AAAAA-----",
	"tour.replan":                  "-----AAAAA-----",
	"tour.close":                   "-----AAAAA-----",
	"tour.start":                   "------A-AA-----", // and who goes along: TestTours
	"tour.do_stop":                 "------A-AA-----",
	"tour.miss_stop":               "------A-AA-----",

	"seek.":            "p--pppbpAA-----",
	"seek.flag_safety": "ppppppApAA-----",
	"seek.lift_safety": "---------A-----",
	"seek.give":        "------b-AA-----",
	"missing.":         "p--pppbpAA-----",
	"missing.publish":  "------b-AA-----",
	"missing.withhold": "------b-AA-----",
	"missing.reply":    "ppppppApAA-----",
	"missing.sight":    "ppppppApAA-----",

	"appointment.book":    "A--AAAAAAA---A-",
	"appointment.change":  "A--AAAAAAA---A-",
	"appointment.cancel":  "A--AAAAAAA---A-",
	"appointment.arrive":  "-----AAAAA-----",
	"appointment.no_show": "-----AAAAA-----",
	"appointment.remind":  "--------------A",
	"visit.":              "-----AAAAA-----",
	"window.":             "-------AAA-----",
	"reminder.ask":        "-------------A-",
	"reminder.stop":       "-------------A-",
	"reminder.tell":       "--------------A",

	"report.submit":           "AAAAAAAAAA---AA",
	"report.submit+transfer":  "--------------A",
	"report.triage":           "o----bbpAA-----",
	"report.triage+decline":   "b-----bpAA-----",
	"report.triage+elsewhere": "-----bbpAA-----",
	"report.triage+name":      "------o-AA-----",
	"report.add":              "-------------A-",
	"report.withdraw":         "-------------Ar",
	"report.rate":             "-------------A-",
	"report.reopen":           "-------------A-",

	"person.unmask":        "h--h-hbhpA-----",
	"person.unmask+report": "p--p-pbppA-----",

	"report.consent":          "-------------A-",
	"right.ask":               "-------------A-",
	"right.answer":            "---------A-----",
	"rating.assign":           "---------A-----",
	"rating.decide_exclusion": "---------A-----",
	"rating.":                 "---------------", // whom it was given to alone: TestRatingsAreFollowedUpByAnother

	"proof.give": "b----bbbAA-----",
	"proof.ask":  "-------------A-",
	"proof.try":  "-------------A-",

	"card.print":    "o----oo-AA-----",
	"card.called":   "o----oo-AA-----",
	"card.give":     "o----ooAAA-----",
	"card.withdraw": "o----ooAAA-----",
	"card.replace":  "o----ooAAA-----",
	"card.ask":      "-------------A-",
	"household.":    "o----oo-AA-----",

	"notice.make":    "--------------A",
	"notice.deliver": "--------------A",
	"notice.read":    "AAAAAAAAAAAAA--",

	"doorstep.":                 "b----bbpAA-----",
	"doorstep.ask":              "AAAAAAAAAA---A-",
	"doorstep.decide":           "------bpAA-----",
	"doorstep.answer_complaint": "--------AA-----",
	"kit.":                      "A----AAAAA-----",
	"kit.register":              "-------AAA-----",
	"kit.repair":                "-------AAA-----",
	"kit.retire":                "-------AAA-----",
	"kit.answer_loan":           "-------AAA-----",

	"ledger.export":              "--------AA-----",
	"people.export":              "---------A-----",
	"org.":                       "---------A--A-A",
	"account.set_password":       "AAAAAAAAAAAAA-A",
	"account.set_factor":         "AAAAAAAAAAAAA-A",
	"account.make_token":         "AAAAAAAAAAAAA-A",
	"account.set_password+other": "------------A-A",
	"account.set_factor+other":   "------------A-A",
	"account.make_token+other":   "--------------A",
}

// mediate is everything else of mediation: who handles it or takes part in it, an officer in own cells, a leader everywhere. Named
// one by one, so that an act that is new must be thought about.
var mediate = strings.Fields(`set_party add_companion say rate_party ask_safety refer choose_track report_back tell_ways ask_recusal plan_session
	cancel_session hold_session settle_on_spot save_sheet sign_sheet draft_agreement sign_agreement break_promise waive_promise apply_confirmation
	record_confirmation ask_settlement look grow call_team print`)

func init() {
	for _, verb := range mediate {
		oracle["dispute."+verb] = "p--pppbpAA-----"
	}
}

// allowed reads the oracle.
func allowed(t *testing.T, act string, a desktest.Asker, p desktest.Place, c desktest.Condition) bool {
	row, ok := oracle[act]
	if !ok {
		row, ok = oracle[act+"!"]
		if ok && c == desktest.Police && !a.Role.HasPolicePowers() {
			return false
		}
	}
	if room, _, _ := strings.Cut(act, "."); !ok {
		row, ok = oracle[room+"."]
	}
	if !ok || len(row) != len(columns) {
		t.Fatalf("%s has no row in the oracle", act)
	}
	if p == desktest.OtherStation {
		return false
	}
	own := p == desktest.OwnCell && a.HasCells()
	part, handles := c.Takes()
	for i, role := range columns {
		if role != string(a.Role) {
			continue
		}
		return map[byte]bool{'A': true, 'o': own, 'p': part, 'h': handles, 'b': own || part, 'H': own || handles,
			's': part || own && c == desktest.Unassigned, 'r': c == desktest.Relayed}[row[i]]
	}
	t.Fatalf("%s has no column in the oracle", a.Role)
	return false
}

// seen says what may be read at all, as the oracle sees it.
func seen(a desktest.Asker, p desktest.Place, c desktest.Condition) bool {
	part, _ := c.Takes()
	own := p == desktest.OwnCell && a.HasCells()
	switch a.Role {
	case "officer", "duty_lead", "head":
		return p != desktest.OtherStation
	case "cell_worker", "mediator", "village_cadre", "aux_officer", "window_clerk":
		return own || part
	case "volunteer", "guard":
		return part
	}
	return false
}

// sample makes an act on a thing that a rule would take, or refuse for a reason of its own. spare may be named, sent away, locked out.
func sample(act, id, cell, spare, self string) any {
	if a := firmSample(act, id, cell, spare); a != nil {
		return a
	}
	if a := draftSample(act, id, cell, spare); a != nil {
		return a
	}
	on, of := matter.On{Matter: id}, report.On{Report: id}
	day := desktest.Start.Add(-time.Hour)
	triage := report.Triage{On: of, Open: []report.NewMatter{{Kind: "hazard", Title: "井盖缺失"}}}
	switch act {
	case "matter.note":
		return &matter.Note{On: on, Words: "看过了"}
	case "matter.visit":
		return &matter.Visit{On: on, At: day, Words: "看过了"}
	case "matter.pause":
		return &matter.Pause{On: on, Reason: "await_party"}
	case "matter.extend":
		return &matter.Extend{On: on, Limit: "any", Days: 3, Reason: "等材料"}
	case "matter.set_task":
		return &matter.SetTask{On: on, Title: "看一看", Person: spare}
	case "matter.do_task":
		return &matter.DoTask{On: on, Task: "t_none"}
	case "matter.add_party":
		return &matter.AddParty{On: on, Name: "张三"}
	case "matter.invite":
		return &matter.Invite{On: on, Person: spare, Role: "翻译"}
	case "matter.tie":
		return &matter.Tie{On: on, Other: id, How: "part_of"}
	case "matter.merge":
		return &matter.Merge{On: on, Into: id}
	case "matter.retitle":
		return &matter.Retitle{On: on, Title: "井盖松动"}
	case "matter.regrade":
		return &matter.Regrade{On: on, Grade: "urgent", Reason: "有人摔倒"}
	case "matter.finish":
		return &matter.Finish{On: on, Outcome: "nothing_found", Words: "没有异常"}
	case "matter.send_back":
		return &matter.SendBack{On: on, Reason: "wrong_cell", Words: "不是这里的"}
	case "matter.answer_call":
		return &matter.AnswerCall{On: on, Body: "commerce", Step: "coming"}
	case "matter.transfer":
		return &matter.Transfer{On: on, ToBody: "commerce", Reason: "归他们管"}
	case "matter.call_bodies":
		return &matter.CallBodies{On: on, Bodies: []string{"commerce"}, Words: "请到场"}
	case "matter.assign":
		return &matter.Assign{On: on, To: spare}
	case "matter.verify":
		return &matter.Verify{On: on, Pass: true}
	case "matter.reopen":
		return &matter.Reopen{On: on, Reason: "又坏了"}
	case "matter.follow_up":
		return &matter.FollowUp{On: on, Held: true, Way: "visit", Words: "还好"}
	case "matter.supervise":
		return &matter.Supervise{On: on, Words: "尽快"}
	case "matter.escalate":
		return &matter.Escalate{On: on, Limit: "any"}
	case "matter.open":
		return &matter.Open{Kind: "hazard", Title: "井盖缺失", Cell: cell}
	case "matter.open+name":
		return &matter.Open{Kind: "hazard", Title: "井盖缺失", Cell: cell, To: spare}
	case "matter.fill":
		return &matter.Fill{On: on, Extra: map[string]string{"hazard_type": "road"}}
	case "matter.mark":
		return &matter.Mark{On: on, Step: "rechecked", Words: "看过了"}
	case "matter.mark+case":
		return &matter.Mark{On: on, Step: "case_filed", Words: "立案"}
	case "dispute.choose_track+order":
		return &dispute.ChooseTrack{On: on, Track: dispute.Order}
	case "dispute.settle_on_spot+order":
		return &dispute.SettleOnSpot{On: on, Track: dispute.Order}
	case "conference.plan":
		return &dispute.PlanConference{At: day, Place: "会议室"}
	case "report.submit":
		return &report.Submit{Words: "井盖不见了", Cell: cell}
	case "report.submit+transfer":
		return &report.Submit{Words: "井盖不见了", Channel: report.ByTransfer, Source: "transfer:" + desktest.Elsewhere + ":m_none:0"}
	case "report.triage+decline":
		triage = report.Triage{On: of, Decline: "not_police", Answer: "请找市政"}
		return &triage
	case "report.triage+elsewhere":
		triage.Open[0].Cell = "st"
		return &triage
	case "report.triage+name":
		triage.Open[0].To = spare
		return &triage
	case "report.triage":
		return &triage
	case "report.add":
		return &report.Add{On: of, Words: "还有一处"}
	case "report.rate":
		return &report.Rate{On: of, Stars: 5}
	case "report.reopen":
		return &report.Reopen{On: of, Words: "没解决"}
	case "person.unmask":
		return &desk.Unmask{Thing: "matter", ID: id, Subject: "p_none", Field: "name", Purpose: "联系当事人"}
	case "person.unmask+report":
		return &desk.Unmask{Thing: "report", ID: id, Subject: id, Field: "words", Purpose: "联系报事人"}
	case "proof.give":
		return &proof.Give{Thing: "report/" + id}
	case "report.consent":
		return &report.Consent{On: of}
	case "right.ask":
		return &right.Ask{Thing: "report/" + id, Want: right.Access}
	case "proof.ask":
		return &proof.Ask{Thing: "report/" + id}
	case "proof.try":
		return &proof.Try{Thing: "report/" + id, Code: "000000"}
	case "card.print":
		return &card.Print{Cell: cell}
	case "household.set":
		return &card.SetHousehold{Cell: cell}
	case "ledger.export":
		return &desk.ExportLedger{Purpose: "月度考核"}
	case "people.export":
		return &desk.ExportPeople{Purpose: "年度名册核对"}
	case "org.set_cell":
		return &organisation.SetCell{ID: "v9", Parent: "st", Kind: "village", Zh: "新村"}
	case "org.set_body":
		return &organisation.SetBody{ID: "b9", Zh: "新单位"}
	case "org.set_post":
		return &organisation.SetPost{ID: "p9", Kind: "beat_office", Zh: "新警务室"}
	case "org.set_lead":
		return &organisation.SetLead{PartyCell: "c1", Beat: "c2"}
	case "org.adopt_playbook":
		return &organisation.AdoptPlaybook{Name: "base"}
	case "org.set_station":
		return &organisation.SetStation{Name: "测试派出所"}
	case "org.set_person":
		return &organisation.SetPerson{Role: "volunteer", Call: "新人"}
	case "org.leave", "org.close_account":
		a := organisation.CloseAccount{Person: "u_none"} // sending the spare person away would spoil what comes after
		if act == "org.leave" {
			return &organisation.Leave{Person: a.Person}
		}
		return &a
	case "org.set_duty":
		return &organisation.SetDuty{Person: spare}
	case "org.set_stand_in":
		return &organisation.SetStandIn{Person: spare, By: self, From: day, Until: day.Add(time.Hour)}
	case "account.set_password", "account.set_password+other":
		return &desk.SetPassword{Person: self, Password: "weak"} // right or not is asked before the word is weighed
	case "account.set_factor", "account.set_factor+other":
		return &desk.SetFactor{Person: self, Secret: "JBSWY3DPEHPK3PXP"}
	case "account.make_token", "account.make_token+other":
		return &desk.MakeToken{Person: self}
	}
	if a := opensKeeping(act, cell); a != nil {
		return a
	}
	spec, _ := desk.Find(act)
	empty := spec.New()
	if f := reflect.ValueOf(empty).Elem().FieldByName("On"); f.IsValid() && f.Type() == reflect.TypeOf(on) {
		f.Set(reflect.ValueOf(on))
	} else if f.IsValid() && f.Type() == reflect.TypeOf(of) {
		f.Set(reflect.ValueOf(of))
	}
	return empty
}

// variants are the rows tried for an act: as it is, and with what makes it another question.
var variants = map[string][]string{
	"matter.open":          {"", "+name"},
	"report.submit":        {"", "+transfer"},
	"report.triage":        {"", "+decline", "+elsewhere", "+name"},
	"person.unmask":        {"", "+report"},
	"account.set_password": {"", "+other"},
	"account.set_factor":   {"", "+other"},
	"account.make_token":   {"", "+other"},
	"matter.mark":          {"", "+case"},
	"dispute.choose_track": {"", "+order"}, "dispute.settle_on_spot": {"", "+order"},
}

type attempt struct {
	*desktest.Matrix
	tries, done, denied, missing, leaks int
}

func (x *attempt) heads(t *testing.T) [2]journal.Hash {
	t.Helper()
	var h [2]journal.Hash
	for i, s := range []string{desktest.Station, desktest.Elsewhere} {
		_, hash, err := x.Journal.Head(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		h[i] = hash
	}
	return h
}

// try takes one act and compares; changed tells that something was written.
func (x *attempt) try(t *testing.T, a desktest.Asker, p desktest.Place, c desktest.Condition, row, id, self string) (changed bool) {
	t.Helper()
	name, _, _ := strings.Cut(row, "+")
	act := func(id string) any { return sample(row, id, p.Cell(), x.Spare, self) }
	before := x.heads(t)
	_, err := x.Try(a.Who, name, act(id))
	changed = x.heads(t) != before
	x.tries++
	want, got := "done", "done"
	hides := id != "" && !seen(a, p, c)
	if !allowed(t, row, a, p, c) {
		if want = "access.denied"; hides {
			want = "not there"
		}
	}
	switch code := fault.Code(err); {
	case code == "access.denied", code == "draft.not_triaged_by_you":
		got = "access.denied"
		x.denied++
	case code == "matter.not_found" || code == "report.not_found" || code == "draft.not_found" || code == "firm.not_found" || code == "campaign.not_found":
		got = "not there"
		x.missing++
	case err != nil && code == "":
		t.Fatalf("%s: %v", row, err)
	default:
		x.done++
	}
	if got != want {
		t.Errorf("%s %s, %s, %s: %s (%v), the oracle says %s", a.Role, row, p, c, got, err, want)
		x.leaks++
	}
	if got != "done" && changed {
		t.Errorf("%s %s, %s, %s: refused and yet written", a.Role, row, p, c)
		x.leaks++
	}
	if got == "not there" {
		_, none := x.Try(a.Who, name, act(id[:len(id)-4]+"zzzz"))
		if was, _ := fault.Of(err); !reflect.DeepEqual(was, must(fault.Of(none))) {
			t.Errorf("%s %s, %s, %s: %v can be told from %v", a.Role, row, p, c, err, none)
			x.leaks++
		}
	}
	return changed
}

func must(f *fault.Fault, _ bool) *fault.Fault { return f }

// TestEveryRightOfEverybody tries every act of the table as every role on every thing, through the one door, on a real store.
func TestEveryRightOfEverybody(t *testing.T) {
	x := &attempt{Matrix: desktest.New(t).Matrix(t)}
	rows := map[string][]string{}
	for _, spec := range desk.Acts {
		list := variants[spec.Name]
		if list == nil {
			list = []string{""}
		}
		for _, v := range list {
			row := spec.Name + v
			kind, _, _ := strings.Cut(spec.Name, ".")
			switch {
			case row == "matter.open", row == "matter.open+name", row == "report.submit", row == "report.submit+transfer", opensKeeping(row, "") != nil, opensDraft(row):
				kind = "new"
			case row == "right.ask":
				kind = "proof" // asked of a report
			case row == "person.unmask":
				kind = "matter"
			case row == "person.unmask+report":
				kind = "report"
			}
			rows[kind] = append(rows[kind], row)
		}
	}
	for _, a := range x.Askers() {
		for _, p := range desktest.Places {
			for _, c := range desktest.Conditions {
				x.things(t, a, p, c, slices.Concat(rows["matter"], rows["dispute"], rows["errand"], rows["found"], rows["surrender"], rows["seek"], rows["missing"]), x.MatterIn)
				x.things(t, a, p, c, slices.Concat(rows["report"], rows["proof"]), x.ReportIn)
				x.things(t, a, p, c, rows["draft"], x.DraftIn)
			}
			for _, row := range rows["new"] {
				if p != desktest.OtherStation {
					x.try(t, a, p, desktest.Unassigned, row, "", "")
				}
			}
		}
		for _, row := range slices.Concat(rows["org"], rows["account"], rows["ledger"], rows["people"], rows["conference"], rows["right"], rows["rating"], rows["notice"], rows["tour"], rows["card"], rows["household"]) {
			self := a.Who.Person
			if strings.HasSuffix(row, "+other") {
				self = x.Spare
			}
			x.try(t, a, desktest.OwnCell, desktest.Unassigned, row, "", self)
		}
	}
	t.Logf("%d attempts: %d done or refused by a rule, %d denied, %d not there and each compared with an id that does not exist; %d leaks",
		x.tries, x.done, x.denied, x.missing, x.leaks)
	if x.done == 0 || x.denied == 0 || x.missing == 0 {
		t.Fatal("a matrix in which nothing is allowed or nothing refused proves nothing")
	}
}

// things tries the rows on one thing after the other; whatever was changed is made anew.
func (x *attempt) things(t *testing.T, a desktest.Asker, p desktest.Place, c desktest.Condition, rows []string,
	make func(testing.TB, desktest.Asker, desktest.Place, desktest.Condition) (string, bool)) {
	t.Helper()
	id, ok := "", true
	for _, row := range rows {
		if id == "" {
			if id, ok = make(t, a, p, c); !ok {
				return
			}
		}
		if x.try(t, a, p, c, row, id, a.Who.Person) {
			id = ""
		}
	}
}
