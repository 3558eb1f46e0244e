package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"maplegrid/internal/round"
	"maplegrid/internal/sheet"
	"maplegrid/internal/work/organisation"
)

// wayColumns are those of a table of travel times (路程表): minutes from one cell to another, once for each way of moving.
var wayColumns = []sheet.Column{{Key: "from", Names: []string{"从", "起点", "出发"}, Required: true}, {Key: "to", Names: []string{"到", "终点", "到达"}, Required: true},
	{Key: "mode", Names: []string{"怎么走", "出行方式", "方式"}}, {Key: "minutes", Names: []string{"分钟", "用时", "时间"}, Required: true}}

// wayModes are the ways of moving as a table writes them.
var wayModes = map[string]round.Mode{"": round.Drive, "drive": round.Drive, "汽车": round.Drive, "开车": round.Drive, "ride": round.Ride, "摩托车": round.Ride, "电动车": round.Ride,
	"walk": round.Walk, "步行": round.Walk}

// ways reads the table of travel times of a station, ways/STATION.csv (.tsv .xlsx .jsonl) in the data folder, anew each time it is asked
// for: whoever changes the file sees it in the next plan. False when there is none.
func (a *App) ways(ctx context.Context, station string) (round.Matrix, bool, error) {
	if strings.ContainsAny(station, "/\\") {
		return nil, false, nil
	}
	org, err := a.Desk.Org(ctx, station)
	if err != nil {
		return nil, false, err
	}
	for _, kind := range []sheet.Kind{sheet.CSV, sheet.TSV, sheet.XLSX, sheet.JSONL} {
		m, err := readWays(filepath.Join(a.Data, "ways", station+"."+string(kind)), org)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		return m, err == nil, err
	}
	return nil, false, nil
}

func readWays(name string, org *organisation.Org) (round.Matrix, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	rows, err := sheet.Open(name, f, info.Size(), sheet.Options{Columns: wayColumns, Limits: sheet.Limits{MaxRows: 500000}})
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	if _, err := rows.Header(); err != nil {
		return nil, err
	}
	cells := map[string]string{}
	for _, c := range org.Cells {
		cells[c.Name.Zh], cells[string(c.ID)] = string(c.ID), string(c.ID)
	}
	m := round.Matrix{}
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			return m, nil
		}
		if err != nil {
			return nil, err
		}
		from, ok := cells[row.Get("from")]
		to, ok2 := cells[row.Get("to")]
		mode, ok3 := wayModes[strings.ToLower(row.Get("mode"))]
		minutes, err := strconv.ParseFloat(row.Get("minutes"), 64)
		switch {
		case !ok || !ok2:
			return nil, fmt.Errorf("第%d行：没有这个网格 / line %d: no such cell", row.Line, row.Line)
		case !ok3:
			return nil, fmt.Errorf("第%d行：方式写汽车、摩托车或步行 / line %d: drive, ride or walk", row.Line, row.Line)
		case err != nil || !(minutes >= 0 && minutes <= 1440):
			return nil, fmt.Errorf("第%d行：分钟数不对 / line %d: minutes", row.Line, row.Line)
		}
		if m[mode] == nil {
			m[mode] = map[[2]string]time.Duration{}
		}
		m[mode][[2]string{from, to}] = time.Duration(minutes * float64(time.Minute))
	}
}
