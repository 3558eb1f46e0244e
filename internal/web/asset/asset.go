// Package asset holds the files a browser loads: the one stylesheet, the one script, htmx and the icons.
//
// The stylesheet is every style/*.css joined in name order, the script every script/*.js, so a page that needs
// more adds a file and no page asks for a second one. Addresses carry the digest of the content, which lets a
// browser keep a file for a year and still never use an old one.
package asset

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"
)

// Prefix is the path under which Handler expects to be mounted.
const Prefix = "/static/"

//go:embed style/*.css script/*.js vendor mark.svg
var files embed.FS

var kinds = map[string]string{
	".css":     "text/css; charset=utf-8",
	".js":      "text/javascript; charset=utf-8",
	".svg":     "image/svg+xml",
	".LICENSE": "text/plain; charset=utf-8",
}

// file is one address, ready to be sent.
type file struct {
	kind, hash  string
	plain, gzip []byte
}

var served = load()

func load() map[string]file {
	all := map[string]file{
		"app.css": pack("app.css", join("style", func(_ string, css []byte) []byte { return css })),
		"app.js":  pack("app.js", join("script", block)),
	}
	vendored, err := fs.ReadDir(files, "vendor")
	if err != nil {
		panic(err) // embedded: cannot be absent in a program that was built
	}
	for _, entry := range vendored {
		all[entry.Name()] = pack(entry.Name(), read("vendor/"+entry.Name()))
	}
	all["mark.svg"] = pack("mark.svg", read("mark.svg"))
	return all
}

func read(name string) []byte {
	b, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return b
}

func join(folder string, each func(name string, content []byte) []byte) []byte {
	entries, err := fs.ReadDir(files, folder)
	if err != nil {
		panic(err)
	}
	var all bytes.Buffer
	for _, entry := range entries {
		all.Write(each(entry.Name(), read(folder+"/"+entry.Name())))
		all.WriteByte('\n')
	}
	return all.Bytes()
}

// block keeps the names of one script from meeting those of another: the joined file is one module.
func block(name string, js []byte) []byte {
	return fmt.Appendf(nil, "{ // %s\n%s}\n", name, js)
}

func pack(name string, content []byte) file {
	sum := sha256.Sum256(content)
	f := file{kind: kinds[path.Ext(name)], hash: hex.EncodeToString(sum[:6]), plain: content}
	var small bytes.Buffer
	w, _ := gzip.NewWriterLevel(&small, gzip.BestCompression)
	_, _ = w.Write(content) // a buffer does not refuse
	_ = w.Close()
	if small.Len() < len(content) {
		f.gzip = small.Bytes()
	}
	return f
}

// URL is the address of a file with the digest of its content: app.css, app.js, htmx.js, icons.svg, mark.svg.
// It panics on a name there is no file for, since only a mistake in a template can ask for one.
func URL(name string) string {
	f, ok := served[name]
	if !ok {
		panic("asset: no file " + name)
	}
	return Prefix + name + "?v=" + f.hash
}

// Size is what a file weighs on the wire, compressed where that helps.
func Size(name string) int {
	f := served[name]
	if f.gzip != nil {
		return len(f.gzip)
	}
	return len(f.plain)
}

// Handler serves the files under Prefix. A file asked for by its present digest may be kept for a year;
// without it, or by an old one, it must be asked for again.
func Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f, ok := served[strings.TrimPrefix(r.URL.Path, Prefix)]
		if !ok {
			http.NotFound(w, r)
			return
		}
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			w.Header().Set("Allow", "GET, HEAD")
			http.Error(w, http.StatusText(http.StatusMethodNotAllowed), http.StatusMethodNotAllowed)
			return
		}
		send(w, r, f)
	})
}

func send(w http.ResponseWriter, r *http.Request, f file) {
	head := w.Header()
	head.Set("Content-Type", f.kind)
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Vary", "Accept-Encoding")
	head.Set("Cache-Control", "no-cache")
	if r.URL.Query().Get("v") == f.hash {
		head.Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	body, tag := f.plain, f.hash
	if f.gzip != nil && strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		body, tag = f.gzip, f.hash+"-gz"
		head.Set("Content-Encoding", "gzip")
	}
	head.Set("ETag", strconv.Quote(tag))
	if r.Header.Get("If-None-Match") == strconv.Quote(tag) {
		head.Del("Content-Encoding")
		w.WriteHeader(http.StatusNotModified)
		return
	}
	head.Set("Content-Length", strconv.Itoa(len(body)))
	if r.Method == http.MethodGet {
		_, _ = w.Write(body) // the browser went away: nobody is left to tell
	}
}
