package draft

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// Channels a draft can come through.
const ByPaste = "paste"

// Limits of one paste.
const (
	MaxPaste = 2 << 20 // bytes
	MaxNew   = 1000    // drafts; what is left over is taken by pasting the same again
	MaxFiles = 20
	// MaxPhotos is how many of them one message may carry, as a report may.
	MaxPhotos = 6
)

// Paste (群消息) is a stretch of a group chat, copied.
type Paste struct {
	Text   string   `json:"text" form:"words,required"`
	Group  string   `json:"group,omitempty" form:"line"`
	Cell   string   `json:"cell,omitempty" form:"cell"`
	Photos []string `json:"photos,omitempty" form:"photos"`
}

// Hear is one message that a vendor's webhook brings. ID is the vendor's; the same one comes once.
type Hear struct {
	Channel  string    `json:"channel"`
	ID       string    `json:"message_id"`
	Group    string    `json:"group,omitempty"`
	Cell     string    `json:"cell,omitempty"`
	Sender   string    `json:"sender,omitempty"`
	SaidAt   time.Time `json:"said_at,omitzero"`
	Text     string    `json:"text"`
	Quote    string    `json:"quote,omitempty"` // the beginning of the message it answers
	Pictures int       `json:"pictures,omitempty"`
}

// Said is one thing somebody said, as it was read: a message, or one of the pieces of a message.
type Said struct {
	Sender, Person, Cell string
	At                   time.Time
	Text                 string
	Quote                string // the beginning of the message it answers, when it was copied with it
	Pictures             int
	Piece, Pieces        int
	Notice               bool // words of the platform
	Recalled             bool // the platform says that the sender took a message back
	Chatter              bool // for certain, and nothing in it rings
	Follows              bool
	Retracts             bool
	Dangers              []string
}

// Taken is a piece of what was said, taken in.
type Taken struct {
	ID       string              `json:"id"`
	Paste    string              `json:"paste"`
	Place    int                 `json:"place"`
	Channel  string              `json:"channel"`
	Group    string              `json:"group,omitempty"`
	Home     string              `json:"home,omitempty"` // the cell of the group
	Cell     string              `json:"cell,omitempty"`
	Person   string              `json:"person,omitempty"`
	Name     vault.Text          `json:"name,omitzero"`
	SaidAt   time.Time           `json:"said_at,omitzero"`
	Words    vault.Text          `json:"words,omitzero"`
	Quote    vault.Text          `json:"quote,omitzero"` // what it answers, when that is not among these
	Pictures int                 `json:"pictures,omitempty"`
	Photos   []matter.Attachment `json:"photos,omitempty"`
	Piece    int                 `json:"piece,omitempty"`
	Pieces   int                 `json:"pieces,omitempty"`
	Of       string              `json:"of,omitempty"`
	Follows  string              `json:"follows,omitempty"`
	Retracts string              `json:"retracts,omitempty"`
	Dangers  []string            `json:"dangers,omitempty"`
	Reason   string              `json:"reason,omitempty"`
}

// EventKind implements work.Event.
func (Taken) EventKind() string { return "draft.taken/1" }

func (e Taken) apply(d *Draft, at work.At) {
	*d = Draft{ID: e.ID, State: Waiting, Paste: e.Paste, Place: e.Place, Channel: e.Channel, Group: e.Group, Cell: e.Cell, Person: e.Person, Name: e.Name,
		SaidAt: e.SaidAt, TakenAt: at.HappenedAt, TakenBy: at.Actor, Words: e.Words, Quote: e.Quote, Pictures: e.Pictures, Photos: e.Photos, Piece: e.Piece, Pieces: e.Pieces,
		Of: e.Of, Follows: e.Follows, Retracts: e.Retracts, Dangers: e.Dangers, Reason: e.Reason}
	if e.Reason != "" {
		d.State = Aside
	}
}

