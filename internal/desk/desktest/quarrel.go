package desktest

import (
	"context"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
)

// What no paper, page or export may say of the quarrel of Quarrel: a minor's name, number and home, and a sealed address.
const (
	MinorName  = "杜小苗"
	MinorID    = "999999201305060024"
	MinorHome  = "石桥村二组学前巷9号"
	SealedHome = "县城东门安置楼4幢501室"
)

// Quarrel is a dispute of invented people that was lived through to its end, with every paper that may come of one.
type Quarrel struct {
	testing.TB
	d     *Desk
	Cast  map[string]access.Who
	Image func(what string) string // an upload for a signature or a sketch; nil names one that is not there
	ID    string
	by    access.Who
}

// Town gives the station of a cast the names and bodies that papers want, under a playbook.
func (d *Desk) Town(t testing.TB, cast map[string]access.Who, book string) {
	t.Helper()
	f := desk.Program(Station)
	d.Do(t, f, "org.adopt_playbook", &organisation.AdoptPlaybook{Name: book})
	d.Do(t, f, "org.set_station", &organisation.SetStation{Name: "清源县公安局枫桥路派出所"})
	for id, zh := range map[string]string{"mediation_committee": "石桥村人民调解委员会", "village_mediation": "石桥村调解小组", "court": "清源县人民法院", "womens_federation": "清源县妇女联合会",
		"village_committee": "石桥村村民委员会"} {
		d.Do(t, f, "org.set_body", &organisation.SetBody{ID: id, Zh: zh, En: zh, Outside: true, MayCall: true, MayTransfer: true})
	}
	for name, call := range map[string]string{"officer_1": "周正", "mediator_1": "何桂香", "cell_worker_1": "郑小河", "head": "王振国", "village_cadre_1": "吴长顺"} {
		who := cast[name]
		var cells []string
		if name != "head" {
			cells = []string{"c1"}
		}
		d.Do(t, f, "org.set_person", &organisation.SetPerson{ID: who.Person, Role: string(who.Role), Call: call, Cells: cells, User: name})
	}
	d.Do(t, f, "org.set_cell", &organisation.SetCell{ID: "c1", Parent: "v1", Kind: "cell", Zh: "石桥村第一网格", En: "Shiqiao cell 1"})
}

// Quarrel opens a dispute at the station of a cast.
func (d *Desk) Quarrel(t testing.TB, cast map[string]access.Who, title, place, words string) *Quarrel {
	t.Helper()
	q := &Quarrel{TB: t, d: d, Cast: cast, by: cast["officer_1"], Image: func(string) string { return "" }}
	q.ID = d.Do(t, q.by, "matter.open", &matter.Open{Kind: "dispute", Title: title, Words: words, Cell: "c1", Place: place, To: q.by.Person,
		Extra: map[string]string{"dispute_type": "neighbour"}}).ID
	for _, step := range []any{&matter.Acknowledge{On: q.on()}, &matter.Start{On: q.on()}} {
		if a, ok := step.(*matter.Start); ok {
			q.Do("matter.start", a)
		} else {
			q.Do("matter.acknowledge", step)
		}
	}
	return q
}

func (q *Quarrel) on() matter.On { return matter.On{Matter: q.ID} }

// Do takes an act as who leads the dispute.
func (q *Quarrel) Do(name string, act any) desk.Answer {
	q.Helper()
	q.d.Clock.Advance(time.Minute)
	return q.d.Do(q.TB, q.by, name, act)
}

// Now is the dispute as it stands.
func (q *Quarrel) Now() *dispute.Dispute {
	q.Helper()
	events, err := q.d.Journal.Stream(context.Background(), Station, matter.Stream(q.ID), 0)
	if err != nil {
		q.Fatal(err)
	}
	x, err := dispute.Fold(events)
	if err != nil {
		q.Fatal(err)
	}
	return x
}

