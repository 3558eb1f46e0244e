package document

import (
	"fmt"

	"maplegrid/internal/paper"
	"maplegrid/internal/playbook"
)

// Sheet fills a template of the playbook (documents/NAME.tmpl) with facts: a paper that belongs to no dispute, such as a day's
// appointments, a sheet of cards, a notice. Who prints it, when, and where it can be checked is for the caller to set on the document.
func Sheet(book *playbook.Book, template string, facts Facts) (paper.Document, error) {
	text, ok := book.PaperTemplate(template)
	if !ok {
		return paper.Document{}, fmt.Errorf("template %s: not in the playbook", template)
	}
	t, err := paper.ParseTemplate(template, text)
	if err != nil {
		return paper.Document{}, fmt.Errorf("template %s: %w", template, err)
	}
	doc, err := t.Fill(facts)
	if err != nil {
		return paper.Document{}, fmt.Errorf("fill %s: %w", template, err)
	}
	return doc, nil
}
