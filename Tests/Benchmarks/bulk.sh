#!/usr/bin/env bash
# Measures `convertlead bulk`, built as it is shipped, on the generated corpus, beside the C reference and other tools, as ratios
# of commands that run in turn. Needs gcc, make and python3, and nothing beside the checkout. A peer that lacks something is named
# at the end with what it lacks; peers/Makefile lists the packages of all.
#
#   Tests/Benchmarks/bulk.sh [REQUESTS [PAIRS]]      default 300000 7
#
# WORK keeps corpus and builds in a folder for the next time; PYTHON names the Python of the peers, such as one with lxml and orjson.
# Meant for a machine that does nothing else.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
package=$(cd "$here/../.." && pwd)
requests=${1:-300000}
pairs=${2:-7}
python=${PYTHON:-python3}
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
    python3 "$here/pair.py" -n "$pairs" -c "$1" "$2" "$3" | awk -v goal="$4" '
        $1 == "A/B" && $2 == "wall" { ratio = $3 " " $4 " " $5 " " $6 }
        $2 == "wall" && $1 != "A/B" { seconds[$1] = $4 }
        $2 == "peak" && $1 == "A" { peak = $4 }
        END { printf "%s (goal %s)   A %.2f s, B %.2f s, A at most %.0f MiB\n", ratio, goal, seconds["A"], seconds["B"], peak }'
}

say "builds"
make -s -C "$here/reference" B="$work"
build=(swift build --package-path "$package" --scratch-path "$work/build" -c release --static-swift-stdlib -Xlinker -s)
"${build[@]}" --product convertlead > "$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
convertlead=$("${build[@]}" --show-bin-path)/convertlead

say "corpus of $requests requests"
corpus=$work/corpus-$requests
if [[ ! -e $corpus/made ]]; then
    rm -rf "$corpus"
    mkdir -p "$corpus"
    python3 "$here/make_corpus.py" --clean -n "$requests" --seed 1 --ndjson "$corpus/requests.ndjson" \
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
compare 0,1 "$bulk --jobs 1 $ndjson > /dev/null" "$bulk --jobs 2 $ndjson > /dev/null" ">= 1.9"

# peer NAME SHARE GOAL: a peer over one worker, on a share of the requests that takes it a few seconds.
skipped=()
peer() {
    local name=$1 lacks file=$work/part-$2.ndjson command
    say "$name, over one worker"
    if ! lacks=$(make -s -C "$here/peers" "$name" B="$work/peers" PY="$python" 2> /dev/null); then
        echo "skipped: $lacks"
        skipped+=("$name: $lacks")
        return
    fi
    command=$(make -s -C "$here/peers" "command-$name" B="$work/peers" PY="$python")
    head -n "$((requests / $2))" "$ndjson" > "$file"
    compare 1 "$command $corpus/users.json $file > /dev/null" "$bulk --jobs 1 $file > /dev/null" "$3"
    rm "$file"
}
peer rust 1 ">= 1.4"
peer java 1 "none"
peer lxml 3 ">= 6"
peer go 10 "none"
peer etree 10 "none"
peer xmltodict 20 "none"
peer swift-foundation 20 "none"
peer swift-xmlcoder 20 "none"
peer saxon 100 "none"

say "ten times the corpus into a directory, over the corpus: time and memory"
for _ in 1 2 3 4 5 6 7 8 9 10; do cat "$ndjson"; done > "$work/ten.ndjson"
into="$convertlead bulk --quiet --config $corpus/config.yaml --output $work/out"
pairs=1 compare 0,1 "sh -c '$into $work/ten.ndjson && rm -r $work/out'" "sh -c '$into $ndjson && rm -r $work/out'" \
    "about 10, < 30 MiB"
rm -f "$work/ten.ndjson"

say "a directory of 100000 files, over opening and reading them"
if [[ ! -e $work/directory-made ]]; then
    rm -rf "$work/directory"
    python3 "$here/make_corpus.py" --clean -n 100000 --seed 1 -q --dir "$work/directory"
    touch "$work/directory-made"
    sync
fi
compare 0,1 "$bulk $work/directory > /dev/null" "$work/files read $work/directory > /dev/null" "<= 1.5"

say "a tar archive of the same files, over the directory"
[[ -e $work/directory.tar ]] || tar -C "$work" -cf "$work/directory.tar" directory
compare 0,1 "$bulk $work/directory.tar > /dev/null" "$bulk $work/directory > /dev/null" "<= 1"

say "survey, over bulk into a directory"
compare 0,1 "$convertlead survey --config $corpus/config.yaml $ndjson > /dev/null" \
    "sh -c '$into $ndjson && rm -r $work/out'" "<= 1.2"

say "start to end, 200 in turn: the version, and one small request"
printf '<Potentials><row no="1"><option val="createPotential">false</option></row></Potentials>' > "$work/small.xml"
python3 - "$convertlead" "$work/small.xml" <<'PYTHON'
import statistics, subprocess, sys, time
for arguments in (["--version"], ["request", sys.argv[2], "--lead-id", "1"]):
    times = []
    for _ in range(200):
        start = time.monotonic()
        subprocess.run([sys.argv[1], *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        times.append((time.monotonic() - start) * 1000)
    print("%.1f ms (%.1f - %.1f) (goal < 5)" % (statistics.median(times), min(times), max(times)))
PYTHON

say "peers skipped: ${#skipped[@]}"
for line in ${skipped[@]+"${skipped[@]}"}; do echo "$line"; done
