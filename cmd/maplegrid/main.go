// Command maplegrid is the one binary: the server, and the same acts from a command line.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"

	"maplegrid/internal/fault"
)

// command is one line of the table of commands.
type command struct {
	name, args string
	zh, en     string
	run        func(ctx context.Context, c *call) error
}

// commands is the table. A command is a line here and a file of its own.
var commands []command

func init() {
	commands = []command{
		{"serve", "[--data DIR | --db URL] [--addr HOST:PORT]", "启动服务", "start the server", serve},
		{"demo", "[--data DIR] [--addr HOST:PORT] [--playbook NAME] [--days N] [--seed N]", "建一个人和事均为虚构的演示所并启动", "build a station of invented people and serve it", demonstrate},
		{"act", "NAME --as USER [--json FILE|-]", "办理一个动作，回答为 JSON", "do one act; the answer is JSON", act},
		{"import reports", "FILE --as USER [--dry-run]", "导入报事（.xlsx .csv .tsv .jsonl），可重复执行", "import reports; may be run again", importReports},
		{"import org", "FILE --as USER [--kind TABLE] [--dry-run]", "导入网格、单位、岗位、人员、排班、节假日或边界，整份检查", "import cells, bodies, posts, people, duty, holidays or outlines; checked whole", importOrg},
		{"export ledger", "NAME [--from DAY --to DAY] --as USER --purpose TEXT -o FILE.xlsx", "导出台账：matters 为全部，promises 承诺，dispute_table 排查情况表，dispute_register 排查台账，或事项类别的键（如 dispute）", "export a ledger: matters for all, promises, dispute_table, dispute_register, or the key of a kind", exportLedger},
		{"export org", "TABLE -o FILE [--as USER] [--purpose TEXT]", "导出同样的表，姓名电话默认遮盖", "export the same tables; names and phones masked", exportOrg},
		{"verify", "[--data DIR | --db URL]", "校验全部记录，指出第一条不符的", "verify the journal; names the first bad event", verify},
		{"rebuild", "[BOARD…]", "重建清单和台账", "build boards anew from the journal", rebuild},
		{"backup", "FILE", "备份（不含密钥）", "back up (without the key)", backup},
		{"restore", "FILE", "恢复到空文件夹或空数据库", "restore into an empty folder or database", restore},
		{"token create", "--as USER [--label TEXT]", "制作接口令牌，只显示一次", "make an API token, shown once", tokenCreate},
		{"playbook check", "DIR", "检查经验包", "check a playbook", playbookCheck},
		{"triage train", "FILE… -o MODEL", "用已标注的消息训练分流模型（.jsonl .tsv）", "train a triage model on labelled messages", triageTrain},
		{"triage eval", "FILE [--train FILE…] [--playbook DIR] [--json]", "给分流打分；没有训练数据和经验包时做五折交叉验证", "mark triage; five-fold cross-validation without rows to train on or a playbook", triageEval},
		{"triage spots", "FILE [--from DAY] [--until DAY] [--top N] [--months] [--truth FILE] [--json]", "按时间重放消息（.jsonl），列出热点，可与另一家的热点问题比较", "replay messages (.jsonl) and tell the hot spots; may be compared with another's issues", triageSpots},
		{"triage addresses", "FILE [--json]", "给地址解析打分（一行一字，B- I- 标注）", "mark the reading of addresses, labelled letter by letter", triageAddresses},
		{"bench", "[NAME…] [--json]", "测量速度，与同一次运行的底线相比", "measure speed against the floor of the same run", benches},
		{"story", "[--playbook DIR] FILE.feature…", "运行验收故事；不写文件就运行自带的", "run stories; without a file those shipped", story},
		{"docs", "[--out DIR]", "生成 docs/ 中由程序写出的部分", "write the documents made from tables", docs},
		{"version", "", "版本", "version", version},
	}
}

