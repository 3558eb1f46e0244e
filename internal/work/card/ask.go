package card

import (
	"slices"
	"strings"
	"time"

	"maplegrid/internal/fault"
	"maplegrid/internal/work"
)

// What somebody who scanned a card wants of us besides a report or an appointment. Each becomes a report of the channel "card".
const (
	CallBack = "call_back" // 请给我回电话
	Inquiry  = "inquiry"   // 咨询
	Wrong    = "wrong"     // 卡上的信息不对
)

// Abouts lists them.
var Abouts = []string{CallBack, Inquiry, Wrong}

// Ask (扫卡求助) is what somebody without an account sends from the page of a card.
type Ask struct {
	Code  string `json:"card_code" form:"hidden"`
	About string `json:"card_about" form:"choice,required"`
	Phone string `json:"phone,omitempty" form:"phone"`
	Suits string `json:"call_when,omitempty" form:"line"`
	Words string `json:"words,omitempty" form:"words"`
}

// Asked is a wish that came through a card, and until when it is to be met. To is who of the cell it came to.
type Asked struct {
	Code   string    `json:"code"`
	About  string    `json:"about"`
	Report string    `json:"report"`
	Cell   string    `json:"cell"`
	To     string    `json:"to,omitempty"`
	Due    time.Time `json:"due"`
}

// CardAsked is that wish. Words and phone are the report's.
type CardAsked Asked

// EventKind implements work.Event.
func (CardAsked) EventKind() string { return "card.asked/1" }

// Ask decides a wish: hours is how long the station takes to answer it. A card that is out of use is listened to as well: the person
// who holds it knows no better.
func (b *Batch) Ask(a Ask, report string, hours int, mo Moment) ([]work.Event, error) {
	if err := a.Check(); err != nil {
		return nil, err
	}
	if _, err := b.Card(a.Code); err != nil {
		return nil, err
	}
	here, who := mo.Contact(b.Cell, b.Person)
	if here == "" {
		here = b.Cell
	}
	return []work.Event{CardAsked{a.Code, a.About, report, here, who, mo.Now.Add(time.Duration(hours) * time.Hour)}}, nil
}

// Check refuses a wish that cannot be met: to be called back without a number, a question without words.
func (a Ask) Check() error {
	if err := work.Must(slices.Contains(Abouts, a.About), "card_about", "form.unknown_choice", nil); err != nil {
		return err
	}
	n := len(Digits(a.Phone))
	if err := work.Must(a.About != CallBack || a.Phone != "", "phone", "form.required", fault.Args{"field": "phone"}); err != nil {
		return err
	}
	if err := work.Must(a.Phone == "" || n >= 7 && n <= 15, "phone", "card.their_phone", nil); err != nil {
		return err
	}
	if err := work.Must(a.About == CallBack || strings.TrimSpace(a.Words) != "", "words", "form.required", fault.Args{"field": "words"}); err != nil {
		return err
	}
	_, err := work.Line("call_when", a.Suits, 60, false)
	return err
}

// Results of calling back.
const (
	Reached    = "reached"     // 已回电
	NotReached = "not_reached" // 没有打通
)

// CallResults lists them.
var CallResults = []string{Reached, NotReached}

// Called (登记回电) says what came of calling somebody back. What is to be done about it is triaged with the report as any other.
type Called struct {
	Code   string `json:"card_code" form:"hidden"`
	Report string `json:"report" form:"hidden"`
	Result string `json:"call_result" form:"choice,required"`
}

// CardCalled is one try.
type CardCalled struct {
	Report string `json:"report"`
	Result string `json:"result"`
}

// EventKind implements work.Event.
func (CardCalled) EventKind() string { return "card.called/1" }

// Called decides a try.
func (b *Batch) Called(a Called) ([]work.Event, error) {
	if err := work.Must(slices.Contains(CallResults, a.Result), "call_result", "form.unknown_choice", nil); err != nil {
		return nil, err
	}
	if !slices.ContainsFunc(b.Asked, func(x Asked) bool { return x.Report == a.Report && x.Code == a.Code }) {
		return nil, fault.New(fault.Missing, "report.not_found", nil)
	}
	return []work.Event{CardCalled{a.Report, a.Result}}, nil
}
