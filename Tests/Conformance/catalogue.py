#!/usr/bin/env python3
"""Write one line for each case of the W3C XML Conformance Test Suite, read from the catalogues inside its zip.

    catalogue.py xmlts20130923.zip > xmlconf.tsv

Columns: type, entities, XML version, edition, namespaces, recommendation, id, path inside the zip.
"""
import posixpath
import re
import sys
import xml.etree.ElementTree as ElementTree
import zipfile

ROOT = "xmlconf/xmlconf.xml"
# What the suite's own testcases.dtd makes of an attribute that is not there.
COLUMNS = (("TYPE", ""), ("ENTITIES", "none"), ("VERSION", "1.0"), ("EDITION", ""), ("NAMESPACE", "yes"),
           ("RECOMMENDATION", ""), ("ID", ""))


def main():
    with zipfile.ZipFile(sys.argv[1]) as suite:
        names = re.findall(r'<!ENTITY \S+\s+SYSTEM "([^"]+)">', suite.read(ROOT).decode())
        for name in names:
            path = posixpath.join(posixpath.dirname(ROOT), name)
            # Some catalogues are fragments with several roots.
            text = re.sub(r"<\?xml .*?\?>", "", suite.read(path).decode(), count=1)
            for case in ElementTree.fromstring("<all>%s</all>" % text).iter("TEST"):
                columns = [case.get(name, default) for name, default in COLUMNS]
                columns.append(posixpath.join(posixpath.dirname(path), case.get("URI")))
                print("\t".join(columns))


main()
