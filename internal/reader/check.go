package reader

import (
	"maplegrid/internal/playbook"
	"maplegrid/internal/triage"
)

// Check looks through what a playbook brings for triage: word lists, labelled rows, places. A mistake refuses the playbook, like any other.
func Check(book *playbook.Book) error {
	if _, _, err := triage.ReadWords(book.Folders()...); err != nil {
		return err
	}
	_, err := triage.ReadPlaces(book.Folders()...)
	return err
}
