package doorstep

import "maplegrid/internal/work"

func init() {
	work.Know[Asked]()
	work.Know[Planned]()
	work.Know[VisitAgreed]()
	work.Know[VisitCalledOff]()
	work.Know[VisitEquipped]()
	work.Know[Departed]()
	work.Know[Arrived]()
	work.Know[VisitServed]()
	work.Know[PapersLacked]()
	work.Know[KitFailedAt]()
	work.Know[NobodyHome]()
	work.Know[Decided]()
	work.Know[CardArrived]()
	work.Know[CardDelivered]()
	work.Know[OpinionHeard]()
	work.Know[ComplaintAnswered]()

	work.Know[KitRegistered]()
	work.Know[KitReserved]()
	work.Know[KitReleased]()
	work.Know[KitHandedOver]()
	work.Know[KitReturned]()
	work.Know[KitBroken]()
	work.Know[KitRepaired]()
	work.Know[KitRetired]()
	work.Know[LoanAskedFor]()
	work.Know[LoanAnswered]()
}
