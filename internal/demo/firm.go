package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/grid"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work/campaign"
	"maplegrid/internal/work/firm"
)

// firmLife is how the station keeps in touch with firms, schools and venues: registered, an officer for each, told and visited in
// their rhythm, recruits' cards checked, school gates watched, a school campaign with faults put right, an inspection that still runs.
// It draws from a seed of its own, so that the rest of the demonstration stays as it is.
type firmLife struct {
	*life
	draw    *rand.Rand
	firms   []*kept
	schools string // the campaign over them
}

// kept is a firm of the demonstration.
type kept struct {
	id, sort, cell, officer string
}

// premises are what there is in a town, by sort.
var premises = []struct{ sort, name string }{
	{"school", "实验小学"}, {"school", "第二小学"}, {"school", "第三中学"}, {"school", "城关中学"}, {"kindergarten", "春苗幼儿园"}, {"kindergarten", "阳光幼儿园"},
	{"explosives", "青石采石场"}, {"hazardous", "宏源加油站"}, {"hazardous", "永安化工门市部"}, {"key_firm", "兴业机械厂"}, {"key_firm", "恒丰纺织厂"}, {"firm", "枫林食品厂"},
	{"hospital", "城区医院"}, {"market", "中心商场"}, {"market", "南门农贸市场"}, {"entertainment", "金声量贩歌厅"}, {"lodging", "迎宾旅馆"}, {"lodging", "顺通宾馆"}, {"trade", "老街废品收购站"},
}

func (f *firmLife) pick(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[f.draw.IntN(len(list))]
}

// keepFirms puts the life of firms on the list of what is to happen.
func (l *life) keepFirms(begin time.Time) {
	f := &firmLife{life: l, draw: rand.New(rand.NewPCG(l.opt.Seed, 0xf12a))}
	share := func(x float64) time.Time {
		return begin.Add(time.Duration(x * float64(l.end.Sub(begin)))).Truncate(24 * time.Hour).Add(2*time.Hour + 10*time.Minute)
	}
	for i, p := range premises {
		l.at(share(0.02).Add(time.Duration(i)*time.Minute), func() error { return f.register(i, p.sort, p.name) })
	}
	for n := range 5 {
		for i := range premises {
			l.at(share(0.05+0.21*float64(n)).Add(time.Duration(i)*(47*time.Minute)), func() error { return f.tend(i, n) })
		}
	}
	l.at(share(0.3), f.startSchools)
	for i := range 6 {
		l.at(share(0.32+0.03*float64(i)).Add(time.Hour), func() error { return f.goToSchool(i) })
	}
	l.at(share(0.6), f.fix)
	l.at(share(0.65), f.seeAgain)
	l.at(l.end.AddDate(0, 0, -6), f.inspect)
	for back := range 5 {
		for _, at := range []time.Duration{7*time.Hour + 18*time.Minute, 8*time.Hour + 2*time.Minute} {
			day := l.end.In(clock.Shanghai).AddDate(0, 0, -back)
			when := time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, clock.Shanghai).Add(at)
			if when.Before(l.end) {
				l.at(when.UTC(), func() error { return f.gate(when, at > 8*time.Hour) })
			}
		}
	}
}

