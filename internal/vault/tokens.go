package vault

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Search over sealed words (design 7.9). Han runs become pairs and single characters, other letters and digits
// become words; each is passed through a keyed pseudorandom function and cut to 48 bits.
//
// The function is one AES-256 block: a gram of at most 15 bytes with its length in front is one distinct block, and
// AES under a secret key is a pseudorandom permutation, so its outputs, cut, are those of a random function as long
// as far fewer than 2^64 grams are asked. Longer words are first brought to 15 bytes by HMAC-SHA-256 under a key of
// their own. An HMAC for every gram would cost ten times as much and give nothing more.

const (
	tokenBits = 48
	tokenLen  = 10
	letters   = "abcdefghijklmnopqrstuvwxyz234567"
	longWord  = 0xFF
)

// ScopeToken is the clear token of a scope (station, cell, beat): "s", then a–y and 0–9 as they are and every other
// byte as z and two hex digits. No search token begins with s, so the two never meet.
func ScopeToken(scope string) string {
	const hex = "0123456789abcdef"
	out := make([]byte, 1, 1+len(scope))
	out[0] = 's'
	for i := range len(scope) {
		if c := scope[i]; c >= 'a' && c < 'z' || c >= '0' && c <= '9' {
			out = append(out, c)
		} else {
			out = append(out, 'z', hex[c>>4], hex[c&15])
		}
	}
	return string(out)
}

// Tokens gives the search tokens of texts, each once, after the scope tokens. Personal spans are left out. The order
// follows the keyed values, so that positions in an index say nothing about the order of the words.
func (k *Keyring) Tokens(scope []string, texts ...string) []string {
	n := 0
	for _, t := range texts {
		n += len(t)
	}
	g := k.newGrams(n)
	for _, t := range texts {
		g.add(t, false)
	}
	out := make([]string, 0, len(scope)+g.n)
	for _, s := range scope {
		out = append(out, ScopeToken(s))
	}
	return g.tokens(out)
}

// QueryTokens gives the tokens that all must be present in a text holding q: pairs for a Han run, the character
// itself for a lone one. It says false when nothing of q can be looked for here: no letter or digit in it, or only a
// phone or ID number, for which Blind is the way. A hit still has to be checked against the opened text.
func (k *Keyring) QueryTokens(q string) ([]string, bool) {
	g := k.newGrams(len(q))
	g.add(q, true)
	return g.tokens(nil), g.n > 0
}

// grams is a set of 48-bit values, open addressing on their top bits; a value is stored with bit 63 set.
type grams struct {
	k     *Keyring
	slots []uint64
	shift int
	n     int
	block []byte // one AES block, reused
	word  []byte
}

func (k *Keyring) newGrams(textBytes int) *grams {
	// At most two grams a character: a Han character is three bytes, a one-letter word two with its gap.
	size := bits.Len(uint(textBytes + textBytes/4 + 8))
	return &grams{k: k, slots: make([]uint64, 1<<size), shift: tokenBits - size, block: make([]byte, 16)}
}

func (g *grams) add(text string, query bool) {
	cells := fold(text)
	spans := findPersonal(cells)
	var prev rune // the Han character just before, 0 if none
	lone := false // prev has no pair yet
	end := func() {
		if lone && query {
			g.han(prev, 0)
		}
		prev, lone = 0, false
		g.flush()
	}
	for i := 0; i < len(cells)-1; i++ {
		if len(spans) > 0 && i == spans[0].from {
			end()
			i, spans = spans[0].to-1, spans[1:]
			continue
		}
		r := cells[i].r
		switch {
		case isHan(r):
			g.flush()
			if !query {
				g.han(r, 0)
			}
			if prev != 0 {
				g.han(prev, r)
			}
			lone, prev = prev == 0, r
		case r == zeroWidth: // an invisible character splits nothing
		case isWord(r):
			if prev != 0 {
				end()
			}
			g.word = utf8.AppendRune(g.word, r)
		default:
			end()
		}
	}
	end()
}

func (g *grams) flush() {
	if len(g.word) == 0 {
		return
	}
	clear(g.block)
	if len(g.word) <= 15 {
		g.block[0] = byte(len(g.word))
		copy(g.block[1:], g.word)
	} else {
		mac := hmac.New(sha256.New, g.k.words[:])
		mac.Write(g.word)
		g.block[0] = longWord
		copy(g.block[1:], mac.Sum(nil))
	}
	g.word = g.word[:0]
	g.put()
}

// han writes one or two characters (b is 0 for one) as the block of their UTF-8 bytes would be: distinct from every
// word because the tag is longer than any short word.
func (g *grams) han(a, b rune) {
	binary.LittleEndian.PutUint64(g.block, uint64(a)<<8|0x10)
	binary.LittleEndian.PutUint64(g.block[8:], uint64(b))
	g.put()
}

func (g *grams) put() {
	g.k.grams.Encrypt(g.block, g.block)
	v := binary.LittleEndian.Uint64(g.block) >> (64 - tokenBits)
	stored := v | 1<<63
	i := v >> g.shift
	for g.slots[i] != 0 {
		if g.slots[i] == stored {
			return
		}
		i = (i + 1) & uint64(len(g.slots)-1)
	}
	g.slots[i] = stored
	g.n++
}

// tokens writes ten characters a value: one of a–p for four bits, then nine of five bits.
func (g *grams) tokens(out []string) []string {
	out = slices.Grow(out, g.n)
	var all strings.Builder
	all.Grow(g.n * tokenLen)
	for _, v := range g.slots {
		if v != 0 {
			all.Write([]byte{letters[v>>44&15], letters[v>>40&31], letters[v>>35&31], letters[v>>30&31], letters[v>>25&31],
				letters[v>>20&31], letters[v>>15&31], letters[v>>10&31], letters[v>>5&31], letters[v&31]})
		}
	}
	for s := all.String(); s != ""; s = s[tokenLen:] {
		out = append(out, s[:tokenLen])
	}
	return out
}

func isHan(r rune) bool {
	return r >= 0x4E00 && r <= 0x9FFF || r > 0x2E80 && unicode.Is(unicode.Han, r)
}

func isWord(r rune) bool {
	if r < 0x80 {
		return r >= 'a' && r <= 'z' || r >= '0' && r <= '9'
	}
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
}
