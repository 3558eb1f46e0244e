package webtest

import (
	"context"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/app"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/ident"
	"maplegrid/internal/web"
	"maplegrid/internal/work/card"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/report"
)

// Follow gives the pages boards that follow the journal. Streams end after their first word, or a test would read them for ever.
func (h *House) Follow(t testing.TB) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	f, err := app.OpenBoards(ctx, h.Engine, h.Desk.Desk)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		f.Run(ctx, func(err error) { t.Errorf("boards: %v", err) })
	}()
	t.Cleanup(func() { stop(); <-ended })
	closing := make(chan struct{})
	close(closing)
	h.Site.Boards = web.Boards{Matters: f.Matters, Inbox: f.Inbox, Drafts: f.Drafts, Search: f.Search, Looks: f.Looks, Notices: f.Notices, Ratings: f.Ratings, Rights: f.Rights, Cards: f.Cards, Disputes: f.Disputes, Promises: f.Promises, Meetings: f.Meetings, Firms: f.Firms, Campaigns: f.Campaigns, Findings: f.Findings, Found: f.Found, Doorsteps: f.Doorsteps, Tours: f.Tours, Appointments: f.Appointments, Retention: f.Retention, Reached: f.Reached, Wait: f.Wait, Closing: closing}
}

// Settle waits until the boards have seen everything.
func (h *House) Settle(t testing.TB) {
	t.Helper()
	seq, _, err := h.Engine.Journal.Head(context.Background(), desktest.Station)
	if err != nil {
		t.Fatal(err)
	}
	if !h.Site.Boards.Wait(context.Background(), desktest.Station, seq, 20*time.Second) {
		t.Fatal("boards do not follow")
	}
}

// Scene is a station on an ordinary morning: what an inbox, a work list and a matter's page show.
type Scene struct {
	*House
	Report, Fresh, Anonymous string
	Matter                   string // in hand of officer_1, with everything a matter can have
	Waiting                  string // outcome reported by officer_1, to be verified
	Receipt                  string
}

// Calls gives people, bodies and cells names that a reader believes.
func Calls(t testing.TB, h *House) {
	for name, call := range map[string]string{"officer_1": "陈建国", "officer_2": "吴晓东", "aux_officer_1": "李志强", "cell_worker_1": "周秀英", "cell_worker_2": "郑丽",
		"duty_lead": "林指挥", "head": "王所长", "mediator_1": "何大姐", "window_clerk": "孙敏", "village_cadre_1": "刘支书", "volunteer_1": "老赵", "guard_1": "保安小马"} {
		who := h.Cast[name]
		var cells []string
		if strings.HasSuffix(name, "_1") {
			cells = []string{"c1"}
		} else if strings.HasSuffix(name, "_2") {
			cells = []string{"c2"}
		}
		h.Do(t, desk.Program(desktest.Station), "org.set_person", &organisation.SetPerson{ID: who.Person, Role: string(who.Role), Call: call, Cells: cells, User: name})
	}
	for id, zh := range map[string]string{"village_committee": "下湾村委会", "food_drug": "县市场监管局", "commerce": "县司法所"} {
		h.Do(t, desk.Program(desktest.Station), "org.set_body", &organisation.SetBody{ID: id, Zh: zh, En: zh, Outside: true, MayCall: true, MayTransfer: true})
	}
	h.Do(t, desk.Program(desktest.Station), "org.set_station", &organisation.SetStation{Name: "枫桥路派出所"})
	for id, zh := range map[string]string{"c1": "下湾村第一网格", "c2": "桥头社区第二网格"} {
		parent := "v" + id[1:]
		h.Do(t, desk.Program(desktest.Station), "org.set_cell", &organisation.SetCell{ID: id, Parent: parent, Kind: "cell", Zh: zh, En: "Cell " + id[1:]})
	}
}

