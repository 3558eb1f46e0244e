package found

import (
	"strings"
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/grid"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/worktest"
)

// shelf is a thing in the making: rules are asked on it, events are added to it, an hour passes with each step.
type shelf struct {
	*Thing
	t     testing.TB
	after time.Duration
}

// year is the clock of the law.
var year = work.Limit{Limit: clock.Limit{Key: YearKey, Amount: 12, Unit: clock.Months, StretchesOverHoliday: true}, From: NoticeStep, Until: ClaimedStep}

func purse() TakenIn {
	return TakenIn{Receipt: "拾2026-1", Sort: "purse", Looks: "黑色长款钱包", Area: "老街一带", FoundAt: worktest.Start.Add(-time.Hour), Source: "person", Finder: "f1",
		Name: vault.Plain("f1", "name", "石木生"), KeptAt: "保管柜一格", Keeper: "p1",
		Proofs: []ProofTaken{{"1", "现金金额", vault.Plain("m1", "proof.1", "327元")}, {"2", "银行卡尾号", vault.Plain("m1", "proof.2", "4471")}}}
}

func begun(t testing.TB, taken TakenIn) *shelf {
	s := &shelf{Thing: &Thing{}, t: t}
	return s.then(matter.Opened{ID: "m1", Number: "260302-00001", Kind: "found", Cell: "c1", Title: "黑色长款钱包", Limits: []work.Limit{year}}, matter.Assigned{To: "p1"}, matter.Acknowledged{}, taken)
}

func (s *shelf) then(events ...work.Event) *shelf {
	s.t.Helper()
	s.after += time.Hour
	at := worktest.Start.Add(s.after)
	for _, e := range events {
		if err := s.Apply(e, work.At{HappenedAt: at, RecordedAt: at, Actor: "p1", Version: s.Version + 1}); err != nil {
			s.t.Fatal(err)
		}
	}
	return s
}

func (s *shelf) days(n int) *shelf { s.after += time.Duration(n) * 24 * time.Hour; return s }

func (s *shelf) noticed() *shelf {
	return s.then(Published{Number: "招领2026-1", Looks: s.Looks, Area: s.Area, Where: "窗口"})
}

func (s *shelf) claimed(id string, identity bool) *shelf {
	return s.then(ClaimTaken{Claim: id, Name: vault.Plain(id, "name", "某人"), Told: vault.Plain(id, "told_of_it", "里面有钱"), Identity: identity})
}

func (s *shelf) compared(id string, identity bool, agree ...string) *shelf {
	return s.then(Compared{Claim: id, Agree: agree, Of: 2, Identity: identity})
}

func (s *shelf) by(actor string) Moment { return momentOf(actor, s.after+time.Hour) }

func momentOf(actor string, after time.Duration) Moment {
	mo := worktest.Moment(actor, after)
	mo.Book = keeping{}
	mo.Role = mo.Book.Role(actor)
	return Moment{Moment: mo, Number: func(p string) string { return strings.NewReplacer("{year}", "2026", "{no}", "1").Replace(p) },
		Reveal: func(t vault.Text) string { s, _ := t.Reveal(); return s }}
}

// keeping is the small playbook with things found in it.
type keeping struct{ worktest.Book }

func (keeping) Kind(string) (string, bool) { return "planned", true }
func (keeping) Reason(list, key string) bool {
	return list == "claim_refused" && key == "proof_differs"
}
func (keeping) Role(id string) grid.Role {
	if id == "p_clerk" {
		return grid.WindowClerk
	}
	return worktest.Book{}.Role(id)
}

type ruled struct {
	rule string
	make func(testing.TB) *shelf
	act  func(*shelf) ([]work.Event, error)
	code string
}

func put(t *testing.T, rules []ruled) {
	for _, c := range rules {
		t.Run(c.rule, func(t *testing.T) {
			got, err := c.act(c.make(t))
			worktest.Check(t, got, err, c.code)
		})
	}
}

func wallet(t testing.TB) *shelf  { return begun(t, purse()) }
func noticed(t testing.TB) *shelf { return wallet(t).noticed() }

func card(t testing.TB) *shelf {
	x := purse()
	x.Sort, x.Looks = IDCard, "身份证一张"
	return begun(t, x)
}

