package steps

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/cucumber/godog"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/work/report"
)

func (s *stage) submit(channel, cell string, words *godog.DocString) error {
	if key, err := named("channel", channel); err != nil || key != "page" {
		return fmt.Errorf("没有账号的人只能通过“网页”报事，“%s”要有人登记（%w）", channel, errors.Join(err))
	}
	return s.report(nil, "page", cell, words.Content)
}

func (s *stage) takeDown(name, channel, cell string, words *godog.DocString) error {
	by, err := s.person(name)
	if err != nil {
		return err
	}
	key, err := named("channel", channel)
	if err != nil {
		return err
	}
	return s.report(by, key, cell, words.Content)
}

// report hands in a message; lines that begin with 姓名, 电话 or 地点 are those fields.
func (s *stage) report(by *person, channel, cell, content string) error {
	body := map[string]any{"channel": channel}
	var err error
	if body["cell"], err = s.cell(cell); err != nil {
		return err
	}
	var words []string
	for line := range strings.Lines(content) {
		line = strings.TrimSpace(line)
		name, text, ok := strings.Cut(line, "：")
		if field := map[string]string{"姓名": "name", "电话": "phone", "地点": "place"}[name]; ok && field != "" {
			body[field] = strings.TrimSpace(text)
			continue
		}
		words = append(words, line)
	}
	body["words"] = strings.Join(words, "\n")
	if by == nil {
		return s.onPage(body)
	}
	a, done, err := s.post(by, "report.submit", body)
	if done {
		s.reports = append(s.reports, told{a.ID, a.Receipt})
	}
	return err
}

func (s *stage) again() error {
	if s.last == nil {
		return fmt.Errorf("还没有什么动作可以再提交")
	}
	a, done, err := s.send(*s.last)
	if done && !a.Repeat { // the surface answers as the first time; the header that says so is not looked at
		for _, r := range s.reports {
			if r.id == a.ID && r.receipt != a.Receipt {
				return fmt.Errorf("两次给了不同的回执")
			}
		}
	}
	return err
}

func (s *stage) latest() (told, error) {
	if len(s.reports) == 0 {
		return told{}, fmt.Errorf("还没有人报事")
	}
	return s.reports[len(s.reports)-1], nil
}

func (s *stage) triage(name string, t *godog.Table) error {
	by, err := s.person(name)
	if err != nil {
		return err
	}
	r, err := s.latest()
	if err != nil {
		return err
	}
	rows, err := records(t)
	if err != nil {
		return err
	}
	var open []map[string]any
	var link []string
	var titles []string
	for i, row := range rows {
		if title := row["已有事项"]; title != "" {
			id, err := s.matterID(title)
			if err != nil {
				return err
			}
			link = append(link, id)
			continue
		}
		kind, err := s.kind(row["类别"])
		if err != nil {
			return err
		}
		var fields [][2]string
		for _, c := range t.Rows[0].Cells { // in the order of the table, so that a mistake is always told the same way
			if v := row[c.Value]; v != "" && c.Value != "已有事项" {
				fields = append(fields, [2]string{c.Value, v})
			}
		}
		n := map[string]any{}
		if err := s.fill(n, &report.NewMatter{}, kind, nil, fields); err != nil {
			return fmt.Errorf("第 %d 行：%w", i+1, err)
		}
		open, titles = append(open, n), append(titles, row["标题"])
	}
	body := map[string]any{"report": r.id}
	if len(open) > 0 {
		body["open"] = open
	}
	if len(link) > 0 {
		body["link"] = link
	}
	a, done, err := s.post(by, "report.triage", body)
	if done {
		for i, id := range a.Matters {
			s.matters[titles[i]] = id
		}
	}
	return err
}

func (s *stage) decline(name, reason string, answer *godog.DocString) error {
	by, err := s.person(name)
	if err != nil {
		return err
	}
	r, err := s.latest()
	if err != nil {
		return err
	}
	key, err := s.value(box{form: "reason:decline"}, "", nil, reason)
	if err != nil {
		return err
	}
	_, _, err = s.post(by, "report.triage", map[string]any{"report": r.id, "decline": key, "answer": answer.Content})
	return err
}

func (s *stage) act(name, title, word string) error { return s.do(name, word, title, nil) }

func (s *stage) actWithWords(name, title, word string, words *godog.DocString) error {
	m, err := s.matter(title)
	if err != nil {
		return err
	}
	field, ok := mainWords(s.verbOf(word, m.Kind).act)
	if !ok {
		return fmt.Errorf("“%s”没有写字的栏目", word)
	}
	return s.do(name, word, title, [][2]string{{fault.Name("zh", "field."+field), words.Content}})
}

// now fills in the time of what happens as the story tells it, as the form does.
func (s *stage) now(body map[string]any, act any) {
	for _, b := range boxes(reflect.TypeOf(act)) {
		if b.form == "datetime" && b.name == "at" {
			body["at"] = s.clock.Now()
		}
	}
}

