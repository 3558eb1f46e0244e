package steps

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/work/draft"
)

// heard notes what an act on group messages made: drafts, called by their words; the reports of everyone who said it, in the order in which
// they came; a matter, called by its title.
func (s *stage) heard(a desk.Answer, title string) error {
	for _, id := range a.Drafts {
		d, err := s.draft(id)
		if err != nil {
			return err
		}
		open, err := s.app.Desk.Reveal(s.ctx, home, d.Words)
		if err != nil {
			return err
		}
		s.named[open[d.Words.Ref()]] = id
	}
	for _, id := range a.Matters {
		s.matters[title] = id
	}
	if a.Receipt == "" {
		return nil
	}
	d, err := s.draft(a.ID)
	if err != nil {
		return err
	}
	s.reports = append(s.reports, told{d.Filing.Report, d.Filing.Receipt})
	for _, o := range d.Filing.Others {
		if o.Receipt != "" {
			s.reports = append(s.reports, told{o.Report, o.Receipt})
		}
	}
	return nil
}

// draft is a group message as its journal tells it.
func (s *stage) draft(id string) (*draft.Draft, error) {
	events, err := s.app.Engine.Journal.Stream(s.ctx, home, draft.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	return draft.Fold(events)
}

func (s *stage) draftIs(words, state string) error {
	id, ok := s.named[words]
	if !ok {
		return fmt.Errorf("群里没有人说过“%s”，说过的是：%s", words, strings.Join(slices.Sorted(maps.Keys(s.named)), "、"))
	}
	d, err := s.draft(id)
	if err != nil {
		return err
	}
	if is := fault.Name("zh", "draftstate."+string(d.State)); is != state {
		return fmt.Errorf("“%s”现在是%s", words, is)
	}
	return nil
}
