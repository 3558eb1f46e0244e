package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTriageSpots(t *testing.T) {
	dir := t.TempDir()
	file, truth := filepath.Join(dir, "talk.jsonl"), filepath.Join(dir, "truth.csv")
	var talk, issues strings.Builder
	issues.WriteString("问题ID,留言编号,留言主题\n")
	for i, s := range []string{"谁捡到一串钥匙", "三组又停水了，啥时候来水", "明天赶集吗", "我们三组也停水了", "快递点几点关门", "三组停水一上午了没人管", "身份证怎么补办", "三组停水，水站电话打不通", "广场舞声音太大"} {
		fmt.Fprintf(&talk, "{\"id\":\"%d\",\"user\":\"u%d\",\"time\":\"2026-11-20 %02d:00:00\",\"text\":\"%s\"}\n", i, i, 8+i, s)
		if strings.Contains(s, "停水") {
			fmt.Fprintf(&issues, "1,%d,%s\n", i, s)
		}
	}
	for name, s := range map[string]string{file: talk.String(), truth: issues.String()} {
		if err := os.WriteFile(name, []byte(s), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	var out spotsFound
	if err := json.Unmarshal([]byte(ok(t, "triage", "spots", file, "--truth", truth, "--months", "--json")), &out); err != nil {
		t.Fatal(err)
	}
	if out.Messages != 9 || len(out.Spots) != 1 || out.Spots[0].Reporters != 4 || out.Truth == nil || out.Truth.Recall != 1 || out.Truth.Precision != 1 || len(out.Months) != 1 {
		t.Errorf("%+v", out)
	}
	if told := ok(t, "triage", "spots", file, "--from", "2026-11-20", "--until", "2026-11-20"); !strings.Contains(told, "停水") || !strings.Contains(told, "4 条 4 人") {
		t.Error(told)
	}
	refused(t, "2026-11-22 这样", "triage", "spots", file, "--from", "昨天")
	refused(t, "2026-11-22 这样", "triage", "spots", file, "--from", "2026-11-21", "--until", "2026-11-20")
	if err := os.WriteFile(file, []byte("{\"id\":\"1\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, "talk.jsonl 第 1 行", "triage", "spots", file)
	if code, _, _ := line(t, "", "triage", "spots"); code != 2 {
		t.Errorf("没有文件应提示用法：%d", code)
	}
}
