package orgfile_test

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/intake/orgfile"
	"maplegrid/internal/sheet"
	"maplegrid/internal/work/organisation"
)

var ctx = context.Background()

// files are a small station as an office would send it.
var files = map[orgfile.Kind]string{
	orgfile.Cells: "编号,上级,类别,名称,英文名,编码,编码规则,网格性质,起始日期,截止日期\n" +
		"g11,v11,网格,东头网格,East,140829001001,统计区划,基础网格,2026-01-01,\n" + // its parent comes later
		"v11,st,村,柳河村,Liuhe,,,,,\n" +
		"b11,v11,警格,一号警格,Beat 1,,,,,\n" +
		"m11,v11,市场,大集,Fair,,,专属,2025-01-01,2025-12-31\n" +
		"m11,v11,市场,新大集,New fair,,,专属,2026-01-01,\n",
	orgfile.Bodies: "编号,名称,英文名,类别,外单位,可联动,可转办,公开电话\nsifa,司法所,Justice office,justice,是,是,是,0359-8001234\n",
	orgfile.Posts: "编号,类别,名称,英文名,负责的网格,角色,人数,可代班的角色,起始日期,截止日期\n" +
		"room11,beat_office,柳河警务室,Liuhe room,柳河村,民警,1,值班领导|所长,,\nroom11,,,,,辅警,2,民警,,\n",
	orgfile.People: "角色,称呼,警号,账号,负责的网格,岗位,姓名,电话\n" +
		"民警,赵警官,014001,zhao,柳河村,柳河警务室（2026-01-01～）,赵建国,13900001111\n辅警,小钱,F022,qian,,room11,钱小明,13800002222\n网格员,孙姐,,sun,g11、b11,,孙桂兰,13800003333\n",
	orgfile.Leads:    "党网格,警格,起始日期,截止日期\ng11,一号警格,2026/1/1,\n",
	orgfile.Duty:     "人员,上班时间,下班时间\nzhao,2026-03-02 08:00,2026-03-02 20:00\nzhao,2026-03-04 08:00,2026-03-04 20:00\nF022,2026年3月2日8时,2026年3月3日8时\n",
	orgfile.Calendar: "日期,类别,名称\n2026-04-18,休,庙会\n2026-04-19,班,庙会补班\n",
	orgfile.Outlines: `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"v11","name":"柳河村"},"geometry":{"type":"Polygon","coordinates":[[[111,34],[111.1,34],[111.1,34.1],[111,34.1],[111,34]]]}}]}`,
}

func take(t *testing.T, d *desktest.Desk, who access.Who, k orgfile.Kind, name, file string) orgfile.Done {
	t.Helper()
	p, err := orgfile.Check(ctx, d.Desk, who, k, name, []byte(file))
	if err != nil {
		t.Fatalf("%s: %v", k, err)
	}
	for _, m := range p.Wrong() {
		t.Errorf("%s line %d %s: %s", k, m.Line, m.Column, m.Sentence("zh"))
	}
	done, err := orgfile.Apply(ctx, d.Desk, who, p)
	if err != nil {
		t.Fatalf("%s: %v", k, err)
	}
	return done
}

func head(t *testing.T, d *desktest.Desk) any {
	t.Helper()
	seq, _, err := d.Engine.Journal.Head(ctx, desktest.Station)
	if err != nil {
		t.Fatal(err)
	}
	return seq
}

func filled(t *testing.T) (*desktest.Desk, map[string]access.Who) {
	t.Helper()
	d := desktest.New(t)
	cast := d.Cast(t, desktest.Station)
	for _, k := range orgfile.Kinds {
		if done := take(t, d, cast["admin"], k, string(k)+".csv", files[k]); done.New+done.Changed == 0 {
			t.Fatalf("%s did nothing", k)
		}
	}
	return d, cast
}

