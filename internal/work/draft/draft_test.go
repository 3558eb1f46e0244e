package draft

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
	"maplegrid/internal/work/worktest"
)

// moment is somebody's moment; sealed words are read as they stand.
func moment(actor string, after time.Duration) Moment {
	n := 0
	return Moment{Moment: worktest.Moment(actor, after), Words: func(t vault.Text) string { s, _ := t.Reveal(); return s },
		Receipt: func() string { n++; return fmt.Sprintf("R%d", n) }}
}

// told is a draft taken in, with whatever happened to it since by p1.
func told(change func(*Taken), since ...work.Event) *Draft {
	e := Taken{ID: "dr_1", Paste: "pa_1", Place: 1, Channel: ByPaste, Cell: "c1", Person: "p_li", Name: vault.Plain("dr_1", "name", "李梅"),
		Words: vault.Plain("dr_1", "words", "东街口井盖坏了。西头还有人吵架。"), Pictures: 1, Photos: photos("a")}
	if change != nil {
		change(&e)
	}
	return (&Draft{}).then("p1", 0, append([]work.Event{e}, since...)...)
}

func (d *Draft) then(by string, after time.Duration, events ...work.Event) *Draft {
	for _, e := range events {
		_ = d.Apply(e, work.At{HappenedAt: worktest.Start.Add(after), RecordedAt: worktest.Start.Add(after), Actor: by, Version: d.Version + 1})
	}
	return d
}

// another is a draft somebody else said.
func another(id, person, name, words string) *Draft {
	return told(func(e *Taken) {
		e.ID, e.Person, e.Photos, e.Pictures = id, person, nil, 0
		e.Name, e.Words = vault.Plain(id, "name", name), vault.Plain(id, "words", words)
	})
}

func photos(letters ...string) (list []matter.Attachment) {
	for _, l := range letters {
		list = append(list, matter.Attachment{ID: photo(l)})
	}
	return list
}

func photo(letter string) string { return "f_" + strings.Repeat(letter, 26) }

func check(t *testing.T, err error, code string) {
	t.Helper()
	if fault.Code(err) != code || err != nil && code == "" {
		t.Fatalf("%v, want %q", err, code)
	}
}

// at is a time of the morning, in minutes after Start.
func at(minutes int) time.Time { return worktest.Start.Add(time.Duration(minutes) * time.Minute) }

func TestTake(t *testing.T) {
	fire := []string{"火情"}
	for name, x := range map[string]struct {
		said []Said
		want string // a word for each draft: its reason or "-", and what it follows or takes back by its place
	}{
		"说事的都待定":           {[]Said{{Sender: "李梅", Text: "井盖坏了"}}, "-"},
		"闲聊放在一边":           {[]Said{{Sender: "李梅", Text: "早上好", Chatter: true}}, "chatter"},
		"系统提示放在一边":         {[]Said{{Text: "李梅加入群聊", Notice: true}}, "notice"},
		"发错了的话放在一边":        {[]Said{{Sender: "李梅", Text: "发错了", Retracts: true}}, "retraction"},
		"有险情的闲聊也不放":        {[]Said{{Text: "哈哈着火了", Chatter: true, Dangers: fire}}, "-"},
		"有险情的收回也不放":        {[]Said{{Text: "发错了，着火的是东街", Retracts: true, Dangers: fire}}, "-"},
		"有险情的系统提示也不放":      {[]Said{{Text: "着火了", Notice: true, Dangers: fire}}, "-"},
		"后续的话看着像闲聊也不放":     {[]Said{{Sender: "李梅", Text: "井盖坏了"}, {Sender: "李梅", Text: "好了", Chatter: true, Follows: true}}, "- ->1"},
		"后续接在本人上一条":        {[]Said{{Sender: "李梅", Text: "井盖坏了"}, {Sender: "王强", Text: "停水了"}, {Sender: "李梅", Text: "人已经走了", Follows: true}}, "- - ->1"},
		"本人没说过就接在最近一条":     {[]Said{{Sender: "李梅", Text: "井盖坏了"}, {Sender: "王强", Text: "停水了"}, {Sender: "赵敏", Text: "人走了", Follows: true}}, "- - ->2"},
		"后续不接在闲聊上":         {[]Said{{Sender: "李梅", Text: "井盖坏了"}, {Sender: "李梅", Text: "谢谢", Chatter: true}, {Sender: "李梅", Text: "修好了", Follows: true}}, "- chatter ->1"},
		"别人的后续不接在后续上":      {[]Said{{Sender: "李梅", Text: "井盖坏了"}, {Sender: "李梅", Text: "还没人来", Follows: true}, {Sender: "赵敏", Text: "来了", Follows: true}}, "- ->1 ->1"},
		"引了谁的话就接谁的":        {[]Said{{Sender: "李梅", Text: "井盖坏了，在东街口。"}, {Sender: "王强", Text: "停水了"}, {Sender: "赵敏", Text: "我也看见了", Quote: "井盖坏了，在东…"}}, "- - ->1"},
		"引的话不在这一段里就不硬接":    {[]Said{{Sender: "李梅", Text: "井盖坏了"}, {Sender: "赵敏", Text: "我也看见了", Quote: "路灯不亮"}}, "- -"},
		"隔了两个多小时不算后续":      {[]Said{{Sender: "李梅", At: at(-180), Text: "井盖坏了"}, {Sender: "李梅", At: at(-30), Text: "人走了", Follows: true}}, "- -"},
		"收回只收本人的":          {[]Said{{Sender: "李梅", Text: "井盖坏了"}, {Sender: "王强", Text: "发错了", Retracts: true}}, "- retraction"},
		"收回本人上一条":          {[]Said{{Sender: "李梅", Text: "井盖坏了"}, {Sender: "王强", Text: "停水了"}, {Sender: "李梅", Text: "发错了", Retracts: true}}, "- - retraction<1"},
		"平台提示的撤回也认得是谁的":    {[]Said{{Sender: "李梅", Text: "井盖坏了"}, {Sender: "李梅", Text: "李梅撤回了一条消息", Recalled: true}}, "- notice<1"},
		"没有名字就不知道收回的是哪一条":  {[]Said{{Text: "井盖坏了"}, {Text: "发错了", Retracts: true}}, "- retraction"},
		"一句几件事，各成一条，注明第几段": {[]Said{{Text: "井盖坏了", Piece: 1, Pieces: 2}, {Text: "停水了", Piece: 2, Pieces: 2}}, "-1/2 -2/2"},
		"只有图片的话也成一条":       {[]Said{{Sender: "李梅", Text: " \u200b\n", Pictures: 1}}, "-"},
		"没有话说也不出错":         {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := Take(Paste{Cell: "c1", Group: "东街群"}, ByPaste, x.said, worktest.Moment("p1", 0))
			check(t, err, "")
			place := map[string]int{}
			var got []string
			for i, e := range list {
				place[e.ID] = e.Place
				s := e.Reason
				if s == "" {
					s = "-"
				}
				if e.Follows != "" {
					s += fmt.Sprintf(">%d", place[e.Follows])
				}
				if e.Retracts != "" {
					s += fmt.Sprintf("<%d", place[e.Retracts])
				}
				if e.Pieces > 0 {
					s += fmt.Sprintf("%d/%d", e.Piece, e.Pieces)
				}
				got = append(got, s)
				if words, _ := e.Words.Reveal(); words == "" {
					t.Error("a draft without words")
				}
				if e.Paste != list[0].Paste || e.Place != i+1 || e.Cell != "c1" || e.Home != "c1" || e.Group != "东街群" {
					t.Errorf("%+v", e)
				}
				if d := told(func(to *Taken) { *to = e }); (d.State == Aside) != (e.Reason != "") || d.TakenBy != "p1" {
					t.Errorf("state %s of %q", d.State, e.Reason)
				}
			}
			if s := strings.Join(got, " "); s != x.want {
				t.Errorf("%q, want %q", s, x.want)
			}
		})
	}
}

