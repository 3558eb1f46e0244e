package chat

import (
	"encoding/csv"
	"slices"
	"strings"
)

// Columns of the tables that archives of chats are exported to, by what stands above them.
var (
	senderColumns  = set("发送人 发送者 发言人 发消息人 成员 昵称 姓名 發送人 發送者 寄件者 sender from name user")
	timeColumns    = set("时间 发送时间 消息时间 日期 日期时间 時間 發送時間 time date datetime sent")
	contentColumns = set("内容 消息内容 消息 聊天内容 正文 內容 訊息內容 訊息 content message text")
	kindColumns    = set("类型 消息类型 類型 訊息類型 type kind")
	idleColumns    = set("序号 编号 群名 群聊 群组 会话 序號 群組 no # id msgid group chat")
	plainKinds     = set("文本 文字 text 文本消息")
)

// retabled makes the rows of an export, each message in a row of a table or in a row for each of its parts, into the form of time, name and
// words. Rows stand where they stood; no form but these is touched.
func retabled(rows []string) []string {
	first := slices.IndexFunc(rows, func(r string) bool { return r != "" })
	if first < 0 {
		return rows
	}
	for _, cut := range []func(string) []string{tabbed, commaed} {
		if columns := columnsOf(cut(rows[first])); columns != nil {
			return columns.rows(rows, first, cut)
		}
	}
	return labelled(rows)
}

// untitled takes the title of a window from above a paste: it is the platform's.
func untitled(rows []string) (rest []string, title []Line) {
	first := slices.IndexFunc(rows, func(r string) bool { return r != "" })
	if first < 0 || !isTitle(rows[first]) || !slices.ContainsFunc(rows[first+1:], func(r string) bool { return r != "" }) {
		return rows, nil
	}
	title = []Line{{Text: rows[first], Notice: true, Row: first + 1}}
	rows[first] = ""
	return rows, title
}

// isTitle says that a row is what stands above the window of a group, “东街网格群(125)”: the name and how many are in it.
func isTitle(row string) bool {
	name, n, ok := strings.Cut(strings.TrimRight(row, ")）"), "(")
	if !ok {
		name, n, ok = strings.Cut(strings.TrimRight(row, ")）"), "（")
	}
	return ok && len(row) <= 90 && strings.HasSuffix(row, ")") != strings.HasSuffix(row, "）") && n != "" && len(n) <= 4 && strings.Trim(n, "0123456789") == "" && strings.HasSuffix(strings.TrimSpace(name), "群")
}

func tabbed(row string) []string { return strings.Split(row, "\t") }

func commaed(row string) []string {
	r := csv.NewReader(strings.NewReader(row))
	r.LazyQuotes = true
	cells, err := r.Read()
	if err != nil {
		return nil
	}
	return cells
}

// columns are where the parts of a message stand in a table; -1 when they do not.
type columns struct{ sender, time, content, kind, width int }

// columnsOf reads the head of a table; nil when it is none.
func columnsOf(cells []string) *columns {
	c := &columns{-1, -1, -1, -1, len(cells)}
	for i, cell := range cells {
		switch cell = strings.ToLower(strings.Trim(strings.TrimSpace(cell), `"`)); {
		case senderColumns[cell] && c.sender < 0:
			c.sender = i
		case timeColumns[cell] && c.time < 0:
			c.time = i
		case contentColumns[cell] && c.content < 0:
			c.content = i
		case kindColumns[cell] && c.kind < 0:
			c.kind = i
		case idleColumns[cell]:
		default:
			return nil // a column that nobody knows may hold words
		}
	}
	if c.sender < 0 || c.time < 0 || c.content < 0 {
		return nil
	}
	return c
}

// rows writes every row of the table anew; what is no row of it stays, as the rest of the message above.
func (c *columns) rows(rows []string, first int, cut func(string) []string) []string {
	rows = slices.Clone(rows)
	rows[first] = ""
	for i := first + 1; i < len(rows); i++ {
		cells := cut(rows[i])
		if len(cells) < c.width {
			continue
		}
		cells = append(cells[:c.width-1:c.width-1], strings.Join(cells[c.width-1:], " "))
		at := strings.TrimSpace(cells[c.time])
		if _, n := readStamp(at); n == 0 || n != len(at) {
			continue
		}
		words := strings.TrimSpace(cells[c.content])
		if c.kind >= 0 {
			if kind := strings.TrimSpace(cells[c.kind]); kind != "" && !plainKinds[strings.ToLower(kind)] && !strings.Contains(words, kind) {
				words = strings.TrimSpace("[" + kind + "] " + words)
			}
		}
		rows[i] = at + "\t" + strings.TrimSpace(cells[c.sender]) + "\t" + words
	}
	return rows
}

// labelled makes rows “发送人：李梅”, “时间：2026-11-20 14:05”, “内容：…” into a head and words.
func labelled(rows []string) []string {
	var out []string
	for i := 0; i+2 < len(rows); i++ {
		sender, ok := labelledBy(rows[i], senderColumns)
		if !ok || !nameLike(sender) {
			continue
		}
		at, ok := labelledBy(rows[i+1], timeColumns)
		if t, n := readStamp(at); !ok || n == 0 || n != len(at) || !t.clock {
			continue
		}
		words, ok := labelledBy(rows[i+2], contentColumns)
		if !ok {
			continue
		}
		if out == nil {
			out = slices.Clone(rows)
		}
		out[i], out[i+1], out[i+2] = sender+" "+at, "", words
	}
	if out == nil {
		return rows
	}
	return out
}

func labelledBy(row string, labels map[string]bool) (rest string, ok bool) {
	i := colonAt(row)
	if i < 0 || !labels[strings.ToLower(strings.TrimSpace(row[:i]))] {
		return "", false
	}
	return strings.TrimSpace(strings.TrimLeft(row[i:], ":：")), true
}
