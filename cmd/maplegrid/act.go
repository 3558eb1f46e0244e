package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/api"
	"maplegrid/internal/app"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
)

func act(ctx context.Context, c *call) error {
	user := c.flags.String("as", "", "账号 / account ("+owner+": 本机主人建所 / the owner of the machine sets up)")
	file := c.flags.String("json", "", "内容文件，- 为标准输入 / file with the act, - for standard input")
	key := c.flags.String("key", "", "幂等键，缺省由内容和时间得出 / idempotency key; by default from content and time")
	happened := c.flags.String("happened-at", "", "发生时间 / when it happened (RFC 3339)")
	args, err := c.parse("NAME")
	if err != nil {
		return err
	}
	spec, ok := desk.Find(args[0])
	if !ok || spec.Internal {
		return fault.New(fault.Missing, "act.unknown", fault.Args{"act": args[0]})
	}
	body := []byte("{}")
	switch *file {
	case "":
	case "-":
		body, err = io.ReadAll(c.in)
	default:
		body, err = os.ReadFile(*file)
	}
	if err != nil {
		return err
	}
	a := spec.New()
	if err := api.Decode(body, a); err != nil {
		return err
	}
	env := desk.Envelope{Key: *key}
	if *happened != "" {
		if env.HappenedAt, err = time.Parse(time.RFC3339, *happened); err != nil {
			return fault.New(fault.Invalid, "api.time", nil).On("happened-at")
		}
	}
	if env.Key == "" {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %s %d", spec.Name, *user, body, time.Now().UnixNano()))
		env.Key = "cli-" + hex.EncodeToString(sum[:16])
	}
	return c.as(ctx, *user, func(m *app.App, w access.Who) error {
		done, err := m.Desk.Do(ctx, w, env, spec.Name, a)
		if err != nil {
			return err
		}
		text, err := json.Marshal(struct {
			desk.Answer
			Secret string `json:"secret,omitempty"`
		}{done, done.Secret})
		printf(c, "%s", text)
		return err
	})
}

func tokenCreate(ctx context.Context, c *call) error {
	user := c.flags.String("as", "", "账号 / account")
	label := c.flags.String("label", "", "用途 / what for")
	if _, err := c.parse(); err != nil {
		return err
	}
	return c.as(ctx, *user, func(m *app.App, w access.Who) error {
		key := fmt.Sprintf("cli-token-%d", time.Now().UnixNano())
		done, err := m.Desk.Do(ctx, w, desk.Envelope{Key: key}, "account.make_token", &desk.MakeToken{Person: w.Person, Label: *label})
		if err != nil {
			return err
		}
		c.say("令牌只显示这一次，请妥善保存。", "the token is shown this once; keep it safe.")
		printf(c, "%s", done.Secret)
		return nil
	})
}
