package doorstep

import (
	"slices"
	"strings"

	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Ask (申请上门) asks for a service at home: by a resident without an account, or by somebody of the grid or the station for one. It
// becomes a report, so that it is registered, answered and looked up like every other; what was ticked is kept beside it and need not
// be asked again when the slip is filled in.
type Ask struct {
	Service   string  `json:"service" form:"service,required"`
	Ground    string  `json:"home_ground" form:"reason:doorstep,required"`
	Why       string  `json:"why,omitempty" form:"line"`
	Place     string  `json:"place" form:"line,required"`
	Cell      string  `json:"cell,omitempty" form:"cell"`
	OpenFrom  string  `json:"open_from,omitempty" form:"time"`
	OpenUntil string  `json:"open_until,omitempty" form:"time"`
	Name      string  `json:"name" form:"line,required"`
	Phone     string  `json:"phone" form:"phone,required"`
	Channel   string  `json:"channel,omitempty" form:"channel"`
	Lon       float64 `json:"lon,omitempty" form:"hidden"`
	Lat       float64 `json:"lat,omitempty" form:"hidden"`
}

// Asked is what was ticked.
type Asked struct {
	Report    string     `json:"report"`
	Service   string     `json:"service"`
	Ground    string     `json:"ground"`
	Why       vault.Text `json:"why,omitzero"`
	OpenFrom  string     `json:"open_from,omitempty"`
	OpenUntil string     `json:"open_until,omitempty"`

	why string
}

// Of ties what was ticked to its report, under whose key the short reason is sealed.
func (e Asked) Of(report string) Asked {
	e.Report, e.Why = report, vault.Plain(report, "why", e.why)
	return e
}

// EventKind implements work.Event.
func (Asked) EventKind() string { return "doorstep.asked/1" }

// AskStream is the stream of what was ticked beside a report.
func AskStream(report string) string { return "doorstep/" + report }

// Check decides what is asked for, before there is a report of it.
func (a Ask) Check(mo Moment) (Asked, playbook.Service, error) {
	s, ok := mo.Service(a.Service)
	if err := work.Must(ok, "service", "doorstep.no_service", nil); err != nil {
		return Asked{}, s, err
	}
	if err := work.Must(len(s.Grounds) > 0, "service", "doorstep.window_only", fault.Args{"service": s.Name}); err != nil {
		return Asked{}, s, err
	}
	if err := work.Must(slices.Contains(s.Grounds, a.Ground), "home_ground", "doorstep.no_ground", nil); err != nil {
		return Asked{}, s, err
	}
	why, err := shortReason(a.Why)
	if err != nil {
		return Asked{}, s, err
	}
	for _, x := range []struct{ field, value string }{{"place", a.Place}, {"name", a.Name}, {"phone", a.Phone}} {
		if err := work.Must(strings.TrimSpace(x.value) != "", x.field, "form.required", fault.Args{"field": x.field}); err != nil {
			return Asked{}, s, err
		}
	}
	e := Asked{Service: s.Key, Ground: a.Ground}
	if e.OpenFrom, e.OpenUntil, err = hours(a.OpenFrom, a.OpenUntil); err != nil {
		return Asked{}, s, err
	}
	e.why = why
	return e, s, nil
}
