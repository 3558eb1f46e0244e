// Package drafts is the board of drafts (草稿): what was said in group chats and what became of it. The words stay in the vault; a page
// opens those it shows.
package drafts

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/store"
	"maplegrid/internal/vault"
	"maplegrid/internal/work"
	"maplegrid/internal/work/draft"
)

// Board is the projection.
type Board struct{}

// Name implements board.Board.
func (*Board) Name() string { return "drafts" }

// Version implements board.Board.
func (*Board) Version() int { return 4 }

// Tables implements board.Board.
func (*Board) Tables(string) ([]string, []string) {
	return []string{"board_draft", "board_chat_group"}, []string{
		`create table board_draft (
  station text not null, id text not null, state text not null, ringing bigint not null, paste text not null, place bigint not null, grp text not null,
  cell text not null, person text not null, taken_by text not null, taken_at bigint not null, said_at bigint not null, changed_at bigint not null,
  reason text not null, into_draft text not null, report text not null, receipt text not null, matter text not null, more text not null,
  version bigint not null, primary key (station, id))`,
		"create index board_draft_state on board_draft (station, state, ringing, taken_at, place, id)",
		"create index board_draft_cell on board_draft (station, cell, state, ringing, taken_at, place, id)",
		"create index board_draft_taken on board_draft (station, taken_by, state, ringing, taken_at, place, id)",
		"create index board_draft_paste on board_draft (station, paste, place, id)",
		"create index board_draft_into on board_draft (station, into_draft, id)",
		"create index board_draft_report on board_draft (station, report)",
		"create index board_draft_changed on board_draft (station, state, changed_at, id)",
		`create table board_chat_group (
  station text not null, name text not null, cell text not null, used_at bigint not null, used_by text not null, primary key (station, name))`,
		"create index board_chat_group_used on board_chat_group (station, used_at, name)",
	}
}

const columns = "station, id, state, ringing, paste, place, grp, cell, person, taken_by, taken_at, said_at, changed_at, reason, into_draft, report, receipt, matter, more, version"

var upsert = store.Upsert(columns, "station", "id")

// more is what of a draft no question asks for.
type more struct {
	Name     vault.Text `json:"n,omitzero"`
	Words    vault.Text `json:"w,omitzero"`
	Quote    vault.Text `json:"q,omitzero"`
	Channel  string     `json:"c"`
	Pictures int        `json:"p,omitempty"`
	Missed   int        `json:"pm,omitempty"`
	Photos   []string   `json:"ph,omitempty"`
	Piece    int        `json:"i,omitempty"`
	Pieces   int        `json:"k,omitempty"`
	Follows  string     `json:"f,omitempty"`
	Retracts string     `json:"r,omitempty"`
	Dangers  []string   `json:"d,omitempty"`
	Label    string     `json:"l,omitempty"`
	Urgency  string     `json:"u,omitempty"`
	Where    string     `json:"wh,omitempty"`
	Members  []string   `json:"m,omitempty"`
	Last     string     `json:"la,omitempty"`
	LastBy   string     `json:"lb,omitempty"`
	Receipts []string   `json:"rc,omitempty"`
	Asked    string     `json:"as,omitempty"`
	AskedBy  string     `json:"ab,omitempty"`
}

// Apply implements board.Board: a draft's stream is short, so a changed one is read whole.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	drafts := map[string]*draft.Draft{}
	changed := map[string]int64{}
	var order []string
	for _, item := range batch.Items {
		id, ok := strings.CutPrefix(item.Stream, "draft/")
		if !ok {
			continue
		}
		d, seen := drafts[id]
		if !seen {
			d = &draft.Draft{}
			if item.Version > 1 {
				events, err := batch.Journal.Stream(ctx, batch.Station, item.Stream, 0)
				if err != nil {
					return err
				}
				if d, err = draft.Fold(events); err != nil {
					return err
				}
			}
			drafts[id], order = d, append(order, id)
		}
		changed[id] = board.Micros(item.HappenedAt)
		if item.Version == d.Version+1 {
			if err := d.Apply(item.Payload, work.Where(item.Event)); err != nil {
				return err
			}
		}
		if e, ok := item.Payload.(draft.Taken); ok && e.Group != "" {
			if err := b.used(ctx, batch, e, item); err != nil {
				return err
			}
		}
	}
	var rows [][]any
	for _, id := range order {
		row, err := b.row(batch.Station, drafts[id], changed[id])
		if err != nil {
			return err
		}
		rows = append(rows, row)
	}
	return store.Insert(ctx, batch.Tx, "board_draft", columns, upsert, rows)
}

