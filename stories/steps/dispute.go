package steps

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// disputeVerbs are what stories call the acts on a dispute.
var disputeVerbs = []verb{
	{"补充当事人", "dispute.set_party", nil},
	{"登记同来的人", "dispute.add_companion", nil},
	{"记下陈述", "dispute.say", nil},
	{"安全询问", "dispute.ask_safety", map[string]any{"alone": true}},
	{"标记安全问题", "dispute.flag_safety", nil},
	{"解除安全标记", "dispute.lift_safety", nil},
	{"出具告诫书", "dispute.warn", map[string]any{"both": true}},
	{"告诫后查访", "dispute.visit_after_warning", nil},
	{"转介", "dispute.refer", map[string]any{"agree": true}},
	{"选定调解方式", "dispute.choose_track", nil},
	{"转换调解方式", "dispute.move_track", nil},
	{"接收调解", "dispute.answer_move", map[string]any{"accept": true}},
	{"反馈调解结果", "dispute.report_back", nil},
	{"终止调解", "dispute.stop_mediation", nil},
	{"告知其他途径", "dispute.tell_ways", nil},
	{"申请回避", "dispute.ask_recusal", nil},
	{"决定回避", "dispute.decide_recusal", nil},
	{"约定调解", "dispute.plan_session", nil},
	{"记录调解", "dispute.hold_session", nil},
	{"现场调解", "dispute.settle_on_spot", nil},
	{"保存计算单", "dispute.save_sheet", nil},
	{"在计算单上签字", "dispute.sign_sheet", nil},
	{"拟定协议", "dispute.draft_agreement", nil},
	{"签署协议", "dispute.sign_agreement", nil},
	{"记录履行", "dispute.keep_promise", nil},
	{"记录未履行", "dispute.break_promise", nil},
	{"登记放弃", "dispute.waive_promise", nil},
	{"申请司法确认", "dispute.apply_confirmation", nil},
	{"登记确认结果", "dispute.record_confirmation", nil},
	{"立案", "dispute.file_case", nil},
	{"研判", "dispute.look", map[string]any{"worse": false}},
	{"升级", "dispute.grow", nil},
	{"组建小组", "dispute.call_team", nil},
	{"记录五让", "dispute.note_ease", nil},
	{"回访当事人", "dispute.check_back", nil},
	{"记节点", "matter.mark", nil},
}

