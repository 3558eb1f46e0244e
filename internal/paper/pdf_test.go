package paper

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// extracted reads a PDF back with poppler, page by page, without blanks.
func extracted(t *testing.T, pdf []byte) []string {
	t.Helper()
	if _, err := exec.LookPath("pdftotext"); err != nil {
		if os.Getenv("MAPLEGRID_NEED_POPPLER") != "" {
			t.Fatal(err)
		}
		t.Skip("没有 pdftotext（poppler-utils）")
	}
	cmd := exec.Command("pdftotext", "-enc", "UTF-8", "-", "-")
	cmd.Stdin = bytes.NewReader(pdf)
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	pages := strings.Split(strings.TrimSuffix(string(out), "\f"), "\f")
	for i := range pages {
		pages[i] = strings.Join(strings.Fields(pages[i]), "")
	}
	return pages
}

// body takes the foot off a page.
func body(page string) string {
	before, _, _ := strings.Cut(page, "校验码：")
	before, _, _ = strings.Cut(before, "编号：（2026）枫人调字第12号")
	return before
}

var story = strings.Repeat("吴大山与郑小河因滴水沟发生争执，经调解于三日内（含当日）履行完毕；“谁的墙谁修”，赔偿380.50元、误工费1200元——双方均无异议！", 9)

func Test一字不少(t *testing.T) {
	for n := 200; n <= 262; n++ { // every place a line can break
		text := string([]rune(story)[:n])
		d, err := parsed(t, "p", "{{.文}}").Fill(m{"文": text})
		if err != nil {
			t.Fatal(err)
		}
		f := facesOf(nil)
		var lines []string
		for _, l := range f.wrap(d.Blocks[0].Text, style{size: 16}, 32, 448) {
			lines = append(lines, l.text)
		}
		if got := strings.Join(lines, ""); got != text {
			t.Fatalf("%d字排成%d字", n, utf8.RuneCountInString(got))
		}
	}
	text := string([]rune(story)[:231])
	d := filled(t, parsed(t, "p", "{{.文}}"), m{"文": text})
	if got := body(strings.Join(extracted(t, pdfOf(t, d)), "")); got != text {
		t.Errorf("231字印出%d字：\n%s", utf8.RuneCountInString(got), got)
	}
}

func Test标点不居行首不留行尾(t *testing.T) {
	f := facesOf(nil)
	for width := 60.0; width < 460; width += 7 {
		for i, l := range f.wrap(story, style{size: 16}, 32, width) {
			runes := []rune(l.text)
			if strings.ContainsRune(noStart, runes[0]) && i > 0 {
				t.Fatalf("宽%v：行首是%c：%s", width, runes[0], l.text)
			}
			if last := runes[len(runes)-1]; strings.ContainsRune(noEnd, last) {
				t.Fatalf("宽%v：行尾是%c：%s", width, last, l.text)
			}
			room := width
			if i == 0 {
				room -= 32
			}
			if l.width > room+0.1 {
				t.Fatalf("宽%v：出了边：%s", width, l.text)
			}
		}
	}
}

func Test数字和长词(t *testing.T) {
	f := facesOf(nil)
	for _, l := range f.wrap("请汇入账号6222020200112233445，逾期按日加收", style{size: 16}, 0, 240) {
		if n := len(regexp.MustCompile(`\d+`).FindString(l.text)); n != 0 && n != 19 {
			t.Errorf("账号被拆开：%s", l.text)
		}
	}
	long := strings.Repeat("abcdefghij", 20)
	var got string
	for _, l := range f.wrap(long, style{size: 16}, 0, 200) {
		if l.width > 200 {
			t.Errorf("出了边：%s", l.text)
		}
		got += l.text
	}
	if got != long {
		t.Error("长词少了字")
	}
	for _, marks := range []string{strings.Repeat("，", 200), strings.Repeat("（", 200)} {
		if got := len(f.wrap(marks, style{size: 16}, 0, 200)); got < 15 || got > 20 {
			t.Errorf("全是标点排成%d行", got)
		}
	}
}

