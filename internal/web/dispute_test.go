package web_test

import (
	"net/http"
	"regexp"
	"strings"
	"testing"

	"maplegrid/internal/desk"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

func Test纠纷页面不该看的不给看(t *testing.T) {
	q := atTheGate(t)
	q.Do(t, q.officer, "matter.invite", &matter.Invite{On: q.on(), Person: q.Cast["volunteer_1"].Person, Role: "帮忙"})
	q.Do(t, q.officer, "dispute.set_party", &dispute.SetParty{On: q.on(), Party: q.A, Minor: true, SealHome: true})
	q.Do(t, q.officer, "dispute.say", &dispute.Say{On: q.on(), Party: q.B, Account: "李桂芳天天来闹，我去过下湾村三组18号三回。"})
	q.Do(t, q.officer, "dispute.ask_safety", &dispute.AskSafety{On: q.on(), Party: q.B, Alone: true, Yes: []string{"afraid"}, Words: "说怕对方带人来。"})
	q.Do(t, q.officer, "dispute.file_case", &dispute.FileCase{On: q.on(), Number: "公治立字第88号"})
	q.settle(t)
	page := "/matters/" + q.Matter
	for _, who := range []string{"officer_1", "head", "volunteer_1"} {
		body := q.as(t, who).get(page).Body
		if !strings.Contains(body, "未成年人甲") {
			t.Fatalf("%s does not see the page: %s", who, cut200(body))
		}
		for rule, words := range map[string]string{"未成年人的姓名不出现": "李桂芳", "未成年人的姓也不出现": "李*", "保密的住址不出现": "三组18号三回"} {
			if strings.Contains(body, words) {
				t.Errorf("%s: %s sees %s", rule, who, words)
			}
		}
		police := who != "volunteer_1"
		for rule, words := range map[string]string{"安全询问的回答只给办案人和民警看": "说怕对方带人来", "回答了哪一问也只给办案人和民警看": "您怕不怕", "案件只给民警看": "公治立字第88号", "立案也不出现在经过里": "立案", "案件的时限也不出现": "治安案件"} {
			if strings.Contains(body, words) != police {
				t.Errorf("%s: %s sees %q: %v", rule, who, words, !police)
			}
		}
		if !strings.Contains(body, "调解已停") {
			t.Errorf("%s is not told that mediation has stopped", who)
		}
	}
}

func Test表单在自己的页面上(t *testing.T) {
	q := settled(t)
	c := q.as(t, "officer_1")
	do := "/matters/" + q.Matter + "/do/hold_session"
	form := c.get(do).Body
	base := []string{"matter", q.Matter, "version", "0", "key", field(form, "key"), "given", "accounts.0.party=" + q.A, "accounts.0.party", q.A, "given", "accounts.1.party=" + q.B, "accounts.1.party", q.B,
		"given", "offers.0.party=" + q.A, "offers.0.party", q.A, "accounts.0.words", "我愿意再让一步。", "present", q.A, "present", q.B, "next", "/matters/" + q.Matter}
	t.Run("再加一行不丢已填的", func(t *testing.T) {
		a := c.post("/act/dispute.hold_session", append(base, "more", "offers")...)
		if a.StatusCode != http.StatusOK || !strings.Contains(a.Body, "我愿意再让一步。") || !strings.Contains(a.Body, `name="offers.1.amount"`) || strings.Contains(a.Body, `name="offers.2.amount"`) {
			t.Errorf("%d: %v", a.StatusCode, strings.Contains(a.Body, `name="offers.1.amount"`))
		}
	})
	t.Run("退回的表单保留所填", func(t *testing.T) {
		a := c.post("/act/dispute.hold_session", append(base, "at", "2020-01-01T08:00", "outcome", "continue")...)
		if a.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(a.Body, "我愿意再让一步。") || !strings.Contains(a.Body, "2020-01-01T08:00") {
			t.Errorf("%d", a.StatusCode)
		}
	})
	t.Run("页面代填、没有人说话的行不提交", func(t *testing.T) {
		local := q.Clock.Now().Add(8 * 3600e9).Format("2006-01-02T15:04")
		before := len(q.fold(t).Sessions)
		a := c.post("/act/dispute.hold_session", append(base, "at", local, "outcome", "continue", "preside", q.mediator.Person)...)
		d := q.fold(t)
		if a.StatusCode == http.StatusSeeOther {
			last := d.Sessions[len(d.Sessions)-1]
			if len(last.Accounts) != 1 || len(last.Offers) != 0 {
				t.Errorf("%d accounts, %d offers", len(last.Accounts), len(last.Offers))
			}
		} else if strings.Contains(a.Body, `accounts.1.words" class="error`) || strings.Contains(a.Body, "f-accounts.1.words-error") {
			t.Errorf("%d, %d sessions before", a.StatusCode, before)
		}
	})
	t.Run("没有权限的人打不开表单", func(t *testing.T) {
		q.Do(t, q.officer, "matter.invite", &matter.Invite{On: q.on(), Person: q.Cast["volunteer_1"].Person, Role: "帮忙"})
		if a := q.as(t, "volunteer_1").get(do); a.StatusCode != http.StatusForbidden {
			t.Errorf("%d", a.StatusCode)
		}
	})
}

func Test下一步说给人听(t *testing.T) {
	q := atTheGate(t)
	step := func(want string) {
		t.Helper()
		q.settle(t)
		body := q.as(t, "officer_1").get("/matters/" + q.Matter).Body
		if got := between(body, `<div class="next-step">`, "</h2>"); !strings.Contains(got, want) {
			t.Errorf("want %s, got %s", want, got)
		}
	}
	step("先单独询问双方")
	q.Do(t, q.officer, "dispute.ask_safety", &dispute.AskSafety{On: q.on(), Party: q.B, Alone: true})
	step("选定调解方式")
	q.Do(t, q.officer, "dispute.choose_track", &dispute.ChooseTrack{On: q.on(), Track: dispute.People, Host: "mediation_committee", Consents: []string{q.A, q.B}})
	step("约第一次调解")
	q.Do(t, q.mediator, "dispute.hold_session", &dispute.HoldSession{On: q.on(), At: q.Clock.Now(), Preside: q.mediator.Person, Present: []string{q.A, q.B}, Outcome: "agreed"})
	step("把谈拢的写成协议")
	q.Do(t, q.mediator, "dispute.draft_agreement", &dispute.DraftAgreement{On: q.on(), Form: "written", Facts: "檐口外伸。", Duty: "乙方收回。",
		Clauses: []dispute.ClauseDraft{{Words: "分三次付清。", What: "money", Payer: q.B, Receiver: q.A, Amount: "300", DueOn: "2026-10-01", Every: "month", Times: 3, Each: "100"}}, Total: "300"})
	step("请签字")
	x := q.fold(t).Agreements[0].ID
	for _, who := range []string{q.A, q.B, "mediator", "committee_seal"} {
		q.Do(t, q.mediator, "dispute.sign_agreement", &dispute.SignAgreement{On: q.on(), Agreement: x, Who: who, Way: map[bool]string{true: "seal", false: "ink"}[who == "committee_seal"]})
	}
	step("第 1 期 10月1日到期")
	q.Do(t, q.officer, "dispute.flag_safety", &dispute.FlagSafety{On: q.on(), Reason: "有人说被打过。"})
	step("先保证安全")
}

// rawKey is a key that reached a page instead of its text.
var rawKey = regexp.MustCompile(`>[^<]*\b(?:dis|opt|todo|gate|short|col|inst|prom|end|group|fold|note|law|first|row|more|field|act|mark)\.[a-z_]+[^<]*<`)

func Test每个动作都有自己的页面而且没有代码(t *testing.T) {
	q := settled(t)
	q.Do(t, q.officer, "dispute.flag_safety", &dispute.FlagSafety{On: q.on(), Reason: "有人说被打过。"})
	c := q.as(t, "officer_1")
	for _, lang := range []string{"zh", "en"} {
		c.get("/?lang=" + lang)
		pages := []string{"", "/do/choose_track?track=police", "/do/set_party?party=" + q.A, "/do/save_sheet?kind=wages", "/do/save_sheet?kind=account", "/do/call_team?team=joint_mediation", "/do/visit", "/do/assign"}
		for _, act := range desk.Disputes {
			short, ok := strings.CutPrefix(act.Name, "dispute.")
			if ok && !act.Internal && short != "print" && short != "settle_on_spot" {
				pages = append(pages, "/do/"+short)
			}
		}
		for _, path := range pages {
			a := c.get("/matters/" + q.Matter + path)
			if a.StatusCode != http.StatusOK && a.StatusCode != http.StatusForbidden {
				t.Errorf("%s: %d", path, a.StatusCode)
			}
			if key := rawKey.FindString(a.Body); key != "" {
				t.Errorf("%s in %s: %s", path, lang, key)
			}
		}
	}
}
