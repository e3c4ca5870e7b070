"""What Samples/send does, a behaviour a test. CONVERTLEAD names the command for the two tests that need it."""
import ast
import contextlib
import datetime
import email.utils
import errno
import io
import json
import os
import pathlib
import re
import resource
import shlex
import shutil
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
import unittest

SAMPLE = pathlib.Path(__file__).resolve().parents[2] / "Samples/send"
sys.path.insert(0, str(SAMPLE))
sys.dont_write_bytecode = True

import send  # noqa: E402
import stub  # noqa: E402
import zoho  # noqa: E402
from stub import Stub, error, http  # noqa: E402

TOKEN = "1000.s3cret.of.a.file"
COMMAND = os.environ.get("CONVERTLEAD")


def convert(server, request):
    return server.convert(request)


def then_convert(*replies):
    """Answers the first calls with some replies, and converts the leads of all others."""
    rest = list(replies)
    return lambda server, request: rest.pop(0) if rest else server.convert(request)


class SenderTest(unittest.TestCase):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.directory = pathlib.Path(temporary.name)
        self.journal = self.directory / "sent"
        self.file = self.directory / "converted.ndjson"
        self.secret("token", TOKEN)
        for number in (signal.SIGINT, signal.SIGTERM):
            self.addCleanup(signal.signal, number, signal.getsignal(number))

    def secret(self, name, text, mode=0o600):
        path = self.directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text + "\n")
        path.chmod(mode)
        return str(path)

    def write(self, server, lead_ids, body='{"data":[{}]}', name="converted.ndjson", host=None):
        lines = [
            '{"source":"a.xml:%s","lead_id":"%s","method":"POST","url":"http://%s/crm/v2/Leads/%s/actions/convert","body":%s}\n'
            % (lead_id, lead_id, host or server.host, lead_id, body) for lead_id in lead_ids
        ]
        self.file = self.directory / name
        self.file.write_text("".join(lines))

    def arguments(self, server, *more):
        options = {
            "--journal": str(self.journal), "--api-domain": server.host, "--credits-per-day": "5000",
            "--token-file": str(self.directory / "token"), "--concurrency": "1", "--timeout": "5",
        }
        options.update(zip(more[::2], more[1::2]))
        flags = ["--insecure-http-for-tests"] + [name for name, value in options.items() if value is True]
        pairs = [word for name, value in options.items() if value not in (True, None) for word in (name, value)]
        return [str(self.file), *pairs, *flags]

    def send(self, server, *more):
        """Exit status and what was printed."""
        output = io.StringIO()
        with contextlib.redirect_stderr(output), contextlib.redirect_stdout(output):
            try:
                status = send.main(self.arguments(server, *more))
            except SystemExit as end:
                status = end.code
        return status, output.getvalue()

    def start(self, server, *more, **keywords):
        return subprocess.Popen(
            [sys.executable, str(SAMPLE / "send.py"), *self.arguments(server, *more)], stderr=subprocess.PIPE, text=True,
            **keywords)

    def lines(self, name):
        return [json.loads(line) for line in (self.journal / name).read_text().splitlines()]

    def states(self, lead_id):
        return [record["state"] for record in self.lines("journal.ndjson") if record.get("lead_id") == lead_id]

    def replace(self, module, name, value):
        self.addCleanup(setattr, module, name, getattr(module, name))
        setattr(module, name, value)


