package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/journal"
	"maplegrid/internal/store/sqlite"
)

const stream = "../../../shared/data/citizen-stream-2020c/stream.jsonl"

// rawJournal opens the journal's file beside the program.
func rawJournal(t *testing.T, dir string) *sql.DB {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "db", "journal.db")+"?_pragma=busy_timeout(10000)")
	if err != nil {
		t.Fatal(err)
	}
	return db
}

func TestImportReports(t *testing.T) {
	dir := station(t)
	file := filepath.Join(t.TempDir(), "r.csv")
	if err := os.WriteFile(file, []byte("编号,内容,网格\n1,路灯不亮,第一网格\n2,,\n3,井盖坏了,第九网格\n4,下水道堵了,c1\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := ok(t, "import", "reports", file, "--as", "lead", "--dry-run", "--data", dir); !strings.Contains(out, "共 4 行：新增 2，已有 0，未收 2") {
		t.Errorf("%s", out)
	}
	out := ok(t, "import", "reports", "--as", "lead", "--data", dir, file)
	if !strings.Contains(out, "共 4 行：新增 2，已有 0，未收 2") || !strings.Contains(out, "4\trefused\t网格\tform.unknown_cell\t") {
		t.Errorf("%s", out)
	}
	if out := ok(t, "import", "reports", file, "--as", "lead", "--data", dir, "--lang", "en"); !strings.Contains(out, "4 rows: 0 new, 2 already there, 2 refused") {
		t.Errorf("%s", out)
	}
	notReports := filepath.Join(t.TempDir(), "颜色.csv")
	if err := os.WriteFile(notReports, []byte("颜色,大小\n红,大\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	refused(t, "intake.no_text", "import", "reports", notReports, "--as", "lead", "--data", dir)
}

// The real program is killed in the middle of the real import, twenty times, at moments nobody chose, and run again: nothing is lost,
// nothing comes twice.
func TestImportSurvivesBeingKilled(t *testing.T) {
	if _, err := os.Stat(stream); err != nil {
		t.Skip("the stream of citizens' messages is not here: ", err)
	}
	if testing.Short() {
		t.Skip("builds the program and kills it twenty times")
	}
	bin := filepath.Join(t.TempDir(), "maplegrid")
	if out, err := exec.Command("go", "build", "-o", bin, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	dir := station(t)
	db := rawJournal(t, dir)
	defer db.Close()
	head := func() (n int) {
		_ = db.QueryRow("select seq from journal_head").Scan(&n)
		return n
	}
	started, kills := head(), 0
	for kills < 20 {
		cmd := exec.Command(bin, "import", "reports", stream, "--as", "lead", "--data", dir)
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		// Every other time at any moment, of start-up too; else as soon as some rows have come. So few each time that the import
		// is not done before the last kill.
		until, moment := head()+1+rand.IntN(300), time.Duration(rand.IntN(250))*time.Millisecond
		if kills%2 == 1 {
			moment = time.Minute
		}
		killIn(t, cmd, ended, moment, func() bool { return head() >= until })
		kills++
	}
	cut := head() - started
	if cut == 0 || cut >= 4326 {
		t.Fatalf("%d rows after %d kills: the kills did not fall within the import", cut, kills)
	}
	t.Logf("%d rows after %d kills", cut, kills)
	if out, err := exec.Command(bin, "import", "reports", stream, "--as", "lead", "--data", dir).Output(); err != nil || !bytes.Contains(out, []byte(fmt.Sprintf("共 4326 行：新增 %d，已有 %d，未收 0", 4326-cut, cut))) {
		t.Fatalf("%v %s", err, out[max(0, len(out)-200):])
	}
	if out, err := exec.Command(bin, "verify", "--data", dir).CombinedOutput(); err != nil {
		t.Fatalf("%s", out)
	}
	wholeStream(t, dir)
}

// killIn kills a program after a time, or as soon as a condition holds.
func killIn(t *testing.T, cmd *exec.Cmd, ended <-chan error, after time.Duration, now func() bool) {
	t.Helper()
	timer, tick := time.NewTimer(after), time.NewTicker(time.Millisecond)
	defer timer.Stop()
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			t.Fatalf("the import ended before it was killed: %v", err)
		case <-timer.C:
		case <-tick.C:
			if !now() {
				continue
			}
		}
		_ = cmd.Process.Kill()
		<-ended
		return
	}
}

// wholeStream finds every message of the stream in the journal, once.
func wholeStream(t *testing.T, dir string) {
	t.Helper()
	want := map[string]int{}
	text, err := os.ReadFile(stream)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		var row struct{ ID string }
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		want["import::"+row.ID]++
	}
	e, err := sqlite.Open(context.Background(), filepath.Join(dir, "db"))
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	for after := journal.Seq(0); ; {
		events, err := e.Journal.Read(context.Background(), "s1", after, 2000)
		if err != nil {
			t.Fatal(err)
		}
		if len(events) == 0 {
			break
		}
		for _, ev := range events {
			if after = ev.Seq; ev.Kind == "report.submitted/1" {
				var s struct{ Source string }
				if err := json.Unmarshal(ev.Data, &s); err != nil {
					t.Fatal(err)
				}
				want[s.Source]--
			}
		}
	}
	for source, n := range want {
		if n != 0 {
			t.Errorf("%s: %d missing", source, n)
		}
	}
	if len(want) != 4326 {
		t.Errorf("%d messages", len(want))
	}
}
