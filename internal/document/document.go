// Package document makes the papers of a dispute (文书): it gathers what the journal and the vault hold into the facts that a template
// of the playbook asks for, and puts the papers of a file in their prescribed order. A minor's name and a sealed address never get
// into the facts, so no template can print them.
package document

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/paper"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
)

// Maker makes papers. Picture gives the bytes of an upload (a signature on the screen, a photograph); nil leaves pictures out.
type Maker struct {
	Desk    *desk.Desk
	Picture func(ctx context.Context, station, id string) ([]byte, error)
}

// One is a paper that can be made of a dispute as it stands: which, of what, what it is called.
type One struct {
	Paper playbook.Paper
	Of    string // id of the session, agreement, promise …; "" the dispute
	Label string // which of several: the session's day, the party's side
}

// Facts are what a template is filled with, by Chinese names.
type Facts = map[string]any

// sheet is everything that papers of one dispute draw on, gathered once.
type sheet struct {
	ctx     context.Context
	m       Maker
	station string
	org     *organisation.Org
	book    *playbook.Book
	d       *dispute.Dispute
	plain   map[vault.Ref]string
	now     time.Time
}

// Papers lists what can be printed of a dispute now, in the order of the file (law-and-standards 3); those outside it come last.
func (m Maker) Papers(ctx context.Context, station string, d *dispute.Dispute) ([]One, error) {
	book, err := m.Desk.Book(ctx, station)
	if err != nil {
		return nil, err
	}
	var list []One
	for _, p := range book.Papers() {
		if len(p.Tracks) > 0 && !slices.ContainsFunc(p.Tracks, func(t string) bool { return wasOn(d, t) }) {
			continue
		}
		for _, of := range subjects(p, d) {
			of.Paper = p
			list = append(list, of)
		}
	}
	return list, nil
}

// wasOn tells whether a dispute is or was on a track.
func wasOn(d *dispute.Dispute, track string) bool {
	return d.Track != nil && d.Track.Track == track || slices.ContainsFunc(d.Courses, func(c dispute.Course) bool { return c.Track == track })
}

// subjects are the things a paper is made of: each session, each agreement, each party.
func subjects(p playbook.Paper, d *dispute.Dispute) (list []One) {
	add := func(of, label string) { list = append(list, One{Of: of, Label: label}) }
	switch p.Of {
	case "matter", "cover", "contents", "end":
		add("", "")
	case "party":
		for i, x := range d.Parties {
			if p.Key == "mandate" && !slices.ContainsFunc(d.Companions, func(c dispute.Companion) bool { return c.Party == x.ID && c.As == "agent" }) {
				continue
			}
			add(x.ID, fmt.Sprintf("%s%d", fault.Name("zh", "side."+x.Side), i+1))
		}
	case "session":
		for _, x := range d.Sessions {
			if x.State == "held" || p.Key == "invitation" && x.State == "planned" {
				add(x.ID, day(x.At))
			}
		}
	case "agreement":
		for _, x := range d.Agreements {
			spot, oral := x.Form == "on_spot", x.Form == "oral"
			fits := map[string]bool{"spot_agreement": spot && x.Track == dispute.Order, "oral_register": oral, "police_agreement": x.Track == dispute.Order && !spot,
				"people_agreement": x.Track == dispute.People && !oral}
			if ok, told := fits[p.Key]; ok || !told {
				add(x.ID, x.Number)
			}
		}
	case "promise":
		for i, x := range d.Promises {
			if len(x.Kept) > 0 {
				add(x.ID, fmt.Sprintf("第%d条", i+1))
			}
		}
	case "sheet":
		kinds := map[string]string{"compensation": "compensation", "measured_line": "line", "wage_sheet": "wages", "running_account": "account"}
		for _, x := range d.Sheets {
			if kinds[p.Key] == x.Kind || kinds[p.Key] == "" {
				add(x.ID, x.Title)
			}
		}
	case "warning":
		for _, x := range d.Warnings {
			add(x.ID, day(x.At))
		}
	case "referral":
		for _, x := range d.Referrals {
			add(x.ID, day(x.At))
		}
	case "confirmation":
		if c := d.Confirming; c != nil && !c.AppliedAt.IsZero() {
			add("", "")
		}
	case "visit":
		for _, x := range d.Backs {
			add(x.ID, day(x.At))
		}
	}
	return list
}

