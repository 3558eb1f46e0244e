package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"maplegrid/internal/grid"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/missing"
	"maplegrid/internal/work/seek"
)

func (l *life) isMissing(kind string) bool {
	k, _ := l.town.book.Kind(kind)
	return k.Base == missing.Base
}

// lookFor does the next thing on the way to finding somebody who got lost: said who it is, sent out, called everybody around, sighted,
// notice, found, handed over, looked in on a few days later.
func (l *life) lookFor(j *job, m *matter.Matter) (time.Duration, error) {
	events, err := l.d.Journal.Stream(l.ctx, l.station, matter.Stream(m.ID), 0)
	if err != nil {
		return 0, err
	}
	x, err := missing.Fold(events)
	if err != nil {
		return 0, err
	}
	on, soon := matter.On{Matter: m.ID}, l.between(4*minute, 25*minute)
	do := func(name string, act any) (time.Duration, error) {
		_, err := l.by(m.Handler, name, act)
		return soon, err
	}
	reached := func(step string) bool { return !m.Reached[step].IsZero() }
	switch {
	case x.Subject == "":
		return do("missing.describe", &missing.Describe{On: on, Who: "elder", Name: l.name(), Age: 70 + l.rng.IntN(18), Clothes: pick(l, clothes), Marks: pick(l, marks), Family: l.name(), FamilyPhone: l.phone()})
	case x.Found == nil && x.LastSeen == nil:
		at := l.now().Add(-l.between(30*minute, 3*hour))
		lon, lat := l.point(m.Cell)
		return do("missing.set_last_seen", &missing.SetLastSeen{On: on, At: at, Place: j.where, Lon: lon, Lat: lat})
	case x.Found == nil && !reached("missing_dispatched"):
		return do("missing.dispatch", &missing.Dispatch{On: on, People: []string{m.Handler}, Words: "先到走失地点，再沿路往外找。"})
	case x.Found == nil && !reached("missing_called_out"):
		wait, err := do("missing.call_out", &missing.CallOut{On: on, Words: "走失老人，七十多岁，看到请回话，陪着他等民警来。"})
		if refused(err) { // nobody is there to be called
			return soon, l.foundOne(m, x)
		}
		return wait, err
	case x.Found == nil && len(x.Sightings) < 2 && len(x.Called) > 1 && l.chance(80):
		return soon, l.lookOut(m, x)
	case x.Found == nil && !reached("missing_notice_decided"):
		if l.chance(50) {
			_, err := l.by(l.leader(), "missing.withhold", &missing.Withhold{On: on, Words: "范围不大，先组织人找，家属同意先不发。"})
			return soon, err
		}
		_, err := l.by(l.leader(), "missing.publish", &missing.Publish{On: on, Consent: true, Consenter: l.name(), Text: "走失老人，七十多岁，在" + j.where + "附近走失。", Channels: []string{"chat", "poster"}, Number: "0398-2123110"})
		return soon, err
	case x.Found == nil:
		return soon, l.foundOne(m, x)
	case x.Handed == nil:
		return do("missing.hand_over", &missing.HandOver{On: on, To: l.name(), Phone: l.phone(), Relation: pick(l, []string{"child", "child", "spouse", "kin"}), Checked: "idc_shown", OnPaper: true})
	case x.Notice != nil && x.Notice.Out:
		return do("missing.take_down", &missing.TakeDown{On: on, Channels: x.Notice.Channels, Words: "群里已撤回，张贴的已揭下。"})
	}
	l.after(2*day, 5*day, func() error { return l.lookInOn(m.ID, m.Handler) })
	return l.finish(j, m)
}

// lookOut is some of those who were called saying what they saw, and one place being ticked off.
func (l *life) lookOut(m *matter.Matter, x *missing.Missing) error {
	on := matter.On{Matter: m.ID}
	for i := range min(3, len(x.Called)) {
		c := x.Called[(i+len(x.Sightings)*3)%len(x.Called)]
		if c.Answer != "" || l.town.who[c.Person].Person == "" {
			continue
		}
		if _, err := l.by(c.Person, "missing.reply", &missing.Reply{On: on, Answer: pick(l, []string{"not_seen", "searching"})}); err != nil {
			return err
		}
	}
	by := x.Called[l.rng.IntN(len(x.Called))].Person
	if l.town.who[by].Person == "" {
		return nil
	}
	lon, lat := l.point(m.Cell)
	_, err := l.by(by, "missing.sight", &missing.Sight{On: on, At: l.now().Add(-2 * minute), Place: pick(l, sightPlaces), Lon: lon, Lat: lat, Sure: pick(l, missing.Sures), Toward: pick(l, []string{"往北", "往河边", "往车站", ""})})
	if err != nil {
		return err
	}
	_, err = l.by(m.Handler, "missing.search_area", &missing.SearchArea{On: on, Cell: m.Cell, Place: pick(l, sightPlaces)})
	return err
}