func TestAStationFromItsFiles(t *testing.T) {
	d, cast := filled(t)
	org, err := d.Org(ctx, desktest.Station)
	if err != nil {
		t.Fatal(err)
	}
	p := org.People[org.ByUser["zhao"]]
	got := fmt.Sprintln(org.CellName("m11", "zh"), len(org.Versions("m11")), org.Tree().Path("g11", d.Clock.Now())[2].Name.Zh, p.Call, len(p.OnDuty), p.Seats[0].Post, p.Seats[0].From,
		len(org.Leads), len(org.Days))
	if want := "新大集 2 东头网格 赵警官 2 room11 2026-01-01 1 2\n"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if plain, err := d.Reveal(ctx, desktest.Station, p.Name); err != nil || plain[p.Name.Ref()] != "赵建国" {
		t.Errorf("name %v %v", plain, err)
	}
	t.Run("同一文件再导一次不增加任何记录", func(t *testing.T) {
		before := head(t, d)
		for _, k := range orgfile.Kinds {
			if done := take(t, d, cast["admin"], k, string(k)+".csv", files[k]); done.New+done.Changed > 0 {
				t.Errorf("%s did %+v again", k, done)
			}
		}
		if after := head(t, d); after != before {
			t.Errorf("journal went from %v to %v", before, after)
		}
	})
	for _, format := range []sheet.Kind{sheet.CSV, sheet.XLSX} {
		t.Run("导出再导入不增加任何记录 "+string(format), func(t *testing.T) {
			before := head(t, d)
			for _, k := range orgfile.Kinds {
				var b bytes.Buffer
				if err := orgfile.Write(ctx, &b, d.Desk, cast["admin"], orgfile.Export{Kind: k, Format: format, Note: "测试派出所 2026-03-02 导出"}); err != nil {
					t.Fatal(err)
				}
				if k == orgfile.People && (strings.Contains(b.String(), "赵建国") || strings.Contains(b.String(), "13900001111")) {
					t.Error("a masked list shows a name or phone")
				}
				if done := take(t, d, cast["admin"], k, string(k)+"."+string(format), b.String()); done.New+done.Changed > 0 || done.Same == 0 {
					t.Errorf("%s did %+v", k, done)
				}
			}
			if after := head(t, d); after != before {
				t.Errorf("journal went from %v to %v", before, after)
			}
		})
	}
	t.Run("导出的全部表能建起另一个所", func(t *testing.T) {
		other := desktest.New(t)
		f := desktest.Founder(desktest.Station)
		for _, k := range orgfile.Kinds {
			var b bytes.Buffer
			if err := orgfile.Write(ctx, &b, d.Desk, cast["head"], orgfile.Export{Kind: k, Format: sheet.XLSX, Purpose: "搬到新服务器", Key: "k-" + string(k)}); err != nil {
				t.Fatal(err)
			}
			file := b.String()
			if k == orgfile.People || k == orgfile.Duty {
				continue // ids of people are made anew by another station
			}
			take(t, other, f, k, "x.xlsx", file)
		}
	})
}

func TestNamesLeaveOnlyWithAPurpose(t *testing.T) {
	d, cast := filled(t)
	export := func(who, purpose string) (string, error) {
		var b bytes.Buffer
		err := orgfile.Write(ctx, &b, d.Desk, cast[who], orgfile.Export{Kind: orgfile.People, Format: sheet.CSV, Purpose: purpose, Key: who + purpose})
		return b.String(), err
	}
	if text, err := export("head", "年度名册核对"); err != nil || !strings.Contains(text, "赵建国") || !strings.Contains(text, "13900001111") {
		t.Errorf("所长写明用途应能导出全名：%v", err)
	}
	if _, err := export("admin", "年度名册核对"); fault.Code(err) != "access.denied" {
		t.Errorf("管理员不能导出全名：%v", err)
	}
	if _, err := export("head", "看"); fault.Code(err) != "unmask.purpose" {
		t.Errorf("用途要写清楚：%v", err)
	}
	for _, who := range []string{"officer_1", "cell_worker_1", "duty_lead"} {
		if _, err := export(who, ""); fault.Code(err) != "access.denied" {
			t.Errorf("%s 不能导出名册：%v", who, err)
		}
	}
}

