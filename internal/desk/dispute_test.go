package desk_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"testing"

	"maplegrid/internal/access"
	"maplegrid/internal/desk"
	"maplegrid/internal/desk/desktest"
	"maplegrid/internal/fault"
	"maplegrid/internal/journal"
	"maplegrid/internal/store/postgres"
	"maplegrid/internal/store/postgres/pgtest"
	"maplegrid/internal/work/dispute"
	"maplegrid/internal/work/matter"
)

// quarrel opens a dispute that an officer handles, with a party on each side, and gives the parties' ids.
func quarrel(t testing.TB, d *desktest.Desk, cast map[string]access.Who, home string) (id string, parties [2]string) {
	t.Helper()
	id = d.Do(t, cast["officer_1"], "matter.open", &matter.Open{Kind: "dispute", Title: "滴水檐起争执", Cell: "c1", To: cast["officer_1"].Person,
		Extra: map[string]string{"dispute_type": "neighbour"}}).ID
	for i, side := range []string{"a", "b"} {
		d.Do(t, cast["officer_1"], "matter.add_party", &matter.AddParty{On: matter.On{Matter: id}, Name: "张" + side, Side: side, Phone: "1390000000" + fmt.Sprint(i), Home: home})
	}
	for i, p := range folded(t, d, id).Parties {
		parties[i] = p.ID
	}
	return id, parties
}

func folded(t testing.TB, d *desktest.Desk, id string) *dispute.Dispute {
	t.Helper()
	events, err := d.Journal.Stream(context.Background(), desktest.Station, matter.Stream(id), 0)
	if err != nil {
		t.Fatal(err)
	}
	x, err := dispute.Fold(events)
	if err != nil {
		t.Fatal(err)
	}
	return x
}

