#!/usr/bin/env python3
"""The gate: do two builds of the command write the same, and what does a request cost?

  gate.py digest BINARY               a line a case, "sha256  name", and one for all
  gate.py compare BINARY BINARY       the first cases in which two builds differ, and how
  gate.py instructions BINARY         instructions a request, by the form of the archive

README.md says when to use which.
"""
import argparse
import concurrent.futures
import difflib
import hashlib
import os
import pathlib
import sys

import instructions
import mutations
import samples

MAKER = pathlib.Path(__file__).resolve().parents[1] / "Benchmarks" / "make_corpus.py"


def cases(each):
    """All cases, the samples first."""
    yield from samples.cases()
    bases = list(samples.archives())
    contents = [data for _, data, _ in bases if data]
    for name, data, suffix in bases:
        for number in range(each):
            archive = mutations.mutated(name, number, data, contents)
            yield samples.Case(f"{name} mutation {number}", None, ["bulk", "archive" + suffix], archive, suffix, samples.WAYS)
        if data and not data.startswith((b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ", b"BZh")):
            archive = mutations.grown(name, data, contents, 700_000)
            yield samples.Case(f"{name} grown", None, ["bulk", "archive" + suffix], archive, suffix, samples.WAYS)


def outputs(binary, case):
    """What a case writes, and whether the number of workers or the size of chunks changes it."""
    runs = [samples.run(binary, case, way) for way in case.ways]
    return runs[0], all(run == runs[0] for run in runs)


def digest_of(written):
    sha = hashlib.sha256()
    for name in sorted(written):
        sha.update(b"%s %d\n" % (name.encode(), len(written[name])))
        sha.update(written[name])
    return sha.hexdigest()


def digest(binary, each, output):
    whole, wrong = hashlib.sha256(), 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        todo = list(cases(each))
        for case, (written, is_same) in zip(todo, pool.map(lambda case: outputs(binary, case), todo)):
            line = f"{digest_of(written)}  {case.name}\n"
            whole.update(line.encode())
            output.write(line)
            status = written["exit"].decode()
            if not is_same:
                print(f"{case.name}: other workers and chunks write something else", file=sys.stderr)
            if status.startswith(("-", "no")) or status == "70":
                print(f"{case.name}: exit {status}", file=sys.stderr)
            wrong += not is_same or status.startswith(("-", "no")) or status == "70"
    output.write(f"{whole.hexdigest()}  {len(todo)} cases\n")
    return wrong


def compare(old, new, each, shown, only):
    """Prints the first `shown` cases that differ, and how many do in all, by the output that differs."""
    counts, different = {}, 0
    todo = [case for case in cases(each) if only in case.name]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        both = pool.map(lambda case: (samples.run(old, case, samples.ONE_WAY[0]), samples.run(new, case, samples.ONE_WAY[0])), todo)
        for case, (before, after) in zip(todo, both):
            if before == after:
                continue
            different += 1
            if different <= shown:
                print(f"=== {case.name}: convertlead {' '.join(case.command)}")
            for name in sorted(before.keys() | after.keys()):
                texts = [run.get(name, b"").decode("utf-8", "replace") for run in (before, after)]
                if texts[0] == texts[1]:
                    continue
                counts[name] = counts.get(name, 0) + 1
                if different <= shown and name != "report.html":
                    lines = difflib.unified_diff(*(text.split("\n") for text in texts), name, name, "old", "new", n=0, lineterm="")
                    print("\n".join(line[:2000] for line in list(lines)[:40]))
            if different <= shown and case.archive is not None and len(case.archive) < 5000:
                print(f"--- archive\n{case.archive.decode('utf-8', 'replace')}")
    print(f"{different} of {len(todo)} cases differ", *(f"{name}: {count}" for name, count in sorted(counts.items())), sep="\n  ")
    return different


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="what", required=True)
    for name, binaries in (("digest", 1), ("compare", 2), ("instructions", 1)):
        command = commands.add_parser(name)
        command.add_argument("binary", nargs=binaries)
        if name != "instructions":
            command.add_argument("--each", type=int, default=40, help="mutations of each archive (default 40)")
        if name == "compare":
            command.add_argument("--show", type=int, default=5, help="how many cases to show (default 5)")
            command.add_argument("--only", default="", help="only cases whose name holds this")
        if name == "instructions":
            command.add_argument("--corpus", type=pathlib.Path, default=MAKER, help="another make_corpus.py")
            command.add_argument("--form", help="only this form")
    arguments = parser.parse_args()
    binaries = [os.path.abspath(binary) for binary in arguments.binary]
    if arguments.what == "digest":
        sys.exit(digest(binaries[0], arguments.each, sys.stdout) > 0)
    if arguments.what == "compare":
        sys.exit(compare(*binaries, arguments.each, arguments.show, arguments.only) > 0)
    instructions.measure(binaries[0], arguments.corpus, arguments.form)


if __name__ == "__main__":
    main()
