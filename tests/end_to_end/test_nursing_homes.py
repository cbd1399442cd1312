"""The real run with late rows, lifetimes and groups: what inspectors of US nursing homes found."""

import datetime
import json
import os
import pathlib
import subprocess
import unittest

import nursing_homes_oracle as oracle
from tocsin import REPOSITORY, TOCSIN, EndToEndTest, Subscriber, fold, replay

SHARED = pathlib.Path(os.environ.get("TOCSIN_SHARED", REPOSITORY.parent / "shared"))
DATA = SHARED / "data/cms_nursing_homes"
DEFICIENCIES = DATA / "deficiencies.csv.gz"
FACILITIES = DATA / "facilities.csv.gz"
POLICY = REPOSITORY / "examples/nursing-homes"


def replay_all(*arguments):
    """The homes' registry comes last, so that every group becomes known late."""
    return replay(POLICY, "--as", "deficiency", DEFICIENCIES, "--as", "facility", FACILITIES,
                  "--until", oracle.CLOCK, *arguments)


def select(result, rule):
    """(key, raised, trigger) of a rule's warnings."""
    rows = [[json.loads(part) for part in row] for row in result]
    return [(key, raised, trigger) for name, key, _, _, raised, _, trigger in rows if name == rule]


def day(time):
    return datetime.date.fromisoformat(time[:10]).toordinal()


@unittest.skipUnless(DEFICIENCIES.exists(), "data not there")
class NursingHomes(EndToEndTest):
    def test_replay_finds_what_an_independent_program_finds(self):
        result = replay_all()
        deficiencies = oracle.rows_of(DEFICIENCIES)
        jeopardy = [(home, day(raised))
                    for home, raised, _ in select(result, "immediate_jeopardy")]
        self.assertEqual(sorted(jeopardy), sorted(oracle.immediate_jeopardy(deficiencies)))
        groups = [(group, day(raised)) for group, raised, _ in select(result, "group_in_jeopardy")]
        self.assertEqual(
            sorted(groups),
            sorted(oracle.group_in_jeopardy(deficiencies, oracle.rows_of(FACILITIES))))
        late = [(home, day(trigger.split("|")[1]), trigger.split("|")[2])
                for home, _, trigger in select(result, "not_corrected")]
        self.assertEqual(sorted(late), sorted(oracle.not_corrected(deficiencies)))

        def size(found):
            return len(found), len({key for key, *_ in found})
        self.assertEqual(size(jeopardy), (2846, 2050))
        self.assertEqual(size(groups), (221, 35))
        self.assertEqual(size(late), (1469, 622))

    def test_neither_order_nor_threads_change_anything(self):
        expected = replay_all()
        for seed in range(1, 4):
            self.assertEqual(replay_all("--shuffle", seed, "--threads", 1 + seed % 2), expected,
                             f"--shuffle {seed}")

    def test_the_service_delivers_what_replay_finds(self):
        service = self.service(POLICY)
        subscriber = Subscriber(service.warnings_port)
        service.feed("--as", "deficiency", DEFICIENCIES, "--source", "surveys")
        service.kill()  # what comes later finds its way into the keys that a restart reads back
        service.start()
        rest = Subscriber(service.warnings_port, {"from": len(subscriber.wait_for_end().messages)})
        service.feed("--as", "facility", FACILITIES, "--source", "registry")
        rest.wait_for_seq(service.last_seq())
        self.assertEqual(service.stop(), 0, service.log())
        messages = subscriber.messages + rest.wait_for_end().messages
        self.assert_unbroken(messages)
        expected = replay(POLICY, "--as", "deficiency", DEFICIENCIES, "--as", "facility", FACILITIES)
        self.assertEqual(fold(messages), expected)

    def test_the_example_script_prints_what_is_expected(self):
        environment = os.environ | {"TOCSIN_PROGRAMS": str(pathlib.Path(TOCSIN).parent)}
        done = subprocess.run([POLICY / "run.sh", DATA], env=environment, text=True,
                              capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        for line in ("2846 warnings, 2050 keys", "221 warnings, 35 keys", "1469 warnings, 622 keys"):
            self.assertEqual(done.stdout.count(line), 2, done.stdout)


if __name__ == "__main__":
    unittest.main()