// Stage plays the scene.
func Stage(t testing.TB) *Scene {
	t.Helper()
	h := Open(t)
	Calls(t, h)
	s := &Scene{House: h}
	public, lead, officer := desk.Public(desktest.Station), h.Cast["duty_lead"], h.Cast["officer_1"]
	said := func(words, place, cell, name, phone string) desk.Answer {
		h.Clock.Advance(7 * time.Minute)
		return h.Do(t, public, "report.submit", &report.Submit{Words: words, Place: place, Cell: cell, Name: name, Phone: phone})
	}
	first := said("我家和隔壁张家因为滴水檐的尺寸又吵起来了，张家昨天把檐口往外伸了约18公分，雨水全落在我家墙根。我的电话13900001234，请来看看。", "三组18号", "c1", "李桂芳", "13900001234")
	s.Report, s.Receipt = first.ID, first.Receipt
	tri := h.Do(t, lead, "report.triage", &report.Triage{On: report.On{Report: first.ID}, Open: []report.NewMatter{{Kind: "dispute", Title: "三组两户因滴水檐尺寸争执", Place: "三组18号", To: officer.Person}}})
	s.Matter = tri.Matters[0]
	on := matter.On{Matter: s.Matter}
	h.Clock.Advance(20 * time.Minute)
	h.Do(t, officer, "matter.acknowledge", &matter.Acknowledge{On: on})
	h.Do(t, officer, "matter.start", &matter.Start{On: on, Note: "先电话约两家人，下午到现场。"})
	h.Do(t, officer, "matter.add_party", &matter.AddParty{On: on, Name: "李桂芳", Side: "a", Role: "户主", Phone: "13900001234", IDNo: "999999199003070039", Home: "下湾村三组18号"})
	h.Do(t, officer, "matter.add_party", &matter.AddParty{On: on, Name: "欧阳建军", Side: "b", Role: "户主", Phone: "13900005678", Home: "下湾村三组19号"})
	h.Clock.Advance(2 * time.Hour)
	h.Do(t, officer, "matter.visit", &matter.Visit{On: on, At: h.Clock.Now().Add(-time.Hour), Place: "三组18号门前", With: []string{h.Cast["cell_worker_1"].Person},
		Words: "两家都在。檐口伸出约 18 公分，雨水落在对方墙根。双方同意先停工，等测量结果。", Next: "请村委会一起量尺寸"})
	h.Do(t, officer, "matter.call_bodies", &matter.CallBodies{On: on, Bodies: []string{"village_committee", "commerce"}, Role: "到场调解", Words: "请派人明天上午到现场一起量尺寸。"})
	h.Do(t, officer, "matter.answer_call", &matter.AnswerCall{On: on, Body: "village_committee", Step: "coming"})
	h.Do(t, officer, "matter.set_task", &matter.SetTask{On: on, Title: "量檐口尺寸并拍照", Person: h.Cast["cell_worker_1"].Person, DueOn: "2026-03-03"})
	h.Do(t, officer, "matter.invite", &matter.Invite{On: on, Person: h.Cast["mediator_1"].Person, Role: "主持调解"})
	h.Do(t, h.Cast["head"], "matter.supervise", &matter.Supervise{On: on, Words: "第二次报事，务必这周内谈成。"})
	for i, x := range []struct{ kind, title, words, place, cell string }{
		{"hazard", "东湖小学门口护栏松动", "东湖小学门口的护栏松了，放学的时候孩子多，怕倒下来砸到人。", "东湖路12号", "c2"},
		{"help", "独居老人钥匙锁在屋里", "四幢一楼的老人把钥匙锁在屋里了，煤气还开着。", "桥头社区4幢", "c2"},
		{"doorstep_service", "为卧床老人上门办身份证", "我父亲卧床三年了，身份证过期，能不能上门办？", "下湾村五组", "c1"},
		{"tip", "村口夜间有陌生车辆停留", "这几天半夜村口都停着一辆没有牌照的面包车。", "下湾村村口", "c1"},
		{"hazard", "菜市场电线老化冒火花", "菜市场西门的电线昨晚又冒火花了。", "桥头菜市场西门", "c2"},
	} {
		r := said(x.words, x.place, x.cell, "王芳", "13900002468")
		n := report.NewMatter{Kind: x.kind, Title: x.title, Place: x.place}
		if i < 2 || i == 3 {
			n.To = officer.Person
		}
		a := h.Do(t, lead, "report.triage", &report.Triage{On: report.On{Report: r.ID}, Open: []report.NewMatter{n}})
		if i == 3 {
			s.Waiting = a.Matters[0]
		}
	}
	on = matter.On{Matter: s.Waiting}
	h.Do(t, officer, "matter.acknowledge", &matter.Acknowledge{On: on})
	h.Do(t, officer, "matter.start", &matter.Start{On: on})
	h.Do(t, officer, "matter.finish", &matter.Finish{On: on, Outcome: "tip_unfounded", Words: "车主是来村里收粮的，已登记，电话13800009999。", Answer: "已核实，是收粮车，感谢您留心。"})
	s.Fresh = said("下湾村三组那两家又在为滴水檐吵架，吵得全组都睡不着。", "三组", "c1", "赵某", "13900003111").ID
	s.Anonymous = said("桥头社区二号楼道里堆满了纸箱，楼上还有人在楼道里给电动车充电，很怕起火。", "桥头社区2幢", "", "", "").ID
	said("请问户口迁移要带什么材料？我在外地上班，周末能不能办？", "", "c2", "孙小姐", "13400002222")
	h.Clock.Advance(5 * time.Hour)
	h.Settle(t)
	return s
}

