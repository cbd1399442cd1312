"""The simulator's stream, with its late records and its duplicates, through the running service."""

import json
import signal
import subprocess
import unittest
from datetime import date

from tocsin import (SIMULATOR, STARTER, TOCSIN, EndToEndTest, Subscriber, fold, replay, run,
                    wait_until)


class Streams(EndToEndTest):
    def test_the_simulator_repeats_itself(self):
        first = run(SIMULATOR, "--records", 500, "--seed", 7).stdout
        self.assertEqual(first, run(SIMULATOR, "--records", 500, "--seed", 7).stdout)
        self.assertNotEqual(first, run(SIMULATOR, "--records", 500, "--seed", 8).stdout)

    def test_late_and_repeated_records_change_nothing(self):
        stream = self.simulated("--records", 4000)
        lines = {line: json.loads(line)["time"] for line in stream.read_text().splitlines()}
        ordered = self.folder / "ordered.ndjson"
        ordered.write_text("".join(line + "\n" for line in sorted(lines, key=lines.get)))
        expected = replay(STARTER, ordered)
        self.assertGreater(len(expected), 100)
        self.assertEqual(replay(STARTER, stream), expected)
        self.assertEqual(replay(STARTER, stream, "--shuffle", 3, "--batch", 100), expected)

    def test_netcat_feeds_and_subscribes(self):
        stream = self.simulated("--records", 2000)
        service = self.service(STARTER)
        with subprocess.Popen(["nc", "127.0.0.1", str(service.warnings_port)], text=True,
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as subscriber:
            subscriber.stdin.write('{"subscribe":{"from":"start"}}\n')
            subscriber.stdin.close()
            with open(stream, "rb") as lines:
                subprocess.run(["nc", "-N", "127.0.0.1", str(service.records_port)], stdin=lines,
                               stdout=subprocess.DEVNULL, check=True)
            expected = replay(STARTER, stream)
            wait_until(lambda: len(service_result(service)) == len(expected), "all is evaluated")
            self.assertEqual(service.stop(), 0)
            messages = [json.loads(line) for line in subscriber.stdout]
        messages = [message for message in messages if "warning" in message]
        self.assert_unbroken(messages)
        self.assertEqual(fold(messages), expected)

    def test_signals_end_the_service_cleanly_and_state_survives(self):
        stream = self.simulated("--records", 2000)
        service = self.service(STARTER)
        service.feed(stream, "--source", "simulator")
        before = service_result(service)
        for sig in (signal.SIGTERM, signal.SIGINT):
            self.assertEqual(service.stop(sig), 0, service.log())
            service.start()
            self.assertEqual(service_result(service), before)
        self.assertEqual(before, replay(STARTER, stream))

    def test_a_feeder_goes_on_where_it_stopped(self):
        stream = self.simulated("--records", 3000)
        lines = stream.read_text().splitlines(keepends=True)
        half = self.folder / "half.ndjson"
        half.write_text("".join(lines[:1500]))
        service = self.service(STARTER)
        service.feed(half, "--source", "simulator")
        service.feed(stream, "--source", "simulator")
        self.assertEqual(service_result(service), replay(STARTER, stream))

    def test_a_feeder_outlives_the_service(self):
        stream = self.simulated("--records", 3000)
        service = self.service(STARTER)
        feeder = subprocess.Popen([TOCSIN, "feed", stream, "--to", service.records, "--source",
                                   "simulator", "--rate", "2000"], stdout=subprocess.DEVNULL,
                                  stderr=subprocess.DEVNULL)
        self.addCleanup(lambda: feeder.poll() is None and feeder.kill())
        Subscriber(service.warnings_port).wait_for_seq(20).stop()
        service.kill()
        service.start()
        wait_until(lambda: feeder.poll() is not None, "the feeder ends")
        self.assertEqual(feeder.returncode, 0)
        self.assertEqual(service_result(service), replay(STARTER, stream))

    def test_a_named_subscriber_goes_on_behind_what_it_acknowledged(self):
        service = self.service(STARTER)
        service.feed(self.simulated("--records", 2000), "--source", "simulator")
        named = {"name": "bank-7", "from": "start"}
        first = Subscriber(service.warnings_port, named).wait_for_seq(service.last_seq())
        first.send({"ack": 30})
        first.stop()
        # The acknowledgement counts once it is durable, which the next clean stop sees to.
        self.assertEqual(service.stop(), 0)
        service.start()
        second = Subscriber(service.warnings_port, named).wait_for_seq(service.last_seq()).stop()
        self.assertEqual(second.messages, first.messages[30:])

    def test_open_gives_the_open_warnings_first(self):
        service = self.service(STARTER)
        service.feed(self.simulated("--records", 2000), "--source", "simulator")
        opened = Subscriber(service.warnings_port, {"from": "open"}).wait_for_heartbeat().stop()
        result = [row for row in service_result(service) if row[5] == "null"]
        self.assertEqual(fold([m | {"event": "raised"} for m in opened.messages]), result)

    def test_bad_lines_are_kept_with_their_place_and_stop_nothing(self):
        stream = self.simulated("--records", 1000)
        lines = stream.read_text().splitlines(keepends=True)
        lines.insert(10, "this is not JSON\n")
        lines.insert(20, '{"type":"penalty","id":"x","subject":"A","time":"2025-01-01"}\n')
        broken = self.folder / "broken.ndjson"
        broken.write_text("".join(lines))
        service = self.service(STARTER)
        service.feed(broken, "--source", "simulator")
        self.assertEqual(service_result(service), replay(STARTER, stream))
        self.assertEqual(service.stop(), 0)
        rejects = run(TOCSIN, "rejects", "--data", self.folder / "data").stdout
        self.assertIn("this is not JSON", rejects)
        for place in ("11", "21", "region"):
            self.assertIn(place, rejects)


    def test_one_wrong_clock_moves_nobodys_deadlines(self):
        stream = self.simulated("--records", 1000)
        mad = self.folder / "mad.ndjson"
        mad.write_text('{"type":"penalty","id":"mad","subject":"A","time":"%d-01-01",'
                       '"region":"330106","amount":1}\n' % (date.today().year + 2))
        service = self.service(STARTER)
        service.feed(stream, "--source", "simulator")
        before = service.last_seq()
        service.feed(mad, "--source", "mad")
        self.assertEqual(service.last_seq(), before)
        self.assertEqual(service_result(service), replay(STARTER, stream))
        self.assertEqual(service.stop(), 0)
        rejects = run(TOCSIN, "rejects", "--data", self.folder / "data").stdout
        self.assertIn("ahead of the wall clock", rejects)


def service_result(service):
    subscriber = Subscriber(service.warnings_port).wait_for_seq(service.last_seq()).stop()
    return fold(subscriber.messages)


if __name__ == "__main__":
    unittest.main()
