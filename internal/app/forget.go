package app

import (
	"context"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/board/drafts"
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
			if state == draft.Aside { // the pictures of one that was parted are those of its parts
				if err := a.dropPictures(ctx, station, r); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// dropPictures drops the pictures of a draft that was destroyed, and of those that had been joined to it: they lie outside the journal.
// What went along to a report stays with it.
func (a *App) dropPictures(ctx context.Context, station string, r drafts.Row) error {
	rows, err := a.Boards.Drafts.ByID(ctx, access.System(station), r.Members...)
	if err != nil {
		return err
	}
	for _, one := range append(rows, r) {
		thing := draft.Stream(one.ID)
		for _, id := range one.Photos {
			blob, ok, err := a.Site.Blobs.Meta(ctx, station, id)
			if err != nil {
				return err
			}
			if !ok || !strings.HasPrefix(blob.Thing, "draft/") {
				continue
			}
			if err := a.Site.Blobs.Move(ctx, station, id, thing); err != nil {
				return err
			}
		}
		if err := a.Site.Blobs.DropOf(ctx, station, thing); err != nil {
			return err
		}
	}
	return nil
}
