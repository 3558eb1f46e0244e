package store

import (
	"archive/zip"
	"bufio"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// BackupFormat is what the manifest of a backup begins with.
const BackupFormat = "maplegrid backup 1"

// Manifest tells what a backup holds. A backup is a zip of rows in JSON, the same from every engine and for every engine. The station
// key is never in it: whoever finds a backup can read no sealed word, and whoever restores one needs the key kept elsewhere.
type Manifest struct {
	Format string              `json:"format"`
	MadeAt time.Time           `json:"made_at"`
	Engine string              `json:"engine"`
	Files  map[string]Checksum `json:"files"`
}

// Checksum is of one file of a backup.
type Checksum struct {
	SHA256 string `json:"sha256"`
	Rows   int    `json:"rows,omitempty"`
}

// What a restore is refused for.
var (
	ErrNotEmpty = errors.New("the store holds a journal already")
	ErrBackup   = errors.New("not a backup, or a damaged one")
)

// kept are the tables of a backup with the columns their rows are ordered by; boards are not among them: they are rebuilt.
var kept = [][2]string{{"journal_head", "station"}, {"journal_event", "station, seq"}, {"journal_act", "station, key"},
	{"journal_claim", "station, space, value"}, {"vault_key", "station, subject"}, {"vault_text", "station, subject, field, version"}}

var keptBlobs = [][2]string{{"blob", "station, id"}}

// Backup writes everything that cannot be rebuilt, as it stands at one moment, and the files of files (a station's own playbooks).
// Acts go on meanwhile. Pictures are read after the journal, so that every picture the journal names is there.
func (e *Engine) Backup(ctx context.Context, w io.Writer, files fs.FS, at time.Time) (Manifest, error) {
	m := Manifest{BackupFormat, at.UTC(), e.Name, map[string]Checksum{}}
	z := zip.NewWriter(w)
	if err := e.backupTables(ctx, z, m, e.Journal.read, kept); err != nil {
		return m, err
	}
	if e.Blobs.Read != nil && hasTable(ctx, e.Blobs.Read, keptBlobs[0][0]) {
		if err := e.backupTables(ctx, z, m, e.Blobs.Read, keptBlobs); err != nil {
			return m, err
		}
	}
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			if errors.Is(err, fs.ErrNotExist) {
				return nil
			}
			return err
		}
		f, err := files.Open(name)
		if err != nil {
			return err
		}
		defer f.Close()
		return m.add(z, "files/"+name, func(w io.Writer) (int, error) { _, err := io.Copy(w, f); return 0, err })
	})
	if err != nil {
		return m, fmt.Errorf("back up files: %w", err)
	}
	out, err := z.Create("manifest.json")
	if err != nil {
		return m, err
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", "  ")
	return m, errors.Join(enc.Encode(m), z.Close())
}

func (m Manifest) add(z *zip.Writer, name string, write func(io.Writer) (int, error)) error {
	out, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: m.MadeAt})
	if err != nil {
		return err
	}
	sum := sha256.New()
	rows, err := write(io.MultiWriter(out, sum))
	m.Files[name] = Checksum{hex.EncodeToString(sum.Sum(nil)), rows}
	return err
}

