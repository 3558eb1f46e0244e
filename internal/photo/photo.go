// Package photo takes in a picture: checked before it is decoded, turned upright, scaled down and encoded afresh
// without any tag. The original bytes are handed back for sealing only: they are evidence and may tell where and by
// whom the picture was taken.
package photo

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/webp"
	"golang.org/x/sync/semaphore"
)

var (
	// ErrTooLarge: more bytes than Limits.Bytes.
	ErrTooLarge = errors.New("photo: file too large")
	// ErrTooManyPixels: the header announces more than Limits.Pixels, or a side longer than a JPEG can have.
	ErrTooManyPixels = errors.New("photo: too many pixels")
	// ErrNotPicture: not a JPEG, PNG or WebP, whatever its name says.
	ErrNotPicture = errors.New("photo: not a picture")
	// ErrBroken: begins as a picture, but cannot be decoded to the end.
	ErrBroken = errors.New("photo: picture is damaged")
)

const (
	longSide    = 1600   // px, of the served picture
	thumbSide   = 320    // px, of the thumbnail
	quality     = 82     // of JPEG encoding
	maxSide     = 65_535 // px, what a JPEG can have
	largeDecode = 160_000_000
	maxScans    = 200 // of a progressive JPEG: a real one has about ten, and each walks over all its pixels
)

// Limits bounds one upload; a zero field means the default.
type Limits struct {
	Bytes  int64 // size of the file, 12 MB
	Pixels int   // width × height, 40 million
}

// DefaultLimits are 12 MB and 40 megapixels.
var DefaultLimits = Limits{Bytes: 12_000_000, Pixels: 40_000_000}

// Picture is an accepted upload.
type Picture struct {
	Original []byte   // as received: to be sealed, never served
	Sum      [32]byte // SHA-256 of Original
	Type     string   // of Original: image/jpeg, image/png or image/webp
	Located  bool     // Original carries a position

	JPEG   []byte // upright, at most 1600 px on the long side, no metadata
	W, H   int    // px, of JPEG
	Thumb  []byte // the same, at most 320 px
	TW, TH int    // px, of Thumb
}

type format struct {
	mime   string
	config func(io.Reader) (image.Config, error)
	decode func(io.Reader) (image.Image, error)
}

// Two decodes at once, or one whose pixels would fill more than largeDecode bytes.
var gate = semaphore.NewWeighted(2)

// Take reads one upload and makes the pictures to serve. The header is checked before any pixel is decoded; at most
// two pictures are decoded at once, so that memory stays bounded however many are sent. Errors: ErrTooLarge,
// ErrTooManyPixels, ErrNotPicture, ErrBroken, and those of r.
func Take(r io.Reader, lim Limits) (Picture, error) {
	if lim.Bytes == 0 {
		lim.Bytes = DefaultLimits.Bytes
	}
	if lim.Pixels == 0 {
		lim.Pixels = DefaultLimits.Pixels
	}
	data, err := io.ReadAll(io.LimitReader(r, lim.Bytes+1))
	if err != nil {
		return Picture{}, fmt.Errorf("read picture: %w", err)
	}
	if int64(len(data)) > lim.Bytes {
		return Picture{}, ErrTooLarge
	}
	f, err := sniff(data)
	if err != nil {
		return Picture{}, err
	}
	weight, err := measure(f, data, lim.Pixels)
	if err != nil {
		return Picture{}, err
	}
	p := Picture{Original: data, Sum: sha256.Sum256(data), Type: f.mime}
	tags := readTags(data)
	p.Located = tags.located
	if err := gate.Acquire(context.Background(), weight); err != nil {
		return Picture{}, err
	}
	defer gate.Release(weight)
	if err := p.render(f, tags.orientation); err != nil {
		return Picture{}, err
	}
	return p, nil
}

func sniff(data []byte) (format, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return format{"image/jpeg", jpeg.DecodeConfig, jpeg.Decode}, nil
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return format{"image/png", png.DecodeConfig, png.Decode}, nil
	case len(data) >= 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return format{"image/webp", webp.DecodeConfig, webp.Decode}, nil
	}
	return format{}, ErrNotPicture
}

// measure checks the size in the header and says how much of the gate the decode needs.
func measure(f format, data []byte, pixels int) (weight int64, err error) {
	defer broken(&err)
	c, err := f.config(bytes.NewReader(data))
	switch {
	case err != nil:
		return 0, fmt.Errorf("%w: %w", ErrBroken, err)
	case c.Width < 1 || c.Height < 1:
		return 0, ErrBroken
	case c.Width > maxSide || c.Height > maxSide || c.Width > pixels/c.Height:
		return 0, ErrTooManyPixels
	}
	if bytes.Count(data, []byte("\xff\xda")) > maxScans && f.mime == "image/jpeg" {
		return 0, fmt.Errorf("%w: too many scans", ErrBroken)
	}
	bytesEach := 8 // 16 bits a channel, or a progressive JPEG with its coefficients
	switch c.ColorModel {
	case color.RGBAModel, color.NRGBAModel, color.NYCbCrAModel:
		bytesEach = 4
	case color.GrayModel:
		bytesEach = 1
	}
	if c.Width*c.Height*bytesEach > largeDecode {
		return 2, nil
	}
	return 1, nil
}

func (p *Picture) render(f format, orientation int) (err error) {
	defer broken(&err)
	src, err := f.decode(bytes.NewReader(p.Original))
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBroken, err)
	}
	upright := turn(shrink(src, longSide), orientation)
	p.W, p.H = upright.Rect.Dx(), upright.Rect.Dy()
	if p.JPEG, err = encode(upright); err != nil {
		return err
	}
	thumb := shrink(upright, thumbSide)
	p.TW, p.TH = thumb.Rect.Dx(), thumb.Rect.Dy()
	p.Thumb, err = encode(thumb)
	return err
}

func encode(m image.Image) ([]byte, error) {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: quality}); err != nil {
		return nil, fmt.Errorf("encode picture: %w", err)
	}
	return b.Bytes(), nil
}

// broken turns a panic into ErrBroken: a decoder that trips over a hostile file must not take the station down.
func broken(err *error) {
	if r := recover(); r != nil {
		*err = fmt.Errorf("%w: decoder stopped: %v", ErrBroken, r)
	}
}
