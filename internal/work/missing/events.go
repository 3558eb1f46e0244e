package missing

import "maplegrid/internal/work"

func init() {
	work.Know[Described]()
	work.Know[LastSeenSet]()
	work.Know[Dispatched]()
	work.Know[CalledOut]()
	work.Know[Replied]()
	work.Know[Sighted]()
	work.Know[AreaSearched]()
	work.Know[CameraAsked]()
	work.Know[Published]()
	work.Know[Withheld]()
	work.Know[TakenDown]()
	work.Know[Found]()
	work.Know[HandedOver]()
	work.Know[LookedInAfter]()
}
