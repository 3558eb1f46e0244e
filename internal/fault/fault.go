// Package fault holds refusals: what a person did that cannot be done, said so that they can act on it.
// A fault is a kind (which decides the status), a stable code (which chooses the sentence) and the blanks of that sentence.
package fault

import (
	_ "embed"
	"errors"
	"fmt"
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

//go:embed messages_zh.toml
var zhTOML string

//go:embed messages_en.toml
var enTOML string

var sentences = map[string]map[string]string{"zh": read(zhTOML), "en": read(enTOML)}

func read(src string) map[string]string {
	m := map[string]string{}
	if _, err := toml.Decode(src, &m); err != nil {
		panic("fault messages: " + err.Error())
	}
	return m
}

// Sentences gives the sentences of a language ("zh" or "en") by code; for the tests of the house.
func Sentences(lang string) map[string]string { return sentences[lang] }

// Sentence says the refusal in a language, blanks filled. A code without a sentence is said as a system error with its code.
func (f *Fault) Sentence(lang string) string {
	s, ok := sentences[lang][f.Code]
	if !ok {
		if s, ok = sentences["zh"][f.Code]; !ok {
			return f.Error()
		}
	}
	for k, v := range f.Args {
		s = strings.ReplaceAll(s, "{"+k+"}", fmt.Sprint(v))
	}
	return s
}