// registering asks to take in a purse, changed.
func registering(change func(*Find)) func(*shelf) ([]work.Event, error) {
	return func(s *shelf) ([]work.Event, error) {
		f := Find{Sort: "purse", Looks: "黑色长款钱包", Area: "老街一带", FoundAt: worktest.Start.Add(-time.Hour), Source: "person", Name: "石木生", KeptAt: "保管柜一格",
			Points: []Point{{"现金金额", "327元"}}}
		if change != nil {
			change(&f)
		}
		actor := "p1"
		if f.Keeper == "self_aux" {
			f.Keeper, actor = "", "p_aux"
		}
		return Open(Register{Kind: "found", Cell: "c1", Find: f}, momentOf(actor, 0))
	}
}

func none(t testing.TB) *shelf { return &shelf{Thing: &Thing{}, t: t} }

func TestTakeIn(t *testing.T) {
	put(t, []ruled{
		{"7.1 收下，开收据", none, registering(nil), ""},
		{"7.1 拾得人可以不留姓名", none, registering(func(f *Find) { f.Name, f.Unnamed = "", true }), ""},
		{"7.1 群众送来的，要么留姓名，要么写明不留", none, registering(func(f *Find) { f.Name = "" }), "form.required"},
		{"不留姓名就不记姓名", none, registering(func(f *Find) { f.Unnamed = true }), "found.unnamed_has_name"},
		{"7.5 公开描述里不写金额", none, registering(func(f *Find) { f.Looks = "黑色钱包，内有300元" }), "found.looks_tells"},
		{"7.5 公开描述里不写五十块", none, registering(func(f *Find) { f.Looks = "黑色钱包，内有五十块" }), "found.looks_tells"},
		{"7.5 公开描述里不写号码", none, registering(func(f *Find) { f.Looks = "银行卡尾号4471" }), "found.looks_tells"},
		{"7.5 公开描述里不写电话", none, registering(func(f *Find) { f.Area = "13900000001家门口" }), "found.looks_tells"},
		{"7.5 公开描述里不写证明细节", none, registering(func(f *Find) { f.Points, f.Looks = []Point{{"持卡人", "石木生"}}, "写着石木生的卡包" }), "found.looks_proof"},
		{"7.5 型号可以写", none, registering(func(f *Find) { f.Looks = "Mate 60 手机" }), ""},
		{"7.7 子弹不按遗失物收", none, registering(func(f *Find) { f.Looks = "一盒子弹" }), "found.arms"},
		{"玩具枪可以收", none, registering(func(f *Find) { f.Looks = "玩具手枪" }), ""},
		{"13.1 辅警不保管", none, registering(func(f *Find) { f.Keeper = "p_aux" }), "found.keeper"},
		{"13.1 辅警收下，要指定保管人", none, registering(func(f *Find) { f.Keeper = "self_aux" }), "found.keeper"},
		{"窗口内勤可以保管", none, registering(func(f *Find) { f.Keeper = "p_clerk" }), ""},
		{"拾得时间不能在将来", none, registering(func(f *Find) { f.FoundAt = worktest.Start.Add(time.Hour) }), "found.when"},
		{"7.4 旅馆先自行招领三个月", none, registering(func(f *Find) { f.Source, f.LeftOn = "hotel", "2025-12-02" }), "found.hotel_waits"},
		{"7.4 满三个月的可以收", none, registering(func(f *Find) { f.Source, f.LeftOn = "hotel", "2025-12-01" }), ""},
		{"7.4 旅馆遗留物写明哪天", none, registering(func(f *Find) { f.Source = "hotel" }), "found.hotel_day"},
		{"收过的不再收", wallet, func(s *shelf) ([]work.Event, error) { return s.TakeIn(TakeIn{}, s.by("p1")) }, "found.taken_already"},
	})
}

