package main

import (
	"bytes"
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/app"
	"maplegrid/internal/desk"
	"maplegrid/internal/store/postgres/pgtest"
	"maplegrid/internal/work/organisation"
)

// line runs one command line and gives its exit code and what it said.
func line(t testing.TB, stdin string, args ...string) (code int, out, errs string) {
	t.Helper()
	var o, e bytes.Buffer
	code = run(context.Background(), args, func(string) string { return "" }, strings.NewReader(stdin), &o, &e)
	return code, o.String(), e.String()
}

func ok(t testing.TB, args ...string) string {
	t.Helper()
	code, out, errs := line(t, "", args...)
	if code != 0 {
		t.Fatalf("%v: %d\n%s%s", args, code, out, errs)
	}
	return out
}

func refused(t testing.TB, want string, args ...string) {
	t.Helper()
	if code, out, errs := line(t, "", args...); code != 1 || !strings.Contains(out+errs, want) {
		t.Errorf("%v: %d\n%s%s", args, code, out, errs)
	}
}

// station sets a station up in a new folder, as its owner would: a cell and a lead called "lead".
func station(t testing.TB, more ...string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	for _, a := range [][2]string{{"org.set_station", `{"name":"测试派出所"}`}, {"org.set_cell", `{"id":"st","kind":"station","zh":"测试派出所","en":"Test"}`},
		{"org.set_cell", `{"id":"c1","parent":"st","kind":"cell","zh":"第一网格","en":"Cell 1"}`}, {"org.set_person", `{"role":"duty_lead","call":"值班","user":"lead"}`}} {
		if code, _, errs := line(t, a[1], append([]string{"act", a[0], "--as", owner, "--json", "-", "--data", dir}, more...)...); code != 0 {
			t.Fatalf("%s: %s", a[0], errs)
		}
	}
	return dir
}

func TestCommandLines(t *testing.T) {
	for _, args := range [][]string{{"triage", "--help"}, {"triage", "help"}} {
		if code, out, _ := line(t, "", args...); code != 0 || !strings.Contains(out, "maplegrid triage spots") || strings.Contains(out, "maplegrid import") {
			t.Errorf("%q: %d %s", args, code, out)
		}
	}
	if code, out, _ := line(t, "", "help"); code != 0 || !strings.Contains(out, "maplegrid import reports") || !strings.Contains(out, "MAPLEGRID_DATA") {
		t.Errorf("help: %d %s", code, out)
	}
	for _, args := range [][]string{{"fly"}, {"import"}, {"act"}, {"act", "matter.open"}, {"verify", "extra"}, {"serve", "--no-such"}} {
		if code, _, errs := line(t, "", args...); code != 2 || errs == "" {
			t.Errorf("%v: %d %s", args, code, errs)
		}
	}
	missing := filepath.Join(t.TempDir(), "nothing")
	for _, args := range [][]string{{"verify"}, {"rebuild"}, {"act", "report.submit", "--as", "lead"}, {"backup", filepath.Join(t.TempDir(), "b.zip")}} {
		refused(t, "cli.no_data", append(args, "--data", missing)...)
	}
	if _, err := os.Stat(missing); err == nil {
		t.Error("a mistyped folder was made")
	}
	if !strings.Contains(ok(t, "version"), app.Version) {
		t.Error("version")
	}
}

