package playbook

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"maplegrid/internal/grid"
	"maplegrid/playbooks"
)

func Test纠纷的表各所都齐(t *testing.T) {
	for _, name := range shipped(t) {
		b := load(t, name)
		t.Run(name+"：三种法律行为各有各的主持人", func(t *testing.T) {
			police, _ := b.Track(TrackPolice)
			people, _ := b.Track(TrackPeople)
			informal, ok := b.Track(TrackInformal)
			if !ok || police.MaxSessions != 2 || !police.Checklist || !police.Recording || police.Oral || !people.Oral ||
				!slices.Equal(police.Host, []grid.BodyID{HostStation}) || slices.Contains(people.Host, HostStation) {
				t.Errorf("%+v %+v", police, people)
			}
			if !slices.Contains(informal.Presides, grid.AuxOfficer) || slices.Contains(police.Presides, grid.AuxOfficer) {
				t.Error("an auxiliary helps informally and never presides")
			}
			if informal.Written || informal.OnSpot || informal.Number != "" {
				t.Error("informal help has no agreement of the law")
			}
		})
		t.Run(name+"：每种类型都有两张报表上的位置", func(t *testing.T) {
			for _, x := range b.DisputeTypes() {
				if x.Grid == "" || x.Mediation == "" || x.Name.En == "" {
					t.Errorf("%+v", x)
				}
			}
			f, _ := find(b.Fields("dispute"), func(f Field) bool { return f.Key == "dispute_type" })
			if len(f.Options) != len(b.DisputeTypes()) {
				t.Errorf("%d options, %d types", len(f.Options), len(b.DisputeTypes()))
			}
		})
		t.Run(name+"：每件纠纷都有等级，每级都有人牵头", func(t *testing.T) {
			for _, known := range []string{"", "people=3", "calls=5", "weapon=yes", "settled=yes", "failed_sessions=9 days_open=400"} {
				d := b.Risk(facts(known))
				g, ok := b.RiskGrade(d.Get("risk"))
				if !d.Matched || !ok || g.Lead == "" || d.Because("zh") == "" || d.Because("en") == "" {
					t.Errorf("%q: %v %+v", known, d, g)
				}
			}
			for _, g := range b.RiskGrades() {
				if g.LookDays < 1 || g.FollowDays < 1 {
					t.Errorf("%+v", g)
				}
			}
		})
		t.Run(name+"：家庭暴力、凶器、威胁总在最高一级", func(t *testing.T) {
			gravest := b.RiskGrades()[0].Key
			for _, f := range []string{"family_violence", "weapon", "threat", "self_harm", "fire"} {
				if got := b.Risk(facts(f + "=yes complexity=simple people=2 calls=1 sessions=0")).Get("risk"); got != gravest {
					t.Errorf("%s: %s", f, got)
				}
			}
		})
		t.Run(name+"：履行完了，除了家庭暴力都转最轻一级回访", func(t *testing.T) {
			lightest := b.RiskGrades()[len(b.RiskGrades())-1].Key
			for _, more := range []string{"", " people=20 group=yes", " calls=5 promises_broken=3", " complexity=hard weapon=yes", " days_open=300"} {
				if got := b.Risk(facts("settled=yes" + more)).Get("risk"); got != lightest {
					t.Errorf("%s: %s", more, got)
				}
			}
		})
		t.Run(name+"：每份文书都有模板", func(t *testing.T) {
			for _, p := range b.Papers() {
				if src, ok := b.PaperTemplate(p.Template); !ok || len(strings.TrimSpace(string(src))) == 0 {
					t.Errorf("%s", p.Key)
				}
			}
		})
		t.Run(name+"：五让样样有", func(t *testing.T) {
			for _, use := range EaseUses {
				if !slices.ContainsFunc(b.Eases(), func(e Ease) bool { return e.Use == use }) {
					t.Errorf("no %s", use)
				}
			}
		})
		t.Run(name+"：新理由都有可选的", func(t *testing.T) {
			for _, use := range ReasonUses {
				if len(b.Reasons(use)) == 0 {
					t.Errorf("no reason to %s", use)
				}
			}
		})
	}
}

