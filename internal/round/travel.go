package round

import (
	"math"
	"time"
)

// Mode is how a team moves.
type Mode string

const (
	Walk  Mode = "walk"
	Drive Mode = "drive"
	Ride  Mode = "ride" // a motorcycle (摩托车、电动车): the roads of a car, up to the door, parked anywhere
)

// Modes are all of them.
var Modes = []Mode{Drive, Ride, Walk}

// Travel tells how long the way takes; false when there is none that is known. It MUST give the same answer each time it is asked.
type Travel interface {
	Between(from, to Place, by Mode) (time.Duration, bool)
}

// Matrix is travel times that are given, by the ids of places: a road extract's, or measured ones. What is not in it has no known way;
// the way from a place to itself takes no time.
type Matrix map[Mode]map[[2]string]time.Duration

// Between implements [Travel].
func (m Matrix) Between(from, to Place, by Mode) (time.Duration, bool) {
	if from.ID == to.ID {
		return 0, true
	}
	d, ok := m[by][[2]string{from.ID, to.ID}]
	return d, ok && d >= 0
}

// Roads is travel times that are given for some pairs of places, by the ids of the cells they lie in, and an estimate for the others: ways
// within one cell, and pairs that the table leaves out. Times given one way hold both ways, unless the way back is given too.
type Roads struct {
	Given    Matrix
	Estimate Travel
}

// Between implements [Travel].
func (r Roads) Between(from, to Place, by Mode) (time.Duration, bool) {
	if from.ID != to.ID {
		for _, pair := range [][2]string{{from.ID, to.ID}, {to.ID, from.ID}} {
			if d, ok := r.Given[by][pair]; ok && d >= 0 {
				return d, true
			}
		}
	}
	return r.Estimate.Between(from, to, by)
}

// Ground is a kind of country: how much longer than the straight line its ways are, and how fast a car goes on them.
type Ground struct {
	Slope       float64 // for slopes between the ends up to this; the last row has the rest
	DriveDetour float64
	DriveKmh    float64
	WalkDetour  float64
}

// Estimate works travel times out from coordinates and heights where no road data are. It is meant to be a little pessimistic: a team
// that waits at a door breaks no promise, one that is late does.
type Estimate struct {
	Grounds []Ground // by rising slope, at least one
	// Relief adds to the slope between the ends that of the country between them, which the two heights do not show: 0 in a plain,
	// about 0.1 among mountains.
	Relief float64
	// FootPath is the speed on a path as a part of that on firm ground; Tobler (1993) gives 0.6 off the path.
	FootPath float64
	// Park is for getting in, out and parking, once a drive.
	Park time.Duration
	// NearM is how far apart two doors are gone between on foot by a team with a car, which then comes back for it.
	NearM float64
}

// Usual is the estimate with constants for Chinese county roads: detours between 1.3 (plain) and 2.2 (mountain) as measured for rural road
// networks, speeds below the limits of 30 and 40 km/h for roads without a line in the middle and with one (Regulations on the
// Implementation of the Road Traffic Safety Law, article 45) because the way goes through villages.
func Usual() Estimate {
	return Estimate{
		Grounds: []Ground{
			{Slope: 0.02, DriveDetour: 1.3, DriveKmh: 35, WalkDetour: 1.2},
			{Slope: 0.08, DriveDetour: 1.6, DriveKmh: 28, WalkDetour: 1.3},
			{Slope: 1, DriveDetour: 2.2, DriveKmh: 22, WalkDetour: 1.5},
		},
		FootPath: 0.6, Park: 2 * time.Minute, NearM: 300,
	}
}

// Between implements [Travel].
func (e Estimate) Between(from, to Place, by Mode) (time.Duration, bool) {
	lineM, rise := straight(from, to), to.HeightM-from.HeightM
	if !finite(lineM, rise, from.OffRoadM, to.OffRoadM) || len(e.Grounds) == 0 {
		return 0, false
	}
	if lineM < 1 && math.Abs(rise) < 1 {
		return 0, true
	}
	slope := math.Abs(rise) / math.Max(lineM, 1)
	ground := e.Grounds[len(e.Grounds)-1]
	for _, g := range e.Grounds {
		if slope+e.Relief <= g.Slope {
			ground = g
			break
		}
	}
	alongM := math.Max(lineM*ground.WalkDetour, math.Abs(rise)/steepest)
	walk := hours(alongM, tobler(rise/alongM))
	if by == Walk {
		return walk, true
	}
	drive := e.Park + hours(lineM*ground.DriveDetour, ground.DriveKmh) + hours(from.OffRoadM+to.OffRoadM, tobler(0)*e.FootPath)
	if by == Ride {
		return e.Park/2 + hours(lineM*ground.DriveDetour+from.OffRoadM+to.OffRoadM, ground.DriveKmh), true
	}
	if lineM <= e.NearM && 2*walk < drive {
		return 2 * walk, true
	}
	return drive, true
}

// steepest is the slope at which a path begins to wind.
const steepest = 0.35

// tobler is the hiking function: km/h on a slope, fastest a little downhill.
func tobler(slope float64) float64 { return 6 * math.Exp(-3.5*math.Abs(slope+0.05)) }

func hours(m, kmh float64) time.Duration {
	return time.Duration(m / 1000 / kmh * float64(time.Hour)).Round(time.Second)
}

// straight is the distance on the sphere.
func straight(a, b Place) float64 {
	const radiusM, rad = 6371008.8, math.Pi / 180
	dLat, dLon := (b.Lat-a.Lat)*rad, (b.Lon-a.Lon)*rad
	h := math.Pow(math.Sin(dLat/2), 2) + math.Cos(a.Lat*rad)*math.Cos(b.Lat*rad)*math.Pow(math.Sin(dLon/2), 2)
	return 2 * radiusM * math.Asin(math.Min(1, math.Sqrt(h)))
}

func finite(v ...float64) bool {
	for _, x := range v {
		if math.IsNaN(x) || math.IsInf(x, 0) {
			return false
		}
	}
	return true
}
