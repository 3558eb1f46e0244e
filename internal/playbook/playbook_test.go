package playbook

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"maplegrid/internal/grid"
	"maplegrid/playbooks"
)

var update = flag.Bool("update", false, "rewrite the golden files")

var summer = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

func load(t *testing.T, name string) *Book {
	t.Helper()
	b, err := Load(playbooks.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	return b.At(summer)
}

func golden(t *testing.T, file, got string) {
	t.Helper()
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got == string(want) {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range min(len(g), len(w)) {
		if g[i] != w[i] {
			t.Fatalf("%s line %d (-update rewrites)\n got %s\nwant %s", file, i+1, g[i], w[i])
		}
	}
	t.Fatalf("%s: %d lines, want %d (-update rewrites)", file, len(g), len(w))
}

func shipped(t *testing.T) (names []string) {
	dirs, err := fs.ReadDir(playbooks.FS, ".")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range dirs {
		name, _, _ := strings.Cut(d.Name(), "@")
		names = append(names, name)
	}
	return slices.Compact(names)
}

// dump tells what a book comes to, without the lines of its files.
func dump(b *Book) string {
	var s strings.Builder
	p := func(format string, a ...any) { fmt.Fprintf(&s, format+"\n", a...) }
	p("book %s %s from %s on %v", b.Name, b.Title, b.From, b.Layers)
	for _, g := range b.scale {
		p("grade %s %s %s %d %v", g.Key, g.Name, g.Colour, g.ArriveMinutes, g.Notify)
	}
	for _, k := range b.kinds {
		p("kind %s %s base=%s grade=%s mediation=%v visit=%v", k.Key, k.Name, k.Base, k.Grade, k.Mediation, k.Visit)
		p("  required %v extra %v", k.Required, k.Extra)
		p("  outcomes %v", k.Outcomes)
		for _, l := range b.Limits(k.Key, k.Grade) {
			p("  limit %s %d %s %s-%s warn%v %s", l.Key, l.Amount, l.Unit, l.StartsAt, l.StopsAt, l.WarnBeforeHours, l.Source)
		}
		p("  route %s", b.Route(map[string]string{"kind": k.Key}).Ref.Key)
	}
	for _, t := range b.teams {
		p("team %s %s level=%d %v", t.Key, t.Name, t.Level, t.Seats)
	}
	for _, x := range b.org.Posts {
		p("post %s %s %s %v %v", x.ID, x.Kind, x.Name, x.Cells, x.Seats)
	}
	for _, x := range b.tracks {
		p("track %s %s host=%v by %v max=%d written=%v oral=%v spot=%v signs %v copies=%d moves %v", x.Key, x.Name, x.Host, x.Presides,
			x.MaxSessions, x.Written, x.Oral, x.OnSpot, x.Signs, x.Copies, x.Moves)
	}
	for _, x := range b.risks {
		p("risk %s %s %s lead=%s tell %v look=%d follow=%d team=%s", x.Key, x.Name, x.Colour, x.Lead, x.Tell, x.LookDays, x.FollowDays, x.Team)
	}
	for _, r := range b.risk.Rows {
		p("  row %s %s", r.Key, r.Results["risk"])
	}
	for _, x := range b.types {
		p("type %s %s %s %s", x.Key, x.Name, x.Grid, x.Mediation)
	}
	for _, x := range b.papers {
		p("paper %d %s %s %v of %s %s", x.No, x.Key, x.Name, x.Tracks, x.Of, x.Needed)
	}
	p("eases %d questions %d offences %d grounds %d settings %+v", len(b.eases), len(b.safety), len(b.offences), len(b.grounds), b.settings)
	for _, x := range b.services {
		p("service %s %s %s min=%d proxy=%v person=%v kit=%s %dmin %d+%d %s fee=%d at home for %v window=%v papers=%d", x.Key, x.Name, x.Group, x.MinAge,
			x.Proxy, x.InPerson, x.Kit, x.Minutes, x.Limit, x.Remote, x.LimitUnit, x.Fee, x.Grounds, x.Window, len(x.Papers))
	}
	for _, x := range b.windows {
		p("window %s %s %s %v %v places=%d", x.Key, x.Name, x.Letter, x.Items, x.Staff, x.Places)
		for _, o := range x.Hours {
			p("  open %v lunar%v %d-%d every %d for %d %s-%s", o.On, o.Lunar, o.From, o.Until, o.Slot, o.Capacity, o.Since, o.Till)
		}
	}
	p("appointments %+v", b.appointments)
	p("cells %d leads %d bodies %d rules %d texts %d", len(b.org.Tree.Cells(summer)), len(b.org.Leads), len(b.org.Bodies), len(b.org.Rules), len(b.texts))
	return s.String()
}

func TestGolden(t *testing.T) {
	for _, name := range shipped(t) {
		t.Run(name, func(t *testing.T) { golden(t, "testdata/"+name+".golden", dump(load(t, name))) })
	}
}

var cited = regexp.MustCompile(`《.+》第\d+条|本所规定`)

func TestShipped(t *testing.T) {
	for _, name := range shipped(t) {
		b := load(t, name)
		t.Run(name+"：每个时限都有依据", func(t *testing.T) {
			for _, k := range b.Kinds() {
				for _, g := range b.Scale() {
					for _, l := range b.Limits(k.Key, g.Key) {
						if !cited.MatchString(l.Source) || l.Kind != k.Key || l.Grade != g.Key {
							t.Errorf("%s %s %s: source %q", k.Key, g.Key, l.Key, l.Source)
						}
					}
				}
			}
		})
		t.Run(name+"：每类事项中英文齐全、有办结时限之外的去向", func(t *testing.T) {
			for _, k := range b.Kinds() {
				if k.Name.Zh == "" || k.Name.En == "" || len(b.Outcomes(k.Key)) != len(k.Outcomes) || len(b.Fields(k.Key)) == 0 {
					t.Errorf("%+v", k)
				}
				if d := b.Route(map[string]string{"kind": k.Key}); !d.Matched || d.Get("handler") == "" {
					t.Errorf("%s goes nowhere", k.Key)
				}
				if d := b.Grade(map[string]string{"kind": k.Key}); d.Get("grade") != k.Grade {
					t.Errorf("%s: nothing known, yet grade %q", k.Key, d.Get("grade"))
				}
			}
		})
		t.Run(name+"：积分默认关闭", func(t *testing.T) {
			if b.Points().Enabled {
				t.Error("points are on")
			}
		})
		t.Run(name+"：评价五档，后两档为差评", func(t *testing.T) {
			var stars, bad []int
			for _, r := range b.Ratings() {
				stars = append(stars, r.Stars)
				if r.Bad {
					bad = append(bad, r.Stars)
				}
			}
			if fmt.Sprint(stars, bad) != "[5 4 3 2 1] [2 1]" {
				t.Error(stars, bad)
			}
		})
	}
}

func TestStationOfTheCountySeat(t *testing.T) {
	b := load(t, "shengrenjian")
	org, june, july := b.Org(), summer, summer.AddDate(0, 1, 0)
	kinds := map[grid.Kind]int{}
	for _, c := range org.Tree.Cells(june) {
		kinds[c.Kind]++
		if c.Kind == grid.KindBeat && len(org.Leads.Of(c.ID, june)) == 0 {
			t.Errorf("nobody leads %s", c.ID)
		}
		if c.Kind == grid.KindCell && len(org.Leads.By(c.ID, june)) == 0 {
			t.Errorf("%s leads nothing", c.ID)
		}
	}
	if kinds[grid.KindCell] != 31 || kinds[grid.KindBeat] != 28 || kinds[grid.KindSchool] != 19 {
		t.Errorf("cells: %v", kinds)
	}
	if before, after := org.Leads.By("cell_17", june), org.Leads.By("cell_17", july); len(before) != 2 || len(after) != 1 {
		t.Errorf("七月起 cell_17 只领一个警格: %v, %v", before, after)
	}
	seats, beats := 0, map[grid.CellID]int{}
	for _, p := range org.Posts {
		for _, s := range p.Seats {
			seats += s.HowMany
		}
		for _, c := range p.Cells {
			beats[c]++
		}
	}
	if seats != 28 {
		t.Errorf("民警辅警共28人，got %d", seats)
	}
	for _, c := range org.Tree.Cells(june) {
		if c.Kind == grid.KindBeat && beats[c.ID] != 1 {
			t.Errorf("%s is covered by %d posts", c.ID, beats[c.ID])
		}
	}
	cell, _ := org.Tree.Locate(111.19, 34.807, june, grid.KindCell)
	beat, _ := org.Tree.Locate(111.19, 34.807, june, grid.KindBeat)
	if !slices.Contains(org.Leads.Of(beat.ID, june), cell.ID) {
		t.Errorf("the cell %q at this point does not lead its beat %q", cell.ID, beat.ID)
	}
	if gaps := grid.Gaps(org.Tree, org.Posts, nil, org.Rules, june); len(gaps) != 4+4+6+4 {
		t.Errorf("with nobody at all %d gaps", len(gaps))
	}
}

func TestLevelsOfTheCountySeat(t *testing.T) {
	b := load(t, "shengrenjian")
	for _, x := range []struct{ rule, facts, route, team, handler string }{
		{"简单的在格内", "kind=dispute complexity=simple", "dispute_simple", "cell_team", "officer"},
		{"一般的社区联动", "kind=dispute complexity=ordinary", "dispute_ordinary", "community_team", "officer"},
		{"疑难的三级联调", "kind=dispute complexity=hard", "dispute_hard", "town_team", "officer"},
		{"噪声也是纠纷", "kind=noise complexity=simple", "dispute_simple", "cell_team", "officer"},
		{"家暴先于本所规定", "kind=dispute complexity=simple family_violence=yes", "violence", "duty", "officer"},
		{"人命先于本所规定", "kind=dispute complexity=simple danger=life", "life", "duty", "duty_lead"},
		{"行动不便的由网格代约", "kind=id_rush frail=yes", "id_frail", "cell_team", "window_clerk"},
		{"窗口错峰", "kind=id_rush", "service", "", "window_clerk"},
		{"别处管辖的移送", "kind=incident jurisdiction=other_police", "other_police", "", "officer"},
		{"庄稼问题转农业", "kind=non_police topic=land", "np_land", "", "window_clerk"},
		{"其他非警务转12345", "kind=non_police", "non_police", "", "window_clerk"},
		{"不认识的也有人管", "", "rest", "", "officer"},
	} {
		t.Run(x.rule, func(t *testing.T) {
			d := b.Route(facts(x.facts))
			if d.Ref.Key != x.route || d.Get("team") != x.team || d.Get("handler") != x.handler || d.Because("zh") == "" || d.Because("en") == "" {
				t.Errorf("%s, team %s, handler %s", d, d.Get("team"), d.Get("handler"))
			}
		})
	}
	if d := b.Grade(facts("kind=noise calls=2 night=yes")); d.Get("grade") != "urgent" || d.Ref.File != "shengrenjian/grades.csv" {
		t.Error(d)
	}
	if s := b.Grade(facts("kind=dispute people=12")).String(); !strings.Contains(s, "base/grades.csv") || !strings.Contains(s, "people=12（要求>=10）") {
		t.Error(s)
	}
	if n := limit(b, "dispute", "normal", "finish"); n != 15 {
		t.Errorf("本所把办结改为15日，got %d", n)
	}
	if n := limit(b, "noise", "critical", "case"); n != 30 {
		t.Errorf("法定办案期限不变，got %d", n)
	}
	if n := limit(b, "thanks", "consult", "first_contact"); n != 0 {
		t.Errorf("致谢不设首次联系时限，got %d", n)
	}
	for _, f := range b.Fields("noise") {
		if f.Required != slices.Contains([]string{"title", "what", "place", "noise_source"}, f.Key) {
			t.Errorf("%s required=%v", f.Key, f.Required)
		}
	}
}

func limit(b *Book, kind, grade, key string) int {
	l, _ := find(b.Limits(kind, grade), func(l Limit) bool { return l.Key == key })
	return l.Amount
}

func facts(s string) map[string]string {
	m := map[string]string{}
	for _, f := range strings.Fields(s) {
		k, v, _ := strings.Cut(f, "=")
		m[k] = v
	}
	return m
}

func TestEveryMistakeIsTold(t *testing.T) {
	b, err := Load(os.DirFS("testdata/mistakes"), "bad", playbooks.FS)
	var wrong Errors
	if b != nil || !errors.As(err, &wrong) {
		t.Fatalf("the whole is refused: %v %v", b, err)
	}
	golden(t, "testdata/mistakes/told.golden", err.Error()+"\n")
	if again := Check("testdata/mistakes/bad", playbooks.FS); again == nil || again.Error() != err.Error() {
		t.Error("Check and Load differ")
	}
}

func TestConditions(t *testing.T) {
	for _, x := range []struct {
		rule, cell, value string
		want              bool
	}{
		{"星号都符合", "*", "", true}, {"空着都符合", "", "a", true},
		{"任一个", "a|b", "b", true}, {"都不是", "a|b", "c", false}, {"未知不算", "a", "", false},
		{"非", "!a|b", "c", true}, {"非不成立", "!a|b", "a", false}, {"未知也算非", "!a", "", true},
		{"含本数以上", ">=3", "3", true}, {"不足", ">=3", "2", false}, {"超过不含本数", ">3", "3", false},
		{"含本数以下", "<=3", "3", true}, {"以下不含", "<3", "3", false}, {"区间含两头", "3..5", "5", true}, {"区间外", "3..5", "6", false},
		{"不是数字不算", ">=3", "很多", false}, {"数字未知不算", "<3", "", false},
	} {
		t.Run(x.rule, func(t *testing.T) {
			c, ok := parseCondition("f", x.cell)
			if !ok {
				t.Fatal("not read")
			}
			d := Table{Rows: []Rule{{Conditions: []Condition{c}}}}.Decide(map[string]string{"f": x.value}, nil)
			if d.Matched != x.want {
				t.Errorf("%q against %q: %v", x.value, x.cell, d.Matched)
			}
		})
	}
	for _, cell := range []string{"!", ">=x", "5..3", "1..", "!*"} {
		if _, ok := parseCondition("f", cell); ok {
			t.Errorf("%q was read", cell)
		}
	}
}

func TestFirstMatchWins(t *testing.T) {
	row := func(key, cell string) Rule {
		c, _ := parseCondition("n", cell)
		return Rule{Ref{"t.csv", 1, key}, []Condition{c}, map[string]string{"grade": key}}
	}
	table := Table{Rows: []Rule{row("big", ">=10"), row("some", ">=5"), row("all", "*")}}
	for n, want := range map[string]string{"12": "big", "7": "some", "1": "all", "": "all"} {
		if got := table.Decide(map[string]string{"n": n}, nil).Get("grade"); got != want {
			t.Errorf("%s: %s, want %s", n, got, want)
		}
	}
	if d := (Table{}).Decide(nil, nil); d.Matched || d.String() != "没有适用的行" {
		t.Error(d)
	}
	if !table.Rows[2].shadows(table.Rows[0]) || table.Rows[0].shadows(table.Rows[2]) || table.Rows[0].shadows(table.Rows[1]) {
		t.Error("shadows")
	}
}

func station(from, onTop, more string) *fstest.MapFile {
	return &fstest.MapFile{Data: []byte("name=\"s\"\nzh=\"所\"\nen=\"S\"\nfrom=\"" + from + "\"\non_top_of=\"" + onTop + "\"\n" + more)}
}

func csvFile(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }

const clockHeader = "key,clock,zh,en,kind,grade,amount,unit,starts,stops,warn,stretches,source\n"

func TestDatedEditions(t *testing.T) {
	nap := func(n string) *fstest.MapFile {
		return csvFile(clockHeader + "nap,nap,午休,nap,*,*," + n + ",hour,opened,closed,,no,本所规定\n")
	}
	b, err := Load(fstest.MapFS{
		"s/playbook.toml":            station("2026-02-01", "base", ""),
		"s/clocks.csv":               nap("1"),
		"s@2026-05-01/playbook.toml": station("2026-05-01", "base", ""),
		"s@2026-05-01/clocks.csv":    nap("2"),
	}, "s", playbooks.FS)
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]int{"2025-01-01": 1, "2026-04-30": 1, "2026-05-01": 2, "2030-01-01": 2} {
		if got := limit(b.At(grid.Day(at).Start()), "help", "normal", "nap"); got != want {
			t.Errorf("%s: %d hours, want %d", at, got, want)
		}
	}
	if b.At(grid.Day("2026-05-01").Start().Add(-time.Second)).From != "2026-02-01" || len(b.Editions()) != 2 {
		t.Error("the new edition begins at midnight in China")
	}
}

// What lies beneath may change on its own day: the pile has an edition for each such day.
func Test下层改版上层也换版(t *testing.T) {
	pile := fstest.MapFS{"s/playbook.toml": station("2026-02-01", "base", "")}
	err := fs.WalkDir(playbooks.FS, "base", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		src, err := fs.ReadFile(playbooks.FS, path)
		pile[path] = &fstest.MapFile{Data: src}
		next := strings.ReplaceAll(strings.ReplaceAll(string(src), `"2026-01-01"`, `"2027-01-01"`), "move_police,24,", "move_police,24,")
		pile["base@2027-01-01/"+strings.TrimPrefix(path, "base/")] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(next, ",*,*,24,hour,jurisdiction_found", ",*,*,12,hour,jurisdiction_found"))}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	b, err := Load(pile, "s")
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[string]int{"2026-12-31": 24, "2027-01-01": 12} {
		if got := limit(b.At(grid.Day(at).Start()), "incident", "urgent", "move_police"); got != want {
			t.Errorf("%s: %d hours, want %d", at, got, want)
		}
	}
}

