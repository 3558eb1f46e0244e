package steps

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/api"
	"maplegrid/internal/app"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
)

// The two stations of every story; the neighbour is empty until somebody works there.
const (
	home      = "s1"
	neighbour = "s2"
)

// stage is one scenario's fresh station: the real program behind HTTP, a clock that stands still, and what the story has named so far.
type stage struct {
	ctx    context.Context
	app    *app.App
	clock  *clock.Stepped
	server *httptest.Server
	client *http.Client
	end    []func() error

	persons  map[string]*person // by what they are called
	order    []string
	cells    map[string]string // id by name, of both stations
	matters  map[string]string // id by title
	reports  []told
	seen     map[string]map[string]int // what somebody saw: person, matter, version
	keys     int
	last     *request
	page     openPage          // what somebody without an account has open
	campaign string            // the one a story speaks of
	named    map[string]string // ids of what a story has given a name: a kit, a firm, a card
	refused  *api.Problem      // of the last step, until a step has said that it was to be
}

type person struct {
	id, token, station string
	role               grid.Role
	cells              []string
}

// told is a report and the receipt its reporter holds.
type told struct{ id, receipt string }

// request is a post: an act as JSON, or a form of the pages.
type request struct {
	path, token, station, key string
	form                      bool
	body                      []byte
}

// start is when the clock of a story stands at first.
var start = time.Date(2026, 3, 2, 9, 0, 0, 0, clock.Shanghai)

func (s *stage) open(ctx context.Context, data, db string, books func(string) (*playbook.Book, error)) error {
	s.ctx, s.clock = ctx, clock.NewStepped(start.UTC())
	s.named = map[string]string{}
	s.persons, s.cells, s.matters, s.seen = map[string]*person{}, map[string]string{}, map[string]string{}, map[string]map[string]int{}
	var err error
	if s.app, err = app.Open(ctx, app.Config{Data: data, DB: db, Station: home, Clock: s.clock}); err != nil {
		return err
	}
	s.end = append(s.end, s.app.Close)
	s.app.Desk.Books = books
	s.server = httptest.NewServer(s.app.Handler())
	s.end = append(s.end, func() error { s.server.Close(); return nil })
	s.client = s.server.Client()
	s.client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	follow, stop := context.WithCancel(ctx) // pages wait for the boards
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		s.app.Boards.Run(follow, func(error) {}) // what goes wrong is met again by the step that catches up
	}()
	s.end = append(s.end, func() error { stop(); <-stopped; return nil })
	for station, name := range map[string]string{home: "枫林派出所", neighbour: "邻所"} {
		for _, act := range []any{&organisation.SetStation{Name: name}, &organisation.SetCell{ID: "station", Kind: "station", Zh: name}} {
			name := map[bool]string{true: "org.set_station", false: "org.set_cell"}[isStation(act)]
			if _, err := s.setUp(station, name, act); err != nil {
				return err
			}
		}
	}
	return nil
}

func isStation(act any) bool { _, ok := act.(*organisation.SetStation); return ok }

func (s *stage) close() error {
	var first error
	for i := len(s.end) - 1; i >= 0; i-- {
		if err := s.end[i](); err != nil && first == nil {
			first = err
		}
	}
	s.end = nil
	return first
}

func (s *stage) key() string { s.keys++; return fmt.Sprintf("story-%d", s.keys) }

// setUp does an act as the program itself: what the owner of the machine does before anybody works there.
func (s *stage) setUp(station, name string, act any) (desk.Answer, error) {
	return s.app.Desk.Do(s.ctx, desk.Program(station), desk.Envelope{Key: s.key()}, name, act)
}

// post sends an act through the JSON surface; a refusal is kept for the next step to expect, and answered with false.
func (s *stage) post(by *person, act string, body map[string]any) (desk.Answer, bool, error) {
	data, err := json.Marshal(body)
	if err != nil {
		return desk.Answer{}, false, err
	}
	r := request{path: "/api/v1/acts/" + act, key: s.key(), body: data, station: home}
	if by != nil {
		r.token, r.station = by.token, by.station
	}
	return s.send(r)
}

func (s *stage) send(r request) (desk.Answer, bool, error) {
	s.last = &r
	if r.form {
		return s.sendForm(r)
	}
	status, _, text, err := s.http("POST", r)
	if err != nil {
		return desk.Answer{}, false, err
	}
	if status != http.StatusOK {
		s.refused = &api.Problem{}
		if err := json.Unmarshal(text, s.refused); err != nil || s.refused.Code == "" || status >= 500 {
			return desk.Answer{}, false, fmt.Errorf("%s 出错（%d）：%s", r.path, status, text)
		}
		return desk.Answer{}, false, nil
	}
	var a desk.Answer
	if err := json.Unmarshal(text, &a); err != nil {
		return a, false, err
	}
	return a, true, s.follow()
}

