"""Connections that are slow, silent, vanished, deaf or too many: others notice nothing, memory stays bounded.

The outcomes are listed in connectors/tcp/README.md, "What it withstands". Times that the service
waits before it closes such connections are tested in tests/connectors/tcp_hostile_test.cc.
"""

import ctypes
import json
import signal
import socket
import struct
import subprocess
import unittest

from tocsin import TOCSIN, WAIT_SECONDS, EndToEndTest, Subscriber, wait_until

POLICY = """policy "hostile" { timezone "UTC" levels low < high }
record notice { note text optional }
rule any { on notice n level high say "{n.note}" }
"""
FEEDERS_MAX = SUBSCRIBERS_MAX = 400  # rules-dsl/limits.h
LINE_BYTES_MAX = 1 << 20
MEMORY_BYTES_MAX = 400 << 20  # what the service may take more than before the attack
SO_ATTACH_FILTER = 26


def notice(identity, note=""):
    """Each notice raises a warning of its own."""
    return json.dumps({"type": "notice", "id": identity, "subject": identity[:3],
                       "time": "2025-01-01", "note": note}) + "\n"


class Peer:
    """One end of a connection, driven by hand."""

    def __init__(self, port, first_words=b"", receive_bytes=None):
        self.socket = socket.socket()
        if receive_bytes:
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
        self.socket.settimeout(WAIT_SECONDS)
        self.socket.connect(("127.0.0.1", port))
        self.lines = self.socket.makefile("r", encoding="utf-8", newline="\n")
        self.send(first_words)

    def send(self, data):
        self.socket.sendall(data if isinstance(data, bytes) else data.encode())

    def line(self):
        return json.loads(self.lines.readline() or '"<end>"')

    def vanish(self):
        """From now on nothing arrives here, so nothing is acknowledged: an unplugged cable."""
        drop_all = (ctypes.c_uint64 * 1)(0x06)  # struct sock_filter: return 0 bytes of the packet
        program = (ctypes.c_uint64 * 2)(1, ctypes.addressof(drop_all))  # struct sock_fprog
        self.socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, bytes(program))

    def reset(self):
        """Goes at once, as a process does that is killed with data unread."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close()

    def close(self):
        self.lines.close()
        self.socket.close()


def kernel_timer(port, peer):
    """What the kernel waits for on the service's side of a connection; "02" is keepalive."""
    addresses = [f"0100007F:{number:04X}" for number in (port, peer.socket.getsockname()[1])]
    with open("/proc/net/tcp", encoding="ascii") as table:
        return next(line.split()[5][:2] for line in table if line.split()[1:3] == addresses)


def hello(source):
    return json.dumps({"hello": {"source": source}}) + "\n"


def subscribe(**members):
    return json.dumps({"subscribe": members}) + "\n"


