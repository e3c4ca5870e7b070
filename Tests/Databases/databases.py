"""Exports the same 1,000 requests from PostgreSQL, MariaDB and SQLite in every way their tools have, and converts each.

SQL Server and MongoDB do not run here: their exports are written as their tools write them.

Each export must come to the same calls as the same requests as JSON lines; what is not converted must be a dead letter that names
an option. Servers run in a temporary directory and listen on a socket only. Prints a table; exit 1 when an export fails.
"""

import glob
import json
import os
import pathlib
import pwd
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

COUNT = 1000
SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "Samples"
VALUES = [
    "O'Neil \"and\" sons", "C:\\temp\\new", "a\\", "\\d+ \\N \\.", "line 1\nline 2", "a\tb", "Größe – 日本 😀", "a, b; c | d",
    "</row></Potentials>", "'; DROP TABLE calls; --", "x''y\"\"z", "(1,'2'),(3,'4');", "=SUM(1)", "%41+%2B", "&amp; && $1",
]


def xml(number):
    value = VALUES[number % len(VALUES)]
    text = f"<![CDATA[{value}]]>" if number % 2 else value.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    line, indent = ("\n", "\t") if number % 3 == 0 else ("", "")
    return line.join([
        "<Potentials>", f'{indent}<row no="1"><option val="createPotential">true</option></row>', f'{indent}<row no="2">',
        f'{indent}<FL val="Potential Name">Deal {number}</FL>', f'{indent}<FL val="Closing Date">12/21/2018</FL>',
        f'{indent}<FL val="Potential Stage">Qualification</FL>', f'{indent}<FL val="Description">{text}</FL>', "</row>",
        "</Potentials>"])


ROWS = [(number, 5550000000700000 + number, xml(number), None if number % 4 else f"note {number}") for number in range(COUNT)]


class Exports:
    """Results of exports, and the way to make one."""

    def __init__(self, binary, scratch):
        self.binary, self.scratch, self.failed = binary, scratch, False
        lines = "".join(json.dumps({"leadId": str(lead), "xmlData": text}) + "\n" for _, lead, text, _ in ROWS)
        self.wanted = self.convert("wanted.ndjson", lines.encode(), [])[0]
        assert len(self.wanted) == COUNT, "the requests themselves are refused"

    def convert(self, name, text, options):
        path = self.scratch / name
        if text is not None:
            path.write_bytes(text)
        out = self.scratch / "out"
        shutil.rmtree(out, ignore_errors=True)
        run = subprocess.run([self.binary, "bulk", "--output", out, path, *options], capture_output=True, text=True)
        if run.returncode not in (0, 1, 65):
            sys.exit(f"{name}: exit {run.returncode}: {run.stderr}")
        calls, letters = {}, []
        for line in open(out / "converted.ndjson", encoding="utf-8"):
            call = json.loads(line)
            calls[call["lead_id"]] = (call["url"], call["body"])
        for line in open(out / "dead-letters.ndjson", encoding="utf-8"):
            letters.append(json.loads(line)["diagnostics"])
        skipped = json.load(open(out / "summary.json", encoding="utf-8"))["skipped"]
        return calls, letters, skipped

    def check(self, title, text, options=(), path=None):
        calls, letters, skipped = self.convert(path or "export", text, list(options))
        wrong = [lead for lead, call in calls.items() if self.wanted.get(lead) != call]
        texts = [f'{d["message"]} {d["advice"]}' for letter in letters for d in letter if d["severity"] == "error"]
        unnamed = [text for text in texts if "--" not in text]
        isRight = not wrong and len(calls) + len(letters) == COUNT and not unnamed
        self.failed = self.failed or not isRight
        print(f'{"ok  " if isRight else "FAIL"} {title:58} {len(calls):5} converted {len(letters):5} letters  skipped {skipped}')
        for lead in wrong[:2]:
            print("     got   ", calls[lead], "\n     wanted", self.wanted.get(lead))
        for message in sorted(set(unnamed if not isRight else texts))[:4]:
            print("     letter", message)
        sys.stdout.flush()


