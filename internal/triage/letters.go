package triage

// What rooms beside this one read texts by, the same way as triage does.

// SmallLetters are those that say nothing by themselves: particles, pronouns, the commonest verbs.
const SmallLetters = empty

// NotInNames are letters that come before the name of a place and are no part of it.
const NotInNames = notInNames

// Fold gives the letters of a text as the rules see them: width, case and traditional forms folded, mark-up and marks that are
// not seen left out, blanks inside kept as one. Letter i stands at bytes at[i] to ends[i] of the text.
func Fold(text string) (r []rune, at, ends []int) {
	l := fold(text)
	return l.r, l.at, l.ends
}

// IsStop tells whether a letter parts words.
func IsStop(r rune) bool { return isStop(r) }

// IsHan tells whether a letter is a Chinese one.
func IsHan(r rune) bool { return isHan(r) }

// IsDigit tells whether a folded letter is a digit.
func IsDigit(r rune) bool { return isDigit(r) }

// IsAlpha tells whether a folded letter is a Latin one.
func IsAlpha(r rune) bool { return isAlpha(r) }

// Hash is a number of a run of letters, the same in every program.
func Hash(run []rune) uint64 {
	h := seed
	for _, r := range run {
		h = mix(h, r)
	}
	return h
}

// ReadNumber reads 12, 三, 十二, 二十三, 两 at letter i: the letter behind it, and whether there is one.
func ReadNumber(run []rune, i int) (to int, ok bool) {
	_, to, ok = readNumber(run, i)
	return to, ok
}

// LengthOf finds words, parted by |, in letters: how many letters the longest that begins at letter i has, 0 when none does.
func LengthOf(words string) func(run []rune, i int) int {
	b := byFirst(words)
	return func(run []rune, i int) int { return b.at(letters{r: run}, i) }
}

// Parts are the entries of a cell of a table that holds several, parted by ； or |.
func Parts(cell string) []string { return parts(cell) }
