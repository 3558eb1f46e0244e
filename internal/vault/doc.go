// Package vault keeps what belongs to people apart from the journal (design 3): values sealed under one key per
// person, masking for screens, keyed indexes for looking up, and the finder of personal data in free text.
//
// The package is pure but for the key file: no clock, no SQL, randomness is handed in. What must hold: a plaintext
// leaves a Text only through Reveal, and a ciphertext opens only at the station, subject, field and version it was
// sealed for.
package vault