// As is a browser in which somebody of the cast is signed in.
func (s *Scene) As(t testing.TB, name string) *Caller {
	t.Helper()
	c := s.Caller(t)
	c.SignIn(name)
	return c
}

// Shows fails unless a page holds every text.
func Shows(t *testing.T, a Answer, status int, texts ...string) {
	t.Helper()
	if a.StatusCode != status {
		t.Fatalf("%s: %d, want %d: %.600s", a.Request.URL.Path, a.StatusCode, status, Words(a.Body))
	}
	said := Words(a.Body)
	for _, x := range texts {
		if !strings.Contains(said, x) {
			t.Errorf("%s does not say %q:\n%.3000s", a.Request.URL.Path, x, said)
		}
	}
}

// Hides fails when a page holds one of the texts, anywhere in its source.
func Hides(t *testing.T, a Answer, texts ...string) {
	t.Helper()
	for _, x := range texts {
		if strings.Contains(a.Body, x) {
			t.Errorf("%s holds %q", a.Request.URL.Path, x)
		}
	}
}

// Between is what a page holds after one text and before another.
func Between(s, from, to string) string {
	_, rest, ok := strings.Cut(s, from)
	if !ok {
		return ""
	}
	got, _, _ := strings.Cut(rest, to)
	return got
}

// Quiet is a station of people with names and nothing going on.
func Quiet(t testing.TB) *Scene {
	t.Helper()
	h := Open(t)
	Calls(t, h)
	for _, name := range []string{"aux_officer_1", "mediator_1", "village_cadre_1", "bureau"} {
		h.Do(t, desk.Program(desktest.Station), "account.set_password", &desk.SetPassword{Person: h.Cast[name].Person, Password: Password})
	}
	h.Do(t, desk.Program(desktest.Station), "account.set_factor", &desk.SetFactor{Person: h.Cast["bureau"].Person, Secret: Secret})
	h.Settle(t)
	return &Scene{House: h}
}

// Raw fails unless the page itself holds every text.
func Raw(t *testing.T, a Answer, texts ...string) {
	t.Helper()
	for _, x := range texts {
		if !strings.Contains(a.Body, x) {
			t.Errorf("the page holds no %s", x)
		}
	}
}

// Cut200 is the beginning of a page, for a message.
func Cut200(s string) string { return s[:min(len(s), 200)] }

// PrintCards makes a sheet of cards through the page and gives where it leads and the codes.
func (s *Scene) PrintCards(t testing.TB, by, cell, person string) (to string, codes []string) {
	t.Helper()
	c := s.As(t, by)
	ask := c.Get("/cards/print?cell=" + cell)
	a := c.Post("/cards/print", "key", Field(ask.Body, "key"), "cell", cell, "person", s.Cast[person].Person, "duty_phone", "0398-2123110", "office_phone", "0398-2123456",
		"card_hours", "周一至周五 8:30—18:00", "card_sheets", "1")
	if a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, Words(a.Body))
	}
	to = a.Header.Get("Location")
	for _, x := range strings.Split(c.Get(to).Body, "<td")[1:] {
		if code, err := ident.ParseReceipt(Words("<td" + strings.SplitN(x, "</td>", 2)[0])); err == nil {
			codes = append(codes, string(code))
		}
	}
	if len(codes) != card.PerSheet {
		t.Fatalf("%d codes on the page of a sheet", len(codes))
	}
	return to, codes
}

// GivePassword lets somebody of the cast sign in.
func (s *Scene) GivePassword(t testing.TB, name string) {
	t.Helper()
	s.Do(t, desk.Program(desktest.Station), "account.set_password", &desk.SetPassword{Person: s.Cast[name].Person, Password: Password})
}
