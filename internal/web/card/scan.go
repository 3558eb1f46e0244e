package card

import (
	"context"
	"net/http"
	"net/url"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/web"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/web/page/resident"
	"maplegrid/internal/web/text"
	"maplegrid/internal/work"
	"maplegrid/internal/work/card"
	"maplegrid/internal/work/organisation"
)

// scanRoutes are the pages behind the code on a contact card: for whoever holds it, without an account.
func (s Pages) scanRoutes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/k", Who: web.Anyone, Handler: s.codePage},
		{Method: "POST", Pattern: "/k", Who: web.Anyone, Handler: s.codeTyped},
		{Method: "GET", Pattern: "/k/{code}", Who: web.Anyone, Handler: s.cardScan},
		{Method: "GET", Pattern: "/k/{code}/{about}", Who: web.Anyone, Handler: s.cardAskPage},
		{Method: "POST", Pattern: "/k/{code}/{about}", Who: web.Anyone, Handler: s.cardAsked},
	}
}

// scanned is a card as its holder meets it: who looks after its place now, and how they are reached.
type scanned struct {
	code      ident.Receipt
	card      card.Card
	batch     *card.Batch
	org       *organisation.Org
	here, who string
	design    card.Design // what the newest cards of the place say
}

// cardByCode finds a card. Whoever guesses runs out of tries, as with receipts (law-and-standards 16).
func (s Pages) cardByCode(r *http.Request, typed string) (*scanned, error) {
	ctx := r.Context()
	if !s.MayGuess(r) {
		return nil, fault.New(fault.Throttled, "web.too_many_guesses", nil)
	}
	code, err := ident.ParseReceipt(typed)
	holder := ""
	if err == nil {
		if holder, err = s.Desk.Journal.Holder(ctx, s.Station, desk.CardCodes, string(code)); err != nil {
			return nil, err
		}
	}
	if holder == "" {
		s.Guessed(r)
		return nil, fault.New(fault.Missing, "card.unknown", nil).On("card_code")
	}
	x := &scanned{code: code}
	events, err := s.Desk.Journal.Stream(ctx, s.Station, card.Stream(holder), 0)
	if err != nil {
		return nil, err
	}
	if x.batch, err = card.Fold(events); err != nil {
		return nil, err
	}
	if x.card, err = x.batch.Card(string(code)); err != nil {
		return nil, err
	}
	if x.org, err = s.Desk.Org(ctx, s.Station); err != nil {
		return nil, err
	}
	x.here, x.who = x.org.Contacts(s.Clock.Now())(x.batch.Cell, x.batch.Person)
	x.design, err = s.cardDesign(ctx, x.org, x.batch.Design, x.here, x.who)
	return x, err
}

// cardDesign is what the newest cards of a place say: a telephone put right is right on every card that is out already. A telephone
// of the office is one person's and goes with them.
func (s Pages) cardDesign(ctx context.Context, org *organisation.Org, was card.Design, here, who string) (card.Design, error) {
	d := was
	if s.Boards.Cards != nil && here != "" {
		last, ok, err := s.Boards.Cards.Design(ctx, access.System(s.Station), web.WithMerged(org, here), who)
		if err != nil {
			return d, err
		}
		if ok {
			d = card.Design{Cell: last.Cell, Person: last.Person, BadgeOnly: last.BadgeOnly, OfficePhone: last.OfficePhone, DutyPhone: last.DutyPhone, Hours: last.Hours}
		}
	}
	if d.Person != who {
		d.OfficePhone, d.BadgeOnly = "", false
	}
	return d, nil
}

// cardName is how somebody stands on a card: how they are called, or their badge alone.
func cardName(ctx context.Context, org *organisation.Org, person string, badgeOnly bool) string {
	p, ok := org.People[person]
	switch {
	case !ok:
		return ""
	case badgeOnly && p.Badge != "":
		return text.T(ctx, "card.badge", "n", p.Badge)
	}
	return p.Call
}

func (s Pages) codePage(w http.ResponseWriter, r *http.Request) error {
	return s.askCode(w, r, http.StatusOK, "", nil)
}

