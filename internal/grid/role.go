// Package grid is the map of responsibility: which cells make up a station, who leads them, which posts and
// seats cover them, and where a point on the ground belongs. It holds types and pure look-ups only.
package grid

import "slices"

// Name is what people call a thing, in Chinese and in English.
type Name struct{ Zh, En string }

// In gives the name in a language; anything but "en" is Chinese.
func (n Name) In(lang string) string {
	if lang == "en" {
		return n.En
	}
	return n.Zh
}

// Role is the part a person plays. It decides what they may do; a rank or title does not.
type Role string

// The roles of a station and of those around it (law-and-standards 13.1-13.3).
const (
	Resident     Role = "resident"      // 群众, has no account
	CellWorker   Role = "cell_worker"   // 网格员
	Volunteer    Role = "volunteer"     // 平安志愿者
	Guard        Role = "guard"         // 保安员
	Mediator     Role = "mediator"      // 调解员
	VillageCadre Role = "village_cadre" // 村（社区）干部
	AuxOfficer   Role = "aux_officer"   // 辅警
	Officer      Role = "officer"       // 民警
	WindowClerk  Role = "window_clerk"  // 户籍内勤
	DutyLead     Role = "duty_lead"     // 值班领导、指挥室
	Head         Role = "head"          // 所长
	Bureau       Role = "bureau"        // 县局
	Auditor      Role = "auditor"       // 审计
	Admin        Role = "admin"         // 系统管理员
)

var roles = []struct {
	Role
	Name
}{
	{Resident, Name{"群众", "resident"}},
	{CellWorker, Name{"网格员", "grid member"}},
	{Volunteer, Name{"平安志愿者", "volunteer"}},
	{Guard, Name{"保安员", "guard"}},
	{Mediator, Name{"调解员", "mediator"}},
	{VillageCadre, Name{"村（社区）干部", "village or community cadre"}},
	{AuxOfficer, Name{"辅警", "auxiliary officer"}},
	{Officer, Name{"民警", "officer"}},
	{WindowClerk, Name{"户籍内勤", "window clerk"}},
	{DutyLead, Name{"值班领导（指挥室）", "duty lead (command room)"}},
	{Head, Name{"所长", "station head"}},
	{Bureau, Name{"县局", "county bureau"}},
	{Auditor, Name{"审计", "auditor"}},
	{Admin, Name{"系统管理员", "system administrator"}},
}

// Roles lists every role, from the street to the office.
func Roles() []Role {
	all := make([]Role, len(roles))
	for i, r := range roles {
		all[i] = r.Role
	}
	return all
}

// Known tells whether r is one of the roles.
func (r Role) Known() bool { return slices.Contains(Roles(), r) }

// Name is what the role is called; an unknown role is called by its key.
func (r Role) Name() Name {
	for _, x := range roles {
		if x.Role == r {
			return x.Name
		}
	}
	return Name{string(r), string(r)}
}

// HasPolicePowers tells whether the role may decide and sign. An auxiliary works under command and has no
// enforcement power (State Council Office 2016 no. 15; law-and-standards 13.1).
func (r Role) HasPolicePowers() bool { return r == Officer || r == DutyLead || r == Head }

// MayStandIn tells whether by may take a seat meant for r. A seat with police powers is taken only by someone
// who has them (law-and-standards 13.1, 13.2).
func (r Role) MayStandIn(by Role) bool { return !r.HasPolicePowers() || by.HasPolicePowers() }

// MayHandle tells whether somebody of the role can be a matter's named handler: guards and volunteers help, cadres accompany, auditors and
// the bureau look on (law-and-standards 13.1-13.3); a matter in their name would never be acknowledged.
func (r Role) MayHandle() bool {
	switch r {
	case CellWorker, AuxOfficer, Officer, WindowClerk, DutyLead, Head, Mediator:
		return true
	}
	return false
}
