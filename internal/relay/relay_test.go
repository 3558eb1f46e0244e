package relay_test

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/relay"
	"maplegrid/internal/store"
	"maplegrid/internal/store/postgres"
	"maplegrid/internal/store/postgres/pgtest"
	"maplegrid/internal/store/sqlite"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/report"
)

const here, there = desktest.Station, desktest.Elsewhere

// county is two stations on one store, with the relay between them.
type county struct {
	*desktest.Desk
	t    *testing.T
	post *relay.Post
	ours map[string]access.Who
	them map[string]access.Who
}

func newCounty(t *testing.T, e *store.Engine) *county {
	t.Helper()
	d, err := desktest.On(e, 1)
	if err != nil {
		t.Fatal(err)
	}
	c := &county{Desk: d, t: t, ours: d.Cast(t, here), them: d.Cast(t, there)}
	d.Do(t, desk.Program(here), "org.set_station", &organisation.SetStation{Name: "河东派出所"})
	d.Do(t, desk.Program(there), "org.set_station", &organisation.SetStation{Name: "河西派出所"})
	c.post = c.newPost(d.Desk)
	return c
}

func (c *county) newPost(d *desk.Desk) *relay.Post {
	c.t.Helper()
	p, err := relay.New(context.Background(), d, c.Engine.Boards.Write)
	if err != nil {
		c.t.Fatal(err)
	}
	return p
}

func (c *county) deliver() {
	c.t.Helper()
	if err := c.post.Deliver(context.Background()); err != nil {
		c.t.Fatal(err)
	}
}

// again forgets where the relay was: everything is read from the beginning.
func (c *county) again() {
	c.t.Helper()
	for _, table := range []string{"relay_position", "relay_watch"} {
		if _, err := c.Engine.Boards.Write.Exec("delete from " + table); err != nil {
			c.t.Fatal(err)
		}
	}
	c.deliver()
}

// passed opens a matter from somebody's report at our station, has it acknowledged, and passes it on to the other one.
func (c *county) passed() string {
	c.t.Helper()
	r := c.Do(c.t, desk.Public(here), "report.submit", &report.Submit{Words: "我是王五，邻居把垃圾倒过河", Name: "王五", Phone: "13900001234", Cell: "c1"})
	id := c.Do(c.t, c.ours["head"], "report.triage", &report.Triage{On: report.On{Report: r.ID},
		Open: []report.NewMatter{{Kind: "hazard", Title: "河边倒垃圾", Place: "河西桥头", To: c.ours["officer_1"].Person}}}).Matters[0]
	c.Do(c.t, c.ours["officer_1"], "matter.acknowledge", &matter.Acknowledge{On: matter.On{Matter: id}})
	c.Do(c.t, c.ours["officer_1"], "matter.transfer", &matter.Transfer{On: matter.On{Matter: id}, ToStation: there, Reason: "倒垃圾的人住在河西"})
	return id
}

func (c *county) matter(station, id string) matter.Matter {
	c.t.Helper()
	events, err := c.Journal.Stream(context.Background(), station, matter.Stream(id), 0)
	if err != nil {
		c.t.Fatal(err)
	}
	m, err := matter.Fold(events)
	if err != nil {
		c.t.Fatal(err)
	}
	return m
}

// events gives the events of a station, and how many there are of each kind.
func (c *county) events(station string) (list []journal.Event, n map[string]int) {
	c.t.Helper()
	list, err := c.Journal.Read(context.Background(), station, 0, 10000)
	if err != nil {
		c.t.Fatal(err)
	}
	n = map[string]int{}
	for _, e := range list {
		n[e.Kind]++
	}
	return list, n
}

