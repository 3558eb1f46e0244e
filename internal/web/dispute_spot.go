package web

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/spot"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// onSpot is the form of on-the-spot mediation as it stands: nothing typed, or come back refused. Matter is nil until one is open.
type onSpot struct {
	*teller
	matter *dispute.Dispute
	form   url.Values
	faults []*fault.Fault
	used   map[*fault.Fault]bool
}

// spotNew is on-the-spot mediation (现场调解) of a quarrel nobody has taken down yet.
func (s *Site) spotNew(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	if !l.mayOpen() || len(l.tracksOnSpot()) == 0 {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	return l.spotPage(w, r, http.StatusOK, &onSpot{teller: l, form: url.Values{}})
}

// spotOne is the same for a dispute that is open; one that was settled or stopped shows what it came to.
func (s *Site) spotOne(w http.ResponseWriter, r *http.Request) error {
	l, d, err := s.spotMatter(r, r.PathValue("id"))
	if err != nil {
		return err
	}
	if done := l.spotDone(d); done != nil && !r.URL.Query().Has("again") {
		return s.Page(w, r, http.StatusOK, done.Heading.Title, "matters", done.Show())
	}
	if !d.IsOpen() {
		return fault.New(fault.Stale, "matter.not_open", fault.Args{"state": "{state." + string(d.State) + "}"})
	}
	return l.spotPage(w, r, http.StatusOK, &onSpot{teller: l, matter: d, form: url.Values{}})
}

// spotMatter finds the dispute that somebody may settle on the spot.
func (s *Site) spotMatter(r *http.Request, id string) (*teller, *dispute.Dispute, error) {
	l, err := s.Tell(r)
	if err != nil {
		return nil, nil, err
	}
	d, err := l.Dispute(id)
	if err == nil && !l.mayDo("dispute.settle_on_spot", &d.Matter) {
		err = fault.New(fault.Denied, "access.denied", nil)
	}
	return l, d, err
}

// spotSettle takes the form: the dispute is opened unless it is, then settled in one go. Refused, the form comes back with everything
// typed and goes on with the dispute that is open by then: a second one is never opened.
func (s *Site) spotSettle(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.who.Person)
	if err != nil {
		return err
	}
	x := &onSpot{teller: l, form: form}
	id := r.PathValue("id")
	if id == "" { // sent a second time, from a page that went back: what the first opened
		id = l.openedBy(form.Get("key"))
	}
	if id != "" {
		if l, x.matter, err = s.spotMatter(r, id); err != nil {
			return err
		}
		if form.Get("version") == "" {
			form.Set("version", strconv.Itoa(x.matter.Version))
		}
	}
	if form.Has("more") {
		return l.spotPage(w, r, http.StatusOK, x)
	}
	x.dropBlankParties()
	settle := &dispute.SettleOnSpot{}
	x.faults = Decode(settle, form)
	if len(settle.SafetyYes) > 0 { // mediation stops: nothing else need be said
		x.faults = slices.DeleteFunc(x.faults, func(f *fault.Fault) bool { return f.Code == "form.required" })
	}
	open := l.openOnSpot(form)
	if known := func(o part.Option) bool { return o.Value == settle.Track }; settle.Track != "" && !slices.ContainsFunc(l.tracksOnSpot(), known) {
		x.faults = append(x.faults, fault.New(fault.Invalid, "form.unknown_choice", nil).On("track"))
	}
	if x.matter == nil {
		x.faults = append(x.faults, openFaults(open, form)...)
	}
	if len(x.faults) == 0 {
		if err := x.settle(open, settle); err != nil {
			return err
		}
	}
	if len(x.faults) > 0 {
		return l.spotPage(w, r, StatusOf(x.faults), x)
	}
	return s.See(w, r, "/matters/"+url.PathEscape(x.matter.ID)+"/spot", "")
}

// settle does both acts; faults say why not.
func (x *onSpot) settle(open *matter.Open, settle *dispute.SettleOnSpot) error {
	key := x.form.Get("key")
	if x.matter == nil {
		answer, err := x.s.Do(x.ctx, x.who, key+"-open", "matter.open", open)
		if err != nil {
			return x.refused(err)
		}
		if x.matter, err = x.Dispute(answer.ID); err != nil {
			return err
		}
		settle.Version = x.matter.Version
	}
	settle.Matter = x.matter.ID
	_, err := x.s.Do(x.ctx, x.who, key, "dispute.settle_on_spot", settle)
	if f, ok := fault.Of(err); ok && f.Kind == fault.Stale { // sending again means the dispute as it now is
		fresh, err := x.Dispute(x.matter.ID)
		if err != nil {
			return err
		}
		x.matter = fresh
		x.form.Set("version", strconv.Itoa(fresh.Version))
	}
	return x.refused(err)
}

