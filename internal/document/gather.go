package document

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/organisation"
)

// Folder is everything that the papers of one dispute draw on, opened once.
type Folder struct {
	ctx     context.Context
	m       Maker
	station string
	org     *organisation.Org
	book    *playbook.Book
	d       *dispute.Dispute
	plain   map[vault.Ref]string
	hush    *strings.Replacer
}

// Open opens what is sealed and belongs on paper: all at once.
func (m Maker) Open(ctx context.Context, station string, d *dispute.Dispute) (*Folder, error) {
	s := &Folder{ctx: ctx, m: m, station: station, d: d}
	var err error
	if s.org, err = m.Desk.Org(ctx, station); err != nil {
		return nil, err
	}
	if s.book, err = m.Desk.Book(ctx, station); err != nil {
		return nil, err
	}
	if s.plain, err = m.Desk.Reveal(ctx, station, s.texts()...); err != nil {
		return nil, err
	}
	return s, s.silence()
}

// texts are those a paper may show: nothing of a minor but words, no sealed address.
func (s *Folder) texts() []vault.Text {
	d := s.d
	list := []vault.Text{d.Words}
	for _, p := range s.org.People {
		list = append(list, p.Name)
	}
	for _, p := range d.Parties {
		if !d.Minor(p.ID) {
			list = append(list, p.Name, p.Phone, p.IDNo)
		}
		if !d.Hidden(p.ID) && !d.Minor(p.ID) {
			list = append(list, p.Home)
		}
		if x := d.Sides[p.ID]; x != nil {
			list = append(list, x.Account, x.Evidence, x.Demand, x.Offer)
		}
	}
	for _, c := range d.Companions {
		list = append(list, c.Name, c.Phone)
	}
	for _, x := range d.Sessions {
		list = append(list, x.Agreed, x.Open)
		for _, a := range x.Accounts {
			list = append(list, a.Words)
		}
		for _, o := range x.Offers {
			list = append(list, o.Words)
		}
	}
	for _, a := range d.Agreements {
		list = append(list, a.Facts, a.Duty)
		for _, c := range a.Clauses {
			list = append(list, c.Words)
		}
	}
	for _, x := range d.Sheets {
		list = append(list, x.Note, x.Items)
	}
	for _, x := range d.Warnings {
		list = append(list, x.Facts, x.Prohibition)
	}
	for _, x := range d.Referrals {
		list = append(list, x.Words)
	}
	for _, x := range d.Backs {
		list = append(list, x.Words)
	}
	return list
}

const (
	sealedHome = "（地址保密）"
	leftOut    = "（略）"
)

// silence opens what no paper may say, to take it out of anybody's words: what people typed may name a minor or a sealed address.
func (s *Folder) silence() error {
	var texts []vault.Text
	for _, p := range s.d.Parties {
		if s.d.Minor(p.ID) {
			texts = append(texts, p.Name, p.Phone, p.IDNo, p.Home)
		} else if s.d.Hidden(p.ID) {
			texts = append(texts, p.Home)
		}
	}
	secret, err := s.m.Desk.Reveal(s.ctx, s.station, texts...)
	if err != nil {
		return err
	}
	var words []string
	hide := func(t vault.Text, shown string) {
		if w := strings.TrimSpace(secret[t.Ref()]); len([]rune(w)) > 1 {
			words = append(words, w, shown)
		}
	}
	for _, p := range s.d.Parties {
		if s.d.Minor(p.ID) {
			hide(p.IDNo, leftOut)
			hide(p.Phone, leftOut)
			hide(p.Name, s.minor(p.ID))
			hide(p.Home, leftOut)
		}
		if s.d.Hidden(p.ID) {
			hide(p.Home, sealedHome)
		}
	}
	if s.m.Masked {
		for _, p := range s.d.Parties {
			if name := s.plain[p.Name.Ref()]; len([]rune(name)) > 1 {
				words = append(words, name, vault.MaskName(name))
			}
		}
	}
	s.hush = strings.NewReplacer(words...)
	return nil
}