func TestNotice(t *testing.T) {
	publish := func(looks string) func(*shelf) ([]work.Event, error) {
		return func(s *shelf) ([]work.Event, error) {
			return s.Publish(Publish{Looks: looks, Where: "窗口"}, s.by("p1"))
		}
	}
	put(t, []ruled{
		{"7.1 失主不明的，发布招领公告", wallet, publish(""), ""},
		{"7.1 失主已知的，通知失主，不发公告", func(t testing.TB) *shelf {
			return wallet(t).then(OwnerWasTold{Person: "o1", Reached: true, At: worktest.Start})
		}, publish(""), "found.owner_known"},
		{"7.5 改写的描述也不能写出细节", wallet, publish("黑色钱包，卡号尾数4471"), "found.looks_tells"},
		{"7.5 公告不写拾得人", wallet, publish("石木生捡到的钱包"), "found.looks_proof"},
		{"公告只发一次", noticed, publish(""), "found.published_already"},
		{"7.6 身份证先核查，再公告", card, publish(""), "found.card_first"},
		{"7.1 没打通的，还要公告", func(t testing.TB) *shelf { return wallet(t).then(OwnerWasTold{Person: "o1", At: worktest.Start}) }, publish(""), ""},
	})
}

func TestFoundIdentityCard(t *testing.T) {
	check := func(a CheckCard) func(*shelf) ([]work.Event, error) {
		return func(s *shelf) ([]work.Event, error) { return s.CheckCard(a, s.by("p1")) }
	}
	put(t, []ruled{
		{"7.6 已换领新证的，两名民警登记销毁", card, check(CheckCard{Card: "reissued", Entry: "销1", Witness: "p2"}), ""},
		{"7.6 一个人不能销毁", card, check(CheckCard{Card: "reissued", Entry: "销1", Witness: "p1"}), "found.destroy_by_two"},
		{"7.6 辅警不算第二名", card, check(CheckCard{Card: "reissued", Entry: "销1", Witness: "p_aux"}), "found.destroy_by_two"},
		{"7.6 没有换领的，录入挂失", card, check(CheckCard{Card: "current", Entry: "挂1", Told: true}), ""},
		{"7.6 录入要有编号", card, check(CheckCard{Card: "current"}), "form.required"},
		{"不是身份证的不核查", wallet, check(CheckCard{Card: "current", Entry: "1"}), "found.no_card"},
	})
	s := card(t).then(CardWasChecked{Card: "reissued", Entry: "销1", Witness: "p2"})
	if s.Ended != DestroyedStep || s.Reached[ClaimedStep].IsZero() {
		t.Errorf("ended %q", s.Ended)
	}
}

func TestClaims(t *testing.T) {
	decide := func(claim, answer, reason, words, by string) func(*shelf) ([]work.Event, error) {
		return func(s *shelf) ([]work.Event, error) {
			return s.Decide(Decide{Claim: claim, Answer: answer, Reason: reason, Words: words}, s.by(by))
		}
	}
	one := func(t testing.TB) *shelf { return noticed(t).claimed("a", true) }
	both := func(t testing.TB) *shelf { return one(t).claimed("b", true).compared("a", true, "1", "2") }
	put(t, []ruled{
		{"7.5 说得都对，认定", func(t testing.TB) *shelf { return one(t).compared("a", true, "1", "2") }, decide("a", "accept", "", "", "p1"), ""},
		{"7.5 没有核对，不能认定", one, decide("a", "accept", "", "", "p1"), "found.compare_first"},
		{"7.5 一项也对不上，不能认定", func(t testing.TB) *shelf { return one(t).compared("a", true) }, decide("a", "accept", "", "他认识失主", "p1"), "found.nothing_agrees"},
		{"7.5 只对上一项，要写明理由", func(t testing.TB) *shelf { return one(t).compared("a", true, "1") }, decide("a", "accept", "", "", "p1"), "form.required"},
		{"7.5 说不对的，不予认领并留理由", func(t testing.TB) *shelf { return one(t).compared("a", true) }, decide("a", "refuse", "proof_differs", "", "p1"), ""},
		{"7.5 不予认领要有理由", one, decide("a", "refuse", "", "", "p1"), "form.unknown_choice"},
		{"身份没核对，贵重物品不能认定", func(t testing.TB) *shelf { return noticed(t).claimed("a", false).compared("a", false, "1", "2") }, decide("a", "accept", "", "", "p1"), "found.identity_first"},
		{"两人认领，另一人没有答复，不能认定", both, decide("a", "accept", "", "", "p1"), "found.rival_open"},
		{"两人认领，可以送法院", both, decide("a", "court", "", "都说是自己的", "p1"), ""},
		{"一人认领不送法院", one, decide("a", "court", "", "不好说", "p1"), "found.court_needs_two"},
		{"13.1 辅警不答复认领", func(t testing.TB) *shelf { return one(t).compared("a", true, "1", "2") }, decide("a", "accept", "", "", "p_aux"), "found.officer_decides"},
		{"答复过的不再答复", func(t testing.TB) *shelf {
			return one(t).then(Decided{Claim: "a", Answer: "refuse", Reason: "proof_differs"})
		}, decide("a", "accept", "", "", "p1"), "found.claim_answered"},
		{"核对只勾登记过的细节", one, func(s *shelf) ([]work.Event, error) {
			return s.Compare(Compare{Claim: "a", Agree: []string{"9"}}, s.by("p1"))
		}, "form.unknown_choice"},
	})
	s := both(t).then(Decided{Claim: "a", Answer: "court"})
	if b, _ := s.Claim("b"); b.Result != "court" || len(s.OpenClaims()) != 2 {
		t.Errorf("the other claim is %q", b.Result)
	}
	worktest.Check(t, nil, s.Guard(matter.Finish{Outcome: "found_returned"}, Moment{}), "found.claims_open")
	refused := one(t).compared("a", true).then(Decided{Claim: "a", Answer: "refuse", Reason: "proof_differs"})
	if c, _ := refused.Claim("a"); c.Reason != "proof_differs" || len(refused.Claims) != 1 {
		t.Error("不予认领的没有留下")
	}
}

