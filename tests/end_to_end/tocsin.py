"""Verbs for the end-to-end tests: start and kill the service, feed it, subscribe, replay, compare.

Nothing here sleeps for a fixed time: every wait is for a condition and gives up, loudly, after WAIT_SECONDS.
"""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
import unittest

REPOSITORY = pathlib.Path(__file__).resolve().parents[2]
PROGRAMS = pathlib.Path(os.environ.get("TOCSIN_PROGRAMS", REPOSITORY / "build/dev/bin"))
TOCSIN = str(PROGRAMS / "tocsin")
SIMULATOR = str(PROGRAMS / "tocsin-simulator")
STARTER = str(REPOSITORY / "examples/starter")
# Sanitizers make everything many times slower, and two cores may be shared.
WAIT_SECONDS = 240


def wait_until(condition, what, pause=0.02):
    """Polls `condition` until it gives something true, which is returned."""
    deadline = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < deadline:
        result = condition()
        if result:
            return result
        time.sleep(pause)
    raise AssertionError(f"waited {WAIT_SECONDS} s in vain until {what}")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def listening(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def run(*arguments, status=0, **options):
    """Runs a command to its end; another exit status than the given one fails the test."""
    done = subprocess.run([str(a) for a in arguments], capture_output=True, text=True,
                          timeout=WAIT_SECONDS, check=False, **options)
    if done.returncode != status:
        raise AssertionError(f"{arguments} ended with {done.returncode}, not {status}\n"
                             f"{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    return done


def replay(policy, *arguments):
    """The net result of files, as comparable tuples."""
    done = run(TOCSIN, "replay", policy, *arguments, "--net")
    return net_result(json.loads(line) for line in done.stdout.splitlines())


def net_result(warnings):
    """What two runs must agree in (language.md, 11)."""
    parts = ("rule", "key", "subject", "level", "raised", "cleared", "trigger")
    return sorted(tuple(json.dumps(w.get(part), ensure_ascii=False) for part in parts)
                  for w in warnings)


def fold(messages):
    """A stream of messages, applied one by one, as a net result."""
    warnings = {}
    for message in messages:
        warning = message["warning"]
        if message["event"] == "withdrawn":
            del warnings[warning["id"]]
        elif message["event"] == "raised":
            assert warning["id"] not in warnings, f"raised twice: {message}"
            warnings[warning["id"]] = warning
        else:
            assert warning["id"] in warnings, f"never raised: {message}"
            warnings[warning["id"]] = warning
    return net_result(warnings.values())


class Service:
    """`tocsin run` on a folder and ports of its own, which survive its death."""

    def __init__(self, policy, folder, *arguments):
        self.policy, self.folder, self.arguments = policy, pathlib.Path(folder), arguments
        self.records_port, self.warnings_port = free_port(), free_port()
        self.records = f"127.0.0.1:{self.records_port}"
        self.warnings = f"127.0.0.1:{self.warnings_port}"
        self.process = None

    def start(self):
        self.launch()
        wait_until(self._ready, "the service listens")
        return self

    def launch(self):
        """Starts it and does not wait until it listens."""
        # Appended to, so that a failure shows what every run of the service had to say.
        with open(self.folder / "service.log", "a", encoding="utf-8") as log:
            self.process = subprocess.Popen(
                [TOCSIN, "run", self.policy, "--data", str(self.folder / "data"),
                 "--records", self.records, "--warnings", self.warnings, *self.arguments],
                stdin=subprocess.DEVNULL, stdout=log, stderr=log)

    def _ready(self):
        if self.process.poll() is not None:
            raise AssertionError(f"the service ended with {self.process.returncode}: {self.log()}")
        return listening(self.records_port) and listening(self.warnings_port)

    def log(self):
        return (self.folder / "service.log").read_text(encoding="utf-8")[-4000:]

    def stop(self, sig=signal.SIGTERM):
        """Asks it to end and returns its exit status."""
        self.process.send_signal(sig)
        return self.process.wait(timeout=WAIT_SECONDS)

    def kill(self):
        self.process.kill()
        self.process.wait()

    def feed(self, *arguments):
        return run(TOCSIN, "feed", *arguments, "--to", self.records)

    def last_seq(self):
        """The seq up to which everything has been published."""
        return Subscriber(self.warnings_port, {"from": "now"}).wait_for_heartbeat().stop().last_seq


class Subscriber:
    """Reads messages in a thread of its own."""

    def __init__(self, port, subscription=None):
        self.messages, self.last_seq, self.heartbeats, self.other = [], 0, 0, []
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=WAIT_SECONDS)
        self._lines = self._socket.makefile("r", encoding="utf-8", newline="\n")
        self.send({"subscribe": subscription or {"from": "start"}})
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def send(self, line):
        self._socket.sendall((json.dumps(line) + "\n").encode())

    def _read(self):
        try:
            for line in self._lines:
                # A connection that was killed may end within a line.
                if line.endswith("\n"):
                    self._take(json.loads(line))
        except OSError:
            pass

    def _take(self, line):
        if "warning" in line:
            self.messages.append(line)
            self.last_seq = line["seq"]
        elif "heartbeat" in line:
            self.last_seq = max(self.last_seq, line["heartbeat"].get("seq", 0))
            self.heartbeats += 1
        else:
            self.other.append(line)

    def wait_for_heartbeat(self):
        wait_until(lambda: self.heartbeats, "a heartbeat comes")
        return self

    def wait_for_seq(self, seq):
        wait_until(lambda: self.last_seq >= seq, f"message {seq} comes")
        return self

    def wait_for_end(self):
        """Until the service closes the connection."""
        wait_until(lambda: not self._thread.is_alive(), "the connection ends")
        self._lines.close()
        self._socket.close()
        return self

    def stop(self):
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass  # the other side was faster
        return self.wait_for_end()


class EndToEndTest(unittest.TestCase):
    """A temporary folder for each test, and no service left behind."""

    maxDiff = 4000

    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="tocsin-e2e-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def service(self, policy, *arguments):
        service = Service(policy, self.folder, *arguments).start()
        self.addCleanup(lambda: service.process.poll() is None and service.kill())
        return service

    def simulated(self, *arguments):
        path = self.folder / "simulated.ndjson"
        with open(path, "wb") as out:
            subprocess.run([SIMULATOR, *map(str, arguments)], stdout=out, check=True)
        return path

    def assert_unbroken(self, messages):
        """Every seq once, in order, from 1 on."""
        self.assertEqual([m["seq"] for m in messages], list(range(1, len(messages) + 1)))