func (e *Engine) backupTables(ctx context.Context, z *zip.Writer, m Manifest, db *sql.DB, tables [][2]string) error {
	tx, err := db.BeginTx(ctx, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	defer func() { _ = tx.Rollback() }()
	for _, t := range tables {
		err := m.add(z, t[0]+".jsonl", func(w io.Writer) (int, error) { return dump(ctx, tx, "select * from "+t[0]+" order by "+t[1], w) })
		if err != nil {
			return fmt.Errorf("back up %s: %w", t[0], err)
		}
	}
	return nil
}

func hasTable(ctx context.Context, db *sql.DB, table string) bool {
	rows, err := db.QueryContext(ctx, "select 1 from "+table+" where 1 = 0")
	return err == nil && rows.Close() == nil
}

// octets is a byte string in a row.
type octets struct {
	Bytes []byte `json:"b"`
}

// dump writes the names of the columns, then a line per row.
func dump(ctx context.Context, tx *sql.Tx, query string, w io.Writer) (n int, err error) {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	names, err := rows.Columns()
	if err != nil {
		return 0, err
	}
	buf := bufio.NewWriterSize(w, 1<<16)
	enc := json.NewEncoder(buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(names); err != nil {
		return 0, err
	}
	values, into := make([]any, len(names)), make([]any, len(names))
	for i := range values {
		into[i] = &values[i]
	}
	for ; rows.Next(); n++ {
		if err := rows.Scan(into...); err != nil {
			return n, err
		}
		for i, v := range values {
			if b, ok := v.([]byte); ok {
				values[i] = octets{b}
			}
		}
		if err := enc.Encode(values); err != nil {
			return n, err
		}
	}
	return n, errors.Join(rows.Err(), buf.Flush())
}

// ReadManifest reads what a backup holds and checks every checksum.
func ReadManifest(r io.ReaderAt, size int64) (*zip.Reader, Manifest, error) {
	var m Manifest
	z, err := zip.NewReader(r, size)
	if err != nil {
		return nil, m, fmt.Errorf("%w: %w", ErrBackup, err)
	}
	f, err := z.Open("manifest.json")
	if err != nil {
		return nil, m, fmt.Errorf("%w: %w", ErrBackup, err)
	}
	defer f.Close()
	if err := json.NewDecoder(f).Decode(&m); err != nil || m.Format != BackupFormat {
		return nil, m, fmt.Errorf("%w: manifest of %q", ErrBackup, m.Format)
	}
	for _, f := range z.File {
		if f.Name == "manifest.json" {
			continue
		}
		if name, ok := strings.CutPrefix(f.Name, "files/"); ok && !filepath.IsLocal(name) {
			return nil, m, fmt.Errorf("%w: %s lies outside", ErrBackup, f.Name)
		}
		sum, err := sumOf(f)
		if err != nil || hex.EncodeToString(sum.Sum(nil)) != m.Files[f.Name].SHA256 {
			return nil, m, fmt.Errorf("%w: %s is not what was backed up", ErrBackup, f.Name)
		}
	}
	for name := range m.Files {
		if !slices.ContainsFunc(z.File, func(f *zip.File) bool { return f.Name == name }) {
			return nil, m, fmt.Errorf("%w: %s is missing", ErrBackup, name)
		}
	}
	return z, m, nil
}

func sumOf(f *zip.File) (hash.Hash, error) {
	sum := sha256.New()
	in, err := f.Open()
	if err != nil {
		return nil, err
	}
	defer in.Close()
	_, err = io.Copy(sum, in)
	return sum, err
}

// Restore fills an empty store with a backup, all or nothing, and puts its files under dir. No act may be under way. The table of
// pictures must have been made. Who restores verifies the journal afterwards.
func (e *Engine) Restore(ctx context.Context, r io.ReaderAt, size int64, dir string) (Manifest, error) {
	z, m, err := ReadManifest(r, size)
	if err != nil {
		return m, err
	}
	if stations, err := e.Journal.Stations(ctx); err != nil || len(stations) > 0 {
		return m, errors.Join(err, ErrNotEmpty)
	}
	if err := e.restoreBlobs(ctx, z); err != nil {
		return m, err
	}
	if err := fill(ctx, e.Journal.write, Begin(e.Name), z, kept); err != nil {
		return m, err
	}
	for _, f := range z.File {
		if name, ok := strings.CutPrefix(f.Name, "files/"); ok {
			if err := unpack(f, dir, name); err != nil {
				return m, fmt.Errorf("restore %s: %w", f.Name, err)
			}
		}
	}
	return m, nil
}

func (e *Engine) restoreBlobs(ctx context.Context, z *zip.Reader) error {
	s, err := NewSession(ctx, e.Blobs.Write, e.Name)
	if err != nil {
		return err
	}
	defer s.Close()
	return fill(ctx, s, Begin(e.Name), z, keptBlobs)
}

// fill inserts the rows of tables in one transaction. A table the backup has no file of stays empty.
func fill(ctx context.Context, s *Session, begin string, z *zip.Reader, tables [][2]string) error {
	if _, err := s.ExecContext(ctx, begin); err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	for _, t := range tables {
		if err := fillTable(ctx, s, z, t[0]); err != nil {
			_, rollback := s.ExecContext(ctx, "rollback")
			return fmt.Errorf("restore %s: %w", t[0], errors.Join(err, rollback))
		}
	}
	_, err := s.ExecContext(ctx, "commit")
	return err
}

func fillTable(ctx context.Context, s *Session, z *zip.Reader, table string) error {
	f, err := z.Open(table + ".jsonl")
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	} else if err != nil {
		return err
	}
	defer f.Close()
	dec := json.NewDecoder(bufio.NewReaderSize(f, 1<<16))
	dec.UseNumber()
	var names []string
	if err := dec.Decode(&names); err != nil {
		return fmt.Errorf("%w: %w", ErrBackup, err)
	}
	for _, n := range names {
		if strings.Trim(n, "abcdefghijklmnopqrstuvwxyz_0123456789") != "" {
			return fmt.Errorf("%w: column %q", ErrBackup, n)
		}
	}
	var rows [][]any
	for dec.More() {
		var row []any
		if err := dec.Decode(&row); err != nil || len(row) != len(names) {
			return fmt.Errorf("%w: %d values for %d columns: %w", ErrBackup, len(row), len(names), err)
		}
		for i, v := range row {
			if row[i], err = value(v); err != nil {
				return err
			}
		}
		if rows = append(rows, row); len(rows) == 256 || table == keptBlobs[0][0] {
			if err := Insert(ctx, s, table, strings.Join(names, ", "), "", rows); err != nil {
				return err
			}
			rows = rows[:0]
		}
	}
	return Insert(ctx, s, table, strings.Join(names, ", "), "", rows)
}

func value(v any) (any, error) {
	switch v := v.(type) {
	case json.Number:
		return v.Int64()
	case map[string]any:
		text, _ := json.Marshal(v)
		var b octets
		err := json.Unmarshal(text, &b)
		if b.Bytes == nil {
			b.Bytes = []byte{}
		}
		return b.Bytes, err
	}
	return v, nil
}

func unpack(f *zip.File, dir, name string) error {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer in.Close()
	out, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(out, in)
	return errors.Join(err, out.Sync(), out.Close())
}
