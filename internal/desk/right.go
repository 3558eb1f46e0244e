package desk

import (
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/appointment"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/proof"
	"maplegrid/internal/work/report"
	"maplegrid/internal/work/right"
)

// Rights are the rows of the table of acts about one's own data.
var Rights = []Spec{
	{Name: "right.ask", New: make_[right.Ask], Additive: true, do: askRight},
	{Name: "right.answer", New: make_[right.Answer], do: answerRight},
	onReport("report.consent", report.Report.Consent).additive(),
}

// askRight takes a request down. Whether the thing is the asker's was checked by who calls the desk.
func askRight(c *call) error {
	a := *c.act.(*right.Ask)
	if _, err := c.provable(a.Thing); err != nil {
		return err
	}
	events, err := right.Right{}.Ask(a, c.moment)
	if err != nil {
		return err
	}
	e := events[0].(right.Asked)
	c.answer.ID = e.ID
	return c.change(right.Stream(e.ID), 0, events)
}

// rightTexts are what somebody wrote who asked about their own data: what a field should say, and why. Who answers looks at it, with a
// purpose, before deciding.
func (c *call) rightTexts(id string) (access.Thing, []vault.Text, error) {
	thing := access.Thing{Kind: "right"}
	events, err := c.Journal.Stream(c.ctx, c.who.Station, right.Stream(id), 0)
	if err != nil {
		return thing, nil, err
	}
	r, err := right.Fold(events)
	return thing, []vault.Text{r.Value, r.Words}, err
}

// answerRight answers a request. What was granted is done in the same transaction: the value put right, the keys destroyed.
func answerRight(c *call) error {
	a := *c.act.(*right.Answer)
	events, err := c.Journal.Stream(c.ctx, c.who.Station, right.Stream(a.Right), 0)
	if err != nil {
		return err
	}
	r, err := right.Fold(events)
	if err != nil {
		return err
	}
	if err := c.permit(access.Thing{Kind: "right"}); err != nil {
		return err
	}
	if r.Version == 0 {
		return fault.New(fault.Missing, "right.not_found", nil)
	}
	own, err := c.ownData(r.Thing)
	if err != nil {
		return err
	}
	a.Subject, a.Kept = own.subject, own.kept
	answered, err := r.Answer(a, c.moment)
	if err != nil {
		return err
	}
	c.answer.ID = r.ID
	if err := c.change(right.Stream(r.ID), r.Version, answered); err != nil {
		return err
	}
	if c.batch.Erase = answered[0].(right.Answered).Erased; len(c.batch.Erase) > 0 {
		c.batch.Erase = append(c.batch.Erase, proof.Stream(r.Thing)) // the phones that codes were sent to
	}
	switch {
	case len(c.batch.Erase) > 0:
		if err := c.unheld(own.things...); err != nil {
			return err
		}
		return own.erase()
	case r.Want == right.Correct && r.Field != "" && a.Result == right.Granted:
		words, err := c.Reveal(c.ctx, c.who.Station, r.Value)
		if err != nil {
			return err
		}
		return own.correct(r.Field, words[r.Value.Ref()])
	case (r.Want == right.Limit || r.Want == right.Resume) && a.Result == right.Granted:
		return own.limit(r.Want == right.Limit)
	}
	return nil
}

// ownData is what is held about somebody in one thing: whose key it lies under, why it may not be erased yet, how it is put right or
// erased.
type ownData struct {
	subject string
	kept    right.Kept
	things  []string // that may be held back, and with them what is held here
	correct func(field, value string) error
	erase   func() error
	limit   func(on bool) error
}

func (c *call) ownData(thing string) (ownData, error) {
	kind, id, _ := strings.Cut(thing, "/")
	switch kind {
	case "report":
		return c.reporterData(id)
	case "party":
		return c.partyData(id)
	case "appointment":
		return c.appointmentData(id)
	}
	return ownData{}, fault.New(fault.Missing, "right.not_found", nil)
}

