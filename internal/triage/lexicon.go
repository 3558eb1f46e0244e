package triage

import (
	"math"
	"slices"
	"strings"
	"sync"
)

// lexicon is the words by which a text is cut, so that reasons are told in whole words: those of the word lists and of the
// sorts of places, and those learned from labelled messages.
type lexicon struct {
	weigh map[uint64]float32 // by word: what it costs to read it there
}

// What a letter that is no word costs to read; a small one is mostly a word of its own.
const (
	smallCost, letterCost, wordCost = 0.7, 1.0, 1.0
	longestWord                     = 4
)

// smallWords are letters that are words by themselves and say little: no reason begins or ends with one.
const smallWords = empty + "事叫想要能会可对从向往到得地里上下个只些些再才刚已正所以但而却与及或等请您咱俺谁哪啥几两每各某多少半点次回件条辆头家位名块元年月日时号样边面前后中内外起为于"

func isSmall(r rune) bool { return r >= 0 && int(r) < len(smallTable) && smallTable[r] }

// smallTable is a table, for every letter is asked many times.
var smallTable = func() (t [0x10000]bool) {
	for _, r := range smallWords {
		t[r] = true
	}
	return t
}()

// numerals count; one alone is no reason.
const numerals = "一二三四五六七八九十百千万两几〇"

// usualWords are everyday words of such messages that the lists of playbooks need not name.
const usualWords = "身份证|被子|羊绒|驼绒|五保户|学生证|工作证|毕业证|结婚证|户口本|已经|可以|应该|因为|所以|但是|正在|居住证|驾驶证|行驶证|银行卡|社保卡|医保卡|存折|手机|电话|号码|电动车|摩托车|三轮车|面包车|货车|拖拉机|小轿车|出租车|公交车|校车|自行车|车牌|车钥匙|钥匙|钱包|书包|背包|眼镜|手表|戒指|项链" +
	"|耳环|衣服|帽子|围巾|鞋子|孩子|小孩|娃娃|老人|老汉|老太太|老婆|老公|媳妇|婆婆|丈夫|爱人|儿子|女儿|孙子|孙女|爷爷|奶奶|爸爸|妈妈|父亲|母亲|哥哥|姐姐|弟弟|妹妹|叔叔|阿姨|邻居|房东|租客|租户|老板" +
	"|老板娘|员工|工友|工人|工头|学生|同学|老师|班主任|校长|家长|保安|司机|师傅|医生|护士|民警|警察|网格员|书记|村长|干部|小偷|骗子|流氓|陌生人|外地人|朋友|亲戚|同事|顾客|客人|男的|女的|吵架|打架|骂人" +
	"|打人|咬人|伤人|砍人|动手|推搡|堵门|闹事|威胁|恐吓|骚扰|跟踪|偷东西|被偷|被盗|被骗|诈骗|转账|贷款|刷单|赌博|喝醉|喝多|醉酒|酒驾|翻墙|撬锁|砸玻璃|放火|着火|冒烟|漏水|漏电|漏气|停电|停水|堵车|塌方" +
	"|滑坡|落石|积水|裂缝|倒塌|掉下来|掉进|摔倒|摔下|晕倒|昏迷|流血|出血|受伤|骨折|中毒|触电|溺水|落水|被困|被锁|反锁|走失|走丢|丢失|不见|找不到|找不着|捡到|拾到|认领|招领|失主|上门|办理|代办|补办" +
	"|换证|办证|登记|预约|申请|报名|证明|材料|手续|流程|多久|多少钱|什么|怎么|怎样|为什么|哪里|哪个|哪天|哪些|什么时候|时间|时候|能不能|可不可以|要不要|是不是|有没有|行不行|请问|咨询|打听|了解|听说|怀疑" +
	"|可疑|举报|反映|投诉|赔偿|赔钱|退钱|退款|押金|定金|房租|租金|工资|工钱|欠钱|借钱|还钱|彩礼|抚养费|赡养|离婚|分家|承包|合同|地界|宅基地|围墙|水渠|噪音|扰民|油烟|停车位|物业费|电费|水费|今天|昨天" +
	"|明天|后天|前天|昨晚|今晚|早上|中午|下午|晚上|半夜|凌晨|白天|黑夜|刚才|现在|马上|赶紧|赶快|快来|救命|帮忙|帮助|谢谢|辛苦|恭喜|收到|哈哈|早上好|晚安|注意|提醒|转发|通知|降温|下雨|下雪|刮风|知道" +
	"|看见|听见|发现|觉得|感觉|认识|告诉|打电话|联系|联系不上|打不通|关机|没人|有人|大家|自己|别人|我们|你们|他们|她们|咱们|人家|东西|事情|问题|情况|地方|房子|院子|屋里|家里|门口|旁边|附近|对面|隔壁" +
	"|楼上|楼下|牛羊|羊群|骆驼|黑驴|狼咬|草场|毡房|转场|放羊|剪毛|火星|炉子|煤气|煤气罐|液化气|汽油|鞭炮|烟花|电线|电瓶|充电|插座|灭火器|井盖|路灯|护栏|红绿灯|斑马线|消防车|救护车|监控|摄像头|收割机" +
	"|叉车|吊车|铁门|闸门|防盗门|玻璃|眼睛|耳朵|鼻子|胳膊|肚子|脑袋|心脏病|高血压|糖尿病|残疾证|轮椅|拐棍|耳背|发烧|头疼|头晕|恶心|喘不上气|疼得|动不了|起不来|叫不醒|睁不开|看不见|走不动|说不清|喊救命" +
	"|不想活|想不开|开玩笑|玩笑|电影|电视剧|小说|游戏|跳舞|唱戏|篮球|年会|放假|生日|红包|打折|拼单|奶茶|装卸|抢活|结冰|坡道|冰面|烟道|毛巾|剪子|火山|空气炸锅|化学品|运输|检疫|牲口|肿到|蛇咬|插队|校服" +
	"|作业|学费|补课|食堂|假烟|假酒|假药|搬运|箱子|包夜|未成年|起诉|法院|打官司|律师|仲裁"

