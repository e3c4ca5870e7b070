#!/usr/bin/env bash
# Measures `convertlead bulk`, built as it is shipped, on the generated corpus, beside the C reference and other tools, as ratios
# of commands that run in turn. Needs the folder shared/ beside the checkout, gcc and make; the Rust peer is built where Debian's crates are installed
# (librust-quick-xml-dev librust-serde-json-dev), the lxml peer where LXML_PYTHON names a Python with lxml and orjson.
#
#   Tests/Benchmarks/bulk.sh [REQUESTS [PAIRS]]      default 300000 7
#
# WORK keeps corpus and builds in a folder for the next time. Meant for a machine that does nothing else.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
package=$(cd "$here/../.." && pwd)
shared=$(cd "$package/.." && pwd)/shared/bench
requests=${1:-300000}
pairs=${2:-7}
if [[ -n ${WORK:-} ]]; then
    mkdir -p "$WORK"
    work=$(cd "$WORK" && pwd)
else
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
fi

say() { printf '\n== %s\n' "$*"; }

# Ratio of the wall times of two commands, and what they took at most: "median (least - most)".
compare() {
    python3 "$shared/peers/pair.py" -n "$pairs" -c "$1" "$2" "$3" | awk -v goal="$4" '
        $1 == "A/B" && $2 == "wall" { ratio = $3 " " $4 " " $5 " " $6 }
        $2 == "wall" && $1 != "A/B" { seconds[$1] = $4 }
        $2 == "peak" && $1 == "A" { peak = $4 }
        END { printf "%s (goal %s)   A %.2f s, B %.2f s, A at most %.0f MiB\n", ratio, goal, seconds["A"], seconds["B"], peak }'
}

say "builds"
make -s -C "$shared/reference" B="$work"
build=(swift build --package-path "$package" --scratch-path "$work/build" -c release --static-swift-stdlib -Xlinker -s)
"${build[@]}" --product convertlead > "$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
convertlead=$("${build[@]}" --show-bin-path)/convertlead

say "corpus of $requests requests"
corpus=$work/corpus-$requests
if [[ ! -e $corpus/made ]]; then
    rm -rf "$corpus"
    mkdir -p "$corpus"
    python3 "$shared/make_corpus.py" --clean -n "$requests" --seed 1 --ndjson "$corpus/requests.ndjson" \
        --users "$corpus/users.json" --fields "$corpus/fields.json" --expected "$corpus/expected"
    touch "$corpus/made"
fi
printf 'defaults: {overwrite: false}\nusers: users.json\nfields: fields.json\n' > "$corpus/config.yaml"
bulk="$convertlead bulk --quiet --config $corpus/config.yaml --output -"
ndjson=$corpus/requests.ndjson

say "values"
$bulk "$ndjson" | python3 -c '
import json, sys
count = 0
for count, (line, expected) in enumerate(zip(sys.stdin, open(sys.argv[1], encoding="utf-8"), strict=True), 1):
    got, want = json.loads(line), json.loads(expected)
    if "diagnostics" in got or {"id": got["lead_id"], "body": got.get("body")} != want:
        sys.exit("line %d\n  want %s\n  got  %s" % (count, expected, line))
print("%d lines equal what is expected" % count)
' "$corpus/expected"

say "one worker, over the C reference"
compare 1 "$bulk --jobs 1 $ndjson > /dev/null" "$work/convert $corpus/users.json $ndjson > /dev/null" "<= 1.25"

say "one worker, over two"
compare 0,1 "$bulk --jobs 1 $ndjson > /dev/null" "$bulk --jobs 2 $ndjson > /dev/null" ">= 1.8"

say "Rust with quick-xml, over one worker"
if dpkg -s librust-quick-xml-dev > /dev/null 2>&1 && make -s -C "$shared/peers" rust B="$work" > "$work/rust.log" 2>&1; then
    compare 1 "$work/rust/release/convert-rust $corpus/users.json $ndjson > /dev/null" "$bulk --jobs 1 $ndjson > /dev/null" \
        ">= 1.4"
else
    echo "not built"
fi

say "lxml with orjson, over one worker"
if [[ -n ${LXML_PYTHON:-} ]]; then
    head -n 100000 "$ndjson" > "$work/part.ndjson"
    compare 1 "$LXML_PYTHON $shared/peers/python/lxml_orjson.py $corpus/users.json $work/part.ndjson > /dev/null" \
        "$bulk --jobs 1 $work/part.ndjson > /dev/null" ">= 6"
else
    echo "LXML_PYTHON is not set"
fi

say "ten times the corpus into a directory, over the corpus: time and memory"
for _ in 1 2 3 4 5 6 7 8 9 10; do cat "$ndjson"; done > "$work/ten.ndjson"
into="$convertlead bulk --quiet --config $corpus/config.yaml --output $work/out"
pairs=1 compare 0,1 "sh -c '$into $work/ten.ndjson && rm -r $work/out'" "sh -c '$into $ndjson && rm -r $work/out'" \
    "about 10, < 64 MiB"
rm -f "$work/ten.ndjson"

say "a directory of 100000 files, over opening and reading them"
if [[ ! -e $work/directory-made ]]; then
    rm -rf "$work/directory"
    python3 "$shared/make_corpus.py" --clean -n 100000 --seed 1 -q --dir "$work/directory"
    touch "$work/directory-made"
    sync
fi
compare 0,1 "$bulk $work/directory > /dev/null" "$work/files read $work/directory > /dev/null" "<= 1.5"

say "start to end of one small request: 200 in turn"
printf '<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>' > "$work/small.xml"
python3 - "$convertlead" "$work/small.xml" <<'PYTHON'
import statistics, subprocess, sys, time
times = []
for _ in range(200):
    start = time.monotonic()
    subprocess.run([sys.argv[1], "request", sys.argv[2], "--lead-id", "1"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
    times.append((time.monotonic() - start) * 1000)
print("%.1f ms (%.1f - %.1f) (goal < 10)" % (statistics.median(times), min(times), max(times)))
PYTHON
