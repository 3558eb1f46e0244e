package chat

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// media are the words in brackets that stand for something that is no text: pictures and their like are counted, of the others
// what stands behind them is kept. What money words stand in is the platform's: a red packet, a call.
var (
	pictureWords = set("图片 照片 相片 视频 短视频 小视频 语音 语音消息 图像 圖片 圖像 影片 影音 語音 語音訊息 語音留言 視頻 視訊 短影音 photo image picture video voice audio")
	faceWords    = set("动画表情 表情 动态表情 自定义表情 動畫表情 動態貼圖 貼圖 表情貼 sticker stickers")
	fileWords    = set("文件 位置 链接 名片 聊天记录 小程序 地理位置 檔案 連結 file location link 日程 音乐 群公告 公告 个人名片 视频号 笔记 接龙 投票 收藏 群聊的聊天记录 卡片 位置共享 实时位置 位置資訊 地點 聊天記錄 群聊的聊天記錄 名片 個人名片 小程式 音樂 群組公告 文件夹")
	moneyWords   = set("红包 微信红包 转账 紅包 微信紅包 轉賬 轉帳 企业微信红包 拼手气红包 语音通话 视频通话 語音通話 視訊通話 通话 transfer")
	recordings   = []string{".jpg", ".jpeg", ".png", ".gif", ".heic", ".webp", ".bmp", ".mp4", ".mov", ".avi", ".amr", ".m4a", ".mp3", ".silk", ".wav"}
)

func init() { // of more words than one
	for _, w := range []string{"chat history", "contact card", "mini program", "group notice"} {
		fileWords[w] = true
	}
	for _, w := range []string{"red packet", "voice call", "video call", "money transfer"} {
		moneyWords[w] = true
	}
	for _, w := range []string{"live photo", "voice message"} {
		pictureWords[w] = true
	}
}

// bracketed reads a mark “[图片]”, “【视频】”, “[图片: a.jpg(请在附件中查看)]” at the head of s: the word inside and how long the whole is.
func bracketed(s string) (word, more string, n int) {
	closing := ""
	for _, p := range [...][2]string{{"[", "]"}, {"【", "】"}, {"［", "］"}, {"〔", "〕"}, {"(", ")"}, {"（", "）"}} {
		if strings.HasPrefix(s, p[0]) {
			s, n, closing = s[len(p[0]):], len(p[0]), p[1]
			break
		}
	}
	if closing == "" {
		return "", "", 0
	}
	end := strings.Index(s[:min(len(s), 200)], closing)
	if end < 0 {
		return "", "", 0
	}
	word = s[:end]
	if i := strings.IndexAny(word, ":："); i > 0 {
		_, c := utf8.DecodeRuneInString(word[i:])
		word, more = word[:i], strings.TrimSpace(word[i+c:])
	}
	return strings.ToLower(strings.TrimSpace(word)), more, n + end + len(closing)
}

// unmark takes the marks of pictures and the mentions of everybody out of a text and counts the pictures. money says that it
// is a red packet, face that a face stood in it.
func unmark(text string) (clean string, pictures int, money, face, file bool) {
	var b strings.Builder
	b.Grow(len(text))
	for i := 0; i < len(text); {
		c := text[i]
		if c != '[' && c != '(' && c != '@' && c != '!' && c < 0x80 {
			b.WriteByte(c)
			i++
			continue
		}
		if n := everybody(text[i:]); n > 0 {
			i += n
			continue
		}
		if n := markdownPicture(text[i:]); n > 0 {
			pictures++
			i += n
			continue
		}
		word, _, n := bracketed(text[i:])
		switch {
		case n > 0 && pictureWords[word]:
			pictures++
			i += n + lengthOf(text[i+n:])
		case n > 0 && faceWords[word] && c != '(':
			face = true
			i += n
		case n > 0 && fileWords[word] && c != '(':
			file = true
			i += n
		case n > 0 && moneyWords[word] && c != '(':
			money = true
			b.WriteString(text[i : i+n])
			i += n
		default:
			_, n = utf8.DecodeRuneInString(text[i:])
			b.WriteString(text[i : i+n])
			i += n
		}
	}
	clean, more := withoutFiles(b.String())
	return clean, pictures + more, money, face, file
}

// everybody is the length of a mention of all at the head of s.
func everybody(s string) int {
	if s[0] != '@' && !strings.HasPrefix(s, "＠") {
		return 0
	}
	at := 1
	if s[0] != '@' {
		at = len("＠")
	}
	for _, w := range [...]string{"所有人", "全体成员", "全員", "全员", "All", "all", "everyone"} {
		if strings.HasPrefix(s[at:], w) {
			n := at + len(w)
			for n < len(s) && (s[n] == ' ' || s[n] == '\t') {
				n++
			}
			return n
		}
	}
	return 0
}

func markdownPicture(s string) int {
	if !strings.HasPrefix(s, "![") {
		return 0
	}
	s = s[:min(len(s), 2000)]
	i := strings.Index(s, "](")
	if i < 0 {
		return 0
	}
	j := strings.IndexByte(s[i:], ')')
	if j < 0 {
		return 0
	}
	return i + j + 1
}

// lengthOf is the length of what follows the mark of a voice or video: 12", 0:12, 12秒, 12”.
func lengthOf(s string) int {
	i := 0
	for i < len(s) && s[i] == ' ' {
		i++
	}
	from := i
	for i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == ':' && i > from) {
		i++
	}
	if i == from || i-from > 8 {
		return 0
	}
	for _, end := range [...]string{`"`, "''", "″", "”", "秒", "s"} {
		if strings.HasPrefix(s[i:], end) {
			return i + len(end)
		}
	}
	if strings.IndexByte(s[from:i], ':') > 0 {
		return i
	}
	return 0
}

