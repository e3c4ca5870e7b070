"""Cost per call of the library from Python, beside the same job written here with lxml and json.

    CONVERTLEAD_LIBRARY=… python3 cost.py

Prints microseconds per call, the best of nine batches taken in turn, for a v1 call made into a v2 body and for a v2 reply made
into a v1 reply. The peer does what a careful caller would write for exactly these inputs: no diagnostics, no other forms,
encodings or versions.
"""

import json
import pathlib
import sys
import time
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "Samples" / "python"))

from convert_lead import ConvertLead  # noqa: E402
from lxml import etree  # noqa: E402

XML = """<Potentials>
<row no="1">
<option val="createPotential">true</option>
<option val="assignTo">sample@zoho.com</option>
<option val="notifyLeadOwner">true</option>
<option val="notifyNewEntityOwner">true</option>
</row>
<row no="2">
<FL val="Potential Name">Samplepotential</FL>
<FL val="Closing Date">12/21/2009</FL>
<FL val="Potential Stage">Closed Won</FL>
<FL val="Amount">3432.23</FL>
<FL val="Probability">100</FL>
<FL val="Description">R&amp;D and more</FL>
</row>
</Potentials>"""
CALL = "https://crm.zoho.com/crm/private/xml/Leads/convertLead?" + urllib.parse.urlencode(
    {"authtoken": "secret", "scope": "crmapi", "leadId": "1386586000002574001", "xmlData": XML})
REPLY = b'{"data":[{"Contacts":"1386586000002577005","Deals":"1386586000002577009","Accounts":"1386586000002577001"}]}'
USERS = {"sample@zoho.com": "1386586000000105001"}
FIELDS = {
    "Potential Name": "Deal_Name", "Closing Date": "Closing_Date", "Potential Stage": "Stage", "Amount": "Amount",
    "Probability": "Probability", "Description": "Description",
}


def peer_request(call):
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(call).query)
    root = etree.fromstring(query["xmlData"][0].encode())
    options = {option.get("val"): option.text.strip() for option in root.iterfind("row/option")}
    record = {
        "notify_lead_owner": options["notifyLeadOwner"] == "true",
        "notify_new_entity_owner": options["notifyNewEntityOwner"] == "true",
        "assign_to": USERS[options["assignTo"].lower()],
    }
    if options["createPotential"] == "true":
        deal = {}
        for field in root.iterfind("row/FL"):
            name, value = FIELDS[field.get("val")], field.text.strip()
            if name == "Closing_Date":
                month, day, year = value.split("/")
                value = f"{year}-{month:0>2}-{day:0>2}"
            elif name == "Amount":
                value = float(value)
            elif name == "Probability":
                value = int(value)
            deal[name] = value
        record["Deals"] = deal
    url = f"https://www.zohoapis.com/crm/v2/Leads/{query['leadId'][0]}/actions/convert"
    return url, json.dumps({"data": [record]}, ensure_ascii=False, separators=(",", ":")).encode()


def peer_reply(reply):
    record = json.loads(reply)["data"][0]
    root = etree.Element("success")
    for old, new in (("Contact", "Contacts"), ("Potential", "Deals"), ("Account", "Accounts")):
        if record[new] is not None:
            etree.SubElement(root, old, param="id").text = record[new]
    return b'<?xml version="1.0" encoding="UTF-8" ?>\n' + etree.tostring(root)


def batch(work, value, turns=2_000):
    start = time.perf_counter()
    for _ in range(turns):
        work(value)
    return (time.perf_counter() - start) / turns * 1e6


shim = ConvertLead({"compact": True})
shim.add_table("users", b"email,id\nsample@zoho.com,1386586000000105001\n")
call = shim.request(CALL)
assert (call.url, call.body) == peer_request(CALL), (call, peer_request(CALL))
assert shim.reply(REPLY).reply == peer_reply(REPLY), (shim.reply(REPLY).reply, peer_reply(REPLY))
for name, ours, theirs, value in (
    ("request", shim.request, peer_request, CALL), ("reply", shim.reply, peer_reply, REPLY)):
    times = [(batch(ours, value), batch(theirs, value)) for _ in range(9)]
    best, peer = (min(column) for column in zip(*times))
    print(f"Python {name}: library {best:.1f} us, lxml and json {peer:.1f} us, {peer / best:.1f} times")
