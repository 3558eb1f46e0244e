package main

import (
	"context"
	"encoding/json"

	"maplegrid/internal/triage"
)

// triageAddresses marks the reading of addresses against a labelled file.
func triageAddresses(_ context.Context, c *call) error {
	asJSON := c.flags.Bool("json", false, "输出 JSON / JSON out")
	args, err := c.parse("FILE")
	if err != nil {
		return err
	}
	if len(args) != 1 {
		c.flags.Usage()
		return errUsage
	}
	all, err := readFile(args[0], triage.ReadAddresses)
	if err != nil {
		return err
	}
	m := triage.MarkAddresses(all)
	if *asJSON {
		return json.NewEncoder(c.out).Encode(m)
	}
	printf(c, "%d 个地址 / addresses, F1 %.4f", m.N, m.F1)
	for _, part := range triage.AddressParts {
		p := m.PerPart[part]
		printf(c, "  %-10s F1 %.4f  precision %.4f  recall %.4f  n %d", part, p.F1, p.Precision, p.Recall, p.N)
	}
	return nil
}
