package app_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/ident"
	"maplegrid/internal/journal"
)

// reply is what came back: all of it as text, workbooks unpacked, signed cookies opened.
type reply struct {
	status int
	body   string // as it would be read
	length int    // of what was sent
}

// ask sends "METHOD address|form" as somebody; to the JSON surface by their token, to the pages by their session.
func (w *town) ask(a *asker, what string) reply {
	method, at, _ := strings.Cut(what, " ")
	at, form, posts := strings.Cut(at, "|")
	kind := "application/x-www-form-urlencoded"
	if strings.HasPrefix(at, "/api/") {
		kind = "application/json"
	} else if posts {
		form = encode(form)
	}
	if path, query, ok := strings.Cut(at, "?"); ok {
		at = path + "?" + encode(query)
	}
	r := httptest.NewRequest(method, at, strings.NewReader(form))
	w.seed++
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:1", w.seed>>16&255, w.seed>>8&255, w.seed&255) // nobody is held back for asking too often
	r.Header.Set("Content-Type", kind)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if strings.HasPrefix(at, "/api/") {
		r.Header.Set("Authorization", "Bearer "+a.token)
		r.Header.Set("Maplegrid-Station", a.station)
		r.Header.Set("Idempotency-Key", fmt.Sprint("k", w.seed))
	} else if a.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "mg", Value: a.cookie})
	}
	rec := httptest.NewRecorder()
	w.handler.ServeHTTP(rec, r)
	return read(rec)
}

// encode escapes a query written for people: "a=b c&d=e".
func encode(s string) string {
	v := url.Values{}
	for _, pair := range strings.Split(s, "&") {
		name, value, _ := strings.Cut(pair, "=")
		v.Add(name, value)
	}
	return v.Encode()
}

func read(rec *httptest.ResponseRecorder) reply {
	raw := rec.Body.Bytes()
	text := string(raw)
	if z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw))); err == nil {
		text = ""
		for _, f := range z.File {
			if r, err := f.Open(); err == nil && f.Name != "xl/styles.xml" { // styles are numbered as it comes
				b, _ := io.ReadAll(r)
				text += "\n" + f.Name + "\n" + styles.ReplaceAllString(string(b), "")
			}
		}
		raw = []byte(text)
	}
	for _, name := range sorted(rec.Header()) {
		if name == "Content-Length" && rec.Body.Len() != len(raw) {
			continue // of a workbook: two of the same are packed to different lengths
		}
		for _, v := range rec.Header()[name] {
			text += "\n" + name + ": " + v
			if _, sealed, ok := strings.Cut(v, "mg_flash="); ok { // signed, not secret
				b, _ := base64.RawURLEncoding.DecodeString(sealed[:max(0, strings.IndexAny(sealed, ".;"))])
				text += "\n" + string(b)
			}
			if u, err := url.QueryUnescape(v); err == nil {
				text += "\n" + u
			}
		}
	}
	return reply{rec.Code, text, len(raw)}
}

var (
	holes   = regexp.MustCompile(`\{(\w+)\}`)
	keys    = regexp.MustCompile(`w-[0-9a-f]{32}`)
	numbers = regexp.MustCompile(`\d{6}-\d{6}-[0-9a-f]{6}`) // by which a trouble is found in the log
	styles  = regexp.MustCompile(` s="\d+"`)
	seqs    = regexp.MustCompile(`data-seq="\d+"|data: \d+|日志条数</dt><dd>\d+`)
)

// filled puts a target into an address, and says which of its values were used and all that is told by asking.
func (w *town) filled(template string, target, mine, cursors map[string]string) (address string, used, told []string) {
	return holes.ReplaceAllStringFunc(template, func(hole string) string {
		name := hole[1 : len(hole)-1]
		switch name {
		case "key":
			w.seed++
			return fmt.Sprintf("w-%032x", w.seed)
		case "cursor":
			for _, x := range [][2]string{{"ledger", "ledger"}, {"inbox", "inbox"}, {"", "worklist"}} {
				if strings.Contains(template, x[0]) {
					return cursors[x[1]]
				}
			}
		}
		value := target[name]
		if of, ok := strings.CutPrefix(name, "mine"); ok {
			value = mine[of]
		} else {
			used = append(used, name)
		}
		told = append(told, name, value)
		return value
	}), used, told
}

