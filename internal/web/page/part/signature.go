package part

import (
	"context"
	"io"
)

// Signature is where somebody signs. With script: a pad to sign on with finger, pen or mouse; what is drawn goes to /uploads when the
// form is sent, and its id into the field Name. Without script, or for ink: a picture of the signature on paper, sent along as
// SignedFile+Name and taken in by Site.form, which puts its id into the same field. Either way the act finds an upload id under Name.
//
// The form around it MUST be multipart: a part.Form with a field of KindSignature is by itself; a form written by hand sets
// enctype="multipart/form-data". Value is the id of a signature that came back with a refused form: it is shown and kept.
type Signature struct {
	Name, Label string
	Hint        string
	Value       string
	Error       string
	Required    bool
	Scope       string // as in Field
}

// SignedFile stands before the name of the file that holds the picture of a signature.
const SignedFile = "signed:"

func (s Signature) id() string { return "f-" + s.Scope + s.Name }

// Render writes the piece.
func (s Signature) Render(ctx context.Context, w io.Writer) error { return signature(s).Render(ctx, w) }

// signature is the piece for a field of KindSignature.
func (f Field) signature() Signature {
	return Signature{Name: f.Name, Label: f.Label, Hint: f.Hint, Value: f.Value, Error: f.Error, Required: f.Required, Scope: f.Scope}
}
