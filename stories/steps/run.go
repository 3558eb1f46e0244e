// Package steps is the language in which stories are told: general steps in Chinese Gherkin, run through HTTP against a fresh station
// of the real program whose clock stands still. Vocabulary lists the steps; docs/steps.md explains them.
package steps

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"

	gherkin "github.com/cucumber/gherkin/go/v26"
	"github.com/cucumber/godog"
	messages "github.com/cucumber/messages/go/v21"

	"maplegrid/internal/app"
	"maplegrid/internal/playbook"
	"maplegrid/playbooks"
	"maplegrid/stories"
)

// Options say where stories are run. The zero value is the embedded store in a temporary folder and no output.
type Options struct {
	// DB is the address of a PostgreSQL server; every scenario gets an empty database there, made for the run and dropped after it.
	// What the server holds besides is not touched. "" is the embedded store.
	DB string
	// Playbook is a folder with a playbook of one's own; its name is that of the folder.
	Playbook string
	// Out is told of what failed, and why.
	Out io.Writer
}

// Run runs the stories of some files; see RunStories.
func Run(ctx context.Context, paths []string, o Options) (passed, failed int, err error) {
	list, err := Read(paths...)
	if err != nil {
		return 0, 0, err
	}
	return RunStories(ctx, list, o)
}

// RunStories runs stories and counts the scenarios that passed and failed. A step that nobody defined fails its scenario, and so does a
// scenario without steps; an error says that the stories could not be run at all.
func RunStories(ctx context.Context, list []Story, o Options) (passed, failed int, err error) {
	if o.Out == nil {
		o.Out = io.Discard
	}
	total, features := 0, make([]godog.Feature, len(list))
	for i, f := range list {
		total += len(f.Scenarios)
		features[i] = godog.Feature{Name: f.Path, Contents: f.text}
	}
	if total == 0 {
		return 0, 0, errors.New("文件里没有场景 / no scenario in the files")
	}
	e, err := openEngines(ctx, o)
	if err != nil {
		return 0, 0, err
	}
	defer func() { err = errors.Join(err, e.close()) }()
	suite := godog.TestSuite{Name: "stories", ScenarioInitializer: e.scenario,
		Options: &godog.Options{Format: "progress", Output: io.Discard, NoColors: true, Strict: true, Concurrency: atOnce, DefaultContext: ctx, FeatureContents: features}}
	if status := suite.Run(); status > 1 {
		return 0, 0, errors.New("故事读不进去 / the stories cannot be read")
	}
	return e.passed, total - e.passed, errors.Join(e.broken...)
}

// atOnce is how many scenarios run side by side: most of their time is waiting for the disk.
const atOnce = 4

// scenario sets a fresh station up before the first step and takes it away after the last.
func (e *engines) scenario(sc *godog.ScenarioContext) {
	s := &stage{}
	var out strings.Builder // written at the end, so that scenarios are told one after the other
	for _, step := range Vocabulary {
		sc.Step(step.Form.Pattern(), step.do(s))
	}
	sc.Before(func(ctx context.Context, _ *godog.Scenario) (context.Context, error) { return ctx, e.open(ctx, s) })
	// A refusal must be told of by the very next step; otherwise the step that was refused has failed.
	sc.StepContext().Before(func(ctx context.Context, step *godog.Step) (context.Context, error) {
		if p := s.refused; p != nil && !strings.HasPrefix(step.Text, "被拒绝") {
			s.refused = nil
			return ctx, fmt.Errorf("上一步被拒绝：%s（%s）", p.Detail, p.Code)
		}
		return ctx, nil
	})
	told := false
	sc.StepContext().After(func(ctx context.Context, step *godog.Step, status godog.StepResultStatus, err error) (context.Context, error) {
		if err != nil && !told {
			told = true
			fmt.Fprintf(&out, "    步骤：%s\n    原因：%v\n", step.Text, err)
		}
		return ctx, nil
	})
	sc.After(func(ctx context.Context, scenario *godog.Scenario, err error) (context.Context, error) {
		if p := s.refused; p != nil && err == nil {
			err = fmt.Errorf("最后一步被拒绝：%s（%s）", p.Detail, p.Code)
			fmt.Fprintf(&out, "    原因：%v\n", err)
		}
		bad := s.close()
		e.mu.Lock()
		defer e.mu.Unlock()
		if err != nil {
			fmt.Fprintf(e.Out, "不通过：%s 场景：%s\n%s\n", scenario.Uri, scenario.Name, out.String())
		} else {
			e.passed++
		}
		if bad != nil {
			e.broken = append(e.broken, bad)
		}
		return ctx, err
	})
}