// A quotation is kept with the draft when what it quotes is not among what was taken with it.
func TestTakeQuotations(t *testing.T) {
	said := []Said{{Sender: "李梅", Text: "井盖坏了，在东街口。"}, {Sender: "赵敏", Text: "我也看见了", Quote: "井盖坏了"}, {Sender: "赵敏", Text: "这个修好没有", Quote: "路灯\u202e不亮"},
		{Sender: "王强", Text: "人走了", Quote: "有人在桥头打架", Follows: true}}
	list, err := Take(Paste{Cell: "c1"}, ByPaste, said, worktest.Moment("p1", 0))
	check(t, err, "")
	quote := func(i int) string { s, _ := list[i].Quote.Reveal(); return s }
	t.Run("引的话就在这一段里，接上就够了", func(t *testing.T) {
		if list[1].Follows != list[0].ID || !list[1].Quote.Empty() {
			t.Errorf("%+v", list[1])
		}
	})
	t.Run("引的话不在这一段里，留着，不硬接", func(t *testing.T) {
		if quote(2) != "路灯不亮" || list[2].Follows != "" {
			t.Errorf("%q, follows %q", quote(2), list[2].Follows)
		}
	})
	t.Run("后续的话引了别处的，也留着，不接在不相干的上面", func(t *testing.T) {
		if quote(3) != "有人在桥头打架" || list[3].Follows != "" {
			t.Errorf("%q, follows %q", quote(3), list[3].Follows)
		}
	})
	t.Run("引的话密封在这一条名下，拆开归第一段，清除时一起清除", func(t *testing.T) {
		d := told(func(e *Taken) { e.Quote = vault.Plain("dr_1", "quote", "路灯不亮") })
		_, parts, err := d.Part(Part{Cuts: []int{8}}, moment("p1", 0))
		check(t, err, "")
		if q, _ := parts[0].Quote.Reveal(); q != "路灯不亮" || parts[0].Quote.Ref().Subject != parts[0].ID || !parts[1].Quote.Empty() {
			t.Errorf("%q", q)
		}
		if d.then("p1", 0, Erased{}); !d.Quote.Empty() {
			t.Error("the quotation is left")
		}
	})
}

func TestTakeTimesAndCells(t *testing.T) {
	take := func(s Said) Taken {
		list, err := Take(Paste{Cell: "c1"}, ByPaste, []Said{s}, worktest.Moment("p1", 0))
		check(t, err, "")
		return list[0]
	}
	t.Run("时钟不准，说在以后的，时间不记", func(t *testing.T) {
		if e := take(Said{Text: "停水了", At: at(5)}); !e.SaidAt.IsZero() {
			t.Errorf("said at %v", e.SaidAt)
		}
		if e := take(Said{Text: "停水了", At: at(-5)}); !e.SaidAt.Equal(at(-5)) {
			t.Errorf("said at %v", e.SaidAt)
		}
	})
	t.Run("话里的网格在群的网格之前", func(t *testing.T) {
		if e := take(Said{Text: "停水了", Cell: "c2"}); e.Cell != "c2" || e.Home != "c1" {
			t.Errorf("%s of %s", e.Cell, e.Home)
		}
	})
	t.Run("很长的名字截断", func(t *testing.T) {
		if name, _ := take(Said{Text: "停水了", Sender: strings.Repeat("长", 50)}).Name.Reveal(); len([]rune(name)) != 40 {
			t.Errorf("%d characters", len([]rune(name)))
		}
	})
	for name, x := range map[string]struct {
		p    Paste
		code string
	}{
		"没有的网格不收":   {Paste{Cell: "c9"}, "form.unknown_cell"},
		"群名不能太长":    {Paste{Group: strings.Repeat("群", 61)}, "form.too_long"},
		"一次最多二十张照片": {Paste{Photos: make([]string, MaxFiles+1)}, "form.too_many"},
	} {
		t.Run(name, func(t *testing.T) {
			list, err := Take(x.p, ByPaste, []Said{{Text: "停水了"}}, worktest.Moment("p1", 0))
			if f, ok := fault.Of(err); !ok || len(list) > 0 {
				t.Fatalf("%v, want %s", err, x.code)
			} else if f.Code != x.code {
				t.Errorf("%s, want %s", f.Code, x.code)
			}
		})
	}
}