func Test人民调解卷宗十三件按次序(t *testing.T) {
	var order []string
	seen := map[int]bool{}
	for _, p := range load(t, "base").Papers() {
		if p.Of == "cover" || p.Of == "contents" || p.No > 0 {
			order = append(order, fmt.Sprint(p.No, p.Name.Zh, p.Needed))
			seen[p.No] = true
		}
	}
	want := []string{"0人民调解卷宗封面always", "0卷内目录always", "1人民调解申请书always", "1人民调解受理登记表always", "2当事人权利义务告知书always",
		"3当事人身份证明always", "4授权委托书if_any", "5人民调解调查记录if_any", "6人民调解证据材料if_any", "7人民调解记录always",
		"8人民调解协议书always", "8人民调解口头协议登记表always", "9收条if_any", "10回访记录if_any", "11司法确认申请书if_any",
		"12卷宗情况说明if_any", "13封底always"}
	if !slices.Equal(order, want) {
		t.Errorf("got  %v\nwant %v", order, want)
	}
}

func TestRiskOfADispute(t *testing.T) {
	b := load(t, "base")
	for _, x := range []struct{ rule, facts, risk, row string }{
		{"什么都没有是绿", "kind=dispute", "green", "calm"},
		{"九个人还不红", "people=9", "green", "calm"}, {"十个人以上红", "people=10", "red", "crowd"},
		{"两次求助不红", "calls=2", "green", "calm"}, {"第三次求助红", "calls=3", "red", "third_call"},
		{"一次没做到黄", "promises_broken=1", "yellow", "broken_once"}, {"两次没做到红", "promises_broken=2", "red", "broken_twice"},
		{"一次没谈成还是绿", "failed_sessions=1", "green", "calm"}, {"两次没谈成黄", "failed_sessions=2", "yellow", "failed_twice"},
		{"三十日以内绿", "days_open=30", "green", "calm"}, {"过了三十日黄", "days_open=31", "yellow", "long"},
		{"一方多人黄", "group=yes people=8", "yellow", "group"}, {"越来越激烈黄", "worsening=yes", "yellow", "worsening"},
		{"动凶器红", "weapon=yes", "red", "weapon"}, {"威胁红", "threat=yes", "red", "threat"},
		{"履行完了转绿", "settled=yes people=12 calls=4 weapon=yes", "green", "settled"},
		{"家暴先于一切", "family_violence=yes weapon=yes", "red", "violence"},
		{"家暴了结仍要查访", "family_violence=yes settled=yes", "yellow", "violence_after"},
	} {
		t.Run(x.rule, func(t *testing.T) {
			if d := b.Risk(facts(x.facts)); d.Get("risk") != x.risk || d.Ref.Key != x.row {
				t.Errorf("%s, risk %s", d, d.Get("risk"))
			}
		})
	}
}

