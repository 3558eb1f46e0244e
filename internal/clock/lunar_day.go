package clock

import (
	"math"
	"sync"
	"time"
)

// LunarDay is the day of the lunar month (初一 is 1) of t's day in Shanghai, on which markets are held (逢三逢八): a month begins on the
// day of the new moon (GB/T 33661-2017). Months need no names here, so leap months need no care.
func LunarDay(t time.Time) int {
	day := dayOf(t)
	n := int64(math.Floor(float64(day-firstMoon) / lunation))
	for n++; moonDay(n) > day; n-- {
	}
	return int(day-moonDay(n)) + 1
}

// firstMoon is the Shanghai day of the new moon of 6 January 2000, lunation the mean length of a month.
var firstMoon = dayOf(time.Date(2000, time.January, 7, 0, 0, 0, 0, Shanghai))

const lunation = 29.530588861

var moonDays sync.Map // number of a new moon, counted from January 2000 → day

// moonDay is the Shanghai day of a new moon.
func moonDay(n int64) int64 {
	if d, ok := moonDays.Load(n); ok {
		return d.(int64)
	}
	d := dayOf(newMoon(float64(n)))
	moonDays.Store(n, d)
	return d
}

// newMoon is the instant of a new moon after J. Meeus, Astronomical Algorithms, chapter 49, right to some seconds. k counts from
// January 2000.
func newMoon(k float64) time.Time {
	t := k / 1236.85
	rad := func(deg float64) float64 { return math.Mod(deg, 360) * math.Pi / 180 }
	jde := 2451550.09766 + lunation*k + 0.00015437*t*t - 0.000000150*t*t*t
	e := 1 - 0.002516*t - 0.0000074*t*t
	m := rad(2.5534 + 29.10535670*k - 0.0000014*t*t)
	p := rad(201.5643 + 385.81693528*k + 0.0107582*t*t + 0.00001238*t*t*t)
	f := rad(160.7108 + 390.67050284*k - 0.0016118*t*t - 0.00000227*t*t*t)
	o := rad(124.7746 - 1.56375588*k + 0.0020672*t*t)
	sin := math.Sin
	jde += -0.40720*sin(p) + 0.17241*e*sin(m) + 0.01608*sin(2*p) + 0.01039*sin(2*f) + 0.00739*e*sin(p-m) - 0.00514*e*sin(p+m) +
		0.00208*e*e*sin(2*m) - 0.00111*sin(p-2*f) - 0.00057*sin(p+2*f) + 0.00056*e*sin(2*p+m) - 0.00042*sin(3*p) +
		0.00042*e*sin(m+2*f) + 0.00038*e*sin(m-2*f) - 0.00024*e*sin(2*p-m) - 0.00017*sin(o) - 0.00007*sin(p+2*m) +
		0.00004*sin(2*p-2*f) + 0.00004*sin(3*m) + 0.00003*sin(p+m-2*f) + 0.00003*sin(2*p+2*f) - 0.00003*sin(p+m+2*f) + 0.00003*sin(p-m+2*f)
	for _, a := range [...][3]float64{{299.77, 0.107408, 325}, {251.88, 0.016321, 165}, {251.83, 26.651886, 164}, {349.42, 36.412478, 126},
		{84.66, 18.206239, 110}, {141.74, 53.303771, 62}, {207.14, 2.453732, 60}, {154.84, 7.306860, 56}, {34.52, 27.261239, 47},
		{207.19, 0.121824, 42}, {291.34, 1.844379, 40}, {161.72, 24.198154, 37}, {239.56, 25.513099, 35}, {331.55, 3.592518, 23}} {
		jde += a[2] * 1e-6 * sin(rad(a[0]+a[1]*k))
	}
	year := 100 * t
	deltaT := 62.92 + 0.32217*year + 0.005589*year*year // seconds between terrestrial and universal time
	unix := (jde-2440587.5)*86400 - deltaT
	return time.Unix(int64(unix), 0)
}
