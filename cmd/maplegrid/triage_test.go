package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTriageCommands(t *testing.T) {
	held := filepath.Join("..", "..", "internal", "triage", "testdata", "held_out.tsv")
	dir := t.TempDir()
	jsonl := filepath.Join(dir, "rows.jsonl")
	var rows strings.Builder
	for range 10 {
		rows.WriteString("{\"text\":\"两家为地界吵架\",\"label\":\"纠纷\"}\n{\"text\":\"早上好各位\",\"label\":\"闲聊\"}\n")
	}
	if err := os.WriteFile(jsonl, []byte(rows.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	marks := func(args ...string) (m map[string]any) {
		t.Helper()
		if err := json.Unmarshal([]byte(ok(t, append([]string{"triage", "eval"}, args...)...)), &m); err != nil {
			t.Fatal(err)
		}
		return m
	}
	t.Run("约定的键一个不少", func(t *testing.T) {
		m := marks(held, "--playbook", "../../playbooks/base", "--json")
		for _, key := range []string{"n", "accuracy", "macro_f1", "per_class", "urgency", "place_f1", "same_event_f1", "personal_recall", "calibration_error", "us_per_message"} {
			if m[key] == nil {
				t.Errorf("%s: %v", key, m[key])
			}
		}
		if m["personal_recall"] != 1.0 || m["n"].(float64) < 300 {
			t.Errorf("%v", m)
		}
	})
	t.Run("只写一个文件就交叉验证", func(t *testing.T) {
		if m := marks("--json", jsonl); m["folds"] != 5.0 || m["urgency"] != nil {
			t.Errorf("%v", m)
		}
	})
	t.Run("训练用的文件可以写几个", func(t *testing.T) {
		if m := marks(jsonl, "--train", jsonl, jsonl, "--json"); m["accuracy"] != 1.0 || m["folds"] != nil {
			t.Errorf("%v", m)
		}
	})
	t.Run("同样的数据写出同样的模型", func(t *testing.T) {
		a, b := filepath.Join(dir, "a.model"), filepath.Join(dir, "b.model")
		ok(t, "triage", "train", held, "-o", a)
		ok(t, "triage", "train", held, "-o", b)
		one, _ := os.ReadFile(a)
		two, _ := os.ReadFile(b)
		if len(one) == 0 || string(one) != string(two) {
			t.Errorf("%d and %d bytes", len(one), len(two))
		}
	})
	t.Run("坏文件说清楚是哪一行", func(t *testing.T) {
		bad := filepath.Join(dir, "bad.jsonl")
		if err := os.WriteFile(bad, []byte("{\"text\":\"好\"}\n{坏\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		refused(t, "bad.jsonl 第 2 行", "triage", "eval", bad)
	})
	if code, _, _ := line(t, "", "triage", "train", held); code != 2 {
		t.Errorf("没有 -o 应提示用法：%d", code)
	}
}