func Test空格子划去(t *testing.T) {
	d := filled(t, sample(t, "application"), m{"甲": m{"姓名": "吴大山"}})
	pages := extracted(t, pdfOf(t, d))
	if n := strings.Count(pages[0], "／"); n != 9 {
		t.Errorf("空格子有9个，划去%d个", n)
	}
	struck := 0
	for _, p := range (&d).pages(facesOf(nil)) {
		for _, o := range p.ops {
			if o.rule && o.w > 0 && o.h < 0 {
				struck++
			}
		}
	}
	if struck != 3 { // the account, the requests, the remarks
		t.Errorf("大空格划斜线%d条", struck)
	}
	if !strings.Contains(d.HTML(), `class="paper-struck"`) {
		t.Error("预览没有划去")
	}
}

func Test同一份文书印出同样的字节(t *testing.T) {
	d := filled(t, sample(t, "agreement"), agreementData())
	first := pdfOf(t, d)
	var word, more bytes.Buffer
	if err := d.DOCX(&word); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		if !bytes.Equal(first, pdfOf(t, d)) {
			t.Fatal("两次打印不一样")
		}
	}
	if err := d.DOCX(&more); err != nil || !bytes.Equal(word.Bytes(), more.Bytes()) {
		t.Error("两次 .docx 不一样", err)
	}
	d.PrintedAt = time.Time{}
	if !bytes.Equal(pdfOf(t, d), pdfOf(t, d)) {
		t.Error("没有时间的文书不稳定")
	}
}

func Test内容一变校验码就变(t *testing.T) {
	tm := sample(t, "agreement")
	base := filled(t, tm, agreementData())
	again := base
	again.PrintedBy, again.PrintedAt, again.CheckURL, again.Versions = "别人", printedAt.Add(time.Hour), "", 9
	if again.Digest() != base.Digest() || filled(t, tm, agreementData()).Digest() != base.Digest() {
		t.Error("谁打印、何时打印不应改变校验码")
	}
	if got := base.Code(); !regexp.MustCompile(`^([A-Z2-9]{4}-){2}[A-Z2-9]{4}$`).MatchString(got) {
		t.Error(got)
	}
	seen := map[[32]byte]string{base.Digest(): "原件"}
	changed := func(name string, d Document) {
		if old := seen[d.Digest()]; old != "" {
			t.Errorf("%s与%s的校验码一样", name, old)
		}
		seen[d.Digest()] = name
	}
	for name, change := range map[string]func(*Document){"标题": func(d *Document) { d.Title += "x" }, "编号": func(d *Document) { d.Number += "x" }, "版次": func(d *Document) { d.Version++ }} {
		d := base
		change(&d)
		changed(name, d)
	}
	for _, key := range []string{"文号", "调委会", "记录人", "地点", "期限", "方式", "事实"} {
		data := agreementData()
		data[key] = "另一个"
		changed(key, filled(t, tm, data))
	}
	data := agreementData()
	data["当事人"].([]m)[0]["签名"] = append(signature(), 0)
	changed("签名图", filled(t, tm, data))
	data = agreementData()
	data["条款"] = data["条款"].([]m)[:3]
	changed("少一条", filled(t, tm, data))
	a, b := base, base
	a.Blocks = []Block{{Kind: Paragraph, Text: "甲乙"}, {Kind: Paragraph, Text: "丙"}}
	b.Blocks = []Block{{Kind: Paragraph, Text: "甲"}, {Kind: Paragraph, Text: "乙丙"}}
	changed("断句", a)
	changed("另一断句", b)
}