func TestSealedAddressAndMinorsName(t *testing.T) {
	d := desktest.New(t)
	cast := d.Cast(t, desktest.Station)
	id, parties := quarrel(t, d, cast, "枫桥路 1 号")
	on := matter.On{Matter: id}
	d.Do(t, cast["officer_1"], "dispute.set_party", &dispute.SetParty{On: on, Party: parties[0], SealHome: true, Minor: true, Home: "新住处 9 号"})
	d.Do(t, cast["head"], "matter.assign", &matter.Assign{On: on, To: cast["mediator_1"].Person})
	see := func(who, party, field string) string {
		_, err := d.Try(cast[who], "person.unmask", &desk.Unmask{Thing: "matter", ID: id, Subject: party, Field: field, Purpose: "联系当事人"})
		if err == nil {
			return "yes"
		}
		return fault.Code(err)
	}
	for _, c := range []struct{ rule, who, field, want string }{
		{"承办的调解员看不到保密的住址", "mediator_1", "home", "unmask.home"},
		{"承办的调解员看不到未成年人的姓名", "mediator_1", "name", "unmask.minor"},
		{"承办的调解员看不到未成年人的证件号", "mediator_1", "id_no", "unmask.minor"},
		{"承办的调解员可以看电话", "mediator_1", "phone", "yes"},
		{"本网格民警说明用途可以看保密的住址", "officer_1", "home", "yes"},
		{"本网格民警说明用途可以看未成年人的姓名", "officer_1", "name", "yes"},
		{"别的网格的民警不可以", "officer_2", "home", "access.denied"},
		{"所长说明用途可以", "head", "home", "yes"},
		{"辅警不可以", "aux_officer_1", "home", "access.denied"},
	} {
		t.Run(c.rule, func(t *testing.T) {
			if got := see(c.who, parties[0], c.field); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
	t.Run("另一方的姓名住址照旧", func(t *testing.T) {
		for _, field := range []string{"name", "home"} {
			if got := see("mediator_1", parties[1], field); got != "yes" {
				t.Errorf("%s: %s", field, got)
			}
		}
	})
	t.Run("没有用途谁都不行", func(t *testing.T) {
		if _, err := d.Try(cast["officer_1"], "person.unmask", &desk.Unmask{Thing: "matter", ID: id, Subject: parties[0], Field: "home"}); fault.Code(err) != "form.required" {
			t.Error(err)
		}
	})
}

// TestPaperNumbers: numbers of a year have no gap and none is given twice, however many are drawn at once (law-and-standards 11.9).
func TestPaperNumbers(t *testing.T) {
	t.Run("SQLite", func(t *testing.T) { paperNumbers(t, desktest.New(t)) })
	t.Run("PostgreSQL", func(t *testing.T) {
		e, err := postgres.Open(context.Background(), pgtest.Start(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = e.Close() })
		d, err := desktest.On(e, 1)
		if err != nil {
			t.Fatal(err)
		}
		paperNumbers(t, d)
	})
}

func paperNumbers(t *testing.T, d *desktest.Desk) {
	const n = 24
	cast := d.Cast(t, desktest.Station)
	var list [n]string
	for i := range list {
		list[i], _ = quarrel(t, d, cast, "")
	}
	var wg sync.WaitGroup
	var errs [n]error
	for i, id := range list {
		wg.Go(func() {
			_, errs[i] = d.Desk.Do(context.Background(), cast["officer_1"], desk.Envelope{Key: "print" + id}, "dispute.print",
				&dispute.Print{On: matter.On{Matter: id}, Paper: "referral", Digest: "d" + id})
		})
	}
	wg.Wait()
	var got, want []string
	for i, id := range list {
		if errs[i] != nil {
			t.Fatal(errs[i])
		}
		got = append(got, folded(t, d, id).Printed[0].Number)
		want = append(want, fmt.Sprintf("转介〔%d〕%d号", desktest.Start.Year(), i+1))
	}
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Fatalf("got %v, want %v", got, want)
	}
	t.Run("没有写成的不占号", func(t *testing.T) {
		id, _ := quarrel(t, d, cast, "")
		print := &dispute.Print{On: matter.On{Matter: id}, Paper: "referral", Digest: "tried"}
		if _, err := d.Desk.Do(context.Background(), cast["officer_1"], desk.Envelope{Key: "tried", Try: true}, "dispute.print", print); err != nil {
			t.Fatal(err)
		}
		d.Do(t, cast["officer_1"], "dispute.print", print)
		if got, want := folded(t, d, id).Printed[0].Number, fmt.Sprintf("转介〔%d〕%d号", desktest.Start.Year(), n+1); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
	t.Run("重启后接着编", func(t *testing.T) {
		again, err := desktest.On(d.Engine, 2)
		if err != nil {
			t.Fatal(err)
		}
		id, _ := quarrel(t, d, cast, "")
		print := &dispute.Print{On: matter.On{Matter: id}, Paper: "referral", Digest: "again"}
		if _, err := again.Desk.Do(context.Background(), cast["officer_1"], desk.Envelope{Key: "again"}, "dispute.print", print); err != nil {
			t.Fatal(err)
		}
		if got, want := folded(t, d, id).Printed[0].Number, fmt.Sprintf("转介〔%d〕%d号", desktest.Start.Year(), n+2); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	})
	if err := journal.VerifyChain(context.Background(), d.Journal, desktest.Station); err != nil {
		t.Fatal(err)
	}
}

// TestDigestIsTheProgramsOwn: no surface sets what a printed paper is known by.
func TestDigestIsTheProgramsOwn(t *testing.T) {
	spec, _ := desk.Find("dispute.print")
	act := spec.New()
	if err := json.Unmarshal([]byte(`{"matter":"m_1","paper":"referral","digest":"x","Digest":"x","copy":"y","Copy":"y"}`), act); err != nil {
		t.Fatal(err)
	}
	if p := act.(*dispute.Print); p.Digest != "" || p.Copy != "" || p.Paper != "referral" {
		t.Fatalf("%+v", p)
	}
	d := desktest.New(t)
	cast := d.Cast(t, desktest.Station)
	id, _ := quarrel(t, d, cast, "")
	if _, err := d.Try(cast["officer_1"], "dispute.print", &dispute.Print{On: matter.On{Matter: id}, Paper: "referral"}); fault.Code(err) != "dispute.print_from_page" {
		t.Fatal(err)
	}
}

// TestDisputeIsGradedFromItsOpening: also when the form is filled in later.
func TestDisputeIsGradedFromItsOpening(t *testing.T) {
	d := desktest.New(t)
	cast := d.Cast(t, desktest.Station)
	id, _ := quarrel(t, d, cast, "")
	before := folded(t, d, id)
	if before.Risk == "" || before.RiskAt.IsZero() {
		t.Fatalf("no grade: %+v", before)
	}
	d.Do(t, cast["officer_1"], "matter.fill", &matter.Fill{On: matter.On{Matter: id}, Extra: map[string]string{"family_violence": "yes"}})
	if after := folded(t, d, id); after.Risk != "red" || after.Grade == before.Grade || after.Extra["dispute_type"] != "neighbour" {
		t.Fatalf("%s → %s, %s", before.Risk, after.Risk, after.Grade)
	}
}