class Hostile(EndToEndTest):
    def setUp(self):
        super().setUp()
        policy = self.folder / "hostile.rules"
        policy.write_text(POLICY)
        self.running = self.service(policy)
        self.told = 0  # warnings that must have been published
        self.rounds = 0
        self.memory_before = self.memory_bytes()

    def memory_bytes_max(self):
        """A sanitizer keeps a multiple of what the program takes, and what it freed."""
        with open(f"/proc/{self.running.process.pid}/maps", encoding="utf-8") as maps:
            loaded = maps.read()
        sanitized = "libasan" in loaded or "libtsan" in loaded
        return MEMORY_BYTES_MAX * (4 if sanitized else 1)

    def memory_bytes(self):
        """Pages of LMDB, which the kernel takes back when it likes, do not count."""
        with open(f"/proc/{self.running.process.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) << 10 for line in status
                        if line.startswith("RssAnon:"))

    def peer(self, port, first_words=b"", **options):
        peer = Peer(port, first_words, **options)
        self.addCleanup(peer.close)
        return peer

    def feeder(self, first_words=b""):
        return self.peer(self.running.records_port, first_words)

    def subscriber(self, **members):
        """It takes little, and reads only when told to."""
        return self.peer(self.running.warnings_port, subscribe(**members), receive_bytes=4096)

    @staticmethod
    def enters(port, words):
        """Whether somebody is served; leaves again."""
        visitor = Peer(port, words)
        served = "error" not in visitor.line()
        visitor.reset()
        return served

    def honest_file(self, count, note):
        self.rounds += 1
        path = self.folder / f"honest{self.rounds}.ndjson"
        path.write_text("".join(notice(f"honest {self.rounds} {i}", note) for i in range(count)))
        return path

    def assert_others_unharmed(self, count=2000, note=""):
        """Others are fed and told as if they were alone."""
        path = self.honest_file(count, note)
        self.running.feed(path, "--source", path.name)
        self.told += count
        self.assert_all_is_told()

    def assert_all_is_told(self):
        subscriber = Subscriber(self.running.warnings_port).wait_for_seq(self.told).stop()
        self.assert_unbroken(subscriber.messages)
        self.assertEqual(len(subscriber.messages), self.told)
        self.assertLess(self.memory_bytes() - self.memory_before, self.memory_bytes_max())

    def test_feeders_that_send_a_byte_now_and_then(self):
        ends = {}  # what is missing of each one's line
        for i in range(60):
            record = notice(f"slow {i}")
            words = (record, hello(f"slow {i}") + record, hello(f"slow {i}"))[i % 3]
            cut = len(words) - 40 if i % 3 < 2 else 5
            ends[self.feeder(words[:cut])] = words[cut:]
        path = self.honest_file(20_000, "")
        with subprocess.Popen([TOCSIN, "feed", path, "--to", self.running.records],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as honest:
            while honest.poll() is None or any(len(end) > 30 for end in ends.values()):
                for peer, end in ends.items():
                    if len(end) > 1:
                        peer.send(end[0])
                        ends[peer] = end[1:]
        self.assertEqual(honest.returncode, 0)
        self.told += 20_000
        self.assert_all_is_told()
        for peer, end in ends.items():
            peer.send(end)
            peer.socket.shutdown(socket.SHUT_WR)
        for peer in ends:
            peer.lines.read()  # to the end, which says that all is on disk
        self.told += 40
        self.assert_others_unharmed()

    def test_half_lines_of_nearly_a_mebibyte(self):
        record = notice("half")[:-2] + ', "unused": "'
        record += "x" * (LINE_BYTES_MAX - len(record) - 2)
        feeders = [self.feeder(record.replace("half", f"{i:04}")) for i in range(150)]
        self.assert_others_unharmed()
        for feeder in feeders:
            feeder.send(b'"}\n')
            feeder.socket.shutdown(socket.SHUT_WR)
        for feeder in feeders:
            self.assertEqual(feeder.lines.read(), "")  # nothing rejected, and all on disk
        self.told += len(feeders)
        self.assert_others_unharmed()

    def test_peers_that_vanish_without_a_word(self):
        self.assert_others_unharmed()
        feeders = [self.feeder(hello(f"gone {i}") + notice(f"gone {i}")) for i in range(20)]
        for feeder in feeders:
            self.assertIn("welcome", feeder.line())
            self.assertEqual(feeder.line(), {"durable": 1})
            feeder.send(notice("lost")[:20])
        self.told += len(feeders)
        subscribers = [self.subscriber(name=f"gone {i}", **{"from": "start"}) for i in range(20)]
        for subscriber in subscribers:
            while subscriber.line().get("seq") != 5:
                pass
            subscriber.send(b'{"ack":5}\n')
            while "acknowledged" not in subscriber.line():
                pass
        for peer in feeders + subscribers:
            peer.vanish()
        idle = feeders[0]  # nothing is on its way to it, so it is asked whether it is there
        wait_until(lambda: kernel_timer(self.running.records_port, idle) == "02", "keepalive runs")
        self.assert_others_unharmed()
        # They come back by another way, while the service still waits for their first connections.
        again = self.feeder(hello("gone 7"))
        self.assertEqual(again.line(), {"welcome": {"durable": 1}})
        again.send(notice("gone 7 again"))
        self.assertEqual(again.line(), {"durable": 2})
        self.told += 1
        returned = Subscriber(self.running.warnings_port, {"name": "gone 7"})
        returned.wait_for_seq(self.told).stop()
        self.assertEqual([m["seq"] for m in returned.messages], list(range(6, self.told + 1)))

    def test_subscribers_that_never_read(self):
        """40 MB for each are on disk, not in memory; so are the open warnings after a restart."""
        deaf = [self.subscriber(**{"from": "start"}) for _ in range(20)]
        self.assert_others_unharmed(10_000, "n" * 4000)
        for seq in range(1, self.told + 1):
            message = deaf[7].line()
            while "heartbeat" in message:
                message = deaf[7].line()
            self.assertEqual(message["seq"], seq)
        self.assertEqual(self.running.stop(), 0, self.running.log())
        self.running.start()
        self.memory_before = self.memory_bytes()
        deaf = [self.subscriber(**{"from": "open"}) for _ in range(20)]
        self.assert_others_unharmed(2000)
        self.assertEqual([deaf[7].line()["seq"] for _ in range(10_000)], list(range(1, 10_001)))

    def test_a_flood_of_lines_that_are_no_records(self):
        """Every one is in the reject log, and none is kept in memory for longer than a checkpoint."""
        self.running.stop()
        self.running.arguments = ("--memory", "64m")
        self.running.start()
        self.memory_before = self.memory_bytes()
        floods = [self.feeder(b"x\n" * 500_000) for _ in range(4)]
        self.assert_others_unharmed()
        for flood in floods:
            flood.socket.shutdown(socket.SHUT_WR)
        for flood in floods:
            told = [json.loads(line) for line in flood.lines]
            omitted = sum(line.get("rejected_omitted", 0) for line in told)
            self.assertEqual(omitted + sum("rejected" in line for line in told), 500_000)
        self.assert_others_unharmed()

    def test_processes_that_stand_still(self):
        shown = self.folder / "shown.ndjson"
        path = self.honest_file(4000, "")
        with open(shown, "wb") as out:
            tail = subprocess.Popen([TOCSIN, "tail", self.running.warnings, "--json"], stdout=out,
                                    stderr=subprocess.DEVNULL)
        feeder = subprocess.Popen([TOCSIN, "feed", path, "--to", self.running.records, "--rate",
                                   "2000"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for process in (tail, feeder):
            self.addCleanup(lambda p=process: (p.kill(), p.wait()))
        wait_until(lambda: shown.stat().st_size > 0, "a warning is shown")
        for process in (tail, feeder):
            process.send_signal(signal.SIGSTOP)
        before = self.running.last_seq()
        self.assertLess(before, 4000)
        other = self.honest_file(2000, "")
        self.running.feed(other, "--source", other.name)
        for process in (tail, feeder):
            process.send_signal(signal.SIGCONT)
        self.assertEqual(feeder.wait(timeout=WAIT_SECONDS), 0)
        self.told = 6000
        self.assert_all_is_told()
        wait_until(lambda: shown.read_bytes().count(b'"warning"') >= 6000, "all is shown")

    def test_one_connection_more_than_allowed(self):
        feeders = [self.feeder(hello(f"feeder {i}")) for i in range(FEEDERS_MAX)]
        for feeder in feeders:
            self.assertIn("welcome", feeder.line())
        subscribers = [self.subscriber(**{"from": "now"}) for _ in range(SUBSCRIBERS_MAX)]
        for subscriber in subscribers:
            self.assertIn("heartbeat", subscriber.line())
        for port in (self.running.records_port, self.running.warnings_port):
            one_more = self.peer(port)
            self.assertIn("400", one_more.line()["error"])
            self.assertEqual(one_more.line(), "<end>")
        for number in (0, FEEDERS_MAX - 1):  # those that are in are served
            feeders[number].send(notice(f"{number:03}"))
            self.assertEqual(feeders[number].line(), {"durable": 1})
            self.told += 1
            for subscriber in subscribers:
                self.assertEqual(subscriber.line()["seq"], self.told)
        feeders[5].close()
        subscribers[5].reset()  # one that closes may still read, so it is missed at the next message
        wait_until(lambda: self.enters(self.running.records_port, hello("next")), "one enters")
        wait_until(lambda: self.enters(self.running.warnings_port, subscribe()), "one enters")
        self.assertLess(self.memory_bytes() - self.memory_before, self.memory_bytes_max())


if __name__ == "__main__":
    unittest.main()
