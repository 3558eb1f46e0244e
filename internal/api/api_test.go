package api_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"maplegrid/internal/access"
	"maplegrid/internal/api"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/work/organisation"
)

type world struct {
	*desktest.Desk
	cast  map[string]access.Who
	api   *api.API
	ready error
	token map[string]string
}

func newWorld(t testing.TB) *world {
	w := &world{Desk: desktest.New(t), token: map[string]string{}}
	w.cast = w.Cast(t, desktest.Station)
	w.api = api.New(w.Desk.Desk, api.Options{Station: desktest.Station, Ready: func(context.Context) error { return w.ready },
		Boards: map[string]api.BoardFunc{"who": func(_ context.Context, who access.Who, q url.Values) (any, error) {
			if q.Get("limit") == "x" {
				return nil, fault.New(fault.Invalid, "api.time", nil).On("limit")
			}
			return map[string]string{"person": who.Person, "cursor": q.Get("cursor")}, nil
		}}})
	for _, name := range []string{"duty_lead", "officer_1"} {
		a := w.Do(t, w.cast[name], "account.make_token", &desk.MakeToken{Person: w.cast[name].Person})
		w.token[name] = a.Secret
	}
	return w
}

var keys atomic.Int64

// ask sends a request; head are pairs of header and value that replace the usual ones, "" leaves one out.
func (w *world) ask(method, path, as, body string, head ...string) (int, http.Header, map[string]any) {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(api.HeaderKey, fmt.Sprint("test-", keys.Add(1)))
	if as != "" {
		r.Header.Set("Authorization", "Bearer "+w.token[as])
	}
	for i := 0; i < len(head); i += 2 {
		if r.Header.Del(head[i]); head[i+1] != "" {
			r.Header.Set(head[i], head[i+1])
		}
	}
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, r)
	var m map[string]any
	text, _ := io.ReadAll(rec.Body)
	_ = json.Unmarshal(text, &m)
	return rec.Code, rec.Header(), m
}

const openHazard = `{"kind":"hazard","title":"井盖坏了","cell":"c1"}`

func TestAnActIsAnsweredAndRepeatedAlike(t *testing.T) {
	w := newWorld(t)
	status, _, first := w.ask("POST", "/api/v1/acts/matter.open", "duty_lead", openHazard, api.HeaderKey, "k1")
	if status != 200 || first["id"] == nil || first["number"] == nil {
		t.Fatalf("%d %v", status, first)
	}
	head, _, _ := w.Journal.Head(context.Background(), desktest.Station)
	if first["seq"] != float64(head) {
		t.Fatalf("seq %v, head %d", first["seq"], head)
	}
	status, header, again := w.ask("POST", "/api/v1/acts/matter.open", "duty_lead", openHazard, api.HeaderKey, "k1")
	if status != 200 || fmt.Sprint(again) != fmt.Sprint(first) || header.Get(api.HeaderReplayed) != "true" {
		t.Fatalf("again %d %v %v, first %v", status, header, again, first)
	}
	status, _, other := w.ask("POST", "/api/v1/acts/matter.open", "duty_lead", strings.Replace(openHazard, "井盖", "路灯", 1), api.HeaderKey, "k1")
	if status != 409 || other["code"] != journal.CodeKeyReused {
		t.Fatalf("other content under the same key: %d %v", status, other)
	}
}

