// Package api is the JSON surface: every act by its name, every board by its name, and the OpenAPI document made from the same
// tables. It decides nothing: acts go to the desk, boards are asked.
package api

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"sync"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
)

// MaxBody is how many bytes the body of an act may have, where its row names no more.
const MaxBody = 1 << 20

// BoardFunc answers a query of a board for somebody; what it answers is written as JSON.
type BoardFunc func(ctx context.Context, who access.Who, query url.Values) (any, error)

// Options say what the surface is served with. All may be left out.
type Options struct {
	Station string                          // the station meant when a request names none
	Boards  map[string]BoardFunc            // by the name in the path
	Ready   func(ctx context.Context) error // why the boards cannot be asked yet, nil when they can
	Version string                          // of the program, for the OpenAPI document
}

// API serves the JSON surface.
type API struct {
	Options
	desk    *desk.Desk
	mux     *http.ServeMux
	meters  *meters
	openapi [2]func() ([]byte, error)
}

// New makes the surface over a desk.
func New(d *desk.Desk, o Options) *API {
	a := &API{Options: o, desk: d, mux: http.NewServeMux(), meters: newMeters(d.Journal)}
	for i, lang := range []string{"zh", "en"} {
		a.openapi[i] = sync.OnceValues(func() ([]byte, error) { return json.Marshal(OpenAPI(lang, o)) })
	}
	a.Mount(a.mux)
	return a
}

// ServeHTTP implements http.Handler.
func (a *API) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.mux.ServeHTTP(w, r) }

// Mount adds the routes to a mux.
func (a *API) Mount(mux *http.ServeMux) {
	for _, r := range []struct {
		method, path string
		do           func(http.ResponseWriter, *http.Request) error
	}{
		{"POST", "/api/v1/acts/{name}", a.act},
		{"GET", "/api/v1/boards/{name}", a.board},
		{"GET", "/api/openapi.json", a.document},
		{"GET", "/healthz", a.health},
		{"GET", "/readyz", a.ready},
	} {
		mux.Handle(r.path, a.Measure(r.path, http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
			w.Header().Set("Cache-Control", "no-store")
			if req.Method != r.method && (r.method != "GET" || req.Method != "HEAD") {
				w.Header().Set("Allow", r.method)
				a.problem(w, req, fault.New(fault.Missing, "api.method", fault.Args{"method": r.method}), http.StatusMethodNotAllowed)
				return
			}
			if err := r.do(w, req); err != nil {
				a.refuse(w, req, err)
			}
		})))
	}
	mux.Handle("/metrics", a.meters.handler())
	mux.HandleFunc("/api/", func(w http.ResponseWriter, r *http.Request) {
		a.refuse(w, r, fault.New(fault.Missing, "api.no_such_address", nil))
	})
}

func (a *API) board(w http.ResponseWriter, r *http.Request) error {
	who, err := a.caller(r)
	if err != nil {
		return err
	}
	ask, ok := a.Boards[r.PathValue("name")]
	if !ok {
		return fault.New(fault.Missing, "api.no_such_board", fault.Args{"board": short(r.PathValue("name"))})
	}
	answer, err := ask(r.Context(), who, r.URL.Query())
	if err != nil {
		return err
	}
	return send(w, answer)
}

func (a *API) document(w http.ResponseWriter, r *http.Request) error {
	text, err := a.openapi[map[string]int{"en": 1}[Language(r)]]()
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-cache")
	w.Header().Set("Vary", "Accept-Language")
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(text)
	return nil
}

func (a *API) health(w http.ResponseWriter, _ *http.Request) error {
	return send(w, map[string]string{"status": "ok"})
}

// ready tells whether acts are taken and boards answer. A journal that failed to commit takes no acts until it is opened anew.
func (a *API) ready(w http.ResponseWriter, r *http.Request) error {
	if b, ok := a.desk.Journal.(interface{ Broken() error }); ok && b.Broken() != nil {
		return fault.New(fault.Unavailable, "store.unavailable", nil)
	}
	if _, _, err := a.desk.Journal.Head(r.Context(), a.Station); err != nil {
		return fault.New(fault.Unavailable, "store.unavailable", nil)
	}
	if a.Ready != nil && a.Ready(r.Context()) != nil {
		return fault.New(fault.Unavailable, "api.boards_behind", nil)
	}
	return send(w, map[string]string{"status": "ready"})
}

func send(w http.ResponseWriter, answer any) error {
	text, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(text, '\n')) // the caller may have gone; what was done stays done
	return nil
}

// answer is what an act answers: what the desk answers, and a secret that is shown once.
type answer struct {
	Seq     journal.Seq `json:"seq"`
	ID      string      `json:"id,omitempty"`
	Receipt string      `json:"receipt,omitempty"`
	Number  string      `json:"number,omitempty"`
	Matters []string    `json:"matters,omitempty"`
	Drafts  []string    `json:"drafts,omitempty" doc:"made of a pasted stretch of a chat, or of a message that was parted"`
	Known   int         `json:"known,omitempty" doc:"messages of a paste that were taken before"`
	Left    int         `json:"left,omitempty" doc:"messages of a paste that found no room: pasting the same again takes them"`
	Secret  string      `json:"secret,omitempty" doc:"shown once, e.g. a token"`
}