func TestTakePictures(t *testing.T) {
	for name, x := range map[string]struct {
		said   []Said
		photos string
		want   string // how many photos each draft has
		code   string
	}{
		"照片按先后归到说到图片的话":    {[]Said{{Text: "井盖坏了", Pictures: 1}, {Text: "停水了"}, {Text: "有人吵架", Pictures: 2}}, "abc", "1 0 2", ""},
		"照片不够就先到先得":        {[]Said{{Text: "井盖坏了", Pictures: 2}, {Text: "有人吵架", Pictures: 2}}, "abc", "2 1", ""},
		"多出来的归到最后一条":       {[]Said{{Text: "井盖坏了", Pictures: 1}, {Text: "停水了"}}, "abc", "1 2", ""},
		"多出来的不归到放在一边的":     {[]Said{{Text: "井盖坏了"}, {Text: "谢谢", Chatter: true}}, "ab", "2 0", ""},
		"都放在一边了就归最后一条":     {[]Said{{Text: "谢谢", Chatter: true}, {Text: "早", Chatter: true}}, "a", "0 1", ""},
		"一条最多六张":           {[]Said{{Text: "井盖坏了", Pictures: 9}, {Text: "停水了"}}, "abcdefgh", "6 2", ""},
		"放不下就说清楚，不悄悄丢":     {[]Said{{Text: "井盖坏了"}}, "abcdefgh", "", "form.too_many"},
		"说到图片却没有传，只记下说到几张": {[]Said{{Text: "井盖坏了", Pictures: 3}}, "", "0", ""},
	} {
		t.Run(name, func(t *testing.T) {
			var p Paste
			for _, l := range strings.Split(x.photos, "") {
				p.Photos = append(p.Photos, photo(l))
			}
			if x.photos == "" {
				p.Photos = nil
			}
			list, err := Take(p, ByPaste, x.said, worktest.Moment("p1", 0))
			check(t, err, x.code)
			var got, ids []string
			for _, e := range list {
				got = append(got, fmt.Sprint(len(e.Photos)))
				for _, f := range e.Photos {
					ids = append(ids, f.ID)
				}
			}
			if s := strings.Join(got, " "); s != x.want {
				t.Errorf("%q, want %q", s, x.want)
			}
			if slices.Sort(ids); len(list) > 0 && !slices.Equal(ids, p.Photos) {
				t.Errorf("photos %v of %v", ids, p.Photos)
			}
		})
	}
}

