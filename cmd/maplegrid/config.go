package main

import (
	"flag"
	"strings"
)

// option is a setting of every command: a flag and an environment variable.
type option struct {
	name, def string
	zh, en    string
	secret    bool // never printed with its value
	into      func(*settings) *string
}

// options is the table of settings. A new one works when it is absent.
var options = []option{
	{"data", "data", "数据文件夹", "data folder", false, func(s *settings) *string { return &s.data }},
	{"db", "", "PostgreSQL 地址（代替数据文件夹里的数据库）", "PostgreSQL URL instead of the database in the data folder", true, func(s *settings) *string { return &s.db }},
	{"addr", "127.0.0.1:8080", "服务地址", "address to serve", false, func(s *settings) *string { return &s.addr }},
	{"url", "", "群众打开的网址（印在二维码里），如 https://…", "address residents open, printed in QR codes", false, func(s *settings) *string { return &s.url }},
	{"proxy", "", "反向代理的地址（信任它写的来访地址），如 127.0.0.1", "reverse proxies whose X-Forwarded-For is believed", false, func(s *settings) *string { return &s.proxy }},
	{"gateways", "", "短信和群机器人的配置文件（不写就用数据文件夹里的 gateways.toml）", "file of message gateways, gateways.toml in the data folder by default", false, func(s *settings) *string { return &s.gateways }},
	{"station", "", "派出所编号（多所时）", "station id, where there are several", false, func(s *settings) *string { return &s.station }},
	{"lang", "zh", "语言 zh 或 en", "language, zh or en", false, func(s *settings) *string { return &s.lang }},
}

// settings are the values of the table.
type settings struct{ data, db, addr, url, proxy, gateways, station, lang string }

func (o option) env() string { return "MAPLEGRID_" + strings.ToUpper(o.name) }

// define adds the settings to the flags of a command. A flag is stronger than the environment, that than the default.
func (s *settings) define(f *flag.FlagSet, env func(string) string) {
	for _, o := range options {
		into, def := o.into(s), o.def
		f.StringVar(into, o.name, def, o.zh+" / "+o.en)
		if v := env(o.env()); v != "" { // set after the flag was defined, so that help does not print it
			*into = v
		}
	}
}