// open gives the words of a text as they may stand on paper.
func (s *Folder) open(t vault.Text) string {
	words := s.quiet(s.plain[t.Ref()])
	if !s.m.Masked || words == "" {
		return words
	}
	switch t.Ref().Field {
	case "name":
		return vault.MaskName(words)
	case "phone":
		return vault.MaskPhone(words)
	case "id_no":
		return vault.MaskResidentID(words)
	case "home":
		return vault.MaskAddress(words)
	}
	return vault.MaskFree(words)
}

// quiet takes out of words what no paper may say.
func (s *Folder) quiet(words string) string { return s.hush.Replace(words) }

// picture is the bytes of an upload; nothing when it cannot be had, and on a draft.
func (s *Folder) picture(id string) []byte {
	if s.m.Picture == nil || s.m.Masked || id == "" {
		return nil
	}
	b, err := s.m.Picture(s.ctx, s.station, id)
	if err != nil {
		return nil
	}
	return b
}

// minor is how a minor is named: by side and number only (law-and-standards 5.2).
func (s *Folder) minor(party string) string { return "未成年人（" + sideOf(s.d, party) + "）" }

// name is how a paper names a party or who came with one.
func (s *Folder) name(id string) string {
	if p, ok := s.d.Matter.Party(id); ok {
		if s.d.Minor(id) {
			return s.minor(id)
		}
		return s.open(p.Name)
	}
	for _, c := range s.d.Companions {
		if c.ID == id {
			return s.open(c.Name)
		}
	}
	return ""
}

func (s *Folder) names(ids []string) []string {
	var list []string
	for _, id := range ids {
		if n := s.name(id); n != "" {
			list = append(list, n)
		}
	}
	return list
}

// person is the name of somebody of the station; what they are called when no name is kept.
func (s *Folder) person(id string) string {
	p, ok := s.org.People[id]
	if !ok {
		return ""
	}
	if name := s.plain[p.Name.Ref()]; name != "" {
		return name
	}
	return p.Call
}

func (s *Folder) people(ids []string) []string {
	var list []string
	for _, id := range ids {
		if n := s.person(id); n != "" && !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}

func (s *Folder) body(id string) string {
	if id == "" || id == string(playbook.HostStation) {
		return s.org.Name
	}
	if b, ok := s.org.Body(id); ok && b.Name.Zh != "" {
		return b.Name.Zh
	}
	for _, b := range s.book.Org().Bodies {
		if string(b.ID) == id {
			return b.Name.Zh
		}
	}
	return ""
}

func (s *Folder) bodies(ids []string) []string {
	var list []string
	for _, id := range ids {
		if n := s.body(id); n != "" {
			list = append(list, n)
		}
	}
	return list
}

// born reads sex, day of birth and age on a day from a resident identity number (GB 11643); empty when it is none. The age is that of
// the day the dispute began: a paper does not change because somebody grew older.
func born(id string, at time.Time) (sex, on, age string) {
	if len(id) != 18 {
		return "", "", ""
	}
	t, err := time.ParseInLocation("20060102", id[6:14], clock.Shanghai)
	if err != nil {
		return "", "", ""
	}
	sex = "女"
	if (id[16]-'0')%2 == 1 {
		sex = "男"
	}
	n := at.In(clock.Shanghai)
	years := n.Year() - t.Year()
	if t.AddDate(years, 0, 0).After(n) {
		years--
	}
	return sex, t.Format(time.DateOnly), fmt.Sprint(years)
}

// named gives names of fixed keys.
func named(space string, keys []string) []string {
	var list []string
	for _, k := range keys {
		list = append(list, fault.Name("zh", space+"."+k))
	}
	return list
}

// count writes a number of copies as forms do: 三.
func count(n int) string {
	if digits := []rune("零一二三四五六七八九十"); n >= 0 && n < len(digits) {
		return string(digits[n])
	}
	return fmt.Sprint(n)
}
