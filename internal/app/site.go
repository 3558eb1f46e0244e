package app

import (
	"context"
	"fmt"
	"io/fs"

	"maplegrid/internal/web"
	"maplegrid/internal/web/keep"
	"maplegrid/playbooks"
)

// Site is the pages of the app. closing ends streams that are kept open, nil never does.
func (a *App) Site(ctx context.Context, baseURL string, closing <-chan struct{}) (*web.Site, error) {
	sessions, err := keep.NewSessions(ctx, a.Engine.Boards.Write, a.Engine.Boards.Read)
	if err != nil {
		return nil, err
	}
	blobs, err := keep.NewBlobs(ctx, a.Engine.Blobs.Write, a.Engine.Blobs.Read, a.Desk, a.Rand)
	if err != nil {
		return nil, err
	}
	return &web.Site{Desk: a.Desk, Policy: a.Policy, Clock: a.Clock, Rand: a.Rand, Sessions: sessions, Blobs: blobs, Station: a.Station, BaseURL: baseURL,
		Books: a.choices, Boards: web.Boards{Matters: a.Boards.Matters, Inbox: a.Boards.Inbox, Search: a.Boards.Search, Looks: a.Boards.Looks,
			Reached: a.Boards.Reached, Wait: a.Boards.Wait, Closing: closing}}, nil
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