class Calls(SenderTest):
    def test_a_body_is_sent_in_the_bytes_of_its_line(self):
        body = '{"data":[{"Deals":{"Amount":1200.50,"N":12345678901234567890.10,"E":1E+2,"Deal_Name":"ä \\u00e4 \\"body\\":1 🙂"}}]}'
        with Stub(convert) as server:
            self.write(server, ["17"], body)
            self.assertEqual(self.send(server)[0], 0)
            self.assertEqual(server.converted, [("17", body.encode())])

    @unittest.skipUnless(COMMAND, "CONVERTLEAD is not set")
    def test_the_lines_of_bulk_are_sent(self):
        fields = '<FL val="Potential Name">Ä</FL><FL val="Closing Date">1/2/2020</FL><FL val="Potential Stage">Won</FL>'
        xml = '<Potentials><row no="1"><option val="createPotential">true</option></row><row no="2">%s</row></Potentials>' % (
            fields + '<FL val="Amount">1200.50</FL><FL val="Unknown">1</FL>')
        archive = self.directory / "old.ndjson"
        archive.write_text(json.dumps({"leadId": "17", "xmlData": xml}))
        with Stub(convert) as server:
            results = self.directory / "results"
            subprocess.run([COMMAND, "bulk", archive, "--output", results, "--quiet"], check=True)
            self.file = results / "converted.ndjson"
            self.file.write_text(self.file.read_text().replace("https://www.zohoapis.com", "http://" + server.host))
            self.assertEqual(self.send(server)[0], 0)
            body = '{"data":[{"Deals":{"Deal_Name":"Ä","Closing_Date":"2020-01-02","Stage":"Won","Amount":1200.50}}]}'
            self.assertEqual(server.converted, [("17", body.encode())])

    def test_a_file_with_a_damaged_line_sends_nothing(self):
        with Stub(convert) as server:
            self.write(server, ["1", "2"])
            whole = self.file.read_text()
            damages = [
                whole[:-2], whole + "{}\n", whole + "\n", whole.replace('"2"', '"3"'), whole.replace("POST", "PUT"),
                whole.replace("/convert", "/convert?x=1"), whole.replace('{"data":[{}]}', "NaN"), whole + "[" * 100000 + "\n",
                whole.replace('"body"', '"body":{},"body"'),
            ]
            for damage in damages:
                self.file.write_text(damage)
                status, output = self.send(server)
                self.assertEqual(status, 65, damage[-200:])
                self.assertRegex(output, r"converted.ndjson:[123]: not a call as bulk writes them")
            self.assertEqual(server.calls, 0)

    def test_only_the_first_line_of_a_lead_counts(self):
        with Stub(convert) as server:
            self.write(server, ["1", "2", "1"])
            status, output = self.send(server)
            self.assertEqual((status, [lead_id for lead_id, _ in server.converted]), (0, ["1", "2"]))
            self.assertIn("2 done, 1 repeated", output)

    def test_calls_for_another_host_are_counted_and_get_no_token(self):
        with Stub(convert) as server, Stub(convert) as other:
            self.write(server, ["1"], host=other.host)
            status, output = self.send(server)
            self.assertEqual((status, other.calls), (0, 0))
            self.assertIn("1 elsewhere", output)

    def test_a_missing_file_is_66(self):
        with Stub(convert) as server:
            self.assertEqual(self.send(server)[0], 66)


