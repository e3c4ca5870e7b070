"""The samples as runs of the command: where each is run, with which arguments, and what it writes."""
import pathlib
import subprocess
import tempfile
from dataclasses import dataclass, field

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "Samples"
SECONDS = 60

# Arguments that must not change what is written.
ONE_WAY = [["--jobs", "1"]]
WAYS = ONE_WAY + [["--jobs", "2", "--chunk-size", "777"]]


@dataclass
class Case:
    """One run: `command` without its output and workers, in `folder`; `archive` is written to a file there first."""

    name: str
    folder: pathlib.Path | None
    command: list[str]
    archive: bytes | None = None
    suffix: str = ""
    ways: list[list[str]] = field(default_factory=lambda: ONE_WAY)


def options(folder):
    """The arguments a case brings: its configuration, and the lines of `arguments`."""
    found = ["--config", "options.json"] if (folder / "options.json").exists() else []
    extra = folder / "arguments"
    return found + (extra.read_text().split("\n")[:-1] if extra.exists() else [])


def input_of(folder):
    """The file, or folder, that is read: `request.xml`, `call.*`, `reply.*`, `archive`, `archive.*`."""
    names = sorted(entry.name for entry in folder.iterdir())
    return next(name for name in names if name.split(".")[0] in ("request", "call", "reply", "archive"))


def cases():
    """A run for every folder of requests, refused and archives, two for every reply."""
    found = []
    for kind in ("requests", "refused", "replies", "archives"):
        root = SAMPLES / kind
        for folder in sorted(root.iterdir()) if root.exists() else []:
            name, command = f"{kind}/{folder.name}", [input_of(folder)] + options(folder)
            if kind == "archives":
                found.append(Case(name, folder, ["bulk"] + command, ways=WAYS))
            elif kind == "replies":
                found += [Case(f"{name} {form}", folder, ["response", "--format", form] + command) for form in ("xml", "json")]
            else:
                found.append(Case(name, folder, ["request"] + command))
    return found


def archives():
    """Every file of an archive: its name and bytes. The mutations start from them."""
    for folder in sorted((SAMPLES / "archives").iterdir()):
        top = folder / input_of(folder)
        for file in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if file.is_file():
                yield f"archives/{file.relative_to(SAMPLES / 'archives')}", file.read_bytes(), file.suffix


def run(binary, case, way):
    """What one run writes: a dictionary from the name of an output to its bytes."""
    with tempfile.TemporaryDirectory(prefix="gate-") as work:
        work = pathlib.Path(work)
        command, folder = list(case.command), case.folder
        if case.archive is not None:
            folder = work
            (work / ("archive" + case.suffix)).write_bytes(case.archive)
        results = work / "results"
        if command[0] == "bulk":
            command += ["--quiet", "--output", str(results)] + way
        try:
            done = subprocess.run(
                [binary] + command, cwd=folder, capture_output=True, stdin=subprocess.DEVNULL, timeout=SECONDS)
            written = {"exit": b"%d" % done.returncode, "stdout": done.stdout, "stderr": done.stderr}
        except subprocess.TimeoutExpired:
            written = {"exit": b"no end after %d s" % SECONDS}
        if results.exists():
            for file in sorted(results.iterdir()):
                written[file.name] = file.read_bytes()
        return {name: text.replace(str(work).encode(), b"WORK") for name, text in written.items()}