// askCode asks for the code on a card: the camera does not always work.
func (s Pages) askCode(w http.ResponseWriter, r *http.Request, status int, typed string, why *fault.Fault) error {
	ctx := r.Context()
	f := part.Field{Name: "card_code", Label: text.T(ctx, "card.code_label"), Hint: text.T(ctx, "card.code_hint"), Value: typed, Required: true, MaxLen: 40, Focus: why == nil}
	if why != nil {
		f.Error = s.Sentence(ctx, why)
	}
	return s.Public(w, r, status, text.T(ctx, "front.card"), resident.CardForm{Heading: part.Heading{Title: text.T(ctx, "front.card"), Sub: text.T(ctx, "card.code_sub")},
		Form: part.Form{Action: "/k", Submit: text.T(ctx, "card.open"), Icon: "search", Fields: []part.Field{f}}})
}

func (s Pages) codeTyped(w http.ResponseWriter, r *http.Request) error {
	form, err := s.Form(r, "")
	if err != nil {
		return err
	}
	x, err := s.cardByCode(r, form.Get("card_code"))
	if err != nil {
		return s.wrongCard(w, r, form.Get("card_code"), err)
	}
	http.Redirect(w, r, "/k/"+string(x.code), http.StatusSeeOther)
	return nil
}

// wrongCard answers a code that opens nothing with the page that asks for it again.
func (s Pages) wrongCard(w http.ResponseWriter, r *http.Request, typed string, err error) error {
	f, ok := fault.Of(err)
	if !ok || f.Code != "card.unknown" && f.Code != "web.too_many_guesses" {
		return err
	}
	return s.askCode(w, r, f.Kind.Status(), typed, f)
}

func (s Pages) cardScan(w http.ResponseWriter, r *http.Request) error {
	x, err := s.cardByCode(r, r.PathValue("code"))
	if err != nil {
		return s.wrongCard(w, r, r.PathValue("code"), err)
	}
	ctx, lang := r.Context(), part.Lang(r.Context())
	p := resident.Card{Station: x.org.Name, Name: cardName(ctx, x.org, x.who, x.design.BadgeOnly), Duty: x.design.DutyPhone, Dial: card.Digits(x.design.DutyPhone),
		Office: x.design.OfficePhone, OfficeDial: card.Digits(x.design.OfficePhone), Hours: x.design.Hours, Code: x.code.String()}
	if p.Name == "" {
		p.Name = x.org.Name
	}
	cell := x.here
	if cell == "" {
		cell = x.batch.Cell
	}
	p.Cell = web.CellPath(x.org, cell, lang, s.Clock.Now())
	if who, ok := x.org.People[x.who]; ok {
		p.Role = who.Role.Name().In(lang)
	} else {
		p.Role = text.T(ctx, "card.station")
	}
	p.Notes = x.notes(ctx)
	to := "/k/" + string(x.code)
	p.Doors = part.Doors{
		{Href: "/report/" + url.PathEscape(cell), Icon: "message-square-text", Label: text.T(ctx, "front.report"), Note: text.T(ctx, "card.report_note"), First: true},
		{Href: to + "/call", Icon: "phone", Label: text.T(ctx, "card.call"), Note: text.T(ctx, "card.call_note")},
		{Href: to + "/ask", Icon: "circle-question-mark", Label: text.T(ctx, "card.ask"), Note: text.T(ctx, "card.ask_note")},
		{Href: "/book", Icon: "calendar-clock", Label: text.T(ctx, "card.book"), Note: text.T(ctx, "card.book_note")},
		{Href: "/progress", Icon: "search", Label: text.T(ctx, "card.mine"), Note: text.T(ctx, "card.mine_note")},
		{Href: "/mine", Icon: "eye", Label: text.T(ctx, "card.looked"), Note: text.T(ctx, "card.looked_note")},
	}
	if x.here == "" { // a report needs a cell that is in force
		p.Doors[0].Href = "/report"
	}
	p.More = []part.Link{{Href: to + "/wrong", Label: text.T(ctx, "card.wrong")}}
	return s.Public(w, r, http.StatusOK, p.Name, p)
}

