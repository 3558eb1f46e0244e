// Package fault holds refusals: what a person did that cannot be done, said so that they can act on it.
// A fault is a kind (which decides the status), a stable code (which chooses the sentence) and the blanks of that sentence.
package fault

import (
	"embed" // the texts are part of the program
	"errors"
	"fmt"
	"io/fs"
	"regexp"
	"sort"
	"strings"

	"github.com/BurntSushi/toml"
)

// Kind says what sort of refusal it is. Every surface turns it into its own status in one place.
type Kind int

const (
	Invalid     Kind = iota + 1 // the words typed cannot be taken: 422
	Denied                      // not this person, not here, not now: 403
	Missing                     // not there, or not to be told apart from not there: 404
	Stale                       // somebody else was faster: 409
	TooLarge                    // 413
	Unsupported                 // a file or picture of a kind that is not read: 415
	Throttled                   // too many tries: 429
	SignIn                      // who is asking is not known: 401
	Unavailable                 // the disk is full or the database is gone; nothing was done: 503
)

// Args fills the blanks of a sentence: {by} takes Args["by"].
type Args map[string]any

// Fault is a refusal. Field names the form field it is about, when there is one.
type Fault struct {
	Kind  Kind
	Code  string
	Args  Args
	Field string
}

// New makes a refusal with a stable code, e.g. "matter.already_assigned".
func New(k Kind, code string, args Args) *Fault { return &Fault{Kind: k, Code: code, Args: args} }

// On says which field of the form the refusal is about.
func (f *Fault) On(field string) *Fault { g := *f; g.Field = field; return &g }

// Error gives the code and blanks, for logs; people read Sentence.
func (f *Fault) Error() string {
	keys := make([]string, 0, len(f.Args))
	for k := range f.Args {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	for i, k := range keys {
		keys[i] = fmt.Sprintf("%s=%v", k, f.Args[k])
	}
	return strings.TrimSpace(f.Code + " " + strings.Join(keys, " "))
}

// Is makes errors.Is(err, fault.New(kind, code, nil)) compare by kind and code.
func (f *Fault) Is(target error) bool {
	t, ok := target.(*Fault)
	return ok && t.Code == f.Code
}

// Of finds the first fault in an error's chain.
func Of(err error) (*Fault, bool) {
	var f *Fault
	ok := errors.As(err, &f)
	return f, ok
}

// Code gives the code of the first fault in the chain, or "".
func Code(err error) string {
	if f, ok := Of(err); ok {
		return f.Code
	}
	return ""
}

// Status is the HTTP status of a kind; also the exit class of the command line.
func (k Kind) Status() int {
	switch k {
	case Invalid:
		return 422
	case Denied:
		return 403
	case Missing:
		return 404
	case Stale:
		return 409
	case TooLarge:
		return 413
	case Unsupported:
		return 415
	case Throttled:
		return 429
	case SignIn:
		return 401
	case Unavailable:
		return 503
	}
	return 500
}

// The sentences and names of each area are in a file of their own: messages_zh.toml, messages_zh_card.toml …
//
//go:embed *.toml
var texts embed.FS

var (
	sentences = map[string]map[string]string{"zh": read("messages_zh"), "en": read("messages_en")}
	names     = map[string]map[string]string{"zh": read("names_zh"), "en": read("names_en")}
)

func read(prefix string) map[string]string {
	m := map[string]string{}
	files, err := fs.Glob(texts, prefix+"*.toml")
	if err != nil {
		panic("fault texts: " + err.Error())
	}
	for _, f := range files {
		if _, err := toml.DecodeFS(texts, f, &m); err != nil {
			panic("fault texts " + f + ": " + err.Error())
		}
	}
	return m
}

// Sentences gives the sentences of a language ("zh" or "en") by code; for the tests of the house.
func Sentences(lang string) map[string]string { return sentences[lang] }

// Names gives the names of a language by key; for the tests of the house.
func Names(lang string) map[string]string { return names[lang] }

// Name is what a thing with a fixed key is called: "state.in_hand", "event.matter.assigned/1", "field.words", "act.matter.assign".
// A key without a name is called by its last part.
func Name(lang, key string) string {
	if n, ok := name(lang, key); ok {
		return n
	}
	key, _, _ = strings.Cut(key, "/")
	return key[strings.LastIndexByte(key, '.')+1:]
}

func name(lang, key string) (string, bool) {
	n, ok := names[lang][key]
	if !ok {
		n, ok = names["zh"][key]
	}
	return n, ok
}

var blank = regexp.MustCompile(`\{[a-z_0-9./]+\}`)

// Sentence says the refusal in a language, blanks filled. A blank filled with a known key is said by its name: {field} with "words"
// by that of "field.words", anything with "{state.in_hand}" by that of "state.in_hand", a grid.Name in the language. A code without a sentence is said as it is.
func (f *Fault) Sentence(lang string) string {
	s, ok := sentences[lang][f.Code]
	if !ok {
		if s, ok = sentences["zh"][f.Code]; !ok {
			return f.Error()
		}
	}
	return blank.ReplaceAllStringFunc(s, func(b string) string {
		key := b[1 : len(b)-1]
		v, ok := f.Args[key]
		if !ok {
			return b
		}
		if n, ok := v.(interface{ In(lang string) string }); ok {
			return n.In(lang)
		}
		text := fmt.Sprint(v)
		if n, ok := name(lang, key+"."+text); ok {
			return n
		}
		if blank.FindString(text) == text && text != "" {
			return Name(lang, text[1:len(text)-1])
		}
		return text
	})
}