func Test校验码多年不变(t *testing.T) {
	d := Document{Title: "人民调解协议书", Number: "（2026）人调字第1号", Version: 1, Blocks: []Block{{Kind: Paragraph, Text: "甲"},
		{Kind: Table, Rows: []Row{{Cells: []Cell{{Text: "乙", Span: 1, Image: []byte{1}}}}}}, {Kind: Signs, Signs: []Sign{{Label: "丙", Date: "丁"}}}}}
	if got := d.Code(); got != "QQZ4-L3YG-BTVK" {
		t.Errorf("早已印出的文书要凭 %s 核对，不能改变算法", got)
	}
}

func Test二百名当事人的表(t *testing.T) {
	var parties []m
	for i := range 200 {
		parties = append(parties, m{"名": fmt.Sprintf("当事人%03d", i+1), "话": strings.Repeat("各说各的理。", i%9)})
	}
	d := filled(t, parsed(t, "t", "@标题 表\n@表 1中 2 4\n@表头 | 序号 | 姓名 | 诉求\n{{range $i, $x := .人}}\n| {{编号 $i}} | {{.名}} | {{.话}}\n{{end}}\n@合计 |2 合计 | {{len .人}}\n{{range .人}}\n@签名 {{.名}} | |\n{{end}}"), m{"人": parties})
	pages := extracted(t, pdfOf(t, d))
	all := strings.Join(pages, "")
	for _, p := range parties {
		if n := strings.Count(all, p["名"].(string)); n != 2 {
			t.Errorf("%s 出现%d次", p["名"], n)
		}
	}
	tables := 0
	for i, p := range pages {
		if strings.Contains(p, "各说各的理") {
			tables++
			for _, head := range []string{"序号", "姓名", "诉求"} {
				if !strings.Contains(p, head) {
					t.Errorf("第%d页没有表头“%s”：%s", i+1, head, p)
				}
			}
		}
		if want := fmt.Sprintf("第%d页共%d页", i+1, len(pages)); !strings.Contains(p, want) {
			t.Errorf("第%d页没有“%s”", i+1, want)
		}
	}
	if tables < 5 {
		t.Errorf("表只占%d页", tables)
	}
}

func Test一格写满几页也不丢字不切行(t *testing.T) {
	text := strings.Repeat(string([]rune(story)[:600]), 6)
	d := filled(t, parsed(t, "t", "@表 1中 5\n| 经过 | {{.文}}\n| 结果 | 成"), m{"文": text})
	pages := (&d).pages(facesOf(nil))
	if len(pages) < 3 {
		t.Fatalf("只有%d页", len(pages))
	}
	got := ""
	for i, p := range pages {
		for _, o := range p.ops {
			if o.text != "" && o.text != "经过" && o.text != "结果" && o.text != "成" {
				got += o.text
			}
			if o.y < high-1 || o.y+max(o.h, 0) > long-bottom+1 {
				t.Errorf("第%d页有内容出了版心：%+v", i+1, o)
			}
		}
	}
	if got != text {
		t.Errorf("%d字剩%d字", utf8.RuneCountInString(text), utf8.RuneCountInString(got))
	}
}

func Test签名不单独成页(t *testing.T) {
	for n := 1; n < 40; n++ {
		d := filled(t, parsed(t, "s", "@标题 书\n{{range .行}}{{.}}\n{{end}}\n@签名 甲方 | |\n@签名 乙方 | |\n@签名 调解员 | |\n@盖章 委员会 |"), m{"行": slices.Repeat([]string{"正文一行。"}, n)})
		pages := (&d).pages(facesOf(nil))
		last := pages[len(pages)-1]
		words := slices.ContainsFunc(last.ops, func(o op) bool { return o.text == "正文一行。" })
		signs := slices.ContainsFunc(last.ops, func(o op) bool { return o.text == "甲方" })
		if !words || !signs {
			t.Errorf("%d行正文：末页有正文%v，有签名%v", n, words, signs)
		}
	}
}

