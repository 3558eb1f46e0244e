package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
)

// allMatters is the name of the ledger of every kind.
const allMatters = "matters"

// exportLedger writes a ledger as a workbook: of all matters, of one kind, or one of desk.Ledgers. The file appears whole or not at all.
func exportLedger(ctx context.Context, c *call) error {
	user := c.flags.String("as", "", "账号 / account")
	out := c.flags.String("o", "", "文件 .xlsx / file")
	from := c.flags.String("from", "", "起日，如 2026-11-01，缺省为本月 / first day")
	until := c.flags.String("to", "", "止日，含当天 / last day, included")
	purpose := c.flags.String("purpose", "", "用途，会记入日志 / what for; it is recorded")
	args, err := c.parse("NAME")
	if err != nil {
		return err
	}
	if *out == "" || *user == "" || !strings.EqualFold(filepath.Ext(*out), ".xlsx") {
		c.flags.Usage()
		return errUsage
	}
	return c.as(ctx, *user, func(a *app.App, w access.Who) error {
		book, err := a.Desk.Book(ctx, w.Station)
		if err != nil {
			return err
		}
		act := &desk.ExportLedger{Purpose: *purpose, From: *from, Until: *until}
		switch {
		case args[0] == allMatters:
		case slices.Contains(desk.Ledgers, args[0]):
			act.Ledger = args[0]
		default:
			if _, ok := book.Kind(args[0]); !ok {
				return fault.New(fault.Missing, "cli.no_ledger", fault.Args{"name": args[0]})
			}
			act.Kind = args[0]
		}
		if _, err := a.Boards.CatchUp(ctx); err != nil {
			return err
		}
		file, err := a.Site.Ledger(ctx, w, fmt.Sprintf("cli-ledger-%d", time.Now().UnixNano()), act)
		if err != nil {
			return err
		}
		part := *out + ".part"
		if err := os.WriteFile(part, file, 0o600); err != nil {
			return err
		}
		if err := os.Rename(part, *out); err != nil {
			return err
		}
		printf(c, "%s", *out)
		return nil
	})
}
