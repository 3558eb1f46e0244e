package asset

import (
	"regexp"
	"sync"
)

var symbol = regexp.MustCompile(`<symbol id="([^"]+)"`)

// Icons are the names in the sprite, in order.
var Icons = sync.OnceValue(func() []string {
	var names []string
	for _, m := range symbol.FindAllSubmatch(read("vendor/icons.svg"), -1) {
		names = append(names, string(m[1]))
	}
	return names
})
