package web

import (
	"cmp"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"maplegrid/internal/board/drafts"
	"maplegrid/internal/triage"
	"maplegrid/internal/vault"
)

// maxTitle is how long a title proposed for a matter may be.
const maxTitle = 30

// surnames are the commonest ones. A word that begins with one may be a name, and then stays out of titles and replies; a word less
// does no harm.
const surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"

// perhapsName finds what may name somebody: 老张, 张大爷, 姓王的, 李桂芳家.
var perhapsName = regexp.MustCompile("[老小阿][" + surnames + "]|[" + surnames + "](?:某|大爷|大妈|大娘|大叔|大哥|大姐|大嫂|爷爷|奶奶|叔|婶|伯|姨|嫂|哥|姐|老师|老汉|师傅|书记|主任|医生|老板|总|家)" +
	"|姓[" + surnames + `]|[` + surnames + `]\p{Han}{1,2}(?:家|的|说|和|跟|与|把|被|在|他|她|又|也|是|两口|一家|，|,|。|$)|叫\p{Han}{2,3}(?:的|，|,|。|$)|我是|我叫|名字`)

// noName are words that only look like one.
var noName = regexp.MustCompile(`马路|马上|高空|高压|高速|高处|高高|方便|方向|方面|白天|白色|江边|江里|金属|金额|石头|石块|向阳|夏天|严重|万元|万一|万块|田里|田地|田埂|林子|林场|林地|雷雨|毛病|龙头|武器|钱财|钱的|钱被|黄色|黄土|于是|余下|任何|向前|何时|何处|叶子|段路|周末|周围|周日|程度` +
	`|谢谢|谢[你各抬送来]|^叫[不一个人得我了救消醒]|^钱[包夹不买了发吃就我打换是没现转庄三]|^马[桶杆甲线场店摔来牵背蹄鞍鞭驹一他]|^高[兴价利峰考血年警]|^黄[了的羊牌棉得]|^白[的了沫烟车土条身纸菜眼忙毛壳点电马]` +
	`|^周[一二三四五六了答]|^石[口子膏]|^孙子|^毛[巾线球羊驴收五八]|^万[二三四五六七八]|^戴[口帽墨头眼]|^方[了睡冒去娘很药]|^段[子把]|^金[不五扣]|^于[吗座翻]|^胡[话说]|顾客|严严|严禁|罗盘|孔明灯|熊孩子|莫名|夏牧`)

// counted tells a word that counts things from the surname written alike: 一张假币, 三万多.
var counted = regexp.MustCompile(`[一二两三四五六七八九十几半百千这那每整0-9０-９][张方段毛万]$`)

// perhapsNames finds what may name somebody: from and to of each.
func perhapsNames(words string) (found [][]int) {
	for _, m := range perhapsName.FindAllStringIndex(words, -1) {
		_, first := utf8.DecodeRuneInString(words[m[0]:])
		if !noName.MatchString(words[m[0]:m[1]]) && !counted.MatchString(words[:m[0]+first]) {
			found = append(found, m)
		}
	}
	return found
}

// knowNames remembers the names of the organisation and of everybody who said something: they stay out of titles.
func (l *talker) knowNames(rows []drafts.Row, o Opened) error {
	var texts []vault.Text
	for _, p := range l.org.People {
		if !p.Name.Empty() {
			texts = append(texts, p.Name)
		}
	}
	all, err := l.Open(texts...)
	if err != nil {
		return err
	}
	put := func(name string) {
		if n := len([]rune(name)); n >= 2 && n <= 10 {
			l.senders[name] = true
		}
	}
	for _, p := range l.org.People {
		put(all[p.Name.Ref()])
		put(p.Call)
	}
	for i := range rows {
		name := o[rows[i].Name.Ref()]
		put(name)
		for _, part := range strings.FieldsFunc(name, func(c rune) bool { return !unicode.Is(unicode.Han, c) }) {
			put(part)
		}
	}
	return nil
}

// namesSomebody tells whether words may name a person.
func (l *talker) namesSomebody(words string) bool {
	for name := range l.senders {
		if strings.Contains(words, name) {
			return true
		}
	}
	return len(perhapsNames(words)) > 0
}

// titleOf proposes the title of a matter: the place and the clause that tells most. Titles are kept in clear, so a clause that holds
// personal data or may name somebody is passed over; with none left the kind stands instead.
func (l *talker) titleOf(x *remark) string {
	clause := l.telling(impersonal(x.text), x.reading)
	place, said := l.knownPlace(x.reading.Places)
	if letters(clause) < leastClause { // the message says nothing by itself
		if clause = cmp.Or(l.kinds[x.kind].Name.Zh, x.label); place == "" && clause != "" {
			c, _ := l.org.Cell(x.cell)
			place = c.Name.Zh
		}
	}
	if place == "" || strings.Contains(clause, place) || said != "" && strings.Contains(clause, said) || strings.Contains(clause, strings.TrimSuffix(place, "村")) {
		return shorten(clause, maxTitle)
	}
	return shorten(place+clause, maxTitle)
}

// knownPlace is a place that the station knows by name, and the words it was said in. What a message says of buildings and rooms stays out.
func (l *talker) knownPlace(places []triage.Place) (name, said string) {
	for _, p := range places {
		if !p.Vague && p.Cell != "" && p.Name != "" && !l.namesSomebody(p.Name) {
			return p.Name, p.Words
		}
	}
	for _, p := range places {
		if (!p.Vague || len([]rune(p.Words)) >= 4) && p.Building+p.Unit+p.Room == "" && digits(p.Words) == 0 && len([]rune(p.Words)) <= 10 && !l.namesSomebody(p.Words) {
			return p.Words, p.Words
		}
	}
	return "", ""
}

