package web

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/web/asset"
	"maplegrid/internal/web/page/part"
)

// Audience says who may knock at a route.
type Audience int

// The audiences. Anyone's handlers see access.Public as who asks, or the person when somebody is signed in.
const (
	SignedIn Audience = iota
	Anyone
	HalfWay // signed in with a password, the second factor still to come
)

// Route is one row of the table of pages. May is a look ("ledger.read") that the policy is asked about before the handler runs; what
// depends on one matter or report the handler asks itself (Site.Matter, Site.report). Large lets a body be
// as big as six pictures.
type Route struct {
	Method, Pattern string
	Who             Audience
	May             string
	Large           bool
	Handler         func(w http.ResponseWriter, r *http.Request) error
}

// Room is pages of one area in a room of their own, internal/web/AREA; web/rooms puts them together.
type Room interface {
	Routes() []Route
}

// Album is a room whose things bear pictures.
type Album interface {
	// Pictures gives the pictures of one thing that who asks may see; none for a kind of thing that is not the room's.
	Pictures(r *http.Request, kind, id string) ([]string, error)
}

// Routes is the one table of pages: those of the core, and what each room of pages brings.
func (s *Site) Routes() []Route {
	routes := slices.Concat(
		s.doorRoutes(),
		s.accountRoutes(),
		s.residentRoutes(),
		s.actRoutes(),
		s.blobRoutes(),
		s.posterRoutes(),
		s.staffRoutes(),
		s.talkRoutes(),
		s.disputeRoutes(),
		s.aroundDisputes(),
		s.serviceRoutes(),
		s.doorstepRoutes(),
		s.findingRoutes(),
		s.keepingRoutes(),
		s.noticeRoutes(),
		s.proofRoutes(),
		s.mineRoutes(),
		s.bookerRoutes(),
		s.retentionRoutes(),
		s.ratingRoutes(),
		s.hotspotRoutes(),
		s.chatRoutes(),
	)
	for _, room := range s.Rooms {
		routes = append(routes, room.Routes()...)
	}
	return routes
}

// Handler gives everything this station answers over HTTP, behind the walls that every page needs.
func (s *Site) Handler() http.Handler {
	s.init()
	mux := http.NewServeMux()
	for _, route := range s.Routes() {
		mux.Handle(route.Method+" "+route.Pattern, s.serve(route))
	}
	mux.Handle("GET "+asset.Prefix, asset.Handler())
	for _, prefix := range slices.Sorted(maps.Keys(s.More)) {
		mux.Handle(prefix, s.More[prefix])
	}
	mux.Handle("/", s.serve(Route{Who: Anyone, Handler: s.nothing}))
	return s.walls(mux)
}

// nothing answers an address there is no page for, or a method the page does not take.
func (s *Site) nothing(w http.ResponseWriter, r *http.Request) error {
	return fault.New(fault.Missing, "web.no_page", nil)
}

// serve runs one route: size of the body, who asks, what they may do; then the page, or a finished error page.
func (s *Site) serve(route Route) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r, err := s.limit(w, r, route.Large)
		if err == nil {
			r, err = s.recognise(w, r)
		}
		if err == nil {
			err = s.admit(route, r)
		}
		if err == nil && s.mustChange(route, r) {
			err = s.toChange(w, r)
		} else if err == nil {
			err = route.Handler(w, r)
		}
		if err != nil {
			s.fail(w, r, err)
		}
	})
}

// admit refuses who may not knock at a route.
func (s *Site) admit(route Route, r *http.Request) error {
	v := visitOf(r)
	switch {
	case route.Who == Anyone:
		return nil
	case v.session == nil, route.Who == HalfWay && v.session.Stage == "":
		return fault.New(fault.SignIn, "web.sign_in", nil)
	case route.Who == SignedIn && !v.signedIn():
		return fault.New(fault.SignIn, "web.sign_in_further", nil)
	}
	if route.May != "" && !s.May(v.who, route.May) {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	return nil
}

// mustChange tells whether somebody came in with a password that another one set: it is good for changing it, and for leaving.
func (s *Site) mustChange(route Route, r *http.Request) bool {
	v := visitOf(r)
	if !v.signedIn() || !v.once || strings.HasPrefix(r.URL.Path, "/account") {
		return false
	}
	return route.Who == SignedIn && r.URL.Path != "/sign-out" || r.URL.Path == "/"
}

func (s *Site) toChange(w http.ResponseWriter, r *http.Request) error {
	if r.Method != http.MethodGet {
		return fault.New(fault.Denied, "web.once", nil)
	}
	s.Flash(w, r, part.Due, t(r.Context(), "account.once"))
	http.Redirect(w, r, "/account", http.StatusSeeOther)
	return nil
}

// May asks whether somebody may look at a kind of thing at all; which things they then see is for a Scope to say.
func (s *Site) May(who access.Who, look string) bool {
	kind, _, _ := strings.Cut(look, ".")
	switch kind {
	case "search", "surrender":
		kind = "matter"
	case "settings":
		kind = "org"
	}
	return s.Policy.May(who, look, access.Thing{Kind: kind, Station: who.Station, Cells: who.Cells, People: []string{who.Person}, Subject: who.Person}).Allow
}
