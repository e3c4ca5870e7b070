"""A stand-in for Zoho on a loopback address: it converts leads, and has the faults it is told to have.

    stub.py PORT LOG SEED FAULTS        FAULTS is 1 or 0

LOG gets a line for each conversion, `LEAD_ID SHA-256-OF-BODY`, before the reply is sent. The line outlives a kill.
"""
import hashlib
import json
import os
import random
import re
import socket
import struct
import sys
import threading
import time

SECRETS = {"client_id": "1000.CLIENT", "client_secret": "s3cret-of-client", "refresh_token": "1000.refresh-s3cret"}
TOKEN = "1000.s3cret-access-token-%d"


class Request:
    def __init__(self, path, headers, body):
        self.path, self.headers, self.body = path, headers, body
        found = re.fullmatch(r"/crm/v[0-9.]+/Leads/([0-9]+)/actions/convert", path)
        self.lead_id = found and found.group(1)


class Stub:
    """Accepts connections until it is closed; `behave(stub, request)` answers a call."""

    def __init__(self, behave, port=0, log=None):
        self.behave = behave
        self.lock = threading.Lock()
        self.log = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600) if log else None
        self.converted = []  # (lead id, body)
        self.calls = 0
        self.refreshes = 0
        self.valid = None  # number of the valid token
        self.listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.host = "127.0.0.1:%d" % self.listener.getsockname()[1]

    def __enter__(self):
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.shutdown(socket.SHUT_RDWR)  # ends accept, which close does not
        self.listener.close()

    def serve(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.answer, args=(connection,), daemon=True).start()

    def answer(self, connection):
        with connection:
            try:
                request = read(connection)
                if request is None:
                    return
                if request.path == "/oauth/v2/token":
                    reply = self.refresh(request)
                else:
                    with self.lock:
                        self.calls += 1
                    reply = self.behave(self, request)
                if reply == "reset":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                elif reply is not None:
                    connection.sendall(reply)
            except OSError:
                pass  # the sender was killed

    def refresh(self, request):
        form = dict(pair.split("=") for pair in request.body.decode().split("&"))
        if form != dict(SECRETS, grant_type="refresh_token"):
            return http(200, {"error": "invalid_code"})
        with self.lock:
            self.refreshes += 1
            # Numbers of tokens differ between starts of the stub.
            self.valid = time.time_ns()
            return http(200, {"access_token": TOKEN % self.valid, "expires_in": 3600, "token_type": "Bearer"})

    def has_token(self, request):
        return request.headers.get("authorization") == "Zoho-oauthtoken " + TOKEN % (self.valid or 0)

    def convert(self, request):
        with self.lock:
            self.converted.append((request.lead_id, request.body))
            if self.log:
                os.write(self.log, b"%s %s\n" % (request.lead_id.encode(), hashlib.sha256(request.body).hexdigest().encode()))
        return http(200, {"data": [{"Contacts": "1" + request.lead_id, "Deals": None, "Accounts": "2" + request.lead_id}]})


def read(connection):
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, body = data.split(b"\r\n\r\n", 1)
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, value in (line.split(":", 1) for line in lines)}
    while len(body) < int(headers.get("content-length", 0)):
        piece = connection.recv(65536)
        if not piece:
            return None
        body += piece
    return Request(first.split(" ")[1], headers, body)


def http(status, answer, headers="", length=None):
    body = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
    size = len(body) if length is None else length
    return b"HTTP/1.1 %d X\r\nContent-Length: %d\r\n%s\r\n%s" % (status, size, headers.encode(), body)


def error(code, status=400, **more):
    return http(status, {"data": [dict(code=code, details={}, message="no", status="error")]}, **more)


class Faults:
    """Has each kind of fault now and then, before or after the lead was converted. A token is good for 700 calls."""

    def __init__(self, seed, faults):
        self.random, self.faults, self.lock, self.used = random.Random(seed), faults, threading.Lock(), 0

    def __call__(self, stub, request):
        with self.lock:
            roll = self.random.random() if self.faults else 1
            if not stub.has_token(request):
                return error("INVALID_TOKEN", 401)
            self.used += 1
            if self.used % 700 == 0:
                stub.valid = None
        if roll < 0.002:
            return error("TOO_MANY_REQUESTS", 429, headers="Retry-After: 1\r\n")
        if roll < 0.015:
            return "reset"
        if roll < 0.025:
            return error("MANDATORY_NOT_FOUND", 202)
        if roll < 0.03:
            return http(502, b"<html>Bad gateway</html>")
        reply = stub.convert(request)
        if roll < 0.04:
            return "reset"
        if roll < 0.05:
            return reply[:-20]
        if roll < 0.055:
            return reply.split(b"\r\n", 1)[0] + b"\r\n\r\n" + reply.split(b"\r\n\r\n")[1][:-20]
        if roll < 0.06:
            return error("INTERNAL_ERROR", 500)
        if roll < 0.063:
            time.sleep(3)
        elif roll < 0.08:
            time.sleep(0.2)
        return reply


if __name__ == "__main__":
    PORT, LOG, SEED, FAULTS = sys.argv[1:]
    Stub(Faults(int(SEED), FAULTS == "1"), int(PORT), LOG).serve()
