package resident

import (
	"context"
	"io"

	"maplegrid/internal/web/page/part"
	"maplegrid/internal/web/text"
)

func (m Matter) pairs(ctx context.Context) []part.Pair {
	list := []part.Pair{{Term: text.T(ctx, "progress.number"), Text: m.Number}}
	if m.Who != "" {
		list = append(list, part.Pair{Term: text.T(ctx, "progress.who"), Text: m.Who})
	}
	if m.Next != "" {
		list = append(list, part.Pair{Term: text.T(ctx, "progress.next"), Text: m.Next})
	}
	return list
}

// Render writes the page, to stand inside a layout.
func (f Front) Render(ctx context.Context, w io.Writer) error { return front(f).Render(ctx, w) }

// Render writes the page, to stand inside a layout.
func (p Report) Render(ctx context.Context, w io.Writer) error { return report(p).Render(ctx, w) }

// Render writes the page, to stand inside a layout.
func (p Receipt) Render(ctx context.Context, w io.Writer) error { return receipt(p).Render(ctx, w) }

// Render writes the page, to stand inside a layout.
func (p Progress) Render(ctx context.Context, w io.Writer) error { return progress(p).Render(ctx, w) }

// Render writes the page, to stand inside a layout.
func (p Ask) Render(ctx context.Context, w io.Writer) error { return ask(p).Render(ctx, w) }

// Render writes the page, to stand inside a layout.
func (p Privacy) Render(ctx context.Context, w io.Writer) error { return privacy(p).Render(ctx, w) }

// Render writes the page, to stand inside a layout.
func (p Poster) Render(ctx context.Context, w io.Writer) error { return poster(p).Render(ctx, w) }
