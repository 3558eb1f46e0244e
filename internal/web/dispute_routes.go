package web

// aroundDisputes are the pages around disputes: on the spot, promises, boards, conferences, handing over. What somebody may do with
// one dispute its handler asks.
func (s *Site) aroundDisputes() []Route {
	if s.Boards.Disputes == nil {
		return nil
	}
	return []Route{
		{Method: "GET", Pattern: "/disputes/spot", Handler: s.spotNew},
		{Method: "POST", Pattern: "/disputes/spot", Large: true, Handler: s.spotSettle},
		{Method: "GET", Pattern: "/matters/{id}/spot", Handler: s.spotOne},
		{Method: "POST", Pattern: "/matters/{id}/spot", Large: true, Handler: s.spotSettle},
		{Method: "GET", Pattern: "/matters/{id}/handover", Handler: s.matterHandover},
		{Method: "GET", Pattern: "/promises", May: "promises.read", Handler: s.promiseList},
		{Method: "POST", Pattern: "/promises.xlsx", May: "ledger.export", Handler: s.promiseExport},
		{Method: "GET", Pattern: "/disputes", May: "promises.read", Handler: s.disputeBoard},
		{Method: "GET", Pattern: "/disputes/month", May: "ledger.read", Handler: s.disputeMonth},
		{Method: "POST", Pattern: "/disputes/month.xlsx", May: "ledger.export", Handler: s.disputeMonthExport},
		{Method: "GET", Pattern: "/disputes/register", May: "ledger.read", Handler: s.disputeRegister},
		{Method: "POST", Pattern: "/disputes/register.xlsx", May: "ledger.export", Handler: s.disputeRegisterExport},
		{Method: "GET", Pattern: "/conferences", May: "conference.read", Handler: s.conferenceList},
		{Method: "GET", Pattern: "/conferences/new", May: "conference.plan", Handler: s.conferenceNew},
		{Method: "POST", Pattern: "/conferences/new", May: "conference.plan", Handler: s.conferencePlan},
		{Method: "GET", Pattern: "/conferences/{id}", Handler: s.conferenceOne},
		{Method: "POST", Pattern: "/conferences/{id}/{act}", Handler: s.conferenceAct},
	}
}
