package desk

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"maplegrid/internal/access"
	"maplegrid/internal/chat"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/journal"
	"maplegrid/internal/triage"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/draft"
)

// pasteChat makes drafts of a copied stretch of a group chat. What was taken before adds nothing.
func pasteChat(c *call) error {
	a := *c.act.(*draft.Paste)
	c.opens = true
	if err := c.permit(access.Thing{Kind: "draft"}); err != nil {
		return err
	}
	if len(a.Text) > draft.MaxPaste {
		return fault.New(fault.Invalid, "draft.too_large", fault.Args{"mb": draft.MaxPaste >> 20}).On("text")
	}
	if strings.TrimSpace(a.Text) == "" {
		return fault.New(fault.Invalid, "form.required", fault.Args{"field": "text"}).On("text")
	}
	return c.take(a, draft.ByPaste, chat.Parse(a.Text, c.moment.Now))
}

// hearChat takes one message in that a vendor's webhook brought.
func hearChat(c *call) error {
	a := *c.act.(*draft.Hear)
	c.opens = true
	if err := c.permit(access.Thing{Kind: "draft"}); err != nil {
		return err
	}
	if err := work.Must(a.ID != "" && a.Channel != "" && a.Channel != draft.ByPaste, "message_id", "form.required", fault.Args{"field": "message_id"}); err != nil {
		return err
	}
	if !c.moment.Book.Cell(a.Cell) { // set up for a cell that was since merged or renamed: the message matters more
		a.Cell = ""
	}
	return c.take(draft.Paste{Group: a.Group, Cell: a.Cell}, a.Channel,
		[]chat.Line{{Sender: a.Sender, At: a.SaidAt, Text: a.Text, Quote: a.Quote, Pictures: a.Pictures, ID: a.Channel + "/" + a.ID}})
}

// take reads lines and makes drafts of those that are new.
func (c *call) take(p draft.Paste, channel string, lines []chat.Line) error {
	said, prints, err := c.said(p, lines)
	if err != nil {
		return err
	}
	list, err := draft.Take(p, channel, said, c.moment)
	if err != nil {
		return err
	}
	for i, e := range list {
		for _, print := range prints[i] {
			c.batch.Claims = append(c.batch.Claims, journal.Claim{Space: SaidBefore, Value: print, Holder: e.ID})
		}
		c.answer.ID, c.answer.Drafts = e.Paste, append(c.answer.Drafts, e.ID)
		if err := c.change(draft.Stream(e.ID), 0, []work.Event{e}); err != nil {
			return err
		}
	}
	return nil
}

// said reads the lines that are new, one after another, piece by piece. prints has the blind prints of each message, and of the pictures
// that came after it, at its first piece.
func (c *call) said(p draft.Paste, lines []chat.Line) (list []draft.Said, prints [][]string, err error) {
	people, err := c.senders()
	if err != nil {
		return nil, nil, err
	}
	seen, copies := map[string]bool{}, c.copies(p.Group, lines)
	for i, line := range lines {
		mine := c.prints(p.Group, line)
		known, err := c.knows(mine, seen)
		if err != nil {
			return nil, nil, err
		}
		if known {
			c.answer.Known++
			continue
		}
		if twin, err := copies.known(i); err != nil {
			return nil, nil, err
		} else if twin != "" {
			if err := copies.same(i, twin, mine); err != nil {
				return nil, nil, err
			}
			continue
		}
		if len(list) >= draft.MaxNew {
			c.answer.Left++
			continue
		}
		if mine, err = c.withoutTime(mine, p.Group, line, seen); err != nil {
			return nil, nil, err
		}
		if mine, err = copies.number(i, mine); err != nil {
			return nil, nil, err
		}
		if c.pictureOf(line, list) {
			prints[len(prints)-1] = append(prints[len(prints)-1], mine...)
			continue
		}
		pieces, err := c.pieces(p, line, people)
		if err != nil {
			return nil, nil, err
		}
		for i, s := range pieces {
			var own []string
			if i == 0 {
				own = mine
			}
			list, prints = append(list, s), append(prints, own)
		}
	}
	return list, prints, nil
}

// pictureOf adds a line that is pictures alone to what the same person said just before; false when there is nothing such.
func (c *call) pictureOf(line chat.Line, list []draft.Said) bool {
	n := len(list) - 1
	if line.Pictures == 0 || strings.TrimSpace(line.Text) != "" || n < 0 || list[n].Sender != line.Sender || list[n].Notice || list[n].Chatter {
		return false
	}
	if !line.At.IsZero() && !list[n].At.IsZero() && line.At.Sub(list[n].At).Abs() > 10*time.Minute {
		return false
	}
	list[n].Pictures += line.Pictures
	return true
}

// knows tells whether a message was said before, here or at another time.
func (c *call) knows(prints []string, seen map[string]bool) (bool, error) {
	for _, print := range prints {
		if seen[print] {
			return true, nil
		}
		holder, err := c.Journal.Holder(c.ctx, c.who.Station, SaidBefore, print)
		if err != nil || holder != "" {
			return holder != "", err
		}
	}
	for _, print := range prints {
		seen[print] = true
	}
	return false, nil
}

// prints are the blind prints of a message: what a vendor calls it, and who said which words when, so that one that was heard and is then
// pasted is known. One without a time of its own is known by its group and its day, that of a time above it or else of the paste: the
// same words on another day are another message.
func (c *call) prints(group string, line chat.Line) (list []string) {
	if line.ID != "" {
		list = append(list, c.st.keyring.Blind(SaidBefore, line.ID))
		line.ID = ""
		if line.At.IsZero() || line.Sender == "" {
			return list
		}
	}
	if !line.At.IsZero() && !line.About {
		return append(list, c.st.keyring.Blind(SaidBefore, line.Print("")))
	}
	return append(list, c.onItsDay(group, line))
}

