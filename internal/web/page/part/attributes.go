package part

import "github.com/a-h/templ"

// attributes are what every control of a field carries, whatever its kind.
func (f Field) attributes() templ.Attributes {
	all := templ.Attributes{"id": f.id(), "name": f.Name}
	if f.Required {
		all["required"] = true
	}
	if f.Error != "" {
		all["aria-invalid"] = "true"
	}
	if f.described() != "" {
		all["aria-describedby"] = f.described()
	}
	if f.Focus {
		all["autofocus"] = true
	}
	return all
}
