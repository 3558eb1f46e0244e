package bench_test

import (
	"context"
	"testing"
	"time"

	"maplegrid/internal/bench"
)

// run reports every figure of a named bench; sizes are small so that `go test -bench` ends soon. `maplegrid bench` has the full ones.
func run(b *testing.B, name string, o bench.Options) {
	o.Data, o.Say = b.TempDir(), b.Logf
	figures, err := bench.Named[name](context.Background(), o)
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range figures {
		b.Logf("%s: %.2f %s (floor %.2f, ratio %.2f) %s", f.Name, f.Value, f.Unit, f.Floor, f.Ratio, f.Aim)
	}
	b.ReportMetric(figures[0].Value, figures[0].Unit)
	b.ReportMetric(figures[0].Ratio, "ratio")
}

func BenchmarkIntake(b *testing.B) { run(b, "intake", bench.Options{For: 2 * time.Second}) }
func BenchmarkLists(b *testing.B)  { run(b, "lists", bench.Options{Small: 1000, Large: 10000}) }
func BenchmarkSearch(b *testing.B) { run(b, "search", bench.Options{Small: 1000, Large: 10000}) }
func BenchmarkPromises(b *testing.B) {
	run(b, "promises", bench.Options{Small: 10000, Large: 200000})
}
func BenchmarkDisputes(b *testing.B) {
	run(b, "disputes", bench.Options{Small: 10000, Large: 100000})
}
func BenchmarkRebuild(b *testing.B) {
	run(b, "rebuild", bench.Options{Large: 10000})
}
func BenchmarkFollowing(b *testing.B) { run(b, "following", bench.Options{Large: 10000}) }
func BenchmarkStart(b *testing.B)     { run(b, "start", bench.Options{Large: 10000}) }

// Every bench runs at a tiny size, so that none rots.
func TestEveryBenchRuns(t *testing.T) {
	for _, name := range bench.Names() {
		t.Run(name, func(t *testing.T) {
			figures, err := bench.Named[name](context.Background(), bench.Options{Data: t.TempDir(), For: 50 * time.Millisecond, Rounds: 1, Clients: 4, Small: 60, Large: 120})
			if err != nil || len(figures) == 0 {
				t.Fatal(figures, err)
			}
		})
	}
}
