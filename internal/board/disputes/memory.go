package disputes

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/store"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// The ways in which two disputes are about the same thing.
const (
	SamePair  = "pair"  // two of the parties are the same, one on each side
	SamePlace = "place" // the same place, by its words or within nearM metres
	SameLine  = "line"  // the same measured line
)

// onPoint keys a square of a thousandth of a degree; what lies in one or beside it is measured.
const onPoint = "point"

// nearM is how near two points are the same place.
const nearM = 50

// maxPaired is how many parties of a side are paired: a crowd is known by its spokespersons.
const maxPaired = 12

// keys are the links of memory of a dispute: the pair of parties by blind tokens of their numbers (a name alone never), the place, the
// point, the line.
func (b *Board) keys(ctx context.Context, batch *board.Batch, e *board.Followed[written]) ([][]any, error) {
	var list [][]any
	add := func(way, token string) {
		r := []any{batch.Station, way, token, e.ID}
		if !slices.ContainsFunc(list, func(x []any) bool { return x[1] == r[1] && x[2] == r[2] }) {
			list = append(list, r)
		}
	}
	pairs, err := b.pairs(ctx, batch, e)
	if err != nil {
		return nil, err
	}
	for _, p := range pairs {
		add(SamePair, p)
	}
	if p := samePlace(e.Place); p != "" {
		add(SamePlace, p)
	}
	if e.Lon != 0 || e.Lat != 0 {
		x, y := square(e.Lon, e.Lat)
		add(onPoint, squareKey(x, y))
	}
	for _, s := range e.Sheets {
		if s.Kind != "line" {
			continue
		}
		add(SameLine, s.ID)
		if s.From != "" {
			add(SameLine, s.From)
		}
	}
	return list, nil
}

// pairs gives a token for every two parties on different sides whose numbers are known. Only the pair is kept: who was in how many
// disputes with whom else cannot be read from it.
func (b *Board) pairs(ctx context.Context, batch *board.Batch, e *board.Followed[written]) ([]string, error) {
	var known []numbered
	count := map[string]int{}
	for _, p := range e.Parties {
		if p.Phone.IsZero() && p.IDNo.IsZero() || count[p.Side] >= maxPaired {
			continue
		}
		tokens, err := b.tokens(ctx, batch, e, p)
		if err != nil {
			return nil, err
		}
		if len(tokens) > 0 {
			known = append(known, numbered{p.Side, tokens})
			count[p.Side]++
		}
	}
	if len(known) < 2 {
		return nil, nil
	}
	k, err := b.Keyring(batch.Station)
	if err != nil {
		return nil, err
	}
	var list []string
	for i, x := range known {
		for _, y := range known[i+1:] {
			if x.side == y.side && x.side != "" {
				continue
			}
			for _, s := range x.tokens {
				for _, t := range y.tokens {
					if s != t {
						list = append(list, k.Blind("dispute pair", min(s, t)+"|"+max(s, t)))
					}
				}
			}
		}
	}
	slices.Sort(list)
	return slices.Compact(list), nil
}

type numbered struct {
	side   string
	tokens []string
}

// tokens are the blind tokens of a party's phone and ID number. A number that was erased has none.
func (b *Board) tokens(ctx context.Context, batch *board.Batch, e *board.Followed[written], p matter.Party) ([]string, error) {
	var list []string
	for _, t := range []struct {
		field string
		text  vault.Text
	}{{"dispute phone", p.Phone}, {"dispute id", p.IDNo}} {
		ref := t.text.Ref()
		if ref.Version == 0 {
			continue
		}
		token, ok := e.Written.tokens[ref]
		if !ok {
			k, err := b.Keyring(batch.Station)
			if err != nil {
				return nil, err
			}
			number, err := open(ctx, batch, k, ref)
			if err != nil {
				return nil, err
			}
			if token = k.Blind(t.field, number); e.Written.tokens == nil {
				e.Written.tokens = map[vault.Ref]string{}
			}
			e.Written.tokens[ref] = token
		}
		if token != "" {
			list = append(list, token)
		}
	}
	return list, nil
}

