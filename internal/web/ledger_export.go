package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"maplegrid/internal/access"
	"maplegrid/internal/board/matters"
	"maplegrid/internal/board/promises"
	"maplegrid/internal/clock"
	"maplegrid/internal/desk"
	"maplegrid/internal/fault"
	"maplegrid/internal/sheet"
	"maplegrid/internal/vault"
)

// maxExport is how many matters one file holds: a year of a large station. A longer range is taken in pieces.
const maxExport = 100_000

// MaskTitle masks the personal spans of a title.
func MaskTitle(s string) string { return vault.MaskFree(s) }

// ledgerAgain leads an address somebody kept to the page that asks for a purpose.
func (s *Site) ledgerAgain(w http.ResponseWriter, r *http.Request) error {
	http.Redirect(w, r, "/ledger", http.StatusSeeOther)
	return nil
}

// ledgerExport gives a ledger as a workbook. That it leaves the house is in the journal before its first byte leaves; a range with
// nothing in it is a file too (零报告).
func (s *Site) ledgerExport(w http.ResponseWriter, r *http.Request) error {
	l, err := s.Tell(r)
	if err != nil {
		return err
	}
	form, err := s.Form(r, l.who.Person)
	if err != nil {
		return err
	}
	act := &desk.ExportLedger{}
	wrong := Decode(act, form)
	f, _, bad := l.ledgerFilter(form)
	if bad != nil {
		wrong = append(wrong, bad)
	}
	if len(wrong) > 0 {
		return s.showLedger(w, r, wrong[0].Kind.Status(), form, wrong[0])
	}
	file, err := l.workbook(f, form)
	if err != nil {
		return err
	}
	if _, err := s.Desk.Do(l.ctx, l.who, desk.Envelope{Key: form.Get("key")}, "ledger.export", act); err != nil {
		if refused, ok := fault.Of(err); ok && refused.Kind == fault.Invalid {
			return s.showLedger(w, r, refused.Kind.Status(), form, refused)
		}
		return err
	}
	name := l.t("nav.ledger") + "-" + l.now.In(clock.Shanghai).Format("20060102-1504") + ".xlsx"
	head := w.Header()
	head.Set("Content-Type", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
	head.Set("Content-Disposition", `attachment; filename="ledger.xlsx"; filename*=UTF-8''`+url.PathEscape(name))
	head.Set("Content-Length", strconv.Itoa(len(file)))
	_, _ = w.Write(file) // who has left cannot be told
	return nil
}

// Ledger gives a ledger as a workbook to somebody who is not at a browser. As on the page, it is in the journal before it is given.
func (s *Site) Ledger(ctx context.Context, who access.Who, key string, act *desk.ExportLedger) ([]byte, error) {
	l, err := s.TellTo(ctx, who)
	if err != nil {
		return nil, err
	}
	form := url.Values{"purpose": {act.Purpose}, "from": {act.From}, "until": {act.Until}, "kind": {act.Kind}, "grade": {act.Grade},
		"cell": {act.Cell}, "state": {act.State}}
	f, _, wrong := l.ledgerFilter(form)
	if wrong != nil {
		return nil, wrong
	}
	file, err := l.ledgerFile(act, f, form)
	if err != nil {
		return nil, err
	}
	_, err = s.Desk.Do(ctx, who, desk.Envelope{Key: key}, "ledger.export", act)
	return file, err
}

// ledgerFile draws the ledger that an act names: of matters, or one of desk.Ledgers for the days asked for, this month without.
func (l *teller) ledgerFile(act *desk.ExportLedger, f matters.Filter, form url.Values) ([]byte, error) {
	if act.Ledger == "" {
		return l.workbook(f, form)
	}
	x, _ := l.stretchOf(url.Values{})
	if act.From != "" && act.Until != "" {
		x = stretch{from: f.From, until: f.To.AddDate(0, 0, -1)}
	}
	act.From, act.Until = x.days()
	var table filed
	var err error
	switch act.Ledger {
	case "dispute_table":
		table, err = l.monthly(x)
	case "dispute_register":
		table, err = l.register(x, act.Cell)
	default:
		act.From, act.Until = "", "" // promises are those of now
		table, err = l.promiseTable(url.Values{"tab": {string(promises.All)}, "cell": {act.Cell}})
	}
	if err != nil {
		return nil, err
	}
	return table.workbook(l.headLine(url.Values{"purpose": {act.Purpose}, "from": {act.From}, "until": {act.Until}}))
}

// workbook draws the whole file before anything is recorded or sent: one that cannot be drawn leaves no trace of having left.
func (l *teller) workbook(f matters.Filter, form url.Values) ([]byte, error) {
	columns := l.ledgerColumns()
	out := make([]sheet.OutColumn, len(columns))
	for i, c := range columns {
		if out[i].Title = c.title; c.at != nil {
			out[i].Kind = sheet.DateTime
		}
	}
	var b bytes.Buffer
	w, err := sheet.NewWriter(&b, sheet.XLSX, l.t("nav.ledger"), out, l.headLine(form))
	if err != nil {
		return nil, err
	}
	n := 0
	for after := ""; ; {
		page, err := l.s.Boards.Matters.Ledger(l.ctx, l.s.Policy.LedgerScope(l.who), f, after, matters.MaxPage)
		if err != nil {
			return nil, err
		}
		for _, r := range page.Rows {
			cells := make([]any, len(columns))
			for i, c := range columns {
				if c.at == nil {
					cells[i] = c.text(l, r)
				} else if at := c.at(r); !at.IsZero() {
					cells[i] = at.In(clock.Shanghai)
				}
			}
			if err := w.Write(cells...); err != nil {
				return nil, err
			}
			if n++; n > maxExport {
				return nil, fault.New(fault.TooLarge, "ledger.too_long", fault.Args{"max": maxExport})
			}
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("close ledger: %w", err)
	}
	return b.Bytes(), nil
}

// headLine stands above the table: who took it out, when, for what, and that it is masked.
func (l *teller) headLine(form url.Values) string {
	return l.t("ledger.head", "station", l.org.Name, "from", OrDash(form.Get("from")), "until", OrDash(form.Get("until")), "name", l.Person(l.who.Person),
		"role", l.who.Role.Name().In(l.lang), "when", l.now.In(clock.Shanghai).Format("2006-01-02 15:04"), "purpose", form.Get("purpose"))
}

// OrDash says a dash where there is nothing.
func OrDash(s string) string {
	if s == "" {
		return "—"
	}
	return s
}
