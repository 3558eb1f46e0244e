package mine

import (
	"context"
	"io"
)

// Render writes the page, to stand inside a layout.
func (p Check) Render(ctx context.Context, w io.Writer) error { return check(p).Render(ctx, w) }

// Render writes the page, to stand inside a layout.
func (p Hand) Render(ctx context.Context, w io.Writer) error { return hand(p).Render(ctx, w) }

// Render writes the page, to stand inside a layout.
func (p Own) Render(ctx context.Context, w io.Writer) error { return own(p).Render(ctx, w) }

// Render writes the whole page.
func (p Copy) Render(ctx context.Context, w io.Writer) error { return copyOf(p).Render(ctx, w) }

// Render writes the page, to stand inside a layout.
func (p Ratings) Render(ctx context.Context, w io.Writer) error { return ratings(p).Render(ctx, w) }

// Render writes the page, to stand inside a layout.
func (p Case) Render(ctx context.Context, w io.Writer) error { return oneCase(p).Render(ctx, w) }

// Render writes the page, to stand inside a layout.
func (p Rights) Render(ctx context.Context, w io.Writer) error { return rights(p).Render(ctx, w) }
