package firm

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/worktest"
	"maplegrid/playbooks"
)

// moment is somebody's moment with the base playbook; the role is the one the id tells of.
func moment(t testing.TB, actor string, after time.Duration) Moment {
	t.Helper()
	b, err := playbook.Load(playbooks.FS, "base")
	if err != nil {
		t.Fatal(err)
	}
	mo := worktest.Moment(actor, after)
	mo.Role = mo.Book.Role(actor)
	n := 0
	return Moment{Moment: mo, Rules: b, Number: func(p string) string { n++; return fmt.Sprintf("%s-%d", p, n) }}
}

// then adds events of somebody's at a time after the start.
func then(f *Firm, actor string, after time.Duration, events ...work.Event) *Firm {
	at := worktest.Start.Add(after)
	for _, e := range events {
		f.Apply(e, work.At{HappenedAt: at, RecordedAt: at, Actor: actor, Version: f.Version + 1})
	}
	return f
}

// school is a school that p1 keeps in touch with; mine a firm with explosives.
func school() *Firm {
	return then(&Firm{}, "p1", 0, WasSet{ID: "e1", Name: "镇小学", Sort: "school", Cell: "c1", Place: "学府路1号", Pupils: 400, BriefOn: "2026-04-01", VisitOn: "2026-05-31"},
		OfficerAssigned{Officer: "p1", Deputy: "p_aux"})
}

func mine() *Firm {
	return then(&Firm{}, "p1", 0, WasSet{ID: "e2", Name: "石料厂", Sort: "explosives", Cell: "c1", Place: "东沟", BriefOn: "2026-03-17", VisitOn: "2026-04-01"},
		OfficerAssigned{Officer: "p1", Deputy: "p_aux"})
}

func Test登记企业(t *testing.T) {
	set := Set{Name: " 石料厂 ", Sort: "explosives", Cell: "c1", Place: "东沟", Contact: "王测试", ContactPhone: "13900000001", Hazards: []string{"explosives"}}
	t.Run("联系人封存，下次通报和走访按种类算到日", func(t *testing.T) {
		got, err := (&Firm{}).Set(set, moment(t, "p1", 0))
		worktest.Check(t, got, err, "", WasSet{ID: "e_00001", Name: "石料厂", Sort: "explosives", Cell: "c1", Place: "东沟",
			Contact: vault.Plain("e_00001", "contact", "王测试"), ContactPhone: vault.Plain("e_00001", "contact_phone", "13900000001"),
			Hazards: []string{"explosives"}, BriefOn: "2026-03-17", VisitOn: "2026-04-01"})
	})
	for name, c := range map[string]struct {
		change func(*Set)
		code   string
	}{
		"种类要在表里":        {func(s *Set) { s.Sort = "palace" }, "firm.unknown_sort"},
		"网格要存在":         {func(s *Set) { s.Cell = "c9" }, "form.unknown_cell"},
		"不是学校没有学生":      {func(s *Set) { s.Pupils = 30 }, "firm.no_school"},
		"统一社会信用代码要对得上":  {func(s *Set) { s.USCC = "91350100M000100Y44" }, "firm.uscc"},
		"只登记物品上的风险，不登人": {func(s *Set) { s.Hazards = []string{"key_person"} }, "form.unknown_choice"},
		"名称必填":          {func(s *Set) { s.Name = "" }, "form.required"},
	} {
		t.Run(name, func(t *testing.T) {
			x := set
			c.change(&x)
			got, err := (&Firm{}).Set(x, moment(t, "p1", 0))
			worktest.Check(t, got, err, c.code)
		})
	}
	t.Run("改登记不冲掉没有重填的联系人", func(t *testing.T) {
		f := then(&Firm{}, "p1", 0, WasSet{ID: "e2", Contact: vault.Plain("e2", "contact", "王测试")})
		then(f, "p1", 0, WasSet{ID: "e2", Name: "新名"})
		if f.Contact.Empty() || f.Name != "新名" {
			t.Errorf("%+v", f)
		}
	})
}

