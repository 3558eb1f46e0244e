package web

import (
	"net/http"
	"strconv"
	"strings"

	boards "maplegrid/internal/board/found"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/document"
	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/found"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/surrender"
)

// keepingPaper prints a paper of a thing found or of arms handed in. Names of people are printed in part: who signs writes their own.
func (s *Site) keepingPaper(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	m, err := s.Matter(l.ctx, l.who, r.PathValue("id"))
	if err != nil {
		return err
	}
	name, pdf := strings.CutSuffix(r.PathValue("paper"), ".pdf")
	none := fault.New(fault.Missing, "web.no_page", nil)
	base := l.kinds[m.Kind].Base
	if !pdf || base != found.Base && base != surrender.Base {
		return none
	}
	events, err := s.Desk.Journal.Stream(l.ctx, l.who.Station, matter.Stream(m.ID), 0)
	if err != nil {
		return err
	}
	var facts document.Facts
	if base == found.Base {
		t, err := found.Fold(events)
		if err != nil {
			return err
		}
		facts, err = l.foundPaper(name, t)
		if err != nil {
			return err
		}
	} else {
		x, err := surrender.Fold(events)
		if err != nil {
			return err
		}
		if !l.May("arms.read", desk.MatterThing(l.who.Station, &m)) {
			return fault.New(fault.Denied, "access.denied", nil)
		}
		facts, err = l.armsPaper(name, x)
		if err != nil {
			return err
		}
	}
	if facts == nil {
		return none
	}
	return l.SendSheet(w, name, facts)
}

// foundPaper gives the facts of a paper; nil where there is nothing yet it could be made of.
func (l *teller) foundPaper(name string, t *found.Thing) (document.Facts, error) {
	o, err := l.Open(t.Name, t.OwnerName)
	if err != nil {
		return nil, err
	}
	ready := map[string]bool{"found_receipt": !t.TakenAt.IsZero(), "found_notice": !t.NoticeAt.IsZero(), "found_return": !t.OwnerTold.IsZero() || t.Ended == found.ReturnedStep}
	c, accepted := t.Accepted()
	if accepted {
		ready["found_return"] = true
		if o, err = l.Open(t.Name, c.Name); err != nil {
			return nil, err
		}
	}
	if !ready[name] || name != "found_notice" && !l.mayPrint(t) {
		return nil, nil
	}
	to := t.OwnerName
	if accepted {
		to = c.Name
	}
	f := document.Facts{"本所": l.org.Name, "收据": t.Receipt, "种类": l.t("opt.foundsort." + t.Sort), "描述": t.Looks, "区域": t.Area, "拾得": t.FoundAt.In(clock.Shanghai),
		"收下": t.TakenAt.In(clock.Shanghai), "拾得人": vault.MaskName(o[t.Name.Ref()]), "不留姓名": t.Unnamed, "意思": l.wish(t), "照片数": len(t.Pictures),
		"细节数": len(t.Proofs), "保管": t.KeptAt, "经手": l.Person(t.TakenBy), "公告": t.Notice, "认领处": t.Where,
		"失主": vault.MaskName(o[to.Ref()]), "费用": t.Costs.String(), "酬谢": t.Reward.String(), "编号": t.Number}
	if !t.NoticeAt.IsZero() {
		f["公告日"], f["期满"] = t.NoticeAt.In(clock.Shanghai), t.YearEnds(l.moment()).In(clock.Shanghai)
	}
	if !t.EndedAt.IsZero() {
		f["交还"] = t.EndedAt.In(clock.Shanghai)
	}
	return f, nil
}

func (l *teller) wish(t *found.Thing) string {
	if t.Wish == "" {
		return ""
	}
	return l.t("opt.finderwish." + t.Wish)
}

func (l *teller) mayPrint(t *found.Thing) bool { return l.mayDo("found.take_claim", &t.Matter) }

// armsPaper gives the facts of the receipt or of the hand-over.
func (l *teller) armsPaper(name string, s *surrender.Surrender) (document.Facts, error) {
	if s.Received.IsZero() || name == "surrender_handover" && s.HandedAt.IsZero() || name != "surrender_handover" && name != "surrender_receipt" {
		return nil, nil
	}
	o, err := l.Open(s.Receiver)
	if err != nil {
		return nil, err
	}
	var items []document.Facts
	for _, x := range s.Items {
		items = append(items, document.Facts{"种类": l.t("opt.armsort." + x.Arm), "型号": x.Model, "口径": x.Calibre, "编号": x.Serial, "状况": x.State, "数量": strconv.Itoa(x.Count)})
	}
	f := document.Facts{"本所": l.org.Name, "收据": s.Receipt, "上交": s.At.In(clock.Shanghai), "物品": items, "合计": strconv.Itoa(s.Count()), "主动": s.Voluntary,
		"通告": s.Title, "从宽": s.Lenient(), "截止": s.Until, "民警": l.Person(s.By), "第二名": l.Person(s.Second), "编号": s.Number}
	if !s.HandedAt.IsZero() {
		f["单位"], f["对方收据"], f["移交"], f["接收人"] = l.body(s.Unit), s.Letter, s.HandedAt.In(clock.Shanghai), vault.MaskName(o[s.Receiver.Ref()])
	}
	return f, nil
}

// foundStateList prints the list of what nobody claimed within the year, for the head's approval (7.2).
func (s *Site) foundStateList(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	rows, err := s.Boards.Found.List(l.ctx, l.scope, boards.Over, l.now, "", boards.MaxPage)
	if err != nil {
		return err
	}
	var items []document.Facts
	for _, x := range rows.Rows {
		items = append(items, document.Facts{"收据": x.Receipt, "公告": x.Notice, "种类": l.t("opt.foundsort." + x.Sort), "描述": x.Looks, "公告日": x.NoticedAt.In(clock.Shanghai), "期满": x.Until.In(clock.Shanghai), "保管人": l.Person(x.Keeper)})
	}
	return l.SendSheet(w, "found_state", document.Facts{"本所": l.org.Name, "物品": items, "今天": l.now.In(clock.Shanghai)})
}
