package steps

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/web/text"
	"maplegrid/internal/work/campaign"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/found"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/seek"
)

// verb is what a story calls an act on a matter, and what it says by being called so.
type verb struct {
	word, act string
	preset    map[string]any
}

// verbs are those of the base life and of disputes; an act of another kind of matter is called as its form is.
var verbs = slices.Concat(lifeVerbs, disputeVerbs, kindVerbs())

// kindVerbs are the acts on matters of the other kinds, by what their forms are called.
func kindVerbs() (list []verb) {
	for _, spec := range desk.Acts {
		area, _, _ := strings.Cut(spec.Name, ".")
		if spec.Thing == "matter" && !spec.Internal && area != "matter" && area != dispute.Base {
			list = append(list, verb{fault.Name("zh", "act."+spec.Name), spec.Name, nil})
		}
	}
	return list
}

var lifeVerbs = []verb{
	{"交办", "matter.assign", nil},
	{"签收", "matter.acknowledge", nil},
	{"开始处置", "matter.start", nil},
	{"记录", "matter.note", nil},
	{"走访", "matter.visit", nil},
	{"暂停", "matter.pause", nil},
	{"恢复", "matter.resume", nil},
	{"申请延期", "matter.extend", nil},
	{"同意延期", "matter.decide_extension", map[string]any{"grant": true}},
	{"不同意延期", "matter.decide_extension", map[string]any{"grant": false}},
	{"转办", "matter.transfer", nil},
	{"接收", "matter.take", nil},
	{"退回", "matter.send_back", nil},
	{"反馈", "matter.finish", nil},
	{"核查通过", "matter.verify", map[string]any{"pass": true}},
	{"核查退回", "matter.verify", map[string]any{"pass": false}},
	{"办结", "matter.close", nil},
	{"回访", "matter.follow_up", map[string]any{"held": true, "way": "visit"}},
	{"重新办理", "matter.reopen", nil},
	{"改级", "matter.regrade", nil},
	{"派任务", "matter.set_task", nil},
	{"完成任务", "matter.do_task", nil},
	{"登记当事人", "matter.add_party", nil},
	{"邀请参与", "matter.invite", nil},
	{"关联", "matter.tie", nil},
	{"并案", "matter.merge", nil},
	{"补充要素", "matter.fill", nil},
	{"催办", "matter.chase", nil},
	{"督办", "matter.supervise", nil},
}

// actWords are the verbs of stories, the longest first: a pattern takes the first that fits.
func actWords() []string {
	var list []string
	for _, v := range verbs {
		list = append(list, v.word)
	}
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return slices.Compact(list)
}

// verbOf is the act that a word means for a kind of matter: one of the kind itself before one of all.
func (s *stage) verbOf(word, kind string) verb {
	if area := desk.Area(s.book(), kind); area != "" {
		if i := slices.IndexFunc(verbs, func(v verb) bool { return v.word == word && strings.HasPrefix(v.act, area+".") }); i >= 0 {
			return verbs[i]
		}
	}
	return verbs[slices.IndexFunc(verbs, func(v verb) bool { return v.word == word })]
}

// box is one field of an act's form.
type box struct {
	name, form string
	kind       reflect.Kind
	of         reflect.Type // of a row, when it is a repeated part
}

// boxes lists the fields of an act as its form shows them.
func boxes(of reflect.Type) (list []box) {
	for of.Kind() == reflect.Pointer {
		of = of.Elem()
	}
	for i := range of.NumField() {
		f := of.Field(i)
		if f.Anonymous {
			list = append(list, boxes(f.Type)...)
			continue
		}
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		form, _, _ := strings.Cut(f.Tag.Get("form"), ",")
		if name != "" && name != "-" && (form != "hidden" || name != "matter" && name != "version") {
			b := box{name, form, f.Type.Kind(), nil}
			if f.Type.Kind() == reflect.Slice && f.Type.Elem().Kind() == reflect.Struct {
				b.of = f.Type.Elem()
			}
			list = append(list, b)
		}
	}
	return list
}

