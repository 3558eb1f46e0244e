package grid

import "testing"

func TestCentre(t *testing.T) {
	for _, x := range []struct {
		rule    string
		outline []Ring
		want    Point
		ok      bool
	}{
		{"方格取中心", []Ring{square(110, 33, 2)}, Point{111, 34}, true},
		{"几块取最大的一块", []Ring{square(0, 0, 1), square(110, 33, 2)}, Point{111, 34}, true},
		{"没有边界的没有中心", nil, Point{}, false},
	} {
		t.Run(x.rule, func(t *testing.T) {
			if got, ok := (Cell{Outline: x.outline}).Centre(); got != x.want || ok != x.ok {
				t.Errorf("got %v %v, want %v %v", got, ok, x.want, x.ok)
			}
		})
	}
}