// Story is one file of scenarios.
type Story struct {
	Path, Name string
	Scenarios  []*messages.Pickle
	text       []byte
}

// Read reads stories; a file that cannot be understood is refused with its line.
func Read(paths ...string) ([]Story, error) {
	var list []Story
	for _, path := range paths {
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		story, err := parse(path, text)
		if err != nil {
			return nil, err
		}
		list = append(list, story)
	}
	return list, nil
}

// Shipped are the product's own stories and those of the shipped playbooks.
func Shipped() ([]Story, error) {
	var list []Story
	for _, from := range []struct {
		fs              fs.FS
		pattern, prefix string
	}{{stories.FS, "*.feature", "stories/"}, {playbooks.FS, "*/stories/*.feature", "playbooks/"}} {
		names, err := fs.Glob(from.fs, from.pattern)
		if err != nil {
			return nil, err
		}
		for _, name := range names {
			text, err := fs.ReadFile(from.fs, name)
			if err != nil {
				return nil, err
			}
			story, err := parse(from.prefix+name, text)
			if err != nil {
				return nil, err
			}
			list = append(list, story)
		}
	}
	return list, nil
}

func parse(path string, text []byte) (Story, error) {
	ids := (&messages.Incrementing{}).NewId
	doc, err := gherkin.ParseGherkinDocumentForLanguage(bytes.NewReader(text), "zh-CN", ids)
	if err != nil {
		return Story{}, fmt.Errorf("%s: %w", path, err)
	}
	if doc.Feature == nil {
		return Story{}, fmt.Errorf("%s: 没有“功能” / no feature", path)
	}
	return Story{path, doc.Feature.Name, gherkin.Pickles(*doc, path, ids), text}, nil
}

// engines gives every scenario a store of its own.
type engines struct {
	Options
	dir    string
	server *server
	books  func(string) (*playbook.Book, error)

	mu     sync.Mutex
	passed int
	broken []error
}

// shipped playbooks are read once in a process: they never change.
var shipped = sync.OnceValue(func() func(string) (*playbook.Book, error) { return app.Books("") })

func openEngines(ctx context.Context, o Options) (*engines, error) {
	e := &engines{Options: o, books: shipped()}
	var err error
	if e.dir, err = os.MkdirTemp("", "maplegrid-stories-"); err != nil {
		return nil, err
	}
	if o.Playbook != "" {
		own := app.Books(filepath.Dir(filepath.Clean(o.Playbook)))
		if _, err := own(filepath.Base(filepath.Clean(o.Playbook))); err != nil {
			return nil, errors.Join(err, os.RemoveAll(e.dir))
		}
		e.books = own
	}
	if o.DB != "" {
		if e.server, err = openServer(ctx, o.DB); err != nil {
			return nil, errors.Join(err, os.RemoveAll(e.dir))
		}
	}
	return e, nil
}

func (e *engines) open(ctx context.Context, s *stage) error {
	data, err := os.MkdirTemp(e.dir, "station-")
	if err != nil {
		return err
	}
	s.end = append(s.end, func() error { return os.RemoveAll(data) })
	db := ""
	if e.server != nil {
		address, done, err := e.server.fresh()
		if err != nil {
			return err
		}
		db = address
		s.end = append(s.end, done)
	}
	if err := s.open(ctx, data, db, e.books); err != nil || e.Playbook == "" {
		return err
	}
	return s.adopt(filepath.Base(filepath.Clean(e.Playbook)))
}

func (e *engines) close() error {
	var err error
	if e.server != nil {
		err = e.server.close()
	}
	return errors.Join(err, os.RemoveAll(e.dir))
}
