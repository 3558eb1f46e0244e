package round

import "slices"

// sieve notes which teams could make a visit if they had nothing else to do, and says why when none could: the reason that the last team
// to be ruled out met.
func (p *problem) sieve(v int) Why {
	n, want := p.nodes[v], p.day.Visits[v].Officer
	if len(p.crews) == 0 {
		return WhyOffShift
	}
	if len(n.begin) == 0 {
		return WhyClosed
	}
	could := make([]bool, len(p.crews))
	for r := range could {
		could[r] = true
	}
	for _, test := range []struct {
		why Why
		ok  func(r int, c *crew) bool
	}{
		{WhyNoOfficer, func(r int, _ *crew) bool {
			have := p.day.Teams[r].Officers
			return want == "" || want == AnyOfficer && len(have) > 0 || slices.Contains(have, want)
		}},
		{WhyNoKit, func(_ int, c *crew) bool {
			return n.kit == -1 || slices.ContainsFunc(p.ofKind(n.kit), func(k int) bool { return c.hold[k] })
		}},
		{WhyTooMuch, func(_ int, c *crew) bool { return n.load <= c.carry }},
		{WhyNoWay, func(_ int, c *crew) bool {
			at := v * len(p.nodes)
			return c.yaw[at+c.from] < noWay && c.way[at+c.to] < noWay
		}},
		{WhyOffShift, func(_ int, c *crew) bool {
			begin := open(n.begin, c.shift)
			return begin != never && begin+n.service <= c.until
		}},
		{WhyTooLate, func(_ int, c *crew) bool {
			begin := open(n.begin, c.ready)
			return begin != never && begin+n.service <= c.until
		}},
		{WhyTooFar, func(_ int, c *crew) bool {
			at := v * len(p.nodes)
			begin := open(n.begin, c.ready+c.yaw[at+c.from])
			return begin != never && begin+n.service+c.way[at+c.to] <= c.until
		}},
	} {
		some := false
		for r := range could {
			could[r] = could[r] && test.ok(r, &p.crews[r])
			some = some || could[r]
		}
		if !some {
			return test.why
		}
	}
	for r := range could {
		p.crews[r].can[v] = could[r]
	}
	return ""
}

func (p *problem) ofKind(kind int) (ks []int) {
	for k, of := range p.kits {
		if of == kind {
			ks = append(ks, k)
		}
	}
	return ks
}

// why says why a visit that some plan could fit is not in this one.
func (s *state) why(v int) Why {
	p := s.p
	n := &p.nodes[v]
	was := *n
	defer func() { *n = was }()
	if n.kit = -1; was.kit != -1 && s.somewhere(v) {
		return WhyKitTaken
	}
	if n.kit, n.rank = was.kit, Ordinary; was.rank == OnTheWay && s.somewhere(v) {
		return WhyOutOfTheWay
	}
	if who := p.day.Visits[v].Officer; who != "" && who != AnyOfficer {
		return WhyOfficerFull
	}
	return WhyDayFull
}

// somewhere says whether a visit fits into some tour as they stand.
func (s *state) somewhere(v int) bool {
	for r := range s.tours {
		if _, _, ok := s.cheapest(v, r); ok {
			return true
		}
	}
	return false
}
