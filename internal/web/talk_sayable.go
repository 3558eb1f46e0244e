package web

import (
	"regexp"

	"maplegrid/internal/vault"
)

const number = `[0-9０-９零〇一二两三四五六七八九十百幺]`

// unsayable finds what a group is not told again though it may stand in a title the station alone reads: numbers long enough to be
// somebody's, a house or a door, anybody's child, health and what people are labelled by (law-and-standards 15.4, 15.6, 15.13).
var unsayable = regexp.MustCompile(number + `(?:[ 　\-－—·.,，、]?` + number + `){4,}` +
	`|` + number + `+[ 　]*(?:室|房|单元|门|户|号(?:[^楼线桥井]|$))` +
	`|` + number + `+[ 　]*(?:栋|幢|座|号楼|楼|[\-－—])[ 　]*` + number +
	`|` + number + `+[ 　]*(?:岁|周岁|个月大)|[小一二三四五六七八九]年级|小学|初中|幼儿园|孩|娃|学生|儿子|女儿|闺女|孙子|孙女|外孙|宝宝|婴儿|未成年|少年` +
	`|精神病|神经病|疯子|疯了|艾滋|乙肝|肺结核|癌|怀孕|流产|残疾|吸毒|毒瘾|戒毒|刑满|劳改|坐过牢|上访|信访|低保户|信教|教徒|回民`)

// sayable tells whether words of a message may be said to the group again: nobody is named in them and nothing of anybody is told.
// Nobody can tell every name from a word, so that a person reads the reply before it is sent.
func (l *talker) sayable(words string) bool {
	return len(vault.FindPersonal(words)) == 0 && !l.namesSomebody(words) && !unsayable.MatchString(words)
}

// impersonal is a text with line breaks for what is personal in it, so that it falls into clauses around that and every place in it stays
// where it was.
func impersonal(text string) string {
	b := []byte(text)
	for _, s := range vault.FindPersonal(text) {
		for i := s.From; i < s.To; i++ {
			b[i] = '\n'
		}
	}
	return string(b)
}