func TestSort(t *testing.T) {
	correct := func(d *Draft, a Correct) ([]work.Event, error) { return d.Correct(a, moment("p1", 0)) }
	asks := func(d *Draft, reason string) ([]work.Event, error) {
		return d.PutAside(PutAside{Reason: reason}, moment("p1", 0))
	}
	aside := func(d *Draft, reason string) ([]work.Event, error) {
		mo := moment("p1", 0)
		mo.StandsDown = true
		return d.PutAside(PutAside{Reason: reason}, mo)
	}
	filed := func() *Draft { return told(nil, FiledAs{Report: "r_1", Receipt: "R1"}) }
	for name, x := range map[string]struct {
		make func() ([]work.Event, error)
		code string
		want work.Event
	}{
		"类别、缓急、网格、地点都可更正": {func() ([]work.Event, error) {
			return correct(told(nil), Correct{Label: "纠纷", Urgency: "急", Cell: "c2", Place: "东街口"})
		}, "", Corrected{"纠纷", "急", "c2", "东街口"}},
		"只更正一样，别的不动": {func() ([]work.Event, error) { return correct(told(nil), Correct{Label: "纠纷"}) }, "", Corrected{Label: "纠纷"}},
		"什么都没改要说":    {func() ([]work.Event, error) { return correct(told(nil), Correct{}) }, "form.required", nil},
		"没有的网格改不了":   {func() ([]work.Event, error) { return correct(told(nil), Correct{Cell: "c9"}) }, "form.unknown_cell", nil},
		"缓急只有四级":     {func() ([]work.Event, error) { return correct(told(nil), Correct{Urgency: "马上"}) }, "form.unknown_choice", nil},
		"立了的不再更正":    {func() ([]work.Event, error) { return correct(filed(), Correct{Label: "纠纷"}) }, "draft.not_waiting", nil},
		"没有的消息不能更正":  {func() ([]work.Event, error) { return correct(&Draft{}, Correct{Label: "纠纷"}) }, "draft.not_found", nil},
		"人说是闲聊就放在一边": {func() ([]work.Event, error) { return aside(told(nil), Chatter) }, "", SetAside{Chatter}},
		"有险情的由民警、带班的放在一边": {func() ([]work.Event, error) {
			return aside(told(func(e *Taken) { e.Dangers = []string{"火情"} }), Known)
		}, "", SetAside{Known}},
		"有险情的，别人放在一边只算提出": {func() ([]work.Event, error) {
			return asks(told(func(e *Taken) { e.Dangers = []string{"火情"} }), Known)
		}, "", AsideAsked{Known}},
		"并进来的有险情，也只算提出": {func() ([]work.Event, error) {
			return asks(told(nil, MemberTaken{Draft: "dr_2", Dangers: []string{"fire"}}), NotOurs)
		}, "", AsideAsked{NotOurs}},
		"提出过的不再提": {func() ([]work.Event, error) {
			return asks(told(func(e *Taken) { e.Dangers = []string{"火情"} }, AsideAsked{Known}), NotOurs)
		}, "draft.aside_asked", nil},
		"提出过的由带班的定": {func() ([]work.Event, error) {
			return aside(told(func(e *Taken) { e.Dangers = []string{"火情"} }, AsideAsked{NotOurs}), Known)
		}, "", SetAside{Known}},
		"提出以后又并进险情，重新提": {func() ([]work.Event, error) {
			return asks(told(func(e *Taken) { e.Dangers = []string{"火情"} }, AsideAsked{Known}, MemberTaken{Draft: "dr_2", Dangers: []string{"fire"}}), Known)
		}, "", AsideAsked{Known}},
		"没有险情的谁都可以放": {func() ([]work.Event, error) { return asks(told(nil), NotOurs) }, "", SetAside{NotOurs}},
		"有险情的谁说也不算闲聊": {func() ([]work.Event, error) {
			return asks(told(func(e *Taken) { e.Dangers = []string{"fire"} }), Chatter)
		}, "draft.rings", nil},
		"有险情的不算闲聊": {func() ([]work.Event, error) {
			return aside(told(func(e *Taken) { e.Dangers = []string{"fire"} }), Chatter)
		}, "draft.rings", nil},
		"并进来的有险情，也不算闲聊": {func() ([]work.Event, error) {
			return aside(told(nil, MemberTaken{Draft: "dr_2", Dangers: []string{"fire"}}), Chatter)
		}, "draft.rings", nil},
		"有险情的撤出去了，就由人说": {func() ([]work.Event, error) {
			return aside(told(nil, MemberTaken{Draft: "dr_2", Dangers: []string{"fire"}}, MemberLeft{"dr_2"}), Chatter)
		}, "", SetAside{Chatter}},
		"理由要在表里": {func() ([]work.Event, error) { return aside(told(nil), Notice) }, "form.unknown_choice", nil},
		"放过的不再放": {func() ([]work.Event, error) { return aside(told(nil, SetAside{Known}), Known) }, "draft.not_waiting", nil},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := x.make()
			if x.want == nil {
				worktest.Check(t, got, err, x.code)
			} else {
				worktest.Check(t, got, err, x.code, x.want)
			}
		})
	}
	t.Run("提出放在一边的照样待定，撤销了就没提过", func(t *testing.T) {
		d := told(func(e *Taken) { e.Dangers = []string{"火情"} }, AsideAsked{Known})
		if d.State != Waiting || d.Asked == nil || d.Asked.By != "p1" || d.Asked.Reason != Known {
			t.Errorf("%+v", d)
		}
		back, err := d.Undo(nil, nil, nil, nil, moment("p1", 0))
		check(t, err, "")
		if d.then("p1", 0, back.Own...); d.Asked != nil || d.State != Waiting {
			t.Errorf("%+v", d.Asked)
		}
	})
	t.Run("没写的栏目更正后照旧", func(t *testing.T) {
		d := told(nil, Corrected{Label: "纠纷", Urgency: "急", Cell: "c2", Place: "东街口"}, Corrected{Label: "求助"})
		if d.Label != "求助" || d.Urgency != "急" || d.Cell != "c2" || d.Where != "东街口" || d.State != Waiting {
			t.Errorf("%+v", d)
		}
	})
}

func TestPart(t *testing.T) {
	const first = 8 // 东街口井盖坏了。
	part := func(d *Draft, cuts ...int) ([]work.Event, []Taken, error) {
		return d.Part(Part{Cuts: cuts}, moment("p1", 0))
	}
	for name, x := range map[string]struct {
		d    *Draft
		cuts []int
		code string
		want string
	}{
		"一刀两段，字一个不少":    {told(nil), []int{first}, "", "东街口井盖坏了。|西头还有人吵架。"},
		"刀口不分先后，重复的算一刀": {told(nil), []int{11, first, first}, "", "东街口井盖坏了。|西头还|有人吵架。"},
		"没有刀口不能拆":       {told(nil), nil, "draft.cuts", ""},
		"刀口在头上不能拆":      {told(nil), []int{0}, "draft.cuts", ""},
		"刀口在尾上不能拆":      {told(nil), []int{16}, "draft.cuts", ""},
		"刀口在外头不能拆":      {told(nil), []int{-3}, "draft.cuts", ""},
		"每段都要有字":        {told(func(e *Taken) { e.Words = vault.Plain(e.ID, "words", "井盖坏了  \n") }), []int{4}, "draft.cuts", ""},
		"最多十段":          {told(nil), []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}, "draft.cuts", ""},
		"有并进来的先撤出去":     {told(nil, MemberTaken{Draft: "dr_2"}), []int{first}, "draft.part_after_joining", ""},
		"放在一边的不能拆":      {told(nil, SetAside{Known}), []int{first}, "draft.not_waiting", ""},
	} {
		t.Run(name, func(t *testing.T) {
			own, parts, err := part(x.d, x.cuts...)
			worktest.Check(t, own, err, x.code)
			var words []string
			for i, p := range parts {
				s, _ := p.Words.Reveal()
				words = append(words, s)
				if name, _ := p.Name.Reveal(); name != "李梅" || p.Person != "p_li" || p.Of != "dr_1" || p.Piece != i+1 || p.Pieces != len(parts) || p.Cell != "c1" || p.Paste != "pa_1" {
					t.Errorf("%+v", p)
				}
				if (len(p.Photos) == 1) != (i == 0) || (p.Pictures == 1) != (i == 0) {
					t.Error("the pictures stay with the first")
				}
				if p.Words.Ref().Subject != p.ID || p.Name.Ref().Subject != p.ID {
					t.Error("a part's words lie under a key of its own")
				}
			}
			if s := strings.Join(words, "|"); s != x.want {
				t.Errorf("%q, want %q", s, x.want)
			}
			if x.code == "" && !slices.Equal(own[0].(PartedInto).Parts, []string{parts[0].ID, parts[1].ID}) && len(parts) == 2 {
				t.Errorf("%v", own)
			}
		})
	}
}