// blank takes out of an answer what the asker sent themselves, and keys drawn for a form.
func blank(body string, told []string) string {
	for i := 0; i < len(told); i += 2 {
		if len(told[i+1]) < 3 {
			continue // a cell every station has: never hidden
		}
		for _, v := range []string{told[i+1], ident.Receipt(told[i+1]).String(), strings.ToUpper(told[i+1])} {
			body = strings.ReplaceAll(body, v, "{"+told[i]+"}")
		}
	}
	return numbers.ReplaceAllString(keys.ReplaceAllString(body, "{key}"), "{reference}")
}

// hunt is one run over everything, and what it met.
type hunt struct {
	*town
	quiet                                bool // leaks are expected: they are counted only
	cursors                              map[string]string
	tries, shown, compared, leaks, masks int
	met                                  map[class]int // how often canaries of a class were met where they belong
}

func (h *hunt) leak(t *testing.T, format string, args ...any) {
	t.Helper()
	if h.leaks++; h.leaks <= 60 && !h.quiet {
		t.Errorf(format, args...)
	}
}

// mine is what an asker may well name: things of their own cell, or of their own station.
func (h *hunt) mine(a *asker) map[string]string {
	if a.station == desktest.Elsewhere {
		return h.targets[abroad]
	}
	return h.targets[own]
}

// try asks one address of one target and looks through the answer for what must not be there.
func (h *hunt) try(t *testing.T, a *asker, method, template string, p where, x row) (string, reply, []string) {
	t.Helper()
	target := h.targets[p]
	at, used, sent := h.filled(template, target, h.mine(a), h.cursors)
	r := h.ask(a, method+" "+at)
	h.tries++
	body := blank(r.body, sent)
	full := x.tell && r.status == http.StatusOK
	for _, c := range h.canaries {
		if !strings.Contains(body, c.text) {
			continue
		}
		h.shown++
		h.met[c.class]++
		told := full && c.place == p && (c.class == personal || c.class == content) && slices.Contains([]byte(unmasks[a.role]), 'y') && a.station == stationOf(p) &&
			unmasks[a.role][map[where]int{own: 0, other: 1, joined: 2, abroad: 0}[p]] == 'y'
		told = told || full && c.place == p && c.class == sealed && a.station == stationOf(p) && opens[a.role] != "" && opens[a.role][map[where]int{own: 0, other: 1, joined: 2, abroad: 0}[p]] == 'y'
		list := full && c.class == staffing && a.role == "head" && a.station == stationOf(c.place)
		holds := x.holder && c.place == p && stationOf(p) == desktest.Station && slices.Contains(used, "receipt") && (c.class == label || c.class == answer)
		if holds = holds || x.holder && c.class == house && stationOf(c.place) == desktest.Station; a.right(c.class, c.place) || told || list || holds {
			continue
		}
		h.leak(t, "%s %s %s of %s: %d shows the %s (%s) of %s: …%s…", a, method, template, p, r.status, c.what, c.class, c.place, around(body, c.text))
	}
	if !full {
		for _, n := range numbersIn(body) {
			h.leak(t, "%s %s %s of %s: %d has %s unmasked: …%s…", a, method, template, p, r.status, n, around(body, n))
		}
		h.masks++
	}
	if r.status >= 500 {
		h.leak(t, "%s %s %s of %s: %d", a, method, template, p, r.status)
	}
	return body, r, used
}

// numbersIn finds mobile numbers and valid ID numbers, whoever's.
func numbersIn(s string) (list []string) {
	letter := func(i int) bool {
		return i >= 0 && i < len(s) && (s[i] >= 'a' && s[i] <= 'z' || s[i] >= 'A' && s[i] <= 'Z' || s[i] == '_' || s[i] == '-')
	}
	for i := 0; i < len(s); i++ {
		from := i
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		switch run := s[from:i]; {
		case len(run) < 11, letter(from - 1): // a key, an id
		case ident.IsMobile(run) && !letter(i):
			list = append(list, run)
		default:
			if id, err := ident.CheckResidentID(s[from:min(len(s), from+18)]); err == nil && !letter(from+18) {
				list = append(list, id)
			}
		}
	}
	return list
}

