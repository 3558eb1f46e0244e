package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"

	"maplegrid/internal/clock"
	"maplegrid/internal/triage"
	"maplegrid/playbooks"
)

// triageTrain makes a model of labelled rows. The file appears whole or not at all.
func triageTrain(_ context.Context, c *call) error {
	out := c.flags.String("o", "", "模型文件 / file of the model")
	files, err := c.parse("FILE…")
	if err != nil {
		return err
	}
	if *out == "" || len(files) == 0 {
		c.flags.Usage()
		return errUsage
	}
	rows, err := triageRows(files)
	if err != nil {
		return err
	}
	model := triage.Train(rows)
	part := *out + ".part"
	f, err := os.Create(part)
	if err != nil {
		return err
	}
	err = model.Write(f)
	if closing := f.Close(); err == nil {
		err = closing
	}
	if err != nil {
		os.Remove(part)
		return err
	}
	if err := os.Rename(part, *out); err != nil {
		return err
	}
	printf(c, "%s %s %d rows, %d kinds", *out, model.Version(), len(rows), len(model.Kinds()))
	return nil
}

// triageEval marks triage on labelled rows: by five-fold cross-validation, unless rows to train on or a playbook are named.
func triageEval(_ context.Context, c *call) error {
	var train []string
	c.flags.Func("train", "训练用的文件，可写多个 / rows to train on; may be several", func(s string) error {
		train = append(train, s)
		return nil
	})
	book := c.flags.String("playbook", "", "经验包文件夹，垫在自带的 base 上 / a playbook on top of the shipped base")
	asJSON := c.flags.Bool("json", false, "输出 JSON / JSON out")
	args, err := c.parse("FILE…")
	if err != nil {
		return err
	}
	if len(args) == 0 || len(args) > 1 && len(train) == 0 {
		c.flags.Usage()
		return errUsage
	}
	rows, err := triageRows(args[:1])
	if err != nil {
		return err
	}
	layers, err := triageLayers(*book)
	if err != nil {
		return err
	}
	words, shipped, err := triage.ReadWords(layers...)
	if err != nil {
		return err
	}
	var marks triage.Marks
	switch train = append(train, args[1:]...); {
	case len(train) > 0:
		if shipped, err = triageRows(train); err != nil {
			return err
		}
		fallthrough
	case *book != "":
		marks = triage.Evaluate(triage.Learn(shipped, words), rows, clock.System())
	default:
		marks = triage.CrossValidate(rows, words, 1, clock.System())
	}
	if *asJSON {
		return json.NewEncoder(c.out).Encode(marks)
	}
	printMarks(c, marks)
	return nil
}

func triageRows(files []string) (rows []triage.Row, err error) {
	for _, name := range files {
		f, err := os.Open(name)
		if err != nil {
			return nil, err
		}
		more, err := triage.ReadRows(name, f)
		f.Close()
		if err != nil {
			return nil, err
		}
		rows = append(rows, more...)
	}
	return rows, nil
}

// triageLayers are the shipped base and the playbook on top of it; base itself may be named too.
func triageLayers(dir string) ([]fs.FS, error) {
	base, err := fs.Sub(playbooks.FS, "base")
	if err != nil || dir == "" {
		return []fs.FS{base}, err
	}
	if _, err := os.Stat(dir); err != nil {
		if shipped, subErr := fs.Sub(playbooks.FS, dir); subErr == nil {
			if _, statErr := fs.Stat(playbooks.FS, dir); statErr == nil {
				if dir == "base" {
					return []fs.FS{base}, nil
				}
				return []fs.FS{base, shipped}, nil
			}
		}
		return nil, err
	}
	if about, err := os.ReadFile(dir + "/playbook.toml"); err == nil && isBase(about) {
		return []fs.FS{os.DirFS(dir)}, nil
	}
	return []fs.FS{base, os.DirFS(dir)}, nil
}

func isBase(about []byte) bool {
	shipped, err := playbooks.FS.ReadFile("base/playbook.toml")
	return err == nil && string(shipped) == string(about)
}

func printMarks(c *call, m triage.Marks) {
	tell := func(name string, v *float64) {
		if v != nil {
			printf(c, "%-18s %.4f", name, *v)
		}
	}
	printf(c, "%-18s %d", "n", m.N)
	tell("accuracy", m.Accuracy)
	tell("macro_f1", m.MacroF1)
	tell("calibration_error", m.CalibrationError)
	tell("unsure", m.Unsure)
	tell("sure_accuracy", m.SureAccuracy)
	if m.Urgency != nil {
		tell("urgency accuracy", &m.Urgency.Accuracy)
		tell("urgency macro_f1", &m.Urgency.MacroF1)
		tell("critical_recall", m.Urgency.CriticalRecall)
	}
	tell("place_f1", m.PlaceF1)
	tell("place_overlap_f1", m.PlaceOverlapF1)
	tell("same_event_f1", m.SameEventF1)
	tell("same_event_words", m.SameEventWordsF1)
	tell("personal_recall", m.PersonalRecall)
	printf(c, "%-18s %.0f", "us_per_message", m.Microseconds)
	for _, kind := range slices.Sorted(maps.Keys(m.PerClass)) {
		k := m.PerClass[kind]
		printf(c, "  %s  F1 %.4f  precision %.4f  recall %.4f  n %d  %s", kind, k.F1, k.Precision, k.Recall, k.N, fmt.Sprint(m.Confusion[kind]))
	}
}
