package desktest

import (
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/work/errand"
	"maplegrid/internal/work/found"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/surrender"
)

// Kept is a station that keeps things: a child driven to hospital in the night, a purse with a true and a false claimant, an identity
// card, ten rifle rounds.
type Kept struct {
	Errand, Purse, Card, Rounds string
}

// Keep makes them by the acts of the cast. The purse is recognised as the first claimant's; the second one is refused.
func (d *Desk) Keep(t testing.TB, cast map[string]access.Who) (k Kept) {
	t.Helper()
	one, two, head := cast["officer_1"], cast["officer_2"], cast["head"]
	now := d.Clock.Now
	k.Errand = d.Do(t, one, "errand.call", &errand.Call{Needing: errand.Child, Ailing: "发烧39.5度，咳喘", AtHome: "elders_only", Place: "下湾村七组", Cell: "c1", Destination: "县医院急诊",
		Caller: "石桂兰", Phone: "13900005501", Leave: true, With: []string{two.Person}}).ID
	on := matter.On{Matter: k.Errand}
	d.Clock.Advance(20 * time.Minute)
	d.Do(t, one, "errand.pick_up", &errand.PickUp{On: on})
	d.Do(t, one, "errand.tell_family", &errand.TellFamily{On: on, Relation: "母亲（在外务工）", Phone: "13900005502", Words: "没有接"})
	d.Clock.Advance(40 * time.Minute)
	d.Do(t, one, "errand.arrive", &errand.Arrive{On: on})
	d.Do(t, one, "errand.hand_over", &errand.HandOver{On: on, To: "doctor", Name: "白秀英"})
	d.Do(t, one, "errand.tell_family", &errand.TellFamily{On: on, Relation: "母亲（在外务工）", Phone: "13900005502", Reached: true, Words: "知道了，明天赶回来"})

	find := found.Find{Sort: "purse", Looks: "黑色长款钱包", Area: "老街菜市场一带", Spot: "老街42号门口", FoundAt: now().Add(-2 * time.Hour), Source: "person", Name: "罗根生", Phone: "13900005503",
		Wish: "waived", KeptAt: "接待室保管柜二格", Points: []found.Point{{What: "现金金额", Secret: "三百二十七块"}, {What: "银行卡尾号", Secret: "4471"}}}
	k.Purse = d.Do(t, one, "found.register", &found.Register{Cell: "c1", Find: find}).ID
	on = matter.On{Matter: k.Purse}
	d.Do(t, one, "found.publish", &found.Publish{On: on, Where: "本所户籍窗口"})
	d.Clock.Advance(24 * time.Hour)
	claim := func(name, told string, agree ...string) string {
		d.Do(t, one, "found.take_claim", &found.TakeClaim{On: on, Name: name, Phone: "13900005504", Told: told, Identity: true})
		id := d.Thing(t, k.Purse).Claims[len(d.Thing(t, k.Purse).Claims)-1].ID
		d.Do(t, one, "found.compare", &found.Compare{On: on, Claim: id, Agree: agree, Identity: true})
		return id
	}
	liar := claim("牛二宝", "就是个黑钱包，里面有点钱")
	d.Do(t, one, "found.decide", &found.Decide{On: on, Claim: liar, Answer: "refuse", Reason: "proof_differs", Words: "金额和卡都说不上来"})
	owner := claim("童招弟", "里面三百二十七块钱，有张银行卡，尾号4471", "1", "2")
	d.Do(t, one, "found.decide", &found.Decide{On: on, Claim: owner, Answer: "accept"})

	find = found.Find{Sort: found.IDCard, Looks: "居民身份证一张", Area: "客运站", FoundAt: now().Add(-time.Hour), Source: "person", Unnamed: true, KeptAt: "户籍窗口抽屉",
		Points: []found.Point{{What: "证上姓名", Secret: "谷满仓"}}}
	k.Card = d.Do(t, one, "found.register", &found.Register{Cell: "c1", Find: find}).ID

	k.Rounds = d.Do(t, one, "surrender.register", &surrender.Register{Cell: "c1", Place: "本所接待室", HandIn: surrender.HandIn{
		Items:  []surrender.Counted{{Arm: "round", Model: "步枪弹", Calibre: "7.62毫米", Count: 10, Again: 10, State: "锈蚀，整发"}},
		Second: two.Person, At: now(), Name: "石木生", Phone: "13900005505", Origin: "收拾老房子翻出来的，听过讲课不敢留", Voluntary: true}}).ID
	on = matter.On{Matter: k.Rounds}
	d.Do(t, one, "surrender.store", &surrender.Store{On: on, Custodians: []string{head.Person}, KeptAt: "二楼枪弹专柜上层"})
	return k
}

// Thing gives a thing found as it stands.
func (d *Desk) Thing(t testing.TB, id string) *found.Thing {
	t.Helper()
	events, err := d.Journal.Stream(t.Context(), Station, matter.Stream(id), 0)
	if err != nil {
		t.Fatal(err)
	}
	x, err := found.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	return x
}
