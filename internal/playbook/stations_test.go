package playbook

import (
	"slices"
	"strings"
	"testing"

	"maplegrid/internal/grid"
)

// Each model station works by its own mechanism, and nothing but data makes it so (model-stations, Mechanisms).
func Test各所的机制都在数据里(t *testing.T) {
	for _, x := range []struct{ book, rule, facts, row, team, risk, lead string }{
		{"caochuan", "简单的在村民小组说开", "kind=dispute complexity=simple", "dispute_simple", "patrol_team", "green", "cell_worker"},
		{"caochuan", "一般的流动调解组上门", "kind=dispute complexity=ordinary", "valley", "valley_team", "green", "cell_worker"},
		{"caochuan", "疑难的乡调委会来村里", "kind=dispute complexity=hard", "township", "township_team", "green", "cell_worker"},
		{"caochuan", "旧怨又拦着施工当天上山", "kind=dispute old_grudge=yes blocked=yes", "dispute_blocked", "valley_team", "red", "head"},
		{"caochuan", "打工受伤谈了三次", "kind=work_injury sessions=3", "work_injury", "valley_team", "yellow", "officer"},
		{"caochuan", "谈心电话谁接谁跟", "kind=talk", "talk", "patrol_team", "green", "cell_worker"},
		{"caochuan", "群里报来巡防队先看", "kind=group_message", "group_message", "patrol_team", "green", "cell_worker"},
		{"lijiabao", "市场一张桌子两个民警", "kind=market_quarrel", "market_quarrel", "market_table", "green", "officer"},
		{"lijiabao", "院里没调成提一级", "kind=market_quarrel failed_sessions=1", "market_quarrel", "market_table", "yellow", "officer"},
		{"lijiabao", "地界三方丈量", "kind=boundary", "boundary", "boundary_team", "green", "officer"},
		{"lijiabao", "误了农时先办", "kind=boundary spring_work=yes", "boundary", "boundary_team", "yellow", "officer"},
		{"lijiabao", "宅基地五方调解", "kind=dispute dispute_type=house people=4", "homestead", "five_party", "yellow", "officer"},
		{"lijiabao", "五人以上找来五方调解", "kind=dispute people=5", "crowd", "five_party", "red", "head"},
		{"lijiabao", "集上动刀先于院里调", "kind=market_quarrel weapon=yes", "market_quarrel", "market_table", "red", "head"},
		{"baihe", "简单的治保会先说和", "kind=dispute complexity=simple", "simple", "armband_team", "green", "cell_worker"},
		{"baihe", "节前的本周研判", "kind=dispute festival=yes", "dispute", "room_team", "yellow", "officer"},
		{"baihe", "牵连面大的镇村所一起办", "kind=dispute whole_group=yes", "whole_group", "town_team", "red", "head"},
		{"baihe", "谈三次没成上研判会", "kind=dispute sessions=3", "dispute", "room_team", "yellow", "officer"},
		{"hubin", "三人一组", "kind=dispute", "dispute", "three_together", "green", "mediator"},
		{"hubin", "积怨常去坐坐", "kind=estate_quarrel long_quarrel=yes", "dispute", "three_together", "yellow", "officer"},
		{"hubin", "积怨谈三次没成", "kind=estate_quarrel long_quarrel=yes failed_sessions=3", "dispute", "three_together", "red", "head"},
		{"hubin", "几十次上门接着陪", "kind=dispute sessions=30", "dispute", "three_together", "yellow", "officer"},
		{"hubin", "家暴先于陪着谈", "kind=family_quarrel family_violence=yes", "violence", "duty", "red", "head"},
		{"shengrenjian", "疑难的三级联动", "kind=dispute complexity=hard", "dispute_hard", "town_team", "red", "head"},
		{"shengrenjian", "一般的社区联动", "kind=dispute complexity=ordinary", "dispute_ordinary", "community_team", "yellow", "officer"},
		{"shengrenjian", "简单的格内化解", "kind=noise complexity=simple", "dispute_simple", "cell_team", "green", "officer"},
		{"shengrenjian", "三次没谈成上三级", "kind=dispute complexity=simple failed_sessions=3", "dispute_simple", "cell_team", "red", "head"},
	} {
		t.Run(x.book+"："+x.rule, func(t *testing.T) {
			b := load(t, x.book)
			d, r := b.Route(facts(x.facts)), b.Risk(facts(x.facts))
			g, _ := b.RiskGrade(r.Get("risk"))
			if d.Ref.Key != x.row || d.Get("team") != x.team || g.Key != x.risk || string(g.Lead) != x.lead {
				t.Errorf("route %s team %s; risk %s %s led by %s", d, d.Get("team"), g.Key, r, g.Lead)
			}
		})
	}
}

