"""Zoho CRM convertLead for callers that speak API v1, over the C library.

    shim = ConvertLead({"api-version": "v2.1"})
    shim.add_table("users", Path("users.json").read_bytes())
    v1_reply = shim.convert(v1_call, send)        # send(url, body) posts the v2 call with your token and gives the reply
    answer = shim.answer(v1_call, send)           # the same with content type, outcome and diagnostics
"""

import ctypes
import json
import os
from typing import Callable, NamedTuple, Optional, Union

OK, REFUSED, ARGUMENT, BUSY, MEMORY = range(5)
CONTENT_TYPE, CONTACT, DEAL, ACCOUNT, CODE, REASON = range(1, 7)


class ConvertLeadError(Exception):
    """Options or a table cannot be read; `diagnostics` says why and where."""

    def __init__(self, diagnostics: list):
        super().__init__("; ".join(finding["message"] for finding in diagnostics) or "wrong argument")
        self.diagnostics = diagnostics


class Outcome(NamedTuple):
    """What became of a conversion: ids of the records that were made, or the error's code and `reason`, which says whether to send
    the call again (see CONVERTLEAD_REASON in convertlead.h)."""

    contact: Optional[str] = None
    deal: Optional[str] = None
    account: Optional[str] = None
    code: Optional[str] = None
    reason: Optional[str] = None


class Call(NamedTuple):
    """What became of a v1 call: `url` and `body` to POST, or, when it was refused, the v1 error `reply` and its details."""

    url: Optional[str]
    body: Optional[bytes]
    uri: str
    reply: Optional[bytes]
    diagnostics: list
    content_type: Optional[str] = None
    outcome: Outcome = Outcome()

    @property
    def is_refused(self) -> bool:
        return self.reply is not None


class Reply(NamedTuple):
    """A v1 reply. When the v2 reply was not understood, it is error 4500."""

    reply: bytes
    is_understood: bool
    diagnostics: list
    content_type: str = "text/xml;charset=utf-8"
    outcome: Outcome = Outcome()


class Answer(NamedTuple):
    """The v1 reply to a v1 call, with the diagnostics of both ways. `is_sent` is false for a call that was refused."""

    reply: bytes
    content_type: str
    outcome: Outcome
    is_sent: bool
    diagnostics: list


class _Result(ctypes.Structure):
    _fields_ = [
        field
        for name in ("url", "body", "uri", "reply", "diagnostics")
        for field in ((name, ctypes.c_void_p), (name + "_length", ctypes.c_size_t))
    ] + [("memory", ctypes.c_void_p)]

    def text(self, name: str) -> Optional[bytes]:
        address = getattr(self, name)
        return None if address is None else ctypes.string_at(address, getattr(self, name + "_length"))

    def findings(self) -> list:
        text = self.text("diagnostics")
        return [] if text in (None, b"[]") else json.loads(text)


def _load(path: Optional[str]):
    # PyDLL keeps the interpreter's lock during a call: a call takes microseconds, and threads may share a translator.
    library = ctypes.PyDLL(path or os.environ.get("CONVERTLEAD_LIBRARY", "libconvertlead-c.so"))
    text, result = [ctypes.c_char_p, ctypes.c_size_t], ctypes.POINTER(_Result)
    handle = ctypes.c_void_p
    library.convertlead_translator_create.argtypes = [*text, ctypes.POINTER(handle), result]
    library.convertlead_translator_add_table.argtypes = [handle, ctypes.c_char_p, ctypes.c_char_p, *text, result]
    library.convertlead_translator_free.argtypes = [handle]
    library.convertlead_translator_free.restype = None
    library.convertlead_translate_request.argtypes = [handle, *text, result]
    library.convertlead_translate_reply.argtypes = [handle, *text, ctypes.c_char_p, result]
    library.convertlead_result_detail.argtypes = [result, ctypes.c_int]
    library.convertlead_result_detail.restype = ctypes.c_char_p
    library.convertlead_result_free.argtypes = [result]
    library.convertlead_result_free.restype = None
    if library.convertlead_version() // 10000 != 1:
        raise OSError("libconvertlead-c has another major version")
    return library


