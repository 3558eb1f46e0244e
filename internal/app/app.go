// Package app puts one running Maplegrid together from its rooms: store, desk, boards, pages. The command line, the stories and the
// tests all open it here, so what is tested is what runs.
package app

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/chat"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/ident"
	"maplegrid/internal/journal"
	"maplegrid/internal/notify"
	"maplegrid/internal/playbook"
	"maplegrid/internal/reader"
	"maplegrid/internal/relay"
	"maplegrid/internal/store"
	"maplegrid/internal/store/postgres"
	"maplegrid/internal/store/sqlite"
	"maplegrid/internal/vault"
	"maplegrid/internal/web"
	"maplegrid/internal/web/keep"
	"maplegrid/playbooks"
)

// Config is what a running Maplegrid is opened with. The zero value of Clock and Rand means the real ones.
type Config struct {
	Data     string // folder for the database, the keys and uploads
	DB       string // postgres://… or "" for the embedded store in Data
	Station  string // the station served when an address names none; "" is DefaultStation
	Clock    clock.Clock
	Rand     io.Reader
	BaseURL  string          // how residents reach it, https://…; "" takes the address a page was asked at
	Proxies  string          // addresses or networks of reverse proxies whose X-Forwarded-For is believed
	Demo     bool            // invented people: no second factor is demanded at sign-in
	Gateways string          // gateways.toml, by which messages leave the house; "" is the one in Data, if it is there. chats.toml and opinion.toml lie beside it
	Closing  <-chan struct{} // closed when the server stops, so that streams kept open end; nil never does
}

// ErrKeyGone says that there is a journal but no station key: what is sealed could never be opened again.
var ErrKeyGone = errors.New("已有日志，但 keys/station.key 不在：请先放回密钥文件（另行保管的那份）再启动 / the journal is not empty but keys/station.key is gone: put the kept copy back before starting")

// ErrKeyWrong says that the station key opens nothing of the journal: it is another station's.
var ErrKeyWrong = errors.New("keys/station.key 打不开这里的日志：请换回本所的密钥文件再启动 / keys/station.key does not open this journal: put the station's own key back before starting")

// fits tries the key on one sealed key of every station: what is written under a wrong one could not be opened later.
func (a *App) fits(ctx context.Context, key [32]byte) error {
	stations, err := a.Engine.Journal.Stations(ctx)
	if err != nil {
		return err
	}
	for _, s := range stations {
		subject, wrapped, ok, err := a.Engine.Journal.AnyKey(ctx, s)
		if err != nil {
			return err
		}
		if !ok {
			continue
		}
		ring, err := vault.NewKeyring(s, key)
		if err != nil {
			return err
		}
		if _, err := ring.Unwrap(subject, wrapped); err != nil {
			return fmt.Errorf("%w: %w", ErrKeyWrong, err)
		}
	}
	return nil
}

// DefaultStation is the id of the only station of a folder.
const DefaultStation = "s1"

// App is a running Maplegrid.
type App struct {
	Config
	Engine *store.Engine
	Desk   *desk.Desk
	Policy *access.Policy
	Boards Boards
	Relay  *relay.Post
	Notify *notify.Post
	Reader *reader.Reader
	Hot    *reader.Spots
	Site   *web.Site

	proxies []netip.Prefix
	chats   []*chat.Chat
	dropped map[string]time.Time // until when pictures of what was forgotten are dropped, by station; forget alone knows it
	hooks   *keep.Hooks
	kept    map[string]chat.Counts // of webhooks, by the name of the chat
	// FreshKey tells that the station key was made at this start: the operator must be told to keep it.
	FreshKey bool
}

