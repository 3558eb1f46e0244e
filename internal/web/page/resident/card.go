package resident

import (
	"context"
	"io"
)

// Render writes the page, to stand inside a layout.
func (p Card) Render(ctx context.Context, w io.Writer) error { return card(p).Render(ctx, w) }

// Render writes the page, to stand inside a layout.
func (p CardForm) Render(ctx context.Context, w io.Writer) error { return cardForm(p).Render(ctx, w) }
