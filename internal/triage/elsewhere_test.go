package triage

import (
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"
)

// topics are the values that routes.csv may ask for, from facts.csv of the shipped playbook.
func topics(t *testing.T) []string {
	t.Helper()
	f, err := os.Open("../../playbooks/base/facts.csv")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row[0] == "topic" {
			return strings.Split(row[4], "|")
		}
	}
	t.Fatal("facts.csv 里没有 topic")
	return nil
}

func TestElsewhere(t *testing.T) {
	e := shipped(t)
	known := topics(t)
	for _, l := range e.words.topics {
		if !slices.Contains(known, l.name) {
			t.Errorf("words.tsv 的 topic %s 不在 facts.csv 里", l.name)
		}
	}
	for text, want := range map[string]string{
		"老板拖欠工资三个月了，包工头也不接电话": "labour", "健身房跑路了，会员卡里还有三千块": "consumer", "饭店的菜发霉了，吃了拉肚子": "food_drug",
		"化工厂半夜偷排废水，臭味熏人": "environment", "低保停了，想问问民政为啥": "welfare", "红绿灯坏了，路口堵车": "traffic", "消防通道被堵死了": "fire",
		"小区停水两天了": "utility", "物业不管，业委会也没有": "housing", "占道摆摊，走不过去": "city", "孩子转学的学籍怎么办": "education",
		"征地补偿款一直没给": "land", "乡村医生打错了针，卫生院不认": "health", "早上好": "", "两口子吵起来了": "", "身份证过期了，咋换": "",
		"消防通道堵死了，楼上着火了": "", // 先到场再说管辖
	} {
		got := e.Read(Message{Text: text}).Elsewhere
		switch {
		case want == "" && len(got) > 0:
			t.Errorf("%s：没有别处可去，得 %+v", text, got)
		case want != "" && (len(got) == 0 || got[0].List != want || text[got[0].From:got[0].To] != got[0].Word):
			t.Errorf("%s：应去 %s，得 %+v", text, want, got)
		}
	}
}

// What citizens wrote to offices, by the office's own label: how often the topic proposed first is one of that office's.
func TestElsewhereOfCitizenMessages(t *testing.T) {
	offices := map[string]string{"城乡建设": "housing city utility land", "劳动和社会保障": "labour welfare", "教育文体": "education", "商贸旅游": "consumer food_drug",
		"环境保护": "environment", "卫生计生": "health food_drug", "交通运输": "traffic"}
	e := shipped(t)
	said, right, all := 0, 0, 0
	for _, r := range sharedRows(t, "citizen-messages-2020c/train.jsonl") {
		l := fold(r.Text)
		all++
		if hits := e.words.elsewhere(r.Text, l); len(hits) > 0 {
			said++
			if strings.Contains(offices[r.Kind], hits[0].List) {
				right++
			}
		}
	}
	t.Logf("a topic for %.3f of messages, %.3f of them an office's own", float64(said)/float64(all), float64(right)/float64(said))
	if float64(right) < 0.7*float64(said) {
		t.Error("别处指得不准")
	}
}
