package firm_test

import (
	"encoding/json"
	"strings"
	"testing"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/playbook"
	"maplegrid/internal/web/webtest"
	"maplegrid/internal/work/campaign"
	"maplegrid/internal/work/firm"
)

// withFirms is a town with a school, a kindergarten and a firm with explosives; officer_1 keeps in touch with those of cell c1.
func withFirms(t testing.TB, s *webtest.Scene) (school, mine string) {
	t.Helper()
	head, officer := s.Cast["head"], s.Cast["officer_1"]
	for _, name := range []string{"aux_officer_1", "guard_1", "cell_worker_2"} {
		s.Do(t, desk.Program(desktest.Station), "account.set_password", &desk.SetPassword{Person: s.Cast[name].Person, Password: webtest.Password})
	}
	school = s.Do(t, head, "firm.set", &firm.Set{Name: "下湾小学", Sort: "school", Cell: "c1", Place: "学府路1号", Phone: "0398-2800001", Contact: "王测试", ContactPhone: "13900001111", Pupils: 420}).ID
	s.Do(t, head, "firm.set", &firm.Set{Name: "桥头幼儿园", Sort: "kindergarten", Cell: "c2", Place: "桥头街2号"})
	mine = s.Do(t, head, "firm.set", &firm.Set{Name: "青石采石场", Sort: "explosives", Cell: "c1", Place: "东沟", Contact: "李样例", ContactPhone: "13900002222", Hazards: []string{"explosives", "key"}}).ID
	for _, id := range []string{school, mine} {
		s.Do(t, head, "firm.assign_officer", &firm.AssignOfficer{On: firm.On{Firm: id}, Officer: officer.Person, Deputy: s.Cast["aux_officer_1"].Person})
	}
	s.Do(t, officer, "firm.set_post", &firm.SetPost{On: firm.On{Firm: school}, Terms: []firm.Term{{From: "2026-02-20", Until: "2026-07-10"}},
		Windows: []firm.Window{{Title: "上学", From: "07:20", Until: "08:00", Lead: officer.Person}, {Title: "放学", From: "16:30", Until: "23:30"}}, People: []string{s.Cast["guard_1"].Person}})
	s.Settle(t)
	return school, mine
}

