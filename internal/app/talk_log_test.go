package app_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"maplegrid/internal/access"
	"maplegrid/internal/chat/chattest"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/report"
	"maplegrid/internal/work/right"
)

// The log of a running program is read by whoever runs the machine: it holds nobody's words (reliability-security 35).
func TestLogHoldsNoWordsOfGroups(t *testing.T) {
	var log bytes.Buffer
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	t.Cleanup(func() { slog.SetDefault(was) })
	h := openChatHouse(t, t.TempDir(), desktest.Start, chatsFile)
	h.cast = h.desk.Cast(t, desktest.Station)
	h.follow()
	now := h.desk.Clock.Now()
	const secret = "金丝猴井盖"
	said := chattest.Said{ID: "m1", User: "limei", Name: "limei", Chat: "wr1", Text: secret + "没了，电话13900001234"}
	h.knock(h.wecom.Request(now, said.RobotXML()))
	forged := h.wecom.Request(now, said.RobotXML())
	q := forged.URL.Query()
	q.Set("msg_signature", strings.Repeat("0", 40))
	forged.URL.RawQuery = q.Encode()
	h.knock(forged)
	lead := h.cast["duty_lead"]
	a := h.desk.Do(t, lead, "draft.paste", &draft.Paste{Text: "孙金丝 08:15\n" + secret + "又没了，电话13900001234\n", Group: "东街群", Cell: "c1"})
	for _, try := range []any{&draft.Accept{On: draft.On{Draft: a.Drafts[0]}, Kind: secret}, &draft.Accept{On: draft.On{Draft: a.Drafts[0], Version: 1}, Kind: "hazard", Cell: secret}} {
		if _, err := h.App.Desk.Do(context.Background(), lead, desk.Envelope{Key: "wrong"}, "draft.accept", try); err == nil {
			t.Error("a wrong act is done")
		}
	}
	h.desk.Do(t, lead, "draft.accept", &draft.Accept{On: draft.On{Draft: a.Drafts[0]}})
	h.follow()
	if err := h.Watch(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, at := range []string{"/talk", "/talk/paste", "/healthz", "/metrics", "/talk/" + a.Drafts[0], "/hotspots"} {
		w := httptest.NewRecorder()
		h.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "http://house"+at, http.NoBody))
		for _, words := range []string{"金丝", "13900001234"} {
			if strings.Contains(w.Body.String(), words) {
				t.Errorf("GET %s tells a stranger %s", at, words)
			}
		}
	}
	if !strings.Contains(log.String(), "webhook refused") {
		t.Errorf("the log heard nothing: %s", log.String())
	}
	for _, words := range []string{"金丝", "13900001234", "没了"} {
		if strings.Contains(log.String(), words) {
			t.Errorf("the log holds %s: %s", words, log.String())
		}
	}
}

// Who has a report erased that was made of a group message is forgotten by everything that learned from it.
func TestErasedWordsLeaveTheReader(t *testing.T) {
	h := openChatHouse(t, t.TempDir(), desktest.Start, "")
	h.cast = h.desk.Cast(t, desktest.Station)
	ctx := context.Background()
	lead := h.cast["duty_lead"]
	var receipts []string
	for _, who := range []string{"孙兰 08:11", "钱多 08:12", "赵敏 08:13", "周全 08:14"} {
		a := h.desk.Do(t, lead, "draft.paste", &draft.Paste{Text: who + "\n南口金丝猴雕像倒了，挡着消防通道\n", Group: "东街群", Cell: "c1"})
		f := h.desk.Do(t, lead, "draft.accept", &draft.Accept{On: draft.On{Draft: a.Drafts[0]}, Label: "安全隐患"})
		receipts = append(receipts, f.Receipt)
	}
	h.follow()
	now := h.desk.Clock.Now()
	hot := func() string {
		t.Helper()
		spots, err := h.Hot.Hot(ctx, desktest.Station, access.System(desktest.Station), now.AddDate(0, 0, -1), now.AddDate(0, 0, 1), 5)
		if err != nil {
			t.Fatal(err)
		}
		var b strings.Builder
		for _, s := range spots {
			b.WriteString(s.Title + "\n")
		}
		return b.String()
	}
	if !strings.Contains(hot(), "金丝猴") {
		t.Fatalf("no hot spot to forget: %q", hot())
	}
	for _, receipt := range receipts {
		id, err := h.Engine.Journal.Holder(ctx, desktest.Station, "receipt", receipt)
		if err != nil {
			t.Fatal(err)
		}
		h.desk.Do(t, lead, "report.triage", &report.Triage{On: report.On{Report: id}, Decline: "already_registered", Answer: "已经登记过"})
		q := h.desk.Do(t, desk.Public(desktest.Station), "right.ask", &right.Ask{Thing: "report/" + id, Want: right.Erase})
		h.desk.Do(t, h.cast["head"], "right.answer", &right.Answer{Right: q.ID, Result: right.Granted, Words: "已经删除"})
	}
	h.follow()
	if got := hot(); strings.Contains(got, "金丝猴") {
		t.Errorf("the hot spots still say %q", got)
	}
}
