package triage

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"maplegrid/internal/grid"
	"maplegrid/internal/vault"
)

// The four grades of urgency (缓急), in the words of the pages and of labelled rows.
const (
	Critical = "特急"
	Urgent   = "急"
	Ordinary = "一般"
	NoHurry  = "无"
)

// Message is what somebody wrote. Cell is that of the sender and Group that of the chat group, each "" when not known, for
// places that say only 村里.
type Message struct {
	Text        string
	At          time.Time
	Cell, Group grid.CellID
}

// Reading is what triage proposes for one message.
type Reading struct {
	Guess
	Urgency string
	Dangers []Hit // these ring, whatever the kind
	// Elsewhere (别处) is what speaks for another body's business: List is a value of topic in routes.csv, the likeliest
	// first. Empty while somebody is in danger: go first and sort out jurisdiction later.
	Elsewhere []Hit
	Places    []Place
	Times     []When
	Personal  []vault.Span
	Pieces    []Piece // more than one: several things in one message
	Follows   bool    // goes on from an earlier message (人已经走了)
	Over      bool    // says that it is past
	Retracts  bool    // takes back what was said (发错了)
}

// Themes are what a message has in common with others about the same event: its dangers, which count twice, and its kind
// when sure.
func (r Reading) Themes() (out []string) {
	for _, d := range r.Dangers {
		if !slices.Contains(out, d.List) {
			out = append(out, d.List, d.List)
		}
	}
	if r.Sure {
		out = append(out, r.Kind)
	}
	return out
}

// Engine reads messages. It never changes; safe for concurrent use. A new model makes a new Engine.
type Engine struct {
	kind, urgency *Model
	words         Words
	places        *Gazetteer
	market        Market
}

// Learn trains an engine from labelled rows and the word lists of playbooks, as Lessons.Learn does.
func Learn(rows []Row, words Words) *Engine {
	var s Lessons
	s.PutRows(rows)
	e, _ := s.Learn(context.Background(), words, nil) // fails only when its context is done
	return e
}

// examples makes a row of each word of the kinds.
func (w *Words) examples() (rows []Row) {
	for _, l := range w.kinds {
		for _, word := range l.words {
			text := ""
			for _, part := range word {
				text += string(part)
			}
			rows = append(rows, Row{Text: text, Kind: l.name, ID: l.name + "/" + text})
		}
	}
	return rows
}

// NewEngine puts an engine together; the model of urgency, the gazetteer and the market may be left out.
func NewEngine(kind, urgency *Model, words Words, places *Gazetteer, market Market) *Engine {
	words.placeModel() // so that the first message does not wait for it
	return &Engine{kind, urgency, words, places, market}
}

// At gives the engine of a station: the same models with its places and market days.
func (e *Engine) At(places *Gazetteer, market Market) *Engine {
	return NewEngine(e.kind, e.urgency, e.words, places, market)
}

// Model is the model of the kinds.
func (e *Engine) Model() *Model { return e.kind }

// wordWeight is how much the word lists say beside the model: chosen by leaving out one voice of the starter rows at a time.
const wordWeight = 0.2

// Read proposes everything for a message.
func (e *Engine) Read(m Message) Reading {
	l := fold(m.Text)
	grams := gramsOf(l)
	b := bagOf(grams)
	out := Reading{Guess: e.guessOf(m.Text, l, grams, b), Personal: vault.FindPersonal(m.Text)}
	out.Places = e.places.places(m.Text, l, e.words.placeModel(), e.asking(out.Guess), []grid.CellID{m.Cell, m.Group})
	out.Because = impersonal(out.Because, m.Text, out.Personal)
	out.Pieces = e.split(m.Text, l, out.Places)
	if !m.At.IsZero() {
		out.Times = FindTimes(m.Text, m.At, e.market)
	}
	short := len(l.r) <= 40
	out.Retracts = short && len(e.words.retract.find(l)) > 0
	out.Over = len(e.words.over.find(l)) > 0
	out.Follows = short && (out.Over || len(e.words.follow.find(l)) > 0)
	if len(e.words.calm.find(l)) == 0 {
		for i := range e.words.dangers {
			out.Dangers = append(out.Dangers, e.words.dangers[i].hits(m.Text, l)...)
		}
	}
	if len(out.Dangers) == 0 {
		out.Elsewhere = e.words.elsewhere(m.Text, l)
	}
	out.Urgency = e.urgent(l, b, &out)
	return out
}

func (e *Engine) guess(text string, l letters) Guess {
	grams := gramsOf(l)
	return e.guessOf(text, l, grams, bagOf(grams))
}

func (e *Engine) guessOf(text string, l letters, grams []gram, b bag) Guess {
	if len(e.kind.kinds) == 0 {
		return e.kind.Guess(text)
	}
	scores := e.kind.scores(b)
	leaning := e.words.leaning(l)
	for k, name := range e.kind.kinds {
		scores[k] += float32(wordWeight * leaning[name])
	}
	return e.kind.guess(text, l, grams, scores, e.words.lexicon())
}

// asking is how likely a message only asks or chats.
func (e *Engine) asking(g Guess) (sum float32) {
	for k, name := range e.kind.kinds {
		if k < len(g.chances) && (name == "咨询" || name == "闲聊") {
			sum += g.chances[k]
		}
	}
	return sum
}

// criticalFrom is the chance from which the model alone calls a message critical: one too many is looked at by a person
// in a second, one too few may cost a life.
const criticalFrom = 0.3

func (e *Engine) urgent(l letters, b bag, r *Reading) string {
	learned := map[string]float64{}
	if e.urgency != nil && len(e.urgency.kinds) > 0 {
		scores := e.urgency.scores(b)
		for k, c := range chances(scores, e.urgency.temperature) {
			learned[e.urgency.kinds[k]] = float64(c)
		}
	}
	asking := r.Sure && (r.Kind == "咨询" || r.Kind == "闲聊")
	switch {
	case r.Over && len(r.Dangers) == 0, r.Retracts && len(r.Dangers) == 0:
		return NoHurry
	case len(r.Dangers) > 0 && !r.Over, e.said(Critical, l), learned[Critical] >= criticalFrom && len(e.words.calm.find(l)) == 0:
		return Critical
	}
	lean := map[string]float64{Urgent: learned[Urgent], Ordinary: learned[Ordinary] + 0.01, NoHurry: learned[NoHurry]}
	if e.said(Urgent, l) {
		lean[Urgent] += 0.25
	}
	if asking {
		lean[NoHurry] += 0.5
	}
	return slices.MaxFunc(slices.Sorted(maps.Keys(lean)), func(a, b string) int { return cmp.Compare(lean[a], lean[b]) })
}

func (e *Engine) said(urgency string, l letters) bool {
	for i := range e.words.urgencies {
		if e.words.urgencies[i].name == urgency && len(e.words.urgencies[i].find(l)) > 0 {
			return true
		}
	}
	return false
}
