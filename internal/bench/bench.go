// Package bench measures speed as ratios: every figure stands beside the floor measured in the same run, on the same engine, disk and
// minutes. Absolute figures swing with what else a machine does; ratios do not.
package bench

import (
	"context"
	_ "embed"
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
	"maplegrid/internal/journal"
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
	Solomon string // the folder of the Solomon instances, for rounds; ../shared/data/solomon when empty
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
var Named = map[string]func(context.Context, Options) ([]Figure, error){"intake": Intake, "lists": Lists, "search": Search, "promises": Promises, "disputes": Disputes,
	"rebuild": Rebuild, "start": Start, "rounds": Rounds, "learning": Learning, "following": Following}

// Names are the names of the benches in the order they are shown.
func Names() []string {
	return []string{"intake", "lists", "search", "promises", "disputes", "rebuild", "start", "rounds", "learning", "following"}
}

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
	like, err := oneAct(ctx, a, url, tok.Secret)
	if err != nil {
		return nil, err
	}
	var acts, floors, p99 []float64
	for round := range o.Rounds {
		floor, err := rawCommits(ctx, a.Engine, like, o.Clients, o.For, o.Clock)
		if err != nil {
			return nil, err
		}
		rate, slow, err := submitting(ctx, url, tok.Secret, round, o)
		if err != nil {
			return nil, err
		}
		o.Say("round %d: %.0f acts/s through HTTP (p99 %.1f ms), floor %.0f acts/s of the same rows", round+1, rate, slow, floor)
		acts, floors, p99 = append(acts, rate), append(floors, floor), append(p99, slow)
	}
	r, f := median(acts), median(floors)
	return []Figure{
		{Name: fmt.Sprintf("durable acts through HTTP, %d clients (%s)", o.Clients, a.Engine.Name), Value: r, Unit: "acts/s", Floor: f, Ratio: r / f, Aim: "ratio ≥ 0.25, aim 0.5"},
		{Name: "slowest of a hundred acts", Value: median(p99), Unit: "ms"},
		{Name: "payload, seals and ciphertext of an act", Value: float64(like.size), Unit: "bytes"},
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

// oneAct takes one act and reads back what it wrote.
func oneAct(ctx context.Context, a *app.App, url, token string) (sample, error) {
	before, _, err := a.Engine.Journal.Head(ctx, "intake")
	if err != nil {
		return sample{}, err
	}
	if err := submit(ctx, client(1), url, token, "sample", body(0, 1)); err != nil {
		return sample{}, err
	}
	events, err := a.Engine.Journal.Read(ctx, "intake", before, 1)
	if err != nil || len(events) != 1 {
		return sample{}, fmt.Errorf("no event after an act: %w", err)
	}
	s := sample{event: events[0]}
	seals, err := json.Marshal(s.event.Seals)
	if err != nil {
		return sample{}, err
	}
	s.seals, s.size = string(seals), len(seals)+len(s.event.Data)
	for _, l := range s.event.Seals {
		sealed, wrapped, _, err := a.Engine.Journal.Open(ctx, "intake", l.Subject, l.Field, l.Version)
		if err != nil {
			return sample{}, err
		}
		s.texts = append(s.texts, journal.Sealed{Field: l.Field, Bytes: sealed})
		s.keys = []journal.WrappedKey{{Bytes: wrapped}}
		s.size += len(sealed) + len(wrapped)
	}
	return s, nil
}

//go:embed floor.sql
var floorSQL string

// floorTables are made in this order.
var floorTables = []string{"Event", "EventStream", "Act", "Claim", "Key", "Text"}

// rawCommits is the floor: the rows one act writes, of the same bytes, into tables of the same shape on the same engine and disk; one
// writer that commits whatever waits in one transaction. No HTTP, no rule, no policy, no sealing, no look before the write.
func rawCommits(ctx context.Context, e *store.Engine, like sample, clients int, d time.Duration, clk clock.Clock) (float64, error) {
	db, err := e.Raw()
	if err != nil {
		return 0, err
	}
	defer db.Close()
	for _, name := range floorTables {
		text := store.Queries(floorSQL)[name]
		if strings.HasPrefix(text, "create table") {
			if _, err := db.ExecContext(ctx, "drop table if exists "+strings.Fields(text)[2]); err != nil {
				return 0, err
			}
		}
		if e.Name == "postgres" {
			text = strings.ReplaceAll(text, "BLOB", "bytea")
		} else if strings.HasPrefix(text, "create table") {
			text += " without rowid"
		}
		if _, err := db.ExecContext(ctx, text); err != nil {
			return 0, err
		}
	}
	s, err := store.NewSession(ctx, db, e.Name)
	if err != nil {
		return 0, err
	}
	defer s.Close()
	queue := make(chan chan struct{}, 4*clients)
	done := make(chan error, 1)
	go func() { done <- commitGroups(ctx, s, e.Name, like, queue) }()
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
	return float64(n.Load()) / took.Seconds(), <-done
}

// commitGroups is the floor's writer: statements of many rows, as the journal's own.
func commitGroups(ctx context.Context, s *store.Session, engine string, like sample, queue chan chan struct{}) error {
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
		err := func() error {
			if _, err := s.ExecContext(ctx, store.Begin(engine)); err != nil {
				return err
			}
			for _, t := range like.rows(&id, len(group)) {
				if err := store.Insert(ctx, s, t.table, t.columns, "", t.rows); err != nil {
					return err
				}
			}
			_, err := s.ExecContext(ctx, "commit")
			return err
		}()
		for _, w := range group {
			close(w)
		}
		if err != nil {
			for w := range queue {
				close(w)
			}
			return err
		}
	}
	return nil
}

// sample is one act as it lies in the store.
type sample struct {
	event journal.Event
	seals string
	texts []journal.Sealed
	keys  []journal.WrappedKey
	size  int
}

type tableRows struct {
	table, columns string
	rows           [][]any
}

// rows makes n copies of the sample, each with an id of its own of the same length.
func (s *sample) rows(id *int, n int) []tableRows {
	t := []tableRows{
		{"floor_event", "station, seq, stream, version, kind, happened_at, recorded_at, actor, on_behalf, act, data, seals, hash", nil},
		{"floor_act", "station, key, digest, first_seq, last_seq, answer", nil},
		{"floor_claim", "station, space, value, holder", nil},
		{"floor_key", "station, subject, wrapped", nil},
		{"floor_text", "station, subject, field, version, sealed", nil},
	}
	e := s.event
	for range n {
		*id++
		subject := fmt.Sprintf("r_%026d", *id)
		t[0].rows = append(t[0].rows, []any{e.Station, *id, "report/" + subject, 1, e.Kind, 1, 1, e.Actor, "", subject, string(e.Data), s.seals, e.Hash[:]})
		t[1].rows = append(t[1].rows, []any{e.Station, subject, e.Hash[:], *id, *id, `{"seq":0,"id":"` + subject + `","receipt":"XXXXXXXXXX"}`})
		t[2].rows = append(t[2].rows, []any{e.Station, "receipt", fmt.Sprintf("%010d", *id), subject})
		for range s.keys {
			t[3].rows = append(t[3].rows, []any{e.Station, subject, s.keys[0].Bytes})
		}
		for _, x := range s.texts {
			t[4].rows = append(t[4].rows, []any{e.Station, subject, x.Field, 1, x.Bytes})
		}
	}
	return t
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
