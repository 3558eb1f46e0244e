package draft

import (
	"slices"

	"maplegrid/internal/fault"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// Picture (补图) brings a picture that a message mentioned and that its vendor gave later; with no Photo, that it cannot be had. The
// program does it by itself.
type Picture struct {
	On
	Photo string `json:"photo,omitempty"`
}

// Pictured is that a picture came.
type Pictured struct {
	Photo matter.Attachment `json:"photo"`
}

// EventKind implements work.Event.
func (Pictured) EventKind() string { return "draft.pictured/1" }

func (e Pictured) apply(d *Draft, _ work.At) {
	d.Photos = append(slices.Clip(d.Photos), e.Photo)
	if d.Filing != nil {
		d.Filing.Pictures++
	}
}

// PictureMissed is that one could not be had: whoever sorts the draft asks in the group.
type PictureMissed struct{}

// EventKind implements work.Event.
func (PictureMissed) EventKind() string { return "draft.picture_missed/1" }

func (PictureMissed) apply(d *Draft, _ work.At) { d.Missed++ }

// Bring decides it. rep is the report that was made of the draft meanwhile, or nil: what came too late for it is added to it.
func (d *Draft) Bring(a Picture, rep *report.Report) (own, added []work.Event, err error) {
	if d.Version == 0 || d.Erased || d.State == Dropped {
		return nil, nil, fault.New(fault.Missing, "draft.not_found", nil)
	}
	if a.Photo == "" {
		return []work.Event{PictureMissed{}}, nil, nil
	}
	photos, err := matter.Attach([]string{a.Photo})
	if err != nil {
		return nil, nil, err
	}
	if err := work.AtMost("photos", len(d.Photos)+1, MaxPhotos); err != nil {
		return nil, nil, err
	}
	if rep != nil && rep.State != report.Withdrawn && rep.ErasedAt.IsZero() && len(rep.Additions) < report.MaxAdditions {
		added = []work.Event{report.Added{Words: vault.Plain(rep.ID, "added", NoWords), Photos: photos}}
	}
	return []work.Event{Pictured{photos[0]}}, added, nil
}

// ReportIn is the report that was made of a draft: its own, or in that of the draft it was joined to, into; "" while there is none.
func (d *Draft) ReportIn(into *Draft) string {
	if d.State == Filed && d.Filing != nil {
		return d.Filing.Report
	}
	if d.State != Joined || into == nil || into.State != Filed || into.Filing == nil {
		return ""
	}
	for _, o := range into.Filing.Others {
		if o.Draft == d.ID {
			return o.Report
		}
	}
	return into.Filing.Report // its words were added to that one
}
