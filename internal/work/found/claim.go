package found

import (
	"slices"
	"strings"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
)

// TakeClaim (登记认领) takes down who says it is theirs, and what they say of it, before anything is compared.
type TakeClaim struct {
	matter.On
	Name     string `json:"claimant" form:"line,required"`
	Phone    string `json:"phone,omitempty" form:"phone"`
	Told     string `json:"told_of_it" form:"words,required"`
	Identity bool   `json:"identity_checked" form:"yesno,required"`
}

// ClaimTaken is the claim.
type ClaimTaken struct {
	Claim    string     `json:"found_claim"` // also the claimant's subject in the vault
	Name     vault.Text `json:"name,omitzero"`
	Phone    vault.Text `json:"phone,omitzero"`
	Told     vault.Text `json:"told_of_it,omitzero"`
	Identity bool       `json:"identity_checked"`
}

// EventKind implements work.Event.
func (ClaimTaken) EventKind() string { return "found.claim_taken/1" }

// Tell implements matter.Built.
func (v ClaimTaken) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (v ClaimTaken) apply(t *Thing, at work.At) {
	t.Claims = append(slices.Clip(t.Claims), Claim{ID: v.Claim, At: at.HappenedAt, By: at.Actor, Name: v.Name, Phone: v.Phone, Told: v.Told, Identity: v.Identity})
}

// TakeClaim decides it.
func (t *Thing) TakeClaim(a TakeClaim, mo Moment) ([]work.Event, error) {
	if err := t.kept(); err != nil {
		return nil, err
	}
	if err := work.AtMost("claimant", len(t.Claims)+1, 100); err != nil {
		return nil, err
	}
	name, err := work.Line("claimant", a.Name, 40, true)
	if err != nil {
		return nil, err
	}
	phone, err := work.Line("phone", a.Phone, 40, false)
	if err != nil {
		return nil, err
	}
	words, err := work.Words("told_of_it", a.Told, true)
	if err != nil {
		return nil, err
	}
	id := mo.NewID("p")
	return []work.Event{ClaimTaken{Claim: id, Name: vault.Plain(id, "name", name), Phone: vault.Plain(id, "phone", phone),
		Told: vault.Plain(id, "told_of_it", words), Identity: a.Identity}}, nil
}

// claim finds one that may still be worked on.
func (t *Thing) claim(id string) (Claim, error) {
	if err := t.kept(); err != nil {
		return Claim{}, err
	}
	c, ok := t.Claim(id)
	if err := work.Must(ok, "found_claim", "found.unknown_claim", nil); err != nil {
		return c, err
	}
	if !c.Open() {
		return c, fault.New(fault.Stale, "found.claim_answered", nil)
	}
	return c, nil
}

// Compare (逐项核对) holds what a claimant said against the sealed details, point by point. The claimant never sees them.
type Compare struct {
	matter.On
	Claim    string   `json:"found_claim" form:"foundclaim,required"`
	Agree    []string `json:"agreeing,omitempty" form:"foundpoints"`
	Identity bool     `json:"identity_checked" form:"yesno,required"`
	Words    string   `json:"words,omitempty" form:"words"`
}