func Test企业页(t *testing.T) {
	s := webtest.Stage(t)
	school, mine := withFirms(t, s)
	officer := s.As(t, "officer_1")
	t.Run("列出本所企业，联系人打码", func(t *testing.T) {
		webtest.Shows(t, officer.Get("/firms"), 200, "下湾小学", "青石采石场", "桥头幼儿园", "涉爆单位", "陈建国", "李志强", "没有明确")
		a := officer.Get("/firms/" + mine)
		webtest.Shows(t, a, 200, "青石采石场", "民用爆炸物品", "重点单位", "下次通报", "还没有过")
		webtest.Hides(t, a, "李样例", "13900002222")
	})
	t.Run("网格员只看本网格", func(t *testing.T) {
		c := s.As(t, "cell_worker_2")
		a := c.Get("/firms")
		webtest.Shows(t, a, 200, "桥头幼儿园")
		webtest.Hides(t, a, "下湾小学", "青石采石场")
		webtest.Shows(t, c.Get("/firms/"+mine), 404)
	})
	t.Run("护学岗的保安只看那所学校", func(t *testing.T) {
		c := s.As(t, "guard_1")
		a := c.Get("/firms")
		webtest.Shows(t, a, 200, "下湾小学")
		webtest.Hides(t, a, "青石采石场")
		webtest.Shows(t, c.Get("/firms/"+mine), 404)
		webtest.Shows(t, c.Get("/firms/gates"), 200, "放学 16:30–23:30", "还没有人到岗")
	})
	t.Run("没有明确联系民警的单列", func(t *testing.T) {
		a := officer.Get("/firms?view=nobody")
		webtest.Shows(t, a, 200, "桥头幼儿园")
		webtest.Hides(t, a, "青石采石场")
	})
	t.Run("登记错了话不丢", func(t *testing.T) {
		page := officer.Get("/firms/new")
		a := officer.Post("/firms/new", "key", webtest.Field(page.Body, "key"), "firm_name", "枫林食品厂", "firm_sort", "firm", "cell", "c1", "firm_place", "工业路9号", "uscc", "123")
		webtest.Shows(t, a, 422, "统一社会信用代码不对")
		if !strings.Contains(a.Body, "枫林食品厂") || !strings.Contains(a.Body, "工业路9号") {
			t.Error("what was typed is lost")
		}
		a = officer.Post("/firms/new", "key", webtest.Field(page.Body, "key"), "firm_name", "枫林食品厂", "firm_sort", "firm", "cell", "c1", "firm_place", "工业路9号")
		if a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
		s.Settle(t)
		webtest.Shows(t, officer.Get("/firms"), 200, "枫林食品厂")
	})
	t.Run("走访：没当场答的要写谁答、哪天答", func(t *testing.T) {
		at := "/firms/" + mine + "/do/visit"
		page := officer.Get(at)
		webtest.Shows(t, page, 200, "走访情况", "问题1", "建议1", "再加一个问题")
		a := officer.Post(at, "key", webtest.Field(page.Body, "key"), "at", "2026-03-02T10:00", "visit_words", "看了库房", "asked.0.question", "门口能不能设减速带")
		webtest.Shows(t, a, 422, "请选由谁答复")
		if !strings.Contains(a.Body, "看了库房") || !strings.Contains(a.Body, "门口能不能设减速带") {
			t.Error("what was typed is lost")
		}
		a = officer.Post(at, "key", webtest.Field(page.Body, "key"), "at", "2026-03-02T10:00", "visit_words", "看了库房", "asked.0.question", "门口能不能设减速带",
			"asked.0.answers", s.Cast["officer_1"].Person, "asked.0.due_on", "2026-03-10", "advised.0.means", "technology", "advised.0.advice_words", "北门加摄像头")
		if a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
		s.Settle(t)
		webtest.Shows(t, officer.Get("/firms/"+mine), 200, "门口能不能设减速带", "由陈建国答复", "技防", "北门加摄像头", "没有落实", "走访记录")
		webtest.Shows(t, officer.Get("/firms?view=questions"), 200, "青石采石场", "1个没答复")
	})
	t.Run("通报列出本网格的情况，不写人", func(t *testing.T) {
		at := "/firms/" + school + "/do/brief"
		page := officer.Get(at)
		webtest.Shows(t, page, 200, "只说种类、数量和大致地段")
		a := officer.Post(at, "key", webtest.Field(page.Body, "key"), "brief_way", "visit", "told_words", "最近有人打13900003333骗人")
		webtest.Shows(t, a, 422, "不要写电话")
		a = officer.Post(at, "key", webtest.Field(page.Body, "key"), "brief_way", "visit", "told_words", "最近有冒充老师收费的，请提醒家长")
		if a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
	})
}