func day(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(clock.Shanghai).Format(time.DateOnly)
}

// Make fills one paper. number and version are those it was or will be printed under.
func (m Maker) Make(ctx context.Context, station string, d *dispute.Dispute, key, of, number string, version int) (paper.Document, error) {
	s, err := m.gather(ctx, station, d)
	if err != nil {
		return paper.Document{}, err
	}
	return s.make(key, of, number, version)
}

func (s *sheet) make(key, of, number string, version int) (paper.Document, error) {
	p, ok := s.book.Paper(key)
	if !ok {
		return paper.Document{}, fault.New(fault.Missing, "dispute.unknown_paper", nil)
	}
	text, ok := s.book.PaperTemplate(p.Template)
	if !ok {
		return paper.Document{}, fmt.Errorf("template %s of paper %s: not in the playbook", p.Template, key)
	}
	t, err := paper.ParseTemplate(p.Template, text)
	if err != nil {
		return paper.Document{}, fmt.Errorf("template %s: %w", p.Template, err)
	}
	facts := s.common()
	facts["文号"], facts["版本"] = number, version
	if err := s.add(facts, p, of); err != nil {
		return paper.Document{}, err
	}
	doc, err := t.Fill(facts)
	if err != nil {
		return paper.Document{}, fmt.Errorf("fill %s: %w", p.Template, err)
	}
	if doc.Title == "" {
		doc.Title = p.Name.Zh
	}
	doc.Number, doc.Version = number, version
	return doc, nil
}

// File makes every paper of the file that was printed, each in its latest version, in the prescribed order; what must be there and
// was not printed yet is made as a draft without number. Cover, contents and back cover are added by paper.Bundle's caller.
func (m Maker) File(ctx context.Context, station string, d *dispute.Dispute) (cover paper.Document, docs []paper.Document, err error) {
	s, err := m.gather(ctx, station, d)
	if err != nil {
		return paper.Document{}, nil, err
	}
	papers, err := m.Papers(ctx, station, d)
	if err != nil {
		return paper.Document{}, nil, err
	}
	for _, one := range papers {
		if one.Paper.Of == "cover" {
			if cover, err = s.make(one.Paper.Key, "", "", 1); err != nil {
				return cover, nil, err
			}
		}
		if one.Paper.No == 0 {
			continue
		}
		number, version := Latest(d, one.Paper.Key, one.Of)
		if version == 0 && one.Paper.Needed != "always" {
			if one.Paper.Of == "matter" {
				continue
			}
		}
		doc, err := s.make(one.Paper.Key, one.Of, number, max(version, 1))
		if err != nil {
			return cover, nil, err
		}
		docs = append(docs, doc)
	}
	return cover, docs, nil
}

// Latest is the number and version a paper was last printed under; 0 when it never was.
func Latest(d *dispute.Dispute, key, of string) (number string, version int) {
	for _, p := range d.Printed {
		if p.Paper == key && p.Of == of && p.Version >= version {
			number, version = p.Number, p.Version
		}
	}
	return number, version
}

// gather opens what is sealed and belongs on paper: all at once.
func (m Maker) gather(ctx context.Context, station string, d *dispute.Dispute) (*sheet, error) {
	s := &sheet{ctx: ctx, m: m, station: station, d: d, now: m.Desk.Clock.Now()}
	var err error
	if s.org, err = m.Desk.Org(ctx, station); err != nil {
		return nil, err
	}
	if s.book, err = m.Desk.Book(ctx, station); err != nil {
		return nil, err
	}
	s.plain, err = m.Desk.Reveal(ctx, station, s.texts()...)
	return s, err
}

