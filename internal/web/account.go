package web

import "net/http"

func (s *Site) accountRoutes() []Route  { return nil }
func (s *Site) posterRoutes() []Route   { return nil }
func (s *Site) residentRoutes() []Route { return nil }

func (s *Site) enrolPage(w http.ResponseWriter, r *http.Request) error { return nil }
func (s *Site) enrol(w http.ResponseWriter, r *http.Request) error     { return nil }
func (s *Site) setupPage(w http.ResponseWriter, r *http.Request) error { return nil }
func (s *Site) setUp(w http.ResponseWriter, r *http.Request) error     { return nil }
func (s *Site) front(w http.ResponseWriter, r *http.Request) error     { return nil }
