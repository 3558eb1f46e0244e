package firm

import (
	"slices"
	"strings"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/ident"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// AskCheck (受理新进人员身份核验) takes down that a firm asks for the check of a recruit's card: who asks and what for. Nothing of the
// recruit is written down, and nothing is checked.
type AskCheck struct {
	On
	AskedBy string `json:"asked_by" form:"line,required"`
	Purpose string `json:"purpose" form:"line,required"`
}

// CheckAsked is such a request.
type CheckAsked struct {
	Ask     string     `json:"ask"`
	AskedBy vault.Text `json:"asked_by,omitzero"`
	Purpose vault.Text `json:"purpose,omitzero"`
}

// EventKind implements work.Event.
func (CheckAsked) EventKind() string { return "firm.check_asked/1" }

// Ask is a request that was taken down.
type Ask struct {
	CheckAsked
	At      time.Time
	By      string
	Checked bool
}

func (e CheckAsked) apply(f *Firm, at work.At) {
	f.Asks = append(f.Asks, Ask{CheckAsked: e, At: at.HappenedAt, By: at.Actor})
}

// CheckRecruit (新进人员身份核验) checks a recruit's card: is it genuine, and is this the person. That is all that is answered, yes or no;
// what somebody did in the past is nobody's to ask of a police station this way (Public Security Administration Penalties Law, article
// 136; law-and-standards 5.6). The recruit agrees by a tick and a signature. The number is checked by its digit and kept nowhere.
type CheckRecruit struct {
	On
	Ask       string `json:"ask,omitempty" form:"hidden"`
	AskedBy   string `json:"asked_by" form:"line,required"`
	Purpose   string `json:"purpose" form:"line,required"`
	Asks      string `json:"asked_question,omitempty" form:"line"`
	IDNo      string `json:"id_no" form:"id,required"`
	Consent   bool   `json:"recruit_consent" form:"yesno"`
	Signature string `json:"recruit_signature" form:"signature,required"`
	Genuine   string `json:"genuine" form:"genuine,required"`
}

// Traceless is the act without the number, for the digest by which an act sent twice is known again.
func (a CheckRecruit) Traceless() any {
	a.IDNo = ""
	return a
}

// RecruitChecked is the answer: yes or no. No name, no number, no trace of them.
type RecruitChecked struct {
	Check     string     `json:"check"`
	Ask       string     `json:"ask,omitempty"`
	Number    string     `json:"number"`
	AskedBy   vault.Text `json:"asked_by,omitzero"`
	Purpose   vault.Text `json:"purpose,omitzero"`
	Genuine   bool       `json:"genuine"`
	Signature string     `json:"signature"` // upload id of the recruit's consent
}

// Check is an answer that was given.
type Check struct {
	RecruitChecked
	At time.Time
	By string
}

// EventKind implements work.Event.
func (RecruitChecked) EventKind() string { return "firm.recruit_checked/1" }

func (e RecruitChecked) apply(f *Firm, at work.At) {
	f.Checks = append(f.Checks, Check{e, at.HappenedAt, at.Actor})
	for i := range f.Asks {
		f.Asks[i].Checked = f.Asks[i].Checked || e.Ask != "" && f.Asks[i].Ask == e.Ask
	}
}

// NumberOfChecks is the pattern of the numbers of answers.
const NumberOfChecks = "身份核验〔{year}〕第{no}号"

// ofThePast are words by which somebody asks what a person did, owes or believes. Whoever types them is told why there is no answer.
var ofThePast = []string{"前科", "案底", "犯罪", "违法", "劣迹", "坐牢", "服刑", "判刑", "刑满", "拘留", "行政处罚", "吸毒", "涉毒", "戒毒", "社区矫正", "在逃", "通缉",
	"上访", "信访", "失信", "征信", "欠债", "被执行", "民族", "信仰", "宗教", "政审", "背景", "底细", "历史问题", "有没有进去过", "进去过", "黑名单", "重点人员",
	"criminal", "conviction", "offence", "arrest", "prison", "drug", "petition", "blacklist", "background", "record"}

// asksOfThePast refuses a question that goes beyond the card.
func asksOfThePast(field, words string) error {
	low := strings.ToLower(strings.Join(strings.Fields(words), ""))
	hit := slices.ContainsFunc(ofThePast, func(w string) bool { return strings.Contains(low, w) })
	if hit {
		return fault.New(fault.Denied, "firm.past_is_not_told", nil).On(field)
	}
	return nil
}

// reasons checks who asks and what for.
func (f *Firm) reasons(askedBy, purpose string) (who, why string, err error) {
	if err := f.open(); err != nil {
		return "", "", err
	}
	if who, err = work.Line("asked_by", askedBy, work.MaxShort, true); err != nil {
		return "", "", err
	}
	if why, err = work.Line("purpose", purpose, work.MaxShort, true); err != nil {
		return "", "", err
	}
	if err := work.Must(len([]rune(why)) >= minPurpose, "purpose", "unmask.purpose", nil); err != nil {
		return "", "", err
	}
	return who, why, asksOfThePast("purpose", why)
}

// minPurpose is how long a purpose is at least, as with every look at a person.
const minPurpose = 4

// AskCheck decides that a request is taken down.
func (f *Firm) AskCheck(a AskCheck, mo Moment) ([]work.Event, error) {
	who, why, err := f.reasons(a.AskedBy, a.Purpose)
	if err != nil {
		return nil, err
	}
	id := mo.NewID("q")
	return []work.Event{CheckAsked{id, vault.Plain(f.ID, "asked_by."+id, who), vault.Plain(f.ID, "purpose."+id, why)}}, nil
}

// CheckRecruit decides the answer to a check. The desk refuses a second one of the same card at the same firm on the same day.
func (f *Firm) CheckRecruit(a CheckRecruit, mo Moment) ([]work.Event, error) {
	who, why, err := f.reasons(a.AskedBy, a.Purpose)
	if err != nil {
		return nil, err
	}
	if err := asksOfThePast("asked_question", a.Asks); err != nil {
		return nil, err
	}
	if a.Ask != "" {
		i := slices.IndexFunc(f.Asks, func(x Ask) bool { return x.CheckAsked.Ask == a.Ask })
		if err := work.Must(i >= 0, "ask", "firm.no_ask", nil); err != nil {
			return nil, err
		}
		if f.Asks[i].Checked {
			return nil, fault.New(fault.Stale, "firm.ask_was_checked", nil)
		}
	}
	if err := work.Must(a.Consent, "recruit_consent", "firm.recruit_consents", nil); err != nil {
		return nil, err
	}
	signature, err := work.Line("recruit_signature", a.Signature, 64, true)
	if err != nil {
		return nil, err
	}
	if _, err := CardNumber(a.IDNo); err != nil {
		return nil, err
	}
	if err := oneOf("genuine", a.Genuine, []string{"yes", "no"}); err != nil {
		return nil, err
	}
	id := mo.NewID("q")
	return []work.Event{RecruitChecked{Check: id, Ask: a.Ask, Number: mo.Number(NumberOfChecks), AskedBy: vault.Plain(f.ID, "asked_by."+id, who),
		Purpose: vault.Plain(f.ID, "purpose."+id, why), Genuine: a.Genuine == "yes", Signature: signature}}, nil
}

// CardNumber reads the number of a card that lies on the table: unlike one copied from paper, a wrong check digit is a slip of the
// typist and refused (law-and-standards 11.1).
func CardNumber(s string) (string, error) {
	n, err := ident.CheckResidentID(s)
	return n, work.Must(err == nil, "id_no", "firm.card_number", nil)
}