// refused keeps a refusal for the page and hands back what is none.
func (x *onSpot) refused(err error) error {
	f, ok := fault.Of(err)
	if !ok {
		return err
	}
	x.faults = append(x.faults, f)
	return nil
}

// openedBy finds the dispute that a form opened before, so that it opens no second.
func (l *teller) openedBy(key string) string {
	if key == "" {
		return ""
	}
	receipt, _, ok, err := l.s.Desk.Journal.Recall(l.ctx, l.who.Station, key+"-open")
	if err != nil || !ok {
		return ""
	}
	var opened desk.Answer
	if json.Unmarshal(receipt.Answer, &opened) != nil {
		return ""
	}
	return opened.ID
}

// openOnSpot is the dispute as the page opens it: titled by its kind, since a title is read by more people than a name may be.
func (l *teller) openOnSpot(form url.Values) *matter.Open {
	kind := form.Get("kind")
	if kinds := l.disputeKinds(); kind == "" && len(kinds) > 0 {
		kind = kinds[0].Value
	}
	open := &matter.Open{Kind: kind, Cell: form.Get("cell"), Place: strings.TrimSpace(form.Get("place")), Words: form.Get("facts")}
	for _, o := range l.typesOf(kind) {
		if o.Value == form.Get("dispute_type") {
			open.Extra = map[string]string{"dispute_type": o.Value}
			open.Title = l.t("spot.title_of", "type", o.Label)
		}
	}
	if slices.ContainsFunc(l.mayName("matter.open", access.Thing{Kind: "matter", Cells: []string{open.Cell}}), func(o part.Option) bool { return o.Value == l.who.Person }) {
		open.To = l.who.Person
	}
	return open
}

// openFaults is what the first act would say, all at once with the second's.
func openFaults(open *matter.Open, form url.Values) (wrong []*fault.Fault) {
	for name, v := range map[string]string{"cell": open.Cell, "place": open.Place, "dispute_type": form.Get("dispute_type")} {
		if v == "" {
			wrong = append(wrong, fault.New(fault.Invalid, "form.required", fault.Args{"field": name}).On(name))
		}
	}
	if form.Get("dispute_type") != "" && open.Title == "" {
		wrong = append(wrong, fault.New(fault.Invalid, "form.unknown_choice", nil).On("dispute_type"))
	}
	if f := titleWarning(open.Place, form); f != nil { // a place is kept in clear as a title is
		wrong = append(wrong, f.On("place"))
	}
	return wrong
}

// dropBlankParties takes out rows of new parties nobody wrote in; their side alone is no answer, and the first two always stay.
func (x *onSpot) dropBlankParties() {
	for i := 2; i < 50; i++ {
		p := "parties." + strconv.Itoa(i) + "."
		if !slices.ContainsFunc([]string{"party", "name", "phone", "id_no", "sign"}, func(k string) bool { return strings.TrimSpace(x.form.Get(p+k)) != "" }) {
			x.form.Del(p + "side")
		}
	}
}

// disputeKinds are the kinds of matters that are disputes.
func (l *teller) disputeKinds() (list []part.Option) {
	for _, k := range l.book.Kinds() {
		if k.Base == dispute.Base {
			list = append(list, part.Option{Value: k.Key, Label: l.Capital(k.Name.In(l.lang))})
		}
	}
	return list
}

// typesOf are the types of quarrels of a kind.
func (l *teller) typesOf(kind string) (list []part.Option) {
	for _, f := range l.book.Fields(kind) {
		if f.Key == "dispute_type" {
			for _, o := range f.Options {
				list = append(list, part.Option{Value: o.Key, Label: l.Capital(o.Name.In(l.lang))})
			}
		}
	}
	return list
}

// tracksOnSpot are the ways to settle at once that the asker may lead: by agreement on the spot, or without any legal act (2.12).
func (l *teller) tracksOnSpot() (list []part.Option) {
	for _, x := range l.book.Tracks() {
		if (x.OnSpot || x.Key == dispute.Informal) && dispute.MayPreside(x, l.who.Role) {
			list = append(list, part.Option{Value: x.Key, Label: l.Capital(x.Name.In(l.lang))})
		}
	}
	return list
}

