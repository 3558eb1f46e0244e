package firm_test

import (
	"strings"
	"testing"

	"maplegrid/internal/web/webtest"
	"maplegrid/internal/work/campaign"
	"maplegrid/internal/work/firm"
)

// TestFirmScreens takes the pictures of firms, the gate, the check of a card, a campaign and its checklist, wide and on a phone, and
// measures that nothing scrolls sideways.
func TestFirmScreens(t *testing.T) {
	s := webtest.Stage(t)
	school, mine := withFirms(t, s)
	officer := s.Cast["officer_1"]
	on := firm.On{Firm: mine}
	s.Do(t, officer, "firm.brief", &firm.Give{On: on, Way: "visit", Words: "近期有盗割电缆的，夜里加一班巡逻。", Around: []firm.Happened{{Kind: "hazard", Count: 2, Near: "北门一带"}}})
	s.Do(t, officer, "firm.visit", &firm.Call{On: on, At: s.Clock.Now(), Words: "看了库房和台账，双人双锁齐全。", Asked: []firm.Asked{{Question: "门口能不能设减速带", By: officer.Person, DueOn: "2026-03-10"}},
		Advice: []firm.Advised{{Means: "technology", Words: "北门加一个摄像头", DueOn: "2026-03-20"}}})
	s.Do(t, s.Cast["aux_officer_1"], "firm.ask_check", &firm.AskCheck{On: on, AskedBy: "人事小刘", Purpose: "新员工入职"})
	camp := s.Do(t, s.Cast["head"], "campaign.start", &campaign.Start{Plan: "school_term", Title: "春季开学校园安全走访", From: "2026-03-02", Until: "2026-03-20", Places: []string{school}}).ID
	s.Settle(t)
	shoot := func(t *testing.T, names ...[2]string) {
		for size, width := range webtest.Widths {
			p := s.Tab(t, width, "officer_1")
			for _, x := range names {
				p.Open(s.Server.URL + x[1])
				if over := p.Overflow(); over != "" {
					t.Errorf("%s at %s scrolls sideways: %s", x[0], size, over)
				}
				p.Screen("firms-" + x[0] + "-" + size)
			}
		}
	}
	at := "/campaigns/" + camp + "/places/" + school
	shoot(t, [2]string{"list", "/firms"}, [2]string{"one", "/firms/" + mine}, [2]string{"visit", "/firms/" + mine + "/do/visit"}, [2]string{"check", "/firms/" + mine + "/do/check_recruit"},
		[2]string{"gates", "/firms/gates"}, [2]string{"post", "/firms/" + school + "/do/set_post"}, [2]string{"school", "/firms/" + school}, [2]string{"import", "/firms/import"},
		[2]string{"campaigns", "/campaigns"}, [2]string{"campaign-new", "/campaigns/new?plan=school_term"}, [2]string{"campaign", "/campaigns/" + camp}, [2]string{"checklist", at})
	list, _ := bookOf(t, s).Checklist("school_safety")
	answers := map[string]string{}
	for _, q := range list.Questions {
		answers[q.Key] = map[string]string{"yesno": "yes", "number": "4"}[q.Answer]
	}
	answers["sc_alarm_tried"] = "no"
	s.Do(t, officer, "campaign.check", &campaign.Go{On: campaign.On{Campaign: camp}, Firm: school, At: s.Clock.Now(), Answers: answers, Notes: map[string]string{"sc_alarm_tried": "按了没人应"}})
	s.Settle(t)
	shoot(t, [2]string{"checked", at}, [2]string{"faults", "/campaigns/faults"})
	if !strings.HasPrefix(at, "/campaigns/") {
		t.Fatal(at)
	}
}
