package web

import (
	"slices"
	"strings"

	"maplegrid/internal/board/doorsteps"
	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/playbook"
	"maplegrid/internal/web/page/part"
	"maplegrid/internal/work/doorstep"
)

// doorChoices are choices of fixed keys that acts at doors and on kits ask for, by the kind of their tag, called by names of that family.
var doorChoices = map[string][]string{
	"doorage": doorstep.Ages, "doorguardian": doorstep.Guardians, "doortold": doorstep.ToldTo, "doorleft": doorstep.LeftAt, "doornext": doorstep.Nexts,
	"doorwhere": doorstep.DeliveredAt, "doortaker": doorstep.Receivers, "doorsign": doorstep.SignedBy, "doorsaid": doorstep.Saids, "kithome": doorstep.Homes,
}

// atDoor gives the kind of control and the choices of a blank that only acts at doors and on kits ask; false for any other blank. What
// depends on one visit or one kit is put in by the page (FormOptions.Options).
func (a *asker) atDoor(b blank) (part.Kind, []part.Option, bool) {
	switch b.kind {
	case "service":
		return part.KindSelect, doorServices(a.lang, a.book), true
	case "kitkind":
		var list []part.Option
		for _, k := range a.book.KitKinds() {
			list = append(list, part.Option{Value: k.Key, Label: k.Name.In(a.lang)})
		}
		return part.KindRadio, list, true
	case "portablekit", "kitbooking", "doorvisit":
		return part.KindSelect, nil, true
	case "papersof", "kititems":
		return part.KindChecks, nil, true
	}
	keys, ok := doorChoices[b.kind]
	if !ok {
		return "", nil, false
	}
	kind := part.KindRadio
	if b.kind == "doorleft" {
		kind = part.KindChecks
	}
	return kind, Named(a.lang, b.kind+".", keys), true
}

// doorServices are the items of the catalogue that are done at home.
func doorServices(lang string, book *playbook.Book) (list []part.Option) {
	for _, s := range book.Services() {
		if len(s.Grounds) > 0 {
			list = append(list, part.Option{Value: s.Key, Label: s.Name.In(lang), Group: tr(lang, "door.group."+s.Group)})
		}
	}
	return list
}

// serviceName is what an item of the catalogue is called.
func (l *teller) serviceName(key string) string {
	if s, ok := l.book.Service(key); ok {
		return l.Capital(s.Name.In(l.lang))
	}
	return l.t("say.unknown_kind")
}

// groundName is what a reason for doing something at home is called.
func (l *teller) groundName(key string) string { return l.Reason("doorstep", key) }

// paperNames are papers of an item by their names in the language of the page.
func (l *teller) paperNames(service string, zh []string) (list []part.Option) {
	s, _ := l.book.Service(service)
	for _, p := range zh {
		label := p
		if i := slices.IndexFunc(s.Papers, func(x playbook.ServicePaper) bool { return x.Name.Zh == p }); i >= 0 {
			label = s.Papers[i].Name.In(l.lang)
			if when := s.Papers[i].When.In(l.lang); when != "" {
				label += l.t("door.when", "when", when)
			}
		}
		list = append(list, part.Option{Value: p, Label: label})
	}
	return list
}

// kitItems are what belongs to a kind of kit.
func (l *teller) kitItems(kind string) (list []part.Option) {
	k, _ := l.book.KitKind(kind)
	for _, x := range k.Items {
		list = append(list, part.Option{Value: x.Zh, Label: x.In(l.lang)})
	}
	return list
}

// kitOptions are the kits of a kind that work, each with where it is, how full, and what it is booked for on a day.
func (l *teller) kitOptions(kind, day string) (list []part.Option, err error) {
	kits, err := l.s.Boards.Doorsteps.Kits(l.ctx, l.scope, l.now)
	if err != nil {
		return nil, err
	}
	for _, k := range kits {
		if k.Kind != kind || !k.BrokenAt.IsZero() {
			continue
		}
		words := []string{k.Name, fault.Name(l.lang, "kithome."+k.Home), l.t("kit.full", "n", k.Charge)}
		if booked := l.bookedOn(k.Bookings, day); booked != "" {
			words = append(words, l.t("kit.booked_then", "when", booked))
		}
		list = append(list, part.Option{Value: k.ID, Label: strings.Join(words, " · ")})
	}
	return list, nil
}

// bookedOn are the times of a day for which a kit is booked; of the next days when no day is named.
func (l *teller) bookedOn(all []doorsteps.Booking, day string) string {
	var times []string
	for _, b := range all {
		from, until := b.From.In(clock.Shanghai), b.Until.In(clock.Shanghai)
		if day != "" && (from.Format("2006-01-02") > day || until.Format("2006-01-02") < day) || len(times) >= 4 {
			continue
		}
		times = append(times, from.Format("01-02 15:04")+"–"+until.Format("15:04"))
	}
	return strings.Join(times, l.t("say.and"))
}
