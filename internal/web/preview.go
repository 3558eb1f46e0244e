package web

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"

	"maplegrid/internal/intake/orgfile"
)

// PreviewRows is how many rows of a file are told one by one.
const PreviewRows = 500

// Pack puts a file into a field of a form, so that the preview can send it again without script and nothing lies on the server.
func Pack(file []byte) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write(file) // into memory
	_ = z.Close()
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

// Unpack gives back what Pack packed.
func Unpack(s string) ([]byte, error) {
	b, err := base64.StdEncoding.DecodeString(s)
	if err != nil {
		return nil, err
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(io.LimitReader(z, orgfile.MaxBytes+1))
}
