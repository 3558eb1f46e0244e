# Maplegrid 枫格. Bare `make` prints this help.

export CGO_ENABLED ?= 0
TOOL := go tool -modfile=tools/go.mod
# Two packages at a time; a test that hangs says where after fifteen minutes.
TESTFLAGS ?= -p 2 -timeout 15m
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help demo build test check format-check vet generate fresh stories house night assets docs screens format

help: ## 显示本帮助 / this help
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' Makefile

build: ## 编译 bin/maplegrid / build the one binary
	go build -o bin/maplegrid ./cmd/maplegrid

demo: build ## 启动演示所，内有虚构人员和 90 天数据 / a station with invented people (ARGS="--addr 127.0.0.1:8080")
	bin/maplegrid demo $(ARGS)

test: ## 全部测试，缺什么装什么 / every test; installs what it needs
	@. scripts/need.sh && $(TOOL) gotestsum --format standard-quiet -- $(TESTFLAGS) $(ARGS) ./...

check: format-check vet fresh house stories test ## 提交前须全部通过 / what must be green: all of the below, then the tests

format-check: ## 格式 / formatting
	@bad=$$(git ls-files -z '*.go' ':!*_templ.go' | xargs -0r gofmt -l); [ -z "$$bad" ] || { echo "gofmt: $$bad"; exit 1; }

vet: ## go vet 与 staticcheck / go vet and staticcheck
	go vet ./...
	$(TOOL) staticcheck ./...

fresh: ## 生成的代码和文档须是最新 / generated code and documents are up to date
	@sh scripts/unchanged.sh $(MAKE) --no-print-directory generate docs

house: ## 本项目自己的规矩 / the rules of the house
	go test ./internal/house

stories: ## 验收故事 / acceptance stories
	@$(MAKE) --no-print-directory build
	bin/maplegrid story

generate: ## 由 .templ 生成 Go / Go from page templates
	$(TOOL) templ generate -log-level warn

docs: ## 重新生成 docs/ 中由程序写出的部分 / the documents that the program writes
ifneq ($(wildcard cmd/maplegrid/docs.go),)
	go run ./cmd/maplegrid docs
endif

screens: ## 重新拍摄 docs/screens / take the pictures of the handbook again
	@mkdir -p docs/screens
	@. scripts/need.sh && MAPLEGRID_SCREENS=$(CURDIR)/docs/screens go test -count=1 -timeout 10m -run Screens ./internal/web/... ./internal/paper

night: build ## 较重的验证和性能比 / heavier proofs and benchmarks
	@. scripts/need.sh && $(TOOL) gotestsum --format standard-quiet -- -p 1 -timeout 60m -tags night $(ARGS) ./...
	bin/maplegrid bench

assets: ## 更新第三方浏览器文件、字体和节假日表，需要 npm / vendored browser files, fonts and the holiday table; needs npm
	sh internal/web/asset/refresh.sh
	sh internal/paper/font/refresh.sh
ifneq ($(wildcard internal/clock/holidays/refresh.mjs),)
	node internal/clock/holidays/refresh.mjs
endif

format: ## 整理格式 / put the formatting right
	gofmt -w $$(git ls-files '*.go' ':!*_templ.go')
	$(TOOL) templ fmt .
