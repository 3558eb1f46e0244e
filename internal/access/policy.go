package access

import (
	"bytes"
	"embed" // the policies are part of the program
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"regexp"
	"slices"

	"github.com/cedar-policy/cedar-go"
	"github.com/cedar-policy/cedar-go/types"
	"github.com/cedar-policy/cedar-go/x/exp/ast"
	"github.com/cedar-policy/cedar-go/x/exp/schema"
	"github.com/cedar-policy/cedar-go/x/exp/schema/resolved"
	"github.com/cedar-policy/cedar-go/x/exp/schema/validate"

	"maplegrid/internal/grid"
)

// The acts and policies of an area stand in files of their own beside the ones of the house.
//
//go:embed *.cedarschema *.cedar
var files embed.FS

// Policy decides. It is made once and safe for concurrent use.
type Policy struct {
	roles map[grid.Role]*part
	known types.EntityMap // roles and actions, with the groups they belong to
	rules []Rule
}

// part is what one role can ever meet: for every act the policies whose scope fits. A scope is a condition of its policy, so leaving
// out the others changes no decision, only the time it takes.
type part struct {
	parents types.EntityUIDSet
	acts    map[string]rules
}

// Rule is one policy, for the page that explains who may do what.
type Rule struct {
	ID, Source string
	Forbids    bool
	Text       string

	policy *cedar.Policy
}

type rules []*Rule

// All implements cedar.PolicyIterator.
func (r rules) All() iter.Seq2[cedar.PolicyID, *cedar.Policy] {
	return func(yield func(cedar.PolicyID, *cedar.Policy) bool) {
		for _, x := range r {
			if !yield(cedar.PolicyID(x.ID), x.policy) {
				return
			}
		}
	}
}

// New gives the policy in force: schema and policies are read, checked against one another and refused whole on any mistake.
func New() (*Policy, error) { return load(bytes.Join(all("*.cedarschema"), nil), all("*.cedar")...) }

// all gives the files of a pattern.
func all(pattern string) (texts [][]byte) {
	list, err := fs.Glob(files, pattern)
	if err != nil {
		panic(err) // only a malformed pattern
	}
	for _, name := range list {
		one, err := files.ReadFile(name)
		if err != nil {
			panic(err) // embedded
		}
		texts = append(texts, one)
	}
	return texts
}

func load(schemaText []byte, policies ...[]byte) (*Policy, error) {
	var s schema.Schema
	if err := s.UnmarshalCedar(schemaText); err != nil {
		return nil, fmt.Errorf("read access schema: %w", err)
	}
	checked, err := s.Resolve()
	if err != nil {
		return nil, fmt.Errorf("resolve access schema: %w", err)
	}
	p := &Policy{roles: map[grid.Role]*part{}, known: types.EntityMap{}}
	v := validate.New(checked)
	seen := map[string]bool{}
	for _, text := range policies {
		list, err := cedar.NewPolicyListFromBytes("", text)
		if err != nil {
			return nil, fmt.Errorf("read access policies: %w", err)
		}
		for _, one := range list {
			notes := one.Annotations()
			r := Rule{ID: string(notes["id"]), Source: string(notes["source"]), Forbids: one.Effect() == cedar.Forbid, Text: string(one.MarshalCedar()), policy: one}
			if r.ID == "" || r.Source == "" || seen[r.ID] {
				return nil, fmt.Errorf("access policy %q at line %d: needs an @id of its own and a @source", r.ID, one.Position().Line)
			}
			seen[r.ID] = true
			if err := errors.Join(v.Policy(r.ID, (*ast.Policy)(one.AST())), knownRole(r.Text)); err != nil {
				return nil, fmt.Errorf("access policy %s: %w", r.ID, err)
			}
			p.rules = append(p.rules, r)
		}
	}
	p.cut(checked)
	return p, nil
}

// cut makes for every role the table of acts with the policies that can apply.
func (p *Policy) cut(s *resolved.Schema) {
	for uid, a := range s.Actions {
		p.known[uid] = a.Entity
	}
	for _, r := range append(grid.Roles(), Machine) {
		parents := []types.EntityUID{roleID(string(r))}
		for group, members := range roleGroups {
			if slices.Contains(members, r) {
				parents = append(parents, roleID(group))
			}
		}
		x := &part{parents: types.NewEntityUIDSet(parents...), acts: map[string]rules{}}
		for uid, a := range s.Actions {
			if a.AppliesTo == nil {
				continue // a group
			}
			var list rules
			for i := range p.rules {
				scope := (*ast.Policy)(p.rules[i].policy.AST())
				if fitsPrincipal(scope.Principal, x.parents) && fitsAction(scope.Action, a.Entity) {
					list = append(list, &p.rules[i])
				}
			}
			x.acts[string(uid.ID)] = list
		}
		p.roles[r] = x
	}
}

