package web_test

import (
	"reflect"
	"strings"
	"testing"

	"maplegrid/internal/desk"
	"maplegrid/internal/web"
	"maplegrid/internal/work/matter"
)

func (h *house) opened(t testing.TB, to string) string {
	t.Helper()
	return h.Do(t, h.Cast["duty_lead"], "matter.open", &matter.Open{Kind: "hazard", Title: "下水道井盖", Cell: "c1", To: h.Cast[to].Person}).ID
}

func TestRefusedActKeepsWhatWasTypedAndSaysWhy(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	c.signIn("officer_1")
	m := h.opened(t, "officer_1")
	a := c.post("/act/matter.visit", "key", "v1", "matter", m, "at", "明天下午", "place", "三组 <18> 号", "words", "", "next", "/matters/"+m)
	said := words(a.Body)
	if a.StatusCode != 422 || field(a.Body, "place") != "三组 <18> 号" || field(a.Body, "at") != "明天下午" || !strings.Contains(said, "时间写法不对") || !strings.Contains(said, "请填写") {
		t.Fatalf("%d %s", a.StatusCode, said)
	}
	if field(a.Body, "matter") != m || field(a.Body, "next") != "/matters/"+m || field(a.Body, "key") == "v1" {
		t.Errorf("matter %q next %q key %q", field(a.Body, "matter"), field(a.Body, "next"), field(a.Body, "key"))
	}
	for _, next := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "javascript:alert(1)", "/\t/evil.example"} {
		a := c.post("/act/matter.note", "key", "n"+next, "matter", m, "words", "看过了", "next", next)
		if to := a.Header.Get("Location"); a.StatusCode != 303 || to != "/matters/"+m {
			t.Errorf("next %q leads to %q (%d)", next, to, a.StatusCode)
		}
	}
	a = c.post("/act/matter.note", "key", "n1", "matter", m, "words", "又看过了", "next", "/matters/{id}?tab=story")
	if a.Header.Get("Location") != "/matters/"+m+"?tab=story" {
		t.Error(a.Header.Get("Location"))
	}
	if flash := c.get("/account"); !strings.Contains(words(flash.Body), "记事") || strings.Contains(words(c.get("/account").Body), "记事：已办好") {
		t.Errorf("the sentence after an act is shown once: %s", words(flash.Body))
	}
}

func TestSomebodyElseWasFasterAndTheWordsAreKept(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	c.signIn("officer_1")
	m := h.opened(t, "officer_1")
	on := matter.On{Matter: m}
	h.Do(t, h.Cast["officer_1"], "matter.acknowledge", &matter.Acknowledge{On: on})
	h.Do(t, h.Cast["duty_lead"], "matter.supervise", &matter.Supervise{On: on, Words: "抓紧"})
	a := c.post("/act/matter.start", "key", "s1", "matter", m, "version", "2", "note", "写了很久的备注", "next", "/matters/"+m)
	said := words(a.Body)
	if a.StatusCode != 409 || !strings.Contains(said, "duty_lead") || !strings.Contains(said, "督办") || !strings.Contains(a.Body, "写了很久的备注") || !strings.Contains(a.Body, `href="/matters/`+m) {
		t.Fatalf("%d %s", a.StatusCode, said)
	}
	if field(a.Body, "version") == "2" {
		t.Error("the form still stands on the old view and can never be sent")
	}
	if a := c.post("/act/matter.start", "key", field(a.Body, "key"), "matter", m, "version", field(a.Body, "version"), "note", "写了很久的备注"); a.StatusCode != 303 {
		t.Errorf("sent again knowingly: %d %s", a.StatusCode, words(a.Body))
	}
}

