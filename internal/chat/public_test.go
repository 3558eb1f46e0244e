package chat

import (
	"net/netip"
	"testing"
)

// A name of the vendor's that leads into the house is not followed, in whatever form the address comes.
func TestIsPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"203.119.26.1": true, "2400:3200::1": true, "::ffff:203.119.26.1": true,
		"127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "100.100.100.200": false,
		"0.0.0.0": false, "0.1.2.3": false, "198.18.0.1": false, "255.255.255.255": false, "240.0.0.1": false, "224.0.0.1": false,
		"::1": false, "::": false, "fe80::1": false, "fd00::1": false, "ff02::1": false, "::ffff:10.0.0.1": false,
		"64:ff9b::a00:1": false, "64:ff9b:1::a00:1": false, "2002:a00:1::1": false, "2001::1": false,
	} {
		if got := isPublic(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}
