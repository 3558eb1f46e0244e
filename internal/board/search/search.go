// Package search finds matters and reports by their words. What is sealed is found through keyed bigrams: the index holds no word in
// clear, and spans that look personal are left out (design 7.9). Names, phones and ID numbers are not found here.
package search

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"maplegrid/internal/access"
	"maplegrid/internal/board"
	"maplegrid/internal/store"
	"maplegrid/internal/vault"
	"maplegrid/internal/work/matter"
	"maplegrid/internal/work/report"
)

// Board is the projection. Keyring gives the keys of a station; a text that was erased is left out.
type Board struct {
	Keyring func(station string) (*vault.Keyring, error)
}

// Name implements board.Board.
func (*Board) Name() string { return "search" }

// Version implements board.Board.
func (*Board) Version() int { return 1 }

// Tables implements board.Board. The engines differ here and nowhere else: each has its own full-text index.
func (*Board) Tables(engine string) ([]string, []string) {
	if engine == "postgres" {
		return []string{"board_search"}, []string{
			"create table board_search (doc bigint primary key, station text not null, thing text not null, id text not null, tokens tsvector not null)",
			"create unique index board_search_id on board_search (station, thing, id)",
			"create index board_search_tokens on board_search using gin (tokens)",
		}
	}
	return []string{"board_search", "board_search_fts"}, []string{
		"create table board_search (doc integer primary key, station text not null, thing text not null, id text not null)",
		"create unique index board_search_id on board_search (station, thing, id)",
		"create virtual table board_search_fts using fts5 (tokens, content='', contentless_delete=1, detail=none, tokenize='unicode61 remove_diacritics 0')",
	}
}

// doc is one thing to be found.
type doc struct {
	thing, id string
	cells     []string
	clear     []string
	sealed    []vault.Text
}

// Apply implements board.Board.
func (b *Board) Apply(ctx context.Context, batch *board.Batch) error {
	docs := map[string]doc{}
	first := map[string]bool{}
	var order []string
	for _, item := range batch.Items {
		switch item.Payload.(type) {
		case matter.Opened, matter.Retitled, matter.TransferredTo, matter.Taken, matter.SentBack, matter.Forgotten, report.Submitted, report.Added, report.Erased:
		default:
			continue
		}
		d, err := describe(ctx, batch, item)
		if err != nil {
			return err
		}
		if _, seen := docs[item.Stream]; !seen {
			order = append(order, item.Stream)
			first[item.Stream] = item.Version == 1
		}
		docs[item.Stream] = d
	}
	if len(order) == 0 {
		return nil
	}
	keyring, err := b.Keyring(batch.Station)
	if err != nil {
		return err
	}
	w, err := newWriter(ctx, batch)
	if err != nil {
		return err
	}
	for _, stream := range order {
		d := docs[stream]
		texts := d.clear
		for _, t := range d.sealed {
			words, err := open(ctx, batch, keyring, t)
			if err != nil {
				return err
			}
			texts = append(texts, words)
		}
		scope := []string{"at/" + batch.Station}
		for _, c := range d.cells {
			scope = append(scope, "cell/"+c)
		}
		if err := w.put(ctx, d, first[stream], keyring.Tokens(scope, texts...)); err != nil {
			return err
		}
	}
	return nil
}

// describe says what is to be found of a thing. The first event of a stream says it all; after later ones the stream is read whole.
func describe(ctx context.Context, batch *board.Batch, item board.Item) (doc, error) {
	switch e := item.Payload.(type) {
	case matter.Opened:
		return doc{"matter", e.ID, []string{e.Cell}, []string{e.Number, e.Title, e.Place}, []vault.Text{e.Words}}, nil
	case report.Submitted:
		d := doc{"report", e.ID, nil, []string{e.Place}, []vault.Text{e.Words}}
		if e.Cell != "" {
			d.cells = []string{e.Cell}
		}
		return d, nil
	}
	events, err := batch.Journal.Stream(ctx, batch.Station, item.Stream, 0)
	if err != nil {
		return doc{}, err
	}
	if strings.HasPrefix(item.Stream, "report/") {
		r, err := report.Fold(events)
		if err != nil {
			return doc{}, err
		}
		d := doc{"report", r.ID, nil, []string{r.Place}, []vault.Text{r.Words}}
		if r.Cell != "" {
			d.cells = []string{r.Cell}
		}
		for _, a := range r.Additions {
			d.sealed = append(d.sealed, a.Words)
		}
		return d, nil
	}
	m, err := matter.Fold(events)
	return doc{"matter", m.ID, m.Cells(), []string{m.Number, m.Title, m.Place}, []vault.Text{m.Words}}, err
}

