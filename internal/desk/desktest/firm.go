package desktest

import (
	"testing"

	"maplegrid/internal/work/campaign"
	"maplegrid/internal/work/firm"
)

// FirmIn makes a school in a place and a condition: taking part is standing at its gate. ok is false where there can be none.
func (m *Matrix) FirmIn(t testing.TB, a Asker, p Place, c Condition) (id string, ok bool) {
	t.Helper()
	cast, ok := m.stage(a, p, c)
	if !ok || c == Mine || c == Police || c == Relayed {
		return "", false
	}
	head := cast["head"]
	id = m.Do(t, head, "firm.set", &firm.Set{Name: "镇小学", Sort: "school", Cell: p.Cell(), Place: "学府路1号", Contact: "王测试", ContactPhone: "13900000001"}).ID
	on := firm.On{Firm: id}
	switch c {
	case Helping:
		m.Do(t, head, "firm.set_post", &firm.SetPost{On: on, Terms: []firm.Term{{From: "2026-02-20", Until: "2026-07-10"}}, Windows: []firm.Window{{Title: "上学", From: "07:20", Until: "08:00"}},
			People: []string{a.Who.Person}})
	case Others:
		m.Do(t, head, "firm.assign_officer", &firm.AssignOfficer{On: on, Officer: cast["officer_2"].Person})
	case Closed:
		m.Do(t, head, "firm.retire", &firm.Retire{On: on, Reason: "搬走了"})
	}
	return id, true
}

// CampaignIn makes a campaign over one school in a place and a condition; ok is false where there can be none.
func (m *Matrix) CampaignIn(t testing.TB, a Asker, p Place, c Condition) (id string, ok bool) {
	t.Helper()
	school, ok := m.FirmIn(t, a, p, Unassigned)
	cast, staged := m.stage(a, p, c)
	if !ok || !staged || c == Mine || c == Police || c == Relayed {
		return "", false
	}
	start := &campaign.Start{Plan: "school_term", Title: "开学走访", From: "2026-03-02", Until: "2026-03-20", Places: []string{school}}
	if c == Helping {
		if a.Role == "mediator" || a.Role == "window_clerk" { // nobody of theirs goes
			return "", false
		}
		if _, person := m.account(a); person {
			start.People = []string{a.Who.Person}
		}
	}
	if c == Helping && (a.Role == "bureau" || a.Role == "auditor" || a.Role == "admin") {
		return "", false
	}
	id = m.Do(t, cast["head"], "campaign.start", start).ID
	if c == Closed {
		m.Do(t, cast["head"], "campaign.close", &campaign.Close{On: campaign.On{Campaign: id}, Words: "不走了"})
	}
	return id, true
}
