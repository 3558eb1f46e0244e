package matter

import (
	"bytes"
	"flag"
	"os"
	"testing"
)

var update = flag.Bool("update", false, "rewrite docs/life.md")

const lifeFile = "../../../docs/life.md"

func TestLifeIsDrawnAsItIs(t *testing.T) {
	var b bytes.Buffer
	if err := WriteLife(&b); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(lifeFile, b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(lifeFile)
	if err != nil || !bytes.Equal(text, b.Bytes()) {
		t.Fatalf("docs/life.md is not fresh: maplegrid docs (%v)", err)
	}
	moves := 0
	for _, row := range Life {
		for _, next := range row {
			if next != same {
				moves++
			}
		}
	}
	if drawn := bytes.Count(b.Bytes(), []byte(" --> ")); drawn != moves+5 { // the opening, the taking over by a cell and three ends
		t.Errorf("%d arrows for %d moves", drawn, moves)
	}
}
