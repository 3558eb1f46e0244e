package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"maplegrid/internal/bench"
	"maplegrid/internal/fault"
)

// benches measures by name, all of them when none is named.
func benches(ctx context.Context, c *call) (err error) {
	asJSON := c.flags.Bool("json", false, "结果为 JSON / figures as JSON")
	large := c.flags.Int("large", 100000, "大站的事项数 / matters in the large station")
	small := c.flags.Int("small", 10000, "小站的事项数 / matters in the small station")
	seconds := c.flags.Int("seconds", 5, "每格几秒 / seconds a cell runs")
	solomon := c.flags.String("solomon", "", "Solomon 算例文件夹，默认 ../shared/data/solomon / folder of the Solomon instances, ../shared/data/solomon unless given")
	args, err := c.parse("NAME…")
	if err != nil {
		return err
	}
	if len(args) == 0 {
		args = bench.Names()
	}
	dir, err := os.MkdirTemp(".", "bench-") // on the disk of the working folder: a temporary one may lie in memory
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	var all []bench.Figure
	for _, name := range args {
		run, ok := bench.Named[name]
		if !ok {
			return fault.New(fault.Missing, "cli.no_bench", fault.Args{"name": name, "names": fmt.Sprint(bench.Names())})
		}
		figures, err := run(ctx, bench.Options{Data: dir, DB: c.db, For: time.Duration(*seconds) * time.Second, Large: *large, Small: *small, Solomon: *solomon,
			Say: func(format string, a ...any) { fmt.Fprintf(c.errs, format+"\n", a...) }})
		if err != nil {
			return fmt.Errorf("bench %s: %w", name, err)
		}
		all = append(all, figures...)
	}
	if *asJSON {
		e := json.NewEncoder(c.out)
		e.SetIndent("", "  ")
		return e.Encode(all)
	}
	for _, f := range all {
		line := fmt.Sprintf("%-60s %12.2f %s", f.Name, f.Value, f.Unit)
		if f.Floor != 0 {
			line += fmt.Sprintf("  (%.2f, ratio %.2f)", f.Floor, f.Ratio)
		}
		if f.Aim != "" {
			line += "  " + f.Aim
		}
		fmt.Fprintln(c.out, line)
	}
	return nil
}