func TestTheBodyIsReadStrictly(t *testing.T) {
	w := newWorld(t)
	for name, c := range map[string]struct{ body, code, field string }{
		"未知字段":   {`{"kind":"hazard","title":"a","cell":"c1","colour":"red"}`, "api.unknown_field", "colour"},
		"大小写不同":  {`{"kind":"hazard","Title":"a","cell":"c1"}`, "api.unknown_field", "Title"},
		"重复字段":   {`{"kind":"hazard","title":"a","title":"b","cell":"c1"}`, "api.doubled_field", "title"},
		"类型不对":   {`{"kind":"hazard","title":1,"cell":"c1"}`, "api.wrong_type", "title"},
		"后面还有内容": {openHazard + `{}`, "api.bad_json", ""},
		"截断":     {openHazard[:20], "api.bad_json", ""},
		"空":      {``, "api.bad_json", ""},
		"坏编码":    {"{\"kind\":\"haz\xffard\"}", "api.bad_json", ""},
		"不是对象":   {`[]`, "api.bad_json", ""},
	} {
		t.Run(name, func(t *testing.T) {
			status, header, m := w.ask("POST", "/api/v1/acts/matter.open", "duty_lead", c.body)
			if status != 422 || m["code"] != c.code || fmt.Sprint(or(m["field"], "")) != c.field || header.Get("Content-Type") != "application/problem+json" {
				t.Fatalf("%d %v", status, m)
			}
			if s := m["detail"].(string); s == "" || strings.HasPrefix(s, "api.") {
				t.Errorf("sentence %q", s)
			}
		})
	}
	_, _, inner := w.ask("POST", "/api/v1/acts/report.triage", "duty_lead", `{"report":"r","open":[{"kind":"tip","nome":"x"}]}`)
	if inner["code"] != "api.unknown_field" || inner["field"] != "open.0.nome" {
		t.Errorf("里层未知字段: %v", inner)
	}
	_, _, zh := w.ask("POST", "/api/v1/acts/matter.open", "duty_lead", `{"colour":1}`)
	_, _, en := w.ask("POST", "/api/v1/acts/matter.open", "duty_lead", `{"colour":1}`, "Accept-Language", "en-GB,en;q=0.9,zh;q=0.5")
	if !strings.Contains(zh["detail"].(string), "没有") || strings.Contains(en["detail"].(string), "没有") || !strings.Contains(en["detail"].(string), "colour") {
		t.Errorf("%v\n%v", zh["detail"], en["detail"])
	}
}

func or(v, otherwise any) any {
	if v == nil {
		return otherwise
	}
	return v
}

func TestRefusals(t *testing.T) {
	w := newWorld(t)
	big := `{"kind":"hazard","title":"` + strings.Repeat("长", api.MaxBody/3) + `"}`
	for name, c := range map[string]struct {
		method, path, as, body string
		head                   []string
		status                 int
		code                   string
	}{
		"没有令牌":     {"POST", "/api/v1/acts/matter.open", "", openHazard, nil, 401, "api.token_needed"},
		"令牌不对":     {"POST", "/api/v1/acts/matter.open", "", openHazard, []string{"Authorization", "Bearer mg_00"}, 401, "api.wrong_token"},
		"不是令牌":     {"POST", "/api/v1/acts/matter.open", "", openHazard, []string{"Authorization", "Basic eDp5"}, 401, "api.wrong_token"},
		"令牌不对不算群众": {"POST", "/api/v1/acts/report.submit", "", `{"words":"x"}`, []string{"Authorization", "Bearer mg_00"}, 401, "api.wrong_token"},
		"没有提交编号":   {"POST", "/api/v1/acts/matter.open", "duty_lead", openHazard, []string{api.HeaderKey, ""}, 422, "act.key"},
		"提交编号太长":   {"POST", "/api/v1/acts/matter.open", "duty_lead", openHazard, []string{api.HeaderKey, strings.Repeat("k", 201)}, 422, "act.key"},
		"时间不对":     {"POST", "/api/v1/acts/matter.open", "duty_lead", openHazard, []string{api.HeaderHappenedAt, "昨天"}, 422, "api.time"},
		"代报人不认识":   {"POST", "/api/v1/acts/matter.open", "duty_lead", openHazard, []string{api.HeaderOnBehalfOf, "张三"}, 422, "org.person_not_found"},
		"不是 JSON":  {"POST", "/api/v1/acts/matter.open", "duty_lead", openHazard, []string{"Content-Type", "text/plain"}, 415, "api.not_json"},
		"太大":       {"POST", "/api/v1/acts/matter.open", "duty_lead", big, nil, 413, "api.too_large"},
		"没有这个动作":   {"POST", "/api/v1/acts/matter.explode", "duty_lead", `{}`, nil, 404, "act.unknown"},
		"内部动作":     {"POST", "/api/v1/acts/matter.escalate", "duty_lead", `{}`, nil, 404, "act.unknown"},
		"没有这个所":    {"POST", "/api/v1/acts/report.submit", "", `{"words":"x"}`, []string{api.HeaderStation, "nowhere"}, 404, "station.not_found"},
		"没有这个地址":   {"GET", "/api/v2", "", "", nil, 404, "api.no_such_address"},
		"没有这个看板":   {"GET", "/api/v1/boards/none", "duty_lead", "", nil, 404, "api.no_such_board"},
		"看板要令牌":    {"GET", "/api/v1/boards/who", "", "", nil, 401, "api.token_needed"},
		"看板拒绝":     {"GET", "/api/v1/boards/who?limit=x", "duty_lead", "", nil, 422, "api.time"},
		"方法不对":     {"GET", "/api/v1/acts/matter.open", "", "", nil, 405, "api.method"},
		"规则拒绝":     {"POST", "/api/v1/acts/matter.open", "duty_lead", `{"kind":"hazard","title":"","cell":"c1"}`, nil, 422, "form.required"},
	} {
		t.Run(name, func(t *testing.T) {
			before, _, _ := w.Journal.Head(context.Background(), desktest.Station)
			status, _, m := w.ask(c.method, c.path, c.as, c.body, c.head...)
			if status != c.status || m["code"] != c.code || m["status"] != float64(c.status) {
				t.Fatalf("%d %v", status, m)
			}
			if after, _, _ := w.Journal.Head(context.Background(), desktest.Station); after != before {
				t.Error("something was written")
			}
		})
	}
}