func Test队伍按各所的样子(t *testing.T) {
	seats := func(book, team string) (out []string) {
		x, _ := load(t, book).Team(team)
		for _, s := range x.Seats {
			out = append(out, strings.Repeat(string(s.Role)+" ", s.HowMany)+string(s.Body))
		}
		return out
	}
	for _, x := range []struct{ rule, book, team, want string }{
		{"五方：综治中心、司法所、村综治调解员、律师、民警", "lijiabao", "five_party",
			"village_cadre governance_centre|mediator justice_office|mediator village_committee|mediator legal_service|officer "},
		{"联席会议：镇、综治中心、派出所、司法所、法庭", "lijiabao", "joint_conference",
			"village_cadre town_government|village_cadre governance_centre|head |mediator justice_office|mediator court"},
		{"三方丈量：派出所、村委会、村民", "lijiabao", "boundary_team", "officer |village_cadre village_committee|volunteer volunteer village_committee"},
		{"一室一警两辅加村调解员", "baihe", "room_team", "officer |aux_officer aux_officer |mediator village_mediation"},
		{"三人一组：民警、社区调解员、社工志愿者", "hubin", "three_together", "officer |mediator mediation_committee|volunteer social_work"},
	} {
		t.Run(x.rule, func(t *testing.T) {
			if got := strings.Join(seats(x.book, x.team), "|"); got != x.want {
				t.Errorf("got %s", got)
			}
		})
	}
}

func Test能在山里化解的不上交(t *testing.T) {
	b := load(t, "caochuan")
	for _, key := range []string{TrackPolice, TrackInformal} {
		if x, _ := b.Track(key); slices.Contains(x.Moves, "judicial") || !slices.Contains(x.Moves, TrackPeople) {
			t.Errorf("%s goes straight up: %v", key, x.Moves)
		}
	}
	if x, _ := b.Track(TrackPeople); x.Host[0] != "village_mediation" {
		t.Errorf("the village is not first: %v", x.Host)
	}
	for _, row := range b.routes.Rows {
		if row.File == "caochuan/routes.csv" && strings.Contains(row.Results["to"], "court") {
			t.Errorf("%s goes out of the township", row.Key)
		}
	}
}

// 8 zones, 54 guard employers, 394 guards; each new station's grids all belong to a beat that somebody covers.
func Test新区八片五十四家三百九十四名保安(t *testing.T) {
	org := load(t, "hubin").Org()
	zones, employers, guards := map[grid.CellID]bool{}, 0, 0
	for _, p := range org.Posts {
		if p.Kind == "guard_post" {
			employers++
			guards += p.Seats[0].HowMany
			zones[p.Cells[0]] = true
		}
	}
	bodies := 0
	for _, x := range org.Bodies {
		if x.Kind == "guard_employer" {
			bodies++
		}
	}
	if len(zones) != 8 || employers != 54 || bodies != 54 || guards != 394 {
		t.Errorf("%d zones, %d posts of %d employers, %d guards", len(zones), employers, bodies, guards)
	}
}

func Test新所的格子都有人管(t *testing.T) {
	for _, name := range []string{"caochuan", "lijiabao", "baihe", "hubin"} {
		org := load(t, name).Org()
		for _, c := range org.Tree.Cells(summer) {
			if c.Kind == grid.KindCell && len(org.Leads.By(c.ID, summer)) != 1 {
				t.Errorf("%s: %s belongs to %v", name, c.ID, org.Leads.By(c.ID, summer))
			}
			covered := slices.ContainsFunc(org.Posts, func(p grid.Post) bool { return slices.Contains(p.Cells, c.ID) })
			if c.Kind == grid.KindBeat && !covered {
				t.Errorf("%s: nobody covers %s", name, c.ID)
			}
			if (c.Kind == grid.KindCell || c.Kind == grid.KindBeat) && len(c.Outline) == 0 {
				t.Errorf("%s: %s is not on the map", name, c.ID)
			}
		}
	}
}

func Test哪几天逢集都在数据里(t *testing.T) {
	for book, want := range map[string][]int{
		"base": nil, "shengrenjian": nil, "hubin": nil,
		"lijiabao": {1, 4, 7, 11, 14, 17, 21, 24, 27},
		"baihe":    {3, 6, 9, 13, 16, 19, 23, 26, 29},
		"caochuan": {2, 5, 7, 10, 12, 15, 17, 20, 22, 25, 27, 30},
	} {
		if got := load(t, book).MarketDays(); !slices.Equal(got, want) {
			t.Errorf("%s: got %v, want %v", book, got, want)
		}
	}
}
