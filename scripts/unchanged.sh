#!/bin/sh
# unchanged.sh COMMAND… : runs a generator and fails when it changed a file that is kept, committed or not.
set -eu
state() {
    git ls-files -z --cached --others --exclude-standard -- '*_templ.go' 'docs/*' | sort -uz | xargs -0r sha256sum 2>/dev/null || true
}
before=$(mktemp) after=$(mktemp)
trap 'rm -f "$before" "$after"' EXIT
state >"$before"
"$@"
state >"$after"
if ! diff "$before" "$after"; then
    echo "生成的文件已过时，现已重新生成，请一并提交 / generated files were out of date; they are fresh now, commit them too" >&2
    exit 1
fi
