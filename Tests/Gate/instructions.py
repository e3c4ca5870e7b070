"""Instructions a request, as callgrind counts them: what 4,000 requests take over 2,000, by the form of the archive."""
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import urllib.parse

FEW, MANY = 2000, 4000


def sql(calls):
    rows = (f"({number},'{lead}','{escaped(xml)}')" for number, (lead, xml) in enumerate(calls, 1))
    table = "CREATE TABLE `calls` (\n  `row` int NOT NULL,\n  `lead_id` varchar(20),\n  `xmlData` text\n);\n"
    return table + "".join(f"INSERT INTO `calls` VALUES {row};\n" for row in rows)


def escaped(text):
    for plain, written in (("\\", "\\\\"), ("'", "\\'"), ("\n", "\\n"), ('"', '\\"')):
        text = text.replace(plain, written)
    return text


def csv(calls):
    return "leadId,xmlData\n" + "".join('%s,"%s"\n' % (lead, xml.replace('"', '""')) for lead, xml in calls)


def form(calls):
    return "".join(f"authtoken=made-up&scope=crmapi&leadId={lead}&xmlData={urllib.parse.quote_plus(xml)}\n" for lead, xml in calls)


def write_archives(maker, work, count):
    """The corpus in every form, `count` requests each; returns a path and options for each form."""

    def make(*arguments):
        subprocess.run([sys.executable, maker, "-q", "-n", str(count), "--seed", "1", *arguments], check=True)

    config = work / "config.yaml"
    config.write_text("defaults: {overwrite: false}\nusers: users.json\nfields: fields.json\n")
    found = {form: work / f"{count}.{form}" for form in ("ndjson", "urls", "csv", "sql", "form", "directory", "findings")}
    make("--clean", "--users", work / "users.json", "--fields", work / "fields.json", "--ndjson", found["ndjson"],
         "--urls", found["urls"], "--dir", found["directory"])
    calls = [(call["id"], call["xmlData"]) for call in map(json.loads, found["ndjson"].open(encoding="utf-8"))]
    for name, write in (("csv", csv), ("sql", sql), ("form", form)):
        found[name].write_text(write(calls), encoding="utf-8")
    calls = [(lead, xml.replace("</row>", '<option val="sendMail">true</option></row>', 1)) for lead, xml in calls]
    found["findings"].write_text("".join(json.dumps({"id": lead, "xmlData": xml}) + "\n" for lead, xml in calls))
    return {name: [str(path), "--config", str(config)] for name, path in found.items()}


def instructions(binary, arguments):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", binary, "bulk", "--jobs", "1", "--quiet"]
    done = subprocess.run(command + ["--output", "-"] + arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    converted = done.stdout.count(b'"status":"converted"')
    if converted < FEW:
        sys.exit(f"{arguments[0]}: only {converted} requests were converted\n{done.stderr.decode()[-2000:]}")
    with_findings = done.stdout.count(b'"diagnostics":[')
    return int(re.search(rb"Collected : (\d+)", done.stderr)[1]), with_findings


def measure(binary, maker, only):
    """Prints a line a form: its name, and the instructions of a request."""
    with tempfile.TemporaryDirectory(prefix="gate-") as work:
        # Valgrind stumbles over Swift's debug information.
        stripped = f"{work}/convertlead"
        subprocess.run(["strip", "-o", stripped, binary], check=True)
        few, many = (write_archives(maker, pathlib.Path(work), count) for count in (FEW, MANY))
        for form in few:
            if only in (None, form):
                (least, _), (most, findings) = (instructions(stripped, archives[form]) for archives in (few, many))
                print(f"{form:10} {(most - least) / (MANY - FEW):9,.0f}   {findings} of {MANY} with findings", flush=True)
