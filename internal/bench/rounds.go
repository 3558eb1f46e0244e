package bench

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/round"
)

// solomonSteps and solomonFor bound the search for one instance: the steps make the answer the same on every run, the time keeps a slow
// or busy machine within the limit. Two searches run at once, from two seeds: a station has two cores.
const (
	solomonSteps = 1500000
	solomonFor   = 9 * time.Second
)

// Rounds plans the 56 instances of Solomon (1987), a vehicle routing benchmark with time windows, and compares with the best known plans:
// how many vehicles more, how much longer the way. One unit of distance is a minute.
func Rounds(ctx context.Context, o Options) ([]Figure, error) {
	o.defaults()
	if o.Solomon == "" {
		o.Solomon = filepath.Join("..", "shared", "data", "solomon")
	}
	best, err := bestKnown(filepath.Join(o.Solomon, "best_known.csv"))
	if errors.Is(err, fs.ErrNotExist) {
		o.Say("rounds: no Solomon instances at %s, left out; --solomon names another folder", o.Solomon)
		return []Figure{{Name: "Solomon instances found", Value: 0, Unit: "instances"}}, nil
	} else if err != nil {
		return nil, err
	}
	classes := map[string]*solomonClass{}
	for _, b := range best {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		day, err := solomonDay(filepath.Join(o.Solomon, "instances", b.name+".txt"))
		if err != nil {
			return nil, err
		}
		got, err := solveSolomon(day, o)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", b.name, err)
		}
		o.Say("%-6s vehicles %2d of %2d  distance %8.2f of %8.2f  %+6.2f %%  %.1f s", b.name, got.vehicles, b.vehicles, got.distance, b.distance,
			100*(got.distance/b.distance-1), got.took.Seconds())
		name := strings.TrimRight(b.name, "0123456789") + b.name[len(b.name)-3:len(b.name)-2]
		if classes[name] == nil {
			classes[name] = &solomonClass{worst: math.Inf(-1)}
		}
		classes[name].add(b, got)
	}
	return solomonFigures(classes), nil
}

func solomonFigures(classes map[string]*solomonClass) (out []Figure) {
	for _, name := range []string{"C1", "C2", "R1", "R2", "RC1", "RC2"} {
		c := classes[name]
		if c == nil {
			continue
		}
		n := fmt.Sprintf("%s (%d)", name, c.count)
		out = append(out,
			Figure{Name: n + " vehicles", Value: float64(c.vehicles), Unit: "vehicles", Floor: float64(c.bestVehicles), Ratio: float64(c.vehicles) / float64(c.bestVehicles), Aim: "ratio 1"},
			Figure{Name: n + " distance", Value: c.distance, Unit: "units", Floor: c.bestDistance, Ratio: c.distance / c.bestDistance, Aim: "ratio ≤ 1.05"},
			Figure{Name: n + " longest against the best known", Value: c.worst, Unit: "%", Aim: "≤ 5 with as many vehicles"},
			Figure{Name: n + " slowest", Value: c.slowest.Seconds(), Unit: "s", Aim: "≤ 10"})
	}
	return out
}

type solomonClass struct {
	count, vehicles, bestVehicles int
	distance, bestDistance, worst float64
	slowest                       time.Duration
}

func (c *solomonClass) add(best, got solomonPlan) {
	c.count++
	c.vehicles, c.bestVehicles = c.vehicles+got.vehicles, c.bestVehicles+best.vehicles
	c.distance, c.bestDistance = c.distance+got.distance, c.bestDistance+best.distance
	c.worst, c.slowest = max(c.worst, 100*(got.distance/best.distance-1)), max(c.slowest, got.took)
}

type solomonPlan struct {
	name     string
	vehicles int
	distance float64
	took     time.Duration
}

func bestKnown(file string) (out []solomonPlan, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		return nil, err
	}
	for _, r := range rows[min(1, len(rows)):] {
		n, err1 := strconv.Atoi(r[1])
		d, err2 := strconv.ParseFloat(r[2], 64)
		if err := errors.Join(err1, err2); err != nil {
			return nil, fmt.Errorf("%s: %s: %w", file, r[0], err)
		}
		out = append(out, solomonPlan{name: r[0], vehicles: n, distance: d})
	}
	return out, nil
}