// used remembers a group and the cell it was last pasted for, by its first message.
func (b *Board) used(ctx context.Context, batch *board.Batch, e draft.Taken, item board.Item) error {
	if e.Place > 1 {
		return nil
	}
	return store.Insert(ctx, batch.Tx, "board_chat_group", "station, name, cell, used_at, used_by", store.Upsert("station, name, cell, used_at, used_by", "station", "name"),
		[][]any{{batch.Station, e.Group, e.Home, board.Micros(item.HappenedAt), item.Actor}})
}

func (b *Board) row(station string, d *draft.Draft, changed int64) ([]any, error) {
	rings := d.Rings()
	m := more{Name: d.Name, Words: d.Words, Quote: d.Quote, Channel: d.Channel, Pictures: d.Pictures, Missed: d.Missed, Piece: d.Piece, Pieces: d.Pieces, Follows: d.Follows, Retracts: d.Retracts,
		Dangers: rings, Label: d.Label, Urgency: d.Urgency, Where: d.Where, Members: d.Members}
	for _, p := range d.Photos {
		m.Photos = append(m.Photos, p.ID)
	}
	if d.Last != nil {
		m.Last, m.LastBy = d.Last.What, d.Last.By
	}
	if d.Asked != nil {
		m.Asked, m.AskedBy = d.Asked.Reason, d.Asked.By
	}
	var report, receipt, matter string
	if f := d.Filing; f != nil {
		report, receipt, matter = f.Report, f.Receipt, f.Matter
		for _, o := range f.Others {
			if o.Receipt != "" {
				m.Receipts = append(m.Receipts, o.Receipt)
			}
		}
	}
	text, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	var said int64
	if !d.SaidAt.IsZero() {
		said = board.Micros(d.SaidAt)
	}
	state := d.State
	if d.Erased && state != draft.Filed && state != draft.Joined { // nothing is left of it that anybody could want
		state = draft.Gone
	}
	return []any{station, d.ID, string(state), board.Flag(d.State != draft.Waiting || len(rings) == 0), d.Paste, d.Place, d.Group, d.Cell, d.Person, d.TakenBy, board.Micros(d.TakenAt), said, changed,
		d.Reason, d.Into, report, receipt, matter, string(text), d.Version}, nil
}

// Row is one draft in a list. Name and Words are sealed references.
type Row struct {
	ID        string      `json:"id"`
	State     draft.State `json:"state"`
	Paste     string      `json:"paste"`
	Place     int         `json:"place"`
	Group     string      `json:"group,omitempty"`
	Channel   string      `json:"channel"`
	Cell      string      `json:"cell,omitempty"`
	Person    string      `json:"person,omitempty"`
	TakenBy   string      `json:"taken_by,omitempty"`
	TakenAt   time.Time   `json:"taken_at"`
	SaidAt    time.Time   `json:"said_at,omitzero"`
	ChangedAt time.Time   `json:"changed_at"`
	Reason    string      `json:"reason,omitempty"`
	Into      string      `json:"into,omitempty"`
	Report    string      `json:"report,omitempty"`
	Receipt   string      `json:"receipt,omitempty"`
	Matter    string      `json:"matter,omitempty"`
	Pictures  int         `json:"pictures,omitempty"`
	Missed    int         `json:"pictures_missed,omitempty"` // of them the vendor did not give
	Photos    []string    `json:"photos,omitempty"`
	Piece     int         `json:"piece,omitempty"`
	Pieces    int         `json:"pieces,omitempty"`
	Follows   string      `json:"follows,omitempty"`
	Retracts  string      `json:"retracts,omitempty"`
	Dangers   []string    `json:"dangers,omitempty"`
	Label     string      `json:"label,omitempty"`
	Urgency   string      `json:"urgency,omitempty"`
	Where     string      `json:"place_words,omitempty"`
	Members   []string    `json:"members,omitempty"`
	Last      string      `json:"last,omitempty"` // the step that can be undone
	LastBy    string      `json:"last_by,omitempty"`
	Receipts  []string    `json:"receipts,omitempty"` // of those who were joined to it
	Asked     string      `json:"asked,omitempty"`    // the reason for which somebody would set it aside who may not decide that alone
	AskedBy   string      `json:"asked_by,omitempty"`
	Version   int         `json:"version"`
	Name      vault.Text  `json:"-"`
	Words     vault.Text  `json:"-"`
	Quote     vault.Text  `json:"-"`
}

