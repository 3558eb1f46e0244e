package demo

import (
	_ "embed" // what is said in the groups is a file beside this one
	"fmt"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/grid"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/matter"
)

//go:embed talk.tsv
var talkFile string

// line is one message of a group: how many minutes before the paste it was said, and what becomes of it: a kind, "+" for going along
// with the one before, a reason for setting it aside, "" for waiting.
type line struct {
	ago                    int
	who, said, does, title string
}

func talkLines(group string) (list []line) {
	for _, row := range strings.Split(strings.TrimRight(talkFile, "\n"), "\n")[1:] {
		f := strings.Split(row, "\t")
		if f[0] != group {
			continue
		}
		var x line
		_, _ = fmt.Sscan(f[1], &x.ago) // a file of our own
		x.who, x.said, x.does, x.title = f[2], f[3], f[4], f[5]
		list = append(list, x)
	}
	return list
}

// talk is three stretches of group chats, pasted in the last two days: of a cell and of parents, dealt with, and of the market, just come
// in. It draws nothing, so that the rest stays as it is.
func (l *life) talk() {
	last := l.end.In(clock.Shanghai)
	yesterday := time.Date(last.Year(), last.Month(), last.Day()-1, 0, 0, 0, 0, clock.Shanghai)
	for _, x := range []struct {
		group, scene string
		at           time.Time
		called       string
	}{{"school", "school", yesterday.Add(16*hour + 40*minute), "家长群"}, {"grid", "home", yesterday.Add(18*hour + 40*minute), "邻里群"},
		{"market", "market", l.end.Add(-35 * minute), "商户群"}} {
		cell := l.town.cells[0]
		if in := l.town.in([]string{x.scene}); len(in) > 0 {
			cell = in[0]
		}
		l.at(x.at.UTC(), func() error { return l.pasteTalk(x.group, cell.name+x.called, cell) })
	}
}

// said gives a chat as it is copied out of a group. "1" is whoever looks after the cell.
func (l *life) said(lines []line, cell place) string {
	var b strings.Builder
	now := l.now().In(clock.Shanghai)
	for _, x := range lines {
		who := x.who
		if who == "1" {
			if all := l.town.covering(cell.id, string(grid.CellWorker)); len(all) > 0 {
				who = l.town.org.Call(all[0])
			}
		}
		fmt.Fprintf(&b, "%s %s\n%s\n", who, now.Add(-time.Duration(x.ago)*minute).Format("2006-01-02 15:04"), x.said)
	}
	return b.String()
}

func (l *life) pasteTalk(group, name string, cell place) error {
	lines := talkLines(group)
	lead := l.town.who[l.town.byRole[grid.DutyLead][0]]
	a, err := l.still(lead, "draft.paste", &draft.Paste{Text: l.said(lines, cell), Group: name, Cell: cell.id})
	if err != nil {
		return err
	}
	filed := ""
	for _, id := range a.Drafts {
		d, words, err := l.message(id)
		if err != nil {
			return err
		}
		for _, x := range lines {
			if x.said != words || d.State != draft.Waiting {
				continue
			}
			if filed, err = l.dealWith(lead, d, x, cell, filed); err != nil {
				return err
			}
		}
	}
	return nil
}

// dealWith does what becomes of a message, and gives the draft that was filed last.
func (l *life) dealWith(lead access.Who, d *draft.Draft, x line, cell place, filed string) (string, error) {
	on := draft.On{Draft: d.ID}
	switch x.does {
	case "":
		return filed, nil
	case "+":
		_, err := l.still(lead, "draft.join", &draft.Join{On: on, Into: filed})
		return filed, err
	case draft.Known, draft.NotOurs, draft.Chatter:
		_, err := l.still(lead, "draft.put_aside", &draft.PutAside{On: on, Reason: x.does})
		return filed, err
	}
	handler := l.town.covering(cell.id, string(grid.Officer))[0]
	a, err := l.still(lead, "draft.accept", &draft.Accept{On: on, Kind: x.does, Title: x.title, Cell: cell.id, To: handler, Label: l.town.book.LabelOf(x.does)})
	if err != nil || len(a.Matters) == 0 {
		return d.ID, err
	}
	id, who := a.Matters[0], l.town.who[handler]
	if id == "" || who.Person == "" {
		return d.ID, nil
	}
	l.at(l.now().Add(4*minute), func() error {
		_, err := l.still(who, "matter.acknowledge", &matter.Acknowledge{On: matter.On{Matter: id}})
		return err
	})
	l.at(l.now().Add(12*minute), func() error {
		if _, err := l.still(who, "matter.start", &matter.Start{On: matter.On{Matter: id}, Note: "已和群里说的人联系，问清了情况。"}); err != nil {
			return err
		}
		_, err := l.still(who, "matter.visit", &matter.Visit{On: matter.On{Matter: id}, At: l.now(), Place: cell.name, Words: "到现场看过，已和说的人见面。"})
		return err
	})
	return d.ID, nil
}

// message gives a draft as it stands, and its words.
func (l *life) message(id string) (*draft.Draft, string, error) {
	events, err := l.d.Journal.Stream(l.ctx, l.station, draft.Stream(id), 0)
	if err != nil {
		return nil, "", err
	}
	d, err := draft.Fold(events)
	if err != nil {
		return nil, "", err
	}
	open, err := l.d.Reveal(l.ctx, l.station, d.Words)
	return d, open[d.Words.Ref()], err
}

// still takes an act without drawing anything: what else happens is not moved by it.
func (l *life) still(who access.Who, name string, act any) (desk.Answer, error) {
	l.stills++
	a, err := l.d.Do(l.ctx, who, desk.Envelope{Key: fmt.Sprintf("%s-still-%d", l.keys, l.stills)}, name, act)
	if err != nil {
		return a, fmt.Errorf("%s by %s %s on %v: %w", name, who.Role, who.Person, act, err)
	}
	return a, nil
}