// withoutFiles takes out the names of pictures that stand by themselves, and counts those inside sentences too.
func withoutFiles(text string) (string, int) {
	if strings.IndexByte(text, '.') < 0 {
		return text, 0
	}
	n := 0
	var rows []string
	for row := range strings.SplitSeq(text, "\n") {
		if strings.IndexByte(row, '.') < 0 {
			rows = append(rows, row)
			continue
		}
		var words []string
		for w := range strings.SplitSeq(row, " ") {
			if isRecording(w) {
				n++
				if !strings.ContainsAny(w, "，。！？,：:；;、") {
					continue
				}
			}
			words = append(words, w)
		}
		rows = append(rows, strings.Join(words, " "))
	}
	return strings.Join(rows, "\n"), n
}

func isRecording(w string) bool {
	if len(w) < 5 || strings.HasPrefix(w, "http") {
		return false
	}
	tail := strings.ToLower(w[max(0, len(w)-16):])
	for _, r := range recordings {
		i := strings.Index(tail, r)
		if i > 0 && (i+len(r) == len(tail) || tail[i+len(r)] >= 0x80 || tail[i+len(r)] == ')' || tail[i+len(r)] == ',') {
			return true
		}
	}
	return false
}

// longestQuote is how much of an answered message is kept, in letters: enough to find it.
const longestQuote = 200

// unquote parts what a message answers from what it says.
func unquote(rows []string) (quote string, rest []string) {
	if len(rows) == 0 {
		return "", rows
	}
	if strings.HasPrefix(rows[0], ">") || strings.HasPrefix(rows[0], "＞") {
		n := 0
		for n < len(rows) && strings.HasPrefix(rows[n], ">") {
			n++
		}
		if n > 0 && n < len(rows) {
			return quoted(strings.Join(rows[:n], "\n")), rows[n:]
		}
	}
	if isRule(rows[0]) && len(rows) > 1 { // the answered words were not copied with it
		return "", rows[1:]
	}
	for k := 0; k < min(len(rows)-1, 40); k++ {
		if bare := strings.TrimRight(rows[k], "-—─– "); len(rows[k])-len(bare) >= 5 && closes(bare) && opens(rows[0], strings.Join(append(slices.Clone(rows[:k]), bare), "\n")) {
			return quoted(strings.Join(append(slices.Clone(rows[:k]), bare), "\n")), rows[k+1:]
		}
		if isRule(rows[k+1]) {
			whole := strings.TrimSpace(strings.Join(rows[:k+1], "\n"))
			if closes(whole) && opens(rows[0], whole) || strings.HasPrefix(whole, "「") || isAnswerHead(whole) {
				return quoted(whole), rows[min(k+2, len(rows)):]
			}
			return "", rows
		}
	}
	if first := rows[0]; len(rows) > 1 && strings.HasPrefix(first, "「") && strings.HasSuffix(first, "」") && colonAt(first) > 0 {
		return quoted(first), rows[1:]
	}
	return "", rows
}

// opens says whether a quotation begins with its row, “「李梅：…」” or “李梅：「…」”, or is the one row that was copied of it. What only ends
// with a quotation has words of its own before it.
func opens(row, whole string) bool {
	for _, mark := range []string{"「", "『", "“", "\""} {
		if i := strings.Index(row, mark); i == 0 || i > 0 && isCalled(row[:i]) {
			return true
		}
	}
	return isAnswerHead(row) || !strings.Contains(whole, "\n") && !strings.ContainsAny(whole, "「『“")
}

// isCalled says that words are a name and a colon: “李梅：”. With no colon, as in “他说”, they are somebody's words.
func isCalled(s string) bool {
	s = strings.TrimSpace(s)
	name := strings.TrimRight(s, ":： ")
	return name != s && nameLike(name) && !strings.Contains(name, "\n")
}

func closes(s string) bool {
	return strings.HasSuffix(s, "」") || strings.HasSuffix(s, "』") || strings.HasSuffix(s, "”") || strings.HasSuffix(s, `"`)
}

func isAnswerHead(s string) bool { return strings.HasPrefix(s, "这是一条引用/回复消息") }

// quoted takes brackets and the name of who said it from a quotation.
func quoted(s string) string {
	if isAnswerHead(s) {
		if i := strings.IndexAny(s, ":：\n"); i >= 0 {
			s = strings.TrimLeft(s[i:], ":：\n ")
		}
	}
	s = strings.TrimLeft(s, ">＞ ")
	if i := strings.IndexAny(s, "「『“\""); i >= 0 {
		_, n := utf8.DecodeRuneInString(s[i:])
		if head := strings.TrimSpace(s[:i]); head == "" || isCalled(head) {
			s = s[i+n:]
		}
	}
	s = strings.TrimSpace(strings.TrimRight(s, "」』”\""))
	if i := colonAt(s); i > 0 && isCalled(s[:i]+":") {
		_, n := utf8.DecodeRuneInString(s[i:])
		if rest := strings.TrimSpace(s[i+n:]); rest != "" && (rest[0] < '0' || rest[0] > '9' || s[i-1] < '0' || s[i-1] > '9') { // no “14:05”
			s = rest
		}
	}
	if r := []rune(s); len(r) > longestQuote {
		s = string(r[:longestQuote])
	}
	return s
}
