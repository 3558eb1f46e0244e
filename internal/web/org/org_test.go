package org_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/grid"
	"maplegrid/internal/intake/orgfile"
	"maplegrid/internal/web/browser"
	"maplegrid/internal/web/webtest"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
)

// grown is a station with the organisation of a shipped playbook: 31 party cells, 28 beats, posts half filled, and some open matters.
func grown(t testing.TB) *webtest.House {
	t.Helper()
	h := webtest.Bare(t)
	f, ctx := desk.Program(desktest.Station), context.Background()
	h.Do(t, f, "org.adopt_playbook", &organisation.AdoptPlaybook{Name: "shengrenjian"})
	if _, err := orgfile.ApplyPlaybookOrg(ctx, h.Desk.Desk, desktest.Station); err != nil {
		t.Fatal(err)
	}
	h.Cast = map[string]access.Who{}
	add := func(key, role, call, user string, cells []string, seats ...string) string {
		p := organisation.SetPerson{Role: role, Call: call, User: user, Cells: cells, Badge: "01" + fmt.Sprintf("%04d", len(h.Cast)+7), Name: "张" + call, Phone: fmt.Sprintf("138000%05d", len(h.Cast)+11)}
		for _, s := range seats {
			p.Seats = append(p.Seats, organisation.SeatAtPost{Post: s, From: "2026-01-01"})
		}
		a := h.Do(t, f, "org.set_person", &p)
		who, _, err := h.Known(ctx, desktest.Station, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		h.Cast[key] = who
		return a.ID
	}
	org, _ := h.Desk.Org(ctx, desktest.Station)
	add("head", "head", "王所长", "head", nil)
	add("admin", "admin", "周管理员", "admin", nil)
	add("duty_lead", "duty_lead", "林指挥", "lead", nil)
	officers := []string{"陈警官", "李警官", "赵警官"}
	for i, call := range officers {
		add("officer_"+fmt.Sprint(i+1), "officer", call, fmt.Sprintf("officer%d", i+1), nil, fmt.Sprintf("room_%d", i+1))
	}
	for i, call := range []string{"小刘", "小孙", "小马", "小杨"} {
		add("aux_officer_"+fmt.Sprint(i+1), "aux_officer", call, "", nil, fmt.Sprintf("room_%d", 1+i/2))
	}
	for i, call := range []string{"周大姐", "郑丽", "吴网格", "钱网格", "冯网格", "卫网格"} {
		add("cell_worker_"+fmt.Sprint(i+1), "cell_worker", call, fmt.Sprintf("worker%d", i+1), []string{fmt.Sprintf("cell_%02d", i+1)})
	}
	add("volunteer_1", "volunteer", "老赵", "volunteer", []string{"cell_01"})
	for _, name := range []string{"head", "admin", "officer_1", "volunteer_1", "cell_worker_1"} {
		h.Do(t, f, "account.set_password", &desk.SetPassword{Person: h.Cast[name].Person, Password: webtest.Password})
	}
	for _, name := range []string{"head", "admin"} {
		h.Do(t, f, "account.set_factor", &desk.SetFactor{Person: h.Cast[name].Person, Secret: webtest.Secret})
	}
	at := h.Clock.Now().Add(-time.Hour)
	h.Do(t, f, "org.set_duty", &organisation.SetDuty{Person: h.Cast["officer_1"].Person, Hours: []organisation.DutyHours{{From: at, Until: at.Add(12 * time.Hour)}, {From: at.Add(48 * time.Hour), Until: at.Add(60 * time.Hour)}}})
	h.Do(t, f, "org.set_duty", &organisation.SetDuty{Person: h.Cast["aux_officer_2"].Person, Hours: []organisation.DutyHours{{From: at.Add(12 * time.Hour), Until: at.Add(24 * time.Hour)}}})
	h.Do(t, f, "org.set_stand_in", &organisation.SetStandIn{Person: h.Cast["officer_2"].Person, By: h.Cast["officer_3"].Person, From: at, Until: at.Add(72 * time.Hour)})
	n := 0
	for _, c := range org.Cells {
		if c.Kind == grid.KindBeat {
			for range n % 5 {
				h.Do(t, h.Cast["duty_lead"], "matter.open", &matter.Open{Kind: "hazard", Title: "井盖破损", Cell: string(c.ID)})
			}
			n++
		}
	}
	h.Settle(t)
	return h
}

func TestOrganisationPages(t *testing.T) {
	h := grown(t)
	officer, head, volunteer := webtest.SignedIn(t, h, "officer1"), webtest.SignedIn(t, h, "head"), webtest.SignedIn(t, h, "volunteer")
	says := func(c *webtest.Caller, path string, want ...string) string {
		t.Helper()
		a := c.Get(path)
		said := webtest.Words(a.Body)
		if a.StatusCode != 200 {
			t.Fatalf("%s: %d %s\n%s", path, a.StatusCode, said, h.Logged)
		}
		for _, w := range want {
			if !strings.Contains(said, w) {
				t.Errorf("%s does not say %q", path, w)
			}
		}
		for _, raw := range []string{"org.", "people.", "orgfile.", "cellkind.", "role.", "%!"} {
			if i := strings.Index(said, raw); i >= 0 {
				t.Errorf("%s says a raw key: %s", path, said[max(0, i-20):min(len(said), i+40)])
			}
		}
		return a.Body
	}
	t.Run("总览有树、图、带领关系和缺岗", func(t *testing.T) {
		page := says(officer, "/org", "圣人涧", "缺 2 名辅警", "警格示意图", "全部")
		says(officer, "/org?view=leads", "1月1日起", "文昌二网格")
		says(officer, "/org?view=posts", "1 名民警、2 名辅警", "陈警官")
		says(officer, "/org?view=bodies", "司法所", "12345")
		if n := strings.Count(page, `class="map-cell shade-`); n < 28+4 {
			t.Errorf("%d cells on the map", n)
		}
		if strings.Contains(page, "/org/do/") || strings.Contains(page, "/org/files") {
			t.Error("an officer is offered to change the organisation")
		}
		if !strings.Contains(says(head, "/org"), "/org/files") {
			t.Error("the head is not offered to change the organisation")
		}
		says(officer, "/org?map=community", "社区示意图")
		says(officer, "/org?map=cell", "网格示意图", "文昌社区")
	})
	t.Run("一个警格的人、岗和缺口", func(t *testing.T) {
		says(officer, "/org/cells/beat_01", "东区社区警务室", "陈警官", "在班", "党网格带警格", "圣人涧派出所")
		if said := says(officer, "/org/cells/beat_05", "代班", "赵警官"); !strings.Contains(said, "缺") {
			t.Error("no gap is told")
		}
		if a := officer.Get("/org/cells/nowhere"); a.StatusCode != 404 {
			t.Errorf("a cell that is not there: %d", a.StatusCode)
		}
	})
	t.Run("某一时刻谁在岗", func(t *testing.T) {
		says(officer, "/org/staffing", "东区社区警务室", "陈警官")
		later := says(officer, "/org/staffing?at=2026-03-02T23:00", "缺 1 名民警")
		if !strings.Contains(later, "2026-03-02T23:00") {
			t.Error("the time asked for is not kept")
		}
		if bad := says(officer, "/org/staffing?at=昨天", "时间写法不对"); !strings.Contains(bad, "昨天") {
			t.Error("what was typed is lost")
		}
	})
	t.Run("人员名册不出现全名和电话", func(t *testing.T) {
		page := says(officer, "/people", "陈警官", "可以登录", "没有账号")
		for _, secret := range []string{"张陈警官", "13800000", "138000"} {
			if strings.Contains(page, secret) {
				t.Errorf("the list of people shows %s", secret)
			}
		}
		if page := says(officer, "/people?role=officer"); strings.Contains(webtest.Words(page), "周大姐") {
			t.Error("the filter lets others through")
		}
		says(officer, "/people?cell=cell_01", "周大姐")
		if a := volunteer.Get("/people"); a.StatusCode != 403 {
			t.Errorf("a volunteer reads the list of people: %d", a.StatusCode)
		}
		says(volunteer, "/org")
	})
	t.Run("所长写明用途才看得到全名", func(t *testing.T) {
		id := h.Cast["officer_1"].Person
		page := says(head, "/people/"+id, "张*", "138****", "东区社区警务室", "在班")
		if strings.Contains(page, "张陈警官") {
			t.Error("the name is shown unasked")
		}
		if strings.Contains(says(officer, "/people/"+id), "/look?") {
			t.Error("an officer is offered to look")
		}
		ask := "/look?thing=person&id=" + id + "&subject=" + id + "&field=name"
		form := head.Get(ask)
		if form.StatusCode != 200 {
			t.Fatalf("%d %s", form.StatusCode, webtest.Words(form.Body))
		}
		seen := head.Post("/look", "thing", "person", "id", id, "subject", id, "field", "name", "key", "look-1", "purpose", "年度名册核对")
		if seen.StatusCode != 200 || !strings.Contains(seen.Body, "张陈警官") {
			t.Errorf("%d %s", seen.StatusCode, webtest.Words(seen.Body))
		}
		if a := officer.Get(ask); a.StatusCode != 403 {
			t.Errorf("an officer looks: %d", a.StatusCode)
		}
	})
}

func TestOrganisationIsChangedByForms(t *testing.T) {
	h := grown(t)
	head, officer := webtest.SignedIn(t, h, "head"), webtest.SignedIn(t, h, "officer1")
	ctx := context.Background()
	open := func(path string) webtest.Answer {
		t.Helper()
		a := head.Get(path)
		if a.StatusCode != 200 {
			t.Fatalf("%s: %d %s\n%s", path, a.StatusCode, webtest.Words(a.Body), h.Logged)
		}
		return a
	}
	id := h.Cast["officer_1"].Person
	for _, path := range []string{"set_cell", "set_cell?cell=beat_01", "renew_cell?cell=beat_01", "retire_cell?cell=beat_01", "merge_cells?cell=unit_01", "set_body", "set_body?body=party_branch",
		"set_post", "set_post?post=room_1", "set_lead", "set_lead?cell=beat_01", "set_calendar", "set_person", "set_person?person=" + id, "leave?person=" + id, "set_duty?person=" + id,
		"set_stand_in?person=" + id, "set_stand_ins", "swap_seats", "swap_seats?person=" + id, "close_account?person=" + id} {
		open("/org/do/" + path)
		if a := officer.Get("/org/do/" + path); a.StatusCode != 403 {
			t.Errorf("an officer opens %s: %d", path, a.StatusCode)
		}
	}
	if a := head.Get("/org/do/set_password"); a.StatusCode != 404 {
		t.Errorf("no such form: %d", a.StatusCode)
	}
	t.Run("改名留历史，边界不丢", func(t *testing.T) {
		a := open("/org/do/renew_cell?cell=beat_01")
		done := head.Post("/act/org.renew_cell", "key", webtest.Field(a.Body, "key"), "next", webtest.Field(a.Body, "next"), "id", "beat_01", "from", "2026-03-02", "zh", "东岭一号警格", "parent", webtest.Field(a.Body, "parent"))
		if done.StatusCode != 303 || done.Header.Get("Location") != "/org/cells/beat_01" {
			t.Fatalf("%d %s", done.StatusCode, webtest.Words(done.Body))
		}
		org, _ := h.Desk.Org(ctx, desktest.Station)
		if v := org.Versions("beat_01"); len(v) != 2 || len(v[1].Outline) == 0 {
			t.Fatalf("%d versions", len(v))
		}
		if said := webtest.Words(open("/org/cells/beat_01").Body); !strings.Contains(said, "东岭一号警格") || !strings.Contains(said, "历史") {
			t.Error("the page does not tell of the new name and the old")
		}
	})
	t.Run("改正不丢边界", func(t *testing.T) {
		a := open("/org/do/set_cell?cell=beat_02")
		if webtest.Field(a.Body, "zh") == "" || webtest.Field(a.Body, "id") != "beat_02" {
			t.Fatal("the form does not know the cell")
		}
		if done := head.Post("/act/org.set_cell", "key", webtest.Field(a.Body, "key"), "next", "/org", "id", "beat_02", "zh", "改正后的警格", "kind", "beat", "parent", "unit_01"); done.StatusCode != 303 {
			t.Fatalf("%d %s", done.StatusCode, webtest.Words(done.Body))
		}
		org, _ := h.Desk.Org(ctx, desktest.Station)
		if c, _ := org.Cell("beat_02"); len(c.Outline) == 0 || c.Name.Zh != "改正后的警格" {
			t.Fatalf("%s, %d rings", c.Name.Zh, len(c.Outline))
		}
	})
	t.Run("被拒的表单留着写下的内容", func(t *testing.T) {
		a := head.Post("/act/org.retire_cell", "key", "r1", "cell", "unit_01", "until", "2026-03-02", "note", "并入新社区")
		if a.StatusCode != 422 || webtest.Field(a.Body, "note") != "并入新社区" || !strings.Contains(webtest.Words(a.Body), "下面还有") {
			t.Errorf("%d %s", a.StatusCode, webtest.Words(a.Body))
		}
	})
	t.Run("停用的网格不再供选", func(t *testing.T) {
		a := open("/org/do/retire_cell?cell=cell_31")
		if done := head.Post("/act/org.retire_cell", "key", webtest.Field(a.Body, "key"), "next", "/org/cells/cell_31", "cell", "cell_31", "until", "2026-02-28"); done.StatusCode != 303 {
			t.Fatalf("%d %s", done.StatusCode, webtest.Words(done.Body))
		}
		if said := webtest.Words(open("/org/cells/cell_31").Body); !strings.Contains(said, "已停用") {
			t.Error("the page does not say that the cell has ended")
		}
		if strings.Contains(open("/people/new").Body, `value="cell_31"`) {
			t.Error("a retired cell is offered")
		}
	})
	t.Run("登记一个人，带两个席位", func(t *testing.T) {
		a := open("/people/new")
		done := head.Post("/act/org.set_person", "key", webtest.Field(a.Body, "key"), "next", "/people/{id}", "role", "aux_officer", "call", "新辅警", "name", "何小明", "phone", "13900002222",
			"seats.0.post", "room_3", "seats.0.from", "2026-03-02", "seats.1.post", "", "seats.1.from", "")
		if done.StatusCode != 303 || !strings.HasPrefix(done.Header.Get("Location"), "/people/u_") {
			t.Fatalf("%d %s %s", done.StatusCode, done.Header.Get("Location"), webtest.Words(done.Body))
		}
		said := webtest.Words(open(done.Header.Get("Location")).Body)
		if !strings.Contains(said, "南区社区警务室") || strings.Contains(said, "何小明") || !strings.Contains(said, "何*") {
			t.Error(said)
		}
	})
}

func TestTemporaryPasswordIsChangedFirst(t *testing.T) {
	h := grown(t)
	id := h.Cast["officer_2"].Person
	const temporary = "Erste-Losung-2026"
	h.Do(t, h.Cast["admin"], "account.set_password", &desk.SetPassword{Person: id, Password: temporary})
	if said := webtest.Words(webtest.SignedIn(t, h, "head").Get("/people/" + id).Body); !strings.Contains(said, "临时密码") {
		t.Error("the page of the person does not tell of the temporary password")
	}
	c := h.Caller(t)
	if a := c.Post("/sign-in", "user", "officer2", "password", temporary); a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
	}
	for _, path := range []string{"/", "/matters", "/org", "/people"} {
		if a := c.Get(path); a.StatusCode != 303 || a.Header.Get("Location") != "/account" {
			t.Errorf("%s opens with a temporary password: %d", path, a.StatusCode)
		}
	}
	if a := c.Post("/act/matter.open", "key", "k1", "kind", "hazard", "title", "井盖", "cell", "beat_01"); a.StatusCode != 403 {
		t.Errorf("an act with a temporary password: %d", a.StatusCode)
	}
	c.Get("/matters") // the page before took the sentence along
	page := c.Get("/account")
	if !strings.Contains(webtest.Words(page.Body), "临时密码") {
		t.Error("nobody says why")
	}
	if a := c.Post("/account/password", "key", "k2", "old", temporary, "password", webtest.Password, "again", webtest.Password); a.StatusCode != 303 {
		t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
	}
	if a := c.Get("/matters"); a.StatusCode != 200 {
		t.Errorf("with a password of one's own: %d", a.StatusCode)
	}
}