// Open opens store, key, policy and desk. Nothing runs yet.
func Open(ctx context.Context, c Config) (*App, error) {
	if c.Clock == nil {
		c.Clock = clock.System()
	}
	if c.Rand == nil {
		c.Rand = rand.Reader
	}
	if c.Station == "" {
		c.Station = DefaultStation
	}
	a := &App{Config: c}
	var err error
	if a.proxies, err = parseProxies(c.Proxies); err != nil {
		return nil, err
	}
	if c.DB != "" {
		a.Engine, err = postgres.Open(ctx, c.DB)
	} else {
		a.Engine, err = sqlite.Open(ctx, filepath.Join(c.Data, "db"))
	}
	if err != nil {
		return nil, err
	}
	path := filepath.Join(c.Data, "keys", "station.key")
	if _, err := os.Stat(path); errors.Is(err, os.ErrNotExist) {
		// A new key beside an old journal would open nothing of it, and seal what comes under a key nobody expects.
		if stations, err := a.Engine.Journal.Stations(ctx); err != nil || len(stations) > 0 {
			return nil, errors.Join(ErrKeyGone, err, a.Engine.Close())
		}
	}
	key, fresh, err := vault.LoadOrMakeKey(path, c.Rand)
	if err != nil {
		return nil, errors.Join(err, a.Engine.Close())
	}
	if err := a.fits(ctx, key); err != nil {
		return nil, errors.Join(err, a.Engine.Close())
	}
	a.FreshKey = fresh
	if a.Policy, err = access.New(); err != nil {
		return nil, errors.Join(err, a.Engine.Close())
	}
	a.Desk = &desk.Desk{Journal: a.Engine.Journal, Clock: c.Clock, Rand: c.Rand, IDs: ident.NewSource(c.Clock, c.Rand), Policy: a.Policy,
		Books: Books(filepath.Join(c.Data, "playbooks")), Master: key}
	if a.Boards, err = OpenBoards(ctx, a.Engine, a.Desk); err != nil {
		return nil, errors.Join(err, a.Engine.Close())
	}
	if a.Relay, err = relay.New(ctx, a.Desk, a.Engine.Boards.Write); err != nil {
		return nil, errors.Join(err, a.Engine.Close())
	}
	path = c.Gateways
	if path == "" {
		path = filepath.Join(c.Data, "gateways.toml")
	}
	gateways, err := notify.Load(path, c.Clock)
	if err != nil {
		return nil, errors.Join(err, a.Engine.Close())
	}
	if a.chats, err = chat.Load(filepath.Join(filepath.Dir(path), "chats.toml")); err != nil {
		return nil, errors.Join(err, a.Engine.Close())
	}
	second, err := reader.LoadOpinions(filepath.Join(filepath.Dir(path), "opinion.toml"))
	if err != nil {
		return nil, errors.Join(err, a.Engine.Close())
	}
	a.Reader = reader.New(a.Desk, second)
	a.Hot = reader.NewSpots(a.Desk)
	a.Desk.Reader = a.Reader
	a.Notify = notify.New(a.Desk, a.Boards.Notices, func(station string) journal.Seq {
		seq, _ := a.Boards.Reached(station)
		return seq
	}, gateways)
	if a.Site, err = a.site(ctx); err != nil {
		return nil, errors.Join(err, a.Engine.Close())
	}
	return a, nil
}

// Close answers the acts under way and closes the store.
func (a *App) Close() error { return a.Engine.Close() }

// Books finds playbooks: those of the station's own folder first, then the shipped ones. Each is loaded once.
func Books(own string) func(name string) (*playbook.Book, error) {
	var mu sync.Mutex
	loaded := map[string]*playbook.Book{}
	return func(name string) (*playbook.Book, error) {
		if name == "" || strings.ContainsAny(name, `/\`) {
			return nil, fmt.Errorf("playbook %q: not a name", name)
		}
		mu.Lock()
		defer mu.Unlock()
		if b, ok := loaded[name]; ok {
			return b, nil
		}
		b, err := playbook.Load(rootOf(own, name), name, playbooks.FS)
		if err == nil {
			err = reader.Check(b)
		}
		if err == nil {
			loaded[name] = b
		}
		return b, err
	}
}
