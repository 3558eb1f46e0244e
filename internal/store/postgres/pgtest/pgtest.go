// Package pgtest runs a throw-away PostgreSQL from the binaries installed on the machine. A test calls Start and gets the
// URL of an empty database; a crash test or a benchmark calls StartServer and Kill. Text is UTF-8, order is bytes (C),
// and fsync is on, so that what is measured or killed here behaves as it does at a station.
package pgtest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrMissing says that no PostgreSQL server is installed, and what to install.
var ErrMissing = errors.New("未找到 PostgreSQL 服务器程序：请安装 postgresql（Debian、Ubuntu：apt-get install postgresql） / " +
	"no PostgreSQL server found: install the package postgresql, or put initdb and postgres on PATH")

// admin is the database that every fresh cluster has; the others are created from it.
const admin = "postgres"

var (
	shared = sync.OnceValues(func() (s server, err error) {
		s.url, s.stop, err = StartServer("")
		return s, err
	})
	databases atomic.Int64
)

// Start gives the URL of an empty database of its own, dropped when the test ends. The server is started by the first call
// in a test process and ends with it, however the process ends. Without PostgreSQL the test is skipped, but fails where
// CI or MAPLEGRID_NEED_POSTGRES is set: there a skipped engine would look like a tested one.
func Start(tb testing.TB) string {
	tb.Helper()
	shared, err := shared()
	server := shared.url
	if errors.Is(err, ErrMissing) && os.Getenv("CI") == "" && os.Getenv("MAPLEGRID_NEED_POSTGRES") == "" {
		tb.Skip(err)
	}
	if err != nil {
		tb.Fatal(err)
	}
	name := fmt.Sprintf("t%d", databases.Add(1))
	if err := execute(server, "CREATE DATABASE "+name); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := execute(server, "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			tb.Errorf("pgtest: %v", err)
		}
	})
	return strings.Replace(server, "/"+admin+"?", "/"+name+"?", 1)
}

// server keeps what stops it: were that collected as garbage, the server would see its input end.
type server struct {
	url  string
	stop func()
}

func execute(server, statement string) error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	c, err := pgx.Connect(ctx, server)
	if err != nil {
		return err
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// The server is the child of a small shell that waits for its own input to end. The input is a pipe whose other end only
// this process holds, so the shell sees the end also when this process is killed, and then stops the server and removes
// what was temporary.
const keeper = `"$1"/postgres -D "$2" -k "$3" -c listen_addresses= -c fsync=on -c max_connections=200 &
cat >/dev/null
kill -INT $! 2>/dev/null
wait $!
rm -rf -- "$3"`

// StartServer starts a server whose data lies in dir and returns the URL of its database postgres. A dir that already holds
// a server's data is started again with it; a dir of "" is temporary. The caller MUST call stop before it starts a killed
// server again; stop keeps the data unless dir was "".
func StartServer(dir string) (url string, stop func(), err error) {
	bin, err := binaries()
	if err != nil {
		return "", nil, err
	}
	// Sockets lie apart: a path of more than about 100 bytes is refused, and tests have long names.
	sockets, err := os.MkdirTemp("", "mgpg-")
	if err != nil {
		return "", nil, err
	}
	if dir == "" {
		dir = sockets
	}
	data, log := filepath.Join(dir, "data"), filepath.Join(dir, "server.log")
	if err := prepare(bin, dir, data, sockets); err != nil {
		os.RemoveAll(sockets)
		return "", nil, err
	}
	for range 10 { // the orphans of a killed server hold its shared memory for a moment
		if url, stop, err = launch(bin, data, sockets, log); err == nil {
			return url, stop, nil
		}
		if text, _ := os.ReadFile(log); !strings.Contains(string(text), "pre-existing shared memory") {
			break
		}
	}
	os.RemoveAll(sockets)
	return "", nil, err
}

func prepare(bin, dir, data, sockets string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, d := range []string{dir, sockets} {
		if err := giveAway(d); err != nil {
			return fmt.Errorf("give %s to the server's user: %w", d, err)
		}
	}
	if _, err := os.Stat(filepath.Join(data, "PG_VERSION")); err == nil {
		return nil
	}
	init := exec.Command(filepath.Join(bin, "initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
	init.Dir = sockets
	if err := unprivileged(init); err != nil {
		return err
	}
	if out, err := init.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb in %s: %w\n%s", data, err, out)
	}
	return nil
}

func launch(bin, data, sockets, log string) (string, func(), error) {
	if err := os.MkdirAll(sockets, 0o700); err != nil {
		return "", nil, err
	}
	if err := giveAway(sockets); err != nil {
		return "", nil, err
	}
	out, err := os.Create(log)
	if err != nil {
		return "", nil, err
	}
	defer out.Close()
	sh := exec.Command("sh", "-c", keeper, "sh", bin, data, sockets)
	sh.Dir, sh.Stdout, sh.Stderr = filepath.Dir(sockets), out, out
	if err := unprivileged(sh); err != nil {
		return "", nil, err
	}
	leash, err := sh.StdinPipe()
	if err != nil {
		return "", nil, err
	}
	if err := sh.Start(); err != nil {
		return "", nil, err
	}
	stop := sync.OnceFunc(func() { leash.Close(); _ = sh.Wait() })
	u := url.URL{Scheme: "postgres", User: url.User("postgres"), Host: "", Path: "/" + admin,
		RawQuery: url.Values{"host": {sockets}, "sslmode": {"disable"}}.Encode()}
	if err := ready(u.String(), log); err != nil {
		stop()
		return "", nil, err
	}
	return u.String(), stop, nil
}

// ready asks until the server answers; its log tells when it has given up.
func ready(server, log string) error {
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 60 * 50 {
		err := execute(server, "SELECT 1")
		if err == nil {
			return nil
		}
		if text, _ := os.ReadFile(log); strings.Contains(string(text), "FATAL:  could not") ||
			strings.Contains(string(text), "FATAL:  pre-existing") || strings.Contains(string(text), "database system is shut down") {
			return fmt.Errorf("postgres did not start: %w\n%s", err, text)
		}
		<-tick.C
	}
	return fmt.Errorf("postgres did not answer within a minute, see %s", log)
}

// Kill ends the server of dir as kill -9 does, with no chance to write anything more.
func Kill(dir string) error {
	text, err := os.ReadFile(filepath.Join(dir, "data", "postmaster.pid"))
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(string(text), "\n")
	pid, err := strconv.Atoi(strings.TrimSpace(first))
	if err != nil {
		return fmt.Errorf("postmaster.pid of %s: %w", dir, err)
	}
	p, err := os.FindProcess(pid)
	if err != nil {
		return err
	}
	return p.Kill()
}

// binaries gives the folder of the newest server: Debian keeps them out of PATH, one folder a version.
func binaries() (string, error) {
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	version := func(path string) int { n, _ := strconv.Atoi(filepath.Base(filepath.Dir(filepath.Dir(path)))); return n }
	sort.Slice(found, func(i, j int) bool { return version(found[i]) > version(found[j]) })
	if p, err := exec.LookPath("initdb"); err == nil {
		found = append([]string{p}, found...)
	}
	for _, f := range found {
		if _, err := os.Stat(filepath.Join(filepath.Dir(f), "postgres")); err == nil {
			return filepath.Dir(f), nil
		}
	}
	return "", ErrMissing
}
