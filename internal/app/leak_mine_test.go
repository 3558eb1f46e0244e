package app_test

import (
	"context"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/proof"
	"maplegrid/internal/work/rating"
	"maplegrid/internal/work/report"
	"maplegrid/internal/work/right"
)

// said is the class of words of a request about one's own data, rated that of a rating: for who answers for the station
// (law-and-standards 13.5, 15.7, 18.2), and the rating for the officer who follows it up.
const (
	said  class = "said"
	rated class = "rated"
)

var leaders = []string{"duty_lead", "head"}

// follows tells whether somebody follows up the rating of a place: that of own cell is given to an officer who was not rated.
func (a *asker) follows(p where) bool {
	return p == own && a.name == "officer_1" && a.station == desktest.Station
}

// The pages of people who have no account and one code: nothing opens before the one-time check. What they say about the station and ask
// of it, and what colleagues are told.
func init() {
	maps.Copy(pages, map[string]row{
		"GET /mine":                         asks("/mine"),
		"POST /mine":                        {asks: []string{"/mine|receipt={partycode}", "/mine|receipt={receipt}", "/mine|receipt={booking}", "/mine|receipt={card}"}, holder: true},
		"GET /mine/{code}":                  {asks: []string{"/mine/{partycode}", "/mine/{receipt}", "/mine/{party}"}, holder: true},
		"GET /mine/{code}/copy":             {asks: []string{"/mine/{partycode}/copy", "/mine/{partycode}/copy?as=json"}, holder: true},
		"POST /mine/{code}/{want}":          {asks: []string{"/mine/{partycode}/explain|words=x&key={key}", "/mine/{partycode}/erase|key={key}"}, holder: true},
		"GET /progress/{code}/data":         {asks: []string{"/progress/{receipt}/data", "/progress/{report}/data"}, holder: true},
		"GET /progress/{code}/data/copy":    {asks: []string{"/progress/{receipt}/data/copy", "/progress/{receipt}/data/copy?as=json"}, holder: true},
		"POST /progress/{code}/data/{want}": {asks: []string{"/progress/{receipt}/data/explain|words=x&key={key}", "/progress/{receipt}/data/contact|key={key}"}, holder: true},
		"GET /proof":                        asks("/proof", "/proof?for=report/{report}"),
		"POST /proof":                       asks("/proof|for=report/{report}&proof_code=000000&key={key}"),
		"POST /proof/text":                  asks("/proof/text|for=report/{report}&key={key}"),
		"POST /proof/end":                   asks("/proof/end|key={key}"),
		"GET /proof/give":                   asks("/proof/give", "/proof/give?thing=report/{report}", "/proof/give?thing=party/{dispute}/{threatened}", "/proof/give?thing=party/{minematter}/{threatened}", "/proof/give?thing=appointment/household/{bookedon}/{visit}"),
		"POST /proof/give":                  {asks: []string{"/proof/give|thing=report/{report}&key={key}", "/proof/give|thing=party/{dispute}/{threatened}&key={key}"}, does: true},
		"GET /ratings":                      asks("/ratings", "/ratings?tab=over", "/ratings?month=2026-03"),
		"GET /ratings/{id}":                 asks("/ratings/{rating}", "/ratings/{report}"),
		"POST /ratings/{id}/{verb}":         {asks: []string{"/ratings/{rating}/assign|follower={person}&key={key}", "/ratings/{rating}/check|words=x&key={key}"}, does: true},
		"GET /rights":                       asks("/rights", "/rights?tab=over"),
		"GET /rights/{id}":                  asks("/rights/{right}", "/rights/{report}"),
		"POST /rights/{id}":                 {asks: []string{"/rights/{right}|result=refused&words=x&key={key}"}, does: true},
		"GET /notices":                      asks("/notices", "/notices?after={cursor}"),
		"GET /notices/sent":                 asks("/notices/sent", "/notices/sent?state=failed", "/notices/sent?after={cursor}"),
	})
}

// answersTo makes a bad rating with words, a request about one's own data, and a party with a code by which to find their own page.
// Ratings and requests are the station's, as appointments are: see comes.
func (w *town) answersTo(t *testing.T, p where, x map[string]string) {
	t.Helper()
	if p != abroad && w.targets[p]["right"] != "" {
		return
	}
	public, thing := desk.Public(stationOf(p)), w.fold(t, p, x["closed"]).Reports[0]
	w.Do(t, public, "report.rate", &report.Rate{On: report.On{Report: thing}, Stars: 1, Words: "不满意 " + w.can(p, rated, "rating") + " 电话" + w.phone(p, personal)})
	x["right"] = w.Do(t, public, "right.ask", &right.Ask{Thing: "report/" + x["report"], Want: right.Correct, Field: "phone", Value: w.phone(p, personal), Words: "换了号 " + w.can(p, said, "request") + " 旧的" + w.phone(p, personal)}).ID
	given := w.Do(t, w.cast(p)["head"], "proof.give", &proof.Give{Thing: "party/" + x["dispute"] + "/" + x["threatened"]})
	x["partycode"], x["digits"] = w.keep(p, receipt, "receipt", given.Receipt), given.Secret
	w.settle(t)
	list, err := w.app.Boards.Ratings.Of(context.Background(), access.System(stationOf(p)), "report/"+thing)
	if err != nil || len(list) != 1 {
		t.Fatalf("%d follow-ups of a bad rating: %v", len(list), err)
	}
	if x["rating"] = list[0].ID; p == own {
		w.Do(t, w.cast(p)["head"], "rating.assign", &rating.Assign{On: rating.On{Rating: x["rating"]}, To: w.cast(p)["officer_1"].Person})
	}
}

