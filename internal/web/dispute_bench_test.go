package web_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// long is a dispute that went on for most of a year: 60 visits, 20 parties, 40 promises, 100 photos.
func long(t testing.TB) *quarrel {
	s := stage(t)
	q := &quarrel{scene: s, officer: s.Cast["officer_1"], mediator: s.Cast["mediator_1"], head: s.Cast["head"]}
	for i := range 18 {
		q.Do(t, q.officer, "matter.add_party", &matter.AddParty{On: q.on(), Name: fmt.Sprintf("赵%c", rune('一'+i)), Side: string("ab"[i%2]), Role: "组员", Phone: fmt.Sprintf("1390000%04d", 1000+i), Home: fmt.Sprintf("下湾村三组%d号", 20+i)})
	}
	var sides [2][]string
	for _, p := range q.fold(t).Parties {
		sides[map[string]int{"a": 0, "b": 1}[p.Side]] = append(sides[map[string]int{"a": 0, "b": 1}[p.Side]], p.ID)
		q.Do(t, q.officer, "dispute.ask_safety", &dispute.AskSafety{On: q.on(), Party: p.ID, Alone: true})
		q.Do(t, q.officer, "dispute.say", &dispute.Say{On: q.on(), Party: p.ID, Willing: "yes", Account: strings.Repeat("水渠改道以后下面的田浇不上水。", 4), Demand: "恢复原来的水路。", DemandAmount: "1200"})
	}
	q.A, q.B = sides[0][0], sides[1][0]
	photo := 0
	for i := range 60 {
		q.Clock.Advance(2 * 24 * time.Hour)
		v := &matter.Visit{On: q.on(), At: q.Clock.Now().Add(-time.Hour), Place: "三组水渠边", Words: fmt.Sprintf("第%d次上门。", i+1) + strings.Repeat("两边还是各说各的，先把水量的事记下来。", 3), Next: "下周再来"}
		for range 2 {
			if photo < 100 {
				v.Photos = append(v.Photos, fmt.Sprintf("b_%024d", photo))
				photo++
			}
		}
		q.Do(t, q.officer, "matter.visit", v)
	}
	both := append(slices.Clone(sides[0]), sides[1]...)
	q.Do(t, q.officer, "dispute.choose_track", &dispute.ChooseTrack{On: q.on(), Track: dispute.People, Host: "mediation_committee", Consents: both})
	q.Do(t, q.mediator, "dispute.hold_session", &dispute.HoldSession{On: q.on(), At: q.Clock.Now().Add(-time.Minute), Place: "村委会", Preside: q.mediator.Person, Present: both, Agreed: "轮流放水，各出一份修渠的钱。", Outcome: "agreed"})
	var clauses []dispute.ClauseDraft
	today := q.Clock.Now()
	for i := range 40 {
		clauses = append(clauses, dispute.ClauseDraft{Words: fmt.Sprintf("第%d份修渠款。", i+1), What: "money", Payer: sides[1][i%10], Receiver: sides[0][i%10], Amount: "240", DueOn: today.AddDate(0, 0, 10+i).Format(time.DateOnly),
			Every: "month", Times: 12, Each: "20"})
	}
	q.Do(t, q.mediator, "dispute.draft_agreement", &dispute.DraftAgreement{On: q.on(), Form: "written", Facts: "水渠改道。", Duty: "各出一份。", Total: "9600", Clauses: clauses})
	x := q.fold(t).Agreements[0].ID
	for _, who := range append(both, "mediator", "committee_seal") {
		way := "ink"
		if who == "committee_seal" {
			way = "seal"
		}
		q.Do(t, q.mediator, "dispute.sign_agreement", &dispute.SignAgreement{On: q.on(), Agreement: x, Who: who, Way: way})
	}
	q.settle(t)
	return q
}

// request makes a request of somebody signed in that a handler can answer without a network.
func (q *quarrel) request(t testing.TB, who, path string) *http.Request {
	c := q.as(t, who)
	r, err := http.NewRequest(http.MethodGet, q.Server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range c.http.Jar.Cookies(r.URL) {
		r.AddCookie(one)
	}
	return r
}

const mostBytes = 150 << 10

func Test一件拖了大半年的纠纷页面不超过150KB(t *testing.T) {
	q := long(t)
	d := q.fold(t)
	if len(d.Parties) != 20 || len(d.Promises) != 40 || len(d.Attachments) != 100 {
		t.Fatalf("%d parties, %d promises, %d photos", len(d.Parties), len(d.Promises), len(d.Attachments))
	}
	w := httptest.NewRecorder()
	q.Site.Handler().ServeHTTP(w, q.request(t, "officer_1", "/matters/"+q.Matter))
	if w.Code != http.StatusOK || w.Body.Len() > mostBytes {
		t.Errorf("%d, %d KiB", w.Code, w.Body.Len()>>10)
	}
}

func BenchmarkDispute(b *testing.B) {
	q := long(b)
	handler := q.Site.Handler()
	for _, path := range []string{"", "?story=talks", "/do/hold_session", "/do/draft_agreement"} {
		b.Run("page"+path, func(b *testing.B) {
			r := q.request(b, "officer_1", "/matters/"+q.Matter+path)
			size := int64(0)
			var took []time.Duration
			for b.Loop() {
				from := time.Now()
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, r)
				took = append(took, time.Since(from))
				if w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
				size, _ = io.Copy(io.Discard, w.Body)
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(size)/1024, "KiB/page")
		})
	}
}
