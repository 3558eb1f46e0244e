package demo

import (
	"slices"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/grid"
	"maplegrid/internal/work/matter"
)

// job is a matter as those who work on it think of it; where it stands is read from the journal at each step.
type job struct {
	id, where string
	topic     *topic
	cell      place
	reports   []*arrival
	left      int // steps of work before the outcome
	steps     int
	sent      bool // it was sent back once
	called    bool
	turn      int    // what was planned before the last plan is dropped
	waiting   string // the clock that is let run out until after the demonstration has begun
	plot      string // of a dispute: the outcome it is on its way to
	visits    int    // of the one long dispute: visits still to come
}

const minute, hour, day = time.Minute, time.Hour, 24 * time.Hour

// never says that nothing more happens to a matter.
const never = time.Duration(-1)

// open takes a new matter up.
func (l *life) open(id string, t *topic, c place, where string, from *arrival) *job {
	j := &job{id: id, where: where, topic: t, cell: c, left: t.stepsLow + l.rng.IntN(t.stepsHigh-t.stepsLow+1)}
	if from != nil {
		j.reports = append(j.reports, from)
	}
	l.jobs[id], l.jobList = j, append(l.jobList, j)
	if l.long == nil && t.key == "land" && l.opt.Days >= 60 && l.isDispute(l.town.kind(t)) {
		j.visits, l.long = longVisit, j
	}
	wait := l.between(4*minute, 25*minute)
	if l.pressing(t) {
		wait /= 6
	}
	l.later(j, l.now().Add(wait))
	return j
}

// later plans the next step of a matter, in place of any planned before.
func (l *life) later(j *job, at time.Time) {
	j.turn++
	turn := j.turn
	l.at(at, func() error {
		if turn != j.turn {
			return nil
		}
		return l.goOn(j)
	})
}

// goOn does the next step of a matter and writes down the one after.
func (l *life) goOn(j *job) error {
	if j.waiting != "" {
		return nil
	}
	m, err := l.load(j.id)
	if err != nil {
		return err
	}
	wait, err := l.act(j, &m)
	if err != nil || wait == never {
		return err
	}
	return l.next(j, l.now().Add(wait))
}

// next plans the next step of a matter; some are let go past a clock.
func (l *life) next(j *job, at time.Time) error {
	m, err := l.load(j.id)
	if err != nil {
		return err
	}
	switch m.State {
	case matter.AwaitingAck, matter.InHand:
		if !l.quick(&m) {
			at = awake(l, at)
		}
	case matter.UnderWay:
		if m.Grade != "critical" {
			at = awake(l, at)
		}
	default:
		at = awake(l, at)
	}
	cal, err := l.d.Calendar(l.ctx, l.station)
	if err != nil {
		return err
	}
	due, _ := m.Due(cal)
	switch {
	case l.hold(j, &m, cal, at):
		if _, late := window[j.waiting]; late && m.Handler != "" && l.chance(70) {
			l.at(due.Add(l.between(2*hour, 9*hour)), func() error { return l.press(j) })
		}
		return nil
	case due.IsZero() || !m.IsOpen():
	case l.chance(1) && m.State != matter.Unassigned: // somebody forgot it; the clock tells the head, the head asks
		at = awake(l, due.Add(l.between(3*hour, 40*hour)))
		l.at(due.Add(l.between(hour, 3*hour)), func() error { return l.press(j) })
	}
	l.later(j, at)
	return nil
}

// quick tells whether a step is taken at once, night or not.
func (l *life) quick(m *matter.Matter) bool {
	return m.Grade == "critical" || m.Grade == "urgent" || m.Kind == "noise"
}

// pace is how long the next step takes: a share of the time there is to finish.
func (l *life) pace(m *matter.Matter) time.Duration {
	if m.Grade == "critical" {
		return l.between(15*minute, 100*minute)
	}
	most := 72 * hour
	for _, x := range m.Limits {
		if days := time.Duration(x.Amount) * day; x.Key == "finish" && x.Unit == clock.Days {
			most = min(most, days/6)
		} else if x.Key == "finish" && x.Unit == clock.Workdays {
			most = min(most, days*7/5/6)
		}
	}
	return l.between(most/5, most)
}