func roleID(name string) types.EntityUID { return types.NewEntityUID("Role", types.String(name)) }

var roleNamed = regexp.MustCompile(`Role::"([^"]*)"`)

// knownRole refuses a policy that speaks of a role or group that does not exist, in its scope or in a condition: the schema cannot
// know their names.
func knownRole(text string) error {
	for _, found := range roleNamed.FindAllStringSubmatch(text, -1) {
		name := found[1]
		if _, ok := roleGroups[name]; !ok && !grid.Role(name).Known() && grid.Role(name) != Machine {
			return fmt.Errorf("no role or group of roles is called %q", name)
		}
	}
	return nil
}

func fitsPrincipal(scope ast.IsPrincipalScopeNode, parents types.EntityUIDSet) bool {
	if s, ok := scope.(ast.ScopeTypeIn); ok {
		return parents.Contains(s.Entity)
	}
	return true
}

func fitsAction(scope ast.IsActionScopeNode, a types.Entity) bool {
	under := func(e types.EntityUID) bool { return a.UID == e || a.Parents.Contains(e) }
	switch s := scope.(type) {
	case ast.ScopeTypeEq:
		return a.UID == s.Entity
	case ast.ScopeTypeIn:
		return under(s.Entity)
	case ast.ScopeTypeInSet:
		return slices.ContainsFunc(s.Entities, under)
	}
	return true
}

// Rules lists the policies in the order they are written.
func (p *Policy) Rules() []Rule { return slices.Clone(p.rules) }

// asked is the two entities of one question over those that never change.
type asked struct {
	known      types.EntityMap
	who, thing types.Entity
}

// Get implements types.EntityGetter.
func (a *asked) Get(uid types.EntityUID) (types.Entity, bool) {
	switch uid.Type {
	case "Person":
		return a.who, uid == a.who.UID
	case "Thing":
		return a.thing, uid == a.thing.UID
	}
	e, ok := a.known[uid]
	return e, ok
}

var noTags types.Record

// May decides whether somebody may do an act, or look in a way ("matter.read", "ledger.export"), on a thing. What is not known is
// refused, and so is a question on which any policy stumbles: a forbid that cannot be read must not count as silent.
func (p *Policy) May(w Who, act string, t Thing) Decision {
	role, ok := p.roles[w.Role]
	if !ok {
		return Decision{}
	}
	list, ok := role.acts[act]
	if !ok {
		return Decision{}
	}
	q := question(role, w, t)
	q.known = p.known
	d, why := cedar.Authorize(list, q, cedar.Request{Principal: q.who.UID, Action: types.NewEntityUID("Action", types.String(act)),
		Resource: q.thing.UID, Context: types.NewRecord(types.RecordMap{"purpose": types.String(w.Purpose)})})
	answer := Decision{Allow: d == cedar.Allow && len(why.Errors) == 0}
	for _, r := range why.Reasons {
		answer.Reasons = append(answer.Reasons, string(r.PolicyID))
	}
	for _, e := range why.Errors {
		answer.Reasons = append(answer.Reasons, string(e.PolicyID))
	}
	return answer
}

func question(role *part, w Who, t Thing) *asked {
	// Of the cells somebody covers (a big town has hundreds) only those that bear on the thing are handed over: policies ask nothing
	// but whether they cover some or all of its cells.
	var cells []types.Value
	for _, c := range w.Cells {
		if slices.Contains(t.Cells, c) || slices.Contains(t.Into, c) {
			cells = append(cells, types.String(c))
		}
	}
	return &asked{
		who: types.Entity{UID: types.NewEntityUID("Person", types.String(w.Person)), Parents: role.parents, Attributes: types.NewRecord(types.RecordMap{
			"id": types.String(w.Person), "station": types.String(w.Station), "cells": types.NewSet(cells...),
			"onDuty": types.Boolean(w.OnDuty), "factor": types.Boolean(w.Factor)}), Tags: noTags},
		thing: types.Entity{UID: types.NewEntityUID("Thing", types.String(t.Kind)), Attributes: types.NewRecord(types.RecordMap{
			"kind": types.String(t.Kind), "station": types.String(t.Station), "cells": set(t.Cells), "handler": types.String(t.Handler),
			"people": set(t.People), "subject": types.String(t.Subject), "sworn": types.Boolean(t.Sworn), "relayed": types.Boolean(t.Relayed), "into": set(t.Into),
			"named": set(t.Named), "declines": types.Boolean(t.Declines)}), Tags: noTags},
	}
}

func set(list []string) types.Set {
	if len(list) == 0 {
		return types.Set{}
	}
	values := make([]types.Value, len(list))
	for i, s := range list {
		values[i] = types.String(s)
	}
	return types.NewSet(values...)
}
