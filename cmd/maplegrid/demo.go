package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"maplegrid/internal/app"
	"maplegrid/internal/clock"
	"maplegrid/internal/demo"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
)

// trickleEvery is about how often something happens while a demonstration is served.
const trickleEvery = 30 * time.Second

// built is the file in a data folder that says it holds a demonstration, and which.
type built struct {
	Playbook string
	Days     int
	Seed     uint64
	Until    time.Time // zero while it is being built
	Result   demo.Result
}

func (b built) same(o built) bool {
	return b.Playbook == o.Playbook && b.Days == o.Days && b.Seed == o.Seed
}

func demonstrate(ctx context.Context, c *call) error {
	want := built{}
	c.flags.StringVar(&want.Playbook, "playbook", "shengrenjian", "经验包 / playbook")
	c.flags.IntVar(&want.Days, "days", 90, "过去的天数 / days of life")
	c.flags.Uint64Var(&want.Seed, "seed", 1, "随机种子，同样的种子同样的所 / seed; the same gives the same station")
	if _, err := c.parse(); err != nil {
		return err
	}
	if c.db != "" {
		return fault.New(fault.Invalid, "cli.demo_folder", nil)
	}
	if c.data == options[0].def { // a demonstration never lies where a real station's data would
		c.data = filepath.Join(c.data, "demo")
	}
	b, err := c.demoData(ctx, want)
	if err != nil {
		return err
	}
	a, err := app.Open(ctx, app.Config{Data: c.data, Station: c.station, BaseURL: c.url, Demo: true, Closing: ctx.Done()})
	if err != nil {
		return err
	}
	if _, err := a.Boards.CatchUp(ctx); err != nil {
		return errors.Join(err, a.Close())
	}
	trickled := make(chan struct{})
	err = c.run(ctx, a, func(url string) {
		c.tellDemo(b, url)
		go func() {
			defer close(trickled)
			if err := demo.Trickle(ctx, a.Desk, a.Station, trickleEvery); err != nil && ctx.Err() == nil {
				slog.ErrorContext(ctx, "the demonstration stands still", "error", err)
			}
		}()
	})
	if ctx.Err() != nil {
		<-trickled
	}
	return err
}

func (c *call) demoFile() string { return filepath.Join(c.data, "demo.json") }

// demoData finds the demonstration asked for in the data folder, or builds it. What is not a demonstration is never touched.
func (c *call) demoData(ctx context.Context, want built) (built, error) {
	var have built
	text, err := os.ReadFile(c.demoFile())
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if c.exists() == nil {
			return have, fault.New(fault.Invalid, "cli.demo_not_empty", fault.Args{"folder": c.data})
		}
	case err != nil:
		return have, err
	default:
		if err := json.Unmarshal(text, &have); err != nil {
			return have, fmt.Errorf("read %s: %w", c.demoFile(), err)
		}
		if have.Until.IsZero() { // it was stopped half way
			if err := errors.Join(os.RemoveAll(filepath.Join(c.data, "db")), os.RemoveAll(filepath.Join(c.data, "keys"))); err != nil {
				return have, err
			}
		} else if !have.same(want) {
			return have, fault.New(fault.Invalid, "cli.demo_other", fault.Args{"folder": c.data, "playbook": have.Playbook, "days": have.Days, "seed": have.Seed})
		} else {
			printf(c, "%s", c.words("沿用 "+c.data+" 里的演示数据（建于 "+have.Until.In(clock.Shanghai).Format(time.DateTime)+"）",
				"using the demonstration in "+c.data+", built "+have.Until.In(clock.Shanghai).Format(time.DateTime)))
			return have, nil
		}
	}
	return c.buildDemo(ctx, want)
}

func (c *call) words(zh, en string) string {
	if c.lang == "en" {
		return en
	}
	return zh
}

// buildDemo lives the days up to now, with a clock of its own.
func (c *call) buildDemo(ctx context.Context, want built) (built, error) {
	if err := c.mark(want); err != nil {
		return want, err
	}
	printf(c, c.words("正在 %s 建演示所：经验包 %s，%d 天，种子 %d", "building a demonstration in %s: playbook %s, %d days, seed %d"), c.data, want.Playbook, want.Days, want.Seed)
	began, clk := clock.System().Now(), clock.NewStepped(time.Time{})
	a, err := app.Open(ctx, app.Config{Data: c.data, Station: c.station, Clock: clk, Rand: ident.Seeded(want.Seed), Demo: true})
	if err != nil {
		return want, err
	}
	want.Result, err = demo.Build(ctx, a.Desk, clk, a.Station, demo.Options{Playbook: want.Playbook, Days: want.Days, Seed: want.Seed, End: began,
		Hour: func(ctx context.Context) error {
			if err := ctx.Err(); err != nil {
				return err
			}
			if _, err := a.Boards.CatchUp(ctx); err != nil {
				return err
			}
			return errors.Join(a.Escalate(ctx), a.Watch(ctx))
		},
		Day: func(done, of int) {
			if done%10 == 0 {
				printf(c, c.words("  已过 %d 天，共 %d 天", "  %d of %d days"), done, of)
			}
		}})
	if err = errors.Join(err, a.Close()); err != nil {
		return want, err
	}
	want.Until = began
	printf(c, c.words("建好：报事 %d 件，事项 %d 件，动作 %d 个，用时 %s", "built: %d reports, %d matters, %d acts, in %s"), want.Result.Reports, want.Result.Matters,
		want.Result.Acts, clock.System().Now().Sub(began).Round(100*time.Millisecond))
	return want, c.mark(want)
}

func (c *call) mark(b built) error {
	text, err := json.MarshalIndent(b, "", "  ")
	if err == nil {
		err = os.MkdirAll(c.data, 0o700)
	}
	if err == nil {
		err = os.WriteFile(c.demoFile(), text, 0o600)
	}
	return err
}

// tellDemo prints who may sign in, and what residents can try.
func (c *call) tellDemo(b built, url string) {
	printf(c, c.words("\n以下人员、电话和事情均为虚构。账号：", "\nAll people, phones and events are invented. Accounts:"))
	w := tabwriter.NewWriter(c.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, c.words("账号\t密码\t角色\t姓名", "user\tpassword\trole\tname"))
	for _, a := range b.Result.Accounts {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", a.User, a.Password, a.Role, a.Name)
	}
	w.Flush()
	receipts := slices.DeleteFunc(slices.Clone(b.Result.Receipts), func(r string) bool { return r == "" })
	printf(c, c.words("\n群众报事：%s/report    查进度：%s/progress    回执码：%s\n", "\nreport: %s/report    progress: %s/progress    receipt codes: %s\n"), url, url,
		strings.Join(receipts, "  "))
}
