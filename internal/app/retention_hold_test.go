package app_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"maplegrid/internal/app"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/photo"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/report"
	rule "maplegrid/internal/work/retention"
	"maplegrid/internal/work/right"
)

// hung is a picture that hangs on a thing.
func (x *archive) hung(words, thing string) string {
	x.Helper()
	id, err := x.a.Site.Blobs.Put(x.ctx, station, "", photo.Picture{Original: []byte(words), JPEG: []byte(words), Thumb: []byte(words), Type: "image/jpeg", W: 4, H: 3}, x.d.Clock.Now())
	if err != nil {
		x.Fatal(err)
	}
	if thing != "" {
		x.attach(id, thing)
	}
	return id
}

func (x *archive) attach(id, thing string) {
	x.Helper()
	if err := x.a.Site.Blobs.Attach(x.ctx, station, id, thing); err != nil {
		x.Fatal(err)
	}
}

func (x *archive) hangs(id string) bool {
	x.Helper()
	_, ok, err := x.a.Site.Blobs.Meta(x.ctx, station, id)
	if err != nil {
		x.Fatal(err)
	}
	return ok
}

func (x *archive) photosOf(id string) (list []string) {
	x.Helper()
	events, err := x.d.Journal.Stream(x.ctx, station, draft.Stream(id), 0)
	if err != nil {
		x.Fatal(err)
	}
	d, err := draft.Fold(events)
	if err != nil {
		x.Fatal(err)
	}
	for _, p := range d.Photos {
		list = append(list, p.ID)
	}
	return list
}

func (x *archive) refused(code, name string, act any) {
	x.Helper()
	if _, err := x.d.Try(x.cast["head"], name, act); fault.Code(err) != code {
		x.Errorf("%s: %v, want %s", name, err, code)
	}
}

// What is held back stays whole, whatever reaches for it (law-and-standards 17.1): the program, the end of something it hangs on, a
// request of the person; and the head's old word does not outlive a hold.
func TestWhatIsHeldStaysWhole(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		x := &archive{t, a, d, d.Cast(t, station), context.Background()}
		officer, head, lead, public := x.cast["officer_1"], x.cast["head"], x.cast["duty_lead"], desk.Public(station)
		hold := func(thing string) {
			t.Helper()
			d.Do(t, head, "retention.hold", &rule.Hold{Thing: thing, Words: "法院要调卷"})
		}
		photos := []string{x.hung("井盖", ""), x.hung("水坑", ""), x.hung("水管", "")}
		pasted := d.Do(t, lead, "draft.paste", &draft.Paste{Group: "东街群", Cell: "c1", Photos: photos, Text: "李梅：路灯坏了[图片]\n王强：井盖没了[图片]\n赵敏：西口有坑[图片]\n钱多：井盖真没了\n"})
		said := pasted.Drafts
		for i, id := range photos {
			x.attach(id, "draft/"+said[i])
		}
		on := func(i int) draft.On { return draft.On{Draft: said[i]} }
		d.Do(t, lead, "draft.join", &draft.Join{On: on(3), Into: said[1]})
		for i := range 3 {
			d.Do(t, lead, "draft.put_aside", &draft.PutAside{On: on(i), Reason: draft.Known})
		}
		hold("draft/" + said[0])
		hold("draft/" + said[3])

		told := x.told("晒谷场音响太吵")
		opened := d.Do(t, officer, "report.triage", &report.Triage{On: report.On{Report: told}, Open: []report.NewMatter{{Kind: "hazard", Title: "晒谷场音响", To: officer.Person}}}).Matters[0]
		x.ends(opened)
		hold("matter/" + opened)
		filed := x.opened("dispute", "两家争晒谷场")
		x.ends(filed)

		d.Clock.Advance(190 * 24 * time.Hour)
		x.round()
		t.Run("群里的话扣住了，原话和照片都在", func(t *testing.T) {
			if !x.seals("draft/"+said[0]) || !x.hangs(photos[0]) {
				t.Error("destroyed although it is held")
			}
		})
		t.Run("并进来的一条扣住了，连着的都在", func(t *testing.T) {
			for _, i := range []int{1, 3} {
				if !x.seals("draft/" + said[i]) {
					t.Errorf("%d destroyed", i)
				}
			}
			if !x.hangs(photos[1]) {
				t.Error("the picture is gone")
			}
		})
		t.Run("没扣住的照常销毁", func(t *testing.T) {
			if x.seals("draft/"+said[2]) || x.hangs(photos[2]) {
				t.Error("it is still there")
			}
		})
		t.Run("程序停在销毁和删照片之间，再开时照片也删", func(t *testing.T) {
			late := d.Do(t, lead, "draft.paste", &draft.Paste{Group: "东街群", Cell: "c1", Photos: []string{x.hung("树", "")}, Text: "李梅：东口的树倒了[图片]\n"}).Drafts[0]
			id := x.photosOf(late)[0]
			x.attach(id, "draft/"+late)
			d.Do(t, lead, "draft.put_aside", &draft.PutAside{On: draft.On{Draft: late}, Reason: draft.Known})
			d.Clock.Advance(190 * 24 * time.Hour)
			d.Do(t, desk.Program(station), "draft.forget", &draft.Forget{On: draft.On{Draft: late}})
			x.round()
			if x.hangs(id) {
				t.Error("the picture is still there")
			}
		})
		d.Clock.Advance(600 * 24 * time.Hour)
		x.round()
		t.Run("事项扣住了，它的报事也在", func(t *testing.T) {
			if !x.seals("report/" + told) {
				t.Error("destroyed although the matter is held")
			}
		})
		t.Run("扣住的，本人要求删除也先不删", func(t *testing.T) {
			ask := d.Do(t, public, "right.ask", &right.Ask{Thing: "report/" + told, Want: right.Erase}).ID
			x.refused("right.held", "right.answer", &right.Answer{Right: ask, Result: right.Granted, Words: "删了"})
			d.Do(t, head, "retention.release", &rule.Release{Thing: "matter/" + opened})
			d.Do(t, head, "right.answer", &right.Answer{Right: ask, Result: right.Granted, Words: "删了"})
		})
		t.Run("放开以后照常销毁", func(t *testing.T) {
			d.Do(t, head, "retention.release", &rule.Release{Thing: "draft/" + said[0]})
			d.Do(t, head, "retention.release", &rule.Release{Thing: "draft/" + said[3]})
			x.round()
			if x.seals("draft/"+said[0]) || x.hangs(photos[0]) || x.seals("draft/"+said[3]) || x.hangs(photos[1]) {
				t.Error("it is still there")
			}
		})
	})
}

