package web

import (
	"context"
	"strconv"
	"strings"

	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// names are how the people of one dispute are called on pages and in choices: masked, a minor by a letter alone (law-and-standards
// 5.2). hush takes out of anybody's words what may not be read on any page: a minor's name, a sealed address (5.1).
type names struct {
	party map[string]string // "甲方 李*"
	short map[string]string // "李*", "未成年人甲"
	other map[string]string // companions: "代理人 王*"
	hush  *strings.Replacer
}

// stems tell the minors of a dispute apart.
var stems = strings.Split("甲乙丙丁戊己庚辛壬癸", "")

// namesOf opens what is needed to call the people of a dispute.
func (s *Site) namesOf(ctx context.Context, station, lang string, d *dispute.Dispute) (*names, error) {
	var texts []vault.Text
	for _, p := range d.Parties {
		texts = append(texts, p.Name)
		if d.Hidden(p.ID) {
			texts = append(texts, p.Home)
		}
	}
	for _, c := range d.Companions {
		texts = append(texts, c.Name)
	}
	o, err := s.Desk.Reveal(ctx, station, texts...)
	if err != nil {
		return nil, err
	}
	return callThem(lang, d, o), nil
}

// callThem makes the names of what was opened.
func callThem(lang string, d *dispute.Dispute, o map[vault.Ref]string) *names {
	n := &names{party: map[string]string{}, short: map[string]string{}, other: map[string]string{}}
	var hush []string
	minors, onSide := 0, map[string]int{}
	for _, p := range d.Parties {
		name, kept := o[p.Name.Ref()]
		shown := vault.MaskName(name)
		switch {
		case d.Minor(p.ID):
			stem := stems[minors%len(stems)]
			if lang == "en" {
				stem = string(rune('A' + minors%26))
			}
			shown = tr(lang, "dis.minor", "stem", stem)
			minors++
			if len([]rune(name)) > 1 {
				hush = append(hush, name, shown)
			}
		case !kept:
			shown = tr(lang, "say.erased")
		case isBody(d, p.ID):
			shown = name
		}
		if home := o[p.Home.Ref()]; d.Hidden(p.ID) && home != "" {
			hush = append(hush, home, tr(lang, "dis.home_sealed"))
		}
		onSide[p.Side]++
		n.short[p.ID] = shown
		n.party[p.ID] = strings.TrimSpace(sideName(lang, d, p, onSide[p.Side]) + " " + shown)
	}
	for _, c := range d.Companions {
		n.other[c.ID] = tr(lang, "opt.companion."+c.As) + " " + vault.MaskName(o[c.Name.Ref()])
	}
	n.hush = strings.NewReplacer(hush...)
	return n
}

func isBody(d *dispute.Dispute, party string) bool { s := d.Sides[party]; return s != nil && s.Body }

// sideName is 甲方, or 甲方2 where a side has several parties.
func sideName(lang string, d *dispute.Dispute, p matter.Party, nth int) string {
	if p.Side == "" {
		return p.Role
	}
	name := fault.Name(lang, "side."+p.Side)
	if len(d.OnSide(p.Side)) > 1 {
		name += strconv.Itoa(nth)
	}
	return name
}

// who calls a party or companion, whichever the id is of; nothing for none.
func (n *names) who(id string) string {
	if s, ok := n.party[id]; ok {
		return s
	}
	return n.other[id]
}

// all calls several, in the order given.
func (n *names) all(ids []string, and string) string {
	var list []string
	for _, id := range ids {
		if s := n.who(id); s != "" {
			list = append(list, s)
		}
	}
	return strings.Join(list, and)
}

// Dispute folds a dispute that somebody may see.
func (l *teller) Dispute(id string) (*dispute.Dispute, error) {
	events, err := l.s.Desk.Journal.Stream(l.ctx, l.who.Station, matter.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	d, err := dispute.Fold(events)
	if err != nil {
		return nil, err
	}
	if d.Version == 0 || !l.scope.Sees(desk.MatterThing(l.who.Station, &d.Matter)) || l.kinds[d.Kind].Base != dispute.Base {
		return nil, fault.New(fault.Missing, "matter.not_found", nil)
	}
	return d, nil
}

// Among makes a teller one of a page about a dispute: its people are called as they are there, and names that must stay hidden are quiet.
func (l *Teller) Among(d *dispute.Dispute) (err error) {
	l.people, err = l.s.namesOf(l.ctx, l.who.Station, l.lang, d)
	return err
}
