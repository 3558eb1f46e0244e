package app

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestOnlyATrustedProxySaysWhoCalls(t *testing.T) {
	proxies, err := parseProxies("127.0.0.1, 10.9.0.0/16")
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ rule, from, said, want string }{
		{"没有代理就是来者自己", "203.0.113.7:5000", "", "203.0.113.7:5000"},
		{"外人写的头不算", "203.0.113.7:5000", "198.51.100.1", "203.0.113.7:5000"},
		{"代理写的算", "127.0.0.1:5000", "198.51.100.1", "198.51.100.1:5000"},
		{"只信代理写的最后一段", "10.9.3.4:5000", "192.0.2.66, 198.51.100.1", "198.51.100.1:5000"},
		{"写得不成样子不算", "127.0.0.1:5000", "hello", "127.0.0.1:5000"},
	} {
		t.Run(x.rule, func(t *testing.T) {
			var got string
			h := behind(proxies, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr }))
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = x.from
			if x.said != "" {
				r.Header.Set("X-Forwarded-For", x.said)
			}
			h.ServeHTTP(httptest.NewRecorder(), r)
			if got != x.want {
				t.Fatalf("%s, want %s", got, x.want)
			}
		})
	}
	if _, err := parseProxies("nonsense"); err == nil {
		t.Fatal("nonsense was taken for an address")
	}
}
