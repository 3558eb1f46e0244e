package triage

import (
	"bytes"
	"compress/flate"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
)

// A model file is: magic with version, SHA-256 of the rest, then deflated: kinds, temperature, biases and, for each gram
// the model knows, its distance from the last, its rarity and a weight for each kind in 1/steps of the heaviest.
const (
	magic       = "maplegrid-triage/2\n"
	steps       = 1<<15 - 1
	maxModel    = 20 << 20
	maxUnpacked = 256 << 20
)

// ErrNotAModel says that a file is no model, is damaged, or was written by another version.
var ErrNotAModel = errors.New("not a triage model of this version, or damaged")

// Version names the model by the first digits of its checksum: the same rows give the same version.
func (m *Model) Version() string {
	sum := sha256.Sum256(m.body())
	return fmt.Sprintf("2-%x", sum[:4])
}

// Write puts the model into a file.
func (m *Model) Write(w io.Writer) error {
	body := m.body()
	sum := sha256.Sum256(body)
	var packed bytes.Buffer
	z, err := flate.NewWriter(&packed, 6)
	if err != nil {
		return err
	}
	if _, err := z.Write(body); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	if n := len(magic) + len(sum) + packed.Len(); n > maxModel {
		return fmt.Errorf("model of %d bytes is larger than %d", n, maxModel)
	}
	for _, part := range [][]byte{[]byte(magic), sum[:], packed.Bytes()} {
		if _, err := w.Write(part); err != nil {
			return err
		}
	}
	return nil
}

// round brings weights and rarities to what the file holds, so that a model answers alike before and after being stored.
func (m *Model) round() {
	heaviest := m.heaviest()
	for i, v := range m.weights {
		m.weights[i] = fromStep(toStep(v, heaviest), heaviest)
	}
	for i, r := range m.known.rarity {
		m.known.rarity[i] = float32(math.Round(float64(r)*1000)) / 1000
	}
}

func (m *Model) heaviest() float32 {
	top := float32(1e-9)
	for _, v := range m.weights {
		top = max(top, v, -v)
	}
	return top
}

func toStep(v, heaviest float32) int16 {
	return int16(math.Round(float64(v) / float64(heaviest) * steps))
}

func fromStep(n int16, heaviest float32) float32 {
	return float32(float64(n) / steps * float64(heaviest))
}

func (m *Model) body() []byte {
	var b []byte
	b = binary.AppendUvarint(b, uint64(len(m.kinds)))
	for k, name := range m.kinds {
		b = binary.AppendUvarint(b, uint64(len(name)))
		b = append(b, name...)
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(m.bias[k]))
	}
	heaviest := m.heaviest()
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(m.temperature))
	b = binary.LittleEndian.AppendUint32(b, math.Float32bits(heaviest))
	last := uint32(0)
	for at, id := range m.known.ids {
		b = binary.AppendUvarint(b, uint64(id-last))
		last = id
		b = binary.LittleEndian.AppendUint16(b, uint16(math.Round(float64(m.known.rarity[at])*1000)))
		for _, v := range m.weights[at*len(m.kinds) : (at+1)*len(m.kinds)] {
			b = binary.LittleEndian.AppendUint16(b, uint16(toStep(v, heaviest)))
		}
	}
	return b
}

// ReadModel takes a model file in; anything but a whole one of this version is ErrNotAModel.
func ReadModel(r io.Reader) (*Model, error) {
	file, err := io.ReadAll(io.LimitReader(r, maxModel+1))
	if err != nil {
		return nil, err
	}
	rest, ok := bytes.CutPrefix(file, []byte(magic))
	if !ok || len(rest) < sha256.Size || len(file) > maxModel {
		return nil, ErrNotAModel
	}
	body, err := io.ReadAll(io.LimitReader(flate.NewReader(bytes.NewReader(rest[sha256.Size:])), maxUnpacked))
	if err != nil || sha256.Sum256(body) != [sha256.Size]byte(rest[:sha256.Size]) {
		return nil, ErrNotAModel
	}
	m := &Model{}
	if !m.unpack(&unpacker{b: body}) {
		return nil, ErrNotAModel
	}
	return m, nil
}

func (m *Model) unpack(u *unpacker) bool {
	kinds := u.number()
	if kinds > maxKinds {
		return false
	}
	for range kinds {
		m.kinds = append(m.kinds, string(u.take(u.number())))
		m.bias = append(m.bias, u.float())
	}
	m.temperature = u.float()
	heaviest := u.float()
	var ids []uint32
	var rarity []float32
	for id, next := 0, 0; len(u.b) > 0 && !u.short; id = next {
		if next = id + u.number(); next >= 1<<gramBits || next == id && len(ids) > 0 {
			return false
		}
		ids, rarity = append(ids, uint32(next)), append(rarity, float32(u.short16())/1000)
		for range kinds {
			m.weights = append(m.weights, fromStep(int16(u.short16()), heaviest))
		}
	}
	m.known = newVocabulary(ids, rarity)
	return !u.short
}

// unpacker takes bytes from the front; short says that there were too few.
type unpacker struct {
	b     []byte
	short bool
}

func (u *unpacker) take(n int) []byte {
	if n < 0 || n > len(u.b) {
		u.short, u.b = true, nil
		return make([]byte, 8)
	}
	out := u.b[:n]
	u.b = u.b[n:]
	return out
}

func (u *unpacker) number() int {
	v, n := binary.Uvarint(u.b)
	if n <= 0 || v > maxUnpacked {
		u.short, u.b = true, nil
		return 0
	}
	u.b = u.b[n:]
	return int(v)
}

func (u *unpacker) float() float32 {
	return math.Float32frombits(binary.LittleEndian.Uint32(u.take(4)))
}
func (u *unpacker) short16() uint16 { return binary.LittleEndian.Uint16(u.take(2)) }
