// Package bench measures speed as ratios: every figure stands beside the floor measured in the same run, on the same engine, disk and
// minutes. Absolute figures swing with what else a machine does; ratios do not.
package bench

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/store"
	"maplegrid/internal/work/organisation"
)

// Options say where and how long to measure.
type Options struct {
	Data    string        // a folder on the disk to be measured; emptied of what the run made
	DB      string        // postgres://… or "" for SQLite
	For     time.Duration // how long each cell runs
	Rounds  int           // how often sides take turns
	Clients int
	Small   int // matters in the small and the large station, for lists and search
	Large   int
	Clock   clock.Clock
	Say     func(format string, args ...any)
}

// Figure is one measured line.
type Figure struct {
	Name  string  `json:"name"`
	Value float64 `json:"value"`
	Unit  string  `json:"unit"`
	Floor float64 `json:"floor,omitempty"` // the same unit
	Ratio float64 `json:"ratio,omitempty"`
	Aim   string  `json:"aim,omitempty"`
}

// Named are the benches by name.
var Named = map[string]func(context.Context, Options) ([]Figure, error){"intake": Intake, "lists": Lists, "search": Search, "rebuild": Rebuild, "start": Start}

// Names are the names of the benches in the order they are shown.
func Names() []string { return []string{"intake", "lists", "search", "rebuild", "start"} }

func (o *Options) defaults() {
	if o.For == 0 {
		o.For = 5 * time.Second
	}
	if o.Rounds == 0 {
		o.Rounds = 3
	}
	if o.Clients == 0 {
		o.Clients = 32
	}
	if o.Small == 0 {
		o.Small = 10000
	}
	if o.Large == 0 {
		o.Large = 100000
	}
	if o.Clock == nil {
		o.Clock = clock.System()
	}
	if o.Say == nil {
		o.Say = func(string, ...any) {}
	}
}

// station opens an app in a fresh folder with a small organisation: forty cells and one person of each role that works.
func (o *Options) station(ctx context.Context, name string) (*app.App, map[string]access.Who, error) {
	dir := o.Data + "/" + name
	if err := os.RemoveAll(dir); err != nil {
		return nil, nil, err
	}
	a, err := app.Open(ctx, app.Config{Data: dir, DB: o.DB, Clock: o.Clock, Station: name})
	if err != nil {
		return nil, nil, err
	}
	n := 0
	do := func(act string, v any) (desk.Answer, error) {
		n++
		return a.Desk.Do(ctx, desk.Program(name), desk.Envelope{Key: fmt.Sprintf("setup-%d", n)}, act, v)
	}
	if _, err := do("org.set_cell", &organisation.SetCell{ID: "st", Kind: "station", Zh: "所"}); err != nil {
		return nil, nil, err
	}
	for i := range 40 {
		if _, err := do("org.set_cell", &organisation.SetCell{ID: fmt.Sprintf("c%d", i), Parent: "st", Kind: "cell", Zh: fmt.Sprintf("第%d网格", i)}); err != nil {
			return nil, nil, err
		}
	}
	cast := map[string]access.Who{}
	for _, role := range []string{"cell_worker", "officer", "duty_lead", "head"} {
		r, err := do("org.set_person", &organisation.SetPerson{Role: role, Call: role, Cells: []string{"c1"}, User: role})
		if err != nil {
			return nil, nil, err
		}
		if cast[role], _, err = a.Desk.Known(ctx, name, r.ID); err != nil {
			return nil, nil, err
		}
	}
	return a, cast, nil
}