func TestJoin(t *testing.T) {
	head := another("dr_2", "p_wang", "王强", "井盖没了")
	join := func(d, into *Draft) ([]work.Event, []work.Event, error) {
		return d.Join(Join{Into: into.ID}, into, moment("p1", 0))
	}
	full := another("dr_3", "", "", "井盖没了")
	for i := range MaxMembers {
		full.then("p1", 0, MemberTaken{Draft: fmt.Sprintf("dr_x%d", i)})
	}
	for name, x := range map[string]struct {
		d, into *Draft
		code    string
	}{
		"同一件事并到一条":      {told(nil), head, ""},
		"不能并入自己":        {told(nil), told(nil), "draft.join_itself"},
		"带着别的就不能再并出去":   {told(nil, MemberTaken{Draft: "dr_9"}), head, "draft.join_head"},
		"并过的不能再并":       {told(nil, JoinedTo{"dr_9"}), head, "draft.not_waiting"},
		"不能并到放在一边的":     {told(nil), another("dr_4", "", "", "早").then("p1", 0, SetAside{Chatter}), "draft.not_waiting"},
		"不能并到已经并走的":     {told(nil), another("dr_5", "", "", "早").then("p1", 0, JoinedTo{"dr_2"}), "draft.not_waiting"},
		"一条最多并进三十条":     {told(nil), full, "form.too_many"},
		"没有的那一条并不进去":    {told(nil), &Draft{}, "draft.not_found"},
		"放在一边的要先撤销才能并入": {told(nil, SetAside{Known}), head, "draft.not_waiting"},
	} {
		t.Run(name, func(t *testing.T) {
			own, theirs, err := join(x.d, x.into)
			worktest.Check(t, own, err, x.code, JoinedTo{x.into.ID})
			worktest.Check(t, theirs, err, x.code, MemberTaken{Draft: x.d.ID})
		})
	}
}

func TestFile(t *testing.T) {
	open := matter.Matter{}
	events, err := matter.Matter{}.Open(matter.Open{Kind: "tip", Title: "井盖", Cell: "c1"}, "r_0", worktest.Moment("p1", 0))
	if err != nil {
		t.Fatal(err)
	}
	for i, e := range events {
		if err := open.ApplyEvent(e, work.At{Version: i + 1}); err != nil {
			t.Fatal(err)
		}
	}
	same := another("dr_2", "p_li", "李梅", "还没人来")
	other := another("dr_3", "p_wang", "王强", "井盖没了")
	nobody := another("dr_4", "", "路人甲", "看见了")
	gone := another("dr_5", "p_zhao", "赵敏", "我也看见了").then("p1", 0, JoinedTo{"dr_1"}, Erased{})
	for name, x := range map[string]struct {
		act     Accept
		members []*Draft
		linked  *matter.Matter
		code    string
		reports string // the events of each report, in short
		opened  int
		tied    int
	}{
		"只报事，等分流":       {Accept{}, nil, nil, "", "submitted", 0, 0},
		"立一件事项":         {Accept{Kind: "tip", Title: "井盖坏了"}, nil, nil, "", "submitted triaged", 1, 0},
		"并到已有事项":        {Accept{Link: open.ID}, nil, &open, "", "submitted triaged", 0, 1},
		"同一个人的话补进同一条报事": {Accept{Kind: "tip", Title: "井盖坏了"}, []*Draft{same}, nil, "", "submitted triaged added", 1, 0},
		"别人说的各有一条报事和回执": {Accept{Kind: "tip", Title: "井盖坏了"}, []*Draft{other, nobody}, nil, "", "submitted triaged|submitted triaged|submitted triaged", 3, 0},
		"别人说的也并到已有事项":   {Accept{Link: open.ID}, []*Draft{other}, &open, "", "submitted triaged|submitted triaged", 0, 2},
		"只报事，别人的也只报事":   {Accept{}, []*Draft{other}, nil, "", "submitted|submitted", 0, 0},
		"原话已经销毁的不再立":    {Accept{}, []*Draft{gone}, nil, "", "submitted", 0, 0},
		"立新的和并旧的只能选一样":  {Accept{Kind: "tip", Link: open.ID}, nil, &open, "report.triage_one_way", "", 0, 0},
		"没有的类别不能立":      {Accept{Kind: "nothing", Title: "井盖坏了"}, nil, nil, "matter.unknown_kind", "", 0, 0},
		"立事项要有标题":       {Accept{Kind: "tip"}, nil, nil, "form.required", "", 0, 0},
		"没有的网格不能立":      {Accept{Cell: "c9"}, nil, nil, "form.unknown_cell", "", 0, 0},
		"类别的写法不能太长":     {Accept{Label: strings.Repeat("长", 21)}, nil, nil, "form.too_long", "", 0, 0},
	} {
		t.Run(name, func(t *testing.T) {
			d := told(nil, Corrected{Urgency: "急", Place: "东街口"})
			c, err := d.File(x.act, x.members, x.linked, moment("p1", 0))
			worktest.Check(t, c.Own, err, x.code)
			var got []string
			for i, r := range c.Reports {
				worktest.Check(t, r.Events, nil, "")
				var kinds []string
				for _, e := range r.Events {
					kinds = append(kinds, strings.TrimSuffix(strings.TrimPrefix(e.EventKind(), "report."), "/1"))
				}
				got = append(got, strings.Join(kinds, " "))
				if e := r.Events[0].(report.Submitted); e.Receipt != fmt.Sprintf("R%d", i+1) || e.Channel != "chat" || e.Cell != "c1" || e.Place != "东街口" || e.Draft == "" {
					t.Errorf("%+v", e)
				}
			}
			if s := strings.Join(got, "|"); s != x.reports {
				t.Errorf("reports %q, want %q", s, x.reports)
			}
			if len(c.Opened) != x.opened || len(c.Linked) != x.tied {
				t.Errorf("%d events open, %d tie; want %d and %d", len(c.Opened), len(c.Linked), x.opened, x.tied)
			}
			if x.code != "" {
				return
			}
			d.then("p1", 0, c.Own...)
			if d.State != Filed || d.Filing.Receipt != "R1" || d.Filing.Opened != x.opened || (d.Filing.Matter != "") != (x.opened+x.tied > 0) {
				t.Errorf("%+v", d.Filing)
			}
		})
	}
	t.Run("立了的不再立", func(t *testing.T) {
		_, err := told(nil, FiledAs{Report: "r_1"}).File(Accept{}, nil, nil, moment("p1", 0))
		check(t, err, "draft.not_waiting")
	})
	t.Run("每个人的回执不同，补充的没有", func(t *testing.T) {
		c, err := told(nil).File(Accept{}, []*Draft{same, other}, nil, moment("p1", 0))
		check(t, err, "")
		e := c.Own[0].(FiledAs)
		if len(e.Others) != 2 || e.Others[0] != (Other{Draft: "dr_2", Report: e.Report}) || e.Others[1].Receipt != "R2" || e.Others[1].Report == e.Report {
			t.Errorf("%+v", e)
		}
	})
	t.Run("分流提了什么、人定了什么都记下", func(t *testing.T) {
		c, err := told(nil, Corrected{Urgency: "急"}).File(Accept{Label: "安全隐患", Said: "求助", Cell: "c2", Place: "西头"}, nil, nil, moment("p1", 0))
		check(t, err, "")
		if e := c.Own[0].(FiledAs); e.Label != "安全隐患" || e.Said != "求助" || e.Urgency != "急" || e.Cell != "c2" || e.Place != "西头" {
			t.Errorf("%+v", e)
		}
	})
}