func TestActAndToken(t *testing.T) {
	dir := station(t)
	file := filepath.Join(t.TempDir(), "a.json")
	if err := os.WriteFile(file, []byte(`{"words":"路灯不亮","cell":"c1","channel":"phone"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	submit := []string{"act", "report.submit", "--as", "lead", "--json", file, "--key", "k1", "--data", dir}
	var first, again desk.Answer
	for _, into := range []*desk.Answer{&first, &again} {
		if err := json.Unmarshal([]byte(ok(t, submit...)), into); err != nil {
			t.Fatal(err)
		}
	}
	if left, _ := filepath.Glob(filepath.Join(dir, "db", "*-wal")); len(left) > 0 {
		t.Errorf("left open: %v", left)
	}
	if first.Receipt == "" || again.ID != first.ID || !again.Repeat {
		t.Errorf("%+v %+v", first, again)
	}
	refused(t, "cli.no_account", "act", "report.submit", "--as", "nobody", "--data", dir)
	refused(t, "form.required", "act", "report.submit", "--as", "lead", "--data", dir)
	refused(t, "act.unknown", "act", "matter.escalate", "--as", owner, "--data", dir)
	if code, _, errs := line(t, `{"wrds":"x"}`, "act", "report.submit", "--as", "lead", "--json", "-", "--data", dir, "--lang", "en"); code != 1 || !strings.Contains(errs, "There is no field") {
		t.Errorf("%d %s", code, errs)
	}
	if token := strings.TrimSpace(ok(t, "token", "create", "--as", "lead", "--data", dir)); !strings.HasPrefix(token, "mg_") {
		t.Errorf("%q", token)
	}
	ok(t, "verify", "--data", dir)
	ok(t, "rebuild", "--data", dir)
	refused(t, "cli.no_board", "rebuild", "nosuch", "--data", dir)
}

func TestVerifyNamesTheFirstBadEvent(t *testing.T) {
	dir := station(t)
	tamper(t, dir)
	refused(t, "s1 第 3 条", "verify", "--data", dir)
}

func TestBackupAndRestore(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			dir, file := station(t), filepath.Join(t.TempDir(), "b.zip")
			ok(t, "act", "account.make_token", "--as", "lead", "--json", jsonFile(t, `{"person":"`+person(t, dir)+`"}`), "--data", dir)
			own := filepath.Join(dir, "playbooks", "own")
			if err := os.MkdirAll(own, 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(own, "playbook.toml"), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
			before, _, _ := strings.Cut(ok(t, "verify", "--data", dir), "\n") // the journal's line; boards are compared where the key is
			ok(t, "backup", file, "--data", dir)
			refused(t, "cli.file_exists", "backup", file, "--data", dir)
			text, _ := os.ReadFile(file)
			key, err := os.ReadFile(filepath.Join(dir, "keys", "station.key"))
			if err != nil || bytes.Contains(text, bytes.Split(key, []byte("\n"))[1]) {
				t.Errorf("the key is in the backup (%v)", err)
			}
			into := []string{"--data", filepath.Join(t.TempDir(), "new")}
			if engine == "postgres" {
				into = append(into, "--db", pgtest.Start(t))
			}
			if code, _, errs := line(t, "", append([]string{"restore", file}, into...)...); code != 0 || !strings.Contains(errs, "station.key") {
				t.Fatalf("%d %s", code, errs)
			}
			if after := ok(t, append([]string{"verify"}, into...)...); !strings.HasPrefix(after, before+"\n") {
				t.Errorf("%s\n%s", before, after)
			}
			if _, err := os.Stat(filepath.Join(into[1], "playbooks", "own", "playbook.toml")); err != nil {
				t.Error(err)
			}
			refused(t, "cli.not_empty", append([]string{"restore", file}, into...)...)
			if err := os.MkdirAll(filepath.Join(into[1], "keys"), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(into[1], "keys", "station.key"), key, 0o600); err != nil {
				t.Fatal(err)
			}
			ok(t, append([]string{"token", "create", "--as", "lead"}, into...)...) // the old key opens what came
		})
	}
	bad := jsonFile(t, "hello")
	into := filepath.Join(t.TempDir(), "new")
	refused(t, "cli.bad_backup", "restore", bad, "--data", into)
	if _, err := os.Stat(into); err == nil {
		t.Error("a folder was made for a bad backup")
	}
}

func TestABackupOfAChangedJournalIsNotRestored(t *testing.T) {
	dir, file, into := station(t), filepath.Join(t.TempDir(), "b.zip"), filepath.Join(t.TempDir(), "new")
	tamper(t, dir)
	ok(t, "backup", file, "--data", dir)
	refused(t, "s1 第 3 条", "restore", file, "--data", into)
	refused(t, "cli.no_data", "verify", "--data", into)
}

// tamper changes the third event behind the journal's back.
func tamper(t *testing.T, dir string) {
	t.Helper()
	db := rawJournal(t, dir)
	defer db.Close()
	if _, err := db.Exec("update journal_event set data = replace(data, '第一', '第二') where seq = 3"); err != nil {
		t.Fatal(err)
	}
}

func jsonFile(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "f.json")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func person(t *testing.T, dir string) string {
	t.Helper()
	a, err := app.Open(context.Background(), app.Config{Data: dir})
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	var org *organisation.Org
	if org, err = a.Desk.Org(context.Background(), a.Station); err != nil {
		t.Fatal(err)
	}
	return org.ByUser["lead"]
}

func TestServeStartsAnswersAndStops(t *testing.T) {
	dir := station(t)
	ctx, stop := context.WithCancel(context.Background())
	out := &waiter{lines: make(chan string, 10)}
	done := make(chan int, 1)
	go func() {
		done <- run(ctx, []string{"serve", "--addr", "127.0.0.1:0"}, func(name string) string { return map[string]string{"MAPLEGRID_DATA": dir}[name] }, nil, out, &bytes.Buffer{})
	}()
	var url string
	for found := false; !found; {
		select {
		case line := <-out.lines:
			url, found = strings.CutPrefix(strings.TrimSpace(line), "ready ")
		case <-time.After(20 * time.Second):
			t.Fatal("not ready")
		}
	}
	res, err := http.Get(url + "/readyz")
	if err != nil || res.StatusCode != 200 {
		t.Fatalf("%v %v", res, err)
	}
	_ = res.Body.Close()
	ok(t, "verify", "--data", dir) // beside the server
	stop()
	select {
	case code := <-done:
		if code != 0 {
			t.Errorf("exit %d", code)
		}
	case <-time.After(30 * time.Second):
		t.Fatal("does not stop")
	}
}

type waiter struct{ lines chan string }

// Write implements io.Writer.
func (w *waiter) Write(p []byte) (int, error) { w.lines <- string(p); return len(p), nil }

func TestPlaybookCheck(t *testing.T) {
	ok(t, "playbook", "check", filepath.Join("..", "..", "playbooks", "base")+"/")
	dir := filepath.Join(t.TempDir(), "own")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "playbook.toml"), []byte("nonsense = 1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, "cli.mistakes", "playbook", "check", dir)
}

func TestDocumentsAreFresh(t *testing.T) {
	dir := t.TempDir()
	ok(t, "docs", "--out", dir)
	for name := range documents {
		want, _ := os.ReadFile(filepath.Join(dir, name))
		if got, err := os.ReadFile(filepath.Join("..", "..", "docs", name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("docs/%s is out of date: run make docs (%v)", name, err)
		}
	}
}
