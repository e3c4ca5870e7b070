#!/bin/sh
# Builds the self-contained library for callers in other languages: no Swift runtime needed, nothing exported but
# convertlead_*. At run time it needs libxml2, libstdc++ and libgcc only.
#
#   Sources/ConvertLeadC/build-library.sh DIRECTORY     -> DIRECTORY/lib/libconvertlead-c.so, DIRECTORY/include/convertlead.h
set -eu

[ $# -eq 1 ] || { echo "usage: $0 DIRECTORY" >&2; exit 64; }
mkdir -p "$1/lib" "$1/include"
target=$(cd "$1" && pwd)
sources=$(cd "$(dirname "$0")" && pwd)
package=$(cd "$sources/../.." && pwd)
scratch=$package/.build/library

# --static-swift-stdlib does nothing for dynamic products (swift-package-manager #8198); -static-stdlib does.
swift build --package-path "$package" --scratch-path "$scratch" -c release --product convertlead-c \
    -Xswiftc -static-stdlib -Xlinker --version-script="$sources/exports.map" -Xlinker --gc-sections -Xlinker -s >&2

library=$(swift build --package-path "$package" --scratch-path "$scratch" -c release --show-bin-path)/libconvertlead-c.so
others=$(nm -D --defined-only "$library" | awk '$2 ~ /^[B-Z]$/ && $3 !~ /^convertlead_/')
if [ -n "$others" ]; then
    echo "$library exports more than convertlead_*:" >&2
    echo "$others" >&2
    exit 1
fi
if readelf -d "$library" | grep -q 'NEEDED.*libswift'; then
    echo "$library needs the Swift runtime" >&2
    exit 1
fi
cp "$library" "$target/lib/libconvertlead-c.so"
cp "$package/Sources/CConvertLead/include/convertlead.h" "$target/include/convertlead.h"
