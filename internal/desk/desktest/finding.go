package desktest

import (
	"context"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/missing"
	"maplegrid/internal/work/seek"
)

// Sought is what is sealed of the people of Wander and Reunion: no page may show any of it to who does not work on the matter.
var Sought = map[string]string{"wanderer": "贾惠兰", "daughter": "贾小梅", "family_phone": "13900005511", "marks": "左眉有痣说话带河南口音", "clothes": "深紫色毛线帽",
	"seeker": "耿长林", "seeker_phone": "13900005522", "classmate": "尚玉珍", "classmate_phone": "13900005533", "classmate_home": "河西村三组老油坊后院"}

// Wander opens a missing elder in cell c1, handled by officer_1: described, sent out, everybody around called, sighted by a volunteer.
func (d *Desk) Wander(t testing.TB, cast map[string]access.Who) string {
	t.Helper()
	by := cast["officer_1"]
	id := d.Do(t, by, "matter.open", &matter.Open{Kind: "missing", Title: "市场附近一位老人走失", Cell: "c1", Place: "东市场", To: by.Person, Lon: 111.2, Lat: 34.8,
		Extra: map[string]string{"missing_vulnerable": "yes"}}).ID
	on := matter.On{Matter: id}
	d.Do(t, by, "matter.acknowledge", &matter.Acknowledge{On: on})
	d.Do(t, by, "missing.describe", &missing.Describe{On: on, Who: "elder", Name: Sought["wanderer"], Age: 78, Clothes: Sought["clothes"], Marks: Sought["marks"],
		Family: Sought["daughter"], FamilyPhone: Sought["family_phone"]})
	d.Do(t, by, "missing.set_last_seen", &missing.SetLastSeen{On: on, At: d.Clock.Now().Add(-time.Hour), Place: "东市场南门", Lon: 111.2, Lat: 34.8})
	d.Do(t, by, "missing.dispatch", &missing.Dispatch{On: on, People: []string{by.Person}})
	d.Do(t, by, "missing.call_out", &missing.CallOut{On: on, Cells: []string{"c1", "c2"}, Words: "走失老人，约七十多岁，看到请回话"})
	d.Do(t, cast["volunteer_2"], "missing.sight", &missing.Sight{On: on, At: d.Clock.Now().Add(-20 * time.Minute), Place: "桥头早点铺", Lon: 111.205, Lat: 34.803, Sure: "likely", Toward: "北"})
	return id
}

// Publish puts the notice of a missing person out, with the family's consent but no name.
func (d *Desk) Publish(t testing.TB, cast map[string]access.Who, id string) {
	t.Helper()
	d.Do(t, cast["officer_1"], "missing.publish", &missing.Publish{On: matter.On{Matter: id}, Consent: true, Consenter: Sought["daughter"], Text: "走失老人，七十多岁，在东市场附近走失。",
		Channels: []string{"chat", "poster"}})
}

// Reunion opens a seeking in cell c1, handled by officer_1, up to a candidate who was compared and not asked yet. It gives the matter
// and the candidate.
func (d *Desk) Reunion(t testing.TB, cast map[string]access.Who) (id, candidate string) {
	t.Helper()
	by := cast["officer_1"]
	id = d.Do(t, by, "matter.open", &matter.Open{Kind: "seek", Title: "一位老人来找五十年代的同学", Cell: "c1", Place: "本所", To: by.Person}).ID
	on := matter.On{Matter: id}
	d.Do(t, by, "matter.acknowledge", &matter.Acknowledge{On: on})
	d.Do(t, by, "seek.identify", &seek.Identify{On: on, Name: Sought["seeker"], Phone: Sought["seeker_phone"], Relation: "同学", Why: "八十多岁了想再见一面", Checked: "idc_shown"})
	d.Do(t, by, "seek.ask_safety", &seek.AskSafety{On: on, Looked: true})
	d.Do(t, by, "seek.describe", &seek.Describe{On: on, NameThen: Sought["classmate"], Year: "1955", Unit: "青石乡完小"})
	d.Do(t, by, "seek.look", &seek.Look{On: on, Where: "sw_elders", Purpose: "为来访老人找同学", Result: "lead"})
	d.Do(t, by, "seek.compare", &seek.Compare{On: on, Name: Sought["classmate"], Phone: Sought["classmate_phone"], Home: Sought["classmate_home"], Alive: "yes", NameThen: "agree", Year: "agree"})
	events, err := d.Journal.Stream(context.Background(), by.Station, matter.Stream(id), 0)
	if err != nil {
		t.Fatal(err)
	}
	s, err := seek.Fold(events)
	if err != nil || len(s.Candidates) != 1 {
		t.Fatalf("candidates %v: %v", s.Candidates, err)
	}
	return id, s.Candidates[0].ID
}