func open(ctx context.Context, batch *board.Batch, k *vault.Keyring, t vault.Text) (string, error) {
	ref := t.Ref()
	if ref.Version == 0 {
		return "", nil
	}
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

// writer puts documents into the index of either engine. A document keeps its number for ever; the newest has the highest.
type writer struct {
	*board.Batch
	next int64
}

func newWriter(ctx context.Context, b *board.Batch) (*writer, error) {
	w := &writer{Batch: b}
	return w, b.Tx.Scan(ctx, "select coalesce(max(doc), 0) from board_search where $1 = $1", []any{b.Station}, &w.next)
}

func (w *writer) put(ctx context.Context, d doc, first bool, tokens []string) error {
	var n int64
	err := sql.ErrNoRows
	if !first {
		err = w.Tx.Scan(ctx, "select doc from board_search where station = $1 and thing = $2 and id = $3", []any{w.Station, d.thing, d.id}, &n)
	}
	fresh := errors.Is(err, sql.ErrNoRows)
	if err != nil && !fresh {
		return err
	}
	if fresh {
		w.next++
		n = w.next
	}
	words := strings.Join(tokens, " ")
	if w.Engine == "postgres" {
		_, err = w.Tx.ExecContext(ctx, `insert into board_search (doc, station, thing, id, tokens) values ($1, $2, $3, $4, to_tsvector('simple', $5))
			on conflict (station, thing, id) do update set tokens = excluded.tokens`, n, w.Station, d.thing, d.id, words)
		return err
	}
	if fresh {
		_, err = w.Tx.ExecContext(ctx, "insert into board_search (doc, station, thing, id) values ($1, $2, $3, $4)", n, w.Station, d.thing, d.id)
	} else {
		_, err = w.Tx.ExecContext(ctx, "delete from board_search_fts where rowid = $1", n)
	}
	if err != nil {
		return err
	}
	_, err = w.Tx.ExecContext(ctx, "insert into board_search_fts (rowid, tokens) values ($1, $2)", n, words)
	return err
}

// Hit is a thing found: "matter" or "report", and its id.
type Hit struct {
	Thing string `json:"thing"`
	ID    string `json:"id"`
}

// Query asks the index.
type Query struct {
	db      *sql.DB
	engine  string
	keyring func(station string) (*vault.Keyring, error)
}

// NewQuery reads from the boards of an engine.
func NewQuery(b store.Boards, keyring func(string) (*vault.Keyring, error)) *Query {
	return &Query{b.Read, b.Engine, keyring}
}

// Find gives up to limit things that hold all the words of q, the newest first, within the cells of the scope or the whole station.
// thing is "matter", "report" or "" for both. Bigrams can match where the words do not follow one another: callers check the text
// they show. What a person only takes part in outside their cells is not found by words. ok is false when q has nothing to look for.
func (s *Query) Find(ctx context.Context, scope access.Scope, q, thing string, limit int) (hits []Hit, ok bool, err error) {
	if scope.Station() == "" || !scope.Whole() && len(scope.Cells()) == 0 {
		return nil, true, nil
	}
	keyring, err := s.keyring(scope.Station())
	if err != nil {
		return nil, false, err
	}
	tokens, ok := keyring.QueryTokens(q)
	if !ok {
		return nil, false, nil
	}
	within := []string{vault.ScopeToken("at/" + scope.Station())}
	if !scope.Whole() {
		within = within[:0]
		for _, c := range scope.Cells() {
			within = append(within, vault.ScopeToken("cell/"+c))
		}
	}
	and, or := " AND ", " OR "
	text := `select d.thing, d.id from board_search_fts f join board_search d on d.doc = f.rowid
		where board_search_fts match $1 and d.station = $2 and ($3 = '' or d.thing = $3) order by f.rowid desc limit $4`
	if s.engine == "postgres" {
		and, or = " & ", " | "
		text = `with hit as materialized (select doc, station, thing, id from board_search where tokens @@ to_tsquery('simple', $1))
			select thing, id from hit where station = $2 and ($3 = '' or thing = $3) order by doc desc limit $4`
	}
	match := strings.Join(tokens, and) + and + "(" + strings.Join(within, or) + ")"
	rows, err := s.db.QueryContext(ctx, text, match, scope.Station(), thing, limit)
	if err != nil {
		return nil, false, fmt.Errorf("search: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var h Hit
		if err := rows.Scan(&h.Thing, &h.ID); err != nil {
			return nil, false, err
		}
		hits = append(hits, h)
	}
	return hits, true, rows.Err()
}
