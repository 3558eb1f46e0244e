package app_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	lost "maplegrid/internal/board/found"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/found"
	"maplegrid/internal/work/matter"
)

// The board of things found: its parts by what is to be done, the public list, the year, matches, and the same rows after a rebuild.
func TestFoundBoard(t *testing.T) {
	ctx := context.Background()
	d := desktest.New(t)
	cast := d.Cast(t, desktest.Station)
	one := cast["officer_1"]
	k := d.Keep(t, cast)
	phone := d.Do(t, one, "found.register", &found.Register{Cell: "c1", Find: found.Find{Sort: "phone", Looks: "蓝色手机", Area: "河沿公园", FoundAt: d.Clock.Now(), Source: "patrol", KeptAt: "柜一"}}).ID
	d.Do(t, one, "found.publish", &found.Publish{On: matter.On{Matter: phone}, Where: "窗口"})
	d.Do(t, one, "matter.open", &matter.Open{Kind: "search", Title: "丢了手机", Cell: "c1", Extra: map[string]string{"sought": "一部手机", "last_seen": "公园", "lost_sort": "phone",
		"lost_on": d.Clock.Now().AddDate(0, 0, -1).Format(time.DateOnly)}})
	f, err := app.OpenBoards(ctx, d.Engine, d.Desk)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Rebuild(ctx, "found"); err != nil {
		t.Fatal(err)
	}
	all := access.System(desktest.Station)
	list := func(v lost.View, s access.Scope, now time.Time) (ids []string) {
		t.Helper()
		page, err := f.Found.List(ctx, s, v, now, "", 10)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range page.Rows {
			ids = append(ids, r.Matter)
		}
		return ids
	}
	now := d.Clock.Now()
	for _, c := range []struct {
		rule string
		view lost.View
		now  time.Time
		want []string
	}{
		{"没有公告的待公告", lost.Waiting, now, []string{k.Card}},
		{"公告了的，一年在走", lost.Running, now, []string{phone}},
		{"认定了失主的待交还", lost.Return, now, []string{k.Purse}},
		{"7.2 一年没有满，不在“满一年”里", lost.Over, now.AddDate(0, 11, 0), nil},
		{"7.2 满了一年", lost.Over, now.AddDate(1, 0, 5), []string{phone}},
		{"没有了结的", lost.Done, now, nil},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := list(c.view, all, c.now); fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("got %v, want %v", got, c.want)
			}
		})
	}
	t.Run("7.5 公开的只有公告中的，认定了的已经撤下", func(t *testing.T) {
		page, err := f.Found.Public(ctx, all, "", "", 10)
		if err != nil || len(page.Rows) != 1 || page.Rows[0].Matter != phone {
			t.Errorf("%v %v", page.Rows, err)
		}
	})
	t.Run("不在自己网格、没有参与的看不到", func(t *testing.T) {
		if got := list(lost.Running, d.Policy.Scope(cast["cell_worker_2"]), now); len(got) > 0 {
			t.Errorf("got %v", got)
		}
		if got := list(lost.Running, d.Policy.Scope(cast["cell_worker_1"]), now); len(got) != 1 {
			t.Errorf("the cell's own: %v", got)
		}
	})
	t.Run("丢的和捡的互相提示，不自动并", func(t *testing.T) {
		a, err := f.Found.Sought(ctx, all, "phone", "c1", now)
		if err != nil || len(a) != 1 || !a[0].Cell {
			t.Errorf("%+v %v", a, err)
		}
		b, err := f.Found.Found(ctx, all, "phone", "c1", now.AddDate(0, 0, -1).Format(time.DateOnly))
		if err != nil || len(b) != 1 || b[0].Matter != phone {
			t.Errorf("%+v %v", b, err)
		}
	})
	t.Run("重建后一样", func(t *testing.T) {
		before := list(lost.Running, all, now)
		if _, err := f.Rebuild(ctx, "found"); err != nil {
			t.Fatal(err)
		}
		if after := list(lost.Running, all, now); fmt.Sprint(before) != fmt.Sprint(after) {
			t.Errorf("%v then %v", before, after)
		}
	})
}
