#!/usr/bin/env python3
"""Sends the calls of a `converted.ndjson` to Zoho CRM, each at most once.

Before a call is sent, the journal says so on disk; afterwards it gets the outcome. A call that has the first and not
the second is unsure: it is listed, and never sent again unless you say so with --resolve. README.md says more.
Python 3.9 or later, standard library only.
"""
import argparse
import collections
import contextlib
import datetime
import fcntl
import functools
import hashlib
import ipaddress
import itertools
import json
import os
import re
import signal
import sys
import threading
import time
import urllib.parse

import zoho
from zoho import Stop

CREDITS_PER_CALL = 5
DAY = 24 * 60 * 60
LINE_LIMIT = 64 << 20  # bytes
FIRST_PAUSE, LONGEST_PAUSE = 10, 600  # seconds, doubled each time, when a limit names no time
PAUSES_IN_A_ROW = 10  # limits in a row that end the run

CALL_URL = re.compile(r"(https?://[^/?#@\s]+)(/crm/v[0-9.]+/Leads/([0-9]{1,20})/actions/convert)")
Call = collections.namedtuple("Call", "source lead_id origin path body")


# Calls


# Numbers stay text, so that two values are equal only when their digits are; int refuses NaN and the like.
DECODER = json.JSONDecoder(parse_int=str, parse_float=str, parse_constant=int)


def read_call(line):
    """The call of a line. Its body is cut out of the line, because parsing and printing could change numbers."""
    text = line.decode()
    members = DECODER.decode(text)
    start = text.index('"body":') + len('"body":')
    body, end = DECODER.raw_decode(text, start)
    origin, path, lead_id = CALL_URL.fullmatch(members["url"]).groups()
    if body != members["body"] or members["method"] != "POST" or members["lead_id"] != lead_id:
        raise ValueError("members that do not fit together")
    return Call(str(members["source"]), lead_id, origin, path, text[start:end].encode())


def read_calls(path):
    with open(path, "rb") as lines:
        for number, line in enumerate(iter(lambda: lines.readline(LINE_LIMIT), b""), 1):
            try:
                yield read_call(line)
            except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
                raise Stop(65, f"{path}:{number}: not a call as bulk writes them") from None


def plan(options, journal):
    """Each call of the file, and what is to happen to it: send, done, refused, unsure, repeated (only a lead's first
    line counts), or elsewhere (it is for another host)."""
    seen = set()
    for call in read_calls(options.file):
        state = journal.states.get(call.lead_id)
        if call.origin != options.origin:
            yield "elsewhere", call
            continue
        if call.lead_id in seen:
            state = "repeated"
        elif state == "refused" and journal.refused[call.lead_id] != digest(call.body):
            state = "send"
        seen.add(call.lead_id)
        yield {None: "send", "retry": "send", "sending": "unsure"}.get(state, state), call


def count(options, journal):
    return collections.Counter(verdict for verdict, _ in plan(options, journal))


def digest(body):
    return hashlib.sha256(body).hexdigest()


# The journal, and what is derived from it


