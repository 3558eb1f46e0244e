package app

import (
	"cmp"
	"context"
	"log/slog"
)

// checkChats says at the start which chats are set up for a cell that is not there: their messages are taken in, of no cell.
func (a *App) checkChats(ctx context.Context) {
	for _, name := range a.StrayChats(ctx) {
		slog.WarnContext(ctx, "chats.toml names a cell that is not there; messages of this chat come without one", "chat", name)
	}
}

// StrayChats are the names of those chats. A station that is not set up yet has no cells to compare with.
func (a *App) StrayChats(ctx context.Context) (names []string) {
	for _, c := range a.chats {
		org, err := a.Desk.Org(ctx, cmp.Or(c.Station, a.Station))
		if err != nil || len(org.Cells) == 0 || c.Cell == "" {
			continue
		}
		if _, ok := org.Cell(c.Cell); !ok {
			names = append(names, c.Name)
		}
	}
	return names
}