class ConvertLead:
    """A translator for one organisation. Usable as a context manager, from any thread and after a fork."""

    def __init__(self, options: Union[dict, str, bytes, None] = None, library: Optional[str] = None):
        self._handle = ctypes.c_void_p()
        self._library = _load(library)
        if isinstance(options, dict):
            options = json.dumps(options)
        text = _bytes(options or b"")
        result = _Result()
        status = self._library.convertlead_translator_create(
            text, len(text), ctypes.byref(self._handle), ctypes.byref(result))
        self._finish(status, result)

    def add_table(self, kind: str, table: bytes, name: Optional[str] = None) -> None:
        """Adds "users", "fields", "roles" or "lookup:API_NAME"; `name` is what diagnostics call it."""
        result = _Result()
        status = self._library.convertlead_translator_add_table(
            self._handle, kind.encode(), name.encode() if name else None, table, len(table), ctypes.byref(result))
        self._finish(status, result)

    def convert(self, call: Union[bytes, str], send: Callable[[str, bytes], bytes]) -> bytes:
        """The v1 reply to a v1 call in any form (URL, form body, HTTP request, JSON)."""
        return self.answer(call, send).reply

    def answer(self, call: Union[bytes, str], send: Callable[[str, bytes], bytes]) -> Answer:
        """The same, with content type, outcome and diagnostics."""
        request = self.request(call)
        if request.is_refused:
            return Answer(request.reply, request.content_type, request.outcome, False, request.diagnostics)
        reply = self.reply(send(request.url, request.body), request.uri)
        return Answer(reply.reply, reply.content_type, reply.outcome, True, request.diagnostics + reply.diagnostics)

    def request(self, call: Union[bytes, str]) -> Call:
        """First step: the v2 call for a v1 call."""
        text = _bytes(call)
        result = _Result()
        status = self._library.convertlead_translate_request(self._handle, text, len(text), ctypes.byref(result))
        try:
            _check(status, result)
            url = result.text("url")
            return Call(
                url and url.decode(), result.text("body"), result.text("uri").decode(), result.text("reply"),
                result.findings(), self._detail(result, CONTENT_TYPE), self._outcome(result))
        finally:
            self._library.convertlead_result_free(ctypes.byref(result))

    def reply(self, reply: Union[bytes, str], uri: Optional[str] = None) -> Reply:
        """Second step: the v1 reply for the body of a v2 reply; `uri` is that of the call."""
        text = _bytes(reply)
        result = _Result()
        status = self._library.convertlead_translate_reply(
            self._handle, text, len(text), uri.encode() if uri else None, ctypes.byref(result))
        try:
            _check(status, result)
            return Reply(
                result.text("reply"), status == OK, result.findings(), self._detail(result, CONTENT_TYPE),
                self._outcome(result))
        finally:
            self._library.convertlead_result_free(ctypes.byref(result))

    def close(self) -> None:
        """Frees the translator; nothing can be translated with it any more."""
        handle, self._handle = self._handle, ctypes.c_void_p()
        if handle:
            self._library.convertlead_translator_free(handle)

    def __enter__(self) -> "ConvertLead":
        return self

    def __exit__(self, *_) -> None:
        self.close()

    __del__ = close

    def _detail(self, result: _Result, detail: int) -> Optional[str]:
        text = self._library.convertlead_result_detail(ctypes.byref(result), detail)
        return text and text.decode()

    def _outcome(self, result: _Result) -> Outcome:
        return Outcome(*(self._detail(result, detail) for detail in (CONTACT, DEAL, ACCOUNT, CODE, REASON)))

    def _finish(self, status: int, result: _Result) -> None:
        try:
            _check(status, result)
            if status == REFUSED:
                raise ConvertLeadError(result.findings())
        finally:
            self._library.convertlead_result_free(ctypes.byref(result))


def _bytes(text: Union[bytes, str]) -> bytes:
    return text.encode() if isinstance(text, str) else text


def _check(status: int, result: _Result) -> None:
    if status == MEMORY:
        raise MemoryError
    if status == BUSY:
        raise RuntimeError("the translator is in use by another thread")
    if status == ARGUMENT:
        raise ConvertLeadError(result.findings())