func (l *life) foundOne(m *matter.Matter, x *missing.Missing) error {
	lon, lat := l.point(m.Cell)
	_, err := l.by(m.Handler, "missing.find", &missing.FindPerson{On: matter.On{Matter: m.ID}, At: l.now(), Place: pick(l, sightPlaces), Lon: lon, Lat: lat, Condition: pick(l, []string{"well", "well", "well", "home"})})
	return err
}

func (l *life) lookInOn(id, handler string) error {
	_, err := l.by(handler, "missing.look_in", &missing.LookInAfter{On: matter.On{Matter: id}, Card: pick(l, []string{"taken", "taken", "declined"}), Words: "上门看望，提醒家里人留意，老人精神还好。"})
	if refused(err) { // gone again meanwhile, or somebody at a screen was faster
		return nil
	}
	return err
}

// point is somewhere in a cell, at a corner of its outline; 0,0 where none is drawn.
func (l *life) point(cell string) (lon, lat float64) {
	c, ok := l.town.org.Cell(cell)
	if !ok || len(c.Outline) == 0 || len(c.Outline[0]) == 0 {
		return 0, 0
	}
	ring := c.Outline[0]
	var mid grid.Point
	for _, p := range ring {
		mid[0], mid[1] = mid[0]+p[0]/float64(len(ring)), mid[1]+p[1]/float64(len(ring))
	}
	p, share := ring[l.rng.IntN(len(ring))], 0.2+0.5*l.rng.Float64()
	return mid[0] + (p[0]-mid[0])*share, mid[1] + (p[1]-mid[1])*share
}

var (
	clothes     = []string{"深蓝外套，黑布鞋", "灰色棉袄，戴毛线帽", "花格上衣，布鞋", "藏青马甲，拄一根竹拐"}
	marks       = []string{"爱说以前在厂里的事，叫“师傅”会应声", "走路慢，左手常揣在兜里", "耳朵背，要凑近说", "记得老伴的名字，不记得家在哪里"}
	sightPlaces = []string{"汽车站候车室门口", "北桥桥头", "河堤步道", "早市卖菜的摊子旁", "公园凉亭", "路边公交站牌下", "老厂区门口"}
)

// reunion is one seeking of somebody lost from sight, step by step. It draws from a seed of its own.
type reunion struct {
	*life
	draw       *rand.Rand
	id, by     string
	candidates []string
	ending     string
}

// reunions puts three seekings on the list of what is to happen: one that ends in a meeting, one whose person said no and does not
// want to be known of, one still being looked for when the demonstration begins.
func (l *life) reunions(begin time.Time) {
	if _, ok := l.town.book.Kind(seek.Base); !ok || len(l.town.byRole["officer"]) == 0 || l.opt.Days < 30 {
		return
	}
	for i, ending := range []string{"together", "hidden", "looking"} {
		r := &reunion{life: l, draw: rand.New(rand.NewPCG(l.opt.Seed, 0x5ee4+uint64(i))), ending: ending}
		at := begin.Add(time.Duration((0.2 + 0.25*float64(i)) * float64(l.end.Sub(begin)))).Truncate(24 * time.Hour).Add(time.Duration(2+i) * time.Hour)
		if ending == "looking" {
			at = l.end.Add(-6 * day)
		}
		for n, step := range []func() error{r.arrives, r.safety, r.look, r.lookAgain, r.compare, r.tell, r.ask, r.end} {
			if ending == "looking" && n > 4 {
				break
			}
			l.at(at.Add(time.Duration(n)*23*hour+time.Duration(r.draw.IntN(50))*minute), step)
		}
	}
}

func (r *reunion) on() matter.On { return matter.On{Matter: r.id} }

func (r *reunion) arrives() error {
	c := r.town.cells[r.draw.IntN(len(r.town.cells))]
	list := r.town.covering(c.id, "officer")
	r.by = list[r.draw.IntN(len(list))]
	title := map[string]string{"together": "八十多岁老人来找五十年代的同学", "hidden": "外地来人找失散的表姐", "looking": "老战友来找当年的班长"}[r.ending]
	a, err := r.life.by(r.leader(), "matter.open", &matter.Open{Kind: seek.Base, Title: title, Cell: c.id, Place: "本所接待室", To: r.by})
	if err != nil {
		return err
	}
	r.id = a.ID
	for _, x := range []struct {
		act  string
		what any
	}{{"matter.acknowledge", &matter.Acknowledge{On: r.on()}}, {"matter.start", &matter.Start{On: r.on(), Note: "来人坐下慢慢说，先核身份。"}},
		{"seek.identify", &seek.Identify{On: r.on(), Name: "耿长林", Phone: "13900000461", Relation: map[string]string{"together": "同学", "hidden": "表妹", "looking": "战友"}[r.ending], Why: "年纪大了，想再见一面。", Checked: "idc_shown"}},
		{"seek.describe", &seek.Describe{On: r.on(), NameThen: "尚玉珍", Year: "1955", Place: "老城南街", Unit: "城关完小", Relatives: "有个哥哥在供销社"}}} {
		if _, err := r.life.by(r.by, x.act, x.what); err != nil {
			return err
		}
	}
	return nil
}

