package house

import (
	"go/ast"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/journal"
	"maplegrid/internal/playbook"
	"maplegrid/internal/round"
	"maplegrid/internal/work"
	"maplegrid/internal/work/appointment"
	"maplegrid/internal/work/card"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/doorstep"
	"maplegrid/internal/work/draft"
	"maplegrid/internal/work/firm"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/missing"
	"maplegrid/internal/work/notice"
	"maplegrid/internal/work/rating"
	"maplegrid/internal/work/report"
	"maplegrid/internal/work/right"
	"maplegrid/internal/work/seek"
	"maplegrid/internal/work/tour"
	"maplegrid/playbooks"
)

// fields lists the JSON names of an act's form, those of what it nests included.
func fields(of reflect.Type) (names []string) {
	for of.Kind() == reflect.Pointer || of.Kind() == reflect.Slice {
		of = of.Elem()
	}
	if of.Kind() != reflect.Struct || of == reflect.TypeFor[time.Time]() {
		return nil
	}
	for i := range of.NumField() {
		f := of.Field(i)
		if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
			names = append(names, name)
		}
		names = append(names, fields(f.Type)...)
	}
	return names
}

// constants gives the values of the string constants of a type, as its package declares them.
func constants(t *testing.T, file, typ string) (values []string) {
	t.Helper()
	for _, f := range goFiles(t) {
		if f.name != file {
			continue
		}
		ast.Inspect(f.tree, func(n ast.Node) bool {
			if v, ok := n.(*ast.ValueSpec); ok && len(v.Values) == 1 {
				id, _ := v.Type.(*ast.Ident)
				if l, lit := v.Values[0].(*ast.BasicLit); lit && (typ == "" || id != nil && id.Name == typ) {
					if s, err := strconv.Unquote(l.Value); err == nil && s != "" {
						values = append(values, s)
					}
				}
			}
			return true
		})
	}
	if len(values) == 0 {
		t.Fatalf("%s declares no %s", file, typ)
	}
	return values
}

// named is every key that pages may ask a name for, by family.
func named(t *testing.T) map[string][]string {
	t.Helper()
	m := map[string][]string{"channel": report.Channels, "callstep": matter.CallSteps, "way": matter.Ways, "event": work.Kinds(),
		"noticestate": notice.States, "noticewhy": notice.Whys, "rating": {"1", "2", "3", "4", "5"}, "side": {"a", "b"}, "role": {string(access.Machine)},
		"state": append(constants(t, "internal/work/matter/life.go", "State"), constants(t, "internal/work/report/report.go", "State")...),
		"verb":  constants(t, "internal/work/matter/life.go", "Verb"),
		"clock": constants(t, "internal/clock/limit.go", "State"), "unit": constants(t, "internal/clock/limit.go", "Unit")}
	maps.Copy(m, map[string][]string{"companion": dispute.CompanionsAs, "relation": dispute.Relations, "ways": dispute.Ways, "performed": dispute.Performances,
		"courseend": append(dispute.CourseEnds, "moved"), "willing": {"yes", "no"}})
	maps.Copy(m, map[string][]string{"agreementform": playbook.Forms, "caseresult": dispute.CaseResults, "closed": dispute.SessionClosed,
		"confirmchecks": dispute.ConfirmChecks, "confirmmaterials": dispute.ConfirmMaterials, "confirmresult": dispute.ConfirmResults, "every": dispute.PromiseEvery,
		"instalment": {"open", "part", "kept", "waived", "broken"}, "promiseend": {"kept", "waived", "void"}, "promisewhat": dispute.PromiseWhats,
		"promiseview": {"due_week", "overdue", "part", "broken", "open", "kept", "all"}, "sessionend": dispute.SessionOutcomes, "sessionhow": dispute.SessionHows, "sessionstate": {"planned", "held", "cancelled"}, "sheetkind": dispute.SheetKinds,
		"standing": constants(t, "internal/work/dispute/standing.go", "Standing"),
		"signer":   {"mediator", "organ_seal", "committee_seal"}, "signway": dispute.SignWays})
	maps.Copy(m, map[string][]string{"cardabout": card.Abouts, "callresult": card.CallResults, "cardstate": constants(t, "internal/work/card/card.go", "State")})
	maps.Copy(m, map[string][]string{"firmgroup": playbook.FirmGroups, "hazard": firm.Hazards, "means": firm.Means, "briefway": firm.BriefWays,
		"genuine": {"yes", "no"}, "faultstate": {"open", "fixed", "right"}, "campaigntime": playbook.CampaignTimes})
	maps.Copy(m, map[string][]string{"doorage": doorstep.Ages, "doorguardian": doorstep.Guardians, "doortold": doorstep.ToldTo, "doorleft": doorstep.LeftAt,
		"doornext": doorstep.Nexts, "doorwhere": doorstep.DeliveredAt, "doortaker": doorstep.Receivers, "doorsign": doorstep.SignedBy, "doorsaid": doorstep.Saids,
		"doorstage": constants(t, "internal/work/doorstep/doorstep.go", "Stage"), "doorvisit": doorstep.VisitStates, "daypart": {"morning", "afternoon", "evening"},
		"doorfor": {doorstep.ForService, doorstep.ForCard}, "kithome": doorstep.Homes, "kitbooking": doorstep.BookingStates, "kitloan": doorstep.LoanStates})
	maps.Copy(m, map[string][]string{"bookedby": append(slices.Clone(appointment.Channels), "walk_in"), "windowresult": appointment.Results, "servicegroup": playbook.ServiceGroups,
		"busy": constants(t, "internal/work/appointment/slots.go", "Busy"), "visitstate": constants(t, "internal/work/appointment/day.go", "State")})
	maps.Copy(m, map[string][]string{"draftstate": constants(t, "internal/work/draft/draft.go", "State"), "aside": append(slices.Clone(draft.Reasons), draft.Notice, draft.Retraction, draft.Gone)})
	maps.Copy(m, map[string][]string{"want": right.Wants, "rightresult": right.Results, "exclusion": rating.Exclusions})
	maps.Copy(m, map[string][]string{"missingwho": missing.Whos, "sure": missing.Sures, "calledanswer": missing.Answers, "noticechannel": missing.Channels, "foundcondition": missing.Conditions,
		"takerelation": missing.Relations, "cardanswer": missing.CardAnswers, "lookresult": seek.Results, "compared": seek.Verdicts, "alive": seek.Alive, "soughtanswer": seek.Answers,
		"soughtcondition": seek.Conditions, "soughtgive": seek.Gives, "saying": seek.Sayings, "point": seek.Points, "outcome": {"found_consenting", "found_declined"}})
	for _, how := range append(matter.Hows, "merged", dispute.GrewInto, dispute.GrownFrom) {
		m["how"] = append(m["how"], how, matter.Back(how))
	}
	maps.Copy(m, map[string][]string{"stopfor": tour.Whats, "missed": tour.Misses, "because": tour.Becauses, "mode": {string(round.Drive), string(round.Ride), string(round.Walk)},
		"roads": {tour.Estimated, tour.Given}})
	for _, r := range grid.Roles() {
		m["role"] = append(m["role"], string(r))
	}
	for _, a := range desk.Acts {
		m["act"] = append(m["act"], a.Name)
		m["field"] = append(m["field"], fields(reflect.TypeOf(a.New()))...)
	}
	book, err := playbook.Load(playbooks.FS, "base")
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range book.Events() {
		m["step"] = append(m["step"], e.Key)
	}
	for _, k := range book.Kinds() {
		for _, g := range book.Scale() {
			for _, l := range book.Limits(k.Key, g.Key) {
				m["limit"] = append(m["limit"], l.Key)
			}
		}
	}
	return m
}

