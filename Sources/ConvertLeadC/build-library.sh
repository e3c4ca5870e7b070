#!/bin/sh
# Builds the self-contained library for callers in other languages: no Swift runtime needed, nothing exported but
# convertlead_*. At run time it needs libxml2, libstdc++ and libgcc only.
#
#   Sources/ConvertLeadC/build-library.sh DIRECTORY
#
# DIRECTORY gets lib/libconvertlead-c.so (a link, as is .so.MAJOR, to .so.MAJOR.MINOR.PATCH), lib/pkgconfig/convertlead-c.pc and
# include/convertlead.h, and can be moved.
set -eu

[ $# -eq 1 ] || { echo "usage: $0 DIRECTORY [PREFIX]" >&2; exit 64; }
mkdir -p "$1/lib/pkgconfig" "$1/include"
target=$(cd "$1" && pwd)
sources=$(cd "$(dirname "$0")" && pwd)
package=$(cd "$sources/../.." && pwd)
scratch=$package/.build/library
header=$package/Sources/CConvertLead/include/convertlead.h

number=$(sed -n 's/^#define CONVERTLEAD_VERSION //p' "$header")
major=$((number / 10000))
version=$major.$((number / 100 % 100)).$((number % 100))
name=libconvertlead-c.so

# --static-swift-stdlib does nothing for dynamic products (swift-package-manager #8198); -static-stdlib does.
swift build --package-path "$package" --scratch-path "$scratch" -c release --product convertlead-c \
    -Xswiftc -static-stdlib -Xlinker --version-script="$sources/exports.map" -Xlinker -soname="$name.$major" \
    --disable-local-rpath -Xlinker --gc-sections -Xlinker -s >&2

library=$(swift build --package-path "$package" --scratch-path "$scratch" -c release --show-bin-path)/$name
others=$(nm -D --defined-only "$library" | awk '$2 ~ /^[B-Z]$/ && $3 !~ /^convertlead_/')
if [ -n "$others" ]; then
    echo "$library exports more than convertlead_*:" >&2
    echo "$others" >&2
    exit 1
fi
if readelf -d "$library" | grep 'NEEDED.*libswift' > /dev/null; then
    echo "$library needs the Swift runtime" >&2
    exit 1
fi
rm -f "$target/lib/$name"*
install -m 644 "$library" "$target/lib/$name.$version"
ln -s "$name.$version" "$target/lib/$name.$major"
ln -s "$name.$major" "$target/lib/$name"
cp "$header" "$target/include/convertlead.h"
cat > "$target/lib/pkgconfig/convertlead-c.pc" <<END
prefix=\${pcfiledir}/../..
libdir=\${prefix}/lib
includedir=\${prefix}/include

Name: convertlead-c
Description: Zoho CRM convertLead, API v1 to v2 and back
Version: $version
Libs: -L\${libdir} -lconvertlead-c
Libs.private: -lxml2
Cflags: -I\${includedir}
END