// actByName is an act that is done to no matter, called as its form is; 没有账号的人 is somebody without an account.
func (s *stage) actByName(name, word string, t *godog.Table) error {
	by, err := s.person(name)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(desk.Acts, func(x desk.Spec) bool { return !x.Internal && fault.Name("zh", "act."+x.Name) == word })
	if i < 0 {
		return fmt.Errorf("没有“%s”这个动作", word)
	}
	rows, err := pairs(t)
	if err != nil {
		return err
	}
	call := ""
	rows = slices.DeleteFunc(rows, func(r [2]string) bool {
		if r[0] == "记作" {
			call = r[1]
		}
		return r[0] == "记作"
	})
	body := map[string]any{}
	act := desk.Acts[i].New()
	s.now(body, act)
	if err := s.fill(body, act, "", nil, rows); err != nil {
		return err
	}
	a, done, err := s.post(by, desk.Acts[i].Name, body)
	if err != nil || !done {
		return err
	}
	if strings.HasPrefix(desk.Acts[i].Name, "draft.") {
		return s.heard(a, fmt.Sprint(body["title"]))
	}
	if call == "" {
		return nil
	}
	return s.remember(call, a)
}

// remember gives what an act made a name: a matter by it as by its title, the codes it drew by number.
func (s *stage) remember(name string, a desk.Answer) error {
	s.named[name] = a.ID
	if strings.HasPrefix(a.ID, "m_") {
		s.matters[name] = a.ID
	}
	if a.Receipt != "" {
		s.named[name+"的码"] = a.Receipt
	}
	events, err := s.app.Engine.Journal.Read(s.ctx, home, a.Seq-1, 1)
	if err != nil || len(events) == 0 {
		return err
	}
	var drawn struct {
		Codes []string `json:"codes"`
	}
	if err := json.Unmarshal(events[0].Data, &drawn); err != nil {
		return err
	}
	for i, code := range drawn.Codes {
		s.named[fmt.Sprintf("%s第%d张", name, i+1)] = code
	}
	return nil
}

func pairs(t *godog.Table) (rows [][2]string, err error) {
	for _, row := range t.Rows {
		if len(row.Cells) != 2 {
			return nil, fmt.Errorf("每行写两格：栏目和值")
		}
		rows = append(rows, [2]string{row.Cells[0].Value, row.Cells[1].Value})
	}
	return rows, nil
}

func (s *stage) actWithTable(name, title, word string, t *godog.Table) error {
	rows, err := pairs(t)
	if err != nil {
		return err
	}
	return s.do(name, word, title, rows)
}

func (s *stage) do(name, word, title string, rows [][2]string) error {
	by, err := s.person(name)
	if err != nil {
		return err
	}
	m, err := s.matter(title)
	if err != nil {
		return err
	}
	v := s.verbOf(word, m.Kind)
	spec, _ := desk.Find(v.act)
	body := map[string]any{"matter": m.ID}
	for k, x := range v.preset {
		body[k] = x
	}
	s.now(body, spec.New())
	if version := s.seen[name][m.ID]; version > 0 {
		body["version"] = version
		delete(s.seen[name], m.ID) // having been told, they look again
	}
	if err := s.fill(body, spec.New(), m.Kind, &m, rows); err != nil {
		return err
	}
	_, _, err = s.post(by, v.act, body)
	return err
}

func (s *stage) whistle(name, bodies, title string, words *godog.DocString) error {
	by, err := s.person(name)
	if err != nil {
		return err
	}
	m, err := s.matterID(title)
	if err != nil {
		return err
	}
	ids, err := each(bodies, s.body)
	if err != nil {
		return err
	}
	_, _, err = s.post(by, "matter.call_bodies", map[string]any{"matter": m, "bodies": ids, "words": words.Content})
	return err
}

func (s *stage) answered(name, body, title, step string) error {
	return s.answeredWithWords(name, body, title, step, &godog.DocString{})
}

func (s *stage) answeredWithWords(name, body, title, step string, words *godog.DocString) error {
	by, err := s.person(name)
	if err != nil {
		return err
	}
	m, err := s.matterID(title)
	if err != nil {
		return err
	}
	id, err := s.body(body)
	if err != nil {
		return err
	}
	key, err := named("callstep", step)
	if err != nil {
		return err
	}
	_, _, err = s.post(by, "matter.answer_call", map[string]any{"matter": m, "body": id, "step": key, "words": words.Content})
	return err
}

func (s *stage) later(count, unit string) error {
	n, err := strconv.Atoi(count)
	if err != nil {
		return err
	}
	now := s.clock.Now()
	switch unit {
	case "分钟":
		now = now.Add(time.Duration(n) * time.Minute)
	case "小时":
		now = now.Add(time.Duration(n) * time.Hour)
	case "天":
		now = now.AddDate(0, 0, n)
	default:
		cal, err := s.app.Desk.Calendar(s.ctx, home)
		if err != nil {
			return err
		}
		for n > 0 {
			if now = now.AddDate(0, 0, 1); cal.Working(now.In(clock.Shanghai)) {
				n--
			}
		}
	}
	s.clock.Set(now)
	return s.tick()
}

// reporter is the report of the one who is meant.
func (s *stage) reporter(which string) (told, error) {
	i := map[string]int{"第一位报事人": 0, "第二位报事人": 1, "报事人": len(s.reports) - 1}[which]
	if i < 0 || i >= len(s.reports) {
		return told{}, fmt.Errorf("还没有%s", which)
	}
	return s.reports[i], nil
}

func (s *stage) reporterSays(which, what string, words *godog.DocString) error {
	return s.withReceipt(which, map[string]string{"补充": "add", "要求重新办理": "reopen"}[what], map[string]any{"words": words.Content})
}

func (s *stage) withdraw(which string) error {
	return s.withReceipt(which, "withdraw", map[string]any{})
}

func (s *stage) rate(which, stars string) error {
	n, err := strconv.Atoi(stars)
	if err != nil {
		return err
	}
	return s.withReceipt(which, "rate", map[string]any{"stars": n})
}
