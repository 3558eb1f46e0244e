package vault

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

func ring(t testing.TB, station string, master byte) *Keyring {
	t.Helper()
	k, err := NewKeyring(station, [32]byte{master})
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSealedOpensOnlyWhereItBelongs(t *testing.T) {
	k, ref := ring(t, "s1", 1), Ref{"p1", "name", 1}
	wrapped, key, err := k.NewSubjectKey("p1", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := k.Seal(key, ref, []byte(secret), rand.Reader)
	if err != nil || sealed[0] != 1 || bytes.Contains(sealed, []byte(secret)) {
		t.Fatalf("sealed %x, %v", sealed, err)
	}
	again, err := k.Unwrap("p1", wrapped)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := k.Open(again, ref, sealed); err != nil || string(got) != secret {
		t.Fatalf("opened %q, %v", got, err)
	}
	_, other, _ := k.NewSubjectKey("p1", rand.Reader)
	refused := map[string]func() error{
		"另一人":    func() error { _, err := k.Open(key, Ref{"p2", "name", 1}, sealed); return err },
		"另一字段":   func() error { _, err := k.Open(key, Ref{"p1", "phone", 1}, sealed); return err },
		"另一版本":   func() error { _, err := k.Open(key, Ref{"p1", "name", 2}, sealed); return err },
		"字段挪界":   func() error { _, err := k.Open(key, Ref{"p1n", "ame", 1}, sealed); return err },
		"另一密钥":   func() error { _, err := k.Open(other, ref, sealed); return err },
		"另一派出所":  func() error { _, err := ring(t, "s2", 1).Open(key, ref, sealed); return err },
		"密钥换人":   func() error { _, err := k.Unwrap("p2", wrapped); return err },
		"密钥换所":   func() error { _, err := ring(t, "s2", 1).Unwrap("p1", wrapped); return err },
		"主密钥不同":  func() error { _, err := ring(t, "s1", 2).Unwrap("p1", wrapped); return err },
		"值当密钥":   func() error { _, err := k.Unwrap("p1", sealed); return err },
		"只剩套件字节": func() error { _, err := k.Open(key, ref, sealed[:1]); return err },
	}
	for name, try := range refused {
		if err := try(); !errors.Is(err, ErrOpen) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range sealed {
		cut := bytes.Clone(sealed)
		cut[i] ^= 1
		if _, err := k.Open(key, ref, cut); err == nil {
			t.Errorf("byte %d altered and still opened", i)
		}
	}
	if _, err := k.Open(key, ref, append([]byte{2}, sealed[1:]...)); !errors.Is(err, ErrSuite) {
		t.Errorf("suite 2: %v", err)
	}
	if _, err := k.Open(key, ref, nil); !errors.Is(err, ErrSuite) {
		t.Errorf("nothing: %v", err)
	}
}

func TestRandomnessRunsOut(t *testing.T) {
	k := ring(t, "s1", 1)
	for n := range int64(44) {
		if _, _, err := k.NewSubjectKey("p", io.LimitReader(rand.Reader, n)); err == nil {
			t.Errorf("a key from %d random bytes", n)
		}
	}
	_, key, _ := k.NewSubjectKey("p", rand.Reader)
	if _, err := k.Seal(key, Ref{}, nil, iotest.ErrReader(io.ErrClosedPipe)); !errors.Is(err, io.ErrClosedPipe) {
		t.Errorf("seal without randomness: %v", err)
	}
}

func TestKeysAreNotPrinted(t *testing.T) {
	k := ring(t, "s1", 1)
	_, key, _ := k.NewSubjectKey("p", rand.Reader)
	got := fmt.Sprintf("%v %+v %#v %v %+v", k, k, k, key, struct{ K SubjectKey }{key})
	if want := "keyring(s1) keyring(s1) keyring(s1) subject key {K:subject key}"; got != want {
		t.Error(got)
	}
}

func TestBlind(t *testing.T) {
	k := ring(t, "s1", 1)
	same := [][]string{
		{"99999919900307002X", "99999919900307002x", "９９９９９９１９９００３０７００２Ｘ", "999999 19900307 002X", "999999-19900307-002x"},
		{"13900001234", "139 0000 1234", "139-0000-1234", "+86 13900001234", "8613900001234", "0086-13900001234", "１３９００００１２３４"},
		{"阿依古丽·买买提", "阿依古丽•买买提", "阿依古丽买买提", "阿依古丽 · 买买提"},
		{"张三", " 张　三 "},
		{"0599-6123456", "(0599)6123456", "０５９９６１２３４５６"},
	}
	seen := map[string]string{}
	for _, group := range same {
		want := k.Blind("x", group[0])
		if len(want) != 26 || seen[want] != "" {
			t.Errorf("%s: %s", group[0], want)
		}
		seen[want] = group[0]
		for _, v := range group[1:] {
			if k.Blind("x", v) != want {
				t.Errorf("%q is not %q", v, group[0])
			}
		}
	}
	a := k.Blind("name", "张三")
	if a == k.Blind("phone", "张三") || a == ring(t, "s2", 1).Blind("name", "张三") || a == ring(t, "s1", 2).Blind("name", "张三") {
		t.Error("equal across field, station or key")
	}
	if k.Blind("ab", "c") == k.Blind("a", "bc") || k.Blind("name", " - ") != "" {
		t.Error("boundary or empty value")
	}
}

func BenchmarkNewKeyAndSeal300(b *testing.B) {
	k, text := ring(b, "s1", 1), []byte(strings.Repeat("枫", 100))
	b.ReportAllocs()
	for b.Loop() {
		_, key, _ := k.NewSubjectKey("01J0000000000000000000000P", rand.Reader)
		k.Seal(key, Ref{"01J0000000000000000000000P", "body", 1}, text, rand.Reader)
	}
}

func BenchmarkUnwrapAndOpen300(b *testing.B) {
	k, ref := ring(b, "s1", 1), Ref{"p1", "body", 1}
	wrapped, key, _ := k.NewSubjectKey("p1", rand.Reader)
	sealed, _ := k.Seal(key, ref, []byte(strings.Repeat("枫", 100)), rand.Reader)
	for b.Loop() {
		key, _ := k.Unwrap("p1", wrapped)
		k.Open(key, ref, sealed)
	}
}

func BenchmarkBlind(b *testing.B) {
	k := ring(b, "s1", 1)
	for b.Loop() {
		k.Blind("phone", "13900001234")
	}
}
