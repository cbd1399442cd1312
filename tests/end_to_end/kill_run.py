"""The service, killed at random moments again and again on one data folder, while it is fed and heard.

Every life of the service ends with SIGKILL: while it starts, while it is fed, while it writes a
checkpoint, or as it delivers. A feeder and a named subscriber outlive it and hold it to its word:
what was acknowledged is there, and what the subscriber's acknowledgement was confirmed for never
comes again. `tests/kill_run.sh` builds the programs and runs this.
"""

import argparse
import collections
import json
import pathlib
import random
import shutil
import socket
import tempfile
import threading
import time

from tocsin import (SIMULATOR, STARTER, TOCSIN, WAIT_SECONDS, Service, Subscriber, fold, replay,
                    run, wait_until)

SOURCE = "kill-run"
LINES_A_LIFE = 500
SPOILT_EVERY = 400  # a line that is none, so that the reject log has something to lose
# Journal between checkpoints: many in every life, or a long tail to evaluate again after it.
CHECKPOINTS = ("2k", "20k", "1g")
MEMORY = ("--memory", "1m")  # small, so that keys are dropped from it
RETRY_SECONDS = 0.005


class Feeder:
    """Sends lines as one source over whatever connections it gets, in pieces of random size."""

    WINDOW = 200  # lines on their way
    PIECE = 60

    def __init__(self, port, lines, rng):
        self.durable, self.limit, self.connections, self.mistakes = 0, 0, 0, []
        self._port, self._lines, self._rng, self._sent_ever = port, lines, rng, 0
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def done(self):
        return self.durable == len(self._lines)

    def ask(self):
        """What the service says is durable, on a connection of its own."""
        with socket.create_connection(("127.0.0.1", self._port), timeout=WAIT_SECONDS) as connection:
            self._greet(connection)
        return self.durable

    def _run(self):
        while not self.done():
            try:
                with socket.create_connection(("127.0.0.1", self._port),
                                              timeout=WAIT_SECONDS) as connection:
                    self._feed(connection)
            except OSError:
                time.sleep(RETRY_SECONDS)  # killed, or not there yet

    def _greet(self, connection):
        connection.sendall(json.dumps({"hello": {"source": SOURCE}}).encode() + b"\n")
        replies = connection.makefile("rb")
        self._hear(replies)
        return replies

    def _feed(self, connection):
        replies = self._greet(connection)
        self.connections += 1
        sent = self.durable
        try:
            while not self.done():
                end = min(self.limit, self.durable + self.WINDOW,
                          sent + self._rng.randint(1, self.PIECE))
                if end > sent:
                    self._sent_ever = max(self._sent_ever, end)
                    connection.sendall(b"".join(self._lines[sent:end]))
                    sent = end
                elif sent > self.durable:
                    self._hear(replies)
                else:
                    time.sleep(RETRY_SECONDS)  # for a higher limit
        except OSError:
            while True:  # what was said before the end counts
                self._hear(replies)

    def _hear(self, replies):
        line = replies.readline()
        if not line.endswith(b"\n"):
            raise ConnectionError("the connection ended")
        reply = json.loads(line)
        durable = reply.get("welcome", reply).get("durable")
        if durable is None:
            if "rejected" not in reply:
                self.mistakes.append(f"the feeder was told {reply}")
        elif not self.durable <= durable <= self._sent_ever:
            self.mistakes.append(f"{durable} lines are durable, after {self.durable} were "
                                 f"acknowledged and {self._sent_ever} sent")
        else:
            self.durable = durable


