package seek

import (
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

func init() {
	work.Know[Identified]()
	work.Know[SafetyAsked]()
	work.Know[SafetyFlagged]()
	work.Know[SafetyLifted]()
	work.Know[Described]()
	work.Know[Looked]()
	work.Know[Compared]()
	work.Know[RuledOut]()
	work.Know[AskedFirst]()
	work.Know[Withdrawn]()
	work.Know[SeekerTold]()
	work.Know[PassedOn]()
	work.Know[BroughtTogether]()
	work.Know[ThanksNoted]()
}

func answerText(subject, words string) vault.Text { return vault.Plain(subject, "answer", words) }