// act does one step and says how long until the next.
func (l *life) act(j *job, m *matter.Matter) (time.Duration, error) {
	on := matter.On{Matter: m.ID}
	switch m.State {
	case matter.Unassigned:
		to := l.handler(j.topic, m.Cell, latest(m.Helpers))
		_, err := l.by(l.leader(), "matter.assign", &matter.Assign{On: on, To: to, Note: l.line("assign", "", j.where)})
		return l.ack(m), err
	case matter.AwaitingAck:
		if !j.sent && len(m.Helpers) == 0 && m.OpenedBy != m.Handler && l.chance(5) {
			j.sent = true
			r := pick(l, []string{"wrong_cell", "wrong_kind", "need_facts"})
			_, err := l.by(m.Handler, "matter.send_back", &matter.SendBack{On: on, Reason: r, Words: l.line("sendback", r, j.where)})
			return l.between(10*minute, 80*minute), err
		}
		_, err := l.by(m.Handler, "matter.acknowledge", &matter.Acknowledge{On: on})
		if m.Grade == "critical" {
			return l.between(3*minute, 14*minute), err
		}
		return l.between(10*minute, 70*minute), err
	case matter.InHand:
		if _, told := m.Reached["contacted"]; !told {
			return l.contact(j, m)
		}
		if !l.isMissing(m.Kind) && !l.isDoor(m.Kind) && (j.topic.body != "" || l.chance(2)) {
			return l.transfer(j, m)
		}
		_, err := l.by(m.Handler, "matter.start", &matter.Start{On: on, Note: l.line("start", j.topic.family, j.where)})
		return l.pace(m), err
	case matter.UnderWay, matter.Elsewhere:
		return l.work(j, m)
	case matter.OnHold:
		_, err := l.by(m.Handler, "matter.resume", &matter.Resume{On: on, Note: l.line("resume", "", j.where)})
		return l.between(hour, 8*hour), err
	case matter.HandedOver:
		return l.taken(j, m)
	case matter.OutcomeIn:
		who := l.other(m)
		if l.chance(6) {
			j.left = 1
			_, err := l.by(who, "matter.verify", &matter.Verify{On: on, Note: l.line("reject", "", j.where)})
			return l.pace(m), err
		}
		_, err := l.by(who, "matter.verify", &matter.Verify{On: on, Pass: true, Note: l.line("verify", "", j.where)})
		return l.between(20*minute, 20*hour), err
	case matter.Checked:
		return l.close(j, m)
	case matter.Done:
		return l.followUp(j, m)
	}
	return never, nil
}

func latest(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[len(list)-1]
}

func (l *life) ack(m *matter.Matter) time.Duration {
	switch {
	case m.Grade == "critical":
		return l.between(minute, 4*minute)
	case l.quick(m):
		return l.between(3*minute, 24*minute)
	}
	return l.between(10*minute, 4*hour)
}

// other is somebody who may look at the outcome: never who handled it.
func (l *life) other(m *matter.Matter) string {
	if l.chance(25) {
		for _, o := range l.town.covering(m.Cell, "officer") {
			if o != m.Handler && o != m.OutcomeBy && slices.Contains(l.town.who[o].Cells, m.Cell) {
				return o
			}
		}
	}
	for range 20 {
		if p := l.leader(); p != m.Handler && p != m.OutcomeBy {
			return p
		}
	}
	return l.town.byRole["head"][0]
}

// contact is the first word with whoever reported, or the first look at the place.
func (l *life) contact(j *job, m *matter.Matter) (time.Duration, error) {
	if l.chance(45) || len(j.reports) == 0 {
		return l.between(10*minute, 90*minute), l.visit(j, m)
	}
	_, err := l.by(m.Handler, "matter.note", &matter.Note{On: matter.On{Matter: m.ID}, Words: l.line("note", j.topic.family, j.where)})
	return l.between(10*minute, 3*hour), err
}

func (l *life) visit(j *job, m *matter.Matter) error {
	v := &matter.Visit{On: matter.On{Matter: m.ID}, At: l.now(), Place: j.where, Words: l.line("visit", j.topic.family, j.where)}
	if l.chance(40) {
		v.With = []string{pick(l, l.town.covering(m.Cell, "cell_worker", "aux_officer"))}
	}
	if j.left > 1 {
		v.Next = pick(l, lines["next"])
	}
	_, err := l.by(m.Handler, "matter.visit", v)
	return err
}

