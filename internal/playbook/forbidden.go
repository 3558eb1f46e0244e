package playbook

import (
	"slices"
	"strings"
)

// Forbidden is something no playbook may ask for or reward, and why.
type Forbidden struct {
	Zh     []string // found anywhere in a Chinese label
	En     []string // found as whole words, in order, in a key or an English label
	Reason string
	Source string
}

// ForbiddenIndicators may not earn or cost points: the appraisal block list (Ministry of Public Security Order 137;
// law-and-standards 14.1-14.3).
var ForbiddenIndicators = []Forbidden{
	{[]string{"罚款", "罚没", "收缴金额"}, []string{"fine", "fines", "fined"}, "罚没款数额", "law-and-standards 14.2"},
	{[]string{"拘留", "刑拘", "逮捕", "打处"}, []string{"detention", "detentions", "detained", "arrest", "arrests"}, "刑事拘留、行政拘留数", "law-and-standards 14.2"},
	{[]string{"发案"}, []string{"incident count", "crime count", "crimes", "offences"}, "发案数", "law-and-standards 14.2"},
	{[]string{"退查", "退补", "退回率"}, []string{"return rate", "returned cases"}, "退查率", "law-and-standards 14.2"},
	{[]string{"破案", "侦破"}, []string{"clearance", "cases solved", "solve rate"}, "破案率", "law-and-standards 14.2"},
	{[]string{"不立案", "不受理率", "零发案", "零报警"}, []string{"not filed", "no filing", "zero reports"}, "鼓励不立案、不受理的指标", "law-and-standards 14.3"},
	{[]string{"化解率", "调解成功率", "100%"}, []string{"settlement rate", "settled rate", "settle rate"}, "鼓励虚报化解的指标", "law-and-standards 14.3"},
	{[]string{"登录", "在线时长", "签到", "打卡", "点赞", "转发", "投票", "学习时长", "下载安装", "注册人数"}, []string{"login", "logins", "online time", "check in", "sign in", "likes", "forwards", "votes", "study time", "installs"}, "打卡、在线时长、点赞转发一类的指标", "law-and-standards 14.1"},
}

// ForbiddenTraits may not be a field, a fact, a kind or a code of any playbook: nobody is listed, filtered or graded by
// them (law-and-standards, What is not built; 15.4, 15.6; 8.2).
var ForbiddenTraits = []Forbidden{
	{[]string{"民族", "族别"}, []string{"ethnic", "ethnicity", "nationality"}, "按民族登记", "law-and-standards: not built"},
	{[]string{"宗教", "信仰", "信教"}, []string{"religion", "religious", "belief", "faith"}, "按信仰登记", "law-and-standards: not built"},
	{[]string{"信访", "上访", "访民"}, []string{"petition", "petitions", "petitioner", "petitioning"}, "按信访登记", "law-and-standards: not built"},
	{[]string{"籍贯", "原籍", "祖籍", "来源地", "出生地"}, []string{"origin", "birthplace", "native place"}, "按来源地登记", "law-and-standards: not built"},
	{[]string{"重点人", "重点青少年", "特殊人群", "高危人", "前科"}, []string{"key person", "key persons", "key youth", "special group", "special groups", "criminal record"}, "重点人员、特殊人群名册", "law-and-standards 15.6"},
	{[]string{"人员风险", "个人风险", "人员评分", "风险评分", "信用分", "人员等级"}, []string{"risk score", "person score", "credit score"}, "给人打分分级", "law-and-standards 14.6"},
	{[]string{"指纹", "人脸", "虹膜", "声纹"}, []string{"fingerprint", "fingerprints", "face print", "iris", "biometric", "biometrics"}, "生物识别信息", "law-and-standards 8.2, 15.4"},
}

// found gives the first entry that any of the labels meets.
func found(in []Forbidden, labels ...string) (Forbidden, bool) {
	for _, label := range labels {
		words := " " + strings.Join(strings.FieldsFunc(strings.ToLower(label), func(r rune) bool {
			return r < 'a' || r > 'z'
		}), " ") + " "
		for _, f := range in {
			if slices.ContainsFunc(f.Zh, func(w string) bool { return strings.Contains(label, w) }) ||
				slices.ContainsFunc(f.En, func(w string) bool { return strings.Contains(words, " "+w+" ") }) {
				return f, true
			}
		}
	}
	return Forbidden{}, false
}
