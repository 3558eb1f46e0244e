package web

import (
	"cmp"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"maplegrid/internal/board/drafts"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	page "maplegrid/internal/web/page/talk"
	"maplegrid/internal/work/draft"
)

// talkVerbs are the acts on one draft, by the last word of their address.
var talkVerbs = map[string]func(id string) any{
	"accept":    func(id string) any { return &draft.Accept{On: draft.On{Draft: id}} },
	"correct":   func(id string) any { return &draft.Correct{On: draft.On{Draft: id}} },
	"put_aside": func(id string) any { return &draft.PutAside{On: draft.On{Draft: id}} },
	"part":      func(id string) any { return &draft.Part{On: draft.On{Draft: id}} },
	"join":      func(id string) any { return &draft.Join{On: draft.On{Draft: id}} },
	"undo":      func(id string) any { return &draft.Undo{On: draft.On{Draft: id}} },
}

// talkDo does one thing with one draft. A list that stands open is given the rows that changed; without script the browser goes back to
// the list, at the next draft.
func (s *Site) talkDo(w http.ResponseWriter, r *http.Request) error {
	verb, id := r.PathValue("verb"), r.PathValue("id")
	make, ok := talkVerbs[verb]
	if !ok {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	base, err := s.Tell(r)
	if err != nil {
		return err
	}
	l := base.talks()
	form, err := s.Form(r, l.who.Person)
	if err != nil {
		return err
	}
	if verb == "accept" && form.Get("sorted") != "" && !form.Has("kind") {
		if err := l.kindOf(id, form); err != nil {
			return err
		}
	}
	act := make(id)
	wrong := l.fill(verb, id, act, form)
	if len(wrong) == 0 {
		before, err := l.kin(id)
		if err != nil {
			return err
		}
		if !inPlace(r) {
			if before.next, err = l.nextTo(id, form); err != nil {
				return err
			}
		}
		answer, err := l.doOnce(form, verb, id, act)
		if err == nil {
			s.carryPhotos(l, before, answer)
			return l.done(w, r, verb, id, form, before, answer)
		}
		f, ok := fault.Of(err)
		if !ok || f.Kind == fault.Missing && f.Field == "" {
			return err
		}
		wrong = []*fault.Fault{f}
	}
	return l.refused(w, r, verb, form, wrong)
}

// keyOf is the key of one act: the one its form brings, else one for what this person does to the draft as they saw it, so that a button
// pressed twice does one thing.
func (l *talker) keyOf(form url.Values, verb, id string) string {
	return cmp.Or(form.Get("key"), strings.Join([]string{"talk", l.who.Person, id, form.Get("version")}, "-")) + "-" + verb
}

// doOnce does an act under its key. A page that stood open while the same person did and undid it, or did it another way, in a second
// window or by going back, means what is pressed now: the old answer is none to it.
func (l *talker) doOnce(form url.Values, verb, id string, act any) (desk.Answer, error) {
	answer, err := l.s.Do(l.ctx, l.who, l.keyOf(form, verb, id), "draft."+verb, act)
	if form.Get("key") != "" {
		return answer, err
	}
	f, refused := fault.Of(err)
	again := refused && f.Code == journal.CodeKeyReused
	if err == nil && answer.Repeat {
		events, err := l.s.Desk.Journal.Stream(l.ctx, l.who.Station, draft.Stream(id), 0)
		if err != nil {
			return answer, err
		}
		again = len(events) > 0 && events[len(events)-1].Seq > answer.Seq
	}
	if !again {
		return answer, err
	}
	return l.s.Do(l.ctx, l.who, l.s.NewKey(), "draft."+verb, act)
}

// fill reads a row's form into an act. What the row carries for one act is no answer to another.
func (l *talker) fill(verb, id string, act any, form url.Values) (wrong []*fault.Fault) {
	form.Set("draft", id)
	if verb == "accept" {
		if label := form.Get("sorted"); label != "" {
			form.Set("sorting", label)
			if !form.Has("proposed") { // it is what was proposed
				form.Set("proposed", label)
			}
		}
		if form.Has("alone") {
			form.Del("kind")
		}
		if form.Get("kind") != "" {
			if f := titleWarning(form.Get("title"), form); f != nil {
				wrong = append(wrong, f.On("title"))
			}
		}
	}
	if verb == "part" { // a proposed parting comes as one value
		form["cuts"] = strings.Split(strings.Join(form["cuts"], ","), ",")
	}
	if verb == "correct" {
		chosen := url.Values{}
		for _, name := range []string{"draft", "version", "sorting", "urgency"} {
			chosen[name] = form[name]
		}
		if form.Has("whole") {
			chosen["cell"], chosen["place"] = form["cell"], form["place"]
		}
		form = chosen
	}
	return append(wrong, Decode(act, form)...)
}

// kindOf adds to a form what its label makes of a draft: one of the two that were offered was pressed.
func (l *talker) kindOf(id string, form url.Values) error {
	x, err := l.remarkOf(id)
	if err != nil {
		return err
	}
	kind, _ := l.book.Sort(form.Get("sorted"), l.dangers(x), x.text)
	form.Set("kind", kind)
	if !form.Has("grade") {
		form.Set("grade", l.gradeBy(x.urgency(), kind))
	}
	return nil
}

// kin are a draft and those it hangs together with, before something is done.
func (l *talker) kin(id string) (*remark, error) {
	rows, err := l.s.Boards.Drafts.ByID(l.ctx, l.scope, id)
	if err != nil || len(rows) == 0 {
		return &remark{}, err
	}
	return &remark{Row: rows[0]}, nil
}

// carryPhotos moves the pictures of a draft to the report that was made of it: they are erased with it.
func (s *Site) carryPhotos(l *talker, before *remark, a desk.Answer) {
	if len(before.Photos) == 0 || a.Receipt == "" {
		return
	}
	now, err := l.kin(before.ID)
	if err != nil || now.Report == "" {
		return
	}
	for _, id := range before.Photos {
		if err := s.Blobs.Move(l.ctx, l.who.Station, id, "report/"+now.Report); err != nil {
			s.Log.WarnContext(l.ctx, "picture not moved", "blob", id, "error", err.Error())
		}
	}
}

// done answers an act that was done.
func (l *talker) done(w http.ResponseWriter, r *http.Request, verb, id string, form url.Values, before *remark, a desk.Answer) error {
	now, err := l.kin(id)
	if err != nil {
		return err
	}
	said := l.doneWords(verb, a, now)
	if !inPlace(r) {
		if verb == "correct" { // it goes on from there
			before.next = id
		}
		return l.s.See(w, r, l.backTo(form, id, before.next), said)
	}
	ids := append([]string{id}, a.Drafts...)
	for _, other := range []string{before.Into, now.Into} {
		if other != "" && !slices.Contains(ids, other) {
			ids = append(ids, other)
		}
	}
	return l.changed(w, r, http.StatusOK, ids, form, said)
}

// backTo is the list again, at the next draft, with the one just dealt with at its head.
func (l *talker) backTo(form url.Values, id, next string) string {
	u := listOf(form)
	to := Address(u.Path, u.Query(), "done", id)
	if next != "" {
		to += "#d-" + url.PathEscape(next)
	}
	return to
}

// listOf is the list that a form came from.
func listOf(form url.Values) *url.URL {
	at, _, _ := strings.Cut(inside(form.Get("back"), "/talk"), "#")
	if u, err := url.Parse(at); err == nil && u.Path == "/talk" {
		return u
	}
	return &url.URL{Path: "/talk"}
}

// nextTo is the draft that waits below another one on the list a form came from.
func (l *talker) nextTo(id string, form url.Values) (string, error) {
	rows, err := l.rowsOf(draft.Waiting, listOf(form).Query(), &page.List{})
	if f, refused := fault.Of(err); refused && f.Kind == fault.Invalid {
		return "", nil
	}
	at := slices.IndexFunc(rows, func(x drafts.Row) bool { return x.ID == id })
	if at < 0 || at+1 >= len(rows) {
		return "", err
	}
	return rows[at+1].ID, err
}

func (l *talker) doneWords(verb string, a desk.Answer, now *remark) string {
	switch {
	case verb == "put_aside" && now.State == draft.Waiting:
		return l.t("talk.done.asked")
	case verb == "accept" && a.Number != "":
		return l.t("talk.done.filed", "number", a.Number)
	case verb == "part":
		return l.t("talk.done.part", "n", len(a.Drafts))
	}
	return l.t("talk.done." + verb)
}

// inPlace tells whether a list stands open in the browser and wants the rows that changed.
func inPlace(r *http.Request) bool { return r.Header.Get("X-Talk") != "" }

// changed writes rows as they now are.
func (l *talker) changed(w http.ResponseWriter, r *http.Request, status int, ids []string, form url.Values, said string) error {
	rows, err := l.s.Boards.Drafts.ByID(l.ctx, l.scope, ids...)
	if err != nil {
		return err
	}
	slices.SortStableFunc(rows, func(a, b drafts.Row) int { return slices.Index(ids, a.ID) - slices.Index(ids, b.ID) })
	list, err := l.read(rows)
	if err != nil {
		return err
	}
	if err := l.retracted(list); err != nil {
		return err
	}
	out, err := l.rows(list, inside(form.Get("back"), "/talk"))
	if err != nil {
		return err
	}
	return l.s.write(w, r, status, bare{}, page.Changed{Rows: out, Said: said}.Show())
}

// refused says why not, and keeps what was typed.
func (l *talker) refused(w http.ResponseWriter, r *http.Request, verb string, form url.Values, wrong []*fault.Fault) error {
	status := http.StatusUnprocessableEntity
	var why []string
	for _, f := range wrong {
		if f.Kind != fault.Invalid {
			status = f.Kind.Status()
		}
		why = append(why, l.s.Sentence(l.ctx, f))
	}
	if inPlace(r) {
		w.Header().Set("X-Field", cmp.Or(wrong[0].Field, verb))
		return l.s.write(w, r, status, bare{}, page.Failed(strings.Join(why, " "), form.Get("title_ok")))
	}
	if verb == "accept" {
		return l.one(w, r, status, form, wrong)
	}
	l.s.Flash(w, r, "due", strings.Join(why, " "))
	http.Redirect(w, r, inside(form.Get("back"), "/talk"), http.StatusSeeOther)
	return nil
}

// talkChatter puts everything aside that was proposed as chatter on the list as it was shown; each can be brought back by itself.
func (s *Site) talkChatter(w http.ResponseWriter, r *http.Request) error {
	base, err := s.Tell(r)
	if err != nil {
		return err
	}
	l := base.talks()
	form, err := s.Form(r, l.who.Person)
	if err != nil {
		return err
	}
	p := page.List{}
	rows, err := l.rowsOf(draft.Waiting, form, &p)
	if err != nil {
		return err
	}
	list, err := l.read(rows)
	if err != nil {
		return err
	}
	n := 0
	var last desk.Answer
	for _, x := range list {
		if !x.chatter {
			continue
		}
		a, err := s.Desk.Do(l.ctx, l.who, desk.Envelope{Key: fmt.Sprintf("chatter-%s-%d", x.ID, x.Version)}, "draft.put_aside",
			&draft.PutAside{On: draft.On{Draft: x.ID, Version: x.Version}, Reason: draft.Chatter})
		if _, refused := fault.Of(err); err != nil && !refused {
			return err
		}
		if err == nil {
			n, last = n+1, a
		}
	}
	if s.Await != nil && n > 0 {
		s.Await(l.ctx, l.who.Station, last.Seq)
	}
	return s.See(w, r, inside(form.Get("back"), "/talk"), l.t("talk.done.chatter", "n", strconv.Itoa(n)))
}