func TestSame(t *testing.T) {
	words := moment("p1", 0).Words
	for name, x := range map[string]struct {
		a, b *Draft
		want bool
	}{
		"登记的人以人为准":     {another("a", "p_li", "李梅", ""), another("b", "p_li", "梅子", ""), true},
		"同名的登记人不是一个人":  {another("a", "p_li", "李梅", ""), another("b", "p_li2", "李梅", ""), false},
		"登记的和没登记的不算一个": {another("a", "p_li", "李梅", ""), another("b", "", "李梅", ""), false},
		"没登记的同名算一个":    {another("a", "", "路人甲", ""), another("b", "", "路人甲", ""), true},
		"都没有名字不算一个":    {another("a", "", "", ""), another("b", "", "", ""), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := Same(x.a, x.b, words); got != x.want {
				t.Error(got)
			}
		})
	}
}

func TestAdd(t *testing.T) {
	filed := told(nil, FiledAs{Report: "r_1", Receipt: "R1"})
	rep := report.Report{ID: "r_1", Version: 1, State: report.Fresh}
	later := another("dr_2", "p_li", "李梅", "还没人来")
	t.Run("同一个人后来说的补进报事", func(t *testing.T) {
		own, theirs, added, err := later.Add(filed, rep, moment("p1", 0))
		worktest.Check(t, own, err, "", JoinedTo{"dr_1"})
		worktest.Check(t, theirs, err, "", MemberTaken{Draft: "dr_2"})
		worktest.Check(t, added, err, "", report.Added{Words: vault.Plain("r_1", "added", "还没人来")})
	})
	t.Run("撤回的报事不能再补", func(t *testing.T) {
		gone := rep
		gone.State = report.Withdrawn
		_, _, _, err := later.Add(filed, gone, moment("p1", 0))
		check(t, err, "report.withdrawn")
	})
	t.Run("带着别的就不能再并出去", func(t *testing.T) {
		_, _, _, err := told(nil, MemberTaken{Draft: "dr_9"}).Add(filed, rep, moment("p1", 0))
		check(t, err, "draft.join_head")
	})
	t.Run("立了的不再补", func(t *testing.T) {
		_, _, _, err := filed.Add(filed, rep, moment("p1", 0))
		check(t, err, "draft.not_waiting")
	})
}

