#!/usr/bin/env bash
# Measures `convertlead response`, built as it is shipped, on lines of replies: time over reading the file, and memory at one
# and at ten times the lines.
#
#   Tests/Benchmarks/replies.sh [LINES]      default 1000000
#
# CONVERTLEAD names a command that is built already. Needs python3. Meant for a machine that does nothing else.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
package=$(cd "$here/../.." && pwd)
lines=${1:-1000000}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [[ -z ${CONVERTLEAD:-} ]]; then
    build=(swift build --package-path "$package" --scratch-path "$work/build" -c release --static-swift-stdlib)
    "${build[@]}" --product convertlead > "$work/build.log" 2>&1 || { cat "$work/build.log"; exit 1; }
    CONVERTLEAD=$("${build[@]}" --show-bin-path)/convertlead
fi

python3 - "$CONVERTLEAD" "$lines" "$work" <<'PYTHON'
import json, os, statistics, subprocess, sys, time

command, count, work = sys.argv[1], int(sys.argv[2]), sys.argv[3]

def line(number):
    contact, deal, account = (str(5550000000400000000 + 3 * number + step) for step in range(3))
    lead = str(5550000000200000000 + number)
    uri = "/crm/private/%s/Leads/convertLead" % ("json" if number % 3 == 0 else "xml")
    kind = number % 10
    if kind < 6:
        reply = {"data": [{"Contacts": contact, "Deals": deal if kind % 2 else None, "Accounts": account}]}
    elif kind < 9:
        details = {name: {"name": "Made up", "id": id} for name, id in (("Contacts", contact), ("Accounts", account))}
        reply = {"data": [{"code": "SUCCESS", "details": details, "message": "converted", "status": "success"}]}
    else:
        details = {"api_name": "Stage", "json_path": "$.data[0].Deals.Stage"}
        reply = {"data": [{"code": "INVALID_DATA", "details": details, "message": "invalid data", "status": "error"}]}
    if number % 4 == 0:
        return json.dumps(reply, separators=(",", ":"))
    body = reply if number % 2 else json.dumps(reply, separators=(",", ":"))
    return json.dumps({"lead_id": lead, "uri": uri, "reply": body}, separators=(",", ":"))

def write(path, count):
    with open(path, "w") as file:
        for number in range(count):
            file.write(line(number) + "\n")

def run(arguments):
    """Seconds and peak memory in MiB."""
    start = time.monotonic()
    child = subprocess.Popen(arguments, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    if status != 0:
        sys.exit("%s ended with %d" % (arguments, status))
    return time.monotonic() - start, usage.ru_maxrss / 1024

small, large = os.path.join(work, "small.ndjson"), os.path.join(work, "large.ndjson")
write(small, count // 10)
write(large, count)

answered = 0
output = subprocess.Popen([command, "response", large], stdout=subprocess.PIPE)
for answered, text in enumerate(output.stdout, 1):
    pass
if output.wait() != 0 or answered != count:
    sys.exit("%d lines gave %d" % (count, answered))

# In turn, so that what else the machine does meets both alike.
times, reads, peaks = [], [], []
for _ in range(5):
    seconds, peak = run([command, "response", large])
    times.append(seconds)
    peaks.append(peak)
    reads.append(run(["cat", large])[0])
ratios = [seconds / read for seconds, read in zip(times, reads)]
length = os.path.getsize(large) / 2**20
print("%d lines, %.0f MiB: %.2f s (%.2f - %.2f), %.0f lines a second, %.0f MiB a second" % (
    count, length, statistics.median(times), min(times), max(times), count / statistics.median(times),
    length / statistics.median(times)))
print("over reading the file: %.0f times (%.0f - %.0f)" % (statistics.median(ratios), min(ratios), max(ratios)))
print("peak memory: %.1f MiB with a tenth of the lines, %.1f MiB with all" % (run([command, "response", small])[1], max(peaks)))
PYTHON
