package desk

import (
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/organisation"
)

// SetPassword (设密码) sets one's own password, or by an administrator a first one for somebody.
type SetPassword struct {
	Person   string `json:"person" form:"hidden"`
	Password string `json:"password" form:"password,required"`
}

// MinPassword and the classes of characters follow law-and-standards 16: 12 characters, 3 of 4 classes.
const MinPassword = 12

func strong(p string) bool {
	var lower, upper, digit, other int
	for _, r := range p {
		switch {
		case unicode.IsLower(r):
			lower = 1
		case unicode.IsUpper(r):
			upper = 1
		case unicode.IsDigit(r):
			digit = 1
		default:
			other = 1
		}
	}
	n := utf8.RuneCountInString(p)
	return n >= MinPassword && n <= 200 && lower+upper+digit+other >= 3
}

func setPassword(c *call) error {
	a := *c.act.(*SetPassword)
	if err := c.permit(access.Thing{Kind: "account", Subject: a.Person}); err != nil {
		return err
	}
	p, ok := c.org.People[a.Person]
	if !ok || p.Gone {
		return fault.New(fault.Missing, "org.person_not_found", nil)
	}
	if !strong(a.Password) {
		return fault.New(fault.Invalid, "account.weak_password", fault.Args{"min": MinPassword}).On("password")
	}
	if strings.Contains(strings.ToLower(a.Password), strings.ToLower(p.User)) && p.User != "" {
		return fault.New(fault.Invalid, "account.password_has_name", nil).On("password")
	}
	hash, err := HashPassword(a.Password, c.Rand)
	if err != nil {
		return err
	}
	c.answer.ID = a.Person
	return c.changeOrg([]work.Event{organisation.PasswordSet{Person: a.Person, Hash: vault.Plain(a.Person, "password", hash),
		Once: c.who.Person != a.Person && c.who.Role != access.Machine}})
}

// SetFactor (第二因素) sets or takes away the secret of one's second factor. The page has checked one code of it.
type SetFactor struct {
	Person string `json:"person" form:"hidden"`
	Secret string `json:"secret,omitempty" form:"hidden"`
}

func setFactor(c *call) error {
	a := *c.act.(*SetFactor)
	if err := c.permit(access.Thing{Kind: "account", Subject: a.Person}); err != nil {
		return err
	}
	if _, ok := c.org.People[a.Person]; !ok {
		return fault.New(fault.Missing, "org.person_not_found", nil)
	}
	c.answer.ID = a.Person
	return c.changeOrg([]work.Event{organisation.FactorSet{Person: a.Person, Secret: vault.Plain(a.Person, "factor", a.Secret)}})
}

// MakeToken (接口令牌) opens the API as a person; the token is shown once.
type MakeToken struct {
	Person string `json:"person" form:"person,required"`
	Label  string `json:"label,omitempty" form:"line"`
}

func makeToken(c *call) error {
	a := *c.act.(*MakeToken)
	if err := c.permit(access.Thing{Kind: "account", Subject: a.Person}); err != nil {
		return err
	}
	if p, ok := c.org.People[a.Person]; !ok || p.Gone || p.Closed {
		return fault.New(fault.Missing, "org.person_not_found", nil)
	}
	label, err := work.Line("label", a.Label, 40, false)
	if err != nil {
		return err
	}
	raw := make([]byte, 24)
	if _, err := io.ReadFull(c.Rand, raw); err != nil {
		return fmt.Errorf("draw a token: %w", err)
	}
	c.answer.Secret = "mg_" + hex.EncodeToString(raw)
	id := c.moment.NewID("k")
	c.answer.ID = id
	blind := c.st.keyring.Blind("token", c.answer.Secret)
	c.batch.Claims = append(c.batch.Claims, journal.Claim{Space: "token", Value: blind, Holder: a.Person})
	return c.changeOrg([]work.Event{organisation.TokenMade{ID: id, Person: a.Person, Label: label, Blind: blind}})
}

// Unmask (查看) looks at one personal field of one subject, with a purpose. The look is recorded before anything is shown, and can
// be shown to the person looked at.
type Unmask struct {
	Thing   string `json:"thing"`   // "matter", "report" or "person" it was seen on
	ID      string `json:"id"`      // which one
	Subject string `json:"subject"` // whose field
	Field   string `json:"field"`
	Purpose string `json:"purpose" form:"purpose,required"`
}

// Looked is a look at personal data, in the stream of the subject.
type Looked struct {
	Subject string `json:"subject"`
	Field   string `json:"field"`
	Purpose string `json:"purpose"`
	Thing   string `json:"thing"`
	ID      string `json:"id"`
	Role    string `json:"role"`
}

// EventKind implements work.Event.
func (Looked) EventKind() string { return "person.looked/1" }

func init() { work.Know[Looked]() }

// LookStream is the stream of looks at one subject's data.
func LookStream(subject string) string { return "look/" + subject }

