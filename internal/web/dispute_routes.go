package web

// aroundDisputes are the pages around disputes: on the spot, promises, boards, conferences, handing over. What somebody may do with
// one dispute its handler asks.
func (s *Site) aroundDisputes() []Route {
	if s.Boards.Matters == nil {
		return nil
	}
	return []Route{
		{Method: "GET", Pattern: "/disputes/spot", Handler: s.spotNew},
		{Method: "POST", Pattern: "/disputes/spot", Large: true, Handler: s.spotSettle},
		{Method: "GET", Pattern: "/matters/{id}/spot", Handler: s.spotOne},
		{Method: "POST", Pattern: "/matters/{id}/spot", Large: true, Handler: s.spotSettle},
	}
}