class OnceOnly(SenderTest):
    def test_the_journal_has_a_call_on_disk_before_the_server_has_it(self):
        seen, on_disk, fsync = [], "", os.fsync

        def sync(descriptor):
            nonlocal on_disk
            written = (self.journal / "journal.ndjson").read_text()
            fsync(descriptor)
            on_disk = written

        def look(server, request):
            seen.append([request.lead_id, '"lead_id": "%s"' % request.lead_id in on_disk])
            return server.convert(request)

        self.replace(os, "fsync", sync)
        with Stub(look) as server:
            self.write(server, map(str, range(20)))
            self.send(server, "--concurrency", "4")
        self.assertEqual(sorted(seen), sorted([str(number), True] for number in range(20)))

    def test_a_second_start_sends_nothing(self):
        with Stub(convert) as server:
            self.write(server, ["1", "2", "3"])
            self.assertEqual([self.send(server)[0], self.send(server)[0]], [0, 0])
            self.assertEqual(server.calls, 3)

    def test_a_broken_reply_is_unsure_and_not_sent_again(self):
        whole = http(200, {"data": [{"Contacts": "11"}]})
        replies = {
            "reset": "reset", "nothing": b"", "half": whole[:-5], "less than promised": http(200, {"data": [{"Contacts": "11"}]}, length=500),
            "half a head": whole[:20], "no HTTP": b"SSH-2.0\r\n\r\n",
            "half JSON": http(200, b'{"data":[{"Contacts":"11"'), "page": http(200, b"<html>"), "fault": error("INTERNAL_ERROR", 500),
            "fault in 202": error("INTERNAL_ERROR", 202), "gateway": http(502, b""), "empty": http(204, b""),
            "scheduled": http(202, {"data": [{"code": "SCHEDULED", "status": "success", "details": {"job_id": "1"}}]}),
            "two": http(200, {"data": [{"Contacts": "1"}, {"Contacts": "2"}]}), "no ids": http(200, {"data": [{}]}),
            "ids with 400": http(400, {"data": [{"Contacts": "11"}]}), "list": http(200, []), "number": http(200, 1),
            "moved": http(302, b"", headers="Location: http://127.0.0.1/\r\n"), "deep": http(200, b"[" * 100000),
            "huge": http(200, b" " * (zoho.REPLY_LIMIT + 1) + b'{"data":[{"Contacts":"11"}]}'),
            "half a chunk": b"HTTP/1.1 200 X\r\nTransfer-Encoding: chunked\r\n\r\n1b\r\n{\"data\":[{\"Contacts\":\"11\"}]}\r\n",
        }
        with Stub(then_convert(*replies.values())) as server:
            lead_ids = [str(number) for number in range(len(replies))]
            self.write(server, lead_ids)
            for _ in range(2):
                status, output = self.send(server, "--stop-after", "1000")
                self.assertEqual(status, 1)
            self.assertIn("%d unsure" % len(replies), output)
            self.assertEqual((server.calls, server.converted), (len(replies), []))
        unsure = self.lines("unsure.ndjson")
        self.assertEqual([line["lead_id"] for line in unsure], lead_ids)
        self.assertEqual({line["source"] for line in unsure}, {"a.xml:" + lead_id for lead_id in lead_ids})
        self.assertTrue(all(line["reason"] and line["at"] for line in unsure))
        self.assertEqual(self.lines("replies.ndjson"), [])

    def test_a_reply_that_drips_is_unsure_at_the_deadline(self):
        def drip(server, request):
            connection.sendall(b"HTTP/1.1 200 X\r\nContent-Length: 1000\r\n\r\n")
            for _ in range(100):
                connection.sendall(b" ")
                time.sleep(0.1)

        with Stub(drip) as server:
            self.write(server, ["1"])
            answer = server.answer

            def keep(accepted):
                nonlocal connection
                connection = accepted
                answer(accepted)

            connection, server.answer = None, keep
            began = time.monotonic()
            self.assertEqual(self.send(server, "--timeout", "1")[0], 1)
            self.assertLess(time.monotonic() - began, 4)
            self.assertEqual(self.states("1"), ["sending", "unsure"])

    def test_a_line_that_was_cut_off_was_never_acted_on(self):
        with Stub(convert) as server:
            self.write(server, ["1", "2"])
            self.send(server, "--limit", "1")
            with open(self.journal / "journal.ndjson", "a") as file:
                file.write('{"state": "sending", "lead_id": "2", "sou')
            self.assertEqual(self.send(server)[0], 0)
            self.assertEqual(server.calls, 2)
            self.assertEqual(self.states("2"), ["sending", "done"])

    def test_a_damaged_journal_sends_nothing(self):
        with Stub(convert) as server:
            self.write(server, ["1"])
            self.send(server)
            journal = self.journal / "journal.ndjson"
            whole = journal.read_bytes()
            for damage in (b"\0\0\n" + whole, whole + b"{}\n", whole + b"[]\n", whole.replace(b"sending", b"\xff"), b"{}\n"):
                journal.write_bytes(damage)
                status, output = self.send(server)
                self.assertEqual(status, 65, damage)
                self.assertIn("damaged at byte", output)
                self.assertEqual(journal.read_bytes(), damage)
            self.assertEqual(server.calls, 1)

    def test_a_full_disk_ends_the_run_and_the_next_one_goes_on(self):
        with Stub(convert) as server:
            lead_ids = [str(number) for number in range(40)]
            self.write(server, lead_ids)
            full = lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))  # noqa: E731
            sender = self.start(server, "--concurrency", "3", preexec_fn=full)
            _, output = sender.communicate()
            self.assertEqual(sender.returncode, 74, output)
            self.assertIn("File too large", output)
            self.assertLess(server.calls, 40)
            self.send(server)
            times = [lead_id for lead_id, _ in server.converted]
            self.assertEqual(len(times), len(set(times)))
            unsure = {line["lead_id"] for line in self.lines("unsure.ndjson")}
            self.assertEqual(set(times) | unsure, set(lead_ids))
            self.assertLessEqual(len(unsure), 3)

    def test_nothing_is_written_after_half_a_line(self):
        writes, write, together = 0, os.write, threading.Barrier(4)

        def fail_once(descriptor, data):
            nonlocal writes
            writes += 1
            if writes == 6:
                write(descriptor, data[:20])
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            return write(descriptor, data)

        def slowly(server, request):
            with contextlib.suppress(threading.BrokenBarrierError):
                together.wait(0.5)
            time.sleep(int(request.lead_id) % 4 * 0.05)
            return server.convert(request)

        with Stub(slowly) as server:
            self.write(server, map(str, range(8)))
            self.replace(os, "write", fail_once)
            self.assertEqual(self.send(server, "--concurrency", "4")[0], 74)
            text = (self.journal / "journal.ndjson").read_bytes()
            self.assertFalse(text.endswith(b"\n"))
            self.assertIn(self.send(server, "--concurrency", "4")[0], (0, 1))
            self.assertEqual(sorted(lead_id for lead_id, _ in server.converted), [str(number) for number in range(8)])

    def test_a_second_run_at_the_same_time_is_refused(self):
        with Stub(convert) as server:
            self.write(server, ["1"])
            first = send.Journal(str(self.journal))
            status, output = self.send(server)
            self.assertEqual((status, server.calls), (73, 0))
            self.assertIn("another run is using it", output)
            first.close()

    def test_a_journal_belongs_to_one_host(self):
        with Stub(convert) as server, Stub(convert) as other:
            self.write(server, ["1"])
            self.send(server)
            status, output = self.send(other)
            self.assertEqual(status, 64)
            self.assertIn("name another directory", output)

    def test_a_journal_is_no_link_and_for_its_owner_only(self):
        with Stub(convert) as server:
            self.write(server, ["1"])
            self.send(server)
            modes = {path.name: path.stat().st_mode & 0o777 for path in [self.journal, *self.journal.iterdir()]}
            self.assertEqual(modes, {
                "sent": 0o700, "journal.ndjson": 0o600, "replies.ndjson": 0o600, "unsure.ndjson": 0o600})
            shutil.rmtree(self.journal)
            self.journal.mkdir()
            (self.journal / "journal.ndjson").symlink_to(self.directory / "elsewhere")
            self.assertEqual(self.send(server)[0], 73)
            self.assertFalse((self.directory / "elsewhere").exists())

    def test_a_signal_waits_for_the_calls_on_their_way(self):
        began, go_on = threading.Event(), threading.Event()

        def slow(server, request):
            began.set()
            go_on.wait()
            return server.convert(request)

        with Stub(slow) as server:
            self.write(server, ["1", "2", "3"])
            sender = self.start(server)
            began.wait()
            sender.terminate()
            time.sleep(0.3)
            go_on.set()
            sender.communicate()
            self.assertEqual(sender.returncode, 143)
            self.assertEqual(self.states("1"), ["sending", "done"])
            self.assertEqual(server.calls, 1)


