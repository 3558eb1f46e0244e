package matter

import (
	"fmt"
	"io"
	"strings"

	"maplegrid/internal/fault"
)

// The order in which the document tells of states and verbs: that of a life that goes straight, then its detours.
var (
	statesInOrder = []State{Unassigned, AwaitingAck, InHand, UnderWay, OutcomeIn, Checked, Done, Answered, OnHold, HandedOver, Elsewhere, MergedAway, Voided}
	verbsInOrder  = []Verb{VerbAssign, VerbAcknowledge, VerbStart, VerbOutcome, VerbVerify, VerbClose, VerbFollowUp, VerbReject, VerbReopen, VerbSendBack,
		VerbPause, VerbResume, VerbTransfer, VerbTake, VerbMerge, VerbVoid, VerbWork, VerbExtend, VerbSupervise}
)

const lifeHead = `# 事项的一生

由 ` + "`internal/work/matter/life.go`" + ` 的表写出，请勿手改。表里没有的，就是不能办。

- 核查不能由承办人或报结果的人自己做；未核查不得办结。
- 回访发现没有解决的，当场重新办理，各项时限重新起算。
- 转办到本所别的网格，由对方的人接收，接收即“已签收”；转给外单位的，接收后为“外单位办理中”，仍由原承办人负责。
- 由群消息立起、当场撤销的，记为误立：只有立项的人能撤，别人动过就不能再撤。
- 还有任务没完成、联动单位没反馈的，不能报结果。

`

// WriteLife draws the table of a matter's life, in Chinese: a diagram of what changes the state, and a table of everything.
func WriteLife(w io.Writer) error {
	state := func(s State) string { return fault.Name("zh", "state."+string(s)) }
	verb := func(v Verb) string { return fault.Name("zh", "verb."+string(v)) }
	var b strings.Builder
	b.WriteString(lifeHead + "```mermaid\nstateDiagram-v2\n")
	for _, s := range statesInOrder {
		fmt.Fprintf(&b, "  state %q as %s\n", state(s), s)
	}
	fmt.Fprintf(&b, "  [*] --> %s: 立项\n", Unassigned)
	for _, s := range statesInOrder {
		for _, v := range verbsInOrder {
			if next, ok := Life[s][v]; ok && next != same {
				fmt.Fprintf(&b, "  %s --> %s: %s\n", s, next, verb(v))
			}
		}
	}
	fmt.Fprintf(&b, "  %s --> %s: %s（本所网格）\n", HandedOver, InHand, verb(VerbTake))
	fmt.Fprintf(&b, "  %s --> [*]\n  %s --> [*]\n  %s --> [*]\n```\n\n| 状态 | 可以办什么 → 办后状态 |\n|---|---|\n", Answered, MergedAway, Voided)
	for _, s := range statesInOrder {
		var cells []string
		for _, v := range verbsInOrder {
			if next, ok := Life[s][v]; ok && next == same {
				cells = append(cells, verb(v))
			} else if ok {
				cells = append(cells, verb(v)+" → "+state(next))
			}
		}
		if len(cells) == 0 {
			cells = []string{"到此为止" + map[State]string{MergedAway: "，请到并入的那一件办理"}[s]}
		}
		fmt.Fprintf(&b, "| %s | %s |\n", state(s), strings.Join(cells, "；"))
	}
	_, err := io.WriteString(w, b.String())
	return err
}
