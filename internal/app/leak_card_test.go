package app_test

import (
	"context"
	"maps"
	"strings"
	"testing"

	"maplegrid/internal/desk"
	"maplegrid/internal/work/card"
)

// The pages of contact cards and households: staff see those of their cells, whoever holds a card sees who looks after its place.
func init() {
	maps.Copy(pages, map[string]row{
		"GET /k":                    {asks: []string{"/k"}, holder: true},
		"POST /k":                   {asks: []string{"/k|card_code={card}"}, holder: true},
		"GET /k/{code}":             {asks: []string{"/k/{card}", "/k/{receipt}"}, holder: true},
		"GET /k/{code}/{about}":     {asks: []string{"/k/{card}/call", "/k/{card}/ask", "/k/{card}/wrong"}, holder: true},
		"POST /k/{code}/{about}":    {asks: []string{"/k/{card}/call|phone="}, holder: true},
		"GET /cards":                asks("/cards"),
		"GET /cards/print":          asks("/cards/print", "/cards/print?cell={cell}"),
		"POST /cards/print":         asks("/cards/print|cell={cell}&card_sheets=1"),
		"GET /cards/give":           asks("/cards/give", "/cards/give?household={household}"),
		"GET /cards/withdraw":       asks("/cards/withdraw"),
		"GET /cards/replace":        asks("/cards/replace"),
		"GET /cards/{id}":           asks("/cards/{cards}", "/cards/{household}"),
		"GET /cards/{id}/cards.pdf": asks("/cards/{cards}/cards.pdf?left=1"),
		"GET /households":           asks("/households", "/households?cell={cell}", "/households?cell={cell}&of=all"),
		"GET /households/twice":     asks("/households/twice"),
		"GET /households/sheet.pdf": asks("/households/sheet.pdf?cell={cell}"),
		"GET /households/import":    asks("/households/import"),
		"POST /households/import":   asks("/households/import|cell={cell}"),
		"GET /households/{id}":      asks("/households/{household}"),
	})
}

// carried makes cards of a cell, a household that has one, and somebody who wants to be called back.
func (w *town) carried(t *testing.T, p where, x map[string]string) {
	t.Helper()
	head, person := w.cast(p)["head"], w.cast(p)["officer_2"].Person
	if w.cell(p) == "c1" {
		person = w.cast(p)["officer_1"].Person
	}
	batch := w.Do(t, head, "card.print", &card.Print{Cell: w.cell(p), Person: person, DutyPhone: "0398-2123110", Hours: "全天", Sheets: 1})
	x["cards"] = batch.ID
	events, err := w.Journal.Stream(context.Background(), stationOf(p), card.Stream(batch.ID), 0)
	if err != nil {
		t.Fatal(err)
	}
	b, err := card.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	x["card"] = b.Cards[0].Code
	x["household"] = w.Do(t, head, "household.set", &card.SetHousehold{Cell: w.cell(p), Label: "柳林" + w.can(p, content, "household") + "1号"}).ID
	w.Do(t, head, "card.give", &card.Give{Code: b.Cards[0].Code, Household: x["household"]})
	w.Do(t, desk.Public(stationOf(p)), "card.ask", &card.Ask{Code: b.Cards[0].Code, About: card.CallBack, Phone: w.phone(p, personal), Words: w.can(p, content, "asked")})
}

// TestNobodyLearnsOfCards asks the pages of cards alone, as everybody, of every place.
func TestNobodyLearnsOfCards(t *testing.T) {
	h := &hunt{town: openTown(t), met: map[class]int{}}
	h.cursors = h.town.cursors(t)
	for _, a := range h.askers {
		for _, key := range sorted(pages) {
			method, at, _ := strings.Cut(key, " ")
			if !strings.HasPrefix(at, "/k") || strings.HasPrefix(at, "/kits") {
				if !strings.HasPrefix(at, "/cards") && !strings.HasPrefix(at, "/households") {
					continue
				}
			}
			for _, template := range pages[key].asks {
				h.all(t, a, method, template, pages[key])
			}
		}
	}
	if h.leaks > 0 || h.met[content] == 0 || h.met[house] == 0 || h.compared == 0 {
		t.Errorf("%d attempts, %d compared, %d leaks, met %v", h.tries, h.compared, h.leaks, h.met)
	}
}