func around(s, what string) string {
	i := strings.Index(s, what)
	return strings.Join(strings.Fields(s[max(0, i-80):min(len(s), i+len(what)+40)]), " ")
}

// all asks a template of every place, and for those whose things are hidden compares the answer with that for nothing at all.
func (h *hunt) all(t *testing.T, a *asker, method, template string, x row) {
	t.Helper()
	nothing, none_, used := h.try(t, a, method, template, none, x)
	if len(used) == 0 {
		return
	}
	for _, p := range places {
		hidden := a.hidden(p, used, x.holder)
		if method == "POST" && (x.does || strings.HasPrefix(template, "/act/") || strings.Contains(template, "{mine")) && !hidden {
			continue // it would be done; the matrix of rights has that
		}
		body, r, _ := h.try(t, a, method, template, p, x)
		if !hidden {
			continue
		}
		h.compared++
		if r.status != none_.status || body != nothing || r.length != none_.length {
			h.leak(t, "%s %s %s of %s: %d (%d bytes) can be told from nothing there: %d (%d bytes): %s", a, method, template, p, r.status, r.length, none_.status, none_.length, differ(body, nothing))
		}
	}
}

func differ(a, b string) string {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	show := func(s string) string {
		return strings.Join(strings.Fields(strings.ToValidUTF8(s[max(0, i-60):min(len(s), i+60)], "?")), " ")
	}
	return fmt.Sprintf("…%s… against …%s…", show(a), show(b))
}

func TestNobodyLearnsWhatIsNotTheirs(t *testing.T) {
	h := &hunt{town: openTown(t), met: map[class]int{}}
	h.cursors = h.town.cursors(t)
	routes := map[string]bool{}
	for _, route := range h.app.Site.Routes() {
		routes[route.Method+" "+route.Pattern] = true
		if _, ok := pages[route.Method+" "+route.Pattern]; !ok {
			t.Errorf("%s %s has no row in the table of this test", route.Method, route.Pattern)
		}
	}
	for name := range h.app.API().Boards {
		if _, ok := boards[name]; !ok {
			t.Errorf("board %s has no row in the table of this test", name)
		}
	}
	for _, a := range h.askers {
		for _, key := range sorted(pages) {
			method, _, _ := strings.Cut(key, " ")
			for _, template := range pages[key].asks {
				if routes[key] {
					h.all(t, a, method, template, pages[key])
				}
			}
		}
		for _, name := range sorted(boards) {
			for _, query := range boards[name] {
				h.all(t, a, "GET", strings.TrimSuffix("/api/v1/boards/"+name+"?"+query, "?"), row{})
			}
		}
		h.acts(t, a)
	}
	h.control(t)
	h.figures(t)
	h.beside(t)
	h.borrow(t)
	h.unseen(t)
	t.Logf("%d attempts as %d askers, %d canaries in force, met %d times where they belong; %d answers compared with that for nothing there, %d crawled for full numbers; %d leaks",
		h.tries, len(h.askers), len(h.canaries), h.shown, h.compared, h.masks, h.leaks)
	if h.leaks > 0 {
		t.Fail()
	}
	for _, c := range []class{content, answer, personal, sealed, offence, safety, meeting} {
		if h.met[c] == 0 {
			t.Errorf("nothing of class %s was met anywhere: the hunt does not know where it would show", c)
		}
	}
	if h.shown == 0 || h.compared == 0 {
		t.Fatal("a hunt that meets nothing proves nothing")
	}
}

func sorted[V any](m map[string]V) []string {
	var list []string
	for k := range m {
		list = append(list, k)
	}
	slices.Sort(list)
	return list
}

