package board

import "maplegrid/internal/access"

// SeenBy gives the words by which a board keeps who sees a thing: "c/" with each of its cells, "p/" with each of the people it is of.
func SeenBy(cells, people []string) (who []string) {
	for _, c := range cells {
		who = append(who, "c/"+c)
	}
	for _, p := range people {
		who = append(who, "p/"+p)
	}
	return who
}

// SeesAs gives the words of SeenBy that a scope sees by, where it does not see the whole station: none when it sees nothing.
func SeesAs(s access.Scope) []string {
	if s.Person() == "" {
		return SeenBy(s.Cells(), nil)
	}
	return SeenBy(s.Cells(), []string{s.Person()})
}