func TestMistakesAreToldAllAtOnce(t *testing.T) {
	d, cast := filled(t)
	for _, x := range []struct {
		rule string
		kind orgfile.Kind
		file string
		want string // line:column:code of every mistake
	}{
		{"缺必须的栏", orgfile.Cells, "编号,上级\na,st\n", "1::orgfile.columns"},
		{"上级不存在", orgfile.Cells, "编号,上级,类别,名称\na,nowhere,网格,甲\n", "2:parent:form.unknown_cell"},
		{"几处错一次说完", orgfile.Cells, "编号,上级,类别,名称,起始日期,网格性质\n,st,网格,甲,,\nb,st,网格,,,\nc,st,网格,丙,二月三十,\nd,st,网格,丁,,特别\n",
			"2:id:form.required 3:zh:form.required 4:from:form.date 5:nature:orgfile.nature"},
		{"互为上级", orgfile.Cells, "编号,上级,类别,名称\nx1,x2,网格,甲\nx2,x1,网格,乙\n", "2:parent:form.unknown_cell 3:parent:form.unknown_cell"},
		{"同一编号两行日期重叠", orgfile.Cells, "编号,上级,类别,名称\ny1,st,网格,甲\ny1,st,网格,乙\n", "3:id:orgfile.twice"},
		{"历史版本不能改", orgfile.Cells, "编号,上级,类别,名称,起始日期,截止日期\nm11,v11,市场,改掉的旧名,2025-01-01,2025-12-31\nm11,v11,市场,新大集,2026-01-01,\n", "2:from:orgfile.past_version"},
		{"是或否", orgfile.Bodies, "编号,名称,外单位\nb1,甲,也许\n", "2:outside:orgfile.yes_no"},
		{"同一单位写两行", orgfile.Bodies, "编号,名称\nb1,甲\nb1,乙\n", "3:id:orgfile.twice"},
		{"席位的角色和人数", orgfile.Posts, "编号,类别,名称,角色,人数\np1,room,甲岗,皇帝,1\np1,,,辅警,两\n", "2:role:orgfile.role 3:count:form.number"},
		{"岗的网格", orgfile.Posts, "编号,类别,名称,负责的网格,角色,人数\np1,room,甲岗,没有的村,辅警,1\n", "2:cells:form.unknown_cell"},
		{"人员的角色、网格、岗", orgfile.People, "角色,称呼,网格,岗位\n皇帝,甲,,\n民警,乙,没有的村,\n民警,丙,,没有的岗\n",
			"2:role:orgfile.role 3:cells:form.unknown_cell 4:seats:org.unknown_post"},
		{"账号重复", orgfile.People, "角色,称呼,账号\n民警,甲,newone\n民警,乙,newone\n", "3:user:orgfile.twice"},
		{"账号写法", orgfile.People, "角色,称呼,账号\n民警,甲,1号\n", "2:user:org.user_name"},
		{"没有这个人员编号", orgfile.People, "人员编号,角色,称呼\nu_none,民警,甲\n", "2:id:org.person_not_found"},
		{"遮盖过的电话对不上", orgfile.People, "角色,称呼,账号,电话\n民警,赵警官,zhao,139****9999\n", "2:phone:orgfile.masked"},
		{"Excel丢了尾数的号码", orgfile.People, "角色,称呼,电话\n民警,甲,1.38000E+15\n", "2:phone:sheet.digits_lost"},
		{"带领的格子", orgfile.Leads, "党网格,警格\ng11,没有\n", "2:beat:form.unknown_cell"},
		{"日期颠倒", orgfile.Leads, "党网格,警格,起始日期,截止日期\ng11,b11,2026-02-01,2026-01-01\n", "2:until:form.until_before_from"},
		{"班次", orgfile.Duty, "人员,上班时间,下班时间\nzhao,2026-03-02 08:00,2026-03-02 07:00\n没有的人,2026-03-02 08:00,2026-03-02 20:00\nqian,2026-03-02,2026-03-03\n",
			"2:until:org.duty_hours 3:person:org.person_not_found 4:from:form.datetime 4:until:form.datetime"},
		{"班次重叠", orgfile.Duty, "人员,上班时间,下班时间\nqian,2026-03-02 08:00,2026-03-02 20:00\nqian,2026-03-02 18:00,2026-03-03 08:00\n", "2:from:orgfile.duty_overlaps"},
		{"志愿者不排班", orgfile.Duty, "人员,上班时间,下班时间\nvolunteer_1,2026-03-02 08:00,2026-03-02 20:00\n", "2:person:org.volunteer_not_rostered"},
		{"日历的类别", orgfile.Calendar, "日期,类别\n2026-05-01,聚会\n五一,休\n2026-05-02,休\n2026-05-02,班\n", "2:kind:orgfile.day_kind 3:on:form.date 5:on:orgfile.twice"},
		{"没有首尾相接的边界", orgfile.Outlines, `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"v11"},"geometry":{"type":"Polygon","coordinates":[[[111,34],[111.1,34],[111.1,34.1],[111,34.1]]]}}]}`,
			"1::orgfile.outline"},
		{"边界的格子不存在", orgfile.Outlines, `{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"id":"zz"},"geometry":null}]}`, "1:id:form.unknown_cell"},
	} {
		t.Run(x.rule, func(t *testing.T) {
			before := head(t, d)
			p, err := orgfile.Check(ctx, d.Desk, cast["admin"], x.kind, "file.csv", []byte(x.file))
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, m := range p.Wrong() {
				got = append(got, fmt.Sprintf("%d:%s:%s", m.Line, m.Column, fault.Code(m.Fault)))
				for _, lang := range []string{"zh", "en"} {
					if s := m.Sentence(lang); s == "" || strings.Contains(s, "{") || strings.Contains(s, "orgfile.") {
						t.Errorf("%s says %q", lang, s)
					}
				}
			}
			if s := strings.Join(got, " "); s != x.want {
				t.Fatalf("got  %s\nwant %s", s, x.want)
			}
			if _, err := orgfile.Apply(ctx, d.Desk, cast["admin"], p); fault.Code(err) != "orgfile.refused" {
				t.Errorf("a file with mistakes: %v", err)
			}
			if after := head(t, d); after != before {
				t.Error("a refused file left something behind")
			}
		})
	}
	for rule, x := range map[string]struct{ name, file, want string }{
		"空文件":      {"a.csv", "  \n", "orgfile.empty"},
		"只有表头":     {"a.csv", "编号,类别,名称\n", "orgfile.empty"},
		"不是表格":     {"a.png", "\x89PNG\x00\x00\x01\x02\x03", "orgfile.kind"},
		"旧版 Excel": {"a.xls", "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1xxxx", "orgfile.old_kind"},
	} {
		t.Run(rule, func(t *testing.T) {
			if _, err := orgfile.Check(ctx, d.Desk, cast["admin"], orgfile.Cells, x.name, []byte(x.file)); fault.Code(err) != x.want {
				t.Errorf("got %v, want %s", err, x.want)
			}
		})
	}
	if _, err := orgfile.Check(ctx, d.Desk, cast["officer_1"], orgfile.Cells, "a.csv", []byte(files[orgfile.Cells])); fault.Code(err) != "access.denied" {
		t.Errorf("only head and admin import: %v", err)
	}
}