// work is one step of it, and in the end the outcome.
func (l *life) work(j *job, m *matter.Matter) (time.Duration, error) {
	if j.visits > 0 && m.State == matter.UnderWay {
		j.visits--
		if d, err := l.quarrel(m.ID); err != nil {
			return 0, err
		} else if err := l.moreTime(j, d); err != nil {
			return 0, err
		}
		return l.between(16*hour, 44*hour), l.visit(j, m)
	}
	if l.isMissing(m.Kind) {
		return l.lookFor(j, m)
	}
	if l.isDoor(m.Kind) && m.State == matter.UnderWay {
		return l.goToDoor(j, m)
	}
	if j.steps++; j.left <= 0 || m.State == matter.Elsewhere && l.chance(60) {
		if l.isDispute(m.Kind) && m.State == matter.UnderWay {
			return l.mediate(j, m)
		}
		return l.finish(j, m)
	}
	j.left--
	on, n := matter.On{Matter: m.ID}, l.rng.IntN(100)
	var err error
	switch {
	case m.State == matter.Elsewhere:
		_, err = l.by(m.Handler, "matter.note", &matter.Note{On: on, Words: l.line("note", j.topic.family, j.where)})
	case j.topic.family == "settle" && len(m.Parties) == 0:
		err = l.parties(j, m)
	case len(j.topic.bodies) > 1 && !j.called && n < 24 && l.carries(m):
		return l.call(j, m)
	case n < 12 && len(m.Tasks) < 2:
		err = l.task(j, m)
	case (n < 20 || n < 34 && l.nearEnd()) && j.topic.family != "visit" && j.topic.family != "help" && !l.quick(m):
		return l.pause(j, m)
	case n < 27 && j.topic.family == "settle":
		err = l.extend(j, m)
	case n < 32 && j.topic.family == "settle":
		err = l.invite(j, m)
	case n < 34 && m.Grade == "normal" && j.topic.family == "settle":
		_, err = l.by(l.leader(), "matter.regrade", &matter.Regrade{On: on, Grade: "urgent", Reason: "双方情绪激动，提级处理。"})
	case n < 55:
		_, err = l.by(m.Handler, "matter.note", &matter.Note{On: on, Words: l.line("note", j.topic.family, j.where)})
	default:
		err = l.visit(j, m)
	}
	return l.pace(m), err
}

// carries tells whether the handler may call other bodies themselves.
func (l *life) carries(m *matter.Matter) bool {
	return l.town.who[m.Handler].Role == grid.Officer
}

func (l *life) parties(j *job, m *matter.Matter) error {
	n := 2
	if l.chance(25) {
		n = 3
	}
	for i := range n {
		p := &matter.AddParty{On: matter.On{Matter: m.ID}, Name: l.name(), Side: string("abb"[i]), Role: []string{"诉求方", "对方", "对方家属"}[i], Phone: l.phone()}
		if i < 2 && l.chance(60) {
			p.IDNo = l.idNumber()
			p.Home = l.where(j.cell, []string{"home", "village"})
		}
		if _, err := l.by(m.Handler, "matter.add_party", p); err != nil {
			return err
		}
	}
	return nil
}

// task gives somebody of the cell a step; it is done before the outcome.
func (l *life) task(j *job, m *matter.Matter) error {
	to := pick(l, l.town.covering(m.Cell, "cell_worker", "aux_officer", "volunteer", "guard", "village_cadre"))
	_, err := l.by(m.Handler, "matter.set_task", &matter.SetTask{On: matter.On{Matter: m.ID}, Title: pick(l, lines["task"]), Person: to,
		DueOn: l.now().Add(8*hour).AddDate(0, 0, 1+l.rng.IntN(3)).Format(time.DateOnly)})
	if err != nil || l.chance(40) { // the others are done when the outcome is due
		return err
	}
	l.after(2*hour, 20*hour, func() error {
		m, err := l.load(j.id)
		if err != nil {
			return err
		}
		return l.doTasks(j, &m)
	})
	return nil
}

func (l *life) doTasks(j *job, m *matter.Matter) error {
	for _, t := range m.Tasks {
		if t.DoneAt.IsZero() && m.Can(matter.VerbWork) {
			if _, err := l.by(t.Person, "matter.do_task", &matter.DoTask{On: matter.On{Matter: m.ID}, Task: t.ID, Words: l.line("taskdone", "", j.where)}); err != nil {
				return err
			}
		}
	}
	return nil
}

// call is a joint action of two or three bodies.
func (l *life) call(j *job, m *matter.Matter) (time.Duration, error) {
	j.called = true
	var bodies []string
	for _, b := range j.topic.bodies {
		if _, ok := l.town.org.Body(b); ok && len(bodies) < 3 {
			bodies = append(bodies, b)
		}
	}
	if len(bodies) == 0 {
		return l.pace(m), nil
	}
	_, err := l.by(m.Handler, "matter.call_bodies", &matter.CallBodies{On: matter.On{Matter: m.ID}, Bodies: bodies, Words: l.line("call", "", j.where)})
	return l.between(hour, 7*hour), err
}

// answers are the next steps of the bodies called, each at its own pace; false when nothing is owed any more.
func (l *life) answers(j *job, m *matter.Matter) (bool, error) {
	owed := false
	for _, c := range m.Calls {
		if c.Settled() {
			continue
		}
		owed = true
		a := &matter.AnswerCall{On: matter.On{Matter: m.ID}, Body: c.Body}
		switch {
		case c.Answer == "" && l.chance(12):
			a.Step = "declined"
		case c.Answer == "":
			a.Step = "coming"
		case c.ArrivedAt.IsZero():
			a.Step = "arrived"
		default:
			a.Step = "reported"
		}
		if a.Step == "declined" || a.Step == "reported" {
			a.Words = l.line("call", a.Step, j.where)
		}
		if _, err := l.by(m.Handler, "matter.answer_call", a); err != nil {
			return true, err
		}
	}
	return owed, nil
}