func TestLayers(t *testing.T) {
	pile := func(files map[string]string) error {
		m := fstest.MapFS{"s/playbook.toml": station("2026-02-01", "base", "")}
		for name, src := range files {
			m["s/"+name] = csvFile(src)
		}
		_, err := Load(m, "s", playbooks.FS)
		return err
	}
	const outcomes = "key,zh,en,settled,needs,source\n"
	for _, x := range []struct {
		rule, file, src, want string
	}{
		{"同键替换", "outcomes.csv", outcomes + "served,办妥,done,yes,,本所规定\n", ""},
		{"停用", "reasons.csv", "key,use,zh,en,stops_clock,source\n-road_weather\n", ""},
		{"停用后别处还在用要报错", "outcomes.csv", outcomes + "-served\n", "“outcomes”列的结果“served”不存在"},
		{"法定时限不能停用", "clocks.csv", clockHeader + "-case\n", "“case”是法律规定的（base/clocks.csv 第"},
		{"GBK 文件也能读", "bodies.csv", "key,zh,en,kind,outside,call,transfer\nfarm,\xc5\xa9\xb3\xa1,farm,firm,yes,yes,no\n", ""},
		{"注释和空行不算", "bodies.csv", "# 说明,,\n\nkey,zh,en,kind,outside,call,transfer\n,,,\n#x\nfarm,农场,farm,firm,yes,yes,no\n", ""},
		{"多一格要报错", "bodies.csv", "key,zh,en,kind,outside,call,transfer\nfarm,农场,farm,firm,yes,yes,no,,9\n", "s/bodies.csv:2: 比表头多出一格“9”"},
		{"缺列要报错", "bodies.csv", "key,zh,en\nfarm,农场,farm\n", "s/bodies.csv:1: 缺少“kind”列。"},
		{"空文件要报错", "bodies.csv", "", "s/bodies.csv:1: 文件是空的"},
	} {
		t.Run(x.rule, func(t *testing.T) {
			err := pile(map[string]string{x.file: x.src})
			if (err == nil) != (x.want == "") || err != nil && !strings.Contains(err.Error(), x.want) {
				t.Errorf("got %v, want %q", err, x.want)
			}
		})
	}
	for rule, x := range map[string]struct {
		files fstest.MapFS
		want  string
	}{
		"没有这个包":     {fstest.MapFS{}, "没有名为“s”的经验包"},
		"下层不存在":     {fstest.MapFS{"s/playbook.toml": station("2026-02-01", "nowhere", "")}, "没有名为“nowhere”的经验包"},
		"自己垫自己":     {fstest.MapFS{"s/playbook.toml": station("2026-02-01", "s", "")}, "s/playbook.toml:5: “s”垫在自己下面"},
		"比下层还早":     {fstest.MapFS{"s/playbook.toml": station("2025-02-01", "base", "")}, "s/playbook.toml:5: 从2025-02-01起施行，但它垫着的“base”到2026-01-01才有。"},
		"文件夹日期不符":   {fstest.MapFS{"s@2026-03-01/playbook.toml": station("2026-02-01", "base", "")}, "施行日2026-02-01与文件夹“s@2026-03-01”不一致"},
		"启用积分要写明依据": {fstest.MapFS{"s/playbook.toml": station("2026-02-01", "base", "[points]\nenabled=true\n")}, "s/playbook.toml:7: 启用积分要写明范围、依据和批准人"},
		"TOML 写坏":   {fstest.MapFS{"s/playbook.toml": station("2026-02-01", "base", "x = \n")}, "s/playbook.toml:6: TOML 写法有误"},
	} {
		t.Run(rule, func(t *testing.T) {
			if _, err := Load(x.files, "s", playbooks.FS); err == nil || !strings.Contains(err.Error(), x.want) {
				t.Errorf("got %v, want %q", err, x.want)
			}
		})
	}
}

