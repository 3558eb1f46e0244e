package steps

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cucumber/godog"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work/matter"
)

// want compares what is with what the story says.
func want(what, is, told string) error {
	if is == told {
		return nil
	}
	return fmt.Errorf("%s是“%s”，不是“%s”", what, is, told)
}

func (s *stage) refusedWith(part string) error {
	if s.refused == nil {
		return fmt.Errorf("上一步没有被拒绝")
	}
	p := s.refused
	s.refused = nil
	if part == "" || !strings.Contains(p.Detail, part) {
		return fmt.Errorf("提示是“%s”（%s）", p.Detail, p.Code)
	}
	return nil
}

func (s *stage) stateIs(title, state string) error {
	m, err := s.matter(title)
	if err != nil {
		return err
	}
	return want("状态", fault.Name("zh", "state."+string(m.State)), state)
}

func (s *stage) handledBy(title, name string) error {
	m, err := s.matter(title)
	if err != nil {
		return err
	}
	return want("经办人", s.call(m.Handler, "无人"), name)
}

func (s *stage) call(id, nobody string) string {
	if id == "" {
		return nobody
	}
	for name, p := range s.persons {
		if p.id == id {
			return name
		}
	}
	return fault.Name("zh", "by."+id)
}

func (s *stage) valueIs(title, name, value string) error {
	m, err := s.matter(title)
	if err != nil {
		return err
	}
	if b, ok := find([]box{{name: "grade", form: "grade"}, {name: "cell", form: "cell"}, {name: "place"}, {name: "outcome", form: "outcome"}, {name: "kind", form: "kind"}}, name); ok {
		v, err := s.value(b, m.Kind, &m, value)
		if err != nil {
			return err
		}
		is := map[string]string{"grade": m.Grade, "cell": m.Cell, "place": m.Place, "outcome": m.Outcome, "kind": m.Kind}[b.name]
		return want(name, is, fmt.Sprint(v))
	}
	if name == fault.Name("zh", "field.risk") {
		return s.riskIs(m.ID, value)
	}
	key, v, err := s.own(m.Kind, name, value)
	if err != nil {
		return err
	}
	if t, ok := m.Sealed[key]; ok {
		words, err := s.app.Desk.Reveal(s.ctx, home, t)
		if err != nil {
			return err
		}
		return want(name, words[t.Ref()], v)
	}
	return want(name, m.Extra[key], v)
}

// clockOf gives how a limit of a matter stands; false when the matter has none of that name, or its start was not reached.
func (s *stage) clockOf(title, name string) (matter.Clock, bool, error) {
	m, err := s.matter(title)
	if err != nil {
		return matter.Clock{}, false, err
	}
	cal, err := s.app.Desk.Calendar(s.ctx, home)
	if err != nil {
		return matter.Clock{}, false, err
	}
	for _, c := range m.Clocks(cal, s.clock.Now()) {
		if fault.Name("zh", "limit."+c.Key) == name {
			return c, true, nil
		}
	}
	return matter.Clock{}, false, nil
}

func (s *stage) limitIs(title, name, how string) error {
	c, ok, err := s.clockOf(title, name)
	if err != nil {
		return err
	}
	is := "没有设"
	if ok {
		is = fault.Name("zh", "clock."+string(c.State))
	}
	return want("时限"+name, is, how)
}

func (s *stage) limitEnds(title, name, until string) error {
	if name == fault.Name("zh", "limit.judicial_confirmation") {
		return s.confirmBy(title, until)
	}
	c, ok, err := s.clockOf(title, name)
	if err != nil {
		return err
	}
	if !ok || c.DueAt.IsZero() {
		return fmt.Errorf("时限%s没有在走", name)
	}
	form := "2006-01-02 15:04"
	if len(until) == len(time.DateOnly) {
		form = time.DateOnly
	}
	return want("时限"+name+"的末日", c.DueAt.In(clock.Shanghai).Format(form), until)
}

func (s *stage) escalated(title, name, whether string) error {
	m, err := s.matter(title)
	if err != nil {
		return err
	}
	is := "没有"
	for _, key := range m.Escalated {
		if fault.Name("zh", "limit."+key) == name {
			is = "已经"
		}
	}
	return want("上报", is, whether)
}

func (s *stage) awaits(title, how, bodies string) error {
	m, err := s.matter(title)
	if err != nil {
		return err
	}
	ids, err := each(bodies, s.body)
	if err != nil {
		return err
	}
	for i, id := range ids {
		owes := slices.ContainsFunc(m.Calls, func(c matter.Call) bool { return c.Body == id && !c.Settled() })
		called := slices.ContainsFunc(m.Calls, func(c matter.Call) bool { return c.Body == id })
		if !called || owes != (how == "还等") {
			return fmt.Errorf("“%s”：吹过哨 %v，还等反馈 %v", strings.Split(bodies, "、")[i], called, owes)
		}
	}
	return nil
}

