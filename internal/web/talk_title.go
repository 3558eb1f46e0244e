package web

import (
	"regexp"
	"strings"
	"unicode"

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
var noName = regexp.MustCompile(`马路|马上|高空|高压|高速|高处|高高|方便|方向|方面|白天|白色|江边|江里|金属|金额|石头|石块|向阳|夏天|严重|万元|万一|万块|田里|田地|田埂|林子|林场|林地|雷雨|毛病|龙头|武器|钱财|钱的|钱被|黄色|黄土|于是|余下|任何|向前|何时|何处|叶子|段路|周末|周围|周日|周一|程度`)

// knowNames remembers the names of the organisation and of everybody who said something: they stay out of titles.
func (l *talker) knowNames(rows []drafts.Row, o opened) error {
	var texts []vault.Text
	for _, p := range l.org.People {
		if !p.Name.Empty() {
			texts = append(texts, p.Name)
		}
	}
	all, err := l.open(texts...)
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
	for _, m := range perhapsName.FindAllString(words, -1) {
		if !noName.MatchString(m) {
			return true
		}
	}
	return false
}

// titleOf proposes the title of a matter: the place and the clause that tells most. Titles are kept in clear, so a clause that holds
// personal data or may name somebody is passed over; with none left the kind stands instead.
func (l *talker) titleOf(x *remark) string {
	clause := l.telling(x.text, x.reading)
	if clause == "" {
		if clause = l.kinds[x.kind].Name.Zh; clause == "" {
			clause = x.label
		}
	}
	place := l.knownPlace(x.reading.Places)
	if place == "" || strings.Contains(clause, place) || strings.Contains(clause, strings.TrimSuffix(place, "村")) {
		return shorten(clause, maxTitle)
	}
	return shorten(place+clause, maxTitle)
}

// knownPlace is a place that the station knows by name. What a message says of buildings and rooms stays out.
func (l *talker) knownPlace(places []triage.Place) string {
	for _, p := range places {
		if !p.Vague && p.Cell != "" && p.Name != "" && !l.namesSomebody(p.Name) {
			return p.Name
		}
	}
	for _, p := range places {
		if (!p.Vague || len([]rune(p.Words)) >= 4) && p.Building+p.Unit+p.Room == "" && digits(p.Words) == 0 && len([]rune(p.Words)) <= 10 && !l.namesSomebody(p.Words) {
			return p.Words
		}
	}
	return ""
}

// shortClause is the length below which a clause is told with the one before it.
const shortClause = 6

// telling is the clause with most of the words that decided the proposal, its dangers first.
func (l *talker) telling(words string, r triage.Reading) string {
	best, before, most := "", "", 0
	for _, one := range strings.FieldsFunc(words, func(c rune) bool { return strings.ContainsRune("。！？；，、\n!?;,…~～ \t:：", c) }) {
		one = l.behindNames(strings.TrimFunc(one, func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) }))
		n := len([]rune(one))
		if n < 2 || n > maxTitle || len(vault.FindPersonal(one)) > 0 || digits(one) > 4 || l.namesSomebody(one) {
			before = ""
			continue
		}
		score := 1 + min(n, 14)
		for _, d := range r.Dangers {
			if strings.Contains(one, words[d.From:d.To]) {
				score += 40
			}
		}
		for _, w := range r.Because[:min(len(r.Because), 2)] {
			if strings.Contains(one, w) {
				score += 4
			}
		}
		told := one
		if n < shortClause && before != "" && len([]rune(before))+n < maxTitle {
			told = before + "，" + one // 怕着火 says little by itself
		}
		if before = one; score > most {
			best, most = told, score
		}
	}
	return best
}

// numbered is how people count what they say.
var numbered = regexp.MustCompile(`^(?:[一二三四五六]是|第[一二三四五六]|[0-9]+|另外|还有|再就是|顺便|又|也|就是)`)

// behindNames is what of a clause stands behind the last word that may name somebody, without the counting at its head.
func (l *talker) behindNames(one string) string {
	one = numbered.ReplaceAllString(one, "")
	end := 0
	for _, m := range perhapsName.FindAllStringIndex(one, -1) {
		if !noName.MatchString(one[m[0]:m[1]]) {
			end = m[1]
		}
	}
	for name := range l.senders {
		if i := strings.LastIndex(one, name); i >= 0 {
			end = max(end, i+len(name))
		}
	}
	return numbered.ReplaceAllString(one[end:], "")
}

func shorten(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}
