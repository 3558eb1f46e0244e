package app_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/journal"
	"maplegrid/internal/store/postgres/pgtest"
)

// TestMain lets the test binary be the server that is killed: a real process with a real store.
func TestMain(m *testing.M) {
	if os.Getenv("MAPLEGRID_CRASH_DATA") != "" {
		crashServer()
		return
	}
	os.Exit(m.Run())
}

func crashServer() {
	ctx := context.Background()
	a, err := app.Open(ctx, app.Config{Data: os.Getenv("MAPLEGRID_CRASH_DATA"), DB: os.Getenv("MAPLEGRID_CRASH_DB")})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	if os.Getenv("MAPLEGRID_CRASH_WEAK") != "" {
		a.Desk.Journal = hasty{a.Desk.Journal}
	}
	go a.Run(ctx)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println("http://" + l.Addr().String())
	_ = http.Serve(l, a.Handler())
}

// hasty answers before the commit: the deliberately weakened server that the test must catch.
type hasty struct{ journal.Store }

func (h hasty) Append(ctx context.Context, b journal.Batch) (journal.Receipt, error) {
	if len(b.Appends) > 0 && strings.HasPrefix(b.Appends[0].Stream, "report/") {
		go func() {
			timer := time.NewTimer(30 * time.Millisecond)
			defer timer.Stop()
			<-timer.C
			_, _ = h.Store.Append(context.Background(), b)
		}()
		return journal.Receipt{First: 1, Last: 1, Answer: b.Answer}, nil
	}
	return h.Store.Append(ctx, b)
}

// oracle is what the clients were told, kept outside of what is killed.
type oracle struct {
	mu    sync.Mutex
	acked map[string]told // by key
	free  []string        // reports acknowledged and not yet triaged
}

type told struct {
	act, body, id string
	who           string
	seq           int64
}

type crashRun struct {
	env    []string
	weak   bool
	token  map[string]string
	oracle *oracle
	url    string
	child  *exec.Cmd
	out    io.Closer
}

func (c *crashRun) start(t *testing.T) {
	t.Helper()
	c.child = exec.Command(os.Args[0])
	c.child.Env = append(os.Environ(), c.env...)
	c.child.Stderr = os.Stderr
	out, err := c.child.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	c.out = out
	if err := c.child.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "http") {
		t.Fatalf("the server did not start: %q %v", line, err)
	}
	c.url = strings.TrimSpace(line)
}

func (c *crashRun) kill() {
	_ = c.child.Process.Kill()
	_ = c.child.Wait()
}

type answered struct {
	Seq     int64    `json:"seq"`
	ID      string   `json:"id"`
	Matters []string `json:"matters"`
	Code    string   `json:"code"`
}

// send gives the answer and whether one came at all; a connection that broke says nothing about what was done.
func (c *crashRun) send(client *http.Client, who, act, key, body string) (answered, int, bool) {
	req, err := http.NewRequest(http.MethodPost, c.url+"/api/v1/acts/"+act, strings.NewReader(body))
	if err != nil {
		return answered{}, 0, false
	}
	req.Header.Set("Authorization", "Bearer "+c.token[who])
	req.Header.Set("Idempotency-Key", key)
	req.Header.Set("Content-Type", "application/json")
	res, err := client.Do(req)
	if err != nil {
		return answered{}, 0, false
	}
	defer res.Body.Close()
	var a answered
	if json.NewDecoder(res.Body).Decode(&a) != nil {
		return answered{}, 0, false
	}
	return a, res.StatusCode, true
}

// load sends mixed acts until the server is gone: reports come in, are triaged, assigned, acknowledged, noted.
func (c *crashRun) load(t *testing.T, round, n int, people map[string]string) {
	rng := rand.New(rand.NewPCG(uint64(round), uint64(n)))
	client := &http.Client{Timeout: 5 * time.Second}
	defer client.CloseIdleConnections()
	for i := 0; ; i++ {
		key := fmt.Sprintf("x%d-%d-%d", round, n, i)
		who, act, body := "duty_lead", "report.submit", fmt.Sprintf(`{"words":"第%d轮第%d件，井盖坏了","cell":"c%d","channel":"phone"}`, round, i, 1+rng.IntN(2))
		c.oracle.mu.Lock()
		if len(c.oracle.free) > 0 && rng.IntN(2) == 0 {
			last := len(c.oracle.free) - 1
			act = "report.triage"
			body = fmt.Sprintf(`{"report":%q,"open":[{"kind":"hazard","title":"井盖","to":%q}]}`, c.oracle.free[last], people["officer_1"])
			c.oracle.free = c.oracle.free[:last]
		}
		c.oracle.mu.Unlock()
		a, status, ok := c.send(client, who, act, key, body)
		if !ok {
			return
		}
		if status != http.StatusOK && c.weak {
			return
		}
		if status != http.StatusOK {
			t.Errorf("%s was refused with %d %s", act, status, a.Code)
			return
		}
		c.oracle.mu.Lock()
		c.oracle.acked[key] = told{act, body, a.ID, who, a.Seq}
		if act == "report.submit" {
			c.oracle.free = append(c.oracle.free, a.ID)
		}
		c.oracle.mu.Unlock()
		if len(a.Matters) == 1 {
			noteKey, note := key+"-n", fmt.Sprintf(`{"matter":%q,"words":"已到现场"}`, a.Matters[0])
			if b, status, ok := c.send(client, "officer_1", "matter.note", noteKey, note); ok && status == http.StatusOK {
				c.oracle.mu.Lock()
				c.oracle.acked[noteKey] = told{"matter.note", note, b.ID, "officer_1", b.Seq}
				c.oracle.mu.Unlock()
			}
		}
	}
}

