package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/app"
	"maplegrid/internal/intake"
)

// importReports takes a file of reports over: a line per row says what it became, the last one sums up.
func importReports(ctx context.Context, c *call) error {
	user := c.flags.String("as", "", "账号 / account")
	try := c.flags.Bool("dry-run", false, "只检查，不写入 / check everything, write nothing")
	system := c.flags.String("system", "", "编号来自哪套系统 / which system numbered the rows")
	asJSON := c.flags.Bool("json", false, "结果为 JSON / the result as JSON")
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
	return c.as(ctx, *user, func(a *app.App, w access.Who) error {
		out := bufio.NewWriter(c.out)
		rows, told, start := 0, time.Now(), time.Now()
		r, err := intake.Reports(ctx, a.Desk, w, args[0], f, info.Size(), intake.Options{Try: *try, System: *system, Lang: c.lang, Each: func(b intake.Became) {
			if !*asJSON {
				fmt.Fprintf(out, "%d\t%s\t%s%s\n", b.Line, b.Outcome, b.ID, tabbed(b.Fault))
			}
			if rows++; time.Since(told) > time.Second/4 {
				told = time.Now()
				fmt.Fprintf(c.errs, "\r%d", rows)
			}
		}})
		if err != nil && rows == 0 {
			return err
		}
		if rows > 0 {
			fmt.Fprintf(c.errs, "\r%d (%.0f/s)\n", rows, float64(rows)/time.Since(start).Seconds())
		}
		if *asJSON {
			return errors.Join(err, json.NewEncoder(out).Encode(r), out.Flush())
		}
		for _, n := range r.Notes {
			fmt.Fprintf(out, "%d\tnote\t%s\n", n.Line, tabbed(n))
		}
		fmt.Fprintf(out, map[bool]string{false: "共 %d 行：新增 %d，已有 %d，未收 %d", true: "%d rows: %d new, %d already there, %d refused"}[c.lang == "en"]+"\n",
			r.Rows, r.New, r.Already, len(r.Refused))
		return errors.Join(err, out.Flush())
	})
}

func tabbed(f intake.RowFault) string {
	if f.Code == "" {
		return ""
	}
	return f.Column + "\t" + f.Code + "\t" + f.Sentence
}
