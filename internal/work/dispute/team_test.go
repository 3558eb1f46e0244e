package dispute

import (
	"testing"

	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

func TestATeamIsWhole(t *testing.T) {
	call := func(seats ...SeatFilled) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) {
			return d.CallTeam(CallTeam{Team: "joint", Seats: seats}, d.by("p1"))
		}
	}
	officer, mediator, cadre := SeatFilled{Seat: "officer", Person: "p1"}, SeatFilled{Seat: "mediator", Person: "p_mediator"}, SeatFilled{Seat: "village_cadre@village", Body: "village"}
	put(t, []ruled{
		{"4.6 每个席位都有人", from(), call(officer, mediator, cadre), "", []work.Event{TeamCalled{"joint", []Seat{{Seat: "officer", Person: "p1"}, {Seat: "mediator", Person: "p_mediator"},
			{Seat: "village_cadre@village", Body: "village"}}}}},
		{"可以代的代", from(), call(SeatFilled{Seat: "officer", Person: "p_lead"}, mediator, SeatFilled{Seat: "village_cadre@village", Person: "p_cadre"}), "",
			[]work.Event{TeamCalled{"joint", []Seat{{Seat: "officer", Person: "p_lead", StandIn: true}, {Seat: "mediator", Person: "p_mediator"}, {Seat: "village_cadre@village", Person: "p_cadre"}}}}},
		{"13.1 辅警不能代民警", from(), call(SeatFilled{Seat: "officer", Person: "p_aux"}, mediator, cadre), "dispute.seat_role", nil},
		{"缺一个席位", from(), call(officer, cadre), "dispute.seat_empty", nil},
		{"本所的席位不能填单位", from(), call(SeatFilled{Seat: "officer", Body: "village"}, mediator, cadre), "dispute.seat_of_station", nil},
		{"没有这个席位", from(), call(SeatFilled{Seat: "cook", Person: "p1"}), "form.unknown_choice", nil},
		{"没有这个人", from(), call(SeatFilled{Seat: "officer", Person: "x"}), "form.unknown_person", nil},
		{"4.6 别的单位不能坐这个席位", from(), call(officer, mediator, SeatFilled{Seat: "village_cadre@village", Body: "court"}), "dispute.seat_of_body", nil},
		{"没有这个单位", from(), call(officer, mediator, SeatFilled{Seat: "village_cadre@village", Body: "moon"}), "form.unknown_body", nil},
		{"一席一人或一单位", from(), call(SeatFilled{Seat: "officer"}), "matter.invite_one", nil},
		{"一人不坐两席", from(), call(officer, officer, mediator, cadre), "dispute.seated_twice", nil},
		{"没有这个组", from(), func(d *tale) ([]work.Event, error) { return d.CallTeam(CallTeam{Team: "none"}, d.by("p1")) }, "form.unknown_choice", nil},
	})
}

func TestEasingAndLookingIn(t *testing.T) {
	ease := func(a NoteEase) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) { return d.NoteEase(a, d.by("p1")) }
	}
	back := func(a CheckBack) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) { return d.CheckBack(a, d.by("p1")) }
	}
	whole := CheckBack{Party: "b", Agreement: "g1", Performed: "part", Satisfied: "yes", Words: "还差一半"}
	put(t, []ruled{
		{"记下用了什么，有没有用", from(asked), ease(NoteEase{Ease: "three_feet", Helped: true, Words: "笑了"}), "", []work.Event{EaseNoted{"three_feet", true, vault.Plain("d1", "ease", "笑了")}}},
		{"库里没有的不记", from(asked), ease(NoteEase{Ease: "hammer"}), "form.unknown_choice", nil},
		{"5.1 没有问过先不“五让”", from(), ease(NoteEase{Ease: "song"}), "dispute.gate_not_asked", nil},
		{"3.10 回访履行情况", from(told(agreed)), back(whole), "", []work.Event{BackChecked{Back: "k_00001", Party: "b", Agreement: "g1", Performed: "part", Satisfied: "yes", Words: vault.Plain("b", "checkback", "还差一半")}}},
		{"3.10 办结后还要回访", from(told(agreed, matter.Finished{Outcome: "to_court"}, matter.VerifiedAs{Pass: true}, matter.ClosedWith{})), back(whole), "", nil},
		{"没有这份协议", from(), back(whole), "dispute.unknown_agreement", nil},
		{"履行情况只能从名单里选", from(told(agreed)), back(CheckBack{Party: "b", Performed: "maybe", Words: "x"}), "form.unknown_choice", nil},
		{"没有这位当事人", from(told(agreed)), back(CheckBack{Party: "z", Performed: "all", Words: "x"}), "dispute.unknown_party", nil},
		{"要写回访内容", from(told(agreed)), back(CheckBack{Party: "b", Performed: "all"}), "form.required", nil},
	})
	t.Run("回访发现反复，风险升级", func(t *testing.T) {
		d := begun(t).then("p1", agreed, RiskGraded{Risk: "green", By: "table"})
		relapse := whole
		relapse.Relapse = true
		if d.does("p1")(d.CheckBack(relapse, d.by("p1"))); d.Risk != "yellow" {
			t.Error(d.Risk)
		}
	})
}