// spotPage draws the form.
func (l *teller) spotPage(w http.ResponseWriter, r *http.Request, status int, x *onSpot) error {
	x.used = map[*fault.Fault]bool{}
	p := page.Page{Heading: part.Heading{Title: l.t("spot.heading"), Sub: l.t("spot.sub"), Back: &part.Link{Href: "/disputes", Label: l.t("nav.disputes")}},
		Action: "/disputes/spot", Confirm: l.t("spot.confirm", "name", l.Person(l.who.Person))}
	key := x.form.Get("key")
	if key == "" {
		key = l.s.NewKey()
	}
	p.Hidden = []part.Field{{Name: "key", Kind: part.KindHidden, Value: key}, {Name: "title_ok", Kind: part.KindHidden, Value: x.form.Get("title_ok")}}
	if x.matter != nil {
		p.Action = "/matters/" + x.matter.ID + "/spot"
		p.Heading.Kicker, p.Heading.Back = x.matter.Number, &part.Link{Href: "/matters/" + x.matter.ID, Label: l.t("spot.back")}
		p.Facts.Pairs = []part.Pair{{Term: l.Called("field.title"), Text: MaskTitle(x.matter.Title)}, {Term: l.t("matter.cell"), Text: l.Cell(x.matter.Cell)},
			{Term: l.t("matter.place"), Text: MaskTitle(x.matter.Place)}}
		p.Hidden = append(p.Hidden, part.Field{Name: "version", Kind: part.KindHidden, Value: strconv.Itoa(x.matter.Version)})
		if len(x.faults) > 0 && r.PathValue("id") == "" {
			p.Opened = l.t("spot.opened", "number", x.matter.Number)
		}
	} else {
		p.Where = x.where()
	}
	x.how(&p)
	if err := x.parties(&p); err != nil {
		return err
	}
	x.said(&p)
	p.Errors = x.summary(&p)
	return l.s.Page(w, r, status, p.Heading.Title, "disputes", p.Show())
}

// field makes one question, with what was typed and why it was refused.
func (x *onSpot) field(name string, kind part.Kind, more ...func(*part.Field)) part.Field {
	last := name[strings.LastIndex(name, ".")+1:]
	f := part.Field{Name: name, Kind: kind, Label: x.t("spot.field." + last), Value: x.form.Get(name), Values: x.form[name]}
	for _, m := range more {
		m(&f)
	}
	for _, w := range x.faults {
		if w.Field == name || w.Field == last && !strings.Contains(name, ".") {
			f.Error = x.s.Sentence(x.ctx, w)
			if w.Code == "form.required" {
				f.Error = x.t("form.needed")
			}
			x.used[w] = true
			break
		}
	}
	return f
}

func must(f *part.Field) { f.Required = true }
func half(f *part.Field) { f.Half = true }

func from(options []part.Option) func(*part.Field) {
	return func(f *part.Field) {
		f.Options = options
		if f.Value == "" && len(options) == 1 {
			f.Value = options[0].Value
		}
	}
}

func (x *onSpot) hint(key string) func(*part.Field) {
	return func(f *part.Field) { f.Hint = x.t(key) }
}

func (x *onSpot) where() []part.Field {
	cells := from(x.mayOpenIn())
	list := []part.Field{x.field("cell", part.KindCell, must, half, func(f *part.Field) {
		if cells(f); f.Value == "" && len(x.who.Cells) == 1 {
			f.Value = x.who.Cells[0]
		}
	}), x.field("dispute_type", part.KindSelect, must, half, from(x.typesOf(x.kindChosen()))), x.field("place", part.KindText, must, func(f *part.Field) { f.MaxLen = 200 })}
	if kinds := x.disputeKinds(); len(kinds) > 1 {
		list = append(list, x.field("kind", part.KindSelect, must, from(kinds)))
	}
	return list
}

func (x *onSpot) kindChosen() string { return x.openOnSpot(x.form).Kind }

// how asks on which track; what public-order mediation demands is asked with it (2.1).
func (x *onSpot) how(p *page.Page) {
	tracks := x.tracksOnSpot()
	p.Tracks = x.field("track", part.KindRadio, must, from(tracks))
	if p.Tracks.Value == "" && len(tracks) > 0 {
		p.Tracks.Value = tracks[0].Value
	}
	if !slices.ContainsFunc(tracks, func(o part.Option) bool { return o.Value == dispute.Order }) {
		return
	}
	var acts, grounds []part.Option
	for _, o := range x.book.Offences() {
		acts = append(acts, part.Option{Value: o.Key, Label: x.Capital(o.Name.In(x.lang))})
	}
	for _, o := range x.book.Grounds() {
		grounds = append(grounds, part.Option{Value: o.Key, Label: x.Capital(o.Name.In(x.lang))})
	}
	p.Order = []part.Field{x.field("offence", part.KindSelect, half, from(acts)), x.field("ground", part.KindSelect, half, from(grounds))}
}

