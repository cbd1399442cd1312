"""A file that may not grow (a disk that is full): the service stops, tells everybody why, and loses nothing."""

import json
import resource
import socket
import subprocess
import unittest

from tocsin import (STARTER, TOCSIN, WAIT_SECONDS, EndToEndTest, Subscriber, fold, replay, run)

REMEDY = "free space there, then start tocsin again"


class FullDisk(EndToEndTest):
    def test_below_the_journal(self):
        self.run_out_of_space("journal/00000001.seg", "journal")

    def test_below_the_state(self):
        self.run_out_of_space("state/data.mdb", "state", "--checkpoint-every", "1k")

    def run_out_of_space(self, file, named, *arguments):
        """`file` grows no more; what is then told names `named`."""
        stream = self.simulated("--records", 4000)
        half = self.folder / "half.ndjson"
        half.write_text("".join(stream.read_text().splitlines(keepends=True)[:2000]))
        service = self.service(STARTER, *arguments)
        service.feed(half, "--source", "simulator")
        subscriber = Subscriber(service.warnings_port).wait_for_seq(service.last_seq())
        bystander = Bystander(service.records_port)
        bytes_max = (service.folder / "data" / file).stat().st_size
        resource.prlimit(service.process.pid, resource.RLIMIT_FSIZE, (bytes_max, bytes_max))

        # Slowly, so that there is something left to send when the state's checkpoint fails.
        feeder = run(TOCSIN, "feed", stream, "--to", service.records, "--source", "simulator",
                     "--rate", 500, status=3)
        self.assertEqual(service.process.wait(timeout=WAIT_SECONDS), 3)
        subscriber.wait_for_end()
        place = str(service.folder / "data" / named)
        for listener, told in (("feeder", feeder.stderr), ("bystander", bystander.last_words()),
                               ("subscriber", str(subscriber.other)), ("log", service.log())):
            for words in (place, "File too large", REMEDY):
                self.assertIn(words, told, listener)

        service.start()
        service.feed(stream, "--source", "simulator")
        rest = Subscriber(service.warnings_port, {"from": subscriber.last_seq})
        rest.wait_for_seq(service.last_seq()).stop()
        self.assert_unbroken(subscriber.messages + rest.messages)
        self.assertEqual(fold(subscriber.messages + rest.messages), replay(STARTER, stream))
        self.assertEqual(service.stop(), 0, service.log())


class FullFileSystem(EndToEndTest):
    def test_says_that_there_is_no_space(self):
        place = self.folder / "small"
        place.mkdir()
        mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
        if subprocess.run(mount, check=False, capture_output=True).returncode != 0:
            self.skipTest("needs the right to mount a file system")
        self.addCleanup(subprocess.run, ["umount", "-l", str(place)], check=True)
        (self.folder / "data").symlink_to(place)
        stream = self.simulated("--records", 8000)
        # The journal of all this fits, its state does not.
        service = self.service(STARTER, "--checkpoint-every", "100k")
        # All may have been durable, in the journal, before the state's checkpoint fails.
        subprocess.run([TOCSIN, "feed", stream, "--to", service.records, "--source", "simulator"],
                       check=False, capture_output=True)
        self.assertEqual(service.process.wait(timeout=WAIT_SECONDS), 3)
        for words in ("No space left on device", "state", REMEDY):
            self.assertIn(words, service.log())


class Bystander:
    """A feeder that has nothing to send."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS)
        self._socket.sendall(b'{"hello":{"source":"bystander"}}\n')
        self._lines = self._socket.makefile("r", encoding="utf-8")
        assert "welcome" in json.loads(self._lines.readline())

    def last_words(self):
        with self._socket, self._lines:
            return self._lines.read()


if __name__ == "__main__":
    unittest.main()
