package web

import (
	"context"

	"maplegrid/internal/triage"
)

// Reader reads what people of a station wrote. It only proposes; it answers at once and never waits for training or for another
// machine. A Site without one proposes nothing.
type Reader interface {
	// Read proposes everything for one message.
	Read(ctx context.Context, station string, m triage.Message) (triage.Reading, error)
	// Like lists what may be about the same event: ids of reports ("r_…") and of waiting drafts ("dr_…"). A page shows only those that
	// its reader may see.
	Like(ctx context.Context, station, text string, p triage.Past) []triage.Candidate
	// Follows finds the message that this one goes on from.
	Follows(ctx context.Context, station, text string, p triage.Past) (triage.Candidate, bool)
	// Sender is the key under which a sender is known to Like and Follows: the person of the organisation, or a blind of a written name.
	Sender(ctx context.Context, station, person, name string) string
	// Ringing lists reports of the last weeks that tell of danger, the latest first; some may be dealt with, and one that came a moment ago
	// may be missing.
	Ringing(station string, most int) []string
	// Opinion is what the second opinion (另一意见) says of a message that triage is not sure of. It is asked for in the background: ok is
	// false until it came, and for ever when none is configured.
	Opinion(station, text string) (label string, ok bool)
}