func TestTheTokenIsThePerson(t *testing.T) {
	w := newWorld(t)
	_, _, m := w.ask("GET", "/api/v1/boards/who?cursor=abc", "officer_1", "")
	if m["person"] != w.cast["officer_1"].Person || m["cursor"] != "abc" {
		t.Fatalf("%v", m)
	}
	org, _ := w.Org(context.Background(), desktest.Station)
	for _, tok := range org.Tokens {
		if tok.Person == w.cast["officer_1"].Person {
			w.Do(t, w.cast["admin"], "org.revoke_token", &organisation.RevokeToken{Token: tok.ID})
		}
	}
	if status, _, m := w.ask("GET", "/api/v1/boards/who", "officer_1", ""); status != 401 || m["code"] != "api.wrong_token" {
		t.Fatalf("revoked: %d %v", status, m)
	}
	w.Do(t, w.cast["admin"], "org.leave", &organisation.Leave{Person: w.cast["duty_lead"].Person})
	if status, _, _ := w.ask("GET", "/api/v1/boards/who", "duty_lead", ""); status != 401 {
		t.Fatalf("left: %d", status)
	}
}

func TestATokenMadeByAnotherProcessOpensAtOnce(t *testing.T) {
	w := newWorld(t)
	other, err := desktest.On(w.Engine, 2)
	if err != nil {
		t.Fatal(err)
	}
	a, err := other.Desk.Do(context.Background(), w.cast["head"], desk.Envelope{Key: "other"}, "account.make_token", &desk.MakeToken{Person: w.cast["head"].Person})
	if err != nil {
		t.Fatal(err)
	}
	w.token["new"] = a.Secret
	if status, _, m := w.ask("GET", "/api/v1/boards/who", "new", ""); status != 200 || m["person"] != w.cast["head"].Person {
		t.Fatalf("%d %v", status, m)
	}
}

func TestATokenMadeThroughTheSurfaceIsShownOnce(t *testing.T) {
	w := newWorld(t)
	body := fmt.Sprintf(`{"person":%q}`, w.cast["duty_lead"].Person)
	_, header, m := w.ask("POST", "/api/v1/acts/account.make_token", "duty_lead", body, api.HeaderKey, "tok")
	w.token["second"], _ = m["secret"].(string)
	if status, _, _ := w.ask("GET", "/api/v1/boards/who", "second", ""); status != 200 || header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%d %v", status, m)
	}
	if _, _, again := w.ask("POST", "/api/v1/acts/account.make_token", "duty_lead", body, api.HeaderKey, "tok"); again["secret"] != nil || again["id"] != m["id"] {
		t.Fatalf("again %v", again)
	}
}

