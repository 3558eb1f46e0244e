package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"

	"maplegrid/internal/app"
	"maplegrid/internal/work/matter"
	"maplegrid/stories/steps"
)

// documents are what docs writes, by file name.
var documents = map[string]func(io.Writer) error{
	"life.md":     matter.WriteLife,
	"commands.md": writeCommands,
	"steps.md":    steps.WriteSteps,
}

func docs(_ context.Context, c *call) error {
	out := c.flags.String("out", "docs", "文件夹 / folder")
	if _, err := c.parse(); err != nil {
		return err
	}
	for name, write := range documents {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		if err := os.WriteFile(filepath.Join(*out, name), b.Bytes(), 0o644); err != nil {
			return err
		}
	}
	return nil
}

func writeCommands(w io.Writer) error {
	fmt.Fprint(w, "# 命令 / Commands\n\n由 `maplegrid docs` 生成。/ Written by `maplegrid docs`.\n\n| 命令 | 作用 | what it does |\n|---|---|---|\n")
	for _, c := range commands {
		fmt.Fprintf(w, "| `%s` | %s | %s |\n", strings.ReplaceAll(strings.TrimSpace("maplegrid "+c.name+" "+c.args), "|", `\|`), c.zh, c.en)
	}
	fmt.Fprint(w, "\n## 设置 / Settings\n\n每个命令都可用；命令行强于环境变量，环境变量强于默认值。/ Of every command; a flag is stronger than the environment, that than the default.\n\n| | | 默认 / default | | |\n|---|---|---|---|---|\n")
	for _, o := range options {
		if o.secret {
			o.zh, o.en = o.zh+"；保密", o.en+"; secret"
		}
		fmt.Fprintf(w, "| `--%s` | `%s` | %s | %s | %s |\n", o.name, o.env(), o.def, o.zh, o.en)
	}
	return nil
}

func version(_ context.Context, c *call) error {
	if _, err := c.parse(); err != nil {
		return err
	}
	revision := ""
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				revision = " " + s.Value[:min(12, len(s.Value))]
			}
		}
		revision += " " + info.GoVersion
	}
	printf(c, "maplegrid %s%s", app.Version, revision)
	return nil
}