func (s *sheet) texts() []vault.Text {
	d := s.d
	list := []vault.Text{d.Words}
	for _, id := range append([]string{d.Handler}, d.Helpers...) {
		if p, ok := s.org.People[id]; ok {
			list = append(list, p.Name)
		}
	}
	for _, p := range d.Parties {
		if !d.Minor(p.ID) {
			list = append(list, p.Name, p.Phone, p.IDNo)
		}
		if !d.Hidden(p.ID) && !d.Minor(p.ID) {
			list = append(list, p.Home)
		}
		if x := d.Sides[p.ID]; x != nil {
			list = append(list, x.Account, x.Evidence, x.Demand, x.Offer)
		}
	}
	for _, c := range d.Companions {
		list = append(list, c.Name, c.Phone)
	}
	for _, x := range d.Sessions {
		list = append(list, x.Agreed, x.Open)
		for _, a := range x.Accounts {
			list = append(list, a.Words)
		}
		for _, o := range x.Offers {
			list = append(list, o.Words)
		}
	}
	for _, a := range d.Agreements {
		list = append(list, a.Facts, a.Duty)
		for _, c := range a.Clauses {
			list = append(list, c.Words)
		}
	}
	for _, x := range d.Sheets {
		list = append(list, x.Note, x.Items)
	}
	for _, x := range d.Warnings {
		list = append(list, x.Facts, x.Prohibition)
	}
	for _, x := range d.Referrals {
		list = append(list, x.Words)
	}
	for _, x := range d.Backs {
		list = append(list, x.Words)
	}
	return list
}

func (s *sheet) open(t vault.Text) string { return s.plain[t.Ref()] }

// picture is the bytes of an upload; nothing when it cannot be had.
func (s *sheet) picture(id string) []byte {
	if s.m.Picture == nil || id == "" {
		return nil
	}
	b, err := s.m.Picture(s.ctx, s.station, id)
	if err != nil {
		return nil
	}
	return b
}

// Name is how a paper names a party: a minor by side and number only (law-and-standards 5.2).
func (s *sheet) name(party string) string {
	for i, p := range s.d.Parties {
		if p.ID != party {
			continue
		}
		if s.d.Minor(party) {
			return fmt.Sprintf("未成年人（%s第%d人）", fault.Name("zh", "side."+p.Side), i+1)
		}
		return s.open(p.Name)
	}
	for _, c := range s.d.Companions {
		if c.ID == party {
			return s.open(c.Name)
		}
	}
	return ""
}

// person is the name of somebody of the station; what they are called when no name is kept.
func (s *sheet) person(id string) string {
	p, ok := s.org.People[id]
	if !ok {
		return ""
	}
	if name := s.open(p.Name); name != "" {
		return name
	}
	return p.Call
}

func (s *sheet) people(ids []string) []string {
	var list []string
	for _, id := range ids {
		if n := s.person(id); n != "" {
			list = append(list, n)
		}
	}
	return list
}

func (s *sheet) body(id string) string {
	if id == "" || id == string(playbook.HostStation) {
		return s.org.Name
	}
	if b, ok := s.org.Body(id); ok {
		return b.Name.Zh
	}
	for _, b := range s.book.Org().Bodies {
		if string(b.ID) == id {
			return b.Name.Zh
		}
	}
	return ""
}

func (s *sheet) party(p matter.Party) Facts {
	x := s.d.Sides[p.ID]
	if x == nil {
		x = &dispute.Side{}
	}
	f := Facts{"编号": p.ID, "姓名": s.name(p.ID), "一方": fault.Name("zh", "side."+p.Side), "身份": p.Role, "单位": x.Body, "未成年": x.Minor,
		"意愿": x.Willing, "陈述": s.open(x.Account), "证据": s.open(x.Evidence), "诉求": s.open(x.Demand), "方案": s.open(x.Offer), "人数": x.People, "翻译": x.Interpreter}
	if !x.Minor {
		id := s.open(p.IDNo)
		f["证件"], f["电话"], f["住址"] = id, s.open(p.Phone), s.open(p.Home)
		f["性别"], f["出生"], f["年龄"] = born(id, s.now)
	}
	if x.SealHome {
		f["住址"] = "（地址保密）"
	}
	money(f, "诉求金额", x.DemandAmount)
	money(f, "方案金额", x.OfferAmount)
	for _, c := range s.d.Companions {
		if c.Party == p.ID {
			f[fault.Name("zh", "companion."+c.As)] = Facts{"姓名": s.open(c.Name), "电话": s.open(c.Phone), "关系": c.Relation, "权限": c.Scope}
		}
	}
	return f
}

func money(f Facts, name string, amount dispute.Fen) {
	if amount != 0 {
		f[name] = float64(amount) / 100
	}
}

