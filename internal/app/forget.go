package app

import (
	"context"

	"maplegrid/internal/access"
	"maplegrid/internal/work/draft"
)

// forget destroys what was said in group chats and of which nothing was made, when the playbook keeps it no longer.
func (a *App) forget(ctx context.Context, station string) error {
	book, err := a.Desk.Book(ctx, station)
	if err != nil {
		return err
	}
	keep, ok := book.Retention(draft.KeptAs)
	if !ok {
		return nil
	}
	before := a.Desk.Clock.Now().AddDate(0, -keep.Months, 0)
	for _, state := range []draft.State{draft.Aside, draft.Parted, draft.Dropped} {
		rows, err := a.Boards.Drafts.Stale(ctx, access.System(station), state, before, 500)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if err := a.program(ctx, station, "forget-"+r.ID, "draft.forget", &draft.Forget{On: draft.On{Draft: r.ID}}); err != nil {
				return err
			}
		}
	}
	return nil
}