func TestChangedBackByHandIsImportedAgain(t *testing.T) {
	d, cast := filled(t)
	file := "编号,上级,类别,名称\nv11,st,村,柳河新村\n"
	take(t, d, cast["admin"], orgfile.Cells, "a.csv", file)
	d.Do(t, cast["admin"], "org.set_cell", &organisation.SetCell{ID: "v11", Parent: "st", Kind: "village", Zh: "柳河村"})
	if done := take(t, d, cast["admin"], orgfile.Cells, "a.csv", file); done.Changed != 1 {
		t.Fatalf("did %+v", done)
	}
	if org, _ := d.Org(ctx, desktest.Station); org.CellName("v11", "zh") != "柳河新村" {
		t.Fatal("the file was not taken in again")
	}
}

func TestPlaybookBecomesTheOrganisation(t *testing.T) {
	d := desktest.New(t)
	f := desk.Program(desktest.Station)
	d.Do(t, f, "org.adopt_playbook", &organisation.AdoptPlaybook{Name: "shengrenjian"})
	done, err := orgfile.ApplyPlaybookOrg(ctx, d.Desk, desktest.Station)
	if err != nil {
		t.Fatal(err)
	}
	org, _ := d.Org(ctx, desktest.Station)
	book, _ := d.Book(ctx, desktest.Station)
	if org.Tree() == nil || len(org.Cells) < 60 || len(org.Leads) < 31 || len(org.Posts) != len(book.Org().Posts) || org.Name != "圣人涧派出所" || done.New < 100 {
		t.Fatalf("%d cells, %d leads, %d posts, %s, %+v", len(org.Cells), len(org.Leads), len(org.Posts), org.Name, done)
	}
	before := head(t, d)
	if again, err := orgfile.ApplyPlaybookOrg(ctx, d.Desk, desktest.Station); err != nil || again.New+again.Changed != 0 || head(t, d) != before {
		t.Fatalf("again: %+v %v", again, err)
	}
}

