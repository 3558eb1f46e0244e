package main

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/reader"
	"maplegrid/playbooks"
)

// playbookCheck loads a folder as the server would and tells every mistake.
func playbookCheck(_ context.Context, c *call) error {
	args, err := c.parse("DIR")
	if err != nil {
		return err
	}
	dir, err := filepath.Abs(args[0])
	if err != nil {
		return err
	}
	b, err := playbook.Load(os.DirFS(filepath.Dir(dir)), filepath.Base(dir), playbooks.FS)
	var mistakes playbook.Errors
	if errors.As(err, &mistakes) {
		for _, m := range mistakes {
			printf(c, "%s", m)
		}
		return fault.New(fault.Invalid, "cli.mistakes", fault.Args{"n": len(mistakes)})
	}
	if err == nil {
		err = reader.Check(b)
	}
	if err == nil {
		printf(c, "ok %s %s", b.Name, b.Title.In(c.lang))
	}
	return err
}
