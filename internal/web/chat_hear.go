package web

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"maplegrid/internal/chat"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/web/keep"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/draft"
)

// chatRoutes are the addresses the chat vendors call; without chats.toml there are none.
func (s *Site) chatRoutes() []Route {
	if len(s.Chats) == 0 {
		return nil
	}
	return []Route{ // large: what is too large is to be counted, not answered before
		{Method: "GET", Pattern: "/chat/{name}", Who: Anyone, Large: true, Handler: s.chatHear},
		{Method: "POST", Pattern: "/chat/{name}", Who: Anyone, Large: true, Handler: s.chatHear},
	}
}

// chatHear takes in what a vendor's webhook brings. What is not believed is answered 401 without a word why, counted and not kept.
func (s *Site) chatHear(w http.ResponseWriter, r *http.Request) error {
	c := s.chatNamed(r.PathValue("name"))
	if c == nil {
		return fault.New(fault.Missing, "web.no_page", nil)
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, chat.MaxCall+1))
	if err != nil {
		return err
	}
	h, err := c.Hear(chat.Call{Method: r.Method, Query: r.URL.Query(), Header: r.Header, Body: body}, s.Clock.Now())
	if err != nil {
		s.Log.WarnContext(r.Context(), "webhook refused", "chat", c.Name, "why", err.Error())
		w.WriteHeader(http.StatusUnauthorized)
		return nil
	}
	for i, l := range h.Lines {
		var pictures []chat.Picture
		if i == 0 && c.FetchesPictures() { // of one message there are more lines only when it is very long
			pictures = h.Pictures
		}
		if err := s.heard(r, c, h, l, pictures); err != nil {
			c.Unheard(h) // the vendor sends it again
			s.Log.ErrorContext(r.Context(), "message of a webhook not kept", "chat", c.Name, "error", err.Error())
			w.WriteHeader(http.StatusServiceUnavailable)
			return nil
		}
	}
	if h.AnswerType != "" {
		w.Header().Set("Content-Type", h.AnswerType)
	}
	_, _ = w.Write(h.Answer) // who has left cannot be told
	return nil
}

func (s *Site) chatNamed(name string) *chat.Chat {
	for _, c := range s.Chats {
		if c.Name == name {
			return c
		}
	}
	return nil
}

// chatStation is the station a chat belongs to.
func (s *Site) chatStation(c *chat.Chat) string {
	if c.Station != "" {
		return c.Station
	}
	return s.Station
}

// heard makes a draft of a message, and keeps that its pictures are to be fetched. The vendor's id is the key: the same message, sent
// again after a restart, is there already.
func (s *Site) heard(r *http.Request, c *chat.Chat, h chat.Heard, l chat.Line, pictures []chat.Picture) error {
	group := c.Group
	if group == "" {
		group = h.Title
	}
	mac := hmac.New(sha256.New, s.Desk.Master[:])
	fmt.Fprintf(mac, "chat\x00%s\x00%s\x00%s", c.Vendor, c.Name, l.ID)
	act := draft.Hear{Channel: c.Vendor, ID: l.ID, Group: group, Cell: c.Cell, Sender: c.NameOf(h, l), SaidAt: l.At.UTC(), Text: l.Text, Quote: l.Quote, Pictures: l.Pictures}
	answer, err := s.Desk.Do(r.Context(), desk.Program(s.chatStation(c)), desk.Envelope{Key: "chat-" + hex.EncodeToString(mac.Sum(nil)[:16])}, "draft.hear", &act)
	if f, ok := fault.Of(err); ok && f.Code == journal.CodeKeyReused {
		return nil
	}
	if err != nil || len(answer.Drafts) == 0 || s.Want == nil { // without a draft it was pasted before, with what pictures there were
		return err
	}
	for i, p := range pictures[:min(len(pictures), draft.MaxPhotos)] {
		if err := s.Want(r.Context(), keep.Wanted{Station: s.chatStation(c), Draft: answer.Drafts[0], Chat: c.Name, Place: i + 1, Picture: p}, s.Clock.Now()); err != nil {
			return err
		}
	}
	return nil
}

// chatCounts tells how many messages each chat brought and how many calls were refused, since it was set up.
func (l *teller) chatCounts() part.Table {
	col := func(key string) part.Column { return part.Column{Label: l.t("chat." + key)} }
	table := part.Table{Caption: l.t("chat.title"), Columns: []part.Column{col("group"), col("vendor"), col("heard"), col("refused"), col("why")}}
	for _, c := range l.s.Chats {
		if l.s.chatStation(c) != l.who.Station {
			continue
		}
		n := c.Counts()
		var why []string
		for _, x := range []struct {
			key string
			n   int
		}{{"forged", n.Forged}, {"stale", n.Stale}, {"replayed", n.Replayed}, {"too_large", n.TooLarge}, {"malformed", n.Malformed}} {
			if x.n > 0 {
				why = append(why, l.t("chat.why."+x.key)+" "+strconv.Itoa(x.n))
			}
		}
		group := c.Group
		if group == "" {
			group = c.Name
		}
		table.Rows = append(table.Rows, Row(group, l.t("chat.vendor."+c.Vendor), strconv.Itoa(n.Heard), strconv.Itoa(n.Refused()), OrDash(strings.Join(why, l.t("chat.comma")))))
	}
	return table
}