func TestActsThatAreNotForForms(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	c.signIn("officer_1")
	m := h.opened(t, "officer_2")
	for _, name := range []string{"matter.escalate", "account.set_password", "account.set_factor", "account.make_token", "matter.nothing"} {
		if a := c.post("/act/"+name, "key", "k", "matter", m, "person", h.Cast["officer_1"].Person); a.StatusCode != 404 {
			t.Errorf("%s: %d", name, a.StatusCode)
		}
	}
	v := h.caller(t)
	v.signIn("volunteer_1")
	if a := v.post("/act/matter.note", "key", "k", "matter", m, "words", "x"); a.StatusCode != 404 {
		t.Errorf("a matter a volunteer takes no part in: %d %s", a.StatusCode, words(a.Body))
	}
	if a := v.post("/act/org.set_station", "key", "k", "name", "我的所"); a.StatusCode != 403 || strings.Contains(a.Body, "access.") {
		t.Errorf("a volunteer renames the station: %d %s", a.StatusCode, words(a.Body))
	}
}

// ofAnotherThing tells whether an act is done to something that is neither matter nor report: it names it in a hidden field, and its
// form is on the pages of that thing.
func ofAnotherThing(spec desk.Spec) bool {
	of := reflect.TypeOf(spec.New()).Elem()
	for _, f := range reflect.VisibleFields(of) {
		if strings.HasPrefix(f.Tag.Get("form"), "hidden") && spec.Thing == "" {
			return true
		}
	}
	return false
}

// Every act a person does by form has a form whose questions have names and whose choices are filled.
func TestEveryActHasAFormWithNames(t *testing.T) {
	h := open(t)
	m := h.opened(t, "officer_1")
	c := h.caller(t)
	c.signIn("head")
	rep := h.report(t, h.caller(t).reported("words", "一件事", "cell", "c1"))
	for _, spec := range desk.Acts {
		if spec.Internal || strings.HasPrefix(spec.Name, "account.") || spec.Name == "person.unmask" || spec.Name == "ledger.export" || spec.Name == "org.revoke_token" {
			continue
		}
		if got := web.ActName(spec.New()); got != spec.Name {
			t.Errorf("%s is called %s", spec.Name, got)
		}
		for _, lang := range []string{"zh", "en"} {
			a := c.post("/act/"+spec.Name, "key", "k-"+spec.Name+lang, "matter", m, "report", rep.ID, "at", "no date", "days", "x", "from", "no date", "lon", "x")
			said := words(a.Body)
			if a.StatusCode >= 500 || a.StatusCode == 404 && !ofAnotherThing(spec) {
				t.Errorf("%s: %d %s\n%s", spec.Name, a.StatusCode, said, h.Logged)
			}
			for _, raw := range []string{"field.", "form.", "state.", "event.", "matter.", "hint."} {
				if strings.Contains(said, raw) {
					t.Errorf("%s says a raw code %s: %s", spec.Name, raw, said)
				}
			}
		}
	}
}

func TestRepeatedPartsAndExtraFieldsAreRead(t *testing.T) {
	h := open(t)
	c := h.caller(t)
	c.signIn("duty_lead")
	rep := h.report(t, h.caller(t).reported("words", "两件事", "cell", "c1"))
	a := c.post("/act/report.triage", "key", "tri1", "report", rep.ID,
		"open.0.kind", "", "open.0.title", "",
		"open.1.kind", "dispute", "open.1.title", "滴水檐", "open.1.cell", "c1", "open.1.extra.dispute_type", "neighbour",
		"open.2.kind", "hazard", "open.2.title", "井盖", "open.2.cell", "c2", "next", "/inbox")
	if a.StatusCode == 422 { // the choices of the playbook are not ours to know
		a = c.post("/act/report.triage", "key", "tri2", "report", rep.ID, "open.1.kind", "dispute", "open.1.title", "滴水檐", "open.1.cell", "c1",
			"open.2.kind", "hazard", "open.2.title", "井盖", "open.2.cell", "c2", "next", "/inbox")
	}
	if a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, words(a.Body))
	}
	if got := len(h.report(t, rep.Receipt).Matters); got != 2 {
		t.Errorf("%d matters", got)
	}
	bad := c.post("/act/report.triage", "key", "tri3", "report", rep.ID, "open.0.kind", "dispute", "open.0.title", "", "open.0.place", "村口")
	if bad.StatusCode != 422 || field(bad.Body, "open.0.place") != "村口" || !strings.Contains(bad.Body, "请填写") {
		t.Errorf("%d %s", bad.StatusCode, words(bad.Body))
	}
}
