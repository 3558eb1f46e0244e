// Package stories holds the acceptance stories: one story a file, in the words of the trade. Those of a playbook lie in its own folder.
package stories

import "embed"

// FS holds the product's own stories.
//
//go:embed *.feature
var FS embed.FS
