package grid

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
)

type featureCollection struct {
	Type     string    `json:"type"`
	Features []feature `json:"features"`
}

type feature struct {
	Type       string     `json:"type"`
	ID         any        `json:"id,omitempty"`
	Properties properties `json:"properties"`
	Geometry   *geometry  `json:"geometry"`
}

type properties struct {
	ID     CellID `json:"id,omitempty"`
	Name   string `json:"name,omitempty"`
	Kind   Kind   `json:"kind,omitempty"`
	Parent CellID `json:"parent,omitempty"`
}

type geometry struct {
	Type        string          `json:"type"`
	Coordinates json.RawMessage `json:"coordinates"`
}

// ReadGeoJSON reads a FeatureCollection (RFC 7946) of polygons with the properties id, name, kind and parent. A feature
// without the property id is known by its own id. All mistakes are returned together, as Mistakes; Row counts features.
func ReadGeoJSON(r io.Reader) ([]Cell, error) {
	var fc featureCollection
	if err := json.NewDecoder(r).Decode(&fc); err != nil {
		return nil, fmt.Errorf("read outlines: %w", err)
	}
	if fc.Type != "FeatureCollection" {
		return nil, Mistakes{{Row: 1, Sentence: "文件不是 GeoJSON 的 FeatureCollection。"}}
	}
	cells, wrong := make([]Cell, len(fc.Features)), Mistakes(nil)
	for i, f := range fc.Features {
		p := f.Properties
		if p.ID == "" && f.ID != nil {
			p.ID = CellID(fmt.Sprint(f.ID))
		}
		rings, sentence := f.Geometry.rings()
		if sentence != "" {
			wrong = append(wrong, Mistake{i + 1, p.ID, fmt.Sprintf("“%s”%s", p.ID, sentence)})
		}
		cells[i] = Cell{ID: p.ID, Parent: p.Parent, Kind: p.Kind, Name: Name{Zh: p.Name}, Outline: rings}
	}
	if len(wrong) > 0 {
		return nil, wrong
	}
	return cells, nil
}

func (g *geometry) rings() ([]Ring, string) {
	var polygons [][]Ring
	if g == nil {
		return nil, ""
	}
	var err error
	switch g.Type {
	case "Polygon":
		polygons = make([][]Ring, 1)
		err = json.Unmarshal(g.Coordinates, &polygons[0])
	case "MultiPolygon":
		err = json.Unmarshal(g.Coordinates, &polygons)
	default:
		return nil, fmt.Sprintf("的图形是 %s，只收 Polygon 和 MultiPolygon。", g.Type)
	}
	if err != nil {
		return nil, "的坐标读不懂。"
	}
	all := slices.Concat(polygons...)
	for _, r := range all {
		if len(r) < 4 || r[0] != r[len(r)-1] {
			return nil, "的边界没有首尾相接。"
		}
		for _, p := range r {
			if math.Abs(p[0]) > 180 || math.Abs(p[1]) > 90 {
				return nil, "的坐标超出范围，请检查经度在前、纬度在后。"
			}
		}
	}
	return all, ""
}

// WriteGeoJSON writes cells as a FeatureCollection, one feature per cell; a cell without an outline has a null geometry.
func WriteGeoJSON(w io.Writer, cells []Cell) error {
	fc := featureCollection{Type: "FeatureCollection", Features: []feature{}}
	for _, c := range cells {
		f := feature{Type: "Feature", Properties: properties{c.ID, c.Name.Zh, c.Kind, c.Parent}}
		if len(c.Outline) > 0 {
			b, err := json.Marshal(polygonsOf(c.Outline))
			if err != nil {
				return fmt.Errorf("write outline of %s: %w", c.ID, err)
			}
			f.Geometry = &geometry{"MultiPolygon", b}
		}
		fc.Features = append(fc.Features, f)
	}
	return json.NewEncoder(w).Encode(fc)
}

// polygonsOf puts every hole with the ring right around it; outer rings turn left, holes right (RFC 7946, 3.1.6).
func polygonsOf(rings []Ring) (out [][]Ring) {
	var outer []Ring
	for i, r := range rings {
		if around(rings, i)%2 == 0 {
			outer = append(outer, r)
			out = append(out, []Ring{turned(r, true)})
		}
	}
	for i, r := range rings {
		if around(rings, i)%2 == 0 {
			continue
		}
		home := -1
		for k, o := range outer {
			if within(r, o) && (home < 0 || math.Abs(ringArea(o)) < math.Abs(ringArea(outer[home]))) {
				home = k
			}
		}
		out[home] = append(out[home], turned(r, false))
	}
	return out
}

func turned(r Ring, left bool) Ring {
	r = slices.Clone(r)
	if (ringArea(r) > 0) != left {
		slices.Reverse(r)
	}
	return r
}