func Test身份核验页(t *testing.T) {
	s := webtest.Stage(t)
	_, mine := withFirms(t, s)
	const card = "999999199003070012"
	at := "/firms/" + mine + "/do/check_recruit"
	t.Run("辅警没有核验的页", func(t *testing.T) { webtest.Shows(t, s.As(t, "aux_officer_1").Get(at), 403) })
	t.Run("辅警可以受理", func(t *testing.T) {
		c := s.As(t, "aux_officer_1")
		page := c.Get("/firms/" + mine + "/do/ask_check")
		a := c.Post("/firms/"+mine+"/do/ask_check", "key", webtest.Field(page.Body, "key"), "asked_by", "人事小刘", "purpose", "新员工入职")
		if a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
	})
	officer := s.As(t, "officer_1")
	page := officer.Get(at)
	webtest.Shows(t, page, 200, "本人同意核验", "证件真实且人证一致", "不保存")
	send := func(pairs ...string) webtest.Answer {
		return officer.Post(at, append([]string{"key", webtest.Field(officer.Get(at).Body, "key"), "asked_by", "人事小刘", "purpose", "新员工入职", "recruit_consent", "true", "genuine", "yes"}, pairs...)...)
	}
	sign := func() string { return signs(officer) }
	t.Run("问过去不答，说明为什么；证件号不回显", func(t *testing.T) {
		a := send("id_no", card, "asked_question", "有没有前科", "recruit_signature", sign())
		webtest.Shows(t, a, 403, "只答复“证件真实且人证一致：是或否”", "依法封存")
		webtest.Hides(t, a, card)
	})
	t.Run("没有本人签名不核验", func(t *testing.T) { webtest.Shows(t, send("id_no", card), 422, "本人签名") })
	t.Run("只答是，打印的答复也只有是或否", func(t *testing.T) {
		a := send("id_no", card, "recruit_signature", sign())
		if a.StatusCode != 303 {
			t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
		s.Settle(t)
		a = officer.Get("/firms/" + mine)
		webtest.Shows(t, a, 200, "身份核验〔2026〕第1号", "新进人员身份核验")
		webtest.Hides(t, a, card, card[6:14])
		i := strings.Index(a.Body, "/firms/"+mine+"/checks/")
		if i < 0 {
			t.Fatal("no way to print")
		}
		pdf := officer.Get(strings.SplitN(a.Body[i:], `"`, 2)[0])
		said := webtest.Squeezed(webtest.PdfText(t, []byte(pdf.Body)))
		for _, x := range []string{"证件真实且人证一致", "青石采石场", "身份核验〔2026〕第1号", "不涉及被核验人的其他任何情况"} {
			if !strings.Contains(said, x) {
				t.Errorf("the paper does not say %q: %s", x, said)
			}
		}
		if strings.Contains(said, card) || strings.Contains(said, "人事小刘") {
			t.Error("the paper says too much")
		}
	})
	t.Run("同一天不重复核验", func(t *testing.T) {
		webtest.Shows(t, send("id_no", card, "recruit_signature", sign()), 409, "今天已经为这家单位核验过")
	})
}

func Test校园走访从问题到复查(t *testing.T) {
	s := webtest.Stage(t)
	school, _ := withFirms(t, s)
	head, aux, officer := s.As(t, "head"), s.As(t, "aux_officer_1"), s.As(t, "officer_1")
	page := head.Get("/campaigns/new?plan=school_term")
	webtest.Shows(t, page, 200, "开学校园安全走访", "谁参加")
	a := head.Post("/campaigns/new", "key", webtest.Field(page.Body, "key"), "campaign_plan", "school_term", "campaign_title", "春季开学走访", "from", "2026-03-02", "until", "2026-03-20",
		"people", s.Cast["aux_officer_1"].Person)
	if a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
	}
	camp := a.Header.Get("Location")
	s.Settle(t)
	webtest.Shows(t, head.Get(camp), 200, "春季开学走访", "下湾小学", "桥头幼儿园", "没走")
	webtest.Shows(t, head.Get("/campaigns"), 200, "春季开学走访", "0 / 2")
	at := camp + "/places/" + school
	form := aux.Get(at)
	webtest.Shows(t, form, 200, "一键报警", "当场按响，有人应答", "走完了，提交", "去了没走成")
	list, _ := bookOf(t, s).Checklist("school_safety")
	pairs := []string{"key", webtest.Field(form.Body, "key"), "at", "2026-03-02T11:00", "check_words", "副校长陪同"}
	for _, q := range list.Questions {
		switch {
		case q.Key == "sc_alarm_tried":
			pairs = append(pairs, "answers."+q.Key, "no", "notes."+q.Key, "按了没人应")
		case q.Answer == "yesno":
			pairs = append(pairs, "answers."+q.Key, "yes")
		case q.Answer == "number":
			pairs = append(pairs, "answers."+q.Key, "3")
		}
	}
	t.Run("漏答一题，答过的都在", func(t *testing.T) {
		a := aux.Post(at, "key", webtest.Field(form.Body, "key"), "at", "2026-03-02T11:00", "answers.sc_guards", "7", "answers.sc_closed", "no")
		webtest.Shows(t, a, 422, "请选“是”或“否”")
		if !strings.Contains(a.Body, `value="7"`) {
			t.Error("what was typed is lost")
		}
	})
	a = aux.Post(at, pairs...)
	if a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
	}
	s.Settle(t)
	webtest.Shows(t, aux.Get(at), 200, "1个问题", "当场按响，有人应答：按了没人应", "待整改", "已整改", "复查", "转事项")
	webtest.Shows(t, officer.Get("/campaigns/faults"), 200, "下湾小学", "按了没人应")
	c := campaignOf(t, s, strings.TrimPrefix(camp, "/campaigns/"))
	fault := c.Faults[0].ID
	do := func(who *webtest.Caller, act string, pairs ...string) webtest.Answer {
		page := who.Get(camp + "/do/" + act + "?fault=" + fault)
		return who.Post(camp+"/do/"+act, append([]string{"key", webtest.Field(page.Body, "key"), "campaign_fault", fault}, pairs...)...)
	}
	if a := do(aux, "fix", "fix_words", "换了电池，按响了"); a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
	}
	t.Run("说整改好的人不能自己复查", func(t *testing.T) {
		webtest.Shows(t, do(aux, "see_again", "put_right", "true", "look_words", "响了"), 422, "不能自己复查")
	})
	if a := do(officer, "see_again", "put_right", "true", "look_words", "当面按响，指挥室应答"); a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
	}
	s.Settle(t)
	webtest.Shows(t, officer.Get(at), 200, "整改到位", "陈建国", "当面按响，指挥室应答")
	webtest.Shows(t, officer.Get("/campaigns/faults"), 200, "没有。")
	said := webtest.Squeezed(webtest.PdfText(t, []byte(officer.Get(camp+"/sheets/"+school).Body)))
	for _, x := range []string{"走访记录", "下湾小学", "当场按响，有人应答", "按了没人应", "整改到位"} {
		if !strings.Contains(said, x) {
			t.Errorf("the sheet does not say %q", x)
		}
	}
}

