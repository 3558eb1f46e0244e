package errand

import "maplegrid/internal/work"

func init() {
	work.Know[Called]()
	work.Know[WentOut]()
	work.Know[PickedUp]()
	work.Know[ArrivedAt]()
	work.Know[HandedOver]()
	work.Know[BroughtBack]()
	work.Know[FamilyTold]()
	work.Know[WentToSee]()
}
