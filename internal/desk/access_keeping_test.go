package desk_test

import (
	"strings"

	"maplegrid/internal/work/errand"
	"maplegrid/internal/work/found"
	"maplegrid/internal/work/surrender"
)

// The oracle of emergency errands, things found and arms handed in.
func init() {
	rows := map[string]string{
		//                    C V G M V A O W D H  B A A R M
		"errand.call":         "o----oAAAA-----",
		"found.register":      "-----oAAAA-----",
		"found.decide":        "------b-AA-----",
		"found.sell":          "---------A-----",
		"found.pass_to_state": "---------A-----",
		"surrender.register":  "------A-AA-----",
		"surrender.secure":    "p----pbpAA-----",
	}
	for row, verbs := range map[string]string{
		"errand p----pbpAA-----":    "set_out pick_up arrive hand_over tell_family bring_back look_in",
		"found -----pbpAA-----":     "take_in add_photos publish tell_owner take_claim",
		"found ------bpAA-----":     "move check_card compare settle hand_over",
		"surrender ------b-AA-----": "receive recount store hand_over destroy thank",
	} {
		area, letters, _ := strings.Cut(row, " ")
		for _, verb := range strings.Fields(verbs) {
			rows[area+"."+verb] = letters
		}
	}
	for act, letters := range rows {
		oracle[act] = letters
	}
}

// opensKeeping are the acts among them that open a matter in a cell.
func opensKeeping(act, cell string) any {
	switch act {
	case "errand.call":
		return &errand.Call{Cell: cell}
	case "found.register":
		return &found.Register{Cell: cell}
	case "surrender.register":
		return &surrender.Register{Cell: cell}
	}
	return nil
}