class Refused(SenderTest):
    def test_a_refused_call_is_sent_again_only_when_its_body_has_changed(self):
        with Stub(then_convert(error("MANDATORY_NOT_FOUND"), error("INVALID_DATA", 202))) as server:
            self.write(server, ["1", "2"])
            self.assertEqual([self.send(server)[0], self.send(server)[0]], [1, 1])
            self.assertEqual(server.calls, 2)
            self.write(server, ["1"], '{"data":[{"Deals":{}}]}')
            self.assertEqual(self.send(server)[0], 0)
            self.assertEqual([lead_id for lead_id, _ in server.converted], ["1"])

    def test_both_envelopes_of_an_error_are_refusals(self):
        top = {"code": "ID_ALREADY_CONVERTED", "details": {}, "message": "id already converted", "status": "error"}
        with Stub(then_convert(http(400, top), error("ID_ALREADY_CONVERTED", 202))) as server:
            self.write(server, ["1", "2"])
            status, output = self.send(server)
            self.assertEqual(status, 1)
            self.assertIn("2 refused", output)
            self.assertEqual([json.loads(line["reply"]) for line in self.lines("replies.ndjson")], [top, {"data": [top | {"message": "no"}]}])

    def test_calls_in_a_row_that_fail_end_the_run(self):
        with Stub(then_convert(*["reset"] * 2, http(200, {"data": [{"Deals": "1"}]}), *[error("NO_PERMISSION", 403)] * 10)) as server:
            self.write(server, map(str, range(20)))
            status, output = self.send(server, "--stop-after", "3")
            self.assertEqual((status, server.calls), (69, 6))
            self.assertIn("3 calls in a row were refused or are unsure", output)


class Resolving(SenderTest):
    def resolve(self, server, answers):
        path = self.directory / "answers"
        path.write_text(answers)
        return self.send(server, "--resolve", str(path))

    def test_a_person_settles_what_is_unsure(self):
        with Stub(then_convert("reset", "reset", error("INVALID_DATA"))) as server:
            self.write(server, ["1", "2", "3"])
            self.assertEqual(self.send(server)[0], 1)
            self.assertEqual(self.resolve(server, "1 converted\n\n2 send\n3 send\n")[0], 0)
            self.assertEqual([lead_id for lead_id, _ in server.converted], ["2", "3"])
            self.assertEqual(self.lines("unsure.ndjson"), [])
            self.assertEqual(self.resolve(server, "1 converted\n")[0], 0)
            self.assertEqual(server.calls, 5)

    def test_an_answer_about_any_other_lead_changes_nothing(self):
        with Stub(then_convert("reset")) as server:
            self.write(server, ["1", "2"])
            self.send(server)
            before = (self.journal / "journal.ndjson").read_bytes()
            for answers in ("1 send\n2 send\n", "1 send\n7 send\n", "1 perhaps\n", "1\n", "1 send now\n"):
                self.assertEqual(self.resolve(server, answers)[0], 65)
            self.assertEqual((self.journal / "journal.ndjson").read_bytes(), before)
            self.assertEqual(server.calls, 2)


