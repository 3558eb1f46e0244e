package api

import (
	"net/http"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
)

// station is the station a request means: the one it names, else the instance's own.
func (a *API) station(r *http.Request) (string, error) {
	id := r.Header.Get(HeaderStation)
	if id == "" || id == a.Station {
		return a.Station, nil
	}
	if len(id) <= 64 { // known before the desk is asked: it remembers every station it is asked about
		if seq, _, err := a.desk.Journal.Head(r.Context(), id); err != nil || seq > 0 {
			return id, err
		}
	}
	return "", fault.New(fault.Missing, "station.not_found", nil)
}

func (a *API) public(r *http.Request) (access.Who, error) {
	id, err := a.station(r)
	return desk.Public(id), err
}

// caller is the person whose token a request carries. The token itself is nowhere: it is found by its keyed blind index, and every
// wrong one costs the same look-ups and gets the same answer.
func (a *API) caller(r *http.Request) (access.Who, error) {
	auth := r.Header.Get("Authorization")
	if auth == "" {
		return access.Who{}, fault.New(fault.SignIn, "api.token_needed", nil)
	}
	scheme, token, _ := strings.Cut(auth, " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "Bearer") || !strings.HasPrefix(token, "mg_") || len(token) > 200 {
		token = "mg_" // looked for all the same
	}
	station, err := a.station(r)
	if err != nil {
		return access.Who{}, err
	}
	ctx := r.Context()
	keyring, err := a.desk.Keyring(ctx, station)
	if err != nil {
		return access.Who{}, err
	}
	blind := keyring.Blind("token", token)
	org, err := a.desk.Org(ctx, station)
	if err != nil {
		return access.Who{}, err
	}
	t, listed := org.Tokens[blind]
	if !listed { // made by another process a moment ago, or wrong
		holder, err := a.desk.Journal.Holder(ctx, station, "token", blind)
		if err != nil {
			return access.Who{}, err
		}
		if holder != "" {
			if err := a.desk.Refresh(ctx); err != nil {
				return access.Who{}, err
			}
			if org, err = a.desk.Org(ctx, station); err != nil {
				return access.Who{}, err
			}
			t, listed = org.Tokens[blind]
		}
	}
	who, ok, err := a.desk.Known(ctx, station, t.Person)
	if err != nil {
		return access.Who{}, err
	}
	if !ok || !listed {
		return access.Who{}, fault.New(fault.SignIn, "api.wrong_token", nil)
	}
	return who, nil
}
