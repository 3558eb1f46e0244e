package demo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/desk"
	"maplegrid/internal/work/card"
	"maplegrid/internal/work/organisation"
)

// cardLife is how contact cards go through the town: printed in every cell, given to most of the households registered, one lost and
// replaced, a grid member who leaves, people who ask to be called back. It draws from a seed of its own, so that the rest of the
// demonstration stays as it is.
type cardLife struct {
	*life
	draw   *rand.Rand
	leaver string              // a grid member who is gone by the end
	codes  map[string][]string // of a cell, not given yet
	given  []string
}

// cards puts the life of cards on the list of what is to happen.
func (l *life) cards(begin time.Time) {
	c := &cardLife{life: l, draw: rand.New(rand.NewPCG(l.opt.Seed, 0xca4d)), codes: map[string][]string{}}
	days := func(share float64) time.Time {
		return begin.Add(time.Duration(share * float64(l.end.Sub(begin)))).Truncate(24 * time.Hour).Add(2*time.Hour + 30*time.Minute)
	}
	l.at(days(0.04), c.arrives)
	for i, p := range l.town.cells {
		l.at(days(0.05).Add(time.Duration(i)*time.Minute), func() error { return c.print(p) })
		l.at(days(0.06+0.8*float64(i)/float64(len(l.town.cells))).Add(time.Duration(i)*time.Minute), func() error { return c.walk(p, i) })
	}
	l.at(days(0.5), c.lose)
	l.at(days(0.7), c.leaves)
	for i := range 9 {
		l.at(l.end.Add(-time.Duration(80*(i*i)/6+3)*time.Hour), func() error { return c.ask(i) })
	}
}

// arrives registers the grid member who will leave.
func (c *cardLife) arrives() error {
	a := &organisation.SetPerson{Role: "cell_worker", Call: "邵网格员", Name: "邵春燕", Phone: "13900000318", Cells: []string{c.town.cells[0].id}}
	answer, err := c.do(desk.Program(c.station), "org.set_person", a)
	c.leaver = answer.ID
	return err
}

func (c *cardLife) leaves() error {
	_, err := c.do(desk.Program(c.station), "org.leave", &organisation.Leave{Person: c.leaver})
	return err
}

// contact is who stands on the cards of a cell now.
func (c *cardLife) contact(cell, person string) (string, error) {
	org, err := c.d.Org(c.ctx, c.station)
	if err != nil {
		return "", err
	}
	_, who := org.Contacts(c.now())(cell, person)
	return who, nil
}

// print makes a sheet of cards for a cell; in the first of them the grid member stands on it who will leave.
func (c *cardLife) print(p place) error {
	person := ""
	if p.id == c.town.cells[0].id {
		person = c.leaver
	}
	who, err := c.contact(p.id, person)
	if err != nil || who == "" {
		return err
	}
	a := &card.Print{Cell: p.id, Person: who, OfficePhone: fmt.Sprintf("0398-21%05d", 23000+c.draw.IntN(900)), DutyPhone: "0398-2123110", Hours: "周一至周五 8:30—18:00，急事打值班电话", Sheets: 1}
	answer, err := c.by(c.leader(), "card.print", a)
	if err != nil {
		return err
	}
	events, err := c.d.Journal.Stream(c.ctx, c.station, card.Stream(answer.ID), 0)
	if err != nil {
		return err
	}
	b, err := card.Fold(events)
	if err != nil {
		return err
	}
	for _, x := range b.Cards {
		c.codes[p.id] = append(c.codes[p.id], x.Code)
	}
	return nil
}