func newLexicon(words []list, texts []string) *lexicon {
	x := &lexicon{map[uint64]float32{}}
	for _, all := range []string{headList, tailList, usualWords} {
		for w := range strings.SplitSeq(all, "|") {
			x.put([]rune(w), wordCost)
		}
	}
	for _, l := range words {
		for _, word := range l.words {
			for _, part := range word {
				x.put(part, wordCost)
			}
		}
	}
	x.learn(texts)
	return x
}

// plainLexicon knows no playbook.
var plainLexicon = sync.OnceValue(func() *lexicon { return newLexicon(nil, nil) })

func (w *Words) lexicon() *lexicon {
	if w.vocabulary == nil {
		return plainLexicon()
	}
	return w.vocabulary()
}

func hashOf(word []rune) (h uint64) {
	h = seed
	for _, r := range word {
		h = mix(h, r)
	}
	return h
}

func (x *lexicon) put(word []rune, cost float32) {
	if n := len(word); n < 2 || n > longestWord || strings.ContainsRune(particles, word[0]) || strings.ContainsRune(particles, word[n-1]) {
		return
	}
	h := hashOf(word)
	if had, ok := x.weigh[h]; !ok || cost < had {
		x.weigh[h] = cost
	}
}

// particles stand beside words and never at their ends.
const particles = "的了着过吗呢吧啊呀哦嘛么"

// How often a word must stand in the messages, how much oftener its parts stand together than by chance, and that it has
// different neighbours (Feng and others 2004, "Accessor variety").
const (
	wordSeen    = 3
	pairHolds   = 8
	longHolds   = 15
	wordVariety = 2
)