func (l *life) pause(j *job, m *matter.Matter) (time.Duration, error) {
	can := []string{"await_party", "await_body", "road_weather"}
	switch j.topic.family {
	case "served":
		can = []string{"await_papers"}
	case "police":
		can = []string{"appraisal"}
	case "settle":
		can = []string{"await_party", "await_party", "appraisal"}
	}
	r := pick(l, can)
	_, err := l.by(m.Handler, "matter.pause", &matter.Pause{On: matter.On{Matter: m.ID}, Reason: r, Note: l.line("pause", r, j.where)})
	return l.between(20*hour, 110*hour), err
}

// extend asks for more time; the head grants or refuses it.
func (l *life) extend(j *job, m *matter.Matter) error {
	if len(m.Extensions) > 0 || m.Handler == l.town.byRole["head"][0] || !slices.ContainsFunc(m.Limits, func(x limit) bool { return x.Key == "finish" }) {
		return l.visit(j, m) // the head, who decides, does not ask
	}
	on := matter.On{Matter: m.ID}
	if _, err := l.by(m.Handler, "matter.extend", &matter.Extend{On: on, Limit: "finish", Days: 3 + l.rng.IntN(8), Reason: l.line("extend", "", j.where)}); err != nil {
		return err
	}
	l.at(awake(l, l.now().Add(l.between(hour, 12*hour))), func() error {
		m, err := l.load(j.id)
		if n := len(m.Extensions); err != nil || !m.Can(matter.VerbWork) || n == 0 || m.Extensions[n-1].ApprovedBy != "" {
			return err
		}
		grant := l.chance(75)
		_, err = l.by(l.town.byRole["head"][0], "matter.decide_extension", &matter.DecideExtension{On: on, Grant: grant,
			Note: l.line(map[bool]string{true: "grant", false: "refuse"}[grant], "", j.where)})
		return err
	})
	return nil
}

func (l *life) invite(j *job, m *matter.Matter) error {
	a := &matter.Invite{On: matter.On{Matter: m.ID}, Role: "调解员", Person: pick(l, l.town.covering(m.Cell, "mediator", "village_cadre"))}
	if l.town.who[a.Person].Role == grid.VillageCadre {
		a.Role = "村（社区）干部"
	}
	if a.Person == m.Handler || slices.Contains(m.Participants, matter.Participant{Person: a.Person, Role: a.Role}) {
		return l.visit(j, m)
	}
	_, err := l.by(m.Handler, "matter.invite", a)
	return err
}

// transfer hands what is not ours to whom it belongs, and now and then a matter to another cell.
func (l *life) transfer(j *job, m *matter.Matter) (time.Duration, error) {
	a := &matter.Transfer{On: matter.On{Matter: m.ID}, Reason: "属主管部门职责，报事人已同意转办。"}
	if j.topic.body != "" {
		a.ToBody = j.topic.body
	} else {
		a.Reason = lines["transfer"][1]
		for _, c := range l.town.in(j.topic.scenes) {
			if c.id != m.Cell {
				a.ToCell = c.id
			}
			if a.ToCell != "" && l.chance(30) {
				break
			}
		}
	}
	if a.ToBody == "" && a.ToCell == "" {
		_, err := l.by(m.Handler, "matter.start", &matter.Start{On: matter.On{Matter: m.ID}})
		return l.pace(m), err
	}
	_, err := l.by(l.leader(), "matter.transfer", a)
	return l.between(5*hour, 50*hour), err
}

// taken is the other side's answer to a transfer.
func (l *life) taken(j *job, m *matter.Matter) (time.Duration, error) {
	on, w := matter.On{Matter: m.ID}, m.SendBackTo
	switch {
	case w.ToBody != "" && l.chance(7) && !j.sent:
		j.sent = true
		_, err := l.by(l.leader(), "matter.send_back", &matter.SendBack{On: on, Reason: "wrong_kind", Words: l.line("sendback", "wrong_kind", j.where)})
		return l.between(20*minute, 3*hour), err
	case w.ToBody != "":
		_, err := l.by(l.leader(), "matter.take", &matter.Take{On: on, Reference: "转" + m.Number, Note: l.line("taken", "", j.where)})
		return l.between(20*hour, 90*hour), err
	}
	who := l.handler(j.topic, m.Cell, w.FromHandler)
	if !slices.Contains(l.town.who[who].Cells, m.Cell) || l.town.who[who].Role == grid.Mediator || l.town.who[who].Role == grid.WindowClerk {
		who = l.other(m)
	}
	if who == w.FromHandler {
		who = l.leader()
	}
	_, err := l.by(who, "matter.take", &matter.Take{On: on})
	return l.between(hour, 8*hour), err
}
