package web

import (
	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/report"
	"maplegrid/internal/work/card"
	"maplegrid/internal/work/report"
)

// cardWish is what is wanted through a contact card, on the page of its report: whose it is, until when, and what came of calling back.
func (l *teller) cardWish(rep *report.Report, thing access.Thing) (*page.Wish, error) {
	if l.s.Boards.Cards == nil {
		return nil, nil
	}
	a, ok, err := l.s.Boards.Cards.Wish(l.ctx, l.scope, rep.ID)
	if err != nil || !ok {
		return nil, err
	}
	w := &page.Wish{Facts: part.Definitions{Pairs: []part.Pair{{Term: fault.Name(l.lang, "field.card_about"), Text: l.Called("cardabout." + a.About)}, {Term: l.t("cards.wish_due"), Text: l.When(a.Due)}}}}
	if a.To != "" {
		w.Facts.Pairs = append(w.Facts.Pairs, part.Pair{Term: l.t("cards.wish_to"), Text: l.Person(a.To)})
	}
	if a.Tries > 0 {
		w.Facts.Pairs = append(w.Facts.Pairs, part.Pair{Term: fault.Name(l.lang, "field.call_result"), Text: l.t("cards.asked_tries", "n", a.Tries)})
	}
	if !a.DoneAt.IsZero() {
		w.Facts.Pairs = append(w.Facts.Pairs, part.Pair{Term: l.t("cards.wish_done"), Text: l.When(a.DoneAt)})
		return w, nil
	}
	w.Clock = l.ClockAt(a.Due, a.Due)
	if rep.Phone.Empty() || !l.May("card.called", access.Thing{Kind: "card", Cells: thing.Cells}) {
		return w, nil
	}
	f, err := l.s.ActForm(l.ctx, l.who, &card.Called{Code: a.Code, Report: rep.ID}, FormOptions{Next: "/reports/" + rep.ID, Submit: l.t("cards.call_done"), Icon: "phone",
		Options: map[string][]part.Option{"call_result": Named(l.lang, "callresult.", card.CallResults)}})
	for i := range f.Fields {
		if f.Fields[i].Name == "call_result" {
			f.Fields[i].Kind = part.KindRadio
		}
	}
	w.Form = &f
	return w, err
}
