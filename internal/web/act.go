package web

import (
	"context"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/photo"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/web/text"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

func (s *Site) actRoutes() []Route {
	return []Route{{Method: "POST", Pattern: "/act/{name}", Large: true, Handler: s.act}}
}

// apart are acts with pages of their own, which ask for more than the act does: the old password, a code.
var apart = []string{"account.set_password", "account.set_factor", "account.make_token"}

// act takes a posted form as an act: done, it goes on to next; refused, the form comes back on a page of its own with what was typed.
func (s *Site) act(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	spec, ok := desk.Find(name)
	if !ok || spec.Internal || slices.Contains(apart, name) {
		return fault.New(fault.Missing, "act.unknown", fault.Args{"act": name})
	}
	who, act := s.Who(r), spec.New()
	form, err := s.Form(r, who.Person)
	if err != nil {
		return err
	}
	if form.Has("more") {
		if shown, err := s.oneMore(w, r, act, form); shown {
			return err
		}
	}
	wrong := Decode(act, form)
	if f := s.numbered(r, act, form); f != nil {
		wrong = append(wrong, f)
	}
	if len(wrong) == 0 {
		answer, err := s.Do(r.Context(), who, form.Get("key"), name, act)
		if err == nil {
			return s.See(w, r, nextOf(form, answer), doneWords(r.Context(), name, answer))
		}
		f, ok := fault.Of(err)
		if !ok || f.Kind == fault.Missing && f.Field == "" {
			return err
		}
		wrong = []*fault.Fault{f}
	}
	return s.refused(w, r, act, form, wrong)
}

// Do hands an act to the desk: pictures in it must have been sent by the same person, and belong to what it made from then on.
func (s *Site) Do(ctx context.Context, who access.Who, key, name string, act any) (desk.Answer, error) {
	photos := photosOf(act)
	if err := s.mine(ctx, who, photos, act); err != nil {
		return desk.Answer{}, err
	}
	answer, err := s.Desk.Do(ctx, who, desk.Envelope{Key: key}, name, act)
	if err != nil {
		return answer, err
	}
	for _, id := range photos {
		if err := s.Blobs.Attach(ctx, who.Station, id, thingOf(name, answer.ID)); err != nil {
			s.Log.WarnContext(ctx, "picture not attached", "blob", id, "error", err.Error())
		}
	}
	if s.Await != nil {
		s.Await(ctx, who.Station, answer.Seq)
	}
	return answer, nil
}

// thingOf is what an act's answer is about: "report/r_…".
func thingOf(act, id string) string {
	if spec, ok := desk.Find(act); ok && spec.Thing != "" {
		return spec.Thing + "/" + id // the pictures of a dispute are its matter's
	}
	kind, _, _ := strings.Cut(act, ".")
	return kind + "/" + id
}

// photosOf gives the pictures an act names: photographs, and signatures drawn on the screen.
func photosOf(act any) (list []string) {
	blanks(reflect.ValueOf(act), "", nil, func(b blank) {
		switch {
		case b.kind == "photos":
			list = append(list, b.typed()...)
		case b.kind == "signature" && !b.value.IsZero():
			list = append(list, b.value.String())
		}
	})
	return list
}

// mine refuses pictures that somebody else sent, that are gone, or that belong to another thing: otherwise naming one would show it.
func (s *Site) mine(ctx context.Context, who access.Who, photos []string, act any) error {
	for _, id := range photos {
		m, ok, err := s.Blobs.Meta(ctx, who.Station, id)
		if err != nil {
			return err
		}
		if !ok || m.Sender != who.Person || m.Thing != "" && m.Thing != thingTarget(act) {
			return fault.New(fault.Invalid, "photo.gone", nil).On("photos")
		}
	}
	return nil
}

// thingTarget is the thing an act names as its own target, "" for one that makes a new thing.
func thingTarget(act any) string {
	if on, ok := act.(interface{ Target() (string, int) }); ok {
		id, _ := on.Target()
		return thingOf(ActName(act), id)
	}
	return ""
}

// nextOf is where to go after an act: where the form said, or to what was made or changed.
func nextOf(form url.Values, a desk.Answer) string {
	home := "/"
	switch {
	case strings.HasPrefix(a.ID, "m_"):
		home = "/matters/" + a.ID
	case strings.HasPrefix(a.ID, "r_"):
		home = "/inbox/" + a.ID
	}
	next := inside(form.Get("next"), home)
	return strings.ReplaceAll(next, "{id}", url.PathEscape(a.ID))
}

func doneWords(ctx context.Context, name string, a desk.Answer) string {
	if key := "done." + name; text.Has(key) {
		return t(ctx, key, "number", a.Number, "n", len(a.Matters))
	}
	return t(ctx, "done", "act", fault.Name(part.Lang(ctx), "act."+name))
}

// refusedPhoto is the key under which a form carries why one of its pictures was not taken; decode makes a fault of it. The rest of
// the form is read all the same, since what was typed must not be lost for a picture.
const refusedPhoto = "photos refused"

// photoFault is that fault.
func photoFault(code string) (*fault.Fault, bool) {
	switch code {
	case "photo.too_large":
		return fault.New(fault.TooLarge, "photo.too_large", fault.Args{"mb": photo.DefaultLimits.Bytes / 1_000_000}), true
	case "photo.not_picture":
		return fault.New(fault.Unsupported, "photo.not_picture", nil), true
	case "photo.broken":
		return fault.New(fault.Invalid, "photo.broken", nil), true
	case "web.too_many_photos":
		return fault.New(fault.Throttled, "web.too_many_photos", nil), true
	case "form.too_many_photos":
		return fault.New(fault.Invalid, "form.too_many_photos", fault.Args{"max": maxPhotos}), true
	}
	return nil, false
}

// Form reads a posted form whole. Pictures in it are taken in and kept at once; the form then names them by their ids, so that a
// refusal does not lose them.
func (s *Site) Form(r *http.Request, sender string) (url.Values, error) {
	return s.formUpTo(r, sender, maxForm, maxPhotos)
}

// formUpTo is form with room for so many bytes of words and so many pictures.
func (s *Site) formUpTo(r *http.Request, sender string, most int64, mostPhotos int) (url.Values, error) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "multipart/form-data" {
		if r.ContentLength > most {
			return nil, tooLarge(most)
		}
		if err := r.ParseForm(); err != nil {
			return nil, BadForm(err)
		}
		return r.PostForm, nil
	}
	form, words, pictures, signed := url.Values{}, most, 0, 0
	parts := multipart.NewReader(r.Body, params["boundary"])
	for {
		p, err := parts.NextPart()
		if err == io.EOF {
			return form, nil
		}
		if err != nil {
			return nil, BadForm(err)
		}
		if p.FormName() == "photos" && (p.FileName() != "" || p.Header.Get("Content-Type") != "") {
			if p.FileName() == "" {
				continue // an empty file field
			}
			if pictures++; pictures > mostPhotos {
				form.Set(refusedPhoto, "form.too_many_photos")
				continue
			}
			id, err := s.takeIn(r, sender, p)
			if f, ok := fault.Of(err); ok {
				form.Set(refusedPhoto, f.Code)
				continue
			}
			if errors.Is(err, errCut) {
				return nil, BadForm(err)
			}
			if err != nil {
				return nil, err
			}
			form.Add(p.FormName(), id)
			continue
		}
		if name, file := strings.CutPrefix(p.FormName(), part.SignedFile); file {
			if p.FileName() == "" || signed >= maxSigned {
				continue
			}
			signed++
			id, err := s.takeIn(r, sender, p)
			if f, ok := fault.Of(err); ok {
				form.Set(refusedPhoto, f.Code)
				continue
			}
			if errors.Is(err, errCut) {
				return nil, BadForm(err)
			}
			if err != nil {
				return nil, err
			}
			form.Set(name, id)
			continue
		}
		b, err := io.ReadAll(io.LimitReader(p, words+1))
		if err != nil {
			return nil, BadForm(err)
		}
		if words -= int64(len(b)); words < 0 {
			return nil, tooLarge(most)
		}
		form.Add(p.FormName(), string(b))
	}
}

