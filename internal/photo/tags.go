package photo

import (
	"bytes"
	"encoding/binary"
)

// tags is the little we want of a picture's metadata. What cannot be read counts as absent: a camera's garbage is no
// reason to refuse its picture.
type tags struct {
	orientation int // 0 when absent
	located     bool
}

// readTags looks into the Exif and XMP blocks of a JPEG, PNG or WebP.
func readTags(data []byte) (t tags) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8")):
		t.jpeg(data[2:])
	case bytes.HasPrefix(data, []byte("\x89PNG")):
		t.png(data[8:])
	default:
		t.webp(data[12:])
	}
	return t
}

func (t *tags) jpeg(d []byte) {
	for len(d) >= 4 && d[0] == 0xFF {
		marker := d[1]
		switch {
		case marker == 0xFF: // a fill byte
			d = d[1:]
			continue
		case marker == 0xDA || marker == 0xD9: // pixels begin, or the end
			return
		case marker == 0x01 || marker >= 0xD0 && marker <= 0xD8: // without length
			d = d[2:]
			continue
		}
		n := 2 + int(binary.BigEndian.Uint16(d[2:]))
		if n < 4 || n > len(d) {
			return
		}
		if marker == 0xE1 {
			t.block(d[4:n])
		}
		d = d[n:]
	}
}

func (t *tags) png(d []byte) {
	for len(d) >= 12 {
		n := int64(binary.BigEndian.Uint32(d))
		if n > int64(len(d)-12) {
			return
		}
		switch string(d[4:8]) {
		case "eXIf", "iTXt":
			t.block(d[8 : 8+n])
		}
		d = d[12+n:]
	}
}

func (t *tags) webp(d []byte) {
	for len(d) >= 8 {
		n := int64(binary.LittleEndian.Uint32(d[4:]))
		if n > int64(len(d)-8) {
			return
		}
		switch string(d[:4]) {
		case "EXIF", "XMP ":
			t.block(d[8 : 8+n])
		}
		d = d[min(int64(len(d)), 8+n+n&1):]
	}
}

// block takes in one Exif or XMP block. A position in XMP counts too.
func (t *tags) block(d []byte) {
	t.located = t.located || bytes.Contains(d, []byte("GPSLatitude"))
	d = bytes.TrimPrefix(d, []byte("Exif\x00\x00"))
	var order binary.ByteOrder = binary.LittleEndian
	switch {
	case bytes.HasPrefix(d, []byte("MM\x00*")):
		order = binary.BigEndian
	case !bytes.HasPrefix(d, []byte("II*\x00")):
		return
	}
	if len(d) < 8 {
		return
	}
	at := int64(order.Uint32(d[4:]))
	if at > int64(len(d)-2) {
		return
	}
	entries := d[at+2:]
	for range order.Uint16(d[at:]) {
		if len(entries) < 12 {
			return
		}
		switch order.Uint16(entries) {
		case 0x0112:
			if o := int(order.Uint16(entries[8:])); t.orientation == 0 && o <= 8 {
				t.orientation = o
			}
		case 0x8825: // pointer to the GPS directory
			t.located = true
		}
		entries = entries[12:]
	}
}