// Party adds one and puts the safety questions to them; it gives their id.
func (q *Quarrel) Party(side, name, phone, id, home string) string {
	q.Helper()
	q.Do("matter.add_party", &matter.AddParty{On: q.on(), Name: name, Side: side, Phone: phone, IDNo: id, Home: home})
	d := q.Now()
	party := d.Parties[len(d.Parties)-1].ID
	q.Do("dispute.ask_safety", &dispute.AskSafety{On: q.on(), Party: party, Alone: true})
	return party
}

// Line lives a quarrel over a line between two houses through people's mediation: four parties, one of them a minor and one with a
// sealed address, two sessions, four worksheets, an agreement with instalments, a receipt, a visit, an application to the court.
func (d *Desk) Line(t testing.TB, cast map[string]access.Who, image func(string) string) *Quarrel {
	t.Helper()
	q := d.Quarrel(t, cast, "二组吴郑两户因滴水沟归属争执", "石桥村二组17号与18号之间", "吴大山翻建围墙，与东邻郑家因滴水沟的归属争吵，推搡中三轮车被碰坏。")
	if image != nil {
		q.Image = image
	}
	wu := q.Party("a", "吴大山", "13900001201", "999999197405120011", "石桥村二组17号")
	agentOf := q.Party("a", "吴秀兰", "13900001203", "999999197808230028", "石桥村二组17号")
	zheng := q.Party("b", "郑有田", "13900001202", "999999197108120036", SealedHome)
	child := q.Party("b", MinorName, "13900001299", MinorID, MinorHome)
	q.Do("dispute.set_party", &dispute.SetParty{On: q.on(), Party: zheng, SealHome: true})
	q.Do("dispute.set_party", &dispute.SetParty{On: q.on(), Party: child, Minor: true})
	q.Do("dispute.add_companion", &dispute.AddCompanion{On: q.on(), Party: child, As: "guardian", Name: "郑秋菊", Phone: "13900001204", Relation: "母亲"})
	q.Do("dispute.add_companion", &dispute.AddCompanion{On: q.on(), Party: agentOf, As: "agent", Name: "吴志刚", Phone: "13900001205", Relation: "兄妹", Scope: "代为参加调解、提出和接受方案", Photos: []string{"b_mandate"}})
	for _, x := range []dispute.Say{
		{Party: wu, Account: "墙是照老墙脚砌的，一寸也没有多占。1998年分户时说好墙脚归我家。", Evidence: "1998年《分户书》复印件一份", Demand: "确认老墙脚归我家，不再阻拦砌墙。"},
		{Party: zheng, Account: "滴水沟宽60厘米，分户书写明归我家用，新墙西头占了将近20厘米。孩子" + MinorName + "的三轮车也被推倒撞坏了，现在家搬到" + SealedHome + "。", Evidence: "分户书、三轮车修理发票380元", Demand: "把占的地方退出来，赔修车钱和误工钱。", DemandAmount: "15000"},
		{Party: child, Account: "我叫" + MinorName + "，住在" + MinorHome + "，车停在沟边被撞倒了。"},
	} {
		x.On, x.Willing = q.on(), "yes"
		q.Do("dispute.say", &x)
	}
	q.Do("dispute.choose_track", &dispute.ChooseTrack{On: q.on(), Track: dispute.People, Host: "mediation_committee", Consents: []string{wu, agentOf, zheng, child}})
	q.sessions(wu, agentOf, zheng, child)
	q.sheets(wu, zheng)
	a := q.agree(wu, agentOf, zheng, child)
	q.d.Clock.Advance(48 * time.Hour)
	p := q.Now().Promises
	q.Do("dispute.keep_promise", &dispute.KeepPromise{On: q.on(), Promise: p[1].ID, Amount: "4000", On_: day(q.d), SeenBy: q.Cast["mediator_1"].Person})
	q.Do("dispute.check_back", &dispute.CheckBack{On: q.on(), Party: zheng, Agreement: a, Performed: "part", Satisfied: "yes", Words: "首期款已经收到，双方没有再争吵。西段围墙正在拆除。"})
	q.Do("dispute.apply_confirmation", &dispute.ApplyConfirmation{On: q.on(), Agreement: a, Court: "court", Together: []string{wu, agentOf, zheng, child}, Checks: dispute.ConfirmChecks,
		Materials: []string{"application", "agreement", "body_proof", "identity", "addresses", "mandate"}})
	q.Do("dispute.refer", &dispute.Refer{On: q.on(), Party: zheng, To: "womens_federation", Agree: true, Words: "家中孩子受了惊吓，想请社工上门看看。"})
	return q
}

