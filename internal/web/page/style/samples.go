// Package style is the page that shows every piece of the interface in every state it has. It is what to look at
// before writing a page, and after changing the stylesheet.
package style

import (
	"fmt"

	"maplegrid/internal/web/asset"
	"maplegrid/internal/web/page/part"
)

// dot is one grey pixel: a picture without a file.
const dot = "data:image/gif;base64,R0lGODlhAQABAIAAAMDAwAAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw=="

func frame() part.Layout {
	return part.Layout{
		Title: "界面样式", Station: "枫桥路派出所", Product: "枫格 Maplegrid", Switch: "?lang=en",
		Search: &part.Search{Action: "/search", Hint: "搜编号、地点、关键词"},
		User: &part.User{Name: "陈建国", Role: "社区民警 · 第三警格", SignOut: "/sign-out",
			Links: []part.Link{{Href: "/me", Label: "我的账号", Icon: "user-round"}, {Href: "/me/points", Label: "我的积分", Icon: "star"}}},
		Nav: []part.NavItem{
			{Href: "/", Label: "待办", Icon: "inbox", Current: true, Count: 7},
			{Href: "/reports", Label: "报事", Icon: "megaphone", Count: 128},
			{Href: "/matters", Label: "事项", Icon: "clipboard-list"},
			{Href: "/map", Label: "地图", Icon: "map"},
			{Href: "/rosters", Label: "勤务", Icon: "footprints"},
			{Href: "/registers", Label: "底册", Icon: "book-open"},
			{Href: "/ledgers", Label: "台账", Icon: "file-text"},
		},
		Flash: []part.Flash{
			{Tone: part.OK, Text: "已签收。请在 24 小时内首次联系报事人。", Link: &part.Link{Href: "#", Label: "查看事项"}},
			{Tone: part.Due, Text: "您有 2 条承诺明天到期。"},
		},
	}
}

var statuses = []part.Status{
	{Label: "待分流"}, {Tone: part.Info, Label: "处理中"}, {Tone: part.OK, Label: "已办结"},
	{Tone: part.Due, Label: "临期"}, {Tone: part.Overdue, Label: "超时"}, {Tone: part.Paused, Label: "已暂停"},
}

var grades = []part.Grade{
	{Level: 1, Label: "一级 重大", Why: "有扬言伤害，涉 5 人以上"}, {Level: 2, Label: "二级 较大", Why: "反复两次以上"},
	{Level: 3, Label: "三级 一般"}, {Level: 4, Label: "四级 轻微"}, {Label: "未定级"},
}

var clocks = []part.Clock{
	{Tone: part.OK, Label: "剩余 2 天", Source: "人民调解法：三十日内", At: "2026-11-24T18:00:00+08:00"},
	{Tone: part.Due, Label: "剩余 3 小时", Source: "首次联系 24 小时"},
	{Tone: part.Overdue, Label: "已超时 3 小时", Source: "首次联系 24 小时"},
	{Tone: part.Paused, Label: "已暂停", Source: "等待鉴定结果"},
	{Tone: part.Plain, Label: "无时限"},
}

func matters() part.Matters {
	return part.Matters{Items: []part.Matter{
		{Href: "#", Number: "纠-2026-0412", Title: "三组两户因滴水檐尺寸争执，第二次报事", Kind: "邻里纠纷", Icon: "scale", Place: "下湾村三组",
			Handler: "陈建国", When: "3 小时前", Grade: &grades[1], Status: &statuses[1], Clock: &clocks[1], Marks: []string{"反复"}, Unread: true},
		{Href: "#", Number: "服-2026-0087", Title: "为卧床老人上门办理身份证", Kind: "上门服务", Icon: "heart-handshake", Place: "桥头社区 4 幢",
			Handler: "李小梅", When: "昨天", Status: &statuses[0], Clock: &clocks[0]},
		{Href: "#", Number: "患-2026-0031", Title: "东湖小学门口护栏松动，放学时段人多车多，需与学校、交警中队一起到场看", Kind: "隐患",
			Icon: "triangle-alert", Place: "东湖路 12 号", Handler: "王强", When: "11-20", Grade: &grades[0], Status: &statuses[4],
			Clock: &clocks[2], Marks: []string{"联动", "学校"}},
		{Href: "#", Number: "财-2026-0009", Title: "电动车两辆待返还", Kind: "追赃挽损", Icon: "package", Place: "物证室", When: "11-02",
			Status: &statuses[5], Clock: &clocks[3]},
	}}
}

func table() part.Table {
	row := func(name, kind, left, rate string, tone part.Tone) part.Row {
		return part.Row{Href: "#", Tone: tone, Cells: part.Cells(name, kind, left, rate)}
	}
	return part.Table{Caption: "各网格本月办理情况", Titled: true,
		Columns: []part.Column{{Label: "网格"}, {Label: "网格员"}, {Label: "在办", Num: true}, {Label: "按时率", Num: true}},
		Rows: []part.Row{row("下湾村第一网格", "周*", "12", "96.4%", part.Plain), row("下湾村第二网格", "吴**", "31", "71.0%", part.Overdue),
			row("桥头社区第一网格", "赵*", "4", "100%", part.Plain)}}
}

