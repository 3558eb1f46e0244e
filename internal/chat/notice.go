package chat

import (
	"strings"
	"unicode/utf8"
)

// longestNotice is the longest row that is still looked at as words of the platform, in bytes.
const longestNotice = 240

// platform are the words by which a row is one of the platform: behind a name.
var platform = []string{"加入了群聊", "加入群聊", "加入了本群", "加入本群", "退出了群聊", "退出群聊", "移出了群聊", "移出群聊", "已退出本群", "进入群聊", "修改群名为", "修改了群名", "修改群名称为", "将群名修改为", "已成为新群主", "成为群主",
	"已成为新的群主", "设置为管理员", "开启了全员禁言", "关闭了全员禁言", "领取了你的红包", "发起了语音通话", "发起了群聊语音", "发起了视频通话", "joined the group chat", "to the group chat", "changed the group name to", "left the group",
	"加入群組", "加入了群組", "加入聊天室", "加入本群組", "離開群組", "已離開群組", "退出了群組", "退出群組", "加入了群聊", "更改群組名稱為", "將群組名稱更改為", "修改群組名稱為", "from the group chat", "joined group via", "joined the group"}

// endings are the same where nothing follows: what goes on behind them is somebody's.
var endings = []string{"修改了群公告", "发布了群公告", "更新了群公告", "修改群公告", "发布群公告", "取消了管理员", "开启了群聊邀请确认", "关闭了群聊邀请确认", "started a voice call", "started a video call",
	"发起了位置共享", "开启了位置共享", "位置共享已经结束", "發佈了群組公告"}

// received is what stands between who took a red packet and whose it was.
var received = []string{"领取了", "領取了", "拆开了", "收下了"}

// platformHeads begin a row that no person writes.
var platformHeads = []string{"以上是打招呼的内容", "以上为打招呼的内容", "群主已启用", "群主已恢复默认进群方式", "位置共享已经结束", "你已成为新群主", "消息已发出，但被对方拒收了", "以下是新消息", "以上是历史消息", "以下为新消息", "以上为历史消息", "查看更多消息", "通话时长 ", "通话时长：", "语音通话已经结束", "你已添加了", "对方已开启朋友验证", "发出红包，请在手机上查看", "收到红包，请在手机上查看", "收到红包，请在手机上领取"}

// recalls are the words by which a platform says that a message was taken back.
var recalls = []string{"撤回了一条消息", "撤回一条消息", "撤回了一則訊息", "撤回了一條消息", "撤回了一条群消息", "recalled a message", "has recalled a message", "recalled a message.", "撤回了一條訊息", "撤回一則訊息", "收回了一則訊息", "收回了一條訊息", "收回了一条消息", "收回一則訊息", "已收回訊息", "撤回了该消息", "已撤回一条消息", "的消息已撤回", "unsent a message"}

// wholly are rows that are a recall as they stand.
var wholly = set("消息已撤回 此消息已撤回 该消息已撤回 该消息已被撤回 此消息已被撤回 訊息已收回 此訊息已收回 該訊息已收回 訊息已撤回 此訊息已撤回 [该消息已撤回] [已撤回] 已撤回")

// recallOf says whose message a row says was taken back.
func recallOf(row string) (who string, ok bool) {
	if len(row) > longestNotice {
		return "", false
	}
	row = strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(row), "重新编辑"))
	if wholly[row] {
		return "", true
	}
	for _, r := range recalls {
		if who, ok = strings.CutSuffix(row, r); ok {
			break
		}
	}
	if i := strings.LastIndex(row, "撤回了"); !ok && i >= 0 && strings.HasSuffix(row, "的一条消息") { // 管理员撤回了成员“李梅”的一条消息
		who, ok = strings.TrimPrefix(strings.TrimSuffix(row[i+len("撤回了"):], "的一条消息"), "成员"), true
	}
	if who == "对方" || who == "對方" {
		return "", ok
	}
	if !ok {
		return "", false
	}
	return bareName(who), bareName(who) == "" || isMember(who)
}

// isMember says whether what stands before the words of a platform is the name of a member, not the beginning of a sentence
// that somebody wrote about it: in quotation marks, set off by a blank, the reader, or surely a person's.
func isMember(s string) bool {
	name := bareName(s)
	if name == "你" || name == "You" {
		return true
	}
	if !nameLike(name) || labels[name] {
		return false
	}
	return strings.TrimRight(s, " \"”」") != s || personLike(name) && utf8.RuneCountInString(name) <= 8
}

