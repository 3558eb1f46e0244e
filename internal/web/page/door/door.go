package door

import (
	"context"
	"io"
)

// Render writes the page, to stand inside a layout.
func (p Enrol) Render(ctx context.Context, w io.Writer) error { return enrol(p).Render(ctx, w) }

// Render writes the piece.
func (p Out) Render(ctx context.Context, w io.Writer) error { return out(p).Render(ctx, w) }

// Render writes the page, to stand inside a layout.
func (p Setup) Render(ctx context.Context, w io.Writer) error { return setup(p).Render(ctx, w) }

// Render writes the page, to stand inside a layout.
func (p Account) Render(ctx context.Context, w io.Writer) error { return account(p).Render(ctx, w) }

// Render writes the page, to stand inside a layout.
func (p Theirs) Render(ctx context.Context, w io.Writer) error { return theirs(p).Render(ctx, w) }

// Render writes the page, to stand inside a layout.
func (p Again) Render(ctx context.Context, w io.Writer) error { return again(p).Render(ctx, w) }