func (f *firmLife) register(i int, sort, name string) error {
	place := f.town.cells[(i*7+3)%len(f.town.cells)]
	s, ok := f.town.book.FirmSort(sort)
	if !ok {
		return nil
	}
	a := &firm.Set{Name: name, Sort: sort, Cell: place.id, Place: place.unit + fmt.Sprintf("%d号", 3+i*4), Phone: fmt.Sprintf("0398-28%05d", 1000+i), Contact: f.pick(surnames) + f.pick(given),
		ContactPhone: fmt.Sprintf("1390000%04d", f.draw.IntN(10000))}
	if s.School() {
		a.Pupils, a.Boarding = 220+i*310, sort == "school" && i%2 == 1
	}
	if sort == "explosives" || sort == "hazardous" {
		a.Hazards = []string{sort, "key"}
	}
	head := f.town.byRole[grid.Head][0]
	answer, err := f.by(head, "firm.set", a)
	if err != nil {
		return err
	}
	k := &kept{id: answer.ID, sort: sort, cell: place.id, officer: f.pick(f.town.covering(place.id, "officer"))}
	f.firms = append(f.firms, k)
	if i == len(premises)-1 {
		return nil // one that nobody keeps in touch with yet
	}
	deputy := f.pick(f.town.covering(place.id, "aux_officer"))
	if _, err := f.by(head, "firm.assign_officer", &firm.AssignOfficer{On: firm.On{Firm: k.id}, Officer: k.officer, Deputy: deputy}); err != nil {
		return err
	}
	if !s.School() {
		return nil
	}
	post := &firm.SetPost{On: firm.On{Firm: k.id}, Terms: []firm.Term{{From: f.now().In(clock.Shanghai).Format(time.DateOnly), Until: f.end.AddDate(0, 2, 0).Format(time.DateOnly)}},
		Windows: []firm.Window{{Title: "上学", From: "07:20", Until: "08:05", Lead: k.officer}, {Title: "放学", From: "16:40", Until: "17:30", Lead: k.officer}}, People: []string{deputy}}
	if g := f.pick(f.town.covering(place.id, "guard")); g != "" {
		post.People = append(post.People, g)
	}
	_, err = f.by(k.officer, "firm.set_post", post)
	return err
}

// tend is one turn of the rhythm: told, visited, asked; each firm its own way, some late.
func (f *firmLife) tend(i, n int) error {
	if i >= len(f.firms)-1 || f.draw.IntN(100) < 15 {
		return nil
	}
	k := f.firms[i]
	on := firm.On{Firm: k.id}
	if f.draw.IntN(100) < 85 {
		a := &firm.Give{On: on, Way: firm.BriefWays[f.draw.IntN(4)], Words: f.pick(briefings), Around: []firm.Happened{{Kind: "hazard", Count: 1 + f.draw.IntN(3)}, {Kind: "incident", Count: 1 + f.draw.IntN(4), Near: "周边一公里"}}}
		if _, err := f.by(k.officer, "firm.brief", a); err != nil {
			return err
		}
	}
	if f.draw.IntN(100) < 55 {
		if err := f.call(k); err != nil {
			return err
		}
	}
	if n >= 1 && k.sort != "school" && f.draw.IntN(100) < 35 {
		return f.recruit(k)
	}
	return f.answer(k)
}

func (f *firmLife) call(k *kept) error {
	a := &firm.Call{On: firm.On{Firm: k.id}, At: f.now().Add(-20 * time.Minute), Words: f.pick(visitWords)}
	due := f.now().In(clock.Shanghai).AddDate(0, 0, 5+f.draw.IntN(15)).Format(time.DateOnly)
	switch f.draw.IntN(3) {
	case 0:
		a.Asked = []firm.Asked{{Question: f.pick(firmQuestions), By: k.officer, DueOn: due}}
	case 1:
		a.Asked = []firm.Asked{{Question: f.pick(firmQuestions), Answer: "当场作了说明，留了值班电话。"}}
	}
	if f.draw.IntN(100) < 60 {
		x := f.draw.IntN(len(firmAdvice))
		a.Advice = []firm.Advised{{Means: firmAdvice[x][0], Words: firmAdvice[x][1], DueOn: due}}
	}
	_, err := f.by(k.officer, "firm.visit", a)
	return err
}

// answer answers what was left open, and notes advice that was followed.
func (f *firmLife) answer(k *kept) error {
	events, err := f.d.Journal.Stream(f.ctx, f.station, firm.Stream(k.id), 0)
	if err != nil {
		return err
	}
	x, err := firm.Fold(events)
	if err != nil {
		return err
	}
	for _, q := range x.Questions {
		if q.Open() && f.draw.IntN(100) < 70 {
			if _, err := f.by(k.officer, "firm.answer", &firm.Answer{On: firm.On{Firm: k.id}, Question: q.ID, Words: "已经问过有关单位，下周派人来看；有进展再告诉你们。"}); err != nil {
				return err
			}
		}
	}
	for _, a := range x.Advice {
		if a.Open() && f.draw.IntN(100) < 50 {
			if _, err := f.by(k.officer, "firm.advice_done", &firm.AdviceDone{On: firm.On{Firm: k.id}, Advice: a.ID, Words: "看过了，已经做了。"}); err != nil {
				return err
			}
		}
	}
	return nil
}

