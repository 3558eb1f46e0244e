package dispute

import (
	"strings"
	"testing"

	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/worktest"
)

func TestWhatIsKnownOfAParty(t *testing.T) {
	set := func(a SetParty) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) { return d.SetParty(a, d.by("p1")) }
	}
	hidden := told(PartySet{Party: "a", SealHome: true})
	put(t, []ruled{
		{"记下当事人情况", from(), set(SetParty{Party: "a", Minor: true, OwnWages: true, Interpreter: "手语", Remind: true, Home: "东沟3号"}), "",
			[]work.Event{PartySet{Party: "a", Minor: true, OwnWages: true, Interpreter: "手语", Remind: true, Home: vault.Plain("a", "home", "东沟3号")}}},
		{"不是当事人的不记", from(), set(SetParty{Party: "c"}), "dispute.unknown_party", nil},
		{"单位不能是未成年人", from(), set(SetParty{Party: "a", Body: true, Minor: true}), "dispute.body_is_no_minor", nil},
		{"靠自己劳动生活只对未成年人有意义", from(), set(SetParty{Party: "a", OwnWages: true}), "", []work.Event{PartySet{Party: "a"}}},
		{"人数不能是负数", from(), set(SetParty{Party: "a", People: -1}), "form.number", nil},
		{"人数不能离谱", from(), set(SetParty{Party: "a", People: 1e9}), "form.number", nil},
		{"2.7 已有代理人的，不能又是嫌疑人", from(told(CompanionAdded{Companion: "c1", Party: "a", As: "agent"})), set(SetParty{Party: "a", Suspect: true}), "dispute.suspect_agent", nil},
		{"5.1 旗亮着，新住址自动隐藏", from(flagged), set(SetParty{Party: "a", Home: "妹妹家"}), "", []work.Event{PartySet{Party: "a", SealHome: true, Home: vault.Plain("a", "home", "妹妹家")}}},
		{"5.1 旗亮着，隐藏的住址不能放开", from(hidden, flagged), set(SetParty{Party: "a"}), "", []work.Event{PartySet{Party: "a", SealHome: true}}},
		{"没有标记的，可以放开", from(hidden), set(SetParty{Party: "a"}), "", []work.Event{PartySet{Party: "a"}}},
		{"办结后也能隐藏住址", from(told(matter.Finished{Outcome: "duplicate"}, matter.VerifiedAs{Pass: true}, matter.ClosedWith{})), set(SetParty{Party: "a", SealHome: true}), "",
			[]work.Event{PartySet{Party: "a", SealHome: true}}},
		{"并案后到那一件里办", from(told(matter.MergedInto{Into: "d2"})), set(SetParty{Party: "a"}), "matter.merged_away", nil},
	})
	t.Run("新住址换下旧住址", func(t *testing.T) {
		d := begun(t)
		d.does("p1")(d.SetParty(SetParty{Party: "a", SealHome: true, Home: "妹妹家"}, d.by("p1")))
		if p, _ := d.Matter.Party("a"); p.Home.Empty() || !d.Hidden("a") || d.Hidden("b") {
			t.Error(p, d.Hidden("a"))
		}
	})
}

func TestWhoStandsByAParty(t *testing.T) {
	add := func(a AddCompanion) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) { return d.AddCompanion(a, d.by("p1")) }
	}
	agent := AddCompanion{Party: "a", As: "agent", Name: "王律师", Phone: "13900000001", Scope: "代为承认、放弃", Photos: []string{"u1"}}
	without := func(change func(*AddCompanion)) AddCompanion { a := agent; change(&a); return a }
	put(t, []ruled{
		{"2.7 被侵害人委托代理人，有书面授权和权限", from(), add(agent), "", []work.Event{CompanionAdded{Companion: "c_00001", Party: "a", As: "agent", Name: vault.Plain("c_00001", "name", "王律师"),
			Phone: vault.Plain("c_00001", "phone", "13900000001"), Scope: "代为承认、放弃", Papers: []matter.Attachment{{ID: "u1"}}}}},
		{"2.7 嫌疑人不得委托代理人", from(told(PartySet{Party: "a", Suspect: true})), add(agent), "dispute.suspect_agent", nil},
		{"2.7 没有写明权限的不行", from(), add(without(func(a *AddCompanion) { a.Scope = "" })), "form.required", nil},
		{"2.7 没有授权书照片的不行", from(), add(without(func(a *AddCompanion) { a.Photos = nil })), "dispute.mandate_photo", nil},
		{"嫌疑人可以有监护人", from(told(PartySet{Party: "a", Suspect: true, Minor: true})), add(AddCompanion{Party: "a", As: "guardian", Name: "李母", Relation: "母亲"}), "", nil},
		{"监护人要写关系", from(), add(AddCompanion{Party: "a", As: "guardian", Name: "李母"}), "form.required", nil},
		{"2.18 手语翻译", from(), add(AddCompanion{Party: "a", As: "interpreter", Name: "周老师"}), "", nil},
		{"不是当事人的付款人", from(), add(AddCompanion{Party: "a", As: "payer", Name: "某保险公司"}), "", nil},
		{"没有这种身份", from(), add(AddCompanion{Party: "a", As: "friend", Name: "某"}), "form.unknown_choice", nil},
		{"要有姓名", from(), add(AddCompanion{Party: "a", As: "payer", Name: " "}), "form.required", nil},
	})
}

