package store_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/journal"
	"maplegrid/internal/store"
	"maplegrid/internal/store/postgres"
	"maplegrid/internal/store/postgres/pgtest"
	"maplegrid/internal/store/sqlite"
	"maplegrid/internal/work/report"
)

const makeBlob = `create table if not exists blob (station text not null, id text not null, bytes bigint not null, shown %s not null, primary key (station, id))`

func open(t *testing.T, engine string) *store.Engine {
	t.Helper()
	var e *store.Engine
	var err error
	kind := "blob"
	if engine == "postgres" {
		kind = "bytea"
		e, err = postgres.Open(context.Background(), pgtest.Start(t))
	} else {
		e, err = sqlite.Open(context.Background(), t.TempDir())
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = e.Close() })
	if _, err := e.Blobs.Write.Exec(fmt.Sprintf(makeBlob, kind)); err != nil {
		t.Fatal(err)
	}
	return e
}

func all(t *testing.T, e *store.Engine) []journal.Event {
	t.Helper()
	events, err := e.Journal.Read(context.Background(), desktest.Station, 0, 10000)
	if err != nil {
		t.Fatal(err)
	}
	return events
}

// A backup of either engine is restored on either, and acts go on from there.
func TestBackupOfOneEngineRestoresOnTheOther(t *testing.T) {
	ctx := context.Background()
	for _, pair := range [][2]string{{"sqlite", "sqlite"}, {"sqlite", "postgres"}, {"postgres", "sqlite"}, {"postgres", "postgres"}} {
		t.Run(pair[0]+"到"+pair[1], func(t *testing.T) {
			from := open(t, pair[0])
			d, err := desktest.On(from, 1)
			if err != nil {
				t.Fatal(err)
			}
			d.Cast(t, desktest.Station)
			submit := &report.Submit{Words: "井盖坏了 <b>&\n第二行", Name: "张三", Phone: "13900001234", Cell: "c1"}
			first, err := d.Desk.Do(ctx, desk.Public(desktest.Station), desk.Envelope{Key: "once"}, "report.submit", submit)
			if err != nil {
				t.Fatal(err)
			}
			picture := []byte{0, 255, 1, 254, '"'}
			if _, err := from.Blobs.Write.Exec("insert into blob (station, id, bytes, shown) values ($1, $2, $3, $4)", "s1", "b_1", 5, picture); err != nil {
				t.Fatal(err)
			}
			var file bytes.Buffer
			m, err := from.Backup(ctx, &file, fstest.MapFS{"playbooks/own/kinds.csv": {Data: []byte("key\n")}}, time.Unix(0, 0))
			if err != nil || m.Files["journal_event.jsonl"].Rows != len(all(t, from)) {
				t.Fatalf("%+v %v", m, err)
			}
			to, dir := open(t, pair[1]), t.TempDir()
			if _, err := to.Restore(ctx, bytes.NewReader(file.Bytes()), int64(file.Len()), dir); err != nil {
				t.Fatal(err)
			}
			if !reflect.DeepEqual(all(t, from), all(t, to)) {
				t.Error("other events")
			}
			if err := journal.VerifyChain(ctx, to.Journal, desktest.Station); err != nil {
				t.Error(err)
			}
			var shown []byte
			if err := to.Blobs.Read.QueryRow("select shown from blob where id = 'b_1'").Scan(&shown); err != nil || !bytes.Equal(shown, picture) {
				t.Errorf("picture %v %v", shown, err)
			}
			if text, err := os.ReadFile(filepath.Join(dir, "playbooks/own/kinds.csv")); err != nil || string(text) != "key\n" {
				t.Errorf("%q %v", text, err)
			}
			d2, _ := desktest.On(to, 2)
			again, err := d2.Desk.Do(ctx, desk.Public(desktest.Station), desk.Envelope{Key: "once"}, "report.submit", submit)
			if err != nil || !again.Repeat || again.ID != first.ID {
				t.Errorf("the same key: %+v %v", again, err)
			}
			if _, err := d2.Desk.Do(ctx, desk.Public(desktest.Station), desk.Envelope{Key: "next"}, "report.submit", submit); err != nil {
				t.Error(err)
			}
			if err := journal.VerifyChain(ctx, to.Journal, desktest.Station); err != nil {
				t.Error(err)
			}
			if _, err := to.Restore(ctx, bytes.NewReader(file.Bytes()), int64(file.Len()), t.TempDir()); !errors.Is(err, store.ErrNotEmpty) {
				t.Errorf("restored over a journal: %v", err)
			}
		})
	}
}

func TestADamagedBackupIsRefusedWhole(t *testing.T) {
	ctx := context.Background()
	from := open(t, "sqlite")
	d, _ := desktest.On(from, 1)
	d.Cast(t, desktest.Station)
	var file bytes.Buffer
	if _, err := from.Backup(ctx, &file, fstest.MapFS{"playbooks/a.csv": {Data: []byte("a")}}, time.Unix(0, 0)); err != nil {
		t.Fatal(err)
	}
	// remade writes the backup again with one file changed, left out or added.
	remade := func(change func(name string, text []byte) (string, []byte)) []byte {
		z, err := zip.NewReader(bytes.NewReader(file.Bytes()), int64(file.Len()))
		if err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		w := zip.NewWriter(&out)
		for _, f := range z.File {
			in, _ := f.Open()
			text, _ := io.ReadAll(in)
			if name, text := change(f.Name, text); name != "" {
				o, _ := w.Create(name)
				_, _ = o.Write(text)
			}
		}
		_ = w.Close()
		return out.Bytes()
	}
	for name, bad := range map[string][]byte{
		"截断":   file.Bytes()[:file.Len()/2],
		"不是备份": []byte("hello"),
		"改了一个字": remade(func(n string, b []byte) (string, []byte) {
			return n, bytes.Replace(b, []byte("第1村"), []byte("第7村"), 1)
		}),
		"少一个表": remade(func(n string, b []byte) (string, []byte) {
			if strings.HasPrefix(n, "vault_text") {
				return "", nil
			}
			return n, b
		}),
		"跑到文件夹外": remade(func(n string, b []byte) (string, []byte) {
			return strings.Replace(n, "files/", "files/../", 1), bytes.ReplaceAll(b, []byte("files/"), []byte("files/../"))
		}),
	} {
		t.Run(name, func(t *testing.T) {
			to, dir := open(t, "sqlite"), filepath.Join(t.TempDir(), "in")
			if _, err := to.Restore(ctx, bytes.NewReader(bad), int64(len(bad)), dir); !errors.Is(err, store.ErrBackup) {
				t.Fatalf("%v", err)
			}
			if stations, _ := to.Journal.Stations(ctx); len(stations) > 0 {
				t.Error("something was restored")
			}
			if _, err := os.Stat(filepath.Join(dir, "..", "playbooks")); err == nil {
				t.Error("a file was written outside")
			}
		})
	}
}