func Test缺字看得见(t *testing.T) {
	d := filled(t, parsed(t, "g", "申请人：{{.名}}。"), m{"名": "王𬭎龘\u200b"})
	if got := d.Missing(); !slices.Equal(got, []string{"𬭎", "龘"}) {
		t.Errorf("缺字：%q", got)
	}
	if got := body(extracted(t, pdfOf(t, d))[0]); got != "申请人：王〔缺字〕〔缺字〕。" {
		t.Error(got)
	}
	if !strings.Contains(d.HTML(), "王𬭎龘") {
		t.Error("预览应留原字")
	}
}

// A font of the two rare characters is made from the built-in one: its 王 and 山 under their code points.
func Test另配字体补字(t *testing.T) {
	song := builtIn()[0]
	rare := &Font{table: song.table, unit: song.unit, metrics: song.metrics, glyphs: song.glyphs,
		glyphOf: map[rune]uint16{'𬭎': song.glyphOf['王'], '龘': song.glyphOf['山']}}
	d := filled(t, parsed(t, "g", "申请人：{{.名}}。"), m{"名": "王𬭎龘"})
	if got := d.Missing(rare); len(got) != 0 {
		t.Errorf("仍缺%q", got)
	}
	got := body(extracted(t, pdfOf(t, d, rare))[0])
	if !strings.Contains(got, "龘") || strings.Contains(got, "缺字") {
		t.Error(got)
	}
	path := filepath.Join(t.TempDir(), "x.ttf")
	if err := os.WriteFile(path, song.cut(map[rune]uint16{'王': '王', '，': '，'}), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := ReadFont(path)
	if err != nil || !f.has('王') || f.has('山') || f.width('王') != 1 {
		t.Error(err)
	}
	for _, junk := range [][]byte{nil, []byte("OTTO"), []byte("ttcf0000"), bytes.Repeat([]byte{0, 1, 0, 0}, 40)} {
		if _, err := parseFont(junk); err == nil {
			t.Errorf("%q 不是字体", junk)
		}
	}
}

func Test坏图片看得见(t *testing.T) {
	d := filled(t, parsed(t, "g", "@表 1\n| {{.图}}\n@签名 甲 | {{.图}} |\n@图 {{.图}} | 草图"), m{"图": []byte("不是图片")})
	if n := strings.Count(extracted(t, pdfOf(t, d))[0], "〔图片无法读取〕"); n != 3 {
		t.Errorf("三处坏图，说了%d处", n)
	}
}

func Test照片缩到印得出的大小(t *testing.T) {
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewYCbCr(image.Rect(0, 0, 4000, 3000), image.YCbCrSubsampleRatio420), nil); err != nil {
		t.Fatal(err)
	}
	out, w, h, ok := pixels(photo.Bytes())
	if !ok || w != 1400 || h != 1050 || pictureType(out) != "jpg" {
		t.Errorf("%v×%v %s %v", w, h, pictureType(out), ok)
	}
	d := filled(t, parsed(t, "g", "@图 {{.图}} | 现场照片"), m{"图": photo.Bytes()})
	if got := extracted(t, pdfOf(t, d))[0]; !strings.HasPrefix(got, "现场照片") {
		t.Error(got)
	}
	var word bytes.Buffer
	if err := d.DOCX(&word); err != nil || !bytes.Contains(word.Bytes(), []byte("word/media/image1.jpg")) {
		t.Error("照片不在 .docx 里", err)
	}
	if !strings.Contains(d.HTML(), "data:image/jpeg;base64,") {
		t.Error("照片不在预览里")
	}
}

