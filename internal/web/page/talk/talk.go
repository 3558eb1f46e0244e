package talk

import (
	"context"
	"io"
)

// Render writes the row.
func (r Row) Render(ctx context.Context, w io.Writer) error { return r.Show().Render(ctx, w) }