// born reads sex, day of birth and age from a resident identity number (GB 11643); empty when it is none.
func born(id string, now time.Time) (sex, on, age string) {
	if len(id) != 18 {
		return "", "", ""
	}
	t, err := time.ParseInLocation("20060102", id[6:14], clock.Shanghai)
	if err != nil {
		return "", "", ""
	}
	sex = "女"
	if (id[16]-'0')%2 == 1 {
		sex = "男"
	}
	n := now.In(clock.Shanghai)
	years := n.Year() - t.Year()
	if n.YearDay() < t.YearDay() {
		years--
	}
	return sex, t.Format(time.DateOnly), fmt.Sprint(years)
}

// common are the facts of every paper.
func (s *sheet) common() Facts {
	d := s.d
	f := Facts{"本所": s.org.Name, "今天": day(s.now),
		"事项": Facts{"编号": d.Number, "标题": d.Title, "地点": d.Place, "立项": d.OpenedAt, "事由": s.open(d.Words), "类型": s.disputeType(),
			"来源": map[bool]string{true: "群众报事", false: "主动排查"}[len(d.Reports) > 0], "办结": d.Reached["closed"]}}
	var all, a, b []Facts
	for _, p := range d.Parties {
		x := s.party(p)
		all = append(all, x)
		switch p.Side {
		case "a":
			a = append(a, x)
		case "b":
			b = append(b, x)
		}
	}
	f["当事人"], f["甲方"], f["乙方"] = all, a, b
	if c := s.course(); c != nil {
		t, _ := s.book.Track(c.Track)
		f["调解方式"] = Facts{"名称": t.Name.Zh, "主持单位": s.body(c.Host), "效力": t.Effect.Zh, "受理": c.ChosenAt, "结束": c.EndedAt, "份数": t.Copies}
	}
	f["经办"], f["参加人"] = s.person(d.Handler), s.people(d.Helpers)
	var sessions []Facts
	for i := range d.Sessions {
		if d.Sessions[i].State == "held" {
			sessions = append(sessions, s.session(&d.Sessions[i]))
		}
	}
	f["调解记录"] = sessions
	if n := len(sessions); n > 0 {
		f["调解员"] = sessions[n-1]["主持人"]
	}
	for i := range d.Agreements {
		if d.Agreements[i].VoidAt.IsZero() {
			f["协议"] = s.agreement(&d.Agreements[i])
		}
	}
	var backs []Facts
	for _, x := range d.Backs {
		backs = append(backs, s.back(x))
	}
	f["回访"] = backs
	return f
}

func (s *sheet) course() *dispute.Course {
	if s.d.Track != nil {
		return s.d.Track
	}
	if n := len(s.d.Courses); n > 0 {
		return &s.d.Courses[n-1]
	}
	return nil
}

func (s *sheet) disputeType() string {
	key := s.d.Extra["dispute_type"]
	for _, t := range s.book.DisputeTypes() {
		if t.Key == key {
			return t.Name.Zh
		}
	}
	return ""
}

func (s *sheet) session(x *dispute.Session) Facts {
	f := Facts{"次数": x.No, "时间": x.At, "结束": x.Until, "地点": x.Place, "方式": fault.Name("zh", "sessionhow."+x.How), "主持人": s.person(x.Preside),
		"参加人": s.people(x.With), "谈成的": s.open(x.Agreed), "未谈成的": s.open(x.Open), "结果": fault.Name("zh", "sessionend."+x.Outcome), "下一步": x.Next,
		"录音录像": x.Recording.Ref, "公开": x.Closed == "", "民警人数": x.Officers}
	if x.How == "" {
		f["方式"] = ""
	}
	if x.Outcome == "" {
		f["结果"] = ""
	}
	var bodies, present, absent []string
	for _, b := range x.Bodies {
		bodies = append(bodies, s.body(b))
	}
	for _, p := range x.Present {
		present = append(present, s.name(p))
	}
	for _, p := range x.Absent {
		absent = append(absent, s.name(p))
	}
	f["参加单位"], f["到场"], f["缺席"] = bodies, present, absent
	var said, offers []Facts
	for _, a := range x.Accounts {
		said = append(said, Facts{"姓名": s.name(a.Party), "内容": s.open(a.Words)})
	}
	for _, o := range x.Offers {
		row := Facts{"姓名": s.name(o.Party), "要价": o.Asks, "说明": s.open(o.Words)}
		money(row, "金额", o.Amount)
		offers = append(offers, row)
	}
	f["陈述"], f["出价"] = said, offers
	return f
}

