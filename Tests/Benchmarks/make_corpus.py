#!/usr/bin/env python3
"""Write a made-up archive of Zoho CRM v1 convertLead requests.

The same seed and options always give the same bytes, and the first M requests
of a run with a larger -n are the same M requests.  Only invented data is used.

What can be written (name at least one):
  --ndjson FILE    one object a line: {"id":"<lead id>","xmlData":"<Potentials>..."}
  --dir DIR        one file a request: DIR/<shard>/<lead id>.xml, 1000 to a shard
  --urls FILE      one GET URL a line, the XML percent-encoded in xmlData=
  --users FILE     the v2 "GET users" answer: every known e-mail and its user id
  --fields FILE    the v2 fields export for Deals: every label used and its API name
  --expected FILE  one object a line, the right answer for each request:
                   {"id":..,"body":{"data":[..]}} or {"id":..,"error":"<kind>"}
FILE may be - for standard output.

The mix: 70 % of the requests create a potential (the rest only convert the
lead), 3 % of those carry 40 fields, and there are custom fields, labels that are
not ASCII, entities (&amp; &#233; &#xE9;), CDATA sections, comments, XML
declarations, pretty-printed and one-line layouts, both quote characters, values
with white space around them, e-mails in mixed case.  JSON lines escape non-ASCII
letters and slashes in some lines and not in others, as different writers do; in
URLs a space is + in some and %20 in others, and one in ten says id= for leadId=.

--clean leaves out what the translator warns about (contact roles by name,
potential fields though no potential is asked for): every request then translates
without a finding.

--bad F makes about the fraction F of the requests wrong in one of four ways:
  malformed_xml      a tag is never closed, or the text stops in the middle
  bad_date           Closing Date is not a date of the calendar
  unknown_assignee   assignTo is nobody in the users file
  missing_required   the potential lacks its name, closing date or stage
"""
import argparse
import json
import os
import random
import sys
import time
from json.encoder import encode_basestring, encode_basestring_ascii

FIRST = ("Ana Luis Marta Jörg Zoë Søren Chloé Amélie Björn Renée Søs Paul Wei Aiko Priya Omar Lena "
         "Igor Noor Tomás Inês Françoise Åsa Karl Mia Yusuf Ravi Nina Otto Ruth Sven Tara").split()
LAST = ("Müller Okafor Nakamura García Lindqvist O'Brien Dupont Świątek Novák Rossi Haddad Singh Chen "
        "Peeters Kowalski Almeida Fischer Brown Núñez Larsen Petit Yılmaz Tan Weber Costa").split()
FIRM = ("Acme|Blue Harbor|Café Lumière|Northwind|Smith & Sons|Østfold Energi|Initech|R&D Werke|"
        "Grupo Peña|Delta <Systems>|Kanto 電機|Globex|Société Générique|Müller & Co.|Umbra Labs|"
        "Vega Foods|Ziegler Bau|Hooli|Twin \"Peaks\" Media|Santé Plus|Orange Grove|Polar Freight").split("|")
THING = ("license renewal|pilot|200 seats|service contract|rollout, phase 2|hardware refresh|"
         "training days|migration|audit|annual plan|test order|framework agreement").split("|")
STAGE = ("Qualification|Needs Analysis|Value Proposition|Id. Decision Makers|Perception Analysis|"
         "Proposal/Price Quote|Negotiation/Review|Closed Won|Closed Lost|Closed Lost to Competition").split("|")
ROLE = "Purchasing|Decision Maker|Economic Buyer|Technical Evaluator|End User|Influencer".split("|")
SOURCE = "Advertisement|Cold Call|Employee Referral|Trade Show|Web Download|Chat|Partner|Seminar".split("|")
KIND = "New Business|Existing Business".split("|")
STEP = "Call back on Monday|Send offer|Visit on site|Wait for legal & finance|Démo à planifier|Sign".split("|")
WORDS = ("the customer wants delivery before quarter end budget was confirmed by phone and their team asked "
         "for a second quote with support included we met Jörg at the fair prix négocié à 5 % de remise "
         "contract < 2 years > 1 year renewal possible R&D department decides next week").split()
# Custom labels; no two of them may fall together once they are made API names.
CUSTOM = ("Contract No.|PO-Number|Budget (EUR)|Région commerciale|Kunden-Nr|Delivery Week|Discount %|"
          "Competitor|Partner Code|Campaign|Territory|Payment Terms|Warranty Years|Référence interne|"
          "Seats|Start Month|Currency|Approver|Größe|Channel|Product Line|Invoice E-Mail|Shipping City|"
          "Legal Entity|Renewal?|SLA Level|Priority|Segment|Sub-Segment|Tax ID|VAT Rate|Language|"
          "Second Contact|Third Contact|Fax|Notes 1|Notes 2|Notes 3|R&D Share|Score|Rating|Region Code|"
          "Store #|Floor|Building|Desk|Batch|Size > 10|Serial|Model").split("|")
