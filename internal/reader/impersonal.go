package reader

import (
	"cmp"
	"context"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"maplegrid/internal/vault"
)

// names are those of the people of the organisation, and what they are called, the longest first.
func (r *Reader) names(ctx context.Context, station string) ([]string, error) {
	org, err := r.desk.Org(ctx, station)
	if err != nil {
		return nil, err
	}
	var sealed []vault.Text
	var list []string
	for _, p := range org.People {
		sealed, list = append(sealed, p.Name), append(list, p.Call)
	}
	open, err := r.desk.Reveal(ctx, station, sealed...)
	if err != nil {
		return nil, err
	}
	for _, name := range open {
		list = append(list, name)
	}
	list = slices.DeleteFunc(list, func(n string) bool { return len([]rune(n)) < 2 })
	slices.SortFunc(list, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return slices.Compact(list), nil
}

// somebody (某) stands where a name or a number of a person stood.
const somebody = "某"

// What no list knows: names that somebody tells, accounts, and numbers spelled out.
var (
	spelled    = regexp.MustCompile(`[〇零一二三四五六七八九幺两洞拐勾]{5,}`)
	introduced = regexp.MustCompile(`(我叫|名叫|叫做|姓名|联系人|户主|当事人)([:：是为]?\s*)\p{Han}{2,3}`)
	account    = regexp.MustCompile(`[A-Za-z0-9_.@-]{5,}`)
)

// impersonal gives the words of a message without what tells of a person: numbers of people, names of the organisation's people, names that
// are introduced as such, accounts, and every figure.
func impersonal(text string, names []string) string {
	var b strings.Builder
	from := 0
	for _, s := range vault.FindPersonal(text) {
		b.WriteString(text[from:s.From])
		b.WriteString(somebody)
		from = s.To
	}
	b.WriteString(text[from:])
	out := b.String()
	for _, n := range names {
		out = strings.ReplaceAll(out, n, somebody)
	}
	out = account.ReplaceAllString(introduced.ReplaceAllString(out, "${1}${2}"+somebody), somebody)
	out = spelled.ReplaceAllString(out, somebody)
	out = strings.Map(func(c rune) rune {
		if unicode.IsNumber(c) {
			return '0'
		}
		return c
	}, out)
	if letters := []rune(out); len(letters) > mostAsked {
		out = string(letters[:mostAsked])
	}
	return out
}