// Intake measures durable acts through HTTP with many clients against a raw group commit of the same bytes.
func Intake(ctx context.Context, o Options) ([]Figure, error) {
	o.defaults()
	a, cast, err := o.station(ctx, "intake")
	if err != nil {
		return nil, err
	}
	defer a.Close()
	follow, stop := context.WithCancel(ctx)
	defer stop()
	go a.Run(follow)
	tok, err := a.Desk.Do(ctx, desk.Program("intake"), desk.Envelope{Key: "token"}, "account.make_token", &desk.MakeToken{Person: cast["duty_lead"].Person})
	if err != nil {
		return nil, err
	}
	url, shut, err := serve(a.Handler())
	if err != nil {
		return nil, err
	}
	defer shut()
	size, err := actBytes(ctx, a, url, tok.Secret)
	if err != nil {
		return nil, err
	}
	var acts, floors, p99 []float64
	for round := range o.Rounds {
		floor, err := rawCommits(ctx, a.Engine, size, o.Clients, o.For, o.Clock)
		if err != nil {
			return nil, err
		}
		rate, slow, err := submitting(ctx, url, tok.Secret, round, o)
		if err != nil {
			return nil, err
		}
		o.Say("round %d: %.0f acts/s through HTTP (p99 %.1f ms), floor %.0f rows/s of %d bytes", round+1, rate, slow, floor, size)
		acts, floors, p99 = append(acts, rate), append(floors, floor), append(p99, slow)
	}
	r, f := median(acts), median(floors)
	return []Figure{
		{Name: fmt.Sprintf("durable acts through HTTP, %d clients (%s)", o.Clients, a.Engine.Name), Value: r, Unit: "acts/s", Floor: f, Ratio: r / f, Aim: "ratio ≥ 0.25, aim 0.5"},
		{Name: "slowest of a hundred acts", Value: median(p99), Unit: "ms"},
		{Name: "bytes an act writes", Value: float64(size), Unit: "bytes"},
	}, nil
}

func serve(h http.Handler) (url string, stop func(), err error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", nil, err
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.Serve(l) }()
	return "http://" + l.Addr().String(), func() { _ = s.Close() }, nil
}

var sentences = []string{"村口井盖坏了，孩子上学都要绕着走，请来看看。", "楼上半夜装修，说了几次不听，老人睡不着觉。", "市场东门有两个人为摊位吵起来了，快来调解。",
	"我家老人八十多了腿脚不便，身份证快到期，能不能上门办理？", "昨晚停车场有人拉车门，像是偷东西的，请巡逻时留意。"}

func body(client, n int) string {
	return fmt.Sprintf(`{"words":"%s（%d-%d）","cell":"c%d","place":"第%d号院","channel":"phone"}`, sentences[n%len(sentences)], client, n, n%40, n%900)
}

func submit(ctx context.Context, c *http.Client, url, token, key, body string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url+"/api/v1/acts/report.submit", strings.NewReader(body))
	if err != nil {
		return err
	}
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Idempotency-Key", key)
	req.Header.Set("Content-Type", "application/json")
	res, err := c.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		return err
	}
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", res.Status, text)
	}
	return nil
}

func client(n int) *http.Client {
	return &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: n, MaxConnsPerHost: n}}
}

func submitting(ctx context.Context, url, token string, round int, o Options) (rate, p99 float64, err error) {
	c := client(o.Clients)
	defer c.CloseIdleConnections()
	var wg sync.WaitGroup
	var failed atomic.Pointer[error]
	times := make([][]time.Duration, o.Clients)
	start := o.Clock.Now()
	for i := range o.Clients {
		wg.Go(func() {
			for n := 0; ; n++ {
				before := o.Clock.Now()
				if before.Sub(start) > o.For || failed.Load() != nil {
					return
				}
				if err := submit(ctx, c, url, token, fmt.Sprintf("b%d-%d-%d", round, i, n), body(i, n)); err != nil {
					failed.Store(&err)
					return
				}
				times[i] = append(times[i], o.Clock.Now().Sub(before))
			}
		})
	}
	wg.Wait()
	if p := failed.Load(); p != nil {
		return 0, 0, *p
	}
	all := slices.Concat(times...)
	took := o.Clock.Now().Sub(start)
	return float64(len(all)) / took.Seconds(), quantile(all, 0.99), nil
}