// refused shows the form again on a page of its own: what was typed, the reasons at their fields, and for what somebody else did
// meanwhile a way to the fresh page.
func (s *Site) refused(w http.ResponseWriter, r *http.Request, act any, form url.Values, wrong []*fault.Fault) error {
	ctx, who, name := r.Context(), s.Who(r), ActName(act)
	status := http.StatusUnprocessableEntity
	for _, f := range wrong {
		if f.Kind != fault.Invalid {
			status = f.Kind.Status()
		}
	}
	form.Del("more")
	if shown, err := s.onPage(w, r, status, act, form, wrong); shown {
		return err
	}
	o := FormOptions{Values: form, Faults: wrong, Next: inside(form.Get("next"), ""), Extra: KeptPhotos(form)}
	if err := s.context(ctx, who, act, form, status == http.StatusConflict, &o); err != nil {
		return err
	}
	f, err := s.ActForm(ctx, who, act, o)
	if err != nil {
		return err
	}
	back := part.Link{Href: inside(form.Get("next"), "/"), Label: t(ctx, "act.back")}
	if status == http.StatusConflict {
		back.Label = t(ctx, "act.fresh")
	}
	f.Cancel = &back
	title := fault.Name(part.Lang(ctx), "act."+name)
	return s.Page(w, r, status, title, "", part.Some(part.Heading{Title: title, Back: &back}, Around(part.Section{Card: true}, f)))
}