// dispute is a dispute as its journal tells it.
func (s *stage) dispute(id string) (*dispute.Dispute, error) {
	events, err := s.app.Engine.Journal.Stream(s.ctx, home, matter.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	return dispute.Fold(events)
}

// who finds a party or somebody who stands by one, by name.
func (s *stage) who(m *matter.Matter, name string) (string, error) {
	if m == nil {
		return "", fmt.Errorf("这一步还没有当事人“%s”", name)
	}
	d, err := s.dispute(m.ID)
	if err != nil {
		return "", err
	}
	names := map[vault.Ref]string{}
	var texts []vault.Text
	for _, p := range d.Parties {
		names[p.Name.Ref()], texts = p.ID, append(texts, p.Name)
	}
	for _, c := range d.Companions {
		names[c.Name.Ref()], texts = c.ID, append(texts, c.Name)
	}
	plain, err := s.app.Desk.Reveal(s.ctx, home, texts...)
	if err != nil {
		return "", err
	}
	var known []string
	for ref, id := range names {
		if plain[ref] == name {
			return id, nil
		}
		known = append(known, plain[ref])
	}
	slices.Sort(known)
	return "", fmt.Errorf("没有当事人“%s”，有的是：%s", name, strings.Join(known, "、"))
}

// newest is the id of the last of a list, when a story speaks of the one at hand: the agreement, the sheet, the warning.
func newest[T any](list []T, what string, id func(T) string) (string, error) {
	if len(list) == 0 {
		return "", fmt.Errorf("还没有%s", what)
	}
	return id(list[len(list)-1]), nil
}

// ofDispute turns the words of a story into what an act on a dispute has in a field; ok is false for fields it knows nothing of.
func (s *stage) ofDispute(b box, m *matter.Matter, text string) (v any, ok bool, err error) {
	book := s.book()
	question := func(x playbook.SafetyQuestion) (string, string) { return x.Key, x.Name.Zh }
	offence := func(x playbook.Offence) (string, string) { return x.Key, x.Name.Zh }
	one := func(name string) (string, error) { return s.who(m, name) }
	switch b.form {
	case "party", "companion_id", "payer":
		v, err = one(text)
	case "parties", "companions":
		v, err = each(text, one)
	case "signer":
		if v, err = named("signer", text); err != nil {
			v, err = one(text)
		}
	case "safety":
		var key string // one question: its words have commas of their own
		key, err = pick(book.SafetyQuestions(), text, question)
		v = []string{key}
	case "track":
		v, err = pick(book.Tracks(), text, func(t playbook.Track) (string, string) { return t.Key, t.Name.Zh })
	case "offence":
		v, err = pick(book.Offences(), text, offence)
	case "ground":
		v, err = pick(book.Grounds(), text, offence)
	case "stops":
		v, err = each(text, func(t string) (string, error) {
			return pick(book.Reasons("mediation_stop"), t, func(r playbook.Reason) (string, string) { return r.Key, r.Name.Zh })
		})
	case "ease":
		v, err = pick(book.Eases(), text, func(e playbook.Ease) (string, string) { return e.Key, e.Name.Zh })
	case "risk":
		v, err = pick(book.RiskGrades(), text, func(r playbook.RiskGrade) (string, string) { return r.Key, r.Name.Zh })
	case "team":
		v, err = pick(book.Teams(), text, func(t playbook.Team) (string, string) { return t.Key, t.Name.Zh })
	case "seat":
		v, err = s.seat(text)
	case "step":
		v, err = pick(book.Events(), text, func(e playbook.Event) (string, string) { return e.Key, e.Name.Zh })
	case "agreement", "sheet", "warning", "promise", "session", "sheets":
		v, err = s.part(b.form, m, text)
	case "growth":
		v, err = s.matterID(text)
	case "ways", "confirmchecks", "confirmmaterials":
		v, err = s.all(b.form, text)
	case "companion", "willing", "courseend", "relation", "sessionhow", "closed", "sessionend", "sheetkind", "agreementform", "signway", "promisewhat",
		"every", "caseresult", "confirmresult", "performed":
		v, err = named(b.form, text)
	case "photos", "signature": // what was photographed or signed is not kept in stories: an upload's id stands for it
		v, err = "upload-"+strconv.Itoa(len(text)), nil
		if b.form == "photos" {
			v = []string{"upload-1"}
		}
	default:
		return nil, false, nil
	}
	return v, true, err
}

// seat reads a seat of a team: the role, and after @ the body whose person sits there.
func (s *stage) seat(text string) (string, error) {
	name, of, ok := strings.Cut(text, "@")
	role, err := roleOf(name)
	if err != nil || !ok {
		return string(role), err
	}
	body, err := s.body(of)
	return string(role) + "@" + body, err
}

// all finds the keys of a family; 全部 is every one of them.
func (s *stage) all(family, text string) ([]string, error) {
	if text != "全部" {
		return each(text, func(t string) (string, error) { return named(family, t) })
	}
	list := slices.Collect(maps.Keys(familyOf(family)))
	slices.Sort(list)
	return list, nil
}

// part finds a part of a dispute: the latest of its sort, or the one a story numbers (第2条).
func (s *stage) part(form string, m *matter.Matter, text string) (any, error) {
	d, err := s.dispute(m.ID)
	if err != nil {
		return nil, err
	}
	switch form {
	case "agreement":
		return newest(d.Agreements, "协议", func(a dispute.Agreement) string { return a.ID })
	case "sheet":
		return newest(d.Sheets, "计算单", func(a dispute.Sheet) string { return a.ID })
	case "sheets":
		id, err := newest(d.Sheets, "计算单", func(a dispute.Sheet) string { return a.ID })
		return []string{id}, err
	case "warning":
		return newest(d.Warnings, "告诫书", func(a dispute.Warning) string { return a.ID })
	case "session":
		return newest(d.Sessions, "约定的调解", func(a dispute.Session) string { return a.ID })
	}
	n, err := strconv.Atoi(strings.Trim(text, "第条项"))
	if err != nil || n < 1 || n > len(d.Promises) {
		return nil, fmt.Errorf("承诺写成“第1条”，现有 %d 条", len(d.Promises))
	}
	return d.Promises[n-1].ID, nil
}

// row reads one row of a repeated part: “付款人：王某；金额：3000”.
func (s *stage) row(of reflect.Type, kind string, m *matter.Matter, text string) (map[string]any, error) {
	body := map[string]any{}
	list := boxes(of)
	for _, pair := range strings.Split(text, "；") {
		name, value, ok := strings.Cut(pair, "：")
		if !ok {
			return nil, fmt.Errorf("“%s”要写成“栏目：值”，几栏用“；”隔开", pair)
		}
		b, ok := find(list, strings.TrimSpace(name))
		if !ok {
			return nil, fmt.Errorf("没有“%s”这一栏", name)
		}
		v, err := s.value(b, kind, m, strings.TrimSpace(value))
		if err != nil {
			return nil, fmt.Errorf("“%s”：%w", name, err)
		}
		body[b.name] = v
	}
	return body, nil
}

func (s *stage) riskIs(id, risk string) error {
	d, err := s.dispute(id)
	if err != nil {
		return err
	}
	g, _ := s.book().RiskGrade(d.Risk)
	return want("风险等级", g.Name.Zh, risk)
}

func (s *stage) promisesAre(title, count, how string) error {
	id, err := s.matterID(title)
	if err != nil {
		return err
	}
	d, err := s.dispute(id)
	if err != nil {
		return err
	}
	n := 0
	for _, p := range d.Promises {
		broken := p.Ended == "" && len(p.Broken) > 0
		switch how {
		case "已履行":
			n += one(p.Ended == "kept")
		case "未履行":
			n += one(broken)
		case "履行中":
			n += one(p.Ended == "" && !broken)
		}
	}
	return want(how+"的承诺", strconv.Itoa(n), count)
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// confirmBy looks at the last day of the joint application for judicial confirmation of the latest agreement.
func (s *stage) confirmBy(title, until string) error {
	id, err := s.matterID(title)
	if err != nil {
		return err
	}
	d, err := s.dispute(id)
	if err != nil {
		return err
	}
	cal, err := s.app.Desk.Calendar(s.ctx, home)
	if err != nil || len(d.Agreements) == 0 {
		return errors.Join(err, fmt.Errorf("还没有协议"))
	}
	last := d.ConfirmBy(&d.Agreements[len(d.Agreements)-1], work.Moment{Calendar: cal, HappenedAt: s.clock.Now(), Book: none{}})
	return want("申请司法确认的末日", last.In(clock.Shanghai).Format(time.DateOnly), until)
}

// none is a book that sets no limits: the thirty days are the law's.
type none struct{ work.Book }

func (none) Limits(string, string) []work.Limit { return nil }

// onPromises looks at the promise ledger.
func (s *stage) onPromises(name, tab, count string) error {
	by, err := s.person(name)
	if err != nil {
		return err
	}
	view, err := named("promiseview", tab)
	if err != nil {
		return err
	}
	var list struct {
		Rows []json.RawMessage `json:"rows"`
	}
	if ok, err := s.ask(by, "promises", url.Values{"view": {view}, "limit": {"200"}}, &list); err != nil || !ok {
		return fmt.Errorf("%s打不开承诺台账（%w）", name, err)
	}
	return want("条数", strconv.Itoa(len(list.Rows)), count)
}