func Test禁用指标逐条拦下(t *testing.T) {
	for _, bad := range []string{"罚款数额", "行政拘留人数", "刑拘数", "发案数下降", "退查率", "破案率", "不立案", "化解率100%", "每日打卡", "在线时长", "转发点赞"} {
		if _, hit := found(ForbiddenIndicators, bad); !hit {
			t.Errorf("%s may earn points", bad)
		}
	}
	for _, bad := range []string{"clearance_rate", "number of arrests", "Online time", "settlement rate", "fines"} {
		if _, hit := found(ForbiddenIndicators, bad); !hit {
			t.Errorf("%s may earn points", bad)
		}
	}
	for _, good := range []string{"按时回访", "隐患复查消除", "defined steps kept", "confined space checked", "follow_up_in_time"} {
		if f, hit := found(ForbiddenIndicators, good); hit {
			t.Errorf("%s refused as %s", good, f.Reason)
		}
	}
	for _, bad := range []string{"民族", "宗教信仰", "信访情况", "籍贯", "重点人员类别", "个人风险评分", "ethnicity", "petitioner", "risk_score", "指纹"} {
		if _, hit := found(ForbiddenTraits, bad); !hit {
			t.Errorf("%s may be recorded", bad)
		}
	}
	for _, good := range []string{"original owner", "会议室", "民宿", "风险等级"} {
		if f, hit := found(ForbiddenTraits, good); hit {
			t.Errorf("%s refused as %s", good, f.Reason)
		}
	}
}

func Test说明书写到每一张表(t *testing.T) {
	text, err := os.ReadFile("../../playbooks/README.md")
	if err != nil {
		t.Fatal(err)
	}
	for table := range layouts {
		if !strings.Contains(string(text), "`"+table+".csv`") {
			t.Errorf("%s.csv is not told of", table)
		}
	}
}