func open(ctx context.Context, batch *board.Batch, k *vault.Keyring, ref vault.Ref) (string, error) {
	sealed, wrapped, ok, err := batch.Journal.Open(ctx, batch.Station, ref.Subject, ref.Field, ref.Version)
	if err != nil || !ok {
		return "", err
	}
	key, err := k.Unwrap(ref.Subject, wrapped)
	if err != nil {
		return "", fmt.Errorf("unwrap the key of %s: %w", ref.Subject, err)
	}
	plain, err := k.Open(key, ref, sealed)
	return string(plain), err
}

// samePlace is the words of a place without width, case, blanks and punctuation; "" when they are too few to name one.
func samePlace(place string) string {
	s := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, width.Fold.String(place))
	if utf8.RuneCountInString(s) < 4 {
		return ""
	}
	return s
}

func square(lon, lat float64) (x, y int) {
	return int(math.Floor(lon * 1000)), int(math.Floor(lat * 1000))
}

func squareKey(x, y int) string { return fmt.Sprintf("%d/%d", x, y) }

// apart is the distance of two near points in metres.
func apart(lon1, lat1, lon2, lat2 float64) float64 {
	const degreeM = 111_320
	dx := (lon1 - lon2) * math.Cos((lat1+lat2)/2*math.Pi/180)
	return math.Hypot(dx, lat1-lat2) * degreeM
}

// Earlier is a dispute from before about the same pair, place or line, and what worked then.
type Earlier struct {
	Matter  string   `json:"matter"`
	Number  string   `json:"number"`
	Title   string   `json:"title"`
	Why     []string `json:"why"` // of SamePair, SamePlace, SameLine
	On      string   `json:"on"`  // closed, or opened when it is not
	Open    bool     `json:"open,omitempty"`
	Track   string   `json:"track,omitempty"`
	Outcome string   `json:"outcome,omitempty"`
	Kept    string   `json:"kept"`             // all, part, none; "" nothing was promised
	Worked  []string `json:"worked,omitempty"` // keys of ways to ease that helped
}

// maxEarlier is how many earlier disputes are shown beside one.
const maxEarlier = 20

// Earlier gives earlier disputes about the same pair, place or line as one that the asker may see, the latest first, as far as they
// lie in the scope and did not end before since (a date): memory expires. Those with a public-order case or a warning are left out
// (law-and-standards 5.6), and those mediated by the police for all but the police.
func (q *Query) Earlier(ctx context.Context, s access.Scope, id, since string) ([]Earlier, error) {
	me, err := q.One(ctx, s, id)
	if err != nil {
		return nil, err
	}
	why, err := q.linked(ctx, s.Station(), me)
	if err != nil || len(why) == 0 {
		return nil, err
	}
	var ids []string
	for id := range why {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var list []Earlier
	for some := range slices.Chunk(ids, MaxPage) {
		rows, err := q.ByID(ctx, s, some...)
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			on := r.ClosedOn
			if on == "" {
				on = r.OpenedOn
			}
			forgotten := !r.Running && on < since
			if !r.OpenedAt.Before(me.OpenedAt) || forgotten || r.violation || matter.State(r.State).Gone() || !s.Whole() && r.Track == dispute.Order {
				continue
			}
			list = append(list, Earlier{Matter: r.ID, Number: r.Number, Title: r.Title, Why: why[r.ID], On: on, Open: r.Running, Track: r.Track,
				Outcome: r.Outcome, Kept: r.kept(), Worked: r.eased})
		}
	}
	slices.SortFunc(list, func(a, b Earlier) int { return strings.Compare(b.On+b.Matter, a.On+a.Matter) })
	return list[:min(len(list), maxEarlier)], nil
}

// kept tells how far what was promised was kept.
func (r *Row) kept() string {
	switch {
	case r.Promises == 0:
		return ""
	case r.PromisesKept == r.Promises:
		return "all"
	case r.PromisesKept == 0:
		return "none"
	}
	return "part"
}

