"""The same caller with the shim: `post` now sends v2 calls, and the rest did not change."""

import urllib.parse
import xml.etree.ElementTree as ElementTree

URL = "https://crm.zoho.com/crm/private/xml/Leads/convertLead"


def convert_lead(shim, lead_id, xml_data, post):
    """The ids of the records that a lead became. `post(url, body)` gives the body of the reply."""
    form = urllib.parse.urlencode({"scope": "crmapi", "leadId": lead_id, "xmlData": xml_data})
    reply = shim.convert(URL + "?" + form, post)
    root = ElementTree.fromstring(reply)
    if root.find("./error") is not None:
        raise RuntimeError(root.findtext("./error/code") + " " + root.findtext("./error/message"))
    return {record.tag: record.text for record in root}
