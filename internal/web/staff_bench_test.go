package web_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// many is how many matters the pages are measured with.
const many = 10_000

var crowded struct {
	sync.Once
	s *scene
}

// crowd is the scene with many matters besides, made once for all benchmarks.
func crowd(b *testing.B) *scene {
	b.Helper()
	crowded.Do(func() {
		s := stage(b)
		var wg sync.WaitGroup
		work := make(chan int)
		for range 16 { // commits are shared by those who wait
			wg.Go(func() {
				for i := range work {
					act := &matter.Open{Kind: []string{"hazard", "dispute", "help"}[i%3], Title: fmt.Sprintf("第%d号井盖松动需要更换", i), Cell: fmt.Sprintf("c%d", 1+i%2), Place: "环城路"}
					if i%4 == 0 {
						act.To = s.Cast["officer_1"].Person
					}
					if _, err := s.Desk.Desk.Do(context.Background(), s.Cast["duty_lead"], desk.Envelope{Key: fmt.Sprintf("many%d", i)}, "matter.open", act); err != nil {
						b.Error(err)
					}
					if i%10 == 0 {
						if _, err := s.Desk.Desk.Do(context.Background(), desk.Public(desktest.Station), desk.Envelope{Key: fmt.Sprintf("said%d", i)}, "report.submit",
							&report.Submit{Words: fmt.Sprintf("环城路%d号的井盖松了，车压过去响得很，晚上睡不着。", i), Cell: "c1"}); err != nil {
							b.Error(err)
						}
					}
				}
			})
		}
		for i := range many {
			work <- i
		}
		close(work)
		wg.Wait()
		s.settle(b)
		crowded.s = s
	})
	return crowded.s
}

// BenchmarkPages measures what the server does for one page, without the network: make bench prints it, night watches it.
func BenchmarkPages(b *testing.B) {
	s := crowd(b)
	handler := s.Site.Handler()
	for _, x := range [][3]string{{"my day", "officer_1", "/"}, {"inbox", "duty_lead", "/inbox"}, {"report", "duty_lead", "/reports/" + s.Fresh}, {"matters", "duty_lead", "/matters"},
		{"matters rows", "duty_lead", "/matters?part=rows"}, {"matters of an officer", "officer_1", "/matters"}, {"matters of a cell", "cell_worker_1", "/matters?tab=cell"},
		{"matter", "officer_1", "/matters/" + s.Matter}, {"ledger", "duty_lead", "/ledger"}, {"search", "duty_lead", "/search?q=井盖"}, {"search rare", "duty_lead", "/search?q=滴水檐"},
		{"playbook", "duty_lead", "/playbook"}} {
		b.Run(x[0], func(b *testing.B) {
			c := s.as(b, x[1])
			r, err := http.NewRequest(http.MethodGet, s.Server.URL+x[2], nil)
			if err != nil {
				b.Fatal(err)
			}
			for _, one := range c.http.Jar.Cookies(r.URL) {
				r.AddCookie(one)
			}
			size := 0
			for b.Loop() {
				w := httptest.NewRecorder()
				handler.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatalf("%s: %d", x[2], w.Code)
				}
				n, _ := io.Copy(io.Discard, w.Body)
				size = int(n)
			}
			b.ReportMetric(float64(size)/1024, "KiB/page")
		})
	}
}
