package firm

import "maplegrid/internal/web"

func (s Pages) Routes() []web.Route {
	if s.Boards.Firms == nil {
		return nil
	}
	return []web.Route{
		{Method: "GET", Pattern: "/firms", Handler: s.firmList},
		{Method: "GET", Pattern: "/firms/new", Handler: s.firmNew},
		{Method: "POST", Pattern: "/firms/new", Handler: s.firmRegister},
		{Method: "GET", Pattern: "/firms/import", Handler: s.firmImport},
		{Method: "POST", Pattern: "/firms/import", Large: true, Handler: s.firmImportCheck},
		{Method: "POST", Pattern: "/firms/import/apply", Large: true, Handler: s.firmImportApply},
		{Method: "GET", Pattern: "/firms/gates", Handler: s.gateList},
		{Method: "GET", Pattern: "/firms/{id}", Handler: s.firmPage},
		{Method: "GET", Pattern: "/firms/{id}/do/{act}", Handler: s.firmDo},
		{Method: "POST", Pattern: "/firms/{id}/do/{act}", Large: true, Handler: s.firmDone},
		{Method: "GET", Pattern: "/firms/{id}/visits/{visit}", Handler: s.firmVisitPaper},
		{Method: "GET", Pattern: "/firms/{id}/checks/{check}", Handler: s.firmCheckPaper},
		{Method: "GET", Pattern: "/campaigns", Handler: s.campaignList},
		{Method: "GET", Pattern: "/campaigns/faults", Handler: s.faultList},
		{Method: "GET", Pattern: "/campaigns/new", Handler: s.campaignNew},
		{Method: "POST", Pattern: "/campaigns/new", Handler: s.campaignStart},
		{Method: "GET", Pattern: "/campaigns/{id}", Handler: s.campaignPage},
		{Method: "GET", Pattern: "/campaigns/{id}/do/{act}", Handler: s.campaignDo},
		{Method: "POST", Pattern: "/campaigns/{id}/do/{act}", Large: true, Handler: s.campaignDone},
		{Method: "GET", Pattern: "/campaigns/{id}/places/{firm}", Handler: s.placePage},
		{Method: "POST", Pattern: "/campaigns/{id}/places/{firm}", Large: true, Handler: s.placeChecked},
		{Method: "GET", Pattern: "/campaigns/{id}/sheets/{firm}", Handler: s.placePaper},
	}
}
