package playbook_test

import (
	"strings"
	"testing"

	"maplegrid/internal/playbook"
	"maplegrid/playbooks"
)

// What triage laid under a label becomes a kind of the playbook; the row that asks for more is asked first.
func TestSorting(t *testing.T) {
	load := func(name string) *playbook.Book {
		b, err := playbook.Load(playbooks.FS, name, playbooks.FS)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	base, hills := load("base"), load("caochuan")
	for _, c := range []struct {
		rule, label, danger, text, want string
		ok                              bool
		book                            *playbook.Book
	}{
		{"丢了东西是寻物", "寻人寻物", "", "钥匙丢在集上了", "search", true, base},
		{"孩子不见了是走失", "寻人寻物", "missing_child", "娃不见了", "missing", true, base},
		{"问谁捡到的是寻物", "寻人寻物", "", "谁捡到一串钥匙", "search", true, base},
		{"捡到的是拾得", "寻人寻物", "", "捡到一个钱包", "found", true, base},
		{"交枪归枪爆专收", "线索", "", "我爷留下的，想上交猎枪", "surrender", true, base},
		{"闲聊不立事项", "闲聊", "", "早上好", "", true, base},
		{"没有的类别不认", "天气", "", "下雨了", "", false, base},
		{"所里改一行就改一类", "线索", "", "村口停着外地车", "group_message", true, hills},
		{"别的行照旧", "纠纷", "", "吵起来了", "dispute", true, hills},
	} {
		t.Run(c.rule, func(t *testing.T) {
			var dangers []string
			if c.danger != "" {
				dangers = []string{c.danger}
			}
			if kind, ok := c.book.Sort(c.label, dangers, c.text); kind != c.want || ok != c.ok {
				t.Errorf("sorted into %q, %v; want %q, %v", kind, ok, c.want, c.ok)
			}
		})
	}
	t.Run("类别按表里不带条件的行的先后，所里加的行不打乱", func(t *testing.T) {
		for _, b := range []*playbook.Book{base, hills} {
			var got []string
			for _, s := range b.Labels() {
				got = append(got, s.Label.Zh)
			}
			if s := strings.Join(got, " "); s != "纠纷 治安警情 求助 便民服务 安全隐患 寻人寻物 线索 咨询 闲聊" {
				t.Errorf("%s: %s", b.Name, s)
			}
		}
	})
	t.Run("每一类事项回到一个类别", func(t *testing.T) {
		for kind, want := range map[string]string{"dispute": "纠纷", "missing": "寻人寻物", "errand": "求助", "work_injury": "纠纷", "nonsense": ""} {
			if got := hills.LabelOf(kind); got != want {
				t.Errorf("%s is called %q, want %q", kind, got, want)
			}
		}
	})
}
