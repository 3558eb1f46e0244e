package orgfile

import (
	"bytes"
	"path/filepath"
	"strings"
)

// Guess tells which table a file holds: by its name where that says so, else by its columns. ok is false when neither does.
func Guess(name string, file []byte) (k Kind, ok bool) {
	base := strings.ToLower(strings.TrimSuffix(filepath.Base(name), filepath.Ext(name)))
	if strings.HasSuffix(strings.ToLower(name), "json") && !strings.HasSuffix(strings.ToLower(name), "jsonl") || bytes.HasPrefix(bytes.TrimSpace(file), []byte(`{"type"`)) {
		return Outlines, true
	}
	for _, k := range Kinds {
		if base == string(k) || strings.HasPrefix(base, k.Title("zh")) {
			return k, true
		}
	}
	best := 0
	for _, candidate := range Kinds {
		if candidate == Outlines {
			continue
		}
		t, err := readTable(candidate, name, file)
		if err != nil || len(t.missing) > 0 {
			continue
		}
		if n := len(t.mapped)*2 - len(t.unknown)*3; !ok || n > best {
			k, ok, best = candidate, true, n
		}
	}
	return k, ok
}