func Test说到凶器威胁就提出来(t *testing.T) {
	b := load(t, "base")
	for text, want := range map[string]string{
		"他拿着菜刀站在门口":        "weapon",
		"说要弄死我，还要泼汽油":      "threat fire",
		"她站在窗台上说不想活了":      "self_harm",
		"He has a KNIFE":   "weapon",
		"他说 Ｉ'll ＫＩＬＬ ｙｏｕ": "threat",
		"老公打我，拿刀":          "weapon family_violence",
		"中午吃了刀削面，吵起来了":     "",
		"刀削面店老板提着刀":        "weapon",
		"他拼命解释，对方不听":       "",
		"楼上半夜拖椅子":          "",
		"":                 "",
	} {
		if got := strings.Join(b.Dangers(text), " "); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func Test各所改写纠纷的表(t *testing.T) {
	s := func(more string, files map[string]string) (*Book, error) {
		m := fstest.MapFS{"s/playbook.toml": station("2026-02-01", "base", more)}
		for name, src := range files {
			m["s/"+name] = csvFile(src)
		}
		return Load(m, "s", playbooks.FS)
	}
	t.Run("上层模板换掉下层，其余照旧", func(t *testing.T) {
		b, err := s("", map[string]string{"documents/cover.tmpl": "本所封面"})
		if err != nil {
			t.Fatal(err)
		}
		cover, _ := b.PaperTemplate("cover")
		other, ok := b.PaperTemplate("contents")
		if string(cover) != "本所封面" || !ok || len(other) == 0 {
			t.Errorf("%q %q", cover, other)
		}
		if _, ok := b.PaperTemplate("nothing"); ok {
			t.Error("a template from nowhere")
		}
	})
	t.Run("数字由上层改，没写的随下层", func(t *testing.T) {
		b, err := s("[disputes]\ncalls = 2\nremind_before_days = [3]\n", nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(b.DisputeSettings()); got != "{2 90 730 [3] 18}" {
			t.Error(got)
		}
	})
	t.Run("几次算反复由 playbook.toml 定，风险和等级一起变", func(t *testing.T) {
		b, err := s("[disputes]\ncalls = 2\n", nil)
		if err != nil {
			t.Fatal(err)
		}
		for calls, want := range map[string]string{"1": "green normal", "2": "red urgent"} {
			known := map[string]string{"kind": "dispute", "calls": calls}
			if got := b.Risk(known).Get("risk") + " " + b.Grade(known).Get("grade"); got != want {
				t.Errorf("%s calls: %s, want %s", calls, got, want)
			}
			if _, put := known["repeat"]; put {
				t.Error("the facts handed in were changed")
			}
		}
	})
	t.Run("本所的等级先于下层，法律的仍在最前", func(t *testing.T) {
		b, err := s("", map[string]string{
			"risks.csv": "key,zh,en,colour,lead,tell,look_days,follow_days,team,source\nwhite,白色,white,grey,mediator,,30,30,,本所规定\n",
			"risk.csv":  "key,people,risk,because,because_en,source\nbig,>=3,white,三人以上,three or more,本所规定\n",
		})
		if err != nil {
			t.Fatal(err)
		}
		for known, want := range map[string]string{"people=12": "white", "people=12 family_violence=yes": "red", "people=12 weapon=yes": "red",
			"people=12 threat=yes": "red", "people=2": "green"} {
			if got := b.Risk(facts(known)).Get("risk"); got != want {
				t.Errorf("%s: %s, want %s", known, got, want)
			}
		}
	})
	t.Run("新类型要有报表上的位置", func(t *testing.T) {
		f := "key,zh,en,type,options\ndispute_type,纠纷类型,type,choice,"
		types := "key,grid,mediation,source\n"
		for _, x := range load(t, "base").DisputeTypes() {
			f += x.Key + ":" + x.Name.Zh + ":" + x.Name.En + "|"
		}
		f += "boat:船只碰撞:boats\n"
		if _, err := s("", map[string]string{"fields.csv": f}); err == nil || !strings.Contains(err.Error(), "s/fields.csv:2: 纠纷类型“boat”在 types.csv 里没有对应的行") {
			t.Error(err)
		}
		b, err := s("", map[string]string{"fields.csv": f, "types.csv": types + "boat,24,损害赔偿,本所规定\n"})
		if err != nil {
			t.Fatal(err)
		}
		kinds := b.DisputeTypes()
		if last := kinds[len(kinds)-1]; last.Key != "boat" || last.Grid != "24" {
			t.Errorf("%+v", last)
		}
		if fact, _ := find(b.Facts(), func(f Fact) bool { return f.Key == "dispute_type" }); !slices.Contains(fact.Vals, "boat") {
			t.Error("the risk table cannot ask for it")
		}
	})
}
