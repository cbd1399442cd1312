"""Private values are nowhere to be found: neither on disk nor in anything that is printed, logged or sent."""

import ctypes
import json
import os
import re
import shutil
import socket
import stat
import struct
import unittest

from tocsin import TOCSIN, WAIT_SECONDS, EndToEndTest, Subscriber, fold, replay, run, wait_until

POLICY = """policy "private" { timezone "UTC" levels low < high }
record permit {
  holder text private
  phone  text private optional from "Phone no."
  place  text
  fee    decimal optional
}
record complaint { by_whom text private  about text optional }
rule collector { by holder while count(permit) >= 2 level high say "{holder} has {count(permit)}" }
rule fees { while sum(fee of permit) > 1000000 level low }
rule talker { on complaint c level low for c.by_whom say "{c.by_whom} in {subject}" once per c.by_whom }
"""
SECRET = "Zhang Wei-"  # every planted value holds it, but for those that are written with escapes
PLANTED = [SECRET.encode(), b"\\u005ahang", b"Zhang\\u0020", b"13800138000", "张伟".encode(),
           "王芳".encode(), b"\\u738b\\u82b3"]
PSEUDONYM = re.compile(r"p:[0-9a-f]{40}")


def permit(identity, holder, subject="A", **members):
    return {"type": "permit", "id": identity, "subject": subject, "time": "2025-01-01",
            "holder": holder, "place": "33", **members}


def line(record):
    return json.dumps(record, ensure_ascii=False)


def escaped(record):
    """Every letter of the values as an escape."""
    text = line(record)
    holder = json.dumps(record["holder"], ensure_ascii=False)
    return text.replace(holder, '"' + "".join(f"\\u{ord(c):04x}" for c in record["holder"]) + '"')


WEI, FANG = SECRET + "1", "王芳"
LINES = [
    line(permit("1", WEI)),
    escaped(permit("2", WEI, "B")),
    line(permit("3", FANG)).replace("王芳", "\\u738b\\u82b3"),
    line(permit("4", FANG, "B", **{"Phone no.": 13800138000})),
    line(permit("4", FANG, "B", **{"Phone no.": "13800138000"})),  # the same again
    line(permit("1", SECRET + "changed")),                          # a conflict
    line(permit("5", SECRET + "bad fee", fee=SECRET + "7")),        # fields that changed places
    line(permit("6", SECRET + "nested"))[:-1] + ', "Phone no.": {"mobile": "13800138000"}}',
    line(permit("7", SECRET + "twice"))[:-1] + f', "hol\\u0064er": "{SECRET}twice"}}',
    line(permit("8", SECRET + "time", time=SECRET + "now")),
    line({"type": SECRET + "type", "id": "9", "subject": "A"}),
    line({"type": "retract", "id": "r1", "subject": "A", "time": "2025-01-02",
          "target_type": "permit", "target": "3", "holder": FANG, "by_whom": [SECRET + "who"]}),
    line({"type": "retract", "id": "r2", "target_type": SECRET + "type", "target": "3"}),
    line({"type": "complaint", "id": "c1", "subject": "A", "time": "2025-01-02", "by_whom": WEI,
          "holder": FANG, "Phone no.": {"home": [13800138000]}}),
    line({"type": "complaint", "id": "c2", "subject": "B", "time": "2025-01-03", "by_whom": WEI}),
    f'{{"holder": "{SECRET}cut off',
    f'"{SECRET}alone"',
    SECRET + "no JSON \x00 at all",
    line(permit("10", SECRET + "too long", place="x" * (1 << 20))),
    line(permit("11", SECRET + "x" * (64 << 10))),
    line(permit("12", FANG, place="34")),
]