// arrived gives the reports that came to the other station, in order.
func (c *county) arrived() (list []report.Report) {
	c.t.Helper()
	events, _ := c.events(there)
	for _, e := range events {
		if e.Kind != (report.Submitted{}).EventKind() {
			continue
		}
		stream, err := c.Journal.Stream(context.Background(), there, e.Stream, 0)
		if err != nil {
			c.t.Fatal(err)
		}
		r, err := report.Fold(stream)
		if err != nil {
			c.t.Fatal(err)
		}
		list = append(list, r)
	}
	return list
}

func (c *county) reveal(station string, x vault.Text) string {
	c.t.Helper()
	plain, err := c.Reveal(context.Background(), station, x)
	if err != nil {
		c.t.Fatal(err)
	}
	return plain[x.Ref()]
}

// last reveals the personal text of the last event of a kind on a matter.
func last[E work.Event](c *county, station, id string, text func(E) vault.Text) string {
	c.t.Helper()
	events, err := c.Journal.Stream(context.Background(), station, matter.Stream(id), 0)
	if err != nil {
		c.t.Fatal(err)
	}
	for i := len(events) - 1; i >= 0; i-- {
		v, err := work.Decode(&events[i])
		if err != nil {
			c.t.Fatal(err)
		}
		if e, ok := v.(E); ok {
			return c.reveal(station, text(e))
		}
	}
	c.t.Fatalf("%s has no event of the kind", id)
	return ""
}

// accept triages what arrived last into a matter that an officer of the other station acknowledges.
func (c *county) accept() string {
	c.t.Helper()
	list := c.arrived()
	id := c.Do(c.t, c.them["head"], "report.triage", &report.Triage{On: report.On{Report: list[len(list)-1].ID},
		Open: []report.NewMatter{{Kind: "hazard", Title: "倒垃圾", Cell: "c1", To: c.them["officer_1"].Person}}}).Matters[0]
	c.Do(c.t, c.them["officer_1"], "matter.acknowledge", &matter.Acknowledge{On: matter.On{Matter: id}})
	return id
}

func (c *county) finish(who map[string]access.Who, id, words string) {
	c.t.Helper()
	on := matter.On{Matter: id}
	c.Do(c.t, who["officer_1"], "matter.fill", &matter.Fill{On: on, Extra: map[string]string{"hazard_type": "other"}})
	c.Do(c.t, who["officer_1"], "matter.mark", &matter.Mark{On: on, Step: "rechecked", Words: "看过了"})
	c.Do(c.t, who["officer_1"], "matter.finish", &matter.Finish{On: on, Outcome: "hazard_removed", Words: words})
	c.Do(c.t, who["head"], "matter.verify", &matter.Verify{On: on, Pass: true})
	c.Do(c.t, who["head"], "matter.close", &matter.Close{On: on})
}

// engines runs a test on both kinds of store.
func engines(t *testing.T, f func(t *testing.T, c *county)) {
	open := map[string]func(t *testing.T) (*store.Engine, error){
		"SQLite":     func(t *testing.T) (*store.Engine, error) { return sqlite.Open(context.Background(), t.TempDir()) },
		"PostgreSQL": func(t *testing.T) (*store.Engine, error) { return postgres.Open(context.Background(), pgtest.Start(t)) },
	}
	for _, name := range slices.Sorted(maps.Keys(open)) {
		t.Run(name, func(t *testing.T) {
			e, err := open[name](t)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := e.Close(); err != nil {
					t.Error(err)
				}
			})
			f(t, newCounty(t, e))
		})
	}
}