func Test一企一警(t *testing.T) {
	for name, c := range map[string]struct {
		act  AssignOfficer
		code string
	}{
		"联系民警要是民警":  {AssignOfficer{Officer: "p_aux"}, "firm.officer_is_police"},
		"协助的可以是辅警":  {AssignOfficer{Officer: "p2", Deputy: "p_aux"}, ""},
		"协助的另是一个人":  {AssignOfficer{Officer: "p2", Deputy: "p2"}, "firm.deputy_is_another"},
		"要是本所的人":    {AssignOfficer{Officer: "x"}, "form.unknown_person"},
		"没有变化不重复登记": {AssignOfficer{Officer: "p1", Deputy: "p_aux"}, "firm.same_officer"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := mine().AssignOfficer(c.act, moment(t, "p_lead", time.Hour))
			worktest.Check(t, got, err, c.code)
		})
	}
	t.Run("注销以后不再办", func(t *testing.T) {
		f := then(mine(), "p1", time.Hour, Retired{})
		_, err := f.AssignOfficer(AssignOfficer{Officer: "p2"}, moment(t, "p1", 2*time.Hour))
		worktest.Check(t, nil, err, "firm.retired")
	})
}

func Test通报周边情况(t *testing.T) {
	give := Give{Way: "visit", Around: []Happened{{Kind: "hazard", Count: 2, Near: "厂区北门一带"}}, Words: "近期有两起盗割电缆，夜里加一班巡逻。"}
	t.Run("说种类和地段，下一次算到日", func(t *testing.T) {
		got, err := mine().Give(give, moment(t, "p1", 24*time.Hour))
		worktest.Check(t, got, err, "", Briefed{Way: "visit", Around: []Happened{{"hazard", 2, "厂区北门一带"}},
			Words: vault.Plain("e2", "told", "近期有两起盗割电缆，夜里加一班巡逻。"), NextOn: "2026-03-18"})
	})
	for name, c := range map[string]struct {
		change func(*Give)
		code   string
	}{
		"话里不能有电话证件号":  {func(g *Give) { g.Words = "小心一个打13900000002的人" }, "firm.names_somebody"},
		"地段里不能有车牌等个人": {func(g *Give) { g.Around = []Happened{{"hazard", 1, "13900000003家门口"}} }, "firm.names_somebody"},
		"几起要写数":       {func(g *Give) { g.Around = []Happened{{"hazard", 0, ""}} }, "firm.count"},
		"种类要有":        {func(g *Give) { g.Around = []Happened{{"ghost", 1, ""}} }, "matter.unknown_kind"},
		"止日不能早于起日":    {func(g *Give) { g.From, g.Until = "2026-03-02", "2026-03-01" }, "firm.ends_before"},
		"怎么通报要选":      {func(g *Give) { g.Way = "pigeon" }, "form.unknown_choice"},
	} {
		t.Run(name, func(t *testing.T) {
			x := give
			c.change(&x)
			got, err := mine().Give(x, moment(t, "p1", 24*time.Hour))
			worktest.Check(t, got, err, c.code)
		})
	}
}

func Test走访企业问与答(t *testing.T) {
	at := worktest.Start.Add(time.Hour)
	call := Call{At: at, With: []string{"p_grid"}, Words: "看了仓库", Asked: []Asked{{Question: "门口能不能设减速带", By: "p2", DueOn: "2026-03-10"}, {Question: "夜里找谁", Answer: "打值班电话"}},
		Advice: []Advised{{Means: "technology", Words: "北门加一个摄像头", DueOn: "2026-03-31"}}}
	got, err := mine().Call(call, moment(t, "p1", time.Hour))
	worktest.Check(t, got, err, "")
	f := then(mine(), "p1", time.Hour, got...)
	if len(f.Questions) != 2 || !f.Questions[0].Open() || f.Questions[1].Open() || f.VisitOn != "2026-04-01" || len(f.Advice) != 1 || !f.Advice[0].Open() {
		t.Fatalf("%+v %+v %s", f.Questions, f.Advice, f.VisitOn)
	}
	for name, c := range map[string]struct {
		change func(*Call)
		code   string
	}{
		"没有当场答的要有人答":   {func(x *Call) { x.Asked = []Asked{{Question: "几时", DueOn: "2026-03-10"}} }, "firm.who_answers"},
		"没有当场答的要有答的日子": {func(x *Call) { x.Asked = []Asked{{Question: "几时", By: "p2"}} }, "firm.needs_day"},
		"答的日子不能已经过了":   {func(x *Call) { x.Asked = []Asked{{Question: "几时", By: "p2", DueOn: "2026-03-01"}} }, "form.past"},
		"建议分人防物防技防":    {func(x *Call) { x.Advice = []Advised{{Means: "magic", Words: "x"}} }, "form.unknown_choice"},
		"走访不能在将来":      {func(x *Call) { x.At = at.Add(48 * time.Hour) }, "form.future"},
	} {
		t.Run(name, func(t *testing.T) {
			x := call
			c.change(&x)
			got, err := mine().Call(x, moment(t, "p1", time.Hour))
			worktest.Check(t, got, err, c.code)
		})
	}
	t.Run("答复一次", func(t *testing.T) {
		a := Answer{Question: f.Questions[0].ID, Words: "交警已经来量过，下周装"}
		got, err := f.Answer(a, moment(t, "p2", 48*time.Hour))
		worktest.Check(t, got, err, "")
		f = then(f, "p2", 48*time.Hour, got...)
		_, err = f.Answer(a, moment(t, "p2", 49*time.Hour))
		worktest.Check(t, nil, err, "firm.answered")
	})
	t.Run("建议落实一次", func(t *testing.T) {
		a := AdviceDone{Advice: f.Advice[0].ID}
		got, err := f.AdviceDone(a, moment(t, "p1", 48*time.Hour))
		worktest.Check(t, got, err, "")
		f = then(f, "p1", 48*time.Hour, got...)
		_, err = f.AdviceDone(a, moment(t, "p1", 49*time.Hour))
		worktest.Check(t, nil, err, "firm.advice_was_done")
	})
}

