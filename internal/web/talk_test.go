package web_test

import (
	"context"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/board/drafts"
	"maplegrid/internal/reader"
	"maplegrid/internal/work/draft"
)

// chatting is a station that reads what is said in its groups.
type chatting struct {
	*scene
	Read *reader.Reader
	lead *caller
}

// gossip is the scene with a reader, and the duty lead signed in.
func gossip(t testing.TB) *chatting {
	t.Helper()
	s := &chatting{scene: stage(t)}
	s.Read = reader.New(s.Desk.Desk, nil)
	s.Desk.Desk.Reader, s.Site.Reader = s.Read, s.Read
	s.learn(t)
	s.lead = s.as(t, "duty_lead")
	return s
}

// learn lets the reader read and train to the end of the journal.
func (s *chatting) learn(t testing.TB) {
	t.Helper()
	for _, step := range []func(context.Context) error{s.Read.Run, s.Read.Train} {
		if err := step(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
}

// paste pastes a chat and gives the page it leads to.
func (s *chatting) paste(t testing.TB, group, text string) answer {
	t.Helper()
	a := s.lead.upload("/talk/paste", map[string]string{"key": fmt.Sprintf("p-%d", len(text)), "text": text, "group": group, "cell": "c1"})
	if a.StatusCode != http.StatusSeeOther {
		t.Fatalf("pasted: %d %.800s", a.StatusCode, words(a.Body))
	}
	return s.lead.get(a.Header.Get("Location"))
}

// of gives the drafts of a state, as the duty lead sees them.
func (s *chatting) of(t testing.TB, state draft.State) []drafts.Row {
	t.Helper()
	p, err := s.Site.Boards.Drafts.List(context.Background(), s.Site.Policy.Scope(s.Cast["duty_lead"]), state, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	return p.Rows
}

const someChat = `周秀英 14:02
下湾村三组李桂芳家门口的电瓶车被撬了，电话13900004321
王小二 14:05
三组车棚有辆电瓶车被撬，锁都砸坏了
周秀英 14:06
早上好各位[玫瑰]
孙敏 14:08
请问身份证丢了补办要带什么材料？
刘支书 14:10
桥头河里有人落水了，快来人！
`

// rowOf cuts one draft out of the list by words in it.
func rowOf(t *testing.T, page, words string) string {
	t.Helper()
	row := findRow(page, words)
	if row == "" {
		t.Fatalf("no draft with %q in\n%.2000s", words, page)
	}
	return row
}

func findRow(page, words string) string {
	for _, part := range strings.Split(page, "<li")[1:] {
		part, _, _ = strings.Cut(part, "</ol>")
		if strings.Contains(regexp.MustCompile(`<[^>]*>`).ReplaceAllString("<li"+part, ""), words) && strings.Contains(part, "data-draft=") {
			return "<li" + part
		}
	}
	return ""
}

// attr reads an attribute of a piece of a page.
func attr(page, name string) string {
	m := regexp.MustCompile(name + `="([^"]*)"`).FindStringSubmatch(page)
	if m == nil {
		return ""
	}
	return m[1]
}

// hiddenOf gives the fields a row carries, and its title.
func hiddenOf(row string) (pairs []string) {
	for _, m := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)"`).FindAllStringSubmatch(row, -1) {
		pairs = append(pairs, m[1], m[2])
	}
	if title := regexp.MustCompile(`name="title" value="([^"]*)"`).FindStringSubmatch(row); title != nil {
		pairs = append(pairs, "title", title[1])
	}
	return pairs
}

// press sends a row's form to one of its verbs, as its button without script does, and gives the list it leads back to.
func (s *chatting) press(t testing.TB, row, verb string, pairs ...string) answer {
	t.Helper()
	form := hiddenOf(row)
	for i := 0; i+1 < len(pairs); i += 2 {
		for j := 0; j+1 < len(form); j += 2 {
			if form[j] == pairs[i] {
				form = append(form[:j], form[j+2:]...)
				break
			}
		}
	}
	a := s.lead.post("/talk/"+attr(row, "data-draft")+"/"+verb, append(form, pairs...)...)
	if a.StatusCode != http.StatusSeeOther {
		return a
	}
	return s.lead.get(a.Header.Get("Location"))
}

func TestTalk(t *testing.T) {
	s := gossip(t)
	list := s.paste(t, "下湾三组群", someChat)
	t.Run("粘贴后看得到收了几条，闲聊已放在一边，个人信息已遮住", func(t *testing.T) {
		shows(t, list, http.StatusOK, "收了 5 条", "溺水", "王*", "周秀英", "139****4321")
		hides(t, list, "13900004321", "王小二", "早上好")
		if a := s.lead.get("/talk?state=aside"); !strings.Contains(squeeze(words(a.Body)), "早上好各位") {
			t.Error("the greeting was thrown away")
		}
	})
	t.Run("危险的排在最前", func(t *testing.T) {
		if i, j := strings.Index(list.Body, "落水"), strings.Index(list.Body, "被撬"); i < 0 || i > j {
			t.Errorf("what rings stands at %d, the other at %d", i, j)
		}
	})
	t.Run("疑似同一件事的排在一起并说明原因", func(t *testing.T) {
		row := rowOf(t, list.Body, "锁都砸坏了")
		if said := words(row); !strings.Contains(row, "kin-same") || !strings.Contains(said, "可能是同一件事") || !strings.Contains(said, "电瓶车") {
			t.Errorf("%s", said)
		}
	})
	t.Run("提出的标题不带名字和电话", func(t *testing.T) {
		title := attr(rowOf(t, list.Body, "电话"), `name="title" value`)
		if title == "" || strings.Contains(title, "李桂芳") || len([]rune(title)) > 30 {
			t.Errorf("proposed %q", title)
		}
	})
	t.Run("再粘一遍什么也不添", func(t *testing.T) {
		a := s.lead.upload("/talk/paste", map[string]string{"key": "again", "text": someChat, "group": "下湾三组群", "cell": "c1"})
		if a.StatusCode != http.StatusSeeOther || a.Header.Get("Location") != "/talk" {
			t.Fatalf("%d to %s", a.StatusCode, a.Header.Get("Location"))
		}
		shows(t, s.lead.get("/talk"), http.StatusOK, "没有新的消息", "5 条以前收过")
		if n := len(s.of(t, draft.Waiting)); n != 4 {
			t.Errorf("%d wait", n)
		}
	})
	t.Run("用过的群可以再选，记着网格", func(t *testing.T) {
		a := s.lead.get("/talk/paste?group=" + "%E4%B8%8B%E6%B9%BE%E4%B8%89%E7%BB%84%E7%BE%A4")
		raw(t, a, `data-group="下湾三组群"`, `<option value="c1" selected`)
	})
}

// Every act of a row, by its buttons alone.
func TestTalkWithoutScript(t *testing.T) {
	s := gossip(t)
	list := s.paste(t, "下湾三组群", someChat)
	state := func(words string) draft.State {
		t.Helper()
		for _, state := range draft.States {
			if findRow(s.lead.get("/talk?state="+string(state)).Body, words) != "" {
				return state
			}
		}
		return ""
	}
	t.Run("立：列表头上说立成了什么，可以撤销", func(t *testing.T) {
		a := s.press(t, rowOf(t, list.Body, "落水"), "accept")
		shows(t, a, http.StatusOK, "已立，编号", "已立为群众求助", "查询码", "撤销")
		if got := state("落水"); got != draft.Filed {
			t.Errorf("it is %s", got)
		}
		rep := regexp.MustCompile(`href="(/reports/[^"]*)"`).FindStringSubmatch(rowOf(t, a.Body, "落水"))
		if rep == nil {
			t.Fatal("no way to the report")
		}
		shows(t, s.lead.get(rep[1]), http.StatusOK, "来自群消息", "下湾三组群 今天 14:10")
		a = s.press(t, rowOf(t, a.Body, "落水"), "undo")
		shows(t, a, http.StatusOK, "已撤销")
		if got := state("落水"); got != draft.Waiting {
			t.Errorf("it is %s", got)
		}
	})
	t.Run("改类别后照改的立", func(t *testing.T) {
		a := s.press(t, rowOf(t, s.lead.get("/talk").Body, "身份证丢了"), "correct", "sorting", "便民服务")
		row := rowOf(t, a.Body, "身份证丢了")
		if !strings.Contains(words(row), "立为便民上门服务") || !strings.Contains(words(row), "已由人更正") {
			t.Errorf("%s", words(row))
		}
		shows(t, s.press(t, row, "accept", "title", "补办身份证"), http.StatusOK, "已立为便民上门服务", "补办身份证")
	})
	t.Run("并入头一条", func(t *testing.T) {
		row := rowOf(t, s.lead.get("/talk").Body, "锁都砸坏了")
		into := regexp.MustCompile(`name="into" value="([^"]*)"`).FindStringSubmatch(row)
		if into == nil {
			t.Fatalf("nothing to join: %s", words(row))
		}
		shows(t, s.press(t, row, "join", "into", into[1]), http.StatusOK, "已并入", "并入 1 条")
	})
	t.Run("放在一边要有理由", func(t *testing.T) {
		row := rowOf(t, s.lead.get("/talk").Body, "落水")
		shows(t, s.press(t, row, "put_aside", "reason", "known"), http.StatusOK, "已放在一边", "已经办了的")
	})
	t.Run("在两句之间拆开", func(t *testing.T) {
		a := s.paste(t, "下湾三组群", severalThings)
		row := rowOf(t, a.Body, "没人来修")
		one := regexp.MustCompile(`href="(/talk/[^"#]*)" data-key="e"`).FindStringSubmatch(row)
		if one == nil {
			t.Fatalf("no way to part it: %s", row)
		}
		cut := regexp.MustCompile(`name="cuts" value="(\d+)"`).FindStringSubmatch(s.lead.get(html.UnescapeString(one[1])).Body)
		if cut == nil {
			t.Fatalf("no place to cut: %s", words(row))
		}
		a = s.press(t, row, "part", "cuts", cut[1])
		shows(t, a, http.StatusOK, "已拆成 2 条", "已拆开", "第 1 段，共 2 段")
	})
	t.Run("标题里有电话先问一遍，写的字还在", func(t *testing.T) {
		row := rowOf(t, s.lead.get("/talk").Body, "被撬")
		a := s.press(t, row, "accept", "title", "电瓶车被撬找13900004321")
		shows(t, a, http.StatusUnprocessableEntity, "个人信息")
		raw(t, a, "电瓶车被撬找13900004321")
	})
	t.Run("别人先处理了就说明，不会立两次", func(t *testing.T) {
		row := rowOf(t, s.lead.get("/talk").Body, "被撬")
		s.press(t, row, "put_aside", "reason", "known")
		a := s.press(t, row, "accept", "key", "another")
		shows(t, a, http.StatusConflict, "放在一边")
	})
}

// What tells of danger does not vanish from the list at the word of a grid member.
func TestTalkAsksForAgreement(t *testing.T) {
	s := gossip(t)
	s.paste(t, "下湾三组群", someChat)
	lead, worker := s.lead, s.as(t, "cell_worker_1")
	s.lead = worker
	row := rowOf(t, s.lead.get("/talk").Body, "落水")
	t.Run("网格员放在一边的，还在列表里，写明等谁核", func(t *testing.T) {
		a := s.press(t, row, "put_aside", "reason", "known")
		shows(t, a, http.StatusOK, "已提出放在一边", "待带班核")
		if row = rowOf(t, a.Body, "落水"); !strings.Contains(row, "data-closed") || strings.Contains(row, "#aside") || strings.Contains(words(row), "同意") {
			t.Errorf("%s", row)
		}
	})
	t.Run("值班领导看得到有几条等着核，一点就同意", func(t *testing.T) {
		s.lead = lead
		page := s.lead.get("/talk")
		shows(t, page, http.StatusOK, "等您核", "同意：已经办了的")
		a := s.press(t, rowOf(t, page.Body, "落水"), "put_aside", "reason", "known")
		shows(t, a, http.StatusOK, "已放在一边")
		hides(t, s.lead.get("/talk"), "待带班核")
	})
}

// What a message quotes stands small above it, masked, when it is not on the list itself.
func TestTalkShowsQuotations(t *testing.T) {
	s := gossip(t)
	a := s.paste(t, "下湾三组群", "周秀英 14:02\n「王小二：三组的路灯坏了，找我13900004321」\n- - - - - - - - - -\n这个到现在没修，晚上看不见路\n")
	row := rowOf(t, a.Body, "到现在没修")
	if q := between(row, "talk-quote", "</blockquote>"); !strings.Contains(q, "三组的路灯坏了") || !strings.Contains(q, "139****4321") {
		t.Errorf("%s", row)
	}
}

func TestPasteRefused(t *testing.T) {
	s := gossip(t)
	t.Run("太长的说清多长，写的字还在", func(t *testing.T) {
		long := "周秀英 14:02\n" + strings.Repeat("太长了", 250_000)
		a := s.lead.upload("/talk/paste", map[string]string{"key": "k", "text": long, "group": "群"})
		shows(t, a, http.StatusUnprocessableEntity, "超过2MB")
		raw(t, a, strings.Repeat("太长了", 1000))
	})
	t.Run("多得读不完的，说清怎么分几次贴，仍是粘贴的那一页", func(t *testing.T) {
		a := s.lead.upload("/talk/paste", map[string]string{"key": "k9", "text": strings.Repeat("太长了", 1_000_000), "group": "群"})
		shows(t, a, http.StatusRequestEntityTooLarge, "超过 8 MB", "后退", "分几次贴", "粘贴群消息")
		raw(t, a, `name="text"`, `data-most="2097152"`)
	})
	t.Run("空的说要填", func(t *testing.T) {
		shows(t, s.lead.upload("/talk/paste", map[string]string{"key": "k2", "text": " ", "group": "群"}), http.StatusUnprocessableEntity, "粘贴群消息")
	})
	t.Run("没有权限的看不到", func(t *testing.T) {
		a := s.as(t, "volunteer_1").get("/talk")
		if a.StatusCode != http.StatusForbidden {
			t.Errorf("%d", a.StatusCode)
		}
	})
}

// The reply for the group holds nothing personal of what was said.
func TestReplyHoldsNothingPersonal(t *testing.T) {
	s := gossip(t)
	list, chat := forty(t)
	s.paste(t, "下湾三组群", chat)
	s.paste(t, "下湾三组群", someChat)
	personal := []string{"李桂芳", "13900004321", "王小二", "18号"}
	for _, m := range list {
		personal = append(personal, m.who)
	}
	for range 60 {
		page := s.lead.get("/talk").Body
		rows := regexp.MustCompile(`(?s)<li[^>]*data-state="waiting".*?</li>\s*(?:<li[^>]*class="talk-row|</ol>)`).FindStringSubmatch(page)
		if rows == nil {
			break
		}
		row := rows[0]
		if attr(row, "data-missing") == "kind" {
			s.press(t, row, "correct", "sorting", "求助")
			continue
		}
		s.press(t, row, "accept")
	}
	a := s.lead.get("/talk/reply")
	shows(t, a, http.StatusOK, "查询码", "值班室", "24小时内首次联系报事人", "电瓶车")
	lines := between(a.Body, "data-reply", "</pre>")
	for _, x := range personal {
		if strings.Contains(lines, x) {
			t.Errorf("the reply holds %q:\n%s", x, lines)
		}
	}
	if n := strings.Count(lines, "\n"); n < 25 {
		t.Errorf("the reply has %d lines:\n%s", n, lines)
	}
}

func TestTitlesOfTalk(t *testing.T) {
	s := gossip(t)
	for said, want := range map[string]string{
		"昨天收了一张假币，一百的，怎么办":             "昨天收了一张假币，怎么办",
		"捡到一个黑色钱包，里面有卡，来我这里认":          "捡到一个黑色钱包",
		"我在桥头菜市场丢了一个黑色钱包，谁捡到了":         "桥头菜市场丢了一个黑色钱包",
		"七十多岁的老人腿脚不好，能上门给办个身份证吗":       "七十多岁的老人腿脚不好，能上门给办个身份证吗",
		"桥头社区2幢楼道里堆满纸箱还给电动车充电，怕着火":     "桥头社区2幢楼道里堆满纸箱还给电动车充电，怕着火",
		"我家的狗丢了，黄毛的，李桂芳家的孩子看见过，谁见了说一声": "我家的狗丢了",
		"救命，快来人":                      "下湾村第一网格群众求助",
		"没事了，说通了，两家不吵了":               "两家不吵了",
		"我手机号换成13900004418了，居住证好了打这个": "居住证好了打这个",
	} {
		t.Run(said, func(t *testing.T) {
			page := s.paste(t, "群"+said[:3], "路人 14:02\n"+said+"\n")
			for _, row := range strings.Split(page.Body, "<li")[1:] {
				if strings.Contains(row, "data-title") {
					if got := attr(row, `name="title" value`); got != want {
						t.Errorf("proposed %q", got)
					}
				}
			}
		})
	}
}

// What rings waits for no second choice, though nobody is sure what it is.
func TestRingingButUnsure(t *testing.T) {
	s := gossip(t)
	page := s.paste(t, "下湾三组群", "周秀英 14:02\n他又打我，救命，在家里呢\n")
	row := rowOf(t, page.Body, "他又打我")
	if !strings.Contains(row, "不确定") {
		t.Skip("triage is sure by now")
	}
	t.Run("两个可能各有一个键，头一个就是Enter", func(t *testing.T) {
		if n := strings.Count(row, `name="sorted" value="`); n != 2 || attr(row, "data-missing") != "" {
			t.Errorf("%d buttons, missing %q", n, attr(row, "data-missing"))
		}
	})
	t.Run("按了就照它立，等级不降", func(t *testing.T) {
		label := attr(row, `name="sorted" value`)
		shows(t, s.press(t, row, "accept", "sorted", label), http.StatusOK, "已立，编号")
		if filed := s.of(t, draft.Filed); len(filed) != 1 {
			t.Fatalf("%d filed", len(filed))
		}
	})
	t.Run("过了十分钟，撤销的键不再出现", func(t *testing.T) {
		raw(t, s.lead.get("/talk?state=filed"), "/undo")
		s.Clock.Advance(draft.UndoWithin + time.Second)
		if strings.Contains(s.lead.get("/talk?state=filed").Body, "/undo") {
			t.Error("the button stands there still, and would be refused")
		}
	})
}

// On an English page the reasons are English.
func TestTalkInEnglish(t *testing.T) {
	s := gossip(t)
	s.paste(t, "下湾三组群", someChat)
	s.lead.get("/?lang=en")
	page := s.lead.get("/talk")
	row := words(rowOf(t, page.Body, "锁都砸坏了"))
	if !strings.Contains(row, "Perhaps the same event") || strings.Contains(row, "相似") || strings.Contains(row, "同一") {
		t.Errorf("%s", row)
	}
}

// A page stands open in two windows: what is pressed in the second is neither swallowed as done already, nor refused in words about keys.
func TestTalkInTwoWindows(t *testing.T) {
	s := gossip(t)
	list := s.paste(t, "下湾三组群", someChat)
	row := rowOf(t, list.Body, "补办")
	id := attr(row, "data-draft")
	aside := func() bool {
		t.Helper()
		return slices.ContainsFunc(s.of(t, draft.Aside), func(x drafts.Row) bool { return x.ID == id })
	}
	t.Run("连按两下只做一次", func(t *testing.T) {
		for range 2 {
			shows(t, s.press(t, row, "put_aside", "reason", draft.Known), http.StatusOK)
		}
		if !aside() {
			t.Error("it is not set aside")
		}
	})
	t.Run("撤销以后，在原先的页面上再按照样做", func(t *testing.T) {
		shows(t, s.press(t, rowOf(t, s.lead.get("/talk?state=aside").Body, "补办"), "undo"), http.StatusOK)
		if aside() {
			t.Fatal("undoing did nothing")
		}
		shows(t, s.press(t, row, "put_aside", "reason", draft.Known), http.StatusOK)
		if !aside() {
			t.Error("the second was swallowed")
		}
	})
	t.Run("在另一个窗口换个做法，说清楚已经怎样了", func(t *testing.T) {
		a := s.press(t, row, "put_aside", "reason", draft.NotOurs)
		hides(t, a, "提交编号")
		shows(t, a, http.StatusOK, "放在一边")
	})
}
