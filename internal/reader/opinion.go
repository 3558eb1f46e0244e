package reader

// Opinions is the second opinion (另一意见) of a language model on the station's own network.
type Opinions struct{}

// Opinion gives what the second opinion says of a message that triage is not sure of, as soon as it is known.
func (r *Reader) Opinion(station, text string) (label string, ok bool) { return "", false }
