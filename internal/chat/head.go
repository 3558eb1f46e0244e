package chat

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// shape is how a row begins a message; a paste uses few, and the same ones all through.
type shape struct {
	order byte // what stands first: 'n' a name and a time, 't' a time and a name, 'c' a name and a colon, 'g' a name behind the mark of a program
	wrap  byte // the bracket around the time
	tail  rune // what parts the head from words in the same row: ':', '：', '\t', ' '
	gap   byte // what parts name and time: a blank, more of them ('2'), a tab; after a colon, whether a blank follows
	alone bool // a colon with nothing behind it
	full  bool // the day is written in numbers, as 2026/11/20
}

// head is a row that may begin a message.
type head struct {
	row   int
	name  string
	stamp stamp
	text  string // what stands in the same row
	shape shape
}

// Heads are looked for at the beginning of a row only; no name and time are longer.
const longestHead = 150

// timedHead reads a row that holds a name and a time.
func timedHead(row string) (head, bool) {
	if strings.IndexByte(row[:min(len(row), longestHead)], ':') < 0 && !strings.Contains(row[:min(len(row), longestHead)], "：") && !strings.ContainsAny(row[:min(len(row), longestHead)], "时点點") {
		return head{}, false
	}
	if h, ok := timeFirst(row); ok {
		return h, true
	}
	return nameFirst(row)
}

// timeFirst reads “2026-11-20 14:05:33 李梅”, “[14:05] 李梅: 文字”, “2026/11/20, 14:05 - 李梅: 文字”.
func timeFirst(row string) (head, bool) {
	h := head{shape: shape{order: 't'}}
	s := row
	if h.shape.wrap = opening(s); h.shape.wrap != 0 {
		_, n := utf8.DecodeRuneInString(s)
		s = s[n:]
	}
	t, n := readStamp(s)
	if n == 0 || !t.clock {
		return h, false
	}
	s = s[n:]
	if h.shape.wrap != 0 {
		c, n := utf8.DecodeRuneInString(s)
		if !isClosing(c) {
			return h, false
		}
		s = s[n:]
	}
	h.stamp, h.shape.full = t, t.full()
	before := s
	s = strings.TrimLeft(s, " \t")
	h.shape.gap = gapOf(before[:len(before)-len(s)])
	s = strings.TrimLeft(strings.TrimPrefix(s, "- "), " ")
	if s == "" || h.shape.gap == 0 && h.shape.wrap == 0 {
		return h, false
	}
	return h.nameAndText(s)
}

// nameAndText takes what stands behind a time.
func (h head) nameAndText(s string) (head, bool) {
	cut := strings.IndexByte(s, '\t')
	if cut < 0 {
		cut = colonAt(s)
	}
	if cut < 0 {
		h.name = s
		return h, nameLike(s)
	}
	c, n := utf8.DecodeRuneInString(s[cut:])
	h.name, h.text, h.shape.tail = strings.TrimSpace(s[:cut]), strings.TrimSpace(s[cut+n:]), c
	return h, nameLike(h.name)
}

// nameFirst reads “李梅 14:05”, “李梅(外部) 2026/11/20 14:05:33”, “李梅 (昨天 14:05): 文字”.
func nameFirst(row string) (head, bool) {
	end := min(len(row), longestHead)
	for i := 1; i < end; i++ {
		gap := byte(0)
		switch c := row[i-1]; {
		case c == ' ' || c == '\t' || c == '(' || c == '[':
			gap = c
		case c >= 0x80 && i >= 3 && (row[i-3:i] == "（" || row[i-3:i] == "【"):
			gap = '('
		default:
			continue
		}
		t, n := readStamp(row[i:])
		if n == 0 || !t.clock {
			continue
		}
		name := strings.TrimRight(row[:i], " \t([（【,")
		h := head{name: strings.TrimSpace(name), stamp: t, shape: shape{order: 'n', full: t.year > 0 && !strings.Contains(row[i:i+n], "年")}}
		h.shape.gap = gapOf(row[len(name):i])
		if gap == '(' || gap == '[' {
			h.shape.wrap = gap
		}
		if h.behind(row[i+n:]) && nameLike(h.name) {
			return h, true
		}
	}
	return head{}, false
}

