package reader_test

import (
	"os"
	"path/filepath"
	"testing"

	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/reader"
	"maplegrid/playbooks"
)

func TestCheck(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		path := filepath.Join(dir, "own", name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("playbook.toml", "name = \"own\"\nzh = \"本所\"\nen = \"Own\"\nfrom = \"2026-01-01\"\non_top_of = \"base\"\n")
	for _, x := range []struct{ rule, file, text, want string }{
		{"写对的收下", "triage/words.tsv", "danger\tfire\t着火了\n", ""},
		{"词表写错，整个不让用", "triage/words.tsv", "dangr\tfire\t着火了\n", "triage.bad_words"},
		{"地名没写网格，整个不让用", "triage/places.tsv", "荷花塘\t\t\n", "triage.bad_place"},
	} {
		t.Run(x.rule, func(t *testing.T) {
			if err := os.RemoveAll(filepath.Join(dir, "own", "triage")); err != nil {
				t.Fatal(err)
			}
			write(x.file, x.text)
			book, err := playbook.Load(os.DirFS(dir), "own", playbooks.FS)
			if err != nil {
				t.Fatal(err)
			}
			if got := fault.Code(reader.Check(book)); got != x.want {
				t.Errorf("got %q, want %q", got, x.want)
			}
		})
	}
}
