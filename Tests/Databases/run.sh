#!/usr/bin/env bash
# Exports of real databases, by every way their own tools have: run it from anywhere, as root or with sudo.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

binary=${1:-}
if [[ -z $binary ]]; then
    swift build --product convertlead
    binary=$(swift build --show-bin-path)/convertlead
fi
exec python3 Tests/Databases/databases.py "$binary"