// call is one run of a command.
type call struct {
	settings
	command command
	flags   *flag.FlagSet
	args    []string
	in      io.Reader
	out     io.Writer
	errs    io.Writer
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Getenv, os.Stdin, os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// errUsage says that the command line itself was wrong; help has been printed.
var errUsage = errors.New("usage")

// run gives the exit code: 0 done, 1 refused or failed, 2 a command line that is not understood.
func run(ctx context.Context, args []string, env func(string) string, in io.Reader, out, errs io.Writer) int {
	cmd, rest, ok := find(args)
	if !ok {
		if len(args) == 0 || asksHelp(args[0]) {
			help(out, "")
			return 0
		}
		if family := args[0] + " "; len(args) > 1 && asksHelp(args[1]) { // triage --help
			if slices.ContainsFunc(commands, func(c command) bool { return strings.HasPrefix(c.name, family) }) {
				help(out, family)
				return 0
			}
		}
		fmt.Fprintf(errs, "没有“%[1]s”这个命令 / there is no command %[1]q\n\n", strings.Join(args[:min(2, len(args))], " "))
		help(errs, "")
		return 2
	}
	c := &call{command: cmd, args: rest, in: in, out: out, errs: errs, flags: flag.NewFlagSet(cmd.name, flag.ContinueOnError)}
	c.flags.SetOutput(errs)
	c.flags.Usage = func() {
		fmt.Fprintf(errs, "maplegrid %s %s\n  %s / %s\n\n", cmd.name, cmd.args, cmd.zh, cmd.en)
		c.flags.PrintDefaults()
	}
	c.settings.define(c.flags, env)
	err := cmd.run(ctx, c)
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return 0
	case errors.Is(err, errUsage):
		return 2
	}
	fmt.Fprintln(errs, c.sentence(err))
	return 1
}

// find takes the longest command that the arguments begin with.
func find(args []string) (best command, rest []string, ok bool) {
	for _, cmd := range commands {
		words := strings.Fields(cmd.name)
		if len(args) >= len(words) && slices.Equal(args[:len(words)], words) && len(words) > len(strings.Fields(best.name)) {
			best, rest, ok = cmd, args[len(words):], true
		}
	}
	return best, rest, ok
}

func asksHelp(word string) bool { return slices.Contains([]string{"help", "-h", "--help"}, word) }

// help lists the commands whose names begin so.
func help(w io.Writer, family string) {
	fmt.Fprint(w, "枫格 Maplegrid\n\n")
	for _, c := range commands {
		if !strings.HasPrefix(c.name, family) {
			continue
		}
		fmt.Fprintf(w, "  maplegrid %-16s%s\n  %26s%s / %s\n", c.name, c.args, "", c.zh, c.en)
	}
	fmt.Fprint(w, "\n每个命令都可用的设置，也可写成环境变量 / settings of every command, also as environment variables:\n")
	for _, o := range options {
		fmt.Fprintf(w, "  --%-10s %-22s %s / %s\n", o.name, o.env(), o.zh, o.en)
	}
}

// parse reads flags and arguments in any order; it wants exactly the arguments named, a last one ending in … any number of times.
func (c *call) parse(names ...string) ([]string, error) {
	var args []string
	for rest := c.args; ; {
		if err := c.flags.Parse(rest); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, errUsage
		}
		if rest = c.flags.Args(); len(rest) == 0 {
			break
		}
		args, rest = append(args, rest[0]), rest[1:]
	}
	many := len(names) > 0 && strings.HasSuffix(names[len(names)-1], "…")
	if len(args) != len(names) && !(many && len(args) >= len(names)-1) {
		c.flags.Usage()
		return nil, errUsage
	}
	return args, nil
}

// sentence says an error to the person at the command line.
func (c *call) sentence(err error) string {
	f, ok := fault.Of(err)
	if !ok {
		return err.Error()
	}
	s := f.Sentence(c.lang) + " (" + f.Code
	if f.Field != "" {
		s += ", " + f.Field
	}
	return s + ")"
}

// say chooses the words of the language asked for.
func (c *call) say(zh, en string, args ...any) {
	if c.lang == "en" {
		zh = en
	}
	fmt.Fprintf(c.errs, zh+"\n", args...)
}