// onItsDay is the print of a message by its group and day.
func (c *call) onItsDay(group string, line chat.Line) string {
	return c.st.keyring.Blind(SaidBefore, string(grid.DayOf(orNow(line.At, c.moment.Now)))+"|"+line.Print(group))
}

// sameWords is how often on one day somebody may say the same words and each is still known by a copy without times.
const sameWords = 8

// withoutTime adds the print under which a message that has a time is known when the stretch is copied again in a form without times.
func (c *call) withoutTime(mine []string, group string, line chat.Line, seen map[string]bool) ([]string, error) {
	if line.At.IsZero() || line.About {
		return mine, nil
	}
	line.ID, line.About = "", true
	for line.Nth = 1; line.Nth <= sameWords; line.Nth++ {
		print := c.onItsDay(group, line)
		if seen[print] {
			continue
		}
		holder, err := c.Journal.Holder(c.ctx, c.who.Station, SaidBefore, print)
		if err != nil {
			return nil, err
		}
		if seen[print] = true; holder == "" {
			return append(mine, print), nil
		}
	}
	return mine, nil
}

// pieces reads a line and parts it where it tells of several things.
func (c *call) pieces(p draft.Paste, line chat.Line, people map[string]string) ([]draft.Said, error) {
	s := draft.Said{Sender: line.Sender, Person: senderOf(people, line.Sender), At: line.At, Text: line.Text, Quote: line.Quote, Pictures: line.Pictures,
		Notice: line.Notice, Recalled: line.Recalled}
	home := p.Cell
	if s.Person != "" {
		cells := c.org.CellsOf(s.Person, c.moment.Now)
		if len(cells) == 1 || len(cells) > 0 && home == "" {
			home = cells[0]
		}
	}
	if line.Notice || line.Recalled {
		return []draft.Said{s}, nil
	}
	parts := triage.Split(line.Text)
	list := make([]draft.Said, 0, len(parts))
	for i, part := range parts {
		one := s
		one.Text, one.Cell, one.Piece, one.Pieces = part.Words, home, i+1, len(parts)
		if i > 0 {
			one.Pictures, one.Quote = 0, ""
		}
		if err := c.read(&one); err != nil {
			return nil, err
		}
		if line.ID != "" && part.Words == "" { // a picture alone, shown to the robot on purpose
			one.Chatter = false
		}
		list = append(list, one)
	}
	return list, nil
}

// read lets the reader say what of a piece the taking must know.
func (c *call) read(s *draft.Said) error {
	if c.Reader == nil {
		return nil
	}
	r, err := c.Reader.Read(c.ctx, c.who.Station, triage.Message{Text: s.Text, At: orNow(s.At, c.moment.Now), Cell: grid.CellID(s.Cell)})
	if err != nil {
		return err
	}
	for _, d := range r.Dangers {
		if !slices.Contains(s.Dangers, d.List) {
			s.Dangers = append(s.Dangers, d.List)
		}
	}
	for _, p := range r.Places {
		if p.Cell != "" && !p.Vague {
			s.Cell = string(p.Cell)
			break
		}
	}
	s.Follows, s.Retracts = r.Follows, r.Retracts
	if b, ok := c.moment.Book.(book); ok {
		kind, known := b.Sort(r.Kind, nil, s.Text)
		s.Chatter = r.Sure && known && kind == "" && len(s.Dangers) == 0
	}
	return nil
}

func orNow(at, now time.Time) time.Time {
	if at.IsZero() {
		return now
	}
	return at
}

// senders are the people of the organisation by the names they write under: their name and what they are called. A name of two is nobody's.
func (c *call) senders() (map[string]string, error) {
	names := make([]vault.Text, 0, len(c.org.People))
	for _, p := range c.org.People {
		if !p.Gone && !p.Name.Empty() {
			names = append(names, p.Name)
		}
	}
	open, err := c.Reveal(c.ctx, c.who.Station, names...)
	if err != nil {
		return nil, err
	}
	m := map[string]string{}
	put := func(name, id string) {
		if had, ok := m[name]; ok && had != id {
			id = ""
		}
		if len([]rune(name)) >= 2 {
			m[name] = id
		}
	}
	for _, p := range c.org.People {
		if !p.Gone {
			put(p.Call, p.ID)
			put(open[p.Name.Ref()], p.ID)
		}
	}
	return m, nil
}

// titles are what people put before or after a name in a group (网格员李梅, 李梅书记).
var titles = strings.Fields("网格员 网格长 网格 民警 警官 辅警 书记 主任 组长 楼长 调解员 社区 村")

// senderOf finds who of the organisation writes under a name: it is theirs, or one of its parts is, a title taken off (3网格-李梅). A part
// that only holds a name is somebody else's: 王李梅 is not 李梅.
func senderOf(people map[string]string, sender string) string {
	if id, ok := people[sender]; ok {
		return id
	}
	found := ""
	for _, part := range strings.FieldsFunc(sender, func(r rune) bool { return !unicode.IsLetter(r) }) {
		id, ok := people[part]
		for _, title := range titles {
			if ok {
				break
			}
			if id, ok = people[strings.TrimPrefix(part, title)]; !ok {
				id, ok = people[strings.TrimSuffix(part, title)]
			}
		}
		if ok && (id == "" || found != "" && found != id) {
			return ""
		}
		if ok {
			found = id
		}
	}
	return found
}
