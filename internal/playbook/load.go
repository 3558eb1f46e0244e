package playbook

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"maplegrid/internal/grid"
	"maplegrid/internal/paper"
)

// about is playbook.toml.
type about struct {
	Name    string `toml:"name"`
	Zh      string `toml:"zh"`
	En      string `toml:"en"`
	From    string `toml:"from"`
	OnTopOf string `toml:"on_top_of"`
	Points  struct {
		Enabled    bool   `toml:"enabled"`
		Scope      string `toml:"scope"`
		LegalBasis string `toml:"legal_basis"`
		Approver   string `toml:"approver"`
		VisibleTo  string `toml:"visible_to"`
	} `toml:"points"`
	Disputes     DisputeSettings     `toml:"disputes"`
	Appointments AppointmentSettings `toml:"appointments"`
	Tell         TellSettings        `toml:"tell"`
	Cards        CardSettings        `toml:"cards"`
	Tours        TourSettings        `toml:"tours"`
	Grid         struct {
		Parents map[string][]string `toml:"parents"` // of each kind of cell, the kinds it may lie under
	} `toml:"grid"`
}

// folder is one edition of one playbook, as it lies on disk.
type folder struct {
	about
	dir       string
	src       []byte // playbook.toml
	sheets    map[string]sheet
	texts     map[string]text
	shapes    []shape
	documents map[string][]byte // templates of papers, by name
	files     fs.FS
}

type shape struct {
	grid.Cell
	file string
	line int
}

func (f *folder) file(name string) string { return f.dir + "/" + name }

// Load reads the playbook of that name and all it lies on. The folders are name and name@2006-01-02, one per edition;
// they are looked for in fsys and then in under. The book is the newest edition; callers go through At.
// The error is Errors when the playbook is at fault.
func Load(fsys fs.FS, name string, under ...fs.FS) (*Book, error) {
	l := loader{from: append([]fs.FS{fsys}, under...), found: map[string][]*folder{}}
	if err := l.find(name); err != nil {
		return nil, err
	}
	if l.broken {
		return nil, l.bad.err()
	}
	var editions []*Book
	for _, day := range l.days(name) {
		b := build(l.layers(name, day), day, &l.bad)
		editions = append(editions, b)
		b.editions = nil
	}
	if err := l.bad.err(); err != nil {
		return nil, err
	}
	for _, b := range editions {
		b.editions = editions
	}
	return editions[len(editions)-1], nil
}

// Check loads the playbook in dir, as `maplegrid playbook check` does; what it lies on may be beside it or in under.
func Check(dir string, under ...fs.FS) error {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return err
	}
	name, _, _ := strings.Cut(filepath.Base(dir), "@")
	_, err = Load(os.DirFS(filepath.Dir(dir)), name, under...)
	return err
}

type loader struct {
	from   []fs.FS
	found  map[string][]*folder // by name, the oldest first
	bad    list
	broken bool // the pile itself cannot be put together, so there is nothing more to check
}

// find reads every edition of name, then of what they lie on.
func (l *loader) find(name string) error {
	if _, done := l.found[name]; done || name == "" {
		return nil
	}
	l.found[name] = nil
	for _, fsys := range l.from {
		entries, err := fs.ReadDir(fsys, ".")
		if err != nil {
			return err
		}
		for _, e := range entries {
			if base, _, _ := strings.Cut(e.Name(), "@"); base == name && e.IsDir() {
				f, err := l.read(fsys, e.Name())
				if err != nil {
					return err
				}
				l.found[name] = append(l.found[name], f)
			}
		}
		if len(l.found[name]) > 0 {
			break
		}
	}
	if len(l.found[name]) == 0 {
		l.broken = true
		l.bad.add(name, 1, "没有名为“%s”的经验包。", name)
		return nil
	}
	slices.SortFunc(l.found[name], func(a, b *folder) int { return strings.Compare(a.From, b.From) })
	for i, f := range l.found[name] {
		if i > 0 && f.From == l.found[name][i-1].From {
			l.bad.add(f.file("playbook.toml"), lineOf(f.src, "from"), "与“%s”从同一天起施行。", l.found[name][i-1].dir)
		}
		if err := l.find(f.OnTopOf); err != nil {
			return err
		}
		if l.loops(f) {
			l.broken = true
			l.bad.add(f.file("playbook.toml"), lineOf(f.src, "on_top_of"), "“%s”垫在自己下面，成了循环。", name)
			f.OnTopOf = ""
		}
	}
	return nil
}

func (l *loader) loops(f *folder) bool {
	seen := map[string]bool{}
	var walk func(string) bool
	walk = func(name string) bool {
		if name == f.Name {
			return true
		}
		if seen[name] {
			return false
		}
		seen[name] = true
		return slices.ContainsFunc(l.found[name], func(o *folder) bool { return o.OnTopOf != "" && walk(o.OnTopOf) })
	}
	return f.OnTopOf != "" && walk(f.OnTopOf)
}