func (s *stage) story(title string, t *godog.Table) error {
	id, err := s.matterID(title)
	if err != nil {
		return err
	}
	rows, err := records(t)
	if err != nil {
		return err
	}
	events, err := s.app.Engine.Journal.Stream(s.ctx, home, matter.Stream(id), 0)
	if err != nil {
		return err
	}
	var is, told []string
	for _, e := range events {
		is = append(is, s.call(e.Actor, "系统")+" "+fault.Name("zh", "event."+e.Kind))
	}
	for _, r := range rows {
		told = append(told, r["谁"]+" "+r["做了什么"])
	}
	return want("经过", strings.Join(is, "；"), strings.Join(told, "；"))
}

// page is what a board of matters answers.
type page struct {
	Rows []struct {
		ID string `json:"id"`
	} `json:"rows"`
	Hits []struct {
		ID string `json:"id"`
	} `json:"hits"`
}

func (p page) has(id string) bool {
	return slices.ContainsFunc(p.Rows, func(r struct {
		ID string `json:"id"`
	}) bool {
		return r.ID == id
	}) || slices.ContainsFunc(p.Hits, func(r struct {
		ID string `json:"id"`
	}) bool {
		return r.ID == id
	})
}

func (s *stage) sees(name, how, title string) error {
	p, err := s.person(name)
	if err != nil {
		return err
	}
	id, err := s.matterID(title)
	if err != nil {
		return err
	}
	var list, found page
	if _, err := s.ask(p, "worklist", url.Values{"tab": {"open"}, "limit": {"200"}}, &list); err != nil {
		return err
	}
	if _, err := s.ask(p, "search", url.Values{"q": {title}, "limit": {"200"}}, &found); err != nil {
		return err
	}
	is := "看不到"
	if list.has(id) || found.has(id) {
		is = "看得到"
	}
	return want(name, is, how)
}

func (s *stage) onList(name, how, title string) error {
	p, err := s.person(name)
	if err != nil {
		return err
	}
	id, err := s.matterID(title)
	if err != nil {
		return err
	}
	var list page
	if _, err := s.ask(p, "worklist", url.Values{"tab": {"mine"}, "limit": {"200"}}, &list); err != nil {
		return err
	}
	return want("工作清单", map[bool]string{true: "有", false: "没有"}[list.has(id)], how)
}

func (s *stage) inbox(name, count, state string) error {
	p, err := s.person(name)
	if err != nil {
		return err
	}
	key, err := named("state", state)
	if err != nil {
		return err
	}
	var list page
	if ok, err := s.ask(p, "inbox", url.Values{"state": {key}, "limit": {"200"}}, &list); err != nil || !ok {
		return fmt.Errorf("%s打不开收件箱（%w）", name, err)
	}
	return want("条数", strconv.Itoa(len(list.Rows)), count)
}

func (s *stage) ledger(name, count, kind string) error {
	p, err := s.person(name)
	if err != nil {
		return err
	}
	key, err := pick(s.book().Kinds(), kind, func(k playbook.Kind) (string, string) { return k.Key, k.Name.Zh })
	if err != nil {
		return err
	}
	var list page
	if ok, err := s.ask(p, "ledger", url.Values{"kind": {key}, "limit": {"200"}}, &list); err != nil || !ok {
		return fmt.Errorf("%s打不开台账（%w）", name, err)
	}
	return want("条数", strconv.Itoa(len(list.Rows)), count)
}

// nowhere looks for words where they must not be: in the journal, in what boards answer the whole station, and, where the store is a
// folder, in the bytes of every file.
func (s *stage) nowhere(words string) error {
	lead, err := s.first(grid.DutyLead, grid.Head)
	if err != nil {
		return err
	}
	for _, board := range []string{"worklist", "ledger", "inbox"} {
		var all json.RawMessage
		if _, err := s.ask(lead, board, url.Values{"limit": {"200"}}, &all); err != nil {
			return err
		}
		if bytes.Contains(all, []byte(words)) {
			return fmt.Errorf("%s 里有“%s”", board, words)
		}
	}
	for at := journal.Seq(0); ; {
		events, err := s.app.Engine.Journal.Read(s.ctx, home, at, 1000)
		if err != nil {
			return err
		}
		if len(events) == 0 {
			break
		}
		for _, e := range events {
			if at = e.Seq; bytes.Contains(e.Data, []byte(words)) {
				return fmt.Errorf("日志第 %d 条里有“%s”", e.Seq, words)
			}
		}
	}
	return filepath.WalkDir(s.app.Data, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		text, err := os.ReadFile(path)
		if err == nil && bytes.Contains(text, []byte(words)) {
			err = fmt.Errorf("文件 %s 里有“%s”", d.Name(), words)
		}
		return err
	})
}

func (s *stage) provable() error {
	stations, err := s.app.Engine.Journal.Stations(s.ctx)
	if err != nil {
		return err
	}
	for _, id := range stations {
		if err := journal.VerifyChain(s.ctx, s.app.Engine.Journal, id); err != nil {
			return err
		}
	}
	return nil
}
