package fault_test

import (
	"errors"
	"fmt"
	"testing"

	"maplegrid/internal/fault"
)

func TestSentence(t *testing.T) {
	for _, c := range []struct {
		rule, lang, code string
		args             fault.Args
		want             string
	}{
		{"栏目以名称出现", "zh", "form.required", fault.Args{"field": "words"}, "请填写「内容」。"},
		{"英文也以名称出现", "en", "form.required", fault.Args{"field": "words"}, "Please fill in: words."},
		{"不认识的栏目照原样", "zh", "form.required", fault.Args{"field": "boat_no"}, "请填写「boat_no」。"},
		{"状态以名称出现", "zh", "matter.cannot_start", fault.Args{"state": "{state.paused}"}, "这件事现在是“已暂停”，不能开始处置，请刷新后看下一步该办什么。"},
		{"事件以动词出现", "zh", "act.meanwhile", fault.Args{"by": "李警官", "at": "09:30", "what": "{event.matter.assigned/1}"}, "李警官在09:30已交办，请刷新核对后再办，您填写的内容还在。"},
		{"没有账号的人也有称呼", "en", "act.meanwhile", fault.Args{"by": "public", "at": "09:30", "what": "{event.report.added/1}"}, "The reporter added something at 09:30. Reload, check and send again; what you wrote is kept."},
		{"填入的话不再当模板", "zh", "org.playbook_refused", fault.Args{"why": "缺 {field} 列", "field": "words"}, "这个经验包不能启用，请改正后再试：缺 {field} 列"},
		{"没有给的空不编造", "zh", "form.required", nil, "请填写「{field}」。"},
		{"没有句子的代号照实说", "zh", "no.such_code", fault.Args{"b": 2, "a": 1}, "no.such_code a=1 b=2"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := fault.New(fault.Invalid, c.code, c.args).Sentence(c.lang); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestName(t *testing.T) {
	for key, want := range map[string]string{"event.matter.assigned/1": "交办", "event.matter.never_heard/3": "never_heard", "plain": "plain"} {
		if got := fault.Name("zh", key); got != want {
			t.Errorf("%s: %q, want %q", key, got, want)
		}
	}
}

func TestFirstFaultOfAChain(t *testing.T) {
	err := fmt.Errorf("append: %w", fmt.Errorf("%w: %w", fault.New(fault.Unavailable, "store.unavailable", nil).On("x"), errors.New("disk")))
	if f, ok := fault.Of(err); !ok || f.Field != "x" || f.Kind.Status() != 503 || fault.Code(err) != "store.unavailable" {
		t.Fatalf("%v %v", f, ok)
	}
	if !errors.Is(err, fault.New(fault.Unavailable, "store.unavailable", nil)) || fault.Code(errors.New("x")) != "" {
		t.Fatal("faults compare by code")
	}
}

func TestEveryKindHasItsStatus(t *testing.T) {
	seen := map[int]bool{}
	for k := fault.Invalid; k <= fault.Unavailable; k++ {
		if s := k.Status(); s == 500 || seen[s] {
			t.Errorf("kind %d has status %d", k, s)
		} else {
			seen[s] = true
		}
	}
}
