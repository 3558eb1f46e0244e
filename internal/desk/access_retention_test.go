package desk_test

// The oracle of how long data is kept: the head holds back and agrees, the program destroys.
func init() {
	for row, letters := range map[string]string{
		//                   C V G M V A O W D H  B A A R M
		"retention.hold":    "---------A-----",
		"retention.release": "---------A-----",
		"retention.agree":   "---------A-----",
		"retention.forget":  "--------------A",
	} {
		oracle[row] = letters
	}
}