// oddHead reads a row that ends with a whole time: what stands before it is a name if the rows around it say so.
func oddHead(row string) (head, bool) {
	if len(row) > longestHead {
		return head{}, false
	}
	for i := 1; i < len(row); i++ {
		if row[i-1] != ' ' && row[i-1] != '\t' || row[i] < '0' || row[i] > '9' {
			continue
		}
		t, n := readStamp(row[i:])
		if i+n != len(row) || !t.clock || !t.full() {
			continue
		}
		name := strings.TrimRight(row[:i], " \t")
		h := head{name: name, stamp: t, shape: shape{order: 'n', full: !strings.Contains(row[i:], "年"), gap: gapOf(row[len(name):i])}}
		label := name
		if c := colonAt(name); c > 0 {
			label = strings.TrimSpace(name[:c])
		}
		return h, name != "" && utf8.RuneCountInString(name) <= longestName && !isLabel(label) && !endsWith(name, timeTails) && !endsWith(name, stops)
	}
	return head{}, false
}

// stops end a sentence or a part of one, never a name.
var stops = []string{"，", "。", "、", "：", "；", "？", ",", ":", ";", "?"}

// narrow makes the wide digits of a short row narrow, with the marks that stand in a time: “２０２６／１１／２０　１４：０５”.
func narrow(row string) string {
	if len(row) > longestHead || !strings.ContainsAny(row, "０１２３４５６７８９") {
		return row
	}
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' || r == '／' || r == '：' || r == '－' || r == '．' {
			return r - 0xFEE0
		}
		return r
	}, row)
}

// decorated says that a name has what names in groups have and sentences hardly do: “平安是福@东街网格”, “小鱼儿💪”.
func decorated(name string) bool {
	return strings.IndexByte(name, '@') > 0 || strings.ContainsFunc(name, func(r rune) bool { return unicode.Is(unicode.So, r) })
}

// behind reads what follows the time of a head that begins with a name.
func (h *head) behind(s string) bool {
	if h.shape.wrap != 0 {
		c, n := utf8.DecodeRuneInString(s)
		if !isClosing(c) {
			return false
		}
		s = s[n:]
	}
	s = strings.TrimRight(s, " \t")
	if s == "" {
		return true
	}
	t := strings.TrimLeft(s, " ")
	c, n := utf8.DecodeRuneInString(t)
	switch {
	case c == ':' || c == '：' || c == '\t':
		h.shape.tail, h.text = c, strings.TrimSpace(t[n:])
	case t != s && h.stamp.full() && h.stamp.seconds:
		h.shape.tail, h.text = ' ', t
	default:
		return false
	}
	return true
}

func gapOf(s string) byte {
	switch {
	case s == "":
		return 0
	case strings.Contains(s, "\t"):
		return '\t'
	case len(s) > 1:
		return '2'
	}
	return ' '
}

func opening(s string) byte {
	if strings.HasPrefix(s, "[") || strings.HasPrefix(s, "【") {
		return '['
	}
	if strings.HasPrefix(s, "(") || strings.HasPrefix(s, "（") {
		return '('
	}
	return 0
}

func isClosing(r rune) bool { return r == ']' || r == ')' || r == '】' || r == '）' }

// colonAt is the first colon that may stand behind a name, -1 when there is none.
func colonAt(s string) int {
	s = s[:min(len(s), longestHead)]
	i := strings.IndexByte(s, ':')
	if j := strings.Index(s, "："); j >= 0 && (i < 0 || j < i) {
		i = j
	}
	if i <= 0 || strings.HasPrefix(s[i:], "://") {
		return -1
	}
	return i
}

// colonHead reads “李梅: 文字” and “李梅：”.
func colonHead(row string) (head, bool) {
	i := colonAt(row)
	if i < 0 {
		return head{}, false
	}
	c, n := utf8.DecodeRuneInString(row[i:])
	rest := row[i+n:]
	if rest != "" && rest[0] >= '0' && rest[0] <= '9' && row[i-1] >= '0' && row[i-1] <= '9' {
		return head{}, false // a time
	}
	h := head{name: strings.TrimSpace(row[:i]), text: strings.TrimSpace(rest), shape: shape{order: 'c', tail: c}}
	h.shape.alone = h.text == ""
	if strings.HasPrefix(rest, " ") {
		h.shape.gap = ' '
	}
	if _, n := readStamp(h.name); n == len(h.name) { // “周一：停水”
		return head{}, false
	}
	return h, nameLike(h.name) && !isLabel(h.name)
}