// recruit is a check of a recruit's card: an auxiliary takes it down, an officer checks. Some wait.
func (f *firmLife) recruit(k *kept) error {
	on := firm.On{Firm: k.id}
	if aux := f.pick(f.town.covering(k.cell, "aux_officer")); aux != "" && f.draw.IntN(100) < 40 {
		_, err := f.by(aux, "firm.ask_check", &firm.AskCheck{On: on, AskedBy: "人事负责人", Purpose: "新进人员入职核验"})
		return err
	}
	answer := "yes"
	if f.draw.IntN(100) < 8 {
		answer = "no"
	}
	_, err := f.by(k.officer, "firm.check_recruit", &firm.CheckRecruit{On: on, AskedBy: "人事负责人", Purpose: "新进人员入职核验", IDNo: f.idNumber(), Consent: true, Signature: "demo-consent", Genuine: answer})
	if refused(err) {
		return nil
	}
	return err
}

func (f *firmLife) startSchools() error {
	var ids, people []string
	for _, k := range f.firms {
		if s, _ := f.town.book.FirmSort(k.sort); s.School() {
			ids = append(ids, k.id)
			people = append(people, f.pick(f.town.covering(k.cell, "aux_officer")))
		}
	}
	if len(ids) == 0 {
		return nil
	}
	people = slices.Compact(slices.Sorted(slices.Values(slices.DeleteFunc(people, func(p string) bool { return p == "" }))))
	a, err := f.by(f.town.byRole[grid.Head][0], "campaign.start", &campaign.Start{Plan: "school_term", Title: "开学校园安全走访", From: f.day(0), Until: f.day(25), Places: ids, People: people})
	f.schools = a.ID
	return err
}

func (f *firmLife) day(n int) string {
	return f.now().In(clock.Shanghai).AddDate(0, 0, n).Format(time.DateOnly)
}

// goToSchool goes through the checklist at one school; every second has a fault, the last is not gone to.
func (f *firmLife) goToSchool(i int) error {
	c, err := f.campaign(f.schools)
	if err != nil || c == nil || i >= len(c.Places)-1 {
		return err
	}
	p := c.Places[i]
	list, _ := f.town.book.Checklist(c.Checklist)
	a := &campaign.Go{On: campaign.On{Campaign: c.ID}, Firm: p.Firm, At: f.now().Add(-30 * time.Minute), Answers: fineAnswers(list), Notes: map[string]string{}, Words: "副校长陪同看了门卫室、食堂和操场。"}
	if i%2 == 0 {
		a.Answers["sc_alarm_tried"], a.Notes["sc_alarm_tried"] = "no", "按了三次没有人应答"
	}
	if i == 2 {
		a.Answers["sc_bollards"], a.Notes["sc_bollards"] = "no", "门口石墩被挪走了两个"
	}
	who := f.firmOf(p.Firm).officer
	if i == 1 {
		if _, err := f.by(who, "campaign.miss", &campaign.GoneInVain{On: campaign.On{Campaign: c.ID}, Firm: p.Firm, Words: "学校正在开家长会，改天再来。"}); err != nil {
			return err
		}
	}
	_, err = f.by(who, "campaign.check", a)
	return err
}

func fineAnswers(list playbook.Checklist) map[string]string {
	answers := map[string]string{}
	for _, q := range list.Questions {
		switch q.Answer {
		case "yesno":
			answers[q.Key] = map[bool]string{true: "no", false: "yes"}[q.Fault == "yes"]
		case "number":
			answers[q.Key] = "8"
		default:
			answers[q.Key] = "上个月，疏散演练"
		}
	}
	return answers
}

func (f *firmLife) firmOf(id string) *kept {
	for _, k := range f.firms {
		if k.id == id {
			return k
		}
	}
	return &kept{}
}