// acts knocks with every act at things the asker cannot see: directly, and named inside an act on a thing of theirs. Nothing is written.
func (h *hunt) acts(t *testing.T, a *asker) {
	t.Helper()
	if a.role == "public" {
		return
	}
	before := h.heads(t)
	for _, spec := range desk.Acts {
		on, ok := spec.New().(interface{ Target() (string, int) })
		if !ok || spec.Internal {
			continue
		}
		embedded := reflect.Indirect(reflect.ValueOf(on)).FieldByName("On")
		if !embedded.IsValid() {
			embedded = reflect.Indirect(reflect.ValueOf(on)).FieldByName("OnConference")
		}
		if !embedded.IsValid() {
			continue // of a thing that is no matter, report or conference: its own tests knock there
		}
		kind := embedded.Type().Field(0).Tag.Get("json")
		if kind == "day" {
			continue // a round is called by its day, which every station has
		}
		body := fmt.Sprintf(`{"%s":"{%s}"}`, kind, kind)
		h.knock(t, a, spec.Name, body, kind)
		h.knockPage(t, a, spec.Name, kind)
	}
	for name, body := range map[string]string{"matter.tie": `{"matter":"{minematter}","other":"{matter}","how":"part_of"}`, "matter.merge": `{"matter":"{minematter}","into":"{matter}"}`,
		"report.triage": `{"report":"{minefresh}","link":["{matter}"]}`, "matter.invite": `{"matter":"{minematter}","person":"{person}","role":"翻译"}`, "matter.assign": `{"matter":"{minematter}","to":"{person}"}`,
		"matter.set_task": `{"matter":"{minematter}","title":"看一看","person":"{person}"}`, "matter.transfer": `{"matter":"{minematter}","to_cell":"{cell}","reason":"归那里管"}`,
		"person.unmask":  `{"thing":"matter","id":"{matter}","subject":"{party}","field":"phone","purpose":"联系当事人"}`,
		"org.set_person": `{"id":"{person}","role":"volunteer","call":"x"}`, "account.set_password": `{"person":"{person}","password":"weak"}`, "account.make_token": `{"person":"{person}","label":"` + strings.Repeat("x", 60) + `"}`} {
		h.knock(t, a, name, body, "matter")
	}
	if h.heads(t) != before {
		h.leak(t, "%s: something was written by an act on what they cannot see", a)
	}
}

func (h *hunt) knock(t *testing.T, a *asker, name, body, kind string) {
	t.Helper()
	h.only(t, a, "/api/v1/acts/"+name+"|"+body, kind)
}

func (h *hunt) knockPage(t *testing.T, a *asker, name, kind string) {
	t.Helper()
	h.only(t, a, fmt.Sprintf("/act/%s|%s={%s}&key={key}", name, kind, kind), kind)
}

// only posts to what the asker cannot see, and to nothing.
func (h *hunt) only(t *testing.T, a *asker, template, kind string) {
	t.Helper()
	_, used, _ := h.filled(template, h.targets[none], h.mine(a), h.cursors)
	nothing, r0, _ := h.try(t, a, "POST", template, none, row{})
	for _, p := range places {
		if !a.hidden(p, used, false) || strings.Contains(template, "{mine") && p == own {
			continue
		}
		body, r, _ := h.try(t, a, "POST", template, p, row{})
		if h.compared++; r.status != r0.status || body != nothing {
			h.leak(t, "%s POST %s of %s: %d can be told from nothing there: %d: %s", a, template, p, r.status, r0.status, differ(body, nothing))
		}
	}
}

func (w *town) heads(t *testing.T) (h [2]journal.Seq) {
	t.Helper()
	for i, s := range []string{desktest.Station, desktest.Elsewhere} {
		seq, _, err := w.Journal.Head(context.Background(), s)
		if err != nil {
			t.Fatal(err)
		}
		h[i] = seq
	}
	return h
}

