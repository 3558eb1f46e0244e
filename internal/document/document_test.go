package document_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/document"
	"maplegrid/internal/fault"
	"maplegrid/internal/paper"
)

// drawn is what uploads of a test hold: a scrawl for a signature, lines for a sketch.
func drawn(_ context.Context, _, id string) ([]byte, error) {
	w, h := 300, 110
	if id == "sketch" {
		w, h = 900, 420
	}
	m := image.NewNRGBA(image.Rect(0, 0, w, h))
	ink := color.NRGBA{20, 20, 60, 255}
	seed := float64(len(id)%7) + 1
	for i := 10; i < w-10; i++ {
		for j := range 4 {
			if id == "sketch" {
				m.Set(i, 90+j, ink)
				m.Set(i, 300+int(float64(i)/18)+j, ink)
				if i < 110 {
					m.Set(200+j, 90+2*(i-10), ink)
					m.Set(700+j, 90+2*(i-10)+j, ink)
				}
				continue
			}
			m.Set(i, 50+int(34*math.Sin(float64(i)/(9+seed))*math.Cos(float64(i)/(30+2*seed)))+j, ink)
		}
	}
	var b bytes.Buffer
	err := png.Encode(&b, m)
	return b.Bytes(), err
}

type town struct {
	*desktest.Desk
	maker    document.Maker
	quarrels map[string]*desktest.Quarrel
}

// lived is a station under a playbook in which one dispute of every sort was lived through.
func lived(t *testing.T, book string) *town {
	t.Helper()
	d := desktest.New(t)
	cast := d.Cast(t, desktest.Station)
	d.Town(t, cast, book)
	id := func(what string) string { return what }
	return &town{Desk: d, maker: document.Maker{Desk: d.Desk, Picture: drawn}, quarrels: map[string]*desktest.Quarrel{
		"line": d.Line(t, cast, id), "blow": d.Blow(t, cast), "spot": d.Spot(t, cast, id), "violence": d.Violence(t, cast), "talk": d.Talk(t, cast)}}
}

// printed is one paper of one quarrel.
type printed struct {
	quarrel string
	document.One
	doc paper.Document
}

// all makes every paper of every quarrel.
func (w *town) all(t *testing.T) (list []printed) {
	t.Helper()
	ctx := context.Background()
	for _, name := range slices.Sorted(maps.Keys(w.quarrels)) {
		d := w.quarrels[name].Now()
		papers, err := w.maker.Papers(ctx, desktest.Station, d)
		if err != nil {
			t.Fatal(err)
		}
		for _, one := range papers {
			number := one.Number
			if number == "" && one.Paper.Number != "" {
				number = strings.NewReplacer("{year}", "2026", "{no}", "1").Replace(one.Paper.Number)
			}
			doc, err := w.maker.Make(ctx, desktest.Station, d, one.Paper.Key, one.Of, number, 1)
			if err != nil {
				t.Errorf("%s %s: %v", name, one.Paper.Key, err)
			}
			list = append(list, printed{name, one, doc})
		}
	}
	return list
}

// words are all that a paper says.
func words(d paper.Document) string {
	var b strings.Builder
	for _, x := range d.Blocks {
		fmt.Fprintln(&b, x.Text, x.Date)
		for _, r := range x.Rows {
			for _, c := range r.Cells {
				fmt.Fprint(&b, c.Text, " ")
			}
			fmt.Fprintln(&b)
		}
		for _, s := range x.Signs {
			fmt.Fprintln(&b, s.Label, s.Name, s.Date)
		}
	}
	return b.String()
}

var books = []string{"base", "caochuan", "lijiabao", "shengrenjian", "baihe", "hubin"}

func TestEveryPaperIsMadeUnderEveryPlaybook(t *testing.T) {
	for _, book := range books {
		t.Run(book, func(t *testing.T) {
			w := lived(t, book)
			made := map[string]bool{}
			for _, p := range w.all(t) {
				made[p.Paper.Key] = true
				if len(p.doc.Blocks) < 2 {
					t.Errorf("%s %s is empty", p.quarrel, p.Paper.Key)
				}
				text := words(p.doc)
				for _, bad := range []string{desktest.MinorName, desktest.MinorID, desktest.MinorHome, desktest.SealedHome, "13900001299"} {
					if strings.Contains(text, bad) {
						t.Errorf("未成年人和保密地址不上文书：%s %s 里有 %q", p.quarrel, p.Paper.Key, bad)
					}
				}
				if missing := p.doc.Missing(); len(missing) > 0 {
					t.Errorf("%s: no type for %v", p.Paper.Key, missing)
				}
			}
			b, err := w.Book(context.Background(), desktest.Station)
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range b.Papers() {
				if !made[p.Key] && p.Key != "invitation" {
					t.Errorf("%s is never made", p.Key)
				}
			}
		})
	}
}

