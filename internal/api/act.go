package api

import (
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
)

// Headers of an act.
const (
	HeaderKey        = "Idempotency-Key"
	HeaderHappenedAt = "X-Happened-At"
	HeaderOnBehalfOf = "X-On-Behalf-Of"
	HeaderStation    = "Maplegrid-Station"
	HeaderReplayed   = "Idempotency-Replayed"
)

// act hands one act to the desk and answers only after the desk has.
func (a *API) act(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("name")
	spec, ok := desk.Find(name)
	if !ok || spec.Internal {
		return fault.New(fault.Missing, "act.unknown", fault.Args{"act": short(name)})
	}
	done, err := a.take(w, r, spec)
	a.meters.act(name, done, err)
	if err != nil {
		return err
	}
	if done.Repeat {
		w.Header().Set(HeaderReplayed, "true")
	}
	return send(w, answer{done.Seq, done.ID, done.Receipt, done.Number, done.Matters, done.Drafts, done.Known, done.Left, done.Secret})
}

func (a *API) take(w http.ResponseWriter, r *http.Request, spec *desk.Spec) (desk.Answer, error) {
	who, err := a.caller(r)
	if fault.Code(err) == "api.token_needed" && spec.Name == "report.submit" {
		who, err = a.public(r)
	}
	if err != nil {
		return desk.Answer{}, err
	}
	env, err := a.envelope(r, who.Station)
	if err != nil {
		return desk.Answer{}, err
	}
	if kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || kind != "application/json" {
		return desk.Answer{}, fault.New(fault.Unsupported, "api.not_json", nil) // also keeps forms of other sites out
	}
	most, told := int64(MaxBody), int64(MaxBody)
	if spec.Words > most { // written in \u1234 they are twice as long; what is a little too much the desk tells better
		most, told = 4*spec.Words, spec.Words
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, most))
	if tooLong := (*http.MaxBytesError)(nil); errors.As(err, &tooLong) {
		return desk.Answer{}, fault.New(fault.TooLarge, "api.too_large", fault.Args{"max": told >> 10})
	} else if err != nil {
		return desk.Answer{}, fault.New(fault.Invalid, "api.body_cut", nil)
	}
	act := spec.New()
	if err := Decode(body, act); err != nil {
		return desk.Answer{}, err
	}
	return a.desk.Do(r.Context(), who, env, spec.Name, act)
}

func (a *API) envelope(r *http.Request, station string) (desk.Envelope, error) {
	env := desk.Envelope{Key: r.Header.Get(HeaderKey), OnBehalfOf: r.Header.Get(HeaderOnBehalfOf)}
	if env.Key == "" || len(env.Key) > 200 {
		return env, fault.New(fault.Invalid, "act.key", nil).On(HeaderKey)
	}
	if at := r.Header.Get(HeaderHappenedAt); at != "" {
		var err error
		if env.HappenedAt, err = time.Parse(time.RFC3339, at); err != nil {
			return env, fault.New(fault.Invalid, "api.time", nil).On(HeaderHappenedAt)
		}
	}
	if env.OnBehalfOf != "" { // it is kept in clear: an id of somebody here, never a name
		org, err := a.desk.Org(r.Context(), station)
		if err != nil {
			return env, err
		}
		if _, ok := org.People[env.OnBehalfOf]; !ok {
			return env, fault.New(fault.Invalid, "org.person_not_found", nil).On(HeaderOnBehalfOf)
		}
	}
	return env, nil
}

// Decode reads the JSON of an act: one object of exactly the fields the act has, each once and spelled as it is. The refusal names
// the field.
func Decode(body []byte, act any) error {
	err := json.Unmarshal(body, act, json.RejectUnknownMembers(true))
	var wrong *json.SemanticError
	var broken *jsontext.SyntacticError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong) && errors.Is(err, json.ErrUnknownName):
		return onField("api.unknown_field", wrong.JSONPointer)
	case errors.As(err, &wrong) && wrong.JSONPointer != "":
		return onField("api.wrong_type", wrong.JSONPointer)
	case errors.As(err, &broken) && errors.Is(err, jsontext.ErrDuplicateName):
		return onField("api.doubled_field", broken.JSONPointer)
	}
	return fault.New(fault.Invalid, "api.bad_json", nil)
}

// onField names a field as pages do (open.0.title); the sentence says its last name.
func onField(code string, p jsontext.Pointer) error {
	var path []string
	for t := range p.Tokens() {
		path = append(path, t)
	}
	return fault.New(fault.Invalid, code, fault.Args{"field": short(p.LastToken())}).On(short(strings.Join(path, ".")))
}

// short keeps what a caller sent from filling an answer.
func short(s string) string {
	r := []rune(strings.ToValidUTF8(s, "?"))
	return string(r[:min(len(r), 80)])
}