// What was filed anew after an undone filing goes on: the report of the first filing takes neither it nor its words along when its time
// is over (law-and-standards 15.5: nothing that goes on is touched), and pictures go with the last of them.
func TestAnUndoneFilingTakesNothingAlong(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		x := &archive{t, a, d, d.Cast(t, station), context.Background()}
		officer, public := x.cast["officer_1"], desk.Public(station)
		said := d.Do(t, officer, "draft.paste", &draft.Paste{Group: "东街群", Cell: "c1", Photos: []string{x.hung("井盖", "")}, Text: "李梅：井盖没了[图片]\n"}).Drafts[0]
		picture := x.photosOf(said)[0]
		x.attach(picture, "draft/pa_1")
		on := draft.On{Draft: said}
		report1 := func() string { // the report that the draft is filed as
			events, err := d.Journal.Stream(x.ctx, station, draft.Stream(said), 0)
			if err != nil {
				t.Fatal(err)
			}
			f, err := draft.Fold(events)
			if err != nil {
				t.Fatal(err)
			}
			return f.Filing.Report
		}
		d.Do(t, officer, "draft.accept", &draft.Accept{On: on})
		first := report1()
		d.Do(t, officer, "draft.undo", &draft.Undo{On: on})
		d.Do(t, officer, "draft.accept", &draft.Accept{On: on, Kind: "hazard", Title: "井盖没了", Cell: "c1", To: officer.Person})
		second := report1()
		ask := d.Do(t, public, "right.ask", &right.Ask{Thing: "report/" + first, Want: right.Erase}).ID
		x.refused("right.running", "right.answer", &right.Answer{Right: ask, Result: right.Granted, Words: "删了"})
		d.Do(t, x.cast["head"], "right.answer", &right.Answer{Right: ask, Result: right.Refused, Words: "还在办"})
		d.Clock.Advance(800 * 24 * time.Hour)
		x.round()
		t.Run("撤销的那件满了期，重新立的还在办，原话照片一样不少", func(t *testing.T) {
			if !x.seals("report/"+second) || !x.seals("draft/"+said) || !x.hangs(picture) {
				t.Error("destroyed although it goes on")
			}
		})
		events, err := d.Journal.Stream(x.ctx, station, "report/"+second, 0)
		if err != nil {
			t.Fatal(err)
		}
		r, err := report.Fold(events)
		if err != nil {
			t.Fatal(err)
		}
		x.ends(r.Matters[0])
		d.Clock.Advance(800 * 24 * time.Hour)
		x.round()
		t.Run("都办完满期，一起销毁，还记在草稿名下的照片也删", func(t *testing.T) {
			if x.seals("report/"+second) || x.seals("report/"+first) || x.seals("draft/"+said) || x.hangs(picture) {
				t.Error("it is still there")
			}
		})
	})
}

// Who holds something in the very moment in which it would be destroyed is first or last, never both.
func TestAHoldAndAnEndAtOnce(t *testing.T) {
	engines(t, func(t *testing.T, a *app.App, d *desktest.Desk) {
		x := &archive{t, a, d, d.Cast(t, station), context.Background()}
		const pairs = 25
		var reports, matters []string
		for range pairs {
			id := x.told("晒谷场音响太吵")
			m := d.Do(t, x.cast["officer_1"], "report.triage", &report.Triage{On: report.On{Report: id}, Open: []report.NewMatter{{Kind: "hazard", Title: "音响", To: x.cast["officer_1"].Person}}}).Matters[0]
			x.ends(m)
			reports, matters = append(reports, id), append(matters, m)
		}
		d.Clock.Advance(800 * 24 * time.Hour)
		var all sync.WaitGroup
		for i := range pairs {
			all.Go(func() {
				_, _ = d.Desk.Do(x.ctx, x.cast["head"], desk.Envelope{Key: "hold-" + matters[i]}, "retention.hold", &rule.Hold{Thing: "matter/" + matters[i], Words: "法院要调卷"})
			})
			all.Go(func() {
				_, _ = d.Desk.Do(x.ctx, desk.Program(station), desk.Envelope{Key: "end-" + reports[i]}, "retention.forget", &rule.Forget{Thing: "report/" + reports[i]})
			})
		}
		all.Wait()
		events, err := a.Engine.Journal.Read(x.ctx, station, 0, 100_000)
		if err != nil {
			t.Fatal(err)
		}
		held, of := map[string]bool{}, map[string]string{}
		for i := range pairs {
			of["report/"+reports[i]] = rule.Stream("matter/" + matters[i])
		}
		for _, e := range events {
			if e.Kind == "retention.held/1" {
				held[e.Stream] = true
			}
			if e.Kind == "report.erased/1" && held[of[e.Stream]] {
				t.Errorf("%s was destroyed after its matter was held", e.Stream)
			}
		}
		if len(held) != pairs {
			t.Errorf("%d of %d were held", len(held), pairs)
		}
	})
}
