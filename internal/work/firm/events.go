package firm

import "maplegrid/internal/work"

func init() {
	work.Know[WasSet]()
	work.Know[OfficerAssigned]()
	work.Know[Retired]()
	work.Know[Briefed]()
	work.Know[Visited]()
	work.Know[Answered]()
	work.Know[AdviceFollowed]()
	work.Know[CheckAsked]()
	work.Know[RecruitChecked]()
	work.Know[PostSet]()
	work.Know[Stood]()
	work.Know[StoodDown]()
}