func unmask(c *call) error {
	a := *c.act.(*Unmask)
	purpose, err := purposeOf(a.Purpose)
	if err != nil {
		return err
	}
	var thing access.Thing
	var texts []vault.Text
	guard, limited := "", false
	switch a.Thing {
	case "matter":
		d, err := c.dispute(a.ID)
		if err != nil {
			return err
		}
		thing, texts, guard = MatterThing(c.who.Station, &d.Matter), TextsOf(d), Guarded(d, a.Subject, a.Field)
		if p, ok := partyOf(&d.Matter, a.Subject); ok {
			limited = p.Limited
		}
		more, needs, err := c.ofFinding(&d.Matter, &a)
		if err != nil {
			return err
		}
		if texts = append(texts, more...); needs != "" {
			guard = needs
		}
		if kept, needs, err := c.ofKeeping(&thing, &d.Matter, &a); err != nil {
			return err
		} else if texts = append(texts, kept...); needs != "" {
			guard = needs
		}
	case "report":
		r, err := c.report(a.ID)
		if err != nil {
			return err
		}
		thing, limited = ReportThing(c.who.Station, &r), r.Limited
		texts = []vault.Text{r.Name, r.Phone, r.Words}
		for _, x := range r.Additions {
			texts = append(texts, x.Words)
		}
	case "draft":
		d, err := c.draftAsItIs(a.ID)
		if err != nil {
			return err
		}
		thing = DraftThing(c.who.Station, d)
		if d.Version == 0 || !c.Policy.Scope(c.who).Sees(thing) {
			c.things = append(c.things, thing)
			return fault.New(fault.Missing, "unmask.not_found", nil)
		}
		texts = []vault.Text{d.Name, d.Words, d.Quote}
	case "appointment":
		if thing, texts, err = c.appointmentTexts(a.ID); err != nil {
			return err
		}
		if _, v, err := c.bookedAs(a.ID); err == nil {
			limited = v.Limited
		}
	case "right":
		if thing, texts, err = c.rightTexts(a.ID); err != nil {
			return err
		}
	case "person":
		if thing, texts, err = c.personTexts(a.ID); err != nil {
			return err
		}
	case "firm":
		f, err := c.firm(a.ID)
		if err != nil {
			c.things = append(c.things, access.Thing{Kind: "firm"})
			return fault.New(fault.Missing, "unmask.not_found", nil)
		}
		if thing, texts = FirmThing(c.who.Station, f), FirmTexts(f); !c.Policy.Scope(c.who).Sees(thing) {
			c.things = append(c.things, thing)
			return fault.New(fault.Missing, "unmask.not_found", nil)
		}
	default:
		c.things = append(c.things, thing)
		return fault.New(fault.Missing, "unmask.not_found", nil)
	}
	if err := c.permit(thing); err != nil {
		return err
	}
	if who := c.who; guard != "" {
		if who.Purpose, thing.Station = purpose, who.Station; !c.Policy.May(who, guard, thing).Allow {
			return fault.New(fault.Denied, sealedFrom[guard], nil)
		}
	}
	if limited && c.who.Role != grid.Head { // what the law demands is for the head to see to (L8 §44)
		return fault.New(fault.Denied, "right.limited", nil)
	}
	for _, t := range texts {
		if ref := t.Ref(); ref.Subject == a.Subject && ref.Field == a.Field && !t.Empty() {
			c.answer.ID = a.Subject
			return c.look(Looked{a.Subject, a.Field, purpose, a.Thing, a.ID, string(c.who.Role)})
		}
	}
	return fault.New(fault.Missing, "unmask.not_found", nil)
}

// TextsOf are the personal texts of a matter, a dispute or another, that can be looked at one by one.
func TextsOf(d *dispute.Dispute) []vault.Text {
	texts := []vault.Text{d.Words}
	for _, p := range d.Parties {
		texts = append(texts, p.Name, p.Phone, p.IDNo, p.Home)
	}
	for _, x := range d.Companions {
		texts = append(texts, x.Name, x.Phone)
	}
	for _, t := range d.Sealed {
		texts = append(texts, t)
	}
	return texts
}

// Guarded is the look that a personal text of a dispute needs besides the right to unmask it: "home.read" for a sealed address (L24,
// law-and-standards 5.1, 5.4), "minor.read" for what names a minor (5.2); "" for none. Pages and papers ask it before they show one.
func Guarded(d *dispute.Dispute, subject, field string) string {
	switch {
	case field == "home" && d.Hidden(subject):
		return "home.read"
	case (field == "name" || field == "id_no") && d.Minor(subject):
		return "minor.read"
	}
	return ""
}

// sealedFrom are the refusals of those looks.
var sealedFrom = map[string]string{"home.read": "unmask.home", "minor.read": "unmask.minor", "finding.read": "unmask.finding",
	"custody.read": "unmask.custody", "proof.read": "unmask.proof"}

// look appends a look at the end of the subject's own stream, wherever that is.
func (c *call) look(e Looked) error {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, LookStream(e.Subject), 0)
	if err != nil {
		return err
	}
	return c.change(LookStream(e.Subject), len(events), []work.Event{e})
}

// argon2id parameters: t=2, m=19 MiB, p=1 (stack.md 7); at most two at once, so that sign-ins cannot take all the memory.
var hashing = make(chan struct{}, 2)

// HashPassword gives the argon2id hash of a password, with its salt.
func HashPassword(password string, rand io.Reader) (string, error) {
	salt := make([]byte, 16)
	if _, err := io.ReadFull(rand, salt); err != nil {
		return "", fmt.Errorf("draw a salt: %w", err)
	}
	return "argon2id$2$19456$1$" + base64.RawStdEncoding.EncodeToString(salt) + "$" + base64.RawStdEncoding.EncodeToString(argon(password, salt)), nil
}

func argon(password string, salt []byte) []byte {
	hashing <- struct{}{}
	defer func() { <-hashing }()
	return argon2.IDKey([]byte(password), salt, 2, 19*1024, 1, 32)
}

// PasswordFits compares a password with a hash, in constant time.
func PasswordFits(hash, password string) bool {
	parts := strings.Split(hash, "$")
	if len(parts) != 6 {
		argon(password, make([]byte, 16)) // the same time as for a real account
		return false
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	want, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil {
		return false
	}
	return subtle.ConstantTimeCompare(argon(password, salt), want) == 1
}
