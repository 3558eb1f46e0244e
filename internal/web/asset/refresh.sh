#!/bin/sh
# Refreshes the vendored browser files from their npm packages: run it in this folder after raising a version
# or naming another icon in icons.txt. The result is committed, so that building needs Go alone.
set -eu
cd "$(dirname "$0")"
htmx=4.0.1
lucide=1.62.0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

unpack() { # name version
	(cd "$work" && tgz=$(npm pack --silent "$1@$2") && mkdir "$1" && tar -xzf "$tgz" -C "$1" --strip-components=1)
}
unpack htmx.org $htmx
unpack lucide-static $lucide

mkdir -p vendor
grep -v '^//# sourceMappingURL' "$work/htmx.org/dist/htmx.min.js" >vendor/htmx.js
cp "$work/htmx.org/LICENSE" vendor/htmx.LICENSE
cp "$work/lucide-static/LICENSE" vendor/icons.LICENSE
{
	echo "<!-- Lucide $lucide, ISC licence, see icons.LICENSE -->"
	echo '<svg xmlns="http://www.w3.org/2000/svg">'
	for name in $(tr -s ' \n' '\n\n' <icons.txt | sort -u); do
		printf '<symbol id="%s" viewBox="0 0 24 24">' "$name"
		sed -e '1,/^>$/d' -e '/<\/svg>/d' -e 's/^ *//' -e 's| />|/>|' "$work/lucide-static/icons/$name.svg" | tr -d '\n'
		echo '</symbol>'
	done
	echo '</svg>'
} >vendor/icons.svg
