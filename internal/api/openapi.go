package api

import (
	"path"
	"reflect"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
)

// OpenAPI makes the document of the surface (OpenAPI 3.1) from the table of acts and the names of the boards.
func OpenAPI(lang string, o Options) *huma.OpenAPI {
	reg := huma.NewMapRegistry("#/components/schemas/", schemaName)
	doc := &huma.OpenAPI{OpenAPI: "3.1.0", Info: &huma.Info{Title: "Maplegrid 枫格", Version: or(o.Version, "1")},
		Paths: map[string]*huma.PathItem{}, Components: &huma.Components{Schemas: reg,
			SecuritySchemes: map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}}}
	problem := &huma.Response{Description: "refused", Content: map[string]*huma.MediaType{
		"application/problem+json": {Schema: reg.Schema(reflect.TypeFor[Problem](), true, "")}}}
	station := &huma.Param{Name: HeaderStation, In: "header", Schema: &huma.Schema{Type: "string"}}
	token := []map[string][]string{{"token": {}}}
	for _, spec := range desk.Acts {
		if spec.Internal {
			continue
		}
		op := &huma.Operation{OperationID: spec.Name, Summary: fault.Name(lang, "act."+spec.Name), Tags: []string{strings.Split(spec.Name, ".")[0]}, Security: token,
			Parameters: []*huma.Param{
				{Name: HeaderKey, In: "header", Required: true, Schema: &huma.Schema{Type: "string", MinLength: ptr(1), MaxLength: ptr(200)}},
				{Name: HeaderHappenedAt, In: "header", Schema: &huma.Schema{Type: "string", Format: "date-time"}},
				{Name: HeaderOnBehalfOf, In: "header", Schema: &huma.Schema{Type: "string"}}, station},
			RequestBody: &huma.RequestBody{Required: true, Content: jsonOf(reg, reflect.TypeOf(spec.New()))},
			Responses: map[string]*huma.Response{
				"200": {Description: "done and durable", Content: jsonOf(reg, reflect.TypeFor[answer]())}, "default": problem}}
		if spec.Name == "report.submit" {
			op.Security = append(op.Security, map[string][]string{}) // or without a token
		}
		doc.Paths["/api/v1/acts/"+spec.Name] = &huma.PathItem{Post: op}
	}
	for name := range o.Boards {
		doc.Paths["/api/v1/boards/"+name] = &huma.PathItem{Get: &huma.Operation{OperationID: "board." + name, Summary: fault.Name(lang, "board."+name), Tags: []string{"boards"},
			Security: token, Parameters: []*huma.Param{station, {Name: "cursor", In: "query", Schema: &huma.Schema{Type: "string"}},
				{Name: "limit", In: "query", Schema: &huma.Schema{Type: "integer"}}},
			Responses: map[string]*huma.Response{"200": {Description: "answered", Content: map[string]*huma.MediaType{"application/json": {}}}, "default": problem}}}
	}
	return doc
}

func jsonOf(reg huma.Registry, t reflect.Type) map[string]*huma.MediaType {
	return map[string]*huma.MediaType{"application/json": {Schema: reg.Schema(t, true, "")}}
}

// schemaName tells report.Reopen from matter.Reopen.
func schemaName(t reflect.Type, hint string) string {
	for t.Kind() == reflect.Pointer {
		t = t.Elem()
	}
	name := huma.DefaultSchemaNamer(t, hint)
	if p := path.Base(t.PkgPath()); p != "." && !strings.EqualFold(p, name) {
		name = strings.ToUpper(p[:1]) + p[1:] + name
	}
	return name
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

func ptr(n int) *int { return &n }