func (s *sheet) agreement(a *dispute.Agreement) Facts {
	f := Facts{"文号": a.Number, "版本": a.No, "事实": s.open(a.Facts), "责任": s.open(a.Duty), "地点": a.Place, "生效": a.EffectiveAt, "调解员": s.person(a.Mediator),
		"形式": fault.Name("zh", "agreementform."+a.Form), "拟定": a.DraftedAt}
	money(f, "总额", a.Total)
	var clauses []Facts
	for _, c := range a.Clauses {
		row := Facts{"内容": s.open(c.Words)}
		if t := c.Promise; t != nil {
			row["承诺"] = s.terms(*t)
			money(row, "金额", t.Amount)
			row["期限"], row["承诺人"] = t.DueOn, s.name(t.Payer)
		}
		clauses = append(clauses, row)
	}
	f["条款"] = clauses
	var signed []Facts
	at := map[string]Facts{}
	for _, x := range a.Signed {
		row := Facts{"谁": s.signer(x), "方式": fault.Name("zh", "signway."+x.Way), "图": s.picture(x.Image), "日期": x.At}
		signed, at[x.Who] = append(signed, row), row
	}
	f["签署"] = signed
	var parties []Facts
	for _, p := range s.d.Parties {
		row := s.party(p)
		if x, ok := at[p.ID]; ok {
			row["签名"], row["签日"] = x["图"], x["日期"]
		}
		parties = append(parties, row)
	}
	f["当事人"] = parties
	if x, ok := at["mediator"]; ok {
		f["调解员签名"], f["签日"] = x["图"], x["日期"]
	}
	for _, seal := range []string{"organ_seal", "committee_seal"} {
		if x, ok := at[seal]; ok {
			f["盖章日期"] = x["日期"]
		}
	}
	return f
}

func (s *sheet) signer(x dispute.Signature) string {
	if n := s.name(x.Who); n != "" {
		return n
	}
	if x.Who == "mediator" {
		return s.person(x.By)
	}
	return fault.Name("zh", "signer."+x.Who)
}

func (s *sheet) terms(t dispute.Terms) Facts {
	f := Facts{"付款人": s.name(t.Payer), "收款人": s.name(t.Receiver), "种类": fault.Name("zh", "promisewhat."+t.What), "期限": t.DueOn, "期数": t.Times,
		"担保": t.Security, "监督": s.person(t.SeenBy), "当场": t.AtOnce}
	if t.Every != "" {
		f["每隔"] = fault.Name("zh", "every."+t.Every)
	}
	money(f, "金额", t.Amount)
	money(f, "每期", t.Each)
	return f
}

func (s *sheet) back(x dispute.CheckedBack) Facts {
	return Facts{"编号": x.ID, "姓名": s.name(x.Party), "履行": fault.Name("zh", "performed."+x.Performed), "满意": x.Satisfied, "反复": x.Relapse, "内容": s.open(x.Words),
		"回访人": s.person(x.By), "日期": x.At}
}

