package app

import (
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"strings"
)

// parseProxies reads addresses or networks of reverse proxies, separated by commas.
func parseProxies(s string) ([]netip.Prefix, error) {
	var list []netip.Prefix
	for _, one := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' }) {
		if a, err := netip.ParseAddr(one); err == nil {
			list = append(list, netip.PrefixFrom(a, a.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(one)
		if err != nil {
			return nil, fmt.Errorf("proxy %q: want an address or a network: %w", one, err)
		}
		list = append(list, p)
	}
	return list, nil
}

// behind takes the caller's address from X-Forwarded-For, but only what a trusted proxy itself wrote: the last entry. From anybody else
// the header says nothing, or everyone could choose whose budget of tries they use up.
func behind(proxies []netip.Prefix, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		said := strings.Join(r.Header.Values("X-Forwarded-For"), ",")
		host, port, err := net.SplitHostPort(r.RemoteAddr)
		if from, bad := netip.ParseAddr(host); err == nil && bad == nil && said != "" && trusted(proxies, from.Unmap()) {
			last := strings.TrimSpace(said[strings.LastIndex(said, ",")+1:])
			if a, err := netip.ParseAddr(last); err == nil {
				r.RemoteAddr = net.JoinHostPort(a.String(), port)
			}
		}
		next.ServeHTTP(w, r)
	})
}

func trusted(proxies []netip.Prefix, a netip.Addr) bool {
	for _, p := range proxies {
		if p.Contains(a) {
			return true
		}
	}
	return false
}
