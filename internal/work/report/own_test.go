package report

import (
	"testing"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/worktest"
)

func TestRatingAsksWhatItMay(t *testing.T) {
	closed := matterIn("m1", closing...)
	home := matterIn("m2", closing...)
	home.Extra = map[string]string{"family_violence": "yes"}
	r := tell(submitted, into("m1"))
	for _, c := range []struct {
		rule    string
		act     Rate
		matters []matter.Matter
		code    string
		items   map[string]int
	}{
		{"18.1 分项可以不填", Rate{Stars: 4}, []matter.Matter{closed}, "", nil},
		{"18.1 分项也是五级", Rate{Stars: 4, Guide: 2, Operation: 5}, []matter.Matter{closed}, "", map[string]int{"guide": 2, "operation": 5}},
		{"18.1 分项没有第六级", Rate{Stars: 4, Guide: 6}, []matter.Matter{closed}, "report.stars", nil},
		{"18.3 调解评态度和过程", Rate{Stars: 4, Attitude: 5, Course: 3}, []matter.Matter{closed}, "", map[string]int{"attitude": 5, "course": 3}},
		{"18.3 家庭暴力的不评", Rate{Stars: 1}, []matter.Matter{closed, home}, "report.not_rated", nil},
	} {
		t.Run(c.rule, func(t *testing.T) {
			got, err := r.Rate(c.act, c.matters, worktest.Moment(work.Public, 0))
			if c.code != "" {
				worktest.Check(t, got, err, c.code)
				return
			}
			worktest.Check(t, got, err, "", Rated{c.act.Stars, vault.Text{}, c.items})
		})
	}
}

func TestOwnReport(t *testing.T) {
	mo := worktest.Moment(work.Public, 0)
	r := tell(submitted)
	t.Run("15.3 撤回联系同意随时可以，给回来也一样", func(t *testing.T) {
		for _, may := range []bool{false, true} {
			events, err := r.Consent(Consent{Contact: may}, mo)
			worktest.Check(t, events, err, "", ConsentSet{may})
			if x := tell(submitted, ConsentSet{may}); x.NoContact == may {
				t.Error(x.NoContact)
			}
		}
	})
	t.Run("15.7 更正只换那一项", func(t *testing.T) {
		events, err := r.Correct("phone", "13900001234")
		worktest.Check(t, events, err, "", Corrected{Phone: vault.Plain("r1", "phone", "13900001234")})
	})
	t.Run("15.7 删除以后什么都不剩，也什么都不收", func(t *testing.T) {
		x := tell(submitted, Added{Words: text("added", "又一句")}, Erased{})
		if !x.Words.Empty() || !x.Name.Empty() || !x.Phone.Empty() || x.Place != "" || !x.Additions[0].Words.Empty() {
			t.Errorf("%+v", x)
		}
		for name, try := range map[string]func() error{
			"add":     func() error { _, err := x.Add(Add{Words: "再说"}, mo); return err },
			"reopen":  func() error { _, _, err := x.Reopen(Reopen{Words: "再办"}, nil, mo); return err },
			"rate":    func() error { _, err := x.Rate(Rate{Stars: 1}, nil, mo); return err },
			"triage":  func() error { _, err := x.Triage(Triage{Decline: "not_police", Answer: "不办"}, nil, mo); return err },
			"correct": func() error { _, err := x.Correct("name", "某"); return err },
			"erase":   func() error { _, err := x.Erase(); return err },
		} {
			if err := try(); fault.Code(err) != "report.erased" {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
