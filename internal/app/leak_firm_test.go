package app_test

import (
	"maps"
	"strings"
	"testing"

	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/campaign"
	"maplegrid/internal/work/firm"
)

// The pages of firms, school gates and campaigns: police see the whole station, others their cells and where they stand or go.
func init() {
	maps.Copy(pages, map[string]row{
		"GET /firms":                         asks("/firms", "/firms?cell={cell}", "/firms?view=questions", "/firms?view=visit"),
		"GET /firms/new":                     asks("/firms/new"),
		"POST /firms/new":                    asks("/firms/new|firm_name="),
		"GET /firms/import":                  asks("/firms/import"),
		"POST /firms/import":                 asks("/firms/import|name="),
		"POST /firms/import/apply":           asks("/firms/import/apply|name="),
		"GET /firms/gates":                   asks("/firms/gates", "/firms/gates?day=2026-03-03"),
		"GET /firms/{id}":                    asks("/firms/{firm}"),
		"GET /firms/{id}/do/{act}":           asks("/firms/{firm}/do/visit", "/firms/{firm}/do/check_recruit", "/firms/{firm}/do/brief", "/firms/{firm}/do/set", "/firms/{firm}/do/set_post"),
		"POST /firms/{id}/do/{act}":          asks("/firms/{firm}/do/visit|visit_words="),
		"GET /firms/{id}/visits/{visit}":     asks("/firms/{firm}/visits/{firmvisit}"),
		"GET /firms/{id}/checks/{check}":     asks("/firms/{firm}/checks/{firmcheck}"),
		"GET /campaigns":                     asks("/campaigns", "/campaigns?view=ended"),
		"GET /campaigns/faults":              asks("/campaigns/faults", "/campaigns/faults?view=late"),
		"GET /campaigns/new":                 asks("/campaigns/new?plan=school_term"),
		"POST /campaigns/new":                asks("/campaigns/new|campaign_title="),
		"GET /campaigns/{id}":                asks("/campaigns/{campaign}"),
		"GET /campaigns/{id}/do/{act}":       asks("/campaigns/{campaign}/do/close", "/campaigns/{campaign}/do/fix?fault={fault}", "/campaigns/{campaign}/do/grow?fault={fault}"),
		"POST /campaigns/{id}/do/{act}":      asks("/campaigns/{campaign}/do/fix|campaign_fault={fault}"),
		"GET /campaigns/{id}/places/{firm}":  asks("/campaigns/{campaign}/places/{firm}"),
		"POST /campaigns/{id}/places/{firm}": asks("/campaigns/{campaign}/places/{firm}|at="),
		"GET /campaigns/{id}/sheets/{firm}":  asks("/campaigns/{campaign}/sheets/{firm}"),
	})
}

// tended makes a school of a place, visited and gone through in a campaign, with a fault; where everybody of the street takes part
// they stand at its gate.
func (w *town) tended(t *testing.T, p where, x map[string]string) {
	t.Helper()
	cast := w.cast(p)
	head := cast["head"]
	x["firm"] = w.Do(t, head, "firm.set", &firm.Set{Name: w.can(p, content, "school"), Sort: "school", Cell: w.cell(p), Place: w.can(p, content, "gate"), Pupils: 300,
		Contact: w.can(p, personal, "contact"), ContactPhone: w.phone(p, personal)}).ID
	on := firm.On{Firm: x["firm"]}
	if p == joined {
		post := &firm.SetPost{On: on, Terms: []firm.Term{{From: "2026-02-20", Until: "2026-07-10"}}, Windows: []firm.Window{{Title: "上学", From: "07:20", Until: "08:00"}}}
		for role := range sight {
			for _, name := range []string{role + "_1", role} {
				if who, ok := cast[name]; ok && strings.HasSuffix(sight[role], "f") {
					post.People = append(post.People, who.Person)
				}
			}
		}
		w.Do(t, head, "firm.set_post", post)
	}
	w.Do(t, head, "firm.visit", &firm.Call{On: on, At: w.Clock.Now(), Words: w.can(p, content, "visited"), Asked: []firm.Asked{{Question: w.can(p, content, "question"), Answer: "会办"}}})
	w.Do(t, head, "firm.check_recruit", &firm.CheckRecruit{On: on, AskedBy: w.can(p, personal, "asker"), Purpose: "新员工入职", IDNo: w.idNumber(p), Consent: true, Signature: "b_none", Genuine: "yes"})
	events, err := w.Journal.Stream(t.Context(), stationOf(p), firm.Stream(x["firm"]), 0)
	if err != nil {
		t.Fatal(err)
	}
	f, err := firm.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	x["firmvisit"], x["firmcheck"] = f.Visits[0].Visit, f.Checks[0].Check
	w.gone(t, p, x)
}

// gone goes through the checklist at that school.
func (w *town) gone(t *testing.T, p where, x map[string]string) {
	t.Helper()
	head := w.cast(p)["head"]
	day := w.Clock.Now().Format("2006-01-02")
	x["campaign"] = w.Do(t, head, "campaign.start", &campaign.Start{Plan: "school_term", Title: w.can(p, content, "campaign"), From: day, Until: "2026-12-30", Places: []string{x["firm"]}}).ID
	book, err := w.Desk.Book(t.Context(), desktest.Station)
	if err != nil {
		t.Fatal(err)
	}
	list, _ := book.Checklist("school_safety")
	a := &campaign.Go{On: campaign.On{Campaign: x["campaign"]}, Firm: x["firm"], At: w.Clock.Now(), Answers: map[string]string{}, Notes: map[string]string{"sc_closed": w.can(p, content, "fault")},
		Escort: w.can(p, personal, "escort")}
	for _, q := range list.Questions {
		a.Answers[q.Key] = map[string]string{"yesno": "yes", "number": "9"}[q.Answer]
	}
	a.Answers["sc_closed"] = "no"
	w.Do(t, head, "campaign.check", a)
	events, err := w.Journal.Stream(t.Context(), stationOf(p), campaign.Stream(x["campaign"]), 0)
	if err != nil {
		t.Fatal(err)
	}
	c, err := campaign.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	x["fault"] = c.Faults[0].ID
}

// TestNobodyLearnsOfFirms asks the pages of firms and campaigns alone, as everybody, of every place.
func TestNobodyLearnsOfFirms(t *testing.T) {
	h := &hunt{town: openTown(t), met: map[class]int{}}
	h.cursors = h.town.cursors(t)
	for _, a := range h.askers {
		for _, key := range sorted(pages) {
			method, at, _ := strings.Cut(key, " ")
			if !strings.HasPrefix(at, "/firms") && !strings.HasPrefix(at, "/campaigns") {
				continue
			}
			for _, template := range pages[key].asks {
				h.all(t, a, method, template, pages[key])
			}
		}
	}
	if h.leaks > 0 || h.met[content] == 0 || h.compared == 0 {
		t.Errorf("%d attempts, %d compared, %d leaks, met %v", h.tries, h.compared, h.leaks, h.met)
	}
}