func recognised(t testing.TB) *shelf {
	return noticed(t).claimed("a", true).compared("a", true, "1", "2").then(Decided{Claim: "a", Answer: "accept"})
}

func TestHandOverAndCosts(t *testing.T) {
	give := func(a HandOver) func(*shelf) ([]work.Event, error) {
		return func(s *shelf) ([]work.Event, error) { return s.HandOver(a, s.by("p1")) }
	}
	settle := func(a Settle) func(*shelf) ([]work.Event, error) {
		return func(s *shelf) ([]work.Event, error) { return s.Settle(a, s.by("p1")) }
	}
	waived := func(t testing.TB) *shelf { x := purse(); x.Wish = "waived"; return begun(t, x) }
	umbrella := func(t testing.TB) *shelf {
		x := purse()
		x.Sort = "other"
		return begun(t, x).noticed().claimed("a", false).compared("a", false, "1").then(Decided{Claim: "a", Answer: "accept"})
	}
	idCard := func(t testing.TB) *shelf {
		return card(t).then(OwnerWasTold{Person: "o1", Reached: true, At: worktest.Start})
	}
	put(t, []ruled{
		{"核对身份、签收，交还", recognised, give(HandOver{Identity: true, Signed: "某人"}), ""},
		{"没有认定，不能交还", noticed, give(HandOver{Identity: true, Signed: "某人"}), "found.nobody_recognised"},
		{"贵重物品没核对身份，不能交还", recognised, give(HandOver{Signed: "某人", Words: "认识"}), "found.identity_first"},
		{"不贵重的，没核对身份要写明", umbrella, give(HandOver{Signed: "某人"}), "form.required"},
		{"不贵重的，写明了可以交还", umbrella, give(HandOver{Signed: "某人", Words: "邻居带来的孩子"}), ""},
		{"没有签收，不能交还", recognised, give(HandOver{Identity: true}), "found.signed"},
		{"7.6 交还身份证留照片", idCard, give(HandOver{Identity: true, Signed: "某人"}), "found.card_photo"},
		{"7.6 留了照片，可以交还身份证", idCard, give(HandOver{Identity: true, Signed: "某人", Photos: []string{"b1"}}), ""},
		{"7.3 付必要费用", recognised, settle(Settle{Costs: "20.50", Paid: true}), ""},
		{"7.3 悬赏的付酬谢", recognised, settle(Settle{Reward: "200", Promised: true}), ""},
		{"7.3 没有悬赏，不收酬谢", recognised, settle(Settle{Reward: "200"}), "found.reward_promised"},
		{"7.3 侵占的，不付费用和酬谢", recognised, settle(Settle{Costs: "20", Forfeited: true, Words: "私自用了"}), "found.forfeited"},
		{"7.3 侵占要写明", recognised, settle(Settle{Forfeited: true}), "form.required"},
		{"7.3 拾得人不要的，不收酬谢", waived, settle(Settle{Reward: "200", Promised: true}), "found.waived"},
		{"金额写不对", recognised, settle(Settle{Costs: "两百"}), "form.money"},
	})
}

