package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"

	"golang.org/x/text/unicode/norm"
)

// suiteAES is AES-256-GCM with SHA-256, the first byte of everything sealed. 2 is kept for SM4-GCM with SM3.
const suiteAES = 1

const (
	nonceSize = 12
	keySize   = 32
)

var (
	// ErrSuite: the value was sealed with a suite this version does not know.
	ErrSuite = errors.New("vault: unknown cipher suite")
	// ErrOpen: the value was altered, or belongs to another key, station, subject, field or version.
	ErrOpen = errors.New("vault: sealed value does not open here")
)

// Keyring holds what is derived from a station's master key: separate keys for wrapping, blind index and search.
// It is safe for concurrent use and prints nothing of itself.
type Keyring struct {
	station string
	wrap    cipher.AEAD
	blind   [keySize]byte
	words   [keySize]byte // HMAC key for search words too long for one block
	grams   cipher.Block  // pseudorandom function for the short ones
}

// NewKeyring derives the keys of station from its 32-byte master key (HKDF-SHA-256, RFC 5869, one label per purpose).
func NewKeyring(station string, master [32]byte) (*Keyring, error) {
	k := &Keyring{station: station}
	derive := func(purpose string) ([]byte, error) {
		return hkdf.Key(sha256.New, master[:], []byte("maplegrid vault 1"), purpose+"\x00"+station, keySize)
	}
	var errs [4]error
	var wrap, blind, words, grams []byte
	wrap, errs[0] = derive("wrap")
	blind, errs[1] = derive("blind index")
	words, errs[2] = derive("search words")
	grams, errs[3] = derive("search grams")
	if err := errors.Join(errs[:]...); err != nil {
		return nil, fmt.Errorf("derive the keys of %s: %w", station, err)
	}
	copy(k.blind[:], blind)
	copy(k.words[:], words)
	var err error
	if k.grams, err = aes.NewCipher(grams); err != nil {
		return nil, fmt.Errorf("derive the keys of %s: %w", station, err)
	}
	k.wrap, err = gcm(wrap)
	return k, err
}

// Format keeps the keys out of every print.
func (k *Keyring) Format(s fmt.State, _ rune) { fmt.Fprint(s, "keyring(", k.station, ")") }

// SubjectKey opens and seals the values of one subject; its cipher state is precomputed. The zero value is unusable.
type SubjectKey struct{ aead cipher.AEAD }

// Format keeps the key out of every print.
func (SubjectKey) Format(s fmt.State, _ rune) { fmt.Fprint(s, "subject key") }

// NewSubjectKey makes a random key for subject and wraps it under the station's key, bound to station and subject.
// wrapped (61 bytes) is what the key store keeps; destroying it erases everything sealed under it. It fails only
// when rand does. Nonces are random: the station's key is good for 2^32 subjects (NIST SP 800-38D, 8.3).
func (k *Keyring) NewSubjectKey(subject string, rand io.Reader) (wrapped []byte, key SubjectKey, err error) {
	secret := make([]byte, keySize)
	if _, err = io.ReadFull(rand, secret); err != nil {
		return nil, key, fmt.Errorf("new key of %s: %w", subject, err)
	}
	if key.aead, err = gcm(secret); err != nil {
		return nil, key, err
	}
	wrapped, err = seal(k.wrap, k.bind("wrap", subject), secret, rand)
	return wrapped, key, err
}

// Unwrap gives back the key of subject; ErrSuite or ErrOpen when wrapped is not that subject's at this station.
func (k *Keyring) Unwrap(subject string, wrapped []byte) (SubjectKey, error) {
	secret, err := open(k.wrap, k.bind("wrap", subject), wrapped)
	if err != nil {
		return SubjectKey{}, fmt.Errorf("unwrap the key of %s: %w", subject, err)
	}
	aead, err := gcm(secret)
	return SubjectKey{aead}, err
}

// Seal encrypts plain for exactly this ref: suite byte, nonce (12 bytes), ciphertext, tag (16). It fails only when
// rand does.
func (k *Keyring) Seal(key SubjectKey, ref Ref, plain []byte, rand io.Reader) ([]byte, error) {
	return seal(key.aead, k.bindRef(ref), plain, rand)
}

// Open decrypts what Seal made for the same ref; ErrSuite or ErrOpen otherwise.
func (k *Keyring) Open(key SubjectKey, ref Ref, sealed []byte) ([]byte, error) {
	plain, err := open(key.aead, k.bindRef(ref), sealed)
	if err != nil {
		return nil, fmt.Errorf("open %s/%s#%d: %w", ref.Subject, ref.Field, ref.Version, err)
	}
	return plain, nil
}

// Digest is the SHA-256 an event carries of a sealed value. It is taken of the ciphertext: a digest of the words
// could be guessed back after they were erased.
func Digest(sealed []byte) [32]byte { return sha256.Sum256(sealed) }

func gcm(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}

func seal(aead cipher.AEAD, data, plain []byte, rand io.Reader) ([]byte, error) {
	out := make([]byte, 1+nonceSize, 1+nonceSize+len(plain)+aead.Overhead())
	out[0] = suiteAES
	if _, err := io.ReadFull(rand, out[1:]); err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	return aead.Seal(out, out[1:], plain, data), nil
}

func open(aead cipher.AEAD, data, sealed []byte) ([]byte, error) {
	if len(sealed) == 0 || sealed[0] != suiteAES {
		return nil, ErrSuite
	}
	if len(sealed) < 1+nonceSize {
		return nil, ErrOpen
	}
	plain, err := aead.Open(nil, sealed[1:1+nonceSize], sealed[1+nonceSize:], data)
	if err != nil {
		return nil, ErrOpen
	}
	return plain, nil
}

func (k *Keyring) bindRef(r Ref) []byte {
	data := k.bind("value", r.Subject)
	data = binary.AppendUvarint(data, uint64(len(r.Field)))
	data = append(data, r.Field...)
	return binary.AppendUvarint(data, uint64(r.Version))
}

// bind lists suite, purpose, station and subject, each after its length, so that no two lists read the same.
func (k *Keyring) bind(purpose, subject string) []byte {
	data := make([]byte, 1, 96)
	data[0] = suiteAES
	for _, s := range [...]string{purpose, k.station, subject} {
		data = binary.AppendUvarint(data, uint64(len(s)))
		data = append(data, s...)
	}
	return data
}

var lower32 = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// Blind is the blind index of value in field (name, phone, resident ID number): 26 letters and digits that are equal
// exactly when the normalised values are; empty for an empty value. It leaks equality within one field and nothing
// else as long as the key is kept apart, so never use it on sex, birth year or a category (security note 3, search).
func (k *Keyring) Blind(field, value string) string {
	value = normalise(value)
	if value == "" {
		return ""
	}
	mac := hmac.New(sha256.New, k.blind[:])
	mac.Write(binary.AppendUvarint(nil, uint64(len(field))))
	io.WriteString(mac, field)
	io.WriteString(mac, value)
	return lower32.EncodeToString(mac.Sum(nil)[:16])
}

// normalise folds width and case and drops what people put between the characters: spaces, hyphens, the dots of
// names, and the country code before a mobile number.
func normalise(s string) string {
	s = strings.Map(func(r rune) rune {
		if between(r) || strings.ContainsRune("·•・‧∙⋅.()", r) {
			return -1
		}
		return r
	}, strings.ToUpper(norm.NFKC.String(s)))
	if m := strings.TrimLeft(strings.TrimPrefix(s, "+"), "0"); strings.HasPrefix(m, "86") && isMobile(m[2:]) {
		return m[2:]
	}
	return s
}
