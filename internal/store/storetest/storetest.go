// Package storetest is the contract of journal.Store as tests: every engine must pass it.
package storetest

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
)

// Opener opens the store under test; called again with the same place it must find what was there.
type Opener func(t *testing.T) (s journal.Store, close func())

var day = time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)

// Batch makes a batch that appends n events to a stream.
func Batch(station, key, stream string, want, n int) journal.Batch {
	b := journal.Batch{Station: station, Key: key, Actor: "p_a", RecordedAt: day, Answer: json.RawMessage(`{"id":"` + stream + `"}`)}
	b.Digest[0] = byte(len(stream))
	var drafts []journal.Draft
	for i := range n {
		drafts = append(drafts, journal.Draft{Kind: "test.happened/1", HappenedAt: day.Add(time.Duration(i) * time.Second),
			Data: json.RawMessage(fmt.Sprintf(`{"n":%d}`, i))})
	}
	b.Appends = []journal.Append{{Stream: stream, Want: want, Drafts: drafts}}
	return b
}

// Exercise runs the whole contract against one engine.
func Exercise(t *testing.T, open Opener) {
	ctx := context.Background()
	append1 := func(t *testing.T, s journal.Store, b journal.Batch) journal.Receipt {
		t.Helper()
		r, err := s.Append(ctx, b)
		if err != nil {
			t.Fatalf("append %s: %v", b.Key, err)
		}
		return r
	}
	refused := func(t *testing.T, s journal.Store, b journal.Batch, code string) {
		t.Helper()
		before, _, _ := s.Head(ctx, b.Station)
		if _, err := s.Append(ctx, b); fault.Code(err) != code {
			t.Fatalf("append %s: got %v, want %s", b.Key, err, code)
		}
		if after, _, _ := s.Head(ctx, b.Station); after != before {
			t.Fatalf("a refused batch moved the head from %d to %d", before, after)
		}
	}

	t.Run("按提交次序编号且首尾相连", func(t *testing.T) {
		s, done := open(t)
		defer done()
		if r := append1(t, s, Batch("s1", "k1", "a/1", 0, 2)); r.First != 1 || r.Last != 2 || r.Repeat {
			t.Fatalf("first receipt %+v", r)
		}
		append1(t, s, Batch("s1", "k2", "a/1", 2, 1))
		append1(t, s, Batch("s2", "k1", "a/1", 0, 1)) // another station's key and stream are its own
		if err := journal.VerifyChain(ctx, s, "s1"); err != nil {
			t.Fatal(err)
		}
		events, err := s.Read(ctx, "s1", 1, 10)
		if err != nil || len(events) != 2 || events[0].Seq != 2 || events[1].Version != 3 {
			t.Fatalf("read after 1: %v %+v", err, events)
		}
		if events[0].HappenedAt != day.Add(time.Second) || string(events[0].Data) != `{"n":1}` || events[0].Act != "k1" {
			t.Fatalf("an event came back changed: %+v", events[0])
		}
	})

	t.Run("同一编号只办一次且答复不变", func(t *testing.T) {
		s, done := open(t)
		append1(t, s, Batch("s1", "k1", "a/1", 0, 2))
		done()
		s, done = open(t) // the answer is kept over a restart
		defer done()
		r := append1(t, s, Batch("s1", "k1", "a/1", 0, 2))
		if !r.Repeat || r.First != 1 || r.Last != 2 || string(r.Answer) != `{"id":"a/1"}` {
			t.Fatalf("repeat: %+v %s", r, r.Answer)
		}
		other := Batch("s1", "k1", "a/1", 0, 2)
		other.Digest[5] = 9
		refused(t, s, other, journal.CodeKeyReused)
		if _, _, ok, _ := s.Recall(ctx, "s1", "nobody"); ok {
			t.Fatal("recalled a key never used")
		}
	})

	t.Run("版本不符不得写入", func(t *testing.T) {
		s, done := open(t)
		defer done()
		append1(t, s, Batch("s1", "k1", "a/1", 0, 2))
		refused(t, s, Batch("s1", "k2", "a/1", 1, 1), journal.CodeStale)
		refused(t, s, Batch("s1", "k3", "a/1", 3, 1), journal.CodeStale) // nor leave a gap
		refused(t, s, Batch("s1", "k4", "a/1", 0, 1), journal.CodeStale)
		two := Batch("s1", "k5", "a/2", 0, 1) // all or none
		two.Appends = append(two.Appends, journal.Append{Stream: "a/1", Want: 9, Drafts: two.Appends[0].Drafts})
		refused(t, s, two, journal.CodeStale)
		if list, _ := s.Stream(ctx, "s1", "a/2", 0); len(list) != 0 {
			t.Fatal("half a batch was written")
		}
		append1(t, s, Batch("s1", "k2", "a/1", 2, 1)) // a refused key may be used again
	})

	t.Run("排着队的一批，前面的没写成，后面的也不算", func(t *testing.T) {
		s, done := open(t)
		defer done()
		q, ok := s.(journal.Queue)
		if !ok {
			t.Skip("keeps no line")
		}
		append1(t, s, Batch("s1", "k1", "a/1", 0, 1))
		lost := q.Queue(Batch("s1", "k2", "a/1", 0, 1)) // stale: the stream is at 1
		after := q.Queue(Batch("s1", "k3", "a/1", 1, 1), lost)
		behind := q.Queue(Batch("s1", "k4", "a/1", 2, 1), after)
		for key, x := range map[string]journal.Queued{"k2": lost, "k3": after, "k4": behind} {
			if _, err := x.Wait(); fault.Code(err) != journal.CodeStale {
				t.Errorf("%s: %v", key, err)
			}
		}
		again := q.Queue(Batch("s1", "k1", "a/1", 0, 1)) // a repeat was not written now
		orphan := q.Queue(Batch("s1", "k5", "a/1", 1, 1), again)
		if r, err := again.Wait(); err != nil || !r.Repeat {
			t.Errorf("%+v %v", r, err)
		}
		if _, err := orphan.Wait(); fault.Code(err) != journal.CodeStale {
			t.Errorf("k5: %v", err)
		}
		first := q.Queue(Batch("s1", "k6", "a/1", 1, 1))
		second := q.Queue(Batch("s1", "k7", "a/1", 2, 1), first)
		for _, x := range []journal.Queued{first, second} {
			if _, err := x.Wait(); err != nil {
				t.Error(err)
			}
		}
		if list, err := s.Stream(ctx, "s1", "a/1", 0); err != nil || len(list) != 3 {
			t.Errorf("%d events: %v", len(list), err)
		}
	})

	t.Run("唯一登记只归一家", func(t *testing.T) {
		s, done := open(t)
		defer done()
		b := Batch("s1", "k1", "a/1", 0, 1)
		b.Claims = []journal.Claim{{Space: "code", Value: "X7", Holder: "a/1"}}
		append1(t, s, b)
		b2 := Batch("s1", "k2", "a/2", 0, 1)
		b2.Claims = []journal.Claim{{Space: "code", Value: "X8", Holder: "a/2"}, {Space: "code", Value: "X7", Holder: "a/2"}}
		refused(t, s, b2, journal.CodeClaimed)
		if h, _ := s.Holder(ctx, "s1", "code", "X8"); h != "" {
			t.Fatalf("a refused batch claimed for %q", h)
		}
		if h, _ := s.Holder(ctx, "s1", "code", "X7"); h != "a/1" {
			t.Fatalf("holder %q", h)
		}
	})

	t.Run("密文随事件入库，销毁后不可读而日志仍可验", func(t *testing.T) {
		s, done := open(t)
		defer done()
		b := Batch("s1", "k1", "a/1", 0, 1)
		b.Keys = []journal.WrappedKey{{Subject: "p1", Bytes: []byte("wrapped")}}
		b.Sealed = []journal.Sealed{{Subject: "p1", Field: "name", Version: 1, Bytes: []byte("cipher")}}
		append1(t, s, b)
		sealed, wrapped, ok, err := s.Open(ctx, "s1", "p1", "name", 1)
		if err != nil || !ok || string(sealed) != "cipher" || string(wrapped) != "wrapped" {
			t.Fatalf("open: %v %v %q %q", err, ok, sealed, wrapped)
		}
		again := Batch("s1", "k2", "a/2", 0, 1)
		again.Keys = b.Keys
		refused(t, s, again, journal.CodeStale)
		erase := Batch("s1", "k3", "a/1", 1, 1)
		erase.Erase = []string{"p1"}
		append1(t, s, erase)
		if _, _, ok, _ := s.Open(ctx, "s1", "p1", "name", 1); ok {
			t.Fatal("an erased text is still there")
		}
		if _, ok, _ := s.Key(ctx, "s1", "p1"); ok {
			t.Fatal("an erased key is still there")
		}
		if err := journal.VerifyChain(ctx, s, "s1"); err != nil {
			t.Fatal(err)
		}
	})

	t.Run("一批之内自相矛盾不得写入", func(t *testing.T) {
		s, done := open(t)
		defer done()
		twice := Batch("s1", "k1", "a/1", 0, 1)
		twice.Appends = append(twice.Appends, twice.Appends[0])
		refused(t, s, twice, journal.CodeStale)
		claims := Batch("s1", "k2", "a/1", 0, 1)
		claims.Claims = []journal.Claim{{Space: "code", Value: "X", Holder: "a"}, {Space: "code", Value: "X", Holder: "a"}}
		refused(t, s, claims, journal.CodeClaimed)
		keys := Batch("s1", "k3", "a/1", 0, 1)
		keys.Keys = []journal.WrappedKey{{Subject: "p1"}, {Subject: "p1"}}
		refused(t, s, keys, journal.CodeStale)
		follows := Batch("s1", "k4", "a/1", 0, 1) // one stream in two parts is no contradiction
		follows.Appends = append(follows.Appends, journal.Append{Stream: "a/1", Want: 1, Drafts: follows.Appends[0].Drafts})
		append1(t, s, follows)
	})

	t.Run("写不进去的一批不连累同时交的", func(t *testing.T) {
		s, done := open(t)
		defer done()
		bad := Batch("s1", "k1", "a/1", 0, 1)
		bad.Keys = []journal.WrappedKey{{Subject: "p1", Bytes: []byte("wrapped")}}
		bad.Sealed = []journal.Sealed{{Subject: "p1", Field: "name", Version: 1, Bytes: []byte("c")}, {Subject: "p1", Field: "name", Version: 1, Bytes: []byte("d")}}
		var wg sync.WaitGroup
		for i := range 40 {
			wg.Go(func() {
				b := Batch("s1", fmt.Sprintf("g%d", i), fmt.Sprintf("b/%d", i), 0, 1)
				if _, err := s.Append(ctx, b); err != nil {
					t.Errorf("a good batch: %v", err)
				}
				poison := bad
				poison.Key = fmt.Sprintf("p%d", i)
				if _, err := s.Append(ctx, poison); err == nil {
					t.Error("a text was sealed twice under one version")
				}
			})
		}
		wg.Wait()
		if head, _, _ := s.Head(ctx, "s1"); head != 40 {
			t.Fatalf("head %d", head)
		}
		if err := journal.VerifyChain(ctx, s, "s1"); err != nil {
			t.Fatal(err)
		}
	})

	t.Run("SeqIsCommitOrder 多人同时写不丢不重不跳号", func(t *testing.T) {
		s, done := open(t)
		defer done()
		const people, each = 16, 30
		stop := make(chan struct{})
		follower := make(chan error, 1)
		go func() { follower <- follow(ctx, s, "s1", stop) }()
		var wg sync.WaitGroup
		for p := range people {
			wg.Add(1)
			go func() {
				defer wg.Done()
				rng := rand.New(rand.NewPCG(uint64(p), 7))
				stream := fmt.Sprintf("a/%d", p)
				for i := range each {
					b := Batch("s1", fmt.Sprintf("k%d-%d", p, i), stream, i, 1)
					for range 1 + rng.IntN(2) { // some send twice
						if _, err := s.Append(ctx, b); err != nil {
							t.Errorf("append: %v", err)
						}
					}
				}
			}()
		}
		wg.Wait()
		close(stop)
		if err := <-follower; err != nil {
			t.Fatal(err)
		}
		if head, _, _ := s.Head(ctx, "s1"); head != people*each {
			t.Fatalf("head %d, want %d", head, people*each)
		}
		if err := journal.VerifyChain(ctx, s, "s1"); err != nil {
			t.Fatal(err)
		}
	})

	t.Run("同一事项两人同时办只成一个", func(t *testing.T) {
		s, done := open(t)
		defer done()
		append1(t, s, Batch("s1", "k0", "a/1", 0, 1))
		var wg sync.WaitGroup
		var mu sync.Mutex
		won := 0
		for p := range 8 {
			wg.Add(1)
			go func() {
				defer wg.Done()
				_, err := s.Append(ctx, Batch("s1", fmt.Sprintf("r%d", p), "a/1", 1, 1))
				mu.Lock()
				defer mu.Unlock()
				if err == nil {
					won++
				} else if fault.Code(err) != journal.CodeStale {
					t.Errorf("loser was told %v", err)
				}
			}()
		}
		wg.Wait()
		if won != 1 {
			t.Fatalf("%d won", won)
		}
	})
}

// follow reads on until stopped and complains when a seq is missing: it must never appear later.
func follow(ctx context.Context, s journal.Store, station string, stop <-chan struct{}) error {
	var at journal.Seq
	for {
		events, err := s.Read(ctx, station, at, 100)
		if err != nil {
			return err
		}
		for _, e := range events {
			if e.Seq != at+1 {
				return fmt.Errorf("after %d came %d", at, e.Seq)
			}
			at = e.Seq
		}
		select {
		case <-stop:
			return nil
		default:
		}
	}
}
