package web_test

import (
	"net/http"
	"testing"
)

// 同上 reads like small talk and is not: it goes on from what stands above it.
func TestTalkFollowUp(t *testing.T) {
	s := gossip(t)
	a := s.paste(t, "下湾三组群", "周秀英 07:58\n三组路口的窨井盖翘起来了，晚上要绊人\n王小二 08:01\n同上，今天差点撞到\n")
	shows(t, a, http.StatusOK, "收了 2 条", "同上", "并入")
	hides(t, a, "放在一边（闲聊）", "闲聊全部放在一边")
}