// tell makes what everybody is told of all that happened.
func (w *town) tell(t *testing.T) {
	t.Helper()
	w.settle(t)
	if err := w.app.Notify.Run(context.Background()); err != nil {
		t.Fatal(err)
	}
	w.settle(t)
}

// over asks some of the addresses alone, as everybody, of every place.
func (h *hunt) over(t *testing.T, ours func(template string) bool) {
	t.Helper()
	for _, a := range h.askers {
		for _, key := range sorted(pages) {
			method, _, _ := strings.Cut(key, " ")
			for _, template := range pages[key].asks {
				if ours(template) {
					h.all(t, a, method, template, pages[key])
				}
			}
		}
	}
}

// report says what was found, and that it was looked for where it would show.
func (h *hunt) report(t *testing.T, where ...class) {
	t.Helper()
	t.Logf("%d attempts as %d askers, canaries met %d times where they belong; %d compared with nothing there; %d leaks", h.tries, len(h.askers), h.shown, h.compared, h.leaks)
	for _, c := range where {
		if h.met[c] == 0 {
			t.Errorf("nothing of class %s was met anywhere", c)
		}
	}
	if h.leaks > 0 || h.compared == 0 {
		t.Errorf("%d leaks, met %v", h.leaks, h.met)
	}
}

// TestNobodyLearnsOfOwnPages asks the pages of residents, of ratings, of requests about data and of what was told alone.
func TestNobodyLearnsOfOwnPages(t *testing.T) {
	h := &hunt{town: openTown(t), met: map[class]int{}}
	h.cursors = h.town.cursors(t)
	ours := []string{"/mine", "/proof", "/ratings", "/rights", "/notices", "/data", "/reports/{report}", "/matters/{closed}", "/services", "thing=right"}
	h.over(t, func(template string) bool {
		return slices.ContainsFunc(ours, func(s string) bool { return strings.Contains(template, s) })
	})
	h.report(t, said, rated, label, personal)
}

// TestOwnPageTellsOnlyOnesOwn passes the one-time check of a party and reads everything that opens: what is held about them, in full, and
// of nobody else, also of the other party (law-and-standards 15.7; L8 §44-45).
func TestOwnPageTellsOnlyOnesOwn(t *testing.T) {
	w := openTown(t)
	x := w.targets[own]
	jar := ""
	ask := func(method, at, form string) *httptest.ResponseRecorder {
		t.Helper()
		r := httptest.NewRequest(method, at, strings.NewReader(form))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if jar != "" {
			r.Header.Set("Cookie", jar)
		}
		rec := httptest.NewRecorder()
		w.handler.ServeHTTP(rec, r)
		return rec
	}
	closed := ask("GET", "/mine/"+x["partycode"], "")
	to, err := url.Parse(closed.Header().Get("Location"))
	if closed.Code != http.StatusSeeOther || err != nil || to.Path != "/proof" {
		t.Fatalf("opens without a check: %d %s", closed.Code, closed.Body)
	}
	passed := ask("POST", "/proof", url.Values{"for": {to.Query().Get("for")}, "proof_code": {x["digits"]}, "key": {"w-" + strings.Repeat("7", 32)}}.Encode())
	for _, c := range passed.Result().Cookies() {
		if strings.Contains(c.Name, "mg_proof") {
			jar = c.Name + "=" + c.Value
		}
	}
	if passed.Code != http.StatusSeeOther || jar == "" {
		t.Fatalf("the right digits do not open: %d %s", passed.Code, passed.Body)
	}
	m := w.quarrelled(t, own, x["dispute"])
	i := slices.IndexFunc(m.Parties, func(p matter.Party) bool { return p.ID == x["threatened"] })
	texts, side := m.Parties[i], m.Sides[x["threatened"]]
	words, err := w.Reveal(context.Background(), desktest.Station, texts.Name, texts.Phone, texts.Home, side.Account, side.Demand, side.Offer)
	if err != nil {
		t.Fatal(err)
	}
	theirs := strings.Join(slices.Collect(maps.Values(words)), "\n")
	for _, at := range []string{"", "/copy", "/copy?as=json"} {
		page := read(ask("GET", "/mine/"+x["partycode"]+at, ""))
		met := 0
		for _, c := range w.canaries {
			if !strings.Contains(page.body, c.text) {
				continue
			}
			if strings.Contains(theirs, c.text) {
				met++
				continue
			}
			if c.place != own || slices.Contains([]class{personal, sealed, safety, offence, finds, meeting, said, rated, purpose, staffing}, c.class) {
				t.Errorf("%s shows the %s (%s) of %s: …%s…", at, c.what, c.class, c.place, around(page.body, c.text))
			}
		}
		if page.status != http.StatusOK || met < 3 {
			t.Errorf("%q: %d, %d of one's own values are there", at, page.status, met)
		}
	}
	for _, p := range []where{other, joined} {
		if r := ask("GET", "/mine/"+w.targets[p]["partycode"], ""); r.Code != http.StatusSeeOther {
			t.Errorf("the check of one opens the page of another: %d", r.Code)
		}
	}
}
