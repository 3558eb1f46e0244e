package desk_test

import (
	"context"
	"strings"
	"sync"
	"testing"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/work/card"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/report"
)

// deck is a batch of cards on a desk under test.
func deck(t *testing.T, h *desktest.Desk, cast map[string]access.Who, by, person, cell string) *card.Batch {
	t.Helper()
	a := h.Do(t, cast[by], "card.print", &card.Print{Cell: cell, Person: cast[person].Person, DutyPhone: "0398-2123110", Hours: "全天", Sheets: 1})
	return cardsOf(t, h, a.ID)
}

func cardsOf(t *testing.T, h *desktest.Desk, id string) *card.Batch {
	t.Helper()
	events, err := h.Journal.Stream(context.Background(), desktest.Station, card.Stream(id), 0)
	if err != nil {
		t.Fatal(err)
	}
	b, err := card.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func refusal(t *testing.T, err error, want string) {
	t.Helper()
	if got := fault.Code(err); got != want {
		t.Errorf("%v, want %s", err, want)
	}
}

func TestContactCards(t *testing.T) {
	h := desktest.New(t)
	cast := h.Cast(t, desktest.Station)
	officer, worker, other := cast["officer_1"], cast["cell_worker_1"], cast["cell_worker_2"]
	b := deck(t, h, cast, "officer_1", "officer_1", "c1")
	if len(b.Cards) != card.PerSheet {
		t.Fatalf("%d cards on a sheet", len(b.Cards))
	}
	code := func(i int) string { return b.Cards[i].Code }
	t.Run("发到没登记的地址，就登记一户", func(t *testing.T) {
		h.Do(t, worker, "card.give", &card.Give{Code: strings.ToLower(code(0)), Household: "三组12号"})
		c, _ := cardsOf(t, h, b.ID).Card(code(0))
		if c.State != card.Given || c.Household == "" || c.GivenBy != worker.Person {
			t.Errorf("%+v", c)
		}
		again := h.Do(t, worker, "household.set", &card.SetHousehold{Cell: "c1", Label: "3组12号"})
		if again.ID != c.Household {
			t.Errorf("the same address is %s and %s", c.Household, again.ID)
		}
	})
	t.Run("别的格的网格员不得发", func(t *testing.T) {
		_, err := h.Try(other, "card.give", &card.Give{Code: code(1), Household: "三组13号"})
		refusal(t, err, "access.denied")
	})
	t.Run("一张卡只发一次，几个人同时发也一样", func(t *testing.T) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		done := 0
		for i := range 8 {
			wg.Go(func() {
				_, err := h.Try(worker, "card.give", &card.Give{Code: code(2), Household: "三组" + string(rune('1'+i)) + "号"})
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					done++
				} else if fault.Code(err) != "card.is_given" {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if done != 1 {
			t.Errorf("given %d times", done)
		}
	})
	t.Run("丢了的挂失，换一张发给同一户", func(t *testing.T) {
		h.Do(t, worker, "card.replace", &card.Replace{Code: code(0), New: code(3), Reason: "lost"})
		now := cardsOf(t, h, b.ID)
		old, _ := now.Card(code(0))
		fresh, _ := now.Card(code(3))
		if old.State != card.Withdrawn || old.After != code(3) || fresh.Household != old.Household {
			t.Errorf("%+v %+v", old, fresh)
		}
		_, err := h.Try(worker, "card.replace", &card.Replace{Code: code(3), New: code(2), Reason: "lost"})
		refusal(t, err, "card.is_given")
	})
	t.Run("走访时顺手发卡，一步记好", func(t *testing.T) {
		m := h.Do(t, officer, "matter.open", &matter.Open{Kind: "hazard", Title: "井盖松动", Cell: "c1"})
		h.Do(t, officer, "matter.visit", &matter.Visit{On: matter.On{Matter: m.ID}, At: h.Clock.Now(), Words: "看过了", Card: code(4), Household: "三组20号"})
		c, _ := cardsOf(t, h, b.ID).Card(code(4))
		if c.Matter != m.ID || c.Household == "" {
			t.Errorf("%+v", c)
		}
		before, _, _ := h.Journal.Head(context.Background(), desktest.Station)
		_, err := h.Try(officer, "matter.visit", &matter.Visit{On: matter.On{Matter: m.ID}, At: h.Clock.Now(), Words: "又去了", Card: code(4)})
		refusal(t, err, "card.is_given")
		if after, _, _ := h.Journal.Head(context.Background(), desktest.Station); after != before {
			t.Error("the visit was kept though its card was refused")
		}
	})
	t.Run("没有的编码说得清楚", func(t *testing.T) {
		_, err := h.Try(worker, "card.give", &card.Give{Code: "HHHH-HHHH-HH", Household: "三组1号"})
		refusal(t, err, "card.unknown")
	})
}

func TestAskedByCard(t *testing.T) {
	h := desktest.New(t)
	cast := h.Cast(t, desktest.Station)
	b := deck(t, h, cast, "officer_1", "officer_1", "c1")
	code := b.Cards[0].Code
	public := desk.Public(desktest.Station)
	a := h.Do(t, public, "card.ask", &card.Ask{Code: code, About: card.CallBack, Phone: "13900001234", Suits: "晚上7点以后", Words: "老人要办证"})
	t.Run("请回电话成为本格的报事，有回执，有期限", func(t *testing.T) {
		events, err := h.Journal.Stream(context.Background(), desktest.Station, report.Stream(a.ID), 0)
		if err != nil {
			t.Fatal(err)
		}
		r, err := report.Fold(events)
		if err != nil {
			t.Fatal(err)
		}
		words, err := h.Reveal(context.Background(), desktest.Station, r.Words, r.Phone)
		if err != nil {
			t.Fatal(err)
		}
		if r.Channel != "card" || r.Cell != "c1" || a.Receipt == "" || words[r.Phone.Ref()] != "13900001234" ||
			words[r.Words.Ref()] != "请给我回电话。方便的时间：晚上7点以后。老人要办证" {
			t.Errorf("%+v %v", r, words)
		}
		asked := cardsOf(t, h, b.ID).Asked
		if len(asked) != 1 || asked[0].To != cast["officer_1"].Person || asked[0].Due.Sub(h.Clock.Now()).Hours() != 24 {
			t.Errorf("%+v", asked)
		}
	})
	t.Run("本格的人登记回电", func(t *testing.T) {
		called := &card.Called{Code: code, Report: a.ID, Result: card.Reached}
		_, err := h.Try(cast["cell_worker_2"], "card.called", called)
		refusal(t, err, "access.denied")
		h.Do(t, cast["cell_worker_1"], "card.called", called)
	})
	t.Run("外人只能求助，不能发卡", func(t *testing.T) {
		_, err := h.Try(public, "card.give", &card.Give{Code: b.Cards[1].Code, Household: "三组1号"})
		refusal(t, err, "access.denied")
	})
}

func TestACardLeadsOn(t *testing.T) {
	h := desktest.New(t)
	cast := h.Cast(t, desktest.Station)
	b := deck(t, h, cast, "officer_1", "officer_1", "c1")
	lead := func() (string, string) {
		org, err := h.Org(context.Background(), desktest.Station)
		if err != nil {
			t.Fatal(err)
		}
		return org.Contacts(h.Clock.Now())(b.Cell, b.Person)
	}
	if here, who := lead(); here != "c1" || who != cast["officer_1"].Person {
		t.Fatalf("%s %s", here, who)
	}
	t.Run("换了人，旧卡找到接手的人", func(t *testing.T) {
		h.Do(t, desktest.Founder(desktest.Station), "org.leave", &organisation.Leave{Person: cast["officer_1"].Person})
		if here, who := lead(); here != "c1" || who == "" || who == cast["officer_1"].Person {
			t.Errorf("leads to %q in %q", who, here)
		}
	})
	t.Run("没有人了就找不到人，不指到别的格去", func(t *testing.T) {
		for range 5 {
			_, who := lead()
			if who == "" {
				return
			}
			h.Do(t, desktest.Founder(desktest.Station), "org.leave", &organisation.Leave{Person: who})
		}
		t.Error("still leads to somebody")
	})
}

func TestHouseholdsAreOne(t *testing.T) {
	h := desktest.New(t)
	cast := h.Cast(t, desktest.Station)
	worker := cast["cell_worker_1"]
	set := func(a card.SetHousehold) desk.Answer { return h.Do(t, worker, "household.set", &a) }
	one := set(card.SetHousehold{Cell: "c1", Label: "三组12号", Living: 3})
	t.Run("换了写法还是这一户，知道的不丢", func(t *testing.T) {
		if two := set(card.SetHousehold{Cell: "c1", Label: "３组 十二号"}); two.ID != one.ID {
			t.Error("one address became two households")
		}
	})
	t.Run("改了门牌，原来的门牌可以给新户", func(t *testing.T) {
		set(card.SetHousehold{ID: one.ID, Cell: "c1", Label: "三组15号"})
		fresh := set(card.SetHousehold{Cell: "c1", Label: "三组12号"})
		if fresh.ID == one.ID {
			t.Error("the new house is taken for the old one")
		}
		if again := set(card.SetHousehold{Cell: "c1", Label: "三组12号"}); again.ID != fresh.ID {
			t.Error("the new house became two")
		}
		_, err := h.Try(worker, "household.set", &card.SetHousehold{ID: one.ID, Cell: "c1", Label: "三组12号"})
		refusal(t, err, "household.there")
	})
	t.Run("同时登记同一个地址，只有一户", func(t *testing.T) {
		var wg sync.WaitGroup
		var mu sync.Mutex
		ids := map[string]bool{}
		for range 8 {
			wg.Go(func() {
				a, err := h.Try(worker, "household.set", &card.SetHousehold{Cell: "c1", Label: "五组1号"})
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				ids[a.ID] = true
			})
		}
		wg.Wait()
		if len(ids) != 1 {
			t.Errorf("%d households at one address", len(ids))
		}
	})
	t.Run("注销了再登记，是原来那一户", func(t *testing.T) {
		h.Do(t, worker, "household.retire", &card.RetireHousehold{ID: one.ID, Reason: "torn_down"})
		if back := set(card.SetHousehold{Cell: "c1", Label: "三组15号"}); back.ID != one.ID {
			t.Error("a household that came back is another one")
		}
	})
	t.Run("不能搬到自己管不着的格", func(t *testing.T) {
		_, err := h.Try(worker, "household.set", &card.SetHousehold{ID: one.ID, Cell: "c2", Label: "三组15号"})
		refusal(t, err, "access.denied")
	})
}