// control asks as the head what the oracle says of others: the hunt must find what shows, what is told apart and what is in full.
func (h *hunt) control(t *testing.T) {
	t.Helper()
	head := h.askers[slices.IndexFunc(h.askers, func(a *asker) bool { return a.name == "head" && a.station == desktest.Station })]
	for role, template := range map[string]string{"volunteer": "GET /matters/{matter}", "auditor": "GET /ledger", "admin": "GET /search?q={number}", "cell_worker": "GET /blob/{blob}?of=report/{report}",
		"bureau": "POST /look|thing=matter&id={matter}&subject={party}&field=phone&purpose=联系当事人核实&key={key}", "window_clerk": "GET /api/v1/boards/worklist?tab=open"} {
		fake := *head
		fake.role = role
		blind := &hunt{town: h.town, cursors: h.cursors, quiet: true, met: map[class]int{}}
		method, at, _ := strings.Cut(template, " ")
		if blind.all(t, &fake, method, at, row{tell: role == "bureau"}); blind.leaks == 0 {
			t.Errorf("the hunt is blind: as a %s who sees what the head sees, %s shows nothing amiss", role, at)
		}
	}
	if got := numbersIn(`a 13900001234，b13900001234 99999919900307003`); len(got) != 1 {
		t.Errorf("numbers found: %v", got)
	}
}

// figures looks at the mark of a report that became a matter in each of two cells: who sees one of them reads of one.
func (h *hunt) figures(t *testing.T) {
	t.Helper()
	for _, a := range h.askers {
		if a.seen(own) == 'f' {
			_, r, _ := h.try(t, a, "GET", "/inbox?state=triaged", none, row{})
			if strings.Contains(r.body, "2 件事项") != (a.seen(other) == 'f') || !strings.Contains(r.body, "1 件事项") {
				h.leak(t, "%s reads a wrong number of matters beside a report", a)
			}
		}
	}
}

// beside asks what lies beside the pages. The meters tell how far the journal of every station has come: to the machine itself only.
func (h *hunt) beside(t *testing.T) {
	t.Helper()
	for at := range h.app.Site.More {
		if !slices.Contains([]string{"/api/", "/healthz", "/readyz", "/metrics"}, at) {
			t.Errorf("%s has no place in this test", at)
		}
	}
	for _, a := range h.askers {
		for _, at := range []string{"/healthz", "/readyz", "/metrics", "/metrics/", "/api/openapi.json", "/api/v1/boards/none", "/api/", "/api/v1/acts/matter.none"} {
			if body, r, _ := h.try(t, a, "GET", at, none, row{}); strings.Contains(body, "maplegrid_") || at == "/metrics" && r.status != http.StatusNotFound {
				h.leak(t, "%s reads the meters at %s: %d", a, at, r.status)
			}
		}
	}
	for _, x := range []struct {
		from, header string
		status       int
	}{{"127.0.0.1:9", "", 200}, {"[::1]:9", "", 200}, {"127.0.0.1:9", "X-Forwarded-For", 404}, {"127.0.0.1:9", "Forwarded", 404}, {"10.0.0.1:9", "", 404}, {"nowhere", "", 404}} {
		r := httptest.NewRequest("GET", "/metrics", nil)
		if r.RemoteAddr = x.from; x.header != "" {
			r.Header.Set(x.header, "10.0.0.1")
		}
		rec := httptest.NewRecorder()
		if h.handler.ServeHTTP(rec, r); rec.Code != x.status {
			h.leak(t, "meters asked from %s %s: %d", x.from, x.header, rec.Code)
		}
	}
}

// borrow names pictures of what is hidden in a note of one's own, and looks whether that opens them.
func (h *hunt) borrow(t *testing.T) {
	t.Helper()
	a := h.askers[slices.IndexFunc(h.askers, func(a *asker) bool { return a.name == "cell_worker_1" && a.station == desktest.Station })]
	for _, p := range []where{other, abroad} {
		if r := h.ask(a, fmt.Sprintf(`POST /api/v1/acts/matter.note|{"matter":%q,"words":"看过了","photos":[%q]}`, h.targets[own]["matter"], h.targets[p]["blob"])); r.status != http.StatusOK {
			t.Fatalf("note: %d %s", r.status, r.body)
		}
		for _, size := range []string{"", "&thumb"} {
			if _, r, _ := h.try(t, a, "GET", "/blob/{blob}?of=matter/{minematter}"+size, p, row{}); r.status != http.StatusNotFound {
				h.leak(t, "%s opens a picture of %s by naming it in a note: %d", a, p, r.status)
			}
		}
	}
	h.settle(t)
}

