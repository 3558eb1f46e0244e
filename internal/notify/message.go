package notify

import (
	"context"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/board/notices"
	"maplegrid/internal/clock"
	"maplegrid/internal/playbook"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/notice"
)

// receiver is the phone a text message goes to; "" for a group chat, or when there is none (any more).
func (p *Post) receiver(ctx context.Context, station string, n notice.Notice) (string, error) {
	if n.Channel != notice.SMS {
		return "", nil
	}
	ref := n.Phone
	if n.To != "" {
		org, err := p.desk.Org(ctx, station)
		if err != nil {
			return "", err
		}
		who, ok := org.People[n.To]
		if !ok || who.Gone || who.Closed || who.Phone.Empty() {
			return "", nil
		}
		r := who.Phone.Ref()
		ref = &r
	}
	return p.open(ctx, station, ref)
}

func (p *Post) open(ctx context.Context, station string, ref *vault.Ref) (string, error) {
	if ref == nil {
		return "", nil
	}
	found, err := p.desk.Reveal(ctx, station, vault.At(*ref))
	return found[*ref], err
}

// mostWords is how long a text message gets before the rest of its news is only counted.
const mostWords = 200

// text is the one message for all that is due to a receiver; ok is false when something personal stands in it after all, which is not sent.
func (p *Post) text(ctx context.Context, station string, book *playbook.Book, due []notices.Row) (text string, ok bool, err error) {
	var lines []string
	for _, r := range due {
		t, known := book.Telling(r.Telling)
		if !known {
			continue // the playbook has dropped it: what it said is not known any more
		}
		line := t.Fill("zh", r.Blanks)
		if len(vault.FindPersonal(line)) > 0 {
			return "", false, nil
		}
		if !has(lines, line) {
			lines = append(lines, line)
		}
	}
	if len(due) == 1 && due[0].Code != nil { // put in last: it is for its receiver alone
		code, err := p.open(ctx, station, due[0].Code)
		if t, known := book.Telling(due[0].Telling); known && err == nil {
			blanks := map[string]string{"code": code}
			for k, v := range due[0].Blanks {
				blanks[k] = v
			}
			return t.Fill("zh", blanks), code != "", nil
		}
		return "", false, err
	}
	return bundle(lines), len(lines) > 0, nil
}

func has(lines []string, line string) bool {
	for _, l := range lines {
		if l == line {
			return true
		}
	}
	return false
}

// bundle joins the news of one receiver: as much as fits, the rest is counted.
func bundle(lines []string) string {
	if len(lines) == 1 {
		return lines[0]
	}
	var b strings.Builder
	b.WriteString(strconv.Itoa(len(lines)) + "条新消息：")
	for i, l := range lines {
		if i > 0 && len([]rune(b.String()))+len([]rune(l)) > mostWords {
			b.WriteString("另有" + strconv.Itoa(len(lines)-i) + "条，请登录查看。")
			break
		}
		b.WriteString(strconv.Itoa(i+1) + ". " + l)
	}
	return b.String()
}

// quiet tells whether it is the time in which only what is urgent leaves the house.
func quiet(now time.Time, set playbook.TellSettings) bool {
	if set.QuietFrom == "" {
		return false
	}
	at := now.In(clock.Shanghai).Format("15:04")
	if set.QuietFrom <= set.QuietUntil {
		return at >= set.QuietFrom && at < set.QuietUntil
	}
	return at >= set.QuietFrom || at < set.QuietUntil
}
