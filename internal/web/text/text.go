// Package text holds what pages say, in Chinese and in English. Every file NAME_zh.toml has a twin NAME_en.toml with the same keys;
// a page that brings many texts brings a pair of files of its own.
package text

import (
	"context"
	"embed"
	"fmt"
	"io/fs"
	"strings"

	"github.com/BurntSushi/toml"

	"maplegrid/internal/web/page/part"
)

//go:embed *.toml
var files embed.FS

var tables = map[string]map[string]string{"zh": load("zh"), "en": load("en")}

func load(lang string) map[string]string {
	all := map[string]string{}
	names, err := fs.Glob(files, "*_"+lang+".toml")
	if err != nil {
		panic(err)
	}
	for _, name := range names {
		var tree map[string]any
		if _, err := toml.DecodeFS(files, name, &tree); err != nil {
			panic(name + ": " + err.Error()) // embedded: a mistake of ours, seen by the first test
		}
		flatten(name, "", tree, all)
	}
	return all
}

func flatten(file, prefix string, tree map[string]any, into map[string]string) {
	for key, v := range tree {
		full := strings.TrimPrefix(prefix+"."+key, ".")
		switch v := v.(type) {
		case map[string]any:
			flatten(file, full, v, into)
		case string:
			if _, twice := into[full]; twice {
				panic(file + ": " + full + " is said twice")
			}
			into[full] = v
		default:
			panic(file + ": " + full + " is not a text")
		}
	}
}

// Keys gives every key of a language, for the tests.
func Keys(lang string) map[string]string { return tables[lang] }

// T says a text in the language of the page. Blanks come as pairs: T(ctx, "done.assign", "to", "李警官") fills {to}.
func T(ctx context.Context, key string, pairs ...any) string {
	return In(part.Lang(ctx), key, pairs...)
}

// In is T in a language given by name. A key without a text gives the Chinese one, then the key itself, which a test finds.
func In(lang, key string, pairs ...any) string {
	s, ok := tables[lang][key]
	if !ok {
		if s, ok = tables["zh"][key]; !ok {
			return key
		}
	}
	for i := 0; i+1 < len(pairs); i += 2 {
		s = strings.ReplaceAll(s, "{"+fmt.Sprint(pairs[i])+"}", fmt.Sprint(pairs[i+1]))
	}
	return s
}

// Has tells whether a key has a text.
func Has(key string) bool { _, ok := tables["zh"][key]; return ok }