func day(d *Desk) string { return d.Clock.Now().Format(time.DateOnly) }

func (q *Quarrel) sessions(wu, agentOf, zheng, child string) {
	q.Helper()
	mediator := q.Cast["mediator_1"].Person
	at := q.d.Clock.Now()
	q.Do("dispute.plan_session", &dispute.PlanSession{On: q.on(), At: at.Add(26 * time.Hour), Place: "石桥村村民委员会调解室", How: "room", Preside: mediator, With: []string{q.by.Person},
		Bodies: []string{"village_committee"}, Notice: true})
	q.d.Clock.Advance(28 * time.Hour)
	stood := []string{q.Now().Companions[0].ID, q.Now().Companions[1].ID}
	all := []string{wu, agentOf, zheng, child}
	q.Do("dispute.hold_session", &dispute.HoldSession{On: q.on(), Session: q.Now().Sessions[0].ID, At: at.Add(26 * time.Hour), Until: at.Add(28 * time.Hour), Place: "石桥村村民委员会调解室", How: "room", Preside: mediator,
		With: []string{q.by.Person}, Present: all, Stood: stood, Accounts: []dispute.AccountSaid{
			{Party: wu, Words: "老墙脚一直在，砌墙时我量过。要退也只能退一点，钱一次拿不出来。"},
			{Party: zheng, Words: "西头量出来占了18厘米，东头7厘米。修车发票在这里，" + MinorName + "的车也是我家的。"}},
		Offers: []dispute.OfferSaid{{Party: zheng, Asks: true, Amount: "15000", Words: "修车、误工和重砌"}, {Party: wu, Amount: "8000", Words: "分期给"}},
		Agreed: "双方同意到现场重新丈量。", Open: "赔偿金额相差7000元。", Outcome: "continue", Next: "三日内到现场丈量后再谈"})
	q.d.Clock.Advance(72 * time.Hour)
	q.Do("dispute.hold_session", &dispute.HoldSession{On: q.on(), At: q.d.Clock.Now().Add(-2 * time.Hour), Until: q.d.Clock.Now().Add(-30 * time.Minute), Place: "石桥村二组现场", How: "site", Preside: mediator,
		With: []string{q.by.Person, q.Cast["village_cadre_1"].Person}, Present: all, Stood: stood,
		Accounts: []dispute.AccountSaid{{Party: wu, Words: "量的数我认，西段我拆了退回去。"}, {Party: zheng, Words: "退了地，钱可以少要，分几次给也行。"}},
		Offers:   []dispute.OfferSaid{{Party: zheng, Asks: true, Amount: "12000"}, {Party: wu, Amount: "12000"}}, Agreed: "西段退让18厘米，赔偿12000元，分期给付。", Outcome: "agreed"})
}