// The number is of the division 999999, which does not exist.
const card = "999999199003070012"

func Test新进人员身份核验(t *testing.T) {
	check := CheckRecruit{AskedBy: "人事小刘", Purpose: "新员工入职", IDNo: card, Consent: true, Signature: "b_1", Genuine: "yes"}
	t.Run("只答是或否，不留姓名和号码", func(t *testing.T) {
		got, err := mine().CheckRecruit(check, moment(t, "p1", time.Hour))
		worktest.Check(t, got, err, "", RecruitChecked{Check: "q_00001", Number: NumberOfChecks + "-1", AskedBy: vault.Plain("e2", "asked_by.q_00001", "人事小刘"),
			Purpose: vault.Plain("e2", "purpose.q_00001", "新员工入职"), Genuine: true, Signature: "b_1"})
		if shown := worktest.Show(got[0]); strings.Contains(shown, card) || strings.Contains(shown, card[6:14]) {
			t.Errorf("the number is in the event: %s", shown)
		}
		if strings.Contains(fmt.Sprint(check.Traceless()), card) {
			t.Error("the number is in the digest")
		}
	})
	for name, c := range map[string]struct {
		change func(*CheckRecruit)
		code   string
	}{
		"本人没有同意不核验":    {func(x *CheckRecruit) { x.Consent = false }, "firm.recruit_consents"},
		"本人没有签名不核验":    {func(x *CheckRecruit) { x.Signature = "" }, "form.required"},
		"校验码不对":        {func(x *CheckRecruit) { x.IDNo = card[:17] + "0" }, "firm.card_number"},
		"是或否要明白选":      {func(x *CheckRecruit) { x.Genuine = "" }, "form.unknown_choice"},
		"用途要写明白":       {func(x *CheckRecruit) { x.Purpose = "看" }, "unmask.purpose"},
		"谁来要求核验要写明":    {func(x *CheckRecruit) { x.AskedBy = "" }, "form.required"},
		"问有没有前科不答":     {func(x *CheckRecruit) { x.Asks = "顺便查查他有没有前 科" }, "firm.past_is_not_told"},
		"用途里问过去也不答":    {func(x *CheckRecruit) { x.Purpose = "核实是否吸毒、坐牢" }, "firm.past_is_not_told"},
		"问上访、民族、征信都不答": {func(x *CheckRecruit) { x.Asks = "征信怎样" }, "firm.past_is_not_told"},
		"受理单要存在":       {func(x *CheckRecruit) { x.Ask = "q_none" }, "firm.no_ask"},
	} {
		t.Run(name, func(t *testing.T) {
			x := check
			c.change(&x)
			got, err := mine().CheckRecruit(x, moment(t, "p1", time.Hour))
			worktest.Check(t, got, err, c.code)
		})
	}
	t.Run("辅警先受理，民警核验后受理单了结", func(t *testing.T) {
		got, err := mine().AskCheck(AskCheck{AskedBy: "人事小刘", Purpose: "新员工入职"}, moment(t, "p_aux", time.Hour))
		worktest.Check(t, got, err, "")
		f := then(mine(), "p_aux", time.Hour, got...)
		x := check
		x.Ask = f.Asks[0].Ask
		got, err = f.CheckRecruit(x, moment(t, "p1", 2*time.Hour))
		worktest.Check(t, got, err, "")
		f = then(f, "p1", 2*time.Hour, got...)
		if !f.Asks[0].Checked {
			t.Error("still open")
		}
		_, err = f.CheckRecruit(x, moment(t, "p1", 3*time.Hour))
		worktest.Check(t, nil, err, "firm.ask_was_checked")
	})
}