func TestAMinorIsNotAlone(t *testing.T) {
	minor := told(PartySet{Party: "a", Minor: true}, CompanionAdded{Companion: "c1", Party: "a", As: "guardian"}, CompanionAdded{Companion: "c2", Party: "b", As: "guardian"},
		CompanionAdded{Companion: "c3", Party: "a", As: "payer"})
	for _, c := range []struct {
		rule           string
		d              func(testing.TB) *tale
		present, stood []string
		code           string
	}{
		{"2.6 监护人到场", from(minor), []string{"a", "b"}, []string{"c1"}, ""},
		{"2.6 监护人没有到场", from(minor), []string{"a", "b"}, nil, "dispute.minor_alone"},
		{"2.6 来的是别人的监护人", from(minor), []string{"a", "b"}, []string{"c2"}, "dispute.minor_alone"},
		{"2.6 来的不是监护人", from(minor), []string{"a"}, []string{"c3"}, "dispute.minor_alone"},
		{"2.6 未成年人没有到场", from(minor), []string{"b"}, nil, ""},
		{"2.6 已满十六、靠自己劳动生活且同意不通知的例外", from(told(PartySet{Party: "a", Minor: true, OwnWages: true})), []string{"a"}, nil, ""},
		{"成年人不用", from(), []string{"a", "b"}, nil, ""},
	} {
		t.Run(c.rule, func(t *testing.T) { refused(t, c.code)(nil, c.d(t).attended(c.present, c.stood)) })
	}
}

func TestWhatAPartySays(t *testing.T) {
	say := func(a Say) func(*tale) ([]work.Event, error) {
		a.Party = "a"
		return func(d *tale) ([]work.Event, error) { return d.Say(a, d.by("p1")) }
	}
	fen := func(n Fen) *Fen { return &n }
	put(t, []ruled{
		{"各方的话封在各方名下", from(), say(Say{Account: "推倒了墙", Evidence: "照片", Demand: "修好", DemandAmount: "1,200.50", Offer: "各让一步", OfferAmount: "8百", Photos: nil}), "form.money", nil},
		{"记下经过、证据、诉求、让步", from(), say(Say{Willing: "yes", Account: "推倒了墙", Evidence: "照片", Demand: "修好", DemandAmount: "1,200.50", Offer: "各让一步", OfferAmount: "800"}), "",
			[]work.Event{Said{Party: "a", Willing: "yes", Account: vault.Plain("a", "account", "推倒了墙"), Evidence: vault.Plain("a", "evidence", "照片"), Demand: vault.Plain("a", "demand", "修好"),
				DemandAmount: fen(120050), Offer: vault.Plain("a", "offer", "各让一步"), OfferAmount: fen(80000)}}},
		{"要零元也是话", from(), say(Say{DemandAmount: "0"}), "", []work.Event{Said{Party: "a", DemandAmount: fen(0)}}},
		{"什么都没有说", from(), say(Say{Account: "  "}), "dispute.nothing_said", nil},
		{"金额一万亿，多写了零", from(), say(Say{DemandAmount: "1000000000000"}), "form.money_too_much", nil},
		{"金额是科学记数", from(), say(Say{DemandAmount: "1e12"}), "form.money", nil},
		{"意愿只有两种", from(), say(Say{Willing: "maybe"}), "form.unknown_choice", nil},
		{"太长的话", from(), say(Say{Account: strings.Repeat("长", work.MaxWords+1)}), "form.too_long", nil},
		{"诉求里说到凶器也认得", from(), say(Say{Demand: "不赔就动刀"}), "", []work.Event{Said{Party: "a", Demand: vault.Plain("a", "demand", "不赔就动刀"), Dangers: []string{"weapon"}}}},
	})
	t.Run("空着的栏不改从前说的", func(t *testing.T) {
		d := begun(t)
		d.does("p1")(d.Say(Say{Party: "a", Account: "先说", DemandAmount: "100"}, d.by("p1")))
		d.does("p1")(d.Say(Say{Party: "a", Willing: "yes"}, d.by("p1")))
		if s := d.Sides["a"]; s.Account.Empty() || s.DemandAmount != 10000 || s.Willing != "yes" || d.Sides["b"].Willing != "" {
			t.Error(s)
		}
	})
}

func TestAPartyRates(t *testing.T) {
	rate := func(r string) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) {
			return d.RateParty(RateParty{Party: "a", Rating: r}, d.by("p1"))
		}
	}
	put(t, []ruled{
		{"18.3 当事人评价态度和过程", from(), rate("satisfied"), "", []work.Event{PartyRated{"a", "satisfied"}}},
		{"按几颗星也可以", from(), rate("2"), "", []work.Event{PartyRated{"a", "dissatisfied"}}},
		{"没有这一级", from(), rate("6"), "form.unknown_choice", nil},
		{"18.1 一次一评", from(told(PartyRated{"a", "satisfied"})), rate("satisfied"), "dispute.already_rated", nil},
		{"18.3 可能有家庭暴力的不评", from(flagged), rate("satisfied"), "dispute.no_rating", nil},
		{"18.3 出过告诫书的不评", from(told(Warned{Warning: "w1"})), rate("satisfied"), "dispute.no_rating", nil},
		{"办结后也能评", from(told(matter.Finished{Outcome: "duplicate"}, matter.VerifiedAs{Pass: true}, matter.ClosedWith{})), rate("satisfied"), "", nil},
	})
}

func TestTwoHundredParties(t *testing.T) {
	d := begun(t)
	for i := len(d.Parties); i < matter.MaxParties; i++ {
		d.does("p1")(d.Matter.AddParty(matter.AddParty{Name: "某", Side: "b"}, worktest.Moment("p1", d.after)))
	}
	refused(t, "matter.too_many_parties")(d.Matter.AddParty(matter.AddParty{Name: "某"}, worktest.Moment("p1", d.after)))
}