def output(command, **options):
    run = subprocess.run(command, capture_output=True, **options)
    if run.returncode != 0:
        sys.exit(f"{command}: {run.stderr.decode(errors='replace')}")
    return run.stdout


def tool(*names):
    for name in names:
        found = shutil.which(name) or next(iter(sorted(glob.glob(f"/usr/lib/postgresql/*/bin/{name}"), reverse=True)), None) \
            or next(iter(glob.glob(f"/usr/sbin/{name}")), None)
        if found:
            return found
    sys.exit(f"{names[0]} is not installed")


def postgresql(exports):
    home = exports.scratch / "postgresql"
    home.mkdir()
    user = {}
    if os.getuid() == 0:
        account = pwd.getpwnam("postgres")
        os.chown(home, account.pw_uid, account.pw_gid)
        user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": [], "cwd": home}
    output([tool("initdb"), "-D", home / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8"], **user)
    server = subprocess.Popen(
        [tool("postgres"), "-D", home / "data", "-k", home, "-c", "listen_addresses=", "-c", "fsync=off"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **user)
    try:
        place = ["-h", home, "-U", "postgres"]
        psql = [tool("psql"), "-X", *place, "-d", "postgres", "-v", "ON_ERROR_STOP=1"]
        wait(lambda: subprocess.run([*psql, "-c", "SELECT 1"], capture_output=True).returncode == 0)

        def literal(value):
            if value is None:
                return "NULL"
            return str(value) if isinstance(value, int) else f"convert_from('\\x{value.encode().hex()}', 'UTF8')"

        rows = ",".join("(" + ",".join(map(literal, row)) + ")" for row in ROWS)
        output(psql, input=f"""
            CREATE TABLE calls (id integer PRIMARY KEY, lead_id bigint, xml_data text, note text);
            INSERT INTO calls VALUES {rows};
            CREATE TABLE other (id integer, url text);
            INSERT INTO other VALUES (1, 'https://example.com/'), (2, NULL);
            CREATE TABLE others AS SELECT id, lead_id AS crm_lead_id, xml_data AS payload FROM calls ORDER BY id;
            CREATE TABLE bytes AS SELECT lead_id, convert_to(xml_data, 'UTF8') AS xml_data FROM calls ORDER BY lead_id;
            CREATE TABLE bodies AS SELECT id, json_build_object('leadId', lead_id, 'xmlData', xml_data)::text AS body FROM calls ORDER BY id;
            CREATE INDEX leads ON calls (lead_id);
            CREATE VIEW names AS SELECT id, note FROM calls;
            CREATE FUNCTION notes() RETURNS TABLE (id integer, note text) LANGUAGE sql AS 'SELECT id, note FROM calls';
            CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
            CREATE TRIGGER keep BEFORE INSERT ON calls FOR EACH ROW EXECUTE FUNCTION kept();
            """.encode())
        order = "(SELECT * FROM {} ORDER BY 1)"
        for table in ("calls", "others", "bytes", "bodies"):
            query = order.format(table)
            for form in ("", "CSV", "CSV HEADER", "HEADER"):
                title = f"PostgreSQL COPY {table} TO STDOUT {form}"
                exports.check(title, output([*psql, "-c", f"COPY {query} TO STDOUT {'WITH ' if form else ''}{form}"]))
        select = "SELECT * FROM calls ORDER BY 1"
        exports.check("psql --csv", output([*psql, "--csv", "-c", select]))
        exports.check("psql --csv -t", output([*psql, "--csv", "-t", "-c", select]))
        exports.check("psql --csv -t, --columns", output([*psql, "--csv", "-t", "-c", select]),
                      ["--columns", "id,lead_id,xml_data,note"])
        exports.check("psql -A", output([*psql, "-A", "-c", select]))
        exports.check("psql -At", output([*psql, "-At", "-c", select]))
        exports.check("psql -At -F tab", output([*psql, "-At", "-F", "\t", "-c", select]))
        exports.check("psql -At, to_json", output([*psql, "-At", "-c", "SELECT to_json(calls) FROM calls ORDER BY id"]))
        exports.check("psql -At, json_agg", output([*psql, "-At", "-c", "SELECT json_agg(calls) FROM calls"]))
        dump = [tool("pg_dump"), *place, "-d", "postgres"]
        for table in ("calls", "others", "bytes", "bodies"):
            exports.check(f"pg_dump -t {table}", output([*dump, "-t", table, "-t", "other"]))
            exports.check(f"pg_dump -t {table} --inserts", output([*dump, "-t", table, "-t", "other", "--inserts"]))
        # All there is: an index, a view, functions and a trigger too.
        without = [word for table in ("others", "bytes", "bodies") for word in ("-T", table)]
        for options in ([], ["--inserts"], ["--clean", "--if-exists", "--create"], ["--disable-dollar-quoting"]):
            exports.check(f"pg_dump {' '.join(options)}", output([*dump, *without, *options]))
        exports.check("pg_dump --column-inserts", output([*dump, "-t", "calls", "--column-inserts"]))
        exports.check("pg_dump --rows-per-insert 50", output([*dump, "-t", "calls", "--rows-per-insert=50"]))
    finally:
        stop(server)


def mariadb(exports):
    home = exports.scratch / "mariadb"
    home.mkdir()
    user = ["--user=root"] if os.getuid() == 0 else []
    output([tool("mariadb-install-db"), "--no-defaults", f"--datadir={home / 'data'}", "--auth-root-authentication-method=normal",
            "--skip-test-db", *user])
    socket = f"--socket={home / 'socket'}"
    server = subprocess.Popen(
        [tool("mariadbd", "mysqld"), "--no-defaults", f"--datadir={home / 'data'}", socket, "--skip-networking",
         "--character-set-server=utf8mb4", "--secure-file-priv=", "--innodb-flush-log-at-trx-commit=0", *user],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        client = [tool("mariadb", "mysql"), "--no-defaults", socket, "-uroot", "--default-character-set=utf8mb4"]
        wait(lambda: subprocess.run([*client, "-e", "SELECT 1"], capture_output=True).returncode == 0)

        def literal(value):
            if value is None:
                return "NULL"
            return str(value) if isinstance(value, int) else f"CONVERT(X'{value.encode().hex()}' USING utf8mb4)"

        rows = ",".join("(" + ",".join(map(literal, row)) + ")" for row in ROWS)
        output(client, input=f"""
            CREATE DATABASE crm CHARACTER SET utf8mb4; USE crm;
            CREATE TABLE calls (id int PRIMARY KEY, lead_id bigint COMMENT 'the lead''s id', xml_data text, note text);
            INSERT INTO calls VALUES {rows};
            CREATE TABLE other (id int, url text);
            INSERT INTO other VALUES (1, 'https://example.com/'), (2, NULL);
            CREATE TABLE bytes (lead_id bigint PRIMARY KEY, xml_data blob);
            INSERT INTO bytes SELECT lead_id, xml_data FROM calls;
            CREATE TABLE bodies (id int PRIMARY KEY, body text);
            INSERT INTO bodies SELECT id, JSON_OBJECT('leadId', lead_id, 'xmlData', xml_data) FROM calls;
            """.encode())
        dump = [tool("mariadb-dump", "mysqldump"), "--no-defaults", socket, "-uroot", "--default-character-set=utf8mb4"]
        for table in ("calls", "bytes", "bodies"):
            for option in ("", "--hex-blob", "--skip-extended-insert", "--complete-insert", "--compatible=ansi", "--compact"):
                exports.check(f"mariadb-dump {option} crm {table} other",
                              output([*dump, *filter(None, [option]), "crm", table, "other"]))
        for title, options in {"": [], "by commas in quotes": ["--fields-terminated-by=,", '--fields-enclosed-by="']}.items():
            folder = home / f"tab{len(options)}"
            folder.mkdir()
            folder.chmod(0o777)
            output([*dump, f"--tab={folder}", *options, "crm", "calls", "other"])
            exports.check(f"mariadb-dump --tab {title}", None, path=folder)
            exports.check(f"mariadb-dump --tab {title}, the .txt alone", (folder / "calls.txt").read_bytes())
            exports.check(f"mariadb-dump --tab {title}, the .txt alone, --columns", (folder / "calls.txt").read_bytes(),
                          ["--columns", "id,lead_id,xml_data,note"])
        for table in ("calls", "bodies"):
            for option in ("", "-N", "-r", "-N -r"):
                exports.check(f"mysql --batch {option} {table}",
                              output([*client, "--batch", *option.split(), "crm", "-e", f"SELECT * FROM {table} ORDER BY 1"]))
    finally:
        stop(server)


def sqlite(exports):
    path = exports.scratch / "crm.sqlite"
    database = sqlite3.connect(path)
    database.executescript("CREATE TABLE calls (id integer primary key, lead_id bigint, xml_data text, note text);"
                           "CREATE TABLE bytes (lead_id bigint, xml_data blob); CREATE TABLE other (id integer, url text);"
                           "INSERT INTO other VALUES (1, 'https://example.com/'), (2, NULL);")
    database.executemany("INSERT INTO calls VALUES (?, ?, ?, ?)", ROWS)
    database.executemany("INSERT INTO bytes VALUES (?, ?)", [(lead, text.encode()) for _, lead, text, _ in ROWS])
    database.commit()
    database.close()
    shell = [tool("sqlite3"), path]
    select = "SELECT * FROM calls ORDER BY 1"
    exports.check("sqlite3 .dump", output([*shell, ".dump calls other"]))
    exports.check("sqlite3 .dump, blobs", output([*shell, ".dump bytes"]))
    for options in (["-csv"], ["-csv", "-header"], ["-json"], [], ["-header"], ["-separator", "\t"], ["-separator", ";"],
                    ["-header", "-separator", ";"], ["-separator", ","], ["-tabs"], ["-header", "-tabs"]):
        exports.check(f"sqlite3 {' '.join(options)}".replace("\t", "tab"), output([*shell, *options, select]))
    exports.check("sqlite3 .mode insert", output([*shell, "-cmd", ".mode insert calls", select]))


def sqlserver(exports):
    def literal(value):
        if value is None:
            return "NULL"
        return str(value) if isinstance(value, int) else "N'" + value.replace("'", "''") + "'"

    def binary(value):
        return "0x" + value.encode().hex().upper() if isinstance(value, str) else literal(value)

    def script(literal, rows_per_insert=1, into=""):
        head = ("USE [crm]\nGO\n/****** Object:  Table [dbo].[calls]    Script Date: 12/21/2018 10:00:00 AM ******/\n"
                "SET ANSI_NULLS ON\nGO\nSET QUOTED_IDENTIFIER ON\nGO\nCREATE TABLE [dbo].[calls](\n\t[id] [int] NOT NULL,\n"
                "\t[lead_id] [bigint] NULL,\n\t[xml_data] [nvarchar](max) NULL,\n\t[note] [nvarchar](max) NULL,\n"
                " CONSTRAINT [PK_calls] PRIMARY KEY CLUSTERED \n(\n\t[id] ASC\n)WITH (PAD_INDEX = OFF) ON [PRIMARY]\n"
                ") ON [PRIMARY] TEXTIMAGE_ON [PRIMARY]\nGO\n")
        parts = [head]
        for start in range(0, COUNT, rows_per_insert):
            rows = ", ".join("(" + ", ".join(map(literal, row)) + ")" for row in ROWS[start:start + rows_per_insert])
            parts.append(f"INSERT {into}[dbo].[calls] ([id], [lead_id], [xml_data], [note]) VALUES {rows}\n")
            if start % 100 == 0:
                parts.append("GO\n")
        return "".join(parts)

    def cast(value):
        return f"CAST({literal(value)} AS NVarChar(MAX))" if isinstance(value, str) else literal(value)

    plain = script(literal)
    exports.check("SQL Server, script", plain.encode())
    # Line ends of statements only: the values keep their own.
    exports.check("SQL Server, script in UTF-16", ("\ufeff" + plain).encode("utf-16-le"))
    exports.check("SQL Server, script with a byte-order mark", ("\ufeff" + plain).encode())
    exports.check("SQL Server, script with CAST", script(cast).encode())
    exports.check("SQL Server, script with varbinary", script(binary).encode())
    exports.check("SQL Server, script, INSERT INTO of 50 rows", script(literal, 50, "INTO ").encode())
    objects = [dict(zip(("id", "lead_id", "xml_data", "note"), row)) for row in ROWS]
    for row in objects:
        if row["note"] is None:
            del row["note"]
    text = json.dumps(objects, ensure_ascii=False, separators=(",", ":")).replace("/", "\\/")
    exports.check("SQL Server, FOR JSON", text.encode())
    exports.check("SQL Server, FOR JSON, ROOT", ('{"calls":' + text + "}").encode())

    def table(rows, quote, null):
        return "".join(",".join(null if cell is None else quote(str(cell)) for cell in row) + "\r\n" for row in rows)

    def quoted(cell):
        return '"' + cell.replace('"', '""') + '"' if any(sign in cell for sign in '",\n\r') else cell

    header = [("id", "lead_id", "xml_data", "note")]
    exports.check("SQL Server, results as CSV", table(header + ROWS, quoted, "NULL").encode("utf-8-sig"))
    exports.check("SQL Server, bcp -c", "".join(
        "\t".join("" if cell is None else str(cell) for cell in row) + "\n" for row in ROWS).encode())


def mongodb(exports):
    def documents(number, ensure_ascii=False, **options):
        for identity, lead, text, note in ROWS:
            document = {"_id": {"$oid": f"{identity:024x}"}, "leadId": number(lead), "xmlData": text,
                        "sent": {"$date": "2018-12-21T10:00:00Z"}}
            if note:
                document["note"] = note
            yield json.dumps(document, ensure_ascii=ensure_ascii, separators=(",", ":"))

    forms = {"": int, " --jsonFormat=canonical": lambda lead: {"$numberLong": str(lead)}, ", leads as text": str}
    for title, number in forms.items():
        lines = list(documents(number))
        exports.check(f"mongoexport{title}", "".join(line + "\n" for line in lines).encode())
        exports.check(f"mongoexport{title} --jsonArray", ("[" + ",".join(lines) + "]\n").encode())
        pretty = (json.dumps(json.loads(line), ensure_ascii=False, indent="\t") for line in lines)
        exports.check(f"mongoexport{title} --pretty", "".join(line + "\n" for line in pretty).encode())
        escaped = (line.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026") for line in lines)
        exports.check(f"mongoexport{title}, before 4.0", "".join(line + "\n" for line in escaped).encode())
    def quoted(cell):
        needs = cell == "" or cell[0] in " \t" or any(sign in cell for sign in '",\n\r')
        return '"' + cell.replace('"', '""') + '"' if needs and cell else cell

    rows = [("_id", "leadId", "xmlData", "note")] + [(f"ObjectId({row[0]:024x})", *row[1:]) for row in ROWS]
    text = "".join(",".join("" if cell is None else quoted(str(cell)) for cell in row) + "\n" for row in rows)
    exports.check("mongoexport --type=csv", text.encode())
    exports.check("mongoexport --type=csv --noHeaderLine", text.split("\n", 1)[1].encode())
    exports.check("mongoexport --type=csv --noHeaderLine, --columns", text.split("\n", 1)[1].encode(),
                  ["--columns", "_id,leadId,xmlData,note"])


def wait(isReady):
    for _ in range(300):
        if isReady():
            return
        time.sleep(0.2)
    sys.exit("the server does not start")


def stop(server):
    server.terminate()
    try:
        server.wait(timeout=30)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def main():
    binary = os.path.abspath(sys.argv[1])
    with tempfile.TemporaryDirectory() as folder:
        os.chmod(folder, 0o755)
        exports = Exports(binary, pathlib.Path(folder))
        for database in (sqlite, sqlserver, mongodb, postgresql, mariadb):
            database(exports)
    sys.exit(1 if exports.failed else 0)


main()
