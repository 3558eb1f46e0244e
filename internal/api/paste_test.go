package api_test

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"maplegrid/internal/work/draft"
)

// TestPastesAreAsLongAsInTheForm: what the box of the page takes, a program may send too, and what is more is refused with the same limit.
func TestPastesAreAsLongAsInTheForm(t *testing.T) {
	w := newWorld(t)
	line := "李梅 2026/3/2 08:15\n" + strings.Repeat("水", 3000) + "\n"
	text := strings.Repeat(line, draft.MaxPaste/len(line))
	text += strings.Repeat("水", (draft.MaxPaste-len(text))/3)
	for name, c := range map[string]struct {
		text   string
		status int
		code   string
	}{
		"2MB收下":      {text, 200, ""},
		"多一个字，说出2MB": {text + "多一个", 422, "draft.too_large"},
		"大得多，也说出2MB": {strings.Repeat(text, 5), 413, "api.too_large"},
	} {
		for form, body := range map[string]string{"原样写": plain(t, c.text), "转义写": escaped(c.text)} {
			t.Run(name+"，"+form, func(t *testing.T) {
				status, _, m := w.ask("POST", "/api/v1/acts/draft.paste", "duty_lead", body)
				if status != c.status || c.code != "" && fmt.Sprint(m["code"]) != c.code {
					t.Fatalf("%d %.200v", status, m)
				}
				if said := fmt.Sprint(m["detail"]); c.code != "" && !strings.Contains(said, "2MB") && !strings.Contains(said, "2048 KB") {
					t.Error(said)
				}
			})
		}
	}
}

func plain(t *testing.T, text string) string {
	t.Helper()
	b, err := json.Marshal(map[string]string{"text": text, "group": "东街群"})
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// escaped writes every letter as programs do that send ASCII alone.
func escaped(text string) string {
	return `{"group":"东街群","text":` + strconv.QuoteToASCII(text) + `}`
}
