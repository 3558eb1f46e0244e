package surrender

import "maplegrid/internal/work"

func init() {
	work.Know[ScenesSecured]()
	work.Know[ArmsReceived]()
	work.Know[Recounted]()
	work.Know[Stored]()
	work.Know[HandedOver]()
	work.Know[DestroyedAs]()
	work.Know[Thanked]()
}
