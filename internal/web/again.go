package web

import (
	"io"
	"maps"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"maplegrid/internal/web/page/door"
	"maplegrid/internal/web/page/part"
)

// secretForms carry passwords and codes, as the check of a recruit's card carries its number: what was typed there is never shown again.
var secretForms = []string{"/sign-in", "/account", "/people/", "/setup"}

// again answers a form that came after its session had ended: the words stay on the page, to be sent once more after signing in. It
// says false when there is nothing to keep.
func (s *Site) again(w http.ResponseWriter, r *http.Request) bool {
	if slices.ContainsFunc(secretForms, func(p string) bool { return strings.HasPrefix(r.URL.Path, p) }) || strings.HasSuffix(r.URL.Path, "/check_recruit") {
		return false
	}
	form, photos := typedOnly(r)
	p := door.Again{Action: r.URL.RequestURI(), SignIn: "/sign-in?" + url.Values{"next": {"/account"}}.Encode(), Photos: photos}
	var read []string
	for _, name := range slices.Sorted(maps.Keys(form)) {
		for _, v := range form[name] {
			p.Hidden = append(p.Hidden, part.Field{Name: name, Kind: part.KindHidden, Value: v})
			if len([]rune(v)) > 3 && !slices.Contains([]string{"key", "next", "matter", "report", "version"}, name) {
				read = append(read, v)
			}
		}
	}
	if len(p.Hidden) == 0 {
		return false
	}
	p.Typed = strings.Join(read, "\n")
	return s.Public(w, r, http.StatusUnauthorized, t(r.Context(), "again.title"), p) == nil
}

// typedOnly reads the words of a form and leaves its pictures out: nobody is known who could send any.
func typedOnly(r *http.Request) (form url.Values, photos bool) {
	kind, params, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || r.Body == nil {
		return nil, false
	}
	if kind == "application/x-www-form-urlencoded" && r.ParseForm() == nil {
		return r.PostForm, false
	}
	if kind != "multipart/form-data" {
		return nil, false
	}
	form = url.Values{}
	parts, left := multipart.NewReader(r.Body, params["boundary"]), int64(maxForm)
	for {
		p, err := parts.NextPart()
		if err != nil {
			return form, photos
		}
		if p.FileName() != "" || p.FormName() == "photos" {
			photos = photos || p.FileName() != ""
			continue
		}
		b, err := io.ReadAll(io.LimitReader(p, left+1))
		if left -= int64(len(b)); err != nil || left < 0 {
			return nil, photos
		}
		form.Add(p.FormName(), string(b))
	}
}
