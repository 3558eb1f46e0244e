package main

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"time"

	"maplegrid/internal/app"
)

// How long a client may take, and the acts under way when the server is told to stop. Answers have no limit of their own: some pages
// are kept open for news.
const (
	headerTimeout = 10 * time.Second
	readTimeout   = 2 * time.Minute
	idleTimeout   = 2 * time.Minute
	drainTimeout  = 20 * time.Second
)

func serve(ctx context.Context, c *call) error {
	if _, err := c.parse(); err != nil {
		return err
	}
	a, err := c.open(ctx, true)
	if err != nil {
		return err
	}
	c.keepKey(a)
	code, err := a.Site.SetupCode(ctx)
	if err != nil {
		return errors.Join(err, a.Close())
	}
	return c.run(ctx, a, func(url string) {
		if code != "" {
			printf(c, "还没有账号。请在浏览器打开 %s/setup ，输入一次性开通码 %s", url, code)
			printf(c, "No accounts yet. Open %s/setup and enter the one-time code %s", url, code)
		}
	})
}

// run serves an app until ctx ends, and closes it. ready is told the address just before the line that says so.
func (c *call) run(ctx context.Context, a *app.App, ready func(url string)) error {
	ln, err := net.Listen("tcp", c.addr)
	if err != nil {
		return errors.Join(err, a.Close())
	}
	running, stop := context.WithCancel(context.WithoutCancel(ctx))
	followed := make(chan struct{})
	go func() { a.Run(running); close(followed) }()
	served := make(chan error, 1)
	s := &http.Server{Handler: a.Handler(), ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, IdleTimeout: idleTimeout,
		MaxHeaderBytes: 64 << 10, ErrorLog: slog.NewLogLogger(slog.Default().Handler(), slog.LevelWarn)}
	go func() { served <- s.Serve(ln) }()
	url := "http://" + reachable(ln.Addr())
	ready(url)
	printf(c, "ready %s", url)
	select {
	case err = <-served:
	case <-ctx.Done():
		late, cancel := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
		if err = s.Shutdown(late); err != nil { // somebody keeps a page open: acts are answered, so it may be cut
			err = s.Close()
		}
		cancel()
	}
	stop()
	<-followed
	return errors.Join(err, a.Close())
}

// reachable names the loopback for an address that means every one.
func reachable(a net.Addr) string {
	host, port, err := net.SplitHostPort(a.String())
	if ip := net.ParseIP(host); err == nil && ip != nil && ip.IsUnspecified() {
		return net.JoinHostPort("127.0.0.1", port)
	}
	return a.String()
}
