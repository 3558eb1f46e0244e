package draft

import (
	"testing"

	"maplegrid/internal/work/report"
)

func TestBring(t *testing.T) {
	bring := func(t *testing.T, d *Draft, a Picture, rep *report.Report, code string, added int) *Draft {
		t.Helper()
		own, more, err := d.Bring(a, rep)
		check(t, err, code)
		if len(more) != added {
			t.Errorf("报事上添了%d笔，应为%d", len(more), added)
		}
		return d.then("", 0, own...)
	}
	come := Picture{Photo: photo("b")}
	t.Run("取到的图归到那一条", func(t *testing.T) {
		if d := bring(t, told(nil), come, nil, "", 0); len(d.Photos) != 2 || d.Photos[1].ID != photo("b") || d.State != Waiting || d.Missed != 0 {
			t.Errorf("%+v", d)
		}
	})
	t.Run("没取到的记一张", func(t *testing.T) {
		d := bring(t, told(nil), Picture{}, nil, "", 0)
		if d = bring(t, d, Picture{}, nil, "", 0); d.Missed != 2 || len(d.Photos) != 1 {
			t.Errorf("%+v", d)
		}
	})
	t.Run("放在一边的也归到它", func(t *testing.T) {
		if d := bring(t, told(func(e *Taken) { e.Reason = Chatter }), come, nil, "", 0); d.State != Aside || len(d.Photos) != 2 {
			t.Errorf("%+v", d)
		}
	})
	filed := FiledAs{Report: "r_1", Receipt: "R1", Others: []Other{{Draft: "dr_2", Report: "r_2", Receipt: "R2"}, {Draft: "dr_3", Report: "r_1"}}}
	t.Run("已经立了的，报事上也添，不妨碍撤销", func(t *testing.T) {
		rep := report.Report{ID: "r_1", Version: 1}
		d := bring(t, told(nil, filed), come, &rep, "", 1)
		rep.Additions = make([]report.Addition, 2) // the picture, and what dr_3 said
		if len(d.Photos) != 2 || d.Filing.wentOn(&rep) {
			t.Errorf("%+v", d.Filing)
		}
	})
	t.Run("报事撤回了的，只归到那一条", func(t *testing.T) {
		bring(t, told(nil, filed), come, &report.Report{ID: "r_1", Version: 1, State: report.Withdrawn}, "", 0)
	})
	t.Run("并入别条的，归到它自己的报事", func(t *testing.T) {
		head := told(nil, filed)
		for id, want := range map[string]string{"dr_2": "r_2", "dr_3": "r_1"} {
			d := another(id, "", "王强", "井盖").then("p1", 0, JoinedTo{"dr_1"})
			if got := d.ReportIn(head); got != want {
				t.Errorf("%s在%s，应在%s", id, got, want)
			}
		}
		if got := another("dr_4", "", "王强", "井盖").then("p1", 0, JoinedTo{"dr_1"}).ReportIn(told(nil)); got != "" {
			t.Error(got)
		}
	})
	t.Run("原话销毁了的、合回去的不要", func(t *testing.T) {
		bring(t, told(nil, Erased{}), come, nil, "draft.not_found", 0)
		bring(t, told(nil, Undone{"dropped"}), come, nil, "draft.not_found", 0)
		bring(t, &Draft{}, come, nil, "draft.not_found", 0)
	})
	t.Run("最多六张", func(t *testing.T) {
		bring(t, told(func(e *Taken) { e.Photos = photos("a", "b", "c", "d", "e", "f") }), come, nil, "form.too_many", 0)
	})
}
