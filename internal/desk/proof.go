package desk

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/journal"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/proof"
)

// Proofs are the rows of the table of acts that the one-time check brings.
var Proofs = []Spec{
	{Name: "proof.give", New: make_[proof.Give], do: giveProof},
	{Name: "proof.ask", New: make_[proof.Ask], do: askProof},
	{Name: "proof.try", New: make_[proof.Try], do: tryProof},
}

// provable is a thing whose person can be checked: how the policy sees it, whose key its data lies under, the phone that stands with it.
type provable struct {
	thing   access.Thing
	subject string
	phone   vault.Text
	coded   bool // it has a code of its own by which its person finds it
}

// provables find a thing by the first word of its name: "report/r_…", "party/m_…/p_…". A room whose people have nothing but a code
// adds its row here.
var provables = map[string]func(c *call, id string) (provable, error){
	"report": func(c *call, id string) (provable, error) {
		r, err := c.report(id)
		return provable{ReportThing(c.who.Station, &r), r.ID, r.Phone, true}, err
	},
	"party": func(c *call, id string) (provable, error) {
		mid, pid, _ := strings.Cut(id, "/")
		m, err := c.matter(mid)
		if err != nil {
			return provable{}, err
		}
		p, ok := partyOf(&m, pid)
		if !ok {
			c.things = append(c.things, access.Thing{Kind: "proof"})
			return provable{}, fault.New(fault.Missing, "proof.no_thing", nil)
		}
		return provable{thing: c.matterThing(&m), subject: p.ID, phone: p.Phone}, nil
	},
}

// provable finds the thing of a check and asks the policy about it.
func (c *call) provable(thing string) (provable, error) {
	kind, id, _ := strings.Cut(thing, "/")
	find := provables[kind]
	if find == nil || id == "" {
		c.things = append(c.things, access.Thing{Kind: "proof"})
		return provable{}, fault.New(fault.Missing, "proof.no_thing", nil)
	}
	x, err := find(c, id)
	if err != nil {
		return provable{}, err
	}
	return x, c.permit(x.thing)
}

// proof loads the checks of a thing.
func (c *call) proof(thing string) (proof.Proof, error) {
	events, err := c.Journal.Stream(c.ctx, c.who.Station, proof.Stream(thing), 0)
	if err != nil {
		return proof.Proof{}, err
	}
	return proof.Fold(events)
}

// ProofCode makes the digits of a code from its id. Only who holds the station's key can; nothing that is stored tells them.
func (d *Desk) ProofCode(ctx context.Context, station, thing, id string) (string, error) {
	keyring, err := d.Keyring(ctx, station)
	if err != nil {
		return "", err
	}
	n := uint64(0)
	for _, b := range []byte(keyring.Blind("proof code", thing+" "+id))[:12] { // letters and digits, five bits each: 60 bits
		n = n<<5 | uint64(strings.IndexByte("abcdefghijklmnopqrstuvwxyz234567", b))
	}
	return fmt.Sprintf("%0*d", proof.Digits, n%1_000_000), nil
}

// giveProof hands a code over: its digits are in the answer, once.
func giveProof(c *call) error {
	a := *c.act.(*proof.Give)
	x, err := c.provable(a.Thing)
	if err != nil {
		return err
	}
	return c.giveProof(a, x)
}

// giveProof is also for acts that hand a code over along with something else, a card or an appointment; they have asked the policy.
func (c *call) giveProof(a proof.Give, x provable) error {
	p, err := c.proof(a.Thing)
	if err != nil {
		return err
	}
	if !x.coded && p.Receipt == "" {
		a.Receipt = string(ident.NewReceipt(c.Rand))
		c.batch.Claims = append(c.batch.Claims, journal.Claim{Space: "mine", Value: a.Receipt, Holder: a.Thing})
	}
	events, err := p.Give(a, c.moment)
	if err != nil {
		return err
	}
	e := events[0].(proof.Given)
	c.answer.ID, c.answer.Receipt = a.Thing, p.Receipt+e.Receipt
	if c.answer.Secret, err = c.ProofCode(c.ctx, c.who.Station, a.Thing, e.Check); err != nil {
		return err
	}
	return c.change(proof.Stream(a.Thing), p.Version, events)
}

// askProof asks that a code is sent to the phone that stands with the thing. Whether the asker knows the thing's code is for who calls
// the desk to have checked, as with every act without an account.
func askProof(c *call) error {
	a := *c.act.(*proof.Ask)
	x, err := c.provable(a.Thing)
	if err != nil {
		return err
	}
	p, err := c.proof(a.Thing)
	if err != nil {
		return err
	}
	if !x.phone.Empty() {
		words, err := c.Reveal(c.ctx, c.who.Station, x.phone)
		if err != nil {
			return err
		}
		a.Subject, a.Phone = proof.Stream(a.Thing), words[x.phone.Ref()] // under a key of its own, erased along with the thing's
	}
	var unmade error
	a.Digits = func(check string) (digits string) {
		digits, unmade = c.ProofCode(c.ctx, c.who.Station, a.Thing, check)
		return digits
	}
	events, err := p.Ask(a, c.moment)
	if err := errors.Join(err, unmade); err != nil {
		return err
	}
	c.answer.ID = a.Thing
	return c.change(proof.Stream(a.Thing), p.Version, events)
}

// tryProof compares. A wrong code is recorded and answered without an id.
func tryProof(c *call) error {
	a := *c.act.(*proof.Try)
	if _, err := c.provable(a.Thing); err != nil {
		return err
	}
	p, err := c.proof(a.Thing)
	if err != nil {
		return err
	}
	if p.Code != nil {
		if a.Right, err = c.ProofCode(c.ctx, c.who.Station, a.Thing, p.Code.ID); err != nil {
			return err
		}
	}
	events, err := p.Try(a, c.moment)
	if err != nil {
		return err
	}
	if _, ok := events[0].(proof.Passed); ok {
		c.answer.ID = a.Thing
	}
	return c.change(proof.Stream(a.Thing), p.Version, events)
}

// Proof gives the checks of a thing as they stand, for pages.
func (d *Desk) Proof(ctx context.Context, station, thing string) (proof.Proof, error) {
	events, err := d.Journal.Stream(ctx, station, proof.Stream(thing), 0)
	if err != nil {
		return proof.Proof{}, err
	}
	return proof.Fold(events)
}

// partyOf gives the party of a thing "party/m_…/p_…".
func partyOf(m *matter.Matter, id string) (matter.Party, bool) {
	for _, p := range m.Parties {
		if p.ID == id {
			return p, true
		}
	}
	return matter.Party{}, false
}