func (f *firmLife) campaign(id string) (*campaign.Campaign, error) {
	if id == "" {
		return nil, nil
	}
	events, err := f.d.Journal.Stream(f.ctx, f.station, campaign.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	return campaign.Fold(events)
}

// fix puts all faults right but one, which becomes a matter.
func (f *firmLife) fix() error {
	c, err := f.campaign(f.schools)
	if err != nil || c == nil {
		return err
	}
	for _, x := range c.Faults {
		who := f.firmOf(x.Firm).officer
		if x.Question == "sc_bollards" {
			if _, err := f.by(f.leader(), "campaign.grow", &campaign.Grow{On: campaign.On{Campaign: c.ID}, Fault: x.ID, Kind: "hazard", Title: "学校门口隔离石墩缺失", Words: "走访学校发现门口石墩被挪走两个，要请市政补上。", To: who}); err != nil {
				return err
			}
			continue
		}
		if _, err := f.by(who, "campaign.fix", &campaign.Fix{On: campaign.On{Campaign: c.ID}, Fault: x.ID, Words: "换了主机电池，重新联网，按响了。"}); err != nil {
			return err
		}
	}
	return nil
}

// seeAgain sees again what was put right, all but the last.
func (f *firmLife) seeAgain() error {
	c, err := f.campaign(f.schools)
	if err != nil || c == nil {
		return err
	}
	var fixed []campaign.Fault
	for _, x := range c.Faults {
		if x.State() == "fixed" {
			fixed = append(fixed, x)
		}
	}
	for i, x := range fixed {
		if i == len(fixed)-1 {
			break
		}
		if _, err := f.by(f.leader(), "campaign.see_again", &campaign.SeeAgain{On: campaign.On{Campaign: c.ID}, Fault: x.ID, Right: true, Words: "当面按响，指挥室五秒内应答。"}); err != nil {
			return err
		}
	}
	return nil
}

// inspect starts an inspection of the firms with dangerous goods; one of them is done by two officers.
func (f *firmLife) inspect() error {
	var ids []string
	for _, k := range f.firms {
		if k.sort == "explosives" || k.sort == "hazardous" {
			ids = append(ids, k.id)
		}
	}
	officers := f.town.byRole[grid.Officer]
	if len(ids) == 0 || len(officers) < 2 {
		return nil
	}
	a, err := f.by(f.town.byRole[grid.Head][0], "campaign.start", &campaign.Start{Plan: "hazardous", Title: "涉危险物品单位检查", From: f.day(0), Until: f.day(15), Places: ids})
	if err != nil {
		return err
	}
	list, _ := f.town.book.Checklist("hazardous_firm")
	g := &campaign.Go{On: campaign.On{Campaign: a.ID}, Firm: ids[0], At: f.now(), With: officers[1:2], Answers: fineAnswers(list), Escort: "保卫科长", Words: "看了库房、台账和视频。"}
	g.Answers["hz_store"] = "no"
	_, err = f.by(officers[0], "campaign.check", g)
	return err
}

// gate is a morning at the school gates.
func (f *firmLife) gate(when time.Time, leave bool) error {
	for i, k := range f.firms {
		if s, _ := f.town.book.FirmSort(k.sort); !s.School() || i%5 == 4 {
			continue
		}
		var err error
		if leave {
			a := &firm.Leave{On: firm.On{Firm: k.id}, Window: "上学", Fine: i != 1, Words: "秩序正常"}
			if i == 1 {
				a.Words = "两辆电动车在门口剐蹭，当场劝开，没有伤人。"
			}
			_, err = f.by(k.officer, "firm.stand_down", a)
		} else {
			_, err = f.by(k.officer, "firm.stand", &firm.Arrive{On: firm.On{Firm: k.id}, Window: "上学"})
		}
		if err != nil && !refused(err) { // a weekend, a holiday
			return err
		}
	}
	return nil
}

var (
	briefings = []string{"近期周边有盗窃电动车电池的，请提醒员工锁好、别过夜充电。", "近期有冒充老板加财务微信要求转账的，转账前务必当面或打电话核实。", "附近路段夜间车多，送货请走北门，不要占道。",
		"有人以检修燃气为名上门推销，请核实工作证，有疑问打值班电话。"}
	visitWords    = []string{"看了门卫、仓库和视频，负责人陪同。", "看了值班记录和消防通道，提醒夜里加一班巡查。", "和保卫人员见了面，核对了值班电话。"}
	firmQuestions = []string{"门口能不能设减速带", "夜里有人翻墙怎么报警最快", "员工租房要办什么登记", "能不能来给员工讲一次防诈骗"}
	firmAdvice    = [][2]string{{"people", "夜间值班加到两人，每两小时巡一遍"}, {"things", "仓库后窗装防护栏"}, {"technology", "北门加一个摄像头，存满三十天"}, {"technology", "报警器换电池，每月试一次"}}
)