// Page is a run of rows and the cursor of the next.
type Page struct {
	Rows []Row  `json:"rows"`
	Next string `json:"next,omitempty"`
}

// Query asks the board.
type Query struct{ db *sql.DB }

// NewQuery reads from the boards of an engine.
func NewQuery(b store.Boards) *Query { return &Query{b.Read} }

// MaxPage is how many rows a page has at most.
const MaxPage = 200

type place struct {
	Ringing int    `json:"r"`
	At      int64  `json:"a"`
	Place   int    `json:"p"`
	ID      string `json:"i"`
}

const places = board.Order[place]("drafts")

// List gives the drafts in a state: what rings first, then in the order in which they were taken and said; those dealt with the latest
// first. Without the whole station in scope it gives those of the scope's cells and those the asker took in.
func (q *Query) List(ctx context.Context, s access.Scope, state draft.State, after string, limit int) (Page, error) {
	if s.Station() == "" || !s.Whole() && len(s.Cells()) == 0 && s.Person() == "" {
		return Page{}, nil
	}
	limit = board.Limit(limit, MaxPage)
	text, args, err := listing(s, state, after, limit)
	if err != nil {
		return Page{}, err
	}
	rows, err := q.rows(ctx, text, args...)
	if err != nil {
		return Page{}, err
	}
	rows, next := board.Cut(places, rows, limit, func(r Row) place {
		return place{board.Flag(r.State != draft.Waiting || len(r.Dangers) == 0), r.TakenAt.UnixMicro(), r.Place, r.ID}
	})
	return Page{rows, next}, nil
}

// listing writes the question of List: each cell is asked for by its index and gives no more than the page needs, so that it costs the
// same however many drafts there are.
func listing(s access.Scope, state draft.State, after string, limit int) (text string, args []any, err error) {
	asked := board.Args{s.Station(), string(state)}
	arg := asked.Add
	wheres := "station = $1 and state = $2"
	dir, cmp := "", ">"
	if state != draft.Waiting {
		dir, cmp = " desc", "<"
	}
	c, err := places.After(after, place{})
	if err != nil {
		return "", nil, err
	}
	if after != "" {
		wheres += " and (ringing, taken_at, place, id) " + cmp + " (" + arg(c.Ringing) + ", " + arg(c.At) + ", " + arg(c.Place) + ", " + arg(c.ID) + ")"
	}
	order := " order by ringing" + dir + ", taken_at" + dir + ", place" + dir + ", id" + dir + " limit " + arg(limit+1)
	base := "select " + columns + " from board_draft where " + wheres
	text = base + order
	if !s.Whole() {
		var parts []string
		for _, c := range s.Cells() {
			parts = append(parts, "select * from ("+base+" and cell = "+arg(c)+order+") c")
		}
		if s.Person() != "" {
			parts = append(parts, "select * from ("+base+" and taken_by = "+arg(s.Person())+order+") t")
		}
		text = "select * from (" + strings.Join(parts, " union ") + ") a" + order
	}
	return text, asked, nil
}

// Waiting counts the drafts that wait, up to 100.
func (q *Query) Waiting(ctx context.Context, s access.Scope) (int, error) {
	return q.Count(ctx, s, draft.Waiting)
}

// mostCounted is how far drafts are counted.
const mostCounted = 100

// Count counts the drafts in a state, up to 100.
func (q *Query) Count(ctx context.Context, s access.Scope, state draft.State) (n int, err error) {
	if s.Station() == "" || !s.Whole() && len(s.Cells()) == 0 && s.Person() == "" {
		return 0, nil
	}
	text, args, err := listing(s, state, "", mostCounted-1)
	if err != nil {
		return 0, err
	}
	err = q.db.QueryRowContext(ctx, "select count(*) from ("+text+") n", args...).Scan(&n)
	return n, err
}

// Paste gives every draft that came with one paste and may be seen, in the order in which they were said.
func (q *Query) Paste(ctx context.Context, s access.Scope, paste string) ([]Row, error) {
	return q.seen(ctx, s, "paste = $2", "place, id", paste)
}

// ByID gives the rows of some drafts that may be seen.
func (q *Query) ByID(ctx context.Context, s access.Scope, ids ...string) ([]Row, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	args := make([]any, len(ids))
	for i, id := range ids {
		args[i] = id
	}
	return q.seen(ctx, s, "id in ("+store.Holes(2, len(ids))+")", "taken_at, place, id", args...)
}