// unseen draws every list for everybody, makes ten things in one place after the other, and draws again what those see who see nothing of
// that place: not a figure may have moved. How far the journal of one's own station has come is told all the same: to pages kept open, and
// to who looks after the machine.
func (h *hunt) unseen(t *testing.T) {
	t.Helper()
	drawn := map[*asker]map[string]string{}
	for _, a := range h.askers {
		drawn[a] = h.lists(t, a)
	}
	for _, made := range [][]where{{abroad}, {other}, {own, other}} {
		for i := range 10 {
			h.fill(t, made[i%len(made)])
		}
		h.settle(t)
		for _, a := range h.askers {
			sees := func(p where) bool { return a.seen(p) != '-' || a.called(p) }
			if made[0] == abroad && sees(abroad) { // what comes next is compared with what they see now
				drawn[a] = h.lists(t, a)
			}
			if slices.ContainsFunc(made, sees) || made[0] == other && !sees(own) { // who sees neither is asked once, when things are made in both
				continue
			}
			after := h.lists(t, a)
			for what, was := range drawn[a] {
				now := after[what]
				if a.station == stationOf(made[0]) {
					was, now = seqs.ReplaceAllString(was, "{seq}"), seqs.ReplaceAllString(now, "{seq}")
				}
				if h.compared++; now != was {
					h.leak(t, "%s %s: ten things more in %v show: %s", a, what, made, differ(now, was))
				}
			}
			drawn[a] = after
		}
	}
}

// lists are the answers to all that names no thing.
func (h *hunt) lists(t *testing.T, a *asker) map[string]string {
	t.Helper()
	drawn := map[string]string{}
	draw := func(template string, x row) {
		if strings.Contains(template, "{") && !strings.Contains(template, "{cursor}") || template == "/account/factor" { // which draws a new secret every time
			return
		}
		drawn[template], _, _ = h.try(t, a, "GET", template, none, x)
	}
	for _, key := range sorted(pages) {
		for _, template := range pages[key].asks {
			if strings.HasPrefix(key, "GET ") {
				draw(template, pages[key])
			}
		}
	}
	for _, name := range sorted(boards) {
		for _, query := range boards[name] {
			draw(strings.TrimSuffix("/api/v1/boards/"+name+"?"+query, "?"), row{})
		}
	}
	return drawn
}

// TestOnlyTheFieldsOfAnActAreTaken sends every field of every act spelled otherwise, twice, and with one more beside it.
func TestOnlyTheFieldsOfAnActAreTaken(t *testing.T) {
	w := openTown(t)
	head := w.askers[slices.IndexFunc(w.askers, func(a *asker) bool { return a.role == "head" && a.station == desktest.Station })]
	before, tries := w.heads(t), 0
	for _, spec := range desk.Acts {
		if spec.Internal {
			continue
		}
		bodies := []string{`{"unknown":1}`, `{"station":"s2"}`, `{"actor":"x"}`, `{} {}`, `{}x`, `[]`, `null x`}
		for _, name := range fields(reflect.TypeOf(spec.New()).Elem()) {
			one := fmt.Sprintf("%q:null", name)
			for _, other := range []string{strings.ToUpper(name), strings.ToUpper(name[:1]) + name[1:], name + "_", "_" + name} {
				bodies = append(bodies, fmt.Sprintf("{%q:null}", other), fmt.Sprintf("{%s,%q:null}", one, other))
			}
			bodies = append(bodies, fmt.Sprintf("{%s,%s}", one, one), fmt.Sprintf(`{%s,"unknown":1}`, one))
		}
		for _, body := range bodies {
			tries++
			if r := w.ask(head, "POST /api/v1/acts/"+spec.Name+"|"+body); r.status != http.StatusUnprocessableEntity {
				t.Errorf("%s %s: %d %.200s", spec.Name, body, r.status, r.body)
			}
		}
	}
	if w.heads(t) != before {
		t.Error("something was written")
	}
	t.Logf("%d bodies with fields no act has, doubled or spelled otherwise: all refused, nothing written", tries)
}

// fields are the names an act has in JSON.
func fields(of reflect.Type) (names []string) {
	for f := range of.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		switch {
		case f.Anonymous:
			names = append(names, fields(f.Type)...)
		case name != "" && name != "-":
			names = append(names, name)
		}
	}
	return names
}
