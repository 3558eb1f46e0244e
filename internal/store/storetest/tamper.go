package storetest

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"maplegrid/internal/journal"
)

// Tamper lets somebody with the database open change what was written, in every way, and wants VerifyChain to name the event.
// What it cannot find is a tail cut off together with the head: that is what the published log is for.
func Tamper(t *testing.T, open func(t *testing.T) (s journal.Store, db *sql.DB, close func())) {
	ctx := context.Background()
	for _, c := range []struct {
		rule string
		seq  journal.Seq
		sql  []string
	}{
		{"没有改动就验得过", 0, nil},
		{"改内容", 4, []string{`update journal_event set data = '{"n":99}' where seq = 4`}},
		{"改经办人", 3, []string{`update journal_event set actor = 'p_b' where seq = 3`}},
		{"改发生时间", 3, []string{`update journal_event set happened_at = happened_at - 1 where seq = 3`}},
		{"改记录时间", 10, []string{`update journal_event set recorded_at = recorded_at - 1 where seq = 10`}},
		{"改哈希", 5, []string{`update journal_event set hash = (select hash from journal_event where seq = 4) where seq = 5`}},
		{"删一条", 6, []string{`delete from journal_event where seq = 6`}},
		{"删第一条", 1, []string{`delete from journal_event where seq = 1`}},
		{"对调两条", 7, []string{`update journal_event set seq = -7 where seq = 7`, `update journal_event set seq = 7 where seq = 8`, `update journal_event set seq = 8 where seq = -7`}},
		{"截尾", 9, []string{`delete from journal_event where seq > 8`}},
		{"截尾并改头的序号", 8, []string{`delete from journal_event where seq > 8`, `update journal_head set seq = 8`}},
		{"改头的哈希", 10, []string{`update journal_head set hash = (select hash from journal_event where seq = 4)`}},
		{"在头之后添一条", 11, []string{`insert into journal_event select station, 11, 'b/1', 1, kind, happened_at, recorded_at, actor, on_behalf, act, data, seals, hash from journal_event where seq = 10`}},
		{"改密文", 4, []string{`update vault_text set sealed = (select wrapped from vault_key)`}},
		{"删密文而留着钥匙", 4, []string{`delete from vault_text`}},
		{"改密文摘要", 4, []string{`update journal_event set seals = replace(seals, '"v":1', '"v":2') where seq = 4`}},
		{"去掉密文摘要", 4, []string{`update journal_event set seals = '[]' where seq = 4`}},
	} {
		t.Run(c.rule, func(t *testing.T) {
			s, db, done := open(t)
			defer done()
			write10(t, s)
			for _, statement := range c.sql {
				r, err := db.ExecContext(ctx, statement)
				if err != nil {
					t.Fatal(err)
				}
				if n, _ := r.RowsAffected(); n == 0 {
					t.Fatalf("changes nothing: %s", statement)
				}
			}
			err := journal.VerifyChain(ctx, s, "s1")
			var broken *journal.Broken
			if c.seq == 0 && err != nil || c.seq > 0 && (!errors.As(err, &broken) || broken.Seq != c.seq) {
				t.Fatalf("got %v, want event %d named", err, c.seq)
			}
		})
	}
}

// write10 writes ten events, the fourth with a sealed text.
func write10(t *testing.T, s journal.Store) {
	t.Helper()
	for i := range 5 {
		b := Batch("s1", fmt.Sprintf("k%d", i), "a/1", 2*i, 2)
		for j := range b.Appends[0].Drafts {
			b.Appends[0].Drafts[j].Data = json.RawMessage(fmt.Sprintf(`{"n":%d}`, 2*i+j))
		}
		if i == 1 {
			digest := sha256.Sum256([]byte("cipher"))
			b.Keys = []journal.WrappedKey{{Subject: "p1", Bytes: []byte("wrapped")}}
			b.Sealed = []journal.Sealed{{Subject: "p1", Field: "name", Version: 1, Bytes: []byte("cipher")}}
			b.Appends[0].Drafts[1].Seals = []journal.Seal{{Subject: "p1", Field: "name", Version: 1, Digest: digest[:]}}
		}
		if _, err := s.Append(context.Background(), b); err != nil {
			t.Fatal(err)
		}
	}
}