KINDS = ("malformed_xml", "bad_date", "unknown_assignee", "missing_required")
NOT_DATES = ("13/45/2009", "02/30/2010", "00/10/2011", "tomorrow", "12/21", "6/31/2012", "2010-13-01", "//")


def api_name(label):
    """A label's API name: every run of characters that are not ASCII letters or digits is one _."""
    out = []
    for c in label:
        if c.isascii() and c.isalnum():
            out.append(c)
        elif not out or out[-1] != "_":
            out.append("_")
    return "".join(out)


def esc(s):
    return s.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def refs(s):
    """Character references for everything outside ASCII, decimal and hexadecimal in turn."""
    return "".join(c if c.isascii() else ("&#%d;" if ord(c) & 1 else "&#x%X;") % ord(c) for c in esc(s))


def forms(s):
    """(the text, its plain XML form, its form with character references, its CDATA form)."""
    return s, esc(s), refs(s), "<![CDATA[" + s + "]]>"


class Maker:
    def __init__(self, seed, bad, user_count, clean=False):
        self.r = random.Random(seed)
        self.bad = bad
        self.clean = clean
        pick = self.r.choice
        self.users = []
        for i in range(user_count):
            first, last = pick(FIRST), pick(LAST)
            mail = "".join(c if c.isascii() and c.isalnum() else "x" for c in first + last).lower()
            mail = "%s.%d@%s" % (mail, i, pick(("sample.test", "sales.example", "crm.example.org")))
            self.users.append((mail, str(1386586000000100000 + i * 1013), first, last))
        self.names = [forms("%s %s%s" % (pick(FIRM), pick(THING), pick(("", "", " %d" % i, " (%s)" % pick(LAST)))))
                      for i in range(3000)]
        self.texts = [forms(" ".join(pick(WORDS) for _ in range(self.r.randrange(8, 60)))) for _ in range(1500)]
        self.short = [forms(pick((pick(FIRST) + " " + pick(LAST), pick(FIRM), "%04d-%s" % (i, pick("ABCD")),
                                  pick(THING), str(i * 7)))) for i in range(2000)]
        self.custom = [(esc(label), api_name(label)) for label in CUSTOM]
        assert len({a for _, a in self.custom}) == len(CUSTOM) == 50
        self.stage, self.role, self.source, self.kind, self.step = (
            [forms(v) for v in vs] for vs in (STAGE, ROLE, SOURCE, KIND, STEP))
        self.tokens = ["%032x" % self.r.getrandbits(128) for _ in range(8)]
        self.serial = 1386586000002574001

    def users_json(self):
        users = [{"id": uid, "full_name": first + " " + last, "first_name": first, "last_name": last, "email": mail,
                  "role": {"name": "Sales", "id": "1386586000000015972"},
                  "profile": {"name": "Standard", "id": "1386586000000015978"},
                  "status": "active", "country_locale": "fr_FR", "time_zone": "Europe/Paris"}
                 for mail, uid, first, last in self.users]
        n = len(users)
        return {"users": users, "info": {"per_page": max(n, 200), "count": n, "page": 1, "more_records": False}}

    def fields_json(self):
        standard = [("Potential Name", "Deal_Name", "text"), ("Closing Date", "Closing_Date", "date"),
                    ("Potential Stage", "Stage", "picklist"), ("Amount", "Amount", "currency"),
                    ("Probability", "Probability", "integer"), ("Next Step", "Next_Step", "text"),
                    ("Lead Source", "Lead_Source", "picklist"), ("Type", "Type", "picklist"),
                    ("Description", "Description", "textarea")]
        rows = standard + [(label, api_name(label), "text") for label in CUSTOM]
        return {"fields": [{"id": str(1386586000000200000 + i), "api_name": api, "field_label": label, "display_label": label,
                            "data_type": kind, "custom_field": i >= len(standard), "read_only": False, "pick_list_values": []}
                           for i, (label, api, kind) in enumerate(rows)]}

    def one(self):
        """The next request: (lead id, XML text, the right answer, eight bits that choose an outer form)."""
        r = self.r
        rnd = r.random
        bits = r.getrandbits(32)
        outer, bits = bits & 255, bits >> 8
        self.serial += 1 + (bits & 7) * 17
        lead = str(self.serial)
        wrong = None
        deal = rnd() < 0.70
        if rnd() < self.bad:
            wrong = KINDS[int(rnd() * 4)]
            if not deal and wrong in ("bad_date", "missing_required"):
                deal = True
        answer = {"overwrite": False}

        options = [("createPotential", "true" if deal else "false")]
        if wrong == "unknown_assignee":
            options.append(("assignTo", "nobody.%d@left.example" % (bits & 1023)))
        elif rnd() < 0.97:
            mail, uid, _, _ = self.users[int(rnd() * len(self.users))]
            options.append(("assignTo", mail if bits & 15 else mail.title()))
            answer["assign_to"] = uid
        if bits & 0x3F0 != 0x10:
            yes = rnd() < 0.6
            options.append(("notifyLeadOwner", ("true" if bits & 0x7C00 else "True") if yes else "false"))
            answer["notify_lead_owner"] = yes
            yes = rnd() < 0.6
            options.append(("notifyNewEntityOwner", "true" if yes else "false"))
            answer["notify_new_entity_owner"] = yes

        fields = []  # (label, XML content)
        if deal or rnd() < 0.06 and not self.clean:  # a few requests list fields and yet create no potential
            form = 1 if rnd() < 0.85 else 2
            deals = {}

            def text(label, api, pool):
                f = pool[int(rnd() * len(pool))]
                x = f[form]
                if "&" in x and rnd() < 0.3:
                    x = f[3]
                if rnd() < 0.003:
                    x = " " + x + "\n "
                fields.append((label, x))
                deals[api] = f[0]

            lack = int(rnd() * 3) if wrong == "missing_required" else -1
            if lack != 0:
                text("Potential Name", "Deal_Name", self.names)
            if lack != 1:
                y, m, d = 2008 + int(rnd() * 12), 1 + int(rnd() * 12), 1 + int(rnd() * 28)
                if wrong == "bad_date":
                    date = NOT_DATES[int(rnd() * len(NOT_DATES))]
                else:
                    date = ("%02d/%02d/%d" if bits & 0x8000 else "%d/%d/%d") % (m, d, y)
                    if bits & 0xF0000 == 0x10000:
                        date = "%d-%02d-%02d" % (y, m, d)
                fields.append(("Closing Date", date))
                deals["Closing_Date"] = "%d-%02d-%02d" % (y, m, d)
            if lack != 2:
                text("Potential Stage", "Stage", self.stage)
            if rnd() < 0.6 and not self.clean:
                fields.append(("Contact Role", self.role[int(rnd() * len(self.role))][1]))
            if rnd() < 0.8:
                cents = int(10 ** (2 + rnd() * 7))
                amount = cents / 100 if rnd() < 0.7 else cents
                fields.append(("Amount", str(amount)))
                deals["Amount"] = amount
            if rnd() < 0.7:
                p = 5 * int(rnd() * 21)
                fields.append(("Probability", str(p)))
                deals["Probability"] = p
            x = rnd()
            if x < 0.3:
                text("Next Step", "Next_Step", self.step)
            if x > 0.6:
                text("Lead Source", "Lead_Source", self.source)
            if 0.15 < x < 0.6:
                text("Type", "Type", self.kind)
            if x < 0.15 or x > 0.8:
                text("Description", "Description", self.texts)
            wide = rnd() < 0.03
            extra = 40 - len(fields) if wide else int(rnd() * rnd() * 15)
            if extra > 0:
                at, step = int(rnd() * 50), (1, 3, 7, 9, 11)[int(rnd() * 5)]
                for _ in range(extra):  # the step is prime to 50, so no label comes twice
                    label, api = self.custom[at]
                    at = (at + step) % 50
                    text(label, api, self.short)
            if deal:
                answer["Deals"] = deals

        # Layout
        look = rnd()
        nl, i1, i2 = ("", "", "") if look < 0.4 else ("\n", "", "") if look < 0.85 else ("\n", "  ", "    ")
        q = "'" if rnd() < 0.05 else '"'
        out = []
        if rnd() < 0.2:
            out.append('<?xml version="1.0" encoding="UTF-8"?>' + nl)
        out.append("<Potentials>" + nl)
        if rnd() < 0.02:
            out.append(i1 + "<!-- web form %d -->%s" % (outer, nl))
        a, b, c = i2 + "<option val=" + q, q + ">", "</option>" + nl
        out.append("%s<row no=%s1%s>%s" % (i1, q, q, nl))
        for k, v in options:
            out += (a, k, b, v, c)
        out.append(i1 + "</row>" + nl)
        if fields:
            a, c = i2 + "<FL val=" + q, "</FL>" + nl
            out.append("%s<row no=%s2%s>%s" % (i1, q, q, nl))
            for k, v in fields:
                out += (a, k, b, v, c)
            out.append(i1 + "</row>" + nl)
        out.append("</Potentials>")
        xml = "".join(out)

        if wrong == "malformed_xml":
            way = int(rnd() * 3)
            if way == 0:
                xml = xml[:int(len(xml) * (0.3 + 0.6 * rnd()))]
            elif way == 1:
                tag = "</FL>" if fields else "</option>"
                xml = xml.replace(tag, "", 1)
            else:
                xml = xml.replace("</row>", "", 1)
        if wrong:
            return lead, xml, {"id": lead, "error": wrong}, outer
        return lead, xml, {"id": lead, "body": {"data": [answer]}}, outer


