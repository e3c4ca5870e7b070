"""Lets Zoho's own SDK for API v8 read and write the samples, through a stub on loopback.

Bodies: the SDK reads each v8 body into its objects, fetches the fields of Deals from the stub, checks every value against
them as it would for a call of its own, and sends what it made of them. That must be our body, but for ids, which it writes as
numbers, and for times, which it writes in the zone of the machine. Bodies are those of the samples for v8 in
Samples/requests, with the field export that the sample names.

Replies: the stub answers with each reply in Samples/replies that has the shape of v3 and later. The SDK must find the ids
and codes in it that our v1 reply has.

Nothing of the SDK is kept here; run.sh installs it.
"""
import datetime
import http.server
import json
import os
import pathlib
import sys
import tempfile
import threading

from zohocrmsdk.src.com.zoho.api.authenticator.store.file_store import FileStore
from zohocrmsdk.src.com.zoho.api.authenticator.token import Token
from zohocrmsdk.src.com.zoho.crm.api.convert_lead.api_exception import APIException
from zohocrmsdk.src.com.zoho.crm.api.convert_lead.body_wrapper import BodyWrapper
from zohocrmsdk.src.com.zoho.crm.api.convert_lead.convert_lead_operations import ConvertLeadOperations
from zohocrmsdk.src.com.zoho.crm.api.convert_lead.success_response import SuccessResponse
from zohocrmsdk.src.com.zoho.crm.api.dc.data_center import DataCenter
from zohocrmsdk.src.com.zoho.crm.api.exception import SDKException
from zohocrmsdk.src.com.zoho.crm.api.initializer import Initializer
from zohocrmsdk.src.com.zoho.crm.api.record import Record
from zohocrmsdk.src.com.zoho.crm.api.sdk_config import SDKConfig
from zohocrmsdk.src.com.zoho.crm.api.util import Utility
from zohocrmsdk.src.com.zoho.crm.api.util.common_api_handler import CommonAPIHandler
from zohocrmsdk.src.com.zoho.crm.api.util.json_converter import JSONConverter

SAMPLES = pathlib.Path(__file__).resolve().parents[2] / "Samples"
LEAD = 1386586000002574001
# Types that this SDK does not know either; it fails on exports that list them.
UNKNOWN_TYPES = {"address", "mood_ring"}


class Stub(http.server.BaseHTTPRequestHandler):
    """Answers for Zoho: the fields of Deals, and what `reply` holds for a conversion."""

    fields = {"fields": []}
    reply = {}
    sent = None

    def do_GET(self):
        self.answer(Stub.fields if "settings/fields" in self.path else {"modules": []})

    def do_POST(self):
        Stub.sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.answer(Stub.reply)

    def answer(self, value):
        text = json.dumps(value).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json;charset=utf-8")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_):
        pass


class NoToken(Token):
    """The stub asks for none."""

    def authenticate(self, url_connection, *_):
        url_connection.add_header("Authorization", "Zoho-oauthtoken none")

    def remove(self):
        return True

    def generate_token(self):
        pass

    def get_id(self):
        return "none"


def use(address, fields, folder):
    """Starts the SDK anew, so that it fetches these fields."""
    Stub.fields = {"fields": [field for field in fields if field["data_type"] not in UNKNOWN_TYPES]}
    for field in Stub.fields["fields"]:
        if field["api_name"] == "Layout":
            field["system_mandatory"] = False  # The SDK would ask for it, the API does not.
    Utility.apitype_vs_datatype.clear()
    resources = tempfile.mkdtemp(dir=folder)
    Initializer.initialize(
        DataCenter.Environment(address, address, address), NoToken(),
        store=FileStore(os.path.join(resources, "tokens.txt")),
        sdk_config=SDKConfig(auto_refresh_fields=False, pick_list_validation=True), resource_path=resources)


def mark(value):
    """Marks what was read as set by a caller, so that the SDK checks and writes it."""
    if isinstance(value, list):
        for item in value:
            mark(item)
    elif isinstance(value, Record):
        for name, item in list(value.get_key_values().items()):
            mark(item)
            value.add_key_value(name, item)
    else:
        kind = type(value)
        details = Initializer.json_details.get(f"{kind.__module__.rpartition('.')[0]}.{kind.__name__}", {})
        for member, detail in details.items():
            item = getattr(value, f"_{kind.__name__}__{member}", None)
            if item is not None and member != "key_modified":
                mark(item)
                value.set_key_modified(detail["name"], 1)


