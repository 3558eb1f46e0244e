package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/store"
	"maplegrid/internal/store/postgres"
	"maplegrid/internal/store/sqlite"
)

// owner is who sets a station up before it has people: the owner of the machine. No account can be called so.
const owner = "@owner"

// open opens the app of a folder. A folder without a journal is a mistyped one, unless it may be fresh.
func (c *call) open(ctx context.Context, fresh bool) (*app.App, error) {
	if !fresh {
		if err := c.exists(); err != nil {
			return nil, err
		}
	}
	return app.Open(ctx, app.Config{Data: c.data, DB: c.db, Station: c.station, BaseURL: c.url, Proxies: c.proxy, Gateways: c.gateways, Closing: ctx.Done()})
}

func (c *call) exists() error {
	if c.db != "" {
		return nil
	}
	if _, err := os.Stat(filepath.Join(c.data, "db", "journal.db")); err != nil {
		return fault.New(fault.Missing, "cli.no_data", fault.Args{"folder": c.data})
	}
	return nil
}

// engine opens the store alone, for what needs no key.
func (c *call) engine(ctx context.Context) (*store.Engine, error) {
	if c.db != "" {
		return postgres.Open(ctx, c.db)
	}
	return sqlite.Open(ctx, filepath.Join(c.data, "db"))
}

// who is the person of an account name, at the app's station.
func who(ctx context.Context, a *app.App, user string) (access.Who, error) {
	if user == owner {
		return desk.Program(a.Station), nil
	}
	org, err := a.Desk.Org(ctx, a.Station)
	if err != nil {
		return access.Who{}, err
	}
	w, ok, err := a.Desk.Known(ctx, a.Station, org.ByUser[user])
	if err == nil && !ok {
		err = fault.New(fault.Missing, "cli.no_account", fault.Args{"user": user})
	}
	return w, err
}

// as opens the app and finds who acts, closes the app after do.
func (c *call) as(ctx context.Context, user string, do func(*app.App, access.Who) error) error {
	if user == "" {
		c.flags.Usage()
		return errUsage
	}
	a, err := c.open(ctx, user == owner)
	if err != nil {
		return err
	}
	w, err := who(ctx, a, user)
	if err == nil {
		err = do(a, w)
	}
	return errors.Join(err, a.Close())
}

// keepKey tells the operator of a key that was just made.
func (c *call) keepKey(a *app.App) {
	if a.FreshKey {
		c.say("已新建密钥 %s。请另存一份在别处：没有它，姓名、电话和报事内容都打不开，备份里也没有它。",
			"a new key was made: %s. Keep a copy elsewhere: without it no name, phone or report can be opened, and no backup holds it.",
			filepath.Join(c.data, "keys", "station.key"))
	}
}

func printf(c *call, format string, args ...any) { fmt.Fprintf(c.out, format+"\n", args...) }