// longestName is the longest name of a member of a group, in letters.
const longestName = 32

// nameLike says whether a member of a group may be called so.
func nameLike(s string) bool {
	if s == "" || len(s) > 4*longestName {
		return false
	}
	letter, n := false, 0
	for _, r := range s {
		switch {
		case strings.ContainsRune("，。！？；、…「」『』“”\"《》<>=\t;!?,:：\\{}", r):
			return false
		case !unicode.IsDigit(r) && r != ' ' && r != '-' && r != '/' && r != '.':
			letter = true
		}
		n++
	}
	return (letter || isHousehold(s)) && n <= longestName && !strings.HasPrefix(s, "http") && !strings.HasPrefix(s, "www.")
}

// isHousehold says whether somebody calls themselves by building, unit and room: “2-1-302”.
func isHousehold(s string) bool {
	_, n := readStamp(s)
	return n != len(s) && strings.Count(s, "-") > 0 && s[0] >= '0' && s[0] <= '9' && !strings.ContainsAny(s, " ./")
}

// labels are the words before a colon that are never a name, and those with which no name ends.
var (
	labels = set("地点 时间 日期 电话 手机 手机号 联系人 姓名 地址 事由 事情 情况 经过 备注 注意 注 通知 公告 回复 答 问 回答 报 内容 主题 标题 说明 附 附件 原因 要求 提示 网址 链接 微信 " +
		"微信号 身份证 身份证号 车牌 车牌号 户主 楼栋 单元 房号 紧急 温馨提示 重要 重要通知 转发 转 急 特急 求助 寻人 寻物 另外 还有 总之 结果 比如 例如 其中 即 如 他 她 它 我 你 他们 我们 大家 各位 " +
		"各位邻居 尊敬的 老板 对方 人数 数量 金额 单位 类型 类别 编号 状态 进度 处理 处理结果 建议 问题 现象 位置 性别 年龄 特征 衣着 时段 门牌 颜色 型号 网格 小区 社区 物品 店名 " +
		"name time place phone tel note re fw ps http https ftp q a 截止 集合 发车 开会 会议 备注说明 地點 時間 電話")
	labelTails = []string{"说", "道", "问", "答", "讲", "喊", "回", "时间", "地点", "电话", "号码", "情况", "原因", "如下", "通知", "提示", "名单", "公告", "方式", "内容", "要求", "事项", "结果", "几点",
		"诉求", "地址", "是", "有", "为", "了", "的", "吗", "呢", "号楼", "单元", "栋", "室", "層", "层"}
	timeTails = []string{"到", "在", "从", "至", "约", "于", "是", "前", "后", "改", "了", "的", "定", "时间", "下午", "上午", "中午", "晚上", "早上", "凌晨", "今天", "明天", "后天", "昨天", "昨晚", "今晚", "今早",
		"开会", "集合", "截止", "发车", "开始", "结束", "左右", "大概", "刚刚", "监控", "时段", "停电", "停水", "日", "号", "和", "与", "-", "—", "~"}
)

func isLabel(name string) bool {
	if labels[strings.ToLower(name)] || endsWith(name, labelTails) {
		return true
	}
	i := 0
	for i < len(name) && name[i] >= '0' && name[i] <= '9' { // a list: “1、地点：”, “2. 电话：”
		i++
	}
	return i > 0 && (strings.HasPrefix(name[i:], ".") || strings.HasPrefix(name[i:], ")") || strings.HasPrefix(name[i:], "）"))
}

func endsWith(s string, tails []string) bool {
	for _, t := range tails {
		if strings.HasSuffix(s, t) && s != t {
			return true
		}
	}
	return false
}

// surnames are the most frequent ones, enough to tell “李梅” from “结果”.
const surnames = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段" +
	"雷钱汤尹黎易常武乔贺赖龚文庞樊兰殷施陶洪翟安颜倪严牛温芦季俞章鲁葛伍韦申尤毕聂焦向柳邢路岳齐梅莫庄辛管祝左涂谷祁时舒耿牟卜路詹关苗凌费纪靳盛童欧甄项曲成游阳裴席卫查屈鲍位覃霍翁隋植甘景薄单包司柏宁柯阮桂闵解强柴华车冉房边" +
	"張劉陳楊趙黃吳孫馬羅鄭謝韓馮蕭鄧許蘇盧蔣賈魏葉閻鐘譚鄒陸龍萬錢湯賀賴龔龐蘭顏嚴溫蘆齊莊關紀歐項陽衛單寧閔車"

