package app_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"maplegrid/internal/work/draft"
)

// The pages of what was said in group chats: whoever pasted it, whose cell it is, and those who lead.
func init() {
	maps.Copy(pages, map[string]row{
		"GET /talk":              asks("/talk", "/talk?state=filed", "/talk?state=aside", "/talk?paste={paste}", "/talk?done={draft}"),
		"GET /talk/paste":        asks("/talk/paste", "/talk/paste?group=nobody"),
		"POST /talk/paste":       asks("/talk/paste|text=&group=nobody"),
		"GET /talk/reply":        asks("/talk/reply", "/talk/reply?paste={paste}", "/talk/reply?part=text"),
		"POST /talk/chatter":     asks("/talk/chatter|paste={paste}"),
		"GET /talk/{id}":         asks("/talk/{draft}", "/talk/{filed}", "/talk/{draft}?part=edit", "/talk/{draft}?part=row"),
		"POST /talk/{id}/{verb}": {asks: []string{"/talk/{draft}/accept|key=leak", "/talk/{draft}/correct|sorting=纠纷", "/talk/{draft}/put_aside|reason=known", "/talk/{draft}/part|cuts=2", "/talk/{draft}/join|into={filed}", "/talk/{filed}/undo|key=leak2"}, does: true},
	})

}

// gossiped makes two messages of a group chat: one that waits, one that was filed.
func (w *town) gossiped(t *testing.T, p where, x map[string]string) {
	t.Helper()
	head := w.cast(p)["head"]
	text := "孙" + w.can(p, personal, "sender") + " 08:02\n南街" + w.can(p, content, "said") + "护栏松动了，电话" + w.phone(p, personal) + "\n" +
		"钱" + w.can(p, personal, "sender") + " 08:05\n北街" + w.can(p, content, "said") + "路灯坏了\n"
	a := w.Do(t, head, "draft.paste", &draft.Paste{Text: text, Group: w.can(p, content, "group"), Cell: w.cell(p)})
	if len(a.Drafts) != 2 {
		t.Fatalf("%d drafts", len(a.Drafts))
	}
	x["paste"], x["draft"], x["filed"] = w.keep(p, label, "paste", a.ID), w.keep(p, label, "draft", a.Drafts[0]), w.keep(p, label, "draft", a.Drafts[1])
	w.Do(t, head, "draft.accept", &draft.Accept{On: draft.On{Draft: x["filed"]}, Kind: "hazard", Title: "路灯 " + w.can(p, content, "title"), Cell: w.cell(p)})
}

// TestNobodyLearnsOfTalk asks the pages of group chats alone, as everybody, of every place.
func TestNobodyLearnsOfTalk(t *testing.T) {
	h := &hunt{town: openTown(t), met: map[class]int{}}
	h.cursors = h.town.cursors(t)
	for _, a := range h.askers {
		for _, key := range sorted(pages) {
			method, at, _ := strings.Cut(key, " ")
			if !strings.HasPrefix(at, "/talk") && !slices.Contains([]string{"/reports/{id}", "/inbox"}, at) {
				continue
			}
			for _, template := range pages[key].asks {
				h.all(t, a, method, template, pages[key])
			}
		}
	}
	t.Logf("%d attempts as %d askers, canaries met %d times where they belong; %d compared with nothing there; %d leaks", h.tries, len(h.askers), h.shown, h.compared, h.leaks)
	if h.leaks > 0 || h.met[content] == 0 || h.compared == 0 {
		t.Errorf("%d leaks, met %v", h.leaks, h.met)
	}
}