func (c *call) reporterData(id string) (ownData, error) {
	r, err := c.report(id)
	if err != nil {
		return ownData{}, err
	}
	own := ownData{subject: r.ID}
	_, copies, err := c.saidAlso(&r)
	if err != nil {
		return own, err
	}
	for _, one := range append(copies, r) { // what goes with it keeps it
		matters, err := c.mattersOf(&one)
		if err != nil {
			return own, err
		}
		own.things = append(own.things, append(mattersToo(&one, matters), report.Stream(one.ID))...)
		own.kept.Running = own.kept.Running || one.State == report.Fresh
		for i := range matters {
			own.kept = later(own.kept, c.kept("report", &matters[i]))
		}
	}
	own.correct = func(field, value string) error {
		events, err := r.Correct(field, value)
		if err != nil {
			return err
		}
		return c.change(report.Stream(r.ID), r.Version, events)
	}
	own.erase = func() error {
		events, err := r.Erase()
		if err != nil {
			return err
		}
		if err := c.change(report.Stream(r.ID), r.Version, events); err != nil {
			return err
		}
		return c.eraseSaid(&r)
	}
	own.limit = func(on bool) error {
		events, err := r.Limit(on)
		if err != nil {
			return err
		}
		return c.change(report.Stream(r.ID), r.Version, events)
	}
	return own, nil
}

func (c *call) partyData(id string) (ownData, error) {
	mid, pid, _ := strings.Cut(id, "/")
	m, err := c.matter(mid)
	if err != nil {
		return ownData{}, err
	}
	own := ownData{subject: pid, kept: c.kept("party", &m), things: []string{matter.Stream(m.ID)}}
	own.correct = func(field, value string) error {
		return c.change(matter.Stream(m.ID), m.Version, m.CorrectParty(pid, field, value))
	}
	own.erase = func() error {
		return c.change(matter.Stream(m.ID), m.Version, m.EraseParty(pid))
	}
	own.limit = func(on bool) error {
		return c.change(matter.Stream(m.ID), m.Version, m.LimitParty(pid, on))
	}
	return own, nil
}

// appointmentData is what is held about who has an appointment, named "window/day/id" where it was booked: it is erased once its day is
// over or it was called off.
func (c *call) appointmentData(name string) (ownData, error) {
	day, v, err := c.bookedAs(name)
	if err != nil {
		return ownData{}, err
	}
	own := ownData{subject: v.ID, kept: right.Kept{Running: !day.Over(v, appointment.Today(c.moment.Now))}, things: []string{day.Stream()}}
	mo := c.appointmentMoment()
	put := func(events []work.Event, err error) error {
		if err != nil {
			return err
		}
		return c.change(day.Stream(), day.Version, events)
	}
	own.correct = func(field, value string) error { return put(day.Correct(v.ID, field, value, mo)) }
	own.erase = func() error { return put(day.Erase(v.ID)) }
	own.limit = func(on bool) error { return put(day.Limit(v.ID, on)) }
	return own, nil
}

// bookedAs finds an appointment by where it was booked, wherever it was moved to.
func (c *call) bookedAs(name string) (*appointment.Day, *appointment.Visit, error) {
	p, id, ok := placeAndID(name)
	for hops := 0; ok && hops < 100; hops++ {
		day, err := c.WindowDay(c.ctx, c.who.Station, p)
		if err != nil {
			return nil, nil, err
		}
		v, err := day.Visit(id)
		if err != nil {
			return nil, nil, err
		}
		if v.State != appointment.Moved {
			return day, v, nil
		}
		p = v.Place
	}
	return nil, nil, fault.New(fault.Missing, "appointment.not_found", nil)
}

// kept says why the data of a sort in a matter may not be erased yet: it goes on, or the law keeps it for a time after its end. One that
// should never have been opened keeps nothing.
func (c *call) kept(sort string, m *matter.Matter) right.Kept {
	if m.State == matter.Voided {
		return right.Kept{}
	}
	if m.State != matter.Done && m.State != matter.Answered {
		return right.Kept{Running: true}
	}
	b, ok := c.moment.Book.(book)
	if !ok {
		return right.Kept{}
	}
	if as := KeptAs(b.Book, m); as == "case" || sort == "party" { // one rule for whoever asks and for the program
		sort = as
	}
	return KeptUntil(b.Book, sort, m.Reached["closed"])
}

// KeptUntil is until when the law keeps data of a sort whose matter ended at a time; zero when its person may have it erased any day.
func KeptUntil(b *playbook.Book, sort string, ended time.Time) right.Kept {
	x, ok := b.Retention(sort)
	if !ok || !x.Hold {
		return right.Kept{}
	}
	return right.Kept{Until: ended.AddDate(0, x.Months, 0), Source: x.Source}
}

func later(a, b right.Kept) right.Kept {
	running := a.Running || b.Running
	if b.Until.After(a.Until) {
		a = b
	}
	a.Running = running
	return a
}
