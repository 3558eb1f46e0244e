package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"maplegrid/internal/access"
	boards "maplegrid/internal/board/found"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/journal"
	"maplegrid/internal/web/keep"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/found"
	"maplegrid/internal/work/matter"
)

// foundPage is the list of things found: the notices for everybody; for those who keep the things, what is to be done with each.
func (s *Site) foundPage(w http.ResponseWriter, r *http.Request) error {
	if s.signedIn(r) && r.URL.Query().Get("view") != "public" {
		return s.foundStaff(w, r)
	}
	return s.foundPublic(w, r)
}

// foundPublic shows the notices that are up: what, where by area, when; no proof detail, no finder, no exact place (7.5).
func (s *Site) foundPublic(w http.ResponseWriter, r *http.Request) error {
	ctx, q := r.Context(), r.URL.Query()
	lang := part.Lang(ctx)
	sort := q.Get("sort")
	if sort != "" && !slices.Contains(found.Sorts, sort) {
		sort = ""
	}
	rows, err := s.Boards.Found.Public(ctx, access.System(s.Station), sort, q.Get("after"), 20)
	if err != nil {
		return err
	}
	title := t(ctx, "found.public")
	body := []templ.Component{part.Heading{Title: title, Sub: t(ctx, "found.public_sub")},
		part.FilterBar{Action: "/found", Fields: []part.Field{{Name: "sort", Label: t(ctx, "found.sort"), Kind: part.KindSelect, Value: sort, Options: called(lang, "opt.foundsort.", found.Sorts)}}}}
	for _, x := range rows.Rows {
		body = append(body, s.noticeCard(r, x))
	}
	if len(rows.Rows) == 0 {
		body = append(body, part.Empty{Icon: "package-search", Text: t(ctx, "found.none"), Hint: t(ctx, "found.none_hint")})
	}
	if rows.Next != "" {
		body = append(body, part.Button{Href: Address("/found", q, "after", rows.Next), Label: t(ctx, "found.older"), Icon: "arrow-right", Kind: part.Quiet})
	}
	body = append(body, noticeOf(part.Info, "info", t(ctx, "found.how")), part.Button{Href: "/report", Label: t(ctx, "found.lost"), Icon: "message-square-text", Kind: part.Quiet},
		templ.Join(templ.Raw(`<p class="urgent">`), part.Icon("siren"), templ.Raw(`<span>`), part.Plainly(t(ctx, "emergency.before")), templ.Raw(` <a href="tel:110"><strong>110</strong></a>`), part.Plainly(t(ctx, "emergency.after")), templ.Raw(`</span></p>`)))
	return s.Public(w, r, http.StatusOK, title, part.Some(body...))
}

func (s *Site) noticeCard(r *http.Request, x boards.Row) templ.Component {
	ctx := r.Context()
	d := part.Definitions{Pairs: []part.Pair{{Term: t(ctx, "found.area"), Text: x.Area}, {Term: t(ctx, "found.found_on"), Text: s.day(r, x)},
		{Term: t(ctx, "found.where"), Text: x.Where}, {Term: t(ctx, "found.notice"), Text: x.Notice}}}
	var photos part.Attachments
	for n := range x.Shown {
		at := "/found/" + url.PathEscape(x.Matter) + "/photo/" + strconv.Itoa(n+1)
		photos.Items = append(photos.Items, part.Attachment{Href: at, Thumb: at + "?thumb", Label: t(ctx, "photo.n", "n", n+1)})
	}
	parts := []templ.Component{d}
	if len(photos.Items) > 0 {
		parts = append(parts, photos)
	}
	return Around(part.Section{Title: x.Looks, Card: true}, parts...)
}

// day says the day a thing was found, never the hour: the hour is for the owner to say.
func (s *Site) day(r *http.Request, x boards.Row) string {
	l := &teller{s: s, ctx: r.Context(), lang: part.Lang(r.Context()), now: s.Clock.Now()}
	return l.Day(x.FoundAt)
}

// foundPhoto shows a picture that was marked to be shown, while its notice is up.
func (s *Site) foundPhoto(w http.ResponseWriter, r *http.Request) error {
	none := fault.New(fault.Missing, "photo.gone", nil)
	n, err := strconv.Atoi(r.PathValue("n"))
	if err != nil || s.Blobs == nil {
		return none
	}
	events, err := s.Desk.Journal.Stream(r.Context(), s.Station, matter.Stream(r.PathValue("id")), 0)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(events, func(e journal.Event) bool { return e.Kind == "found.published/1" }) {
		return none
	}
	x, err := found.Fold(events)
	if err != nil {
		return err
	}
	if _, accepted := x.Accepted(); accepted || !x.Listed() {
		return none
	}
	for _, p := range x.Pictures {
		if !p.Show {
			continue
		}
		if n--; n > 0 {
			continue
		}
		size := keep.Shown
		if r.URL.Query().Has("thumb") {
			size = keep.Thumb
		}
		b, ok, err := s.Blobs.Get(r.Context(), s.Station, p.ID, size)
		if err != nil {
			return err
		}
		if !ok {
			return none
		}
		w.Header().Set("Content-Type", "image/jpeg")
		w.Header().Set("Cache-Control", "public, max-age=600")
		_, _ = w.Write(b)
		return nil
	}
	return none
}