func Test企业表格导入说明每一行(t *testing.T) {
	s := webtest.Stage(t)
	_, _ = withFirms(t, s)
	c := s.As(t, "officer_1")
	webtest.Shows(t, c.Get("/firms/import"), 200, "单位名称", "种类", "网格")
	file := "单位名称,种类,网格,地址,联系人,联系人电话,重点\n老街超市,商场、市场,下湾村第一网格,老街1号,赵样例,13900004444,\n无名店,杂货摊,下湾村第一网格,老街2号,,,\n远处店,一般企业,天边网格,老街3号,,,\n人物店,一般企业,下湾村第一网格,老街4号,,,上访人员\n青石采石场,涉爆单位,下湾村第一网格,东沟,,,民用爆炸物品、重点单位\n"
	a := c.SendFile("/firms/import", "企业.csv", file)
	webtest.Shows(t, a, 200, "没有“杂货摊”这个种类", "天边网格", "“上访人员”不是可登记的重点", "登记1家")
	packed := webtest.Field(a.Body, "packed")
	a = c.Post("/firms/import/apply", "name", "企业.csv", "packed", packed)
	if a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
	}
	s.Settle(t)
	webtest.Shows(t, c.Get("/firms?name=老街"), 200, "老街超市")
}

// bookOf is the playbook of the scene.
func bookOf(t testing.TB, s *webtest.Scene) *playbook.Book {
	t.Helper()
	b, err := s.Desk.Book(t.Context(), desktest.Station)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// campaignOf is a campaign as it stands.
func campaignOf(t testing.TB, s *webtest.Scene, id string) *campaign.Campaign {
	t.Helper()
	events, err := s.Journal.Stream(t.Context(), desktest.Station, campaign.Stream(id), 0)
	if err != nil {
		t.Fatal(err)
	}
	c, err := campaign.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// signs draws a signature and sends it, as the pad on the screen does.
func signs(c *webtest.Caller) string {
	c.T.Helper()
	var ids struct{ Photos []string }
	if err := json.Unmarshal([]byte(c.Upload("/uploads", nil, webtest.Snap(c.T, 9)).Body), &ids); err != nil || len(ids.Photos) != 1 {
		c.T.Fatalf("%v %v", ids, err)
	}
	return ids.Photos[0]
}
