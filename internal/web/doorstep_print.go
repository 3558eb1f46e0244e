package web

import (
	"net/http"
	"slices"
	"strings"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/document"
	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/web/keep"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/matter"
)

// doorOf loads a home visit for one of its papers, for somebody who may see it.
func (s *Site) doorOf(r *http.Request) (*teller, *doorstep.Doorstep, error) {
	l, err := s.Tell(r)
	if err != nil {
		return nil, nil, err
	}
	events, err := s.Desk.Journal.Stream(l.ctx, l.who.Station, matter.Stream(r.PathValue("id")), 0)
	if err != nil {
		return nil, nil, err
	}
	m, err := matter.Fold(events)
	if err != nil {
		return nil, nil, err
	}
	if m.Version == 0 || l.kinds[m.Kind].Base != doorstep.Base || !l.scope.Sees(desk.MatterThing(l.who.Station, &m)) {
		return nil, nil, fault.New(fault.Missing, "matter.not_found", nil)
	}
	d, err := doorstep.Fold(events)
	if err == nil && d.Plan == nil {
		err = fault.New(fault.Stale, "doorstep.no_plan", nil)
	}
	return l, d, err
}

// partyNames are the names of parties of a visit, masked: the paper is filled in by hand at the door.
func (l *teller) partyNames(d *doorstep.Doorstep) (map[string]string, error) {
	var texts []vault.Text
	for _, p := range d.Parties {
		texts = append(texts, p.Name)
	}
	o, err := l.Open(texts...)
	names := map[string]string{}
	for _, p := range d.Parties {
		if name, ok := o[p.Name.Ref()]; ok {
			names[p.ID] = vault.MaskName(name)
		}
	}
	return names, err
}

// slipFacts are what both papers of a visit say.
func (l *teller) slipFacts(d *doorstep.Doorstep) (document.Facts, error) {
	names, err := l.partyNames(d)
	p := d.Plan
	f := document.Facts{"本所": l.org.Name, "编号": d.Number, "事项": l.serviceName(p.Service), "地点": d.Place, "网格": l.Cell(d.Cell), "申请人": names[p.Applicant],
		"代办人": names[p.Agent], "经办": l.Person(d.Handler), "回执": d.Receipt, "理由": l.groundName(p.Ground)}
	if p.Guardian != "" {
		f["监护人"] = fault.Name(l.lang, "doorguardian."+p.Guardian)
	}
	return f, err
}

// doorSlip prints the slip of a visit (上门服务单): what to bring and ask, room to sign. Names are masked, the rest is written at the door.
func (s *Site) doorSlip(w http.ResponseWriter, r *http.Request) error {
	l, d, err := s.doorOf(r)
	if err != nil {
		return err
	}
	f, err := l.slipFacts(d)
	if err != nil {
		return err
	}
	p := d.Plan
	if p.OpenFrom != "" {
		f["开门"] = p.OpenFrom + "–" + p.OpenUntil
	}
	if v := d.Current(); v != nil {
		f["时间"], f["同去"] = l.windowOf(v.On, v.From, v.Until), l.persons(v.With)
		if v.Kit != "" {
			f["设备"] = l.KitCalled(v.Kit)
		}
	}
	f["民警"] = p.Officer
	if p.Age != "" {
		f["年龄"] = fault.Name(l.lang, "doorage."+p.Age)
	}
	service, _ := l.book.Service(p.Service)
	told := p.Papers
	if told == nil {
		for _, x := range service.Papers {
			told = append(told, x.Name.Zh)
		}
	}
	var papers []any
	for _, x := range l.paperNames(p.Service, told) {
		original := slices.ContainsFunc(service.Papers, func(q playbook.ServicePaper) bool { return q.Name.Zh == x.Value && q.Original })
		papers = append(papers, map[string]any{"名称": x.Label, "原件": original})
	}
	f["材料"] = papers
	if p.ToldTo != "" {
		f["告知"] = l.t("door.told_by", "who", fault.Name(l.lang, "doortold."+p.ToldTo), "by", l.Person(p.ToldBy), "when", l.When(p.ToldAt))
	}
	var kit []string
	for _, x := range l.kitItems(p.Kit) {
		kit = append(kit, x.Label)
	}
	f["箱子"] = strings.Join(kit, "、")
	return l.SendSheet(w, "doorstep_slip", f)
}

// doorReceipt prints the receipt that is signed for a finished card.
func (s *Site) doorReceipt(w http.ResponseWriter, r *http.Request) error {
	l, d, err := s.doorOf(r)
	if err != nil {
		return err
	}
	if d.ReadyAt.IsZero() {
		return fault.New(fault.Stale, "doorstep.card_not_here", nil)
	}
	f, err := l.slipFacts(d)
	if err != nil {
		return err
	}
	f["受理"], f["到所"] = d.ServedAt.In(clock.Shanghai), d.ReadyAt.In(clock.Shanghai)
	if x := d.Delivered; x != nil {
		f["签收"], f["签收人"], f["地方"], f["送证"] = x.At.In(clock.Shanghai), fault.Name(l.lang, "doortaker."+x.Receiver), fault.Name(l.lang, "doorwhere."+x.Where), l.Person(x.By)
		if x.Way == "screen" && x.Image != "" {
			if raw, ok, err := s.Blobs.Get(l.ctx, l.who.Station, x.Image, keep.Shown); err == nil && ok {
				f["签名"] = raw
			}
		}
	}
	return l.SendSheet(w, "card_receipt", f)
}