var post = SetPost{Terms: []Term{{"2026-02-20", "2026-07-10"}}, Windows: []Window{{"上学", "07:20", "08:00", "p1"}, {"放学", "16:30", "17:20", ""}},
	Off: []DayOff{{"2026-03-05", "期中考试"}}, People: []string{"p_guard"}}

func Test护学岗(t *testing.T) {
	set := func(t *testing.T) *Firm {
		got, err := school().SetPost(post, moment(t, "p1", 0))
		worktest.Check(t, got, err, "")
		return then(school(), "p1", 0, got...)
	}
	t.Run("企业没有护学岗", func(t *testing.T) {
		_, err := mine().SetPost(post, moment(t, "p1", 0))
		worktest.Check(t, nil, err, "firm.post_at_school")
	})
	t.Run("时段不能重叠", func(t *testing.T) {
		x := post
		x.Windows = []Window{{"上学", "07:20", "08:00", ""}, {"早读", "07:50", "08:10", ""}}
		_, err := school().SetPost(x, moment(t, "p1", 0))
		worktest.Check(t, nil, err, "firm.windows_overlap")
	})
	cal := worktest.Moment("p1", 0).Calendar
	for name, c := range map[string]struct {
		day  string
		want int
	}{"上课日有两个时段": {"2026-03-02", 2}, "考试日没有": {"2026-03-05", 0}, "星期天没有": {"2026-03-08", 0}, "法定节假日没有": {"2026-05-01", 0},
		"调休上班日照站": {"2026-05-09", 2}, "学期外没有": {"2026-07-20", 0}} {
		t.Run(name, func(t *testing.T) {
			if got := len(set(t).Post.Watched(c.day, cal)); got != c.want {
				t.Errorf("%d windows, want %d", got, c.want)
			}
		})
	}
	morning := -100 * time.Minute // 07:20 on the first day
	t.Run("到岗、离岗，异常要写怎么处置", func(t *testing.T) {
		f := set(t)
		got, err := f.Arrive(Arrive{Window: "上学"}, moment(t, "p_guard", morning+5*time.Minute))
		worktest.Check(t, got, err, "", Stood{Day: "2026-03-02", Window: "上学", LateM: 5})
		f = then(f, "p_guard", morning+5*time.Minute, got...)
		_, err = f.Arrive(Arrive{Window: "上学"}, moment(t, "p_guard", morning+6*time.Minute))
		worktest.Check(t, nil, err, "firm.stands_already")
		_, err = f.Leave(Leave{Window: "上学"}, moment(t, "p_guard", morning+40*time.Minute))
		worktest.Check(t, nil, err, "form.required")
		got, err = f.Leave(Leave{Window: "上学", Fine: true}, moment(t, "p_guard", morning+40*time.Minute))
		worktest.Check(t, got, err, "")
		f = then(f, "p_guard", morning+40*time.Minute, got...)
		_, err = f.Leave(Leave{Window: "上学", Fine: true}, moment(t, "p_guard", morning+41*time.Minute))
		worktest.Check(t, nil, err, "firm.left_already")
	})
	t.Run("没有排到的人不到岗", func(t *testing.T) {
		_, err := set(t).Arrive(Arrive{Window: "上学"}, moment(t, "p_volunteer", morning))
		worktest.Check(t, nil, err, "firm.not_on_post")
	})
	t.Run("过了时段不补到岗", func(t *testing.T) {
		_, err := set(t).Arrive(Arrive{Window: "上学"}, moment(t, "p_guard", time.Hour))
		worktest.Check(t, nil, err, "firm.not_the_time")
	})
	t.Run("没有护学岗的日子不到岗", func(t *testing.T) {
		_, err := set(t).Arrive(Arrive{Window: "上学"}, moment(t, "p_guard", 6*24*time.Hour+morning))
		worktest.Check(t, nil, err, "firm.no_post_today")
	})
}

func Test保安人数随学生人数(t *testing.T) {
	for pupils, want := range map[int]int{0: 1, 90: 1, 999: 1, 1000: 3, 1499: 3, 1500: 4, 2600: 6} {
		if got := playbook.Guards(pupils); got != want {
			t.Errorf("%d pupils: %d guards, want %d", pupils, got, want)
		}
	}
}
