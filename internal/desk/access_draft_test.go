package desk_test

import (
	"context"
	"testing"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/matter"
)

// The oracle of what was said in group chats. What becomes a matter needs the right to triage there.
func init() {
	for row, letters := range map[string]string{
		//                       C V G M V A O W D H  B A A R M
		"draft.paste":            "A----AAAAA-----",
		"draft.correct":          "b----bbbAA-----",
		"draft.put_aside":        "b----bbbAA-----",
		"draft.part":             "b----bbbAA-----",
		"draft.join":             "b----bbbAA-----",
		"draft.accept":           "b----bbbAA-----",
		"draft.accept+kind":      "o----bbpAA-----",
		"draft.accept+elsewhere": "-----bbpAA-----",
		"draft.accept+name":      "------o-AA-----",
		"draft.undo":             "b----bbbAA-----",
		desk.StandDown:           "------b-AA-----", // no act: asked when what rings is set aside
		"draft.hear":             "--------------A",
		"draft.forget":           "--------------A",
		"draft.picture":          "--------------A",
	} {
		oracle[row] = letters
	}
	variants["draft.accept"] = []string{"", "+kind", "+elsewhere", "+name"}
}

// draftSample makes an act on a draft that a rule would take, or refuse for a reason of its own.
func draftSample(act, id, cell, spare string) any {
	on := draft.On{Draft: id}
	kind := draft.Accept{On: on, Kind: "hazard", Title: "井盖缺失", Extra: map[string]string{"hazard_type": "road"}}
	switch act {
	case "draft.paste":
		return &draft.Paste{Text: "路人甲：井盖不见了", Cell: cell}
	case "draft.hear":
		return &draft.Hear{Channel: "wecom", ID: "m1", Text: "井盖不见了", Cell: cell}
	case "draft.correct":
		return &draft.Correct{On: on, Label: "安全隐患"}
	case "draft.put_aside":
		return &draft.PutAside{On: on, Reason: draft.Known}
	case "draft.part":
		return &draft.Part{On: on, Cuts: []int{3}}
	case "draft.join":
		return &draft.Join{On: on, Into: id}
	case "draft.forget":
		return &draft.Forget{On: on}
	case "draft.picture":
		return &draft.Picture{On: on, Photo: "b_1"}
	case "draft.undo":
		return &draft.Undo{On: on}
	case "draft.accept":
		return &draft.Accept{On: on}
	case "draft.accept+elsewhere":
		kind.Cell = "st"
	case "draft.accept+name":
		kind.To = spare
	case "draft.accept+kind":
	default:
		return nil
	}
	return &kind
}

// opensDraft are the acts that make drafts.
func opensDraft(row string) bool { return row == "draft.paste" || row == "draft.hear" }

// Nobody ties what was said to a matter that they may not see, and nobody learns that it is there.
func TestDraftsAreTiedToWhatIsSeen(t *testing.T) {
	x := desktest.New(t).Matrix(t)
	far := x.Do(t, x.Foreign["head"], "matter.open", &matter.Open{Kind: "hazard", Title: "井盖缺失", Cell: "c1", Extra: map[string]string{"hazard_type": "road"}}).ID
	other := x.Do(t, x.Cast["head"], "matter.open", &matter.Open{Kind: "hazard", Title: "井盖缺失", Cell: "c2", Extra: map[string]string{"hazard_type": "road"}}).ID
	for name, c := range map[string]struct{ who, link, code string }{
		"民警并到本所别的网格的事项": {"officer_1", other, ""},
		"网格员看不到别的网格的":   {"cell_worker_1", other, "matter.not_found"},
		"谁也看不到邻所的":      {"head", far, "matter.not_found"},
		"没有的事项一样答":      {"head", "m_none", "matter.not_found"},
	} {
		t.Run(name, func(t *testing.T) {
			k := &talk{x.Desk, t, x.Cast}
			asker := desktest.Asker{Role: x.Cast[c.who].Role, Who: x.Cast[c.who]}
			id, _ := x.DraftIn(t, asker, desktest.OwnCell, desktest.Mine)
			act := &draft.Accept{On: draft.On{Draft: id}, Link: c.link}
			if c.code != "" {
				k.refused(c.who, "draft.accept", act, c.code)
				return
			}
			k.Do(t, x.Cast[c.who], "draft.accept", act)
		})
	}
}

// What rings is set aside by the police and who leads the shift alone; anybody else asks for it.
func TestWhoStandsDown(t *testing.T) {
	x := desktest.New(t).Matrix(t)
	for _, a := range x.Askers() {
		for _, p := range desktest.Places {
			for _, c := range []desktest.Condition{desktest.Unassigned, desktest.Mine, desktest.Others} {
				if p == desktest.OtherStation {
					continue
				}
				id, ok := x.DraftIn(t, a, p, c)
				if !ok {
					continue
				}
				thing := desk.DraftThing(desktest.Station, fold(t, x.Desk, id))
				if got := x.Policy.May(a.Who, desk.StandDown, thing).Allow; got != allowed(t, desk.StandDown, a, p, c) {
					t.Errorf("%s, %s, %s: %v", a.Role, p, c, got)
				}
			}
		}
	}
}

// What may be seen of drafts is said twice, by the policy for acts and by the scope for lists.
func TestDraftsAreSeenByTheScope(t *testing.T) {
	x := desktest.New(t).Matrix(t)
	for _, a := range x.Askers() {
		for _, p := range desktest.Places {
			for _, c := range []desktest.Condition{desktest.Unassigned, desktest.Mine} {
				id, ok := x.DraftIn(t, a, p, c)
				if !ok {
					continue
				}
				station := desktest.Station
				if p == desktest.OtherStation {
					station = desktest.Elsewhere
				}
				events, err := x.Journal.Stream(context.Background(), station, draft.Stream(id), 0)
				if err != nil {
					t.Fatal(err)
				}
				d, err := draft.Fold(events)
				if err != nil {
					t.Fatal(err)
				}
				if got := x.Policy.Scope(a.Who).Sees(desk.DraftThing(station, d)); got != seen(a, p, c) {
					t.Errorf("%s, %s, %s: the scope says %v", a.Role, p, c, got)
				}
			}
		}
	}
}
