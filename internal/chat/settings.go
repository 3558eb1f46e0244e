package chat

import (
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"time"

	"github.com/BurntSushi/toml"
)

// The vendors of chats; also the channel by which what they bring is known.
const (
	ByWecom    = "wecom"
	ByDingTalk = "dingtalk"
)

// Chat is one configured group chat, whose vendor calls this house at /chat/{Name}.
type Chat struct {
	Name    string
	Vendor  string
	Station string // "" is the program's own
	Group   string // what it is called in the paste box
	Cell    string // whose group it is, "" the station's; the robot of that cell in gateways.toml answers
	names   map[string]string
	*Listener
	fetcher // nil when pictures are only counted
}

// NameOf is under which name somebody speaks: of the settings, of the vendor, or the vendor's id.
func (c *Chat) NameOf(h Heard, l Line) string {
	if n := c.names[h.User]; n != "" {
		return n
	}
	return l.Sender
}

// settings is chats.toml.
type settings struct {
	Chats []oneChat `toml:"chat"`
}

type oneChat struct {
	Name    string            `toml:"name"`
	Vendor  string            `toml:"vendor"`
	Station string            `toml:"station"`
	Group   string            `toml:"group"`
	Cell    string            `toml:"cell"`
	Token   string            `toml:"token"`
	AESKey  string            `toml:"aes_key"`
	Receive string            `toml:"receive"`
	Secret  string            `toml:"secret"`
	Minutes int               `toml:"minutes"`
	Names   map[string]string `toml:"names"`

	Pictures  bool     `toml:"pictures"`
	API       string   `toml:"api"`
	Hosts     []string `toml:"picture_hosts"`
	AppKey    string   `toml:"app_key"`
	AppSecret string   `toml:"app_secret"`
}

var chatName = regexp.MustCompile(`^[a-z0-9][a-z0-9_-]{0,39}$`)

// Load reads chats.toml; a file that is not there means none. A mistake refuses the whole file.
func Load(path string) ([]*Chat, error) {
	var f settings
	meta, err := toml.DecodeFile(path, &f)
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	if extra := meta.Undecoded(); len(extra) > 0 {
		return nil, fmt.Errorf("%s: 不认识“%s” / unknown key", path, extra[0])
	}
	var list []*Chat
	known := map[string]bool{}
	for _, x := range f.Chats {
		if !chatName.MatchString(x.Name) || known[x.Name] {
			return nil, fmt.Errorf("%s: [[chat]] name “%s”：要用小写字母和数字，各不相同 / must be small letters and digits, and its own", path, x.Name)
		}
		known[x.Name] = true
		c := &Chat{Name: x.Name, Vendor: x.Vendor, Station: x.Station, Group: x.Group, Cell: x.Cell, names: x.Names}
		window := time.Duration(x.Minutes) * time.Minute
		switch {
		case x.Minutes < 0:
			err = errors.New("minutes 不能小于0 / must not be below 0")
		case x.Vendor == ByWecom && x.Secret == "":
			c.Listener, err = Wecom{Token: x.Token, AESKey: x.AESKey, Receive: x.Receive, Window: window}.Listen()
		case x.Vendor == ByDingTalk:
			c.Listener, err = DingTalk{Secret: x.Secret, Token: x.Token, AESKey: x.AESKey, Owner: x.Receive, Window: window}.Listen()
		default:
			err = errors.New("vendor 只能是 wecom、dingtalk，secret 只有钉钉有 / vendor must be wecom or dingtalk, a secret is DingTalk's alone")
		}
		if err == nil && x.Pictures {
			c.fetcher, err = x.fetcher()
		}
		if err != nil {
			return nil, fmt.Errorf("%s: [[chat]] %s: %w", path, x.Name, err)
		}
		list = append(list, c)
	}
	return list, nil
}

// fetcher opens the way to the vendor for the pictures of a chat. What its interface asks for must be written down.
func (x oneChat) fetcher() (fetcher, error) {
	api, hosts := wecomAPI, wecomHosts
	if x.Vendor == ByDingTalk {
		api, hosts = dingtalkAPI, dingtalkHosts
	}
	d, err := newDoor(first(x.API, api), append(slices.Clone(hosts), x.Hosts...))
	switch {
	case err != nil:
		return nil, err
	case x.Vendor == ByDingTalk && (x.AppKey == "" || x.Secret == ""):
		return nil, errors.New("pictures = true 时要写 app_key（AppKey）和 secret（AppSecret） / pictures need app_key and secret")
	case x.Vendor == ByDingTalk:
		return &dingtalkPictures{d, x.AppKey, x.Secret}, nil
	case x.Receive != "" && x.AppSecret == "":
		return nil, errors.New("企业微信应用 pictures = true 时要写 app_secret（应用的 Secret） / pictures of a WeCom app need app_secret")
	}
	e, err := newEnvelope(x.Token, x.AESKey, x.Receive)
	return &wecomPictures{door: d, key: e.key, corp: x.Receive, secret: x.AppSecret}, err
}
