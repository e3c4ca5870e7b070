"""python3 test_convert_lead.py [CASES.tsv]     CONVERTLEAD_LIBRARY names the library; Tests/Languages/run.sh makes the list of golden samples"""

import json
import os
import sys
import threading
import unittest
from pathlib import Path

import after
import before
from convert_lead import ConvertLead, ConvertLeadError, Outcome

CASES = sys.argv.pop(1) if len(sys.argv) > 1 else None
XML = (
    '<Potentials><row no="1"><option val="createPotential">true</option>'
    '<option val="assignTo">asha.rao@example.com</option></row><row no="2"><FL val="Potential Name">Roof</FL>'
    '<FL val="Closing Date">12/21/2009</FL><FL val="Potential Stage">Won</FL></row></Potentials>'
)
USERS = b"email,id\nasha.rao@example.com,1386586000000105002\n"
V1_REPLY = b'<?xml version="1.0" encoding="UTF-8" ?>\n<success><Contact param="id">11</Contact><Potential param="id">12</Potential></success>'
V2_REPLY = b'{"data":[{"Contacts":"11","Deals":"12","Accounts":null}]}'
CALL = {"leadId": "42", "url": "https://crm.zoho.com/crm/private/json/Leads/convertLead"}


class ConvertLeadTest(unittest.TestCase):
    def setUp(self):
        self.shim = ConvertLead({"compact": True})
        self.shim.add_table("users", USERS)

    def test_legacy_caller_gets_the_same_before_and_after(self):
        sent = []

        def send(url, body):
            sent.append((url, body))
            return V2_REPLY

        old = before.convert_lead("42", XML, lambda url, body: V1_REPLY)
        self.assertEqual(after.convert_lead(self.shim, "42", XML, send), old)
        self.assertEqual(sent, [(
            "https://www.zohoapis.com/crm/v2/Leads/42/actions/convert",
            b'{"data":[{"assign_to":"1386586000000105002","Deals":{"Deal_Name":"Roof","Closing_Date":"2009-12-21",'
            b'"Stage":"Won"}}]}',
        )])

    def test_refused_call_is_an_error_that_the_legacy_caller_reads(self):
        with self.assertRaisesRegex(RuntimeError, "4600 lookup.user.missing"):
            after.convert_lead(ConvertLead(), "42", XML, lambda url, body: self.fail("it was sent"))

    def test_answer_tells_what_became_of_the_call(self):
        call = "https://crm.zoho.com/crm/private/json/Leads/convertLead?leadId=42&xmlData=" + XML.replace("Roof", "Roof&")
        answer = self.shim.answer(call, lambda url, body: self.fail("it was sent"))
        self.assertEqual((answer.is_sent, answer.content_type), (False, "application/json;charset=utf-8"))
        self.assertEqual(answer.outcome, Outcome(code="xml.syntax", reason="requestUnreadable"))
        call = {"leadId": "42", "xmlData": XML.replace("</row></P", '<FL val="Odd">x</FL></row></P')}
        answer = self.shim.answer(json.dumps(call), lambda url, body: V2_REPLY)
        self.assertEqual((answer.is_sent, answer.content_type), (True, "text/xml;charset=utf-8"))
        self.assertEqual(answer.outcome, Outcome(contact="11", deal="12"))
        self.assertEqual([finding["code"] for finding in answer.diagnostics], ["v1.field.unknown"])
        limit = b'{"code":"TOO_MANY_REQUESTS","message":"m","status":"error","details":{}}'
        answer = self.shim.answer(json.dumps(call), lambda url, body: limit)
        self.assertEqual(answer.outcome, Outcome(code="TOO_MANY_REQUESTS", reason="limitReached"))
        answer = self.shim.answer(json.dumps(call), lambda url, body: b"<html>")
        self.assertEqual(answer.outcome, Outcome(reason="replyUnreadable"))
        self.assertEqual([finding["code"] for finding in answer.diagnostics], ["v1.field.unknown", "v2.response.page"])

    def test_reply_has_the_style_of_the_call(self):
        call = self.shim.request("https://crm.zoho.com/crm/private/json/Leads/convertLead?leadId=42&xmlData=" + XML)
        self.assertFalse(call.is_refused)
        self.assertTrue(self.shim.reply(V2_REPLY, call.uri).reply.startswith(b'{"success":'))

    def test_reply_that_is_not_understood(self):
        reply = self.shim.reply(b"<html>")
        self.assertFalse(reply.is_understood)
        self.assertEqual(reply.diagnostics[0]["code"], "v2.response.page")

    def test_wrong_options_and_tables_are_named(self):
        with self.assertRaises(ConvertLeadError) as failure:
            ConvertLead({"api_version": "v2"})
        self.assertEqual(failure.exception.diagnostics[0]["code"], "config.option")
        with self.assertRaises(ConvertLeadError) as failure:
            self.shim.add_table("users", b"name\n", "staff.csv")
        self.assertEqual(failure.exception.diagnostics[0]["source"], "staff.csv")

    def test_closed_translator_refuses(self):
        self.shim.close()
        self.shim.close()
        with self.assertRaises(ConvertLeadError):
            self.shim.reply(V2_REPLY)

    def test_threads_share_a_translator(self):
        expected = self.shim.reply(V2_REPLY)
        failures = []

        def work():
            failures.extend(1 for _ in range(2_000) if self.shim.reply(V2_REPLY) != expected)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(failures, [])

    def test_fork_after_use(self):
        expected = self.shim.reply(V2_REPLY)
        child = os.fork()
        if child == 0:
            os._exit(0 if self.shim.reply(V2_REPLY) == expected else 1)
        self.assertEqual(os.waitpid(child, 0)[1], 0)
        self.assertEqual(self.shim.reply(V2_REPLY), expected)

    def test_lxml_in_the_same_process_keeps_its_errors_and_settings(self):
        try:
            from lxml import etree
        except ImportError:
            self.skipTest("lxml is not installed")
        entity = b'<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>'
        with self.assertRaises(etree.XMLSyntaxError) as failure:
            etree.fromstring(b"<a><b></a>")
        errors = str(failure.exception.error_log)
        loads = etree.XMLParser(load_dtd=True, no_network=False)
        for _ in range(100):
            self.assertTrue(self.shim.request(b"<Potentials><row>").is_refused)
            self.assertTrue(self.shim.request(b"<!DOCTYPE a SYSTEM 'file:///none'><a/>").is_refused)
        self.assertEqual(str(failure.exception.error_log), errors)
        self.assertEqual(etree.fromstring(entity, loads).text, "x")
        recovered = etree.fromstring(b"<a>1<b></a>", etree.XMLParser(recover=True))
        self.assertEqual(recovered.text, "1")

    @unittest.skipUnless(CASES, "Tests/Languages/run.sh runs the golden samples")
    def test_golden_samples_are_byte_equal(self):
        count = 0
        for line in Path(CASES).read_text().splitlines():
            kind, name, options, tables, source, first, second = line.split("\t")
            shim = ConvertLead(Path(options).read_bytes())
            for table in [] if tables == "-" else tables.split("|"):
                table_kind, path = table.split("=", 1)
                shim.add_table(table_kind, Path(path).read_bytes(), path)
            text = Path(source).read_bytes()
            with self.subTest(kind + " " + name):
                if kind == "reply":
                    for style, expected in (("xml", first), ("json", second)):
                        reply = shim.reply(text, f"/crm/private/{style}/Leads/convertLead").reply
                        self.assertEqual(reply, Path(expected).read_bytes())
                elif first == "-":
                    self.assertTrue(shim.request(text).is_refused)
                else:
                    call = shim.request(text)
                    self.assertEqual(call.body and call.body + b"\n", Path(first).read_bytes())
                    if second != "-":
                        self.assertEqual(call.url + "\n", Path(second).read_text())
            count += 1
        self.assertGreater(count, 0, "no golden samples in the list")
        print(f"Python: {count} golden samples")


if __name__ == "__main__":
    if not CASES:
        print("Python: own tests only; Tests/Languages/run.sh runs the golden samples too")
    unittest.main()