// solveSolomon plans one instance and goes through the answer with exact distances.
func solveSolomon(day round.Day, o Options) (got solomonPlan, err error) {
	start := o.Clock.Now()
	limit := min(solomonFor, 2*o.For) // five seconds a cell, the usual, are the full time
	plan, err := round.MakeBest(day, plane{}, []uint64{1, 2}, func() round.Budget {
		steps := round.Steps(solomonSteps)
		return func() float64 { return min(steps(), 1-float64(o.Clock.Now().Sub(start))/float64(limit)) }
	})
	got.took = o.Clock.Now().Sub(start)
	if err != nil {
		return got, err
	}
	if len(plan.Left) > 0 {
		return got, fmt.Errorf("%d customers are left", len(plan.Left))
	}
	visits, seen := map[string]round.Visit{}, map[string]bool{}
	for _, v := range day.Visits {
		visits[v.ID] = v
	}
	depot := day.Teams[0]
	for _, t := range plan.Tours {
		at, now, load := depot.From, depot.Shift.From, 0
		for _, s := range t.Stops {
			v := visits[s.Visit]
			d := distance(at, v.Place)
			got.distance += d
			now = now.Add(time.Duration(d * float64(time.Minute)))
			if now.Before(v.Agreed.From) {
				now = v.Agreed.From
			}
			if now.After(v.Agreed.Until) || seen[v.ID] {
				return got, fmt.Errorf("customer %s is visited late or twice", v.ID)
			}
			now, at, load, seen[v.ID] = now.Add(time.Duration(v.Minutes)*time.Minute), v.Place, load+v.Load, true
		}
		d := distance(at, depot.From)
		got.distance += d
		if now.Add(time.Duration(d*float64(time.Minute))).After(depot.Shift.Until) || load > depot.Carry {
			return got, fmt.Errorf("vehicle %s is late or too full", t.Team)
		}
	}
	if len(seen) != len(day.Visits) {
		return got, fmt.Errorf("%d of %d customers are visited", len(seen), len(day.Visits))
	}
	got.vehicles = len(plan.Tours)
	return got, nil
}

func distance(a, b round.Place) float64 { return math.Hypot(a.Lat-b.Lat, a.Lon-b.Lon) }

// plane is travel as the crow flies.
type plane struct{}

func (plane) Between(a, b round.Place, _ round.Mode) (time.Duration, bool) {
	return time.Duration(distance(a, b) * float64(time.Minute)), true
}

// solomonDay reads an instance: a line with vehicles and capacity, then customers of seven numbers, the depot first.
func solomonDay(file string) (day round.Day, err error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return day, err
	}
	at := func(minutes int) time.Time { return time.Unix(0, 0).UTC().Add(time.Duration(minutes) * time.Minute) }
	vehicles, capacity := 0, 0
	for line := range strings.Lines(string(text)) {
		var n []int
		for _, w := range strings.Fields(line) {
			i, err := strconv.Atoi(w)
			if err != nil {
				n = nil
				break
			}
			n = append(n, i)
		}
		switch {
		case len(n) == 2:
			vehicles, capacity = n[0], n[1]
		case len(n) == 7:
			place := round.Place{ID: strconv.Itoa(n[0]), Lat: float64(n[1]), Lon: float64(n[2])}
			if len(day.Teams) > 0 {
				day.Visits = append(day.Visits, round.Visit{ID: place.ID, Place: place, Load: n[3], Agreed: round.Window{From: at(n[4]), Until: at(n[5])}, Minutes: n[6]})
				continue
			}
			team := round.Team{By: round.Drive, Shift: round.Window{From: at(n[4]), Until: at(n[5])}, From: place, Carry: capacity}
			day.Teams = slices.Repeat([]round.Team{team}, vehicles)
			for i := range day.Teams {
				day.Teams[i].ID = strconv.Itoa(i + 1)
			}
		}
	}
	if len(day.Visits) == 0 {
		return day, fmt.Errorf("%s: no customers found", file)
	}
	return day, nil
}