// add puts the facts of the thing a paper is of.
func (s *sheet) add(f Facts, p playbook.Paper, of string) error {
	d := s.d
	missing := fault.New(fault.Missing, "dispute.nothing_to_print", nil)
	switch p.Of {
	case "party":
		x, ok := d.Matter.Party(of)
		if !ok {
			return missing
		}
		f["本人"] = s.party(x)
	case "session":
		i := slices.IndexFunc(d.Sessions, func(x dispute.Session) bool { return x.ID == of })
		if i < 0 {
			return missing
		}
		f["会议"] = s.session(&d.Sessions[i])
	case "agreement":
		a := d.Agreement(of)
		if a == nil {
			return missing
		}
		f["协议"] = s.agreement(a)
	case "promise":
		x := d.Promise(of)
		if x == nil {
			return missing
		}
		f["承诺"] = s.promise(x)
	case "sheet":
		i := slices.IndexFunc(d.Sheets, func(x dispute.Sheet) bool { return x.ID == of })
		if i < 0 {
			return missing
		}
		f["计算单"] = s.worksheet(&d.Sheets[i])
	case "warning":
		i := slices.IndexFunc(d.Warnings, func(x dispute.Warning) bool { return x.ID == of })
		if i < 0 {
			return missing
		}
		w := d.Warnings[i]
		one, _ := d.Matter.Party(w.Party)
		f["告诫"] = Facts{"被告诫人": s.party(one), "事实": s.open(w.Facts), "禁止": s.open(w.Prohibition), "委员会": s.body(w.Committee), "日期": w.At}
	case "referral":
		i := slices.IndexFunc(d.Referrals, func(x dispute.Referral) bool { return x.ID == of })
		if i < 0 {
			return missing
		}
		r := d.Referrals[i]
		f["转介"] = Facts{"姓名": s.name(r.Party), "单位": s.body(r.To), "内容": s.open(r.Words), "日期": r.At}
	case "visit":
		i := slices.IndexFunc(d.Backs, func(x dispute.CheckedBack) bool { return x.ID == of })
		if i < 0 {
			return missing
		}
		f["本次回访"] = s.back(d.Backs[i])
	case "confirmation":
		c := d.Confirming
		if c == nil {
			return missing
		}
		if a := d.Agreement(c.Agreement); a != nil {
			f["协议"] = s.agreement(a)
		}
		var papers []string
		for _, x := range c.Materials {
			papers = append(papers, fault.Name("zh", "confirmmaterials."+x))
		}
		f["确认"] = Facts{"法院": s.body(c.Court), "材料": papers, "日期": c.AppliedAt, "结果": c.Result, "裁定": c.Ruling}
	}
	return nil
}

func (s *sheet) promise(x *dispute.Promise) Facts {
	f := s.terms(x.Terms)
	f["内容"] = s.open(x.Words)
	var kept []Facts
	var sum dispute.Fen
	for _, k := range x.Kept {
		row := Facts{"期": k.N, "日期": k.On, "见证": s.person(k.SeenBy)}
		money(row, "金额", k.Amount)
		kept, sum = append(kept, row), sum+k.Amount
	}
	f["履行"] = kept
	money(f, "已付", sum)
	if n := len(x.Kept); n > 0 {
		f["本次"] = kept[n-1]
	}
	if a := s.d.Agreement(x.Agreement); a != nil {
		f["协议文号"] = a.Number
	}
	return f
}

func (s *sheet) worksheet(x *dispute.Sheet) Facts {
	f := Facts{"标题": x.Title, "版本": x.No, "说明": s.open(x.Note)}
	items := strings.Split(s.open(x.Items), "\n")
	var rows []Facts
	var owed, paid dispute.Fen
	for i, l := range x.Lines {
		row := Facts{"项目": l.Item, "依据": l.Basis, "日期": l.On, "月份": l.Month, "数量": l.Quantity, "宽度": l.WidthM, "经度": l.Lon, "纬度": l.Lat}
		if x.Kind == "wages" && i < len(items) && items[i] != "" {
			row["项目"] = items[i]
		}
		for name, text := range map[string]string{"单价": l.Price, "金额": l.Amount, "已付": l.Paid} {
			if v, err := dispute.ParseMoney("", text); err == nil {
				money(row, name, v)
				switch name {
				case "金额":
					owed += v
				case "已付":
					paid += v
				}
			}
		}
		if v, err := dispute.ParseMoney("", l.Amount); err == nil {
			w, _ := dispute.ParseMoney("", l.Paid)
			row["尚欠"] = float64(v-w) / 100
		}
		rows = append(rows, row)
	}
	f["明细"] = rows
	money(f, "应付", owed)
	money(f, "已付", paid)
	money(f, "垫付", x.Advanced)
	f["合计"] = float64(x.Total) / 100
	for _, a := range x.Sketch {
		if b := s.picture(a.ID); b != nil {
			f["草图"] = b
			break
		}
	}
	var signed []Facts
	for _, g := range x.Signed {
		signed = append(signed, Facts{"谁": s.name(g.Who), "图": s.picture(g.Image), "日期": g.At})
	}
	f["签署"] = signed
	return f
}
