package storetest_test

import (
	"testing"

	"maplegrid/internal/journal"
	"maplegrid/internal/store/storetest"
)

func TestMemory(t *testing.T) {
	kept := map[string]*journal.Memory{}
	storetest.Exercise(t, func(t *testing.T) (journal.Store, func()) {
		if kept[t.Name()] == nil {
			kept[t.Name()] = &journal.Memory{}
		}
		return kept[t.Name()], func() {}
	})
}