func TestAMatterGoesToAnotherStation(t *testing.T) {
	engines(t, func(t *testing.T, c *county) {
		id := c.passed()
		c.deliver()
		rule(t, "对方签收之前，转出的人仍看得到", func(t *testing.T) {
			m := c.matter(here, id)
			if m.State != matter.HandedOver || !m.Involves(c.ours["officer_1"].Person) || !c.Policy.Scope(c.ours["cell_worker_1"]).Sees(desk.MatterThing(here, &m)) {
				t.Fatalf("%+v", m)
			}
		})
		rule(t, "对方所收到一条报事：有题目、地点和理由，没有报事人", func(t *testing.T) {
			list := c.arrived()
			if len(list) != 1 {
				t.Fatalf("%d reports", len(list))
			}
			r, words := list[0], c.reveal(there, list[0].Words)
			want := fmt.Sprintf("河东派出所转来 %s：河边倒垃圾\n转办原因：倒垃圾的人住在河西", c.matter(here, id).Number)
			if words != want || r.Place != "河西桥头" || r.Channel != report.ByTransfer || !r.Anonymous || r.TakenBy != "" {
				t.Fatalf("%q %+v", words, r)
			}
		})
		theirs := c.accept()
		c.deliver()
		rule(t, "对方签收后，转出所看到对方的编号，原承办人仍具名", func(t *testing.T) {
			m := c.matter(here, id)
			events, _ := c.Journal.Stream(context.Background(), here, matter.Stream(id), m.Version-1)
			v, err := work.Decode(&events[0])
			want := matter.Taken{Station: there, Reference: c.matter(there, theirs).Number}
			if err != nil || v.(matter.Taken) != want || m.State != matter.Elsewhere || m.Handler != c.ours["officer_1"].Person {
				t.Fatalf("%+v %+v", v, m)
			}
		})
		c.finish(c.them, theirs, "张三已清走，电话13800005678")
		c.deliver()
		rule(t, "对方办结后，转出所收到结果，没有个人的话", func(t *testing.T) {
			note := last(c, here, id, func(e matter.Noted) vault.Text { return e.Words })
			if !strings.Contains(note, "河西派出所已办结") || !strings.Contains(note, c.matter(there, theirs).Number) || strings.Contains(note, "张三") {
				t.Fatal(note)
			}
			if m := c.matter(here, id); m.State != matter.Elsewhere {
				t.Fatalf("the sender's handler says what came of it, nobody else: %s", m.State)
			}
		})
		rule(t, "重读一遍，什么也不重发", func(t *testing.T) {
			_, ours := c.events(here)
			_, them := c.events(there)
			c.deliver()
			c.again()
			if _, n := c.events(here); !maps.Equal(n, ours) {
				t.Fatalf("%v, were %v", n, ours)
			}
			if _, n := c.events(there); !maps.Equal(n, them) {
				t.Fatalf("%v, were %v", n, them)
			}
		})
		c.finish(c.ours, id, "河西已清走")
		rule(t, "除了消息，两个所谁也看不到谁的", func(t *testing.T) { c.apart(t, id, theirs) })
	})
}

func rule(t *testing.T, name string, f func(t *testing.T)) {
	t.Helper()
	if !t.Run(name, f) {
		t.FailNow()
	}
}

// apart finds nothing of one station in the journal of the other but the messages, and no right there.
func (c *county) apart(t *testing.T, ours, theirs string) {
	for _, x := range []struct{ station, other, id string }{{here, there, theirs}, {there, here, ours}} {
		head := map[string]access.Who{here: c.ours["head"], there: c.them["head"]}[x.station]
		if _, err := c.Try(head, "matter.note", &matter.Note{On: matter.On{Matter: x.id}, Words: "看看"}); fault.Code(err) != "matter.not_found" {
			t.Errorf("%s reaches %s: %v", x.station, x.id, err)
		}
		if list, err := c.Neighbours(context.Background(), x.station); err != nil || len(list) != 1 || list[0].ID != x.other {
			t.Errorf("neighbours of %s: %v %v", x.station, list, err)
		}
		if err := journal.VerifyChain(context.Background(), c.Journal, x.station); err != nil {
			t.Error(err)
		}
	}
	people := map[string]bool{}
	for _, who := range c.ours {
		people[who.Person] = true
	}
	events, _ := c.events(there)
	for _, e := range events {
		text := string(e.Data)
		if people[e.Actor] || strings.Contains(text, "王五") || strings.Contains(text, "13900001234") {
			t.Errorf("the other station's journal knows of ours: %s %s", e.Kind, text)
		}
		for p := range people {
			if strings.Contains(text, p) {
				t.Errorf("%s names %s", e.Kind, p)
			}
		}
	}
}