// linked gives the other disputes that share a link with one, and which.
func (q *Query) linked(ctx context.Context, station string, me Row) (map[string][]string, error) {
	why := map[string][]string{}
	note := func(id, way string) {
		if id != me.ID && !slices.Contains(why[id], way) {
			why[id] = append(why[id], way)
		}
	}
	// Cross joins keep SQLite to this order: from the few links of one dispute to those that share them.
	links, err := board.Ask(ctx, q.db, "look for earlier disputes", `select distinct o.id, o.way from board_dispute_key k cross join board_dispute_key o
		where k.station = $1 and k.id = $2 and k.way in ('`+SamePair+`', '`+SamePlace+`', '`+SameLine+`')
		and o.station = k.station and o.way = k.way and o.token = k.token order by o.id, o.way limit 1000`,
		[]any{station, me.ID}, func(rows *sql.Rows) (l [2]string, err error) {
			err = rows.Scan(&l[0], &l[1])
			return l, err
		})
	if err != nil {
		return nil, err
	}
	for _, l := range links {
		note(l[0], l[1])
	}
	if me.lon == 0 && me.lat == 0 {
		return why, nil
	}
	near, err := q.near(ctx, station, me)
	for _, id := range near {
		note(id, SamePlace)
	}
	return why, err
}

// near gives disputes within nearM metres.
func (q *Query) near(ctx context.Context, station string, me Row) ([]string, error) {
	x, y := square(me.lon, me.lat)
	args := []any{station}
	for dx := -1; dx <= 1; dx++ {
		for dy := -1; dy <= 1; dy++ {
			args = append(args, squareKey(x+dx, y+dy))
		}
	}
	type point struct {
		id       string
		lon, lat float64
	}
	points, err := board.Ask(ctx, q.db, "look for disputes nearby", `select d.id, d.lon, d.lat from board_dispute_key k cross join board_dispute d
		where d.station = k.station and d.id = k.id and k.station = $1 and k.way = '`+onPoint+`' and k.token in (`+store.Holes(2, 9)+`) order by d.id limit 1000`,
		args, func(rows *sql.Rows) (p point, err error) {
			err = rows.Scan(&p.id, &p.lon, &p.lat)
			return p, err
		})
	var list []string
	for _, p := range points {
		if apart(me.lon, me.lat, p.lon, p.lat) <= nearM {
			list = append(list, p.id)
		}
	}
	return list, err
}

// Repeat is an open dispute whose two sides called for help again and again.
type Repeat struct {
	Matter string `json:"matter"`
	Calls  int    `json:"calls"`
}

// Repeats gives open disputes whose pair of parties called for help least times or more since an instant, and more often than the
// dispute was last raised for: what the program's own act dispute.raise is to be done on. A call is a report tied to a dispute of the
// pair, or such a dispute opened without one (law-and-standards 9.9).
func (q *Query) Repeats(ctx context.Context, s access.Scope, since time.Time, least int) ([]Repeat, error) {
	if !s.Whole() || s.Station() == "" {
		return nil, nil
	}
	return board.Ask(ctx, q.db, "look for repeated calls", `select d.id, count(distinct c.call) from board_dispute_call c cross join board_dispute o
		cross join board_dispute_key k cross join board_dispute_key m cross join board_dispute d
		where c.station = $1 and c.at >= $2 and o.station = c.station and o.id = c.id and (o.state <> 'merged' or c.call not like 'matter/%')
		and k.station = c.station and k.id = c.id and k.way = 'pair' and m.station = k.station and m.way = 'pair' and m.token = k.token
		and d.station = m.station and d.id = m.id and d.is_open = 1
		group by d.id, d.calls having count(distinct c.call) >= $3 and count(distinct c.call) > d.calls order by d.id limit 500`,
		[]any{s.Station(), board.Micros(since), least}, func(rows *sql.Rows) (r Repeat, err error) {
			err = rows.Scan(&r.Matter, &r.Calls)
			return r, err
		})
}
