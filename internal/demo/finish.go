package demo

import (
	"slices"
	"time"

	"maplegrid/internal/desk"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// finish reports the outcome, once nobody owes anything any more.
func (l *life) finish(j *job, m *matter.Matter) (time.Duration, error) {
	if owed, err := l.answers(j, m); owed || err != nil {
		return l.between(2*hour, 20*hour), err
	}
	if err := l.doTasks(j, m); err != nil {
		return 0, err
	}
	out, err := l.outcome(j, m)
	if err != nil {
		return 0, err
	}
	_, err = l.by(m.Handler, "matter.finish", &matter.Finish{On: matter.On{Matter: m.ID}, Outcome: out, Words: l.line("outcome", j.topic.family, j.where),
		Answer: l.line("answer", j.topic.family, j.where)})
	return l.between(2*hour, 40*hour), err
}

// outcome is how a matter ends, once its form is complete and the steps that the outcome needs are noted.
func (l *life) outcome(j *job, m *matter.Matter) (string, error) {
	can := l.town.book.Outcomes(m.Kind)
	out := can[0]
	for _, o := range can {
		if slices.Contains(j.topic.outs, o.Key) && (o.Key == j.topic.outs[0] || l.chance(35)) {
			out = o
		}
	}
	for _, o := range can {
		if o.Key == j.plot || m.State == matter.Elsewhere && o.Key == "transferred_out" {
			out = o
		}
	}
	if l.isDispute(m.Kind) { // what only its own acts reach cannot be noted by hand: it went another way
		missing := func(step string) bool { _, ok := m.Reached[step]; return !ok && step != "told" }
		for _, o := range can {
			if !slices.ContainsFunc(out.Needs, missing) {
				break
			}
			if !slices.ContainsFunc(o.Needs, missing) && o.Key != "duplicate" {
				out = o
			}
		}
	}
	if err := l.complete(m); err != nil {
		return "", err
	}
	for _, step := range out.Needs {
		if _, ok := m.Reached[step]; ok || step == "told" { // the answer is the telling
			continue
		}
		mark := &matter.Mark{On: matter.On{Matter: m.ID}, Step: step, Words: l.line("verify", "", j.where)}
		if _, err := l.by(l.leader(), "matter.mark", mark); err != nil {
			return "", err
		}
	}
	return out.Key, nil
}

// complete fills in what the kind's form requires and nobody has asked so far.
func (l *life) complete(m *matter.Matter) error {
	fill := &matter.Fill{On: matter.On{Matter: m.ID}, Extra: map[string]string{}}
	for _, f := range l.town.book.Fields(m.Kind) {
		if !f.Required || m.Extra[f.Key] != "" || !m.Sealed[f.Key].Empty() || slices.Contains([]string{"title", "what", "when", "place", "photo", "reporter"}, f.Key) {
			continue
		}
		switch {
		case len(f.Options) > 0:
			fill.Extra[f.Key] = pick(l, f.Options).Key
		case f.Type == "number" || f.Type == "money":
			fill.Extra[f.Key] = "1"
		case f.Type == "yesno":
			fill.Extra[f.Key] = "yes"
		case f.Type == "person":
			fill.Extra[f.Key] = l.name()
		default:
			fill.Extra[f.Key] = "已核实登记"
		}
	}
	if len(fill.Extra) == 0 {
		return nil
	}
	_, err := l.by(m.Handler, "matter.fill", fill)
	return err
}

func (l *life) close(j *job, m *matter.Matter) (time.Duration, error) {
	if _, err := l.by(l.other(m), "matter.close", &matter.Close{On: matter.On{Matter: m.ID}, Note: l.line("close", "", j.where)}); err != nil {
		return 0, err
	}
	for _, a := range j.reports {
		l.rated(a)
	}
	if !slices.ContainsFunc(m.Limits, func(x limit) bool { return x.Until == "followed_up" }) {
		return never, nil
	}
	return l.between(day, 6*day), nil
}

func (l *life) followUp(j *job, m *matter.Matter) (time.Duration, error) {
	who := pick(l, append(l.town.covering(m.Cell, "cell_worker", "aux_officer"), l.leader()))
	if !slices.Contains(l.town.who[who].Cells, m.Cell) {
		who = l.leader()
	}
	f := &matter.FollowUp{On: matter.On{Matter: m.ID}, Held: !l.chance(3), Way: pick(l, []string{"phone", "phone", "visit"}), Words: l.line("followup", "", j.where)}
	if !f.Held {
		f.Words, j.left = l.line("relapse", "", j.where), 1+l.rng.IntN(2)
		_, err := l.by(who, "matter.follow_up", f)
		return l.between(30*minute, 4*hour), err
	}
	_, err := l.by(who, "matter.follow_up", f)
	return never, err
}

// rated is what a reporter says afterwards, if anything; who is not satisfied may ask that it goes on.
func (l *life) rated(a *arrival) {
	if !l.chance(45) {
		return
	}
	stars := []int{5, 5, 5, 5, 5, 5, 4, 4, 4, 3, 5, 4, 2, 1}[l.rng.IntN(14)]
	l.after(2*hour, 70*hour, func() error {
		act := &report.Rate{On: report.On{Report: a.id}, Stars: stars}
		if l.chance(50) {
			act.Words = l.line("rating", string(rune('0'+stars)), a.where)
		}
		if _, err := l.do(desk.Public(l.station), "report.rate", act); refused(err) {
			return nil // it was opened again meanwhile, or rated before
		} else if err != nil || stars > 2 {
			return err
		}
		if err := l.followRating(); err != nil || l.chance(40) {
			return err
		}
		return l.again(a)
	})
}

// again is a reporter's wish that it goes on.
func (l *life) again(a *arrival) error {
	_, err := l.do(desk.Public(l.station), "report.reopen", &report.Reopen{On: report.On{Report: a.id}, Words: l.line("again", "", a.where)})
	if refused(err) {
		return nil // it goes on already
	}
	if err != nil {
		return err
	}
	if len(a.matters) == 0 { // it had been declined: this time it is taken up
		a.repeats = nil
		l.after(hour, 5*hour, func() error { return l.takeUp(a) })
	}
	for _, id := range a.matters {
		j := l.jobs[id]
		m, err := l.load(id)
		if err != nil {
			return err
		}
		if j != nil && m.State == matter.Unassigned {
			j.left = 1
			l.later(j, l.now().Add(l.between(20*minute, 3*hour)))
		}
	}
	return nil
}

func (l *life) takeUp(a *arrival) error {
	kind := l.town.kind(a.topic)
	ans, err := l.by(l.leader(), "report.triage", &report.Triage{On: report.On{Report: a.id}, Open: []report.NewMatter{{Kind: kind,
		Title: l.title(a.said, a.where), Cell: a.cell.id, Place: a.where, Grade: l.grade(a.topic), Extra: l.extra(a.topic, kind)}}})
	if err == nil {
		a.matters = ans.Matters
		l.open(ans.Matters[0], a.topic, a.cell, a.where, a)
	}
	return err
}

// press is a leader asking after a matter, and putting it under their own eye when it is late.
func (l *life) press(j *job) error {
	m, err := l.load(j.id)
	if err != nil || !m.Can(matter.VerbSupervise) {
		return err
	}
	on := matter.On{Matter: m.ID}
	who := l.leader()
	if len(m.Escalated) > 0 && m.SupervisedBy == "" && l.chance(50) {
		_, err = l.by(who, "matter.supervise", &matter.Supervise{On: on, Words: l.line("supervise", "", j.where)})
	} else if m.Handler != "" && m.Handler != who {
		_, err = l.by(who, "matter.chase", &matter.Chase{On: on, Words: l.line("chase", "", j.where)})
	}
	return err
}
