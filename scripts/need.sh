# Sourced by the tests: makes sure that what they need beside Go is there. Quick when it is; otherwise installs it where
# that can be done without asking (root on a Debian or Ubuntu), and else says what to install.

need_missing() {
    command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || echo chromium
    { command -v fc-list >/dev/null && fc-list :lang=zh-cn | grep -q .; } || echo fontconfig fonts-noto-cjk
    command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || echo postgresql
    command -v pdftotext >/dev/null && command -v pdftoppm >/dev/null || echo poppler-utils
}

missing=$(need_missing | tr '\n' ' ')
if [ -n "$missing" ] && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "安装测试所需 / installing for the tests: $missing"
    export DEBIAN_FRONTEND=noninteractive
    need_log=$(mktemp)
    # shellcheck disable=SC2086 # a list of packages
    { apt-get update && apt-get install -y --no-install-recommends $missing; } >"$need_log" 2>&1 || tail -n 20 "$need_log" >&2
    rm -f "$need_log"
    missing=$(need_missing | tr '\n' ' ')
fi
if [ -n "$missing" ]; then
    echo "测试缺少下列软件，请先安装：$missing" >&2
    echo "The tests need these packages, please install them first: $missing" >&2
    exit 1
fi
# From here a missing engine, browser or reader of PDF is a failure, not a skipped test.
export MAPLEGRID_NEED_POSTGRES=1 MAPLEGRID_NEED_CHROMIUM=1 MAPLEGRID_NEED_POPPLER=1
