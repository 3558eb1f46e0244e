// Package vendored holds browser files made by others, each folder with its licence. `make assets` fetches them anew.
package vendored

import "embed"

// Files has htmx/htmx.min.js, htmx/hx-sse.min.js and lucide/sprite.svg, whose symbols are named in lucide/icons.txt.
//
//go:embed htmx/*.js lucide/sprite.svg
var Files embed.FS
