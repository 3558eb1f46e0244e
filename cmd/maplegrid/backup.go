package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/store"
	"maplegrid/internal/web/keep"
)

// backup writes a file that either engine can be restored from. The station key is not in it.
func backup(ctx context.Context, c *call) error {
	args, err := c.parse("FILE")
	if err != nil {
		return err
	}
	if err := c.exists(); err != nil {
		return err
	}
	if _, err := os.Lstat(args[0]); err == nil {
		return fault.New(fault.Invalid, "cli.file_exists", fault.Args{"file": args[0]})
	}
	e, err := c.engine(ctx)
	if err != nil {
		return err
	}
	m, err := writeBackup(ctx, e, args[0], filepath.Join(c.data, "playbooks"))
	if err := errors.Join(err, e.Close()); err != nil {
		return err
	}
	printf(c, "%s %d", args[0], m.Files["journal_event.jsonl"].Rows)
	c.say("备份里没有密钥：请把 %s 另存在别处，恢复时要用。", "the key is not in the backup: keep %s elsewhere; a restore needs it.", filepath.Join(c.data, "keys"))
	return nil
}

// writeBackup writes beside the name and renames when all of it is on the disk: a backup that has its name is whole.
func writeBackup(ctx context.Context, e *store.Engine, path, playbooks string) (store.Manifest, error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".backup-*")
	if err != nil {
		return store.Manifest{}, err
	}
	defer os.Remove(f.Name())
	m, err := e.Backup(ctx, f, os.DirFS(playbooks), time.Now())
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return m, err
	}
	return m, os.Rename(f.Name(), path)
}

// restore fills an empty folder or database and verifies what came. A folder that holds nothing but its keys is empty.
func restore(ctx context.Context, c *call) error {
	args, err := c.parse("FILE")
	if err != nil {
		return err
	}
	f, err := os.Open(args[0])
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if _, _, err := store.ReadManifest(f, info.Size()); err != nil { // before a folder is made
		return errors.Join(fault.New(fault.Invalid, "cli.bad_backup", nil), err)
	}
	entries, err := os.ReadDir(c.data)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, d := range entries {
		if d.Name() != "keys" && (c.db == "" || d.Name() == "playbooks") {
			return fault.New(fault.Invalid, "cli.not_empty", fault.Args{"folder": c.data})
		}
	}
	e, err := c.engine(ctx)
	if err != nil {
		return err
	}
	_, err = keep.NewBlobs(ctx, e.Blobs.Write, e.Blobs.Read, nil, nil)
	if err == nil {
		_, err = e.Restore(ctx, f, info.Size(), filepath.Join(c.data, "playbooks"))
	}
	if errors.Is(err, store.ErrNotEmpty) {
		err = fault.New(fault.Invalid, "cli.not_empty", fault.Args{"folder": c.data})
	} else if err == nil {
		err = c.chains(ctx, e.Journal)
	}
	if err = errors.Join(err, e.Close()); err != nil {
		if c.db == "" { // it was empty before
			err = errors.Join(err, os.RemoveAll(filepath.Join(c.data, "db")), os.RemoveAll(filepath.Join(c.data, "playbooks")))
		}
		return err
	}
	key := filepath.Join(c.data, "keys", "station.key")
	if _, err := os.Stat(key); err != nil {
		c.say("请先把原来的密钥放回 %s 再启动：没有它，姓名、电话和报事内容都打不开。", "put the old key back at %s before starting: without it no name, phone or report can be opened.", key)
	}
	return nil
}
