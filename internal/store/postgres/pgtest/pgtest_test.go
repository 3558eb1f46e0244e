package pgtest

import (
	"bufio"
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func ask(t *testing.T, server, question string) (answer string) {
	t.Helper()
	c, err := pgx.Connect(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(context.Background())
	if err := c.QueryRow(t.Context(), question).Scan(&answer); err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestEachCallGivesAnEmptyDatabase(t *testing.T) {
	first, second := Start(t), Start(t)
	if first == second {
		t.Fatal("two calls gave the same database")
	}
	if err := execute(first, "CREATE TABLE note (words text)"); err != nil {
		t.Fatal(err)
	}
	if n := ask(t, second, "SELECT count(*)::text FROM pg_tables WHERE tablename = 'note'"); n != "0" {
		t.Fatal("a table of one database is seen in another")
	}
	for setting, want := range map[string]string{"fsync": "on", "server_encoding": "UTF8", "lc_collate": "C"} {
		got := ask(t, first, "SELECT coalesce(current_setting('"+setting+"', true), (SELECT datcollate FROM pg_database WHERE datname = current_database()))")
		if got != want {
			t.Errorf("%s is %s, want %s", setting, got, want)
		}
	}
}

func TestADatabaseIsDroppedWithItsTest(t *testing.T) {
	left := ""
	t.Run("one", func(t *testing.T) { left = Start(t) })
	if err := execute(left, "SELECT 1"); err == nil {
		t.Fatal("the database outlived its test")
	}
}

func TestWhatWasCommittedSurvivesKill9(t *testing.T) {
	Start(t) // skips or fails when nothing is installed
	dir := t.TempDir()
	server, stop, err := StartServer(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := execute(server, "CREATE TABLE note AS SELECT '枫桥' AS words"); err != nil {
		t.Fatal(err)
	}
	if err := Kill(dir); err != nil {
		t.Fatal(err)
	}
	stop()
	server, stop, err = StartServer(dir)
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	if got := ask(t, server, "SELECT words FROM note"); got != "枫桥" {
		t.Fatalf("after the crash the note says %q", got)
	}
}

// The test runs itself as a second process, kills that, and waits for its server to let go of the data.
func TestTheServerEndsWithAKilledProcess(t *testing.T) {
	if dir := os.Getenv("PGTEST_CHILD"); dir != "" {
		if _, _, err := StartServer(dir); err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString("up\n")
		select {}
	}
	Start(t)
	dir := t.TempDir()
	child := exec.Command(os.Args[0], "-test.run=^TestTheServerEndsWithAKilledProcess$")
	child.Env = append(os.Environ(), "PGTEST_CHILD="+dir)
	out, err := child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	if word, _ := bufio.NewReader(out).ReadString('\n'); word != "up\n" {
		t.Fatalf("the child said %q", word)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = child.Wait()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 1000 {
		if _, err := os.Stat(filepath.Join(dir, "data", "postmaster.pid")); errors.Is(err, os.ErrNotExist) {
			return
		}
		<-tick.C
	}
	t.Fatal("the server is still running")
}
