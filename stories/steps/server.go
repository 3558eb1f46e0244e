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

// server is a PostgreSQL server on which every scenario gets an empty database: one of a few that are emptied after use, since making
// a database takes longer than a story.
type server struct {
	url, run string

	mu   sync.Mutex
	n    int
	free []string
}

func openServer(ctx context.Context, address string) (*server, error) {
	raw := make([]byte, 4)
	if _, err := rand.Read(raw); err != nil {
		return nil, err
	}
	v := &server{url: address, run: "maplegrid_story_" + hex.EncodeToString(raw)}
	if err := v.execute(address, "CREATE DATABASE "+v.run); err != nil {
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

// fresh gives an empty database; done gives it back.
func (v *server) fresh() (address string, done func() error, err error) {
	v.mu.Lock() // one copy at a time
	defer v.mu.Unlock()
	var name string
	if last := len(v.free) - 1; last >= 0 {
		name, v.free = v.free[last], v.free[:last]
	} else {
		v.n++
		name = fmt.Sprintf("%s_%d", v.run, v.n)
		if err := v.execute(v.url, "CREATE DATABASE "+name+" TEMPLATE "+v.run); err != nil {
			return "", nil, err
		}
	}
	address, err = v.of(name)
	return address, func() error {
		if err := v.execute(address, empty); err != nil {
			return err
		}
		v.mu.Lock()
		defer v.mu.Unlock()
		v.free = append(v.free, name)
		return nil
	}, err
}

// empty takes every row out of a database, but for those that say which migrations and which boards it has.
const empty = `DO $$ DECLARE name text; BEGIN
	FOR name IN SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' AND tablename NOT LIKE 'goose%' AND tablename <> 'board_position' LOOP
		EXECUTE 'DELETE FROM ' || name;
	END LOOP;
	DELETE FROM board_position WHERE station <> '';
END $$`

func (v *server) drop(name string) error {
	return v.execute(v.url, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)")
}

func (v *server) close() error {
	errs := []error{v.drop(v.run)}
	for i := range v.n {
		errs = append(errs, v.drop(fmt.Sprintf("%s_%d", v.run, i+1)))
	}
	return errors.Join(errs...)
}

// execute runs one statement with a connection of its own; it is not cut short with the stories, so that nothing is left behind.
func (v *server) execute(address, statement string) error {
	ctx := context.Background()
	c, err := pgx.Connect(ctx, address)
	if err != nil {
		return fmt.Errorf("open the database server: %w", err)
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}