// follow waits until the boards have seen what happened.
func (s *stage) follow() error {
	_, err := s.app.Boards.CatchUp(s.ctx)
	return err
}

// http makes a request and gives the status, where the answer leads on to, and its body.
func (s *stage) http(method string, r request) (int, string, []byte, error) {
	req, err := http.NewRequestWithContext(s.ctx, method, s.server.URL+r.path, bytes.NewReader(r.body))
	if err != nil {
		return 0, "", nil, err
	}
	if r.station != "" {
		req.Header.Set(api.HeaderStation, r.station)
	}
	if r.token != "" {
		req.Header.Set("Authorization", "Bearer "+r.token)
	}
	switch {
	case r.form:
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	case method == "POST":
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set(api.HeaderKey, r.key)
	}
	res, err := s.client.Do(req)
	if err != nil {
		return 0, "", nil, err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	return res.StatusCode, res.Header.Get("Location"), text, err
}

// ask asks a board as a person; a refusal answers with false.
func (s *stage) ask(by *person, board string, query url.Values, into any) (bool, error) {
	status, _, text, err := s.http("GET", request{path: "/api/v1/boards/" + board + "?" + query.Encode(), token: by.token, station: by.station})
	switch {
	case err != nil:
		return false, err
	case status == http.StatusOK:
		return true, json.Unmarshal(text, into)
	case status == http.StatusForbidden:
		return false, nil
	}
	return false, fmt.Errorf("%s 答不出来（%d）：%s", board, status, text)
}

func (s *stage) person(name string) (*person, error) {
	if p, ok := s.persons[name]; ok {
		return p, nil
	}
	return nil, fmt.Errorf("没有登记过“%s”", name)
}

func (s *stage) id(name string) (string, error) {
	p, err := s.person(name)
	if err != nil {
		return "", err
	}
	return p.id, nil
}

func (s *stage) cell(name string) (string, error) {
	if id, ok := s.cells[name]; ok {
		return id, nil
	}
	return "", fmt.Errorf("没有“%s”这个网格", name)
}

func (s *stage) matterID(title string) (string, error) {
	if id, ok := s.matters[title]; ok {
		return id, nil
	}
	return "", fmt.Errorf("没有立过事项“%s”", title)
}

func (s *stage) body(name string) (string, error) {
	org, err := s.app.Desk.Org(s.ctx, home)
	if err != nil {
		return "", err
	}
	list := slices.Concat(org.Bodies, s.book().Org().Bodies)
	return pick(list, name, func(b grid.Body) (string, string) { return string(b.ID), b.Name.Zh })
}

func (s *stage) kind(name string) (string, error) {
	return pick(s.book().Kinds(), name, func(k playbook.Kind) (string, string) { return k.Key, k.Name.Zh })
}

func (s *stage) limit(m *matter.Matter, name string) (string, error) {
	if m != nil {
		for _, l := range m.Limits {
			if n := fault.Name("zh", "limit."+l.Key); n == name || l.Key == name {
				return l.Key, nil
			}
		}
	}
	return "", fmt.Errorf("这件事项没有时限“%s”", name)
}

func (s *stage) task(m *matter.Matter, title string) (string, error) {
	if m != nil {
		for _, t := range m.Tasks {
			if t.Title == title {
				return t.ID, nil
			}
		}
	}
	return "", fmt.Errorf("这件事项没有任务“%s”", title)
}

// book is the playbook in force.
func (s *stage) book() *playbook.Book {
	b, err := s.app.Desk.Book(s.ctx, home)
	if err != nil {
		return &playbook.Book{}
	}
	return b
}

// matter is a matter as its journal tells it.
func (s *stage) matter(title string) (matter.Matter, error) {
	id, err := s.matterID(title)
	if err != nil {
		return matter.Matter{}, err
	}
	events, err := s.app.Engine.Journal.Stream(s.ctx, home, matter.Stream(id), 0)
	if err != nil {
		return matter.Matter{}, err
	}
	return matter.Fold(events)
}

// first is the first person of one of the roles.
func (s *stage) first(roles ...grid.Role) (*person, error) {
	for _, name := range s.order {
		if p := s.persons[name]; p.station == home && slices.Contains(roles, p.role) {
			return p, nil
		}
	}
	return nil, fmt.Errorf("本所没有%s", roles[0].Name().Zh)
}

func roleOf(name string) (grid.Role, error) {
	switch strings.TrimSpace(name) {
	case "村干部", "社区干部":
		return grid.VillageCadre, nil
	case "指挥室":
		return grid.DutyLead, nil
	}
	key, err := pick(grid.Roles(), strings.TrimSpace(name), func(r grid.Role) (string, string) { return string(r), r.Name().Zh })
	return grid.Role(key), err
}