// days are all the days on which anything in the pile changes, from the first edition of name on.
func (l *loader) days(name string) []grid.Day {
	all := map[grid.Day]bool{}
	first := grid.Day(l.found[name][0].From)
	for _, fs := range l.found {
		for _, f := range fs {
			all[max(first, grid.Day(f.From))] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// layers are the editions in force on a day, the lowest first.
func (l *loader) layers(name string, day grid.Day) (out []*folder) {
	for name != "" {
		var in *folder
		for _, f := range l.found[name] {
			if in == nil || grid.Day(f.From) <= day {
				in = f
			}
		}
		if grid.Day(in.From) > day {
			over := out[0]
			l.bad.add(over.file("playbook.toml"), lineOf(over.src, "on_top_of"), "从%s起施行，但它垫着的“%s”到%s才有。", day, name, in.From)
		}
		out = append([]*folder{in}, out...)
		name = in.OnTopOf
	}
	return out
}

// read takes one folder in. Only what the disk itself refuses is an error here.
func (l *loader) read(fsys fs.FS, dir string) (*folder, error) {
	files, err := fs.Sub(fsys, dir)
	if err != nil {
		return nil, err
	}
	f := &folder{dir: dir, files: files, sheets: map[string]sheet{}, texts: map[string]text{}, documents: map[string][]byte{}}
	entries, err := fs.ReadDir(fsys, dir)
	if err != nil {
		return nil, err
	}
	templates, err := fs.Glob(fsys, dir+"/documents/*.tmpl")
	if err != nil {
		return nil, err
	}
	for _, name := range templates {
		src, err := fs.ReadFile(fsys, name)
		if err != nil {
			return nil, err
		}
		l.readTemplate(f, strings.TrimSuffix(path.Base(name), ".tmpl"), decode(src))
	}
	for _, e := range entries {
		ext := path.Ext(e.Name())
		if e.IsDir() || ext != ".csv" && e.Name() != "playbook.toml" && e.Name() != "texts.toml" && e.Name() != "outlines.geojson" {
			continue
		}
		src, err := fs.ReadFile(fsys, path.Join(dir, e.Name()))
		if err != nil {
			return nil, err
		}
		table := strings.TrimSuffix(e.Name(), ext)
		switch _, known := layouts[table]; {
		case e.Name() == "playbook.toml":
			f.src = src
		case e.Name() == "texts.toml":
			f.texts = readTexts(f.file(e.Name()), src, &l.bad)
		case ext == ".geojson":
			f.shapes = readShapes(f.file(e.Name()), src, &l.bad)
		case !known:
			l.bad.add(f.file(e.Name()), 1, "经验包里没有叫“%s”的表，请检查文件名。", e.Name())
		default:
			f.sheets[table] = readRows(f.file(e.Name()), table, src, &l.bad)
		}
	}
	l.readAbout(f)
	return f, nil
}

// readTemplate takes the template of a paper in; its mistakes are told like those of a table, before anybody prints.
func (l *loader) readTemplate(f *folder, name string, src []byte) {
	f.documents[name] = src
	var wrong *paper.Mistake
	switch _, err := paper.ParseTemplate(name, src); {
	case errors.As(err, &wrong):
		l.bad.add(f.file("documents/"+name+".tmpl"), wrong.Line, "%s", wrong.Sentence)
	case err != nil:
		l.bad.add(f.file("documents/"+name+".tmpl"), 1, "模板读不下去：%v", err)
	}
}

func (l *loader) readAbout(f *folder) {
	file := f.file("playbook.toml")
	name, date, dated := strings.Cut(f.dir, "@")
	if f.src == nil {
		l.bad.add(file, 1, "缺少 playbook.toml。")
		l.broken, f.Name, f.From = true, name, date
		return
	}
	miss := func(key, format string, a ...any) { l.bad.add(file, lineOf(f.src, key), format, a...) }
	meta, err := toml.Decode(string(f.src), &f.about)
	if err != nil {
		l.bad.add(file, tomlLine(err), "TOML 写法有误，读不下去：%s", tomlWhy(err))
		l.broken, f.Name, f.From = true, name, date
		return
	}
	for _, k := range meta.Undecoded() {
		miss(k[len(k)-1], "不认识“%s”这一项。", k)
	}
	if f.Name != name {
		miss("name", "名字“%s”与文件夹“%s”不一致。", f.Name, f.dir)
		f.Name = name
	}
	if f.Zh == "" || f.En == "" {
		miss("zh", "中英文标题（zh、en）都要有。")
	}
	if _, err := grid.ParseDay(f.From); err != nil {
		miss("from", "施行日“%s”要写成 2026-01-01 的样子。", f.From)
		f.From = "9999-12-31" // late enough to lie on anything, so that the rest can still be checked
	}
	if dated && date != f.From {
		miss("from", "施行日%s与文件夹“%s”不一致。", f.From, f.dir)
	}
	l.checkPoints(f, miss)
}

func (l *loader) checkPoints(f *folder, miss func(key, format string, a ...any)) {
	p := f.Points
	if p.Enabled && (p.Scope == "" || p.LegalBasis == "" || p.Approver == "") {
		miss("enabled", "启用积分要写明范围、依据和批准人（scope、legal_basis、approver）。")
	}
	if !slices.Contains([]string{"", "person_and_head", "managers"}, p.VisibleTo) {
		miss("visible_to", "积分只能给本人和所长（person_and_head）或管理者（managers）看，不能是“%s”。", p.VisibleTo)
	}
}

// lineOf finds where a key, or a [table], of a TOML or JSON file stands; the first line when it is not there.
func lineOf(src []byte, key string) int {
	for i, line := range strings.Split(string(src), "\n") {
		s := strings.TrimSpace(line)
		if rest, ok := strings.CutPrefix(s, key); ok && strings.HasPrefix(strings.TrimSpace(rest), "=") || s == "["+key+"]" {
			return i + 1
		}
	}
	return 1
}

func tomlLine(err error) int {
	var p toml.ParseError
	if errors.As(err, &p) {
		return p.Position.Line
	}
	return 1
}

func tomlWhy(err error) string {
	var p toml.ParseError
	if errors.As(err, &p) {
		return p.Message
	}
	return err.Error()
}