func (r *reunion) safety() error {
	_, err := r.life.by(r.by, "seek.ask_safety", &seek.AskSafety{On: r.on(), Looked: true, Words: "说法前后一致，没有纠纷。"})
	return err
}

func (r *reunion) look() error {
	if _, err := r.life.by(r.by, "seek.look", &seek.Look{On: r.on(), Where: "registry", Purpose: "为来访人寻找失散亲友", Result: "nothing", Reference: fmt.Sprintf("查〔2026〕%d号", 100+r.draw.IntN(800)), Words: "登记太少，同名的对不上。"}); err != nil {
		return err
	}
	_, err := r.life.by(r.by, "seek.tell_seeker", &seek.TellSeeker{On: r.on(), Saying: "going_on", How: "sy_phone"})
	return err
}

func (r *reunion) lookAgain() error {
	for _, where := range []string{"sw_elders", "sw_school"} {
		if _, err := r.life.by(r.by, "seek.look", &seek.Look{On: r.on(), Where: where, Purpose: "为来访人寻找失散亲友", Result: map[string]string{"sw_elders": "lead", "sw_school": "waiting"}[where]}); err != nil {
			return err
		}
	}
	return nil
}

func (r *reunion) seeking() (*seek.Seek, error) {
	events, err := r.d.Journal.Stream(r.ctx, r.station, matter.Stream(r.id), 0)
	if err != nil {
		return nil, err
	}
	return seek.Fold(events)
}

func (r *reunion) compare() error {
	for _, a := range []*seek.Compare{
		{On: r.on(), Name: "尚玉珍", Alive: "unknown", NameThen: "agree", Year: "differ", Unit: "differ"},
		{On: r.on(), Name: "尚玉贞", Phone: "13900000462", Home: "南街三号楼二单元五〇一", Alive: "yes", NameThen: "agree", Born: "unknown", Year: "agree", Unit: "agree", Relatives: "agree", Words: "现在跟侄女一家住。"}} {
		if _, err := r.life.by(r.by, "seek.compare", a); err != nil {
			return err
		}
	}
	s, err := r.seeking()
	if err != nil {
		return err
	}
	for _, c := range s.Candidates {
		r.candidates = append(r.candidates, c.ID)
	}
	_, err = r.life.by(r.by, "seek.rule_out", &seek.RuleOut{On: r.on(), Candidate: r.candidates[0], Reason: "sr_points"})
	return err
}

func (r *reunion) tell() error {
	_, err := r.life.by(r.by, "seek.tell_seeker", &seek.TellSeeker{On: r.on(), Saying: "going_on", How: "sy_phone"})
	return err
}

func (r *reunion) ask() error {
	a := &seek.AskFirst{On: r.on(), Candidate: r.candidates[1], How: "sy_visit", Told: "有位当年城关完小的老同学在找您，想见一面。", Answer: "conditions", Conditions: []string{"family_along"}, Give: []string{"alive", "name"}}
	if r.ending == "hidden" {
		a.Answer, a.Conditions, a.Give, a.Hidden, a.Told = "no", nil, nil, true, "有亲戚在找您。"
	}
	_, err := r.life.by(r.by, "seek.ask_first", a)
	return err
}

func (r *reunion) end() error {
	finish := &matter.Finish{On: r.on(), Outcome: "seek_nothing", Words: "已按规定办理，详见查找和征求意见记录。"}
	if r.ending == "together" {
		with := []string{r.by}
		if _, err := r.life.by(r.by, "seek.bring_together", &seek.BringTogether{On: r.on(), Candidate: r.candidates[1], At: r.now(), Place: "本所接待室", AtStation: true, FamilyToo: true, With: with, Words: "两位老人握着手说了一上午的话。"}); err != nil {
			return err
		}
		finish = &matter.Finish{On: r.on(), Outcome: "seek_together", Words: "经本人同意，由侄女陪同在所里见面。", Answer: "已经见面，祝您健康。"}
	}
	if _, err := r.life.by(r.by, "matter.finish", finish); err != nil {
		return err
	}
	who := slices.DeleteFunc(slices.Clone(r.town.byRole["duty_lead"]), func(p string) bool { return p == r.by })
	if len(who) == 0 {
		return nil
	}
	if _, err := r.life.by(who[0], "matter.verify", &matter.Verify{On: r.on(), Pass: true, Note: "手续齐全。"}); err != nil {
		return err
	}
	if _, err := r.life.by(who[0], "matter.close", &matter.Close{On: r.on()}); err != nil || r.ending != "together" {
		return err
	}
	_, err := r.life.by(r.by, "seek.thank", &seek.Thank{On: r.on(), Words: "老人托人送来一面锦旗。"})
	return err
}