// Take makes drafts of what was said, in its order. Chatter, words of the platform and what only takes something back are set aside at
// once; nothing that rings ever is.
func Take(p Paste, channel string, said []Said, mo work.Moment) ([]Taken, error) {
	group, err := work.Line("group", p.Group, 60, false)
	if err != nil {
		return nil, err
	}
	if p.Cell != "" {
		if err := work.Must(mo.Book.Cell(p.Cell), "cell", "form.unknown_cell", fault.Args{"cell": p.Cell}); err != nil {
			return nil, err
		}
	}
	if err := work.AtMost("photos", len(p.Photos), MaxFiles); err != nil {
		return nil, err
	}
	var files []matter.Attachment
	for some := range slices.Chunk(p.Photos, MaxPhotos) {
		more, err := matter.Attach(some)
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	list := make([]Taken, 0, len(said))
	paste := mo.NewID("pa")
	for _, s := range said {
		e, err := take(s, mo)
		if err != nil {
			return nil, err
		}
		e.Paste, e.Place, e.Channel, e.Group, e.Home = paste, len(list)+1, channel, group, p.Cell
		if e.Cell == "" {
			e.Cell = p.Cell
		}
		n := min(s.Pictures, len(files), MaxPhotos) // pictures go, in their order, to the messages that mention them
		e.Photos, files = files[:n:n], files[n:]
		if (s.Follows || s.Retracts || s.Recalled || s.Quote != "") && !goesOn(&e, s, list, said) {
			if e.Quote, err = quotation(e.ID, s.Quote); err != nil {
				return nil, err
			}
		}
		list = append(list, e)
	}
	if len(files) > 0 && len(list) > 0 { // more than were mentioned: with the last thing said that is not set aside
		last := &list[len(list)-1]
		for i := range list {
			if list[i].Reason == "" {
				last = &list[i]
			}
		}
		if err := work.AtMost("photos", len(last.Photos)+len(files), MaxPhotos); err != nil {
			return nil, err
		}
		last.Photos = append(slices.Clip(last.Photos), files...)
	}
	return list, nil
}

// NoWords stands for the words of a message that is a picture alone.
const NoWords = "（图片）"

func take(s Said, mo work.Moment) (Taken, error) {
	id := mo.NewID("dr")
	words, err := work.Words("text", s.Text, false)
	if err != nil {
		return Taken{}, err
	}
	if words == "" {
		words = NoWords
	}
	name, err := work.Line("sender", cut(s.Sender, 40), 40, false)
	if err != nil {
		return Taken{}, err
	}
	e := Taken{ID: id, Person: s.Person, Cell: s.Cell, Name: vault.Plain(id, "name", name), Words: vault.Plain(id, "words", words), Pictures: s.Pictures,
		Dangers: s.Dangers}
	if s.Pieces > 1 {
		e.Piece, e.Pieces = s.Piece, s.Pieces
	}
	if !s.At.IsZero() && !s.At.After(mo.Now) {
		e.SaidAt = s.At.UTC().Truncate(time.Second)
	}
	switch {
	case len(s.Dangers) > 0:
	case s.Notice, s.Recalled:
		e.Reason = Notice
	case s.Retracts:
		e.Reason = Retraction
	case s.Chatter && !s.Follows:
		e.Reason = Chatter
	}
	return e, nil
}

// farApart is how long after a message somebody may still go on from it.
const farApart = 2 * time.Hour

// goesOn finds the message that another one goes on from or takes back: the sender's own last one; when they said nothing of weight,
// the last one of anybody, which a retraction never means. found is that the message it quotes is among these.
func goesOn(e *Taken, s Said, earlier []Taken, said []Said) (found bool) {
	own, any := "", ""
	for i := len(earlier) - 1; i >= 0 && (own == "" || any == ""); i-- {
		o, before := said[i], earlier[i]
		if before.Reason != "" || !s.At.IsZero() && !o.At.IsZero() && s.At.Sub(o.At) > farApart {
			continue
		}
		if s.Quote != "" && strings.HasPrefix(bare(o.Text), bare(s.Quote)) { // it says itself which one it means
			own, any, found = before.ID, before.ID, true
			s.Sender = o.Sender
			break
		}
		if own == "" && o.Sender == s.Sender {
			own = before.ID
		}
		if any == "" && !o.Follows {
			any = before.ID
		}
	}
	switch {
	case s.Retracts || s.Recalled:
		if s.Sender != "" {
			e.Retracts = own
		}
	case s.Quote != "" && !found: // an answer to something that is not among these
	case own != "" && s.Sender != "":
		e.Follows = own
	default:
		e.Follows = any
	}
	return found
}

// maxQuote is how much of a quotation is kept, in letters.
const maxQuote = 200

// quotation is what a message answers, as it is kept with the draft.
func quotation(id, words string) (vault.Text, error) {
	words, err := work.Words("quote", cut(words, maxQuote), false)
	if err != nil || words == "" {
		return vault.Text{}, err
	}
	return vault.Plain(id, "quote", words), nil
}

// bare is a text without what copying changes: blanks, stops, the dots of what was cut off.
func bare(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

func cut(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