// walk registers the households of a cell and gives cards to most of them; every seventh cell is still to be walked.
func (c *cardLife) walk(p place, n int) error {
	if slices.Contains(p.scenes, "school") && len(c.town.cells) > 1 || slices.Equal(p.scenes, []string{"market"}) {
		return nil // nobody lives there
	}
	who, err := c.contact(p.id, "")
	if err != nil || who == "" {
		return err
	}
	if _, ok := c.town.who[who]; !ok {
		who = c.leader()
	}
	unit := strings.TrimSuffix(strings.TrimSuffix(c.unit(p), "社区"), "村")
	for i := range 5 + c.draw.IntN(4) {
		label := fmt.Sprintf("%s%d号院%d单元%d0%d", unit, 1+n%7, 1+i%3, 1+i/2, 1+i%4)
		if strings.Contains(c.parentOf(p), "村") {
			label = fmt.Sprintf("%s村%d组%d号", unit, 1+n%5, 3+7*i+n%3)
		}
		a := &card.SetHousehold{Cell: p.id, Label: label, Living: 1 + c.draw.IntN(5)}
		answer, err := c.by(who, "household.set", a)
		if err != nil {
			return err
		}
		if codes := c.codes[p.id]; n%7 != 6 && c.draw.IntN(10) < 7 && len(codes) > 0 {
			c.codes[p.id] = codes[1:]
			if _, err := c.by(who, "card.give", &card.Give{Code: codes[0], Household: answer.ID}); err != nil {
				return err
			}
			c.given = append(c.given, codes[0])
		}
	}
	if n == 1 { // the border of two cells runs through it
		_, err = c.by(c.leader(), "household.set", &card.SetHousehold{Cell: c.town.cells[0].id, Label: "东关大桥南头1号"})
		if err == nil {
			_, err = c.by(c.leader(), "household.set", &card.SetHousehold{Cell: p.id, Label: "东关大桥南头一号"})
		}
	}
	return err
}

func (c *cardLife) parentOf(p place) string {
	org, err := c.d.Org(c.ctx, c.station)
	if err != nil {
		return ""
	}
	x, _ := org.Cell(p.id)
	up, _ := org.Cell(string(x.Parent))
	return up.Name.Zh
}

func (c *cardLife) unit(p place) string {
	if p.unit != "" {
		return p.unit
	}
	return p.name
}

// lose takes one card out of use and gives another in its place.
func (c *cardLife) lose() error {
	for _, p := range c.town.cells {
		if codes := c.codes[p.id]; len(codes) > 0 && len(c.given) > 0 {
			_, err := c.by(c.leader(), "card.withdraw", &card.Withdraw{Code: c.given[0], Reason: "lost"})
			c.given = c.given[1:]
			return err
		}
	}
	return nil
}

var askings = []struct{ about, when, words string }{
	{card.CallBack, "今天下午5点以后", "老人的证快到期了，想问能不能上门办"},
	{card.Inquiry, "", "孩子上学要开户籍证明，要带什么"},
	{card.CallBack, "中午", ""},
	{card.Wrong, "", "卡上的办公电话打过去没人接"},
	{card.CallBack, "晚上7点到9点", "门口路灯坏了好几天，不知道找谁"},
	{card.Inquiry, "", "出租房要登记吗，怎么登记"},
	{card.CallBack, "随时", ""},
	{card.CallBack, "上午", "楼上晚上吵得厉害"},
	{card.Inquiry, "", "摩托车上牌在哪儿办"},
}

// ask is somebody who scanned a card; all but the last ones are answered within hours, one of those is late.
func (c *cardLife) ask(i int) error {
	if len(c.given) == 0 {
		return nil
	}
	x := askings[i%len(askings)]
	code := c.given[(i*11+3)%len(c.given)]
	a := &card.Ask{Code: code, About: x.about, Suits: x.when, Words: x.words}
	if x.about == card.CallBack {
		a.Phone = fmt.Sprintf("1390000%04d", 4100+i*37)
	}
	answer, err := c.do(desk.Public(c.station), "card.ask", a)
	if err != nil || i < 2 || i == 4 || x.about != card.CallBack {
		return err
	}
	c.after(time.Hour, 6*time.Hour, func() error {
		_, err := c.by(c.leader(), "card.called", &card.Called{Code: code, Report: answer.ID, Result: card.Reached})
		return err
	})
	return nil
}
