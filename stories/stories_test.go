// Package stories holds the acceptance stories: one story a file, in the words of the trade.
package stories

import (
	"context"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"maplegrid/internal/store/postgres/pgtest"
	"maplegrid/stories/steps"
)

var update = flag.Bool("update", false, "write docs/steps.md anew")

// files are the stories of the product and those of the playbooks.
func files(t *testing.T) []string {
	t.Helper()
	var all []string
	for _, pattern := range []string{"*.feature", "../playbooks/*/stories/*.feature"} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, found...)
	}
	if len(all) == 0 {
		t.Fatal("no stories")
	}
	return all
}

func TestStories(t *testing.T) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			var o steps.Options
			if engine == "postgres" {
				o.DB = pgtest.Start(t)
			}
			var out strings.Builder
			o.Out = &out
			paths := files(t)
			if f := os.Getenv("MAPLEGRID_STORY"); f != "" {
				paths = []string{f}
			}
			passed, failed, err := steps.Run(context.Background(), paths, o)
			t.Logf("%d passed, %d failed\n%s", passed, failed, out.String())
			if err != nil || failed > 0 || passed == 0 {
				t.Fatal("a story does not hold: ", err)
			}
		})
	}
}
