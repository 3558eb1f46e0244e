package steps

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/cucumber/godog"
	"golang.org/x/net/html"

	"maplegrid/internal/api"
	"maplegrid/internal/work/report"
)

// openPage is what somebody without an account has open, as a browser without script would: they follow links and fill in boxes by what
// stands beside them.
type openPage struct {
	address string
	root    *html.Node
	cookies []*http.Cookie
}

// visit opens an address, or follows the link of that name on the open page.
func (s *stage) visit(where string) error {
	for name, code := range s.named {
		where = strings.ReplaceAll(where, "{"+name+"}", url.PathEscape(code))
	}
	if !strings.HasPrefix(where, "/") {
		if s.page.root == nil {
			return fmt.Errorf("还没有打开页面，找不到“%s”", where)
		}
		link := firstOf(s.page.root, func(n *html.Node) bool { return n.Data == "a" && strings.Contains(wordsOf(n), where) })
		if link == nil {
			return fmt.Errorf("页面上没有“%s”这个链接：%s", where, wordsOf(s.page.root))
		}
		where = attr(link, "href")
	}
	return s.load(http.MethodGet, where, nil)
}

// load asks for a page and follows where it leads; a page that says no is kept as a refusal.
func (s *stage) load(method, where string, form url.Values) error {
	base, err := url.Parse(s.server.URL + s.page.address)
	if err != nil {
		return err
	}
	for range 6 {
		to, err := base.Parse(where)
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(s.ctx, method, to.String(), strings.NewReader(form.Encode()))
		if err != nil {
			return err
		}
		if method == http.MethodPost {
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		for _, c := range s.page.cookies {
			req.AddCookie(c)
		}
		res, err := s.client.Do(req)
		if err != nil {
			return err
		}
		var body bytes.Buffer
		_, err = body.ReadFrom(res.Body)
		res.Body.Close()
		if err != nil {
			return err
		}
		s.keep(res.Cookies())
		if res.StatusCode >= 500 {
			return fmt.Errorf("%s 出错（%d）", to.Path, res.StatusCode)
		}
		if res.StatusCode == http.StatusSeeOther || res.StatusCode == http.StatusFound {
			if err := s.hear(); err != nil {
				return err
			}
			base, where, method, form = to, res.Header.Get("Location"), http.MethodGet, nil
			if err := s.follow(); err != nil {
				return err
			}
			continue
		}
		if s.page.root, err = html.Parse(&body); err != nil {
			return err
		}
		s.page.address = to.RequestURI()
		if res.StatusCode >= 400 {
			s.refused = &api.Problem{Status: res.StatusCode, Code: "page", Detail: wordsOf(s.page.root)}
		}
		return nil
	}
	return fmt.Errorf("%s 一直在转", where)
}

// hear notes a report that came through a page, so that its reporter can be spoken of.
func (s *stage) hear() error {
	head, _, err := s.app.Engine.Journal.Head(s.ctx, home)
	if err != nil {
		return err
	}
	events, err := s.app.Engine.Journal.Read(s.ctx, home, max(head-3, 0), 3)
	if err != nil {
		return err
	}
	for i := range events {
		var e struct{ ID, Receipt string }
		if events[i].Kind != (report.Submitted{}).EventKind() || json.Unmarshal(events[i].Data, &e) != nil {
			continue
		}
		if !slices.Contains(s.reports, told{e.ID, e.Receipt}) {
			s.reports = append(s.reports, told{e.ID, e.Receipt})
		}
	}
	return nil
}

func (s *stage) keep(cookies []*http.Cookie) {
	for _, c := range cookies {
		s.page.cookies = slices.DeleteFunc(s.page.cookies, func(x *http.Cookie) bool { return x.Name == c.Name })
		if c.MaxAge >= 0 && c.Value != "" {
			s.page.cookies = append(s.page.cookies, c)
		}
	}
}

// fillPage fills in the form of the open page that has all the boxes, and sends it. A row “按钮” says which button is pressed.
func (s *stage) fillPage(t *godog.Table) error {
	if s.page.root == nil {
		return fmt.Errorf("还没有打开页面")
	}
	rows, err := pairs(t)
	if err != nil {
		return err
	}
	button := ""
	rows = slices.DeleteFunc(rows, func(r [2]string) bool {
		if r[0] == "按钮" {
			button = r[1]
		}
		return r[0] == "按钮"
	})
	var last error
	for _, form := range allOf(s.page.root, func(n *html.Node) bool { return n.Data == "form" }) {
		values, err := filled(form, rows, button)
		if err != nil {
			last = err
			continue
		}
		method, action := http.MethodGet, attr(form, "action")
		if action == "" {
			action = s.page.address
		}
		if strings.EqualFold(attr(form, "method"), "post") {
			return s.load(http.MethodPost, action, values)
		}
		return s.load(method, action+"?"+values.Encode(), nil)
	}
	return fmt.Errorf("没有这样的表单（%w），页面上是：%s", last, wordsOf(s.page.root))
}

// filled are the values of a form after somebody has filled in some of its boxes.
func filled(form *html.Node, rows [][2]string, button string) (url.Values, error) {
	values := url.Values{}
	for _, n := range allOf(form, func(n *html.Node) bool { return n.Data == "input" || n.Data == "textarea" || n.Data == "select" }) {
		name, kind := attr(n, "name"), attr(n, "type")
		switch {
		case name == "" || kind == "file" || (kind == "checkbox" || kind == "radio") && !has(n, "checked"):
		case n.Data == "select":
			if o := firstOf(n, func(o *html.Node) bool { return o.Data == "option" && has(o, "selected") }); o != nil {
				values.Add(name, attr(o, "value"))
			} else if o := firstOf(n, func(o *html.Node) bool { return o.Data == "option" }); o != nil {
				values.Add(name, attr(o, "value"))
			}
		case n.Data == "textarea":
			values.Add(name, wordsOf(n))
		default:
			values.Add(name, attr(n, "value"))
		}
	}
	for _, row := range rows {
		if err := put(form, values, row[0], row[1]); err != nil {
			return nil, err
		}
	}
	press := firstOf(form, func(n *html.Node) bool {
		return n.Data == "button" && attr(n, "type") != "button" && strings.Contains(wordsOf(n), button)
	})
	if press == nil {
		return nil, fmt.Errorf("没有按钮“%s”", button)
	}
	if name := attr(press, "name"); name != "" {
		values.Set(name, attr(press, "value"))
	}
	return values, nil
}

// put fills one box, found by the words of its label; of a choice the one that is called so.
func put(form *html.Node, values url.Values, label, value string) error {
	for _, l := range allOf(form, func(n *html.Node) bool { return n.Data == "label" && strings.HasPrefix(wordsOf(n), label) }) {
		box := firstOf(form, func(n *html.Node) bool { return attr(l, "for") != "" && attr(n, "id") == attr(l, "for") })
		if box == nil {
			box = firstOf(l, func(n *html.Node) bool { return n.Data == "input" || n.Data == "textarea" || n.Data == "select" })
		}
		if box == nil {
			continue
		}
		if box.Data == "select" {
			o := firstOf(box, func(o *html.Node) bool { return o.Data == "option" && strings.HasPrefix(wordsOf(o), value) })
			if o == nil {
				return fmt.Errorf("“%s”里没有“%s”", label, value)
			}
			values.Set(attr(box, "name"), attr(o, "value"))
			return nil
		}
		if kind := attr(box, "type"); kind == "checkbox" || kind == "radio" {
			value = attr(box, "value")
		}
		values.Set(attr(box, "name"), value)
		return nil
	}
	// A group of choices: the label is its legend, the value the label of one of them.
	for _, set := range allOf(form, func(n *html.Node) bool { return n.Data == "fieldset" }) {
		if legend := firstOf(set, func(n *html.Node) bool { return n.Data == "legend" }); legend != nil && strings.HasPrefix(wordsOf(legend), label) {
			return put(set, values, value, value)
		}
	}
	return fmt.Errorf("没有“%s”这一栏", label)
}

func (s *stage) pageSays(how, text string) error {
	if s.page.root == nil {
		return fmt.Errorf("还没有打开页面")
	}
	if shown := wordsOf(s.page.root); strings.Contains(shown, text) != (how == "看到") {
		return fmt.Errorf("%s 上是：%s", s.page.address, shown)
	}
	return nil
}

func firstOf(n *html.Node, is func(*html.Node) bool) *html.Node {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && is(c) {
			return c
		}
	}
	return nil
}

func allOf(n *html.Node, is func(*html.Node) bool) (list []*html.Node) {
	for c := range n.Descendants() {
		if c.Type == html.ElementNode && is(c) {
			list = append(list, c)
		}
	}
	return list
}

// wordsOf is what a person reads in a part of a page.
func wordsOf(n *html.Node) string {
	var b strings.Builder
	var read func(*html.Node)
	read = func(n *html.Node) {
		if n.Type == html.TextNode {
			b.WriteString(n.Data + " ")
		}
		if n.Type == html.ElementNode && slices.Contains([]string{"script", "style", "svg", "head"}, n.Data) {
			return
		}
		for c := range n.ChildNodes() {
			read(c)
		}
	}
	read(n)
	return strings.Join(strings.Fields(b.String()), " ")
}

func attr(n *html.Node, key string) string {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, key string) bool {
	return slices.ContainsFunc(n.Attr, func(a html.Attribute) bool { return a.Key == key })
}
