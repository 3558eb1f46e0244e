package main

import (
	"context"
	"fmt"
	"path/filepath"

	"maplegrid/stories/steps"
)

// story runs stories, each scenario against a fresh station of its own: those named, else those of the playbook, else those shipped.
func story(ctx context.Context, c *call) error {
	own := c.flags.String("playbook", "", "经验包文件夹，故事按它办 / folder of the playbook the stories work by")
	args, err := c.parse("FILE…")
	if err != nil {
		return err
	}
	if *own != "" && len(args) == 0 {
		if args, err = filepath.Glob(filepath.Join(*own, "stories", "*.feature")); err != nil {
			return err
		}
	}
	list, err := steps.Read(args...)
	if len(args) == 0 && *own == "" {
		list, err = steps.Shipped()
	}
	if err != nil {
		return err
	}
	passed, failed, err := steps.RunStories(ctx, list, steps.Options{DB: c.db, Playbook: *own, Out: c.out})
	if err != nil {
		return err
	}
	printf(c, "%d passed, %d failed", passed, failed)
	if failed > 0 { // the same words again, so that they are the last line wherever the two outputs go
		return fmt.Errorf("%d passed, %d failed", passed, failed)
	}
	return nil
}