func TestOrganisationFilesThroughThePages(t *testing.T) {
	h := grown(t)
	admin, officer := webtest.SignedIn(t, h, "admin"), webtest.SignedIn(t, h, "officer1")
	if a := officer.Get("/org/files"); a.StatusCode != 403 {
		t.Errorf("an officer opens the files: %d", a.StatusCode)
	}
	if a := officer.SendFile("/org/import", "a.csv", "编号,类别,名称\na,村,甲\n"); a.StatusCode != 403 {
		t.Errorf("an officer imports: %d", a.StatusCode)
	}
	if a := admin.Get("/org/files"); a.StatusCode != 200 || !strings.Contains(webtest.Words(a.Body), "每张表的栏") {
		t.Fatalf("%d %s", a.StatusCode, webtest.Words(a.Body))
	}
	for name, x := range map[string]struct {
		file, name string
		status     int
		want       string
	}{
		"没有选文件":    {"", "", 422, "请填写「文件」"},
		"空文件":      {"", "a.csv", 422, "文件里没有内容"},
		"看不出哪张表":   {"甲,乙\n1,2\n", "a.csv", 422, "看不出这是哪张表"},
		"缺栏":       {"编号,上级\na,b\n", "网格.csv", 422, "缺少必须有的栏"},
		"旧版 Excel": {"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1xx", "网格.xls", 415, "旧版"},
	} {
		t.Run(name, func(t *testing.T) {
			if a := admin.SendFile("/org/import", x.name, x.file); a.StatusCode != x.status || !strings.Contains(webtest.Words(a.Body), x.want) {
				t.Errorf("%d %s", a.StatusCode, webtest.Words(a.Body))
			}
		})
	}
	bad := "编号,上级,类别,名称\nv1,town,村,新柳村\nv2,没有的上级,村,新杨村\n"
	a := admin.SendFile("/org/import", "新村.csv", bad)
	if said := webtest.Words(a.Body); a.StatusCode != 422 || !strings.Contains(said, "没有“没有的上级”这个网格") || !strings.Contains(said, "新柳村") || strings.Contains(a.Body, `name="packed"`) {
		t.Fatalf("%d %s", a.StatusCode, said)
	}
	good := strings.Replace(bad, "没有的上级", "town", 1)
	a = admin.SendFile("/org/import", "新村.csv", good)
	if said := webtest.Words(a.Body); a.StatusCode != 200 || !strings.Contains(said, "导入 2 行") {
		t.Fatalf("%d %s", a.StatusCode, said)
	}
	org, _ := h.Desk.Org(context.Background(), desktest.Station)
	if _, there := org.Cell("v1"); there {
		t.Fatal("a preview has imported")
	}
	done := admin.SendFile("/org/import/apply", "", "", "kind", webtest.Field(a.Body, "kind"), "name", webtest.Field(a.Body, "name"), "packed", webtest.Field(a.Body, "packed"))
	if done.StatusCode != 303 || done.Header.Get("Location") != "/org" {
		t.Fatalf("%d %s", done.StatusCode, webtest.Words(done.Body))
	}
	if said := webtest.Words(admin.Get("/org").Body); !strings.Contains(said, "网格：新增 2") || !strings.Contains(said, "新杨村") {
		t.Error("the import is not told of")
	}
	if again := admin.SendFile("/org/import", "新村.csv", good); !strings.Contains(webtest.Words(again.Body), "没有要导入的") {
		t.Error("the same file again would do something")
	}
	if broken := admin.SendFile("/org/import/apply", "", "", "kind", "cells", "packed", "!!!"); broken.StatusCode != 422 {
		t.Errorf("a broken form: %d", broken.StatusCode)
	}
	t.Run("导出", func(t *testing.T) {
		for _, file := range []string{"cells.csv", "cells.xlsx", "bodies.xlsx", "posts.xlsx", "people.xlsx", "leads.csv", "duty.csv", "calendar.xlsx", "outlines.geojson"} {
			if a := admin.Get("/org/export/" + file); a.StatusCode != 200 || len(a.Body) < 20 {
				t.Errorf("%s: %d", file, a.StatusCode)
			}
		}
		for _, file := range []string{"cells.pdf", "nothing.xlsx", "outlines.xlsx"} {
			if a := admin.Get("/org/export/" + file); a.StatusCode != 404 {
				t.Errorf("%s: %d", file, a.StatusCode)
			}
		}
		if a := officer.Get("/org/export/people.csv"); a.StatusCode != 403 {
			t.Errorf("an officer takes the list of people: %d", a.StatusCode)
		}
		if a := admin.Get("/org/export/people.csv"); strings.Contains(a.Body, "张陈警官") || !strings.Contains(a.Body, "138****") {
			t.Error("the list for the administrator is not masked")
		}
		if a := admin.Post("/org/export/people.xlsx", "purpose", "年度名册核对", "key", "x1"); a.StatusCode != 403 {
			t.Errorf("the administrator takes full names: %d", a.StatusCode)
		}
		head := webtest.SignedIn(t, h, "head")
		if a := head.Post("/org/export/people.xlsx", "purpose", " ", "key", "x2"); a.StatusCode != 422 {
			t.Errorf("no purpose: %d", a.StatusCode)
		}
		full := head.Post("/org/export/people.xlsx", "purpose", "年度名册核对", "key", "x3")
		book, err := excelize.OpenReader(strings.NewReader(full.Body))
		if err != nil {
			t.Fatalf("%d %v", full.StatusCode, err)
		}
		rows, err := book.GetRows(book.GetSheetName(0))
		if text := fmt.Sprint(rows); err != nil || !strings.Contains(text, "张陈警官") || !strings.Contains(text, "年度名册核对") {
			t.Errorf("%v %s", err, text)
		}
	})
}