func (q *Quarrel) sheets(wu, zheng string) {
	q.Helper()
	q.Do("dispute.save_sheet", &dispute.SaveSheet{On: q.on(), Kind: "compensation", Title: "三轮车损坏和误工", Advanced: "380", Lines: []dispute.SheetLine{
		{Item: "三轮车修理费", Basis: "修理发票1张", Quantity: 1, Price: "380"}, {Item: "误工费", Basis: "按本地农林牧渔业日均收入，误工26日", Quantity: 26, Price: "150"},
		{Item: "重砌挡板和清沟", Basis: "双方认可的工料清单", Amount: "8100"}}})
	q.Do("dispute.save_sheet", &dispute.SaveSheet{On: q.on(), Kind: "line", Title: "滴水沟和围墙", Photos: []string{q.Image("sketch")}, Note: "以1998年分户书所附界石为起点，皮尺丈量。", Lines: []dispute.SheetLine{
		{Item: "界石至新墙西端", WidthM: 0.42, Lon: 112.301234, Lat: 30.112233, Basis: "分户书第三条"}, {Item: "界石至新墙东端", WidthM: 0.53, Basis: "分户书第三条"}, {Item: "老墙脚至滴水沟外沿", WidthM: 0.6}}})
	q.Do("dispute.save_sheet", &dispute.SaveSheet{On: q.on(), Kind: "wages", Title: "砌墙帮工工钱", Lines: []dispute.SheetLine{
		{Item: "帮工赵老三", Month: "2026-02", Amount: "3600", Paid: "1000"}, {Item: "帮工钱水生", Month: "2026-02", Amount: "3200"}}})
	q.Do("dispute.save_sheet", &dispute.SaveSheet{On: q.on(), Kind: "account", Title: "砖瓦砂石款", Lines: []dispute.SheetLine{
		{On: "2026-01-08", Item: "红砖", Quantity: 2000, Price: "0.55"}, {On: "2026-01-20", Item: "付款", Paid: "500"}, {On: "2026-02-02", Item: "河砂", Quantity: 3.5, Price: "120"}}})
	for _, x := range q.Now().Sheets {
		for _, p := range []string{wu, zheng} {
			way, image := "ink", ""
			if q.Image("sign") != "" {
				way, image = "screen", q.Image("sign "+p)
			}
			q.Do("dispute.sign_sheet", &dispute.SignSheet{On: q.on(), Sheet: x.ID, Party: p, Way: way, Image: image})
		}
	}
}

func (q *Quarrel) agree(wu, agentOf, zheng, child string) string {
	q.Helper()
	q.Do("dispute.draft_agreement", &dispute.DraftAgreement{On: q.on(), Form: "written",
		Facts: "2026年2月，吴大山在宅基地北侧翻建围墙，与东邻郑有田因滴水沟的归属发生争执。郑有田认为1998年分户时约定沟宽60厘米归其使用，新墙西段占用；吴大山称照老墙脚砌筑。推搡中，" + MinorName + "停放在沟边的三轮车右侧挡板被碰坏，修理费380元。经现场丈量，新墙西段超出老墙脚18厘米、东段超出7厘米。",
		Duty:  "吴大山翻建围墙前未与邻居共同核对界址，对争执负主要责任；郑有田发现后没有通过正当途径反映而动手阻拦，负次要责任。",
		Place: "石桥村村民委员会",
		Clauses: []dispute.ClauseDraft{
			{Words: "吴大山将围墙西段拆除重砌，退让18厘米；东段维持现状。", What: "deed", Payer: wu, Receiver: zheng, DueOn: "2026-04-15", SeenBy: q.Cast["village_cadre_1"].Person},
			{Words: "吴大山赔偿郑有田三轮车修理费、误工费等损失共12000元，分三期给付。", What: "money", Payer: wu, Receiver: zheng, Amount: "12000", DueOn: "2026-03-15", Every: "month", Times: 3, Each: "4000", Security: "吴秀兰担保"},
			{Words: "滴水沟由吴大山每年清理一次，两家共同使用。", What: "deed", Payer: wu, DueOn: "2027-01-20", Every: "year", Times: 3},
			{Words: "双方今后互谅互让，不得再因此事争吵。", What: "forbear", Payer: zheng, Receiver: wu, DueOn: "2026-03-10"}}, Total: "12000"})
	a := q.Now().Agreements[0].ID
	guardian, agent := q.Now().Companions[0].ID, q.Now().Companions[1].ID
	q.sign(a, wu, agent, zheng, guardian)
	return a
}

