package playbook

import (
	"regexp"
	"slices"
	"strings"

	"maplegrid/internal/grid"
)

// Telling (告知规则) says who is told when something happens, through which channels and in which words. Its words may hold blanks of
// TellBlanks only, so that nothing personal can stand in a message.
type Telling struct {
	Ref
	Event    string   // kind of event without its number: "matter.assigned"
	To       string   // one of TellTo
	Channels []string // of TellChannels
	Urgent   bool     // goes out in quiet hours too
	Words    grid.Name
	Source   string
}

// TellTo are the receivers a telling may name: the handler of a matter, its helpers, whom the event names, who did it, the duty leads, the
// heads, the reporters of a matter, the phone that the event itself holds, the party who owes, the group chat of the cell, the station's, the
// one in which it was said.
var TellTo = []string{"handler", "helpers", "named", "lead", "head", "reporter", "phone", "owing", "cell", "station", "group"}

// TellChannels are the ways of telling.
var TellChannels = []string{"page", "sms", "robot"}

// TellBlanks are the blanks that words of a telling may hold: the station, number and kind of a matter, its cell, a time, a day, how many,
// the window and service of an appointment, a code that only its receiver may have, the receipt codes of what was said in a group.
var TellBlanks = []string{"station", "number", "kind", "cell", "when", "day", "n", "window", "service", "code", "address", "receipt"}

// TellSettings are the numbers of [tell] in playbook.toml.
type TellSettings struct {
	QuietFrom     string `toml:"quiet_from"`     // "22:00": from here on nothing but what is urgent leaves the house
	QuietUntil    string `toml:"quiet_until"`    // "07:00"
	DigestMinutes int    `toml:"digest_minutes"` // what comes within so many minutes goes out as one message
	LateHours     int    `toml:"late_hours"`     // a message older than this is not sent any more
}

// Tellings lists the rules of telling in their order.
func (b *Book) Tellings() []Telling { return b.tellings }

// Telling finds a rule of telling.
func (b *Book) Telling(key string) (Telling, bool) {
	return find(b.tellings, func(t Telling) bool { return t.Key == key })
}

// TellSettings are quiet hours and digests.
func (b *Book) TellSettings() TellSettings { return b.tell }

var (
	tellBlank = regexp.MustCompile(`\{(\w*)\}`)
	tellEvent = regexp.MustCompile(`^[a-z_]+\.[a-z_]+$`)
	tellHour  = regexp.MustCompile(`^([01][0-9]|2[0-3]):[0-5][0-9]$`)
)

func (b *builder) makeTellings(layers []*folder) {
	for _, r := range b.rows("tellings") {
		t := Telling{Ref: r.Ref, Event: r.get("event"), To: b.oneOf(r, "to", TellTo), Channels: b.anyOf(r, "channels", TellChannels),
			Urgent: b.yes(r, "urgent"), Words: b.name(r, "zh", "en"), Source: b.source(r)}
		if !tellEvent.MatchString(t.Event) {
			b.bad.at(r, "“event”列写了“%s”，要写事件的名称，如 matter.assigned。", t.Event)
		}
		for _, words := range []string{t.Words.Zh, t.Words.En} {
			for _, found := range tellBlank.FindAllStringSubmatch(words, -1) {
				if !slices.Contains(TellBlanks, found[1]) {
					b.bad.at(r, "“{%s}”不能填：告知里只能有 %s，不写姓名和案情。", found[1], strings.Join(TellBlanks, "、"))
				}
			}
		}
		outside := slices.Contains([]string{"reporter", "phone", "owing"}, t.To)
		group := t.To == "cell" || t.To == "station" || t.To == "group"
		for _, c := range t.Channels {
			if outside && c != "sms" || group != (c == "robot") {
				b.bad.at(r, "告知“%s”不能走“%s”：群众只收短信，群机器人只对网格群和所里的群。", t.To, c)
			}
		}
		b.tellings = append(b.tellings, t)
	}
	s := &b.tell
	for _, f := range layers {
		d := f.Tell
		inherit(&s.QuietFrom, d.QuietFrom, d.QuietFrom != "")
		inherit(&s.QuietUntil, d.QuietUntil, d.QuietUntil != "")
		inherit(&s.DigestMinutes, d.DigestMinutes, d.DigestMinutes != 0)
		inherit(&s.LateHours, d.LateHours, d.LateHours != 0)
	}
	miss := func(key, format string, a ...any) {
		b.bad.add(b.top.file("playbook.toml"), lineOf(b.top.src, key), format, a...)
	}
	for key, v := range map[string]string{"quiet_from": s.QuietFrom, "quiet_until": s.QuietUntil} {
		if v != "" && !tellHour.MatchString(v) || (s.QuietFrom == "") != (s.QuietUntil == "") {
			miss(key, "[tell] 的 %s 要写钟点，如 22:00；不设安静时段就两行都不写。", key)
		}
	}
	if s.DigestMinutes < 0 || s.LateHours < 0 {
		miss("digest_minutes", "[tell] 的分钟数和小时数不能小于0。")
	}
}

// Fill puts blanks into the words of a telling; a blank whose name ends in _en is the English of one.
func (t Telling) Fill(lang string, blanks map[string]string) string {
	return tellBlank.ReplaceAllStringFunc(t.Words.In(lang), func(found string) string {
		key := strings.Trim(found, "{}")
		if v, ok := blanks[key+"_en"]; ok && lang == "en" {
			return v
		}
		return blanks[key]
	})
}