def send(body):
    """What the SDK sends after it has read a body."""
    handler = CommonAPIHandler()
    handler.set_api_path(f"/crm/v8/Leads/{LEAD}/actions/convert")
    handler.set_module_api_name("Deals")
    Utility.get_fields("Deals", handler)
    request = JSONConverter(handler).get_response(body, BodyWrapper.__module__)
    mark(request)
    Stub.sent = None
    ConvertLeadOperations(LEAD).convert_lead(request)
    return without_marks(Stub.sent)


def without_marks(value):
    """What was sent, without the member that this SDK adds to some objects that it read."""
    if isinstance(value, dict):
        return {name: without_marks(item) for name, item in value.items() if name != "keyModified"}
    return [without_marks(item) for item in value] if isinstance(value, list) else value


def comparable(value):
    """A body with ids as texts and times as points in time."""
    if isinstance(value, dict):
        return {name: str(item) if name == "id" else comparable(item) for name, item in value.items()}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    if isinstance(value, str) and len(value) == 25 and value[10] == "T":
        return datetime.datetime.fromisoformat(value).timestamp()
    return value


def check_bodies(address, folder, failures):
    count = 0
    for options in sorted(SAMPLES.glob("requests/*/options.json")):
        name = f"{options.parent.parent.name}/{options.parent.name}"
        settings = json.loads(options.read_text())
        body_file = options.parent / "body.json"
        if settings.get("api-version") != "v8" or not body_file.exists():
            continue
        body = json.loads(body_file.read_text())
        item = body["data"][0]
        if "Deals" not in item or "Accounts" in item or "Contacts" in item:
            print(f"skipped {name}: this SDK asks for the fields of a deal in accounts and contacts")
            continue
        exports = settings.get("fields", ["../../org/fields-v8.json"])
        fields = [field for path in exports for field in json.loads((options.parent / path).read_text())["fields"]]
        use(address, fields, folder)
        Stub.reply = {"data": [{"code": "SUCCESS", "status": "success", "message": "done", "details": {}}]}
        count += 1
        try:
            sent = send(body)
        except SDKException as error:
            failures.append(f"{name}: the SDK refuses the body: {error.message} {error.details}")
            continue
        if comparable(sent) != comparable(body):
            failures.append(f"{name}: the SDK makes another body of it:\n  ours  {json.dumps(body)}\n  SDK's {json.dumps(sent)}")
    return count


def check_replies(address, folder, failures):
    count = 0
    use(address, json.loads((SAMPLES / "org/fields-v8.json").read_text())["fields"], folder)
    for file in sorted(SAMPLES.glob("replies/*/reply.json")):
        name = f"{file.parent.parent.name}/{file.parent.name}"
        try:
            reply = json.loads(file.read_text())
            v1 = json.loads((file.parent / "v1.json").read_text())
        except (ValueError, FileNotFoundError):
            continue
        item = reply["data"] if isinstance(reply, dict) and isinstance(reply.get("data"), list) else [reply]
        if file.parent.name.startswith("unreadable"):
            continue
        if len(item) != 1 or not isinstance(item[0], dict) or item[0].get("status") not in ("success", "error"):
            continue
        Stub.reply = reply
        try:
            answer = ConvertLeadOperations(LEAD).convert_lead(BodyWrapper())
            answer = answer and answer.get_object()
        except SDKException as error:
            failures.append(f"{name}: the SDK cannot read the reply: {error.message}")
            continue
        if answer is None:
            failures.append(f"{name}: the SDK cannot read the reply")
            continue
        found = answer if isinstance(answer, APIException) else (answer.get_data() or [None])[0]
        count += 1
        if isinstance(found, SuccessResponse):
            details = found.get_details() or {}
            theirs = {}
            for module, label in (("Contacts", "Contact"), ("Deals", "Potential"), ("Accounts", "Account")):
                record = details.get(module)
                if record is not None:
                    theirs[label] = str(record.get_id() if isinstance(record, Record) else record["id"])
            ours = {label: entry["content"] for label, entry in v1.get("success", {}).items()}
            if ours and theirs != ours:
                failures.append(f"{name}: ids {ours}, the SDK's {theirs}")
        elif isinstance(found, APIException):
            if "success" in v1:
                failures.append(f"{name}: a success to us, an error to the SDK")
        else:
            failures.append(f"{name}: the SDK finds nothing in the reply")
    return count


def main():
    failures = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_address[1]}"
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        bodies = check_bodies(address, folder, failures)
        replies = check_replies(address, folder, failures)
        os.chdir("/")
    print(f"{bodies} bodies and {replies} replies went through the SDK, {len(failures)} failures")
    for failure in failures:
        print(failure)
    if bodies == 0 or replies == 0 or failures:
        sys.exit(1)


if __name__ == "__main__":
    main()