// called are words of the trade that stories use for a field beside its name on the form.
var called = map[string]string{"等级": "grade", "交给": "to", "结果": "outcome", "答复": "answer", "方式": "way", "姓名": "name", "并入": "into", "另一件": "other",
	"签字方式": "way", "见证人": "seen_by", "转到": "to", "转介单位": "to", "是单位": "body", "计算单种类": "kind", "人数": "people", "步骤": "step", "设备": "kit", "答案": "answers"}

// find finds a field by what it is called.
func find(list []box, name string) (box, bool) {
	i := slices.IndexFunc(list, func(b box) bool {
		zh := fault.Name("zh", "field."+b.name)
		return zh == name || strings.HasPrefix(zh, name+"（") || strings.HasPrefix(zh, name+"：") || called[name] == b.name
	})
	if i < 0 {
		return box{}, false
	}
	return list[i], true
}

// mainWords is the field that takes the words written under a step.
func mainWords(act string) (string, bool) {
	spec, _ := desk.Find(act)
	for _, b := range boxes(reflect.TypeOf(spec.New())) {
		if b.form == "words" {
			return b.name, true
		}
	}
	return "", false
}

// fill puts what a story says into the JSON of an act: fields by their name on the form, people, cells, bodies, results and reasons by
// what they are called. What is no field of the act is one of the kind's own.
func (s *stage) fill(body map[string]any, act any, kind string, m *matter.Matter, rows [][2]string) error {
	list := boxes(reflect.TypeOf(act))
	for _, row := range rows {
		name, text := row[0], row[1]
		if b, ok := find(list, name); ok {
			if b.of != nil {
				one, err := s.row(b.of, kind, m, text)
				if err != nil {
					return fmt.Errorf("栏目“%s”：%w", name, err)
				}
				rows, _ := body[b.name].([]any)
				body[b.name] = append(rows, one)
				continue
			}
			v, err := s.value(b, kind, m, text)
			if err != nil {
				return fmt.Errorf("栏目“%s”：%w", name, err)
			}
			body[b.name] = v
			if b.name == "campaign" {
				s.campaign = fmt.Sprint(v)
			}
			continue
		}
		key, v, err := s.own(kind, name, text)
		if err != nil {
			return err
		}
		extra, _ := body["extra"].(map[string]any)
		if extra == nil {
			extra = map[string]any{}
			body["extra"] = extra
		}
		extra[key] = v
	}
	return nil
}

// own is a field of a kind and its value.
func (s *stage) own(kind, name, text string) (string, string, error) {
	for _, f := range s.book().Fields(kind) {
		if f.Name.Zh != name && f.Key != name && !strings.HasPrefix(f.Name.Zh, name+"（") {
			continue
		}
		if f.Type == "yesno" {
			yes, err := yesNo(text)
			return f.Key, map[bool]string{true: "yes", false: "no"}[yes], err
		}
		if len(f.Options) == 0 {
			return f.Key, text, nil
		}
		key, err := pick(f.Options, text, func(o playbook.Option) (string, string) { return o.Key, o.Name.Zh })
		return f.Key, key, err
	}
	return "", "", fmt.Errorf("没有“%s”这个栏目", name)
}

func yesNo(text string) (bool, error) {
	switch text {
	case "是":
		return true, nil
	case "否":
		return false, nil
	}
	return false, fmt.Errorf("“%s”应当写是或者否", text)
}

// pick finds the key of what is called so; where several are not told apart by the part before a bracket, the whole name is needed.
func pick[T any](list []T, name string, of func(T) (key, zh string)) (string, error) {
	var names []string
	short := ""
	for _, x := range list {
		key, zh := of(x)
		if zh == name || key == name {
			return key, nil
		}
		if strings.HasPrefix(zh, name+"（") && short == "" {
			short = key
		}
		names = append(names, zh)
	}
	if short != "" {
		return short, nil
	}
	return "", fmt.Errorf("没有“%s”，有的是：%s", name, strings.Join(names, "、"))
}