// longNames are surnames of two letters, and frequent parts of Mongolian, Tibetan, Uygur and Hui names.
var longNames = strings.Fields("欧阳 歐陽 司马 上官 诸葛 皇甫 尉迟 公孙 慕容 令狐 司徒 东方 夏侯 宇文 长孙 呼延 巴特 巴图 娜仁 其其格 乌兰 斯琴 格日 苏日 敖登 扎西 卓玛 才让 多杰 央金 拉毛 阿依 古丽 买买提 艾力 麦麦提 马哈 尔德 阿卜杜")

var titles = []string{"书记", "主任", "警官", "所长", "物业", "网格员", "师傅", "医生", "老师", "阿姨", "叔", "哥", "姐", "大爷", "大妈", "大娘", "老板", "经理", "队长", "支书", "村长", "会计", "民警", "辅警", "保安", "妈妈", "爸爸",
	"家长", "奶奶", "爷爷", "社长", "组长", "店长", "站长", "楼长", "管家", "医师", "嫂", "婶", "妈", "爸", "总", "工", "網格員", "書記", "老師", "師傅", "经营部", "小卖部", "超市", "便利店"}

// addresses begin a sentence to or about somebody: “谢谢李警官”.
var addresses = []string{"谢谢", "感谢", "请", "我", "你", "您", "他", "她", "有", "找", "叫", "给", "跟", "对", "向", "据", "关于", "因为", "但是", "如果", "今天", "明天", "昨天", "好的", "收到", "大家", "各位", "快", "那", "这"}

// called says whether somebody is called by what they do, “卖鞋的”: short, before a whole date alone in its row.
func (h head) called() bool {
	return strings.HasSuffix(h.name, "的") && utf8.RuneCountInString(h.name) <= 6 && h.stamp.full() && h.text == ""
}

// personLike says whether a name is surely one of a person: surname and given name, a title, 老王.
func personLike(name string) bool {
	for _, w := range addresses {
		if strings.HasPrefix(name, w) {
			return false
		}
	}
	core := name
	if i := strings.IndexByte(core, '@'); i > 0 {
		core = core[:i]
	}
	if strings.Contains(core, "·") {
		return true
	}
	if i := strings.IndexAny(core, "(（[【"); i > 0 {
		core = core[:i]
	}
	core = strings.TrimFunc(core, func(r rune) bool { return !unicode.Is(unicode.Han, r) })
	for _, part := range append(strings.FieldsFunc(core, func(r rune) bool { return !unicode.Is(unicode.Han, r) }), core) {
		r := []rune(part)
		if _, after, ok := strings.Cut(part, "网格"); givenName(r) || endsWith(part, titles) && len(r) <= 10 || ok && givenName([]rune(after)) {
			return true
		}
	}
	return isLatinName(name)
}

func givenName(r []rune) bool {
	if len(r) < 2 || len(r) > 4 {
		return false
	}
	for _, w := range longNames {
		if strings.HasPrefix(string(r), w) || len(r) <= 4 && strings.HasSuffix(string(r), w) {
			return true
		}
	}
	if strings.ContainsRune(surnames, r[0]) && len(r) <= 3 {
		return true
	}
	return strings.ContainsRune("老小阿", r[0]) && strings.ContainsRune(surnames, r[1])
}

// isLatinName says whether a name is of the sort “Li Mei”.
func isLatinName(s string) bool {
	words := strings.Fields(s)
	for _, w := range words {
		if w[0] < 'A' || w[0] > 'Z' || len(w) < 2 || strings.ToLower(w[1:]) != w[1:] {
			return false
		}
	}
	return len(words) >= 1 && len(words) <= 3
}

// programs mark what was copied out of them.
var programs = []string{"[钉钉]", "【钉钉】", "[企业微信]", "【企业微信】", "[微信]", "【微信】", "[DingTalk]", "[WeCom]", "[WeChat]"}

// untagged takes the mark of a program from the head of a row.
func untagged(row string) (string, bool) {
	for _, p := range programs {
		if rest, ok := strings.CutPrefix(row, p); ok {
			return strings.TrimLeft(rest, " "), true
		}
	}
	return row, false
}
