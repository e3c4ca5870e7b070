#!/usr/bin/env bash
# Tests the C library from the languages that use it, on the golden samples, and under stress.
#
#   Tests/Languages/run.sh                 small counts, as .ci/run calls it
#   Tests/Languages/run.sh full            8 threads x 100,000 calls under ThreadSanitizer, 1,000,000 calls with flat memory
#
# Needs gcc, make, python3 (lxml is used when it is there), php-cli with php-xml, ruby, a JDK and libjna-java.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# Says in one line what is missing, before anything is built.
missing=()
for command in swift gcc make python3 php ruby javac java; do
    command -v "$command" > /dev/null || missing+=("$command")
done
if command -v php > /dev/null && ! php -r 'exit(extension_loaded("simplexml") ? 0 : 1);'; then missing+=(php-xml); fi
[[ -e /usr/share/java/jna.jar ]] || missing+=(libjna-java)
if ((${#missing[@]})); then
    echo "Tests/Languages/run.sh: missing: ${missing[*]}" >&2
    exit 69
fi

threads=1000 memory=50000 children=3
if [[ "${1:-}" == full ]]; then threads=100000 memory=1000000 children=200; fi

work=$PWD/.build/languages
mkdir -p "$work"
prefix=$work/prefix
export CONVERTLEAD_LIBRARY=$prefix/lib/libconvertlead-c.so

Sources/ConvertLeadC/build-library.sh "$prefix"

# The Python that has lxml, where there are several.
python=python3
for candidate in python3 /usr/bin/python3; do
    if "$candidate" -c 'import lxml' 2>/dev/null; then python=$candidate; fi
done
"$python" Tests/Languages/cases.py Samples "$work/cases"
cases=$work/cases/cases.tsv

make -s -C Samples/c PREFIX="$prefix" OUT="$work"
"$work/test" "$cases"
"$python" Samples/python/test_convert_lead.py "$cases"
php Samples/php/test.php "$cases"
ruby -w Samples/ruby/test_convert_lead.rb "$cases"
javac -encoding UTF-8 -Xlint:all -Werror -cp /usr/share/java/jna.jar -d "$work/java" Samples/java/*.java
java -cp "$work/java:/usr/share/java/jna.jar" ConvertLeadTest "$cases"

gcc -std=gnu99 -Wall -Wextra -Werror -O2 -I"$prefix/include" Tests/Languages/stress.c -o "$work/stress" \
    -L"$prefix/lib" -Wl,-rpath,"$prefix/lib" -lconvertlead-c -lpthread
"$work/stress" memory "$memory"
"$work/stress" fork "$children"

# ThreadSanitizer sees the library's own code only when that is built for it, and its run time is the toolchain's.
swift build --scratch-path .build/thread --sanitize=thread --product convertlead-c
built=$(swift build --scratch-path .build/thread --sanitize=thread --show-bin-path)
swift=$(dirname "$(dirname "$(readlink -f "$(command -v swiftc)")")")
"$swift/bin/clang" -std=gnu99 -O1 -g -fsanitize=thread -I"$prefix/include" Tests/Languages/stress.c -o "$work/stress-thread" \
    -L"$built" -Wl,-rpath,"$built" -lconvertlead-c -lpthread \
    -L"$swift/lib/swift/linux" -Wl,-rpath,"$swift/lib/swift/linux" -ldispatch -lBlocksRuntime
TSAN_OPTIONS=halt_on_error=1 "$work/stress-thread" threads "$threads"
