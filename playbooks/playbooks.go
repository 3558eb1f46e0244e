// Package playbooks holds the shipped playbooks as plain data: base, and one folder per model station on top of it.
package playbooks

import "embed"

// FS holds every shipped playbook, a folder each.
//
//go:embed */*
var FS embed.FS
