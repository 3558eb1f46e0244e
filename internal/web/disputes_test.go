package web_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// feuds is a station with quarrels in every state: one agreed on with instalments, one on its way, one stopped because somebody is
// afraid, one at the market nobody has taken down yet.
type feuds struct {
	*scene
	Agreed, Running, Stopped string
}

// quiet is a station of people with names and nothing going on.
func quiet(t testing.TB) *scene {
	t.Helper()
	h := open(t)
	calls(t, h)
	h.settle(t)
	return &scene{house: h}
}

func quarrels(t testing.TB) *feuds {
	t.Helper()
	f := &feuds{scene: quiet(t)}
	f.Clock.Advance(2 * time.Hour)
	f.Agreed = f.quarrel(t, "officer_1", "c1", "三组两户因滴水檐尺寸争执", "三组18号", "neighbour", "李桂芳 13900001234", "欧阳建军 13900005678")
	f.agree(t)
	f.Running = f.quarrel(t, "officer_1", "c1", "两家为晒谷场争吵", "五组晒谷场", "land", "赵长贵 13900002222", "孙有田 13900003333")
	on := matter.On{Matter: f.Running}
	p := f.parties(t, f.Running)
	f.Do(t, f.Cast["officer_1"], "dispute.choose_track", &dispute.ChooseTrack{On: on, Track: dispute.Order, OrderBreach: true, Offence: "disturbing", Ground: "close", FactsFound: true, Consents: p})
	f.Do(t, f.Cast["officer_1"], "dispute.plan_session", &dispute.PlanSession{On: on, At: f.Clock.Now().Add(3 * time.Hour), Place: "所里调解室", How: "room", Preside: f.Cast["officer_1"].Person, Notice: true})
	f.Do(t, f.Cast["officer_1"], "dispute.say", &dispute.Say{On: on, Party: p[1], Willing: "no", Account: "他放话说再来就弄死我，我不去了。", Demand: "晒谷场一人一半"})
	f.Do(t, f.Cast["officer_1"], "matter.visit", &matter.Visit{On: on, At: f.Clock.Now(), Place: "五组晒谷场", Words: "两家都在场，各说各的，先劝开了。", Next: "明天请村委会一起来"})
	f.Stopped = f.quarrel(t, "officer_2", "c2", "夫妻为钱吵架", "桥头社区4幢", "family", "周大勇 13900004444", "苏小梅 13900006666")
	f.Do(t, f.Cast["officer_2"], "dispute.ask_safety", &dispute.AskSafety{On: matter.On{Matter: f.Stopped}, Party: f.parties(t, f.Stopped)[1], Alone: true, Yes: []string{"beaten"}, Words: "上个月打过两次"})
	f.settle(t)
	return f
}

// quarrel opens a dispute in hand of somebody, both sides known and, but for the family, asked and heard.
func (f *feuds) quarrel(t testing.TB, by, cell, title, place, kind string, parties ...string) string {
	t.Helper()
	who := f.Cast[by]
	id := f.Do(t, who, "matter.open", &matter.Open{Kind: "dispute", Title: title, Words: title + "，已经吵了几回。", Cell: cell, Place: place, To: who.Person,
		Extra: map[string]string{"dispute_type": kind}}).ID
	on := matter.On{Matter: id}
	f.Do(t, who, "matter.acknowledge", &matter.Acknowledge{On: on})
	f.Do(t, who, "matter.start", &matter.Start{On: on})
	for i, p := range parties {
		name, phone, _ := strings.Cut(p, " ")
		f.Do(t, who, "matter.add_party", &matter.AddParty{On: on, Name: name, Phone: phone, Side: []string{"a", "b"}[i]})
	}
	if kind == "family" {
		return id
	}
	for i, p := range f.parties(t, id) {
		f.Do(t, who, "dispute.ask_safety", &dispute.AskSafety{On: on, Party: p, Alone: true})
		f.Do(t, who, "dispute.say", &dispute.Say{On: on, Party: p, Willing: "yes", Account: []string{"雨水全落在我家墙根，墙都泡坏了。", "屋檐是照老尺寸做的，没有多伸。"}[i],
			Demand: []string{"把檐口锯回去，赔修墙的钱。", "不要天天上门吵。"}[i]})
	}
	return id
}

func (f *feuds) fold(t testing.TB, id string) *dispute.Dispute {
	t.Helper()
	events, err := f.Engine.Journal.Stream(context.Background(), desktest.Station, matter.Stream(id), 0)
	if err != nil {
		t.Fatal(err)
	}
	d, err := dispute.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (f *feuds) parties(t testing.TB, id string) (list []string) {
	t.Helper()
	for _, p := range f.fold(t, id).Parties {
		list = append(list, p.ID)
	}
	return list
}

// agree brings the first quarrel to an agreement with three instalments and a deed.
func (f *feuds) agree(t testing.TB) {
	t.Helper()
	who, on, p := f.Cast["officer_1"], matter.On{Matter: f.Agreed}, f.parties(t, f.Agreed)
	f.Do(t, who, "dispute.choose_track", &dispute.ChooseTrack{On: on, Track: dispute.Order, OrderBreach: true, Offence: "disturbing", Ground: "close", FactsFound: true, Consents: p})
	f.Clock.Advance(time.Hour)
	f.Do(t, who, "dispute.hold_session", &dispute.HoldSession{On: on, At: f.Clock.Now(), Place: "所里调解室", How: "room", Preside: who.Person, Officers: 2, Present: p, Outcome: "agreed",
		Agreed: "檐口锯短十八公分，赔修墙的钱九百元。", RecordingRef: "执法记录仪-0302-01",
		Offers: []dispute.OfferSaid{{Party: p[0], Asks: true, Amount: "1500", Words: "墙要重新粉"}, {Party: p[1], Amount: "600"}, {Party: p[1], Amount: "900", Words: "分三次给"}}})
	f.Do(t, who, "dispute.note_ease", &dispute.NoteEase{On: on, Ease: f.ease(t), Helped: true, Words: "说了六尺巷的故事，两家都笑了"})
	a := f.Do(t, who, "dispute.draft_agreement", &dispute.DraftAgreement{On: on, Form: "written", Facts: "檐口伸出约十八公分，雨水落在对方墙根。", Total: "900", Place: "下湾村",
		Clauses: []dispute.ClauseDraft{{Words: "欧阳建军分三次赔九百元。", What: "money", Payer: p[1], Receiver: p[0], Amount: "900", DueOn: "2026-03-04", Every: "month", Times: 3, Each: "300"},
			{Words: "欧阳建军把檐口锯短十八公分。", What: "deed", Payer: p[1], Receiver: p[0], DueOn: "2026-03-02"}}})
	_ = a
	agreement := f.fold(t, f.Agreed).Agreements[0].ID
	for _, s := range []dispute.SignAgreement{{Who: p[0], Way: "ink"}, {Who: p[1], Way: "ink"}, {Who: "organ_seal", Way: "seal"}} {
		s.On, s.Agreement = on, agreement
		f.Do(t, who, "dispute.sign_agreement", &s)
	}
	if n := len(f.fold(t, f.Agreed).Promises); n != 2 {
		t.Fatalf("%d promises", n)
	}
}

func (f *feuds) ease(t testing.TB) string {
	t.Helper()
	b, err := f.Desk.Desk.Book(context.Background(), desktest.Station)
	if err != nil {
		t.Fatal(err)
	}
	return b.Eases()[0].Key
}