func Test卷宗连续编页(t *testing.T) {
	cover := filled(t, parsed(t, "c", "@封面 人民调解卷宗\n@居中 {{.号}}"), m{"号": "（2026）人调字第12号"})
	docs := bundleDocs(t)
	var b bytes.Buffer
	if err := Bundle(&b, cover, docs); err != nil {
		t.Fatal(err)
	}
	pages := extracted(t, b.Bytes())
	if !strings.Contains(pages[0], "人民调解卷宗") || !strings.Contains(pages[1], "卷内文书目录") {
		t.Error("先封面，后目录")
	}
	n := len(pages) - 2
	for i, p := range pages[2:] {
		if !strings.Contains(p, fmt.Sprintf("第%d页共%d页", i+1, n)) {
			t.Errorf("第%d页没有页码", i+1)
		}
	}
	at := 1
	for i, d := range docs {
		k := len((&d).pages(facesOf(nil)))
		place := fmt.Sprint(at)
		if k > 1 {
			place = fmt.Sprintf("%d-%d", at, at+k-1)
		}
		row := regexp.MustCompile(fmt.Sprintf("%d%s.{0,40}?%s／", i+1, string([]rune(d.Title)[:7]), place)) // a long title breaks its line
		if !row.MatchString(pages[1]) {
			t.Errorf("目录没有“%s”：%s", row, pages[1])
		}
		at += k
	}
}

func bundleDocs(t testing.TB) (docs []Document) {
	agreement, application, wages := sample(t, "agreement"), sample(t, "application"), sample(t, "wages")
	for i := range 13 {
		switch i {
		case 7:
			docs = append(docs, filled(t, agreement, agreementData()))
		case 8:
			docs = append(docs, filled(t, wages, wagesData(20)))
		default:
			docs = append(docs, filled(t, application, m{"甲": m{"姓名": "吴大山"}, "事实": string([]rune(story)[:300])}))
		}
	}
	return docs
}

func Test预览只有转义过的话(t *testing.T) {
	d := filled(t, sample(t, "agreement"), agreementData())
	d.Blocks = append(d.Blocks, Block{Kind: Paragraph, Text: `<script>alert("x")</script>`}, Block{Kind: Seal, Text: "<b>"}, Block{Kind: Signs, Signs: []Sign{{Label: "<i>", Name: "<u>", Date: "<s>"}}})
	got := d.HTML()
	for _, bad := range []string{"<script", "<b>", "<i>", "<u>", "<s>"} {
		if strings.Contains(got, bad) {
			t.Errorf("预览里有 %s", bad)
		}
	}
	dec := xml.NewDecoder(strings.NewReader(strings.ReplaceAll(got, "<br>", "<br/>")))
	dec.AutoClose, dec.Entity, dec.Strict = xml.HTMLAutoClose, xml.HTMLEntity, false
	for {
		if _, err := dec.Token(); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
	}
	for _, class := range regexp.MustCompile(`class="([^"]*)"`).FindAllStringSubmatch(got, -1) {
		if !strings.HasPrefix(class[1], "paper-") {
			t.Error(class[1])
		}
	}
}

