package demo

import (
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

func (l *life) isDoor(kind string) bool {
	k, _ := l.town.book.Kind(kind)
	return k.Base == doorstep.Base
}

// kits are the portable kits of the station: two of its own, and the county unit's, which is borrowed once.
func (l *life) kits(begin time.Time) {
	l.at(begin.Add(26*hour), func() error {
		clerk := l.town.byRole["window_clerk"][0]
		for _, k := range []doorstep.RegisterKit{{Kind: "id_card_kit", Name: "便携一号机", Home: doorstep.AtStation}, {Kind: "id_card_kit", Name: "便携二号机", Home: doorstep.AtStation},
			{Kind: "vehicle_kit", Name: "车驾管平板", Home: doorstep.AtStation}, {Kind: "id_card_kit", Name: "县局户政箱", Home: doorstep.AtCounty}} {
			a, err := l.by(clerk, "kit.register", &k)
			if err != nil {
				return err
			}
			l.kitIDs = append(l.kitIDs, a.ID)
		}
		return nil
	})
	l.at(l.end.Add(-60*hour), l.borrow)
	for i := range 5 {
		if l.opt.Days < 30 {
			break
		}
		l.at(l.end.Add(-time.Duration(3+i*i*9)*day/2), func() error { return l.askAtDoor(i) })
	}
}

// borrow asks the county unit for its kit, and writes down its answer.
func (l *life) borrow() error {
	if len(l.kitIDs) == 0 {
		return nil
	}
	on := doorstep.OnKit{Kit: l.kitIDs[len(l.kitIDs)-1]}
	from := l.now().Add(day).Truncate(hour)
	if _, err := l.by(l.town.byRole["window_clerk"][0], "kit.ask_loan", &doorstep.AskLoan{OnKit: on, From: from, Until: from.Add(5 * day), Reason: "并村以后地址变了，几位老人都要在家换证，所里的两套排不开。"}); err != nil {
		return err
	}
	_, err := l.by(l.town.byRole["duty_lead"][0], "kit.answer_loan", &doorstep.AnswerLoan{OnKit: on, Grant: true, Approver: "县局户政大队值班", Words: "周末前还。"})
	return err
}

// askAtDoor is somebody who asks for a service at home on the page; the command room opens the visit, the last one waits.
func (l *life) askAtDoor(i int) error {
	c := pick(l, l.town.in([]string{"village", "home"}))
	where := l.where(c, []string{"home", "village"})
	a, err := l.do(desk.Public(l.station), "doorstep.ask", &doorstep.Ask{Service: pick(l, []string{"id_renew", "id_first", "hh_book"}), Ground: pick(l, []string{"old_age", "illness", "disability"}),
		Why: pick(l, []string{"腿脚不便，下不了楼", "卧床，家里有人", "孩子都在外地"}), Place: where, Cell: c.id, OpenFrom: "08:30", OpenUntil: "17:30", Name: l.name(), Phone: l.phone()})
	if err != nil || i == 0 {
		return err
	}
	l.after(20*minute, 3*hour, func() error {
		for _, t := range topics {
			if t.key != "card" {
				continue
			}
			kind := doorstep.Base
			ans, err := l.by(l.leader(), "report.triage", &report.Triage{On: report.On{Report: a.ID}, Open: []report.NewMatter{{Kind: kind, Title: "群众申请上门办理", Cell: c.id, Place: where}}})
			if err != nil {
				return err
			}
			l.open(ans.Matters[0], t, c, where, nil)
		}
		return nil
	})
	return nil
}

// goToDoor does the next thing on the way to a service done at home: the slip, the papers told, a visit agreed, gone to, and what came
// of it; then the card waited for and brought.
func (l *life) goToDoor(j *job, m *matter.Matter) (time.Duration, error) {
	events, err := l.d.Journal.Stream(l.ctx, l.station, matter.Stream(m.ID), 0)
	if err != nil {
		return 0, err
	}
	d, err := doorstep.Fold(events)
	if err != nil {
		return 0, err
	}
	on := matter.On{Matter: m.ID}
	officer := pick(l, l.town.covering(m.Cell, "officer"))
	switch d.Stage() {
	case doorstep.ToPlan:
		return l.arrange(j, d, officer)
	case doorstep.Agreed, doorstep.Away:
		return l.callAt(d)
	case doorstep.ThirdTry:
		_, err := l.by(l.leader(), "doorstep.decide", &doorstep.Decide{On: on, Next: doorstep.CallAgain, Words: "电话打通了，说白天在地里，约晚饭前去。"})
		return l.between(2*hour, 8*hour), err
	case doorstep.Waiting:
		if l.now().Before(d.ServedAt.Add(12 * day)) {
			return l.between(12*day, 24*day), nil
		}
		_, err := l.by(m.Handler, "doorstep.card_ready", &doorstep.CardReady{On: on})
		return l.between(4*hour, 40*hour), err
	case doorstep.ToBring:
		if l.chance(70) {
			with := pick(l, l.town.covering(m.Cell, "cell_worker", "aux_officer"))
			_, err := l.by(l.leader(), "doorstep.agree", l.window(on, []string{with}, ""))
			if refused(err) { // two tries at that time of day found nobody
				return l.between(6*hour, 20*hour), nil
			}
			return l.between(hour, 3*hour), err
		}
		return l.handed(on, m.Handler, "window")
	}
	j.plot = "served"
	return l.finish(j, m)
}

func (l *life) clerk() string { return pick(l, l.town.byRole["window_clerk"]) }

// arrange fills in the slip, tells the papers, agrees on a visit; or ends it when the papers never came.
func (l *life) arrange(j *job, d *doorstep.Doorstep, officer string) (time.Duration, error) {
	on := matter.On{Matter: d.ID}
	switch {
	case d.Plan == nil:
		a := &doorstep.PlanVisit{On: on, Name: l.name(), Phone: l.phone(), Age: pick(l, []string{"46", "46", "46", "26_45"}), OpenFrom: "08:00", OpenUntil: "19:00"}
		if d.Extra["service_item"] == "" && len(d.Reports) == 0 {
			a.Service, a.Ground = "id_renew", "old_age"
		}
		if l.chance(70) {
			a.PapersTold, a.PapersToldTo = true, pick(l, []string{"applicant", "family"})
		}
		_, err := l.by(l.leader(), "doorstep.plan", a)
		return l.between(20*minute, 2*hour), err
	case d.Plan.ToldTo == "":
		_, err := l.by(l.leader(), "doorstep.plan", &doorstep.PlanVisit{On: on, PapersTold: true, PapersToldTo: "family"})
		return l.between(20*minute, 2*hour), err
	case len(d.Missing) > 0 && l.chance(50):
		j.plot = "papers_missing"
		return l.finish(j, &d.Matter)
	}
	with := []string{officer}
	if helper := pick(l, l.town.covering(d.Cell, "cell_worker", "aux_officer")); helper != "" {
		with = append(with, helper)
	}
	kits := []string{""}
	if d.Plan.Kit != "" {
		kits = l.kitIDs
	}
	for _, kit := range kits { // the first that is free; none: another day
		_, err := l.by(l.leader(), "doorstep.agree", l.window(on, with, kit))
		if err == nil {
			return l.between(10*minute, hour), nil
		}
		if !refused(err) {
			return 0, err
		}
	}
	return l.between(6*hour, 20*hour), nil
}

// window is a visit within the next days, in the morning or the afternoon.
func (l *life) window(on matter.On, with []string, kit string) *doorstep.Agree {
	when := l.now().In(clock.Shanghai).AddDate(0, 0, 1+l.rng.IntN(3))
	hours := pick(l, [][2]string{{"09:00", "11:00"}, {"10:00", "11:30"}, {"14:30", "16:30"}, {"16:00", "17:30"}})
	return &doorstep.Agree{On: on, Day: when.Format(time.DateOnly), From: hours[0], Until: hours[1], With: with, Kit: kit}
}

// callAt goes to the door when it is time, and says what came of it.
func (l *life) callAt(d *doorstep.Doorstep) (time.Duration, error) {
	v, on := d.Current(), matter.On{Matter: d.ID}
	if until := v.From.Sub(l.now()); until > 0 {
		return until + l.between(10*minute, hour), nil
	}
	goes := v.With[0]
	if v.DepartedAt.IsZero() && v.Kit != "" {
		if _, err := l.by(goes, "doorstep.depart", &doorstep.Depart{On: on}); err != nil {
			if !refused(err) {
				return 0, err
			}
			_, err := l.by(goes, "doorstep.call_off", &doorstep.CallOff{On: on, Reason: "设备送修，另约。"})
			return l.between(hour, 5*hour), err
		}
		return l.between(15*minute, 50*minute), nil
	}
	if n := l.rng.IntN(100); n < 12 && len(d.Tries()) < doorstep.MostTries {
		_, err := l.by(goes, "doorstep.not_home", &doorstep.NotHome{On: on, Left: []string{pick(l, []string{"card", "phone", "neighbour"})}, Words: "敲门没人应，邻居说下地去了。"})
		return l.between(2*hour, 20*hour), err
	} else if v.For == doorstep.ForCard {
		return l.handed(on, goes, "door")
	} else if n < 17 && len(d.Plan.Papers) > 0 {
		missing := d.Plan.Papers[:1]
		if len(d.Missing) > 0 {
			missing = d.Missing
		}
		_, err := l.by(goes, "doorstep.lack_papers", &doorstep.LackPapers{On: on, Missing: missing, ToldTo: "applicant", Words: "找不到了，请家里人再找找。"})
		return l.between(day, 3*day), err
	} else if n < 19 && v.Kit != "" {
		if _, err := l.by(goes, "doorstep.fail_kit", &doorstep.FailKit{On: on, Words: "指纹仪接触不良，拍完照就断电。"}); err != nil {
			return 0, err
		}
		kit := v.Kit
		l.after(20*hour, 60*hour, func() error {
			if _, err := l.by(l.clerk(), "kit.repair", &doorstep.RepairKit{OnKit: doorstep.OnKit{Kit: kit}, Words: "换了数据线，试过好用。"}); err != nil && !refused(err) {
				return err
			}
			return nil
		})
		return l.between(hour, 5*hour), nil
	}
	a := &doorstep.Serve{On: on}
	if d.Plan.Card {
		a.Receipt = "F" + l.now().In(clock.Shanghai).Format("20060102") + string(rune('A'+l.rng.IntN(26))) + d.Number[len(d.Number)-3:]
	}
	if _, err := l.by(goes, "doorstep.serve", a); err != nil {
		return 0, err
	}
	return l.between(2*hour, 20*hour), nil
}

// handed brings the card, or gives it out at the window.
func (l *life) handed(on matter.On, by, where string) (time.Duration, error) {
	a := &doorstep.Deliver{On: on, Where: where, Receiver: "applicant", Way: "ink"}
	if l.chance(40) {
		a.Said, a.Words = "thanks", pick(l, []string{"老人拉着手说谢谢。", "儿媳打电话来，说不用跑一趟县里了。", "说办得快，证也送到了家。"})
	}
	_, err := l.by(by, "doorstep.deliver", a)
	return l.between(2*hour, 20*hour), err
}
