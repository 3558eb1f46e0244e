package paper_test

import (
	"net/http"
	"strings"
	"testing"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/web/webtest"
	"maplegrid/internal/work/matter"
)

// A written warning is a violation record (law-and-standards 5.6): a mediator who may print the other papers does not learn of it.
func TestWarningIsPrintedByPoliceAlone(t *testing.T) {
	h := webtest.Open(t)
	h.Town(t, h.Cast, "base")
	q := h.Violence(t, h.Cast)
	h.Do(t, h.Cast["officer_1"], "matter.invite", &matter.Invite{On: matter.On{Matter: q.ID}, Person: h.Cast["mediator_1"].Person, Role: "协助"})
	h.Do(t, desk.Program(desktest.Station), "account.set_password", &desk.SetPassword{Person: h.Cast["mediator_1"].Person, Password: webtest.Password})
	at, w := "/matters/"+q.ID+"/papers", q.Now().Warnings[0]
	c, m := h.Caller(t), h.Caller(t)
	c.SignIn("officer_1")
	m.SignIn("mediator_1")
	if a := c.Post(at, "paper", "warning", "of", w.ID, "key", newKey()); a.StatusCode != http.StatusSeeOther {
		t.Fatalf("%d %s", a.StatusCode, a.Body)
	}
	text := webtest.Squeezed(webtest.PdfText(t, []byte(c.Get(at+"/"+last(q).ID+".pdf").Body)))
	if !strings.Contains(text, "家庭暴力告诫书") || !strings.Contains(text, "公告诫字〔2026〕第1号") || strings.Contains(text, desktest.SealedHome) {
		t.Error(text)
	}
	if a := c.Get(at); !strings.Contains(a.Body, "告诫书") {
		t.Error("民警的文书页没有告诫书")
	}
	for _, a := range []webtest.Answer{m.Get(at), m.Get(at + "/draft.pdf?paper=warning&of=" + w.ID), m.Post(at, "paper", "warning", "of", w.ID, "again", last(q).ID, "key", newKey())} {
		if strings.Contains(a.Body, "告诫书") || a.StatusCode == http.StatusSeeOther {
			t.Errorf("调解员知道了告诫书：%d", a.StatusCode)
		}
	}
}
