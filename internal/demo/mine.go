package demo

import (
	"math/rand/v2"
	"slices"
	"time"

	"maplegrid/internal/desk"
	"maplegrid/internal/grid"
	"maplegrid/internal/work/rating"
	"maplegrid/internal/work/report"
	"maplegrid/internal/work/right"
)

// followUps are how bad ratings of the demonstration end: whether the person was right, what was found and put right, what they are told.
var followUps = []struct {
	founded                   bool
	found, better, call, told string
	out                       string // why it is left out of the figures
}{
	{true, "首次联系晚了两天，没有说明原因", "向本人说明并致歉，已调整当班分工", "电话接通，表示理解", "您说得对，我们联系晚了。现在由专人盯着首次联系的时限。", ""},
	{true, "答复里没有写清去哪个部门办", "补发了办理地点和电话", "电话接通，已去办了", "答复确实没写清楚，地点和电话已经补给您。", ""},
	{false, "按期到场处理，有现场记录", "", "电话接通，说是对结果不满意", "我们核查了全过程，处理是按规定办的；您对结果有意见，可以要求重新办理。", ""},
	{false, "评的是物业收费，不是本所的事", "", "电话接通，说是点错了", "", "other_office"},
	{true, "回访时态度生硬", "当班民警已向本人道歉", "电话接通，接受道歉", "您反映的态度问题属实，已当面道歉并在所里讲评。", ""},
}

// followRating lets a bad rating just given be followed up by another: named by the head, looked into, put right, called back, answered. It
// draws from a seed of its own, so that the rest stays as it is.
func (l *life) followRating() error {
	head, _, err := l.d.Journal.Head(l.ctx, l.station)
	if err != nil {
		return err
	}
	events, err := l.d.Journal.Read(l.ctx, l.station, max(0, head-2), 2)
	if err != nil || len(events) == 0 || events[len(events)-1].Kind != (rating.Opened{}).EventKind() {
		return err
	}
	x, err := rating.Fold(events[len(events)-1:])
	if err != nil {
		return err
	}
	officers := l.town.byRole[grid.Officer]
	draw := rand.New(rand.NewPCG(l.opt.Seed, uint64(head)))
	first := draw.IntN(max(1, len(officers)))
	to := ""
	for i := range officers {
		if one := officers[(first+i)%len(officers)]; !slices.Contains(x.Rated, one) {
			to = one
			break
		}
	}
	if to == "" || len(l.town.byRole[grid.Head]) == 0 {
		return nil
	}
	on, end, t := rating.On{Rating: x.ID}, followUps[draw.IntN(len(followUps))], l.now()
	step := func(who, name string, act any) {
		t = t.Add(time.Duration(8+draw.IntN(40)) * hour)
		l.at(t, func() error {
			_, err := l.by(who, "rating."+name, act)
			if refused(err) {
				return nil // the officer left, or was given something else: the list shows it waiting
			}
			return err
		})
	}
	boss := l.town.byRole[grid.Head][0]
	step(boss, "assign", &rating.Assign{On: on, To: to})
	step(to, "check", &rating.Check{On: on, Founded: end.founded, Words: end.found})
	if end.out != "" {
		step(to, "ask_exclusion", &rating.AskExclusion{On: on, Reason: end.out, Words: end.found})
		step(boss, "decide_exclusion", &rating.DecideExclusion{On: on, Agree: true, Words: "与事实相符，同意不计入"})
		return nil
	}
	if end.founded {
		step(to, "rectify", &rating.Rectify{On: on, Words: end.better})
	}
	step(to, "call_back", &rating.CallBack{On: on, Reached: true, Words: end.call})
	step(to, "answer", &rating.Answer{On: on, Words: end.told})
	return nil
}

// askedOfOwn are what reporters ask about their own data, and the answer; an empty answer leaves it waiting.
var askedOfOwn = []struct{ want, field, value, words, result, answer string }{
	{right.Explain, "", "", "上周有人打电话问过我，想知道是谁看的我的电话。", right.Granted, "是办这件事的网格员为核对地点看的，页面上有记录。"},
	{right.Correct, "phone", "13900009876", "", right.Granted, "电话已经改好。"},
	{right.Erase, "", "", "事情过去了，不想再留着。", right.Granted, "已经删除，找不回来了。"},
	{right.Erase, "", "", "", right.Refused, "这件事还没办结，依法要留存到办结以后，到时候可以再提。"},
	{right.Correct, "name", "陈小雨", "名字写错了一个字", "", ""},
}

// ownData lets a few reporters ask about their data, spread over the days.
func (l *life) ownData(begin time.Time) {
	if len(l.town.byRole[grid.Head]) == 0 {
		return
	}
	for i, x := range askedOfOwn {
		day := l.opt.Days * (i + 2) / (len(askedOfOwn) + 2)
		l.at(begin.Truncate(24*time.Hour).AddDate(0, 0, day).Add(3*hour), func() error {
			id, err := l.reportFor(x.want == right.Erase && x.result == right.Granted)
			if err != nil || id == "" {
				return err
			}
			a, err := l.do(desk.Public(l.station), "right.ask", &right.Ask{Thing: "report/" + id, Want: x.want, Field: x.field, Value: x.value, Words: x.words})
			if err != nil || x.result == "" {
				return err
			}
			l.at(l.now().Add(26*hour), func() error {
				_, err := l.by(l.town.byRole[grid.Head][0], "right.answer", &right.Answer{Right: a.ID, Result: x.result, Words: x.answer})
				if refused(err) {
					return nil
				}
				return err
			})
			return nil
		})
	}
}

// reportFor is a report whose reporter left a name: one that was turned away, when it is to be erased; otherwise the newest.
func (l *life) reportFor(declined bool) (string, error) {
	for i := len(l.reports) - 1; i >= 0; i-- {
		if l.reports[i].id == "" {
			continue
		}
		events, err := l.d.Journal.Stream(l.ctx, l.station, report.Stream(l.reports[i].id), 0)
		if err != nil {
			return "", err
		}
		r, err := report.Fold(events)
		if err != nil {
			return "", err
		}
		if declined && l.now().Sub(r.TriagedAt) < 10*24*hour { // what its reporter still has to say comes first
			continue
		}
		if !r.Anonymous && r.ErasedAt.IsZero() && (r.State == report.Declined) == declined {
			return r.ID, nil
		}
	}
	return "", nil
}
