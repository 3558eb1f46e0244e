package part

import (
	"context"
	"io"
)

// Doors is the list of a hall.
type Doors []Door

// Render writes the list.
func (d Doors) Render(ctx context.Context, w io.Writer) error { return d.Show().Render(ctx, w) }