// parties asks who the parties are: those of the matter are shown masked and sign; new ones are asked for.
func (x *onSpot) parties(p *page.Page) error {
	known := map[string]*part.Masked{}
	sides := map[string]string{}
	rows := 0
	if x.matter != nil {
		n, err := x.s.namesOf(x.ctx, x.teller.who.Station, x.lang, x.matter)
		if err != nil {
			return err
		}
		fresh := !slices.ContainsFunc(slices.Collect(maps.Keys(x.form)), func(k string) bool { return strings.HasPrefix(k, "parties.") })
		for i, y := range x.matter.Parties {
			known[y.ID], sides[y.ID] = &part.Masked{Shown: n.short[y.ID]}, y.Side
			if fresh {
				x.form.Set("parties."+strconv.Itoa(i)+".party", y.ID)
			}
		}
		rows = len(x.matter.Parties)
	}
	if len(known) == 0 {
		rows = 2
	}
	for i := 49; i >= rows; i-- {
		if x.form.Has("parties."+strconv.Itoa(i)+".side") || x.form.Get("parties."+strconv.Itoa(i)+".party") != "" {
			rows = i + 1
		}
	}
	if x.form.Has("more") {
		rows++
	}
	for i := range rows {
		p.Parties = append(p.Parties, x.party(i, known, sides))
	}
	p.More = part.Button{Label: x.t("spot.more"), Icon: "user-plus", Kind: part.Quiet, Name: "more", Value: "1"}
	return nil
}

func (x *onSpot) party(i int, known map[string]*part.Masked, sides map[string]string) page.Party {
	at := "parties." + strconv.Itoa(i) + "."
	id := x.form.Get(at + "party")
	row := page.Party{Known: known[id]}
	side := sides[id]
	if row.Known != nil {
		row.Fields = []part.Field{{Name: at + "party", Kind: part.KindHidden, Value: id}}
	} else {
		if side = x.form.Get(at + "side"); side == "" && i < 2 {
			side = []string{"a", "b"}[i]
		}
		if i < 2 {
			row.Fields = append(row.Fields, part.Field{Name: at + "side", Kind: part.KindHidden, Value: side})
		} else {
			row.Fields = append(row.Fields, x.field(at+"side", part.KindRadio, from(Named(x.lang, "side.", []string{"a", "b"}))))
		}
		row.Fields = append(row.Fields, x.field(at+"name", part.KindText, must, half, func(f *part.Field) { f.MaxLen = 60 }),
			x.field(at+"phone", part.KindPhone, half), x.field(at+"id_no", part.KindText, func(f *part.Field) { f.MaxLen = 18 }))
	}
	if row.Title = x.t("spot.party", "n", i+1); side != "" {
		row.Title = x.Called("side." + side)
	}
	row.Sign = x.field(at+"sign", part.KindSignature, func(f *part.Field) {
		f.Label = x.t("spot.sign_of", "who", row.Title)
		if i >= 2 {
			f.Label = x.t("spot.sign_of", "who", row.Title+" · "+x.t("spot.party", "n", i+1))
		}
	})
	return row
}

