"""The real run: every inspection that Toronto published, through files and through the service."""

import json
import os
import pathlib
import subprocess
import threading
import unittest

import food_safety_oracle as oracle
from tocsin import (REPOSITORY, TOCSIN, EndToEndTest, Subscriber, fold, replay, run, wait_until)

SHARED = pathlib.Path(os.environ.get("TOCSIN_SHARED", REPOSITORY.parent / "shared"))
FILES = sorted((SHARED / "data/dinesafe").glob("*.csv.gz"))
POLICY = REPOSITORY / "examples/food-safety"
RULES = ("repeat_crucial", "heavy_fines", "ignored_notice")


def replay_all(*arguments):
    return replay(POLICY, "--as", "infraction", *FILES, *arguments)


def select(result, rule):
    """(shop, inspection) of a rule's warnings; the trigger is "inspection|row"."""
    rows = [[json.loads(part) for part in row] for row in result]
    return [(key, (trigger or "").partition("|")[0])
            for name, key, _, _, _, _, trigger in rows if name == rule]


@unittest.skipUnless(FILES, "data not there")
class FoodSafety(EndToEndTest):
    def feed_all(self, service):
        for file in FILES:
            service.feed("--as", "infraction", file, "--source", file.name)

    def test_replay_finds_what_an_independent_program_finds(self):
        result = replay_all()
        shops = oracle.read(FILES)
        found = {rule: select(result, rule) for rule in RULES}
        self.assertEqual(sorted(found["repeat_crucial"]), sorted(oracle.repeat_crucial(shops)))
        self.assertEqual({shop for shop, _ in found["heavy_fines"]}, oracle.heavy_fines(shops))
        self.assertEqual(sorted(found["ignored_notice"]), sorted(oracle.ignored_notice(shops)))

        def size(rule):
            return len(found[rule]), len({shop for shop, _ in found[rule]})
        self.assertEqual(size("repeat_crucial"), (207, 101))
        self.assertEqual(size("heavy_fines")[1], 58)
        self.assertEqual(size("ignored_notice"), (107, 88))

    def test_threads_change_nothing(self):
        self.assertEqual(replay_all("--threads", 1), replay_all("--threads", 2))

    def test_order_changes_nothing(self):
        expected = replay_all()
        for seed in range(1, 6):
            self.assertEqual(replay_all("--shuffle", seed, "--threads", 1 + seed % 2), expected,
                             f"--shuffle {seed}")

    def test_one_and_two_threads_write_the_same_bytes(self):
        def output(threads):
            command = [TOCSIN, "replay", POLICY, "--as", "infraction", *FILES, "--threads", threads]
            return [strip_wall_time(line) for line in run(*command).stdout.splitlines()]
        self.assertEqual(output(1), output(2))

    def test_the_service_delivers_what_replay_finds(self):
        service = self.service(POLICY)
        subscriber = Subscriber(service.warnings_port)
        self.feed_all(service)
        subscriber.wait_for_seq(service.last_seq())
        self.assertEqual(service.stop(), 0)
        subscriber.wait_for_end()
        self.assert_unbroken(subscriber.messages)
        self.assertEqual(fold(subscriber.messages), replay_all())

    def test_nothing_is_lost_when_the_service_is_killed_in_the_middle(self):
        service = self.service(POLICY)
        messages = []
        feeder = threading.Thread(target=self.feed_all, args=(service,))
        feeder.start()
        for target in (40, 160, 320):
            subscriber = Subscriber(service.warnings_port, {"from": len(messages)})
            wait_until(lambda: len(messages) + len(subscriber.messages) >= target
                       or not feeder.is_alive(), f"message {target} comes")
            service.kill()
            messages += subscriber.wait_for_end().messages
            service.start()
        feeder.join()
        rest = Subscriber(service.warnings_port, {"from": len(messages)})
        rest.wait_for_seq(service.last_seq()).stop()
        messages += rest.messages
        self.assertEqual(service.stop(), 0, service.log())
        self.assert_unbroken(messages)
        self.assertEqual(fold(messages), replay_all())

    def test_charges_that_did_not_stand_are_taken_back(self):
        service = self.service(POLICY)
        subscriber = Subscriber(service.warnings_port)
        self.feed_all(service)
        fallen = oracle.fallen_charges(FILES)
        self.assertEqual(len(fallen), 178)
        retractions = self.folder / "retractions.ndjson"
        retractions.write_text("".join(json.dumps(oracle.retraction(row)) + "\n" for row in fallen))
        service.feed(retractions)
        subscriber.wait_for_seq(service.last_seq())
        self.assertEqual(service.stop(), 0)
        messages = subscriber.wait_for_end().messages
        self.assert_unbroken(messages)

        without = oracle.copy_without_fallen_charges(FILES, self.folder)
        expected = replay(POLICY, "--as", "infraction", *without)
        self.assertEqual(fold(messages), expected)
        ignored = select(expected, "ignored_notice")
        self.assertEqual(sorted(ignored), sorted(oracle.ignored_notice(oracle.read(without))))
        self.assertEqual((len(ignored), len({shop for shop, _ in ignored})), (96, 78))
        withdrawn = [m for m in messages if m["event"] == "withdrawn"]
        self.assertEqual({m["reason"] for m in withdrawn}, {"retraction"})

    def test_the_example_script_prints_what_is_expected(self):
        environment = os.environ | {"TOCSIN_PROGRAMS": str(pathlib.Path(TOCSIN).parent)}
        done = subprocess.run([POLICY / "run.sh", FILES[0].parent], env=environment, text=True,
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for line in ("207 warnings", "101 shops", "58 shops", "107 warnings", "88 shops"):
            self.assertIn(line, done.stdout)


def strip_wall_time(line):
    message = json.loads(line)
    message.pop("emitted", None)
    return json.dumps(message)


if __name__ == "__main__":
    unittest.main()
