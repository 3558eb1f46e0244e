package campaign

import "maplegrid/internal/work"

func init() {
	work.Know[Started]()
	work.Know[Added]()
	work.Know[Dropped]()
	work.Know[Checked]()
	work.Know[Missed]()
	work.Know[WasFixed]()
	work.Know[SeenAgain]()
	work.Know[Grown]()
	work.Know[Closed]()
}
