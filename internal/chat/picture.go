package chat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Picture is a picture of a message as its vendor names it in the callback: by a code that its interface gives the picture for, or
// by an address.
type Picture struct {
	Code   string `json:"code,omitempty"`   // media_id of WeCom, downloadCode of DingTalk
	Robot  string `json:"robot,omitempty"`  // robotCode of DingTalk, which the code is good for
	URL    string `json:"url,omitempty"`    // of WeCom's robots, good for a few minutes
	Sealed bool   `json:"sealed,omitempty"` // what lies at the address is encrypted with the key of the callbacks (AI robots of WeCom)
}

// ErrNoPicture says that there is no such picture and never will be: asking again is no use.
var ErrNoPicture = errors.New("the vendor has no such picture")

// errNotTheirs refuses an address that is not of the vendor's own hosts: whoever could write one into a message must not make this
// house ask its neighbours.
var errNotTheirs = fmt.Errorf("%w: the address is not of the vendor's hosts", ErrNoPicture)

// fetchWithin bounds one request, mostSaid what an interface answers besides pictures.
const (
	fetchWithin = 20 * time.Second
	mostSaid    = 64 << 10
)

// fetcher gets the pictures of one chat from its vendor.
type fetcher interface {
	fetch(ctx context.Context, p Picture, now time.Time) ([]byte, error)
}

// FetchesPictures tells whether the pictures of this chat are fetched; else they are only counted.
func (c *Chat) FetchesPictures() bool { return c.fetcher != nil }

// Fetch gets a picture. ErrNoPicture is for good, any other error may pass.
func (c *Chat) Fetch(ctx context.Context, p Picture, now time.Time) ([]byte, error) {
	if c.fetcher == nil {
		return nil, ErrNoPicture
	}
	return c.fetch(ctx, p, now)
}

// door is the way to a vendor: its interface, the hosts its pictures lie on, and the token the interface gives.
type door struct {
	api    *url.URL
	hosts  []string // each with all below it
	client *http.Client

	mu    sync.Mutex
	token string
	until time.Time
}

// newDoor opens the way to an interface. A name may lead anywhere, and elsewhere tomorrow: where it leads is looked at when it
// connects. No redirect is followed, no proxy asked.
func newDoor(api string, hosts []string) (*door, error) {
	u, err := url.Parse(strings.TrimSuffix(api, "/"))
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Scheme != "https" && !(u.Scheme == "http" && isLoopback(u.Hostname())) {
		return nil, errors.New("api 要写 https:// 开头的地址 / api must begin with https://")
	}
	for _, h := range hosts {
		if strings.ContainsAny(h, "/:@ *") || !strings.Contains(h, ".") {
			return nil, fmt.Errorf("picture_hosts “%s”：只写域名，如 dingtalk.com / a name of a host alone", h)
		}
	}
	d := &door{api: u, hosts: hosts}
	dial := &net.Dialer{Timeout: 5 * time.Second}
	public := &net.Dialer{Timeout: 5 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		if to, err := netip.ParseAddrPort(address); err != nil || !isPublic(to.Addr()) {
			return errNotTheirs
		}
		return nil
	}}
	d.client = &http.Client{Timeout: fetchWithin, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{MaxIdleConns: 2, IdleConnTimeout: time.Minute, MaxResponseHeaderBytes: 64 << 10,
			DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
				if host, _, err := net.SplitHostPort(address); err == nil && host == u.Hostname() { // who runs this house wrote it down
					return dial.DialContext(ctx, network, address)
				}
				return public.DialContext(ctx, network, address)
			}}}
	return d, nil
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// inner are networks that no vendor's picture lies in, besides the private ones: what providers give to machines behind them, what is
// set aside for tests and to come, and the IPv6 forms that lead on to any IPv4 address (RFC 6890, 6598, 6052, 3056, 4380).
var inner = []netip.Prefix{netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2001::/32"), netip.MustParsePrefix("2002::/16")}

func isPublic(ip netip.Addr) bool {
	ip = ip.Unmap()
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !slices.ContainsFunc(inner, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// their gives an address when it is one of the vendor's: of the interface itself, or of a host below those its pictures lie on.
func (d *door) their(address string) (*url.URL, error) {
	u, err := url.Parse(address)
	if err != nil || u.User != nil || u.Host == "" {
		return nil, errNotTheirs
	}
	if u.Host == d.api.Host && u.Scheme == d.api.Scheme {
		return u, nil
	}
	if u.Scheme != "https" && u.Scheme != "http" || u.Port() != "" {
		return nil, errNotTheirs
	}
	for _, h := range d.hosts {
		if host := strings.ToLower(u.Hostname()); host == h || strings.HasSuffix(host, "."+h) {
			u.Scheme = "https" // some of them still write http
			return u, nil
		}
	}
	return nil, errNotTheirs
}

// picture gets what lies at an address of the vendor's.
func (d *door) picture(ctx context.Context, address string) ([]byte, error) {
	u, err := d.their(address)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return nil, ErrNoPicture
	}
	body, _, err := d.ask(r, mostPicture)
	return body, err
}

// mostPicture is the largest picture that is asked for; what is taken in is for the room of photos to say.
const mostPicture = 13 << 20

// ask sends a request and reads at most that many bytes. Errors never hold the address: it opens the picture to whoever reads it.
func (d *door) ask(r *http.Request, most int64) ([]byte, http.Header, error) {
	resp, err := d.client.Do(r)
	if err != nil {
		if u := (*url.Error)(nil); errors.As(err, &u) {
			err = u.Err
		}
		return nil, nil, fmt.Errorf("ask %s: %w", r.URL.Host, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, most+1))
	switch code := resp.StatusCode; {
	case code == http.StatusUnauthorized:
		return body, resp.Header, errToken
	case code >= 300 && code < 500 && code != http.StatusRequestTimeout && code != http.StatusTooManyRequests:
		return body, resp.Header, fmt.Errorf("%w: %s answered %d", ErrNoPicture, r.URL.Host, code)
	case code != http.StatusOK:
		return body, resp.Header, fmt.Errorf("%s answered %d", r.URL.Host, code)
	case err != nil:
		return nil, nil, fmt.Errorf("read from %s: %w", r.URL.Host, err)
	case int64(len(body)) > most:
		return nil, nil, fmt.Errorf("%w: more than %d bytes", ErrNoPicture, most)
	}
	return body, resp.Header, nil
}

// errToken says that the vendor holds the token to be good no longer.
var errToken = errors.New("the vendor refuses the token: are the credentials in chats.toml right?")

// withToken does something with a token of the interface; when the vendor refuses the token, once more with a new one.
func (d *door) withToken(now time.Time, renew func() (token string, seconds int, err error), do func(token string) ([]byte, error)) ([]byte, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for try := 0; ; try++ {
		if d.token == "" || !now.Before(d.until) {
			token, seconds, err := renew()
			if err != nil {
				if errors.Is(err, ErrNoPicture) { // no token does not mean no picture: the credentials may be put right
					err = errToken
				}
				return nil, err
			}
			d.token, d.until = token, now.Add(time.Duration(seconds)*time.Second-time.Minute)
		}
		b, err := do(d.token)
		if !errors.Is(err, errToken) {
			return b, err
		}
		if d.token = ""; try > 0 {
			return nil, err
		}
	}
}