// seenWord is a run of letters in the messages: how often, and some letters that stood before and behind it.
type seenWord struct {
	n             int
	before, after []rune
}

// learn takes the words in that messages show to be such: letters that stand together, beside different others.
func (x *lexicon) learn(texts []string) {
	seen := map[string]*seenWord{}
	letters := 0
	for _, text := range texts {
		r := fold(text).r
		for i := range r {
			for n := 1; n <= longestWord && i+n <= len(r) && isHan(r[i+n-1]); n++ {
				key := string(r[i : i+n])
				s := seen[key]
				if s == nil {
					s = &seenWord{}
					seen[key] = s
				}
				s.n++
				s.before, s.after = neighbour(s.before, r, i-1), neighbour(s.after, r, i+n)
				letters += b2i(n == 1)
			}
		}
	}
	for key, s := range seen {
		w := []rune(key)
		if n := len(w); n < 2 || s.n < wordSeen || len(s.before) < wordVariety || len(s.after) < wordVariety ||
			strings.ContainsRune(empty+numerals, w[0]) || strings.ContainsRune(empty, w[n-1]) {
			continue
		}
		holds := math.Inf(1)
		for k := 1; k < len(w); k++ {
			a, b := seen[string(w[:k])], seen[string(w[k:])]
			holds = min(holds, float64(s.n)*float64(letters)/(float64(a.n)*float64(b.n)))
		}
		if holds >= longHolds || holds >= pairHolds && len(w) == 2 {
			x.put(w, wordCost+0.05-0.02*float32(math.Log(float64(s.n))))
		}
	}
}

// neighbour adds letter i to some; each stop and each end of a text counts as one more.
func neighbour(some []rune, r []rune, i int) []rune {
	if len(some) >= wordVariety {
		return some
	}
	if i < 0 || i >= len(r) || !isHan(r[i]) {
		return append(some, 0)
	}
	if slices.Contains(some, r[i]) {
		return some
	}
	return append(some, r[i])
}

// word is letters from–to that are read as one; whole says that it is a word, and not only letters between words.
type word struct {
	span
	whole bool
}

// cut reads letters as words, at the least cost; places are read whole.
func (x *lexicon) cut(l letters) (out []word) {
	n := min(len(l.r), mostModelled)
	cost, from := make([]float32, n+1), make([]int32, n+1)
	for j := 1; j <= n; j++ {
		cost[j] = float32(math.Inf(1))
	}
	for i := range n {
		r := l.r[i]
		step := float32(letterCost)
		if isSmall(r) {
			step = smallCost
		}
		if c := cost[i] + step; c < cost[i+1] {
			cost[i+1], from[i+1] = c, int32(i)
		}
		if !isHan(r) {
			continue
		}
		h := mix(seed, r)
		for k := i + 1; k < n && k-i < longestWord && isHan(l.r[k]); k++ {
			h = mix(h, l.r[k])
			if w, ok := x.weigh[h]; ok && cost[i]+w < cost[k+1] {
				cost[k+1], from[k+1] = cost[i]+w, int32(i)
			}
		}
	}
	for j := n; j > 0; j = int(from[j]) {
		out = append(out, word{span{int(from[j]), j}, j-int(from[j]) > 1})
	}
	slices.Reverse(out)
	return joined(l, out)
}

// joined makes one of letters that stand between words and are none: a word that nobody told yet.
func joined(l letters, words []word) (out []word) {
	plain := func(w word) bool {
		return !w.whole && isHan(l.r[w.from]) && !isSmall(l.r[w.from]) && !strings.ContainsRune(numerals, l.r[w.from])
	}
	for i := 0; i < len(words); {
		j := i
		for j < len(words) && plain(words[j]) && j-i < longestWord {
			j++
		}
		if j-i < 2 || j < len(words) && plain(words[j]) {
			out = append(out, words[i])
			i++
			continue
		}
		out = append(out, word{span{words[i].from, words[j-1].to}, true})
		i = j
	}
	return out
}
