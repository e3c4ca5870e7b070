"""20,000 calls, the sender killed 100 times and the stub 10 times: none sent twice, each unsure one listed, all others done.

    test_kills.py [SEED]
"""
import collections
import hashlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import stub

HERE = os.path.dirname(os.path.abspath(__file__))
SEND = os.path.join(HERE, "../../Samples/send/send.py")
CALLS, KILLS, STUB_KILLS, CONCURRENCY = 20_000, 100, 10, 8
SEED = int(sys.argv.pop(1)) if len(sys.argv) > 1 else 15


class Kills(unittest.TestCase):
    def setUp(self):
        self.random = random.Random(SEED)
        temporary = tempfile.TemporaryDirectory()
        self.addCleanup(temporary.cleanup)
        self.directory = temporary.name
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.bodies = {}
        with open(self.path("converted.ndjson"), "w", encoding="utf-8") as lines:
            for number in range(CALLS):
                lead_id = str(5550000000000000000 + self.random.randrange(10**6) * CALLS + number)
                body = '{"data":[{"Deals":{"Deal_Name":"Straße \\"body\\":%d","Amount":%d.50}}]}' % (number, number)
                self.bodies[lead_id] = hashlib.sha256(body.encode()).hexdigest()
                url = "http://127.0.0.1:%d/crm/v2/Leads/%s/actions/convert" % (self.port, lead_id)
                lines.write('{"source":"a:%d","lead_id":"%s","method":"POST","url":"%s","body":%s}\n' % (number, lead_id, url, body))
        os.mkdir(self.path("secrets"))
        for name, secret in stub.SECRETS.items():
            with open(os.open(self.path("secrets/" + name), os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
                file.write(secret + "\n")
        self.output = open(self.path("output"), "w+")
        self.addCleanup(self.output.close)
        self.server, self.starts = None, 0
        self.addCleanup(self.kill_stub)

    def path(self, name):
        return os.path.join(self.directory, name)

    def start_stub(self, faults="1"):
        self.starts += 1
        seed = str(SEED * 1000 + self.starts)
        self.server = subprocess.Popen([sys.executable, stub.__file__, str(self.port), self.path("log"), seed, faults])
        while True:
            try:
                return socket.create_connection(("127.0.0.1", self.port)).close()
            except OSError:
                time.sleep(0.01)

    def kill_stub(self):
        if self.server:
            self.server.kill()
            self.server.wait()

    def start_sender(self, *more):
        return subprocess.Popen([
            sys.executable, SEND, self.path("converted.ndjson"), "--journal", self.path("sent"), "--insecure-http-for-tests",
            "--api-domain", "127.0.0.1:%d" % self.port, "--accounts", "127.0.0.1:%d" % self.port,
            "--oauth", self.path("secrets"), "--credits-per-day", "1000000", "--concurrency", str(CONCURRENCY),
            "--timeout", "2", "--stop-after", "20", *more,
        ], stderr=self.output)

    def converted(self):
        """How often each lead was converted."""
        with open(self.path("log")) as log:
            lines = [line.split() for line in log]
        for lead_id, body in lines:
            self.assertEqual(body, self.bodies[lead_id], "a body was not sent as it is in the file")
        return collections.Counter(lead_id for lead_id, _ in lines)

    def lead_ids(self, name):
        with open(self.path("sent/" + name)) as lines:
            found = [json.loads(line)["lead_id"] for line in lines]
        self.assertEqual(len(found), len(set(found)), name + " has a lead twice")
        return set(found)

    def states(self):
        """The last state of each lead, and the states that any lead had."""
        last, all_states = {}, collections.Counter()
        with open(self.path("sent/journal.ndjson")) as lines:
            for record in map(json.loads, lines):
                all_states[record["state"]] += 1
                if "lead_id" in record:
                    last[record["lead_id"]] = record["state"]
        return last, all_states

    def wait_for(self, sender, conversions):
        """Until the stub has made so many more conversions, or the sender has ended."""
        size = os.path.getsize(self.path("log")) + conversions * 85
        while os.path.getsize(self.path("log")) < size and sender.poll() is None:
            time.sleep(0.002)

    def run_killed(self):
        kills = stub_kills = 0
        while kills < KILLS:
            conversions = 0 if self.random.random() < 0.25 else self.random.randrange(160)
            delay = self.random.random() * (0.03 if conversions else 0.6)
            sender = self.start_sender()
            if kills % (KILLS // STUB_KILLS) == 5 and stub_kills <= kills // (KILLS // STUB_KILLS):
                self.wait_for(sender, conversions // 2)
                self.kill_stub()
                self.start_stub()
                stub_kills += 1
            self.wait_for(sender, conversions)
            time.sleep(delay)
            sender.kill()
            self.assertEqual(sender.wait(), -signal.SIGKILL, "the sender had ended before it was killed")
            kills += 1
        return kills, stub_kills

    def test_none_is_sent_twice_and_each_unsure_one_is_listed(self):
        began = time.monotonic()
        self.start_stub()
        kills, stub_kills = self.run_killed()
        before = len(self.converted())
        self.assertEqual(self.start_sender().wait(), 1)

        converted = self.converted()
        self.assertEqual([lead_id for lead_id, times in converted.items() if times > 1], [])
        last, _ = self.states()
        self.assertEqual(set(last), set(self.bodies))
        of = collections.defaultdict(set)
        for lead_id, state in last.items():
            of[{"sending": "unsure"}.get(state, state)].add(lead_id)
        self.assertEqual(set(of), {"done", "refused", "unsure"})
        self.assertEqual(self.lead_ids("unsure.ndjson"), of["unsure"])
        self.assertEqual(self.lead_ids("replies.ndjson"), of["done"] | of["refused"])
        self.assertLessEqual(of["done"], set(converted))
        self.assertFalse(of["refused"] & set(converted))
        # What is unsure is neither all converted nor all not, so no rule could have told.
        lost = of["unsure"] & set(converted)
        self.assertTrue(lost and of["unsure"] - lost)

        # A person looks each unsure lead up and says what it is.
        with open(self.path("answers"), "w") as answers:
            for lead_id in of["unsure"]:
                answers.write("%s %s\n" % (lead_id, "converted" if lead_id in converted else "send"))
        self.kill_stub()
        self.start_stub(faults="0")
        self.assertEqual(self.start_sender("--resolve", self.path("answers")).wait(), 1)
        converted = self.converted()
        self.assertEqual(converted, collections.Counter(set(self.bodies) - of["refused"]))
        self.assertEqual(self.lead_ids("unsure.ndjson"), set())
        self.assertEqual(set(self.states()[0].values()), {"done", "refused"})

        secrets = [*stub.SECRETS.values(), "s3cret"]
        for name in ("output", "sent/journal.ndjson", "sent/replies.ndjson", "sent/unsure.ndjson"):
            with open(self.path(name)) as file:
                text = file.read()
            self.assertFalse([secret for secret in secrets if secret in text], name)
        tried_again = self.states()[1]["retry"] - len(of["unsure"] - lost)
        type(self).count = (
            "sender: %d calls, killed %d times (%d conversions by then) and its server %d times: 0 sent twice, %d done, "
            "%d refused, %d unsure and all listed (%d of them converted), %d limited or with an old token and sent later; "
            "seed %d, %.0f s" % (
                CALLS, kills, before, stub_kills, len(of["done"]), len(of["refused"]), len(of["unsure"]), len(lost),
                tried_again, SEED, time.monotonic() - began))


if __name__ == "__main__":
    passed = unittest.main(exit=False).result.wasSuccessful()
    print(getattr(Kills, "count", "sender: failed with seed %d" % SEED))
    sys.exit(not passed)
