package steps

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"net/url"
	"sync"

	"github.com/jackc/pgx/v5"

	"maplegrid/internal/store/postgres"
)

// server is a PostgreSQL server on which every scenario gets a database of its own, copied from one that has been migrated.
type server struct {
	url, run string

	mu sync.Mutex
	n  int
}

func openServer(ctx context.Context, address string) (*server, error) {
	raw := make([]byte, 4)
	if _, err := rand.Read(raw); err != nil {
		return nil, err
	}
	v := &server{url: address, run: "maplegrid_story_" + hex.EncodeToString(raw)}
	if err := v.execute("CREATE DATABASE " + v.run); err != nil {
		return nil, err
	}
	at, err := v.of(v.run)
	if err != nil {
		return nil, errors.Join(err, v.close())
	}
	e, err := postgres.Open(ctx, at)
	if err != nil {
		return nil, errors.Join(err, v.close())
	}
	return v, e.Close()
}

// of is the address of another database of the server.
func (v *server) of(name string) (string, error) {
	u, err := url.Parse(v.url)
	if err != nil {
		return "", fmt.Errorf("read the database address: %w", err)
	}
	u.Path = "/" + name
	return u.String(), nil
}

func (v *server) fresh() (name, address string, err error) {
	v.mu.Lock() // one copy at a time
	defer v.mu.Unlock()
	v.n++
	name = fmt.Sprintf("%s_%d", v.run, v.n)
	if err := v.execute("CREATE DATABASE " + name + " TEMPLATE " + v.run); err != nil {
		return "", "", err
	}
	address, err = v.of(name)
	return name, address, err
}

func (v *server) drop(name string) error {
	return v.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)")
}

func (v *server) close() error { return v.drop(v.run) }

// execute runs one statement with a connection of its own; it is not cut short with the stories, so that nothing is left behind.
func (v *server) execute(statement string) error {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, v.url)
	if err != nil {
		return fmt.Errorf("open the database server: %w", err)
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