// value turns the words of a story into what the act's JSON has in a field.
func (s *stage) value(b box, kind string, m *matter.Matter, text string) (any, error) {
	book := s.book()
	use, reason := strings.CutPrefix(b.form, "reason:")
	switch {
	case reason:
		return pick(book.Reasons(use), text, func(r playbook.Reason) (string, string) { return r.Key, r.Name.Zh })
	case b.form == "person":
		return s.id(text)
	case b.form == "people":
		return each(text, s.id)
	case b.form == "cell":
		return s.cell(text)
	case b.form == "cells":
		return each(text, s.cell)
	case b.form == "body":
		return s.body(text)
	case b.form == "bodies":
		return each(text, s.body)
	case b.form == "kind":
		return s.kind(text)
	case b.form == "grade":
		return pick(book.Scale(), text, func(g playbook.ScaleGrade) (string, string) { return g.Key, g.Name.Zh })
	case b.form == "outcome":
		return pick(book.Outcomes(kind), text, func(o playbook.Outcome) (string, string) { return o.Key, o.Name.Zh })
	case b.form == "limit":
		return s.limit(m, text)
	case b.form == "task":
		return s.task(m, text)
	case b.form == "matter":
		return s.matterID(text)
	case b.form == "yesno":
		return yesNo(text)
	case b.form == "datetime":
		return s.at(text)
	case b.form == "way", b.form == "how", b.form == "side":
		return named(b.form, text)
	case b.kind == reflect.Int:
		return strconv.Atoi(text)
	case b.kind == reflect.Float64:
		return strconv.ParseFloat(text, 64)
	}
	if v, ok, err := s.ofDispute(b, m, text); ok {
		return v, err
	}
	return s.ofService(b, m, text)
}

// ofService turns the words of a story into what acts of the services have in a field: what was given a name, items of the catalogue,
// one or several of a family of names. Any other words stand as they are.
func (s *stage) ofService(b box, m *matter.Matter, text string) (any, error) {
	if id, ok := s.named[text]; ok && b.kind != reflect.Slice {
		return id, nil
	}
	how, family, ok := strings.Cut(b.form, ":")
	if !ok {
		family = how
	}
	switch {
	case b.form == "service":
		return pick(s.book().Services(), text, func(x playbook.Service) (string, string) { return x.Key, x.Name.Zh })
	case b.form == "foundclaim" || family == "candidate":
		return s.nth(m, text)
	case b.form == "foundpoints":
		return each(text, func(one string) (string, error) { return strings.Trim(one, "第项"), nil })
	case b.name == "campaign_fault":
		return s.fault(text)
	case b.kind == reflect.Map:
		return s.answers(text)
	case b.form == "kititems":
		return s.contents(text)
	case b.form == "kitkind":
		return pick(s.book().KitKinds(), text, func(x playbook.KitKind) (string, string) { return x.Key, x.Name.Zh })
	case b.form == "firmsort":
		return pick(s.book().FirmSorts(), text, func(x playbook.FirmSort) (string, string) { return x.Key, x.Name.Zh })
	case b.form == "campaignplan":
		return pick(s.book().CampaignPlans(), text, func(x playbook.CampaignPlan) (string, string) { return x.Key, x.Name.Zh })
	case b.form == "window":
		return pick(s.book().Windows(), text, func(x playbook.Window) (string, string) { return x.Key, x.Name.Zh })
	case how == "reasons":
		return each(text, func(one string) (string, error) {
			return pick(s.book().Reasons(family), one, func(r playbook.Reason) (string, string) { return r.Key, r.Name.Zh })
		})
	case b.kind == reflect.Slice && isFamily(family):
		return s.all(family, text)
	case isFamily(family):
		return named(family, text)
	case b.kind == reflect.Slice:
		return each(text, func(one string) (string, error) {
			if id, ok := s.named[one]; ok {
				return id, nil
			}
			return one, nil
		})
	}
	return text, nil
}

// nth finds a claim on a thing found, or a candidate for a person sought: 第1个.
func (s *stage) nth(m *matter.Matter, text string) (string, error) {
	events, err := s.app.Engine.Journal.Stream(s.ctx, home, matter.Stream(m.ID), 0)
	if err != nil {
		return "", err
	}
	var ids []string
	if desk.Area(s.book(), m.Kind) == "seek" {
		x, err := seek.Fold(events)
		if err != nil {
			return "", err
		}
		for _, c := range x.Candidates {
			ids = append(ids, c.ID)
		}
	} else {
		x, err := found.Fold(events)
		if err != nil {
			return "", err
		}
		for _, c := range x.Claims {
			ids = append(ids, c.ID)
		}
	}
	n, err := strconv.Atoi(strings.Trim(text, "第个份"))
	if err != nil || n < 1 || n > len(ids) {
		return "", fmt.Errorf("写成“第1个”，现有 %d 个", len(ids))
	}
	return ids[n-1], nil
}

