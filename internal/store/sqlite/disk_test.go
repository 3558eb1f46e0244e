package sqlite

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/store"
	"maplegrid/internal/store/storetest"
)

func TestRefusesToStartUnlessEveryCommitIsSynced(t *testing.T) {
	ctx := context.Background()
	for _, c := range []struct {
		rule, synchronous, mode string
		ok                      bool
	}{
		{"每次提交都落盘才启动", "FULL", "wal", true},
		{"断电会丢的 NORMAL 不启动", "NORMAL", "wal", false},
		{"不落盘的 OFF 不启动", "OFF", "wal", false},
		{"不是 WAL 的不启动", "FULL", "delete", false},
	} {
		t.Run(c.rule, func(t *testing.T) {
			write, read, err := open(filepath.Join(t.TempDir(), "journal.db"), c.synchronous)
			if err != nil {
				t.Fatal(err)
			}
			defer read.Close()
			defer write.Close()
			if _, err := write.ExecContext(ctx, "pragma journal_mode="+c.mode); err != nil {
				t.Fatal(err)
			}
			if err := durable(ctx, write); (err == nil) != c.ok || err != nil && !strings.Contains(err.Error(), "refusing to start") {
				t.Fatalf("%v", err)
			}
		})
	}
}

// The disk is made to fill by allowing the file no more pages; room is made again by dropping a table.
func TestFullDisk(t *testing.T) {
	ctx := context.Background()
	path := filepath.Join(t.TempDir(), "journal.db")
	write, read, err := open(path, "FULL")
	if err != nil {
		t.Fatal(err)
	}
	defer read.Close()
	defer write.Close()
	if err := migrate(ctx, write); err != nil {
		t.Fatal(err)
	}
	for _, statement := range []string{"create table ballast (b blob)", "insert into ballast values (zeroblob(1000000))"} {
		if _, err := write.ExecContext(ctx, statement); err != nil {
			t.Fatal(err)
		}
	}
	var pages int
	if err := write.QueryRowContext(ctx, "pragma page_count").Scan(&pages); err != nil {
		t.Fatal(err)
	}
	if _, err := write.ExecContext(ctx, fmt.Sprintf("pragma max_page_count=%d", pages+20)); err != nil { // of the one connection that writes
		t.Fatal(err)
	}
	s, err := store.NewJournal(ctx, write, read, "sqlite")
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	big := func(i int) journal.Batch {
		b := storetest.Batch("s1", fmt.Sprintf("k%d", i), "a/1", 2*i, 2)
		b.Appends[0].Drafts[1].Data = []byte(`"` + strings.Repeat("x", 40_000) + `"`)
		b.Claims = []journal.Claim{{Space: "code", Value: fmt.Sprint(i), Holder: "a/1"}}
		return b
	}
	written := 0
	for err = nil; err == nil && written < 100; {
		if _, err = s.Append(ctx, big(written)); err == nil {
			written++
		}
	}
	if fault.Code(err) != "store.unavailable" || written == 0 {
		t.Fatalf("%d written, then %v", written, err)
	}
	untouched := func() {
		t.Helper()
		if head, _, _ := s.Head(ctx, "s1"); head != journal.Seq(2*written) {
			t.Fatalf("head %d after %d acts", head, written)
		}
		if _, _, ok, _ := s.Recall(ctx, "s1", fmt.Sprintf("k%d", written)); ok {
			t.Fatal("the key of what was not written is kept")
		}
		if holder, _ := s.Holder(ctx, "s1", "code", fmt.Sprint(written)); holder != "" {
			t.Fatal("a claim of what was not written is kept")
		}
		if err := journal.VerifyChain(ctx, s, "s1"); err != nil {
			t.Fatal(err)
		}
	}
	untouched()
	if _, err = s.Append(ctx, big(written)); fault.Code(err) != "store.unavailable" {
		t.Fatalf("still full, yet %v", err)
	}
	untouched()
	room, other, err := open(path, "FULL")
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	defer room.Close()
	if _, err := room.ExecContext(ctx, "drop table ballast"); err != nil {
		t.Fatal(err)
	}
	if _, err = s.Append(ctx, big(written)); err != nil {
		t.Fatalf("with room again: %v", err)
	}
	written++
	untouched()
}