func TestPapersAreVersioned(t *testing.T) {
	print := func(paper, of, digest string) func(*tale) ([]work.Event, error) {
		return func(d *tale) ([]work.Event, error) {
			return d.Print(Print{Paper: paper, Of: of, Digest: digest, Copy: "u1"}, d.by("p1"))
		}
	}
	warned := told(Warned{Warning: "w1", Party: "b"}, Warned{Warning: "w2", Party: "b"})
	once := told(PaperPrinted{Print: "x", Paper: "warning", Of: "w1", Number: "公告诫字〔2026〕第9号", Version: 1, Digest: "aa"})
	twice := told(PaperPrinted{Print: "y", Paper: "warning", Of: "w1", Number: "公告诫字〔2026〕第9号", Version: 2, Digest: "bb"})
	printed := func(of, number string, version int, digest string) []work.Event {
		return []work.Event{PaperPrinted{Print: "d_00001", Paper: "warning", Of: of, Number: number, Version: version, Digest: digest, Copy: "u1"}}
	}
	named := agreed
	named.Number = "(2026)人调字第7号"
	put(t, []ruled{
		{"20.3 第一次打印取号，第一版", from(warned), print("warning", "w1", "aa"), "", printed("w1", "公告诫字〔2026〕第1号", 1, "aa")},
		{"20.3 内容没有变，还是这一版", from(warned, once), print("warning", "w1", "aa"), "", printed("w1", "公告诫字〔2026〕第9号", 1, "aa")},
		{"20.3 改过的是新的一版，号不变", from(warned, once), print("warning", "w1", "bb"), "", printed("w1", "公告诫字〔2026〕第9号", 2, "bb")},
		{"20.3 改回去也是新的一版，旧的还在", from(warned, once, twice), print("warning", "w1", "aa"), "", printed("w1", "公告诫字〔2026〕第9号", 3, "aa")},
		{"另一份告诫书是另一个号", from(warned, once), print("warning", "w2", "aa"), "", printed("w2", "公告诫字〔2026〕第1号", 1, "aa")},
		{"协议书用协议的号", from(told(named)), print("people_agreement", "g1", "aa"), "",
			[]work.Event{PaperPrinted{Print: "d_00001", Paper: "people_agreement", Of: "g1", Number: "(2026)人调字第7号", Version: 1, Digest: "aa", Copy: "u1"}}},
		{"只能从页面上打印", from(warned), print("warning", "w1", ""), "dispute.print_from_page", nil},
		{"没有这种文书", from(), print("poem", "", "aa"), "form.unknown_choice", nil},
		{"20.3 回访记录要有这次回访", from(told(BackChecked{Back: "k1", Party: "a"})), print("follow_up", "k9", "aa"), "dispute.nothing_to_print", nil},
		{"20.3 这次回访的记录可以打印", from(told(BackChecked{Back: "k1", Party: "a"})), print("follow_up", "k1", "aa"), "", nil},
		{"20.3 整件的文书不指名其中一份", from(), print("application", "x", "aa"), "dispute.nothing_to_print", nil},
		{"没有这份告诫书", from(warned), print("warning", "w3", "aa"), "dispute.nothing_to_print", nil},
		{"并案后还能打印", from(warned, told(matter.MergedInto{Into: "d2"})), print("warning", "w1", "aa"), "", nil},
	})
}
