package api

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
)

// meters are what /metrics tells. Labels come from tables of the program, never from a request or a person.
type meters struct {
	registry *prometheus.Registry
	acts     *prometheus.CounterVec
	took     *prometheus.HistogramVec
}

func newMeters(s journal.Store) *meters {
	m := &meters{registry: prometheus.NewRegistry(),
		acts: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "maplegrid_acts_total", Help: "Acts by name and result."}, []string{"act", "result"}),
		took: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "maplegrid_request_seconds", Help: "Duration of requests by route and status.",
			Buckets: prometheus.ExponentialBuckets(0.0005, 2, 14)}, []string{"route", "status"})}
	m.registry.MustRegister(m.acts, m.took, heads{s}, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

func (m *meters) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

func (m *meters) act(name string, done desk.Answer, err error) {
	result := "done"
	if f, ok := fault.Of(err); ok {
		result = strconv.Itoa(f.Kind.Status())
	} else if err != nil {
		result = "500"
	} else if done.Repeat {
		result = "repeated"
	}
	m.acts.WithLabelValues(name, result).Inc()
}

// heads reads the head of every station's journal when it is asked.
type heads struct{ journal.Store }

var headDesc = prometheus.NewDesc("maplegrid_journal_head", "Last seq of a station's journal.", []string{"station"}, nil)

// Describe implements prometheus.Collector.
func (heads) Describe(c chan<- *prometheus.Desc) { c <- headDesc }

// Collect implements prometheus.Collector.
func (h heads) Collect(c chan<- prometheus.Metric) {
	stations, err := h.Stations(context.Background())
	if err != nil {
		c <- prometheus.NewInvalidMetric(headDesc, err)
	}
	for _, s := range stations {
		if seq, _, err := h.Head(context.Background(), s); err == nil {
			c <- prometheus.MustNewConstMetric(headDesc, prometheus.GaugeValue, float64(seq), s)
		}
	}
}

// Registry lets other rooms add meters to /metrics.
func (a *API) Registry() *prometheus.Registry { return a.meters.registry }

// Measure counts how long the requests of a route take; pages are measured with it too.
func (a *API) Measure(route string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, s := a.desk.Clock.Now(), &statusWriter{w, http.StatusOK}
		next.ServeHTTP(s, r)
		a.meters.took.WithLabelValues(strings.TrimSpace(route), strconv.Itoa(s.status)).Observe(a.desk.Clock.Now().Sub(start).Seconds())
	})
}

type statusWriter struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (s *statusWriter) WriteHeader(status int) {
	s.status = status
	s.ResponseWriter.WriteHeader(status)
}

// Unwrap lets http.ResponseController reach the connection.
func (s *statusWriter) Unwrap() http.ResponseWriter { return s.ResponseWriter }