func TestEverythingHasItsName(t *testing.T) {
	wanted := map[string]bool{}
	for family, keys := range named(t) {
		for _, key := range keys {
			wanted[family+"."+key] = true
		}
	}
	for _, lang := range []string{"zh", "en"} {
		for key := range wanted {
			if fault.Names(lang)[key] == "" {
				t.Errorf("%s has no name in names_%s.toml", key, lang)
			}
		}
	}
	// And back: what is named is there. Limits, spaces and whose word it is are named beyond what the base playbook has.
	for key := range fault.Names("zh") {
		family, _, _ := strings.Cut(key, ".")
		if !wanted[key] && !slices.Contains([]string{"limit", "space", "by", "field", "nature"}, family) {
			t.Errorf("%s is named but nothing is called so", key)
		}
		if fault.Names("en")[key] == "" {
			t.Errorf("%s has no English name", key)
		}
	}
	for _, r := range grid.Roles() {
		if got, want := fault.Name("zh", "role."+string(r)), r.Name().Zh; got != want {
			t.Errorf("role %s is called %s here and %s in grid", r, got, want)
		}
	}
}

// Codes that are put together or kept in constants are not seen by the test over literals.
func TestEveryMadeCodeHasItsSentence(t *testing.T) {
	codes := []string{journal.CodeStale, journal.CodeKeyReused, journal.CodeClaimed, "matter.not_found", "report.not_found"}
	for _, v := range constants(t, "internal/work/matter/life.go", "Verb") {
		codes = append(codes, "matter.cannot_"+v)
	}
	for _, c := range constants(t, "internal/sheet/sheet.go", "") {
		if !strings.Contains("xlsx csv tsv jsonl", c) {
			codes = append(codes, "sheet."+c)
		}
	}
	_, err := clock.ParseCalendar(strings.NewReader("x"))
	for _, m := range err.(clock.Mistakes) {
		codes = append(codes, m.Code)
	}
	for _, f := range goFiles(t) {
		if f.name == "internal/clock/calendar.go" {
			literals(f, func(_ ast.Node, text string) {
				if strings.HasPrefix(text, "calendar.") {
					codes = append(codes, text)
				}
			})
		}
	}
	for _, lang := range []string{"zh", "en"} {
		for _, code := range codes {
			if fault.Sentences(lang)[code] == "" {
				t.Errorf("%s has no sentence in messages_%s.toml", code, lang)
			}
		}
	}
}
