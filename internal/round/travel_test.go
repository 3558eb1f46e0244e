package round_test

import (
	"math"
	"testing"
	"time"

	"maplegrid/internal/round"
)

func TestEstimate(t *testing.T) {
	e := round.Usual()
	base := round.Place{Lat: 33, Lon: 105}
	north := func(m, height float64) round.Place {
		return round.Place{Lat: 33 + m/111195, Lon: 105, HeightM: height}
	}
	between := func(a, b round.Place, by round.Mode) time.Duration {
		t.Helper()
		d, ok := e.Between(a, b, by)
		if !ok || d < 0 {
			t.Fatal(a, b, d, ok)
		}
		return d
	}
	t.Run("同一地点不用时间", func(t *testing.T) {
		if d := between(base, base, round.Drive); d != 0 {
			t.Error(d)
		}
	})
	t.Run("平地一公里步行十几分钟", func(t *testing.T) {
		if d := between(base, north(1000, 0), round.Walk); d < 13*time.Minute || d > 16*time.Minute { // 1.2 km at 5.04 km/h
			t.Error(d)
		}
	})
	t.Run("平地十公里开车约二十四分钟", func(t *testing.T) {
		if d := between(base, north(10000, 0), round.Drive); d < 23*time.Minute || d > 26*time.Minute {
			t.Error(d)
		}
	})
	t.Run("上坡比下坡慢，坡比平地慢", func(t *testing.T) {
		up, down, flat := between(base, north(1000, 200), round.Walk), between(north(1000, 200), base, round.Walk), between(base, north(1000, 0), round.Walk)
		if up <= down || down <= flat {
			t.Error(up, down, flat)
		}
	})
	t.Run("山路开车比平路慢", func(t *testing.T) {
		if hill, flat := between(base, north(5000, 800), round.Drive), between(base, north(5000, 0), round.Drive); hill < flat*2 {
			t.Error(hill, flat)
		}
		mountains := round.Usual()
		mountains.Relief = 0.1
		if d, _ := mountains.Between(base, north(5000, 0), round.Drive); d <= between(base, north(5000, 0), round.Drive) {
			t.Error("two doors at one height among mountains are reached as in a plain")
		}
	})
	t.Run("车到不了的一段走过去", func(t *testing.T) {
		door := north(5000, 0)
		door.OffRoadM = 1000
		if more := between(base, door, round.Drive) - between(base, north(5000, 0), round.Drive); more < 18*time.Minute || more > 22*time.Minute {
			t.Error(more)
		}
	})
	t.Run("近处下车走过去再回来取车", func(t *testing.T) {
		if d, w := between(base, north(80, 0), round.Drive), between(base, north(80, 0), round.Walk); d != 2*w && d > 4*time.Minute {
			t.Error(d, w)
		}
	})
	t.Run("悬崖上下也有限", func(t *testing.T) {
		if d := between(base, north(0, 300), round.Walk); d > 2*time.Hour {
			t.Error(d)
		}
	})
	t.Run("坐标不成数就说不知道", func(t *testing.T) {
		if _, ok := e.Between(base, round.Place{Lat: math.NaN()}, round.Drive); ok {
			t.Error("a place without coordinates is reached")
		}
	})
}

func TestMatrix(t *testing.T) {
	m := round.Matrix{round.Drive: {{"a", "b"}: 5 * time.Minute}}
	a, b := round.Place{ID: "a"}, round.Place{ID: "b"}
	if d, ok := m.Between(a, b, round.Drive); !ok || d != 5*time.Minute {
		t.Error(d, ok)
	}
	for _, unknown := range []func() (time.Duration, bool){
		func() (time.Duration, bool) { return m.Between(b, a, round.Drive) },
		func() (time.Duration, bool) { return m.Between(a, b, round.Walk) },
	} {
		if d, ok := unknown(); ok {
			t.Error(d)
		}
	}
	if d, ok := m.Between(b, b, round.Walk); !ok || d != 0 {
		t.Error(d, ok)
	}
}

func BenchmarkEstimate(b *testing.B) {
	e, from, to := round.Usual(), round.Place{Lat: 33, Lon: 105, HeightM: 1200}, round.Place{Lat: 33.1, Lon: 105.2, HeightM: 1500, OffRoadM: 400}
	for b.Loop() {
		e.Between(from, to, round.Drive)
	}
}