func timeline() part.Timeline {
	return part.Timeline{Label: "经过", Entries: []part.Entry{
		{Icon: "send", Tone: part.Info, What: "交办", Who: "值班长 林*", When: "今天 09:12", At: "2026-11-22T09:12:00+08:00", Text: "请今天内到场，先把两家人分开谈。"},
		{Icon: "circle-check", Tone: part.OK, What: "签收", Who: "陈建国", When: "今天 09:20"},
		{Icon: "footprints", What: "到场", Who: "陈建国、网格员 周*", When: "今天 10:05", Text: "两家都在。檐口伸出约 18 公分，雨水落在对方墙根。\n双方同意先停工。",
			Attachments: []part.Attachment{{Href: "#", Thumb: dot, Label: "檐口照片"}, {Href: "#", Thumb: dot, Label: "墙根照片"}, {Href: "#", Label: "现场笔录.pdf"}},
			Entries: []part.Entry{
				{Icon: "users-round", What: "联动：村委会到场", Who: "村主任 何*", When: "10:20"},
				{Icon: "gavel", Tone: part.Due, What: "联动：司法所未答复", When: "已过 2 小时"},
			}},
		{Icon: "circle-pause", Tone: part.Paused, What: "暂停", Who: "陈建国", When: "今天 11:30", Text: "等待测量结果。"},
	}}
}

func tree() part.Tree {
	return part.Tree{Label: "组织", Nodes: []part.Node{{Label: "枫桥路派出所", Href: "#", Icon: "shield-check", Open: true, Nodes: []part.Node{
		{Label: "第三警格", Href: "#", Note: "陈建国", Count: 16, Open: true, Nodes: []part.Node{
			{Label: "下湾村第一网格", Href: "#", Note: "周*", Count: 12, Current: true},
			{Label: "下湾村第二网格", Href: "#", Note: "吴**", Count: 131}}},
		{Label: "第四警格", Href: "#", Note: "空缺", Nodes: []part.Node{{Label: "桥头社区第一网格", Href: "#"}}},
	}}}}
}

func form(refused bool) part.Form {
	f := part.Form{ID: "sample", Action: "#", Submit: "提交报事", Icon: "send", Cancel: &part.Link{Href: "#", Label: "放弃"}, Fields: []part.Field{
		{Name: "words", Label: "什么事", Kind: part.KindWords, Hint: "一句话就够，不要写身份证号。", Required: true, MaxLen: 500, Draft: "sample"},
		{Name: "place", Label: "在哪里", Kind: part.KindPlace, Value: "下湾村三组", Options: []part.Option{{Value: "下湾村三组"}, {Value: "东湖小学"}}, Half: true},
		{Name: "at", Label: "什么时候", Kind: part.KindDateTime, Value: "2026-11-22T08:30", Half: true},
		{Name: "where", Label: "位置", Kind: part.KindPosition},
		{Name: "photos", Label: "照片", Kind: part.KindPhotos, MaxLen: 6, Hint: "最多 6 张。"},
		{Name: "sign", Label: "当事人签名", Kind: part.KindSignature},
		{Name: "kind", Label: "是哪一类", Kind: part.KindRadio, Value: "dispute", Required: true, Options: []part.Option{
			{Value: "dispute", Label: "矛盾纠纷", Icon: "scale", Hint: "邻里、家庭、债务"}, {Value: "hazard", Label: "安全隐患", Icon: "triangle-alert", Hint: "电、火、水、路"},
			{Value: "help", Label: "上门服务", Icon: "heart-handshake", Hint: "办证、送证、帮扶"}, {Value: "other", Label: "说不清", Icon: "circle-question-mark"}}},
		{Name: "grade", Label: "风险等级", Kind: part.KindGrade, Value: "2", Section: "分级与承办", Options: []part.Option{
			{Value: "1", Label: "一级 重大"}, {Value: "2", Label: "二级 较大"}, {Value: "3", Label: "三级 一般"}, {Value: "4", Label: "四级 轻微"}}},
		{Name: "handler", Label: "承办人", Kind: part.KindPerson, Section: "分级与承办", Half: true, Required: true, Options: []part.Option{
			{Value: "1", Label: "陈建国", Group: "民警"}, {Value: "2", Label: "周*", Group: "网格员"}}},
		{Name: "due", Label: "办结期限", Kind: part.KindDate, Section: "分级与承办", Half: true, Value: "2026-12-01"},
		{Name: "money", Label: "涉及金额", Kind: part.KindMoney, Section: "分级与承办", Half: true, Value: "1200.00"},
		{Name: "phone", Label: "联系电话", Kind: part.KindPhone, Section: "分级与承办", Half: true},
		{Name: "call", Label: "叫谁一起到场", Kind: part.KindChecks, Section: "分级与承办", Values: []string{"village"}, Options: []part.Option{
			{Value: "village", Label: "村委会"}, {Value: "justice", Label: "司法所"}, {Value: "lawyer", Label: "法律顾问"}}},
		{Name: "told", Label: "已告知双方权利义务", Kind: part.KindBool, Value: "true", Section: "分级与承办"},
	}}
	if !refused {
		return f
	}
	f.ID, f.Danger, f.Submit, f.Icon, f.Confirm = "refused", true, "不予受理", "circle-x", "不予受理后报事人会收到答复，确定吗？"
	f.Fields = []part.Field{
		{Name: "reason", Label: "不予受理的理由", Kind: part.KindWords, Value: "不归我们管", Required: true, MaxLen: 300, Error: "请写明应当找哪个部门，报事人会看到。"},
		{Name: "to", Label: "告知去向", Kind: part.KindSelect, Required: true, Error: "请选择。", Half: true, Options: []part.Option{{Value: "1", Label: "司法所"}, {Value: "2", Label: "法院"}}},
		{Name: "on", Label: "答复日期", Kind: part.KindDate, Half: true, Value: "2026-11-31", Error: "没有这一天。"},
	}
	return f
}

func ratio(p asset.Pair) string { return fmt.Sprintf("%.1f : 1", p.Contrast()) }

func weight() string {
	total := 0
	for _, name := range []string{"app.css", "app.js", "htmx.js", "icons.svg", "mark.svg"} {
		total += asset.Size(name)
	}
	return fmt.Sprintf("%.1f KB", float64(total)/1024)
}