func Test可编辑的文书完整(t *testing.T) {
	for _, name := range []string{"agreement", "application", "wages"} {
		data := any(wagesData(5))
		if name == "agreement" {
			data = agreementData()
		}
		d := filled(t, sample(t, name), data)
		d.Blocks = append(d.Blocks, Block{Kind: Paragraph, Text: "坏字符\x00\x0b<&>"})
		var b bytes.Buffer
		if err := d.DOCX(&b); err != nil {
			t.Fatal(err)
		}
		z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
		if err != nil {
			t.Fatal(err)
		}
		parts := map[string]string{}
		for _, f := range z.File {
			r, _ := f.Open()
			text, _ := io.ReadAll(r)
			parts[f.Name] = string(text)
			if strings.HasSuffix(f.Name, ".png") {
				continue
			}
			for dec := xml.NewDecoder(bytes.NewReader(text)); ; {
				if _, err := dec.Token(); err == io.EOF {
					break
				} else if err != nil {
					t.Fatalf("%s: %v", f.Name, err)
				}
			}
		}
		rels := map[string]bool{}
		for _, m := range regexp.MustCompile(`Id="(\w+)"[^>]*Target="([^"]+)"`).FindAllStringSubmatch(parts["word/_rels/document.xml.rels"], -1) {
			rels[m[1]] = true
			if parts["word/"+m[2]] == "" {
				t.Errorf("%s：%s 指向的 %s 不在", name, m[1], m[2])
			}
		}
		for _, m := range regexp.MustCompile(`r:(?:id|embed)="(\w+)"`).FindAllStringSubmatch(parts["word/document.xml"], -1) {
			if !rels[m[1]] {
				t.Errorf("%s：没有关系 %s", name, m[1])
			}
		}
		gridWhole(t, name, parts["word/document.xml"])
		plainText := regexp.MustCompile(`<[^>]*>`).ReplaceAllString(parts["word/document.xml"], "")
		d.texts(func(s string) {
			for _, line := range strings.FieldsFunc(s, unicode.IsControl) {
				var e strings.Builder
				_ = xml.EscapeText(&e, []byte(line))
				if s != d.Title+d.Number+d.PrintedBy && !strings.Contains(plainText, e.String()) {
					t.Errorf("%s：少了“%s”", name, line)
				}
			}
		})
		for _, font := range []string{"方正小标宋简体", "仿宋_GB2312", "Times New Roman"} {
			if !strings.Contains(parts["word/document.xml"], font) {
				t.Errorf("%s：没有用%s", name, font)
			}
		}
	}
}

// gridWhole: every row of a table covers the columns of its grid, else Word calls the file damaged.
func gridWhole(t *testing.T, name, text string) {
	t.Helper()
	for _, table := range strings.Split(text, "<w:tbl>")[1:] {
		table, _, _ = strings.Cut(table, "</w:tbl>")
		columns := strings.Count(table, "<w:gridCol ")
		for _, row := range strings.Split(table, "<w:tr>")[1:] {
			n := strings.Count(row, "<w:tc>") - strings.Count(row, "<w:gridSpan ")
			for _, m := range regexp.MustCompile(`<w:gridSpan w:val="(\d+)"`).FindAllStringSubmatch(row, -1) {
				span := 0
				_, _ = fmt.Sscan(m[1], &span)
				n += span
			}
			if n != columns {
				t.Errorf("%s：一行占%d列，表有%d列", name, n, columns)
			}
		}
	}
}

func BenchmarkAgreementPDF(b *testing.B) {
	tm, data := sample(b, "agreement"), agreementData()
	d := filled(b, tm, data)
	b.Run("fill", func(b *testing.B) {
		for b.Loop() {
			_, _ = tm.Fill(data)
		}
	})
	b.Run("pdf", func(b *testing.B) {
		for b.Loop() {
			_ = d.PDF(io.Discard)
		}
	})
	b.Run("docx", func(b *testing.B) {
		for b.Loop() {
			_ = d.DOCX(io.Discard)
		}
	})
}

func BenchmarkBundleOf13(b *testing.B) {
	cover := filled(b, parsed(b, "c", "@封面 人民调解卷宗"), nil)
	docs := bundleDocs(b)
	for b.Loop() {
		_ = Bundle(io.Discard, cover, docs)
	}
}

func Test不登记的纸不印校验码(t *testing.T) {
	d := filled(t, sample(t, "application"), applicationData())
	d.PrintedBy = "何内勤"
	if text := strings.Join(extracted(t, pdfOf(t, d)), ""); !strings.Contains(text, "校验码") {
		t.Fatal("a registered paper bears its check code")
	}
	code := d.Code()
	d.Loose = true
	text := strings.Join(extracted(t, pdfOf(t, d)), "")
	if strings.Contains(text, "校验码") || !strings.Contains(text, "何内勤") {
		t.Errorf("at the foot of a paper in no register: %s", text)
	}
	if d.Code() != code {
		t.Error("the digest depends on where a paper is registered")
	}
}