// Compared is which points agree, of how many.
type Compared struct {
	Claim    string     `json:"found_claim"`
	Agree    []string   `json:"agreeing,omitempty"`
	Of       int        `json:"of"`
	Identity bool       `json:"identity_checked"`
	Words    vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (Compared) EventKind() string { return "found.compared/1" }

// Tell implements matter.Built.
func (v Compared) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (v Compared) apply(t *Thing, _ work.At) {
	t.Claims = slices.Clone(t.Claims)
	for i := range t.Claims {
		if c := &t.Claims[i]; c.ID == v.Claim {
			c.Compared, c.Agree, c.Identity = true, v.Agree, v.Identity
		}
	}
}

// Compare decides it.
func (t *Thing) Compare(a Compare, _ Moment) ([]work.Event, error) {
	c, err := t.claim(a.Claim)
	if err != nil {
		return nil, err
	}
	for _, id := range a.Agree {
		if err := work.Must(slices.ContainsFunc(t.Proofs, func(p Proof) bool { return p.ID == id }), "agreeing", "form.unknown_choice", nil); err != nil {
			return nil, err
		}
	}
	words, err := work.Words("words", a.Words, len(t.Proofs) == 0)
	if err != nil {
		return nil, err
	}
	agree := slices.Clone(a.Agree)
	slices.Sort(agree)
	return []work.Event{Compared{Claim: c.ID, Agree: slices.Compact(agree), Of: len(t.Proofs), Identity: a.Identity, Words: vault.Plain(c.ID, "compared", words)}}, nil
}

// Decide (答复认领) answers a claim: by an officer, as a rival may go to court over it (law-and-standards 13.1).
type Decide struct {
	matter.On
	Claim  string `json:"found_claim" form:"foundclaim,required"`
	Answer string `json:"claim_answer" form:"claimanswer,required"`
	Reason string `json:"reason,omitempty" form:"reason:claim_refused"`
	Words  string `json:"words,omitempty" form:"words"`
}

// Decided is the answer. A refused claim is kept with its reason.
type Decided struct {
	Claim  string     `json:"found_claim"`
	Answer string     `json:"claim_answer"`
	Reason string     `json:"reason,omitempty"`
	Words  vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (Decided) EventKind() string { return "found.decided/1" }

// Tell implements matter.Built.
func (v Decided) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (v Decided) apply(t *Thing, at work.At) {
	t.Claims = slices.Clone(t.Claims)
	for i := range t.Claims {
		c := &t.Claims[i]
		if c.ID == v.Claim || v.Answer == "court" && c.Result == "" {
			c.Result, c.Reason, c.ResultText, c.DecidedBy, c.DecidedAt = v.Answer, v.Reason, v.Words, at.Actor, at.HappenedAt
		}
	}
}

// Decide decides the answer. Nothing is given to one while another claim waits; where two claim it, both are compared first, and an
// officer decides or sends both to court.
func (t *Thing) Decide(a Decide, mo Moment) ([]work.Event, error) {
	c, err := t.claim(a.Claim)
	if err != nil {
		return nil, err
	}
	if err := work.Must(slices.Contains(Answers, a.Answer), "claim_answer", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if !mo.Role.HasPolicePowers() {
		return nil, fault.New(fault.Denied, "found.officer_decides", nil)
	}
	needsWords := a.Answer == "court" || a.Answer == "accept" && (c.Result == "court" || len(c.Agree) < len(t.Proofs) || len(t.Proofs) == 0)
	switch {
	case a.Answer == "accept":
		if err := t.acceptable(c); err != nil {
			return nil, err
		}
		a.Reason = ""
	case a.Answer == "refuse":
		if err := work.Must(mo.Book.Reason("claim_refused", a.Reason), "reason", "form.unknown_choice", nil); err != nil {
			return nil, err
		}
	default:
		a.Reason = ""
		if len(t.OpenClaims()) < 2 {
			return nil, fault.New(fault.Invalid, "found.court_needs_two", nil).On("claim_answer")
		}
	}
	words, err := work.Words("words", a.Words, needsWords)
	if err != nil {
		return nil, err
	}
	return []work.Event{Decided{Claim: c.ID, Answer: a.Answer, Reason: a.Reason, Words: vault.Plain(c.ID, "answer", words)}}, nil
}

func (t *Thing) acceptable(c Claim) error {
	switch {
	case !c.Compared:
		return fault.New(fault.Stale, "found.compare_first", nil)
	case !c.Identity && t.Valuable():
		return fault.New(fault.Stale, "found.identity_first", nil)
	case len(t.Proofs) > 0 && len(c.Agree) == 0:
		return fault.New(fault.Invalid, "found.nothing_agrees", nil).On("claim_answer")
	}
	if _, other := t.Accepted(); other || !t.OwnerTold.IsZero() {
		return fault.New(fault.Stale, "found.owner_known", nil)
	}
	for _, x := range t.OpenClaims() {
		if x.ID != c.ID {
			return fault.New(fault.Stale, "found.rival_open", nil)
		}
	}
	return nil
}

// Settle (费用和酬谢) is what the owner owes the finder and the police for keeping it (Civil Code §317).
type Settle struct {
	matter.On
	Costs     string `json:"costs,omitempty" form:"money"`
	Reward    string `json:"reward,omitempty" form:"money"`
	Promised  bool   `json:"promised,omitempty" form:"yesno"`
	Paid      bool   `json:"paid_over,omitempty" form:"yesno"`
	Forfeited bool   `json:"forfeited,omitempty" form:"yesno"`
	Words     string `json:"words,omitempty" form:"words"`
}

// SettledWith is what was settled.
type SettledWith struct {
	Costs     Fen        `json:"costs,omitempty"`
	Reward    Fen        `json:"reward,omitempty"`
	Promised  bool       `json:"promised,omitempty"`
	Paid      bool       `json:"paid_over,omitempty"`
	Forfeited bool       `json:"forfeited,omitempty"`
	Words     vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (SettledWith) EventKind() string { return "found.settled/1" }

// Tell implements matter.Built.
func (v SettledWith) Tell(m *matter.Matter, at work.At) { m.Help(at.Actor) }

func (v SettledWith) apply(t *Thing, _ work.At) {
	t.Settled, t.Costs, t.Reward, t.Promised, t.Paid, t.Forfeited = true, v.Costs, v.Reward, v.Promised, v.Paid, v.Forfeited
}

// Settle decides it. A finder who kept the thing for themselves loses costs and reward; one who waived them gets none; a reward is owed
// where one was promised.
func (t *Thing) Settle(a Settle, _ Moment) ([]work.Event, error) {
	if err := t.there(); err != nil {
		return nil, err
	}
	v := SettledWith{Promised: a.Promised, Paid: a.Paid, Forfeited: a.Forfeited}
	var err error
	if v.Costs, err = money("costs", a.Costs); err != nil {
		return nil, err
	}
	if v.Reward, err = money("reward", a.Reward); err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, a.Forfeited)
	if err != nil {
		return nil, err
	}
	switch {
	case a.Forfeited && v.Costs+v.Reward > 0:
		return nil, fault.New(fault.Invalid, "found.forfeited", nil).On("costs")
	case t.Wish == "waived" && v.Reward > 0:
		return nil, fault.New(fault.Invalid, "found.waived", nil).On("reward")
	case v.Reward > 0 && !a.Promised:
		return nil, fault.New(fault.Invalid, "found.reward_promised", nil).On("promised")
	}
	v.Words = t.text("settled", words)
	return []work.Event{v}, nil
}

// HandOver (交还) gives it back: to the claimant who was recognised, or the owner who was told.
type HandOver struct {
	matter.On
	Identity  bool     `json:"identity_checked" form:"yesno,required"`
	Agent     string   `json:"collected_by,omitempty" form:"line"` // who collects it for the owner, and the mandate
	Signed    string   `json:"signed_name,omitempty" form:"line"`
	Signature string   `json:"handover_signature,omitempty" form:"signature"`
	Words     string   `json:"words,omitempty" form:"words"`
	Photos    []string `json:"photos,omitempty" form:"photos"`
}

// HandedOver is the hand-over.
type HandedOver struct {
	Claim     string              `json:"found_claim,omitempty"` // "" the owner who was told
	Identity  bool                `json:"identity_checked"`
	Agent     vault.Text          `json:"collected_by,omitzero"`
	Signed    vault.Text          `json:"signed,omitzero"`
	Signature matter.Attachment   `json:"handover_signature,omitzero"`
	Words     vault.Text          `json:"words,omitzero"`
	Photos    []matter.Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (HandedOver) EventKind() string { return "found.handed_over/1" }

// Tell implements matter.Built.
func (v HandedOver) Tell(m *matter.Matter, at work.At) {
	ended(m, ReturnedStep, at)
	m.Attached(v.Photos)
}

func (v HandedOver) apply(t *Thing, at work.At) { t.end(ReturnedStep, at) }

// HandOver decides it: signed, with the identity checked; a card only with a picture of the hand-over (law-and-standards 7.6).
func (t *Thing) HandOver(a HandOver, mo Moment) ([]work.Event, error) {
	if err := t.kept(); err != nil {
		return nil, err
	}
	c, accepted := t.Accepted()
	if !accepted && t.OwnerTold.IsZero() {
		return nil, fault.New(fault.Stale, "found.nobody_recognised", nil)
	}
	if err := work.Must(a.Identity || !t.Valuable(), "identity_checked", "found.identity_first", nil); err != nil {
		return nil, err
	}
	signed, err := work.Line("signed_name", a.Signed, 40, false)
	if err != nil {
		return nil, err
	}
	if err := work.Must(signed != "" || strings.TrimSpace(a.Signature) != "", "signed_name", "found.signed", nil); err != nil {
		return nil, err
	}
	agent, err := work.Line("collected_by", a.Agent, work.MaxShort, false)
	if err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, !a.Identity)
	if err != nil {
		return nil, err
	}
	photos, err := matter.Attach(a.Photos)
	if err != nil {
		return nil, err
	}
	if err := work.Must(t.Sort != IDCard || len(photos) > 0, "photos", "found.card_photo", nil); err != nil {
		return nil, err
	}
	to := c.ID
	if !accepted {
		to = t.Owner
	}
	v := HandedOver{Claim: c.ID, Identity: a.Identity, Agent: vault.Plain(to, "agent", agent), Signed: vault.Plain(to, "signed", signed), Words: t.text("returned", words), Photos: photos}
	if a.Signature != "" {
		v.Signature = matter.Attachment{ID: a.Signature}
	}
	return []work.Event{v}, nil
}

// Sell (变卖) turns what would spoil into money, which is then kept in its place. The head approves.
type Sell struct {
	matter.On
	Price  string   `json:"price" form:"money,required"`
	Words  string   `json:"words" form:"words,required"`
	Photos []string `json:"photos" form:"photos"`
}

// Sold is the sale.
type Sold struct {
	Price  Fen                 `json:"price"`
	Words  vault.Text          `json:"words,omitzero"`
	Photos []matter.Attachment `json:"photos,omitempty"`
}

// EventKind implements work.Event.
func (Sold) EventKind() string { return "found.sold/1" }

// Tell implements matter.Built.
func (v Sold) Tell(m *matter.Matter, at work.At) {
	m.Help(at.Actor)
	m.Attached(v.Photos)
}

func (v Sold) apply(t *Thing, at work.At) { t.SoldFor, t.SoldAt = v.Price, at.HappenedAt }

// Sell decides it: only what spoils or must be fed, photographed before.
func (t *Thing) Sell(a Sell, _ Moment) ([]work.Event, error) {
	if err := t.kept(); err != nil {
		return nil, err
	}
	if err := work.Must(t.Sort == Perishable || t.Sort == Animal, "", "found.keeps", nil); err != nil {
		return nil, err
	}
	if !t.SoldAt.IsZero() {
		return nil, fault.New(fault.Stale, "found.sold_already", nil)
	}
	price, err := money("price", a.Price)
	if err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, true)
	if err != nil {
		return nil, err
	}
	photos, err := matter.Attach(a.Photos)
	if err != nil {
		return nil, err
	}
	if err := work.Must(len(photos)+len(t.Pictures) > 0, "photos", "found.picture_first", nil); err != nil {
		return nil, err
	}
	return []work.Event{Sold{price, t.text("sold", words), photos}}, nil
}

// PassToState (上缴国家) ends the year without an owner (Civil Code §318). The head approves.
type PassToState struct {
	matter.On
	List  string `json:"list_no" form:"line,required"`
	Words string `json:"words,omitempty" form:"words"`
}

// PassedToState is that end.
type PassedToState struct {
	List  string     `json:"list_no"`
	Words vault.Text `json:"words,omitzero"`
}

// EventKind implements work.Event.
func (PassedToState) EventKind() string { return "found.passed_to_state/1" }

// Tell implements matter.Built.
func (v PassedToState) Tell(m *matter.Matter, at work.At) { ended(m, PassedStep, at) }

func (v PassedToState) apply(t *Thing, at work.At) {
	t.ListNo = v.List
	t.end(PassedStep, at)
}

// YearKey is the clock of the year to claim.
const YearKey = "lost_property"

// YearEnds is the last instant of the year that began with the notice; zero while none runs (7.2).
func (t *Thing) YearEnds(mo work.Moment) time.Time {
	for _, c := range t.Clocks(mo.Calendar, mo.Now) {
		if c.Key == YearKey {
			return c.DueAt
		}
	}
	return time.Time{}
}

// PassToState decides it: a year after the notice, not before, and not while somebody claims it.
func (t *Thing) PassToState(a PassToState, mo Moment) ([]work.Event, error) {
	if err := t.kept(); err != nil {
		return nil, err
	}
	if t.NoticeAt.IsZero() {
		return nil, fault.New(fault.Stale, "found.no_notice", nil)
	}
	if due := t.YearEnds(mo.Moment); due.IsZero() || !mo.Now.After(due) {
		return nil, fault.New(fault.Stale, "found.year_runs", fault.Args{"day": dayText(due)})
	}
	if _, taken := t.Accepted(); taken || !t.OwnerTold.IsZero() || len(t.OpenClaims()) > 0 {
		return nil, fault.New(fault.Stale, "found.somebody_claims", nil)
	}
	list, err := work.Line("list_no", a.List, 60, true)
	if err != nil {
		return nil, err
	}
	words, err := work.Words("words", a.Words, false)
	if err != nil {
		return nil, err
	}
	return []work.Event{PassedToState{list, t.text("passed", words)}}, nil
}