func (q *Quarrel) sign(a string, who ...string) {
	q.Helper()
	for _, w := range who {
		x := dispute.SignAgreement{On: q.on(), Agreement: a, Who: w, Way: "fingerprint"}
		if q.Image("sign") != "" {
			x.Way, x.Image, x.RecordingRef = "screen", q.Image("sign "+w), "执法记录仪0147"
		}
		q.Do("dispute.sign_agreement", &x)
	}
	ag := q.Now().Agreement(a)
	for _, s := range []string{"mediator", "committee_seal", "organ_seal"} {
		if s == "organ_seal" && ag.Track == dispute.People || s == "committee_seal" && ag.Track != dispute.People || s == "mediator" && ag.Track != dispute.People {
			continue
		}
		by := q.by
		if s != "organ_seal" {
			q.by = q.Cast["mediator_1"]
		}
		way, image := "seal", ""
		if s == "mediator" {
			way = "ink"
			if q.Image("sign") != "" {
				way, image = "screen", q.Image("sign mediator")
			}
		}
		q.Do("dispute.sign_agreement", &dispute.SignAgreement{On: q.on(), Agreement: a, Who: s, Way: way, Image: image})
		q.by = by
	}
}

// Blow lives a blow between neighbours through public-order mediation in writing, with two officers.
func (d *Desk) Blow(t testing.TB, cast map[string]access.Who) *Quarrel {
	t.Helper()
	q := d.Quarrel(t, cast, "菜市场两摊主因摊位打架", "石桥菜市场西门", "两人因摊位线争吵，一人打了另一人一巴掌。")
	one := q.Party("a", "梁文海", "13900001301", "999999198503040017", "石桥村一组2号")
	two := q.Party("b", "孟庆春", "13900001302", "999999198910110025", "石桥村一组9号")
	q.Do("dispute.choose_track", &dispute.ChooseTrack{On: q.on(), Track: dispute.Order, OrderBreach: true, Offence: "assault", Ground: "close", FactsFound: true, Consents: []string{one, two}})
	q.d.Clock.Advance(3 * time.Hour)
	q.Do("dispute.hold_session", &dispute.HoldSession{On: q.on(), At: q.d.Clock.Now().Add(-time.Hour), Place: "枫桥路派出所调解室", How: "room", Preside: q.by.Person, Officers: 2,
		Present: []string{one, two}, Agreed: "道歉并赔偿医药费800元。", Outcome: "agreed"})
	q.Do("dispute.draft_agreement", &dispute.DraftAgreement{On: q.on(), Form: "written", Facts: "2026年3月2日上午，梁文海在石桥菜市场西门因摊位线与孟庆春争吵，打了孟庆春左脸一巴掌，孟庆春左脸红肿，医药费800元。",
		Clauses: []dispute.ClauseDraft{{Words: "梁文海当面向孟庆春赔礼道歉。", What: "apology", Payer: one, Receiver: two, DueOn: day(d), AtOnce: true},
			{Words: "梁文海赔偿孟庆春医药费800元。", What: "money", Payer: one, Receiver: two, Amount: "800", DueOn: "2026-03-20"}}})
	q.sign(q.Now().Agreements[0].ID, one, two)
	return q
}

