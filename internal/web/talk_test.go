package web_test

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"

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

// row cuts one draft out of the list by words in it.
func rowOf(t *testing.T, page, words string) string {
	t.Helper()
	for _, part := range strings.Split(page, "<li")[1:] {
		if strings.Contains(regexp.MustCompile(`<[^>]*>`).ReplaceAllString("<li"+part, ""), words) && strings.Contains(part, "data-draft=") {
			return "<li" + part
		}
	}
	t.Fatalf("no draft with %q in\n%.2000s", words, page)
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

func TestTalk(t *testing.T) {
	s := gossip(t)
	a := s.paste(t, "下湾三组群", someChat)
	shows(t, a, http.StatusOK, "收了", "落水", "没有", "立为")
	t.Log(words(a.Body))
	hides(t, a, "13900004321")
}
