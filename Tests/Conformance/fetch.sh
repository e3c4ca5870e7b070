#!/usr/bin/env bash
# Puts the two conformance suites that the tests read into Tests/Conformance/corpora. Neither is part of this repository.
#
#   Tests/Conformance/fetch.sh             from their own sites; needs curl, git and python3
#   Tests/Conformance/fetch.sh FOLDER      from a folder that has xmlts20130923.zip and JSONTestSuite already
#
# Both are checked to be the versions that the tests expect.
set -euo pipefail
corpora=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/corpora
catalogue=$(dirname "$corpora")/catalogue.py

# W3C XML Conformance Test Suite, 2013-09-23; its licence lets the unmodified zip be passed on.
xml=xmlts20130923.zip
xml_address=https://www.w3.org/XML/Test/$xml
xml_sum=f9510b3532926e1b4c2e54855b021e4b8a66ec98a5337dcf4ff07e8a41968deb

# nst/JSONTestSuite, MIT licence.
json=JSONTestSuite
json_address=https://github.com/nst/JSONTestSuite
json_commit=1ef36fa01286573e846ac449e8683f8833c5b26a
json_tree=b936f9acdd24b9f5fefe68b90b9beab2c681137a

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [[ $# -gt 0 ]]; then
    cp "$1/$xml" "$work/$xml"
    mkdir "$work/$json"
    cp -R "$1/$json/test_parsing" "$work/$json/"
else
    curl -fsSL --retry 3 -o "$work/$xml" "$xml_address"
    git init -q "$work/clone"
    git -C "$work/clone" fetch -q --depth 1 "$json_address" "$json_commit"
    git -C "$work/clone" checkout -q FETCH_HEAD
    mkdir "$work/$json"
    mv "$work/clone/test_parsing" "$work/$json/"
fi

[[ $(sha256sum "$work/$xml") == "$xml_sum "* ]] || { echo "$xml is not the version that the tests expect" >&2; exit 1; }
git init -q "$work/tree"
tree=$(cd "$work/$json/test_parsing" && export GIT_DIR=$work/tree/.git GIT_WORK_TREE=$PWD && git -c core.autocrlf=false add -Af . && git write-tree)
[[ $tree == "$json_tree" ]] || { echo "$json is not the version that the tests expect" >&2; exit 1; }

python3 "$catalogue" "$work/$xml" > "$work/xmlconf.tsv"
chmod -R u+w "$work"
mkdir -p "$corpora"
for name in "$xml" xmlconf.tsv "$json"; do
    rm -rf "${corpora:?}/$name"
    mv "$work/$name" "$corpora/$name"
done
echo "The conformance suites are in $corpora"
