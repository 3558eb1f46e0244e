package steps

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"maplegrid/internal/api"
	"maplegrid/internal/desk"
)

// onPage hands a report in on the page for residents, as somebody without an account does.
func (s *stage) onPage(body map[string]any) error {
	a, done, err := s.send(request{path: "/report", form: true, body: s.fields(body)})
	if done {
		s.reports = append(s.reports, told{a.ID, a.Receipt})
	}
	return err
}

// fields are the fields of a form, with the key the page puts into it.
func (s *stage) fields(body map[string]any) []byte {
	form := url.Values{"key": {s.key()}}
	for k, v := range body {
		form.Set(k, fmt.Sprint(v))
	}
	return []byte(form.Encode())
}

var receiptIn = regexp.MustCompile(`^/progress/([^/]+)`)

// sendForm posts a form: done leads on to another page, refused comes back with the sentence.
func (s *stage) sendForm(r request) (desk.Answer, bool, error) {
	status, to, text, err := s.http("POST", r)
	switch {
	case err != nil:
		return desk.Answer{}, false, err
	case status >= 500:
		return desk.Answer{}, false, fmt.Errorf("%s 出错（%d）", r.path, status)
	case status != http.StatusSeeOther:
		s.refused = &api.Problem{Status: status, Code: "form", Detail: plain(text)}
		return desk.Answer{}, false, nil
	}
	var a desk.Answer
	if found := receiptIn.FindStringSubmatch(to); found != nil {
		a.Receipt = found[1]
		if a.ID, err = s.app.Engine.Journal.Holder(s.ctx, home, "receipt", a.Receipt); err != nil {
			return a, false, err
		}
	}
	return a, true, s.follow()
}

var tags = regexp.MustCompile(`(?s)<(script|style|svg|head)\b.*?</(script|style|svg|head)>|<[^>]*>`)

// plain is what a person reads on a page.
func plain(page []byte) string {
	return strings.Join(strings.Fields(html.UnescapeString(tags.ReplaceAllString(string(page), " "))), " ")
}

// withReceipt does what a reporter may do with the receipt.
func (s *stage) withReceipt(which, verb string, body map[string]any) error {
	r, err := s.reporter(which)
	if err != nil {
		return err
	}
	_, _, err = s.send(request{path: "/progress/" + r.receipt + "/" + verb, form: true, body: s.fields(body)})
	return err
}

func (s *stage) progress(which, how, text string) error {
	r, err := s.reporter(which)
	if err != nil {
		return err
	}
	shown, err := s.shown(r)
	if err != nil {
		return err
	}
	if strings.Contains(shown, text) != (how == "看到") {
		return fmt.Errorf("进度页面是：%s", shown)
	}
	return nil
}

// shown is what the holder of a receipt reads.
func (s *stage) shown(r told) (string, error) {
	status, _, text, err := s.http("GET", request{path: "/progress/" + r.receipt})
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("进度页面打不开（%d）：%s", status, plain(text))
	}
	return plain(text), err
}
