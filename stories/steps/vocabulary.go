package steps

import "strings"

// Step is one row of the vocabulary in which stories are told.
type Step struct {
	Keyword string // 假如, 当 or 那么; 而且 and 但是 carry the last one on
	Form    Form
	Does    string // what it does or checks, for who writes a story
	Example string // what follows the step line, when something does: a table or words
	do      func(*stage) any
}

// Vocabulary is the table of steps. A new step must serve more than one story.
var Vocabulary = []Step{
	{"假如", `{现在是|到了} "{时间}"`, "把钟拨到这一刻（年-月-日 时:分）。故事里的钟不自己走", "", func(s *stage) any { return s.setTime }},
	{"假如", `本所使用经验包 "{名字}"`, "从这时起按这个经验包办。不写这一句就是 base", "", func(s *stage) any { return s.adopt }},
	{"假如", `{本所|邻所}有这些人:`, "登记人员，网格没有的一并设好。角色用岗位名称，网格可写几个，用顿号隔开",
		"| 称呼 | 角色 | 网格 |\n| 李警官 | 民警 | 河东网格 |", func(s *stage) any { return s.people }},
	{"假如", `外单位 "{单位、单位}" 可以被吹哨`, "登记经验包里没有的外单位。经验包里有的直接用名称", "", func(s *stage) any { return s.bodies }},
	{"假如", `网格 "{网格}" 有一件"{类别}"事项 "{标题}"，由 "{人}" 办到 "{状态}"`,
		"由值班领导立项交办，一步步办到这个状态：待签收、已签收、处理中、待核查、已核查，待办结、已办结，待回访", "", func(s *stage) any { return s.already }},
	{"假如", `"{人、人}" 同时打开了事项 "{标题}"`, "这几个人看到的都是此刻的样子，下一次办理时照此提交", "", func(s *stage) any { return s.opened }},

	{"当", `有人通过 "{渠道}" 在网格 "{网格}" 报事:`, "不用账号，在网页上报。下面写报事的原话，可以另起一行写“姓名：”“电话：”“地点：”",
		"\"\"\"\n井盖坏了，有小孩经过\n地点：村口\n\"\"\"", func(s *stage) any { return s.submit }},
	{"当", `"{人}" 通过 "{渠道}" 在网格 "{网格}" 登记报事:`, "替群众记下：电话、当面、巡逻发现、聊天记录、联系卡。原话写法同上",
		"\"\"\"\n村里来了生人，四处看\n\"\"\"", func(s *stage) any { return s.takeDown }},
	{"当", `刚才的动作原样再提交一次`, "同一个提交编号，同样的内容：网断了重发、手抖点了两下", "", func(s *stage) any { return s.again }},
	{"当", `"{人}" 把报事分流为:`, "一行立一件事项；“已有事项”一栏写标题，就并到那一件。其余栏目按类别的表单栏目填",
		"| 类别 | 标题 | 等级 | 交给 |\n| 线索 | 村口有生人 | 一般 | 李警官 |", func(s *stage) any { return s.triage }},
	{"当", `"{人}" 不予受理报事，理由 "{理由}"，答复:`, "理由用经验包里的名称，下面写给报事人的答复",
		"\"\"\"\n这件事归供电所管，电话已告诉您。\n\"\"\"", func(s *stage) any { return s.decline }},
	{"当", `"{人}" 对事项 "{标题}" {动作}`, "办理一步，不用填别的", "", func(s *stage) any { return s.act }},
	{"当", `"{人}" 对事项 "{标题}" {动作}:`, "办理一步，下面写主要的一段话（经过、备注或理由）",
		"\"\"\"\n查过了，是收粮的\n\"\"\"", func(s *stage) any { return s.actWithWords }},
	{"当", `"{人}" 对事项 "{标题}" {动作}，填写:`, "办理一步，按表单栏目的名称填写", "| 办理结果 | 已帮助 |\n| 内容 | 送到医院 |", func(s *stage) any { return s.actWithTable }},
	{"当", `"{人}" 吹哨 "{单位、单位}" 处理事项 "{标题}":`, "同时叫几个单位，下面写叫来做什么", "\"\"\"\n请到现场一起看\n\"\"\"", func(s *stage) any { return s.whistle }},
	{"当", `"{人}" 登记 "{单位}" 对事项 "{标题}" 的反馈 "{步骤}"`, "正在赶来、已到场", "", func(s *stage) any { return s.answered }},
	{"当", `"{人}" 登记 "{单位}" 对事项 "{标题}" 的反馈 "{步骤}":`, "已反馈、不能参加：下面写对方说了什么", "\"\"\"\n药品已封存\n\"\"\"",
		func(s *stage) any { return s.answeredWithWords }},
	{"当", `"{人}" 办理 "{动作名}"，填写:`, "不是对一件事项办的：登记设备、预约、连心卡、企业和学校、群消息……动作名按页面上的叫法。写一行“记作”，后面就能用这个名字说它；群消息用它的原话说",
		"| 记作 | 县局的采集箱 |\n| 名称 | 县局采集箱 |", func(s *stage) any { return s.actByName }},
	{"当", `没有账号的人打开页面 "{页面}"`, "写地址，或者页面上一个链接的文字", "", func(s *stage) any { return s.visit }},
	{"当", `没有账号的人在页面上填写:`, "栏目按页面上的叫法，选项写它的文字；“按钮”一行写按哪个按钮", "| 姓名 | 王大爷 |\n| 按钮 | 预约 |", func(s *stage) any { return s.fillPage }},
	{"当", `过了 {数} {分钟|小时|天|个工作日}`, "钟往前走；到时间的时限由系统上报", "", func(s *stage) any { return s.later }},
	{"当", `{报事人|第一位报事人|第二位报事人}凭回执{补充|要求重新办理}:`, "“报事人”指最近报事的一位", "\"\"\"\n昨晚又来了\n\"\"\"",
		func(s *stage) any { return s.reporterSays }},
	{"当", `{报事人|第一位报事人|第二位报事人}凭回执撤回报事`, "已经立的事项照常办", "", func(s *stage) any { return s.withdraw }},
	{"当", `{报事人|第一位报事人|第二位报事人}凭回执评价 {数} 星`, "1 到 5 星", "", func(s *stage) any { return s.rate }},

	{"那么", `被拒绝，提示包含 "{文字}"`, "上一步没有办成，给人看的那句话里有这些字。没有被拒绝，或者被拒绝了却没有这一句，故事都不通过", "", func(s *stage) any { return s.refusedWith }},
	{"那么", `事项 "{标题}" 的状态是 "{状态}"`, "", "", func(s *stage) any { return s.stateIs }},
	{"那么", `群消息 "{话}" 的状态是 "{状态}"`, "粘贴以后用原话来说它，一句几件事的用各段的话。待定、已立、已并入、已拆开、放在一边", "", func(s *stage) any { return s.draftIs }},
	{"那么", `事项 "{标题}" 由 "{人}" 经办`, "没有人经办时写“无人”", "", func(s *stage) any { return s.handledBy }},
	{"那么", `事项 "{标题}" 的 "{栏目}" 是 "{值}"`, "等级、网格、地点、办理结果，纠纷的风险等级，或类别自己的栏目", "", func(s *stage) any { return s.valueIs }},
	{"那么", `事项 "{标题}" 的时限 "{时限}" {在期限内|将超时|超时|已中止|已完成|没有设}`, "", "", func(s *stage) any { return s.limitIs }},
	{"那么", `事项 "{标题}" 的时限 "{时限}" 到 "{时间}" 为止`, "按天的写到日期，按小时分钟的写到时分", "", func(s *stage) any { return s.limitEnds }},
	{"那么", `事项 "{标题}" 的时限 "{时限}" {已经|没有}上报所长`, "", "", func(s *stage) any { return s.escalated }},
	{"那么", `事项 "{标题}" {还等|不再等} "{单位、单位}" 反馈`, "吹哨以后，哪些单位还没有反馈", "", func(s *stage) any { return s.awaits }},
	{"那么", `事项 "{标题}" 的经过依次是:`, "从立项起，一件不多一件不少；系统自己做的写“系统”", "| 谁 | 做了什么 |\n| 孙指导 | 立项 |",
		func(s *stage) any { return s.story }},
	{"那么", `"{人}" {看得到|看不到}事项 "{标题}"`, "在清单和搜索里", "", func(s *stage) any { return s.sees }},
	{"那么", `"{人}" 的工作清单里{有|没有}事项 "{标题}"`, "本人经手、协办或有任务的", "", func(s *stage) any { return s.onList }},
	{"那么", `"{人}" 的收件箱里有 {数} 条"{状态}"的报事`, "", "", func(s *stage) any { return s.inbox }},
	{"那么", `"{人}" 的台账里有 {数} 条"{类别}"事项`, "", "", func(s *stage) any { return s.ledger }},
	{"那么", `{报事人|第一位报事人|第二位报事人}凭回执{看到|看不到} "{文字}"`, "进度页面上的文字", "", func(s *stage) any { return s.progress }},
	{"那么", `没有账号的人在页面上{看到|看不到} "{文字}"`, "打开着的那一页", "", func(s *stage) any { return s.pageSays }},
	{"那么", `清单、台账和日志里找不到 "{文字}"`, "原话、姓名、电话只在保密库里", "", func(s *stage) any { return s.nowhere }},
	{"那么", `纠纷 "{标题}" 有 {数} 条{已履行|履行中|未履行}的承诺`, "", "", func(s *stage) any { return s.promisesAre }},
	{"那么", `"{人}" 的承诺台账 "{页签}" 里有 {数} 条`, "页签：本周到期、逾期、部分履行、未履行、全部", "", func(s *stage) any { return s.onPromises }},
	{"那么", `日志可核验`, "从第一条起逐条验过，没有一条被改动", "", func(s *stage) any { return s.provable }},
}

func init() {
	for i := range Vocabulary {
		f := &Vocabulary[i].Form
		*f = Form(strings.ReplaceAll(string(*f), "{动作}", "{"+strings.Join(actWords(), "|")+"}"))
	}
}
