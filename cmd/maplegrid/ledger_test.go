package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"maplegrid/internal/desk"
	"maplegrid/internal/sheet"
)

func TestExportLedger(t *testing.T) {
	dir, file := station(t), filepath.Join(t.TempDir(), "台账.xlsx")
	args := func(name string, more ...string) []string {
		return append([]string{"export", "ledger", name, "--data", dir, "--as", "lead", "-o", file}, more...)
	}
	refused(t, "cli.no_ledger", args("nothing", "--purpose", "月度报表")...)
	refused(t, "form.required", args("matters")...)
	if _, err := os.Stat(file); err == nil {
		t.Fatal("a refused export left a file")
	}
	ok(t, args("matters", "--purpose", "月度报表", "--from", "2026-03-01", "--to", "2026-03-31")...)
	for _, name := range desk.Ledgers {
		ok(t, args(name, "--purpose", "月度报表", "--from", "2026-03-01", "--to", "2026-03-31")...)
		if text, err := os.ReadFile(file); err != nil || !bytes.HasPrefix(text, []byte("PK")) {
			t.Errorf("%s: %v", name, err)
		}
	}
	ok(t, args("matters", "--purpose", "月度报表", "--from", "2026-03-01", "--to", "2026-03-31")...)
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	r, err := sheet.Open("台账.xlsx", bytes.NewReader(text), int64(len(text)), sheet.Options{})
	if err != nil {
		t.Fatalf("nothing found is a file too (零报告): %v", err)
	}
	_ = r.Close()
}
