package playbook

import (
	"slices"
	"strconv"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/grid"
)

// FirmSort is a sort of firm, school or venue that an officer keeps in touch with (一企一警, law-and-standards 12): its rhythm, and
// the checklist it is usually gone through by. Read from firms.csv.
type FirmSort struct {
	Ref
	Name      grid.Name
	Group     string // one of FirmGroups
	BriefDays int    // days between two briefings on what happened around
	VisitDays int    // days between two visits
	Checklist string // "" for none
	Source    string
}

// FirmGroups are what a firm may be; schools have a guard post at the gate (护学岗, law-and-standards 12.8).
var FirmGroups = []string{"firm", "school", "kindergarten", "venue"}

// School tells whether children are brought there and fetched.
func (s FirmSort) School() bool { return s.Group == "school" || s.Group == "kindergarten" }

// Checklist is what is gone through at a place. An inspection needs police powers and two officers (law-and-standards 12.3, 13.4);
// what is none is a visit, at which others may help.
type Checklist struct {
	Ref
	Name       grid.Name
	Inspection bool
	Number     string // pattern of the number of a rectification notice (责令整改通知书); "" for none
	Questions  []Question
	Source     string
}

// Question is one line of a checklist. Fault says which answer is a fault: "yes" or "no"; a number below which it is one ("<3"), or
// "guards" for fewer guards than GB/T 29315 asks of a school of that size; "" for none.
type Question struct {
	Ref
	Name    grid.Name
	Group   grid.Name // the heading it stands under
	Answer  string    // one of AnswerKinds
	Fault   string
	DueDays int // within which a fault is to be put right
	Source  string
}

// AnswerKinds are how a question of a checklist is answered.
var AnswerKinds = []string{"yesno", "number", "words"}

// CampaignPlan is a campaign that is started again and again, or once: a checklist over the places of some sorts (law-and-standards 12).
type CampaignPlan struct {
	Ref
	Name      grid.Name
	Checklist string
	Sorts     []string    // of firms; none: every sort
	When      string      // one of CampaignTimes
	Days      []string    // weekly: 1 Monday to 7; market: last figures of lunar days, 0 for the tens; term: 03-01
	RunDays   int         // how long a round takes
	Who       []grid.Role // who may go through the checklist
	Source    string
}

// CampaignTimes are when a campaign begins anew: when the head says so, on days of the week, on lunar market days, at the beginning
// of a school term.
var CampaignTimes = []string{"once", "weekly", "market", "term"}

// FirmSorts lists the sorts of firms.
func (b *Book) FirmSorts() []FirmSort { return b.firmSorts }

// FirmSort finds a sort of firm.
func (b *Book) FirmSort(key string) (FirmSort, bool) {
	return find(b.firmSorts, func(s FirmSort) bool { return s.Key == key })
}

// Checklists lists the checklists.
func (b *Book) Checklists() []Checklist { return b.checklists }

// Checklist finds a checklist.
func (b *Book) Checklist(key string) (Checklist, bool) {
	return find(b.checklists, func(c Checklist) bool { return c.Key == key })
}

// CampaignPlans lists the campaigns of the playbook.
func (b *Book) CampaignPlans() []CampaignPlan { return b.campaigns }

// CampaignPlan finds a campaign of the playbook.
func (b *Book) CampaignPlan(key string) (CampaignPlan, bool) {
	return find(b.campaigns, func(c CampaignPlan) bool { return c.Key == key })
}

// Question finds a question of a checklist.
func (c Checklist) Question(key string) (Question, bool) {
	return find(c.Questions, func(q Question) bool { return q.Key == key })
}

// IsFault tells whether an answer is a fault at a place of so many pupils.
func (q Question) IsFault(answer string, pupils int) bool {
	switch q.Answer {
	case "yesno":
		return answer != "" && answer == q.Fault
	case "number":
		n, err := strconv.Atoi(answer)
		if err != nil || q.Fault == "" {
			return false
		}
		if q.Fault == faultGuards {
			return n < Guards(pupils)
		}
		c, _ := parseCondition(q.Key, q.Fault)
		return c.holds([]string{answer})
	}
	return false
}

const faultGuards = "guards"

// Guards is how many full-time guards a school of so many pupils needs at least (GB/T 29315-2022; law-and-standards 12.7): one, three
// from 1000 on, and one more for every 500 beyond. What boarding schools and the middle sizes need besides was not seen in the text
// of the standard; a station writes its own number into the table.
func Guards(pupils int) int {
	if pupils < 1000 {
		return 1
	}
	return 3 + (pupils-1000)/500
}

// May tells whether somebody of a role may go through the checklist in this campaign.
func (p CampaignPlan) May(role grid.Role) bool { return slices.Contains(p.Who, role) }

// Over tells whether the campaign goes over places of a sort.
func (p CampaignPlan) Over(sort string) bool {
	return len(p.Sorts) == 0 || slices.Contains(p.Sorts, sort)
}

// Next is the day on which a campaign begins anew after a day; "" for one that begins when the head says so. Lunar market days are
// those whose date in the lunar month ends in one of the figures.
func (p CampaignPlan) Next(after time.Time) string {
	const year = 400
	for n := 1; n <= year && p.When != "once"; n++ {
		day := after.AddDate(0, 0, n)
		if p.begins(day) {
			return day.Format(time.DateOnly)
		}
	}
	return ""
}

func (p CampaignPlan) begins(day time.Time) bool {
	switch p.When {
	case "weekly":
		return slices.Contains(p.Days, strconv.Itoa((int(day.Weekday())+6)%7+1))
	case "term":
		return slices.Contains(p.Days, day.Format("01-02"))
	case "market":
		d := clock.LunarDay(day)
		return d > 0 && slices.Contains(p.Days, strconv.Itoa(d%10))
	}
	return false
}
