package web_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"maplegrid/internal/desk"
	"maplegrid/internal/work/draft"
)

// A reply to a group holds nothing of anybody, however it was written (law-and-standards 15.4, 15.13, 15.14).
func TestReplyOfHostileMessages(t *testing.T) {
	s := gossip(t)
	said := map[string]struct{ said, never string }{
		"汉字写的电话":  {"水管爆了打一三九零零零零一二三四", "一三九零"},
		"空格隔开的电话": {"水管爆了打139 0000 1234", "0000"},
		"全角电话":    {"水管爆了找１３９００００１２３４", "１３９０"},
		"点隔开的电话":  {"水管爆了139.0000.1234快来", "139"},
		"一字一顿的电话": {"水管爆了1 3 9 0 0 0 0 1 2 3 4", "0 0 0"},
		"车牌":      {"川Z·12345堵了消防通道", "12345"},
		"证件号":     {"身份证99999919900307002X丢在桥头", "9990307"},
		"证件号断开":   {"身份证999999 19900307 002X丢在桥头", "19900307"},
		"门牌到户":    {"3号楼2单元501漏水到楼道", "501"},
		"横线的门牌":   {"3-2-501漏水到楼道", "501"},
		"汉字的门牌":   {"三栋二单元五〇一室漏水", "五〇一"},
		"村里的门牌":   {"北街18号院墙要倒了", "18号院"},
		"孩子":      {"七岁的孩子总在井边玩", "孩子"},
		"孩子的学校":   {"三年级的豆豆放学被堵", "豆豆"},
		"病":       {"东头有个精神病乱砸东西", "精神病"},
		"前科":      {"二组刑满回来的又惹事了", "刑满"},
		"姓名":      {"张三丰家的狗没拴绳", "张三丰"},
		"称呼":      {"老赵把三轮车停在路口", "老赵"},
	}
	var chat strings.Builder
	for i, name := range slices.Sorted(maps.Keys(said)) {
		fmt.Fprintf(&chat, "孙兰 08:%02d\n%s\n", i, said[name].said)
	}
	s.paste(t, "下湾三组群", chat.String())
	filed := 0
	for _, x := range s.of(t, draft.Waiting) {
		s.Desk.Do(t, s.Cast["duty_lead"], "draft.accept", &draft.Accept{On: draft.On{Draft: x.ID}})
		filed++
	}
	s.settle(t)
	a := s.lead.get("/talk/reply")
	lines := between(a.Body, "data-reply", "</pre>")
	if n := strings.Count(lines, "查询码"); n < filed || filed < len(said)-2 {
		t.Fatalf("%d filed, the reply has %d codes:\n%s", filed, n, lines)
	}
	for name, c := range said {
		t.Run(name, func(t *testing.T) {
			if strings.Contains(lines, c.never) {
				t.Errorf("the reply holds %q:\n%s", c.never, lines)
			}
		})
	}
}

// Who looked at what somebody said in a group, before or after work was made of it, is told to them with their report
// (law-and-standards 15.4, 15.11; the promise that one sees who looked).
func TestLooksAtWhatWasSaidAreTold(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	lead := h.Cast["duty_lead"]
	a := h.Do(t, lead, "draft.paste", &draft.Paste{Text: "孙兰 08:15\n南口井盖坏了，电话13900001234\n钱多 08:16\n北口没路灯，电话13900005678\n", Group: "东街群", Cell: "c1"})
	look := func(i int, purpose string) {
		h.Do(t, lead, "person.unmask", &desk.Unmask{Thing: "draft", ID: a.Drafts[i], Subject: a.Drafts[i], Field: "words", Purpose: purpose})
	}
	look(0, "核对井盖在哪里")
	look(1, "核对路灯在哪里")
	filed := h.Do(t, lead, "draft.accept", &draft.Accept{On: draft.On{Draft: a.Drafts[0]}})
	h.settle(t)
	at := "/progress/" + filed.Receipt + "/data"
	c.opens(at, "report/"+h.report(t, filed.Receipt).ID)
	said := words(c.get(at).Body)
	if !strings.Contains(said, "核对井盖在哪里") {
		t.Errorf("the look at the message is not told: %s", said)
	}
	if strings.Contains(said, "核对路灯在哪里") {
		t.Errorf("a look at somebody else's message is told: %s", said)
	}
}