def percent_table(space):
    keep = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
    table = {b: chr(b) if b in keep else "%%%02X" % b for b in range(256)}
    table[0x20] = space
    return table


def opened(name):
    if name == "-":
        return sys.stdout
    if os.path.dirname(name):
        os.makedirs(os.path.dirname(name), exist_ok=True)
    return open(name, "w", encoding="utf-8", newline="\n", buffering=1 << 20)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("-n", type=int, default=10000, metavar="N", help="how many requests (default 10000)")
    p.add_argument("--seed", type=int, default=1, help="random seed (default 1)")
    p.add_argument("--bad", type=float, default=0.0, metavar="F", help="fraction of broken requests, 0 to 1 (default 0)")
    p.add_argument("--user-count", type=int, default=500, metavar="U", help="distinct assignee e-mails (default 500)")
    for name in ("ndjson", "urls", "users", "fields", "expected"):
        p.add_argument("--" + name, metavar="FILE", help="see above")
    p.add_argument("--dir", metavar="DIR", help="see above")
    p.add_argument("--clean", action="store_true", help="see above")
    p.add_argument("-q", "--quiet", action="store_true", help="no summary on standard error")
    o = p.parse_args()
    if not any((o.ndjson, o.dir, o.urls, o.users, o.fields, o.expected)):
        p.error("nothing to write: give --ndjson, --dir, --urls, --users, --fields or --expected")
    if o.n < 0 or o.user_count < 1 or not 0 <= o.bad <= 1:
        p.error("-n must be 0 or more, --user-count 1 or more, --bad between 0 and 1")

    start = time.time()
    maker = Maker(o.seed, o.bad, o.user_count, o.clean)
    if o.users:
        with opened(o.users) as f:
            json.dump(maker.users_json(), f, ensure_ascii=False, indent=1)
            f.write("\n")
    if o.fields:
        with opened(o.fields) as f:
            json.dump(maker.fields_json(), f, ensure_ascii=False, indent=1)
            f.write("\n")
    nd = opened(o.ndjson) if o.ndjson else None
    ur = opened(o.urls) if o.urls else None
    ex = opened(o.expected) if o.expected else None
    dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    tables = percent_table("+"), percent_table("%20")
    size = 0
    for i in range(o.n if nd or ur or ex or o.dir else 0):
        lead, xml, answer, outer = maker.one()
        size += len(xml)
        if nd:
            s = (encode_basestring_ascii if outer & 7 == 0 else encode_basestring)(xml)
            if outer & 0x78 == 0:
                s = s.replace("/", "\\/")
            nd.write('{"id":"%s","xmlData":%s}\n' % (lead, s))
        if ur:
            ur.write("https://crm.zoho.com/crm/private/xml/Leads/convertLead?authtoken=%s&scope=crmapi&%s=%s&xmlData=%s\n" % (
                maker.tokens[outer & 7], "id" if outer % 10 == 3 else "leadId", lead,
                xml.encode().decode("latin-1").translate(tables[outer >> 7])))
        if ex:
            ex.write(dump(answer) + "\n")
        if o.dir:
            shard = os.path.join(o.dir, "%04d" % (i // 1000))
            if i % 1000 == 0:
                os.makedirs(shard, exist_ok=True)
            with open(os.path.join(shard, lead + ".xml"), "wb") as f:
                f.write(xml.encode())
    for f in (nd, ur, ex):
        if f and f is not sys.stdout:
            f.close()
    if not o.quiet:
        print("%d requests, %.0f characters of XML each on average, %.1f s" % (o.n, size / max(o.n, 1), time.time() - start),
              file=sys.stderr)


if __name__ == "__main__":
    main()
