package web

import (
	"cmp"
	"errors"
	"net/http"
	"net/url"
	"slices"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/web/page/part"
	page "maplegrid/internal/web/page/talk"
	"maplegrid/internal/work/draft"
)

// maxPasted is how many bytes of words the paste box takes: more than the desk takes in, so that what is too much is told by the desk,
// with the words still there.
const maxPasted = 4 * draft.MaxPaste

// groupsShown is how many groups are offered to choose from.
const groupsShown = 8

// talkPaste is the paste box.
func (s *Site) talkPaste(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	act := &draft.Paste{Group: r.URL.Query().Get("group")}
	return l.pasteForm(w, r, http.StatusOK, act, FormOptions{})
}

func (l *teller) pasteForm(w http.ResponseWriter, r *http.Request, status int, act *draft.Paste, o FormOptions) error {
	return l.pastePage(w, r, status, act, o, "")
}

// pastePage is the paste box, with what is to be said of a paste of which nothing could be kept.
func (l *teller) pastePage(w http.ResponseWriter, r *http.Request, status int, act *draft.Paste, o FormOptions, refused string) error {
	groups, err := l.s.Boards.Drafts.Groups(l.ctx, l.scope, groupsShown)
	if err != nil {
		return err
	}
	p := page.Paste{Heading: part.Heading{Title: l.t("talk.paste"), Sub: l.t("talk.paste_sub"), Back: &part.Link{Href: "/talk", Label: l.t("nav.talk")}}, Hint: l.t("talk.paste_hint"),
		Refused: refused, Most: draft.MaxPaste, TooMuch: fault.New(fault.TooLarge, "draft.too_large", fault.Args{"mb": draft.MaxPaste >> 20}).Sentence(l.lang)}
	for _, g := range groups {
		p.Groups = append(p.Groups, page.Group{Name: g.Name, Href: Address("/talk/paste", nil, "group", g.Name), Cell: g.Cell, Where: l.Cell(g.Cell)})
		if g.Name == act.Group && act.Cell == "" && o.Values == nil {
			act.Cell = g.Cell
		}
	}
	o.Only, o.Submit, o.Icon, o.Focus = []string{"text", "group", "cell", "photos"}, l.t("talk.take"), "check", "text"
	o.Cancel = &part.Link{Href: "/talk", Label: l.t("act.cancel")}
	o.Hints = map[string]string{"text": l.t("talk.text_hint"), "cell": l.t("talk.cell_hint")}
	o.Labels = map[string]string{"text": l.t("talk.text"), "cell": l.t("talk.group_cell")}
	f, err := l.s.ActForm(l.ctx, l.who, act, o)
	if err != nil {
		return err
	}
	f.Action = "/talk/paste"
	for i := range f.Fields {
		switch x := &f.Fields[i]; x.Name {
		case "text":
			x.MaxLen, x.Rows, x.Draft = 0, 14, "talk"
		case "photos":
			x.MaxLen, x.Hint = draft.MaxFiles, cmp.Or(keptHint(l, x), l.t("talk.photos_hint", "max", draft.MaxFiles))
		case "group":
			x.Half, x.MaxLen = true, 60
		}
	}
	p.Form = f
	return l.s.Page(w, r, status, p.Heading.Title, "talk", p.Show())
}

// keptHint says which pictures a refused form has brought already.
func keptHint(l *teller, f *part.Field) string {
	if len(f.Values) == 0 {
		return ""
	}
	return l.t("photos.kept", "n", len(f.Values))
}

// talkPasted takes a paste in and goes on to what came of it.
func (s *Site) talkPasted(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	form, err := s.formUpTo(r, l.who.Person, maxPasted, draft.MaxFiles)
	if farTooLarge(err) {
		f := fault.New(fault.TooLarge, "draft.far_too_large", fault.Args{"all": maxPasted >> 20, "mb": draft.MaxPaste >> 20})
		return l.pastePage(w, r, http.StatusRequestEntityTooLarge, &draft.Paste{}, FormOptions{}, l.s.Sentence(l.ctx, f))
	}
	if err != nil {
		return err
	}
	act := &draft.Paste{}
	wrong := Decode(act, form)
	for _, f := range wrong {
		if f.Code == "form.too_many_photos" {
			f.Args["max"] = draft.MaxFiles // here more may come at once
		}
	}
	if len(wrong) == 0 {
		if err := l.groupCell(act); err != nil {
			return err
		}
		answer, err := s.Do(l.ctx, l.who, form.Get("key"), "draft.paste", act)
		if err == nil {
			return s.See(w, r, pastedAt(answer), l.pastedWords(answer))
		}
		f, ok := fault.Of(err)
		if !ok {
			return err
		}
		wrong = []*fault.Fault{f}
	}
	status := http.StatusUnprocessableEntity
	if i := slices.IndexFunc(wrong, func(f *fault.Fault) bool { return f.Kind != fault.Invalid }); i >= 0 {
		status = wrong[i].Kind.Status()
	}
	return l.pasteForm(w, r, status, act, FormOptions{Values: form, Faults: wrong, Extra: KeptPhotos(form)})
}

// farTooLarge tells whether more came than is read at all: of that nothing can be put back into the box.
func farTooLarge(err error) bool {
	var cut *http.MaxBytesError
	f, refused := fault.Of(err)
	return errors.As(err, &cut) || refused && f.Kind == fault.TooLarge
}

// groupCell takes the cell that a group was pasted for the last time, when none was chosen.
func (l *teller) groupCell(act *draft.Paste) error {
	if act.Group == "" || act.Cell != "" {
		return nil
	}
	groups, err := l.s.Boards.Drafts.Groups(l.ctx, l.scope, 200)
	if err != nil {
		return err
	}
	for _, g := range groups {
		if g.Name == act.Group {
			if _, ok := l.org.Cell(g.Cell); ok || g.Cell == "" {
				act.Cell = g.Cell
			}
		}
	}
	return nil
}

func pastedAt(a desk.Answer) string {
	if a.ID == "" {
		return "/talk"
	}
	return "/talk?" + url.Values{"paste": {a.ID}}.Encode()
}

func (l *teller) pastedWords(a desk.Answer) string {
	said := l.t("talk.taken", "n", len(a.Drafts))
	if len(a.Drafts) == 0 {
		said = l.t("talk.taken_none")
	}
	if a.Known > 0 {
		said += l.t("talk.taken_known", "n", a.Known)
	}
	if a.Left > 0 {
		said += l.t("talk.taken_left", "n", a.Left)
	}
	return said
}

// draftSeen gives the pictures of a draft that somebody may see.
func (s *Site) draftSeen(r *http.Request, who access.Who, id string) (photos []string, err error) {
	rows, err := s.Boards.Drafts.ByID(r.Context(), s.Policy.Scope(who), id)
	if err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, fault.New(fault.Missing, "draft.not_found", nil)
	}
	return rows[0].Photos, nil
}
