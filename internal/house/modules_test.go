package house

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// modules gives every third-party module that our own code imports, with the reason for it. A new one needs a line here
// and a reader who agrees; what a module brings along with it needs none.
const modules = `
codeberg.org/go-pdf/fpdf            agreements and notices as PDF with Chinese fonts, in plain Go
github.com/BurntSushi/toml          playbooks and sentences: a format people edit by hand, with line numbers in its errors
github.com/a-h/templ                typed page templates: a page that forgets a field does not compile
github.com/boombuler/barcode        bar codes for the labels of property handed back
github.com/cedar-policy/cedar-go    who may do what, in a policy language with proofs behind it
github.com/chromedp/cdproto         the protocol of the browser that tests drive
github.com/chromedp/chromedp        drives the browser in tests over a pipe, with few modules of its own
github.com/cucumber/gherkin/go/v26  reads stories in Chinese Gherkin
github.com/cucumber/godog           runs stories
github.com/cucumber/messages/go/v21 the shapes of a parsed story
github.com/danielgtaylor/huma/v2    the JSON API and its OpenAPI document from one set of Go types
github.com/go-json-experiment/json  acts read strictly: unknown, doubled and wrongly spelled fields refused, with their place
github.com/google/uuid              ids that sort by time
github.com/jackc/pgx/v5             PostgreSQL
github.com/pquerna/otp              second factor for those who see personal data
github.com/pressly/goose/v3         migrations of both engines from one embedded folder
github.com/prometheus/client_golang /metrics
github.com/skip2/go-qrcode          QR codes on contact cards
github.com/xuri/excelize/v2         ledgers as the .xlsx every office exchanges
golang.org/x/crypto                 argon2id for passwords, chacha20poly1305 for sealing
golang.org/x/image                  scaling of photographs, webp
golang.org/x/net                    HTML read as a tree, by tests and by stories that fill in pages
golang.org/x/sync                   errgroup and singleflight
golang.org/x/sys                    free space on a disk
golang.org/x/text                   GB18030 and the other encodings a Chinese office uses
modernc.org/sqlite                  SQLite without cgo: one static binary for every machine a station has
`

func TestEveryModuleHasAReason(t *testing.T) {
	text, err := os.ReadFile(root + "/go.mod")
	if err != nil {
		t.Fatal(err)
	}
	required := regexp.MustCompile(`(?m)^(?:require)?\s+(\S+\.\S+/\S+) v`).FindAllStringSubmatch(string(text), -1)
	reasons := map[string]string{}
	for line := range strings.Lines(modules) {
		if name, why, ok := strings.Cut(strings.TrimSpace(line), " "); ok {
			reasons[name] = strings.TrimSpace(why)
		}
	}
	told := map[string]bool{}
	for _, f := range goFiles(t) {
		for _, path := range f.imports {
			module := ""
			for _, r := range required {
				if (path == r[1] || strings.HasPrefix(path, r[1]+"/")) && len(r[1]) > len(module) {
					module = r[1]
				}
			}
			if module != "" && reasons[module] == "" && !told[module] {
				told[module] = true
				t.Errorf("%s imports %s, which has no reason in modules_test.go", f.name, module)
			}
		}
	}
	for name := range reasons {
		if !strings.Contains(string(text), name+" v") {
			t.Errorf("modules_test.go gives a reason for %s, which go.mod does not require", name)
		}
	}
}