func TestUndo(t *testing.T) {
	head := func(since ...work.Event) *Draft {
		return another("dr_2", "p_wang", "王强", "井盖没了").then("p1", 0, append([]work.Event{MemberTaken{Draft: "dr_1"}}, since...)...)
	}
	piece := func(since ...work.Event) []*Draft {
		return []*Draft{another("dr_3", "p_li", "李梅", "井盖").then("p1", 0, since...)}
	}
	opened := func(events ...work.Event) *matter.Matter {
		m := matter.Matter{}
		list, err := matter.Matter{}.Open(matter.Open{Kind: "tip", Title: "井盖", Cell: "c1"}, "r_1", worktest.Moment("p1", 0))
		if err != nil {
			t.Fatal(err)
		}
		for i, e := range append(list, events...) {
			if err := m.ApplyEvent(e, work.At{Version: i + 1}); err != nil {
				t.Fatal(err)
			}
		}
		return &m
	}
	made := func(change func(*report.Report)) []report.Report {
		r := report.Report{ID: "r_1", Receipt: "R1", Version: 2, State: report.Triaged, Matters: []string{"m_00001"}}
		if change != nil {
			change(&r)
		}
		return []report.Report{r}
	}
	fileEvent := FiledAs{Report: "r_1", Receipt: "R1", Matter: "m_00001", Opened: 1, Cell: "c2"}
	only := FiledAs{Report: "r_1", Receipt: "R1"}
	fresh := made(func(r *report.Report) { r.State, r.Matters = report.Fresh, nil })
	for name, x := range map[string]struct {
		d      *Draft
		into   *Draft
		parts  []*Draft
		matter *matter.Matter
		made   []report.Report
		after  time.Duration
		code   string
		want   Reversal
	}{
		"更正撤回":          {d: told(nil, Corrected{Label: "纠纷"}), want: Reversal{Own: []work.Event{Undone{"corrected"}}}},
		"放在一边撤回":        {d: told(nil, SetAside{Known}), want: Reversal{Own: []work.Event{Undone{"aside"}}}},
		"收下时放在一边的拿回来":   {d: told(func(e *Taken) { e.Reason = Chatter }), want: Reversal{Own: []work.Event{BroughtBack{}}}},
		"并入撤回":          {d: told(nil, JoinedTo{"dr_2"}), into: head(), want: Reversal{Own: []work.Event{Undone{"joined"}}, Into: []work.Event{MemberLeft{"dr_1"}}}},
		"主条放在一边了也能撤出来":  {d: told(nil, JoinedTo{"dr_2"}), into: head(SetAside{Known}), want: Reversal{Own: []work.Event{Undone{"joined"}}, Into: []work.Event{MemberLeft{"dr_1"}}}},
		"主条立了就不能撤出来":    {d: told(nil, JoinedTo{"dr_2"}), into: head(FiledAs{Report: "r_2"}), code: "draft.joined_is_filed"},
		"拆开撤回":          {d: told(nil, PartedInto{[]string{"dr_3"}}), parts: piece(), want: Reversal{Own: []work.Event{Undone{"parted"}}, Parts: []work.Event{Undone{"dropped"}}}},
		"只更正过的一段不妨碍合回":  {d: told(nil, PartedInto{[]string{"dr_3"}}), parts: piece(Corrected{Label: "纠纷"}), want: Reversal{Own: []work.Event{Undone{"parted"}}, Parts: []work.Event{Undone{"dropped"}}}},
		"有一段立了就不能合回":    {d: told(nil, PartedInto{[]string{"dr_3"}}), parts: piece(FiledAs{Report: "r_3"}), code: "draft.part_is_dealt_with"},
		"有一段并进了别的就不能合回": {d: told(nil, PartedInto{[]string{"dr_3"}}), parts: piece(MemberTaken{Draft: "dr_9"}), code: "draft.part_is_dealt_with"},
		"只报事的撤回报事":      {d: told(nil, only), made: fresh, want: Reversal{Own: []work.Event{Undone{"filed"}}, Withdrawn: []work.Event{report.WithdrawnWith{}}}},
		"立的事项没人动过就撤销": {d: told(nil, fileEvent), matter: opened(), made: made(nil), after: UndoWithin,
			want: Reversal{Own: []work.Event{Undone{"filed"}}, Withdrawn: []work.Event{report.WithdrawnWith{}}, Matter: []work.Event{matter.VoidedFor{Draft: "dr_1"}}}},
		"过了十分钟不能撤":   {d: told(nil, fileEvent), matter: opened(), made: made(nil), after: UndoWithin + time.Second, code: "draft.too_late"},
		"更正过多久都能撤":   {d: told(nil, Corrected{Label: "纠纷"}), after: 48 * time.Hour, want: Reversal{Own: []work.Event{Undone{"corrected"}}}},
		"有人动过事项就不能撤": {d: told(nil, fileEvent), matter: opened(matter.Noted{}), made: made(nil), code: "draft.taken_up"},
		"报事被分流了就不能撤": {d: told(nil, only), made: made(nil), code: "draft.report_went_on"},
		"报事被退回了就不能撤": {d: told(nil, only), made: made(func(r *report.Report) { r.State, r.Matters = report.Declined, nil }), code: "draft.report_went_on"},
		"报事人补充了就不能撤": {d: told(nil, fileEvent), matter: opened(), made: made(func(r *report.Report) { r.Additions = make([]report.Addition, 1) }), code: "draft.report_went_on"},
		"报事人评价了就不能撤": {d: told(nil, fileEvent), matter: opened(), made: made(func(r *report.Report) { r.Rating = 5 }), code: "draft.report_went_on"},
		"后来并进来的补充不妨碍": {d: told(nil, only, MemberTaken{Draft: "dr_5"}), made: made(func(r *report.Report) {
			r.State, r.Matters, r.Additions = report.Fresh, nil, make([]report.Addition, 1)
		}),
			want: Reversal{Own: []work.Event{Undone{"filed"}}, Withdrawn: []work.Event{report.WithdrawnWith{}}}},
		"没做过什么就没有可撤":  {d: told(nil), code: "draft.nothing_to_undo"},
		"撤过的不能再撤":     {d: told(nil, SetAside{Known}, Undone{"aside"}), code: "draft.nothing_to_undo"},
		"原话销毁了的拿不回来":  {d: told(nil, SetAside{Known}, Erased{}), code: "draft.nothing_to_undo"},
		"待定时销毁的也拿不回来": {d: told(nil, Erased{}), code: "draft.nothing_to_undo"},
		"没有的消息不能撤":    {d: &Draft{}, code: "draft.not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := x.d.Undo(x.into, x.parts, x.matter, x.made, moment("p1", x.after))
			check(t, err, x.code)
			if err != nil {
				return
			}
			for _, pair := range [][2][]work.Event{{got.Own, x.want.Own}, {got.Into, x.want.Into}, {got.Parts, x.want.Parts}, {got.Withdrawn, x.want.Withdrawn}, {got.Matter, x.want.Matter}} {
				worktest.Check(t, pair[0], nil, "", pair[1]...)
				if len(pair[0]) != len(pair[1]) {
					t.Errorf("%v, want %v", pair[0], pair[1])
				}
			}
		})
	}
}

