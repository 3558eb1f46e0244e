package paper

import "strconv"

func (x Item) no() string { return strconv.Itoa(x.No) }
