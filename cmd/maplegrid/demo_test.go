package main

import (
	"bytes"
	"context"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// demonstration starts a demonstration, gives what it said up to its last line, and stops it.
func demonstration(t *testing.T, args ...string) (said, url string) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	out := &waiter{lines: make(chan string, 500)}
	done := make(chan int, 1)
	var errs bytes.Buffer
	go func() {
		done <- run(ctx, append([]string{"demo", "--addr", "127.0.0.1:0"}, args...), func(string) string { return "" }, nil, out, &errs)
	}()
	for url == "" {
		select {
		case line := <-out.lines:
			said += line
			url, _ = strings.CutPrefix(strings.TrimSpace(line), "ready ")
			if !strings.HasPrefix(line, "ready ") {
				url = ""
			}
		case code := <-done:
			t.Fatalf("exit %d\n%s%s", code, said, &errs)
		case <-time.After(2 * time.Minute):
			t.Fatal("not ready")
		}
	}
	for _, page := range []string{"/report", "/progress", "/readyz"} {
		res, err := http.Get(url + page)
		if err != nil || res.StatusCode != 200 {
			t.Fatalf("%s: %v %v", page, res, err)
		}
		_ = res.Body.Close()
	}
	stop()
	if code := <-done; code != 0 || len(out.lines) > 0 {
		t.Errorf("exit %d, %d lines after ready", code, len(out.lines))
	}
	return said, url
}

func TestDemo(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "demo")
	said, _ := demonstration(t, "--data", dir, "--days", "3", "--seed", "5")
	for _, want := range []string{"账号", "head ", "admin ", "Fengge-2026-demo", "所长", "/report", "回执码"} {
		if !strings.Contains(said, want) {
			t.Errorf("%q was not said:\n%s", want, said)
		}
	}
	ok(t, "verify", "--data", dir)
	if again, _ := demonstration(t, "--data", dir, "--days", "3", "--seed", "5"); !strings.Contains(again, "沿用") {
		t.Errorf("built again:\n%s", again)
	}
	refused(t, "cli.demo_other", "demo", "--data", dir, "--days", "4")
	refused(t, "cli.demo_not_empty", "demo", "--data", station(t))
	refused(t, "cli.demo_folder", "demo", "--db", "postgres://nowhere")
}