// find is the paper of a key made of a quarrel, the last of them.
func find(t *testing.T, list []printed, quarrel, key string) paper.Document {
	t.Helper()
	for _, p := range slices.Backward(list) {
		if p.quarrel == quarrel && p.Paper.Key == key {
			return p.doc
		}
	}
	t.Fatalf("no %s of %s", key, quarrel)
	return paper.Document{}
}

func TestRequiredFields(t *testing.T) {
	list := lived(t, "base").all(t)
	for _, c := range []struct {
		rule, quarrel, key string
		want               []string
	}{
		{"2.11 治安调解协议书", "blow", "police_agreement", []string{"调解机关", "清源县公安局枫桥路派出所", "主 持 人", "周正", "梁文海", "999999198503040017", "孟庆春", "13900001302", "在场人员",
			"案由：殴打他人", "案发地点：石桥菜市场西门", "受理时间：2026年3月", "起因、经过、情节和结果", "左脸一巴掌", "赔偿孟庆春医药费800元", "履行期限和方式", "2026年3月20日前", "当场履行", "一式三份",
			"甲方（签名或捺指印）：梁文海", "乙方（签名或捺指印）：孟庆春", "不再处罚", "提起民事诉讼"}},
		{"2.12 现场治安调解协议书多联、编号", "spot", "spot_agreement", []string{"公现调字〔2026〕第1号", "第一联　调解机关存档", "第二联　交甲方", "第三联　交乙方", "杜长河", "韩梅", "45.00", "人民币肆拾伍元整", "当场履行", "没有争议", "执法记录仪0151"}},
		{"3.8 人民调解协议书", "line", "people_agreement", []string{"吴大山", "999999197405120011", "主要事实、争议事项", "超出老墙脚18厘米", "责任", "负主要责任", "退让18厘米", "履行协议的方式、地点、期限",
			"每期4,000.00元", "2026年3月15日起", "履行地点：石桥村村民委员会", "人民币壹万贰仟元整", "人民调解员（签名）：何桂香", "石桥村人民调解委员会", "一式五份", "三十日内共同向人民法院申请司法确认", "未成年人", "监护人", "郑秋菊"}},
		{"3.9 口头协议登记表", "talk", "oral_register", []string{"冯老四", "姚桂英", "扎好篱笆", "口头协议自各方当事人达成协议之日起生效", "何桂香"}},
		{"3.13 封面", "line", "cover", []string{"卷　　名", "卷　　号", "(2026)人调字第", "人民调解员", "起止日期", "立 卷 人", "立卷日期", "保管期限", "备　　注"}},
		{"3.14 申请书", "line", "application", []string{"姓　　名", "性别", "民　　族", "年龄", "职业或职务", "联系方式", "单位或住址", "纠纷简要情况", "申请事项"}},
		{"3.14 受理登记表", "line", "acceptance", []string{"受理日期", "纠纷类型", "邻里关系", "纠纷来源", "■人民调解委员会主动调解", "公安机关移交", "登记人"}},
		{"3.15 调解记录", "line", "mediation_record", []string{"时　　间", "地　　点", "调解事项", "参 加 人", "到场当事人", "告知", "量的数我认", "12,000.00", "核实的证据", "修理发票380元", "达成协议", "调解员（签名）", "记录人（签名）", "甲方1（签名或捺指印）：吴大山"}},
		{"3.15 回访记录", "line", "follow_up", []string{"郑有田", "人调字第", "■部分履行", "■满意", "■无", "首期款已经收到", "周正"}},
		{"3.4 权利义务告知书", "line", "rights_notice", []string{"选择或者接受调解员", "接受调解、拒绝调解或者要求终止调解", "公开进行或者不公开进行", "自主表达意愿", "不收取任何费用", "司法确认"}},
		{"4.1–4.4 司法确认申请书", "line", "confirmation", []string{"双方当事人共同申请", "清源县人民法院", "石桥村人民调解委员会", "没有恶意串通", "婚姻、亲子、收养", "不违背公序良俗", "双方地址和电话"}},
		{"5.1 告诫书", "violence", "warning", []string{"钱有福", "999999198001010030", "手臂淤青", "第十六条", "不得殴打", "石桥村村民委员会", "受害人（签收）"}},
		{"19.2 排查台账", "blow", "register_slip", []string{"排查日期", "所属网格", "来　　源", "纠纷类型", "风险等级", "梁文海", "13900001301", "涉及人数", "涉及金额", "责任单位", "责 任 人", "调 解 员", "主要情况", "诉　　求", "措施及进展", "化解方式", "协议编号", "履行情况", "回访情况", "办结日期"}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			text := words(find(t, list, c.quarrel, c.key))
			for _, want := range c.want {
				if !strings.Contains(text, want) {
					t.Errorf("没有 %q\n%s", want, text)
				}
			}
		})
	}
}