// notes say what has changed since the card was printed.
func (x *scanned) notes(ctx context.Context) (list []string) {
	lang := part.Lang(ctx)
	if x.card.State == card.Withdrawn {
		list = append(list, text.T(ctx, "card.out_of_use"))
	}
	if x.here != "" && x.here != x.batch.Cell {
		list = append(list, text.T(ctx, "card.merged", "was", x.org.CellName(x.batch.Cell, lang), "cell", x.org.CellName(x.here, lang)))
	}
	switch {
	case x.who == "":
		list = append(list, text.T(ctx, "card.nobody"))
	case x.who != x.batch.Person:
		list = append(list, text.T(ctx, "card.changed", "was", cardName(ctx, x.org, x.batch.Person, x.batch.BadgeOnly), "name", cardName(ctx, x.org, x.who, false)))
	}
	return list
}

// cardAbouts are what may be wanted through a card, by the last word of the address.
var cardAbouts = map[string]string{"call": card.CallBack, "ask": card.Inquiry, "wrong": card.Wrong}

func (s Pages) cardAskPage(w http.ResponseWriter, r *http.Request) error {
	return s.cardAsking(w, r, http.StatusOK, nil, nil)
}

// cardAsking is the form for one thing wanted through a card.
func (s Pages) cardAsking(w http.ResponseWriter, r *http.Request, status int, typed url.Values, wrong []*fault.Fault) error {
	about, ok := cardAbouts[r.PathValue("about")]
	if !ok {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	x, err := s.cardByCode(r, r.PathValue("code"))
	if err != nil {
		return s.wrongCard(w, r, r.PathValue("code"), err)
	}
	ctx, key := r.Context(), "card."+r.PathValue("about")
	o := web.FormOptions{Values: typed, Faults: wrong, Submit: text.T(ctx, "card.send"), Icon: "send", Skip: []string{"card_about", "card_code"}, Cancel: &part.Link{Href: "/k/" + string(x.code), Label: text.T(ctx, "act.back")},
		Only: []string{"words", "phone"}, Labels: map[string]string{"words": text.T(ctx, key+"_words"), "phone": text.T(ctx, "card.phone"), "call_when": text.T(ctx, "card.when")},
		Hints: map[string]string{"phone": text.T(ctx, "card.phone_hint"), "call_when": text.T(ctx, "card.when_hint")}}
	if about == card.CallBack {
		o.Only = []string{"phone", "call_when", "words"}
	}
	f, err := s.ActForm(ctx, desk.Public(s.Station), &card.Ask{}, o)
	if err != nil {
		return err
	}
	f.Action = "/k/" + string(x.code) + "/" + r.PathValue("about")
	for i := range f.Fields {
		switch {
		case f.Fields[i].Name == "phone":
			f.Fields[i].Complete, f.Fields[i].Required = "tel", about == card.CallBack
		case f.Fields[i].Name == "words":
			f.Fields[i].Required = about != card.CallBack
		}
	}
	to := cardName(ctx, x.org, x.who, x.design.BadgeOnly)
	if to == "" {
		to = x.org.Name
	}
	return s.Public(w, r, status, text.T(ctx, key), resident.CardForm{Form: f, Heading: part.Heading{Title: text.T(ctx, key), Sub: text.T(ctx, key+"_sub", "name", to),
		Back: &part.Link{Href: "/k/" + string(x.code), Label: text.T(ctx, "card.back")}}})
}

func (s Pages) cardAsked(w http.ResponseWriter, r *http.Request) error {
	about, ok := cardAbouts[r.PathValue("about")]
	if !ok {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	x, err := s.cardByCode(r, r.PathValue("code"))
	if err != nil {
		return s.wrongCard(w, r, r.PathValue("code"), err)
	}
	form, err := s.Form(r, work.Public)
	if err != nil {
		return err
	}
	a := &card.Ask{Code: string(x.code), About: about, Phone: form.Get("phone"), Suits: form.Get("call_when"), Words: form.Get("words")}
	var wrong []*fault.Fault
	if !s.MayReport(r) {
		wrong = append(wrong, fault.New(fault.Throttled, "web.too_many_reports", nil))
	} else {
		answer, err := s.Do(r.Context(), desk.Public(s.Station), form.Get("key"), "card.ask", a)
		if err == nil {
			http.Redirect(w, r, "/progress/"+answer.Receipt+"/receipt", http.StatusSeeOther)
			return nil
		}
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		wrong = append(wrong, f)
	}
	return s.cardAsking(w, r, wrong[0].Kind.Status(), form, wrong)
}
