package paper

import (
	"encoding/base64"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
)

// sizes are the sizes of Chinese type in points.
var sizes = map[string]float64{"小初": 36, "一号": 26, "小一": 24, "二号": 22, "小二": 18, "三号": 16, "小三": 15, "四号": 14,
	"小四": 12, "五号": 10.5, "小五": 9}

const (
	bodySize  = 16.0 // 三号
	tableSize = 12.0 // 小四
)

// marks are the lines that begin with @ and hold words.
var marks = map[string]Kind{"标题": Heading, "副标题": Subtitle, "小标题": Section, "居中": Centred, "居右": Right, "顶格": Flush, "小字": Small,
	"封面": Cover, "图": Picture, "签名": Signs, "盖章": Seal, "分页": NewPage, "空": Space}

// onCards are the lines that only stand on cards.
var onCards = []string{"卡", "大字", "存根"}

var (
	action  = regexp.MustCompile(`(?s)\{\{.*?\}\}`)
	column  = regexp.MustCompile(`^([0-9]+(?:\.[0-9]+)?)([左中右]?)$`)
	rowMark = regexp.MustCompile(`^(?:(表头|合计)|高 +([0-9]+)) *(\|.*)$`)
	spanned = regexp.MustCompile(`^([0-9]{1,2}) `)
)

// checkMarkup reads every line of a template as if all its branches were taken and all its blanks empty.
func checkMarkup(source string) error {
	still := action.ReplaceAllStringFunc(source, func(s string) string {
		if strings.Contains(s, "\n") {
			return strings.Repeat("\n", strings.Count(s, "\n"))
		}
		return ""
	})
	columns, cards := 0, false
	for i, line := range strings.Split(still, "\n") {
		line, n := strings.TrimLeft(line, " \t"), i+1 // the blank after a last |3 counts
		word, rest, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "@")), " ")
		row, _, _, isRow := rowOf(line)
		switch {
		case strings.TrimSpace(line) == "":
			continue
		case strings.HasPrefix(line, "＠") || strings.HasPrefix(line, "｜"):
			return mistake(n, "行首的“%s”是全角符号，请改成半角。", string([]rune(line)[:1]))
		case isRow:
			if columns == 0 {
				return mistake(n, "表格的行前面没有 @表，请先写一行 @表 和各列的宽度。")
			}
			if got := wide(row); got != columns {
				return mistake(n, "这一行占了%d列，@表 说有%d列，请核对竖线和跨列数（行尾不写竖线）。", got, columns)
			}
			continue
		case slices.Contains(onCards, word) && strings.HasPrefix(line, "@"):
			if !cards {
				return mistake(n, "@%s 只能写在 @卡片 后面，请先写一行 @卡片 和横竖各几张，如 @卡片 2 5。", word)
			}
			continue
		case cards && (word == "小字" || !strings.HasPrefix(line, "@")):
			continue
		case !strings.HasPrefix(line, "@") || word == "横版":
		case word == "卡片":
			if _, _, _, ok := gridOf(rest); !ok {
				return mistake(n, "@卡片 后面要写横着几张、竖着几张，如 @卡片 2 5（最多3张乘8张）。")
			}
			columns, cards = 0, true
			continue
		case word == "表":
			c, bad := columnsOf(rest)
			if bad != "" || len(c) == 0 {
				return mistake(n, "列宽“%s”看不懂，请写数字，后面可以跟 左、中、右，如 @表 3中 7 3右。", bad)
			}
			columns, cards = len(c), false
			continue
		case word == "字号":
			if sizes[strings.TrimSpace(rest)] == 0 {
				return mistake(n, "没有“%s”这个字号，可用：小初、一号、小一、二号、小二、三号、小三、四号、小四、五号、小五。", strings.TrimSpace(rest))
			}
		case word == "表头" || word == "合计" || word == "高":
			return mistake(n, "@%s 后面要有表格的一行，如 @表头 | 序号 | 姓名。", word)
		case marks[word] == "":
			return mistake(n, "没有“@%s”这个写法，可用的见 docs/documents.md。", word)
		}
		columns, cards = 0, false
	}
	return nil
}

func columnsOf(words string) (list []Column, bad string) {
	for _, w := range strings.Fields(words) {
		m := column.FindStringSubmatch(w)
		if m == nil {
			return nil, w
		}
		share, _ := strconv.ParseFloat(m[1], 64)
		if share <= 0 || len(list) == 40 {
			return nil, w
		}
		list = append(list, Column{Share: share, Align: m[2]})
	}
	return list, ""
}

// rowOf splits a row of a table into its raw cells.
func rowOf(line string) (cells []string, head string, lines int, ok bool) {
	if rest, marked := strings.CutPrefix(line, "@"); marked {
		m := rowMark.FindStringSubmatch(rest)
		if m == nil {
			return nil, "", 0, false
		}
		head, line = m[1], m[3]
		lines, _ = strconv.Atoi(m[2])
	}
	if !strings.HasPrefix(line, "|") {
		return nil, "", 0, false
	}
	line = line[1:]
	return strings.Split(line, "|"), head, min(lines, 20), true
}

func spanOf(cell string) (int, string) {
	if m := spanned.FindStringSubmatch(cell); m != nil {
		n, _ := strconv.Atoi(m[1])
		return max(n, 1), cell[len(m[0]):]
	}
	return 1, cell
}