// bareName takes blanks and quotation marks from around a name.
func bareName(s string) string { return strings.Trim(s, " \"“”「」『』'‘’") }

// isNotice says whether a row is words of the platform.
func isNotice(row string) bool {
	if len(row) > longestNotice || row == "" {
		return false
	}
	if _, ok := recallOf(row); ok {
		return true
	}
	if i := strings.Index(row, "拍了拍"); i >= 0 {
		return isPat(row[:i], row[i+len("拍了拍"):])
	}
	for _, pat := range []string{" tickled ", " nudged "} {
		if i := strings.Index(row, pat); i >= 0 {
			who, whom := row[:i], row[i+len(pat):]
			return (who == "I" || bareName(who) != who || personLike(who)) && nameLike(bareName(who)) && (bareName(whom) != whom || whom == "you" || whom == "me" || personLike(whom))
		}
	}
	if rest := strings.TrimLeft(row, "0123456789"); rest != row && (strings.TrimSpace(rest) == "条新消息" || strings.TrimSpace(rest) == "則新訊息") {
		return true
	}
	for _, h := range platformHeads {
		if strings.HasPrefix(row, h) {
			return true
		}
	}
	for _, p := range platform {
		if who, _, ok := strings.Cut(row, p); ok {
			return byMembers(who)
		}
	}
	for _, e := range endings {
		if who, ok := strings.CutSuffix(strings.TrimRight(row, "。"), e); ok {
			return who == "" || isMember(who)
		}
	}
	return isReceived(row)
}

// isReceived reads 「"李梅"领取了你的红包」.
func isReceived(row string) bool {
	for _, r := range received {
		taker, rest, ok := strings.Cut(row, r)
		if !ok {
			continue
		}
		for _, packet := range []string{"的红包", "的紅包"} {
			if giver, ok := strings.CutSuffix(rest, packet); ok {
				return isMember(taker) && isMember(giver)
			}
		}
	}
	return false
}

// byMembers says whether the words before those of the platform are members and what one did to the other: 「"李梅"邀请"王强"」.
func byMembers(s string) bool {
	for _, verb := range []string{"邀请", "通过扫描", "将", "把", " invited "} {
		if who, whom, ok := strings.Cut(s, verb); ok && who != "" {
			return isMember(who) && !strings.ContainsAny(whom, "，。！？；!?;…")
		}
	}
	return isMember(s)
}

// isPat tells 「"李梅" 拍了拍 "王强"」 from somebody who pats something.
func isPat(before, after string) bool {
	marked := func(s string) bool { return s != "" && strings.ContainsAny(s, " \"“”「」") }
	if strings.ContainsAny(before+after, "，。！？；!?") || utf8.RuneCountInString(before) > 30 || utf8.RuneCountInString(after) > 40 {
		return false
	}
	return marked(before) && nameLike(bareName(before)) || marked(after) || after == "我" || after == "自己"
}

// prefaces are the rows above a forwarded chat or one sent by mail.
var prefaces = set("群聊的聊天记录 聊天记录 [聊天记录] 群聊的聊天記錄 以下为聊天记录 以下是聊天记录 以下为聊天记录： dear: dear： 合并转发 逐条转发 [合并转发]")

func isPreface(row string) bool {
	if len(row) > longestNotice {
		return false
	}
	lower := strings.ToLower(row)
	bare := strings.TrimRight(lower, ":： ")
	switch {
	case prefaces[lower] || prefaces[bare]:
		return true
	case strings.HasSuffix(bare, "的聊天记录") || strings.HasSuffix(bare, "的聊天记录如下") || strings.HasSuffix(bare, "的聊天記錄") || strings.HasSuffix(bare, "的会话记录"):
		return colonAt(strings.TrimRight(row, ":： ")) < 0 && !strings.ContainsAny(row, "，。！？；")
	case strings.HasPrefix(lower, "chat history"), lower == "group chat history":
		return true
	}
	return strings.Contains(row, "\t") && strings.Contains(row, "时间") && (strings.Contains(row, "内容") || strings.Contains(row, "消息"))
}
