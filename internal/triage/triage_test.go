package triage

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
)

// starter is the engine of the shipped playbook.
var starter = sync.OnceValues(func() (*Engine, error) {
	words, rows, err := ReadWords(os.DirFS("../../playbooks/base"))
	if err != nil {
		return nil, err
	}
	return Learn(rows, words), nil
})

func shipped(t testing.TB) *Engine {
	t.Helper()
	e, err := starter()
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func heldOut(t testing.TB) []Row {
	t.Helper()
	f, err := os.Open("testdata/held_out.tsv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := ReadRows("held_out.tsv", f)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestHeldOutMessages(t *testing.T) {
	m := Evaluate(shipped(t), heldOut(t), clock.System())
	t.Logf("kind macro F1 %.3f, accuracy %.3f, calibration error %.3f, critical recall %.3f, places %.3f (overlap %.3f), same event %.3f, personal %.3f",
		*m.MacroF1, *m.Accuracy, *m.CalibrationError, *m.Urgency.CriticalRecall, *m.PlaceF1, *m.PlaceOverlapF1, *m.SameEventF1, *m.PersonalRecall)
	for rule, ok := range map[string]bool{
		"特急不得漏":     *m.Urgency.CriticalRecall >= 0.98,
		"特急不得滥报":    m.Urgency.PerClass[Critical].Precision >= 0.6,
		"个人信息一处不漏":  *m.PersonalRecall == 1,
		"类别宏平均不退步":  *m.MacroF1 >= 0.8,
		"把握大小要可信":   *m.CalibrationError <= 0.1,
		"地点不退步":     *m.PlaceF1 >= 0.55,
		"有把握的更要对得多": *m.SureAccuracy > *m.Accuracy,
	} {
		if !ok {
			t.Errorf("%s: %+v", rule, m)
		}
	}
}

func TestHeldOutIsApart(t *testing.T) {
	_, rows, err := ReadWords(os.DirFS("../../playbooks/base"))
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, r := range rows {
		known[fold(r.Text).String()] = true
	}
	for _, r := range heldOut(t) {
		if known[fold(r.Text).String()] {
			t.Errorf("测试消息也在训练里：%s", r.Text)
		}
	}
}

func TestShippedRowsAreWhole(t *testing.T) {
	_, rows, err := ReadWords(os.DirFS("../../playbooks/base"))
	if err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	for _, r := range append(rows, heldOut(t)...) {
		switch {
		case ids[r.ID]:
			t.Errorf("编号重复：%s", r.ID)
		case r.SameAs != "" && !ids[r.SameAs]:
			t.Errorf("%s 说与 %s 同一事件，前面没有这一条", r.ID, r.SameAs)
		case !slices.Contains([]string{Critical, Urgent, Ordinary, NoHurry}, r.Urgency):
			t.Errorf("%s 的缓急写成了“%s”", r.ID, r.Urgency)
		}
		ids[r.ID] = true
		for _, part := range slices.Concat(r.Places, r.Personal) {
			if !strings.Contains(r.Text, part) {
				t.Errorf("%s：“%s”不在原文里", r.ID, part)
			}
		}
	}
}

func TestSameRowsSameModel(t *testing.T) {
	rows := heldOut(t)
	var one, two, other bytes.Buffer
	a := Train(rows)
	for m, b := range map[*Model]*bytes.Buffer{a: &one, Train(rows): &two, Train(rows[:200]): &other} {
		if err := m.Write(b); err != nil {
			t.Fatal(err)
		}
	}
	if !bytes.Equal(one.Bytes(), two.Bytes()) {
		t.Error("同样的数据应得同样的模型")
	}
	if bytes.Equal(one.Bytes(), other.Bytes()) {
		t.Error("少了一百条，模型却没有变")
	}
	back, err := ReadModel(bytes.NewReader(one.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	if back.Version() != a.Version() {
		t.Errorf("version %s, was %s", back.Version(), a.Version())
	}
	for _, r := range rows {
		x, y := a.Guess(r.Text), back.Guess(r.Text)
		if x.Kind != y.Kind || x.Chance != y.Chance || !slices.Equal(x.Because, y.Because) {
			t.Fatalf("存盘前后不一样：%s %+v %+v", r.Text, x, y)
		}
	}
	broken := slices.Clone(one.Bytes())
	broken[len(broken)/2] ^= 1
	for rule, file := range map[string][]byte{"改动一位": broken, "截断": one.Bytes()[:one.Len()-9], "别的文件": []byte("PK\x03\x04"), "空文件": nil} {
		if _, err := ReadModel(bytes.NewReader(file)); !errors.Is(err, ErrNotAModel) {
			t.Errorf("%s应拒收：%v", rule, err)
		}
	}
}

func TestACorrectionIsLearned(t *testing.T) {
	rows := heldOut(t)
	text := "戏台后面的老槐树今年开花了"
	before := Train(append(slices.Clone(rows), Row{ID: "x", Text: text, Kind: "闲聊"}))
	after := Train(append(slices.Clone(rows), Row{ID: "x", Text: text, Kind: "闲聊"}, Row{ID: "x", Text: text, Kind: "线索"}))
	if g := before.Guess(text); g.Kind != "闲聊" {
		t.Errorf("教过一次就该认得：%+v", g)
	}
	if g := after.Guess(text); g.Kind != "线索" {
		t.Errorf("更正以后以更正为准：%+v", g)
	}
}

func TestReasonsAreWordsOfTheText(t *testing.T) {
	e := shipped(t)
	for _, r := range heldOut(t) {
		for _, w := range e.Read(Message{Text: r.Text}).Because {
			if !strings.Contains(r.Text, w) {
				t.Errorf("“%s”不是原文里的词：%s", w, r.Text)
			}
		}
	}
	if got := e.Read(Message{Text: "电动车的电瓶被撬走了"}).Because; len(got) == 0 {
		t.Error("说了类别就要说因为什么")
	}
}

func TestUnsure(t *testing.T) {
	e := shipped(t)
	g := e.Read(Message{Text: "嗯那个"})
	if g.Sure && g.Chance < SureFrom || g.Second == "" || g.Second == g.Kind {
		t.Errorf("拿不准时要给出两个：%+v", g)
	}
	if g := (&Model{}).Guess("没有学过"); g.Kind != Unsure || g.Sure {
		t.Errorf("没有学过就是不确定：%+v", g)
	}
}

func TestDangers(t *testing.T) {
	e := shipped(t)
	for text, want := range map[string]string{
		"二组着火了": "fire", "楼道煤气味好重": "gas", "有人拿着一把刀在店里": "weapon", "孩子掉进水库里了": "water", "娃不见了，三岁": "missing_child",
		"他说不想活了": "self_harm", "老公又打我了": "violence", "有人晕倒叫不醒": "life", "奶奶走丢了，有老年痴呆": "missing_elder", "隔壁著火了，快來": "fire",
	} {
		r := e.Read(Message{Text: text})
		if r.Urgency != Critical || !slices.ContainsFunc(r.Dangers, func(h Hit) bool { return h.List == want && text[h.From:h.To] == h.Word }) {
			t.Errorf("%s：应为特急（%s），得 %s %v", text, want, r.Urgency, r.Dangers)
		}
	}
	for _, text := range []string{"今天吃刀削面", "跳楼价大甩卖", "防溺水教育讲座周五", "电影里着火那段真好看", "学校演习，假装着火", "孩子的书包丢了", "轮胎漏气了", "火扑灭了，人都没事"} {
		if r := e.Read(Message{Text: text}); r.Urgency == Critical {
			t.Errorf("%s：不该是特急 %v", text, r.Dangers)
		}
	}
}

func TestFollowAndRetract(t *testing.T) {
	e := shipped(t)
	for text, want := range map[string][2]bool{
		"人已经走了": {true, false}, "发错了": {false, true}, "说错了，是四组": {false, true}, "刚才那个打人的又来了": {true, false}, "集上丢了一只羊": {false, false}, "我没看错": {false, false},
		"同上，今天差点撞到": {true, false}, "已经联系抢修，今天能好": {true, false}, "已报修": {true, false},
		"合同上写的是月底退押金": {false, false}, "两个孩子一同上学没回来": {false, false}, "我们已经联系不上装修的老板了": {false, false},
	} {
		if r := e.Read(Message{Text: text}); r.Follows != want[0] || r.Retracts != want[1] {
			t.Errorf("%s：接着前面说 %v，收回 %v", text, r.Follows, r.Retracts)
		}
	}
}

func TestSplit(t *testing.T) {
	for _, c := range []struct {
		rule, text string
		pieces     int
	}{
		{"编了号的各成一件", "1、楼道灯坏了两周 2、楼下有人扔垃圾 3、电梯异响", 3},
		{"报个数再说的，引子归第一件", "反映两个问题：一是菜场污水横流，二是路灯不亮", 2},
		{"再就是另起一件", "三组路灯坏了，再就是村口的桥裂缝了", 2},
		{"一件事不拆", "昨晚8.5米高的墙倒了，压了3辆车", 1},
		{"时间里的数字不拆", "晚上10点到12点有人放炮", 1},
		{"太短的不成一件", "1、好的 2、收到", 1},
	} {
		got := Split(c.text)
		whole := ""
		for _, p := range got {
			whole += c.text[p.From:p.To]
		}
		if len(got) != c.pieces || whole != c.text {
			t.Errorf("%s：%+v", c.rule, got)
		}
	}
}

func TestTimes(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 30, 0, 0, clock.Shanghai) // 星期日，农历十月十四
	for text, want := range map[string]string{
		"昨晚":        "11-21 18:00—11-22 00:00",
		"前天下午三点":    "11-20 15:00—11-20 16:00",
		"今早8:05":    "11-22 08:05—11-22 08:06",
		"刚才":        "11-22 14:00—11-22 14:30",
		"半小时前":      "11-22 14:00—11-22 14:30",
		"三天前":       "11-19 14:30—11-22 14:30",
		"上周三":       "11-11 00:00—11-12 00:00",
		"星期五晚上":     "11-20 18:00—11-21 00:00",
		"晚上十点":      "11-21 22:00—11-21 23:00",
		"11月20号":    "11-20 00:00—11-21 00:00",
		"半夜":        "11-21 22:00—11-22 04:00",
		"农历十月初十":    "11-18 00:00—11-19 00:00",
		"昨天上午九点半":   "11-21 09:30—11-21 09:31",
		"逢集":        "11-21 00:00—11-22 00:00",
		"２０２６年９月１日": "09-01 00:00—09-02 00:00",
	} {
		got := FindTimes("那是"+text+"的事", at, Market{Digits: []int{1, 6}})
		if len(got) != 1 {
			t.Errorf("%s：%+v", text, got)
			continue
		}
		if s := got[0].Begin.In(clock.Shanghai).Format("01-02 15:04") + "—" + got[0].End.In(clock.Shanghai).Format("01-02 15:04"); s != want || got[0].Words != text {
			t.Errorf("%s：%s（%s），应为 %s", text, s, got[0].Words, want)
		}
	}
	for _, text := range []string{"三个人", "5号楼", "一点都不好", "二十块钱"} {
		if got := FindTimes(text, at, Market{}); text != "一点都不好" && len(got) > 0 {
			t.Errorf("%s不是时间：%+v", text, got)
		}
	}
}

func TestLunarYearsJoin(t *testing.T) {
	for year := firstLunar; year < firstLunar+len(lunarYears); year++ {
		lengths, _ := lunarMonths(year)
		days := 0
		for _, n := range lengths {
			days += n
		}
		start, _ := lunarNewYear(year)
		next, _ := lunarNewYear(year + 1)
		if want := int(next.Sub(start).Hours() / 24); days != want {
			t.Errorf("农历%d年应有%d天，表里%d天", year, want, days)
		}
	}
	for day, want := range map[string][2]int{"2026-02-17": {1, 1}, "2026-09-25": {8, 15}, "2025-08-06": {6, 13}, "2027-02-05": {12, 29}} {
		d, _ := time.ParseInLocation("2006-01-02", day, clock.Shanghai)
		if m, n := lunarOf(d); m != want[0] || n != want[1] {
			t.Errorf("%s是农历%d月%d，得%d月%d", day, want[0], want[1], m, n)
		}
	}
}

func TestPlaces(t *testing.T) {
	g := NewGazetteer([]Entry{{Name: "李家堡镇（虚构辖区）", Cell: "town"}, {Name: "集西村", Cell: "v1"}, {Name: "集东村", Cell: "v2"},
		{Name: "李家堡牲畜交易市场", Cell: "market"}, {Name: "红旗小区", Aliases: []string{"八号院"}, Cell: "c1"}, {Name: "红旗村", Cell: "c2"}})
	for _, c := range []struct {
		rule, text, words, cell string
		vague                   bool
	}{
		{"全名", "集西村有人打架", "集西村", "v1", false},
		{"去掉村字", "集东三组路灯坏了", "集东三组", "v2", false},
		{"去掉镇名和中间的词", "我在牲畜市场丢了羊", "牲畜市场", "market", false},
		{"别名", "八号院着火", "八号院", "c1", false},
		{"两处同一简称不乱认", "红旗那边吵架", "红旗那边", "", false},
		{"说得含糊就归发消息的人", "桥头有人吵架", "桥头", "v9", true},
		{"全角也认", "红旗小区３号楼", "红旗小区３号楼", "c1", false},
	} {
		sender := grid.CellID("v9")
		if c.cell == "" {
			sender = ""
		}
		got := g.FindPlaces(c.text, sender)
		if len(got) == 0 || got[0].Words != c.words || string(got[0].Cell) != c.cell || got[0].Vague != c.vague {
			t.Errorf("%s：%+v", c.rule, got)
		}
	}
	p := g.FindPlaces("红旗小区5号楼2单元301漏水", "")[0]
	if p.Building != "5" || p.Unit != "2" || p.Room != "301" {
		t.Errorf("楼、单元、房号：%+v", p)
	}
}

func TestSameEvent(t *testing.T) {
	at := time.Date(2026, 11, 22, 14, 5, 0, 0, clock.Shanghai)
	x := NewIndex()
	past := func(id string, after time.Duration, cell grid.CellID, places ...string) Past {
		return Past{ID: id, At: at.Add(after), Cell: cell, Places: places}
	}
	x.Add("A区车棚电瓶被撬", past("a", 0, "c1", "A区车棚"))
	for i := range 200 {
		x.Add(fmt.Sprintf("第%d号通知，明天停水，请大家存水", i), past(fmt.Sprint("n", i), time.Minute, "c2"))
	}
	got := x.Find("A区车棚又有人撬电瓶", past("b", time.Hour, "c1", "A区车棚"))
	if len(got) != 1 || got[0].ID != "a" {
		t.Fatalf("同一地点同样的事要提示：%+v", got)
	}
	if why := strings.Join(got[0].Because, " "); !strings.Contains(why, "A区车棚") || !strings.Contains(why, "14:05") {
		t.Errorf("要说明因为什么：%s", why)
	}
	if late := x.Find("A区车棚又有人撬电瓶", past("b", 100*time.Hour, "c1", "A区车棚")); len(late) != 0 {
		t.Errorf("过了时限不再提示：%+v", late)
	}
	if far := x.Find("C区车棚又有人撬电瓶", past("b", time.Hour, "c9", "C区车棚")); len(far) > 0 && far[0].Score >= got[0].Score {
		t.Errorf("别的网格的分要低：%+v", far)
	}
	if other := x.Find("A区车棚的灯不亮", past("b", time.Hour, "c1", "A区车棚")); len(other) != 0 {
		t.Errorf("只是地点一样不算同一件事：%+v", other)
	}
}

func TestBadInput(t *testing.T) {
	e := shipped(t)
	at := time.Date(2026, 11, 22, 14, 5, 0, 0, clock.Shanghai)
	for rule, text := range map[string]string{"空": "", "坏编码": "\xff\xfe着火", "只有表情": "🚨🚨", "只有标点": "。。。！！", "公式": "=HYPERLINK(\"http://x\")", "脚本": "<script>alert(1)</script>着火",
		"两兆": strings.Repeat("路灯坏了，", 2<<20/15), "很长的标签": "<" + strings.Repeat("a", 1000)} {
		r := e.Read(Message{Text: text, At: at})
		for _, p := range r.Places {
			if text[p.From:p.To] != p.Words {
				t.Errorf("%s：位置不对 %+v", rule, p)
			}
		}
	}
	for rule, c := range map[string]struct{ name, src, code string }{
		"没有 text 列": {"a.tsv", "id\tlabel\n1\t纠纷\n", "triage.no_text_column"},
		"坏的 JSON":   {"a.jsonl", "{\"text\":\"好\"}\n{坏", "triage.bad_row"},
		"没有消息":      {"a.tsv", "id\ttext\n", "triage.no_rows"},
	} {
		_, err := ReadRows(c.name, strings.NewReader(c.src))
		if f, ok := fault.Of(err); !ok || f.Code != c.code {
			t.Errorf("%s：%v", rule, err)
		}
	}
	if _, _, err := ReadWords(fstest.MapFS{"triage/words.tsv": {Data: []byte("list\tname\twords\texcept\nkinds\t纠纷\t吵\t\n")}}); err == nil {
		t.Error("不认识的表应拒收")
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"昨晚3号楼着火", "1、a 2、b", "<p>桥头</p>", "\xff十二点", "正月初三", "１２-3-４０１室"} {
		f.Add(s)
	}
	e := shipped(f)
	at := time.Date(2026, 11, 22, 14, 5, 0, 0, clock.Shanghai)
	f.Fuzz(func(t *testing.T, s string) {
		r := e.Read(Message{Text: s, At: at})
		for _, p := range r.Places {
			if s[p.From:p.To] != p.Words {
				t.Fatal(p)
			}
		}
		for _, w := range r.Times {
			if s[w.From:w.To] != w.Words || w.End.Before(w.Begin) {
				t.Fatal(w)
			}
		}
		ParseAddress(s)
	})
}

func TestConsultations(t *testing.T) {
	words, rows, err := ReadWords(os.DirFS("../../playbooks/base"), os.DirFS("testdata/consultation"))
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for _, r := range rows {
		kinds[r.Kind] = true
	}
	if len(kinds) != 20 || len(words.kinds) != 20 {
		t.Fatalf("only 之后只用这一层的类别：例句 %d 类、词 %d 类", len(kinds), len(words.kinds))
	}
	m := Evaluate(Learn(rows, words), sharedRows(t, "disputes/consultation-type.jsonl"), clock.System())
	t.Logf("accuracy %.3f, macro F1 %.3f, calibration error %.3f", *m.Accuracy, *m.MacroF1, *m.CalibrationError)
	if *m.Accuracy < 0.47 || *m.CalibrationError > 0.1 {
		t.Errorf("accuracy %.3f, calibration error %.3f", *m.Accuracy, *m.CalibrationError)
	}
}

func BenchmarkRead(b *testing.B) {
	e := shipped(b)
	var entries []Entry
	for i := range 5000 {
		entries = append(entries, Entry{Name: fmt.Sprintf("%c%c%d号村", rune(0x4E00+i), rune(0x5E00+i*3%4000), i%10), Cell: grid.CellID(fmt.Sprint(i))})
	}
	e = e.At(NewGazetteer(entries), Market{})
	rows := heldOut(b)
	index := NewIndex()
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, clock.Shanghai)
	for i := range 100_000 {
		r := rows[i%len(rows)]
		at = at.Add(time.Minute)
		index.Add(fmt.Sprint(r.Text, i%977), Past{ID: fmt.Sprint(i), At: at, Cell: grid.CellID(fmt.Sprint(i % 40)), Places: r.Places})
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		r := rows[i%len(rows)]
		reading := e.Read(Message{Text: r.Text, At: at, Cell: "7"})
		p := Past{ID: "new", At: at, Cell: "7", Themes: reading.Themes()}
		for _, place := range reading.Places {
			p.Places = append(p.Places, place.Words)
		}
		index.Find(r.Text, p)
	}
}
