package work_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	_ "maplegrid/internal/desk" // makes every kind of event known
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

var update = flag.Bool("update", false, "write the golden payloads that are missing; those that exist are never changed")

func path(kind string) string {
	return filepath.Join("testdata", "golden", strings.ReplaceAll(kind, "/", ".")+".json")
}

// What a journal holds today must be readable for ever: a golden payload is written once, when its kind is new.
func TestGoldenPayloads(t *testing.T) {
	kinds := work.Kinds()
	slices.Sort(kinds)
	for _, kind := range kinds {
		t.Run(kind, func(t *testing.T) {
			text, err := os.ReadFile(path(kind))
			if os.IsNotExist(err) && *update {
				text = fill(t, kind)
				err = os.WriteFile(path(kind), text, 0o644)
			}
			if err != nil {
				t.Fatalf("no golden payload (go test ./internal/work -update writes it): %v", err)
			}
			e, err := work.Decode(&journal.Event{Kind: kind, Data: text})
			if err != nil {
				t.Fatal(err)
			}
			again, err := json.MarshalIndent(e, "", "  ")
			if err != nil {
				t.Fatal(err)
			}
			if string(append(again, '\n')) != string(text) {
				t.Errorf("comes back as\n%s\ninstead of\n%s", again, text)
			}
		})
	}
	files, err := filepath.Glob(path("*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !slices.ContainsFunc(kinds, func(k string) bool { return path(k) == f }) {
			t.Errorf("%s can no longer be read: no kind is called so", f)
		}
	}
}

// fill makes a payload with something in every field.
func fill(t *testing.T, kind string) []byte {
	t.Helper()
	e, err := work.Decode(&journal.Event{Kind: kind, Data: []byte("{}")})
	if err != nil {
		t.Fatal(err)
	}
	v := reflect.New(reflect.TypeOf(e)).Elem()
	set(v, "")
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetIndent("", "  ")
	if err := enc.Encode(v.Interface()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func set(v reflect.Value, name string) {
	switch {
	case v.Type() == reflect.TypeFor[vault.Text]():
		v.Set(reflect.ValueOf(vault.At(vault.Ref{Subject: "m_01", Field: strings.ToLower(name), Version: 3})))
	case v.Type() == reflect.TypeFor[time.Time]():
		v.Set(reflect.ValueOf(time.Date(2026, 3, 2, 1, 30, 0, 0, time.UTC)))
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				set(v.Field(i), f.Name)
			}
		}
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		set(v.Elem(), name)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		set(v.Index(0), name)
		set(v.Index(1), name)
	case v.Kind() == reflect.Array:
		for i := range v.Len() {
			set(v.Index(i), name)
		}
	case v.Kind() == reflect.Map:
		value := reflect.New(v.Type().Elem()).Elem()
		set(value, "x.key")
		v.Set(reflect.MakeMap(v.Type()))
		v.SetMapIndex(reflect.ValueOf("key"), value)
	case name == "Unit":
		v.SetString("workday")
	case v.Kind() == reflect.String:
		v.SetString(strings.ToLower(name) + "值")
	case v.Kind() == reflect.Bool:
		v.SetBool(true)
	case v.CanFloat():
		v.SetFloat(113.25)
	case v.CanInt():
		v.SetInt(2)
	default:
		panic("nothing to put into a " + v.Type().String())
	}
}
