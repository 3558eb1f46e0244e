package web

import (
	"context"
	"slices"
	"strconv"

	"maplegrid/internal/access"
	"maplegrid/internal/board/cards"
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/playbook"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/organisation"
)

// Named makes choices of fixed keys, called by their names.
func Named(lang, prefix string, keys []string) (list []part.Option) {
	for _, k := range keys {
		list = append(list, part.Option{Value: k, Label: fault.Name(lang, prefix+k)})
	}
	return list
}

// PeopleOptions lists who is here, those who cover a cell of the asker first, each under their role.
func (s *Site) PeopleOptions(lang string, org *organisation.Org, who access.Who) (list []part.Option) {
	roles := grid.Roles()
	everyone := org.Everyone()
	slices.SortStableFunc(everyone, func(x, y *organisation.Person) int { return slices.Index(roles, y.Role) - slices.Index(roles, x.Role) })
	for _, p := range everyone {
		if p.Gone || p.Role == grid.Auditor || p.Role == grid.Admin || p.Role == grid.Bureau {
			continue
		}
		label := p.Call
		if len(p.Cells) > 0 {
			label += "（" + org.CellName(p.Cells[0], lang) + "）"
		}
		list = append(list, part.Option{Value: p.ID, Label: label, Group: p.Role.Name().In(lang)})
	}
	return list
}

// CellOptions lists the cells of a station, each under the cell it lies in.
func CellOptions(lang string, org *organisation.Org) (list []part.Option) {
	tops := func(c grid.Cell) string {
		if up, ok := org.Cell(string(c.Parent)); ok {
			return up.Name.In(lang)
		}
		return ""
	}
	for _, c := range org.Cells {
		if c.Kind == grid.KindStation {
			continue
		}
		list = append(list, part.Option{Value: string(c.ID), Label: org.CellName(string(c.ID), lang), Group: tops(c)})
	}
	slices.SortStableFunc(list, func(x, y part.Option) int {
		return slices.IndexFunc(list, func(o part.Option) bool { return o.Group == x.Group }) - slices.IndexFunc(list, func(o part.Option) bool { return o.Group == y.Group })
	})
	return list
}

func kindOptions(lang string, book *playbook.Book) (list []part.Option) {
	for _, k := range book.Kinds() {
		list = append(list, part.Option{Value: k.Key, Label: k.Name.In(lang)})
	}
	return list
}

func gradeOptions(lang string, book *playbook.Book) (list []part.Option) {
	for _, g := range book.Scale() {
		list = append(list, part.Option{Value: g.Key, Label: g.Name.In(lang)})
	}
	return list
}

func reasonOptions(lang string, book *playbook.Book, use string) (list []part.Option) {
	for _, r := range book.Reasons(use) {
		list = append(list, part.Option{Value: r.Key, Label: r.Name.In(lang)})
	}
	return list
}

func outcomeOptions(lang string, book *playbook.Book, kind string) (list []part.Option) {
	for _, o := range book.Outcomes(kind) {
		list = append(list, part.Option{Value: o.Key, Label: o.Name.In(lang)})
	}
	return list
}

func ratingOptions(lang string, book *playbook.Book) (list []part.Option) {
	for _, r := range book.Ratings() {
		list = append(list, part.Option{Value: strconv.Itoa(r.Stars), Label: r.Name.In(lang)})
	}
	return list
}

// bodyOptions lists the bodies the station registered, and those its playbook brings.
func bodyOptions(lang string, org *organisation.Org, book *playbook.Book) (list []part.Option) {
	for _, b := range slices.Concat(org.Bodies, book.Org().Bodies) {
		id := string(b.ID)
		if !slices.ContainsFunc(list, func(o part.Option) bool { return o.Value == id }) {
			label := b.Name.In(lang)
			if label == "" {
				label = b.Name.Zh
			}
			list = append(list, part.Option{Value: id, Label: label})
		}
	}
	return list
}

// bodyName is what a body is called, wherever it is known from.
func bodyName(lang string, org *organisation.Org, book *playbook.Book, id string) string {
	for _, o := range bodyOptions(lang, org, book) {
		if o.Value == id {
			return o.Label
		}
	}
	return id
}

// stationOptions lists the other stations of the instance; with none of them the question is not asked.
func (a *asker) stationOptions() (list []part.Option) {
	others, err := a.s.Desk.Neighbours(a.ctx, a.who.Station)
	if err != nil {
		return nil
	}
	for _, o := range others {
		list = append(list, part.Option{Value: o.ID, Label: o.Name})
	}
	return list
}