// fault finds something that was found wrong in the campaign at hand: 第1个.
func (s *stage) fault(text string) (string, error) {
	events, err := s.app.Engine.Journal.Stream(s.ctx, home, campaign.Stream(s.campaign), 0)
	if err != nil {
		return "", err
	}
	c, err := campaign.Fold(events)
	if err != nil {
		return "", err
	}
	n, err := strconv.Atoi(strings.Trim(text, "第个"))
	if err != nil || n < 1 || n > len(c.Faults) {
		return "", fmt.Errorf("写成“第1个”，现有 %d 个问题", len(c.Faults))
	}
	return c.Faults[n-1].ID, nil
}

// answers reads what was found on a checklist: 题目：是；题目：2.
func (s *stage) answers(text string) (map[string]string, error) {
	list := map[string]string{}
	for _, pair := range strings.Split(text, "；") {
		name, value, _ := strings.Cut(pair, "：")
		key := ""
		for _, c := range s.book().Checklists() {
			for _, q := range c.Questions {
				if q.Name.Zh == strings.TrimSpace(name) && key == "" {
					key = q.Key
				}
			}
		}
		if key == "" {
			return nil, fmt.Errorf("检查表里没有“%s”", name)
		}
		if yes, err := yesNo(value); err == nil {
			value = map[bool]string{true: "yes", false: "no"}[yes]
		}
		list[key] = value
	}
	return list, nil
}

// contents are the things in a kit by what they are called; 全部 is all of the first kind of kit.
func (s *stage) contents(text string) (list []string, err error) {
	kinds := s.book().KitKinds()
	for _, k := range kinds {
		for _, item := range k.Items {
			if text == "全部" && k.Key == kinds[0].Key || slices.Contains(strings.Split(text, "、"), item.Zh) && !slices.Contains(list, item.Zh) {
				list = append(list, item.Zh)
			}
		}
	}
	return list, nil
}

// isFamily tells whether there are names of a family.
func isFamily(family string) bool { return len(familyOf(family)) > 0 }

// named finds the key of a family of names: way.visit, side.a. What pages call a choice will do as well.
func named(family, text string) (string, error) {
	names := familyOf(family)
	for key, all := range names {
		if slices.Contains(all, text) {
			return key, nil
		}
	}
	var list []string
	for _, all := range names {
		list = append(list, all[0])
	}
	slices.Sort(list)
	return "", fmt.Errorf("没有“%s”，有的是：%s", text, strings.Join(list, "、"))
}

// familyOf are the names of a family by key: those everybody uses, then what pages call the choice.
func familyOf(family string) map[string][]string {
	list := map[string][]string{}
	add := func(prefix string, names map[string]string) {
		for key, name := range names {
			if k, ok := strings.CutPrefix(key, prefix); ok {
				list[k] = append(list[k], name)
			}
		}
	}
	add(family+".", fault.Names("zh"))
	add("opt."+family+".", text.Keys("zh"))
	return list
}

func each[T any](text string, of func(string) (T, error)) ([]T, error) {
	var list []T
	for _, part := range strings.Split(text, "、") {
		v, err := of(part)
		if err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, nil
}

// at reads a time: with its date, or of the day on which the story stands.
func (s *stage) at(text string) (time.Time, error) {
	if t, err := time.ParseInLocation("2006-01-02 15:04", text, clock.Shanghai); err == nil {
		return t, nil
	}
	if t, err := time.ParseInLocation("15:04", text, clock.Shanghai); err == nil {
		y, mo, d := s.clock.Now().In(clock.Shanghai).Date()
		return time.Date(y, mo, d, t.Hour(), t.Minute(), 0, 0, clock.Shanghai), nil
	}
	return time.Time{}, fmt.Errorf("时间“%s”应当写成 2026-03-31 09:00 或 09:00", text)
}
