package triage

import (
	"bytes"
	"testing"

	"maplegrid/internal/clock"
)

func sharedRows(t testing.TB, name string) []Row {
	t.Helper()
	rows, err := ReadRows(name, shared(t, name))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func TestCitizenMessages(t *testing.T) {
	rows := sharedRows(t, "citizen-messages-2020c/train.jsonl")
	if testing.Short() {
		t.Skip("half a minute of training")
	}
	m := CrossValidate(rows, Words{}, 1, clock.System())
	t.Logf("accuracy %.4f, macro F1 %.4f, calibration error %.4f, unsure %.3f, sure accuracy %.3f, %.0f µs a message", *m.Accuracy, *m.MacroF1, *m.CalibrationError, *m.Unsure, *m.SureAccuracy, m.Microseconds)
	if *m.MacroF1 < 0.9 {
		t.Errorf("macro F1 %.4f", *m.MacroF1)
	}
	model := Train(rows)
	var file bytes.Buffer
	if err := model.Write(&file); err != nil {
		t.Fatal(err)
	}
	t.Logf("model %d bytes", file.Len())
}

// Long messages, 390 letters on average.
func BenchmarkReadCitizenMessages(b *testing.B) {
	rows := sharedRows(b, "citizen-messages-2020c/train.jsonl")
	e := shipped(b)
	for i := 0; b.Loop(); i++ {
		e.Read(Message{Text: rows[i%len(rows)].Text})
	}
}
