package app

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"net/netip"

	"maplegrid/internal/web"
	"maplegrid/internal/web/keep"
	"maplegrid/internal/web/rooms"
	"maplegrid/playbooks"
)

// site puts the pages together, with the JSON surface behind the same walls.
func (a *App) site(ctx context.Context) (*web.Site, error) {
	sessions, err := keep.NewSessions(ctx, a.Engine.Blobs.Write, a.Engine.Blobs.Read)
	if err != nil {
		return nil, err
	}
	blobs, err := keep.NewBlobs(ctx, a.Engine.Blobs.Write, a.Engine.Blobs.Read, a.Desk, a.Rand)
	if err != nil {
		return nil, err
	}
	if err := a.openHooks(ctx); err != nil {
		return nil, err
	}
	surface := a.API()
	s := &web.Site{Desk: a.Desk, Policy: a.Policy, Clock: a.Clock, Rand: a.Rand, Sessions: sessions, Blobs: blobs, Station: a.Station, BaseURL: a.BaseURL, Demo: a.Demo,
		Books: a.choices, Ways: a.ways, Reader: a.Reader, Hot: a.Hot, Chats: a.chats, Want: a.hooks.Want, Texts: func(string) bool { return a.Notify.Gateways().SMS != nil }, Boards: web.Boards{Matters: a.Boards.Matters, Inbox: a.Boards.Inbox, Findings: a.Boards.Findings, Search: a.Boards.Search, Looks: a.Boards.Looks, Ratings: a.Boards.Ratings, Rights: a.Boards.Rights, Cards: a.Boards.Cards,
			Disputes: a.Boards.Disputes, Promises: a.Boards.Promises, Meetings: a.Boards.Meetings, Firms: a.Boards.Firms, Campaigns: a.Boards.Campaigns, Found: a.Boards.Found, Doorsteps: a.Boards.Doorsteps, Notices: a.Boards.Notices, Tours: a.Boards.Tours,
			Appointments: a.Boards.Appointments, Drafts: a.Boards.Drafts, Retention: a.Boards.Retention, Reached: a.Boards.Reached, Wait: a.Boards.Wait, Closing: a.Closing},
		More: map[string]http.Handler{"/api/": surface, "/healthz": surface, "/readyz": surface, "/metrics": local(surface)}}
	s.Rooms = rooms.All(s)
	return s, nil
}

// local answers the machine itself only, and nobody a proxy speaks for: the meters tell of every station.
func local(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		from, err := netip.ParseAddrPort(r.RemoteAddr)
		if err != nil || !from.Addr().Unmap().IsLoopback() || r.Header.Get("X-Forwarded-For") != "" || r.Header.Get("Forwarded") != "" {
			http.NotFound(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// choices are the shipped playbooks that may be chosen at setup.
func (a *App) choices(context.Context) []web.Choice {
	entries, err := fs.ReadDir(playbooks.FS, ".")
	if err != nil {
		panic(fmt.Sprintf("app: read shipped playbooks: %v", err)) // embedded
	}
	var list []web.Choice
	for _, e := range entries {
		if b, err := a.Desk.Books(e.Name()); e.IsDir() && err == nil {
			list = append(list, web.Choice{Value: e.Name(), Zh: b.Title.Zh, En: b.Title.En})
		}
	}
	return list
}