class Ledger:
    """What the subscriber has got, over all its connections."""

    def __init__(self, rng):
        self.messages, self.acknowledged, self.confirmed = [], 0, 0
        self.repeats, self.connections, self.mistakes = 0, 0, []
        self.rng = rng

    def take(self, message):
        seq = message["seq"]
        if seq <= self.confirmed:
            self.mistakes.append(f"seq {seq} came again, though {self.confirmed} was confirmed")
        elif seq <= len(self.messages):
            self.repeats += 1  # its acknowledgement went down with the process
            if message != self.messages[seq - 1]:
                self.mistakes.append(f"{message} under the seq of {self.messages[seq - 1]}")
        elif seq == len(self.messages) + 1:
            self.messages.append(message)
        else:
            self.mistakes.append(f"seq {seq} after {len(self.messages)}")

    def begin(self, seq):
        """A connection goes on behind `seq`."""
        self.connections += 1
        if not self.confirmed <= seq <= self.acknowledged:
            self.mistakes.append(f"goes on behind {seq}; {self.acknowledged} was acknowledged, "
                                 f"{self.confirmed} confirmed")


class NamedSubscriber(Subscriber):
    """Acknowledges now and then, and goes on at its cursor."""

    def __init__(self, port, ledger):
        self._ledger = ledger
        super().__init__(port, {"name": SOURCE, "from": "start"})

    def acknowledge(self, seq):
        self._ledger.acknowledged = max(self._ledger.acknowledged, seq)
        self.send({"ack": seq})

    def _take(self, line):
        if "heartbeat" in line and not self.heartbeats:
            self._ledger.begin(line["heartbeat"]["seq"])
        before = self.last_seq
        super()._take(line)
        if "warning" in line:
            self._ledger.take(line)
            if line["seq"] <= before:
                self._ledger.mistakes.append(f"seq {line['seq']} after {before}")
            if self._ledger.rng.random() < 0.3:
                self.acknowledge(line["seq"])
        elif "acknowledged" in line:
            self._ledger.confirmed = max(self._ledger.confirmed, line["acknowledged"])
            if line["acknowledged"] > self._ledger.acknowledged:
                self._ledger.mistakes.append(f"never acknowledged: {line}")
        elif "heartbeat" not in line:
            self._ledger.mistakes.append(f"the subscriber was told {line}")