// householdOptions are the addresses of a matter's cell that have no card yet, to choose where one is left; any other may be typed.
func (a *asker) householdOptions() (list []part.Option) {
	if a.o.Matter == nil || a.s.Boards.Cards == nil {
		return nil
	}
	homes, _, err := a.s.Boards.Cards.Households(a.ctx, a.s.Policy.Scope(a.who), WithMerged(a.org, a.o.Matter.Cell), cards.Never, "", 200)
	if err != nil {
		return nil // the address can be typed
	}
	for _, h := range homes {
		list = append(list, part.Option{Value: h.Label, Label: h.Label})
	}
	return list
}

// stationName is what another station of the instance is called.
func (s *Site) stationName(ctx context.Context, id string) string {
	org, err := s.Desk.Org(ctx, id)
	if err != nil {
		return id
	}
	return org.Name
}

// RoleOptions lists the roles somebody can have at a station.
func RoleOptions(lang string) (list []part.Option) {
	for _, r := range grid.Roles() {
		if r != grid.Resident {
			list = append(list, part.Option{Value: string(r), Label: r.Name().In(lang)})
		}
	}
	return list
}

func postOptions(lang string, org *organisation.Org) (list []part.Option) {
	for _, p := range org.Posts {
		name := p.Name.In(lang)
		if name == "" {
			name = p.Name.Zh
		}
		list = append(list, part.Option{Value: string(p.ID), Label: name})
	}
	return list
}

// standInOptions are the roles that take a seat meant for another, and whichever is chosen already.
func standInOptions(lang string, chosen []string) (list []part.Option) {
	for _, o := range RoleOptions(lang) {
		usual := []string{string(grid.CellWorker), string(grid.AuxOfficer), string(grid.Officer), string(grid.WindowClerk), string(grid.DutyLead), string(grid.Head)}
		if slices.Contains(usual, o.Value) || slices.Contains(chosen, o.Value) {
			list = append(list, o)
		}
	}
	return list
}

func cellKindOptions(ctx context.Context) (list []part.Option) {
	for _, k := range []grid.Kind{grid.KindTown, grid.KindVillage, grid.KindCommunity, grid.KindCell, grid.KindBeat, grid.KindZone, grid.KindSchool, grid.KindMarket, grid.KindStation} {
		list = append(list, part.Option{Value: string(k), Label: t(ctx, "cellkind."+string(k))})
	}
	return list
}

func (a *asker) calledOptions() (list []part.Option) {
	if a.o.Matter == nil {
		return nil
	}
	for _, c := range a.o.Matter.Calls {
		if !c.Settled() {
			list = append(list, part.Option{Value: c.Body, Label: bodyName(a.lang, a.org, a.book, c.Body)})
		}
	}
	return list
}

func (a *asker) taskOptions() (list []part.Option) {
	if a.o.Matter == nil {
		return nil
	}
	for _, x := range a.o.Matter.Tasks {
		if x.DoneAt.IsZero() {
			list = append(list, part.Option{Value: x.ID, Label: x.Title})
		}
	}
	return list
}

func (a *asker) limitOptions() (list []part.Option) {
	if a.o.Matter == nil {
		return nil
	}
	cal, err := a.s.Desk.Calendar(a.ctx, a.who.Station)
	if err != nil {
		return nil
	}
	for _, c := range a.o.Matter.Clocks(cal, a.s.Clock.Now()) {
		if c.StoppedAt.IsZero() {
			label := a.limitName(c.Key)
			if !c.DueAt.IsZero() {
				label += " · " + c.DueAt.In(clock.Shanghai).Format("2006-01-02 15:04")
			}
			list = append(list, part.Option{Value: c.Key, Label: label})
		}
	}
	return list
}

func (a *asker) limitName(key string) string {
	for _, l := range a.book.Limits(a.o.Matter.Kind, a.o.Matter.Grade) {
		if l.Key == key {
			return l.Name.In(a.lang)
		}
	}
	return fault.Name(a.lang, "limit."+key)
}

// WithMerged is a cell with those that went into it.
func WithMerged(org *organisation.Org, cell string) []string {
	list := []string{cell}
	for i := 0; i < len(list); i++ {
		list = append(list, org.MergedFrom(list[i])...)
	}
	return list
}