class Limiting(SenderTest):
    def test_a_limited_call_is_sent_after_the_pause_that_was_asked_for(self):
        with Stub(then_convert(error("TOO_MANY_REQUESTS", 429, headers="Retry-After: 2\r\n"))) as server:
            self.write(server, ["1", "2"])
            began = time.monotonic()
            self.assertEqual(self.send(server)[0], 0)
            self.assertGreaterEqual(time.monotonic() - began, 2)
            self.assertEqual(self.states("1"), ["sending", "retry", "sending", "done"])
            self.assertEqual(len(server.converted), 2)

    def test_all_workers_pause(self):
        times, together = [], threading.Barrier(4)

        def limit(server, request):
            times.append(time.monotonic())
            if len(times) > 4:
                return server.convert(request)
            together.wait()
            return error("TOO_MANY_REQUESTS", 429, headers="Retry-After: 1\r\n")

        with Stub(limit) as server:
            self.write(server, map(str, range(8)))
            self.assertEqual(self.send(server, "--concurrency", "4")[0], 0)
            self.assertGreaterEqual(times[4] - times[3], 0.9)

    def test_a_longer_pause_than_max_wait_ends_the_run(self):
        then = email.utils.format_datetime(datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=1), usegmt=True)
        for header in ("3600", then):
            with self.subTest(header), Stub(then_convert(http(429, b"", headers="Retry-After: %s\r\n" % header))) as server:
                shutil.rmtree(self.journal, ignore_errors=True)
                self.write(server, ["1"])
                status, output = self.send(server)
                self.assertEqual((status, server.calls), (75, 1))
                self.assertRegex(output, r"Zoho asks for a pause until 20\d\d-\d\d-\d\d \d\d:\d\d:\d\d UTC")
                self.assertEqual(self.send(server)[0], 0)

    def test_without_a_time_pauses_grow_and_end(self):
        self.replace(send, "FIRST_PAUSE", 0.01)
        self.replace(send, "PAUSES_IN_A_ROW", 2)
        with Stub(lambda server, request: error("LIMIT_REACHED")) as server:
            self.write(server, ["1"])
            status, output = self.send(server)
            self.assertEqual((status, server.calls), (75, 3))
        limits = send.Limits(send.parse(self.arguments(server)), [], threading.Event())
        self.replace(send, "FIRST_PAUSE", 10)
        pauses = []
        for _ in range(2):
            limits.until = 0
            limits.pause(None)
            pauses.append(round(limits.until - time.monotonic()))
        self.assertEqual(pauses, [10, 20])

    def test_the_budget_holds_over_runs_and_comes_back_after_a_day(self):
        with Stub(convert) as server:
            self.write(server, map(str, range(5)))
            for calls in (2, 2):
                status, output = self.send(server, "--credits-per-day", "14", "--concurrency", "3")
                self.assertEqual((status, server.calls), (75, calls))
                self.assertIn("the budget of credits is spent until", output)
            journal = self.journal / "journal.ndjson"
            today = datetime.datetime.now(datetime.timezone.utc)
            yesterday = (today - datetime.timedelta(days=1)).isoformat(timespec="milliseconds")
            records = [dict(record, at=yesterday) for record in self.lines("journal.ndjson")]
            journal.write_text("".join(json.dumps(record) + "\n" for record in records))
            self.assertEqual(self.send(server, "--credits-per-day", "14")[0], 75)
            self.assertEqual(server.calls, 4)

    def test_a_budget_that_comes_back_soon_is_waited_for(self):
        self.replace(send, "DAY", 1)
        with Stub(convert) as server:
            self.write(server, ["1", "2"])
            began = time.monotonic()
            self.assertEqual(self.send(server, "--credits-per-day", "5")[0], 0)
            self.assertGreaterEqual(time.monotonic() - began, 0.9)

    def test_no_more_calls_at_a_time_than_asked_for(self):
        lock, now, most = threading.Lock(), 0, 0

        def measure(server, request):
            nonlocal now, most
            with lock:
                now += 1
                most = max(most, now)
            time.sleep(0.02)
            with lock:
                now -= 1
            return server.convert(request)

        with Stub(measure) as server:
            self.write(server, map(str, range(40)))
            self.assertEqual(self.send(server, "--concurrency", "4")[0], 0)
            self.assertEqual(most, 4)

    def test_limit_sends_that_many(self):
        with Stub(convert) as server:
            self.write(server, map(str, range(10)))
            for calls in (0, 3, 6):
                self.assertEqual(self.send(server, "--limit", "3" if calls else "0", "--concurrency", "4")[0], 0)
                self.assertEqual(server.calls, calls)


