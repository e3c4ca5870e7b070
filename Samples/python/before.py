"""A legacy caller as it was: API v1, XML in and out."""

import urllib.parse
import xml.etree.ElementTree as ElementTree

URL = "https://crm.zoho.com/crm/private/xml/Leads/convertLead"


def convert_lead(lead_id, xml_data, post):
    """The ids of the records that a lead became. `post(url, body)` gives the body of the reply."""
    form = urllib.parse.urlencode({"authtoken": "secret", "scope": "crmapi", "leadId": lead_id, "xmlData": xml_data})
    reply = post(URL, form.encode())
    root = ElementTree.fromstring(reply)
    if root.find("./error") is not None:
        raise RuntimeError(root.findtext("./error/code") + " " + root.findtext("./error/message"))
    return {record.tag: record.text for record in root}
