package draft

import (
	"slices"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
)

// Erased is that who said it had their data destroyed: the key of the words, the quotation and the name is gone in the same transaction, as it is of the
// report that was made of them (law-and-standards 15.7). What was decided, when and by whom stays.
type Erased struct{}

// EventKind implements work.Event.
func (Erased) EventKind() string { return "draft.erased/1" }

func (Erased) apply(d *Draft, _ work.At) {
	d.Words, d.Quote, d.Name, d.Photos, d.Where, d.Erased, d.Last = vault.Text{}, vault.Text{}, vault.Text{}, nil, "", true, nil
	if d.State == Waiting { // nothing can be made of it any more
		d.State, d.Reason = Aside, Gone
	}
}

// Copies tells where else the words of the draft stand: in reports that were made of it, and in drafts of the same person. into is the
// draft it was joined to, or nil.
func (d *Draft) Copies(into *Draft) (reports, drafts []string) {
	for _, f := range d.filings() {
		reports, drafts = append(reports, f.Report), append(drafts, f.Added...)
	}
	if into != nil {
		for _, f := range into.filings() {
			for _, o := range f.Others {
				if o.Draft == d.ID && o.Receipt != "" {
					reports = append(reports, o.Report)
				}
			}
		}
	}
	if d.Of != "" {
		drafts = append(drafts, d.Of)
	}
	return reports, drafts
}

func (d *Draft) filings() []Filing {
	if d.Filing == nil {
		return d.Earlier
	}
	return append(slices.Clip(d.Earlier), *d.Filing)
}

// Erase decides it; what is erased is not erased again.
func (d *Draft) Erase() []work.Event {
	if d.Version == 0 || d.Erased {
		return nil
	}
	return []work.Event{Erased{}}
}

// KeptAs is the row of retention.csv for how long words are kept of which nothing was made.
const KeptAs = "chat"

// Forget (到期清除) destroys the words of a draft that was set aside, parted or put together again, and has been so for as long as such
// words are kept (law-and-standards 15.5). The program does it by itself.
type Forget struct{ On }

// Forget decides it; months 0 keeps such words.
func (d *Draft) Forget(months int, mo work.Moment) ([]work.Event, error) {
	switch {
	case d.Version == 0:
		return nil, fault.New(fault.Missing, "draft.not_found", nil)
	case d.State != Aside && d.State != Dropped && d.State != Parted, d.Erased, months == 0, mo.Now.Before(d.ChangedAt.AddDate(0, months, 0)):
		return nil, fault.New(fault.Stale, "draft.still_kept", nil)
	}
	return []work.Event{Erased{}}, nil
}