class TokensTest(SenderTest):
    def setUp(self):
        super().setUp()
        for name, secret in stub.SECRETS.items():
            self.secret("oauth/" + name, secret)

    def oauth(self, server):
        return "--token-file", None, "--oauth", str(self.directory / "oauth"), "--accounts", server.host

    def test_a_refused_token_is_renewed_once_for_all_workers(self):
        def expire(server, request):
            with server.lock:
                if server.calls == 20:
                    server.valid = None
            if not server.has_token(request):
                time.sleep(0.05)
                return error("INVALID_TOKEN", 401)
            time.sleep(0.01)
            return server.convert(request)

        with Stub(expire) as server:
            self.write(server, map(str, range(60)))
            self.assertEqual(self.send(server, "--concurrency", "8", *self.oauth(server))[0], 0)
            self.assertEqual((server.refreshes, len(server.converted)), (2, 60))

    def test_a_new_token_that_is_refused_ends_the_run(self):
        with Stub(lambda server, request: error("OAUTH_SCOPE_MISMATCH", 401)) as server:
            self.write(server, ["1", "2"])
            status, output = self.send(server, *self.oauth(server))
            self.assertEqual((status, server.calls, server.refreshes), (77, 2, 2))
            self.assertIn("OAUTH_SCOPE_MISMATCH", output)
            self.assertEqual(self.states("1")[-1], "retry")

    def test_a_refused_refresh_token_says_why_and_quotes_nothing(self):
        self.secret("oauth/refresh_token", "1000.wrong-s3cret")
        with Stub(convert) as server:
            self.write(server, ["1"])
            status, output = self.send(server, *self.oauth(server))
            self.assertEqual((status, server.calls), (77, 0))
            self.assertIn("refuses a token: invalid_code", output)
            self.assertNotIn("s3cret", output)

    def test_a_file_is_read_again_and_a_command_run_again(self):
        def two(server, request):
            if request.headers["authorization"] == "Zoho-oauthtoken new":
                return server.convert(request)
            self.secret("token", "new")
            return error("INVALID_TOKEN", 401)

        command = "cat %s" % (self.directory / "token")
        for source in (["--token-file", str(self.directory / "token")], ["--token-file", None, "--token-command", command]):
            with self.subTest(source), Stub(two) as server:
                shutil.rmtree(self.journal, ignore_errors=True)
                self.secret("token", TOKEN)
                self.write(server, ["1"])
                self.assertEqual(self.send(server, *source)[0], 0)
                self.assertEqual(server.calls, 2)

    def test_without_another_token_the_run_ends(self):
        with Stub(lambda server, request: error("INVALID_TOKEN", 401)) as server:
            self.write(server, ["1"])
            self.assertEqual(self.send(server)[0], 77)
            for command in ("false", "no-such-command", "'", "true"):
                self.assertEqual(self.send(server, "--token-file", None, "--token-command", command)[0], 77)
            self.assertEqual(server.calls, 1)

    def test_a_secret_that_others_can_read_is_refused(self):
        with Stub(convert) as server:
            self.write(server, ["1"])
            for mode in (0o640, 0o604, 0o620):
                self.secret("token", TOKEN, mode)
                status, output = self.send(server)
                self.assertEqual(status, 77)
                self.assertIn("chmod 600", output)
            self.secret("oauth/client_secret", "x", 0o644)
            self.assertEqual(self.send(server, *self.oauth(server))[0], 77)
            self.assertEqual(server.calls, 0)

    def test_a_token_reaches_no_output(self):
        echo = lambda server, request: error(request.headers["authorization"])  # noqa: E731
        with Stub(echo) as server:
            self.write(server, ["1"])
            status, output = self.send(server)
            self.assertEqual(status, 1)
            self.secret("token", TOKEN + "\nsecond line")
            self.write(server, ["2"])
            status, more = self.send(server)
            self.assertEqual((status, server.calls), (77, 1))
            texts = [output, more] + [path.read_text() for path in self.journal.iterdir()]
            self.assertFalse([text for text in texts if "s3cret" in text])


