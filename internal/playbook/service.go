package playbook

import "maplegrid/internal/grid"

// Service is an item of the service catalogue (服务事项): what somebody may come to the window for or have done at home
// (law-and-standards 8). Read from services.csv, its papers from service_papers.csv.
type Service struct {
	Ref
	Name      grid.Name
	Group     string         // one of ServiceGroups
	Who       grid.Name      // who may apply
	Note      grid.Name      // what else is to be known before setting out, such as until when to come; both may be empty
	Proxy     bool           // somebody else may apply, with a mandate
	InPerson  bool           // the applicant must be met, at the window or at home (law-and-standards 8.2)
	MinAge    int            // full years from which somebody applies on their own; below it a guardian comes along (8.1); 0 for none
	Kit       string         // kind of portable kit without which it cannot be done at home; "" for none
	Officer   bool           // an officer must be there
	Minutes   int            // as a rule
	Limit     int            // legal time to its end, in LimitUnit; 0 for none
	LimitUnit string         // "day", "workday", "month"
	Remote    int            // what may be added to it in remote areas (8.3)
	Fee       int            // fen; what is charged in practice
	Grounds   []string       // reasons (reasons.csv, use "doorstep") for which it is done at home; none: only at the window
	Window    bool           // may be booked at a window
	Papers    []ServicePaper // all of them, to be told once and completely (8.4)
	Source    string
}

// ServicePaper is a paper needed for a service; When says in which case, empty for always.
type ServicePaper struct {
	Name, When grid.Name
	Original   bool // the original must be shown
}

// ServiceGroups are the groups of the catalogue.
var ServiceGroups = []string{"id_card", "household", "residence", "vehicle", "certificate", "surrender", "venue"}

// Services lists the catalogue in its order.
func (b *Book) Services() []Service { return b.services }

// Service finds an item of the catalogue.
func (b *Book) Service(key string) (Service, bool) {
	return find(b.services, func(s Service) bool { return s.Key == key })
}