class Journal:
    """One JSON object a line, each on disk before the run goes on. One run at a time has it."""

    def __init__(self, directory, read_only=False):
        self.path = os.path.join(directory, "journal.ndjson")
        self.states = {}  # lead id: state of its last line
        self.refused = {}  # lead id: SHA-256 of the body that was refused
        self.times = []  # when calls were sent in the last 24 hours
        self.lock, self.disk = threading.Lock(), threading.Lock()
        self.batch = []  # lines that wait for the disk
        self.failure = None
        self.file = None  # descriptor; None when the journal is only read
        if read_only:
            return
        try:
            os.makedirs(directory, 0o700, exist_ok=True)
            self.file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o600)
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            self.close()
            cause = "another run is using it" if isinstance(error, BlockingIOError) else error.strerror
            raise Stop(73, f"{self.path}: {cause}") from None

    def close(self):
        if self.file is not None:
            os.close(self.file)

    def load(self, origin):
        """Reads what earlier runs did."""
        try:
            for place, record in self.records():
                self.read(place, record, origin)
        except (ValueError, LookupError, TypeError):
            raise Stop(65, f"{self.path}: damaged at byte {self.length}; no call was sent") from None
        if self.file is None:
            return
        os.ftruncate(self.file, self.length)
        if self.length == 0:
            self.commit(state="opened", origin=origin)
            directory = os.path.dirname(self.path)
            for name in (directory, os.path.join(directory, os.pardir)):  # so that the new names last, too
                descriptor = os.open(name, os.O_RDONLY)
                os.fsync(descriptor)
                os.close(descriptor)

    def records(self):
        """The lines and their places. A last line without its end was not on disk when the sender ended, so nothing had
        been done about it."""
        self.length = 0
        with open(self.path, "rb") if os.path.exists(self.path) else open(os.devnull, "rb") as lines:
            for line in lines:
                if line.endswith(b"\n"):
                    yield self.length, json.loads(line)
                    self.length += len(line)

    def read(self, place, record, origin):
        if place == 0:
            if record["origin"] != origin:
                raise Stop(64, f"{self.path} is for {record['origin']}; name another directory")
            return
        self.take(record)
        if record["state"] == "sending":
            sent = datetime.datetime.fromisoformat(record["at"]).timestamp()
            self.times += [sent] if sent > time.time() - DAY else []

    def take(self, record):
        if record["state"] == "refused":
            self.refused[record["lead_id"]] = record["body"]
        self.states[record["lead_id"]] = sys.intern(record["state"])

    def commit(self, **record):
        """Appends a line and waits for the disk. The first thread writes for all that wait, with one fsync."""
        record["at"] = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds")
        with self.lock:
            batch = self.batch
            batch.append(json.dumps(record).encode() + b"\n")
        with self.disk:
            if batch is self.batch and not self.failure:
                with self.lock:
                    self.batch = []
                try:
                    rest = b"".join(batch)
                    while rest:
                        rest = rest[os.write(self.file, rest):]
                    os.fsync(self.file)
                except OSError as error:
                    self.failure = error  # part of a line may be there: nothing may follow it
            if self.failure:
                raise Stop(74, f"{self.path}: {self.failure.strerror}")
        if "lead_id" in record:
            self.take(record)

    def resolve(self, path):
        """Takes over what a person found out about unsure or refused calls; what was taken over before is left."""
        answers = {"converted": "done", "send": "retry"}
        with open(path, encoding="utf-8", errors="replace") as lines:
            found = [line.split() for line in lines if line.strip()]
        for words in found:
            state = answers.get(words[1]) if len(words) == 2 else None
            if state is None or self.states.get(words[0]) not in ("sending", "unsure", "refused", state):
                raise Stop(65, f"{path}: not an unsure or refused lead and `converted` or `send`: {words!a}")
        for lead_id, answer in found:
            if self.states[lead_id] != answers[answer]:
                self.commit(state=answers[answer], lead_id=lead_id, reason="resolved by hand")

    def write_results(self):
        """Derives replies.ndjson, which `convertlead response` reads, and unsure.ndjson."""
        last = {record.get("lead_id"): place for place, record in self.records()}
        for name, states, members in (
            ("replies.ndjson", ("done", "refused"), ("lead_id", "reply")),
            ("unsure.ndjson", ("sending", "unsure"), ("lead_id", "source", "at", "reason")),
        ):
            path = os.path.join(os.path.dirname(self.path), name)
            file = os.open(path + ".part", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
            with open(file, "w", encoding="ascii") as lines:
                for place, record in self.records():
                    if record["state"] == "sending":
                        record["reason"] = "the sender was stopped before the reply came"
                    if last[record.get("lead_id")] == place and record["state"] in states and members[-1] in record:
                        lines.write(json.dumps({member: record[member] for member in members}) + "\n")
                lines.flush()
                os.fsync(file)
            os.replace(path + ".part", path)


# When and what to send


class Limits:
    """When the next call may be sent: after a pause that Zoho asked for, and within the budget of 24 hours."""

    def __init__(self, options, times, stopping):
        self.calls_per_day = options.credits_per_day // CREDITS_PER_CALL
        self.times = collections.deque(times)
        self.max_wait, self.stopping, self.lock = options.max_wait, stopping, threading.Lock()
        self.until, self.in_a_row = 0.0, 0

    def wait(self):
        """Waits for a call's turn and books its credits. False when the run is ending."""
        while not self.stopping.is_set():
            with self.lock:
                clock = time.time()
                while self.times and self.times[0] <= clock - DAY:
                    self.times.popleft()
                over = len(self.times) - self.calls_per_day
                budget = self.times[over] + DAY - clock if over >= 0 else 0
                seconds = max(budget, self.until - time.monotonic())
                if seconds <= 0:
                    self.times.append(clock)
                    return True
            if seconds > self.max_wait:
                cause = "the budget of credits is spent" if seconds == budget else "Zoho asks for a pause"
                end = datetime.datetime.fromtimestamp(clock + seconds, datetime.timezone.utc)
                raise Stop(75, f"{cause} until {end:%Y-%m-%d %H:%M:%S} UTC; start again then")
            self.stopping.wait(seconds)
        return False

    def pause(self, seconds):
        with self.lock:
            if time.monotonic() >= self.until:  # else another call met the same limit
                self.in_a_row += 1
            if seconds is None:
                seconds = min(FIRST_PAUSE * 2 ** (self.in_a_row - 1), LONGEST_PAUSE)
            self.until = max(self.until, time.monotonic() + max(seconds, 1))
            if self.in_a_row > PAUSES_IN_A_ROW:
                raise Stop(75, f"Zoho limits calls after {PAUSES_IN_A_ROW} pauses in a row; start again later")


class Sender:
    """Workers that take call after call. The first trouble that concerns all calls ends the run."""

    def __init__(self, options, journal):
        self.options, self.journal, self.lock = options, journal, threading.Lock()
        self.stopping, self.stopped = threading.Event(), None
        self.limits = Limits(options, journal.times, self.stopping)
        self.tokens = zoho.Tokens(functools.partial(options.fetch_token, self.stopping))
        to_send = (call for verdict, call in plan(options, journal) if verdict == "send")
        self.calls = itertools.islice(to_send, options.limit)
        self.counts, self.trouble = collections.Counter(), 0

    def run(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self.end)
        workers = [threading.Thread(target=self.work, daemon=True) for _ in range(self.options.concurrency)]
        for worker in workers:
            worker.start()
        shown = time.monotonic()
        while any(worker.is_alive() for worker in workers):
            time.sleep(0.05)
            if time.monotonic() > shown + 30:
                shown = time.monotonic()
                say(f"so far in this run: {listed(self.counts)}")

    def end(self, number, _):
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, signal.SIG_DFL)  # a second one ends at once
        self.stop(Stop(128 + number, "told to end; calls on their way were waited for"))

    def stop(self, reason):
        self.stopped = self.stopped or reason
        self.stopping.set()

    def work(self):
        try:
            while not self.stopping.is_set():
                with self.lock:
                    call = next(self.calls, None)
                if call is None:
                    return
                self.convert(call)
        except Stop as reason:
            self.stop(reason)
        except Exception as error:  # its text might quote a header
            self.stop(Stop(70, f"defect, please report: {type(error).__name__}, line {error.__traceback__.tb_lineno}"))

    def convert(self, call):
        refused = None
        while self.limits.wait():
            token = self.tokens.get(refused)
            connection = zoho.connect(self.options.origin, self.stopping)
            about = {"lead_id": call.lead_id, "source": call.source, "body": digest(call.body)}
            self.journal.commit(state="sending", **about)
            outcome = zoho.exchange(connection, call.path, call.body, token, self.options.timeout)
            self.journal.commit(state=outcome.state, **about, **outcome.details)
            if outcome.state != "retry":
                return self.count(outcome.state)
            if outcome.details["reason"] == "limit":
                self.limits.pause(outcome.pause)
            elif refused:
                raise Stop(77, f"Zoho refuses a new token, too: {outcome.details['code']}")
            else:
                refused = token

    def count(self, state):
        with self.lock:
            self.limits.in_a_row = 0
            self.counts[state] += 1
            self.trouble = 0 if state == "done" else self.trouble + 1
            if self.trouble >= self.options.stop_after:
                raise Stop(69, f"{self.trouble} calls in a row were refused or are unsure; see the end of the journal")


