"""Flattens the golden samples for the tests of the wrappers, which have no configuration reader and, in C, no JSON.

    python3 cases.py SAMPLES DIRECTORY

writes DIRECTORY/cases.tsv, one case a line:

    request NAME OPTIONS TABLES INPUT BODY URL     TABLES is KIND=PATH joined by '|', or '-'; BODY is '-' when the call is
                                                   refused; URL is '-' when the sample names no lead
    reply NAME OPTIONS - INPUT V1_XML V1_JSON

OPTIONS is a file that convertlead_translator_create takes as it is.
"""

import datetime
import json
import pathlib
import re
import sys
import zoneinfo

NUMBER = "\0number"
DAY = datetime.timedelta(days=1)


def read_keeping_digits(text):
    return json.loads(text, parse_float=lambda digits: NUMBER + digits)


def write_keeping_digits(value):
    return re.sub(r'"\\u0000number([^"]*)"', r"\1", json.dumps(value))


def spelled_out(name):
    """The offsets of an IANA zone from 1970 to 2100, found day by day."""
    zone = zoneinfo.ZoneInfo(name)

    def offset(seconds):
        return int(datetime.datetime.fromtimestamp(seconds, zone).utcoffset().total_seconds())

    before = offset(0)
    result = {"offset": before, "transitions": []}
    for start in range(0, 4_102_444_800, 86_400):
        after = offset(start + 86_400)
        if after == before:
            continue
        low, high = start, start + 86_400
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(middle) == before else (low, middle)
        result["transitions"].append([high, after])
        before = after
    return result


def listed(value):
    return value if isinstance(value, list) else [value]


def split(path):
    """The options of a case without its tables, and the tables."""
    options = read_keeping_digits(path.read_text()) if path.exists() else {}
    tables = []
    for kind in ("users", "fields", "roles"):
        tables += [(kind, file) for file in listed(options.pop(kind, []))]
    for name, files in options.pop("lookup", {}).items():
        tables += [("lookup:" + name, file) for file in listed(files)]
    if "/" in options.get("time-zone", ""):
        options["time-zone"] = spelled_out(options["time-zone"])
    return options, [f"{kind}={(path.parent / file).resolve()}" for kind, file in tables]


def main(samples, target):
    target.mkdir(parents=True, exist_ok=True)
    lines = []
    for folder in sorted(samples.glob("requests/*/")) + sorted(samples.glob("refused/*/")):
        options, tables = split(folder / "options.json")
        # The C interface makes calls that can be sent, so it needs a lead id.
        options.setdefault("lead-id", "1")
        file = target / f"{folder.name}.json"
        file.write_text(write_keeping_digits(options))
        call = next(path for path in folder.iterdir() if re.match(r"(request|call)\.", path.name))
        body, url = folder / "body.json", folder / "url.txt"
        lines.append(
            ("request", folder.name, file, "|".join(tables) or "-", call, body if body.exists() else "-",
             url if url.exists() else "-"))
    empty = target / "no-options.json"
    empty.write_text("{}")
    for folder in sorted(samples.glob("replies/*/")):
        xml, text = folder / "v1.xml", folder / "v1.json"
        if xml.exists():
            reply = next(path for path in folder.iterdir() if path.name.startswith("reply."))
            lines.append(("reply", folder.name, empty, "-", reply, xml, text))
    (target / "cases.tsv").write_text("".join("\t".join(map(str, line)) + "\n" for line in lines))


main(pathlib.Path(sys.argv[1]).resolve(), pathlib.Path(sys.argv[2]).resolve())
