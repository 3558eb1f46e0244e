package vault

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"strings"
	"testing"
)

const secret = "李某说门锁坏了"

type side struct {
	Name  Text `json:"name,omitzero"`
	Phone Text `json:"phone,omitzero"`
}

type common struct{ Note Text }

type opened struct {
	Title  string
	Body   Text
	Sides  []side
	By     *side
	Extra  map[string]side
	Any    any
	Next   *opened
	Pair   [2]Text
	hidden Text
	common
}

func sample() *opened {
	t := func(f string) Text { return Plain("p1", f, secret+f) }
	return &opened{Title: "t", Body: t("body"), Sides: []side{{Name: t("n0")}, {Name: t("n1"), Phone: t("p1")}},
		By: &side{Name: t("by")}, Extra: map[string]side{"b": {Name: t("xb")}, "a": {Phone: t("xa")}}, Any: side{Name: t("any")},
		Next: &opened{Body: t("next")}, Pair: [2]Text{t("l"), {}}, hidden: t("hidden"), common: common{t("note")}}
}

func TestCollect(t *testing.T) {
	for name, v := range map[string]any{"pointer": sample(), "value": *sample()} {
		var got []string
		for _, x := range Collect(v) {
			got = append(got, x.Ref().Field)
			x.Sealed(1)
		}
		if want := "body n0 n1 p1 by xa xb any next l note"; strings.Join(got, " ") != want {
			t.Errorf("%s: got %v, want %s", name, got, want)
		}
		for _, x := range Collect(v) {
			if _, ok := x.Reveal(); ok || x.Ref().Version != 1 {
				t.Errorf("%s: %v still holds its words", name, x)
			}
		}
	}
	if got := Collect(nil); got != nil {
		t.Errorf("nil gives %v", got)
	}
	if got := Collect((*opened)(nil)); got != nil {
		t.Errorf("nil pointer gives %v", got)
	}
}

func TestTextNeverShowsItsWords(t *testing.T) {
	ev := sample()
	var log bytes.Buffer
	slog.New(slog.NewJSONHandler(&log, nil)).Info("x", "text", ev.Body, "event", ev, "side", ev.Sides)
	slog.New(slog.NewTextHandler(&log, nil)).Info("x", "text", ev.Body, "event", *ev)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x"} {
		fmt.Fprintf(&log, verb+verb+verb, ev.Body, *ev, &ev.Body)
	}
	b, err := json.Marshal(ev)
	if err != nil {
		t.Fatal(err)
	}
	all := log.String() + string(b)
	for _, leak := range []string{"李某", fmt.Sprintf("%x", secret)[:12], `\u674e`} {
		if strings.Contains(all, leak) {
			t.Errorf("%q shows in %s", leak, all)
		}
	}
}

func TestTextAsJSON(t *testing.T) {
	x := Plain("p1", "name", secret)
	x.Sealed(3)
	b, err := json.Marshal(struct {
		A Text
		B Text `json:",omitzero"`
		C Text
	}{A: x})
	if err != nil || string(b) != `{"A":{"s":"p1","f":"name","v":3},"C":null}` {
		t.Fatalf("%s, %v", b, err)
	}
	var back struct{ A, B, C Text }
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(back.A, At(Ref{"p1", "name", 3})) || !back.B.Empty() || !back.C.Empty() {
		t.Errorf("back: %+v", back)
	}
	var in Text
	if err := json.Unmarshal([]byte(`{"s":"p","f":"n","v":1,"plain":"x","p":"x"}`), &in); err != nil {
		t.Fatal(err)
	}
	if s, ok := in.Reveal(); ok {
		t.Errorf("JSON carried in %q", s)
	}
	if json.Unmarshal([]byte(`"words"`), &in) == nil {
		t.Error("a string was taken for a reference")
	}
}

func TestTextStates(t *testing.T) {
	var zero Text
	zero.Sealed(1)
	if !zero.Empty() || !Plain("p", "f", "").Empty() || zero.Ref() != (Ref{}) {
		t.Error("empty is not empty")
	}
	x := Plain("p", "f", "w")
	if s, ok := x.Reveal(); s != "w" || !ok {
		t.Error("words gone before sealing")
	}
	y := x
	y.Sealed(2)
	if _, ok := x.Reveal(); ok || x.Empty() || x.Ref() != (Ref{"p", "f", 2}) {
		t.Errorf("after sealing a copy: %v", x)
	}
}

func BenchmarkCollect(b *testing.B) {
	ev := &struct {
		Title string
		Body  Text
		Sides []side
	}{Body: Plain("p", "b", "x"), Sides: []side{{Name: Plain("p", "n", "x")}, {Phone: Plain("p", "t", "x")}}}
	for b.Loop() {
		Collect(ev)
	}
}