func TestScreensOfTheOrganisation(t *testing.T) {
	h := grown(t)
	h.Do(t, desk.Program(desktest.Station), "org.retire_cell", &organisation.RetireCell{Cell: "cell_06", Until: "2026-03-31", Note: "并入五网格"})
	good := filepath.Join(t.TempDir(), "人员.csv")
	bad := filepath.Join(t.TempDir(), "网格.csv")
	for name, text := range map[string]string{
		good: "角色,称呼,账号,网格,岗位,姓名,电话\n民警,陈警官,officer1,,东区社区警务室（2026-01-01～）,,\n辅警,小何,he,,room_3,何小明,13900002222\n网格员,新网格员,xin,cell_07,,,\n",
		bad:  "编号,上级,类别,名称,起始日期\nv1,town,村,新柳村,2026-04-01\nv2,没有的上级,村,新杨村,\n,town,村,没有编号的村,\nv3,town,村,新槐村,二月三十\n"} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, size := range []struct {
		width int
		name  string
	}{{1440, "wide"}, {390, "phone"}} {
		t.Run(size.name, func(t *testing.T) {
			p := browser.Page(t, size.width, 900)
			p.Allow("status of 4")
			url := h.Server.URL
			shot := func(name string) {
				t.Helper()
				if wide := p.Overflow(); wide != "" {
					t.Errorf("%s scrolls sideways: %s", name, wide)
				}
				p.Screen("org-" + name + "-" + size.name)
			}
			p.Open(url + "/sign-in")
			p.Type("[name=user]", "head")
			p.Type("[name=password]", webtest.Password)
			p.Follow(".form button[type=submit]")
			h.Clock.Advance(time.Minute)
			p.Type("[name=code]", h.Code(t))
			p.Follow(".form button[type=submit]")
			for _, x := range []struct{ path, name string }{{"/org", "overview"}, {"/org?view=leads", "leads"}, {"/org?view=posts", "posts"}, {"/org?view=bodies", "bodies"}, {"/org/cells/beat_05", "cell"}, {"/org/cells/cell_06", "cell-retired"}, {"/org/staffing", "staffing"},
				{"/people", "people"}, {"/people/" + h.Cast["officer_2"].Person, "person"}, {"/people/new", "person-new"}, {"/org/do/set_post?post=room_1", "post-edit"},
				{"/org/do/merge_cells?cell=cell_01", "merge"}, {"/org/files", "files"}} {
				p.Open(url + x.path)
				shot(x.name)
			}
			for name, file := range map[string]string{"preview": good, "mistakes": bad} {
				p.Open(url + "/org/files")
				p.Type("[name=file]", file)
				p.Follow(".form button[type=submit]")
				p.WaitText("h1", "检查结果")
				shot(name)
			}
			p.JSEnabled(false)
			p.Open(url + "/org/files")
			p.Type("[name=file]", good)
			p.Follow(".form button[type=submit]")
			p.WaitText("h1", "检查结果")
			if size.name == "wide" {
				p.Follow(".form button[type=submit]")
				p.WaitText(".flash", "新增 2")
			} else {
				p.WaitText(".main", "没有要导入的")
			}
			p.JSEnabled(true)
			p.Open(url + "/org?lang=en")
			shot("english")
			p.Open(url + "/org?lang=zh")
		})
	}
}
