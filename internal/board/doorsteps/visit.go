package doorsteps

import "time"

// Visit is a call at a door of one day, as a round planner and the lists of a day want it. It holds no name and no phone.
type Visit struct {
	Matter, Number, Title, Kind, Service, Cell, Place string
	// For says what it is about: "service", or "card" for a finished card that is brought.
	For                 string
	Lon, Lat            float64   // 0,0 when not known
	From, Until         time.Time // agreed window; zero when only the day is agreed
	OpenFrom, OpenUntil time.Time // when somebody is there to open the door; zero when not known
	Minutes             int
	Kit, KitID          string // kind of kit it needs ("" none), and the one reserved
	Officer             bool   // an officer has to be there
	Urgent              bool
	Handler             string
	With                []string // who goes along
	Done                bool     // it is over, however it ended
}
