package firm

import (
	"net/http"
	"strings"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/document"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/web"
	"maplegrid/internal/web/keep"
	"maplegrid/internal/work/campaign"
	"maplegrid/internal/work/firm"
)

// signed is the picture of a signature for a paper; nothing where there is none.
func (l *teller) signed(id string) any {
	if id == "" {
		return ""
	}
	b, ok, err := l.s.Blobs.Get(l.Ctx(), l.Who().Station, id, keep.Shown)
	if err != nil || !ok {
		return ""
	}
	return b
}

// firmVisitPaper is the record of one visit (走访记录), with what was asked and advised.
func (s Pages) firmVisitPaper(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	f, err := l.Firm(r.PathValue("id"))
	if err != nil {
		return err
	}
	o, err := l.Open(firmTexts(f)...)
	if err != nil {
		return err
	}
	for _, v := range f.Visits {
		if v.Visit == r.PathValue("visit") {
			return l.SendSheet(w, "firm_visit", l.visitFacts(f, v, o))
		}
	}
	return fault.New(fault.Missing, "web.no_page", nil)
}

func (l *teller) visitFacts(f *firm.Firm, v firm.Visit, o web.Opened) document.Facts {
	var asked, advised []document.Facts
	for _, was := range v.Asked {
		for _, q := range f.Questions {
			if q.ID == was.ID {
				asked = append(asked, document.Facts{"问": l.Words(o, q.Words), "答": l.Words(o, q.Answer), "谁": l.Person(q.By), "期限": q.DueOn})
			}
		}
	}
	for _, was := range v.Advice {
		for _, a := range f.Advice {
			if a.ID == was.ID {
				done := ""
				if !a.Open() {
					done = a.DoneAt.In(clock.Shanghai).Format("2006-01-02")
				}
				advised = append(advised, document.Facts{"哪防": fault.Name("zh", "means."+a.Means), "建议": l.Words(o, a.Words), "期限": a.DueOn, "落实": done})
			}
		}
	}
	return document.Facts{"本所": l.Org().Name, "单位": f.Name, "种类": l.sort(f.Sort), "地址": f.Place, "网格": l.Cell(f.Cell), "时间": v.At.In(clock.Shanghai),
		"走访人": append([]string{l.Person(v.By)}, l.names(v.With)...), "情况": l.Words(o, v.Words), "问答": asked, "建议": advised, "签名": l.signed(v.Signature)}
}

// names are what people are called.
func (l *teller) names(ids []string) (list []string) {
	for _, id := range ids {
		list = append(list, l.Person(id))
	}
	return list
}

// firmCheckPaper is the answer to the check of a recruit's card: yes or no, for which firm, when; never who, and nothing of the past.
func (s Pages) firmCheckPaper(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	f, err := l.Firm(r.PathValue("id"))
	if err != nil {
		return err
	}
	if !l.May("firm.check_recruit", desk.FirmThing(l.Who().Station, f)) {
		return fault.New(fault.Denied, "access.denied", nil)
	}
	for _, c := range f.Checks {
		if c.Check == r.PathValue("check") {
			return l.SendSheet(w, "recruit_check", document.Facts{"本所": l.Org().Name, "文号": c.Number, "单位": f.Name, "时间": c.At.In(clock.Shanghai),
				"是": c.Genuine, "否": !c.Genuine, "民警": l.Person(c.By)})
		}
	}
	return fault.New(fault.Missing, "web.no_page", nil)
}

// placePaper is the check sheet of one place (检查记录): as it was filled in, or empty for the hand.
func (s Pages) placePaper(w http.ResponseWriter, r *http.Request) error {
	l, err := s.tell(r)
	if err != nil {
		return err
	}
	c, err := l.campaign(r.PathValue("id"))
	if err != nil {
		return err
	}
	p, ok := c.Place(r.PathValue("firm"))
	if !ok || !l.seesPlace(c, p.Cell) {
		return fault.New(fault.Missing, "campaign.no_place", nil)
	}
	facts, err := l.checkFacts(c, p)
	if err != nil {
		return err
	}
	return l.SendSheet(w, "check_sheet", facts)
}

func (l *teller) checkFacts(c *campaign.Campaign, p *campaign.Place) (document.Facts, error) {
	named, err := l.NamesOfFirms([]string{p.Firm})
	if err != nil {
		return nil, err
	}
	list, _ := l.checklistOf(c)
	facts := document.Facts{"本所": l.Org().Name, "单位": named[p.Firm], "网格": l.Cell(p.Cell), "活动": c.Title, "检查表": list.Name.Zh, "依据": list.Source,
		"检查": c.Inspection, "空白": p.Check == nil}
	var questions []document.Facts
	for _, q := range list.Questions {
		x := document.Facts{"组": q.Group.Zh, "问": q.Name.Zh, "是否": q.Answer == "yesno"}
		if p.Check != nil {
			said, note := p.Check.Said[q.Key], p.Check.Said["note."+q.Key]
			o, err := l.Open(said, note)
			if err != nil {
				return nil, err
			}
			x["答"] = l.answered(q, p.Check.Answers[q.Key])
			if q.Answer == "words" {
				x["答"] = l.Words(o, said)
			}
			x["备注"] = l.Words(o, note)
		}
		questions = append(questions, x)
	}
	facts["问题单"] = questions
	if p.Check == nil {
		return facts, nil
	}
	return facts, l.checkFound(facts, c, p)
}

// checkFound adds what was found, and the faults with what became of them.
func (l *teller) checkFound(facts document.Facts, c *campaign.Campaign, p *campaign.Place) error {
	o, err := l.Open(p.Check.Words, p.Check.Escort)
	if err != nil {
		return err
	}
	var faults []document.Facts
	for _, f := range c.Faults {
		if f.Firm != p.Firm {
			continue
		}
		words, err := l.Open(f.Words)
		if err != nil {
			return err
		}
		faults = append(faults, document.Facts{"问题": l.faultSaid(f.Question, l.Words(words, f.Words)), "期限": f.DueOn, "状态": fault.Name("zh", "faultstate."+f.State())})
	}
	escort := o[p.Check.Escort.Ref()]
	if !l.Who().Role.HasPolicePowers() {
		escort = vault.MaskName(escort)
	}
	facts["时间"], facts["人员"], facts["在场"] = p.Check.At.In(clock.Shanghai), append([]string{l.Person(p.Check.By)}, l.names(p.Check.With)...), strings.TrimSpace(escort)
	facts["通知书"], facts["其他"], facts["问题"], facts["签名"] = p.Check.Notice, l.Words(o, p.Check.Words), faults, l.signed(p.Check.Signature)
	return nil
}
