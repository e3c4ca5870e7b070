#!/usr/bin/env bash
# Checks what build.sh made: lintian, then installs the packages, tries each part, and removes them; the tarball; and the packages of
# the languages. Run it as root on Debian or Ubuntu, on a machine where neither package is installed.
#
#   .packaging/test.sh [FOLDER]        default .build/packages
#
# Needs lintian, man-db, gcc, make, pkg-config, php-cli, python3, ruby and a JDK with libjna-java. Says which of composer, fish, zsh,
# Maven, and setuptools and wheel of Python it does not find.
set -euo pipefail
package=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
folder=$(cd "${1:-$package/.build/packages}" && pwd)
work=$(mktemp -d)
installed=
trap 'rm -rf "$work"; [[ -z $installed ]] || remove' EXIT
cd "$package"
debs=("$folder"/convertlead_*.deb "$folder"/libconvertlead-c_*.deb)
names=(convertlead libconvertlead-c)
remove() { installed=; DEBIAN_FRONTEND=noninteractive apt-get purge -qy "${names[@]}" > /dev/null; }

fail() { printf 'failed: %s\n' "$*" >&2; exit 1; }
skip() { printf 'not checked: %s\n' "$*"; }

# Runs a command and expects its exit status, which the manual page must name.
status() {
    local expected=$1 got=0
    shift
    "$@" > "$work/out" 2> "$work/err" || got=$?
    [[ $got == "$expected" ]] || { cat "$work/err" >&2; fail "exit status $got instead of $expected: $*"; }
    grep -qE "^ +(.*, )?$expected(,| |\$)" "$work/manual" || fail "man convertlead does not name exit status $expected"
}

# try_command COMMAND: translates a sample.
sample=Samples/requests/comparison-page-call
commit=${CONVERTLEAD_COMMIT:-$(git describe --always --dirty --exclude '*' --abbrev=12 2> /dev/null || true)}
try_command() {
    [[ $("$1" --version) =~ ^[0-9]+\.[0-9]+\.[0-9]+\ \(libxml2\ [0-9.]+${commit:+,\ commit\ $commit}\)$ ]] || fail "$1 --version"
    "$1" request "$sample/call.txt" --config "$sample/options.json" --lead-id 1 2> /dev/null | cmp - "$sample/body.json" ||
        fail "$1 does not translate the sample"
}

# completes SHELL LINE WORD: lets a shell with its usual setup complete a line.
completes() {
    case $1 in
        bash) COMP_LINE=$2 bash -c 'source /usr/share/bash-completion/completions/convertlead
            read -ra COMP_WORDS <<< "$COMP_LINE"; COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_POINT=${#COMP_LINE}
            _convertlead convertlead "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"; printf "%s\n" "${COMPREPLY[@]}"' ;;
        fish) HOME=$work fish -c 'complete -C $argv[1]' "$2" ;;
        # Only a terminal has completions in zsh.
        zsh) zsh -f -c 'zmodload zsh/zpty
            zpty shell TERM=dumb zsh -f -i
            zpty -w shell "PS1=; autoload -Uz compinit && compinit -u -d $1/zcompdump; echo READY"
            zpty -r shell text "*READY*READY*"
            zpty -w -n shell "$2"$'"'\t'"'
            sleep 2
            zpty -w shell ""
            while zpty -r -t shell text; do print -r -- $text; done' zsh "$work" "$2" ;;
    esac > "$work/completions" 2> /dev/null < /dev/null || true
    grep -qE -- "(^| )$3([[:space:]]|\$)" "$work/completions" || { cat -v "$work/completions"; fail "$1 does not complete: $2"; }
}

# try_c PREFIX: compiles and runs the C sample's tests against an installed library.
try_c() {
    make -s -C Samples/c PREFIX="$1" OUT="$work"
    "$work/test"
    rm "$work/test"
}

echo "== lintian"
lintian --allow-root --fail-on error "${debs[@]}"

echo "== install"
for name in "${names[@]}"; do ! dpkg -s "$name" > /dev/null 2>&1 || fail "$name is installed already"; done
installed=yes
DEBIAN_FRONTEND=noninteractive apt-get install -qy --no-install-recommends "${debs[@]}" > "$work/log" 2>&1 || { cat "$work/log"; exit 1; }
dpkg -L "${names[@]}" | grep -E '(convert_?lead|ConvertLead)' | sort -u > "$work/files"