// OfReport gives the draft a report was made of, when it may be seen.
func (q *Query) OfReport(ctx context.Context, s access.Scope, report string) (Row, bool, error) {
	if report == "" {
		return Row{}, false, nil
	}
	rows, err := q.seen(ctx, s, "report = $2", "id", report)
	if err != nil || len(rows) == 0 {
		return Row{}, false, err
	}
	return rows[0], true, nil
}

func (q *Query) seen(ctx context.Context, s access.Scope, where, order string, args ...any) ([]Row, error) {
	if s.Station() == "" {
		return nil, nil
	}
	rows, err := q.rows(ctx, "select "+columns+" from board_draft where station = $1 and "+where+" order by "+order+" limit 2000", append([]any{s.Station()}, args...)...)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(rows, func(r Row) bool { return !s.Sees(r.thing(s.Station())) }), nil
}

// thing is the draft as the policy sees it.
func (r *Row) thing(station string) access.Thing {
	t := access.Thing{Kind: "draft", Station: station}
	if r.Cell != "" {
		t.Cells = []string{r.Cell}
	}
	if r.TakenBy != "" {
		t.People = []string{r.TakenBy}
	}
	return t
}

// Stale lists the drafts in a state that nobody has touched since a time, the oldest first.
func (q *Query) Stale(ctx context.Context, s access.Scope, state draft.State, before time.Time, limit int) ([]Row, error) {
	if !s.Whole() {
		return nil, nil
	}
	return q.rows(ctx, "select "+columns+" from board_draft where station = $1 and state = $2 and changed_at < $3 order by changed_at, id limit $4",
		s.Station(), string(state), board.Micros(before), limit)
}

// Group is a group chat somebody pasted from, and the cell it was last pasted for.
type Group struct {
	Name, Cell string
	UsedAt     time.Time
}

// Groups lists the groups that were used last; those of other cells are left out where only some cells may be seen.
func (q *Query) Groups(ctx context.Context, s access.Scope, limit int) ([]Group, error) {
	if s.Station() == "" {
		return nil, nil
	}
	rows, err := q.db.QueryContext(ctx, "select name, cell, used_at, used_by from board_chat_group where station = $1 order by used_at desc, name limit 200", s.Station())
	if err != nil {
		return nil, fmt.Errorf("list groups: %w", err)
	}
	defer rows.Close()
	var list []Group
	for rows.Next() && len(list) < limit {
		var g Group
		var at int64
		var by string
		if err := rows.Scan(&g.Name, &g.Cell, &at, &by); err != nil {
			return nil, fmt.Errorf("list groups: %w", err)
		}
		g.UsedAt = time.UnixMicro(at).UTC()
		if s.Sees(access.Thing{Kind: "draft", Station: s.Station(), Cells: []string{g.Cell}, People: []string{by}}) {
			list = append(list, g)
		}
	}
	return list, rows.Err()
}

func (q *Query) rows(ctx context.Context, text string, args ...any) ([]Row, error) {
	return board.Ask(ctx, q.db, "list drafts", text, args, scan)
}

func scan(rows *sql.Rows) (Row, error) {
	var r Row
	var station, text, state string
	var ringing, taken, said, changed int64
	if err := rows.Scan(&station, &r.ID, &state, &ringing, &r.Paste, &r.Place, &r.Group, &r.Cell, &r.Person, &r.TakenBy, &taken, &said, &changed, &r.Reason, &r.Into,
		&r.Report, &r.Receipt, &r.Matter, &text, &r.Version); err != nil {
		return r, err
	}
	r.State, r.TakenAt, r.ChangedAt = draft.State(state), time.UnixMicro(taken).UTC(), time.UnixMicro(changed).UTC()
	if said != 0 {
		r.SaidAt = time.UnixMicro(said).UTC()
	}
	var m more
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		return r, err
	}
	r.Name, r.Words, r.Channel, r.Pictures, r.Missed, r.Photos, r.Piece, r.Pieces = m.Name, m.Words, m.Channel, m.Pictures, m.Missed, m.Photos, m.Piece, m.Pieces
	r.Follows, r.Retracts, r.Dangers, r.Label, r.Urgency, r.Where = m.Follows, m.Retracts, m.Dangers, m.Label, m.Urgency, m.Where
	r.Members, r.Last, r.LastBy, r.Receipts, r.Asked, r.AskedBy, r.Quote = m.Members, m.Last, m.LastBy, m.Receipts, m.Asked, m.AskedBy, m.Quote
	return r, nil
}