# Command line


def say(text):
    print("send: " + text, file=sys.stderr, flush=True)


def listed(counts):
    return ", ".join(f"{counts[name]:,} {name}" for name in sorted(counts)) or "nothing"


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0], epilog="README.md explains the journal.")
    parser.error = lambda message: parser.exit(64, f"send: {message}\n")
    add = parser.add_argument
    add("file", metavar="FILE", help="the converted.ndjson of `convertlead bulk`")
    add("--journal", metavar="DIR", required=True, help="where the journal and the results are; keep it")
    add("--api-domain", metavar="HOST", required=True, help="send calls to this host; calls to others are counted")
    add("--credits-per-day", metavar="N", type=int, required=True,
        help=f"spend at most N credits in 24 hours; a call costs {CREDITS_PER_CALL}")
    add("--oauth", metavar="DIR", help="has the files client_id, client_secret, refresh_token")
    add("--accounts", metavar="HOST", default="accounts.zoho.com", help="accounts server for --oauth (%(default)s)")
    add("--token-file", metavar="FILE", help="has an access token; read again when Zoho refuses it")
    add("--token-command", metavar="COMMAND", help="prints an access token; run again when Zoho refuses it")
    add("--concurrency", metavar="N", type=int, default=5, help="calls at a time (%(default)s)")
    add("--limit", metavar="N", type=int, help="send at most N calls in this run")
    add("--timeout", metavar="SECONDS", type=int, default=120, help="how long a reply may take (%(default)s)")
    add("--max-wait", metavar="SECONDS", type=int, default=900,
        help="how long to wait for a limit or the budget; if it takes longer, end with 75 (%(default)s)")
    add("--stop-after", metavar="N", type=int, default=10,
        help="end when N calls in a row were refused or are unsure (%(default)s)")
    add("--resolve", metavar="FILE", help="lines `LEAD_ID converted` or `LEAD_ID send` about unsure or refused calls")
    add("--dry-run", action="store_true", help="say what would be sent; send and write nothing")
    add("--insecure-http-for-tests", action="store_true", help="plain HTTP, to loopback addresses only")
    options = parser.parse_args(arguments)

    numbers = [options.concurrency, options.timeout, options.stop_after, options.credits_per_day // CREDITS_PER_CALL]
    if min(numbers) < 1 or min(options.limit or 0, options.max_wait) < 0:
        parser.error("a number is too small")
    if not options.dry_run and [options.oauth, options.token_file, options.token_command].count(None) != 2:
        parser.error("give one of --oauth, --token-file, --token-command")
    if options.dry_run and options.resolve:
        parser.error("--resolve writes to the journal, and --dry-run writes nothing")
    for host in [options.api_domain] + ([options.accounts] if options.oauth else []):
        if not re.fullmatch(r"(\[[0-9A-Fa-f:]+\]|[0-9A-Za-z.-]+)(:[0-9]{1,5})?", host):
            parser.error(f"{host}: give the host alone, such as www.zohoapis.com")
        if options.insecure_http_for_tests and not is_loopback(host):
            parser.error(f"{host} is no loopback address, so it needs HTTPS")
    scheme = "http://" if options.insecure_http_for_tests else "https://"
    options.origin = scheme + options.api_domain
    if options.oauth:
        options.fetch_token = functools.partial(zoho.token_of_refresh, options.oauth, scheme + options.accounts)
    elif options.token_file:
        options.fetch_token = lambda _: zoho.read_secret(options.token_file)
    else:
        options.fetch_token = lambda _: zoho.token_of_command(options.token_command)
    return options


def is_loopback(host):
    try:
        return ipaddress.ip_address(urllib.parse.urlsplit("//" + host).hostname).is_loopback
    except ValueError:
        return False


def run(options, journal):
    journal.load(options.origin)
    if options.resolve:
        journal.resolve(options.resolve)
    before = count(options, journal)  # reads the whole file first, so that a damaged one sends nothing
    cost = before["send"] * CREDITS_PER_CALL
    say(f"{listed(before)}; sending costs {cost:,} credits, {cost / options.credits_per_day:.1f} days of the budget")
    if options.dry_run:
        to_send = (call for verdict, call in plan(options, journal) if verdict == "send")
        for call in itertools.islice(to_send, options.limit):
            print(f"POST {call.origin}{call.path}  {len(call.body)} bytes  {json.dumps(call.source)}")
        return 0

    sender = Sender(options, journal)
    sender.run()
    journal.write_results()
    after = count(options, journal)
    say(listed(after))
    if after["unsure"]:
        say(f"{options.journal}/unsure.ndjson lists the unsure calls; they are not sent again by themselves")
    if sender.stopped:
        raise sender.stopped
    return 1 if after["refused"] or after["unsure"] else 0


def main(arguments=None):
    try:
        options = parse(arguments)
        with contextlib.closing(Journal(options.journal, options.dry_run)) as journal:
            return run(options, journal)
    except Stop as reason:
        say(str(reason))
        return reason.status
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        say(f"{error.filename}: {error.strerror}")
        return 66
    except OSError as error:
        say(f"{error.filename or 'reading or writing'}: {error.strerror}")
        return 74
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
