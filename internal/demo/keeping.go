package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"maplegrid/internal/grid"
	"maplegrid/internal/work/errand"
	"maplegrid/internal/work/found"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/surrender"
)

// errandsRun are nights in which somebody had to be driven.
var errandsRun = []struct{ needing, ailing, home string }{
	{errand.Child, "发烧39.5度，咳喘", "elders_only"}, {"elder", "胸口闷，站不起来", "alone"}, {"pregnant", "快要生了，家里没有车", "elders_only"},
	{errand.Child, "上吐下泻", "elders_only"}, {"elder", "夜里摔倒，腿动不了", "alone"},
}

// lostThings are what is brought to the window.
var lostThings = []found.Find{
	{Sort: "purse", Looks: "棕色短款钱包", Points: []found.Point{{What: "现金金额", Secret: "四百二十块"}, {What: "卡片", Secret: "一张公交卡"}}},
	{Sort: "phone", Looks: "黑色手机", Points: []found.Point{{What: "锁屏图案", Secret: "孩子骑车的照片"}, {What: "磕碰", Secret: "屏幕右上角有裂纹"}}},
	{Sort: "keys", Looks: "一串钥匙", Points: []found.Point{{What: "钥匙把数", Secret: "七把，一把是摩托车的"}, {What: "挂件", Secret: "红色中国结"}}},
	{Sort: found.IDCard, Looks: "居民身份证一张", Points: []found.Point{{What: "证上地址", Secret: "老城街那一片"}}},
	{Sort: "bag", Looks: "蓝色双肩书包", Points: []found.Point{{What: "里面的东西", Secret: "两本作业本和一个铁皮铅笔盒"}}},
	{Sort: "electronics", Looks: "白色无线耳机", Points: []found.Point{{What: "盒底贴纸", Secret: "一朵向日葵"}}},
	{Sort: "jewellery", Looks: "银色手镯一只", Points: []found.Point{{What: "内圈刻字", Secret: "平安二字"}}},
	{Sort: "papers", Looks: "牛皮纸袋，内有文件", Points: []found.Point{{What: "文件", Secret: "一份卖猪的收据"}}},
}

// keepings are the errands, the things found and the arms handed in of the demonstration. They draw from a seed of their own, so that
// the rest stays as it is.
type keepings struct {
	*life
	draw *rand.Rand
}

// keepThings puts them on the list of what is to happen.
func (l *life) keepThings(begin time.Time) {
	k := &keepings{l, rand.New(rand.NewPCG(l.opt.Seed, 0xf0bd))}
	officers := l.town.byRole[grid.Officer]
	if len(officers) < 2 {
		return
	}
	at := func(day, hour int) time.Time {
		return begin.Truncate(24*time.Hour).AddDate(0, 0, day).Add(time.Duration(hour-8) * time.Hour)
	}
	for i := range errandsRun {
		if day := 5 + i*max(1, l.opt.Days/6); day < l.opt.Days-2 {
			l.at(at(day, 23), func() error { return k.night(i, officers[i%len(officers)], officers[(i+1)%len(officers)]) })
		}
	}
	for i := range 2 * len(lostThings) {
		if day := 2 + i*max(1, l.opt.Days/(2*len(lostThings)+1)); day < l.opt.Days-1 {
			l.at(at(day, 10+i%7), func() error { return k.thing(i, officers[i%len(officers)]) })
		}
	}
	for i := range 3 {
		if day := 12 + i*l.opt.Days/3; day < l.opt.Days-2 {
			l.at(at(day, 10), func() error { return k.rounds(i, officers[i], officers[(i+1)%len(officers)]) })
		}
	}
}

// cell is one that an officer covers, with its name.
func (k *keepings) cell(officer string) place {
	cells := k.town.who[officer].Cells
	mine := slices.DeleteFunc(slices.Clone(k.town.cells), func(p place) bool { return !slices.Contains(cells, p.id) })
	if len(mine) == 0 {
		mine = k.town.cells
	}
	return mine[k.draw.IntN(len(mine))]
}

func (k *keepings) phoneOf() string { return fmt.Sprintf("1390000%04d", k.draw.IntN(10000)) }

func (k *keepings) nameOf() string {
	return surnames[k.draw.IntN(len(surnames))] + given[k.draw.IntN(len(given))]
}

// night is one errand from the call to the day after.
func (k *keepings) night(i int, officer, mate string) error {
	x, where := errandsRun[i], k.cell(officer)
	a, err := k.by(officer, "errand.call", &errand.Call{Needing: x.needing, Ailing: x.ailing, AtHome: x.home, Place: where.name, Cell: where.id, Destination: "县医院急诊",
		Caller: k.nameOf(), Phone: k.phoneOf(), Leave: true, With: []string{mate}})
	if err != nil {
		return err
	}
	on := matter.On{Matter: a.ID}
	do := func(wait time.Duration, name string, act any, then func() error) func() error {
		return func() error {
			k.at(k.now().Add(wait), func() error {
				if _, err := k.by(officer, name, act); err != nil || then == nil {
					return err
				}
				return then()
			})
			return nil
		}
	}
	finish := do(10*time.Minute, "matter.finish", &matter.Finish{On: on, Outcome: "errand_done", Words: "人已送到，交给医生，家里也告诉了。", Answer: "已经送到医院，请放心。"}, nil)
	looked := do(14*time.Hour, "errand.look_in", &errand.LookIn{On: on, Way: "phone", Health: "better", Words: "烧退了，能吃饭了。"}, finish)
	back := do(2*time.Hour, "errand.bring_back", &errand.BringBack{On: on, Stays: i%2 == 0, Name: map[bool]string{true: "", false: k.nameOf()}[i%2 == 0]}, looked)
	told := do(5*time.Minute, "errand.tell_family", &errand.TellFamily{On: on, Relation: "父母（在外务工）", Phone: k.phoneOf(), Reached: true, Words: "明天就往回赶。"}, back)
	handed := do(10*time.Minute, "errand.hand_over", &errand.HandOver{On: on, To: "doctor", Name: k.nameOf()}, told)
	arrived := do(35*time.Minute, "errand.arrive", &errand.Arrive{On: on}, handed)
	return do(15*time.Minute, "errand.pick_up", &errand.PickUp{On: on}, arrived)()
}

