package web

import (
	"testing"

	"maplegrid/internal/web/text"
)

// What a form folds away is opened by words that say what is there.
func TestFoldsAreNamed(t *testing.T) {
	for act, x := range layouts {
		if len(x.fold) > 0 && !text.Has("fold."+act) {
			t.Errorf("fold.%s has no words", act)
		}
	}
}
