package paper

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

var printedAt = time.Date(2026, 11, 22, 9, 30, 0, 0, time.FixedZone("", 8*3600))

func sample(t testing.TB, name string) *Template {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name + ".tmpl")
	if err != nil {
		t.Fatal(err)
	}
	return parsed(t, name, string(text))
}

func parsed(t testing.TB, name, text string) *Template {
	t.Helper()
	tm, err := ParseTemplate(name, []byte(text))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return tm
}

func filled(t testing.TB, tm *Template, data any) Document {
	t.Helper()
	d, err := tm.Fill(data)
	if err != nil {
		t.Fatal(err)
	}
	d.Number, d.Version, d.Versions = "（2026）枫人调字第12号", 2, 3
	d.PrintedBy, d.PrintedAt, d.CheckURL = "周正", printedAt, "https://station.example/check/7K2M9Q"
	return d
}

func pdfOf(t testing.TB, d Document, more ...*Font) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := d.PDF(&b, more...); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// signature is a scrawl with a transparent ground, as the signing page sends it.
func signature() []byte {
	m := image.NewNRGBA(image.Rect(0, 0, 300, 110))
	for i := range 280 {
		for j := range 4 {
			m.Set(10+i, 30+int(30*math.Sin(float64(i)/14)*math.Cos(float64(i)/40))+j, color.NRGBA{20, 20, 60, 255})
		}
	}
	var b bytes.Buffer
	_ = png.Encode(&b, m)
	return b.Bytes()
}

type m = map[string]any

func agreementData() m {
	return m{
		"文号": "（2026）枫人调字第12号", "调委会": "枫林镇石桥村人民调解委员会", "记录人": "郑记", "地点": "石桥村村民委员会", "期限": "2026-12-31",
		"方式": "银行转账，分二期给付",
		"当事人": []m{
			{"姓名": "吴大山", "性别": "男", "年龄": 52, "住址": "枫林镇石桥村三组17号", "电话": "13900001201", "证件": "999999197405120011", "签名": signature(), "签日": printedAt},
			{"姓名": "郑小河", "性别": "女", "年龄": 47, "住址": "枫林镇石桥村三组18号", "电话": "13900001202", "证件": "999999197908120022", "签日": printedAt},
		},
		"签日": printedAt,
		"事实": "2026年11月3日下午，吴大山在自家宅基地北侧翻建围墙时，与东邻郑小河因滴水沟的归属发生争执。郑小河认为，1998年分户时两家约定沟宽60厘米归其使用（见《分户书》第三条），新墙占用约25厘米；吴大山则称：“墙是照老墙脚砌的，一寸也没有多占。”双方推搡中，郑小河停放在沟边的三轮车右侧挡板被碰坏，修理费380元。\n经村民委员会、人民调解员会同双方到现场丈量，确认新墙西段超出老墙脚18厘米、东段超出7厘米。",
		"条款": []m{
			{"内容": "吴大山于2026年12月15日前将围墙西段拆除重砌，退让18厘米；东段维持现状，郑小河不再主张权利。"},
			{"内容": "吴大山一次性赔偿郑小河三轮车修理费、误工费等各项损失，", "金额": "12000"},
			{"内容": "滴水沟由两家共同使用、共同清理，任何一方不得堆放杂物或者改变走向。"},
			{"内容": "双方今后互谅互让，不得再因此事发生争执。任何一方不履行本协议的，另一方可以向人民法院提起诉讼；双方可以自协议生效之日起三十日内共同向人民法院申请司法确认。"},
		},
	}
}

func wagesData(n int) m {
	var workers []m
	total := 0
	for i := range n {
		owed := 5200*3 - i*137
		total += owed
		workers = append(workers, m{"姓名": fmt.Sprintf("工友%s", ordinal(i+1)), "说明": "钢筋工，2026年6月至8月", "月数": 3, "应付": 5200 * 3, "已付": i * 137, "尚欠": owed})
	}
	return m{"单位": "枫林镇某建筑劳务有限公司", "工人": workers, "月数": 3 * n, "应付": 15600 * n, "已付": 15600*n - total, "尚欠": total}
}

// TestScreens prints samples and takes their pictures: papers-*.png in the folder that MAPLEGRID_SCREENS names (make screens).
func TestScreens(t *testing.T) {
	folder := os.Getenv("MAPLEGRID_SCREENS")
	if folder == "" {
		t.Skip("MAPLEGRID_SCREENS names no folder")
	}
	for name, d := range map[string]Document{"agreement": filled(t, sample(t, "agreement"), agreementData()),
		"wages": filled(t, sample(t, "wages"), wagesData(40)), "application": filled(t, sample(t, "application"), applicationData()), "cards": contactCards(t, 10)} {
		rendered(t, folder, "paper-"+name, pdfOf(t, d))
	}
	var b bytes.Buffer
	cover := filled(t, parsed(t, "c", "@封面 人民调解卷宗\n@字号 四号\n@表 3中 7\n| 卷名 | {{.名}}\n| 调解员 | {{.员}}\n| 起止日期 | {{.起}}至{{.止}}\n| 保管期限 | 十年\n| 备注 |"),
		m{"名": "吴大山、郑小河滴水沟纠纷", "员": "周正", "起": "2026年11月3日", "止": "2026年11月22日"})
	if err := Bundle(&b, cover, bundleDocs(t)); err != nil {
		t.Fatal(err)
	}
	rendered(t, folder, "paper-file", b.Bytes())
}

// rendered draws the first two pages of a PDF as PNG.
func rendered(t *testing.T, folder, name string, pdf []byte) {
	t.Helper()
	cmd := exec.Command("pdftoppm", "-r", "72", "-gray", "-png", "-l", "2", "-", filepath.Join(folder, name))
	cmd.Stdin = bytes.NewReader(pdf)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
}

func applicationData() m {
	return m{"甲": m{"姓名": "吴大山", "签名": signature(), "住址": "枫林镇石桥村三组17号", "电话": "13900001201"}, "乙": m{"姓名": "郑小河"},
		"事实": "吴大山翻建围墙，与东邻郑小河因滴水沟的归属发生争执。", "请求": []string{"确认滴水沟的界线", "赔偿三轮车修理费"}, "申请": true, "日期": printedAt}
}
