package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board/retention"
	"maplegrid/internal/clock"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work"
	"maplegrid/internal/work/draft"
	rule "maplegrid/internal/work/retention"
)

// most is how many things of a rule go in one round: what has gathered for years goes little by little, and the desk stays quick.
const most = 200

// forget destroys what was kept as long as the playbook keeps it (law-and-standards 15.5): whatever is on the board of what is kept, and
// what was said in group chats and of which nothing was made.
func (a *App) forget(ctx context.Context, station string) error {
	book, err := a.Desk.Book(ctx, station)
	if err != nil {
		return err
	}
	for _, x := range book.Retentions() {
		if x.Key == draft.KeptAs {
			continue
		}
		if err := a.forgetBy(ctx, station, x); err != nil {
			return err
		}
	}
	if err := a.forgetPictures(ctx, station); err != nil {
		return err
	}
	return a.forgetChat(ctx, station, book)
}

// askedAs is how the things begin that people ask about who have something in a thing that is kept.
func askedAs(thing string) string {
	if id, ok := strings.CutPrefix(thing, "matter/"); ok {
		return "party/" + id + "/"
	}
	if id, ok := strings.CutPrefix(thing, "windowday/"); ok {
		return "appointment/" + id + "/"
	}
	return thing
}

// picturesFor is how far back pictures of what went are looked for after a start: a server that was down comes back by then.
const picturesFor = 30 * 24 * time.Hour

// forgetPictures drops the pictures of what went since the last round. They lie outside the journal; dropping them twice does no harm.
func (a *App) forgetPictures(ctx context.Context, station string) error {
	now := a.Desk.Clock.Now()
	since, ok := a.dropped[station]
	if !ok {
		since = now.Add(-picturesFor)
	}
	gone, err := a.Boards.Retention.GoneSince(ctx, access.System(station), since)
	if err != nil {
		return err
	}
	for _, row := range gone {
		if id, ok := strings.CutPrefix(row.Thing, "draft/"); ok {
			err = a.dropSaid(ctx, station, id)
		} else {
			err = a.Site.DropPictures(ctx, station, row.Thing)
		}
		if err != nil {
			return err
		}
	}
	if a.dropped == nil {
		a.dropped = map[string]time.Time{}
	}
	a.dropped[station] = now.Add(-time.Hour) // what the boards have not seen yet is seen next time
	return nil
}

// forgetBy destroys what is due by one rule, with its pictures. What its person asked about and was not answered yet waits for the answer.
func (a *App) forgetBy(ctx context.Context, station string, x playbook.Retention) error {
	now := a.Desk.Clock.Now()
	due, err := a.Boards.Retention.Due(ctx, access.System(station), retention.Term{Rule: x.Key, Until: now.AddDate(0, -x.Months, 0), Ask: x.Ask}, now, most)
	if err != nil {
		return err
	}
	for _, row := range due {
		waits, err := a.Boards.Rights.Waits(ctx, access.System(station), askedAs(row.Thing))
		if err != nil {
			return err
		}
		if waits {
			continue
		}
		// What was found to stay is looked at again some weeks later: the day is in the key.
		key := fmt.Sprintf("forget-%s-%s", row.Thing, now.In(clock.Shanghai).Format(time.DateOnly))
		if err := a.program(ctx, station, key, "retention.forget", &rule.Forget{Thing: row.Thing}); err != nil {
			return err
		}
	}
	return nil
}

// forgetChat destroys what was said in group chats and of which nothing was made, when the playbook keeps it no longer.
func (a *App) forgetChat(ctx context.Context, station string, book *playbook.Book) error {
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
			if err := a.dropSaid(ctx, station, r.ID); err != nil {
				return err
			}
		}
	}
	return nil
}

// dropSaid drops the pictures of a draft that was destroyed while it was set aside, and of those that had been joined to it; of one that
// was parted they are those of its parts. One that is held, or was brought back meanwhile, keeps them.
func (a *App) dropSaid(ctx context.Context, station, id string) error {
	d, photos, err := a.said(ctx, station, id)
	if err != nil || !d.Erased || d.State != draft.Aside {
		return err
	}
	for _, member := range d.Members {
		m, more, err := a.said(ctx, station, member)
		if err != nil {
			return err
		}
		if m.Erased {
			photos = append(photos, more...)
		}
	}
	for _, photo := range photos {
		blob, ok, err := a.Site.Blobs.Meta(ctx, station, photo)
		if err != nil {
			return err
		}
		if !ok || !strings.HasPrefix(blob.Thing, "draft/") { // what went along to a report stays with it
			continue
		}
		if err := a.Site.Blobs.Move(ctx, station, photo, draft.Stream(id)); err != nil {
			return err
		}
	}
	return a.Site.Blobs.DropOf(ctx, station, draft.Stream(id))
}

// said is a draft and the pictures it ever had.
func (a *App) said(ctx context.Context, station, id string) (d *draft.Draft, photos []string, err error) {
	events, err := a.Desk.Journal.Stream(ctx, station, draft.Stream(id), 0)
	if err != nil {
		return nil, nil, err
	}
	d = &draft.Draft{}
	err = work.Replay(events, func(v work.Event, at work.At) error {
		err := d.Apply(v, at)
		for _, p := range d.Photos {
			if !slices.Contains(photos, p.ID) {
				photos = append(photos, p.ID)
			}
		}
		return err
	})
	return d, photos, err
}