func wide(cells []string) (n int) {
	for _, c := range cells {
		span, _ := spanOf(c)
		n += span
	}
	return n
}

// arrange reads the lines of a filled template. The lines were checked when the template was parsed; whatever a filling makes
// of them after all is printed as words rather than lost.
func arrange(filled string) Document {
	a := arranger{}
	for line := range strings.Lines(filled) {
		if strings.TrimSpace(line) != "" {
			a.line(strings.TrimLeft(strings.TrimRight(line, "\r\n"), " \t"))
		}
	}
	return a.doc
}

type arranger struct {
	doc  Document
	size float64
}

func (a *arranger) add(b Block) {
	b.Size = a.size
	a.doc.Blocks = append(a.doc.Blocks, b)
}

func (a *arranger) last(k Kind) *Block {
	if n := len(a.doc.Blocks); n > 0 && a.doc.Blocks[n-1].Kind == k {
		return &a.doc.Blocks[n-1]
	}
	return nil
}

func (a *arranger) line(line string) {
	if cells, head, lines, ok := rowOf(line); ok {
		if table := a.last(Table); table != nil {
			row := Row{Header: head == "表头", Total: head == "合计", Lines: lines, Cells: cellsOf(cells, len(table.Columns))}
			table.Rows = append(table.Rows, row)
			return
		}
	}
	word, rest, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "@")), " ")
	kind := marks[word]
	if a.cardLine(line, word, rest) {
		return
	}
	switch {
	case !strings.HasPrefix(line, "@"):
		a.words(Paragraph, line)
	case word == "横版":
		a.doc.Landscape = true
	case word == "字号":
		a.size = sizes[strings.TrimSpace(rest)]
	case word == "表":
		columns, bad := columnsOf(rest)
		if bad != "" || len(columns) == 0 {
			columns = []Column{{Share: 1}} // a width that a filling spoiled: the words are not lost
		}
		a.add(Block{Kind: Table, Columns: columns})
	case word == "卡片":
		across, down, title, ok := gridOf(rest)
		if !ok {
			across, down = 2, 5
		}
		if a.doc.Title == "" {
			a.doc.Title = clean(title)
		}
		a.add(Block{Kind: Cards, Columns: slices.Repeat([]Column{{Share: 1}}, across), Lines: down})
	case kind == Space:
		n, _ := strconv.Atoi(strings.TrimSpace(rest))
		a.add(Block{Kind: Space, Lines: min(max(n, 1), 30)})
	case kind == NewPage:
		a.add(Block{Kind: NewPage})
	case kind == Signs:
		a.sign(rest)
	case kind == Seal:
		body, date, _ := strings.Cut(rest, "|")
		a.add(Block{Kind: Seal, Text: clean(body), Date: clean(date)})
	case kind != "":
		a.words(kind, rest)
	default:
		a.words(Paragraph, line)
	}
}

func (a *arranger) words(kind Kind, raw string) {
	text, images := split(raw)
	if kind == Picture {
		for _, image := range images {
			a.add(Block{Kind: Picture, Text: strings.TrimSpace(strings.TrimPrefix(text, "|")), Image: image})
		}
		return
	}
	if (kind == Heading || kind == Cover) && a.doc.Title == "" {
		a.doc.Title = strings.Join(strings.Fields(text), "")
	}
	if text != "" {
		a.add(Block{Kind: kind, Text: text})
	}
	for _, image := range images {
		a.add(Block{Kind: Picture, Image: image})
	}
}

func (a *arranger) sign(raw string) {
	fields := strings.SplitN(raw, "|", 3)
	s := Sign{Label: clean(fields[0])}
	if len(fields) > 1 {
		var images [][]byte
		if s.Name, images = split(fields[1]); len(images) > 0 {
			s.Image = images[0]
		}
	}
	if len(fields) > 2 {
		s.Date = clean(fields[2])
	}
	block := a.last(Signs)
	if block == nil {
		a.add(Block{Kind: Signs})
		block = a.last(Signs)
	}
	block.Signs = append(block.Signs, s)
}

// cellsOf makes the cells of a row cover its columns exactly: too few are followed by empty boxes, too many join the last.
func cellsOf(raw []string, columns int) (cells []Cell) {
	left := columns
	for _, r := range raw {
		span, rest := spanOf(r)
		c := Cell{Span: min(span, left), Up: strings.TrimSpace(rest) == "^", Open: strings.TrimSpace(rest) == "~"}
		if !c.Up && !c.Open {
			var images [][]byte
			if c.Text, images = split(rest); len(images) > 0 {
				c.Image = images[0]
			}
		}
		if left == 0 {
			last := &cells[len(cells)-1]
			last.Text = strings.TrimSpace(last.Text + " " + c.Text)
			continue
		}
		left -= c.Span
		cells = append(cells, c)
	}
	if left > 0 {
		cells = append(cells, Cell{Span: left})
	}
	return cells
}

func clean(raw string) string { text, _ := split(raw); return text }

// split parts words from the pictures among them and lifts the veil.
func split(raw string) (text string, images [][]byte) {
	var b strings.Builder
	for i, part := range strings.Split(raw, string(picture)) {
		if i%2 == 0 {
			b.WriteString(part)
		} else if data, err := base64.RawURLEncoding.DecodeString(part); err == nil {
			images = append(images, data)
		}
	}
	return strings.TrimFunc(unveiled(b.String()), unicode.IsSpace), images
}