func TestBoxesNotKeptStayOpen(t *testing.T) {
	list := lived(t, "base").all(t)
	for _, key := range []string{"people_agreement", "application", "identity"} {
		for _, b := range find(t, list, "line", key).Blocks {
			for _, r := range b.Rows {
				for i, c := range r.Cells {
					if c.Text == "民　　族" && (i+1 >= len(r.Cells) || !r.Cells[i+1].Open) {
						t.Errorf("%s: 民族不记录，空着手填", key)
					}
				}
			}
		}
	}
}

func TestSameDisputeSamePaper(t *testing.T) {
	w := lived(t, "base")
	one := w.all(t)
	w.Clock.Advance(400 * 24 * time.Hour)
	for i, p := range w.all(t) {
		if document.Digest(p.doc) != document.Digest(one[i].doc) {
			t.Errorf("%s %s: 过了一年，什么也没变，文书却变了", p.quarrel, p.Paper.Key)
		}
		var a, b bytes.Buffer
		if err := p.doc.PDF(&a); err != nil {
			t.Fatal(err)
		}
		if err := one[i].doc.PDF(&b); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%s %s: two prints differ", p.quarrel, p.Paper.Key)
		}
	}
}

func TestPapersOfDisputeWithNothingYet(t *testing.T) {
	d := desktest.New(t)
	cast := d.Cast(t, desktest.Station)
	d.Town(t, cast, "base")
	q := d.Quarrel(t, cast, "刚刚立项", "桥头", "")
	maker := document.Maker{Desk: d.Desk}
	list, err := maker.Papers(context.Background(), desktest.Station, q.Now())
	if err != nil {
		t.Fatal(err)
	}
	for _, one := range list {
		if one.Missing {
			continue
		}
		if _, err := maker.Make(context.Background(), desktest.Station, q.Now(), one.Paper.Key, one.Of, "", 1); err != nil {
			t.Errorf("%s: %v", one.Paper.Key, err)
		}
	}
	f, err := maker.Open(context.Background(), desktest.Station, q.Now())
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.File(); fault.Code(err) != "dispute.no_file" {
		t.Errorf("没有走人民调解，没有卷宗：%v", err)
	}
}

// BenchmarkWholeFile makes and bundles the file of a quarrel of four parties: facts opened, papers filled, one PDF. The bound is 1 s.
func BenchmarkWholeFile(b *testing.B) {
	d := desktest.New(b)
	cast := d.Cast(b, desktest.Station)
	d.Town(b, cast, "base")
	q := d.Line(b, cast, func(what string) string { return what })
	maker, now := document.Maker{Desk: d.Desk, Picture: drawn}, q.Now()
	for b.Loop() {
		f, err := maker.Open(context.Background(), desktest.Station, now)
		if err != nil {
			b.Fatal(err)
		}
		cover, papers, err := f.File()
		if err != nil {
			b.Fatal(err)
		}
		front, err := f.Next(cover.Paper.Key, "", "1")
		if err != nil {
			b.Fatal(err)
		}
		var docs []paper.Document
		for _, one := range papers {
			doc, err := f.Next(one.Paper.Key, one.Of, one.Number)
			if err != nil {
				b.Fatal(err)
			}
			doc.CheckURL = "https://station.example/check/" + doc.Code()
			docs = append(docs, doc)
		}
		var out bytes.Buffer
		if err := paper.Bundle(&out, front, docs); err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(len(docs)), "papers")
		b.ReportMetric(float64(out.Len())/1024, "KB")
	}
}

// TestSamples writes what to look at: MAPLEGRID_PAPERS=folder.
func TestSamples(t *testing.T) {
	folder := os.Getenv("MAPLEGRID_PAPERS")
	if folder == "" {
		t.Skip("MAPLEGRID_PAPERS names no folder")
	}
	w := lived(t, "base")
	for i, p := range w.all(t) {
		var b bytes.Buffer
		if err := p.doc.PDF(&b); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(fmt.Sprintf("%s/%s-%02d-%s.pdf", folder, p.quarrel, i, p.Paper.Key), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
