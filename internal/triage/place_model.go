package triage

// placeModel chooses among mentions.
type placeModel struct{}

func (p *placeModel) choose(l letters, found []mention) []mention { return found }