const (
	leastClause = 4  // letters that a title needs
	withBefore  = 22 // letters up to which a clause is told with the one before it: 怕着火 says little by itself
)

// clause is one of a message that may stand in a title.
type clause struct {
	words string
	score int
}

// telling is the clause with most of the words that decided the proposal, its dangers first, with the one before it when both are
// short. A question keeps what it asks.
func (l *talker) telling(words string, r triage.Reading) string {
	list := l.clauses(words, r)
	best := -1
	for i, c := range list {
		if c.words != "" && (best < 0 || c.score > list[best].score) {
			best = i
		}
	}
	if best < 0 {
		return ""
	}
	told := list[best].words
	most := withBefore
	if letters(told) < leastClause {
		most = maxTitle
	}
	fits := func(i int) bool {
		return i >= 0 && i < len(list) && list[i].words != "" && !courtesy.MatchString(list[i].words) && letters(told)+letters(list[i].words) < most
	}
	if fits(best-1) && (letters(list[best-1].words) >= leastClause || letters(told) < leastClause) {
		told = list[best-1].words + "，" + told
	}
	if letters(told) < leastClause && fits(best+1) {
		told += "，" + list[best+1].words
	}
	if r.Kind != "咨询" && r.Sure || asks.MatchString(told) {
		return told
	}
	for i := best + 1; i < len(list); i++ {
		if fits(i) && asks.MatchString(list[i].words) {
			return told + "，" + list[i].words
		}
	}
	return told
}

// courtesy begins what is said to be polite, and to call somebody.
var courtesy = regexp.MustCompile(`^(?:各位|大家|你好|您好|麻烦|早上好|谢|领导|民警|警官|喂|快来|收到|没事)`)

// saysNothing is a clause that tells nothing without what was said before it.
var saysNothing = regexp.MustCompile(`^(?:他们?|她们?|人)?(?:已经|都|又|还|刚)?(?:没事|走|来|到|散|好|修好|弄好|说通|谈好|解决|处理完?|找到|过去)了?(?:哈|啊|呢|哦|吧)?$` +
	`|^(?:有事|有急事)?(?:打|找|联系|加|拨)(?:这个|我|他|她)(?:电话|号码?|微信)?$|^(?:同上|同问|同求|我也是|我家也是|一样|看看|急|在吗|有人吗|有人在吗|救命|快来人?|来人|谁知道|谁管管?|谁(?:见|看见|看到|捡到)了?(?:说|讲|告诉|联系|吱)我?一?声?)[啊呀呢吧！]*$`)

// dangling ends a clause that goes on with something personal, which is left out: 我的手机号换成…
var dangling = regexp.MustCompile(`(?:换成|改成|变成|是|为|叫|找|打|拨|加|联系|电话|手机号?|号码?|微信号?|身份证号?|卡号|车牌号?)了?$`)

// asks is how a question sounds.
var asks = regexp.MustCompile(`怎么|咋|吗|什么|啥|多少|多久|几点|几号|哪|能不能|可不可以|要不要|谁`)

func letters(s string) int { return utf8.RuneCountInString(s) }

// clauses takes a message apart; one that may not stand in a title is empty.
func (l *talker) clauses(words string, r triage.Reading) (list []clause) {
	at := 0
	for _, one := range strings.FieldsFunc(words, func(c rune) bool { return strings.ContainsRune("。！？；，、\n!?;,…~～ \t:：", c) }) {
		at += strings.Index(words[at:], one) + len(one)
		cut := strings.HasPrefix(words[at:], "\n\n") // what follows is personal
		whole := strings.TrimFunc(one, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
		one = l.behindNames(whole)
		n := letters(one)
		if n < 2 || n > maxTitle || len(vault.FindPersonal(one)) > 0 || digits(one) > 4 || l.namesSomebody(one) || saysNothing.MatchString(one) || cut && dangling.MatchString(one) {
			list = append(list, clause{})
			continue
		}
		c := clause{one, 1 + min(n, 14)}
		for _, d := range r.Dangers {
			if strings.Contains(one, words[d.From:d.To]) {
				c.score += 40
			}
		}
		for _, w := range r.Because[:min(len(r.Because), 2)] {
			if strings.Contains(one, w) {
				c.score += 4
			}
		}
		if n < leastClause {
			c.score /= 4
		} else if l.namesSomebody(whole) { // what is left of it says less
			c.score = min(c.score/2, leastClause)
		}
		list = append(list, c)
	}
	return list
}

// numbered is how people count what they say.
var numbered = regexp.MustCompile(`^(?:[一二三四五六]是|第[一二三四五六]|[0-9]+[.、)]|另外|还有|再就是|顺便|又|也|就是|请问)`)

// saysWhere begins a clause that says where: 我在桥头菜市场.
var saysWhere = regexp.MustCompile(`^(?:我们?|俺们?)?在`)

// behindNames is what of a clause stands behind the last word that may name somebody, without the counting at its head.
func (l *talker) behindNames(one string) string {
	one = numbered.ReplaceAllString(one, "")
	end := 0
	for _, m := range perhapsNames(one) {
		end = m[1]
	}
	for name := range l.senders {
		if i := strings.LastIndex(one, name); i >= 0 {
			end = max(end, i+len(name))
		}
	}
	if one = numbered.ReplaceAllString(one[end:], ""); end > 0 {
		one = strings.TrimLeft(one, "的跟和")
	}
	if rest := saysWhere.ReplaceAllString(one, ""); letters(rest) > leastClause+1 {
		return rest
	}
	return one
}

func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