// check opens the store itself and compares it with the oracle: every acknowledged act is there, once, under the seq that was told.
func (c *crashRun) check(t *testing.T, cfg app.Config, checked map[string]bool) (lost, doubled int) {
	t.Helper()
	ctx := context.Background()
	a, err := app.Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	if err := journal.VerifyChain(ctx, a.Engine.Journal, desktest.Station); err != nil {
		t.Fatalf("verify: %v", err)
	}
	seen := map[string]int{}
	for at := journal.Seq(0); ; {
		events, err := a.Engine.Journal.Read(ctx, desktest.Station, at, 5000)
		if err != nil {
			t.Fatal(err)
		}
		if len(events) == 0 {
			break
		}
		for _, e := range events {
			if e.Version == 1 || e.Kind == "matter.noted/1" || e.Kind == "report.triaged/1" {
				area, _, _ := strings.Cut(e.Stream, "/")
				seen[e.Act+"|"+area+"|"+e.Kind]++
			}
			at = e.Seq
		}
	}
	for what, n := range seen {
		if n > 1 && !strings.HasPrefix(what, "t") { // the cast was set up with keys of its own
			doubled++
			t.Logf("doubled %s: %d", what, n)
		}
	}
	for key, x := range c.oracle.acked {
		if checked[key] {
			continue
		}
		checked[key] = true
		r, _, ok, err := a.Engine.Journal.Recall(ctx, desktest.Station, key)
		if err != nil {
			t.Fatal(err)
		}
		if !ok || int64(r.Last) != x.seq {
			lost++
		}
	}
	if _, err := a.Boards.CatchUp(ctx); err != nil {
		t.Fatal(err)
	}
	return lost, doubled
}

// crash kills a server under load as often as asked, and gives what was lost or doubled, and how many acts were acknowledged.
func crash(t *testing.T, cfg app.Config, kills int, weak bool) (lost, doubled, acked int) {
	ctx := context.Background()
	a, err := app.Open(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	d := &desktest.Desk{Desk: a.Desk, Engine: a.Engine}
	cast := d.Cast(t, desktest.Station)
	c := &crashRun{weak: weak, token: map[string]string{}, oracle: &oracle{acked: map[string]told{}},
		env: []string{"MAPLEGRID_CRASH_DATA=" + cfg.Data, "MAPLEGRID_CRASH_DB=" + cfg.DB}}
	if weak {
		c.env = append(c.env, "MAPLEGRID_CRASH_WEAK=1")
	}
	people := map[string]string{}
	for name, who := range cast {
		people[name] = who.Person
		if name == "duty_lead" || name == "officer_1" {
			c.token[name] = d.Do(t, access.Who{Station: desktest.Station, Role: access.Machine}, "account.make_token", &desk.MakeToken{Person: who.Person}).Secret
		}
	}
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	checked := map[string]bool{}
	for round := range kills {
		c.start(t)
		var wg sync.WaitGroup
		for n := range 8 {
			wg.Go(func() { c.load(t, round, n, people) })
		}
		timer := time.NewTimer(time.Duration(60+rand.IntN(240)) * time.Millisecond)
		<-timer.C
		c.kill()
		wg.Wait()
		l, dbl := c.check(t, cfg, checked)
		lost, doubled = lost+l, doubled+dbl
		if t.Failed() {
			break
		}
	}
	return lost, doubled, len(c.oracle.acked)
}

// kills is how often: a few in every run, MAPLEGRID_KILLS=100 for the proof.
func kills(t *testing.T, few int) int {
	if s := os.Getenv("MAPLEGRID_KILLS"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	return few
}

func TestKilledServerKeepsEveryAcknowledgedAct(t *testing.T) {
	t.Run("sqlite", func(t *testing.T) {
		n := kills(t, 6)
		lost, doubled, acked := crash(t, app.Config{Data: t.TempDir()}, n, false)
		t.Logf("%d kills, %d acts acknowledged, %d lost, %d doubled", n, acked, lost, doubled)
		if lost+doubled > 0 || acked < n {
			t.Fail()
		}
	})
	t.Run("postgres", func(t *testing.T) {
		n := kills(t, 4)
		db := pgtest.Start(t)
		lost, doubled, acked := crash(t, app.Config{Data: t.TempDir(), DB: db}, n, false)
		t.Logf("%d kills, %d acts acknowledged, %d lost, %d doubled", n, acked, lost, doubled)
		if lost+doubled > 0 || acked < n {
			t.Fail()
		}
	})
	t.Run("先答后写的服务必被查出", func(t *testing.T) {
		lost, _, acked := crash(t, app.Config{Data: t.TempDir()}, 3, true)
		t.Logf("weakened on purpose: %d acts acknowledged, %d lost", acked, lost)
		if lost == 0 {
			t.Fatal("a server that answers before the commit was not caught")
		}
	})
}
