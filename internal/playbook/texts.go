package playbook

import (
	"bytes"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"maplegrid/internal/grid"
)

// MustTexts are the texts without which a station may not open: what a reporter is told at once, every state of a
// matter, and what the Personal Information Protection Law, article 17, wants told before anything is collected.
var MustTexts = strings.Fields(`receipt.submitted receipt.emergency
	progress.unassigned progress.under_way progress.elsewhere progress.merged
	progress.opened progress.assigned progress.acknowledged progress.in_hand progress.paused progress.transferred
	progress.sent_back progress.outcome progress.verified progress.closed progress.followed_up progress.reopened
	privacy.who privacy.contact privacy.purpose privacy.basis privacy.manner privacy.kinds privacy.recipients
	privacy.retention privacy.rights`)

type text struct {
	grid.Name
	file string
	line int
}

var blank = regexp.MustCompile(`\{[a-z_]+\}`)

// readTexts reads texts.toml: tables of any depth whose leaves hold zh and en.
func readTexts(file string, src []byte, bad *list) map[string]text {
	var tree map[string]any
	if _, err := toml.Decode(string(src), &tree); err != nil {
		bad.add(file, tomlLine(err), "TOML 写法有误，读不下去：%s", tomlWhy(err))
		return nil
	}
	out := map[string]text{}
	var walk func(prefix string, at map[string]any)
	walk = func(prefix string, at map[string]any) {
		for _, key := range slices.Sorted(maps.Keys(at)) {
			full := strings.TrimPrefix(prefix+"."+key, ".")
			next, isTable := at[key].(map[string]any)
			if !isTable {
				bad.add(file, lineOf(src, key), "“%s”应是一节，里面有 zh 和 en。", full)
				continue
			}
			zh, hasZh := next["zh"].(string)
			en, hasEn := next["en"].(string)
			if !hasZh && !hasEn {
				walk(full, next)
				continue
			}
			t := text{grid.Name{Zh: zh, En: en}, file, lineOf(src, full)}
			out[full] = t
			if zh == "" || en == "" {
				bad.add(file, t.line, "“%s”的中英文要都有。", full)
			} else if !slices.Equal(blanks(zh), blanks(en)) {
				bad.add(file, t.line, "“%s”中英文里要填的空不一致：%v 与 %v。", full, blanks(zh), blanks(en))
			}
		}
	}
	walk("", tree)
	return out
}

func blanks(s string) []string {
	all := blank.FindAllString(s, -1)
	slices.Sort(all)
	return slices.Compact(all)
}

// readShapes reads outlines.geojson; the property id of a feature is the key of a row of org.csv.
func readShapes(file string, src []byte, bad *list) (out []shape) {
	cells, err := grid.ReadGeoJSON(bytes.NewReader(src))
	if wrong, ok := err.(grid.Mistakes); ok {
		for _, m := range wrong {
			bad.add(file, featureLine(src, m.Cell), "第%d个图形%s", m.Row, m.Sentence)
		}
	} else if err != nil {
		bad.add(file, 1, "GeoJSON 读不下去：%v", err)
	}
	for _, c := range cells {
		out = append(out, shape{c, file, featureLine(src, c.ID)})
	}
	return out
}

func featureLine(src []byte, id grid.CellID) int {
	at := bytes.Index(src, fmt.Appendf(nil, `"id":"%s"`, id))
	return 1 + bytes.Count(src[:max(0, at)], []byte("\n"))
}