// context finds the matter an act is about, when the person may see it, for the choices of its form. After a step of somebody else
// the form is about the thing as it now is: sending it again means it knowingly.
func (s *Site) context(ctx context.Context, who access.Who, act any, form url.Values, fresh bool, o *FormOptions) error {
	if err := s.kitContext(ctx, who, act, form, fresh, o); err != nil {
		return err
	}
	on, ok := act.(interface{ Target() (string, int) })
	if !ok {
		return nil
	}
	id, _ := on.Target()
	version := 0
	spec, _ := desk.Find(ActName(act))
	switch spec.Thing {
	case "matter":
		m, err := s.Matter(ctx, who, id)
		if err != nil {
			return err
		}
		o.Matter, version = &m, m.Version
	case "report":
		rep, err := s.report(ctx, who, id)
		if err != nil {
			return err
		}
		version = rep.Version
	}
	if fresh && version > 0 {
		form.Set("version", strconv.Itoa(version))
	}
	return nil
}

// Matter gives a matter that somebody may see; what they may not see is not there.
func (s *Site) Matter(ctx context.Context, who access.Who, id string) (matter.Matter, error) {
	events, err := s.Desk.Journal.Stream(ctx, who.Station, matter.Stream(id), 0)
	if err != nil {
		return matter.Matter{}, err
	}
	m, err := matter.Fold(events)
	if err != nil {
		return matter.Matter{}, err
	}
	if m.Version == 0 || !s.Policy.Scope(who).Sees(desk.MatterThing(who.Station, &m)) {
		return matter.Matter{}, fault.New(fault.Missing, "matter.not_found", nil)
	}
	return m, nil
}

// report gives a report that somebody may see: in itself, or for a matter that came of it.
func (s *Site) report(ctx context.Context, who access.Who, id string) (report.Report, error) {
	rep, err := s.anyReport(ctx, who.Station, id)
	if err != nil {
		return report.Report{}, err
	}
	if s.Policy.Scope(who).Sees(desk.ReportThing(who.Station, &rep)) {
		return rep, nil
	}
	for _, m := range rep.Matters {
		if _, err := s.Matter(ctx, who, m); err == nil {
			return rep, nil
		}
	}
	return report.Report{}, fault.New(fault.Missing, "report.not_found", nil)
}

// anyReport gives a report whoever asks; the caller has a right to it of another kind, such as its receipt.
func (s *Site) anyReport(ctx context.Context, station, id string) (report.Report, error) {
	events, err := s.Desk.Journal.Stream(ctx, station, report.Stream(id), 0)
	if err != nil {
		return report.Report{}, err
	}
	rep, err := report.Fold(events)
	if err == nil && rep.Version == 0 {
		err = fault.New(fault.Missing, "report.not_found", nil)
	}
	return rep, err
}

// KeptPhotos sends the pictures of a refused form along.
func KeptPhotos(form url.Values) templ.Component {
	var all []templ.Component
	for _, id := range form["photos"] {
		all = append(all, part.Field{Name: "photos", Kind: part.KindHidden, Value: id})
	}
	return part.Some(all...)
}

// StatusOf is the status of a page that comes back: that of what is not merely wrong input.
func StatusOf(faults []*fault.Fault) int {
	for _, f := range faults {
		if f.Kind != fault.Invalid {
			return f.Kind.Status()
		}
	}
	return http.StatusUnprocessableEntity
}
