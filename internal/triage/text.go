package triage

import (
	"strings"
	"unicode"
)

// letters is a text as the rules see it: width, case and traditional forms folded, mark-up left out, blanks inside kept
// as one. at[i] is the byte of the original at which letter i begins; at has one more, the end.
type letters struct {
	r    []rune
	at   []int
	some [16]uint64 // which letters may occur at all, so that most words of a list need not be looked for
}

const maxLetters = 20_000 // longer texts are read up to here: no message of a person is longer

func fold(text string) letters {
	n := min(len(text), maxLetters)/3 + 1
	l := letters{make([]rune, 0, n), make([]int, 0, n+1), [16]uint64{}}
	skipUntil := 0
	for at, r := range text {
		if at < skipUntil {
			continue
		}
		if len(l.r) == maxLetters {
			l.at = append(l.at, at)
			return l
		}
		if r == '<' {
			if n := tagLen(text[at:]); n > 0 {
				skipUntil = at + n
				continue
			}
		}
		r = foldRune(r)
		if r == 0 || r == ' ' && (len(l.r) == 0 || l.r[len(l.r)-1] == ' ') {
			continue
		}
		l.r, l.at = append(l.r, r), append(l.at, at)
		l.some[r>>6&15] |= 1 << (r & 63)
	}
	l.at = append(l.at, len(text))
	return l
}

// tagLen is the length of the HTML tag at the head of s, 0 when there is none.
func tagLen(s string) int {
	end := strings.IndexByte(s[:min(len(s), 200)], '>')
	if end < 2 {
		return 0
	}
	c := s[1]
	if c == '/' || c == '!' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
		return end + 1
	}
	return 0
}

func foldRune(r rune) rune {
	switch {
	case r >= 'A' && r <= 'Z':
		return r + 'a' - 'A'
	case r < 0x20 || r == 0x3000 || r == 0xA0:
		return ' '
	case r < 0x80:
		return r
	case r >= 0xFF01 && r <= 0xFF5E:
		return unicode.ToLower(r - 0xFEE0)
	case r >= 0x200B && r <= 0x200F || r == 0x2060 || r == 0xFEFF || r >= 0xFE00 && r <= 0xFE0F:
		return 0
	}
	if s, ok := simplified[r]; ok {
		return s
	}
	return r
}

// word is the original stretch of letters i to j.
func (l letters) word(text string, i, j int) string { return text[l.at[i]:l.end(j)] }

// end is the byte after letter j-1: the beginning of letter j, less what lies between them unseen.
func (l letters) end(j int) int { return l.at[j] }

func (l letters) String() string { return string(l.r) }

// index gives the first place of a folded word at or after letter i, -1 when there is none.
func (l *letters) index(word []rune, i int) int {
	for _, r := range word {
		if l.some[r>>6&15]&(1<<(r&63)) == 0 {
			return -1
		}
	}
	for ; i+len(word) <= len(l.r); i++ {
		if l.r[i] == word[0] && l.has(word, i) {
			return i
		}
	}
	return -1
}

func (l *letters) has(word []rune, i int) bool {
	if i < 0 || i+len(word) > len(l.r) {
		return false
	}
	for k, r := range word {
		if l.r[i+k] != r {
			return false
		}
	}
	return true
}

func isStop(r rune) bool { return r >= 0 && int(r) < len(stops) && stops[r] }

// stops part words; a table, for every letter is asked many times.
var stops = func() (t [0x10000]bool) {
	for _, r := range " ,._。，、；;：:！!？?…（）()“”\"'‘’【】[]《》<>～~|/\\—-" {
		t[r] = true
	}
	return t
}()

func isHan(r rune) bool   { return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF }
func isDigit(r rune) bool { return r >= '0' && r <= '9' }
func isAlpha(r rune) bool { return r >= 'a' && r <= 'z' }

// simplified holds the traditional forms that chat messages are most often typed in.
var simplified = pairs("馬马間间門门開开關关車车東东樓楼號号單单電电話话報报警警員员鄰邻裡里裏里們们個个人人過过來来時时後后從从這这還还沒没說说請请問问" +
	"幫帮嗎吗嚇吓錢钱騙骗轉转帳账賬账戶户證证身身辦办補补換换區区縣县鎮镇鄉乡橋桥溝沟灣湾場场廠厂礦矿學学師师醫医護护藥药" +
	"傷伤殺杀槍枪砍砍搶抢偷偷賊贼撬撬壞坏燒烧煙烟災灾漏漏氣气險险塌塌裂裂爛烂滅灭燈灯線线纜缆壓压圍围牆墙攔拦護护欄栏纏缠" +
	"牽牵羊羊牛牛豬猪雞鸡鴨鸭貓猫魚鱼樹树葉叶麥麦穀谷種种農农漁渔買买賣卖貨货貸贷債债欠欠資资費费賠赔償偿價价標标準准" +
	"爭争鬥斗鬧闹罵骂嚴严舉举報报舉举尋寻見见認认識识親亲媽妈爺爷婦妇兒儿孫孙歲岁靈灵體体頭头臉脸腳脚齒齿聽听覺觉擔担憂忧" +
	"應应該该對对錯错讓让給给與与為为無无萬万幾几兩两雙双點点鐘钟週周晚晚當当現现發发動动連连續续運运輸输駕驾駛驶違违規规" +
	"靜静響响嘩哗噪噪擾扰舊旧塊块佔占絕绝離离婚婚養养撫抚遺遗產产權权屬属約约謝谢歡欢樂乐祝祝節节賀贺聖圣龍龙鳳凤國国" +
	"華华廣广場场銀银鐵铁鋼钢銅铜鎖锁鑰钥匙匙袋袋紙纸書书筆笔畫画圖图館馆餐餐飯饭湯汤麵面涼凉熱热凍冻濕湿雲云風风淚泪嗚呜" +
	"啟启閉闭總总統统級级較较輕轻輛辆輪轮軟软載载機机構构檢检測测渦涡濃浓濟济滯滞滿满潛潜澆浇濫滥灘滩爐炉獨独獲获環环療疗" +
	"盜盗監监盤盘確确禮礼禍祸稱称穩稳競竞糧粮糾纠紀纪紅红純纯細细終终組组結结絲丝經经綠绿維维網网緊紧緒绪編编緩缓練练縮缩")

func pairs(s string) map[rune]rune {
	m, r := map[rune]rune{}, []rune(s)
	for i := 0; i+1 < len(r); i += 2 {
		if r[i] != r[i+1] {
			m[r[i]] = r[i+1]
		}
	}
	return m
}