func TestTheOtherStationDeclines(t *testing.T) {
	engines(t, func(t *testing.T, c *county) {
		id := c.passed()
		c.deliver()
		on := report.On{Report: c.arrived()[0].ID}
		c.Do(t, c.them["head"], "report.triage", &report.Triage{On: on, Decline: "not_police", Answer: "垃圾归城管，请转城管"})
		c.deliver()
		rule(t, "对方不予受理，事项带着理由退回", func(t *testing.T) {
			m := c.matter(here, id)
			words := last(c, here, id, func(e matter.SentBack) vault.Text { return e.Words })
			if m.State != matter.Unassigned || m.Passage != nil || !m.Involves(c.ours["officer_1"].Person) {
				t.Fatalf("%+v", m)
			}
			if want := "河西派出所不予受理（不属公安职责（已告知去处））：垃圾归城管，请转城管"; words != want {
				t.Fatalf("%q", words)
			}
		})
		rule(t, "退回以后对方又受理，转出所不再受影响", func(t *testing.T) {
			c.accept()
			c.deliver()
			c.again()
			if m := c.matter(here, id); m.State != matter.Unassigned {
				t.Fatalf("%+v", m)
			}
		})
		rule(t, "再转一次是另一条报事", func(t *testing.T) {
			c.Do(t, c.ours["head"], "matter.transfer", &matter.Transfer{On: matter.On{Matter: id}, ToStation: there, Reason: "河西已立案"})
			c.deliver()
			if n := len(c.arrived()); n != 2 {
				t.Fatalf("%d reports", n)
			}
			c.accept()
			c.deliver()
			if m := c.matter(here, id); m.State != matter.Elsewhere || m.Handler != c.ours["head"].Person {
				t.Fatalf("%+v", m)
			}
		})
	})
}

func TestTheSenderTakesItBack(t *testing.T) {
	engines(t, func(t *testing.T, c *county) {
		id := c.passed()
		rule(t, "还没送出就收回，对方什么也收不到", func(t *testing.T) {
			c.Do(t, c.ours["head"], "matter.send_back", &matter.SendBack{On: matter.On{Matter: id}, Reason: "wrong_cell", Words: "转错了"})
			c.deliver()
			if n := len(c.arrived()); n != 0 {
				t.Fatalf("%d reports", n)
			}
		})
		rule(t, "送出后收回，对方的报事随之撤回", func(t *testing.T) {
			c.Do(t, c.ours["head"], "matter.transfer", &matter.Transfer{On: matter.On{Matter: id}, ToStation: there, Reason: "河西的事"})
			c.deliver()
			c.Do(t, c.ours["head"], "matter.send_back", &matter.SendBack{On: matter.On{Matter: id}, Reason: "wrong_cell", Words: "转错了"})
			c.deliver()
			c.again()
			if list := c.arrived(); len(list) != 1 || list[0].State != report.Withdrawn {
				t.Fatalf("%+v", list)
			}
		})
	})
}