// Spot settles a scratch at a market table on the spot.
func (d *Desk) Spot(t testing.TB, cast map[string]access.Who, image func(string) string) *Quarrel {
	t.Helper()
	q := d.Quarrel(t, cast, "三轮车刮倒菜筐", "石桥菜市场东门", "三轮车拐弯刮倒菜筐，两人推搡。")
	if image != nil {
		q.Image = image
	}
	sign := func(who string) string {
		if s := q.Image("sign " + who); s != "" {
			return s
		}
		return "b_" + who
	}
	q.Do("dispute.settle_on_spot", &dispute.SettleOnSpot{On: q.on(), Track: dispute.Order, Offence: "damage", Ground: "close", SafetyAsked: true, Trifling: true, LossClear: true, WillPerform: true,
		RecordingRef: "执法记录仪0151", Officers: 2, Facts: "杜长河骑三轮车拐弯刮倒韩梅的菜筐，损坏鸡蛋30个，两人互相推搡，均无伤。", Terms: "杜长河当场赔偿韩梅45元，并道歉。", Amount: "45", PayerSide: "a",
		Parties: []dispute.PartyOnSpot{{Name: "杜长河", Side: "a", Phone: "13900001401", IDNo: "999999196606060019", Sign: sign("one")}, {Name: "韩梅", Side: "b", Phone: "13900001402", Sign: sign("two")}}})
	return q
}

// Violence is a family in which somebody said yes at the gate: warned in writing, nothing mediated.
func (d *Desk) Violence(t testing.TB, cast map[string]access.Who) *Quarrel {
	t.Helper()
	q := d.Quarrel(t, cast, "夫妻争吵", "石桥村三组4号", "夫妻争吵，妻子报事。")
	man := q.Party("a", "钱有福", "13900001501", "999999198001010030", "石桥村三组4号")
	woman := q.Party("b", "沈月", "13900001502", "999999198202020041", SealedHome)
	q.Do("dispute.set_party", &dispute.SetParty{On: q.on(), Party: woman, SealHome: true})
	q.Do("dispute.ask_safety", &dispute.AskSafety{On: q.on(), Party: woman, Alone: true, Yes: []string{"beaten"}, Words: "打过两次，现在住" + SealedHome})
	q.Do("dispute.warn", &dispute.Warn{On: q.on(), Party: man, Facts: "2026年3月1日晚，钱有福酒后用手推打沈月，致其手臂淤青。", Prohibition: "不得殴打、推搡、辱骂、威胁沈月；不得到" + SealedHome + "骚扰。", Both: true, Committee: "village_committee"})
	q.Do("dispute.refer", &dispute.Refer{On: q.on(), Party: woman, To: "womens_federation", Agree: true, Words: "需要法律帮助和心理支持，现住" + SealedHome + "。"})
	return q
}

// Talk is informal or people's help with an oral agreement.
func (d *Desk) Talk(t testing.TB, cast map[string]access.Who) *Quarrel {
	t.Helper()
	q := d.Quarrel(t, cast, "两家因鸡鸭进菜地争吵", "石桥村二组菜地", "鸡鸭进了菜地，两家争吵。")
	one := q.Party("a", "冯老四", "13900001601", "", "石桥村二组21号")
	two := q.Party("b", "姚桂英", "13900001602", "", "石桥村二组22号")
	q.Do("dispute.choose_track", &dispute.ChooseTrack{On: q.on(), Track: dispute.People, Host: "mediation_committee", Consents: []string{one, two}})
	q.d.Clock.Advance(time.Hour)
	q.Do("dispute.hold_session", &dispute.HoldSession{On: q.on(), At: q.d.Clock.Now().Add(-30 * time.Minute), Place: "二组菜地", How: "site", Preside: q.Cast["mediator_1"].Person, Present: []string{one, two}, Agreed: "扎好篱笆。", Outcome: "agreed"})
	q.Do("dispute.draft_agreement", &dispute.DraftAgreement{On: q.on(), Form: "oral", Facts: "冯老四家的鸡鸭进了姚桂英的菜地，吃坏青菜半分地。",
		Clauses: []dispute.ClauseDraft{{Words: "冯老四三日内扎好篱笆。", What: "deed", Payer: one, Receiver: two, DueOn: day(d)}}})
	q.by = q.Cast["mediator_1"]
	q.Do("dispute.sign_agreement", &dispute.SignAgreement{On: q.on(), Agreement: q.Now().Agreements[0].ID, Who: "mediator", Way: "ink"})
	q.by = q.Cast["officer_1"]
	return q
}
