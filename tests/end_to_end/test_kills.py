"""A few kills of kill_run.py; `tests/kill_run.sh` does two hundred."""

import unittest

from kill_run import KillRun
from tocsin import EndToEndTest


class Kills(EndToEndTest):
    def test_killed_at_random_moments_it_loses_and_repeats_nothing(self):
        killed = KillRun(self.folder, kills=8, seed=1)
        self.addCleanup(lambda: killed.service.process.poll() is None and killed.service.kill())
        killed.run()
        self.assertEqual(sum(killed.moments.values()), 8)


if __name__ == "__main__":
    unittest.main()
