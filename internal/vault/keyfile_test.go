package vault

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "station.key")
	key, fresh, err := LoadOrMakeKey(path, rand.Reader)
	if err != nil || !fresh || key == [32]byte{} {
		t.Fatalf("made: %v %v", fresh, err)
	}
	again, fresh, err := LoadOrMakeKey(path, bytes.NewReader(nil))
	if err != nil || fresh || again != key {
		t.Fatalf("loaded: %v %v", fresh, err)
	}
	for p, want := range map[string]os.FileMode{path: 0o600, filepath.Dir(path): 0o700} {
		if info, err := os.Stat(p); err != nil || info.Mode().Perm() != want {
			t.Errorf("%s: %v %v", p, info.Mode(), err)
		}
	}
	if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
		t.Errorf("left behind: %v", left)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, _, err := LoadOrMakeKey(path, rand.Reader); !errors.Is(err, ErrKeyExposed) || !strings.Contains(err.Error(), "chmod 600 "+path) {
		t.Errorf("readable by the group: %v", err)
	}
}

func TestDamagedKeyFileIsKeptAndRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "station.key")
	if _, _, err := LoadOrMakeKey(path, rand.Reader); err != nil {
		t.Fatal(err)
	}
	whole, _ := os.ReadFile(path)
	try := func(text []byte) {
		t.Helper()
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		if key, fresh, err := LoadOrMakeKey(path, rand.Reader); !errors.Is(err, ErrKeyDamaged) || fresh || key != [32]byte{} {
			t.Errorf("%q: %v %v", text, fresh, err)
		}
		if now, _ := os.ReadFile(path); !bytes.Equal(now, text) {
			t.Errorf("%q was replaced", text)
		}
	}
	for n := range len(whole) - 1 {
		try(whole[:n])
	}
	for i := range whole[:len(whole)-1] {
		altered := bytes.Clone(whole)
		altered[i] ^= 4
		try(altered)
	}
}

func TestKeyFileMadeByManyAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "station.key")
	var keys [8][32]byte
	var fresh [8]bool
	var wg sync.WaitGroup
	for i := range keys {
		wg.Go(func() {
			var err error
			if keys[i], fresh[i], err = LoadOrMakeKey(path, rand.Reader); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	made := 0
	for i := range keys {
		if fresh[i] {
			made++
		}
		if keys[i] != keys[0] {
			t.Error("two keys")
		}
	}
	if made != 1 {
		t.Errorf("%d say they made it", made)
	}
}

func TestKeyFileErrors(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := LoadOrMakeKey(filepath.Join(dir, "a"), bytes.NewReader(make([]byte, 31))); err == nil {
		t.Error("a key from 31 random bytes")
	}
	if _, err := os.Stat(filepath.Join(dir, "a")); err == nil {
		t.Error("and a file of it")
	}
	if _, _, err := LoadOrMakeKey(dir, rand.Reader); err == nil {
		t.Error("a folder is no key")
	}
}
