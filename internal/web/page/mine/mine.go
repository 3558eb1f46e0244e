package mine

import (
	"context"
	"io"
)

// Render writes the page, to stand inside a layout.
func (p Check) Render(ctx context.Context, w io.Writer) error { return check(p).Render(ctx, w) }

// Render writes the page, to stand inside a layout.
func (p Hand) Render(ctx context.Context, w io.Writer) error { return hand(p).Render(ctx, w) }