class ConnectionsTest(SenderTest):
    def test_without_a_connection_nothing_is_written_as_sent(self):
        self.replace(zoho, "CONNECT_PAUSES", (0.01,))
        with Stub(convert) as server:
            self.write(server, ["1"])
        status, output = self.send(server)
        self.assertEqual(status, 69)
        self.assertIn("no connection to http://127.0.0.1", output)
        self.assertEqual(self.states("1"), [])

    def test_plain_http_is_for_loopback_addresses(self):
        with Stub(convert) as server:
            self.write(server, ["1"])
            for host in ("www.zohoapis.com", "localhost", "10.0.0.1", "127.0.0.1.example.com", "evil@127.0.0.1"):
                self.assertEqual(self.send(server, "--api-domain", host)[0], 64, host)
                oauth = ["--token-file", None, "--oauth", "x", "--accounts", host]
                self.assertEqual(self.send(server, *oauth)[0], 64, host)

    @unittest.skipUnless(shutil.which("openssl"), "openssl is not installed")
    def test_a_certificate_that_cannot_be_trusted_gets_no_call(self):
        self.replace(zoho, "CONNECT_PAUSES", ())
        files = [str(self.directory / name) for name in ("key.pem", "certificate.pem")]
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-addext",
             "subjectAltName=IP:127.0.0.1", "-keyout", files[0], "-out", files[1]], check=True, stderr=subprocess.DEVNULL)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(files[1], files[0])
        with Stub(convert) as server:
            answer = server.answer

            def over_tls(connection):
                with contextlib.suppress(OSError):
                    answer(context.wrap_socket(connection, server_side=True))

            server.answer = over_tls
            self.write(server, ["1"])
            self.file.write_text(self.file.read_text().replace("http:", "https:"))
            arguments = [word for word in self.arguments(server) if word != "--insecure-http-for-tests"]
            for trusted, expected in ((None, (69, 0)), (files[1], (0, 1))):
                variables = dict(os.environ, SSL_CERT_FILE=trusted) if trusted else os.environ
                script = "import sys, zoho, send; zoho.CONNECT_PAUSES = (); sys.exit(send.main())"
                result = subprocess.run(
                    [sys.executable, "-c", script, *arguments], cwd=SAMPLE, env=dict(variables, PYTHONDONTWRITEBYTECODE="1"),
                    stderr=subprocess.PIPE, text=True)
                self.assertEqual((result.returncode, server.calls), expected, result.stderr)
                self.assertEqual("CERTIFICATE_VERIFY_FAILED" in result.stderr, not trusted)


