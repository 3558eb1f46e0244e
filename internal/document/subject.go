package document

import (
	"slices"
	"strconv"
	"strings"

	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/work/dispute"
)

// add puts the facts of the thing a paper is of.
func (s *Folder) add(f Facts, p playbook.Paper, of string) error {
	name, thing := s.subject(p, of)
	if name == "" {
		return nil
	}
	if thing == nil {
		return fault.New(fault.Missing, "dispute.nothing_to_print", nil)
	}
	f[name] = thing
	if p.Of == "agreement" {
		f["联"] = s.parts()
	}
	return nil
}

// parts are the parts of a form that is torn apart: the organ's and one of each party (law-and-standards 2.12).
func (s *Folder) parts() []string {
	list := []string{"第一联　调解机关存档"}
	for i, p := range s.d.Parties {
		if p.Side != "" {
			list = append(list, "第"+count(i+2)+"联　交"+sideOf(s.d, p.ID))
		}
	}
	return list
}

// subject finds what a paper is of and what a template calls it; nil when it is not there.
func (s *Folder) subject(p playbook.Paper, of string) (name string, thing Facts) {
	d := s.d
	switch p.Of {
	case "party":
		return "本人", s.partyOf(of)
	case "session":
		if i := slices.IndexFunc(d.Sessions, func(x dispute.Session) bool { return x.ID == of }); i >= 0 {
			thing = s.session(&d.Sessions[i])
		}
		return "会议", thing
	case "agreement":
		if a := d.Agreement(of); a != nil {
			thing = s.agreement(a)
		}
		return "协议", thing
	case "promise":
		if x := d.Promise(of); x != nil {
			thing = s.promise(x)
		}
		return "承诺", thing
	case "sheet":
		if x := d.Sheet(of); x != nil {
			thing = s.worksheet(x)
		}
		return "计算单", thing
	case "warning":
		if i := slices.IndexFunc(d.Warnings, func(x dispute.Warning) bool { return x.ID == of }); i >= 0 {
			thing = s.warning(d.Warnings[i])
		}
		return "告诫", thing
	case "referral":
		if i := slices.IndexFunc(d.Referrals, func(x dispute.Referral) bool { return x.ID == of }); i >= 0 {
			r := d.Referrals[i]
			thing = s.partyOf(r.Party)
			if thing != nil {
				thing["接收单位"], thing["内容"], thing["日期"] = s.body(r.To), s.open(r.Words), r.At
			}
		}
		return "转介", thing
	case "visit":
		if p.Template == "investigation" {
			return "本人", s.partyOf(of)
		}
		if i := slices.IndexFunc(d.Backs, func(x dispute.CheckedBack) bool { return x.ID == of }); i >= 0 {
			thing = s.back(d.Backs[i])
		}
		return "本次回访", thing
	case "confirmation":
		return "确认", s.confirmation()
	}
	return "", nil
}

func (s *Folder) partyOf(id string) Facts {
	x, ok := s.d.Matter.Party(id)
	if !ok {
		return nil
	}
	return s.party(x)
}

func (s *Folder) warning(w dispute.Warning) Facts {
	return Facts{"被告诫人": s.partyOf(w.Party), "事实": s.open(w.Facts), "禁止": s.open(w.Prohibition), "委员会": s.body(w.Committee), "日期": w.At,
		"送达": s.names(w.Delivered)}
}

func (s *Folder) confirmation() Facts {
	c := s.d.Confirming
	if c == nil {
		return nil
	}
	f := Facts{"法院": s.body(c.Court), "材料": named("confirmmaterials", c.Materials), "日期": c.AppliedAt, "裁定": c.Ruling}
	if a := s.d.Agreement(c.Agreement); a != nil {
		f["协议"] = s.agreement(a)
	}
	return f
}

func (s *Folder) worksheet(x *dispute.Sheet) Facts {
	f := Facts{"标题": s.quiet(x.Title), "版本": x.No, "说明": s.open(x.Note), "合计": x.Total.String(), "续前": x.From != ""}
	items := strings.Split(s.open(x.Items), "\n")
	balances := x.Balances()
	var rows []Facts
	var owed, paid dispute.Fen
	for i, l := range x.Lines {
		row := Facts{"项目": s.quiet(l.Item), "依据": s.quiet(l.Basis), "日期": l.On, "月份": l.Month}
		if n, err := strconv.Atoi(l.Item); err == nil && x.Kind == "wages" && n >= 1 && n <= len(items) {
			row["项目"] = items[n-1] // the lines of a wage sheet name their workers by number
		}
		for name, n := range map[string]float64{"数量": l.Quantity, "宽度": l.WidthM, "经度": l.Lon, "纬度": l.Lat} {
			if n != 0 {
				row[name] = n
			}
		}
		amount, part := sum(l.Amount), sum(l.Paid)
		owed, paid = owed+amount, paid+part
		money(row, "单价", sum(l.Price))
		money(row, "金额", amount)
		money(row, "已付", part)
		row["尚欠"], row["结余"] = (amount - part).String(), balances[i].String()
		rows = append(rows, row)
	}
	f["明细"], f["应付"], f["已付"] = rows, owed.String(), paid.String()
	money(f, "垫付", x.Advanced)
	var pictures [][]byte
	for _, a := range x.Sketch {
		if b := s.picture(a.ID); b != nil {
			pictures = append(pictures, b)
		}
	}
	f["草图"] = pictures
	at := map[string]dispute.Signature{}
	for _, g := range x.Signed {
		at[s.signsFor(g.Who)] = g
	}
	var places []Facts
	for _, p := range s.d.Parties {
		places = append(places, s.place(p, at))
	}
	f["签字"] = places
	return f
}

// sum reads an amount that the rules have checked; nothing is none.
func sum(typed string) dispute.Fen {
	v, err := dispute.ParseMoney("", typed)
	if typed == "" || err != nil {
		return 0
	}
	return v
}