// Real outlines of prefectures are larger and rougher than anything drawn by hand.
func TestRealOutlines(t *testing.T) {
	names, err := filepath.Glob("../../../../shared/data/boundaries/*.geojson")
	if err != nil || len(names) == 0 {
		t.Skip("real outlines lie outside the repository and are not here")
	}
	for _, name := range names {
		t.Run(filepath.Base(name), func(t *testing.T) {
			text, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			d := desktest.New(t)
			f := d.Cast(t, desktest.Station)["admin"]
			file := strings.ReplaceAll(string(text), `"properties":{`, `"properties":{"kind":"town",`)
			if done := take(t, d, f, orgfile.Outlines, "a.geojson", file); done.New == 0 {
				t.Fatal("no cell was drawn")
			}
			var b bytes.Buffer
			if err := orgfile.Write(ctx, &b, d.Desk, f, orgfile.Export{Kind: orgfile.Outlines}); err != nil {
				t.Fatal(err)
			}
			if done := take(t, d, f, orgfile.Outlines, "a.geojson", b.String()); done.New+done.Changed > 0 {
				t.Errorf("the same outlines did %+v", done)
			}
		})
	}
}

func TestAFileIsKnownByItsColumns(t *testing.T) {
	for k, file := range files {
		if got, ok := orgfile.Guess("上报.csv", []byte(file)); !ok || got != k {
			t.Errorf("%s was taken for %s", k, got)
		}
	}
	if k, ok := orgfile.Guess("人员-2026.csv", []byte("x")); !ok || k != orgfile.People {
		t.Errorf("by name: %s", k)
	}
	if _, ok := orgfile.Guess("a.csv", []byte("甲,乙\n1,2\n")); ok {
		t.Error("a file of something else was taken for a table of ours")
	}
}

func BenchmarkTwoThousandPeople(b *testing.B) {
	var file strings.Builder
	file.WriteString("角色,称呼,账号,网格,姓名,电话\n")
	for i := range 2000 {
		fmt.Fprintf(&file, "网格员,网格员%d,worker%d,c1,姓名%d,1390000%04d\n", i, i, i, i)
	}
	for b.Loop() {
		d := desktest.New(b)
		cast := d.Cast(b, desktest.Station)
		for range 2 {
			p, err := orgfile.Check(ctx, d.Desk, cast["admin"], orgfile.People, "a.csv", []byte(file.String()))
			if err != nil {
				b.Fatal(err)
			}
			if _, err := orgfile.Apply(ctx, d.Desk, cast["admin"], p); err != nil {
				b.Fatal(err)
			}
		}
	}
}
