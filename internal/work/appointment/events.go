package appointment

import "maplegrid/internal/work"

func init() {
	work.Know[WindowClosed]()
	work.Know[WindowReopened]()
	work.Know[WindowExtended]()
	work.Know[AppointmentBooked]()
	work.Know[AppointmentShifted]()
	work.Know[AppointmentMovedOut]()
	work.Know[AppointmentMovedIn]()
	work.Know[AppointmentDisplaced]()
	work.Know[AppointmentSpared]()
	work.Know[AppointmentCancelled]()
	work.Know[AppointmentReminded]()
	work.Know[AppointmentArrived]()
	work.Know[AppointmentMissed]()
	work.Know[MissCounted]()
	work.Know[NumberTaken]()
	work.Know[VisitCalled]()
	work.Know[VisitPassed]()
	work.Know[VisitReturned]()
	work.Know[VisitFinished]()
	work.Know[ReminderAsked]()
	work.Know[ReminderStopped]()
	work.Know[ReminderTold]()
}
