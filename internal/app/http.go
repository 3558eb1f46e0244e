package app

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/api"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/board/promises"
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
)

// Version is the program's version, told by the API document and `maplegrid version`.
const Version = "0.1.0"

// API is the JSON surface of the app.
func (a *App) API() *api.API {
	return api.New(a.Desk, api.Options{Station: a.Station, Version: Version, Ready: a.Ready, Boards: map[string]api.BoardFunc{
		"worklist": a.worklistBoard, "ledger": a.ledgerBoard, "inbox": a.inboxBoard, "search": a.searchBoard, "tasks": a.tasksBoard,
		"promises": a.promisesBoard, "hotspots": a.hotBoard}})
}

// Ready says why pages cannot be answered: a journal that refuses to write, or boards far behind it.
func (a *App) Ready(ctx context.Context) error {
	if err := a.Engine.Journal.Broken(); err != nil {
		return err
	}
	stations, err := a.Engine.Journal.Stations(ctx)
	if err != nil {
		return err
	}
	for _, s := range stations {
		head, _, err := a.Engine.Journal.Head(ctx, s)
		if err != nil {
			return err
		}
		if at, _ := a.Boards.Reached(s); head-at > maxBehind {
			return fmt.Errorf("boards of %s are %d events behind", s, head-at)
		}
	}
	return nil
}

// maxBehind is how many events boards may be behind before pages say so.
const maxBehind = 50000

// may gives what somebody may see in a list, after asking whether they may look at that kind of list at all.
func (a *App) may(who access.Who, look, kind string) (access.Scope, error) {
	if !a.Policy.May(who, look, access.Thing{Kind: kind, Station: who.Station, Cells: who.Cells, People: []string{who.Person}}).Allow {
		return access.Scope{}, fault.New(fault.Denied, "access.denied", nil)
	}
	return a.Policy.Scope(who), nil
}

func (a *App) worklistBoard(ctx context.Context, who access.Who, q url.Values) (any, error) {
	s, err := a.may(who, "matter.read", "matter")
	if err != nil {
		return nil, err
	}
	tab := matters.Tab(q.Get("tab"))
	if tab == "" {
		tab = matters.AllOpen
	}
	f, err := filter(q)
	if err != nil {
		return nil, err
	}
	return a.Boards.Matters.WorkList(ctx, s, tab, f, a.Desk.Clock.Now(), q.Get("cursor"), limit(q))
}

func (a *App) ledgerBoard(ctx context.Context, who access.Who, q url.Values) (any, error) {
	if _, err := a.may(who, "ledger.read", "ledger"); err != nil {
		return nil, err
	}
	s := a.Policy.LedgerScope(who)
	f, err := filter(q)
	if err != nil {
		return nil, err
	}
	p, err := a.Boards.Matters.Ledger(ctx, s, f, q.Get("cursor"), limit(q))
	for i := range p.Rows {
		r := &p.Rows[i]
		if r.Title, r.Place = vault.MaskFree(r.Title), vault.MaskFree(r.Place); a.Policy.Scope(who).Station() == "" { // counts, and reads no content
			r.Title, r.Place = "", ""
		}
	}
	return p, err
}

func (a *App) inboxBoard(ctx context.Context, who access.Who, q url.Values) (any, error) {
	s, err := a.may(who, "report.read", "report")
	if err != nil {
		return nil, err
	}
	p, err := a.Boards.Inbox.List(ctx, s, q.Get("state"), q.Get("cell"), q.Get("cursor"), limit(q))
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, r := range p.Rows {
		ids = append(ids, r.Matters...)
	}
	seen, err := a.Boards.Matters.Seen(ctx, s, ids)
	if err != nil {
		return nil, err
	}
	for i := range p.Rows { // a report of one's own cell may have become a matter of another
		p.Rows[i].Matters = slices.DeleteFunc(p.Rows[i].Matters, func(id string) bool { return !seen(id) })
	}
	return p, nil
}

func (a *App) searchBoard(ctx context.Context, who access.Who, q url.Values) (any, error) {
	s, err := a.may(who, "search", "matter")
	if err != nil {
		return nil, err
	}
	hits, ok, err := a.Boards.Search.Find(ctx, s, q.Get("q"), q.Get("thing"), limit(q))
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.New(fault.Invalid, "search.nothing_to_find", nil).On("q")
	}
	return map[string]any{"hits": hits}, nil
}

func (a *App) tasksBoard(ctx context.Context, who access.Who, q url.Values) (any, error) {
	s, err := a.may(who, "matter.read", "matter")
	if err != nil {
		return nil, err
	}
	tasks, err := a.Boards.Matters.MyTasks(ctx, s, limit(q))
	return map[string]any{"rows": tasks}, err
}

func (a *App) promisesBoard(ctx context.Context, who access.Who, q url.Values) (any, error) {
	s, err := a.may(who, "promises.read", "ledger")
	if err != nil {
		return nil, err
	}
	view := promises.View(q.Get("view"))
	if view == "" {
		view = promises.Open
	}
	today := a.Desk.Clock.Now().In(clock.Shanghai).Format(time.DateOnly)
	p, err := a.Boards.Promises.List(ctx, s, promises.Filter{View: view, Handler: q.Get("handler"), Cell: q.Get("cell")}, today, q.Get("cursor"), limit(q))
	for i := range p.Rows {
		p.Rows[i].Title = vault.MaskFree(p.Rows[i].Title)
	}
	return p, err
}

func limit(q url.Values) int {
	n, err := strconv.Atoi(q.Get("limit"))
	if err != nil || n <= 0 {
		return 50
	}
	return min(n, matters.MaxPage)
}

func filter(q url.Values) (matters.Filter, error) {
	f := matters.Filter{Kind: q.Get("kind"), Grade: q.Get("grade"), State: q.Get("state"), Cell: q.Get("cell"), Handler: q.Get("handler"), Outcome: q.Get("outcome")}
	for _, d := range []struct {
		name string
		into *time.Time
		add  int
	}{{"from", &f.From, 0}, {"to", &f.To, 1}} {
		if v := q.Get(d.name); v != "" {
			t, err := time.ParseInLocation(time.DateOnly, v, clock.Shanghai)
			if err != nil {
				return f, fault.New(fault.Invalid, "form.date", nil).On(d.name)
			}
			*d.into = t.AddDate(0, 0, d.add)
		}
	}
	return f, nil
}

// Handler is everything the app answers over HTTP.
func (a *App) Handler() http.Handler { return behind(a.proxies, a.Site.Handler()) }
