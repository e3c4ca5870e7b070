"""One call to Zoho: the access token, the connection, and what a reply says. send.py decides what is sent, and when."""
import contextlib
import email.utils
import functools
import http.client
import json
import os
import re
import shlex
import socket
import ssl
import stat
import subprocess
import threading
import time
import urllib.parse
from collections import namedtuple

REPLY_LIMIT = 1 << 20  # bytes
CONNECT_TIMEOUT = 30  # seconds; the accounts server has as long for its answer
CONNECT_PAUSES = (1, 2, 4, 8, 16)  # seconds between attempts to connect

LIMIT_CODES = {"TOO_MANY_REQUESTS", "LIMIT_REACHED"}
TOKEN_CODES = {"INVALID_TOKEN", "AUTHENTICATION_FAILURE"}
FAULT_CODES = {"INTERNAL_ERROR", "INTERNAL_SERVER_ERROR"}

# State is done, refused, unsure, or retry (surely not accepted). The details go to the journal.
Outcome = namedtuple("Outcome", "state details pause", defaults=(None,))


class Stop(Exception):
    """Ends the run with an exit status and a message."""

    def __init__(self, status, message):
        super().__init__(message)
        self.status = status


# The access token: no message, no exception and no line of the journal holds it.


class Tokens:
    """The access token, fetched when it is first needed and when Zoho refuses it, by one thread at a time."""

    def __init__(self, fetch):
        self.fetch, self.lock, self.token = fetch, threading.Lock(), None

    def get(self, refused=None):
        with self.lock:
            if self.token in (None, refused):
                token = self.fetch()
                if not re.fullmatch(r"[!-~]+", token):
                    raise Stop(77, "the token is empty, or has characters that no token has")
                if token == refused:
                    raise Stop(77, "Zoho refuses the token, and there is no other")
                self.token = token
            return self.token


def read_secret(path):
    with open(path, encoding="ascii", errors="replace") as file:
        status = os.fstat(file.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_mode & 0o077 or status.st_uid not in (0, os.geteuid()):
            raise Stop(77, f"{path}: others can use it; make it your own file and `chmod 600` it")
        return file.read(4096).strip()


def token_of_command(command):
    try:
        words = shlex.split(command)
        result = subprocess.run(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, timeout=60, check=True)
    except (OSError, ValueError, subprocess.SubprocessError) as error:
        raise Stop(77, f"the token command failed: {type(error).__name__}") from None
    return result.stdout.decode("ascii", "replace").strip()


def token_of_refresh(directory, origin, stopping):
    """A new access token of the accounts server, for the secrets in three files of a directory."""
    names = ("client_id", "client_secret", "refresh_token")
    form = {name: read_secret(os.path.join(directory, name)) for name in names}
    form["grant_type"] = "refresh_token"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    try:
        with deadline(connect(origin, stopping), CONNECT_TIMEOUT) as connection:
            connection.request("POST", "/oauth/v2/token", urllib.parse.urlencode(form), headers)
            answer = json.loads(connection.getresponse().read(REPLY_LIMIT))
        token, error = answer.get("access_token"), str(answer.get("error"))
    except (OSError, http.client.HTTPException, ValueError, AttributeError) as problem:
        raise Stop(75, f"{origin} answers no token: {type(problem).__name__}; start again later") from None
    if not isinstance(token, str):
        raise Stop(77, f"{origin} refuses a token: {error if re.fullmatch('[A-Za-z_ ]{1,40}', error) else 'no reason'}")
    return token


# The connection


@functools.lru_cache(None)
def tls():
    return ssl.create_default_context()


def connect(origin, stopping):
    """A connection of its own for each call: as long as there is none, surely nothing was sent."""
    scheme, host = origin.split("://")
    for pause in CONNECT_PAUSES + (None,):
        try:
            if scheme == "http":  # only to loopback addresses, and only when asked for
                connection = http.client.HTTPConnection(host, timeout=CONNECT_TIMEOUT)
            else:
                connection = http.client.HTTPSConnection(host, timeout=CONNECT_TIMEOUT, context=tls())
            connection.connect()
            return connection
        except OSError as error:
            if pause is None or stopping.wait(pause):
                raise Stop(69, f"no connection to {origin}: {error}") from None


@contextlib.contextmanager
def deadline(connection, seconds):
    """Ends a connection after some seconds, however slowly bytes come."""

    def cut(sock):
        with contextlib.suppress(OSError):
            socket.socket.shutdown(sock, socket.SHUT_RDWR)  # that of ssl would drop the encryption first

    timer = threading.Timer(seconds, cut, (connection.sock,))
    timer.daemon = True
    timer.start()
    connection.sock.settimeout(seconds)
    try:
        yield connection
    finally:
        timer.cancel()
        connection.close()


# The call and its reply


def exchange(connection, path, body, token, seconds):
    """Sends a call and tells its outcome. Whatever goes wrong from here on is unsure."""
    headers = {"Authorization": "Zoho-oauthtoken " + token, "Content-Type": "application/json", "Connection": "close"}
    try:
        with deadline(connection, seconds):
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            text = response.read(REPLY_LIMIT).decode("utf-8", "replace")
            if response.length:
                raise EOFError
    except Exception as error:
        return Outcome("unsure", {"reason": f"no whole reply: {type(error).__name__}"})
    return outcome_of(response.status, response.getheader("Retry-After"), text.replace(token, "***"))


def outcome_of(status, retry_after, text):
    """What a whole reply says. Only a clear answer about one lead counts; all else is unsure."""
    try:
        answer = json.loads(text)
        item = answer["data"] if "data" in answer else [answer]
        item = item[0] if len(item) == 1 and isinstance(item[0], dict) else {}
    except (ValueError, LookupError, TypeError, RecursionError):
        item = {}
    code = item["code"] if isinstance(item.get("code"), str) else None
    details = {"status": status, "code": code}
    if status == 429 or code in LIMIT_CODES:
        return Outcome("retry", dict(details, reason="limit"), pause_of(retry_after))
    if status == 401 or code in TOKEN_CODES:
        return Outcome("retry", dict(details, reason="token"))
    details["reply"] = text
    has_ids = any(isinstance(item.get(name), (str, int)) for name in ("Contacts", "Deals", "Accounts"))
    if 200 <= status < 300 and (code == "SUCCESS" or (code is None and has_ids)):
        return Outcome("done", details)
    if status < 500 and item.get("status") == "error" and code and code not in FAULT_CODES:
        return Outcome("refused", details)
    return Outcome("unsure", dict(details, reason="the reply does not say whether the lead was converted"))


def pause_of(retry_after):
    """The seconds of a Retry-After header, which has a number or a date; None without one."""
    try:
        if re.fullmatch("[0-9]{1,9}", retry_after):
            return int(retry_after)
        return email.utils.parsedate_to_datetime(retry_after).timestamp() - time.time()
    except (TypeError, ValueError, LookupError, OverflowError):
        return None
