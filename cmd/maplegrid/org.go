package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/intake/orgfile"
	"maplegrid/internal/sheet"
)

// importOrg takes a table of the organisation in: checked whole, refused whole with every mistake told.
func importOrg(ctx context.Context, c *call) error {
	user := c.flags.String("as", "", "账号 / account")
	kind := c.flags.String("kind", "", "哪张表，缺省由文件名和表头看出 / which table; by default seen from name and header: "+kindList())
	try := c.flags.Bool("dry-run", false, "只检查，不写入 / check everything, write nothing")
	args, err := c.parse("FILE")
	if err != nil {
		return err
	}
	file, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	k := orgfile.Kind(*kind)
	if k == "" {
		known := false
		if k, known = orgfile.Guess(args[0], file); !known {
			return fault.New(fault.Invalid, "orgfile.which", nil).On("kind")
		}
	}
	return c.as(ctx, *user, func(a *app.App, w access.Who) error {
		p, err := orgfile.Check(ctx, a.Desk, w, k, args[0], file)
		if err != nil {
			return err
		}
		for _, m := range p.Wrong() {
			printf(c, "%d\t%s\t%s\t%s", m.Line, m.Header, m.Fault.Code, m.Sentence(c.lang))
		}
		done := orgfile.Done{New: p.Count(orgfile.New), Changed: p.Count(orgfile.Changed), Same: p.Count(orgfile.Same)}
		if !*try || len(p.Wrong()) > 0 {
			if done, err = orgfile.Apply(ctx, a.Desk, w, p); err != nil {
				return err
			}
		}
		printf(c, map[bool]string{false: "%s：新增 %d，改动 %d，没有变化 %d", true: "%s: %d new, %d changed, %d the same"}[c.lang == "en"], k.Title(c.lang), done.New, done.Changed, done.Same)
		return nil
	})
}

func kindList() string {
	var all []string
	for _, k := range orgfile.Kinds {
		all = append(all, string(k))
	}
	return strings.Join(all, " ")
}

// exportOrg gives a table of the organisation out; the file appears whole or not at all.
func exportOrg(ctx context.Context, c *call) error {
	user := c.flags.String("as", owner, "账号 / account")
	out := c.flags.String("o", "", "文件：.xlsx .csv，边界为 .geojson / file")
	purpose := c.flags.String("purpose", "", "所长导出全名和电话的用途 / what for, when a head takes full names and phones out")
	args, err := c.parse("TABLE")
	if err != nil {
		return err
	}
	if *out == "" {
		c.flags.Usage()
		return errUsage
	}
	if err := c.exists(); err != nil {
		return err
	}
	x := orgfile.Export{Kind: orgfile.Kind(args[0]), Format: sheet.XLSX, Purpose: *purpose, Key: fmt.Sprintf("cli-export-%d", time.Now().UnixNano()),
		Note: "导出：" + *user + " " + time.Now().In(clock.Shanghai).Format("2006-01-02 15:04")}
	if strings.EqualFold(filepath.Ext(*out), ".csv") {
		x.Format = sheet.CSV
	}
	return c.as(ctx, *user, func(a *app.App, w access.Who) error {
		f, err := os.CreateTemp(filepath.Dir(*out), ".export-*")
		if err != nil {
			return err
		}
		defer os.Remove(f.Name())
		err = orgfile.Write(ctx, f, a.Desk, w, x)
		if e := f.Close(); err == nil {
			err = e
		}
		if err != nil {
			return err
		}
		return os.Rename(f.Name(), *out)
	})
}
