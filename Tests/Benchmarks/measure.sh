#!/usr/bin/env bash
# Measures translateRequest on the generated corpus, beside the C reference: time and heap allocations a request, and with
# valgrind installed the instructions a request. Needs gcc, make and python3.
#
#   Tests/Benchmarks/measure.sh [REQUESTS]      default 50000
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
requests=${1:-50000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

make -s -C "$here/reference" B="$work"
python3 "$here/make_corpus.py" --clean -n "$requests" --seed 1 -q --ndjson "$work/requests.ndjson" \
    --users "$work/users.json" --fields "$work/fields.json"
head -n 2000 "$work/requests.ndjson" > "$work/few.ndjson"
swift build --package-path "$here" -c release --product translation-benchmark
benchmark=$(swift build --package-path "$here" -c release --show-bin-path)/translation-benchmark

"$benchmark" "$work/requests.ndjson" "$work/users.json" "$work/fields.json" 7
echo "C reference, the whole job from NDJSON to NDJSON on $requests requests:"
{ TIMEFORMAT='%U s of processor time'; time "$work/convert" "$work/users.json" "$work/requests.ndjson" > "$work/converted"; } 2>&1

command -v valgrind > /dev/null || exit 0
# Valgrind cannot read Swift's debug information.
cp "$benchmark" "$work/benchmark"
strip --strip-debug "$work/benchmark"
libraries=$(dirname "$(dirname "$(readlink -f "$(command -v swiftc)")")")/lib/swift/linux
count() { valgrind --tool=callgrind --callgrind-out-file=/dev/null "$@" 2>&1 > "$work/log" | sed -n 's/.*Collected : *//p'; }
ours=$(LD_LIBRARY_PATH=$libraries count --toggle-collect='*measured*' "$work/benchmark" \
    "$work/few.ndjson" "$work/users.json" "$work/fields.json" 1)
theirs=$(count --toggle-collect=job_request "$work/convert" "$work/users.json" "$work/few.ndjson")
echo "instructions a request: translateRequest $((ours / 6000)), C reference $((theirs / 2000))"
