package desk_test

import (
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/work/campaign"
	"maplegrid/internal/work/firm"
)

// firmOracle says who may do what with a firm or campaign, in the letters of the oracle.
var firmOracle = map[string]string{
	//                     C V G M V A O W D H  B A A R M
	"firm.set":            "o----oboAA-----",
	"firm.set+new":        "o----oooAA-----",
	"firm.assign_officer": "--------AA-----",
	"firm.retire":         "------b-AA-----",
	"firm.set_post":       "------b-AA-----",
	"firm.brief":          "b----bbbAA-----",
	"firm.visit":          "b----bbbAA-----",
	"firm.answer":         "b----bbbAA-----",
	"firm.advice_done":    "b----bbbAA-----",
	"firm.ask_check":      "b----bbbAA-----",
	"firm.check_recruit":  "------b-AA-----",
	"firm.stand":          "pppppbbpAA-----",
	"firm.stand_down":     "pppppbbpAA-----",

	"campaign.start":     "------A-AA-----",
	"campaign.add":       "------A-AA-----",
	"campaign.drop":      "------A-AA-----",
	"campaign.close":     "------A-AA-----",
	"campaign.check":     "bppppbAbAA-----",
	"campaign.miss":      "bppppbAbAA-----",
	"campaign.fix":       "bppppbAbAA-----",
	"campaign.see_again": "bppppbAbAA-----",
	"campaign.grow":      "o----oA-AA-----",
}

func init() { maps.Copy(oracle, firmOracle) }

// firmSample makes an act on a firm or campaign; nil for the acts of other areas.
func firmSample(act, id, cell, spare string) any {
	name, _, _ := strings.Cut(act, "+")
	if room, _, _ := strings.Cut(act, "."); room != "firm" && room != "campaign" {
		return nil
	}
	on, in := firm.On{Firm: id}, campaign.On{Campaign: id}
	switch name {
	case "firm.set":
		return &firm.Set{On: on, Name: "镇小学", Sort: "school", Cell: cell, Place: "学府路2号"}
	case "firm.assign_officer":
		return &firm.AssignOfficer{On: on, Officer: spare}
	case "campaign.start":
		return &campaign.Start{Plan: "school_term"}
	}
	spec, _ := desk.Find(name)
	empty := spec.New()
	field := reflect.ValueOf(empty).Elem().FieldByName("On")
	if field.Type() == reflect.TypeOf(on) {
		field.Set(reflect.ValueOf(on))
	} else {
		field.Set(reflect.ValueOf(in))
	}
	return empty
}

// TestEveryRightOverFirms tries every act on firms and campaigns as every role, on every thing, through the one door.
func TestEveryRightOverFirms(t *testing.T) {
	x := &attempt{Matrix: desktest.New(t).Matrix(t)}
	var firmRows, campaignRows []string
	for _, row := range slices.Sorted(maps.Keys(firmOracle)) {
		switch {
		case row == "firm.set+new", row == "campaign.start":
		case strings.HasPrefix(row, "firm."):
			firmRows = append(firmRows, row)
		default:
			campaignRows = append(campaignRows, row)
		}
	}
	for _, spec := range desk.Firms {
		if firmOracle[spec.Name] == "" {
			t.Errorf("%s has no row in the oracle", spec.Name)
		}
	}
	for _, a := range x.Askers() {
		for _, p := range desktest.Places {
			for _, c := range desktest.Conditions {
				x.things(t, a, p, c, firmRows, x.FirmIn)
				x.things(t, a, p, c, campaignRows, x.CampaignIn)
			}
			if p != desktest.OtherStation {
				x.try(t, a, p, desktest.Unassigned, "firm.set+new", "", "")
				x.try(t, a, p, desktest.Unassigned, "campaign.start", "", "")
			}
		}
	}
	t.Logf("%d attempts: %d done or refused by a rule, %d denied, %d not there; %d leaks", x.tries, x.done, x.denied, x.missing, x.leaks)
	if x.done == 0 || x.denied == 0 || x.missing == 0 {
		t.Fatal("a matrix in which nothing is allowed or nothing refused proves nothing")
	}
}