class KillRun:
    """`kills` lives and one that is let live."""

    def __init__(self, folder, kills, seed):
        self.folder, self.kills, self.rng = pathlib.Path(folder), kills, random.Random(seed)
        self.stream = self.folder / "stream.ndjson"
        self._write_stream(seed)
        lines = self.stream.read_bytes().splitlines(keepends=True)
        self.share = len(lines) // (kills + 1)
        self.service = Service(STARTER, self.folder, *MEMORY)
        self.feeder = Feeder(self.service.records_port, lines, random.Random(seed + 1))
        self.ledger = Ledger(random.Random(seed + 2))
        self.subscriber, self.listening = None, True
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.moments = collections.Counter()
        self.start_seconds = 0

    def _write_stream(self, seed):
        done = run(SIMULATOR, "--records", LINES_A_LIFE * (self.kills + 1), "--seed", seed,
                   "--late", 0.1, "--twice", 0.05)
        lines = done.stdout.splitlines(keepends=True)
        self.spoilt = [f"not JSON: {n}." for n in range(0, len(lines), SPOILT_EVERY)]
        for n, line in enumerate(self.spoilt):
            lines.insert(n * SPOILT_EVERY, line + "\n")
        self.stream.write_text("".join(lines), encoding="utf-8")

    def _listen(self):
        while self.listening:
            try:
                self.subscriber = NamedSubscriber(self.service.warnings_port, self.ledger)
            except OSError:
                time.sleep(RETRY_SECONDS)
                continue
            self.subscriber.wait_for_end()

    def run(self):
        self.listener.start()
        begun = time.monotonic()
        self.service.start()
        self.start_seconds = time.monotonic() - begun
        self.service.kill()
        for life in range(1, self.kills + 1):
            self._live_and_die(life)
        self._end_well()
        self._look_at_what_is_left()
        return self

    def _live_and_die(self, life):
        self.feeder.limit = life * self.share
        self.service.arguments = (*MEMORY, "--threads", str(self.rng.randint(1, 2)),
                                  "--checkpoint-every", self.rng.choice(CHECKPOINTS))
        self.service.launch()
        moment = self.rng.choice((self._while_starting, self._while_fed,
                                  self._while_writing_a_checkpoint, self._while_delivering))
        moment()
        if self.service.process.poll() is not None:
            raise AssertionError(f"life {life}: the service ended by itself: {self.service.log()}")
        self.service.kill()
        self.moments[moment.__name__.strip("_")] += 1
        self._expect_no_mistakes(f"life {life}")

    def _expect_no_mistakes(self, when):
        mistakes = self.feeder.mistakes + self.ledger.mistakes
        assert not mistakes, f"{when}: {mistakes[:5]}\n{self.service.log()}"

    def _while_starting(self):
        time.sleep(self.rng.uniform(0, self.start_seconds))

    def _while_fed(self):
        target = min(self.feeder.limit, self.feeder.durable + self.rng.randint(1, self.share))
        self._wait(lambda: self.feeder.durable >= target, f"{target} lines are acknowledged")
        time.sleep(self.rng.uniform(0, 0.005))

    def _while_writing_a_checkpoint(self):
        self._while_fed()
        state = self.service.folder / "data/state/data.mdb"
        before = state.stat().st_mtime_ns
        self._wait(lambda: state.stat().st_mtime_ns != before or self._idle(),
                   "a checkpoint is written")
        time.sleep(self.rng.uniform(0, 0.003))

    def _while_delivering(self):
        before = len(self.ledger.messages)
        self._wait(lambda: len(self.ledger.messages) > before or self._idle(), "a message comes")

    def _idle(self):
        return self.feeder.durable >= self.feeder.limit

    def _wait(self, condition, what):
        """Until the condition holds, or the service has ended, which is looked at afterwards."""
        wait_until(lambda: condition() or self.service.process.poll() is not None, what,
                   pause=0.0005)

    def _end_well(self):
        self.service.start()
        self.feeder.limit = len(self.stream.read_bytes().splitlines())
        wait_until(self.feeder.done, "all lines are acknowledged")
        last = self.service.last_seq()
        wait_until(lambda: len(self.ledger.messages) >= last, "all messages came")
        self.listening = False
        self.subscriber.acknowledge(last)
        wait_until(lambda: self.ledger.confirmed >= last, "all is confirmed")
        assert self.service.stop() == 0, self.service.log()
        self.listener.join()
        self._expect_no_mistakes("the last life")

    def _look_at_what_is_left(self):
        data = self.service.folder / "data"
        run(TOCSIN, "verify", data)
        assert fold(self.ledger.messages) == replay(STARTER, self.stream), "another net result"
        rejects = run(TOCSIN, "rejects", "--data", data).stdout
        counts = {line: rejects.count(line) for line in self.spoilt}
        assert set(counts.values()) == {1}, f"spoilt lines in the reject log: {counts}"
        self._expect_the_same_after_a_restart()
        shutil.rmtree(data / "state")  # the journal alone must give the same messages
        self._expect_the_same_after_a_restart()

    def _expect_the_same_after_a_restart(self):
        self.service.start()
        lines = self.feeder.ask()
        assert self.feeder.done(), f"{lines} lines after a restart"
        named = NamedSubscriber(self.service.warnings_port, self.ledger).wait_for_heartbeat()
        last = len(self.ledger.messages)
        assert (named.last_seq, named.messages) == (last, []), "what was confirmed came again"
        whole = Subscriber(self.service.warnings_port).wait_for_seq(last).stop()
        assert whole.messages == self.ledger.messages, "the log has other messages"
        named.stop()
        assert self.service.stop() == 0, self.service.log()
        self._expect_no_mistakes("after a restart")

    def summary(self):
        moments = ", ".join(f"{n} {moment.replace('_', ' ')}"
                            for moment, n in sorted(self.moments.items()))
        return (f"{sum(self.moments.values())} kills ({moments}); {self.feeder.durable} lines over "
                f"{self.feeder.connections} connections; {len(self.ledger.messages)} messages over "
                f"{self.ledger.connections}, {self.ledger.repeats} sent again before their "
                f"acknowledgement was confirmed, none after; {len(self.spoilt)} rejects")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tocsin-kill-") as folder:
        print(KillRun(folder, options.kills, options.seed).run().summary())


if __name__ == "__main__":
    main()