func TestMergedAndLinkedAtTheOtherStation(t *testing.T) {
	engines(t, func(t *testing.T, c *county) {
		id := c.passed()
		c.deliver()
		head, officer := c.them["head"], c.them["officer_1"]
		known := c.Do(t, head, "matter.open", &matter.Open{Kind: "hazard", Title: "河边垃圾", Cell: "c1", To: officer.Person}).ID
		c.Do(t, officer, "matter.acknowledge", &matter.Acknowledge{On: matter.On{Matter: known}})
		into := c.Do(t, head, "report.triage", &report.Triage{On: report.On{Report: c.arrived()[0].ID}, Open: []report.NewMatter{{Kind: "hazard", Title: "倒垃圾", Cell: "c1"}}}).Matters[0]
		c.deliver()
		if m := c.matter(here, id); m.State != matter.HandedOver {
			t.Fatalf("nobody has acknowledged it: %+v", m)
		}
		c.Do(t, head, "matter.merge", &matter.Merge{On: matter.On{Matter: into}, Into: known})
		c.deliver()
		rule(t, "并入对方已签收的事项，就是签收", func(t *testing.T) {
			if m := c.matter(here, id); m.State != matter.Elsewhere {
				t.Fatalf("%+v", m)
			}
		})
		c.finish(c.them, known, "已清走")
		c.deliver()
		rule(t, "并入的事项办结，转出所也知道", func(t *testing.T) {
			if note := last(c, here, id, func(e matter.Noted) vault.Text { return e.Words }); !strings.Contains(note, c.matter(there, known).Number) {
				t.Fatal(note)
			}
		})
	})
}

// unwilling is a journal in which the other station takes nothing.
type unwilling struct{ journal.Store }

// Append implements journal.Store.
func (u unwilling) Append(ctx context.Context, b journal.Batch) (journal.Receipt, error) {
	if b.Station == there {
		return journal.Receipt{}, fault.New(fault.Invalid, "form.position", nil)
	}
	return u.Store.Append(ctx, b)
}

func TestWhatTheOtherStationCannotTakeComesBack(t *testing.T) {
	engines(t, func(t *testing.T, c *county) {
		id := c.passed()
		c.post = c.newPost(&desk.Desk{Journal: unwilling{c.Engine.Journal}, Clock: c.Clock, Rand: c.Rand, IDs: c.IDs, Policy: c.Policy, Books: c.Books, Master: c.Master})
		c.deliver()
		rule(t, "对方收不下的事退回来，说明缘由，不会丢在半路", func(t *testing.T) {
			words := last(c, here, id, func(e matter.SentBack) vault.Text { return e.Words })
			if m := c.matter(here, id); m.State != matter.Unassigned || !strings.Contains(words, fault.New(fault.Invalid, "form.position", nil).Sentence("zh")) {
				t.Fatalf("%s %q", m.State, words)
			}
		})
	})
}

func TestLongWordsAndPhotosOfATransfer(t *testing.T) {
	engines(t, func(t *testing.T, c *county) {
		o := c.Do(t, c.ours["head"], "matter.open", &matter.Open{Kind: "hazard", Title: "长", Cell: "c1", Words: strings.Repeat("字", work.MaxWords)})
		c.Do(t, c.ours["head"], "matter.transfer", &matter.Transfer{On: matter.On{Matter: o.ID}, ToStation: there, Reason: strings.Repeat("因", 1000)})
		short := c.Do(t, c.ours["head"], "matter.open", &matter.Open{Kind: "hazard", Title: "短", Cell: "c1", Words: "看得见"})
		c.Do(t, c.ours["head"], "matter.note", &matter.Note{On: matter.On{Matter: short.ID}, Words: "拍了", Photos: []string{"f1", "f2"}})
		c.Do(t, c.ours["head"], "matter.transfer", &matter.Transfer{On: matter.On{Matter: short.ID}, ToStation: there, Reason: "归河西"})
		c.deliver()
		rule(t, "太长的话截短，理由保全", func(t *testing.T) {
			words := c.reveal(there, c.arrived()[0].Words)
			if n := len([]rune(words)); n != work.MaxWords || !strings.HasSuffix(words, "转办原因："+strings.Repeat("因", 1000)) {
				t.Fatalf("%d characters", n)
			}
		})
		rule(t, "事项自己的话随转，照片没有随转就说明", func(t *testing.T) {
			if words := c.reveal(there, c.arrived()[1].Words); !strings.HasSuffix(words, "：短\n看得见\n转办原因：归河西\n（照片 2 张没有随转，需要时请与转出所联系。）") {
				t.Fatal(words)
			}
		})
	})
}

var errKilled = errors.New("killed")

