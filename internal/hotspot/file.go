package hotspot

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"io"
	"path"
	"strings"
	"time"

	"maplegrid/internal/clock"
	"maplegrid/internal/fault"
	"maplegrid/internal/grid"
	"maplegrid/internal/triage"
)

// ReadMessages reads a stream of messages, one JSON object a line: id, user, title, time (2006-01-02 15:04:05, Shanghai, or
// RFC 3339), text, and if they are known kind, cell and place (several parted by “；” or “|”). A mistake is a fault naming the line.
func ReadMessages(name string, r io.Reader) (all []Message, err error) {
	lines := bufio.NewReader(r)
	for n := 1; ; n++ {
		line, readErr := lines.ReadBytes('\n')
		if len(strings.TrimSpace(string(line))) > 0 {
			m, ok := spotRow(line)
			if !ok {
				return nil, fault.New(fault.Invalid, "triage.bad_spot_row", fault.Args{"file": path.Base(name), "line": n})
			}
			all = append(all, m)
		}
		if readErr == io.EOF {
			break
		}
		if readErr != nil {
			return nil, readErr
		}
	}
	if len(all) == 0 {
		return nil, fault.New(fault.Invalid, "triage.no_rows", fault.Args{"file": path.Base(name)})
	}
	return all, nil
}

func spotRow(line []byte) (m Message, ok bool) {
	var j struct{ ID, User, Title, Time, Text, Kind, Cell, Place string }
	if json.Unmarshal(line, &j) != nil || j.ID == "" || j.Title+j.Text == "" {
		return m, false
	}
	at, err := time.ParseInLocation(time.DateTime, j.Time, clock.Shanghai)
	if err != nil {
		if at, err = time.Parse(time.RFC3339, j.Time); err != nil {
			return m, false
		}
	}
	text := j.Text
	if j.Title != "" && !strings.HasPrefix(j.Text, j.Title) {
		text = j.Title + "。" + j.Text
	}
	return Message{ID: j.ID, Reporter: j.User, At: at, Kind: j.Kind, Cell: grid.CellID(j.Cell), Places: triage.Parts(j.Place), Text: text}, true
}

// ReadIssues reads which issue another found each message to be of: a table with the issue in the first column and the id of the
// message in the second, under a row of headings.
func ReadIssues(name string, r io.Reader) (map[string]string, error) {
	table := csv.NewReader(r)
	table.FieldsPerRecord = -1
	rows, err := table.ReadAll()
	if err != nil || len(rows) < 2 {
		return nil, fault.New(fault.Invalid, "triage.no_rows", fault.Args{"file": path.Base(name)})
	}
	of := map[string]string{}
	for i, row := range rows[1:] {
		if len(row) < 2 || row[0] == "" || row[1] == "" {
			return nil, fault.New(fault.Invalid, "triage.bad_spot_row", fault.Args{"file": path.Base(name), "line": i + 2})
		}
		of[row[1]] = row[0]
	}
	return of, nil
}