func TestUndoneStandsAsBefore(t *testing.T) {
	for name, x := range map[string]struct {
		before []work.Event
		step   work.Event
		what   string
	}{
		"更正":   {[]work.Event{Corrected{Label: "纠纷", Cell: "c2"}}, Corrected{Label: "求助", Urgency: "急", Cell: "c1", Place: "西头"}, "corrected"},
		"放在一边": {nil, SetAside{NotOurs}, "aside"},
		"拆开":   {nil, PartedInto{[]string{"dr_7", "dr_8"}}, "parted"},
		"并入":   {nil, JoinedTo{"dr_2"}, "joined"},
		"立":    {[]work.Event{MemberTaken{Draft: "dr_9"}}, FiledAs{Report: "r_1", Receipt: "R1", Matter: "m_1", Cell: "c2"}, "filed"},
	} {
		t.Run(name, func(t *testing.T) {
			was := told(nil, x.before...)
			d := told(nil, x.before...).then("p2", time.Minute, x.step)
			if d.Last == nil || d.Last.What != x.what || d.Last.By != "p2" || !d.Last.At.Equal(at(1)) {
				t.Fatalf("last step %+v", d.Last)
			}
			d.then("p2", 2*time.Minute, Undone{x.what})
			if d.State != was.State || d.Label != was.Label || d.Urgency != was.Urgency || d.Cell != was.Cell || d.Where != was.Where || d.Into != "" || d.Parts != nil ||
				d.Filing != nil || d.Last != nil || d.Reason != "" || !slices.Equal(d.Members, was.Members) {
				t.Errorf("%+v\nwas %+v", d, was)
			}
		})
	}
	t.Run("合回去的一段不再列出", func(t *testing.T) {
		d := told(func(e *Taken) { e.Of = "dr_0" }, Undone{"dropped"})
		if d.State != Dropped || slices.Contains(States, d.State) {
			t.Errorf("%s", d.State)
		}
	})
	t.Run("拿回来的重新待定", func(t *testing.T) {
		if d := told(func(e *Taken) { e.Reason = Chatter }, BroughtBack{}); d.State != Waiting || d.Reason != "" {
			t.Errorf("%s %q", d.State, d.Reason)
		}
	})
}

func TestErase(t *testing.T) {
	t.Run("待定的销毁后放在一边，什么也不剩", func(t *testing.T) {
		d := told(nil, Corrected{Place: "东街口"})
		events := d.Erase()
		d.then("p_head", 0, events...)
		if len(events) != 1 || !d.Words.Empty() || !d.Name.Empty() || d.Photos != nil || d.Where != "" || d.State != Aside || d.Reason != Gone {
			t.Errorf("%+v", d)
		}
		if again := d.Erase(); again != nil {
			t.Errorf("erased twice: %v", again)
		}
	})
	t.Run("立了的销毁后仍是立了", func(t *testing.T) {
		if d := told(nil, FiledAs{Report: "r_1"}, Erased{}); d.State != Filed || !d.Words.Empty() || d.Last != nil {
			t.Errorf("%+v", d)
		}
	})
	t.Run("另有几份都数得出来", func(t *testing.T) {
		first := FiledAs{Report: "r_1", Others: []Other{{Draft: "dr_5", Report: "r_1"}, {Draft: "dr_6", Report: "r_6", Receipt: "R6"}}}
		d := told(func(e *Taken) { e.Of = "dr_0" }, MemberTaken{Draft: "dr_5"}, MemberTaken{Draft: "dr_6"}, first, Undone{"filed"}, FiledAs{Report: "r_2", Others: []Other{{Draft: "dr_6", Report: "r_7", Receipt: "R7"}}}, MemberTaken{Draft: "dr_8"})
		reports, drafts := d.Copies(nil)
		if !slices.Equal(reports, []string{"r_1", "r_2"}) || !slices.Equal(drafts, []string{"dr_5", "dr_8", "dr_0"}) {
			t.Errorf("reports %v, drafts %v", reports, drafts)
		}
		reports, drafts = another("dr_6", "", "", "井盖").then("p1", 0, JoinedTo{"dr_1"}).Copies(d)
		if !slices.Equal(reports, []string{"r_6", "r_7"}) || len(drafts) > 0 {
			t.Errorf("reports %v, drafts %v", reports, drafts)
		}
	})
}

// What nothing was made of is destroyed when its time is over, and not before.
func TestForget(t *testing.T) {
	const month = 31 * 24 * time.Hour
	for rule, c := range map[string]struct {
		d      *Draft
		months int
		after  time.Duration
		code   string
	}{
		"放在一边到期清除":    {told(nil, SetAside{Chatter}), 6, 6 * month, ""},
		"拆开的原话到期清除":   {told(nil, PartedInto{[]string{"dr_3"}}), 6, 6 * month, ""},
		"没到期的不清除":     {told(nil, SetAside{Chatter}), 6, 5 * month, "draft.still_kept"},
		"还待定的不清除":     {told(nil), 6, 99 * month, "draft.still_kept"},
		"立了的随报事，不在这里": {told(nil, FiledAs{Report: "r_1"}), 6, 99 * month, "draft.still_kept"},
		"没写期限的一直留着":   {told(nil, SetAside{Chatter}), 0, 99 * month, "draft.still_kept"},
		"清除过的不再清除":    {told(nil, SetAside{Chatter}, Erased{}), 6, 6 * month, "draft.still_kept"},
	} {
		t.Run(rule, func(t *testing.T) {
			events, err := c.d.Forget(c.months, moment("", c.after).Moment)
			check(t, err, c.code)
			if c.code == "" && len(events) != 1 {
				t.Errorf("%v", events)
			}
		})
	}
}
