#!/usr/bin/env python3
"""A log that is killed, or loses its power, at random moments keeps all that it acknowledged and all that it has shown."""
import os
import pathlib
import random
import shutil
import signal
import subprocess
import tempfile
import threading
import time
import unittest

from disk import Disk

LOG_PROGRAM = os.environ.get("LOG_PROGRAM", "log_program")
SEED = int(os.environ.get("CHAOS_SEED", random.SystemRandom().randrange(10**9)))
ROUNDS = int(os.environ.get("CHAOS_LOG_ROUNDS", "40"))
SECONDS_MAX = float(os.environ.get("CHAOS_LOG_SECONDS", "50"))
PATIENCE_S = 60


class Journal(threading.Thread):
    """What a writer was told, as it said it."""

    def __init__(self, pipe):
        super().__init__(daemon=True)
        self.pipe, self.told = pipe, []  # a list: it may be copied while it grows
        self.start()

    def run(self):
        for line in self.pipe:
            if line.endswith("\n"):
                kind, instance, counter, seq = line.split()
                self.told.append((instance, counter, int(seq), kind))


class Rounds(unittest.TestCase):
    def setUp(self):
        print(f"CHAOS_SEED={SEED}", flush=True)
        self.rng = random.Random(SEED)
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="atelier-chaos-"))
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)
        self.data = self.folder / "data"
        self.data.mkdir()
        self.disk = Disk(self.data, self.folder)
        self.told = set()

    def read(self, store: str, place) -> list:
        """The log as it is now: (instance, counter, seq) in order; checked by the program for damage."""
        done = subprocess.run([LOG_PROGRAM, "read", store, str(place)], capture_output=True, text=True, timeout=PATIENCE_S)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = done.stdout.split("\n")
        self.assertEqual(lines[-2:], ["END", ""])
        return [(i, c, int(s)) for _, i, c, s in (line.split() for line in lines[:-2])]

    def check(self, entries: list, what: str):
        self.assertEqual([seq for _, _, seq in entries], list(range(1, len(entries) + 1)), what)
        own = [(instance, counter) for instance, counter, _ in entries if instance != "0"]
        self.assertEqual(len(own), len(set(own)), f"{what}: something is there twice")
        there = set(entries)
        lost = sorted(seq for instance, counter, seq, kind in self.told if (instance, counter, seq) not in there)
        self.assertEqual(lost, [], f"{what}: acknowledged or shown, but not in the log")

    def rounds(self, one_round):
        """Runs `one_round(kind)` with the kinds in turn; gives how often each was run."""
        counts = {"kill": 0, "power cut": 0, "kill in a stalled sync": 0}
        end = time.monotonic() + SECONDS_MAX
        for number in range(ROUNDS):
            if time.monotonic() > end and min(counts.values()) >= 3:
                break
            kind = list(counts)[number % 3]
            one_round(kind)
            counts[kind] += 1
        print(f"{counts}, {len([1 for *_, kind in self.told if kind == 'ACK'])} acknowledged, "
              f"{len([1 for *_, kind in self.told if kind == 'SHOWN'])} shown, 0 lost", flush=True)
        self.assertGreater(len(self.told), 0)

    def wait_and_kill(self, process, kind: str, journal: Journal, writer_told: int):
        """At a random moment after the first acknowledgement of this round."""
        end = time.monotonic() + PATIENCE_S
        while len(journal.told) == writer_told and time.monotonic() < end:
            time.sleep(0.002)
        time.sleep(self.rng.uniform(0, 0.15))
        if kind == "kill in a stalled sync":
            self.assertTrue(self.disk.wait_for_stalled_sync(PATIENCE_S))
            time.sleep(self.rng.uniform(0, 0.1))
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.disk.end_stall()
        if kind != "kill":
            self.disk.cut_power(self.rng)


class TheSqliteLog(Rounds):
    def test_keeps_what_it_acknowledged(self):
        def one_round(kind):
            self.disk.forget()
            writer = subprocess.Popen([LOG_PROGRAM, "write", "sqlite", str(self.data)], stdout=subprocess.PIPE, text=True,
                                      env=self.disk.environment)
            journal = Journal(writer.stdout)
            self.wait_and_kill(writer, kind, journal, 0)
            journal.join()
            self.told |= set(journal.told)
            self.check(self.read("sqlite", self.data / "chaos.atelier"), kind)

        self.rounds(one_round)


class TheRedisLog(Rounds):
    def start_redis(self):
        self.disk.forget()
        socket = self.folder / "redis.sock"
        redis = subprocess.Popen(["redis-server", "--port", "0", "--unixsocket", str(socket), "--dir", str(self.data), "--appendonly",
                                  "yes", "--appendfsync", "always", "--save", "", "--maxmemory-policy", "noeviction"],
                                 stdout=subprocess.DEVNULL, env=self.disk.environment)
        self.addCleanup(redis.kill)
        return redis, socket

    def test_keeps_what_it_acknowledged_and_what_another_node_has_shown(self):
        redis, socket = self.start_redis()
        writer = subprocess.Popen([LOG_PROGRAM, "write", "redis", str(socket)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.addCleanup(writer.kill)
        journal = Journal(writer.stdout)

        def one_round(kind):
            nonlocal redis
            self.wait_and_kill(redis, kind, journal, len(journal.told))
            self.told = set(list(journal.told))
            redis, _ = self.start_redis()
            self.check(self.read("redis", socket), kind)
            self.assertIsNone(writer.poll(), "the writer ended by itself: it saw a damaged log")

        self.rounds(one_round)


if __name__ == "__main__":
    unittest.main(verbosity=2)
