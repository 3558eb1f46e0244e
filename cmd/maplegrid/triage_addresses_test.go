package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maplegrid/internal/triage"
)

func TestTriageAddresses(t *testing.T) {
	file := filepath.Join(t.TempDir(), "addresses.txt")
	if err := os.WriteFile(file, []byte("青 B-road\n禾 I-road\n路 I-road\n5 B-roadno\n号 I-roadno\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	var m triage.AddressMarks
	if err := json.Unmarshal([]byte(ok(t, "triage", "addresses", file, "--json")), &m); err != nil || m.N != 1 || m.F1 != 1 || m.PerPart["road"].N != 1 {
		t.Errorf("%+v %v", m, err)
	}
	if told := ok(t, "triage", "addresses", file); !strings.Contains(told, "F1 1.0000") {
		t.Error(told)
	}
	if err := os.WriteFile(file, []byte("青禾路5号\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, "addresses.txt 第 1 行", "triage", "addresses", file)
	if code, _, _ := line(t, "", "triage", "addresses"); code != 2 {
		t.Errorf("没有文件应提示用法：%d", code)
	}
}