// mortal is a journal that dies at the n-th append, before it is written or after, and answers nothing from then on.
type mortal struct {
	journal.Store
	left  int
	after bool
	dead  bool
}

// Append implements journal.Store.
func (m *mortal) Append(ctx context.Context, b journal.Batch) (journal.Receipt, error) {
	if m.left--; m.left < 0 && !m.dead {
		if m.dead = true; m.after {
			_, _ = m.Store.Append(ctx, b)
		}
	}
	if m.dead {
		return journal.Receipt{}, errKilled
	}
	return m.Store.Append(ctx, b)
}

// Recall implements journal.Store.
func (m *mortal) Recall(ctx context.Context, station, key string) (journal.Receipt, [32]byte, bool, error) {
	if m.dead {
		return journal.Receipt{}, [32]byte{}, false, errKilled
	}
	return m.Store.Recall(ctx, station, key)
}

// Read implements journal.Store.
func (m *mortal) Read(ctx context.Context, station string, after journal.Seq, limit int) ([]journal.Event, error) {
	if m.dead {
		return nil, errKilled
	}
	return m.Store.Read(ctx, station, after, limit)
}

// killed delivers with a process that dies at its next append, then with a new one that knows nothing but the database.
func (c *county) killed(after bool) {
	c.t.Helper()
	m := &mortal{Store: c.Engine.Journal, after: after}
	d := &desk.Desk{Journal: m, Clock: c.Clock, Rand: c.Rand, IDs: c.IDs, Policy: c.Policy, Books: c.Books, Master: c.Master}
	if err := c.newPost(d).Deliver(context.Background()); !errors.Is(err, errKilled) {
		c.t.Fatalf("it was to die: %v", err)
	}
	c.post = c.newPost(&desk.Desk{Journal: c.Engine.Journal, Clock: c.Clock, Rand: c.Rand, IDs: c.IDs, Policy: c.Policy, Books: c.Books, Master: c.Master})
	c.deliver()
}

func TestKilledBetweenAnyTwoSteps(t *testing.T) {
	engines(t, func(t *testing.T, c *county) {
		for _, after := range []bool{false, true} {
			rule(t, map[bool]string{false: "写入前断电", true: "写入后断电"}[after]+"，每条消息仍只到一次", func(t *testing.T) {
				_, oursBefore := c.events(here)
				_, themBefore := c.events(there)
				id := c.passed()
				c.killed(after) // the report
				theirs := c.accept()
				c.killed(after) // the acknowledgement
				c.finish(c.them, theirs, "已清走")
				c.killed(after) // the end
				second := c.passed()
				c.killed(after)
				list := c.arrived()
				c.Do(t, c.them["head"], "report.triage", &report.Triage{On: report.On{Report: list[len(list)-1].ID}, Decline: "not_police", Answer: "归城管"})
				c.killed(after) // the refusal
				third := c.passed()
				c.deliver()
				c.Do(t, c.ours["head"], "matter.send_back", &matter.SendBack{On: matter.On{Matter: third}, Reason: "wrong_cell", Words: "转错了"})
				c.killed(after) // the taking back
				c.again()
				if c.matter(here, id).State != matter.Elsewhere || c.matter(here, second).State != matter.Unassigned {
					t.Fatalf("%+v %+v", c.matter(here, id), c.matter(here, second))
				}
				_, ours := c.events(here)
				_, them := c.events(there)
				for kind, n := range map[string]int{"matter.taken/1": 1, "matter.noted/1": 1, "matter.sent_back/1": 2} {
					if got := ours[kind] - oursBefore[kind]; got != n {
						t.Errorf("%d %s at the sender, not %d", got, kind, n)
					}
				}
				for kind, n := range map[string]int{"report.submitted/1": 3, "report.withdrawn/1": 1} {
					if got := them[kind] - themBefore[kind]; got != n {
						t.Errorf("%d %s at the other station, not %d", got, kind, n)
					}
				}
			})
		}
	})
}
