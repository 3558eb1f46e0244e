package relay

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// parcel is one transfer: which station handed which matter over, in the event of which version.
type parcel struct {
	station, matter string
	version         int
}

// source is the parcel's name at the station it goes to.
func (c parcel) source() string {
	return fmt.Sprintf("%s:%s:%s:%d", report.ByTransfer, c.station, c.matter, c.version)
}

func parse(source string) (c parcel, ok bool) {
	part := strings.Split(source, ":")
	n := len(part)
	if n < 4 {
		return c, false
	}
	version, err := strconv.Atoi(part[n-1])
	return parcel{strings.Join(part[1:n-2], ":"), part[n-2], version}, err == nil
}

// send hands a transfer to the other station as a report, unless it was taken back meanwhile. What that station cannot take comes
// back to the sender: nothing is lost between two stations.
func (p *Post) send(ctx context.Context, e *journal.Event, v matter.TransferredTo) error {
	m, err := p.matter(ctx, e.Station, strings.TrimPrefix(e.Stream, matter.Stream("")), 0)
	if err != nil {
		return err
	}
	c := parcel{e.Station, m.ID, e.Version}
	if m.Passage == nil || *m.Passage != (matter.Passage{Station: v.ToStation, Version: e.Version}) {
		return nil
	}
	if id, err := p.arrived(ctx, v.ToStation, c); err != nil || id != "" {
		return err
	}
	words, err := p.words(ctx, e.Station, &m, v.Reason)
	if err != nil {
		return err
	}
	refused, err := p.do(ctx, v.ToStation, p.key("send", c.source()), "report.submit", &report.Submit{Channel: report.ByTransfer, Source: c.source(), Words: words,
		Place: m.Place, Lon: m.Lon, Lat: m.Lat})
	if err != nil || refused == nil {
		return err
	}
	if id, err := p.arrived(ctx, v.ToStation, c); err != nil || id != "" { // another process was faster
		return err
	}
	return p.back(ctx, c, &m, "对方所没能收下："+refused.Sentence("zh"))
}

// arrived gives the report that a parcel became at the other station, "" when it is not there yet.
func (p *Post) arrived(ctx context.Context, there string, c parcel) (string, error) {
	return p.desk.Journal.Holder(ctx, there, "source", c.source())
}

// words are what the other station is told: the matter's own words and the reason. Names and phones of reporters stay where they are.
func (p *Post) words(ctx context.Context, station string, m *matter.Matter, reason vault.Text) (string, error) {
	plain, err := p.desk.Reveal(ctx, station, m.Words, reason)
	if err != nil {
		return "", err
	}
	org, err := p.desk.Org(ctx, station)
	if err != nil {
		return "", err
	}
	head := fmt.Sprintf("%s转来 %s：%s", org.Name, m.Number, m.Title)
	tail := "转办原因：" + plain[reason.Ref()]
	photos := len(m.Attachments)
	for _, id := range m.Reports {
		r, err := p.report(ctx, station, id)
		if err != nil {
			return "", err
		}
		photos += len(r.Photos)
	}
	if photos > 0 {
		tail += fmt.Sprintf("\n（照片 %d 张没有随转，需要时请与转出所联系。）", photos)
	}
	room := work.MaxWords - utf8.RuneCountInString(head+tail) - 2
	if room < 0 {
		tail, room = string([]rune(tail)[:utf8.RuneCountInString(tail)+room]), 0
	}
	said := []rune(plain[m.Words.Ref()])
	if said = said[:min(len(said), room)]; len(said) > 0 {
		head += "\n" + string(said)
	}
	return head + "\n" + tail, nil
}

// recall takes back what an earlier event of the matter's stream had sent to another station.
func (p *Post) recall(ctx context.Context, e *journal.Event) error {
	m, err := p.matter(ctx, e.Station, strings.TrimPrefix(e.Stream, matter.Stream("")), e.Version-1)
	if err != nil || m.Passage == nil {
		return err
	}
	c := parcel{e.Station, m.ID, m.Passage.Version}
	id, err := p.arrived(ctx, m.Passage.Station, c)
	if err != nil || id == "" {
		return err
	}
	_, err = p.do(ctx, m.Passage.Station, p.key("recall", c.source()), "report.withdraw", &report.Withdraw{On: report.On{Report: id}, Words: "转出的派出所收回了这件事。"})
	return err
}

// tell brings the sender's matter up to what the other station has done about it: declined, acknowledged, closed.
func (p *Post) tell(ctx context.Context, there, source string) error {
	c, ok := parse(source)
	if !ok {
		return nil
	}
	m, err := p.matter(ctx, c.station, c.matter, 0)
	if err != nil || m.Passage == nil || *m.Passage != (matter.Passage{Station: there, Version: c.version}) {
		return err // taken back, or passed on elsewhere since
	}
	r, theirs, err := p.received(ctx, there, c)
	if err != nil {
		return err
	}
	if r.State == report.Declined && m.State == matter.HandedOver {
		why, err := p.declined(ctx, there, &r)
		if err != nil {
			return err
		}
		return p.back(ctx, c, &m, why)
	}
	for i := range theirs {
		if err := p.stands(ctx, c, &m, there, &theirs[i]); err != nil {
			return err
		}
	}
	return nil
}

