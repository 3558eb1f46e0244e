#!/bin/sh
# Cuts the two faces of printed paper out of their npm package: GB2312 (6,763 hanzi), punctuation and ASCII, packed with gzip.
# Needs npm and fonttools (Debian: python3-fonttools). The result is committed, so that building needs Go alone.
set -eu
cd "$(dirname "$0")"
noto=0.4.3
python=${PYTHON:-/usr/bin/python3}
"$python" -c 'import fontTools.subset' 2>/dev/null || { echo "需要 python3-fonttools / needs python3-fonttools" >&2; exit 1; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
(cd "$work" && tgz=$(npm pack --silent "@expo-google-fonts/noto-serif-sc@$noto") && tar -xzf "$tgz" --strip-components=1)

"$python" - >"$work/characters.txt" <<'EOF'
import sys
want = {chr(c) for c in range(0x20, 0x7f)} | set("‘’“”–—…‰′″※℃№㎡²³·〇〔〕￥¥①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳□■○●△▲☆★√×÷±≤≥≠≈∞")
for high in range(0xa1, 0xf8):
    for low in range(0xa1, 0xff):
        try:
            want.add(bytes([high, low]).decode("gb2312"))
        except UnicodeDecodeError:
            pass
sys.stdout.buffer.write("".join(sorted(want)).encode())
EOF

cut() { # weight, name
	"$python" -m fontTools.subset "$work/$1/NotoSerifSC_$1.ttf" --text-file="$work/characters.txt" --no-hinting --desubroutinize \
		--layout-features= --name-IDs= --drop-tables+=GPOS,GSUB,STAT,vhea,vmtx,gasp --output-file="$work/$2.ttf"
	gzip -9 -n -c "$work/$2.ttf" >"$2.ttf.gz"
}
cut 400Regular song
cut 600SemiBold heavy
cp "$work/LICENSE_FONT" LICENSE