func TestAnybodyMayReport(t *testing.T) {
	w := newWorld(t)
	status, _, m := w.ask("POST", "/api/v1/acts/report.submit", "", `{"words":"路灯不亮","cell":"c1"}`)
	if status != 200 || m["receipt"] == nil {
		t.Fatalf("%d %v", status, m)
	}
	events, _ := w.Journal.Stream(context.Background(), desktest.Station, "report/"+m["id"].(string), 0)
	if len(events) != 1 || events[0].Actor != "public" {
		t.Fatalf("%+v", events)
	}
}

func TestReadiness(t *testing.T) {
	w := newWorld(t)
	for _, path := range []string{"/healthz", "/readyz"} {
		if status, _, m := w.ask("GET", path, "", ""); status != 200 {
			t.Errorf("%s %d %v", path, status, m)
		}
	}
	w.ready = errors.New("behind")
	if status, _, m := w.ask("GET", "/readyz", "", ""); status != 503 || m["code"] != "api.boards_behind" {
		t.Errorf("%d %v", status, m)
	}
	w.ready = nil
	_ = w.Engine.Close()
	if status, _, m := w.ask("GET", "/readyz", "", ""); status != 503 || m["code"] != "store.unavailable" {
		t.Errorf("%d %v", status, m)
	}
	if status, _, m := w.ask("POST", "/api/v1/acts/report.submit", "", `{"words":"x"}`); status < 500 {
		t.Errorf("closed store: %d %v", status, m)
	}
}

func TestMetersTellNothingPersonal(t *testing.T) {
	w := newWorld(t)
	w.ask("POST", "/api/v1/acts/matter.open", "duty_lead", openHazard)
	w.ask("POST", "/api/v1/acts/matter.open", "duty_lead", `{}`)
	w.ask("POST", "/api/v1/acts/张三13900001234", "duty_lead", `{}`)
	rec := httptest.NewRecorder()
	w.api.ServeHTTP(rec, httptest.NewRequest("GET", "/metrics", nil))
	text := rec.Body.String()
	for _, want := range []string{`maplegrid_acts_total{act="matter.open",result="done"} 1`, `maplegrid_acts_total{act="matter.open",result="422"} 1`,
		`maplegrid_journal_head{station="s1"}`, `maplegrid_request_seconds_count{route="/api/v1/acts/{name}",status="200"} 1`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s", want)
		}
	}
	if strings.Contains(text, "13900001234") || strings.Contains(text, w.cast["duty_lead"].Person) {
		t.Error("somebody is named")
	}
}

func TestTheDocumentListsEveryAct(t *testing.T) {
	w := newWorld(t)
	_, _, doc := w.ask("GET", "/api/openapi.json", "", "", "Accept-Language", "en")
	text, _ := json.Marshal(doc)
	paths, _ := doc["paths"].(map[string]any)
	for _, s := range desk.Acts {
		if _, ok := paths["/api/v1/acts/"+s.Name]; ok == s.Internal {
			t.Errorf("%s: listed %v", s.Name, ok)
		}
	}
	if doc["openapi"] != "3.1.0" || paths["/api/v1/boards/who"] == nil {
		t.Errorf("%v", doc["openapi"])
	}
	for _, host := range []string{"http:", "https:"} {
		if strings.Contains(string(text), host) {
			t.Errorf("names a host: %s", host)
		}
	}
	for ref := range strings.SplitSeq(string(text), `"$ref":"#/components/schemas/`) {
		if name, _, ok := strings.Cut(ref, `"`); ok && !strings.Contains(name, "{") {
			if _, known := doc["components"].(map[string]any)["schemas"].(map[string]any)[name]; !known {
				t.Errorf("unknown schema %q", name)
			}
		}
	}
}

// BenchmarkActThroughHTTP measures one act at a time, and 32 callers at once, each answered only when it is durable.
func BenchmarkActThroughHTTP(b *testing.B) {
	w := newWorld(b)
	one := func() {
		if status, _, m := w.ask("POST", "/api/v1/acts/report.submit", "duty_lead", `{"words":"路灯不亮，已经三天","cell":"c1","channel":"phone"}`); status != 200 {
			b.Error(status, m)
		}
	}
	b.Run("one", func(b *testing.B) {
		for b.Loop() {
			one()
		}
	})
	b.Run("32", func(b *testing.B) {
		b.SetParallelism(16)
		b.RunParallel(func(pb *testing.PB) {
			for pb.Next() {
				one()
			}
		})
	})
}
