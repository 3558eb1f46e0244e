package web_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/web/browser"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// quarrel is the dispute of the scene's two houses, worked on by real acts.
type quarrel struct {
	*scene
	officer, mediator, head access.Who
	A, B                    string
}

func (q *quarrel) on() matter.On { return matter.On{Matter: q.Matter} }

// fold gives the dispute as it stands.
func (q *quarrel) fold(t testing.TB) *dispute.Dispute {
	t.Helper()
	events, err := q.Desk.Journal.Stream(context.Background(), desktest.Station, matter.Stream(q.Matter), 0)
	if err != nil {
		t.Fatal(err)
	}
	d, err := dispute.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// atTheGate is the scene with one side asked and the other not.
func atTheGate(t testing.TB) *quarrel {
	s := stage(t)
	q := &quarrel{scene: s, officer: s.Cast["officer_1"], mediator: s.Cast["mediator_1"], head: s.Cast["head"]}
	d := q.fold(t)
	q.A, q.B = d.Parties[0].ID, d.Parties[1].ID
	q.Do(t, q.officer, "dispute.say", &dispute.Say{On: q.on(), Party: q.A, Willing: "yes", Account: "檐口往外伸了 18 公分，一下雨水全落在我家墙根，墙皮都泡起来了。去年就说过一次，他家没当回事。",
		Evidence: "手机里有下雨天的录像，村里的老瓦匠能作证。", Demand: "把檐口收回去，赔粉墙的钱。", DemandAmount: "3600"})
	q.Do(t, q.officer, "dispute.say", &dispute.Say{On: q.on(), Party: q.B, Willing: "yes", Account: "檐口是按老墙线做的，祖上就这么宽。墙根返潮是他家自己排水沟堵了。", Offer: "可以装一条天沟把水接走。", OfferAmount: "800"})
	q.Do(t, q.officer, "dispute.ask_safety", &dispute.AskSafety{On: q.on(), Party: q.A, Alone: true, Words: "单独问的，都说没有。"})
	return q
}

// settled goes on from there to an agreement with instalments, the first of them paid.
func settled(t testing.TB) *quarrel {
	q := atTheGate(t)
	q.Do(t, q.officer, "dispute.ask_safety", &dispute.AskSafety{On: q.on(), Party: q.B, Alone: true})
	q.Do(t, q.officer, "dispute.set_party", &dispute.SetParty{On: q.on(), Party: q.B, SealHome: true, Remind: true})
	q.Do(t, q.officer, "dispute.choose_track", &dispute.ChooseTrack{On: q.on(), Track: dispute.People, Host: "mediation_committee", Consents: []string{q.A, q.B}})
	q.Do(t, q.mediator, "dispute.plan_session", &dispute.PlanSession{On: q.on(), At: q.Clock.Now().Add(time.Hour), Place: "下湾村调解室", How: "room", Preside: q.mediator.Person, Notice: true})
	q.Clock.Advance(2 * time.Hour)
	hold := func(outcome, agreed, open, asks, gives string) {
		q.Do(t, q.mediator, "dispute.hold_session", &dispute.HoldSession{On: q.on(), At: q.Clock.Now().Add(-time.Hour), Place: "下湾村调解室", How: "room", Preside: q.mediator.Person,
			Present: []string{q.A, q.B}, Accounts: []dispute.AccountSaid{{Party: q.A, Words: "水不落我家墙根就行，钱可以少要。"}, {Party: q.B, Words: "檐口可以收，人工钱要两家分摊。"}},
			Offers: []dispute.OfferSaid{{Party: q.A, Asks: true, Amount: asks}, {Party: q.B, Amount: gives}}, Agreed: agreed, Open: open, Outcome: outcome, Next: "请瓦匠估价"})
	}
	hold("continue", "檐口收回 18 公分", "粉墙的钱谁出", "3600", "800")
	q.Clock.Advance(48 * time.Hour)
	hold("continue", "", "", "2600", "1500")
	q.Clock.Advance(48 * time.Hour)
	hold("agreed", "檐口收回 18 公分，粉墙 2000 元，分四次付清。", "", "2000", "2000")
	q.Do(t, q.mediator, "dispute.note_ease", &dispute.NoteEase{On: q.on(), Ease: "near_neighbour", Helped: true, Words: "说完两家都不吭声了。"})
	q.Do(t, q.mediator, "dispute.save_sheet", &dispute.SaveSheet{On: q.on(), Kind: "compensation", Title: "粉墙费用", Lines: []dispute.SheetLine{
		{Item: "水泥砂浆", Basis: "镇建材店收据", Quantity: 20, Price: "35", Amount: "700"}, {Item: "人工", Basis: "老瓦匠估价", Quantity: 4, Price: "400", Amount: "1600"}}, Advanced: "300"})
	q.Do(t, q.mediator, "dispute.draft_agreement", &dispute.DraftAgreement{On: q.on(), Form: "written", Facts: "乙方翻修房屋时檐口外伸约 18 公分，雨水落在甲方墙根。", Duty: "乙方应收回檐口，双方分担粉墙费用。", Total: "2000",
		Clauses: []dispute.ClauseDraft{{Words: "乙方收回檐口 18 公分。", What: "deed", Payer: q.B, Receiver: q.A, DueOn: "2026-03-20"},
			{Words: "乙方付给甲方粉墙费用 2000 元，每月一次，分四次付清。", What: "money", Payer: q.B, Receiver: q.A, Amount: "2000", DueOn: "2026-03-10", Every: "month", Times: 4, Each: "500", SeenBy: q.mediator.Person},
			{Words: "双方以后不再为此事争吵。"}}, Place: "下湾村"})
	x := q.fold(t).Agreements[0].ID
	for _, who := range []string{q.A, q.B, "mediator", "committee_seal"} {
		way := "ink"
		if who == "committee_seal" {
			way = "seal"
		}
		q.Do(t, q.mediator, "dispute.sign_agreement", &dispute.SignAgreement{On: q.on(), Agreement: x, Who: who, Way: way})
	}
	q.Clock.Advance(6 * 24 * time.Hour)
	for _, p := range q.fold(t).Promises {
		if p.What == "money" {
			q.Do(t, q.mediator, "dispute.keep_promise", &dispute.KeepPromise{On: q.on(), Promise: p.ID, Amount: "500", On_: "2026-03-10", SeenBy: q.mediator.Person, Words: "微信转账，双方都认。"})
		}
	}
	q.settle(t)
	return q
}

func TestScreensOfADispute(t *testing.T) {
	gate, full := atTheGate(t), settled(t)
	gate.settle(t)
	for size, width := range widths {
		for _, script := range []bool{true, false} {
			t.Run(size+map[bool]string{true: "", false: " without script"}[script], func(t *testing.T) {
				for _, x := range []struct {
					q               *quarrel
					name, who, path string
				}{{gate, "gate", "officer_1", ""}, {gate, "ask", "officer_1", "/do/ask_safety"}, {full, "full", "officer_1", ""}, {full, "session", "officer_1", "/do/hold_session"},
					{full, "agreement", "officer_1", "/do/draft_agreement"}, {full, "sheet", "officer_1", "/do/save_sheet?kind=line"}, {full, "track", "officer_1", "/do/choose_track"}} {
					p := browser.Page(t, width, 900)
					p.Allow("status of 4")
					p.JSEnabled(script)
					x.q.enter(p, x.who)
					p.Open(x.q.Server.URL + "/matters/" + x.q.Matter + x.path)
					if over := p.Overflow(); over != "" {
						t.Errorf("%s scrolls sideways: %s", x.name, over)
					}
					if script {
						if double := browser.Eval[string](p, `(ids => ids.filter((id, i) => ids.indexOf(id) !== i).join(" "))([...document.querySelectorAll("[id]")].map(e => e.id))`); double != "" {
							t.Errorf("%s: ids twice: %s", x.name, double)
						}
						p.Screen("dispute-" + x.name + "-" + size)
					}
				}
			})
		}
	}
}

// toSign goes on from the gate to an agreement that waits for its signatures.
func toSign(t testing.TB) *quarrel {
	q := atTheGate(t)
	q.Do(t, q.officer, "dispute.ask_safety", &dispute.AskSafety{On: q.on(), Party: q.B, Alone: true})
	q.Do(t, q.officer, "dispute.choose_track", &dispute.ChooseTrack{On: q.on(), Track: dispute.People, Host: "mediation_committee", Consents: []string{q.A, q.B}})
	q.Do(t, q.mediator, "dispute.hold_session", &dispute.HoldSession{On: q.on(), At: q.Clock.Now(), Preside: q.mediator.Person, Present: []string{q.A, q.B}, Outcome: "agreed"})
	q.Do(t, q.mediator, "dispute.draft_agreement", &dispute.DraftAgreement{On: q.on(), Form: "written", Facts: "檐口外伸。", Duty: "乙方收回。",
		Clauses: []dispute.ClauseDraft{{Words: "乙方收回檐口。", What: "deed", Payer: q.B, Receiver: q.A, DueOn: "2026-03-20"}}})
	q.settle(t)
	return q
}

// What is drawn on the pad goes along with the form, and is seen by who may see the dispute.
func TestASignatureDrawnOnTheScreenIsKept(t *testing.T) {
	q := toSign(t)
	for _, width := range widths {
		who := map[int]string{1440: q.A, 390: q.B}[width]
		p := browser.Page(t, width, 900)
		p.Allow("status of 4")
		q.enter(p, "officer_1")
		p.Open(q.Server.URL + "/matters/" + q.Matter + "/do/sign_agreement?who=" + who)
		p.Type(`input[name="recording_ref"]`, "执法记录仪 0302-17")
		p.Click(".sign-pad")
		p.Follow(".do-page .form-actions button[type=submit]")
		p.WaitText(".flashes", "签署协议")
	}
	x := q.fold(t).Agreements[0]
	if len(x.Signed) != 2 || x.Signed[0].Image == "" || x.Signed[1].Image == "" {
		t.Fatalf("%+v", x.Signed)
	}
	c := q.as(t, "officer_1")
	if a := c.get("/blob/" + x.Signed[0].Image + "?of=matter/" + q.Matter); a.StatusCode != 200 {
		t.Errorf("the signature cannot be seen: %d", a.StatusCode)
	}
	if a := q.as(t, "volunteer_1").get("/blob/" + x.Signed[0].Image + "?of=matter/" + q.Matter); a.StatusCode == 200 {
		t.Error("a signature is seen by somebody who does not see the dispute")
	}
}

// The points of a measured line are where the phone is, in the first row and in one that was added on the page.
func TestALineIsMeasuredWithThePhone(t *testing.T) {
	q := settled(t)
	p := browser.Page(t, 390, 900)
	p.Allow("status of 4")
	q.enter(p, "officer_1")
	p.Open(q.Server.URL + "/matters/" + q.Matter + "/do/save_sheet?kind=line")
	p.Type(`input[name="title"]`, "檐口外伸丈量")
	at := func(row string, lon, lat float64) {
		p.Type(`input[name="lines.`+row+`.item"]`, "桩"+row)
		p.Type(`input[name="lines.`+row+`.width_m"]`, "1.2")
		browser.Eval[bool](p, fmt.Sprintf(`(() => { navigator.geolocation.getCurrentPosition = ok => ok({coords: {longitude: %v, latitude: %v}});
			const row = document.querySelector('fieldset[data-row="lines.%s"]'); row.querySelector("details").open = true; row.querySelector("[data-here]").click(); return true })()`, lon, lat, row))
	}
	at("0", 111.25, 34.75)
	for browser.Eval[int](p, `document.querySelectorAll('fieldset[data-row^="lines."]').length`) < 2 {
		p.Click(`button[data-more="lines"]`)
	}
	at("1", 111.26, 34.76)
	p.Follow(".do-page .form-actions button[type=submit]")
	p.WaitText("main", "檐口外伸丈量")
	sheets := q.fold(t).Sheets
	lines := sheets[len(sheets)-1].Lines
	if len(lines) < 2 || lines[0].Lon != 111.25 || lines[0].Lat != 34.75 || lines[1].Lon != 111.26 || lines[1].Lat != 34.76 {
		t.Errorf("points kept: %+v", lines)
	}
}
