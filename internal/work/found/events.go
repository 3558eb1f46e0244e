package found

import "maplegrid/internal/work"

func init() {
	work.Know[TakenIn]()
	work.Know[Moved]()
	work.Know[PhotosAdded]()
	work.Know[Published]()
	work.Know[OwnerWasTold]()
	work.Know[CardWasChecked]()
	work.Know[ClaimTaken]()
	work.Know[Compared]()
	work.Know[Decided]()
	work.Know[SettledWith]()
	work.Know[HandedOver]()
	work.Know[Sold]()
	work.Know[PassedToState]()
}