func TestYear(t *testing.T) {
	pass := func(s *shelf) ([]work.Event, error) {
		return s.PassToState(PassToState{List: "上缴1号"}, s.by("p_head"))
	}
	put(t, []ruled{
		{"7.2 公告满一年，上缴国家", func(t testing.TB) *shelf { return noticed(t).days(366) }, pass, ""},
		{"7.2 第三百六十五天还没有满", func(t testing.TB) *shelf { return noticed(t).days(364) }, pass, "found.year_runs"},
		{"7.2 没有公告，一年没有起算", func(t testing.TB) *shelf { return wallet(t).days(400) }, pass, "found.no_notice"},
		{"7.2 有人认领的，不上缴", func(t testing.TB) *shelf { return noticed(t).claimed("a", true).days(400) }, pass, "found.somebody_claims"},
		{"7.2 不予认领的，满一年可以上缴", func(t testing.TB) *shelf {
			return noticed(t).claimed("a", true).then(Decided{Claim: "a", Answer: "refuse", Reason: "proof_differs"}).days(400)
		}, pass, ""},
	})
	s := noticed(t) // the notice is of 2 March 2026: the first day is not counted (1.1), the last is 2 March 2027
	if due := s.YearEnds(s.by("p1").Moment).In(clock.Shanghai).Format(time.DateOnly); due != "2027-03-02" {
		t.Errorf("1.1 公告当日不算，认领到 %s", due)
	}
	spoiled := func(t testing.TB) *shelf { x := purse(); x.Sort = Perishable; return begun(t, x) }
	put(t, []ruled{
		{"易腐的拍照后变卖", spoiled, func(s *shelf) ([]work.Event, error) {
			return s.Sell(Sell{Price: "30", Words: "活鱼", Photos: []string{"b1"}}, s.by("p_head"))
		}, ""},
		{"没有照片不变卖", spoiled, func(s *shelf) ([]work.Event, error) {
			return s.Sell(Sell{Price: "30", Words: "活鱼"}, s.by("p_head"))
		}, "found.picture_first"},
		{"放得住的不变卖", wallet, func(s *shelf) ([]work.Event, error) {
			return s.Sell(Sell{Price: "30", Words: "卖", Photos: []string{"b1"}}, s.by("p_head"))
		}, "found.keeps"},
		{"证件照片不公开", card, func(s *shelf) ([]work.Event, error) {
			return s.AddPhotos(AddPhotos{Photos: []string{"b1"}, Show: true}, s.by("p1"))
		}, "found.card_picture"},
		{"钱包外观照片可以公开", wallet, func(s *shelf) ([]work.Event, error) {
			return s.AddPhotos(AddPhotos{Photos: []string{"b1"}, Show: true}, s.by("p1"))
		}, ""},
	})
}

func TestMatchIsOnlyAHint(t *testing.T) {
	lost := time.Date(2026, 3, 1, 0, 0, 0, 0, clock.Shanghai)
	for _, c := range []struct {
		rule       string
		sort, cell string
		days       int
		want, near bool
	}{
		{"同样的东西、同一网格、隔两天", "purse", "c1", 2, true, true},
		{"不在同一网格也提示", "purse", "c2", 2, true, false},
		{"不是同样的东西", "phone", "c1", 2, false, false},
		{"丢之前捡到的", "purse", "c1", -1, false, false},
		{"过了九十天", "purse", "c1", 91, false, false},
	} {
		t.Run(c.rule, func(t *testing.T) {
			l, ok := Match("purse", "c1", lost, c.sort, c.cell, lost.AddDate(0, 0, c.days))
			if ok != c.want || l.Cell != c.near {
				t.Errorf("%v %+v", ok, l)
			}
		})
	}
}