// foundStaff is the list of those who keep the things, in parts.
func (s *Site) foundStaff(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	view := boards.View(q.Get("tab"))
	if view == "" {
		view = boards.Waiting
	}
	rows, err := s.Boards.Found.List(l.ctx, l.scope, view, l.now, q.Get("after"), PageRows)
	if err != nil {
		return err
	}
	counts, err := s.Boards.Found.Counts(l.ctx, l.scope, l.now)
	if err != nil {
		return err
	}
	tabs := part.Tabs{Label: l.t("found.tabs")}
	for _, v := range boards.Views {
		n := counts[v]
		if v == boards.Done {
			n = -1
		}
		tabs.Items = append(tabs.Items, part.Tab{Href: Address("/found", q, "tab", string(v), "after", ""), Label: l.t("found.tab." + string(v)), Count: n, Current: v == view})
	}
	list := part.Matters{Empty: &part.Empty{Icon: "package-search", Text: l.t("found.empty." + string(view))}}
	for _, x := range rows.Rows {
		list.Items = append(list.Items, l.foundItem(x, view))
	}
	var ways []templ.Component
	if l.mayRegister("found.register") {
		ways = append(ways, part.Button{Href: "/found/new", Label: l.Called("act.found.register"), Icon: "plus"})
	}
	if view == boards.Over && len(rows.Rows) > 0 && l.May("ledger.read", access.Thing{Kind: "ledger"}) {
		ways = append(ways, part.Button{Href: "/found/state.pdf", Label: l.t("paper.found_state"), Icon: "printer", Kind: part.Quiet})
	}
	ways = append(ways, part.Button{Href: "/found?view=public", Label: l.t("found.as_public"), Icon: "eye", Kind: part.Quiet})
	body := []templ.Component{Around(part.Heading{Title: l.t("found.title"), Sub: l.t("found.sub"), Back: &part.Link{Href: "/services", Label: l.t("services.title")}}, ways...), tabs, list}
	if pager := l.Pager("/found", q, rows.Next); pager != nil {
		body = append(body, pager)
	}
	return s.Page(w, r, http.StatusOK, l.t("found.title"), "services", part.Some(body...))
}

func (l *teller) foundItem(x boards.Row, view boards.View) part.Matter {
	m := part.Matter{Href: "/matters/" + x.Matter, Number: x.Number, Title: x.Looks, Kind: l.t("opt.foundsort." + x.Sort), Icon: "package", Place: l.Where(x.Cell, x.Area),
		When: l.Day(x.FoundAt)}
	if x.Keeper != "" {
		m.Handler = l.Person(x.Keeper)
	}
	if x.Claims > 0 {
		m.Marks = append(m.Marks, l.t("found.claims_n", "n", x.Claims))
	}
	switch view {
	case boards.Running, boards.Claimed:
		m.Clock = l.ClockAt(x.Until, x.Until.AddDate(0, 0, -30))
	case boards.Over:
		m.Clock = &part.Clock{Tone: part.Due, Label: l.t("found.year_over", "day", l.Day(x.Until))}
	case boards.Done:
		m.Status = &part.Status{Tone: part.OK, Label: l.Called("step." + x.Ended)}
	case boards.Waiting, boards.Return:
	}
	return m
}

// mayRegister tells whether somebody may open a matter by such an act in any cell.
func (l *teller) mayRegister(act string) bool {
	return slices.ContainsFunc(l.org.Cells, func(c grid.Cell) bool {
		return l.May(act, access.Thing{Kind: "matter", Cells: []string{string(c.ID)}})
	})
}

// foundNew is the page on which a thing is taken in from its finder.
func (s *Site) foundNew(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	title := l.Called("act.found.register")
	f, err := l.openingForm(&found.Register{Cell: l.ownCell(), Find: found.Find{Source: "person", FoundAt: l.now}}, "found.register",
		FormOptions{Next: "/matters/{id}", Icon: "package", Draft: "found", RowsOf: map[string]int{"proof_points": 3},
			Only: []string{"cell", "thing_sort", "public_looks", "found_area", "found_at", "proof_points", "photos", "brought_by", "finder", "phone", "unnamed", "wish", "kept_at", "thing_keeper",
				"left_in_hotel", "spot"},
			Fold: map[string]string{"thing_keeper": l.t("found.fold"), "left_in_hotel": l.t("found.fold"), "spot": l.t("found.fold")}})
	if err != nil {
		return err
	}
	return s.Page(w, r, http.StatusOK, title, "services", Narrow(part.Heading{Title: title, Sub: l.t("found.new_sub"), Back: &part.Link{Href: "/found", Label: l.t("found.title")}},
		noticeOf(part.Info, "info", l.t("found.new_note")), f))
}
