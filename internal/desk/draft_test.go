package desk_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/triage"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/organisation"
	"maplegrid/internal/work/report"
	"maplegrid/internal/work/right"
	"maplegrid/playbooks"
)

// talk is a station with a clerk who pastes.
type talk struct {
	*desktest.Desk
	t    *testing.T
	cast map[string]access.Who
}

func newTalk(t *testing.T) *talk {
	d := desktest.New(t)
	return &talk{d, t, d.Cast(t, desktest.Station)}
}

func (k *talk) paste(text string) desk.Answer {
	k.t.Helper()
	return k.Do(k.t, k.cast["officer_1"], "draft.paste", &draft.Paste{Text: text, Group: "东街群", Cell: "c1"})
}

// added is how many drafts a paste made, and how many messages of it were known.
func (k *talk) added(text string, drafts, known int) desk.Answer {
	k.t.Helper()
	a := k.paste(text)
	if len(a.Drafts) != drafts || a.Known != known {
		k.t.Errorf("%d drafts and %d known, want %d and %d", len(a.Drafts), a.Known, drafts, known)
	}
	return a
}

func (k *talk) draft(id string) *draft.Draft {
	k.t.Helper()
	return fold(k.t, k.Desk, id)
}

func fold(t testing.TB, d *desktest.Desk, id string) *draft.Draft {
	t.Helper()
	events, err := d.Journal.Stream(context.Background(), desktest.Station, draft.Stream(id), 0)
	if err != nil {
		t.Fatal(err)
	}
	x, err := draft.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func (k *talk) words(text vault.Text) string {
	k.t.Helper()
	open, err := k.Reveal(context.Background(), desktest.Station, text)
	if err != nil {
		k.t.Fatal(err)
	}
	return open[text.Ref()]
}

// events counts what the station's journal holds.
func (k *talk) head() journal.Seq {
	seq, _, err := k.Journal.Head(context.Background(), desktest.Station)
	if err != nil {
		k.t.Fatal(err)
	}
	return seq
}

func (k *talk) refused(who, name string, act any, code string) {
	k.t.Helper()
	if _, err := k.Try(k.cast[who], name, act); fault.Code(err) != code {
		k.t.Errorf("%s %s: %v, want %q", who, name, err, code)
	}
}

func (k *talk) matter(id string) matter.Matter {
	k.t.Helper()
	events, err := k.Journal.Stream(context.Background(), desktest.Station, matter.Stream(id), 0)
	if err != nil {
		k.t.Fatal(err)
	}
	m, err := matter.Fold(events)
	if err != nil {
		k.t.Fatal(err)
	}
	return m
}

func (k *talk) report(id string) report.Report {
	k.t.Helper()
	events, err := k.Journal.Stream(context.Background(), desktest.Station, report.Stream(id), 0)
	if err != nil {
		k.t.Fatal(err)
	}
	r, err := report.Fold(events)
	if err != nil {
		k.t.Fatal(err)
	}
	return r
}

const timed = "李梅 2026/3/2 08:15\n东街口井盖坏了\n王强 2026/3/2 08:16\n我家也停水了\n李梅 2026/3/2 08:20\n还没人来\n"

func TestPasteTakesEachMessageOnce(t *testing.T) {
	t.Run("同一段粘两次，第二次什么也不添", func(t *testing.T) {
		k := newTalk(t)
		k.added(timed, 3, 0)
		before := k.head()
		k.added(timed, 0, 3)
		if k.head() != before {
			t.Error("something was written")
		}
	})
	t.Run("有一段重的，只收新的", func(t *testing.T) {
		k := newTalk(t)
		k.added(timed, 3, 0)
		k.added("李梅 2026/3/2 08:20\n还没人来\n赵敏 2026/3/2 08:31\n来人了\n", 1, 1)
	})
	t.Run("带着图片粘两次，图片也不多出一条", func(t *testing.T) {
		k := newTalk(t)
		text := "李梅 2026/3/2 08:15\n东街口井盖坏了\n李梅 2026/3/2 08:16\n[图片]\n"
		a := k.added(text, 1, 0)
		if d := k.draft(a.Drafts[0]); d.Pictures != 1 {
			t.Errorf("%d pictures", d.Pictures)
		}
		k.added(text, 0, 2)
	})
	t.Run("没有时间的话，隔天再说是另一条", func(t *testing.T) {
		k := newTalk(t)
		k.added("李梅：东街口停水了", 1, 0)
		k.added("李梅：东街口停水了", 0, 1)
		k.Clock.Advance(24 * time.Hour)
		k.added("李梅：东街口停水了", 1, 0)
	})
	t.Run("先带时间、后不带时间复制同一段，只收新的", func(t *testing.T) {
		k := newTalk(t)
		k.added("李梅 2026/3/2 08:15\n东街口停水了\n王强 2026/3/2 08:16\n收到\n李梅 2026/3/2 08:20\n来水了\n王强 2026/3/2 08:21\n收到\n", 4, 0)
		k.added("孙洁：早上好\n李梅：东街口停水了\n王强：收到\n李梅：来水了\n王强：收到\n孙洁：谢谢", 2, 4)
		k.added("王强 2026/3/2 08:16\n收到\n王强 2026/3/2 08:22\n收到\n", 1, 1) // another minute is another message
		k.Clock.Advance(24 * time.Hour)
		k.added("李梅：东街口停水了", 1, 0) // another day is one too
	})
	t.Run("同一分钟说了两遍的是两条，换个人说的也是", func(t *testing.T) {
		k := newTalk(t)
		text := "李梅 2026/3/2 08:15\n来人\n李梅 2026/3/2 08:15\n来人\n王强 2026/3/2 08:15\n来人\n"
		k.added(text, 3, 0)
		k.added(text, 0, 3)
	})
	t.Run("别的群里同样没有时间的话是另一条", func(t *testing.T) {
		k := newTalk(t)
		k.added("李梅：东街口停水了", 1, 0)
		a := k.Do(t, k.cast["officer_1"], "draft.paste", &draft.Paste{Text: "李梅：东街口停水了", Group: "西街群"})
		if len(a.Drafts) != 1 || a.Known != 0 {
			t.Errorf("%+v", a)
		}
	})
	t.Run("同一编号的回调只收一次", func(t *testing.T) {
		k := newTalk(t)
		hear := &draft.Hear{Channel: "wecom", ID: "m1", Group: "东街群", Cell: "c1", Sender: "李梅", SaidAt: k.Clock.Now(), Text: "停水了"}
		program := desk.Program(desktest.Station)
		if a := k.Do(t, program, "draft.hear", hear); len(a.Drafts) != 1 {
			t.Errorf("%+v", a)
		}
		if a := k.Do(t, program, "draft.hear", hear); len(a.Drafts) != 0 || a.Known != 1 {
			t.Errorf("%+v", a)
		}
		k.refused("officer_1", "draft.hear", hear, "access.denied")
		k.added("李梅 "+k.Clock.Now().In(clock.Shanghai).Format("2006/1/2 15:04")+"\n停水了\n", 0, 1) // heard, and then pasted too
	})
	t.Run("回调设的网格已经没有了，消息照收", func(t *testing.T) {
		k := newTalk(t)
		a := k.Do(t, desk.Program(desktest.Station), "draft.hear", &draft.Hear{Channel: "dingtalk", ID: "m2", Cell: "c_gone", Sender: "李梅", Text: "停水了"})
		if len(a.Drafts) != 1 || k.draft(a.Drafts[0]).State != draft.Waiting {
			t.Errorf("%+v", a)
		}
	})
	t.Run("到期由程序清除，话再也打不开", func(t *testing.T) {
		k := newTalk(t)
		id := k.paste("李梅：今天天气真好\n").Drafts[0]
		k.Do(t, k.cast["officer_1"], "draft.put_aside", &draft.PutAside{On: draft.On{Draft: id}, Reason: draft.Chatter})
		words := k.draft(id).Words
		program, forget := desk.Program(desktest.Station), &draft.Forget{On: draft.On{Draft: id}}
		if _, err := k.Try(program, "draft.forget", forget); fault.Code(err) != "draft.still_kept" {
			t.Errorf("too soon: %v", err)
		}
		k.Clock.Advance(200 * 24 * time.Hour)
		k.Do(t, program, "draft.forget", forget)
		if open, err := k.Reveal(context.Background(), desktest.Station, words); err != nil || len(open) != 0 {
			t.Errorf("%v, %v", open, err)
		}
	})
}

func TestPasteLimits(t *testing.T) {
	t.Run("一次最多收一千条，剩下的再粘一次就收", func(t *testing.T) {
		k := newTalk(t)
		var b strings.Builder
		for i := range draft.MaxNew + 30 {
			fmt.Fprintf(&b, "李梅 2026/3/2 %02d:%02d\n第%d户停水了\n", i/60%9, i%60, i)
		}
		a := k.added(b.String(), draft.MaxNew, 0)
		if a.Left != 30 {
			t.Errorf("%d left", a.Left)
		}
		if a = k.added(b.String(), 30, draft.MaxNew); a.Left != 0 {
			t.Errorf("%d left", a.Left)
		}
	})
	t.Run("超过两兆的说清楚，什么也不收", func(t *testing.T) {
		k := newTalk(t)
		before := k.head()
		k.refused("officer_1", "draft.paste", &draft.Paste{Text: strings.Repeat("停水", draft.MaxPaste/6) + "停水了"}, "draft.too_large")
		k.refused("officer_1", "draft.paste", &draft.Paste{Text: " \n"}, "form.required")
		if k.head() != before {
			t.Error("something was written")
		}
	})
	t.Run("两兆的一整段照收，一个字不丢", func(t *testing.T) {
		k := newTalk(t)
		text := strings.Repeat("停水", draft.MaxPaste/6)
		total := 0
		for _, id := range k.paste(text).Drafts {
			total += strings.Count(k.words(k.draft(id).Words), "停水")
		}
		if want := draft.MaxPaste / 6; total != want {
			t.Errorf("%d of %d words", total, want)
		}
	})
	t.Run("只有看不见的字也不出错", func(t *testing.T) {
		k := newTalk(t)
		k.paste("李梅 2026/3/2 08:15\n\u202e\u200f\ufeff\n王强 2026/3/2 08:16\n停水了\n")
	})
}

func TestSenderIsMatched(t *testing.T) {
	k := newTalk(t)
	people := map[string]string{}
	for call, name := range map[string]string{"梅子": "李梅", "小王": "王强", "老王": "王强", "芳芳": "李梅芳", "周警官": "周建国"} {
		people[call] = k.Do(t, desktest.Founder(desktest.Station), "org.set_person", &organisation.SetPerson{Role: "cell_worker", Call: call, Name: name, Cells: []string{"c2"}}).ID
	}
	for name, x := range map[string][2]string{
		"用姓名的":        {"李梅", "梅子"},
		"用称呼的":        {"小王", "小王"},
		"姓名前有网格的":     {"3网格-李梅", "梅子"},
		"姓名后有括号的":     {"李梅（东街）", "梅子"},
		"姓名前有职务的":     {"网格员李梅", "梅子"},
		"姓名后有职务的":     {"李梅芳主任", "芳芳"},
		"数字连着职务姓名的":   {"3网格李梅", "梅子"},
		"长名字里有短名字的":   {"2网格-李梅芳", "芳芳"},
		"两个人同名的，谁也不算": {"3网格-王强", ""},
		"只是姓名里带着的不算":  {"王李梅", ""},
		"两个人的名字都有的不算": {"李梅、小王", ""},
		"没登记的":        {"路人甲", ""},
		"没有名字的":       {"", ""},
	} {
		t.Run(name, func(t *testing.T) {
			program := desk.Program(desktest.Station)
			a := k.Do(t, program, "draft.hear", &draft.Hear{Channel: "wecom", ID: name, Cell: "c1", Sender: x[0], Text: "停水了"})
			d := k.draft(a.Drafts[0])
			if d.Person != people[x[1]] {
				t.Errorf("%q is %q, want %q", x[0], d.Person, people[x[1]])
			}
			if cell := map[bool]string{true: "c2", false: "c1"}[x[1] != ""]; d.Cell != cell {
				t.Errorf("in %s, want %s: the cell of who wrote it comes before that of the group", d.Cell, cell)
			}
		})
	}
}

// engine reads with the words of the base playbook, as the reader of a running program does.
type engine struct{ *triage.Engine }

func (e engine) Read(_ context.Context, _ string, m triage.Message) (triage.Reading, error) {
	return e.Engine.Read(m), nil
}

var learned = sync.OnceValues(func() (engine, error) {
	book, err := playbook.Load(playbooks.FS, "base")
	if err != nil {
		return engine{}, err
	}
	words, rows, err := triage.ReadWords(book.Folders()...)
	return engine{triage.Learn(rows, words)}, err
})

func TestTwoAtOnce(t *testing.T) {
	k := newTalk(t)
	ctx := context.Background()
	together := func(n int, act func(i int) (desk.Answer, error)) (answers []desk.Answer, errs []error) {
		answers, errs = make([]desk.Answer, n), make([]error, n)
		start := make(chan struct{})
		var wg sync.WaitGroup
		for i := range n {
			wg.Add(1)
			go func() {
				defer wg.Done()
				<-start
				answers[i], errs[i] = act(i)
			}()
		}
		close(start)
		wg.Wait()
		return answers, errs
	}
	who := []access.Who{k.cast["officer_1"], k.cast["duty_lead"], k.cast["head"], k.cast["cell_worker_1"]}
	t.Run("几个人同时粘同一段，每条只收一次，谁也不被拒绝", func(t *testing.T) {
		for round := range 5 {
			var b strings.Builder
			for i := range 40 {
				fmt.Fprintf(&b, "李梅 2026/3/2 0%d:%02d\n第%d户停水了\n", round, i, i)
			}
			answers, errs := together(4, func(i int) (desk.Answer, error) {
				return k.Desk.Desk.Do(ctx, who[i], desk.Envelope{Key: fmt.Sprintf("paste-%d-%d", round, i)}, "draft.paste", &draft.Paste{Text: b.String(), Group: "东街群", Cell: "c1"})
			})
			drafts, known := 0, 0
			for i := range answers {
				if errs[i] != nil {
					t.Errorf("refused: %v", errs[i])
				}
				drafts, known = drafts+len(answers[i].Drafts), known+answers[i].Known
			}
			if drafts != 40 || known != 3*40 {
				t.Errorf("%d drafts, %d known", drafts, known)
			}
		}
	})
	t.Run("几个人同时立同一条，只立一次", func(t *testing.T) {
		for round := range 10 {
			id := k.paste(fmt.Sprintf("李梅 2026/3/1 08:%02d\n东街口井盖坏了\n", round)).Drafts[0]
			version := k.draft(id).Version
			_, errs := together(4, func(i int) (desk.Answer, error) {
				return k.Desk.Desk.Do(ctx, who[i], desk.Envelope{Key: fmt.Sprintf("accept-%d-%d", round, i)}, "draft.accept",
					&draft.Accept{On: draft.On{Draft: id, Version: version}, Kind: "hazard", Title: "井盖坏了", Extra: map[string]string{"hazard_type": "road"}})
			})
			done := 0
			for _, err := range errs {
				if code := fault.Code(err); err == nil {
					done++
				} else if code != "act.meanwhile" && code != "draft.not_waiting" {
					t.Errorf("refused: %v", err)
				}
			}
			filed := 0
			events, err := k.Journal.Stream(ctx, desktest.Station, draft.Stream(id), 0)
			if err != nil {
				t.Fatal(err)
			}
			for i := range events {
				if events[i].Kind == (draft.FiledAs{}).EventKind() {
					filed++
				}
			}
			if done != 1 || filed != 1 {
				t.Errorf("%d answers, %d filings", done, filed)
			}
		}
	})
	t.Run("一条正被并走，主条同时立：要么都在，要么不并", func(t *testing.T) {
		for round := range 10 {
			a := k.paste(fmt.Sprintf("李梅 2026/3/1 09:%02d\n东街口井盖坏了\n王强 2026/3/1 09:%02d\n井盖没了\n", round, round))
			head, member := a.Drafts[0], a.Drafts[1]
			_, errs := together(2, func(i int) (desk.Answer, error) {
				if i == 0 {
					return k.Desk.Desk.Do(ctx, who[0], desk.Envelope{Key: fmt.Sprintf("join-%d", round)}, "draft.join", &draft.Join{On: draft.On{Draft: member}, Into: head})
				}
				return k.Desk.Desk.Do(ctx, who[1], desk.Envelope{Key: fmt.Sprintf("file-%d", round)}, "draft.accept", &draft.Accept{On: draft.On{Draft: head}})
			})
			h, m := k.draft(head), k.draft(member)
			told := slices.ContainsFunc(h.Filing.Others, func(o draft.Other) bool { return o.Draft == member && o.Receipt != "" }) || m.State == draft.Filed
			if errs[0] != nil || errs[1] != nil || !told {
				t.Errorf("%v %v; head %+v, member %s", errs[0], errs[1], h.Filing, m.State)
			}
		}
	})
}

func TestFilingThroughTheDesk(t *testing.T) {
	k := newTalk(t)
	officer := k.cast["officer_1"]
	hazard := func(id string) *draft.Accept {
		return &draft.Accept{On: draft.On{Draft: id}, Kind: "hazard", Title: "井盖坏了", Extra: map[string]string{"hazard_type": "road"}}
	}
	t.Run("五个人说一件事：一件事项，每人一个回执", func(t *testing.T) {
		a := k.paste("李梅 2026/3/2 07:01\n东街口井盖没了\n王强 2026/3/2 07:02\n东街口井盖丢了\n赵敏 2026/3/2 07:03\n井盖没了小心\n钱四 2026/3/2 07:04\n东街的井盖呢\n孙五 2026/3/2 07:05\n井盖让人偷了\n李梅 2026/3/2 07:06\n赶紧来人\n")
		for _, id := range a.Drafts[1:] {
			k.Do(t, officer, "draft.join", &draft.Join{On: draft.On{Draft: id}, Into: a.Drafts[0]})
		}
		answer := k.Do(t, officer, "draft.accept", hazard(a.Drafts[0]))
		d := k.draft(a.Drafts[0])
		receipts := map[string]bool{d.Filing.Receipt: true}
		for _, o := range d.Filing.Others {
			if r := k.report(o.Report); !slices.Equal(r.Matters, answer.Matters) {
				t.Errorf("report of %s is tied to %v", o.Draft, r.Matters)
			}
			if o.Receipt != "" {
				receipts[o.Receipt] = true
			}
		}
		if len(receipts) != 5 || len(answer.Matters) != 1 || answer.Receipt != d.Filing.Receipt {
			t.Errorf("%d receipts, %+v", len(receipts), answer)
		}
		if r := k.report(d.Filing.Report); len(r.Additions) != 1 || k.words(r.Additions[0].Words) != "赶紧来人" {
			t.Errorf("what she added later: %+v", r.Additions)
		}
		if m := k.matter(answer.Matters[0]); len(m.Reports) != 5 {
			t.Errorf("%d reports in the matter", len(m.Reports))
		}
	})
	t.Run("立了以后别人又说，各得回执，并到同一件；本人又说，补进报事", func(t *testing.T) {
		a := k.paste("李梅 2026/3/2 06:01\n西头停水了\n王强 2026/3/2 06:02\n我家也停水\n李梅 2026/3/2 06:03\n还没来水\n")
		first := k.Do(t, officer, "draft.accept", hazard(a.Drafts[0]))
		k.Do(t, officer, "draft.join", &draft.Join{On: draft.On{Draft: a.Drafts[1]}, Into: a.Drafts[0]})
		k.Do(t, officer, "draft.join", &draft.Join{On: draft.On{Draft: a.Drafts[2]}, Into: a.Drafts[0]})
		other, own := k.draft(a.Drafts[1]), k.draft(a.Drafts[2])
		if other.State != draft.Filed || other.Filing.Matter != first.Matters[0] || other.Filing.Receipt == first.Receipt {
			t.Errorf("%+v", other.Filing)
		}
		if r := k.report(k.draft(a.Drafts[0]).Filing.Report); own.State != draft.Joined || len(r.Additions) != 1 {
			t.Errorf("%s, %d additions", own.State, len(r.Additions))
		}
		k.refused("officer_1", "draft.undo", &draft.Undo{On: draft.On{Draft: a.Drafts[2]}}, "draft.joined_is_filed")
	})
	t.Run("撤销：每条报事撤回，没人动过的事项作废", func(t *testing.T) {
		a := k.paste("李梅 2026/3/2 05:01\n南口井盖没了\n王强 2026/3/2 05:02\n南口井盖丢了\n")
		k.Do(t, officer, "draft.join", &draft.Join{On: draft.On{Draft: a.Drafts[1]}, Into: a.Drafts[0]})
		answer := k.Do(t, officer, "draft.accept", hazard(a.Drafts[0]))
		was := k.draft(a.Drafts[0]).Filing
		k.refused("cell_worker_1", "draft.undo", &draft.Undo{On: draft.On{Draft: a.Drafts[0]}}, "draft.not_your_step")
		k.Do(t, officer, "draft.undo", &draft.Undo{On: draft.On{Draft: a.Drafts[0]}})
		if d := k.draft(a.Drafts[0]); d.State != draft.Waiting || d.Filing != nil || len(d.Members) != 1 {
			t.Errorf("%+v", d)
		}
		if m := k.matter(answer.Matters[0]); m.State != matter.Voided {
			t.Errorf("matter is %s", m.State)
		}
		for _, id := range []string{was.Report, was.Others[0].Report} {
			if r := k.report(id); r.State != report.Withdrawn {
				t.Errorf("report is %s", r.State)
			}
		}
		again := k.Do(t, officer, "draft.accept", hazard(a.Drafts[0]))
		if again.Receipt == answer.Receipt || again.Matters[0] == answer.Matters[0] {
			t.Error("filed again under the old receipt")
		}
	})
	t.Run("同事接手了事项就不能撤销", func(t *testing.T) {
		a := k.paste("李梅 2026/3/2 04:01\n北口井盖没了\n")
		act := hazard(a.Drafts[0])
		act.To = k.cast["officer_1"].Person
		answer := k.Do(t, k.cast["duty_lead"], "draft.accept", act)
		k.Do(t, officer, "matter.acknowledge", &matter.Acknowledge{On: matter.On{Matter: answer.Matters[0]}})
		k.refused("duty_lead", "draft.undo", &draft.Undo{On: draft.On{Draft: a.Drafts[0]}}, "draft.taken_up")
	})
	t.Run("同事分流了报事就不能撤销", func(t *testing.T) {
		a := k.paste("李梅 2026/3/2 04:02\n北口路灯坏了\n")
		k.Do(t, officer, "draft.accept", &draft.Accept{On: draft.On{Draft: a.Drafts[0]}})
		k.Do(t, k.cast["duty_lead"], "report.triage", &report.Triage{On: report.On{Report: k.draft(a.Drafts[0]).Filing.Report}, Open: []report.NewMatter{{Kind: "hazard", Title: "路灯坏了", Extra: map[string]string{"hazard_type": "road"}}}})
		k.refused("officer_1", "draft.undo", &draft.Undo{On: draft.On{Draft: a.Drafts[0]}}, "draft.report_went_on")
	})
	t.Run("过了十分钟不能撤销", func(t *testing.T) {
		a := k.paste("李梅 2026/3/2 04:03\n北口积水\n")
		k.Do(t, officer, "draft.accept", hazard(a.Drafts[0]))
		k.Clock.Advance(draft.UndoWithin + time.Second)
		k.refused("officer_1", "draft.undo", &draft.Undo{On: draft.On{Draft: a.Drafts[0]}}, "draft.too_late")
	})
	t.Run("立到别的网格去的人自己还能撤销", func(t *testing.T) {
		a := k.Do(t, k.cast["head"], "draft.paste", &draft.Paste{Text: "李梅 2026/3/2 04:04\n西口积水\n", Cell: "c1"})
		act := &draft.Accept{On: draft.On{Draft: a.Drafts[0]}, Cell: "c2"}
		k.Do(t, officer, "draft.accept", act)
		k.Do(t, officer, "draft.undo", &draft.Undo{On: draft.On{Draft: a.Drafts[0]}})
	})
	t.Run("别人改过，照旧样子的一步被告知", func(t *testing.T) {
		a := k.paste("李梅 2026/3/2 04:05\n东口积水\n")
		seen := draft.On{Draft: a.Drafts[0], Version: 1}
		k.Do(t, k.cast["duty_lead"], "draft.correct", &draft.Correct{On: seen, Label: "安全隐患"})
		k.refused("officer_1", "draft.put_aside", &draft.PutAside{On: seen, Reason: draft.Known}, "act.meanwhile")
	})
	t.Run("代登记人立的注明替谁，几个人一起的不注明", func(t *testing.T) {
		li := k.Do(t, desktest.Founder(desktest.Station), "org.set_person", &organisation.SetPerson{Role: "cell_worker", Call: "秦岭", Name: "秦小岭", Cells: []string{"c1"}}).ID
		a := k.paste("秦小岭 2026/3/2 04:06\n东口塌了\n秦小岭 2026/3/2 04:07\n南口塌了\n王强 2026/3/2 04:08\n南口真塌了\n")
		k.Do(t, officer, "draft.join", &draft.Join{On: draft.On{Draft: a.Drafts[2]}, Into: a.Drafts[1]})
		for i, want := range []string{li, ""} {
			k.Do(t, officer, "draft.accept", &draft.Accept{On: draft.On{Draft: a.Drafts[i]}})
			events, err := k.Journal.Stream(context.Background(), desktest.Station, report.Stream(k.draft(a.Drafts[i]).Filing.Report), 0)
			if err != nil || events[0].OnBehalfOf != want {
				t.Errorf("on behalf of %q, want %q (%v)", events[0].OnBehalfOf, want, err)
			}
		}
	})
}

func TestPartThroughTheDesk(t *testing.T) {
	k := newTalk(t)
	officer := k.cast["officer_1"]
	a := k.Do(t, officer, "draft.paste", &draft.Paste{Text: "李梅 2026/3/2 08:15\n井盖坏了还有人吵架\n", Cell: "c1"})
	id := a.Drafts[0]
	parted := k.Do(t, officer, "draft.part", &draft.Part{On: draft.On{Draft: id}, Cuts: []int{4}})
	t.Run("拆成两条，各自的字在各自名下", func(t *testing.T) {
		var got []string
		for _, p := range parted.Drafts {
			got = append(got, k.words(k.draft(p).Words))
		}
		if !slices.Equal(got, []string{"井盖坏了", "还有人吵架"}) {
			t.Errorf("%q", got)
		}
	})
	t.Run("从险情的字中间下刀，也不会不响", func(t *testing.T) {
		e, err := learned()
		if err != nil {
			t.Fatal(err)
		}
		k.Reader = e
		defer func() { k.Reader = nil }()
		whole := k.paste("李梅 2026/3/2 08:19\n三号楼着火了\n").Drafts[0]
		if len(k.draft(whole).Dangers) == 0 {
			t.Fatal("it does not ring whole")
		}
		parts := k.Do(t, officer, "draft.part", &draft.Part{On: draft.On{Draft: whole}, Cuts: []int{4}}).Drafts
		if first := k.draft(parts[0]); !slices.Equal(first.Dangers, k.draft(whole).Dangers) {
			t.Errorf("the first part rings for %v", first.Dangers)
		}
	})
	t.Run("撤销拆开，原话回来，两段不再列出", func(t *testing.T) {
		k.Do(t, officer, "draft.undo", &draft.Undo{On: draft.On{Draft: id}})
		if d := k.draft(id); d.State != draft.Waiting {
			t.Errorf("%s", d.State)
		}
		for _, p := range parted.Drafts {
			if d := k.draft(p); d.State != draft.Dropped {
				t.Errorf("%s", d.State)
			}
		}
	})
}

// What somebody said in a chat stands in a draft and in the report made of it; who has the report erased has every copy erased.
func TestErasureReachesDrafts(t *testing.T) {
	k := newTalk(t)
	ctx := context.Background()
	officer, head := k.cast["officer_1"], k.cast["head"]
	erase := func(report string) {
		t.Helper()
		q := k.Do(t, desk.Public(desktest.Station), "right.ask", &right.Ask{Thing: "report/" + report, Want: right.Erase})
		k.Do(t, head, "right.answer", &right.Answer{Right: q.ID, Result: right.Granted, Words: "已经删除"})
	}
	opens := func(subject string) bool {
		t.Helper()
		_, ok, err := k.Journal.Key(ctx, desktest.Station, subject)
		if err != nil {
			t.Fatal(err)
		}
		return ok
	}
	decline := func(id string) {
		t.Helper()
		k.Do(t, head, "report.triage", &report.Triage{On: report.On{Report: id}, Decline: "not_police", Answer: "请找供水公司"})
	}
	a := k.paste("李梅 2026/3/2 08:15\n东街停水了西街也停电了\n李梅 2026/3/2 08:16\n还没来水\n王强 2026/3/2 08:17\n我家也没水\n")
	parts := k.Do(t, officer, "draft.part", &draft.Part{On: draft.On{Draft: a.Drafts[0]}, Cuts: []int{5}}).Drafts
	first, more, other := parts[0], a.Drafts[1], a.Drafts[2]
	k.Do(t, officer, "draft.join", &draft.Join{On: draft.On{Draft: more}, Into: first})
	k.Do(t, officer, "draft.join", &draft.Join{On: draft.On{Draft: other}, Into: first})
	k.Do(t, officer, "draft.accept", &draft.Accept{On: draft.On{Draft: first}})
	undone := k.draft(first).Filing
	k.Do(t, officer, "draft.undo", &draft.Undo{On: draft.On{Draft: first}})
	k.Do(t, officer, "draft.accept", &draft.Accept{On: draft.On{Draft: first}})
	filed := k.draft(first).Filing
	theirs := func(f *draft.Filing) string { return f.Others[1].Report }
	decline(filed.Report)
	decline(theirs(filed))
	erase(filed.Report)
	t.Run("立它的那条、补进来的、拆开前的原话、撤销过的报事都销毁", func(t *testing.T) {
		for _, subject := range []string{filed.Report, undone.Report, first, more, a.Drafts[0]} {
			if opens(subject) {
				t.Errorf("%s can still be opened", subject)
			}
		}
		for _, id := range []string{first, more, a.Drafts[0]} {
			if d := k.draft(id); !d.Erased || !d.Words.Empty() || !d.Name.Empty() {
				t.Errorf("%+v", d)
			}
		}
		if r := k.report(undone.Report); r.ErasedAt.IsZero() {
			t.Error("the report of the undone filing still has its words")
		}
	})
	t.Run("别人说的、同一句里另一件事的还在", func(t *testing.T) {
		for _, subject := range []string{theirs(filed), theirs(undone), other, parts[1]} {
			if !opens(subject) {
				t.Errorf("%s is gone too", subject)
			}
		}
	})
	t.Run("并进来的人要求销毁，只销毁他自己的", func(t *testing.T) {
		erase(theirs(filed))
		if opens(theirs(filed)) || opens(theirs(undone)) || opens(other) || !opens(parts[1]) {
			t.Error("not his alone")
		}
	})
	t.Run("销毁以后不能撤销、不能再立", func(t *testing.T) {
		k.refused("officer_1", "draft.undo", &draft.Undo{On: draft.On{Draft: first}}, "draft.nothing_to_undo")
		k.refused("officer_1", "draft.undo", &draft.Undo{On: draft.On{Draft: a.Drafts[0]}}, "draft.nothing_to_undo")
	})
	t.Run("撤销了的报事也能要求销毁，作废的事项不拦着", func(t *testing.T) {
		id := k.paste("赵敏 2026/3/2 08:18\n井盖坏了\n").Drafts[0]
		k.Do(t, officer, "draft.accept", &draft.Accept{On: draft.On{Draft: id}, Kind: "hazard", Title: "井盖坏了", Extra: map[string]string{"hazard_type": "road"}})
		was := k.draft(id).Filing
		k.Do(t, officer, "draft.undo", &draft.Undo{On: draft.On{Draft: id}})
		erase(was.Report)
		if d := k.draft(id); opens(was.Report) || opens(id) || d.State != draft.Aside || d.Reason != draft.Gone {
			t.Errorf("%+v", d)
		}
	})
	t.Run("主条的人要求销毁，别人并进来的话回到待定", func(t *testing.T) {
		a := k.paste("赵敏 2026/3/2 08:20\n南口井盖坏了\n王强 2026/3/2 08:21\n南口井盖真坏了\n")
		mine, his := a.Drafts[0], a.Drafts[1]
		k.Do(t, officer, "draft.join", &draft.Join{On: draft.On{Draft: his}, Into: mine})
		k.Do(t, officer, "draft.accept", &draft.Accept{On: draft.On{Draft: mine}})
		was := k.draft(mine).Filing.Report
		k.Do(t, officer, "draft.undo", &draft.Undo{On: draft.On{Draft: mine}})
		erase(was)
		if d := k.draft(his); !opens(his) || d.State != draft.Waiting || d.Into != "" {
			t.Errorf("%+v", d)
		}
		if d := k.draft(mine); opens(mine) || d.Reason != draft.Gone || len(d.Members) > 0 {
			t.Errorf("%+v", d)
		}
	})
	t.Run("没了原话的还能照样重读日志", func(t *testing.T) {
		if err := journal.VerifyChain(ctx, k.Journal, desktest.Station); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("日志里从来没有原话", func(t *testing.T) {
		all, err := k.Journal.Read(ctx, desktest.Station, 0, 10000)
		if err != nil {
			t.Fatal(err)
		}
		for i := range all {
			for _, words := range []string{"停水", "来水", "李梅", "没水", "赵敏"} {
				if strings.Contains(string(all[i].Data), words) {
					t.Errorf("event %d holds %s: %s", all[i].Seq, words, all[i].Data)
				}
			}
		}
	})
}

// What tells of danger does not vanish at the word of who only helps: it waits until the police or who leads the shift says so too.
func TestStandingDown(t *testing.T) {
	k := newTalk(t)
	e, err := learned()
	if err != nil {
		t.Fatal(err)
	}
	k.Reader = e
	n := 0
	fire := func() string {
		n++
		return k.paste(fmt.Sprintf("李梅 2026/3/2 08:%02d\n东街%d号着火了，快来人\n", n, n)).Drafts[0]
	}
	aside := func(id, reason string) *draft.PutAside {
		return &draft.PutAside{On: draft.On{Draft: id}, Reason: reason}
	}
	t.Run("网格员、辅警、窗口放在一边，只算提出，照样待定、照样响", func(t *testing.T) {
		for _, who := range []string{"cell_worker_1", "aux_officer_1", "window_clerk"} {
			id := fire()
			if who == "window_clerk" {
				id = k.Do(t, k.cast[who], "draft.paste", &draft.Paste{Text: "楼下着火了快来人", Cell: "c1"}).Drafts[0]
			}
			k.Do(t, k.cast[who], "draft.put_aside", aside(id, draft.Known))
			d := k.draft(id)
			if d.State != draft.Waiting || len(d.Rings()) == 0 || d.Asked == nil || d.Asked.By != k.cast[who].Person {
				t.Errorf("%s: %+v", who, d)
			}
			k.refused(who, "draft.put_aside", aside(id, draft.Known), "draft.aside_asked")
		}
	})
	t.Run("民警、值班领导放在一边就放下了，提出过的也由他们定", func(t *testing.T) {
		for _, who := range []string{"officer_1", "duty_lead"} {
			id := fire()
			k.Do(t, k.cast["cell_worker_1"], "draft.put_aside", aside(id, draft.NotOurs))
			k.Do(t, k.cast[who], "draft.put_aside", aside(id, draft.Known))
			if d := k.draft(id); d.State != draft.Aside || d.Reason != draft.Known {
				t.Errorf("%s: %+v", who, d)
			}
		}
	})
	t.Run("提出的人可以撤销，也可以照样立", func(t *testing.T) {
		id := fire()
		k.Do(t, k.cast["cell_worker_1"], "draft.put_aside", aside(id, draft.Known))
		k.Do(t, k.cast["cell_worker_1"], "draft.undo", &draft.Undo{On: draft.On{Draft: id}})
		if d := k.draft(id); d.Asked != nil {
			t.Errorf("%+v", d.Asked)
		}
		k.Do(t, k.cast["cell_worker_1"], "draft.put_aside", aside(id, draft.Known))
		k.Do(t, k.cast["cell_worker_1"], "draft.accept", &draft.Accept{On: draft.On{Draft: id}})
		if d := k.draft(id); d.State != draft.Filed {
			t.Errorf("%s", d.State)
		}
	})
	t.Run("领导放下又撤销的，仍看得到是谁提的", func(t *testing.T) {
		id := fire()
		k.Do(t, k.cast["aux_officer_1"], "draft.put_aside", aside(id, draft.Known))
		k.Do(t, k.cast["duty_lead"], "draft.put_aside", aside(id, draft.Known))
		k.Do(t, k.cast["duty_lead"], "draft.undo", &draft.Undo{On: draft.On{Draft: id}})
		if d := k.draft(id); d.State != draft.Waiting || d.Asked == nil {
			t.Errorf("%+v", d)
		}
	})
}

// What a message quotes is sealed with it, and destroyed with it.
func TestQuotationsAreSealed(t *testing.T) {
	k := newTalk(t)
	id := k.Do(t, desk.Program(desktest.Station), "draft.hear", &draft.Hear{Channel: "wecom", ID: "q1", Cell: "c1", Sender: "李梅", Text: "这个修好没有", Quote: "三组路灯不亮，找13900001234"}).Drafts[0]
	quote := k.draft(id).Quote
	if k.words(quote) != "三组路灯不亮，找13900001234" {
		t.Errorf("%q", k.words(quote))
	}
	k.Do(t, k.cast["officer_1"], "draft.put_aside", &draft.PutAside{On: draft.On{Draft: id}, Reason: draft.Known})
	k.Clock.Advance(200 * 24 * time.Hour)
	k.Do(t, desk.Program(desktest.Station), "draft.forget", &draft.Forget{On: draft.On{Draft: id}})
	if open, err := k.Reveal(context.Background(), desktest.Station, quote); err != nil || len(open) != 0 {
		t.Errorf("%v, %v", open, err)
	}
}

func TestWhatTheReaderSays(t *testing.T) {
	k := newTalk(t)
	e, err := learned()
	if err != nil {
		t.Fatal(err)
	}
	k.Reader = e
	state := func(text string) *draft.Draft {
		t.Helper()
		a := k.paste(text)
		return k.draft(a.Drafts[len(a.Drafts)-1])
	}
	for name, x := range map[string]struct {
		text   string
		reason string
		rings  bool
	}{
		"问好放在一边":     {"李梅 2026/3/2 08:01\n大家早上好\n", draft.Chatter, false},
		"说事的待定":      {"李梅 2026/3/2 08:02\n东街口井盖坏了，差点绊倒人\n", "", false},
		"着火的待定，并且响":  {"李梅 2026/3/2 08:03\n三号楼着火了快来人\n", "", true},
		"撤回的放在一边":    {"李梅 2026/3/2 08:04\n东街口路灯坏了\n李梅 2026/3/2 08:05\n发错了，不好意思\n", draft.Retraction, false},
		"后续的待定，接在前头": {"李梅 2026/3/2 08:06\n南口有两个人打架\n李梅 2026/3/2 08:07\n人已经走了\n", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			d := state(x.text)
			if d.Reason != x.reason || (len(d.Dangers) > 0) != x.rings {
				t.Errorf("%s %q, rings for %v", d.State, d.Reason, d.Dangers)
			}
			if name == "撤回的放在一边" && d.Retracts == "" || name == "后续的待定，接在前头" && d.Follows == "" {
				t.Error("what it goes on from is not found")
			}
		})
	}
	t.Run("拆出来的一段自己再读一遍", func(t *testing.T) {
		id := k.paste("李梅 2026/3/2 08:08\n井盖坏了三号楼着火了\n").Drafts
		parts := k.Do(t, k.cast["officer_1"], "draft.part", &draft.Part{On: draft.On{Draft: id[0]}, Cuts: []int{4}}).Drafts
		if first, second := k.draft(parts[0]), k.draft(parts[1]); len(first.Dangers) > 0 || len(second.Dangers) == 0 {
			t.Errorf("first rings for %v, second for %v", first.Dangers, second.Dangers)
		}
	})
}

// Violence at home that is told of in a group is looked into first and is not mediated like any quarrel (law-and-standards 5.1).
func TestViolenceInAGroup(t *testing.T) {
	k := newTalk(t)
	e, err := learned()
	if err != nil {
		t.Fatal(err)
	}
	k.Reader = e
	open := func(text, kind string, extra map[string]string) matter.Matter {
		t.Helper()
		id := k.paste(text).Drafts[0]
		k.Do(t, k.cast["duty_lead"], "draft.accept", &draft.Accept{On: draft.On{Draft: id}, Kind: kind, Title: "东街一户吵闹", Extra: extra})
		return k.matter(k.draft(id).Filing.Matter)
	}
	t.Run("说到挨打的，立成纠纷就标可能有家庭暴力，级别升为紧急", func(t *testing.T) {
		m := open("李梅 2026/3/2 08:31\n我家隔壁男的又打老婆了\n", "dispute", nil)
		if m.Extra["family_violence"] != "yes" || m.Grade == "normal" {
			t.Errorf("%v, %s", m.Extra, m.Grade)
		}
	})
	t.Run("没问过安全、没分开问过双方，调解开不了", func(t *testing.T) {
		m := open("李梅 2026/3/2 08:32\n老公又打我了\n", "dispute", nil)
		k.refused("officer_1", "dispute.choose_track", &dispute.ChooseTrack{On: matter.On{Matter: m.ID}, Track: dispute.Order, OrderBreach: true}, "dispute.no_parties")
	})
	t.Run("立的人问过了说不是，听人的", func(t *testing.T) {
		if m := open("李梅 2026/3/2 08:33\n楼上老公打老婆，其实是拍戏\n", "dispute", map[string]string{"family_violence": "no"}); m.Extra["family_violence"] != "no" {
			t.Errorf("%v", m.Extra)
		}
	})
	t.Run("没有这一栏的事项照样立得成", func(t *testing.T) {
		if m := open("李梅 2026/3/2 08:34\n听见楼下打老婆\n", "tip", nil); m.ID == "" {
			t.Error("not opened")
		}
	})
}