func Test检查只由民警两人(t *testing.T) {
	d := desktest.New(t)
	cast := d.Cast(t, desktest.Station)
	school := d.Do(t, cast["head"], "firm.set", &firm.Set{Name: "镇小学", Sort: "school", Cell: "c1", Place: "学府路1号"}).ID
	id := d.Do(t, cast["officer_1"], "campaign.start", &campaign.Start{Plan: "school_inspection", Title: "校园检查", From: "2026-03-02", Until: "2026-03-20", Places: []string{school}}).ID
	for _, name := range []string{"aux_officer_1", "cell_worker_1", "guard_1", "volunteer_1", "window_clerk"} {
		_, err := d.Try(cast[name], "campaign.check", &campaign.Go{On: campaign.On{Campaign: id}, Firm: school, At: desktest.Start})
		if code := fault.Code(err); code != "access.denied" && code != "campaign.not_found" {
			t.Errorf("%s: %v", name, err)
		}
	}
	go1 := &campaign.Go{On: campaign.On{Campaign: id}, Firm: school, At: desktest.Start, Escort: "保卫科长",
		Answers: map[string]string{"si_body": "yes", "si_rules": "no", "si_key_parts": "yes", "si_hidden": "yes", "si_guard_check": "yes"}}
	if _, err := d.Try(cast["officer_1"], "campaign.check", go1); fault.Code(err) != "campaign.two_officers" {
		t.Errorf("one officer: %v", err)
	}
	go1.With = []string{cast["officer_2"].Person}
	d.Do(t, cast["officer_1"], "campaign.check", go1)
}

func Test新进人员同一天不核验两遍也不留号码(t *testing.T) {
	d := desktest.New(t)
	cast := d.Cast(t, desktest.Station)
	id := d.Do(t, cast["head"], "firm.set", &firm.Set{Name: "石料厂", Sort: "explosives", Cell: "c1", Place: "东沟"}).ID
	const card = "999999199003070012"
	check := &firm.CheckRecruit{On: firm.On{Firm: id}, AskedBy: "人事小刘", Purpose: "新员工入职", IDNo: card, Consent: true, Signature: "b_1", Genuine: "yes"}
	t.Run("辅警只能受理", func(t *testing.T) {
		if _, err := d.Try(cast["aux_officer_1"], "firm.check_recruit", check); fault.Code(err) != "access.denied" {
			t.Error(err)
		}
		d.Do(t, cast["aux_officer_1"], "firm.ask_check", &firm.AskCheck{On: firm.On{Firm: id}, AskedBy: "人事小刘", Purpose: "新员工入职"})
	})
	a := d.Do(t, cast["officer_1"], "firm.check_recruit", check)
	if !strings.HasPrefix(a.Number, "身份核验〔2026〕第1号") {
		t.Errorf("number %q", a.Number)
	}
	t.Run("同一天不重复", func(t *testing.T) {
		if _, err := d.Try(cast["officer_1"], "firm.check_recruit", check); fault.Code(err) != "firm.card_checked_today" {
			t.Error(err)
		}
	})
	t.Run("问过去不答，也不留痕", func(t *testing.T) {
		x := *check
		x.IDNo, x.Asks = "99999919880101001X", "有没有前科"
		if _, err := d.Try(cast["officer_1"], "firm.check_recruit", &x); fault.Code(err) != "firm.past_is_not_told" {
			t.Error(err)
		}
	})
	t.Run("库里没有号码，核验记作一次查看", func(t *testing.T) {
		looked := false
		events, err := d.Journal.Read(t.Context(), desktest.Station, 0, 10000)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range events {
			if strings.Contains(string(e.Data), card[6:17]) {
				t.Errorf("%s holds the number", e.Kind)
			}
			looked = looked || e.Kind == "person.looked/1" && strings.Contains(string(e.Data), `"recruit"`)
		}
		if !looked {
			t.Error("no look was recorded")
		}
	})
}
