#!/usr/bin/env bash
# Lets Zoho's newest SDK for Python read our v8 bodies and the recorded replies: see check.py. Skipped by name where Python, pip or
# the package is missing. Run it from anywhere.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

package=zohocrmsdk8-0
environment=.build/zohocrmsdk
if [[ ! -e $environment/installed ]]; then
    if ! python3 -m venv "$environment" || ! timeout 300 "$environment/bin/pip" install -q "$package"; then
        echo "skipped: Zoho's SDK, because $package cannot be installed here"
        exit 0
    fi
    touch "$environment/installed"
fi
"$environment/bin/python" Tests/SDK/check.py 2> "$environment/log" || { tail -5 "$environment/log" >&2; exit 1; }
