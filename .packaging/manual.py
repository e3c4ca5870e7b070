#!/usr/bin/env python3
"""Write the manual pages of the command, one for each subcommand, from what the command says of itself.

    manual.py COMMAND FOLDER

Names, options and their values come from the command; the files beside this script add what it cannot say: manual/PAGE.man
(files) and manual/exit-status.man for all pages.
"""
import json
import os
import re
import subprocess
import sys

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "manual")


def escaped(text):
    """Text as roff prints it, a full stop or quote at the start of a line included."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return re.sub(r"(?m)^([.'])", r"\\&\1", text)


def paragraphs(text):
    """Paragraphs of plain text; indented ones are shown as they are."""
    out = []
    for part in re.split(r"\n\s*\n", text.strip("\n")):
        if not part.strip():
            continue
        if all(line.startswith("  ") for line in part.split("\n")):
            out += [".PP", ".EX", escaped(part), ".EE"]
        else:
            out += [".PP", escaped(part)]
    return out


def dashed(name):
    return ("\\-" if name["kind"] == "short" else "\\-\\-") + escaped(name["name"])


def synopsis(argument):
    value = "\\fI%s\\fR" % escaped(argument.get("valueName", ""))
    if argument["kind"] == "positional":
        text = value
    else:
        text = "\\fB%s\\fR" % dashed(argument["preferredName"])
        if argument["kind"] == "option":
            text += " " + value
    if argument.get("isRepeating"):
        text += " ..."
    return "[%s]" % text if argument.get("isOptional") else text


def described(argument):
    """One option or argument with its values and default."""
    value = "\\fI%s\\fR" % escaped(argument.get("valueName", ""))
    if argument["kind"] == "positional":
        head = value
    else:
        head = ", ".join("\\fB%s\\fR" % dashed(name) for name in argument["names"])
        if argument["kind"] == "option":
            head += " " + value
    text = argument.get("abstract", "")
    if argument.get("discussion"):
        text += " " + argument["discussion"]
    values = argument.get("allValues")
    if values and "values:" not in text:
        text += " Values: %s." % ", ".join(values)
    default = argument.get("defaultValue")
    if default and "default:" not in text:
        text += " Default: %s." % default
    return [".TP", head, escaped(text.strip())]


def added(name):
    path = os.path.join(HERE, name + ".man")
    if not os.path.exists(path):
        return []
    with open(path, encoding="utf-8") as file:
        return file.read().rstrip("\n").split("\n")


def page(command, parents, version, pages):
    words = parents + [command["commandName"]]
    name = "-".join(words)
    shown = [argument for argument in command.get("arguments", []) if argument.get("shouldDisplay", True)]
    subcommands = [sub for sub in command.get("subcommands", []) if sub.get("shouldDisplay", True)
                   and sub["commandName"] != "help"]
    out = ['.TH "%s" 1 "" "convertlead %s" "convertlead"' % (name.upper(), version), ".SH NAME",
           "%s \\- %s" % (escaped(name), escaped(command.get("abstract", "").rstrip("."))), ".SH SYNOPSIS",
           "\\fB%s\\fR" % escaped(" ".join(words))]
    if subcommands:
        out.append("\\fIsubcommand\\fR [\\fIoptions\\fR]")
    else:
        # -h and --version are the same everywhere; the list below has them.
        usual = [argument for argument in shown
                 if argument.get("preferredName", {}).get("name") not in ("help", "version")]
        out += [synopsis(argument) for argument in usual if argument["kind"] != "positional"]
        out += [synopsis(argument) for argument in usual if argument["kind"] == "positional"]
    out.append(".SH DESCRIPTION")
    discussion, _, examples = command.get("discussion", "").partition("\nExamples:\n")
    out += paragraphs(command.get("abstract", "")) + paragraphs(discussion)
    if subcommands:
        out.append(".SH SUBCOMMANDS")
        for sub in subcommands:
            out += [".TP", "\\fB%s\\-%s\\fR(1)" % (escaped(name), escaped(sub["commandName"])),
                    escaped(sub.get("abstract", ""))]
    sections = {}
    for argument in sorted(shown, key=lambda argument: argument["kind"] != "positional"):
        title = argument.get("sectionTitle") or ("Arguments" if argument["kind"] == "positional" else "Options")
        sections.setdefault(title, []).append(argument)
    for title, arguments in sections.items():
        out.append('.SH "%s"' % title.upper())
        for argument in arguments:
            out += described(argument)
    out += added(name)
    if examples:
        out += [".SH EXAMPLES"] + paragraphs(examples)
    out += added("exit-status")
    others = sorted(other for other in pages if other != name)
    out += [".SH SEE ALSO", ",\n".join("\\fB%s\\fR(1)" % escaped(other) for other in others)]
    return name, "\n".join(out) + "\n"


def main():
    command, folder = sys.argv[1:]
    tool = json.loads(subprocess.check_output([command, "--experimental-dump-help"]))["command"]
    version = subprocess.check_output([command, "--version"], text=True).split()[0]
    subcommands = [sub for sub in tool["subcommands"] if sub["commandName"] != "help"]
    pages = [tool["commandName"]] + ["%s-%s" % (tool["commandName"], sub["commandName"]) for sub in subcommands]
    os.makedirs(folder, exist_ok=True)
    for command, parents in [(tool, [])] + [(sub, [tool["commandName"]]) for sub in subcommands]:
        name, text = page(command, parents, version, pages)
        with open(os.path.join(folder, name + ".1"), "w", encoding="utf-8") as file:
            file.write(text)


main()
