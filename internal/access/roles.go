package access

import "maplegrid/internal/grid"

// Machine is the role of the program itself; no person ever has it.
const Machine grid.Role = "machine"

// roleGroups are the groups of roles that policies speak of; every role is also a group of its own.
var roleGroups = map[string][]grid.Role{
	// police have police powers: grid.Role.HasPolicePowers (State Council Office 2016 no. 15; law-and-standards 13.1).
	"police":  {grid.Officer, grid.DutyLead, grid.Head},
	"leading": {grid.DutyLead, grid.Head},
	// local see what lies in their cells and what they take part in; joining only what they take part in.
	"local":   {grid.CellWorker, grid.Mediator, grid.VillageCadre, grid.AuxOfficer, grid.WindowClerk},
	"joining": {grid.Volunteer, grid.Guard},
	"reading": {grid.CellWorker, grid.Mediator, grid.VillageCadre, grid.AuxOfficer, grid.WindowClerk, grid.Officer, grid.DutyLead, grid.Head},

	"field":         {grid.CellWorker, grid.AuxOfficer},
	"neighbourhood": {grid.CellWorker, grid.Mediator, grid.VillageCadre},
	"committee":     {grid.Mediator, grid.VillageCadre},
	"front_desk":    {grid.AuxOfficer, grid.WindowClerk},
	"handling":      {grid.CellWorker, grid.AuxOfficer, grid.WindowClerk, grid.Officer},
	"unmasking":     {grid.CellWorker, grid.Mediator, grid.AuxOfficer, grid.WindowClerk},

	"counting": {grid.CellWorker, grid.Mediator, grid.VillageCadre, grid.AuxOfficer, grid.WindowClerk, grid.Officer, grid.DutyLead, grid.Head,
		grid.Bureau, grid.Auditor},
	"watching":   {grid.Head, grid.Auditor},
	"organising": {grid.Head, grid.Admin},
	// office runs or audits the system and sees nothing of what people brought to the station.
	"office": {grid.Auditor, grid.Admin},

	// serving is everyone who works for the safety of the place; house those of them who belong to the station and its offices;
	// account everyone who can sign in.
	"serving": {grid.CellWorker, grid.Volunteer, grid.Guard, grid.Mediator, grid.VillageCadre, grid.AuxOfficer, grid.Officer,
		grid.WindowClerk, grid.DutyLead, grid.Head},
	"house": {grid.CellWorker, grid.Mediator, grid.VillageCadre, grid.AuxOfficer, grid.Officer, grid.WindowClerk, grid.DutyLead, grid.Head,
		grid.Bureau, grid.Auditor, grid.Admin},
	"account": {grid.CellWorker, grid.Volunteer, grid.Guard, grid.Mediator, grid.VillageCadre, grid.AuxOfficer, grid.Officer,
		grid.WindowClerk, grid.DutyLead, grid.Head, grid.Bureau, grid.Auditor, grid.Admin},
}