// thing is one thing brought to the window, noticed, and of every three two claimed: one rightly, one not.
func (k *keepings) thing(i int, officer string) error {
	where := k.cell(officer)
	f := lostThings[i%len(lostThings)]
	f.Area, f.FoundAt, f.Source, f.Name, f.Phone = where.name+"一带", k.now().Add(-time.Hour), "person", k.nameOf(), k.phoneOf()
	f.Wish, f.KeptAt, f.Spot = []string{"waived", "costs", "later"}[i%3], fmt.Sprintf("保管室%d号柜", 1+i%6), where.name+"路口"
	a, err := k.by(officer, "found.register", &found.Register{Cell: where.id, Find: f})
	if err != nil {
		return err
	}
	on := matter.On{Matter: a.ID}
	if i >= 2*len(lostThings)-2 {
		return nil // the last ones wait for their notice
	}
	if f.Sort == found.IDCard {
		if _, err := k.by(officer, "found.check_card", &found.CheckCard{On: on, Card: "current", Entry: fmt.Sprintf("挂失%04d", 100+i), Told: true}); err != nil {
			return err
		}
	}
	k.at(k.now().Add(20*time.Hour), func() error {
		if _, err := k.by(officer, "found.publish", &found.Publish{On: on, Where: "本所户籍窗口，工作日"}); err != nil {
			return err
		}
		if i%3 == 2 {
			return nil
		}
		k.at(k.now().Add(50*time.Hour), func() error { return k.claimed(on, officer, i%3 == 0) })
		return nil
	})
	return nil
}

// claimed is somebody at the window who says it is theirs.
func (k *keepings) claimed(on matter.On, officer string, owner bool) error {
	take := &found.TakeClaim{On: on, Name: k.nameOf(), Phone: k.phoneOf(), Told: "说了里面有什么、什么样子。", Identity: true}
	if _, err := k.by(officer, "found.take_claim", take); err != nil {
		return err
	}
	events, err := k.d.Journal.Stream(k.ctx, k.station, matter.Stream(on.Matter), 0)
	if err != nil {
		return err
	}
	t, err := found.Fold(events)
	if err != nil {
		return err
	}
	claim := t.Claims[len(t.Claims)-1].ID
	compare := &found.Compare{On: on, Claim: claim, Identity: true}
	decide := &found.Decide{On: on, Claim: claim, Answer: "refuse", Reason: "proof_differs"}
	if owner {
		for _, p := range t.Proofs {
			compare.Agree = append(compare.Agree, p.ID)
		}
		decide = &found.Decide{On: on, Claim: claim, Answer: "accept"}
	}
	if _, err := k.by(officer, "found.compare", compare); err != nil {
		return err
	}
	if _, err := k.by(officer, "found.decide", decide); err != nil || !owner || t.Sort == found.IDCard {
		return err
	}
	if _, err := k.by(officer, "found.hand_over", &found.HandOver{On: on, Identity: true, Signed: k.nameOf()}); err != nil {
		return err
	}
	_, err = k.by(officer, "matter.finish", &matter.Finish{On: on, Outcome: "found_returned", Words: "核对一致，已交还失主。", Answer: "东西已经还给失主，谢谢您。"})
	return err
}

// rounds is somebody handing in what an old house held, up to its destruction.
func (k *keepings) rounds(i int, officer, second string) error {
	where := k.cell(officer)
	n := []int{10, 3, 1}[i]
	item := surrender.Counted{Arm: []string{"round", "round", "air_gun"}[i], Model: []string{"步枪弹", "猎枪弹", "老式气枪"}[i], Calibre: []string{"7.62毫米", "12号", "4.5毫米"}[i], Count: n, Again: n, State: "锈蚀"}
	a, err := k.by(officer, "surrender.register", &surrender.Register{Cell: where.id, Place: "本所接待室", HandIn: surrender.HandIn{Items: []surrender.Counted{item}, Second: second, At: k.now(),
		Name: k.nameOf(), Phone: k.phoneOf(), Origin: "收拾老屋翻出来的，听过民警讲课，不敢留。", Voluntary: true}})
	if err != nil {
		return err
	}
	on := matter.On{Matter: a.ID}
	bodies := k.town.book.Org().Bodies
	county := slices.IndexFunc(bodies, func(b grid.Body) bool { return b.ID == "county_bureau" })
	if i == 2 || county < 0 {
		return nil // still here: its twenty-four hours run
	}
	k.at(k.now().Add(3*time.Hour), func() error {
		if _, err := k.by(officer, "surrender.hand_over", &surrender.HandOver{On: on, Unit: "county_bureau", Receiver: k.nameOf(), Letter: fmt.Sprintf("县治安收字第%d号", 7+i), Count: n, Second: second}); err != nil {
			return err
		}
		_, err := k.by(officer, "surrender.thank", &surrender.Thank{On: on, Words: "当面口头表扬。", Public: "感谢一位居民主动上交子弹，请大家学他。"})
		return err
	})
	return nil
}
