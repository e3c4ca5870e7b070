"""Reads every reply of a folder the ways old Python callers did; prints FILE, IDIOM, KEY and base64 of the value."""

import base64
import json
import os
import sys
import xml.etree.ElementTree as ElementTree


def tell(file, idiom, key, value):
    if value is not None:
        print(file, idiom, key, base64.b64encode(value.encode()).decode(), sep="\t")


for file in sorted(os.listdir(sys.argv[1])):
    with open(os.path.join(sys.argv[1], file), "rb") as reply:
        data = reply.read()
    if file.endswith(".xml"):
        root = ElementTree.fromstring(data)
        if root.tag == "success":
            for name in ("Contact", "Potential", "Account"):
                element = root.find("./" + name)
                if element is not None:
                    assert element.get("param") == "id"
                    tell(file, "ElementTree", name.lower(), element.text)
        else:
            tell(file, "ElementTree", "code", root.find("./error/code").text)
            tell(file, "ElementTree", "message", root.find("./error/message").text)
            tell(file, "ElementTree", "uri", root.get("uri"))
    else:
        root = json.loads(data)
        for name in ("Contact", "Potential", "Account"):
            tell(file, "json", name.lower(), root.get("success", {}).get(name, {}).get("content"))
        if "response" in root:
            tell(file, "json", "code", root["response"]["error"]["code"])
            tell(file, "json", "message", root["response"]["error"]["message"])
            tell(file, "json", "uri", root["response"]["uri"])