// said asks what was put to each alone, what was agreed, under which conditions, and what records it.
func (x *onSpot) said(p *page.Page) {
	var questions []part.Option
	for _, q := range x.book.SafetyQuestions() {
		questions = append(questions, part.Option{Value: q.Key, Label: q.Name.In(x.lang)})
	}
	p.Yes = x.field("safety_yes", part.KindChecks, from(questions))
	p.Asked = x.field("safety_asked", part.KindBool, must)
	rows := func(n int) func(*part.Field) { return func(f *part.Field) { f.Rows, f.MaxLen = n, 20000 } }
	p.Talk = []part.Field{x.field("facts", part.KindWords, must, rows(3), x.hint("spot.facts_hint")), x.field("terms", part.KindWords, must, rows(2), x.hint("spot.terms_hint")),
		x.field("amount", part.KindMoney, half, x.hint("spot.amount_hint")), x.field("payer_side", part.KindRadio, half, from(Named(x.lang, "side.", []string{"a", "b"})))}
	p.Talk[3].Value = x.form.Get("payer_side")
	for _, name := range []string{"trifling", "loss_clear", "will_perform"} {
		p.Ticks = append(p.Ticks, x.field(name, part.KindBool))
	}
	var officers []part.Option
	for _, n := range []string{"0", "1", "2", "3"} {
		officers = append(officers, part.Option{Value: n, Label: n})
	}
	p.Record = []part.Field{x.field("officers", part.KindRadio, must, from(officers)), x.field("recording_ref", part.KindText, x.hint("spot.recording_hint"), func(f *part.Field) { f.MaxLen = 200 }),
		x.field("no_paper", part.KindBool)}
	p.Photos = x.field("photos", part.KindPhotos, func(f *part.Field) { f.MaxLen, f.Value = maxPhotos, "" })
	for _, id := range x.form["photos"] {
		p.Hidden = append(p.Hidden, part.Field{Name: "photos", Kind: part.KindHidden, Value: id})
	}
	if n := len(x.form["photos"]); n > 0 {
		p.Photos.Hint = x.t("photos.kept", "n", n)
	}
}

// summary names what must be corrected, in the order of the page.
func (x *onSpot) summary(p *page.Page) part.ErrorSummary {
	var list []part.FormError
	for _, f := range x.faults {
		if !x.used[f] {
			list = append(list, part.FormError{Text: x.s.Sentence(x.ctx, f)})
		}
	}
	fields := slices.Concat(p.Where, []part.Field{p.Tracks}, p.Order)
	for _, y := range p.Parties {
		fields = append(fields, y.Fields...)
	}
	fields = append(slices.Concat(fields, []part.Field{p.Yes, p.Asked}, p.Talk, p.Ticks, p.Record), p.Photos)
	for _, y := range p.Parties {
		fields = append(fields, y.Sign)
	}
	for _, f := range fields {
		if f.Error != "" {
			list = append(list, part.FormError{Name: f.Name, Text: f.Label + "：" + f.Error})
		}
	}
	return part.ErrorSummary{Errors: list}
}

// spotDone is what on-the-spot mediation came to: settled, or stopped by what somebody answered alone. Nil while neither.
func (l *teller) spotDone(d *dispute.Dispute) *page.Done {
	done := &page.Done{Heading: part.Heading{Title: l.t("spot.heading"), Kicker: d.Number, Back: &part.Link{Href: "/matters/" + d.ID, Label: l.t("spot.back")}}}
	open := part.Button{Label: l.t("spot.to_matter"), Icon: "file-text", Href: "/matters/" + d.ID}
	if d.Safety.Flagged {
		done.Tone, done.Icon, done.Title, done.Words = part.Due, "shield-check", l.t("spot.stopped"), l.t("spot.stopped_words")
		done.Next = []string{l.t("spot.stop.1"), l.t("spot.stop.2"), l.t("spot.stop.3"), l.t("spot.stop.4")}
		done.Buttons = []part.Button{open}
		return done
	}
	i := slices.IndexFunc(d.Sessions, func(s dispute.Session) bool { return s.OnSpot && s.State == "held" })
	if i < 0 {
		return nil
	}
	done.Tone, done.Icon, done.Title, done.Words = part.OK, "circle-check", l.t("spot.settled"), l.t("spot.settled_words")
	pair := func(key, value string) {
		if value != "" {
			done.Facts.Pairs = append(done.Facts.Pairs, part.Pair{Term: l.t("spot.fact." + key), Text: value})
		}
	}
	pair("matter", d.Number)
	agreement := ""
	for _, a := range d.Agreements {
		if a.Effective() {
			agreement = a.ID
			pair("agreement", a.Number)
			if a.Total > 0 {
				pair("total", "¥ "+a.Total.String())
			}
		}
	}
	pair("recording", d.Sessions[i].Recording.Ref)
	pair("at", l.When(d.Sessions[i].At))
	done.Next = []string{l.t("spot.then.1"), l.t("spot.then.2"), l.t("spot.then.3")}
	if agreement != "" {
		done.Buttons = append(done.Buttons, part.Button{Label: l.t("spot.print"), Icon: "printer", Href: "/matters/" + d.ID + "/papers"})
	} else {
		done.Next[0] = l.t("spot.then.none")
	}
	open.Kind = part.Quiet
	done.Buttons = append(done.Buttons, open, part.Button{Label: l.t("spot.another"), Icon: "plus", Href: "/disputes/spot", Kind: part.Quiet})
	return done
}