class Private(EndToEndTest):
    def setUp(self):
        super().setUp()
        self.policy = self.folder / "private.rules"
        self.policy.write_text(POLICY)
        self.records = self.folder / "records.ndjson"
        self.records.write_text("\n".join(LINES) + "\n", encoding="utf-8")
        self.key = self.folder / "data.key"

    def assert_hidden(self, *texts):
        """In no file of the data, in nothing that was said."""
        for path in (self.folder / "data").rglob("*"):
            if path.is_file():
                self.assert_bytes_hidden(path.read_bytes(), path)
        self.assert_bytes_hidden((self.folder / "service.log").read_bytes(), "service.log")
        for text in texts:
            self.assert_bytes_hidden(text if isinstance(text, bytes) else text.encode(), "output")

    def assert_bytes_hidden(self, content, where):
        for planted in PLANTED:
            self.assertNotIn(planted, content, where)

    def journalled(self):
        """The lines of the journal, whose blocks are compressed (engine/store/README.md)."""
        zstd = ctypes.CDLL("libzstd.so.1")
        content = b""
        for segment in sorted((self.folder / "data/journal").glob("*.seg")):
            raw, at = segment.read_bytes(), 72
            while raw[at:at + 4] == b"TBK\x01":
                packed, size = struct.unpack_from("<II", raw, at + 4)
                block = ctypes.create_string_buffer(size + 1)
                got = zstd.ZSTD_decompress(block, ctypes.c_size_t(size),
                                           raw[at + 28:at + 28 + packed], ctypes.c_size_t(packed))
                self.assertEqual(got, size)
                content += block.raw[:size]
                at += 28 + packed + 32
        self.assertTrue(content)
        return content

    def told(self, service):
        subscriber = Subscriber(service.warnings_port)
        subscriber.wait_for_seq(service.last_seq()).stop()
        return subscriber.messages

    def test_no_planted_value_is_anywhere(self):
        service = self.service(self.policy, "--checkpoint-every", "1")
        fed = service.feed(self.records)
        with socket.create_connection(("127.0.0.1", service.records_port), WAIT_SECONDS) as raw:
            raw.sendall("\n".join(LINES).encode() + b"\n")
            raw.shutdown(socket.SHUT_WR)
            answers = raw.makefile("rb").read()
        messages = self.told(service)
        tail = json.dumps(messages, ensure_ascii=False)
        self.assertEqual(service.stop(), 0)
        rejects = [run(TOCSIN, "rejects", "--data", self.folder / "data", *form).stdout
                   for form in ((), ("--json",), ("--lines",))]
        journal = self.journalled()
        self.assert_hidden(fed.stdout, fed.stderr, answers, tail, journal, *rejects)
        self.assertEqual(stat.S_IMODE(self.key.stat().st_mode), 0o600)

        # They did join, over sources, spellings and types of JSON, and are told as pseudonyms.
        open_now = [w for w in fold(messages) if json.loads(w[0]) == "collector" and w[5] == "null"]
        self.assertEqual(len(open_now), 2, messages)
        for warning in open_now:
            self.assertRegex(json.loads(warning[1]), PSEUDONYM)
        talkers = [m for m in messages if m["warning"]["rule"] == "talker"]
        self.assertEqual(len(talkers), 2)
        self.assertEqual(len({m["warning"]["subject"] for m in talkers}), 1)
        self.assertIn(b"withheld", answers)
        self.assertGreater(len(PSEUDONYM.findall(journal.decode("utf-8", "replace"))), 10)

    def test_a_table_hides_as_well(self):
        table = self.folder / "permits.csv"
        table.write_text("id,subject,time,holder,place,Phone no.,fee\n"
                         f"1,A,2025-01-01,{WEI},33,13800138000,1\n"
                         f"2,B,2025-01-01,\"{WEI}\",33,,\n"
                         f"3,B,2025-01-01,{SECRET}one cell too many,33,,,\n"
                         f"4,B,{SECRET}time,{SECRET}x,33,,\n"
                         f"5,B,2025-01-01,\"{SECRET}quote,33,,\n")
        service = self.service(self.policy)
        fed = service.feed("--as", "permit", table)
        messages = self.told(service)
        self.assertEqual(service.stop(), 0)
        self.assertEqual([m["event"] for m in messages], ["raised"])
        replayed = run(TOCSIN, "replay", self.policy, "--as", "permit", table)
        self.assert_hidden(fed.stdout, fed.stderr, json.dumps(messages), replayed.stdout,
                           replayed.stderr, self.journalled())

    def test_a_person_is_the_same_one_after_kill_and_rebuild(self):
        service = self.service(self.policy)
        half = self.folder / "half.ndjson"
        for lines in (LINES[:8], LINES):
            half.write_text("\n".join(lines) + "\n", encoding="utf-8")
            service.feed(half, "--source", "half")
            service.kill()
            service.start()
        self.assertEqual(service.stop(), 0)
        shutil.rmtree(self.folder / "data/state")
        service.start()
        once = replay(self.policy, "--key", self.key, half)
        self.assertEqual(fold(self.told(service)), once)
        rejected = run(TOCSIN, "replay", self.policy, half).stderr
        self.assertIn("withheld", rejected)
        self.assertEqual(service.stop(), 0)
        listed = run(TOCSIN, "rejects", "--data", self.folder / "data", "--json").stdout
        numbers = [json.loads(r)["line"] for r in listed.splitlines()]
        self.assertEqual(numbers, sorted(set(numbers)))
        self.assert_hidden(rejected, listed, self.journalled())

    def test_another_key_is_refused_and_so_is_one_that_others_may_read(self):
        service = self.service(self.policy)
        service.feed(self.records)
        self.assertEqual(service.stop(), 0)
        kept = self.key.read_text()

        def refused(*arguments):
            return run(TOCSIN, "run", self.policy, "--data", self.folder / "data", "--records",
                       service.records, "--warnings", service.warnings, *arguments,
                       status=3).stderr

        self.key.unlink()
        self.assertIn("another key", refused())
        self.assertFalse(self.key.exists())  # the one that was made in vain
        self.key.write_text("0" * 64 + "\n")
        os.chmod(self.key, 0o600)
        self.assertIn("another key", refused())
        shutil.rmtree(self.folder / "data/state")
        self.assertIn("another key", refused())
        self.key.write_text(kept)
        os.chmod(self.key, 0o640)
        self.assertIn("chmod 600", refused())
        self.assertIn("chmod 600", run(TOCSIN, "replay", self.policy, "--key", self.key,
                                       self.records, status=3).stderr)
        os.chmod(self.key, 0o600)
        inside = self.folder / "data/inside.key"
        self.assertIn("inside of the data", refused("--key", inside))
        self.assertFalse(inside.exists())
        self.key.write_text(kept[:-2] + "\n")
        self.assertIn("64 hex digits", refused())
        self.key.write_text(kept)
        service.start()
        self.assertEqual(service.stop(), 0)

    def test_a_field_that_becomes_private_says_what_it_cannot_undo(self):
        public = self.folder / "public.rules"
        public.write_text(POLICY.replace(" private", ""))
        service = self.service(public)
        path = self.folder / "one.ndjson"
        path.write_text(line(permit("1", WEI)) + "\n")
        service.feed(path)
        self.assertEqual(service.stop(), 0)
        service.policy = self.policy
        service.start()
        path.write_text(line(permit("2", WEI, "B")) + "\n")
        service.feed(path, "--source", "another")
        messages = self.told(service)
        self.assertEqual([m["warning"]["rule"] for m in messages], ["collector"])
        self.assertRegex(messages[0]["warning"]["key"], PSEUDONYM)
        self.assertIn("private from now on: Phone no., by_whom, holder", service.log())
        self.assertEqual(service.stop(), 0)
        service.policy = public
        service.start()
        wait_until(lambda: "no longer private" in service.log(), "it says so")
        self.assertEqual(service.stop(), 0)


if __name__ == "__main__":
    unittest.main()
