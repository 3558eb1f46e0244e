package steps

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/cucumber/godog"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/grid"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
)

func (s *stage) setTime(_, text string) error {
	t, err := s.at(text)
	if err != nil {
		return err
	}
	if len(s.last.bytes()) > 0 && t.Before(s.clock.Now()) {
		return fmt.Errorf("钟不能往回拨到 %s", text)
	}
	s.clock.Set(t.UTC())
	return s.tick()
}

func (r *request) bytes() []byte {
	if r == nil {
		return nil
	}
	return r.body
}

// tick is what the running program does every minute: it tells the head of clocks that ran out.
func (s *stage) tick() error {
	if err := s.follow(); err != nil {
		return err
	}
	for { // every minute one more clock of a matter is told of: go on until there is none
		before, _, err := s.app.Engine.Journal.Head(s.ctx, home)
		if err != nil {
			return err
		}
		if err := s.app.Escalate(s.ctx); err != nil {
			return err
		}
		after, _, err := s.app.Engine.Journal.Head(s.ctx, home)
		if err != nil || after == before {
			return err
		}
		if err := s.follow(); err != nil {
			return err
		}
	}
}

func (s *stage) adopt(name string) error {
	if org, err := s.app.Desk.Org(s.ctx, home); err != nil || name == "base" && org.Playbook == "" {
		return err
	}
	_, err := s.setUp(home, "org.adopt_playbook", &organisation.AdoptPlaybook{Name: name})
	return err
}

func (s *stage) people(where string, t *godog.Table) error {
	rows, err := records(t)
	if err != nil {
		return err
	}
	station := map[string]string{"本所": home, "邻所": neighbour}[where]
	for _, row := range rows {
		p := &person{station: station}
		if p.role, err = roleOf(row["角色"]); err != nil {
			return err
		}
		for _, name := range strings.FieldsFunc(row["网格"], func(r rune) bool { return r == '、' }) {
			if err := s.setCell(station, name); err != nil {
				return err
			}
			p.cells = append(p.cells, s.cells[name])
		}
		name := row["称呼"]
		if name == "" || s.persons[name] != nil {
			return fmt.Errorf("称呼“%s”是空的或者已经有了", name)
		}
		a, err := s.setUp(station, "org.set_person", &organisation.SetPerson{Role: string(p.role), Call: name, Cells: p.cells})
		if err != nil {
			return err
		}
		p.id = a.ID
		if a, err = s.setUp(station, "account.make_token", &desk.MakeToken{Person: p.id}); err != nil {
			return err
		}
		p.token, s.persons[name], s.order = a.Secret, p, append(s.order, name)
	}
	return s.follow()
}

// setCell makes a cell that is not there yet. Every cell lies in a village of its own name, as the grid demands.
func (s *stage) setCell(station, name string) error {
	if _, ok := s.cells[name]; ok {
		return nil
	}
	id := fmt.Sprintf("cell_s%d", len(s.cells)+1)
	for _, a := range []*organisation.SetCell{{ID: "village_" + id, Parent: "station", Kind: "village", Zh: strings.TrimSuffix(name, "网格") + "村"},
		{ID: id, Parent: "village_" + id, Kind: "cell", Zh: name}} {
		if _, err := s.setUp(station, "org.set_cell", a); err != nil {
			return err
		}
	}
	s.cells[name] = id
	return nil
}

func (s *stage) bodies(names string) error {
	for i, name := range strings.Split(names, "、") {
		if _, err := s.setUp(home, "org.set_body", &organisation.SetBody{ID: fmt.Sprintf("body_s%d_%d", s.keys, i), Zh: name, Outside: true, MayCall: true, MayTransfer: true}); err != nil {
			return err
		}
	}
	return nil
}

// way is how a matter gets from its opening to a state: who does what.
var way = []struct {
	state matter.State
	act   string
	lead  bool
}{{matter.AwaitingAck, "", true}, {matter.InHand, "matter.acknowledge", false}, {matter.UnderWay, "matter.start", false},
	{matter.OutcomeIn, "matter.finish", false}, {matter.Checked, "matter.verify", true}, {matter.Done, "matter.close", true}}

// whole fills the fields that a kind must have with something that fits.
func (s *stage) whole(kind string) map[string]string {
	body := map[string]string{}
	for _, f := range s.book().Fields(kind) {
		switch {
		case !f.Required || slices.Contains([]string{"title", "what", "place", "photo"}, f.Key):
		case len(f.Options) > 0:
			body[f.Key] = f.Options[0].Key
		case f.Type == "number" || f.Type == "money":
			body[f.Key] = "1"
		case f.Type == "date":
			body[f.Key] = s.clock.Now().In(clock.Shanghai).Format(time.DateOnly)
		default:
			body[f.Key] = "已填"
		}
	}
	return body
}

func (s *stage) already(cell, kind, title, handler, state string) error {
	lead, err := s.first(grid.DutyLead)
	if err != nil {
		return err
	}
	by, err := s.person(handler)
	if err != nil {
		return err
	}
	goal, err := named("state", state)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(way, func(w struct {
		state matter.State
		act   string
		lead  bool
	}) bool {
		return string(w.state) == goal
	}) {
		return fmt.Errorf("一步步办不到“%s”", state)
	}
	kindKey, err := s.kind(kind)
	if err != nil {
		return err
	}
	cellID, err := s.cell(cell)
	if err != nil {
		return err
	}
	a, done, err := s.post(lead, "matter.open", map[string]any{"kind": kindKey, "title": title, "cell": cellID, "to": by.id, "place": "网格里",
		"extra": s.whole(kindKey)})
	if err != nil || !done {
		return s.unexpected(err)
	}
	s.matters[title] = a.ID
	for _, w := range way {
		if w.act != "" {
			who, body := by, map[string]any{"matter": a.ID}
			if w.lead {
				who = lead
			}
			switch w.act {
			case "matter.finish":
				outcome := s.book().Outcomes(kindKey)[0]
				for _, step := range outcome.Needs {
					if _, done, err := s.post(by, "matter.mark", map[string]any{"matter": a.ID, "step": step, "words": "已做"}); err != nil || !done {
						return s.unexpected(err)
					}
				}
				body["outcome"], body["words"] = outcome.Key, "办好了"
			case "matter.verify":
				body["pass"] = true
			}
			if _, done, err := s.post(who, w.act, body); err != nil || !done {
				return s.unexpected(err)
			}
		}
		if string(w.state) == goal {
			break
		}
	}
	return nil
}

// unexpected is a refusal that no step may expect.
func (s *stage) unexpected(err error) error {
	if err == nil && s.refused != nil {
		err = fmt.Errorf("被拒绝：%s（%s）", s.refused.Detail, s.refused.Code)
		s.refused = nil
	}
	return err
}

func (s *stage) opened(names, title string) error {
	m, err := s.matter(title)
	if err != nil {
		return err
	}
	for _, name := range strings.Split(names, "、") {
		if _, err := s.person(name); err != nil {
			return err
		}
		s.seen[name] = map[string]int{m.ID: m.Version}
	}
	return nil
}

// records reads a table with a row of headings.
func records(t *godog.Table) ([]map[string]string, error) {
	if len(t.Rows) < 2 {
		return nil, fmt.Errorf("表里要有一行表头和至少一行内容")
	}
	var list []map[string]string
	for _, row := range t.Rows[1:] {
		m := map[string]string{}
		for i, c := range row.Cells {
			m[t.Rows[0].Cells[i].Value] = strings.TrimSpace(c.Value)
		}
		list = append(list, m)
	}
	return list, nil
}
