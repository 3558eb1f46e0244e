package card_test

import (
	"fmt"
	"net/http"
	"testing"
	"time"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/web/browser"
	"maplegrid/internal/web/webtest"
	"maplegrid/internal/work/card"
	"maplegrid/internal/work/organisation"
)

// carried is a station where cards were printed, given in one cell and hardly in the other, and somebody waits for a call.
func carried(t testing.TB) (s *webtest.Scene, batch string, codes []string) {
	t.Helper()
	s = webtest.Stage(t)
	batch, codes = s.PrintCards(t, "officer_1", "c1", "officer_1")
	s.PrintCards(t, "head", "c2", "officer_2")
	left := codes
	for i := range 24 {
		cell := []string{"c1", "c2"}[i%3/2]
		h := s.Do(t, s.Cast["head"], "household.set", &card.SetHousehold{Cell: cell, Label: fmt.Sprintf("%s%d组%d号", map[string]string{"c1": "下湾村", "c2": "桥头"}[cell], 1+i/6, 3+2*i), Living: 1 + i%5})
		if cell == "c1" && i < 11 {
			s.Do(t, s.Cast["cell_worker_1"], "card.give", &card.Give{Code: left[0], Household: h.ID})
			left = left[1:]
		}
	}
	for _, cell := range []string{"c1", "c2"} {
		s.Do(t, s.Cast["head"], "household.set", &card.SetHousehold{Cell: cell, Label: "东关大桥南头1号"})
	}
	s.Do(t, s.Cast["head"], "card.withdraw", &card.Withdraw{Code: codes[0], Reason: "lost"})
	public := desk.Public(desktest.Station)
	s.Do(t, public, "card.ask", &card.Ask{Code: codes[1], About: card.CallBack, Phone: "13900004321", Suits: "晚上7点以后", Words: "老人的证快到期了，想问能不能上门办"})
	s.Clock.Advance(30 * time.Hour)
	s.Do(t, public, "card.ask", &card.Ask{Code: codes[2], About: card.Inquiry, Words: "孩子上学要开户籍证明，要带什么？"})
	s.Settle(t)
	return s, batch, codes
}

// Pictures of contact cards: what a resident sees who scans one, at 360 points and without script, and the pages of the station.
func TestScreensOfCards(t *testing.T) {
	s, batch, codes := carried(t)
	for _, script := range []bool{true, false} {
		p := browser.Page(t, 360, 740)
		p.Allow("status of 4")
		p.JSEnabled(script)
		look := func(name, path string) {
			t.Helper()
			p.Open(s.Server.URL + path)
			if over := p.Overflow(); over != "" {
				t.Errorf("%s at 360 scrolls sideways: %s", name, over)
			}
			if script {
				p.Screen("card-" + name + "-360")
			}
		}
		look("scan", "/k/"+codes[1])
		look("call", "/k/"+codes[1]+"/call")
		p.Follow(".form button[type=submit]")
		p.WaitText(".error-summary", "请填写")
		look("typed", "/k")
		p.Type("#f-card_code", "ABCD-1234-56")
		p.Follow(".form button[type=submit]")
		p.WaitText("main", "没有这个编码的连心卡")
		look("withdrawn", "/k/"+codes[0])
	}
	for size, width := range webtest.Widths {
		for name, x := range map[string][2]string{"cards": {"head", "/cards"}, "cards-print": {"officer_1", "/cards/print?cell=c1"}, "cards-batch": {"officer_1", batch},
			"cards-give": {"cell_worker_1", "/cards/give"}, "households": {"officer_1", "/households?cell=c1"}, "households-twice": {"head", "/households/twice"}, "households-import": {"officer_1", "/households/import?cell=c1"}} {
			p := s.Tab(t, width, x[0])
			p.Open(s.Server.URL + x[1])
			if over := p.Overflow(); over != "" {
				t.Errorf("%s at %s scrolls sideways: %s", name, size, over)
			}
			p.Screen("staff-" + name + "-" + size)
		}
	}
	s.Do(t, desk.Program(desktest.Station), "org.leave", &organisation.Leave{Person: s.Cast["officer_1"].Person})
	webtest.Shows(t, s.Caller(t).Get("/k/"+codes[1]), http.StatusOK, "卡上的陈建国现在不负责这里了")
}
