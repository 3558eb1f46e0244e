package reader_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/hotspot"
	"maplegrid/internal/reader"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/report"
)

func hot(t testing.TB, s *reader.Spots, scope access.Scope, at time.Time) []hotspot.Spot {
	t.Helper()
	found, err := s.Hot(context.Background(), desktest.Station, scope, at.AddDate(0, 0, -7), at.Add(time.Minute), 10)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestHotSpotsFollowTheJournal(t *testing.T) {
	d := desktest.New(t)
	cast := d.Cast(t, desktest.Station)
	s := reader.NewSpots(d.Desk)
	whole := access.System(desktest.Station)
	lead := cast["duty_lead"]
	submit := func(words, phone string) string {
		d.Clock.Advance(10 * time.Minute)
		return d.Do(t, desk.Public(desktest.Station), "report.submit", &report.Submit{Words: words, Cell: "c1", Phone: phone}).ID
	}
	for _, x := range []string{"谁捡到一串钥匙", "明天赶集吗", "快递点几点关门", "身份证怎么补办", "广场舞声音太大", "西头水渠堵了"} {
		submit(x, "")
	}
	a, b := submit("三组又停水了，啥时候来水", "13900000001"), submit("我们三组也停水了", "13900000002")
	t.Run("两个人说的不是热点", func(t *testing.T) {
		if found := hot(t, s, whole, d.Clock.Now()); len(found) != 0 {
			t.Errorf("%+v", found)
		}
	})
	d.Do(t, lead, "draft.paste", &draft.Paste{Text: "张三 09:00\n三组停水一上午了没人管\n李四 09:01\n三组停水，水站电话打不通", Group: "三组群", Cell: "c1"})
	t.Run("报事和群里等着分流的话合在一起算", func(t *testing.T) {
		found := hot(t, s, whole, d.Clock.Now())
		if len(found) != 1 || found[0].Reporters != 4 || !slices.Contains(found[0].IDs, a) || !strings.Contains(found[0].Title, "停水") {
			t.Fatalf("%+v", found)
		}
	})
	t.Run("草稿立成报事，还是那些人那些话", func(t *testing.T) {
		for _, id := range hot(t, s, whole, d.Clock.Now())[0].IDs {
			if strings.HasPrefix(id, "dr_") {
				d.Do(t, lead, "draft.accept", &draft.Accept{On: draft.On{Draft: id}, Cell: "c1"})
			}
		}
		found := hot(t, s, whole, d.Clock.Now())
		if len(found) != 1 || found[0].Messages != 4 || found[0].Reporters != 4 || slices.ContainsFunc(found[0].IDs, func(id string) bool { return strings.HasPrefix(id, "dr_") }) {
			t.Errorf("%+v", found)
		}
	})
	t.Run("从头再读，结果一样", func(t *testing.T) {
		again := reader.NewSpots(d.Desk)
		if err := again.Follow(context.Background()); err != nil {
			t.Fatal(err)
		}
		if x, y := fmt.Sprint(hot(t, s, whole, d.Clock.Now())), fmt.Sprint(hot(t, again, whole, d.Clock.Now())); x != y {
			t.Errorf("%s\n%s", x, y)
		}
	})
	t.Run("表单替人写的开头不算是说到一起", func(t *testing.T) {
		for i, when := range []string{"中午", "随时", "上午", "晚上"} {
			submit("请给我回电话。方便的时间："+when+"。", fmt.Sprintf("1390000100%d", i))
		}
		for i, why := range []string{"", "卧床", "孩子小"} {
			submit("想请人上门办：户口簿补领、换领。上门理由：残疾，出门不便。\n"+why, fmt.Sprintf("1390000200%d", i))
		}
		if found := hot(t, s, whole, d.Clock.Now()); len(found) != 1 || !strings.Contains(found[0].Title, "停水") {
			t.Errorf("%+v", found)
		}
	})
	t.Run("报事人撤回的不再算", func(t *testing.T) {
		d.Do(t, desk.Public(desktest.Station), "report.withdraw", &report.Withdraw{On: report.On{Report: b}})
		if found := hot(t, s, whole, d.Clock.Now()); len(found) != 1 || found[0].Messages != 3 || slices.Contains(found[0].IDs, b) {
			t.Errorf("%+v", found)
		}
	})
	t.Run("别的所、看不到的人什么也没有", func(t *testing.T) {
		for _, scope := range []access.Scope{{}, access.System("s9"), d.Policy.Scope(cast["cell_worker_2"]), d.Policy.Scope(cast["volunteer_1"])} {
			if found := hot(t, s, scope, d.Clock.Now()); len(found) != 0 {
				t.Errorf("%+v: %+v", scope, found)
			}
		}
		if found := hot(t, s, d.Policy.Scope(cast["cell_worker_1"]), d.Clock.Now()); len(found) != 1 {
			t.Errorf("%+v", found)
		}
	})
	t.Run("两个月前说的不再算，也不再记着；从头再读也不打开", func(t *testing.T) {
		d.Clock.Advance(40 * 24 * time.Hour)
		month := func(s *reader.Spots) int {
			now := d.Clock.Now()
			found, err := s.Hot(context.Background(), desktest.Station, whole, now.AddDate(0, 0, -62), now, 10)
			if err != nil {
				t.Fatal(err)
			}
			return len(found)
		}
		if n := month(s); n != 1 {
			t.Errorf("一个多月前的还要拿来比，有 %d 个", n)
		}
		d.Clock.Advance(23 * 24 * time.Hour)
		submit("明天有集", "")
		again := reader.NewSpots(d.Desk)
		if n, m := month(s), month(again); n != 0 || m != 0 || s.Heard(desktest.Station) != 1 || again.Heard(desktest.Station) != 1 {
			t.Errorf("%d 个热点，从头读 %d 个，还记着 %d 条和 %d 条", n, m, s.Heard(desktest.Station), again.Heard(desktest.Station))
		}
	})
}
