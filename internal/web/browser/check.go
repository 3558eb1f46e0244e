package browser

import (
	"context"
	_ "embed" // the checker is a file beside this one

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
)

// axe is axe-core 4.14.1, the package's axe.min.js as published: it finds what people who see, hear or move little cannot use. Only
// tests carry it.
//
//go:embed testdata/axe.js
var axe string

// Finding is one rule that a page breaks, and where.
type Finding struct {
	Rule   string   `json:"rule"`
	Impact string   `json:"impact"` // minor, moderate, serious, critical
	Help   string   `json:"help"`
	Where  []string `json:"where"`
}

// Accessibility gives what axe-core finds wrong with the open page. The page's own script must be on.
func (p *Tab) Accessibility() []Finding {
	p.tb.Helper()
	p.do("load axe-core", chromedp.Evaluate[chromedp.Void](axe+";undefined"))
	return Eval[[]Finding](p, `axe.run(document, {resultTypes: ["violations"]}).then(r => r.violations.map(v =>
		({rule: v.id, impact: v.impact, help: v.help, where: v.nodes.slice(0, 4).map(n => n.html.slice(0, 240))})))`)
}

// Throttle makes the line as slow as an old phone's: so many bytes a second either way, and so many milliseconds before each answer.
func (p *Tab) Throttle(bytesPerSecond, latencyMS float64) {
	p.tb.Helper()
	p.do("throttle", chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, network.EmulateNetworkConditionsByRule, network.EmulateNetworkConditionsByRuleParams{MatchedNetworkConditions: []*network.Conditions{
			{Latency: latencyMS, DownloadThroughput: bytesPerSecond, UploadThroughput: bytesPerSecond}}})
		return err
	}))
}