echo "== command, manual and completions"
try_command /usr/bin/convertlead
man convertlead > "$work/manual" 2> /dev/null
status 0 convertlead explain xml.syntax
status 64 convertlead request --no-such-option
printf '<Potentials>' > "$work/broken.xml"
status 65 convertlead request "$work/broken.xml" --lead-id 1
status 66 convertlead request "$work/missing.xml"
status 73 convertlead request "$sample/call.txt" --config "$sample/options.json" --output "$work/missing/deal.json"
printf '{"leadId":"1","xmlData":"<Potentials>"}\n' > "$work/broken.ndjson"
status 1 convertlead bulk "$work/broken.ndjson" --output "$work/results"
mapfile -t pages < <(dpkg -L convertlead | sed -n 's|.*/man1/\(.*\)\.1\.gz$|\1|p')
[[ " ${pages[*]} " == *" convertlead-bulk "* ]] || fail "no page convertlead-bulk"
for page in "${pages[@]}"; do
    # The page breaks long words at a hyphen.
    man "$page" 2> /dev/null | sed -zE 's/\xe2\x80\x90\n +//g' > "$work/page" || fail "man $page"
    subcommand=${page#convertlead}
    # shellcheck disable=SC2086
    for option in $(convertlead ${subcommand#-} --help | grep -oE '^ +(-., )?--[a-z-]+' | grep -oE -- '--[a-z-]+'); do
        grep -q -- "$option" "$work/page" || fail "man $page does not name $option"
    done
done
for shell in bash zsh fish; do
    command -v "$shell" > /dev/null || { skip "$shell is not installed"; continue; }
    completes "$shell" 'convertlead ver' verify
    completes "$shell" 'convertlead bulk --date-o' --date-order
    completes "$shell" 'convertlead request --as htt' http
done

echo "== library, from five languages"
try_c /usr
gcc -x c - -o "$work/version" $(pkg-config --cflags --libs convertlead-c) <<< '#include <convertlead.h>
int main(void) { return convertlead_version() == CONVERTLEAD_VERSION ? 0 : 1; }' && "$work/version" || fail "convertlead-c.pc"
readelf -d "$work/version" | grep 'NEEDED.*libconvertlead-c\.so\.[0-9]*\]' > /dev/null || fail "no SONAME"
call='https://crm.zoho.com/crm/private/xml/Leads/convertLead?leadId=42&xmlData=%3CPotentials%3E%3Crow%20no%3D%221%22%3E%3Coption%20val%3D%22createPotential%22%3Efalse%3C%2Foption%3E%3C%2Frow%3E%3C%2FPotentials%3E'
export call
expected='<success><Contact param="id">11</Contact></success>'
says() { grep -F "$expected" > /dev/null || fail "$1"; }
php -r 'require "ConvertLead/ConvertLead.php";
    echo (new ConvertLead())->convert(getenv("call"), fn () => "{\"data\":[{\"Contacts\":\"11\"}]}");' | says PHP
/usr/bin/python3 -c 'import os; from convert_lead import ConvertLead
print(ConvertLead().convert(os.environ["call"], lambda url, body: b"""{"data":[{"Contacts":"11"}]}""").decode())' | says Python
ruby -e 'require "convert_lead"
puts ConvertLead.new.convert(ENV["call"]) { %q({"data":[{"Contacts":"11"}]}) }' | says Ruby
if [[ -e /usr/share/java/convertlead.jar ]]; then
    mkdir "$work/java"
    cat > "$work/java/Try.java" <<'JAVA'
import convertlead.ConvertLead;
public class Try {
    public static void main(String[] arguments) throws Exception {
        try (ConvertLead shim = new ConvertLead("{}")) {
            System.out.println(new String(shim.convert(System.getenv("call").getBytes(), (url, body) -> arguments[0].getBytes())));
        }
    }
}
JAVA
    java -cp /usr/share/java/convertlead.jar:/usr/share/java/jna.jar "$work/java/Try.java" '{"data":[{"Contacts":"11"}]}' | says Java
else
    skip "the package has no jar"
fi

echo "== remove"
remove
while read -r file; do
    [[ ! -e $file && ! -L $file ]] || fail "$file is left"
done < "$work/files"

echo "== tarball"
tar -xzf "$folder"/convertlead-*.tar.gz -C "$work"
tree=$(echo "$work"/convertlead-*)
try_command "$tree/bin/convertlead"
try_c "$tree"
PKG_CONFIG_PATH=$tree/lib/pkgconfig pkg-config --exists convertlead-c || fail "convertlead-c.pc of the tarball"

echo "== packages of the languages"
languages=$tree/share/convertlead
for file in php/composer.json python/pyproject.toml ruby/convertlead.gemspec java/pom.xml; do
    grep -qE "version[^0-9]+${tree##*/convertlead-}\\b" "$languages/$file" || fail "$file has another version than the command"
done
if command -v composer > /dev/null; then
    export COMPOSER_ALLOW_SUPERUSER=1 COMPOSER_HOME=$work/composer-home
    composer validate --no-interaction --no-check-version "$languages/php/composer.json"
    mkdir "$work/composer"
    printf '{"repositories": [{"type": "path", "url": "%s", "options": {"symlink": false}}, {"packagist.org": false}],
        "require": {"convertlead/convertlead": "*"}}\n' "$languages/php" > "$work/composer/composer.json"
    composer install -q --no-interaction --working-dir "$work/composer"
    CONVERTLEAD_LIBRARY=$tree/lib/libconvertlead-c.so php -r 'require $argv[1];
        echo (new ConvertLead())->convert(getenv("call"), fn () => "{\"data\":[{\"Contacts\":\"11\"}]}");' \
        "$work/composer/vendor/autoload.php" | says "PHP with Composer"
else
    php -r 'json_decode(file_get_contents($argv[1]), false, 9, JSON_THROW_ON_ERROR);' "$languages/php/composer.json"
    skip "composer is not installed"
fi
(cd "$languages/ruby" && gem build --silent convertlead.gemspec)
if python3 -c 'import setuptools, wheel' 2> /dev/null; then
    python3 -m pip wheel -q --no-deps --no-build-isolation -w "$work/wheel" "$languages/python" && ls "$work/wheel"
else
    skip "setuptools and wheel are not installed"
fi
if command -v mvn > /dev/null; then mvn -B -q -o validate -f "$languages/java/pom.xml"; else skip "Maven is not installed"; fi
echo "== the packages are good"
