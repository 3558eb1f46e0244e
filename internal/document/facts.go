package document

import (
	"slices"
	"strings"

	"maplegrid/internal/fault"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// common are the facts of every paper.
func (s *Folder) common() Facts {
	d := s.d
	f := Facts{"本所": s.org.Name, "事项": Facts{"编号": d.Number, "标题": s.quiet(d.Title), "地点": s.quiet(d.Place), "立项": d.OpenedAt, "事由": s.open(d.Words),
		"类型": s.disputeType(), "报事": len(d.Reports) > 0, "办结": d.Reached["closed"], "风险": s.riskName(), "人数": s.heads(), "网格": s.org.CellName(d.Cell, "zh")}}
	var all, a, b, rest []Facts
	for _, p := range d.Parties {
		x := s.party(p)
		all = append(all, x)
		switch p.Side {
		case "a":
			a = append(a, x)
		case "b":
			b = append(b, x)
		default:
			rest = append(rest, x)
		}
	}
	f["当事人"], f["甲方"], f["乙方"], f["其他当事人"] = all, a, b, rest
	if c := s.course(); c != nil {
		t, _ := s.book.Track(c.Track)
		f["调解方式"] = Facts{"名称": t.Name.Zh, "效力": t.Effect.Zh, "受理": c.ChosenAt, "结束": c.EndedAt, "移交": len(d.Courses) > 0 && d.Courses[0].Track != c.Track}
		f["主持单位"] = s.body(c.Host)
	}
	f["经办"], f["参加人"] = s.person(d.Handler), s.people(d.Helpers)
	var held []Facts
	for i := range d.Sessions {
		if x := &d.Sessions[i]; x.State == "held" {
			held = append(held, s.session(x))
			f["调解员"], f["结果"] = s.person(x.Preside), fault.Name("zh", "sessionend."+x.Outcome)
		}
	}
	f["调解记录"] = held
	for i := range d.Agreements {
		if d.Agreements[i].VoidAt.IsZero() {
			f["协议"] = s.agreement(&d.Agreements[i])
		}
	}
	var backs, promises, told []Facts
	for _, x := range d.Backs {
		backs = append(backs, s.back(x))
	}
	for i := range d.Promises {
		promises = append(promises, s.promise(&d.Promises[i]))
	}
	for _, x := range d.Told {
		told = append(told, Facts{"途径": named("ways", x.Ways), "当事人": s.names(x.Parties), "日期": x.At})
	}
	f["回访"], f["承诺"], f["告知"] = backs, promises, told
	f["告知人"] = s.person(d.Handler)
	return f
}

// heads is how many people the parties are: a group counts as many as it is.
func (s *Folder) heads() (n int) {
	for _, p := range s.d.Parties {
		if x := s.d.Sides[p.ID]; x != nil && x.People > 1 {
			n += x.People
		} else {
			n++
		}
	}
	return n
}

func (s *Folder) riskName() string {
	g, _ := s.book.RiskGrade(s.d.Risk)
	return g.Name.Zh
}

// course is the course a paper without one of its own speaks of: the present one, else the last.
func (s *Folder) course() *dispute.Course {
	if s.d.Track != nil {
		return s.d.Track
	}
	if n := len(s.d.Courses); n > 0 {
		return &s.d.Courses[n-1]
	}
	return nil
}

func (s *Folder) courseNo(no int) *dispute.Course {
	for i := range s.d.Courses {
		if s.d.Courses[i].No == no {
			return &s.d.Courses[i]
		}
	}
	return s.d.Track
}

func (s *Folder) disputeType() string {
	key := s.d.Extra["dispute_type"]
	for _, t := range s.book.DisputeTypes() {
		if t.Key == key {
			return t.Name.Zh
		}
	}
	return ""
}

// party is what a paper says of one. Ethnicity, belief and occupation are not kept: their boxes are open for the hand.
func (s *Folder) party(p matter.Party) Facts {
	x := s.d.Sides[p.ID]
	if x == nil {
		x = &dispute.Side{}
	}
	f := Facts{"姓名": s.name(p.ID), "一方": sideOf(s.d, p.ID), "身份": s.quiet(p.Role), "单位": x.Body, "未成年": x.Minor, "愿意": x.Willing == "yes",
		"陈述": s.open(x.Account), "证据": s.open(x.Evidence), "诉求": s.open(x.Demand), "方案": s.open(x.Offer), "翻译语言": x.Interpreter, "证据数": len(x.Evidences)}
	if x.People > 1 {
		f["人数"] = x.People
	}
	if !x.Minor {
		f["证件"], f["电话"], f["住址"] = s.open(p.IDNo), s.open(p.Phone), s.open(p.Home)
		f["性别"], f["出生"], f["年龄"] = born(s.plain[p.IDNo.Ref()], s.d.OpenedAt)
	}
	if x.SealHome {
		f["住址"] = sealedHome
	}
	money(f, "诉求金额", x.DemandAmount)
	money(f, "方案金额", x.OfferAmount)
	var pictures [][]byte
	if !x.Minor {
		for _, a := range x.Evidences {
			if b := s.picture(a.ID); b != nil {
				pictures = append(pictures, b)
			}
		}
	}
	f["证据图"] = pictures
	for _, c := range s.d.Companions {
		if c.Party == p.ID {
			f[companions[c.As]] = Facts{"姓名": s.open(c.Name), "电话": s.open(c.Phone), "关系": s.quiet(c.Relation), "权限": s.quiet(c.Scope)}
		}
	}
	return f
}

// companions are the facts of a party that name who came with it.
var companions = map[string]string{"agent": "代理人", "guardian": "监护人", "interpreter": "翻译", "payer": "付款人", "spokesperson": "代表人"}

// money is a sum in yuan, exact, for 元 and 大写 of a template; nothing when it is none.
func money(f Facts, name string, amount dispute.Fen) {
	if amount != 0 {
		f[name] = amount.String()
	}
}

func (s *Folder) session(x *dispute.Session) Facts {
	f := Facts{"次数": x.No, "时间": x.At, "结束": x.Until, "地点": s.quiet(x.Place), "主持人": s.person(x.Preside), "参加人": s.people(x.With),
		"参加单位": s.bodies(x.Bodies), "到场": s.names(x.Present), "缺席": s.names(x.Absent), "同来": s.names(x.Stood), "谈成的": s.open(x.Agreed), "未谈成的": s.open(x.Open),
		"达成": x.Outcome == "agreed", "失败": x.Outcome == "failed" || x.Outcome == "broken_off", "下一步": s.quiet(x.Next), "录音录像": x.Recording.Ref, "公开": x.Closed == ""}
	if c := s.courseNo(x.Course); c != nil {
		f["主持单位"] = s.body(c.Host)
	}
	for name, key := range map[string]string{"方式": "sessionhow." + x.How, "结果": "sessionend." + x.Outcome, "不公开": "closed." + x.Closed} {
		if !strings.HasSuffix(key, ".") {
			f[name] = fault.Name("zh", key)
		}
	}
	if x.Officers > 0 {
		f["民警人数"] = x.Officers
	}
	var said, offers, present []Facts
	for _, a := range x.Accounts {
		said = append(said, Facts{"姓名": s.name(a.Party), "一方": sideOf(s.d, a.Party), "内容": s.open(a.Words)})
	}
	for _, o := range x.Offers {
		row := Facts{"姓名": s.name(o.Party), "一方": sideOf(s.d, o.Party), "说法": map[bool]string{true: "要求", false: "提出给付"}[o.Asks], "说明": s.open(o.Words), "金额": o.Amount.String()}
		offers = append(offers, row)
	}
	for _, p := range s.d.Parties {
		if slices.Contains(x.Present, p.ID) {
			present = append(present, s.party(p))
		}
	}
	f["陈述"], f["出价"], f["到场人"] = said, offers, present
	return f
}

func (s *Folder) agreement(a *dispute.Agreement) Facts {
	f := Facts{"文号": a.Number, "事实": s.open(a.Facts), "责任": s.open(a.Duty), "地点": s.quiet(a.Place), "生效": a.EffectiveAt, "调解员": s.person(a.Mediator),
		"拟定": a.DraftedAt, "当场": false}
	t, _ := s.book.Track(a.Track)
	f["份数"] = count(max(t.Copies, len(s.d.Parties)+1))
	if c := s.courseNo(a.Course); c != nil {
		f["主持单位"] = s.body(c.Host)
		f["案由"] = s.offence(c.Offence)
	}
	money(f, "总额", a.Total)
	var clauses, performance []Facts
	for _, c := range a.Clauses {
		row := Facts{"内容": s.open(c.Words)}
		if t := c.Promise; t != nil {
			row["履行"] = s.terms(*t)
			performance = append(performance, s.terms(*t))
			if t.AtOnce {
				f["当场"] = true
			}
		}
		clauses = append(clauses, row)
	}
	f["条款"], f["履行"] = clauses, performance
	s.signatures(f, a)
	for _, x := range s.d.Sessions { // the meeting it was agreed at
		if x.State == "held" && x.Outcome == "agreed" && x.Course == a.Course {
			f["会议"] = s.session(&x)
		}
	}
	return f
}

// signatures are the places to sign, each with what was signed on the screen; one signed in ink or by fingerprint stays a line.
func (s *Folder) signatures(f Facts, a *dispute.Agreement) {
	at := map[string]dispute.Signature{}
	for _, x := range a.Signed {
		at[s.signsFor(x.Who)] = x
	}
	var places []Facts
	for _, p := range s.d.Parties {
		if p.Side != "" {
			places = append(places, s.place(p, at))
		}
	}
	f["签字"] = places
	if x, ok := at["mediator"]; ok {
		f["调解员签名"], f["调解员签日"] = s.onScreen(x), x.At
	}
	for _, seal := range []string{"organ_seal", "committee_seal"} {
		if x, ok := at[seal]; ok {
			f["盖章日期"] = x.At
		}
	}
}

// place is where a party signs, or who signs for it: a minor's guardian, a group's spokesperson, an agent.
func (s *Folder) place(p matter.Party, at map[string]dispute.Signature) Facts {
	who := s.name(p.ID)
	label := sideOf(s.d, p.ID) + "（签名或捺指印）："
	x, signed := at[p.ID]
	for _, c := range s.d.Companions {
		if c.Party == p.ID && (signed && x.Who == c.ID || !signed && s.d.Minor(p.ID) && c.As == "guardian") {
			label, who = sideOf(s.d, p.ID)+fault.Name("zh", "companion."+c.As)+"（签名或捺指印）：", s.open(c.Name)
		}
	}
	f := Facts{"栏": label + who}
	if signed {
		f["图"], f["日期"] = s.onScreen(x), x.At
	}
	return f
}

func (s *Folder) signsFor(who string) string {
	for _, c := range s.d.Companions {
		if c.ID == who && c.As != "payer" {
			return c.Party
		}
	}
	return who
}

// onScreen is the picture of a signature drawn on the screen; a scan of a paper is no signature to print again.
func (s *Folder) onScreen(x dispute.Signature) []byte {
	if x.Way != "screen" {
		return nil
	}
	return s.picture(x.Image)
}

func (s *Folder) offence(key string) string {
	for _, o := range s.book.Offences() {
		if o.Key == key {
			return o.Name.Zh
		}
	}
	return ""
}

// performances are the sorts of promises as a paper calls them.
var performances = map[string]string{"money": "给付", "deed": "履行约定的事项", "forbear": "不得再有约定的行为", "apology": "赔礼道歉", "rotation": "轮流履行"}

// terms are a promise as a table of performance shows it: who, to whom, how, by when.
func (s *Folder) terms(t dispute.Terms) Facts {
	f := Facts{"承诺人": s.name(t.Payer), "对方": s.name(t.Receiver), "种类": performances[t.What], "期限": t.DueOn, "持续": t.Every != "" || t.What == "forbear",
		"担保": s.quiet(t.Security), "监督": s.person(t.SeenBy), "当场": t.AtOnce}
	if len(t.Turns) > 0 {
		f["承诺人"] = strings.Join(s.names(t.Turns), "、")
	}
	money(f, "金额", t.Amount)
	money(f, "每期", t.Each)
	if t.Every != "" {
		f["每隔"] = fault.Name("zh", "every."+t.Every)
	}
	if t.Times > 0 {
		f["期数"] = t.Times
	}
	return f
}

func (s *Folder) back(x dispute.CheckedBack) Facts {
	f := Facts{"姓名": s.name(x.Party), "一方": sideOf(s.d, x.Party), "履行": fault.Name("zh", "performed."+x.Performed), "全部": x.Performed == "all", "部分": x.Performed == "part",
		"没有": x.Performed == "none", "满意": x.Satisfied == "yes", "不满意": x.Satisfied == "no", "反复": x.Relapse, "内容": s.open(x.Words), "回访人": s.person(x.By), "日期": x.At}
	if a := s.d.Agreement(x.Agreement); a != nil {
		f["协议文号"] = a.Number
	}
	return f
}

func (s *Folder) promise(x *dispute.Promise) Facts {
	f := s.terms(x.Terms)
	f["内容"] = s.open(x.Words)
	var kept []Facts
	var sum dispute.Fen
	for _, k := range x.Kept {
		row := Facts{"日期": k.On, "见证": s.person(k.SeenBy)}
		if k.N > 0 {
			row["期"] = k.N
		}
		money(row, "金额", k.Amount)
		kept, sum = append(kept, row), sum+k.Amount
	}
	f["履行"], f["履行完"] = kept, x.Ended == "kept"
	money(f, "已付", sum)
	money(f, "尚欠", x.Amount-sum)
	if n := len(kept); n > 0 {
		f["本次"] = kept[n-1]
	}
	if a := s.d.Agreement(x.Agreement); a != nil {
		f["协议文号"] = a.Number
	}
	return f
}