// stands tells how one matter of the other station stands, as far as the sender has to know.
func (p *Post) stands(ctx context.Context, c parcel, m *matter.Matter, there string, n *matter.Matter) error {
	_, acknowledged := n.Reached["acknowledged"]
	if m.State == matter.HandedOver && (acknowledged || n.State == matter.Elsewhere) {
		m.State = matter.Elsewhere
		if _, err := p.do(ctx, c.station, p.key("take", c.source()), "matter.take", &matter.Take{On: matter.On{Matter: m.ID, Version: m.Version}, Reference: n.Number}); err != nil {
			return err
		}
	}
	if _, closed := n.Reached["closed"]; !closed || !m.Can(matter.VerbWork) {
		return nil
	}
	org, err := p.desk.Org(ctx, there)
	if err != nil {
		return err
	}
	book, err := p.desk.Book(ctx, there)
	if err != nil {
		return err
	}
	outcome := n.Outcome
	for _, o := range book.Outcomes(n.Kind) {
		if o.Key == n.Outcome {
			outcome = o.Name.Zh
		}
	}
	_, err = p.do(ctx, c.station, p.key("closed", c.source(), n.ID, n.Reopened), "matter.note",
		&matter.Note{On: matter.On{Matter: m.ID}, Words: fmt.Sprintf("%s已办结转去的事（编号 %s），结果：%s。", org.Name, n.Number, outcome)})
	return err
}

// declinedThere is the reason of the base playbook for what the other side did not take.
const declinedThere = "declined_there"

// back returns a matter to the sender that the other station did not take.
func (p *Post) back(ctx context.Context, c parcel, m *matter.Matter, why string) error {
	book, err := p.desk.Book(ctx, c.station)
	if err != nil {
		return err
	}
	reason := ""
	for _, r := range book.Reasons("sendback") { // a playbook that stands on nothing may lack ours
		if reason == "" || r.Key == declinedThere {
			reason = r.Key
		}
	}
	_, err = p.do(ctx, c.station, p.key("back", c.source()), "matter.send_back", &matter.SendBack{On: matter.On{Matter: m.ID, Version: m.Version}, Reason: reason, Words: why})
	return err
}

// declined is what the sender is told: the other station's reason and its answer.
func (p *Post) declined(ctx context.Context, there string, r *report.Report) (string, error) {
	org, err := p.desk.Org(ctx, there)
	if err != nil {
		return "", err
	}
	book, err := p.desk.Book(ctx, there)
	if err != nil {
		return "", err
	}
	plain, err := p.desk.Reveal(ctx, there, r.Answer)
	if err != nil {
		return "", err
	}
	reason := r.Reason
	for _, x := range book.Reasons("decline") {
		if x.Key == r.Reason {
			reason = x.Name.Zh
		}
	}
	said := []rune(fmt.Sprintf("%s不予受理（%s）：%s", org.Name, reason, plain[r.Answer.Ref()]))
	return string(said[:min(len(said), work.MaxWords)]), nil
}

// received gives the report that a transfer became and the matters it was triaged into, each where it went by merging.
func (p *Post) received(ctx context.Context, there string, c parcel) (r report.Report, list []matter.Matter, err error) {
	id, err := p.arrived(ctx, there, c)
	if err != nil {
		return r, nil, err
	}
	if r, err = p.report(ctx, there, id); err != nil {
		return r, nil, err
	}
	for _, id := range r.Matters {
		n, err := p.matter(ctx, there, id, 0)
		for err == nil && n.MergedInto != "" {
			n, err = p.matter(ctx, there, n.MergedInto, 0)
		}
		if err != nil {
			return r, nil, err
		}
		if !slices.ContainsFunc(list, func(x matter.Matter) bool { return x.ID == n.ID }) {
			list = append(list, n)
		}
	}
	return r, list, nil
}

// report loads a report as it stands.
func (p *Post) report(ctx context.Context, station, id string) (report.Report, error) {
	events, err := p.desk.Journal.Stream(ctx, station, report.Stream(id), 0)
	if err != nil {
		return report.Report{}, err
	}
	return report.Fold(events)
}

// matter loads a matter as it stood at a version; 0 is as it stands.
func (p *Post) matter(ctx context.Context, station, id string, version int) (matter.Matter, error) {
	events, err := p.desk.Journal.Stream(ctx, station, matter.Stream(id), 0)
	if err != nil {
		return matter.Matter{}, err
	}
	if version > 0 {
		events = events[:min(version, len(events))]
	}
	return matter.Fold(events)
}
