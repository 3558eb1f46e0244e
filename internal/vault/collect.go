package vault

import (
	"cmp"
	"fmt"
	"reflect"
	"slices"
	"sync"
)

var (
	textType   = reflect.TypeFor[Text]()
	fieldsOf   sync.Map // reflect.Type of a struct → []int, its fields that may hold a Text
	holdsTexts sync.Map // reflect.Type → bool
)

// Collect returns every Text in v that is not empty: in exported fields, nested structs, pointers, slices, arrays,
// maps and interfaces. The order depends on the value alone: fields as declared, maps by key. v must have no cycles.
// The pointers may point at copies (out of maps, or when v is no pointer); a copy shares its state, so sealing works.
func Collect(v any) []*Text {
	var out []*Text
	if v != nil {
		collect(reflect.ValueOf(v), &out)
	}
	return out
}

func collect(v reflect.Value, out *[]*Text) {
	t := v.Type()
	switch {
	case t == textType:
		add(v, out)
	case t.Kind() == reflect.Struct:
		for _, i := range fields(t) {
			collect(v.Field(i), out)
		}
	case t.Kind() == reflect.Pointer || t.Kind() == reflect.Interface:
		if !v.IsNil() {
			collect(v.Elem(), out)
		}
	case (t.Kind() == reflect.Slice || t.Kind() == reflect.Array) && holds(t.Elem()):
		for i := range v.Len() {
			collect(v.Index(i), out)
		}
	case t.Kind() == reflect.Map && holds(t.Elem()):
		keys := v.MapKeys()
		slices.SortFunc(keys, func(a, b reflect.Value) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
		for _, k := range keys {
			collect(v.MapIndex(k), out)
		}
	}
}

func add(v reflect.Value, out *[]*Text) {
	var p *Text
	if v.CanAddr() {
		p = v.Addr().Interface().(*Text)
	} else {
		t := v.Interface().(Text)
		p = &t
	}
	if !p.Empty() {
		*out = append(*out, p)
	}
}

func fields(t reflect.Type) []int {
	if f, ok := fieldsOf.Load(t); ok {
		return f.([]int)
	}
	var idx []int
	for i := range t.NumField() {
		if f := t.Field(i); visible(f) && holds(f.Type) {
			idx = append(idx, i)
		}
	}
	fieldsOf.Store(t, idx)
	return idx
}

// visible follows encoding/json: exported fields, and the exported fields of embedded structs.
func visible(f reflect.StructField) bool {
	return f.IsExported() || f.Anonymous && f.Type.Kind() == reflect.Struct
}

func holds(t reflect.Type) bool {
	if h, ok := holdsTexts.Load(t); ok {
		return h.(bool)
	}
	h := mayHold(t, map[reflect.Type]bool{})
	holdsTexts.Store(t, h) // only whole answers are kept: one found inside a cycle of types is not
	return h
}

func mayHold(t reflect.Type, seen map[reflect.Type]bool) bool {
	if t == textType || t.Kind() == reflect.Interface {
		return true
	}
	if seen[t] {
		return false
	}
	seen[t] = true
	switch t.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		return mayHold(t.Elem(), seen)
	case reflect.Struct:
		for i := range t.NumField() {
			if f := t.Field(i); visible(f) && mayHold(f.Type, seen) {
				return true
			}
		}
	}
	return false
}
