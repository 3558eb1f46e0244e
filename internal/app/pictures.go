package app

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"log/slog"
	"time"

	"maplegrid/internal/chat"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/photo"
	"maplegrid/internal/web/keep"
	"maplegrid/internal/work/draft"
)

// openHooks opens what webhooks keep beyond a restart, and lets the chats go on counting.
func (a *App) openHooks(ctx context.Context) (err error) {
	if a.hooks, err = keep.NewHooks(ctx, a.Engine.Blobs.Write, a.Engine.Blobs.Read, a.Desk, a.Rand); err != nil {
		return err
	}
	a.kept = map[string]chat.Counts{}
	for _, c := range a.chats {
		if a.kept[c.Name], err = a.hooks.Counts(ctx, cmp.Or(c.Station, a.Station), c.Name); err != nil {
			return err
		}
		c.Resume(a.kept[c.Name])
	}
	return nil
}

// KeepCounts keeps the counters of webhooks that changed. They are not written at every call: whoever forges calls would make this
// house write.
func (a *App) KeepCounts(ctx context.Context) error {
	for _, c := range a.chats {
		n := c.Counts()
		if n == a.kept[c.Name] {
			continue
		}
		if err := a.hooks.KeepCounts(ctx, cmp.Or(c.Station, a.Station), c.Name, n); err != nil {
			return err
		}
		a.kept[c.Name] = n
	}
	return nil
}

// again is when a picture that could not be fetched is tried again; after the last it is given up. The addresses of WeCom's robots are
// good for five minutes, its media_id for three days.
var again = []time.Duration{10 * time.Second, time.Minute, 3 * time.Minute, 15 * time.Minute, time.Hour, 6 * time.Hour}

// picturesAtOnce is how many pictures of a chat one run fetches at most.
const picturesAtOnce = 20

// FetchPictures fetches the pictures of group messages that are due, one after another, and adds each to its draft. A vendor that does
// not answer is left alone until the next time.
func (a *App) FetchPictures(ctx context.Context) error {
	due, err := a.hooks.Wanted(ctx, a.Desk.Clock.Now(), picturesAtOnce)
	if err != nil {
		return err
	}
	rests := map[string]bool{}
	for _, w := range due {
		if rests[w.Chat] {
			continue
		}
		p, err := a.fetchPicture(ctx, w)
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil:
			err = a.bringPicture(ctx, w, &p)
		case errors.Is(err, chat.ErrNoPicture) || w.Tries >= len(again):
			slog.WarnContext(ctx, "picture of a group message cannot be had", "chat", w.Chat, "draft", w.Draft, "error", err.Error())
			err = a.bringPicture(ctx, w, nil)
		default:
			slog.WarnContext(ctx, "picture of a group message not fetched yet", "chat", w.Chat, "draft", w.Draft, "tries", w.Tries+1, "error", err.Error())
			rests[w.Chat] = true
			if err := a.hooks.PutOff(ctx, w, a.Desk.Clock.Now().Add(again[w.Tries])); err != nil {
				return err
			}
			continue
		}
		if err != nil { // it is there, but could not be kept
			slog.ErrorContext(ctx, "picture of a group message not kept", "chat", w.Chat, "draft", w.Draft, "error", err.Error())
			if err := a.hooks.PutOff(ctx, w, a.Desk.Clock.Now().Add(again[min(w.Tries, len(again)-1)])); err != nil {
				return err
			}
		}
	}
	return nil
}

// fetchPicture gets a picture and takes it in like one sent by hand. What is no picture is none for good.
func (a *App) fetchPicture(ctx context.Context, w keep.Wanted) (photo.Picture, error) {
	for _, c := range a.chats {
		if c.Name != w.Chat || cmp.Or(c.Station, a.Station) != w.Station {
			continue
		}
		b, err := c.Fetch(ctx, w.Picture, a.Desk.Clock.Now())
		if err != nil {
			return photo.Picture{}, err
		}
		p, err := photo.Take(bytes.NewReader(b), photo.Limits{})
		if err != nil {
			err = errors.Join(chat.ErrNoPicture, err)
		}
		return p, err
	}
	return photo.Picture{}, chat.ErrNoPicture // the chat is configured no more
}

// fromChat is by whom pictures were sent that came from a vendor.
const fromChat = "chat"

// bringPicture keeps a picture sealed and adds it to its draft; without one it says that it cannot be had. It is attached before it is
// named, so that no stop in between leaves a draft with a picture that is tidied away.
func (a *App) bringPicture(ctx context.Context, w keep.Wanted, p *photo.Picture) error {
	act := draft.Picture{On: draft.On{Draft: w.Draft}}
	blobs := a.Site.Blobs
	if p != nil {
		var err error
		if act.Photo, err = blobs.Put(ctx, w.Station, fromChat, *p, a.Desk.Clock.Now()); err != nil {
			return err
		}
		if err := blobs.Attach(ctx, w.Station, act.Photo, draft.Stream(w.Draft)); err != nil {
			return err
		}
	}
	done, err := a.Desk.Do(ctx, desk.Program(w.Station), desk.Envelope{Key: "picture-" + w.Name()}, "draft.picture", &act)
	_, refused := fault.Of(err)
	if err != nil && !refused {
		return err
	}
	switch {
	case act.Photo == "":
	case refused || done.Repeat: // its words were destroyed meanwhile, or this is its second coming
		if err := errors.Join(blobs.Move(ctx, w.Station, act.Photo, ""), blobs.Drop(ctx, w.Station, act.Photo), a.dropSaid(ctx, w.Station, w.Draft)); err != nil {
			return err
		}
	case done.ID != done.Drafts[0]: // a report was made of it meanwhile
		if err := blobs.Move(ctx, w.Station, act.Photo, "report/"+done.ID); err != nil {
			return err
		}
	case done.ID != w.Draft: // it was parted
		if err := blobs.Move(ctx, w.Station, act.Photo, draft.Stream(done.ID)); err != nil {
			return err
		}
	}
	return a.hooks.Settled(ctx, w)
}
