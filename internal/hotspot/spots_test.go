package hotspot_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/hotspot"
	"maplegrid/internal/vault"
)

// talk is messages and their words, as a room that opens them from the vault would hand them in.
type talk struct {
	*hotspot.Spots
	texts map[string]string
}

func newTalk() *talk {
	t := &talk{texts: map[string]string{}}
	t.Spots = hotspot.New(func(id string) string { return t.texts[id] })
	return t
}

var spotNoon = time.Date(2026, 11, 20, 12, 0, 0, 0, clock.Shanghai)

// say adds a message: who, how many hours before noon of the 20th, and the words.
func (t *talk) say(who string, hours float64, text string, more ...func(*hotspot.Message)) string {
	id := fmt.Sprintf("m%d", len(t.texts)+1)
	m := hotspot.Message{ID: id, Reporter: who, At: spotNoon.Add(-time.Duration(hours * float64(time.Hour))), Text: text}
	for _, f := range more {
		f(&m)
	}
	t.texts[id] = text
	t.Add(m)
	return id
}

// chatter is talk of a village beside what the test is about.
func (t *talk) chatter() {
	for i, s := range []string{"早上好各位", "明天赶集吗", "谁家的羊跑到我家麦地里了", "快递点几点关门", "身份证怎么补办要带什么", "南头巷子有人吵架", "孩子放学没人接", "广场舞声音太大",
		"药店今天开不开", "西头水渠堵了", "谁捡到一串钥匙", "二组路灯不亮", "摩托车被偷了", "村口大车停了一排", "请问户口本怎么分户"} {
		t.say(fmt.Sprint("x", i), 30+float64(i), s)
	}
}

func last(days int) (time.Time, time.Time) {
	return spotNoon.AddDate(0, 0, -days), spotNoon.Add(time.Minute)
}

func (t *talk) hot(days int) []hotspot.Spot {
	from, until := last(days)
	return t.Hot(from, until, nil, 10)
}

