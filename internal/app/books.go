package app

import (
	"io/fs"
	"os"
	"path/filepath"

	"maplegrid/playbooks"
)

// rootOf is the folder in which a playbook is looked for first.
func rootOf(own, name string) fs.FS {
	if _, err := os.Stat(filepath.Join(own, name)); err == nil {
		return os.DirFS(own)
	}
	return playbooks.FS
}
