package playbook

import (
	"strings"

	"maplegrid/internal/grid"
)

// KitKind is a kind of portable kit (便携设备) that goes along to people's doors, what belongs to it and how it is charged. Read from
// kits.csv.
type KitKind struct {
	Ref
	Key           string
	Name          grid.Name
	Items         []grid.Name // the checklist of a hand-over
	ChargeMinutes int         // from empty to full; 0 for one that needs no power
	Least         int         // percent below which it is charged first
	Source        string
}

// KitKinds lists the kinds of kits.
func (b *Book) KitKinds() []KitKind { return b.kits }

// KitKind finds a kind of kit.
func (b *Book) KitKind(key string) (KitKind, bool) {
	return find(b.kits, func(k KitKind) bool { return k.Key == key })
}

// makeKits reads kits.csv.
func (b *builder) makeKits() {
	for _, r := range b.rows("kits") {
		k := KitKind{Ref: r.Ref, Key: r.Key, Name: b.name(r, "zh", "en"), ChargeMinutes: b.number(r, "charge_minutes", 0),
			Least: b.number(r, "least", 0), Source: b.source(r)}
		for _, x := range r.list("items") {
			zh, en, ok := strings.Cut(x, ":")
			if !ok || zh == "" || en == "" {
				b.bad.at(r, "箱子里的“%s”要写成 中文:English。", x)
			}
			k.Items = append(k.Items, grid.Name{Zh: zh, En: en})
		}
		if len(k.Items) == 0 {
			b.bad.at(r, "“%s”没有写箱子里有什么（items）：交接时要一样一样点。", k.Key)
		}
		if k.Least > 100 || k.Least > 0 && k.ChargeMinutes == 0 {
			b.bad.at(r, "“%s”的最低电量%d%%不对：要在0到100之间，并写明充满要几分钟（charge_minutes）。", k.Key, k.Least)
		}
		b.kits = append(b.kits, k)
	}
}

func (b *builder) kitKeys() (keys []string) {
	for _, k := range b.kits {
		keys = append(keys, k.Key)
	}
	return keys
}

// fillChoices gives the fields that ask for a service or for the ground of having it done at home the choices of their tables.
func (b *builder) fillChoices() {
	for i := range b.fields {
		f := &b.fields[i]
		switch f.Type {
		case "service":
			f.Type = "choice"
			for _, s := range b.services {
				if len(s.Grounds) > 0 {
					f.Options = append(f.Options, Option{s.Key, s.Name})
				}
			}
		case "home_ground":
			f.Type = "choice"
			for _, r := range b.reasons {
				if r.Use == "doorstep" {
					f.Options = append(f.Options, Option{r.Key, r.Name})
				}
			}
		}
	}
}