class CommandLine(SenderTest):
    def test_a_dry_run_says_what_would_be_sent_and_writes_nothing(self):
        with Stub(convert) as server:
            self.write(server, ["1", "2", "3"])
            arguments = ("--dry-run", True, "--token-file", None, "--limit", "2")
            status, output = self.send(server, *arguments)
            self.assertEqual(status, 0)
            self.assertIn("3 send; sending costs 15 credits, 0.0 days of the budget", output)
            self.assertEqual([line.split()[1].split("/")[6] for line in output.splitlines() if line.startswith("POST ")], ["1", "2"])
            self.assertFalse(self.journal.exists())
            self.send(server, "--limit", "1")
            before = sorted((path.name, path.read_bytes()) for path in self.journal.iterdir())
            status, output = self.send(server, *arguments)
            self.assertIn("1 done, 2 send", output)
            self.assertEqual(sorted((path.name, path.read_bytes()) for path in self.journal.iterdir()), before)
            self.assertEqual(server.calls, 1)

    def test_wrong_usage_is_64(self):
        with Stub(convert) as server:
            self.write(server, ["1"])
            for more in (
                ["--token-file", None], ["--oauth", "x"], ["--credits-per-day", "4"], ["--concurrency", "0"], ["--limit", "-1"],
                ["--dry-run", True, "--resolve", "x"], ["--api-domain", "https://127.0.0.1"], ["--no-such", "x"], ["--limit", "x"],
            ):
                self.assertEqual(self.send(server, *more)[0], 64, more)
            self.assertEqual(server.calls, 0)

    def test_the_readme_has_the_options_and_exit_statuses(self):
        text = (SAMPLE / "README.md").read_text()
        help_text = subprocess.run([sys.executable, "-B", SAMPLE / "send.py", "--help"], stdout=subprocess.PIPE, text=True).stdout
        options = {word.strip("[],") for word in help_text.split() if word.strip("[").startswith("--")}
        rows = {line.split("`")[1].split()[0] for line in text.splitlines() if line.startswith("| `--")}
        self.assertEqual(rows, options - {"--help"})
        statuses = set(re.findall(r"^\| ([0-9]+(?:, [0-9]+)?) \|", text, re.MULTILINE))
        sources = "".join((SAMPLE / name).read_text() for name in ("send.py", "zoho.py"))
        used = {str(node.args[0].value) for node in ast.walk(ast.parse(sources))
                if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Stop" and isinstance(node.args[0], ast.Constant)}
        self.assertEqual(statuses, used | {"0", "1", "66", "130, 143"})

    def readme_lines(self, start):
        return [line.strip() for line in (SAMPLE / "README.md").read_text().splitlines() if line.strip().startswith(start)]

    def test_the_commands_of_the_readme_are_accepted(self):
        commands = self.readme_lines("./send.py ")
        self.assertEqual(len(commands), 2)
        for command in commands:
            self.assertEqual(send.parse(shlex.split(command)[1:]).origin, "https://www.zohoapis.com")

    @unittest.skipUnless(shutil.which("jq"), "jq is not installed")
    def test_the_queries_of_the_readme_count_codes_and_write_answers(self):
        codes, answers = self.readme_lines("jq ")
        with Stub(then_convert(error("ID_ALREADY_CONVERTED"), error("INVALID_DATA"), error("ID_ALREADY_CONVERTED"))) as server:
            self.write(server, ["1", "2", "3"])
            self.send(server)
            counted = subprocess.run(codes, shell=True, cwd=self.directory, stdout=subprocess.PIPE, text=True, check=True)
            self.assertEqual(counted.stdout.split(), ["2", "ID_ALREADY_CONVERTED", "1", "INVALID_DATA"])
            subprocess.run(answers, shell=True, cwd=self.directory, check=True)
            status, output = self.send(server, "--resolve", str(self.directory / "answers"))
            self.assertEqual((status, server.calls), (1, 3))
            self.assertIn("2 done, 1 refused", output)

    def test_python_3_9_reads_it(self):
        for name in ("send.py", "zoho.py"):
            ast.parse((SAMPLE / name).read_text(), feature_version=(3, 9))


class Results(SenderTest):
    def test_replies_are_lines_with_the_lead_and_the_reply_as_it_came(self):
        reply = '{"data":[{"code":"SUCCESS","status":"success","message":"ok","details":{"Contacts":{"name":"Ä","id":"5"}}}]}'
        with Stub(then_convert(http(200, reply.encode()))) as server:
            self.write(server, ["1", "2"])
            self.assertEqual(self.send(server)[0], 0)
        lines = self.lines("replies.ndjson")
        self.assertEqual(lines[0], {"lead_id": "1", "reply": reply})
        self.assertEqual([line["lead_id"] for line in lines], ["1", "2"])

    @unittest.skipUnless(COMMAND, "CONVERTLEAD is not set")
    def test_response_turns_the_lines_into_replies_of_v1(self):
        made = http(200, {"data": [{"code": "SUCCESS", "status": "success", "message": "ok", "details": {"Contacts": {"id": "5"}}}]})
        with Stub(then_convert(error("MANDATORY_NOT_FOUND"), made, "reset")) as server:
            self.write(server, ["1", "2", "3", "4"])
            self.assertEqual(self.send(server)[0], 1)
        result = subprocess.run([COMMAND, "response", self.journal / "replies.ndjson"], stdout=subprocess.PIPE, text=True, check=True)
        replies = [json.loads(line) for line in result.stdout.splitlines()]
        self.assertEqual([reply["lead_id"] for reply in replies], ["1", "2", "4"])
        for reply, part in zip(replies, ("<code>4401</code>", '<Contact param="id">5</Contact>', '<Account param="id">24</Account>')):
            self.assertIn(part, reply["reply"])

    def test_only_the_last_reply_of_a_lead_is_listed(self):
        with Stub(then_convert(error("INVALID_DATA"))) as server:
            self.write(server, ["1"])
            self.send(server)
            self.write(server, ["1"], '{"data":[{"x":1}]}', "corrected.ndjson")
            self.send(server)
        self.assertEqual([json.loads(line["reply"])["data"][0].get("Contacts") for line in self.lines("replies.ndjson")], ["11"])


if __name__ == "__main__":
    unittest.main()
