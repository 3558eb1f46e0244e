package bench_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"maplegrid/internal/bench"
)

// An instance of the same form with two customers, one vehicle and a way of 2 × (3+4+5) / 2.
const tiny = `T1

VEHICLE
NUMBER     CAPACITY
   2          10

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0       0          0         0          0         100          0
    1       3          0         5          0          50         10
    2       3          4         5         20          60         10
`

func TestRoundsReadsAndComparesInstances(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "instances"), 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"best_known.csv": "instance,vehicles,distance\nC101,1,10\n", "instances/C101.txt": tiny} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	figures, err := bench.Rounds(context.Background(), bench.Options{Solomon: dir, For: 10 * time.Millisecond})
	if err != nil || len(figures) != 4 || figures[0].Ratio != 1 || figures[1].Value != 12 || figures[2].Value < 19.99 || figures[2].Value > 20.01 {
		t.Fatalf("%+v %v", figures, err)
	}
}

func TestRoundsSaysWhenThereAreNoInstances(t *testing.T) {
	said := ""
	_, err := bench.Rounds(context.Background(), bench.Options{Solomon: t.TempDir(), Say: func(format string, a ...any) { said += fmt.Sprintf(format, a...) }})
	if err != nil || !strings.Contains(said, "no Solomon instances") {
		t.Fatal(said, err)
	}
}