// actBytes measures how many bytes the rows of one act hold: event, key, claim, wrapped key and sealed texts.
func actBytes(ctx context.Context, a *app.App, url, token string) (int, error) {
	before, _, err := a.Engine.Journal.Head(ctx, "intake")
	if err != nil {
		return 0, err
	}
	c := client(1)
	if err := submit(ctx, c, url, token, "size", body(0, 1)); err != nil {
		return 0, err
	}
	events, err := a.Engine.Journal.Read(ctx, "intake", before, 1)
	if err != nil || len(events) != 1 {
		return 0, fmt.Errorf("no event after an act: %w", err)
	}
	e := events[0]
	seals, _ := json.Marshal(e.Seals)
	n := len(e.Data) + len(seals) + len(e.Stream) + len(e.Kind) + len(e.Actor) + len(e.Act) + 2*len(e.Station) + 32 + 5*8 // event
	n += 32 + 2*8 + len(e.Act) + 80                                                                                       // key and answer
	n += 60                                                                                                               // claim
	for _, s := range e.Seals {
		sealed, wrapped, _, err := a.Engine.Journal.Open(ctx, "intake", s.Subject, s.Field, s.Version)
		if err != nil {
			return 0, err
		}
		n += len(sealed) + len(wrapped) + 2*len(s.Subject) + len(s.Field)
	}
	return n, nil
}

// rawCommits is the floor: one row of the same bytes for each act, group commit of whatever waits, nothing else.
func rawCommits(ctx context.Context, e *store.Engine, size, clients int, d time.Duration, clk clock.Clock) (float64, error) {
	db, err := e.Raw()
	if err != nil {
		return 0, err
	}
	defer db.Close()
	blob, begin := "blob", "begin immediate"
	if e.Name == "postgres" {
		blob, begin = "bytea", "begin"
	}
	for _, text := range []string{"drop table if exists bench_floor", "create table bench_floor (id bigint primary key, data " + blob + " not null)"} {
		if _, err := db.ExecContext(ctx, text); err != nil {
			return 0, err
		}
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer conn.Close()
	insert, err := conn.PrepareContext(ctx, "insert into bench_floor (id, data) values ($1, $2)")
	if err != nil {
		return 0, err
	}
	defer insert.Close()
	data := make([]byte, size)
	_, _ = rand.Read(data)
	queue := make(chan chan struct{}, 4*clients)
	done := make(chan error, 1)
	go func() { // the writer
		id := 0
		for first := range queue {
			group := []chan struct{}{first}
		gather:
			for len(group) < 256 {
				select {
				case w, open := <-queue:
					if !open {
						break gather
					}
					group = append(group, w)
				default:
					break gather
				}
			}
			if _, err := conn.ExecContext(ctx, begin); err != nil {
				done <- err
				return
			}
			for range group {
				id++
				if _, err := insert.ExecContext(ctx, id, data); err != nil {
					done <- err
					return
				}
			}
			if _, err := conn.ExecContext(ctx, "commit"); err != nil {
				done <- err
				return
			}
			for _, w := range group {
				close(w)
			}
		}
		done <- nil
	}()
	var n atomic.Int64
	var wg sync.WaitGroup
	start := clk.Now()
	for range clients {
		wg.Go(func() {
			for clk.Now().Sub(start) < d {
				w := make(chan struct{})
				queue <- w
				<-w
				n.Add(1)
			}
		})
	}
	wg.Wait()
	took := clk.Now().Sub(start)
	close(queue)
	if err := <-done; err != nil {
		return 0, err
	}
	return float64(n.Load()) / took.Seconds(), nil
}

func median(v []float64) float64 {
	s := slices.Clone(v)
	slices.Sort(s)
	if len(s) == 0 {
		return math.NaN()
	}
	return s[len(s)/2]
}

// quantile in milliseconds.
func quantile(d []time.Duration, q float64) float64 {
	s := slices.Clone(d)
	slices.Sort(s)
	if len(s) == 0 {
		return math.NaN()
	}
	return float64(s[min(len(s)-1, int(float64(len(s))*q))].Microseconds()) / 1000
}
