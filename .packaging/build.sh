#!/usr/bin/env bash
# Builds the Debian packages convertlead and libconvertlead-c, and a tarball with the content of both.
#
#   .packaging/build.sh [FOLDER]        default .build/packages
#
# Needs what the package itself needs, python3, dpkg-dev, and a JDK with libjna-java for the jar of the Java class, which is left out
# without them. DEBFULLNAME and DEBEMAIL name the maintainer, as for Debian's own tools.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
package=$(dirname "$here")
mkdir -p "${1:-$package/.build/packages}"
output=$(cd "${1:-$package/.build/packages}" && pwd)
work=$output/work
rm -rf "$work" "$output"/*.deb "$output"/*.tar.gz
mkdir -p "$work"

maintainer="${DEBFULLNAME:-The convertlead authors} <${DEBEMAIL:-maintainers@convertlead.invalid}>"
architecture=$(dpkg --print-architecture)
multiarch=$(dpkg-architecture -qDEB_HOST_MULTIARCH)
# Of the last commit, so that the same commit makes the same packages.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$package" log -1 --format=%ct 2> /dev/null || date +%s)}
export SOURCE_DATE_EPOCH
umask 022

# `--version` names it; a tree without git has none.
CONVERTLEAD_COMMIT=${CONVERTLEAD_COMMIT:-$(git -C "$package" describe --always --dirty --exclude '*' --abbrev=12 2> /dev/null || true)}
export CONVERTLEAD_COMMIT

# 1. Everything once, in the layout of the tarball.
# Nothing loads the command, so that it needs no table of its symbols; without one it starts sooner.
build=(
    swift build --package-path "$package" -c release --static-swift-stdlib --disable-local-rpath
    -Xlinker -s -Xlinker --no-export-dynamic --product convertlead
)
"${build[@]}" >&2
command=$("${build[@]}" --show-bin-path)/convertlead
version=$("$command" --version | grep -oE '[0-9]+\.[0-9]+\.[0-9]+' | head -n 1)
tree=$work/convertlead-$version
mkdir -p "$tree"
"$package/Sources/ConvertLeadC/build-library.sh" "$tree"
mkdir -p "$tree/bin" "$tree/share/man/man1"
cp "$command" "$tree/bin/convertlead"
python3 "$here/manual.py" "$command" "$tree/share/man/man1"
complete() { mkdir -p "$(dirname "$tree/share/$2")" && "$command" --generate-completion-script "$1" > "$tree/share/$2"; }
complete bash bash-completion/completions/convertlead
sed -i '1{/^#!/d}' "$tree/share/bash-completion/completions/convertlead"
complete zsh zsh/site-functions/_convertlead
complete fish fish/vendor_completions.d/convertlead.fish
for language in php python ruby java; do mkdir -p "$tree/share/convertlead/$language"; done
cp "$package"/Samples/php/{ConvertLead.php,composer.json,README.md} "$tree/share/convertlead/php/"
cp "$package"/Samples/python/{convert_lead.py,pyproject.toml,README.md} "$tree/share/convertlead/python/"
cp "$package"/Samples/ruby/{convert_lead.rb,convertlead.gemspec,README.md} "$tree/share/convertlead/ruby/"
cp "$package"/Samples/java/{ConvertLead.java,pom.xml,README.md} "$tree/share/convertlead/java/"
jna=/usr/share/java/jna.jar
if command -v javac jar > /dev/null && [[ -e $jna ]]; then
    javac -encoding UTF-8 --release 17 -cp "$jna" -d "$work/classes" "$package/Samples/java/ConvertLead.java"
    jar --create --file "$tree/share/convertlead/java/convertlead.jar" --date "$(date -ud "@$SOURCE_DATE_EPOCH" +%Y-%m-%dT%H:%M:%SZ)" \
        -C "$work/classes" .
else
    echo "no jar of the Java class: a JDK or libjna-java is not installed" >&2
fi
mkdir -p "$tree/share/doc/convertlead"
cp "$package/LICENSE" "$package/README.md" "$tree/share/doc/convertlead/"
tar --sort=name --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" -C "$work" -c "convertlead-$version" |
    gzip -9n > "$output/convertlead-$version-linux-$(uname -m).tar.gz"

# 2. The packages, from that tree.
# debian NAME BINARY: gives the files in $root their documents, dependencies (those of BINARY) and control file, and builds the package.
root=$work/root
debian() {
    local name=$1 depends
    mkdir -p "$root/DEBIAN" "$root/usr/share/doc/$name" "$work/source/debian"
    sed "s/@YEAR@/$(date -ud "@$SOURCE_DATE_EPOCH" +%Y)/" "$here/debian/copyright" > "$root/usr/share/doc/$name/copyright"
    printf '%s (%s) unstable; urgency=medium\n\n  * See the article Changes of the documentation.\n\n -- %s  %s\n' "$name" "$version" \
        "$maintainer" "$(date -uRd "@$SOURCE_DATE_EPOCH")" | gzip -9n > "$root/usr/share/doc/$name/changelog.gz"
    # dpkg-shlibdeps wants a source package around it.
    printf 'Source: convertlead\n\nPackage: %s\nArchitecture: any\n' "$name" > "$work/source/debian/control"
    depends=$(cd "$work/source" && dpkg-shlibdeps -O "$root$2" 2> /dev/null | sed -n 's/^shlibs:Depends=//p')
    sed -e "s/@VERSION@/$version/; s/@ARCHITECTURE@/$architecture/; s/@MAINTAINER@/$maintainer/; s/@DEPENDS@/$depends/" \
        -e "s/@SIZE@/$(du -sk --exclude=DEBIAN "$root" | cut -f1)/" "$here/debian/$name.control" > "$root/DEBIAN/control"
    (cd "$root" && find usr -type f -print0 | sort -z | xargs -0 md5sum > DEBIAN/md5sums)
    find "$root" -newermt "@$SOURCE_DATE_EPOCH" -exec touch -hd "@$SOURCE_DATE_EPOCH" {} +
    dpkg-deb --root-owner-group --build "$root" "$output/${name}_${version}_$architecture.deb" >&2
    rm -rf "$root"
}

mkdir -p "$root/usr/share/zsh/vendor-completions"
cp -a "$tree/bin" "$root/usr/"
cp -a "$tree/share/man" "$tree/share/bash-completion" "$tree/share/fish" "$root/usr/share/"
cp -a "$tree/share/zsh/site-functions/_convertlead" "$root/usr/share/zsh/vendor-completions/"
gzip -9n "$root"/usr/share/man/man1/*.1
mkdir -p "$root/usr/share/lintian/overrides"
cp "$here/debian/convertlead.lintian-overrides" "$root/usr/share/lintian/overrides/convertlead"
debian convertlead /usr/bin/convertlead

library=usr/lib/$multiarch
mkdir -p "$root/DEBIAN" "$root/$library" "$root/usr/share/php/ConvertLead" "$root/usr/lib/python3/dist-packages" \
    "$root/usr/lib/ruby/vendor_ruby" "$root/usr/share/java"
cp -a "$tree"/lib/* "$root/$library/"
sed -i "s|^prefix=.*|prefix=/usr|; s|^libdir=.*|libdir=\${prefix}/lib/$multiarch|" "$root/$library/pkgconfig/convertlead-c.pc"
cp -a "$tree/include" "$root/usr/"
cp -a "$tree/share/convertlead/php/ConvertLead.php" "$root/usr/share/php/ConvertLead/"
cp -a "$tree/share/convertlead/python/convert_lead.py" "$root/usr/lib/python3/dist-packages/"
cp -a "$tree/share/convertlead/ruby/convert_lead.rb" "$root/usr/lib/ruby/vendor_ruby/"
if [[ -e $tree/share/convertlead/java/convertlead.jar ]]; then
    cp -a "$tree/share/convertlead/java/convertlead.jar" "$root/usr/share/java/convertlead-$version.jar"
    ln -s "convertlead-$version.jar" "$root/usr/share/java/convertlead.jar"
fi
soname=$(readelf -d "$root/$library/libconvertlead-c.so" | sed -n 's/.*SONAME.*\[\(.*\)\]/\1/p')
echo "libconvertlead-c ${soname##*.} libconvertlead-c (>= $version)" > "$root/DEBIAN/shlibs"
echo "activate-noawait ldconfig" > "$root/DEBIAN/triggers"
debian libconvertlead-c "/$library/libconvertlead-c.so"

rm -rf "$work"
ls -l "$output"
