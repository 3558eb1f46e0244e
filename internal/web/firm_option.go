package web

import (
	"maplegrid/internal/playbook"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/firm"
)

// ofFirm asks for what only firms and campaigns ask; false for any other blank. Choices that depend on the firm or campaign at hand
// come with the form's options.
func (a *asker) ofFirm(f *part.Field, b blank) bool {
	pick := func(kind part.Kind, options []part.Option) bool { f.Kind, f.Options = kind, options; return true }
	switch b.kind {
	case "firmsort":
		return pick(part.KindSelect, sortOptions(a.lang, a.book))
	case "hazards":
		return pick(part.KindChecks, Named(a.lang, "hazard.", firm.Hazards))
	case "briefway":
		return pick(part.KindRadio, Named(a.lang, "briefway.", firm.BriefWays))
	case "means":
		f.Half = true
		return pick(part.KindSelect, Named(a.lang, "means.", firm.Means))
	case "genuine":
		return pick(part.KindRadio, Named(a.lang, "genuine.", []string{"yes", "no"}))
	case "clocktime":
		f.Kind, f.Half = part.KindTime, true
		return true
	case "postwindow":
		return pick(part.KindRadio, nil)
	case "campaignplan":
		return pick(part.KindSelect, planOptions(a.lang, a.book))
	case "firms":
		return pick(part.KindChecks, nil)
	case "answers": // asked by the page of the checklist
		f.Kind = part.KindHidden
		return true
	}
	return false
}

// sortOptions are the sorts of firms, by group.
func sortOptions(lang string, b *playbook.Book) (list []part.Option) {
	for _, g := range playbook.FirmGroups {
		for _, s := range b.FirmSorts() {
			if s.Group == g {
				list = append(list, part.Option{Value: s.Key, Label: s.Name.In(lang), Group: tr(lang, "firms.group."+g)})
			}
		}
	}
	return list
}

func planOptions(lang string, b *playbook.Book) (list []part.Option) {
	for _, p := range b.CampaignPlans() {
		list = append(list, part.Option{Value: p.Key, Label: p.Name.In(lang)})
	}
	return list
}