func TestSpots(t *testing.T) {
	water := func(k *talk) []string {
		return []string{k.say("a", 9, "三组又停水了，啥时候来水"), k.say("b", 8.5, "我们三组也停水了"), k.say("c", 8, "三组停水一上午了没人管"), k.say("d", 6, "三组停水，水站电话打不通")}
	}
	t.Run("几个人说同一件事成为一个热点，别的话不混进来", func(t *testing.T) {
		k := newTalk()
		k.chatter()
		want := water(k)
		k.say("e", 5, "北桥桥头有两个人打架")
		got := k.hot(7)
		if len(got) == 0 || !slices.Equal(got[0].IDs, want) || got[0].Reporters != 4 || got[0].Messages != 4 || got[0].Mixed {
			t.Fatalf("%+v", got)
		}
		if !strings.Contains(got[0].Title, "停水") || !strings.Contains(strings.Join(got[0].Words, " "), "停水") {
			t.Errorf("%q %q", got[0].Title, got[0].Words)
		}
		if !got[0].First.Equal(spotNoon.Add(-9*time.Hour)) || !got[0].Last.Equal(spotNoon.Add(-6*time.Hour)) || len(got[0].Days) != 1 || got[0].Days[0] != (hotspot.Day{Day: "2026-11-20", Messages: 4}) {
			t.Errorf("%+v", got[0])
		}
	})
	t.Run("同样的消息同样的次序，结果一字不差", func(t *testing.T) {
		tell := func() []byte {
			k := newTalk()
			k.chatter()
			water(k)
			b, _ := json.Marshal(k.hot(7))
			return b
		}
		if a, b := tell(), tell(); !bytes.Equal(a, b) {
			t.Errorf("%s\n%s", a, b)
		}
	})
	t.Run("一个人反复说，还是一个人", func(t *testing.T) {
		k := newTalk()
		k.chatter()
		water(k)
		for i := range 12 {
			k.say("old", float64(i), "东头养殖场臭气熏天没人管")
		}
		got := k.hot(1)
		if len(got) < 2 || got[0].Reporters != 4 || got[1].Reporters != 1 || got[1].Messages != 12 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("增长按不同的人与上一段比", func(t *testing.T) {
		k := newTalk()
		k.chatter()
		k.say("a", 30, "三组又停水了，啥时候来水")
		k.say("z", 28, "三组停水了没有")
		water(k)
		if got := k.hot(1); len(got) == 0 || got[0].Reporters != 4 || got[0].Before != 2 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("撤回的不再算", func(t *testing.T) {
		k := newTalk()
		k.chatter()
		ids := water(k)
		k.Drop(ids[1])
		k.Drop("没有这一条")
		if got := k.hot(7); len(got) == 0 || !slices.Equal(got[0].IDs, []string{ids[0], ids[2], ids[3]}) || k.Len() != 18 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("同一编号再来一次只算一次", func(t *testing.T) {
		k := newTalk()
		k.chatter()
		ids := water(k)
		k.Add(hotspot.Message{ID: ids[0], Reporter: "a", At: spotNoon.Add(-9 * time.Hour), Text: k.texts[ids[0]]})
		if got := k.hot(7); got[0].Messages != 4 || got[0].Kind != "" {
			t.Errorf("%+v", got)
		}
		for _, id := range ids {
			k.Add(hotspot.Message{ID: id, Reporter: id, At: spotNoon.Add(-9 * time.Hour), Text: k.texts[id], Kind: "service"})
		}
		if got := k.hot(7); got[0].Messages != 4 || got[0].Kind != "service" {
			t.Errorf("改了类别：%+v", got)
		}
	})
	t.Run("不该看的人连组都看不到", func(t *testing.T) {
		k := newTalk()
		k.chatter()
		ids := water(k)
		from, until := last(7)
		if got := k.Hot(from, until, func(id string) bool { return id != ids[2] }, 10); slices.ContainsFunc(got, func(s hotspot.Spot) bool { return slices.Contains(s.IDs, ids[0]) }) {
			t.Errorf("%+v", got)
		}
	})
	t.Run("两个网格各停各的水，不并成一个", func(t *testing.T) {
		k := newTalk()
		k.chatter()
		for i, who := range []string{"a", "b", "c"} {
			k.say(who, 9-float64(i), "家里停水了，什么时候能来", func(m *hotspot.Message) { m.Cell, m.Places = "c1", []string{"集西村"} })
			k.say("2"+who, 8.5-float64(i), "水管没水两天了没人修", func(m *hotspot.Message) { m.Cell, m.Places = "c2", []string{"北桥社区"} })
		}
		for _, s := range k.hot(1) {
			if s.Messages != 3 || s.Cell == "" || s.Place == "" {
				t.Errorf("%+v", s)
			}
		}
	})
	t.Run("都提到一个词，说的是各人的事，不是热点", func(t *testing.T) {
		k := newTalk()
		k.chatter()
		for i, s := range []string{"开个证明要派出所盖章吗", "住宿舍派出所要不要登记", "打人的几个都叫到派出所了", "派出所离这里多远", "孩子报名户口本还在派出所"} {
			k.say(fmt.Sprint("p", i), float64(i), s)
		}
		if got := k.hot(1); len(got) != 0 {
			t.Errorf("%+v", got)
		}
	})
	t.Run("只有地名相同的是一地多事", func(t *testing.T) {
		k := newTalk()
		k.chatter()
		for i, s := range []string{"楚龙街道路口红绿灯坏了", "楚龙街道幼儿园何时改公立", "楚龙街道房屋漏雨物业不理", "楚龙街道渣土车通宵作业", "楚龙街道白蚁防治治标不治本", "楚龙街道电梯总是关人"} {
			k.say(fmt.Sprint("p", i), float64(i), s)
		}
		got := k.hot(1)
		if len(got) != 1 || !got[0].Mixed || got[0].Title != "楚龙街道" || got[0].Messages != 6 {
			t.Errorf("%+v", got)
		}
	})
}

func TestSpotTitles(t *testing.T) {
	t.Run("标题里没有电话、证件号和人名", func(t *testing.T) {
		k := newTalk()
		k.chatter()
		for i := range 5 {
			k.say(fmt.Sprint("p", i), float64(i), "集西村村民王大发占了公共通道，电话13900001234，王主任也不管，老秦和李婶都劝过")
		}
		got := k.hot(1)
		if len(got) == 0 || got[0].Title == "" {
			t.Fatalf("%+v", got)
		}
		said := got[0].Title + strings.Join(got[0].Words, " ")
		for _, secret := range []string{"王大发", "1390000", "王主任", "老秦", "李婶"} {
			if strings.Contains(said, secret) {
				t.Errorf("%q", said)
			}
		}
		if !strings.Contains(said, "公共通道") {
			t.Errorf("%q", said)
		}
	})
	for _, c := range []struct{ rule, said, title string }{
		{"楼栋单元门牌整段不进标题，剩下的读得通", "%d号楼2单元有辆车把我家门口堵死", "有辆车把我家门口堵死"},
		{"门牌连同附近也不进", "幸福街%d号附近烧烤摊摆到半夜", "幸福街烧烤摊摆到半夜"},
		{"各人不同的数目整个略去", "扫地时捡到1%d00元现金", "扫地时捡到…元现金"},
		{"不成、没人管这样的虚字留着，意思不反", "刮倒一棵树半条路走不成%d", "刮倒一棵树半条路走不成"},
		{"几号线不是门牌", "%d号楼旁边修5号线吵得睡不着", "旁边修5号线吵得睡不着"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			k := newTalk()
			k.chatter()
			for i := range 5 {
				k.say(fmt.Sprint("p", i), float64(i), fmt.Sprintf(c.said, i+1))
			}
			if got := k.hot(1); len(got) == 0 || got[0].Title != c.title {
				t.Errorf("%+v", got)
			}
		})
	}
	for _, c := range []struct {
		rule   string
		said   []string
		places []string
		title  string
	}{
		{"标题是地点加什么事：各人另说了地点，按门牌前的地名归在一起", []string{"路灯不亮了，晚上看不见路", "路灯不亮了，走路害怕", "路灯不亮了好几天", "我们这里路灯不亮了"},
			[]string{"东风桥东侧3号", "东风桥东侧7号附近", "东风桥东侧", "东风桥东侧12号楼1单元"}, "东风桥东侧 路灯不亮了"},
		{"各人说的地名不同，整个略去，句子接得上", []string{"刮风把文昌街的树刮倒了", "刮风把建设街的树刮倒了", "刮风把朝阳街的树刮倒了"}, []string{"文昌街27号", "建设街142号", "朝阳街5号"}, "刮风把树刮倒了"},
		{"三处各三个人说，标题里一处也不写", []string{"东风桥垃圾成山没人清", "东风桥垃圾成山没人清", "东风桥垃圾成山没人清", "老粮站垃圾成山没人清", "老粮站垃圾成山没人清", "老粮站垃圾成山没人清", "柳树院垃圾成山没人清", "柳树院垃圾成山没人清", "柳树院垃圾成山没人清"},
			[]string{"东风桥", "东风桥", "东风桥", "老粮站", "老粮站", "老粮站", "柳树院", "柳树院", "柳树院"}, "垃圾成山没人清"},
		{"各人说的时间不同，整个略去", []string{"物流园昨晚被人剪走电缆", "物流园刚才被人剪走电缆", "物流园前天下午被人剪走电缆"}, []string{"", "", ""}, "物流园被人剪走电缆"},
		{"各人说的数目不同，写作几", []string{"楼上一连5个晚上半夜唱歌", "楼上一连3个晚上半夜唱歌", "楼上一连7个晚上半夜唱歌"}, []string{"", "", ""}, "楼上一连几个晚上半夜唱歌"},
		{"别人数目里的两个数字拼不成一个数", []string{"捡到3800元现金", "捡到5800元现金", "捡到1800元现金"}, []string{"", "", ""}, "捡到…元现金"},
		{"略去以后只剩一个字的结尾不写，不成话的空着", []string{"我妈差点被骗1300元，是你们拦下来的", "有人说要退钱让我下软件，我妈差点转了3600元", "有人说要退钱让我下软件，我妈差点转了900元"}, []string{"", "", ""}, ""},
		{"短的一句连着后一句", []string{"厂里冒黑烟，味呛得人睡不着", "厂里冒黑烟，味呛得人睡不着", "厂里冒黑烟，味呛得人睡不着"}, []string{"", "", ""}, "厂里冒黑烟，味呛得人睡不着"},
		{"我家、我的不进标题", []string{"我家羊从坡上跑了看见说一声", "我家羊从坡上跑了看见说一声", "我家羊从坡上跑了看见说一声"}, []string{"", "", ""}, "羊从坡上跑了看见说一声"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			k := newTalk()
			k.chatter()
			for i, said := range c.said {
				k.say(fmt.Sprint("p", i), float64(i), said, func(m *hotspot.Message) {
					if c.places[i] != "" {
						m.Places = []string{c.places[i]}
					}
				})
			}
			if got := k.hot(1); len(got) == 0 || got[0].Title != c.title {
				t.Errorf("%+v", got)
			}
		})
	}
	t.Run("没有一句是几个人都说的，标题空着，词还在", func(t *testing.T) {
		k := newTalk()
		k.chatter()
		for i, said := range []string{"身份证上门办？", "能上门办身份证", "问身份证，上门办"} {
			k.say(fmt.Sprint("p", i), float64(i), said, func(m *hotspot.Message) { m.Kind = "doorstep_service" })
		}
		got := k.hot(1)
		if len(got) != 1 || got[0].Kind != "doorstep_service" || !strings.Contains(strings.Join(got[0].Words, " "), "上门办") {
			t.Errorf("%+v", got)
		}
	})
	t.Run("词是整句整词，不从数字中间断开", func(t *testing.T) {
		k := newTalk()
		k.chatter()
		for i := range 4 {
			k.say(fmt.Sprint("p", i), float64(i), fmt.Sprintf("半条路走不成，投了%d100元的大棚不能白扔", i+2))
		}
		got := k.hot(1)
		if len(got) == 0 || !slices.Contains(got[0].Words, "半条路走不成") || !slices.Contains(got[0].Words, "大棚不能白扔") {
			t.Errorf("%+v", got)
		}
	})
	t.Run("只有一个人说过的话不进标题", func(t *testing.T) {
		k := newTalk()
		k.chatter()
		for i, own := range []string{"我家在最里头那间蓝门", "我儿子刚做完手术", "我是卖豆腐的", "我老伴住院了"} {
			k.say(fmt.Sprint("p", i), float64(i), "三组停水三天了没人管，"+own)
		}
		got := k.hot(1)
		if len(got) == 0 || got[0].Title != "三组停水三天了没人管" {
			t.Fatalf("%+v", got)
		}
		for _, own := range []string{"蓝门", "手术", "豆腐", "住院"} {
			if strings.Contains(strings.Join(got[0].Words, " "), own) {
				t.Errorf("%q", got[0].Words)
			}
		}
	})
}

func TestSpotsOfStream(t *testing.T) {
	read := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "citizen-stream-2020c", name))
		if err != nil {
			t.Skipf("没有外部数据：%v", err)
		}
		return b
	}
	messages, err := hotspot.ReadMessages("stream.jsonl", bytes.NewReader(read("stream.jsonl")))
	if err != nil {
		t.Fatal(err)
	}
	issues, err := hotspot.ReadIssues("issues.csv", bytes.NewReader(read("hot_issue_messages_one_entry.csv")))
	if err != nil {
		t.Fatal(err)
	}
	k := newTalk()
	for _, m := range messages {
		k.texts[m.ID] = m.Text
		k.Add(m)
	}
	spots := k.Hot(time.Time{}, spotNoon, nil, 1<<20)
	marks := hotspot.Mark(spots, issues)
	t.Logf("%+v", marks)
	for _, i := range marks.Issues {
		least := map[string][3]float64{"1": {0.85, 0.95, 1}, "2": {0.7, 0.9, 2}, "3": {0.9, 0.75, 5}, "4": {0.45, 0.7, 10}, "5": {0.7, 0.7, 20}}[i.Issue]
		if i.Precision < least[0] || i.Recall < least[1] || i.Rank > int(least[2]) {
			t.Errorf("%+v", i)
		}
	}
	for _, s := range spots {
		if p := vault.FindPersonal(s.Title + "，" + strings.Join(s.Words, "，")); len(p) > 0 {
			t.Errorf("标题里有个人信息：%q", s.Title)
		}
	}
}

func TestSpotFiles(t *testing.T) {
	for _, bad := range []string{"", "{}", `{"id":"1","time":"昨天","text":"停水"}`, `{"id":"1","time":"2026-11-20 08:00:00"}`, "{"} {
		if _, err := hotspot.ReadMessages("x.jsonl", strings.NewReader(bad)); err == nil {
			t.Errorf("%q 读进来了", bad)
		}
	}
	got, err := hotspot.ReadMessages("x.jsonl", strings.NewReader(`{"id":"1","user":"u","title":"停水","time":"2026-11-20 08:00:00","text":"三组停水"}`+"\n"))
	if err != nil || len(got) != 1 || got[0].Text != "停水。三组停水" || !got[0].At.Equal(time.Date(2026, 11, 20, 0, 0, 0, 0, time.UTC)) {
		t.Errorf("%+v %v", got, err)
	}
	for _, bad := range []string{"", "问题ID,留言编号\n", "问题ID,留言编号\n1\n"} {
		if _, err := hotspot.ReadIssues("x.csv", strings.NewReader(bad)); err == nil {
			t.Errorf("%q 读进来了", bad)
		}
	}
}

func FuzzSpots(f *testing.F) {
	f.Add("三组停水了", "3组停水了！！", "<b>停水</b>", int64(5))
	f.Add("", "\xff\xfe", strings.Repeat("村", 300), int64(-1))
	f.Add("王主任13900001234", "王主任不管", "A7县楚龙街道", int64(99))
	f.Fuzz(func(t *testing.T, a, b, c string, n int64) {
		k := newTalk()
		for i, s := range []string{a, b, c, a, b + c, a + c} {
			k.say(fmt.Sprint("p", i%4), float64((n+int64(i))%1000), s)
		}
		k.Drop(fmt.Sprint("m", n%7))
		for _, s := range k.Hot(time.Time{}, spotNoon.AddDate(1, 0, 0), nil, 10) {
			if s.Messages != len(s.IDs) || s.Reporters > s.Messages || s.Messages < 2 || s.Last.Before(s.First) || len(vault.FindPersonal(s.Title)) > 0 {
				t.Errorf("%+v", s)
			}
		}
	})
}

// manyTalk is a year of a big station: places times troubles, each in a number of wordings, and small talk.
func manyTalk(n int) ([]hotspot.Message, map[string]string) {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func(from []string) string { return from[r.IntN(len(from))] }
	heads := strings.Fields("集西 北桥 南关 老粮站 东升 柳树 沙河 金水 长风 和平 青山 红旗 新华 光明 幸福 桃园 石佛 马家 李家 张家 赵家 周家 杨树 槐树 榆林 白塔 黑山 龙王 凤凰 牛头")
	ends := strings.Fields("村 社区 小区 家园 市场 中学 新村")
	troubles := strings.Fields("停水了没人修 停电一晚上 路灯不亮 垃圾没人清 有人打架 邻居吵架 车被划了 电动车被偷 广场舞扰民 工地夜里施工 下水道堵了 狗咬人 老人走失 孩子找不到 快递丢了 占道经营 油烟太大 消防通道堵了 电梯关人 墙要倒 树倒了 井盖没了 卖假药的 推销保健品 拖欠工资 房租纠纷 地界纠纷 打牌赌钱 烧秸秆 污水乱排")
	tails := strings.Fields("啥时候能解决 谁来管管 麻烦看一下 已经三天了 我们都受不了 打电话没人接 请领导处理 群里说一声 有没有人知道 昨天也这样")
	all, texts := make([]hotspot.Message, n), map[string]string{}
	at := spotNoon.AddDate(-1, 0, 0)
	for i := range all {
		at = at.Add(time.Duration(r.IntN(630)) * time.Second)
		id := fmt.Sprint(i)
		texts[id] = pick(heads) + pick(ends) + pick(troubles) + "，" + pick(tails) + "，" + pick(troubles)[:6] + pick(tails)
		all[i] = hotspot.Message{ID: id, Reporter: fmt.Sprint("r", r.IntN(n/10+1)), At: at, Text: texts[id]}
	}
	return all, texts
}

func BenchmarkSpots(b *testing.B) {
	all, texts := manyTalk(100_000)
	s := hotspot.New(func(id string) string { return texts[id] })
	for _, m := range all {
		s.Add(m)
	}
	until := all[len(all)-1].At
	b.Run("add", func(b *testing.B) {
		for i := range b.N {
			m := all[i%len(all)]
			m.ID, m.At = fmt.Sprint("n", i), until
			s.Add(m)
			s.Drop(m.ID)
		}
	})
	for name, days := range map[string]int{"day": 1, "week": 7, "month": 30} {
		b.Run(name, func(b *testing.B) {
			for range b.N {
				s.Hot(until.AddDate(0, 0, -days), until, nil, 20)
			}
		})
	}
}
