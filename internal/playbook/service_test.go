package playbook

import (
	"testing"
)

func TestServiceCatalogue(t *testing.T) {
	for _, name := range shipped(t) {
		b := load(t, name)
		t.Run(name+"：8.4 每件事要带什么都写全，收多少钱写明", func(t *testing.T) {
			for _, s := range b.Services() {
				if len(s.Papers) == 0 || s.Who.Zh == "" || s.Minutes == 0 {
					t.Errorf("%s is not told completely", s.Key)
				}
			}
		})
	}
	b := load(t, "base")
	t.Run("8.4 首次申领不收费，换领二十元，丢失、损坏四十元", func(t *testing.T) {
		for key, fee := range map[string]int{"id_first": 0, "id_renew": 2000, "id_lost": 4000, "id_damaged": 4000} {
			if s, ok := b.Service(key); !ok || s.Fee != fee {
				t.Errorf("%s costs %d", key, s.Fee)
			}
		}
	})
	t.Run("8.2 8.3 办身份证要本人到场、不收代办，六十日、偏远加三十日", func(t *testing.T) {
		for _, key := range []string{"id_first", "id_renew", "id_lost", "id_damaged"} {
			if s, _ := b.Service(key); !s.InPerson || s.Proxy || s.MinAge != 16 || s.Limit != 60 || s.Remote != 30 || s.LimitUnit != "day" {
				t.Errorf("%+v", s)
			}
		}
	})
	t.Run("8.6 居住证十五日、偏远不超过三十日", func(t *testing.T) {
		if s, _ := b.Service("res_permit"); s.Limit != 15 || s.Limit+s.Remote != 30 {
			t.Errorf("%+v", s)
		}
	})
	t.Run("7.7 爆炸物不能拿到窗口来", func(t *testing.T) {
		if s, _ := b.Service("sur_explosives"); s.Window || len(s.Grounds) == 0 {
			t.Errorf("%+v", s)
		}
	})
	t.Run("窗口都有人坐、有时候开，能约的事都有窗口办", func(t *testing.T) {
		for _, s := range b.Services() {
			if s.Window != (len(b.WindowsFor(s.Key)) > 0) {
				t.Errorf("%s: windows %v", s.Key, b.WindowsFor(s.Key))
			}
		}
	})
}
