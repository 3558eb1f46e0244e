package vault

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"strconv"
)

// Ref names one sealed value: whose it is, which field, and which version of it (1 is the first).
type Ref struct {
	Subject string `json:"s"`
	Field   string `json:"f"`
	Version int    `json:"v"`
}

// Text is a personal value inside an event: the words until the desk has sealed them, afterwards only the reference.
// A copy shares its state with the original, so that sealing one forgets the words in all of them. Only events carry
// a Text; an act carries a plain string, or an outsider could hand in a reference to somebody else's words.
// The words sit behind pointers so that not even fmt's look into unexported fields prints them.
type Text struct{ in *inner }

type inner struct {
	ref   Ref
	plain *string // nil when there is none; fmt follows one pointer for a wrong verb, never two
}

// Plain makes an unsealed Text (version 0). An empty s gives an empty Text: there is nothing to seal.
func Plain(subject, field, s string) Text {
	in := &inner{ref: Ref{Subject: subject, Field: field}}
	if s != "" {
		in.plain = &s
	}
	return Text{in}
}

// At makes the Text that refers to an already sealed value.
func At(ref Ref) Text { return Text{&inner{ref: ref}} }

// Ref tells where the value lies; its version is 0 until Sealed was called.
func (t Text) Ref() Ref {
	if t.in == nil {
		return Ref{}
	}
	return t.in.ref
}

// Empty reports whether there is neither a plaintext nor a sealed value.
func (t Text) Empty() bool { return t.in == nil || t.in.plain == nil && t.in.ref.Version == 0 }

// IsZero is Empty, for the JSON option omitzero.
func (t Text) IsZero() bool { return t.Empty() }

// Reveal gives the plaintext, and false once it was sealed or when it was read from the journal.
func (t Text) Reveal() (string, bool) {
	if t.in == nil || t.in.plain == nil {
		return "", false
	}
	return *t.in.plain, true
}

// Sealed records under which version (from 1) the plaintext was sealed and forgets the plaintext.
func (t Text) Sealed(version int) {
	if t.in != nil {
		t.in.ref.Version, t.in.plain = version, nil
	}
}

// MarshalJSON writes the reference only, null for an empty Text. A Text nobody sealed goes out with "v":0: its words
// are lost to the reader, never shown; whoever appends events must have sealed everything Collect found.
func (t Text) MarshalJSON() ([]byte, error) {
	if t.Empty() {
		return []byte("null"), nil
	}
	return json.Marshal(t.in.ref)
}

// UnmarshalJSON reads a reference; it never yields a plaintext, whatever the input holds.
func (t *Text) UnmarshalJSON(b []byte) error {
	if string(b) == "null" {
		t.in = nil
		return nil
	}
	in := new(inner)
	if err := json.Unmarshal(b, &in.ref); err != nil {
		return fmt.Errorf("read sealed text: %w", err)
	}
	t.in = in
	return nil
}

// String names the reference, never the words.
func (t Text) String() string {
	r := t.Ref()
	return "sealed(" + r.Subject + "/" + r.Field + "#" + strconv.Itoa(r.Version) + ")"
}

// GoString is String.
func (t Text) GoString() string { return t.String() }

// Format prints String for every verb, %d and %x too.
func (t Text) Format(s fmt.State, _ rune) { fmt.Fprint(s, t.String()) }

// LogValue is String.
func (t Text) LogValue() slog.Value { return slog.StringValue(t.String()) }
